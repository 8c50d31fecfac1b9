"""The view `search`: what a text finds, the best first, by what kind of thing it is.

A text alone is looked for in the names and descriptions of things and in the questions. With values of further
parameters the query itself answers.

Where there is no server the same page finds them by a script, in the index of `samverkan.publication.html.index`;
what the script needs stands in `data-` attributes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from markupsafe import Markup
from pyoxigraph import NamedNode

from samverkan.model import paths
from samverkan.model.paging import AnswerPart
from samverkan.model.results import Table, Term
from samverkan.publication.html import form
from samverkan.publication.html.alphabet import folded
from samverkan.publication.html.index import SearchEntry, kind, searched, suffix
from samverkan.publication.html.locale import Name, plain
from samverkan.publication.html.pictures.parts import fitting
from samverkan.publication.html.results import Result, View, cut
from samverkan.publication.html.search import NEAR, SOME, SearchHit, search
from samverkan.publication.html.stop_words import stop_words

if TYPE_CHECKING:
    from samverkan.model.queries import Query
    from samverkan.publication.html.page import HtmlPage

MESSAGES: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "hits-none": "Inget här heter eller handlar om ”{text}”.",
        "hits-failed": "Här går det inte att söka. Slå upp namnet i bokstavsordning i stället.",
        "hits-one": "En träff på ”{text}”.",
        "hits-found": "{count} träffar på ”{text}”.",
        "hits-hint": "Skriv i rutan högst upp: ord ur ett namn, en beskrivning eller en fråga, i valfri ordning.",
        "hits-unscripted": "Utan JavaScript svarar rutan bara om webbplatsen har en server. Annars går det att leta "
        "bland namnen här med webbläsarens egen sökning (Ctrl+F).",
        "hits-names": "Alla namn i bokstavsordning",
        "hits-called": "kallas även {name}",
        "hits-near": "Inget heter just ”{text}”. Det här liknar det.",
        "hits-some": "Inget av det som går att söka här har alla orden i ”{text}”. Det här har några av dem.",
        "hits-rest": "Alla orden i ”{text}” finns i {count} av träffarna, några av dem i de andra.",
        "search-main": "Ur menyn",
        "search-question": "Fråga",
        "search-overview": "Översikt",
        "search-page": "Sida",
        "search-part": "Data efter ursprung",
        "search-unanswered": "Fråga utan svar i uppgifterna",
    },
    "en": {
        "hits-none": "Nothing here is called “{text}” or is about it.",
        "hits-failed": "Searching does not work here. Look the name up in alphabetical order instead.",
        "hits-one": "One hit for “{text}”.",
        "hits-found": "{count} hits for “{text}”.",
        "hits-hint": "Write in the box at the top: words of a name, a description or a question, in any order.",
        "hits-unscripted": "Without JavaScript the box answers only where the site has a server. Otherwise look "
        "through the names here with your browser's own search (Ctrl+F).",
        "hits-names": "All names in alphabetical order",
        "hits-called": "also called {name}",
        "hits-near": "Nothing is called just “{text}”. This is similar.",
        "hits-some": "Nothing that can be searched here has all the words of “{text}”. This has some of them.",
        "hits-rest": "All the words of “{text}” are in {count} of these hits, some of them in the others.",
        "search-main": "From the menu",
        "search-question": "Question",
        "search-overview": "Overview",
        "search-page": "Page",
        "search-part": "Data by origin",
        "search-unanswered": "Question without an answer in the facts",
    },
}

TEXT = "text"
_MOST = 400
_SHOWN, _MANY = 5, 7  # hits of a kind that are shown, where there are more than so many
_LESS = {NEAR: "hits-near", SOME: "hits-some"}  # what is said where not all is as it was written


class HitGroup(NamedTuple):
    """Hits of one kind, and the others, which are folded where there are hits of other kinds, too."""

    kind: str
    hits: tuple[Markup, ...]
    folded: tuple[Markup, ...] = ()


def view(page: HtmlPage, query: Query, values: Mapping[str, str], part: AnswerPart) -> View:
    """The view of a search; without a text it has everything by kind, as far as there is room."""
    text = values.get(TEXT, "")
    text = text if folded(text) else ""  # spaces are no text
    found = _found(page, query, values, part) if text else []
    items = tuple(form.items(page, query, values))
    around: dict[str, Any] = {"items": items, "links": (), "chosen": (), "downloads": ()}
    if len(items) == 1:  # a text alone is written in the box that all pages have
        around |= {"items": (), "top": _filled(page, text), "lead": page.translate("hits-hint"), "further": None}
    around |= {"lead": None, "further": None} if text else {}  # who has written knows what to write
    return View(around, partial(_result, page, found, text))


def _filled(page: HtmlPage, text: str) -> Markup:
    """The top of a page with a text in the box for searches."""
    box = Markup('<input id="search" ')
    return page.context.frame(page.language, page.root).top.replace(box, box + Markup('value="%s" ') % text, 1)


def _found(page: HtmlPage, query: Query, values: Mapping[str, str], part: AnswerPart) -> Sequence[SearchHit]:
    """What is found: by the text alone in everything, else in what the query answers."""
    entries = searched(page.context, page.language) if values.keys() == {TEXT} else _answered(page, query, values, part)
    return search(tuple(entries), values[TEXT], page.site.settings.synonyms, stop_words(page.language))


def _answered(page: HtmlPage, query: Query, values: Mapping[str, str], part: AnswerPart) -> Iterable[SearchEntry]:
    """The things of an answer, each once, with all the names that were found."""
    answer = page.context.part(query, page.language, values, part)
    assert isinstance(answer, Table)
    found: dict[str, SearchEntry] = {}
    for row in answer.rows:
        record = dict(zip(answer.variables, row, strict=True))
        thing = record["thing"]
        if isinstance(thing, NamedNode):
            entry = found.get(thing.value) or _entry(page, thing.value, record.get("label"))
            found[thing.value] = entry._replace(others=(*entry.others, _plain(record.get("match"))))
    return found.values()


def _entry(page: HtmlPage, iri: str, label: Term | None) -> SearchEntry:
    name = Name(_plain(label)) if label is not None else page.name(iri)
    return SearchEntry(name, (), page.context.target(iri) or "", kind(page.context, iri, page.language))


def _plain(term: Term | None) -> str:
    return plain(str(getattr(term, "value", "")))


def _everything(page: HtmlPage) -> list[SearchHit]:
    """What can be found, by its names alone, but notes; words of the vocabulary have a page of their own."""
    notes = {page.context.target(iri) for iri in page.context.origins.noted}
    found = (entry for entry in searched(page.context, page.language) if not entry.is_term and entry.path not in notes)
    return [SearchHit(0, entry.name.text, entry._replace(text="")) for entry in found]


def _result(page: HtmlPage, found: Sequence[SearchHit], text: str, room: int) -> Result:
    """What was found, by kind; where nothing is looked for everything, so that a browser can look through it."""
    found = found if text else _everything(page)
    parts = fitting([_hit(page, hit, text) for hit in found[:_MOST]], room)
    groups: dict[str, list[Markup]] = {}
    for hit, part in zip(found, parts, strict=False):
        groups.setdefault(hit.entry.kind, []).append(part)
    html = page.render(
        "hits.html",
        text=text,
        index=page.url(paths.SEARCH + suffix(page.language)),
        groups=[_group(name, hits, can_fold=bool(text) and len(groups) > 1) for name, hits in groups.items()],
    )
    said = _said(page, found, text) if text else ""
    return Result(said, cut(page, len(parts), len(found)), Markup(html))  # noqa: S704 - a template's


def _group(name: str, hits: Sequence[Markup], *, can_fold: bool) -> HitGroup:
    shown = _SHOWN if can_fold and len(hits) > _MANY else len(hits)
    return HitGroup(name, tuple(hits[:shown]), tuple(hits[shown:]))


def _said(page: HtmlPage, found: Sequence[SearchHit], text: str) -> str:
    whole = [hit for hit in found if hit.rank < SOME] or found
    key = {0: "hits-none", 1: "hits-one"}.get(len(found), "hits-found" if len(whole) == len(found) else "hits-rest")
    key = _LESS.get(found[0].rank, key) if found else key
    return page.translate(key, count=page.locale.number(len(whole)), text=plain(text))


def _hit(page: HtmlPage, hit: SearchHit, text: str) -> Markup:
    """A hit as HTML: its name, and what tells it from others.

    The other name that was found is told where the one that is shown does not have the text.
    """
    label = page.named(hit.entry.name)
    link = Markup('<a href="%s">%s</a>') % (page.page_url(hit.entry.path), label) if hit.entry.path else label
    is_named = hit.match in hit.entry.others and not _has(hit.entry.name.text, text)
    called = page.translate("hits-called", name=hit.match) if is_named else ""
    lines = (Markup(" <small>%s</small>") % line for line in (called, hit.entry.line) if line)
    return Markup("<li>%s%s</li>\n") % (link, Markup().join(lines))


def _has(name: str, text: str) -> bool:
    """Whether all words of a text are in a name, in any order."""
    bare = folded(name)
    return all(word in bare for word in folded(text).split())
