"""Which canned questions two states answer differently, and how: without a row that names a person."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial

from pyoxigraph import Literal, NamedNode

from samverkan.changes.comparison import Comparison
from samverkan.changes.states import State
from samverkan.errors import SamverkanError
from samverkan.limits import FailedError, TookTooLongError, within
from samverkan.model.queries import Query
from samverkan.model.results import Answer, BooleanResult, Table
from samverkan.store import Embedded

MOST = 50_000
"""Statements of a state whose questions are asked without being told to: to ask all of them takes longer by then."""

_SECONDS = 300.0
_SHOWN = 5  # rows of an answer

Row = tuple[tuple[str, object], ...]
Rows = Counter[Row]


@dataclass(frozen=True)
class AnswerChange:
    """A question whose answer changed: how many rows came and went, and the first of those that name nobody."""

    name: str
    come: int
    gone: int
    new_rows: tuple[Row, ...] = ()
    old_rows: tuple[Row, ...] = ()


def size(state: State) -> int:
    """How many statements a state has."""
    return sum(len(file.triples) for file in state.published)


def changed_answers(found: Comparison, language: str, day: date) -> tuple[AnswerChange, ...] | None:
    """The questions of both states that are answered differently on a day; None where that took too long.

    They are asked in a process of its own, for a query can't be interrupted.
    """
    with suppress(TookTooLongError, FailedError):
        packed = within(_SECONDS, partial(_packed, found, language, day))
        answers: tuple[AnswerChange, ...] = pickle.loads(packed)  # noqa: S301 - from our own process
        return answers
    return None


def _packed(found: Comparison, language: str, day: date) -> bytes:
    return pickle.dumps(tuple(_changed(found, language, day)))


def _changed(found: Comparison, language: str, day: date) -> Iterator[AnswerChange]:
    """Ask each question of both states; a row is only shown if it is an answer without all personal graphs, too."""
    personal = found.old.index.personal | found.new.index.personal
    persons = found.old.index.persons | found.new.index.persons
    ask_old, ask_new = (_asking(state, language, day) for state in (found.old, found.new))
    open_old, open_new = (_asking(state, language, day, personal) for state in (found.old, found.new))
    for name in sorted(found.old.texts.keys() & found.new.texts.keys()):
        before, after = ask_old(name), ask_new(name)
        if before is None or after is None or before == after:
            continue
        come, gone = after - before, before - after
        new_rows, old_rows = come & (open_new(name) or Counter()), gone & (open_old(name) or Counter())
        yield AnswerChange(name, come.total(), gone.total(), _first(new_rows, persons), _first(old_rows, persons))


def _first(rows: Rows, persons: Container[object]) -> tuple[Row, ...]:
    """The first rows in which no person stands."""
    return tuple(row for row in sorted(rows, key=str) if not any(term in persons for _, term in row))[:_SHOWN]


def _asking(
    state: State, language: str, day: date, without: frozenset[str] = frozenset()
) -> Callable[[str], Rows | None]:
    """What answers a question of a state; the store is filled when the first one is asked."""
    stores: list[Embedded] = []

    def ask(name: str) -> Rows | None:
        if not stores:
            files = [file for file in state.published if file.graph not in without]
            stores.append(Embedded(files, [file.graph for file in state.published]))
        with suppress(SamverkanError):
            query = state.query(name)
            return _rows(stores[0].query(query.bind(_values(query, language), day), name=query.place.file))
        return None

    return ask


def _values(query: Query, language: str) -> Mapping[str, str]:
    return {each.name: language for each in query.parameters if each.kind == "language"}


def _rows(answer: Answer) -> Rows:
    if isinstance(answer, BooleanResult):
        return Counter([(("", Literal(answer.value)),)])
    if isinstance(answer, Table):
        return Counter(
            tuple((name, term) for name, term in zip(answer.variables, row, strict=True) if term is not None)
            for row in answer.rows
        )
    return Counter((("", t.subject), (t.predicate.value, t.object)) for t in answer.triples)


def shown(row: Row, value: Callable[[object], str]) -> str:
    """A row as a line, its things by their names: a column that only repeats one of them is left out."""
    cells = [value(term) for _, term in row if isinstance(term, NamedNode | Literal)]
    return " · ".join(dict.fromkeys(cell for cell in cells if cell))
