"""SHACL evaluated in memory: shape by shape, all of its nodes at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from samverkan.model.results import Term
from samverkan.validation.evaluation.constraints import Constraint, Found, Making, OfProperty, constraints
from samverkan.validation.evaluation.data_graph import DataGraph
from samverkan.validation.evaluation.deadline import Deadline
from samverkan.validation.evaluation.queries import Queries
from samverkan.validation.evaluation.value_nodes import ValueNodes, Walker
from samverkan.validation.shapes.graph import Shape, ShapesGraph, Target
from samverkan.validation.shapes.paths import Path, Predicate, ShapeError

Numbers: TypeAlias = set[int]


@dataclass(frozen=True)
class ValidationResult:
    """One result of a validation report (SHACL 1.0, section 3.6), with the terms of data and shapes.

    `constraint` is the node of the constraint, where it has one.
    """

    focus: Term
    path: Path | None
    value: Term | None
    shape: Shape
    component: str
    constraint: Term | None
    messages: tuple[Literal, ...]


@contextmanager
def _about(node: Term) -> Iterator[None]:
    """Say of an ill-formed shape which it is."""
    try:
        yield
    except ShapeError as error:
        if not isinstance(node, Literal):  # a literal in the place of a shape is a fault of who names it
            error.shape = error.shape or node
        raise


class Evaluator:
    """Some shapes over one data graph."""

    def __init__(self, graph: DataGraph, shapes: ShapesGraph, deadline: Deadline, queries: Queries) -> None:
        self.graph, self.shapes, self.queries = graph, shapes, queries
        self._walker = Walker(graph, deadline)
        self._shapes: dict[Term, ShapeEvaluation] = {}
        self._values: dict[Path, ValueNodes] = {}
        self._focus_nodes: dict[tuple[Target, ...], frozenset[int]] = {}
        self.trail: list[ShapeEvaluation | str] = []
        self.assumed = 0

    def values(self, path: Path) -> ValueNodes:
        """The value nodes of a path."""
        if path not in self._values:
            self._values[path] = ValueNodes(self._walker, path)
        return self._values[path]

    def shape(self, node: Term) -> ShapeEvaluation:
        """The evaluation of a shape; raises `ShapeError` where it is ill-formed."""
        if node not in self._shapes:
            with _about(node):
                self._shapes[node] = ShapeEvaluation(self, self.shapes.shape(node))
        return self._shapes[node]

    def focus_nodes(self, targets: tuple[Target, ...]) -> frozenset[int]:
        """The nodes that some targets select (SHACL 1.0, section 2.1.3); many shapes are aimed at the same."""
        if targets not in self._focus_nodes:
            self._focus_nodes[targets] = frozenset().union(*(self._selected(target) for target in targets))
        return self._focus_nodes[targets]

    def _selected(self, target: Target) -> frozenset[int] | Numbers:
        if target.selector == "targetNode":
            return {self.graph.number(target.value)}
        if not isinstance(target.value, NamedNode):
            raise ShapeError(f"sh:{target.selector} without an IRI")
        if target.selector == "targetClass":
            return self.graph.instances(target.value)
        number = self.graph.number(target.value)
        backwards = target.selector == "targetObjectsOf"
        return set(self.graph.backward(number) if backwards else self.graph.forward(number))

    def begin(self, node: Term, targets: tuple[Target, ...]) -> None:
        """Begin with the queries of one shape; raises `ShapeError` where it is ill-formed."""
        shape = self.shape(node)
        if not shape.shape.deactivated:
            for constraint in shape.constraints:
                self.queries.begin(constraint, self.focus_nodes(targets))

    def read(self, node: Term) -> None:
        """Read a shape with those of its properties; raises `ShapeError` where one of them is ill-formed."""
        shape = self.shape(node)
        if not shape.shape.deactivated:
            shape.read_properties()

    def results(self, node: Term, targets: tuple[Target, ...]) -> Iterator[ValidationResult]:
        """Every result of one shape; raises `ShapeError` where it is ill-formed."""
        shape = self.shape(node)
        if shape.shape.deactivated:
            return
        seen: dict[ShapeEvaluation, Numbers] = {}
        todo = [_Task(shape, dict.fromkeys(self.focus_nodes(targets), 1), (), seen)]
        while todo:
            task = todo.pop()
            yield from task.results()
            todo += task.nested()
        for values in self._values.values():
            values.forget_last()


@dataclass(frozen=True)
class _Task:
    """A shape to be evaluated for some focus nodes, each as many times as ways lead to it.

    `seen` are the nodes about which results are given already, by shape.
    """

    shape: ShapeEvaluation
    nodes: dict[int, int]
    trail: tuple[ShapeEvaluation, ...]
    seen: dict[ShapeEvaluation, Numbers]

    def results(self) -> Iterator[ValidationResult]:
        numbers = set(self.nodes)
        self.seen[self.shape] = self.seen.get(self.shape, set()) | numbers
        for constraint in self.shape.constraints:
            for found in constraint.found(numbers):
                result = self.shape.result(constraint, found)
                yield from (result for _ in range(self.nodes[found.focus]))

    def nested(self) -> Iterator[_Task]:
        """What is left to other shapes; a shape that leads to itself looks at each node once."""
        for constraint in self.shape.constraints:
            if isinstance(constraint, OfProperty) and not constraint.shape.shape.deactivated:
                nodes, shape = self._values(constraint), self.shape.other(constraint)
                if shape in (*self.trail, self.shape):
                    nodes = dict.fromkeys(nodes.keys() - self.seen.get(shape, set()), 1)
                if nodes:
                    yield _Task(shape, nodes, (*self.trail, self.shape), self.seen)

    def _values(self, constraint: OfProperty) -> dict[int, int]:
        if constraint.values is None:
            return self.nodes
        found: dict[int, int] = {}
        for focus, values in constraint.values.pairs(set(self.nodes)):
            for each in values:
                found[each] = found.get(each, 0) + self.nodes[focus]
        return found


class ShapeEvaluation:
    """One shape, with what is known of the nodes that it was held against."""

    def __init__(self, evaluator: Evaluator, shape: Shape) -> None:
        self.shape = shape
        self._evaluator = evaluator
        self._good: Numbers = set()
        self._bad: Numbers = set()
        self._asked: Numbers | None = None

    @cached_property
    def values(self) -> ValueNodes | None:
        """The value nodes of a property shape."""
        return None if self.shape.path is None else self._evaluator.values(self.shape.path)

    @cached_property
    def constraints(self) -> tuple[Constraint, ...]:
        """The constraints of the shape."""
        with _about(self.shape.node):
            making = Making(self._evaluator, self.shape, self.values)
            return (*constraints(making), *self._evaluator.queries.constraints(making))

    def read_properties(self) -> None:
        """Read the shapes of its properties, and of theirs, also where no node is held against them."""
        seen, todo = {self}, [self]
        while todo:
            last = todo.pop()
            named = (last.other(each) for each in last.constraints if isinstance(each, OfProperty))
            new = [each for each in dict.fromkeys(named) if each not in seen and not each.shape.deactivated]
            seen.update(new)
            todo += new

    def other(self, constraint: OfProperty) -> ShapeEvaluation:
        """The shape that `sh:property` names."""
        return self._evaluator.shape(constraint.shape.shape.node)

    def broken(self, nodes: Numbers) -> Numbers:
        """Those of some nodes that don't conform."""
        if self.shape.deactivated:
            return set()
        unknown = nodes - self._good - self._bad
        if unknown:
            self._judge(unknown)
        return nodes & self._bad

    def broken_under(self, name: str, nodes: Numbers) -> Numbers:
        """The same where a constraint wants some not to conform: a shape can't ask that of itself."""
        self._evaluator.trail.append(name)
        try:
            return self.broken(nodes)
        finally:
            self._evaluator.trail.pop()

    def _judge(self, nodes: Numbers) -> None:
        """Find out about some nodes; what a shape asks of itself holds as long as nothing speaks against it."""
        if self._asked is not None:
            self._assume(nodes)
            return
        self._asked, assumed = nodes, self._evaluator.assumed
        self._evaluator.trail.append(self)
        try:
            self._settle()
        finally:
            self._evaluator.trail.pop()
            known, self._asked = self._asked, None
        if self._evaluator.assumed == assumed or not self._is_inside():
            self._good |= known - self._bad

    def _settle(self) -> None:
        """Hold all nodes against the constraints, again for as long as that makes more of them asked about or bad."""
        before = -1
        while before != (before := len(self._asked or ()) + len(self._bad)):
            asked = self._asked or set()
            left = asked - self._bad
            for constraint in self.constraints:
                left = left - constraint.failing(left) if left else left
            self._bad |= asked - left

    def _is_inside(self) -> bool:
        """Whether another shape is being found out about."""
        return any(isinstance(each, ShapeEvaluation) for each in self._evaluator.trail)

    def _assume(self, nodes: Numbers) -> None:
        start = self._evaluator.trail.index(self)
        through = next((each for each in self._evaluator.trail[start:] if isinstance(each, str)), None)
        if through:
            raise ShapeError(f"a shape that refers to itself through sh:{through}")
        assert self._asked is not None
        self._asked = self._asked | nodes
        self._evaluator.assumed += 1

    def result(self, constraint: Constraint, found: Found) -> ValidationResult:
        """The result that something that breaks a constraint is."""
        terms, shape = self._evaluator.graph.terms, self.shape
        return ValidationResult(
            focus=terms[found.focus],
            path=shape.path if found.path is None else _property(terms[found.path]),
            value=None if found.value is None else terms[found.value],
            shape=shape,
            component=constraint.component,
            constraint=constraint.source,
            messages=self._evaluator.queries.messages(constraint, found, shape.messages),
        )


def _property(term: Term) -> Predicate | None:
    return Predicate(term) if isinstance(term, NamedNode) else None
