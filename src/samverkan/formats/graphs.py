"""Triples and quads to bytes, by the RDF library; what goes in sorted comes out stable.

What a document says of its neighbours many documents say, so those blocks are written once and
copied behind the document's own triples; the head declares the prefixes that all of them use.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, serialize

from samverkan.formats import turtle_blocks, turtle_text, xml_text
from samverkan.formats.jsonld import Context
from samverkan.model.results import Description, Graph, Quads

_TAILS = {RdfFormat.RDF_XML: xml_text.END}
_TURTLES = {RdfFormat.TURTLE, RdfFormat.TRIG}
_PART = 4096
_PIECE = 1 << 20
_SORTED = "sorted lines"
_LARGE = 1000
_PROBE = Triple(NamedNode("urn:x"), NamedNode("urn:x"), NamedNode("urn:x"))


def turtle(content: Graph | Quads, context: Context) -> bytes:
    """Turtle 1.1 with the prefixes that are used, no more."""
    graph = content if isinstance(content, Graph) else Graph(content.union)
    return _written(graph, context, RdfFormat.TURTLE)


def ntriples(content: Graph, _: Context) -> bytes:
    """N-Triples 1.1, canonical form."""
    return b"".join(turtle_blocks.ntriples(block) for block in (content.block, *content.neighbours))


def rdfxml(content: Graph, context: Context) -> bytes:
    """RDF/XML 1.1; raises `NotAcceptableError` where XML can't carry the graph."""
    return xml_text.carried(_written(content, context, RdfFormat.RDF_XML))


def rdfxml_block(content: Graph, context: Context) -> bytes:
    """RDF/XML as `rdfxml` writes it, but with all prefixes there are: every block has the same head."""
    return xml_text.carried(_serialized(content.own, RdfFormat.RDF_XML, dict(context.prefixes.table)))


def trig(content: Quads, context: Context) -> bytes:
    """TriG 1.1 with the prefixes that are used."""
    graphs = {quad.graph_name.value.encode() for quad in content.quads if isinstance(quad.graph_name, NamedNode)}
    names = _names(Description("", content.union), context) | context.prefixes_of(graphs)
    return _serialized(content.quads, RdfFormat.TRIG, _prefixes(names, context))


def nquads_gzipped(content: Quads, context: Context) -> bytes:
    """Canonical N-Quads (RDFC-1.0, which without blank nodes is the sorted lines), gzipped without a date."""
    text, compressed = memoryview(nquads(content, context)), zlib.compressobj(6, wbits=zlib.MAX_WBITS | 16)
    written = [compressed.compress(text[start : start + _PIECE]) for start in range(0, len(text), _PIECE)]
    return b"".join((*written, compressed.flush()))


def nquads(content: Quads, _: Context) -> bytes:
    """Canonical N-Quads (RDFC-1.0), as they are in `nquads_gzipped`; they are sorted once for both."""
    if _SORTED not in content.forms:
        content.forms[_SORTED] = b"".join(_sorted_lines(content))
    return content.forms[_SORTED]


def _sorted_lines(content: Quads) -> list[bytes]:
    return sorted(nquads_lines(content.quads))


def nquads_lines(quads: Iterable[Quad]) -> Iterator[bytes]:
    """Each quad as its line of canonical N-Quads, in the order in which they come."""
    for part in _parts(quads):
        yield from _serialized(part, RdfFormat.N_QUADS).splitlines(keepends=True)


def _parts(quads: Iterable[Quad]) -> Iterator[list[Quad]]:
    """Some thousand quads at a time, for the text of all of them twice is a lot of memory."""
    found = iter(quads)
    while part := list(islice(found, _PART)):
        yield part


def _written(graph: Graph, context: Context, form: RdfFormat) -> bytes:
    """The graph's own triples with the prefixes that all its blocks use, and its neighbours after them."""
    used = frozenset().union(*(_names(block, context) for block in (graph.block, *graph.neighbours)))
    tail = _TAILS.get(form, b"")
    written = _serialized(graph.own, form, _prefixes(used, context)).removesuffix(tail)
    make = partial(_body, context=context, form=form)
    bodies = (block.form((form.name, context), make) for block in graph.neighbours)
    return b"".join((written, *bodies, tail))


def _body(block: Description, context: Context, form: RdfFormat) -> bytes:
    """A block without the head and the tail of its document."""
    used = _names(block, context)
    written = _serialized(block.triples, form, _prefixes(used, context))
    return written[_head(used, context, form) :].removesuffix(_TAILS.get(form, b""))


def _names(block: Description, context: Context) -> frozenset[str]:
    """The prefixes that a block uses; for a large one, all there are, for it would take long to tell."""
    if len(block.triples) > _LARGE:
        return frozenset(context.prefixes.table)
    return block.form(("prefixes", context), lambda made: context.prefixes_of(turtle_blocks.iris(made)))


def _head(names: frozenset[str], context: Context, form: RdfFormat) -> int:
    """How long the head of a document with these prefixes is."""
    return context.once((form.name, names), partial(_measured_head, names, context, form))


def _measured_head(names: frozenset[str], context: Context, form: RdfFormat) -> int:
    if form == RdfFormat.RDF_XML:
        return len(_serialized((), form, _prefixes(names, context)).removesuffix(_TAILS[form]))
    # Turtle declares no prefix before it has a triple to write.
    return len(_serialized([_PROBE], form, _prefixes(names, context))) - len(_serialized([_PROBE], form))


def _serialized(found: Iterable[Triple | Quad], form: RdfFormat, prefixes: dict[str, str] | None = None) -> bytes:
    if form == RdfFormat.RDF_XML:
        return xml_text.rdf(found, prefixes or {})  # type: ignore[arg-type]  # only graphs are written so
    written = serialize(found, format=form, prefixes=prefixes)  # type: ignore[arg-type]
    assert written is not None
    return turtle_text.readable(written, prefixes or {}) if form in _TURTLES else written


def _prefixes(names: frozenset[str], context: Context) -> dict[str, str]:
    return context.once(names, lambda: {name: context.prefixes.table[name] for name in sorted(names)})
