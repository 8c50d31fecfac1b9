"""A site that is checked again after each change: the findings are those of a fresh run, and nothing grows."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from samverkan import watching
from samverkan.errors import SamverkanError
from samverkan.site import checked_site
from samverkan.site.checked_site import CheckedSite
from samverkan.site.revalidation import GuardedRevalidation, Revalidation
from samverkan.validation import Report, Severity, reports

HERE = "https://example.org/doll/"
SUBJECTS = [
    f"<{HERE}id/{name}>" for name in ("lighthouse/masudden", "keeper/k1", "visit/v1", "lighthouse/new", "Odd/X")
]
SUBJECTS += ["<https://elsewhere.example/x>"]
PREDICATES = [f"<{HERE}def/{name}>" for name in ("height", "keptBy", "shows", "lamps", "lightt", "visits", "lit")]
PREDICATES += [
    "a",
    "<http://www.w3.org/2004/02/skos/core#prefLabel>",
    "<http://purl.org/dc/terms/description>",
    "<http://xmlns.com/foaf/0.1/name>",
    "<http://www.w3.org/2000/01/rdf-schema#subPropertyOf>",
    "<http://www.w3.org/2004/02/skos/core#broadr>",
    "<http://purl.org/dc/terms/isReplacedBy>",
    "<http://www.w3.org/2002/07/owl#deprecated>",
]
XSD = "http://www.w3.org/2001/XMLSchema#"
VALUES = [*SUBJECTS, f"<{HERE}def/Lighthouse>", f"<{HERE}def/Keeper>", f"<{HERE}def/Nothing>", f"<{HERE}def/red>"]
VALUES += [
    '"TODO"@en',
    '"<b>Ljus</b>"@sv',
    '"Fyr 12"@sv',
    '"Light 13"@en',
    '"https://example.org/"@sv',
    '"H\u00c3\u00a4lsa"@sv',
]
VALUES += [
    '"Det är en fyr vid havet som lyser om natten"@en',
    '"Ring 08-123 45 67, Maja Ek"@sv',
    '"Maja Ek"',
    '" Fyr"@sv-FI',
]
VALUES += ["1", "01", "1.0", "1.00", '"text"@sv', '"a\\u0001b"', "true", f'"1"^^<{XSD}boolean>', f'"x"^^<{XSD}date>']

Dice = random.Random


def data(root: Path, dice: Dice) -> Path:
    return dice.choice(sorted((root / "data").glob("*.ttl")))


def state(root: Path, dice: Dice) -> None:
    triple = " ".join(map(dice.choice, (SUBJECTS, PREDICATES, VALUES)))
    with data(root, dice).open("a") as file:
        file.write(f"\n\n{triple} .\n")


def forget(root: Path, dice: Dice) -> None:
    path = data(root, dice)
    blocks = path.read_text().split("\n\n")
    if len(blocks) > 2:
        blocks.pop(dice.randrange(2, len(blocks)))
    path.write_text("\n\n".join(blocks))


def rewrite(root: Path, dice: Dice) -> None:
    path = data(root, dice)
    old, new = dice.choice(
        [("1.50", "1.5"), ("1.5 ", "1.50 "), ("007", "7"), ("true", "false"), (" a doll:", " a foaf:")]
    )
    path.write_text(path.read_text().replace(old, new))


def shift(root: Path, dice: Dice) -> None:
    path = data(root, dice)
    path.write_text(f"# A line more.\n{path.read_text()}")


def break_it(root: Path, dice: Dice) -> None:
    with data(root, dice).open("a") as file:
        file.write("<a")


def mend(root: Path, _: Dice) -> None:
    for path in (root / "data").glob("*.ttl"):
        path.write_text(path.read_text().replace("<a", "").replace(" a foaf:", " a doll:"))


def add(root: Path, dice: Dice) -> None:
    (root / "data" / f"new-{dice.randrange(5)}.ttl").write_text(data(root, dice).read_text()[: dice.choice([0, 10**6])])


def remove(root: Path, dice: Dice) -> None:
    if len(list((root / "data").glob("*.ttl"))) > 2:
        data(root, dice).unlink()


def rename(root: Path, dice: Dice) -> None:
    data(root, dice).rename(root / "data" / f"moved-{dice.randrange(5)}.ttl")


def stray(root: Path, dice: Dice) -> None:
    path = root / "data" / dice.choice(["notes.txt", "x.ttl~"])
    if path.exists():
        path.unlink()
    else:
        path.write_text("mine")


def beside_data(root: Path, dice: Dice) -> None:
    """A change of an ontology, shapes, a query or the settings."""
    path, more = dice.choice(
        [
            ("ontology/doll.ttl", f"\n<{HERE}def/Nothing> a <http://www.w3.org/2002/07/owl#Class> .\n"),
            ("shapes/lights.ttl", f"\n<{HERE}s> a <http://www.w3.org/ns/shacl#NodeShape> .\n"),
            ("queries/lights.rq", f"\n# <{HERE}def/nothing>\n"),
            ("samverkan.toml", "\n# a remark\n"),
        ]
    )
    old = (root / path).read_text()
    (root / path).write_text(old.removesuffix(more) if old.endswith(more) else old + more)


CHANGES: list[Callable[[Path, Dice], None]] = [state] * 10 + [forget] * 3 + [rewrite] * 4 + [mend] * 6
CHANGES += [shift, shift, break_it, add, add, remove, rename, stray, beside_data]


@pytest.fixture
def small(copy: Path) -> Path:
    """The small site with the few queries that have menus, for quick runs."""
    for path in (copy / "queries").glob("*.rq"):
        if path.stem not in {"lights", "visits", "keeper"}:
            path.unlink()
    return copy


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """All is done in this process, as on Windows, for a thousand forks take long."""
    monkeypatch.delattr(os, "fork")


def told(work: Callable[[], Report]) -> str:
    """A report in full, or the error in its place."""
    try:
        report = work()
    except SamverkanError as error:
        return str(error)
    return reports.json(report).decode() + reports.plain(report, "en") + repr(report.findings)


def test_after_each_of_200_random_changes_the_findings_are_those_of_a_fresh_run_and_nothing_grows(
    small: Path,
    here: None,  # noqa: ARG001 - it is enough that it is there
) -> None:
    dice, again = random.Random(13), Revalidation(small)
    seen: dict[str, str] = {}
    for number in range(200):
        change = dice.choice(CHANGES)
        change(small, dice)
        found = told(again.report)
        assert found == told(CheckedSite(small).validate), f"after change {number}: {change.__name__}"
        seen.setdefault(found, change.__name__)
    assert len(seen) > 100

    last = again._last
    assert last
    now = {file.name for file in last.published}
    assert {file.name for file in last.kept.files} == now
    assert len(last.kept.indexed.terms) < 12_000


def test_terms_that_are_used_no_more_are_forgotten_before_they_fill_the_memory(
    small: Path,
    here: None,  # noqa: ARG001 - as above
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("samverkan.validation.indexed_files._SPARE", 100)
    again, path, sizes = Revalidation(small), small / "data" / "notes.ttl", []
    for number in range(12):
        path.write_text("\n".join(f"<{HERE}id/visit/n{number}-{each}> a <{HERE}def/Visit> ." for each in range(200)))
        report = again.report()
        assert again._last
        sizes.append(len(again._last.kept.indexed.terms))
    assert max(sizes) < 2 * min(sizes) + 800
    assert report == CheckedSite(small).validate()


@pytest.mark.usefixtures("here")
def test_each_term_that_is_deprecated_after_another_is_told(small: Path) -> None:
    again, ontology = Revalidation(small), small / "ontology" / "doll.ttl"
    for name in ("lit", "lamps"):
        with ontology.open("a") as file:
            file.write(f"\n<{HERE}def/{name}> <http://www.w3.org/2002/07/owl#deprecated> true .\n")
        told_of = [finding for finding in again.report().findings if finding.rule == "deprecated-term"]
        files = {place.file for each in told_of if each.value == f"{HERE}def/{name}" for place in each.places}
        assert "data/lights.ttl" in files


def test_a_frugal_run_gives_back_a_large_store_and_finds_the_same(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checked_site, "_WORTH_GIVING_BACK", 0)
    frugal, whole = CheckedSite(small), CheckedSite(small)
    assert frugal.validate(frugal=True) == whole.validate()
    assert "store" not in frugal.__dict__
    assert "store" in whole.__dict__


@pytest.mark.usefixtures("here")
def test_a_run_that_asks_for_violations_alone_finds_those_of_a_whole_one(small: Path) -> None:
    (small / "data/more.ttl").write_text(f"<{HERE}id/lamp/unknown> <{HERE}def/height> 'high' .\n", "utf-8")
    whole, violations = CheckedSite(small).validate(), CheckedSite(small).validate(least=Severity.VIOLATION)
    assert violations.findings == whole.at_least(Severity.VIOLATION)
    assert violations.findings
    assert whole.findings != violations.findings


def test_a_process_that_dies_or_takes_too_long_is_replaced_by_a_fresh_run(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ends(_: Revalidation) -> Report:
        os._exit(1)

    def lasts(_: Revalidation) -> Report:
        time.sleep(600)
        raise AssertionError

    settings = small / "samverkan.toml"
    settings.write_text(settings.read_text().replace("seconds = 60", "seconds = 2"))
    fresh = CheckedSite(small).validate()
    for fault in (ends, lasts):
        monkeypatch.setattr(Revalidation, "report", fault)
        gate = GuardedRevalidation(small)
        assert gate.report() == fresh
        gate.end()


def test_what_can_not_be_read_is_raised_and_the_next_change_is_told_all_the_same(small: Path) -> None:
    gate, settings = GuardedRevalidation(small), small / "samverkan.toml"
    first, content = gate.report(), settings.read_text()
    settings.write_text("base =")
    with pytest.raises(SamverkanError):
        gate.report()
    settings.write_text(content)
    assert gate.report() == first
    gate.end()


def test_a_frugal_run_forgets_what_files_state_and_finds_the_same(small: Path) -> None:
    (small / "data" / "nameless.ttl").write_text(f"<{HERE}id/visit/v9> a [] .")
    frugal, other = CheckedSite(small), CheckedSite(small)
    found, wanted = frugal.validate(frugal=True), other.validate()
    assert [(f.rule, f.focus, f.places) for f in found.findings] == [
        (f.rule, f.focus, f.places) for f in wanted.findings
    ]
    kept = [file.name for file in frugal.published if "triples" in file.__dict__]
    assert kept == ["ontology/doll.ttl", "data/nameless.ttl"], "words are few; a blank node would get another label"


def test_every_way_to_change_a_file_is_noticed_and_hidden_files_are_not(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    file, link = data / "a.ttl", data / "b.ttl"

    def retimed(path: Path) -> None:
        os.utime(path, (1, 1))

    seen = watching.stamp(tmp_path)
    for change in (
        lambda: file.write_text("one"),
        lambda: retimed(file),
        lambda: file.write_text("two"),
        lambda: file.chmod(0o400),
        lambda: link.symlink_to("nowhere"),
        lambda: file.rename(data / "nowhere"),
        (data / "folder").mkdir,
        (tmp_path / "samverkan.toml").touch,
    ):
        change()
        now = watching.stamp(tmp_path)
        assert now != seen
        seen = now
    (data / ".b.ttl.swp").write_text("an editor's own")
    assert watching.stamp(tmp_path) == seen
