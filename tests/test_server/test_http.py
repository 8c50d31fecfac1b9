"""HTTP as RFC 9110 has it: things, documents, negotiation, conditions, ranges, refusals, and hostile data."""

from __future__ import annotations

import json
import re
import shutil
import socket
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import pyoxigraph
import pytest
from tests.live import Answer, Live

import samverkan
from samverkan.formats import FORMATS
from samverkan.publication.manifest import items

ROOT = Path(__file__).parents[2]
DOLL = Path(__file__).parents[1] / "site"
BASE = "https://example.org/doll/"
CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"

MASUDDEN = "/doc/lighthouse/masudden"
GRAPHS = {form.suffix: form.media_type for form in FORMATS if form.name in {"turtle", "jsonld", "ntriples", "rdfxml"}}
PAGES = {".sv.html": "text/html", ".en.html": "text/html"}
ALL = {**GRAPHS, **PAGES}


def links(answer: Answer) -> list[tuple[str, dict[str, str]]]:
    """The targets of the Link header with their attributes."""
    found = re.findall(r'<([^>]*)>((?:\s*;\s*[a-z]+="[^"]*")*)', answer.headers["link"])
    return [(target, dict(re.findall(r'([a-z]+)="([^"]*)"', rest))) for target, rest in found]


def linked(answer: Answer, rel: str) -> list[str]:
    return [target for target, attributes in links(answer) if attributes["rel"] == rel]


def raw(live: Live, request: bytes) -> tuple[int, str]:
    """What is answered to bytes that no client library would send: the status, and all of it as text."""
    with socket.create_connection(("127.0.0.1", live.port), timeout=20) as client:
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
        found = b"".join(iter(lambda: client.recv(1 << 16), b"")).decode("latin-1")
    return int(found.split(" ", 2)[1]) if found else 0, found


# ---------------------------------------------------------------- things


def test_a_thing_leads_to_the_document_about_it(live: Live) -> None:
    answer = live.ask("/id/lighthouse/masudden")

    assert answer.status == 303
    assert answer.headers["location"] == MASUDDEN
    assert answer.body == b""
    assert linked(answer, "describedby") == [MASUDDEN]
    assert linked(answer, "cite-as") == [f"{BASE}id/lighthouse/masudden"]
    assert linked(answer, "license") == [CC0]
    alternates = {target: rest["type"] for target, rest in links(answer) if rest["rel"] == "alternate"}
    assert alternates == {f"{MASUDDEN}{suffix}": media_type for suffix, media_type in ALL.items()}
    spoken = {target: rest["hreflang"] for target, rest in links(answer) if "hreflang" in rest}
    assert spoken == {f"{MASUDDEN}.sv.html": "sv", f"{MASUDDEN}.en.html": "en"}


def test_a_document_says_what_it_is_about_and_names_its_other_formats(live: Live) -> None:
    answer = live.ask(MASUDDEN, accept="application/ld+json")

    assert (answer.status, answer.headers["content-location"]) == (200, f"{MASUDDEN}.jsonld")
    assert linked(answer, "cite-as") == [f"{BASE}id/lighthouse/masudden"]
    assert linked(answer, "license") == [CC0]
    assert linked(answer, "alternate") == [f"{MASUDDEN}.ttl"]  # one, for its readers stumble over more
    turtle = live.ask(MASUDDEN, accept="text/turtle")
    assert set(linked(turtle, "alternate")) == {f"{MASUDDEN}{suffix}" for suffix in ALL} - {f"{MASUDDEN}.ttl"}


def test_what_is_withdrawn_is_gone_and_still_says_why(live: Live) -> None:
    answer = live.ask("/id/lighthouse/villgrund", accept="application/n-triples")

    assert answer.status == 410
    assert answer.headers["content-type"] == "application/n-triples"
    assert "misprint on a chart" in answer.text
    assert live.ask("/doc/lighthouse/villgrund").status == 200


def test_what_is_replaced_leads_to_what_replaced_it(live: Live) -> None:
    answer = live.ask("/id/lighthouse/gamla-masudden")

    assert (answer.status, answer.headers["location"]) == (308, "/id/lighthouse/masudden")
    assert linked(answer, "successor-version") == ["/id/lighthouse/masudden"]
    assert live.ask("/doc/lighthouse/gamla-masudden").status == 200


def test_what_was_split_names_all_that_came_of_it(live: Live) -> None:
    answer = live.ask("/id/lightship/tvillingarna", accept="text/turtle")

    assert answer.status == 300
    assert "location" not in answer.headers
    assert linked(answer, "successor-version") == ["/id/lighthouse/langgrund", "/id/lightship/vandraren"]
    assert b"dcterms:isReplacedBy lighthouse:langgrund , lightship:vandraren" in answer.body


def test_a_term_of_the_ontology_leads_to_its_document_in_the_wanted_format(live: Live) -> None:
    for suffix, media_type in ALL.items():
        language = suffix.split(".")[1]
        led = live.ask("/def/Lighthouse", accept=media_type, accept_language=language)
        assert (led.status, led.headers["location"]) == (303, f"/def/Lighthouse{suffix}")
        answer = live.ask(led.headers["location"])
        assert (answer.status, answer.headers["content-type"].partition(";")[0]) == (200, media_type)
    assert live.ask("/def/Lighthouse", accept="text/csv").status == 406


def test_the_ontology_stands_at_its_own_address(live: Live) -> None:
    answer = live.ask("/def/")
    if answer.status != 200:
        answer = live.ask(answer.headers["location"])

    assert linked(answer, "cite-as") == [f"{BASE}def/"]
    assert b"doll:Lighthouse" in answer.body


