"""The page about the ontology of a site: its classes, properties and codes, what they mean and what they rest on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode, Triple

from samverkan.model import addresses, paths
from samverkan.model.namespaces import (
    CODE_LIST,
    DCTERMS,
    DEPRECATED,
    OWL,
    RDF,
    RDFS,
    REPLACED_BY,
    SCHEMA,
    SCHEMA_HTTP,
    SH,
    SKOS,
    SUBCLASS,
    TYPE,
)
from samverkan.model.results import Graph, Page
from samverkan.publication.html.alphabet import sorting
from samverkan.publication.html.diagram import Diagram
from samverkan.publication.html.locale import Name, Words, plain
from samverkan.publication.html.page import HtmlPage, small
from samverkan.publication.html.validation import cut
from samverkan.publication.html.versions import links

PATH = paths.ONTOLOGY
# How many terms of one kind are named, and characters of a definition: the pages of the terms have all of that. The
# first with which the page is small.
_SIZES = ((400, 1000), (400, 160), (400, 80), *((most, 80) for most in (250, 150, 80, 50, 30, 20, 10, 5, 1)))
_TRUE = frozenset({"true", "1"})
MOST_FILES = 5
_HUB = 8  # properties that lead to a class of another vocabulary, above which it is named and not drawn

_CLASSES = frozenset({f"{OWL}Class", f"{RDFS}Class", f"{RDFS}Datatype"})
_PROPERTIES = frozenset(
    {
        f"{RDF}Property",
        *(OWL + name for name in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty", "FunctionalProperty")),
    }
)
_DEFINED = (f"{SKOS}definition", f"{RDFS}comment", f"{DCTERMS}description")
_DOMAINS = (f"{RDFS}domain", f"{SCHEMA}domainIncludes", f"{SCHEMA_HTTP}domainIncludes")
_RANGES = (f"{RDFS}range", f"{SCHEMA}rangeIncludes", f"{SCHEMA_HTTP}rangeIncludes")
_VERSION = f"{OWL}versionInfo"
_IN_SCHEME = f"{SKOS}inScheme"
_SUBPROPERTY = f"{RDFS}subPropertyOf"
_PATHS = frozenset({f"{SH}path", f"{SH}inversePath", f"{SH}targetSubjectsOf", f"{SH}targetObjectsOf"})
_COMMA = Markup(", ")
_LONGEST_LEAD = 600  # characters

MESSAGES: Words = {
    "sv": {
        "def-version": "Version {version}. {classes} klasser, {properties} egenskaper och {codes} koder.",
        "def-contents": "Innehåll",
        "def-diagram": "Hur klasserna hänger ihop",
        "def-diagram-title": "Klasser med bågar från var och en till dem som dess egenskaper leder till",
        "def-diagram-lead": "En båge går från varje klass till dem som dess egenskaper leder till. Pilen visar vart. "
        "Ju fler egenskaper, desto grövre båge.",
        "def-diagram-part": "Bilden visar bara de klasser som har flest samband.",
        "def-diagram-hubs": "Egenskaper som leder till dessa ritas inte, för sådana har nästan alla klasser: {names}.",
        "def-diagram-table": "Visa som tabell",
        "def-from": "Klass",
        "def-property": "Egenskap",
        "def-to": "Leder till",
        "def-classes": "Klasser",
        "def-properties": "Egenskaper",
        "def-codes": "Koder",
        "def-several": "Flera klasser",
        "def-general": "Vad som helst",
        "def-below": "Underordnad",
        "def-deprecated": "Har utgått",
        "def-replaced": "Har utgått. Skriv i stället",
        "def-lists": "Webbplatsens egna listor",
        "def-lead-classes": "Vad det finns uppgifter om.",
        "def-lead-properties": "Vad som sägs om varje klass. Ett ord leder till sin egen sida, med vad det betyder.",
        "def-lead-codes": "Värden ur fasta listor.",
        "def-all": "Visa alla {count}",
        "def-things": "{count} i uppgifterna",
        "def-shapes": "Krav",
        "def-reused": "Vad ordlistan återanvänder",
        "def-reused-lead": "Ord ur andra ordlistor används som de är. Talet är hur många som används här.",
        "def-as-data": "Alla finns i ordlistan som data.",
    },
    "en": {
        "def-version": "Version {version}. {classes} classes, {properties} properties and {codes} codes.",
        "def-contents": "Contents",
        "def-diagram": "How the classes hang together",
        "def-diagram-title": "Classes one below the other, with arcs from each to those that its properties lead to",
        "def-diagram-lead": "An arc goes from each class to those that its properties lead to. The arrow shows where "
        "to. The more properties, the thicker the arc.",
        "def-diagram-part": "The picture shows only the classes with the most links.",
        "def-diagram-hubs": "Properties that lead to these are not drawn, for nearly all classes have some: {names}.",
        "def-diagram-table": "Show as a table",
        "def-from": "Class",
        "def-property": "Property",
        "def-to": "Leads to",
        "def-classes": "Classes",
        "def-properties": "Properties",
        "def-codes": "Codes",
        "def-several": "Several classes",
        "def-general": "Anything",
        "def-below": "Below",
        "def-deprecated": "Deprecated",
        "def-replaced": "Deprecated. Write instead",
        "def-lists": "Lists of the site itself",
        "def-lead-classes": "What there are facts about.",
        "def-lead-properties": "What is said of each class. Each word leads to a page of its own, with what it means.",
        "def-lead-codes": "Values from fixed lists.",
        "def-all": "Show all {count}",
        "def-things": "{count} in the facts",
        "def-shapes": "Requirements",
        "def-reused": "What the vocabulary reuses",
        "def-reused-lead": "Words of other vocabularies are used as they are. The number is how many are used here.",
        "def-as-data": "All of them are in the vocabulary as data.",
    },
}


class TermEntry(NamedTuple):
    """A class: a link to its page, its short name, what it means, and the rest that is said of it."""

    link: Markup
    short: str | None
    definition: Markup | None
    facts: Markup


class TermGroup(NamedTuple):
    """Terms that belong together, as links: what they have in common, and what that means."""

    label: Markup
    links: Markup
    definition: Markup | None = None


class Chapter(NamedTuple):
    """All terms of one kind, either described, or in groups that a sentence unfolds; what is said where some lack."""

    anchor: str
    label: str
    lead: str
    all: str
    entries: tuple[TermEntry, ...]
    groups: tuple[TermGroup, ...]
    cut: str


class Line(NamedTuple):
    """A row of the table that says the same as the diagram."""

    of: Markup
    by: Markup
    to: Markup


class Ontology:
    """The ontology of a site as its page needs it: what there is, read from its own graph, and how it is used."""

    def __init__(self, page: HtmlPage, most: int, longest: int) -> None:
        """At most `most` terms of a kind are named, and definitions are no longer than `longest`."""
        self.page = page
        self.most, self.longest = most, longest
        self.context = page.context
        self._namespace = page.site.settings.ontology

    @cached_property
    def terms(self) -> tuple[str, ...]:
        """Its own terms, in the order of the alphabet."""
        triples = (t for file in self.page.site.dataset.ontology for t in file.triples)
        subjects = {t.subject.value for t in triples if isinstance(t.subject, NamedNode)}
        place = sorting(self.page.language)
        own = (iri for iri in subjects if iri.startswith(self._namespace) and iri != self._namespace)
        return tuple(sorted(own, key=lambda iri: (place(self.page.name(iri).text), iri)))

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """The classes and datatypes."""
        return tuple(iri for iri in self.terms if self._kinds(iri) & _CLASSES)

    @cached_property
    def properties(self) -> tuple[str, ...]:
        """The properties."""
        return tuple(iri for iri in self.terms if self._kinds(iri) & _PROPERTIES)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """All else that is described: the individuals, without the schemes that they are in."""
        known = {*self.classes, *self.properties, *self.open_lists}
        known.update(scheme for iri in self.terms for scheme in self.linked(iri, _IN_SCHEME))
        return tuple(iri for iri in self.terms if iri not in known and self._kinds(iri))

    @cached_property
    def open_lists(self) -> tuple[str, ...]:
        """The lists that properties take their values from and that have no codes here: the site fills them."""
        filled = {scheme for iri in self.terms for scheme in self.linked(iri, _IN_SCHEME)}
        found = (each.object for each in self.page.site.documents.union() if each.predicate == CODE_LIST)
        lists = {each.value for each in found if isinstance(each, NamedNode)}
        return tuple(iri for iri in self.terms if iri in lists - filled)

    def _kinds(self, iri: str) -> set[str]:
        return set(self.linked(iri, TYPE.value))

    def linked(self, iri: str, *predicates: str) -> list[str]:
        """The things that some properties of a term lead to."""
        values = (value for predicate in predicates for value in self.context.objects(iri, predicate))
        return list(dict.fromkeys(value.value for value in values if isinstance(value, NamedNode)))

    def definition(self, iri: str, longest: int | None = None) -> Markup | None:
        """What a term means, or the beginning of that, in the reader's language where it can be."""
        found = (self.context.texts(iri, predicate) for predicate in _DEFINED)
        texts = next((texts for texts in found if texts), None)
        if texts is None:
            return None
        name = self.page.locale.pick(texts)
        return _short_html(self.page, name._replace(text=_begun(name.text, longest or self.longest)))

    @cached_property
    def _below(self) -> Mapping[str, tuple[str, ...]]:
        """The classes directly below each."""
        found: dict[str, list[str]] = {}
        for iri in self.classes:
            for above in self.linked(iri, SUBCLASS.value):
                found.setdefault(above, []).append(iri)
        return {iri: tuple(below) for iri, below in found.items()}

    def things(self, iri: str) -> int:
        """How many things there are of a class and of those below it."""
        found, todo = set[str](), [iri]
        for each in todo:  # it grows while it is read
            found.update(self.context.instances.get(each, ()))
            todo += [below for below in self._below.get(each, ()) if below not in todo]
        return len(found)

    @cached_property
    def ties(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """The properties that lead from each class to others, with the class that each leads to."""
        named = {
            *self.classes,
            *self.context.instances,
            *(i for p in self.properties for i in self.linked(p, *_DOMAINS)),
        }
        found: dict[str, list[tuple[str, str]]] = {
            iri: [] for iri in self.classes if self._kinds(iri) - {f"{RDFS}Datatype"}
        }
        for iri in self.properties:
            goals = [goal for goal in self.linked(iri, *_RANGES) if goal in named]
            for start in self.linked(iri, *_DOMAINS):
                found.setdefault(start, []).extend((iri, goal) for goal in goals)
        for iri in self.classes:
            found.get(iri, []).extend(
                (SUBCLASS.value, above) for above in self.linked(iri, SUBCLASS.value) if above in found
            )
        return {iri: tuple(ties) for iri, ties in found.items()}


def _begun(text: str, longest: int) -> str:
    """The beginning of a text, to the end of a word, with an ellipsis where something is missing."""
    return text if len(text) <= longest else f"{text[:longest].rpartition(' ')[0]} …"


def _constrained(triples: Iterable[Triple]) -> Iterator[str]:
    """The classes and properties that some shapes speak of."""
    for t in triples:
        if t.predicate.value in {f"{SH}targetClass", *_PATHS} and isinstance(t.object, NamedNode):
            yield t.object.value


def vocabulary(page: HtmlPage) -> str:
    """The page about the ontology of a site; of a large one with a part of its terms."""
    return small(_page(Ontology(page, *size)) for size in _SIZES)


def _page(ontology: Ontology) -> str:
    page, iri = ontology.page, ontology.page.site.settings.ontology
    lines, diagram = list(_lines(ontology)), _diagram(ontology)
    return page.render(
        "vocabulary.html",
        title=plain(page.name(iri).text),
        crumbs=page.crumbs((page.translate("data"), paths.DATA)),
        heading=page.label(iri),
        lead=ontology.definition(iri, _LONGEST_LEAD),
        version=_version(ontology, iri),
        diagram=diagram if diagram.drawn else None,
        hubs=_COMMA.join(_label(page, hub) for hub in _hubs(ontology)),
        lines=lines[: ontology.most],
        lines_cut=cut(page, ontology.most, len(lines), "def-as-data"),
        chapters=[chapter for chapter in _chapters(ontology) if chapter.entries or chapter.groups],
        reused=list(_reused(page)),
        versions=links(page),
        formats=page.formats(Page(PATH, lambda: Graph(()), Graph)),
        iri=iri,
    )


def _version(ontology: Ontology, iri: str) -> str:
    number = ontology.page.locale.number
    found = next(iter(ontology.context.texts(iri, _VERSION).values()), "–")
    counts = {"classes": ontology.classes, "properties": ontology.properties, "codes": ontology.codes}
    return ontology.page.translate(
        "def-version", version=found, **{name: number(len(each)) for name, each in counts.items()}
    )


def _diagram(ontology: Ontology) -> Diagram:
    """The diagram of the classes, without those of others that very many lead to."""
    page, ties, hubs = ontology.page, ontology.ties, _hubs(ontology)
    goals = (goal for each in ties.values() for _, goal in each)
    keys = [key for key in dict.fromkeys((*ties, *goals)) if key not in hubs]
    links = {key: _label(page, key) if key not in ontology.terms else _link(page, key) for key in keys}
    return Diagram(links, {key: [goal for _, goal in ties.get(key, ())] for key in keys})


def _hubs(ontology: Ontology) -> tuple[str, ...]:
    """The classes of other vocabularies that so many properties lead to that their arcs would cover all others."""
    count = Counter(goal for each in ontology.ties.values() for _, goal in each)
    return tuple(goal for goal in sorted(count) if count[goal] > _HUB and goal not in ontology.classes)


def _lines(ontology: Ontology) -> Iterator[Line]:
    """The links of the diagram as rows, those from one class to another on one line."""
    page = ontology.page
    for start, ties in ontology.ties.items():
        for goal in dict.fromkeys(goal for _, goal in ties):
            by = _COMMA.join(_label(page, property_) for property_, to in ties if to == goal)
            yield Line(_label(page, start), by, _label(page, goal))


def _chapters(ontology: Ontology) -> Iterator[Chapter]:
    entries = tuple(_class(ontology, iri) for iri in ontology.classes[: ontology.most])
    yield _chapter(ontology, "classes", ontology.classes)._replace(entries=entries)
    yield _chapter(ontology, "properties", ontology.properties)._replace(groups=tuple(_by_domain(ontology)))
    yield _chapter(ontology, "codes", ontology.codes)._replace(groups=tuple(_by_scheme(ontology)))


def _chapter(ontology: Ontology, anchor: str, terms: Sequence[str]) -> Chapter:
    """A chapter that has its heading and nothing in it."""
    page, count = ontology.page, ontology.page.locale.number(len(terms))
    lead, said = page.translate(f"def-lead-{anchor}"), cut(page, ontology.most, len(terms), "def-as-data")
    return Chapter(anchor, page.translate(f"def-{anchor}"), lead, page.translate("def-all", count=count), (), (), said)


def _class(ontology: Ontology, iri: str) -> TermEntry:
    page = ontology.page
    above = ontology.linked(iri, SUBCLASS.value)
    count = Markup("%s") % page.translate("def-things", count=page.locale.number(ontology.things(iri)))
    known = (_deprecated(ontology, iri), count, _naming(page, "def-below", above))
    said = Markup("; ").join(fact for fact in known if fact)
    return TermEntry(_link(page, iri), page.site.prefixes.compact(iri), ontology.definition(iri), said)


def _deprecated(ontology: Ontology, iri: str) -> Markup:
    """That a term is deprecated, and what to write instead."""
    if not _TRUE & set(ontology.context.texts(iri, DEPRECATED.value).values()):
        return Markup()
    instead = _naming(ontology.page, "def-replaced", ontology.linked(iri, REPLACED_BY.value))
    return instead or Markup("%s") % ontology.page.translate("def-deprecated")


def _by_domain(ontology: Ontology) -> Iterator[TermGroup]:
    """The properties under the class that they are for, then those for several classes, then those for anything."""
    page, place = ontology.page, sorting(ontology.page.language)
    groups: dict[str, list[str]] = {}
    shared: dict[int, list[str]] = {2: [], 0: []}
    for iri in ontology.properties[: ontology.most]:
        domains = ontology.linked(iri, *_DOMAINS)
        found = groups.setdefault(domains[0], []) if len(domains) == 1 else shared[2 if domains else 0]
        found.append(iri)
    for name in sorted(groups, key=lambda name: (place(page.name(name).text), name)):
        yield TermGroup(_label(page, name), _links(ontology, groups[name]))
    for key, found in zip(("def-several", "def-general"), shared.values(), strict=True):
        if found:
            yield TermGroup(Markup("%s") % page.translate(key), _links(ontology, found))


def _by_scheme(ontology: Ontology) -> Iterator[TermGroup]:
    """The codes under their schemes, else under their classes; first the lists whose codes are the site's."""
    if ontology.open_lists:
        yield TermGroup(Markup("%s") % ontology.page.translate("def-lists"), _links(ontology, ontology.open_lists))
    groups: dict[str, list[str]] = {}
    for iri in ontology.codes[: ontology.most]:
        group = [*ontology.linked(iri, _IN_SCHEME), *ontology.linked(iri, TYPE.value), ""][0]
        groups.setdefault(group, []).append(iri)
    for group, found in groups.items():
        is_scheme = group in ontology.terms and group not in ontology.classes
        definition = ontology.definition(group) if is_scheme else None
        yield TermGroup(_label(ontology.page, group), _links(ontology, found), definition)


def _links(ontology: Ontology, iris: Iterable[str]) -> Markup:
    """Links to the pages of terms; that one of them is deprecated stands behind it."""
    page = ontology.page
    links = [(_link(page, iri), _deprecated(ontology, iri)) for iri in iris]
    return _COMMA.join(Markup("%s <small>(%s)</small>") % each if each[1] else each[0] for each in links)


def _short_html(page: HtmlPage, name: Name) -> Markup:
    """A text that stands in a block of its own, and so needs nothing that keeps it apart: the page is long enough."""
    return page.named(name) if name.language else Markup("%s") % plain(name.text)


def _label(page: HtmlPage, iri: str) -> Markup:
    return _short_html(page, page.name(iri))


def _link(page: HtmlPage, iri: str) -> Markup:
    path = page.context.target(iri)
    return Markup('<a href="%s">%s</a>') % (page.page_url(path), _label(page, iri)) if path else page.link(iri)


def _naming(page: HtmlPage, key: str, iris: Sequence[str]) -> Markup:
    """A word and the names of terms; those of others by their short names, which people can look up."""
    if not iris:
        return Markup()
    return Markup("%s: %s") % (page.translate(key), _COMMA.join(_named(page, iri) for iri in iris))


def _named(page: HtmlPage, iri: str) -> Markup:
    return _label(page, iri) if page.context.target(iri) else Markup("%s") % page.site.prefixes.compact(iri)


def requirements(page: HtmlPage, iri: str) -> Markup:
    """Links to the files of shapes that constrain a term; nothing where none does."""
    stems = page.context.once("constrained", lambda: _shape_files(page)).get(iri, ())
    links = _COMMA.join(
        Markup('<a href="%s">%s</a>') % (page.url(f"{paths.SHAPES}{addresses.segment(stem)}.ttl"), stem)
        for stem in stems[:MOST_FILES]
    )
    more = Markup(" …") if len(stems) > MOST_FILES else Markup()
    return Markup("%s: %s%s") % (page.translate("def-shapes"), links, more) if stems else Markup()


def _shape_files(page: HtmlPage) -> Mapping[str, tuple[str, ...]]:
    """The stems of the files of shapes that constrain each class or property."""
    found: dict[str, dict[str, None]] = {}
    for file in page.site.shapes:
        for iri in _constrained(file.triples):
            found.setdefault(iri, {}).setdefault(Path(file.name).stem)
    return {iri: tuple(stems) for iri, stems in found.items()}


def _reused(page: HtmlPage) -> Iterator[tuple[str, str, str]]:
    """The other vocabularies that the facts are written with: the prefix, the namespace, how many terms are used."""
    own = (page.site.settings.ontology, page.site.settings.base)
    found: dict[str, int] = {}
    for iri in sorted(_words_used(page)):
        curie = page.site.prefixes.compact(iri)
        if curie != iri and not iri.startswith(own):
            prefix = curie.partition(":")[0]
            found[prefix] = found.get(prefix, 0) + 1
    for prefix, count in sorted(found.items()):
        yield prefix, page.site.prefixes.table[prefix], page.locale.number(count)


def _words_used(page: HtmlPage) -> set[str]:
    """The properties, classes and datatypes of all that is published."""
    found = set(page.context.uses) | set(page.context.instances)
    for t in page.site.documents.union():
        if isinstance(t.object, Literal):
            found.add(t.object.datatype.value)
        elif t.predicate.value in {SUBCLASS.value, _SUBPROPERTY, *_RANGES, *_DOMAINS} and isinstance(
            t.object, NamedNode
        ):
            found.add(t.object.value)
    return found
