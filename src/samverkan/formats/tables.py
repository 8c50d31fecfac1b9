"""Answers of SELECT to bytes in the four result formats of SPARQL 1.1 and for a spreadsheet; those of ASK in two."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, QueryResultsFormat

from samverkan.answers import Table, Term, Verdict
from samverkan.formats.xml import carried

if TYPE_CHECKING:
    from samverkan.formats.jsonld import Context

# Where a spreadsheet may see a formula begin (OWASP, CSV Injection): at the first sign of a cell, of full width too.
# A program that splits at semicolons, as those in Swedish do, or at tabs sees cells begin inside of a text as well.
_FORMULA = re.compile(r"\A(?=[\t\r\n])|(?<![^;\t\r\n])(?=[^\S\t\r\n]*[=+\-@\uff1d\uff0b\uff0d\uff20])")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_QUOTED = re.compile(r'[",;\t\r\n]')


def json(content: Table | Verdict, _: Context | None = None) -> bytes:
    """SPARQL 1.1 Query Results JSON Format."""
    if isinstance(content, Verdict):
        return b'{"head":{},"boolean":%s}' % _word(content)
    return content.json


def csv(content: Table, _: Context | None = None) -> bytes:
    """SPARQL 1.1 CSV: plain values, lines that end in CRLF."""
    return _serialized(content, QueryResultsFormat.CSV)


def spreadsheet(content: Table, _: Context | None = None) -> bytes:
    """CSV (RFC 4180) to be opened by people: nothing in it is a formula, and a byte order mark tells that it is UTF-8.

    An apostrophe stands before whatever might be a formula, so it is `csv` that keeps every value.
    """
    lines = (content.variables, *(map(_plain, row) for row in content.rows))
    return codecs.BOM_UTF8 + "".join(",".join(map(_cell, line)) + "\r\n" for line in lines).encode()


def tsv(content: Table, _: Context | None = None) -> bytes:
    """SPARQL 1.1 TSV: terms in Turtle, lines that end in LF."""
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


def _plain(term: Term | None) -> str:
    """A term as SPARQL 1.1 CSV has it: without marks, language and datatype."""
    if term is None:
        return ""
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def _cell(text: str) -> str:
    harmless = text if _NUMBER.fullmatch(text) else _FORMULA.sub("'", text)
    return '"' + harmless.replace('"', '""') + '"' if _QUOTED.search(harmless) else harmless


def _word(content: Verdict) -> bytes:
    return b"true" if content.value else b"false"
