"""The start page: what the site is, what is new on it, what one can ask, and what one can take home."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from markupsafe import Markup
from pyoxigraph import NamedNode

from samverkan.formats import formats_for
from samverkan.model import paths
from samverkan.model.namespaces import SCHEMA
from samverkan.model.queries import COMMON, QUESTION, Query
from samverkan.model.results import Quads, Table, Term
from samverkan.publication.html import changes
from samverkan.publication.html.data import dumps
from samverkan.publication.html.grid import Grid, grid
from samverkan.publication.html.locale import Words
from samverkan.publication.html.page import HtmlPage, json_ld
from samverkan.publication.html.pictures import PICTURES, thumbnail
from samverkan.publication.html.questions import data
from samverkan.publication.html.validation import summary

PATH = paths.START
_ROWS = (6, 3)  # of the first excerpt, and of the others
_DRAWN = 400  # rows of an answer that a small picture is made of
_QUESTIONS = 24
_SHOWN = frozenset({*PICTURES, "list"})  # views that are worth a look by themselves
_SPREADSHEET = "CSV (Excel)"  # the format of tables that nothing in which is run as a formula
_OPEN = 4  # questions that are not folded where none is common

MESSAGES: Words = {
    "sv": {
        "home-show": "Visa {count}",
        "home-all": "Visa alla {count}",
        "home-pictures": "Bilder och listor",
        "home-questions": "Frågor man kan ställa",
        "home-asked": "Visa {count} till",
        "home-all-questions": "Alla frågor",
        "home-data": "Ladda ner",
        "home-more-data": "Mer om data",
        "home-figures": "I siffror",
        "home-checked": "Om uppgifterna",
        "home-whose": "Uppgifterna gäller {about} och publiceras av {publisher}.",
        "home-read": "Källorna lästes senast den {day}.",
        "home-changed": "Senast ändrat: {day}",
        "home-tables": "Som kalkylblad",
        "home-dumps": "Allt som länkade data",
        "home-checked-lead": "Kontrollerat den {day}:",
    },
    "en": {
        "home-show": "Show {count}",
        "home-all": "Show all {count}",
        "home-pictures": "Pictures and lists",
        "home-questions": "Questions you can ask",
        "home-asked": "Show {count} more",
        "home-all-questions": "All questions",
        "home-data": "Download",
        "home-more-data": "More about the data",
        "home-figures": "In figures",
        "home-checked": "About the facts",
        "home-whose": "The facts are about {about} and are published by {publisher}.",
        "home-read": "The sources were last read on {day}.",
        "home-changed": "Last changed: {day}",
        "home-tables": "As spreadsheets",
        "home-dumps": "Everything as linked data",
        "home-checked-lead": "Checked on {day}:",
    },
}


class Excerpt(NamedTuple):
    """The beginning of an answer: the question, the first rows, the way to all, how many there are, or that none is.

    `things` is how many different ones stand in the first column: one with several values has several rows.
    """

    heading: str
    grid: Grid
    url: str
    rows: int
    things: int
    none: str


_LONGEST = 40  # characters beside a small picture, beyond which it has the name of the menu


class Figure(NamedTuple):
    """A key figure: how many there are, of what, and the way to them, where there is one."""

    number: str
    label: str
    url: str | None


class SmallPicture(NamedTuple):
    """The way to a picture or a list: what it answers, its address, and the same small."""

    text: str
    url: str
    image: Markup


def home(page: HtmlPage) -> str:
    """The start page of a site."""
    settings = page.site.settings
    title = page.context.title(page.language)
    lead = page.locale.pick(settings.description)
    return page.render(
        "home.html",
        title=page.translate("home"),
        heading=page.named(title),
        lead=page.named(lead) if lead.text else None,
        figures=list(_figures(page)),
        excerpts=list(_excerpts(page)),
        pictures=list(_pictures(page)),
        **_questions(page),
        tables=list(_tables(page)),
        dumps=dumps(page),
        latest=changes.latest(page),
        description=lead.text,
        read=_read(page),
        changed=_changed(page),
        standing=_standing(page),
        embedded=json_ld(_dataset(page, title.text, lead.text)),
    )


def _standing(page: HtmlPage) -> str:
    """Whose facts these are, and what the last check found."""
    settings, translate = page.site.settings, page.translate
    about, publisher = page.locale.pick(settings.about).text, page.locale.pick(settings.publisher).text
    checked = (
        f"{translate('home-checked-lead', day=page.locale.day(page.site.as_of))} {summary(page, page.site.report)}"
    )
    whose = [translate("home-whose", about=about, publisher=publisher)] if about and publisher else []
    return " ".join((*whose, checked))


def _read(page: HtmlPage) -> str:
    """When the sources of the facts were last read; nothing where that is not known."""
    read = page.context.origins.last_read
    return page.translate("home-read", day=page.locale.literal(read)) if read else ""


def _changed(page: HtmlPage) -> str:
    """When something last changed, as the site's history has it; nothing where it tells of no change."""
    day = changes.last_changed(page)
    return page.translate("home-changed", day=page.locale.day(day)) if day else ""


