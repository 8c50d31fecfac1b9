"""The canned queries as data: complete, in both languages, and read by the editors that look for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, Triple, parse

import samverkan
from samverkan import formats
from samverkan.formats import FORMATS, Format, formats_for
from samverkan.model.namespaces import DCAT, DCTERMS, RDFS, SH, TYPE, XSD
from samverkan.model.queries import read_query
from samverkan.model.results import Graph
from samverkan.publication.query_catalogue import answer_of, catalogue
from samverkan.site.documents import order
from samverkan.site.querying import default

BASE = "https://example.org/doll/"
LEAST = {"https://example.org/doll/": 554, "https://w3id.org/samverkan/ki/": 2781}  # triples of the catalogue
TEXTS = {"SELECT": f"{SH}select", "ASK": f"{SH}ask", "CONSTRUCT": f"{SH}construct"}
# As the SPARQL editors of the SIB ask for examples and prefixes.
EXAMPLES = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX spex: <https://purl.expasy.org/sparql-examples/ontology#>
SELECT DISTINCT ?sq ?comment ?query
WHERE { ?sq a sh:SPARQLExecutable ; rdfs:comment ?comment ; sh:select|sh:ask|sh:construct|spex:describe ?query . }
"""
PREFIXES = """
PREFIX sh: <http://www.w3.org/ns/shacl#>
SELECT DISTINCT ?prefix ?namespace WHERE { [] sh:namespace ?namespace ; sh:prefix ?prefix }
"""


@pytest.fixture(params=["doll", "ki"])
def site(request: pytest.FixtureRequest) -> samverkan.Site:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, samverkan.Site)
    return found


def objects(graph: Graph, subject: str, predicate: str) -> list[str]:
    """The values of a predicate; texts without their languages."""
    return [
        triple.object.value
        for triple in graph.own
        if triple.subject == NamedNode(subject)
        and triple.predicate == NamedNode(predicate)
        and isinstance(triple.object, Literal | NamedNode)
    ]


def store(graph: Graph) -> Store:
    found = Store()
    found.extend(Quad(triple.subject, triple.predicate, triple.object) for triple in graph.own)
    return found


def asked(graph: Graph, sparql: str) -> set[tuple[str, ...]]:
    found = store(graph).query(sparql)
    assert isinstance(found, QuerySolutions)
    return {tuple(getattr(term, "value", "") for term in solution) for solution in found}


def test_every_query_stands_there_with_its_text_its_form_and_its_tags(site: samverkan.Site) -> None:
    graph = catalogue(site)
    base = site.settings.base

    assert set(objects(graph, f"{base}query", f"{DCTERMS}hasPart")) == {f"{base}query/{name}" for name in site.queries}
    for query in site.queries.values():
        iri = f"{base}query/{query.name}"
        assert objects(graph, iri, TEXTS[query.form]) == [query.text]
        executable = f"{SH}SPARQL{query.form.title()}Executable"
        assert sorted(objects(graph, iri, TYPE.value)) == sorted([f"{SH}SPARQLExecutable", executable])
        assert objects(graph, iri, f"{DCAT}keyword") == sorted(query.tags)


def test_every_format_of_an_answer_has_its_address_and_its_media_type(site: samverkan.Site) -> None:
    graph = catalogue(site)
    for query in site.queries.values():
        iri = f"{site.settings.base}query/{query.name}"
        expected = {iri + form.suffix: form.media_type for form in formats_for(answer_of(query))}
        assert set(objects(graph, iri, f"{DCTERMS}hasFormat")) == set(expected)
        for address, media_type in expected.items():
            assert objects(graph, address, f"{DCTERMS}format") == [media_type]


def test_the_address_of_every_format_is_one_where_the_answer_stands(doll: samverkan.Site) -> None:
    graph = catalogue(doll)
    for query in doll.queries.values():
        path = f"query/{query.name}"
        (page,) = (page for page in doll.pages[path] if not page.suffix)
        addresses = {BASE + path + form.suffix for form in formats_for(page.kind)}
        assert addresses == set(objects(graph, BASE + path, f"{DCTERMS}hasFormat"))


def test_a_new_format_is_found_without_being_named_here(doll: samverkan.Site, monkeypatch: pytest.MonkeyPatch) -> None:
    more = Format("new", "New", "application/x-new", ".new", ("Graph",), "graphs.ntriples")
    monkeypatch.setattr(formats, "FORMATS", (*FORMATS, more))
    monkeypatch.setattr(formats, "_formats", formats._formats.__wrapped__)  # which would know the others by now

    found = objects(catalogue(doll), f"{BASE}query/lights-graph", f"{DCTERMS}hasFormat")
    assert f"{BASE}query/lights-graph.new" in found


def test_every_text_has_swedish_and_english(site: samverkan.Site) -> None:
    spoken: dict[tuple[str, str], set[str]] = {}
    for triple in catalogue(site).own:
        if isinstance(triple.object, Literal) and triple.object.language:
            assert isinstance(triple.subject, NamedNode)
            spoken.setdefault((triple.subject.value, triple.predicate.value), set()).add(triple.object.language)

    parameters = sum(len(query.parameters) for query in site.queries.values())
    assert len(spoken) == 1 + 3 * len(site.queries) + 2 * parameters
    assert all(languages == {"sv", "en"} for languages in spoken.values())


