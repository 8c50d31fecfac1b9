"""Reading a spreadsheet: cells with their values, from a workbook of Excel (.xlsx) or from CSV, within limits.

A file may come from anybody. So it is read in a process of its own, its size is known before it is unpacked, XML that
declares anything is refused (defusedxml), and nothing in it is run or followed.
"""

from __future__ import annotations

import csv
import io
import pickle
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from samverkan.errors import UnreadableError
from samverkan.limits import FailedError, TookTooLongError, Work
from samverkan.tables import limits

Value = str | int | float | bool | date | datetime | None
_OLE, _ZIP = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PK\x03\x04"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SEPARATORS = ";,\t|"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_GUARDED = re.compile(r"'(?=[\s]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])")


@dataclass(frozen=True)
class WorkbookCell:
    """A value, and what is to be known of it: that it is an error of Excel's, a formula, or one without a value."""

    value: Value = None
    is_error: bool = False
    is_formula: bool = False

    @cached_property
    def text(self) -> str:
        """The value as a text, without space around it; a number without needless decimals."""
        value = self.value
        if value is None:
            return ""
        if isinstance(value, bool):
            return "1" if value else "0"
        if isinstance(value, float) and value == int(value):
            return str(int(value))
        if isinstance(value, datetime):
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
        return str(value).strip()


LISTS = "_listor"
"""The hidden sheet of an export: what the drop-downs offer, and which things each table had."""

EMPTY = WorkbookCell()


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, its rows from the first on, and which rows and columns are hidden, counted from 1.

    `wide_rows` are those with a cell across several columns; `stopped_at` is a row after which it was not read.
    """

    name: str
    rows: tuple[tuple[WorkbookCell, ...], ...]
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    stopped_at: int = 0
    wide_rows: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Workbook:
    """A file with its sheets but those that are hidden; the form is `xlsx` or `csv`."""

    name: str
    sheets: tuple[Sheet, ...]
    form: str
    is_1904: bool = False
    has_links: bool = False
    formulas: int = 0
    hidden_sheets: tuple[str, ...] = ()


def read_workbook(path: Path) -> Workbook:
    """Read a file; raises `UnreadableError` that says why it can't be."""
    return begin_to_read(path)()


def begin_to_read(path: Path) -> Callable[[], Workbook]:
    """Begin to read a file, in a process of its own.

    What is given back waits for the workbook. Both raise `UnreadableError` that says why it can't be read.
    """
    content = _content(path)
    read = _read_xlsx if content.startswith(_ZIP) else _read_csv
    if content.startswith(_OLE):
        raise _refused(path.name, "old")
    work = Work(limits.SECONDS, lambda: pickle.dumps(_outcome(read, path.name, content)))
    return partial(_workbook, path, work)


def _workbook(path: Path, work: Work) -> Workbook:
    try:
        found = work.result()
    except TookTooLongError:
        raise _refused(path.name, "slow", seconds=f"{limits.SECONDS:g}") from None
    except FailedError as error:
        raise _refused(path.name, "memory" if "MemoryError" in str(error) else "broken", reason=str(error)) from None
    book = pickle.loads(found)  # noqa: S301 - from our own process
    if isinstance(book, UnreadableError):
        raise book
    assert isinstance(book, Workbook)
    return book


def _outcome(read: Any, name: str, content: bytes) -> Workbook | UnreadableError:
    try:
        return read(name, content)  # type: ignore[no-any-return]
    except UnreadableError as error:
        return error
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever the library stumbles over, the workbook is what is wrong
        return _refused(name, "broken", reason=f"{type(error).__name__}: {error}"[:200])


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            content = stream.read(limits.MOST_BYTES + 1)
    except OSError as error:
        raise UnreadableError(
            f"{path.name} can't be read: {error.strerror}.",
            remedy="Check the name of the file and its permissions.",
            sv=f"{path.name} går inte att läsa ({error.strerror}). Kontrollera filens namn och rättigheter.",
        ) from None
    if len(content) > limits.MOST_BYTES:
        raise _refused(path.name, "large", most=limits.MOST_BYTES >> 20)
    return content


# ---------------------------------------------------------------- CSV


