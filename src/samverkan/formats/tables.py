"""Answers of SELECT and ASK to bytes, in the four result formats of SPARQL 1.1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import QueryResultsFormat

from samverkan.answers import Table, Verdict
from samverkan.formats.xml import carried

if TYPE_CHECKING:
    from samverkan.formats.jsonld import Context


def json(content: Table | Verdict, _: Context | None = None) -> bytes:
    """SPARQL 1.1 Query Results JSON Format."""
    if isinstance(content, Verdict):
        return b'{"head":{},"boolean":%s}' % _word(content)
    return content.json


def csv(content: Table | Verdict, _: Context | None = None) -> bytes:
    """SPARQL 1.1 CSV: plain values, lines that end in CRLF."""
    if isinstance(content, Verdict):
        return _word(content)
    return _serialized(content, QueryResultsFormat.CSV)


def tsv(content: Table | Verdict, _: Context | None = None) -> bytes:
    """SPARQL 1.1 TSV: terms in Turtle, lines that end in LF."""
    if isinstance(content, Verdict):
        return _word(content)
    return _serialized(content, QueryResultsFormat.TSV)


def xml(content: Table | Verdict, _: Context | None = None) -> bytes:
    """SPARQL Query Results XML Format.

    Raises `NotAcceptableError` where a value has a character that XML 1.0 can't carry.
    """
    if isinstance(content, Verdict):
        return (
            b'<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
            b"<head></head><boolean>%s</boolean></sparql>" % _word(content)
        )
    return carried(_serialized(content, QueryResultsFormat.XML))


def _serialized(content: Table, form: QueryResultsFormat) -> bytes:
    written = content.solutions().serialize(format=form)
    assert written is not None
    return written


def _word(content: Verdict) -> bytes:
    return b"true" if content.value else b"false"
