"""What the checks look at: a site's dataset, read once and turned into indexes once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeAlias, TypeVar

from pyoxigraph import Literal, NamedNode, Store, Triple

from samverkan.errors import Place, SamverkanError
from samverkan.model.addresses import Addresses
from samverkan.model.dataset import Dataset, triples
from samverkan.model.lifecycle import Tombstone, tombstones
from samverkan.model.namespaces import LABELS, RDF, SH, SUBCLASS, TYPE, XSD
from samverkan.model.prefixes import Prefixes
from samverkan.model.queries import Query
from samverkan.model.results import Term
from samverkan.model.sparql import at
from samverkan.validation.coverage import Reach
from samverkan.validation.evaluation import Data
from samverkan.validation.evaluation.data_graph import DataGraph

_QUERIES = (NamedNode(f"{SH}select"), NamedNode(f"{SH}ask"))
_TEXTS = frozenset({f"{XSD}string", f"{RDF}langString"})
Row: TypeAlias = Mapping[str, Term]
T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class ValidationInput:
    """A site to be checked.

    `mentioned` are the IRIs of our own that queries and the JSON-LD context name, and `constructed` the
    properties of the graphs that queries make, with the place of each; `choices` gives what is wrong with the
    values that queries take, `views` the rows of the answers that have a view, without what is unbound. `ignored`
    are the files that stand in a folder and are not read, `neglected` the duties to the public that the settings
    take up and that are not met. `languages` are the site's, `queries` its canned queries, and `unanswered` gives
    the places of those that have no answer. Where the dataset is not what the files say but what a store holds,
    `written` is what they say. `store` has what is published as its default graph, for queries of shapes; where
    there is none, one is filled. `as_of` is the day that is today for queries of shapes; None where they may ask
    the clock.
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
    queries: tuple[Query, ...] = ()
    unanswered: Callable[[], tuple[Place, ...]] = tuple
    seconds: int = 300
    engine: str = field(default="samverkan")
    as_of: date | None = None
    written: Dataset | None = None
    store: Store | None = None

    @property
    def stated(self) -> Dataset:
        """What the files say: in them the places of findings are looked for."""
        return self.written or self.dataset

    @cached_property
    def published(self) -> tuple[Triple, ...]:
        """The distinct triples of data and ontology."""
        return tuple(dict.fromkeys(triples(self.dataset.published)))

    @cached_property
    def data(self) -> Data:
        """The same, to be held against shapes."""
        return Data(tuple(file.triples for file in self.dataset.published), self.store)

    @property
    def graph(self) -> DataGraph:
        """The index of what is published."""
        return self.data.graph

    def triples(self, *predicates: NamedNode) -> Iterator[Triple]:
        """The triples of some properties."""
        return (triple for each in predicates for triple in self.graph.triples(self.graph.number(each)))

    @cached_property
    def texts(self) -> tuple[tuple[int, str], ...]:
        """The plain texts of what is published and those in a language, each once, by the numbers of their terms."""
        terms = enumerate(self.graph.terms)
        literals = ((number, term) for number, term in terms if isinstance(term, Literal))
        return tuple((number, term.value) for number, term in literals if term.datatype.value in _TEXTS)

    @cached_property
    def used(self) -> Mapping[str, frozenset[str]]:
        """The IRIs that each file uses, in any position, datatypes included."""
        terms, parts = self.graph.terms, zip(self.dataset.published, self.graph.parts, strict=True)
        found = {file.name: _iris_of(terms[number] for number in part.used) for file, part in parts}
        return found | {file.name: frozenset(iris(file.triples)) for file in self.dataset.shapes}

    @cached_property
    def shapes(self) -> tuple[Triple, ...]:
        """The triples of the shapes, their queries asked on the day `as_of`."""
        found = triples(self.dataset.shapes)
        return tuple(found if self.as_of is None else (_on_day(self.as_of, triple) for triple in found))

    @cached_property
    def subjects(self) -> frozenset[str]:
        """The IRIs that data and ontology say something of."""
        terms = (self.graph.terms[number] for number in self.graph.subjects)
        return frozenset(term.value for term in terms if isinstance(term, NamedNode))

    @cached_property
    def in_data(self) -> frozenset[str]:
        """The names, or blank node labels, that files of data say something of."""
        parts = self.graph.parts[len(self.dataset.ontology) :]
        return frozenset(_name(self.graph.terms[number]) for part in parts for number in part.subjects)

    @cached_property
    def declared(self) -> frozenset[str]:
        """The IRIs that the ontology says something of."""
        return frozenset(t.subject.value for t in triples(self.dataset.ontology) if isinstance(t.subject, NamedNode))

    @cached_property
    def members(self) -> Mapping[str, frozenset[str]]:
        """The direct instances of each class, as IRIs or blank node labels."""
        found: dict[str, set[str]] = {}
        for triple in self.triples(TYPE):
            if isinstance(triple.object, NamedNode):
                found.setdefault(triple.object.value, set()).add(str(triple.subject))
        return {name: frozenset(members) for name, members in found.items()}

    @cached_property
    def subclasses(self) -> Mapping[str, frozenset[str]]:
        """Each class with itself and all classes below it."""
        below: dict[str, set[str]] = {}
        for triple in self.triples(SUBCLASS):
            if isinstance(triple.object, NamedNode):
                below.setdefault(triple.object.value, set()).add(_name(triple.subject))
        return {name: frozenset(_closure(name, below)) for name in below}

    def instances(self, name: str) -> frozenset[str]:
        """The instances of a class and of the classes below it."""
        classes = self.subclasses.get(name, {name})
        return frozenset().union(*(self.members.get(each, frozenset()) for each in classes))

    @cached_property
    def _views(self) -> Mapping[str, tuple[Row, ...]]:
        return self.views()

    def view(self, name: str) -> tuple[Row, ...]:
        """The rows of the answer of the query with a view; none where no query has it."""
        return self._views.get(name, ())

    def has_view(self, name: str) -> bool:
        """Whether a query has a view."""
        return name in self._views

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
        return Reach(self.shapes, self.graph, self.instances)

    @cached_property
    def tombstones(self) -> Mapping[str, Tombstone]:
        """The things that are withdrawn or replaced."""
        return tombstones(self.published, Addresses(self.base, self.ontology))

    def labels(self, wanted: frozenset[str]) -> Mapping[str, Mapping[str, str]]:
        """What things are called, by language; the most telling label wins."""
        ranks = {label: rank for rank, label in enumerate(LABELS)}
        best: dict[tuple[str, str], tuple[int, str]] = {}
        for t in self.triples(*LABELS):
            if isinstance(t.object, Literal) and _name(t.subject) in wanted:
                key = (_name(t.subject), t.object.language or "")
                best[key] = min(best.get(key, (99, "")), (ranks[t.predicate], t.object.value))
        found: dict[str, dict[str, str]] = {}
        for (name, language), (_, label) in sorted(best.items()):
            found.setdefault(name, {})[language] = label
        return found


def _on_day(day: date, triple: Triple) -> Triple:
    if triple.predicate not in _QUERIES or not isinstance(triple.object, Literal):
        return triple
    return Triple(triple.subject, triple.predicate, Literal(at(day, triple.object.value)))


def iris(found: Iterable[Triple]) -> Iterator[str]:
    """Every IRI of some triples, in any position, datatypes included."""
    for triple in found:
        yield triple.predicate.value
        for term in (triple.subject, triple.object):
            if isinstance(term, NamedNode):
                yield term.value
            elif isinstance(term, Literal):
                yield term.datatype.value


def _iris_of(terms: Iterable[Term]) -> frozenset[str]:
    known = list(terms)
    named = {term.value for term in known if isinstance(term, NamedNode)}
    return frozenset(named | {term.datatype.value for term in known if isinstance(term, Literal)})


def _closure(name: str, below: Mapping[str, set[str]]) -> set[str]:
    found, todo = {name}, [name]
    while todo:
        new = below.get(todo.pop(), set()) - found
        found |= new
        todo.extend(new)
    return found


def _name(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)
