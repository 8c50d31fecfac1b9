"""Facts held against the evidence and the notes that a site has about them.

They are what the queries with `view: evidence`, `view: sources` and `view: notes` answer: a site without such a query
says nothing that could be checked here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from samverkan.errors import Place
from samverkan.model.dataset import File
from samverkan.model.namespaces import DCTERMS, LABELS, RDFS, SKOS, TYPE
from samverkan.model.results import Term
from samverkan.model.stored_literals import rewritten
from samverkan.model.triple_texts import read_triple, written_triple
from samverkan.model.turtle_positions import Positions
from samverkan.validation.evaluation.data_graph import Part
from samverkan.validation.findings import Finding
from samverkan.validation.messages import finding
from samverkan.validation.validation_input import Row, ValidationInput

_SOURCE = NamedNode(f"{DCTERMS}source")
_MOST_NAMED = 5  # properties in one message

# What a thing is, and names and descriptions in the words of those who keep the facts, rest on no single place.
NEEDS_NONE = frozenset(
    {TYPE, *LABELS, *(NamedNode(iri) for iri in (f"{DCTERMS}description", f"{RDFS}comment", f"{SKOS}definition"))}
)


@dataclass(frozen=True)
class Evidence:
    """One row of the answer with `view: evidence`: what bears which triple, with which status, and where it is from.

    `selector` is the heading under which it stands, and `heading` its words. It is `superseded` where it is from an
    earlier version of its source, which may say what no longer holds.
    """

    node: Term
    triple: Triple
    status: Term
    source: Term | None
    superseded: bool
    selector: Term | None
    heading: str

    @classmethod
    def of(cls, row: Row) -> Evidence | None:
        """What a row tells; None where it leaves something out."""
        node, about, predicate, value, status = (
            row.get(name) for name in ("evidence", "about", "property", "value", "status")
        )
        if not (node and value and status and isinstance(about, NamedNode) and isinstance(predicate, NamedNode)):
            return None
        heading, superseded = getattr(row.get("heading"), "value", ""), bool(row.get("superseded"))
        return cls(
            node, Triple(about, predicate, value), status, row.get("source"), superseded, row.get("selector"), heading
        )


@dataclass(frozen=True)
class GraphOrigin:
    """What the answer with `view: sources` tells of a named graph."""

    statuses: frozenset[Term]
    sources: frozenset[Term]


_UNKNOWN = GraphOrigin(frozenset(), frozenset())


class Facts:
    """The facts of a site with their evidence, looked up by what they are about."""

    def __init__(self, case: ValidationInput) -> None:
        """Ask what the site tells of itself."""
        self.case = case
        self.evidence = tuple(found for row in case.view("evidence") if (found := Evidence.of(row)))

    @cached_property
    def used(self) -> frozenset[Term]:
        """The statuses that evidence has."""
        return frozenset(each.status for each in self.evidence)

    @cached_property
    def origins(self) -> Mapping[str, GraphOrigin]:
        """What is told of each named graph."""
        found: dict[str, tuple[set[Term], set[Term]]] = {}
        for row in self.case.view("sources"):
            statuses, sources = found.setdefault(_iri(row.get("graph")), (set(), set()))
            statuses.update(term for term in (row.get("status"),) if term)
            sources.update(term for term in (row.get("source"),) if term)
        return {name: GraphOrigin(frozenset(one), frozenset(two)) for name, (one, two) in found.items()}

    @cached_property
    def borne(self) -> Mapping[Triple, tuple[Evidence, ...]]:
        """The evidence for each fact, as the facts are written."""
        found: dict[Triple, list[Evidence]] = {}
        for each in self.evidence:
            written = self.written(each.triple)
            if written:
                found.setdefault(written, []).append(each)
        return {triple: tuple(evidence) for triple, evidence in found.items()}

    @cached_property
    def sources(self) -> Mapping[Term, frozenset[Term]]:
        """The sources of the evidence for what is said of, or with, each thing."""
        found: dict[Term, set[Term]] = {}
        for each in self.evidence:
            for end in (each.triple.subject, each.triple.object):
                found.setdefault(end, set()).update({each.source} if each.source else ())
        return {end: frozenset(sources) for end, sources in found.items()}

    def written(self, triple: Triple) -> Triple | None:
        """A triple as the files write it: a query may give its value in another form; None where they don't have it."""
        if triple not in self._written:
            self._written[triple] = self._as_written(triple)
        return self._written[triple]

    @cached_property
    def _written(self) -> dict[Triple, Triple | None]:
        return {}

    def _as_written(self, triple: Triple) -> Triple | None:
        values = self.values(triple)
        if triple.object in values:
            return triple
        kept = rewritten([*values, triple.object])
        wanted = _kept(triple.object, kept)
        same = (value for value in values if _kept(value, kept) == wanted)
        return next((Triple(triple.subject, triple.predicate, value) for value in same), None)

    def values(self, triple: Triple) -> Sequence[Term]:
        """The values that the data have of the same property of the same thing."""
        return self.values_of(triple.subject, triple.predicate)

    def values_of(self, subject: Term, predicate: NamedNode) -> Sequence[Term]:
        """The values that the data have of a property of a thing."""
        graph = self.case.graph
        found = graph.forward(graph.number(predicate)).get(graph.number(subject), ())
        return [graph.terms[number] for number in found]

    @cached_property
    def contradicted(self) -> Mapping[Evidence, Triple | None]:
        """The evidence for what the data don't say, with the fact that may be meant: one without any."""
        found: dict[Evidence, Triple | None] = {}
        known: set[Triple | None] = {*self.borne}
        meant: dict[Triple, Triple | None] = {}  # two places of a source may bear one fact
        for each in self.evidence:
            if not each.superseded and self.written(each.triple) is None:
                if each.triple not in meant:
                    meant[each.triple] = next((fact for fact in self._nearest(each.triple) if fact not in known), None)
                    known.add(meant[each.triple])
                found[each] = meant[each.triple]
        return found

    def _nearest(self, triple: Triple) -> Iterator[Triple]:
        """The facts of the same thing and property, first those that are most like it: one of them may be meant."""
        values = sorted(self.values(triple), key=lambda value: _unlikeness(value, triple.object))
        return (Triple(triple.subject, triple.predicate, value) for value in values)

    def files(self, subject: Term) -> Iterator[File]:
        """The files of data that speak of something."""
        number = self.case.graph.number(subject)
        return (file for file, subjects in self._subjects if number in subjects)

    @cached_property
    def _subjects(self) -> Sequence[tuple[File, frozenset[int]]]:
        return [(file, part.subjects) for file, part in self.case.parts]

    def has_borne_all(self, file: File, noted: Iterable[Term | None]) -> bool:
        """Whether each fact of a file that needs evidence has some, seen without parsing it again."""
        number = self.case.graph.number
        free, exempt = set(map(number, NEEDS_NONE)), {number(term) for term in noted if term is not None}
        told = self._numbered_facts
        return all(
            node in exempt or (node, predicate, value) in told
            for predicate, index in self._parts[file].forward.items()
            if predicate not in free
            for node, values in index.items()
            for value in values
        )

    @cached_property
    def _numbered_facts(self) -> frozenset[tuple[int, ...]]:
        told = (*self.borne, *filter(None, self.contradicted.values()))
        return frozenset(tuple(map(self.case.graph.number, triple)) for triple in told)

    def states(self, file: File, triple: Triple) -> bool:
        """Whether a file states a fact."""
        subject, predicate, value = map(self.case.graph.number, triple)
        return value in self._parts[file].forward.get(predicate, {}).get(subject, ())

    @cached_property
    def _parts(self) -> Mapping[File, Part]:
        return dict(self.case.parts)

    def place(self, triple: Triple) -> Place:
        """Where a fact stands, as near as can be told."""
        places = (Place(file.name, self._line(file, triple)) for file in self.files(triple.subject))
        found = sorted(places, key=lambda place: place.line is None)
        return found[0] if found else Place("data")

    def place_of(self, evidence: Evidence) -> Place:
        """Where the evidence for a fact stands."""
        index = self.case.graph
        node = index.number(evidence.node)
        said = [
            Triple(evidence.node, predicate, index.terms[value])  # type: ignore[arg-type]  # something is said of it
            for predicate in (index.terms[number] for number in index.predicates)
            if isinstance(predicate, NamedNode)
            for value in index.forward(index.number(predicate)).get(node, ())
        ]
        said.sort(key=lambda triple: not _speaks_of(triple.object, evidence.triple))
        return self.place(said[0]) if said else Place("data")

    def _line(self, file: File, triple: Triple) -> int | None:
        if not file.is_turtle or not isinstance(triple.subject, NamedNode):
            return None
        if file.name not in self._positions:
            self._positions[file.name] = Positions(file.content)
        return self._positions[file.name].line(triple.subject, triple.predicate, triple.object)

    @cached_property
    def _positions(self) -> dict[str, Positions]:
        return {}

    def shown(self, term: Term) -> str:
        """A term as people write it in Turtle."""
        if isinstance(term, NamedNode):
            return self.case.prefixes.compact(term.value)
        if isinstance(term, Literal) and not term.language and not term.datatype.value.endswith("#string"):
            return f'"{term.value}"^^{self.case.prefixes.compact(term.datatype.value)}'
        return str(term)

    def told(self, triple: Triple) -> str:
        """A triple as people write it in Turtle."""
        return " ".join(map(self.shown, triple))


