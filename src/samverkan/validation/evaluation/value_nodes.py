"""The value nodes of a property path (SHACL 1.0, section 2.3.1), found in the indexes of a data graph."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from samverkan.validation.evaluation.data_graph import DataGraph, Index, merged
from samverkan.validation.evaluation.deadline import Deadline
from samverkan.validation.shapes.paths import Alternative, Inverse, Path, Predicate, Repeated, Sequence

Nodes: TypeAlias = Collection[int]
Walk: TypeAlias = Callable[[int], Nodes]


@dataclass(frozen=True)
class Walker:
    """Walks paths through a data graph; raises `TookTooLongError` when the time is up."""

    graph: DataGraph
    deadline: Deadline

    def index(self, path: Path) -> Index | None:
        """The whole index of a path that is one property, forwards or backwards, or a choice of them; else None."""
        if isinstance(path, Predicate):
            return self.graph.forward(self.graph.number(path.iri))
        if isinstance(path, Inverse) and isinstance(path.path, Predicate):
            return self.graph.backward(self.graph.number(path.path.iri))
        parts = [self.index(each) for each in path.paths] if isinstance(path, Alternative) else [None]
        known = [part for part in parts if part is not None]
        return merged(known) if len(known) == len(parts) else None

    def image(self, path: Path, nodes: set[int], *, backwards: bool = False) -> set[int]:
        """The value nodes of many nodes together."""
        self.deadline.check()
        if isinstance(path, Inverse):
            return self.image(path.path, nodes, backwards=not backwards)
        if isinstance(path, Alternative):
            return set().union(*(self.image(each, nodes, backwards=backwards) for each in path.paths))
        if isinstance(path, Sequence):
            for each in reversed(path.paths) if backwards else path.paths:
                nodes = self.image(each, nodes, backwards=backwards)
            return nodes
        return self._image(path, nodes, backwards)

    def _image(self, path: Predicate | Repeated, nodes: set[int], backwards: bool) -> set[int]:
        if isinstance(path, Predicate):
            number = self.graph.number(path.iri)
            index = self.graph.backward(number) if backwards else self.graph.forward(number)
            return set().union(*map(index.__getitem__, nodes & index.keys()))
        found, new = set() if path.least else set(nodes), nodes
        while new:
            new = self.image(path.path, new, backwards=backwards) - found
            found |= new
            new = set() if path.once else new
        return found

    def walk(self, path: Path, *, backwards: bool = False) -> Walk:
        """From one node to its value nodes, each once, in a stable order."""
        return _WALKS[type(path)](self, path, backwards)

    def _predicate(self, path: Predicate, backwards: bool) -> Walk:
        number = self.graph.number(path.iri)
        index = self.graph.backward(number) if backwards else self.graph.forward(number)
        return lambda node: index.get(node, ())

    def _inverse(self, path: Inverse, backwards: bool) -> Walk:
        return self.walk(path.path, backwards=not backwards)

    def _sequence(self, path: Sequence, backwards: bool) -> Walk:
        walks = [self.walk(each, backwards=backwards) for each in path.paths]

        def walk(node: int) -> Nodes:
            found: Nodes = (node,)
            for step in reversed(walks) if backwards else walks:
                self.deadline.check()
                found = dict.fromkeys(value for each in found for value in step(each))
            return found

        return walk

    def _alternative(self, path: Alternative, backwards: bool) -> Walk:
        walks = [self.walk(each, backwards=backwards) for each in path.paths]
        return lambda node: dict.fromkeys(value for step in walks for value in step(node))

    def _repeated(self, path: Repeated, backwards: bool) -> Walk:
        step = self.walk(path.path, backwards=backwards)
        if path.once:
            return lambda node: dict.fromkeys((node, *step(node)))
        return lambda node: self._reached(node, step, path.least)

    def _reached(self, node: int, step: Walk, least: int) -> Nodes:
        """All that repeated steps lead to; the node itself with it where no step is needed, or a circle leads back."""
        found: dict[int, None] = {} if least else {node: None}
        todo = [node]
        while todo:
            self.deadline.check()
            new = [each for each in step(todo.pop()) if each not in found]
            found.update(dict.fromkeys(new))
            todo += new
        return found


_WALKS: Mapping[type, Callable[..., Walk]] = {
    Predicate: Walker._predicate,  # noqa: SLF001 - a table of its own methods
    Inverse: Walker._inverse,  # noqa: SLF001 - as above
    Sequence: Walker._sequence,  # noqa: SLF001 - as above
    Alternative: Walker._alternative,  # noqa: SLF001 - as above
    Repeated: Walker._repeated,  # noqa: SLF001 - as above
}


@dataclass(frozen=True)
class ValueNodes:
    """The value nodes of one path: all at once for a property, node by node for what leads further."""

    walker: Walker
    path: Path

    @cached_property
    def _index(self) -> Index | None:
        return self.walker.index(self.path)

    @cached_property
    def of(self) -> Walk:
        """The value nodes of one focus node, each once."""
        index = self._index
        return self.walker.walk(self.path) if index is None else lambda node: index.get(node, ())

    def pairs(self, nodes: set[int]) -> Iterator[tuple[int, Nodes]]:
        """Each of some focus nodes that has value nodes, with those."""
        index = self._index
        if index is not None:
            return ((node, index[node]) for node in nodes & index.keys())
        return ((node, values) for node in nodes if (values := self.of(node)))

    def all(self, nodes: set[int]) -> set[int]:
        """The value nodes of all of some focus nodes; one shape asks several times for the same."""
        if self._last is None or self._last[0] is not nodes:
            self.__dict__["_last"] = (nodes, self.walker.image(self.path, nodes))
        assert self._last is not None
        return self._last[1]

    @cached_property
    def _last(self) -> tuple[set[int], set[int]] | None:
        return None

    def forget_last(self) -> None:
        """Let go of the value nodes that were asked for last, which on a large site take much memory."""
        self.__dict__.pop("_last", None)

    def leading_to(self, value: int) -> set[int]:
        """The focus nodes of which something is a value node."""
        return self.walker.image(self.path, {value}, backwards=True)

    def having(self, nodes: set[int], least: int) -> set[int]:
        """Those of some focus nodes that have so many value nodes at least."""
        index = self._index
        if index is not None and least == 1:
            return nodes & index.keys()
        if index is not None and least > 1:
            return nodes & self._counted(least)
        return {node for node in nodes if len(self.of(node)) >= least}

    def _counted(self, least: int) -> frozenset[int]:
        known = self._many
        if least not in known:
            known[least] = frozenset(node for node, values in (self._index or {}).items() if len(values) >= least)
        return known[least]

    @cached_property
    def _many(self) -> dict[int, frozenset[int]]:
        return {}
