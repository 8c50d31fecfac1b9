"""JSON-LD: what its readers read back is what was written, term for term, whatever the context."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyld import jsonld as pyld
from pyoxigraph import BlankNode, Dataset, Literal, NamedNode, Quad, RdfFormat, Triple, parse
from tests.live import Live

from samverkan.errors import NotAcceptableError
from samverkan.formats import jsonld
from samverkan.formats.jsonld import Context
from samverkan.model.namespaces import RDF, XSD
from samverkan.model.prefixes import Prefixes
from samverkan.model.results import Description, Graph, Quads
from samverkan.publication.published import Site
from samverkan.site.class_shapes import ClassShapes
from samverkan.site.json_context import refined

ROOT = Path(__file__).parents[2]
SITE: dict[str, Any] = json.loads((ROOT / "ontology/context.jsonld").read_bytes())["@context"]

# Everything that JSON-LD 1.1 lets a context say, and that a careless writer would trip over.
NASTY: dict[str, Any] = {
    "@version": 1.1,
    "@vocab": "https://example.org/vocab/",
    "@base": "https://example.org/base/",
    "@language": "sv",
    "@protected": True,
    "ex": "https://example.org/",
    "sub": "https://example.org/sub/",
    "query": "https://example.org/?q=",
    "half": "ex:half/",
    "urn": "https://example.org/urn#",
    "http": "https://example.org/http/",
    "_": "https://example.org/blank/",
    "expanded": {"@id": "https://example.org/expanded/", "@prefix": True},
    "id": "@id",
    "type": "@type",
    "value": "@value",
    "lang": "@language",
    "graph": "@graph",
    "none": "@none",
    "name": {"@id": "ex:name", "@container": "@language"},
    "names": {"@id": "ex:names", "@container": ["@language", "@set"]},
    "link": {"@id": "ex:link", "@type": "@id"},
    "links": {"@id": "ex:links", "@type": "@id", "@container": "@set"},
    "date": {"@id": "ex:date", "@type": "xsd:date"},
    "count": {"@id": "ex:count", "@type": "http://www.w3.org/2001/XMLSchema#integer"},
    "yes": {"@id": "ex:yes", "@type": "http://www.w3.org/2001/XMLSchema#boolean"},
    "string": {"@id": "ex:string", "@type": "http://www.w3.org/2001/XMLSchema#string"},
    "tagged": {"@id": "ex:tagged", "@language": "sv"},
    "untagged": {"@id": "ex:untagged", "@language": None},
    "list": {"@id": "ex:list", "@container": "@list"},
    "index": {"@id": "ex:index", "@container": "@index"},
    "byid": {"@id": "ex:byid", "@container": ["@graph", "@id"]},
    "back": {"@reverse": "ex:link"},
    "anything": {"@id": "ex:anything", "@type": "@json"},
    "word": {"@id": "ex:word", "@type": "@vocab"},
    "whatever": {"@id": "ex:whatever", "@type": "@none"},
    "Scoped": {"@id": "ex:Class", "@context": {"name": "ex:other", "link": None}},
    "scoped": {"@id": "ex:scoped", "@context": {"ex": "https://evil.example/"}},
    "guarded": {"@id": "ex:guarded", "@protected": True},
    "kind": {"@id": "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "@type": "@id"},
    "gone": None,
    "ex:link": {"@id": "ex:link", "@type": "ex:trap"},
    "ex:plain": {"@id": "ex:plain", "@type": "@id"},
    "plain": "ex:plain",
    "unknown": "nowhere:name",
    "relative": "plain",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
# What shapes say of some of its terms: several datatypes, one value, addresses and no more.
PROMISES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix ex: <https://example.org/> . ex:S a sh:NodeShape ; sh:targetClass ex:Class ;
  sh:property [ sh:path ex:plain ; sh:or ( [ sh:datatype xsd:date ] [ sh:datatype ex:trap ] ) ] ,
    [ sh:path ex:name ; sh:uniqueLang true ] , [ sh:path ex:link ; sh:nodeKind sh:IRI ] ,
    [ sh:path ex:date ; sh:maxCount 1 ] ,
    [ sh:path ex:kind ; sh:datatype xsd:integer ] , [ sh:path ex:guarded ; sh:datatype xsd:gYear ] ."""


