"""The data graph as numbers: each term has one, and each property an index from subjects to objects."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from samverkan.model.namespaces import SUBCLASS, TYPE
from samverkan.model.results import Term
from samverkan.model.stored_literals import may_be_rewritten, rewritten
from samverkan.validation.evaluation.terms import Remembered, Terms, datatype, language, text

Index = Mapping[int, tuple[int, ...]]
_NOTHING: Index = {}
_Node = TypeVar("_Node")
_Made = TypeVar("_Made")


@dataclass(frozen=True, eq=False)
class Part:
    """A part of the data, such as a file, as indexes of numbers: each property from subjects to values, each once."""

    forward: Mapping[int, Index]

    @classmethod
    def of(cls, terms: Terms, triples: Iterable[Triple]) -> Part:
        """Index some triples in their order; one that comes twice counts once."""
        found: dict[int, dict[int, tuple[int, ...]]] = {}
        several: dict[tuple[int, int], list[int]] = {}
        for subject, predicate, value in triples:
            node, name, number = terms[subject], terms[predicate], terms[value]
            values = found.setdefault(name, {}).setdefault(node, single := (number,))
            if values is not single:
                several.setdefault((name, node), [*values]).append(number)
        for (name, node), all_values in several.items():
            found[name][node] = tuple(dict.fromkeys(all_values))
        return cls(found)

    def __len__(self) -> int:
        """How many triples there are."""
        return _size(self.forward.values())

    @cached_property
    def subjects(self) -> frozenset[int]:
        """What something is said of."""
        return frozenset().union(*self.forward.values())

    def is_value(self, number: int) -> bool:
        """Whether something is said to be it."""
        lists = (index.values() for index in self.forward.values())
        return number in self.used and any(number in values for values in chain.from_iterable(lists))

    @cached_property
    def used(self) -> frozenset[int]:
        """All terms, in any position."""
        lists = (index.values() for index in self.forward.values())
        values = chain.from_iterable(chain.from_iterable(lists))
        return frozenset(chain(self.forward, self.subjects, values))

    def backward(self, predicate: int) -> Index:
        """The subjects of a property, by value."""
        if predicate not in self._backward:
            found: dict[int, list[int]] = {}
            for node, values in self.forward.get(predicate, _NOTHING).items():
                for value in values:
                    found.setdefault(value, []).append(node)
            self._backward[predicate] = _frozen(found)
        return self._backward[predicate]

    @cached_property
    def _backward(self) -> dict[int, Index]:
        return {}


@dataclass(frozen=True)
class _MadeFrom:
    """What was made of some indexes and of something else."""

    read: Mapping[int, Index]
    given: object
    made: Any


class DataGraph:
    """Triples as they were written: two literals are one only where every character of them is the same."""

    def __init__(self, terms: Terms, parts: Iterable[Part]) -> None:
        """Make one graph of some parts, all numbered by `terms`."""
        self.numbers, self.parts = terms, tuple(parts)
        names = dict.fromkeys(name for part in self.parts for name in part.forward)
        self._forward = {name: merged([part.forward.get(name, _NOTHING) for part in self.parts]) for name in names}
        self._backward: dict[int, Index] = {}

    @classmethod
    def of(cls, *parts: Iterable[Triple]) -> DataGraph:
        """Index some triples, in one part or several."""
        terms = Terms()
        return cls(terms, [Part.of(terms, part) for part in parts])

    def __len__(self) -> int:
        """How many triples there are."""
        return _size(self._forward.values())

    @cached_property
    def subjects(self) -> frozenset[int]:
        """What something is said of."""
        return frozenset().union(*(part.subjects for part in self.parts))

    @cached_property
    def used(self) -> frozenset[int]:
        """All terms of the data; others have a number because shapes name them, or because they were there before."""
        return frozenset().union(*(part.used for part in self.parts))

    def triples(self, predicate: int, values: Container[int] | None = None) -> Iterator[Triple]:
        """The triples of a property, all or those with some values."""
        for node, found in self.forward(predicate).items():
            for value in found:
                if values is None or value in values:
                    yield _triple(*(self.terms[each] for each in (node, predicate, value)))

    def stated(self, part: Part, subjects: AbstractSet[int]) -> Iterator[Triple]:
        """What a part says of some subjects."""
        for predicate, index in part.forward.items():
            for node in subjects & index.keys():
                yield from (_triple(*(self.terms[each] for each in (node, predicate, value))) for value in index[node])

    def having(self, values: Collection[int]) -> Iterator[Triple]:
        """The triples with some values, whatever the property."""
        for predicate in self.predicates if values else ():
            yield from self.triples(predicate, values)

    @property
    def terms(self) -> list[Term]:
        """The term of each number."""
        return self.numbers.listed

    @property
    def texts(self) -> list[str | None]:
        """The text of each term, as SPARQL's `str` gives it; None for what has none."""
        return self.numbers.each(text)

    @property
    def datatypes(self) -> list[str | None]:
        """The datatype of each term; None for what is no literal."""
        return self.numbers.each(datatype)

    @property
    def languages(self) -> list[str | None]:
        """The language of each term, in lower case; None for what is in none."""
        return self.numbers.each(language)

    def number(self, term: Term) -> int:
        """The number of a term, which is a new one where the data don't have it."""
        return self.numbers.number(term)

    def states(self, subject: Term) -> bool:
        """Whether something is said of a subject."""
        return self.numbers.get(subject) in self.subjects

    def about(self, subject: Term, predicate: Term) -> list[Term]:
        """What a subject says by a property."""
        index = self.forward(self.numbers.get(predicate, -1))
        return [self.terms[number] for number in index.get(self.numbers.get(subject, -1), ())]

    def failing(self, name: str, wanted: object, fits: Callable[[Term], bool]) -> set[int]:
        """The terms of the data that fail a test; it depends on the term and on what is `wanted` alone, and is kept."""
        return self.numbers.test(name, wanted, fits).broken(self.used)

    def failing_iris(self, name: str, wanted: object, fits: Callable[[str], object]) -> set[int]:
        """The IRIs of the data whose text fails a test, as above; datatypes are not among them."""
        return self.failing_texts(name, wanted, fits, self._iris)

    def failing_literals(self, name: str, wanted: object, fits: Callable[[str], object]) -> set[int]:
        """The literals of the data whose text fails a test, as above."""
        return self.failing_texts(name, wanted, fits, self._literals)

    def failing_texts(
        self, name: str, wanted: object, fits: Callable[[str], object], among: AbstractSet[int]
    ) -> set[int]:
        """Those of some terms whose text fails a test, as above; all of them have a text."""
        texts = self.texts

        def fit(numbers: list[int]) -> Iterable[object]:
            return map(fits, map(texts.__getitem__, numbers))  # type: ignore[arg-type]  # as above

        return self.numbers.tests.setdefault((name, wanted), Remembered(fit)).broken(among)

    @cached_property
    def _iris(self) -> frozenset[int]:
        """The IRIs of the data."""
        texts = self.texts
        return frozenset(each for each in self.used - self._literals if texts[each] is not None)

    @cached_property
    def _literals(self) -> frozenset[int]:
        """The literals of the data."""
        datatypes = self.datatypes
        return frozenset(each for each in self.used if datatypes[each] is not None)

    @cached_property
    def rewritten(self) -> set[int]:
        """The literals that a store would keep otherwise than they are written."""
        terms, datatypes = self.terms, self.datatypes

        def fit(numbers: list[int]) -> Iterable[bool]:
            typed = [number for number in numbers if may_be_rewritten(datatypes[number])]
            literals = rewritten([terms[number] for number in typed])
            changed = {number for number in typed if terms[number] in literals}
            return (number not in changed for number in numbers)

        return self.numbers.tests.setdefault(("rewritten", None), Remembered(fit)).broken(self.used)

    def kept(self, name: object, properties: Iterable[int], make: Callable[[], _Made], given: object = None) -> _Made:
        """What is made of some properties, of terms and of what is `given`, and of nothing else.

        Where terms are lasting, it is kept under its name, and made anew where one of these is not as it was.
        """
        if not self.numbers.lasting:
            return make()
        read = {each: self.forward(each) for each in properties}
        known = self.numbers.answers.get(name)
        if not (isinstance(known, _MadeFrom) and known.given == given and known.read == read):
            known = self.numbers.answers[name] = _MadeFrom(read, given, make())
        return known.made  # type: ignore[no-any-return]  # a name stands for one kind of thing

    @property
    def predicates(self) -> Iterable[int]:
        """The properties of the data."""
        return self._forward

    def forward(self, predicate: int) -> Index:
        """The values of a property, by subject."""
        return self._forward.get(predicate, _NOTHING)

    def backward(self, predicate: int) -> Index:
        """The subjects of a property, by value."""
        if predicate not in self._backward:
            self._backward[predicate] = merged([part.backward(predicate) for part in self.parts])
        return self._backward[predicate]

    def instances(self, name: Term) -> frozenset[int]:
        """The SHACL instances of a class (section 1.1): of itself and of all classes below it."""
        number = self.number(name)
        if number not in self._instances:
            types = self.backward(self.number(TYPE))
            classes = closure({number}, self.backward(self.number(SUBCLASS)))
            self._instances[number] = frozenset().union(*(types.get(each, ()) for each in classes))
        return self._instances[number]

    @cached_property
    def _instances(self) -> dict[int, frozenset[int]]:
        return {}

    def is_literal(self, number: int) -> bool:
        """Whether a node is a literal."""
        return isinstance(self.terms[number], Literal)

    def kind(self, number: int) -> str:
        """What a node is, by the names of `sh:nodeKind`."""
        term = self.terms[number]
        return "IRI" if isinstance(term, NamedNode) else "BlankNode" if isinstance(term, BlankNode) else "Literal"


