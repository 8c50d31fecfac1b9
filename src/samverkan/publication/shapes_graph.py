"""All shapes of a site as one graph that needs no other file, and what of it needs no SPARQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import TYPE_CHECKING, TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from samverkan.model.namespaces import SH, TYPE
from samverkan.model.results import Graph, Term
from samverkan.site.documents import ordered

if TYPE_CHECKING:
    from samverkan.site.checked_site import CheckedSite

T = TypeVar("T", bound=Term)

_SHAPES = frozenset(NamedNode(f"{SH}{name}") for name in ("NodeShape", "PropertyShape"))
_PATTERN = NamedNode(f"{SH}pattern")
_SPARQL = frozenset(NamedNode(f"{SH}{name}") for name in ("sparql", "target", "declare", "prefixes"))


def whole(site: CheckedSite) -> Graph:
    """Every statement of the files of shapes; blank nodes are numbered in the order of the files."""
    return ordered(_named(triple for file in site.shapes for triple in file.triples))


def without_sparql(site: CheckedSite) -> Graph:
    """The same without constraints and targets in SPARQL, for engines that have SHACL Core alone.

    Patterns with characters beyond U+FFFF are left out as well: the regular expressions of JavaScript, as
    rdf-validate-shacl uses them, take such a character for two.
    """
    triples = [triple for triple in whole(site).own if not _is_beyond_javascript(triple)]
    below = {triple.object for triple in triples if triple.predicate in _SPARQL}
    asked = {term for term in below if not isinstance(term, BlankNode)} | _reached(below, triples)
    return Graph(tuple(t for t in triples if t.predicate not in _SPARQL and t.subject not in asked))


def _is_beyond_javascript(triple: Triple) -> bool:
    return (
        triple.predicate == _PATTERN
        and isinstance(triple.object, Literal)
        and max(triple.object.value, default="") > "\uffff"
    )


def names(site: CheckedSite) -> Mapping[str, str]:
    """The IRI of each named shape by what stands behind its last slash or hash."""
    typed = (t for file in site.shapes for t in file.triples if t.predicate == TYPE and t.object in _SHAPES)
    shapes = (t.subject.value for t in typed if isinstance(t.subject, NamedNode))
    return {iri.replace("#", "/").rpartition("/")[2]: iri for iri in shapes}


def _reached(nodes: Iterable[Term], triples: Iterable[Triple]) -> set[Term]:
    """The blank nodes among some nodes, and those that lie below them."""
    below: dict[Term, list[Term]] = {}
    for triple in triples:
        below.setdefault(triple.subject, []).append(triple.object)
    found, todo = set[Term](), [node for node in nodes if isinstance(node, BlankNode)]
    while todo:
        node = todo.pop()
        if node not in found:
            found.add(node)
            todo += [each for each in below.get(node, ()) if isinstance(each, BlankNode)]
    return found


def _named(triples: Iterable[Triple]) -> Iterator[Triple]:
    numbers, known = count(1), dict[str, BlankNode]()

    def name(term: T) -> T:
        if not isinstance(term, BlankNode):
            return term
        if term.value not in known:
            known[term.value] = BlankNode(f"b{next(numbers):04}")
        return known[term.value]  # type: ignore[return-value]  # a blank node for a blank node

    for triple in triples:
        yield Triple(name(triple.subject), triple.predicate, name(triple.object))
