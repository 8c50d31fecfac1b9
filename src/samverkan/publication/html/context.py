"""The face of a site: everything about it that pages need, made once for all of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup
from pyoxigraph import Literal, NamedNode, Triple

from samverkan.model import paths
from samverkan.model.namespaces import DCTERMS, OWL, RDFS, SKOS, SUBCLASS, TYPE
from samverkan.model.paging import FIRST, LONG, SCREEN, AnswerPart, screen_rows
from samverkan.model.results import Table, Term, blocks
from samverkan.publication.html.fields import Fields
from samverkan.publication.html.locale import Locale, Name, Words
from samverkan.publication.html.origins import Origins
from samverkan.publication.html.summaries import Summaries

if TYPE_CHECKING:
    from samverkan.model.queries import Query
    from samverkan.model.results import Answer
    from samverkan.publication.answer_pages import AnswerPages
    from samverkan.site.checked_site import CheckedSite

T = TypeVar("T")

_MARKS = (f"{SKOS}notation", f"{DCTERMS}identifier")  # tells apart things that have no names
_KIND = f"{DCTERMS}type"
_LONGEST_NAME = 300  # characters: it stands on many pages
_IN_SCREENS = frozenset({"", "list"})  # the views of which long answers have pages of their own for people
_ITEM = "item"  # the column of a list with its things
_MOST_LITERALS = 20_000  # that are kept for the next page
_SHORT = 1000  # characters
_LANGUAGES = "http://publications.europa.eu/resource/authority/language"
_WEB = ("http://", "https://")
_INVERSE = NamedNode(f"{OWL}inverseOf")
_DETAIL_OF = "detailOf"  # there too: what tells how precisely a date is known
_INVERSE_LABEL = "inverseLabel"  # in the site's own namespace: what a link is called from its other end
_CLASSES = frozenset({f"{OWL}Class", f"{RDFS}Class"})
_WORDS = re.compile(r"(?<=[a-zåäö0-9])(?=[A-ZÅÄÖ])|[-_]+")


class Derived(NamedTuple):
    """What follows from the facts about a thing: a property, its value, and whether that is in doubt."""

    property: str
    value: Term
    is_doubtful: bool


class Frame(NamedTuple):
    """What is the same on every page: the links in its head, what is above and below it, and the site's title."""

    head: Markup
    top: Markup
    bottom: Markup
    title: str


