"""What follows by each rule, and that whatever an ontology says, working it out comes to an end."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from functools import partial

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from samverkan.model.inference import RULES, InferenceSource, Inferred, infer, most, numbered
from samverkan.model.results import Term

HEADS = """@prefix : <urn:> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


def follows(*levels: str) -> Inferred[Term]:
    """What follows from Turtle, the first text the least in doubt."""
    sources = []
    for level, text in enumerate(levels):
        found = [quad.triple for quad in parse(HEADS + text, format=RdfFormat.TURTLE)]
        pairs: dict[Term, list[tuple[Term, Term]]] = {}
        for triple in found:
            pairs.setdefault(triple.predicate, []).append((triple.subject, triple.object))
        sources.append(InferenceSource[Term](level, partial(_of, pairs)))
    size = sum(text.count(" .") for text in levels)
    return infer(sources, numbered(_itself), lambda term: not isinstance(term, Literal), most(size))


def _of(pairs: Mapping[Term, list[tuple[Term, Term]]], predicate: Term) -> Iterable[tuple[Term, Term]]:
    return pairs.get(predicate, ())


def _itself(word: NamedNode) -> Term:
    """A word of OWL as a node: here terms stand for themselves."""
    return word


def told(found: Inferred[Term]) -> dict[str, tuple[str, int]]:
    """Each statement in short, with its rule and level."""
    return {" ".join(map(short, each)): (why.rule, why.level) for each, why in found.derivations.items()}


def short(term: Term) -> str:
    return re.split("[:#]", getattr(term, "value", ""))[-1]


def chain(length: int, property_: str = ":p") -> str:
    return "".join(f":n{at} {property_} :n{at + 1} . " for at in range(length))


@pytest.mark.parametrize(
    ("stated", "wanted"),
    [
        (":A rdfs:subClassOf :B . :B rdfs:subClassOf :C .", {"A subClassOf C": "scm-sco"}),
        (":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r .", {"p subPropertyOf r": "scm-spo"}),
        (":A rdfs:subClassOf :B . :x a :A .", {"x type B": "cax-sco"}),
        (":p rdfs:subPropertyOf :q . :x :p :y .", {"x q y": "prp-spo1"}),
        (":p rdfs:subPropertyOf :q . :x :p 'text' .", {"x q text": "prp-spo1"}),
        (":p owl:inverseOf :q . :x :p :y .", {"y q x": "prp-inv1"}),
        (":p owl:inverseOf :q . :x :q :y .", {"y p x": "prp-inv2"}),
        (":p owl:inverseOf :q . :x :p 'text' .", {}),
        (":p a owl:SymmetricProperty . :x :p :y .", {"y p x": "prp-symp"}),
        (":p owl:inverseOf :p . :x :p :y .", {"y p x": "prp-inv1"}),
        (":p a owl:TransitiveProperty . :x :p :y . :y :p :z .", {"x p z": "prp-trp"}),
        (":p rdfs:subPropertyOf :q . :x :p :y ; :q :y .", {}),
        (":p rdfs:domain :A ; rdfs:range :B . :x :p :y . :A owl:equivalentClass :C .", {}),
    ],
)
def test_a_rule_makes_what_it_should_and_nothing_that_is_stated(stated: str, wanted: dict[str, str]) -> None:
    assert {statement: rule for statement, (rule, _) in told(follows(stated)).items()} == wanted


def test_rules_work_on_what_others_have_made() -> None:
    found = follows(
        ":p rdfs:subPropertyOf :q . :q owl:inverseOf :r . :r a owl:TransitiveProperty ; rdfs:subPropertyOf rdf:type . "
        ":A rdfs:subClassOf :B . :A :p :x . :x :p :y ."
    )

    rules = {statement: rule for statement, (rule, _) in told(found).items()}
    assert rules["y r A"] == "prp-trp"
    assert rules["y type A"] == "prp-spo1"
    assert rules["y type B"] == "cax-sco"


def test_a_statement_has_the_weakest_level_of_its_best_grounds() -> None:
    ontology = ":p a owl:TransitiveProperty ; rdfs:subPropertyOf :q ."
    found = told(
        follows(ontology, ":x :p :y .", ":y :p :z . :a :p :b .", ":a :q :b . :x :p :z . :x :q :c . :w :p :x .")
    )

    assert found["x q y"] == ("prp-spo1", 1)
    assert found["x q z"] == ("prp-spo1", 2)  # by way of y, though it is stated with more doubt
    assert found["w p z"] == ("prp-trp", 3)
    assert "a q b" not in found
    assert "x p z" not in found


def test_what_follows_and_why_does_not_depend_on_the_order() -> None:
    ontology = ":p a owl:TransitiveProperty , owl:SymmetricProperty ; rdfs:subPropertyOf :q . :q owl:inverseOf :q . "
    statements = [f":n{one} :p :n{other} . " for one, other in ((1, 2), (2, 3), (3, 4), (4, 2), (5, 1))]

    assert told(follows(ontology + "".join(statements))) == told(follows("".join(reversed(statements)) + ontology))


def test_the_grounds_of_a_statement_are_those_that_are_stated() -> None:
    found = follows(":p a owl:TransitiveProperty . :p rdfs:subPropertyOf :q . " + chain(4))
    statement: tuple[Term, Term, Term] = (NamedNode("urn:n0"), NamedNode("urn:q"), NamedNode("urn:n4"))

    assert len(found.grounds(statement)) == 4
    assert all(ground not in found.derivations for ground in found.grounds(statement))


@pytest.mark.parametrize(
    ("hostile", "property_"),
    [
        (":p a owl:TransitiveProperty . " + chain(10_000), "p"),
        (chain(10_000, "rdfs:subClassOf") + ":x a :n0 .", "subClassOf"),
        (chain(10_000, "rdfs:subPropertyOf") + ":n10000 rdfs:subPropertyOf :n0 . :x :n0 :y .", "subPropertyOf"),
    ],
)
def test_of_what_would_grow_without_end_nothing_is_given(hostile: str, property_: str) -> None:
    begun = time.process_time()
    found = follows(hostile)

    assert not found.derivations
    assert str(found.excess).rstrip(">").endswith(property_)
    assert time.process_time() - begun < 10


def test_circles_come_to_an_end() -> None:
    found = told(follows(chain(50, "rdfs:subClassOf") + ":n50 rdfs:subClassOf :n0 . :x a :n7 ."))

    assert sum(rule == "cax-sco" for rule, _ in found.values()) == 50
    assert {rule for rule, _ in found.values()} <= set(RULES)
