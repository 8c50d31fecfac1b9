"""What stands in the box at the top of the page about a thing: its most important facts, and what others have.

The facts are the answers of the queries with `view: summary`, each about the things in its column `item`. What others
have is read out of the queries with `view: matrix`, on the page of a thing that is one of their columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from pyoxigraph import NamedNode

from samverkan.model.results import Table, Term

if TYPE_CHECKING:
    from samverkan.model.queries import Query
    from samverkan.site.checked_site import CheckedSite

ITEM = "item"

_WAY = "through"
_ORDER = "order"
_UNSHOWN = frozenset({ITEM, _WAY, _ORDER})

_Links: TypeAlias = Mapping[str, Mapping[str, None]]
_Ways: TypeAlias = Mapping[tuple[str, str], tuple[str, ...]]
_Details: TypeAlias = dict[str, dict[Term, None]]
_Columns: TypeAlias = dict[str, dict[Term, _Details]]


class SummaryColumn(NamedTuple):
    """A column of a summary with the different values that it has for a thing, in the order of the answer.

    `details` is what the columns behind it say in the same rows, which is said of the value and not of the thing;
    `ways` is what the column `through` says there: the things that a value is really said of. `places` is what the
    column `order` says there: the place of a value among the others.
    """

    query: Query
    name: str
    values: tuple[Term, ...]
    details: Mapping[Term, Mapping[str, Iterable[Term]]]
    ways: Mapping[Term, Iterable[Term]]
    places: Mapping[Term, Term]


class MatrixPlace(NamedTuple):
    """What a column or a row of a matrix goes with, of a column also what only others do: each with those that do.

    `others` is what it goes with: `row` or `column`, as the columns of the query are called; `own` says of each by way
    of what alone, and nothing where it goes with it itself. What is broader or narrower than one of a column's rows, or
    stands under the same broader one, the column does not lack; what it lacks is told by the broader one.
    """

    query: Query
    others: str
    own: Mapping[str, tuple[str, ...]]
    lacks: Mapping[str, tuple[str, ...]]
    statuses: Mapping[str, str]


class _Matrix(NamedTuple):
    """A matrix: the rows of its columns, the columns of its rows, what is broader, by way of what, and what is said."""

    query: Query
    columns: _Links
    rows: _Links
    broader: _Links
    ways: _Ways
    statuses: _Links

    def of_row(self, iri: str) -> MatrixPlace:
        """What a row goes with."""
        own = {column: self.ways.get((iri, column), ()) for column in self.rows[iri]}
        return MatrixPlace(self.query, "column", own, {}, {})

    def of_column(self, iri: str) -> MatrixPlace:
        """What a column goes with, and what only others do."""
        own = {row: self.ways.get((row, iri), ()) for row in self.columns[iri]}
        lacked = _lacked(own, self.rows, self.broader)
        lacks = {top: _union(self.rows, rows) for top, rows in lacked.items()}
        said = {top: _union(self.statuses, rows) for top, rows in lacked.items()}
        same = {top: found[0] for top, found in said.items() if len(found) == 1}
        return MatrixPlace(self.query, "row", own, lacks, same)


class Summaries:
    """The summaries of all things of a site; each query is asked once."""

    def __init__(self, site: CheckedSite) -> None:
        self._site = site

    def prepare(self) -> None:
        """Ask all that is asked."""
        _ = self._found, self._matrices, self._pairs

    def of(self, iri: str) -> tuple[SummaryColumn, ...]:
        """The columns of all summaries of a thing, as they stand in the queries; those without a value as well."""
        return tuple(
            _column(query, name, values.get(name, {}))
            for query, names, things in self._found
            for values in [things.get(iri)]
            if values is not None
            for name in names
        )

    @cached_property
    def _found(self) -> tuple[tuple[Query, tuple[str, ...], Mapping[str, _Columns]], ...]:
        """Each query with its columns and its answer: things, their columns, the values of those, each once."""
        return tuple(self._by_thing(query, answer) for query, answer in self._answers("summary"))

    def _by_thing(self, query: Query, answer: Table) -> tuple[Query, tuple[str, ...], Mapping[str, _Columns]]:
        place = answer.variables.index(ITEM)
        found: dict[str, _Columns] = {}
        for row in answer.rows:
            cells = ((name, term) for name, term in zip(answer.variables, row, strict=True) if name != ITEM)
            _add(found.setdefault(_iri(row[place]), {}), [(name, term) for name, term in cells if term is not None])
        return query, tuple(name for name in answer.variables if name not in _UNSHOWN), found

    def _answers(self, view: str) -> Iterator[tuple[Query, Table]]:
        """The queries with a view, each with its answer, which is a table."""
        for query in self._site.queries.values():
            if query.view == view:
                answer = self._site.bound(query, {})
                assert isinstance(answer, Table)
                yield query, answer

    def pairs(self, iri: str) -> Iterator[tuple[Query, str, str, str]]:
        """The others that a thing is compared with: the query, its parameter, the value of that, and the other."""
        for query, parameter, pairs in self._pairs:
            for value, other in pairs.get(iri, ()):
                yield query, parameter, value, other

    def compared(self, name: str) -> str | None:
        """One of the things that a query with `view: comparison` compares, where it has a menu of pairs."""
        return next((iri for query, _, pairs in self._pairs if query.name == name for iri in pairs), None)

    @cached_property
    def _pairs(self) -> tuple[tuple[Query, str, Mapping[str, list[tuple[str, str]]]], ...]:
        """For each menu of pairs of a query with `view: comparison`, the pairs of each thing.

        A menu of pairs has the columns `one` and `other` behind its values.
        """
        compared = (query for query in self._site.queries.values() if query.view == "comparison")
        menus = ((query, each) for query in compared for each in query.parameters if each.menu)
        return tuple((query, each.name, self._paired(each.menu or "")) for query, each in menus)

    def _paired(self, menu: str) -> Mapping[str, list[tuple[str, str]]]:
        answer = self._site.bound(self._site.canned(menu), {})
        found: dict[str, list[tuple[str, str]]] = {}
        if isinstance(answer, Table) and {"one", "other"} <= set(answer.variables):
            ends = answer.variables.index("one"), answer.variables.index("other")
            for row in answer.rows:
                one, other = (_iri(row[place]) if row[place] is not None else "" for place in ends)
                value = str(getattr(row[0], "value", row[0]))
                found.setdefault(one, []).append((value, other))
                found.setdefault(other, []).append((value, one))
        return found

    def comparisons(self, iri: str) -> Iterator[MatrixPlace]:
        """What a thing goes with in each matrix that it is in, and where it is a column, what only others go with."""
        for matrix in self._matrices:
            if iri in matrix.columns:
                yield matrix.of_column(iri)
            if iri in matrix.rows:
                yield matrix.of_row(iri)

    @cached_property
    def _matrices(self) -> tuple[_Matrix, ...]:
        return tuple(_matrix(query, answer) for query, answer in self._answers("matrix"))


def _matrix(query: Query, answer: Table) -> _Matrix:
    columns, rows = _links(answer, "column", "row"), _links(answer, "row", "column")
    return _Matrix(query, columns, rows, _links(answer, "row", "broader"), _ways(answer), _statuses(answer))


def _column(query: Query, name: str, values: Mapping[Term, _Details]) -> SummaryColumn:
    """A column with its values; by way of what each is said, and its place, are no details of it."""
    details = {value: {each: said[each] for each in said if each not in _UNSHOWN} for value, said in values.items()}
    ways = {value: said.get(_WAY, {}) for value, said in values.items()}
    places = {value: place for value, said in values.items() for place in said.get(_ORDER, {})}
    return SummaryColumn(query, name, tuple(values), details, ways, places)


def _add(thing: _Columns, cells: Sequence[tuple[str, Term]]) -> None:
    """Add a row of an answer to what is known of a thing: its first value, and of that the others."""
    for column, value in cells[:1]:
        details = thing.setdefault(column, {}).setdefault(value, {})
        for name, term in cells[1:]:
            details.setdefault(name, {})[term] = None


def _lacked(own: Iterable[str], rows: _Links, broader: _Links) -> Mapping[str, Sequence[str]]:
    """The rows that have nothing in common with some of them, under what is broader for them."""
    known = {*own, *(above for row in own for above in broader.get(row, ()))}
    found: dict[str, list[str]] = {}
    for row in rows:
        if known.isdisjoint({row, *broader.get(row, ())}):
            for top in broader.get(row) or (row,):
                found.setdefault(top, []).append(row)
    return found


def _ways(answer: Table) -> _Ways:
    """By way of what each row goes with each column, where it does not go with it itself."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    if _WAY in answer.variables:
        places = [answer.variables.index(name) for name in ("row", "column", _WAY)]
        for line in answer.rows:
            row, column, way = ("" if line[place] is None else _iri(line[place]) for place in places)
            found.setdefault((row, column), {})[way] = None
    return {ends: tuple(ways) for ends, ways in found.items() if "" not in ways}


def _statuses(answer: Table) -> _Links:
    """What is said of how each row goes with its columns; an empty text where nothing is said of it with one."""
    found: dict[str, dict[str, None]] = {}
    if "status" in answer.variables:
        places = answer.variables.index("row"), answer.variables.index("status")
        for row, status in ((line[places[0]], line[places[1]]) for line in answer.rows):
            found.setdefault(_iri(row), {})["" if status is None else _iri(status)] = None
    return found


def _union(links: _Links, things: Iterable[str]) -> tuple[str, ...]:
    """What some things are linked with, each once."""
    return tuple(dict.fromkeys(other for thing in things for other in links.get(thing, ())))


def _links(answer: Table, one: str, other: str) -> _Links:
    """The things in one column with those that stand beside them in another; none where there is no such column."""
    found: dict[str, dict[str, None]] = {}
    if other in answer.variables:
        places = answer.variables.index(one), answer.variables.index(other)
        for thing, linked in ((line[places[0]], line[places[1]]) for line in answer.rows):
            if isinstance(thing, NamedNode) and isinstance(linked, NamedNode):
                found.setdefault(thing.value, {})[linked.value] = None
    return found


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)
