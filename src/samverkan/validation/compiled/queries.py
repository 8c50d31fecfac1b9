"""One small question for each constraint of each shape and each target: what it selects breaks the constraint."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pyoxigraph import Literal, NamedNode

from samverkan.model.namespaces import RDF, SH
from samverkan.model.results import Term, name
from samverkan.validation.compiled import embedded
from samverkan.validation.compiled.constraints import (
    OF_VALUES,
    Compiler,
    named,
    not_among,
    not_less,
    not_open,
    one_language,
    values_of,
)
from samverkan.validation.compiled.logic import FALSE, Exists, Expression, every, filters, negated
from samverkan.validation.compiled.paths import UncompilableError
from samverkan.validation.compiled.shapes import CompiledShape, constraints
from samverkan.validation.findings import Finding, Texts, own_severity, short_name
from samverkan.validation.shapes.graph import Target

Row = Mapping[str, Term]


@dataclass(frozen=True)
class Focus:
    """The triple patterns that select some nodes, and the variables on the way to the last, which is the node."""

    pattern: str
    variables: tuple[str, ...]

    @property
    def node(self) -> str:
        """The variable of the node."""
        return self.variables[-1]

    def further(self, pattern: str, variable: str) -> Focus:
        """What some triple patterns lead to from these nodes."""
        if variable == self.node:
            return self
        return Focus(f"{self.pattern} {pattern}", (*self.variables, variable))


@dataclass(frozen=True)
class CompiledQuery:
    """A query whose every row is a result of one constraint, and how to read it.

    `columns` are its variables, of which `focus`, `value` and `path` are those of the result,
    where it has them. `pick` takes the rows that are results where not all are.
    """

    shape: CompiledShape
    component: str
    columns: tuple[str, ...]
    where: str
    focus: str
    value: str | None = None
    path: str | None = None
    prologue: str = ""
    messages: Texts = field(default_factory=dict)
    pick: Callable[[Sequence[Row]], Iterable[Row]] = iter

    @property
    def sparql(self) -> str:
        """The query."""
        return f"{self.prologue} SELECT DISTINCT {' '.join(self.columns)} WHERE {{ {self.where} }}".strip()

    @property
    def count(self) -> str:
        """The query for how many rows there are."""
        inner = f"SELECT DISTINCT {' '.join(self.columns)} WHERE {{ {self.where} }}"
        return f"{self.prologue} SELECT (COUNT(*) AS ?n) WHERE {{ {{ {inner} }} }}".strip()

    def finding(self, row: Row) -> Finding:
        """The result that a row is."""
        iri, path, value = self.shape.iri, self._path(row), row.get(self.value[1:]) if self.value else None
        return Finding(
            check="shacl",
            rule=short_name(iri or self.component),
            severity=self.shape.severity,
            message=self.messages or self.shape.messages,
            focus=name(row[self.focus[1:]]),
            path=path,
            value=None if value is None else str(value),
            shape=iri,
            component=self.component,
            own_severity=own_severity(self.shape.source.severity),
            complex_path=None if path else self.shape.source.path,
        )

    def _path(self, row: Row) -> str | None:
        found = row.get(self.path[1:]) if self.path else None
        if isinstance(found, NamedNode):
            return found.value
        return self.shape.path.iri if self.shape.path else None


def queries(compiler: Compiler, term: Term, focus: Focus) -> Iterator[CompiledQuery]:
    """The questions of a shape about some nodes; raises `UncompilableError` for what can't be asked."""
    shape = compiler.shape(term)
    if shape is None:
        return
    inside = compiler.inside(term)
    for parameter, value in constraints(shape):
        yield from _ASKED.get(parameter, _about_node)(inside, shape, parameter, value, focus)


def targets(compiler: Compiler, target: Target) -> Iterator[Focus]:
    """The nodes that a target selects (SHACL 1.0, section 2.1.3)."""
    node, other, value, selector = "?focus", compiler.fresh("t"), target.value, target.selector
    if selector == "targetClass":
        for each in sorted(compiler.below(named(value)[1:-1])):
            yield Focus(f"{node} <{RDF}type> <{each}> .", (node,))
    elif selector == "targetSubjectsOf":
        yield Focus(f"{node} {named(value)} {other} .", (node,))
    elif selector == "targetObjectsOf":
        yield Focus(f"{other} {named(value)} {node} .", (node,))
    elif selector == "targetNode" and isinstance(value, NamedNode):
        yield Focus(f"VALUES {node} {{ {value} }}", (node,))
    else:
        raise UncompilableError(
            f"sh:{selector}" if isinstance(value, NamedNode) else f"sh:{selector} without an address"
        )


def _compiled_query(
    shape: CompiledShape, parameter: str, focus: Focus, broken: Expression, *said: str
) -> Iterator[CompiledQuery]:
    """A query, unless nothing can break the constraint; of the variables that it tells the first is the value."""
    if broken != FALSE:
        columns = tuple(dict.fromkeys((*focus.variables, *said)))
        where = f"{focus.pattern} {filters(broken)}"
        yield CompiledQuery(shape, component(parameter), columns, where, focus.node, said[0] if said else None)


def component(parameter: str) -> str:
    """The constraint component that a parameter belongs to."""
    return f"{SH}{parameter[0].upper()}{parameter[1:]}ConstraintComponent"


def _about_node(
    compiler: Compiler, shape: CompiledShape, parameter: str, value: Term, focus: Focus
) -> Iterator[CompiledQuery]:
    """What a node has or has not: the result has no value."""
    yield from _compiled_query(shape, parameter, focus, compiler.broken(shape, parameter, value, focus.node))


