"""The server process, with real sockets on the loopback: what it lets in, what it refuses, and whom it waits for."""

from __future__ import annotations

import asyncio
import json
import random
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samverkan.server.http.connection import Service
from samverkan.server.http.limits import Limits
from samverkan.server.http.messages import Readable, Request, Response
from samverkan.server.http.reading import Known, Reader, UnreadableRequestError
from samverkan.server.http.server import Server

Answer = Response | Coroutine[Any, Any, Response]

SHORT = Limits(header_seconds=0.4, idle_seconds=0.4, body_seconds=0.4, write_seconds=0.4, linger_seconds=0.2)
PATIENCE = 5.0
GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
LAST = b"GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"


class Pattern:
    """A large body that is nowhere: each of its bytes follows from its place."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.reached = 0

    def read(self, offset: int, size: int, /) -> bytes:
        size = min(size, self.size - offset)
        self.reached = max(self.reached, offset + size)
        row = bytes(range(256))
        return (row * (size // 256 + 2))[offset % 256 : offset % 256 + size]


class Broken(Pattern):
    """A body that ends, or raises, before its size is reached."""

    def __init__(self, size: int, end: bytes | BaseException) -> None:
        super().__init__(size)
        self._end = end

    def read(self, offset: int, size: int, /) -> bytes:
        if offset < self.size // 2:
            return super().read(offset, size)
        if isinstance(self._end, BaseException):
            raise self._end
        return self._end


def echo(request: Request) -> Response:
    told = {"method": request.method, "path": request.path, "query": request.query, "headers": dict(request.headers)}
    body = json.dumps({**told, "body": request.body.decode("latin-1")}).encode()
    return Response(200, (("content-type", "application/json"),), body)


def refused(status: int) -> Response:
    return Response(status, (("content-type", "text/plain"),), b"refused")


@dataclass
class Door:
    """A server in a thread of its own, and what it has told."""

    server: Server
    loop: asyncio.AbstractEventLoop
    records: list[tuple[Request | None, Response, float]] = field(default_factory=list)
    failures: list[BaseException] = field(default_factory=list)
    loop_errors: list[dict[str, Any]] = field(default_factory=list)
    port: int = 0

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def exchange(self, sent: bytes) -> bytes:
        """All that is answered to `sent` until the server closes."""
        with self.connect() as client:
            client.sendall(sent)
            return everything(client)

    def stop(self, seconds: float) -> None:
        asyncio.run_coroutine_threadsafe(self.server.stop(seconds), self.loop).result(PATIENCE)


@contextmanager
def serving(
    respond: Callable[[Request], Answer] = echo,
    limits: Limits | None = None,
    *,
    refuse: Callable[[int], Response] = refused,
) -> Iterator[Door]:
    """A server for a test; in the end it must be whole: nothing has been raised into its event loop."""
    loop = asyncio.new_event_loop()
    records: list[tuple[Request | None, Response, float]] = []
    failures: list[BaseException] = []
    service = Service(respond, refuse, lambda *told: records.append(told), failures.append)
    door = Door(Server(service, limits), loop, records, failures)
    loop.set_exception_handler(lambda _, context: door.loop_errors.append(context))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(door.server.start("127.0.0.1", 0), loop).result(PATIENCE)
        door.port = door.server.port
        yield door
    finally:
        door.stop(0)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(PATIENCE)
        loop.close()
    assert not door.loop_errors


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    """One server for the many tests that only ask."""
    with serving(limits=Limits(linger_seconds=0.3)) as opened:
        yield opened


def everything(client: socket.socket) -> bytes:
    """What comes until the end; a reset after the last byte is an end as well."""
    parts: list[bytes] = []
    with suppress(ConnectionResetError):
        while part := client.recv(1 << 20):
            parts.append(part)
    return b"".join(parts)


@dataclass(frozen=True)
class Got:
    """An answer as a client gets it."""

    status: int
    headers: dict[str, str]
    body: bytes


def answer(client: socket.socket, method: str = "GET") -> Got:
    """The next answer, and not a byte of what follows it."""
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        byte = client.recv(1)
        assert byte, head
        head += byte
    line, *lines = head[:-4].decode("latin-1").split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    body = bytearray()
    size = 0 if method == "HEAD" else int(headers.get("content-length", 0))
    while len(body) < size:
        body += client.recv(size - len(body))
    return Got(int(line.split(" ")[1]), headers, bytes(body))


def told(body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(body)
    return found


def asked(target: str, *headers: str, method: str = "GET", version: str = "1.1", body: bytes = b"") -> bytes:
    lines = [f"{method} {target} HTTP/{version}", "Host: a", *headers]
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1") + b"\r\n" + body


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE) -> float:
    """How long it took until the condition held."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "it never came true"
        time.sleep(0.005)
    return time.monotonic() - began


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


