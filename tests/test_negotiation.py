"""Which format is served, after RFC 9110, section 12.5.1."""

from __future__ import annotations

import pytest

from samverkan.errors import NotAcceptableError
from samverkan.negotiation import choose

TURTLE, JSON_LD, LINES = OFFERS = ("text/turtle", "application/ld+json", "application/n-triples")


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, TURTLE),
        ("", TURTLE),
        ("*/*", TURTLE),
        ("text/*", TURTLE),
        ("application/*", JSON_LD),
        (JSON_LD, JSON_LD),
        ("TEXT/Turtle", TURTLE),
        ("application/ld+json;q=0.4, text/turtle;q=0.5", TURTLE),
        ("text/turtle;q=0.4,application/ld+json;q=0.5", JSON_LD),
        ("*/*, text/turtle;q=0", JSON_LD),
        ("*/*;q=0.1, application/n-triples", LINES),
        ("text/html, application/xhtml+xml, */*;q=0.1", TURTLE),
        ("application/*;q=0.8, text/turtle;q=0.1", JSON_LD),
        ("application/n-triples, application/ld+json", JSON_LD),
        ("text/turtle;charset=utf-8", TURTLE),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', JSON_LD),
        ('application/ld+json; profile="a,b"; q=0.1, text/turtle; charset=UTF-8; q=0.2', TURTLE),
    ],
)
def test_the_best_format_is_chosen(accept: str | None, chosen: str) -> None:
    assert choose(OFFERS, accept) == chosen


@pytest.mark.parametrize(
    "accept", ["text/html", "*/*;q=0", "text/turtle;q=0", "garbage", "text/turtle/x", "a/b;q=2", "\x00", ",;,", "é"]
)
def test_where_nothing_fits_the_offers_are_told(accept: str) -> None:
    with pytest.raises(NotAcceptableError, match="There is: text/turtle, application/ld\\+json, application/n-triples"):
        choose(OFFERS, accept)


@pytest.mark.parametrize(
    ("offer", "quality"),
    [
        ("text/html;level=1", 1),
        ("text/html", 0.7),
        ("text/plain", 0.3),
        ("image/jpeg", 0.5),
        ("text/html;level=2", 0.4),
        ("text/html;level=3", 0.3),
    ],
)
def test_the_table_of_the_standard_holds(offer: str, quality: float) -> None:
    """Table 5 of RFC 9110 as erratum 7138 corrects it, each row against a rival just better and just worse."""
    accept = "text/*;q=0.3, text/html;q=0.7, text/html;level=1, text/html;level=2;q=0.4, */*;q=0.5"
    rival = "application/rival"
    assert choose([rival, offer], f"{accept}, {rival};q={quality - 0.01:.2f}") == offer
    if quality < 1:
        assert choose([offer, rival], f"{accept}, {rival};q={quality + 0.01:.2f}") == rival
