"""What the tests of pushes share: engines, a way to them that counts, and a release of a site with the next one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engines import Engine
from tests.flaky import Flaky, flaky
from tests.pushing import NEW, OLD, Small, small, staging

from samverkan.push import retry
from samverkan.store import engines as known
from samverkan.store import remote

BOTH = ("oxigraph", "virtuoso")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long, and a small site has as many parts as a large one."""
    monkeypatch.setattr(retry, "_FIRST", 0.001)
    monkeypatch.setattr(remote, "_PATIENCE", 0.05)
    monkeypatch.setattr(known, "ENGINES", staging(25))


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