def received(answers: bytes) -> list[dict[str, Any]]:
    """The bodies of several answers to `echo`."""
    found = []
    while answers:
        head, _, rest = answers.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 OK\r\n"), head
        size = int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        found.append(told(rest[:size]))
        answers = rest[size:]
    return found


def chunked(body: bytes) -> bytes:
    return asked("/", "Transfer-Encoding: chunked", method="POST", body=body)


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


# ---- large answers


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 1_000_000, 20_000_000])
@pytest.mark.parametrize("kind", ["readable", "bytes"])
def test_an_answer_of_any_size_arrives_whole(size: int, kind: str) -> None:
    body: bytes | Readable = Pattern(size) if kind == "readable" else Pattern(size).read(0, size)
    with serving(lambda _: Response(200, (), body)) as opened, opened.connect() as client:
        client.sendall(GET * 2 + LAST)
        for _ in range(3):
            assert answer(client).body == Pattern(size).read(0, size)
        assert client.recv(1) == b""
    assert [response.size for _, response, _ in opened.records] == [size] * 3


def test_a_slow_reader_gets_all_and_costs_no_memory() -> None:
    body = Pattern(4_000_000)
    with serving(lambda _: Response(200, (), body), SHORT) as opened, opened.connect() as client:
        client.sendall(asked("/", "Connection: close"))
        got = 0
        began = time.monotonic()
        while part := client.recv(50_000):
            got += len(part)
            time.sleep(0.01)
        assert time.monotonic() - began > SHORT.write_seconds  # which is for each part, not for the whole
    assert got > 4_000_000
    assert not opened.failures


def test_a_client_that_never_reads_is_dropped_and_its_answer_is_not_read_into_memory() -> None:
    body = Pattern(50_000_000)
    with serving(lambda _: Response(200, (), body), SHORT) as opened, opened.connect() as client:
        client.sendall(GET)
        seconds = wait_for(lambda: opened.records)
        assert SHORT.write_seconds <= seconds < 2 * SHORT.write_seconds + 0.5
        assert opened.server.connections == 0
        assert body.reached < 2_000_000
        with pytest.raises(ConnectionResetError):
            _read_for_ever(client)
    assert len(opened.records) == 1


def _read_for_ever(client: socket.socket) -> None:
    while client.recv(1 << 20):
        pass


def test_a_client_that_asks_and_asks_and_never_reads_is_dropped() -> None:
    with serving(lambda _: Response(200, (), b"x" * 4096), SHORT) as opened, opened.connect() as client:
        client.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                client.send(GET * 1000)
        wait_for(lambda: opened.server.connections == 1)
        wait_for(lambda: opened.server.connections == 0)
    assert len(opened.records) < 3000


def test_a_client_that_reads_its_last_answer_slowly_gets_it_whole() -> None:
    with serving(lambda _: Response(200, (), Pattern(1_000_000)), SHORT) as opened, opened.connect() as client:
        client.sendall(LAST)
        time.sleep(SHORT.write_seconds / 2)
        assert answer(client).body == Pattern(1_000_000).read(0, 1_000_000)
        assert client.recv(1) == b""


def test_the_end_is_told_as_soon_as_the_last_answer_is_read() -> None:
    with serving(lambda request: Response(200, (), Pattern(int(request.path[1:])))) as opened:
        for size in range(150_000, 450_000, 20_000):
            with opened.connect() as client:
                client.sendall(asked(f"/{size}", "Connection: close"))
                time.sleep(0.01)
                began = time.monotonic()
                assert len(everything(client)) > size
                assert time.monotonic() - began < 1


def test_a_client_that_has_said_all_still_gets_its_answer() -> None:
    with serving(lambda _: Response(200, (), Pattern(10_000_000))) as opened, opened.connect() as client:
        client.sendall(GET * 2)
        client.shutdown(socket.SHUT_WR)
        time.sleep(0.05)
        answers = everything(client)
    assert len(answers) > 20_000_000
    assert len(opened.records) == 2


# ---- what fails behind the server process


