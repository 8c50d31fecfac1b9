"""Pushing into somebody else's engine, against real ones: whole or not at all, healed by a rerun, seen to be there."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from pyoxigraph import Literal, Quad, RdfFormat, Store, Triple
from tests import engines
from tests.conftest import Run
from tests.engines import Engine
from tests.flaky import Asked, Broken, Flaky, Reply, flaky
from tests.pushing import Small, Way, held, is_held, names, small, things, triples, way

import samverkan
from samverkan.errors import StoreChangingError, StoreError
from samverkan.model.endpoint import Credentials, Endpoint
from samverkan.model.results import Table
from samverkan.push import journal as push_journal
from samverkan.push import retry
from samverkan.push.client import Client
from samverkan.store import engines as known
from samverkan.store import remote

OLD = {"one": things(60, "old"), "two": things(40, "old", 1000), "gone": things(20, "gone", 2000)}
NEW = {"one": things(60, "new"), "two": things(45, "old", 1000)}
TINY: Mapping[str, Any] = {"chunk": 25, "text": 10}
BOTH = ("oxigraph", "virtuoso")
XSD = "http://www.w3.org/2001/XMLSchema#"


def _staging(triples: int) -> tuple[known.Engine, ...]:
    """The engines, as if each moved no more triples out of a staging graph in one go."""
    return tuple(replace(each, staged=triples) for each in known.ENGINES)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long, and a small site has as many parts as a large one."""
    monkeypatch.setattr(retry, "_FIRST", 0.001)
    monkeypatch.setattr(remote, "_PATIENCE", 0.05)
    monkeypatch.setattr(known, "ENGINES", _staging(25))


@pytest.fixture(params=BOTH)
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def by(engine: Engine) -> Iterator[Flaky]:
    with flaky(engine.query) as found:
        yield found


@pytest.fixture
def sites(tmp_path: Path) -> tuple[Small, Small]:
    """A release of a site and the next one."""
    old = small(tmp_path / "old", OLD)
    return old, small(tmp_path / "new", NEW, old.base)


def _read(found: Way, site: Small) -> set[str]:
    """What readers see through us."""
    answer = found.remote(site).query("SELECT ?s ?o { ?s <urn:says> ?o }")
    assert isinstance(answer, Table)
    return {f"{s} <urn:says> {o}" for s, o in answer.rows}


def _said(site: Small) -> set[str]:
    return {str(triple) for found in site.wanted.values() for triple in found}


def _normal(found: Iterable[Triple]) -> set[Triple]:
    """Triples with their values in the forms that Oxigraph gives them: engines choose forms, not values."""
    store = Store()
    store.extend(Quad(each.subject, each.predicate, each.object) for each in found)
    return {quad.triple for quad in store}


# ------------------------------------------------------------ whole pushes


def test_a_first_push_brings_every_graph_and_a_second_writes_nothing(
    engine: Engine, by: Flaky, run: Run, copy: Path
) -> None:
    options = ("push", "--endpoint", by.at(engine.query), *(("--user", engine.user) if engine.user else ()))
    lights = copy / "data" / "lights.ttl"
    if engine.name == "virtuoso":
        found = run("--site", copy, *options, env=engine.env)
        assert found.returncode == 4
        assert b"graph/lights\n    given " in found.stderr
        assert b'"PT36H"^^<http://www.w3.org/2001/XMLSchema#duration>' in found.stderr
        assert b"\n    held " in found.stderr
        lights.write_text(re.sub(r"\n.*xsd:duration.*", "", lights.read_text("utf-8")), "utf-8")
    first = run("--site", copy, *options, env=engine.env)
    assert (first.returncode, first.stdout) == (0, b""), first.stderr
    size = 0
    for graph, files in samverkan.open(copy).graphs.items():
        found_there = held(engine, graph)
        wanted = (each for _, file in files for each in triples(file.read_bytes(), RdfFormat.TURTLE))
        assert _normal(found_there) == _normal(wanted)
        size += len(found_there)
    assert f"Verified: {size} triples in ".encode() in first.stderr
    assert by.writes
    by.seen.clear()
    second = run("--site", copy, *options, "--lang", "sv", env=engine.env)
    assert second.returncode == 0
    assert "lagret har redan all" in second.stderr.decode()
    assert f"Kontrollerat: {size} tripplar i " in second.stderr.decode()
    assert by.seen
    assert by.writes == []


def test_a_changed_release_writes_what_differs_and_takes_withdrawn_graphs_away(
    engine: Engine, by: Flaky, sites: tuple[Small, Small], tmp_path: Path
) -> None:
    old, new = sites
    neighbour = small(tmp_path / "neighbour", OLD, f"{old.base}../other-{os.getpid()}/".replace("/../", "-"))
    stranger = f"urn:stranger:{old.base}"
    engine.put(stranger, b'<urn:a> <urn:b> "theirs" .\n')
    for site in (old, neighbour):
        assert way(engine).push(site).triples == site.size
    found = way(engine, by).push(new)
    assert (found.more, found.less, found.triples, found.graphs) == (65, 80, 105, 2)
    assert is_held(engine, new)
    assert is_held(engine, neighbour)
    assert len(held(engine, stranger)) == 1
    assert not any(b"urn:thing:1003>" in each.body for each in by.writes)
    by.seen.clear()
    assert way(engine, by).push(new).more == 0
    assert by.writes == []


