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
from samverkan.publication.html.locale import Name, Words, capitalised, plain
from samverkan.publication.html.page import HtmlPage, in_short, small
from samverkan.publication.html.validation import cut
from samverkan.publication.html.versions import links

PATH = paths.ONTOLOGY
# How many terms of one kind are named, and characters of a definition: the pages of the terms have all of that. The
# first with which the page is small.
_SIZES = (
    (400, 1000),
    (400, 160),
    (400, 120),
    (400, 80),
    *((most, 80) for most in (250, 150, 80, 50, 30, 20, 10, 5, 1)),
)
_TRUE = frozenset({"true", "1"})
MOST_FILES = 5
_MAIN = 6  # classes that are not folded
_HUB = 8  # properties that lead to a class of another vocabulary, above which it is named and not drawn

_CLASSES = frozenset({f"{OWL}Class", f"{RDFS}Class", f"{RDFS}Datatype"})
_PROPERTIES = frozenset(
    {
        f"{RDF}Property",
        *(OWL + name for name in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty", "FunctionalProperty")),
    }
)
_DEFINED = (f"{SKOS}definition", f"{RDFS}comment", f"{DCTERMS}description")
DOMAINS = (f"{RDFS}domain", f"{SCHEMA}domainIncludes", f"{SCHEMA_HTTP}domainIncludes")
_CONCEPT = f"{SKOS}Concept"  # to lead to one of these says little; of which list it is stands on the property's page
RANGES = (f"{RDFS}range", f"{SCHEMA}rangeIncludes", f"{SCHEMA_HTTP}rangeIncludes")
_VERSION = f"{OWL}versionInfo"
_IN_SCHEME = f"{SKOS}inScheme"
_SUBPROPERTY = f"{RDFS}subPropertyOf"
_PATHS = frozenset({f"{SH}path", f"{SH}inversePath", f"{SH}targetSubjectsOf", f"{SH}targetObjectsOf"})
_COMMA = Markup(", ")
_SEVERAL, _ANY = "def-several", "def-general"  # in place of the class of a property that has not just one
_LONGEST_LEAD = 600  # characters

MESSAGES: Words = {
    "sv": {
        "def-version": "Version {version}. {classes} klasser, {properties} egenskaper och {codes} koder.",
        "def-contents": "Innehåll",
        "def-contents-diagram": "Bild",
        "def-contents-reused": "Andra ordlistor",
        "def-diagram-show": "Visa bilden",
        "def-diagram": "Hur klasserna hänger ihop",
        "def-diagram-title": "Klasser med bågar från var och en till dem som dess egenskaper leder till",
        "def-diagram-lead": "En båge går från varje klass till dem som dess egenskaper leder till. Pilen visar vart; "
        "med pil i båda ändar gäller det åt båda håll. Ju fler egenskaper, desto grövre båge. De står vid varje klass.",
        "def-diagram-part": "Bilden visar bara de klasser som har flest samband.",
        "def-diagram-hubs": "Egenskaper som leder till dessa ritas inte, för sådana har nästan alla klasser: {names}.",
        "def-classes": "Klasser",
        "def-properties": "Övriga egenskaper",
        "def-codes": "Koder",
        "def-several": "Flera klasser",
        "def-general": "Vad som helst",
        "def-below": "Underordnad",
        "def-deprecated": "Har utgått",
        "def-replaced": "Har utgått. Skriv i stället",
        "def-lists": "Webbplatsens egna listor",
        "def-lead-classes": "Vad det finns uppgifter om, det viktigaste först.",
        "def-others": "Fler klasser som det finns uppgifter om ({count})",
        "def-unused": "Klasser som det inte finns uppgifter om än ({count})",
        "def-gone": "Klasser som har utgått ({count})",
        "def-unused-words": "Inte i uppgifterna än ({count})",
        "def-own": "Egenskaper ({count})",
        "def-lead-properties": "Egenskaper som inte hör till en enda av klasserna ovan.",
        "def-lead-codes": "Värden ur fasta listor.",
        "def-all": "Visa {count} {terms}",
        "def-things": "{count} i uppgifterna",
        "def-shapes": "Krav",
        "def-reused": "Vad ordlistan återanvänder",
        "def-reused-lead": "Ord ur andra ordlistor används som de är. Talet är hur många som används här.",
        "def-as-data": "Alla finns i ordlistan som data.",
    },
    "en": {
        "def-version": "Version {version}. {classes} classes, {properties} properties and {codes} codes.",
        "def-contents": "Contents",
        "def-contents-diagram": "Picture",
        "def-contents-reused": "Other vocabularies",
        "def-diagram-show": "Show the picture",
        "def-diagram": "How the classes hang together",
        "def-diagram-title": "Classes one below the other, with arcs from each to those that its properties lead to",
        "def-diagram-lead": "An arc goes from each class to those that its properties lead to. The arrow shows where "
        "to; with one at both ends, both ways. The more properties, the thicker the arc. Each class has them by name.",
        "def-diagram-part": "The picture shows only the classes with the most links.",
        "def-diagram-hubs": "Properties that lead to these are not drawn, for nearly all classes have some: {names}.",
        "def-classes": "Classes",
        "def-properties": "Other properties",
        "def-codes": "Codes",
        "def-several": "Several classes",
        "def-general": "Anything",
        "def-below": "Below",
        "def-deprecated": "Deprecated",
        "def-replaced": "Deprecated. Write instead",
        "def-lists": "Lists of the site itself",
        "def-lead-classes": "What there are facts about, the most important first.",
        "def-others": "More classes that there are facts about ({count})",
        "def-unused": "Classes that there are no facts about yet ({count})",
        "def-gone": "Deprecated classes ({count})",
        "def-unused-words": "Not in the facts yet ({count})",
        "def-own": "Properties ({count})",
        "def-lead-properties": "Properties that do not belong to a single one of the classes above.",
        "def-lead-codes": "Values from fixed lists.",
        "def-all": "Show {count} {terms}",
        "def-things": "{count} in the facts",
        "def-shapes": "Requirements",
        "def-reused": "What the vocabulary reuses",
        "def-reused-lead": "Words of other vocabularies are used as they are. The number is how many are used here.",
        "def-as-data": "All of them are in the vocabulary as data.",
    },
}


class TermEntry(NamedTuple):
    """A class: a link to its page, what it means, what else is said of it, and its own properties."""

    link: Markup
    definition: Markup | None
    facts: Markup
    own: str
    properties: Markup


class TermGroup(NamedTuple):
    """Terms that belong together, as links: what they have in common, and what that means."""

    label: Markup
    links: Markup
    definition: Markup | None = None


class Fold(NamedTuple):
    """Terms that are described where a sentence unfolds them; on paper only if there are facts about them."""

    label: str
    entries: tuple[TermEntry, ...]
    is_printed: bool


class Chapter(NamedTuple):
    """All terms of one kind, either described, or in groups that a sentence unfolds; what is said where some lack."""

    anchor: str
    label: str
    lead: str
    all: str
    entries: tuple[TermEntry, ...]
    groups: tuple[TermGroup, ...]
    cut: str
    folds: tuple[Fold, ...] = ()


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
        """The classes and datatypes: those with things first, and of these those with most properties around them."""
        found = [iri for iri in self.terms if self._kinds(iri) & _CLASSES]
        around = Counter(iri for each in self.properties for iri in self.linked(each, *DOMAINS, *RANGES))
        return tuple(sorted(found, key=lambda iri: (self.is_deprecated(iri), not self.things(iri), -around[iri])))

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

    @cached_property
    def by_domain(self) -> Mapping[str, tuple[str, ...]]:
        """The properties by the one class that they are for; by `_SEVERAL` or `_ANY` where that is not one."""
        found: dict[str, list[str]] = {}
        for iri in self.properties[: self.most]:
            domains = self.linked(iri, *DOMAINS)
            found.setdefault(domains[0] if len(domains) == 1 else _SEVERAL if domains else _ANY, []).append(iri)
        uses = self.context.uses
        return {name: tuple(sorted(each, key=lambda iri: -uses.get(iri, 0))) for name, each in found.items()}

    def is_deprecated(self, iri: str) -> bool:
        """Whether a term is not to be used any more."""
        return bool(_TRUE & set(self.context.texts(iri, DEPRECATED.value).values()))

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
        for iri in (iri for iri in self.terms if self._kinds(iri) & _CLASSES):
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

    def weight(self, iri: str) -> tuple[bool, int]:
        """The place of a class: the more facts, the nearer to the front; those that facts only come from are last."""
        things = self.context.instances.get(iri, ())
        origins = self.context.origins
        behind = {*origins.behind, *origins.sources, *self.context.graph_subjects}
        return not behind.isdisjoint(things), -sum(len(self.context.facts(thing)) for thing in things)

    @cached_property
    def ties(self) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """The properties that lead from each class to others, with the class that each leads to."""
        named = {
            *self.classes,
            *self.context.instances,
            *(i for p in self.properties for i in self.linked(p, *DOMAINS)),
        }
        found: dict[str, list[tuple[str, str]]] = {
            iri: [] for iri in self.classes if self._kinds(iri) - {f"{RDFS}Datatype"}
        }
        for iri in self.properties:
            goals = [goal for goal in self.linked(iri, *RANGES) if goal in named]
            for start in self.linked(iri, *DOMAINS):
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
    diagram, lead = _diagram(ontology), ontology.definition(iri, _LONGEST_LEAD)
    return page.render(
        "vocabulary.html",
        title=plain(page.name(iri).text),
        crumbs=page.crumbs((page.translate("data"), paths.DATA)),
        heading=page.label(iri),
        description=in_short(lead or Markup("")),
        lead=lead,
        version=_version(ontology, iri),
        diagram=diagram if diagram.drawn else None,
        hubs=_COMMA.join(_label(page, hub) for hub in _hubs(ontology)),
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
    links = {key: _drawn(page, key) for key in keys}
    return Diagram(links, {key: [goal for _, goal in ties.get(key, ())] for key in keys})


def _drawn(page: HtmlPage, iri: str) -> Markup:
    """The name of a class in the picture, with a link to its page, or to the vocabulary that it is from."""
    name = _short_html(page, capitalised(page.name(iri)))
    path = page.context.target(iri)
    return Markup('<a href="%s">%s</a>') % (page.page_url(path), name) if path else page.away(iri, name)


def _hubs(ontology: Ontology) -> tuple[str, ...]:
    """The classes of other vocabularies that so many properties lead to that their arcs would cover all others."""
    count = Counter(goal for each in ontology.ties.values() for _, goal in each)
    return tuple(goal for goal in sorted(count) if count[goal] > _HUB and goal not in ontology.classes)


def _chapters(ontology: Ontology) -> Iterator[Chapter]:
    yield _classes(ontology)
    yield _properties(ontology)
    yield _chapter(ontology, "codes", ontology.codes)._replace(groups=tuple(_by_scheme(ontology)))


def _classes(ontology: Ontology) -> Chapter:
    """The classes that there is most about, and folded the others, those without things last."""
    shown = ontology.classes[: ontology.most]
    used = sorted((iri for iri in shown if ontology.things(iri)), key=ontology.weight)
    main = used[:_MAIN]
    others = {
        "def-others": [iri for iri in used if iri not in main],
        "def-unused": [iri for iri in shown if iri not in used and not ontology.is_deprecated(iri)],
        "def-gone": [iri for iri in shown if iri not in used and ontology.is_deprecated(iri)],
    }
    return _chapter(ontology, "classes", ontology.classes)._replace(
        entries=tuple(_class(ontology, iri) for iri in used if iri in main),
        folds=tuple(_fold(ontology, key, iris) for key, iris in others.items() if iris),
    )


def _fold(ontology: Ontology, key: str, iris: Sequence[str]) -> Fold:
    label = ontology.page.translate(key, count=ontology.page.locale.number(len(iris)))
    return Fold(label, tuple(_class(ontology, iri) for iri in iris), key == "def-others")


def _properties(ontology: Ontology) -> Chapter:
    """The properties that stand at no class of the vocabulary: for classes of others, for several, for anything."""
    page, place = ontology.page, sorting(ontology.page.language)
    known = {*ontology.classes[: ontology.most], _SEVERAL, _ANY}
    names = sorted(ontology.by_domain.keys() - known, key=lambda name: (place(page.name(name).text), name))
    labels = {name: _label(page, name) for name in names}
    labels |= {key: Markup("%s") % page.translate(key) for key in (_SEVERAL, _ANY) if key in ontology.by_domain}
    groups = tuple(TermGroup(label, _links(ontology, ontology.by_domain[name])) for name, label in labels.items())
    count = page.locale.number(sum(len(ontology.by_domain[name]) for name in labels))
    found = _chapter(ontology, "properties", ontology.properties)
    return found._replace(all=_all(page, count, found.label), groups=groups)


def _chapter(ontology: Ontology, anchor: str, terms: Sequence[str]) -> Chapter:
    """A chapter that has its heading and nothing in it."""
    page, count = ontology.page, ontology.page.locale.number(len(terms))
    lead, said = page.translate(f"def-lead-{anchor}"), cut(page, ontology.most, len(terms), "def-as-data")
    label = page.translate(f"def-{anchor}")
    return Chapter(anchor, label, lead, _all(page, count, label), (), (), said)


def _all(page: HtmlPage, count: str, label: str) -> str:
    """What unfolds the terms of a chapter: how many they are, and what they are."""
    return page.translate("def-all", count=count, terms=label[:1].lower() + label[1:])


def _class(ontology: Ontology, iri: str) -> TermEntry:
    page = ontology.page
    above = [name for name in ontology.linked(iri, SUBCLASS.value) if name in ontology.terms]
    things = ontology.things(iri)
    count = Markup("%s") % (page.translate("def-things", count=page.locale.number(things)) if things else "")
    known = (_deprecated(ontology, iri), count, _naming(page, "def-below", above))
    said = Markup("; ").join(fact for fact in known if fact)
    own = ontology.by_domain.get(iri, ())
    label = page.translate("def-own", count=page.locale.number(len(own)))
    return TermEntry(_link(page, iri), ontology.definition(iri), said, label, _rows(ontology, own))


def _deprecated(ontology: Ontology, iri: str) -> Markup:
    """That a term is deprecated, and what to write instead."""
    if not ontology.is_deprecated(iri):
        return Markup()
    instead = _naming(ontology.page, "def-replaced", ontology.linked(iri, REPLACED_BY.value))
    return instead or Markup("%s") % ontology.page.translate("def-deprecated")


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
    """Links to the pages of terms; where one leads to, or that it is deprecated, stands behind it."""
    return _COMMA.join(_with_goals(ontology, iri) for iri in iris)


def _rows(ontology: Ontology, iris: Sequence[str]) -> Markup:
    """A row for each of some properties: those that facts have first, then under a heading of their own the others."""
    unused = [iri for iri in iris if not ontology.context.uses.get(iri)]
    used = [iri for iri in iris if iri not in unused]
    count = ontology.page.locale.number(len(unused))
    label = Markup("<p>%s</p>") % ontology.page.translate("def-unused-words", count=count) if used and unused else ""
    return _list(ontology, used) + label + _list(ontology, unused)


def _list(ontology: Ontology, iris: Iterable[str]) -> Markup:
    items = Markup().join(Markup("<li>%s</li>") % _with_goals(ontology, iri) for iri in iris)
    return Markup("<ul>%s</ul>") % items if items else items


def _with_goals(ontology: Ontology, iri: str) -> Markup:
    page, deprecated = ontology.page, _deprecated(ontology, iri)
    if deprecated:
        return Markup("%s <small>(%s)</small>") % (_link(page, iri), deprecated)
    goals = [goal for goal in ontology.linked(iri, *RANGES) if goal in page.site.documents.labels and goal != _CONCEPT]
    named = _COMMA.join(_label(page, goal) for goal in goals)
    return Markup("%s → %s") % (_link(page, iri), named) if goals else _link(page, iri)


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
        elif t.predicate.value in {SUBCLASS.value, _SUBPROPERTY, *RANGES, *DOMAINS} and isinstance(t.object, NamedNode):
            found.add(t.object.value)
    return found
