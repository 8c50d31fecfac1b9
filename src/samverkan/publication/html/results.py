"""The answer of a canned query as HTML: a picture where it has one and a table, a yes or no, or things with facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup
from pyoxigraph import NamedNode

from samverkan.model import paths
from samverkan.model.queries import COMMON, FOR_PAGES, QUESTION
from samverkan.model.results import Answer, BooleanResult, Description, Graph, Table, blocks
from samverkan.publication.html import pictures
from samverkan.publication.html.alphabet import folded
from samverkan.publication.html.grid import Cell, Column, Grid, filled, grid, together, valued, varying, without_echoes
from samverkan.publication.html.pictures.parts import fitting, pairs, size, unlinked
from samverkan.publication.html.pictures.timeline import Today

if TYPE_CHECKING:
    from samverkan.model.queries import Query
    from samverkan.publication.html.page import HtmlPage

MESSAGES: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "result-none": "Det finns inget svar med de här valen.",
        "result-nothing": "Det finns inget svar i uppgifterna.",
        "result-never": "Det finns inget svar i uppgifterna, vare sig för det här valet eller för något annat.",
        "result-unsaid": "Inget av det som uppgifterna bygger på har gett något svar.",
        "result-sources": "Uppgifterna bygger på {sources}. Därifrån är inget svar hämtat.",
        "result-alike": "Det här har svar:",
        "result-yes": "Svaret är ja.",
        "result-no": "Svaret är nej.",
        "result-one": "En rad.",
        "result-rows": "{count} rader.",
        "result-things": "{count} saker beskrivs med {facts} uppgifter.",
        "result-cut": "De första {shown} av {all} visas. Alla finns att ladda ner.",
        "result-cut-table": "Tabellen visar de första {shown} av {all}. Alla finns att ladda ner.",
        "result-cut-part": "Tabellen visar de första {shown} av de {all} raderna på den här sidan. Sidans alla rader "
        "finns att ladda ner.",
        "result-as-table": "Visa som tabell",
        "result-region": "Tabell: {name}",
    },
    "en": {
        "result-none": "There is no answer for these choices.",
        "result-nothing": "There is no answer in the facts.",
        "result-never": "There is no answer in the facts, neither for this choice nor for any other.",
        "result-unsaid": "Nothing that the facts rest on has given an answer.",
        "result-sources": "The facts rest on {sources}. No answer has been taken from there.",
        "result-alike": "These have answers:",
        "result-yes": "The answer is yes.",
        "result-no": "The answer is no.",
        "result-one": "One row.",
        "result-rows": "{count} rows.",
        "result-things": "{count} things are described by {facts} facts.",
        "result-cut": "The first {shown} of {all} are shown. All of them can be downloaded.",
        "result-cut-table": "The table shows the first {shown} of {all}. All of them can be downloaded.",
        "result-cut-part": "The table shows the first {shown} of the {all} rows of this page. All rows of the page can "
        "be downloaded.",
        "result-as-table": "Show as a table",
        "result-region": "Table: {name}",
    },
}

_MANNERS = frozenset({QUESTION, COMMON})  # tags that say how a query is asked, and not what it is about
_MOST_SOURCES, _MOST_ALIKE = 3, 10
_FEWEST_ALIKE = 4  # rows that have something in common which is better said once
_MOST_ROWS = 700  # no page has room for more, so no more are made
_LEAST_ROOM = 5_000  # bytes for a table below a large picture
_NEVER = 1 << 40
_NARROW = 2  # columns that a phone has room for
_WIDE = 9  # columns that a large screen has room for


class Result(NamedTuple):
    """An answer as HTML: how much there is in words, what is not shown, and the answer itself."""

    said: str
    cut: str
    html: Markup


class Asked(NamedTuple):
    """Whether the reader has chosen anything, and how many rows all pages have where the answer is one of several."""

    is_chosen: bool
    total: int | None = None


class View(NamedTuple):
    """How a page shows an answer: parts that are not as on other pages, and the answer for so many bytes of room."""

    parts: Mapping[str, Any]
    result: Callable[[int], Result]


def result(page: HtmlPage, query: Query, answer: Answer, asked: Asked, room: int) -> Result:
    """The answer of a query in at most about `room` bytes.

    The picture comes first and the table has what it leaves, but never less than `_LEAST_ROOM`.
    """
    if isinstance(answer, BooleanResult):
        return Result(page.translate("result-yes" if answer.value else "result-no"), "", Markup())
    if isinstance(answer, Graph):
        return _graph(page, answer, room) if answer.triples else nothing(page, query, is_chosen=asked.is_chosen)
    return _table(page, query, answer, asked, room) if answer.rows else nothing(page, query, is_chosen=asked.is_chosen)


def nothing(page: HtmlPage, query: Query, *, is_chosen: bool) -> Result:
    """What is said where there is no answer: by the query itself, where it says so."""
    own = page.locale.pick(query.empty).text
    is_never = query.name in page.site.without_answer
    key = "result-nothing" if not is_chosen else "result-never" if is_never else "result-none"
    is_enough = own or (is_chosen and not is_never)
    return Result(own or page.translate(key), "", Markup() if is_enough else _instead(page, query))


def _instead(page: HtmlPage, query: Query) -> Markup:
    """Why nothing answers a question, as far as that is known: where the facts are from; and what is answered."""
    links = [page.link(source) for source in page.context.origins.sources][:_MOST_SOURCES]
    why = page.translate("result-sources" if links else "result-unsaid")
    reason = Markup("<p>%s</p>\n") % Markup(why).format(sources=Markup(", ").join(links))  # noqa: S704 - our own text
    near = Markup().join(_answered_alike(page, query))
    return reason + (Markup("<p>%s</p>\n<ul>%s</ul>\n") % (page.translate("result-alike"), near) if near else "")


def _answered_alike(page: HtmlPage, query: Query) -> Iterator[Markup]:
    """Links to what is asked about the same thing and has an answer: the nearest kin first, then what draws or asks.

    Kinship is tags in common, of which a rare one weighs more. Of a query that says what no answer means it is not
    known whether it has one.
    """
    site = page.site
    tags = {*query.tags} - _MANNERS
    found = [each for each in site.queries.values() if tags & {*each.tags} and each.form == "SELECT"]
    left_out = {query.name, *site.without_answer}
    asked = [each for each in found if not (each.name in left_out or each.empty or each.view in FOR_PAGES)]
    weights = _tag_weights(site.queries.values())
    for each in sorted(asked, key=partial(_kinship, page, weights, tags))[:_MOST_ALIKE]:
        url = page.page_url(f"{paths.ANSWERS}{each.name}")
        yield Markup('<li><a href="%s">%s</a></li>') % (url, page.named(page.locale.pick(each.summary)))


def _tag_weights(queries: Iterable[Query]) -> Mapping[str, float]:
    """How much it says that two queries share a tag: the more, the fewer have it."""
    return {tag: 1 / count for tag, count in Counter(tag for query in queries for tag in query.tags).items()}


def _kinship(
    page: HtmlPage, weights: Mapping[str, float], tags: AbstractSet[str], other: Query
) -> tuple[float, bool, bool, str]:
    """The place of a query beside one with some tags; among equals, that of its name in the language of the page."""
    name = page.locale.pick(other.summary).text
    shared = sum(weights[tag] for tag in sorted(tags & {*other.tags}))
    return -shared, not other.view, not name.rstrip().endswith("?"), folded(name)


def _table(page: HtmlPage, query: Query, answer: Table, asked: Asked, room: int) -> Result:
    most = None if query.view in pictures.PICTURES else _MOST_ROWS
    found = grid(page, answer, query.columns, most, query.properties)
    space, today = max(room - _LEAST_ROOM, _LEAST_ROOM), Today(page.site.as_of, page.locale.day(page.site.as_of))
    picture = pictures.draw(query.view, found, page.translate, space, today) or Markup()
    name, left = page.locale.pick(query.summary).text, max(room - size(picture), _LEAST_ROOM)
    if picture:
        return _pictured(page, name, picture, together(found, pictures.KEYS[query.view], partial(_more, page)), left)
    # Which columns there are must not differ between the pages of one answer.
    is_part = len(found.rows) < len(answer.rows)
    common, found = (Markup(), found) if asked.total else _condensed(page, query, found, is_part=is_part)
    rows, html = table(page, name, without_echoes(found), max(left - size(common), _LEAST_ROOM))
    count = len(found.rows) if query.group and not asked.total else len(answer.rows)
    said = _said(page, query, asked, count)
    shown = cut(page, rows, count, "result-cut-part" if asked.total else "result-cut")
    return Result(said, shown, common + html)


def _condensed(page: HtmlPage, query: Query, found: Grid, *, is_part: bool) -> tuple[Markup, Grid]:
    """What all of some rows have in common, and an answer without that and without columns that are empty.

    What follows from facts has no gaps.
    """
    found = (valued if query.view == "derived" else filled)(_grouped(page, query, found))
    common, others = varying(found)
    if is_part or len(found.rows) < _FEWEST_ALIKE or not others.columns:
        return Markup(), found
    return pairs((column.label, [cell]) for column, cell in common), others


def _grouped(page: HtmlPage, query: Query, found: Grid) -> Grid:
    """An answer with one row for each thing in the column that the query names; as it is where it names none."""
    return together(found, {query.group}, partial(_more, page)) if query.group else found


def _more(page: HtmlPage, count: int) -> str:
    return page.translate("list-more", count=page.locale.number(count))


def _said(page: HtmlPage, query: Query, asked: Asked, count: int) -> str:
    """How many rows there are, and for which day what follows from the facts is, where nobody chose one."""
    rows = rows_said(page, asked.total or count)
    if query.view != "derived" or asked.is_chosen:
        return rows
    day = page.translate("derived-on", day=page.locale.day(page.site.as_of))
    return f"{day[:1].upper()}{day[1:]}. {rows}"


def _pictured(page: HtmlPage, name: str, picture: Markup, found: Grid, room: int) -> Result:
    """A picture, and the same as a table that is folded away; what all its rows have in common is said above it.

    Where there is too little room for its links, the table has only names: the links stand in the picture.
    """
    common, found = varying(found)
    rows, html = table(page, name, found, room)
    if rows < len(found.rows):
        rows, html = table(page, name, _unlinked(found), room)
    said = cut(page, rows, len(found.rows), "result-cut-table")
    folded = Markup("<details><summary>%s</summary>\n%s%s%s</details>\n") % (
        page.translate("result-as-table"),
        pairs((column.label, [cell]) for column, cell in common),
        Markup('<p class="cut">%s</p>\n') % said if said else "",
        html,
    )
    return Result("", "", picture + folded)


def _unlinked(found: Grid) -> Grid:
    rows = (tuple(cell._replace(html=unlinked(cell.html)) for cell in row) for row in found.rows)
    return replace(found, rows=tuple(rows))


def rows_said(page: HtmlPage, count: int) -> str:
    """How many rows there are."""
    return (
        page.translate("result-one") if count == 1 else page.translate("result-rows", count=page.locale.number(count))
    )


def cut(page: HtmlPage, shown: int, all_: int, key: str = "result-cut") -> str:
    """The sentence that says that not all is shown, as of `key`; nothing where all is."""
    numbers = {"shown": page.locale.number(shown), "all": page.locale.number(all_)}
    return page.translate(key, **numbers) if shown < all_ else ""


def table(page: HtmlPage, name: str, found: Grid, room: int) -> tuple[int, Markup]:
    """As many rows as there is room for, as a table that is scrolled with the keyboard; how many, and the HTML."""
    starts = cell_starts(found.columns)
    rows = fitting([_row(row, starts) for row in found.rows], room)
    rows = rows or [_row(row, starts) for row in found.rows[:1]]
    html = Markup(
        '<div class="scroll%s" role="group" tabindex="0" aria-label="%s"><table><caption class="unseen">%s</caption>'
        "<thead><tr>%s</tr></thead>\n<tbody>\n%s</tbody></table></div>\n"
    ) % (
        " wide" if len(found.columns) > _WIDE else "",
        page.translate("result-region", name=name),
        name,
        _heads(found.columns),
        _together(rows),
    )
    return len(rows), html


def _together(parts: Iterable[Markup]) -> Markup:
    """Pieces of HTML as one; `Markup.join` would look at each of them again."""
    return Markup("".join(parts))  # noqa: S704 - of HTML already


def _heads(columns: Iterable[Column]) -> Markup:
    return Markup().join(Markup('<th scope="col">%s</th>') % column.label for column in columns)


def cell_starts(columns: Sequence[Column]) -> list[Markup]:
    """How the cells of each column begin: those of a wide table say what they are, for on a phone a row is a card."""
    if len(columns) <= _NARROW:
        return [Markup("<td>")] * len(columns)
    return [Markup('<td data-label="%s">') % column.label for column in columns]


def _row(cells: Iterable[Cell], starts: Iterable[Markup]) -> Markup:
    both = zip(starts, cells, strict=True)  # an empty cell is not shown on a phone, and needs no label
    inner = "".join(f"{start}{cell.html}</td>" if cell.html else "<td></td>" for start, cell in both)
    return Markup(f"<tr>{inner}</tr>\n")  # noqa: S704 - cells are HTML already


def _graph(page: HtmlPage, graph: Graph, room: int) -> Result:
    """Things with their facts; of the last one there may be only the beginning."""
    found = blocks(graph.triples)
    shown = fitting([_thing(page, block, _NEVER) for block in found[:_MOST_ROWS]], room)
    shown = shown or [_thing(page, found[0], room)]
    numbers = {"count": page.locale.number(len(found)), "facts": page.locale.number(len(graph.triples))}
    return Result(page.translate("result-things", **numbers), cut(page, len(shown), len(found)), _together(shown))


def _thing(page: HtmlPage, block: Description, room: int) -> Markup:
    own = block.triples[0].subject
    heading = page.link(own.value) if isinstance(own, NamedNode) else page.value(own)
    facts = fitting(list(_facts(page, block)), room)
    return Markup("<h3>%s</h3>\n<dl>\n%s</dl>\n") % (heading, _together(facts))


def _facts(page: HtmlPage, block: Description) -> Iterator[Markup]:
    """The properties of a thing, each with its values."""
    found: dict[str, list[Markup]] = {}
    for triple in block.triples:
        found.setdefault(triple.predicate.value, []).append(page.value(triple.object))
    for name, values in found.items():
        shown = "".join(f"<dd>{value}</dd>" for value in values)
        yield Markup(f"<div><dt>{page.label(name)}</dt>{shown}</div>\n")  # noqa: S704 - of HTML already
