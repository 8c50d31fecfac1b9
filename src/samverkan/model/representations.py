"""What an address leads to, as plain values: they travel between processes and need no site to be read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from http import HTTPStatus
from typing import Any

LISTED: Mapping[str, str] = {"en": "manifest.json lists every address.", "sv": "I manifest.json står alla adresser."}
"""What is told, by language, to programs that ask for an address where nothing stands; people have other ways."""


@dataclass(frozen=True)
class Variant:
    """One form of what stands at an address.

    `path` is the address of its bytes below the base, with suffix; `language` is a BCP 47 tag
    where the words are in one language.
    """

    path: str
    media_type: str
    language: str | None = None


@dataclass(frozen=True)
class Link:
    """A link of RFC 8288 to a path below the base (it begins with `/`) or to an IRI; `media_type` where it is told."""

    rel: str
    target: str
    media_type: str = ""


def http_date(day: str) -> str:
    """The beginning of a day (`2026-01-31`) as a date of HTTP (RFC 9110, section 5.6.7)."""
    return format_datetime(datetime.combine(date.fromisoformat(day), time(), UTC), usegmt=True)


@dataclass(frozen=True)
class Memento:
    """An earlier version of what stands at an address (RFC 7089): the day since which it was, and its path."""

    day: str
    path: str


@dataclass(frozen=True)
class Resource:
    """What an address leads to.

    `status` is 200 for a page; 303 for a thing, whose document `to` names, or for a thing that is
    described where it stands, and then in the variant that is chosen; 308 and 300 for a thing that
    others have replaced, and 410 for one that was withdrawn, with what is still said of it as
    `variants` (RFC 9110, section 15). `exact` is the one of them that the address named by its
    suffix; there is then nothing to choose. `mementos` are its earlier versions, the first one first, and `memento` is
    the day since which it was so, where it is one itself.
    """

    path: str
    status: int = HTTPStatus.OK
    to: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    links: tuple[Link, ...] = field(default=())
    exact: Variant | None = None
    mementos: tuple[Memento, ...] = ()
    memento: str = ""

    @property
    def media_types(self) -> Sequence[str]:
        """The media types that it has, the preferred one first."""
        return list(dict.fromkeys(variant.media_type for variant in self.variants))

    @property
    def languages(self) -> Sequence[str]:
        """The languages that it has, the preferred one first; none where it is not in one language."""
        return list(dict.fromkeys(variant.language for variant in self.variants if variant.language))

    @classmethod
    def of_json(cls, values: Mapping[str, Any]) -> Resource:
        """A resource from its JSON form, the inverse of `dataclasses.asdict`."""
        return cls(
            path=values["path"],
            status=values["status"],
            to=tuple(values["to"]),
            variants=tuple(Variant(**variant) for variant in values["variants"]),
            links=tuple(Link(**link) for link in values["links"]),
            exact=Variant(**values["exact"]) if values["exact"] else None,
            mementos=tuple(Memento(**each) for each in values["mementos"]),
            memento=values["memento"],
        )


_MARK = "\N{OBJECT REPLACEMENT CHARACTER}"
MARKS = re.compile(f"{_MARK}([a-z]+){_MARK}")
"""The marks in a page that is finished where it is sent; the group is what shall stand there."""


def mark(name: str) -> str:
    """The place in a page where a text will stand that is not known yet; `name` is of letters a to z."""
    return f"{_MARK}{name}{_MARK}"
