"""The answer of a query as people read it: columns with names, cells with text and links."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from samverkan.model.language_tags import matches
from samverkan.model.results import Table, Term
from samverkan.publication.html.locale import Name

if TYPE_CHECKING:
    from samverkan.model.queries import Texts
    from samverkan.publication.html.page import HtmlPage

_LABEL = "Label"
_MOST_VALUES = 20  # in a cell
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_+")


class Column(NamedTuple):
    """A column: the variable of the query, and what it is called in the language of the page."""

    name: str
    label: str


class Cell(NamedTuple):
    """A value: the RDF term (None where there is none), what a person reads, and the same as HTML."""

    term: Term | None
    text: str
    html: Markup


@dataclass(frozen=True)
class Grid:
    """The answer of a query in one language; each row has as many cells as there are columns."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def records(self) -> list[dict[str, Cell]]:
        """The rows by the names of their columns; cells without a value are left out."""
        names = [column.name for column in self.columns]
        return [
            {name: cell for name, cell in zip(names, row, strict=True) if cell.term is not None} for row in self.rows
        ]


def grid(
    page: HtmlPage,
    table: Table,
    names: Mapping[str, Texts],
    most: int | None = None,
    properties: Mapping[str, str] = MappingProxyType({}),
) -> Grid:
    """The answer of a SELECT query in the language of a page.

    `names` are what people call the columns, and `properties` of what those have the values. A column `x` and what it
    is called, `xLabel`, become one; so do the first column and a plain `label`. `most` is how many rows are wanted.
    """
    merged = _merged(table.variables)
    columns = tuple(Column(name, _called(page, name, names)) for name, _, _ in merged)
    rows = (tuple(_cell(page, row, value, label) for _, value, label in merged) for row in table.rows[:most])
    return Grid(columns, tuple(_explained(page, columns, properties, row) for row in rows))


def _explained(
    page: HtmlPage, columns: Sequence[Column], properties: Mapping[str, str], row: tuple[Cell, ...]
) -> tuple[Cell, ...]:
    """A row in which empty cells say what is not given of the things of the row."""
    if _EMPTY not in row:
        return row
    things = [cell.term.value for cell in row if isinstance(cell.term, NamedNode)]
    gaps = (empty(page, things, column.name, properties) for column in columns)
    return tuple(gap if cell is _EMPTY else cell for cell, gap in zip(row, gaps, strict=True))


def empty(page: HtmlPage, things: Iterable[str], column: str, properties: Mapping[str, str]) -> Cell:
    """A cell without a value, which leads to the note that says why one of some things has none.

    Without a note it says that none is given where the query says of which property it would be.
    """
    wanted = properties.get(column, page.site.settings.ontology + column)
    notes = (note for thing in things for note in page.context.origins.notes(thing))
    why = next((note.iri for note in notes if note.is_missing and note.property == wanted), None)
    said = page.translate("no-value")
    name = page.link(why, Name(said)) if why else said
    return Cell(None, said, Markup('<small class="none">%s</small>') % name) if why or column in properties else _EMPTY


def together(found: Grid, key: Collection[str], more: Callable[[int], str]) -> Grid:
    """An answer with one row for each combination of what stands in the columns of a key, in their order.

    Every other cell has each of its values once; of very many some, and `more` says how many others there are. Columns
    that are empty in all rows are left out.
    """
    places = [place for place, column in enumerate(found.columns) if column.name in key]
    groups: dict[tuple[Term | None, ...], list[tuple[Cell, ...]]] = {}
    for row in found.rows:
        groups.setdefault(tuple(row[place].term for place in places), []).append(row)
    rows = tuple(tuple(_several(cells, more) for cells in zip(*group, strict=True)) for group in groups.values())
    return filled(Grid(found.columns, rows))


def filled(found: Grid) -> Grid:
    """An answer without columns that are empty in all rows."""
    return _some(found, lambda place: any(row[place].text for row in found.rows))


def valued(found: Grid) -> Grid:
    """An answer without columns that have no value in any row, even where notes say why."""
    return _some(found, lambda place: any(row[place].term is not None for row in found.rows))


