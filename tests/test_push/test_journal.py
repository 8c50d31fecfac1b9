"""The journal of pushes: of two at once one goes on, and locks of the dead do not count."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pyoxigraph import Literal
from tests.engines import Engine
from tests.flaky import Asked, Flaky, Reply, flaky
from tests.pushing import NEW, OLD, TINY, Small, is_held, small, things, way

from samverkan.errors import StoreError
from samverkan.push import journal as push_journal

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
