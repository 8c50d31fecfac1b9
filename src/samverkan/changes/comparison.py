"""What differs between two states of a site: term by term, whatever the order and the files in which it is written."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from samverkan.changes.states import State
from samverkan.errors import Place
from samverkan.model.dataset import File
from samverkan.model.results import Term
from samverkan.model.triple_texts import read_triple

NEW, CHANGED, WITHDRAWN, VANISHED = KINDS = ("new", "changed", "withdrawn", "vanished")
"""What became of a thing; it vanished where its address was published and now answers nothing."""

_DEEPEST = 20  # blank nodes within blank nodes
_ALIKE = 0.5  # of what is said of two things, where one may be the other under a new address
_FEW = 20  # things that are held against one that vanished

Facts = frozenset[Triple]


@dataclass(frozen=True)
class FactChange:
    """What became of one value of a property of a thing: None where there was, or is, none.

    `place` is where the new value stands, or where the old one stood; `evidence` are the places that still say
    the old one.
    """

    predicate: NamedNode
    old: Term | None
    new: Term | None
    place: Place | None = None
    evidence: tuple[Place, ...] = ()


@dataclass(frozen=True)
class ThingChange:
    """What became of one thing; `successors` are what has replaced it, or, where it vanished, what may have."""

    iri: str
    kind: str
    facts: tuple[FactChange, ...] = ()
    successors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Move:
    """Facts about a thing that another graph states now: how many, and the graphs before and after."""

    iri: str
    count: int
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class PersonalChange:
    """How much changed that is personal, and so is counted and not shown."""

    new: int = 0
    gone: int = 0
    changed: int = 0
    unannounced: int = 0
    statements: int = 0

    def __bool__(self) -> bool:
        return bool(self.new or self.gone or self.changed or self.statements)


@dataclass(frozen=True)
class NamedChange:
    """Files or questions that are new, changed or gone, by their names."""

    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.new or self.changed or self.gone)


@dataclass(frozen=True)
class Comparison:
    """All that differs between two states."""

    old: State
    new: State
    things: tuple[ThingChange, ...] = ()
    moves: tuple[Move, ...] = ()
    persons: PersonalChange = field(default_factory=PersonalChange)
    graphs: NamedChange = field(default_factory=NamedChange)
    queries: NamedChange = field(default_factory=NamedChange)
    files: NamedChange = field(default_factory=NamedChange)

    def __bool__(self) -> bool:
        return bool(self.things or self.moves or self.persons or self.graphs or self.queries or self.files)

    @property
    def states_differ(self) -> bool:
        """Whether a question may be answered otherwise: a file that only looks different changes no answer."""
        return bool(self.things or self.moves or self.persons or self.graphs or self.queries)

    @property
    def vanished(self) -> tuple[ThingChange, ...]:
        """The things whose addresses answer nothing any more."""
        return tuple(each for each in self.things if each.kind == VANISHED)

    @property
    def lost(self) -> int:
        """How many addresses vanished without notice: of things, persons, graphs and questions."""
        return len(self.vanished) + self.persons.unannounced + len(self.graphs.gone) + len(self.queries.gone)


def compare(old: State, new: State) -> Comparison:
    """Compare two states."""
    return _Comparing(old, new).result()


class _Comparing:
    """Two states with what each graph says, and what only one of the two says."""

    def __init__(self, old: State, new: State) -> None:
        self.old, self.new = old, new
        self.graphs = tuple(sorted({*old.files, *new.files}))
        self.touched = [graph for graph in self.graphs if not self._is_same(graph)]
        self.before = {graph: _facts(old.files.get(graph, ())) for graph in self.touched}
        self.after = {graph: _facts(new.files.get(graph, ())) for graph in self.touched}
        for graph in self.touched:
            if _has_blank(self.before[graph] ^ self.after[graph]):
                self.before[graph], self.after[graph] = _stable(self.before[graph]), _stable(self.after[graph])

    def _is_same(self, graph: str) -> bool:
        one, other = (tuple(file.content for file in state.files.get(graph, ())) for state in (self.old, self.new))
        return one == other

    def result(self) -> Comparison:
        """All that differs."""
        return Comparison(
            old=self.old,
            new=self.new,
            things=tuple(self._things()),
            moves=tuple(self._moves()),
            persons=self._persons(),
            graphs=_named(dict.fromkeys(self.old.files, 0), dict.fromkeys(self.new.files, 0)),
            queries=_named(*({name: text for name, (text, _) in each.texts.items()} for each in (self.old, self.new))),
            files=self._files(),
        )

    @cached_property
    def _known(self) -> frozenset[str]:
        """The graphs that are personal in one of the states: what they say is not shown."""
        return self.old.index.personal | self.new.index.personal

    @cached_property
    def _all_persons(self) -> frozenset[object]:
        return self.old.index.persons | self.new.index.persons

    def _is_hidden(self, graph: str, triple: Triple) -> bool:
        return graph in self._known or triple.subject in self._all_persons or triple.object in self._all_persons

    def _open(self, found: Mapping[str, Facts], other: Mapping[str, Facts]) -> Mapping[Triple, list[str]]:
        """What only one state says in some graph, and may be shown, with its graphs."""
        stated: dict[Triple, list[str]] = {}
        for graph in self.touched:
            for triple in found[graph] - other[graph]:
                if not self._is_hidden(graph, triple):
                    stated.setdefault(triple, []).append(graph)
        return stated

    @cached_property
    def _removed(self) -> Mapping[Triple, list[str]]:
        return self._open(self.before, self.after)

    @cached_property
    def _added(self) -> Mapping[Triple, list[str]]:
        return self._open(self.after, self.before)

    @cached_property
    def _gone(self) -> frozenset[Triple]:
        """What was said and is said nowhere now."""
        return frozenset(self._removed) - self._stated(self.after, self._removed)

    @cached_property
    def _come(self) -> frozenset[Triple]:
        """What is said now and was said nowhere."""
        return frozenset(self._added) - self._stated(self.before, self._added)

    def _stated(self, found: Mapping[str, Facts], wanted: Mapping[Triple, object]) -> Facts:
        """Those of some statements that a state says in any graph."""
        return self._untouched.union(*(facts & wanted.keys() for facts in found.values()))

    @cached_property
    def _untouched(self) -> Facts:
        """What only one state says in some graph, and what a graph that is the same in both says as well."""
        wanted = {*self._removed, *self._added}
        same = self.new.files.keys() - {*self.touched} if wanted else ()
        files = (file for graph in same for file in self.new.files[graph])
        return frozenset(triple for file in files for triple in file.triples if triple in wanted)

    # ------------------------------------------------------------ things

    def _things(self) -> Iterator[ThingChange]:
        gone, come = _by_subject(self._gone), _by_subject(self._come)
        subjects = (each for each in {*gone, *come} if isinstance(each, NamedNode))
        for subject in sorted(subjects, key=lambda each: each.value):
            kind = self._kind(subject)
            if kind:
                facts = tuple(self._changes(gone.get(subject, ()), come.get(subject, ())))
                yield ThingChange(subject.value, kind, facts, self._successors(subject, kind))

    def _kind(self, subject: NamedNode) -> str:
        """What became of a thing. One that stands elsewhere has no address here that could vanish."""
        if subject.value in self.new.index.tombstones and subject.value not in self.old.index.tombstones:
            return WITHDRAWN
        if subject not in self.old.index.subjects:
            return NEW
        if subject in self.new.index.subjects:
            return CHANGED
        if subject.value in self.graphs:
            return CHANGED
        return VANISHED if self.old.addresses.document(subject.value) else CHANGED

    def _successors(self, subject: NamedNode, kind: str) -> tuple[str, ...]:
        if kind == WITHDRAWN:
            return self.new.index.tombstones[subject.value].successors
        return self._alike(subject) if kind == VANISHED else ()

    def _alike(self, subject: NamedNode) -> tuple[str, ...]:
        """The new thing of which much the same is said as was of one that is gone, if there is one."""
        said = {(t.predicate, t.object) for t in self._gone if t.subject == subject}
        others = [each for each in self._new_facts if each.value != subject.value]
        likeness = {each: _likeness(said, self._new_facts[each]) for each in others[: _FEW * _FEW]}
        best = max(likeness, key=lambda each: likeness[each], default=None)
        return (best.value,) if best is not None and likeness[best] >= _ALIKE else ()

    @cached_property
    def _new_facts(self) -> Mapping[NamedNode, set[tuple[object, object]]]:
        found: dict[NamedNode, set[tuple[object, object]]] = {}
        for triple in self._come:
            if isinstance(triple.subject, NamedNode) and triple.subject not in self.old.index.subjects:
                found.setdefault(triple.subject, set()).add((triple.predicate, triple.object))
        return dict(sorted(found.items(), key=lambda item: item[0].value))

    def _changes(self, gone: Iterable[Triple], come: Iterable[Triple]) -> Iterator[FactChange]:
        """The changes of one thing, by property: a value that went is held against one that came in its place."""
        before, after = _by_predicate(gone), _by_predicate(come)
        for predicate in sorted({*before, *after}, key=lambda each: each.value):
            for old, new in _pairs(before.get(predicate, ()), after.get(predicate, ())):
                stated = new or old
                assert stated is not None
                place = self._place(stated, is_new=new is not None)
                evidence = self._stale.get(old, ()) if old else ()
                yield FactChange(predicate, old and old.object, new and new.object, place, tuple(evidence))

    def _place(self, triple: Triple, *, is_new: bool) -> Place | None:
        state, stated = (self.new, self._added) if is_new else (self.old, self._removed)
        files = [file for graph in stated.get(triple, ()) for file in state.files.get(graph, ())]
        return next(_places(triple, files), None)

    @cached_property
    def _stale(self) -> Mapping[Triple, Sequence[Place]]:
        """Where the new state still has, as a text, what is no longer said: that is how evidence speaks of facts."""
        wanted = {each.subject.value for each in self._gone if isinstance(each.subject, NamedNode)}
        names = [f"<{iri}>".encode() for iri in wanted]
        found: dict[Triple, list[Place]] = {}
        for file in self.new.published:
            if file.graph in self._known or not any(name in file.content for name in names):
                continue
            for triple in file.triples:
                said = _quoted_triple(triple.object, wanted)
                if said in self._gone:
                    found.setdefault(said, []).extend(_places(triple, [file]))
        return found

    # ------------------------------------------------------------ all else

    def _moves(self) -> Iterator[Move]:
        """What is said as before, but in another graph."""
        found: Counter[tuple[str, tuple[str, ...], tuple[str, ...]]] = Counter()
        for triple in {*self._removed, *self._added} - self._gone - self._come:
            if isinstance(triple.subject, NamedNode):
                before, after = (tuple(sorted(each.get(triple, ()))) for each in (self._removed, self._added))
                found[triple.subject.value, before, after] += 1
        for (iri, before, after), count in sorted(found.items()):
            yield Move(iri, count, before, after)

    def _persons(self) -> PersonalChange:
        touched = [
            triple
            for graph in self.touched
            for triple in self.before[graph] ^ self.after[graph]
            if self._is_hidden(graph, triple)
        ]
        old, new = self.old.index, self.new.index
        about = {triple.subject for triple in touched}
        lost = {each for each in old.persons - new.subjects if self._is_published(each)}
        return PersonalChange(
            new=len(new.persons - old.persons),
            gone=len(old.persons - new.persons),
            changed=len(about & old.persons & new.persons),
            unannounced=len(lost),
            statements=len(touched),
        )

    def _is_published(self, node: object) -> bool:
        return isinstance(node, NamedNode) and bool(self.old.addresses.document(node.value))

    def _files(self) -> NamedChange:
        """The shapes and other files; a file of shapes that says the same is the same."""
        same = {file.content for file in self.old.shapes} & {file.content for file in self.new.shapes}
        both = [
            {**{file.name: _meaning(file, same) for file in each.shapes}, **each.others}
            for each in (self.old, self.new)
        ]
        common = {file.name for file in self.old.shapes} & {file.name for file in self.new.shapes}
        if not _are_alike(self.old, self.new):  # a site and a release do not have the same files
            both = [{name: each[name] for name in common} for each in both]
        return _named(*both)


def _are_alike(old: State, new: State) -> bool:
    return (len(old.others) > 1) == (len(new.others) > 1)


def _meaning(file: File, same: Container[bytes]) -> object:
    return file.content if file.content in same else _stable(file.triples)


def _named(old: Mapping[str, object], new: Mapping[str, object]) -> NamedChange:
    both = sorted(old.keys() & new.keys())
    return NamedChange(
        new=tuple(sorted(new.keys() - old.keys())),
        changed=tuple(name for name in both if old[name] != new[name]),
        gone=tuple(sorted(old.keys() - new.keys())),
    )


def _facts(files: Iterable[File]) -> Facts:
    return frozenset(triple for file in files for triple in file.triples)


def _by_subject(triples: Iterable[Triple]) -> dict[object, list[Triple]]:
    found: dict[object, list[Triple]] = {}
    for triple in triples:
        found.setdefault(triple.subject, []).append(triple)
    return found


def _by_predicate(triples: Iterable[Triple]) -> dict[NamedNode, list[Triple]]:
    found: dict[NamedNode, list[Triple]] = {}
    for triple in sorted(triples, key=lambda each: str(each.object)):
        found.setdefault(triple.predicate, []).append(triple)
    return found


Pair = tuple[Triple | None, Triple | None]


def _pairs(old: Sequence[Triple], new: Sequence[Triple]) -> Iterator[Pair]:
    """Old and new values in pairs: those of one language, then the only ones that are left."""
    left, right = list(old), list(new)
    for kind in dict.fromkeys(map(_kind_of, old)):
        one, other = ([each for each in side if _kind_of(each) == kind] for side in (left, right))
        if len(one) == len(other) == 1:
            left.remove(one[0])
            right.remove(other[0])
            yield one[0], other[0]
    if len(left) == len(right) == 1:
        yield left.pop(), right.pop()
    yield from ((each, None) for each in left)
    yield from ((None, each) for each in right)


def _kind_of(triple: Triple) -> object:
    """What one of two values has in common with the other: what it tells of, its language, or its type."""
    value = triple.object
    quoted = read_triple(value) if isinstance(value, Literal) else None
    if quoted is not None:
        return quoted.subject, quoted.predicate
    return (value.language or value.datatype.value) if isinstance(value, Literal) else type(value)


def _likeness(one: AbstractSet[object], other: AbstractSet[object]) -> float:
    return len(one & other) / len(one | other) if one | other else 0.0


def _quoted_triple(term: object, about: set[str]) -> Triple | None:
    """The triple that a text tells, if it is one about any of some things."""
    if not isinstance(term, Literal) or not term.value.startswith("<"):
        return None
    subject = term.value[1 : term.value.find(">")]
    return read_triple(term) if subject in about else None


def _places(triple: Triple, files: Iterable[File]) -> Iterator[Place]:
    """Where some files state a triple."""
    for file in files:
        line = file.positions.line(triple.subject, triple.predicate, triple.object)  # type: ignore[arg-type]
        if line is not None:
            yield Place(file.name, line)


# ---------------------------------------------------------------- blank nodes


def _has_blank(facts: Iterable[Triple]) -> bool:
    return any(isinstance(term, BlankNode) for triple in facts for term in (triple.subject, triple.object))


def _stable(facts: Iterable[Triple]) -> Facts:
    """The same with blank nodes that are called by what is said of them: two readings of a file give the same."""
    found = tuple(facts)
    if not _has_blank(found):
        return frozenset(found)
    about = _by_subject(found)
    names: dict[BlankNode, BlankNode] = {}

    def description(node: object, depth: int) -> str:
        if not isinstance(node, BlankNode) or depth > _DEEPEST:
            return "_:" if isinstance(node, BlankNode) else str(node)
        said = sorted(f"{t.predicate} {description(t.object, depth + 1)}" for t in about.get(node, ()))
        return f"[{' ; '.join(said)}]"

    def named(node: object) -> object:
        if not isinstance(node, BlankNode):
            return node
        if node not in names:
            names[node] = BlankNode("b" + hashlib.sha256(description(node, 0).encode()).hexdigest()[:24])
        return names[node]

    return frozenset(Triple(named(t.subject), t.predicate, named(t.object)) for t in found)  # type: ignore[arg-type]


__all__ = ["CHANGED", "KINDS", "NEW", "VANISHED", "WITHDRAWN", "Comparison", "FactChange", "compare"]
