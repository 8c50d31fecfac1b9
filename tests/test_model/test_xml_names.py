"""Names that XML can't carry: what the gate lets through is written as RDF/XML that every reader reads the same."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from pathlib import Path
from xml.parsers import expat

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

import samverkan
from samverkan.errors import SamverkanError
from samverkan.formats import named
from samverkan.formats.jsonld import Context
from samverkan.model import queries, xml_names
from samverkan.model.namespaces import RDF, TYPE
from samverkan.model.prefixes import Prefixes
from samverkan.model.results import Description, Graph
from samverkan.publication import static
from samverkan.publication.manifest import written
from samverkan.validation import Severity

EX = "https://example.org/"
CONTEXT = Context.of({"ex": EX, "deep": f"{EX}deep/"})
A = NamedNode(f"{EX}a")


def carried(iri: str) -> NamedNode | None:
    """An IRI as a term; None where it is none."""
    try:
        return NamedNode(iri)
    except ValueError:
        return None


def rdfxml(own: Iterable[Triple], *others: Description) -> bytes:
    form = named("rdfxml")
    assert form is not None
    return form(Graph(tuple(own), None, others), CONTEXT)


def by_expat(document: bytes) -> Iterator[str]:
    """The properties of a document, as Python's own reader of XML sees them."""
    for described in ET.fromstring(document):
        for element in described:
            yield element.tag.removeprefix("{").replace("}", "")


def by_pyoxigraph(document: bytes) -> set[Triple]:
    return {quad.triple for quad in parse(document, format=RdfFormat.RDF_XML)}


def by_rdflib(document: bytes) -> set[tuple[str, str, str]]:
    found = rdflib.Graph()
    found.parse(data=document, format="xml")
    return {(str(s), str(p), str(o)) for s, p, o in found}


def plain(triples: Iterable[Triple]) -> set[tuple[str, str, str]]:
    return {(t.subject.value, t.predicate.value, t.object.value) for t in triples}  # type: ignore[union-attr]  # no triple terms here


# Letters of all kinds, those that only the fifth edition of XML has, and what is in no name. No spaces: rdflib takes
# them off the ends of IRIs.
LETTERS = "aZ_-.09·:/#?=&'åÅµ²½ªºĲĳⅠⅷſŀﬁ㈱٣\u0301\u203f\u200d\u0e33\u3007漢가\U00010000\U0001f600"
NAMES = st.text(st.sampled_from(LETTERS), max_size=6) | st.text(
    st.characters(exclude_categories=["Cs", "Zs"]), max_size=4
)
SPACES = st.sampled_from([EX, f"{EX}deep/", f"{EX}#", "urn:", "http://www.w3.org/2000/xmlns/", RDF])
IRIS = st.builds("{}{}".format, SPACES, NAMES).map(carried).filter(lambda iri: iri is not None)
VALUES = st.sampled_from(
    [A, Literal("x"), Literal("<&>\r\n\"'", language="sv"), Literal("1", datatype=NamedNode(f"{EX}t?a&b='c'"))]
)
FACTS = st.builds(Triple, st.sampled_from([A, NamedNode(f"{EX}b?x=1&y='2'")]), IRIS, VALUES)
TYPES = st.builds(Triple, st.sampled_from([A, NamedNode("urn:b")]), st.just(TYPE), IRIS)


@pytest.mark.filterwarnings("ignore")  # rdflib doubts odd IRIs aloud
@settings(max_examples=120, deadline=None, derandomize=True, database=None)
@given(st.lists(FACTS | TYPES, max_size=5, unique=True), st.lists(TYPES, min_size=1, max_size=1))
def test_what_the_gate_lets_through_every_reader_reads_the_same(facts: list[Triple], others: list[Triple]) -> None:
    own = [fact for fact in facts if xml_names.split(fact.predicate.value)]
    document = rdfxml(own, Description(str(others[0].subject), tuple(others)))
    wanted = {*own, *others}

    assert by_pyoxigraph(document) == wanted
    assert set(by_expat(document)) <= {fact.predicate.value for fact in wanted}
    assert by_rdflib(document) == plain(wanted)


