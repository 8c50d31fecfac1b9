"""JSON that a web developer can build on: every key has one form, whatever the document, and so has every reader."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import rdflib
from pyld import jsonld as pyld
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

import samverkan
from samverkan import Site
from samverkan.formats import jsonld
from samverkan.formats.jsonld import Context
from samverkan.model.namespaces import RDF, XSD
from samverkan.model.prefixes import Prefixes
from samverkan.model.results import Graph
from samverkan.publication.resolver import fetch
from samverkan.site.class_shapes import ClassShapes
from samverkan.site.json_context import refined

SITES = ("ki", "doll")
TYPE = NamedNode(f"{RDF}type")
KINDS = ("agreement", "heading", "identifier", "organisation", "passage", "person")


def _documents(site: Site) -> Iterator[tuple[str, Any]]:
    for path, iri in site.documents.paths():
        yield path, json.loads(jsonld.write_document(site.documents.document(path, iri), site.context))


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every node object of a document."""
    if isinstance(value, list):
        for each in value:
            yield from _nodes(each)
    if isinstance(value, dict):
        if "id" in value:
            yield value
        for key, each in value.items():
            yield from _nodes(each) if key != "@context" else ()


def _form(value: Any) -> str:
    return "list" if isinstance(value, list) else "object" if isinstance(value, dict) else "value"


def _published(site: Site) -> Any:
    return json.loads(jsonld.write_context(site.context))["@context"]


@pytest.mark.parametrize("name", SITES)
def test_no_key_is_a_list_in_one_document_and_a_value_in_another(name: str, request: pytest.FixtureRequest) -> None:
    forms: dict[str, set[str]] = defaultdict(set)
    for _, document in _documents(request.getfixturevalue(name)):
        for node in _nodes(document):
            for key, value in node.items():
                forms[key].add(_form(value))

    assert len(forms) > 25
    assert {key: found for key, found in forms.items() if len(found) > 1} == {}


def test_a_keys_links_are_always_objects_or_always_texts(ki: Site) -> None:
    forms: dict[str, set[str]] = defaultdict(set)
    whole = ki.context.whole
    for _, document in _documents(ki):
        for node in _nodes(document):
            for key, value in node.items():
                if key in whole and key not in {"id", "type", "aboutValue"}:
                    forms[key] |= {_form(each) for each in (value if isinstance(value, list) else [value])}

    assert {key: found for key, found in forms.items() if len(found) > 1} == {}
    assert (forms["party"], forms["webPage"], forms["partOfAgreement"]) == ({"object"}, {"value"}, set())


def test_shapes_decide_what_is_a_list_and_what_a_plain_text(ki: Site) -> None:
    whole = ki.context.whole

    assert whole["party"] == {"@id": "sam:party", "@container": "@set"}  # no sh:maxCount
    assert whole["agreementType"] == {"@id": "sam:agreementType"}  # sh:maxCount 1
    assert whole["signatureDate"] == {"@id": "sam:signatureDate", "@type": "xsd:date"}
    assert whole["signatureDateGYear"] == {"@id": "sam:signatureDate", "@type": "xsd:gYear"}
    assert whole["prefLabel"] == {"@id": "skos:prefLabel", "@container": "@language"}  # sh:uniqueLang
    assert whole["altLabel"] == {"@id": "skos:altLabel", "@container": ["@language", "@set"]}
    assert whole["type"] == {"@id": "@type", "@container": "@set"}


def test_every_kind_of_thing_has_a_name_in_every_language_of_the_site(ki: Site) -> None:
    named: dict[str, Any] = {}
    for path, document in _documents(ki):
        assert list(document["name"]) == ["sv", "en"], path
        assert all(document["name"].values()), path
        named[path.split("/")[1]] = document

    assert set(KINDS) <= named.keys()
    assert named["person"]["name"]["sv"] == named["person"]["fn"] != ""
    assert named["identifier"]["name"]["en"].startswith("Identifier ")


def test_what_a_document_links_to_has_a_name_too(ki: Site) -> None:
    document = dict(_documents(ki))["doc/agreement/solna"]

    assert [each["name"]["en"] for each in document["party"]] == ["Karolinska Institutet", "City of Solna"]
    assert document["contact"][0]["name"] == {"sv": "Christina Joos", "en": "Christina Joos"}


def test_a_site_that_has_a_name_of_its_own_keeps_it(doll: Site) -> None:
    assert doll.context.whole["name"] == {"@id": "foaf:name"}  # its shape says sh:maxCount 1


