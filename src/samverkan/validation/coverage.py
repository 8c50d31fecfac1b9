"""Which shapes reach which nodes (SHACL 1.0, section 2.1.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple

from samverkan.model.namespaces import OWL, RDFS, SH, TYPE
from samverkan.model.results import Term
from samverkan.validation.evaluation.data_graph import DataGraph
from samverkan.validation.findings import Coverage

_CLASSES = {f"{RDFS}Class", f"{OWL}Class"}
_SHAPES = {f"{SH}NodeShape", f"{SH}PropertyShape"}


@dataclass(frozen=True)
class TargetDeclaration:
    """One target declaration: the shape, the kind of target, and the class, property or node that it names."""

    shape: str
    kind: str
    value: str
    term: Term = field(compare=False)


@dataclass(frozen=True, eq=False)
class Reach:
    """What the targets of some shapes select in some data; `instances` gives a class's members."""

    shapes: tuple[Triple, ...]
    data: DataGraph
    instances: Callable[[str], frozenset[str]]

    @cached_property
    def targets(self) -> tuple[TargetDeclaration, ...]:
        """The targets of all shapes, sorted."""
        return tuple(sorted(set(self._targets()), key=lambda target: (target.shape, target.kind, target.value)))

    def _targets(self) -> Iterator[TargetDeclaration]:
        types: dict[str, set[str]] = {}
        for triple in self.shapes:
            name, value = _name(triple.subject), _name(triple.object)
            if triple.predicate == TYPE:
                types.setdefault(name, set()).add(value)
            elif triple.predicate.value in _REACH:
                yield TargetDeclaration(name, triple.predicate.value, value, triple.object)
        for name, found in types.items():
            if found & _CLASSES and found & _SHAPES and not name.startswith("_:"):
                yield TargetDeclaration(name, f"{SH}targetClass", name, NamedNode(name))

    @cached_property
    def nodes(self) -> Mapping[TargetDeclaration, frozenset[str]]:
        """The nodes that each target selects, in N-Triples form."""
        return {target: _REACH[target.kind](self, target.term) for target in self.targets}

    def named(self, numbers: Iterable[int]) -> frozenset[str]:
        """Some nodes in N-Triples form."""
        return frozenset(str(self.data.terms[number]) for number in numbers)

    def coverage(self) -> tuple[Coverage, ...]:
        """How many nodes each shape reached, with the shape's names."""
        found: dict[str, set[str]] = {}
        for target, nodes in self.nodes.items():
            found.setdefault(target.shape, set()).update(nodes)
        return tuple(Coverage(shape, self._names.get(shape, {}), len(found[shape])) for shape in sorted(found))

    @cached_property
    def _names(self) -> Mapping[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for t in self.shapes:
            if t.predicate.value in {f"{SH}name", f"{RDFS}label"} and isinstance(t.object, Literal):
                found.setdefault(_name(t.subject), {})[t.object.language or ""] = t.object.value
        return found


def _instances(reach: Reach, term: Term) -> frozenset[str]:
    return reach.instances(_name(term))


def _subjects_of(reach: Reach, term: Term) -> frozenset[str]:
    return reach.named(reach.data.forward(reach.data.number(term)))


def _objects_of(reach: Reach, term: Term) -> frozenset[str]:
    return reach.named(reach.data.backward(reach.data.number(term)))


def _node(reach: Reach, term: Term) -> frozenset[str]:
    """The node itself, if the data says anything of it: an engine would take a misspelt one as it is."""
    number = reach.data.number(term)
    is_subject = number in reach.data.subjects
    is_value = any(number in reach.data.backward(predicate) for predicate in reach.data.predicates)
    return frozenset([str(term)]) if is_subject or is_value else frozenset()


_REACH: Mapping[str, Callable[[Reach, Term], frozenset[str]]] = {
    f"{SH}targetClass": _instances,
    f"{SH}targetSubjectsOf": _subjects_of,
    f"{SH}targetObjectsOf": _objects_of,
    f"{SH}targetNode": _node,
}


def _name(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)
