"""Work that may take forever, done in a process of its own that is ended when its time is up."""

from __future__ import annotations

import contextlib
import gc
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

UNFORKED = threading.Lock()
"""Held by a thread while it is inside of an engine: a process that is forked then would wait for the engine forever."""

if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=UNFORKED.acquire, after_in_parent=UNFORKED.release, after_in_child=UNFORKED.release)

_DONE, _FAILED = b"+", b"-"
_WORKING: set[int] = set()  # the processes whose results nobody has asked for yet


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
            self._message = _nameless_file()  # a pipe holds little: the process would stay, with all of its memory
            self._pid = os.fork()
            if self._pid == 0:
                _child(self._message, work)
            _WORKING.add(self._pid)
            os.close(writer)
            del self._work  # with all that it holds, which this process may not need any more

    def result(self) -> bytes:
        """What the work returns, which is told once; raises `TookTooLongError` or `FailedError`."""
        if not hasattr(os, "fork"):
            return self._work()
        if not self._pid:
            raise FailedError("the process was ended")
        try:
            _await_end(self._reader, self._deadline)
            self._message.seek(0)
            found = self._message.read()
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
            self._message.close()
            os.waitpid(self._pid, 0)
            _WORKING.discard(self._pid)
            self._pid = 0

    def __del__(self) -> None:
        """Leave no process behind where nobody asked for the result."""
        self.end()


class RepeatedWork:
    """Work that is done again and again, in one process that keeps what it has learnt.

    Where a process can't be forked (Windows) the work is done here, without a limit.
    """

    def __init__(self, work: Callable[[], bytes]) -> None:
        self._work = work
        self._pid = 0

    def result(self, seconds: float) -> bytes:
        """What the work returns this time; raises `TookTooLongError` or `FailedError`, and begins anew afterwards."""
        if not hasattr(os, "fork"):
            return self._work()
        try:
            found = self._asked(seconds)
        except BaseException:
            self.end()
            raise
        if found[:1] != _DONE:
            self.end()
            raise FailedError(found[1:].decode("utf-8", "replace"))
        return found[1:]

    def _asked(self, seconds: float) -> bytes:
        if not self._pid:
            self._begin()
        try:
            self._pipe.send_bytes(b"")
            if self._pipe.poll(seconds):
                return self._pipe.recv_bytes()
        except (EOFError, OSError):
            raise FailedError("the process died") from None
        raise TookTooLongError

    def _begin(self) -> None:
        from multiprocessing import Pipe

        self._pipe, other = Pipe()
        self._pid = os.fork()
        if self._pid == 0:
            self._pipe.close()
            _repeat(other, self._work)
        other.close()

    def end(self) -> None:
        """End the process, if it is there, with all that it has begun."""
        if self._pid:
            for end in (os.killpg, os.kill):  # it may not have a group of its own yet
                with contextlib.suppress(ProcessLookupError):
                    end(self._pid, signal.SIGKILL)
            self._pipe.close()
            os.waitpid(self._pid, 0)
            self._pid = 0


def leave(code: int) -> NoReturn:
    """End this process at once with an exit code, and those that work for it.

    Nothing is freed one by one, which would take a twentieth of the time of a large site. So it is only for a process
    that has written all that it had to say, and holds nothing that has to be put in order.
    """
    for pid in _WORKING:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def here(work: Callable[[], bytes]) -> bytes:
    """Return what `work` returns, done in this process without a limit of its own; raises as `Work.result` does."""
    try:
        return work()
    except TookTooLongError:
        raise
    except Exception as error:  # noqa: BLE001 - as in a process of its own
        raise FailedError(f"{type(error).__name__}: {error}") from None


def within(seconds: float, work: Callable[[], bytes]) -> bytes:
    """Return what `work` returns, done in a process of its own, or raise `TookTooLongError` or `FailedError`."""
    return Work(seconds, work).result()


def give_back() -> None:
    """Give memory that was freed back to the system, where the C library can be told to (malloc_trim(3) of glibc)."""
    import ctypes

    with contextlib.suppress(OSError, AttributeError, TypeError):  # another library, or another system
        ctypes.CDLL(None).malloc_trim(0)


def _nameless_file() -> IO[bytes]:
    """A file that nobody else can open, in memory where that can be had."""
    return os.fdopen(os.memfd_create("message"), "w+b") if hasattr(os, "memfd_create") else TemporaryFile()


def _child(message: IO[bytes], work: Callable[[], bytes]) -> None:
    gc.freeze()  # or the first collection would write to, and so copy, all memory that is shared with the parent
    found = _outcome(work)
    try:
        message.write(found)
        message.flush()
    finally:
        os._exit(0)


def _outcome(work: Callable[[], bytes]) -> bytes:
    """What work returns, or how it ended, on its way to the parent."""
    try:
        _limit_memory()
        return _DONE + work()
    except BaseException as error:  # noqa: BLE001 - whatever ends the child is told to the parent
        return _FAILED + f"{type(error).__name__}: {error}".encode()


def _repeat(pipe: Connection, work: Callable[[], bytes]) -> None:
    """Do work whenever the parent asks for it, until the parent is gone."""
    try:
        os.setsid()  # Ctrl-C is for the parent; with this process all that it has begun is ended
        while True:
            pipe.recv_bytes()
            pipe.send_bytes(_outcome(work))
            gc.collect()
    finally:
        os._exit(0)


def _limit_memory() -> None:
    """At most as much as the machine has: work that grows without end fails alone, and nothing else is ended for it."""
    import resource

    with contextlib.suppress(OSError, ValueError):
        most = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _await_end(reader: int, deadline: float) -> None:
    """Wait until a process has ended, of which nobody else has the other end of the pipe."""
    ready, _, _ = select.select([reader], [], [], max(0.0, deadline - time.monotonic()))
    if not ready:
        raise TookTooLongError


@dataclass(frozen=True)
class QueryLimits:
    """What a free query may cost.

    `seconds` is wall clock time, waiting included, `bytes` the size of an answer that can't be streamed, and `memory`
    what the query may take, in bytes; `length` is the longest text of a query, in bytes, and
    `depth` its deepest nesting: what `samverkan.model.sparql` refuses.
    """

    seconds: float
    bytes: int
    memory: int
    length: int = 64 * 1024
    depth: int = 64
