"""Bytes that are too many to hold in memory for a reader who may be slow."""

from __future__ import annotations

import os
import tempfile
import weakref

LARGE = 1 << 20
"""Bodies of more bytes than this are spooled."""


class Spool:
    """Bytes in a temporary file without a name: it is gone when the last reader is, or the process.

    Written once by whoever makes it, then only read: from any thread, at any offset.
    """

    def __init__(self) -> None:
        with tempfile.TemporaryFile(buffering=0) as file:
            self._descriptor = os.dup(file.fileno())
        self._close = weakref.finalize(self, os.close, self._descriptor)
        self.size = 0

    def write(self, chunk: bytes | bytearray | memoryview) -> None:
        """Append `chunk`. Raises `OSError` where the disk is full."""
        remainder = memoryview(chunk)
        while remainder:
            written = os.write(self._descriptor, remainder)
            self.size += written
            remainder = remainder[written:]

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset`: fewer at the end, none behind it."""
        return os.pread(self._descriptor, size, offset)

    def close(self) -> None:
        """Give the bytes up now; a spool that nobody holds any more is closed by itself."""
        self._close()
