"""What follows from what is stated, by eight rules of OWL 2 RL (OWL 2 Profiles, section 4.3).

The nodes may be anything that can be a key: terms, or numbers of terms. Nothing here knows where statements are kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from pyoxigraph import NamedNode

from samverkan.model.namespaces import OWL, RDFS, SUBCLASS, TYPE

Node = TypeVar("Node", bound=Hashable)
Statement: TypeAlias = tuple[Node, Node, Node]

RULES = ("scm-sco", "scm-spo", "cax-sco", "prp-spo1", "prp-inv1", "prp-inv2", "prp-symp", "prp-trp")
"""The rules by their names in the tables of the specification. Of several that make a statement, the first is told."""

SUBPROPERTY = NamedNode(f"{RDFS}subPropertyOf")
_ROOM = 200_000  # statements that may follow from however little: a chain of 300 concepts gives 180,000
_STEPS = 20  # for each statement that may follow: most are made more than once


def most(stated: int) -> int:
    """How many statements may follow from so many: a hierarchy adds some to each, and a chain its square."""
    return max(_ROOM, 2 * stated)


@dataclass(frozen=True)
class Vocabulary(Generic[Node]):
    """The words of OWL and RDFS that the rules read, each as a node."""

    type: Node
    subclass: Node
    subproperty: Node
    inverse: Node
    symmetric: Node
    transitive: Node


TERMS = Vocabulary(
    TYPE,
    SUBCLASS,
    SUBPROPERTY,
    *(NamedNode(OWL + name) for name in ("inverseOf", "SymmetricProperty", "TransitiveProperty")),
)


def numbered(number: Callable[[NamedNode], Node]) -> Vocabulary[Node]:
    """The same words as the nodes that stand for them elsewhere."""
    return Vocabulary(**{name: number(term) for name, term in vars(TERMS).items()})


class InferenceSource(NamedTuple, Generic[Node]):
    """Statements of one certainty: `level` grows with doubt; `pairs` gives the subjects and objects of a property."""

    level: int
    pairs: Callable[[Node], Iterable[tuple[Node, Node]]]


class Derivation(NamedTuple, Generic[Node]):
    """Why a statement follows: the rule, the level of the weakest that it rests on, and what it was made of.

    The axioms of the ontology are not among the `premises`.
    """

    rule: str
    level: int
    premises: tuple[Statement[Node], ...]


@dataclass(frozen=True)
class Inferred(Generic[Node]):
    """What follows and is not stated, each statement with its best derivation: one from what is least in doubt.

    `excess` is the property, of which too much would follow; then nothing is given.
    """

    derivations: Mapping[Statement[Node], Derivation[Node]] = field(default_factory=dict)
    excess: Node | None = None

    def grounds(self, statement: Statement[Node]) -> tuple[Statement[Node], ...]:
        """The stated ones that a statement rests on, in order; itself where it is stated."""
        seen: dict[Statement[Node], None] = {}  # typed so, for a call of what is typed takes its time
        todo = [statement]
        while todo:
            each = todo.pop()
            derivation = self.derivations.get(each)
            todo += [one for one in reversed(derivation.premises) if one not in seen] if derivation else []
            seen[each] = None
        return tuple(each for each in seen if each not in self.derivations)


class _ExcessError(Exception):
    """More follows than may."""


def infer(
    sources: Sequence[InferenceSource[Node]], words: Vocabulary[Node], is_subject: Callable[[Node], bool], limit: int
) -> Inferred[Node]:
    """What follows from some sources; `is_subject` tells what something can be said of, which a literal is not."""
    made = _Made[Node](limit)
    try:
        schema = _Schema.of(sources, words, made)
        _Reasoner(sources, schema, made, is_subject).run()
    except _ExcessError:
        counts = Counter(statement[1] for statement in made.derivations)
        return Inferred(excess=counts.most_common(1)[0][0])
    return Inferred({each: why for each, why in made.derivations.items() if each not in made.stated})


@dataclass
class _Made(Generic[Node]):
    """What is known so far: what is stated of the properties that matter, and what was derived."""

    limit: int
    stated: set[Statement[Node]] = field(default_factory=set)
    derivations: dict[Statement[Node], Derivation[Node]] = field(default_factory=dict)
    steps: int = 0

    def step(self) -> None:
        """Count a statement that was made, be it for the first time or not."""
        self.steps += 1
        if self.steps > self.limit * _STEPS:
            raise _ExcessError

    def add(self, statement: Statement[Node], derivation: Derivation[Node]) -> None:
        self.derivations[statement] = derivation
        if len(self.derivations) > self.limit:
            raise _ExcessError


@dataclass(frozen=True)
class _Schema(Generic[Node]):
    """The axioms as they are stated, hierarchies with all that is above each."""

    words: Vocabulary[Node]
    classes: Mapping[Node, Collection[Node]]
    properties: Mapping[Node, Collection[Node]]
    inverses: Mapping[Node, Collection[tuple[Node, str]]]
    symmetric: frozenset[Node]
    transitive: frozenset[Node]

    @classmethod
    def of(cls, sources: Sequence[InferenceSource[Node]], words: Vocabulary[Node], made: _Made[Node]) -> _Schema[Node]:
        def pairs(property_: Node) -> list[tuple[Node, Node]]:
            return [pair for source in sources for pair in source.pairs(property_)]

        kinds = pairs(words.type)
        inverses: dict[Node, dict[tuple[Node, str], None]] = {}
        for one, other in pairs(words.inverse):
            inverses.setdefault(one, {})[(other, "prp-inv1")] = None
            inverses.setdefault(other, {})[(one, "prp-inv2")] = None
        return cls(
            words,
            _above(pairs(words.subclass), words.subclass, "scm-sco", made),
            _above(pairs(words.subproperty), words.subproperty, "scm-spo", made),
            inverses,
            frozenset(subject for subject, kind in kinds if kind == words.symmetric),
            frozenset(subject for subject, kind in kinds if kind == words.transitive),
        )

    @property
    def relevant(self) -> Iterator[Node]:
        """The properties from whose statements something may follow, and those of which something may."""
        upper = (each for above in self.properties.values() for each in above)
        several = (*self.properties, *upper, *self.inverses, *self.symmetric, *self.transitive)
        return iter(dict.fromkeys((*several, *([self.words.type] if self.classes else ()))))

    @cached_property
    def _leading(self) -> frozenset[Node]:
        """The properties from each statement of which something follows, whatever its value."""
        return frozenset((*self.properties, *self.inverses, *self.symmetric))

    def consequences(self, statement: Statement[Node]) -> list[tuple[Statement[Node], str]]:
        """What follows from one statement alone; the object of a reversed one may not be a literal."""
        subject, property_, value = statement
        found = []
        if property_ == self.words.type and value in self.classes:
            found += [((subject, property_, each), "cax-sco") for each in self.classes[value]]
        if property_ not in self._leading:
            return found
        if property_ in self.properties:
            found += [((subject, each, value), "prp-spo1") for each in self.properties[property_]]
        if property_ in self.inverses:
            found += [((value, each, subject), rule) for each, rule in self.inverses[property_]]
        if property_ in self.symmetric:
            found.append(((value, property_, subject), "prp-symp"))
        return found


def _above(
    pairs: Iterable[tuple[Node, Node]], property_: Node, rule: str, made: _Made[Node]
) -> dict[Node, tuple[Node, ...]]:
    """All that is above each node but itself; what is not stated of that follows by a rule, from axioms alone."""
    direct: dict[Node, dict[Node, None]] = {}
    for lower, upper in pairs:
        direct.setdefault(lower, {})[upper] = None
        made.stated.add((lower, property_, upper))
    found: dict[Node, tuple[Node, ...]] = {}
    for lower, uppers in direct.items():
        above: dict[Node, None] = {}
        todo = list(uppers)
        for each in todo:
            if each != lower and each not in above:
                above[each] = None
                todo += direct.get(each, ())
                if each not in uppers:
                    made.add((lower, property_, each), Derivation(rule, 0, ()))
        found[lower] = tuple(above)
    return found


@dataclass(frozen=True)
class _Reasoner(Generic[Node]):
    """Goes from what is least in doubt to what is most: at each level, in rounds, until nothing more follows.

    In each round all is made that follows from the round before, so what is told of a statement does not depend on the
    order in which files say something.
    """

    sources: Sequence[InferenceSource[Node]]
    schema: _Schema[Node]
    made: _Made[Node]
    is_subject: Callable[[Node], bool]
    known: set[Statement[Node]] = field(default_factory=set)
    after: dict[tuple[Node, Node], dict[Node, None]] = field(default_factory=dict)
    before: dict[tuple[Node, Node], dict[Node, None]] = field(default_factory=dict)

    def run(self) -> None:
        relevant = list(self.schema.relevant)
        for level, sources in groupby(sorted(self.sources, key=lambda each: each.level), key=lambda each: each.level):
            found = {(s, p, o): None for each in sources for p in relevant for s, o in each.pairs(p)}
            self.made.stated.update(found)
            new = [statement for statement in found if statement not in self.known]
            while new:
                new = self._round(new, level)

    def _round(self, new: list[Statement[Node]], level: int) -> list[Statement[Node]]:
        """What follows from what is new together with what was known."""
        self._learn(new)
        found: dict[Statement[Node], Derivation[Node]] = {}
        made, known, is_subject = self.made, self.known, self.is_subject
        for statement, rule, premises in self._following(new):
            made.step()
            if statement not in known and is_subject(statement[0]):
                best = found.get(statement)
                if best is None or RULES.index(rule) < RULES.index(best.rule):
                    found[statement] = derivation = Derivation(rule, level, premises)
                    made.add(statement, derivation)
        return list(found)

    def _learn(self, new: Iterable[Statement[Node]]) -> None:
        self.known.update(new)
        for each in new if self.schema.transitive else ():
            subject, property_, value = each
            if property_ in self.schema.transitive:
                self.before.setdefault((property_, value), {})[subject] = None
                if not self._is_way(each):
                    self.after.setdefault((property_, subject), {})[value] = None

    def _is_way(self, statement: Statement[Node]) -> bool:
        """Whether a statement of a transitive property was made of steps, and so need not be one itself."""
        derivation = self.made.derivations.get(statement)
        return derivation is not None and derivation.rule == "prp-trp"

    def _following(
        self, new: Iterable[Statement[Node]]
    ) -> Iterator[tuple[Statement[Node], str, tuple[Statement[Node], ...]]]:
        consequences, transitive = self.schema.consequences, self.schema.transitive
        for each in new:
            for statement, rule in consequences(each):
                yield statement, rule, (each,)
            if each[1] in transitive:
                yield from ((way, "prp-trp", (one, other)) for way, one, other in self._ways(each))

    def _ways(self, statement: Statement[Node]) -> Iterator[tuple[Statement[Node], Statement[Node], Statement[Node]]]:
        """What follows from a statement of a transitive property with a step behind it, or as a step behind others."""
        subject, property_, value = statement
        for last in self.after.get((property_, value), ()):
            yield (subject, property_, last), statement, (value, property_, last)
        for first in () if self._is_way(statement) else self.before.get((property_, subject), ()):
            yield (first, property_, value), (first, property_, subject), statement