async def _later(answer_or_error: object) -> Any:
    await asyncio.sleep(0)
    if isinstance(answer_or_error, BaseException):
        raise answer_or_error
    return answer_or_error


class PanicError(BaseException):
    """What a library of Rust raises: no Exception."""


def _raising(error: BaseException) -> Callable[[Request], Answer]:
    def respond(_: Request) -> Answer:
        raise error

    return respond


def _giving(found: Any) -> Callable[[Request], Answer]:
    return lambda _: found


def _giving_later(found: object) -> Callable[[Request], Answer]:
    return lambda _: _later(found)


@pytest.mark.parametrize(
    ("respond", "kind"),
    [
        (_raising(KeyError("a")), KeyError),
        (_raising(PanicError()), PanicError),
        (_giving_later(OSError("a")), OSError),
        (_giving_later(PanicError()), PanicError),
        (_giving_later(asyncio.CancelledError()), asyncio.CancelledError),
        (_giving(None), TypeError),
        (_giving_later(None), AttributeError),
        (_giving(Response(200, (("x", "\r\n"),))), ValueError),
        (_giving_later(Response(200, (("x", "\r\n"),))), ValueError),
        (_giving(Response(100)), ValueError),
    ],
)
def test_what_fails_is_a_500_and_is_told_and_the_service_goes_on(
    respond: Callable[[Request], Answer], kind: type[BaseException]
) -> None:
    with serving(lambda request: respond(request) if request.path == "/" else echo(request)) as opened:
        answers = opened.exchange(GET + LAST)
        assert answers.startswith(b"HTTP/1.1 500 Internal Server Error\r\n")
        assert b"connection: close" in answers
        assert answers.count(b"HTTP/1.1") == 1
        assert received(opened.exchange(LAST))
    assert [type(error) for error in opened.failures] == [kind]
    assert [response.status for _, response, _ in opened.records] == [500, 200]


