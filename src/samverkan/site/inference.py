"""What follows from what a site states, as graphs of their own: one with all, and a part for each rule and status.

The ontology may say of two statuses that one is weaker than the other, with the property `weakerThan` of its own. A
status that occurs there is that of a graph which has it as a value; what follows has the weakest of what it rests on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from samverkan.model import inference, paths
from samverkan.model.dataset import File
from samverkan.model.inference import InferenceSource, Statement, Vocabulary
from samverkan.model.namespaces import PROV, RDFS, SKOS, TYPE, VOID
from samverkan.model.results import Quads, Term
from samverkan.site.documents import order

_WORDS: Vocabulary[Term] = inference.numbered(lambda term: term)
_WEAKER = "weakerThan"  # in the site's own namespace
_DATASET, _SUBSET, _DERIVED = (
    NamedNode(f"{VOID}Dataset"),
    NamedNode(f"{VOID}subset"),
    NamedNode(f"{PROV}wasDerivedFrom"),
)
_LABEL, _NAME, _NOTATION = NamedNode(f"{RDFS}label"), NamedNode(f"{SKOS}prefLabel"), NamedNode(f"{SKOS}notation")
_WHOLE = {"sv": "Det som följer av uppgifterna", "en": "What follows from the facts"}
_PART = {"sv": "Det som följer enligt regeln {rule}", "en": "What follows by the rule {rule}"}


@dataclass(frozen=True)
class InferredPart:
    """What follows by one rule with one status: the IRI of its graph, and its statements in order.

    `status` is a property with its value, if the ontology has any, and `called` what that is called, by language.
    `sources` are the graphs that it rests on.
    """

    graph: str
    rule: str
    triples: tuple[Triple, ...]
    status: tuple[NamedNode, NamedNode] | None = None
    sources: tuple[str, ...] = ()
    called: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class InferredGraphs:
    """The graph with all that follows, by its IRI, and its parts; empty where too much would follow."""

    graph: str
    parts: tuple[InferredPart, ...] = ()

    @cached_property
    def triples(self) -> tuple[Triple, ...]:
        """What follows, and the description of the parts, in the order of all that is published."""
        return in_order((*self.description, *(triple for part in self.parts for triple in part.triples)), self.graph)

    @cached_property
    def description(self) -> tuple[Triple, ...]:
        """The graphs: what each is called, its rule, its status and what it rests on."""
        return tuple(self._described())

    def _described(self) -> Iterator[Triple]:
        whole = NamedNode(self.graph)
        yield Triple(whole, TYPE, _DATASET)
        yield from (Triple(whole, _LABEL, Literal(text, language=tag)) for tag, text in _WHOLE.items())
        for part in self.parts:
            yield Triple(whole, _SUBSET, NamedNode(part.graph))
        for part in self.parts:
            yield from _of_part(part)

    def quads(self) -> Quads:
        """All graphs as one dataset."""
        return Quads(
            tuple(
                Quad(triple.subject, triple.predicate, triple.object, NamedNode(name))
                for name, triples in sorted(self.graphs.items())
                for triple in triples
            )
        )

    @cached_property
    def graphs(self) -> Mapping[str, tuple[Triple, ...]]:
        """The statements of each graph by its IRI, that of the whole first."""
        return {self.graph: self.triples, **{part.graph: part.triples for part in self.parts}}


def _of_part(part: InferredPart) -> Iterator[Triple]:
    here = NamedNode(part.graph)
    yield Triple(here, TYPE, _DATASET)
    for tag, text in _PART.items():
        status = f": {part.called[tag]}" if tag in part.called else ""
        yield Triple(here, _LABEL, Literal(text.format(rule=part.rule) + status, language=tag))
    yield Triple(here, _NOTATION, Literal(part.rule))
    if part.status:
        yield Triple(here, *part.status)
    yield from (Triple(here, _DERIVED, NamedNode(source)) for source in part.sources)


def in_order(triples: Iterable[Triple], root: str = "") -> tuple[Triple, ...]:
    """Triples by subject, that of the whole first, and each subject's as in all documents."""
    return tuple(sorted(triples, key=lambda t: (t.subject != NamedNode(root or "x:"), str(t.subject), order(t))))


def graph_name(base: str) -> str:
    """The IRI of the graph with all that follows; those of its parts begin with it and a hyphen."""
    return f"{base}{paths.INFERRED}"


def inferred_graphs(files: Iterable[File], base: str, ontology: str) -> InferredGraphs:
    """What follows from what some files state, without what they state."""
    stated = _Stated(tuple(files), ontology)
    found = inference.infer(stated.sources, _WORDS, _is_subject, inference.most(stated.size))
    whole = graph_name(base)
    names: dict[tuple[str, int], list[Statement[Term]]] = {}
    for statement, derivation in found.derivations.items():
        names.setdefault((derivation.rule, derivation.level), []).append(statement)
    origins = stated.origins(found)
    parts = (_part(whole, stated, key, statements, origins) for key, statements in names.items())
    return InferredGraphs(whole, tuple(sorted(parts, key=lambda part: part.graph)))


def _part(
    whole: str,
    stated: _Stated,
    key: tuple[str, int],
    statements: Iterable[Statement[Term]],
    origins: Mapping[tuple[str, int], set[str]],
) -> InferredPart:
    rule, level = key
    status = stated.status(level)
    name = f"{whole}-{rule}" + (f"-{stated.short_names[status[1]]}" if status else "")
    triples = in_order(Triple(*statement) for statement in statements)  # type: ignore[arg-type]  # they were checked
    called = stated.called(status[1]) if status else {}
    return InferredPart(name, rule, triples, status, tuple(sorted(origins.get(key, ()))), called)


