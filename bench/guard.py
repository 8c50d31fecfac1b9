"""The ratios that must not get worse: `python -m bench.guard [--only NAMES] [--strict] [--json] [--long]`.

Each row is a ratio to something that is measured in the same run, in turn with it: what else the machine does harms
both alike. A row whose ratio is above its limit fails by its name. Rows that need a million triples or ten minutes are
told as they were last measured; `--long` measures them, and writes them down in `bench/last_runs.json`.
"""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench.processes import ROOT, Sample, duel, task
from bench.run import Bench, cold, compile_into, gate, loading, publishing

SMALL, LARGE, HUGE = 10_000, 100_000, 1_000_000
LAST_RUNS = Path(__file__).with_name("last_runs.json")
ROUNDS = {SMALL: 5, LARGE: 3, HUGE: 1}
_ASKED = 15  # addresses of each kind in a round
_SIZES = {SMALL: "10k", LARGE: "100k", HUGE: "1m"}
_CANNED = ("contacts", "agreement", "signing-dates", "aims")

Ratios = Mapping[str, float]
Part = Callable[[Bench], Ratios]
Last = Mapping[str, Any]


@dataclass(frozen=True)
class Row:
    """A ratio that must not get worse.

    `part` measures it, maybe with others; in what it gives, it is called `key`. `needs` are the modules and programs
    without which it can't be measured. One that is long is measured only when that is asked for.
    """

    key: str
    how: str
    triples: int
    peer: str
    limit: float
    part: Part
    needs: tuple[str, ...] = ()
    is_long: bool = False

    @property
    def name(self) -> str:
        """How it is called."""
        return f"{self.key}-{_SIZES[self.triples]}"


@dataclass(frozen=True)
class Told:
    """What came of a row: a figure, or why there is none; `last` is the last run of one that takes long."""

    row: Row
    figure: float | None = None
    trouble: str = ""
    last: Last | None = None

    @property
    def is_worse(self) -> bool:
        """Whether the row fails: its ratio is above the limit, or it broke."""
        return bool(self.trouble) if self.figure is None else self.figure > self.row.limit

    @property
    def verdict(self) -> str:
        """In a word."""
        if self.last is not None:
            return f"{'WORSE, ' * self.is_worse}last run {self.last['day']}, {self.last['commit']}"
        if self.figure is None:
            return self.trouble or f"not measured: {', '.join(missing(self.row))} is not installed"
        return "WORSE" if self.is_worse else "kept"

    def __str__(self) -> str:
        row, figure = self.row, "-" if self.figure is None else f"{self.figure:.2f}"
        return f"{row.name:18} {row.how:50} {figure:>8} {f'≤ {row.limit:g}':>8}  {row.peer:34} {self.verdict}"

    @property
    def failure(self) -> str:
        """Why the row fails, by its name, with figure and limit."""
        if self.figure is None:
            return f"{self.row.name}: {self.verdict}"
        row = self.row
        return f"{row.name}: {self.figure:.2f} beside {row.peer} ({row.how}), and the limit is {row.limit:g}"

    @property
    def as_json(self) -> Mapping[str, Any]:
        """All of it for programs."""
        row = self.row
        said = {"name": row.name, "how": row.how, "triples": row.triples, "peer": row.peer, "limit": row.limit}
        return {**said, "figure": self.figure, "verdict": self.verdict, "last": self.last}


# ---- what is measured


def reading(bench: Bench) -> Ratios:
    """Reading into the store, beside pyoxigraph."""
    return {"reading": loading(bench, bench.triples, "ours", "pyoxigraph").ratio("ours", "pyoxigraph")}


def shacl(bench: Bench) -> Ratios:
    """All shapes on data that is ready, beside pyshacl-turbo."""
    from bench.shacl import Ready, faults

    gc.disable()  # as on the command line
    ready = Ready.of(bench.site(bench.triples, faults(bench.triples)))
    found = ready.duel(ready.shapes, bench.rounds)
    gc.enable()
    return {"shacl": found.ratio("ours", "turbo")}


