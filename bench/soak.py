"""Ordinary clients and two hostile ones for a long time: `python -m bench.soak --minutes 20` (Linux).

No answer may be wrong, and after the first two minutes memory and processes may not grow.
"""

from __future__ import annotations

import argparse
import itertools
import socket
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from bench.bombs import Lure, bombs
from bench.hostile import CLIENTS, Crowd, Server, throw, waited, wishes
from bench.processes import ROOT

HOSTILE = 2
SETTLED = 120.0  # seconds after which nothing grows any more
LOOK = 5.0  # seconds between two looks
MOST_GROWTH = 0.05
_MB = 1 << 20


@dataclass
class Watch:
    """What was seen of the server: when, the bytes of all its processes, of the two that stay, and their number."""

    server: Server
    looks: list[tuple[float, int, int, int]] = field(default_factory=list)

    def keep(self, over: threading.Event) -> None:
        """Look until it is over."""
        start = time.monotonic()
        while not over.wait(LOOK):
            staying = sum(map(resident, self.server.pids))
            family = self.server.family()
            self.looks.append((time.monotonic() - start, sum(map(resident, family)), staying, len(family)))

    def middle(self, place: int, since: float, until: float) -> float:
        """The median of one of the figures in a part of the time."""
        return median(look[place] for look in self.looks if since <= look[0] <= until)


def resident(pid: int) -> int:
    """The resident size of a process in bytes; 0 when it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) << 12
    except OSError:
        return 0


def _attack(server: Server, lure: Lure, over: threading.Event, start: int) -> int:
    """Send one hostile query after the other; how many."""
    sent = 0
    for bomb in itertools.islice(itertools.cycle(bombs(lure)), start, None):
        if over.is_set():
            break
        throw(server, bomb)
        sent += 1
    return sent


def soak(site: Path, seconds: float, folder: Path) -> Iterator[str]:
    """Let them come for so long, and tell what was seen."""
    with ProcessPoolExecutor(1, get_context("spawn")) as apart:
        asked = apart.submit(wishes, site).result()
    (folder / "secret.ttl").write_text('<urn:a> <urn:b> "secret" .', encoding="utf-8")
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as trap, Server(site, ()) as server:
        lure = Lure(f"http://127.0.0.1:{trap.getsockname()[1]}/", (folder / "secret.ttl").as_uri())
        crowd, watch = Crowd(server, asked, 0.01, over=over), Watch(server)
        time.sleep(2)
        processes = len(server.family())
        with ThreadPoolExecutor(CLIENTS + HOSTILE + 1) as pool:
            clients = [pool.submit(crowd.come, number) for number in range(CLIENTS)]
            attacks = [pool.submit(_attack, server, lure, over, 100 * number) for number in range(HOSTILE)]
            clients.append(pool.submit(watch.keep, over))
            time.sleep(seconds)
            over.set()
        for client in clients:
            client.result()
        yield from _told(crowd, sum(attack.result() for attack in attacks))
        time.sleep(3)
        yield f"processes: {processes} at the start, {len(server.family())} at the end"
        yield from _grown(watch, seconds)


def _told(crowd: Crowd, hostile: int) -> Iterator[str]:
    wrong = sum(each.status == 200 and not each.right for each in crowd.met)
    failed = sum(each.status != 200 for each in crowd.met)
    p99, worst = (waited(crowd.met, part) * 1000 for part in (0.99, 1.0))
    yield f"{len(crowd.met)} answers beside {hostile} hostile queries: {wrong} wrong, {failed} failed"
    yield f"p99 {p99:.1f} ms, worst {worst:.0f} ms"
    yield from (f"  {count} times {failure}" for failure, count in sorted(crowd.failures.items()))


def _grown(watch: Watch, seconds: float) -> Iterator[str]:
    settled = min(SETTLED, seconds / 3)
    windows: Sequence[tuple[float, float]] = ((settled, 2 * settled), (seconds - settled, seconds))
    for place, what in ((1, "all processes"), (2, "the two that stay")):
        first, last = (watch.middle(place, *window) for window in windows)
        more = last / first - 1
        verdict = "kept" if more <= MOST_GROWTH else "GROWN"
        sizes = f"{first / _MB:.0f} MB, then {last / _MB:.0f} MB"
        yield f"memory of {what}: {sizes}: {more:+.1%} (≤ {MOST_GROWTH:.0%}) {verdict}"


def main() -> None:
    """Read the command line, soak, and print what was seen."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--site", type=Path, default=ROOT)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="samverkan-soak-") as folder:
        for line in soak(options.site, options.minutes * 60, Path(folder)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