def evidence_agrees_with_facts(case: ValidationInput) -> Iterator[Finding]:
    """What has evidence is in the data as the evidence says, from the source and with the status of its graph."""
    facts = case.once(Facts)
    by_triple: dict[Triple, list[Evidence]] = {}
    for evidence in facts.contradicted:
        by_triple.setdefault(evidence.triple, []).append(evidence)
    for each in by_triple.values():
        yield _contradicted(facts, each, facts.contradicted[each[0]])
    for triple, found in facts.borne.items():
        current = [each for each in found if not each.superseded]
        if current:
            yield from _misplaced(facts, triple, current)


def _contradicted(facts: Facts, evidence: Sequence[Evidence], fact: Triple | None) -> Finding:
    """Evidence for what the data don't say: for another value, or for nothing that is there."""
    said, places = evidence[0].triple, tuple(map(facts.place_of, evidence))
    if fact is None:
        return _without_fact(facts, said, places)
    here, rule = facts.place(fact), _difference(fact.object, said.object)
    name, have, borne = map(facts.shown, (said.predicate, fact.object, said.object))
    found = _finding(rule, fact, here, *places, here=here, there=places[0], name=name, said=have, borne=borne)
    return replace(found, meant=str(said.object))


def _without_fact(facts: Facts, said: Triple, places: Sequence[Place]) -> Finding:
    """Evidence for a fact that is missing: where it would stand, and where the evidence does."""
    near = (
        Triple(said.subject, name, value)
        for name in (said.predicate, TYPE)
        for value in facts.values_of(said.subject, name)
    )
    here = facts.place(next(near, said))
    return _finding("evidence-without-fact", said, *((here,) if here.line else ()), *places, told=facts.told(said))


