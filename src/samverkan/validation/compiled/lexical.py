"""The datatypes of XSD 1.1 by how their values are written: a store may keep what is none of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from samverkan.model.namespaces import RDF, XSD

LANGUAGE_STRING = f"{RDF}langString"

_ZONE = "(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_YEAR = "-?([1-9][0-9]{3,17}|0[0-9]{3})"  # more digits than any store can count with
_LEAP = "(-?[0-9]*([02468][048]|[13579][26])00|-?[0-9]*[0-9]{2}(0[48]|[2468][048]|[13579][26]))"
_DAY_OF_MONTH = "(0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
_DATE = f"({_YEAR}-({_DAY_OF_MONTH}|02-(0[1-9]|1[0-9]|2[0-8]))|{_LEAP}-02-29)"
_TIME = "(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]+)?|24:00:00([.]0+)?)"
_INTEGER = "[+-]?[0-9]+"
_NOT_NEGATIVE = "[+]?[0-9]+|-0+"
_DECIMAL = "[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)"
_DAYS = "-?P([0-9]+D(T{time})?|T{time})"
_CLOCK = "([0-9]+H([0-9]+M)?([0-9]+([.][0-9]+)?S)?|[0-9]+M([0-9]+([.][0-9]+)?S)?|[0-9]+([.][0-9]+)?S)"
_MONTHS = "([0-9]+Y([0-9]+M)?|[0-9]+M)"


@dataclass(frozen=True)
class Datatype:
    """How the values of a datatype are written (a regular expression), and between which numbers they lie."""

    form: str = ""
    least: int | None = None
    most: int | None = None


def _bits(size: int) -> Datatype:
    return Datatype(_INTEGER, -(1 << (size - 1)), (1 << (size - 1)) - 1)


def _unsigned(size: int) -> Datatype:
    return Datatype(_NOT_NEGATIVE, most=(1 << size) - 1)


_NAMED: Mapping[str, Datatype] = {
    "string": Datatype(),
    "anyURI": Datatype(),
    "boolean": Datatype("true|false|0|1"),
    "integer": Datatype(_INTEGER),
    "decimal": Datatype(_DECIMAL),
    "double": Datatype(f"{_DECIMAL}([eE][+-]?[0-9]+)?|[+-]?INF|NaN"),
    "float": Datatype(f"{_DECIMAL}([eE][+-]?[0-9]+)?|[+-]?INF|NaN"),
    "date": Datatype(_DATE + _ZONE),
    "dateTime": Datatype(f"{_DATE}T{_TIME}{_ZONE}"),
    "time": Datatype(_TIME + _ZONE),
    "gYear": Datatype(_YEAR + _ZONE),
    "gYearMonth": Datatype(f"{_YEAR}-(0[1-9]|1[0-2]){_ZONE}"),
    "gMonth": Datatype(f"--(0[1-9]|1[0-2]){_ZONE}"),
    "gDay": Datatype(f"---(0[1-9]|[12][0-9]|3[01]){_ZONE}"),
    "gMonthDay": Datatype(f"--({_DAY_OF_MONTH}|02-(0[1-9]|[12][0-9])){_ZONE}"),
    "duration": Datatype(f"-?P({_MONTHS}([0-9]+D)?(T{_CLOCK})?|[0-9]+D(T{_CLOCK})?|T{_CLOCK})"),
    "dayTimeDuration": Datatype(_DAYS.format(time=_CLOCK)),
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
    "unsignedLong": Datatype(_NOT_NEGATIVE),
}

DATATYPES = {XSD + name: datatype for name, datatype in _NAMED.items()}
_NO_NUMBERS = re.compile("string|anyURI|boolean|date.*|time|g[A-Z].*|.*[dD]uration")
NUMBERS = frozenset(XSD + name for name in _NAMED if not _NO_NUMBERS.fullmatch(name))
# What can be held against another of the same datatype where neither has a time zone.
MOMENTS = {f"{XSD}date": _DATE, f"{XSD}dateTime": f"{_DATE}T{_TIME}"}
