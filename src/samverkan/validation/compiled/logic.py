"""What a shape asks of a node, as an expression of SPARQL that is true where the node breaks it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True)
class Test:
    """A comparison; it is never an error where the branches before it are false."""

    text: str


@dataclass(frozen=True)
class Exists:
    """Some triples for which all conditions hold."""

    pattern: str
    conditions: tuple[Expression, ...] = ()


@dataclass(frozen=True)
class Not:
    """The opposite."""

    inner: Expression


@dataclass(frozen=True)
class All:
    """Every one of some expressions; true where there is none."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True)
class Any:
    """At least one of some expressions; false where there is none."""

    parts: tuple[Expression, ...]


Expression: TypeAlias = Test | Exists | Not | All | Any

TRUE, FALSE = All(()), Any(())


def every(*parts: Expression) -> Expression:
    """All of some expressions, as short as it can be said."""
    flat = [each for part in parts for each in (part.parts if isinstance(part, All) else (part,))]
    if FALSE in flat:
        return FALSE
    return flat[0] if len(flat) == 1 else All(tuple(flat))


def some(*parts: Expression) -> Expression:
    """Any of some expressions, as short as it can be said."""
    flat = [each for part in parts for each in (part.parts if isinstance(part, Any) else (part,))]
    if TRUE in flat:
        return TRUE
    return flat[0] if len(flat) == 1 else Any(tuple(flat))


def negated(part: Expression) -> Expression:
    """The opposite, pushed inwards until it stands before a comparison or some triples."""
    if isinstance(part, Not):
        return part.inner
    if isinstance(part, All):
        return some(*map(negated, part.parts))
    if isinstance(part, Any):
        return every(*map(negated, part.parts))
    return Not(part)


def filters(part: Expression) -> str:
    """The filters that let through what an expression holds of."""
    return " ".join(f"FILTER({written(each)})" for each in (part.parts if isinstance(part, All) else (part,)))


def written(part: Expression) -> str:
    """An expression as SPARQL writes it."""
    if isinstance(part, Test):
        return f"({part.text})"
    if isinstance(part, Exists):
        return f"EXISTS {{ {part.pattern} {filters(every(*part.conditions))} }}"
    if isinstance(part, Not):
        return f"NOT {written(part.inner)}" if isinstance(part.inner, Exists) else f"!{written(part.inner)}"
    if not part.parts:
        return "(1 = 1)" if isinstance(part, All) else "(1 = 0)"
    return f"({(' && ' if isinstance(part, All) else ' || ').join(map(written, part.parts))})"
