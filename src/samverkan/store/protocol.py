"""What every store can do: answer SPARQL queries over the union of all named graphs."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from pyoxigraph import Triple

from samverkan.model.results import Answer


class Graphs(NamedTuple):
    """The RDF dataset that a request asks for, as IRIs of named graphs (SPARQL 1.1 Protocol, section 2.1.4)."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether any is asked for."""
        return bool(self.default or self.named)


class Store(Protocol):
    """Anything that answers SPARQL 1.1 queries over the union of all named graphs."""

    def warm(self) -> None:
        """Get ready all that answers need, so that no file has to be opened for them later."""

    def stamp(self) -> str:
        """A name for what the store holds now; another one when that was changed by a push."""

    def names(self, start: str) -> tuple[str, ...]:
        """The IRIs of all named graphs that begin with `start`, sorted, whoever put them there."""

    def triples(self, graph: str) -> tuple[Triple, ...]:
        """All that a named graph holds."""

    def query(
        self,
        sparql: str,
        *,
        name: str = "query",
        prefixes: dict[str, str] | None = None,
        graphs: Graphs | None = None,
        base: str | None = None,
    ) -> Answer:
        """Answer a SELECT, ASK, CONSTRUCT or DESCRIBE query.

        `name` is what an error calls the query, `prefixes` those that it need not declare, and `base` what relative
        IRIs in it begin with, unless it declares one itself; without any they are an error.
        `graphs` takes the place of what the query says with FROM; by default all graphs are asked.
        Raises `UsageError` with the line where the query breaks the syntax, and what `check_harmless` raises:
        there is no way to an engine but through that.
        """
