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
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self
from urllib.parse import quote

from bench.bombs import Bomb, Lure, bombs
from bench.generate import generate
from bench.processes import samverkan

if TYPE_CHECKING:
    from samverkan.server.job_handler import JobHandler

AT_A_TIME = 4
CLIENTS = 8
WARM_UP = 5.0  # seconds in which the clients are alone, for a figure to compare with
_LOOKED_AT = 1 << 20  # bytes of an answer
SAMPLE = 0.5  # seconds from one look at the memory to the next
PAGES, ANSWERS = 20_000, 400  # how many different ones are asked for
SECRET = "nobody-may-read-this"

TURTLE, JSON_LD, RESULTS = "text/turtle", "application/ld+json", "application/sparql-results+json"
SUFFIXES = {TURTLE: ".ttl", JSON_LD: ".jsonld", RESULTS: ".json"}
CANNED = ("contacts", "agreement", "signing-dates", "aims")


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
    whole_seconds: float = field(init=False)

    def __enter__(self) -> Self:
        """Wait until it serves, and then until it answers everything.

        Raises `RuntimeError` with what it said where it ends before that.
        """
        start = time.perf_counter()
        self._said = tempfile.TemporaryFile()
        command = [*samverkan(), "--site", self.site, "serve", "--port", "0", "--no-access-log", *self.options]
        self.process = subprocess.Popen(list(map(str, command)), stderr=self._said)
        while (found := re.search(rb"http://[^/]*:(\d+)/", self.said)) is None:
            if self.process.poll() is not None:
                raise RuntimeError(self.said.decode())
            time.sleep(0.02)
        self.port = int(found[1])
        self.seconds = time.perf_counter() - start
        while not self._answers_everything():
            if self.process.poll() is not None:
                raise RuntimeError(self.said.decode())
        self.whole_seconds = time.perf_counter() - start
        return self

    def _answers_everything(self) -> bool:
        """Whether it answers a free query, which it puts off while it prepares the pages of a large site."""
        connection = self.connect()
        connection.request("GET", f"/sparql?query={quote('ASK {}')}")
        status = connection.getresponse().status
        connection.close()
        return status == HTTPStatus.OK

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
        return sum(map(_proportional, self.family()))

    def family(self) -> list[int]:
        """All its processes."""
        processes = [self.process.pid]
        for pid in processes:  # grows on the way
            processes += _children(pid)
        return processes

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
    from samverkan.publication.published import open_site
    from samverkan.server.job_handler import JobHandler

    site = open_site(folder)
    site.store.warm()
    press = JobHandler(site, QueryLimits(seconds=60, bytes=1 << 25, memory=1 << 30))
    documents = [(path, iri) for path, iri in site.documents.paths() if path.startswith("doc/")]
    shuffled = random.Random(1).sample(documents, len(documents))
    agreements = [iri.rpartition("/")[2] for _, iri in shuffled if "/id/agreement/" in iri][:ANSWERS]
    return (
        *_pages(press, [path for path, _ in shuffled[:PAGES]]),
        *_answers(press, agreements),
        *_questions(press, [iri for _, iri in shuffled[:ANSWERS]]),
    )


def _pages(press: JobHandler, paths: Sequence[str]) -> Iterator[Wish]:
    for path, accept in zip(paths, itertools.cycle((TURTLE, JSON_LD)), strict=False):
        _, body = press({"do": "fetch", "path": path + SUFFIXES[accept]})
        yield Wish("page", f"/{quote(path, safe='/~=')}", accept, _digest(body))


def _answers(press: JobHandler, agreements: Sequence[str]) -> Iterator[Wish]:
    for name, agreement in zip(itertools.cycle(CANNED), agreements, strict=False):
        query = f"agreement={quote(agreement)}&lang=en"
        _, body = press({"do": "fetch", "path": f"query/{name}.json?{query}"})
        yield Wish("canned query", f"/query/{name}?{query}", RESULTS, _digest(body))


def _questions(press: JobHandler, things: Sequence[str]) -> Iterator[Wish]:
    for thing in things:
        sparql = f"SELECT ?p ?o {{ <{thing}> ?p ?o }}"
        asked = {"sparql": sparql, "default": [], "named": [], "accept": RESULTS, "format": "", "language": "en"}
        _, body = press({"do": "ask", **asked})
        yield Wish("SPARQL", f"/sparql?query={quote(sparql, safe='')}", RESULTS, _sorted_digest(body))


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def _sorted_digest(body: bytes) -> str:
    """The digest of rows that come in no order."""
    try:
        rows = json.loads(body)["results"]["bindings"]
    except (ValueError, KeyError):
        return "no rows"
    return _digest("\n".join(sorted(json.dumps(row, sort_keys=True) for row in rows)).encode())


