"""The constraint components of SHACL Core (SHACL 1.0, section 4), each as what it finds among some nodes at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple, Protocol

from pyoxigraph import BlankNode, Literal, NamedNode

from samverkan.model.language_tags import matches
from samverkan.model.namespaces import RDF, SH, XSD
from samverkan.model.results import Term
from samverkan.validation.evaluation.data_graph import DataGraph
from samverkan.validation.evaluation.terms import Remembered
from samverkan.validation.evaluation.value_nodes import Nodes, ValueNodes
from samverkan.validation.shapes.datatypes import DATATYPES
from samverkan.validation.shapes.graph import TRUE, Shape, ShapesGraph
from samverkan.validation.shapes.paths import Path, Predicate, ShapeError
from samverkan.validation.shapes.regular_expressions import compiled
from samverkan.validation.shapes.values import is_less, value

Numbers = set[int]
Bindings = Mapping[str, Term]


class Found(NamedTuple):
    """What breaks a constraint: a focus node, and where there are such the value, the property and more of a query."""

    focus: int
    value: int | None = None
    path: int | None = None
    bindings: Bindings | None = None


class Conformance(Protocol):
    """A shape that nodes can be held against."""

    shape: Shape

    def broken(self, nodes: Numbers) -> Numbers:
        """Those of some nodes that don't conform."""

    def broken_under(self, name: str, nodes: Numbers) -> Numbers:
        """The same where a constraint wants some not to conform."""


class Evaluation(Protocol):
    """The data, the shapes, and what is known of both."""

    graph: DataGraph
    shapes: ShapesGraph

    def values(self, path: Path) -> ValueNodes:
        """The value nodes of a path."""

    def shape(self, node: Term) -> Conformance:
        """A shape; raises `ShapeError` where it is ill-formed."""


class Constraint(Protocol):
    """One constraint of a shape."""

    @property
    def component(self) -> str:
        """The IRI of its constraint component."""

    @property
    def source(self) -> Term | None:
        """The node of the constraint itself, where it has one."""

    def failing(self, nodes: Numbers) -> Numbers:
        """Those of some focus nodes that break it."""

    def found(self, nodes: Numbers) -> Iterable[Found]:
        """Each thing that breaks it, of some focus nodes."""


@dataclass(frozen=True)
class OfValues:
    """A constraint of each value node alone: `broken` gives those that break it."""

    component: str
    broken: Callable[[Numbers], Numbers]
    values: ValueNodes | None
    source: Term | None = None

    def failing(self, nodes: Numbers) -> Numbers:
        """Those of some focus nodes that break it."""
        if self.values is None:
            return self.broken(nodes)
        return {focus for focus, _ in self._pairs(nodes)}

    def found(self, nodes: Numbers) -> Iterator[Found]:
        """Each value node that breaks it, with its focus node."""
        if self.values is None:
            return (Found(node, node) for node in self.broken(nodes))
        return (Found(*pair) for pair in self._pairs(nodes))

    def _pairs(self, nodes: Numbers) -> Iterator[tuple[int, int]]:
        assert self.values is not None
        broken = self.broken(self.values.all(nodes))
        if broken:
            for focus, values in self.values.pairs(nodes):
                yield from ((focus, each) for each in values if each in broken)


@dataclass(frozen=True)
class OfNodes:
    """A constraint of a focus node with all its value nodes."""

    component: str
    find: Callable[[Numbers], Iterable[Found]]
    source: Term | None = None

    def failing(self, nodes: Numbers) -> Numbers:
        """Those of some focus nodes that break it."""
        return {found.focus for found in self.find(nodes)}

    def found(self, nodes: Numbers) -> Iterable[Found]:
        """Each thing that breaks it."""
        return self.find(nodes)


