"""The page about a thing: its facts in the order of the shapes, what links to it, and where it all comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode, Triple

from samverkan.answers import Graph, Page, Term
from samverkan.html.fields import Group
from samverkan.html.origins import Note, Origin
from samverkan.html.schema_org import described
from samverkan.html.sheet import Sheet, json_ld, small
from samverkan.html.tongue import Name, plain
from samverkan.vocabulary import DCTERMS, DEPRECATED, LABELS, REPLACED_BY, SKOS, TYPE

MOST = (40, 15, 5, 1)
"""How many values and links of one kind a page shows: the first number with which it is small enough."""
MOST_CHARACTERS = 3000
"""How much of a text is shown."""

_LEADS = (f"{DCTERMS}description", f"{SKOS}definition")
_CALLED = f"{SKOS}altLabel"
_NAMES = frozenset(label.value for label in LABELS)
_ELSEWHERE = frozenset({TYPE.value, DEPRECATED.value, REPLACED_BY.value, *_LEADS, _CALLED, *_NAMES})
_COMMA = Markup(", ")


class Value(NamedTuple):
    """A value as HTML, a word for how sure it is where that is not plain, and the numbers of its origins."""

    html: Markup
    tag: Markup | None
    origins: tuple[int, ...]


class Remark(NamedTuple):
    """A note of the curators: a link to it, and its text."""

    link: Markup
    text: Markup


class Row(NamedTuple):
    """A property with its values and what the curators note about it."""

    label: Markup
    values: tuple[Value, ...]
    notes: tuple[Remark, ...]
    cut: str = ""


class Section(NamedTuple):
    """Facts under one heading."""

    label: Markup | str
    rows: tuple[Row, ...]


class Part(NamedTuple):
    """Some links under a smaller heading, and what is said where not all are there."""

    label: Markup | None
    links: tuple[Markup, ...]
    cut: str = ""


class Links(NamedTuple):
    """Links under one heading."""

    label: str
    parts: tuple[Part, ...]
    lead: str = ""


class Ending(NamedTuple):
    """What became of a thing that is not described any more, and what is described in its place."""

    said: str
    successors: tuple[Markup, ...]


class Origins:
    """The origins of the facts of one page, numbered in the order in which they come."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self._numbers: dict[tuple[object, ...], int] = {}
        self.told: list[Markup] = []

    def numbers(self, origins: Iterable[Origin]) -> tuple[int, ...]:
        """The numbers of some origins."""
        return tuple(dict.fromkeys(self._number(origin) for origin in origins))

    def _number(self, origin: Origin) -> int:
        key = (origin.status, origin.source, origin.line) if origin.source else (origin.status, origin.graph)
        if key not in self._numbers:
            self._numbers[key] = len(self._numbers) + 1
            self.told.append(self._told(origin))
        return self._numbers[key]

    def _told(self, origin: Origin) -> Markup:
        sheet = self._sheet
        parts = [sheet.value(origin.source) if origin.source else sheet.link(origin.graph)]
        parts += [Markup("%s") % sheet.say("line", line=origin.line)] if origin.line else []
        status = (
            Markup("%s: ") % sheet.label(origin.status.value) if isinstance(origin.status, NamedNode) else Markup("")
        )
        return status + _COMMA.join(parts)


def thing(sheet: Sheet, iri: str) -> str:
    """The page about a thing; of one of which very much is said with a part of it."""
    return small(_page(sheet, iri, most) for most in MOST)


def _page(sheet: Sheet, iri: str, most: int) -> str:
    facts = sheet.face.facts(iri)
    origins = Origins(sheet)
    groups = tuple(_sections(sheet, iri, most, origins))
    return sheet.render(
        "thing.html",
        title=plain(sheet.name(iri).text),
        heading=sheet.label(iri),
        kinds=[sheet.link(kind) for kind in _kinds(facts)],
        called=_called(sheet, facts),
        fate=_ending(sheet, iri),
        leads=[lead for lead in (_lead(sheet, iri, key) for key in _LEADS) if lead],
        groups=groups,
        lists=tuple(_lists(sheet, iri, most)),
        notes=[_remark(sheet, note) for note in _others(sheet, iri)][:most],
        origins=origins.told,
        formats=sheet.formats(Page(sheet.path, lambda: Graph(()), Graph)),
        iri=iri,
        embedded=json_ld(described(sheet, iri)),
    )