def _difference(fact: Term, borne: Term) -> str:
    """In what a value and the evidence for it differ: the rule that says so."""
    if isinstance(fact, Literal) and isinstance(borne, Literal):
        if fact.value == borne.value:
            return "evidence-of-another-type"
        if fact.value.startswith(f"{borne.value}-") and not borne.language:
            return "fact-beyond-evidence"
    return "evidence-differs"


def _misplaced(facts: Facts, triple: Triple, evidence: Sequence[Evidence]) -> Iterator[Finding]:
    """A fact in a graph of another status than that of its evidence, or of other sources."""
    statuses, sources = {each.status for each in evidence}, {each.source for each in evidence}
    for file in facts.files(triple.subject):
        origin = facts.origins.get(file.graph, _UNKNOWN)
        if origin.statuses & facts.used and not origin.statuses & statuses and facts.states(file, triple):
            status, other = _named(facts, origin.statuses), _named(facts, statuses)
            yield _of_both("evidence-of-another-status", facts, triple, evidence[0], file, status=status, other=other)
        if origin.sources and not origin.sources & sources and facts.states(file, triple):
            source = _named(facts, sources)
            yield _of_both("evidence-from-elsewhere", facts, triple, evidence[0], file, source=source)


def _of_both(rule: str, facts: Facts, triple: Triple, evidence: Evidence, file: File, **slots: object) -> Finding:
    places = facts.place(triple), facts.place_of(evidence)
    return _finding(rule, triple, *places, graph=facts.case.prefixes.compact(file.graph), **slots)


