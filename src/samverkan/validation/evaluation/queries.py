"""Constraints that are queries (SHACL 1.0, sections 5 and 6): their own, and those of declared components."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import product
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from samverkan.model.namespaces import OWL, SH
from samverkan.model.results import Term
from samverkan.validation.evaluation.constraints import Bindings, Constraint, Found, Making, OfNodes
from samverkan.validation.evaluation.kept_answers import keep_answer, known_answer
from samverkan.validation.shapes.graph import TRUE, Shape, ShapesGraph
from samverkan.validation.shapes.paths import ShapeError
from samverkan.validation.shapes.prebinding import SHAPES_GRAPH, PreboundQuery, Row, prebound, with_values

Rows: TypeAlias = Callable[[], list[Row]]
"""Makes rows of values: when they are needed, for of all queries together they take much memory."""
Ask: TypeAlias = Callable[[PreboundQuery, Rows], "Future[list[Row]]"]
"""From a query and rows of values for its pre-bound variables to its solutions, for which one may have to wait."""

_IMPORTS = f"{OWL}imports"


@dataclass(frozen=True)
class ComponentParameter:
    """A parameter of a declared component: the property that gives it, and whether it may be left out."""

    iri: str
    optional: bool

    @property
    def name(self) -> str:
        """The variable: the local name of the property (SHACL 1.0, section 6.2.1)."""
        return self.iri.rpartition("#")[2].rpartition("/")[2]


@dataclass(frozen=True)
class Component:
    """A declared constraint component, with a validator for each kind of shape."""

    iri: str
    parameters: tuple[ComponentParameter, ...]
    for_nodes: Term | None
    for_properties: Term | None


@dataclass(frozen=True)
class Queries:
    """The constraints of some shapes that are queries."""

    shapes: ShapesGraph
    ask: Ask
    begun: dict[tuple[Term, frozenset[int]], Future[list[Row]]] = field(default_factory=dict)

    def begin(self, constraint: Constraint, nodes: frozenset[int]) -> None:
        """Ask about some focus nodes before the answer is needed, where a constraint is a query of its own."""
        if isinstance(constraint, Queried) and constraint.source is not None:
            self.begun[constraint.source, nodes] = constraint.ask(nodes)

    def constraints(self, making: Making) -> Iterator[Constraint]:
        """Those of one shape; raises `ShapeError` for what is ill-formed."""
        for node in making.shape.values("sparql"):
            if TRUE not in self.shapes.values(node, "deactivated"):
                yield self._own(making, node)
        for component in self.components:
            for values in _given(component, making.shape):
                yield self._declared(making, component, values)

    def messages(self, constraint: Constraint, found: Found, otherwise: tuple[Literal, ...]) -> tuple[Literal, ...]:
        """What a result says: the query's own words, else those of the constraint, else those of the shape."""
        said = (found.bindings or {}).get("message")
        if isinstance(said, Literal):
            return (said,)
        chosen = self._said(constraint, otherwise)
        return tuple(_filled(message, found.bindings) for message in chosen) if found.bindings else chosen

    def _said(self, constraint: Constraint, otherwise: tuple[Literal, ...]) -> tuple[Literal, ...]:
        own = self.shapes.messages(constraint.source) if constraint.source is not None else ()
        words = constraint.words if isinstance(constraint, Declared) else None
        return own or otherwise or (self.shapes.messages(words) if words is not None else ())

    def prologue(self, node: Term) -> str:
        """The prefixes of a query: those that its ontologies declare, and the ones that these import."""
        ontologies, todo = dict.fromkeys(self.shapes.values(node, "prefixes")), self.shapes.values(node, "prefixes")
        todo = list(todo)
        while todo:
            new = [each for each in self.shapes.about(todo.pop(), _IMPORTS) if each not in ontologies]
            ontologies |= dict.fromkeys(new)
            todo += new
        declared = [each for ontology in ontologies for each in self.shapes.values(ontology, "declare")]
        return "\n".join(f"PREFIX {self._text(each, 'prefix')}: <{self._text(each, 'namespace')}>" for each in declared)

    def _text(self, node: Term, name: str) -> str:
        values = [value for value in self.shapes.values(node, name) if isinstance(value, Literal | NamedNode)]
        if len(values) != 1:
            raise ShapeError(f"a declaration of a prefix without one sh:{name}")
        return values[0].value

    def _query(
        self, node: Term, form: str, making: Making, names: Iterable[str], wanted: Iterable[str]
    ) -> PreboundQuery:
        texts = [text for text in self.shapes.values(node, form) if isinstance(text, Literal)]
        if len(texts) != 1:
            raise ShapeError(f"a query without one sh:{form}")
        path = None if making.shape.path is None else f"({making.shape.path})"
        if making.shape.path is not None and isinstance(making.shape.path_node, NamedNode):
            path = str(making.shape.path_node)
        names = ("this", "shapesGraph", "currentShape", *names)
        return prebound(texts[0].value, self.prologue(node), path, names, wanted)

    def _fixed(self, making: Making) -> Row:
        return {"shapesGraph": NamedNode(SHAPES_GRAPH), "currentShape": making.shape.node}

    def _own(self, making: Making, node: Term) -> Constraint:
        query = self._query(node, "select", making, (), ())
        fixed, graph, shape = self._fixed(making), making.context.graph, making.shape.node

        def ask(nodes: AbstractSet[int]) -> Future[list[Row]]:
            known = known_answer(graph, query, shape, nodes)
            return self._asking(making, query, fixed, nodes) if known is None else _answered(known)

        def find(nodes: set[int]) -> Iterator[Found]:
            rows = (self.begun.pop((node, frozenset(nodes)), None) or ask(nodes)).result()
            keep_answer(graph, query, shape, nodes, rows)
            return self._broken(making, fixed, rows)

        return Queried(f"{SH}SPARQLConstraintComponent", find, node, ask=ask)

    def _asking(self, making: Making, query: PreboundQuery, fixed: Row, nodes: AbstractSet[int]) -> Future[list[Row]]:
        terms = making.context.graph.terms
        return self.ask(query, lambda: [{**fixed, "this": terms[node]} for node in nodes])

    def _selected(self, making: Making, query: PreboundQuery, fixed: Row, nodes: set[int]) -> Iterator[Found]:
        return self._broken(making, fixed, self._asking(making, query, fixed, nodes).result())

    def _broken(self, making: Making, fixed: Row, solutions: Iterable[Row]) -> Iterator[Found]:
        """The solutions of a SELECT, each of which breaks the constraint."""
        graph = making.context.graph
        for row in solutions:
            if row.get("failure") == TRUE:
                raise ShapeError("a query that answers with ?failure")
            focus, value, path = graph.number(row["this"]), row.get("value"), row.get("path")
            own = focus if making.shape.path is None else None
            yield Found(
                focus,
                own if value is None else graph.number(value),
                graph.number(path) if isinstance(path, NamedNode) else None,
                {**fixed, **_path(making.shape), **row},
            )

    @cached_property
    def components(self) -> tuple[Component, ...]:
        """The constraint components that the shapes declare (SHACL 1.0, section 6)."""
        return tuple(self._component(node) for node in self.shapes.instances(NamedNode(f"{SH}ConstraintComponent")))

    def _component(self, node: Term) -> Component:
        parameters = tuple(self._parameter(each) for each in self.shapes.values(node, "parameter"))
        both = self.shapes.values(node, "validator")
        special = [self.shapes.values(node, name) or both for name in ("nodeValidator", "propertyValidator")]
        if not isinstance(node, NamedNode) or all(each.optional for each in parameters):
            raise ShapeError("a constraint component without an IRI or a parameter that must be given")
        return Component(node.value, parameters, *(next(iter(each), None) for each in special))

    def _parameter(self, node: Term) -> ComponentParameter:
        paths = [path for path in self.shapes.values(node, "path") if isinstance(path, NamedNode)]
        if len(paths) != 1:
            raise ShapeError("a parameter without one sh:path")
        return ComponentParameter(paths[0].value, TRUE in self.shapes.values(node, "optional"))

    def _declared(self, making: Making, component: Component, values: Row) -> Constraint:
        validator = component.for_nodes if making.shape.path is None else component.for_properties
        if validator is None:
            raise ShapeError(f"{component.iri}, which has no validator for this kind of shape")
        fixed = {**self._fixed(making), **values}
        if self.shapes.values(validator, "ask"):
            wanted = ("this", "value")
            query = self._query(validator, "ask", making, ("value", *values), wanted)
            find = partial(self._asked, making, query, fixed)
        else:
            query = self._query(validator, "select", making, values, ())
            find = partial(self._selected, making, query, fixed)
        return Declared(component.iri, find, None, validator)

    def _asked(self, making: Making, query: PreboundQuery, fixed: Row, nodes: set[int]) -> Iterator[Found]:
        """The value nodes for which an ASK says no."""
        graph = making.context.graph
        pairs = [(focus, value) for focus, values in making.each(nodes) for value in values]
        rows: list[Row] = [{**fixed, "this": graph.terms[focus], "value": graph.terms[value]} for focus, value in pairs]
        fitting = {
            (graph.number(row["this"]), graph.number(row["value"])) for row in self.ask(query, lambda: rows).result()
        }
        for (focus, value), row in zip(pairs, rows, strict=True):
            if (focus, value) not in fitting:
                yield Found(focus, value, None, {**row, **_path(making.shape)})


