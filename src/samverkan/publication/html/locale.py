"""How one language says things: texts of the pages, dates, numbers, and what a thing is called."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cached_property, lru_cache
from textwrap import shorten
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal

from samverkan.model import edtf
from samverkan.model.language_tags import best_of, matches
from samverkan.model.namespaces import SCHEMA, XSD

if TYPE_CHECKING:
    import babel

Words = Mapping[str, Mapping[str, str]]
"""Texts of pages by language and key; every language has the same keys."""

_BIDI = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C, 0x00AD))
_ODD = re.compile(f"[{''.join(map(chr, _BIDI))}]|[\\t-\\r]|  |^ | $")
_SENTENCES = re.compile(r".*[.!?](?=\s)", re.DOTALL)
_ZONE = re.compile(r"(?:Z|[+-][0-9]{2}:[0-9]{2})\Z")
_LONGEST_NUMBER = 25  # characters: Python's decimals have 28 digits, and Babel wants three of them behind the point


class Name(NamedTuple):
    """What something is called, and the BCP 47 tag of that text where it is not the reader's language."""

    text: str
    language: str | None = None


class Locale:
    """One language of a site; a language without texts of its own has English ones."""

    def __init__(self, language: str, others: tuple[str, ...], words: Words) -> None:
        """`others` are the languages to fall back on, the preferred one first, and `words` the texts of the pages."""
        self.language = language
        self.page_language = language if language in words else "en"
        self._words = words[self.page_language]
        self._order = tuple(dict.fromkeys((language, self.page_language, *others)))

    @cached_property
    def _locale(self) -> babel.Locale:
        import babel

        return babel.Locale.parse(self.page_language)

    def translate(self, key: str, **values: object) -> str:
        """A text of the pages; `values` fill its places."""
        text = self._words[key]
        return text.format_map(values) if values else text

    def pick(self, texts: Mapping[str, str]) -> Name:
        """The best of some texts by language: the reader's, else one of the site's, else any; `""` is no language."""
        found = best_of(texts, self._order)
        if found is not None:
            return Name(texts[found], None if matches(found, self.language) else found)
        if "" in texts:
            return Name(texts[""])
        tag, text = next(iter(texts.items()), ("", ""))
        return Name(text, tag or None)

    def literal(self, value: Literal) -> str:
        """A literal as people write it: dates, numbers and truth values in words, all else as it stands.

        So does what is too large, odd or not there: a number of 30 digits, `-0`, the 30th of February.
        """
        form, text = _FORMS.get(value.datatype.value), value.value
        if form is None or not form.lexical.fullmatch(text):
            return text
        try:
            return form.written(self, text)
        except ValueError:  # there is no such day
            return text

    def language_name(self, tag: str) -> str:
        """What a language is called in this one; its tag where that is not known."""
        return _language_name(tag, self.page_language)

    def language_of_code(self, code: str) -> str | None:
        """What the language with a code of three letters (ISO 639-2) is called; None where that is not known."""
        from babel.core import get_global

        tag = get_global("language_aliases").get(code.lower())
        return self.language_name(tag) if tag else None

    @property
    def invitation(self) -> str:
        """What a link to a page in this language says to those who read it."""
        return self.translate("this-language") if self.page_language == self.language else self.own_name

    @property
    def own_name(self) -> str:
        """What the language calls itself; its tag where that is not known."""
        return _language_name(self.language, self.language).capitalize()

    def number(self, value: int) -> str:
        """How many there are of something, with the thousands apart."""
        return self._number(str(value))

    def day(self, value: date) -> str:
        """A day with its month in words: `25 oktober 2022`."""
        from babel.dates import format_date

        return _kept_together(format_date(value, format="d MMMM y", locale=self._locale))

    def _day(self, text: str) -> str:
        return self.day(date.fromisoformat(_ZONE.sub("", text)))

    def _month(self, text: str) -> str:
        from babel.dates import format_date

        first = date.fromisoformat(f"{_ZONE.sub('', text)}-01")
        return _kept_together(format_date(first, format="MMMM y", locale=self._locale))

    def _roughly(self, text: str) -> str:
        """A season, a quarter, a half-year or a range in words: `våren 2026`, or two dates with a dash between."""
        season, ends = edtf.season(text), edtf.ends(text)
        if season:
            return _kept_together(self.translate(f"season-{season.code}", year=season.year))
        return " \u2013 ".join(map(self._part_of_range, ends)) if ends else text

    def _part_of_range(self, text: str) -> str:
        return _PARTS[len(text)](self, text)

    def _duration(self, text: str) -> str:
        """How long something lasts, in whole years, months and days: `6 månader`."""
        from babel.units import format_unit

        found = re.findall("([0-9]+)([YMWD])", text)
        units = (format_unit(int(many), _UNITS[unit], "long", locale=self._locale) for many, unit in found)
        return _kept_together(", ".join(units))

    def _moment(self, text: str) -> str:
        moment = datetime.fromisoformat(text)
        zone = f" {moment.strftime('%Z')}" if moment.tzinfo else ""
        return f"{self.day(moment.date())}, {moment:%H:%M}{zone}".replace(" ", "\u00a0")

    def _year(self, text: str) -> str:
        return _ZONE.sub("", text)

    def _number(self, text: str) -> str:
        return _number(text, self.page_language) if len(text) <= _LONGEST_NUMBER else text

    def _truth(self, text: str) -> str:
        return self.translate(_TRUTHS[text])


