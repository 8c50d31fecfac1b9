"""The page of a canned query: what it answers, a form, the answer, its SPARQL, and the ways to take it home."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from markupsafe import Markup
from pyoxigraph import NamedNode, Triple

from samverkan.formats import formats_for
from samverkan.model import paths
from samverkan.model.iris import uri
from samverkan.model.media_types import MEDIA_TYPES
from samverkan.model.paging import FIRST, AnswerPart
from samverkan.model.queries import FOR_PAGES, QUESTION, Query
from samverkan.model.results import Answer, Graph, Page, Quads, Table, Term
from samverkan.publication.html import form, hits, lists, snippets, sparql
from samverkan.publication.html.context import spoken
from samverkan.publication.html.data import openapi
from samverkan.publication.html.grid import grid
from samverkan.publication.html.locale import Name, plain
from samverkan.publication.html.look import ACCENT
from samverkan.publication.html.origins import Note
from samverkan.publication.html.page import MOST_BYTES, HtmlPage, in_short
from samverkan.publication.html.pictures import ABOUT, PICTURES
from samverkan.publication.html.pictures.parts import size
from samverkan.publication.html.pictures.standalone import VIEWS, Drawing, standalone
from samverkan.publication.html.pictures.timeline import Today
from samverkan.publication.html.results import Asked, View, result
from samverkan.publication.html.things import Remark, remark, sources_of

PATH = paths.QUERIES
MOST_PICTURE_BYTES = 26_700
"""How large the HTML of a page with a picture may be, which needs a style sheet of its own."""

MESSAGES: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "query-all": "Alla frågor",
        "query-page": "Sida {number}",
        "query-pages": "Svarets sidor",
        "query-page-rows": "Sida {number} av {last}, med högst {limit} rader på varje sida.",
        "query-page-things": "Sida {number} av {last}, med högst {limit} saker på varje sida.",
        "query-page-first": "Första sidan",
        "query-page-prev": "Föregående sida",
        "query-page-next": "Nästa sida",
        "query-page-last": "Sista sidan",
        "query-page-whole": "Webbplatsens alla uppgifter finns i en fil:",
        "query-choose": "Filtrera",
        "query-further": "Mer om frågan",
        "query-picture": "bild",
        "query-show": "Visa",
        "query-unasked": "Det går inte att göra egna val här. Svaret nedan är utan val.",
        "query-unasked-derived": "Det går inte att göra egna val här. Svaret nedan är framtaget för {day}.",
        "query-clear": "Ta bort valet",
        "query-clear-all": "Ta bort alla val",
        "query-answer": "Svar",
        "query-lists": "Välj ett värde ur en lista",
        "query-lists-instead": "Byt till ett annat värde ur en lista",
        "query-unscripted": "Utan JavaScript svarar knappen bara om webbplatsen har en server.",
        "query-unscripted-lists": "Annars går det att välja ett värde i taget:",
        "query-copied": "För program: fler format, curl, Python, R och SPARQL",
        "query-formats": "Fler format",
        "query-beside": "Se också:",
        "query-take": "Ladda ner",
        "query-copy": "Hämta med {name}",
        "query-sparql": "Frågan i SPARQL",
        "query-try": "Visa frågan på sidan för SPARQL",
        "query-lead": "Frågor med färdiga svar. Många går att begränsa med egna val, och alla svar går att ladda ner "
        "som data.",
        "query-group-all": "Frågor och svar",
        "query-group-other": "Övrigt",
        "query-group-more": "Fler översikter och frågor ({count})",
        "query-no-answer": "inget svar i uppgifterna",
        "query-group-machine": "För program",
        "query-group-machine-lead": "Svar som mest är till för att läsas av program.",
        "query-group-machine-all": "Visa alla {count}",
        "query-tools": "För den som bygger vidare",
        "query-tools-openapi": "beskrivning av gränssnittet",
        "query-tools-sparql": "ställ en egen fråga",
        "query-tools-catalogue": "Frågorna själva som data:",
    },
    "en": {
        "query-all": "All questions",
        "query-page": "Page {number}",
        "query-pages": "Pages of the answer",
        "query-page-rows": "Page {number} of {last}, with at most {limit} rows on each page.",
        "query-page-things": "Page {number} of {last}, with at most {limit} things on each page.",
        "query-page-first": "First page",
        "query-page-prev": "Previous page",
        "query-page-next": "Next page",
        "query-page-last": "Last page",
        "query-page-whole": "All facts of the site are in one file:",
        "query-choose": "Filter",
        "query-further": "More about the question",
        "query-picture": "picture",
        "query-show": "Show",
        "query-unasked": "You can't make choices of your own here. The answer below is without any.",
        "query-unasked-derived": "You can't make choices of your own here. The answer below is worked out for {day}.",
        "query-clear": "Remove this choice",
        "query-clear-all": "Remove all choices",
        "query-answer": "Answer",
        "query-lists": "Choose a value from a list",
        "query-lists-instead": "Change to another value from a list",
        "query-unscripted": "Without JavaScript the button answers only where the site has a server.",
        "query-unscripted-lists": "Otherwise you can choose one value at a time:",
        "query-copied": "For programs: more formats, curl, Python, R and SPARQL",
        "query-formats": "More formats",
        "query-beside": "See also:",
        "query-take": "Download",
        "query-copy": "Get it with {name}",
        "query-sparql": "The query in SPARQL",
        "query-try": "Show the query on the SPARQL page",
        "query-lead": "Questions with their answers. Many can be narrowed by your own choices, and every answer can be "
        "downloaded as data.",
        "query-group-all": "Questions and answers",
        "query-group-other": "Other",
        "query-group-more": "More overviews and questions ({count})",
        "query-no-answer": "no answer in the facts",
        "query-group-machine": "For programs",
        "query-group-machine-lead": "Answers that are mostly meant to be read by programs.",
        "query-group-machine-all": "Show all {count}",
        "query-tools": "For those who build on it",
        "query-tools-openapi": "description of the interface",
        "query-tools-sparql": "ask a question of your own",
        "query-tools-catalogue": "The questions themselves as data:",
    },
}

_SENTENCES = re.compile(r"(?<=[.?!”])\s+(?=[^\W\d_a-zåäö])")
_QUOTED = re.compile("(?<=[“”])([^“”]+)(?=”)")
_ANSWER = Markup("<!--answer-->")  # where the answer will stand: no text of a page can be this, for it is escaped
_LONGEST_SPARQL = 3_000  # characters that a page shows
_LONGEST_LINK = 1_200  # characters that stand in the address of a link
_LEAST_ROOM = 4_000  # bytes
_PICTURE = "picture"  # what the file with a picture is called
_MENU = "menu"  # the tag of a query that is there for the menus of others
_FIRST_FORMATS = 2  # that stand above the answer
_SPREADSHEET = ".safe.csv"  # the format that a spreadsheet reads
_DERIVED = "derived"
_WITH_SOURCES = frozenset({*ABOUT, "list", "matrix", "comparison", _DERIVED})
_MOST_TRACED = 300  # rows of which the sources are looked for
_AROUND = 800  # bytes for what is said of an answer


def image_suffix(language: str) -> str:
    """The suffix of a picture in a language."""
    return f".{language}.svg"


class Shown(NamedTuple):
    """A choice of the reader: what is chosen, what it is called, and the way to the page without it."""

    label: str
    value: Markup
    without: str


class Entry(NamedTuple):
    """A query on the page of all: its name, its description, the way to its page, and whether it has an answer."""

    name: Markup
    description: Markup | None
    url: str
    is_answered: bool


class QueryGroup(NamedTuple):
    """Queries about the same: what it is called, those that are seen at once, and those that are folded."""

    label: str
    shown: tuple[Entry, ...]
    folded: tuple[Entry, ...]


def answer(page: HtmlPage, query: Query, values: Mapping[str, str], part: AnswerPart = FIRST) -> str:
    """The page of a canned query with the values of its parameters, as its menus have them, or a part of a long answer.

    The answer is put in last, when it is known how much room the page has for it.
    """
    part = page.context.screen(query, page.language, values, part)
    view = _VIEWS.get(query.view, _plain_view)(page, query, values, part)
    parts = {**_parts(page, query, values, part), **view.parts}
    pager = _pager(page, query, values, part)
    html = page.render("question.html", title=plain(_title(page, query, values, part)), answer=_ANSWER, **parts)
    most = MOST_PICTURE_BYTES if query.view in PICTURES else MOST_BYTES
    found = view.result(max(most - size(html) - size(pager) - _AROUND, _LEAST_ROOM))
    shown = page.context.templates.get_template("answer.html").render(result=found, pager=pager)
    return html.replace(_ANSWER, shown, 1)


def _pager(page: HtmlPage, query: Query, values: Mapping[str, str], part: AnswerPart) -> Markup:
    """Which page of a long answer this is, the ways to the others, and to everything in one file."""
    last = page.context.page_count(query, page.language, values, part.limit)
    if last == 1:
        return Markup()
    turns = {"first": 1, "prev": part.number - 1, "next": part.number + 1, "last": last}
    html = page.render(
        "pager.html",
        number=page.locale.number(part.number),
        last=page.locale.number(last),
        limit=page.locale.number(part.limit or page.site.settings.page_rows),
        turns=[
            (
                rel,
                _turned(page, query, values, part._replace(number=to) if to > 1 else _first(page, query, values, part)),
            )
            for rel, to in turns.items()
            if 1 <= to <= last
        ],
        unit="things" if query.form in {"CONSTRUCT", "DESCRIBE"} or query.view == "list" else "rows",
        dumps=[(form.title, form.media_type, page.url(paths.DUMP + form.suffix)) for form in formats_for(Quads)],
    )
    return Markup(html)  # noqa: S704 - a template's


def _first(page: HtmlPage, query: Query, values: Mapping[str, str], part: AnswerPart) -> AnswerPart:
    """The first page, which stands where the answer stands."""
    return _whole(page, query, values, part)._replace(number=1)


def _turned(page: HtmlPage, query: Query, values: Mapping[str, str], part: AnswerPart) -> str:
    """The way to another page of the same answer, from where this one stands."""
    answers = page.context.answers
    place = answers.in_query_string if "?" in page.path else answers.anywhere
    return page.page_url(place(query, values, part).path)


def _title(page: HtmlPage, query: Query, values: Mapping[str, str], part: AnswerPart) -> str:
    chosen = (form.chosen(page, query, query.parameter(name), value) for name, value in values.items())
    number = [page.translate("query-page", number=page.locale.number(part.number))] if part.number > 1 else []
    return " – ".join((page.locale.pick(query.summary).text, *chosen, *number))


def _parts(page: HtmlPage, query: Query, values: Mapping[str, str], part: AnswerPart) -> dict[str, Any]:
    """What stands around the answer."""
    answered = data(page, query, values, _whole(page, query, values, part))
    text = query.bind({**spoken(query, page.language), **values})
    shown = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#+"))
    description = page.locale.pick(query.description).text
    return {
        "crumbs": _crumbs(page, query),
        "description": in_short(Markup.escape(description)),
        "heading": _text(page, query.summary),
        **dict(zip(("lead", "further"), _leads(page, query), strict=True)),
        "is_open": query.view == "search" or (query.view == "comparison" and not values),
        "ask": page.translate("search" if query.view == "search" else "query-show"),
        "action": page.page_url(f"{PATH}/{query.name}"),
        "chosen": tuple(_chosen(page, query, values)),
        "items": () if query.name in page.site.without_answer else tuple(form.items(page, query, values)),
        "links": tuple(form.links(page, query)) if _has_links(page, query, values, part) else (),
        "is_choice_first": not (query.view or values)
        and page.context.page_count(query, page.language, values, part.limit) > 1,
        "beside": tuple(_related(page, query)),
        "formats": page.formats(answered),
        "narrowed": {},
        "notes": tuple(_notes(page, query, values, part)) if QUESTION in query.tags else (),
        "is_picture": query.view in PICTURES,
        "unasked": _unasked(page, query),
        "downloads": tuple(_downloads(page, query, answered)),
        "is_nothing": False,
        "told": _sources(page, query, values, part),
        "further_formats": _by_use(page.formats(answered))[_FIRST_FORMATS:],
        "copied": tuple(snippets.texts(page, answered, query.name)),
        "base": uri(page.site.settings.base),
        "sparql": shown if len(shown) <= _LONGEST_SPARQL else None,
        "editor": page.page_url(sparql.asked(shown) if len(shown) <= _LONGEST_LINK else sparql.PATH),
        "text": page.url(f"{PATH}/{query.name}.rq"),
    }


def _whole(page: HtmlPage, query: Query, values: Mapping[str, str], part: AnswerPart) -> AnswerPart:
    """What is downloaded on a page: the answer where the reader did not ask for a part of it."""
    return FIRST if page.context.is_screen(query, page.language, values, part) else part


def _unasked(page: HtmlPage, query: Query) -> str:
    """What a host of files says that can't answer a choice: what is derived is so for a day."""
    day = page.locale.day(page.site.as_of)
    return page.translate("query-unasked-derived" if query.view == _DERIVED else "query-unasked", day=day)


