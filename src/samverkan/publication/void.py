"""What a site says of itself: the dataset in VoID and DCAT, and the SPARQL service in the W3C's Service Description.

Nothing here asks the store: all numbers come from one walk through the documents' triples.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from samverkan.formats import Format, formats_for, negotiated
from samverkan.limits import QueryLimits
from samverkan.model import paths
from samverkan.model.namespaces import (
    DCAT,
    DCTERMS,
    FOAF,
    IANA_MEDIA_TYPES,
    OWL,
    PROV,
    RDF,
    RDFS,
    SD,
    SKOS,
    TYPE,
    VOID,
    W3C_FORMATS,
    XSD,
)
from samverkan.model.queries import Texts
from samverkan.model.results import BooleanResult, Graph, Quads, Table, Term, blocks
from samverkan.site.documents import order

if TYPE_CHECKING:
    from samverkan.site.checked_site import CheckedSite


# The limits of a query by the field of `QueryLimits`, each in a sentence.
_LIMITS: Mapping[str, Texts] = {
    "seconds": {
        "sv": "En fråga får ta högst {} sekunder, väntan inräknad.",
        "en": "A query may take {} seconds at most, waiting included.",
    },
    "bytes": {
        "sv": "Ett svar som inte kan strömmas får vara på högst {}.",
        "en": "An answer that can't be streamed may be {} at most.",
    },
    "memory": {"sv": "En fråga får använda högst {} minne.", "en": "A query may use {} of memory at most."},
    "length": {"sv": "En frågas text får vara på högst {}.", "en": "The text of a query may be {} at most."},
    "depth": {
        "sv": "Parenteser och klamrar får stå högst {} djupt i varandra.",
        "en": "Brackets may nest at most {} deep.",
    },
}
_PLAIN_NUMBERS = frozenset({"seconds", "depth"})
_REFUSED: Texts = {
    "sv": "SERVICE, FROM med annat än publicerade grafer, och uppdateringar besvaras inte.",
    "en": "SERVICE, FROM with anything but published graphs, and updates are not answered.",
}
_ADDRESSES: Texts = {
    "sv": "Frågan kan stå i adressen, och formatet som suffix: {0}.csv?query=…, eller {0}?format=csv&query=…",
    "en": "The query may stand in the address, and the format as its suffix: {0}.csv?query=…, or "
    "{0}?format=csv&query=…",
}
_DEFAULT_GRAPH: Texts = {"sv": "Alla grafer tillsammans", "en": "All graphs together"}
_DEFAULT_INFERRED: Texts = {
    "sv": "Alla grafer tillsammans, med det som följer av dem",
    "en": "All graphs together, with what follows from them",
}
_INFERRED: Texts = {
    "sv": "Det som följer av uppgifterna enligt ontologin, utan det som står i dem. Varje del har regeln som "
    "beteckning och den svagaste statusen bland det som den bygger på.",
    "en": "What follows from the facts by the ontology, without what they state. Each part has its rule as its "
    "notation and the weakest status of what it rests on.",
}
_TITLES: Mapping[str, Texts] = {
    "description": {"sv": "Beskrivning av datamängden", "en": "Description of the dataset"},
    "service": {"sv": "SPARQL-tjänst", "en": "SPARQL service"},
}

ORGANISATIONS = "http://dataportal.se/organisation/SE"  # and the ten digits of its number (DCAT-AP-SE 3.0.1)

Fact: TypeAlias = tuple[str, Term]


def void(site: CheckedSite) -> Graph:
    """The dataset of a site in VoID and DCAT: what it is called, where it is, and how much of what is in it.

    Triples are counted once each, however many of the named graphs, which are its subsets, state them.
    """
    base = site.settings.base
    counts = _counted(site)
    parts = (
        _description(base),
        _dataset(site, counts),
        _publisher(site),
        *(_distribution(base, form) for form in formats_for(Quads)),
        _ontology(site),
        *(_named_graph(site, graph, f"{VOID}Dataset") for graph in site.documents.graphs()),
        *((_inferred(site),) if site.inferred else ()),
        *(_partition(site, "class", iri, "entities", number) for iri, number in counts.classes.items()),
        *(_partition(site, "property", iri, "triples", number) for iri, number in counts.properties.items()),
    )
    return described(base + paths.DATASET, (triple for part in parts for triple in part))


def service(site: CheckedSite, limits: QueryLimits) -> Graph:
    """The SPARQL service of a site and the limits of a query, in the SPARQL 1.1 Service Description vocabulary."""
    base = site.settings.base
    parts = (
        _service(site, limits),
        _service_dataset(site),
        *(_limit(base, limits, name) for name in _LIMITS),
        *(_service_graph(site, graph) for graph in site.documents.graphs()),
        *(_service_inferred(site) if site.has_inferred() and site.inferred else ()),
    )
    return described(base + paths.SPARQL, (triple for part in parts for triple in part))


def described(root: str, triples: Iterable[Triple]) -> Graph:
    """A graph in the stable order of all documents: its root first, then the other subjects by their IRIs."""
    found = sorted(blocks(dict.fromkeys(triples)), key=lambda block: (block.subject != root, block.subject))
    return Graph(tuple(triple for block in found for triple in sorted(block.triples, key=order)), root)


def stated(subject: str, *facts: Fact) -> Iterator[Triple]:
    """Triples of one subject."""
    about = NamedNode(subject)
    return (Triple(about, NamedNode(predicate), value) for predicate, value in facts)


def linked(predicate: str, *iris: str) -> Iterator[Fact]:
    """A predicate with IRIs."""
    return ((predicate, NamedNode(iri)) for iri in iris)


def literals(predicate: str, texts: Texts) -> Iterator[Fact]:
    """A predicate with a text in each language; a text whose language is no language tag has none."""
    return ((predicate, _text(text, language)) for language, text in texts.items())


def typed(predicate: str, value: object, datatype: str) -> Fact:
    """A predicate with a value of an XSD type."""
    return (predicate, Literal(str(value), datatype=NamedNode(f"{XSD}{datatype}")))


def _text(text: str, language: str) -> Literal:
    try:
        return Literal(text, language=language)
    except ValueError:
        return Literal(text)


def _counting(name: str, number: int) -> Fact:
    return typed(f"{VOID}{name}", number, "integer")


@dataclass(frozen=True)
class _Counts:
    """How much of what a dataset holds; `examples` are a thing of each class."""

    triples: int
    subjects: int
    things: int
    classes: Mapping[str, int]
    properties: Mapping[str, int]
    examples: tuple[str, ...]
    roots: tuple[str, ...]


def _counted(site: CheckedSite) -> _Counts:
    """Walk once through all triples."""
    about = site.documents.about
    things = site.settings.base + paths.THINGS
    properties = Counter(triple.predicate for triples in about.values() for triple in triples)
    members: dict[str, list[str]] = {}
    for subject, triples in about.items():
        for iri in _types(triples):
            members.setdefault(iri, []).append(subject)
    shown = (
        next((one for one in found if one.startswith(things) and one not in site.tombstones), None)
        for found in members.values()
    )
    return _Counts(
        triples=properties.total(),
        subjects=len(about),
        things=sum(subject.startswith(things) for subject in about),
        classes={iri: len(members[iri]) for iri in sorted(members)},
        properties={node.value: properties[node] for node in sorted(properties, key=lambda node: node.value)},
        examples=tuple(sorted({one for one in shown if one})),
        roots=tuple(root for iri in (f"{SKOS}ConceptScheme", f"{OWL}Ontology") for root in members.get(iri, ())),
    )


def _types(triples: Iterable[Triple]) -> Iterator[str]:
    """The classes of a subject; its types come first in the order of documents."""
    for triple in triples:
        if triple.predicate != TYPE:
            return
        if isinstance(triple.object, NamedNode):
            yield triple.object.value


def _description(base: str) -> Iterator[Triple]:
    """The description itself, which VoID wants told apart from the dataset (section 6.1)."""
    return stated(
        base + paths.VOID,
        (TYPE.value, NamedNode(f"{VOID}DatasetDescription")),
        *literals(f"{DCTERMS}title", _TITLES["description"]),
        *linked(f"{FOAF}primaryTopic", base + paths.DATASET),
    )


def _dataset(site: CheckedSite, counts: _Counts) -> Iterator[Triple]:
    base = site.settings.base
    dumps = [base + paths.DUMP + form.suffix for form in formats_for(Quads)]
    return stated(
        base + paths.DATASET,
        *linked(TYPE.value, f"{VOID}Dataset", f"{DCAT}Dataset", f"{SD}Dataset"),
        *_naming(site),
        *linked(f"{DCTERMS}publisher", *([publisher_iri(site)] if site.settings.publisher else [])),
        *linked(f"{VOID}sparqlEndpoint", base + paths.SPARQL),
        *linked(f"{VOID}dataDump", *dumps),
        *linked(f"{DCAT}distribution", *dumps),
        *linked(f"{VOID}subset", *site.documents.graphs()),
        *linked(f"{DCTERMS}conformsTo", base + paths.ALL_SHAPES),
        *_sizes(counts),
        *_entrances(site, counts),
        *linked(f"{VOID}classPartition", *(_partition_iri(site, "class", iri) for iri in counts.classes)),
        *linked(f"{VOID}propertyPartition", *(_partition_iri(site, "property", iri) for iri in counts.properties)),
    )


def _ontology(site: CheckedSite) -> Iterator[Triple]:
    """The versions of the ontology that have a document here."""
    ontology = site.settings.ontology
    return stated(ontology, *linked(f"{DCTERMS}hasVersion", *(ontology + name for name in site.ontology_versions)))


def _naming(site: CheckedSite) -> Iterator[Fact]:
    """What the whole is called, and how it may be used."""
    yield from literals(f"{DCTERMS}title", site.settings.title)
    if site.settings.license:
        yield from linked(f"{DCTERMS}license", site.settings.license)


def _sizes(counts: _Counts) -> Iterator[Fact]:
    yield _counting("triples", counts.triples)
    yield _counting("distinctSubjects", counts.subjects)
    yield _counting("entities", counts.things)
    yield _counting("classes", len(counts.classes))
    yield _counting("properties", len(counts.properties))


def _entrances(site: CheckedSite, counts: _Counts) -> Iterator[Fact]:
    """Where to begin reading: the namespace of the things, things of every class, and the tops of the trees."""
    yield f"{VOID}uriSpace", Literal(site.settings.base + paths.THINGS)
    yield from linked(f"{VOID}vocabulary", *_vocabularies(site, counts))
    yield from linked(f"{VOID}exampleResource", *counts.examples)
    yield from linked(f"{VOID}rootResource", *counts.roots)


def _vocabularies(site: CheckedSite, counts: _Counts) -> list[str]:
    """The namespaces with a prefix in the context whose classes or properties the dataset uses."""
    short = (site.prefixes.compact(iri).partition(":")[0] for iri in (*counts.classes, *counts.properties))
    return sorted({site.prefixes.table[prefix] for prefix in short if prefix in site.prefixes.table})


def _publisher(site: CheckedSite) -> Iterator[Triple]:
    """Who publishes."""
    if not site.settings.publisher:
        return iter(())
    names = literals(f"{FOAF}name", site.settings.publisher)
    return stated(publisher_iri(site), *linked(TYPE.value, f"{FOAF}Agent"), *names)


def publisher_iri(site: CheckedSite) -> str:
    """The publisher's IRI: that of dataportal.se where its organisation number is known, or one on the page of VoID."""
    number = site.settings.catalogue.organisation
    return f"{ORGANISATIONS}{number}" if number else f"{site.settings.base}{paths.VOID}#publisher"


