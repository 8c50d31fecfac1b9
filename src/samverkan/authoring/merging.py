"""Three-way merge of the files of a model: what it was, what a site has made of it, and what it is now.

Turtle is merged by statement, within a statement by property, and within a property by value; a JSON-LD context by
term; other texts by line. What neither side has changed keeps its bytes. Where both have changed the same, the text of
the site stays, and the conflict is told.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from pyoxigraph import RdfFormat, parse

from samverkan.model.turtle_pieces import Piece, Pieces, properties, statements, values

Place = tuple[str, int]
_COMMENT = re.compile(r"#[^\r\n]*")
_TERM = re.compile(r'[ \t]*"(?P<key>(?:[^"\\]|\\.)*)"[ \t]*:')


@dataclass(frozen=True)
class Conflict:
    """What both a site and the newer model have changed: in which file, what it is about, and both texts.

    A text is None where the thing is gone; `about` names a statement, or a property of it, as Turtle does. `line` is
    where it stands in the file after the upgrade.
    """

    file: str
    about: str
    ours: str | None
    new: str | None
    line: int | None = None


@dataclass
class Merged:
    """A text with the changes of both sides, and what they could not agree on; `kept` counts what is the site's own."""

    text: str = ""
    conflicts: list[Conflict] = field(default_factory=list)
    kept: int = 0


@dataclass(frozen=True)
class _Sides:
    """The same thing three times; None where a side does not have it."""

    base: Piece | None
    ours: Piece | None
    new: Piece | None

    @property
    def is_untouched(self) -> bool:
        """Whether the site has left it as it was."""
        return self.base is not None and self.ours is not None and self.ours.meaning == self.base.meaning

    @property
    def is_unmoved(self) -> bool:
        """Whether it is in the newer model as it was."""
        return self.base is not None and self.new is not None and self.new.meaning == self.base.meaning


Both = Callable[[Piece, Piece, Piece], Piece | None]
"""Merge a piece that both sides have changed: base, ours, new; None where they can't be."""


def merge(name: str, base: str, ours: str, new: str) -> Merged:
    """Merge three states of the file `name`; where that gives no text of its kind, the site's stays whole."""
    if ours in {base, new} or new == base:
        return Merged(new if ours == base else ours, kept=int(ours not in {base, new}))
    of_kind = next((each for suffix, each in _KINDS.items() if name.endswith(suffix)), _lines)
    merged = of_kind(name, base, ours, new)
    check = next((each for suffix, each in _CHECKS.items() if name.endswith(suffix)), None)
    if check and not _passes(check, merged.text):
        return Merged(ours, [Conflict(name, "", ours, new)], kept=1)
    return merged


def _passes(check: Callable[[str], object], text: str) -> bool:
    try:
        check(text)
    except (SyntaxError, ValueError):
        return False
    return True


def _turtle(name: str, base: str, ours: str, new: str) -> Merged:
    found = Merged()
    sides = [statements(text) for text in (base, ours, new)]
    pieces = _Merging(name, found, _statement).merged(*sides)
    found.text = Pieces(pieces, _either(*(each.tail for each in sides))).written
    return found


def _statement(merging: _Merging, base: Piece, ours: Piece, new: Piece) -> Piece | None:
    """Merge a statement by its properties; those that can't be merged stay as the site has them, and are told."""
    if ours.is_directive:
        return None
    sides = [properties(each) for each in (base, ours, new)]
    inner = _Merging(merging.name, merging.found, _property, f"{ours.key} ")
    pieces = inner.merged(*sides)
    if not pieces:
        return None
    return replace(ours, text=sides[1].head + joined(pieces, ";", "."))


def _property(merging: _Merging, base: Piece, ours: Piece, new: Piece) -> Piece | None:
    """Merge the values of a property: what was added and taken away on either side, where that is not the same one."""
    sides = [values(each) for each in (base, ours, new)]
    was, here, there = ([piece.meaning for piece in each.pieces] for each in sides)
    if any(each not in here and each not in there for each in was):
        return None  # both have replaced it
    left = [piece for piece in sides[1].pieces if piece.meaning in there or piece.meaning not in was]
    added = [piece for piece in sides[2].pieces if piece.meaning not in was and piece.meaning not in here]
    if not left:
        return None
    merging.found.kept += any(each not in was for each in here)
    more = [replace(piece, before=piece.before if piece.before.strip() == "" else " ") for piece in added]
    return replace(ours, text=sides[1].head + joined([*left, *more], ",", ""))


