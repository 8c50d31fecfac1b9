"""A person who is forgotten, in real engines: in no answer after the next push, and what is left in their files.

[docs/stores.md](../../docs/stores.md#erasing-for-good) says the same to those who have to erase somebody.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from tests import engines
from tests.engines import Engine
from tests.pushing import Small, way

from samverkan.authoring.file_changes import write_changes
from samverkan.authoring.forgetting import planned

NAME = "Åsa Påhittad af Långgrund"  # longer than what engines keep within the statement itself
BASE = "https://example.org/doll/"
GRAPHS = ("lights", "logbook", "sources", "withdrawn")

Opened = Callable[[Path], AbstractContextManager[Engine]]


def _oxigraph(folder: Path) -> AbstractContextManager[Engine]:
    return engines.oxigraph(folder=str(folder))


def _virtuoso(folder: Path) -> AbstractContextManager[Engine]:
    folder.mkdir(exist_ok=True)
    return engines.virtuoso(folder=folder)


@pytest.fixture
def named(copy: Path) -> Path:
    """The small site with a keeper of a long name, and without the periods, which Virtuoso can't keep."""
    path = copy / "data/lights.ttl"
    text = path.read_text("utf-8").replace("Åsa Påhittad", NAME)
    path.write_text("".join(line for line in text.splitlines(keepends=True) if "doll:period" not in line), "utf-8")
    return copy


def has_name(folder: Path) -> bool:
    """Whether a file in a folder has the name."""
    return any(NAME.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())


def answers(engine: Engine) -> str:
    """All that the engine says with the name, or with the address of the person as a value."""
    wanted = f"CONTAINS(STR(?o), '{NAME}') || STR(?o) = '{BASE}id/keeper/k1'"
    return str(json.loads(engine.ask(f"SELECT ?s ?p ?o {{ GRAPH ?g {{ ?s ?p ?o }} FILTER({wanted}) }}")))


@pytest.mark.parametrize("opened", [_oxigraph, _virtuoso])
def test_who_is_forgotten_is_in_no_answer_after_a_push_and_stays_in_the_files_until_they_are_new(
    opened: Opened, named: Path, tmp_path: Path
) -> None:
    site = Small(named / "data", BASE, GRAPHS)
    with opened(tmp_path / "old") as engine:
        way(engine).push(site)
        assert NAME in answers(engine)
        write_changes(named, list(planned(named, f"{BASE}id/keeper/k1").changes()))
        way(engine).push(site)
        assert NAME not in answers(engine)
        assert "keeper/k1" not in answers(engine)
    assert has_name(tmp_path / "old")
    with opened(tmp_path / "new") as engine:
        way(engine).push(site)
        assert NAME not in answers(engine)
    assert not has_name(tmp_path / "new")


def test_a_dump_of_oxigraph_that_is_loaded_into_a_new_folder_is_without_the_name_and_optimizing_is_not_enough(
    named: Path, tmp_path: Path
) -> None:
    site, old, new = Small(named / "data", BASE, GRAPHS), tmp_path / "old", tmp_path / "new"
    with _oxigraph(old) as engine:
        way(engine).push(site)
        write_changes(named, list(planned(named, f"{BASE}id/keeper/k1").changes()))
        way(engine).push(site)
    _command("optimize", "--location", old)
    assert has_name(old)
    _command("dump", "--location", old, "--file", tmp_path / "all.nq")
    _command("load", "--location", new, "--file", tmp_path / "all.nq")
    assert not has_name(new)


def _command(*words: str | Path) -> None:
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent))
    assert program
    subprocess.run([program, *map(str, words)], check=True, capture_output=True, timeout=60)
