"""Every answer that is an error: one table from its kind to its status, as RFC 9457 problem details."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, NamedTuple

import orjson

from samverkan.model import media_types, paths
from samverkan.model.negotiation import spoken
from samverkan.model.problems import PROBLEMS, ProblemType

LANGUAGES = ("en", "sv")
MEDIA_TYPE = media_types.PROBLEM


FAULT = PROBLEMS["fault"]
_GONE = replace(FAULT, status=HTTPStatus.SERVICE_UNAVAILABLE)  # it passes: another process takes over

# By the name of an error's class, or the reason why a worker ended.
TYPES: Mapping[str, ProblemType] = {
    "ParameterError": PROBLEMS["bad-parameter"],
    "NotFoundError": PROBLEMS["not-found"],
    "NotAcceptableError": PROBLEMS["not-acceptable"],
    "UsageError": PROBLEMS["malformed-query"],
    "QueryError": PROBLEMS["malformed-query"],
    "RefusedError": PROBLEMS["refused-query"],
    "OutsideError": PROBLEMS["refused-query"],
    "TooLargeError": PROBLEMS["too-large"],
    "BusyError": PROBLEMS["busy"],
    "StoreError": PROBLEMS["store"],
    "StoreSlowError": PROBLEMS["store-slow"],
    "StoreChangingError": PROBLEMS["store-changing"],
    "time": PROBLEMS["too-slow"],
    "memory": PROBLEMS["too-large"],
    "depth": PROBLEMS["too-large"],
    "killed": _GONE,
    "SupervisorGoneError": _GONE,
}


class FreeQuery(NamedTuple):
    """A free query, and the language of the page that it was asked on, where it was asked on one."""

    sparql: str
    language: str | None = None


@dataclass(frozen=True)
class Problem(Exception):  # noqa: N818 - it is called so in RFC 9457
    """An answer that is an error.

    `more` are further members, such as the parameter that is wrong, and `asked` is the free query
    that it is about.
    """

    kind: ProblemType
    en: str
    sv: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: tuple[tuple[str, str], ...] = ()
    asked: FreeQuery | None = None

    def message(self, language: str) -> tuple[str, str]:
        """The title and the detail, in a language of `LANGUAGES`."""
        return self.kind.title[language], getattr(self, language) or self.en

    def body(self, base: str, accept_language: str | None) -> tuple[str, bytes]:
        """The language and the JSON of the problem; its type is an address in the OpenAPI document of the base."""
        language = spoken(LANGUAGES, accept_language) or LANGUAGES[0]
        title, detail = self.message(language)
        members = {
            "type": f"{base}{paths.INTERFACE}.json#/components/responses/{self.kind.name}"
            if self.kind.name
            else "about:blank",
            "title": title,
            "status": int(self.kind.status),
            "detail": detail,
            **self.more,
        }
        return language, orjson.dumps(members, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def of_http(status: int) -> Problem:
    """The problem of a request that HTTP itself refuses, such as one that is too long."""
    found = HTTPStatus(status)
    en, sv = _HTTP.get(status, (found.phrase, found.phrase))
    phrase = dict.fromkeys(LANGUAGES, found.phrase)
    return Problem(ProblemType("", found, phrase, phrase), en, sv)


_HTTP: Mapping[int, tuple[str, str]] = {
    400: ("The request breaks the rules of HTTP.", "Begäran bryter mot reglerna för HTTP."),
    405: ("This method is not for this address.", "Den metoden går inte att använda på den här adressen."),
    408: ("The request did not come in time.", "Begäran kom inte fram i tid."),
    412: ("The condition does not hold.", "Villkoret är inte uppfyllt."),
    413: ("The body is too large.", "Innehållet är för stort."),
    414: ("The address is too long.", "Adressen är för lång."),
    415: ("Queries come in another media type.", "Frågor kommer i en annan medietyp."),
    417: ("Nothing but 100-continue can be expected here.", "Här kan man bara vänta sig 100-continue."),
    431: ("The headers are too long.", "HTTP-huvudena är för långa."),
    500: ("Something is wrong here; it has been written down.", "Något är fel här; det är antecknat."),
    501: ("This method or encoding is not known here.", "Den metoden eller kodningen är okänd här."),
    503: ("Too many are here at once.", "För många är här samtidigt."),
    505: ("Only HTTP/1.0 and HTTP/1.1 are spoken here.", "Här talas bara HTTP/1.0 och HTTP/1.1."),
}