@dataclass(frozen=True)
class Queried(OfNodes):
    """A constraint that is a query of its own, which may be asked before its answer is needed."""

    ask: Callable[[AbstractSet[int]], Future[list[Row]]] = field(kw_only=True)


@dataclass(frozen=True)
class Declared(OfNodes):
    """A constraint of a declared component; `words` is its validator, which may say something about a result."""

    words: Term | None = None


def _given(component: Component, shape: Shape) -> Iterator[Row]:
    """Each choice of values for the parameters of a component; none where one that must be given is not."""
    given = {each.name: shape.parameters.get(each.iri, ()) for each in component.parameters}
    if all(given[each.name] or each.optional for each in component.parameters):
        names = [name for name, values in given.items() if values]
        for values in product(*(given[name] for name in names)):
            yield dict(zip(names, values, strict=True))


def _answered(rows: list[Row]) -> Future[list[Row]]:
    """An answer that is there already."""
    found = Future[list[Row]]()
    found.set_result(rows)
    return found


def _path(shape: Shape) -> Row:
    return {"PATH": shape.path_node} if isinstance(shape.path_node, NamedNode) else {}


def _filled(message: Literal, values: Bindings | None) -> Literal:
    texts = {name: _shown(term) for name, term in (values or {}).items()}
    return Literal(with_values(message.value, texts), language=message.language)


def _shown(term: Term) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else str(term)
