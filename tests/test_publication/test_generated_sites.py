"""What the gate passes, `publish`, `serve` and `push` take, and readers read: a sample of the sites made by dice.

A few thousand are tried by `python -m tests.generated_sites 3000`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engines import Engine
from tests.generated_sites import Dice
from tests.site_readers import Tried, examined, gated, through_the_door

import samverkan
from samverkan.formats import graphs


@pytest.fixture(autouse=True)
def _without_the_log_of_readers() -> Iterator[None]:
    """What rdflib logs of odd values is as meant."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("number", range(10))
def test_what_the_gate_passes_is_published_and_served_and_its_readers_read_it(number: int, tmp_path: Path) -> None:
    tried = Tried()
    examined(Dice(number).site(tmp_path / f"site-{number}"), tried, is_served=number % 2 == 0)

    assert tried.faults == []


def test_what_the_gate_passes_is_pushed(oxigraph: Engine, tmp_path: Path) -> None:
    tried = Tried()
    for number in range(20, 24):
        examined(Dice(number).site(tmp_path / f"site-{number}"), tried, oxigraph, is_served=False)

    assert tried.faults == []
    assert tried.published


@pytest.mark.parametrize("number", [3, 9])
def test_the_server_gives_over_http_what_is_published(number: int, tmp_path: Path) -> None:
    assert through_the_door(Dice(number).site(tmp_path / "site")) == []


def test_most_of_the_sites_pass_the_gate_with_something_odd_in_them(tmp_path: Path) -> None:
    found = [gated(Dice(number).site(tmp_path / str(number))) for number in range(20)]
    passed = [site for site in found if isinstance(site, samverkan.Site)]
    odd = [site for site in passed if any(finding.rule == "odd-address" for finding in site.report.findings)]

    assert len(passed) >= 14
    assert len(odd) >= 4
    assert sum(len(site.queries) for site in passed) >= 32


def test_a_number_gives_the_same_site_each_time(tmp_path: Path) -> None:
    one, other = (Dice(7).site(tmp_path / name) for name in ("one", "other"))

    assert _files(one) == _files(other)
    assert _files(one) != _files(Dice(8).site(tmp_path / "third"))


def _files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_release_that_a_reader_refuses_is_told(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphs, "ntriples", lambda *_: b"<urn:a> <urn:b> .\n")
    tried = Tried()
    examined(copy, tried, is_served=False)

    assert any("_same_graph" in fault for fault in tried.faults)
