"""Content to bytes: one tuple of formats, from which every list of names, media types and suffixes is made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from samverkan.model.results import BooleanResult, Content, Graph, Quads, Table

if TYPE_CHECKING:
    from samverkan.formats.jsonld import Context

__all__ = ["FORMATS", "MEDIA_TYPES", "Format", "formats_for", "formats_of", "media_type", "named", "negotiated"]


@dataclass(frozen=True)
class Format:
    """One way to write an answer, with all its faces.

    `name` is its name in commands and `title` the one for people. `writes` are the kinds of
    content that it can write, `writer` the module and function here that does, imported when it
    is first used; `text` says whether it is UTF-8 text.
    """

    name: str
    title: str
    media_type: str
    suffix: str
    writes: tuple[type[Content], ...]
    writer: str
    text: bool = True

    def __call__(self, content: Content, context: Context | None = None) -> bytes:
        """Write content; the same content and context give the same bytes in every process.

        Graphs and quads need the context, tables do not.
        """
        module, _, function = self.writer.partition(".")
        written: bytes = getattr(import_module(f"{__name__}.{module}"), function)(content, context)
        return written


# The order is the order of preference: the first format of a kind answers `Accept: */*`,
# and the first of a media type answers an `Accept` of that type; the others have their suffixes.
# CSV and TSV have no boolean (SPARQL 1.1 Query Results CSV and TSV Formats, section 1): a reader takes it for a table.
FORMATS: tuple[Format, ...] = (
    Format("turtle", "Turtle", "text/turtle", ".ttl", (Graph, Quads), "graphs.turtle"),
    Format("jsonld", "JSON-LD", "application/ld+json", ".jsonld", (Graph, Quads), "jsonld.write"),
    Format("ntriples", "N-Triples", "application/n-triples", ".nt", (Graph,), "graphs.ntriples"),
    Format("rdfxml", "RDF/XML", "application/rdf+xml", ".rdf", (Graph,), "graphs.rdfxml"),
    Format("trig", "TriG", "application/trig", ".trig", (Quads,), "graphs.trig"),
    Format("nquads", "N-Quads", "application/gzip", ".nq.gz", (Quads,), "graphs.nquads_gzipped", text=False),
    Format("json", "JSON", "application/sparql-results+json", ".json", (Table, BooleanResult), "tables.json"),
    Format("csv", "CSV", "text/csv", ".csv", (Table,), "tables.csv"),
    Format("spreadsheet", "CSV (Excel)", "text/csv", ".safe.csv", (Table,), "tables.spreadsheet"),
    Format("tsv", "TSV", "text/tab-separated-values", ".tsv", (Table,), "tables.tsv"),
    Format("xml", "XML", "application/sparql-results+xml", ".xml", (Table, BooleanResult), "tables.xml"),
)

# Media types of files that are served as they are, by the end of their suffix: `.sv.html` is `.html`.
MEDIA_TYPES: dict[str, str] = {
    ".ttl": "text/turtle",
    ".jsonld": "application/ld+json",
    ".json": "application/json",
    ".rq": "application/sparql-query",
    ".sarif": "application/sarif+json",
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    "": "text/plain",
}


def media_type(suffix: str) -> str:
    """The media type of a file that is served as it is.

    >>> media_type(".sv.html"), media_type("")
    ('text/html', 'text/plain')
    """
    return MEDIA_TYPES.get(suffix[max(suffix.rfind("."), 0) :], "application/octet-stream")


def formats_of(content: Content) -> tuple[Format, ...]:
    """The formats that can write this content, the preferred one first; none for plain `Bytes`."""
    return formats_for(type(content))


def formats_for(kind: type[Content]) -> tuple[Format, ...]:
    """The formats that can write content of a kind, the preferred one first; none for plain `Bytes`."""
    return tuple(f for f in FORMATS if kind in f.writes)


def negotiated(forms: Iterable[Format]) -> tuple[Format, ...]:
    """Of some formats those that an `Accept` can choose: the first of each media type, in the order given."""
    found: dict[str, Format] = {}
    for form in forms:
        found.setdefault(form.media_type, form)
    return tuple(found.values())


def named(name: str) -> Format | None:
    """The format of a name, or None."""
    return next((f for f in FORMATS if f.name == name), None)