@dataclass
class Crowd:
    """Ordinary clients: each asks for one thing after the other on a connection that it keeps."""

    server: Server
    wishes: tuple[Wish, ...]
    pause: float
    met: list[Met] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)

    def come(self, number: int) -> None:
        """Be one client until it is over: eight pages for each canned query and each SPARQL query."""
        chance = random.Random(number)
        kinds = {kind: [wish for wish in self.wishes if wish.kind == kind] for kind in _KINDS}
        connection = self.server.connect()
        while not self.over.wait(self.pause):
            kind = chance.choices(list(_KINDS), list(_KINDS.values()))[0]
            self.met.append(self._ask(connection, chance.choice(kinds[kind])))

    def _ask(self, connection: http.client.HTTPConnection, wish: Wish) -> Met:
        start = time.perf_counter()
        try:
            connection.request("GET", wish.path, headers={"accept": wish.accept})
            response = connection.getresponse()
            status, body = response.status, response.read()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            status, body = 0, repr(error).encode()
        seconds = time.perf_counter() - start
        if status != 200:
            self.failures[f"{wish.kind}: {status} {_told(body)}"] += 1
        digest = _sorted_digest(body) if wish.kind == "SPARQL" else _digest(body)
        return Met(wish.kind, status, digest == wish.digest, seconds)


_KINDS = {"page": 8, "canned query": 1, "SPARQL": 1}


def _told(body: bytes) -> str:
    """What an error says of itself: its type and its reason."""
    try:
        problem = json.loads(body)
        return f"{problem['type'].rpartition('/')[2]} {problem.get('reason', '')}".strip()
    except (ValueError, KeyError):
        return body[:100].decode("utf-8", "replace")


@dataclass
class Gauge:
    """Looks at the memory now and then, and rests longer where a look takes long; `seconds` is the longest look."""

    server: Server
    peak: int = 0
    seconds: float = 0.0

    def watch(self, over: threading.Event) -> None:
        """Look until it is over."""
        taken = 0.0
        while not over.wait(max(SAMPLE, 4 * taken)):
            start = time.perf_counter()
            self.peak = max(self.peak, self.server.memory())
            taken = time.perf_counter() - start
            self.seconds = max(self.seconds, taken)


def throw(server: Server, bomb: Bomb) -> Ended:
    """Send a hostile query and wait for whatever comes."""
    start, connection, status = time.perf_counter(), server.connect(), 0
    headers = {"content-type": "application/sparql-query", "accept": f"{RESULTS}, application/n-triples"}
    try:
        connection.request("POST", "/sparql", bomb.text.encode(), headers)
        response = connection.getresponse()
        status, body = response.status, response.read(_LOOKED_AT)
        while response.read(_LOOKED_AT):  # a streamed answer may be of any size
            pass
    except (OSError, http.client.HTTPException) as error:
        is_cut = status == 200
        status, body = 0, b"cut" if is_cut else repr(error).encode()
    finally:
        connection.close()
    told = "" if status == 200 else _told(body)
    if SECRET.encode() in body:
        told = "READ A FILE"
    return Ended(bomb, status, told, time.perf_counter() - start)


@dataclass(frozen=True)
class Trial:
    """All that was seen."""

    start_seconds: float
    whole_seconds: float
    start_memory: int
    alone: Sequence[Met]
    beside: Sequence[Met]
    failures: Mapping[str, int]
    ended: Sequence[Ended]
    gauge: Gauge
    pids: tuple[tuple[int, int], tuple[int, int]]
    called: bool

    @property
    def beyond(self) -> int:
        """The bytes of memory beyond the store at its peak."""
        return self.gauge.peak - self.start_memory


