"""What goes over the sockets: frames of a JSON head and a raw body, and file descriptors that are handed on.

A frame is whether it is the last, its two lengths (`!?IQ`), the head and the body. Where the length of the body is
`IN_PIECES`, it comes in pieces, each behind its length (`!I`), and a piece without bytes ends it. A frame that is cut
short is an error (`CutError`) and never a shorter frame. The sockets are local stream sockets (unix(7)); a
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
from samverkan.server.pool.stream import Stream

LONGEST_HEAD = 1 << 24
"""Bytes: a longer head is taken for a broken frame."""

ORDER = struct.Struct("!BII")
"""Client to supervisor: what to do (`LONG`, `DROP`), the number of the worker, and the milliseconds that are left."""

LONG, DROP = range(2)
"""Its job takes long: keep its time, and let it give way; it is wanted no longer: end it."""

NEWS = struct.Struct("!BIB")
"""Supervisor to client: what happened (`FORKED`, `ENDED`), the number of the worker, and its queue, or why it ended."""

FORKED, ENDED = range(2)
"""There is a worker, whose socket comes as a descriptor; there is none any more."""

REASONS = ("time", "memory", "depth", "killed")
"""Why a worker ended: its job's time was over; no more memory; its stack was full; anything else."""

IN_PIECES = (1 << 64) - 1
"""As the length of a body: it comes in pieces."""

_LENGTHS = struct.Struct("!?IQ")
_PIECE = struct.Struct("!I")
_CHUNK = 1 << 18


class CutError(Exception):
    """The other side is gone before a frame was whole."""


class BrokenError(CutError):
    """What came is no frame, so there will be none."""


class JobReply(NamedTuple):
    """What comes back for a job; after the last, its worker ends.

    A body of more than `LARGE` bytes is a `Spool`, and one that comes in pieces a `Stream`.
    """

    head: Mapping[str, Any]
    body: bytes | Spool | Stream = b""
    is_last: bool = False


def pack(head: Mapping[str, Any], body: bytes = b"") -> bytes:
    """One frame. Raises `TypeError` when the head can't be JSON."""
    return opening(head, len(body)) + body


def opening(head: Mapping[str, Any], size: int, *, is_last: bool = False) -> bytes:
    """A frame without the `size` bytes of its body, which may be sent behind it without a copy."""
    encoded = orjson.dumps(dict(head))
    return _LENGTHS.pack(is_last, len(encoded), size) + encoded


def piece(content: bytes) -> bytes:
    """A piece of a body that comes in pieces; one without bytes is its end."""
    return _PIECE.pack(len(content)) + content


def received(sock: socket.socket) -> tuple[dict[str, Any], bytes]:
    """Wait for one frame on a blocking socket. Raises `CutError` when the other side goes before it is whole."""
    try:
        _, head, body = _lengths(_exactly(sock, _LENGTHS.size))
        return _head(_exactly(sock, head)), _exactly(sock, body)
    except OSError as error:
        raise CutError(str(error)) from error


async def reply(sock: socket.socket) -> JobReply:
    """Wait for one frame, the next thing that comes on a non-blocking socket, and read nothing behind it.

    Raises `CutError` when the other side goes before it is whole.
    """
    receiver = Receiver()
    while (found := receiver(await _some(sock, receiver.missing))) is None:
        pass
    return found


