"""What each check costs in processor time, and its share of the whole: `python -m bench.checks [DIR] [--triples N]`.

What a process of its own does for a check counts as well. What several checks need is made by the first that asks for
it, and so is part of its cost. Without a folder an invented site is checked, in which one statement in a thousand has
a fault.
"""

from __future__ import annotations

import argparse
import gc
import resource
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from unittest import mock

import samverkan
from bench.generate import generate
from samverkan import validation
from samverkan.validation import Check, Finding, ValidationInput

MOST = 0.1
"""The share of the whole that a check may cost."""


def costs(folder: Path) -> tuple[float, Mapping[str, float]]:
    """What it takes to validate a site, in seconds of processor time, and how much of that each check takes."""
    found: dict[str, float] = {}
    checks = tuple(_measured(check, found) for check in validation.CHECKS)
    begun = used()
    with mock.patch.object(validation, "CHECKS", checks):
        samverkan.open(folder).validate(frugal=True)
    return used() - begun, found


def used() -> float:
    """The processor time of this process, and of those that worked for it and have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def _measured(check: Check, found: dict[str, float]) -> Check:
    """A check that notes what it takes, when it begins and when it is asked for what it finds."""
    name = getattr(check, "__name__", "check")

    def noted(work: Callable[[], Iterable[Finding]]) -> Iterable[Finding]:
        begun = used()
        result = work()
        found[name] = found.get(name, 0.0) + used() - begun
        return result

    def told(findings: Iterable[Finding]) -> Iterator[Finding]:
        yield from noted(partial(list, findings))

    def measured(case: ValidationInput) -> Iterable[Finding]:
        return told(noted(partial(check, case)))

    return measured


def table(whole: float, found: Mapping[str, float]) -> Iterator[str]:
    """A line for each check, the dearest first, and one for all that is no check: reading, places, the report."""
    for name, seconds in sorted(found.items(), key=lambda each: -each[1]):
        yield f"{name:42} {seconds:8.3f} s {seconds / whole:6.1%}{'  above a tenth' * (seconds / whole > MOST)}"
    rest = whole - sum(found.values())
    yield f"{'(reading, places, the report)':42} {rest:8.3f} s {rest / whole:6.1%}"
    yield f"{'(the whole)':42} {whole:8.3f} s"


def main() -> None:
    """Read the command line, measure, and tell."""
    parser = argparse.ArgumentParser(prog="python -m bench.checks", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="A site [default: an invented one].")
    parser.add_argument("--triples", type=int, default=100_000, help="How large an invented one is.")
    options = parser.parse_args()
    gc.disable()  # as on the command line
    with tempfile.TemporaryDirectory(prefix="samverkan-bench-") as name:
        folder = options.folder or generate(Path(name), options.triples, options.triples // 1000).folder
        print(*table(*costs(folder)), sep="\n")


if __name__ == "__main__":
    main()
