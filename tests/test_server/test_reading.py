"""Requests: what is one, what is refused, and that neither depends on how the network cuts it."""

from __future__ import annotations

import random
import socket
from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.serving import GET, LAST, Door, answer, asked, chunked, everything, received, told, wait_for

from samverkan.server.http.limits import Limits
from samverkan.server.http.messages import Request
from samverkan.server.http.reading import Known, Reader, UnreadableRequestError

# ---- what is a request


def test_a_request_arrives_as_it_was_sent(door: Door) -> None:
    sent = asked("/a%20b/c;d?q=1&q=%C3%A5?x", "X-One: 1", "x-ONE:2", "Empty:", "Tab:\t a \t", method="PUT")
    with door.connect() as client:
        client.sendall(sent)
        got = answer(client)
    assert got.status == 200
    assert told(got.body) == {
        "method": "PUT",
        "path": "/a%20b/c;d",
        "query": "q=1&q=%C3%A5?x",
        "headers": {"host": "a", "x-one": "1, 2", "empty": "", "tab": "a"},
        "body": "",
    }


RIGHT: list[tuple[bytes, tuple[str, str, str, str]]] = [
    (GET, ("GET", "/", "", "")),
    (b"\r\n" + GET, ("GET", "/", "", "")),
    (b"\r\n\r\n\r\n" + GET, ("GET", "/", "", "")),
    (asked("/?"), ("GET", "/", "", "")),
    (asked("/?a?b"), ("GET", "/", "a?b", "")),
    (asked("/sparql?query=ASK{?s?p?o}|^`\\[]"), ("GET", "/sparql", "query=ASK{?s?p?o}|^`\\[]", "")),
    (asked("//x"), ("GET", "//x", "", "")),
    (asked("http://b"), ("GET", "/", "", "")),
    (asked("HTTP://b:1/x?y"), ("GET", "/x", "y", "")),
    (asked("http://[::1]:80?y"), ("GET", "/", "y", "")),
    (asked("https://b/"), ("GET", "/", "", "")),
    (asked("*", method="OPTIONS"), ("OPTIONS", "*", "", "")),
    (asked("http://b", method="OPTIONS"), ("OPTIONS", "*", "", "")),
    (asked("http://b?", method="OPTIONS"), ("OPTIONS", "/", "", "")),
    (asked("/", "Content-Length: 3", method="POST", body=b"a\r\n"), ("POST", "/", "", "a\r\n")),
    (asked("/", "Content-Length: 3", body=b"abc"), ("GET", "/", "", "abc")),
    (asked("/", "Content-Length: 0", method="POST"), ("POST", "/", "", "")),
    (asked("/", "Content-Length:  3\t", method="POST", body=b"abc"), ("POST", "/", "", "abc")),
    (asked("/", f"Content-Length: {'0' * 5000}3", method="POST", body=b"abc"), ("POST", "/", "", "abc")),
    (
        asked("/", "Transfer-Encoding: Chunked", method="POST", body=b"3\r\nabc\r\n0\r\n\r\n"),
        ("POST", "/", "", "abc"),
    ),
    (
        asked(
            "/",
            "transfer-encoding: chunked",
            method="POST",
            body=b'3;a=b;c="d"\r\nabc\r\n000\r\nX: y\r\nHost: z\r\n\r\n',
        ),
        ("POST", "/", "", "abc"),
    ),
    (
        asked("/", "Transfer-Encoding: chunked", method="POST", body=b"5\r\n\r\n0\r\n\r\nA\r\n0123456789\r\n0\r\n\r\n"),
        ("POST", "/", "", "\r\n0\r\n0123456789"),
    ),
    # An upgrade is not taken up, and its body is still a body.
    (asked("/", "Connection: upgrade", "Upgrade: h2c"), ("GET", "/", "", "")),
    (
        asked("/", "Connection: upgrade", "Upgrade: h2c", "Content-Length: 27", method="POST", body=GET[:27]),
        ("POST", "/", "", GET[:27].decode()),
    ),
    (
        asked(
            "/", "Connection: upgrade", "Upgrade: h2c", "Transfer-Encoding: chunked", method="POST", body=b"0\r\n\r\n"
        ),
        ("POST", "/", "", ""),
    ),
    (asked("/", "Content_Length: 3", "Proxy-Connection: close"), ("GET", "/", "", "")),
    (asked("/", "Connection: closed, keep-alive"), ("GET", "/", "", "")),
    (b"GET / HTTP/1.1\r\nHost:\r\n\r\n", ("GET", "/", "", "")),
    (b"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", ("GET", "/", "", "")),
    (b"GET / HTTP/1.0\r\nConnection: keep-alive\r\nExpect: tea\r\n\r\n", ("GET", "/", "", "")),
    (asked("/", *[f"X-{number}: a" for number in range(99)]), ("GET", "/", "", "")),
    (asked("/" + "a" * (16 * 1024 - 1)), ("GET", "/" + "a" * (16 * 1024 - 1), "", "")),
    (asked("/", "X: " + "a" * (31 * 1024)), ("GET", "/", "", "")),
]


