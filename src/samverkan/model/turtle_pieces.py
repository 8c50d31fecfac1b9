"""A Turtle document in pieces: statements, their properties, and the values of those, each with its own text.

What is put together again from all pieces is the document, byte for byte; a comment belongs to the piece behind it, or
to the one before it on the same line. Two pieces that mean the same are equal by `meaning`, however they are written.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from samverkan.model.namespaces import TYPE
from samverkan.model.turtle_positions import tokens

_DIRECTIVES = {"@prefix": 4, "prefix": 3, "@base": 3, "base": 2, "@version": 3, "version": 2}
_TO_THE_LINES_END = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?=\r?\n|\Z)")
_OPENS, _CLOSES = frozenset("[("), frozenset("])")
_ESCAPE = re.compile(r"\\(.)")
_LITERAL_KIND = re.compile(r"(?P<text>.*[\"'])\s*\^\^\s*(?P<datatype>[^\"']+)\Z", re.DOTALL)

Token = tuple[str, int]
Names = Mapping[str, str]
"""What the prefixes that are declared before a piece stand for."""


@dataclass(frozen=True)
class Piece:
    """A part of a document: what it is about (`key`), the space and comments before it, its text and what ends it.

    `number` tells those apart that have the same key.
    """

    key: str
    before: str
    text: str
    meaning: Hashable
    after: str = ""
    number: int = 0
    names: Names = field(default_factory=dict, compare=False)

    @property
    def place(self) -> tuple[str, int]:
        """What tells a piece from all others of its document."""
        return self.key, self.number

    @property
    def written(self) -> str:
        """All of its text."""
        return self.before + self.text + self.after

    @property
    def is_directive(self) -> bool:
        """Whether it declares a prefix or the base."""
        return self.key.startswith("@")


@dataclass(frozen=True)
class Pieces:
    """A text in pieces: what stands before the first, the pieces, and what follows the last."""

    pieces: tuple[Piece, ...]
    tail: str = ""
    head: str = ""

    @property
    def written(self) -> str:
        """The whole text."""
        return self.head + "".join(piece.written for piece in self.pieces) + self.tail


def iri(token: str, names: Names) -> str:
    """A token as it is whatever its prefix is called: IRIs in full, literals with the IRI of their datatype.

    >>> iri("ex:a", {"ex": "urn:"}), iri("'1'^^ex:b", {"ex": "urn:"}), iri("5", {})
    ('<urn:a>', "'1'^^<urn:b>", '5')
    """
    if token[0] in "\"'":
        literal = _LITERAL_KIND.match(token)
        return f"{literal['text']}^^{iri(literal['datatype'], names)}" if literal else token
    prefix, colon, local = token.partition(":")
    if token[0] == "<" or not colon or prefix not in names:
        return token
    whole = names[prefix] + _ESCAPE.sub(r"\1", local)
    return f"<{whole}>"


def statements(text: str) -> Pieces:
    """A document in its statements and directives."""
    found: list[Piece] = []
    names: dict[str, str] = {}
    start = 0
    for group in _statements(tokens(text)):
        first, last = group[0][1], group[-1][1] + len(group[-1][0])
        names = _declared(group, names)
        end = _end(text, last)
        found.append(_statement(group, text[start:first], text[first:end], names))
        start = end
    return Pieces(_numbered(found), text[start:])


def _end(text: str, place: int) -> int:
    """Where a piece ends: at the end of the line, where nothing but a comment follows on it."""
    behind = _TO_THE_LINES_END.match(text, place)
    return behind.end() if behind else place


def _statements(found: Iterator[Token]) -> Iterator[list[Token]]:
    """The tokens of each statement and directive, with the dot at its end."""
    for token in found:
        group = [token]
        length = _DIRECTIVES.get(token[0].lower())
        if length:
            group += [each for _, each in zip(range(length - 1), found, strict=False)]
        else:
            for each in found if token[0] != "." else ():
                group.append(each)
                if each[0] == ".":
                    break
        yield group


def _declared(group: list[Token], names: dict[str, str]) -> dict[str, str]:
    if group[0][0].lower() not in {"@prefix", "prefix"} or len(group) < _DIRECTIVES["prefix"]:
        return names
    return {**names, group[1][0].removesuffix(":"): group[2][0][1:-1]}


def _statement(group: list[Token], before: str, text: str, names: Names) -> Piece:
    word = group[0][0].lower().removeprefix("@")
    if group[0][0].lower() in _DIRECTIVES:
        key = f"@{word} {group[1][0]}" if word == "prefix" and len(group) > 1 else f"@{word}"
        return Piece(key, before, text, tuple(each for each, _ in group[1:] if each != "."), names=names)
    subject, behind = _subject(group[:-1])
    about = frozenset(
        (iri(each[0][0], names) if each[0][0] != "a" else str(TYPE), frozenset(_values(each[1:], names)))
        for each in _split(behind, ";")
        if each
    )
    return Piece(" ".join(iri(token, names) for token, _ in subject), before, text, about, names=names)


def _subject(group: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]]:
    """The tokens of the subject, and those behind it."""
    depth = 0
    for place, (token, _) in enumerate(group):
        depth += (token in _OPENS) - (token in _CLOSES)
        if not depth:
            return group[: place + 1], group[place + 1 :]
    return group, ()


def _split(group: Iterable[Token], mark: str) -> Iterator[list[Token]]:
    """Groups of tokens between marks that stand in no bracket."""
    depth, found = 0, list[Token]()
    for token in group:
        depth += (token[0] in _OPENS) - (token[0] in _CLOSES)
        if token[0] == mark and not depth:
            yield found
            found = []
        else:
            found.append(token)
    yield found


def _values(group: Iterable[Token], names: Names) -> Iterator[tuple[str, ...]]:
    for each in _split(group, ","):
        yield tuple(iri(token, names) for token, _ in each)


def properties(statement: Piece) -> Pieces:
    """A statement in its properties, each with its values; the head is the subject, and what ends it is behind each."""
    group = list(tokens(statement.text))
    subject, behind = _subject(group)
    groups = [each for each in _split([token for token in behind if token[0] != "."], ";") if each]
    end = subject[-1][1] + len(subject[-1][0])
    found = [
        Piece(
            iri(each[0][0], statement.names) if each[0][0] != "a" else str(TYPE),
            "",
            statement.text[each[0][1] : _after(each)],
            frozenset(_values(each[1:], statement.names)),
            names=statement.names,
        )
        for each in groups
    ]
    starts = [each[0][1] for each in groups]
    return Pieces(_numbered(_spaced(statement.text, found, starts, end, ";")), head=statement.text[:end])


def values(of: Piece) -> Pieces:
    """A property in its values; the head is the property."""
    group = list(tokens(of.text))
    groups = [each for each in _split(group[1:], ",") if each]
    found = [
        Piece(
            " ".join(iri(token, of.names) for token, _ in each),
            "",
            of.text[each[0][1] : _after(each)],
            tuple(iri(token, of.names) for token, _ in each),
            names=of.names,
        )
        for each in groups
    ]
    end = group[0][1] + len(group[0][0])
    return Pieces(_numbered(_spaced(of.text, found, [each[0][1] for each in groups], end, ",")), head=of.text[:end])


def _after(group: list[Token]) -> int:
    return group[-1][1] + len(group[-1][0])


def _spaced(text: str, found: list[Piece], starts: list[int], begun: int, mark: str) -> Iterator[Piece]:
    """Pieces with the space between them: up to the end of the line it belongs to the piece before it."""
    ends = [start + len(piece.text) for start, piece in zip(starts, found, strict=True)]
    gaps = [text[end:start] for end, start in zip(ends, starts[1:], strict=False)]
    before = text[begun : starts[0]] if starts else ""
    for place, piece in enumerate(found):
        gap = gaps[place] if place < len(gaps) else text[ends[place] :]
        cut = _cut(gap, mark) if place < len(gaps) else len(gap)
        yield Piece(piece.key, before, piece.text, piece.meaning, gap[:cut], names=piece.names)
        before = gap[cut:]


def _cut(gap: str, mark: str) -> int:
    """Where the space that belongs to the piece before ends: behind the mark, and behind a comment on its line."""
    place = max((offset + 1 for token, offset in tokens(gap) if token == mark), default=0)
    return _end(gap, place) if gap[place:].lstrip(" \t").startswith("#") else place


def _numbered(found: Iterable[Piece]) -> tuple[Piece, ...]:
    """Pieces with the same key, numbered in their order."""
    seen: dict[str, int] = {}
    numbered = []
    for piece in found:
        number = seen[piece.key] = seen.get(piece.key, -1) + 1
        numbered.append(Piece(piece.key, piece.before, piece.text, piece.meaning, piece.after, number, piece.names))
    return tuple(numbered)
