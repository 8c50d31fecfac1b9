"""Changing facts in a Turtle document where they stand: all other text stays as it is, byte for byte.

A value is replaced at its place. One that is added follows the last of its property, on a line of its own where those
stand so; a property that is added stands before the last of its statement, so that each comment stays where it belongs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from samverkan.model.namespaces import TYPE, XSD
from samverkan.model.results import Term
from samverkan.model.turtle_pieces import Piece, iri, statements
from samverkan.model.turtle_positions import tokens
from samverkan.tables.facts import Fact

_OPENS, _CLOSES = frozenset("[("), frozenset("])")
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
_INDENT = "    "


@dataclass(frozen=True)
class Edit:
    """A change of a statement: a fact that goes, one that comes, or one in place of another."""

    removed: Fact | None = None
    added: Fact | None = None

    @property
    def subject(self) -> str:
        """What it is about."""
        said = self.removed or self.added
        assert said
        return said[0]


@dataclass(frozen=True)
class _ValueSpan:
    start: int
    end: int
    term: Term | None


@dataclass(frozen=True)
class _Property:
    start: int
    predicate: str
    values: tuple[_ValueSpan, ...]

    @property
    def end(self) -> int:
        return self.values[-1].end


@dataclass
class Editing:
    """A document on its way; `undone` are the edits that found no place."""

    text: str
    undone: list[Edit] = field(default_factory=list)

    def apply(self, edits: Iterable[Edit]) -> str:
        """The text with some edits made."""
        by_subject: dict[str, list[Edit]] = {}
        for each in edits:
            by_subject.setdefault(f"<{each.subject}>", []).append(each)
        document = statements(self.text)
        written = [document.head]
        pieces = document.pieces
        for place, piece in enumerate(pieces):
            waiting = by_subject.get(piece.key)
            if waiting and not piece.is_directive:
                is_last = not any(other.key == piece.key for other in pieces[place + 1 :])
                written.append(_edited(piece, waiting, is_last=is_last))
            else:
                written.append(piece.written)
        self.undone = [each for waiting in by_subject.values() for each in waiting]
        return "".join(written) + document.tail


def _edited(piece: Piece, waiting: list[Edit], *, is_last: bool) -> str:
    """A statement with the edits that have their place in it, which are taken from those that wait."""
    text, names = piece.text, piece.names
    for each in [*waiting]:
        changed = _changed(text, names, each, is_last=is_last)
        if changed is not None:
            text = changed
            waiting.remove(each)
    if not text:
        return re.sub(r"\n[ \t]*\Z", "", piece.before) if piece.before.strip() else ""
    return piece.before + text + piece.after


def _changed(text: str, names: Mapping[str, str], edit: Edit, *, is_last: bool) -> str | None:
    """The text of a statement with an edit; None where it is not the place for it."""
    found = list(_properties(text, names)) if text else []
    if edit.removed:
        return _replaced(text, found, edit, names)
    return _with(text, found, edit.added, names, is_last=is_last) if edit.added and found else None


def _replaced(text: str, found: list[_Property], edit: Edit, names: Mapping[str, str]) -> str | None:
    """The text without the fact that goes, or with another in its place."""
    assert edit.removed
    for place, each in enumerate(found):
        number = _place(each, edit.removed)
        if number is not None:
            value = each.values[number]
            if edit.added and edit.added[1] == edit.removed[1]:
                return text[: value.start] + written(edit.added[2], names) + text[value.end :]
            return _without(text, found, place, number)
    return None


def _with(text: str, found: list[_Property], said: Fact, names: Mapping[str, str], *, is_last: bool) -> str | None:
    """The text with one fact more."""
    same = [each for each in found if each.predicate == said[1]]
    if any(value.term == said[2] for each in same for value in each.values):
        return text
    if same:
        return _with_value(text, same[-1], written(said[2], names))
    return _with_property(text, found, said, names) if is_last else None


def _place(found: _Property, said: Fact) -> int | None:
    if found.predicate != said[1]:
        return None
    return next((number for number, value in enumerate(found.values) if value.term == said[2]), None)


def _properties(text: str, names: Mapping[str, str]) -> Iterator[_Property]:
    """The properties of a statement with their values, and where each stands."""
    group, depth, last = list(tokens(text)), 0, 0
    subject_end = _subject_length(group)
    start, predicate, values = 0, "", list[_ValueSpan]()
    role, first = "predicate", -1
    for word, place in group[subject_end:]:
        if depth or role == "object":
            is_end = not depth and word in {",", ";", "."}
            if not is_end:
                first = place if first < 0 else first
                depth += (word[0] in _OPENS and len(word) == 1) - (word[0] in _CLOSES)
                last = place + len(word)
                continue
            if first >= 0:
                values.append(_ValueSpan(first, last, _term(text[first:last], names)))
            first = -1
            if word != ",":
                if values:
                    yield _Property(start, predicate, tuple(values))
                role, values = "predicate", []
        elif word not in {";", "."}:
            start, predicate = place, TYPE.value if word == "a" else iri(word, names)[1:-1]
            role, first = "object", -1


def _subject_length(group: Sequence[tuple[str, int]]) -> int:
    depth = 0
    for place, (token, _) in enumerate(group):
        depth += (token[0] in _OPENS and len(token) == 1) - (token[0] in _CLOSES)
        if not depth:
            return place + 1
    return len(group)


def _term(text: str, names: Mapping[str, str]) -> Term | None:
    """The term that a value is; None for what is no plain term."""
    if text[0] in _OPENS:
        return None
    whole = iri(text, names)
    try:
        found = list(parse(f"<s:> <p:> {whole} .".encode(), format=RdfFormat.TURTLE))
    except (SyntaxError, ValueError):
        return None
    return found[0].object if len(found) == 1 else None


def _without(text: str, found: list[_Property], place: int, number: int) -> str:
    """A statement without one of its values, and without the property or all of it where that was the last."""
    each = found[place]
    if len(each.values) > 1:
        spans = [(value.start, value.end) for value in each.values]
        return _cut(text, spans, number)
    if len(found) > 1:
        return _cut(text, [(each.start, each.end) for each in found], place)
    return ""


def _cut(text: str, spans: list[tuple[int, int]], number: int) -> str:
    """Take one of several things out, with what separates it from the next, or the last with its own separator."""
    start, end = spans[number]
    if number + 1 < len(spans):
        return text[:start] + text[spans[number + 1][0] :]
    before = spans[number - 1][1]
    gap, remaining = text[before:start], text[end:]
    separator = re.match(r"\s*[,;]", gap)
    behind = gap[separator.end() :] if separator else gap
    comment = behind.split("\n", 1)[0].rstrip()
    mark = re.match(r"\s*[,;.]", remaining)
    if comment.strip() and mark:  # the comment belongs to the one before, which gets the mark of the one that goes
        tail = remaining[mark.end() :]
        return text[:before] + mark[0] + comment + (tail[tail.find("\n") :] if "\n" in tail else "")
    return text[:before] + remaining


def _with_value(text: str, found: _Property, value: str) -> str:
    last = found.values[-1]
    line = text[text.rfind("\n", 0, last.start) + 1 : last.start]
    between = f" ,\n{line}" if not line.strip() and line else " , "
    return text[: last.end] + between + value + text[last.end :]


def _with_property(text: str, found: list[_Property], said: Fact, names: Mapping[str, str]) -> str:
    words = f"{'a' if said[1] == TYPE.value else written(NamedNode(said[1]), names)} {written(said[2], names)}"
    last = found[-1]
    line = text[text.rfind("\n", 0, last.start) + 1 : last.start]
    between = f"\n{line}" if not line.strip() and "\n" in text[: last.start] else " "
    if len(found) > 1 or "#" in text[last.end :]:
        return f"{text[: last.start]}{words} ;{between}{text[last.start :]}"
    return f"{text[: last.end]} ;{between if between.strip(' ') else ' '}{words}{text[last.end :]}"


# ---------------------------------------------------------------- new text


def written(term: Term, names: Mapping[str, str]) -> str:
    """A term as Turtle has it, with the prefixes that a document has declared."""
    if isinstance(term, NamedNode):
        return _name(term.value, names)
    if isinstance(term, Literal):
        datatype = term.datatype.value
        if datatype == f"{XSD}integer" and re.fullmatch(r"-?[0-9]+", term.value):
            return term.value
        if datatype == f"{XSD}boolean" and term.value in {"true", "false"}:
            return term.value
        if term.language or datatype == f"{XSD}string":
            return str(term)
        return f"{_quoted(term.value)}^^{_name(datatype, names)}"
    return str(term)


def _quoted(text: str) -> str:
    """A text in apostrophes where it has quotation marks, as facts in texts have."""
    if text.startswith("<") and not re.search(r"['\\\n\r]", text):
        return f"'{text}'"
    return str(Literal(text))


def _name(value: str, names: Mapping[str, str]) -> str:
    """An IRI with the prefix that takes most of it, where what is left is plain; else in full."""
    cut = max(value.rfind("/"), value.rfind("#"), value.rfind(":")) + 1
    start, local = value[:cut], value[cut:]
    if start and _LOCAL.fullmatch(local):
        for name, iri in names.items():
            if iri == start:
                return f"{name}:{local}"
    return str(NamedNode(value))


def block(thing: str, said: Sequence[tuple[str, Term]], names: Mapping[str, str]) -> str:
    """A statement about a thing, a property on each line, in the order given, its class first."""
    by_property: dict[str, list[Term]] = {}
    for predicate, value in sorted(said, key=lambda each: each[0] != TYPE.value):
        by_property.setdefault(predicate, []).append(value)
    lines = []
    for predicate, values in by_property.items():
        name = "a" if predicate == TYPE.value else _name(predicate, names)
        lines.append(f"{_INDENT}{name} " + " , ".join(written(value, names) for value in dict.fromkeys(values)))
    return f"{_name(thing, names)}\n" + " ;\n".join(lines) + " .\n"


_PREFIX = re.compile(r"(?<![\w<:/#\"'-])([A-Za-z][A-Za-z0-9_-]*):(?=[A-Za-z0-9_])")


def header(text: str, names: Mapping[str, str], comment: str) -> str:
    """The beginning of a new document: a comment, and the prefixes that its text uses."""
    bare = re.sub(r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|<[^>]*>", "", text)
    used = sorted({match[1] for match in _PREFIX.finditer(bare)} & names.keys())
    return f"# {comment}\n\n" + "".join(f"@prefix {name}: <{names[name]}> .\n" for name in used) + "\n"