def joined(pieces: Sequence[Piece], mark: str, end: str) -> str:
    """Pieces behind each other, with a mark between them and another at the end."""
    marks = [*(mark for _ in pieces[1:]), end]
    following = [*(piece.before for piece in pieces[1:]), "\n"]
    return "".join(
        (piece.before or " ") + piece.text + _marked(piece.after, each, behind)
        for piece, each, behind in zip(pieces, marks, following, strict=True)
    )


def _marked(after: str, mark: str, behind: str) -> str:
    """What follows a piece, with another mark, and with its comments, which end with their line."""
    comments = "".join(f"  {comment}" for comment in _COMMENT.findall(after))
    end = "\n" if comments and not behind.startswith(("\n", "\r")) else ""
    return f"{f' {mark}' if mark else ''}{comments}{end}"


@dataclass
class _Merging:
    """The merge of pieces of one kind in the file `name`; `both` merges those that both sides have changed."""

    name: str
    found: Merged
    both: Callable[[_Merging, Piece, Piece, Piece], Piece | None]
    within: str = ""

    def merged(self, base: Pieces, ours: Pieces, new: Pieces) -> tuple[Piece, ...]:
        """The pieces of both sides in their order."""
        sides = [{piece.place: piece for piece in each.pieces} for each in (base, ours, new)]
        chosen = {place: self._chosen(_Sides(*(side.get(place) for side in sides))) for place in _all(sides[1:])}
        order = _order(*([*side] for side in sides))
        return tuple(piece for place in order if (piece := chosen[place]) is not None)

    def _chosen(self, sides: _Sides) -> Piece | None:
        """What becomes of one thing."""
        if sides.ours is None:
            return self._removed(sides)
        if sides.new is None:
            return self._gone(sides, sides.ours)
        if sides.base is None:
            return self._added_twice(sides.ours, sides.new)
        return self._changed(sides, sides.base, sides.ours, sides.new)

    def _removed(self, sides: _Sides) -> Piece | None:
        if sides.base is not None and not sides.is_unmoved and sides.new and not sides.new.is_directive:
            self._tell(sides.new, None, sides.new)
        return None if sides.base is not None else sides.new

    def _gone(self, sides: _Sides, ours: Piece) -> Piece | None:
        if sides.base is None or ours.is_directive:  # the site's own, or one that something of its own may need
            self.found.kept += sides.base is None
            return ours
        if sides.is_untouched:
            return None
        self._tell(ours, ours, None)
        return ours

    def _added_twice(self, ours: Piece, new: Piece) -> Piece:
        if ours.meaning != new.meaning:
            self._tell(ours, ours, new)
        return ours

    def _changed(self, sides: _Sides, base: Piece, ours: Piece, new: Piece) -> Piece:
        before = _either(base.before, ours.before, new.before)
        if sides.is_untouched and not sides.is_unmoved:
            return replace(new, before=before)
        if sides.is_untouched or sides.is_unmoved or ours.meaning == new.meaning:
            self.found.kept += not sides.is_untouched and ours.meaning != new.meaning
            is_as_it_was = ours.text + ours.after == base.text + base.after
            chosen = new if is_as_it_was and sides.is_untouched else ours
            return replace(chosen, before=before)
        merged = self.both(self, base, ours, new)
        if merged is None:
            self._tell(ours, ours, new)
        return replace(merged or ours, before=before)

    def _tell(self, piece: Piece, ours: Piece | None, new: Piece | None) -> None:
        sides = (each.text if each else None for each in (ours, new))
        self.found.conflicts.append(Conflict(self.name, self.within + piece.key, next(sides), next(sides)))


def _either(base: str, ours: str, new: str) -> str:
    """Space and comments as the site has changed them, else as they are now."""
    return new if ours == base else ours


def _all(sides: Iterable[Mapping[Place, Piece]]) -> Iterator[Place]:
    return iter(dict.fromkeys(place for side in sides for place in side))


