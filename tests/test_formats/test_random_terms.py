"""20 000 random terms of every kind, written in the four result formats of SPARQL 1.1 and read back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any, TypeAlias
from xml.etree import ElementTree as ET

import pytest
from pyoxigraph import (
    BaseDirection,
    BlankNode,
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)

from samverkan.formats import tables
from samverkan.model.results import Table, Term

Make: TypeAlias = Callable[[Random], Any]
Rows: TypeAlias = Sequence[Sequence[Term | None]]

COUNT = 20_000
COLUMNS = ("a", "b", "c", "d", "e")
XSD = "http://www.w3.org/2001/XMLSchema#"
# The signs of each format are among the others more than once.
IN_TEXT = [*',,,"""\'\'\\\\\n\r\t ;=+-@<>&#{}|^`%_:.?/azAZ09\x7f\x85\xa0\u2028\ufeffåÅ字\U0001f600', "\r\n", "]]>"]
IN_IRI = [*",,,,;;'()!$&*+-._~:@/=azAZ09åÅ字\U0001f600", "%22", "%2C"]
TYPED = ("", "1", "-01", "+5", ".5", "1.", "1e5", "NaN", "true", "TRUE", " 1", "2020-01-01", "1,5", 'a"b', "x\ty")
KINDS = ("integer", "decimal", "double", "float", "boolean", "date", "token")


def a_text(chance: Random) -> str:
    return "".join(chance.choices(IN_TEXT, k=chance.randrange(9)))


def an_iri(chance: Random) -> NamedNode:
    before = chance.choice(["https://example.org/", "urn:x:", "https://example.org/?q=", "https://example.org/#"])
    return NamedNode(before + "".join(chance.choices(IN_IRI, k=chance.randrange(9))))


def a_triple(chance: Random) -> Triple:
    subject = chance.choice([an_iri, MAKE["blank node"]])(chance)
    return Triple(subject, an_iri(chance), chance.choice([a_triple, *PLAIN.values()])(chance))


PLAIN: Mapping[str, Make] = {
    "IRI": an_iri,
    "text": lambda chance: Literal(a_text(chance)),
    "text in a language": lambda chance: Literal(a_text(chance), language=chance.choice(["sv", "en-GB"])),
    "text with a direction": lambda chance: Literal(a_text(chance), language="ar", direction=BaseDirection.RTL),
    "value": lambda chance: Literal(chance.choice(TYPED), datatype=NamedNode(XSD + chance.choice(KINDS))),
    "value of an own type": lambda chance: Literal(a_text(chance), datatype=an_iri(chance)),
    "blank node": lambda chance: BlankNode(f"{chance.choice(['b', 'a-b.c', 'å', '0'])}{chance.randrange(9)}"),
}
MAKE: Mapping[str, Make] = {**PLAIN, "triple": a_triple, "nothing": lambda _: None}
WITHOUT_TRIPLES = {name: make for name, make in MAKE.items() if name != "triple"}


def random_rows(make: Mapping[str, Make], columns: int) -> Rows:
    chance = Random(COUNT)
    terms = [chance.choice([*make.values()])(chance) for _ in range(COUNT)]
    return [terms[at : at + columns] for at in range(0, COUNT, columns)]


@pytest.fixture(scope="module")
def rows() -> Rows:
    return random_rows(MAKE, 5)


@pytest.fixture(scope="module")
def table(rows: Rows) -> Table:
    return a_table(rows)


def as_json(term: Term) -> dict[str, Any]:
    if isinstance(term, Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: as_json(part) for name, part in parts.items()}}
    if not isinstance(term, Literal):
        return {"type": "uri" if isinstance(term, NamedNode) else "bnode", "value": term.value}
    marks = {
        "xml:lang": term.language,
        "its:dir": term.direction and term.direction.value,
        "datatype": None if term.language or term.datatype.value == f"{XSD}string" else term.datatype.value,
    }
    return {"type": "literal", "value": term.value, **{name: mark for name, mark in marks.items() if mark}}


