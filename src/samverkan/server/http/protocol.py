"""SPARQL 1.1 Protocol, section 2.1: what a request asks, from any of its three forms. Nothing is evaluated here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl

from samverkan.model import media_types
from samverkan.model.negotiation import parametrised
from samverkan.model.problems import ProblemType
from samverkan.server.http.messages import Request
from samverkan.server.http.problems import TYPES, Problem, of_http

FORM = media_types.URL_ENCODED
DIRECT = media_types.SPARQL_QUERY
UPDATE = media_types.SPARQL_UPDATE

_DATASET = frozenset({"default-graph-uri", "named-graph-uri"})
_REFUSED = TYPES["RefusedError"]
_SWITCHES = {"true": True, "false": False}
_FORMATS = media_types.answer_formats()
_PAGE = frozenset({"html", media_types.HTML})
_SHOWN = 40  # characters of a name that an error repeats


@dataclass(frozen=True)
class ProtocolRequest:
    """A query in SPARQL 1.1 and the graphs that it shall be asked of, by IRI; none are all.

    `inferred` says whether what follows is among them; None leaves it to the site.
    `format` is a name of the format that the address asks for, or a suffix with its dot; empty where `Accept` chooses.
    """

    sparql: str
    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    format: str = ""
    inferred: bool | None = None


def protocol_request(request: Request, *, required: bool = False) -> ProtocolRequest | None:
    """The question of a GET, HEAD or POST request; None where a GET has none, unless it is `required`.

    Raises `Problem`: 400 for no query or several, 415 for another media type, and a refusal
    for an update.
    """
    if request.method != "POST":
        return _protocol_request(_pairs(request.query), required=required)
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise _unsupported("Queries come as they are, not compressed.", "Frågor kommer som de är, inte komprimerade.")
    media_type, charset = _content_type(request.headers)
    if charset not in {"", "utf-8", "us-ascii"}:
        raise _unsupported("Queries come in UTF-8.", "Frågor kommer i UTF-8.")
    if media_type == FORM:
        return _protocol_request([*_pairs(_text(request.body)), *_pairs(request.query)], required=True)
    if media_type == DIRECT:
        return _protocol_request([("query", _text(request.body)), *_pairs(request.query)], required=True)
    raise _other_type(media_type)


def _content_type(headers: Mapping[str, str]) -> tuple[str, str]:
    """The media type and the charset of a body, both in lower case."""
    media_type, parameters = parametrised(headers.get("content-type", ""))
    return media_type, parameters.get("charset", "")


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise _problem("The query is not in UTF-8.", "Frågan är inte i UTF-8.") from None


def _pairs(query: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        raise _problem(
            "The parameters are not in UTF-8, or too many.", "Parametrarna är inte i UTF-8, eller för många."
        ) from None


def _protocol_request(pairs: Sequence[tuple[str, str]], *, required: bool) -> ProtocolRequest | None:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        if value or name == "query":  # a field of a form that was left empty is not given
            found.setdefault(name, []).append(value)
    if "update" in found or any(name.startswith("using-") for name in found):
        raise _update()
    queries = found.get("query", [])
    if not queries and not required and not found.keys() & _DATASET:
        return None
    if len(queries) != 1:
        raise _problem(
            f"One parameter 'query' is needed, and there are {len(queries)}.",
            f"Det ska finnas en parameter 'query', och det finns {len(queries)}.",
        )
    default, named = (tuple(found.get(f"{kind}-graph-uri", ())) for kind in ("default", "named"))
    return ProtocolRequest(
        queries[0], default, named, _format(found.get("format", ())), _switch(found.get("inferred", []))
    )


def _format(given: Sequence[str]) -> str:
    """The format that the parameter of that name asks for: the first known one, for libraries send several names."""
    names = [name.strip().lower() for name in given]
    known = (name for name in names if name in _PAGE or any(form.is_named(name) for form in _FORMATS))
    name = next(known, "")
    if names and not name:
        there = ", ".join(form.suffix[1:] for form in _FORMATS)
        raise _bad_format(
            f"'{names[0][:_SHOWN]}' is no format of an answer. The formats are: {there}.",
            f"'{names[0][:_SHOWN]}' är inget format för svar. Formaten är: {there}.",
        )
    return media_types.HTML if name in _PAGE else name


def _bad_format(en: str, sv: str) -> Problem:
    return Problem(TYPES["ParameterError"], en, sv, {"parameter": "format"})


def _switch(values: Sequence[str]) -> bool | None:
    """Whether what follows is asked too; None where nothing is said."""
    if not values:
        return None
    if len(values) > 1 or values[0] not in _SWITCHES:
        raise _problem(
            "The parameter 'inferred' is true or false, once.", "Parametern 'inferred' är true eller false, en gång."
        )
    return _SWITCHES[values[0]]


def _update() -> Problem:
    return _problem(
        "This changes data, and only queries are answered here.",
        "Det här ändrar data, och här besvaras bara frågor.",
        _REFUSED,
    )


def _other_type(media_type: str) -> Problem:
    if media_type == UPDATE:
        return _unsupported(_update().en, _update().sv)
    return _unsupported(f"A query comes as {DIRECT} or {FORM}.", f"En fråga kommer som {DIRECT} eller {FORM}.")


def _unsupported(en: str, sv: str) -> Problem:
    return Problem(of_http(HTTPStatus.UNSUPPORTED_MEDIA_TYPE).kind, en, sv, headers=_ACCEPTS)


_ACCEPTS = (("accept-post", f"{DIRECT}, {FORM}"), ("accept-encoding", "identity"))


def _problem(en: str, sv: str, kind: ProblemType = TYPES["UsageError"]) -> Problem:
    return Problem(kind, en, sv)
