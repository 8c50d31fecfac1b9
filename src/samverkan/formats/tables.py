"""Answers of SELECT to bytes in the four result formats of SPARQL 1.1 and for a spreadsheet; those of ASK in two."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, QueryResultsFormat, Triple

from samverkan.formats import sheets
from samverkan.formats.xml_text import carried
from samverkan.model.namespaces import SPARQL_RESULTS
from samverkan.model.results import BooleanResult, Table, Term

if TYPE_CHECKING:
    from samverkan.formats.jsonld import Context

# Where a spreadsheet may see a formula begin (OWASP, CSV Injection): at the first sign of a cell, of full width too.
# A program that splits at semicolons, as those in Swedish do, or at tabs sees cells begin inside of a text as well.
_FORMULA = re.compile(r"\A(?=[\t\r\n])|(?<![^;\t\r\n])(?=[^\S\t\r\n]*[=+\-@\uff1d\uff0b\uff0d\uff20])")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
# What has to stand in quotes: by RFC 4180, and where a program may split at other signs too.
_QUOTED = re.compile(r'[",\r\n]')
_QUOTED_WIDELY = re.compile(r'[",;\t\r\n]')
_URI = re.compile(rb'"type"\s*:\s*"uri"')
_TEXT = b'"type":"literal"'


def json(content: Table | BooleanResult, _: Context | None = None) -> bytes:
    """SPARQL 1.1 Query Results JSON Format."""
    if isinstance(content, BooleanResult):
        return b'{"head":{},"boolean":%s}' % _word(content)
    return content.json


def csv(content: Table, _: Context | None = None) -> bytes:
    """SPARQL 1.1 CSV: plain values, quoted as RFC 4180 says, in lines that end in CRLF."""
    try:
        return _by_library(_of_texts(content))
    except SyntaxError:  # a triple, which has an IRI for its predicate
        return _lines(content, _quoted)


def spreadsheet(content: Table, _: Context | None = None) -> bytes:
    """CSV (RFC 4180) to be opened by people: nothing in it is a formula, and a byte order mark tells that it is UTF-8.

    An apostrophe stands before whatever might be a formula, so it is `csv` that keeps every value. Columns are called
    as people call them, and each thing of a list has one row.
    """
    try:
        rows = [*map(_plained, _of_texts(content).solutions())]
    except SyntaxError:  # a triple, which has an IRI for its predicate
        rows = [*map(_plained, content.solutions())]
    lines = sheets.lines(content.variables, rows, content.headings)
    return codecs.BOM_UTF8 + "".join(_line(map(_harmless, line)) for line in lines).encode()


def tsv(content: Table, _: Context | None = None) -> bytes:
    """SPARQL 1.1 TSV: terms in Turtle, lines that end in LF."""
    return _serialized(content, QueryResultsFormat.TSV)


def xml(content: Table | BooleanResult, _: Context | None = None) -> bytes:
    """SPARQL Query Results XML Format.

    Raises `NotAcceptableError` where a value has a character that XML 1.0 can't carry.
    """
    if isinstance(content, BooleanResult):
        return b'<?xml version="1.0"?><sparql xmlns="%s"><head></head><boolean>%s</boolean></sparql>' % (
            SPARQL_RESULTS.encode(),
            _word(content),
        )
    return carried(_serialized(content, QueryResultsFormat.XML))


def _serialized(content: Table, form: QueryResultsFormat) -> bytes:
    written = content.solutions().serialize(format=form)
    assert written is not None
    return written


def _by_library(texts: Table) -> bytes:
    """CSV as fast as can be; but where an empty cell is alone, the library leaves its line empty."""
    written = _serialized(texts, QueryResultsFormat.CSV)
    return _lines(texts, _quoted) if len(texts.variables) == 1 and b"\r\n\r\n" in written else written


def _of_texts(content: Table) -> Table:
    """A table with literals in place of its IRIs: CSV doesn't tell them apart, and the library quotes only literals.

    In JSON a quotation mark within a value is escaped, so what looks like a type is one. The store's JSON has no
    spaces; only where nothing was found is a slower search made, which allows for them.
    """
    found = content.json.replace(b'"type":"uri"', _TEXT)
    spaced = len(found) == len(content.json) and b'"uri"' in found
    return Table(_URI.sub(_TEXT, found) if spaced else found)


def _plained(row: Iterable[Term | None]) -> list[str]:
    return list(map(_plain, row))


def _lines(content: Table, cell: Callable[[str], str]) -> bytes:
    rows = map(_plained, content.solutions())
    return "".join(_line(map(cell, line)) for line in (content.variables, *rows)).encode()


def _line(cells: Iterable[str]) -> str:
    """A line of CSV. Many readers skip an empty line, so an empty cell that is alone is written with quotes."""
    found = list(cells)
    return ('""' if found == [""] else ",".join(found)) + "\r\n"


def _plain(term: Term | None) -> str:
    """A term as SPARQL 1.1 CSV has it: without marks, language and datatype; a triple, which it has not, as in TSV."""
    if term is None:
        return ""
    if isinstance(term, Triple):
        return f"<<( {term} )>>"
    return str(term) if isinstance(term, BlankNode) else term.value


def _quoted(text: str, special: re.Pattern[str] = _QUOTED) -> str:
    return '"' + text.replace('"', '""') + '"' if special.search(text) else text


def _harmless(text: str) -> str:
    return _quoted(text if _NUMBER.fullmatch(text) else _FORMULA.sub("'", text), _QUOTED_WIDELY)


def _word(content: BooleanResult) -> bytes:
    return b"true" if content.value else b"false"