def test_every_own_iri_of_the_dump_dereferences(live: Live) -> None:
    found = pyoxigraph.parse(live.ask("/dump/dataset.trig").body, format=pyoxigraph.RdfFormat.TRIG)
    subjects = {quad.subject.value for quad in found if isinstance(quad.subject, pyoxigraph.NamedNode)}
    own = {iri.removeprefix(BASE) for iri in subjects if iri.startswith((f"{BASE}id/", f"{BASE}def/", f"{BASE}graph/"))}

    assert len(own) >= 40
    for path in own:
        assert live.ask(f"/{quote(path)}").status in {200, 300, 303, 308, 410}, path


# ---------------------------------------------------------------- negotiation


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
    assert {name.strip() for name in answer.headers["vary"].split(",")} == {"Accept", "Accept-Language"}


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


def test_what_xml_can_not_carry_comes_in_the_next_format_that_was_asked_for(odd: Live) -> None:
    xml = "application/rdf+xml"
    for accept, wanted in ((f"{xml}, text/turtle;q=0.5", "text/turtle"), (f"{xml}, */*;q=0.1", "text/turtle")):
        for answer in (odd.sparql(NO_XML, accept), odd.ask("/query/no-xml", accept=accept)):
            assert (answer.status, answer.headers["content-type"]) == (200, f"{wanted}; charset=utf-8")
    table = odd.ask("/query/control", accept="application/xml, text/csv;q=0.2, application/json;q=0.1")
    assert (table.status, table.headers["content-location"]) == (200, "/query/control.csv")


def test_what_xml_can_not_carry_is_406_with_what_there_is_where_nothing_else_was_asked_for(odd: Live) -> None:
    accept = "application/rdf+xml, text/turtle;q=0"
    free, canned, exact = (
        odd.sparql(NO_XML, accept),
        odd.ask("/query/no-xml", accept=accept),
        odd.ask("/query/no-xml.rdf"),
    )

    assert [each.status for each in (free, canned, exact)] == [406, 406, 406]
    assert free.json["alternates"] == ["text/turtle", "application/ld+json", "application/n-triples", "text/html"]
    assert canned.json["alternates"] == exact.json["alternates"]
    assert canned.json["alternates"][:3] == [f"/query/no-xml{suffix}" for suffix in (".ttl", ".jsonld", ".nt")]
    assert "XML" in odd.sparql(NO_XML, accept).json["detail"]


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A site with answers that XML can't carry."""
    site = Path(shutil.copytree(DOLL, tmp_path_factory.mktemp("odd") / "site"))
    head = "#+ summary: {sv: Udda, en: Odd}\n"
    (site / "queries" / "no-xml.rq").write_text(head + NO_XML)
    (site / "queries" / "control.rq").write_text(head + 'SELECT ?x { BIND ("\\u000B" AS ?x) }')
    with Live(site) as served:
        yield served


# ---------------------------------------------------------------- conditions and ranges

PAGE = f"{MASUDDEN}.ttl"


@pytest.fixture(scope="module")
def page(live: Live) -> Answer:
    return live.ask(PAGE)


@pytest.fixture(scope="module")
def tag(page: Answer) -> str:
    found = page.headers["etag"]
    assert re.fullmatch(r'"[0-9a-f]{32}"', found)
    return found


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("condition", ["{tag}", "W/{tag}", "*", '"a", {tag}', '"a",W/"b" ,{tag}', '"a,b", {tag}'])
def test_what_the_reader_has_already_is_not_sent_again(
    live: Live, page: Answer, tag: str, method: str, condition: str
) -> None:
    answer = live.ask(PAGE, method=method, if_none_match=condition.replace("{tag}", tag))

    assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", tag)
    for name in ("vary", "cache-control", "content-security-policy"):
        assert answer.headers[name] == page.headers[name]
    assert "content-type" not in answer.headers
    assert answer.headers.get("content-length", "0") in {"0", page.headers["content-length"]}


@pytest.mark.parametrize("condition", ['"a"', 'W/"a", "b"', '"{inner}x"', "{inner}", ""])
def test_what_the_reader_does_not_have_is_sent(live: Live, page: Answer, tag: str, condition: str) -> None:
    answer = live.ask(PAGE, if_none_match=condition.replace("{inner}", tag.strip('"')))

    assert (answer.status, answer.body) == (200, page.body)


@pytest.mark.parametrize(
    ("condition", "status"),
    [("{tag}", 200), ("*", 200), ('"a", {tag}', 200), ('"a"', 412), ("W/{tag}", 412), ('W/"a", W/{tag}', 412)],
)
def test_if_match_compares_strongly(live: Live, tag: str, condition: str, status: int) -> None:
    assert live.ask(PAGE, if_match=condition.replace("{tag}", tag)).status == status


def test_each_variant_has_an_entity_tag_of_its_own_and_always_the_same(live: Live) -> None:
    addresses = [*(MASUDDEN + suffix for suffix in GRAPHS), "/query/lights.csv", "/query/lights/lang=en.csv"]
    tags = {live.ask(address).headers["etag"] for address in addresses}

    assert len(tags) == len(addresses)
    assert tags == {live.ask(address, method="HEAD").headers["etag"] for address in addresses}
    assert live.ask(MASUDDEN, accept="text/turtle").headers["etag"] == live.ask(PAGE).headers["etag"]


