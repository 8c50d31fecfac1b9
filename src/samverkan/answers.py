"""What a question gives back: a `Table`, a `Graph` or a `Verdict`; and `Page`, an answer with an address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    Triple,
    parse_query_results,
)

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True)
class Table:
    """The answer of a SELECT query, kept as SPARQL 1.1 Query Results JSON in UTF-8."""

    json: bytes

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The names of the columns, in the order of the query."""
        return tuple(variable.value for variable in self.solutions().variables)

    @cached_property
    def rows(self) -> tuple[tuple[Term | None, ...], ...]:
        """The rows, in the order of the query; None where a variable is unbound."""
        return tuple(tuple(solution) for solution in self.solutions())

    def solutions(self) -> QuerySolutions:
        """The answer read anew, for a writer that consumes it."""
        found = parse_query_results(self.json, format=QueryResultsFormat.JSON)
        assert isinstance(found, QuerySolutions)
        return found


@dataclass(frozen=True)
class Verdict:
    """The answer of an ASK query."""

    value: bool


@dataclass(frozen=True)
class Graph:
    """Triples without doubles in a stable order; `root` is the IRI that they are about, if one is."""

    triples: tuple[Triple, ...]
    root: str | None = None


@dataclass(frozen=True)
class Quads:
    """The quads of a whole dataset, in a stable order."""

    quads: tuple[Quad, ...]


@dataclass(frozen=True)
class Bytes:
    """An answer that has one form only, as it was made: a copied file, a report, a query's text."""

    content: bytes
    suffix: str


Answer: TypeAlias = Table | Verdict | Graph
Content: TypeAlias = Table | Verdict | Graph | Quads | Bytes


@dataclass(frozen=True)
class Page:
    """A path of the site (without suffix) and what stands there, worked out when it is asked for."""

    path: str
    content: Callable[[], Content]
