"""What lasts when, on one axis of years: a day is a dot, a month is as long as the month, an open end stays open.

What has an `end` and an `openEnd` goes on after its first end: it is renewed.

The columns `item` and `start` must be there; `startLatest`, `startProperty` (what the start is), `end`, `openEnd` and
`longest` (how long it can go on at most) may be, and every further column is said in words. Only what is stated is
drawn: a month has no day, and nothing ends today. Today itself is a line where the axis reaches it: what goes on fades
from there, and what has ended by then is paler. What has neither a start nor an end stands below by its name.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from markupsafe import Markup
from pyoxigraph import Literal

from samverkan.model import edtf
from samverkan.model.namespaces import XSD
from samverkan.model.results import Term
from samverkan.publication.html.grid import Cell, Grid
from samverkan.publication.html.pictures.parts import (
    Record,
    Translate,
    amid,
    distinct,
    figure,
    fitting,
    label,
    legend,
    listed,
    note,
    others,
    unlinked,
)
from samverkan.publication.html.pictures.shapes import again, bar, dot, drawing, line, onward, percent, strip

ZONE = "(Z|[+-][0-9]{2}:[0-9]{2})?"
DATES = {  # XML Schema 1.1 part 2, sections 3.3.9, 3.3.11 and 3.3.10
    f"{XSD}date": re.compile(f"([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}}){ZONE}"),
    f"{XSD}gYearMonth": re.compile(f"([0-9]{{4}})-([0-9]{{2}}){ZONE}"),
    f"{XSD}gYear": re.compile(f"([0-9]{{4}}){ZONE}"),
}
PERIOD = ("item", "start", "startLatest", "startProperty", "end", "openEnd", "longest")
MOST_UNDATED = 12  # names
NO_LABELS: Mapping[str, str] = MappingProxyType({})
LAST = (date.max.toordinal(), 0)  # where a lane without a start stands
MOST_YEARS = 6  # so many fit side by side at 320 pixels
EDGE = 88  # a year further right than this percentage has no room for its number
OPEN = "onward"  # the id of the arrow; there is one picture in a page
NEAR = 10 * 366  # days
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)


class Today(NamedTuple):
    """The day that is marked, and what it is called."""

    day: date
    said: str


class Stretch(NamedTuple):
    """Some whole days: the first, and the one after the last, as ordinals of the Gregorian calendar."""

    first: int
    after: int

    @property
    def days(self) -> int:
        """How many days it is long."""
        return self.after - self.first


def stretch(term: Term | None) -> Stretch | None:
    """The days that a date, a month, a season, a year or a range covers; None for what is none or not in the calendar.

    >>> from pyoxigraph import NamedNode
    >>> stretch(Literal("2020-03", datatype=NamedNode(XSD + "gYearMonth"))).days
    31
    >>> stretch(Literal("2021-02-29", datatype=NamedNode(XSD + "date")))
    """
    if not isinstance(term, Literal) or term.datatype.value not in {*DATES, edtf.EDTF}:
        return None
    try:
        if term.datatype.value == edtf.EDTF:
            return roughly(term.value)
        found = DATES[term.datatype.value].fullmatch(term.value)
        return calendar_days(*(int(part) for part in found.groups()[:-1])) if found else None
    except ValueError:  # the 30th of February, the month 13, the year 0
        return None


def roughly(text: str) -> Stretch | None:
    """The days of a season or a range; ValueError where there is no such day."""
    found = edtf.days(text)
    return Stretch(found[0].toordinal(), found[1].toordinal() + 1) if found else None


def calendar_days(year: int, month: int | None = None, day: int | None = None) -> Stretch:
    """The days of a year, of a month or of a day; ValueError where there is no such day."""
    first = date(year, month or 1, day or 1).toordinal()
    if month is None:
        return Stretch(first, first + 365 + calendar.isleap(year))
    return Stretch(first, first + (1 if day else calendar.monthrange(year, month)[1]))


@dataclass(frozen=True)
class Lane:
    """One item and a period of it; `start`, `end` and `longest` are None where they are not stated or can't be read."""

    record: Record
    start: Stretch | None
    end: Stretch | None
    open: bool
    longest: Stretch | None = None
    further: tuple[tuple[str, Cell], ...] = ()

    @classmethod
    def of(cls, record: Record, labels: Mapping[str, str] = NO_LABELS) -> Lane:
        """The lane of a row. The start lies between `start` and `startLatest` where both are there.

        `labels` are what the columns are called that are said in words.
        """
        terms = {name: cell.term for name, cell in record.items()}
        start, latest, end, longest = (stretch(terms.get(name)) for name in ("start", "startLatest", "end", "longest"))
        if start and latest and latest.after > start.after:
            start = Stretch(start.first, latest.after)
        sound = end if start and end and end.after >= start.after else None
        most = longest if sound and longest and longest.after > sound.after else None
        further = tuple((said, record[name]) for name, said in labels.items() if name in record)
        return cls(record, start, sound, "openEnd" in record and bool(sound or "end" not in record), most, further)

    @property
    def days(self) -> Iterator[int]:
        """The days that an axis must reach."""
        return (day for part in (self.start, self.end, self.longest) if part for day in part)

    def is_over(self, today: date | None) -> bool:
        """Whether its end is known and behind, and it does not go on after that."""
        last = self.longest or self.end
        return bool(today and last and not self.open and last.after <= today.toordinal())

    def lasted(self, axis: Axis, today: date | None) -> Stretch | None:
        """From its start to today, where it goes on and no end is stated: what comes after that is not known."""
        if not (self.start and today and axis.has(today) and self.open) or self.end:
            return None
        if self.start.after > today.toordinal():
            return None
        return Stretch(self.start.first if self.start.days == 1 else self.start.after, today.toordinal())

    def when(self, translate: Translate) -> Markup:
        """The period in words, as the data have it."""
        words, end, last = self.began(translate), self.record.get("end"), self.record.get("openEnd")
        if end:
            first = bracketed(words, self.record.get("start"))
            words = Markup.escape(translate("picture-until")).format(start=first, end=bracketed(end.html, end))
        if last:
            words = Markup("{}, {}").format(words, amid(last.html))
        return words + Markup().join(Markup(". {}: {}").format(said, cell.html) for said, cell in self.further)

    def began(self, translate: Translate) -> Markup:
        """The start in words: as it is stated, and between two dates only where it can't be said in one."""
        start, latest, what = (self.record.get(name) for name in ("start", "startLatest", "startProperty"))
        if start is None:
            return Markup.escape(translate("picture-not-stated"))
        words = start.html
        if latest is not None and self.start != stretch(start.term):
            words = Markup.escape(translate("picture-between")).format(first=start.html, last=latest.html)
        return Markup("{} {}").format(unlinked(what.html), words) if what else words


