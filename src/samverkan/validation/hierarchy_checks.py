"""The check of hierarchies: nothing is above itself, be it directly or by way of others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from pyoxigraph import NamedNode, Triple

from samverkan.model.namespaces import DCTERMS, ORG, PROV, RDFS, REPLACED_BY, SKOS, SUBCLASS
from samverkan.model.results import Term
from samverkan.validation.evaluation.data_graph import DataGraph
from samverkan.validation.findings import Finding
from samverkan.validation.locations import places_of
from samverkan.validation.messages import finding
from samverkan.validation.validation_input import ValidationInput

_MOST_LINKS = 8  # of a circle that are named
Edge = tuple[int, int, int]  # the lower, the upper, and the property that says so


class Hierarchy(NamedTuple):
    """The properties that lead from a thing to what is above it, and those that lead the other way."""

    up: tuple[NamedNode, ...]
    down: tuple[NamedNode, ...] = ()


def _hierarchy(namespace: str, up: Iterable[str], down: Iterable[str] = ()) -> Hierarchy:
    return Hierarchy(tuple(NamedNode(namespace + n) for n in up), tuple(NamedNode(namespace + n) for n in down))


HIERARCHIES = (
    _hierarchy(SKOS, ("broader", "broaderTransitive"), ("narrower", "narrowerTransitive")),
    Hierarchy((SUBCLASS,)),
    _hierarchy(RDFS, ("subPropertyOf",)),
    _hierarchy(
        ORG,
        ("subOrganizationOf", "transitiveSubOrganizationOf", "unitOf"),
        ("hasSubOrganization", "hasUnit"),
    ),
    _hierarchy(DCTERMS, ("isPartOf",), ("hasPart",)),
    _hierarchy(PROV, ("wasDerivedFrom",)),
    Hierarchy((REPLACED_BY,), (NamedNode(f"{DCTERMS}replaces"), NamedNode(f"{PROV}wasRevisionOf"))),
)
# Those in which two may well stand for each other, but none for itself.
MEMBERSHIPS = (_hierarchy(ORG, ("memberOf",), ("hasMember",)),)


def nothing_is_above_itself(case: ValidationInput) -> Iterator[Finding]:
    """No hierarchy goes round in a circle; the replacements of what is withdrawn have a check of their own."""
    for hierarchy in HIERARCHIES:
        edges = [edge for edge in _edges(case.graph, hierarchy) if not _is_of_withdrawn(edge, case)]
        parts, circles = _components(_above(edges)), dict[int, list[Edge]]()
        for edge in edges:
            if parts[edge[0]] == parts[edge[1]]:
                circles.setdefault(parts[edge[0]], []).append(edge)
        yield from (_on(case, circle, hierarchy) for circle in circles.values())
    for membership in MEMBERSHIPS:
        edges = [edge for edge in _edges(case.graph, membership) if edge[0] == edge[1]]
        yield from (_on(case, [edge], membership) for edge in edges)


def _edges(graph: DataGraph, hierarchy: Hierarchy) -> Iterator[Edge]:
    for predicate in map(graph.number, hierarchy.up):
        yield from ((one, other, predicate) for one, others in graph.forward(predicate).items() for other in others)
    for predicate in map(graph.number, hierarchy.down):
        yield from ((other, one, predicate) for one, others in graph.forward(predicate).items() for other in others)


def _is_of_withdrawn(edge: Edge, case: ValidationInput) -> bool:
    terms = case.graph.terms
    return terms[edge[2]] == REPLACED_BY and case.graph.texts[edge[0]] in case.tombstones


def _above(edges: Iterable[Edge]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for lower, upper, _ in edges:
        found.setdefault(lower, set()).add(upper)
        found.setdefault(upper, set())
    return found


def _components(above: Mapping[int, set[int]]) -> dict[int, int]:
    """The number of the strongly connected component of each node (Kosaraju): two in a circle have the same.

    A node alone has the number of no other, and so is told only where it leads to itself. No recursion: a chain
    may be of any length.
    """
    below: dict[int, set[int]] = {node: set() for node in above}
    for lower, uppers in above.items():
        for upper in uppers:
            below[upper].add(lower)
    found: dict[int, int] = {}
    for root in reversed(_finished(above)):
        todo = [root]
        while todo:
            node = todo.pop()
            if node not in found:
                found[node] = root
                todo += below[node]
    return found


def _finished(above: Mapping[int, set[int]]) -> list[int]:
    """The nodes in the order in which a walk upwards is done with them."""
    order, seen = list[int](), set[int]()
    for root in above:
        todo = [] if root in seen else [(root, iter(above[root]))]
        seen.add(root)
        while todo:
            _, rest = todo[-1]
            new = next((each for each in rest if each not in seen), None)
            if new is None:
                order.append(todo.pop()[0])
            else:
                seen.add(new)
                todo.append((new, iter(above[new])))
    return order


def _on(case: ValidationInput, circle: Sequence[Edge], hierarchy: Hierarchy) -> Finding:
    """A finding about the triples behind the links of a circle: it goes away with any of them."""
    links = sorted((_stated(case, edge, hierarchy) for edge in circle), key=str)
    focus, path, value = links[0]
    names = [" ".join(case.prefixes.compact(_text(term)) for term in link) for link in links]
    found = finding("circular-hierarchy", focus=_text(focus), path=_text(path), value=str(value), links=_listed(names))
    return replace(found, places=places_of(links[:_MOST_LINKS], case))


def _stated(case: ValidationInput, edge: Edge, hierarchy: Hierarchy) -> Triple:
    """The triple behind an edge."""
    lower, upper, predicate = (case.graph.terms[each] for each in edge)
    subject, value = (lower, upper) if predicate in hierarchy.up else (upper, lower)
    return Triple(subject, predicate, value)  # type: ignore[arg-type]  # something is said of it


def _listed(names: Sequence[str]) -> str:
    more = f" … ({len(names)})" if len(names) > _MOST_LINKS else ""
    return "; ".join(names[:_MOST_LINKS]) + more


def _text(term: Term) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)
