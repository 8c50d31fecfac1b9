"""Which format is served, after RFC 9110, section 12.5.1."""

from __future__ import annotations

import time

import pytest

from samverkan.errors import NotAcceptableError
from samverkan.model.negotiation import choose, ranges, ranked, spoken

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
        ("text/turtle;q=0.5, application/ld+json;q=1.", JSON_LD),
        ("application/ld+json;q=0.5, text/turtle;q=0.,*/*;q=0.1", JSON_LD),
        ("text/turtle;q=0., */*", JSON_LD),
        ("text/turtle;q=.2, application/ld+json;q=.1", TURTLE),
        ('text/turtle;q=0.5;x="a, application/ld+json", application/n-triples;q=0.1', LINES),
        (r'text/turtle;x="\", application/ld+json;q=1, ", application/n-triples', LINES),
        (r'text/turtle;x="a;q=1\\";q=0, */*;q=0.3', TURTLE),
        ('application/ld+json;profile="a;q=0"', JSON_LD),
        ('application/ld+json;profile="a\\", text/turtle, \\"b";q=0.3, application/n-triples;q=0.2', JSON_LD),
        ("application/ld+json ; Q = 0.4 , text/turtle\t;\tq=0.3", JSON_LD),
        (", ,,\ttext/turtle;q=0.1, , application/ld+json,", JSON_LD),
        ("text/turtle;q=1.001, application/ld+json;q=0.1", JSON_LD),
        ("application/n-triples;q=0.9;text/turtle", LINES),
        ("text/turtle;", TURTLE),
        ('application/ld+json;profile="never closed, text/turtle', JSON_LD),
        ("application/ld+json;q=0, text/turtle;q=0, application/*", LINES),
        ("application/json;q=0.2, text/plain;q=0.1", JSON_LD),
        ("text/plain;q=1.0, application/json;q=0.2", LINES),
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


def test_another_name_of_a_format_counts_only_where_it_is_named() -> None:
    assert choose([JSON_LD, TURTLE], "application/ld+json;q=0, */*") == TURTLE
    with pytest.raises(NotAcceptableError):
        choose([JSON_LD], "application/ld+json;q=0, */*")


def test_all_that_is_acceptable_is_ranked() -> None:
    assert ranked(OFFERS, "application/*;q=0.5, text/turtle") == [TURTLE, JSON_LD, LINES]
    assert ranked(OFFERS, "application/n-triples, application/json;q=0.3") == [LINES, JSON_LD]
    assert ranked(OFFERS, None) == OFFERS


@pytest.mark.parametrize(
    ("accept_language", "chosen"),
    [
        ("en;q=1., sv;q=0.9", "en"),
        ("sv;q=0., en;q=0.1", "en"),
        ("sv ; Q=0.1 , EN\t;\tq=0.2", "en"),
        (", ,en", "en"),
        ('de;x="sv, sv", en', "en"),
        ("*, en;q=0.1", "sv"),
        ("en;q=0.1, *;q=0.5", "sv"),
        ("en, *", "en"),
        ("sv;q=0.2, *;q=0.5", "en"),
        ("sv;q=2, en", "en"),
        ("sv;q=0, *", "en"),
    ],
)
def test_a_language_is_chosen_by_the_same_grammar(accept_language: str, chosen: str) -> None:
    assert spoken(["sv", "en"], accept_language) == chosen


def test_a_hostile_header_is_read_in_no_time() -> None:
    began = time.perf_counter()
    for hostile in ('"', '\\"', '"\\', ";", ",", '"x"', "a;b=", "a,", "q=1", ";q=1"):
        assert ranges(hostile * (32_000 // len(hostile))) is not None
    assert time.perf_counter() - began < 2


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
