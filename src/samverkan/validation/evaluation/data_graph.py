"""The data graph as numbers: each term has one, and each property an index from subjects to objects."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from samverkan.model.namespaces import SUBCLASS, TYPE
from samverkan.model.results import Term

Index = Mapping[int, list[int]]
_NOTHING: Index = {}


class _Numbers(dict[Term, int]):
    """The number of each term, given out in the order in which terms are met."""

    def __missing__(self, term: Term) -> int:
        number = self[term] = len(self)
        return number


@dataclass(frozen=True)
class Part:
    """What a part of the data speaks of, and all terms that it uses."""

    subjects: frozenset[int]
    used: frozenset[int]


class DataGraph:
    """Triples as they were written: two literals are one only where every character of them is the same."""

    def __init__(self, *parts: Iterable[Triple]) -> None:
        """Index some triples, in one part or several; one that comes twice counts once."""
        self._numbers = _Numbers()
        self._forward: dict[int, dict[int, list[int]]] = {}
        self._backward: dict[int, dict[int, list[int]]] = {}
        self.parts = tuple(map(self._add, parts))
        self._without_repetition()

    def _add(self, triples: Iterable[Triple]) -> Part:
        numbers, forward = self._numbers, self._forward
        subjects, used = set[int](), set[int]()
        for subject, predicate, value in triples:
            one = (numbers[subject], numbers[predicate], numbers[value])
            forward.setdefault(one[1], {}).setdefault(one[0], []).append(one[2])
            subjects.add(one[0])
            used.update(one)
        return Part(frozenset(subjects), frozenset(used))

    def _without_repetition(self) -> None:
        for index in self._forward.values():
            for node, values in index.items():
                if len(values) > 1:
                    index[node] = list(dict.fromkeys(values))

    def __len__(self) -> int:
        """How many triples there are."""
        return sum(len(values) for index in self._forward.values() for values in index.values())

    @cached_property
    def subjects(self) -> frozenset[int]:
        """What something is said of."""
        return frozenset().union(*(part.subjects for part in self.parts))

    def triples(self, predicate: int, values: Container[int] | None = None) -> Iterator[Triple]:
        """The triples of a property, all or those with some values."""
        for node, found in self.forward(predicate).items():
            for value in found:
                if values is None or value in values:
                    yield _triple(*(self.terms[each] for each in (node, predicate, value)))

    @cached_property
    def terms(self) -> list[Term]:
        """The term of each number; terms that only shapes name are added at its end."""
        return list(self._numbers)

    @cached_property
    def texts(self) -> list[str | None]:
        """The text of each term, as SPARQL's `str` gives it; None for what has none."""
        return [_text(term) for term in self.terms]

    @cached_property
    def languages(self) -> list[str | None]:
        """The language of each term, in lower case; None for what is in none."""
        return [_language(term) for term in self.terms]

    def number(self, term: Term) -> int:
        """The number of a term, which is a new one where the data don't have it."""
        if term not in self._numbers:
            self.texts.append(_text(term))
            self.languages.append(_language(term))
            self.terms.append(term)
        return self._numbers[term]

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
            found: dict[int, list[int]] = {}
            for node, values in self.forward(predicate).items():
                for value in values:
                    found.setdefault(value, []).append(node)
            self._backward[predicate] = found
        return self._backward[predicate]

    def instances(self, name: Term) -> frozenset[int]:
        """The SHACL instances of a class (section 1.1): of itself and of all classes below it."""
        number = self.number(name)
        if number not in self._instances:
            types = self.backward(self.number(TYPE))
            classes = self.closure({number}, self.backward(self.number(SUBCLASS)))
            self._instances[number] = frozenset().union(*(types.get(each, ()) for each in classes))
        return self._instances[number]

    @cached_property
    def _instances(self) -> dict[int, frozenset[int]]:
        return {}

    @staticmethod
    def closure(nodes: set[int], index: Index) -> set[int]:
        """Some nodes with all that an index leads to from them."""
        found, todo = set(nodes), list(nodes)
        while todo:
            new = [each for each in index.get(todo.pop(), ()) if each not in found]
            found.update(new)
            todo += new
        return found

    def is_literal(self, number: int) -> bool:
        """Whether a node is a literal."""
        return isinstance(self.terms[number], Literal)

    def kind(self, number: int) -> str:
        """What a node is, by the names of `sh:nodeKind`."""
        term = self.terms[number]
        return "IRI" if isinstance(term, NamedNode) else "BlankNode" if isinstance(term, BlankNode) else "Literal"


def _triple(subject: Term, predicate: Term, value: Term) -> Triple:
    assert not isinstance(subject, Literal)
    assert isinstance(predicate, NamedNode)
    return Triple(subject, predicate, value)


def _text(term: Term) -> str | None:
    return term.value if isinstance(term, NamedNode | Literal) else None


def _language(term: Term) -> str | None:
    return term.language.lower() if isinstance(term, Literal) and term.language else None
