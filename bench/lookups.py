"""Look-ups in a large site, each of another thing: `python -m bench.lookups --triples 1000000`. It needs wrk.

Each is a free query for all that is said of one thing, so that nothing is kept of it.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

import samverkan
from bench import servers
from bench.generate import generate
from bench.run import Row

_LISTED = Path(__file__).with_name("listed.lua")
LEAST = 1000  # look-ups a second


def queries(site: Path) -> list[str]:
    """The address of a look-up for each thing."""
    things = (iri for path, iri in samverkan.open(site).documents.paths() if path.startswith("doc/"))
    return [f"/sparql?query={quote(f'SELECT * {{ <{iri}> ?p ?o }}', safe='')}" for iri in things]


def measure(site: Path, folder: Path, seconds: int, connections: int) -> Row:
    """How many look-ups a second there are; raises `RuntimeError` where one fails or comes twice."""
    listed = folder / "addresses"
    addresses = queries(site)
    listed.write_text("\n".join(addresses) + "\n", encoding="utf-8")
    with servers.ours(site) as ours:
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", _LISTED, ours, "--", listed]
        told = subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout
    done, rate = re.search(r"(\d+) requests in", told), re.search(r"Requests/sec:\s+([\d.]+)", told)
    late = re.search(r"99%\s+(\S+)", told)
    if not (done and rate and late) or "Non-2xx" in told or int(done[1]) > len(addresses):
        raise RuntimeError(told)
    us = f"{float(rate[1]):.0f}/s, p99 {late[1]}"
    return Row("look-ups, each new", us, f"{LEAST}/s", float(rate[1]) / LEAST, at_least=1)


def main() -> None:
    """Read the command line, measure, and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.lookups", description=__doc__)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--site", type=Path, help="A site that is there already, in place of an invented one.")
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--connections", type=int, default=8)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="samverkan-bench-") as name:
        site = options.site or Path(name) / "site"
        if not options.site:
            generate(site, options.triples)
        print(measure(site, Path(name), options.seconds, options.connections))


if __name__ == "__main__":
    main()
