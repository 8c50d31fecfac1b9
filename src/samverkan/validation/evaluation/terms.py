"""The terms of a data graph as numbers, with what was found out about each alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import compress
from operator import not_
from sys import intern

from pyoxigraph import Literal, NamedNode

from samverkan.model.results import Term


@dataclass(frozen=True)
class Remembered:
    """A test of terms, each tried once."""

    fit: Callable[[list[int]], Iterable[object]]
    tried: bytearray = field(default_factory=bytearray)  # a set of numbers takes thirty times as much memory
    bad: set[int] = field(default_factory=set)

    def broken(self, nodes: AbstractSet[int]) -> set[int]:
        """Those of some nodes that don't pass it."""
        new = self._untried(nodes)
        self.bad.update(compress(new, map(not_, self.fit(new))))
        return self.bad & nodes

    def _untried(self, nodes: AbstractSet[int]) -> list[int]:
        """Those of some nodes that were not tried before; they count as tried from now on."""
        tried = self.tried
        tried.extend(bytes(max(0, max(nodes, default=-1) + 1 - len(tried))))
        new = [node for node in nodes if not tried[node]]
        for node in new:
            tried[node] = 1
        return new


class Terms(dict[Term, int]):
    """The number of each term, given out in the order in which terms are met.

    Several graphs may share them, one after the other: `tests` remembers what was found out about terms alone, and
    `answers` what was found out about graphs, with these. Where another graph is expected, they are `lasting`.
    """

    def __init__(self, *, lasting: bool = False) -> None:
        super().__init__()
        self.lasting = lasting
        self.listed: list[Term] = []
        self.tests: dict[tuple[str, object], Remembered] = {}
        self.answers: dict[object, object] = {}
        self._read: dict[Callable[[Term], str | None], list[str | None]] = {}

    def __missing__(self, term: Term) -> int:
        number = self[term] = len(self)
        self.listed.append(term)
        return number

    def number(self, term: Term) -> int:
        """The number of a term, in the lists too that were asked for already."""
        known = self.get(term)
        if known is not None:
            return known
        number = self[term]
        for read in self._read:
            _ = self.each(read)
        return number

    def each(self, read: Callable[[Term], str | None]) -> list[str | None]:
        """What is read from each term; the list is kept, and grows with the terms."""
        found = self._read.setdefault(read, [])
        if len(found) < len(self.listed):
            found += map(read, self.listed[len(found) :])
        return found

    def test(self, name: str, wanted: object, fits: Callable[[Term], bool]) -> Remembered:
        """A test of terms. Its answers are kept under its name and what it wants: they depend on nothing else."""
        terms = self.listed
        return self.tests.setdefault(
            (name, wanted), Remembered(lambda numbers: map(fits, map(terms.__getitem__, numbers)))
        )


_WITH_TEXT = (NamedNode, Literal)


def text(term: Term) -> str | None:
    """The text of a term, as SPARQL's `str` gives it; None for what has none."""
    return term.value if isinstance(term, _WITH_TEXT) else None


def language(term: Term) -> str | None:
    """The language of a term, in lower case; None for what is in none."""
    tag = term.language if isinstance(term, Literal) else None
    return intern(tag.lower()) if tag else None


def datatype(term: Term) -> str | None:
    """The IRI of a literal's datatype; None for what is no literal."""
    return intern(term.datatype.value) if isinstance(term, Literal) else None
