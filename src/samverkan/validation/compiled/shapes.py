"""The shapes as the compiler needs them: what each asks for, as far as that can be asked of a store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode, Triple

from samverkan.model.namespaces import SH
from samverkan.model.results import Term
from samverkan.validation.compiled.paths import Path, UncompilableError, steps
from samverkan.validation.findings import SEVERITIES, Severity, Texts
from samverkan.validation.shapes import graph
from samverkan.validation.shapes.graph import TRUE, ShapesGraph
from samverkan.validation.shapes.paths import Node, ShapeError

# What a shape may say that asks for nothing.
_WORDS = frozenset({"path", "name", "description", "order", "group", "defaultValue", "message", "severity"})
_TARGETS = frozenset({"targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode"})
_SILENT = _WORDS | _TARGETS | {"deactivated", "flags", "ignoredProperties", "qualifiedValueShape"}
_EXTENSIONS = ("ConstraintComponent", "SPARQLTargetType", "SPARQLFunction", "JSFunction")


@dataclass(frozen=True)
class CompiledShape:
    """One shape with its path as steps (None for a node shape) and the values of each of its parameters."""

    source: graph.Shape
    path: Path | None
    asks: Mapping[str, tuple[Term, ...]]
    messages: Texts

    @property
    def iri(self) -> str | None:
        """Its address; None where it is a blank node."""
        return self.source.node.value if isinstance(self.source.node, NamedNode) else None

    @property
    def severity(self) -> Severity:
        """How bad its results are; one of a shape's own is as bad as can be."""
        return SEVERITIES.get(self.source.severity.value, Severity.VIOLATION)

    def one(self, name: str) -> Term | None:
        """The only value of a parameter; raises `UncompilableError` where there are several."""
        values = self.asks.get(name, ())
        if len(values) > 1:
            raise UncompilableError(f"several sh:{name}")
        return values[0] if values else None

    def text(self, name: str) -> str:
        """The text of a parameter's only value; empty where there is none."""
        value = self.one(name)
        return value.value if isinstance(value, Literal | NamedNode) else ""

    def says(self, name: str) -> bool:
        """Whether a switch is on."""
        return self.one(name) == TRUE


class Shapes:
    """The shapes graph, from which each shape is read; raises `UncompilableError` for what only an engine knows."""

    def __init__(self, triples: tuple[Triple, ...]) -> None:
        self._graph = ShapesGraph(triples)

    @property
    def extended(self) -> bool:
        """Whether the shapes declare constraints, targets or functions of their own."""
        return bool(self._graph.instances(*(NamedNode(SH + name) for name in _EXTENSIONS)))

    def values(self, subject: Term, name: str) -> tuple[Term, ...]:
        """What a subject says by a property of SHACL."""
        return tuple(self._graph.values(subject, name))

    def members(self, head: Term) -> tuple[Term, ...]:
        """The members of a list; raises `UncompilableError` where it is broken."""
        try:
            return self._graph.members(head)
        except ShapeError as error:
            raise UncompilableError(str(error)) from None

    def roots(self) -> Iterator[tuple[Node, tuple[graph.Target, ...]]]:
        """Each shape with targets, and those."""
        return self._graph.roots()

    def shape(self, term: Term) -> CompiledShape | None:
        """A shape, or None where it is switched off."""
        try:
            source = self._graph.shape(term)
        except ShapeError as error:
            raise UncompilableError(str(error)) from None
        if source.deactivated:
            return None
        asks = {name.removeprefix(SH): found for name, found in source.parameters.items() if name.startswith(SH)}
        path = None if source.path is None else steps(source.path)
        return CompiledShape(source, path, asks, self.messages(term))

    def messages(self, term: Term) -> Texts:
        """The messages of a shape or constraint by language; raises `UncompilableError` where they have holes."""
        found = self._graph.messages(term)
        if any("{" in literal.value for literal in found):
            raise UncompilableError("a message with a placeholder")
        said = found if all(literal.language for literal in found) else sorted(found, key=str)
        return {literal.language or "": literal.value for literal in said}


def constraints(shape: CompiledShape) -> Iterator[tuple[str, Term]]:
    """Each constraint of a shape: the name of its parameter, and one value of it."""
    for name, values in sorted(shape.asks.items()):
        if name not in _SILENT:
            yield from ((name, value) for value in values)
