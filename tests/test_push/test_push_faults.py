"""A push is whole or not at all, whatever fails on the way, and is healed by the next."""

from __future__ import annotations

import hashlib
import multiprocessing
import random
import signal
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from tests import engines
from tests.engines import Engine
from tests.flaky import Asked, Broken, Flaky, Reply, flaky
from tests.pushing import NEW, OLD, TINY, Small, Way, is_held, names, readable, sayings, small, staging, things, way

from samverkan.errors import StoreChangingError, StoreError
from samverkan.store import engines as known

# ------------------------------------------------------------ faults


def _push_tiny(found: Way, site: Small) -> None:
    """What a process does that is to be killed."""
    known.ENGINES = staging(25)
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
            seen = readable(way(engine), Small(old.folder, old.base, old.names))
        except StoreChangingError:
            assert engine.name == "virtuoso"
        else:
            assert seen in ([set(), sayings(new)] if is_first else [sayings(old), sayings(new)]), (at, after)
        way(engine, **odds).push(new)
        assert is_held(engine, new), (at, after)
        assert readable(way(engine), new) == sayings(new)


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
                assert readable(way(engine), old) in (set(), sayings(old), sayings(new))
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
