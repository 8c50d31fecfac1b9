"""Property paths (SHACL 1.0, section 2.3.1) as values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from pyoxigraph import BlankNode, NamedNode, Triple

from samverkan.model.namespaces import FIRST, NIL, REST, SH
from samverkan.model.results import Term

Node: TypeAlias = NamedNode | BlankNode


class Statements(Protocol):
    """What is said in the shapes."""

    def about(self, subject: Term, predicate: str) -> list[Term]:
        """What a subject says by a property."""

    def members(self, head: Term) -> tuple[Term, ...]:
        """The members of a list; raises `ShapeError` where it is broken."""


class ShapeError(Exception):
    """A shape that the recommendation calls ill-formed, or that asks for what can't be evaluated; says what.

    `shape` is the innermost shape that it is said of, once that is known.
    """

    shape: Term | None = None


class UnreadableQueryError(ShapeError):
    """A query in a shape that a parser of SPARQL doesn't take."""


@dataclass(frozen=True)
class Predicate:
    """One property."""

    iri: NamedNode

    def __str__(self) -> str:
        """The path as SPARQL 1.1 writes it, as for all of them."""
        return str(self.iri)


@dataclass(frozen=True)
class Inverse:
    """A path that is walked backwards."""

    path: Path

    def __str__(self) -> str:
        return f"^({self.path})"


@dataclass(frozen=True)
class Sequence:
    """One path after the other."""

    paths: tuple[Path, ...]

    def __str__(self) -> str:
        return "/".join(f"({path})" for path in self.paths)


@dataclass(frozen=True)
class Alternative:
    """Any of some paths."""

    paths: tuple[Path, ...]

    def __str__(self) -> str:
        return "|".join(f"({path})" for path in self.paths)


@dataclass(frozen=True)
class Repeated:
    """A path walked again and again: at least `least` times (0 or 1), and any number of times unless `once`."""

    path: Path
    least: int
    once: bool = False

    def __str__(self) -> str:
        return f"({self.path}){'?' if self.once else '+' if self.least else '*'}"


Path: TypeAlias = Predicate | Inverse | Sequence | Alternative | Repeated

_LIST, _ALTERNATIVE = FIRST.value, f"{SH}alternativePath"
_SIMPLE: Mapping[str, Callable[[Path], Path]] = {
    f"{SH}inversePath": Inverse,
    f"{SH}zeroOrMorePath": lambda path: Repeated(path, 0),
    f"{SH}oneOrMorePath": lambda path: Repeated(path, 1),
    f"{SH}zeroOrOnePath": lambda path: Repeated(path, 0, once=True),
}


def read_path(node: Term, graph: Statements, trail: tuple[Term, ...] = ()) -> Path:
    """Read the path that a node of the shapes stands for; raises `ShapeError` where it is ill-formed.

    A list is a sequence whatever else is said of its first node, as in the W3C's tests of strange paths.
    """
    if isinstance(node, NamedNode):
        return Predicate(node)
    if not isinstance(node, BlankNode) or node in trail:
        raise ShapeError("a path that is a literal" if node not in trail else "a path that contains itself")
    return _read_blank(node, graph, (*trail, node))


def _read_blank(node: BlankNode, graph: Statements, trail: tuple[Term, ...]) -> Path:
    if graph.about(node, _LIST):
        return Sequence(_read_all(node, graph, trail))
    if found := graph.about(node, _ALTERNATIVE):
        return Alternative(_read_all(found[0], graph, trail))
    for name, build in _SIMPLE.items():
        for inner in graph.about(node, name):
            return build(read_path(inner, graph, trail))
    raise ShapeError("a path without a property")


def _read_all(head: Term, graph: Statements, trail: tuple[Term, ...]) -> tuple[Path, ...]:
    paths = tuple(read_path(member, graph, trail) for member in graph.members(head))
    if len(paths) < 2:  # noqa: PLR2004 - sections 2.3.1.2 and 2.3.1.4
        raise ShapeError("a path with a list of fewer than two")
    return paths


def write_path(path: Path, triples: list[Triple], fresh: Callable[[], BlankNode] = BlankNode) -> Node:
    """The node that stands for a path in a report; what is said of it is added to the triples.

    `fresh` gives its blank nodes.
    """
    if isinstance(path, Predicate):
        return path.iri
    if isinstance(path, Sequence):
        return _write_list(path.paths, triples, fresh)
    node = fresh()
    if isinstance(path, Alternative):
        triples.append(Triple(node, NamedNode(_ALTERNATIVE), _write_list(path.paths, triples, fresh)))
    else:
        triples.append(Triple(node, NamedNode(_NAMES[_kind(path)]), write_path(path.path, triples, fresh)))
    return node


def _kind(path: Inverse | Repeated) -> tuple[int, bool] | None:
    return None if isinstance(path, Inverse) else (path.least, path.once)


_NAMES = {
    None: f"{SH}inversePath",
    (0, False): f"{SH}zeroOrMorePath",
    (1, False): f"{SH}oneOrMorePath",
    (0, True): f"{SH}zeroOrOnePath",
}


def _write_list(paths: tuple[Path, ...], triples: list[Triple], fresh: Callable[[], BlankNode]) -> Node:
    head: Node = NIL
    for path in reversed(paths):
        node = fresh()
        triples += [Triple(node, FIRST, write_path(path, triples, fresh)), Triple(node, REST, head)]
        head = node
    return head
