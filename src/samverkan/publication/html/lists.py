"""The view `list`: one entry for each item, and facets with counts: the parameters that have the name of a column.

Where the head of the query has headings for columns, a facet without one filters, and is no column of the table: what
is chosen of it stands in the column that has a part of its values. Where the head says by which column the items are
called, the values of that lead to them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup
from pyoxigraph import NamedNode

from samverkan.model.paging import FIRST, SCREEN, AnswerPart
from samverkan.model.results import Answer, Table
from samverkan.publication.html import form
from samverkan.publication.html.grid import Cell, Column, Grid, empty, grid
from samverkan.publication.html.locale import Name
from samverkan.publication.html.pictures.parts import lowered, size, unlinked
from samverkan.publication.html.results import Result, View, cut, nothing, rows_said, table

if TYPE_CHECKING:
    from samverkan.model.queries import Parameter, Query
    from samverkan.publication.html.page import HtmlPage

MESSAGES: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "list-count": "{count} {what}.",
        "list-count-of": "{count} av {all} {what}.",
        "list-rows": "rader",
        "list-more": "och {count} till",
        "list-whole": "Filerna har hela listan.",
    },
    "en": {
        "list-count": "{count} {what}.",
        "list-count-of": "{count} of {all} {what}.",
        "list-rows": "rows",
        "list-more": "and {count} more",
        "list-whole": "The files have the whole list.",
    },
}

ITEM = "item"
_ROOM = 10_000  # bytes for the options or the links of one facet
_FEW_LINKS = 12
_MOST_LINKS = 60


class Form(NamedTuple):
    """How many values of one column of an item stand in a cell, whether with links, and whether the rest is folded."""

    most: int
    linked: bool = True
    folded: bool = False


_FORMS = (Form(3, folded=True), Form(2, folded=True), Form(3), Form(2), Form(2, linked=False))
"""The first with which all items fit."""
_COMMA = Markup(", ")
_SHORT = 20
"""How many characters a value has at most that stays on one line."""
_ONE_LINE = Markup('<span class="short">%s</span>')
_FOLD = Markup("%s, <details><summary><small>%s</small></summary>%s</details>")


class ListEntry(NamedTuple):
    """An item with everything that the rows about it say: its cells by column, each value once."""

    cells: Mapping[str, Mapping[str, Cell]]

    def has(self, column: str, choice: form.Choice) -> bool:
        """Whether a value is in a column; a column may hold no more than what its values are called."""
        found = self.cells.get(column, {})
        return choice.value in found or choice.text in found


class Whole(NamedTuple):
    """An answer by its items, in their order."""

    columns: tuple[Column, ...]
    entries: Mapping[str, ListEntry]


def view(page: HtmlPage, query: Query, values: Mapping[str, str], part: AnswerPart) -> View:
    """The view of a list; its form and its links have the facets with their counts."""
    listing = ListPage(page, query, values, part)
    links = tuple(listing.links()) if part.number == 1 else ()
    return View({"items": tuple(listing.items()), "links": links, "narrowed": listing.narrowed}, listing.result)


@dataclass(frozen=True)
class ListPage:
    """The page of a list with what the reader has chosen."""

    page: HtmlPage
    query: Query
    values: Mapping[str, str]
    part: AnswerPart = FIRST

    @cached_property
    def whole(self) -> Whole:
        """The answer without any choice."""
        return _whole(self.page, self.query, {})

    @cached_property
    def facets(self) -> Mapping[str, Parameter]:
        """The facets by name: parameters with a menu and a column of the same name."""
        names = {column.name for column in self.whole.columns} - {ITEM}
        own = form.own_parameters(self.query)
        return {each.name: each for each in own if each.name in names and self.page.site.menu(each)}

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns of the table that are not empty, without facets that have no heading where others have one.

        Where the items are called by a column, that has the links to them.
        """
        named, entries = self.query.columns, self.whole.entries.values()
        filled = [each for each in self.whole.columns if any(entry.cells.get(each.name) for entry in entries)]
        left_out = {*(self.facets.keys() - named.keys() if named else ())}
        left_out |= {ITEM} if self.query.called in {each.name for each in filled} - left_out else set()
        return tuple(each for each in filled if each.name not in left_out)

    @cached_property
    def chosen(self) -> Mapping[str, form.Choice]:
        """The values that are chosen of facets."""
        return {
            name: next(choice for choice in self._menu(facet) if choice.value == self.values[name])
            for name, facet in self.facets.items()
            if name in self.values
        }

    @cached_property
    def known(self) -> Whole:
        """The answer without a choice of facets: all values of each item, and what other choices would find."""
        remainder = {name: value for name, value in self.values.items() if name not in self.facets}
        return _whole(self.page, self.query, remainder)

    @cached_property
    def is_whole(self) -> bool:
        """Whether all items stand on this page, so that a script can narrow them where there is no server."""
        return not self.values and len(self.facets) > 1 and 1 < len(self.whole.entries) <= SCREEN

    @cached_property
    def narrowed(self) -> Mapping[str, str]:
        """What a script says where it narrows the list: `all` is how many rows it must find to be able to."""
        if not self.is_whole:
            return {}
        count, own = len(self.whole.entries), nothing(self.page, self.query, is_chosen=True).said
        said = self.page.translate("list-count-of", count="{count}", all=self._number(count), what=self._what)
        texts = {key: self.page.translate(f"query-{key}") for key in ("clear", "clear-all")}
        return {"all": str(count), "said": said, "none": own, "whole": self.page.translate("list-whole"), **texts}

    def _menu(self, facet: Parameter) -> tuple[form.Choice, ...]:
        return form.menu(self.page, self.query, facet)

    def items(self) -> Iterator[form.FormField]:
        """The fields of the form; the menus of facets say how many items each value has beside the other choices."""
        for item in form.items(self.page, self.query, self.values):
            facet = self.facets.get(item.name)
            options = self._options(facet) if facet else None
            if options is None or size(options) > _ROOM:
                yield item
            else:
                yield item._replace(control=form.select(item.name, self.page.translate("form-all"), options), help="")

    def _options(self, facet: Parameter) -> Markup:
        others = [(name, choice) for name, choice in self.chosen.items() if name != facet.name]
        entries = (entry for entry in self.known.entries.values() if all(entry.has(*other) for other in others))
        counts, own = _counts(facet, entries), self.chosen.get(facet.name)
        return Markup().join(
            form.option(
                self.page,
                choice,
                f"{choice.text} ({self._number(count)})",
                is_chosen=choice == own,
                data=self._option_data(facet, choice) if self.is_whole else {},
            )
            for choice in self._menu(facet)
            if (count := _count(counts, choice)) or choice == own
        )

    def _option_data(self, facet: Parameter, choice: form.Choice) -> Mapping[str, str]:
        """What a script must know of a value: the places of the items that have it among all, and how they show it.

        That is the place of the cell where it stands first, and what stands there of items of which it has it not.
        """
        import orjson

        found = {at: entry for at, entry in enumerate(self.whole.entries.values()) if entry.has(facet.name, choice)}
        column = self._column(facet.name)
        said = {
            str(at): beyond for at, entry in found.items() if (beyond := self._beyond(entry, column, facet, choice))
        }
        places = [at for at, each in enumerate(self.columns) if each.name == column]
        cell = {"cell": str(places[0])} if places else {}
        texts = {"said": orjson.dumps({at: cell.text for at, cell in said.items()}).decode()} if said else {}
        return {"rows": " ".join(map(str, found)), **cell, **texts}

    def links(self) -> Iterator[form.MenuLinks]:
        """The values of each facet as links to the pages of each alone, with how many items those have."""
        for name, facet in self.facets.items():
            counts = _counts(facet, self.whole.entries.values())
            found = [(choice, _count(counts, choice)) for choice in self._menu(facet)]
            links = [self._link(choice, count, self.chosen.get(name)) for choice, count in found if count]
            shown = tuple(links[:_MOST_LINKS])
            yield form.MenuLinks(form.label(self.page, facet), shown, len(links) > _FEW_LINKS, len(links) > _MOST_LINKS)

    def _link(self, choice: form.Choice, count: int, chosen: form.Choice | None) -> Markup:
        current = Markup(' aria-current="true"') if choice == chosen else ""
        url = self.page.page_url(choice.path)
        return Markup('<a href="%s"%s><bdi>%s</bdi></a> (%s)') % (url, current, choice.text, self._number(count))

    def _number(self, count: int) -> str:
        return self.page.locale.number(count)

    def result(self, room: int) -> Result:
        """The items that are left, each in one row."""
        found = _whole(self.page, self.query, self.values).entries
        count, all_ = len(found), len(self.whole.entries)
        if not count:
            return nothing(self.page, self.query, is_chosen=bool(all_))
        said = self._said(count, all_)
        entries = [self.known.entries.get(name, entry) for name, entry in self._here(found).items()]
        tables = (self._table(entries, form, room) for form in _FORMS)
        rows, html = next((each for each in tables if each[0] == len(entries)), self._table(entries, _FORMS[-1], room))
        return Result(said, cut(self.page, rows, len(entries)), html)

    def _said(self, count: int, all_: int) -> str:
        """How many of all items there are, called as the entry of the menu where the query lists things of a class."""
        numbers = {"count": self._number(count), "all": self._number(all_), "what": self._what}
        if count < all_:
            return self.page.translate("list-count-of", **numbers)
        return self.page.translate("list-count", **numbers) if count > 1 else rows_said(self.page, count)

    @cached_property
    def _what(self) -> str:
        """What the items are called amid a sentence: as the entry of the menu that lists them, else rows."""
        menu = self.page.context.short(self.query, self.page.language) if self.query.lists else ""
        return lowered(menu) or self.page.translate("list-rows")

    def _table(self, entries: Sequence[ListEntry], form: Form, room: int) -> tuple[int, Markup]:
        """The items that there is room for, with at most so many values in a cell."""
        shown = Grid(tuple(map(self._named, self.columns)), tuple(self._rows(entries, form)))
        return table(self.page, self.page.locale.pick(self.query.summary).text, shown, room)

    def _here(self, found: Mapping[str, ListEntry]) -> Mapping[str, ListEntry]:
        """The items of which rows are on this page of the answer."""
        page = self.page
        if self.part.limit == SCREEN:
            start = (self.part.number - 1) * SCREEN
            return dict(islice(found.items(), start, start + SCREEN))
        if page.context.page_count(self.query, page.language, self.values, self.part.limit) == 1:
            return found
        return _by_item(page, self.query, page.context.part(self.query, page.language, self.values, self.part)).entries

    def _named(self, column: Column) -> Column:
        """A column, which is called as its facet where the query has no other name for it."""
        facet = None if column.name in self.query.columns else self.facets.get(column.name)
        return column._replace(label=form.label(self.page, facet)) if facet else column

    def _rows(self, entries: Iterable[ListEntry], form: Form) -> Iterator[tuple[Cell, ...]]:
        """A row for each item, with its values; the chosen ones first."""
        wanted = {key for choice in self.chosen.values() for key in (choice.value, choice.text)}
        items = {ITEM, self.query.called}
        for entry in entries:
            yield tuple(
                self._item(entry) if column.name in items else self._cell(entry, column.name, wanted, form)
                for column in self.columns
            )

    def _cell(self, entry: ListEntry, name: str, wanted: Container[str], form: Form) -> Cell:
        """The values of an item in a column, behind what was chosen and is no column; what is missing is said."""
        chosen, own = self._chosen_beyond(entry, name), entry.cells.get(name, {})
        cell = self._joined(own, wanted, form) if own or chosen else self._empty(entry, name)
        found = cell._replace(html=Markup("<br>").join([*chosen, *([cell.html] if own or not chosen else ())]))
        return found if form.linked else found._replace(html=unlinked(found.html))

    def _empty(self, entry: ListEntry, name: str) -> Cell:
        return empty(self.page, entry.cells[ITEM], name, self.query.properties)

    def _chosen_beyond(self, entry: ListEntry, name: str) -> list[Markup]:
        """What was chosen of a facet of which a column has only a part of the values, and that part has it not."""
        chosen = ((self.facets[facet], choice) for facet, choice in self.chosen.items() if self._column(facet) == name)
        said = ((form.label(self.page, each[0]), self._beyond(entry, name, *each)) for each in chosen)
        return [Markup("<small>%s:</small> %s") % (label, cell.html) for label, cell in said if cell]

    def _beyond(self, entry: ListEntry, column: str | None, facet: Parameter, choice: form.Choice) -> Cell | None:
        """A value of a facet that an item has, where its column does not show that."""
        found = entry.cells.get(facet.name, {})
        shown = column is None or entry.cells.get(column, {}).keys() & {choice.value, choice.text}
        return None if shown else found.get(choice.value) or found.get(choice.text)

    def _column(self, facet: str) -> str | None:
        """The column that shows the values of a facet: its own, or one that has only values of it."""
        return facet if facet in self._names else self._parts.get(facet)

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(column.name for column in self.columns)

    @cached_property
    def _parts(self) -> Mapping[str, str]:
        """The column that has only values of a facet which is no column itself, by facet."""
        names = [each.name for each in self.columns if each.name not in {ITEM, self.query.called}]
        pairs = ((facet, name) for facet in self.facets if facet not in self._names for name in reversed(names))
        return {facet: name for facet, name in pairs if self._is_part(name, facet)}

    def _is_part(self, name: str, facet: str) -> bool:
        """Whether each item has in a column only what it has in another one."""
        cells = (entry.cells for entry in self.whole.entries.values())
        return all(each.get(name, {}).keys() <= each.get(facet, {}).keys() for each in cells)

    def _item(self, entry: ListEntry) -> Cell:
        """An item, called by the values of another column where the query says so and there are any."""
        (own,) = list(entry.cells[ITEM].values())[:1]
        names = [each.text for each in entry.cells.get(self.query.called, {}).values()]
        iri = own.term.value if names and isinstance(own.term, NamedNode) else ""
        return own._replace(html=_kept(self.page.link(iri, Name(", ".join(names))))) if iri else own

    def _joined(self, cells: Mapping[str, Cell], wanted: Container[str], form: Form) -> Cell:
        """The values of an item in one cell; of very many only some, and the rest in a fold where there is room."""
        every = [cells[key].html for key in sorted(cells, key=lambda key: key not in wanted)]
        if len(every) <= form.most:
            return Cell(None, "", _kept(_COMMA.join(every)))
        shown, others = every[: form.most - 1], every[form.most - 1 :]
        more = self.page.translate("list-more", count=self._number(len(others)))
        if form.folded:
            return Cell(None, "", _FOLD % (_COMMA.join(shown), more, _COMMA.join(others)))
        return Cell(None, "", _COMMA.join([*shown, Markup("<small>%s</small>") % more]))


