"""What an engine elsewhere still holds of what was withdrawn: in the site's graphs, and in any others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pyoxigraph import NamedNode

from samverkan.model.dataset import File
from samverkan.store.remote import Remote

MOST = 1000
"""Addresses that are asked for, each with two requests."""

_ABOUT = "SELECT DISTINCT ?g ?p ?o WHERE {{ GRAPH ?g {{ {0} ?p ?o }} }}"
_WITH = "SELECT DISTINCT ?g ?s ?p WHERE {{ GRAPH ?g {{ ?s ?p {0} }} }}"


class Remainder(NamedTuple):
    """A graph of an engine that says of a withdrawn thing, or with it, what the files don't say."""

    iri: str
    graph: str


def remains(remote: Remote, withdrawn: Iterable[str], files: Iterable[File]) -> Iterator[Remainder]:
    """Where an engine holds more of some withdrawn things than the files; raises `StoreError` if it does not answer.

    The engine may hold the same statements in any graph: a copy of the notice is no remainder.
    """
    wanted = [NamedNode(iri) for iri in withdrawn][:MOST]
    nodes = frozenset(wanted)
    said = {
        tuple(map(str, triple))
        for file in (files if wanted else ())
        for triple in file.triples
        if triple.subject in nodes or triple.object in nodes
    }
    for node in wanted:
        about = ((graph, (node, predicate, value)) for graph, predicate, value in _rows(remote, _ABOUT, node))
        with_it = ((graph, (subject, predicate, node)) for graph, subject, predicate in _rows(remote, _WITH, node))
        graphs = {graph for graph, statement in (*about, *with_it) if tuple(map(str, statement)) not in said}
        yield from (Remainder(node.value, getattr(graph, "value", str(graph))) for graph in sorted(graphs, key=str))


def _rows(remote: Remote, query: str, node: NamedNode) -> Iterator[tuple[object, ...]]:
    return iter(remote.raw(query.format(node), None).rows)
