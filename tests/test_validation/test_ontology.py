"""The ontology as others read it: a reasoner that isn't ours (owlrl), and whoever has data in its earlier versions.

That it is OWL 2 DL was also shown by hand, with the profile checker of the OWL API and with HermiT: see
`docs/decisions/0038-ontology-0.2.0.md`. Here stands what keeps it so.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from owlrl import OWLRL_Semantics
from rdflib import OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

ROOT = Path(__file__).resolve().parents[2]
SAM = Namespace("https://w3id.org/samverkan/def/")
ONTOLOGY = URIRef(str(SAM))
DCTERMS = Namespace("http://purl.org/dc/terms/")
ORG = Namespace("http://www.w3.org/ns/org#")
KI = Namespace("https://w3id.org/samverkan/ki/id/")

CLASSES = {OWL.Class}
PROPERTIES = {OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty}
# What says something to a reasoner: the axioms of OWL 2 RL that the file has, each with a named thing at either end.
AXIOMS = {
    *(RDFS.subClassOf, RDFS.subPropertyOf, RDFS.domain, RDFS.range, OWL.inverseOf),
    *(OWL.disjointWith, OWL.propertyDisjointWith, OWL.equivalentClass, OWL.equivalentProperty),
}
CHARACTERISTICS = {
    *(OWL.SymmetricProperty, OWL.TransitiveProperty, OWL.FunctionalProperty),
    *(OWL.InverseFunctionalProperty, OWL.AsymmetricProperty, OWL.IrreflexiveProperty),
}
DATATYPES = {XSD.boolean, XSD.decimal, XSD.integer, XSD.string}
OF_THE_LANGUAGE = (str(OWL), str(RDF), str(RDFS), str(XSD))


@cache
def ontology() -> Graph:
    graph = Graph()
    for file in sorted((ROOT / "ontology").glob("*.ttl")):
        graph.parse(file)
    return graph


@cache
def facts() -> Graph:
    graph = Graph()
    for name in ("page-en", "page-sv", "curation", "contacts", "concepts"):
        graph.parse(ROOT / f"data/{name}.ttl")
    return graph


def _reasoned(*graphs: Graph) -> tuple[Graph, list[str]]:
    """What follows by the rules of OWL 2 RL, and what contradicts itself."""
    union = Graph()
    for graph in graphs:
        union += graph
    closure = OWLRL_Semantics(union, axioms=False, daxioms=False, rdfs=False)
    closure.closure()
    return union, list(closure.error_messages)


@pytest.fixture(scope="module")
def followed() -> tuple[Graph, list[str]]:
    return _reasoned(ontology(), facts())


def _own(kinds: set[URIRef]) -> set[Node]:
    found = {term for kind in kinds for term in ontology().subjects(RDF.type, kind)}
    return {term for term in found if str(term).startswith(str(SAM)) and (term, OWL.deprecated, None) not in ontology()}


# ---------------------------------------------------------------- what a reasoner makes of it


def test_a_reasoner_that_is_not_ours_finds_no_contradiction_in_ontology_and_facts(
    followed: tuple[Graph, list[str]],
) -> None:
    assert followed[1] == []


def test_that_reasoner_would_tell_of_one() -> None:
    wrong = Graph()
    wrong.parse(
        data=f"@prefix sam: <{SAM}> . @prefix owl: <{OWL}> . sam:Agreement owl:disjointWith sam:Signature ."
        "<x:a> sam:hasSignature <x:s> ; a sam:Signature .",
        format="turtle",
    )
    assert _reasoned(ontology(), wrong)[1]


@pytest.mark.parametrize(
    ("subject", "predicate", "value"),
    [
        (KI["organisation/solna"], SAM.partyTo, KI["agreement/solna"]),
        (KI["area/equal-health"], SAM.areaOf, KI["agreement/huddinge"]),
        (KI["flow/alf-compensation-stockholm"], SAM.approximatelyEqualTo, KI["flow/region-stockholm-complement"]),
        (KI["plan/future-plan"], RDF.type, DCTERMS.Policy),
        (KI["organisation/state"], RDF.type, URIRef("http://data.europa.eu/m8g/PublicOrganisation")),
    ],
)
def test_what_follows_by_inverse_symmetry_and_subclass(
    followed: tuple[Graph, list[str]], subject: URIRef, predicate: URIRef, value: URIRef
) -> None:
    assert (subject, predicate, value) in followed[0]


def test_a_broader_concept_is_reached_at_any_remove() -> None:
    chain = Graph()
    chain.parse(
        data=f"@prefix skos: <{SKOS}> . <x:a> skos:broader <x:b> . <x:c> skos:narrower <x:b> .", format="turtle"
    )
    assert (URIRef("x:a"), SKOS.broaderTransitive, URIRef("x:c")) in _reasoned(ontology(), chain)[0]


# ---------------------------------------------------------------- what keeps it OWL 2 DL


def test_every_class_and_property_that_is_used_is_declared_as_one() -> None:
    both = (ontology(), facts())
    classes = {value for graph in both for value in graph.objects(None, RDF.type)}
    classes |= {
        value for each in (RDFS.domain, RDFS.range, RDFS.subClassOf) for value in ontology().objects(None, each)
    }
    properties = {predicate for graph in both for predicate in graph.predicates()}
    declared = {
        kind: {term for each in kinds for term in ontology().subjects(RDF.type, each)}
        for kind, kinds in (("class", CLASSES), ("property", PROPERTIES))
    }
    assert [each for each in sorted(map(str, classes - declared["class"])) if not _is_of_the_language(each)] == []
    assert [each for each in sorted(map(str, properties - declared["property"])) if not _is_of_the_language(each)] == []


def _is_of_the_language(term: Node | str) -> bool:
    return str(term).startswith(OF_THE_LANGUAGE)


def test_no_property_is_of_two_kinds() -> None:
    kinds = {
        term: PROPERTIES & set(ontology().objects(term, RDF.type)) for term in set(ontology().subjects(RDF.type, None))
    }
    assert {term: found for term, found in kinds.items() if len(found) > 1} == {}


def test_what_it_says_to_a_reasoner_is_in_its_profile() -> None:
    assert [node for triple in ontology() for node in triple if isinstance(node, BNode)] == []
    said = {p for _, p, _ in ontology() if str(p).startswith((str(OWL), str(RDFS)))}
    about_itself = {OWL.versionIRI, OWL.versionInfo, OWL.priorVersion, OWL.backwardCompatibleWith, OWL.deprecated}
    assert said - about_itself - {RDFS.label, RDFS.comment, RDFS.seeAlso, RDFS.isDefinedBy} <= AXIOMS
    kinds = {k for k in ontology().objects(None, RDF.type) if str(k).startswith(OF_THE_LANGUAGE)}
    assert kinds <= CLASSES | PROPERTIES | CHARACTERISTICS | {OWL.Ontology, RDFS.Datatype}
    assert (ONTOLOGY, DCTERMS.conformsTo, URIRef("http://www.w3.org/ns/owl-profile/DL")) in ontology()


def test_a_range_is_a_class_or_a_datatype_that_owl_has() -> None:
    ranges = {value for value in ontology().objects(None, RDFS.range) if _is_of_the_language(value)}
    assert ranges <= DATATYPES
    assert SAM.triple not in set(ontology().objects(None, RDFS.range))


def test_a_transitive_property_is_not_asymmetric_irreflexive_or_functional() -> None:
    transitive = set(ontology().subjects(RDF.type, OWL.TransitiveProperty))
    simple = {
        term
        for kind in CHARACTERISTICS - {OWL.TransitiveProperty, OWL.SymmetricProperty}
        for term in ontology().subjects(RDF.type, kind)
    }
    assert transitive & simple == set()


def test_no_match_of_concepts_makes_a_concept_of_a_class_or_a_property() -> None:
    matches = (SKOS.broadMatch, SKOS.closeMatch, SKOS.exactMatch, SKOS.narrowMatch, SKOS.relatedMatch)
    assert [term for each in matches for term in ontology().subjects(each, None)] == []


# ---------------------------------------------------------------- what it says of itself


def test_the_ontology_says_who_made_which_version_when_and_what_was_before() -> None:
    (version,) = ontology().objects(ONTOLOGY, OWL.versionInfo)
    assert (ONTOLOGY, OWL.versionIRI, SAM[str(version)]) in ontology()
    (prior,) = ontology().objects(ONTOLOGY, OWL.priorVersion)
    assert str(prior) == f"{SAM}0.1.0"
    assert (ONTOLOGY, OWL.backwardCompatibleWith, prior) in ontology()
    (created,), (modified,) = (set(ontology().objects(ONTOLOGY, DCTERMS[name])) for name in ("created", "modified"))
    assert str(created) < str(modified)
    assert {created.datatype, modified.datatype} == {XSD.dateTime}  # type: ignore[attr-defined]  # of literals
    for name in ("creator", "publisher"):
        assert isinstance(ontology().value(ONTOLOGY, DCTERMS[name]), URIRef)


def test_every_class_and_property_has_an_example_in_both_languages() -> None:
    terms = _own(CLASSES | PROPERTIES)
    examples = {
        term: sorted(str(each.language) for each in ontology().objects(term, SKOS.example) if isinstance(each, Literal))
        for term in terms
    }
    assert len(terms) > 130
    assert {term: found for term, found in examples.items() if found != ["en", "sv"]} == {}


def test_a_deprecated_term_says_what_replaces_it_and_the_successor_is_current() -> None:
    old = set(ontology().subjects(OWL.deprecated, None))
    assert SAM.Evidence in old
    for term in old:
        (successor,) = ontology().objects(term, DCTERMS.isReplacedBy)
        assert (successor, RDFS.isDefinedBy, ONTOLOGY) in ontology()
        assert (successor, OWL.deprecated, None) not in ontology()


@pytest.mark.parametrize("file", sorted((ROOT / "ontology/versions").glob("*.ttl")), ids=lambda file: file.stem)
def test_no_term_of_an_earlier_version_is_gone(file: Path) -> None:
    earlier = set(Graph().parse(file).subjects(RDFS.isDefinedBy, ONTOLOGY))
    assert len(earlier) > 100
    assert earlier - set(ontology().subjects(RDFS.isDefinedBy, ONTOLOGY)) == set()


def test_each_inverse_is_named_by_what_its_other_end_is_called() -> None:
    for inverse, link in ontology().subject_objects(OWL.inverseOf):
        for of, other in ((inverse, link), (link, inverse)):
            domains, ranges = set(ontology().objects(of, RDFS.domain)), set(ontology().objects(other, RDFS.range))
            assert not domains or not ranges or domains == ranges, (of, other)
