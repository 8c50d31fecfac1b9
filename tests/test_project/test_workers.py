"""Work that is shared out comes back whole, fails as it would here, and does not outlive who asked for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from samverkan.workers import processors, shared_out


def squares(numbers: list[int]) -> Iterator[int]:
    return (number * number for number in numbers)


def dying(_: int) -> list[int]:
    os.kill(os.getpid(), signal.SIGKILL)
    return []


@pytest.mark.parametrize("workers", [1, 2, 3, 8])
def test_every_part_is_done_once(workers: int) -> None:
    parts = [list(range(start, start + 7)) for start in range(0, 700, 7)]

    assert sorted(shared_out(squares, parts, workers)) == [number * number for number in range(700)]


@pytest.mark.parametrize("workers", [1, 2])
def test_what_the_work_raises_is_raised(workers: int) -> None:
    with pytest.raises(ZeroDivisionError):
        list(shared_out(lambda number: [1 // number], [3, 2, 1, 0], workers))


def test_a_worker_that_dies_is_told() -> None:
    with pytest.raises(ChildProcessError):
        list(shared_out(dying, [1, 2, 3], 2))


def test_this_process_may_use_a_processor() -> None:
    assert processors() >= 1


def test_workers_end_when_the_one_who_asked_is_killed() -> None:
    program = (
        "import time, os\n"
        "from samverkan.workers import shared_out\n"
        "def work(part):\n"
        "    time.sleep(0.05)\n"
        "    return [os.getpid()] * 4000\n"
        "for pid in shared_out(work, range(1000), 2):\n"
        "    print(pid, flush=True)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pids: set[int] = set()
    while len(pids) < 2:
        pids.add(int(parent.stdout.readline()))
    parent.kill()
    parent.stdout.close()
    parent.wait()

    deadline = time.monotonic() + 20
    while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(alive(pid) for pid in pids)


def alive(pid: int) -> bool:
    """Whether a process still runs; one that has ended and was not yet fetched by its new parent does not."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