def _sources(page: HtmlPage, query: Query, values: Mapping[str, str], part: AnswerPart) -> Markup:
    """The sources of an answer: of its things where the view says which those are, else of what joins its values."""
    if query.view not in _WITH_SOURCES and QUESTION not in query.tags and query.home is None:
        return Markup()
    answer = page.context.part(query, page.language, values, part)
    rows = answer.rows[:_MOST_TRACED] if isinstance(answer, Table) else ()
    if query.view not in ABOUT or not isinstance(answer, Table):
        return Markup() if _names_sources(page, rows) else sources_of(page, _joining(page, rows))
    column = answer.variables.index(ABOUT[query.view])
    things = dict.fromkeys(thing for row in answer.rows if (thing := row[column]) is not None)
    return sources_of(page, (fact for thing in things for fact in _facts(page, thing)))


def _names_sources(page: HtmlPage, rows: Sequence[Sequence[Term | None]]) -> bool:
    """Whether an answer says itself which sources there are, as one on where facts come from does."""
    sources = {NamedNode(source) for source in page.context.origins.sources}
    return any(term in sources for row in rows for term in row)


def _joining(page: HtmlPage, rows: Sequence[Sequence[Term | None]]) -> Sequence[Triple]:
    """The facts about a thing in a row of which the value is there, too; where there is none, all about such things."""
    pairs = ((fact, row) for row in rows for term in dict.fromkeys(row) for fact in _facts(page, term))
    found = dict.fromkeys(fact for fact, row in pairs if fact.object in row)
    return tuple(found or (fact for term in dict.fromkeys(chain(*rows)) for fact in _facts(page, term)))


