"""Measure us and the peers in the same run: `python -m bench.run [--only load,validate,publish,pages,query]`.

Contenders run in turn, each in a process of its own; what is told is the median of the rounds, and
the ratio is the median of the ratios within a round, so that other work on the machine does less harm.
Nothing that was written is deleted before the end: on ext4, creating files was many times slower for a
while after a hundred thousand had been deleted, and it would be chance who pays for that.
"""

from __future__ import annotations

import argparse
import itertools
import os
import platform
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench import agreement
from bench.generate import generate
from bench.processes import ROOT, Duel, Sample, duel, process, samverkan, task


@dataclass(frozen=True)
class Row:
    """One line of the table: what was measured, both figures, their ratio, and what it should be."""

    what: str
    us: str
    peer: str
    ratio: float | None = None
    at_most: float | None = None
    at_least: float | None = None

    def __str__(self) -> str:
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return f"{self.what:58} {self.us:>22} {self.peer:>30} {ratio:>8} {self._target:>9} {self._verdict}"

    @property
    def _target(self) -> str:
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return f"≥ {self.at_least:g}" if self.at_least is not None else ""

    @property
    def _verdict(self) -> str:
        if self.ratio is None or not self._target:
            return ""
        low, high = self.at_least or 0, self.at_most or float("inf")
        return "reached" if low <= self.ratio <= high else "MISSED"


@dataclass(frozen=True)
class Bench:
    """Where to work, how large the site is, and how often to measure."""

    folder: Path
    triples: int
    rounds: int
    slow_rounds: int

    def site(self, triples: int, errors: int = 0) -> Path:
        """An invented site of that size, made once."""
        folder = self.folder / f"site-{triples}-{errors}"
        if not folder.exists():
            generate(folder, triples, errors)
        return folder

    def fresh(self) -> Path:
        """A folder that does not exist yet."""
        return self.folder / f"out-{next(_NUMBERS)}"


_NUMBERS = itertools.count()


def loading(bench: Bench, triples: int, *names: str) -> Duel:
    """Reading a site into the store, by some of those that `bench.tasks` knows."""
    site = bench.site(triples)
    return duel(bench.rounds, **{name: partial(task, f"load-{name}", site) for name in names})


def load(bench: Bench) -> Iterator[Row]:
    """Reading a site into the store, beside pyoxigraph's own load and rdflib's parse of the same files."""
    names = ("ours", "pyoxigraph", "bulk", "rdflib")
    found = loading(bench, bench.triples, *names)
    what = f"read {bench.triples} triples into the store"
    us, load, bulk, rdflib = (_seconds(found, name) for name in names)
    yield Row(f"{what}, beside load", us, f"pyoxigraph {load}", found.ratio("ours", "pyoxigraph"), at_most=1.3)
    yield Row(f"{what}, beside bulk_load", us, f"pyoxigraph {bulk}", found.ratio("ours", "bulk"))
    yield Row(f"{what}, beside rdflib", us, f"rdflib {rdflib}", found.ratio("rdflib", "ours"), at_least=8)
    yield Row("  memory for it", _megabytes(found, "ours"), f"rdflib {_megabytes(found, 'rdflib')}")


