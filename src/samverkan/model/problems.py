"""Every kind of problem that the server tells (RFC 9457), once: its name, its status, its title and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

Texts = Mapping[str, str]


@dataclass(frozen=True)
class ProblemType:
    """A kind of problem; its name is also that of a component of the OpenAPI document.

    `title` and `description` have a text for `sv` and one for `en`. A problem that is no more than its status
    has no name.
    """

    name: str
    status: HTTPStatus
    title: Texts
    description: Texts


_ALL = (
    ProblemType(
        "bad-parameter",
        HTTPStatus.BAD_REQUEST,
        {"sv": "En parameter är fel", "en": "A parameter is wrong"},
        {
            "sv": "En parameter finns inte, eller har ett värde som den inte tar.",
            "en": "A parameter is not known, or has a value that it does not take.",
        },
    ),
    ProblemType(
        "malformed-query",
        HTTPStatus.BAD_REQUEST,
        {"sv": "Frågan är trasig", "en": "The query is broken"},
        {"sv": "Frågan bryter mot reglerna för SPARQL.", "en": "The query breaks the syntax of SPARQL."},
    ),
    ProblemType(
        "refused-query",
        HTTPStatus.BAD_REQUEST,
        {"sv": "Frågan avvisas", "en": "The query is refused"},
        {
            "sv": "Frågan besvaras inte: den ändrar något, lämnar huset, eller är för lång eller för djup.",
            "en": "The query is not answered: it changes something, leaves the house, or is too long or too deep.",
        },
    ),
    ProblemType(
        "not-found",
        HTTPStatus.NOT_FOUND,
        {"sv": "Här finns inget", "en": "Nothing stands here"},
        {"sv": "Det finns inget på adressen.", "en": "Nothing stands at the address."},
    ),
    ProblemType(
        "not-acceptable",
        HTTPStatus.NOT_ACCEPTABLE,
        {"sv": "Det formatet finns inte", "en": "No such format"},
        {"sv": "Det finns inte i något format som du tar.", "en": "It has no format that you take."},
    ),
    ProblemType(
        "too-slow",
        HTTPStatus.SERVICE_UNAVAILABLE,
        {"sv": "Frågan tar för lång tid", "en": "The query takes too long"},
        {"sv": "Frågan tog längre tid än den fick.", "en": "The query took longer than it may."},
    ),
    ProblemType(
        "too-large",
        HTTPStatus.SERVICE_UNAVAILABLE,
        {"sv": "Frågan kräver för mycket", "en": "The query takes too much"},
        {
            "sv": "Frågan kräver mer minne, eller svaret är större, än det får.",
            "en": "The query takes more memory, or the answer is larger, than it may.",
        },
    ),
    ProblemType(
        "busy",
        HTTPStatus.SERVICE_UNAVAILABLE,
        {"sv": "För många frågar samtidigt", "en": "Too many ask at once"},
        {"sv": "Det är kö. Försök igen om en stund.", "en": "There is a queue. Try again in a while."},
    ),
    ProblemType(
        "store",
        HTTPStatus.BAD_GATEWAY,
        {"sv": "Lagret svarar inte", "en": "The store does not answer"},
        {
            "sv": "Motorn som svarar på frågorna går inte att nå, eller ger inget svar som går att lita på.",
            "en": "The engine that answers the queries can't be reached, or gives no answer that can be trusted.",
        },
    ),
    ProblemType(
        "store-slow",
        HTTPStatus.GATEWAY_TIMEOUT,
        {"sv": "Lagret är för långsamt", "en": "The store is too slow"},
        {
            "sv": "Motorn som svarar på frågorna svarade inte i tid.",
            "en": "The engine that answers the queries did not answer in time.",
        },
    ),
    ProblemType(
        "store-changing",
        HTTPStatus.SERVICE_UNAVAILABLE,
        {"sv": "Uppgifterna ändras", "en": "The data is changing"},
        {
            "sv": "En ny version läggs in just nu. Försök igen om en stund.",
            "en": "A new release is being put in just now. Try again in a while.",
        },
    ),
    ProblemType(
        "fault",
        HTTPStatus.INTERNAL_SERVER_ERROR,
        {"sv": "Något är fel här", "en": "Something is wrong here"},
        {
            "sv": "Felet är vårt, eller ett som HTTP självt ger, med den status som det har.",
            "en": "The fault is ours, or one that HTTP itself gives, with the status that it has.",
        },
    ),
)

PROBLEMS: Mapping[str, ProblemType] = {each.name: each for each in _ALL}
"""All of them by name, in the order of the OpenAPI document."""
