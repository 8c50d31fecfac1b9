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
from samverkan.publication.html.diagram import Diagram, Tie
from samverkan.publication.html.locale import Name, Words, plain
from samverkan.publication.html.page import HtmlPage, small
from samverkan.publication.html.validation import cut
from samverkan.publication.html.versions import links

PATH = paths.ONTOLOGY
# How many terms of one kind are described, links of the diagram, characters of a definition, and how many of the other
# terms are at least named; all of that also stands on the pages of the terms. The first with which the page is small.
_SIZES = (
    *((120, 120, 1000, 0), (120, 8, 120, 0)),
    *((most, min(most, 8), 120, 300) for most in (80, 65, 50, 40, 30, 20, 10)),
    *((most, most, 120, 0) for most in (80, 50, 30, 20, 10, 5, 1)),
)
_TRUE = frozenset({"true", "1"})
_ROOMY = 120  # characters of a definition, with which there is room for examples, too
MOST_FILES = 2
_HUB = 8  # a class that so many properties lead to is named, not drawn: its arrows would cover all others

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
_INVERSE = f"{OWL}inverseOf"
_EXAMPLE = f"{SKOS}example"
_IN_SCHEME = f"{SKOS}inScheme"
_SUBPROPERTY = f"{RDFS}subPropertyOf"
_PATHS = frozenset({f"{SH}path", f"{SH}inversePath", f"{SH}targetSubjectsOf", f"{SH}targetObjectsOf"})
_COMMA = Markup(", ")

MESSAGES: Words = {
    "sv": {
        "def-version": "Version {version}. {classes} klasser, {properties} egenskaper och {codes} koder.",
        "def-contents": "Innehåll",
        "def-diagram": "Hur klasserna hänger ihop",
        "def-diagram-title": "Klasser som rutor, med pilar från varje egenskap till den klass som den leder till",
        "def-diagram-lead": "Varje ruta är en klass, och raderna i den är egenskaper som leder till andra klasser. "
        "En rad med pil nämner en klass som för många leder till för att ritas. Bilden går att rulla i sidled.",
        "def-diagram-part": "Bilden visar bara de klasser och egenskaper som har flest samband.",
        "def-diagram-table": "Samma sak som tabell",
        "def-from": "Klass",
        "def-property": "Egenskap",
        "def-to": "Leder till",
        "def-classes": "Klasser",
        "def-properties": "Egenskaper",
        "def-codes": "Koder",
        "def-general": "För allt",
        "def-rest": "De andra",
        "def-below": "Underordnad",
        "def-deprecated": "Har utgått",
        "def-replaced": "Har utgått. Skriv i stället",
        "def-inverse": "Omvänt till",
        "def-example": "Exempel",
        "def-values": "Värden",
        "def-from-list": "Ur",
        "def-lists": "Webbplatsens egna listor",
        "def-things": "{count} i uppgifterna",
        "def-used": "{count} gånger",
        "def-used-once": "1 gång",
        "def-unused": "oanvänd",
        "def-shapes": "Krav",
        "def-reused": "Vad ordlistan återanvänder",
        "def-reused-lead": "Ord ur andra ordlistor används som de är. Talet är hur många som används här.",
        "def-namespace": "Ordlista",
        "def-terms": "Antal ord",
        "def-as-data": "Alla finns i ordlistan som data.",
    },
    "en": {
        "def-version": "Version {version}. {classes} classes, {properties} properties and {codes} codes.",
        "def-contents": "Contents",
        "def-diagram": "How the classes hang together",
        "def-diagram-title": "Classes as boxes, with arrows from each property to the class that it leads to",
        "def-diagram-lead": "Each box is a class, and the rows in it are properties that lead to other classes. A row "
        "with an arrow names a class that too many lead to for it to be drawn. The picture scrolls sideways.",
        "def-diagram-part": "The picture shows only those classes and properties that have most links.",
        "def-diagram-table": "The same as a table",
        "def-from": "Class",
        "def-property": "Property",
        "def-to": "Leads to",
        "def-classes": "Classes",
        "def-properties": "Properties",
        "def-codes": "Codes",
        "def-general": "For anything",
        "def-rest": "The others",
        "def-below": "Below",
        "def-deprecated": "Deprecated",
        "def-replaced": "Deprecated. Write instead",
        "def-inverse": "Inverse of",
        "def-example": "Example",
        "def-values": "Values",
        "def-from-list": "From",
        "def-lists": "Lists of the site itself",
        "def-things": "{count} in the facts",
        "def-used": "{count} uses",
        "def-used-once": "1 use",
        "def-unused": "unused",
        "def-shapes": "Requirements",
        "def-reused": "What the vocabulary reuses",
        "def-reused-lead": "Words of other vocabularies are used as they are. The number is how many are used here.",
        "def-namespace": "Vocabulary",
        "def-terms": "Words",
        "def-as-data": "All of them are in the vocabulary as data.",
    },
}


