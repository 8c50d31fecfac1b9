"""A way to a server on loopback that counts what goes by, and that breaks or changes it as a test says."""

from __future__ import annotations

import http.client
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

_HOPS = {"connection", "transfer-encoding", "content-length", "host", "keep-alive", "date", "server"}


_READING = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class Asked:
    """A request that goes by."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def place(self) -> str:
        """Its path without the query."""
        return self.path.partition("?")[0]


@dataclass
class Reply:
    """What goes back. `sent` is how many bytes of the body really go, before the connection ends."""

    status: int
    headers: dict[str, str]
    body: bytes
    sent: int | None = None


class Broken(Exception):  # noqa: N818 - no error: it is what a test wants
    """Raised by a rule: the connection is reset instead of an answer."""


Rule = Callable[[Asked, Callable[[], Reply]], Reply]


def plain(_asked: Asked, ask: Callable[[], Reply]) -> Reply:
    """Nothing is changed."""
    return ask()


@dataclass
class Flaky:
    """The way: `address` of a path, what went by, and the `rule` by which it is answered."""

    port: int
    target: str
    rule: Rule = plain
    seen: list[Asked] = field(default_factory=list)
    waiting: threading.Event = field(default_factory=threading.Event)

    def at(self, address: str) -> str:
        """An address of the server, by this way."""
        return address.replace(urlsplit(address).netloc, f"127.0.0.1:{self.port}", 1) if address else ""

    @property
    def writes(self) -> list[Asked]:
        """What was sent to change something: all but queries and reading."""
        return [each for each in self.seen if each.place not in {"/query", "/sparql"} and each.method not in _READING]

    def ask(self, asked: Asked) -> Reply:
        """Pass a request on."""
        connection = http.client.HTTPConnection(urlsplit(self.target).netloc, timeout=120)
        try:
            connection.request(asked.method, asked.path, asked.body, asked.headers)
            found = connection.getresponse()
            body = found.read()
            kept = {name: value for name, value in found.getheaders() if name.lower() not in _HOPS}
            return Reply(found.status, kept | {"Server": found.getheader("Server", "")}, body)
        finally:
            connection.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else the body waits 40 ms for an acknowledgement of the headers
    flaky: Flaky

    def _answer(self) -> None:
        kept = {name: value for name, value in self.headers.items() if name.lower() not in _HOPS}
        asked = Asked(self.command, self.path, kept, self._body())
        self.flaky.seen.append(asked)
        try:
            self._send(self.flaky.rule(asked, lambda: self.flaky.ask(asked)))
        except Broken:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        except OSError:
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 - their names in the library

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _send(self, reply: Reply) -> None:
        self.send_response_only(reply.status)
        for name, value in {**reply.headers, "Content-Length": str(len(reply.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body[: reply.sent])
        self.close_connection = self.close_connection or reply.sent is not None

    def log_message(self, *_: Any) -> None:
        """Nothing is written."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: Any) -> None:
        """A client that went away is what is tested."""


@contextmanager
def flaky(target: str, rule: Rule = plain) -> Iterator[Flaky]:
    """Open a way to the server with an address `target`."""

    class Handler(_Handler):
        pass

    with _Server(("127.0.0.1", 0), Handler) as server:
        Handler.flaky = found = Flaky(server.server_port, target, rule)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield found
        finally:
            found.waiting.set()
            server.shutdown()
            thread.join()
