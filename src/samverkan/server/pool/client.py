"""The client's side of the pool: an event loop asks, and is never held up by what it asks."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import socket
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, Protocol, Self

from samverkan.errors import UsageError
from samverkan.server.pool import frames
from samverkan.server.pool.frames import JobReply
from samverkan.server.pool.queues import Queue
from samverkan.server.pool.stream import AHEAD, Stream

_GRACE = 0.5  # seconds beyond a job's time in which the supervisor should have ended it
_WORD = 1.0  # seconds in which the supervisor says why a reply is cut
_ENDING = 2.0  # seconds in which the supervisor ends by itself
_TICK = 0.005
_CHUNK = 1 << 18
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


class _Process(Protocol):
    """A process that is to be ended some day; `poll` gives its status, or None where it still runs."""

    pid: int
    returncode: int | Any

    def poll(self) -> int | None: ...


@dataclass
class _Forked:
    """A process that the keeper has forked and reaps; its status is not known here."""

    pid: int
    returncode: int | None = None

    def poll(self) -> int | None:
        """Whether it is gone; where the keeper died before it, and this is process number 1, it is reaped here."""
        with suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)
        try:
            os.kill(self.pid, 0)
        except (ProcessLookupError, PermissionError):  # its number may be another's by now
            self.returncode = 0
        return self.returncode


@dataclass(eq=False)
class _Waiting:
    """A job that waits for a worker, and whose it is."""

    client: str
    is_long: bool
    worker: asyncio.Future[_Worker]


@dataclass(eq=False)
class _Worker:
    """A worker that is there: idle, or at a job for a client."""

    number: int
    turns: _Turns
    line: socket.socket
    client: str = ""
    is_long: bool = False
    is_streaming: bool = False  # its reply comes, or came, in pieces: then it is let go with the last of them
    is_held: bool = False  # nothing is read from it, for its reader has not caught up
    deadline: float = 0.0
    reply: asyncio.Future[JobReply] | None = None
    stream: Stream | None = None  # the body of the reply, while it comes in pieces
    receiver: frames.Receiver = field(default_factory=frames.Receiver)

    @property
    def is_expected(self) -> bool:
        """Whether there is anything more to come of its reply."""
        return self.stream is not None or (self.reply is not None and not self.reply.done())

    def end(self, error: Exception) -> None:
        """Let who waits for the reply find that there will be none, or not the rest of it."""
        if self.stream:
            self.stream.end(error)
        elif self.reply and not self.reply.done():
            self.reply.set_exception(error)


@dataclass(eq=False)
class _Turns:
    """The workers of a queue, and the jobs that wait for one.

    Short jobs come before long ones; among these the client who has the fewest under way, and then the one whose last
    turn is longest ago; of his own jobs, the one that came first.
    """

    number: int
    queue: Queue
    idle: list[_Worker] = field(default_factory=list)
    waiting: list[_Waiting] = field(default_factory=list)
    short: Counter[str] = field(default_factory=Counter)  # under way, by client
    long: Counter[str] = field(default_factory=Counter)
    last: dict[str, int] = field(default_factory=dict)  # of the clients who wait: which turn was theirs last
    turns: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.for_short, self.for_long = self.queue.for_short, self.queue.for_long

    async def worker(self, client: str, deadline: float, *, is_long: bool = False) -> _Worker:
        """A worker for a job, for which `leave` is to be called afterwards. Raises `BusyError`."""
        waiting = _Waiting(client, is_long, asyncio.get_running_loop().create_future())
        self.waiting.append(waiting)
        self.grant()
        if not waiting.worker.done():
            self._refuse_beyond()
            await self._granted(waiting, deadline)
        return waiting.worker.result()

    async def _granted(self, waiting: _Waiting, deadline: float) -> None:
        try:
            async with asyncio.timeout_at(deadline):
                await waiting.worker
        except BaseException as error:
            self._give_up(waiting)
            if isinstance(error, TimeoutError):
                raise BusyError("No worker was free in time.") from None
            raise

    def _give_up(self, waiting: _Waiting) -> None:
        """Wait no longer; a worker that came in the same moment is for the next."""
        if waiting in self.waiting:
            self.waiting.remove(waiting)
        elif waiting.worker.done() and not waiting.worker.cancelled() and not waiting.worker.exception():
            self.leave(waiting.worker.result())
            self.idle.append(waiting.worker.result())
            self.grant()

    def _refuse_beyond(self) -> None:
        """Refuse the last job of the client who has the most waiting, where more wait than may."""
        if len(self.waiting) > self.queue.waiting + max(0, self.for_short - self.short.total()):
            counts = Counter(each.client for each in self.waiting)
            refused = max(reversed(self.waiting), key=lambda each: counts[each.client])
            self.waiting.remove(refused)
            if not refused.worker.done():
                refused.worker.set_exception(BusyError(f"{len(self.waiting)} jobs wait already."))

    def grant(self) -> None:
        """Give idle workers to the jobs that wait."""
        while self.idle and self.waiting and (first := self._first()):
            self.waiting.remove(first)
            worker = self.idle.pop()  # the one that worked last, which has most of what it needs in its memory
            worker.client, worker.is_long = first.client, first.is_long
            self._of(worker)[worker.client] += 1
            self._note_turn(first.client)
            first.worker.set_result(worker)

    def _note_turn(self, client: str) -> None:
        """Keep whose turn it was, if others wait; who does not wait any more is as if new."""
        if not (self.waiting or self.last):
            return
        waiting = {each.client for each in self.waiting}
        self.last = {each: turn for each, turn in self.last.items() if each in waiting}
        if client in waiting:
            self.last[client] = next(self.turns)

    def _first(self) -> _Waiting | None:
        room = (self.for_short - self.short.total(), self.for_long - self.long.total())
        may = (each for each in self.waiting if room[each.is_long] > 0 and not each.worker.done())
        return min(may, key=self._rank, default=None)

    def _rank(self, waiting: _Waiting) -> tuple[bool, int, int]:
        client = waiting.client
        return waiting.is_long, self.short[client] + self.long[client], self.last.get(client, -1)

    def _of(self, worker: _Worker) -> Counter[str]:
        return self.long if worker.is_long else self.short

    def leave(self, worker: _Worker) -> None:
        """The job of a worker is over."""
        counted = self._of(worker)
        counted[worker.client] -= 1
        if not counted[worker.client]:
            del counted[worker.client]

    def make_long(self, worker: _Worker) -> bool:
        """Count the job of a worker among the long ones, if there is room for it there."""
        if self.long.total() >= self.for_long:
            return False
        self.leave(worker)
        worker.is_long = True
        self.long[worker.client] += 1
        self.grant()
        return True


class _PutOffError(Exception):
    """The job takes long, and there is no room for another long one."""


class _UnbegunError(Exception):
    """The worker was gone before it had the job, so another can do it."""


class WorkerPool:
    """A supervisor that is open, and its queues. Belongs to the event loop in which it was opened.

    `ready` is what the supervisor said when it opened, `pid` its process, and `gone` is set when it
    has ended or the pool is closed. Close it in both cases: the process is waited for there.
    """

    def __init__(
        self,
        process: _Process,
        control: socket.socket,
        ready: Mapping[str, Any],
        queues: Sequence[Queue],
    ) -> None:
        self.ready = ready
        self.pid = process.pid
        self.gone = asyncio.Event()
        self._process = process
        self._control = control
        self._turns = [_Turns(number, queue) for number, queue in enumerate(queues)]
        self._queues = {turns.queue.name: turns for turns in self._turns}
        self._workers: dict[int, _Worker] = {}
        self._news = frames.Records(control, frames.NEWS.size)
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

    async def ask(self, queue: str, job: Mapping[str, Any], client: str = "") -> JobReply:
        """Have `job` done in the queue named `queue`, and return the reply when it is whole.

        A reply that comes in pieces is returned when its head has come; its body is then a `Stream`, which ends in the
        time of the job, cut by what would be raised here. It is to be closed by who wants no more of it.

        `client` is whose job it is, so that nobody's jobs keep those of others waiting.
        Raises `BusyError` when it can't be begun, `EndedError` when it can't be finished within
        the limits, `SupervisorGoneError`, `KeyError` for an unknown queue, `TypeError` for a job that
        is no JSON, and `OSError` when a large reply can't be kept. Work that raised an error
        replies with a head of {"fault": {"type", "message"}, "trace"}. Cancelling ends the job.
        """
        turns, frame = self._queues[queue], frames.pack(job)
        deadline = asyncio.get_running_loop().time() + turns.queue.seconds
        with self._counted():
            try:
                return await self._asked(turns, client, frame, deadline)
            except _PutOffError:
                return await self._asked(turns, client, frame, deadline, is_long=True)

    async def _asked(
        self, turns: _Turns, client: str, frame: bytes, deadline: float, *, is_long: bool = False
    ) -> JobReply:
        """What the first worker replies that is there to take the job."""
        while True:
            worker = await turns.worker(client, deadline, is_long=is_long)
            with suppress(_UnbegunError):
                return await self._replied(worker, frame, deadline)

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
        if self._closing or self.gone.is_set():
            raise SupervisorGoneError
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        """Count the jobs under way."""
        self._asking += more
        if self._asking:
            self._idle.clear()
        else:
            self._idle.set()

    async def _replied(self, worker: _Worker, frame: bytes, deadline: float) -> JobReply:
        """What a worker replies to a job."""
        loop = asyncio.get_running_loop()
        worker.reply, worker.receiver, worker.deadline = loop.create_future(), frames.Receiver(), deadline
        short = 0.0 if worker.is_long else worker.turns.queue.short_seconds
        timer = loop.call_later(min(short, (deadline - loop.time()) / 2), self._grow_long, worker)
        is_idle = False
        try:
            await self._give(worker, frame, deadline)
            reply = await worker.reply
        except BaseException:
            if worker.stream:  # who asked has left, and its head was on the way
                worker.stream.close()
            raise
        else:
            is_idle = not (worker.is_long or reply.is_last)
            return reply
        finally:
            timer.cancel()
            if not worker.is_streaming:
                self._release(worker, is_idle=is_idle)

    async def _give(self, worker: _Worker, frame: bytes, deadline: float) -> None:
        """Send a job to a worker, unless it has died between its turn and this."""
        if self.gone.is_set():
            raise SupervisorGoneError
        if worker.number not in self._workers:
            raise _UnbegunError
        await _sent(worker.line, frame, deadline + _GRACE)

    def _grow_long(self, worker: _Worker) -> bool:
        """A job has taken long: the supervisor keeps its time from now on; without room for it, it has to wait.

        Should the supervisor not end it in time, nobody waits for it any longer.
        """
        if not (worker.is_long or worker.turns.make_long(worker)):
            worker.end(_PutOffError())
            return False
        loop = asyncio.get_running_loop()
        self._order(frames.LONG, worker, max(0, int((worker.deadline - loop.time()) * 1000)))
        loop.call_at(worker.deadline + _GRACE, worker.end, EndedError("time"))
        return True

    def _open(self, worker: _Worker, reply: asyncio.Future[JobReply], found: JobReply) -> None:
        """A reply has come, or the head of one in pieces: that is a long job, and keeps its worker to the end."""
        if not isinstance(found.body, Stream):
            reply.set_result(found)
        elif worker.is_long or self._grow_long(worker):
            worker.stream, worker.is_streaming = found.body, True
            worker.stream.left, worker.stream.taken = partial(self._close, worker), partial(self._go_on, worker)
            self._count(1)
            reply.set_result(found)
            if found.body.is_over:
                self._close(worker)

    def _close(self, worker: _Worker) -> None:
        """A reply in pieces is over, however it ended."""
        if worker.stream:
            worker.stream = None
            self._release(worker, is_idle=False)
            self._count(-1)

    def _go_on(self, worker: _Worker) -> None:
        """Read on where a reader has caught up."""
        if worker.is_held and worker.stream and worker.stream.waiting <= AHEAD // 2:
            worker.is_held = False
            asyncio.get_running_loop().add_reader(worker.line, self._receive, worker)

    def _release(self, worker: _Worker, *, is_idle: bool) -> None:
        """Let a worker wait for another job; one whose job was long, or did not end well, goes."""
        worker.turns.leave(worker)
        worker.reply = None
        if is_idle and worker.number in self._workers:
            worker.turns.idle.append(worker)
        else:
            self._drop(worker)
        worker.turns.grant()

    def _drop(self, worker: _Worker) -> None:
        """Have a worker ended that is wanted no longer."""
        if self._workers.pop(worker.number, None):
            self._order(frames.DROP, worker)
            self._forget(worker)

    def _forget(self, worker: _Worker) -> None:
        asyncio.get_running_loop().remove_reader(worker.line)
        worker.line.close()
        with suppress(ValueError):
            worker.turns.idle.remove(worker)

    def _order(self, what: int, worker: _Worker, milliseconds: int = 0) -> None:
        """Tell the supervisor; it reads at once, so one that leaves this much unread is lost."""
        if self.gone.is_set():
            return
        try:
            self._control.sendall(frames.ORDER.pack(what, worker.number, milliseconds))
        except OSError:
            self._lose_killed()

    def _hear(self) -> None:
        """Take what the supervisor says: a new worker, or the end of one."""
        try:
            news = self._news()
        except frames.CutError:
            self._lose_killed()  # a worker may have outlived it
            return
        if news:
            what, number, value = frames.NEWS.unpack(news[0])
            if what == frames.ENDED:
                self._ended(number, frames.REASONS[value])
            elif news[1] is not None:
                self._add(number, self._turns[value], socket.socket(fileno=news[1]))

    def _add(self, number: int, turns: _Turns, line: socket.socket) -> None:
        line.setblocking(False)
        worker = self._workers[number] = _Worker(number, turns, line)
        asyncio.get_running_loop().add_reader(line, self._receive, worker)
        turns.idle.insert(0, worker)
        turns.grant()

    def _ended(self, number: int, reason: str) -> None:
        """A worker is gone; what it had sent before may be the whole of its reply."""
        if worker := self._workers.get(number):
            while worker.is_expected and self._receive(worker):
                pass
            worker.end(EndedError(reason))
            if self._workers.pop(number, None):
                self._forget(worker)

    def _receive(self, worker: _Worker) -> bool:
        """Take a part of a reply, if one is there; when the worker is gone, the supervisor says why."""
        try:
            chunk = worker.line.recv(_CHUNK)
        except BlockingIOError:
            return False
        except OSError:  # a unix socket whose peer went with bytes unread is reset: it has not begun
            worker.end(_UnbegunError())
            chunk = b""
        if not worker.is_expected:  # it is gone, or speaks unasked
            self._drop(worker)
        elif chunk:
            self._take(worker, chunk)
        else:
            loop = asyncio.get_running_loop()
            loop.remove_reader(worker.line)
            loop.call_later(_WORD, worker.end, EndedError("killed"))
        return bool(chunk)

    def _take(self, worker: _Worker, chunk: bytes) -> None:
        """Put a part of a reply to the others."""
        try:
            found = worker.receiver(chunk)
        except frames.BrokenError:
            worker.end(EndedError("killed"))
        except OSError as error:
            worker.end(error)
        else:
            if found and worker.reply:
                self._open(worker, worker.reply, found)
            if worker.stream and worker.stream.waiting > AHEAD:
                worker.is_held = True
                asyncio.get_running_loop().remove_reader(worker.line)

    def _lose_killed(self) -> None:
        _kill(self._process)
        self._lose()

    def _lose(self) -> None:
        if not self.gone.is_set():
            asyncio.get_running_loop().remove_reader(self._control)
            self._control.close()
            self.gone.set()
        for number in list(self._workers):
            worker = self._workers.pop(number)
            self._forget(worker)
            worker.end(SupervisorGoneError())
        for waiting in (each for turns in self._turns for each in turns.waiting):
            if not waiting.worker.done():
                waiting.worker.set_exception(SupervisorGoneError())


class KeeperProcess:
    """The process that holds a site and forks its supervisors; it is started when the first is asked for.

    Belongs to one event loop, where one release is opened at a time.
    """

    def __init__(self, command: Sequence[str]) -> None:
        """`command` gets the number of a descriptor as its last argument, for `keeper.run_keeper`."""
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    async def open(
        self, hello: Mapping[str, Any], queues: Sequence[Queue]
    ) -> tuple[WorkerPool, asyncio.Task[WorkerPool] | None]:
        """A pool with `queues` as soon as some jobs can be done, and where those are not all, the pool that does all.

        Raises what `WorkerPool.open` raises, as the task does. Cancelling ends the keeper and all that it has forked.
        """
        first, then = socket.socketpair(), socket.socketpair()
        try:
            with first[1], then[1]:
                await self._order({"hello": dict(hello), "lanes": [asdict(queue) for queue in queues]}, first, then)
            pool, is_whole = await self._opened(first[0], queues)
        except BaseException as error:
            first[0].close()
            then[0].close()
            if not isinstance(error, NotOpenedError):
                await self.close()
            raise
        if is_whole:
            then[0].close()
            return pool, None
        return pool, asyncio.create_task(self._whole(then[0], queues))

    async def _order(self, order: Mapping[str, Any], *pairs: tuple[socket.socket, socket.socket]) -> None:
        """Tell the keeper what to open, and where to answer."""
        if not hasattr(os, "fork"):
            raise NoForkError
        if self._process is None or self._process.poll() is not None:
            await self.close()
            self._process, self._orders = _started(self._command)
        with suppress(ConnectionError):  # that it is gone is heard from the controls
            socket.send_fds(self._orders, [b"o"], [far.fileno() for _, far in pairs])
            await asyncio.get_running_loop().sock_sendall(self._orders, frames.pack(order))

    async def _opened(self, control: socket.socket, queues: Sequence[Queue]) -> tuple[WorkerPool, bool]:
        """The pool of the supervisor that speaks first on a control, and whether it can do every job."""
        control.setblocking(False)
        assert self._process is not None
        word = await _word(self._process, control)
        return WorkerPool(_Forked(word["pid"]), control, word["ready"], queues), bool(word["whole"])

    async def _whole(self, control: socket.socket, queues: Sequence[Queue]) -> WorkerPool:
        try:
            return (await self._opened(control, queues))[0]
        except BaseException:
            control.close()
            raise

    async def close(self) -> None:
        """End the keeper, and with it the supervisors that are still there."""
        if self._process is not None:
            _kill(self._process)
            self._orders.close()
            await _reaped(self._process)
            self._process = None


async def _sent(line: socket.socket, frame: bytes, deadline: float) -> None:
    """Send a job; that its worker goes meanwhile is found out from its line.

    Raises `EndedError` when it does not listen, and `_UnbegunError` where it was gone before.
    """
    try:
        sent = line.send(frame)
    except BlockingIOError:
        sent = 0
    except ConnectionError:
        raise _UnbegunError from None
    with suppress(ConnectionError):
        if sent < len(frame):
            try:
                async with asyncio.timeout_at(deadline):
                    await asyncio.get_running_loop().sock_sendall(line, frame[sent:])
            except TimeoutError:
                raise EndedError("time") from None


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
    """What the supervisor says to a greeting when it is open; raises as `_word`."""
    with suppress(ConnectionError):  # that it is gone is heard next
        await asyncio.get_running_loop().sock_sendall(control, frames.pack(greeting))
    return await _word(process, control)


async def _word(process: _Process, control: socket.socket) -> Mapping[str, Any]:
    """What a supervisor says when it is open; raises `NotOpenedError` with what it says when it is not.

    Where there is no word at all, `process` is ended, if it has not ended.
    """
    try:
        head = (await frames.reply(control)).head
    except (frames.CutError, ConnectionError):
        raise NotOpenedError({"exit": await _reaped(process)}) from None
    if "ready" not in head:
        raise NotOpenedError(head.get("refused", {}))
    return head


async def _reaped(process: _Process) -> int:
    """Wait for the supervisor, which is to end by itself; when it does not, end it. Its status."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _ENDING
    while (status := process.poll()) is None:
        if loop.time() > deadline:
            _kill(process)
        await asyncio.sleep(_TICK)
    return status


def _kill(process: _Process) -> None:
    """End the supervisor and its workers: a group of their own, whose number stays theirs until it is reaped."""
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