def note_nodes(case: ValidationInput) -> frozenset[Term | None]:
    """The notes: what the query with `view: notes` gives, and all others of their classes, which lack something."""
    graph = case.graph
    given = {row.get("note") for row in case.view("notes")}
    types, members = graph.forward(graph.number(TYPE)), graph.backward(graph.number(TYPE))
    numbers = (graph.number(node) for node in given if node is not None)
    classes = {each for number in numbers for each in types.get(number, ())}
    return frozenset(given).union(graph.terms[number] for each in classes for number in members[each])


def facts_have_evidence(case: ValidationInput) -> Iterator[Finding]:
    """Once a site has evidence for facts of some status, all facts of that status that are from a source have it."""
    facts = case.once(Facts)
    if not facts.evidence:
        yield from _wholly_without(facts)
        return
    noted = case.once(note_nodes) | {each.node for each in facts.evidence}
    noted |= {NamedNode(iri) for iri in case.tombstones}  # that something is withdrawn is said by those who keep it
    # So is what a source, its headings and the graphs are: an import writes them beside the facts.
    noted |= {term for each in facts.evidence for term in (each.source, each.selector)}
    noted |= {NamedNode(file.graph) for file in case.dataset.data}
    for file in case.dataset.data:
        origin = facts.origins.get(file.graph)
        if origin and origin.statuses & facts.used:
            yield from _without_evidence(facts, file, noted) if origin.sources else _without_source(facts, file)


def _without_source(facts: Facts, file: File) -> Iterator[Finding]:
    """A graph that names no source, while its facts have evidence from one."""
    sources = {each.source for fact in file.triples for each in facts.borne.get(fact, ())} - {NamedNode(file.graph)}
    if any(sources):
        graph, source = facts.case.prefixes.compact(file.graph), _named(facts, sources)
        yield finding("graph-without-source", focus=file.graph, graph=graph, source=source)


def _wholly_without(facts: Facts) -> Iterator[Finding]:
    """Where nothing has evidence that could be asked for, that is told once."""
    sourced = sorted(name for name, origin in facts.origins.items() if origin.sources)
    if sourced and facts.case.has_view("evidence"):
        yield finding("nothing-has-evidence", focus=sourced[0], count=len(sourced))


def _without_evidence(facts: Facts, file: File, noted: Iterable[Term | None]) -> Iterator[Finding]:
    if facts.has_borne_all(file, noted):
        return
    needing = [triple for triple in file.triples if triple.predicate not in NEEDS_NONE and triple.subject not in noted]
    missing: dict[Term, list[Triple]] = {}
    told = {*facts.borne, *facts.contradicted.values()}
    for triple in needing:
        if triple not in told:
            missing.setdefault(triple.subject, []).append(triple)
    if len(needing) > 1 and sum(map(len, missing.values())) == len(needing):
        graph = facts.case.prefixes.compact(file.graph)
        yield finding("graph-without-evidence", focus=file.graph, graph=graph, count=len(needing))
        return
    for subject, triples in missing.items():
        names = dict.fromkeys(facts.shown(triple.predicate) for triple in triples)
        shown = ", ".join([*names][:_MOST_NAMED]) + (" …" if len(names) > _MOST_NAMED else "")
        place, text = Place(file.name, facts.place(triples[0]).line), written_triple(triples[0])
        yield finding(
            "fact-without-evidence", focus=_iri(subject), place=place, count=len(triples), names=shown, text=text
        )


