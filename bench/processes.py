"""Whole processes, by the clock: how long one takes and how much memory it needs at its peak."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Sample:
    """One run: seconds, peak memory in KB, and what the task printed."""

    seconds: float
    peak_kb: int
    output: bytes = b""
    counts: Mapping[str, Any] = field(default_factory=dict)


def process(command: Sequence[str | Path], allowed: tuple[int, ...] = (0,)) -> Sample:
    """Run a command from start to end; raises `RuntimeError` where it ends with another exit code than allowed."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as complaints:
        start = time.perf_counter()
        running = subprocess.Popen(list(map(str, command)), cwd=ROOT, stdout=out, stderr=complaints)
        _, status, usage = os.wait4(running.pid, 0)
        seconds = time.perf_counter() - start
        running.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        complaints.seek(0)
        if running.returncode not in allowed:
            raise RuntimeError(f"{command} ended with {running.returncode}: {complaints.read().decode()[-2000:]}")
        return Sample(seconds, usage.ru_maxrss, out.read())


def task(name: str, *folders: Path) -> Sample:
    """Run one of `bench.tasks` in a process of its own, and take the seconds of its work only."""
    whole = process([sys.executable, "-m", "bench.tasks", name, *folders])
    counts = json.loads(whole.output.splitlines()[-1])
    return Sample(counts["seconds"], counts["grown_kb"], whole.output, counts)


def timed(work: Callable[[], object]) -> Sample:
    """Do some work in this process, by the clock."""
    start = time.perf_counter()
    work()
    return Sample(time.perf_counter() - start, 0)


def samverkan() -> list[str | Path]:
    """The command as it is installed beside this Python, or as a module where it is not."""
    installed = Path(sys.executable).parent / "samverkan"
    return [installed] if installed.exists() else [sys.executable, "-m", "samverkan"]


@dataclass(frozen=True)
class Duel:
    """What some contenders took, round by round."""

    samples: Mapping[str, Sequence[Sample]]

    def seconds(self, name: str) -> float:
        """The median time of a contender."""
        return median(sample.seconds for sample in self.samples[name])

    def kilobytes(self, name: str) -> float:
        """The median memory of a contender."""
        return median(sample.peak_kb for sample in self.samples[name])

    def more(self, one: str, other: str) -> float:
        """How many seconds longer than `other` took `one`: the median over the rounds."""
        pairs = zip(self.samples[one], self.samples[other], strict=True)
        return median(a.seconds - b.seconds for a, b in pairs)

    def spread(self, name: str) -> float:
        """How many times as long as its quickest run a contender's slowest took: far above 1, and nothing is proved."""
        taken = [sample.seconds for sample in self.samples[name]]
        return max(taken) / min(taken)

    def last(self, name: str) -> Sample:
        """A contender's last run."""
        return self.samples[name][-1]

    def ratio(self, one: str, other: str) -> float:
        """How many times as long as `other` took `one`: the median over the rounds, for others use the machine too."""
        pairs = zip(self.samples[one], self.samples[other], strict=True)
        return median(a.seconds / b.seconds for a, b in pairs)


def duel(rounds: int, **contenders: Callable[[], Sample]) -> Duel:
    """Let contenders run in turn, A B A B, as often as asked."""
    samples: dict[str, list[Sample]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, run in contenders.items():
            samples[name].append(run())
    return Duel(samples)