def bracketed(words: Markup, cell: Cell | None) -> Markup:
    """What is said of a date, in brackets where it is a range: a period from it has a dash as well."""
    is_range = (
        cell and isinstance(cell.term, Literal) and cell.term.datatype.value == edtf.EDTF and "/" in cell.term.value
    )
    return Markup("({})").format(words) if is_range else words


@dataclass(frozen=True)
class Axis:
    """Whole years from left to right: ordinals of the first day, of the end of the years, and of the right edge."""

    first: int
    years: int
    after: int

    @classmethod
    def of(cls, lanes: Sequence[Lane]) -> Axis:
        """The axis on which all lanes fit; an open end has a year and a sixth of the whole to itself."""
        days = [day for lane in lanes for day in lane.days]
        first = date.fromordinal(min(days)).replace(month=1, day=1).toordinal()
        years = calendar_days(date.fromordinal(max(days) - 1).year).after
        margin = max(365, (years - first) // 6) if any(lane.open for lane in lanes) else 0
        return cls(first, years, years + margin)

    def with_day(self, day: date | None) -> Axis:
        """The axis with the year of a day on it as well, where that is not far behind the last one."""
        years = calendar_days(day.year).after if day else self.years
        is_near = self.years < years <= self.years + NEAR
        return Axis(self.first, years, max(self.after, years + NEAR // 10)) if is_near else self

    def has(self, day: date) -> bool:
        """Whether the axis reaches a day."""
        return self.first <= day.toordinal() < self.after

    def share(self, day: float) -> float:
        """How far to the right a day is, in percent."""
        return 100 * (day - self.first) / (self.after - self.first)

    def at(self, day: float) -> str:
        """The place of the beginning of a day."""
        return percent(self.share(day))

    def length(self, part: Stretch) -> str:
        """How long some days are on the axis."""
        return percent(100 * part.days / (self.after - self.first))

    def ticks(self) -> list[int]:
        """The years that are marked: all, every second, every fifth and so on, so that there is room for each."""
        low, high = date.fromordinal(self.first).year, date.fromordinal(self.years - 1).year
        spans = [range(-(-low // step) * step, high + 1, step) for step in STEPS]
        return list(next(span for span in spans if len(span) <= MOST_YEARS))


def timeline(grid: Grid, translate: Translate, room: int, today: Today | None = None) -> Markup | None:
    """The picture of what lasts when, of the latest where not all fits; None where no start can be placed.

    `today` is marked.
    """
    day = today.day if today else None
    dated, undated = parted(periods(grid))
    labels = {name: label(grid, name) for name in others(grid, *{*PERIOD} - {"longest"})}
    lanes = sorted((Lane.of(record, labels) for record in dated), key=lambda lane: lane.start or LAST)
    below = without_date(undated, translate)
    room -= len(below.encode())
    shown = latest(lanes, translate, room) if any(lane.start for lane in lanes) else []
    if not any(lane.start for lane in shown):
        return None
    axis = Axis.of(shown).with_day(day)
    rows = Markup("<ol>{}</ol>").format(Markup().join(drawn(shown, axis, translate, day)))
    body = Markup('<div class="lanes">{}{}</div>').format(scale(axis, day), rows)
    cut = note(translate, label(grid, "item"), len(shown), len(lanes), "picture-latest")
    return figure("timeline", signs(shown, translate, axis, today), body, cut, below)


def parted(records: Sequence[Record]) -> tuple[list[Record], list[Record]]:
    """The rows that say when something is, and those that say nothing of it."""
    when = {"start", "end", "openEnd"}
    return [each for each in records if when & {*each}], [each for each in records if not when & {*each}]


def without_date(records: Sequence[Record], translate: Translate) -> Markup:
    """The names of what has no date, of very many some; nothing where all have one."""
    names = distinct(records, "item")
    if not names:
        return Markup()
    more = len(names) - MOST_UNDATED
    said = Markup.escape(translate("picture-undated")).format(names=listed(names[:MOST_UNDATED]))
    return Markup("<p>{}{}</p>").format(said, f" (+ {more})" if more > 0 else "")


def latest(lanes: Sequence[Lane], translate: Translate, room: int) -> list[Lane]:
    """The lanes with the latest start that there is room for, in their order; before all those without a start go."""
    ranked = sorted(lanes, key=lambda lane: (lane.start is not None, lane.start or LAST), reverse=True)
    kept = ranked[: len(fitting(drawn(ranked, Axis.of(lanes), translate), room))]
    identities = {id(lane) for lane in kept}
    return [lane for lane in lanes if id(lane) in identities]


def periods(grid: Grid) -> list[Record]:
    """One row for each item and period, with the first of what else is said; that doesn't make it another one."""
    found: dict[tuple[tuple[str, Term | None], ...], Record] = {}
    for record in grid.records():
        if "item" in record:
            period = {name: record[name] for name in PERIOD if name in record}
            found.setdefault(tuple((name, cell.term) for name, cell in period.items()), record)
    return list(found.values())


def drawn(lanes: Iterable[Lane], axis: Axis, translate: Translate, today: date | None = None) -> Iterator[Markup]:
    """Each lane: what it is about and when in words, and below it the bar."""
    row = Markup("<li{}><p><b>{}</b> {}</p>{}</li>")
    for lane in lanes:
        over = Markup(' class="over"') if lane.is_over(today) else ""
        yield row.format(over, lane.record["item"].html, lane.when(translate), image(lane, axis, today))


def image(lane: Lane, axis: Axis, today: date | None = None) -> Markup:
    """The bar of a lane; nothing where its start is not known."""
    return strip(18, *marks(lane, lane.start, axis, today)) if lane.start else Markup()


def marks(lane: Lane, start: Stretch, axis: Axis, today: date | None) -> Iterator[Markup]:
    """The shapes of a lane that starts then, what lies behind first."""
    last, lasted = lane.end or start, lane.lasted(axis, today)
    if lasted:
        yield bar("sure", axis.at(lasted.first), axis.length(lasted))
        yield arrow(OPEN, lasted.after, axis)
    elif lane.open and last.days > 1:
        yield arrow(OPEN, last.after, axis)
    if lane.longest and lane.end:
        further = Stretch(lane.end.after, lane.longest.after)
        yield bar("way", axis.at(further.first), axis.length(further))
    if lane.end:
        sure = Stretch(start.after, max(start.after, lane.end.first))
        yield bar("sure", axis.at(sure.first), axis.length(sure))
        yield moment(start, axis)
    is_fading = lane.open and last.days == 1 and not lasted
    yield arrow(f"{OPEN}-day", last.first + 0.5, axis) if is_fading else moment(last, axis)


def moment(when: Stretch, axis: Axis) -> Markup:
    """A day as a dot; some day within a longer time as a box of just that length."""
    if when.days == 1:
        return dot("day", axis.at(when.first + 0.5))
    return bar("within", axis.at(when.first), axis.length(when), thick=14)


def arrow(name: str, day: float, axis: Axis) -> Markup:
    """An arrow from within a day to the right edge; most lanes have one, so it is drawn once and used again."""
    return again(name, axis.at(day), percent(100 - axis.share(day)))


def scale(axis: Axis, today: date | None = None) -> Markup:
    """The years behind the lanes, and today."""
    number = Markup('<text x="{}" y="12" dx="4">{}</text>')
    parts = []
    for year in axis.ticks():
        place = axis.share(date(year, 1, 1).toordinal())
        parts.append(line("tick", percent(place), "0", percent(place), "100%"))
        if place <= EDGE:
            parts.append(number.format(percent(place), year))
    if today and axis.has(today):
        here = axis.at(today.toordinal() + 0.5)
        parts.append(line("today", here, "0", here, "100%"))
    return drawing("years", "100%", *parts)


def signs(lanes: Sequence[Lane], translate: Translate, axis: Axis, today: Today | None) -> Markup:
    """What the shapes mean, those that occur; the arrow is defined here as well."""
    moments = [part for lane in lanes for part in (lane.start, lane.end) if part]
    day = today.day if today else None
    has_lasted = any(lane.lasted(axis, day) for lane in lanes)
    solid, fading = (bar("sure", "0", "10"), ("10", "10")) if has_lasted else (Markup(), ("0", "20"))
    entries = [
        (dot("day", "10"), "picture-day", any(part.days == 1 for part in moments)),
        (bar("within", "3", "14", thick=14), "picture-within", any(part.days > 1 for part in moments)),
        (bar("sure", "0", "20"), "picture-span", any(lane.end for lane in lanes)),
        (bar("way", "0", "20"), "picture-longest", any(lane.longest for lane in lanes)),
        (onward(OPEN) + solid + again(OPEN, *fading), "picture-open", any(lane.start and lane.open for lane in lanes)),
        (line("today", "10", "0", "10", "18"), "picture-today", bool(day and axis.has(day))),
        (bar("sure over", "0", "20"), "picture-over", any(lane.is_over(day) for lane in lanes)),
    ]
    words = {"picture-today": f"{translate('picture-today')}, {today.said if today else ''}"}
    if has_lasted:
        words["picture-open"] = translate("picture-lasting")
    return legend(
        (drawing("sign", 18, shape, width=20), words.get(key) or translate(key))
        for shape, key, there in entries
        if there
    )
