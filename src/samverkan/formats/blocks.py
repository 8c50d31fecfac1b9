"""What every writer of graphs needs of a block: its N-Triples, and the IRIs in them."""

from __future__ import annotations

import re

from pyoxigraph import RdfFormat, serialize

from samverkan.answers import Block
from samverkan.vocabulary import TYPE, XSD

# Turtle writes numbers and truth values without their datatype.
_PLAIN = (
    rb'"(?:[+-]?[0-9]+"\^\^<%(xsd)binteger|[+-]?[0-9]*\.[0-9]+"\^\^<%(xsd)bdecimal|(?:true|false)"\^\^<%(xsd)bboolean'
    rb'|[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+"\^\^<%(xsd)bdouble)>'
) % {b"xsd": re.escape(XSD).encode()}
_TOKEN = re.compile(rb'%b|"(?:[^"\\]|\\.)*+"|<([^>]*)>' % _PLAIN)
_PART = 1000  # so many triples at once, to hold little text of a large graph in memory
_LEFT_OUT = frozenset({b"", TYPE.value.encode()})  # literals match without a group; Turtle writes rdf:type as `a`


def ntriples(block: Block) -> bytes:
    """The block in canonical N-Triples."""
    return block.form("ntriples", _ntriples)


def iris(block: Block) -> frozenset[str]:
    """Every IRI of the block but `rdf:type`, datatypes included: read off its N-Triples, the fastest way by far."""
    if len(block.triples) <= _PART:
        return _found(ntriples(block))
    parts = (block.triples[start : start + _PART] for start in range(0, len(block.triples), _PART))
    return frozenset().union(*(_found(_ntriples(Block("", part))) for part in parts))


def _ntriples(block: Block) -> bytes:
    written = serialize(block.triples, format=RdfFormat.N_TRIPLES)
    assert written is not None
    return written


def _found(text: bytes) -> frozenset[str]:
    return frozenset(iri.decode() for iri in set(_TOKEN.findall(text)) - _LEFT_OUT)
