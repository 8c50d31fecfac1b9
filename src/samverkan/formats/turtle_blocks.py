"""What every writer of graphs needs of a block: its N-Triples, and the IRIs in them."""

from __future__ import annotations

import re

from pyoxigraph import RdfFormat, serialize

from samverkan.model.namespaces import TYPE, XSD
from samverkan.model.results import Description

# Turtle writes numbers and truth values without their datatype.
_PLAIN = (
    rb'"(?:[+-]?[0-9]+"\^\^<%(xsd)binteger|[+-]?[0-9]*\.[0-9]+"\^\^<%(xsd)bdecimal|(?:true|false)"\^\^<%(xsd)bboolean'
    rb'|[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+"\^\^<%(xsd)bdouble)>'
) % {b"xsd": re.escape(XSD).encode()}
_TOKEN = re.compile(rb'%b|"(?:[^"\\]|\\.)*+"|<([^>]*)>' % _PLAIN)
_LEFT_OUT = frozenset({b"", TYPE.value.encode()})  # literals match without a group


def ntriples(block: Description) -> bytes:
    """The block in canonical N-Triples."""
    return block.form("ntriples", _ntriples)


def iris(block: Description) -> set[bytes]:
    """Every IRI of the block in UTF-8, datatypes included: read off its N-Triples, the fastest way by far.

    Left out are `rdf:type`, which Turtle writes as `a`, and the datatypes that it leaves out.
    """
    return set(_TOKEN.findall(ntriples(block))) - _LEFT_OUT


def _ntriples(block: Description) -> bytes:
    written = serialize(block.triples, format=RdfFormat.N_TRIPLES)
    assert written is not None
    return written
