"""The start page: what the site is, what is new on it, what one can ask, and what one can take home."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from samverkan.formats import formats_for
from samverkan.model import paths
from samverkan.model.namespaces import SCHEMA
from samverkan.model.queries import Query
from samverkan.model.results import Quads, Table
from samverkan.publication.html import changes
from samverkan.publication.html.data import dumps
from samverkan.publication.html.grid import Grid, grid
from samverkan.publication.html.locale import Words
from samverkan.publication.html.page import HtmlPage, json_ld
from samverkan.publication.html.pictures import PICTURES
from samverkan.publication.html.validation import summary

PATH = paths.START
_ROWS = 6
_QUESTIONS = 12
_SHOWN = frozenset({*PICTURES, "list"})  # views that are worth a look by themselves
_QUESTION = "question"  # the tag of a query that is asked in so many words

MESSAGES: Words = {
    "sv": {
        "home-all": "Visa alla {count}",
        "home-pictures": "Bilder och listor",
        "home-questions": "Frågor man kan ställa",
        "home-all-questions": "Alla frågor",
        "home-data": "Ladda ner",
        "home-more-data": "Mer om data",
        "home-checked": "Så är uppgifterna kontrollerade",
        "home-checked-lead": "Inget publiceras som inte har klarat kontrollen. Senast:",
    },
    "en": {
        "home-all": "Show all {count}",
        "home-pictures": "Pictures and lists",
        "home-questions": "Questions you can ask",
        "home-all-questions": "All questions",
        "home-data": "Download",
        "home-more-data": "More about the data",
        "home-checked": "How the facts are checked",
        "home-checked-lead": "Nothing is published that has not passed the checks. The last time:",
    },
}


class Excerpt(NamedTuple):
    """The beginning of an answer: the question, the first rows, the way to all, and how many there are."""

    heading: str
    grid: Grid
    url: str
    rows: int


def home(page: HtmlPage) -> str:
    """The start page of a site."""
    settings, translate = page.site.settings, page.translate
    title = page.context.title(page.language)
    lead = page.locale.pick(settings.description)
    return page.render(
        "home.html",
        title=page.translate("home"),
        heading=page.named(title),
        lead=page.named(lead) if lead.text else None,
        excerpts=list(_excerpts(page)),
        pictures=[_linked(page, query) for query in _placed(page) if query.view in _SHOWN and _has_rows(page, query)],
        questions=[_linked(page, query) for query in _questions(page)],
        dumps=dumps(page),
        latest=changes.latest(page),
        description=lead.text,
        checked=f"{translate('home-checked-lead')} {summary(page, page.site.report)}",
        embedded=json_ld(_dataset(page, title.text, lead.text)),
    )


def _excerpts(page: HtmlPage) -> Iterator[Excerpt]:
    """The beginnings of the answers that the site wants on its start page, in its order."""
    for query in (query for query in _placed(page) if query.home is not None and not query.view):
        answer = page.context.answer(query, page.language)
        if isinstance(answer, Table) and answer.rows:
            beginning = grid(page, answer, query.columns, _ROWS)
            heading = page.locale.pick(query.summary).text
            yield Excerpt(heading, beginning, page.page_url(f"{paths.ANSWERS}{query.name}"), len(answer.rows))


def _placed(page: HtmlPage) -> list[Query]:
    """The queries in the order of the start page: those that say their place, then the others."""
    return sorted(page.site.queries.values(), key=lambda query: (query.home is None, query.home or 0))


def _has_rows(page: HtmlPage, query: Query) -> bool:
    answer = page.context.answer(query, page.language)
    return isinstance(answer, Table) and bool(answer.rows)


def _linked(page: HtmlPage, query: Query) -> tuple[str, str]:
    """What a query asks, and the way to its page."""
    return page.locale.pick(query.summary).text, page.page_url(f"{paths.ANSWERS}{query.name}")


def _questions(page: HtmlPage) -> list[Query]:
    """Some of the queries that ask in words, else any that people would ask."""
    asked = [query for query in page.site.queries.values() if not query.view]
    return ([query for query in asked if _QUESTION in query.tags] or asked)[:_QUESTIONS]


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
