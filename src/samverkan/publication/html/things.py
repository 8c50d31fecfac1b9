"""The page about a thing: its facts in the order of the shapes, what links to it, and where it all comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby
from operator import itemgetter
from typing import NamedTuple, TypeAlias, TypeVar
from urllib.parse import urlsplit

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode, Triple

from samverkan.model import media_types, paths
from samverkan.model.language_tags import matches
from samverkan.model.namespaces import DCTERMS, DEPRECATED, LABELS, OWL, RDFS, REPLACED_BY, SCHEMA, SKOS, TYPE, XSD
from samverkan.model.queries import COMMON, QUESTION, Query
from samverkan.model.results import Answer, Graph, Page, Table, Term
from samverkan.model.triple_texts import read_triple
from samverkan.publication.html import changes, summaries
from samverkan.publication.html.alphabet import sorting
from samverkan.publication.html.citing import citations
from samverkan.publication.html.context import Derived
from samverkan.publication.html.fields import FieldGroup
from samverkan.publication.html.kind_list import called
from samverkan.publication.html.locale import Name, capitalised, plain
from samverkan.publication.html.origins import Line, Note, Origin, SourcePart
from samverkan.publication.html.page import HtmlPage, in_short, json_ld, small
from samverkan.publication.html.pictures import PICTURES
from samverkan.publication.html.pictures.levels import rank
from samverkan.publication.html.pictures.parts import amid
from samverkan.publication.html.pictures.timeline import Stretch, stretch
from samverkan.publication.html.schema_org import described
from samverkan.publication.html.vocabulary import DOMAINS, RANGES, requirements

MOST = (40, 15, 5, 1)
"""How many values and links of one kind a page shows: the first number with which it is small enough."""
MOST_CHARACTERS = 3000
"""How much of a text is shown."""

MOST_IN_BOX = 16
"""How many values of one row are in the box at the top of a page."""
_FEW = 2  # names that stand in front of what they have, and lines of these that are not folded
_LINES = 12  # links with a line each
_FIRST_THINGS = 5  # of what a source bears under a heading
_FEW_ROWS = 10  # facts that need no headings of their own

_LEADS = (f"{DCTERMS}description", f"{SKOS}definition")
_CALLED = f"{SKOS}altLabel"
_NAMES = frozenset(label.value for label in LABELS)
_ELSEWHERE = frozenset({TYPE.value, DEPRECATED.value, REPLACED_BY.value, *_LEADS, _CALLED, *_NAMES})
_COMMA = Markup(", ")
_BREAK = Markup("<br>")
_MORE = Markup('<details class="more"><summary>%s</summary>%s</details>')
_TAG = Markup(' <small class="tag">%s</small>')
_TERM = (*DOMAINS, *RANGES)
_TECHNICAL = (RDFS, OWL, f"{SKOS}topConceptOf", f"{SKOS}hasTopConcept")  # beginnings of properties
_DATE = NamedNode(f"{XSD}date")
_Any = TypeVar("_Any")
_Stated: TypeAlias = tuple[Triple, frozenset[str]]  # a fact, and by which properties its subject was come to


class Value(NamedTuple):
    """A value as HTML, a word for how sure it is where that is not plain, and the numbers of its origins."""

    html: Markup
    tag: Markup | None
    origins: tuple[int, ...]


class Remark(NamedTuple):
    """A note of the curators: what it says in a line, its text, and a link to it."""

    name: Markup
    text: Markup
    link: Markup


class PropertyRow(NamedTuple):
    """A property with its values and what the curators note about it.

    What a source bears has no origins of its own: the page is about where it is from.
    """

    label: Markup
    values: tuple[Value, ...]
    notes: tuple[Remark, ...]
    cut: Markup | str = ""
    is_inline: bool = False
    is_borne: bool = False


class Section(NamedTuple):
    """Facts under one heading."""

    label: Markup | str
    rows: tuple[PropertyRow, ...]
    is_folded: bool = False
    lead: str = ""


class Box(NamedTuple):
    """What stands at the top: what follows from the facts, with the day on which that was worked out, and the facts.

    `shown` are the properties of which all values are in it.
    """

    said: str
    derived: tuple[PropertyRow, ...]
    rows: tuple[PropertyRow, ...]
    shown: frozenset[str] = frozenset()


class SourceSection(NamedTuple):
    """Where facts come from: a source, or a part of the data, with how sure they are, and its places by their numbers.

    A place is empty where the whole source is meant.
    """

    html: Markup
    places: tuple[tuple[int, Markup], ...]


class LinkSection(NamedTuple):
    """Some links, and what is said where not all are there."""

    links: tuple[Markup, ...]
    cut: str = ""


class LinkGroup(NamedTuple):
    """Links under one heading."""

    label: str
    parts: tuple[LinkSection, ...]
    lead: str = ""
    is_onward: bool = False
    """Whether they are only a way on, which paper does not have."""


class Links(NamedTuple):
    """The things that link to a thing, by property, in the order of the shapes: those with a name, and those without.

    Those without a name have a class and say something else, too, such as memberships.
    """

    named: Mapping[str, list[str]]
    nameless: Mapping[str, list[str]]


class LinkTable(NamedTuple):
    """Things without a name that link here: what each says, under the names of properties, and where that is from."""

    label: Markup
    columns: tuple[Markup, ...]
    rows: tuple[tuple[tuple[Markup, ...], Value], ...]
    cut: str


class Ending(NamedTuple):
    """What became of a thing that is not described any more, and what is described in its place."""

    said: str
    successors: tuple[Markup, ...]


class PageOrigins:
    """The origins of the facts of one page, numbered in the order in which they come."""

    def __init__(self, page: HtmlPage, usual: str, itself: str = "") -> None:
        self._page = page
        self._usual = usual
        self._itself = itself  # the thing that the page is about, which is no source to itself
        self._numbers: dict[tuple[object, ...], int] = {}
        self._origins: list[Origin] = []
        self._statuses: Counter[str] = Counter()

    def numbers(self, origins: Iterable[Origin]) -> tuple[int, ...]:
        """The numbers of some origins."""
        return tuple(dict.fromkeys(self._number(origin) for origin in origins))

    def value(self, html: Markup, origins: Sequence[Origin]) -> Value:
        """A value with its origins, and how sure it is where that is not plain."""
        self._statuses.update(_statuses(origins))
        return Value(html, self.tag(origins), self.numbers(origins))

    def tag(self, origins: Iterable[Origin]) -> Markup | None:
        """How sure a fact is, where that does not go without saying on this page."""
        marked = sorted(_statuses(origins) - {self._usual})
        return _COMMA.join(self._page.label(status) for status in marked) if marked else None

    def _number(self, origin: Origin) -> int:
        key = origin if origin.source else (origin.status, origin.graph)
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers) + 1
            self._origins.append(origin)
        return self._numbers[key]

    @property
    def popovers(self) -> tuple[Markup, ...]:
        """Each origin by itself, in the order of the numbers; a rarer status with what it means."""
        return tuple(
            _COMMA.join([self._source(origin), *self._places(origin)]) + self._meaning(origin)
            for origin in self._origins
        )

    def _meaning(self, origin: Origin) -> Markup:
        status, context = getattr(origin.status, "value", ""), self._page.context
        texts = context.texts(status, _LEADS[1]) if status != context.origins.commonest else {}
        return (
            Markup("<br><small>%s</small>") % self._page.named(self._page.locale.pick(texts)) if texts else Markup("")
        )

    @property
    def sources(self) -> tuple[SourceSection, ...]:
        """The origins in the order of their numbers; what neighbours have in common is told once."""
        found = [
            (self._source(origin), (number, _COMMA.join(self._places(origin))))
            for number, origin in enumerate(self._origins, 1)
        ]
        return tuple(
            SourceSection(html, tuple(place for _, place in some)) for html, some in groupby(found, key=itemgetter(0))
        )

    @property
    def last_read(self) -> Literal | None:
        """The last day on which a source was read."""
        return max((each.read for each in self._origins if each.read), key=lambda day: day.value, default=None)

    @property
    def said(self) -> Markup:
        """Which sources there are and when they were read, and how many facts there are of each degree of certainty."""
        return Markup(" · ").join([*self.read, *self.counted()])

    @property
    def read(self) -> list[Markup]:
        """Which sources there are, and when they were read; nothing where there is none."""
        read = dict.fromkeys(self._known(each) for each in self._origins if each.source)
        dated = {source for source, _, day in read if day}  # what is said with its day isn't said once more without
        found = [
            self._source_and_day(source, address, day)
            for source, address, day in read
            if source and str(source) != f"<{self._itself}>" and (day or source not in dated)
        ]
        return [Markup("%s: %s") % (self._page.translate("source"), Markup(" · ").join(found))] if found else []

    def _known(self, origin: Origin) -> tuple[Term | None, str, Literal | None]:
        """A source, its address, and when it was read: what an origin lacks is that of the source."""
        source = origin.source
        borne = self._page.context.origins.borne(source.value) if isinstance(source, NamedNode) else None
        best = borne.origin if borne else origin
        return source, origin.address or best.address, origin.read or best.read

    def place(self, origin: Origin) -> Markup:
        """A place in a source: that, the way to it, when it was read, and under which heading one looks."""
        source = [self._source_and_day(origin.source, origin.address, origin.read)] if origin.source else []
        said = _COMMA.join([*source, *self._places(origin)])
        return Markup("%s: %s") % (self._page.translate("source"), said)

    def _source_and_day(self, source: Term, address: str, day: Literal | None) -> Markup:
        """A source, with the way to it where it stands on the web, and the day on which it was read."""
        page = self._page
        host = Markup(" (%s)") % page.away(address, Markup("%s") % urlsplit(address).hostname) if address else ""
        return _COMMA.join([page.value(source) + host, *_read(page, day)])

    def counted(self, key: str = "facts") -> list[Markup]:
        """How many facts there are, and how many of them of each degree of certainty."""
        return _counts(self._page, key, self._statuses)

    def _source(self, origin: Origin) -> Markup:
        page = self._page
        source = page.value(origin.source) if origin.source else page.link(origin.graph)
        status = (
            Markup("%s: ") % page.label(origin.status.value) if isinstance(origin.status, NamedNode) else Markup("")
        )
        return status + _COMMA.join([source, *_read(page, origin.read)])

    def _places(self, origin: Origin) -> list[Markup]:
        page = self._page
        line = [Markup("%s") % page.translate("line", line=origin.line)] if origin.line else []
        return [*line, *([_place(page, origin.heading, origin.link)] if origin.heading else [])]


def _counts(page: HtmlPage, key: str, statuses: Counter[str]) -> list[Markup]:
    """How many facts there are of each status; nothing where there are none."""
    counted = [(page.label(status), page.locale.number(count)) for status, count in statuses.most_common()]
    each = [Markup("%s: %s") % said if counted[1:] else said[0] for said in counted]
    said = page.translate(key), page.locale.number(statuses.total()), _COMMA.join(each)
    return [Markup("%s: %s (%s)") % said] if each else []


def sources_of(page: HtmlPage, facts: Iterable[Triple]) -> Markup:
    """The sources of some facts, and when they were read."""
    origins = PageOrigins(page, "")
    for fact in facts:
        origins.numbers(page.context.origins.of(fact))
    return Markup().join(origins.read)


def _statuses(origins: Iterable[Origin]) -> set[str]:
    return {origin.status.value for origin in origins if isinstance(origin.status, NamedNode)}


def _usual(page: HtmlPage, iri: str, links: Links) -> str:
    """The status that goes without saying: that of all that is told, where it is one, else the commonest of all facts.

    On the page of a source it is that of most that is told.
    """
    origins = page.context.origins
    lines = (origins.of(triple) for triple in _stated_triples(page, iri, links))
    found = Counter(status for each in lines for status in _statuses(each))
    is_plain = len(found) == 1 or (found and origins.parts(iri))
    return found.most_common(1)[0][0] if is_plain else origins.commonest


def _stated_triples(page: HtmlPage, iri: str, links: Links) -> Iterator[Triple]:
    """What is told of a thing with its origin: its facts, links to it, and what is said by things without a name."""
    yield from (fact for fact in page.context.facts(iri) if fact.predicate.value not in _ELSEWHERE)
    yield from page.context.incoming.get(iri, ())
    for others in links.nameless.values():
        for other in others:
            yield from page.context.facts(other)


def _read(page: HtmlPage, day: Literal | None) -> list[Markup]:
    """When a source was read, in words; nothing where that is not known."""
    return [Markup("%s") % page.translate("read-on", day=page.locale.literal(day))] if day else []


def _place(page: HtmlPage, heading: Literal, link: str) -> Markup:
    """Where in a source: under a heading, in its own language, with a link that opens the source there."""
    words = _words(page, heading, link)
    return Markup(page.translate("under-heading")).format(heading=words)  # noqa: S704 - our own text


def _words(page: HtmlPage, heading: Literal, link: str) -> Markup:
    """The words of a heading in its own language, with a link that opens the source there."""
    language = heading.language if heading.language and not _is_own(page, heading) else page.language
    return page.away(link, Markup('<q lang="%s">%s</q>') % (language, heading.value))


def thing(page: HtmlPage, iri: str) -> str:
    """The page about a thing; of one of which very much is said with a part of it."""
    return small(_page(page, iri, most) for most in MOST)


def _crumbs(page: HtmlPage, iri: str) -> tuple[tuple[str | Markup, str], ...]:
    """The way to a thing: by the entry of the menu that lists its like, or as one of the terms of the vocabulary.

    Sources and what facts rest on stand below the data.
    """
    query, origins = page.context.way(iri), page.context.origins
    data = [(page.translate("data"), paths.DATA)] if iri in origins.behind or origins.parts(iri) else []
    if query:
        return page.crumbs(*data, (page.context.short(query, page.language), f"{paths.ANSWERS}{query.name}"))
    if iri.startswith(page.site.settings.ontology):
        return page.crumbs((page.translate("data"), paths.DATA), (page.translate("ontology"), paths.ONTOLOGY))
    return page.crumbs(*data, *_list(page))


def _list(page: HtmlPage) -> Iterator[tuple[Name, str]]:
    """The list of the kind of a thing, where there is one of several."""
    folder = page.path.rpartition("/")[0]
    things = page.site.kinds.get(folder, ())
    if len(things) > 1:
        yield page.context.once(("kind", folder, page.language), lambda: called(page, folder, things)), folder


def _on_the_way(page: HtmlPage, iri: str, crumbs: Sequence[tuple[str | Markup, str]]) -> Iterator[str]:
    """The properties that say only what the last step of the way to a thing is called."""
    last = crumbs[-1][0]
    for name, triples in _by_property(page, iri).items():
        if [page.label(t.object.value) for t in triples if isinstance(t.object, NamedNode)] == [last]:
            yield name


class _ThingContent(NamedTuple):
    """What the page about a thing says of it, in this order: the sources are numbered as they are met."""

    box: Box
    tables: tuple[LinkTable, ...]
    groups: tuple[Section, ...]


def _facts(
    page: HtmlPage, iri: str, most: int, origins: PageOrigins, crumbs: Sequence[tuple[str | Markup, str]]
) -> _ThingContent:
    links, box = _links(page, iri), _box(page, iri, most, origins)
    tables = tuple(_tables(page, iri, links, most, origins))
    shown = box.shown.union(_on_the_way(page, iri, crumbs), _heading_lists(page, iri))
    sections = _joined(page, _sections(page, iri, most, origins, shown), box)
    linked = _linked_section(page, iri, links, most, origins)
    is_linked = not box.rows and not page.context.origins.parts(iri) and _has_more_links(page, iri, links, shown)
    if is_linked:
        return _ThingContent(box, tables, (*linked, *sections))
    own = tuple(_about_source(origins, sections)) if page.context.origins.parts(iri) else tuple(sections)
    return _ThingContent(box, tables, (*_source_section(page, iri, most), *own, *linked))


def _about_source(origins: PageOrigins, sections: Iterable[Section]) -> Iterator[Section]:
    """The facts about a source itself, above which it is said how many there are."""
    found = tuple(sections)
    yield from (section._replace(lead=Markup().join(origins.counted("source-own"))) for section in found[:1])
    yield from found[1:]


def _page(page: HtmlPage, iri: str, most: int) -> str:
    crumbs = _crumbs(page, iri)
    origins = PageOrigins(page, _usual(page, iri, _links(page, iri)), iri)
    box, tables, groups = _facts(page, iri, most, origins, crumbs)
    leads = [lead for lead in (_lead(page, iri, key) for key in _LEADS) if lead]
    return page.render(
        "thing.html",
        crumbs=crumbs,
        description=leads[0].striptags() if leads else _in_words(box.rows or [row for g in groups for row in g.rows]),
        title=plain(page.name(iri).text),
        heading=page.label(iri),
        kinds=[page.link(kind) for kind in _kinds(page, iri)],
        called=_called(page, page.context.facts(iri)),
        tombstone=_ending(page, iri),
        leads=leads,
        box=box,
        folds_kinds=bool(box.derived or box.rows) or iri.startswith(page.site.settings.ontology),
        tables=tables,
        groups=groups,
        lists=tuple(_lists(page, iri, most)),
        notes=[remark(page, note) for note in _others(page, iri)][:most],
        popovers=origins.popovers,
        sources=origins.sources,
        sources_said=_passage_said(page, iri, origins) or _source_said(page, iri) or origins.said,
        formats=page.formats(Page(page.path, lambda: Graph(()), Graph)),
        iri=iri,
        modified=changes.modified(page, iri),
        required=requirements(page, iri),
        citations=citations(page, iri, origins.last_read),
        embedded=json_ld(described(page, iri)),
        linkset=(media_types.LINK_SET, page.url(f"{paths.LINKSET}.{paths.LINKSET}")),
        schemas=_schemas(page, iri),
        about_page=f"{SCHEMA}AboutPage",
    )


def _in_words(rows: Sequence[PropertyRow]) -> str:
    """What a page says first, for lists of pages, where the thing has no description: labels with their values."""
    said = (Markup("%s: %s") % (row.label, _COMMA.join(each.html for each in row.values)) for row in rows if row.values)
    return in_short(Markup(". ").join(said))


def _schemas(page: HtmlPage, iri: str) -> list[tuple[str, str]]:
    """The media type of a JSON Schema, and the way to that of each class of a thing."""
    types = page.context.objects(iri, TYPE.value)
    found = (page.site.schemas.get(each.value) for each in types if isinstance(each, NamedNode))
    return [(media_types.JSON_SCHEMA, page.url(f"{path}.json")) for path in found if path]


def _box(page: HtmlPage, iri: str, most: int, origins: PageOrigins) -> Box:
    """What stands at the top: what follows from the facts, the facts that a summary names, what others have."""
    derived = _derived(page, iri)
    said = page.translate("derived-on", day=page.locale.day(page.site.as_of)) if derived else ""
    properties = _by_property(page, iri)
    summary = [(column, _own(page, properties, column)) for column in page.context.summaries.of(iri)]
    rows = [
        row
        for column, own in summary
        for row in (_own_rows(page, iri, own, most, origins) if own else _summary_row(page, iri, column, most, origins))
    ]
    compared = (*_compared(page, iri, most, origins), *_lacking(page, iri, most), *_pairs(page, iri))
    further = (*compared, *_around(page, iri, most))
    shown = (name for _, own in summary for name in own)
    return Box(said, derived, (*_missing_last(page, rows), *further), frozenset((*shown, *_joining(page, iri))))


def _own(
    page: HtmlPage, properties: Mapping[str, Sequence[Triple]], column: summaries.SummaryColumn
) -> Mapping[str, Sequence[Triple]]:
    """Those of the facts about a thing itself that a column of a summary tells; none where it tells others.

    It is called after the property, or has just the values of some properties.
    """
    name, wanted = page.site.settings.ontology + column.name, {*column.values}
    if name in properties:
        return {name: properties[name]}
    found = {name: facts for name, facts in properties.items() if facts and {fact.object for fact in facts} <= wanted}
    return found if {fact.object for facts in found.values() for fact in facts} == wanted else {}


def _missing_last(page: HtmlPage, rows: Sequence[PropertyRow]) -> Iterator[PropertyRow]:
    """Some rows, and behind them what is not known; where that is more than one thing, in one row."""
    missing = [row for row in rows if not row.values]
    yield from (row for row in rows if row.values)
    if not missing[1:]:
        yield from missing
        return
    labels, notes = (Value(row.label, None, ()) for row in missing), (note for row in missing for note in row.notes)
    label = page.named(Name(page.translate("missing")))
    yield PropertyRow(label, tuple(labels), tuple(dict.fromkeys(notes)), is_inline=True)


def _joining(page: HtmlPage, iri: str) -> tuple[str, ...]:
    """What joins a property to a class, which stands at the top of both; nothing where a thing is no word of those."""
    return _TERM if iri.startswith(page.site.settings.ontology) else ()


def _around(page: HtmlPage, iri: str, most: int) -> Iterator[PropertyRow]:
    """What a word of the vocabulary goes with: a class with its properties and what leads to it, and these with it.

    What is used most comes first.
    """
    for name in _joining(page, iri):
        goals = [value.value for value in page.context.objects(iri, name) if isinstance(value, NamedNode)]
        incoming = (triple for triple in page.context.incoming.get(iri, ()) if triple.predicate.value == name)
        starts = [getattr(triple.subject, "value", "") for triple in incoming]
        inverse = page.context.inverse_name(name, page.language)
        for label, iris in ((page.label(name), goals), (page.named(inverse), starts)):
            found = sorted(_names_sorted(page, iris), key=lambda each: -page.context.uses.get(each, 0))
            used = [each for each in found if page.context.uses.get(each)] or found
            links = tuple(Value(page.link(each), None, ()) for each in used[:most])
            if links:
                unused = _unused(page, found[len(used) :][: most - len(links)])
                yield PropertyRow(label, links, (), unused + _cut(page, most, len(iris)), is_inline=True)


def _unused(page: HtmlPage, iris: Sequence[str]) -> Markup:
    """Words of the vocabulary that nothing in the facts uses yet, folded."""
    count = page.translate("def-unused-words", count=page.locale.number(len(iris)))
    folded = Markup("<details><summary>%s</summary>%s</details>")
    return folded % (count, _COMMA.join(map(page.link, iris))) if iris else Markup()


def _own_rows(
    page: HtmlPage, iri: str, own: Mapping[str, Sequence[Triple]], most: int, origins: PageOrigins
) -> Iterator[PropertyRow]:
    """Facts about the thing itself, each property in one line."""
    for row in _property_rows(page, iri, own, most, origins).values():
        yield row._replace(is_inline=bool(row.values))


def _summary_row(
    page: HtmlPage, iri: str, column: summaries.SummaryColumn, most: int, origins: PageOrigins
) -> Iterator[PropertyRow]:
    """A column of a summary that tells nothing of the thing itself; without a value only where a note says why."""
    if not column.values:
        yield from _gap(page, iri, column)
        return
    shown = _in_order(page, column)[: min(most, MOST_IN_BOX)]
    linking = _linking_by(page, iri, column)
    values = (
        _linked(page, linking[term], origins)
        if linking
        else _stated(page, term, _bearing(page, iri, column, term), origins)
        for term in shown
    )
    has_details = any(column.details.values())
    detailed = tuple(_with_details(page, column, *each, origins) for each in zip(shown, values, strict=True))
    more = _more(page, column.query, len(column.values) - len(shown))
    notes = _notes_on(page, linking.values(), page.site.settings.ontology + column.name)
    gaps = (each for name in _detail_names(column) for each in _gap_notes(page, iri, column.query, name))
    notes = tuple(dict.fromkeys((*notes, *gaps)))[:most]
    yield PropertyRow(_heading(page, column.query, column.name), detailed, notes, more, is_inline=not has_details)


def _gap(page: HtmlPage, iri: str, column: summaries.SummaryColumn) -> Iterator[PropertyRow]:
    """A column without a value, where a note on what the others name says that it has none, if none of these has."""
    columns = [each for each in page.context.summaries.of(iri) if each.query == column.query]
    notes = tuple(_gap_notes(page, iri, column.query, column.name))
    if notes and not any(column.name in _detail_names(each) for each in columns):
        yield PropertyRow(_heading(page, column.query, column.name), (), notes)


def _gap_notes(page: HtmlPage, iri: str, query: Query, name: str) -> Iterator[Remark]:
    """The notes that say of what a summary names that it has no value of a property, after which a column is called."""
    columns = (each for each in page.context.summaries.of(iri) if each.query == query)
    named = (value.value for each in columns for value in each.values if isinstance(value, NamedNode))
    notes = (note for thing in named for note in page.context.origins.notes(thing) if note.is_missing)
    found = (note for note in notes if note.property == page.site.settings.ontology + name)
    return (remark(page, note) for note in found)


def _detail_names(column: summaries.SummaryColumn) -> tuple[str, ...]:
    """The columns that say something of the values of another one."""
    return tuple(dict.fromkeys(name for details in column.details.values() for name in details))


def _with_details(
    page: HtmlPage, column: summaries.SummaryColumn, term: Term, value: Value, origins: PageOrigins
) -> Value:
    """A value with what is said of it in the same rows, which has origins of its own."""
    if not any(column.details.values()):
        return value
    details = column.details[term]
    found = [each for terms in details.values() for one in terms for each in _said_of(page, term, one)]
    tag, said = _TAG % value.tag if value.tag else "", Markup(" · ").join(_detail_texts(page, column, details))
    html = Markup("%s%s<br><small>%s</small>") % (value.html, tag, said)
    return Value(html, origins.tag(found), tuple(dict.fromkeys((*value.origins, *origins.numbers(found)))))


def _detail_texts(
    page: HtmlPage, column: summaries.SummaryColumn, details: Mapping[str, Iterable[Term]]
) -> Iterator[Markup]:
    """What is said of a value, and what is not though it is said of others."""
    pattern = Markup("%s: %s")
    for name, terms in details.items():
        said = _COMMA.join(_html(page, term) for term in _by_name(page, tuple(terms)))
        yield pattern % (_heading(page, column.query, name), said)
    names = [name for name in _detail_names(column) if name not in details]
    if names:
        yield pattern % (_COMMA.join(_heading(page, column.query, name) for name in names), page.translate("no-value"))


def _said_of(page: HtmlPage, term: Term, detail: Term) -> list[Origin]:
    """Where what is said of a value comes from, if it is a fact about it."""
    return _found_in(page, term.value, detail) if isinstance(term, NamedNode) else []


def _linking_by(page: HtmlPage, iri: str, column: summaries.SummaryColumn) -> Mapping[Term, Triple]:
    """The links to a thing that a column of a summary tells: those by a property by which just its values lead here."""
    found: dict[str, dict[Term, Triple]] = {}
    for triple in page.context.incoming.get(iri, ()) if column.values else ():
        found.setdefault(triple.predicate.value, {})[triple.subject] = triple
    return next((links for links in found.values() if links.keys() == {*column.values}), {})


def _linked(page: HtmlPage, link: Triple, origins: PageOrigins) -> Value:
    """A thing that links here, with where that is from."""
    return origins.value(_html(page, link.subject), page.context.origins.of(link))


def _notes_on(page: HtmlPage, links: Iterable[Triple], column: str) -> tuple[Remark, ...]:
    """What the curators note about some links, or about the property after which their column is called; each once."""
    about = ((note, link) for link in links for note in page.context.origins.notes(link.subject.value))  # type: ignore[union-attr]
    found = {note.iri: note for note, link in about if note.property == column or _is_on(note, link)}
    return tuple(remark(page, note) for note in found.values())


def _is_on(note: Note, link: Triple) -> bool:
    return note.property == link.predicate.value and note.value in {None, link.object}


def _found_in(page: HtmlPage, iri: str, term: Term) -> list[Origin]:
    """Where it is from that something is said of a thing, with whichever property."""
    facts = (fact for fact in page.context.facts(iri) if fact.object == term)
    return [origin for fact in facts for origin in page.context.origins.of(fact)]


def _bearing(page: HtmlPage, iri: str, column: summaries.SummaryColumn, term: Term) -> list[Origin]:
    """Where it is from that a column says something of a thing: by way of others, from what is said of those."""
    ways = [way for way in column.ways.get(term, ()) if isinstance(way, NamedNode)]
    return [origin for way in ways for origin in _by_way(page, iri, way, term)] if ways else _found_in(page, iri, term)


def _by_way(page: HtmlPage, iri: str, way: NamedNode, term: Term) -> list[Origin]:
    """Where it is from that something joins a value, in either direction; of what does not, that the thing has it."""
    back = _found_in(page, term.value, way) if isinstance(term, NamedNode) else []
    return [*_found_in(page, way.value, term), *back] or _found_in(page, iri, way)


def _stated(page: HtmlPage, term: Term, found: Sequence[Origin], origins: PageOrigins) -> Value:
    """A value that is told again further down, where it is counted among the facts."""
    return Value(_html(page, term), origins.tag(found), origins.numbers(found))


def _by_name(page: HtmlPage, terms: Sequence[Term]) -> list[Term]:
    """Things by their names, in the order of the alphabet; other values as they stand, before them."""
    place = sorting(page.language)
    return sorted(terms, key=lambda term: place(page.name(term.value).text) if isinstance(term, NamedNode) else "")


def _in_order(page: HtmlPage, column: summaries.SummaryColumn) -> list[Term]:
    """The values of a column of a summary by the places that it gives them, and those of one place by their names."""
    return sorted(_by_name(page, column.values), key=lambda value: rank(column.places.get(value)))


def _more(page: HtmlPage, query: Query, count: int) -> Markup | str:
    """How many more there are, with the way to all of them; nothing where there are no more."""
    url = page.page_url(f"{paths.ANSWERS}{query.name}")
    return Markup('<a href="%s">%s</a>') % (url, _and_more(page, count)) if count > 0 else ""


def _and_more(page: HtmlPage, count: int) -> str:
    return page.translate("and-more", count=page.locale.number(count))


def _compared(page: HtmlPage, iri: str, most: int, origins: PageOrigins) -> Iterator[PropertyRow]:
    """What the thing goes with in a matrix.

    What it goes with only by way of something else stands by itself, under the heading of that.
    """
    most = min(most, MOST_IN_BOX)
    for found in page.context.summaries.comparisons(iri):
        behind = _behind(page, iri) if found.others == "row" else {}
        itself, *by_way = _by_ways(found).items()
        own = [_going(page, [other], (), behind, origins) for other in _names_sorted(page, itself[1])[:most]]
        if own:
            more = _more(page, found.query, len(itself[1]) - len(own))
            yield PropertyRow(_heading(page, found.query, found.others), tuple(own), (), more, is_inline=True)
        if by_way:
            lines = [_going(page, _names_sorted(page, each)[:most], ways, behind, origins) for ways, each in by_way]
            together = Value(_BREAK.join(line.html for line in lines), None, ())
            values = tuple(lines) if behind else (together,)
            headings = _heading(page, found.query, found.others), amid(_heading(page, found.query, "through"))
            yield PropertyRow(_COMMA.join(headings), values, (), is_inline=not behind)


def _by_ways(found: summaries.MatrixPlace) -> Mapping[tuple[str, ...], Sequence[str]]:
    """What something goes with by each way; first what it goes with itself."""
    grouped: dict[tuple[str, ...], list[str]] = {(): []}
    for other, ways in found.own.items():
        for way in ways or ("",):
            grouped.setdefault((way,) if way else (), []).append(other)
    return grouped


def _heading(page: HtmlPage, query: Query, name: str) -> Markup:
    """What a column of a query is called."""
    return page.named(page.locale.pick(query.columns.get(name, {"": name})))


def _behind(page: HtmlPage, iri: str) -> Mapping[str, Sequence[_Stated]]:
    """What is said of other things by those that link to a thing, and by those that these link to, by other thing."""
    near = dict.fromkeys(triple.subject.value for triple in page.context.incoming.get(iri, ()))  # type: ignore[union-attr]
    said = [(fact, frozenset[str]()) for each in near for fact in page.context.facts(each)]
    further: dict[str, set[str]] = {}
    for fact, _ in said:
        if isinstance(fact.object, NamedNode) and fact.object.value not in near:
            further.setdefault(fact.object.value, set()).add(fact.predicate.value)
    said += [(fact, frozenset(links)) for each, links in further.items() for fact in page.context.facts(each)]
    found: dict[str, list[_Stated]] = {}
    for fact, links in said:
        found.setdefault(getattr(fact.object, "value", ""), []).append((fact, links))
    return found


def _going(
    page: HtmlPage,
    others: Sequence[str],
    ways: Sequence[str],
    behind: Mapping[str, Sequence[_Stated]],
    origins: PageOrigins,
) -> Value:
    """What something goes with, by way of some properties or classes, with the origins of what is said of that."""
    said = (each for other in others for each in behind.get(other, ()))
    kinds = (
        (fact, {fact.predicate.value, *links, *page.context.classes(fact.subject.value)})  # type: ignore[union-attr]
        for fact, links in said
    )
    found = [each for fact, kind in kinds if not ways or kind & {*ways} for each in page.context.origins.of(fact)]
    names = _COMMA.join(page.named(capitalised(page.context.name(way, page.language))) for way in ways)
    html = (Markup("<small>%s:</small> ") % names if ways else Markup("")) + _COMMA.join(map(page.link, others))
    return Value(html, origins.tag(found), origins.numbers(found))


def _pairs(page: HtmlPage, iri: str) -> Iterator[PropertyRow]:
    """The ways to the comparisons of the thing with others."""
    answers = page.context.answers
    links = [
        Value(Markup('<a href="%s">%s</a>') % (page.page_url(found.path), page.label(other)), None, ())
        for query, parameter, value, other in _pairs_by_name(page, iri)
        if (found := answers.published(query, {parameter: value}))
    ]
    if links:
        label = page.named(Name(page.translate("compare-with")))
        yield PropertyRow(label, tuple(links[:MOST_IN_BOX]), (), is_inline=True)


def _pairs_by_name(page: HtmlPage, iri: str) -> list[tuple[Query, str, str, str]]:
    place = sorting(page.language)
    return sorted(page.context.summaries.pairs(iri), key=lambda pair: place(page.name(pair[3]).text))


def _lacking(page: HtmlPage, iri: str, most: int) -> Iterator[PropertyRow]:
    """What only others go with in a matrix of which the thing is a column."""
    for found in page.context.summaries.comparisons(iri):
        if found.lacks:
            yield _lacked(page, found, min(most, MOST_IN_BOX))


def _lacked(page: HtmlPage, found: summaries.MatrixPlace, most: int) -> PropertyRow:
    """What only others have: together what the same ones have, with their names; the beginning, and a fold."""
    shown = _names_sorted(page, found.lacks)[:most]
    groups: dict[tuple[str, ...], list[str]] = {}
    for row in shown:
        groups.setdefault(tuple(_names_sorted(page, found.lacks[row])), []).append(row)
    ranked = sorted(groups.items(), key=lambda group: (-len(group[0]), -len(group[1])))
    lines = [_with_others(page, rows, others, found.statuses) for others, rows in ranked]
    folded = sum(len(rows) for _, rows in ranked[_FEW:])
    said = _BREAK.join(lines[:_FEW]) + (_MORE % (_and_more(page, folded), _BREAK.join(lines[_FEW:])) if folded else "")
    label, more = page.named(Name(page.translate("others-have"))), _more(page, found.query, len(found.lacks) - most)
    return PropertyRow(label, (Value(said, None, ()),), (), more, is_inline=True)


def _with_others(page: HtmlPage, rows: Sequence[str], others: Sequence[str], statuses: Mapping[str, str]) -> Markup:
    """Links to what others have, behind the names of those that do; of many only how many they are."""
    named = _COMMA.join(page.label(other) for other in others)
    counted = Markup("%s") % page.translate("others-count", count=page.locale.number(len(others)))
    links = _COMMA.join(page.link(row) + _marked(page, statuses.get(row)) for row in rows)
    return Markup("<small>%s:</small> %s") % (named if len(others) <= _FEW else counted, links)


def _marked(page: HtmlPage, status: str | None) -> Markup:
    """What is said of how something goes with others, such as that it is an interpretation; mostly nothing."""
    return Markup(" <small>(%s)</small>") % amid(page.label(status)) if status else Markup()


def _names_sorted(page: HtmlPage, iris: Iterable[str]) -> list[str]:
    place = sorting(page.language)
    return sorted(iris, key=lambda iri: (place(page.name(iri).text), iri))


def _derived(page: HtmlPage, iri: str) -> tuple[PropertyRow, ...]:
    """What follows from the facts on the site's day, which is in no file; a word beside what may be otherwise."""
    found, classes = page.context.derived.get(iri, ()), page.context.classes(iri)
    return tuple(
        PropertyRow(_called_on(page, classes, each.property), (_worked_out(page, each),), ()) for each in found
    )