def _of_a_site(source: dict[str, Any]) -> Context:
    """A context as a site writes with it: refined by shapes, with an address."""
    shapes = ClassShapes((quad.triple for quad in parse(PROMISES.encode(), format=RdfFormat.TURTLE)), ())
    prefixes = Prefixes.from_context(source)
    address = f"{EX}context.jsonld"
    return Context(source, prefixes, lambda: refined(source, prefixes, shapes, {}, ()), published_at=address)


EX = "https://example.org/"
CONTEXTS = {"site": Context.of(SITE), "empty": Context.of({}), "nasty": Context.of(NASTY)}
REFINED = _of_a_site({name: each for name, each in NASTY.items() if name != "name"})

TERMS = [definition for definition in NASTY if definition.isalpha()]
IRIS = st.sampled_from(
    [
        *(
            EX + name
            for name in ("a", "b", "name", "sub/x", "sub/", "", "?q=x", "half/x", "urn#x", "Class", "é", "a/b", "a.b")
        ),
        *(
            "urn:x",
            "urn:a:b",
            "http:x",
            "ex:link",
            "link:x",
            "id:x",
            "type:x",
            "agreement:huddinge",
            "tag:x,2020:y",
            "graph:x",
        ),
        *(f"{RDF}{name}" for name in ("type", "nil", "first", "rest", "value")),
        "https://w3id.org/samverkan/def/Agreement",
        "https://w3id.org/samverkan/ki/id/agreement/x",
        "http://www.w3.org/2004/02/skos/core#Concept",
    ]
)
PREDICATES = st.one_of(
    st.sampled_from([EX + name for name in TERMS]),
    st.sampled_from(
        [
            f"{RDF}type",
            "http://www.w3.org/2004/02/skos/core#prefLabel",
            "https://w3id.org/samverkan/def/party",
            "https://w3id.org/samverkan/def/order",
            "https://w3id.org/samverkan/def/signedNotBefore",
            "https://w3id.org/samverkan/def/nonExhaustive",
            "https://w3id.org/samverkan/def/aim",
        ]
    ),
    IRIS,
).map(NamedNode)
TEXTS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["", "0", "-0", "007", "+5", "5", "-12", "9" * 15, "9" * 20, "true", "false", "TRUE", "1", "1.50"]),
    st.sampled_from(
        ["2020-02-30", "ex:a", "@id", "_:b", "\x00\x0b\x7f", "\r\n\t", "</script>", "\ufffe\U0010ffff", " x "]
    ),
)
LITERALS = st.one_of(
    st.builds(Literal, TEXTS),
    st.builds(
        lambda text, tag: Literal(text, language=tag),
        TEXTS,
        st.sampled_from(["sv", "en", "sv-SE", "zh-Hant-TW", "id", "type", "none", "de-x-private", "ex"]),
    ),
    st.builds(
        lambda text, iri: Literal(text, datatype=NamedNode(iri)),
        TEXTS,
        st.sampled_from(
            [
                *(
                    f"{XSD}{name}"
                    for name in ("integer", "boolean", "decimal", "date", "gYear", "string", "anyURI", "int")
                ),
                *(f"{EX}trap", f"{EX}sub/t", "urn:type", f"{RDF}HTML", f"{RDF}JSON", f"{RDF}XMLLiteral"),
            ]
        ),
    ),
)
BLANKS = st.sampled_from([BlankNode("b0"), BlankNode("b1"), BlankNode("x")])
NODES = st.one_of(IRIS.map(NamedNode), BLANKS)
TRIPLES = st.builds(Triple, NODES, PREDICATES, st.one_of(NODES, LITERALS))
GRAPHS = st.lists(TRIPLES, max_size=12, unique=True)


def _quads(content: Graph | Quads) -> list[Quad]:
    if isinstance(content, Quads):
        return list(content.quads)
    return [Quad(triple.subject, triple.predicate, triple.object) for triple in content.triples]


def _folded(term: Any) -> Any:
    """Language tags are the same in any case (RDF 1.1, section 3.3); readers fold them."""
    if isinstance(term, Literal) and term.language:
        return Literal(term.value, language=term.language.lower())
    return term


def _canonical(quads: Iterable[Quad]) -> set[str]:
    from pyoxigraph import CanonicalizationAlgorithm

    found = Dataset(Quad(q.subject, q.predicate, _folded(q.object), q.graph_name) for q in quads)
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in found}


def _read_by_oxigraph(document: bytes) -> set[str]:
    return _canonical(parse(document, format=RdfFormat.JSON_LD))


