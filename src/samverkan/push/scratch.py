"""Triples that several graphs of a site state: in the union they stand once, and engines count them as often as stated.

Of two graphs that share triples the smaller one gets a companion in the store: a graph with the
rest of it. The union is then asked of the larger graph and the companion, and each triple counts once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from samverkan.push.lines import key
from samverkan.push.source import Source

_BATCH = 10_000  # lines
_BITS = 1 << 27  # 16 MB, however large the site: a Bloom filter with two probes
_SECOND = 29


@dataclass
class BloomFilter:
    """The hashes of lines that were seen, in a size that does not grow; `twice` are those that may have been before."""

    twice: set[int] = field(default_factory=set)
    _bits: bytearray = field(default_factory=lambda: bytearray(_BITS >> 3), repr=False)

    def look(self, weights: Iterable[int]) -> None:
        """Take in some hashes."""
        bits, twice = self._bits, self.twice
        for weight in weights:
            first, second = weight % _BITS, (weight >> _SECOND) % _BITS
            one, other = 1 << (first & 7), 1 << (second & 7)
            if bits[first >> 3] & one and bits[second >> 3] & other:
                twice.add(weight)
            else:
                bits[first >> 3] |= one
                bits[second >> 3] |= other


@dataclass(frozen=True)
class CompanionGraph(Source):
    """A graph of the site without the lines that a larger one states too; `of` is the graph that it stands for."""

    of: str = ""
    without: frozenset[bytes] = frozenset()

    @property
    def name(self) -> str:
        """A short name for it."""
        return self.graph.rpartition("/")[2]

    def batches(self, size: int) -> Iterator[list[bytes]]:
        """The lines that are left, in batches."""
        for batch in super().batches(size):
            if left := [line for line in batch if key(line) not in self.without]:
                yield left


def companion_graphs(sources: Sequence[Source], twice: set[int], base: str) -> tuple[CompanionGraph, ...]:
    """The companions that the graphs need, where lines with the hashes `twice` are really stated by several."""
    if not twice:
        return ()
    larger: set[bytes] = set()
    found = []
    for source in sorted(sources, key=_size, reverse=True):
        suspected = {each for batch in source.batches(_BATCH) for each in map(key, batch) if hash(each) in twice}
        if shared := suspected & larger:
            name = hashlib.sha256(source.graph.encode()).hexdigest()[:16]
            found.append(
                CompanionGraph(f"{base}store/rest/{name}", source.files, of=source.graph, without=frozenset(shared))
            )
        larger |= suspected
    return tuple(found)


def _size(source: Source) -> tuple[int, str]:
    return sum(path.stat().st_size for _, path in source.files), source.graph