def validate(bench: Bench) -> Iterator[Row]:
    """The whole gate with planted faults, beside pySHACL on rdflib: whole processes."""
    yield from _validated(bench, bench.triples // 10, bench.rounds)
    yield from _validated(bench, bench.triples, bench.slow_rounds)


def _validated(bench: Bench, triples: int, rounds: int) -> Iterator[Row]:
    site, report = bench.site(triples, triples // 1000), bench.fresh()
    us = gate(site)
    peer: list[str | Path] = [sys.executable, "-m", "bench.tasks", "validate-pyshacl", site, report]
    found = duel(rounds, ours=us, pyshacl=lambda: process(peer))
    ratio = found.ratio("pyshacl", "ours")
    what = f"validate {triples} triples, whole process"
    yield Row(what, _seconds(found, "ours"), f"pySHACL {_seconds(found, 'pyshacl')}", ratio, at_least=8)
    yield Row("  peak memory", _megabytes(found, "ours"), f"pySHACL {_megabytes(found, 'pyshacl')}")
    yield _agreed(agreement.ours(found.last("ours").output), agreement.theirs(report))


def gate(site: Path) -> Callable[[], Sample]:
    """A whole process that validates a site."""
    return partial(process, [*samverkan(), "--site", site, "validate", "--format", "json"], allowed=(0, 1))


def _agreed(ours: Counter[agreement.Result], theirs: Counter[agreement.Result]) -> Row:
    different = [*(ours - theirs).elements(), *(theirs - ours).elements()]
    for result in different[:5]:
        print(f"not in both: {' | '.join(result)}", file=sys.stderr)
    what = "  SHACL results that only one of the two has"
    return Row(what, f"{ours.total()} results", f"{theirs.total()} results", len(different), at_most=0)


def publish(bench: Bench) -> Iterator[Row]:
    """Writing the data formats, beside writing the same bytes into the same files, and beside rdflib's serialisers."""
    small, large = (publishing(bench, triples) for triples in (bench.triples // 10, bench.triples))
    for triples, found in ((bench.triples // 10, small), (bench.triples, large)):
        counts = found.last("ours").counts
        what = f"publish {triples} triples, data formats: {counts['files']} files, {counts['bytes'] / 1e6:.0f} MB"
        peer = f"same bytes {_seconds(found, 'same')}"
        yield Row(what, _seconds(found, "ours"), peer, found.ratio("ours", "same"), at_most=2.5)
        ours, same = (f"{found.spread(name):.1f} times" for name in ("ours", "same"))
        yield Row("  slowest round beside quickest (above 1.5: do not trust)", ours, same)
    one, other = _per_thing(large), _per_thing(small)
    yield Row("  seconds per 1000 things, large beside small", f"{one:.3f} s", f"small {other:.3f} s", one / other)
    store = duel(bench.rounds, store=lambda: task("load-ours", bench.site(bench.triples))).kilobytes("store")
    memory, peer = large.kilobytes("ours") / store, f"store {store / 1024:.0f} MB"
    yield Row("  memory, beside the store alone", _megabytes(large, "ours"), peer, memory, at_most=3)
    yield from _beside_rdflib(bench)


def publishing(bench: Bench, triples: int) -> Duel:
    """Publishing the data formats of a site, beside writing the same bytes."""
    site, same = bench.site(triples), bench.fresh()
    task("publish-ours", site, same)
    return duel(
        bench.rounds,
        ours=lambda: task("publish-ours", site, bench.fresh()),
        same=lambda: task("write-same", same, bench.fresh()),
    )


def _per_thing(found: Duel) -> float:
    return found.seconds("ours") / float(found.last("ours").counts["things"]) * 1000


def _beside_rdflib(bench: Bench) -> Iterator[Row]:
    """The documents only, from graphs that are ready, written in the same loop by both."""
    site = bench.site(bench.triples // 10)
    found = duel(
        bench.rounds,
        ours=lambda: task("documents-ours", site, bench.fresh()),
        rdflib=lambda: task("publish-rdflib", site, bench.fresh()),
    )
    what = f"  documents of {bench.triples // 10} triples, from graphs that are ready"
    yield Row(what, _seconds(found, "ours"), f"rdflib {_seconds(found, 'rdflib')}", found.ratio("rdflib", "ours"))


def pages(bench: Bench) -> Iterator[Row]:
    """Publishing pages for people beside the data, on one processor: what each page and language costs more."""
    site = bench.site(bench.triples)
    found = duel(
        bench.rounds,
        both=lambda: task("publish-pages", site, bench.fresh()),
        data=lambda: task("publish-data", site, bench.fresh()),
    )
    count = found.last("both").counts["pages"]
    more = (found.seconds("both") - found.seconds("data")) / float(count) * 1000
    what = f"publish {bench.triples} triples, with {count} pages, one processor"
    yield Row(what, _seconds(found, "both"), f"data alone {_seconds(found, 'data')}")
    yield Row("  milliseconds for each page and language", f"{more:.3f} ms", "", more, at_most=1)


def query(bench: Bench) -> Iterator[Row]:
    """A canned query on the real site from a cold start, beside importing what it needs: whole processes."""
    found = cold(ROOT, bench.rounds * 4)
    what, peer = "query contacts on the real site, cold start", f"imports {_seconds(found, 'imports')}"
    yield Row(what, _seconds(found, "ours"), peer, found.ratio("ours", "imports"), at_most=2.5)


def cold(site: Path, rounds: int) -> Duel:
    """A canned query of a site from a cold start, beside importing what it needs."""
    contenders: dict[str, Callable[[], Sample]] = {
        "ours": partial(process, [*samverkan(), "--site", site, "query", "contacts"]),
        "imports": partial(process, [sys.executable, "-c", "import click, pyoxigraph"]),
    }
    duel(1, **contenders)  # so that all modules are compiled
    return duel(rounds, **contenders)


def _seconds(found: Duel, name: str) -> str:
    return f"{found.seconds(name):.3f} s"


def _megabytes(found: Duel, name: str) -> str:
    return f"{found.kilobytes(name) / 1024:.0f} MB"


Part = Callable[[Bench], Iterator[Row]]

PARTS: dict[str, Part] = {"load": load, "validate": validate, "publish": publish, "pages": pages, "query": query}


def compile_into(folder: Path) -> None:
    """Let Python keep what it compiles, as an installed package does, even where the environment forbids it."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(folder)


def main() -> None:
    """Read the command line, measure, and print each row as soon as it is known."""
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--only", default=",".join(PARTS), help="What to measure, separated by commas.")
    parser.add_argument("--triples", type=int, default=100_000, help="The size of the large site.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--slow-rounds", type=int, default=1, help="Rounds of pySHACL on the large site.")
    parser.add_argument("--folder", help="Where to write [default: where temporary files go].")
    options = parser.parse_args()
    print(f"{platform.platform()}, Python {platform.python_version()}")
    print(f"{'':58} {'us':>22} {'peer':>30} {'ratio':>8} {'target':>9}")
    with tempfile.TemporaryDirectory(prefix="samverkan-bench-", dir=options.folder) as folder:
        compile_into(Path(folder) / "compiled")
        bench = Bench(Path(folder), options.triples, options.rounds, options.slow_rounds)
        for part in options.only.split(","):
            for row in PARTS[part](bench):
                print(row, flush=True)


if __name__ == "__main__":
    main()
