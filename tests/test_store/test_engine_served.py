"""The commands with somebody else's engine: the same bytes as from the folder, or a word about what is wrong."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pyoxigraph import NamedNode
from tests import engines
from tests.asking import ASKED, SECRET, remote, rows, say
from tests.conftest import Run
from tests.engines import Engine
from tests.faulty import TRIPLES, Faulty, Gate, never
from tests.live import Answer, Live, children
from tests.test_store.test_compliance import UNHELD, endpoint

import samverkan
from samverkan.errors import StoreChangingError
from samverkan.limits import within
from samverkan.push import of_graphs, push
from samverkan.server.pool import Queue, confinement
from samverkan.store.remote import CHANGING, WHOLE, Remote, journal

DOLL = Path(__file__).parents[1] / "site"


# ---------------------------------------------------------------- while a release is being changed


def test_who_asks_virtuoso_while_its_data_change_waits_and_is_told_if_that_takes_long(
    virtuoso: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samverkan.store.remote._PATIENCE", 0.3)
    store = remote(virtuoso, "changing")
    virtuoso.put(store.graphs[0], b"<urn:a> <urn:p> <urn:b> .\n")
    say(virtuoso, store, CHANGING)
    with pytest.raises(StoreChangingError, match="is being given another release just now"):
        store.query(ASKED)
    say(virtuoso, store, WHOLE)
    assert rows(store, ASKED) == ((NamedNode("urn:b"),),)


# ---------------------------------------------------------------- the commands


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, virtuoso: Engine, oxigraph: Engine) -> Path:
    """The small site, in both engines; without the values that Virtuoso can't hold."""
    copied = Path(shutil.copytree(DOLL, tmp_path_factory.mktemp("reading") / "site"))
    lights = copied / "data" / "lights.ttl"
    lights.write_text(UNHELD.sub("", lights.read_text("utf-8")), "utf-8")
    for engine in (virtuoso, oxigraph):
        opened = samverkan.open(copied, endpoint=endpoint(engine))
        assert isinstance(opened.store, Remote)
        push(of_graphs(opened.graphs), opened.store, endpoint(engine))
    return copied


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue(request.param)
    return found


FREE = (
    "SELECT ?light ?name { ?light a doll:Lighthouse ; skos:prefLabel ?name FILTER (LANG(?name) = 'sv') } ORDER BY ?name"
)
BUILT = "CONSTRUCT { ?light skos:prefLabel ?name } WHERE { ?light a doll:Lighthouse ; skos:prefLabel ?name }"
REFUSED = (
    "SELECT * { SERVICE <http://127.0.0.1:{port}/sparql> { ?s ?p ?o } }",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "SELECT * FROM <https://stranger.example/graph/a> { ?s ?p ?o }",
    "LOAD <file:///etc/passwd>",
    "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "SELECT (<bif:file_to_string>('/etc/passwd') AS ?x) {}",
)


def test_the_command_asks_an_engine_as_it_asks_the_folder(site: Path, engine: Engine, run: Run, tmp_path: Path) -> None:
    free = tmp_path / "free.rq"
    free.write_text(FREE)
    for arguments in (("lights", "--format", "csv"), ("--file", str(free), "--format", "json")):
        here = run("--site", site, "query", *arguments)
        there = run("--site", site, "query", *arguments, "--endpoint", engine.query)
        assert (here.returncode, there.returncode) == (0, 0), there.stderr
        assert there.stdout == here.stdout
        assert here.stdout.count(b"\n") + len(here.stdout) > 100


def test_the_command_says_in_one_line_why_an_engine_gave_no_answer(site: Path, run: Run) -> None:
    with Faulty(never) as faulty:
        slow = run("--site", site, "query", "lights", "--endpoint", faulty.address, "--timeout", "0.5")
    dead = run("--site", site, "query", "lights", "--endpoint", faulty.address)
    for found, words in ((slow, b"did not answer in time"), (dead, b"can't be reached: Connection refused")):
        assert found.returncode == 4
        assert found.stdout == b""
        assert words in found.stderr
        assert found.stderr.count(b"\n") == 1


@pytest.mark.parametrize("command", [("query", "lights"), ("serve", "--port", "0")])
def test_a_user_without_a_password_or_an_engine_is_told_what_is_missing(site: Path, run: Run, command: Any) -> None:
    bare = run("--site", site, *command, "--endpoint", "http://127.0.0.1:1/", "--user", "reader")
    assert (bare.returncode, b"There is no password for reader" in bare.stderr) == (2, True)
    alone = run("--site", site, *command, "--user", "reader", env={"SAMVERKAN_PASSWORD": SECRET})
    assert (alone.returncode, b"--user and --password-file need an engine" in alone.stderr) == (2, True)
    assert SECRET.encode() not in bare.stderr + alone.stderr


@pytest.fixture(scope="module")
def own(site: Path) -> Iterator[Live]:
    with Live(site) as served:
        yield served


@pytest.fixture(scope="module")
def gate(engine: Engine) -> Iterator[tuple[Gate, Faulty]]:
    found = Gate(urlsplit(engine.query).port or 0)
    with Faulty(found, well=False) as faulty:
        yield found, faulty


@pytest.fixture(scope="module")
def asking(site: Path, engine: Engine, gate: tuple[Gate, Faulty]) -> Iterator[Live]:
    """The site with the engine behind a gate; the password is not needed, and is given all the same."""
    address = f"http://127.0.0.1:{gate[1].port}{urlsplit(engine.query).path}"
    options = ("--endpoint", address, "--timeout", "2", "--user", "reader", "--password-file", str(site / "password"))
    (site / "password").write_text(f"{SECRET}\n")
    with Live(site, options) as served:
        yield served


