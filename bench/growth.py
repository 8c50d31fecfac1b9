"""How every canned query grows with the data: `python -m bench.growth [--triples 10000,100000,1000000]`.

Each query is answered whole, without parameters, on invented sites of several sizes, in a process of its own
that is ended after a while. A query whose time grows clearly faster than the data is named, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import math
import pickle
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.generate import generate
from samverkan.limits import FailedError, TookTooLongError, within
from samverkan.model.queries import Query
from samverkan.model.results import Graph, Table
from samverkan.publication.published import Site, open_site

SIZES = (10_000, 100_000, 1_000_000)
MOST = 15.0
"""How many times as long a query may take on ten times as many statements."""
FLOOR = 0.05
"""Seconds: what takes less is not told apart from the noise."""
_ROUNDS = 3
_LONG = 2.0  # seconds: what takes longer is measured once


@dataclass(frozen=True)
class Taken:
    """What a query took on one site: rows or triples (None where it was ended), and seconds of processor time."""

    rows: int | None
    seconds: float

    def __str__(self) -> str:
        rows = "ended" if self.rows is None else f"{self.rows}"
        return f"{rows:>8} {self.seconds:9.3f} s"


@dataclass(frozen=True)
class Growth:
    """A query with what it took on sites of several sizes."""

    name: str
    taken: Mapping[int, Taken]

    @property
    def factors(self) -> Sequence[float]:
        """How many times as long it took on ten times as many statements, from each size to the next."""
        sizes = sorted(self.taken)
        return [self._factor(small, large) for small, large in itertools.pairwise(sizes)]

    def _factor(self, small: int, large: int) -> float:
        one, other = (max(self.taken[size].seconds, FLOOR) for size in (small, large))
        return float((other / one) ** (1 / math.log10(large / small)))

    @property
    def is_too_fast(self) -> bool:
        """Whether its time grows clearly faster than the data, or was not seen to its end."""
        return max(self.factors, default=0) > MOST or any(each.rows is None for each in self.taken.values())

    def __str__(self) -> str:
        taken = " ".join(str(self.taken[size]) for size in sorted(self.taken))
        factors = " ".join(f"{factor:6.1f}" for factor in self.factors)
        return f"{self.name:32} {taken} {factors}{'  TOO FAST' if self.is_too_fast else ''}"


def growths(sites: Mapping[int, Path], seconds: float, names: Sequence[str]) -> Iterator[Growth]:
    """Every query, or those that are named, on all sites; a query is ended after so many seconds."""
    found = {size: dict(_asked(open_site(folder), seconds, names)) for size, folder in sites.items()}
    for name in next(iter(found.values())):
        yield Growth(name, {size: taken[name] for size, taken in found.items()})


def _asked(site: Site, seconds: float, names: Sequence[str]) -> Iterator[tuple[str, Taken]]:
    site.store.warm()
    for name, query in site.queries.items():
        if not names or name in names:
            yield name, _taken(site, query, seconds)


def _taken(site: Site, query: Query, seconds: float) -> Taken:
    try:
        taken: Taken = pickle.loads(within(seconds, partial(_measured, site, query)))
    except (TookTooLongError, FailedError):
        return Taken(None, seconds)
    return taken


def _measured(site: Site, query: Query) -> bytes:
    """The shortest of some rounds, for others use the machine too."""
    rows, rounds = 0, list[float]()
    while len(rounds) < _ROUNDS and sum(rounds) < _LONG:
        start = time.process_time()
        answer = site.store.query(query.text, name=query.place.file)
        rounds.append(time.process_time() - start)
        rows = len(answer.rows) if isinstance(answer, Table) else len(answer.own) if isinstance(answer, Graph) else 1
    return pickle.dumps(Taken(rows, min(rounds)))


def main() -> None:
    """Read the command line, measure, and print a line for each query."""
    parser = argparse.ArgumentParser(prog="python -m bench.growth", description=__doc__)
    parser.add_argument("--triples", default=",".join(map(str, SIZES)), help="The sizes, separated by commas.")
    parser.add_argument("--seconds", type=float, default=60, help="After how many a query is ended.")
    parser.add_argument("--only", default="", help="Queries, separated by commas [default: all].")
    parser.add_argument("--folder", help="Where to write [default: where temporary files go].")
    options = parser.parse_args()
    gc.disable()  # what is read stays
    names = [name for name in options.only.split(",") if name]
    with tempfile.TemporaryDirectory(prefix="samverkan-growth-", dir=options.folder) as folder:
        sites = {size: Path(folder) / str(size) for size in map(int, options.triples.split(","))}
        for size, site in sites.items():
            generate(site, size)
        found = list(growths(sites, options.seconds, names))
    for growth in sorted(found, key=lambda growth: -max(growth.factors, default=0)):
        print(growth)
    too_fast = [growth.name for growth in found if growth.is_too_fast]
    print(f"{len(found)} queries; faster than the data: {', '.join(too_fast) or 'none'}")
    sys.exit(1 if too_fast else 0)


if __name__ == "__main__":
    main()