def _tables(page: HtmlPage) -> Iterator[tuple[str, str]]:
    """The answers behind the entries of the menu, each as a table for a spreadsheet."""
    for query in page.context.navigation:
        formats = page.formats(data(page, query, {}))
        found = [url for title, _, url in formats if title == _SPREADSHEET]
        yield from ((page.context.short(query, page.language), url) for url in found)


def _figures(page: HtmlPage) -> Iterator[Figure]:
    """The key figures, as the query with `view: figures` has them."""
    query = page.context.query("figures")
    answer = page.context.answer(query, page.language) if query else None
    for row in answer.rows if isinstance(answer, Table) else ():
        cells = dict(zip(answer.variables, row, strict=True))  # type: ignore[union-attr]
        count, label = cells["count"], cells["label"]
        if count is not None and label is not None:
            yield Figure(page.text(count), page.text(label), _way(page, cells.get("figure")))


def _way(page: HtmlPage, what: Term | None) -> str | None:
    """The way to what is counted: a list of them, for a class its entry in the menu, else the page about it."""
    if not isinstance(what, NamedNode):
        return None
    listed = (query for query in page.context.navigation if what.value in query.lists)
    path = next((f"{paths.ANSWERS}{query.name}" for query in listed), None) or _filtered(page, what.value)
    path = path or page.context.target(what.value)
    return page.page_url(path) if path else None


def _filtered(page: HtmlPage, value: str) -> str | None:
    """The path of a list in which a value is chosen, where one can choose it."""
    for query in (query for query in page.site.queries.values() if query.view == "list"):
        for parameter in query.parameters:
            found = page.context.answers.published(query, {parameter.name: value})
            if found:
                return found.path
    return None


def _excerpts(page: HtmlPage) -> Iterator[Excerpt]:
    """The beginnings of the answers that the site wants on its start page, in its order; of one without rows why."""
    most, then = _ROWS
    for query in (query for query in _placed(page) if query.home is not None and not query.view):
        answer, none = page.context.answer(query, page.language), page.locale.pick(query.empty).text
        if isinstance(answer, Table) and (answer.rows or none):
            shown, most = most + (len(answer.rows) == most + 1), then  # never all but one
            beginning = grid(page, answer, query.columns, shown, query.properties)
            heading, url = page.locale.pick(query.summary).text, page.page_url(f"{paths.ANSWERS}{query.name}")
            yield Excerpt(heading, beginning, url, len(answer.rows), len({row[0] for row in answer.rows}), none)


def _placed(page: HtmlPage) -> list[Query]:
    """The queries in the order of the start page: those that say their place, then the others."""
    return sorted(page.site.queries.values(), key=lambda query: (query.home is None, query.home or 0))


def _pictures(page: HtmlPage) -> Iterator[SmallPicture]:
    """The pictures and lists in which there is something."""
    offered = {query.download for query in page.site.queries.values()}  # each is on the page that offers it
    for query in (query for query in _placed(page) if query.view in _SHOWN and query.name not in offered):
        answer = page.context.answer(query, page.language)
        if isinstance(answer, Table) and answer.rows:
            small = thumbnail(query.view, grid(page, answer, query.columns, _DRAWN))
            text, url = _linked(page, query)
            yield SmallPicture(text if len(text) <= _LONGEST else page.context.short(query, page.language), url, small)


def _linked(page: HtmlPage, query: Query) -> tuple[str, str]:
    """What a query asks, and the way to its page."""
    return page.locale.pick(query.summary).text, page.page_url(f"{paths.ANSWERS}{query.name}")


def _questions(page: HtmlPage) -> Mapping[str, list[tuple[str, str]]]:
    """Some of the queries that ask in words, else any that people would ask: the common ones, and others to unfold."""
    asked = [query for query in page.site.queries.values() if not query.view]
    found = ([query for query in asked if QUESTION in query.tags] or asked)[:_QUESTIONS]
    common = [query for query in found if COMMON in query.tags] or found[:_OPEN]
    parts = {"questions": common, "further": [query for query in found if query not in common]}
    return {name: [_linked(page, query) for query in some] for name, some in parts.items()}


def _dataset(page: HtmlPage, title: str, lead: str) -> dict[str, Any]:
    """The site as a dataset in the words of schema.org, as data search engines read it."""
    settings = page.site.settings
    found = {
        "@context": SCHEMA.rstrip("/"),
        "@type": "Dataset",
        "@id": settings.base,
        "name": title,
        "description": lead,
        "url": settings.base,
        "inLanguage": page.language,
        "license": settings.license,
        "creator": {"@type": "Organization", "name": page.locale.pick(settings.publisher).text},
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": form.media_type,
                "contentUrl": f"{settings.base}{paths.DUMP}{form.suffix}",
            }
            for form in formats_for(Quads)
        ],
    }
    return {key: value for key, value in found.items() if value}