def _read_by_pyld(document: bytes) -> set[str]:
    written = pyld.to_rdf(
        json.loads(document), {"format": "application/n-quads", "base": "", "documentLoader": _nothing}
    )
    return _canonical(parse(written.encode(), format=RdfFormat.N_QUADS))


def _nothing(url: str, _: object) -> None:
    message = f"{url} must not be fetched"
    raise AssertionError(message)


def _assert_faithful(content: Graph | Quads, context: Context) -> None:
    documents = [jsonld.write_document(content, context)]
    if context.published_at:
        linked = json.loads(jsonld.write_linked(content, context))
        documents.append(json.dumps({**linked, **json.loads(jsonld.write_context(context))}).encode())
    for document in documents:
        assert _read_by_oxigraph(document) == _canonical(_quads(content))
        assert _read_by_pyld(document) == _canonical(_quads(content))


def _fast(examples: int) -> settings:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )


@pytest.mark.parametrize("name", CONTEXTS)
def test_any_graph_is_read_back_as_it_was(name: str) -> None:
    @_fast(400)
    @given(GRAPHS)
    def examine(triples: list[Triple]) -> None:
        _assert_faithful(Graph(tuple(triples)), CONTEXTS[name])

    examine()


@pytest.mark.parametrize("name", CONTEXTS)
def test_any_graph_with_a_root_is_read_back_as_it_was(name: str) -> None:
    @_fast(400)
    @given(GRAPHS.filter(bool), st.data())
    def examine(triples: list[Triple], data: st.DataObject) -> None:
        root = data.draw(st.sampled_from([t.subject for t in triples]).map(lambda node: getattr(node, "value", "")))
        own = tuple(t for t in triples if getattr(t.subject, "value", "") == root)
        rest = tuple(t for t in triples if t not in own)
        neighbours: dict[str, list[Triple]] = {}
        for triple in rest:
            neighbours.setdefault(str(triple.subject), []).append(triple)
        shared = tuple(Description(about[0].subject.value, tuple(about)) for about in neighbours.values())  # type: ignore[union-attr]  # no triple terms here
        _assert_faithful(Graph((*own, *rest), root), CONTEXTS[name])
        if all(isinstance(triple.subject, NamedNode) for triple in triples):
            _assert_faithful(Graph(own, root, shared), CONTEXTS[name])

    examine()


def test_any_graph_is_read_back_with_what_shapes_make_of_a_context_inside_or_by_its_address() -> None:
    @_fast(60)
    @given(GRAPHS.filter(bool))
    def examine(triples: list[Triple]) -> None:
        _assert_faithful(Graph(tuple(triples), getattr(triples[0].subject, "value", "")), REFINED)

    examine()


@pytest.mark.parametrize("name", CONTEXTS)
def test_any_dataset_is_read_back_as_it_was(name: str) -> None:
    graphs = st.one_of(IRIS.map(NamedNode), st.just(BlankNode("g")), st.just(None))

    @_fast(250)
    @given(st.lists(st.tuples(TRIPLES, graphs), max_size=10, unique=True))
    def examine(pairs: list[tuple[Triple, NamedNode | BlankNode | None]]) -> None:
        quads = (
            Quad(t.subject, t.predicate, t.object, g) if g else Quad(t.subject, t.predicate, t.object) for t, g in pairs
        )
        _assert_faithful(Quads(tuple(quads)), CONTEXTS[name])

    examine()


def test_every_document_of_the_site_is_read_back_as_it_was(ki: Site) -> None:
    documents = [
        content
        for path, pages in ki.pages.items()
        for page in pages
        if path.startswith(("doc/", "def/", "graph/")) and isinstance(content := page.content(), Graph)
    ]
    assert len(documents) > 380
    for content in documents:
        assert _read_by_oxigraph(jsonld.write_document(content, ki.context)) == _canonical(_quads(content))


def test_the_whole_dataset_is_read_back_as_it_was(ki: Site) -> None:
    content = ki.documents.quads()
    assert _read_by_oxigraph(jsonld.write_document(content, ki.context)) == _canonical(content.quads)


