"""Which IRIs XML can name: RDF/XML writes a property as an element, so its IRI is cut into a namespace and a name.

The letters of XML 1.0 are not those of Unicode: `µ` and `²` are none, and those that its fifth edition added are not
read by Expat, which Python and many others read XML with. What Expat takes as a name, all readers take.
"""

from __future__ import annotations

from functools import lru_cache
from xml.parsers import expat

from samverkan.model.namespaces import RDF, XMLNS

RESERVED = frozenset(
    RDF + name
    for name in (
        *("RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype"),
        *("Description", "li", "aboutEach", "aboutEachPrefix", "bagID"),
    )
)
"""What RDF/XML keeps for itself, or reads as something else (RDF 1.1 XML Syntax, section 5.1)."""


def split(iri: str) -> tuple[str, str] | None:
    """The namespace and the name (an NCName) that an IRI is cut into; None for one that can't be a property in XML.

    >>> split("https://example.org/def/height"), split("https://example.org/def/m²")
    (('https://example.org/def/', 'height'), None)
    """
    return None if iri in RESERVED else _cut(iri)


@lru_cache(maxsize=1 << 16)
def _cut(iri: str) -> tuple[str, str] | None:
    start = found = len(iri)
    least = len(XMLNS) + 1 if iri.startswith(XMLNS) else 0
    while start > least and _continues(iri[start - 1]):
        start -= 1
        found = start if _begins(iri[start]) else found
    return (iri[:found], iri[found:]) if found < len(iri) else None


def _continues(sign: str) -> bool:
    return _is_name(f"_{sign}") if not sign.isascii() else sign.isalnum() or sign in "-._"


def _begins(sign: str) -> bool:
    return _is_name(sign) if not sign.isascii() else sign.isalpha() or sign == "_"


@lru_cache(maxsize=1 << 16)
def _is_name(name: str) -> bool:
    try:
        expat.ParserCreate().Parse(f"<{name}/>".encode(), True)
    except expat.ExpatError:
        return False
    return True
