"""Triples and quads to bytes, by the RDF library; what goes in sorted comes out stable."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from functools import lru_cache

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from samverkan.answers import Graph, Quads
from samverkan.formats.jsonld import Context
from samverkan.vocabulary import TYPE


def turtle(content: Graph | Quads, context: Context) -> bytes:
    """Turtle 1.1 with the prefixes that are used, no more."""
    found = content.triples if isinstance(content, Graph) else _union(content.quads)
    return serialize(found, format=RdfFormat.TURTLE, prefixes=used_prefixes(found, context))


def ntriples(content: Graph, _: Context) -> bytes:
    """N-Triples 1.1, canonical form."""
    return serialize(content.triples, format=RdfFormat.N_TRIPLES)


def rdfxml(content: Graph, context: Context) -> bytes:
    """RDF/XML 1.1; a carriage return is escaped, for XML would read it as a line feed."""
    written = serialize(content.triples, format=RdfFormat.RDF_XML, prefixes=used_prefixes(content.triples, context))
    return written.replace(b"\r", b"&#xD;")


def trig(content: Quads, context: Context) -> bytes:
    """TriG 1.1 with the prefixes that are used."""
    return serialize(content.quads, format=RdfFormat.TRIG, prefixes=used_prefixes(content.quads, context))


def nquads_gzipped(content: Quads, _: Context) -> bytes:
    """Canonical N-Quads (RDFC-1.0, which without blank nodes is the sorted lines), gzipped without a date."""
    lines = serialize(content.quads, format=RdfFormat.N_QUADS).splitlines(keepends=True)
    return gzip.compress(b"".join(sorted(lines)), compresslevel=6, mtime=0)


def used_prefixes(found: Iterable[Triple | Quad], context: Context) -> dict[str, str]:
    """The prefixes of the context whose namespaces these triples use, sorted by name."""
    iris = {iri for statement in found for iri in _iris(statement)}
    names = {_prefix(iri, context) for iri in iris}
    return {name: context.prefixes.table[name] for name in sorted(names - {""})}


def _iris(statement: Triple | Quad) -> Iterable[str]:
    if statement.predicate != TYPE:  # Turtle writes it as `a`
        yield statement.predicate.value
    for term in (statement.subject, statement.object):
        if isinstance(term, NamedNode):
            yield term.value
        elif isinstance(term, Literal) and not term.language:
            yield term.datatype.value


@lru_cache(maxsize=65536)
def _prefix(iri: str, context: Context) -> str:
    compact = context.compact(iri)
    return compact.partition(":")[0] if compact != iri else ""


def _union(quads: Iterable[Quad]) -> list[Triple]:
    return list(dict.fromkeys(quad.triple for quad in quads))
