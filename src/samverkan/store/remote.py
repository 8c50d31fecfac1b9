"""Somebody else's SPARQL engine as a store: the same answers as from our own, or an error that says why not."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, lru_cache, partial
from typing import Any
from urllib.parse import urlencode

import orjson
from pyoxigraph import BlankNode, QueryResultsFormat, QuerySolutions, RdfFormat, Triple, parse, parse_query_results

from samverkan.errors import OutsideError, Place, RefusedError, StoreChangingError, StoreError
from samverkan.model.endpoint import Endpoint
from samverkan.model.media_types import N_TRIPLES, RESULTS_JSON
from samverkan.model.namespaces import XSD
from samverkan.model.query_variables import columns_in_order
from samverkan.model.results import Answer, BooleanResult, Graph, Table
from samverkan.model.sparql import Bound, tokens
from samverkan.store import parsed_query as reading
from samverkan.store.embedded import Embedded
from samverkan.store.engines import Engine, reaches_beyond, recognised
from samverkan.store.parsed_query import ParsedQuery
from samverkan.store.prefetch import ahead
from samverkan.store.protocol import Graphs
from samverkan.store.transport import EngineResponse, Wire, cut
from samverkan.store.written_literals import WrittenLiterals

RESULTS, TRIPLES = RESULTS_JSON.media_type, N_TRIPLES.media_type
_STRING = f"{XSD}string"
_PATIENCE, _PAUSE = 5.0, 0.1  # seconds for a change in the store to come to its end
_TRIES = 5
_JOURNAL = "SELECT ?state ?stamp WHERE {{ GRAPH <{0}> {{ <{0}> <{1}state> ?state ; <{1}stamp> ?stamp }} }}"
_INFERRED = "SELECT ?inferred WHERE {{ GRAPH <{0}> {{ <{0}> <{1}inferred> ?inferred }} }}"
_SHARED = "SELECT ?shared WHERE {{ GRAPH <{0}> {{ <{0}> <{1}shared> ?shared }} }}"
TERMS = "urn:samverkan:store#"
CHANGING, WHOLE = "changing", "whole"


def journal(base: str) -> str:
    """The named graph, and the thing in it, that says which release of a site a store holds."""
    return f"{base}store/journal"


@dataclass(frozen=True)
class JournalEntry:
    """What the journal of a store says: whether it holds a whole release or is being changed, and which."""

    state: str
    stamp: str


@dataclass
class Remote:
    """A store behind SPARQL 1.1 Protocol. `graphs` are the IRIs of the site's named graphs, and `base` its base.

    `graph_store` is where whole graphs may be read, if that is known. FROM may name other graphs unless `strict`,
    but they are as if they were not there. `written` has what the files say, for graphs to be as they are there.

    Nothing is asked before the first query. All that is asked is asked of these graphs, whatever else
    the engine holds and whatever its default graph is.
    """

    endpoint: Endpoint
    graphs: tuple[str, ...]
    base: str
    graph_store: str = ""
    strict: bool = False
    written: WrittenLiterals = field(default_factory=WrittenLiterals, repr=False)
    _seen: JournalEntry | None = field(default=None, repr=False)
    _held: tuple[JournalEntry | None, tuple[str, ...]] | None = field(default=None, repr=False)
    _shared: dict[str, str] | None = field(default=None, repr=False)  # not asked for again where there are none

    @cached_property
    def wire(self) -> Wire:
        """The way there."""
        return Wire(self.endpoint)

    @cached_property
    def engine(self) -> Engine:
        """Which engine it is, by how it signs its answers; raises `StoreError` where none answers."""
        return recognised(self.wire.ask("ASK", "ASK {}", RESULTS, None).headers.get("server", ""))

    def warm(self) -> None:
        """Find out which engine it is; raises `StoreError` where none answers."""
        _ = self.engine

    def query(
        self,
        sparql: str,
        *,
        name: str = "query",
        prefixes: dict[str, str] | None = None,
        graphs: Graphs | None = None,
        base: str | None = None,
    ) -> Answer:
        """Answer a query; see `Store.query`. Raises `StoreError` for an answer that can't be trusted."""
        return self._query(sparql, name, prefixes, graphs, base)

    def query_inferred(
        self,
        sparql: str,
        *,
        name: str = "query",
        prefixes: dict[str, str] | None = None,
        graphs: Graphs | None = None,
        base: str | None = None,
    ) -> Answer:
        """Answer a query that is asked of what follows as well, where the store has that; see `query`."""
        return self._query(sparql, name, prefixes, graphs, base, follows=True)

    def inferred(self) -> tuple[str, ...]:
        """The graphs of what follows from the site that the store holds just now, that with all of it first."""
        graph = journal(self.base)
        rows = self.raw(_INFERRED.format(graph, TERMS), Graphs((graph,), (graph,))).rows
        return tuple(sorted((getattr(row[0], "value", "") for row in rows), key=lambda name: (len(name), name)))

    def _follows(self) -> tuple[str, ...]:
        """The same, asked for once while the journal stays as it is."""
        if self._held is None or self._held[0] != self._seen:
            self._held = (self._seen, self.inferred())
        return self._held[1]

    def _query(  # noqa: PLR0913 - what a query has, and whether it is of what follows as well
        self,
        sparql: str,
        name: str,
        prefixes: dict[str, str] | None,
        graphs: Graphs | None,
        base: str | None,
        *,
        follows: bool = False,
    ) -> Answer:
        def dataset() -> Graphs:
            inferred = self._follows() if follows else ()
            found = graphs or asked.graphs
            return _among((*self.graphs, *inferred), found) if found else self._all(inferred)

        asked = self._read(sparql, name, prefixes, base, follows=follows)
        answer = self._steady(lambda: self._answered(asked, dataset(), name))
        ordered = answer.ordered(partial(columns_in_order, sparql)) if isinstance(answer, Table) else answer
        return self.written.restored(ordered)

    def _read(
        self, sparql: str, name: str, prefixes: dict[str, str] | None, base: str | None, *, follows: bool
    ) -> ParsedQuery:
        """A query, of which all that can be refused is refused before anything is asked."""
        declared = tuple(sorted((prefixes or {}).items()))
        try:
            return _parsed(sparql, name, declared, self.graphs if self.strict else None, base)
        except OutsideError:
            if not follows:
                raise
            return _parsed(sparql, name, declared, (*self.graphs, *self._follows()), base)

    def _all(self, inferred: tuple[str, ...] = ()) -> Graphs:
        """The union of the site's graphs, in which a triple counts once, and the graphs themselves.

        The graph with all that follows has nothing that is stated, and its parts nothing more than it.
        """
        if self._shared or self._shared is None:
            graph = journal(self.base)
            found = self.raw(_SHARED.format(graph, TERMS), Graphs((graph,), (graph,))).rows
            self._shared = dict(getattr(row[0], "value", "").split(" ") for row in found)
        union = tuple(self._shared.get(graph, graph) for graph in self.graphs)
        return Graphs((*union, *inferred[:1]), (*self.graphs, *inferred))

    def _answered(self, asked: ParsedQuery, graphs: Graphs, name: str) -> Answer:
        if asked.form == "ASK":
            return _boolean(self._checked(asked, graphs), self.engine, self.endpoint)
        if asked.form == "SELECT":
            return self._table(asked, graphs)
        if self.engine.faithful:
            return _graph(self.wire.ask(asked.form, asked.text, TRIPLES, graphs).body, self.endpoint)
        if asked.form == "CONSTRUCT":
            return self._constructed(asked, graphs)
        raise RefusedError(
            f"{self.engine.name} has a way of its own to describe things.",
            remedy="Say with CONSTRUCT which triples you want.",
            place=Place(name),
            sv=f"{self.engine.name} beskriver saker på sitt eget sätt. Säg med CONSTRUCT vilka tripplar du vill ha.",
        )

    def _constructed(self, asked: ParsedQuery, graphs: Graphs) -> Graph:
        """A graph from the rows of its pattern: an engine may cut a graph without a word, but rows are counted."""
        template, select, variables = asked.template
        if not variables:
            return _graph(self.wire.ask(asked.form, asked.text, TRIPLES, graphs).body, self.endpoint)
        names = tuple(variable[1:] for variable in variables)
        wanted = ParsedQuery("SELECT", select, asked.graphs, asked.limit, single=False, variables=names)
        rows = self._table(wanted, graphs).rows
        values = " ".join(f"({' '.join(_written(term) for term in row)})" for row in rows)
        text = f"{template} WHERE {{ VALUES ({' '.join(variables)}) {{ {values} }} }}"
        found = Embedded().query(Bound.of(text, template))
        assert isinstance(found, Graph)
        return found

    def _table(self, asked: ParsedQuery, graphs: Graphs | None) -> Table:
        reply = self._checked(asked, graphs)
        if self.engine.faithful and asked.variables and not asked.single:
            with suppress(StoreError):  # what is wrong with it is told below
                return _reread(reply.body, asked.variables, self.endpoint)
        columns, rows = self._cells(reply.body, asked.variables)
        stated = reply.headers.get(self.engine.rows_header, "")
        most = int(stated) if stated.isdecimal() and int(stated) else self.engine.rows
        if most and len(rows) >= most and (asked.limit is None or asked.limit > len(rows)):
            raise cut(self.endpoint, f"it gives at most {most} rows", f"den ger högst {most} rader")
        if asked.single and not rows:
            raise cut(self.endpoint, "a sum has no row, so it was not finished", "en summa saknar rad")
        return _written_table(columns, rows, self.endpoint)

    def _checked(self, asked: ParsedQuery, graphs: Graphs | None) -> EngineResponse:
        """The reply to a query, unless the engine says that it stopped in the middle."""
        text = asked.seeded(self.engine.seed) if self.engine.seed else asked.text
        reply = self.wire.ask(asked.form, text, RESULTS, graphs)
        state = reply.headers.get(self.engine.stopped_header)
        if state is not None:
            raise cut(self.endpoint, f"it stopped in the middle ({state})", f"den slutade mitt i ({state})")
        return reply

    def _cells(self, body: bytes, wanted: tuple[str, ...]) -> tuple[list[str], list[dict[str, Any]]]:
        """The columns of a table, those that are wanted where some are, and its rows; none may be missing."""
        try:
            found = orjson.loads(body)
            columns, rows = list(wanted or found["head"]["vars"]), found["results"]["bindings"]
            missing, more = set(columns) - set(found["head"]["vars"]), set(found["head"]["vars"]) - set(columns)
            for term in (term for row in rows for term in row.values() if "datatype" in term):
                self._mend(term)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise _broken(self.endpoint) from None
        if missing or not isinstance(rows, list):
            raise _broken(self.endpoint)
        return columns, [{name: row[name] for name in columns if name in row} for row in rows] if more else rows

    def _mend(self, term: dict[str, Any]) -> None:
        """Write a literal as the standard does (SPARQL 1.1 Query Results JSON, section 3.2.2)."""
        if term["type"] == "typed-literal":
            term["type"] = "literal"
        if term["datatype"] == _STRING:
            del term["datatype"]
        else:
            term["value"] = self.engine.forms.get((term["datatype"], term["value"]), term["value"])

    def _steady(self, answer: Callable[[], Answer]) -> Answer:
        """An answer from one release: the journal says before and after that nothing was changed meanwhile."""
        for _ in range(_TRIES):
            before = self._seen or self._settled()
            found = answer()
            self._seen = self._settled()
            if self._seen == before:
                return found
        raise _changing(self.endpoint)

    def _settled(self) -> JournalEntry:
        """What the journal says, once nothing is being changed; raises `StoreChangingError` after a while."""
        end = time.monotonic() + _PATIENCE
        while (entry := self.entry()).state == CHANGING:
            if time.monotonic() > end:
                raise _changing(self.endpoint)
            time.sleep(_PAUSE)
        return entry

    def raw(self, sparql: str, graphs: Graphs | None) -> Table:
        """Answer a SELECT query of our own, whatever the journal says."""
        return self._table(ParsedQuery("SELECT", sparql, Graphs(), None, single=False), graphs)

    def entry(self) -> JournalEntry:
        """What the journal says; empty words where there is none: the data came by another way."""
        graph = journal(self.base)
        rows = self.raw(_JOURNAL.format(graph, TERMS), Graphs((graph,), (graph,))).rows
        if not rows:
            return JournalEntry("", "")
        states, stamps = ({getattr(row[at], "value", "") for row in rows} for at in (0, 1))
        return JournalEntry(CHANGING if CHANGING in states else WHOLE, " ".join(sorted(stamps)))

    def stamp(self) -> str:
        """The stamp of the last push; see `Store.stamp`. Raises `StoreChangingError` while there is one."""
        return self._settled().stamp

    def names(self, start: str) -> tuple[str, ...]:
        """The named graphs; see `Store.names`."""
        sparql = f'SELECT DISTINCT ?g WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER (STRSTARTS(STR(?g), "{start}")) }}'
        return tuple(sorted(getattr(row[0], "value", "") for row in self.raw(sparql, None).rows))

    def triples(self, graph: str) -> tuple[Triple, ...]:
        """What a named graph holds; see `Store.triples`. Raises `StoreError` where that is less than it counts.

        Pages have no order, so an engine may give a triple twice and another one not at all: then it is asked again.
        """
        for _ in range(_TRIES):
            found = self._triples(graph)
            if len(found) == self.count(graph):
                return found
        raise cut(self.endpoint, "it gives fewer triples than it counts", "den ger färre tripplar än den räknar")

    def _triples(self, graph: str) -> tuple[Triple, ...]:
        pages = self.pages(graph)
        return tuple({quad.triple: None for page in pages for quad in parse(page, format=RdfFormat.N_TRIPLES)})

    def count(self, graph: str) -> int:
        """How many triples a graph has."""
        sparql = f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"
        asked = ParsedQuery("SELECT", sparql, Graphs(), None, single=True)
        (number,) = self._table(asked, Graphs((graph,), (graph,))).rows[0]
        try:
            return int(getattr(number, "value", ""))
        except ValueError:
            raise _broken(self.endpoint) from None

    def pages(self, graph: str) -> Iterator[bytes]:
        """All triples of a graph in N-Triples, in pieces that end with a line.

        Raises `StoreError` where fewer come than the engine counts.
        """
        count = self.count(graph)
        if count and self.engine.faithful:
            for page in _lines(self._streamed(graph)):
                count -= page.count(b"\n")
                yield page
            if count > 0:
                raise self._lacking(count)
            return
        size, workers = self.engine.rows, self.engine.concurrency
        starts = range(0, count, size)
        yield from ahead(lambda start: self._page(graph, start, min(count, start + size)), starts, workers)

    def _streamed(self, graph: str) -> Iterator[bytes]:
        """A graph in one stream: from the graph store, which is several times faster, where we know of one."""
        if self.graph_store:
            address = f"{self.graph_store}?{urlencode({self.engine.graph: graph})}"
            return self.wire.graph(address, TRIPLES)
        return self.wire.stream(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}", TRIPLES)

    def _page(self, graph: str, start: int, end: int) -> bytes:
        """Some triples of a graph; an engine that gives fewer than it is asked for is asked again for the rest."""
        page = b""
        while start < end:
            part = self._part(graph, start, end - start)
            start += part.count(b" .\n")
            page += part
        return page

    def _part(self, graph: str, offset: int, most: int) -> bytes:
        text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} LIMIT {most} OFFSET {offset}"
        body = self.wire.ask("CONSTRUCT", text, TRIPLES, Graphs((graph,), (graph,))).body
        if b" .\n" not in body:
            raise self._lacking(most)
        return body

    def _lacking(self, triples: int) -> StoreError:
        en, sv = f"of the triples that it counts {triples} are missing", f"{triples} av de tripplar den räknar saknas"
        return cut(self.endpoint, en, sv)