@pytest.mark.parametrize("path", ["doc/agreement/solna", "doc/person/p2", "doc/organisation/solna"])
def test_compacting_with_the_published_context_gives_the_document_again(ki: Site, path: str) -> None:
    document = dict(_documents(ki))[path]
    context = _published(ki)
    again = pyld.compact(pyld.expand(document), context, {"compactArrays": True})

    included = again["@included"]
    again["@included"] = (
        included if isinstance(included, list) else [included]
    )  # the one key whose form a context can't decide
    for node in (*_nodes(document), *_nodes(again)):
        node.pop("name", None)
    assert _without_order({**again, "@context": None}) == _without_order({**document, "@context": None})


def _without_order(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_order(each) for key, each in value.items() if key != "@context"}
    return (
        sorted(map(_without_order, value), key=lambda each: json.dumps(each, sort_keys=True))
        if isinstance(value, list)
        else value
    )


def test_the_published_context_has_no_prefix_by_which_an_id_could_be_shortened(ki: Site) -> None:
    context = _published(ki)

    assert not set(ki.prefixes.table) & context.keys()
    assert context["party"] == {"@id": "https://w3id.org/samverkan/def/party", "@container": "@set"}


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # by rdflib's own reader
@pytest.mark.parametrize("name", SITES)
def test_rdflib_reads_the_same_graph_from_it(name: str, request: pytest.FixtureRequest) -> None:
    site = request.getfixturevalue(name)
    for path, iri in list(site.documents.paths())[::40]:
        graph = site.documents.document(path, iri)
        read = rdflib.Graph().parse(data=jsonld.write_document(graph, site.context), format="json-ld")
        assert {(str(s), str(p), str(o)) for s, p, o in read} == {
            (t.subject.value, t.predicate.value, t.object.value) for t in graph.triples
        }


@pytest.mark.parametrize("write_form", [jsonld.write_expanded, jsonld.write_flattened, jsonld.write_linked])
def test_every_profile_says_the_same(ki: Site, write_form: Any) -> None:
    graph = ki.documents.document("doc/agreement/solna", f"{ki.settings.base}id/agreement/solna")
    written = json.loads(write_form(graph, ki.context))
    if isinstance(written, dict) and isinstance(written["@context"], str):
        assert written["@context"] == f"{ki.settings.base}context.jsonld"
        written["@context"] = _published(ki)

    found = parse(json.dumps(written).encode(), format=RdfFormat.JSON_LD)
    assert {str(quad.triple) for quad in found} == {str(triple) for triple in graph.triples}


def test_an_expanded_document_is_as_pyld_expands_it(ki: Site) -> None:
    graph = ki.documents.document("doc/agreement/solna", f"{ki.settings.base}id/agreement/solna")
    ours = json.loads(jsonld.write_expanded(graph, ki.context))

    assert _without_order(pyld.expand(ours)) == _without_order(ours)


def test_a_flattened_document_has_no_node_inside_of_another(ki: Site) -> None:
    graph = ki.documents.document("doc/agreement/solna", f"{ki.settings.base}id/agreement/solna")
    nodes = json.loads(jsonld.write_flattened(graph, ki.context))["@graph"]

    assert len(nodes) == len({node["id"] for node in nodes}) > 10
    inner = [each for node in nodes for value in node.values() for each in _nodes(value)]
    assert all(list(each) == ["id"] for each in inner)


SHAPE = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix def: <https://example.org/def/> . @prefix s: <https://example.org/shapes/> .
s:Thing a sh:NodeShape ; sh:targetClass def:Thing ; sh:property s:one , s:many , s:either , s:day .
s:day a sh:PropertyShape ; sh:path def:day ; sh:datatype xsd:date .
s:one a sh:PropertyShape ; sh:path def:one ; sh:datatype xsd:date ; sh:maxCount 1 .
s:many a sh:PropertyShape ; sh:path def:many ; sh:nodeKind sh:IRI .
s:either a sh:PropertyShape ; sh:path def:either ; sh:maxCount 1 ; sh:severity sh:Warning .
"""

CLASS = "https://example.org/def/Thing"
DATA = """<https://example.org/id/x/1> a <https://example.org/def/Thing> ;
  <https://example.org/def/day> "2020-02-29"^^<http://www.w3.org/2001/XMLSchema#date> ."""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Site:
    context = {"def": "https://example.org/def/", "one": "def:one", "many": {"@id": "def:many", "@type": "@id"}}
    context |= {"either": {"@id": "def:either"}, "type": "@type", "id": "@id"}
    files = {
        "samverkan.toml": 'base = "https://example.org/"\nontology = "https://example.org/def/"\nlanguages = ["en"]\n',
        "ontology/context.jsonld": json.dumps({"@context": context}),
        "ontology/words.ttl": "<https://example.org/def/Thing> a <http://www.w3.org/2002/07/owl#Class> .",
        "data/x.ttl": DATA,
        "shapes/x.ttl": SHAPE,
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    return samverkan.open(tmp_path)


def test_a_property_of_somebody_elses_site_follows_its_own_shapes(elsewhere: Site) -> None:
    whole = elsewhere.context.whole

    assert whole["one"] == {"@id": "def:one", "@type": "http://www.w3.org/2001/XMLSchema#date"}
    assert whole["many"] == {"@id": "def:many", "@type": "@id", "@container": "@set"}
    assert whole["either"] == {"@id": "def:either", "@container": "@set"}  # a warning promises nothing


def test_the_schema_asks_for_the_datatype_where_its_key_does_not_tell_it(elsewhere: Site) -> None:
    schema = json.loads(fetch(elsewhere, f"{elsewhere.schemas[CLASS]}.json").content)
    document = dict(_documents(elsewhere))["doc/x/1"]

    day = {"@value": "2020-02-29", "@type": "http://www.w3.org/2001/XMLSchema#date"}
    assert document["def:day"] == [day]
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(document)) == []
    wrong = {**document, "def:day": [{**day, "@type": "http://www.w3.org/2001/XMLSchema#time"}]}
    assert list(jsonschema.Draft202012Validator(schema).iter_errors(wrong))


