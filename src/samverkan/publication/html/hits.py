"""The view `search`: a hit for each thing that has the text in one of its names, with what kind of thing it is.

Where there is no server the same page finds them by a script, in the index of `samverkan.publication.html.index`;
what the script needs stands in `data-` attributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup
from pyoxigraph import NamedNode

from samverkan.model.paging import AnswerPart
from samverkan.model.results import Table, Term
from samverkan.publication.html import form
from samverkan.publication.html.alphabet import folded
from samverkan.publication.html.index import SEARCH, kind, suffix
from samverkan.publication.html.locale import Name, plain
from samverkan.publication.html.pictures.parts import fitting
from samverkan.publication.html.results import Result, View, cut

if TYPE_CHECKING:
    from samverkan.model.queries import Query
    from samverkan.publication.html.page import HtmlPage

MESSAGES: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "hits-none": "Inget namn innehåller ”{text}”.",
        "hits-nowhere": "Inget namn innehåller texten.",
        "hits-failed": "Här går det inte att söka. Slå upp namnet i bokstavsordning i stället.",
        "hits-one": "En träff på ”{text}”.",
        "hits-found": "{count} träffar på ”{text}”.",
        "hits-hint": "Skriv ett namn eller ord ur ett. Ordning, skiftläge och accenter spelar ingen roll.",
        "hits-names": "Alla namn i bokstavsordning",
        "hits-called": "kallas även {name}",
    },
    "en": {
        "hits-none": "No name contains “{text}”.",
        "hits-nowhere": "No name contains the text.",
        "hits-failed": "Searching does not work here. Look the name up in alphabetical order instead.",
        "hits-one": "One hit for “{text}”.",
        "hits-found": "{count} hits for “{text}”.",
        "hits-hint": "Write a name, or words of one. Order, case and accents make no difference.",
        "hits-names": "All names in alphabetical order",
        "hits-called": "also called {name}",
    },
}

TEXT = "text"
_MOST = 400


class Hit(NamedTuple):
    """A thing that was found: what it is called, and the names in which the words of the text are."""

    iri: str
    label: str
    matches: tuple[str, ...]


def view(page: HtmlPage, query: Query, values: Mapping[str, str], part: AnswerPart) -> View:
    """The view of a search; without a text it finds nothing, for all names stand in the alphabetical index."""
    text = values.get(TEXT, "")
    text = text if folded(text) else ""  # spaces are no text
    found = _ranked(_hits(page, query, values, part), text) if text else []
    items = tuple(_helped(page, item) for item in form.items(page, query, values))
    return View({"items": items, "links": (), "chosen": ()}, partial(_result, page, found, text))


def _helped(page: HtmlPage, item: form.FormField) -> form.FormField:
    """The field for the text tells what to write there."""
    return item._replace(help=page.translate("hits-hint")) if item.name == TEXT else item


def _result(page: HtmlPage, found: Sequence[Hit], text: str, room: int) -> Result:
    parts = fitting([_hit(page, hit, text) for hit in found[:_MOST]], room)
    said = _said(page, len(found), text) if text else ""
    html = page.render("hits.html", text=text, index=page.url(SEARCH + suffix(page.language)), hits=parts)
    return Result(said, cut(page, len(parts), len(found)), Markup(html))  # noqa: S704 - a template's


def _said(page: HtmlPage, count: int, text: str) -> str:
    key = {0: "hits-none", 1: "hits-one"}.get(count, "hits-found")
    return page.translate(key, count=page.locale.number(count), text=plain(text))


def _hits(page: HtmlPage, query: Query, values: Mapping[str, str], part: AnswerPart) -> Iterable[Hit]:
    """The things of an answer, each once, with all the names that were found."""
    answer = page.context.part(query, page.language, values, part)
    assert isinstance(answer, Table)
    found: dict[str, Hit] = {}
    for row in answer.rows:
        record = dict(zip(answer.variables, row, strict=True))
        thing = record["thing"]
        if isinstance(thing, NamedNode):
            label = _plain(record.get("label")) or page.name(thing.value).text
            hit = found.get(thing.value, Hit(thing.value, label, ()))
            found[thing.value] = hit._replace(matches=(*hit.matches, _plain(record.get("match"))))
    return found.values()


def _plain(term: Term | None) -> str:
    return plain(str(getattr(term, "value", "")))


def _ranked(hits: Iterable[Hit], text: str) -> list[Hit]:
    """The nearest first: whose name is the text, then begins with it, then has a word that does."""
    wanted = folded(text)
    return sorted(hits, key=lambda hit: min(_distance(folded(name), wanted) for name in (hit.label, *hit.matches)))


def _distance(name: str, wanted: str) -> int:
    if name == wanted:
        return 0
    return 1 if name.startswith(wanted) else 2 if f" {wanted}" in name else 3


def _has(name: str, text: str) -> bool:
    """Whether all words of a text are in a name, in any order."""
    bare = folded(name)
    return all(word in bare for word in folded(text).split())


def _hit(page: HtmlPage, hit: Hit, text: str) -> Markup:
    """A hit as HTML; the other name that was found is told where the one that is shown does not have the text."""
    other = next((name for name in hit.matches if name and name != hit.label), "")
    is_shown = other and not _has(hit.label, text)
    of_kind = kind(page.context, hit.iri, page.language)
    notes = [of_kind] if of_kind else []
    notes += [page.translate("hits-called", name=other)] if is_shown else []
    link = page.link(hit.iri, Name(hit.label))
    return Markup("<li>%s%s</li>\n") % (link, Markup().join(Markup(" <small>%s</small>") % note for note in notes))