def _facts(page: HtmlPage, term: Term | None) -> Sequence[Triple]:
    """What is said of a thing of the site."""
    return page.context.facts(term.value) if isinstance(term, NamedNode) else ()


def _notes(page: HtmlPage, query: Query, values: Mapping[str, str], part: AnswerPart) -> Iterator[Remark]:
    """What the curators note about a property of all the things of which the answer has a value of it."""
    answer = page.context.part(query, page.language, values, part)
    columns, every = (answer.variables, answer.rows) if isinstance(answer, Table) else ((), ())
    for place, column in enumerate(columns):
        name = query.properties.get(column, page.site.settings.ontology + column)
        rows = [row for row in every if row[place] is not None]
        noted = (_noted(page, row, name) for row in rows)
        common = set.intersection(*noted) if rows else set()
        yield from (remark(page, note) for note in sorted(common, key=lambda note: note.iri))


def _noted(page: HtmlPage, row: Sequence[Term | None], name: str) -> set[Note]:
    """The notes on a property as a whole, not only on one value, of the things in a row."""
    things = (term.value for term in row if isinstance(term, NamedNode))
    notes = (note for thing in things for note in page.context.origins.notes(thing))
    return {note for note in notes if note.property == name and note.value is None and not note.is_missing}


def _downloads(page: HtmlPage, query: Query, answered: Page) -> Iterator[tuple[str | Markup, str, str]]:
    """What can be downloaded: what a spreadsheet reads first, then what programs do, and the picture.

    Nothing, where no choice has an answer: a table without rows is of use to programs alone.
    """
    if query.name in page.site.without_answer:
        return
    whole = page.site.queries.get(query.download)
    if whole:
        _, media_type, url = _by_use(page.formats(data(page, whole, {})))[0]
        yield _text(page, whole.summary) or Markup.escape(whole.name), media_type, url
    yield from _by_use(page.formats(answered))[:_FIRST_FORMATS]
    if query.view in VIEWS:
        url = page.url(f"{drawing(query)}{image_suffix(page.language)}")
        yield page.translate("query-picture"), MEDIA_TYPES[".svg"], url


