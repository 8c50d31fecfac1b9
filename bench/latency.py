"""How long one client waits for an answer, beside a server that does nothing but answer: `python -m bench.latency`.

As a program it is that other server: for `GET /5000` it sends 5,000 bytes, and tells its port on a line of its own.
One client asks both in turn on connections that it keeps; what is compared is the wait for equally many bytes.
"""

from __future__ import annotations

import asyncio
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from statistics import median
from typing import Self
from urllib.parse import urlsplit

from bench.processes import ROOT

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_END = b"\r\n\r\n"


@dataclass
class Client:
    """A connection that is kept to a server on this machine."""

    address: str
    _socket: socket.socket = field(init=False)

    def __enter__(self) -> Self:
        parts = urlsplit(self.address)
        self._socket = socket.create_connection((parts.hostname or "", parts.port or 80), 60)
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def get(self, path: str) -> tuple[float, int]:
        """Ask for a path: the seconds until its last byte, and its size; raises `RuntimeError` if it isn't a 200."""
        request = f"GET {path} HTTP/1.1\r\nHost: {urlsplit(self.address).netloc}\r\nAccept: */*\r\n\r\n".encode()
        start = time.perf_counter()
        self._socket.sendall(request)
        head, size = self._answer()
        seconds = time.perf_counter() - start
        if not head.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(f"{self.address}{path}: {head[:200]!r}")
        return seconds, size

    def _answer(self) -> tuple[bytes, int]:
        """The head of an answer, and the size of its body, all of which has come."""
        found = b""
        while _END not in found:
            found += self._part()
        head, _, body = found.partition(_END)
        length = _LENGTH.search(head + b"\r\n")
        size, there = int(length[1]) if length else 0, len(body)
        while there < size:
            there += len(self._part())
        return head, size

    def _part(self) -> bytes:
        part = self._socket.recv(1 << 18)
        if not part:
            raise RuntimeError(f"{self.address} has closed the connection")
        return part


def slower(ours: Client, plain: Client, rounds: Sequence[Sequence[str]]) -> float:
    """How many times as long as the plain server, which sends as many bytes, a client waits for ours.

    `rounds` are the paths that are asked for in each. The median of the rounds, each with the medians of its waits.
    """
    return median(_round(ours, plain, paths) for paths in rounds)


def _round(ours: Client, plain: Client, paths: Sequence[str]) -> float:
    waits = [(seconds, plain.get(f"/{size}")[0]) for seconds, size in map(ours.get, paths)]
    return median(one for one, _ in waits) / median(other for _, other in waits)


@contextmanager
def plain() -> Iterator[str]:
    """The other server, as a process of its own, until the end of the block; its address."""
    command = [sys.executable, "-m", "bench.latency"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(asyncio.IncompleteReadError, ConnectionError):  # the client has left
        while True:
            request = await reader.readuntil(_END)
            size = int(request.partition(b" ")[2].partition(b" ")[0][1:])
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size)
            await writer.drain()


async def _serve() -> None:
    server = await asyncio.start_server(_answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