def _distribution(base: str, form: Format) -> Iterator[Triple]:
    """One file with everything."""
    iri = base + paths.DUMP + form.suffix
    return stated(
        iri,
        *linked(TYPE.value, f"{DCAT}Distribution"),
        *linked(f"{DCAT}downloadURL", iri),
        *linked(f"{DCAT}mediaType", IANA_MEDIA_TYPES + form.media_type),
        *linked(f"{VOID}feature", _w3c(form)),
        (f"{DCTERMS}format", Literal(form.media_type)),
    )


def _named_graph(site: CheckedSite, graph: str, *classes: str) -> Iterator[Triple]:
    """A named graph: its names as the site gives them, and its size."""
    yield from stated(graph, *linked(TYPE.value, *classes), _counting("triples", site.documents.sizes.get(graph, 0)))
    if graph in site.documents.labels:
        yield from site.documents.labels[graph].triples


def _inferred(site: CheckedSite) -> Iterator[Triple]:
    """What follows, a dataset of its own: no part of what is stated, and in none of its dumps or numbers."""
    assert site.inferred is not None
    base = site.settings.base
    yield from stated(base + paths.DATASET, *linked(f"{RDFS}seeAlso", site.inferred.graph))
    yield from site.inferred.description
    yield from stated(
        site.inferred.graph,
        *linked(f"{PROV}wasDerivedFrom", base + paths.DATASET),
        *linked(f"{VOID}dataDump", *(base + paths.INFERRED_DUMP + form.suffix for form in formats_for(Quads))),
        *literals(f"{DCTERMS}description", _INFERRED),
    )
    for graph, triples in site.inferred.graphs.items():
        yield from stated(graph, _counting("triples", len(triples)))


