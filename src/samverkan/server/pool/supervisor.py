"""The supervisor: a process with one thread that forks workers, hands jobs to them and ends them by the clock.

It never reads a job: a job is one end of a socket pair, which it hands on to an idle worker. It
keeps a copy of that end to learn when the client leaves (poll(2) reports POLLHUP unasked).
A fork copies the supervisor as it stands, so it has no threads, and whatever the workers need is
loaded and imported before `run_supervisor`: in a worker nothing can be opened any more, and what each
worker would do over again costs every job of a queue whose workers do one.
"""

from __future__ import annotations

import gc
import math
import os
import select
import signal
import socket
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, NoReturn

from samverkan.server.pool import confinement, frames, worker
from samverkan.server.pool.queues import Queue
from samverkan.server.pool.worker import Work

_BY_SIGNAL = {
    signal.SIGABRT: "memory",  # Rust aborts when an allocation fails
    signal.SIGSEGV: "depth",
    signal.SIGBUS: "depth",
    signal.SIGXCPU: "time",
}
_LEAVING_GRACE = 0.1  # seconds: a client may close once it has its reply, before the worker has said that it is done
_PAUSE = 0.1  # seconds before another fork when a fork fails or a worker dies unused


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


def run_supervisor(control: socket.socket, queues: Sequence[Queue], work: Work) -> NoReturn:
    """Fork workers that do `work`, and serve jobs until the client closes `control`; then end the process.

    What `work` raises becomes a reply whose head is {"fault": {"type", "message"}, "trace"};
    `MemoryError` ends the worker. All workers are dead when the process ends.
    """
    confinement.prepare_confinement()
    gc.collect()
    gc.freeze()
    supervisor = _Supervisor(control, queues, work)
    try:
        with suppress(frames.CutError):  # the client is gone
            supervisor.run()
    finally:
        supervisor.end()
    os._exit(0)  # giving back a large store piece by piece would take seconds


class LongJobs(Enum):
    """How a worker goes about its job: as soon as it can, giving way to others, or not at all for now."""

    BRISK = auto()
    LONG = auto()
    HALTED = auto()


@dataclass(eq=False)
class _Worker:
    pid: int
    queue: int
    channel: socket.socket
    job: _RunningJob | None = None
    pace: LongJobs = LongJobs.BRISK
    tires: float = math.inf  # when its job has taken so long that it is a long one
    used: bool = False
    leaving: bool = False

    @property
    def at_work(self) -> bool:
        return self.job is not None and not self.leaving

    def go_on(self, nice: int) -> None:
        """Do the rest of a long job, giving way."""
        self.pace, self.tires = LongJobs.LONG, math.inf
        with suppress(OSError):  # it has just ended
            os.setpriority(os.PRIO_PROCESS, self.pid, nice)
            os.kill(self.pid, signal.SIGCONT)

    def halt(self) -> None:
        """Do nothing until it may go on."""
        self.pace, self.tires = LongJobs.HALTED, math.inf
        os.kill(self.pid, signal.SIGSTOP)

    def kill(self) -> None:
        self.leaving = True
        os.kill(self.pid, signal.SIGKILL)  # it is not reaped yet, so the number is still its own


@dataclass(eq=False)
class _RunningJob:
    number: int
    descriptor: int
    deadline: float
    worker: _Worker | None = None