@pytest.mark.slow
def test_every_letter_of_the_basic_plane_is_written_so_that_expat_reads_it_or_refused() -> None:
    signs = [chr(code) for code in (*range(0x80, 0xD800), *range(0xE000, 0xFFFE))]
    terms = [term for sign in signs for term in (carried(f"{EX}1{sign}"), carried(f"{EX}a{sign}")) if term]
    triples = [Triple(A, term, A) for term in terms if xml_names.split(term.value)]
    document = rdfxml(triples)
    refused = {term.value for term in terms} - {triple.predicate.value for triple in triples}

    assert len(triples) > 60_000
    assert list(by_expat(document)) == [triple.predicate.value for triple in triples]
    assert by_pyoxigraph(document) == set(triples)
    assert {f"{EX}aµ", f"{EX}a²", f"{EX}aⅠ", f"{EX}1\u0301"} < refused
    assert not [iri for iri in refused if is_element(iri[-1] if iri[-2] == "1" else f"a{iri[-1]}")]


def is_element(name: str) -> bool:
    """Whether Expat takes a name as that of an element."""
    try:
        return bool(expat.ParserCreate().Parse(f"<{name}/>".encode(), True))
    except expat.ExpatError:
        return False


@pytest.mark.parametrize("name", sorted(xml_names.RESERVED))
def test_what_rdf_xml_has_for_itself_is_no_property_but_may_be_a_class(name: str) -> None:
    triples = [Triple(A, TYPE, NamedNode(name))]

    assert xml_names.split(name) is None
    assert by_pyoxigraph(rdfxml(triples)) == set(triples)
    assert by_rdflib(rdfxml(triples)) == plain(triples)


def test_a_direction_is_kept_beside_an_odd_name() -> None:
    (described,) = parse('<urn:x> <urn:y> "x"@ar--rtl .', format=RdfFormat.N_TRIPLES)
    triples = [Triple(A, TYPE, NamedNode(f"{EX}1")), Triple(A, NamedNode(f"{EX}p"), described.object)]

    assert by_pyoxigraph(rdfxml(triples)) == set(triples)


@pytest.mark.parametrize("name", ["xml", "xmlns"])
def test_a_prefix_that_xml_has_for_itself_is_none(name: str) -> None:
    assert Prefixes.from_context({name: EX, "ex": EX, "odd": "http://www.w3.org/2000/xmlns/"}).table == {"ex": EX}


# --- at the gate

DOLL = "https://example.org/doll/def/"
LIGHT = "<https://example.org/doll/id/lighthouse/masudden>"
WORD = '\n<{}> a owl:{} ; rdfs:label "x"@sv , "x"@en ; rdfs:isDefinedBy <https://example.org/doll/def/> .\n'
SHAPE = (
    '\n<https://example.org/doll/shapes/{}> a sh:NodeShape ; sh:targetClass <{}> ; rdfs:label "x"@sv , "x"@en ;'
    " sh:property dolls:Light-name .\n"
)
GOOD = [f"{DOLL}år", f"{DOLL}aĲb", f"{DOLL}12Ⅰab", f"{DOLL}µ/x", "https://example.net/deep.x/y"]
BAD = [f"{DOLL}storlekµ", f"{DOLL}m²", f"{DOLL}Ⅰ", f"{DOLL}deep/1", "https://example.net/p/", f"{RDF}li", f"{RDF}about"]
CLASSES = ["https://example.net/k/1", f"{DOLL}3d-modell/", f"{DOLL}m²", f"{DOLL}Ⅰ"]


def extended(site: Path, properties: Iterable[str], classes: Iterable[str] = ()) -> list[int]:
    """Use properties and classes in a site; the lines on which the properties stand."""
    lights, words, shapes = (site / name for name in ("data/lights.ttl", "ontology/doll.ttl", "shapes/words.ttl"))
    data = lights.read_text("utf-8")
    first = data.count("\n") + 1
    facts = [f'{LIGHT} <{name}> "v"@sv .' for name in properties]
    lights.write_text(
        "\n".join([data.rstrip("\n"), *facts, *(f"{LIGHT} a <{name}> ." for name in classes)]) + "\n", "utf-8"
    )
    declared = [WORD.format(name, "DatatypeProperty") for name in properties if name.startswith(DOLL)]
    declared += [WORD.format(name, "Class") for name in classes if name.startswith(DOLL)]
    words.write_text(words.read_text("utf-8") + "".join(declared), "utf-8")
    shaped = [SHAPE.format(f"z{number}", name) for number, name in enumerate(classes)]
    shapes.write_text(shapes.read_text("utf-8") + "".join(shaped), "utf-8")
    return [first + number for number in range(len(facts))]


