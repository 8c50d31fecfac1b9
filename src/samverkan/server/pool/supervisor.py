"""The supervisor: a process with one thread that forks workers, and ends them by the clock.

It never reads a job: of a new worker it hands one end of a socket pair to the client, as soon as the worker has
rehearsed, and hears again of that worker when a job takes long or the worker is wanted no longer. By a pipe it learns
that a worker is there for jobs, and by the end of the pipe that one has died.
A fork copies the supervisor as it stands, so it has no threads, and whatever the workers need is
loaded and imported before `run_supervisor`: in a worker nothing can be opened any more, and what each
worker would do over again costs time with every worker.
"""

from __future__ import annotations

import gc
import itertools
import math
import os
import select
import signal
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from types import MappingProxyType
from typing import Any, NoReturn

from samverkan.server.pool import confinement, frames, worker
from samverkan.server.pool.queues import Queue
from samverkan.server.pool.worker import Rehearsal, Work

_BY_SIGNAL = {
    signal.SIGABRT: "memory",  # Rust aborts when an allocation fails
    signal.SIGSEGV: "depth",
    signal.SIGBUS: "depth",
    signal.SIGXCPU: "time",
}
_PAUSE = 0.1  # seconds before another fork when a fork fails, or a worker dies as soon as it is born


@dataclass(frozen=True)
class Greeting:
    """What the client said first: the socket it said it on, what the supervisor shall open, and the queues."""

    control: socket.socket
    hello: dict[str, Any]
    queues: tuple[Queue, ...]

    def ready(self, facts: Mapping[str, Any]) -> None:
        """Tell the client that jobs may come, and what it should know."""
        self.control.sendall(frames.pack({"ready": dict(facts)}))

    def refuse(self, why: Mapping[str, Any]) -> None:
        """Tell the client that there will be no supervisor, and why; the process is then to end."""
        self.control.sendall(frames.pack({"refused": dict(why)}))


def greeted(descriptor: str) -> Greeting:
    """Read what the client says first. `descriptor` is the last argument of the command given to `WorkerPool.open`.

    Raises `CutError` when the client is gone. On Linux this process ends with the client from now on.
    """
    confinement.die_with(os.getppid())
    control = socket.socket(fileno=int(descriptor))
    control.setblocking(True)
    head, _ = frames.received(control)
    return Greeting(control, head["hello"], tuple(Queue(**queue) for queue in head["lanes"]))


def run_supervisor(
    control: socket.socket,
    queues: Sequence[Queue],
    work: Work,
    rehearsals: Mapping[str, Rehearsal] = MappingProxyType({}),
) -> NoReturn:
    """Fork workers that do `work`, and serve jobs until the client closes `control`; then end the process.

    A worker does the rehearsal of its queue, by name, before it is handed to the client.
    What `work` raises becomes the worker's last reply, whose head is {"fault": {"type", "message"}, "trace"};
    `MemoryError` ends the worker. All workers are dead when the process ends.
    """
    confinement.prepare_confinement()
    gc.freeze()
    supervisor = _Supervisor(control, queues, work, rehearsals)
    try:
        with suppress(frames.CutError):  # the client is gone
            supervisor.run()
    finally:
        supervisor.end()
    os._exit(0)  # giving back a large store piece by piece would take seconds


class Pace(Enum):
    """How a worker goes about its job: as soon as it can, giving way to others, or not at all for now."""

    SHORT = auto()
    LONG = auto()
    HALTED = auto()


@dataclass(eq=False)
class _WorkerProcess:
    number: int
    pid: int
    queue: int
    alive: int
    born: float
    line: socket.socket | None = None  # the client's end, until the worker is there for jobs
    deadline: float = math.inf
    pace: Pace = Pace.SHORT
    leaving: bool = False

    def go_on(self, nice: int) -> None:
        """Do the rest of a long job, giving way."""
        self.pace = Pace.LONG
        with suppress(OSError):  # it has just ended
            for thread in _threads(self.pid):
                os.setpriority(os.PRIO_PROCESS, thread, nice)
            os.kill(self.pid, signal.SIGCONT)

    def halt(self) -> None:
        """Do nothing until it may go on."""
        self.pace = Pace.HALTED
        os.kill(self.pid, signal.SIGSTOP)

    def kill(self) -> None:
        self.leaving, self.deadline = True, math.inf
        os.kill(self.pid, signal.SIGKILL)  # it is not reaped yet, so the number is still its own