def named(cases: list[tuple[bytes, Any]]) -> list[str]:
    return [f"{number} {sent[:60]!r}" for number, (sent, _) in enumerate(cases)]


@pytest.mark.parametrize(("sent", "expected"), RIGHT, ids=named(RIGHT))
def test_what_is_right_is_answered_and_what_follows_it_too(
    door: Door, sent: bytes, expected: tuple[str, str, str, str]
) -> None:
    first, second = received(door.exchange(sent + LAST))
    assert (first["method"], first["path"], first["query"], first["body"]) == expected
    assert second["path"] == "/last"
    assert second["headers"] == {"host": "a", "connection": "close"}


WRONG: list[tuple[bytes, int]] = [
    # framing that two readers could read in two ways
    (asked("/", "Content-Length: 6", "Transfer-Encoding: chunked", method="POST", body=b"0\r\n\r\nG"), 400),
    (asked("/", "Transfer-Encoding: chunked", "Content-Length: 6", method="POST", body=b"0\r\n\r\nG"), 400),
    (asked("/", "Content-Length: 3", "Content-Length: 3", method="POST", body=b"abc"), 400),
    (asked("/", "Content-Length: 3", "Content-Length: 30", method="POST", body=b"abc"), 400),
    (asked("/", "Content-Length: 3, 3", method="POST", body=b"abc"), 400),
    (asked("/", "Content-Length: +3", method="POST", body=b"abc"), 400),
    (asked("/", "Content-Length: -3", method="POST", body=b"abc"), 400),
    (asked("/", "Content-Length: 0x3", method="POST", body=b"abc"), 400),
    (asked("/", "Content-Length: 3_0", method="POST", body=b"abc"), 400),
    (asked("/", "Content-Length: \xb3", method="POST", body=b"abc"), 400),
    (asked("/", "Content-Length: 3 3", method="POST", body=b"abc"), 400),
    (asked("/", "Content-Length:", method="POST", body=b"abc"), 400),
    (asked("/", "Content-Length: 262145", method="POST"), 413),
    (asked("/", f"Content-Length: {1 << 64}", method="POST"), 413),
    (asked("/", f"Content-Length: {'9' * 5000}", method="POST"), 413),
    (asked("/", "Transfer-Encoding: chunked, identity", method="POST", body=b"0\r\n\r\n"), 400),
    (asked("/", "Transfer-Encoding: chunked, chunked", method="POST", body=b"0\r\n\r\n"), 400),
    (asked("/", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked", method="POST", body=b"0\r\n\r\n"), 400),
    (asked("/", "Transfer-Encoding: chunked", "Transfer-Encoding: identity", method="POST", body=b"0\r\n\r\n"), 400),
    (asked("/", "Transfer-Encoding: identity", "Transfer-Encoding: chunked", method="POST", body=b"0\r\n\r\n"), 400),
    (asked("/", "Transfer-Encoding: gzip, chunked", method="POST", body=b"0\r\n\r\n"), 501),
    (asked("/", "Transfer-Encoding: ,chunked", method="POST", body=b"0\r\n\r\n"), 501),
    (asked("/", "Transfer-Encoding: xchunked", method="POST", body=b"0\r\n\r\n"), 400),
    (asked("/", 'Transfer-Encoding: "chunked"', method="POST", body=b"0\r\n\r\n"), 400),
    (asked("/", "Transfer-Encoding: chunked;a=b", method="POST", body=b"0\r\n\r\n"), 400),
    (asked("/", "Transfer-Encoding: \x0bchunked", method="POST", body=b"0\r\n\r\n"), 400),
    (asked("/", "Transfer-Encoding:", method="POST", body=b"0\r\n\r\n"), 400),
    (asked("/", "Transfer-Encoding: identity", method="POST"), 400),
    (asked("/", "Transfer-Encoding: chunked", method="POST", version="1.0", body=b"0\r\n\r\n"), 400),
    (asked("/", "Transfer-Encoding : chunked", method="POST", body=b"0\r\n\r\n"), 400),
    # chunks
    (chunked(b"3\nabc\n0\n\n"), 400),
    (chunked(b"3\r\nabc0\r\n\r\n"), 400),
    (chunked(b"3\r\nabcd\r\n0\r\n\r\n"), 400),
    (chunked(b"3 \r\nabc\r\n0\r\n\r\n"), 400),
    (chunked(b" 3\r\nabc\r\n0\r\n\r\n"), 400),
    (chunked(b"0x3\r\nabc\r\n0\r\n\r\n"), 400),
    (chunked(b"-3\r\nabc\r\n0\r\n\r\n"), 400),
    (chunked(b"\r\nabc\r\n0\r\n\r\n"), 400),
    (chunked(b"g\r\nabc\r\n0\r\n\r\n"), 400),
    (chunked(b"3;a\nb\r\nabc\r\n0\r\n\r\n"), 400),
    (chunked(b"10000000000000003\r\nabc\r\n0\r\n\r\n"), 400),
    (chunked(b"0\r\n\r\r\n"), 400),
    (chunked(b"0\r\nX : y\r\n\r\n"), 400),
    (chunked(b"40001\r\n" + b"a" * 0x40001 + b"\r\n0\r\n\r\n"), 413),
    (chunked(b"1;" + b"x" * (12 * 256 * 1024)), 413),
    # lines and header fields
    (b"GET / HTTP/1.1\nHost: a\n\n", 400),
    (b"GET / HTTP/1.1\r\nHost: a\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: a\r\n\n", 400),
    (b"GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", 400),
    (b"GET / HTTP/1.1\rHost: a\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", 400),
    (b"\n" + GET, 400),
    (b" " + GET, 400),
    (asked("/", "X: a\rb"), 400),
    (asked("/", "X: a\nb: c"), 400),
    (asked("/", "X: a\r\n b"), 400),
    (asked("/", "X: a\r\n\tb"), 400),
    (asked("/", "X:\r\n b"), 400),
    (asked("/", "X: a\0b"), 400),
    (asked("/", "X: a\x01"), 400),
    (asked("/", "X: a\x7f"), 400),
    (asked("/", "X\0: a"), 400),
    (asked("/", "X : a"), 400),
    (asked("/", "X\t: a"), 400),
    (asked("/", " X: a"), 400),
    (asked("/", ": a"), 400),
    (asked("/", "X"), 400),
    (asked("/", "X(: a"), 400),
    (asked("/", "\xe5: a"), 400),
    (b"GET / HTTP/1.1\r\n X: a\r\nHost: a\r\n\r\n", 400),
    (asked("/", "Expect: tea", "Content-Length: 3", method="POST", body=b"abc"), 417),
    # the host
    (b"GET / HTTP/1.1\r\n\r\n", 400),
    (b"GET http://a/ HTTP/1.1\r\n\r\n", 400),
    (asked("/", "Host: a"), 400),
    (asked("/", "Host: b"), 400),
    (b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: a:b\r\n\r\n", 400),
    (b"GET / HTTP/1.0\r\nHost: <a>\r\n\r\n", 400),
    # the request line
    (b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    (b"GET /  HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    (b"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400),
    (b"GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    (b"GET /\tHTTP/1.1\r\nHost: a\r\n\r\n", 400),
    (b"GET /\r\n\r\n", 400),
    (b"GET / http/1.1\r\nHost: a\r\n\r\n", 400),
    (b"GET / RTSP/1.0\r\nHost: a\r\n\r\n", 400),
    (b"SOURCE / ICE/1.0\r\nHost: a\r\n\r\n", 400),
    (asked("/", version="1.2"), 505),
    (asked("/", version="2.0"), 505),
    (asked("/", version="0.9"), 505),
    (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
    (asked("/a b"), 400),
    (asked("/a#b"), 400),
    (asked("/\xe5"), 400),
    (asked("/a\0"), 400),
    (asked("/a\x7f"), 400),
    (asked("/%zz"), 400),
    (asked("/%"), 400),
    (asked('/"'), 400),
    (asked("/<"), 400),
    (asked("/\\..\\x"), 400),
    (asked("/?<script>"), 400),
    (asked("a"), 400),
    (asked("*"), 400),
    (asked("http:///a"), 400),
    (asked("http://u@b/"), 400),
    (asked("http://b:x/"), 400),
    (asked("http://b/#c"), 400),
    (asked("ftp://b/"), 400),
    (asked("a:80", method="CONNECT"), 501),
    (asked("/", method="FOO"), 501),
    (asked("/", method="get"), 501),
    (asked("/", method="DESCRIBE"), 501),
    (asked("/", method="G(T"), 400),
    (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    # sizes
    (asked("/" + "a" * (16 * 1024)), 414),
    (asked("/?" + "a" * (16 * 1024)), 414),
    (asked("/", "X: " + "a" * (33 * 1024)), 431),
    (asked("/", *[f"X-{number}: a" for number in range(100)]), 431),
    (asked("/", *["X: a"] * 100), 431),
]


@pytest.mark.parametrize(("sent", "status"), WRONG, ids=named(WRONG))
def test_what_is_wrong_is_refused_and_nothing_after_it_is_read(door: Door, sent: bytes, status: int) -> None:
    before = len(door.records)
    answers = door.exchange(sent + b"\r\n" + LAST)
    assert answers.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"\r\nconnection: close\r\n" in answers
    assert answers.count(b"HTTP/1.1") == 1
    assert [(request, response.status) for request, response, _ in door.records[before:]] == [(None, status)]


def read(reader: Reader, pieces: list[bytes]) -> list[Request | int]:
    """What a reader makes of bytes that come in pieces: requests, and in the end perhaps a fault."""
    found: list[Request | int] = []
    try:
        for piece in pieces:
            start = 0
            while start < len(piece):
                start = reader.take(piece, start)
                if reader.request is not None:
                    found.append(reader.request)
    except UnreadableRequestError as fault:
        found.append(fault.status)
    return found


def cut(sent: bytes, places: list[int]) -> list[bytes]:
    marks = [0, *sorted(place % len(sent) for place in places), len(sent)]
    return [sent[start:end] for start, end in pairwise(marks)]


SHORTER = [case for case in WRONG if len(case[0]) < 1000]


@pytest.mark.parametrize(("sent", "status"), SHORTER, ids=named(SHORTER))
def test_what_is_wrong_is_wrong_a_byte_at_a_time(sent: bytes, status: int) -> None:
    assert read(Reader(Limits()), cut(sent + b"\r\n" + LAST, list(range(len(sent))))) == [status]


STREAM = b"".join(sent for sent, _ in RIGHT if len(sent) < 1000)
WHOLE = read(Reader(Limits()), [STREAM])


@settings(deadline=None)
@given(st.lists(st.integers(min_value=0), max_size=40))
def test_requests_are_the_same_however_the_network_cuts_them(places: list[int]) -> None:
    assert len(WHOLE) == len([sent for sent, _ in RIGHT if len(sent) < 1000])
    assert read(Reader(Limits()), cut(STREAM, places)) == WHOLE


def test_requests_are_the_same_a_byte_at_a_time() -> None:
    assert read(Reader(Limits()), [bytes([byte]) for byte in STREAM]) == WHOLE


def test_heads_that_are_remembered_mean_the_same_and_do_not_pile_up() -> None:
    known: Known = {}
    assert read(Reader(Limits(), known), [STREAM]) == read(Reader(Limits(), known), [STREAM]) == WHOLE
    for number in range(3000):
        read(Reader(Limits(), known), [asked(f"/{number}"), asked("/", method=f"X{number}")])
    assert 0 < len(known) <= 1024
    assert {request.method for request, _, _ in known.values()} <= {"GET", "OPTIONS", "PUT"}


def test_a_body_in_countless_pieces_is_read_in_turns() -> None:
    reader, flood = Reader(Limits()), b"\r\n" * 100_000
    reader.take(chunked(b""), 0)
    assert 0 < reader.take(b"3ffff\r\n" + flood, 0) < 1000


# ---- noise

SEEDS = [sent for sent, _ in RIGHT + WRONG if len(sent) < 1000]


def noise(dice: random.Random) -> bytes:
    """Random bytes, or requests with a few bytes that were changed, left out, doubled or put in."""
    if dice.random() < 0.2:
        return dice.randbytes(dice.randrange(1, 400))
    sent = bytearray(b"".join(dice.choices(SEEDS, k=dice.randrange(1, 4))))
    for _ in range(dice.randrange(4)):
        place = dice.randrange(len(sent))
        sent[place : place + dice.randrange(3)] = dice.choice([b"", b"\r", b"\n", b"\0", b" ", b":", dice.randbytes(2)])
    return bytes(sent[: dice.randrange(1, 2 * len(sent))])


@settings(deadline=None)
@given(st.integers(min_value=0), st.lists(st.integers(min_value=0), max_size=9))
def test_a_reader_makes_the_same_of_noise_however_it_is_cut(seed: int, places: list[int]) -> None:
    sent = noise(random.Random(seed))
    in_pieces, at_once = read(Reader(Limits()), cut(sent, places)), read(Reader(Limits()), [sent])
    # A method that breaks off may be no method, or one that is not known yet: it is refused, one way or the other.
    assert [400 if one == 501 else one for one in in_pieces] == [400 if one == 501 else one for one in at_once]


def test_noise_is_answered_or_not_but_never_hangs_and_never_raises(door: Door) -> None:
    dice = random.Random(2)
    statuses = set()
    for _ in range(500):
        with door.connect() as client:
            for piece in cut(noise(dice), [dice.randrange(1000) for _ in range(dice.randrange(3))]):
                with suppress(BrokenPipeError, ConnectionResetError):
                    client.sendall(piece)
            with suppress(OSError):
                client.shutdown(socket.SHUT_WR)
            answers = everything(client)
        assert answers == b"" or answers.startswith(b"HTTP/1.1 ")
        statuses.add(answers[9:12])
    assert statuses >= {b"200", b"400", b"501", b"505", b""}
    wait_for(lambda: door.server.connections == 0)
    assert not door.failures
    assert not door.loop_errors
