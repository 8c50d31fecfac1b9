"""No query stops, slows or falsifies the server process for others, asks elsewhere, or reads what is not published."""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import IncompleteRead
from itertools import cycle
from pathlib import Path
from typing import Any, ClassVar, cast
from urllib.parse import quote, urlencode

import pytest
from bench.bombs import KINDS, Bomb, Lure, bombs
from pyoxigraph import RdfFormat, parse
from tests.live import Answer, Live, children

from samverkan import Site
from samverkan.model.representations import mark
from samverkan.publication import resolver
from samverkan.server.http.application import App
from samverkan.server.http.messages import Request, Response
from samverkan.server.http.released import ServedRelease
from samverkan.server.lifecycle import Options
from samverkan.server.pool import JobReply, WorkerPool

ROOT = Path(__file__).parents[2]
DOLL = Path(__file__).parents[1] / "site"

SECONDS = 2
GRACE = 1.0
CUT = 0  # in place of the status of an answer whose reader saw that it was cut
HASTY = ("--timeout", str(SECONDS), "--no-access-log")
AT_A_TIME = 4
OF_A_KIND = 2  # how many of a kind that is evaluated are asked; the bench asks them all
MEMORY = 192 << 20

SECRET = "nobody-may-read-this"
WANTED = "application/sparql-results+json, application/n-triples"
PAGE = "/doc/lighthouse/masudden.ttl"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o . ?p ?q ?r }"
ALL = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
OF_THE_MACHINE = (
    "Traceback",
    "site-packages",
    "/usr/",
    "/home/",
    "/proc/",
    sys.prefix,
    sys.executable,
    str(ROOT),
    ".py",
)
CONDITION = "the processes of the machine are read from /proc"

linux = pytest.mark.skipif(sys.platform != "linux", reason=CONDITION)


class Trap:
    """Somebody who listens on this machine and hears of everyone who calls."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]

    @property
    def called(self) -> bool:
        """Whether somebody has called since it was asked last."""
        if not select.select([self._listener], [], [], 0)[0]:
            return False
        self._listener.accept()[0].close()
        return True

    def close(self) -> None:
        self._listener.close()


@dataclass(frozen=True)
class Outcome:
    bomb: Bomb
    answer: Answer
    seconds: float


@dataclass
class Neighbour:
    """One who asks for pages and canned queries all the while, and knows what the answers should be."""

    live: Live
    expected: dict[str, bytes]
    asked: int = 0
    slowest: float = 0.0
    wrong: list[str] = field(default_factory=list)

    def ask(self, until: threading.Event) -> None:
        for path in cycle(self.expected):
            if until.is_set():
                break
            start = time.monotonic()
            answer = self.live.ask(path)
            self.asked += 1
            self.slowest = max(self.slowest, time.monotonic() - start)
            if (answer.status, answer.body) != (200, self.expected[path]):
                self.wrong.append(f"{path}: {answer.status}")


@dataclass(frozen=True)
class Siege:
    """What happened while hostile queries came, four at a time."""

    outcomes: tuple[Outcome, ...]
    neighbour: Neighbour
    called: bool
    pids: tuple[tuple[int, int], tuple[int, int]]


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    found = Trap()
    yield found
    found.close()


@pytest.fixture(scope="module")
def lure(trap: Trap, tmp_path_factory: pytest.TempPathFactory) -> Lure:
    file = tmp_path_factory.mktemp("lure") / "secret.ttl"
    file.write_text(f'<urn:a> <urn:b> "{SECRET}" .')
    return Lure(f"http://127.0.0.1:{trap.port}/", file.as_uri())


@pytest.fixture(scope="module")
def siege(ki: Site, trap: Trap, lure: Lure) -> Iterator[Siege]:
    with Live(ROOT, HASTY) as live:
        before = pids(live)
        neighbour, over = Neighbour(live, dict(right(ki))), threading.Event()
        with ThreadPoolExecutor(AT_A_TIME + 1) as pool:
            beside = pool.submit(neighbour.ask, over)
            try:
                outcomes = tuple(pool.map(lambda bomb: throw(live, bomb), chosen(lure)))
            finally:
                over.set()
            beside.result()
        yield Siege(outcomes, neighbour, trap.called, (before, pids(live)))


@pytest.fixture
def hasty() -> Iterator[Live]:
    """The small site, served by a server of the test's own that can be broken."""
    with Live(DOLL, HASTY) as live:
        yield live


