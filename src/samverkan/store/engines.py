"""What is peculiar to each engine that we know, as a table; what is not known is taken for the worst."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

_BOOLEAN = "http://www.w3.org/2001/XMLSchema#boolean"


@dataclass(frozen=True)
class Engine:
    """One kind of SPARQL engine.

    `sign` is how its `Server` header begins. `faithful`: it answers CONSTRUCT and DESCRIBE whole and
    as we do. `whole`: who reads sees a request's changes all or not at all (SPARQL 1.1 Update,
    section 3, asks that of one request). `rows` is how many rows an answer may have before it is
    cut without a word, 0 for no such limit. `inline` is how many bytes one update may have, `chunk`
    how many triples go into one request, `hands` how many requests at a time make it faster, and `text`
    how many triples go into one update. `bulk` is how many the graph store takes at once as N-Quads for
    many graphs, in one transaction. `graph` and `changes` are the names of the
    parameters that carry the graph (GSP, section 4.2) and the update. `neighbours` are the last
    segments of its addresses of updates and of the graph store. `forms` undoes what it does to the forms of literals.
    `head` is Turtle that says nothing and stands before what the graph store is sent.
    `seed` is one row without meaning that makes it heed a filter where its group has no pattern before.
    """

    name: str
    sign: str
    faithful: bool = False
    whole: bool = False
    bulk: int = 0
    rows: int = 0
    inline: int = 0
    chunk: int = 10_000
    hands: int = 1
    text: int = 1_000
    graph: str = "graph"
    changes: str = "update"
    neighbours: tuple[str, str] = ("", "")
    forms: Mapping[tuple[str, str], str] = field(default_factory=dict)
    head: bytes = b""
    seed: str = ""

    def beside(self, query: str) -> tuple[str, str]:
        """The addresses of updates and of the graph store that belong to the one of queries; empty where not known."""
        parts = urlsplit(query)
        folder = parts.path.rpartition("/")[0]
        update, graph_store = (
            urlunsplit((parts.scheme, parts.netloc, f"{folder}/{last}", "", "")) if last else ""
            for last in self.neighbours
        )
        return update, graph_store


OXIGRAPH = Engine(
    "Oxigraph",
    "Oxigraph/",
    faithful=True,
    whole=True,
    bulk=2_000_000,
    inline=16 << 20,
    chunk=20_000,
    text=50_000,
    neighbours=("update", "store"),
)
VIRTUOSO = Engine(
    "Virtuoso",
    "Virtuoso/",
    rows=10_000,
    chunk=20_000,
    hands=2,
    text=500,
    graph="graph-uri",
    changes="query",
    neighbours=("sparql-auth", "sparql-graph-crud-auth"),
    seed="VALUES ?samverkan { 1 } ",
    forms={(_BOOLEAN, "1"): "true", (_BOOLEAN, "0"): "false"},
    # It guesses the format from the first 64 KB, and wrongly where these end within a literal.
    head=b"@prefix samverkan: <urn:samverkan:> .\n",
)
UNKNOWN = Engine("SPARQL 1.1", "", rows=1_000)

ENGINES = (OXIGRAPH, VIRTUOSO, UNKNOWN)


def recognised(server: str, engines: tuple[Engine, ...] = ENGINES) -> Engine:
    """The engine that signs its answers so.

    >>> recognised("Virtuoso/07.20.3229 (Linux) x86_64-pc-linux-gnu").name, recognised("nginx").name
    ('Virtuoso', 'SPARQL 1.1')
    """
    return next(engine for engine in engines if server.startswith(engine.sign))
