"""Negotiation (RFC 9110, section 12): which format and which language an answer comes in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.answers import ALL, GRAPHS, MASUDDEN, linked, links
from tests.live import Live

DOLL = Path(__file__).parents[1] / "site"


# ---------------------------------------------------------------- formats and languages


@pytest.mark.parametrize(("suffix", "media_type"), GRAPHS.items())
@pytest.mark.parametrize("accept", ["text/html", "image/png", "text/turtle;q=0", "application/ld+json"])
def test_a_suffix_wins_over_the_accept_header(live: Live, suffix: str, media_type: str, accept: str) -> None:
    answer = live.ask(MASUDDEN + suffix, accept=accept)

    assert (answer.status, answer.headers["content-type"].partition(";")[0]) == (200, media_type)
    assert "content-location" not in answer.headers


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ("", ".ttl"),
        ("*/*", ".ttl"),
        ("application/*", ".jsonld"),
        ("application/rdf+xml, text/turtle;q=0.9", ".rdf"),
        ("application/rdf+xml;q=0.5, text/turtle;q=0.9", ".ttl"),
        ("application/*;q=0.9, application/ld+json;q=0.1, text/*;q=0.2", ".nt"),
        ("*/*, text/turtle;q=0.5, application/ld+json;q=0", ".nt"),
        ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", ".sv.html"),
        ("text/html, */*;q=0.8", ".sv.html"),
        ("application/xhtml+xml, */*;q=0.8", ".ttl"),
        ("text/turtle, text/html;q=0.9", ".ttl"),
        ("Text/TURTLE; Q=1.0", ".ttl"),
        ('text/turtle;charset="utf-8", application/ld+json;q=0.9', ".ttl"),
        ("application/ld+json;q=0.001, text/turtle;q=0.000", ".jsonld"),
    ],
)
def test_the_best_format_for_an_accept_header_is_served(live: Live, accept: str, suffix: str) -> None:
    asked: dict[str, Any] = {"accept": accept} if accept else {}
    answer = live.ask(MASUDDEN, **asked)

    assert (answer.status, answer.headers["content-location"]) == (200, MASUDDEN + suffix)
    assert answer.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"


@pytest.mark.parametrize("accept", ["text/csv", "image/*", "*/*;q=0", "text/turtle;level=1, image/png", "text/turtl"])
def test_what_can_not_be_served_as_asked_is_406_with_the_addresses_of_what_can(live: Live, accept: str) -> None:
    answer = live.ask(MASUDDEN, accept=accept)

    assert answer.status == 406
    assert answer.json["alternates"] == [f"{MASUDDEN}{suffix}" for suffix in ALL]
    assert set(linked(answer, "alternate")) == {f"{MASUDDEN}{suffix}" for suffix in ALL}
    assert answer.headers["vary"] == "Accept, Accept-Language"


@pytest.mark.parametrize(
    ("accept_language", "language"),
    [
        ("", "sv"),
        ("*", "sv"),
        ("en", "en"),
        ("en-GB, sv;q=0.9", "en"),
        ("de, en;q=0.5, sv;q=0.4", "en"),
        ("sv;q=0.1, en;q=0.2", "en"),
        ("de", "sv"),
        ("EN", "en"),
        ("sv-SE", "sv"),
    ],
)
def test_a_query_with_a_language_is_answered_in_the_one_that_was_asked_for(
    live: Live, accept_language: str, language: str
) -> None:
    asked: dict[str, Any] = {"accept_language": accept_language} if accept_language else {}
    answer = live.ask("/query/lights", accept="text/csv", **asked)
    twin = "/query/lights.csv" if language == "sv" else "/query/lights/lang=en.csv"

    assert (answer.status, answer.headers["content-language"]) == (200, language)
    assert answer.headers["content-location"] == twin
    assert answer.body == live.ask(twin).body
    assert ("Gull Point" in answer.text) == (language == "en")


def test_a_language_in_the_query_string_or_a_suffix_wins_over_the_header(live: Live) -> None:
    for address in ("/query/lights?lang=sv", "/query/lights.json", "/query/lights.json?lang=sv"):
        answer = live.ask(address, accept_language="en")
        assert (answer.status, answer.headers["content-language"]) == (200, "sv")
        assert "Måsudden" in answer.text


def test_the_variants_of_a_query_are_told_with_their_languages(live: Live) -> None:
    found = {
        (rest.get("hreflang"), rest["type"])
        for _, rest in links(live.ask("/query/lights"))
        if rest["rel"] == "alternate"
    }

    assert ("en", "text/csv") in found
    assert ("sv", "text/csv") in found
    assert (None, "application/sparql-query") in found


def test_of_two_formats_of_one_media_type_both_are_told_and_the_lossless_one_is_negotiated(live: Live) -> None:
    answer = live.ask("/query/lights", accept="text/csv")
    lossless = live.ask("/query/lights.csv")

    assert answer.headers["content-location"] == "/query/lights.csv"
    assert answer.body == lossless.body
    assert "/query/lights.safe.csv" in linked(answer, "alternate")
    assert {"/query/lights.csv", "/query/lights.safe.csv"} <= {*linked(live.ask("/query/lights"), "alternate")}


TABULAR = ("text/csv", "text/tab-separated-values")
BOOLEAN = ("application/sparql-results+json", "application/sparql-results+xml")


@pytest.mark.parametrize("accept", [*TABULAR, ", ".join(TABULAR), "text/csv, */*;q=0", "text/csv;header=present"])
def test_yes_and_no_are_no_table(live: Live, accept: str) -> None:
    free, canned = live.sparql("ASK {}", accept), live.ask("/query/all-kept", accept=accept)

    assert (free.status, canned.status) == (406, 406)
    assert free.json["alternates"] == [*BOOLEAN, "text/html"]
    assert canned.json["alternates"][:2] == ["/query/all-kept.json", "/query/all-kept.xml"]
    for told in (free, canned):
        assert all(media_type in told.json["detail"] for media_type in BOOLEAN)


def test_yes_and_no_come_in_the_next_format_that_was_asked_for(live: Live) -> None:
    for accept, media_type in (("text/csv, application/xml;q=0.1", BOOLEAN[1]), ("text/csv, */*;q=0.1", BOOLEAN[0])):
        for answer in (live.sparql("ASK {}", accept), live.ask("/query/all-kept", accept=accept)):
            assert (answer.status, answer.headers["content-type"]) == (200, media_type)
    for suffix in (".csv", ".safe.csv", ".tsv"):
        assert live.ask(f"/query/all-kept{suffix}").status == 404


NO_XML = 'CONSTRUCT { <urn:s> ?p "x" } WHERE { BIND (IRI("urn:p/") AS ?p) }'


def test_what_xml_can_not_carry_comes_in_the_next_format_that_was_asked_for(live: Live) -> None:
    xml = "application/rdf+xml"
    for accept, wanted in ((f"{xml}, text/turtle;q=0.5", "text/turtle"), (f"{xml}, */*;q=0.1", "text/turtle")):
        answer = live.sparql(NO_XML, accept)
        assert (answer.status, answer.headers["content-type"]) == (200, f"{wanted}; charset=utf-8")
    table = live.sparql('SELECT ("\\u000B" AS ?x) {}', "application/sparql-results+xml, text/csv;q=0.2")
    assert (table.status, table.headers["content-type"].partition(";")[0]) == (200, "text/csv")


def test_what_xml_can_not_carry_is_406_with_what_there_is_where_nothing_else_was_asked_for(live: Live) -> None:
    refused = live.sparql(NO_XML, "application/rdf+xml, text/turtle;q=0")

    assert refused.status == 406
    assert refused.json["alternates"] == ["text/turtle", "application/ld+json", "application/n-triples", "text/html"]
    assert "XML" in refused.json["detail"]


def test_a_language_that_is_refused_is_not_sent(live_ki: Live) -> None:
    assert live_ki.ask("/query/contacts", accept_language="sv;q=0, *").headers["content-language"] == "en"


# --- pages for people


def test_a_page_that_stands_in_another_folder_is_read_there_for_its_links_are_relative(live: Live) -> None:
    answer = live.ask("/query/lights/lang=en", accept="text/html")

    assert (answer.status, answer.headers["location"]) == (303, "/query/lights.en.html")


def test_a_page_is_served_where_it_is_asked_for_if_its_links_hold_there(live: Live) -> None:
    for path in ("/query/lights?lang=en", "/query/keeper.sv.html?keeper=", "/query/lights", "/"):
        assert live.ask(path, accept="text/html").status == 200


@pytest.mark.parametrize("language", ["sv", "en", "fi", "en;q=0.5, sv;q=0.1"])
def test_who_asks_for_anything_gets_data_whatever_the_language(live: Live, language: str) -> None:
    for path in ("/query/lights", "/query/lights?lang=en", "/doc/visit/v2"):
        answer = live.ask(path, accept="*/*", accept_language=language)
        assert answer.headers["content-type"].partition(";")[0] in {"application/sparql-results+json", "text/turtle"}
