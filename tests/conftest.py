"""What the tests share: the real site, a small one, copies of it to break, and the command line."""

from __future__ import annotations

import gc
import inspect
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import pytest
from tests import engines
from tests.engines import Engine
from tests.live import Live
from xdist.scheduler import LoadScopeScheduling

import samverkan
from samverkan import Site

if TYPE_CHECKING:
    from playwright.sync_api import Browser

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # so it is in the background of a shell, and it is inherited
    signal.signal(signal.SIGINT, signal.default_int_handler)

ROOT = Path(__file__).parent.parent
DOLL = Path(__file__).parent / "site"

MEMORY = "/dev/shm"
_ROOM = 4 << 30  # of which the whole suite fills a tenth

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]

# The files whose tests are quick, by folder, but for those that ask for a fixture of `NOT_QUICK`: some of every room.
QUICK: Mapping[str, tuple[str, ...]] = {
    "test_authoring": ("merging", "shipped"),
    "test_model": ("addresses", "negotiation", "prefixes", "query_heads", "xml_names"),
    "test_formats": ("graphs", "tables"),
    "test_store": ("store",),
    "test_validation": ("checks", "reports"),
    "test_site": ("confined_files", "settings", "site"),
    "test_publication": ("home", "lists", "names", "openapi", "pictures", "query_catalogue", "vocabulary_page", "void"),
    "test_push": ("journal", "push", "push_command", "push_faults", "verification"),
    "test_server": ("headers", "path_map", "pool", "sparql_protocol"),
    "test_project": ("cli", "spelt_once", "workers"),
}
NOT_QUICK = frozenset({"chromium", "engine", "live", "live_ki", "oxigraph", "run", "virtuoso"})
# Files whose tests share something dear, which is made once where they run in one process, and in their order: what
# Virtuoso answers to one question depends on what it holds already.
DEAR = frozenset(
    {
        *("test_accessibility", "test_broken_engines", "test_browser", "test_compiled", "test_compliance"),
        *("test_engine_served", "test_hostile", "test_pages", "test_remote", "test_shapes", "test_tasks"),
        "test_transport",
    }
)


def is_roomy(folder: str) -> bool:
    """Whether a folder is there, has room for what the tests write, and programs in it may be run."""
    if not hasattr(os, "statvfs") or not Path(folder).is_dir():
        return False
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize >= _ROOM and not found.f_flag & os.ST_NOEXEC


# Tests write hundreds of thousands of small files, on which a disk may spend longer than they on anything else.
if "TMPDIR" not in os.environ and is_roomy(MEMORY):
    os.environ["TMPDIR"] = tempfile.tempdir = MEMORY


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take `--quick`."""
    parser.addoption("--quick", action="store_true", help="only tests that need no minute and no program of others")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Not even read the files that have no quick test, if only those are wanted."""
    is_left_out = config.getoption("--quick") and collection_path.suffix == ".py" and not is_quick_file(collection_path)
    return True if is_left_out else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave those out that are not quick, if that is wanted."""
    if config.getoption("--quick"):
        items[:] = [item for item in items if is_quick(item)]


def is_quick_file(path: Path) -> bool:
    """Whether a file has quick tests."""
    return path.stem.removeprefix("test_") in QUICK.get(path.parent.name, ())


def is_quick(item: pytest.Item) -> bool:
    """Whether a test is in the quick subset: it neither is marked as slow nor needs a program of somebody else's."""
    if not isinstance(item, pytest.Function) or item.get_closest_marker("slow"):
        return False
    needed = {*item.fixturenames, *re.split(r"[\[\]-]", item.name)}
    return NOT_QUICK.isdisjoint(needed) and "engines." not in inspect.getsource(item.function)


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Where tests run side by side (pytest-xdist), those that share something dear run in one process.

    The scheduling `loadgroup` of pytest-xdist would do the same by marks, but can't rename tests in pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = PurePath(nodeid.partition("::")[0]).stem
        return file if file in DEAR else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    """Hand tests out in an order of our own; see `Scheduling`."""
    return Scheduling(config, log)


def pytest_runtest_teardown() -> None:
    """Collect garbage again: a command turns that off for its process, and all tests after it would keep theirs.

    A process of gigabytes takes several times as long for each process that it forks, as each check does.
    """
    gc.enable()


@pytest.fixture(scope="session")
def ki() -> Site:
    """The real site of this repository."""
    return samverkan.open(ROOT)


@pytest.fixture(scope="session")
def doll() -> Site:
    """A small, whole, valid site."""
    return samverkan.open(DOLL)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the small site, to be broken."""
    return Path(shutil.copytree(DOLL, tmp_path / "site"))


@pytest.fixture
def run() -> Run:
    """The command line in a process of its own, in English, without a terminal."""

    def command(
        *arguments: str | Path, cwd: Path = ROOT, stdin: bytes = b"", env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "samverkan", *map(str, arguments)],
            cwd=cwd,
            input=stdin,
            env={**os.environ, "LC_ALL": "C.UTF-8", **(env or {})},
            capture_output=True,
            timeout=120,
            check=False,
        )

    return command


@pytest.fixture(scope="session")
def live() -> Iterator[Live]:
    """The small site, served; nobody may change or end it."""
    with Live(DOLL) as served:
        yield served


@pytest.fixture(scope="session")
def live_ki() -> Iterator[Live]:
    """The real site, served; nobody may change or end it."""
    with Live(ROOT) as served:
        yield served


@pytest.fixture(scope="session")
def virtuoso() -> Iterator[Engine]:
    """A Virtuoso 7; who writes to it uses a base of his own, and leaves its limits alone."""
    with engines.virtuoso() as engine:
        yield engine


@pytest.fixture(scope="session")
def oxigraph() -> Iterator[Engine]:
    """An Oxigraph server; who writes to it uses a base of his own."""
    with engines.oxigraph() as engine:
        yield engine


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for the tests of one file, as it keeps an event loop running that other tests want for themselves."""
    from tests.browsing import browser

    with browser() as found:
        yield found
