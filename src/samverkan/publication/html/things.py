"""The page about a thing: its facts in the order of the shapes, what links to it, and where it all comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode, Triple

from samverkan.model import paths
from samverkan.model.language_tags import matches
from samverkan.model.namespaces import DCTERMS, DEPRECATED, LABELS, REPLACED_BY, SKOS, TYPE, XSD
from samverkan.model.results import Graph, Page, Term
from samverkan.publication.html import changes
from samverkan.publication.html.citing import citations
from samverkan.publication.html.context import Derived
from samverkan.publication.html.fields import FieldGroup
from samverkan.publication.html.locale import Name, plain
from samverkan.publication.html.origins import Note, Origin
from samverkan.publication.html.page import HtmlPage, json_ld, small
from samverkan.publication.html.schema_org import described

MOST = (40, 15, 5, 1)
"""How many values and links of one kind a page shows: the first number with which it is small enough."""
MOST_CHARACTERS = 3000
"""How much of a text is shown."""

_LEADS = (f"{DCTERMS}description", f"{SKOS}definition")
_CALLED = f"{SKOS}altLabel"
_NAMES = frozenset(label.value for label in LABELS)
_ELSEWHERE = frozenset({TYPE.value, DEPRECATED.value, REPLACED_BY.value, *_LEADS, _CALLED, *_NAMES})
_COMMA = Markup(", ")
_DATE = NamedNode(f"{XSD}date")


class Value(NamedTuple):
    """A value as HTML, a word for how sure it is where that is not plain, and the numbers of its origins."""

    html: Markup
    tag: Markup | None
    origins: tuple[int, ...]


class Remark(NamedTuple):
    """A note of the curators: a link to it, and its text."""

    link: Markup
    text: Markup


class PropertyRow(NamedTuple):
    """A property with its values and what the curators note about it."""

    label: Markup
    values: tuple[Value, ...]
    notes: tuple[Remark, ...]
    cut: str = ""


class Section(NamedTuple):
    """Facts under one heading."""

    label: Markup | str
    rows: tuple[PropertyRow, ...]


class DerivedSection(NamedTuple):
    """What follows from the facts: on which day that was worked out, and the properties."""

    said: str
    rows: tuple[PropertyRow, ...]


class LinkSection(NamedTuple):
    """Some links under a smaller heading, and what is said where not all are there."""

    label: Markup | None
    links: tuple[Markup, ...]
    cut: str = ""


class LinkGroup(NamedTuple):
    """Links under one heading."""

    label: str
    parts: tuple[LinkSection, ...]
    lead: str = ""


class Ending(NamedTuple):
    """What became of a thing that is not described any more, and what is described in its place."""

    said: str
    successors: tuple[Markup, ...]


class PageOrigins:
    """The origins of the facts of one page, numbered in the order in which they come."""

    def __init__(self, page: HtmlPage) -> None:
        self._page = page
        self._numbers: dict[tuple[object, ...], int] = {}
        self.shown: list[Markup] = []

    def numbers(self, origins: Iterable[Origin]) -> tuple[int, ...]:
        """The numbers of some origins."""
        return tuple(dict.fromkeys(self._number(origin) for origin in origins))

    def _number(self, origin: Origin) -> int:
        key = origin if origin.source else (origin.status, origin.graph)
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers) + 1
            self.shown.append(self._shown(origin))
        return self._numbers[key]

    def _shown(self, origin: Origin) -> Markup:
        page = self._page
        parts = [page.value(origin.source) if origin.source else page.link(origin.graph)]
        parts += [Markup("%s") % page.translate("line", line=origin.line)] if origin.line else []
        parts += [_place(page, origin.heading, origin.link)] if origin.heading else []
        parts += [Markup("%s") % page.translate("read-on", day=page.locale.literal(origin.read))] if origin.read else []
        status = (
            Markup("%s: ") % page.label(origin.status.value) if isinstance(origin.status, NamedNode) else Markup("")
        )
        return status + _COMMA.join(parts)


def _place(page: HtmlPage, heading: Literal, link: str) -> Markup:
    """Where in a source: under a heading, in its own language, with a link that opens the source there."""
    language = heading.language if heading.language and not _is_own(page, heading) else page.language
    words = Markup('<q lang="%s">%s</q>') % (language, heading.value)
    return Markup(page.translate("under-heading")).format(heading=page.away(link, words))  # noqa: S704 - our own text


def thing(page: HtmlPage, iri: str) -> str:
    """The page about a thing; of one of which very much is said with a part of it."""
    return small(_page(page, iri, most) for most in MOST)


def _crumbs(page: HtmlPage, iri: str) -> tuple[tuple[str | Markup, str], ...]:
    """The way to a thing: by the entry of the menu that lists its like, or as one of the terms of the vocabulary."""
    query = page.context.way(iri)
    if query:
        return page.crumbs((page.context.short(query, page.language), f"{paths.ANSWERS}{query.name}"))
    if iri.startswith(page.site.settings.ontology):
        return page.crumbs((page.translate("data"), paths.DATA), (page.translate("ontology"), paths.ONTOLOGY))
    return page.crumbs()


def _page(page: HtmlPage, iri: str, most: int) -> str:
    facts = page.context.facts(iri)
    origins = PageOrigins(page)
    groups = tuple(_sections(page, iri, most, origins))
    leads = [lead for lead in (_lead(page, iri, key) for key in _LEADS) if lead]
    return page.render(
        "thing.html",
        crumbs=_crumbs(page, iri),
        description=leads[0].striptags() if leads else "",
        title=plain(page.name(iri).text),
        heading=page.label(iri),
        kinds=[page.link(kind) for kind in _kinds(page, iri)],
        called=_called(page, facts),
        tombstone=_ending(page, iri),
        leads=leads,
        derived=_derived(page, iri),
        groups=groups,
        lists=tuple(_lists(page, iri, most)),
        notes=[_remark(page, note) for note in _others(page, iri)][:most],
        origins=origins.shown,
        formats=page.formats(Page(page.path, lambda: Graph(()), Graph)),
        iri=iri,
        modified=changes.modified(page, iri),
        citations=citations(page, iri),
        embedded=json_ld(described(page, iri)),
    )


def _derived(page: HtmlPage, iri: str) -> DerivedSection | None:
    """What follows from the facts on the site's day, which is in no file; a word beside what may be otherwise."""
    found = page.context.derived.get(iri, ())
    classes = page.context.classes(iri)
    rows = tuple(
        PropertyRow(_called_on(page, classes, each.property), (_worked_out(page, each),), ()) for each in found
    )
    said = page.translate("derived-on", day=page.locale.day(page.site.as_of))
    return DerivedSection(said, rows) if rows else None


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