def _service_inferred(site: CheckedSite) -> Iterator[Iterator[Triple]]:
    """The graphs of what follows, as named graphs of the service."""
    assert site.inferred is not None
    yield iter(site.inferred.description)
    for graph, triples in site.inferred.graphs.items():
        yield stated(
            graph,
            *linked(TYPE.value, f"{SD}NamedGraph", f"{SD}Graph"),
            *linked(f"{SD}name", graph),
            *linked(f"{SD}graph", graph),
            _counting("triples", len(triples)),
        )


def _partition(site: CheckedSite, kind: str, iri: str, measure: str, number: int) -> Iterator[Triple]:
    """The part of the dataset that is about the members of a class, or that uses a property."""
    return stated(
        _partition_iri(site, kind, iri),
        *linked(TYPE.value, f"{VOID}Dataset"),
        *linked(f"{VOID}{kind}", iri),
        _counting(measure, number),
    )


def _partition_iri(site: CheckedSite, kind: str, iri: str) -> str:
    return f"{site.settings.base}{paths.VOID}#{kind}-{quote(site.prefixes.compact(iri), safe=':')}"


def _service(site: CheckedSite, limits: QueryLimits) -> Iterator[Triple]:
    """The service: where it is, what it speaks and what it answers in.

    It neither follows SERVICE nor fetches what FROM names, so it has neither of the features that say so.
    """
    base = site.settings.base
    here = base + paths.SPARQL
    answers = negotiated(formats_for(Table, BooleanResult, Graph))
    return stated(
        here,
        *linked(TYPE.value, f"{SD}Service"),
        *literals(f"{RDFS}label", _TITLES["service"]),
        *_naming(site),
        *literals(f"{RDFS}comment", _limits_in_words(limits)),
        *literals(f"{RDFS}comment", {language: text.format(here) for language, text in _ADDRESSES.items()}),
        *linked(f"{SD}endpoint", here),
        *linked(f"{SD}supportedLanguage", f"{SD}SPARQL11Query"),
        *linked(f"{SD}feature", f"{SD}UnionDefaultGraph", *(_limit_iri(base, name) for name in _LIMITS)),
        *linked(f"{SD}resultFormat", *(_w3c(form) for form in answers)),
        *linked(f"{SD}defaultDataset", base + paths.DATASET),
        *linked(f"{RDFS}seeAlso", base + paths.VOID, f"{base}query"),
    )


