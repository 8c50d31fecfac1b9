"""The order of literals: SPARQL's `<` (SPARQL 1.1, section 17.3) for all that XSD 1.1 orders."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from pyoxigraph import Literal

from samverkan.model.namespaces import XSD
from samverkan.validation.shapes.datatypes import DATATYPES, NUMBERS

_MOST_DIGITS = 1000  # of a year or a number of months: more are no date that anybody means, and slow to count with
_ZONE_LIMIT = 14 * 3600


@dataclass(frozen=True)
class Number:
    """A number, exact or of floating point."""

    key: Decimal | float

    def is_less(self, other: Value, *, or_equal: bool) -> bool:
        """Whether it is below another; a decimal beside a float becomes one (XPath 2.0, appendix B.1)."""
        if not isinstance(other, Number):
            return False
        floating = isinstance(self.key, float) or isinstance(other.key, float)
        one, two = (_float(str(each)) if floating else each for each in (self.key, other.key))
        return one <= two if or_equal else one < two


@dataclass(frozen=True)
class Text:
    """A text, in the order of its code points, or a truth value, as one letter."""

    kind: str
    key: str

    def is_less(self, other: Value, *, or_equal: bool) -> bool:
        """Whether it is below another."""
        if not isinstance(other, Text) or self.kind != other.kind:
            return False
        return self.key <= other.key if or_equal else self.key < other.key


@dataclass(frozen=True)
class Moment:
    """A date or time, in seconds; one without a time zone may lie half a day and more to either side."""

    kind: str
    key: Fraction
    has_zone: bool

    def is_less(self, other: Value, *, or_equal: bool) -> bool:
        """Whether it is before another, wherever the clocks of both hang (XSD 1.1, part 2, section 3.3.7.1)."""
        if not isinstance(other, Moment) or self.kind != other.kind:
            return False
        if self.has_zone != other.has_zone:
            return self.key + _ZONE_LIMIT < other.key
        return self.key <= other.key if or_equal else self.key < other.key


@dataclass(frozen=True)
class Duration:
    """A duration, as the moments at which it ends from each of four months."""

    key: tuple[Fraction, ...]

    def is_less(self, other: Value, *, or_equal: bool) -> bool:
        """Whether it is the shorter one whenever both begin."""
        if not isinstance(other, Duration):
            return False
        shorter = all(one < two for one, two in zip(self.key, other.key, strict=True))
        return shorter or (or_equal and self.key == other.key)


Value: TypeAlias = Number | Text | Moment | Duration


def is_less(one: Value | None, other: Value | None, *, or_equal: bool = False) -> bool:
    """Whether a value is below another (or equals it); False where they can't be compared."""
    return one is not None and other is not None and one.is_less(other, or_equal=or_equal)


def value(literal: object) -> Value | None:
    """The value of a literal; None for what has no order, or is ill-formed."""
    if not isinstance(literal, Literal) or literal.language:
        return None
    datatype, text = literal.datatype.value, literal.value
    read = _READ.get(datatype.removeprefix(XSD)) if datatype.startswith(XSD) else None
    if datatype in NUMBERS:
        read = read or _decimal
    return read(text) if read and DATATYPES[datatype].has(text) else None


def _decimal(text: str) -> Number:
    return Number(Decimal(text))


def _double(text: str) -> Number:
    return Number(_float(text))


def _single(text: str) -> Value:
    number = _float(text)
    try:
        return Number(struct.unpack("f", struct.pack("f", number))[0])
    except OverflowError:
        return Number(float("-inf" if number < 0 else "inf"))


def _float(text: str) -> float:
    return float(text.replace("INF", "inf"))


def _string(text: str) -> Value:
    return Text("string", text)


def _boolean(text: str) -> Value:
    return Text("boolean", "t" if text in {"true", "1"} else "f")


_PARTS = re.compile(
    r"(?:(?P<year>-?[0-9]{4,})|--(?=-?[0-9]))?(?:-?(?P<month>[0-9]{2})(?![0-9:]))?(?:-{1,3}(?P<day>[0-9]{2})(?![0-9:]))?T?"
    r"(?:(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2}):(?P<second>[0-9]{2}(?:\.[0-9]+)?))?"
    r"(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?",
    re.ASCII,
)
_DAY_ONLY = re.compile(r"---([0-9]{2})(.*)", re.ASCII)


def _moment(kind: str) -> Callable[[str], Value | None]:
    """Read a date or time; what it leaves open is a leap year's first January, as XSD 1.1 has it (7-property model)."""

    def read(text: str) -> Value | None:
        if (day := _DAY_ONLY.fullmatch(text)) is not None:
            text = f"2000-01-{day[1]}{day[2]}"
        found = _PARTS.fullmatch(text)
        if found is None or len(found["year"] or "") > _MOST_DIGITS:
            return None
        days = _days(*(int(found[name] or other) for name, other in (("year", 2000), ("month", 1), ("day", 1))))
        clock = Fraction(found["second"] or 0) + 60 * int(found["minute"] or 0) + 3600 * int(found["hour"] or 0)
        moment = days * 86400 + clock
        if found["zone"] is None:
            return Moment(kind, moment, has_zone=False)
        return Moment(kind, moment - _seconds(found["zone"]), has_zone=True)

    return read


def _seconds(zone: str) -> int:
    """How far a time zone is from UTC."""
    if zone == "Z":
        return 0
    return (int(zone[1:3]) * 3600 + int(zone[4:6]) * 60) * (-1 if zone[0] == "-" else 1)


def _days(year: int, month: int, day: int) -> int:
    """The number of a day in the calendar of Gregory, counted on backwards (XSD 1.1, part 2, appendix E.3.1)."""
    year -= month < 3  # noqa: PLR2004 - March begins the counted year, so a leap day ends one
    month = (month + 9) % 12
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * month + 2) // 5 + day - 1


_DURATION = re.compile(
    r"(-?)P(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+(?:\.[0-9]+)?)S)?)?",
    re.ASCII,
)
# Two durations are in order where they are so from each of these months (XSD 1.1, part 2, section 3.3.6.1).
_REFERENCES = ((1696, 9), (1697, 2), (1903, 3), (1903, 7))


def _duration(text: str) -> Value | None:
    found = _DURATION.fullmatch(text)
    if found is None or len(text) > _MOST_DIGITS:
        return None
    sign, numbers = (-1 if found[1] else 1), [Fraction(part or 0) for part in found.groups()[1:]]
    months = sign * int(numbers[0] * 12 + numbers[1])
    seconds = sign * (numbers[2] * 86400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5])
    return Duration(tuple(_after(year, month, months) + seconds for year, month in _REFERENCES))


def _after(year: int, month: int, months: int) -> Fraction:
    """The first of a month some months later, in seconds."""
    total = year * 12 + month - 1 + months
    return Fraction(_days(total // 12, total % 12 + 1, 1) * 86400)


_READ: Mapping[str, Callable[[str], Value | None]] = {
    "string": _string,
    "normalizedString": _string,
    "token": _string,
    "language": _string,
    "boolean": _boolean,
    "double": _double,
    "float": _single,
    "dateTimeStamp": _moment("dateTime"),
    "duration": _duration,
    "dayTimeDuration": _duration,
    "yearMonthDuration": _duration,
} | {name: _moment(name) for name in ("date", "dateTime", "time", "gYear", "gYearMonth", "gMonth", "gDay", "gMonthDay")}
