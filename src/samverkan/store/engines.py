"""What is peculiar to each engine that we know, as a table; what is not known is taken for the worst."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit

from samverkan.model.namespaces import XSD

_BOOLEAN = f"{XSD}boolean"


@dataclass(frozen=True)
class Engine:
    """One kind of SPARQL engine.

    `sign` is how its `Server` header begins.

    Its answers. `faithful`: it answers CONSTRUCT and DESCRIBE whole and as we do. `rows` is how many rows an answer may
    have before it is cut without a word, 0 for no such limit, and `rows_header` the header that tells another limit.
    `stopped_header` tells that it stopped in the middle, and a text of `timeouts` that it took too long, in a message
    with any status. `booleans` are the cells of the table that it gives for ASK where others give a boolean. `forms`
    undoes what it does to the forms of literals. `seed` is one row without meaning that makes it heed a filter where
    its group has no pattern before. `functions` are the schemes of IRIs of functions that reach beyond SPARQL; no
    query may name them, whatever engine it is for.

    Its changes. `whole`: who reads sees a request's changes all or not at all (SPARQL 1.1 Update, section 3, asks that
    of one request). `bulk` is how many triples the graph store takes at once as N-Quads for many graphs, in one
    transaction; `inline` how many bytes one update may have, `text` how many triples, `chunk` how many go into one
    request to the graph store, and `concurrency` how many requests at a time make it faster. `staged` is how many
    triples one update can move out of a staging graph, and `moved` how many it moves so that nobody sees a part of it.
    `faults` is how often a change is tried that it answers with status 500, for some say so to whatever they refuse.
    `graph` and `changes` are the names of the parameters that carry the graph (GSP, section 4.2) and the update.
    `neighbours` are the last segments of its addresses of updates and of the graph store. `head` is Turtle that says
    nothing and stands before what the graph store is sent.

    Its files. `residue` says in Swedish and English what of a deleted text stays in them, and `purging` are the
    commands that get rid of it.
    """

    name: str
    sign: str
    faithful: bool = False
    rows: int = 0
    rows_header: str = ""
    stopped_header: str = ""
    timeouts: tuple[str, ...] = ()
    booleans: Mapping[tuple[str, ...], bool] = field(default_factory=dict)
    forms: Mapping[tuple[str, str], str] = field(default_factory=dict)
    seed: str = ""
    functions: tuple[str, ...] = ()
    whole: bool = False
    bulk: int = 0
    inline: int = 0
    text: int = 1_000
    chunk: int = 10_000
    concurrency: int = 1
    staged: int = 50_000
    moved: int = 1_000
    faults: int = 2
    graph: str = "graph"
    changes: str = "update"
    neighbours: tuple[str, str] = ("", "")
    head: bytes = b""
    residue: tuple[str, str] = ("", "")
    purging: tuple[str, ...] = ()

    def addresses(self, query: str) -> tuple[str, str]:
        """The addresses of updates and of the graph store that belong to the one of queries; empty where not known."""
        parts = urlsplit(query)
        folder = parts.path.rpartition("/")[0]
        update, graph_store = (
            urlunsplit((parts.scheme, parts.netloc, f"{folder}/{last}", "", "")) if last else ""
            for last in self.neighbours
        )
        return update, graph_store


_ROWS, _STOPPED = "x-sparql-maxrows", "x-sql-state"
_ANEW = "samverkan push --endpoint URL && samverkan validate --endpoint URL"
_CELLS = {(): False, ("0",): False, ("1",): True}

OXIGRAPH = Engine(
    "Oxigraph",
    "Oxigraph/",
    faithful=True,
    timeouts=("operation has been cancelled",),
    whole=True,
    bulk=2_000_000,
    inline=16 << 20,
    text=50_000,
    chunk=20_000,
    neighbours=("update", "store"),
    residue=(
        "Oxigraph, vars filer och logg behåller borttagna texter:",
        "Oxigraph, whose files and log keep texts that are deleted:",
    ),
    purging=(
        _ANEW,
        "oxigraph dump --location OLD --file all.nq && oxigraph load --location NEW --file all.nq",
        "rm -r OLD all.nq",
    ),
)
VIRTUOSO = Engine(
    "Virtuoso",
    "Virtuoso/",
    rows=10_000,
    rows_header=_ROWS,
    stopped_header=_STOPPED,
    timeouts=("S1T00",),
    booleans=_CELLS,
    forms={(_BOOLEAN, "1"): "true", (_BOOLEAN, "0"): "false"},
    seed="VALUES ?samverkan { 1 } ",
    functions=("bif:", "sql:", "sqlproc:"),
    text=500,
    chunk=20_000,
    concurrency=2,
    graph="graph-uri",
    changes="query",
    neighbours=("sparql-auth", "sparql-graph-crud-auth"),
    # It guesses the format from the first 64 KB, and wrongly where these end within a literal.
    head=b"@prefix samverkan: <urn:samverkan:> .\n",
    residue=(
        "Virtuoso, vars databas behåller dem efter checkpoint och vacuum. Starta en ny, tom databas och kör:",
        "Virtuoso, whose database keeps them after checkpoint and vacuum. Start a new, empty database, and run:",
    ),
    purging=(
        _ANEW,
        "rm OLD/virtuoso.db OLD/virtuoso.trx OLD/virtuoso.pxa OLD/virtuoso-temp.db OLD/virtuoso.log",
    ),
)
UNKNOWN = Engine("SPARQL 1.1", "", rows=1_000, rows_header=_ROWS, stopped_header=_STOPPED, booleans=_CELLS)

ENGINES: tuple[Engine, ...] = (OXIGRAPH, VIRTUOSO, UNKNOWN)


def recognised(server: str) -> Engine:
    """The engine that signs its answers so.

    >>> recognised("Virtuoso/07.20.3229 (Linux) x86_64-pc-linux-gnu").name, recognised("nginx").name
    ('Virtuoso', 'SPARQL 1.1')
    """
    return next(engine for engine in ENGINES if server.startswith(engine.sign))


def is_timeout(message: str) -> bool:
    """Whether an engine says with these words that it took too long; which engine it is need not be known."""
    return any(text in message for engine in ENGINES for text in engine.timeouts)


def reaches_beyond(iri: str) -> bool:
    """Whether an IRI names a function of some engine that reaches beyond SPARQL."""
    return any(iri.lower().startswith(engine.functions) for engine in ENGINES)
