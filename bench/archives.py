"""What it costs to keep earlier releases: `python -m bench.archives [--triples N] [--releases N] [--changes N]`.

A synthetic site is released so many times, with so many values changed each time. Then its data are published, without
pages and answers: without earlier releases, with all of them into an empty folder, and with all of them beside a folder
that has them already but for the last. To the latter two, noting the last release is added. Prints the space and the
processor time of each, and those in proportion to the first; the exit code is 1 where keeping them takes more than 1.5
times the space, or 1.2 times the time.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from bench.generate import generate
from bench.tasks import data_only
from samverkan.changes.recording import file_changes, recorded
from samverkan.publication import static
from samverkan.site import archive

_TEXT = re.compile(r'(?: \d+)?"@en')
_MOST_SPACE, _MOST_TIME = 1.5, 1.2
_DAY = date(2026, 1, 1)


@dataclass(frozen=True)
class Cost:
    """What publishing took: bytes on the disk, and seconds of processor time."""

    space: int
    seconds: float


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
    for name, default in (("triples", 100_000), ("releases", 50), ("changes", 50)):
        parser.add_argument(f"--{name}", type=int, default=default)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="samverkan-") as folder:
        return _told(*_costs(Path(folder), given.triples, given.releases, given.changes))


def _costs(folder: Path, triples: int, releases: int, changes: int) -> tuple[Cost, Cost, Cost]:
    site = folder / "site"
    generate(site, triples)
    with (site / "samverkan.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"\n[history]\nreleases = {releases}\n")
    for number in range(1, releases):
        record(site, number, changes)
    published(site, folder / "before")
    noting = measured(lambda: record(site, releases, changes))
    alone = published(site, folder / "alone", kept=False)
    fresh, beside = published(site, folder / "fresh"), published(site, folder / "beside", folder / "before")
    print(f"noting the last release  {noting:19.1f} s")
    return alone, replace(fresh, seconds=fresh.seconds + noting), replace(beside, seconds=beside.seconds + noting)


def _told(alone: Cost, fresh: Cost, beside: Cost) -> int:
    for name, cost in (("no earlier releases", alone), ("all written anew", fresh), ("all but one taken over", beside)):
        ratios = f"{cost.space / alone.space:5.2f} {cost.seconds / alone.seconds:5.2f}"
        print(f"{name:<24} {cost.space / 1e6:8.1f} MB {cost.seconds:7.1f} s  times {ratios}")
    is_fair = beside.space <= _MOST_SPACE * alone.space and beside.seconds <= _MOST_TIME * alone.seconds
    return 0 if is_fair else 1


if __name__ == "__main__":
    sys.exit(main())
