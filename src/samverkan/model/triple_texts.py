"""A triple as a text: how a literal speaks of a statement, which RDF 1.1 has no term for.

The text is a triple of N-Triples 1.1 without its full stop: `<subject> <predicate> object`.
"""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from samverkan.model.namespaces import RDF, XSD

_STANDARD = (XSD, RDF)


def read_triple(literal: Literal) -> Triple | None:
    """The triple that a literal holds; None where its text is none, or it is of a datatype of the standards.

    >>> about = Literal('<x:a> <x:b> "c"@en', datatype=NamedNode("x:triple"))
    >>> str(read_triple(about).object)
    '"c"@en'
    >>> read_triple(Literal('<x:a> <x:b> "c"@en')) is None
    True
    """
    if literal.datatype.value.startswith(_STANDARD) or not literal.value.startswith("<"):
        return None
    try:
        found = [quad.triple for quad in parse(f"{literal.value} .", format=RdfFormat.N_TRIPLES)]
    except (SyntaxError, ValueError):
        return None
    return found[0] if len(found) == 1 and isinstance(found[0].subject, NamedNode) else None


def written_triple(triple: Triple) -> str:
    """The text of a triple: the same triple always has the same."""
    return f"{triple.subject} {triple.predicate} {triple.object}"
