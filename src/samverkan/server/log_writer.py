"""Writing that keeps nobody waiting: who reads our output may be slow, or may not read at all."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from contextlib import suppress

_MOST = 256  # parts that may wait to be written


class LogWriter:
    """Hands what it is called with to `write`, in a thread of its own.

    Where `write` falls behind by too much, what comes is dropped; where it raises `OSError`, nobody
    reads any more, and all is.
    """

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._parts: queue.Queue[bytes | None] = queue.Queue(_MOST)
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def __call__(self, part: bytes) -> None:
        """Have a part written, some time."""
        with suppress(queue.Full):
            self._parts.put_nowait(part)

    def close(self, seconds: float) -> None:
        """Wait until all is written, but not longer."""
        with suppress(queue.Full):
            self._parts.put_nowait(None)
            self._thread.join(seconds)

    def _work(self) -> None:
        with suppress(OSError, ValueError):  # ValueError: the stream has been closed
            while (part := self._parts.get()) is not None:
                self._write(part)
