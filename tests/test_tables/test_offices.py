"""Three invented workbooks as offices have them, each mapped by one short description of its headings."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from samverkan.tables.importing import import_workbook
from samverkan.tables.plan import facts_of, plan
from samverkan.tables.workbooks import read_workbook

ROOT = Path(__file__).parents[2]
SIGNED = datetime(2024, 3, 1)  # noqa: DTZ001 - as Excel has it
OFFICES = Path(__file__).parent / "offices"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real site with the descriptions of the three workbooks."""
    root = tmp_path_factory.mktemp("site")
    for name in ("data", "ontology", "shapes", "queries", "tables"):
        shutil.copytree(ROOT / name, root / name)
    shutil.copy(ROOT / "samverkan.toml", root)
    for path in OFFICES.glob("*.toml"):
        shutil.copy(path, root / "tables")
    return root


def register(path: Path) -> None:
    """A register with a title, merged cells, groups, a hidden row and sheet, a total, and columns nobody asked for."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Blad1"
    rows: list[list[Any]] = [
        ["Avtalsregister, uppdaterat 2025-09-01"],
        [],
        ["Nr", "Kommun/region", "Avser", "Dnr W3D3", "Sign.", "T.o.m.", "Avtalsslag", "Ansvarig handläggare"],
        [1, "Botkyrka kommun", "Äldreomsorg\nForskning", "2-17/2024", SIGNED, "Tills vidare", "ÖK", "Anna Ek"],
        [2, None, "Utbildning", "2-18/2024", "mars 2024", "31/12 2027", "VFU", "Anna Ek"],
        [None, "REGIONER OCH ÖVRIGA"],
        [3, "Nacka kommun", "Forskning", "2-19/2024", 45352, "VT27", "ÖK", "-"],
        [None, "Antal avtal: 3"],
    ]
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A1:H1")
    sheet.merge_cells("B4:B5")
    sheet.merge_cells("B6:H6")
    sheet.row_dimensions[7].hidden = True
    book.create_sheet("Gamla avtal").sheet_state = "hidden"
    book.save(path)


def log(path: Path) -> None:
    """A log in English, exported by another system: commas, quotes and long headings."""
    path.write_text(
        "Agreement ID,Counterparty name,Category,Date of signature (dd/mm/yyyy),Expiry,Notice (months),"
        "Themes,Web page\n"
        '77,"Botkyrka, Municipality of",Umbrella,03/06/2025,open-ended,6,"Research; Education",https://ki.se/b\n'
        "78,Nacka Municipality,Placement,17/05/2024,2027-06-30,12,Elderly care,\n",
        encoding="utf-8-sig",
    )


def list_(path: Path) -> None:
    """A list in Windows-1252 with semicolons, as Swedish Excel saves it, and dates as somebody liked them."""
    lines = (
        "Avtal med;Område;Påskrivet när;Hur länge;Vem frågar man;Mejl",
        "Södertälje kommun;Jämlik hälsa, Forskning;våren 2023;löpande;Bo Åberg;samverkan@ki.example",
        "Region Sörmland;Cirkulär ekonomi;2021;2026;;",
    )
    path.write_bytes("\r\n".join(lines).encode("cp1252"))


LEFT_OUT = (
    "The row looks like a heading for those below it and was not read.",
    "The row looks like a total and was not read.",
    "The sheet “Gamla avtal” is hidden and was not read. Unhide it if it is to be read.",
)
BOOKS = [
    (register, "register.xlsx", ["botkyrka-kommun", "botkyrka-kommun-2024-03", "nacka-kommun"], "Anna Ek", LEFT_OUT),
    (log, "log.csv", ["botkyrka-municipality-of", "nacka-municipality"], "ki.se/b", ()),
    (list_, "list.csv", ["region-sormland", "sodertalje-kommun"], "Bo Åberg", ()),
]


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book[1])
def test_a_workbook_with_its_own_headings_becomes_valid_facts(site: Path, tmp_path: Path, book: Any) -> None:
    make, name, agreements, word, left_out = book
    make(tmp_path / name)
    facts = facts_of(site)
    imported = import_workbook(facts, read_workbook(tmp_path / name), Path(name).stem)
    assert [each.line("en") for each in imported.faults] == []
    found = plan(facts, imported, name)
    assert [(each.rule, each.message["en"]) for each in found.violations] == []
    assert {each.line("en").partition(": ")[2] for each in imported.remarks if " was not read" in each.said["en"]} == {
        *left_out
    }
    made = {iri for iri in imported.new if "/agreement/" in iri}
    assert sorted(iri.rpartition("/")[2] for iri in made) == agreements
    assert any(word.encode() in (each.after or b"") for each in found.changes)


def test_a_description_of_a_workbook_has_at_most_twenty_five_lines() -> None:
    assert [path.name for path in OFFICES.glob("*.toml") if len(path.read_text().splitlines()) > 25] == []
    assert len([*OFFICES.glob("*.toml")]) == 3
