"""Connections: what is an answer, and which answers a client gets in which order."""

from __future__ import annotations

import asyncio
import socket
import time
from contextlib import suppress
from email.utils import parsedate_to_datetime

import pytest
from tests.serving import (
    GET,
    LAST,
    PATIENCE,
    Answer,
    Door,
    Pattern,
    answer,
    asked,
    echo,
    everything,
    received,
    serving,
    told,
    wait_for,
)

from samverkan.server.http.messages import Request, Response

# ---- what is an answer


@pytest.mark.parametrize(
    "headers",
    [
        (("x", "a\r\nset-cookie: b"),),
        (("x", "a\nb"),),
        (("x", "a\0"),),
        (("x", " a"),),
        (("x", "\N{EURO SIGN}"),),
        (("x", "å"),),
        (("x", "a\x7f"),),
        (("x", "a\x0b"),),
        (("x: y\r\nz", "a"),),
        (("", "a"),),
        (("x y", "a"),),
        (("Content-Length", "3"),),
        (("connection", "close"),),
        (("transfer-encoding", "chunked"),),
        (("date", "today"),),
    ],
)
def test_a_header_can_not_break_out_of_its_line_or_meddle_with_the_framing(
    headers: tuple[tuple[str, str], ...],
) -> None:
    with pytest.raises(ValueError, match="header"):
        _ = Response(200, headers).head


@pytest.mark.parametrize("status", [0, 100, 101, 199, 600, 1000])
def test_a_status_that_ends_no_request_is_no_answer(status: int) -> None:
    with pytest.raises(ValueError, match="status"):
        _ = Response(status).head


def test_the_head_of_an_answer_is_made_once() -> None:
    response = Response(404, (("content-type", "text/plain"), ("x", "~\t!")), b"nothing")
    assert response.head == b"HTTP/1.1 404 Not Found\r\ncontent-type: text/plain\r\nx: ~\t!\r\ncontent-length: 7\r\n"
    assert response.head is response.head
    assert Response(599).head == b"HTTP/1.1 599 \r\ncontent-length: 0\r\n"


# ---- answers


def test_the_connection_is_kept_and_answers_come_in_order(door: Door) -> None:
    with door.connect() as client:
        for number in range(3):
            client.sendall(asked(f"/{number}"))
            got = answer(client)
            assert told(got.body)["path"] == f"/{number}"
            assert got.headers.keys() == {"content-type", "content-length", "date"}


def test_every_answer_has_the_date(door: Door) -> None:
    with door.connect() as client:
        client.sendall(GET)
        first = answer(client).headers.get("date")
        time.sleep(1.1)
        client.sendall(GET)
        second = answer(client).headers.get("date")
    assert first is not None
    assert second is not None
    assert first.endswith(" GMT")
    later = parsedate_to_datetime(second) - parsedate_to_datetime(first)
    assert later.total_seconds() in {1, 2}
    assert abs(parsedate_to_datetime(second).timestamp() - time.time()) < 2


def test_requests_that_are_sent_ahead_are_answered_in_order_and_one_at_a_time() -> None:
    under_way: list[str] = []

    async def slowly(request: Request) -> Response:
        under_way.append(request.path)
        assert len(under_way) == 1
        await asyncio.sleep(0.02 / len(request.path))
        under_way.remove(request.path)
        return echo(request)

    def respond(request: Request) -> Answer:
        return slowly(request) if "s" in request.path else echo(request)

    paths = ["/s", "/a", "/ssss", "/sss", "/b", "/c", "/ss"]
    with serving(respond) as opened:
        found = received(opened.exchange(b"".join(map(asked, paths)) + LAST))
    assert [one["path"] for one in found] == [*paths, "/last"]


def test_hundreds_of_requests_in_one_packet_are_all_answered(door: Door) -> None:
    with door.connect() as client:
        client.sendall(b"".join(asked(f"/{number}") for number in range(500)))
        client.shutdown(socket.SHUT_WR)
        found = received(everything(client))
    assert [one["path"] for one in found] == [f"/{number}" for number in range(500)]


def test_a_hundred_thousand_requests_wait_in_the_system_and_not_in_memory() -> None:
    async def wait(_: Request) -> Response:
        await asyncio.sleep(PATIENCE)
        return Response(200)

    with serving(wait) as opened, opened.connect() as client:
        client.setblocking(False)
        with suppress(BlockingIOError):
            for _ in range(1000):
                client.send(GET * 10_000)
                time.sleep(0.001)
        connection = next(iter(opened.server._common.connections))
        wait_for(lambda: not connection._transport.is_reading())
        assert len(connection._waiting) < 512 * 1024


def test_to_head_the_same_head_is_given_and_no_body() -> None:
    with serving(lambda _: Response(200, (("x", "y"),), b"body")) as opened:
        got = opened.exchange(asked("/", "Connection: close"))
        head = opened.exchange(asked("/", method="HEAD") + asked("/", "Connection: close", method="HEAD"))
    first, second = head.split(b"\r\n\r\n")[:2]
    assert got.endswith(b"\r\n\r\nbody")
    assert head.endswith(b"\r\n\r\n")
    assert b"content-length: 4" in first
    assert _without_date(second + b"\r\n\r\nbody") == _without_date(got)