def test_a_property_that_xml_can_not_name_is_refused_with_file_line_and_remedy(copy: Path) -> None:
    lines = extended(copy, BAD)
    report = samverkan.open(copy).validate()
    found = {str(one.places[0]): one for one in report.at_least(Severity.VIOLATION)}

    assert set(found) == {f"data/lights.ttl:{line}" for line in lines}
    for line, name in zip(lines, BAD, strict=True):
        one = found[f"data/lights.ttl:{line}"]
        assert (one.rule, one.value) == ("unwritable-property", name)
        assert all(name in text for text in one.message.values())
        assert "Byt namn" in one.message["sv"] or "annan egenskap" in one.message["sv"]


@pytest.mark.filterwarnings("ignore")  # rdflib doubts odd IRIs aloud
def test_what_passes_is_published_and_read_back_whatever_the_class_is_called(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    extended(copy, GOOD, CLASSES)
    site = samverkan.open(copy)
    assert [one.message["en"] for one in site.report.at_least(Severity.VIOLATION)] == []
    looked_at = 0
    for page in site.pages.pages():
        content = page.content() if page.path.startswith(("doc/", "graph/", "def")) else None
        if isinstance(content, Graph):
            (document,) = (item.content for item in written(site, page) if item.path.endswith(".rdf"))
            assert by_pyoxigraph(document) == set(content.triples)
            assert by_rdflib(document) == plain(content.triples)
            looked_at += 1
    assert looked_at > 30


def test_a_property_that_a_query_makes_is_refused_with_its_line(copy: Path) -> None:
    body = "PREFIX x: <https://x/>\nCONSTRUCT {\n  ?a <https://x/1> 1.5 ; x:p ?b .\n} WHERE { ?a a ?b }\n"
    (copy / "queries/zz.rq").write_text(body)
    (found,) = samverkan.open(copy).validate().at_least(Severity.VIOLATION)

    assert (found.rule, str(found.places[0]), found.value) == (
        "unwritable-property",
        "queries/zz.rq:3",
        "https://x/1",
    )


@pytest.mark.parametrize(
    ("sparql", "made"),
    [
        (
            "CONSTRUCT { ?a <urn:p> ?b ; a ?c . ?d <urn:q> 'x}'@sv } WHERE { ?a <urn:r> ?b }",
            ["urn:p", "urn:q", f"{RDF}type"],
        ),
        ("CONSTRUCT WHERE { ?a <urn:p> 1.5 . # } <urn:r>\n ?a <urn:q> [ <urn:s> $b ] . }", ["urn:p", "urn:q", "urn:s"]),
        ("CONSTRUCT { ?a ?p ?b . } WHERE { ?a ?p ?b }", []),
        ("CONSTRUCT {} WHERE { ?a <urn:p> ?b }", []),
        ("PREFIX x: <urn:>\nCONSTRUCT { <a> x:a\\-b 1. } FROM <urn:g> WHERE {}", ["urn:a-b"]),
        ("SELECT ?construct { ?a <urn:p> ?b }", []),
        ("CONSTRUCT { broken", []),
    ],
)
def test_the_properties_that_a_query_makes_are_those_of_its_template(sparql: str, made: list[str]) -> None:
    query = queries.read_query(f"BASE <urn:base>\n{sparql}", "queries/zz.rq")

    assert sorted(name for name, _ in queries.constructed(query)) == sorted(made)


@pytest.mark.parametrize(
    ("sparql", "why"),
    [
        ("CONSTRUCT { ?a ?p 1 } WHERE { ?a a ?b BIND (IRI('https://x/1') AS ?p) }", "egenskapen 'https://x/1'"),
        ("SELECT ('\\u0001' AS ?x) {}", "XML inte kan bära"),
    ],
)
def test_what_only_an_answer_shows_is_refused_with_the_file_of_the_query(copy: Path, sparql: str, why: str) -> None:
    (copy / "queries/zz.rq").write_text(sparql)
    site = samverkan.open(copy)
    (told,) = site.validate().at_least(Severity.VIOLATION)
    with pytest.raises(SamverkanError):
        static.publish(site, copy / "public")

    assert told.places[0].file == "queries/zz.rq"
    assert why in told.message["sv"]
    assert not (copy / "public").exists()