def _about_value(
    compiler: Compiler, shape: CompiledShape, parameter: str, value: Term, focus: Focus
) -> Iterator[CompiledQuery]:
    pattern, each = values_of(compiler, shape, focus.node)
    broken = OF_VALUES[parameter](compiler, shape, value, each)
    wide = focus.further(pattern, each)
    for query in _compiled_query(shape, parameter, wide, broken, each):
        yield replace(query, focus=focus.node)


def _property(compiler: Compiler, shape: CompiledShape, _: str, value: Term, focus: Focus) -> Iterator[CompiledQuery]:
    pattern, each = values_of(compiler, shape, focus.node)
    yield from queries(compiler, value, focus.further(pattern, each))


def _unique_lang(
    compiler: Compiler, shape: CompiledShape, parameter: str, value: Term, focus: Focus
) -> Iterator[CompiledQuery]:
    if compiler.broken(shape, parameter, value, focus.node) == FALSE:
        return
    (pattern, one), (second, other) = (values_of(compiler, shape, focus.node) for _ in range(2))
    where = f"{focus.pattern} {pattern} {second} {filters(every(*one_language(one, other)))}"

    def once(rows: Sequence[Row]) -> Iterable[Row]:
        return [dict(row) for row in dict.fromkeys(tuple(_in_language(row, one[1:]).items()) for row in rows)]

    columns = (*focus.variables, one)
    yield CompiledQuery(shape, component(parameter), columns, where, focus.node, pick=once)


def _in_language(row: Row, variable: str) -> Row:
    """The row with only the language of one of its values: several texts in one language are one result."""
    term = row[variable]
    return {**row, variable: Literal((term.language or "").lower() if isinstance(term, Literal) else "")}


def _equals(
    compiler: Compiler, shape: CompiledShape, parameter: str, value: Term, focus: Focus
) -> Iterator[CompiledQuery]:
    pattern, each = values_of(compiler, shape, focus.node)
    wide = focus.further(pattern, each)
    lost = negated(Exists(f"{focus.node} {named(value)} {each} ."))
    other = compiler.fresh("v")
    gained = Focus(f"{focus.pattern} {focus.node} {named(value)} {other} .", (*focus.variables, other))
    for query in (
        *_compiled_query(shape, parameter, wide, lost, each),
        *_compiled_query(shape, parameter, gained, not_among(compiler, shape, focus.node, other), other),
    ):
        yield replace(query, focus=focus.node)


def _disjoint(
    compiler: Compiler, shape: CompiledShape, parameter: str, value: Term, focus: Focus
) -> Iterator[CompiledQuery]:
    pattern, each = values_of(compiler, shape, focus.node)
    both = Focus(f"{focus.pattern} {pattern} {focus.node} {named(value)} {each} .", focus.variables)
    yield from _compiled_query(shape, parameter, both, every(), each)


def _less_than(
    compiler: Compiler, shape: CompiledShape, parameter: str, value: Term, focus: Focus
) -> Iterator[CompiledQuery]:
    pattern, each = values_of(compiler, shape, focus.node)
    other = compiler.fresh("v")
    pairs = Focus(f"{focus.pattern} {pattern} {focus.node} {named(value)} {other} .", focus.variables)
    broken = not_less("<" if parameter == "lessThan" else "<=", each, other)
    yield from _compiled_query(shape, parameter, pairs, broken, each, other)


def _closed(
    compiler: Compiler, shape: CompiledShape, parameter: str, value: Term, focus: Focus
) -> Iterator[CompiledQuery]:
    if shape.path is not None:
        raise UncompilableError("sh:closed in a property shape")
    if compiler.broken(shape, parameter, value, focus.node) == FALSE:
        return
    predicate, thing = compiler.fresh("p"), compiler.fresh("v")
    unknown = not_open(compiler.shapes, shape, predicate)
    where = f"{focus.pattern} {focus.node} {predicate} {thing} . FILTER({unknown})"
    columns = (*focus.variables, predicate, thing)
    yield CompiledQuery(shape, component(parameter), columns, where, focus.node, thing, predicate)


def _sparql(compiler: Compiler, shape: CompiledShape, _: str, value: Term, focus: Focus) -> Iterator[CompiledQuery]:
    found = embedded.read_query(compiler.shapes, shape, value)
    if len(focus.variables) > 1:
        raise UncompilableError("a query about the values of another shape")
    compiler.patterns.update(found.patterns())
    columns = tuple(f"?{column}" for column in found.columns)
    where = f"{focus.pattern.replace(focus.node, '?this')} {found.body}"
    yield CompiledQuery(
        shape,
        f"{SH}SPARQLConstraintComponent",
        columns,
        where,
        "?this",
        "?value" if "value" in found.columns else None if shape.path else "?this",
        "?path" if "path" in found.columns else None,
        found.prologue,
        compiler.shapes.messages(value),
    )


_Asked = Callable[[Compiler, CompiledShape, str, Term, Focus], Iterator[CompiledQuery]]

_ASKED: Mapping[str, _Asked] = dict.fromkeys(OF_VALUES, _about_value) | {
    "property": _property,
    "uniqueLang": _unique_lang,
    "equals": _equals,
    "disjoint": _disjoint,
    "lessThan": _less_than,
    "lessThanOrEquals": _less_than,
    "closed": _closed,
    "sparql": _sparql,
}
