"""Graphs with their literals as the files write them: a store keeps values, and not how they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from pyoxigraph import Literal, Triple

from samverkan.model.dataset import File
from samverkan.model.results import Answer, Graph
from samverkan.model.stored_literals import rewritten

A = TypeVar("A", bound=Answer)


@dataclass(frozen=True)
class WrittenLiterals:
    """The files whose triples a store holds; they are looked through when a graph is first asked for."""

    files: tuple[File, ...] = ()

    def restored(self, answer: A) -> A | Graph:
        """A graph with the triples of the files as they are written there; whatever a query makes itself stays."""
        if not isinstance(answer, Graph) or not self.by_stored:
            return answer
        found = (self.by_stored.get(triple, (triple,)) for triple in answer.triples)
        return Graph(tuple(sorted({each for triples in found for each in triples}, key=str)))

    @cached_property
    def by_stored(self) -> Mapping[Triple, tuple[Triple, ...]]:
        """The triples that the store keeps otherwise than the files have them, each with those of the files."""
        changed = rewritten({triple.object for file in self.files for triple in file.triples})
        found: dict[Triple, list[Triple]] = {}
        for triple in (triple for file in self.files for triple in file.triples) if changed else ():
            value = triple.object
            kept = changed.get(value, value) if isinstance(value, Literal) else value
            found.setdefault(Triple(triple.subject, triple.predicate, kept), []).append(triple)
        return {kept: tuple(triples) for kept, triples in found.items() if triples != [kept]}