@dataclass(frozen=True)
class OfProperty:
    """`sh:property`: the results are those of another shape about the value nodes."""

    component: str
    shape: Conformance
    values: ValueNodes | None
    source: Term | None = None

    def failing(self, nodes: Numbers) -> Numbers:
        """Those of some focus nodes with a value node that the other shape has a result about."""
        return OfValues(self.component, self.shape.broken, self.values).failing(nodes)

    def found(self, nodes: Numbers) -> Iterable[Found]:  # noqa: ARG002 - the results are the other shape's own
        """Nothing of its own."""
        return ()


@dataclass(frozen=True)
class Making:
    """What is needed to make the constraints of one shape."""

    context: Evaluation
    shape: Shape
    values: ValueNodes | None

    def path(self, name: str) -> ValueNodes:
        """The value nodes; raises `ShapeError` for what only a property shape may have."""
        if self.values is None:
            raise ShapeError(f"sh:{name} in a node shape")
        return self.values

    def each(self, nodes: Numbers) -> Iterable[tuple[int, Nodes]]:
        """Each focus node with its value nodes, where it has any: of a node shape the focus node itself."""
        return ((node, (node,)) for node in nodes) if self.values is None else self.values.pairs(nodes)

    def term(self, number: int) -> Term:
        """The term of a node."""
        return self.context.graph.terms[number]

    def of_values(self, name: str, broken: Callable[[Numbers], Numbers]) -> OfValues:
        """A constraint of each value node."""
        return OfValues(component(name), broken, self.values)

    def of_terms(self, name: str, wanted: object, fits: Callable[[Term], bool]) -> OfValues:
        """A constraint that looks at nothing but the term itself.

        What was found is remembered, also for other shapes that want the same.
        """
        return self.of_values(name, self.context.graph.numbers.test(name, wanted, fits).broken)

    def of_numbers(self, name: str, wanted: object, fit: Callable[[list[int]], Iterable[bool]]) -> OfValues:
        """The same for a test that is quicker for many terms at once, and gets their numbers."""
        return self.of_values(name, self.context.graph.numbers.tests.setdefault((name, wanted), Remembered(fit)).broken)


def component(name: str) -> str:
    """The constraint component that a parameter belongs to."""
    return f"{SH}{name[0].upper()}{name[1:]}ConstraintComponent"


def constraints(making: Making) -> Iterator[Constraint]:
    """The core constraints of a shape, each value of each parameter; raises `ShapeError` for an ill-formed one."""
    given = making.shape.parameters
    for name, make in PARAMETERS.items():
        values = given.get(_IRIS[name], ())
        if len(values) > 1 and name not in _REPEATABLE:
            raise ShapeError(f"more than one sh:{name}")
        for each in values:
            yield make(making, name, each)


# ---------------------------------------------------------------- of each value


def _class(making: Making, name: str, wanted: Term) -> Constraint:
    if not isinstance(wanted, NamedNode):
        raise ShapeError("sh:class without an IRI")
    return making.of_values(name, lambda nodes: nodes - making.context.graph.instances(wanted))


def _datatype(making: Making, name: str, wanted: Term) -> Constraint:
    if not isinstance(wanted, NamedNode):
        raise ShapeError("sh:datatype without an IRI")
    known = DATATYPES.get(wanted.value)

    def fits(term: Term) -> bool:
        return isinstance(term, Literal) and term.datatype == wanted and (known is None or known.has(term.value))

    return making.of_terms(name, wanted, fits)


_KINDS: Mapping[str, tuple[type, ...]] = {
    "IRI": (NamedNode,),
    "BlankNode": (BlankNode,),
    "Literal": (Literal,),
    "BlankNodeOrIRI": (BlankNode, NamedNode),
    "BlankNodeOrLiteral": (BlankNode, Literal),
    "IRIOrLiteral": (NamedNode, Literal),
}


def _node_kind(making: Making, name: str, wanted: Term) -> Constraint:
    kinds = _KINDS.get(wanted.value.removeprefix(SH)) if isinstance(wanted, NamedNode) else None
    if kinds is None:
        raise ShapeError(f"sh:nodeKind {wanted}")
    return making.of_terms(name, wanted, lambda term: isinstance(term, kinds))


