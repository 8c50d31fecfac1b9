"""Answers of queries in shapes are kept for as long as nothing that they read has changed."""

from __future__ import annotations

import time

import pytest
from pyoxigraph import RdfFormat, Triple, parse

from samverkan.validation.evaluation import Data, evaluate
from samverkan.validation.evaluation.data_graph import DataGraph, Part
from samverkan.validation.evaluation.deadline import Deadline
from samverkan.validation.evaluation.kept_answers import properties_read
from samverkan.validation.evaluation.query_engines import QueryEngines
from samverkan.validation.evaluation.terms import Terms
from samverkan.validation.shapes.prebinding import PreboundQuery, Row, prebound

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
OUR_OWN = "urn:x-samverkan:"  # what a query is given its rows by
SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix e: <urn:e:> .
e:shape a sh:NodeShape ; sh:targetClass e:Thing ; sh:sparql [ sh:message "Too long." ;
    sh:select "SELECT $this ?value { $this <urn:e:name> ?value FILTER (STRLEN(?value) > 3) }" ] .
"""
QUERIES = (
    ("SELECT $this { $this <urn:p> ?x . ?x a <urn:C> }", {"urn:p", "urn:C"}),
    ("SELECT $this (COUNT(*) AS ?n) { $this <urn:p>+ ?x } GROUP BY $this", {"urn:p"}),
    ("SELECT $this { $this <urn:p> ?known . FILTER (CONTAINS(?known, 'now() rand()')) }", {"urn:p"}),
    ("SELECT $this { $this ?p ?x }", None),
    ("SELECT $this { $this <urn:p>* ?x }", None),
    ("SELECT $this { $this <urn:p>? ?x }", None),
    ("SELECT $this { $this !<urn:p> ?x }", None),
    ("SELECT $this { $this <urn:p> ?x . FILTER (?x < NOW()) }", None),
    ("SELECT $this { $this <urn:p> ?x . FILTER (RAND() < 0.5) }", None),
    ("SELECT $this { $this <urn:p> ?x . GRAPH $shapesGraph { ?s <urn:q> ?x } }", None),
    ("SELECT $this { $this <urn:p> ?x . FILTER (\\u004eOW() > ?x) }", None),
)


def triples(turtle: str) -> list[Triple]:
    return [quad.triple for quad in parse(turtle.encode(), format=RdfFormat.TURTLE)]


def query(text: str) -> PreboundQuery:
    return prebound(text, "", None, ("this", "shapesGraph", "currentShape"), ())


def test_the_suite_is_as_large_as_it_says() -> None:
    assert len(QUERIES) == 11


@pytest.mark.parametrize(("text", "read"), QUERIES)
def test_a_query_reads_the_properties_that_it_names_or_nobody_knows_which(text: str, read: set[str] | None) -> None:
    found = properties_read(query(text))
    named = None if found is None else {each.value for each in found if not each.value.startswith(OUR_OWN)}
    assert named == (None if read is None else {TYPE, *read})


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The queries that an engine is asked."""
    found: list[str] = []
    answers = QueryEngines.answers

    def noted(engines: QueryEngines, query: PreboundQuery, rows: list[Row]) -> list[Row]:
        found.append(query.text)
        return answers(engines, query, rows)

    monkeypatch.setattr(QueryEngines, "answers", noted)
    return found


def test_a_query_is_asked_again_only_where_what_it_reads_or_its_focus_nodes_have_changed(
    asked: list[str],
) -> None:
    terms, shapes = Terms(), triples(SHAPES)
    prefix = "@prefix e: <urn:e:> . "
    named = 'e:a a e:Thing ; e:name "short" . e:b a e:Thing ; e:name "b" .'

    def found(turtle: str) -> list[str]:
        data = Data(DataGraph(terms, [Part.of(terms, triples(prefix + turtle))]))
        return [str(each) for each in evaluate(data, shapes, Deadline(time.monotonic() + 9))]

    states = (
        (named, 1, 1),
        (named, 1, 1),
        (named + 'e:a e:note "changed" .', 1, 1),
        (named.replace('"b"', '"longer"'), 2, 2),
        (named, 1, 3),
        (named + 'e:c a e:Thing ; e:name "c" .', 1, 4),
    )
    for turtle, results, times in states:
        assert (len(found(turtle)), len(asked)) == (results, times)
