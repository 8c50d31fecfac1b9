"""Pictures as SVG files of their own, to be put into a document or a slide: the same answers, with all text in them.

They need no style sheet, no script and no font of ours. How wide words are is estimated, for nothing here knows the
reader's fonts; so lines break early rather than late.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from samverkan.model.namespaces import SVG
from samverkan.publication.html.grid import Cell, Grid
from samverkan.publication.html.pictures.comparison import Shared, related, shared
from samverkan.publication.html.pictures.flows import BOXES, DRAWN
from samverkan.publication.html.pictures.flows import named as flow_name
from samverkan.publication.html.pictures.levels import WHOLE, rank
from samverkan.publication.html.pictures.matrix import Cross, alphabetical, by_likeness
from samverkan.publication.html.pictures.parts import Record, Translate, distinct, gathered, label, others
from samverkan.publication.html.pictures.timeline import (
    LAST,
    Axis,
    Lane,
    Stretch,
    Today,
    calendar_days,
    parted,
    periods,
    without_date,
)

if TYPE_CHECKING:
    from datetime import date

WIDE = 960
MOST = 150
"""How many rows a picture has at most, so that it can still be looked at."""
_EDGE, _SIZE, _LINE = 24, 14, 20  # pixels around, of a letter, and from line to line
_LETTER = 0.58  # of the size of letters: how wide one is on average
_LABELS = 320  # pixels for the names of lanes and rows
_INK, _RULE = "#1d2126", "#c9ced3"


@dataclass
class Drawing:
    """A picture that grows downwards: what it is called, in which language, its shapes, and how far down they reach."""

    title: str
    language: str
    accent: str
    shapes: list[Markup] = field(default_factory=list)
    y: float = _EDGE

    def add(self, form: str, *values: object) -> None:
        """A shape, as SVG with `{}` for its values."""
        self.shapes.append(Markup(form).format(*values))  # noqa: S704 - our own text

    def text(self, x: float, y: float, words: str, *, size: int = _SIZE, bold: bool = False) -> None:
        """A line of text."""
        weight = Markup(' font-weight="700"') if bold else Markup()
        self.add('<text x="{:.0f}" y="{:.0f}" font-size="{}"{} fill="{}">{}</text>', x, y, size, weight, _INK, words)

    def paragraph(self, words: str, x: float = _EDGE, wide: float = WIDE - 2 * _EDGE, *, bold: bool = False) -> None:
        """Text in lines of at most so many pixels, below what is there."""
        for line in wrapped(words, wide):
            self.text(x, self.y + _SIZE, line, bold=bold)
            self.y += _LINE

    def facts(self, found: Iterable[tuple[str, Sequence[Cell]]], x: float, wide: float) -> None:
        """Names with their values, without those that have none."""
        for name, cells in found:
            if cells:
                self.paragraph(f"{name}: {', '.join(cell.text for cell in cells)}", x, wide)

    def cut(self, said: str, what: str, shown: int, total: int) -> None:
        """That not all is shown, where it is not; `said` has places for what it is, and how many of how many."""
        if shown < total:
            self.paragraph(said.format(what=what, shown=shown, total=total))

    def frame(self, top: float, x: float = _EDGE) -> None:
        """A frame from there down to here."""
        form = '<rect x="{}" y="{:.0f}" width="{}" height="{:.0f}" fill="none" stroke="{}" stroke-width="1.5"/>'
        self.add(form, x, top, WIDE - _EDGE - x, self.y - top, self.accent)

    def written(self) -> str:
        """The file."""
        high, shapes = self.y + _EDGE, Markup("\n").join(self.shapes)
        form = Markup(
            '<svg xmlns="{0}" width="{1}" height="{2:.0f}" viewBox="0 0 {1} {2:.0f}" font-family="sans-serif" '
            'xml:lang="{3}" role="img"><title>{4}</title><rect width="100%" height="100%" fill="#fff"/>\n{5}\n</svg>\n'
        )
        return form.format(SVG, WIDE, high, self.language, self.title, shapes)


def wrapped(words: str, wide: float, size: int = _SIZE) -> list[str]:
    """Text in lines of at most so many pixels, as far as words are no longer; one line at least.

    >>> wrapped("one two three", 70)
    ['one two', 'three']
    """
    most, lines = max(1, int(wide / (size * _LETTER))), [""]
    for word in words.replace("\u00a0", " ").split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > most:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _timeline(drawing: Drawing, grid: Grid, translate: Translate, today: Today) -> None:
    dated, undated = parted(periods(grid))
    lanes = sorted((lane for lane in map(Lane.of, dated) if lane.start), key=lambda lane: lane.start or LAST)
    shown = lanes[-MOST:]
    if not shown:
        return
    axis, top = Axis.of(shown).with_day(today.day), drawing.y

    def at(day: float) -> float:
        return _EDGE + _LABELS + axis.share(day) * (WIDE - 2 * _EDGE - _LABELS) / 100

    drawing.y += _LINE + 8
    for lane in shown:
        _lane(drawing, lane, translate, Scale(axis, today.day, at))
    for year in axis.ticks():
        x = at(calendar_days(year).first)
        drawing.add('<path d="M{0:.0f} {1:.0f}V{2:.0f}" stroke="{3}"/>', x, top, drawing.y, _RULE)
        drawing.text(x + 4, top + 12, str(year), size=12)
    if axis.has(today.day):
        form = '<path d="M{0:.1f} {1:.0f}V{2:.0f}" stroke="#b35a00" stroke-width="2" stroke-dasharray="4 3"/>'
        drawing.add(form, at(today.day.toordinal() + 0.5), top, drawing.y)
        drawing.paragraph(f"┆ {translate('picture-today')}, {today.said}")
    drawing.cut(translate("picture-latest"), label(grid, "item"), len(shown), len(lanes))
    if undated:
        drawing.paragraph(without_date(undated, translate).striptags())


class Scale(NamedTuple):
    """The axis of a picture, the day that is today, and where a day stands in pixels."""

    axis: Axis
    today: date
    at: Callable[[float], float]


def _lane(drawing: Drawing, lane: Lane, translate: Translate, scale: Scale) -> None:
    """A lane: its name and its period in words, and beside them its bar."""
    assert lane.start is not None
    at, middle = scale.at, drawing.y + _SIZE - 4
    last = lane.end.first if lane.end else scale.axis.after if lane.open else lane.start.after
    left, right, lasted = at(lane.start.first), at(last), lane.lasted(scale.axis, scale.today)
    bar = '<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="6" fill="{}" fill-opacity="{}"/>'
    known = at(lasted.after) if lasted else right
    drawing.add(bar, left, middle - 3, max(known - left, 1), drawing.accent, ".55")
    if lasted:
        drawing.add(bar, known, middle - 3, right - known, drawing.accent, ".2")
    if lane.open:
        drawing.add('<path d="M{0:.1f} {1:.1f}l9 7-9 7z" fill="{2}"/>', right - 8, middle - 7, drawing.accent)
    for moment in (lane.start, lane.end):
        if moment:
            _moment(drawing, moment, middle, at)
    drawing.paragraph(lane.record["item"].text, wide=_LABELS - 16, bold=True)
    drawing.paragraph(lane.when(translate).striptags(), wide=_LABELS - 16)
    drawing.y += 6


def _moment(drawing: Drawing, when: Stretch, middle: float, at: Callable[[float], float]) -> None:
    if when.days == 1:
        drawing.add('<circle cx="{:.1f}" cy="{:.1f}" r="5" fill="{}"/>', at(when.first + 0.5), middle, drawing.accent)
    else:
        box = '<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="14" fill="#fff" stroke="{}" stroke-width="2"/>'
        drawing.add(box, at(when.first), middle - 7, max(at(when.after) - at(when.first), 4), drawing.accent)


_COLUMN = 34  # pixels


def _matrix(drawing: Drawing, grid: Grid, translate: Translate, today: Today) -> None:
    del today
    records = [record for rows in gathered(grid.records(), "row", "column") for record in rows]
    room = (WIDE - 2 * _EDGE - _LABELS) // _COLUMN
    columns = by_likeness(alphabetical(distinct(records, "column"))[:room], records)
    cross = Cross(records, columns)
    found = [(row, depth) for top, narrower in cross.by_reach for row, depth in ((top, 0), *((n, 1) for n in narrower))]
    if not found:
        return
    drawing.y += max(len(column.text) for column in columns) * 13 * _LETTER
    for number, column in enumerate(columns):
        x, y = _EDGE + _LABELS + number * _COLUMN + 20, drawing.y
        form = '<text transform="translate({:.0f} {:.0f}) rotate(-90)" font-size="13" fill="{}">{}</text>'
        drawing.add(form, x, y, _INK, column.text)
    for row, depth in found[:MOST]:
        drawing.add('<path d="M{} {:.0f}H{}" stroke="{}"/>', _EDGE, drawing.y + 4, WIDE - _EDGE, _RULE)
        drawing.y += 6
        _signs(drawing, cross, row)
        drawing.paragraph(row.text, _EDGE + 16 * depth, _LABELS - 16 * depth - 12)
    drawing.cut(translate("picture-first"), label(grid, "row"), min(len(found), MOST), len(found))
    drawing.cut(translate("picture-first"), label(grid, "column"), len(columns), len(distinct(records, "column")))


def _signs(drawing: Drawing, cross: Cross, row: Cell) -> None:
    """A filled sign where a row goes with a column itself, a dashed one where more is said; else a diamond."""
    circle, line = '<circle cx="{0:.0f}" cy="{1:.0f}" r="6" ', 'fill="#fff" stroke="{2}" stroke-width="2"'
    forms = (
        (f'{circle}fill="{{2}}"/>', cross.own(row) - cross.read(row)),
        (f'{circle}{line} stroke-dasharray="3 2"/>', cross.read(row)),
        (f'<path d="M{{0:.0f}} {{1:.0f}}m-6 0l6-6 6 6-6 6z" {line}/>', cross.way(row)),
    )
    for number, column in enumerate(cross.drawn):
        for form, marked in forms:
            if column.term in marked:
                drawing.add(form, _EDGE + _LABELS + number * _COLUMN + 16, drawing.y + 9, drawing.accent)


def _levels(drawing: Drawing, grid: Grid, translate: Translate, today: Today) -> None:
    del today
    found = gathered(grid.records(), "group", "order", "level")
    records = [row for rows in found[:MOST] for row in rows]
    names = others(grid, "group", "order", "level", *WHOLE)
    for group in gathered(records, "group"):
        drawing.paragraph(group[0]["group"].text, bold=True)
        drawing.facts(_named(grid, group, WHOLE), _EDGE, WIDE - 2 * _EDGE)
        drawing.y += 6
        stacked = sorted(gathered(group, "order", "level"), key=lambda rows: rank(rows[0]["order"].term))
        for rows in stacked:
            top, drawing.y = drawing.y, drawing.y + 6
            drawing.paragraph(f"{rows[0]['order'].text}  {rows[0]['level'].text}", _EDGE + 12, bold=True)
            drawing.facts(_named(grid, rows, names), _EDGE + 32, WIDE - 2 * _EDGE - 44)
            drawing.y += 6
            drawing.frame(top)
        drawing.y += _LINE
    for group in (rows for rows in gathered(grid.records(), "group") if not gathered(rows, "order", "level")):
        drawing.paragraph(group[0]["group"].text, bold=True)
        drawing.paragraph(translate("picture-no-levels"))
        drawing.y += _LINE
    drawing.cut(translate("picture-first"), label(grid, "level"), min(len(found), MOST), len(found))


def _named(grid: Grid, records: Sequence[Record], names: Iterable[str]) -> list[tuple[str, Sequence[Cell]]]:
    return [(label(grid, name), distinct(records, name)) for name in names]


def _flows(drawing: Drawing, grid: Grid, translate: Translate, today: Today) -> None:
    del today
    found = gathered(grid.records(), "flow")
    for records in found[:MOST]:
        top, drawing.y = drawing.y, drawing.y + 6
        drawing.paragraph(flow_name(records).striptags(), _EDGE + 12, bold=True)
        ends = [distinct(records, end) for end in BOXES if end != "via" or distinct(records, end)]
        said = (", ".join(cell.text for cell in cells) or translate("picture-not-stated") for cells in ends)
        drawing.paragraph("  →  ".join(said), _EDGE + 12, WIDE - 96)
        drawing.facts(_named(grid, records, ("equal", *others(grid, *DRAWN))), _EDGE + 12, WIDE - 2 * _EDGE - 24)
        drawing.y += 6
        drawing.frame(top)
        drawing.y += 12
    drawing.cut(translate("picture-first"), label(grid, "flow"), min(len(found), MOST), len(found))


def _comparison(drawing: Drawing, grid: Grid, translate: Translate, today: Today) -> None:
    del today
    every = shared(grid)
    found = every[:MOST]
    columns = alphabetical({cell.term: cell for each in found for cell in each.columns}.values())
    named: dict[str, list[Shared]] = {translate("picture-common"): []} if len(columns) > 1 else {}
    above = related(found, len(columns))
    for each in found:
        owned = translate("picture-related") if each.row.term in above else _owned(each, len(columns), translate)
        named.setdefault(owned, []).append(each._replace(aspect=above.get(each.row.term, each.aspect)))
    for head, entries in named.items():
        top, drawing.y = drawing.y, drawing.y + 6
        drawing.paragraph(head, _EDGE + 12, bold=True)
        for line in [_entry(each, len(columns)) for each in entries] or [translate("picture-nothing")]:
            drawing.paragraph(line, _EDGE + 24, WIDE - 2 * _EDGE - 36)
        drawing.y += 6
        drawing.frame(top)
        drawing.y += 12
    drawing.cut(translate("picture-first"), label(grid, "row"), min(len(every), MOST), len(every))


def _owned(each: Shared, count: int, translate: Translate) -> str:
    """The heading under which something stands: all have it, only one has it, or several."""
    if len(each.columns) == 1 < count:
        return translate("picture-only").format(name=each.columns[0].text)
    return translate("picture-common" if len(each.columns) == count else "picture-several")


def _entry(each: Shared, count: int) -> str:
    kind = f"{each.aspect.text}: " if each.aspect else ""
    who = ", ".join(cell.text for cell in each.columns) if 1 < len(each.columns) < count else ""
    small = "; ".join(filter(None, (who, each.remark)))
    return f"{kind}{each.row.text} ({small})" if small else f"{kind}{each.row.text}"


_DRAWN: Mapping[str, Callable[[Drawing, Grid, Translate, Today], None]] = {
    "timeline": _timeline,
    "matrix": _matrix,
    "levels": _levels,
    "flows": _flows,
    "comparison": _comparison,
}
VIEWS = frozenset(_DRAWN)
"""The views of which there is such a file."""


def standalone(view: str, grid: Grid, translate: Translate, today: Today, drawing: Drawing) -> str:
    """The picture of an answer as an SVG file; where there is nothing to draw it says no more than its title."""
    drawing.paragraph(drawing.title, bold=True)
    drawing.y += 8
    _DRAWN[view](drawing, grid, translate, today)
    return drawing.written()
