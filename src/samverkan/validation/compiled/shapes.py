"""The shapes as the compiler reads them (SHACL 1.0, section 2): what each asks for, and what it is aimed at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from samverkan.model.namespaces import FIRST, NIL, OWL, RDFS, REST, SH, TYPE
from samverkan.model.results import Term
from samverkan.validation.compiled.paths import Path, UncompilableError, read
from samverkan.validation.findings import Severity, Texts

Node: TypeAlias = NamedNode | BlankNode

_SEVERITIES = {f"{SH}{severity.name.capitalize()}": severity for severity in Severity}
_TARGETS = frozenset({"targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode"})
_CLASSES = frozenset({f"{RDFS}Class", f"{OWL}Class"})
_SHAPES = frozenset({f"{SH}NodeShape", f"{SH}PropertyShape"})
# What a shape may say that asks for nothing.
_WORDS = frozenset({"path", "name", "description", "order", "group", "defaultValue", "message", "severity"})
_SILENT = _WORDS | _TARGETS | {"deactivated", "flags", "ignoredProperties", "qualifiedValueShape"}


@dataclass(frozen=True)
class Shape:
    """One shape: what it is called, its path (None for a node shape), and the values of each of its parameters."""

    term: Node
    path: Path | None
    asks: Mapping[str, tuple[Term, ...]]
    messages: Texts
    severity: Severity

    @property
    def iri(self) -> str | None:
        """Its address; None where it is a blank node."""
        return self.term.value if isinstance(self.term, NamedNode) else None

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


class Shapes:
    """All triples of the shapes, by subject."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._about: dict[Term, dict[str, list[Term]]] = {}
        for triple in triples:
            values = self._about.setdefault(triple.subject, {}).setdefault(triple.predicate.value, [])
            if triple.object not in values:
                values.append(triple.object)

    def values(self, subject: Term, name: str) -> tuple[Term, ...]:
        """What a subject says by a property of SHACL."""
        return tuple(self._about.get(subject, {}).get(SH + name, ()))

    def members(self, head: Term) -> tuple[Term, ...]:
        """The members of a list; raises `UncompilableError` where it is broken."""
        found: list[Term] = []
        while head != NIL:
            about = self._about.get(head, {})
            first, rest = about.get(FIRST.value, []), about.get(REST.value, [])
            if len(first) != 1 or len(rest) != 1 or len(found) > len(self._about):
                raise UncompilableError("a broken list")
            found.append(first[0])
            head = rest[0]
        return tuple(found)

    @property
    def extended(self) -> bool:
        """Whether the shapes declare constraints, targets or functions of their own."""
        kinds = {f"{SH}{name}" for name in ("ConstraintComponent", "SPARQLTargetType", "SPARQLFunction", "JSFunction")}
        return any(kinds & set(map(_value, about.get(TYPE.value, ()))) for about in self._about.values())

    def roots(self) -> Iterator[tuple[Node, tuple[tuple[str, Term], ...]]]:
        """Each shape with targets, and those: the name of the property and its value."""
        for subject, about in self._about.items():
            targets = [(name, value) for name in sorted(_TARGETS) for value in about.get(SH + name, ())]
            types = set(map(_value, about.get(TYPE.value, ())))
            if types & _CLASSES and types & _SHAPES:
                targets.append(("targetClass", subject))
            if f"{SH}target" in about:
                targets.append(("target", subject))
            if targets and isinstance(subject, NamedNode | BlankNode):
                yield subject, tuple(dict.fromkeys(targets))

    def shape(self, term: Term) -> Shape | None:
        """A shape, or None where it is switched off; raises `UncompilableError` for what only an engine knows."""
        about = self._about.get(term, {})
        if any(_value(value) in {"true", "1"} for value in about.get(f"{SH}deactivated", ())):
            return None
        if not isinstance(term, NamedNode | BlankNode):
            raise UncompilableError("a shape that is a literal")
        asks = {name.removeprefix(SH): tuple(values) for name, values in about.items() if name.startswith(SH)}
        paths = asks.get("path", ())
        path = read(paths[0], self.values, self.members) if paths else None
        return Shape(term, path, asks, self.messages(term), self._severity(term))

    def messages(self, term: Term) -> Texts:
        """The messages of a shape or constraint by language; raises `UncompilableError` where they have holes."""
        found = [value for value in self.values(term, "message") if isinstance(value, Literal)]
        if any("{" in literal.value for literal in found):
            raise UncompilableError("a message with a placeholder")
        said = found if all(literal.language for literal in found) else sorted(found, key=str)
        return {literal.language or "": literal.value for literal in said}

    def _severity(self, term: Term) -> Severity:
        found = self.values(term, "severity")
        return _SEVERITIES.get(_value(found[0]), Severity.VIOLATION) if found else Severity.VIOLATION


def constraints(shape: Shape) -> Iterator[tuple[str, Term]]:
    """Each constraint of a shape: the name of its parameter, and one value of it."""
    for name, values in sorted(shape.asks.items()):
        if name not in _SILENT:
            yield from ((name, value) for value in values)


def _value(term: Term) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""
