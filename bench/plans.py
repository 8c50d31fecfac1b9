"""Whether queries take as long each time: `python -m bench.plans [--triples N] [--times N]`.

An engine that has no figures about the data chooses among plans that look alike, and chooses otherwise the next time: a
query that takes hundredths may take minutes once in forty times. Each query of the shapes and each canned query is
asked many times on an invented site. One whose slowest time is far from its usual one is named with both, and the exit
code is 1.
"""

from __future__ import annotations

import argparse
import gc
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from unittest import mock

from bench.generate import generate
from bench.shacl import Ready, ours
from samverkan.publication.published import open_site
from samverkan.validation.evaluation.query_engines import QueryEngines
from samverkan.validation.shapes.prebinding import PreboundQuery, Row

MOST = 4.0
"""How many times its usual time a query may take."""
FLOOR = 0.05
"""Seconds: what takes less is not told apart from the noise."""


@dataclass(frozen=True)
class Times:
    """How long a query took each time, in seconds of processor time."""

    name: str
    seconds: tuple[float, ...]

    @property
    def is_unsteady(self) -> bool:
        """Whether it took far longer than usual at least once."""
        return max(self.seconds) > max(FLOOR, MOST * median(self.seconds))

    def __str__(self) -> str:
        return f"{median(self.seconds):8.3f} s usually, {max(self.seconds):8.3f} s once: {self.name}"


def times(name: str, ask: Callable[[], object], count: int) -> Times:
    """Ask so many times."""
    return Times(name, tuple(_time(ask) for _ in range(count)))


def _time(ask: Callable[[], object]) -> float:
    start = time.thread_time()
    ask()
    return time.thread_time() - start


def of_shapes(folder: Path, count: int) -> list[Times]:
    """Each query of the shapes, for all nodes that the gate asks it about."""
    found: list[Times] = []
    ready, answered = Ready.of(folder), vars(QueryEngines)["_in_store"]

    def measured(engines: QueryEngines, query: PreboundQuery, values: Any) -> list[Row]:
        found.append(times(query.text, partial(answered, engines, query, values), count))
        return answered(engines, query, values)  # type: ignore[no-any-return]  # it is what it stands for

    with mock.patch.object(QueryEngines, "_in_store", measured):
        ours(ready.data, ready.shapes)
    return found


def canned(folder: Path, count: int) -> Iterator[Times]:
    """Each canned query, without parameters."""
    site = open_site(folder)
    site.store.warm()
    for query in site.queries.values():
        yield times(query.name, partial(site.store.query, query.text, name=query.place.file), count)


def main() -> None:
    """Read the command line, measure, and name what is unsteady."""
    parser = argparse.ArgumentParser(prog="python -m bench.plans", description=__doc__)
    parser.add_argument("--triples", type=int, default=20_000)
    parser.add_argument("--times", type=int, default=50, help="How often each query is asked.")
    options = parser.parse_args()
    gc.disable()  # what is read stays
    with tempfile.TemporaryDirectory(prefix="samverkan-plans-") as name:
        folder = generate(Path(name), options.triples).folder
        found = [*of_shapes(folder, options.times), *canned(folder, options.times)]
    unsteady = [each for each in found if each.is_unsteady]
    print(*unsteady, f"{len(found)} queries; unsteady: {len(unsteady)}", sep="\n")
    sys.exit(1 if unsteady else 0)


if __name__ == "__main__":
    main()