def _kept(html: Markup) -> Markup:
    """A short value of several words, kept on one line: a long one beside it has more use for the room."""
    text = html.striptags()
    return _ONE_LINE % html if " " in text and len(text) <= _SHORT else html


def _whole(page: HtmlPage, query: Query, values: Mapping[str, str]) -> Whole:
    """The answer of a list, by item; that without any choice is kept, for every page needs it."""
    key = ("list", query.name, page.language, page.root, *sorted(values.items()))
    keep = page.context.latest if values else page.context.once
    return keep(key, lambda: _asked(page, query, values))


def _asked(page: HtmlPage, query: Query, values: Mapping[str, str]) -> Whole:
    return _by_item(page, query, page.context.answer(query, page.language, values))


def _by_item(page: HtmlPage, query: Query, answer: Answer) -> Whole:
    assert isinstance(answer, Table)
    found = grid(page, answer, query.columns, properties=query.properties)
    entries: dict[str, dict[str, dict[str, Cell]]] = {}
    for record in found.records():
        entry = entries.setdefault(_key(record[ITEM]), {})
        for name, cell in record.items():
            entry.setdefault(name, {}).setdefault(_key(cell), cell)
    return Whole(found.columns, {name: ListEntry(cells) for name, cells in entries.items()})


def _key(cell: Cell) -> str:
    return str(getattr(cell.term, "value", cell.text))


def _counts(facet: Parameter, entries: Iterable[ListEntry]) -> Counter[str]:
    """How many items have each value of a facet."""
    return Counter(key for entry in entries for key in entry.cells.get(facet.name, ()))


def _count(counts: Counter[str], choice: form.Choice) -> int:
    return counts[choice.value] or counts[choice.text]
