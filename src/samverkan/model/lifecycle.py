"""What becomes of the address of a thing that is no longer published: withdrawn, replaced, or split into several.

An address is promised for ever, so it goes on answering when the thing behind it is gone
(Digg's rules for persistent identifiers, UM-10 to UM-12; RFC 9110, sections 15.5.11, 15.4.9 and 15.4.1):
withdrawn is 410, replaced by one thing 308, by several 300. What says so are triples of the
site: `owl:deprecated true`, and `dcterms:isReplacedBy` of what has no class any more. The document
about the thing stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from http import HTTPStatus

from pyoxigraph import Literal, NamedNode, Triple

from samverkan.model import paths
from samverkan.model.addresses import Addresses
from samverkan.model.namespaces import DEPRECATED, REPLACED_BY, TYPE

PREDICATES = (DEPRECATED, REPLACED_BY, TYPE)
"""The properties that say what became of a thing."""

_TRUE = {"true", "1"}
_STATUSES = (HTTPStatus.GONE, HTTPStatus.PERMANENT_REDIRECT, HTTPStatus.MULTIPLE_CHOICES)


@dataclass(frozen=True)
class Tombstone:
    """What became of a thing: its IRI, and the IRIs of what replaces it, sorted."""

    iri: str
    successors: tuple[str, ...] = ()

    @property
    def status(self) -> int:
        """The HTTP status that its address answers with.

        >>> [Tombstone("x", successors).status for successors in ((), ("y",), ("y", "z"))]
        [410, 308, 300]
        """
        return int(_STATUSES[min(len(self.successors), 2)])


def tombstones(triples: Iterable[Triple], addresses: Addresses) -> Mapping[str, Tombstone]:
    """The things that are withdrawn or replaced by what some triples say, by their IRIs in order.

    Only things have a fate, not the terms of an ontology: those that are deprecated keep
    their documents and their addresses. A thing that has a class and is not deprecated is
    among the living, whatever has replaced it: an old edition may still be read.
    """
    deprecations: dict[str, list[Triple]] = {}
    living: set[str] = set()
    for triple in triples:
        if _is_deprecation(triple) and isinstance(triple.subject, NamedNode):
            deprecations.setdefault(triple.subject.value, []).append(triple)
        elif triple.predicate == TYPE and isinstance(triple.subject, NamedNode):
            living.add(triple.subject.value)
    gone = sorted(iri for iri, said in deprecations.items() if iri not in living or _is_deprecated(said))
    return {iri: _tombstone(iri, deprecations[iri]) for iri in gone if is_thing(iri, addresses)}


def _is_deprecated(said: Iterable[Triple]) -> bool:
    return any(triple.predicate == DEPRECATED for triple in said)


def _tombstone(iri: str, said: Iterable[Triple]) -> Tombstone:
    """What became of a thing by what is said of it; what they name is a successor, if it is an IRI."""
    named = {triple.object.value for triple in said if isinstance(triple.object, NamedNode)}
    return Tombstone(iri, tuple(sorted(named)))


def is_thing(iri: str, addresses: Addresses) -> bool:
    """Whether an IRI is one of the site's own things: not a term, not a graph, nobody else's."""
    return (addresses.document(iri) or "").startswith(paths.DOCUMENTS)


def _is_deprecation(triple: Triple) -> bool:
    """Whether a triple says that its subject is withdrawn or replaced; `owl:deprecated false` does not."""
    if triple.predicate == DEPRECATED:
        return isinstance(triple.object, Literal) and triple.object.value in _TRUE
    return triple.predicate == REPLACED_BY


def ends(found: Mapping[str, Tombstone]) -> Mapping[str, frozenset[str]]:
    """Where each withdrawn thing leads in the end: the successors of its successors that have no fate themselves.

    None where all of them are withdrawn. What goes round in a circle, or leads into one, has no entry.
    """
    order = TopologicalSorter(
        {iri: [s for s in tombstone.successors if s in found] for iri, tombstone in found.items()}
    )
    with suppress(CycleError):  # what is outside of the circles is in order all the same
        order.prepare()
    reached: dict[str, frozenset[str]] = {}
    while ready := order.get_ready():
        for iri in ready:
            reached[iri] = frozenset(end for s in found[iri].successors for end in reached.get(s, (s,)))
        order.done(*ready)
    return reached