def right(ki: Site) -> Iterator[tuple[str, bytes]]:
    """Pages and answers of canned queries, with what they should be."""
    for number, (path, _) in enumerate(list(ki.documents.paths())[::12]):
        yield f"/{quote(path, safe='/~=')}.ttl", resolver.fetch(ki, f"{path}.ttl").content
        answer = f"query/search.csv?text={number}&lang=en"
        yield f"/{answer}", resolver.fetch(ki, answer).content


def chosen(lure: Lure) -> list[Bomb]:
    """All that cost next to nothing, and some of each other kind, never those at the same places."""
    some = {(name, (place + n * 5) % 10) for place, name in enumerate(KINDS) for n in range(OF_A_KIND)}
    return [bomb for bomb in bombs(lure) if KINDS[bomb.kind].refused or bomb[:2] in some]


def throw(live: Live, bomb: Bomb) -> Outcome:
    start = time.monotonic()
    try:
        answer = posted(live, bomb.text)
    except (IncompleteRead, ConnectionError):
        answer = Answer(CUT, {}, b"")
    return Outcome(bomb, answer, time.monotonic() - start)


def posted(live: Live, sparql: str, accept: str = WANTED) -> Answer:
    body = sparql.encode()
    return live.ask("/sparql", method="POST", body=body, content_type="application/sparql-query", accept=accept)


def pids(live: Live) -> tuple[int, int]:
    return live.process.pid, live.supervisor


def eventually(holds: Callable[[], Any], seconds: float) -> bool:
    """Whether it comes true within that time."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def facts(pid: int) -> list[str]:
    """What the kernel says of a process behind its name, from its state on; nothing where there is none (Linux)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def lives(pid: int) -> bool:
    return facts(pid)[:1] not in ([], ["Z"], ["X"])


def ticks(pid: int) -> int:
    """The time that a process has worked, in hundredths of a second."""
    return sum(map(int, facts(pid)[11:13]))


def working(live: Live) -> int:
    """The worker that has a free query: of all that give way to others, the one that works."""
    found: list[int] = []

    def found_it() -> bool:
        found[:] = [pid for pid in children(live.supervisor) if facts(pid)[16:17] == ["10"] and ticks(pid) > 2]
        return bool(found)

    assert eventually(found_it, 10)
    return found[0]


def is_problem(answer: Answer) -> bool:
    return answer.headers["content-type"] == "application/problem+json" and answer.json["status"] == answer.status


def is_refused(answer: Answer) -> bool:
    """It says what is wrong with the query."""
    kind = answer.json["type"].rpartition("/")[2]
    return is_problem(answer) and kind in {"refused-query", "malformed-query"} and len(answer.json["detail"]) > 20


def is_ended(answer: Answer) -> bool:
    """It names the limit."""
    limits = {
        "time": ({"seconds": SECONDS}, f"within {SECONDS} seconds"),
        "memory": ({"bytes": MEMORY}, "192 MB"),
        "depth": (None, "too deeply"),
    }
    limit, words = limits[answer.json["reason"]]
    return is_problem(answer) and answer.json.get("limit") == limit and words in answer.json["detail"]


def is_whole(answer: Answer) -> bool:
    """It is well-formed to its end. That no byte is missing was seen when it was read."""
    media_type = answer.headers["content-type"].partition(";")[0]
    if media_type == "application/n-triples":
        return len(list(parse(answer.body, RdfFormat.N_TRIPLES))) == answer.body.count(b"\n")
    found = answer.json
    return media_type == "application/sparql-results+json" and ("boolean" in found or "bindings" in found["results"])