def test_every_use_of_the_nasty_context_is_read_back_as_it_was() -> None:
    values: list[NamedNode | BlankNode | Literal] = [
        Literal("x"),
        Literal("x", language="sv"),
        Literal("x", language="en"),
        Literal("5", datatype=NamedNode(f"{XSD}integer")),
        Literal("2020-01-01", datatype=NamedNode(f"{XSD}date")),
        Literal("true", datatype=NamedNode(f"{XSD}boolean")),
        NamedNode(f"{EX}b"),
        NamedNode("urn:b"),
        BlankNode("b"),
    ]
    count = 0
    for predicate in [EX + name for name in TERMS]:
        for value in values:
            triple = Triple(NamedNode(f"{EX}a"), NamedNode(predicate), value)
            _assert_faithful(Graph((triple,), f"{EX}a"), CONTEXTS["nasty"])
            count += 1
    assert count == len(TERMS) * len(values) > 300


def test_the_same_graph_gives_the_same_bytes_in_every_process() -> None:
    program = (
        "import hashlib, samverkan; from samverkan.formats import jsonld; site = samverkan.open('.');"
        "print([hashlib.sha256(jsonld.write_document(p.content(), site.context)).hexdigest()"
        " for path, pages in site.pages.items() if path.startswith(('doc/', 'dump/')) for p in pages if not p.suffix])"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(runs) == 1
    assert len(runs.pop()) > 1000


def _document(*triples: Triple, root: str | None = None, context: str = "nasty") -> Any:
    return json.loads(jsonld.write_document(Graph(triples, root), CONTEXTS[context]))


def _triple(subject: str, predicate: str, value: NamedNode | Literal) -> Triple:
    return Triple(NamedNode(subject), NamedNode(predicate), value)


def test_the_subject_is_the_root_with_the_labels_of_what_it_links_to_inside_it() -> None:
    found = _document(
        _triple(f"{EX}a", f"{EX}link", NamedNode(f"{EX}b")),
        _triple(f"{EX}a", f"{RDF}type", NamedNode(f"{EX}Thing")),
        _triple(f"{EX}b", f"{EX}name", Literal("Bee", language="en")),
        _triple(f"{EX}b", f"{EX}name", Literal("Bi", language="sv")),
        root=f"{EX}a",
    )
    assert list(found) == ["@context", "id", "type", "link"]
    assert found["type"] == "ex:Thing"
    assert found["link"] == {"id": f"{EX}b", "name": {"en": "Bee", "sv": "Bi"}}


def test_what_the_root_does_not_link_to_stands_behind_it() -> None:
    found = _document(
        _triple(f"{EX}a", f"{RDF}type", NamedNode(f"{EX}Thing")),
        _triple(f"{EX}Thing", f"{EX}name", Literal("Ting", language="sv")),
        root=f"{EX}a",
    )
    assert list(found) == ["@context", "id", "type", "@included"]
    assert found["@included"] == [{"id": f"{EX}Thing", "name": {"sv": "Ting"}}]


def test_a_link_to_itself_does_not_hide_the_root() -> None:
    found = _document(_triple(f"{EX}a", f"{EX}link", NamedNode(f"{EX}a")), root=f"{EX}a")
    assert found["link"] == f"{EX}a"


def test_a_term_that_is_a_set_is_always_a_list() -> None:
    found = _document(
        _triple(f"{EX}a", f"{EX}links", NamedNode(f"{EX}b")),
        _triple(f"{EX}a", f"{EX}names", Literal("x", language="sv")),
        root=f"{EX}a",
    )
    assert (found["links"], found["names"]) == ([f"{EX}b"], {"sv": ["x"]})


def test_numbers_and_truth_values_are_those_of_json_where_nothing_is_lost() -> None:
    integers = [Literal(text, datatype=NamedNode(f"{XSD}integer")) for text in ("5", "007", "9" * 20)]
    found = _document(*(_triple(f"{EX}a", f"{EX}count", value) for value in integers), root=f"{EX}a")
    assert found["count"] == [5, "007", "9" * 20]


def test_the_context_inside_has_only_what_the_document_uses() -> None:
    found = _document(_triple(f"{EX}a", f"{EX}name", Literal("x", language="sv")), root=f"{EX}a")
    assert list(found["@context"]) == ["@version", "ex", "id", "type", "name"]


def test_an_iri_whose_scheme_the_context_redefines_is_written_without_a_context() -> None:
    found = _document(_triple("urn:a", f"{EX}name", Literal("x", language="sv")), root="urn:a")
    assert found == {"@id": "urn:a", f"{EX}name": {"@value": "x", "@language": "sv"}}


def test_an_empty_graph_is_an_empty_document() -> None:
    assert _document(context="empty") == {"@graph": []}


def test_a_triple_term_is_refused() -> None:
    quoted = _triple("urn:a", "urn:b", Literal("c"))
    with pytest.raises(NotAcceptableError, match="triple terms"):
        jsonld.write_document(Graph((Triple(NamedNode("urn:a"), NamedNode("urn:b"), quoted),)), CONTEXTS["empty"])


def test_the_direction_of_a_text_is_kept() -> None:
    triples = tuple(quad.triple for quad in parse('<a:a> <a:b> "x"@ar--rtl .', format=RdfFormat.TURTLE))
    document = jsonld.write_document(Graph(triples), CONTEXTS["empty"])
    assert [quad.triple for quad in parse(document, format=RdfFormat.JSON_LD)] == list(triples)


def test_ten_thousand_values_of_one_property_stay_cheap() -> None:
    triples = [_triple(f"{EX}a", f"{EX}links", NamedNode(f"{EX}{number}")) for number in range(10_000)]
    assert len(_document(*triples, root=f"{EX}a")["links"]) == 10_000


# ---------------------------------------------------------------- by its address

THING = "lighthouse/masudden"
# Where JSON-LD is loaded from, and the address of the same triples in N-Triples, or N-Quads.
LOADED = {
    "a document": (f"doc/{THING}.jsonld", f"doc/{THING}.nt"),
    "a document by negotiation": (f"doc/{THING}", f"doc/{THING}.nt"),
    "a thing": (f"id/{THING}", f"doc/{THING}.nt"),
    "what is replaced": ("id/lighthouse/gamla-masudden", f"doc/{THING}.nt"),
    "what was split": ("id/lightship/tvillingarna", "doc/lightship/tvillingarna.nt"),
    "what is withdrawn": ("id/lighthouse/villgrund", "doc/lighthouse/villgrund.nt"),
    "a word": ("def/Lighthouse", "def/Lighthouse.nt"),
    "the ontology": ("def", "def.nt"),
    "a graph": ("graph/lights", "graph/lights.nt"),
    "the catalogue": ("query", "query.nt"),
    "the dataset": ("dataset", ".well-known/void.nt"),
    "a dump": ("dump/dataset.jsonld", "dump/dataset.trig"),
    "a dump by negotiation": ("dump/dataset", "dump/dataset.trig"),
    "a canned answer": ("query/lights-graph.jsonld", "query/lights-graph.nt"),
    "a canned answer with a value": ("query/lights-graph?light=vandraren", "query/lights-graph.nt?light=vandraren"),
    "the endpoint": ("sparql", "sparql.nt"),
    "a free answer": (f"sparql?query={quote('DESCRIBE lighthouse:masudden')}", ""),
}


@pytest.mark.parametrize(("loaded", "same"), LOADED.values(), ids=LOADED)
def test_pyld_loads_our_json_ld_by_its_address(live: Live, loaded: str, same: str) -> None:
    root = f"http://127.0.0.1:{live.port}/"
    options = {"documentLoader": pyld.requests_document_loader(), "format": "application/n-quads"}
    found = parse(pyld.to_rdf(root + loaded, options), format=RdfFormat.N_QUADS)
    answer = live.ask(f"/{same}") if same else live.ask(f"/{loaded}", accept="application/n-triples")
    form = RdfFormat.from_media_type(answer.headers["content-type"])
    assert form

    assert _values(found) == _values(parse(answer.body, format=form)) != set()


def _values(quads: Iterable[Quad]) -> set[str]:
    """Quads as text, each with the value of a double rather than its form, which PyLD changes."""
    return {re.sub(r'"([^"]*)"(?=\^\^<[^>]*#double>)', lambda found: str(float(found[1])), str(quad)) for quad in quads}


@pytest.mark.parametrize(("loaded", "same"), LOADED.values(), ids=LOADED)
def test_an_answer_in_json_ld_names_one_alternate_at_most_and_keeps_its_other_links(
    live: Live, loaded: str, same: str
) -> None:
    answer = live.ask(f"/{loaded}", accept="application/ld+json")
    while answer.status in {303, 308}:
        answer = live.ask(answer.headers["location"], accept="application/ld+json")
    link = answer.headers.get("link", "")
    other = live.ask(f"/{same}").headers["link"] if same else ""

    assert answer.headers["content-type"] == "application/ld+json"
    assert link.count('rel="alternate"') <= 1
    assert "http://www.w3.org/ns/json-ld#context" not in link
    for rel in ("cite-as", "license", "describedby", "item", "successor-version"):
        assert other.count(f'rel="{rel}"') <= link.count(f'rel="{rel}"')