# What a site's own context may hold beside prefixes and terms; libraries refuse some of it, and some changes the rest.
ODD: dict[str, Any] = {
    "@language": "sv",
    "@vocab": "https://example.org/def/",
    "@base": "https://example.org/id/",
    "@protected": True,
    "": "https://example.org/def/none",
    "p:q": "https://example.org/def/q",
    "https://example.org/def/r": {"@type": "@id"},
    "two words": "https://example.org/def/q",
    "relative": "plain",
    "half": {"@id": "plain"},
    "gone": None,
    "listed": {"@id": "https://example.org/def/q", "@container": "@list"},
    "scoped": {"@id": "https://example.org/def/Thing", "@context": {"one": None}},
}
DATATYPES = ("string", "integer", "decimal", "date", "anyURI", "hexBinary", "nonNegativeInteger")


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # by rdflib's own reader
@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("write_form", [jsonld.write_document, jsonld.write_linked])
def test_whatever_a_context_holds_all_libraries_read_the_graph_from_a_document(write_form: Any, name: str) -> None:
    own = "https://example.org/def/"
    source = {"def": own, "id": "@id", "type": "@type", "one": "def:one", name: ODD[name]}
    thing, prefixes = NamedNode("https://example.org/id/1"), Prefixes.from_context(source)
    values: list[Literal | NamedNode] = [
        *(Literal("1", datatype=NamedNode(XSD + each)) for each in DATATYPES),
        *(Literal("x", language="en"), Literal("x", datatype=NamedNode(f"{own}type")), NamedNode(own)),
    ]
    said = [Triple(thing, NamedNode(own + each), value) for each in ("one", "q", "r", "other") for value in values]
    graph = Graph((Triple(thing, TYPE, NamedNode(f"{own}Thing")), *said), thing.value)
    shapes, stated = ClassShapes((), ()), {NamedNode(f"{own}one"): graph.triples}
    context = Context(source, prefixes, lambda: refined(source, prefixes, shapes, stated, ()), published_at=f"{own}c")

    document = json.loads(write_form(graph, context))
    if write_form is jsonld.write_linked:
        document |= json.loads(jsonld.write_context(context))
    written = json.dumps(document).encode()

    stated_there = {str(triple) for triple in graph.triples}
    by_pyld = pyld.to_rdf(document, {"format": "application/n-quads"})
    by_rdflib = rdflib.Graph().parse(data=written, format="json-ld").serialize(format="nt")
    assert {str(quad.triple) for quad in parse(written, format=RdfFormat.JSON_LD)} == stated_there
    assert {str(quad.triple) for quad in parse(by_pyld.encode(), format=RdfFormat.N_QUADS)} == stated_there
    assert {str(quad.triple) for quad in parse(by_rdflib.encode(), format=RdfFormat.N_TRIPLES)} == stated_there


def test_the_gate_refuses_a_text_of_the_published_shapes_that_xml_cannot_carry(copy: Path) -> None:
    shapes = min(copy.glob("shapes/*.ttl"))
    shape = "<https://example.org/odd> <http://www.w3.org/ns/shacl#name>"
    shapes.write_text(f'{shapes.read_text()}\n{shape} "a\\u0001b" .\n')

    found = [each for each in samverkan.open(copy).report.findings if each.rule == "control-character"]
    assert [place.file for each in found for place in each.places] == [f"shapes/{shapes.name}"]