@dataclass(frozen=True)
class _Stated:
    """What files state, by file and property, and how certain each file is."""

    files: tuple[File, ...]
    ontology: str
    statuses: dict[str, tuple[NamedNode, NamedNode]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many statements there are."""
        return sum(len(file.triples) for file in self.files)

    @cached_property
    def _by_property(self) -> Sequence[Mapping[Term, list[Triple]]]:
        return tuple(map(_by_property, self.files))

    def _pairs(self, place: int, property_: Term) -> Iterator[tuple[Term, Term]]:
        triples = self._by_property[place].get(property_, ())
        pairs = ((triple.subject, triple.object) for triple in triples)
        return (pair for pair in pairs if not any(isinstance(term, BlankNode | Triple) for term in pair))

    @cached_property
    def sources(self) -> Sequence[InferenceSource[Term]]:
        """Each file with its level: the ontology without any doubt, then by status, last what has none."""
        return tuple(InferenceSource(self._level(file), partial(self._pairs, at)) for at, file in enumerate(self.files))

    def _level(self, file: File) -> int:
        if file.graph == self.ontology:
            return 0
        known = self._status_of.get(file.graph)
        return self._ranks[known[1]] if known else len(self._ranks) + 1

    def status(self, level: int) -> tuple[NamedNode, NamedNode] | None:
        """A status by its level, with the property that gives it; None for axioms, and for what has no status."""
        return next((each for each in self._status_of.values() if self._ranks[each[1]] == level), None)

    @cached_property
    def _ranks(self) -> Mapping[NamedNode, int]:
        """The place of each status, from 1, the weakest last; of two that are not compared, by IRI."""
        word = NamedNode(self.ontology + _WEAKER)
        stronger: dict[Term, list[Term]] = {}
        for weak, strong in (pair for source in self.sources_of(word) for pair in source):
            stronger.setdefault(weak, []).append(strong)
            stronger.setdefault(strong, [])
        depth = {each: len(_reached(each, stronger)) for each in stronger if isinstance(each, NamedNode)}
        return {each: at for at, each in enumerate(sorted(depth, key=lambda one: (depth[one], one.value)), 1)}

    def called(self, status: NamedNode) -> Mapping[str, str]:
        """What a status is called, by language."""
        return {tag: text for each, tag, text in self._labels if each == status}

    @cached_property
    def _labels(self) -> tuple[tuple[Term, str, str], ...]:
        pairs = (pair for source in self.sources_of(_NAME) for pair in source if pair[0] in self._ranks)
        return tuple((each, text.language or "", text.value) for each, text in pairs if isinstance(text, Literal))

    @cached_property
    def short_names(self) -> Mapping[NamedNode, str]:
        """What each status is called in the name of a graph; of two that end alike the second has its place as well."""
        names = {status: _short(status.value) for status in self._ranks}
        first = {name: status for status, name in reversed(names.items())}
        return {
            status: name if first[name] == status else f"{name}-{self._ranks[status]}" for status, name in names.items()
        }

    def sources_of(self, property_: NamedNode) -> Iterator[Iterator[tuple[Term, Term]]]:
        """The statements of a property, file by file."""
        return (self._pairs(at, property_) for at in range(len(self.files)))

    @cached_property
    def _status_of(self) -> Mapping[str, tuple[NamedNode, NamedNode]]:
        """The status of each graph, the weakest of several, with the property that gives it."""
        found: dict[str, tuple[NamedNode, NamedNode]] = {}
        for graph, predicate, value in self._about_graphs if self._ranks else ():
            if isinstance(value, NamedNode) and value in self._ranks:
                known = found.get(graph.value, (predicate, value))
                found[graph.value] = max(known, (predicate, value), key=lambda each: self._ranks[each[1]])
        return found

    @property
    def _about_graphs(self) -> Iterator[Triple]:
        """What is said of the graphs themselves."""
        graphs = {NamedNode(file.graph) for file in self.files}
        return (triple for file in self.files for triple in file.triples if triple.subject in graphs)

    def origins(self, found: inference.Inferred[Term]) -> Mapping[tuple[str, int], set[str]]:
        """The graphs that each part rests on, by rule and level."""
        wanted: dict[Statement[Term], set[tuple[str, int]]] = {}
        for statement, derivation in found.derivations.items():
            for ground in found.grounds(statement) if derivation.premises else ():
                wanted.setdefault(ground, set()).add((derivation.rule, derivation.level))
        graphs: dict[tuple[str, int], set[str]] = {}
        for property_ in dict.fromkeys(statement[1] for statement in wanted):
            for at, file in enumerate(self.files):
                for subject, value in self._pairs(at, property_):
                    for key in wanted.get((subject, property_, value), ()):
                        graphs.setdefault(key, set()).add(file.graph)
        return graphs


def _by_property(file: File) -> Mapping[Term, list[Triple]]:
    found: dict[Term, list[Triple]] = {}
    for triple in file.triples:
        found.setdefault(triple.predicate, []).append(triple)
    return found


def _reached(start: Term, index: Mapping[Term, Sequence[Term]]) -> set[Term]:
    found: set[Term] = set()
    todo = [start]
    while todo:
        new = [each for each in index.get(todo.pop(), ()) if each not in found]
        found.update(new)
        todo += new
    return found


def _is_subject(term: Term) -> bool:
    return not isinstance(term, Literal)


def _short(iri: str) -> str:
    return iri.rstrip("/").replace("#", "/").rpartition("/")[2]