def trial(site: Path, options: Sequence[str], asked: tuple[Wish, ...], pause: float, folder: Path) -> Trial:
    """Serve a site and let both kinds of clients come."""
    secret = folder / "secret.ttl"
    secret.write_text(f'<urn:a> <urn:b> "{SECRET}" .', encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as trap, Server(site, options) as server:
        trap.setblocking(False)
        lure = Lure(f"http://127.0.0.1:{trap.getsockname()[1]}/", secret.as_uri())
        pids, memory = server.pids, server.memory()
        crowd, gauge = Crowd(server, asked, pause), Gauge(server)
        with ThreadPoolExecutor(CLIENTS + 1) as beside, ThreadPoolExecutor(AT_A_TIME) as hostile:
            tasks = [*(beside.submit(crowd.come, n) for n in range(CLIENTS)), beside.submit(gauge.watch, crowd.over)]
            time.sleep(WARM_UP)
            alone = len(crowd.met)
            ended = list(hostile.map(lambda bomb: throw(server, bomb), bombs(lure)))
            crowd.over.set()
        for task in tasks:
            task.result()
        met, after = crowd.met, server.pids
        called = _is_called(trap)
        started = server.seconds, server.whole_seconds
        return Trial(*started, memory, met[:alone], met[alone:], crowd.failures, ended, gauge, (pids, after), called)


def prepared(site: Path, options: Sequence[str], pause: float, folder: Path) -> Trial:
    """A trial, with what ordinary clients should get worked out before it."""
    with ProcessPoolExecutor(1, get_context("spawn")) as apart:
        asked = apart.submit(wishes, site).result()
    return trial(site, options, asked, pause, folder)


def _is_called(trap: socket.socket) -> bool:
    try:
        trap.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def table(found: Trial, seconds: float) -> Iterator[str]:
    """The rows that are printed."""
    yield f"first answer after {found.start_seconds:.1f} s, everything ready after {found.whole_seconds:.1f} s"
    yield f"all processes then: {_megabytes(found.start_memory)}"
    yield from _of_hostile(found.ended, seconds)
    yield f"{'ordinary clients':26} {'asked':>8} {'failed':>7} {'wrong':>6} {'p50':>8} {'p99':>8} {'worst':>8}"
    for when, met in (("alone", found.alone), ("beside", found.beside)):
        for kind in ("all", *_KINDS):
            yield _row(f"{when}, {kind}", [each for each in met if kind in {"all", each.kind}])
    yield from (f"  {count} times {failure}" for failure, count in sorted(found.failures.items()))
    yield f"memory beyond the store, at its peak: {_megabytes(found.beyond)} (a look took {found.gauge.seconds:.2f} s)"
    before, after = found.pids
    yield f"server {before[0]} and house {before[1]}: {'the same' if before == after else f'CHANGED to {after}'}"
    yield f"calls to the outside: {'SOME' if found.called else 'none'}"


def _of_hostile(ended: Sequence[Ended], seconds: float) -> Iterator[str]:
    worst = max(ended, key=lambda each: each.seconds)
    in_time = sum(each.seconds <= seconds + 1 for each in ended)
    yield f"hostile queries: {len(ended)}, ended within {seconds + 1:g} s: {in_time}, worst {worst.seconds:.2f} s"
    yield f"  (that was {worst.bomb.kind} {worst.bomb.number})"
    outcomes = Counter((each.status, each.told) for each in ended)
    yield from (f"  {count:4} {status} {told}" for (status, told), count in sorted(outcomes.items()))


def _row(name: str, met: Sequence[Met]) -> str:
    p50, p99, worst = (waited(met, part) * 1000 for part in (0.5, 0.99, 1.0))
    failed = sum(each.status != 200 for each in met)
    wrong = sum(each.status == 200 and not each.right for each in met)
    return f"{name:26} {len(met):8} {failed:7} {wrong:6} {p50:5.1f} ms {p99:5.1f} ms {worst:5.0f} ms"


def waited(met: Sequence[Met], part: float) -> float:
    """How long such a part of the answers took at most, in seconds."""
    taken = sorted(each.seconds for each in met) or [0.0]
    return taken[min(int(len(taken) * part), len(taken) - 1)]


def _megabytes(size: int) -> str:
    return f"{size / (1 << 20):.0f} MB"


def main() -> None:
    """Read the command line, invent a site, run the trial, and print what was seen."""
    parser = argparse.ArgumentParser(prog="python -m bench.hostile", description=__doc__)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--timeout", type=float, default=10, help="Seconds that the server gives a query.")
    parser.add_argument("--pause", type=float, default=0.01, help="Seconds that a client rests after an answer.")
    parser.add_argument("--options", default="", help="Further options for `samverkan serve`, separated by spaces.")
    parser.add_argument("--folder", help="Where to write [default: where temporary files go].")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="samverkan-hostile-", dir=options.folder) as folder:
        site = Path(folder) / "site"
        print(f"{generate(site, options.triples).triples} triples")
        serve = ["--timeout", str(options.timeout), *options.options.split()]
        found = prepared(site, serve, options.pause, Path(folder))
        for line in table(found, options.timeout):
            print(line, flush=True)


if __name__ == "__main__":
    main()
