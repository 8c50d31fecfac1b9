"""Small pictures that lead to the large ones: the same answer, with nothing but its shapes.

They are drawn from what the data say and hold no text: the link around each says where it leads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from markupsafe import Markup

from samverkan.publication.html.grid import Grid
from samverkan.publication.html.pictures.matrix import alphabetical, columns_of
from samverkan.publication.html.pictures.parts import distinct, gathered
from samverkan.publication.html.pictures.timeline import Axis, Lane, periods

WIDE, HIGH = 160, 72
_MOST = 6  # lanes, levels, rows
_COLUMNS = 12
_EDGE = 4  # pixels around


def thumbnail(view: str, grid: Grid) -> Markup:
    """The small picture of an answer; nothing where its view has none, or where it holds nothing to draw."""
    shapes = list(_THUMBNAILS[view](grid)) if view in _THUMBNAILS else []
    svg = Markup('<svg class="small" aria-hidden="true" viewBox="0 0 {} {}">{}</svg>')
    return svg.format(WIDE, HIGH, Markup().join(shapes)) if shapes else Markup()


def _box(kind: str, x: float, y: float, wide: float, high: float) -> Markup:
    return Markup('<rect class="{}" x="{:.0f}" y="{:.0f}" width="{:.0f}" height="{:.0f}" rx="2"/>').format(
        kind, x, y, max(wide, 3), high
    )


def _dot(kind: str, x: float, y: float, radius: float) -> Markup:
    return Markup('<circle class="{}" cx="{:.0f}" cy="{:.0f}" r="{:.0f}"/>').format(kind, x, y, radius)


def _spread(count: int, length: int) -> Iterator[float]:
    """So many places side by side, in the middle of equal parts of a length."""
    part = (length - 2 * _EDGE) / max(count, 1)
    return (_EDGE + part * (number + 0.5) for number in range(count))


def _timeline(grid: Grid) -> Iterator[Markup]:
    lanes = [lane for lane in map(Lane.of, periods(grid)) if lane.start][-_MOST:]
    axis = Axis.of(lanes) if lanes else None
    for lane, y in zip(lanes, _spread(len(lanes), HIGH), strict=True):
        assert axis is not None
        assert lane.start is not None
        first, last = lane.start.first, lane.end.after if lane.end else axis.after if lane.open else lane.start.after
        left, right = (_EDGE + axis.share(day) * (WIDE - 2 * _EDGE) / 100 for day in (first, last))
        yield _box("way" if lane.open else "sure", left, y - 3, right - left, 6)
        yield _dot("day", max(left, 5), y, 4)


def _matrix(grid: Grid) -> Iterator[Markup]:
    records = [record for rows in gathered(grid.records(), "row", "column") for record in rows]
    # What goes with most stands first, so that what many share is seen.
    marks = columns_of(records)
    rows = sorted(marks, key=lambda row: -len(marks[row]))[:_COLUMNS]
    columns = alphabetical(distinct(records, "column"))[:_MOST]
    for row, x in zip(rows, _spread(len(rows), WIDE), strict=True):
        for column, y in zip(columns, _spread(len(columns), HIGH), strict=True):
            yield _dot("own" if column.term in marks[row] else "faint", x, y, 4)


def _comparison(grid: Grid) -> Iterator[Markup]:
    rows = gathered(grid.records(), "row", "column")
    for x in (WIDE * 0.38, WIDE * 0.62) if rows else ():
        yield Markup('<circle class="shaft" cx="{:.0f}" cy="{}" r="{}"/>').format(x, HIGH // 2, HIGH // 2 - _EDGE)
    shared = [found for found in gathered(grid.records(), "row") if len(distinct(found, "column")) > 1]
    for _, y in zip(shared, _spread(min(len(shared), _MOST // 2), HIGH), strict=False):
        yield _dot("own", WIDE / 2, y, 4)


def _levels(grid: Grid) -> Iterator[Markup]:
    groups = gathered(grid.records(), "group")
    largest = max(map(len, groups), default=0)
    records = next((group for group in groups if len(group) == largest), [])
    tiers = gathered(records, "order", "level")[:_MOST]
    part = (HIGH - 2 * _EDGE) / max(len(tiers), 1)
    for number, _ in enumerate(tiers):
        wide = (WIDE - 2 * _EDGE) * (number + 1) / len(tiers)
        yield _box("way", (WIDE - wide) / 2, _EDGE + part * number + 2, wide, part - 4)


def _flows(grid: Grid) -> Iterator[Markup]:
    flows = gathered(grid.records(), "flow")[: _MOST // 2]
    for y in _spread(len(flows), HIGH):
        yield _box("way", _EDGE, y - 7, 40, 14)
        yield Markup('<path class="shaft" d="M48 {0:.0f}h60m-6-5l6 5-6 5"/>').format(y)
        yield _box("sure", WIDE - _EDGE - 40, y - 7, 40, 14)


def _list(grid: Grid) -> Iterator[Markup]:
    rows = gathered(grid.records(), "item")[:_MOST]
    for found, y in zip(rows, _spread(len(rows), HIGH), strict=True):
        yield _dot("day", _EDGE + 5, y, 3)
        yield _box("way", _EDGE + 14, y - 3, min(3 * len(found[0]["item"].text), WIDE - 30), 5)


_THUMBNAILS: Mapping[str, Callable[[Grid], Iterator[Markup]]] = {
    "timeline": _timeline,
    "matrix": _matrix,
    "comparison": _comparison,
    "levels": _levels,
    "flows": _flows,
    "list": _list,
}
