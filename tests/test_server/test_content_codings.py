"""Compressed answers: which coding a client gets, the same bytes inside, and a validator of their own."""

from __future__ import annotations

import gzip
import hashlib

import pytest
from tests.live import Live

from samverkan.server.http import content_codings
from samverkan.server.http.content_codings import accepted

PAGE = "/doc/lighthouse/masudden.en.html"
LATER, EARLIER = "Fri, 01 Jan 2100 00:00:00 GMT", "Sun, 06 Nov 1994 08:49:37 GMT"


@pytest.mark.parametrize(
    ("header", "codings"),
    [
        (None, "identity gzip"),
        ("", "identity"),
        ("gzip", "gzip identity"),
        ("x-gzip, deflate", "gzip identity"),
        ("deflate, br;q=0", "identity"),
        ("gzip;q=0", "identity"),
        ("*", "gzip identity"),
        ("*;q=0", ""),
        ("identity;q=0", ""),
        ("identity;q=0, *", "gzip"),
        ("gzip, *;q=0", "gzip"),
        ("gzip;q=0.5, identity", "identity gzip"),
        ("identity;q=0.5, GZIP;q=1.0", "gzip identity"),
        ("gzip;q=0, *", "identity"),
        ("nonsense;;q=x,,", "identity"),
    ],
)
def test_the_codings_that_a_client_takes_are_those_that_rfc_9110_says(header: str | None, codings: str) -> None:
    found = " ".join(each for each in accepted(header) if each != "br")
    assert found == codings


def test_a_page_comes_compressed_with_the_same_bytes_inside_and_a_tag_of_its_own(live: Live) -> None:
    plain, small = live.ask(PAGE, accept_encoding="identity"), live.ask(PAGE, accept_encoding="gzip")
    assert gzip.decompress(small.body) == plain.body
    assert len(small.body) < len(plain.body) / 2
    assert small.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert small.headers["etag"] == f'"{hashlib.sha256(small.body).hexdigest()[:32]}"' != plain.headers["etag"]
    assert {each.headers["vary"] for each in (plain, small)} == {"Accept, Accept-Language, Accept-Encoding"}
    assert live.ask(PAGE, accept_encoding="gzip").body == small.body
    head = live.ask(PAGE, method="HEAD", accept_encoding="gzip")
    assert (head.body, head.headers["content-length"]) == (b"", str(len(small.body)))


def test_conditions_and_ranges_are_those_of_the_bytes_that_are_sent(live: Live) -> None:
    small = live.ask(PAGE, accept_encoding="gzip")
    tag = small.headers["etag"]
    again = live.ask(PAGE, accept_encoding="gzip", if_none_match=tag)
    assert (again.status, again.headers["etag"], again.headers["vary"]) == (304, tag, small.headers["vary"])
    assert "content-encoding" not in again.headers
    assert live.ask(PAGE, accept_encoding="identity", if_none_match=tag).status == 200
    part = live.ask(PAGE, accept_encoding="gzip", range="bytes=5-14", if_range=tag)
    assert (part.status, part.body, part.headers["content-encoding"]) == (206, small.body[5:15], "gzip")
    assert live.ask(PAGE, accept_encoding="identity", range="bytes=5-14", if_range=tag).status == 200


def test_what_is_small_comes_as_it_is_unless_that_is_refused(live: Live) -> None:
    address = "/sparql?query=ASK+%7B%7D"
    assert "content-encoding" not in live.ask(address, accept_encoding="gzip").headers
    forced = live.ask(address, accept_encoding="gzip, identity;q=0")
    assert gzip.decompress(forced.body) == live.ask(address).body
    refused = live.ask(PAGE, accept_encoding="identity;q=0")
    assert (refused.status, "gzip" in refused.json["detail"]) == (406, True)
    assert live.ask("/nothing", accept_encoding="gzip").json["status"] == 404


def test_the_packed_dump_is_n_quads_in_a_coding_for_who_takes_it_and_a_file_for_who_does_not(live: Live) -> None:
    plain = live.ask("/dump/dataset.nq")
    assert plain.headers["content-type"] == "application/n-quads"
    file = live.ask("/dump/dataset.nq.gz", accept_encoding="identity")
    coded = live.ask("/dump/dataset.nq.gz", accept_encoding="gzip")
    assert file.headers["content-type"] == "application/gzip"
    assert (coded.headers["content-type"], coded.headers["content-encoding"]) == ("application/n-quads", "gzip")
    assert file.body == coded.body
    assert gzip.decompress(coded.body) == plain.body
    assert file.headers["etag"] != coded.headers["etag"]
    assert live.ask("/dump/dataset", accept="application/n-quads").body == plain.body


def test_what_has_not_changed_since_a_time_is_not_sent_again(live: Live) -> None:
    since = live.ask(PAGE).headers["last-modified"]
    assert live.ask(PAGE, if_modified_since=since).status == 304
    assert live.ask(PAGE, if_modified_since=LATER).status == 304
    assert live.ask(PAGE, if_modified_since=EARLIER).status == 200
    assert live.ask(PAGE, if_modified_since="yesterday").status == 200
    assert live.ask(PAGE, if_modified_since=since, if_none_match='"other"').status == 200
    assert live.ask(PAGE, if_unmodified_since=EARLIER).status == 412
    assert live.ask(PAGE, if_unmodified_since=EARLIER, if_match="*").status == 200
    assert live.ask(PAGE, if_unmodified_since=since).status == 200
    assert "last-modified" not in live.ask("/sparql?query=SELECT+(NOW()+AS+%3Fx)+%7B%7D").headers


def test_the_same_bytes_give_the_same_compressed_bytes_however_large_they_are() -> None:
    body = b"some text that is there again and again\n" * 100
    assert content_codings.encoded("gzip", body) == content_codings.encoded("gzip", body)
    assert gzip.decompress(bytes(content_codings.encoded("gzip", body))) == body  # type: ignore[arg-type]  # it is small
