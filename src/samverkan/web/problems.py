"""Every answer that is an error: one table from its kind to its status, as RFC 9457 problem details."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, NamedTuple

import orjson

from samverkan.negotiation import spoken

LANGUAGES = ("en", "sv")
MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its name, its status and its title.

    The name is in OpenAPI's components too; a problem that is no more than its status has none.
    """

    name: str
    status: HTTPStatus
    en: str
    sv: str


_MALFORMED = Kind("malformed-query", HTTPStatus.BAD_REQUEST, "The query is broken", "Frågan är trasig")
_REFUSED = Kind("refused-query", HTTPStatus.BAD_REQUEST, "The query is refused", "Frågan avvisas")
_LARGE = Kind("too-large", HTTPStatus.SERVICE_UNAVAILABLE, "The query takes too much", "Frågan kräver för mycket")
_SLOW = Kind("too-slow", HTTPStatus.SERVICE_UNAVAILABLE, "The query takes too long", "Frågan tar för lång tid")
_BUSY = Kind("busy", HTTPStatus.SERVICE_UNAVAILABLE, "Too many ask at once", "För många frågar samtidigt")
_CHANGING = Kind("store-changing", HTTPStatus.SERVICE_UNAVAILABLE, "The data is changing", "Uppgifterna ändras")
FAULT = Kind("fault", HTTPStatus.INTERNAL_SERVER_ERROR, "Something is wrong here", "Något är fel här")

# By the name of an error's class, or the reason why a worker ended.
KINDS: Mapping[str, Kind] = {
    "ParameterError": Kind("bad-parameter", HTTPStatus.BAD_REQUEST, "A parameter is wrong", "En parameter är fel"),
    "NotFoundError": Kind("not-found", HTTPStatus.NOT_FOUND, "Nothing stands here", "Här finns inget"),
    "NotAcceptableError": Kind(
        "not-acceptable", HTTPStatus.NOT_ACCEPTABLE, "No such format", "Det formatet finns inte"
    ),
    "UsageError": _MALFORMED,
    "RefusedError": _REFUSED,
    "OutsideError": _REFUSED,
    "TooLargeError": _LARGE,
    "BusyError": _BUSY,
    "StoreError": Kind("store", HTTPStatus.BAD_GATEWAY, "The store does not answer", "Lagret svarar inte"),
    "StoreSlowError": Kind("store-slow", HTTPStatus.GATEWAY_TIMEOUT, "The store is too slow", "Lagret är för långsamt"),
    "StoreChangingError": _CHANGING,
    "time": _SLOW,
    "memory": _LARGE,
    "depth": _LARGE,
    "killed": Kind("fault", HTTPStatus.SERVICE_UNAVAILABLE, FAULT.en, FAULT.sv),
    "HouseGoneError": Kind("fault", HTTPStatus.SERVICE_UNAVAILABLE, FAULT.en, FAULT.sv),
}


class Asked(NamedTuple):
    """A free query, and the language of the page that it was asked on, where it was asked on one."""

    sparql: str
    language: str | None = None


@dataclass(frozen=True)
class Problem(Exception):  # noqa: N818 - it is called so in RFC 9457
    """An answer that is an error.

    `more` are further members, such as the parameter that is wrong, and `asked` is the free query
    that it is about.
    """

    kind: Kind
    en: str
    sv: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()
    asked: Asked | None = None

    def told(self, language: str) -> tuple[str, str]:
        """The title and the detail, in a language of `LANGUAGES`."""
        return getattr(self.kind, language), getattr(self, language) or self.en

    def body(self, base: str, accept_language: str | None) -> tuple[str, bytes]:
        """The language and the JSON of the problem; its type is an address in the OpenAPI document of the base."""
        language = spoken(LANGUAGES, accept_language) or LANGUAGES[0]
        title, detail = self.told(language)
        told = {
            "type": f"{base}openapi.json#/components/responses/{self.kind.name}" if self.kind.name else "about:blank",
            "title": title,
            "status": int(self.kind.status),
            "detail": detail,
            **self.more,
        }
        return language, orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def of_http(status: int) -> Problem:
    """The problem of a request that HTTP itself refuses, such as one that is too long."""
    found = HTTPStatus(status)
    en, sv = _HTTP.get(status, (found.phrase, found.phrase))
    return Problem(Kind("", found, found.phrase, found.phrase), en, sv)


_HTTP: Mapping[int, tuple[str, str]] = {
    400: ("The request breaks the rules of HTTP.", "Begäran bryter mot reglerna för HTTP."),
    405: ("This method is not for this address.", "Den metoden går inte att använda på den här adressen."),
    408: ("The request did not come in time.", "Begäran kom inte fram i tid."),
    412: ("The condition does not hold.", "Villkoret är inte uppfyllt."),
    413: ("The body is too large.", "Innehållet är för stort."),
    414: ("The address is too long.", "Adressen är för lång."),
    415: ("Queries come in another media type.", "Frågor kommer i en annan medietyp."),
    417: ("Nothing but 100-continue can be expected here.", "Här kan man bara vänta sig 100-continue."),
    431: ("The headers are too long.", "Rubrikerna är för långa."),
    500: ("Something is wrong here; it has been written down.", "Något är fel här; det är antecknat."),
    501: ("This method or encoding is not known here.", "Den metoden eller kodningen är okänd här."),
    503: ("Too many are here at once.", "För många är här samtidigt."),
    505: ("Only HTTP/1.0 and HTTP/1.1 are spoken here.", "Här talas bara HTTP/1.0 och HTTP/1.1."),
}