def _without_date(message: bytes) -> list[bytes]:
    return [line for line in message.split(b"\r\n") if not line.startswith(b"date:")]


def test_head_of_a_large_answer_reads_nothing_of_it() -> None:
    body = Pattern(1 << 30)
    with serving(lambda _: Response(200, (), body)) as opened, opened.connect() as client:
        client.sendall(asked("/", method="HEAD") * 2)
        for _ in range(2):
            assert answer(client, "HEAD").headers["content-length"] == str(1 << 30)
    assert body.reached == 0


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_content_has_neither_body_nor_length(status: int) -> None:
    with serving(lambda _: Response(status, (("etag", '"a"'),), b"unseen")) as opened:
        answers = opened.exchange(GET + LAST)
    assert answers.count(f"HTTP/1.1 {status} ".encode()) == 2
    assert answers.count(b'etag: "a"') == 2
    assert b"content-length" not in answers
    assert b"unseen" not in answers


@pytest.mark.parametrize(
    ("request_line", "connection", "kept", "header"),
    [
        ("GET / HTTP/1.1", None, True, None),
        ("GET / HTTP/1.1", "close", False, "close"),
        ("GET / HTTP/1.1", "Keep-Alive, CLOSE", False, "close"),
        ("GET / HTTP/1.0", None, False, "close"),
        ("GET / HTTP/1.0", "keep-alive", True, "keep-alive"),
        ("GET / HTTP/1.0", "keep-alive, close", False, "close"),
    ],
)
def test_the_client_says_whether_the_connection_is_kept(
    door: Door, request_line: str, connection: str | None, kept: bool, header: str | None
) -> None:
    options = f"Connection: {connection}\r\n" if connection else ""
    with door.connect() as client:
        client.sendall(f"{request_line}\r\nHost: a\r\n{options}\r\n".encode())
        assert answer(client).headers.get("connection") == header
        if kept:
            client.sendall(LAST)
            assert answer(client).status == 200
        assert client.recv(1) == b""


def test_a_body_is_asked_for_when_the_client_waits_to_be_asked(door: Door) -> None:
    with door.connect() as client:
        client.sendall(asked("/", "Expect: 100-Continue", "Content-Length: 3", method="POST"))
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"abc")
        assert told(answer(client).body)["body"] == "abc"
        client.sendall(asked("/", "Expect: 100-continue", "Content-Length: 3", method="POST", body=b"abc"))
        assert told(answer(client).body)["body"] == "abc"
        client.sendall(asked("/", "Expect: 100-continue", "Transfer-Encoding: chunked", method="POST"))
        assert client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(b"3\r\nabc\r\n0\r\n\r\n")
        assert told(answer(client).body)["body"] == "abc"


def test_a_body_that_is_too_large_is_not_asked_for(door: Door) -> None:
    answers = door.exchange(asked("/", "Expect: 100-continue", "Content-Length: 300000", method="POST"))
    assert answers.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("header", ["Content-Length: 33554432", "Transfer-Encoding: chunked"])
def test_a_client_that_sends_all_before_it_reads_can_read_the_413(door: Door, header: str) -> None:
    with door.connect() as client:
        client.sendall(asked("/", header, method="POST") + b"2000000\r\n")
        client.sendall(bytes(1 << 25))
        assert answer(client).status == 413
        assert client.recv(1) == b""


def test_what_is_sent_after_the_last_answer_is_dropped_but_not_for_ever(door: Door) -> None:
    with door.connect() as client:
        client.sendall(asked("/", "Content-Length: 33554432", method="POST"))
        began = time.monotonic()
        with pytest.raises((ConnectionResetError, BrokenPipeError)):
            _send_for_ever(client)
        assert 0.2 < time.monotonic() - began < 2


def _send_for_ever(client: socket.socket) -> None:
    while True:
        client.sendall(bytes(1 << 16))
        time.sleep(0.001)


@pytest.mark.parametrize(
    ("start", "status"),
    [(b"GET /", 414), (b"GET /?", 414), (b"GET / HTTP/1.1\r\nX: ", 431), (b"GET / HTTP/1.1\r\nX", 431)],
)
def test_what_is_too_long_is_refused_before_its_end_has_come(door: Door, start: bytes, status: int) -> None:
    sent = 0
    with door.connect() as client:
        client.sendall(start)
        client.setblocking(False)
        while not (answers := _anything(client)):
            client.send(b"a" * 512)
            sent += 512
            time.sleep(0.0005)
            assert sent < 100_000
    assert answers.startswith(f"HTTP/1.1 {status} ".encode())
    assert sent > 16_000


def _anything(client: socket.socket) -> bytes:
    try:
        return client.recv(1 << 16)
    except BlockingIOError:
        return b""
