"""Answers of any size: `python -m bench.streaming [--site SITE]` (Linux).

For each of some large answers it tells how many bytes came in which time, and the most memory that the HTTP process
and any worker had meanwhile. The last answer is endless: it is cut when its time is over.
"""

from __future__ import annotations

import argparse
import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bench.hostile import Server
from bench.processes import ROOT
from bench.soak import resident

_LOOK = 0.02  # seconds between two looks at the memory
_READ = 1 << 20
_MB = 1 << 20
_NUMBERS = " ".join(map(str, range(500)))
_PAIRS = f"VALUES ?a {{ {_NUMBERS} }} VALUES ?b {{ {_NUMBERS} }}"
_NAMED = f"{_PAIRS} BIND (IRI(CONCAT('urn:x:', STR(?a))) AS ?s)"
ANSWERS = (
    ("250,000 rows", "application/sparql-results+json", f"SELECT ?a ?b {{ {_PAIRS} }}"),
    ("250,000 rows", "text/csv", f"SELECT ?a ?b {{ {_PAIRS} }}"),
    ("250,000 triples", "application/n-triples", f"CONSTRUCT {{ ?s <urn:p> ?b }} WHERE {{ {_NAMED} }}"),
    ("250,000 triples", "application/ld+json", f"CONSTRUCT {{ ?s <urn:p> ?b }} WHERE {{ {_NAMED} }}"),
    ("an endless table", "application/sparql-results+json", f"SELECT * {{ {_PAIRS} VALUES ?c {{ {_NUMBERS} }} }}"),
)


@dataclass
class Peaks:
    """The most bytes that the HTTP process, and any other process of a server, has had."""

    server: Server
    http: int = 0
    worker: int = 0

    def watch(self, over: threading.Event) -> None:
        """Look until it is over."""
        while not over.wait(_LOOK):
            with suppress(OSError):  # a worker has just ended
                first, _, *workers = self.server.family()
                self.http = max(self.http, resident(first))
                self.worker = max((self.worker, *map(resident, workers)))


def taken(server: Server, accept: str, query: str) -> tuple[int, bool]:
    """How many bytes came, and whether they were all."""
    asking, size = server.connect(), 0
    asking.request("POST", "/sparql", query, {"content-type": "application/sparql-query", "accept": accept})
    try:
        with asking.getresponse() as response:
            while part := response.read(_READ):
                size += len(part)
    except (OSError, http.client.IncompleteRead):
        return size, False
    finally:
        asking.close()
    return size, True


def told(server: Server) -> Iterator[str]:
    """A line for each answer."""
    for name, accept, query in ANSWERS:
        peaks, over, began = Peaks(server), threading.Event(), time.monotonic()
        watching = threading.Thread(target=peaks.watch, args=(over,))
        watching.start()
        size, is_whole = taken(server, accept, query)
        over.set()
        watching.join()
        end = "whole" if is_whole else "cut"
        memory = f"HTTP process {peaks.http / _MB:.0f} MB, worker {peaks.worker / _MB:.0f} MB"
        yield f"{name:18} {accept:32} {size / _MB:7.1f} MB in {time.monotonic() - began:4.1f} s, {end:5}; {memory}"


def main() -> None:
    """Read the command line, ask, and print what was seen."""
    parser = argparse.ArgumentParser(prog="python -m bench.streaming", description=__doc__)
    parser.add_argument("--site", type=Path, default=ROOT)
    options = parser.parse_args()
    with Server(options.site, ()) as server:
        for line in told(server):
            print(line, flush=True)


if __name__ == "__main__":
    main()