def _worked_out(page: HtmlPage, fact: Derived) -> Value:
    tag = page.named(Name(page.translate("uncertain"))) if fact.is_doubtful else None
    return Value(page.value(fact.value), tag, ())


def _called_on(page: HtmlPage, classes: Iterable[str], name: str) -> Markup:
    """What a property is called on pages about things of some classes: as their shapes say, else as it calls itself."""
    return _named(page, page.context.fields.field(classes, name).name) or page.label(name)


def _kinds(page: HtmlPage, iri: str) -> Iterator[str]:
    """The classes of a thing that the way to it does not name already."""
    way = page.context.way(iri)
    classes = (value.value for value in page.context.objects(iri, TYPE.value) if isinstance(value, NamedNode))
    return (name for name in classes if not way or name not in way.lists)


def _called(page: HtmlPage, facts: Iterable[Triple]) -> Markup | None:
    """The other names of a thing; the same name in another language is on the page in that language."""
    names = [t.object for t in facts if t.predicate.value == _CALLED and isinstance(t.object, Literal)]
    names.sort(key=lambda name: not _is_own(page, name))
    names = list({name.value: name for name in reversed(names)}.values())[::-1]  # the same in two languages is one
    found = (Name(name.value, None if _is_own(page, name) else name.language) for name in names[: MOST[0]])
    others = [page.named(_shortened(name)) for name in found]
    return Markup(page.translate("also-called")).format(names=_COMMA.join(others)) if others else None  # noqa: S704 - our own text


