"""Pushes of small sites as the tests need them, and what is then in a store, read past everything of ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, Triple, parse
from tests.engines import Engine
from tests.flaky import Flaky

from samverkan.model.endpoint import Credentials, Endpoint
from samverkan.model.results import Table
from samverkan.push import Outcome, of_graphs, push
from samverkan.store import engines as known
from samverkan.store.remote import Remote

TABLE = "application/sparql-results+json"


@dataclass(frozen=True)
class Small:
    """A site in a folder: the base of its names and the Turtle of each graph, by its last segment."""

    folder: Path
    base: str
    names: tuple[str, ...]

    @property
    def graphs(self) -> tuple[str, ...]:
        """The names of its graphs."""
        return tuple(f"{self.base}graph/{name}" for name in self.names)

    @property
    def files(self) -> Mapping[str, Path]:
        """Each graph with its file."""
        return {graph: self.folder / f"{name}.ttl" for graph, name in zip(self.graphs, self.names, strict=True)}

    @property
    def wanted(self) -> Mapping[str, set[Triple]]:
        """What a store is to hold."""
        return {graph: triples(file.read_bytes(), RdfFormat.TURTLE) for graph, file in self.files.items()}

    @property
    def size(self) -> int:
        """How many triples that is."""
        return sum(map(len, self.wanted.values()))


_numbers = count()


def small(folder: Path, graphs: Mapping[str, bytes], base: str = "") -> Small:
    """Write a site; without a base it gets one of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, turtle in graphs.items():
        (folder / f"{name}.ttl").write_bytes(turtle)
    return Small(folder, base or f"https://example.org/{folder.name}-{next(_numbers)}/", tuple(graphs))


def things(number: int, word: str, start: int = 0) -> bytes:
    """Turtle of that many triples."""
    lines = (f'<urn:thing:{each}> <urn:says> "{word} {each}"@sv .\n' for each in range(start, start + number))
    return "".join(lines).encode()


OLD = {"one": things(60, "old"), "two": things(40, "old", 1000), "gone": things(20, "gone", 2000)}
NEW = {"one": things(60, "new"), "two": things(45, "old", 1000)}
TINY: Mapping[str, Any] = {"chunk": 25, "text": 10}


def triples(content: bytes, form: RdfFormat = RdfFormat.N_TRIPLES) -> set[Triple]:
    """The triples in a document."""
    return {quad.triple for quad in parse(content, format=form)}


def held(engine: Engine, graph: str) -> set[Triple]:
    """What an engine has of a graph, page by page."""
    return set().union(*_pages(engine, graph))


def _pages(engine: Engine, graph: str, size: int = 5_000) -> Iterator[set[Triple]]:
    for start in count(0, size):
        text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }} LIMIT {size} OFFSET {start}"
        page = triples(engine.ask(text, "application/n-triples"))
        yield page
        if len(page) < size:
            return


def names(engine: Engine, base: str) -> set[str]:
    """The graphs that an engine has below a base, without the journal."""
    from orjson import loads

    text = f"SELECT DISTINCT ?g {{ GRAPH ?g {{ ?s ?p ?o }} FILTER STRSTARTS(STR(?g), '{base}') }}"
    found = {row["g"]["value"] for row in loads(engine.ask(text))["results"]["bindings"]}
    return found - {f"{base}store/journal"}


def is_held(engine: Engine, site: Small) -> bool:
    """Whether an engine has exactly the graphs of a site, with exactly its triples."""
    wanted = {graph: found for graph, found in site.wanted.items() if found}
    return {graph: held(engine, graph) for graph in names(engine, site.base)} == wanted


@dataclass(frozen=True)
class Way:
    """How an engine is asked and written to in a push; `odds` changes what we know of it, to make small sites large."""

    query: str
    update: str = ""
    graph_store: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    seconds: float = 60
    odds: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def endpoint(self) -> Endpoint:
        """The same for our own code."""
        known = Credentials(self.user, self.password) if self.user else None
        return Endpoint(self.query, self.update, self.graph_store, known, self.seconds)

    def remote(self, site: Small) -> Remote:
        """A reader of a site there."""
        found = Remote(self.endpoint, site.graphs, site.base)
        if self.odds:
            found.__dict__["engine"] = replace(found.engine, **self.odds)
        return found

    def push(self, site: Small) -> Outcome:
        """Push a site there, in this process and without a gate."""
        sources = of_graphs({graph: [(file.name, file)] for graph, file in site.files.items()})
        return push(sources, self.remote(site), self.endpoint)


def way(engine: Engine, by: Flaky | None = None, *, seconds: float = 60, **odds: Any) -> Way:
    """How an engine is written to, through a flaky way if there is one."""
    addresses = (engine.query, engine.update, engine.graph_store)
    query, update, graph_store = (by.at(each) if by else each for each in addresses)
    return Way(query, update, graph_store, engine.user, engine.password, seconds, odds)


def staging(triples: int) -> tuple[known.Engine, ...]:
    """The engines, as if each moved no more triples out of a staging graph in one go."""
    return tuple(replace(each, staged=triples) for each in known.ENGINES)


def readable(found: Way, site: Small) -> set[str]:
    """What readers see through us."""
    answer = found.remote(site).query("SELECT ?s ?o { ?s <urn:says> ?o }")
    assert isinstance(answer, Table)
    return {f"{s} <urn:says> {o}" for s, o in answer.rows}


def sayings(site: Small) -> set[str]:
    return {str(triple) for found in site.wanted.values() for triple in found}
