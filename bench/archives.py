"""What it costs to keep earlier releases: `python -m bench.archives [--triples N] [--releases N] [--changes N]`.

A synthetic site is released so many times, with so many values changed each time. Then its data are published, without
pages and answers: without earlier releases, with all of them into an empty folder, and with all of them beside a folder
that has them already but for the last; and once more, when there are as many as the site keeps, so that the oldest one
goes. To all but the first, noting the last release is added. Prints the space and the processor time of each, and those
in proportion to the first in the same round (`--rounds`), the median of the times; the exit code is 1 where keeping
them takes more than 1.5 times the space, or 1.2 times the time.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from typing import NamedTuple

from bench.generate import generate
from bench.tasks import data_only
from samverkan.changes.recording import file_changes, recorded
from samverkan.publication import static
from samverkan.site import archive

_TEXT = re.compile(r'(?: \d+)?"@en')
_MOST_SPACE, _MOST_TIME = 1.5, 1.2
_LIMITED = (2, 3)  # not where all are written anew, which happens after a lost folder
_DAY = date(2026, 1, 1)


@dataclass(frozen=True)
class Cost:
    """What publishing took: bytes on the disk, and seconds of processor time, of which so many for noting it."""

    space: int
    seconds: float
    noting: float = 0


class Kept(NamedTuple):
    """A site with earlier releases, its own release, and the number of the next one."""

    site: Path
    release: Path
    number: int


Round = tuple[Cost, Cost, Cost, Cost]
"""Without earlier releases; with all written anew; with all but the last one taken over; where the oldest one goes."""


def change(site: Path, count: int, number: int) -> None:
    """Write so many texts of a site otherwise, spread over a file, others each time."""
    path = site / "data/page-en.ttl"
    text = path.read_text("utf-8")
    found = list(_TEXT.finditer(text))
    for each in reversed(found[number :: max(1, len(found) // count)][:count]):
        text = f'{text[: each.start()]} {number}"@en{text[each.end() :]}'
    path.write_text(text, "utf-8")


def record(site: Path, number: int, count: int) -> None:
    """Note a release in the history of a site, as `publish` does."""
    from samverkan.authoring.file_changes import write_changes

    change(site, count, number)
    here = data_only(site, _DAY + timedelta(days=number))
    write_changes(site, file_changes(here, *recorded(here, site / "public")))


def published(site: Path, target: Path, previous: Path | None = None, *, kept: bool = True) -> Cost:
    """Publish the data of a site into an empty folder."""
    here = data_only(site)
    if not kept:
        here.__dict__.update(history=(), archive=archive.Archive({}))
    target.mkdir()
    seconds = measured(lambda: static.write_release(here, target, None, previous))
    return Cost(space(target), seconds)


def measured(work: Callable[[], object]) -> float:
    """Seconds of processor time that some work takes, in this process and those that it starts."""
    before = os.times()
    work()
    return sum(os.times()[:4]) - sum(before[:4])


def space(folder: Path) -> int:
    """The bytes that a folder takes on the disk, as `du` counts them; a file of two names once."""
    found = {(each.stat().st_dev, each.stat().st_ino): each.stat().st_blocks for each in folder.rglob("*")}
    return 512 * sum(found.values())


def main(arguments: list[str] | None = None) -> int:
    """Print the costs; 1 where they are too high."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("triples", 100_000), ("releases", 50), ("changes", 50), ("rounds", 3)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="samverkan-") as name:
        folder = Path(name)
        kept = _sites(folder, given.triples, given.releases, given.changes)
        return _told([_round(folder, kept, given.changes) for _ in range(given.rounds)])


def _sites(folder: Path, triples: int, releases: int, changes: int) -> tuple[Kept, Kept]:
    """A site that lacks one release of those that it keeps, and one that has them all, so that the oldest one goes."""
    site = folder / "first"
    generate(site, triples)
    with (site / "samverkan.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"\n[history]\nreleases = {releases}\n")
    for number in range(1, releases):
        record(site, number, changes)
    full = shutil.copytree(site, folder / "full")
    record(full, releases, changes)
    return _kept(site, releases), _kept(full, releases + 1)


def _kept(site: Path, number: int) -> Kept:
    release = site.with_name(f"{site.name}-release")
    published(site, release)
    return Kept(site, release, number)


def _round(folder: Path, kept: tuple[Kept, Kept], changes: int) -> Round:
    """All costs once, one right after the other: what else the machine does goes for all of them."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        one, other = (Path(name) / each.site.name for each in kept)
        noting = [_noted(each, site, changes) for each, site in zip(kept, (one, other), strict=True)]
        alone = published(one, Path(name) / "alone", kept=False)
        fresh = published(one, Path(name) / "fresh")
        beside = published(one, Path(name) / "beside", kept[0].release)
        going = published(other, Path(name) / "going", kept[1].release)
        return alone, _sum(fresh, noting[0]), _sum(beside, noting[0]), _sum(going, noting[1])


def _noted(kept: Kept, site: Path, changes: int) -> float:
    """Seconds that noting one release more takes, in a copy of a site."""
    shutil.copytree(kept.site, site)
    return measured(lambda: record(site, kept.number, changes))


def _sum(cost: Cost, noting: float) -> Cost:
    return Cost(cost.space, cost.seconds + noting, noting)


def _told(rounds: list[Round]) -> int:
    names = ("no earlier releases", "all written anew", "all but one taken over", "the oldest one goes")
    for name, costs in zip(names, zip(*rounds, strict=True), strict=True):
        space, seconds = _ratios(costs, rounds)
        cost = sorted(costs, key=lambda each: each.seconds)[len(costs) // 2]
        each = ", ".join(f"{found:.2f}" for found in seconds)
        print(
            f"{name:<23} {cost.space / 1e6:8.1f} MB {cost.seconds:6.1f} s, of which noting {cost.noting:4.1f} s; "
            f"times {space:.2f}, {median(seconds):.2f} ({each})"
        )
    fair = [_ratios([each[at] for each in rounds], rounds) for at in _LIMITED]
    return 0 if all(space <= _MOST_SPACE and median(seconds) <= _MOST_TIME for space, seconds in fair) else 1


def _ratios(costs: Sequence[Cost], rounds: list[Round]) -> tuple[float, list[float]]:
    """Space and times in proportion to what publishing alone took in the same round."""
    pairs = [(cost, each[0]) for cost, each in zip(costs, rounds, strict=True)]
    return max(cost.space / alone.space for cost, alone in pairs), [
        cost.seconds / alone.seconds for cost, alone in pairs
    ]


if __name__ == "__main__":
    sys.exit(main())