def _sections(page: HtmlPage, iri: str, most: int, origins: PageOrigins) -> Iterator[Section]:
    """The facts in the groups and the order of the shapes."""
    classes = page.context.classes(iri)
    by_property = _by_property(page, iri)
    fields = {name: page.context.fields.field(classes, name) for name in by_property}
    rows: dict[FieldGroup, list[PropertyRow]] = {}
    for name in sorted(by_property, key=lambda name: (fields[name].group.order, fields[name].order, name)):
        label = _called_on(page, classes, name)
        notes = tuple(_remark(page, note) for note in page.context.origins.notes(iri) if note.property == name)
        found = _spoken(page, by_property[name])
        values = tuple(_value(page, fact, origins) for fact in found[:most])
        row = PropertyRow(label, values, notes[:most], _cut(page, most, len(found)))
        rows.setdefault(fields[name].group, []).append(row)
    for group, shown in rows.items():
        yield Section(_named(page, group.label) or page.translate("other-facts"), tuple(shown))


def _by_property(page: HtmlPage, iri: str) -> Mapping[str, Sequence[Triple]]:
    """The facts by property, without those that stand elsewhere on the page.

    A property that the curators speak of may have no value, if the thing is of a kind that has it.
    """
    classes = page.context.classes(iri)
    noted = (note.property for note in page.context.origins.notes(iri) if note.property)
    found: dict[str, list[Triple]] = {name: [] for name in noted if page.context.fields.has(classes, name)}
    for triple in page.context.facts(iri):
        found.setdefault(triple.predicate.value, []).append(triple)
    days = {t.predicate.value for t in page.context.facts(iri) if isinstance(t.object, Literal) and _is_day(t.object)}
    details = {name for name in found if page.context.details(name) & days}
    return {name: triples for name, triples in found.items() if name not in _ELSEWHERE | details}