def test_a_release_that_differs_in_its_files_only_is_named_anew(engine: Engine, sites: tuple[Small, Small]) -> None:
    old, _ = sites
    way(engine).push(old)
    (old.folder / "one.ttl").write_bytes(b"# the same\n" + OLD["one"])
    assert way(engine).push(old).more == 0
    assert is_held(engine, old)


@pytest.mark.parametrize("given", ["update", "graph_store"])
def test_a_push_writes_by_the_address_that_is_named_and_by_no_other(
    given: str, engine: Engine, by: Flaky, sites: tuple[Small, Small]
) -> None:
    whole = way(engine, by)
    only = Way(whole.query, **{given: getattr(whole, given)}, user=whole.user, password=whole.password)
    for site in sites:
        only.push(site)
        assert is_held(engine, site)
    place = getattr(whole, given).rpartition("/")[2]
    assert {each.place for each in by.writes} == {f"/{place}"}


def test_with_no_address_named_a_push_knows_those_of_the_engine(engine: Engine, sites: tuple[Small, Small]) -> None:
    for site in sites:
        Way(engine.query, user=engine.user, password=engine.password).push(site)
        assert is_held(engine, site)


def test_an_engine_that_nobody_knows_is_written_to_by_the_standard_alone(
    oxigraph: Engine, sites: tuple[Small, Small]
) -> None:
    def unsigned(_asked: Asked, ask: Callable[[], Reply]) -> Reply:
        reply = ask()
        reply.headers["Server"] = "Something/1.0"
        return reply

    with flaky(oxigraph.query, unsigned) as by:
        for site in sites:
            assert way(oxigraph, by).push(site).engine == "SPARQL 1.1"
            assert is_held(oxigraph, site)
        with pytest.raises(StoreError, match="takes changes is not known"):
            Way(by.at(oxigraph.query)).push(sites[0])


# ------------------------------------------------------------ who reads meanwhile


def _watched(look: Callable[[], object], work: Callable[[], object]) -> set[object]:
    """What is seen while work is done."""
    seen: set[object] = set()
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        while not working.done():
            seen.add(look())
        working.result()
    seen.add(look())
    return seen


def _counted(found: Way, site: Small) -> object:
    text = "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?o) AS ?m) { ?s <urn:says> ?o }"
    try:
        answer = found.remote(site).query(text)
    except StoreChangingError:
        return "changing"
    assert isinstance(answer, Table)
    return tuple(int(cell.value) for cell in answer.rows[0] if isinstance(cell, Literal))