def _compared(making: Making, name: str, bound: Term, *, upper: bool, equal: bool) -> Constraint:
    limit = value(bound)
    if limit is None:
        raise ShapeError(f"sh:{name} {bound}, which has no order")

    def fits(term: Term) -> bool:
        pair = (value(term), limit) if upper else (limit, value(term))
        return is_less(*pair, or_equal=equal)

    return making.of_terms(name, bound, fits)


def number(name: str, term: Term) -> int:
    """A whole number from 0 on, of any datatype of numbers; raises `ShapeError` for any other term."""
    is_number = isinstance(term, Literal) and term.value.isdecimal() and term.datatype.value not in _TEXTS
    if not isinstance(term, Literal) or not is_number or len(term.value) > _MOST_DIGITS:
        raise ShapeError(f"sh:{name} {term}, which is not a whole number from 0 on")
    return int(term.value)


def _length(making: Making, name: str, wanted: Term, *, upper: bool) -> Constraint:
    size, texts = number(name, wanted), making.context.graph.texts

    def fits(number: int) -> bool:
        found = texts[number]
        return found is not None and (len(found) <= size if upper else len(found) >= size)

    return making.of_numbers(name, wanted, lambda numbers: map(fits, numbers))


def _pattern(making: Making, name: str, wanted: Term) -> Constraint:
    flags = next((each.value for each in making.shape.values("flags") if isinstance(each, Literal)), "")
    if not isinstance(wanted, Literal):
        raise ShapeError("sh:pattern without a text")
    pattern, texts = compiled(wanted.value, flags), making.context.graph.texts

    def fit(numbers: list[int]) -> Iterable[bool]:
        found = [texts[number] for number in numbers]
        if None in found:
            return (each is not None and pattern.is_in(each) for each in found)
        return pattern.are_in(found)  # type: ignore[arg-type]  # there is no None

    return making.of_numbers(name, (wanted, flags), fit)


def _language_in(making: Making, name: str, wanted: Term) -> Constraint:
    ranges = [each.value.lower() for each in making.context.shapes.members(wanted) if isinstance(each, Literal)]

    known = lru_cache(maxsize=1000)(lambda tag: any(matches(tag, each) for each in ranges))
    return making.of_terms(name, tuple(ranges), lambda term: isinstance(term, Literal) and known(term.language or ""))


def _in(making: Making, name: str, wanted: Term) -> Constraint:
    listed = {making.context.graph.number(each) for each in making.context.shapes.members(wanted)}
    return making.of_values(name, lambda nodes: nodes - listed)


def _node(making: Making, name: str, wanted: Term) -> Constraint:
    nested = making.context.shape(wanted)
    if nested.shape.path is not None:
        raise ShapeError("sh:node with a property shape")
    return making.of_values(name, nested.broken)


def _not(making: Making, name: str, wanted: Term) -> Constraint:
    shape = making.context.shape(wanted)
    return making.of_values(name, lambda nodes: nodes - shape.broken_under(name, nodes))


def _and(making: Making, name: str, wanted: Term) -> Constraint:
    shapes = _listed(making, wanted)
    return making.of_values(name, lambda nodes: set().union(*(shape.broken(nodes) for shape in shapes)))


def _or(making: Making, name: str, wanted: Term) -> Constraint:
    shapes = _listed(making, wanted)

    def broken(nodes: Numbers) -> Numbers:
        for shape in shapes:
            nodes = shape.broken(nodes)
        return nodes

    return making.of_values(name, broken)


def _xone(making: Making, name: str, wanted: Term) -> Constraint:
    shapes = _listed(making, wanted)

    def broken(nodes: Numbers) -> Numbers:
        none, once = set(nodes), set[int]()
        for shape in shapes:
            fitting = nodes - shape.broken_under(name, nodes)
            once = (once - fitting) | (fitting & none)
            none -= fitting
        return nodes - once

    return making.of_values(name, broken)


def _listed(making: Making, head: Term) -> list[Conformance]:
    return [making.context.shape(each) for each in making.context.shapes.members(head)]