def test_a_parameter_says_what_it_takes_and_what_it_is_if_left_out(doll: samverkan.Site) -> None:
    graph = catalogue(doll)
    search = f"{BASE}query/search"
    datatypes = {"since": "date", "text": "string", "lamps": "integer", "colour": "string", "lang": "string"}

    assert set(objects(graph, search, f"{SH}parameter")) == {f"{search}#{name}" for name in datatypes}
    for name, datatype in datatypes.items():
        iri = f"{search}#{name}"
        assert objects(graph, iri, f"{SH}path") == [iri]
        assert objects(graph, iri, f"{SH}datatype") == [f"{XSD}{datatype}"]
        assert objects(graph, iri, f"{SH}optional") == ["true"]
    assert objects(graph, f"{search}#since", f"{SH}defaultValue") == ["2021-01-01"]
    assert objects(graph, f"{search}#lamps", f"{SH}defaultValue") == ["0"]
    assert objects(graph, f"{search}#colour", f"{SH}defaultValue") == []
    assert "ett heltal" in objects(graph, f"{search}#lamps", f"{RDFS}comment")


def test_a_menu_is_a_class_or_another_query(doll: samverkan.Site) -> None:
    graph = catalogue(doll)
    keeper, light = f"{BASE}query/keeper#keeper", f"{BASE}query/visits#light"

    assert objects(graph, keeper, f"{SH}class") == [f"{BASE}def/Keeper"]
    assert objects(graph, keeper, f"{SH}nodeKind") == [f"{SH}IRI"]
    assert objects(graph, light, f"{RDFS}seeAlso") == [f"{BASE}query/lights"]


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("UNDEF", None),
        (" undef # any", None),
        ('"a" "b"', None),
        ("", None),
        ('"å"@sv', Literal("å", language="sv")),
        ("'''two\nlines'''", Literal("two\nlines")),
        ("ex:x", NamedNode("https://example.org/x")),
        ("<https://example.org/#x>", NamedNode("https://example.org/#x")),
        ('"2021-01-01"^^xsd:date # a comment', Literal("2021-01-01", datatype=NamedNode(f"{XSD}date"))),
        ("7", Literal(7)),
        ("true", Literal(True)),
    ],
)
def test_a_default_is_the_one_term_in_the_block(block: str, expected: Literal | NamedNode | None) -> None:
    text = (
        "#+ parameters: {x: {type: text}}\n"
        f"PREFIX ex: <https://example.org/> # SELECT\nPREFIX xsd: <{XSD}>\n"
        f"SELECT ?x {{ VALUES ?x {{ {block}\n}} }}"
    )
    query = read_query(text, "queries/one.rq")

    assert default(query, query.parameter("x")) == expected


def test_the_editors_find_every_query_and_every_prefix(doll: samverkan.Site) -> None:
    graph = catalogue(doll)

    assert {row[0] for row in asked(graph, EXAMPLES)} == {f"{BASE}query/{name}" for name in doll.queries}
    assert {row[2] for row in asked(graph, EXAMPLES)} == {query.text for query in doll.queries.values()}
    assert asked(graph, PREFIXES) == set(doll.prefixes.table.items())


def test_a_describe_query_has_the_class_that_shacl_lacks(copy: Path) -> None:
    (copy / "queries/one.rq").write_text("#+ summary: One\nDESCRIBE <https://example.org/doll/id/keeper/k1>\n")
    graph = catalogue(samverkan.open(copy))

    assert f"{BASE}query/one" in {row[0] for row in asked(graph, EXAMPLES)}
    assert objects(graph, f"{BASE}query/one", f"{SH}construct") == []
    # A text that is not said to be in any language is in none.
    (label,) = (t.object for t in graph.own if t.subject == NamedNode(f"{BASE}query/one") and "label" in str(t))
    assert label == Literal("One")


def test_a_site_without_queries_has_an_empty_catalogue(copy: Path) -> None:
    for file in (copy / "queries").iterdir():
        file.unlink()
    site = samverkan.open(copy)
    graph = catalogue(site)

    assert objects(graph, f"{BASE}query", f"{DCTERMS}hasPart") == []
    assert asked(graph, PREFIXES) == set(site.prefixes.table.items())


def test_the_triples_are_in_the_order_of_all_documents_and_none_twice(site: samverkan.Site) -> None:
    graph = catalogue(site)
    root = f"{site.settings.base}query"

    def place(triple: Triple) -> tuple[bool, str, tuple[str, str, str]]:
        subject = str(getattr(triple.subject, "value", ""))
        return (subject != root, subject, order(triple))

    assert graph.root == root
    assert list(graph.own) == sorted(graph.own, key=place)
    assert len(set(graph.own)) == len(graph.own)
    assert len(graph.own) >= LEAST[site.settings.base]


def written(site: samverkan.Site) -> Iterator[tuple[str, bytes]]:
    graph = catalogue(site)
    return ((form.media_type, form(graph, site.context)) for form in formats_for(Graph))


def test_all_formats_say_the_same_without_blank_nodes(site: samverkan.Site) -> None:
    for media_type, content in written(site):
        assert b"_:" not in content
        found = parse(content, format=RdfFormat.from_media_type(media_type))
        assert {quad.triple for quad in found} == set(catalogue(site).own)
        assert len(content) < 8_600 * (1 + len(site.queries))
