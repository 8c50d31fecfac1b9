"""A thing's document: what the sources say of it, what its neighbours are called, and where that comes from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain

from pyoxigraph import Literal, NamedNode, Quad, Triple

from samverkan.model import paths
from samverkan.model.addresses import Addresses
from samverkan.model.dataset import Dataset
from samverkan.model.namespaces import DCTERMS, FOAF, LABELS, PROV, TYPE, XSD
from samverkan.model.results import Description, Graph, Quads, blocks, name

_DOCUMENT = NamedNode(f"{FOAF}Document")
_TOPIC_OF = NamedNode(f"{FOAF}isPrimaryTopicOf")
_DERIVED = NamedNode(f"{PROV}wasDerivedFrom")
_MODIFIED = NamedNode(f"{DCTERMS}modified")
_LICENSE = NamedNode(f"{DCTERMS}license")
_FIRST = {TYPE.value: "0", **{label.value: f"1{place}" for place, label in enumerate(LABELS)}}


@dataclass(frozen=True)
class Documents:
    """The documents of a dataset, made from the quads as they were written, not from the store."""

    dataset: Dataset
    addresses: Addresses
    license: str | None = None
    modified: Callable[[], Mapping[str, date]] = dict

    @cached_property
    def _origins(self) -> Mapping[Triple, tuple[str, ...]]:
        """Every triple with the named graphs that state it."""
        found: dict[Triple, tuple[str, ...]] = {}
        for file in self.dataset.published:
            alone = (file.graph,)  # one tuple for all the triples that no other file states
            for triple in file.triples:
                graphs = found.setdefault(triple, alone)
                if file.graph not in graphs:
                    found[triple] = (*graphs, file.graph)
        return found

    def stated_in(self, triple: Triple) -> tuple[str, ...]:
        """The named graphs that state a triple."""
        return self._origins.get(triple, ())

    @cached_property
    def about(self) -> Mapping[str, tuple[Triple, ...]]:
        """Every subject's triples in order, the subjects by their IRIs."""
        found = {block.subject: block.triples for block in blocks(self._origins)}
        return {subject: tuple(sorted(found[subject], key=order)) for subject in sorted(found)}

    @cached_property
    def sizes(self) -> Mapping[str, int]:
        """How many triples each named graph states."""
        return Counter(chain.from_iterable(self._origins.values()))

    @cached_property
    def by_predicate(self) -> Mapping[NamedNode, Sequence[Triple]]:
        """Every triple once, in order, by its predicate: one walk for all who look for a few properties."""
        found: dict[NamedNode, list[Triple]] = {}
        for triple in self.union():
            found.setdefault(triple.predicate, []).append(triple)
        return found

    @cached_property
    def _graphs(self) -> Mapping[str, tuple[Triple, ...]]:
        """Every named graph's triples in order."""
        found: dict[str, list[Triple]] = {graph: [] for graph in self.graphs()}
        for triple in self.union():
            for graph in self._origins[triple]:
                found[graph].append(triple)
        return {graph: tuple(triples) for graph, triples in found.items()}

    @cached_property
    def labels(self) -> Mapping[str, Description]:
        """What each subject is called: the triples of its most telling label, in every language."""
        found: dict[str, list[Triple]] = {}
        for label in LABELS:
            labelled = found.copy()
            for triple in self.by_predicate.get(label, ()):
                subject = name(triple.subject)
                if subject not in labelled:
                    found.setdefault(subject, []).append(triple)
        return {subject: Description(subject, tuple(found[subject])) for subject in sorted(found)}

    def paths(self) -> Iterator[tuple[str, str]]:
        """The path of each document of our own and the IRI that it is about."""
        return iter(self._paths)

    @cached_property
    def _paths(self) -> tuple[tuple[str, str], ...]:
        found = ((self.addresses.document(iri), iri) for iri in self.about)
        return tuple((path, iri) for path, iri in found if path and self.has(path, iri))

    def has(self, path: str, iri: str) -> bool:
        """Whether the document at a path is about this one thing: a named graph is published whole instead."""
        return iri in self.about and not path.startswith(paths.GRAPHS) and iri != self.addresses.ontology

    def document(self, path: str, iri: str) -> Graph:
        """The document about one thing."""
        about = self.about[iri]
        here = NamedNode(self.addresses.url(path))
        linked = sorted({t.object.value for t in about if isinstance(t.object, NamedNode)} - {iri})
        neighbours = tuple(self.labels[other] for other in linked if other in self.labels)
        topic = Triple(NamedNode(iri), _TOPIC_OF, here)
        return Graph((*about, *self._modified(iri), topic, *self._origin(here, about)), iri, neighbours)

    def _modified(self, iri: str) -> Iterator[Triple]:
        """When the history of the site says that a thing was last changed."""
        day = self.modified().get(iri)
        if day:
            yield Triple(NamedNode(iri), _MODIFIED, Literal(day.isoformat(), datatype=NamedNode(f"{XSD}date")))

    def _origin(self, here: NamedNode, about: tuple[Triple, ...]) -> Iterator[Triple]:
        """What a document says of itself: its licence, and the named graphs that it draws on."""
        yield Triple(here, TYPE, _DOCUMENT)
        if self.license:
            yield Triple(here, _LICENSE, NamedNode(self.license))
        for graph in sorted({graph for triple in about for graph in self._origins[triple]}):
            yield Triple(here, _DERIVED, NamedNode(graph))

    def graph(self, graph: str) -> Graph:
        """One named graph, whole."""
        return Graph(self._graphs[graph])

    def graphs(self) -> tuple[str, ...]:
        """The named graphs, sorted."""
        return tuple(sorted({file.graph for file in self.dataset.published}))

    def union(self) -> Iterator[Triple]:
        """Every triple once, in order."""
        return (triple for triples in self.about.values() for triple in triples)

    def quads(self) -> Quads:
        """The whole dataset, sorted by graph, then subject, predicate and object."""
        found = Quads(_GraphQuads(self._graphs))
        found.__dict__["union"] = tuple(self.union())
        return found


@dataclass(frozen=True)
class _GraphQuads:
    """The quads of named graphs, made anew each time they are read, for they are many."""

    graphs: Mapping[str, tuple[Triple, ...]]

    def __iter__(self) -> Iterator[Quad]:
        for graph, triples in self.graphs.items():
            named = NamedNode(graph)
            yield from (Quad(triple.subject, triple.predicate, triple.object, named) for triple in triples)


def ordered(triples: Iterable[Triple]) -> Graph:
    """A graph in the order of everything published: by subject, and for each as `order` says."""
    found = blocks(dict.fromkeys(triples))
    return Graph(tuple(t for block in sorted(found, key=_subject) for t in sorted(block.triples, key=order)))


def _subject(block: Description) -> str:
    return block.subject


def order(triple: Triple) -> tuple[str, str, str]:
    """The order of a subject's triples in everything published: type and names first, then by predicate and value."""
    predicate = triple.predicate.value
    return (_FIRST.get(predicate, "2"), predicate, _value(triple.object))


def _value(term: object) -> str:
    if isinstance(term, Literal):
        return f"{term.language or ''}\x00{term.value}\x00{term.datatype.value}"
    return str(term)