def test_a_condition_of_one_format_does_not_hold_for_another(live: Live, tag: str) -> None:
    assert live.ask(MASUDDEN, accept="application/ld+json", if_none_match=tag).status == 200
    assert live.ask(MASUDDEN, accept="text/turtle", if_none_match=tag).status == 304


def test_a_condition_does_not_make_anything_else_of_what_is_not_there_or_is_gone(live: Live) -> None:
    for path, status in (("/doc/nothing", 404), ("/id/lighthouse/villgrund", 410), ("/id/lighthouse/masudden", 303)):
        assert live.ask(path, if_none_match="*").status == status
        assert live.ask(path, if_match='"x"').status == status


HEADED = [
    MASUDDEN,
    PAGE,
    "/id/lighthouse/masudden",
    "/id/lighthouse/villgrund",
    "/query/lights",
    "/query",
    "/sparql",
    "/",
]
HEADED += ["/query/search?lamps=x", "/doc/nothing", "/healthz", "/dump/dataset.nq.gz", "/openapi.json", "/id/"]


@pytest.mark.parametrize("address", HEADED)
def test_head_has_the_headers_of_get_and_no_body(live: Live, address: str) -> None:
    head, get = live.ask(address, method="HEAD"), live.ask(address)

    assert (head.status, head.body) == (get.status, b"")
    assert {**head.headers, "date": ""} == {**get.headers, "date": ""}
    assert int(get.headers["content-length"]) == len(get.body)


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("0-9", 0, 10), ("5-5", 5, 6), ("10-", 10, None), ("-7", -7, None), ("0-999999999999999999999", 0, None)],
)
def test_a_part_is_sent_where_a_part_is_asked_for(
    live: Live, page: Answer, asked: str, start: int, stop: int | None
) -> None:
    answer = live.ask(PAGE, range=f"bytes={asked}")
    size = len(page.body)
    first, last, _ = slice(start, stop).indices(size)

    assert answer.status == 206
    assert answer.body == page.body[start:stop]
    assert answer.headers["content-range"] == f"bytes {first}-{last - 1}/{size}"
    assert answer.headers["etag"] == page.headers["etag"]
    assert answer.headers["content-type"] == page.headers["content-type"]


@pytest.mark.parametrize("asked", ["99999-", "99999-100000", "-0"])
def test_a_part_that_does_not_exist_is_416_with_the_size(live: Live, page: Answer, asked: str) -> None:
    answer = live.ask(PAGE, range=f"bytes={asked}")

    assert (answer.status, answer.headers["content-range"]) == (416, f"bytes */{len(page.body)}")


@pytest.mark.parametrize(
    "asked", ["lines=0-1", "bytes=", "bytes=x-y", "bytes=-", "bytes=0-1,3-4", "bytes=0-1, -1", "0-9"]
)
def test_a_range_that_is_not_understood_is_ignored(live: Live, page: Answer, asked: str) -> None:
    answer = live.ask(PAGE, range=asked)

    assert (answer.status, answer.body) == (200, page.body)


def test_a_range_is_for_get_alone(live: Live, page: Answer) -> None:
    answer = live.ask(PAGE, method="HEAD", range="bytes=0-9")

    assert (answer.status, answer.headers["content-length"]) == (200, str(len(page.body)))


def test_a_range_holds_only_if_the_page_is_still_the_same(live: Live, page: Answer, tag: str) -> None:
    date = "Sun, 01 Jan 2040 00:00:00 GMT"

    assert live.ask(PAGE, range="bytes=0-9", if_range=tag).body == page.body[:10]
    for other in ('"other"', f"W/{tag}", date):
        answer = live.ask(PAGE, range="bytes=0-9", if_range=other)
        assert (answer.status, answer.body) == (200, page.body)
    assert live.ask(PAGE, range="bytes=0-9", if_none_match=tag).status == 304
    assert live.ask(PAGE, range="bytes=0-9", if_match='"other"').status == 412


# ---------------------------------------------------------------- methods


