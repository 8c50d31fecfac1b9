"""Dates and lengths of time as people write them, in Swedish and English, and how they are shown to them.

What is read is as precise as it was written: a day, a month, a year, a season, term, quarter or half-year, or a range.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from samverkan.model import edtf
from samverkan.model.namespaces import SCHEMA, XSD
from samverkan.tables.faults import CellError

_MONTHS_SV = (
    *("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti"),
    *("september", "oktober", "november", "december"),
)
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)
_LEAST_NAME = 3
_MONTHS: Mapping[str, int] = {
    name.casefold()[:length]: number
    for names in (_MONTHS_SV, _MONTHS_EN)
    for number, name in enumerate(names, 1)
    for length in range(_LEAST_NAME, len(name) + 1)
} | {"sept": 9}
_SEASONS: Mapping[str, str] = {
    **dict.fromkeys(("våren", "vår", "spring", "vårens"), "21"),
    **dict.fromkeys(("sommaren", "sommar", "summer"), "22"),
    **dict.fromkeys(("hösten", "höst", "autumn", "fall"), "23"),
    **dict.fromkeys(("vintern", "vinter", "winter"), "24"),
    **dict.fromkeys(("vt", "vårterminen", "vårtermin", "spring term", "spring semester"), "40"),
    **dict.fromkeys(("ht", "höstterminen", "hösttermin", "autumn term", "fall semester", "autumn semester"), "41"),
    **dict.fromkeys(("första halvåret", "halvår 1", "h1", "first half of", "first half"), "40"),
    **dict.fromkeys(("andra halvåret", "halvår 2", "h2", "second half of", "second half"), "41"),
    **{
        text.format(number): str(32 + number)
        for number in range(1, 5)
        for text in ("q{}", "kv{}", "kv {}", "kvartal {}", "quarter {}", "{}:a kvartalet")
    },
    **dict(
        zip(
            ("första kvartalet", "andra kvartalet", "tredje kvartalet", "fjärde kvartalet"),
            ("33", "34", "35", "36"),
            strict=True,
        )
    ),
    **dict(
        zip(
            ("first quarter of", "second quarter of", "third quarter of", "fourth quarter of"),
            ("33", "34", "35", "36"),
            strict=True,
        )
    ),
}
_SEASON_NAMES: Mapping[str, tuple[str, str]] = {
    "21": ("våren {}", "spring {}"),
    "22": ("sommaren {}", "summer {}"),
    "23": ("hösten {}", "autumn {}"),
    "24": ("vintern {}", "winter {}"),
    "33": ("första kvartalet {}", "first quarter of {}"),
    "34": ("andra kvartalet {}", "second quarter of {}"),
    "35": ("tredje kvartalet {}", "third quarter of {}"),
    "36": ("fjärde kvartalet {}", "fourth quarter of {}"),
    "40": ("första halvåret {}", "first half of {}"),
    "41": ("andra halvåret {}", "second half of {}"),
}
_YEAR = r"(?P<y>(?:1[6-9]|20|21)[0-9]{2})"
_NAMED = "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True))
_SEASON_WORDS = "|".join(sorted(map(re.escape, _SEASONS), key=len, reverse=True))
_SHORT_YEAR = r"(?P<y>(?:(?:1[6-9]|20|21)[0-9]{2}|(?<=[vh]t)[0-9]{2}|(?<=[vh]t )[0-9]{2}))"
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?\Z")
_DASH = re.compile(r"\s*(?:–|—|/|\btill och med\b|\bt\.?o\.?m\.?\b|\btill\b|\bto\b|\bthrough\b)\s*|\s+-\s+")
_ABOUT = re.compile(r"\b(?:ca|cirka|omkring|runt|ungefär|about|around|circa|approx)\b|[~?]")
_LEAST_SERIAL, _MOST_SERIAL = 10_000, 90_000  # days since 1900: the years 1927 to 2146
_LEAST_YEAR, _MOST_YEAR = 1600, 2199
_EPOCHS = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_MONTHS_OF_YEAR, _DAYS = 12, 31


@dataclass(frozen=True)
class Dated:
    """A date as precisely as it is known: its text in RDF with its datatype, the first and the last day it may be."""

    text: str
    datatype: str
    precision: str
    first: date
    last: date


def day(found: date) -> Dated:
    """A day."""
    return Dated(found.isoformat(), f"{XSD}date", "day", found, found)


def month(year: int, number: int) -> Dated:
    """A month of a year."""
    last = date(year, number, calendar.monthrange(year, number)[1])
    return Dated(f"{year:04}-{number:02}", f"{XSD}gYearMonth", "month", date(year, number, 1), last)


def year(number: int) -> Dated:
    """A year."""
    return Dated(f"{number:04}", f"{XSD}gYear", "year", date(number, 1, 1), date(number, 12, 31))


def _edtf(text: str, precision: str) -> Dated:
    found = edtf.days(text)
    assert found
    return Dated(text, edtf.EDTF, precision, *found)


def read_date(value: object, *, is_1904: bool = False) -> Dated:
    """What a cell says as a date: Excel's own dates and numbers, or a text; raises `CellError`."""
    if isinstance(value, datetime):
        return day(value.date())
    if isinstance(value, date):
        return day(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _numbered(value, is_1904=is_1904)
    return _written(str(value))


def _numbered(value: float, *, is_1904: bool) -> Dated:
    whole = int(value)
    if _LEAST_YEAR <= value <= _MOST_YEAR and value == whole:
        return year(whole)
    if _LEAST_SERIAL <= value <= _MOST_SERIAL:
        return day(_EPOCHS[is_1904] + timedelta(days=whole))
    return _written(f"{whole}" if value == whole else f"{value}")


def _written(text: str) -> Dated:
    bare = _TIME.sub("", " ".join(text.split())).casefold().strip(" .,")
    for prefix in ("den ", "the ", "from ", "från och med ", "fr.o.m. ", "from. ", "fr o m ", "since ", "sedan "):
        bare = bare.removeprefix(prefix)
    if re.fullmatch(r"[1-9][0-9]{4}", bare):  # a date of Excel's that has become a text
        return _numbered(int(bare), is_1904=False)
    if _ABOUT.search(bare):
        raise CellError("rough", value=text)
    try:
        found = _one(bare, text) or _range(bare, text)
    except ValueError:
        raise CellError("no such day", value=text) from None
    if found is None:
        raise CellError("date", value=text)
    return found


def _one(bare: str, text: str) -> Dated | None:
    for pattern, made in _FORMS:
        found = pattern.fullmatch(bare)
        if found:
            return made(found, text)
    return None


def _range(bare: str, text: str) -> Dated | None:
    """Two dates with a dash between them; the first may leave out the year of the second."""
    for match in _dashes(bare):
        one, other = bare[: match[0]].strip(), bare[match[1] :].strip()
        last = _one(other, text)
        first = _one(one, text) or (last and _one(f"{one} {last.text[:4]}", text))
        if first and last and "/" not in first.text + last.text and edtf.EDTF not in {first.datatype, last.datatype}:
            if first.first > last.first:
                raise CellError("reversed", value=text)
            return _edtf(f"{first.text}/{last.text}", "range")
    return None


def _dashes(bare: str) -> Iterator[tuple[int, int]]:
    yield from (match.span() for match in _DASH.finditer(bare))
    yield from (match.span() for match in re.finditer("-", bare))


def _day_of(found: re.Match[str], _text: str) -> Dated:
    return day(date(int(found["y"]), int(found["m"]), int(found["d"])))


def _day_first(found: re.Match[str], text: str) -> Dated:
    """`3/6 2025`: the day comes first, as in Swedish; what can only be the other way round is asked about."""
    number, other, of = int(found["d"]), int(found["m"]), int(found["y"])
    if other > _MONTHS_OF_YEAR >= number and other <= _DAYS:
        raise CellError("month and day", value=text, iso=date(of, number, other).isoformat())
    return day(date(of, other, number))


def _two_digits(found: re.Match[str], text: str) -> Dated:
    """A year of two digits is not guessed at."""
    one, two, three = (int(found[name]) for name in "abc")
    day_first = (2000 + three, two, one)
    candidates = (day_first,) if "/" in text else ((2000 + one, two, three), day_first)
    for parts in candidates:
        try:
            raise CellError("year of two digits", value=text, iso=date(*parts).isoformat())
        except ValueError:
            continue
    raise ValueError(text)


def _short_year(found: re.Match[str], text: str) -> Dated:
    """A month or a season of a year of two digits, which is not guessed at either."""
    raise CellError("year of two digits", value=text, iso=f"{found['n']} 20{found['c']}")


def _season_of(found: re.Match[str], _text: str) -> Dated:
    of = int(found["y"])
    of += 2000 if of < 100 else 0  # noqa: PLR2004 - VT26
    return _edtf(f"{of}-{_SEASONS[found['s']]}", "season")


_Form = tuple[re.Pattern[str], Callable[[re.Match[str], str], Dated]]
_FORMS: tuple[_Form, ...] = (
    (re.compile(rf"{_YEAR}[-/.](?P<m>[0-9]{{1,2}})[-/.](?P<d>[0-9]{{1,2}})"), _day_of),
    (re.compile(rf"{_YEAR}(?P<m>[0-9]{{2}})(?P<d>[0-9]{{2}})"), _day_of),
    (re.compile(rf"(?P<d>[0-9]{{1,2}})\s*[/.-]\s*(?P<m>[0-9]{{1,2}})[\s/.,-]+{_YEAR}"), _day_first),
    (
        re.compile(rf"(?P<d>[0-9]{{1,2}})(?::?e|:a|st|nd|rd|th|\.)?\s*(?:of )?(?P<n>{_NAMED})\.?,?\s*{_YEAR}"),
        lambda f, _: day(date(int(f["y"]), _MONTHS[f["n"]], int(f["d"]))),
    ),
    (
        re.compile(rf"(?P<n>{_NAMED})\.? (?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}"),
        lambda f, _: day(date(int(f["y"]), _MONTHS[f["n"]], int(f["d"]))),
    ),
    (re.compile(rf"{_YEAR}[-/.](?P<s>{'|'.join(edtf.SEASONS)})"), lambda f, _: _edtf(f"{f['y']}-{f['s']}", "season")),
    (re.compile(rf"{_YEAR}[-/.](?P<m>[0-9]{{1,2}})"), lambda f, _: month(int(f["y"]), int(f["m"]))),
    (re.compile(rf"(?P<m>[0-9]{{1,2}})/{_YEAR}"), lambda f, _: month(int(f["y"]), int(f["m"]))),
    (re.compile(rf"(?P<n>{_NAMED})\.?,?(?: of)?[ -]?{_YEAR}"), lambda f, _: month(int(f["y"]), _MONTHS[f["n"]])),
    (re.compile(rf"{_YEAR},? (?P<n>{_NAMED})\.?"), lambda f, _: month(int(f["y"]), _MONTHS[f["n"]])),
    (re.compile(rf"(?P<s>{_SEASON_WORDS})(?: of| år|,)?\s?{_SHORT_YEAR}"), _season_of),
    (re.compile(rf"{_YEAR}[ -]?(?P<s>{_SEASON_WORDS})"), _season_of),
    (re.compile(rf"(?:år |year )?{_YEAR}"), lambda f, _: year(int(f["y"]))),
    (re.compile(r"(?P<a>[0-9]{2})[-/. ]?(?P<b>[0-9]{2})[-/. ]?(?P<c>[0-9]{2})"), _two_digits),
    (re.compile(r"(?P<a>[0-9]{1,2})[-/. ](?P<b>[0-9]{1,2})(?:[-/. ]|\s*[-'’])(?P<c>[0-9]{2})"), _two_digits),
    (re.compile(rf"(?P<n>{_NAMED}|{_SEASON_WORDS})\.?\s*[-'’](?P<c>[0-9]{{2}})"), _short_year),
)


def of_rdf(text: str, datatype: str) -> Dated | None:
    """A date as RDF has it; None for what is none."""
    try:
        if datatype == edtf.EDTF:
            return _edtf(text, "season" if edtf.season(text) else "range") if edtf.days(text) else None
        parts = [int(part) for part in text.split("-")]
    except (ValueError, AssertionError):
        return None
    made: Mapping[str, tuple[int, Callable[..., Dated]]] = {
        f"{XSD}date": (3, lambda *numbers: day(date(*numbers))),
        f"{XSD}gYearMonth": (2, month),
        f"{XSD}gYear": (1, year),
    }
    length, make = made.get(datatype, (-1, year))
    try:
        return make(*parts) if len(parts) == length else None
    except ValueError:
        return None


def shown_date(found: Dated, language: str) -> date | str:
    """A date for a cell: a day as a date, all else in words that are read again as what they were."""
    if found.precision == "day":
        return found.first
    place = 0 if language == "sv" else 1
    if found.precision == "month":
        return f"{(_MONTHS_SV, _MONTHS_EN)[place][found.first.month - 1]} {found.first.year}"
    season = edtf.season(found.text)
    if season:
        return _SEASON_NAMES[season.code][place].format(season.year)
    both = edtf.ends(found.text)
    return " – ".join(map(_end_shown, both, (language, language))) if both else found.text


def _end_shown(text: str, language: str) -> str:
    datatype = {4: "gYear", 7: "gYearMonth"}.get(len(text), "date")
    found = of_rdf(text, f"{XSD}{datatype}")
    return str(shown_date(found, language)) if found else text


# ---------------------------------------------------------------- lengths of time

DURATION = f"{SCHEMA}Duration"
_UNITS: Mapping[str, tuple[str, tuple[str, str], tuple[str, str]]] = {
    "år": ("Y", ("år", "år"), ("year", "years")),
    "månad": ("M", ("månad", "månader"), ("month", "months")),
    "vecka": ("W", ("vecka", "veckor"), ("week", "weeks")),
    "dag": ("D", ("dag", "dagar"), ("day", "days")),
}
_UNIT_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("år", "års", "year", "years", "yr", "yrs", "y"), "Y"),
    **dict.fromkeys(
        ("månad", "månader", "månaders", "mån", "mån.", "mån:s", "month", "months", "months'", "m", "mo"), "M"
    ),
    **dict.fromkeys(("vecka", "veckor", "veckors", "v", "week", "weeks", "weeks'"), "W"),
    **dict.fromkeys(("dag", "dagar", "dagars", "d", "day", "days", "days'"), "D"),
}
_NUMBERS_SV = (
    *("noll", "ett", "två", "tre", "fyra", "fem", "sex"),
    *("sju", "åtta", "nio", "tio", "elva", "tolv"),
)
_NUMBERS_EN = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_NUMBERS: Mapping[str, int] = {
    **dict(zip(_NUMBERS_SV, range(13), strict=True)),
    **dict(zip(_NUMBERS_EN, range(13), strict=True)),
    "en": 1,
    "a": 1,
    "an": 1,
    "arton": 18,
    "eighteen": 18,
    "tjugofyra": 24,
    "half": 0,
}
_ISO_PERIOD = re.compile(r"P(?=\d)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?", re.IGNORECASE)
_PART = re.compile(r"(\d+|[^\W\d_]+) ?([^\W\d_]+[.:']?s?)")
_NAMES = {code: (sv, en) for code, sv, en in _UNITS.values()}


