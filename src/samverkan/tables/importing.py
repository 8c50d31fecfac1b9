"""What a workbook changes in a site: facts that are added and taken away, what is new, what is wrong and what is gone.

Nothing is written here. Each cell is compared with what the site would show in it; where that is the same, whatever the
cell looks like, nothing changes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pyoxigraph import Literal, NamedNode

from samverkan.authoring.traces import Names
from samverkan.model.namespaces import TYPE, XSD
from samverkan.model.results import Term
from samverkan.tables import dates, limits
from samverkan.tables.columns import SEPARATOR, middles, owned, show, subject_of, valued
from samverkan.tables.descriptions import OWN, ColumnDescription, TableDescription
from samverkan.tables.evidence import EvidenceIndex
from samverkan.tables.exporting import cell as exported_cell
from samverkan.tables.exporting import mark
from samverkan.tables.facts import Fact, SiteFacts, close, same, slug
from samverkan.tables.faults import CellError, CellFault, Spot
from samverkan.tables.matching import FoundSheet, Matching, is_nothing, quoted
from samverkan.tables.messages import label, texts
from samverkan.tables.workbooks import LISTS, Workbook, WorkbookCell

LANGUAGES = ("sv", "en")
_MOST_NAMES = 4
_MOST_ALLOWED = 12
_SLIP, _SLIP_OF_A_PERSON = 0.88, 0.9  # how alike two names are where one is rather a slip than another name
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2028\u2029\ufffe\uffff]")
_PLACEHOLDER = re.compile(r"\{([a-z_#]+)\}")
_LINK = re.compile(r"https?://[^\s<>\"{}|\\^`]+\.[^\s<>\"{}|\\^`]+|https?://localhost[^\s<>\"{}|\\^`]*", re.IGNORECASE)
_MAILBOX = re.compile(r"[^@\s<>\"(),:;\[\]\\]+@[^@\s<>\"(),:;\[\]\\]+\.[^@\s<>\"(),:;\[\]\\.]+")
_BRACKETED = re.compile(r".*\(([^()\s]+/[^()\s]+)\)\s*\Z", re.DOTALL)
_MAILTO = "mailto:"
_NO_NAME = re.compile(r"[0-9]{4}|[@()\[\],;/&+]|\b(?:och|and|samt)\b", re.IGNORECASE)  # what no name of one person has
_PIECES = re.compile(r"\s*[;\n]\s*")


@dataclass(frozen=True)
class ImportOrigin:
    """Where a fact is from: a cell, the page that its row names, if it names one, and the thing of the row."""

    spot: Spot
    table: TableDescription
    page: str = ""
    heading: str = ""
    line: int = 0
    is_personal: bool = False
    row: str = ""


@dataclass
class Thing:
    """A thing that is new: its address, its table or class, what it is called, and whether all of it is personal."""

    iri: str
    table: TableDescription | None
    name: str
    spot: Spot
    is_personal: bool = False


@dataclass(frozen=True)
class Gone:
    """A thing that has no row any more."""

    table: TableDescription
    thing: str


@dataclass
class Imported:
    """All that a workbook changes, and what is to be told of it."""

    added: dict[Fact, ImportOrigin] = field(default_factory=dict)
    removed: dict[Fact, ImportOrigin] = field(default_factory=dict)
    new: dict[str, Thing] = field(default_factory=dict)
    remarks: list[CellFault] = field(default_factory=list)
    gone: list[Gone] = field(default_factory=list)
    rows: int = 0

    @property
    def faults(self) -> list[CellFault]:
        """What keeps all from being written."""
        return [each for each in self.remarks if not each.is_note]


@dataclass
class _ImportedRow:
    found: FoundSheet
    number: int
    thing: str
    is_new: bool
    is_addressed: bool


@dataclass
class _Keys:
    """Things by what tells them apart: the values of some columns, the most telling first."""

    names: tuple[tuple[str, ...], ...]
    things: dict[tuple[str, ...], list[str]] = field(default_factory=dict)
    of_thing: dict[str, list[tuple[str, ...]]] = field(default_factory=dict)

    def add(self, thing: str, part: Callable[[str], str]) -> None:
        """Take up a thing with the values of its columns."""
        self.of_thing[thing] = [(*key, *map(part, key)) for key in self.names]
        for key, whole in zip(self.names, self.of_thing[thing], strict=True):
            if all(whole[len(key) :]):
                self.things.setdefault(whole, []).append(thing)

    def find(self, part: Callable[[str], str]) -> list[str]:
        """The things with the same values, unless more telling ones differ."""
        mine = [(*key, *map(part, key)) for key in self.names]
        for place, (key, whole) in enumerate(zip(self.names, mine, strict=True)):
            found = self.things.get(whole, []) if all(whole[len(key) :]) else []
            same_things = [each for each in found if not self._differs(each, mine[:place])]
            if same_things:
                return same_things
        return []

    def has_another(self, thing: str, part: Callable[[str], str]) -> bool:
        """Whether the first key of several columns that a thing and a row both have is another in all its columns."""
        for key, whole in zip(self.names, self.of_thing.get(thing, ()), strict=False):
            pairs = list(zip(whole[len(key) :], map(part, key), strict=True))
            if len(pairs) > 1 and all(one and other for one, other in pairs):
                return all(one != other for one, other in pairs)
        return False

    def _differs(self, thing: str, mine: list[tuple[str, ...]]) -> bool:
        pairs = zip(self.names, mine, self.of_thing[thing], strict=False)
        return any(one != two and all(one[len(key) :]) and all(two[len(key) :]) for key, one, two in pairs)


def import_workbook(facts: SiteFacts, book: Workbook, table: str | None = None) -> Imported:
    """Read what a workbook says, all of it or the sheets of one table."""
    return _Import(facts, book).run(table)


class _Import:
    """An import on its way."""

    def __init__(self, facts: SiteFacts, book: Workbook) -> None:
        self.facts, self.book = facts, book
        self.evidence = EvidenceIndex(facts)
        self.out = Imported()
        self.named: dict[tuple[str, str], dict[str, str]] = {}  # what the workbook names, by table and list, and name
        self.labels: dict[str, dict[str, str]] = {}
        self.tables = facts.descriptions.tables
        self.unread: list[CellFault] = []  # why a row has no address
        self.added_of: dict[str, dict[Fact, None]] = {}  # what is added, by the thing that it is said of

    # ------------------------------------------------------------ the course of it

    def run(self, wanted: str | None) -> Imported:
        matching = Matching(self.facts.descriptions, self.book)
        sheets = sorted(matching.sheets(wanted), key=lambda each: each.table.read)
        rows = [row for found in sheets for row in self._identified(found, [*matching.rows(found)])]
        self.out.remarks[:0] = matching.remarks
        for row in rows:
            self._read(row)
        self._check_mailboxes()
        self._tell_of_book()
        seen = {row.thing for row in rows}
        for found in sheets:
            known = self._expected(found, is_wanted=wanted is not None)
            self.out.gone += [Gone(found.table, thing) for thing in known if thing not in seen]
        self.out.rows = len(rows)
        return self.out

    def _expected(self, found: FoundSheet, *, is_wanted: bool) -> list[str]:
        """The things that a sheet would have a row for: those that it was exported with, as far as they are there."""
        here = self.facts.rows(found.table)
        for sheet in self.book.sheets:
            for place, cell in enumerate(sheet.rows[0] if sheet.name == LISTS and sheet.rows else ()):
                if cell.text == found.table.name:
                    listed = {self.facts.base + row[place].text for row in sheet.rows[1:] if place < len(row)}
                    foreign = {row[place].text for row in sheet.rows[1:] if place < len(row)}
                    return [each for each in here if each in listed | foreign]
        return [*here] if found.has_exports() or is_wanted else []

    def _check_mailboxes(self) -> None:
        """See that no mailbox that is not among personal data has the name of a person, of the site or the workbook."""
        mailboxes = [
            (said[2].value.removeprefix(_MAILTO), origin)
            for said, origin in self.out.added.items()
            if isinstance(said[2], NamedNode) and said[2].value.startswith(_MAILTO) and not origin.is_personal
        ]
        names = Names(self._names_of_persons() if mailboxes else ())
        for value, origin in mailboxes:
            if names.in_text(value):
                self._fault(origin.spot, "mailbox of a person", value=value)

    def _names_of_persons(self) -> Iterator[str]:
        for table in self.tables.values():
            for thing in self.facts.rows(table) if table.personal == "always" else ():
                yield from self.facts.all_names(thing)
        yield from (each.name for each in self.out.new.values() if each.is_personal)

    def _tell_of_book(self) -> None:
        spot = Spot(self.book.name)
        if self.book.has_links:
            self._note(spot, "external")
        for each in self.book.hidden_sheets:
            self._note(spot, "hidden sheet", value=each)
        if self.book.formulas:
            self._note(spot, "formulas", count=self.book.formulas)

    # ------------------------------------------------------------ which thing a row is about

    def _identified(self, found: FoundSheet, numbers: list[int]) -> Iterator[_ImportedRow]:
        """The rows of a sheet with the things that they are about, new ones included."""
        self._check_columns(found)
        keys, taken = self._keys(found.table), dict[str, int]()
        for number in numbers:
            row = self._thing(found, number, keys)
            if row is None:
                continue
            if row.thing in taken:
                name = self.name(row.thing, "sv")
                self._fault(self._spot(found, number), "same thing", row=taken[row.thing], name=name)
                continue
            taken[row.thing] = number
            yield row

    def _check_columns(self, found: FoundSheet) -> None:
        for column in found.table.columns:
            if column.required and column.name not in found.columns and not column.default and not found.has_exports():
                spot = Spot(self.book.name, found.sheet.name, found.heading_row)
                file = f"tables/{found.table.name}.toml"
                self._fault(spot, "missing column", column=quoted(column), file=file)

    def _thing(self, found: FoundSheet, number: int, keys: _Keys) -> _ImportedRow | None:
        written = found.at(number, found.address).text
        parts = {name: self._key_in(found, number, found.table.column(name)) for key in keys.names for name in key}
        if written and not self._is_another(found, number, keys, parts):
            return self._addressed(found, number, written)
        candidates = keys.find(parts.__getitem__)
        if len(candidates) > 1:
            self._fault(self._spot(found, number), "ambiguous row", names=self._candidates(candidates))
            return None
        if candidates:
            return _ImportedRow(found, number, candidates[0], candidates[0] in self.out.new, is_addressed=False)
        iri = self._new_row(found, number)
        if iri is None:
            return None
        keys.add(iri, parts.__getitem__)
        return _ImportedRow(found, number, iri, is_new=True, is_addressed=False)

    def _is_another(self, found: FoundSheet, number: int, keys: _Keys, parts: Mapping[str, str]) -> bool:
        """Whether somebody has written another thing over the one that a row was about; that is told then."""
        thing = self.facts.base + found.at(number, found.address).text
        # A name that nothing has yet is no key, but another one all the same.
        if not keys.has_another(thing, lambda name: parts[name] or found.cell(number, name).text):
            return False
        self._note(self._spot(found, number), "another thing", name={tag: self.name(thing, tag) for tag in LANGUAGES})
        return True

    def _addressed(self, found: FoundSheet, number: int, written: str) -> _ImportedRow | None:
        """A row that says its address: of what is there, or a new one where somebody has chosen it."""
        iri = written if "://" in written else self.facts.base + written
        spot = self._spot(found, number, found.address)
        if iri in self.facts.rows(found.table):
            self._call_otherwise(found, number, iri)
            return _ImportedRow(found, number, iri, is_new=False, is_addressed=True)
        pattern = (
            re.escape(found.table.addresses[0].partition("/")[0]) if found.table.addresses[0][0] != "{" else "[a-z-]+"
        )
        if not re.fullmatch(rf"{re.escape(self.facts.base)}{pattern}/[A-Za-z0-9_-]{{1,100}}", iri):
            example = f"{found.table.addresses[0].partition('/')[0]}/exempel"
            self._fault(spot, "wrong address", value=written, table=found.table.title, example=example)
            return None
        if (found.exported and found.at(number, found.exported).text) or self.facts.said(iri) or iri in self.out.new:
            self._fault(spot, "unknown address", value=written)
            return None
        self._register(found, number, iri)
        return _ImportedRow(found, number, iri, is_new=True, is_addressed=False)

    def _keys(self, table: TableDescription) -> _Keys:
        """The things of a table by what tells them apart."""
        found = _Keys(table.keys)
        for thing in self.facts.rows(table):
            found.add(thing, lambda name, thing=thing: self._key_of(thing, table.column(name)))  # type: ignore[misc]
        return found

    def _key_of(self, thing: str, column: ColumnDescription) -> str:
        return "|".join(sorted(_key(value) for _, value in valued(self.facts, thing, column)))

    def _key_in(self, found: FoundSheet, number: int, column: ColumnDescription) -> str:
        """What a cell says, as keys have it; empty where it says nothing that can be read."""
        cell = found.cell(number, column.name)
        if not cell.text or is_nothing(cell.text):
            return ""
        try:
            values = self._values(column, cell, None)
        except CellError:
            return ""
        return "|".join(sorted(map(_key, values)))

    # ------------------------------------------------------------ what is new

    def _new_row(self, found: FoundSheet, number: int) -> str | None:
        """The address of the thing that a row adds."""
        table = found.table
        named = self._named_already(found, number)
        if named:
            return named
        spot, before = self._spot(found, number), len(self.out.remarks)
        self.unread.clear()
        iri = self._allocated(table, lambda name: self._part(found, number, name), self._row_title(found, number), spot)
        if iri:
            self._register(found, number, iri)
        elif self.unread:  # that is why there is no address
            self.out.remarks[before:] = self.unread[-1:]
        return iri

    def _named_already(self, found: FoundSheet, number: int) -> str | None:
        """A thing that another row has added by its name, which this row describes."""
        text = self._row_name(found, number)
        known = self.named.get((found.table.like or found.table.name, ""), {})
        iri = known.get(same(text)) if text else None
        return iri if iri in self.out.new and self.out.new[iri].spot.sheet != found.sheet.name else None

    def _register(self, found: FoundSheet, number: int, iri: str) -> None:
        table, name = found.table, self._row_name(found, number)
        spot = self._spot(found, number)
        self.out.new[iri] = Thing(iri, table, name or self._row_title(found, number), spot, table.personal == "always")
        for column, text in self._names_in(found, number):
            self._call(table, iri, text, column.language)

    def _call_otherwise(self, found: FoundSheet, number: int, iri: str) -> None:
        """Know what is there by a name that its row corrects, too, for other cells of the workbook may have that."""
        for _, text in self._names_in(found, number):
            if not is_nothing(text) and not self.facts.is_called(iri, text):
                self.named.setdefault((found.table.like or found.table.name, ""), {}).setdefault(same(text), iri)

    def _names_in(self, found: FoundSheet, number: int) -> Iterator[tuple[ColumnDescription, str]]:
        """What a row says that its thing is called."""
        for column in found.table.columns:
            text = found.cell(number, column.name).text
            if column.reads == "text" and not column.several and text and column.path and _names(column):
                yield column, text

    def _call(self, table: TableDescription, iri: str, text: str, language: str) -> None:
        self.named.setdefault((table.like or table.name, ""), {}).setdefault(same(text), iri)
        self.labels.setdefault(iri, {})[language] = text

    def _row_name(self, found: FoundSheet, number: int) -> str:
        for column in found.table.columns:
            if column.reads == "text" and _names(column) and found.cell(number, column.name).text:
                return found.cell(number, column.name).text
        return ""

    def _row_title(self, found: FoundSheet, number: int) -> str:
        """What a row is called where it is told of: its name, or else its first cell."""
        cells = (found.at(number, place).text for place in sorted(found.columns.values()))
        return self._row_name(found, number) or next((text for text in cells if text), "")

    def _part(self, found: FoundSheet, number: int, name: str, above: frozenset[str] = frozenset()) -> str:
        """A part of an address from a cell of a row; two columns that take each other's name by default give none."""
        if name == "#" or name in above:
            return ""
        column = found.table.column(name)
        cell = found.cell(number, name)
        if not cell.text and column.default:
            inner = _PLACEHOLDER.fullmatch(column.default)
            return self._part(found, number, inner[1], above | {name}) if inner and inner[1] != "own" else ""
        spot = self._spot(found, number, found.columns.get(name, 0))
        if not cell.text or is_nothing(cell.text):
            if column.required:
                self.unread.append(CellFault(spot, texts("required", column=quoted(column))))
            return ""
        try:
            values = self._values(column, cell, ImportOrigin(spot, found.table))
        except CellError as error:
            self.unread.append(CellFault(spot, error.said))
            return ""
        return "-".join(_ending(value) for value in values)

    def _allocated(self, table: TableDescription, part: Callable[[str], str], name: str, spot: Spot) -> str | None:
        """An address that is free, by the first pattern that gives one; a collision is told."""
        collided = ""
        for pattern in table.addresses:
            if "{#}" in pattern:
                return self.facts.base + self._opaque(pattern, spot)
            parts = {each: part(each) for each in _PLACEHOLDER.findall(pattern)}
            if not all(parts.values()):
                continue
            address = pattern.format_map(parts)
            iri = self.facts.base + address
            if self._is_free(iri):
                if collided:
                    other = self.name(self.facts.base + collided, "sv")
                    self._note(spot, "taken", address=collided, other=other, name=name or address, given=address)
                return iri
            collided = collided or address
        self._refuse_address(table, collided, name, spot)
        return None

    def _is_free(self, iri: str) -> bool:
        return not self.facts.said(iri) and iri not in self.out.new

    def _refuse_address(self, table: TableDescription, collided: str, name: str, spot: Spot) -> None:
        """Tell why there is no address: another thing has the only one, or the row says too little."""
        heading = {tag: label("address", tag) for tag in LANGUAGES}
        if collided:
            other = self.name(self.facts.base + collided, "sv")
            self._fault(spot, "collision", name=name or collided, other=other, address=collided, column=heading)
        else:
            first = next(iter(_PLACEHOLDER.findall(table.addresses[0])), "")
            missing = quoted(table.column(first)) if first != "#" else {"sv": "raden", "en": "the row"}
            self._fault(spot, "no name", column=missing, address=heading)

    def _opaque(self, pattern: str, spot: Spot) -> str:
        """An address that tells nothing of what it stands for, made from where it was first written."""
        for attempt in range(1000):
            said = f"{self.facts.settings.base} {spot.file} {spot.sheet} {spot.row} {spot.title} {attempt}"
            address = pattern.replace(
                "{#}", str(int(hashlib.sha256(said.encode()).hexdigest()[:16], 16) % 10**8).zfill(8)
            )
            iri = self.facts.base + address
            if self._is_free(iri):
                return address
        raise AssertionError(pattern)

    def _created(self, table: TableDescription, column: ColumnDescription, text: str, origin: ImportOrigin) -> str:
        """A thing that a cell adds by its name; raises `CellError` where it can't be given an address."""
        if table.personal == "always" and _NO_NAME.search(text):
            raise CellError("no person", value=text)
        iri = self._new_address(table, column, text, origin)
        here = replace(origin, is_personal=table.personal == "always")
        self.out.new[iri] = Thing(iri, table, text, origin.spot, here.is_personal)
        self._call(table, iri, text, _name_column(table).language)
        self._always(iri, table, here)
        if column.scheme:
            self._add((iri, _step(table, "list"), NamedNode(self.facts.schemes(column.scheme)[0])), here)
        self._add_names(iri, table, text, here)
        self._note(origin.spot, "new thing", name=text, address=self.facts.short(iri), table=table.title)
        return iri

    def _new_address(self, table: TableDescription, column: ColumnDescription, text: str, origin: ImportOrigin) -> str:
        """The address of a thing that a cell adds; raises `CellError` where there is none."""
        parts = {each.name: text for each in table.columns if _names(each)}

        def part(name: str) -> str:
            if name == "list":
                return _ending(NamedNode(self.facts.schemes(column.scheme)[0]))
            return slug(parts.get(name, ""))

        salted = replace(origin.spot, title=f"{origin.spot.title} {_salt(origin, text)}")
        before = len(self.out.remarks)
        iri = self._allocated(table, part, text, salted if table.personal else origin.spot)
        if iri is None:
            error = CellError("unknown", value=text, meant="")
            error.said = self.out.remarks.pop(before).said
            raise error
        return iri

    def _add_names(self, iri: str, table: TableDescription, text: str, origin: ImportOrigin) -> None:
        """Say what a new thing is called: by the column of its name, and by those that take its name by default."""
        first = _name_column(table)
        self._add((iri, first.path[0].property, Literal(text, language=first.language or None)), origin)
        for each in table.columns:
            if _PLACEHOLDER.fullmatch(each.default) and _names(each) and each is not first:
                self._add((iri, each.path[0].property, Literal(text, language=each.language or None)), origin)
                self.labels[iri][each.language] = text

    def _always(self, iri: str, table: TableDescription, origin: ImportOrigin) -> None:
        """What is said of each thing of a table."""
        for predicate, value in table.always:
            said = self.facts.own if value == OWN else value
            if said is None:
                self._fault(origin.spot, "no own")
            else:
                self._add((iri, predicate, NamedNode(said)), origin)

    # ------------------------------------------------------------ the cells of a row

    def _read(self, row: _ImportedRow) -> None:
        origin = self._origin(row)
        before = len(self.out.added) + len(self.out.removed)
        if row.is_new:
            self._always(row.thing, row.found.table, origin)
        for place, column in enumerate(row.found.table.columns):
            if not column.is_source:
                self._cell(row, column, place, origin)
        self._make_personal(row)
        if len(self.out.added) + len(self.out.removed) == before and not row.is_new:
            return

    def _make_personal(self, row: _ImportedRow) -> None:
        """See that a thing that is personal as a whole stands among personal data with all that is said of it."""
        if not row.is_new or row.found.table.personal != "whole":
            return
        if any(self.out.added[said].is_personal for said in self.added_of.get(row.thing, ())):
            self.out.new[row.thing].is_personal = True
            for said, origin in self.out.added.items():
                if said[0] == row.thing:
                    self.out.added[said] = replace(origin, is_personal=True)

    def _origin(self, row: _ImportedRow) -> ImportOrigin:
        """Where the facts of a row are from: the page that it names, or the row itself."""
        found, table = row.found, row.found.table
        by_kind = {each.reads: found.cell(row.number, each.name).text for each in table.columns if each.is_source}
        line = by_kind.get("line", "")
        page, heading = by_kind.get("page", ""), by_kind.get("heading", "")
        return ImportOrigin(
            self._spot(found, row.number),
            table,
            "" if is_nothing(page) else page,
            "" if is_nothing(heading) else heading,
            int(line) if line.isdecimal() and 0 < int(line) < limits.MOST_ROWS * 10 else 0,
            table.personal == "always",
            row.thing,
        )

    def _cell(self, row: _ImportedRow, column: ColumnDescription, place: int, origin: ImportOrigin) -> None:
        found = row.found
        cell, at = found.cell(row.number, column.name), found.columns.get(column.name, 0)
        spot = self._spot(found, row.number, at)
        here = replace(origin, spot=spot, is_personal=origin.is_personal or column.personal)
        try:
            if not row.is_new and (not at or self._is_untouched(row, column, place, cell)):
                return
            wanted = self._wanted(row, column, cell, here)
            if wanted is not None:
                self._compare(row, column, place, wanted, here)
        except CellError as error:
            self.out.remarks.append(CellFault(spot, error.said))

    def _is_untouched(self, row: _ImportedRow, column: ColumnDescription, place: int, cell: WorkbookCell) -> bool:
        """Whether a cell shows what the site has, or what it had when it was exported."""
        if cell.is_error:
            return False
        if self._marked(row, place) == mark(cell.value):
            return True
        return any(
            mark(cell.value) == mark(exported_cell(self.facts, self.evidence, row.thing, column, tag))
            for tag in LANGUAGES
        )

    def _marked(self, row: _ImportedRow, place: int) -> str | None:
        marks = row.found.at(row.number, row.found.exported).text.split()
        return marks[place] if len(marks) == len(row.found.table.columns) else None

    def _wanted(
        self, row: _ImportedRow, column: ColumnDescription, cell: WorkbookCell, origin: ImportOrigin
    ) -> list[Fact] | None:
        """The facts that a cell says; None where it says nothing of what is there."""
        text = cell.text
        if not text or is_nothing(text):
            if cell.is_formula:
                raise CellError("formula")
            if row.is_new and column.default:
                cell = WorkbookCell(self._filled(row, column))
            elif row.is_new:
                if column.required and column.name in row.found.columns:
                    raise CellError("required", column=quoted(column))
                return None
            elif not row.is_addressed:
                return None
            elif column.required:
                raise CellError("required", column=quoted(column))
            else:
                return []
        return self._facts(row.thing, column, cell, origin, is_new=row.is_new) if cell.text else None

    def _filled(self, row: _ImportedRow, column: ColumnDescription) -> str:
        """The default of a column, with names and other cells filled in; empty where one of them is."""
        parts = {name: self._slot(row, name, column.language) for name in _PLACEHOLDER.findall(column.default)}
        if not all(parts.values()):
            return ""
        text = _PLACEHOLDER.sub(lambda match: parts[match[1]], column.default)
        if _names(column) and row.thing in self.out.new:
            self.labels.setdefault(row.thing, {})[column.language] = text
            self.out.new[row.thing].name = text
        return text

    def _slot(self, row: _ImportedRow, name: str, language: str) -> str:
        if name == "own":
            return self.name(self.facts.own, language) if self.facts.own else ""
        column = row.found.table.column(name)
        if column.reads != "thing":
            return row.found.cell(row.number, name).text
        steps = {step.property for step in column.path}
        things = [said[2] for said in self.added_of.get(row.thing, ()) if said[1] in steps]
        names = [
            self.name(each.value, language)
            for each in things
            if isinstance(each, NamedNode) and each.value != self.facts.own
        ]
        return (" och " if language == "sv" else " and ").join(names)

    def _compare(
        self, row: _ImportedRow, column: ColumnDescription, place: int, wanted: list[Fact], origin: ImportOrigin
    ) -> None:
        """Add what a cell says and the site does not, and take away what the site says and the cell does not."""
        current = [] if row.is_new else owned(self.facts, row.thing, column)
        added = [said for said in dict.fromkeys(wanted) if said not in current]
        removed = [said for said in current if said not in wanted]
        if not added and not removed:
            return
        marked = self._marked(row, place)
        if marked is not None and not row.is_new:
            now = {mark(exported_cell(self.facts, self.evidence, row.thing, column, tag)) for tag in LANGUAGES}
            if marked not in now:
                shown = {tag: str(show(self.facts, row.thing, column, tag) or "") for tag in LANGUAGES}
                raise CellError("changed since", now=shown)
        for said in added:
            self._add(said, origin)
        for said in removed:
            self.out.removed[said] = origin

    def _add(self, said: Fact, origin: ImportOrigin) -> None:
        if not any(said[2] == value for value in self.facts.values(said[0], said[1])):
            self.out.added.setdefault(said, origin)
            self.added_of.setdefault(said[0], {})[said] = None

    # ------------------------------------------------------------ what a cell says

    def _facts(
        self, thing: str, column: ColumnDescription, cell: WorkbookCell, origin: ImportOrigin, *, is_new: bool
    ) -> list[Fact]:
        word = next((each for each in column.words if _is_word(cell.text, each.texts)), None)
        if word:
            return [(thing, predicate, NamedNode(value)) for predicate, value in word.says]
        values = self._values(column, cell, origin)
        about = self._middle(thing, column, origin, is_new=is_new) if len(column.path) > 1 else thing
        step = column.path[-1]
        known = {
            said[2] if not s.is_inverse else NamedNode(said[0]): said
            for s in column.also
            for said, _ in ([] if is_new else self.facts.by_step(thing, s))
        }
        found = [known.get(value) or subject_of(about, step, value) for value in values]
        if column.reads == "date":
            found += self._bounds(thing, column, cell)
        return [*found, *((thing, predicate, NamedNode(value)) for predicate, value in column.says)]

    def _bounds(self, thing: str, column: ColumnDescription, cell: WorkbookCell) -> Iterator[Fact]:
        """The first and the last day that a date may be, and how precise it is."""
        dated = dates.read_date(cell.value, is_1904=self.book.is_1904)
        if column.not_before and not (column.rough_only and dated.precision == "day"):
            for predicate, day in ((column.not_before, dated.first), (column.not_after, dated.last)):
                yield thing, predicate, Literal(day.isoformat(), datatype=NamedNode(f"{XSD}date"))
        if column.precision:
            yield thing, column.precision, NamedNode(column.precisions + dated.precision)

    def _middle(self, thing: str, column: ColumnDescription, origin: ImportOrigin, *, is_new: bool) -> str:
        """The thing between a row's thing and a value, which is added where there is none."""
        known = [] if is_new else middles(self.facts, thing, column)
        if len(known) > 1:
            names = ", ".join(self.facts.short(each) for each in known)
            table = next((each for each in self.tables.values() if column.via in each.classes), origin.table)
            raise CellError("several middles", name=self.name(thing, "sv"), names=names, table=table.title)
        if known:
            return known[0]
        iri = self.facts.base + column.via_address.replace("{row}", _ending(NamedNode(thing)))
        if iri not in self.out.new:
            self.out.new[iri] = Thing(iri, None, self.facts.short(iri), origin.spot)
            self._add((iri, TYPE.value, NamedNode(column.via)), origin)
            self._add(subject_of(thing, column.path[0], NamedNode(iri)), origin)
        return iri

    def _values(self, column: ColumnDescription, cell: WorkbookCell, origin: ImportOrigin | None) -> list[Term]:
        """The values of a cell; raises `CellError`. Without an origin nothing new is made."""
        self._check_cell(cell)
        if column.reads == "date":
            dated = dates.read_date(cell.value, is_1904=self.book.is_1904)
            return [Literal(dated.text, datatype=NamedNode(dated.datatype))]
        if column.reads == "thing":
            return self._things(column, cell.text, origin)
        pieces = (
            [each for each in _PIECES.split(cell.text) if each] if column.several else [" ".join(cell.text.split())]
        )
        return [self._single(column, each, cell) for each in pieces]

    @staticmethod
    def _check_cell(cell: WorkbookCell) -> None:
        if cell.is_error:
            raise CellError("error cell", value=cell.text)
        odd = _CONTROL.search(cell.text)
        if odd:
            raise CellError("control", code=f"{ord(odd[0]):04X}")
        if len(cell.text) > limits.MOST_TEXT:
            raise CellError("too long", count=len(cell.text), most=limits.MOST_TEXT)

    def _single(self, column: ColumnDescription, text: str, cell: WorkbookCell) -> Term:
        if column.reads == "period":
            value = cell.value if isinstance(cell.value, int | float) else text
            return Literal(dates.read_period(value, column.unit), datatype=NamedNode(dates.DURATION))
        if column.reads == "number":
            if not re.fullmatch(r"[0-9]{1,12}", text):
                raise CellError("number", value=text)
            return Literal(int(text))
        if column.reads == "link":
            found = column.values.get(same(text)) or column.values.get(text.casefold()) or text
            found = f"https://{found}" if found.casefold().startswith("www.") else found
            if not _LINK.fullmatch(found):
                raise CellError("link", value=text)
            return NamedNode(found)
        if column.reads == "mailbox":
            found = text.removeprefix(_MAILTO)
            if not _MAILBOX.fullmatch(found):
                raise CellError("mailbox", value=text)
            return NamedNode(f"{_MAILTO}{found}")
        return Literal(text, language=column.language) if column.language else Literal(text)

    # ------------------------------------------------------------ names of things

    def _things(self, column: ColumnDescription, text: str, origin: ImportOrigin | None) -> list[Term]:
        """The things that a cell names; raises `CellError` that says what may have been meant."""
        whole = self._known(column, text)
        names = [text] if whole else [each for each in _PIECES.split(text) if each]
        found: dict[str, None] = {}
        for name in names:
            for part in self._parted(column, name):
                found[self._resolved(column, part, origin)] = None
        if len(found) > 1 and not column.several:
            called = SEPARATOR.join(self.name(each, "sv") for each in found)
            raise CellError("only one", count=len(found), names=called)
        return [NamedNode(each) for each in found]

    def _parted(self, column: ColumnDescription, name: str) -> list[str]:
        """A name, or the names between commas in it where it is none as a whole and they are."""
        if self._known(column, name):
            return [name]
        for pattern in (r"\s*,\s*", r"\s*,\s*|\s+(?:och|and|samt|&)\s+|\s*/\s*"):
            parts = [each for each in re.split(pattern, name) if each]
            known = sum(bool(self._known(column, each)) for each in parts)
            if len(parts) > 1 and (known == len(parts) or (known and not column.new)):
                return parts
        return [name]

    def _known(self, column: ColumnDescription, text: str) -> list[str]:
        """The things that a name stands for."""
        own = column.values.get(" ".join(text.casefold().split())) or column.values.get(same(text))
        text = own or text
        name = same(text)
        names = [*self.facts.names(column).get(name, ())]
        here = self.named.get((column.of, ""), {}).get(name)
        if here and self._is_in(column, here):
            names.append(here)
        if names:
            return list(dict.fromkeys(names))
        bracketed = _BRACKETED.fullmatch(text)
        for address in (text.strip(), *((bracketed[1],) if bracketed else ())):
            iri = address if "://" in address else self.facts.base + address
            if "/" in address and " " not in address and (iri in self.facts.candidates(column) or iri in self.out.new):
                return [iri]
        return []

    def _is_in(self, column: ColumnDescription, new: str) -> bool:
        """Whether something that the workbook names is in the list that a column takes its values from."""
        if new not in self.out.new:
            return new in self.facts.candidates(column)
        if not column.scheme:
            return True
        schemes = {*self.facts.schemes(column.scheme)}
        listed = [said[2].value for said in self.added_of.get(new, ()) if isinstance(said[2], NamedNode)]
        return not listed or bool(schemes & {*listed}) or not any("scheme" in each for each in listed)

    def _resolved(self, column: ColumnDescription, name: str, origin: ImportOrigin | None) -> str:
        things = self._known(column, name)
        if len(things) == 1:
            return things[0]
        if things:
            raise CellError("ambiguous", value=name, names=self._candidates(things))
        if origin is None:
            raise CellError("unknown", value=name, meant="")
        meant = self._meant(column, name)
        if column.new and (not meant or not self._is_likely(column, name, meant)):
            return self._created(self.tables[column.of], column, name, origin)
        raise CellError("unknown", value=name, meant=self._suggested(column, meant))

    def _meant(self, column: ColumnDescription, name: str) -> list[str]:
        """The things that somebody may have meant by a name."""
        known = self.facts.names(column)
        found = [known[each][0] for each in close(name, known)]
        return list(dict.fromkeys(found))

    def _is_likely(self, column: ColumnDescription, name: str, meant: list[str]) -> bool:
        """Whether a name is so like a known one that it is rather a slip than something new."""
        import difflib

        if self.tables[column.of].personal:
            return any(
                difflib.SequenceMatcher(None, same(name), same(each)).ratio() > _SLIP_OF_A_PERSON
                for thing in meant
                for each in self.facts.all_names(thing)
            )
        return any(
            _letters(name) != _letters(each)
            and difflib.SequenceMatcher(None, _letters(name), _letters(each)).ratio() > _SLIP
            for thing in meant
            for each in self.facts.all_names(thing)
        )

    def _suggested(self, column: ColumnDescription, meant: list[str]) -> Mapping[str, str]:
        """Which names somebody may choose instead: what is like it, and all that there is, if that is little."""
        known = self.facts.candidates(column)
        if meant:
            listed = self._listed(column, known) if len(known) <= _MOST_ALLOWED else dict.fromkeys(LANGUAGES, "")
            return {tag: f"{self._asked(column, meant)[tag]} {listed[tag]}".strip() for tag in LANGUAGES}
        return self._listed(column, known)

    def _asked(self, column: ColumnDescription, meant: list[str]) -> Mapping[str, str]:
        names = {
            tag: (" eller " if tag == "sv" else " or ").join(self.facts.shown(each, tag, column) for each in meant)
            for tag in LANGUAGES
        }
        return texts("meant", names=names)

    def _listed(self, column: ColumnDescription, known: Sequence[str]) -> Mapping[str, str]:
        table = self.tables[column.of].title
        if not known:
            return texts("nothing allowed", table=table)
        some = {
            tag: ", ".join(self.facts.shown(each, tag, column) for each in known[:_MOST_ALLOWED])
            + (" …" if len(known) > _MOST_ALLOWED else "")
            for tag in LANGUAGES
        }
        return texts("allowed", names=some, table=table)

    def name(self, thing: str | None, language: str) -> str:
        """What a thing is called, new ones included."""
        new = self.labels.get(thing or "", {})
        if new:
            return new.get(language) or next(iter(new.values()))
        if thing in self.out.new:
            return self.out.new[thing].name
        return self.facts.label(thing or "", language)

    def _candidates(self, things: list[str]) -> str:
        """The first of several things, with their addresses, for names do not tell them apart."""
        return ", ".join(f"{self.name(each, 'sv')} ({self.facts.short(each)})" for each in things[:_MOST_NAMES])

    # ------------------------------------------------------------ telling

    def _spot(self, found: FoundSheet, row: int, column: int = 0) -> Spot:
        return Spot(self.book.name, found.sheet.name, row, column, found.titles.get(column, ""))

    def _fault(self, spot: Spot, key: str, **slots: object) -> None:
        self.out.remarks.append(CellFault(spot, texts(key, **slots)))

    def _note(self, spot: Spot, key: str, **slots: object) -> None:
        self.out.remarks.append(CellFault(spot, texts(key, **slots), is_note=True))


def _key(value: Term) -> str:
    return same(value.value) if isinstance(value, Literal) else str(value)


def _ending(value: Term) -> str:
    """The end of an address, or a text as a part of one."""
    return re.split("[/#]", value.value)[-1] if isinstance(value, NamedNode) else slug(value.value)  # type: ignore[union-attr]


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", same(text))


def _salt(origin: ImportOrigin, text: str) -> str:
    """What tells new things of one cell apart, and nothing of what they are called: their place."""
    place = [each for each in _PIECES.split(text) if each]
    return f"{origin.spot.column} {len(place)}"


def _step(table: TableDescription, name: str) -> str:
    return table.column(name).path[0].property


def _names(column: ColumnDescription) -> bool:
    """Whether a column is what its things are called."""
    return column.name.startswith("name")


def _name_column(table: TableDescription) -> ColumnDescription:
    return next(each for each in table.columns if _names(each))


def _is_word(text: str, words: tuple[str, ...]) -> bool:
    from samverkan.tables.descriptions import plain

    bare = plain(text)
    return bare in words or any(
        re.fullmatch(rf"(?:löper |gäller |valid )?{re.escape(word)}\b.{{0,3}}", bare) for word in words
    )
