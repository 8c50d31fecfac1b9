"""Files as parts of a graph: each is indexed once, for as long as it stays the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from samverkan.model.dataset import File
from samverkan.validation.evaluation.data_graph import DataGraph, Part
from samverkan.validation.evaluation.terms import Terms

_SPARE = 10_000  # terms that nothing uses any more, and that are not worth the while to begin anew


@dataclass
class IndexedFiles:
    """The files that were indexed last, and the numbers of their terms."""

    terms: Terms = field(default_factory=Terms)
    parts: dict[File, Part] = field(default_factory=dict)

    def graph(self, files: Sequence[File]) -> DataGraph:
        """One graph of some files, each a part of it; what stays the same between two calls is indexed once."""
        if self._is_mostly_unused():
            self.terms, self.parts = Terms(), {}
        parts = [self.parts.get(file) or Part.of(self.terms, file.triples) for file in files]
        self.parts = dict(zip(files, parts, strict=True))
        return DataGraph(self.terms, parts)

    def _is_mostly_unused(self) -> bool:
        """Whether most of the terms were used once and are no longer, so that memory would grow with each change."""
        return len(self.terms) > 2 * sum(len(part.used) for part in self.parts.values()) + _SPARE
