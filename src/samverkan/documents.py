"""A thing's document: what the sources say of it, what its neighbours are called, and where that comes from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Quad, Triple

from samverkan.addresses import Addresses
from samverkan.answers import Graph, Quads
from samverkan.dataset import Dataset, File
from samverkan.vocabulary import DCTERMS, FOAF, LABELS, PROV, TYPE

_DOCUMENT = NamedNode(f"{FOAF}Document")
_TOPIC_OF = NamedNode(f"{FOAF}isPrimaryTopicOf")
_DERIVED = NamedNode(f"{PROV}wasDerivedFrom")
_LICENSE = NamedNode(f"{DCTERMS}license")
_LABEL_NAMES = {label.value for label in LABELS}
_FIRST = {TYPE.value: "0", **{label.value: f"1{place}" for place, label in enumerate(LABELS)}}


@dataclass(frozen=True)
class Documents:
    """The documents of a dataset, made from the quads as they were written, not from the store."""

    dataset: Dataset
    addresses: Addresses
    license: str | None = None

    @cached_property
    def about(self) -> Mapping[str, tuple[Triple, ...]]:
        """Every subject's triples, sorted; subjects in the order of their IRIs."""
        found: dict[str, set[Triple]] = {}
        for file in self.dataset.published:
            for triple in file.triples:
                found.setdefault(_name(triple.subject), set()).add(triple)
        return {name: tuple(sorted(found[name], key=order)) for name in sorted(found)}

    @cached_property
    def origins(self) -> Mapping[str, tuple[str, ...]]:
        """The named graphs that speak of each subject."""
        found: dict[str, dict[str, None]] = {}
        for file in self.dataset.published:
            for triple in file.triples:
                found.setdefault(_name(triple.subject), {})[file.graph] = None
        return {name: tuple(sorted(graphs)) for name, graphs in found.items()}

    @cached_property
    def labels(self) -> Mapping[str, tuple[Triple, ...]]:
        """What each subject is called: the triples of its most telling label, in every language."""
        return {name: tuple(_best_label(triples)) for name, triples in self.about.items()}

    def paths(self) -> Iterator[tuple[str, str]]:
        """The path of each document of our own and the IRI that it is about."""
        for name in self.about:
            path = self.addresses.document(name)
            if path and not path.startswith("graph/") and name != self.addresses.ontology:
                yield path, name

    def document(self, path: str, name: str) -> Graph:
        """The document about one thing."""
        own = self.about[name]
        linked = sorted({t.object.value for t in own if isinstance(t.object, NamedNode)} - {name})
        neighbours = [triple for other in linked for triple in self.labels.get(other, ())]
        return Graph((*own, *self._origin(path, name), *neighbours), root=name)

    def _origin(self, path: str, name: str) -> Iterator[Triple]:
        here = NamedNode(self.addresses.url(path))
        yield Triple(NamedNode(name), _TOPIC_OF, here)
        yield Triple(here, TYPE, _DOCUMENT)
        if self.license:
            yield Triple(here, _LICENSE, NamedNode(self.license))
        for graph in self.origins[name]:
            yield Triple(here, _DERIVED, NamedNode(graph))

    def graph(self, graph: str) -> Graph:
        """One named graph, whole."""
        return Graph(_sorted(file for file in self.dataset.published if file.graph == graph))

    def graphs(self) -> tuple[str, ...]:
        """The named graphs, sorted."""
        return tuple(sorted({file.graph for file in self.dataset.published}))

    def quads(self) -> Quads:
        """The whole dataset, sorted by graph, then subject, predicate and object."""
        return Quads(
            tuple(
                Quad(triple.subject, triple.predicate, triple.object, NamedNode(graph))
                for graph in self.graphs()
                for triple in self.graph(graph).triples
            )
        )


def _best_label(triples: Iterable[Triple]) -> Iterator[Triple]:
    """The triples of the first label predicate; they stand together, for triples come in their order."""
    labels = [triple for triple in triples if triple.predicate.value in _LABEL_NAMES]
    return (triple for triple in labels if triple.predicate == labels[0].predicate)


def order(triple: Triple) -> tuple[str, str, str, str]:
    """The order of triples in everything published: by subject; type and names first, then by predicate and value."""
    predicate = triple.predicate.value
    return (_name(triple.subject), _FIRST.get(predicate, "2"), predicate, _value(triple.object))


def _sorted(files: Iterable[File]) -> tuple[Triple, ...]:
    return tuple(sorted({triple for file in files for triple in file.triples}, key=order))


def _name(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _value(term: object) -> str:
    if isinstance(term, Literal):
        return f"{term.language or ''}\x00{term.value}\x00{term.datatype.value}"
    return str(term)