def bindings(rows: Rows) -> list[dict[str, Any]]:
    return [{name: as_json(term) for name, term in zip(COLUMNS, row, strict=False) if term} for row in rows]


def a_table(rows: Rows) -> Table:
    """A table in JSON without spaces, as the store writes it."""
    found = {"head": {"vars": COLUMNS[: len(rows[0])]}, "results": {"bindings": bindings(rows)}}
    return Table(json.dumps(found, separators=(",", ":")).encode())


def as_cell(term: Term | None) -> str:
    """What CSV keeps of a term."""
    if isinstance(term, Triple):
        return f"<<( {term} )>>"
    return "" if term is None else str(term) if isinstance(term, BlankNode) else term.value


def cells(rows: Rows) -> list[list[str]]:
    return [[*COLUMNS[: len(rows[0])]], *([as_cell(term) for term in row] for row in rows)]


def read_csv(written: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""), strict=True))


@pytest.mark.parametrize(
    ("make", "columns"), [(WITHOUT_TRIPLES, 5), (MAKE, 5), (WITHOUT_TRIPLES, 1)], ids=["plain", "triples", "one column"]
)
def test_random_terms_come_back_from_csv_each_in_its_cell(make: Mapping[str, Make], columns: int) -> None:
    rows = random_rows(make, columns)
    written = tables.csv(a_table(rows))
    assert read_csv(written) == cells(rows)
    assert written.endswith(b"\r\n")


def test_random_terms_come_in_their_columns_for_a_spreadsheet(rows: Rows, table: Table) -> None:
    found = read_csv(tables.spreadsheet(table))
    assert [[cell.replace("'", "") for cell in row] for row in found] == [
        [cell.replace("'", "") for cell in row] for row in cells(rows)
    ]


def test_random_terms_come_back_from_tsv_as_turtle_has_them(rows: Rows, table: Table) -> None:
    head, *lines = tables.tsv(table).decode().removesuffix("\n").split("\n")
    found = [line.split("\t") for line in lines]
    assert head.split("\t") == [f"?{name}" for name in COLUMNS]
    assert [len(line) for line in found] == [5] * len(rows)
    written = "\n".join(f"<urn:s> <urn:p> {cell} ." for line in found for cell in line if cell)
    read = [quad.object for quad in parse(written, format=RdfFormat.TURTLE)]
    assert read == [term for row in rows for term in row if term]
    assert [[bool(cell) for cell in line] for line in found] == [[term is not None for term in row] for row in rows]


def test_random_terms_come_back_from_json(rows: Rows, table: Table) -> None:
    found = json.loads(tables.json(table))
    assert found["results"]["bindings"] == bindings(rows)


def of_xml(element: ET.Element) -> dict[str, Any]:
    """A term of SPARQL XML as SPARQL JSON has it."""
    kind = element.tag.partition("}")[2]
    if kind == "triple":
        return {"type": kind, "value": {part.tag.partition("}")[2]: of_xml(part[0]) for part in element}}
    names = {"{http://www.w3.org/XML/1998/namespace}lang": "xml:lang", "{http://www.w3.org/2005/11/its}dir": "its:dir"}
    marks = {names.get(name, name): mark for name, mark in element.attrib.items() if not name.endswith("}version")}
    return {"type": kind, "value": element.text or "", **marks}


def test_random_terms_come_back_from_xml(rows: Rows, table: Table) -> None:
    results = ET.fromstring(tables.xml(table))[1]
    found = [{binding.attrib["name"]: of_xml(binding[0]) for binding in result} for result in results]
    assert found == bindings(rows)


@pytest.mark.parametrize(
    ("form", "write"), [(QueryResultsFormat.XML, tables.xml), (QueryResultsFormat.TSV, tables.tsv)], ids=["xml", "tsv"]
)
def test_random_terms_come_back_to_a_reader_of_results(
    form: QueryResultsFormat, write: Callable[[Table], bytes], rows: Rows, table: Table
) -> None:
    found = parse_query_results(write(table), format=form)
    assert isinstance(found, QuerySolutions)
    assert [[*row] for row in found] == rows
