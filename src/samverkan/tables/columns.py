"""What a column of a table says of a thing, and how a cell shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from pyoxigraph import Literal, NamedNode

from samverkan.model.results import Term
from samverkan.tables.dates import of_rdf, shown_date, shown_period
from samverkan.tables.descriptions import ColumnDescription, PathStep
from samverkan.tables.facts import Fact, SiteFacts

Shown = str | int | date | None
SEPARATOR = "; "


def middles(facts: SiteFacts, thing: str, column: ColumnDescription) -> list[str]:
    """The things between a row's thing and the values of a column of two steps."""
    return [value.value for _, value in facts.by_step(thing, column.path[0]) if isinstance(value, NamedNode)]


def valued(facts: SiteFacts, thing: str, column: ColumnDescription) -> Iterator[tuple[Fact, Term]]:
    """The facts that a column shows of a thing, each with the value that stands in the cell."""
    if len(column.path) > 1:
        for middle in middles(facts, thing, column):
            yield from facts.by_step(middle, column.path[1])
        return
    for step in (*column.path, *column.also):
        for said, value in facts.by_step(thing, step):
            if _is_of(facts, column, value):
                yield said, value


def _is_of(facts: SiteFacts, column: ColumnDescription, value: Term) -> bool:
    if column.except_own and isinstance(value, NamedNode) and value.value == facts.own:
        return False
    if column.reads == "text" and isinstance(value, Literal):
        return not column.language or value.language == column.language
    return True


def owned(facts: SiteFacts, thing: str, column: ColumnDescription) -> list[Fact]:
    """All facts that a cell speaks for: those that it shows, and those that follow from them, such as bounds."""
    more = ((thing, each, value) for each in sorted(column.properties) for value in facts.values(thing, each))
    return [*(said for said, _ in valued(facts, thing, column)), *more]


def show(facts: SiteFacts, thing: str, column: ColumnDescription, language: str) -> Shown:
    """What a cell shows of a thing, in a language."""
    values = list(dict.fromkeys(value for _, value in valued(facts, thing, column)))
    shown = [_SHOWING.get(column.reads, _plain)(facts, value, column, language) for value in values]
    if not shown:
        return _word(facts, thing, column, language)
    return shown[0] if len(shown) == 1 else SEPARATOR.join(map(str, shown))


def _word(facts: SiteFacts, thing: str, column: ColumnDescription, language: str) -> str | None:
    """The word for what is said of a thing in place of a value."""
    for word in column.words:
        if all(any(_is(value, said) for value in facts.values(thing, predicate)) for predicate, said in word.says):
            return word.shown[language]
    return None


def _is(value: Term, said: str) -> bool:
    return isinstance(value, NamedNode) and value.value == said


def _thing(facts: SiteFacts, value: Term, column: ColumnDescription, language: str) -> str:
    if not isinstance(value, NamedNode):
        return _plain(facts, value, column, language)
    name = facts.shown(value.value, language, column)
    return facts.short(value.value) if ";" in name or "\n" in name else name


def _date(_facts: SiteFacts, value: Term, _column: ColumnDescription, language: str) -> Shown:
    found = of_rdf(value.value, value.datatype.value) if isinstance(value, Literal) else None
    return shown_date(found, language) if found else _plain(_facts, value, _column, language)


def _period(facts: SiteFacts, value: Term, column: ColumnDescription, language: str) -> str:
    return shown_period(_plain(facts, value, column, language), language)


def _link(facts: SiteFacts, value: Term, column: ColumnDescription, language: str) -> str:
    """An address, or the word that the column has for it."""
    iri = _plain(facts, value, column, language)
    return next((word for word, to in column.values.items() if to == iri), iri)


def _mailbox(facts: SiteFacts, value: Term, column: ColumnDescription, language: str) -> str:
    return _plain(facts, value, column, language).removeprefix("mailto:")


def _plain(_facts: SiteFacts, value: Term, _column: ColumnDescription, _language: str) -> str:
    return value.value if isinstance(value, NamedNode | Literal) else str(value)


_SHOWING: Mapping[str, Callable[[SiteFacts, Term, ColumnDescription, str], Shown]] = {
    "thing": _thing,
    "date": _date,
    "period": _period,
    "link": _link,
    "mailbox": _mailbox,
}


def subject_of(thing: str, step: PathStep, value: Term) -> Fact:
    """The fact that a step from a thing leads to a value."""
    if step.is_inverse:
        assert isinstance(value, NamedNode)
        return value.value, step.property, NamedNode(thing)
    return thing, step.property, value
