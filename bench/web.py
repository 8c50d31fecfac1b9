"""Measure the live door and the peers in the same run: `python -m bench.web`. It needs wrk; nginx is the limit.

All servers run at once and are asked in turn, each for some seconds, over 8 connections that are kept open; ratios
are medians of the rounds.
"""

from __future__ import annotations

import argparse
import platform
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from urllib.parse import quote

import samverkan
from bench import servers
from bench.processes import ROOT
from bench.run import Row
from samverkan.publication.resolver import fetch
from samverkan.publication.static import publish

_NUMBERED = Path(__file__).with_name("numbered.lua")
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0}
THING = "agreement/solna"
QUERY = "contacts"
DATED, DEFAULT_DATE, DATE = "signed-before", "2021-01-01", "0000-00-00"


@dataclass(frozen=True)
class Load:
    """What a server did under load: requests a second, and the 99th percentile of its answers in milliseconds."""

    rate: float
    p99: float


@dataclass(frozen=True)
class Asked:
    """One address of one server, and the format that is asked for."""

    address: str
    accept: str
    each_new: bool = False

    def run(self, seconds: int, connections: int) -> Load:
        """Ask again and again; raises `RuntimeError` where an answer is not a success.

        With `each_new` the address is another one each time: with a number behind it, which in a comment makes another
        query, or with another date in the place of `DATE`.
        """
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-H", f"Accept: {self.accept}"]
        if self.each_new:
            command += ["-s", str(_NUMBERED)]
        told = subprocess.run([*command, self.address], check=True, capture_output=True, text=True).stdout
        rate, p99 = re.search(r"Requests/sec:\s+([\d.]+)", told), re.search(r"99%\s+([\d.]+)(us|ms|s)", told)
        if rate is None or p99 is None or "Non-2xx" in told:
            raise RuntimeError(f"{self.address} failed: {told}")
        return Load(float(rate[1]), float(p99[1]) * _UNITS[p99[2]])


@dataclass(frozen=True)
class Contest:
    """What some servers did with the same task, round by round."""

    loads: Mapping[str, Sequence[Load]]

    def rate(self, name: str) -> float:
        """Requests a second, the median."""
        return median(load.rate for load in self.loads[name])

    def p99(self, name: str) -> float:
        """Milliseconds, the median."""
        return median(load.p99 for load in self.loads[name])

    def faster(self, one: str, other: str) -> float:
        """How many times as many requests `one` answers: the median over the rounds."""
        return median(a.rate / b.rate for a, b in zip(self.loads[one], self.loads[other], strict=True))

    def slower(self, one: str, other: str) -> float:
        """How many times as late `one` is at the 99th percentile: the median over the rounds."""
        return median(a.p99 / b.p99 for a, b in zip(self.loads[one], self.loads[other], strict=True))


def contest(rounds: int, seconds: int, connections: int, **asked: Asked | None) -> Contest:
    """Let servers answer in turn, A B C A B C; the first time does not count."""
    there = {name: each for name, each in asked.items() if each is not None}
    loads: dict[str, list[Load]] = {name: [] for name in there}
    for number in range(rounds + 1):
        for name, each in there.items():
            load = each.run(seconds if number else 1, connections)
            if number:
                loads[name].append(load)
    return Contest(loads)


def _rows(what: str, found: Contest, least: Mapping[str, float], most_ms: float | None = None) -> Iterator[Row]:
    us = f"{found.rate('ours'):.0f}/s, p99 {found.p99('ours'):.2f} ms"
    for name in found.loads:
        if name != "ours":
            peer = f"{name} {found.rate(name):.0f}/s, {found.p99(name):.2f} ms"
            yield Row(what, us, peer, found.faster("ours", name), at_least=least.get(name))
            if name in least and most_ms is None:
                yield Row("  99th percentile, beside it", "", "", found.slower("ours", name), at_most=1)
    if most_ms is not None:
        yield Row("  99th percentile", "", f"{most_ms:g} ms", found.p99("ours") / most_ms, at_most=1)