def _some(found: Grid, is_kept: Callable[[int], object]) -> Grid:
    """Some columns of an answer, chosen by their places."""
    kept = [place for place in range(len(found.columns)) if is_kept(place)]
    rows = tuple(tuple(row[place] for place in kept) for row in found.rows)
    return Grid(tuple(found.columns[place] for place in kept), rows)


def varying(found: Grid) -> tuple[list[tuple[Column, Cell]], Grid]:
    """The columns of an answer that say the same in each of its rows, each with that, and the answer without them."""
    columns = list(zip(found.columns, zip(*found.rows, strict=True), strict=True)) if len(found.rows) > 1 else []
    same = {column.name: (column, cells[0]) for column, cells in columns if len({cell.html for cell in cells}) == 1}
    return [*same.values()], _some(found, lambda place: found.columns[place].name not in same)


def without_echoes(found: Grid) -> Grid:
    """An answer without columns of plain texts that say in every row only what the column before calls its thing."""
    columns = list(zip(*found.rows, strict=True))
    return _some(found, lambda place: columns and not (place and _is_echo(columns[place - 1], columns[place])))


def _is_echo(things: Sequence[Cell], texts: Sequence[Cell]) -> bool:
    """Whether texts are what some things are called, row for row."""
    are_things = all(isinstance(cell.term, NamedNode) for cell in things if cell.term is not None)
    are_texts = all(isinstance(cell.term, Literal) for cell in texts if cell.term is not None)
    names, called = ([cell.text for cell in cells if cell.term is not None] for cells in (texts, things))
    are_with = [cell.term is None for cell in texts] == [cell.term is None for cell in things]
    return are_things and are_texts and any(names) and are_with and names == called


def _several(cells: Sequence[Cell], more: Callable[[int], str]) -> Cell:
    """One cell with each value of some, once."""
    found = list({cell.html: cell for cell in cells if cell.term is not None}.values())
    if len(found) < 2:  # noqa: PLR2004 - one, or none
        return found[0] if found else _EMPTY
    if len(found) > _MOST_VALUES:
        said = more(len(found) - _MOST_VALUES + 1)
        found[_MOST_VALUES - 1 :] = [Cell(None, said, Markup("<small>%s</small>") % said)]
    return Cell(None, ", ".join(cell.text for cell in found), Markup(", ").join(cell.html for cell in found))


def _merged(variables: Sequence[str]) -> list[tuple[str, int, int | None]]:
    """Each column for people: its name, and where its value and its label stand; a plain `label` is the first one's."""
    labels = {name: place for place, name in enumerate(variables)}
    if len(variables) > 1 and variables[0] + _LABEL not in labels and "label" in labels:
        labels[variables[0] + _LABEL] = labels.pop("label")
    taken = {labels[name + _LABEL] for name in variables if name + _LABEL in labels}
    found = [(name, place) for place, name in enumerate(variables) if place not in taken]
    return [(name.removesuffix(_LABEL) or name, place, labels.get(name + _LABEL)) for name, place in found]


def _called(page: HtmlPage, name: str, names: Mapping[str, Texts]) -> str:
    texts = names.get(name) or names.get(name + _LABEL)
    if texts:
        return page.locale.pick(texts).text
    words = _WORDS.sub(" ", name).lower()
    return words[:1].upper() + words[1:]


def _cell(page: HtmlPage, row: Sequence[Term | None], value: int, label: int | None) -> Cell:
    term, called = row[value], row[label] if label is not None else None
    if term is None:
        return Cell(called, page.text(called), page.value(called)) if called is not None else _EMPTY
    if called is not None and isinstance(term, NamedNode):
        name = Name(page.text(called), _other_language(page, called))
        return Cell(term, name.text, page.link(term.value, name))
    shown = term if called is None else called
    return Cell(term, page.text(shown), page.value(shown))


def _other_language(page: HtmlPage, term: Term) -> str | None:
    """The language of a text that is in another one than its page."""
    language = term.language if isinstance(term, Literal) else None
    return language if language and not matches(language, page.language) else None


_EMPTY = Cell(None, "", Markup())
