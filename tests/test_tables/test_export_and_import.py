"""From a site to a workbook and back: what is not changed stays byte for byte."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from bench.generate import generate
from click.testing import CliRunner, Result
from tests import own_site

import samverkan
from samverkan.authoring import file_changes, new_site
from samverkan.cli import main
from samverkan.errors import UnreadableError, UnwritableError
from samverkan.settings import UNFINISHED
from samverkan.tables import plan as planning
from samverkan.tables.importing import Imported, import_workbook
from samverkan.tables.plan import Plan, facts_of, plan
from samverkan.tables.workbooks import read_workbook

ROOT = Path(__file__).parents[2]
FOLDERS = ("data", "ontology", "shapes", "queries", "tables")
HEADINGS = ["Motpart", "Avtalstyp", "Undertecknat", "Gäller till", "Områden", "Kontaktperson", "Dnr"]
ROW = [
    "Botkyrka kommun",
    "Övergripande avtal",
    "3/6 2025",
    "tills vidare",
    "Äldreomsorg; Forskning",
    "Anna Ek",
    "2-1/25",
]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A copy of the real site, with no queries but those that the gate itself asks: they are most of its work."""
    for name in FOLDERS:
        shutil.copytree(ROOT / name, tmp_path / "site" / name)
    shutil.copy(ROOT / "samverkan.toml", tmp_path / "site")
    return own_site.unasked(tmp_path / "site")


