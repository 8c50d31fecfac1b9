"""Two hundred hostile queries, and eight clients beside them: `python -m bench.hostile --triples 1000000` (Linux).

A site of that size is invented and served. The queries of `bench.bombs` come four at a time, while
eight clients ask for pages, canned queries and small SPARQL queries. What those should get is
worked out before, in another process, so that nothing is in the server's caches because of it.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import itertools
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from bench.bombs import Bomb, Lure, bombs
from bench.generate import generate
from bench.processes import samverkan

AT_A_TIME = 4
CLIENTS = 8
WARM_UP = 5.0  # seconds in which the clients are alone, for a figure to compare with
SAMPLE = 0.5  # seconds from one look at the memory to the next
PAGES, ANSWERS = 20_000, 400  # how many different ones are asked for
SECRET = "nobody-may-read-this"

TURTLE, JSON_LD, RESULTS = "text/turtle", "application/ld+json", "application/sparql-results+json"
SUFFIXES = {TURTLE: ".ttl", JSON_LD: ".jsonld", RESULTS: ".json"}
CANNED = ("contacts", "agreement", "signatures-of", "identifiers")


class Wish(NamedTuple):
    """What an ordinary client asks for: its kind, the address, the media type, and the digest of the right answer."""

    kind: str
    path: str
    accept: str
    digest: str


class Met(NamedTuple):
    """An answer: the kind of the wish, its status, whether it was right, and the seconds that it took."""

    kind: str
    status: int
    right: bool
    seconds: float


class Ended(NamedTuple):
    """A hostile query that has had its answer: the status, or 0 where there was none."""

    bomb: Bomb
    status: int
    told: str
    seconds: float


@dataclass
class Server:
    """`samverkan serve`, from start to end."""

    site: Path
    options: Sequence[str]
    process: subprocess.Popen[bytes] = field(init=False)
    port: int = field(init=False)
    seconds: float = field(init=False)

    def __enter__(self) -> Server:
        """Wait until it serves; raises `RuntimeError` with what it said where it does not."""
        start = time.perf_counter()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        command = [*samverkan(), "--site", self.site, "serve", "--port", "0", "--no-access-log", *self.options]
        self.process = subprocess.Popen(list(map(str, command)), stderr=self._said)
        while (found := re.search(rb"http://[^/]*:(\d+)/", self.said)) is None:
            if self.process.poll() is not None:
                raise RuntimeError(self.said.decode())
            time.sleep(0.02)
        self.port = int(found[1])
        self.seconds = time.perf_counter() - start
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(60)
        self._said.close()

    @property
    def said(self) -> bytes:
        """What it wrote to standard error."""
        return os.pread(self._said.fileno(), 1 << 20, 0)

    @property
    def pids(self) -> tuple[int, int]:
        """The process at the door and the one that holds the site."""
        return self.process.pid, _children(self.process.pid)[0]

    def memory(self) -> int:
        """The bytes of all its processes; a page that several share counts once (proc(5), Pss)."""
        processes = [self.process.pid]
        for pid in processes:  # grows on the way
            processes += _children(pid)
        return sum(map(_proportional, processes))

    def connect(self) -> http.client.HTTPConnection:
        """A connection of one client."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []


def _proportional(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))


def wishes(folder: Path) -> tuple[Wish, ...]:
    """What ordinary clients may ask for, with the right answers, from a site that nobody else asks."""
    from samverkan.limits import QueryLimits
    from samverkan.press import Press
    from samverkan.site import open_site

    site = open_site(folder)
    site.store.load_named()
    press = Press(site, QueryLimits(seconds=60, bytes=1 << 25, memory=1 << 30))
    documents = [(path, iri) for path, iri in site.documents.paths() if path.startswith("doc/")]
    shuffled = random.Random(1).sample(documents, len(documents))  # noqa: S311 - the same at each run
    agreements = [iri.rpartition("/")[2] for _, iri in shuffled if "/id/agreement/" in iri][:ANSWERS]
    return (
        *_pages(press, [path for path, _ in shuffled[:PAGES]]),
        *_answers(press, agreements),
        *_questions(press, [iri for _, iri in shuffled[:ANSWERS]]),
    )