def _size(indexes: Iterable[Index]) -> int:
    """How many values there are in some indexes."""
    return sum(sum(map(len, index.values())) for index in indexes)


def _frozen(index: dict[int, list[int]]) -> Index:
    """An index as it is kept, each value once: tuples take half as much memory as lists."""
    return {node: tuple(dict.fromkeys(values) if len(values) > 1 else values) for node, values in index.items()}


def merged(parts: Iterable[Index]) -> Index:
    """Several indexes in one, each value once; what only one of them has is shared with it."""
    first, *others = [part for part in parts if part] or [_NOTHING]
    found = dict(first) if others else first
    for part in others:
        both = {node: found[node] for node in found.keys() & part.keys()}
        found |= part  # type: ignore[operator]  # it is a dict of our own where there are others
        found |= {node: tuple(dict.fromkeys((*values, *part[node]))) for node, values in both.items()}
    return found


def closure(nodes: Iterable[_Node], index: Mapping[_Node, Collection[_Node]]) -> set[_Node]:
    """Some nodes with all that an index leads to from them."""
    found = set(nodes)
    todo = list(found)
    while todo:
        new = [each for each in index.get(todo.pop(), ()) if each not in found]
        found.update(new)
        todo += new
    return found


def _triple(subject: Term, predicate: Term, value: Term) -> Triple:
    assert not isinstance(subject, Literal)
    assert isinstance(predicate, NamedNode)
    return Triple(subject, predicate, value)
