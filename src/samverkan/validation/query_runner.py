"""Reading what a store holds, page by page, and never trusting that an answer is whole."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from pyoxigraph import Literal

from samverkan.errors import UsageError
from samverkan.model.results import Answer, Table, Term

Ask: TypeAlias = Callable[[str], Answer]
Row: TypeAlias = Mapping[str, Term]

PAGE = 900  # rows: a store that says nothing of its limits is not trusted with a thousand


class LateError(Exception):
    """The time is up."""


@dataclass(frozen=True)
class QueryRunner:
    """A store that is asked, until `deadline` (of `time.monotonic`); every answer is a table."""

    ask: Ask
    deadline: float = field(default=float("inf"))

    def table(self, sparql: str) -> Table:
        """The answer to a SELECT query; raises `LateError` when the time is up, and `UsageError`."""
        if time.monotonic() > self.deadline:
            raise LateError
        answer = self.ask(sparql)
        if not isinstance(answer, Table):
            raise UsageError(
                "The store answered a SELECT query with something else than a table.",
                sv="Lagret besvarade en SELECT-fråga med något annat än en tabell.",
            )
        return answer

    def rows(self, sparql: str, count: str) -> Sequence[Row]:
        """All rows of a query without doubles, and no fewer than `count` counts.

        Raises `UsageError` where the store gives fewer.
        """
        found = dict.fromkeys(self._page(sparql, 0))
        if not found:
            return ()
        wanted = self.number(count)
        while len(found) < wanted:
            before = len(found)
            found |= dict.fromkeys(self._page(sparql, before))
            if len(found) == before:
                raise UsageError(
                    f"The store gave {before} rows of the {wanted} that it counts.",
                    sv=f"Lagret gav {before} av de {wanted} rader som det räknar.",
                )
        return tuple(dict(row) for row in found)

    def _page(self, sparql: str, offset: int) -> Iterator[tuple[tuple[str, Term], ...]]:
        table = self.table(f"{sparql} LIMIT {PAGE}{f' OFFSET {offset}' if offset else ''}")
        for row in table.rows:
            yield tuple((name, term) for name, term in zip(table.variables, row, strict=True) if term is not None)

    def number(self, sparql: str) -> int:
        """The number that a query gives; raises `UsageError` where it gives none."""
        rows = self.table(sparql).rows
        if not (rows and rows[0] and isinstance(rows[0][0], Literal) and rows[0][0].value.isdecimal()):
            raise UsageError("The store did not count.", sv="Lagret gav inget antal.")
        return int(rows[0][0].value)
