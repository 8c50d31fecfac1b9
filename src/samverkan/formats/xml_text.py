"""What XML 1.0 can't carry is refused; what it would change, and what the library writes so that none can read it, not.

The RDF library names an element by all that the fifth edition of XML takes as a name, and writes the class of a
thing as one whether it is a name or not. The things for which that is no XML that everybody reads are written here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from html import escape
from itertools import groupby

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from samverkan.errors import NotAcceptableError
from samverkan.model import xml_names
from samverkan.model.namespaces import RDF, TYPE, XSD

END = b"\n</rdf:RDF>"
_CONTROLS = bytes(code for code in range(32) if chr(code) not in "\t\n\r")
_NONCHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")  # U+FFFE and U+FFFF
_STRING = f"{XSD}string"
_PROBE = NamedNode("urn:x")


def fits(written: bytes) -> bool:
    """Whether a text in UTF-8 has no character that XML 1.0 can't carry; looked through as fast as can be."""
    return len(written.translate(None, _CONTROLS)) == len(written) and not any(
        code in written for code in _NONCHARACTERS
    )


def carried(written: bytes) -> bytes:
    """XML as it was written by a library that checks nothing, with carriage returns kept for its readers.

    Raises `NotAcceptableError` where a value has a character that XML has not.
    """
    if not fits(written):
        raise NotAcceptableError(
            "A value has a character that XML can't carry.",
            remedy="Ask for another format.",
            sv="Ett värde innehåller ett tecken som XML inte kan bära. Be om ett annat format.",
        )
    return written.replace(b"\r", b"&#xD;")


def rdf(triples: Iterable[Triple], prefixes: dict[str, str]) -> bytes:
    """RDF/XML 1.1 with these prefixes; the triples of a subject stand together.

    Raises `NotAcceptableError` for a property that XML can't name.
    """
    found = tuple(triples)
    if all(map(_is_plain, found)):
        return _by_library(found, prefixes)
    head = _by_library((), prefixes).removesuffix(END)

    def body(about: tuple[Triple, ...]) -> bytes:
        if all(map(_is_plain, about)):
            return _by_library(about, prefixes)[len(head) :].removesuffix(END)
        return _described(about).encode()

    return b"".join((head, *map(body, _subjects(found)), END))


def _subjects(triples: Iterable[Triple]) -> Iterator[tuple[Triple, ...]]:
    return (tuple(about) for _, about in groupby(triples, key=lambda triple: triple.subject))


def _by_library(triples: Iterable[Triple], prefixes: dict[str, str]) -> bytes:
    written = serialize(triples, format=RdfFormat.RDF_XML, prefixes=prefixes)
    assert written is not None
    return written


def _is_plain(triple: Triple) -> bool:
    """Whether the library writes a triple so that everybody reads it."""
    if triple.predicate == TYPE and isinstance(triple.object, NamedNode):
        return _is_cut_alike(triple.object.value)
    return _is_cut_alike(triple.predicate.value)


@lru_cache(maxsize=1 << 16)
def _is_cut_alike(iri: str) -> bool:
    """Whether the library cuts an IRI into namespace and name where we do: it is asked."""
    cut = xml_names.split(iri)
    if cut is None:
        return False
    namespace, name = cut
    tag = f"<rdf:{name} " if namespace == RDF else f"<{name} xmlns="
    return tag.encode() in _by_library([Triple(_PROBE, NamedNode(iri), _PROBE)], {})


def _described(about: Sequence[Triple]) -> str:
    """A subject as `rdf:Description`, with its classes as properties like all others."""
    subject = _reference(about[0].subject, "about")
    return f"\n\t<rdf:Description{subject}>{''.join(map(_property, about))}\n\t</rdf:Description>"


def _property(triple: Triple) -> str:
    cut = xml_names.split(triple.predicate.value)
    if cut is None:
        raise NotAcceptableError(
            f"The property {triple.predicate.value} ends in nothing that XML takes as a name.",
            remedy="Ask for another format.",
            sv=f"Egenskapen {triple.predicate.value} slutar inte på något som XML tar som namn. "
            "Be om ett annat format.",
        )
    namespace, name = cut
    opened = f'\n\t\t<{name} xmlns="{escape(namespace)}"'
    if isinstance(triple.object, Literal):
        return f"{opened}{_kind(triple.object)}>{escape(triple.object.value, quote=False)}</{name}>"
    return f"{opened}{_reference(triple.object, 'resource')}/>"


def _kind(literal: Literal) -> str:
    """The attributes that say what a literal is besides its text."""
    if literal.direction:
        marks = f' rdf:version="1.2-basic" its:version="2.0" its:dir="{literal.direction.value}"'
        return f' xml:lang="{literal.language}"{marks}'
    if literal.language:
        return f' xml:lang="{literal.language}"'
    return "" if literal.datatype.value == _STRING else f' rdf:datatype="{escape(literal.datatype.value)}"'


def _reference(term: object, name: str) -> str:
    """The attribute that names a subject (`about`) or a value (`resource`)."""
    if isinstance(term, NamedNode):
        return f' rdf:{name}="{escape(term.value)}"'
    if isinstance(term, BlankNode):
        return f' rdf:nodeID="{term.value}"'
    raise NotAcceptableError(
        "A value is a triple, beside a name that XML does not take as the others.",
        remedy="Ask for another format.",
        sv="Ett värde är en trippel, bredvid ett namn som XML inte tar som de andra. Be om ett annat format.",
    )
