"""An answer that is too large to be held is the same answer when it comes in blocks."""

from __future__ import annotations

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from samverkan.errors import NotAcceptableError
from samverkan.formats import FORMATS, formats_for, formats_of, named
from samverkan.formats.streams import StreamWriter
from samverkan.model.results import Answer, Graph, Table
from samverkan.publication.published import Site
from samverkan.store import Embedded, Large, large

TABLES = {
    "all columns in the order of the text": "SELECT * { ?z ?y ?a }",
    "a column that is often empty": "SELECT ?s ?x { ?s ?p ?o OPTIONAL { ?s foaf:name ?x } }",
    "rows without any value": "SELECT ?x { ?s ?p ?o VALUES ?x { UNDEF 'a' UNDEF UNDEF } }",
    "no column": "SELECT * { VALUES () { () () () } }",
    "blank nodes that come again": "SELECT ?b ?c { { SELECT (BNODE() AS ?b) { ?s ?p ?o } LIMIT 9 } ?c a ?d }",
    "texts that look like JSON": """SELECT ?s ?x { ?s ?p ?o
        VALUES ?x { '},{' '}},{"x":{' ']}}' '"bindings":[' '=1+1' 'a\\r\\nb' '},{'@sv '}},{'^^xsd:token } }""",
    "a triple": "SELECT ?s ?t { ?s ?p ?o BIND (<<( ?s ?p ?o )>> AS ?t) }",
    "one column of nothing": "SELECT ?x { VALUES ?y { 1 2 } VALUES ?x { UNDEF '' UNDEF } }",
}
GRAPHS = {
    "everything": "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
    "triples that come again": "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c . ?s ?p ?o }",
    "what is about a thing": "DESCRIBE ?s { ?s a ?c }",
}


def in_blocks(site: Site, query: str, most: int = 300) -> tuple[Answer | None, list[Table | Graph]]:
    """The answer of a query, or its blocks."""
    blocks: list[Table | Graph] = []
    assert isinstance(site.store, Embedded)
    found = site.store.stream(query, Large(most, blocks.append), prefixes=dict(site.prefixes.table))
    return found, blocks


def whole(site: Site, query: str) -> Answer:
    return site.store.query(query, prefixes=dict(site.prefixes.table))


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "BLOCK", 700)


@pytest.mark.parametrize("query", TABLES.values(), ids=TABLES)
def test_a_table_in_blocks_has_the_bytes_of_the_whole_table_in_every_format(doll: Site, query: str) -> None:
    table = whole(doll, query)
    found, blocks = in_blocks(doll, query)

    assert found is None or not blocks
    for form in formats_for(Table):
        write = StreamWriter(form, doll.context)
        try:
            written = form(table)
        except NotAcceptableError:
            continue
        if found is None:
            assert b"".join((*(write(block) for block in blocks), write.end)) == written, form.name
        else:
            assert form(found) == written


def test_the_queries_above_are_large_enough_to_come_in_blocks(doll: Site) -> None:
    counts = {name: len(in_blocks(doll, query)[1]) for name, query in (TABLES | GRAPHS).items()}
    assert {name for name, count in counts.items() if count < 3} == {"no column", "one column of nothing"}


@pytest.mark.parametrize("query", GRAPHS.values(), ids=GRAPHS)
def test_a_graph_in_blocks_is_the_whole_graph_in_every_format(doll: Site, query: str) -> None:
    graph = whole(doll, query)
    assert isinstance(graph, Graph)
    _, blocks = in_blocks(doll, query)

    for form in formats_of(graph):
        write = StreamWriter(form, doll.context)
        written = b"".join((*(write(block) for block in blocks), write.end))
        found = parse(written, format=RdfFormat.from_media_type(form.media_type))
        assert {quad.triple for quad in found} == read(form(graph, doll.context), form.media_type), form.name


def read(written: bytes, media_type: str) -> set[Triple]:
    return {quad.triple for quad in parse(written, format=RdfFormat.from_media_type(media_type))}


def test_an_answer_that_is_small_is_whole(doll: Site) -> None:
    for query in ("SELECT ?s { ?s a ?c }", "ASK { ?s ?p ?o }", GRAPHS["everything"]):
        found, blocks = in_blocks(doll, query, 1 << 20)
        assert blocks == []
        expected = whole(doll, query)
        assert found == expected if not isinstance(found, Graph) else found.triples == expected.triples  # type: ignore[union-attr]  # the same kind


def test_a_graph_of_many_triples_is_large_however_little_they_say(doll: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large, "TRIPLES", 20)
    _, blocks = in_blocks(doll, GRAPHS["everything"], 1 << 30)
    assert len(blocks) > 2
    assert all(isinstance(block, Graph) and len(block.own) <= 21 for block in blocks)


def test_a_format_that_can_not_carry_a_later_block_says_so(doll: Site) -> None:
    xml = named("xml")
    assert xml
    write = StreamWriter(xml, doll.context)
    write(Table(b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"a"}}]}}'))
    with pytest.raises(NotAcceptableError):
        write(Table(b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"\\u0001"}}]}}'))


def test_who_takes_no_more_blocks_ends_the_query(doll: Site) -> None:
    def refuse(_: object) -> None:
        raise NotAcceptableError("enough")

    assert isinstance(doll.store, Embedded)
    for query in (TABLES["all columns in the order of the text"], GRAPHS["everything"]):
        with pytest.raises(NotAcceptableError, match="enough"):
            doll.store.stream(query, Large(300, refuse))


def test_every_format_of_an_answer_can_be_streamed(doll: Site) -> None:
    for form in FORMATS:
        if {"Table", "Graph"} & {*form.writes}:
            StreamWriter(form, doll.context)