@pytest.mark.parametrize(
    "address", [MASUDDEN, "/id/lighthouse/masudden", "/query/lights.csv", "/healthz", "/", "/nothing"]
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_a_page_can_only_be_read(live: Live, address: str, method: str) -> None:
    answer = live.ask(address, method=method, body=b"")

    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert answer.json["status"] == 405


@pytest.mark.parametrize("method", ["FOO", "get", "BREW", "A" * 20])
def test_a_method_that_nobody_knows_is_no_fault_of_ours(live: Live, method: str) -> None:
    status, _ = raw(live, f"{method} / HTTP/1.1\r\nHost: x\r\n\r\n".encode())

    assert status in {400, 405, 501}


@pytest.mark.parametrize(
    "address", [MASUDDEN, PAGE, "/id/lighthouse/masudden", "/query/lights", "/openapi.json", "/healthz"]
)
def test_options_tells_the_methods_and_lets_other_origins_in(live: Live, address: str) -> None:
    asked: dict[str, Any] = {"origin": "https://x.example", "access_control_request_method": "GET"}
    answer = live.ask(address, method="OPTIONS", **asked)

    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["allow"] == answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert "content-length" not in answer.headers


def test_options_of_the_whole_server_has_an_answer(live: Live) -> None:
    status, found = raw(live, b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n")

    assert status in {200, 204}
    assert "allow: " in found.lower()


# ---------------------------------------------------------------- what every answer has


EVERY_KIND = {
    "page": ("GET", MASUDDEN, {}, 200),
    "part": ("GET", PAGE, {"range": "bytes=0-1"}, 206),
    "no part": ("GET", PAGE, {"range": "bytes=99999-"}, 416),
    "not modified": ("GET", PAGE, {"if_none_match": "*"}, 304),
    "condition failed": ("GET", PAGE, {"if_match": '"x"'}, 412),
    "thing": ("GET", "/id/lighthouse/masudden", {}, 303),
    "split": ("GET", "/id/lightship/tvillingarna", {}, 300),
    "replaced": ("GET", "/id/lighthouse/gamla-masudden", {}, 308),
    "gone": ("GET", "/id/lighthouse/villgrund", {}, 410),
    "missing": ("GET", "/nothing", {}, 404),
    "not acceptable": ("GET", MASUDDEN, {"accept": "image/png"}, 406),
    "bad parameter": ("GET", "/query/search?lamps=x", {}, 400),
    "method": ("DELETE", MASUDDEN, {}, 405),
    "options": ("OPTIONS", MASUDDEN, {}, 204),
    "health": ("GET", "/healthz", {}, 200),
    "canned": ("GET", "/query/lights.csv", {}, 200),
    "free": ("GET", "/sparql?query=ASK%7B%7D", {}, 200),
    "broken": ("GET", "/sparql?query=ASK%7B", {}, 400),
    "wrong media type": ("POST", "/sparql", {}, 415),
    "too long": ("GET", f"/{'x' * 20_000}", {}, 414),
    "headers": ("GET", "/", {"x_long": "x" * 40_000}, 431),
    "root": ("GET", "/", {}, 200),
    "root as data": ("GET", "/", {"accept": "text/turtle"}, 303),
    "page for people": ("GET", f"{MASUDDEN}.sv.html", {}, 200),
    "missing for people": ("GET", "/nothing", {"accept": "text/html"}, 404),
    "free for people": ("GET", "/sparql?query=ASK%7B%7D", {"accept": "text/html"}, 200),
    "broken for people": ("GET", "/sparql?query=ASK%7B", {"accept": "text/html"}, 400),
    "a slash too many": ("GET", "/query/", {}, 308),
}


@pytest.mark.parametrize(("method", "address", "headers", "status"), EVERY_KIND.values(), ids=EVERY_KIND)
def test_every_kind_of_answer_is_safe_to_show_and_open_to_all(
    live: Live, method: str, address: str, headers: dict[str, Any], status: int
) -> None:
    answer = live.ask(address, method=method, **headers)

    assert answer.status == status
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";"))
    assert (policy["default-src"], policy["frame-ancestors"], policy["base-uri"]) == ("'none'", "'none'", "'none'")
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers.get("link", "<>")
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", answer.headers["date"])
    assert not answer.headers.keys() & {"server", "set-cookie", "x-powered-by", "access-control-allow-credentials"}


PATHS = ("/tmp", "/work", "/home", "/usr", "site-packages", "Traceback", str(ROOT), str(Path.home()))


@pytest.mark.parametrize(("method", "address", "headers", "status"), EVERY_KIND.values(), ids=EVERY_KIND)
def test_no_answer_tells_where_on_the_machine_anything_is(
    live: Live, method: str, address: str, headers: dict[str, Any], status: int
) -> None:
    answer = live.ask(address, method=method, **headers)
    whole = answer.body.decode("latin-1") + "".join(f"{name}: {value}\n" for name, value in answer.headers.items())

    assert answer.status == status
    assert not [path for path in PATHS if path in whole]


PROBLEMS = {
    name: kind
    for name, kind in EVERY_KIND.items()
    if kind[3] in {400, 404, 405, 406, 414, 415, 431} and not name.endswith("for people")
}


@pytest.mark.parametrize(("method", "address", "headers", "status"), PROBLEMS.values(), ids=PROBLEMS)
def test_a_problem_has_the_members_of_rfc_9457_and_a_type_that_leads_somewhere(
    live: Live, method: str, address: str, headers: dict[str, Any], status: int
) -> None:
    answer = live.ask(address, method=method, **headers)
    problem = answer.json

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert problem["status"] == status
    assert all(isinstance(problem[name], str) and problem[name] for name in ("type", "title", "detail"))
    if problem["type"] == "about:blank":  # no more than its status (RFC 9457, section 4.2.1)
        assert problem["title"] == HTTPStatus(status).phrase
        return
    document, _, place = problem["type"].partition("#")
    assert document == f"{BASE}openapi.json"
    found = live.ask("/openapi.json").json
    for part in place.strip("/").split("/"):
        assert part in found, problem["type"]
        found = found[part]


IN_WORDS = {name: kind for name, kind in PROBLEMS.items() if kind[3] not in {414, 431}}


@pytest.mark.parametrize(("method", "address", "headers", "status"), IN_WORDS.values(), ids=IN_WORDS)
def test_a_problem_is_told_in_swedish_and_in_english(
    live: Live, method: str, address: str, headers: dict[str, Any], status: int
) -> None:
    swedish, english, default = (
        live.ask(address, method=method, **headers, **asked)  # type: ignore[arg-type]
        for asked in ({"accept_language": "sv"}, {"accept_language": "en, sv;q=0.1"}, {})
    )

    assert (swedish.status, english.status) == (status, status)
    assert (swedish.headers["content-language"], english.headers["content-language"]) == ("sv", "en")
    if swedish.json["type"] != "about:blank":  # whose title is the phrase of its status
        assert swedish.json["title"] != english.json["title"]
    assert swedish.json["detail"] != english.json["detail"]
    assert default.json == english.json


# ---------------------------------------------------------------- parameters of canned queries

