"""Queues: what kinds of jobs there are, how many go at a time, and what each may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Queue:
    """One kind of jobs, with workers of its own, so that slow jobs of one kind don't hold up those of another.

    `workers` jobs go at a time, and `waiting` more may wait for them in the client. A worker is
    replaced by a fresh one after `uses` jobs; with 1 no job ever meets what another left behind.
    A job has `seconds` of wall clock from the moment it is asked, waiting included. A worker may
    take `memory` bytes beyond what it had when it was forked, and gives way by `nice` (nice(1)). In a
    queue whose workers do one job each, a job that takes longer than `short_seconds` seconds is long. `long`
    of these go on at a time, giving way by `long_nice`; the others are halted until it is their turn, for
    they would only take each other's processors and memory. No short one waits for a long one. A job may
    have `open` files and sockets open at a time, its own channel included; with 0 it can open nothing.
    """

    name: str
    workers: int
    uses: int
    seconds: float
    memory: int
    waiting: int
    nice: int = 0
    short_seconds: float | None = None
    long_nice: int = 19
    long: int = 2
    open: int = 0

    def __post_init__(self) -> None:
        if min(self.workers, self.uses, self.memory) < 1 or self.waiting < 0 or self.seconds <= 0:
            raise ValueError(f"A lane that can do nothing: {self}.")

    @property
    def single(self) -> bool:
        """Whether a worker does one job and no more."""
        return self.uses == 1

    @property
    def forked(self) -> int:
        """How many workers stand ready: one to spare where each does one job, for no job is to wait for a fork."""
        return self.workers + self.single
