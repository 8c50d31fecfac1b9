"""The HTTP server in a thread of the test, on real sockets: what is sent to it, and what it answers."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from samverkan.server.http.connection import Service
from samverkan.server.http.limits import Limits
from samverkan.server.http.messages import Request, Response
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


def read_for_ever(client: socket.socket) -> None:
    while client.recv(1 << 20):
        pass