class TemplateContext:
    """A site as its pages need it; `words` are the texts of the pages, and `answers` knows where answers stand."""

    def __init__(self, site: CheckedSite, words: Words, answers: AnswerPages) -> None:
        self.site = site
        self.answers = answers
        self.locales = {tag: Locale(tag, site.settings.languages, words) for tag in site.settings.languages}
        self.labels: dict[str, dict[str, Markup]] = {tag: {} for tag in site.settings.languages}
        self._targets: dict[str, str | None] = {}
        self._names: dict[tuple[str, str], Name] = {}
        self._once: dict[Hashable, Any] = {}
        self._latest: tuple[Hashable, Any] = (None, None)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` makes, made once for a key: what many pages have in common."""
        if key not in self._once:
            self._once[key] = make()
        return self._once[key]  # type: ignore[no-any-return]

    def latest(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` makes, kept until another key is asked for: what pages that follow one another have in common."""
        if self._latest[0] != key:
            self._latest = (key, make())
        return self._latest[1]  # type: ignore[no-any-return]

    def literal(self, language: str, value: Literal, make: Callable[[Literal], Markup]) -> Markup:
        """What `make` makes of a literal in a language, kept for a while: many pages have the same."""
        kept = self._literals[language]
        found = kept.get(value)
        if found is None:
            if len(kept) > _MOST_LITERALS:
                kept.clear()
            found = make(value)
            if len(value.value) < _SHORT:
                kept[value] = found
        return found

    @cached_property
    def _literals(self) -> dict[str, dict[Literal, Markup]]:
        return {tag: {} for tag in self.locales}

    def prepare(self) -> None:
        """Make everything that is made when it is first asked for."""
        _ = (
            self.templates,
            self.incoming,
            self.instances,
            self.uses,
            self.graph_subjects,
            self._inverses,
            self._inferred,
        )
        _ = self.derived, self.site.history, self.site.modified
        self.origins.prepare()
        self.summaries.prepare()
        self.fields.prepare()

    @property
    def templates(self) -> Environment:
        """The templates, which are the same for all sites."""
        return _templates()

    def frame(self, language: str, root: str) -> Frame:
        """What stands above and below every page that is so many folders deep, made once."""
        key = (language, root)
        if key not in self._frames:
            self._frames[key] = self._frame(self.locales[language], root)
        return self._frames[key]

    def title(self, language: str) -> Name:
        """What the site is called; one without a title is called by its address."""
        found = self.locales[language].pick(self.site.settings.title)
        return found if found.text.strip() else Name(self.site.settings.base.partition("://")[2].strip("/"))

    @cached_property
    def _frames(self) -> dict[tuple[str, str], Frame]:
        return {}

    def _frame(self, locale: Locale, root: str) -> Frame:
        settings, search = self.site.settings, self.query("search")
        module: Any = self.templates.get_template("frame.html").make_module(
            {
                "translate": locale.translate,
                "root": root,
                "suffix": f".{locale.language}.html",
                "index": f".{locale.language}.json",
                "title": self.title(locale.language).text,
                "publisher": locale.pick(settings.publisher).text,
                "about": _others(locale.pick(settings.about).text, locale.pick(settings.publisher).text),
                "license": settings.license,
                "license_links": (settings.license or "").lower().startswith(_WEB),
                "license_name": _license_name(settings.license or ""),
                "search": search.name if search else None,
                "menu": self.menu(locale.language),
            }
        )
        head, top, bottom = (Markup(part()) for part in (module.head, module.top, module.bottom))  # noqa: S704 - ours
        return Frame(head, top, bottom, self.title(locale.language).text)

    def menu(self, language: str) -> Sequence[tuple[str, str]]:
        """The main menu: what each entry is called, and its path without suffix; the data and all about them last."""
        locale = self.locales[language]
        own = [(self.short(query, language), f"{paths.ANSWERS}{query.name}") for query in self.navigation]
        start = [] if own else [(locale.translate("home"), paths.START), (locale.translate("questions"), paths.QUERIES)]
        return (*start, *own, (locale.translate("data"), paths.DATA))

    def short(self, query: Query, language: str) -> str:
        """What a query is called where there is little room."""
        return self.locales[language].pick(query.short or query.summary).text

    @cached_property
    def navigation(self) -> tuple[Query, ...]:
        """The queries of the main menu in their order."""
        placed = [query for query in self.site.queries.values() if query.navigation is not None]
        return tuple(sorted(placed, key=lambda query: query.navigation or 0))

    def entry(self, query: Query) -> Query | None:
        """The query of the main menu that a query is about the same as: itself, or one that shares its foremost tag."""
        found = (each for tag in query.tags for each in self.navigation if tag in each.tags)
        return query if query.navigation is not None else next(found, None)

    def way(self, iri: str) -> Query | None:
        """The query that leads to things like this one, if one does; one of the main menu before others."""
        kinds = (*self.classes(iri), *self._schemes(iri))
        return next((query for name in kinds for query in self._ways if name in query.lists), None)

    def _schemes(self, iri: str) -> Iterator[str]:
        """The lists that a concept is from, and those of the ontology of which these are a part."""
        for scheme in self.objects(iri, f"{SKOS}inScheme"):
            if isinstance(scheme, NamedNode):
                yield scheme.value
                yield from (each.value for each in self.objects(scheme.value, f"{DCTERMS}isPartOf"))

    @cached_property
    def _ways(self) -> tuple[Query, ...]:
        """The queries that lead to things: those of the main menu, then those beside it."""
        return (*self.navigation, *(query for query in self.site.queries.values() if query.navigation is None))

    @cached_property
    def origins(self) -> Origins:
        """Where the facts come from."""
        return Origins(self.site)

    @cached_property
    def summaries(self) -> Summaries:
        """What stands at the top of the pages about things."""
        return Summaries(self.site)

    @cached_property
    def derived(self) -> Mapping[str, tuple[Derived, ...]]:
        """What follows from the facts about each thing on the site's day, by the query with `view: derived`.

        Each of its columns that is called like a term of the site's ontology says something of the thing in `item`.
        """
        query = self.query("derived")
        answer = self.site.bound(query, {}) if query else None
        found: dict[str, list[Derived]] = {}
        for row in answer.rows if isinstance(answer, Table) else ():
            cells = {name: term for name, term in zip(answer.variables, row, strict=True) if term is not None}  # type: ignore[union-attr]
            found.setdefault(_iri(cells.get("item")), []).extend(self._derived(cells))
        return {iri: tuple(facts) for iri, facts in found.items()}

    def _derived(self, cells: Mapping[str, Term]) -> Iterator[Derived]:
        doubt = isinstance(cells.get("certain"), Literal) and cells["certain"].value in {"false", "0"}  # type: ignore[union-attr]
        for name, term in cells.items():
            property_ = self.site.settings.ontology + name
            if property_ in self.site.documents.labels:
                yield Derived(property_, term, doubt)

    @cached_property
    def fields(self) -> Fields:
        """How facts are ordered and named."""
        return Fields(triple for file in self.site.shapes for triple in file.triples)

    @cached_property
    def incoming(self) -> Mapping[str, Sequence[Triple]]:
        """The links to each thing, but for its instances and what is evidence only."""
        found: dict[str, list[Triple]] = {}
        behind = self.origins.behind
        for subject, triples in self.site.documents.about.items():
            for triple in triples if subject not in behind else ():
                value = triple.object
                if isinstance(value, NamedNode) and triple.predicate != TYPE:
                    found.setdefault(value.value, []).append(triple)
        return found

    @cached_property
    def instances(self) -> Mapping[str, Sequence[str]]:
        """The things of each class, as they are typed, without those of its subclasses."""
        found: dict[str, list[str]] = {}
        for triple in self.site.documents.by_predicate.get(TYPE, ()):
            if isinstance(triple.object, NamedNode):
                found.setdefault(triple.object.value, []).append(_iri(triple.subject))
        return found

    @cached_property
    def uses(self) -> Mapping[str, int]:
        """How often each property is used."""
        return {predicate.value: len(triples) for predicate, triples in self.site.documents.by_predicate.items()}

    @cached_property
    def graph_subjects(self) -> Mapping[str, tuple[str, ...]]:
        """The things that each named graph says something of."""
        found: dict[str, dict[str, None]] = {}
        for file in self.site.published:
            found.setdefault(file.graph, {}).update(dict.fromkeys(sorted({_iri(t.subject) for t in file.triples})))
        return {graph: tuple(things) for graph, things in found.items()}

    def facts(self, iri: str) -> tuple[Triple, ...]:
        """What is said of a thing, in order; of a graph with what follows, what describes it."""
        return self.site.documents.about.get(iri) or self._inferred.get(iri, ())

    @cached_property
    def _inferred(self) -> Mapping[str, tuple[Triple, ...]]:
        inferred = self.site.inferred
        described = blocks(inferred.description) if inferred else ()
        return {block.subject: block.triples for block in described}

    def objects(self, iri: str, predicate: str) -> list[Any]:
        """The values of a property of a thing."""
        return [triple.object for triple in self.facts(iri) if triple.predicate.value == predicate]

    def classes(self, iri: str) -> tuple[str, ...]:
        """The classes of a thing, the special before the general: those it is typed with, then theirs."""
        own = tuple(value.value for value in self.objects(iri, TYPE.value) if isinstance(value, NamedNode))
        if own not in self._lineages:
            self._lineages[own] = self._lineage(own)
        return self._lineages[own]

    @cached_property
    def _lineages(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        return {}

    def _lineage(self, own: Iterable[str]) -> tuple[str, ...]:
        found = list(own)
        for name in found:  # it grows while it is read
            above = (value.value for value in self.objects(name, SUBCLASS.value) if isinstance(value, NamedNode))
            found += [each for each in above if each not in found]
        general = {each for name in found for each in found if each in self._above(name)}
        return tuple(sorted(found, key=lambda name: name in general))

    def _above(self, name: str) -> set[str]:
        return {_iri(value) for value in self.objects(name, SUBCLASS.value)}

    def texts(self, iri: str, predicate: str) -> dict[str, str]:
        """The texts of a property of a thing by language; the first of each."""
        found: dict[str, str] = {}
        for value in self.objects(iri, predicate):
            if isinstance(value, Literal):
                found.setdefault(value.language or "", value.value)
        return found

    def name(self, iri: str, language: str) -> Name:
        """What a thing is called; one without a name is called by its class and what tells it apart."""
        key = (iri, language)
        if key not in self._names:
            self._names[key] = self._named(iri, self.locales[language])
        return self._names[key]

    def is_named(self, iri: str) -> bool:
        """Whether a thing has a name of its own."""
        block = self.site.documents.labels.get(iri)
        return block is not None and any(isinstance(triple.object, Literal) for triple in block.triples)

    def _named(self, iri: str, locale: Locale) -> Name:
        block = self.site.documents.labels.get(iri)
        found_in = block.triples if block else self._inferred.get(iri, ())
        labels = [triple.object for triple in found_in if isinstance(triple.object, Literal)]
        texts: dict[str, str] = {}
        for label in labels:
            texts.setdefault(label.language or "", label.value)
        found = locale.pick(self._worded(iri, texts))
        if not found.text.strip():
            return self._language(iri, locale) or self._placed(iri, locale) or self._nameless(iri, locale)
        return found._replace(text=f"{found.text[:_LONGEST_NAME]}…") if len(found.text) > _LONGEST_NAME else found

    def _language(self, iri: str, locale: Locale) -> Name | None:
        """What a language of the list of the EU is called, which is not described here."""
        namespace, _, code = iri.rpartition("/")
        name = locale.language_of_code(code) if namespace == _LANGUAGES else None
        return Name(name) if name else None

    def _worded(self, iri: str, texts: Mapping[str, str]) -> Mapping[str, str]:
        """Some names by language; the words of a heading, which have none, are in that of its source."""
        words = self.origins.words(iri) if "" in texts else None
        is_own = words is not None and words.value == texts[""]
        return {words.language or "": words.value} if words is not None and is_own else texts

    def _placed(self, iri: str, locale: Locale) -> Name | None:
        """What a line of a source is called, which has no name of its own; None for all else."""
        line = self.origins.line(iri)
        if line is None:
            return None
        source = self.name(line.source, locale.language)
        return Name(locale.translate("line-of", line=line.number, source=source.text), source.language)

    def _nameless(self, iri: str, locale: Locale) -> Name:
        kinds = [name for name in self._kinds(iri) if name in self.site.documents.labels]
        marks = [text for mark in _MARKS for text in self.texts(iri, mark).values()]
        mark = marks[0] if marks else self._short(iri)
        if not kinds:
            return Name(mark)
        kind = self.name(kinds[0], locale.language)
        colon = "" if kinds[0] in self.classes(iri) else ":"
        return Name(f"{kind.text}{colon} {mark}", kind.language)

    def _kinds(self, iri: str) -> Iterator[str]:
        """What a thing without a name may be called after: what it is said to be one of, else its class."""
        yield from (value.value for value in self.objects(iri, _KIND) if isinstance(value, NamedNode))
        yield from self.classes(iri)[:1]

    def _short(self, iri: str) -> str:
        """The last part of an own IRI in words, another one without its scheme."""
        if iri.startswith((self.site.settings.base, self.site.settings.ontology)):
            return _WORDS.sub(" ", iri.rstrip("/").rpartition("/")[2]) or iri
        compact = self.site.prefixes.compact(iri)
        return compact if compact != iri or not iri.startswith(_WEB) else _elsewhere(iri)

    def details(self, iri: str) -> frozenset[str]:
        """The properties that say how precisely another one is known, by the site's own word for that."""
        predicate = self.site.settings.ontology + _DETAIL_OF
        return frozenset(value.value for value in self.objects(iri, predicate) if isinstance(value, NamedNode))

    def inverse_name(self, iri: str, language: str) -> Name:
        """What a property is called from its other end: by the site's own word for that, or by its inverse."""
        locale = self.locales[language]
        texts = self.texts(iri, self.site.settings.ontology + _INVERSE_LABEL)
        if texts:
            return locale.pick(texts)
        for inverse in self._inverses.get(iri, ()):
            return self.name(inverse, language)
        forward = self.name(iri, language)
        return Name(locale.translate("links-here-by", property=forward.text), forward.language)

    @cached_property
    def _inverses(self) -> Mapping[str, tuple[str, ...]]:
        """The properties that `owl:inverseOf` joins, in both directions."""
        found: dict[str, list[str]] = {}
        for triple in self.site.documents.by_predicate.get(_INVERSE, ()):
            if isinstance(triple.object, NamedNode):
                found.setdefault(_iri(triple.subject), []).append(triple.object.value)
                found.setdefault(triple.object.value, []).append(_iri(triple.subject))
        return {iri: tuple(others) for iri, others in found.items()}

    def target(self, iri: str) -> str | None:
        """The path of the page about an IRI, without suffix; None where there is none."""
        if iri not in self._targets:
            self._targets[iri] = self._target(iri)
        return self._targets[iri]

    def _target(self, iri: str) -> str | None:
        site = self.site
        path = site.addresses.document(iri)
        if path is None:
            return None
        known = iri == site.settings.ontology or iri in self._graphs or site.documents.has(path, iri)
        return path if known else None

    @cached_property
    def _graphs(self) -> frozenset[str]:
        return frozenset((*self.site.documents.graphs(), *self._inferred))

    def is_class(self, iri: str) -> bool:
        """Whether a thing is a class."""
        return any(_iri(value) in _CLASSES for value in self.objects(iri, TYPE.value))

    def answer(self, query: Query, language: str, values: Mapping[str, str] | None = None) -> Answer:
        """The answer of a query in a language, if it takes one, with values."""
        return self.site.bound(query, {**spoken(query, language), **(values or {})})

    def part(self, query: Query, language: str, values: Mapping[str, str], part: AnswerPart) -> Answer:
        """A page of the answer of a query in a language."""
        return self.site.part(query, {**spoken(query, language), **values}, part)

    def page_count(self, query: Query, language: str, values: Mapping[str, str], limit: int | None) -> int:
        """How many pages for people an answer has; a search without a text shows nothing, a list is of things."""
        if query.view == "search" and not values.get("text"):
            return 1
        if query.view == "list" and limit == SCREEN:
            return -(-self._items(query, language, values) // SCREEN)
        return self.site.page_count(query, {**spoken(query, language), **values}, limit)

    def _items(self, query: Query, language: str, values: Mapping[str, str]) -> int:
        """How many things a list has."""
        answer = self.answer(query, language, values)
        if not isinstance(answer, Table) or _ITEM not in answer.variables:
            return 0
        place = answer.variables.index(_ITEM)
        return len({row[place] for row in answer.rows})

    def screen(self, query: Query, language: str, values: Mapping[str, str], part: AnswerPart) -> AnswerPart:
        """The part of an answer that a page for people shows: of a long table as much as people read at once."""
        is_short = self.site.settings.page_rows <= SCREEN  # then the pages of data are as short as those of people
        if part != FIRST or is_short or query.form != "SELECT" or query.view not in _IN_SCREENS:
            return part
        key = ("screens", query.name, language, tuple(sorted(values.items())))
        rows = self.once(key, lambda: self._screen_rows(query, language, values))
        return AnswerPart(1, rows) if rows else part

    def is_screen(self, query: Query, language: str, values: Mapping[str, str], part: AnswerPart) -> bool:
        """Whether a part of an answer is one that a page for people shows where nobody asks for another."""
        return part.limit is not None and part.limit == self.screen(query, language, values, FIRST).limit

    def _screen_rows(self, query: Query, language: str, values: Mapping[str, str]) -> int | None:
        """How many rows such a part has, in every language; None for an answer that isn't long."""
        if self.page_count(query, language, values, LONG) == 1:
            return None
        if query.view == "list":
            return SCREEN if self._items(query, language, values) > SCREEN else None
        return screen_rows(self.answer(query, self.site.settings.languages[0], values))

    def query(self, view: str) -> Query | None:
        """The canned query with a view, or None."""
        return next((query for query in self.site.queries.values() if query.view == view), None)


@cache
def _templates() -> Environment:
    """The templates, all read at once: a worker can open no file."""
    folder = files("samverkan.publication.html") / "templates"
    sources = {file.name: file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".html")}
    environment = Environment(
        loader=DictLoader(sources),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    for name in sources:
        environment.get_template(name)
    return environment


def spoken(query: Query, language: str) -> dict[str, str]:
    """The parameters of a query that say in which language it answers."""
    return {each.name: language for each in query.parameters if each.kind == "language"}


def _others(about: str, publisher: str) -> str:
    """Whose facts they are, where that is somebody else than the publisher; nothing otherwise."""
    return "" if about.casefold() == publisher.casefold() else about


def _license_name(iri: str) -> str:
    """What people call a licence: those of Creative Commons by their short names, others by their address.

    >>> _license_name("http://creativecommons.org/publicdomain/zero/1.0/")
    'CC0 1.0'
    >>> _license_name("https://creativecommons.org/licenses/by-sa/4.0/deed.sv")
    'CC BY-SA 4.0'
    """
    found = _CREATIVE_COMMONS.match(iri)
    if not found:
        return iri
    return (
        f"CC0 {found[2]}" if found[1] == "publicdomain/zero" else f"CC {found[1].rpartition('/')[2].upper()} {found[2]}"
    )


_WEB = ("http://", "https://")
_RECORD = re.compile(r"https?://(?:www\.)?([^/]+)/(?:[^?#]*/)?([A-Z]{0,3}[0-9]+)/?")


def _elsewhere(iri: str) -> str:
    """What an address on the web is called: a record by its number there, and others by the address itself."""
    record = _RECORD.fullmatch(iri)
    return f"{record[1]}: {record[2]}" if record else iri.partition("://")[2] or iri


_CREATIVE_COMMONS = re.compile(r"https?://creativecommons\.org/(publicdomain/zero|licenses/[a-z-]+)/([0-9.]+)")


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)
