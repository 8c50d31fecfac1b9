"""Work that may take forever, done in a process of its own that is ended when its time is up."""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

_DONE, _FAILED = b"+", b"-"


class TookTooLongError(Exception):
    """The work was not done in time."""


class FailedError(Exception):
    """The work ended with an error, or its process died."""


class Work:
    """Work that is done in a process of its own from now on.

    A regular expression or a query can't be interrupted from inside its process. Where a
    process can't be forked (Windows) the work is done here, without a limit, when its result is asked for.
    """

    def __init__(self, seconds: float, work: Callable[[], bytes]) -> None:
        """Begin; `seconds` is how long it may take from now on."""
        self._work, self._deadline = work, time.monotonic() + seconds
        self._pid = 0
        if hasattr(os, "fork"):
            self._reader, writer = os.pipe()
            self._pid = os.fork()
            if self._pid == 0:
                _child(writer, work)
            os.close(writer)

    def result(self) -> bytes:
        """What the work returns; raises `TookTooLongError` or `FailedError`."""
        if not self._pid:
            return self._work()
        try:
            found = _received(self._reader, self._deadline)
        finally:
            self.end()
        if found[:1] != _DONE:
            raise FailedError(found[1:].decode("utf-8", "replace") or "the process died")
        return found[1:]

    def end(self) -> None:
        """End the process, if it is there; its result is lost."""
        if self._pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            os.close(self._reader)
            os.waitpid(self._pid, 0)
            self._pid = 0

    def __del__(self) -> None:
        """Leave no process behind where nobody asked for the result."""
        self.end()


def within(seconds: float, work: Callable[[], bytes]) -> bytes:
    """Return what `work` returns, done in a process of its own, or raise `TookTooLongError` or `FailedError`."""
    return Work(seconds, work).result()


def _child(writer: int, work: Callable[[], bytes]) -> None:
    gc.freeze()  # or the first collection would write to, and so copy, all memory that is shared with the parent
    try:
        _limit_memory()
        message = _DONE + work()
    except BaseException as error:  # noqa: BLE001 - whatever ends the child is told to the parent
        message = _FAILED + f"{type(error).__name__}: {error}".encode()
    try:
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(message)
    finally:
        os._exit(0)


def _limit_memory() -> None:
    """At most as much as the machine has: work that grows without end fails alone, and nothing else is ended for it."""
    import resource

    with contextlib.suppress(OSError, ValueError):
        most = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _received(reader: int, deadline: float) -> bytes:
    chunks: list[bytes] = []
    while True:
        ready, _, _ = select.select([reader], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            raise TookTooLongError
        chunk = os.read(reader, 1 << 20)
        if not chunk:
            return b"".join(chunks)
        chunks.append(chunk)


@dataclass(frozen=True)
class QueryLimits:
    """What a free query may cost.

    `seconds` is wall clock time, waiting included, `bytes` the size of an answer and `memory`
    what the query may take, in bytes; `length` is the longest text of a query, in bytes, and
    `depth` its deepest nesting: what `samverkan.model.sparql` refuses.
    """

    seconds: float
    bytes: int
    memory: int
    length: int = 64 * 1024
    depth: int = 64
