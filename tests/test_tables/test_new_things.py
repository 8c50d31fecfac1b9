"""New things by asking, and by options."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from samverkan.cli import main
from samverkan.tables import plan as planning

ROOT = Path(__file__).parents[2]
NEW: Mapping[str, tuple[tuple[str, ...], str]] = {
    "agreement": (("--partner", "Nacka kommun", "--type", "övergripande avtal"), "agreement:nacka-kommun"),
    "organisation": (("--name-sv", "Region Sörmland"), "organisation:region-sormland"),
    "contact": (("--name", "Bo Ek", "--agreements", "agreement/huddinge"), 'vcard:fn "Bo Ek"'),
    "body": (("--name-sv", "Rådet", "--level", "Ledningsnivå"), "joint-body:radet"),
    "member": (("--organisation", "Solna kommun"), "sam:member organisation:solna"),
    "document": (("--name-sv", "Avtalet", "--agreements", "agreement/solna"), 'dcterms:title "Avtalet"@sv'),
    "successor": (("--replaces", "agreement/solna", "--signed", "juni 2026"), "dcterms:replaces agreement:solna"),
    "amendment": (("--amends", "agreement/solna", "--signed", "2026"), "sam:agreementType sam:type-supplementary"),
    "ending": (("--about", "agreement/solna", "--ends", "2026-12-31"), 'sam:endsByNoticeOn "2026-12-31"^^xsd:date'),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("site")
    for name in ("data", "ontology", "shapes", "queries", "tables"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "samverkan.toml", root)
    return root


@pytest.fixture
def no_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "new_violations", lambda *_: ())


def new(site: Path, name: str, *options: str, answers: str = "") -> Result:
    return CliRunner(env={"LC_ALL": "sv_SE.UTF-8"}).invoke(main, ["--site", str(site), "new", name, *options], answers)


@pytest.mark.usefixtures("no_gate")
@pytest.mark.parametrize("name", NEW)
def test_each_thing_is_shown_as_it_would_be_written(site: Path, name: str) -> None:
    options, shown = NEW[name]
    if name == "member":
        text = 'joint-body:b a sam:JointBody ; skos:prefLabel "Rådet"@sv .\n'
        (site / "data/bodies.ttl").write_text(
            "@prefix joint-body: <https://w3id.org/samverkan/ki/id/joint-body/> .\n"
            "@prefix sam: <https://w3id.org/samverkan/def/> .\n"
            f"@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n{text}"
        )
        options = ("--body", "Rådet", *options)
    result = new(site, name, *options, "--yes", "--dry-run")
    (site / "data/bodies.ttl").unlink(missing_ok=True)
    assert result.exit_code == 0, result.output
    assert shown in result.stdout
    assert "Inget är skrivet." in result.stderr


def test_what_no_option_gives_is_asked_for_with_suggestions_and_written_when_confirmed(site: Path) -> None:
    answers = ["Nacka kommun", "Övergripande avtal", "3/6 2025", "", "tills vidare", *[""] * 13, "j"]
    result = new(site, "agreement", answers="\n".join(answers) + "\n")
    assert result.exit_code == 0, result.output
    assert "Motpart: " in result.stderr
    assert ", Övergripande avtal" in result.stderr
    text = (site / "data/agreements-nacka-kommun.ttl").read_text()
    assert "sam:validityKind sam:validity-until-further-notice" in text


def test_an_answer_that_is_not_understood_is_told_and_nothing_is_written(site: Path) -> None:
    result = new(site, "agreement", "--partner", "Ny", "--type", "Övergripande avtl", "--yes")
    assert result.exit_code == 1
    assert "Avtalstyp: ”Övergripande avtl” finns inte i listan. Menade du Övergripande avtal?" in result.stderr
    assert new(site, "ending", "--about", "agreement/slona", "--yes").stderr.count("agreement/solna") == 1
