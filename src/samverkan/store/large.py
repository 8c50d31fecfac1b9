"""Answers that are too large to be held: they are given on block by block while the engine still finds them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pyoxigraph import Triple

from samverkan.model.results import Graph, Table
from samverkan.model.table_rows import BEFORE_ROWS, BEHIND_ROWS, last_row
from samverkan.store.blank_nodes import NodeNumbers, numbered_in_json

BLOCK = 1 << 18  # bytes, roughly, of each block but the first
TRIPLES = 50_000  # of a block at most: one takes half a kilobyte of memory, however little it says


@dataclass
class Large:
    """Who takes an answer of more than `most` bytes: block after block, each of them a table or a graph of its own.

    The size of a table is that of its JSON, and that of a graph is that of its N-Triples; one of many triples is large.
    """

    most: int
    take: Callable[[Table | Graph], object]
    is_begun: bool = False

    def __call__(self, block: Table | Graph) -> None:
        """Give on a block."""
        self.is_begun = True
        self.take(block)


class Rows:
    """A file into which an engine writes a table in JSON; when it has become large, whole rows are given on."""

    def __init__(self, large: Large, columns: Callable[[Table], Table]) -> None:
        """`columns` puts the columns of a block into their order."""
        self._large, self._columns = large, columns
        self._parts: list[bytes] = []
        self._size, self._most = 0, large.most
        self._head = b""
        self._numbers = NodeNumbers[bytes]()

    def write(self, part: bytes) -> int:
        """Take a part; raises whatever giving on a block raises."""
        self._parts.append(part)
        self._size += len(part)
        if self._size > self._most:
            self._give(b"".join(self._parts))
        return len(part)

    def flush(self) -> None:
        """Nothing waits here but an unfinished row."""

    def end(self) -> Table | None:
        """The whole table, where it stayed small; None where the last block has been given on."""
        written = b"".join(self._parts)
        if not self._head:
            return self._block(written)
        self._large(self._block(self._head + written))
        return None

    def _give(self, written: bytes) -> None:
        """Give on all rows that are whole; where none is told apart from the next, wait for twice as much."""
        if not self._head:
            start = written.index(BEFORE_ROWS) + len(BEFORE_ROWS)
            self._head, written = written[:start], written[start:]
        end = last_row(written)
        if end > 0:
            self._large(self._block(self._head + written[:end] + BEHIND_ROWS))
            written = written[end + 1 :]
        self._parts, self._size = [written], len(written)
        self._most = max(BLOCK, 2 * self._size)

    def _block(self, json: bytes) -> Table:
        return self._columns(Table(numbered_in_json(json, self._numbers)))


def graph_or_blocks(triples: Iterable[Triple], large: Large, graph: Callable[[list[Triple]], Graph]) -> Graph | None:
    """The graph of some triples, where it stays small; None where the last block has been given on.

    Every block is what `graph` makes of its triples: a triple that comes again may stand in two of them.
    """
    held: list[Triple] = []
    size, most = 0, large.most
    for triple in triples:
        held.append(triple)
        size += len(str(triple))
        if size > most or len(held) > TRIPLES:
            large(graph(held))
            held, size, most = [], 0, BLOCK
    if not large.is_begun:
        return graph(held)
    if held:
        large(graph(held))
    return None
