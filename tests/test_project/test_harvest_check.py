"""`samverkan harvest-check`: a site, a release, a file and an address are looked at alike."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.live import Live, ask

from samverkan import cli
from samverkan.model import paths

DOLL = Path(__file__).parents[1] / "site"
FILE = f"{paths.CATALOGUE}.rdf"


def run(*arguments: str | Path, language: str = "en") -> Result:
    """The command line at the small site."""
    command = ["--site", str(DOLL), "harvest-check", "--lang", language, *map(str, arguments)]
    ended = CliRunner().invoke(cli.main, command)
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return ended


def told(ended: Result) -> list[tuple[str, str]]:
    return [(finding["rule"], finding["focus"]) for finding in json.loads(ended.stdout)["findings"]]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory, live: Live) -> Path:
    """A folder with the catalogue where a release has it."""
    folder = tmp_path_factory.mktemp("release")
    (folder / FILE).parent.mkdir()
    (folder / FILE).write_bytes(ask(live.port, f"/{FILE}").body)
    return folder


def test_every_source_is_told_the_same(catalogue: Path, live: Live) -> None:
    answers = [
        run("--format", "json", *source)
        for source in ([], [catalogue], [catalogue / FILE], [f"http://127.0.0.1:{live.port}/"])
    ]

    assert told(answers[0])
    assert [told(answer) for answer in answers] == [told(answers[0])] * 4
    assert {answer.exit_code for answer in answers} == {1}


def test_the_score_is_a_range_where_only_a_visit_tells(catalogue: Path) -> None:
    score = json.loads(run("--format", "json", catalogue).stdout)["score"]

    assert score["of"] == sum(metric["points"] for metric in score["metrics"])
    assert score["possible"] - score["points"] == sum(m["points"] for m in score["metrics"] if m["met"] is None) > 0
    assert f"{score['points']} to {score['possible']} of 405 points" in run(catalogue).stdout
    assert f"{score['points']} till {score['possible']} av 405 poäng" in run(catalogue, language="sv").stdout


@pytest.mark.parametrize(
    ("source", "code", "words"),
    [
        ("nowhere", 3, "There is no catalogue to read"),
        ("http://127.0.0.1:1/", 4, "http://127.0.0.1:1/datasets/dcat gives no catalogue: "),
    ],
)
def test_a_source_that_gives_nothing_is_told(source: str, code: int, words: str) -> None:
    ended = run(source)

    assert (ended.exit_code, ended.stdout) == (code, "")
    assert words in ended.stderr


def test_an_address_that_answers_something_else_is_told(live: Live) -> None:
    ended = run(f"http://127.0.0.1:{live.port}/healthz")

    assert ended.exit_code == 4
    assert "gives no catalogue: application/json, not application/rdf+xml" in ended.stderr


def test_a_file_that_is_no_rdf_xml_is_told_with_its_name(tmp_path: Path) -> None:
    (tmp_path / "x.rdf").write_text("<x")

    assert run(tmp_path / "x.rdf").exit_code == 3
    assert "x.rdf: This is not RDF/XML" in run(tmp_path / "x.rdf").stderr