class TermEntry(NamedTuple):
    """A term: a link to its page, its short name, what it means, and the rest that is said of it."""

    link: Markup
    short: str | None
    definition: Markup | None
    facts: Markup


class TermSection(NamedTuple):
    """Terms under a heading."""

    label: Markup | str
    entries: tuple[TermEntry, ...]
    definition: Markup | None = None


class Chapter(NamedTuple):
    """All terms of one kind in their parts, what is said where not all are described, and links to the others."""

    anchor: str
    label: str
    size: int
    parts: tuple[TermSection, ...]
    cut: str
    remaining: Markup


class Line(NamedTuple):
    """A row of the table that says the same as the diagram."""

    of: Markup
    by: Markup
    to: Markup


class Ontology:
    """The ontology of a site as its page needs it: what there is, read from its own graph, and how it is used."""

    def __init__(self, page: HtmlPage, most: int, lines: int, longest: int, remaining: int) -> None:
        """`most` terms of a kind are described, `remaining` named; `lines` links, texts no longer than `longest`."""
        self.page = page
        self.most, self.lines, self.longest, self.remaining = most, lines, longest, remaining
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

    def definition(self, iri: str) -> Markup | None:
        """What a term means, in the reader's language where it can be."""
        found = (self.context.texts(iri, predicate) for predicate in _DEFINED)
        return self._begun(next((texts for texts in found if texts), {}))

    def example(self, iri: str) -> Markup | None:
        """An example of a term, where there is room for it."""
        return self._begun(self.context.texts(iri, _EXAMPLE)) if self.longest > _ROOMY else None

    def _begun(self, texts: Mapping[str, str]) -> Markup | None:
        """The beginning of a text in the reader's language."""
        if not texts:
            return None
        name = self.page.locale.pick(texts)
        return _short_html(self.page, name._replace(text=_begun(name.text, self.longest)))

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
    def shape_files(self) -> Mapping[str, tuple[str, ...]]:
        """The stems of the files of shapes that constrain each class or property."""
        found: dict[str, dict[str, None]] = {}
        for file in self.page.site.shapes:
            for iri in _constrained(file.triples):
                found.setdefault(iri, {}).setdefault(Path(file.name).stem)
        return {iri: tuple(stems) for iri, stems in found.items()}

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
    page = ontology.page
    iri = page.site.settings.ontology
    lines = list(_lines(ontology))
    diagram = _diagram(ontology)
    return page.render(
        "vocabulary.html",
        title=plain(page.name(iri).text),
        crumbs=page.crumbs((page.translate("data"), paths.DATA)),
        heading=page.label(iri),
        lead=ontology.definition(iri),
        version=_version(ontology, iri),
        diagram=diagram if diagram.drawn else None,
        lines=lines[: ontology.lines],
        lines_cut=cut(page, ontology.lines, len(lines), "def-as-data"),
        chapters=[chapter for chapter in _chapters(ontology) if chapter.size],
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
    """The diagram of the classes; links to a class that very many lead to become one row without an arrow."""
    page, ties = ontology.page, ontology.ties
    to = [goal for each in ties.values() for _, goal in each]
    hubs = {goal for goal in to if to.count(goal) > _HUB and goal not in ontology.classes}
    keys = dict.fromkeys((*ties, *(goal for goal in to if goal not in hubs)))
    return Diagram(
        {key: plain(page.name(key).text) for key in keys if key not in hubs or key in ties},
        {key: tuple(_drawn(page, each, hubs)) for key, each in ties.items()},
    )


def _drawn(page: HtmlPage, ties: Sequence[tuple[str, str]], hubs: set[str]) -> Iterator[Tie]:
    for property_, goal in ties:
        if goal not in hubs:
            yield Tie(plain(page.name(property_).text), goal)
    for hub in sorted(hubs):
        found = [property_ for property_, goal in ties if goal == hub]
        if found:
            many = plain(page.name(found[0]).text) if len(found) == 1 else page.locale.number(len(found))
            yield Tie(f"{many} → {plain(page.name(hub).text)}", "")


def _lines(ontology: Ontology) -> Iterator[Line]:
    """The links of the diagram as rows, those from one class to another on one line."""
    page = ontology.page
    for start, ties in ontology.ties.items():
        for goal in dict.fromkeys(goal for _, goal in ties):
            by = _COMMA.join(_label(page, property_) for property_, to in ties if to == goal)
            yield Line(_label(page, start), by, _label(page, goal))


def _chapters(ontology: Ontology) -> Iterator[Chapter]:
    translate = ontology.page.translate
    classes = [TermSection("", tuple(_class(ontology, iri) for iri in ontology.classes[: ontology.most]))]
    yield _chapter(ontology, "classes", translate("def-classes"), ontology.classes, classes)
    yield _chapter(ontology, "properties", translate("def-properties"), ontology.properties, list(_by_domain(ontology)))
    yield _chapter(ontology, "codes", translate("def-codes"), ontology.codes, list(_by_scheme(ontology)))


def _chapter(ontology: Ontology, anchor: str, label: str, terms: Sequence[str], parts: list[TermSection]) -> Chapter:
    said = cut(ontology.page, ontology.most, len(terms), "def-as-data")
    remaining = terms[ontology.most : ontology.most + ontology.remaining]
    return Chapter(
        anchor, label, len(terms), tuple(parts), said, _COMMA.join(_link(ontology.page, iri) for iri in remaining)
    )


def _class(ontology: Ontology, iri: str) -> TermEntry:
    page = ontology.page
    above = ontology.linked(iri, SUBCLASS.value)
    count = page.translate("def-things", count=page.locale.number(ontology.things(iri)))
    required = _required(page, "def-shapes", ontology.shape_files.get(iri, ()))
    return _entry(ontology, iri, [Markup("%s") % count, _naming(page, "def-below", above), required])


def _deprecated(ontology: Ontology, iri: str) -> Markup:
    """That a term is deprecated, and what to write instead."""
    if not _TRUE & set(ontology.context.texts(iri, DEPRECATED.value).values()):
        return Markup()
    instead = _naming(ontology.page, "def-replaced", ontology.linked(iri, REPLACED_BY.value))
    return instead or Markup("%s") % ontology.page.translate("def-deprecated")


def _exemplified(ontology: Ontology, iri: str) -> Markup:
    example = ontology.example(iri)
    return Markup("%s: %s") % (ontology.page.translate("def-example"), example) if example else Markup()


def _by_domain(ontology: Ontology) -> Iterator[TermSection]:
    """The properties under the classes that they are for; the requirements of a class of our own stand there."""
    page = ontology.page
    groups: dict[tuple[str, ...], list[str]] = {}
    for iri in ontology.properties[: ontology.most]:
        groups.setdefault(tuple(ontology.linked(iri, *_DOMAINS)), []).append(iri)
    for classes, found in sorted(groups.items(), key=lambda group: not group[0]):
        label = _COMMA.join(_label(page, name) for name in classes) or page.translate("def-general")
        entries = tuple(_property(ontology, iri) for iri in found)
        elsewhere = () if set(classes) & set(ontology.classes) else found
        stems = Counter(stem for iri in elsewhere for stem in ontology.shape_files.get(iri, ()))
        required = [stem for stem, _ in stems.most_common()]  # of each alone on its own page
        yield TermSection(label, entries, _required(page, "def-shapes", required))


def _property(ontology: Ontology, iri: str) -> TermEntry:
    page = ontology.page
    lists = ontology.linked(iri, CODE_LIST.value)
    facts = [
        _naming(page, "def-from-list", lists) or _naming(page, "def-values", ontology.linked(iri, *_RANGES)),
        _naming(page, "def-below", ontology.linked(iri, _SUBPROPERTY)),
        _naming(page, "def-inverse", ontology.linked(iri, _INVERSE)),
        _used(page, ontology.context.uses.get(iri, 0)),
    ]
    return _entry(ontology, iri, facts)


def _by_scheme(ontology: Ontology) -> Iterator[TermSection]:
    """The codes under their schemes, else under their classes; first the lists whose codes are the site's."""
    if ontology.open_lists:
        links = _COMMA.join(_link(ontology.page, iri) for iri in ontology.open_lists)
        yield TermSection(ontology.page.translate("def-lists"), (), links)
    groups: dict[str, list[str]] = {}
    for iri in ontology.codes[: ontology.most]:
        group = [*ontology.linked(iri, _IN_SCHEME), *ontology.linked(iri, TYPE.value), ""][0]
        groups.setdefault(group, []).append(iri)
    for group, found in groups.items():
        entries = tuple(_code(ontology, iri) for iri in found)
        is_scheme = group in ontology.terms and group not in ontology.classes
        yield TermSection(_label(ontology.page, group), entries, ontology.definition(group) if is_scheme else None)


def _code(ontology: Ontology, iri: str) -> TermEntry:
    count = len(ontology.context.incoming.get(iri, ()))
    return _entry(ontology, iri, [_used(ontology.page, count)] if count else [])._replace(short=None)


def _short_html(page: HtmlPage, name: Name) -> Markup:
    """A text that stands in a block of its own, and so needs nothing that keeps it apart: the page is long enough."""
    return page.named(name) if name.language else Markup("%s") % plain(name.text)


def _label(page: HtmlPage, iri: str) -> Markup:
    return _short_html(page, page.name(iri))


def _link(page: HtmlPage, iri: str) -> Markup:
    path = page.context.target(iri)
    return Markup('<a href="%s">%s</a>') % (page.page_url(path), _label(page, iri)) if path else page.link(iri)


def _entry(ontology: Ontology, iri: str, facts: Iterable[Markup]) -> TermEntry:
    page = ontology.page
    known = (_deprecated(ontology, iri), *facts, _exemplified(ontology, iri))
    said = Markup("; ").join(fact for fact in known if fact)
    return TermEntry(_link(page, iri), page.site.prefixes.compact(iri), ontology.definition(iri), said)


def _naming(page: HtmlPage, key: str, iris: Sequence[str]) -> Markup:
    """A word and the names of terms; those of others by their short names, which people can look up."""
    if not iris:
        return Markup()
    return Markup("%s: %s") % (page.translate(key), _COMMA.join(_named(page, iri) for iri in iris))


def _named(page: HtmlPage, iri: str) -> Markup:
    return _label(page, iri) if page.context.target(iri) else Markup("%s") % page.site.prefixes.compact(iri)


def _used(page: HtmlPage, count: int) -> Markup:
    key = {0: "def-unused", 1: "def-used-once"}.get(count, "def-used")
    return Markup("%s") % page.translate(key, count=page.locale.number(count))


def _required(page: HtmlPage, key: str, stems: Sequence[str]) -> Markup:
    """A word and links to the files of shapes that constrain a term."""
    if not stems:
        return Markup()
    links = _COMMA.join(
        Markup('<a href="%s">%s</a>') % (page.url(f"{paths.SHAPES}{addresses.segment(stem)}.ttl"), stem)
        for stem in stems[:MOST_FILES]
    )
    more = Markup(" …") if len(stems) > MOST_FILES else Markup()
    return Markup("%s: %s%s") % (page.translate(key), links, more)


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
