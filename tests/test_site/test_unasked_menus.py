"""Menus of named graphs on a large site: they are not asked for where nothing can be wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

import samverkan
from samverkan.model.query_variables import asks_graphs_about, is_always_subject
from samverkan.site import checked_site

MENU = "SELECT DISTINCT ?thing WHERE { ?g a ?kind . GRAPH ?g { ?thing ?property ?value } } ORDER BY ?thing"
ASKING = "#+ parameters:\n#+   one: {type: iri, menu: all-things}\nSELECT * { VALUES ?one { UNDEF } ?one ?b ?c }\n"
TWO = "<%(base)sdef/odd> a <urn:x:Kind> .\n<%(base)sdef/ODD> a <urn:x:Kind> .\n"
GRAPH = "<%(base)sgraph/odd> a <urn:x:Graph> .\n"


@pytest.fixture
def large(copy: Path, monkeypatch: pytest.MonkeyPatch) -> samverkan.Site:
    """The small site with a menu of all things in named graphs, taken for a large one."""
    monkeypatch.setattr(checked_site, "_MOST_ASKED", 0)
    (copy / "queries/all-things.rq").write_text(MENU)
    (copy / "queries/asking.rq").write_text(ASKING)
    return opened(copy)


def opened(folder: Path) -> samverkan.Site:
    site = samverkan.open(folder)
    site.indexed.frugal = True
    return site


def errors(site: samverkan.Site) -> list[str]:
    return [str(error) for error in site.choice_errors(site.queries["asking"])]


def named_graphs(site: samverkan.Site) -> int:
    return len({*site.store.memory.named_graphs()})  # type: ignore[attr-defined]  # it is our own store


def test_no_graph_is_loaded_for_a_menu_whose_values_can_all_be_chosen(large: samverkan.Site) -> None:
    assert errors(large) == []
    assert named_graphs(large) == 0
    assert large.menu(large.queries["asking"].parameter("one"))  # whoever wants the menu gets it
    assert named_graphs(large) > 1


def test_two_values_with_one_address_are_told_as_ever(large: samverkan.Site) -> None:
    (large.root / "data/odd.ttl").write_text((TWO + GRAPH) % {"base": large.settings.base})
    found, wholly = opened(large.root), samverkan.open(large.root)
    assert len(errors(found)) == 1
    assert errors(found) == errors(wholly)


def test_two_that_the_menu_does_not_hold_are_no_fault(large: samverkan.Site) -> None:
    (large.root / "data/odd.ttl").write_text(TWO % {"base": large.settings.base})
    found = opened(large.root)
    assert errors(found) == errors(samverkan.open(large.root)) == []


PLAIN = "SELECT ?a { ?g <urn:p> ?s GRAPH ?g { ?a ?b ?c } }"


@pytest.mark.parametrize(
    "sparql",
    [
        PLAIN.replace("?a ?b ?c", "?c ?b ?a"),
        PLAIN.replace("?a ?b ?c", "?a <urn:q>* ?c"),
        PLAIN.replace("?a ?b ?c", "?a <urn:q>/<urn:r> ?c"),
        PLAIN.replace("?a ?b ?c", "?a ?b ?c . ?c ?d ?e"),
        PLAIN.replace("?a ?b ?c", "?a ?b ?c FILTER NOT EXISTS { ?c ?d ?a }"),
        PLAIN.replace("?a ?b ?c", "?a ?b [ ?d ?a ]"),
        PLAIN.replace("?a ?b ?c", "VALUES ?a { <urn:x> }"),
        PLAIN.replace("?g <urn:p>", "BIND (<urn:x> AS ?a) ?g <urn:p>"),
        PLAIN.replace("?g <urn:p>", "VALUES (?a ?z) { (<urn:x> 1) } ?g <urn:p>"),
        PLAIN.replace("?g <urn:p> ?s", "?g <urn:p> ?a"),
        PLAIN.replace("?g", "?a"),
        PLAIN.replace("SELECT ?a", "SELECT ?a FROM NAMED <urn:g>"),
        PLAIN.replace("GRAPH", "GR\\u0041PH"),
        PLAIN.replace("GRAPH ?g", ""),
        PLAIN.replace("?a ?b ?c", ""),
        "SELECT (<urn:x> AS ?a) { GRAPH ?g { ?b ?c ?d } }",
    ],
)
def test_what_may_have_another_value_is_asked_for(sparql: str) -> None:
    assert asks_graphs_about(PLAIN, "a")
    assert is_always_subject(PLAIN, "a")
    assert not (asks_graphs_about(sparql, "a") and is_always_subject(sparql, "a"))