def _by_use(formats: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """Formats, with the one for people first."""
    return sorted(formats, key=lambda one: not one[2].partition("?")[0].endswith(_SPREADSHEET))


def _has_links(page: HtmlPage, query: Query, values: Mapping[str, str], part: AnswerPart) -> bool:
    """Whether a page has links to the pages of values: the first one, where nothing is chosen and a choice may help."""
    is_first = not values and part.number == 1 and query.view not in FOR_PAGES | {"search"}
    return is_first and query.name not in page.site.without_answer


def _related(page: HtmlPage, query: Query) -> Iterator[tuple[Markup, str]]:
    """What is asked beside a list that shares a tag with it: what follows about the same things."""
    for other in page.site.queries.values() if query.view == "list" else ():
        if other.view == "derived" and {*other.tags} & {*query.tags}:
            yield _text(page, other.summary) or Markup.escape(other.name), page.page_url(f"{PATH}/{other.name}")


def _leads(page: HtmlPage, query: Query) -> tuple[Markup | None, Markup | None]:
    """The first sentence of the description of a query, and the others, which are folded."""
    found = page.locale.pick(query.description)
    sentences = [each for each in _SENTENCES.split(found.text) if found.text and not _leads_nowhere(page, each)]
    is_answered = query.name not in page.site.without_answer  # else the answer comes first, and nothing can be chosen
    first, others = sentences[:1] or [""], [" ".join(sentences[1:]) if is_answered else ""]
    leads = [
        _with_ways(page, page.named(found._replace(text=text, language=found.language or None))) if text else None
        for text in (*first, *others)
    ]
    return leads[0], leads[1]


def _leads_nowhere(page: HtmlPage, sentence: str) -> bool:
    """Whether a sentence names another query that nothing in the facts answers."""
    found = (_named(page).get(quoted) for quoted in _QUOTED.findall(sentence))
    return any(query and query.name in page.site.without_answer for query in found)


def _named(page: HtmlPage) -> Mapping[str, Query]:
    """The queries by what they are called in the language of a page."""
    queries, pick = page.site.queries.values(), page.locale.pick
    return page.context.once(
        ("query-named", page.language), lambda: {pick(each.summary).text: each for each in queries}
    )


def _with_ways(page: HtmlPage, text: Markup) -> Markup:
    """A text in which the name of another query, between quotation marks, leads to that."""
    queries = {str(Markup.escape(name)): query for name, query in _named(page).items()}

    def linked(quoted: re.Match[str]) -> str:
        query = queries.get(quoted[1])
        return f'<a href="{page.page_url(f"{PATH}/{query.name}")}">{quoted[1]}</a>' if query else quoted[0]

    return Markup(_QUOTED.sub(linked, text))  # noqa: S704 - escaped already


def _crumbs(page: HtmlPage, query: Query) -> tuple[tuple[str | Markup, str], ...]:
    """The way to a query: the search and those of the main menu stand below the start page, others below all questions.

    A comparison stands below what leads to the things that it compares.
    """
    if query.navigation is not None or query.view == "search":
        return page.crumbs()
    compared = page.context.summaries.compared(query.name)
    way = page.context.way(compared) if compared else None
    if way:
        return page.crumbs((page.context.short(way, page.language), f"{PATH}/{way.name}"))
    return page.crumbs((page.translate("data"), paths.DATA), (page.translate("questions"), paths.QUERIES))


def _text(page: HtmlPage, texts: Mapping[str, str]) -> Markup | None:
    found = page.locale.pick(texts)
    return page.named(Name(found.text, found.language or None)) if found.text else None


def data(page: HtmlPage, query: Query, values: Mapping[str, str], part: AnswerPart = FIRST) -> Page:
    """The page with the same answer as data, in the language of a page for people."""
    return page.context.answers.anywhere(query, {**values, **spoken(query, page.language)}, part)


def _chosen(page: HtmlPage, query: Query, values: Mapping[str, str]) -> Iterator[Shown]:
    for name, value in values.items():
        parameter = query.parameter(name)
        text = Markup("<bdi>%s</bdi>") % form.chosen(page, query, parameter, value)
        shown = page.link(value) if parameter.kind == "iri" else text
        yield Shown(form.label(page, parameter), shown, _without(page, query, values, name))


def _without(page: HtmlPage, query: Query, values: Mapping[str, str], name: str) -> str:
    """The way to the page without one of the choices."""
    left = {other: value for other, value in values.items() if other != name}
    return page.page_url(page.context.answers.anywhere(query, left).path)


def _plain_view(page: HtmlPage, query: Query, values: Mapping[str, str], part: AnswerPart) -> View:
    """An answer without a view of its own in HTML."""
    found, count = page.context.part(query, page.language, values, part), page.context.page_count
    is_part = count(query, page.language, values, part.limit) > 1
    total = count(query, page.language, values, 1) if is_part else None
    # That nothing answers a choice is told first, then what else can be chosen, and no file of that is offered.
    parts = {"downloads": (), "is_nothing": True} if values and not query.view and _is_blank(found) else {}
    return View(parts, partial(result, page, query, found, Asked(bool(values), total)))


def _is_blank(found: Answer) -> bool:
    """Whether an answer has no row and no triple."""
    return (isinstance(found, Table) and not found.rows) or (isinstance(found, Graph) and not found.triples)


_VIEWS: Mapping[str, Callable[[HtmlPage, Query, Mapping[str, str], AnswerPart], View]] = {
    "list": lists.view,
    "search": hits.view,
}


def picture(page: HtmlPage, query: Query) -> str:
    """The picture of a query, without any choice, as an SVG file."""
    answered, today = page.context.answer(query, page.language), page.site.as_of
    assert isinstance(answered, Table)
    empty = Drawing(page.locale.pick(query.summary).text, page.language, page.site.settings.look.accent or ACCENT)
    found = grid(page, answered, query.columns)
    return standalone(query.view, found, page.translate, Today(today, page.locale.day(today)), empty)


def drawing(query: Query) -> str:
    """The path of the picture of a query as a file, without suffix."""
    return f"{PATH}/{query.name}/{_PICTURE}"


def questions(page: HtmlPage) -> str:
    """The page with all canned queries, by the entries of the main menu; those for programs last."""
    queries = page.site.queries.values()
    return page.render(
        "questions.html",
        title=page.translate("query-all"),
        crumbs=page.crumbs((page.translate("data"), paths.DATA)),
        description=page.translate("query-lead"),
        groups=tuple(_groups(page, [query for query in queries if not _is_for_programs(query)])),
        machine=tuple(_entry(page, query) for query in queries if _is_for_programs(query)),
        formats=page.formats(Page(PATH, lambda: Graph(()), Graph)),
        openapi=page.url(openapi(page)),
    )


def _groups(page: HtmlPage, queries: Iterable[Query]) -> Iterator[QueryGroup]:
    """The queries by what they are about, in the order of the menu: those that are asked in words, then the others."""
    labels = [page.context.short(entry, page.language) for entry in page.context.navigation]
    found: dict[str, list[Query]] = {label: [] for label in (*labels, "")}
    for query in queries:
        entry = page.context.entry(query)
        found[page.context.short(entry, page.language) if entry else ""].append(query)
    other = page.translate("query-group-other" if labels else "query-group-all")
    for label, each in found.items():
        if each:
            yield _group(page, label or other, sorted(each, key=partial(_rank, page)))


def _group(page: HtmlPage, label: str, queries: Sequence[Query]) -> QueryGroup:
    shown = [query for query in queries if _is_shown(page, query)] or queries
    folded = [query for query in queries if query not in shown]
    return QueryGroup(label, *(tuple(_entry(page, query) for query in each) for each in (shown, folded)))


def _rank(page: HtmlPage, query: Query) -> tuple[bool, bool, bool, int]:
    """The place of a query: the entry of the menu first, and last what has no answer."""
    return query.name in page.site.without_answer, query.navigation is None, query.home is None, query.home or 0


def _is_shown(page: HtmlPage, query: Query) -> bool:
    """Whether a query is seen at once: it has an answer, and asks in words or draws."""
    asks = page.locale.pick(query.summary).text.rstrip().endswith("?")
    return query.name not in page.site.without_answer and (asks or bool(query.view))


def _is_for_programs(query: Query) -> bool:
    return query.form in {"CONSTRUCT", "DESCRIBE"} or query.view in FOR_PAGES or _MENU in query.tags


def _entry(page: HtmlPage, query: Query) -> Entry:
    name = _text(page, query.summary) or Markup.escape(query.name)
    is_answered = query.name not in page.site.without_answer
    return Entry(name, _leads(page, query)[0], page.page_url(f"{PATH}/{query.name}"), is_answered)


__all__ = ["MESSAGES", "PATH", "answer", "data", "questions"]
