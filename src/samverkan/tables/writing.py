"""Writing tables for people: a workbook of Excel, or CSV. Nothing in it is run as a formula."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from math import ceil
from typing import Any

from samverkan.errors import carried
from samverkan.tables.columns import Shown
from samverkan.tables.descriptions import ColumnDescription
from samverkan.tables.exporting import Exported
from samverkan.tables.messages import label
from samverkan.tables.workbooks import LISTS

_LEAST_WIDTH, _MOST_WIDTH = 12, 60  # characters
_FONT, _POINTS = "Calibri", 11
_LINE, _HIGHEST = 15, 409  # points: a line of the font, and the most that Excel takes
_LONG_HELP = 240  # characters that Excel shows of a message beside a cell
_SPARE_ROWS = 500  # below the last, which have the drop-downs as well
_FORMULA = re.compile(r"\s*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_SHEET_SIGNS = re.compile(r"[\[\]:*?/\\]")
_HEADER, _REQUIRED, _FAULT = "FF1F4E79", "FF7B2D26", "FFFFC7CE"


def csv_of(exported: Exported, language: str) -> bytes:
    """A table as CSV: UTF-8 with a byte order mark, as Excel wants it, and semicolons where Swedish Excel has them."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if language == "sv" else ",", lineterminator="\r\n")
    writer.writerow([*(each.title[language] for each in exported.table.columns), label("address", language)])
    for row in exported.rows:
        writer.writerow([*(_harmless(each) for each in row.cells), row.address])
    return codecs.BOM_UTF8 + out.getvalue().encode()


def _harmless(value: Shown) -> str:
    """A cell that no program takes for a formula: with an apostrophe before what looks like one."""
    text = "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
    return f"'{text}" if isinstance(value, str) and _FORMULA.match(text) else text


def workbook_of(tables: Sequence[Exported], language: str) -> bytes:
    """Tables as a workbook: a sheet for each, and a hidden one with what the drop-downs offer."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    lists = book.create_sheet(LISTS)
    lists.sheet_state = "hidden"
    for place, each in enumerate(tables):
        name = _SHEET_SIGNS.sub(" ", each.table.title[language])[:31]
        _fill(book.create_sheet(name, place), lists, each, language)
    book.active = 0
    return saved(book)


def saved(book: Any) -> bytes:
    """The bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(sheet: Any, lists: Any, exported: Exported, language: str) -> None:
    from openpyxl.utils import get_column_letter

    _write_rows(sheet, exported, language)
    for place, column in enumerate(exported.table.columns):
        width = _width(column.title[language], (row.cells[place] for row in exported.rows))
        sheet.column_dimensions[get_column_letter(place + 1)].width = width
        _offer(sheet, lists, exported, place, language)
    _fit_heights(sheet, exported)
    _keep_addresses(lists, exported)
    _lay_out(sheet, exported)


def _write_rows(sheet: Any, exported: Exported, language: str) -> None:
    """Write the headings and the rows; the address of each thing and the marks of its cells stand behind its cells."""
    columns = exported.table.columns
    titles = [*(each.title[language] for each in columns), label("address", language), label("exported", language)]
    for number, title in enumerate(titles, 1):
        _write_heading(sheet.cell(1, number, title), columns[number - 1] if number <= len(columns) else None, language)
    for number, row in enumerate(exported.rows, 2):
        for place, value in enumerate((*row.cells, row.address, row.marks), 1):
            write_value(sheet.cell(number, place), value)


def _lay_out(sheet: Any, exported: Exported) -> None:
    """Hide what is only for the import, let the headings stay in sight, and fit the sheet to paper."""
    from openpyxl.utils import get_column_letter

    width = len(exported.table.columns)
    for place in (width + 1, width + 2):
        sheet.column_dimensions[get_column_letter(place)].hidden = True
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(width)}{max(len(exported.rows) + 1, 2)}"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = "1:1"


def _write_heading(cell: Any, column: ColumnDescription | None, language: str) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Font, PatternFill

    cell.font = Font(name=_FONT, size=_POINTS, bold=True, color="FFFFFFFF")
    colour = _REQUIRED if column and column.required else _HEADER
    cell.fill = PatternFill("solid", start_color=colour, end_color=colour)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    help_text = column.help.get(language) if column else None
    if help_text:
        cell.comment = Comment(help_text, "Samverkan", width=320, height=110)


def write_value(cell: Any, value: Shown) -> None:
    """Write a value into a cell: a date as a date, a text as a text, whatever it begins with."""
    from openpyxl.styles import Alignment

    if isinstance(value, str):
        cell.value = None
        cell.value = carried(value)[:32_767]
        if cell.data_type != "s":
            cell.data_type = "s"
        if _FORMULA.match(value):
            cell.quotePrefix = True
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    else:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "yyyy-mm-dd"
        cell.alignment = Alignment(horizontal="left", vertical="top")


def _fit_heights(sheet: Any, exported: Exported) -> None:
    """Make rows as high as their texts: LibreOffice lets a text of several lines hang over the rows below it."""
    for number, row in enumerate(exported.rows, 2):
        lines = max((ceil(len(str(value)) / (_MOST_WIDTH - 6)) for value in row.cells if value is not None), default=1)
        if lines > 1:
            sheet.row_dimensions[number].height = min(lines * _LINE, _HIGHEST)


def _width(title: str, values: Iterable[Shown]) -> int:
    longest = max((min(len(str(value)), _MOST_WIDTH) for value in values if value is not None), default=0)
    return max(_LEAST_WIDTH, min(_MOST_WIDTH, max(longest, len(title) + 2) + 2))


def _keep_addresses(lists: Any, exported: Exported) -> None:
    """Write down which things a table has, so that an import knows which rows are gone."""
    _append_column(lists, (exported.table.name, *(row.address for row in exported.rows)))


def _append_column(lists: Any, texts: Iterable[str]) -> int:
    """Write texts into the first column of a sheet that is free; gives its number."""
    at: int = lists.max_column + (lists.cell(1, 1).value is not None)
    for number, text in enumerate(texts, 1):
        write_value(lists.cell(number, at), text)
    return at


def _offer(sheet: Any, lists: Any, exported: Exported, place: int, language: str) -> None:
    """A drop-down for the cells of a column; where new names are welcome, they may be written all the same."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    column, choices, letter = exported.table.columns[place], exported.choices[place], get_column_letter(place + 1)
    if not choices:
        return
    there = get_column_letter(_append_column(lists, (f"{exported.table.name}.{column.name}", *choices)))
    rule = DataValidation(
        type="list",
        formula1=f"'{LISTS}'!${there}$2:${there}${len(choices) + 1}",
        allow_blank=True,
        showErrorMessage=not (column.several or column.new or column.reads == "page"),
    )
    help_text = column.help.get(language)
    if help_text:
        rule.promptTitle, rule.prompt, rule.showInputMessage = column.title[language][:32], help_text[:_LONG_HELP], True
    sheet.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{len(exported.rows) + 1 + _SPARE_ROWS}")