def notes_agree_with_facts(case: ValidationInput) -> Iterator[Finding]:
    """A note that says that something is missing is right, and no note speaks of what is gone, or stands elsewhere."""
    facts = case.once(Facts)
    yield from _foreign_notes(facts)
    for row in case.view("notes"):
        note, about, predicate = (row.get(name) for name in ("note", "about", "property"))
        if isinstance(note, NamedNode) and isinstance(about, NamedNode) and isinstance(predicate, NamedNode):
            yield from _noted(facts, row, note, Triple(about, predicate, row.get("value", about)))


def _foreign_notes(facts: Facts) -> Iterator[Finding]:
    """The notes on what one source says that are about something of which only others say anything."""
    pairs = dict.fromkeys((row.get("note"), row.get("about")) for row in facts.case.view("notes"))
    for note, about in pairs:
        if isinstance(note, NamedNode) and isinstance(about, NamedNode):
            sources = {*facts.values(Triple(note, _SOURCE, note))}
            others = facts.sources.get(about, frozenset())
            if sources and others and sources.isdisjoint(others):
                source, other, name = _named(facts, sources), _named(facts, others), facts.shown(about)
                slots: dict[str, Any] = {"source": source, "other": other, "name": name}
                yield finding("note-from-elsewhere", focus=note.value, value=str(about), **slots)


def _noted(facts: Facts, row: Row, note: NamedNode, triple: Triple) -> Iterator[Finding]:
    have, (name, predicate, value) = facts.values(triple), map(facts.shown, triple)
    if row.get("missing") and have:
        here = facts.place(Triple(triple.subject, triple.predicate, have[0]))
        said = facts.shown(have[0])
        found = finding("note-contradicted", focus=note.value, name=name, property=predicate, here=here, said=said)
        yield replace(found, places=(facts.place(Triple(note, TYPE, note)), here))
    elif _is_gone(facts, row, triple):
        told = f"{name} {predicate} {value}" if row.get("value") else f"{name} {predicate}"
        yield finding("note-of-nothing", focus=note.value, told=told)


def _is_gone(facts: Facts, row: Row, triple: Triple) -> bool:
    """Whether a note speaks of a fact that is not there: a value, or any value of a property in either direction."""
    if row.get("missing"):
        return False
    if row.get("value"):
        return facts.written(triple) is None
    graph = facts.case.graph
    backward = graph.backward(graph.number(triple.predicate))
    return not facts.values(triple) and graph.number(triple.subject) not in backward


def _finding(rule: str, triple: Triple, *places: Place, **slots: object) -> Finding:
    """A finding about a triple that stands in several places."""
    path, value = triple.predicate.value, str(triple.object)
    found = finding(
        rule, focus=_iri(triple.subject), path=path, value=value, file=None, place=None, meant=None, **slots
    )
    return replace(found, places=tuple(dict.fromkeys(places)))


def _named(facts: Facts, terms: Iterable[Term | None]) -> str:
    return ", ".join(sorted(facts.shown(term) for term in terms if term))


def _unlikeness(value: Term, other: Term) -> int:
    """How unlike two values are: least where only the language or datatype differs, then where these are the same."""
    if not (isinstance(value, Literal) and isinstance(other, Literal)):
        return 0 if type(value) is type(other) else 3
    if value.value == other.value:
        return 0
    return 1 if (value.language, value.datatype) == (other.language, other.datatype) else 2


def _kept(term: Term, kept: Mapping[Literal, Literal]) -> Term:
    return kept.get(term, term) if isinstance(term, Literal) else term


def _speaks_of(term: Term, triple: Triple) -> bool:
    """Whether a value is a triple as a text, or its value."""
    return term == triple.object or (isinstance(term, Literal) and read_triple(term) == triple)


def _iri(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)