def _is_day(value: Literal) -> bool:
    """Whether a date is known to the day."""
    return value.datatype == _DATE


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
    found = page.context.origins.of(fact)
    return Value(_html(page, fact.object), _tag(page, found), origins.numbers(found))


def _html(page: HtmlPage, value: Term) -> Markup:
    """A value as HTML; of a very long text the beginning."""
    if isinstance(value, Literal) and len(value.value) > MOST_CHARACTERS:
        return page.named(_shortened(Name(value.value, None if _is_own(page, value) else value.language)))
    return page.value(value)


def _shortened(name: Name) -> Name:
    return Name(f"{name.text[:MOST_CHARACTERS]} …", name.language) if len(name.text) > MOST_CHARACTERS else name


def _tag(page: HtmlPage, origins: Iterable[Origin]) -> Markup | None:
    """How sure a fact is, where it is not of the commonest kind: that of most evidence."""
    statuses = {origin.status.value for origin in origins if isinstance(origin.status, NamedNode)}
    marked = sorted(statuses - {page.context.origins.commonest})
    return _COMMA.join(page.label(status) for status in marked) if marked else None


def _remark(page: HtmlPage, note: Note) -> Remark:
    texts = page.context.texts(note.iri, _LEADS[0])
    return Remark(page.link(note.iri), page.named(_shortened(page.locale.pick(texts))))


def _lists(page: HtmlPage, iri: str, most: int) -> Iterator[LinkGroup]:
    """What links here, what a class has, and what a named graph speaks of."""
    found = tuple(_incoming(page, iri, most))
    if found:
        yield LinkGroup(page.translate("links-here"), found)
    things = page.context.instances.get(iri, ())
    if things:
        yield LinkGroup(page.translate("instances"), (_part(page, None, things, most),), _count(page, len(things)))
    used = page.context.uses.get(iri, 0)
    if used:
        yield LinkGroup(page.translate("uses"), (), page.translate("used-times", count=page.locale.number(used)))
    described_here = page.context.graph_subjects.get(iri, ())
    if described_here:
        label = page.translate("graph-holds")
        yield LinkGroup(label, (_part(page, None, described_here, most),), _count(page, len(described_here)))


def _count(page: HtmlPage, number: int) -> str:
    return page.translate("things-in-all", count=page.locale.number(number))


def _incoming(page: HtmlPage, iri: str, most: int) -> Iterator[LinkSection]:
    """The links to a thing by property, each under the name that it has from this end."""
    by_property: dict[str, list[str]] = {}
    for triple in page.context.incoming.get(iri, ()):
        by_property.setdefault(triple.predicate.value, []).append(triple.subject.value)  # type: ignore[union-attr]
    classes = page.context.classes(iri)
    order = sorted(by_property, key=lambda name: (page.context.fields.field(classes, name), name))
    for name in order:
        label = page.named(page.context.inverse_name(name, page.language))
        yield _part(page, label, by_property[name], most)


def _part(page: HtmlPage, label: Markup | None, things: Sequence[str], most: int) -> LinkSection:
    return LinkSection(label, tuple(page.link(thing) for thing in things[:most]), _cut(page, most, len(things)))


def _cut(page: HtmlPage, most: int, count: int) -> str:
    """The sentence that says that not all is shown; nothing where all is."""
    if count <= most:
        return ""
    shown, all_ = page.locale.number(most), page.locale.number(count)
    return f"{page.translate('shown-of', shown=shown, all=all_)} {page.translate('shown-data')}"
