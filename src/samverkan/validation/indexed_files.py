"""Files as parts of a graph: each is indexed once, for as long as it stays the same."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import BlankNode

from samverkan.model.dataset import File
from samverkan.validation.evaluation.data_graph import DataGraph, Part
from samverkan.validation.evaluation.terms import Terms

_SPARE = 10_000  # terms that nothing uses any more, and that are not worth the while to begin anew


@dataclass
class IndexedFiles:
    """The files that were indexed, and the numbers of their terms.

    Where it is `frugal`, what a file states is not kept when it is indexed: who asks for it has it parsed again.
    """

    frugal: bool = False
    terms: Terms = field(default_factory=Terms)
    parts: dict[File, Part] = field(default_factory=dict)

    def part(self, file: File) -> Part:
        """The index of one file; raises `UnreadableError` where it breaks the syntax."""
        if file not in self.parts:
            self.parts[file] = part = Part.of(self.terms, file.parsed() if self.frugal else file.triples)
            if self.frugal and self._is_nameless(part):
                self.parts[file] = Part.of(self.terms, file.triples)
        return self.parts[file]

    def _is_nameless(self, part: Part) -> bool:
        """Whether something in it has no name, and would have another label when it is parsed again."""
        return any(isinstance(self.terms.listed[number], BlankNode) for number in part.used)

    def graph(self, files: Iterable[File]) -> DataGraph:
        """One graph of some files, each a part of it."""
        return DataGraph(self.terms, map(self.part, files))

    def keep(self, files: Iterable[File]) -> None:
        """Forget all other files; forget all where most terms are of files that were forgotten before."""
        if self._is_mostly_unused():
            self.terms, self.parts = Terms(lasting=self.terms.lasting), {}
        self.parts = {file: self.parts[file] for file in files if file in self.parts}

    def _is_mostly_unused(self) -> bool:
        """Whether most of the terms were used once and are no longer, so that memory would grow with each change."""
        return len(self.terms) > 2 * sum(len(part.used) for part in self.parts.values()) + _SPARE