def measure(options: argparse.Namespace, folder: Path) -> Iterator[Row]:
    """Every row of the table."""
    site = samverkan.open(ROOT)
    publish(site, folder / "public")
    data = folder / "public" / "dump" / "dataset.trig"
    union = folder / "public" / "dump" / "dataset.ttl"
    with ExitStack() as stack:
        ours = stack.enter_context(servers.ours(ROOT))
        oxigraph = stack.enter_context(servers.oxigraph(data, folder))
        endpoint = stack.enter_context(servers.rdflib_endpoint(union))
        files = stack.enter_context(servers.nginx(folder / "public", folder))
        iri = site.settings.base + f"id/{THING}"
        describe = quote(f"DESCRIBE <{iri}>", safe="")
        for name, accept, suffix in (("Turtle", "text/turtle", "ttl"), ("JSON-LD", "application/ld+json", "jsonld")):
            found = contest(
                options.rounds,
                options.seconds,
                options.connections,
                ours=Asked(f"{ours}/doc/{THING}", accept),
                oxigraph=Asked(f"{oxigraph}?query={describe}", accept),
                endpoint=Asked(f"{endpoint}?query={describe}", accept),
                nginx=Asked(f"{files}/doc/{THING}.{suffix}", accept) if files else None,
            )
            yield from _rows(f"a thing as {name}", found, {"oxigraph": 2, "endpoint": 40})
        text = quote(fetch(site, f"query/{QUERY}.rq").content.decode(), safe="")
        found = contest(
            options.rounds,
            options.seconds,
            options.connections,
            ours=Asked(f"{ours}/query/{QUERY}.json", "*/*"),
            oxigraph=Asked(f"{oxigraph}?query={text}", "application/sparql-results+json"),
            endpoint=Asked(f"{endpoint}?query={text}", "application/sparql-results+json"),
        )
        yield from _rows(f"the canned query {QUERY}", found, {"oxigraph": 1})
        dated = quote(fetch(site, f"query/{DATED}.rq").content.decode().replace(DEFAULT_DATE, DATE), safe="")
        found = contest(
            options.rounds,
            options.seconds,
            options.connections,
            ours=Asked(f"{ours}/query/{DATED}.json?before={DATE}", "*/*", each_new=True),
            oxigraph=Asked(f"{oxigraph}?query={dated}", "application/sparql-results+json", each_new=True),
        )
        yield from _rows(f"the canned query {DATED}, another date each time", found, {"oxigraph": 0.4}, most_ms=15)
        free = quote("SELECT * { ?s ?p ?o } LIMIT 10 #", safe="")
        for each_new, what, least, most_ms in (
            (True, "a free query, another each time", {"oxigraph": 0.15, "endpoint": 8.0}, 10.0),
            (False, "a free query, always the same", {}, None),
        ):
            found = contest(
                options.rounds,
                options.seconds,
                options.connections,
                ours=Asked(f"{ours}/sparql?query={free}", "application/sparql-results+json", each_new),
                oxigraph=Asked(f"{oxigraph}?query={free}", "application/sparql-results+json", each_new),
                endpoint=Asked(f"{endpoint}?query={free}", "application/sparql-results+json", each_new),
            )
            yield from _rows(what, found, least, most_ms)


def main() -> None:
    """Read the command line, measure, and print each row as soon as it is known."""
    parser = argparse.ArgumentParser(prog="python -m bench.web", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="How long each server is asked in a round.")
    parser.add_argument("--connections", type=int, default=8)
    options = parser.parse_args()
    print(f"{platform.platform()}, Python {platform.python_version()}, {options.connections} connections")
    with tempfile.TemporaryDirectory(prefix="samverkan-bench-") as folder:
        for row in measure(options, Path(folder)):
            print(row, flush=True)


if __name__ == "__main__":
    main()