def _among(known: Collection[str], graphs: Graphs) -> Graphs:
    """Those that are the site's, for what else the engine holds is as if it were not there."""
    return Graphs(*(tuple(iri for iri in iris if iri in known) for iris in graphs))


def _lines(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Parts that end where a line does."""
    remainder = b""
    for part in parts:
        whole, line, tail = (remainder + part).rpartition(b"\n")
        remainder = tail
        if line:
            yield whole + line
    if remainder:
        yield remainder


@lru_cache(maxsize=256, typed=True)  # a bound text and the same as somebody wrote it pass for different reasons
def _parsed(
    sparql: str, name: str, prefixes: tuple[tuple[str, str], ...], graphs: tuple[str, ...] | None, base: str | None
) -> ParsedQuery:
    """Read a query with our own parser, so that a broken one is told as it is everywhere, and none changes anything."""
    found = Embedded(graphs=graphs).evaluated(sparql, name=name, prefixes=dict(prefixes), base=base)
    _refuse_functions(sparql, name)
    return reading.parse_query(sparql, dict(prefixes), found.variables if isinstance(found, Table) else (), base)


def _refuse_functions(sparql: str, name: str) -> None:
    for token in tokens(sparql):
        if token["iri"] and reaches_beyond(token["iri"][1:]):
            raise RefusedError(
                f"{token[0]} is refused: it is no part of SPARQL.",
                remedy="Remove it.",
                place=Place(name, sparql.count("\n", 0, token.start()) + 1),
                sv=f"{token[0]} avvisas: det hör inte till SPARQL. Ta bort det.",
            )


def _boolean(reply: EngineResponse, engine: Engine, endpoint: Endpoint) -> BooleanResult:
    """The answer to ASK, which some engines give as a table with one cell or, for no, with none."""
    try:
        found = orjson.loads(reply.body)
        if isinstance(found.get("boolean"), bool):
            return BooleanResult(found["boolean"])
        cells = [cell["value"] for row in found["results"]["bindings"] for cell in row.values()]
        return BooleanResult(engine.booleans[tuple(cells)])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise _broken(endpoint) from None


def _written_table(columns: list[str], rows: list[dict[str, Any]], endpoint: Endpoint) -> Table:
    """A table as our own store writes it."""
    try:
        json = orjson.dumps({"head": {"vars": columns}, "results": {"bindings": rows}})
    except TypeError:
        raise _broken(endpoint) from None
    return _reread(json, tuple(columns), endpoint)


def _reread(json: bytes, columns: tuple[str, ...], endpoint: Endpoint) -> Table:
    """A table read by the parser that reads it later, so that what breaks its rules is told now, and written anew."""
    try:
        found = parse_query_results(json, format=QueryResultsFormat.JSON)
        if not isinstance(found, QuerySolutions) or [each.value for each in found.variables] != list(columns):
            raise _broken(endpoint)
        written = found.serialize(format=QueryResultsFormat.JSON)
    except (SyntaxError, ValueError, TypeError):
        raise _broken(endpoint) from None
    assert written is not None
    return Table(written)


def _graph(body: bytes, endpoint: Endpoint) -> Graph:
    try:
        triples = {quad.triple for quad in parse(body, format=RdfFormat.N_TRIPLES)}
    except (SyntaxError, ValueError):
        raise _broken(endpoint) from None
    return Graph(tuple(sorted(triples, key=str)))


def _broken(endpoint: Endpoint) -> StoreError:
    return cut(endpoint, "what came can't be read to its end", "det som kom går inte att läsa till slutet")


def _written(term: object) -> str:
    """A term as VALUES takes it. Blank nodes, which it does not take, become IRIs that nobody else has."""
    if isinstance(term, BlankNode):
        return f"<urn:samverkan:blank:{term.value}>"
    return "UNDEF" if term is None else str(term)


def _changing(endpoint: Endpoint) -> StoreChangingError:
    return StoreChangingError(
        f"{endpoint.shown} is being given another release just now, or that was broken off.",
        remedy="Ask again in a while; if it stays so, run samverkan push once more.",
        sv=f"{endpoint.shown} får just nu en annan version av webbplatsen, eller så blev det avbrutet. "
        "Fråga igen om en stund; om det inte ändrar sig, kör samverkan push en gång till.",
    )
