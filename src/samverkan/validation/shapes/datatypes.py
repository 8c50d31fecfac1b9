"""The datatypes of XSD 1.1 that RDF knows (RDF 1.1 Concepts, section 5.1), by how their values are written.

A literal of a datatype that is not here is only held against the datatype's name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from samverkan.model.namespaces import RDF, XSD

LANGUAGE_STRING = f"{RDF}langString"

_ZONE = "(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)"
_LEAP = "(-?[0-9]*([02468][048]|[13579][26])00|-?[0-9]*[0-9]{2}(0[48]|[2468][048]|[13579][26]))"
_DAY_OF_MONTH = "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
_TIME = "(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?|24:00:00([.]0+)?)"
_INTEGER = "[+-]?[0-9]+"
_NOT_NEGATIVE = "[+]?[0-9]+|-0+"
_DECIMAL = "[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)"
_DOUBLE = f"{_DECIMAL}([eE][+-]?[0-9]+)?|[+-]?INF|NaN"
_CLOCK = "([0-9]+H([0-9]+M)?([0-9]+([.][0-9]+)?S)?|[0-9]+M([0-9]+([.][0-9]+)?S)?|[0-9]+([.][0-9]+)?S)"
_DAYS = f"-?P([0-9]+D(T{_CLOCK})?|T{_CLOCK})"
_MONTHS = "([0-9]+Y([0-9]+M)?|[0-9]+M)"
_WORDS = r"([^ \t\n\r]+( [^ \t\n\r]+)*)?"
_BASE64 = (
    "(([A-Za-z0-9+/] ?){4})*(([A-Za-z0-9+/] ?){3}[A-Za-z0-9+/]|([A-Za-z0-9+/] ?){2}[AEIMQUYcgkosw048] ?="
    "|[A-Za-z0-9+/] ?[AQgw] ?= ?=)?"
)
_START = (
    ":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
NAME_START = _START
NAME_CHARACTER = f"{_START}.0-9\u00b7\u0300-\u036f\u203f-\u2040\\-"
_NC_START, _NC_CHARACTER = NAME_START[1:], NAME_CHARACTER[1:]


@dataclass(frozen=True)
class Datatype:
    """How the values of a datatype are written (a regular expression), and between which numbers they lie."""

    form: str = ""
    least: int | None = None
    most: int | None = None

    @cached_property
    def _form(self) -> re.Pattern[str]:
        return re.compile(self.form, re.ASCII)

    def has(self, text: str) -> bool:
        """Whether a text is written as a value of this datatype (XSD 1.1, part 2; no space round it counts)."""
        if self.form and not self._form.fullmatch(text):
            return False
        return (self.least is None or _not_above(self.least, text)) and (
            self.most is None or _not_above(text, self.most)
        )


def _not_above(one: str | int, other: str | int) -> bool:
    """Whether a whole number, however long, is at most another one."""
    return _ordered(str(one)) <= _ordered(str(other))


def _ordered(text: str) -> tuple[int, int, str]:
    """A key in the order of whole numbers; Python itself reads no more than some thousand digits."""
    digits = text.lstrip("+-").lstrip("0")
    if not text.startswith("-") or not digits:
        return 1, len(digits), digits
    return -1, -len(digits), digits.translate(_COMPLEMENT)


_COMPLEMENT = str.maketrans("0123456789", "9876543210")


def _bits(size: int) -> Datatype:
    return Datatype(_INTEGER, -(1 << (size - 1)), (1 << (size - 1)) - 1)


def _unsigned(size: int) -> Datatype:
    return Datatype(_NOT_NEGATIVE, most=(1 << size) - 1)


def _moments(digits: str) -> Mapping[str, str]:
    """The forms of dates, with so many digits of a year at most."""
    year = f"-?([1-9][0-9]{digits}|0[0-9]{{3}})"
    date = f"({year}-({_DAY_OF_MONTH}|02-(0[1-9]|1[0-9]|2[0-8]))|{_LEAP.replace('*', digits_before(digits))}-02-29)"
    return {"year": year, "date": date, "dateTime": f"{date}T{_TIME}"}


def digits_before(digits: str) -> str:
    """How many digits may stand before the last four of a leap year."""
    return "*" if digits == "{3,}" else "{0,14}"


def _table(moments: Mapping[str, str]) -> Mapping[str, Datatype]:
    zone = f"{_ZONE}?"
    return {
        "string": Datatype(),
        "normalizedString": Datatype(r"[^\t\n\r]*"),
        "token": Datatype(_WORDS),
        "language": Datatype("[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"),
        "Name": Datatype(f"[{NAME_START}][{NAME_CHARACTER}]*"),
        "NCName": Datatype(f"[{_NC_START}][{_NC_CHARACTER}]*"),
        "NMTOKEN": Datatype(f"[{NAME_CHARACTER}]+"),
        "anyURI": Datatype(),
        "boolean": Datatype("true|false|0|1"),
        "hexBinary": Datatype("([0-9a-fA-F]{2})*"),
        "base64Binary": Datatype(_BASE64),
        "integer": Datatype(_INTEGER),
        "decimal": Datatype(_DECIMAL),
        "double": Datatype(_DOUBLE),
        "float": Datatype(_DOUBLE),
        "date": Datatype(moments["date"] + zone),
        "dateTime": Datatype(moments["dateTime"] + zone),
        "dateTimeStamp": Datatype(moments["dateTime"] + _ZONE),
        "time": Datatype(_TIME + zone),
        "gYear": Datatype(moments["year"] + zone),
        "gYearMonth": Datatype(f"{moments['year']}-(0[1-9]|1[0-2]){zone}"),
        "gMonth": Datatype(f"--(0[1-9]|1[0-2]){zone}"),
        "gDay": Datatype(f"---(0[1-9]|[12][0-9]|3[01]){zone}"),
        "gMonthDay": Datatype(f"--({_DAY_OF_MONTH}|02-(0[1-9]|[12][0-9])){zone}"),
        "duration": Datatype(f"-?P({_MONTHS}([0-9]+D)?(T{_CLOCK})?|[0-9]+D(T{_CLOCK})?|T{_CLOCK})"),
        "dayTimeDuration": Datatype(_DAYS),
        "yearMonthDuration": Datatype(f"-?P{_MONTHS}"),
        "nonNegativeInteger": Datatype(_NOT_NEGATIVE),
        "positiveInteger": Datatype("[+]?0*[1-9][0-9]*"),
        "nonPositiveInteger": Datatype("-[0-9]+|[+]?0+"),
        "negativeInteger": Datatype("-0*[1-9][0-9]*"),
        "byte": _bits(8),
        "short": _bits(16),
        "int": _bits(32),
        "long": _bits(64),
        "unsignedByte": _unsigned(8),
        "unsignedShort": _unsigned(16),
        "unsignedInt": _unsigned(32),
        "unsignedLong": _unsigned(64),
    }


_UNLIMITED, _STORED = _moments("{3,}"), _moments("{3,17}")
_NAMED = _table(_UNLIMITED)

DATATYPES: Mapping[str, Datatype] = {XSD + name: datatype for name, datatype in _NAMED.items()}

# The same as a store can be asked about them: it counts with no more digits than these.
STORED: Mapping[str, Datatype] = {XSD + name: datatype for name, datatype in _table(_STORED).items()}

_NO_NUMBERS = re.compile(
    "string|anyURI|boolean|date.*|time|g[A-Z].*|.*[dD]uration|.*String|.*Binary|token|language|N.*"
)
NUMBERS = frozenset(XSD + name for name in _NAMED if not _NO_NUMBERS.fullmatch(name))

# What a store can hold against another of the same datatype where neither has a time zone.
MOMENTS = {f"{XSD}{name}": _STORED[name] for name in ("date", "dateTime")}