def _order(base: list[Place], ours: list[Place], new: list[Place]) -> list[Place]:
    """The order of the newer model, unless the site has one of its own; what only the other has follows what it did.

    Where both have added something at the same place, that of the order chosen comes first.
    """
    common = {*base} & {*ours} & {*new}
    is_own = [each for each in ours if each in common] != [each for each in base if each in common]
    skeleton, others = (ours, new) if is_own else (new, ours)
    found, known, place = [*skeleton], {*skeleton}, 0
    for each in others:
        if each in known:
            place = found.index(each) + 1
            continue
        while place < len(found) and found[place] not in others:
            place += 1
        found.insert(place, each)
        place += 1
    return found


def _context(name: str, base: str, ours: str, new: str) -> Merged:
    """Merge a JSON-LD context with a term on each line."""
    found = Merged()
    sides = [_terms(text) for text in (base, ours, new)]
    pieces = _Merging(name, found, lambda *_: None).merged(*sides)
    tail = _either(*(each.tail for each in sides))
    following = [*(piece.before for piece in pieces[1:]), tail]
    found.text = "".join(
        piece.before + piece.text + _comma(piece.text, behind) for piece, behind in zip(pieces, following, strict=True)
    )
    found.text += tail
    return found


def _comma(text: str, behind: str) -> str:
    is_last = text.endswith(("{", "[")) or behind.lstrip().startswith(("}", "]"))
    return "\n" if is_last else ",\n"


def _terms(text: str) -> Pieces:
    """The lines of a context that begin with a term, each with the lines before it."""
    found: list[Piece] = []
    before, seen = "", dict[str, int]()
    for line in text.splitlines(keepends=True):
        term = _TERM.match(line)
        if term is None:
            before += line
            continue
        key, bare = term["key"], line.rstrip().rstrip(",")
        number = seen[key] = seen.get(key, -1) + 1
        found.append(Piece(key, before, bare, bare.strip(), number=number))
        before = ""
    return Pieces(tuple(found), before)


def _lines(name: str, base: str, ours: str, new: str) -> Merged:
    """Merge by line (diff3); where both sides have changed the same lines, the whole text of the site stays."""
    was, here, there = (text.splitlines(keepends=True) for text in (base, ours, new))
    text, conflicts = list[str](), list[Conflict]()
    for hunk in _hunks(was, here, there):
        one, two, three = was[slice(*hunk.base)], here[slice(*hunk.ours)], there[slice(*hunk.new)]
        if two not in (one, three) and three != one:
            conflicts.append(Conflict(name, "", "".join(two), "".join(three)))
        text += three if two == one else two
    return Merged(ours if conflicts else "".join(text), conflicts, kept=1)


@dataclass(frozen=True)
class _Hunk:
    """The same stretch of three texts: where it begins and ends in each."""

    base: tuple[int, int]
    ours: tuple[int, int]
    new: tuple[int, int]


def _hunks(base: list[str], ours: list[str], new: list[str]) -> Iterator[_Hunk]:
    """The three texts in stretches that end where all three have the same line."""
    here, there = _matches(base, ours), _matches(base, new)
    start = (0, 0, 0)
    for line in (*range(len(base)), None):
        at = (len(base), len(ours), len(new)) if line is None else (line, here.get(line, -1), there.get(line, -1))
        if min(at) < 0:
            continue
        yield _Hunk((start[0], at[0]), (start[1], at[1]), (start[2], at[2]))
        if line is not None:
            start = (at[0] + 1, at[1] + 1, at[2] + 1)
            yield _Hunk(*((place, place + 1) for place in at))


def _matches(one: list[str], other: list[str]) -> dict[int, int]:
    """The lines of a text that another one has too, each with its place there."""
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return {block.a + step: block.b + step for block in blocks for step in range(block.size)}


def _parsed(text: str) -> object:
    return list(parse(text.encode(), format=RdfFormat.TURTLE))


_KINDS: Mapping[str, Callable[[str, str, str, str], Merged]] = {".ttl": _turtle, ".jsonld": _context}
_CHECKS: Mapping[str, Callable[[str], object]] = {".ttl": _parsed, ".jsonld": json.loads}
