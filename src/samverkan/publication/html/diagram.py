"""A diagram of classes: their names one below the other, and arcs to the classes that they lead to.

It is as narrow as a phone, and no line crosses a word, for the arcs have a margin of their own. Classes that have much
to do with each other stand near to each other. All is counted, nothing is left to chance: the same classes give the
same picture. Its lengths are those of the letters around it, so it grows with them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import accumulate
from typing import NamedTuple

from markupsafe import Markup

MOST_CLASSES = 40
"""How many classes are drawn; more can't be read."""

_ROW, _WIDE = 36, 132  # pixels of a row and of the margin with the arcs, where a letter is as high as 15
_LETTER = 15
_EDGE = 9  # at the left, for the heads of arrows
_EDGES = 12  # the part of a class that no arc ends in
_IN_ROW = 4  # arcs, above which a class has further rows, or nobody could follow one
_THICKEST = 5  # properties, above which no arc grows thicker


class Arc(NamedTuple):
    """What one class leads to: the places of both, counted from the top, and by how many properties.

    Where the other one leads back as well, it is one line for the properties of both.
    """

    start: int
    end: int
    properties: int
    is_mutual: bool = False


@dataclass(frozen=True)
class Diagram:
    """Classes by key: a link to each, and the keys of those that its properties lead to, one for each property."""

    links: Mapping[str, Markup]
    ties: Mapping[str, Sequence[str]]

    @cached_property
    def _pairs(self) -> Mapping[tuple[str, str], int]:
        """How many properties lead from one class to another one."""
        found = ((key, goal) for key, goals in self.ties.items() for goal in goals)
        return Counter((key, goal) for key, goal in found if key != goal and {key, goal} <= self.links.keys())

    @cached_property
    def _linked(self) -> tuple[str, ...]:
        """The classes that have links, those with most first."""
        weight = Counter(key for pair in self._pairs for key in pair)
        return tuple(sorted(weight, key=lambda key: (-weight[key], key)))

    @cached_property
    def drawn(self) -> tuple[str, ...]:
        """The classes that are drawn: each where it makes arcs shortest, and that with most links in the upper half."""
        found: list[str] = []
        for key in self._linked[:MOST_CLASSES]:
            places = range(len(found) + 1)
            found = min(([*found[:place], key, *found[place:]] for place in places), key=self._length)
        is_low = bool(found) and found.index(self._linked[0]) >= len(found) / 2
        return tuple(found[::-1] if is_low else found)

    def _length(self, order: Sequence[str]) -> int:
        place = {key: number for number, key in enumerate(order)}
        return sum(abs(place[a] - place[b]) for a, b in self._pairs if a in place and b in place)

    @property
    def is_whole(self) -> bool:
        """Whether all classes with links are drawn."""
        return len(self._linked) <= MOST_CLASSES

    @cached_property
    def arcs(self) -> tuple[Arc, ...]:
        """The arcs that are drawn."""
        place = {key: number for number, key in enumerate(self.drawn)}
        drawn = {(a, b): n for (a, b), n in self._pairs.items() if a in place and b in place}
        return tuple(
            Arc(place[a], place[b], n + drawn.get((b, a), 0), (b, a) in drawn)
            for (a, b), n in drawn.items()
            if place[a] < place[b] or (b, a) not in drawn
        )

    @cached_property
    def _spans(self) -> tuple[int, ...]:
        """How many rows each class has that is drawn."""
        count = Counter(place for arc in self.arcs for place in arc[:2])
        return tuple(-(-count[place] // _IN_ROW) for place in range(len(self.drawn)))

    @property
    def rows(self) -> Iterator[Markup]:
        """The rows from top to bottom: the link of a class in the middle of its rows, and nothing in the others."""
        for key, span in zip(self.drawn, self._spans, strict=True):
            above = (span - 1) // 2
            yield from (*[Markup()] * above, self.links[key], *[Markup()] * (span - 1 - above))

    @cached_property
    def _ports(self) -> Mapping[tuple[Arc, int], float]:
        """The height at which each arc ends at each of its classes: those that go up above those that go down."""
        found: dict[tuple[Arc, int], float] = {}
        for place, span in enumerate(self._spans):
            here = sorted((arc for arc in self.arcs if place in arc[:2]), key=partial(_slope, place))
            middle, high = (sum(self._spans[:place]) + span / 2) * _ROW, span * _ROW - _EDGES
            for number, arc in enumerate(here):
                found[arc, place] = middle + high * ((number + 0.5) / len(here) - 0.5)
        return found

    def svg(self, title: str) -> Markup:
        """The arcs, with a title for those who do not see them."""
        high, arcs = sum(self._spans) * _ROW, Markup().join(self._paths())
        return Markup(
            '<svg role="img" aria-labelledby="diagram-title" width="%.1fem" height="%.1fem" viewBox="0 0 %d %d">'
            '<title id="diagram-title">%s</title><g fill="none" stroke="currentColor">%s</g>'
            '<path fill="currentColor" d="%s"/><path stroke="currentColor" stroke-width="2" d="%s"/></svg>'
        ) % (_WIDE / _LETTER, high / _LETTER, _WIDE, high, title, arcs, self._heads(), self._sides())

    def _paths(self) -> Iterator[Markup]:
        """The arcs that are equally thick as one path, the thinnest first."""
        found: dict[float, list[str]] = {}
        for arc in self.arcs:
            found.setdefault(min(arc.properties, _THICKEST) * 0.4 + 0.6, []).append(self._arc(arc))
        for width, arcs in sorted(found.items()):
            thick = Markup(' stroke-width="%.1f"') % width if width > 1 else ""  # else 1, as of itself
            yield Markup('<path%s d="%s"/>') % (thick, "".join(arcs))

    def _arc(self, arc: Arc) -> str:
        start, end, across = self._ports[arc, arc.start], self._ports[arc, arc.end], self._reach(arc)
        left = _EDGE if arc.is_mutual else 1  # where an arrow begins too
        return f"M{left} {start:.0f}C{across:.0f} {start:.0f} {across:.0f} {end:.0f} {_EDGE} {end:.0f}"

    def _reach(self, arc: Arc) -> float:
        """How far a curve is drawn to the right: the longest touches the edge (a curve reaches three quarters)."""
        longest = max(abs(each.start - each.end) for each in self.arcs)
        share: float = (abs(arc.start - arc.end) / longest) ** 0.6
        return _EDGE + (_WIDE - _EDGE - 4) * share * 4 / 3

    def _heads(self) -> str:
        """The heads of all arrows as one path."""
        ends = ((arc, place) for arc in self.arcs for place in ((arc.end, arc.start) if arc.is_mutual else (arc.end,)))
        return "".join(f"M{_EDGE - 8} {self._ports[end]:.0f}l8-3.5v7z" for end in ends)

    def _sides(self) -> str:
        """A line beside the rows of each class as one path, which all arcs of the class end at."""
        ends = accumulate(self._spans)
        return "".join(
            f"M1 {(end - span) * _ROW + _EDGES // 3}V{end * _ROW - _EDGES // 3}"
            for end, span in zip(ends, self._spans, strict=True)
        )


def _slope(row: int, arc: Arc) -> tuple[bool, int]:
    """In which order arcs end at a class so that they don't cross: upward ones, the longest last, then the others."""
    other = arc.end if arc.start == row else arc.start
    return (other > row, -abs(other - row) if other > row else abs(other - row))