def _is_own(page: HtmlPage, text: Literal) -> bool:
    return not text.language or matches(text.language, page.language)


def _ending(page: HtmlPage, iri: str) -> Ending | None:
    tombstone = page.site.tombstones.get(iri)
    if tombstone is None:
        return None
    said = page.translate("replaced" if tombstone.successors else "withdrawn")
    return Ending(said, tuple(page.link(successor) for successor in tombstone.successors))


def _lead(page: HtmlPage, iri: str, predicate: str) -> Markup | None:
    texts = page.context.texts(iri, predicate)
    return page.named(_shortened(page.locale.pick(texts))) if texts else None


def _sections(page: HtmlPage, iri: str, most: int, origins: PageOrigins, shown: Container[str]) -> Iterator[Section]:
    """The facts in the groups and the order of the shapes, without the properties that are shown already."""
    classes = page.context.classes(iri)
    by_property = {name: found for name, found in _by_property(page, iri).items() if name not in shown}
    rows: dict[FieldGroup, list[PropertyRow]] = {}
    borne = _borne(page, iri, by_property)
    yield from (_borne_section(page, classes, name, facts, most) for name, facts in borne.items())
    own = {name: facts for name, facts in by_property.items() if name not in borne}
    found = _property_rows(page, iri, own, most, origins)
    technical = _technical(page, iri, found)
    for name in (name for name in found if name not in technical):
        rows.setdefault(page.context.fields.field(classes, name).group, []).append(found[name])
    for group, said in rows.items():
        label = _named(page, group.label) or page.translate("other-facts")
        yield Section(label, tuple(said), is_folded=bool(borne))
    if technical:
        yield Section(page.translate("technical"), tuple(technical.values()), is_folded=True)