@pytest.mark.parametrize("number", [2_000, 100_000])
def test_readers_through_us_see_no_release_or_a_whole_one(
    number: int, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "ENGINES", _staging(50_000))
    number = min(number, 4_000) if engine.name == "virtuoso" else number  # moving takes it the square of that
    old = small(tmp_path / "old", {"a": things(number // 2, "a"), "b": things(number // 2, "b", number)})
    new = small(tmp_path / "new", {"a": things(number // 2, "x"), "c": things(7, "c", number)}, old.base)
    reader = way(engine)
    both = Small(old.folder, old.base, ("a", "b", "c"))
    first = _watched(lambda: _counted(reader, both), lambda: way(engine).push(old))
    assert first <= {(0, 0), (number, number), "changing"}
    assert (number, number) in first
    second = _watched(lambda: _counted(reader, both), lambda: way(engine).push(new))
    assert second <= {(number, number), (number // 2 + 7, number // 2 + 7), "changing"}
    assert (number // 2 + 7, number // 2 + 7) in second
    assert is_held(engine, new)


def test_readers_past_us_never_see_half_a_release_where_the_engine_can_do_that(
    oxigraph: Engine, sites: tuple[Small, Small]
) -> None:
    old, new = sites
    text = (
        f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?s <urn:says> ?o }} FILTER STRSTARTS(STR(?g), '{old.base}graph/') }}"
    )

    def look() -> object:
        (row,) = httpx.post(oxigraph.query, data={"query": text}, headers={"Accept": "text/csv"}).text.split()[1:]
        return int(row)

    assert _watched(look, lambda: way(oxigraph, **TINY).push(old)) <= {0, 120}
    assert _watched(look, lambda: way(oxigraph, **TINY).push(new)) <= {120, 105}


def test_readers_past_us_see_a_small_change_in_virtuoso_all_at_once(virtuoso: Engine, tmp_path: Path) -> None:
    old = small(tmp_path / "old", {"a": things(200, "old"), "b": things(200, "old", 200)})
    new = small(tmp_path / "new", {"a": things(200, "new"), "b": things(250, "new", 200)}, old.base)
    way(virtuoso).push(old)
    text = (
        "SELECT (COUNT(*) AS ?n) (SUM(IF(CONTAINS(STR(?o), 'old'), 1, 0)) AS ?old) "
        f"{{ GRAPH ?g {{ ?s <urn:says> ?o }} FILTER STRSTARTS(STR(?g), '{old.base}graph/') }}"
    )
    with httpx.Client() as client:

        def look() -> object:
            return client.post(virtuoso.query, data={"query": text}, headers={"Accept": "text/csv"}).text.split()[1]

        assert _watched(look, lambda: way(virtuoso).push(new)) == {"400,400", "450,0"}
    assert is_held(virtuoso, new)


def test_what_an_engine_cannot_do_is_told(virtuoso: Engine, oxigraph: Engine, sites: tuple[Small, Small]) -> None:
    old, new = sites
    assert not way(virtuoso).push(old).whole
    assert way(oxigraph).push(old).whole
    assert way(oxigraph).push(new).whole
    assert not Way(oxigraph.query, graph_store=oxigraph.graph_store).push(old).whole


# ------------------------------------------------------------ faults


def _push_tiny(found: Way, site: Small) -> None:
    """What a process does that is to be killed."""
    known.ENGINES = _staging(25)
    found.push(site)


_KILLED = multiprocessing.get_context("forkserver")
_KILLED.set_forkserver_preload(["samverkan.push", "httpx", "SPARQLWrapper", "tests.pushing"])


def _kill_at(at: int, after: bool, found: Way, by: Flaky, site: Small) -> None:
    """Push in a process that is killed at its write number `at`, before or after the engine has it."""
    process = _KILLED.Process(target=_push_tiny, args=(found, site))
    writes = [0]

    def rule(asked: Asked, ask: Callable[[], Reply]) -> Reply:
        if asked.place not in {"/query", "/sparql"} and asked.method != "HEAD":
            writes[0] += 1
            if writes[0] == at:
                if after:
                    ask()
                process.kill()
                raise Broken
        return ask()

    by.rule = rule
    process.start()
    process.join(60)
    by.rule = lambda _, ask: ask()
    assert process.exitcode == -signal.SIGKILL


def _changes(by: Flaky) -> int:
    return len([each for each in by.writes if each.method != "HEAD"])


@pytest.mark.parametrize("is_first", [True, False])
def test_a_push_that_was_killed_shows_no_mixture_and_is_healed_by_the_next(
    is_first: bool, engine: Engine, by: Flaky, tmp_path: Path
) -> None:
    odds = {**TINY, "inline": 0, "bulk": 1000}
    dice = random.Random(5)

    def pair(name: str) -> tuple[Small, Small]:
        old = small(tmp_path / f"{name}-old", OLD)
        if not is_first:
            way(engine, **odds).push(old)
        return old, small(tmp_path / f"{name}-new", NEW, old.base)

    _, whole = pair("whole")
    way(engine, by, **odds).push(whole)
    number = _changes(by)
    assert number >= (3 if engine.name == "oxigraph" and is_first else 10)
    moments = [(at, after) for at in range(1, number + 1) for after in (False, True)]
    for at, after in dice.sample(moments, min(len(moments), 4 if is_first else 8)):
        old, new = pair(f"{at}{after}")
        _kill_at(at, after, way(engine, by, **odds), by, new)
        try:
            seen = _read(way(engine), Small(old.folder, old.base, old.names))
        except StoreChangingError:
            assert engine.name == "virtuoso"
        else:
            assert seen in ([set(), _said(new)] if is_first else [_said(old), _said(new)]), (at, after)
        way(engine, **odds).push(new)
        assert is_held(engine, new), (at, after)
        assert _read(way(engine), new) == _said(new)


def test_a_stream_that_ends_in_the_middle_leaves_nothing(oxigraph: Engine, sites: tuple[Small, Small]) -> None:
    broken: list[Asked] = []

    def rule(asked: Asked, ask: Callable[[], Reply]) -> Reply:
        if asked.headers.get("Content-Type") == "application/n-quads" and not broken:
            broken.append(asked)
            port = int(oxigraph.graph_store.rpartition(":")[2].partition("/")[0])
            engines.halved(port, asked.path, asked.body)
            assert names(oxigraph, sites[0].base) == set()
            raise Broken
        return ask()

    with flaky(oxigraph.query, rule) as by:
        assert way(oxigraph, by, inline=0).push(sites[0]).triples == 120
    assert len(broken) == 1
    assert is_held(oxigraph, sites[0])


def test_an_engine_that_is_killed_in_the_middle_is_healed_by_the_next_push(tmp_path: Path) -> None:
    """Virtuoso, on the same database before and after."""
    old, folder = small(tmp_path / "old", {"a": things(1_000, "a"), "b": things(500, "b", 9_000)}), tmp_path / "db"
    new = small(tmp_path / "new", {"a": things(1_000, "x"), "b": things(500, "b", 9_000)}, old.base)
    folder.mkdir()
    for number, site in enumerate((old, new)):
        with engines.virtuoso(folder=folder) as engine, flaky(engine.query) as by:
            if number:
                assert is_held(engine, old)
            by.rule = _ends(engine, at=6)
            with pytest.raises(StoreError, match="can't be reached"):
                way(engine, by, **TINY, seconds=5).push(site)
        with engines.virtuoso(folder=folder) as engine:
            with suppress(StoreChangingError):
                assert _read(way(engine), old) in (set(), _said(old), _said(new))
            way(engine).push(site)
            assert is_held(engine, site)


def _ends(engine: Engine, at: int) -> Callable[[Asked, Callable[[], Reply]], Reply]:
    """A rule: the engine is killed at a write."""
    writes = [0]

    def rule(asked: Asked, ask: Callable[[], Reply]) -> Reply:
        if asked.place != "/sparql" and asked.method != "HEAD":
            writes[0] += 1
            if writes[0] == at:
                threading.Timer(0.002, engine.process.kill).start()
        return ask()

    return rule


def _reset(_: Callable[[], Reply]) -> Reply:
    raise Broken


def _lost(ask: Callable[[], Reply]) -> Reply:
    ask()
    raise Broken


def _cut(ask: Callable[[], Reply]) -> Reply:
    reply = ask()
    reply.body, reply.sent = reply.body or b"1234", len(reply.body) // 2
    return reply


def _status(status: int, **headers: str) -> Callable[[Callable[[], Reply]], Reply]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _: Reply(status, named, b"<html>not now</html>")


PASSING: Mapping[str, Callable[[Callable[[], Reply]], Reply]] = {
    "reset": _reset,
    "answer lost": _lost,
    "answer cut": _cut,
    "408": _status(408),
    "429": _status(429),
    "500": _status(500),
    "502": _status(502),
    "503": _status(503, Retry_After="0"),
    "504": _status(504),
}


def test_there_are_nine_faults_that_pass() -> None:
    assert len(PASSING) == 9


@pytest.mark.parametrize("fault", PASSING)
def test_a_fault_that_passes_is_not_noticed_but_as_a_wait(
    fault: str, engine: Engine, by: Flaky, sites: tuple[Small, Small]
) -> None:
    """Every request but the very first fails once."""
    known: set[bytes] = set()

    def rule(asked: Asked, ask: Callable[[], Reply]) -> Reply:
        name = hashlib.sha256(f"{asked.method} {asked.path} ".encode() + asked.body).digest()
        if name in known or not known or asked.method == "HEAD":
            known.add(name)
            return ask()
        known.add(name)
        return PASSING[fault](ask)

    by.rule = rule
    for site in sites:
        assert way(engine, by).push(site).triples == site.size
        assert is_held(engine, site)
    assert len(known) > 10


def test_a_request_that_hangs_is_sent_again(engine: Engine, by: Flaky, sites: tuple[Small, Small]) -> None:
    hung: list[Asked] = []

    def rule(asked: Asked, ask: Callable[[], Reply]) -> Reply:
        if b"urn:thing:7" in asked.body and not hung:
            hung.append(asked)
            by.waiting.wait(3)
        return ask()

    by.rule = rule
    assert way(engine, by, seconds=1).push(sites[0]).triples == 120
    assert len(hung) == 1
    assert is_held(engine, sites[0])


def test_an_engine_that_asks_for_time_gets_it(oxigraph: Engine, sites: tuple[Small, Small]) -> None:
    times: list[float] = []

    def rule(asked: Asked, ask: Callable[[], Reply]) -> Reply:
        if asked.place == "/store":
            times.append(time.monotonic())
        return ask() if len(times) != 1 or asked.place != "/store" else _status(503, Retry_After="1")(ask)

    with flaky(oxigraph.query, rule) as by:
        way(oxigraph, by).push(sites[0])
    assert times[1] - times[0] >= 1


@pytest.mark.parametrize("status", [401, 403, 404, 405, 415])
def test_what_no_second_try_changes_is_tried_once(
    status: int, engine: Engine, by: Flaky, sites: tuple[Small, Small]
) -> None:
    by.rule = lambda asked, ask: ask() if asked.place in {"/query", "/sparql"} else _status(status)(ask)
    with pytest.raises(StoreError, match=f"HTTP {status}"):
        way(engine, by).push(sites[0])
    assert 1 <= _changes(by) <= 2


@pytest.mark.parametrize("status", [500, 503])
def test_an_engine_that_never_takes_anything_ends_the_push_with_its_words(
    status: int, engine: Engine, by: Flaky, sites: tuple[Small, Small]
) -> None:
    by.rule = lambda asked, ask: ask() if asked.place in {"/query", "/sparql"} else _status(status)(ask)
    with pytest.raises(StoreError, match=rf"HTTP {status}\): not now"):
        way(engine, by).push(sites[0])
    assert 2 <= _changes(by) <= 10
    assert names(engine, sites[0].base) == set()


def test_a_chunk_that_is_too_large_is_halved(engine: Engine, by: Flaky, sites: tuple[Small, Small]) -> None:
    def rule(asked: Asked, ask: Callable[[], Reply]) -> Reply:
        too_much = asked.place not in {"/query", "/sparql"} and asked.body.count(b"\n") > 17
        return _status(413)(ask) if too_much else ask()

    by.rule = rule
    for site in sites:
        way(engine, by, inline=0, bulk=0).push(site)
        assert is_held(engine, site)


def test_after_a_kill_only_what_is_missing_is_sent(engine: Engine, by: Flaky, tmp_path: Path) -> None:
    new = small(tmp_path / "new", {"a": things(2_000, "x"), "b": things(500, "x", 5_000)})
    odds = {"chunk": 100, "text": 100, "inline": 0, "bulk": 0, "concurrency": 1}
    _kill_at(21, False, way(engine, by, **odds), by, new)
    by.seen.clear()
    way(engine, by, **odds).push(new)
    assert is_held(engine, new)
    again = sum(each.body.count(b"urn:thing:") for each in by.writes)
    assert 500 <= again <= 1_000, again


def test_after_a_kill_what_was_loaded_beside_is_not_sent_again(engine: Engine, by: Flaky, tmp_path: Path) -> None:
    old = small(tmp_path / "old", {"a": things(1_000, "old")})
    new = small(tmp_path / "new", {"a": things(1_000, "new")}, old.base)
    way(engine).push(old)
    _kill_at(63, False, way(engine, by, **TINY), by, new)
    before = _sent(by)
    by.seen.clear()
    way(engine, by, **TINY).push(new)
    assert is_held(engine, new)
    assert 300 <= before <= 1_700
    assert 2_000 <= before + _sent(by) <= 2_100  # a thousand go and a thousand come; what was on its way is sent again


def _sent(by: Flaky) -> int:
    """How many things were sent to change something."""
    return sum(each.body.count(b"urn:thing:") for each in by.writes)


# ------------------------------------------------------------ two at once


def test_while_one_push_works_another_is_told_so(engine: Engine, by: Flaky, sites: tuple[Small, Small]) -> None:
    old, new = sites
    begun, told = threading.Event(), threading.Event()

    def rule(asked: Asked, ask: Callable[[], Reply]) -> Reply:
        if b"urn:thing:7" in asked.body:
            begun.set()
            assert told.wait(20)
        return ask()

    by.rule = rule
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(way(engine, by).push, old)
        assert begun.wait(20)
        with pytest.raises(StoreError, match="Another push is changing this store") as caught:
            way(engine).push(new)
        told.set()
        assert working.result().triples == 120
    assert str(os.getpid()) in str(caught.value)
    assert "En annan push" in caught.value.message("sv")
    assert is_held(engine, old)
    way(engine).push(new)
    assert is_held(engine, new)


def test_of_two_locks_that_come_at_once_no_two_pushes_go_on(engine: Engine, sites: tuple[Small, Small]) -> None:
    """One has looked for locks, found none, and puts its own only when the other has begun."""
    begun, ended = threading.Event(), threading.Event()

    def late(asked: Asked, ask: Callable[[], Reply]) -> Reply:
        if b"store#lock" in asked.body and not begun.is_set() and asked.place not in {"/query", "/sparql"}:
            assert begun.wait(20)
        return ask()

    def early(asked: Asked, ask: Callable[[], Reply]) -> Reply:
        if b"store#lock" not in asked.body and asked.place not in {"/query", "/sparql"} and asked.body:
            begun.set()
            assert ended.wait(20)
        return ask()

    old, new = sites
    with flaky(engine.query, late) as one, flaky(engine.query, early) as two, ThreadPoolExecutor(2) as pool:
        first = pool.submit(way(engine, one).push, old)
        time.sleep(0.2)
        second = pool.submit(way(engine, two).push, new)
        with pytest.raises(StoreError, match="Another push"):
            first.result()
        ended.set()
        assert second.result().triples == new.size
    assert is_held(engine, new)


def test_two_pushes_that_start_together_leave_one_whole_release(engine: Engine, tmp_path: Path) -> None:
    for number in range(4):
        old = small(tmp_path / f"{number}-old", OLD)
        pair = old, small(tmp_path / f"{number}-new", NEW, old.base)
        with ThreadPoolExecutor(2) as pool:
            working = [pool.submit(way(engine, **TINY).push, site) for site in pair]
        errors = [each.exception() for each in working]
        assert None in errors or all("Another push" in str(each) for each in errors)
        assert all(each is None or isinstance(each, StoreError) for each in errors)
        done = [site for site, error in zip(pair, errors, strict=True) if error is None]
        assert any(is_held(engine, site) for site in done) or not done
        way(engine).push(pair[1])
        assert is_held(engine, pair[1])


def test_locks_of_the_dead_do_not_count(sites: tuple[Small, Small], oxigraph: Engine) -> None:
    """A process of this machine that has ended, one elsewhere that has said nothing for long, and nonsense."""
    old, _ = sites
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    ours = {"host": socket.gethostname(), "space": push_journal._space()}
    dead: list[Mapping[str, object]] = [
        {**ours, "pid": ended.pid, "push": "a", "time": time.time()},
        {**ours, "pid": os.getpid(), "push": "b", "time": time.time()},
        {**ours, "pid": os.getppid(), "push": "c", "time": time.time() - 1000},
        {"host": "elsewhere", "space": "", "pid": 1, "push": "c", "time": time.time() - 1000},
        {"host": "elsewhere", "push": "d"},
    ]
    for lock in dead:
        _lock(oxigraph, old, json.dumps(lock))
    _lock(oxigraph, old, "nonsense")
    way(oxigraph).push(old)
    assert is_held(oxigraph, old)
    assert b"#lock" not in oxigraph.ask(f"SELECT * {{ GRAPH <{old.base}store/journal> {{ ?s ?p ?o }} }}")
    alive = {"host": "elsewhere", "space": "", "pid": 1, "push": "e", "time": time.time()}
    _lock(oxigraph, old, json.dumps(alive))
    (old.folder / "one.ttl").write_bytes(things(61, "old"))
    with pytest.raises(StoreError, match=r"Another push .* elsewhere 1\)"):
        way(oxigraph).push(old)


def _lock(engine: Engine, site: Small, lock: str) -> None:
    journal = f"{site.base}store/journal"
    engine.do(f"INSERT DATA {{ GRAPH <{journal}> {{ <{journal}> <urn:samverkan:store#lock> {Literal(lock)} }} }}")


def test_a_push_that_lasts_says_so_now_and_then(
    oxigraph: Engine, sites: tuple[Small, Small], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(push_journal, "_RENEW", 0.05)
    locks: set[bytes] = set()

    def rule(asked: Asked, ask: Callable[[], Reply]) -> Reply:
        locks.update(re.findall(rb"time[^}]*", asked.body))
        if b"urn:thing:7" in asked.body:
            time.sleep(0.3)
        return ask()

    with flaky(oxigraph.query, rule) as by:
        way(oxigraph, by).push(sites[0])
    assert len(locks) >= 3
    assert b"#lock" not in oxigraph.ask(f"SELECT * {{ GRAPH <{sites[0].base}store/journal> {{ ?s ?p ?o }} }}")


# ------------------------------------------------------------ what the store says is not believed


def _lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Reply], Reply]:
    def changed(reply: Reply) -> Reply:
        reply.body = b"".join(change(reply.body.splitlines(keepends=True)))
        return reply

    return changed


def _half(reply: Reply) -> Reply:
    reply.sent = len(reply.body) // 2
    return reply


LIES: Mapping[str, Callable[[Reply], Reply]] = {
    "cut": _half,
    "cut at a line": _lines(lambda lines: lines[: len(lines) // 2]),
    "one dropped": _lines(lambda lines: lines[1:]),
    "one doubled": _lines(lambda lines: [*lines, lines[-1]]),
    "one changed": _lines(lambda lines: [lines[0].replace(b"old", b"odd"), *lines[1:]]),
    "one for another": _lines(lambda lines: [*lines[1:], lines[-1]]),
}


def test_there_are_six_lies() -> None:
    assert len(LIES) == 6


@pytest.mark.parametrize("lie", LIES)
def test_a_store_whose_words_are_changed_on_the_way_is_not_verified(
    lie: str, engine: Engine, by: Flaky, sites: tuple[Small, Small]
) -> None:
    def rule(asked: Asked, ask: Callable[[], Reply]) -> Reply:
        reply = ask()
        return LIES[lie](reply) if asked.headers.get("Accept") == "application/n-triples" and reply.body else reply

    by.rule = rule
    with pytest.raises(StoreError):
        way(engine, by).push(sites[0])


def test_a_store_that_gives_a_hundred_rows_at_a_time_is_verified_all_the_same(tmp_path: Path) -> None:
    site = small(tmp_path / "many", {"a": things(1_050, "a")})
    with engines.virtuoso(sparql={"ResultSetMaxRows": 100}) as engine:
        assert way(engine).push(site).triples == 1_050
        assert b'"1050"' in engine.ask(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{site.graphs[0]}> {{ ?s ?p ?o }} }}")


# ------------------------------------------------------------ values

SAME_VALUES = (
    '"01"^^xsd:integer , "-0"^^xsd:integer , "12345678901234567890"^^xsd:integer',
    '"1.50"^^xsd:decimal , ".25"^^xsd:decimal , "5"^^xsd:long , "7"^^xsd:nonNegativeInteger',
    '"2020-05"^^xsd:gYearMonth , "2020"^^xsd:gYear , "--05-01"^^xsd:gMonthDay',
    '"2020-05-01"^^xsd:date , "2020-05-01T10:00:00.120"^^xsd:dateTime , "2020-05-01T10:00:00+02:00"^^xsd:dateTime',
    '"10:00:00.50"^^xsd:time , "1"^^xsd:boolean , false , "INF"^^xsd:double , "25e-1"^^xsd:double',
    '"hej"@sv-SE , ""@sv , "" , "a\\nb\\r\\nc\\td" , "a\\"b\\\\c\'d" , "  a  " , "åäö 漢字 😀 \u202e e\u0301"',
    '"a\\u0000b" , "a\\u0001\\u000Bb" , "a\\uFFFEb" , "x"^^<urn:a:kind>',
    "<urn:x:" + "a" * 1_700 + "> , <http://x.org/åä漢😀> , <http://x.org/%C3%A5?a=b&c=d#e> , <http://x.org/it's>",
)


@pytest.mark.parametrize("values", SAME_VALUES)
def test_what_is_equal_by_value_is_verified(values: str, engine: Engine, tmp_path: Path) -> None:
    site = small(tmp_path / "values", {"a": f"@prefix xsd: <{XSD}> . <urn:s> <urn:says> {values} .".encode()})
    assert way(engine).push(site).triples == site.size
    assert way(engine).push(site).more == 0


@pytest.mark.parametrize(("start", "size"), [("", 99_000), ("", 200_000), ("å", 3_000_000)])
def test_long_texts_arrive_whole(start: str, size: int, engine: Engine, tmp_path: Path) -> None:
    site = small(tmp_path / "long", {"a": f'<urn:s> <urn:says> "{start}{"x" * size}" .'.encode()})
    assert way(engine).push(site).triples == 1
    text = f"SELECT (STRLEN(?o) AS ?n) {{ GRAPH <{site.graphs[0]}> {{ ?s ?p ?o }} }}"
    assert str(size + len(start)).encode() in engine.ask(text)


OTHER_VALUES = {
    "oxigraph": {'"300"^^xsd:byte': "integer", '"-5"^^xsd:nonNegativeInteger': "integer"},
    "virtuoso": {
        '"abc"^^xsd:integer': '"0"',
        '"P1Y"^^xsd:duration': '"12"',
        '"0.1234567890123456789012"^^xsd:decimal': '"0.123456789012346"',
        '"-0044-03-15"^^xsd:date': '"-044-03-15"',
        '"0.12345678901234567"^^xsd:double': '"0.123457"',
        "<http://x.org/" + "a" * 2_000 + ">": "<http://x.org/",
        "<http://x.org/" + "a" * 5_000 + ">": "<http://x.org/",
    },
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, found in OTHER_VALUES.items() for value in found])
def test_what_an_engine_cannot_hold_is_told_and_what_was_there_stays_whole(
    name: str, value: str, request: pytest.FixtureRequest, sites: tuple[Small, Small]
) -> None:
    engine: Engine = request.getfixturevalue(name)
    old, new = sites
    way(engine).push(old)
    (new.folder / "one.ttl").write_bytes(f"@prefix xsd: <{XSD}> . <urn:s> <urn:says> {value} .\n".encode() + NEW["one"])
    with pytest.raises(StoreError) as caught:
        way(engine).push(new)
    said = str(caught.value)
    assert new.graphs[0] in said
    assert f"given <urn:s> <urn:says> {value.partition('^^')[0][:50]}" in said
    assert f"held <urn:s> <urn:says> {OTHER_VALUES[name][value].removeprefix('integer')}" in said
    assert {graph: held(engine, graph) for graph in old.graphs} == old.wanted
    assert _read(way(engine), old) == _said(old)
    (new.folder / "one.ttl").write_bytes(NEW["one"])
    way(engine).push(new)
    assert is_held(engine, new)


# ------------------------------------------------------------ the command line


def test_a_site_with_a_violation_is_not_pushed(oxigraph: Engine, run: Run, copy: Path) -> None:
    with (copy / "data" / "lights.ttl").open("a") as file:
        file.write("<https://example.org/doll/id/lighthouse/x1> a doll:Lighthouse .\n")
    with flaky(oxigraph.query) as by:
        found = run("--site", copy, "push", "--endpoint", by.at(oxigraph.query))
    assert found.returncode == 1, found.stderr
    assert b"Nothing was written to the store." in found.stderr
    assert by.seen == []


def test_a_password_comes_from_a_file_or_the_environment_and_is_shown_nowhere(
    virtuoso: Engine, run: Run, copy: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("pa55-wrong\n", "utf-8")
    options = ("--site", copy, "push", "--endpoint", virtuoso.query, "--user", "dba")
    wrong = run(*options, "--password-file", secret)
    assert wrong.returncode == 4
    assert b"does not let us in (HTTP 401)" in wrong.stderr
    assert b"pa55" not in wrong.stderr + wrong.stdout
    missing = run(*options)
    assert missing.returncode == 2
    assert b"SAMVERKAN_PASSWORD" in missing.stderr
    assert b"--password-file" in missing.stderr


def test_wrong_addresses_are_told(oxigraph: Engine, virtuoso: Engine, sites: tuple[Small, Small]) -> None:
    nowhere = f"http://127.0.0.1:{engines.free_port()}/query"
    places = {
        Way(nowhere): "can't be reached",
        Way(oxigraph.query.replace("/query", "/nothing")): "HTTP 404",
        Way(oxigraph.query, update=oxigraph.query): r"HTTP 4\d\d",
        Way(virtuoso.query, update=virtuoso.query): r"HTTP [45]\d\d",
        Way(oxigraph.query, update=virtuoso.update): "does not let us in",
        Way(oxigraph.query, graph_store=nowhere): "can't be reached",
    }
    for found, words in places.items():
        with pytest.raises(StoreError, match=words):
            found.push(sites[0])


def test_an_address_that_takes_all_and_changes_nothing_is_told(oxigraph: Engine, sites: tuple[Small, Small]) -> None:
    html = {"Content-Type": "text/html"}
    with flaky(oxigraph.query, lambda *_: Reply(200, dict(html), b"<html>Log in")) as page:
        found = Way(oxigraph.query, update=page.at(oxigraph.update))
        with pytest.raises(StoreError, match="is not seen at"):
            found.push(sites[0])


def test_a_redirect_is_told_and_no_password_follows_it(virtuoso: Engine, sites: tuple[Small, Small]) -> None:
    def leads(asked: Asked, ask: Callable[[], Reply]) -> Reply:
        return ask() if asked.place == "/sparql" else Reply(307, {"Location": other.at(virtuoso.update)}, b"")

    with flaky(virtuoso.query) as other, flaky(virtuoso.query, leads) as by:
        with pytest.raises(StoreError, match=r"leads elsewhere: http://127\.0\.0\.1"):
            way(virtuoso, by).push(sites[0])
        assert other.seen == []


@pytest.mark.parametrize("asks_all", [True, False])
def test_basic_passwords_are_given_to_this_machine_and_never_to_another_in_the_open(
    asks_all: bool, oxigraph: Engine, sites: tuple[Small, Small]
) -> None:
    def guarded(asked: Asked, ask: Callable[[], Reply]) -> Reply:
        is_asked = asked.place != "/query" and (asks_all or asked.method in {"POST", "PUT", "DELETE"})
        if is_asked and asked.headers.get("Authorization") != "Basic bWU6c2VjcmV0":
            return Reply(401, {"WWW-Authenticate": 'Basic realm="x"'}, b"")
        return ask()

    with flaky(oxigraph.query, guarded) as by:
        addresses = [by.at(each) for each in (oxigraph.query, oxigraph.update, oxigraph.graph_store)]
        Way(addresses[0], addresses[1], addresses[2], user="me", password="secret").push(sites[0])
        assert is_held(oxigraph, sites[0])
        by.seen.clear()
        opened = ExitStack()
        elsewhere = Endpoint(addresses[0], "http://store.example/update", "", Credentials("me", "secret"))
        auth = Client(elsewhere, known.UNKNOWN, opened)._http.auth
        assert auth is not None
        exchange = auth.auth_flow(httpx.Request("POST", elsewhere.update))
        for _ in range(2):
            request = (
                next(exchange) if _ == 0 else exchange.send(httpx.Response(401, headers={"WWW-Authenticate": "Basic"}))
            )
            assert "Authorization" not in request.headers
        with pytest.raises(StopIteration):
            exchange.send(httpx.Response(401, headers={"WWW-Authenticate": "Basic"}))
        opened.close()


# ------------------------------------------------------------ memory

_MEASURED = """
import resource, sys
from pathlib import Path
from tests.pushing import Small, Way
folder, query = sys.argv[1:]
Way(query).push(Small(Path(folder), sys.argv[1].replace("/", "-").join(("https://example.org/", "/")), ("a", "b")))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_a_site_four_times_as_large_takes_about_the_same_memory(oxigraph: Engine, tmp_path: Path) -> None:
    taken = []
    for number in (50_000, 200_000):
        made = small(tmp_path / str(number), {"a": things(number // 2, "a"), "b": things(number // 2, "b", number)})
        command = [sys.executable, "-c", _MEASURED, str(made.folder), oxigraph.query]
        found = subprocess.run(command, capture_output=True, check=True, timeout=60, cwd=Path(__file__).parents[2])
        taken.append(int(found.stdout))
    assert taken[1] < taken[0] * 1.4 + 10_000, taken
