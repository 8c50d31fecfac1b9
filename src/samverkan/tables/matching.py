"""Finding the table in a sheet: which table it is, where its headings stand, and which rows are its rows."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from samverkan.tables.descriptions import ColumnDescription, Descriptions, TableDescription, named, plain
from samverkan.tables.faults import CellFault, Spot
from samverkan.tables.messages import LABELS, texts
from samverkan.tables.workbooks import EMPTY, LISTS, Sheet, Workbook, WorkbookCell

_HEADING_ROWS = 40
_LEAST_HEADINGS = 2
_TOTAL = re.compile(
    r"(?:summa|total|totalt|totalsumma|delsumma|antal|medel|sum|subtotal|grand total|count)\b"
    r"[\s:.\d]*(?:rader|st|rows)?[\s:.\d]*|antal \w+\s?:?[\s\d]*",
    re.IGNORECASE,
)
_NOTHING = frozenset(
    {
        "-",
        "–",
        "—",
        "?",
        "okänt",
        "okänd",
        "saknas",
        "n/a",
        "na",
        "uppgift saknas",
        "ej angivet",
        "unknown",
        "none",
        "ej aktuellt",
        "x",
        "n.n.",
        "nn",
        "vakant",
        "vacant",
    }
)


@dataclass(frozen=True)
class FoundSheet:
    """A sheet of a table: the row of its headings, and its columns by their places, all counted from 1."""

    sheet: Sheet
    table: TableDescription
    heading_row: int
    columns: Mapping[str, int]
    titles: Mapping[int, str]
    address: int = 0
    exported: int = 0

    def cell(self, row: int, name: str) -> WorkbookCell:
        """The cell of a column in a row; an empty one where there is none."""
        return self.at(row, self.columns.get(name, 0))

    def at(self, row: int, place: int) -> WorkbookCell:
        """The cell at a place of a row; an empty one where there is none."""
        cells = self.sheet.rows[row - 1]
        return cells[place - 1] if 0 < place <= len(cells) else EMPTY

    def has_exports(self) -> bool:
        """Whether a row says which thing it is about, as exported ones do."""
        rows = range(self.heading_row + 1, len(self.sheet.rows) + 1)
        return bool(self.address) and any(self.at(row, self.address).text for row in rows)


@dataclass
class Matching:
    """The search for tables in a workbook; what is worth telling is put into `remarks`."""

    descriptions: Descriptions
    book: Workbook
    remarks: list[CellFault] = field(default_factory=list)

    def sheets(self, wanted: str | None) -> Iterator[FoundSheet]:
        """The sheets of tables, or those of one table by its name."""
        tables = [self.descriptions.table(wanted)] if wanted else [*self.descriptions.tables.values()]
        for sheet in (each for each in self.book.sheets if each.name != LISTS):
            found = self._found(
                sheet,
                tables,
                is_wanted=wanted is not None
                and len(self.book.sheets) - any(each.name == LISTS for each in self.book.sheets) == 1,
            )
            if found:
                self._tell(found)
                yield found
            elif sheet.rows:
                self._note(Spot(self.book.name, sheet.name), "other sheet", value=sheet.name)

    def _found(self, sheet: Sheet, tables: Sequence[TableDescription], *, is_wanted: bool) -> FoundSheet | None:
        by_name = {each.name for each in named(tables, sheet.name)} if sheet.name else set()
        best, most = None, 0.0
        for table in tables:
            for number, row in enumerate(sheet.rows[:_HEADING_ROWS], 1):
                places = [table.headings.get(plain(cell.text)) for cell in row if cell.text]
                known = len({each.name for each in places if each})
                score = known + (0.6 if table.name in by_name else 0) + (0.3 if table.like else 0)
                is_enough = known >= _LEAST_HEADINGS or (known and (is_wanted or table.name in by_name))
                if is_enough and score > most:
                    best, most = self._of(sheet, table, number, row), score
        return best

    def _of(self, sheet: Sheet, table: TableDescription, number: int, row: Sequence[WorkbookCell]) -> FoundSheet:
        columns: dict[str, int] = {}
        titles: dict[int, str] = {}
        special = {"address": 0, "exported": 0}
        for place, cell in enumerate(row, 1):
            text = plain(cell.text)
            titles[place] = " ".join(cell.text.split())
            column = table.headings.get(text)
            known = next((key for key in special if text in {plain(each) for each in LABELS[key]}), None)
            if known:
                special[known] = place
            elif column and column.name not in columns:
                columns[column.name] = place
        return FoundSheet(sheet, table, number, columns, titles, **special)

    def _tell(self, found: FoundSheet) -> None:
        """Tell of columns that are not known, or there twice, and of what is hidden."""
        for place, title in found.titles.items():
            spot = Spot(self.book.name, found.sheet.name, found.heading_row, place, title)
            column = found.table.headings.get(plain(title))
            is_known = column or place in {found.address, found.exported} or plain(title) in found.table.ignored
            if title and not is_known:
                self._note(
                    spot, "unknown column", value=title, table=found.table.title, meant=_meant(title, found.table)
                )
            elif column and found.columns[column.name] != place:
                first = found.titles[found.columns[column.name]]
                said = texts("twice", column=_quoted(column), first=first, second=title)
                self.remarks.append(CellFault(spot, said))
            elif column and place in found.sheet.hidden_columns:
                self._note(spot, "hidden column")
        if found.sheet.stopped_at:
            from samverkan.tables.limits import MOST_BLANK_ROWS

            spot = Spot(self.book.name, found.sheet.name)
            self._note(spot, "blank rows", row=found.sheet.stopped_at, most=MOST_BLANK_ROWS)

    def rows(self, found: FoundSheet) -> Iterator[int]:
        """The rows that hold something: without blank ones, totals and repeated headings."""
        places = [*found.columns.values(), found.address]
        for number in range(found.heading_row + 1, len(found.sheet.rows) + 1):
            texts_ = [found.at(number, place).text for place in places if place]
            if not any(texts_):
                continue
            if self._is_total(found, number):
                self._note(Spot(self.book.name, found.sheet.name, number), "total row")
            elif self._is_group(found, number):
                self._note(Spot(self.book.name, found.sheet.name, number), "group row")
            elif not all(
                plain(text) == plain(found.titles[place]) for text, place in zip(texts_, places, strict=False) if text
            ):
                if number in found.sheet.hidden_rows:
                    self._note(Spot(self.book.name, found.sheet.name, number), "hidden row")
                yield number

    def _is_total(self, found: FoundSheet, number: int) -> bool:
        """Whether a row sums others up: its first text says so, and all else in it are numbers and formulas."""
        cells = [cell for cell in found.sheet.rows[number - 1] if cell.text]
        words = [cell.text for cell in cells if not isinstance(cell.value, int | float) and not cell.is_formula]
        words = [each for each in words if not re.fullmatch(r"[\d\s.,]+", each)]
        return len(words) == 1 and cells[0].text == words[0] and bool(_TOTAL.fullmatch(words[0].strip()))

    def _is_group(self, found: FoundSheet, number: int) -> bool:
        """Whether a row is a heading of those below it: one text, across several columns."""
        texts_ = [cell.text for cell in found.sheet.rows[number - 1] if cell.text]
        return number in found.sheet.wide_rows and len(texts_) == 1

    def _note(self, spot: Spot, key: str, **slots: object) -> None:
        self.remarks.append(CellFault(spot, texts(key, **slots), is_note=True))


def is_nothing(text: str) -> bool:
    """Whether a text says that there is no value."""
    return text.casefold() in _NOTHING


def _meant(title: str, table: TableDescription) -> Mapping[str, str]:
    close = difflib.get_close_matches(plain(title), list(table.headings), n=1, cutoff=0.75)
    if not close:
        return {"sv": "", "en": ""}
    column = table.headings[close[0]]
    return {"sv": f" Menade du ”{column.title['sv']}”?", "en": f" Did you mean “{column.title['en']}”?"}


def _quoted(column: ColumnDescription) -> Mapping[str, str]:
    return {"sv": f"”{column.title['sv']}”", "en": f"“{column.title['en']}”"}


quoted = _quoted