# ---------------------------------------------------------------- of a node with all its values


def _min_count(making: Making, name: str, wanted: Term) -> Constraint:
    values, least = making.path(name), number(name, wanted)
    if not least:
        return OfNodes(component(name), lambda _: ())
    return OfNodes(component(name), lambda nodes: map(Found, nodes - values.having(nodes, least)))


def _max_count(making: Making, name: str, wanted: Term) -> Constraint:
    values, most = making.path(name), number(name, wanted)
    return OfNodes(component(name), lambda nodes: map(Found, values.having(nodes, most + 1)))


def _has_value(making: Making, name: str, wanted: Term) -> Constraint:
    value, values = making.context.graph.number(wanted), making.values

    def find(nodes: Numbers) -> Iterable[Found]:
        return map(Found, nodes - ({value} if values is None else values.leading_to(value)))

    return OfNodes(component(name), find)


def _unique_lang(making: Making, name: str, wanted: Term) -> Constraint:
    values, languages = making.path(name), making.context.graph.languages

    def find(nodes: Numbers) -> Iterator[Found]:
        for focus in values.having(nodes, 2):
            tags = [tag for each in values.of(focus) if (tag := languages[each])]
            if len(set(tags)) < len(tags):
                yield from (Found(focus) for times in Counter(tags).values() if times > 1)

    return OfNodes(component(name), find if wanted == TRUE else lambda _: ())


def _pairs(making: Making, name: str, wanted: Term) -> Callable[[Numbers], Iterator[tuple[int, Nodes, Nodes]]]:
    """Each focus node with its value nodes and with the values of another property."""
    if not isinstance(wanted, NamedNode):
        raise ShapeError(f"sh:{name} without an IRI")
    others = making.context.values(Predicate(wanted)).of
    own = (lambda node: (node,)) if making.values is None else making.values.of
    return lambda nodes: ((node, own(node), others(node)) for node in nodes)


def _equals(making: Making, name: str, wanted: Term) -> Constraint:
    pairs = _pairs(making, name, wanted)

    def find(nodes: Numbers) -> Iterator[Found]:
        for focus, values, others in pairs(nodes):
            yield from (Found(focus, each) for each in set(values) ^ set(others))

    return OfNodes(component(name), find)


def _disjoint(making: Making, name: str, wanted: Term) -> Constraint:
    pairs = _pairs(making, name, wanted)

    def find(nodes: Numbers) -> Iterator[Found]:
        for focus, values, others in pairs(nodes):
            yield from (Found(focus, each) for each in set(values) & set(others))

    return OfNodes(component(name), find)


def _less_than(making: Making, name: str, wanted: Term, *, equal: bool) -> Constraint:
    making.path(name)
    pairs = _pairs(making, name, wanted)

    def find(nodes: Numbers) -> Iterator[Found]:
        for focus, values, others in pairs(nodes):
            theirs = [value(making.term(other)) for other in others]
            for each in values if others else ():
                ours = value(making.term(each))
                yield from (Found(focus, each) for other in theirs if not is_less(ours, other, or_equal=equal))

    return OfNodes(component(name), find)


def _closed(making: Making, name: str, wanted: Term) -> Constraint:
    graph = making.context.graph
    allowed = {graph.number(term) for term in open_properties(making.context.shapes, making.shape)}

    def find(nodes: Numbers) -> Iterator[Found]:
        others: dict[int, list[int]] = {}
        own = nodes if making.values is None else making.values.all(nodes)
        for predicate in (each for each in graph.predicates if each not in allowed):
            for node in graph.forward(predicate).keys() & own:
                others.setdefault(node, []).append(predicate)
        for focus, values in making.each(nodes) if others else ():
            for node in values:
                for predicate in others.get(node, ()):
                    yield from (Found(focus, each, predicate) for each in graph.forward(predicate)[node])

    return OfNodes(component(name), find if wanted == TRUE else lambda _: ())


