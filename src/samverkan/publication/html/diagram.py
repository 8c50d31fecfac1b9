"""A diagram of classes: boxes with the links that they have, and arrows to the classes that those lead to.

A class stands to the right of those that link to it, as far as circles allow it, and in its column
near to what it belongs to. All is counted, nothing is left to chance: the same classes give the same
picture. It is coloured by the text around it, and needs no style sheet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from markupsafe import Markup

MOST_BOXES = 24
"""How many classes are drawn; more can't be read."""
MOST_ROWS = 14
"""How many links are drawn of one class."""

_WIDE, _GAP = 212, 64  # of a column, and between two
_HEAD, _ROW, _SPACE = 26, 18, 18  # the height of a heading, of a row, and between two boxes
_LETTERS, _BOLD = 29, 23  # that fit a row, and a heading
_ROUNDS = 4  # of putting boxes nearer to their neighbours
_EDGE = 2


class Tie(NamedTuple):
    """A link from one class to another: its name, and the class that it leads to; none is drawn to an empty one."""

    name: str
    to: str


@dataclass(frozen=True)
class Diagram:
    """Classes by key: what each is called, and its ties."""

    names: Mapping[str, str]
    ties: Mapping[str, Sequence[Tie]]

    @cached_property
    def drawn(self) -> tuple[str, ...]:
        """The classes that are drawn: those with most links, in the order in which they come."""
        weight = {key: len(self.ties.get(key, ())) for key in self.names}
        for ties in self.ties.values():
            for tie in ties:
                weight[tie.to] = weight.get(tie.to, 0) + 1
        linked = [key for key in self.names if weight[key]]
        best = set(sorted(linked, key=lambda key: -weight[key])[:MOST_BOXES])
        return tuple(key for key in linked if key in best)

    @cached_property
    def rows(self) -> Mapping[str, tuple[Tie, ...]]:
        """The links that are drawn of each class."""
        return {key: tuple(self.ties.get(key, ()))[:MOST_ROWS] for key in self.drawn}

    @cached_property
    def is_whole(self) -> bool:
        """Whether all links are drawn."""
        return all(len(self.rows.get(key, ())) == len(ties) for key, ties in self.ties.items())

    @cached_property
    def columns(self) -> tuple[tuple[str, ...], ...]:
        """The classes of each column, from left to right and from top to bottom."""
        levels = self._levels
        found = [
            [key for key in self.drawn if levels[key] == level] for level in range(max(levels.values(), default=-1) + 1)
        ]
        for _ in range(_ROUNDS):
            for column in found:
                places = {key: place for each in found for place, key in enumerate(each)}
                column.sort(key=lambda key: (self._middle(key, places), self.drawn.index(key)))
        return tuple(tuple(column) for column in found)

    @cached_property
    def _levels(self) -> Mapping[str, int]:
        """The column of each class: behind all that lead to it, where they don't lead round in a circle."""
        behind = dict.fromkeys(self.drawn, 0)
        for _ in self.drawn:
            for key, to in self._onward:
                behind[to] = max(behind[to], behind[key] + 1)
        return behind

    @cached_property
    def _onward(self) -> tuple[tuple[str, str], ...]:
        """From which class to which there are links, without those that would close a circle."""
        found: dict[str, set[str]] = {key: set() for key in self.drawn}
        pairs = dict.fromkeys((key, tie.to) for key, ties in self.rows.items() for tie in ties if tie.to in found)
        kept = []
        for key, to in pairs:
            if key not in _reached(to, found):
                found[key].add(to)
                kept.append((key, to))
        return tuple(kept)

    def _middle(self, key: str, places: Mapping[str, int]) -> float:
        """Where the neighbours of a class stand on average."""
        ahead = [places[tie.to] for tie in self.rows[key] if tie.to in places and tie.to != key]
        back = [places[other] for other, ties in self.rows.items() for tie in ties if tie.to == key != other]
        near = ahead + back
        return sum(near) / len(near) if near else places[key]

    @cached_property
    def _spots(self) -> Mapping[str, tuple[int, int]]:
        """The upper left corner of each box; a column that is lower than the highest is put in the middle."""
        heights = [sum(self._height(key) + _SPACE for key in column) - _SPACE for column in self.columns]
        found: dict[str, tuple[int, int]] = {}
        for place, column in enumerate(self.columns):
            top = _EDGE + (max(heights) - heights[place]) // 2
            for key in column:
                found[key] = (_EDGE + place * (_WIDE + _GAP), top)
                top += self._height(key) + _SPACE
        return found

    def _height(self, key: str) -> int:
        return _HEAD + _ROW * len(self.rows[key]) + (4 if self.rows[key] else 0)

    def svg(self, title: str) -> Markup:
        """The picture, with a title for those who do not see it."""
        wide = len(self.columns) * (_WIDE + _GAP) + 2 * _EDGE
        high = max((y + self._height(key) for key, (_, y) in self._spots.items()), default=0) + _EDGE
        return Markup(
            '<svg role="img" aria-labelledby="diagram-title" width="%d" height="%d" viewBox="0 0 %d %d" font-size="12">'
            '<title id="diagram-title">%s</title>'
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
            '<path d="M0 0L8 4L0 8z" fill="currentColor" stroke="none"/></marker></defs>'
            '<g fill="none" stroke="currentColor" stroke-width="1" opacity=".55" marker-end="url(#tip)">%s</g>'
            '<path fill="none" stroke="currentColor" stroke-width="1.5" d="%s"/>'
            '<g fill="currentColor" stroke="none"><g font-weight="700">%s</g>%s</g></svg>'
        ) % (wide, high, wide, high, title, self._arrows(), self._boxes(), self._headings(), self._words())

    def _boxes(self) -> str:
        return "".join(f"M{x} {y}h{_WIDE}v{self._height(key)}h-{_WIDE}z" for key, (x, y) in self._spots.items())

    def _headings(self) -> Markup:
        return Markup().join(_text(x, y + 17, self.names[key], _BOLD) for key, (x, y) in self._spots.items())

    def _words(self) -> Markup:
        return Markup().join(
            _text(x, y + _HEAD + 12 + _ROW * place, tie.name)
            for key, (x, y) in self._spots.items()
            for place, tie in enumerate(self.rows[key])
        )

    def _arrows(self) -> Markup:
        return Markup().join(
            Markup('<path d="%s"/>') % self._arrow(key, place, tie.to)
            for key in self._spots
            for place, tie in enumerate(self.rows[key])
            if tie.to in self._spots
        )

    def _arrow(self, key: str, place: int, to: str) -> str:
        """A curve from a row to the heading of a box: to its left side, or its right one where it is not ahead."""
        x, y = self._spots[key]
        start, height = x + _WIDE, y + _HEAD + 8 + _ROW * place
        left, top = self._spots[to]
        end, goal = (left, top + 13) if left > x else (left + _WIDE, top + 13)
        bend = max((end - start) // 2, 20) if left > x else _GAP - 16
        second = end - bend if left > x else end + bend
        return f"M{start} {height}C{start + bend} {height} {second} {goal} {end} {goal}"


def _text(x: int, y: int, text: str, most: int = _LETTERS) -> Markup:
    """Text in a box; what is too long is cut, for the table has it whole."""
    short = text if len(text) <= most else f"{text[: most - 1]}…"
    return Markup('<text x="%d" y="%d">%s</text>') % (x + 8, y, short)


def _reached(key: str, onward: Mapping[str, set[str]]) -> set[str]:
    """A class and all that its links lead to in the end."""
    found, todo = {key}, [key]
    while todo:
        new = onward[todo.pop()] - found
        found |= new
        todo.extend(new)
    return found
