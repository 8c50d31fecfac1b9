"""The answer of a canned query as HTML: a picture where it has one and a table, a yes or no, or things with facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup
from pyoxigraph import NamedNode

from samverkan.answers import Answer, Block, Graph, Table, Verdict, blocks
from samverkan.html import pictures
from samverkan.html.grid import Cell, Column, Grid, grid
from samverkan.html.pictures.parts import fitting, size

if TYPE_CHECKING:
    from samverkan.html.sheet import Sheet
    from samverkan.queries import Query

WORDS: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "result-none": "Det finns inget svar med de här valen.",
        "result-nothing": "Det finns inget svar i uppgifterna.",
        "result-yes": "Svaret är ja.",
        "result-no": "Svaret är nej.",
        "result-one": "En rad.",
        "result-rows": "{count} rader.",
        "result-things": "{count} saker beskrivs med {facts} uppgifter.",
        "result-cut": "De första {shown} av {all} visas. Alla finns att hämta som data längre ned.",
        "result-cut-table": "Tabellen visar de första {shown} av {all}. Alla finns att hämta som data längre ned.",
        "result-region": "Tabell: {name}",
    },
    "en": {
        "result-none": "There is no answer for these choices.",
        "result-nothing": "There is no answer in the facts.",
        "result-yes": "The answer is yes.",
        "result-no": "The answer is no.",
        "result-one": "One row.",
        "result-rows": "{count} rows.",
        "result-things": "{count} things are described by {facts} facts.",
        "result-cut": "The first {shown} of {all} are shown. All of them can be downloaded as data further down.",
        "result-cut-table": "The table shows the first {shown} of {all}. All of them can be downloaded as data further "
        "down.",
        "result-region": "Table: {name}",
    },
}

_MOST_ROWS = 700  # no page has room for more, so no more are made
_LEAST_ROOM = 6_000  # bytes for a table below a large picture
_NEVER = 1 << 40


class Result(NamedTuple):
    """An answer as HTML: how much there is in words, what is not shown, and the answer itself."""

    said: str
    cut: str
    html: Markup


class View(NamedTuple):
    """How a page shows an answer: parts that are not as on other pages, and the answer for so many bytes of room."""

    parts: Mapping[str, Any]
    result: Callable[[int], Result]


def result(sheet: Sheet, query: Query, answer: Answer, room: int, *, is_chosen: bool) -> Result:
    """The answer of a query in at most about `room` bytes; `is_chosen` says whether the reader has chosen anything.

    The picture comes first and the table has what it leaves, but never less than `_LEAST_ROOM`.
    """
    if isinstance(answer, Verdict):
        return Result(sheet.say("result-yes" if answer.value else "result-no"), "", Markup())
    if isinstance(answer, Graph):
        return _graph(sheet, answer, room) if answer.triples else nothing(sheet, is_chosen=is_chosen)
    return _table(sheet, query, answer, room) if answer.rows else nothing(sheet, is_chosen=is_chosen)


def nothing(sheet: Sheet, *, is_chosen: bool) -> Result:
    """What is said where there is no answer."""
    return Result(sheet.say("result-none" if is_chosen else "result-nothing"), "", Markup())


def _table(sheet: Sheet, query: Query, answer: Table, room: int) -> Result:
    most = None if query.view in pictures.PICTURES else _MOST_ROWS
    found = grid(sheet, answer, query.columns, most)
    picture = pictures.draw(query.view, found, sheet.say, max(room - _LEAST_ROOM, _LEAST_ROOM)) or Markup()
    name = sheet.tongue.pick(query.summary).text
    rows, html = table(sheet, name, found, max(room - size(picture), _LEAST_ROOM))
    said = rows_said(sheet, len(answer.rows))
    key = "result-cut-table" if picture else "result-cut"
    return Result(said, cut(sheet, rows, len(answer.rows), key), picture + html)


def rows_said(sheet: Sheet, count: int) -> str:
    """How many rows there are."""
    return sheet.say("result-one") if count == 1 else sheet.say("result-rows", count=sheet.tongue.number(count))


def cut(sheet: Sheet, shown: int, all_: int, key: str = "result-cut") -> str:
    """The sentence that says that not all is shown, as of `key`; nothing where all is."""
    numbers = {"shown": sheet.tongue.number(shown), "all": sheet.tongue.number(all_)}
    return sheet.say(key, **numbers) if shown < all_ else ""


def table(sheet: Sheet, name: str, found: Grid, room: int) -> tuple[int, Markup]:
    """As many rows as there is room for, as a table that is scrolled with the keyboard; how many, and the HTML."""
    rows = fitting([_row(row) for row in found.rows], room)
    rows = rows or [_row(row) for row in found.rows[:1]]
    html = Markup(
        '<div class="scroll" role="region" tabindex="0" aria-label="%s"><table><caption class="unseen">%s</caption>'
        "<thead><tr>%s</tr></thead>\n<tbody>\n%s</tbody></table></div>\n"
    ) % (sheet.say("result-region", name=name), name, _heads(found.columns), _together(rows))
    return len(rows), html


def _together(parts: Iterable[Markup]) -> Markup:
    """Pieces of HTML as one; `Markup.join` would look at each of them again."""
    return Markup("".join(parts))  # noqa: S704 - of HTML already


def _heads(columns: Iterable[Column]) -> Markup:
    return Markup().join(Markup('<th scope="col">%s</th>') % column.label for column in columns)


def _row(cells: Iterable[Cell]) -> Markup:
    inner = "</td><td>".join(cell.html for cell in cells)
    return Markup(f"<tr><td>{inner}</td></tr>\n")  # noqa: S704 - cells are HTML already


def _graph(sheet: Sheet, graph: Graph, room: int) -> Result:
    """Things with their facts; of the last one there may be only the beginning."""
    found = blocks(graph.triples)
    shown = fitting([_thing(sheet, block, _NEVER) for block in found[:_MOST_ROWS]], room)
    shown = shown or [_thing(sheet, found[0], room)]
    numbers = {"count": sheet.tongue.number(len(found)), "facts": sheet.tongue.number(len(graph.triples))}
    return Result(sheet.say("result-things", **numbers), cut(sheet, len(shown), len(found)), _together(shown))


def _thing(sheet: Sheet, block: Block, room: int) -> Markup:
    own = block.triples[0].subject
    heading = sheet.link(own.value) if isinstance(own, NamedNode) else sheet.value(own)
    facts = fitting(list(_facts(sheet, block)), room)
    return Markup("<h3>%s</h3>\n<dl>\n%s</dl>\n") % (heading, _together(facts))


def _facts(sheet: Sheet, block: Block) -> Iterator[Markup]:
    """The properties of a thing, each with its values."""
    found: dict[str, list[Markup]] = {}
    for triple in block.triples:
        found.setdefault(triple.predicate.value, []).append(sheet.value(triple.object))
    for name, values in found.items():
        shown = "".join(f"<dd>{value}</dd>" for value in values)
        yield Markup(f"<div><dt>{sheet.label(name)}</dt>{shown}</div>\n")  # noqa: S704 - of HTML already