def _read_csv(name: str, content: bytes) -> Workbook:
    text = _decoded(content)
    if "\x00" in text:
        raise _refused(name, "binary")
    separator, text = _separator(text)
    csv.field_size_limit(limits.MOST_TEXT * 4)
    rows: list[tuple[WorkbookCell, ...]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            _check_size(name, len(rows) + 1, len(row))
            rows.append(
                tuple(WorkbookCell(_GUARDED.sub("", value, count=1)) if value.strip() else EMPTY for value in row)
            )
    except csv.Error as error:
        raise _refused(name, "broken", reason=str(error)) from None
    return Workbook(name, (Sheet("", _trimmed(rows)),), "csv")


def _decoded(content: bytes) -> str:
    """The text of a file: in UTF-8 or UTF-16 with a byte order mark, in UTF-8, or else in Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace").replace("\N{REPLACEMENT CHARACTER}", "")


def _separator(text: str) -> tuple[str, str]:
    """What stands between cells, and the text without a line `sep=;` that says so."""
    said = re.match(r"sep=(.)\r?\n", text)
    if said:
        return said[1], text[said.end() :]
    lines = [re.sub(r'"(?:[^"]|"")*"', "", line) for line in text.splitlines()[:20]]
    return max(_SEPARATORS, key=lambda sign: (max((line.count(sign) for line in lines), default=0), sign == ";")), text


# ---------------------------------------------------------------- xlsx


@dataclass
class _Outline:
    """What the XML of a sheet says beside the values: merged cells, what is hidden, and where formulas are."""

    merged: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    last: int = 0
    stopped_at: int = 0


def _read_xlsx(name: str, content: bytes) -> Workbook:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile as error:
        raise _refused(name, "broken", reason=str(error)) from None
    _check_archive(name, archive)
    outlines = {path: _outline(name, archive, path) for path in _sheet_paths(archive).values()}
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    paths = _sheet_paths(archive)
    titles = [title for title in book.sheetnames if title in paths]
    hidden = tuple(title for title in titles if book[title].sheet_state != "visible" and title != LISTS)
    sheets = tuple(_sheet(name, book[title], outlines[paths[title]]) for title in titles if title not in hidden)
    has_links = any(part.startswith("xl/externalLinks/") for part in archive.namelist())
    count = sum(len(each.formulas) for each in outlines.values())
    return Workbook(name, sheets, "xlsx", book.epoch.year == 1904, has_links, count, hidden)  # noqa: PLR2004 - as Excel has it


def _check_archive(name: str, archive: zipfile.ZipFile) -> None:
    """See that the parts are those of a workbook, of bearable size, without macros, and that none declares anything."""
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if "mimetype" in names:
        raise _refused(name, "other format")
    if any(part.flag_bits & 1 for part in parts):
        raise _refused(name, "locked")
    if any("vbaproject" in part.lower() or "/macrosheets/" in part.lower() for part in names):
        raise _refused(name, "macros")
    if "xl/workbook.xml" not in names:
        raise _refused(name, "no workbook")
    large = any(p.file_size > limits.RATIO_FROM and p.file_size > limits.MOST_RATIO * p.compress_size for p in parts)
    if large or len(parts) > limits.MOST_PARTS or sum(part.file_size for part in parts) > limits.MOST_UNPACKED:
        raise _refused(name, "bomb", most=limits.MOST_UNPACKED >> 20)
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            _check_xml(name, archive, part.filename)


def _check_xml(name: str, archive: zipfile.ZipFile, part: str) -> None:
    """See that a part declares nothing before its first element."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import ParseError, iterparse

    with archive.open(part) as stream:
        try:
            next(iter(iterparse(stream, events=("start",), forbid_dtd=True)), None)
        except DefusedXmlException:
            raise _refused(name, "declares", part=part) from None
        except ParseError as error:
            raise _refused(name, "broken", reason=f"{part}: {error}") from None


def _sheet_paths(archive: zipfile.ZipFile) -> Mapping[str, str]:
    """The part of each sheet, by the name of the sheet."""
    from defusedxml.ElementTree import fromstring

    relations = fromstring(archive.read("xl/_rels/workbook.xml.rels"), forbid_dtd=True)
    targets = {each.get("Id"): each.get("Target", "") for each in relations}
    found = {}
    for each in fromstring(archive.read("xl/workbook.xml"), forbid_dtd=True).iter(f"{{{_MAIN}}}sheet"):
        target = targets.get(each.get(f"{{{_RELATIONS}}}id"), "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if path in archive.namelist():
            found[each.get("name", "")] = path
    return found


def _outline(name: str, archive: zipfile.ZipFile, path: str) -> _Outline:
    """Read a sheet once without its values, up to where only blank rows follow."""
    from defusedxml.ElementTree import iterparse

    found, row = _Outline(), 0
    with archive.open(path) as stream:
        events = iterparse(stream, events=("start", "end"), forbid_dtd=True)
        _, root = next(iter(events))
        for event, element in events:
            tag = element.tag.rpartition("}")[2]
            if event == "start" and tag == "row":
                row = _row_number(element, row)
                if row - found.last > limits.MOST_BLANK_ROWS:
                    found.stopped_at = found.last
                    return found
            elif event == "end" and tag in _NOTED:
                _NOTED[tag](found, element, row)
                if tag == "row":
                    _check_size(name, found.last, len(element))
                    element.clear()
                    root.clear()
    return found


def _row_number(element: Any, before: int) -> int:
    number = element.get("r", "")
    return int(number) if number.isdecimal() else before + 1


def _note_cell(found: _Outline, element: Any, row: int) -> None:
    if not len(element):
        return
    tags = {child.tag.rpartition("}")[2] for child in element}
    found.last = max(found.last, row)
    reference = _REFERENCE.fullmatch(element.get("r", ""))
    if "f" in tags and reference:
        found.formulas.add((row, _column(reference[1])))


def _note_row(found: _Outline, element: Any, row: int) -> None:
    if element.get("hidden") in _TRUE:
        found.hidden_rows.add(row)


def _note_columns(found: _Outline, element: Any, _row: int) -> None:
    if element.get("hidden") in _TRUE:
        first, last = int(element.get("min", "1")), int(element.get("max", "1"))
        found.hidden_columns.update(range(first, min(last, limits.MOST_COLUMNS) + 1))


def _note_merged(found: _Outline, element: Any, _row: int) -> None:
    if len(found.merged) < limits.MOST_ROWS:
        found.merged.append(element.get("ref", ""))


_TRUE = frozenset({"1", "true"})
_NOTED: Mapping[str, Callable[[_Outline, Any, int], None]] = {
    "c": _note_cell,
    "row": _note_row,
    "col": _note_columns,
    "mergeCell": _note_merged,
}


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _sheet(name: str, sheet: Any, outline: _Outline) -> Sheet:
    rows: list[tuple[WorkbookCell, ...]] = []
    sheet.reset_dimensions()
    for number, row in enumerate(sheet.iter_rows(max_row=max(outline.last, 1)), 1):
        _check_size(name, number, len(row))
        rows.append(tuple(_cell(each, (number, column) in outline.formulas) for column, each in enumerate(row, 1)))
    spread = _spread(rows, outline.merged)
    return Sheet(
        sheet.title,
        _trimmed(spread),
        frozenset(outline.hidden_rows),
        frozenset(outline.hidden_columns),
        outline.stopped_at,
        frozenset(_wide(outline.merged)),
    )


def _wide(merged: Sequence[str]) -> Iterator[int]:
    """The rows with a cell across several columns."""
    for area in merged:
        corners = [found for each in area.split(":") if (found := _REFERENCE.fullmatch(each))]
        if len({found[1] for found in corners}) > 1 and len({found[2] for found in corners}) == 1:
            yield int(corners[0][2])


def _cell(each: Any, is_formula: bool) -> WorkbookCell:
    value = each.value
    if isinstance(value, str) and each.data_type == "e":
        return WorkbookCell(value, is_error=True)
    if isinstance(value, str) and not value.strip():
        value = None
    if not isinstance(value, str | int | float | bool | date | datetime | None):
        value = str(value)
    return WorkbookCell(value, is_formula=is_formula) if value is not None or is_formula else EMPTY


def _spread(rows: list[tuple[WorkbookCell, ...]], merged: Sequence[str]) -> list[tuple[WorkbookCell, ...]]:
    """Give each cell of a merged area that is one column wide the value of its first."""
    spread = [list(row) for row in rows]
    for area in merged:
        corners = [_REFERENCE.fullmatch(each) for each in area.split(":")]
        if len(corners) != 2 or not all(corners):  # noqa: PLR2004 - two corners
            continue
        first, last = ((int(each[2]), _column(each[1])) for each in corners if each)
        if first[1] != last[1] or first[0] > len(spread) or first[1] > len(spread[first[0] - 1]):
            continue
        value = spread[first[0] - 1][first[1] - 1]
        for row in spread[first[0] : last[0]]:
            row.extend([EMPTY] * (first[1] - len(row)))
            row[first[1] - 1] = value
    return [tuple(row) for row in spread]


def _trimmed(rows: Sequence[tuple[WorkbookCell, ...]]) -> tuple[tuple[WorkbookCell, ...], ...]:
    """Rows without the blank ones at their end."""
    last = max((number for number, row in enumerate(rows, 1) if any(cell is not EMPTY for cell in row)), default=0)
    return tuple(rows[:last])


def _check_size(name: str, rows: int, columns: int) -> None:
    if rows > limits.MOST_ROWS or columns > limits.MOST_COLUMNS * 60:
        raise _refused(name, "long", most=limits.MOST_ROWS)


# ---------------------------------------------------------------- refusals

_REFUSALS: Mapping[str, tuple[str, str]] = {
    "large": (
        "filen är större än {most} MB. Dela upp den, eller ta bort bilder.",
        "the file is larger than {most} MB. Divide it, or remove pictures.",
    ),
    "bomb": (
        "filen blir onormalt stor när den packas upp (högst {most} MB tillåts). Spara den på nytt, utan bilder.",
        "the file becomes abnormally large when it is unpacked (at most {most} MB are allowed). Save it again, "
        "without pictures.",
    ),
    "macros": (
        "arbetsboken har makron. Spara den som vanlig arbetsbok (.xlsx), utan makron.",
        "the workbook has macros. Save it as an ordinary workbook (.xlsx), without macros.",
    ),
    "old": (
        "det är en arbetsbok i det gamla formatet (.xls), eller en med lösenord. Spara den som .xlsx, utan lösenord.",
        "it is a workbook of the old format (.xls), or one with a password. Save it as .xlsx, without a password.",
    ),
    "locked": ("filen har ett lösenord. Spara den utan.", "the file has a password. Save it without one."),
    "other format": (
        "det är ingen arbetsbok för Excel. Spara den som .xlsx eller CSV.",
        "it is no workbook of Excel. Save it as .xlsx or CSV.",
    ),
    "no workbook": (
        "det är en packad fil, men ingen arbetsbok. Ange en .xlsx eller CSV.",
        "it is a packed file, but no workbook. Give an .xlsx or CSV.",
    ),
    "declares": (
        "delen {part} deklarerar egna tecken (DTD), vilket ingen arbetsbok behöver. Öppna filen i Excel eller "
        "LibreOffice och spara den på nytt.",
        "its part {part} declares entities of its own (DTD), which no workbook needs. Open the file in Excel or "
        "LibreOffice, and save it again.",
    ),
    "slow": (
        "det tar längre än {seconds} sekunder att läsa den. Ta bort tomma rader och formatering som inte behövs.",
        "it takes longer than {seconds} seconds to read. Remove blank rows and formatting that isn't needed.",
    ),
    "memory": ("den kräver för mycket minne. Dela upp den.", "it takes too much memory. Divide it."),
    "long": (
        "ett blad har fler än {most} rader, eller alltför många kolumner. Ta bort dem som är tomma, eller dela upp "
        "bladet.",
        "a sheet has more than {most} rows, or far too many columns. Remove those that are blank, or divide it.",
    ),
    "binary": (
        "filen är varken text eller en arbetsbok. Ange en .xlsx eller CSV.",
        "the file is neither text nor a workbook. Give an .xlsx or CSV.",
    ),
    "broken": (
        "filen är skadad ({reason}). Öppna den i Excel eller LibreOffice och spara den på nytt.",
        "the file is damaged ({reason}). Open it in Excel or LibreOffice, and save it again.",
    ),
}


def _refused(name: str, key: str, **slots: object) -> UnreadableError:
    sv, en = (text.format_map(slots) for text in _REFUSALS[key])
    return UnreadableError(f"{name}: {en}", sv=f"{name}: {sv}")
