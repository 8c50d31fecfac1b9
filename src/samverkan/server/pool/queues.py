"""Queues: what kinds of jobs there are, how many go at a time, and what each may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Queue:
    """One kind of jobs, with workers of its own, so that slow jobs of one kind don't hold up those of another.

    `workers` jobs go at a time, and `waiting` more may wait for them in the client. A worker is replaced by a fresh
    one after `uses` jobs, or earlier (`worker`): with 1 no job ever meets what another left behind.
    A job has `seconds` of wall clock from the moment it is asked, waiting included. A worker may
    take `memory` bytes beyond what it had when it was forked, and gives way by `nice` (nice(1)). A job may
    have `open` files and sockets open at a time, its worker's own included; with 0 it can open nothing.

    A job that takes more than `short_seconds` is long: the supervisor keeps its time from then on, and its worker does
    no other. Where jobs are `paced`, at most half of the workers are for long ones, so that there are always some for
    the short; `long` of these go on at a time, giving way by `long_nice`, and the others are halted until it is their
    turn, for they would only take each other's processors and memory.
    """

    name: str
    workers: int
    uses: int
    seconds: float
    memory: int
    waiting: int
    nice: int = 0
    short_seconds: float = 0.25
    paced: bool = False
    long_nice: int = 19
    long: int = 2
    open: int = 0

    def __post_init__(self) -> None:
        if min(self.workers, self.uses, self.memory) < 1 or self.waiting < 0 or self.seconds <= 0:
            raise ValueError(f"A queue that can do nothing: {self}.")

    @property
    def for_long(self) -> int:
        """How many long jobs there are at a time, halted ones too; where jobs are not paced, as many as workers."""
        return max(1, self.workers // 2) if self.paced else self.workers

    @property
    def for_short(self) -> int:
        """How many jobs that are not long there are at a time."""
        return max(1, self.workers - self.for_long) if self.paced else self.workers

    @property
    def forked(self) -> int:
        """How many workers stand ready: one to spare, for no job is to wait for a fork."""
        return (self.for_short + self.for_long if self.paced else self.workers) + 1