def _kinds(facts: Iterable[Triple]) -> Iterator[str]:
    for triple in facts:
        if triple.predicate == TYPE and isinstance(triple.object, NamedNode):
            yield triple.object.value


def _called(sheet: Sheet, facts: Iterable[Triple]) -> Markup | None:
    """The other names of a thing; the same name in another language is on the page in that language."""
    names = [t.object for t in facts if t.predicate.value == _CALLED and isinstance(t.object, Literal)]
    names.sort(key=lambda name: not _is_own(sheet, name))
    names = list({name.value: name for name in reversed(names)}.values())[::-1]  # the same in two languages is one
    found = (Name(name.value, None if _is_own(sheet, name) else name.language) for name in names[: MOST[0]])
    others = [sheet.named(_shortened(name)) for name in found]
    return Markup(sheet.say("also-called")).format(names=_COMMA.join(others)) if others else None  # noqa: S704 - our own text


def _is_own(sheet: Sheet, text: Literal) -> bool:
    return not text.language or text.language.partition("-")[0] == sheet.language.partition("-")[0]


def _ending(sheet: Sheet, iri: str) -> Ending | None:
    fate = sheet.site.fates.get(iri)
    if fate is None:
        return None
    said = sheet.say("replaced" if fate.successors else "withdrawn")
    return Ending(said, tuple(sheet.link(successor) for successor in fate.successors))


def _lead(sheet: Sheet, iri: str, predicate: str) -> Markup | None:
    texts = sheet.face.texts(iri, predicate)
    return sheet.named(_shortened(sheet.tongue.pick(texts))) if texts else None


def _sections(sheet: Sheet, iri: str, most: int, origins: Origins) -> Iterator[Section]:
    """The facts in the groups and the order of the shapes."""
    classes = sheet.face.classes(iri)
    by_property = _by_property(sheet, iri)
    fields = {name: sheet.face.fields.field(classes, name) for name in by_property}
    rows: dict[Group, list[Row]] = {}
    for name in sorted(by_property, key=lambda name: (fields[name].group.order, fields[name].order, name)):
        label = _named(sheet, fields[name].name) or sheet.label(name)
        notes = tuple(_remark(sheet, note) for note in sheet.face.origins.notes(iri) if note.property == name)
        found = _spoken(sheet, by_property[name])
        values = tuple(_value(sheet, fact, origins) for fact in found[:most])
        row = Row(label, values, notes[:most], _cut(sheet, most, len(found)))
        rows.setdefault(fields[name].group, []).append(row)
    for group, shown in rows.items():
        yield Section(_named(sheet, group.label) or sheet.say("other-facts"), tuple(shown))


def _by_property(sheet: Sheet, iri: str) -> Mapping[str, Sequence[Triple]]:
    """The facts by property, without those that stand elsewhere on the page.

    A property that the curators speak of may have no value, if the thing is of a kind that has it.
    """
    classes = sheet.face.classes(iri)
    noted = (note.property for note in sheet.face.origins.notes(iri) if note.property)
    found: dict[str, list[Triple]] = {name: [] for name in noted if sheet.face.fields.has(classes, name)}
    for triple in sheet.face.facts(iri):
        found.setdefault(triple.predicate.value, []).append(triple)
    return {name: triples for name, triples in found.items() if name not in _ELSEWHERE}


def _others(sheet: Sheet, iri: str) -> list[Note]:
    """The notes that are about no property that has a row of its own."""
    rows = _by_property(sheet, iri)
    return [note for note in sheet.face.origins.notes(iri) if note.property not in rows]


def _named(sheet: Sheet, texts: Iterable[tuple[str, str]]) -> Markup | None:
    found = sheet.tongue.pick(dict(texts))
    return sheet.named(found) if found.text else None