def _technical(page: HtmlPage, iri: str, rows: Mapping[str, PropertyRow]) -> Mapping[str, PropertyRow]:
    """What is said of a word of the vocabulary for those who know RDF; nothing of other things."""
    own = page.site.settings.ontology
    return {name: row for name, row in rows.items() if iri.startswith(own) and name.startswith((*_TECHNICAL, own))}


def _has_more_links(page: HtmlPage, iri: str, links: Links, shown: Container[str]) -> bool:
    """Whether there are more links to a thing than facts about it that are not shown already."""
    facts = sum(len(found) for name, found in _by_property(page, iri).items() if name not in shown)
    return sum(map(len, links.named.values())) > facts


def _joined(page: HtmlPage, groups: Iterable[Section], box: Box) -> Iterator[Section]:
    """The groups of facts; below a box that has the most important ones, few others stand under one heading."""
    groups = tuple(groups)
    found = tuple(group for group in groups if not group.is_folded)
    rows = tuple(row for group in found for row in group.rows)
    few = found and (box.rows or box.derived) and len(rows) <= _FEW_ROWS
    yield from (Section(page.translate("further-facts"), rows),) if few else found
    yield from (group for group in groups if group.is_folded)


def _property_rows(
    page: HtmlPage, iri: str, by_property: Mapping[str, Sequence[Triple]], most: int, origins: PageOrigins
) -> Mapping[str, PropertyRow]:
    """Some properties with their values and notes, in the order of the shapes."""
    classes = page.context.classes(iri)
    fields = {name: page.context.fields.field(classes, name) for name in by_property}
    rows: dict[str, PropertyRow] = {}
    for name in sorted(by_property, key=lambda name: (fields[name].group.order, fields[name].order, name)):
        label = _called_on(page, classes, name)
        notes = tuple(remark(page, note) for note in page.context.origins.notes(iri) if note.property == name)
        found = _spoken(page, by_property[name])
        values = tuple(_value(page, fact, origins) for fact in found[:most])
        rows[name] = PropertyRow(label, values, notes[:most], _cut(page, most, len(found)))
    return rows


