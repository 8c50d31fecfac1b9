"""Where the values of a Turtle document stand that belong to nodes without a name (Turtle 1.1, sections 2.6 to 2.8).

Such a node can't be searched for. But the parser gives the triples in an order that follows from the text: each as soon
as its value is complete, and those that one token completes the other way round. So the tokens are walked through in
the same order, and the places and the triples are held against each other. Where they don't fit, nothing is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pyoxigraph import BlankNode, NamedNode, Triple

from samverkan.model.results import Term
from samverkan.model.turtle_positions import DIRECTIVES, Positions, tokens

_QUOTES = frozenset("\"'")
_SEVERAL = _QUOTES | {"("}
_NEWER = frozenset("<>{}|~")  # what RDF 1.2 has besides


@dataclass(frozen=True)
class ValuePlace:
    """Where a value begins, and whether it has no name."""

    offset: int
    is_nameless: bool


@dataclass
class _Scope:
    """What is written between two brackets, or between two dots: it awaits a subject, a predicate or a value."""

    start: int
    is_list: bool = False
    awaits: str = "value"
    is_empty: bool = True


class _Walk:
    """A document on its way, with the places of the values of the triples that each token completes."""

    def __init__(self) -> None:
        self._scopes = [_Scope(0, awaits="subject")]
        self._completed: list[ValuePlace] = []
        self._text: ValuePlace | None = None

    def step(self, piece: str, offset: int) -> list[ValuePlace]:
        """Take the next token."""
        if self._text is not None:  # to the parser it ends where something else begins
            self._complete(self._text)
            self._text = None
        if piece in _STEPS:
            _STEPS[piece](self, offset)
        elif self._scopes[-1].awaits == "predicate":
            self._scopes[-1].awaits = "value"
        else:
            return self._value(piece, offset)
        return self._taken()

    def _value(self, piece: str, offset: int) -> list[ValuePlace]:
        """Take a value without others inside; a text, and the empty list, are several tokens to the parser."""
        self._begin(offset)
        before = self._taken() if piece[0] in _SEVERAL else []
        place = ValuePlace(offset, piece.startswith("_:"))
        if piece[-1] in _QUOTES:
            self._text = place
            return before
        self._complete(place)
        return before + self._taken()

    def _taken(self) -> list[ValuePlace]:
        completed, self._completed = self._completed, []
        return completed[::-1]

    def _begin(self, offset: int) -> None:
        """A value begins: behind the first one of a list another of its nodes, with the first one the list itself."""
        scope = self._scopes[-1]
        if scope.is_list and not scope.is_empty:
            self._completed.append(ValuePlace(offset, is_nameless=True))
        elif scope.is_list:
            scope.is_empty = False
            if self._scopes[-2].awaits != "subject":
                self._completed.append(ValuePlace(scope.start, is_nameless=True))

    def _complete(self, place: ValuePlace) -> None:
        scope = self._scopes[-1]
        if scope.is_list or scope.awaits == "value":
            self._completed.append(place)
        if scope.awaits == "subject":
            scope.awaits = "predicate"

    def open(self, offset: int) -> None:
        self._begin(offset)
        self._scopes.append(_Scope(offset, awaits="predicate"))

    def close(self, _: int) -> None:
        start = self._scopes.pop().start
        self._complete(ValuePlace(start, is_nameless=True))

    def open_list(self, offset: int) -> None:
        self._begin(offset)
        self._scopes.append(_Scope(offset, is_list=True))

    def close_list(self, offset: int) -> None:
        self._scopes.pop()
        self._completed.append(ValuePlace(offset, is_nameless=False))
        if self._scopes[-1].awaits == "subject":
            self._scopes[-1].awaits = "predicate"

    def next_predicate(self, _: int) -> None:
        self._scopes[-1].awaits = "predicate"

    def next_value(self, _: int) -> None:
        self._scopes[-1].awaits = "value"

    def end(self, _: int) -> None:
        self._scopes[-1].awaits = "subject"


_STEPS = {
    "[": _Walk.open,
    "]": _Walk.close,
    "(": _Walk.open_list,
    ")": _Walk.close_list,
    ";": _Walk.next_predicate,
    ",": _Walk.next_value,
    ".": _Walk.end,
}


def places(text: str) -> Iterator[ValuePlace]:
    """The places of the values of all triples, in the order in which the parser gives the triples.

    They end where something begins that only RDF 1.2 has.

    >>> [each.offset for each in places("<a:s> <a:p> [ <a:q> 1 ] , ( 2 ) .")]
    [20, 12, 28, 26, 30]
    """
    walk, left = _Walk(), 0
    for piece, offset in tokens(text):
        if piece.lower() in DIRECTIVES:
            left = DIRECTIVES[piece.lower()] + piece.startswith("@")
        elif left:
            left -= 1
        elif piece in _NEWER:
            return
        else:
            yield from walk.step(piece, offset)


Line: TypeAlias = tuple[Term, NamedNode | None, Term | None]
"""What a line is looked for by: a subject, a predicate and a value; None stands for any predicate or value."""

Lines: TypeAlias = Mapping[Line, int]
"""The first line on which they meet."""


def lines_of_nameless(positions: Positions, triples: Sequence[Triple]) -> Lines:
    """The line of the value of each triple in which something has no name; of none where that can't be told.

    `triples` are all of a document, in the order of the parser, those that it states twice included.
    """
    found = list(places(positions.text))
    if [place.is_nameless for place in found] != [isinstance(triple.object, BlankNode) for triple in triples]:
        return {}
    lines: dict[Line, int] = {}
    for place, (subject, predicate, value) in zip(found, triples, strict=True):
        if isinstance(subject, BlankNode) or place.is_nameless:
            line = positions.line_at(place.offset)
            keys: tuple[Line, ...] = ((subject, predicate, value), (subject, predicate, None), (subject, None, None))
            for key in keys:
                lines[key] = min(line, lines.get(key, line))
    return lines
