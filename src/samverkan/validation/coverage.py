"""Which shapes reach which nodes (SHACL 1.0, section 2.1.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, Triple

from samverkan.model.namespaces import RDFS, SH
from samverkan.model.results import Term, name
from samverkan.validation.evaluation.data_graph import DataGraph
from samverkan.validation.findings import Coverage
from samverkan.validation.shapes.graph import ShapesGraph, Target


@dataclass(frozen=True, eq=False)
class Reach:
    """What the targets of some shapes select in some data."""

    triples: tuple[Triple, ...]
    shapes: ShapesGraph
    data: DataGraph

    @cached_property
    def targets(self) -> tuple[tuple[str, Target], ...]:
        """The shapes, each with each of its targets, sorted."""
        found = ((name(node), target) for node, targets in self.shapes.roots() for target in targets)
        return tuple(sorted(found, key=lambda each: (each[0], each[1].selector, name(each[1].value))))

    @cached_property
    def nodes(self) -> Mapping[tuple[str, Target], frozenset[int]]:
        """The nodes that each target selects."""
        return {each: frozenset(_REACH[each[1].selector](self.data, each[1].value)) for each in self.targets}

    def coverage(self) -> tuple[Coverage, ...]:
        """How many nodes each shape reached, with the shape's names."""
        found: dict[str, set[int]] = {}
        for (shape, _), nodes in self.nodes.items():
            found.setdefault(shape, set()).update(nodes)
        return tuple(Coverage(shape, self._names.get(shape, {}), len(found[shape])) for shape in sorted(found))

    @cached_property
    def _names(self) -> Mapping[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for t in self.triples:
            if t.predicate.value in {f"{SH}name", f"{RDFS}label"} and isinstance(t.object, Literal):
                found.setdefault(name(t.subject), {})[t.object.language or ""] = t.object.value
        return found


def _subjects_of(data: DataGraph, term: Term) -> Iterable[int]:
    return data.forward(data.number(term))


def _objects_of(data: DataGraph, term: Term) -> Iterable[int]:
    return data.backward(data.number(term))


def _node(data: DataGraph, term: Term) -> Iterable[int]:
    """The node itself, if the data says anything of it: an engine would take a misspelt one as it is."""
    number = data.number(term)
    return (number,) if number in data.subjects or any(part.is_value(number) for part in data.parts) else ()


_REACH: Mapping[str, Callable[[DataGraph, Term], Iterable[int]]] = {
    "targetClass": DataGraph.instances,
    "targetSubjectsOf": _subjects_of,
    "targetObjectsOf": _objects_of,
    "targetNode": _node,
}