def _by_property(page: HtmlPage, iri: str) -> Mapping[str, Sequence[Triple]]:
    """The facts by property, without those that stand elsewhere on the page.

    A property of which the curators say that it is missing has no value, if the thing is of a kind that has it.
    """
    classes = page.context.classes(iri)
    noted = (note.property for note in page.context.origins.notes(iri) if note.property and note.is_missing)
    found: dict[str, list[Triple]] = {name: [] for name in noted if page.context.fields.has(classes, name)}
    for triple in page.context.facts(iri):
        found.setdefault(triple.predicate.value, []).append(triple)
    return {name: triples for name, triples in _without_details(page, found).items() if name not in _ELSEWHERE}


def _without_details(page: HtmlPage, found: Mapping[str, Sequence[Triple]]) -> Mapping[str, Sequence[Triple]]:
    """Facts by property, without the details of a date that say only what it says itself."""
    dates = {name: stretch(triples[-1].object) for name, triples in found.items() if triples}
    details = {
        name
        for name in found
        if any(follows(found[name], dates[of]) for of in page.context.details(name) & dates.keys())
    }
    return {name: triples for name, triples in found.items() if name not in details}


def follows(details: Iterable[Triple], days: Stretch | None) -> bool:
    """Whether details of a date say only what it says itself: its first and its last day, and how precise it is."""
    bounds = (stretch(detail.object) for detail in details)
    return days is not None and all(each is None or {each.first, each.after} & {*days} for each in bounds)


