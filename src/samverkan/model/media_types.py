"""Every media type that is sent, taken or asked for, once: the table of formats, and what has one form only.

A row of `FORMATS` is a format with all its faces. It is plain values, so that also the HTTP process, which knows no
RDF, reads them here; `samverkan.formats` binds them to what writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

ContentName: TypeAlias = Literal["Table", "BooleanResult", "Graph", "Quads"]
"""The name of a class of `samverkan.model.results`."""


@dataclass(frozen=True)
class FormatRow:
    """One way to write an answer, with all its faces.

    `name` is its name in commands and `title` the one for people. `writes` names the kinds of content that it can
    write, `writer` the module and function of `samverkan.formats` that does. `w3c` is what the W3C calls it
    (https://www.w3.org/ns/formats/); one without goes by its media type. `eu` is its code in the file types of the
    EU's Publications Office. `aliases` are the media types by which people
    ask for it who don't know its own by heart. `attachment`: a browser saves it, for to show it would help nobody.
    `text` says whether it is UTF-8 text, and `rank` where the command line lists it. Who reads a format finds the
    parser by its media type (`RdfFormat.from_media_type` of pyoxigraph), so that is no face of its own.
    """

    name: str
    title: str
    media_type: str
    suffix: str
    writes: tuple[ContentName, ...]
    writer: str
    w3c: str = ""
    eu: str = ""
    aliases: tuple[str, ...] = ()
    attachment: bool = False
    text: bool = True
    rank: int = 100


JSON = "application/json"
HTML = "text/html"
PLAIN = "text/plain"
XML = "application/xml"
BYTES = "application/octet-stream"
N_QUADS = "application/n-quads"
GZIP = "application/gzip"
PROBLEM = "application/problem+json"  # RFC 9457
URL_ENCODED = "application/x-www-form-urlencoded"
SPARQL_QUERY = "application/sparql-query"
SPARQL_UPDATE = "application/sparql-update"

_RESULTS = "application/sparql-results"
_CSV = "text/csv"
_TSV = "text/tab-separated-values"

_GRAPH: tuple[ContentName, ...] = ("Graph",)
_QUADS: tuple[ContentName, ...] = ("Quads",)
_GRAPHS: tuple[ContentName, ...] = ("Graph", "Quads")
_TABLE: tuple[ContentName, ...] = ("Table",)
_ANSWERS: tuple[ContentName, ...] = ("Table", "BooleanResult")

TURTLE = FormatRow(
    "turtle", "Turtle", "text/turtle", ".ttl", _GRAPHS, "graphs.turtle", w3c="Turtle", eu="RDF_TURTLE", rank=6
)
JSON_LD = FormatRow(
    "jsonld",
    "JSON-LD",
    "application/ld+json",
    ".jsonld",
    _GRAPHS,
    "jsonld.write_document",
    "JSON-LD",
    "JSON_LD",
    (JSON,),
    rank=9,
)
N_TRIPLES = FormatRow(
    "ntriples",
    "N-Triples",
    "application/n-triples",
    ".nt",
    _GRAPH,
    "graphs.ntriples",
    "N-Triples",
    "RDF_N_TRIPLES",
    (PLAIN,),
    rank=7,
)
RDF_XML = FormatRow(
    "rdfxml", "RDF/XML", "application/rdf+xml", ".rdf", _GRAPH, "graphs.rdfxml", "RDF_XML", "RDF_XML", (XML,), rank=8
)
RESULTS_JSON = FormatRow(
    "json",
    "JSON",
    f"{_RESULTS}+json",
    ".json",
    _ANSWERS,
    "tables.json",
    "SPARQL_Results_JSON",
    "SPARQLQRES",
    (JSON,),
    rank=4,
)

# The order is the order of preference: the first format of a kind answers `Accept: */*`,
# and the first of a media type answers an `Accept` of that type; the others have their suffixes.
# CSV and TSV have no boolean (SPARQL 1.1 Query Results CSV and TSV Formats, section 1): a reader takes it for a table.
FORMATS: tuple[FormatRow, ...] = (
    TURTLE,
    JSON_LD,
    N_TRIPLES,
    RDF_XML,
    FormatRow("trig", "TriG", "application/trig", ".trig", _QUADS, "graphs.trig", "TriG", "RDF_TRIG"),
    FormatRow(
        "nquads", "N-Quads", GZIP, ".nq.gz", _QUADS, "graphs.nquads_gzipped", "N-Quads", "RDF_N_QUADS", text=False
    ),
    RESULTS_JSON,
    FormatRow("csv", "CSV", _CSV, ".csv", _TABLE, "tables.csv", "SPARQL_Results_CSV", "CSV", attachment=True, rank=1),
    FormatRow(
        "spreadsheet", "CSV (Excel)", _CSV, ".safe.csv", _TABLE, "tables.spreadsheet", eu="CSV", attachment=True, rank=2
    ),
    FormatRow("tsv", "TSV", _TSV, ".tsv", _TABLE, "tables.tsv", "SPARQL_Results_TSV", "TSV", attachment=True, rank=3),
    FormatRow(
        "xml",
        "XML",
        f"{_RESULTS}+xml",
        ".xml",
        _ANSWERS,
        "tables.xml",
        "SPARQL_Results_XML",
        "SPARQLQRES",
        (XML,),
        rank=5,
    ),
)

# Media types of files that are served as they are, by the end of their suffix: `.sv.html` is `.html`.
MEDIA_TYPES: Mapping[str, str] = {
    TURTLE.suffix: TURTLE.media_type,
    JSON_LD.suffix: JSON_LD.media_type,
    ".json": JSON,
    ".rq": SPARQL_QUERY,
    ".sarif": "application/sarif+json",
    ".html": HTML,
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".xml": XML,
    ".txt": PLAIN,
    "": PLAIN,
}


def media_type(suffix: str) -> str:
    """The media type of a file that is served as it is.

    >>> media_type(".sv.html"), media_type("")
    ('text/html', 'text/plain')
    """
    return MEDIA_TYPES.get(suffix[max(suffix.rfind("."), 0) :], BYTES)


def aliases(media_type: str) -> tuple[str, ...]:
    """The other names of the first format that has a media type."""
    return next((form.aliases for form in FORMATS if form.media_type == media_type), ())


def is_attachment(media_type: str) -> bool:
    """Whether a browser saves what is of a media type."""
    return any(form.attachment for form in FORMATS if form.media_type == media_type)


def answer_formats() -> tuple[FormatRow, ...]:
    """The formats in which a query can be answered, in the order in which the command line lists them."""
    answers = (form for form in FORMATS if {"Table", "BooleanResult", "Graph"} & {*form.writes})
    return tuple(sorted(answers, key=lambda form: form.rank))
