"""Every media type that is sent, taken or asked for, once: the table of formats, and what has one form only.

A row of `FORMATS` is a format with all its faces. It is plain values, so that also the HTTP process, which knows no
RDF, reads them here; `samverkan.formats` binds them to what writes them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal, TypeAlias

from samverkan.model import paths

ContentName: TypeAlias = Literal["Table", "BooleanResult", "Graph", "Quads"]
"""The name of a class of `samverkan.model.results`."""

_SIGNS = re.compile("[^a-z0-9]")


@dataclass(frozen=True)
class FormatRow:
    """One way to write an answer, with all its faces.

    `name` is its name in commands and `title` the one for people. `writes` names the kinds of content that it can
    write, `writer` the module and function of `samverkan.formats` that does. `w3c` is what the W3C calls it
    (https://www.w3.org/ns/formats/); one without goes by its media type. `eu` is its code in the file types of the
    EU's Publications Office. `aliases` are the media types by which people ask for it who don't know its own by
    heart. `attachment`: a browser saves it, for to show it would help nobody. `text` says whether it is UTF-8 text,
    `inside` the media type of what is packed in it, `rank` where the command line lists it, and `profile` the end of
    the address by which `Accept` asks for it among those of its media type (RFC 6906). Who reads a format
    finds the parser by its media type (`RdfFormat.from_media_type` of pyoxigraph), so that is no face of its own.
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
    inside: str = ""
    rank: int = 100
    profile: str = ""

    @property
    def names(self) -> frozenset[str]:
        """What may stand for the format in `format=` of an address: its name, suffix and media types, whole or short.

        >>> sorted(TURTLE.names)
        ['applicationxturtle', 'n3', 'textn3', 'textturtle', 'ttl', 'turtle']
        """
        whole = (self.name, self.suffix, self.media_type, *self.aliases)
        short = (name.rpartition("/")[2].removeprefix("x-") for name in whole)
        return frozenset(plain_name(name) for name in (*whole, *short))

    def is_named(self, name: str) -> bool:
        """Whether a name means the format; one with a dot at its beginning is a suffix, and means that alone."""
        return name == self.suffix if name.startswith(".") else plain_name(name) in self.names


def plain_name(name: str) -> str:
    """The name of a format without its signs and capitals: `JSON-LD` is `jsonld`, `rdf+xml` is `rdfxml`."""
    return _SIGNS.sub("", name.lower())


JSON = "application/json"
HTML = "text/html"
PLAIN = "text/plain"
XML = "application/xml"
_TEXT_XML = "text/xml"
BYTES = "application/octet-stream"
N_QUADS = "application/n-quads"
GZIP = "application/gzip"
JSON_SCHEMA = "application/schema+json"
LINK_SET = "application/linkset+json"  # RFC 9264
LINK_FORMAT = "application/link-format"  # RFC 6690
OPENAPI = "application/vnd.oai.openapi+json"
CSV_METADATA = "application/csvm+json"
PROBLEM = "application/problem+json"  # RFC 9457
URL_ENCODED = "application/x-www-form-urlencoded"
SPARQL_QUERY = "application/sparql-query"
SPARQL_UPDATE = "application/sparql-update"

_RESULTS = "application/sparql-results"
CSV = "text/csv"
_TSV = "text/tab-separated-values"

_N3 = ("text/n3", "application/x-turtle")  # all Turtle is N3, and Turtle was called so before it was a standard
_LINES = (PLAIN, N_QUADS)  # all N-Triples are N-Quads
_XMLS = (XML, _TEXT_XML)

_GRAPH: tuple[ContentName, ...] = ("Graph",)
_QUADS: tuple[ContentName, ...] = ("Quads",)
_GRAPHS: tuple[ContentName, ...] = ("Graph", "Quads")
_TABLE: tuple[ContentName, ...] = ("Table",)
_ANSWERS: tuple[ContentName, ...] = ("Table", "BooleanResult")

TURTLE = FormatRow(
    "turtle", "Turtle", "text/turtle", ".ttl", _GRAPHS, "graphs.turtle", "Turtle", "RDF_TURTLE", _N3, rank=6
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
    _LINES,
    rank=7,
)
RDF_XML = FormatRow(
    "rdfxml", "RDF/XML", "application/rdf+xml", ".rdf", _GRAPH, "graphs.rdfxml", "RDF_XML", "RDF_XML", _XMLS, rank=8
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
    FormatRow("nquads", "N-Quads", N_QUADS, ".nq", _QUADS, "graphs.nquads", "N-Quads", "RDF_N_QUADS"),
    FormatRow(
        *("nquads-gzip", "N-Quads (gzip)", GZIP, ".nq.gz", _QUADS, "graphs.nquads_gzipped", "N-Quads", "RDF_N_QUADS"),
        text=False,
        inside=N_QUADS,
    ),
    RESULTS_JSON,
    FormatRow("csv", "CSV", CSV, ".csv", _TABLE, "tables.csv", "SPARQL_Results_CSV", "CSV", attachment=True, rank=1),
    FormatRow(
        "spreadsheet", "CSV (Excel)", CSV, ".safe.csv", _TABLE, "tables.spreadsheet", eu="CSV", attachment=True, rank=2
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
        _XMLS,
        rank=5,
    ),
)

# The other forms of JSON-LD, for who asks by `profile` (JSON-LD 1.1, section 9.3) or by suffix. No release has them
# as files, nor does a link lead there: each says what JSON-LD says. The context goes by its own address.
PROFILES: tuple[FormatRow, ...] = tuple(
    replace(
        JSON_LD,
        name=f"jsonld-{name}",
        title=f"JSON-LD ({name})",
        suffix=f".{name}{JSON_LD.suffix}",
        writes=("Graph", "Quads"),
        writer=f"jsonld.write_{name}",
        profile=profile,
        aliases=(),
    )
    for name, profile in (
        ("expanded", "/ns/json-ld#expanded"),
        ("flattened", "/ns/json-ld#flattened"),
        ("linked", f"/{paths.CONTEXT}{JSON_LD.suffix}"),
    )
)


def profiled(profiles: str) -> FormatRow | None:
    """The form of JSON-LD that one of some addresses asks for, which blanks part; None for the usual one.

    >>> profiled("http://www.w3.org/ns/json-ld#compacted http://www.w3.org/ns/json-ld#flattened").name
    'jsonld-flattened'
    """
    asked = profiles.split()
    return next((row for row in PROFILES if any(one.endswith(row.profile) for one in asked)), None)


# Media types of files that are served as they are, by the end of their suffix: `.sv.html` is `.html`.
MEDIA_TYPES: Mapping[str, str] = {
    TURTLE.suffix: TURTLE.media_type,
    JSON_LD.suffix: JSON_LD.media_type,
    ".json": JSON,
    ".rq": SPARQL_QUERY,
    ".sarif": "application/sarif+json",
    ".html": HTML,
    ".linkset": LINK_SET,
    ".link": LINK_FORMAT,
    ".nq.gz": GZIP,
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".xml": XML,
    ".atom": "application/atom+xml",
    ".txt": PLAIN,
    "": PLAIN,
}


def media_type(suffix: str) -> str:
    """The media type of a file that is served as it is.

    >>> media_type(".sv.html"), media_type("")
    ('text/html', 'text/plain')
    """
    return MEDIA_TYPES.get(suffix) or MEDIA_TYPES.get(suffix[max(suffix.rfind("."), 0) :], BYTES)


def aliases(media_type: str) -> tuple[str, ...]:
    """The other names of the first format that has a media type."""
    return next((form.aliases for form in FORMATS if form.media_type == media_type), ())


@lru_cache(maxsize=256)
def inside(media_type: str) -> str:
    """The media type of what is packed in a format by gzip; empty for any other."""
    return next((form.inside for form in FORMATS if form.media_type == media_type), "")


@lru_cache(maxsize=256)
def is_attachment(media_type: str) -> bool:
    """Whether a browser saves what is of a media type."""
    return any(form.attachment for form in FORMATS if form.media_type == media_type)


def answer_formats() -> tuple[FormatRow, ...]:
    """The formats in which a query can be answered, in the order in which the command line lists them."""
    answers = (form for form in FORMATS if {"Table", "BooleanResult", "Graph"} & {*form.writes})
    return tuple(sorted(answers, key=lambda form: form.rank))