def _others(page: HtmlPage, iri: str) -> list[Note]:
    """The notes that are about no property that has a row of its own."""
    rows = _by_property(page, iri)
    return [note for note in page.context.origins.notes(iri) if note.property not in rows]


def _named(page: HtmlPage, texts: Iterable[tuple[str, str]]) -> Markup | None:
    found = page.locale.pick(dict(texts))
    return page.named(found) if found.text else None


def _spoken(page: HtmlPage, facts: Sequence[Triple]) -> Sequence[Triple]:
    """Of texts in several languages those in the reader's, if there are any: the others are on the other page."""
    tagged = [fact for fact in facts if isinstance(fact.object, Literal) and fact.object.language]
    own = [fact for fact in tagged if _is_own(page, fact.object)]  # type: ignore[arg-type]
    return [fact for fact in facts if fact in own or fact not in tagged] if own and len(own) < len(tagged) else facts


def _value(page: HtmlPage, fact: Triple, origins: PageOrigins) -> Value:
    return origins.value(_html(page, _spoken_as(page, fact)), page.context.origins.of(fact))


def _spoken_as(page: HtmlPage, fact: Triple) -> Term:
    """The value of a fact; a text that is said of a heading is in the language of that (WCAG 2.2, section 3.1.2)."""
    value, words = fact.object, page.context.origins.words(getattr(fact.subject, "value", ""))
    language = words.language if words else None
    is_plain = isinstance(value, Literal) and value.datatype.value == f"{XSD}string"
    return Literal(str(getattr(value, "value", "")), language=language) if is_plain and language else value


def _html(page: HtmlPage, value: Term) -> Markup:
    """A value as HTML; of a very long text the beginning."""
    if isinstance(value, Literal) and len(value.value) > MOST_CHARACTERS:
        return page.named(_shortened(Name(value.value, None if _is_own(page, value) else value.language)))
    return page.value(value)


def _shortened(name: Name) -> Name:
    return Name(f"{name.text[:MOST_CHARACTERS]} …", name.language) if len(name.text) > MOST_CHARACTERS else name


def remark(page: HtmlPage, note: Note) -> Remark:
    """A note of the curators as a page shows it."""
    texts = page.context.texts(note.iri, _LEADS[0])
    more = page.link(note.iri, Name(page.translate("note-more")))
    return Remark(page.label(note.iri), page.named(_shortened(page.locale.pick(texts))), more)


def _source_section(page: HtmlPage, iri: str, most: int) -> Iterator[Section]:
    """What a source bears, heading by heading: the things, and how many facts of each; nothing of what is no source."""
    parts = page.context.origins.parts(iri)
    if parts:
        rows = tuple(_source_row(page, part, most) for part in parts[:most])
        yield Section(page.translate("source-parts"), rows, lead=page.translate("source-parts-lead"))


def _source_row(page: HtmlPage, part: SourcePart, most: int) -> PropertyRow:
    """What a source bears under one heading, that of which it says most first."""
    things = sorted(_names_sorted(page, part.facts), key=lambda thing: -part.count(thing))
    values = tuple(Value(_counted_facts(page, part, thing), None, ()) for thing in things[:most])
    folded = values[_FIRST_THINGS:] if values[_FIRST_THINGS + 1 :] else ()
    label = _words(page, part.heading, part.link) if part.heading else Markup.escape(page.translate("source-beginning"))
    more = _more_things(page, folded) + _cut(page, most, len(things))
    bold = Markup("<strong>%s</strong>") % label
    return PropertyRow(bold, values[: len(values) - len(folded)], (), more, is_borne=True)