@pytest.fixture
def no_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "new_violations", lambda *_: ())


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A new site of another university, with its invented agreement."""
    lund = {"base": "https://example.org/lund/", "name_sv": "Lunds universitet", "name_en": "Lund University"}
    new_site.make_site(tmp_path / "own", new_site.values(lund, None))
    return tmp_path / "own"


def put(sheet: Any, row: int, **cells: str) -> None:
    """Write a row of a sheet anew, all but what is hidden, by the titles of its columns."""
    for cell in sheet[1]:
        if cell.value not in {"Adress", "Vid exporten"}:
            sheet.cell(row, cell.column).value = cells.get(cell.value)


def run(site: Path, *words: str, lang: str = "sv") -> Result:
    return CliRunner().invoke(main, ["--site", str(site), *words, "--lang", lang])


def contents(site: Path) -> Mapping[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((site / "data").iterdir())}


def exported(site: Path, *cells: tuple[str, str, Any], without: str = "") -> Path:
    """A workbook of the site, with some cells of its agreements changed, and a row taken away."""
    path = site.parent / "avtal.xlsx"
    assert run(site, "export", str(path)).exit_code == 0
    book = openpyxl.load_workbook(path)
    sheet = book["Avtal"]
    places = {cell.value: cell.column for cell in sheet[1]}
    rows = {sheet.cell(row, places["Adress"]).value: row for row in range(2, sheet.max_row + 1)}
    for address, column, value in cells:
        sheet.cell(rows[address], places[column]).value = value
    if without:
        sheet.delete_rows(rows[without])
    book.save(path)
    return path


def sheet_of(path: Path, *rows: list[Any], title: str = "Avtal") -> Path:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def planned(site: Path, path: Path) -> Plan:
    facts = facts_of(site)
    return plan(facts, import_workbook(facts, read_workbook(path)), path.name)


def changed_lines(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[str]:
    for name in before:
        old, new = (each[name].decode().splitlines() for each in (before, after))
        yield from (f"-{line}" for line in old if line not in new)
        yield from (f"+{line}" for line in new if line not in old)


# ---------------------------------------------------------------- nothing changes


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_what_is_exported_and_imported_again_changes_no_byte(site: Path, lang: str, suffix: str) -> None:
    before = contents(site)
    path = site.parent / f"avtal.{suffix}"
    assert run(site, "export", str(path), lang=lang).exit_code == 0
    result = run(site, "import", str(path), lang=lang)
    assert (result.exit_code, contents(site)) == (0, before)


@pytest.mark.parametrize("triples", [100, 4000, 45_000])
def test_a_generated_site_is_the_same_after_an_export_and_an_import(tmp_path: Path, triples: int) -> None:
    generate(tmp_path / "site", triples)
    before, path = contents(tmp_path / "site"), tmp_path / "a.xlsx"
    assert run(tmp_path / "site", "export", str(path)).exit_code == 0
    assert run(tmp_path / "site", "import", str(path)).exit_code == 0
    assert contents(tmp_path / "site") == before


@pytest.mark.usefixtures("no_gate")
@pytest.mark.parametrize("many", [1, 40, 500])
def test_import_export_import_is_the_identity(site: Path, many: int) -> None:
    dates = ("3/6 2025", "juni 2024", "2023", "våren 2022")
    rows = [[f"Kommun {n}", *ROW[1:2], dates[n % 4], *ROW[3:5], f"Namn {n % 9}", f"9-{n}/25"] for n in range(many)]
    first = sheet_of(site.parent / "first.xlsx", HEADINGS, *rows)
    assert run(site, "import", str(first)).exit_code == 0
    before, second = contents(site), site.parent / "second.xlsx"
    assert run(site, "export", str(second)).exit_code == 0
    for each in (second, first):
        assert run(site, "import", str(each)).exit_code == 0
        assert contents(site) == before
    sheet = openpyxl.load_workbook(second)["Avtal"]
    rows = [[sheet.cell(row, column).value for column in (1, 9, 12)] for row in range(2, sheet.max_row + 1)]
    assert [row for row in rows if row[0].startswith("Kommun ")] == [
        [f"Kommun {n}", f"Namn {n % 9}", f"9-{n}/25"] for n in range(many)
    ]


# ---------------------------------------------------------------- what is changed


@pytest.mark.usefixtures("no_gate")
def test_a_row_that_is_written_over_is_about_another_thing(site: Path) -> None:
    solna = "agreement/solna"
    over = ((solna, "Motpart", "Umeå kommun"), (solna, "Undertecknat", date(2024, 1, 2)))
    facts = facts_of(site)
    found = import_workbook(facts, read_workbook(exported(site, *over)))
    assert f"{facts.base}agreement/umea-kommun" in found.new
    assert [each.thing for each in found.gone] == [facts.base + solna]
    assert any("läses som en ny" in each.said["sv"] for each in found.remarks)

    corrected = import_workbook(facts, read_workbook(exported(site, over[1])))
    assert not corrected.new
    assert not corrected.gone


def test_a_changed_cell_changes_its_fact_and_what_bears_it_and_nothing_else(site: Path) -> None:
    before = contents(site)
    result = run(site, "import", str(exported(site, ("agreement/solna", "Undertecknat", date(2025, 6, 4)))))
    assert result.exit_code == 0
    lines = [*changed_lines(before, contents(site))]
    assert [line for line in lines if line.startswith("+    sam:signatureDate")] == [
        '+    sam:signatureDate "2025-06-04"^^xsd:date ;                                    # line 52'
    ]
    assert all("2025-06-04" in line or "2025-06-03" in line for line in lines)
    assert contents(site).keys() == before.keys()


@pytest.mark.usefixtures("no_gate")
def test_each_kind_of_change_is_made_where_the_fact_stands(site: Path) -> None:
    before = contents(site)
    path = exported(
        site,
        ("agreement/stockholm", "Områden", "Utbildning; Forskning; Jämlik hälsa; Hälsosamt åldrande; Aktiv livsstil"),
        ("agreement/stockholm", "Gäller till", "2030-12-31"),
        ("agreement/upplands-bro", "Uppsägningstid", "6 mån"),
        ("agreement/solna", "Kontaktperson", None),
    )
    assert run(site, "import", str(path)).exit_code == 0
    lines = [*changed_lines(before, contents(site))]
    assert "+    sam:coversArea area:education , area:research ;             # line 22, 24" in lines
    assert '+    sam:validUntil "2030-12-31"^^xsd:date ;' in lines
    assert "+    sam:validityKind sam:validity-fixed-term .                          # line 26" in lines
    assert '+    sam:noticePeriod "P6M"^^<https://schema.org/Duration> ;' in lines
    assert "    sam:contact person:p2 .                                                       # line 54" not in str(
        contents(site)["contacts.ttl"].decode()
    )
    assert b"passage:municipalities-54" in contents(site)["contacts.ttl"]  # it bears the name still


def test_a_new_row_is_a_valid_agreement_with_its_organisation_contact_and_evidence(site: Path) -> None:
    path = sheet_of(site.parent / "mina avtal.xlsx", ["Avtal 2025"], [], HEADINGS, ROW, ["Summa", None, None, 1])
    result = run(site, "import", str(path))
    assert result.exit_code == 0, result.stderr
    facts, personal = (contents(site)[f"{name}-botkyrka-kommun.ttl"].decode() for name in ("agreements", "contacts"))
    assert "organisation:botkyrka-kommun\n    a org:FormalOrganization" in facts
    for line in (
        "sam:party organisation:karolinska-institutet , organisation:botkyrka-kommun ;",
        'sam:signatureDate "2025-06-03"^^xsd:date ;',
        "sam:signaturePrecision sam:precision-day ;",
        "sam:validityKind sam:validity-until-further-notice ;",
        "sam:coversArea area:elderly-care , area:research ;",
        'oa:exact "Undertecknat" ;',
        "sam:sourceLine 4 ;",
    ):
        assert line in facts
    assert "Anna Ek" not in facts
    assert 'vcard:fn "Anna Ek"' in personal
    assert run(site, "import", str(path)).stderr.rstrip().endswith("säger redan detsamma.")


def test_a_filled_workbook_of_a_new_site_becomes_facts_in_one_import_and_its_own_evidence_is_no_finding(
    own: Path,
) -> None:
    path = own.parent / "lund.xlsx"
    run(own, "export", str(path))
    book = openpyxl.load_workbook(path)
    agreements, contacts, organisations = (book[name] for name in ("Avtal", "Kontakter", "Organisationer"))
    contacts["A2"], contacts["B2"] = "Eva Sjöström", None  # written over the invented one
    organisations["A3"], organisations["B3"], organisations["I3"] = "Malmö stad", None, None
    common = {"Motpart": "Malmö stad", "Avtalstyp": "Övergripande avtal", "Kontaktperson": "Eva Sjöström"}
    put(agreements, 2, **common, Undertecknat="3/6 2025")
    put(agreements, 3, **common, Undertecknat="juni 2024")
    book.save(path)
    assert run(own, "import", str(path), "--withdraw").exit_code == 0
    rules = set(re.findall(r"(?:WARNING|VIOLATION) \[(.+?)\]", run(own, "validate", lang="en").stdout))
    assert rules <= {"ComprehensiveAgreement-area"}  # what the workbook lacks
    assert "Kim" not in "".join(content.decode() for content in contents(own).values())


def test_what_succeeds_another_has_evidence_for_that(own: Path) -> None:
    given = ("--replaces", "Avtal mellan Lunds universitet och Exempelbro kommun", "--signed", "1/7 2026")
    assert run(own, "new", "successor", *given, "--contact", "Kim Exempelsson", "--yes").exit_code == 0
    assert "fact-without-evidence" not in run(own, "validate").stdout


def test_all_that_is_personal_can_be_removed_with_its_files_after_an_import(own: Path) -> None:
    path = sheet_of(own.parent / "avtal.xlsx", HEADINGS, [*ROW[:4], "Elevhälsa", *ROW[5:]])
    assert run(own, "import", str(path)).exit_code == 0
    for each in (own / "data").glob("contacts*.ttl"):
        each.unlink()
    assert run(own, "validate").exit_code == 0


@pytest.mark.usefixtures("no_gate")
def test_the_page_that_a_row_names_bears_its_facts(site: Path) -> None:
    path = sheet_of(site.parent / "a.xlsx", [*HEADINGS, "Källa", "Rubrik"], [*ROW, "https://ki.se/b", "Botkyrka"])
    text = planned(site, path).changes[0].after
    assert text
    assert b"foaf:page <https://ki.se/b>" in text
    assert b'oa:exact "Botkyrka"' in text
    assert text.count(b"a sam:Passage") == 1


# ---------------------------------------------------------------- what is wrong


def faults(site: Path, *rows: list[Any], **more: Any) -> Imported:
    path = sheet_of(site.parent / "avtal.xlsx", *rows, **more)
    return import_workbook(facts_of(site), read_workbook(path))


WRONG = [
    (4, "Äldreomsorgen", "Menade du Äldreomsorg?"),
    (2, "31/2 2025", "finns inte i kalendern"),
    (1, "Hundavel", "Välj bland: "),
    (0, None, "Det saknas ett värde"),
    (0, "Håbo kommun; Habo kommun", "organisation/habo-kommun"),
    (0, "Solna komun", "Menade du Solna kommun?"),
    (5, "Anna\x0bEk", "osynligt tecken"),
    (5, "Anna Ek och Bo Ek", "semikolon emellan"),
    (5, "Ek, Anna", "förnamnet först"),
    (5, "Anna Ek (HR)", "bara namnet"),
]


@pytest.mark.parametrize(("place", "value", "said"), WRONG)
def test_a_wrong_cell_is_told_with_row_and_column(site: Path, place: int, value: str | None, said: str) -> None:
    row: list[str | None] = [*ROW]
    row[place] = value
    path = site.parent / "avtal.csv"
    lines = (HEADINGS, ["" if each is None else each for each in row])
    path.write_text("\n".join(";".join(f'"{each}"' for each in line) for line in lines), encoding="utf-8")
    found = import_workbook(facts_of(site), read_workbook(path)).faults
    assert any(said in each.said["sv"] for each in found)
    assert any(each.line("sv").startswith(f"avtal.csv, rad 2, {HEADINGS[place]}: ") for each in found)


def test_the_mailbox_of_a_person_is_refused_whoever_names_the_person(site: Path) -> None:
    name = next(iter(re.findall(r'vcard:fn "(\w+ \w+)"', (site / "data/contacts.ttl").read_text("utf-8"))))
    mailboxes = ["anna.ek@ki.example", "samverkan@ki.example", f"{name.replace(' ', '.')}@ki.example"]
    rows = [[f"Ort{number} kommun", *ROW[1:6], each] for number, each in enumerate(mailboxes)]
    found = faults(site, [*HEADINGS[:6], "E-post"], *rows).faults
    assert [(each.spot.row, "en persons e-postadress" in each.said["sv"]) for each in found] == [(2, True), (4, True)]


def test_a_row_without_a_name_is_told_where_each_language_takes_its_name_from_the_other(site: Path) -> None:
    path = sheet_of(site.parent / "listor.xlsx", ["Namn på svenska", "Namn på engelska", "Del av"], [None, None, "x"])
    found = import_workbook(facts_of(site), read_workbook(path), "lists").faults
    assert any("Adress" in each.said["sv"] for each in found)


def test_faults_come_back_in_a_copy_and_nothing_is_written(site: Path) -> None:
    before = contents(site)
    path = exported(site, ("agreement/solna", "Undertecknat", "31/2 2025"))
    result = run(site, "import", str(path))
    assert (result.exit_code, contents(site)) == (1, before)
    assert "avtal.xlsx, rad 4, Undertecknat: Dagen 31/2 2025 finns inte i kalendern." in result.stderr
    copy = openpyxl.load_workbook(site.parent / "avtal-fel.xlsx")
    assert copy.sheetnames[:2] == ["Fel", "Avtal"]
    assert "31/2 2025" in copy["Avtal"]["C4"].comment.text
    assert copy["Avtal"]["C4"].fill.start_color.rgb == "FFFFC7CE"
    assert str(copy["Fel"]["E3"].value).startswith("avtal.xlsx, rad 4, Undertecknat: ")


def test_nothing_is_written_where_a_violation_would_be_new(site: Path) -> None:
    before = contents(site)
    path = exported(
        site, ("agreement/solna", "Gäller från", "2026-01-01"), ("agreement/solna", "Gäller till", "2025-12-31")
    )
    result = run(site, "import", str(path), lang="en")
    assert (result.exit_code, contents(site)) == (1, before)
    assert "NEW VIOLATION" in result.stdout
    assert "Nothing is written" in result.stderr


@pytest.mark.usefixtures("no_gate")
def test_a_dry_run_shows_the_change_and_writes_nothing(site: Path) -> None:
    before = contents(site)
    path = exported(site, ("agreement/solna", "Undertecknat", "juni 2025"))
    result = run(site, "import", str(path), "--dry-run")
    assert (result.exit_code, contents(site)) == (0, before)
    assert '+    sam:signatureDate "2025-06"^^xsd:gYearMonth' in result.stdout


# ---------------------------------------------------------------- rows that are gone


def test_a_row_that_is_gone_deletes_nothing_unless_that_is_wanted(site: Path) -> None:
    before = contents(site)
    path = exported(site, without="agreement/solna")
    result = run(site, "import", str(path))
    assert (result.exit_code, contents(site)) == (0, before)
    assert "(agreement/solna) har ingen rad" in result.stderr
    assert run(site, "import", str(path), "--withdraw").exit_code == 0
    after = contents(site)
    assert b"owl:deprecated true" in after["withdrawn-solna.ttl"]
    assert b"agreement:solna\n    a sam:Agreement" not in after["page-en.ttl"]


# ---------------------------------------------------------------- several people at once


def test_only_rows_that_were_exported_can_be_gone_and_all_of_them_can(site: Path) -> None:
    path = exported(site)
    book = openpyxl.load_workbook(path)
    book["Avtal"].delete_rows(2, 99)
    book.save(path)
    page = site / "data/page-en.ttl"
    page.write_text(page.read_text() + "\nagreement:later a sam:Agreement .\n")
    gone = {each.thing.rpartition("/")[2] for each in import_workbook(facts_of(site), read_workbook(path)).gone}
    assert {"solna", "huddinge", "alf-national"} <= gone
    assert "later" not in gone


def test_what_was_changed_in_the_site_since_the_export_is_neither_undone_nor_overwritten(site: Path) -> None:
    path = exported(
        site, ("agreement/solna", "Undertecknat", "2025-06-05"), ("agreement/huddinge", "Diarienummer", "1-1/22")
    )
    page = site / "data/page-en.ttl"
    page.write_text(page.read_text().replace('signatureDate "2025-06-03"', 'signatureDate "2025-06-04"'))
    found = import_workbook(facts_of(site), read_workbook(path))
    assert [each.spot.row for each in found.faults] == [4]
    assert "2025-06-04" in found.faults[0].said["en"]
    assert {said[0].rpartition("/")[2] for said in found.added} == {"huddinge"}  # and Upplands-Bro keeps the new day


@pytest.mark.usefixtures("no_gate")
def test_two_imports_of_different_agreements_merge_in_git_without_a_conflict(site: Path) -> None:
    def git(*words: str) -> None:
        identity = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *identity, *words], cwd=site, check=True, capture_output=True)

    git("init", "-q", "-b", "trunk")
    git("add", "-A")
    git("commit", "-qm", "before")
    changes = (("agreement/solna", "Undertecknat", "juni 2025"), ("agreement/huddinge", "Kontaktperson", "Bo Al"))
    for number, change in enumerate(changes):
        git("checkout", "-qb", f"b{number}", "trunk")
        assert run(site, "import", str(exported(site, change))).exit_code == 0
        row = [f"Kommun {number}", *ROW[1:5], f"Namn {number}", f"9-{number}/25"]
        assert run(site, "import", str(sheet_of(site.parent / "nya.xlsx", HEADINGS, row))).exit_code == 0
        git("add", "-A")
        git("commit", "-qm", str(number))
    git("merge", "-q", "--no-edit", "b0")
    texts = b"".join(contents(site).values())
    assert all(word in texts for word in (b'"2025-06"^^xsd:gYearMonth', b"Bo Al", b"kommun-0", b"kommun-1"))


@pytest.mark.usefixtures("no_gate")
def test_a_file_that_somebody_changed_meanwhile_is_noticed(site: Path) -> None:
    found = planned(site, exported(site, ("agreement/solna", "Undertecknat", "juni 2025")))
    page = site / "data/page-en.ttl"
    page.write_text(page.read_text() + "# mine\n")
    before = contents(site)
    with pytest.raises(UnwritableError, match="changed by somebody else"):
        found.write()
    assert contents(site) == before


@pytest.mark.usefixtures("no_gate")
def test_an_import_that_is_killed_leaves_the_old_files_or_the_new_ones(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, before = planned(site, exported(site, ("agreement/solna", "Undertecknat", "juni 2025"))), contents(site)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(file_changes, "_list", killed)
        with pytest.raises(KeyboardInterrupt):
            found.write()
    assert contents(site) == before
    found.write()
    assert contents(site)["page-en.ttl"] == next(c.after for c in found.changes if c.name == "data/page-en.ttl")


@pytest.mark.usefixtures("no_gate")
def test_an_import_that_the_system_kills_at_any_moment_leaves_the_old_files_or_the_new_ones(site: Path) -> None:
    path = exported(site, ("agreement/solna", "Undertecknat", "juni 2025"), ("agreement/solna", "Kontaktperson", None))
    found, old = planned(site, path), contents(site)
    new = {**old, **{Path(each.name).name: each.after for each in found.changes}}
    assert len(found.changes) > 1
    outcomes = [killed_at(step, found, site) for step in range(12)]
    assert [outcome in (old, new) for outcome in outcomes] == [True] * len(outcomes)
    assert old in outcomes
    assert new in outcomes


def killed_at(step: int, found: Plan, site: Path) -> Mapping[str, bytes]:
    """What is in the data when a process was killed where it would sync or move the next file, and another one looks.

    A site that is between two states is not read, but finished. Then it is put back as it was.
    """
    before = {each.name: (site / each.name).read_bytes() for each in found.changes}
    child = os.fork()
    if not child:
        _kill_oneself_after(step)
        found.write()
        os._exit(0)
    os.waitpid(child, 0)
    if (site / UNFINISHED).exists():
        with pytest.raises(UnreadableError, match="interrupted"):
            _ = samverkan.open(site)
        file_changes.finish(site)
    left = contents(site)
    for name, content in before.items():
        (site / name).write_bytes(content)
    return {name: content for name, content in left.items() if not name.startswith(".")}


def _kill_oneself_after(steps: int) -> None:
    """Let the process be killed at a call of the system that makes something last."""
    counted = itertools.count()

    def fatal(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            if next(counted) == steps:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*given)

        return call

    for owner, name in ((os, "fsync"), (Path, "replace"), (Path, "unlink")):
        setattr(owner, name, fatal(getattr(owner, name)))


# ---------------------------------------------------------------- the workbook


def test_a_workbook_has_what_makes_a_person_glad(site: Path) -> None:
    book = openpyxl.load_workbook(exported(site))
    sheet = book["Avtal"]
    assert sheet.freeze_panes == "B2"
    assert sheet["A1"].comment.text.startswith("Den organisation som avtalet är med.")
    assert (sheet["C3"].value.date(), sheet["C2"].value) == (date(2022, 10, 25), "mars 2020")
    hidden = {sheet.cell(1, number).value for number in (24, 25)}
    assert hidden == {"Adress", "Vid exporten"}
    assert all(sheet.column_dimensions[letter].hidden for letter in ("X", "Y"))
    assert any(rule.type == "list" and "B2" in str(rule.sqref) for rule in sheet.data_validations.dataValidation)
    assert book["_listor"].sheet_state == "hidden"
    assert all(12 <= sheet.column_dimensions[letter].width <= 60 for letter in "ABCDEFGHI")
    longest = max(range(2, 6), key=lambda row: len(sheet.cell(row, 7).value))
    assert sheet.row_dimensions[longest].height >= 3 * 15  # points: a line each, in LibreOffice as well
    assert {sheet.cell(row, 3).alignment.horizontal for row in (3, 4)} == {"left"}
    assert sheet["A1"].font.name == "Calibri"


@pytest.mark.usefixtures("no_gate")
def test_nothing_that_is_exported_runs_as_a_formula(site: Path) -> None:
    page = site / "data/page-en.ttl"
    page.write_text(page.read_text().replace('"City of Solna"@en', '"=cmd|calc!A0"@en'))
    for suffix in ("xlsx", "csv"):
        path = site.parent / f"x.{suffix}"
        assert run(site, "export", "--table", "organisations", str(path), lang="en").exit_code == 0
        assert run(site, "import", "--table", "organisations", str(path), lang="en").stderr.count("the same already")
    sheet = openpyxl.load_workbook(site.parent / "x.xlsx").active
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=cmd|calc!A0"]
    assert [(cell.data_type, cell.quotePrefix) for cell in cells] in ([("s", True)], [("s", 1)])
    assert "'=cmd|calc!A0" in (site.parent / "x.csv").read_text(encoding="utf-8-sig")


def test_an_empty_site_gives_a_template_that_can_be_filled_in(own: Path) -> None:
    path = own.parent / "lund.xlsx"
    assert run(own, "export", str(path)).exit_code == 0
    book = openpyxl.load_workbook(path)
    book["Begrepp"].append(["Områden", "Äldreomsorg", "Elderly care"])
    book["Avtal"].append(
        [
            "Sjöbo kommun",
            "Övergripande avtal",
            "mars 2024",
            None,
            "tills vidare",
            "6 månader",
            "Äldreomsorg",
            None,
            "Kim Ek",
        ]
    )
    book.save(path)
    result = run(own, "import", str(path))
    assert result.exit_code == 0, result.stderr + result.stdout
    assert any(b"sam:coversArea area:elderly-care ;" in text for text in contents(own).values())