@dataclass(eq=False)
class _Supervisor:
    control: socket.socket
    queues: Sequence[Queue]
    work: Work
    rehearsals: Mapping[str, Rehearsal]
    poll: select.poll = field(default_factory=select.poll)
    workers: dict[int, _WorkerProcess] = field(default_factory=dict)  # by number
    by_pipe: dict[int, _WorkerProcess] = field(default_factory=dict)  # by the descriptor that tells whether it is alive
    numbers: Iterator[int] = field(default_factory=lambda: itertools.cycle(range(1 << 32)))
    rested: float = 0.0  # when there may be forks again

    def __post_init__(self) -> None:
        self.orders = frames.Records(self.control, frames.ORDER.size)
        self.poll.register(self.control, select.POLLIN)

    def run(self) -> None:
        while True:
            self._hear(dict(self.poll.poll(self._patience())))
            self._end_late()
            self._pace()
            self._fork_one()  # a fork of a large supervisor takes milliseconds, so the others are heard before the next

    def end(self) -> None:
        for each in self.workers.values():
            each.kill()
        for each in self.workers.values():
            os.waitpid(each.pid, 0)

    def _hear(self, events: Mapping[int, int]) -> None:
        """The dead first: what the client wants of a worker that is dead is of no use any more."""
        for descriptor in events.keys() & self.by_pipe.keys():
            self._learn(self.by_pipe[descriptor])
        if self.control.fileno() in events:
            self._follow()

    def _learn(self, worker: _WorkerProcess) -> None:
        """A worker is there for jobs; or has died, or is out of its mind: then only its end can be heard of it."""
        if worker.line and not worker.leaving and os.read(worker.alive, 1):
            self._hand_over(worker, worker.line)
            worker.line = None
        else:
            self._bury(worker)

    def _hand_over(self, worker: _WorkerProcess, line: socket.socket) -> None:
        """Hand the line of a worker to the client; one whose line is lost ends by itself."""
        news = frames.NEWS.pack(frames.FORKED, worker.number, worker.queue)
        with line, suppress(OSError):  # the client does not listen
            socket.send_fds(self.control, [news], [line.fileno()], socket.MSG_DONTWAIT)

    def _follow(self) -> None:
        """Do as the client orders; a worker that has died meanwhile is no matter of its any more."""
        if order := self.orders():
            what, number, milliseconds = frames.ORDER.unpack(order[0])
            worker = self.workers.get(number)
            if worker is None or worker.leaving:
                return
            if what == frames.LONG:
                worker.deadline = time.monotonic() + milliseconds / 1000
            else:
                self._end(worker)

    def _end(self, worker: _WorkerProcess) -> None:
        """Kill a worker; it may take a while to die, and its memory is wanted before."""
        worker.kill()
        confinement.reclaim(worker.pid)

    def _bury(self, dead: _WorkerProcess) -> None:
        """A worker has died, or is to."""
        was_leaving = dead.leaving
        dead.kill()
        _, status = os.waitpid(dead.pid, 0)
        self.poll.unregister(dead.alive)
        del self.workers[dead.number], self.by_pipe[dead.alive]
        os.close(dead.alive)
        if dead.line:
            dead.line.close()
        if not was_leaving:
            self._tell(dead, _reason(status))
            self.rested = max(self.rested, dead.born + _PAUSE)  # one that dies as soon as it is born takes no turns

    def _end_late(self) -> None:
        now = time.monotonic()
        for late in [each for each in self.workers.values() if each.deadline <= now]:
            self._tell(late, "time")  # who asked need not wait until it is dead
            self._end(late)

    def _pace(self) -> None:
        """See to it that few long jobs are at work in a queue; those that were halted first go on first."""
        for number, queue in enumerate(self.queues):
            if queue.paced:
                mine = [each for each in self.workers.values() if each.queue == number and each.deadline < math.inf]
                room = queue.long - sum(each.pace is Pace.LONG for each in mine)
                for each in sorted(mine, key=lambda each: (each.pace is not Pace.HALTED, each.deadline)):
                    if each.pace is not Pace.LONG and room > 0:
                        each.go_on(queue.long_nice)
                        room -= 1
                    elif each.pace is Pace.SHORT:
                        each.halt()

    def _tell(self, worker: _WorkerProcess, reason: str) -> None:
        with suppress(OSError):
            news = frames.NEWS.pack(frames.ENDED, worker.number, frames.REASONS.index(reason))
            self.control.sendmsg([news], [], socket.MSG_DONTWAIT)

    def _fork_one(self) -> None:
        if time.monotonic() >= self.rested and (missing := self._missing()):
            try:
                self._fork(missing[0])
            except OSError:  # no memory, no processes, no descriptors for now
                self.rested = time.monotonic() + _PAUSE

    def _missing(self) -> list[int]:
        there = [each.queue for each in self.workers.values() if not each.leaving]
        return [number for number, queue in enumerate(self.queues) for _ in range(queue.forked - there.count(number))]

    def _fork(self, queue: int) -> None:
        """Fork a worker, which rehearses before it is there for the client."""
        near, far = socket.socketpair()
        with far:
            forked = self._forked(near, far, queue)
        self.workers[forked.number] = self.by_pipe[forked.alive] = forked
        self.poll.register(forked.alive, select.POLLIN)

    def _forked(self, near: socket.socket, line: socket.socket, queue: int) -> _WorkerProcess:
        alive, ends = os.pipe()
        supervisor = os.getpid()
        try:
            pid = os.fork()
            if pid == 0:
                mine = self.queues[queue]
                worker.serve_jobs(line, ends, mine, (self.work, self.rehearsals.get(mine.name)), supervisor)
        except OSError:
            os.close(alive)
            near.close()
            raise
        finally:
            os.close(ends)
        return _WorkerProcess(next(self.numbers), pid, queue, alive, time.monotonic(), near)

    def _patience(self) -> float:
        """Milliseconds until a job is late or there may be a fork; below 0 is for ever."""
        until = [each.deadline for each in self.workers.values()] + [self.rested] * bool(self._missing())
        first = min(until, default=math.inf)
        return -1 if first == math.inf else max(0, math.ceil((first - time.monotonic()) * 1000))


def _threads(pid: int) -> list[int]:
    """The threads of a process: on Linux each has a niceness of its own; elsewhere the process has one."""
    try:
        return [int(name) for name in os.listdir(f"/proc/{pid}/task")]  # noqa: PTH208 - names, not paths
    except FileNotFoundError:
        return [pid]


def _reason(status: int) -> str:
    if os.WIFSIGNALED(status):
        return _BY_SIGNAL.get(signal.Signals(os.WTERMSIG(status)), "killed")
    return "memory" if os.WEXITSTATUS(status) == worker.OUT_OF_MEMORY else "killed"