def _counted_facts(page: HtmlPage, part: SourcePart, thing: str) -> Markup:
    """A thing, how many facts of it a source bears under a heading, and the lines, which lead to these facts."""
    found = [(line, each) for each in part.facts[thing] if (line := page.context.origins.line(each))]
    links = (_line(page, line, each) for line, each in sorted(found, key=lambda one: _place_of(one[0])))
    said = [page.locale.number(part.count(thing)), _COMMA.join(links)]
    return Markup("%s\u00a0(%s)") % (page.link(thing), Markup(": ").join(each for each in said if each))


def _line(page: HtmlPage, line: Line, evidence: str) -> Markup:
    """A link to the line of a source that is evidence."""
    said, path = page.translate("line", line=line.number).replace(" ", "\u00a0"), page.context.target(evidence)
    return Markup('<a href="%s">%s</a>') % (page.page_url(path), said) if path else Markup.escape(said)


def _place_of(line: Line) -> tuple[int, str]:
    return int(line.number) if line.number.isdecimal() else 0, line.number


def _source_said(page: HtmlPage, iri: str) -> Markup | None:
    """How many facts a source bears, where it stands, and when it was last read; None for what bears none."""
    borne = page.context.origins.borne(iri)
    if borne is None:
        return None
    address = borne.origin.address
    way = [page.away(address, Markup("%s") % (urlsplit(address).hostname or address))] if address else []
    return Markup(" \u00b7 ").join(
        [*_counts(page, "source-facts", borne.statuses), *way, *_read(page, borne.origin.read)]
    )


def _more_things(page: HtmlPage, values: Sequence[Value]) -> Markup:
    """More of what a source bears under a heading, folded on a screen."""
    count = page.translate("and-more", count=page.locale.number(len(values)))
    items = Markup().join(Markup("<li>%s</li>") % value.html for value in values)
    folded = Markup('<details><summary class="screen">%s</summary><ul>%s</ul></details>')
    return folded % (count, items) if values else Markup()


def _heading_lists(page: HtmlPage, iri: str) -> Iterator[str]:
    """The properties of a source that only list its headings, where each of these has a row with what it bears."""
    origins = page.context.origins
    headings = {part.heading.value for part in origins.parts(iri) if part.heading}
    for name, facts in _by_property(page, iri).items() if headings else ():
        words = [origins.words(getattr(fact.object, "value", "")) for fact in facts]
        if words and all(each and each.value in headings for each in words):
            yield name


def _passage_said(page: HtmlPage, iri: str, origins: PageOrigins) -> Markup | None:
    """Where a place of a source is, and whether its text is here; None for what is none."""
    place = page.context.origins.place(iri)
    if place is None:
        return None
    texts = (fact.object for fact in page.context.facts(iri) if isinstance(fact.object, Literal))
    is_quoted = any(text.language or text.datatype.value == f"{XSD}string" for text in texts)
    said = origins.place(place)
    return said if is_quoted or not place.link else Markup("%s. %s") % (said, page.translate("not-quoted"))


def _borne(page: HtmlPage, iri: str, by_property: Mapping[str, Sequence[Triple]]) -> Mapping[str, Sequence[Triple]]:
    """The facts that a place of a source bears, by the property that says so, in the order of the shapes."""
    if page.context.origins.place(iri) is None:
        return {}
    read = {name: [_read_fact(fact) for fact in facts] for name, facts in by_property.items()}
    found = {name: [each for each in facts if each] for name, facts in read.items() if facts and all(facts)}
    return _ordered(page, iri, found)


def _read_fact(fact: Triple) -> Triple | None:
    return read_triple(fact.object) if isinstance(fact.object, Literal) else None


def _borne_section(page: HtmlPage, classes: Iterable[str], name: str, facts: Iterable[Triple], most: int) -> Section:
    """What a place of a source bears, a row for each thing; those of which it bears the same have one together."""
    things: dict[str, list[Triple]] = {}
    for fact in facts:
        things.setdefault(fact.subject.value, []).append(fact)  # type: ignore[union-attr]  # a text says it of a name
    same: dict[tuple[Markup, ...], list[Markup]] = {}
    for thing, said in list(things.items())[:most]:
        same.setdefault(_borne_values(page, thing, said), []).append(page.link(thing))
    *rows, last = (_borne_row(links, values) for values, links in same.items())
    return Section(_called_on(page, classes, name), (*rows, last._replace(cut=_cut(page, most, len(things)))))


def _borne_row(links: Sequence[Markup], values: Iterable[Markup]) -> PropertyRow:
    """What a place of a source bears of some things, of which it bears the same."""
    return PropertyRow(_BREAK.join(links), tuple(Value(value, None, ()) for value in values), (), is_borne=True)


def _borne_values(page: HtmlPage, thing: str, facts: Iterable[Triple]) -> tuple[Markup, ...]:
    """What a place of a source bears of one thing: its properties with their values."""
    found: dict[str, list[Triple]] = {}
    for fact in facts:
        found.setdefault(fact.predicate.value, []).append(fact)
    classes, said = page.context.classes(thing), Markup("<small>%s:</small> %s")
    return tuple(
        said % (_capitalised(page, classes, name), _COMMA.join(_html(page, each.object) for each in triples))
        for name, triples in _without_details(page, found).items()
    )


def _capitalised(page: HtmlPage, classes: Iterable[str], name: str) -> Markup:
    """What a property is called where it begins a line."""
    own = _named(page, page.context.fields.field(classes, name).name)
    return own or page.named(capitalised(page.name(name)))


def _lists(page: HtmlPage, iri: str, most: int) -> Iterator[LinkGroup]:
    """What is asked about things like this one, what a class has, and what a named graph speaks of."""
    asked = tuple(_asked(page, iri))
    if asked:
        yield LinkGroup(page.translate("questions-like"), (LinkSection(asked),), is_onward=True)
    things = page.context.instances.get(iri, ())
    if things:
        yield LinkGroup(page.translate("instances"), (_part(page, things, most),), _count(page, len(things)))
    used = page.context.uses.get(iri, 0)
    if used:
        yield LinkGroup(page.translate("uses"), (), page.translate("used-times", count=page.locale.number(used)))
    described_here = page.context.graph_subjects.get(iri, ())
    if described_here:
        label = page.translate("graph-holds")
        yield LinkGroup(label, (_part(page, described_here, most),), _count(page, len(described_here)))


def _asked(page: HtmlPage, iri: str) -> Iterator[Markup]:
    """The ways to the questions that are asked of the thing itself; else to those on its topic that tell of it.

    Before these stand the pictures of the main menu that tell of it, if it is like the columns of a matrix.
    """
    tags, topics = _topics(page, iri)
    queries = [each for each in page.site.queries.values() if QUESTION in each.tags and tags & {*each.tags}]
    found = [way for query in queries for way in _asked_of_it(page, query, iri)] or [
        (query, page.page_url(f"{paths.ANSWERS}{query.name}"))
        for query in queries
        if query.topic in topics and any(iri in things for things in _telling(page, query).values())
    ]
    drawn = [(query, page.page_url(f"{paths.ANSWERS}{query.name}")) for query in _drawn(page, iri)]
    for query, url in {query.name: (query, url) for query, url in [*drawn, *found]}.values():
        yield Markup('<a href="%s">%s</a>') % (url, page.named(page.locale.pick(query.summary)))


def _drawn(page: HtmlPage, iri: str) -> Iterator[Query]:
    """The pictures of the main menu that tell of a thing of which the like are the columns of a matrix."""
    compared = page.context.once("compared-kinds", lambda: _compared_kinds(page))
    for query in () if compared.isdisjoint(page.context.classes(iri)) else page.context.navigation:
        if query.view in PICTURES and any(iri in things for things in _telling(page, query).values()):
            yield query


def _compared_kinds(page: HtmlPage) -> frozenset[str]:
    """The classes of what the columns of the matrices in the main menu are."""
    matrices = (query for query in page.context.navigation if query.view == "matrix")
    columns = (thing for query in matrices for thing in _telling(page, query).get("column", ()))
    return frozenset(name for thing in columns for name in page.context.classes(thing))