def _service_dataset(site: CheckedSite) -> Iterator[Triple]:
    """What a query sees: the union of all graphs, and each graph by its name."""
    base = site.settings.base
    union = f"{base}{paths.SPARQL}#default-graph"
    inferred = site.inferred if site.has_inferred() else None
    yield from stated(
        base + paths.DATASET,
        *linked(TYPE.value, f"{SD}Dataset"),
        *literals(f"{DCTERMS}title", site.settings.title),
        *linked(f"{SD}defaultGraph", union),
        *linked(f"{SD}namedGraph", *site.documents.graphs(), *(inferred.graphs if inferred else ())),
    )
    size = sum(map(len, site.documents.about.values())) + len(inferred.triples if inferred else ())
    kind = linked(TYPE.value, f"{SD}Graph")
    label = _DEFAULT_INFERRED if inferred else _DEFAULT_GRAPH
    yield from stated(union, *kind, *literals(f"{RDFS}label", label), _counting("triples", size))


def _service_graph(site: CheckedSite, graph: str) -> Iterator[Triple]:
    """A named graph of the service. Name, node and content share the IRI, for a node without one is no good here."""
    yield from _named_graph(site, graph, f"{SD}NamedGraph", f"{SD}Graph")
    yield from stated(graph, *linked(f"{SD}name", graph), *linked(f"{SD}graph", graph))


def _limit(base: str, limits: QueryLimits, name: str) -> Iterator[Triple]:
    """One limit, with its number for programs and a sentence for people."""
    number = getattr(limits, name)
    whole = isinstance(number, int) or number.is_integer()
    value = typed(f"{RDF}value", int(number) if whole else number, "integer" if whole else "decimal")
    words = {language: _limit_in_words(limits, name, language) for language in _LIMITS[name]}
    return stated(_limit_iri(base, name), *linked(TYPE.value, f"{SD}Feature"), *literals(f"{RDFS}label", words), value)


def _limit_iri(base: str, name: str) -> str:
    return f"{base}{paths.SPARQL}#limit-{name}"


def _limits_in_words(limits: QueryLimits) -> Texts:
    sentences = {language: [_limit_in_words(limits, name, language) for name in _LIMITS] for language in _REFUSED}
    return {language: " ".join((*sentences[language], refused)) for language, refused in _REFUSED.items()}


def _limit_in_words(limits: QueryLimits, name: str, language: str) -> str:
    number = getattr(limits, name)
    written = f"{number:g}" if name in _PLAIN_NUMBERS else size_in_words(number)
    return _LIMITS[name][language].format(written.replace(".", ",") if language == "sv" else written)


def size_in_words(size: int) -> str:
    """A number of bytes in the largest unit that leaves no rest.

    >>> size_in_words(64 * 1024), size_in_words(1500)
    ('64 KB', '1500 byte')
    """
    units = ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB"))
    return next((f"{size // unit} {name}" for unit, name in units if size % unit == 0), f"{size} byte")


def _w3c(form: Format) -> str:
    """What the W3C calls a format; one that it does not name goes by its media type."""
    return W3C_FORMATS + form.w3c if form.w3c else IANA_MEDIA_TYPES + form.media_type