@pytest.mark.parametrize("refuse", [_raising(KeyError("a")), _giving(None), _giving(Response(200, (("", ""),)))])
def test_where_the_refusal_fails_too_a_bare_one_is_given(refuse: Any) -> None:
    with serving(refuse=refuse) as opened:
        answers = opened.exchange(b"GET\r\n\r\n")
    assert answers.startswith(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n")
    assert len(opened.failures) == 1


def test_an_answer_is_given_though_it_can_not_be_recorded_or_told() -> None:
    def fail(*_: object) -> None:
        raise KeyError

    with serving() as opened:
        opened.server._common.service = Service(echo, refused, fail, fail)
        assert len(received(opened.exchange(GET + LAST))) == 2


@pytest.mark.parametrize(
    ("end", "kind"), [(b"", EOFError), (OSError("the disk is gone"), OSError), (PanicError(), PanicError)]
)
def test_an_answer_that_can_not_be_finished_is_cut_and_never_looks_whole(
    end: bytes | BaseException, kind: type[BaseException]
) -> None:
    with serving(lambda _: Response(200, (), Broken(200_000, end))) as opened, opened.connect() as client:
        client.sendall(GET + LAST)
        with pytest.raises(ConnectionResetError):
            _read_for_ever(client)
    assert [type(error) for error in opened.failures] == [kind]
    assert len(opened.records) == 1


# ---- clients that leave


@pytest.mark.parametrize("ahead", [b"", GET * 3])
def test_work_is_cancelled_when_the_client_leaves(ahead: bytes) -> None:
    seen: list[str] = []

    async def work(_: Request) -> Response:
        seen.append("begun")
        try:
            await asyncio.sleep(PATIENCE)
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise
        return Response(200)

    with serving(work) as opened:
        with opened.connect() as client:
            client.sendall(GET + ahead)
            wait_for(lambda: seen)
        assert wait_for(lambda: len(seen) == 2) < 1
        wait_for(lambda: opened.server.connections == 0)
    assert seen == ["begun", "cancelled"]
    assert (opened.records, opened.failures) == ([], [])


def test_what_fails_while_cancelled_work_tidies_up_is_told() -> None:
    async def work(_: Request) -> Response:
        try:
            await asyncio.sleep(PATIENCE)
        finally:
            raise KeyError
        return Response(200)

    with serving(work) as opened:
        with opened.connect() as client:
            client.sendall(GET)
            wait_for(lambda: opened.server._common.tasks)
        wait_for(lambda: opened.failures)
    assert [type(error) for error in opened.failures] == [KeyError]


def test_clients_that_leave_at_any_moment_trouble_nobody() -> None:
    async def later(request: Request) -> Response:
        await asyncio.sleep(0.001)
        return Response(200, (), Pattern(300_000)) if "large" in request.path else echo(request)

    def respond(request: Request) -> Answer:
        return later(request) if "later" in request.path else Response(200, (), Pattern(300_000))

    sent = asked("/later") + asked("/large") + asked("/later/large") + chunked(b"3\r\nabc\r\n0\r\n\r\n") * 2
    dice = random.Random(1)
    with serving(respond) as opened:
        for _ in range(200):
            with opened.connect() as client:
                client.sendall(sent[: dice.randrange(len(sent))])
                if dice.random() < 0.5:
                    client.settimeout(dice.random() / 300)
                    with suppress(TimeoutError):
                        client.recv(dice.randrange(1, 100_000))
                if dice.random() < 0.5:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        wait_for(lambda: opened.server.connections == 0)
    assert not opened.failures


# ---- clients that take their time


def test_a_connection_that_says_nothing_is_closed_without_a_word() -> None:
    with serving(limits=SHORT) as opened, opened.connect() as client:
        began = time.monotonic()
        assert client.recv(1) == b""
        assert 0.9 * SHORT.header_seconds < time.monotonic() - began < 3 * SHORT.header_seconds
    assert opened.records == []


def test_a_connection_that_is_not_used_any_more_is_closed_without_a_word() -> None:
    with serving(limits=SHORT) as opened, opened.connect() as client:
        client.sendall(GET)
        assert answer(client).status == 200
        began = time.monotonic()
        assert client.recv(1) == b""
        assert 0.9 * SHORT.idle_seconds < time.monotonic() - began < 3 * SHORT.idle_seconds


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (b"", asked("/", *[f"X-{number}: a" for number in range(90)])),
        (GET, asked("/", *[f"X-{number}: a" for number in range(90)])),
        (b"", asked("/", "Content-Length: 100000", method="POST", body=b"x" * 1000)),
        (b"", chunked(b"1\r\na\r\n" * 1000)),
        (b"", chunked(b"0\r\n" + b"X: y\r\n" * 1000)),
        (b"", b"\r\n" * 1000),
    ],
    ids=["header", "later header", "body", "chunks", "trailers", "empty lines"],
)
def test_a_request_that_comes_a_byte_at_a_time_does_not_come_for_ever(first: bytes, then: bytes) -> None:
    with serving(limits=SHORT) as opened, opened.connect() as client:
        client.sendall(first)
        if first:
            answer(client)
        head, _, rest = then.partition(b"\r\n\r\n") if b"POST" in then else (b"", b"", then)
        client.sendall(head + b"\r\n\r\n" if head else b"")
        began = time.monotonic()
        client.setblocking(False)
        for byte in rest:
            if answers := _end_or_bytes(client):
                break
            with suppress(BrokenPipeError, ConnectionResetError):
                client.send(bytes([byte]))
            time.sleep(0.005)
        assert 0.9 * 0.4 < time.monotonic() - began < 3 * 0.4
    assert answers.startswith(b"HTTP/1.1 408 ") or (answers == b"end" and then.startswith(b"\r\n"))


def _end_or_bytes(client: socket.socket) -> bytes:
    try:
        return client.recv(1 << 16) or b"end"
    except BlockingIOError:
        return b""
    except ConnectionResetError:
        return b"end"


def test_nine_hundred_stalled_clients_are_dropped_in_time_and_nobody_else_waits() -> None:
    limits = Limits(header_seconds=1, idle_seconds=1, body_seconds=1, write_seconds=1, linger_seconds=0.3)
    stalls = [b"", b"GET / HTTP/1.1\r\nHost:", asked("/", "Content-Length: 9", method="POST", body=b"a")]
    slowest = 0.0
    with serving(limits=limits) as opened, ExitStack() as stack:
        for number in range(900):
            stack.enter_context(opened.connect()).sendall(stalls[number % 3])
        wait_for(lambda: opened.server.connections > 800)
        stalled = time.monotonic()
        while opened.server.connections > 1:
            began = time.monotonic()
            assert received(opened.exchange(LAST))
            slowest = max(slowest, time.monotonic() - began)
            assert time.monotonic() - stalled < 3
            time.sleep(0.02)
    assert slowest < 0.5
    assert len([response for _, response, _ in opened.records if response.status == 408]) == 600


