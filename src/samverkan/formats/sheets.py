"""An answer as the rows of a spreadsheet: columns as people call them, and of a list one row for each of its things."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from samverkan.model.results import Headings

_LABEL = "Label"  # of a column `x`, the column `xLabel` has the names
_BETWEEN = "; "

Line = list[str]


def lines(variables: Sequence[str], rows: Iterable[Line], headings: Headings | None) -> Iterator[Line]:
    """The heading and the rows of a spreadsheet; `rows` are those of the answer, as texts."""
    if headings is None:
        yield list(variables)
        yield from rows
    elif headings.item is None:
        yield [_title(name, variables, headings) for name in variables]
        yield from rows
    else:
        yield from _by_item(variables, rows, headings, headings.item)


def _title(name: str, variables: Sequence[str], headings: Headings) -> str:
    """What a column is called: its names as people call it, and its addresses with a mark."""
    title = headings.titles.get(name) or headings.titles.get(name.removesuffix(_LABEL)) or name
    return f"{title} (IRI)" if name + _LABEL in variables else title


def _by_item(variables: Sequence[str], rows: Iterable[Line], headings: Headings, item: str) -> Iterator[Line]:
    """A row for each thing: the names of the columns that have a heading, and last the address of the thing itself."""
    places = [place for place, name in enumerate(variables) if _is_read(name, variables, headings)]
    places += [variables.index(item)] if item + _LABEL in variables else []
    yield [_title(variables[place], variables, headings) for place in places]
    things: dict[str, list[Line]] = {}
    for row in rows:
        things.setdefault(row[variables.index(item)], []).append(row)
    for found in things.values():
        yield [_BETWEEN.join(dict.fromkeys(filter(None, (row[place] for row in found)))) for place in places]


def _is_read(name: str, variables: Sequence[str], headings: Headings) -> bool:
    """Whether people read a column: it has a heading, and no other one has its names."""
    return name + _LABEL not in variables and bool({name, name.removesuffix(_LABEL)} & {*headings.titles})