BAD = {
    "not a date": ("search", "since=nope", "since", "YYYY-MM-DD", "ÅÅÅÅ-MM-DD"),
    "no such day": ("search", "since=2023-02-30", "since", "YYYY-MM-DD", "ÅÅÅÅ-MM-DD"),
    "not a number": ("search", "lamps=two", "lamps", "a whole number", "ett heltal"),
    "a very large number": ("search", f"lamps={'9' * 40}", "lamps", "a whole number", "ett heltal"),
    "not of the menu": ("search", "colour=blue", "colour", "white", "white"),
    "not a language": ("search", "lang=de", "lang", "sv", "sv"),
    "not a keeper": ("keeper", "keeper=k9", "keeper", "k1", "k1"),
    "another kind of thing": ("keeper", f"keeper={quote(BASE, safe='')}id/lighthouse/masudden", "keeper", "k1", "k1"),
    "too long a text": ("search", f"text={'x' * 1001}", "text", "1000", "1000"),
    "nul": ("search", "text=%00", "text", "1000", "1000"),
    "not utf-8": ("search", "text=%FF", "text", "UTF-8", "UTF-8"),
    "twice": ("search", "lamps=1&lamps=2", "lamps", "once", "en gång"),
    "unknown": ("search", "lamp=1", "lamp", "lamps", "lamps"),
    "without a name": ("search", "=1", "", "lamps", "lamps"),
    "of a query without any": ("all-kept", "lang=sv", "lang", "no parameters", "inga parametrar"),
}


@pytest.mark.parametrize("case", BAD.values(), ids=BAD)
def test_a_bad_parameter_is_named_and_so_is_what_it_takes(live: Live, case: tuple[str, str, str, str, str]) -> None:
    name, query, parameter, english, swedish = case
    reasons = set()
    for language, words in (("en", english), ("sv", swedish)):
        answer = live.ask(f"/query/{name}.csv?{query}", accept_language=language)
        assert answer.status == 400
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["content-language"] == language
        assert answer.json["type"].endswith("/bad-parameter")
        assert answer.json["parameter"] == parameter
        assert f"'{parameter}'" in answer.json["detail"]
        assert words in answer.json["detail"]
        reasons.add(answer.json["detail"])
    assert len(reasons) == 2


def test_a_field_that_was_left_empty_is_not_given(live: Live) -> None:
    for query in ("keeper=", "keeper=&lang=", "keeper"):
        assert live.ask(f"/query/keeper.csv?{query}").body == live.ask("/query/keeper.csv").body


def test_a_value_may_be_given_short_by_prefix_or_whole(live: Live) -> None:
    iri = f"{BASE}id/keeper/k1"
    bodies = {live.ask(f"/query/keeper.csv?keeper={quote(value, safe='')}").body for value in ("k1", "keeper:k1", iri)}

    assert len(bodies) == 1
    assert bodies == {live.ask("/query/keeper/keeper=keeper.k1.csv").body}


def test_parameters_may_come_in_any_order_and_in_any_encoding(live: Live) -> None:
    addresses = ("lamps=1&text=ud", "text=ud&lamps=1", "te%78t=u%64&lamps=%31")
    answers = {live.ask(f"/query/search.csv?{query}").body for query in addresses}

    assert len(answers) == 1
    assert b"udden" in answers.pop()


def test_the_longest_text_that_a_parameter_takes_is_answered_with_headers_that_clients_can_read(live: Live) -> None:
    answer = live.ask(f"/query/search?{urlencode({'text': '😀' * 1000})}")

    assert answer.status == 200
    assert answer.json["results"]["bindings"] == []
    assert sum(len(name) + len(value) for name, value in answer.headers.items()) < 32 * 1024


# ---------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    "written",
    [
        "/doc/%6cighthouse/masudden.ttl",
        "/doc/lighthouse/m%61sudden%2ettl",
        "/%64oc/lighthouse/masudden.ttl",
        "/query/keeper/keeper%3Dkeeper.k1.csv",
        "/query/%6bights.csv".replace("%6b", "%6C"),
    ],
)
def test_an_address_may_be_percent_encoded_where_it_need_not_be(live: Live, written: str) -> None:
    assert live.ask(written).status == 200


@pytest.mark.parametrize(
    "written",
    [
        "/doc%2Flighthouse/masudden",
        "/doc/lighthouse%2fmasudden",
        "/id/lighthouse%2Fmasudden",
        "/doc/x/../lighthouse/masudden",
        "/doc/./lighthouse/masudden",
        "/doc/%2e%2e/manifest.json",
        "/..",
        "/../../../../etc/passwd",
        "/doc/..%2f..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/doc/lighthouse\\masudden".replace("\\", "%5C"),
        "/doc/lighthouse/masudden%00.ttl",
        "/doc/lighthouse/masudden.TTL",
        "/doc/lighthouse/masudden.ttl/",
        "/doc/lighthouse/masudden.ttl.ttl",
        "/DOC/lighthouse/masudden",
        "/doc/lighthouse/Masudden",
        "/doc//lighthouse/masudden",
        "/doc/%FF%FE",
        "/x%0d%0aSet-Cookie:%20a=b",
        "/id/",
        "/id/lighthouse/",
        "/samverkan.toml",
        "/.git/config",
        "/data/lights.ttl",
    ],
)
def test_what_is_no_address_of_the_site_is_404_and_leads_nowhere(live: Live, written: str) -> None:
    answer = live.ask(written)

    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["status"] == 404
    assert "set-cookie" not in answer.headers
    assert "root:" not in answer.text