@dataclass(eq=False)
class _Supervisor:
    control: socket.socket
    queues: Sequence[Queue]
    work: Work
    poll: select.poll = field(default_factory=select.poll)
    workers: dict[int, _Worker] = field(default_factory=dict)  # by the number of the channel's descriptor
    jobs: dict[int, _RunningJob] = field(default_factory=dict)  # by descriptor
    pending: list[deque[_RunningJob]] = field(default_factory=list)  # by queue: no worker has them yet
    rested: float = 0.0  # when there may be forks again

    def __post_init__(self) -> None:
        self.pending = [deque() for _ in self.queues]
        self.handed = frames.Handed(self.control, frames.JOB.size)
        self.poll.register(self.control, select.POLLIN)

    def run(self) -> None:
        while True:
            self._hear(dict(self.poll.poll(self._patience())))
            self._end_late()
            self._pace()
            self._hand_out()
            self._fork_one()  # a fork of a large supervisor takes milliseconds, so the others are heard before the next
            self._hand_out()

    def end(self) -> None:
        for each in self.workers.values():
            each.kill()
        for each in self.workers.values():
            os.waitpid(each.pid, 0)

    def _hear(self, events: Mapping[int, int]) -> None:
        """In an order in which no descriptor is closed, and its number used again, before its own event is heard."""
        for descriptor in events.keys() & self.jobs.keys():
            self._client_left(self.jobs[descriptor])
        for descriptor in events.keys() & self.workers.keys():
            self._worker_spoke(self.workers[descriptor])
        if self.control.fileno() in events:
            self._take()

    def _take(self) -> None:
        if handed := self.handed():
            queue, number, milliseconds = frames.JOB.unpack(handed[0])
            job = _RunningJob(number, handed[1], time.monotonic() + milliseconds / 1000)
            self.jobs[job.descriptor] = job
            self.pending[queue].append(job)
            self.poll.register(job.descriptor, select.POLLHUP)  # 0 would do on Linux; elsewhere it must be asked for

    def _hand_out(self) -> None:
        for each in self.workers.values():
            waiting = self.pending[each.queue]
            if waiting and not each.job and not each.leaving:
                self._hand(waiting, each)

    def _hand(self, waiting: deque[_RunningJob], to: _Worker) -> None:
        with suppress(OSError):  # a worker that died is heard of next, and its like gets the job
            socket.send_fds(to.channel, [b"!"], [waiting[0].descriptor])
            to.job = waiting.popleft()
            to.job.worker = to
            to.used = True
            queue = self.queues[to.queue]
            if queue.single and queue.short_seconds is not None:
                to.tires = time.monotonic() + queue.short_seconds

    def _worker_spoke(self, speaker: _Worker) -> None:
        try:
            word = speaker.channel.recv(1)
        except OSError:
            word = b""
        if speaker.job and word in {worker.AGAIN, worker.LAST}:
            self._forget(speaker.job)
            speaker.job = None
            speaker.leaving |= word == worker.LAST
        else:  # it is dead, or out of its mind
            self._bury(speaker)

    def _bury(self, dead: _Worker) -> None:
        dead.kill()
        _, status = os.waitpid(dead.pid, 0)
        self.poll.unregister(dead.channel)
        del self.workers[dead.channel.fileno()]
        dead.channel.close()
        if dead.job:
            self._tell(dead.job, _reason(status))
        if not dead.used:
            self.rested = time.monotonic() + _PAUSE

    def _client_left(self, job: _RunningJob) -> None:
        self.poll.unregister(job.descriptor)
        job.deadline = min(job.deadline, time.monotonic() + _LEAVING_GRACE if job.worker else 0.0)

    def _end_late(self) -> None:
        now = time.monotonic()
        for job in [job for job in self.jobs.values() if job.deadline <= now]:
            if job.worker:
                job.worker.kill()  # it may take a while to die, and who asked need not wait for that
                job.worker.job = None
                self._tell(job, "time")
                confinement.reclaim(job.worker.pid)
            else:
                self._drop(job)

    def _pace(self) -> None:
        """See to it that few long jobs are at work in a queue; those that were halted first go on first."""
        now = time.monotonic()
        for number, queue in enumerate(self.queues):
            mine = [each for each in self.workers.values() if each.queue == number and each.at_work]
            room = queue.long - sum(each.pace is LongJobs.LONG for each in mine)
            halted = [each for each in mine if each.pace is LongJobs.HALTED]
            for each in halted + [each for each in mine if each.tires <= now]:
                if room > 0:
                    each.go_on(queue.long_nice)
                    room -= 1
                elif each.pace is LongJobs.BRISK:
                    each.halt()

    def _drop(self, job: _RunningJob) -> None:
        for waiting in self.pending:
            with suppress(ValueError):
                waiting.remove(job)
        self._tell(job, "waiting")

    def _tell(self, job: _RunningJob, reason: str) -> None:
        """Say first why, then close: the client that sees the end of its job finds the reason waiting."""
        with suppress(OSError):
            self.control.sendmsg([frames.END.pack(job.number, frames.REASONS.index(reason))], [], socket.MSG_DONTWAIT)
        self._forget(job)

    def _forget(self, job: _RunningJob) -> None:
        with suppress(KeyError):  # it is no longer watched when its client left
            self.poll.unregister(job.descriptor)
        del self.jobs[job.descriptor]
        os.close(job.descriptor)

    def _fork_one(self) -> None:
        if time.monotonic() >= self.rested and (missing := self._missing()):
            try:
                self._fork(missing[0])
            except OSError:  # no memory, no processes, no descriptors for now
                self.rested = time.monotonic() + _PAUSE

    def _missing(self) -> list[int]:
        there = [each.queue for each in self.workers.values() if not each.leaving]
        return [number for number, queue in enumerate(self.queues) for _ in range(queue.forked - there.count(number))]

    def _fork(self, number: int) -> None:
        near, far = socket.socketpair()
        supervisor = os.getpid()
        with far:
            pid = os.fork()
            if pid == 0:
                worker.serve_jobs(far, self.queues[number], self.work, supervisor)
        self.workers[near.fileno()] = _Worker(pid, number, near)
        self.poll.register(near, select.POLLIN)

    def _patience(self) -> float:
        """Milliseconds until a job is late or there may be a fork; below 0 is for ever."""
        until = [job.deadline for job in self.jobs.values()] + [each.tires for each in self.workers.values()]
        until += [self.rested] * bool(self._missing())
        first = min(until, default=math.inf)
        return -1 if first == math.inf else max(0, math.ceil((first - time.monotonic()) * 1000))


def _reason(status: int) -> str:
    if os.WIFSIGNALED(status):
        return _BY_SIGNAL.get(signal.Signals(os.WTERMSIG(status)), "killed")
    return "memory" if os.WEXITSTATUS(status) == worker.OUT_OF_MEMORY else "killed"
