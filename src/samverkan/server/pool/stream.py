"""The body of a reply that comes in pieces while it is still worked on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from samverkan.server.pool.spool import Spool

AHEAD = 128 << 20
"""Bytes that wait for their reader at most: then no more are taken from the worker until they are fewer."""

_PART = 8 << 20  # bytes of a file: one that has been read whole is given back


def _nothing() -> None:
    pass


class Stream:
    """Bytes that are read in the order in which they come, by one reader, who may be slow: they wait on disk.

    `size` is how many have come, and `waiting` how many of them have not been taken. `is_over` says that no more will
    come; then `error` is why it was cut, or None for a stream that is whole. `heard` is called when more has come, and
    at the end; `taken` when the reader has taken something, and `left` once, when nothing more is wanted or will come.
    """

    def __init__(self) -> None:
        self.size = self.waiting = 0
        self.is_over = False
        self.error: Exception | None = None
        self.heard: Callable[[], object] = _nothing
        self.taken: Callable[[], object] = _nothing
        self.left: Callable[[], object] = _nothing
        self._parts: deque[Spool] = deque()
        self._offset = 0

    def write(self, piece: bytes | bytearray | memoryview) -> None:
        """Append a piece; what comes after the end is dropped. Raises `OSError` where the disk is full."""
        if self.is_over:
            return
        if not self._parts or self._parts[-1].size >= _PART:
            self._parts.append(Spool())
        self._parts[-1].write(piece)
        self.size += len(piece)
        self.waiting += len(piece)
        self.heard()

    def take(self, most: int) -> bytes:
        """The next bytes: at most so many, and none where none are here."""
        if not self.waiting:
            return b""
        first = self._parts[0]
        found = first.read(self._offset, most)
        self._offset += len(found)
        self.waiting -= len(found)
        if self._offset == first.size and (first.size >= _PART or self.is_over):
            self._parts.popleft().close()
            self._offset = 0
        self.taken()
        return found

    def end(self, error: Exception | None = None) -> None:
        """No more will come: it is whole, or cut because of `error`. What has come can still be taken."""
        if not self.is_over:
            self.is_over, self.error = True, error
            self.left()
            self.heard()

    def close(self) -> None:
        """Nothing more is wanted."""
        self.heard = _nothing
        self.end(StoppedError())
        self.waiting = 0
        while self._parts:
            self._parts.popleft().close()


class StoppedError(Exception):
    """Its reader wanted no more of a stream."""
