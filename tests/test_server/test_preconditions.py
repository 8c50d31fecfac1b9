"""Conditions (RFC 9110, section 13), ranges (section 14), and HEAD: what need not be sent, or only in part."""

from __future__ import annotations

import re

import pytest
from tests.answers import GRAPHS, MASUDDEN, PAGE
from tests.live import Answer, Live


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
