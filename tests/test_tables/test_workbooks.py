"""Reading workbooks that come from anybody."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from samverkan.errors import UnreadableError
from samverkan.tables import limits
from samverkan.tables.workbooks import read_workbook


def saved(path: Path, *rows: list[Any], then: Callable[[Any], None] = lambda _: None) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    then(book.active)
    book.save(path)
    return path


def changed(path: Path, change: Callable[[str, bytes], bytes | None], **more: bytes) -> Path:
    """A workbook with its parts changed, or with more of them."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in more.items():
            new.writestr(name, content)
    path.write_bytes(out.getvalue())
    return path


def test_values_formulas_merged_and_hidden_cells_are_read(tmp_path: Path) -> None:
    def then(sheet: Any) -> None:
        sheet.merge_cells("A2:A3")
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["B"].hidden = True

    day = datetime(2025, 6, 3)  # noqa: DTZ001 - as Excel has it
    path = saved(tmp_path / "a.xlsx", ["x", "y"], ["Solna", day], [None, 2.0], then=then)
    sheet = read_workbook(path).sheets[0]
    assert [[cell.text for cell in row] for row in sheet.rows] == [["x", "y"], ["Solna", "2025-06-03"], ["Solna", "2"]]
    assert (sheet.hidden_rows, sheet.hidden_columns) == (frozenset({3}), frozenset({2}))


def test_rows_with_a_cell_across_several_columns_and_hidden_sheets_are_noted(tmp_path: Path) -> None:
    def then(sheet: Any) -> None:
        sheet.merge_cells("A2:B2")
        sheet.merge_cells("A3:A4")
        for state in ("hidden", "veryHidden"):
            sheet.parent.create_sheet(state).sheet_state = state

    path = saved(tmp_path / "a.xlsx", ["x", "y"], ["KOMMUNER"], ["Solna", 1], [None, 2], then=then)
    book = read_workbook(path)
    assert (book.hidden_sheets, len(book.sheets)) == (("hidden", "veryHidden"), 1)
    assert book.sheets[0].wide_rows == frozenset({2})


def test_a_formula_without_a_value_is_seen_and_links_are_not_followed(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", ["x"], ["=[other.xlsx]Sheet1!A1"], ["=1/0"])
    changed(path, lambda _, content: content, **{"xl/externalLinks/externalLink1.xml": b"<externalLink/>"})
    book = read_workbook(path)
    assert (book.has_links, book.formulas) == (True, 2)
    assert book.sheets[0].rows[1][0].is_formula


CSV = [
    ("\ufeffMotpart;Undertecknat\r\nSolna;3/6 2025\r\n".encode(), "Solna"),
    ("Motpart;Undertecknat\r\nSödertälje;3/6 2025\r\n".encode("cp1252"), "Södertälje"),
    ("Motpart\tUndertecknat\nSolna\t2025\n".encode("utf-16"), "Solna"),
    (b'sep=|\r\nMotpart|Undertecknat\r\n"Solna"|2025\r\n', "Solna"),
    (b'Motpart,Undertecknat\n"\'=1+1",2025\n', "=1+1"),
]


@pytest.mark.parametrize(("content", "first"), CSV)
def test_csv_is_read_in_the_encodings_and_with_the_separators_that_offices_have(
    tmp_path: Path, content: bytes, first: str
) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    rows = read_workbook(tmp_path / "a.csv").sheets[0].rows
    assert [cell.text for cell in rows[0]] == ["Motpart", "Undertecknat"]
    assert rows[1][0].text == first


def test_a_million_blank_rows_are_not_read(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.xlsx", ["x", "y"], ["a", "b"])
    blank = b"".join(b'<row r="%d" ht="15"/>' % number for number in range(3, 1_000_000))
    changed(path, lambda _, content: content.replace(b"</sheetData>", blank + b"</sheetData>"))
    sheet = read_workbook(path).sheets[0]
    assert (len(sheet.rows), sheet.stopped_at) == (2, 2)


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'


def declared(name: str, content: bytes) -> bytes:
    return content.replace(b"<worksheet", LAUGHS + b"<worksheet", 1) if "sheet1" in name else content


@pytest.mark.parametrize(
    ("change", "more", "said"),
    [
        (declared, {}, "declares entities"),
        (lambda _, content: content, {"xl/vbaProject.bin": b"x"}, "macros"),
        (lambda _, content: content, {"xl/media/a.png": b"\0" * (limits.RATIO_FROM + 1)}, "abnormally large"),
        (lambda name, content: None if name == "xl/workbook.xml" else content, {}, "no workbook"),
        (lambda name, content: b"<x" if "sheet1" in name else content, {}, "damaged"),
        (lambda _, content: content, {"mimetype": b"application/vnd.oasis"}, "no workbook of Excel"),
    ],
)
def test_what_is_hostile_or_damaged_is_refused_with_a_word(
    tmp_path: Path, change: Callable[[str, bytes], bytes | None], more: dict[str, bytes], said: str
) -> None:
    path = changed(saved(tmp_path / "avtal.xlsx", ["x"], ["y"]), change, **more)
    with pytest.raises(UnreadableError, match=said) as raised:
        read_workbook(path)
    assert raised.value.sv.startswith("avtal.xlsx: ")


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old format"), (b"a\x00b", "neither text"), (b"PK\x03\x04x", "damaged")],
)
def test_other_files_are_refused_with_a_word(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(UnreadableError, match=said):
        read_workbook(tmp_path / "a.xlsx")


def test_too_large_a_file_or_sheet_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path / "a.xlsx", *(["x"] for _ in range(9)))
    monkeypatch.setattr(limits, "MOST_ROWS", 5)
    with pytest.raises(UnreadableError, match="more than 5 rows"):
        read_workbook(path)
    monkeypatch.setattr(limits, "MOST_BYTES", 100)
    with pytest.raises(UnreadableError, match="larger than"):
        read_workbook(path)
