"""A copy of a workbook in which its faults are marked: cells in colour, what is wrong as notes, and a list of all."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from samverkan.limits import FailedError, TookTooLongError, within
from samverkan.tables import limits
from samverkan.tables.faults import CellFault
from samverkan.tables.messages import label
from samverkan.tables.workbooks import Workbook
from samverkan.tables.writing import saved, write_value

_MOST = 2000
_COLOURS = {False: "FFFFC7CE", True: "FFFFEB9C"}


def marked(path: Path, book: Workbook, remarks: Sequence[CellFault], language: str) -> bytes | None:
    """The copy as bytes; None where the workbook can't be written again in time."""
    try:
        return within(limits.SECONDS, partial(_marked, path, book, remarks, language))
    except (TookTooLongError, FailedError):
        return None


def _marked(path: Path, book: Workbook, remarks: Sequence[CellFault], language: str) -> bytes:
    copy = _copy(path, book)
    for each in remarks[:_MOST]:
        if each.spot.row:
            _mark(copy[each.spot.sheet or copy.sheetnames[0]], each, language)
    _list(copy, remarks, language)
    return saved(copy)


def _copy(path: Path, book: Workbook) -> Any:
    import openpyxl

    if book.form == "xlsx":
        return openpyxl.load_workbook(io.BytesIO(path.read_bytes()), keep_links=False)
    copy = openpyxl.Workbook()
    for number, row in enumerate(book.sheets[0].rows, 1):
        for place, cell in enumerate(row, 1):
            write_value(copy.active.cell(number, place), cell.text or None)
    return copy


def _mark(sheet: Any, fault: CellFault, language: str) -> None:
    from openpyxl.cell.cell import MergedCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    cell = sheet.cell(fault.spot.row, max(fault.spot.column, 1))
    if isinstance(cell, MergedCell):
        area = next(each for each in sheet.merged_cells.ranges if cell.coordinate in each)
        cell = sheet.cell(area.min_row, area.min_col)
    colour = _COLOURS[fault.is_note]
    cell.fill = PatternFill("solid", start_color=colour, end_color=colour)
    said = fault.said[language]
    before = f"{cell.comment.text}\n\n" if cell.comment else ""
    cell.comment = Comment(f"{before}{said}"[:32_000], "Samverkan", width=360, height=140)


def _list(copy: Any, remarks: Sequence[CellFault], language: str) -> None:
    """The first sheet: a line for each fault, with a link to its cell."""
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet = copy.create_sheet(_free(copy, label("faults", language)), 0)
    write_value(sheet.cell(1, 1), label("told", language))
    sheet.cell(1, 1).alignment = Alignment(wrap_text=False)
    for place, title in enumerate(label("fault columns", language).split("|"), 1):
        sheet.cell(2, place, title).font = Font(bold=True)
    for number, each in enumerate(remarks[:_MOST], 3):
        _list_one(copy, sheet, number, each, language)
    for place, width in enumerate((18, 6, 22, 80, 60), 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A3"
    copy.active = 0
    for other in copy.worksheets[1:]:
        other.sheet_view.tabSelected = False


def _list_one(copy: Any, sheet: Any, number: int, fault: CellFault, language: str) -> None:
    """The line of a fault: where it is, what is wrong, and the same as the terminal has it."""
    from openpyxl.utils import get_column_letter

    spot = fault.spot
    values = (spot.sheet, spot.row or None, spot.title, fault.said[language], fault.line(language))
    for place, value in enumerate(values, 1):
        write_value(sheet.cell(number, place), value or None)
    if spot.row and spot.sheet in copy.sheetnames:
        target = spot.sheet.replace("'", "''")
        sheet.cell(number, 2).hyperlink = f"#'{target}'!{get_column_letter(max(spot.column, 1))}{spot.row}"


def _free(copy: Any, wanted: str) -> str:
    taken = {each.casefold() for each in copy.sheetnames}
    return next(each for each in (wanted, *(f"{wanted} {n}" for n in range(2, 99))) if each.casefold() not in taken)