def validating(bench: Bench) -> Ratios:
    """The whole process, beside reading the same files."""
    site = bench.site(bench.triples, bench.triples // 1000)
    found = duel(bench.rounds, ours=gate(site), reading=partial(task, "load-ours", site))
    return {"validating": found.ratio("ours", "reading")}


def writing(bench: Bench) -> Ratios:
    """Publishing, beside writing the same bytes."""
    return {"publishing": publishing(bench, bench.triples).ratio("ours", "same")}


def cold_query(bench: Bench) -> Ratios:
    """A canned query from a cold start, beside importing."""
    return {"cold-query": cold(bench.site(bench.triples), bench.rounds).ratio("ours", "imports")}


def starting(bench: Bench) -> Ratios:
    """From start to first answer, beside validating."""
    site = bench.site(bench.triples)
    found = duel(max(1, bench.rounds - 2), ours=partial(_start, site), gate=gate(site))
    return {"start": found.ratio("ours", "gate")}


def _start(site: Path) -> Sample:
    from bench import servers

    start = time.perf_counter()
    with servers.ours(site):
        return Sample(time.perf_counter() - start, 0)


def pushing(bench: Bench) -> Ratios:
    """A first push into Oxigraph, beside its own bulk load."""
    from bench.stores import first_push, oxigraph

    return {"push": first_push(bench, partial(oxigraph, bench.folder), bench.triples).ratio("ours", "bulk")}


def hostile(bench: Bench) -> Ratios:
    """Two hundred hostile queries and ordinary clients, beside what is promised of memory and of waiting."""
    from bench.hostile import prepared, waited

    found = prepared(bench.site(bench.triples), (), 0.01, bench.folder)
    return {
        "hostile-memory": found.beyond / (2048 << 20),
        "ordinary-p99": waited(found.alone, 0.99) / 0.050,
        "ordinary-worst": waited(found.alone, 1.0) / 0.300,
    }


def answering(bench: Bench) -> Ratios:
    """Waiting for answers of each kind, new and kept, beside a server that only answers."""
    from bench import servers
    from bench.latency import Client, plain, slower

    site = bench.site(bench.triples)
    asked = addresses(site, bench.rounds * _ASKED)
    with servers.ours(site) as address, plain() as other, Client(address) as ours, Client(other) as theirs:
        found = dict[str, float]()
        for kind, new in asked.items():
            found[f"{kind}-new"] = slower(ours, theirs, _rounds(new, bench.rounds))
            found[f"{kind}-kept"] = slower(ours, theirs, [[new[0]] * _ASKED] * bench.rounds)
        return found


def _rounds(paths: Sequence[str], rounds: int) -> list[Sequence[str]]:
    return [paths[number::rounds] for number in range(rounds)]


def addresses(folder: Path, count: int) -> Mapping[str, Sequence[str]]:
    """As many different addresses of pages, answers of canned queries and free queries of a site."""
    import samverkan

    documents = [path for path, _ in samverkan.open(folder).documents.paths() if path.startswith("doc/")]
    agreements = [path.rpartition("/")[2] for path in documents if path.startswith("doc/agreement/")]
    given = [f"agreement={name}&lang={language}" for name in agreements for language in ("sv", "en")]
    canned = [f"/query/{_CANNED[at % len(_CANNED)]}.json?{values}" for at, values in enumerate(given)]
    free = [f"SELECT * {{ ?s ?p ?o }} LIMIT 10 # {number}" for number in range(count)]
    found = {
        "page": [f"/{quote(path, safe='/~=')}.sv.html" for path in documents],
        "canned": canned,
        "free": [f"/sparql?query={quote(sparql, safe='')}" for sparql in free],
    }
    return {kind: _spread(paths, count) for kind, paths in found.items()}


def _spread(paths: Sequence[str], count: int) -> Sequence[str]:
    """Some of them, from the first to the last; raises `ValueError` where there are too few."""
    if len(paths) < count:
        raise ValueError(f"there are {len(paths)} addresses, and {count} are asked for")
    return [paths[at * len(paths) // count] for at in range(count)]


# ---- the table


def _each(key: str, how: str, peer: str, limits: Sequence[float], part: Part, *needs: str) -> tuple[Row, ...]:
    """A row for each size; the third, if there is one, takes long."""
    sizes = (SMALL, LARGE, HUGE)
    return tuple(
        Row(key, how, size, peer, limit, part, needs, is_long=size == HUGE)
        for size, limit in zip(sizes, limits, strict=False)
    )


# The limits are provisional: they were measured on a machine with much other work (docs/performance.md).
_PLAIN = "a server that only answers"
ROWS: tuple[Row, ...] = (
    *_each("reading", "site into the store", "pyoxigraph's load", (2, 1.5), reading),
    *_each("shacl", "all shapes, everything ready", "pyshacl-turbo", (0.4, 0.3), shacl, "pyshacl_turbo"),
    *_each("validating", "whole process, a fault in 1,000 triples", "reading", (80, 30, 12), validating),
    *_each("publishing", "data formats", "writing the same bytes", (10, 9), writing),
    *_each("start", "serve, until the first answer", "validate", (3, 2, 30), starting),
    *_each("cold-query", "query contacts, whole process", "importing what it needs", (5, 16), cold_query),
    *_each("page-new", "a page about a thing, first time", _PLAIN, (100, 100), answering),
    *_each("page-kept", "the same page again", _PLAIN, (4, 4), answering),
    *_each("canned-new", "a canned query, first time", _PLAIN, (70, 140), answering),
    *_each("canned-kept", "the same answer again", _PLAIN, (4, 4), answering),
    *_each("free-new", "a free query, another each time", _PLAIN, (25, 40), answering),
    *_each("free-kept", "the same free query again", _PLAIN, (4, 4), answering),
    *_each("push", "first push into Oxigraph", "its bulk load", (4, 3, 2), pushing, "oxigraph"),
    *(
        Row(key, how, HUGE, peer, limit, hostile, is_long=True)
        for key, how, peer, limit in (
            ("hostile-memory", "200 hostile queries, memory at the peak", "2,048 MB beyond the store", 1.2),
            ("ordinary-p99", "ordinary clients alone, nothing kept, p99", "50 ms", 1),
            ("ordinary-worst", "the same, the slowest answer", "300 ms", 1),
        )
    ),
)


# ---- running it


def missing(row: Row) -> list[str]:
    """What a row needs and is not installed: a module, or a program beside Python."""
    beside = Path(sys.executable).parent
    return [name for name in row.needs if not ((beside / name).exists() or find_spec(name))]


def guarded(rows: Iterable[Row], folder: Path, *, long: bool = False, last: Mapping[str, Last]) -> Iterator[Told]:
    """What comes of each row, as soon as it is known; a part that measures several is run once, also if it breaks."""

    @cache
    def measured(part: Part, triples: int) -> Ratios | str:
        try:
            return part(Bench(folder, triples, ROUNDS[triples], 1))
        except Exception as error:  # noqa: BLE001 - its rows are told as broken, and the others are measured
            return f"broken: {type(error).__name__}: {error}"

    for row in rows:
        if row.is_long and not long:
            yield _as_last(row, last.get(row.name))
        elif missing(row):
            yield Told(row)
        else:
            found = measured(row.part, row.triples)
            yield Told(row, trouble=found) if isinstance(found, str) else Told(row, found[row.key])


def _as_last(row: Row, last: Last | None) -> Told:
    return Told(row, last["figure"], last=last) if last else Told(row, trouble="never measured: run it with --long")


def failures(told: Iterable[Told], *, strict: bool = False) -> list[str]:
    """Why the guard fails; a strict one also for what could not be measured."""
    return [each.failure for each in told if each.is_worse or (strict and each.figure is None)]


def chosen(names: str) -> tuple[Row, ...]:
    """The rows of some names, or whose names begin so; all where none is given. Raises `ValueError` for others."""
    asked = [name for name in names.split(",") if name]
    unknown = [name for name in asked if not any(row.name.startswith(name) for row in ROWS)]
    if unknown:
        raise ValueError(f"no row is called {', '.join(unknown)}; there are {', '.join(row.name for row in ROWS)}")
    return tuple(row for row in ROWS if not asked or row.name.startswith(tuple(asked)))


def last_runs() -> dict[str, Last]:
    """The last runs of what takes long, by the names of the rows."""
    found: dict[str, Last] = json.loads(LAST_RUNS.read_text(encoding="utf-8"))
    return found


def kept(told: Iterable[Told]) -> dict[str, Last]:
    """The last runs with those that were measured now."""
    head = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(head, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    now = {"commit": commit, "day": datetime.now(UTC).date().isoformat()}
    new = {t.row.name: {"figure": round(t.figure, 2), **now} for t in told if t.row.is_long and t.figure and not t.last}
    return {**last_runs(), **new}


def main() -> int:
    """Read the command line, measure, and tell; 1 where something is worse."""
    parser = argparse.ArgumentParser(prog="python -m bench.guard", description=__doc__)
    parser.add_argument("--only", default="", help="Rows, or how their names begin, separated by commas.")
    parser.add_argument("--strict", action="store_true", help="Fail also for what can't be measured here.")
    parser.add_argument("--long", action="store_true", help="Measure also what takes long, and write it down.")
    parser.add_argument("--json", action="store_true", help="Tell it as JSON.")
    options = parser.parse_args()
    began, told = time.monotonic(), list[Told]()
    with tempfile.TemporaryDirectory(prefix="samverkan-bench-") as name:
        compile_into(Path(name) / "compiled")
        for each in guarded(chosen(options.only), Path(name), long=options.long, last=last_runs()):
            told.append(each)
            print("" if options.json else f"{each}\n", end="", flush=True)
    if options.json:
        print(json.dumps([each.as_json for each in told], indent=1, ensure_ascii=False))
    if options.long:
        LAST_RUNS.write_text(json.dumps(kept(told), indent=1) + "\n", encoding="utf-8")
    found = failures(told, strict=options.strict)
    end = f"{len(told)} rows in {time.monotonic() - began:.0f} s, {len(found)} failed"
    print(*found, end, sep="\n", file=sys.stderr)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