class Receiver:
    """Puts one frame together from its bytes as they come."""

    def __init__(self) -> None:
        self._start = bytearray()
        self._head: Mapping[str, Any] | None = None
        self._size = 0
        self._is_last = False
        self._spool: Spool | None = None
        self._pieces: _PiecesReceiver | None = None

    def __call__(self, chunk: bytes) -> JobReply | None:
        """The frame when it is whole; one whose body comes in pieces as soon as its head is.

        Raises `BrokenError` for what is none, and `OSError` where a large body can't be kept.
        """
        if self._pieces:
            self._pieces(chunk)
            return None
        if self._spool:
            self._spool.write(chunk)
        else:
            self._start += chunk
        if self._head is None:
            self._open()
        return None if self._head is None else self._whole(self._head)

    @property
    def missing(self) -> int:
        """How many bytes are missing of the part that is coming: the lengths, the head, or the body."""
        there = len(self._start)
        if self._head is not None:
            return self._size - (self._spool.size if self._spool else there)
        return _LENGTHS.size - there + (_lengths(self._start)[1] if there >= _LENGTHS.size else 0)

    def _open(self) -> None:
        """Read the head as soon as it is there; behind it there are only bytes of the body."""
        if len(self._start) < _LENGTHS.size:
            return
        self._is_last, head, self._size = _lengths(self._start)
        if len(self._start) >= (body := _LENGTHS.size + head):
            self._head = _head(self._start[_LENGTHS.size : body])
            del self._start[:body]
            if self._size == IN_PIECES:
                self._pieces = _PiecesReceiver()
            elif self._size > LARGE:
                self._spool = Spool()
                self._spool.write(self._start)

    def _whole(self, head: Mapping[str, Any]) -> JobReply | None:
        if self._pieces:
            self._pieces(bytes(self._start))
            return JobReply(head, self._pieces.stream, self._is_last)
        if self.missing < 0:
            raise BrokenError("There is more than the frame.")
        return None if self.missing else JobReply(head, self._spool or bytes(self._start), self._is_last)


class _PiecesReceiver:
    """Puts the pieces of a body into a stream as they come."""

    def __init__(self) -> None:
        self.stream = Stream()
        self._length = bytearray()
        self._missing = 0  # of the piece that is coming

    def __call__(self, chunk: bytes) -> None:
        """Take what has come. Raises `BrokenError` for what comes behind the end, and `OSError` as the stream does."""
        remainder = memoryview(chunk)
        while remainder:
            if self.stream.is_over:
                raise BrokenError("There is more than the body.")
            remainder = self._content(remainder) if self._missing else self._start(remainder)

    def _content(self, remainder: memoryview) -> memoryview:
        part = remainder[: self._missing]
        self._missing -= len(part)
        self.stream.write(part)
        return remainder[len(part) :]

    def _start(self, remainder: memoryview) -> memoryview:
        wanted = _PIECE.size - len(self._length)
        self._length += remainder[:wanted]
        if len(self._length) == _PIECE.size:
            (self._missing,) = _PIECE.unpack(self._length)
            self._length.clear()
            if not self._missing:
                self.stream.end()
        return remainder[wanted:]


def _lengths(start: bytes | bytearray) -> tuple[bool, int, int]:
    is_last, head, body = _LENGTHS.unpack_from(start)
    if head > LONGEST_HEAD:
        raise BrokenError("The lengths of the frame are broken.")
    return is_last, head, body


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


async def _some(sock: socket.socket, most: int) -> bytes:
    try:
        chunk = await asyncio.get_running_loop().sock_recv(sock, min(most, _CHUNK))
    except ConnectionError:  # a unix socket whose peer went with bytes unread is reset
        chunk = b""
    if not chunk:
        raise CutError("The other side is gone.")
    return chunk


class Records:
    """Records of fixed length that come on a socket, some of them with a file descriptor."""

    def __init__(self, sock: socket.socket, size: int) -> None:
        self._sock = sock
        self._size = size
        self._bytes = b""
        self._descriptors: deque[int] = deque()

    def __call__(self) -> tuple[bytes, int | None] | None:
        """The next record and the descriptor that came with it; None when only a part of it is here yet.

        Raises `CutError` when the other side is gone.
        """
        try:
            chunk, descriptors = _with_descriptors(self._sock, self._size - len(self._bytes))
        except BlockingIOError:
            return None
        except OSError as error:
            raise CutError(str(error)) from error
        if not chunk:
            raise CutError("The other side is gone.")
        self._bytes += chunk
        self._descriptors += descriptors
        return self._record() if len(self._bytes) == self._size else None

    def _record(self) -> tuple[bytes, int | None]:
        record, self._bytes = self._bytes, b""
        return record, self._descriptors.popleft() if self._descriptors else None


def _with_descriptors(sock: socket.socket, size: int) -> tuple[bytes, array[int]]:
    descriptors = array("i")
    chunk, ancillary, _, _ = sock.recvmsg(size, socket.CMSG_SPACE(descriptors.itemsize))
    for level, kind, data in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
    return chunk, descriptors
