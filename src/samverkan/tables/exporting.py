"""A site as tables: a row for each thing, a cell for each column."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from samverkan.tables.columns import Shown, show
from samverkan.tables.descriptions import ColumnDescription, TableDescription
from samverkan.tables.evidence import EvidenceIndex
from samverkan.tables.facts import SiteFacts

_MOST_CHOICES = 500


@dataclass(frozen=True)
class ExportedRow:
    """A row: the short address of its thing, what its cells show, and a mark of each cell as it was exported."""

    address: str
    cells: tuple[Shown, ...]

    @property
    def marks(self) -> str:
        """The marks of all cells: by these an import sees which of them somebody has changed."""
        return " ".join(map(mark, self.cells))


@dataclass(frozen=True)
class Exported:
    """A table with all its rows, and the names that the cells of each column may be chosen from."""

    table: TableDescription
    rows: tuple[ExportedRow, ...]
    choices: tuple[tuple[str, ...], ...]


def mark(value: object) -> str:
    """A mark of what a cell shows: the same for the same, whatever program has saved it."""
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        value = value.isoformat()
    if isinstance(value, float) and value == int(value):
        value = int(value)
    text = " ".join(str(value).split()) if value is not None else ""
    return hashlib.sha256(text.encode()).hexdigest()[:6] if text else "-"


def exported(facts: SiteFacts, table: TableDescription, language: str) -> Exported:
    """A table of a site in a language."""
    evidence = EvidenceIndex(facts)
    rows = tuple(_row(facts, evidence, table, thing, language) for thing in facts.rows(table))
    return Exported(table, rows, tuple(_choices(facts, evidence, each, language) for each in table.columns))


def _row(facts: SiteFacts, evidence: EvidenceIndex, table: TableDescription, thing: str, language: str) -> ExportedRow:
    return ExportedRow(
        facts.short(thing), tuple(cell(facts, evidence, thing, each, language) for each in table.columns)
    )


def cell(facts: SiteFacts, evidence: EvidenceIndex, thing: str, column: ColumnDescription, language: str) -> Shown:
    """What a cell shows of a thing."""
    return evidence.show(thing, column, language) if column.is_source else show(facts, thing, column, language)


def _choices(facts: SiteFacts, evidence: EvidenceIndex, column: ColumnDescription, language: str) -> tuple[str, ...]:
    """The names that a cell may be chosen from, sorted; none where a cell is no choice."""
    if column.reads == "page":
        pages = facts.of_class(facts.descriptions.sources.page_class)
        return tuple(sorted(evidence.page_name(each, language) for each in pages))[:_MOST_CHOICES]
    if column.reads != "thing":
        return ()
    names = sorted({facts.shown(each, language, column) for each in facts.candidates(column)}, key=str.casefold)
    return tuple(names)[:_MOST_CHOICES]


def tables_of(facts: SiteFacts, name: str | None) -> Iterator[TableDescription]:
    """The tables to be exported: one by its name, or all that come first of their kind."""
    if name is not None:
        yield facts.descriptions.table(name)
        return
    for table in sorted(facts.descriptions.tables.values(), key=lambda each: (each.order, each.name)):
        if not table.like:
            yield table
