"""Earlier versions by their time (RFC 7089): each document that has some is its own TimeGate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from samverkan.model.representations import Resource, http_date
from samverkan.server.http import headers
from samverkan.server.http.problems import TYPES, Problem

ASKED = headers.TIMEGATE.lower()

_DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(
    rf"(?:{_DAYS}), (\d\d) ({'|'.join(_MONTHS)}) (\d{{4}}) ([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60) GMT", re.ASCII
)


def wanted(resource: Resource, asked: str) -> str:
    """The path of the version that was the current one at a time; of a time before the first, that one.

    Raises `Problem` for what is no time (section 4.5.3 asks for a 400).
    """
    day = _day(asked).isoformat()
    found = [each for each in resource.mementos if each.day <= day] or resource.mementos[:1]
    return found[-1].path + _suffix(resource)


def _suffix(resource: Resource) -> str:
    """The suffix that was asked for, where versions have it as well."""
    suffix = resource.exact.path.removeprefix(resource.path) if resource.exact else ""
    return suffix if suffix in _kept(resource.path) else ""


def _kept(path: str) -> Sequence[str]:
    return (".nq.gz",) if path.startswith("dump/") else (".ttl", ".jsonld")


def _day(asked: str) -> date:
    found = _DATE.fullmatch(asked.strip())
    try:
        if found:
            return date(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1]))
    except ValueError:  # there is no such day
        pass
    raise Problem(
        TYPES["ParameterError"],
        f"Accept-Datetime is no date of HTTP: {asked[:80]!r}. Write it like this: Sat, 31 Jan 2026 00:00:00 GMT.",
        f"Accept-Datetime är inget datum enligt HTTP: {asked[:80]!r}. Skriv så här: Sat, 31 Jan 2026 00:00:00 GMT.",
    )


def own_headers(resource: Resource) -> headers.Headers:
    """What an answer says of time: that of the version that it is."""
    return (("memento-datetime", http_date(resource.memento)),) if resource.memento else ()


def varied(resource: Resource, vary: tuple[str, str]) -> tuple[str, str]:
    """By what an answer varies: where there are earlier versions, by the time as well."""
    return (vary[0], f"{vary[1]}, {headers.TIMEGATE}") if resource.mementos else vary
