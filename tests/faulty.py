"""An engine that does what real ones do only when something is wrong: raw bytes on loopback, as a test wants them."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qs

RESULTS, TRIPLES = "application/sparql-results+json", "application/n-triples"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)

Reply = Callable[[bytes], Iterable[bytes]]


def head(
    media_type: str = RESULTS,
    *headers: str,
    status: str = "200 OK",
    server: str = "Oxigraph/0.0",
    length: int | None = None,
) -> bytes:
    """The head of an answer; it says its length where one is given."""
    lines = [f"HTTP/1.1 {status}", f"Server: {server}", f"Content-Type: {media_type}", *headers]
    lines += [f"Content-Length: {length}"] if length is not None else []
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode()


def whole(
    body: bytes, media_type: str = RESULTS, *headers: str, status: str = "200 OK", server: str = "Oxigraph/0.0"
) -> list[bytes]:
    """A whole answer."""
    return [head(media_type, *headers, status=status, server=server, length=len(body)), body]


def table(*values: int) -> bytes:
    """The body of a table with one column of integers."""
    kind = "http://www.w3.org/2001/XMLSchema#integer"
    rows = [{"x": {"type": "literal", "value": str(value), "datatype": kind}} for value in values]
    return json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": rows}}).encode()


EMPTY = b'{"head":{"vars":["state","stamp","shared"]},"results":{"bindings":[]}}'
YES = b'{"head":{},"boolean":true}'


def asked(request: bytes) -> str:
    """The query in a request."""
    return parse_qs(request.partition(b"\r\n\r\n")[2].decode()).get("query", [""])[0]


def drip(parts: Iterable[bytes], seconds: float = 0.02) -> Iterator[bytes]:
    """The same bytes one by one, with pauses."""
    for part in parts:
        for byte in part:
            yield bytes([byte])
            time.sleep(seconds)


def never(_request: bytes) -> Iterator[bytes]:
    """Nothing, for as long as anybody waits."""
    time.sleep(5)
    yield b""


@dataclass
class Faulty:
    """A server that answers what `reply` gives for each request, and keeps all requests.

    What we ask of every engine on the way, which it is and whether its data is changing, is answered well.
    """

    reply: Reply
    well: bool = True
    requests: list[bytes] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/sparql"

    @property
    def queries(self) -> list[str]:
        """What was asked, without our own questions."""
        return [query for query in map(asked, self.requests) if not _is_ours(query)]

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            client.settimeout(10)
            request = read(client)
            if not request:
                return
            self.requests.append(request)
            for part in self._answer(request):
                client.sendall(part)

    def _answer(self, request: bytes) -> Iterable[bytes]:
        query = asked(request)
        if self.well and _is_ours(query):
            return whole(YES if query == "ASK {}" else EMPTY)
        return self.reply(request)


def _is_ours(query: str) -> bool:
    return query == "ASK {}" or "store/journal" in query


def read(client: socket.socket) -> bytes:
    """A whole request, or what came of one."""
    request = b""
    while part := client.recv(1 << 16):
        request += part
        opening, end, body = request.partition(b"\r\n\r\n")
        length = _LENGTH.search(opening)
        if end and len(body) >= int(length[1] if length else 0):
            break
    return request


@dataclass
class Gate:
    """A door in front of a real engine: open, shut, or with nobody at it."""

    port: int
    state: str = "open"

    def __call__(self, request: bytes) -> Iterator[bytes]:
        if self.state == "slow":
            time.sleep(4)
        if self.state != "open":
            return
        with socket.create_connection(("127.0.0.1", self.port), 60) as engine:
            engine.sendall(request)
            while part := engine.recv(1 << 16):
                yield part