@pytest.mark.parametrize(
    ("written", "leads_to"),
    [
        (f"{MASUDDEN}/", MASUDDEN),
        ("/query/", "/query"),
        ("/query/lights/", "/query/lights"),
        ("/def/Lighthouse/", "/def/Lighthouse"),
    ],
)
def test_a_slash_too_many_leads_to_the_address_without(live: Live, written: str, leads_to: str) -> None:
    answer = live.ask(written)

    assert (answer.status, answer.headers["location"]) == (308, leads_to)


def test_an_address_in_absolute_form_is_the_same_address(live: Live) -> None:
    for address in (PAGE, "/"):  # what was made before is sent even to a client that seems to leave
        live.ask(address)
    for authority in ("example.org", "127.0.0.1", "example.org:8080"):
        status, found = raw(live, f"GET http://{authority}{PAGE} HTTP/1.1\r\nHost: other\r\n\r\n".encode())
        assert status == 200
        assert "lighthouse:masudden" in found
    assert raw(live, b"GET http://example.org HTTP/1.1\r\nHost: x\r\n\r\n")[0] == 200


def test_the_host_is_never_repeated_in_an_answer(live: Live) -> None:
    for address in ("/id/lighthouse/masudden", "/", "/def/Lighthouse", MASUDDEN, "/sparql", "/doc/nothing"):
        _, found = raw(
            live, f"GET {address} HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n\r\n".encode()
        )
        assert "evil.example" not in found


def test_the_public_path_works_as_the_short_one_and_keeps_to_itself(live: Live) -> None:
    answer = live.ask("/doll/id/lighthouse/masudden")

    assert (answer.status, answer.headers["location"]) == (303, f"/doll{MASUDDEN}")
    for target in linked(answer, "alternate"):
        assert target.startswith(f"/doll{MASUDDEN}.")
        assert live.ask(target).body == live.ask(target.removeprefix("/doll")).body
    assert live.ask("/doll/def/Lighthouse").headers["location"] == "/doll/def/Lighthouse.ttl"
    assert live.ask("/doll/query/lights").headers["content-location"] == "/doll/query/lights.json"
    assert live.ask("/doll/sparql?query=ASK%7B%7D").json["boolean"] is True
    assert live.ask("/doll/doll/id/lighthouse/masudden").status == 404


def test_a_prefix_stands_in_front_of_every_address_that_is_told() -> None:
    with Live(DOLL, ("--prefix", "/fyrar", "--no-access-log")) as served:
        assert f":{served.port}/fyrar/" in served.said
        thing = served.ask("/id/lighthouse/masudden")
        told = [thing.headers["location"], *linked(thing, "alternate"), *linked(thing, "describedby")]
        told.append(served.ask("/query/lights").headers["content-location"])
        told.append(served.ask("/").headers["content-location"])
        told.append(served.ask("/", accept="text/turtle").headers["location"])
        told += served.ask(MASUDDEN, accept="image/png").json["alternates"]
        assert all(address.startswith("/fyrar/") for address in told)
        assert all(served.ask(address.removeprefix("/fyrar")).status == 200 for address in told)
        assert served.log == ""


# ---------------------------------------------------------------- limits of size


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (f"GET /{'x' * 16_500} HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (f"GET /?{'x' * 100_000} HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (f"GET / HTTP/1.1\r\nHost: x\r\nX: {'x' * 33_000}\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: x\r\n" + "X: y\r\n" * 101 + "\r\n", 431),
        (f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: {(256 << 10) + 1}\r\n\r\n", 413),
        ("POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET / HTTP/2.5\r\nHost: a\r\n\r\n", 505),
        ("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /å HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("nonsense\r\n\r\n", 400),
    ],
)
def test_a_request_that_is_too_large_or_no_request_is_a_problem_that_says_so(
    live: Live, request_: str, status: int
) -> None:
    found, text = raw(live, request_.encode())
    head, _, body = text.partition("\r\n\r\n")

    assert found == status
    assert "content-type: application/problem+json" in head.lower()
    assert "connection: close" in head.lower()
    assert json.loads(body)["status"] == status


# ---------------------------------------------------------------- tables to download


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/query/lights.csv", "lights.csv"),
        ("/query/lights.tsv", "lights.tsv"),
        ("/query/lights.safe.csv", "lights.safe.csv"),
        ("/query/lights/lang=en.csv", "lights-lang=en.csv"),
        ("/query/lights.csv?lang=en", "lights-lang=en.csv"),
        ("/query/search.csv?text=%22%0d%0aX:y%22;filename=evil.exe", "search.csv"),
        ("/sparql?query=SELECT%20*%7B%7D", "sparql.csv"),
    ],
)
def test_a_table_is_downloaded_under_a_plain_name(live: Live, address: str, name: str) -> None:
    accept = "text/tab-separated-values" if address.endswith("tsv") else "text/csv"
    disposition = live.ask(address, accept=accept).headers["content-disposition"]

    assert re.fullmatch(r'attachment; filename="[A-Za-z0-9._=~-]+\.[ct]sv"', disposition)
    assert disposition == f'attachment; filename="{name}"'


# ---------------------------------------------------------------- hostile data

