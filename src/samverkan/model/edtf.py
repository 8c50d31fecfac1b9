"""Dates of EDTF that are less precise than a day: seasons, quarters, half-years, and ranges between two dates.

EDTF is the Library of Congress's Extended Date/Time Format (2019), which ISO 8601-2 took up. Of its levels only what
people say of agreements is read here: `2026-21` (spring), `2018-01/2018-06` (a range).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

EDTF = "http://id.loc.gov/datatypes/edtf/EDTF"

SEASONS: Mapping[str, tuple[int, int]] = {
    "21": (3, 3),
    "22": (6, 3),
    "23": (9, 3),
    "24": (12, 3),
    "33": (1, 3),
    "34": (4, 3),
    "35": (7, 3),
    "36": (10, 3),
    "40": (1, 6),
    "41": (7, 6),
}
"""The first month of each season (21 to 24), quarter (33 to 36) and half-year (40 and 41), and how many it has.

EDTF leaves open which months a season has; these are those of meteorologists in the north: winter begins in December.
"""

_PART = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
_RANGE = re.compile(rf"({_PART})/({_PART})")
_SEASON = re.compile(rf"([0-9]{{4}})-({'|'.join(SEASONS)})")


class Season(NamedTuple):
    """A season, quarter or half-year of a year; `code` is a key of `SEASONS`."""

    year: int
    code: str


def season(text: str) -> Season | None:
    """The season that a text stands for.

    >>> season("2026-21")
    Season(year=2026, code='21')
    """
    found = _SEASON.fullmatch(text)
    return Season(int(found[1]), found[2]) if found else None


def ends(text: str) -> tuple[str, str] | None:
    """The two dates between which a range lies, each a day, a month or a year as text.

    >>> ends("2018-01/2018-06")
    ('2018-01', '2018-06')
    """
    found = _RANGE.fullmatch(text)
    return (found[1], found[2]) if found else None


def days(text: str) -> tuple[date, date] | None:
    """The first and the last day of a season or a range; None for any other text.

    Raises `ValueError` for what is not in the calendar.

    >>> days("2026-21")
    (datetime.date(2026, 3, 1), datetime.date(2026, 5, 31))
    >>> days("2018-01/2020")
    (datetime.date(2018, 1, 1), datetime.date(2020, 12, 31))
    """
    found, both = season(text), ends(text)
    if found:
        first, many = SEASONS[found.code]
        return date(found.year, first, 1), _last_of_month(found.year, first + many - 1)
    return (_first(both[0]), _last(both[1])) if both else None


def _first(text: str) -> date:
    year, month, day = _numbers(text)
    return date(year, month or 1, day or 1)


def _last(text: str) -> date:
    year, month, day = _numbers(text)
    return date(year, month, day) if day else _last_of_month(year, month or 12)


def _numbers(text: str) -> tuple[int, int, int]:
    """Year, month and day; nought for what is not there."""
    year, month, day = (*(int(part) for part in text.split("-")), 0, 0)[:3]
    return year, month, day


def _last_of_month(year: int, month: int) -> date:
    """The last day of a month; the 13th and later ones are in the next year."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, calendar.monthrange(year, month)[1])