def open_properties(shapes: ShapesGraph, shape: Shape) -> Iterator[NamedNode]:
    """The properties that a closed shape lets through (SHACL 1.0, section 4.8.1)."""
    for head in shape.values("ignoredProperties"):
        yield from (term for term in shapes.members(head) if isinstance(term, NamedNode))
    for member in shape.values("property"):
        yield from (path for path in shapes.values(member, "path") if isinstance(path, NamedNode))


def _qualified(making: Making, name: str, wanted: Term, *, upper: bool) -> Constraint:
    if not making.shape.values("qualifiedValueShape"):
        return OfNodes(component(name), lambda _: ())  # one of two parameters that make a constraint only together
    values, limit = making.path(name), number(name, wanted)
    shapes = [making.context.shape(each) for each in making.shape.values("qualifiedValueShape")]
    if len(shapes) > 1:
        raise ShapeError("more than one sh:qualifiedValueShape")
    siblings = [making.context.shape(each) for each in _siblings(making)]

    def find(nodes: Numbers) -> Iterator[Found]:
        found = values.all(nodes)
        fitting = found - shapes[0].broken_under(name, found)
        for sibling in siblings:
            fitting = sibling.broken_under(name, fitting)
        for focus in nodes:
            size = len(fitting.intersection(values.of(focus)))
            if size > limit if upper else size < limit:
                yield Found(focus)

    return OfNodes(component(name), find)


def _siblings(making: Making) -> list[Term]:
    """The other qualified shapes beside this one, where they must be disjoint (SHACL 1.0, section 4.7.3)."""
    shapes, shape = making.context.shapes, making.shape
    if not shape.says("qualifiedValueShapesDisjoint"):
        return []
    beside = (each for parent in shapes.subjects("property", shape.node) for each in shapes.values(parent, "property"))
    found = dict.fromkeys(value for each in beside for value in shapes.values(each, "qualifiedValueShape"))
    return [each for each in found if each not in shape.values("qualifiedValueShape")]


def _property(making: Making, name: str, wanted: Term) -> Constraint:
    nested = making.context.shape(wanted)
    if nested.shape.path is None:
        raise ShapeError("sh:property with a shape that has no sh:path")
    return OfProperty(component(name), nested, making.values)


Make = Callable[[Making, str, Term], Constraint]

_TEXTS = frozenset({f"{XSD}string", f"{RDF}langString"})
_MOST_DIGITS = 18  # of a number of values or characters: nothing has more

# The parameters of which a shape may have several, each a constraint of its own (SHACL 1.0, section 4).
_REPEATABLE = frozenset(
    {
        *("class", "pattern", "equals", "disjoint", "lessThan", "lessThanOrEquals", "hasValue"),
        *("not", "and", "or", "xone", "node", "property"),
    }
)

PARAMETERS: Mapping[str, Make] = {
    "class": _class,
    "datatype": _datatype,
    "nodeKind": _node_kind,
    "minCount": _min_count,
    "maxCount": _max_count,
    "minExclusive": partial(_compared, upper=False, equal=False),
    "minInclusive": partial(_compared, upper=False, equal=True),
    "maxExclusive": partial(_compared, upper=True, equal=False),
    "maxInclusive": partial(_compared, upper=True, equal=True),
    "minLength": partial(_length, upper=False),
    "maxLength": partial(_length, upper=True),
    "pattern": _pattern,
    "languageIn": _language_in,
    "uniqueLang": _unique_lang,
    "equals": _equals,
    "disjoint": _disjoint,
    "lessThan": partial(_less_than, equal=False),
    "lessThanOrEquals": partial(_less_than, equal=True),
    "not": _not,
    "and": _and,
    "or": _or,
    "xone": _xone,
    "node": _node,
    "property": _property,
    "qualifiedMinCount": partial(_qualified, upper=False),
    "qualifiedMaxCount": partial(_qualified, upper=True),
    "closed": _closed,
    "hasValue": _has_value,
    "in": _in,
}

_IRIS: Mapping[str, str] = {name: SH + name for name in PARAMETERS}