def _spoken(sheet: Sheet, facts: Sequence[Triple]) -> Sequence[Triple]:
    """Of texts in several languages those in the reader's, if there are any: the others are on the other page."""
    tagged = [fact for fact in facts if isinstance(fact.object, Literal) and fact.object.language]
    own = [fact for fact in tagged if _is_own(sheet, fact.object)]  # type: ignore[arg-type]
    return [fact for fact in facts if fact in own or fact not in tagged] if own and len(own) < len(tagged) else facts


def _value(sheet: Sheet, fact: Triple, origins: Origins) -> Value:
    found = sheet.face.origins.of(fact)
    return Value(_html(sheet, fact.object), _tag(sheet, found), origins.numbers(found))


def _html(sheet: Sheet, value: Term) -> Markup:
    """A value as HTML; of a very long text the beginning."""
    if isinstance(value, Literal) and len(value.value) > MOST_CHARACTERS:
        return sheet.named(_shortened(Name(value.value, None if _is_own(sheet, value) else value.language)))
    return sheet.value(value)


def _shortened(name: Name) -> Name:
    return Name(f"{name.text[:MOST_CHARACTERS]} …", name.language) if len(name.text) > MOST_CHARACTERS else name


def _tag(sheet: Sheet, origins: Iterable[Origin]) -> Markup | None:
    """How sure a fact is, where it is not of the commonest kind: that of most evidence."""
    statuses = {origin.status.value for origin in origins if isinstance(origin.status, NamedNode)}
    marked = sorted(statuses - {sheet.face.origins.commonest})
    return _COMMA.join(sheet.label(status) for status in marked) if marked else None


def _remark(sheet: Sheet, note: Note) -> Remark:
    texts = sheet.face.texts(note.iri, _LEADS[0])
    return Remark(sheet.link(note.iri), sheet.named(_shortened(sheet.tongue.pick(texts))))


def _lists(sheet: Sheet, iri: str, most: int) -> Iterator[Links]:
    """What links here, what a class has, and what a named graph speaks of."""
    found = tuple(_incoming(sheet, iri, most))
    if found:
        yield Links(sheet.say("links-here"), found)
    things = sheet.face.instances.get(iri, ())
    if things:
        yield Links(sheet.say("instances"), (_part(sheet, None, things, most),), _count(sheet, len(things)))
    used = sheet.face.uses.get(iri, 0)
    if used:
        yield Links(sheet.say("uses"), (), sheet.say("used-times", count=sheet.tongue.number(used)))
    described_here = sheet.face.graph_subjects.get(iri, ())
    if described_here:
        label = sheet.say("graph-holds")
        yield Links(label, (_part(sheet, None, described_here, most),), _count(sheet, len(described_here)))


def _count(sheet: Sheet, number: int) -> str:
    return sheet.say("things-in-all", count=sheet.tongue.number(number))


def _incoming(sheet: Sheet, iri: str, most: int) -> Iterator[Part]:
    """The links to a thing by property, each under the name that it has from this end."""
    by_property: dict[str, list[str]] = {}
    for triple in sheet.face.incoming.get(iri, ()):
        by_property.setdefault(triple.predicate.value, []).append(triple.subject.value)  # type: ignore[union-attr]
    classes = sheet.face.classes(iri)
    order = sorted(by_property, key=lambda name: (sheet.face.fields.field(classes, name), name))
    for name in order:
        label = sheet.named(sheet.face.inverse_name(name, sheet.language))
        yield _part(sheet, label, by_property[name], most)


def _part(sheet: Sheet, label: Markup | None, things: Sequence[str], most: int) -> Part:
    return Part(label, tuple(sheet.link(thing) for thing in things[:most]), _cut(sheet, most, len(things)))


def _cut(sheet: Sheet, most: int, count: int) -> str:
    """The sentence that says that not all is shown; nothing where all is."""
    if count <= most:
        return ""
    shown, all_ = sheet.tongue.number(most), sheet.tongue.number(count)
    return f"{sheet.say('shown-of', shown=shown, all=all_)} {sheet.say('shown-data')}"
