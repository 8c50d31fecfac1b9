"""The client's side of the pool: an event loop asks, and is never held up by what it asks."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from samverkan.errors import UsageError
from samverkan.server.pool import frames
from samverkan.server.pool.frames import JobReply
from samverkan.server.pool.queues import Queue

_GRACE = 0.5  # seconds beyond a job's time in which the supervisor should have ended it
_WORD = 1.0  # seconds in which the supervisor says why a reply is cut
_ENDING = 2.0  # seconds in which the supervisor ends by itself
_TICK = 0.005
_GONE = "gone"
_TUNABLES, _HUGE_PAGES = "GLIBC_TUNABLES", "glibc.malloc.hugetlb=1"
"""A fork copies a table of all pages: of a store of a million triples 24 ms with small pages, 0.7 ms with huge ones."""


class BusyError(Exception):
    """Too many jobs of the queue wait already, or the job's time was over before a worker was free."""


class EndedError(Exception):
    """The job was ended before it had replied: `reason` is `time`, `memory`, `depth` (of the stack) or `killed`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SupervisorGoneError(Exception):
    """The supervisor has ended, or the pool is closed."""


class NotOpenedError(Exception):
    """The supervisor would not open; `why` is what it said, or {"exit": status} when it ended without a word."""

    def __init__(self, why: Mapping[str, Any]) -> None:
        super().__init__(str(why))
        self.why = why


class NoForkError(UsageError):
    """This platform has no `os.fork`."""

    def __init__(self) -> None:
        super().__init__(
            "This platform can't fork processes, and a query can't be held in check without that.",
            remedy="Use Linux, macOS, WSL or a container.",
            sv="Den här plattformen kan inte dela processer (fork), och utan det går det inte att hålla en fråga"
            " inom gränserna. Använd Linux, macOS, WSL eller en container.",
        )


@dataclass(eq=False)
class _Turns:
    """The jobs of a queue: some are with the supervisor, the others wait here, in the order in which they came."""

    number: int
    queue: Queue
    waiting: int = 0
    turns: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self.turns = asyncio.Semaphore(self.queue.workers)

    @asynccontextmanager
    async def turn(self, deadline: float) -> AsyncIterator[None]:
        """While it lasts a worker is ours. Raises `BusyError`."""
        if self.turns.locked() and self.waiting >= self.queue.waiting:
            raise BusyError(f"{self.waiting} jobs wait already.")
        self.waiting += 1
        try:
            async with asyncio.timeout_at(deadline):
                await self.turns.acquire()
        except TimeoutError:
            raise BusyError("No worker was free in time.") from None
        finally:
            self.waiting -= 1
        try:
            yield
        finally:
            self.turns.release()


@dataclass(eq=False)
class _PendingJob:
    near: socket.socket
    ended: asyncio.Future[str]

    def end(self, reason: str) -> None:
        """Let who waits for the reply find its end, and the reason."""
        if not self.ended.done():
            self.ended.set_result(reason)
        with suppress(OSError):
            self.near.shutdown(socket.SHUT_RDWR)


class WorkerPool:
    """A supervisor that is open, and its queues. Belongs to the event loop in which it was opened.

    `ready` is what the supervisor said when it opened, `pid` its process, and `gone` is set when it
    has ended or the pool is closed. Close it in both cases: the process is waited for there.
    """

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        control: socket.socket,
        ready: Mapping[str, Any],
        queues: Sequence[Queue],
    ) -> None:
        self.ready = ready
        self.pid = process.pid
        self.gone = asyncio.Event()
        self._process = process
        self._control = control
        self._queues = {queue.name: _Turns(number, queue) for number, queue in enumerate(queues)}
        self._numbers = itertools.cycle(range(1 << 32))
        self._jobs: dict[int, _PendingJob] = {}
        self._words = b""
        self._closing = False
        self._asking = 0
        self._idle = asyncio.Event()
        self._idle.set()
        asyncio.get_running_loop().add_reader(control, self._hear)

    @classmethod
    async def open(cls, command: Sequence[str], hello: Mapping[str, Any], queues: Sequence[Queue]) -> Self:
        """Start `command` as a supervisor with `queues` and wait until it is open; `hello` tells it what to open.

        The command gets the number of a descriptor as its last argument, for `supervisor.greeted`. It
        runs in a session of its own, so an interrupt at the terminal reaches this process alone,
        and on Linux it ends with the thread that calls.
        Raises `NotOpenedError` when the supervisor does not open, `NoForkError` where there can be none,
        and `OSError` when the command can't be started. Cancelling ends the process.
        """
        if not hasattr(os, "fork"):
            raise NoForkError
        process, control = _started(command)
        try:
            greeting = {"hello": dict(hello), "lanes": [asdict(queue) for queue in queues]}
            word = await _first_word(process, control, greeting)
            return cls(process, control, word["ready"], queues)
        except BaseException:
            control.close()
            _kill(process)
            await _reaped(process)
            raise

    async def ask(self, queue: str, job: Mapping[str, Any]) -> JobReply:
        """Have `job` done in the queue named `queue`, and return the reply when it is whole.

        Raises `BusyError` when it can't be begun, `EndedError` when it can't be finished within
        the limits, `SupervisorGoneError`, `KeyError` for an unknown queue, `TypeError` for a job that
        is no JSON, and `OSError` when a large reply can't be kept. Work that raised an error
        replies with a head of {"fault": {"type", "message"}, "trace"}. Cancelling ends the job.
        """
        turns, frame = self._queues[queue], frames.pack(job)
        deadline = asyncio.get_running_loop().time() + turns.queue.seconds
        with self._counted():
            async with turns.turn(deadline):
                return await self._asked(turns, frame, deadline)

    async def close(self, seconds: float = 5.0) -> None:
        """Take no more jobs, give those under way `seconds`, then end the supervisor and all its workers."""
        self._closing = True
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._idle.wait()
        self._lose()
        await _reaped(self._process)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        if self._closing:
            raise SupervisorGoneError
        self._asking += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._asking -= 1
            if not self._asking:
                self._idle.set()

    async def _asked(self, queue: _Turns, frame: bytes, deadline: float) -> JobReply:
        number, (near, far) = next(self._numbers), socket.socketpair()
        with near:
            with far:
                await self._send(queue.number, number, far, deadline)
            near.setblocking(False)
            job = self._jobs[number] = _PendingJob(near, asyncio.get_running_loop().create_future())
            try:
                return await _replied(job, frame, deadline)
            finally:
                del self._jobs[number]

    async def _send(self, queue: int, number: int, far: socket.socket, deadline: float) -> None:
        loop = asyncio.get_running_loop()
        while not self.gone.is_set():
            left = max(0, int((deadline - loop.time()) * 1000))
            try:
                socket.send_fds(self._control, [frames.JOB.pack(queue, number, left)], [far.fileno()])
            except BlockingIOError:
                if not left:
                    raise BusyError("The house did not listen in time.") from None
                await asyncio.sleep(_TICK)
            except ConnectionError:
                break
            else:
                return
        raise SupervisorGoneError

    def _hear(self) -> None:
        """Take what the supervisor says about jobs that it ended."""
        try:
            words = self._control.recv(1 << 12)
        except BlockingIOError:
            return
        except OSError:
            words = b""
        if not words:
            _kill(self._process)  # a worker may have outlived it
            self._lose()
        self._words += words
        whole = len(self._words) - len(self._words) % frames.END.size
        for number, reason in frames.END.iter_unpack(self._words[:whole]):
            if job := self._jobs.get(number):
                job.end(frames.REASONS[reason])
        self._words = self._words[whole:]

    def _lose(self) -> None:
        if not self.gone.is_set():
            asyncio.get_running_loop().remove_reader(self._control)
            self._control.close()
            self.gone.set()
        for job in self._jobs.values():
            job.end(_GONE)


async def _replied(job: _PendingJob, frame: bytes, deadline: float) -> JobReply:
    try:
        async with asyncio.timeout_at(deadline + _GRACE):
            await asyncio.get_running_loop().sock_sendall(job.near, frame)
            return await frames.reply(job.near)
    except TimeoutError:
        raise EndedError("time") from None
    except frames.BrokenError:
        raise EndedError("killed") from None
    except (frames.CutError, ConnectionError):
        reason = await _reason(job)
    raise _error(reason)


def _error(reason: str) -> Exception:
    if reason == _GONE:
        return SupervisorGoneError()
    return BusyError("No worker was free in time.") if reason == "waiting" else EndedError(reason)


async def _reason(job: _PendingJob) -> str:
    try:
        async with asyncio.timeout(_WORD):
            return await job.ended
    except TimeoutError:
        return "killed"


def _started(command: Sequence[str]) -> tuple[subprocess.Popen[bytes], socket.socket]:
    near, far = socket.socketpair()
    near.setblocking(False)
    descriptor = far.fileno()
    try:
        with far:
            return subprocess.Popen(  # noqa: S603 - the command is our caller's own
                [*command, str(descriptor)],
                pass_fds=[descriptor],
                env=os.environ | {_TUNABLES: f"{os.environ.get(_TUNABLES, '')}:{_HUGE_PAGES}".lstrip(":")},
                start_new_session=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            ), near
    except BaseException:
        near.close()
        raise


async def _first_word(
    process: subprocess.Popen[bytes], control: socket.socket, greeting: Mapping[str, Any]
) -> Mapping[str, Any]:
    """What the supervisor says when it is open; raises `NotOpenedError` with what it says when it is not."""
    try:
        await asyncio.get_running_loop().sock_sendall(control, frames.pack(greeting))
        head, _ = await frames.reply(control)
    except (frames.CutError, ConnectionError):
        raise NotOpenedError({"exit": await _reaped(process)}) from None
    if "ready" not in head:
        raise NotOpenedError(head.get("refused", {}))
    return head


async def _reaped(process: subprocess.Popen[bytes]) -> int:
    """Wait for the supervisor, which is to end by itself; when it does not, end it. Its status."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _ENDING
    while (status := process.poll()) is None:
        if loop.time() > deadline:
            _kill(process)
        await asyncio.sleep(_TICK)
    return status


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the supervisor and its workers: a group of their own, whose number stays theirs until it is reaped."""
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
