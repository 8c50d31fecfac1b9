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


def _year(more: str) -> str:
    """Years of four digits and more: so many of them behind the first."""
    return f"-?([1-9][0-9]{more}|0[0-9]{{3}})"


def _date(more: str, before: str) -> str:
    """The days of the calendar; `before` is how many digits may stand before the last four of a leap year."""
    century = f"-?[0-9]{before}([02468][048]|[13579][26])00"
    leap = f"({century}|-?[0-9]{before}[0-9]{{2}}(0[48]|[2468][048]|[13579][26]))"
    return f"({_year(more)}-({_DAY_OF_MONTH}|02-(0[1-9]|1[0-9]|2[0-8]))|{leap}-02-29)"


_YEAR, _DATE = _year("{3,}"), _date("{3,}", "*")


@dataclass(frozen=True)
class Datatype:
    """How the values of a datatype are written: a regular expression for the whole of a literal's text."""

    form: str = ""

    @cached_property
    def _form(self) -> re.Pattern[str]:
        return re.compile(self.form, re.ASCII)

    def has(self, text: str) -> bool:
        """Whether a text is written as a value of this datatype (XSD 1.1, part 2; no space round it counts)."""
        return not self.form or self._form.fullmatch(text) is not None


def _at_most(limit: int) -> str:
    """The digits of all numbers from 0 to a limit, with noughts before them: no engine need count so far."""
    digits = str(limit)
    less = (
        f"{digits[:place]}[0-{int(digit) - 1}][0-9]{{{len(digits) - place - 1}}}"
        for place, digit in enumerate(digits)
        if digit != "0"
    )
    return f"0*([0-9]{{1,{len(digits) - 1}}}|{'|'.join(less)}|{digits})"


def _bits(size: int) -> Datatype:
    most = (1 << (size - 1)) - 1
    return Datatype(f"[+]?{_at_most(most)}|-{_at_most(most + 1)}")


def _unsigned(size: int) -> Datatype:
    return Datatype(f"[+]?{_at_most((1 << size) - 1)}|-0+")


_NAMED: Mapping[str, Datatype] = {
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
    "date": Datatype(f"{_DATE}{_ZONE}?"),
    "dateTime": Datatype(f"{_DATE}T{_TIME}{_ZONE}?"),
    "dateTimeStamp": Datatype(f"{_DATE}T{_TIME}{_ZONE}"),
    "time": Datatype(f"{_TIME}{_ZONE}?"),
    "gYear": Datatype(f"{_YEAR}{_ZONE}?"),
    "gYearMonth": Datatype(f"{_YEAR}-(0[1-9]|1[0-2]){_ZONE}?"),
    "gMonth": Datatype(f"--(0[1-9]|1[0-2]){_ZONE}?"),
    "gDay": Datatype(f"---(0[1-9]|[12][0-9]|3[01]){_ZONE}?"),
    "gMonthDay": Datatype(f"--({_DAY_OF_MONTH}|02-(0[1-9]|[12][0-9])){_ZONE}?"),
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


DATATYPES: Mapping[str, Datatype] = {XSD + name: datatype for name, datatype in _NAMED.items()}

_NO_NUMBERS = re.compile(
    "string|anyURI|boolean|date.*|time|g[A-Z].*|.*[dD]uration|.*String|.*Binary|token|language|N.*"
)
NUMBERS = frozenset(XSD + name for name in _NAMED if not _NO_NUMBERS.fullmatch(name))

# What a store can hold against another of the same datatype where neither has a time zone: it counts no further.
_COUNTED = _date("{3,17}", "{0,14}")
MOMENTS = {f"{XSD}date": _COUNTED, f"{XSD}dateTime": f"{_COUNTED}T{_TIME}"}
