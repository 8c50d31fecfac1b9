"""A new site in one command."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests import own_site

import samverkan
from samverkan.authoring import new_site
from samverkan.authoring.shipped import shipped
from samverkan.cli import main
from samverkan.model.dataset import File
from samverkan.publication.resolver import fetch
from samverkan.validation import Severity

LUND = ("--base", own_site.BASE, "--name-sv", "Lunds universitet", "--name-en", "Lund University")


def made(folder: Path, *options: str, answers: str = "", lang: str = "en") -> Result:
    return CliRunner().invoke(main, ["new", "site", str(folder), "--lang", lang, *options], input=answers)


def test_a_new_site_is_valid_without_a_warning_publishable_and_without_a_trace_of_ours(tmp_path: Path) -> None:
    result = made(tmp_path / "lund", *LUND, "--yes")
    assert (result.exit_code, result.stdout) == (0, "")
    site = samverkan.open(tmp_path / "lund")
    assert site.report.at_least(Severity.WARNING) == ()
    texts = {path: path.read_text() for path in (tmp_path / "lund").rglob("*") if path.is_file()}
    assert [
        path for path, text in texts.items() if re.search(r"karolinska|samverkan/ki|\bKI\b", text, re.IGNORECASE)
    ] == []
    start = fetch(site, "index.en.html").content.decode()
    assert "Lund University" in start
    assert "Exempelbro Municipality" in start
    assert list(tmp_path.iterdir()) == [tmp_path / "lund"]


def test_a_new_site_is_asked_for_in_the_readers_language_what_no_option_gives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(new_site, "_check", lambda _: None)
    answers = "https://example.org/orebro\nÖrebro universitet\nÖrebro University\n\nThe Office\nen,sv\n"
    license_ = "https://creativecommons.org/licenses/by/4.0/"
    result = made(tmp_path / "site", "--license", license_, answers=answers, lang="sv")
    assert result.exit_code == 0
    assert "Lärosätets namn på svenska: " in result.stderr
    assert "Vem som publicerar webbplatsen, på svenska [Örebro universitet]: " in result.stderr
    settings = tomllib.loads((tmp_path / "site/samverkan.toml").read_text())
    assert settings["base"] == "https://example.org/orebro/"
    assert settings["languages"] == ["en", "sv"]
    assert settings["publisher"] == {"sv": "Örebro universitet", "en": "The Office"}
    assert settings["about"] == {"sv": "Örebro universitet", "en": "Örebro University"}
    assert f"dcterms:license <{license_}>" in (tmp_path / "site/data/sources.ttl").read_text()
    assert "organisation:orebro-university\n" in (tmp_path / "site/data/page.ttl").read_text()
    assert '"https://example.org/orebro/id/agreement/"' in (tmp_path / "site/ontology/context.jsonld").read_text()


def test_an_answer_that_can_not_be_one_is_asked_for_again_and_no_answer_is_told(tmp_path: Path) -> None:
    result = made(tmp_path / "site", answers="lund.se\nhttps://example.org/lund/\nLunds universitet\n")
    assert result.exit_code == 2
    assert result.stderr.count("The address with which all addresses of the site begin") == 2
    assert "Write it as in the example" in result.stderr
    assert "Nobody answered" in result.stderr
    assert not (tmp_path / "site").exists()


def test_without_an_answer_all_that_is_missing_is_named_at_once(tmp_path: Path) -> None:
    result = made(tmp_path / "site", "--yes", "--base", own_site.BASE)
    assert result.exit_code == 2
    assert "--name-sv, --name-en" in result.stderr
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize("name", ["file", "folder"])
def test_a_folder_that_holds_anything_is_refused_before_anything_is_asked(tmp_path: Path, name: str) -> None:
    target = tmp_path / "taken"
    if name == "file":
        target.write_text("x")
    else:
        target.mkdir()
        (target / ".hidden").write_text("x")
    result = made(target)
    assert result.exit_code == 4
    assert "not empty" in result.stderr
    assert ":" not in result.stderr.partition("not empty")[2]


def test_an_empty_folder_is_filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(new_site, "_check", lambda _: None)
    (tmp_path / "site").mkdir()
    assert made(tmp_path / "site", *LUND, "--yes").exit_code == 0
    assert (tmp_path / "site/samverkan.toml").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--base", "ftp://example.org/"), "http or https"),
        (("--base", 'https://example.org/a"b> <x'), "http or https"),
        (("--license", "CC0"), "address of a licence"),
        (("--languages", "svenska, english!"), "language tags"),
        (("--name-en", "Lund\x0bUniversity"), "invisible character"),
    ],
)
def test_values_that_make_no_site_are_refused_and_nothing_is_left(
    tmp_path: Path, options: tuple[str, ...], said: str
) -> None:
    result = made(tmp_path / "site", *LUND, *options, "--yes")
    assert result.exit_code == 3
    assert said in result.stderr
    assert list(tmp_path.iterdir()) == []


NAMES = [
    ('The "Best" \\ University', 'Det "bästa" \\ lärosätet', "the-best-university"),
    ("Exempelbro", "Exempelbro", "own-exempelbro"),
    ("北京大学", "北京大学", "organisation"),
    ("${base}", "$name", "base"),
]


@pytest.mark.parametrize(("en", "sv", "slug"), NAMES)
def test_whatever_a_university_is_called_stands_in_its_files_as_it_is(en: str, sv: str, slug: str) -> None:
    given = new_site.values({**own_site.GIVEN, "name_sv": sv, "name_en": en}, None)
    files = new_site.site_files(shipped(), given)
    settings = tomllib.loads(files["samverkan.toml"].decode())
    assert settings["about"] == {"sv": sv, "en": en}
    triples = File("page.ttl", "", files["data/page.ttl"]).triples
    named = {str(t.subject)[1:-1] for t in triples if getattr(t.object, "value", None) == en}
    assert named == {f"{own_site.BASE}id/organisation/{slug}"}
