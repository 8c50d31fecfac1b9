"""The keeper: a process that holds a site, and forks a supervisor of it whenever the client asks for one.

What it has read once it need not read again for the next supervisor, and a supervisor is forked as soon as some of the
jobs can be done: the keeper goes on with what the others need, and forks one that can do all. The keeper itself does no
job and meets no stranger; like the supervisor it has no threads when it forks.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple, NoReturn

from samverkan.server.pool import confinement, frames, supervisor
from samverkan.server.pool.queues import Queue
from samverkan.server.pool.worker import Rehearsal, Work

CONTROLS = 2
"""How many supervisors there may be of one release: one that can do some jobs, and one that can do all."""


class Stage(NamedTuple):
    """What a supervisor can be forked of: what the client should know, the work, and whether it can do every job.

    `rehearsals` are what the workers of a queue, by its name, do before their first job.
    """

    facts: Mapping[str, Any]
    work: Work
    is_whole: bool
    rehearsals: Mapping[str, Rehearsal] = MappingProxyType({})


class UnopenedError(Exception):
    """There will be no supervisor; `why` is told to the client."""

    def __init__(self, why: Mapping[str, Any]) -> None:
        super().__init__(str(why))
        self.why = why


Opening = Callable[[dict[str, Any]], Iterator[Stage]]
"""What opens a site as the client says, stage by stage, the last of them whole; raises `UnopenedError`."""


def run_keeper(descriptor: str, opening: Opening) -> NoReturn:
    """Open what the client asks for until it is gone, then end. `descriptor` is the last argument of the command.

    On Linux this process ends with the client, and the supervisors end with this process.
    """
    confinement.die_with(os.getppid())
    orders = socket.socket(fileno=int(descriptor))
    orders.setblocking(True)
    with suppress(frames.CutError):  # the client is gone
        _Keeper(orders, opening).run()
    os._exit(0)  # giving back a large store piece by piece would take seconds


@dataclass(eq=False)
class _Keeper:
    orders: socket.socket
    opening: Opening
    supervisors: list[int] = field(default_factory=list)

    def run(self) -> None:
        signal.signal(signal.SIGCHLD, lambda *_: self._bury())
        while True:
            controls = _controls(self.orders)
            head, _ = frames.received(self.orders)
            try:
                self._open(head["hello"], tuple(Queue(**queue) for queue in head["lanes"]), controls)
            finally:
                for control in controls:
                    control.close()

    def _open(self, hello: dict[str, Any], queues: Sequence[Queue], controls: Sequence[socket.socket]) -> None:
        """Fork a supervisor for each stage, each with a control of its own; or tell why there is none."""
        waiting = list(controls)
        try:
            for stage in self.opening(hello):
                self._fork(stage, queues, waiting.pop(0))
        except UnopenedError as error:
            with suppress(OSError):  # the client does not listen any more
                waiting[0].sendall(frames.pack({"refused": dict(error.why)}))

    def _fork(self, stage: Stage, queues: Sequence[Queue], control: socket.socket) -> None:
        if stage.is_whole:
            gc.collect()  # what is left of the state before; where it is done later, it copies what is shared by then
        keeper = os.getpid()
        pid = os.fork()
        if pid == 0:
            _supervise(stage, queues, control, self.orders, keeper)
        self.supervisors.append(pid)
        control.close()

    def _bury(self) -> None:
        """Reap the supervisors that have ended, and first what they may have left of their groups.

        The number of a process is its own until it is reaped.
        """
        for pid in list(self.supervisors):
            with suppress(ChildProcessError):
                if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                    with suppress(ProcessLookupError, PermissionError):
                        os.killpg(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
                    self.supervisors.remove(pid)


def _supervise(
    stage: Stage, queues: Sequence[Queue], control: socket.socket, orders: socket.socket, keeper: int
) -> NoReturn:
    """Be the supervisor of a stage from now on."""
    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        confinement.die_with(keeper)
        orders.close()
        control.sendall(frames.pack({"ready": dict(stage.facts), "pid": os.getpid(), "whole": stage.is_whole}))
        supervisor.run_supervisor(control, queues, stage.work, stage.rehearsals)
    finally:
        os._exit(1)


def _controls(orders: socket.socket) -> list[socket.socket]:
    """Wait for an order: the controls of the supervisors to come. Raises `CutError` when the client is gone."""
    mark, descriptors, _, _ = socket.recv_fds(orders, 1, CONTROLS)
    if not mark:
        raise frames.CutError("The client is gone.")
    return [socket.socket(fileno=each) for each in descriptors]
