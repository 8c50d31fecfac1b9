"""The page of all things of a kind: their names, and the way to a list of them that can be filtered."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from samverkan.model import paths
from samverkan.model.queries import Query
from samverkan.model.results import Graph, Page
from samverkan.publication.html.alphabet import sorting
from samverkan.publication.html.locale import Name, Words
from samverkan.publication.html.page import HtmlPage, in_short, small
from samverkan.publication.html.validation import cut
from samverkan.publication.kinds import title

_MOST = (400, 300, 200, 120, 60, 20, 5)
"""How many names the page has: the first number with which it is small enough."""

_COMMA = Markup(", ")

MESSAGES: Words = {
    "sv": {
        "kind-all": "{kind}: alla {count}",
        "kind-one": "{kind}: den enda",
        "kind-filter": "Som lista med fler uppgifter:",
        "kind-data": "Alla finns som data, och i sökningen.",
    },
    "en": {
        "kind-all": "{kind}: all {count}",
        "kind-one": "{kind}: the only one",
        "kind-filter": "As a list with more facts:",
        "kind-data": "All of them are there as data, and in the search.",
    },
}


def called(page: HtmlPage, path: str, things: Sequence[str]) -> Name:
    """What a kind is called; one without a name is called as its folder."""
    found = page.locale.pick(title(page.site, things))
    return found if found.text else Name(path.rpartition("/")[2])


def kind_list(page: HtmlPage, things: Sequence[str]) -> str:
    """The page of all things of a kind; of very many the first ones."""
    return small(_page(page, things, most) for most in _MOST)


def _page(page: HtmlPage, things: Sequence[str], most: int) -> str:
    way, key = page.context.way(things[0]), "kind-one" if len(things) == 1 else "kind-all"
    place = page.context.once(("sorted", page.path, page.language), lambda: _sorted(page, things))
    name = _plural(page, way) or called(page, page.path, things)
    return page.render(
        "kind.html",
        title=page.translate(key, kind=name.text, count=page.locale.number(len(things))),
        crumbs=page.crumbs((page.translate("data"), paths.DATA)),
        filtered=(page.context.short(way, page.language), page.page_url(f"{paths.ANSWERS}{way.name}")) if way else None,
        description=in_short(_COMMA.join(map(page.label, place[: _MOST[-2]]))),
        names=[page.link(iri) for iri in place[:most]],
        cut=cut(page, most, len(things), "kind-data"),
        address=page.address,
        formats=page.formats(Page(page.path, lambda: Graph(()), Graph)),
    )


def _plural(page: HtmlPage, way: Query | None) -> Name | None:
    """What things of one kind are called together: as the query is that lists just those."""
    return page.locale.pick(way.short or way.summary) if way and len(way.lists) == 1 else None


def _sorted(page: HtmlPage, things: Sequence[str]) -> list[str]:
    """Things by their names, in the order of the alphabet of the language; lines of one source stand together."""
    place = sorting(page.language)
    return sorted(things, key=lambda iri: (place(_source(page, iri)), place(page.name(iri).text), iri))


def _source(page: HtmlPage, iri: str) -> str:
    """What the source is called in which something stands on a line; nothing of all else."""
    line = page.context.origins.line(iri)
    return page.name(line.source).text if line else ""