_UNITS = {"Y": "duration-year", "M": "duration-month", "W": "duration-week", "D": "duration-day"}
_PARTS: Mapping[int, Callable[[Locale, str], str]] = {  # by how many characters they have
    len("2026"): Locale._year,  # noqa: SLF001 - the class's own table
    len("2026-01"): Locale._month,  # noqa: SLF001
    len("2026-01-31"): Locale._day,  # noqa: SLF001
}

_TRUTHS = {"true": "yes", "1": "yes", "false": "no", "0": "no"}  # XML Schema 1.1 part 2, section 3.3.2.1


def capitalised(name: Name) -> Name:
    """A name with a capital first letter, as at the beginning of a line."""
    return name._replace(text=name.text[:1].upper() + name.text[1:])


def plain(text: str) -> str:
    """A text for a title, where nothing can be kept apart: without marks of direction and soft hyphens."""
    return " ".join(text.translate(_BIDI).split()) if _ODD.search(text) else text


def beginning(text: str, longest: int) -> str:
    """The sentences at the beginning of a text that are no longer together; else so many words of the first.

    >>> beginning("One. Two. Three.", 10), beginning("One two three.", 10)
    ('One. Two.', 'One two …')
    """
    if len(text) <= longest:
        return text
    whole = _SENTENCES.match(f"{text[: longest + 1]}")
    return whole.group() if whole else shorten(text, longest, placeholder=" …")


@lru_cache(maxsize=4096)
def _number(text: str, language: str) -> str:
    from decimal import Decimal

    from babel.numbers import format_decimal

    return format_decimal(Decimal(text), locale=language, decimal_quantization=False)


@lru_cache(maxsize=256)
def _language_name(tag: str, language: str) -> str:
    import babel

    try:
        return babel.Locale.parse(tag, sep="-").get_language_name(babel.Locale.parse(language, sep="-")) or tag
    except (ValueError, babel.UnknownLocaleError):
        return tag


def _kept_together(text: str) -> str:
    return text.replace(" ", "\u00a0")


class _LiteralForm(NamedTuple):
    """What a literal looks like that can be said in words, and how."""

    lexical: re.Pattern[str]
    written: Callable[[Locale, str], str]


# The plain ones of the lexical forms of XML Schema 1.1 part 2: a year has four digits, a number neither `+` nor noughts
# in front. `date.fromisoformat`, `int` and `Decimal` take more than XML Schema does, such as `20200101` and `1_000`.
_OFFSET = "(?:Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?"
_LENGTH = "P(?:[0-9]{1,4}Y)?(?:[0-9]{1,4}M)?(?:[0-9]{1,4}D)?(?<!P)"
_WHOLE = "(?:0|[1-9][0-9]*)"
_FORMS: Mapping[str, _LiteralForm] = {
    f"{XSD}date": _LiteralForm(re.compile(f"{_DAY}{_OFFSET}"), Locale._day),  # noqa: SLF001 - the class's own table
    f"{XSD}gYearMonth": _LiteralForm(re.compile(f"[0-9]{{4}}-[0-9]{{2}}{_OFFSET}"), Locale._month),  # noqa: SLF001
    f"{XSD}gYear": _LiteralForm(re.compile(f"-?[0-9]{{4,}}{_OFFSET}"), Locale._year),  # noqa: SLF001
    f"{XSD}dateTime": _LiteralForm(re.compile(f"{_DAY}T{_TIME}{_OFFSET}"), Locale._moment),  # noqa: SLF001
    f"{XSD}duration": _LiteralForm(re.compile(_LENGTH), Locale._duration),  # noqa: SLF001
    f"{SCHEMA}Duration": _LiteralForm(re.compile(_LENGTH), Locale._duration),  # noqa: SLF001
    edtf.EDTF: _LiteralForm(re.compile("[0-9/-]{7,21}"), Locale._roughly),  # noqa: SLF001
    f"{XSD}integer": _LiteralForm(re.compile(f"(?!-0)-?{_WHOLE}"), Locale._number),  # noqa: SLF001
    f"{XSD}decimal": _LiteralForm(re.compile(rf"(?!-[0.]+\Z)-?{_WHOLE}(?:\.[0-9]+)?"), Locale._number),  # noqa: SLF001
    f"{XSD}boolean": _LiteralForm(re.compile("|".join(_TRUTHS)), Locale._truth),  # noqa: SLF001
}
