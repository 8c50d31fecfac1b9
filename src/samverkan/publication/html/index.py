"""Everything that has a name and a page, and the index that the search without a server reads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

import orjson
from pyoxigraph import Literal, NamedNode, Triple

from samverkan.model import paths
from samverkan.model.namespaces import DCTERMS, LABELS, SKOS
from samverkan.model.queries import FOR_PAGES
from samverkan.publication.html.alphabet import folded, letter, sorting
from samverkan.publication.html.locale import Name, beginning, capitalised, plain
from samverkan.publication.html.stop_words import stop_words

if TYPE_CHECKING:
    from samverkan.model.queries import Query
    from samverkan.model.results import Term
    from samverkan.publication.html.context import TemplateContext

MOST_BYTES = 30_000
"""How large the index is with descriptions; without them it grows with the names."""
_SHARE = 0.7  # of the index that names and paths may take
_AROUND = 2  # bytes around a description, besides quotation marks
_FIELD, _ROW = "\t", "\n"  # what stands between the parts of a row, and between rows
_OTHER_SIGNS = re.compile("[^a-z0-9]+")
_LONGEST = 500  # characters of a description that are looked through
_SHOWN = 150  # characters of a description beside a name
_MOST_NAMED = 3  # things that link to one in the same way
# The places of questions, of other queries and things and pages, of what few look for, and of words of the vocabulary.
_ASKED, _SHOWN_WHOLE, _PAGES, _LATE, _LAST = 1000, 1001, 1004, 1005, 1008
_PLACE = attrgetter("place")
_MENU = "menu"  # the tag of a query that is there for the menus of others

# The pages of the site itself: the path of each, its title, and what it is.
_OWN = (
    (paths.CHANGES, "changes-title", ""),
    (paths.DATA, "data-title", "data-search"),
    (paths.VALIDATION, "validation", ""),
    (paths.QUERIES, "home-all-questions", ""),
    (paths.SPARQL, "sparql", ""),
    (paths.INDEX, "index", ""),
    (paths.ACCESSIBILITY, "accessibility-title", ""),
)

# What things are called among hits by the beginning of their paths, where their class is no everyday word.
_EVERYDAY = ((f"{paths.ONTOLOGY}/", "ontology"), (paths.ONTOLOGY, "search-page"), (paths.GRAPHS, "search-part"))

_NAMING = frozenset({*(label.value for label in LABELS), f"{SKOS}altLabel", f"{SKOS}notation", f"{DCTERMS}identifier"})


class IndexEntry(NamedTuple):
    """A thing with a name: its IRI, what it is called in a language, and the letter that it stands under there."""

    iri: str
    name: Name
    letter: str


def suffix(language: str) -> str:
    """The suffix of the index in a language."""
    return f".{language}.json"


def entries(context: TemplateContext, language: str) -> tuple[IndexEntry, ...]:
    """All things that have a name and a page, in the order of the alphabet; not what is evidence only, or withdrawn."""
    return context.once(("entries", language), lambda: tuple(_entries(context, language)))


def _entries(context: TemplateContext, language: str) -> Iterator[IndexEntry]:
    place = sorting(language)
    named = ((iri, context.name(iri, language)) for iri in _things(context))
    own = context.site.settings.ontology  # of a thing and a word of the vocabulary with one name the thing comes first
    for iri, name in sorted(named, key=lambda found: (place(found[1].text), found[0].startswith(own), found[0])):
        yield IndexEntry(iri, name, letter(name.text, language))


def _things(context: TemplateContext) -> tuple[str, ...]:
    hidden = context.origins.behind | context.site.tombstones.keys()
    found = context.site.documents.labels
    return context.once(
        "things", lambda: tuple(iri for iri in found if iri not in hidden and context.target(iri) is not None)
    )


def kind(context: TemplateContext, iri: str, language: str) -> str:
    """What kind of thing something is: what its most special class is called; empty where that has no name."""
    classes = context.classes(iri)
    known = classes[:1] and classes[0] in context.site.documents.labels
    return plain(context.name(classes[0], language).text) if known else ""


class SearchEntry(NamedTuple):
    """What can be found: what it is called, its other names, the path of its page, its kind, and what is said of it.

    `place` is that of its kind among the kinds; `is_main` is whether the menu leads to it, `is_late` whether few look
    for it.
    """

    name: Name
    others: tuple[str, ...]
    path: str
    kind: str
    text: str = ""
    place: int = 0
    is_late: bool = False
    is_main: bool = False

    @property
    def line(self) -> str:
        """What stands beside its name, by which it is told from others: the beginning of what is said of it."""
        return beginning(self.text, _SHOWN)

    @property
    def is_term(self) -> bool:
        """Whether it is a word of the vocabulary, which fewer look for."""
        return self.path.startswith(f"{paths.ONTOLOGY}/")

    @property
    def is_common(self) -> bool:
        """Whether many look for it."""
        return not (self.is_late or self.is_term)

    @property
    def is_question(self) -> bool:
        """Whether it is a question, the address of which says in words what it is."""
        return self.path.startswith(paths.ANSWERS)

    @property
    def names(self) -> tuple[str, ...]:
        """All that it is called."""
        return (self.name.text, *self.others)

    @property
    def whole(self) -> str:
        """All that is looked through: its names, what is said of it, and the words in the address of a question."""
        return " ".join((*self.names, self.text, self.path.rpartition("/")[2] if self.is_question else ""))


def searched(context: TemplateContext, language: str) -> tuple[SearchEntry, ...]:
    """Everything that the search looks through: things by their names, and the questions that people ask.

    Kinds stand in the order of the main menu: its pages, the things that they lead to, questions, other things, notes,
    parts of the data, questions without an answer, and words of the vocabulary.
    """
    return context.once(("searched", language), lambda: tuple(_searched(context, language)))


def _searched(context: TemplateContext, language: str) -> Iterator[SearchEntry]:
    every = (
        *_questions(context, language),
        *_pages(context, language),
        *_searched_things(context, language),
        *_notes(context, language),
    )
    found = sorted(every, key=_PLACE)
    kinds = {kind: place for place, kind in enumerate(dict.fromkeys(entry.kind for entry in found))}
    placed = (
        each._replace(place=kinds[each.kind], is_late=each.place >= _LATE, is_main=each.place < _ASKED)
        for each in found
    )
    yield from sorted(placed, key=_PLACE)


def _questions(context: TemplateContext, language: str) -> Iterator[SearchEntry]:
    """The queries that are for people, as questions."""
    locale = context.locales[language]
    for query in context.site.queries.values():
        if query.form == "SELECT" and query.view not in FOR_PAGES and _MENU not in query.tags:
            text = plain(locale.pick(query.description).text)
            name = locale.pick(query.summary)
            key, place = _asked(context, query, name.text)
            short = (plain(locale.pick(query.short).text),) if query.short else ()
            yield SearchEntry(name, short, f"{paths.ANSWERS}{query.name}", locale.translate(key), text, place)


def _pages(context: TemplateContext, language: str) -> Iterator[SearchEntry]:
    """The pages of the site itself, such as the one of its data."""
    translate = context.locales[language].translate
    for path, title, said in _OWN:
        if path != paths.CHANGES or context.site.history:
            text = plain(translate(said)) if said else ""
            yield SearchEntry(Name(plain(translate(title))), (), path, translate("search-page"), text, _PAGES)


def _asked(context: TemplateContext, query: Query, name: str) -> tuple[str, int]:
    """Which kind of question a query is, and the place of that."""
    if query.navigation is not None:
        return "search-main", 0
    if query.name in context.site.without_answer:
        return "search-unanswered", _LAST - 1
    return ("search-question", _ASKED) if name.endswith("?") else ("search-overview", _SHOWN_WHOLE)


def _searched_things(context: TemplateContext, language: str) -> Iterator[SearchEntry]:
    for entry in entries(context, language):
        path, said = context.target(entry.iri) or "", _said(context, entry.iri, language)
        named, place = _heading(context, entry.iri, path, language), _place(context, entry.iri)
        found = SearchEntry(entry.name, tuple(_others(context, entry)), path, named, said, place)
        yield found._replace(place=_LAST) if found.is_term else found


def _heading(context: TemplateContext, iri: str, path: str, language: str) -> str:
    """What stands above a thing among hits: its kind, in everyday words."""
    key = next((key for beginning, key in _EVERYDAY if path.startswith(beginning)), None)
    return context.locales[language].translate(key) if key else kind(context, iri, language)


def _notes(context: TemplateContext, language: str) -> Iterator[SearchEntry]:
    """What the curators note, by its name alone: it is told beside the facts, but may be all the answer there is."""
    for iri in sorted(context.origins.noted - context.site.tombstones.keys()):
        path = context.target(iri)
        if path is not None and iri in context.site.documents.labels:
            name = context.name(iri, language)
            yield SearchEntry(name, (), path, kind(context, iri, language), place=_LATE)


def _place(context: TemplateContext, iri: str) -> int:
    """The place of a thing: by the menu that leads to it; else what has a summary is first, a part of the data last."""
    way = context.way(iri)
    if way in context.navigation:
        return 1 + context.navigation.index(way)
    is_part = (context.target(iri) or "").startswith(paths.GRAPHS)
    return _LATE + 1 if is_part else _SHOWN_WHOLE + (1 if context.summaries.of(iri) else 2)


def _said(context: TemplateContext, iri: str, language: str) -> str:
    """What is said of a thing: the beginning of its description; else, where it has a summary, what links to it."""
    texts = context.texts(iri, f"{DCTERMS}description")
    if texts:
        return beginning(plain(context.locales[language].pick(texts).text), _LONGEST)
    links = context.incoming.get(iri, ()) if context.summaries.of(iri) else ()
    return beginning(plain("; ".join(_linking(context, links, language))), _LONGEST)


def _linking(context: TemplateContext, links: Iterable[Triple], language: str) -> Iterator[str]:
    """What a thing is to those that link to it: "Is mother of: Ada, Beda"."""
    found: dict[str, list[str]] = {}
    for triple in links:
        if isinstance(triple.subject, NamedNode):
            found.setdefault(triple.predicate.value, []).append(triple.subject.value)
    for predicate, subjects in found.items():
        names = ", ".join(context.name(iri, language).text for iri in subjects[:_MOST_NAMED])
        more = " …" if len(subjects) > _MOST_NAMED else ""
        yield f"{capitalised(context.inverse_name(predicate, language)).text}: {names}{more}"


def written(context: TemplateContext, language: str) -> bytes:
    """The index as JSON, small enough for a phone.

    It is a list of the kinds, the groups of words that mean the same, the stop words, the rows of each folder and kind,
    and the number of the first kind that few look for. Rows are one text, a line each: what a page is called, the last
    part of its path, and its other names, with tabs between them; behind two tabs its description where there is room:
    of things first, each kind in its turn, as a question says what it is.
    """
    found = _fitting(searched(context, language))
    room = MOST_BYTES - len(_written(context, language, found, frozenset()))
    described: set[str] = set()
    for entry in _in_turns([entry for entry in found if entry.text]):
        room -= len(orjson.dumps(entry.line)) + _AROUND
        if room < 0:
            break
        described.add(entry.path)
    return _written(context, language, found, described)


def _in_turns(found: Iterable[SearchEntry]) -> list[SearchEntry]:
    """What the menu leads to; then the first of each kind, the second of each, so that few have not to wait for many.

    Words of the vocabulary come behind the other things, and questions last.
    """
    turns: Counter[str] = Counter()
    placed = []
    for entry in found:
        turns[entry.kind] += not entry.is_main
        placed.append((entry.is_question, entry.is_term, turns[entry.kind], entry))
    return [entry for *_, entry in sorted(placed, key=lambda each: each[:-1])]


def _fitting(found: Sequence[SearchEntry]) -> Sequence[SearchEntry]:
    """All entries; where they have too many names, words of the vocabulary without their names in other languages."""
    size = sum(len(name.encode()) for entry in found for name in (entry.name.text, *entry.others, entry.path))
    if size <= MOST_BYTES * _SHARE:
        return found
    return [entry._replace(others=()) if entry.is_term else entry for entry in found]


def _written(context: TemplateContext, language: str, found: Sequence[SearchEntry], described: Container[str]) -> bytes:
    kinds = list(dict.fromkeys(entry.kind for entry in found))
    rows: dict[tuple[str, int], list[str]] = {}
    for entry in found:
        key = entry.path.rpartition("/")[0], kinds.index(entry.kind)
        rows.setdefault(key, []).append(_row(entry, is_described=entry.path in described))
    folders = [(folder, kind, _ROW.join(some)) for (folder, kind), some in rows.items()]
    late = min((entry.place for entry in found if entry.is_late), default=len(kinds))
    words = " ".join(stop_words(language))
    return orjson.dumps((kinds, context.site.settings.synonyms, words, folders, late))


def _row(entry: SearchEntry, *, is_described: bool) -> str:
    names = [_spaced(name) for name in entry.names if _spaced(name)] or [""]
    fields = [names[0], _last(names, entry.path.rpartition("/")[2]), *names[1:]]
    return _FIELD.join([*fields, "", _spaced(entry.line)] if is_described else fields)


def _spaced(text: str) -> str:
    return " ".join(plain(text).split())


def _last(names: Sequence[str], last: str) -> str:
    """The last part of a path: where it is one of the names in small letters, as many slashes as that has the place."""
    for place, name in enumerate(names, 1):
        if _OTHER_SIGNS.sub("-", folded(name)).strip("-") == last:
            return "/" * place
    return last


def _others(context: TemplateContext, entry: IndexEntry) -> list[str]:
    """The other names of a thing in any language, without those that its name has in it."""
    facts = context.facts(entry.iri)
    coded = (fact for triple in facts for fact in _codes(context, triple.object))
    values = (triple.object for triple in (*facts, *coded) if triple.predicate.value in _NAMING)
    names = dict.fromkeys(plain(value.value) for value in values if isinstance(value, Literal))
    known = folded(entry.name.text)
    return [name for name in names if folded(name) not in known]


def _codes(context: TemplateContext, value: Term) -> Iterable[Triple]:
    """What is said of a thing that has no name of its own, such as a number in a register."""
    if isinstance(value, NamedNode) and value.value not in context.site.documents.labels:
        return context.facts(value.value)
    return ()