# ---- many clients


def test_two_hundred_clients_at_once_all_get_their_own_answer() -> None:
    async def respond(request: Request) -> Response:
        await asyncio.sleep(0.1)
        return echo(request)

    async def ask(port: int, number: int) -> str:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        paths = []
        for turn in range(3):
            writer.write(asked(f"/{number}/{turn}"))
            head = await reader.readuntil(b"\r\n\r\n")
            body = await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
            paths.append(told(body)["path"])
        writer.close()
        await writer.wait_closed()
        return " ".join(paths)

    async def all_ask(port: int) -> list[str]:
        return await asyncio.gather(*(ask(port, number) for number in range(200)))

    with serving(respond) as opened:
        began = time.monotonic()
        found = asyncio.run(all_ask(opened.port))
        assert time.monotonic() - began < 5
    assert found == [f"/{number}/0 /{number}/1 /{number}/2" for number in range(200)]


def test_a_client_too_many_is_told_so_until_there_is_room() -> None:
    with serving(limits=Limits(connections=3, linger_seconds=0.2)) as opened, ExitStack() as stack:
        clients = [stack.enter_context(opened.connect()) for _ in range(3)]
        wait_for(lambda: opened.server.connections == 3)
        with opened.connect() as further:
            got = answer(further)
            assert (got.status, got.headers["connection"]) == (503, "close")
            assert further.recv(1) == b""
        clients[0].close()
        wait_for(lambda: opened.server.connections == 2)
        assert received(opened.exchange(LAST))


def test_very_many_clients_too_many_are_dropped_without_a_word() -> None:
    with serving(limits=Limits(connections=1, linger_seconds=5)) as opened, ExitStack() as stack:
        clients = [stack.enter_context(opened.connect()) for _ in range(100)]
        wait_for(lambda: len(opened.records) == 64)
        assert clients[-1].recv(1) == b""
        assert opened.server.connections == 65
        stack.close()
        wait_for(lambda: opened.server.connections == 0)


# ---- the server


def test_a_port_that_is_in_use_is_an_error_of_the_system() -> None:
    async def second(port: int) -> None:
        await Server(Service(echo, refused, lambda *_: None, lambda _: None)).start("127.0.0.1", port)

    with serving() as opened, pytest.raises(OSError, match="in use"):
        asyncio.run(second(opened.port))


def test_a_server_that_stops_finishes_what_is_under_way_and_takes_in_no_more() -> None:
    async def respond(_: Request) -> Response:
        await asyncio.sleep(0.3)
        return Response(200, (), Pattern(1_000_000))

    with serving(respond) as opened, ExitStack() as stack:
        silent, idle, busy, late = (stack.enter_context(opened.connect()) for _ in range(4))
        idle.sendall(asked("/", method="HEAD"))
        answer(idle, "HEAD")
        busy.sendall(GET * 2)
        late.sendall(GET[:-2])
        wait_for(lambda: opened.server.connections == 4 and opened.server._common.tasks)
        stopping = threading.Thread(target=opened.stop, args=(4,))
        stopping.start()
        assert silent.recv(1) == idle.recv(1) == b""
        with pytest.raises(ConnectionRefusedError):
            opened.connect()
        late.sendall(b"\r\n")
        for client in busy, late:
            got = answer(client)
            assert (len(got.body), got.headers["connection"]) == (1_000_000, "close")
            assert client.recv(1) == b""
            client.close()
        stopping.join(1)
        assert not stopping.is_alive()
    assert len(opened.records) == 3


def test_a_server_that_stops_does_not_wait_for_ever() -> None:
    ended: list[str] = []

    async def respond(_: Request) -> Response:
        try:
            await asyncio.sleep(PATIENCE)
        finally:
            ended.append("cancelled")
        return Response(200)

    with serving(respond) as opened, opened.connect() as client:
        client.sendall(GET)
        wait_for(lambda: opened.server._common.tasks)
        began = time.monotonic()
        opened.stop(0.2)
        assert 0.2 <= time.monotonic() - began < 1.5
        assert (ended, opened.server.connections) == (["cancelled"], 0)
        assert client.recv(1) == b""


def test_a_server_that_stops_while_clients_come_leaves_none_of_them_hanging() -> None:
    for number in range(20):
        with serving() as opened, ExitStack() as stack:
            for _ in range(number % 4 + 1):
                stack.enter_context(opened.connect())
            opened.stop(0)
            assert opened.server.connections == 0


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