def _paths(site: Path) -> Iterator[str]:
    for name in samverkan.open(site).queries:
        yield from (f"/query/{name}{suffix}" for suffix in (".csv", ".json", ".xml", ".ttl", ".jsonld", ".en.html"))
    yield from ("/doc/lighthouse/masudden.ttl", "/doc/lighthouse/masudden.en.html", "/query/lights", "/index.sv.html")


def test_the_same_bytes_are_served_with_and_without_an_engine(site: Path, own: Live, asking: Live) -> None:
    paths = list(_paths(site))
    assert len(paths) == 16 * 6 + 4
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda path: (own.ask(path), asking.ask(path)), paths))
    unlike = [path for path, (here, there) in zip(paths, found, strict=True) if _seen(here) != _seen(there)]
    assert unlike == []
    assert sum(here.status == 200 for here, _ in found) > 50


def _seen(answer: Answer) -> tuple[int, str | None, bytes]:
    return answer.status, answer.headers.get("content-type"), answer.body


@pytest.mark.parametrize(
    "sparql", [FREE, BUILT, "ASK { ?x a doll:Lighthouse }", "SELECT * { ?s doll:keptBy ?o } ORDER BY ?s ?o"]
)
def test_a_free_query_has_the_same_bytes_in_every_format(own: Live, asking: Live, sparql: str) -> None:
    for accept in ("text/csv", "application/sparql-results+json", "text/turtle", "application/n-triples", "text/html"):
        here, there = own.sparql(sparql, accept), asking.sparql(sparql, accept)
        assert _seen(here) == _seen(there)


def test_what_leaves_the_house_is_refused_before_anything_is_sent(asking: Live, gate: tuple[Gate, Faulty]) -> None:
    before = len(gate[1].requests)
    for sparql in REFUSED:
        answer = asking.sparql(sparql.replace("{port}", str(gate[1].port)))
        assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json"), sparql
    assert len(gate[1].requests) == before


def test_the_password_stands_in_no_command_line_and_in_nothing_that_is_said(asking: Live) -> None:
    family: dict[int, bytes] = {}
    end = time.monotonic() + 20
    while len(family) < 5 and time.monotonic() < end:  # workers are forked one by one, and anew where one has ended
        asking.ask("/query/lights.csv")
        for pid in (asking.process.pid, asking.supervisor, *children(asking.supervisor)):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # one that ends just now
                family[pid] = Path(f"/proc/{pid}/cmdline").read_bytes()
    assert len(family) > 4
    assert asking.process.pid in family
    for command in family.values():
        assert SECRET.encode() not in command
    assert SECRET not in asking.said + asking.log


def test_a_worker_can_open_a_few_sockets_and_nothing_more_however_it_tries() -> None:
    queue = Queue("free", workers=1, uses=1, seconds=5, memory=1 << 28, waiting=1, open=64)

    def opened() -> bytes:
        found: list[int] = []
        confinement.limit_open_files(queue)
        with contextlib.suppress(OSError):
            while len(found) < 100:
                found.append(os.open(os.devnull, os.O_RDONLY))
        return bytes(found)

    numbers_of_files = within(10, opened)
    assert 0 < len(numbers_of_files) < 64
    assert max(numbers_of_files) < 64


@pytest.mark.parametrize(("state", "statuses"), [("shut", {502}), ("slow", {503, 504})])
def test_an_engine_that_is_away_is_told_and_when_it_is_back_all_is_well(
    asking: Live, gate: tuple[Gate, Faulty], state: str, statuses: set[int]
) -> None:
    sparql = f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} # {state}"
    gate[0].state = state
    try:
        with ThreadPoolExecutor(3) as pool:
            free = pool.submit(asking.sparql, sparql)
            canned = pool.submit(asking.ask, f"/query/find.json?text={state}")
            page = pool.submit(asking.ask, f"/query/find.en.html?text={state}", accept="text/html")
            document = asking.ask("/doc/lighthouse/masudden.ttl")
    finally:
        gate[0].state = "open"
    for answer, kind in ((free.result(), "application/problem+json"), (page.result(), "text/html")):
        assert answer.status in statuses
        assert answer.headers["content-type"].startswith(kind)
        assert SECRET not in answer.text
    assert canned.result().status in statuses
    assert document.status == 200
    assert asking.sparql(sparql).status == 200
    assert asking.ask(f"/query/find.json?text={state}").status == 200


def test_a_release_that_is_just_changing_is_told_as_something_that_passes(site: Path, virtuoso: Engine) -> None:
    opened = samverkan.open(site, endpoint=endpoint(virtuoso))
    assert isinstance(opened.store, Remote)
    store = opened.store
    kept = virtuoso.ask(f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{journal(store.base)}> {{ ?s ?p ?o }} }}", TRIPLES)
    with Live(site, ("--endpoint", virtuoso.query)) as served:
        say(virtuoso, store, CHANGING)
        try:
            with ThreadPoolExecutor(2) as pool:
                free = pool.submit(served.sparql, FREE)
                canned = pool.submit(served.ask, "/query/lights.json")
            document = served.ask("/doc/lighthouse/masudden.ttl")
        finally:
            virtuoso.put(journal(store.base), kept)
        for answer in (free.result(), canned.result()):
            assert (answer.status, answer.json["type"].rpartition("/")[2]) == (503, "store-changing")
        assert document.status == 200
        assert served.sparql(FREE).status == 200


def test_a_service_whose_engine_is_dead_says_why_it_does_not_open(site: Path, run: Run) -> None:
    dead = run("--site", site, "serve", "--port", "0", "--endpoint", f"http://127.0.0.1:{engines.free_port()}/sparql")
    assert dead.returncode == 4
    assert b"can't be reached: Connection refused" in dead.stderr
    assert b"This version is not served" in dead.stderr
    assert b"Traceback" not in dead.stderr