def read_period(value: object, unit: str = "") -> str:
    """A length of time as ISO 8601 has it; a number is of the unit that its column has; raises `CellError`.

    >>> read_period("6 månader"), read_period("ett år"), read_period("1 år och 6 mån"), read_period(3, "M")
    ('P6M', 'P1Y', 'P1Y6M', 'P3M')
    """
    if isinstance(value, float) and value == int(value):
        value = int(value)
    bare = " ".join(str(value).split()).casefold()
    if bare.isdecimal() and unit:
        return f"P{int(bare)}{unit}"
    if _ISO_PERIOD.fullmatch(bare):
        return bare.upper()
    bare = re.sub(r"\b(?:och|and)\b|,", " ", bare)
    bare = re.sub(r"\s*(?:uppsägningstid|uppsägning|ömsesidig|ömsesidigt|notice)\b", "", bare).strip(" .,")
    remainder, found = _PART.sub("", bare), _PART.findall(bare)
    if not found or remainder.strip():
        raise CellError("period", value=value)
    counts: dict[str, int] = {}
    for number, word in found:
        code, count = _UNIT_WORDS.get(word), int(number) if number.isdecimal() else _NUMBERS.get(number, 0)
        if not code or not count or code in counts:
            raise CellError("period", value=value)
        counts[code] = count
    return "P" + "".join(f"{counts[code]}{code}" for code in "YMWD" if code in counts)


def shown_period(text: str, language: str) -> str:
    """A length of time in words.

    >>> shown_period("P1Y6M", "sv"), shown_period("P1M", "en")
    ('1 år och 6 månader', '1 month')
    """
    if not _ISO_PERIOD.fullmatch(text):
        return text
    place, parts = 0 if language == "sv" else 1, re.findall(r"(\d+)([YMWD])", text)
    words = (f"{int(n)} {_NAMES[code][place][int(n) != 1]}" for n, code in parts)
    return (" och " if language == "sv" else " and ").join(words)
