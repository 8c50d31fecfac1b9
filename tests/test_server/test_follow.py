"""A server whose engine elsewhere is given another release: what was answered before is not said for ever."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import engines
from tests.conftest import DOLL, Run
from tests.engines import Engine
from tests.live import Live

PATH = "/query/lights.csv"
STALE = "does not hold the same release"


@pytest.fixture
def alone() -> Iterator[Engine]:
    """An engine that nobody else writes to."""
    with engines.oxigraph() as engine:
        yield engine


def _pushed(run: Run, site: Path, engine: Engine) -> None:
    ended = run("--site", site, "push", "--endpoint", engine.query)
    assert (ended.returncode, ended.stdout) == (0, b""), ended.stderr


def test_a_release_that_comes_into_the_engine_is_served_without_a_restart(copy: Path, alone: Engine, run: Run) -> None:
    _pushed(run, copy, alone)
    with Live(copy, ("--endpoint", alone.query)) as served:
        assert STALE not in served.said
        before = served.ask(PATH).body
        lights = copy / "data" / "lights.ttl"
        lights.write_text(lights.read_text("utf-8").replace("Måsudden", "Tärnudden"), "utf-8")
        _pushed(run, copy, alone)
        end = time.monotonic() + 40
        while (after := served.ask(PATH).body) == before and time.monotonic() < end:
            time.sleep(0.2)

        assert "Tärnudden" in after.decode()
        assert "Måsudden" in before.decode()


def test_a_folder_that_was_not_pushed_is_told_to_differ_from_the_engine(copy: Path, alone: Engine, run: Run) -> None:
    _pushed(run, DOLL, alone)
    (copy / "data" / "lights.ttl").write_text((copy / "data" / "lights.ttl").read_text("utf-8") + "# more\n", "utf-8")
    with Live(copy, ("--endpoint", alone.query)) as served:
        served.heard(STALE)