VERDICTS: dict[int, Callable[[Answer], bool]] = {
    400: is_refused,
    503: is_ended,
    200: is_whole,
    CUT: lambda answer: not answer.body,
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_hostile_query_is_refused_ended_or_answered_whole(siege: Siege, kind: str) -> None:
    found = [outcome for outcome in siege.outcomes if outcome.bomb.kind == kind]

    assert len(found) == (10 if KINDS[kind].refused else OF_A_KIND)
    for outcome in found:
        assert VERDICTS[outcome.answer.status](outcome.answer), (outcome.bomb[:2], outcome.answer.text[:500])
        assert outcome.answer.status == 400 or not KINDS[kind].refused


def test_no_hostile_query_holds_on_longer_than_the_limit_and_a_second(siege: Siege) -> None:
    slow = [(outcome.bomb[:2], outcome.seconds) for outcome in siege.outcomes if outcome.seconds > SECONDS + GRACE]

    assert not slow


@linux
def test_the_server_and_its_house_outlive_all_hostile_queries(siege: Siege) -> None:
    before, after = siege.pids

    assert before == after


def test_a_neighbour_gets_the_right_answers_all_the_while(siege: Siege) -> None:
    assert siege.neighbour.asked > 100
    assert siege.neighbour.wrong == []
    assert siege.neighbour.slowest < SECONDS


def test_no_hostile_query_calls_anybody(siege: Siege, trap: Trap) -> None:
    socket.create_connection(("127.0.0.1", trap.port)).close()

    assert not siege.called
    assert trap.called, "the trap hears nobody, so it proves nothing"


def test_no_hostile_query_reads_a_file(siege: Siege, lure: Lure) -> None:
    secret = Path(lure.file.removeprefix("file://"))

    assert SECRET in secret.read_text()
    assert all(SECRET not in outcome.answer.text for outcome in siege.outcomes)


def test_no_answer_to_a_hostile_query_tells_of_the_machine(siege: Siege) -> None:
    for outcome in siege.outcomes:
        told = f"{outcome.answer.headers} {outcome.answer.text if outcome.answer.status != 200 else ''}"
        assert not [each for each in OF_THE_MACHINE if each in told], told[:500]


def test_no_way_to_ask_leads_out_of_the_house(live: Live, trap: Trap, lure: Lure) -> None:
    calls = [bomb.text for bomb in bombs(lure) if bomb.kind in {"SERVICE", "FROM", "updates"}]
    outside = [lure.file, lure.address, f"{lure.address}data.ttl"]
    asked = [{"query": call} for call in calls]
    asked += [{"query": ALL, name: iri} for iri in outside for name in ("default-graph-uri", "named-graph-uri")]
    asked += [{"update": f"LOAD <{iri}>"} for iri in outside]
    asked += [{"query": ALL, "using-graph-uri": iri} for iri in outside]
    for pairs in asked:
        form = urlencode(pairs).encode()
        for answer in (
            live.ask(f"/sparql?{form.decode()}"),
            live.ask("/sparql", method="POST", body=form, content_type="application/x-www-form-urlencoded"),
        ):
            assert answer.status == 400, pairs
            assert is_refused(answer), pairs
            assert SECRET not in answer.text

    assert not trap.called


def test_a_word_that_only_looks_like_a_call_is_answered(live: Live) -> None:
    found = live.sparql("""SELECT ("SERVICE <http://x/> FROM" AS ?from) (1 AS ?service) {} # SERVICE <http://x/> {}""")

    assert found.status == 200
    assert found.json["results"]["bindings"][0]["from"]["value"] == "SERVICE <http://x/> FROM"


@linux
def test_a_worker_with_a_free_query_can_open_nothing(hasty: Live) -> None:
    with ThreadPoolExecutor() as pool:
        pool.submit(hasty.sparql, ENDLESS)
        worker = working(hasty)
        limits = Path(f"/proc/{worker}/limits").read_text()
        opened = [str(each.readlink()) for each in Path(f"/proc/{worker}/fd").iterdir()]

    assert "Max open files            0                    0 " in limits
    assert {each.partition(":")[0] for each in opened} == {"/dev/null", "pipe", "socket"}


@linux
def test_a_client_who_leaves_takes_the_worker_along(hasty: Live) -> None:
    client = socket.create_connection(("127.0.0.1", hasty.port))
    client.sendall(f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    worker = working(hasty)
    client.close()

    assert eventually(lambda: not lives(worker), 2 + 1 + GRACE)  # it may only have said all
    assert hasty.sparql(ALL).status == 200


def test_eight_hostile_queries_at_once_leave_a_way_through_for_the_queries_of_others(hasty: Live) -> None:
    with ThreadPoolExecutor(8) as pool:
        hostile = [pool.submit(hasty.sparql, f"{ENDLESS} # {number}") for number in range(8)]
        working(hasty)
        found = hasty.sparql(f"{ALL} # beside")
        is_beside = not all(each.done() for each in hostile)
        ended = [each.result() for each in hostile]

    assert is_beside
    assert found.status == 200
    assert {each.status for each in ended} == {503}
    assert {each.json["type"].rpartition("/")[2] for each in ended} <= {"too-slow", "busy"}
    assert all(each.headers.get("retry-after") for each in ended if each.json["type"].endswith("/busy"))


def test_where_too_many_wait_the_next_is_told_when_to_come_again() -> None:
    with Live(DOLL, (*HASTY, "--workers", "1")) as live, ThreadPoolExecutor(24) as pool:
        found = list(pool.map(lambda _: throw(live, Bomb("", 0, ENDLESS)), range(24)))
        page = live.ask(PAGE)

    busy = [each for each in found if each.answer.json["type"].endswith("/busy")]
    assert page.status == 200
    assert len(busy) >= 24 - 1 - 16
    assert {each.answer.status for each in found} == {503}
    assert all(int(each.answer.headers["retry-after"]) > 0 for each in busy)
    assert sum(each.seconds < GRACE for each in busy) >= 5
    assert max(each.seconds for each in found) < SECONDS + GRACE


@linux
def test_a_worker_that_is_killed_costs_its_own_query_and_no_other(hasty: Live) -> None:
    before = pids(hasty)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(hasty.sparql, ENDLESS)
        os.kill(working(hasty), signal.SIGKILL)
        answer = waiting.result()

    assert answer.status == 503
    assert is_problem(answer)
    assert answer.json["reason"] == "killed"
    assert hasty.sparql(ALL).status == 200
    assert pids(hasty) == before


@linux
def test_workers_of_pages_that_are_killed_are_replaced(hasty: Live) -> None:
    supervisor = hasty.supervisor
    for worker in children(supervisor):
        os.kill(worker, signal.SIGKILL)
    answers = [hasty.ask(path) for path in (PAGE, "/query/lights.csv", "/healthz")]

    assert {answer.status for answer in answers} == {200}
    assert hasty.sparql(ALL).status == 200
    assert hasty.supervisor == supervisor


@linux
def test_what_a_worker_had_not_begun_when_it_was_killed_is_done_by_another(hasty: Live) -> None:
    workers = children(hasty.supervisor)
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(hasty.sparql, ALL.replace("?n", "?never_asked_before"))
        time.sleep(0.05)  # until the job lies there, unread; the supervisor wakes who takes long
        for worker in workers:
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)

    assert waiting.result().status == 200


@linux
def test_a_supervisor_that_is_killed_is_replaced_and_what_was_made_is_served_meanwhile(hasty: Live) -> None:
    page, supervisor = hasty.ask("/query/lights.csv"), hasty.supervisor
    workers = children(supervisor)
    os.kill(supervisor, signal.SIGKILL)
    meanwhile, asked = hasty.ask("/query/lights.csv"), hasty.sparql(ALL)

    assert page.status == meanwhile.status == 200
    assert page.body == meanwhile.body
    assert asked.status in {200, 503}
    assert eventually(lambda: not any(map(lives, [supervisor, *workers])), 3)  # a worker that outlives it may answer
    assert eventually(lambda: hasty.ask("/healthz").status == 200, 15)
    assert hasty.sparql(ALL).status == 200
    assert hasty.supervisor != supervisor


@linux
def test_a_server_that_is_killed_leaves_no_process_behind(hasty: Live) -> None:
    with ThreadPoolExecutor() as pool:
        cut = pool.submit(hasty.sparql, ENDLESS)
        working(hasty)
        all_of_it = [hasty.supervisor, *children(hasty.supervisor)]
        hasty.stop(signal.SIGKILL)
        assert cut.exception(SECONDS + GRACE), "an answer without a server"

    assert len(all_of_it) > 4
    assert eventually(lambda: not any(map(lives, all_of_it)), 3)


def test_a_large_answer_has_every_row(live: Live) -> None:
    numbers = " ".join(map(str, range(400)))
    query = f"SELECT ?a ?b {{ VALUES ?a {{ {numbers} }} VALUES ?b {{ {numbers} }} }}"
    table, found = posted(live, query, "text/csv"), posted(live, query)

    assert (table.status, found.status) == (200, 200)
    assert len(found.body) > 10 << 20
    assert len(set(table.text.split())) == table.text.count("\r\n") == 400 * 400 + 1
    assert len({(row["a"]["value"], row["b"]["value"]) for row in found.json["results"]["bindings"]}) == 400 * 400


class BrokenCage:
    """A pool whose workers fail in a way that nobody foresaw."""

    ready: ClassVar = {
        "base": "https://example.org/",
        "ontology": "https://example.org/def/",
        "license": None,
        "shells": {"en": {"problem": f"{mark('title')}: {mark('detail')}", "sparql": mark("query")}},
    }

    async def ask(self, *_: object) -> JobReply:
        trace = f'Traceback (most recent call last):\n  File "{__file__}", line 1'
        return JobReply({"fault": {"type": "OSError", "message": __file__}, "trace": trace})


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
@pytest.mark.parametrize("path", ["/", "/sparql", "/doc/x", "/query/x"])
def test_a_fault_tells_the_log_and_not_the_client(path: str, accept: str, caplog: pytest.LogCaptureFixture) -> None:
    app = App(ServedRelease(cast("WorkerPool", BrokenCage()), Options(DOLL).queues, Options(DOLL).limits))
    request = Request("GET", path, urlencode({"query": "ASK {}"}), {"accept": accept})
    answer = asyncio.run(cast("Any", app.respond(request)))

    assert isinstance(answer, Response)
    assert answer.status == 500
    assert isinstance(answer.body, bytes)
    if accept == "text/html":
        assert answer.body == b"Something is wrong here: Something went wrong here; it has been written down."
    else:
        assert json.loads(answer.body)["type"].endswith("/fault")
    assert not [each for each in OF_THE_MACHINE if each in answer.body.decode()]
    assert __file__ in caplog.text


def test_no_error_tells_of_the_machine(live: Live) -> None:
    asked = (
        "/doc/%00",
        "/doc/..%2f..%2fetc%2fpasswd",
        "/doc/" + "x" * 3000,
        "/id/" + quote("å\ud7ff\u202e"),
        "/query/keeper.csv?keeper=%FF",
        "/query/keeper.csv?keeper=" + quote("x> } SERVICE <http://127.0.0.1/> {"),
        "/query/keeper.csv?nothing=1",
        "/query/lights.exe",
        "/shapes/%2e%2e/samverkan.toml",
        "/graph/nothing",
        "/dump/",
        "/sparql?query=%FF",
        "/sparql?query=" + quote("SELECT * {"),
        "/sparql?query=ASK{}&query=ASK{}",
        "/sparql?query=ASK{}&default-graph-uri=" + quote("no iri"),
        "/openapi.yaml",
    )
    for path in asked:
        for method in ("GET", "POST", "HEAD", "DELETE", "OPTIONS"):
            answer = live.ask(path, method=method)
            told = f"{answer.headers} {answer.body.decode('utf-8', 'replace')}"
            assert answer.status < 500, (method, path)
            assert not [each for each in OF_THE_MACHINE if each in told], (method, path, told)