HOSTILE = r"""
@prefix doll: <https://example.org/doll/def/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<https://example.org/doll/id/lighthouse/-evil'()*;=@,$!%22%0d%0aX-Evil:%20yes> a doll:Lighthouse ;
    skos:prefLabel "\"><script>alert(1)</script>\r\nX-Evil: yes\r\n\r\n"@sv , "\u202Egnp.exe\u2066 \u0000"@en ;
    doll:lamps 1 ; doll:height 1.0 ; doll:shows doll:red ;
    rdfs:seeAlso <javascript:alert(1)> , <https://example.com/'onmouseover=alert(1)> .

<https://example.org/doll/id/lighthouse/åäö/%2e%2e/..> a doll:Lighthouse ;
    skos:prefLabel "=HYPERLINK(\"https://evil.example\")"@sv , "</title>]]>&lt;!--"@en ;
    doll:lamps 1 ; doll:height 1.0 ; doll:shows doll:red ;
    doll:keptBy <https://example.org/doll/id/keeper/%22;%20filename=%22evil.exe> .

<https://example.org/doll/id/keeper/%22;%20filename=%22evil.exe> a doll:Keeper ;
    foaf:name "\"; DROP TABLE lights; --\t\\\u2028\u0085" .
""".replace(r"\u0000", "")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A site whose data nobody should trust."""
    site = Path(shutil.copytree(DOLL, tmp_path_factory.mktemp("hostile") / "site"))
    (site / "data" / "hostile.ttl").write_text(HOSTILE, "utf-8")
    sources = site / "data" / "sources.ttl"
    sources.write_text(
        f"{(DOLL / 'data' / 'sources.ttl').read_text('utf-8')}\n"
        'graph:hostile a void:Dataset ; rdfs:label "Elakt"@sv , "Hostile"@en ;\n'
        '    dcterms:description "Elakt."@sv , "Hostile."@en ;\n'
        f"    dcterms:license <{CC0}> .\n",
        "utf-8",
    )
    with Live(site) as served:
        yield served


def test_a_spreadsheet_gets_no_formula_and_the_same_bytes_as_in_the_release(hostile: Live) -> None:
    answer = hostile.ask("/query/lights.safe.csv", accept="application/json", accept_language="en")
    published = {item.path: item for item in items(samverkan.open(hostile.site))}["query/lights.safe.csv"]

    assert (answer.status, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert answer.headers["content-disposition"] == 'attachment; filename="lights.safe.csv"'
    assert answer.headers["content-language"] == "sv"
    assert answer.body == published.content
    assert answer.body.startswith("\ufefflight,label,height\r\n".encode())
    assert ",\"'=HYPERLINK(" in answer.text
    assert ',"=HYPERLINK(' in hostile.ask("/query/lights.csv").text


RESERVED = "/%:;=@,!$&'()*+"


def own_addresses(live: Live) -> list[str]:
    """Every address of the data that the manifest or the dump knows of."""
    manifest = [f"/{quote(entry['path'])}" for entry in live.ask("/manifest.json").json["files"]]
    quads = pyoxigraph.parse(live.ask("/dump/dataset.trig").body, format=pyoxigraph.RdfFormat.TRIG)
    things = {quad.subject.value for quad in quads if isinstance(quad.subject, pyoxigraph.NamedNode)}
    return manifest + [
        f"/{quote(iri.removeprefix(BASE), safe=RESERVED)}" for iri in things if iri.startswith(f"{BASE}id/")
    ]


def test_hostile_data_breaks_no_header_and_no_format(hostile: Live) -> None:
    checks = {
        "application/ld+json": json.loads,
        "application/json": json.loads,
        "application/sparql-results+json": json.loads,
        "application/rdf+xml": ET.fromstring,
        "application/sparql-results+xml": ET.fromstring,
        "text/turtle": lambda body: list(pyoxigraph.parse(body, format=pyoxigraph.RdfFormat.TURTLE)),
        "application/n-triples": lambda body: list(pyoxigraph.parse(body, format=pyoxigraph.RdfFormat.N_TRIPLES)),
    }
    addresses = own_addresses(hostile)
    evil = [address for address in addresses if "evil" in address.lower() or "%A5" in address]

    assert len(evil) > 10
    for address in addresses:
        answer = hostile.ask(address)
        assert answer.status in {200, 300, 303, 308, 410}, address
        assert "x-evil" not in answer.headers
        assert all(value.isascii() and value.isprintable() for value in answer.headers.values())
        checks.get(answer.headers.get("content-type", "").partition(";")[0], bytes)(answer.body)  # type: ignore[operator]


def test_a_hostile_thing_leads_to_its_document_and_is_named_whole(hostile: Live) -> None:
    evil = "/id/lighthouse/-evil'()*;=@,$!%22%0d%0aX-Evil:%20yes"
    led = hostile.ask(evil)

    assert led.status == 303
    assert linked(led, "cite-as") == [f"{BASE}{evil[1:]}"]
    assert hostile.ask(led.headers["location"], accept="text/turtle").status == 200
    assert hostile.ask(f"/id/lighthouse/{quote('åäö')}/%2e%2e/..").status == 303


def test_a_hostile_value_of_a_menu_can_be_asked_for(hostile: Live) -> None:
    iri = f"{BASE}id/keeper/%22;%20filename=%22evil.exe"
    answer = hostile.ask(f"/query/keeper.csv?{urlencode({'keeper': iri})}")

    assert answer.status == 200
    assert "DROP TABLE" in answer.text
    assert re.fullmatch(r'attachment; filename="[A-Za-z0-9._=~-]+\.csv"', answer.headers["content-disposition"])


@pytest.mark.parametrize(
    "text", ['"><script>', "\r\nX-Evil: yes", "\u202e", "\ud7ff\ue000", "'; DROP", "}} UNION {{", "\\u0022", "😀"]
)
def test_hostile_input_comes_back_only_as_a_value(live: Live, text: str) -> None:
    dataset = {"query": "ASK {}", "default-graph-uri": text}
    for address in (
        *(f"/query/search?{urlencode(given)}" for given in ({"text": text}, {"lamps": text}, {text: "x"})),
        *(f"/sparql?{urlencode(given)}" for given in ({"query": text}, dataset)),
        f"/doc/{quote(text, safe='')}",
    ):
        answer = live.ask(address, accept_language=quote(text))
        assert answer.status in {200, 400, 404}
        assert "x-evil" not in answer.headers
        assert "json" in answer.headers["content-type"]
        assert answer.json is not None
    answer = live.ask(MASUDDEN, accept=quote(text, safe='<>"'))
    assert answer.status == 406
    assert answer.json["status"] == 406


# ---------------------------------------------------------------- public paths, and what was asked before


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/samverkan/def/Agreement", 303, "/samverkan/ki/def/Agreement"),
        ("/samverkan/def/", 303, "/samverkan/ki/def"),
        ("/samverkan/ki", 308, "/samverkan/ki/"),
        ("/samverkan/ki/id/agreement/solna", 303, "/samverkan/ki/doc/agreement/solna"),
        ("/sparql/", 308, "/sparql"),
        ("/dataset", 303, "/.well-known/void"),
    ],
)
def test_a_public_path_leads_on_below_the_same_root(live_ki: Live, path: str, status: int, location: str) -> None:
    answer = live_ki.ask(path)

    assert (answer.status, answer.headers["location"]) == (status, location)
    assert live_ki.ask(location).status in {200, 303}


def test_two_slashes_are_not_one(live: Live) -> None:
    assert live.ask("//doc/lighthouse/masudden").status == 404


def test_a_query_is_answered_again_as_before_unless_it_asks_for_the_time_or_for_chance(live: Live) -> None:
    same = "SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 3"
    assert live.sparql(same).body == live.sparql(same).body
    assert live.sparql(same, "text/csv").headers["content-type"].startswith("text/csv")
    for chance in ("RAND()", "NOW()", "STRUUID()"):
        query = f"SELECT ({chance} AS ?x) {{}}"
        assert live.sparql(query).json != live.sparql(query).json


def test_an_answer_that_is_too_large_names_its_limit(live_ki: Live) -> None:
    answer = live_ki.sparql("SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 120000", "application/n-triples, */*;q=0.1")

    assert answer.status == 503
    assert answer.json["reason"] in {"size", "memory"}
    assert answer.json["limit"]["bytes"] in {32 << 20, 192 << 20}


# ---------------------------------------------------------------- addresses that mean the same


def test_what_need_not_be_escaped_is_not_another_address(live_ki: Live) -> None:
    plain = live_ki.ask("/query/contacts.csv?lang=en&agreement=solna").body

    assert live_ki.ask("/%71uery/contact%73.csv?lang=en&agreement=solna").body == plain
    assert live_ki.ask("/%73parql?query=ASK%7B%7D").json["boolean"] is True
    assert live_ki.ask("/%68ealthz").status == 200


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/sparql/?query=ASK%7B%7D", "/sparql?query=ASK%7B%7D"),
        ("/query/contacts/?lang=en", "/query/contacts?lang=en"),
        ("/query/contacts/", "/query/contacts"),
    ],
)
def test_a_slash_too_many_loses_no_query(live_ki: Live, path: str, location: str) -> None:
    answer = live_ki.ask(path)

    assert (answer.status, answer.headers["location"]) == (308, location)


def test_the_present_version_of_the_ontology_leads_to_the_ontology(live_ki: Live) -> None:
    answer = live_ki.ask("/def/0.1.0")

    assert (answer.status, answer.headers["location"]) == (303, "/def")
    assert live_ki.ask("/def/0.0.9").status == 404


def test_the_text_of_a_query_is_the_same_whatever_the_parameters(live_ki: Live) -> None:
    assert live_ki.ask("/query/contacts.rq?lang=en").body == live_ki.ask("/query/contacts.rq").body


def test_a_language_that_is_refused_is_not_sent(live_ki: Live) -> None:
    assert live_ki.ask("/query/contacts", accept_language="sv;q=0, *").headers["content-language"] == "en"


def test_a_compressed_query_is_told_to_come_as_it_is(live: Live) -> None:
    answer = live.ask(
        "/sparql",
        method="POST",
        body=b"ASK {}",
        content_type="application/sparql-query",
        content_encoding="gzip",
    )

    assert (answer.status, answer.headers["accept-encoding"]) == (415, "identity")


# --- pages for people


def test_a_page_that_stands_in_another_folder_is_read_there_for_its_links_are_relative(live: Live) -> None:
    answer = live.ask("/query/lights/lang=en", accept="text/html")

    assert (answer.status, answer.headers["location"]) == (303, "/query/lights.en.html")


def test_a_page_is_served_where_it_is_asked_for_if_its_links_hold_there(live: Live) -> None:
    for path in ("/query/lights?lang=en", "/query/keeper.sv.html?keeper=", "/query/lights", "/"):
        assert live.ask(path, accept="text/html").status == 200


def test_an_empty_field_of_a_form_is_no_value(live: Live) -> None:
    assert live.ask("/query/lights.csv?lang=").body == live.ask("/query/lights.csv").body


@pytest.mark.parametrize("language", ["sv", "en", "fi", "en;q=0.5, sv;q=0.1"])
def test_who_asks_for_anything_gets_data_whatever_the_language(live: Live, language: str) -> None:
    for path in ("/query/lights", "/query/lights?lang=en", "/doc/visit/v2"):
        answer = live.ask(path, accept="*/*", accept_language=language)
        assert answer.headers["content-type"].partition(";")[0] in {"application/sparql-results+json", "text/turtle"}
