"""A graph that a query gives has the literals as the files write them."""

from __future__ import annotations

import doctest

import pytest
from pyoxigraph import Literal

from samverkan.model import stored_literals
from samverkan.model.dataset import File
from samverkan.model.results import Graph
from samverkan.store import Embedded

FACTS = b"""@prefix x: <https://example.net/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
x:a x:p 01, 1, 1.50, "5"^^xsd:int, "text", "ord"@sv, x:b ; x:q 2 .
"""
WRITTEN = ['"01"', '"1"', '"1.50"', '"5"', '"ord"@sv', '"text"']


def literals(query: str) -> list[str]:
    answer = Embedded([File("data/x.ttl", "https://example.net/graph/x", FACTS)]).query(query)
    assert isinstance(answer, Graph)
    values = (triple.object for triple in answer.triples)
    return sorted(str(value).partition("^^")[0] for value in values if isinstance(value, Literal))


@pytest.mark.parametrize(
    "query",
    [
        "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o . FILTER (?p = <https://example.net/p>) }",
        "CONSTRUCT WHERE { ?s <https://example.net/p> ?o }",
    ],
)
def test_a_copy_of_the_facts_has_them_as_they_are_written(query: str) -> None:
    assert literals(query) == WRITTEN


def test_so_has_a_description() -> None:
    assert literals("DESCRIBE <https://example.net/a>") == sorted([*WRITTEN, '"2"'])


def test_what_a_query_makes_itself_stays_what_it_made() -> None:
    assert literals("CONSTRUCT { <https://example.net/a> <https://example.net/sum> ?n } { BIND (1.50 AS ?n) }") == [
        '"1.5"'
    ]


def test_the_examples_of_the_module_hold() -> None:
    assert doctest.testmod(stored_literals).failed == 0
