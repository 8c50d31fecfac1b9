"""What goes over the sockets: frames of a JSON head and a raw body, and file descriptors that are handed on.

A frame is its two lengths (`!IQ`), the head and the body. A frame that is cut short is an error
(`CutError`) and never a shorter frame. The sockets are local stream sockets (unix(7)); a
descriptor travels as SCM_RIGHTS beside the bytes of a record of fixed length.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from array import array
from collections import deque
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from samverkan.server.pool.spool import LARGE, Spool

LONGEST_HEAD = 1 << 24
"""Bytes: a longer head is taken for a broken frame."""

JOB = struct.Struct("!BII")
"""Client to supervisor, with one descriptor: number of the queue, number of the job, milliseconds left."""

END = struct.Struct("!IB")
"""Supervisor to client, for a job that got no whole reply: its number and the place of the reason in `REASONS`."""

REASONS = ("time", "memory", "depth", "killed", "waiting")
"""Why a job ended: its time was over; no more memory; its stack was full; anything else; no worker was free in time."""

_LENGTHS = struct.Struct("!IQ")
_CHUNK = 1 << 18


class CutError(Exception):
    """The other side is gone before a frame was whole."""


class BrokenError(CutError):
    """What came is no frame, so there will be none."""


class JobReply(NamedTuple):
    """What comes back for a job. A body of more than `LARGE` bytes is a `Spool`."""

    head: Mapping[str, Any]
    body: bytes | Spool = b""


def pack(head: Mapping[str, Any], body: bytes = b"") -> bytes:
    """One frame. Raises `TypeError` when the head can't be JSON."""
    return opening(head, len(body)) + body


def opening(head: Mapping[str, Any], size: int) -> bytes:
    """A frame without the `size` bytes of its body, which may be sent behind it without a copy."""
    encoded = orjson.dumps(dict(head))
    return _LENGTHS.pack(len(encoded), size) + encoded


def received(sock: socket.socket) -> tuple[dict[str, Any], bytes]:
    """Wait for one frame on a blocking socket. Raises `CutError` when the other side goes before it is whole."""
    try:
        head, body = _lengths(_exactly(sock, _LENGTHS.size))
        return _head(_exactly(sock, head)), _exactly(sock, body)
    except OSError as error:
        raise CutError(str(error)) from error


async def reply(sock: socket.socket) -> JobReply:
    """Wait for one frame, the last thing that comes on a non-blocking socket.

    Raises `CutError` when the other side goes before it is whole, and `OSError` where a large body can't be kept.
    """
    start = bytearray()
    await _filled(sock, start, _LENGTHS.size)
    head, body = _lengths(start)
    await _filled(sock, start, body_at := _LENGTHS.size + head)
    decoded = _head(start[_LENGTHS.size : body_at])
    del start[:body_at]
    if body > LARGE:
        return JobReply(decoded, await _spooled(sock, start, body))
    await _filled(sock, start, body)
    return JobReply(decoded, bytes(start[:body]))


def _lengths(start: bytes | bytearray) -> tuple[int, int]:
    head, body = _LENGTHS.unpack_from(start)
    if head > LONGEST_HEAD:
        raise BrokenError("The lengths of the frame are broken.")
    return head, body


def _head(encoded: bytes | bytearray) -> dict[str, Any]:
    try:
        head = orjson.loads(encoded)
    except ValueError:
        head = None
    if not isinstance(head, dict):
        raise BrokenError("The head of the frame is broken.")
    return head


def _exactly(sock: socket.socket, size: int) -> bytes:
    found = bytearray(size)
    remainder = memoryview(found)
    while remainder:
        count = sock.recv_into(remainder)
        if not count:
            raise CutError("The other side is gone.")
        remainder = remainder[count:]
    return bytes(found)


async def _filled(sock: socket.socket, found: bytearray, size: int) -> None:
    """Receive until `found` has at least `size` bytes."""
    while len(found) < size:
        found += await _some(sock)


async def _spooled(sock: socket.socket, start: bytearray, size: int) -> Spool:
    spool = Spool()
    spool.write(start)
    while spool.size < size:
        spool.write(await _some(sock))
        await asyncio.sleep(0)  # a worker that writes as fast as we read would keep all others waiting
    return spool


async def _some(sock: socket.socket) -> bytes:
    try:
        chunk = await asyncio.get_running_loop().sock_recv(sock, _CHUNK)
    except ConnectionError:  # a unix socket whose peer went with bytes unread is reset
        chunk = b""
    if not chunk:
        raise CutError("The other side is gone.")
    return chunk


class Handed:
    """Records of fixed length that come on a socket, each with one file descriptor."""

    def __init__(self, sock: socket.socket, size: int) -> None:
        self._sock = sock
        self._size = size
        self._bytes = b""
        self._descriptors: deque[int] = deque()

    def __call__(self) -> tuple[bytes, int] | None:
        """The next record and its descriptor, or None when only a part of it is here yet.

        Raises `CutError` when the other side is gone, or when a descriptor was lost on the way
        because this process may open no more.
        """
        try:
            chunk, descriptors = _with_descriptors(self._sock, self._size - len(self._bytes))
        except OSError as error:
            raise CutError(str(error)) from error
        self._bytes += chunk
        self._descriptors += descriptors
        if not chunk:
            raise CutError("The other side is gone.")
        return self._record() if len(self._bytes) == self._size else None

    def _record(self) -> tuple[bytes, int]:
        record, self._bytes = self._bytes, b""
        if not self._descriptors:
            raise CutError("The record came without its descriptor.")
        return record, self._descriptors.popleft()


def _with_descriptors(sock: socket.socket, size: int) -> tuple[bytes, array[int]]:
    descriptors = array("i")
    chunk, ancillary, _, _ = sock.recvmsg(size, socket.CMSG_SPACE(descriptors.itemsize))
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
    return chunk, descriptors