def _topics(page: HtmlPage, iri: str) -> tuple[set[str], set[str]]:
    """The tags of the summaries that tell of a thing, and the foremost ones; else those of the way to it."""
    way, found = page.context.way(iri), [column.query for column in page.context.summaries.of(iri)]
    tags = {tag for query in found for tag in query.tags} or {*(way.tags if way else ())}
    return tags - {QUESTION, COMMON}, {query.topic for query in found} or tags


def _asked_of_it(page: HtmlPage, query: Query, iri: str) -> Iterator[tuple[Query, str]]:
    """The way to what a query with a menu that has the thing tells of that, if anything."""
    for name in (each.name for each in query.parameters if each.kind == "iri" and page.site.menu(each)):
        found = iri in _telling(page, query).get(name, ()) and page.context.answers.published(query, {name: iri})
        if found:
            yield query, page.page_url(found.path)


def _telling(page: HtmlPage, query: Query) -> Mapping[str, frozenset[str]]:
    """The things of which the answer of a query tells something, by column, where nobody has chosen anything."""
    return page.context.once(("telling", query.name), lambda: _described(page.context.answer(query, page.language)))


def _described(answer: Answer) -> Mapping[str, frozenset[str]]:
    """The things in each column of an answer, in rows that have more than them and what they are called."""
    found: dict[str, set[str]] = {}
    names, rows = (answer.variables, answer.rows) if isinstance(answer, Table) else ((), ())
    for row in rows:
        cells = {name: term for name, term in zip(names, row, strict=True) if term is not None}
        for name, term in cells.items():
            if isinstance(term, NamedNode) and cells.keys() - {name, f"{name}Label"}:
                found.setdefault(name, set()).add(term.value)
    return {name: frozenset(things) for name, things in found.items()}


def _linked_section(page: HtmlPage, iri: str, links: Links, most: int, origins: PageOrigins) -> Iterator[Section]:
    """What links here, under a heading of its own; nothing where nothing does."""
    found = tuple(_incoming(page, iri, links, most, origins))
    if found:
        is_source = bool(page.context.origins.parts(iri))  # what a source bears matters more
        yield Section(page.translate("links-here"), found, is_folded=is_source)


def _count(page: HtmlPage, number: int) -> str:
    return page.translate("things-in-all", count=page.locale.number(number))


def _incoming(page: HtmlPage, iri: str, links: Links, most: int, origins: PageOrigins) -> Iterator[PropertyRow]:
    """The links to a thing, each under the name that the property has from this end; from the same things in one row.

    What a row of the box at the top says of them is not said again.
    """
    rows: dict[tuple[str, ...], dict[Name, Iterable[str]]] = {}
    for label, found in _by_label(page, iri, links, min(most, MOST_IN_BOX)).items():
        rows.setdefault(tuple(found), {})[label] = chain(*found.values())
    for things, labels in rows.items():
        first, *others = labels
        called = _COMMA.join(map(page.named, (capitalised(first), *others)))
        names = dict.fromkeys(chain(*labels.values()))
        values = tuple(_linking(page, thing, names, iri, origins) for thing in things[:most])
        yield PropertyRow(called, values, (), _cut(page, most, len(things)), is_inline=len(things) > _LINES)


def _by_label(page: HtmlPage, iri: str, links: Links, most: int) -> Mapping[Name, Mapping[str, Sequence[str]]]:
    """The things that link to a thing, with the properties by which they do, by what these are called from here."""
    summarised = [{getattr(value, "value", "") for value in column.values} for column in page.context.summaries.of(iri)]
    found: dict[Name, dict[str, list[str]]] = {}
    for name, things in links.named.items():
        if {*things} not in summarised or len(things) > most:
            labelled = found.setdefault(page.context.inverse_name(name, page.language), {})
            for thing in things:
                labelled.setdefault(thing, []).append(name)
    return found


def _linking(page: HtmlPage, other: str, names: Iterable[str], iri: str, origins: PageOrigins) -> Value:
    """What links to a thing by some properties, with where that is from."""
    triples = (Triple(NamedNode(other), NamedNode(name), NamedNode(iri)) for name in names)
    return origins.value(page.link(other), [origin for each in triples for origin in page.context.origins.of(each)])


def _links(page: HtmlPage, iri: str) -> Links:
    """The things that link to a thing."""
    named: dict[str, list[str]] = {}
    nameless: dict[str, list[str]] = {}
    for triple in page.context.incoming.get(iri, ()):
        other = triple.subject.value  # type: ignore[union-attr]
        kind = nameless if _is_nameless(page, iri, other) else named
        kind.setdefault(triple.predicate.value, []).append(other)
    return Links(_ordered(page, iri, named), _ordered(page, iri, nameless))


def _ordered(page: HtmlPage, iri: str, by_property: Mapping[str, list[_Any]]) -> Mapping[str, list[_Any]]:
    """What there is by property in the order of the shapes."""
    classes = page.context.classes(iri)
    own = by_property.keys() - {*_joining(page, iri)}
    order = sorted(own, key=lambda name: (page.context.fields.field(classes, name), name))
    return {name: by_property[name] for name in order}


def _is_nameless(page: HtmlPage, iri: str, other: str) -> bool:
    """Whether what a thing says is told where it links to: it has a class and no name, and says more than that."""
    if page.context.is_named(other) or not page.context.classes(other):
        return False
    return bool(_further_facts(page, iri, other))


def _further_facts(page: HtmlPage, iri: str, other: str) -> Mapping[str, Sequence[Triple]]:
    """What one thing says besides that it links to another."""
    found = {
        name: [t for t in triples if str(t.object) != f"<{iri}>"] for name, triples in _by_property(page, other).items()
    }
    return {name: triples for name, triples in found.items() if triples}


def _tables(page: HtmlPage, iri: str, links: Links, most: int, origins: PageOrigins) -> Iterator[LinkTable]:
    """What the things without a name of their own say that link here, such as who is a member, and from when."""
    for things in links.nameless.values():
        found = [_property_rows(page, each, _further_facts(page, iri, each), most, origins) for each in things[:most]]
        label = page.label(page.context.classes(things[0])[0])
        yield LinkTable(label, *_aligned(page, things[0], found), _cut(page, most, len(things)))


def _aligned(
    page: HtmlPage, like: str, found: Sequence[Mapping[str, PropertyRow]]
) -> tuple[tuple[Markup, ...], tuple[tuple[tuple[Markup, ...], Value], ...]]:
    """The labels of all properties of some things, in the order of the shapes, and the values of each thing."""
    classes = page.context.classes(like)
    labels = {name: row.label for rows in found for name, row in rows.items()}
    order = sorted(labels, key=lambda name: (page.context.fields.field(classes, name), name))
    rows = tuple((tuple(_cell(row.get(name)) for name in order), _together(row.values())) for row in found)
    return tuple(labels[name] for name in order), rows


def _cell(row: PropertyRow | None) -> Markup:
    return _COMMA.join(value.html for value in row.values) if row else Markup("")


def _together(rows: Iterable[PropertyRow]) -> Value:
    """How sure some facts are and where they are from, once for all of them."""
    values = [value for row in rows for value in row.values]
    tags = dict.fromkeys(value.tag for value in values if value.tag)
    return Value(Markup(""), _COMMA.join(tags) or None, tuple(dict.fromkeys(n for v in values for n in v.origins)))


def _part(page: HtmlPage, things: Sequence[str], most: int) -> LinkSection:
    return LinkSection(tuple(page.link(thing) for thing in things[:most]), _cut(page, most, len(things)))


def _cut(page: HtmlPage, most: int, count: int) -> str:
    """The sentence that says that not all is shown; nothing where all is."""
    if count <= most:
        return ""
    shown, all_ = page.locale.number(most), page.locale.number(count)
    return f"{page.translate('shown-of', shown=shown, all=all_)} {page.translate('shown-data')}"
