"""What the checks look at: a site's dataset, read once and turned into indexes once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import Any, TypeAlias, TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, Store, Triple

from samverkan.errors import Place, SamverkanError, UnreadableError
from samverkan.model.addresses import Addresses
from samverkan.model.dataset import Dataset, File, triples
from samverkan.model.lifecycle import Tombstone, tombstones
from samverkan.model.namespaces import DEPRECATED, LABELS, RDF, REPLACED_BY, SH, TYPE, XSD
from samverkan.model.prefixes import Prefixes
from samverkan.model.queries import Query
from samverkan.model.results import Term
from samverkan.model.sparql import at
from samverkan.validation.coverage import Reach
from samverkan.validation.evaluation import Data
from samverkan.validation.evaluation.data_graph import DataGraph, Part
from samverkan.validation.indexed_files import IndexedFiles
from samverkan.validation.shapes.graph import ShapesGraph, shapes_graph

_QUERIES = (NamedNode(f"{SH}select"), NamedNode(f"{SH}ask"))
_TEXTS = frozenset({f"{XSD}string", f"{RDF}langString"})
Row: TypeAlias = Mapping[str, Term]
T = TypeVar("T")


def _nothing() -> None:
    """What is called where there is nothing to be given, or done."""


@dataclass(frozen=True, eq=False)
class ValidationInput:
    """A site to be checked.

    `mentioned` are the IRIs of our own that queries and the JSON-LD context name, and `constructed` the properties
    of the graphs that queries make, with the place of each; `choices` gives what is wrong with the values that
    queries take, `views` the rows of the answers that have a view, without what is unbound, or raises
    `UnreadableError`. `ignored` are the files that stand in a folder and are not read, `neglected` the duties to
    the public that the settings take up and that are not met. `languages` are the site's, `settings` gives the
    place of a setting by its name, `queries` are the site's canned queries, and `unanswered` gives the places of
    those that have no answer. Where the dataset is not what the files say but what a store holds, `written` is what
    they say. `stored` gives a store that has what is published as its default graph, for queries of shapes; where
    there is none, one is filled. `begun` is called when all work beside has begun, and this process needs no store
    any more. `as_of` is the day that is today for queries of shapes; None where they may ask the clock. `indexed`
    are the files that were checked before; `apart` is whether an engine works in a process of its own, under a
    limit of time.
    """

    dataset: Dataset
    base: str
    ontology: str
    prefixes: Prefixes
    mentioned: tuple[tuple[str, Place], ...] = ()
    constructed: tuple[tuple[str, Place], ...] = ()
    choices: Callable[[], tuple[SamverkanError, ...]] = tuple
    views: Callable[[], Mapping[str, tuple[Row, ...]]] = dict
    ignored: tuple[str, ...] = ()
    neglected: tuple[tuple[str, Place], ...] = ()
    languages: tuple[str, ...] = ()
    settings: Callable[[str], Place] = Place
    queries: tuple[Query, ...] = ()
    unanswered: Callable[[], tuple[Place, ...]] = tuple
    seconds: int = 300
    engine: str = field(default="samverkan")
    as_of: date | None = None
    inferred: bool = True
    written: Dataset | None = None
    stored: Callable[[], Store | None] = _nothing
    begun: Callable[[], object] = _nothing
    indexed: IndexedFiles = field(default_factory=IndexedFiles)
    apart: bool = True

    @property
    def stated(self) -> Dataset:
        """What the files say: in them the places of findings are looked for."""
        return self.written or self.dataset

    @cached_property
    def published(self) -> tuple[Triple, ...]:
        """The distinct triples of data and ontology."""
        return tuple(dict.fromkeys(triples(self.dataset.published)))

    @property
    def data(self) -> Data:
        """The same, to be held against shapes."""
        return Data(self.graph, self.stored())

    @cached_property
    def graph(self) -> DataGraph:
        """The index of what is published."""
        return self.indexed.graph(self.dataset.published)

    def triples(self, *predicates: NamedNode) -> Iterator[Triple]:
        """The triples of some properties."""
        return (triple for each in predicates for triple in self.graph.triples(self.graph.number(each)))

    def properties(self, subject: Term) -> frozenset[Term]:
        """The properties that a thing has."""
        number, graph = self.graph.number(subject), self.graph
        return frozenset(graph.terms[each] for each in graph.predicates if number in graph.forward(each))

    @property
    def parts(self) -> Iterator[tuple[File, Part]]:
        """Each file that is published, with its part of the index."""
        return zip(self.dataset.published, self.graph.parts, strict=True)

    @cached_property
    def texts(self) -> tuple[tuple[int, str], ...]:
        """The plain texts of what is published and those in a language, each once, by the numbers of their terms."""
        texts, datatypes = self.graph.texts, self.graph.datatypes
        plain = (number for number in sorted(self.graph.used) if datatypes[number] in _TEXTS)
        return tuple((number, texts[number] or "") for number in plain)

    @cached_property
    def text_numbers(self) -> frozenset[int]:
        """The numbers of these texts."""
        return frozenset(number for number, _ in self.texts)

    def failing_texts(
        self, name: str, fits: Callable[[str], object], wanted: object = None, among: AbstractSet[int] | None = None
    ) -> Iterator[tuple[int, str]]:
        """Those of these texts, or of some of them, that fail a test that depends on the text and on what is `wanted`.

        What was tried in an earlier state of the site is not tried again.
        """
        numbers = self.text_numbers if among is None else self.text_numbers & among
        texts = self.graph.texts
        return (
            (number, texts[number] or "") for number in sorted(self.graph.failing_texts(name, wanted, fits, numbers))
        )

    @cached_property
    def empty(self) -> frozenset[File]:
        """The files that state nothing."""
        shapes = (file for file in self.dataset.shapes if not file.triples)
        return frozenset([*(file for file, part in self.parts if not part.forward), *shapes])

    @cached_property
    def shapes(self) -> tuple[Triple, ...]:
        """The triples of the shapes, their queries asked on the day `as_of`."""
        found = triples(self.dataset.shapes)
        return tuple(found if self.as_of is None else (_on_day(self.as_of, triple) for triple in found))

    @cached_property
    def shapes_graph(self) -> ShapesGraph:
        """The same, by subject."""
        return shapes_graph(self.shapes)

    @cached_property
    def in_data(self) -> frozenset[int]:
        """What files of data say something of."""
        return frozenset().union(*(part.subjects for part in self.graph.parts[len(self.dataset.ontology) :]))

    @cached_property
    def declared(self) -> frozenset[str]:
        """The IRIs that the ontology says something of."""
        return frozenset(t.subject.value for t in triples(self.dataset.ontology) if isinstance(t.subject, NamedNode))

    @cached_property
    def _views(self) -> tuple[Mapping[str, tuple[Row, ...]], tuple[SamverkanError, ...]]:
        try:
            return self.views(), ()
        except UnreadableError as error:
            return {}, (error,)

    @property
    def view_errors(self) -> tuple[SamverkanError, ...]:
        """What is wrong with the queries that have a view."""
        return self._views[1]

    def view(self, name: str) -> tuple[Row, ...]:
        """The rows of the answer of the query with a view; none where no query has it, or one can't be answered."""
        return self._views[0].get(name, ())

    def has_view(self, name: str) -> bool:
        """Whether a query has a view, and is answered."""
        return name in self._views[0]

    @cached_property
    def _made(self) -> dict[object, Any]:
        return {}

    def once(self, make: Callable[[ValidationInput], T]) -> T:
        """What is made of this, made once for all checks that need it."""
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]  # type: ignore[no-any-return]

    @cached_property
    def reach(self) -> Reach:
        """What the shapes reach."""
        return Reach(self.shapes, self.shapes_graph, self.graph)

    @cached_property
    def tombstones(self) -> Mapping[str, Tombstone]:
        """The things that are withdrawn or replaced."""
        said = tuple(self.triples(DEPRECATED, REPLACED_BY))
        subjects = {triple.subject for triple in said}
        classes = (Triple(subject, TYPE, each) for subject in subjects for each in self.graph.about(subject, TYPE))
        return tombstones((*said, *classes), Addresses(self.base, self.ontology))

    def labels(self, wanted: frozenset[str]) -> Mapping[str, Mapping[str, str]]:
        """What things are called, by language; the most telling label wins."""
        ranks = {label: rank for rank, label in enumerate(LABELS)}
        best: dict[tuple[str, str], tuple[int, str]] = {}
        for iri in wanted:
            for property_, text in self._labels(iri):
                key = (iri, text.language or "")
                best[key] = min(best.get(key, (99, "")), (ranks[property_], text.value))
        found: dict[str, dict[str, str]] = {}
        for (name, language), (_, label) in sorted(best.items()):
            found.setdefault(name, {})[language] = label
        return found

    def _labels(self, iri: str) -> Iterator[tuple[NamedNode, Literal]]:
        """The labels of a thing, each with its property."""
        for label in LABELS:
            found = self.graph.about(_subject(iri), label)
            yield from ((label, text) for text in found if isinstance(text, Literal))


def _on_day(day: date, triple: Triple) -> Triple:
    if triple.predicate not in _QUERIES or not isinstance(triple.object, Literal):
        return triple
    return Triple(triple.subject, triple.predicate, Literal(at(day, triple.object.value)))


def _subject(name: str) -> Term:
    """The node that a finding is about; any literal where it is one."""
    if name.startswith("_:"):
        return BlankNode(name[2:])
    return Literal("") if name.startswith(('"', "<<")) else NamedNode(name)


def iri_of(term: Term | Triple) -> str | None:
    """The IRI that a term is, or the datatype of a literal."""
    named = term.datatype if isinstance(term, Literal) else term
    return named.value if isinstance(named, NamedNode) else None


@lru_cache(maxsize=64)
def iris(file: File) -> frozenset[str]:
    """Every IRI that a file uses, in any position, datatypes included."""
    named = {iri_of(term) for triple in file.triples for term in triple}
    return frozenset(iri for iri in named if iri is not None)
