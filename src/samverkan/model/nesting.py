"""What no parser of RDF is given here: documents nested without end, and entities that multiply.

Parsers recurse, or go through all that is open at each step: such a document ends the process, fills the memory or
takes hours. Documents that people write are nested a few levels deep.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from xml.parsers import expat

from pyoxigraph import RdfFormat

from samverkan.errors import Place, UnreadableError

DEEPEST = 256
"""How deep objects and lists of JSON, and elements of XML, may be nested."""

DEEPEST_TERM = 64
"""How deep triple terms may be nested."""

MOST_ATTRIBUTES = 1000
"""How many attributes an element of XML may have, namespaces among them."""

_TERM = re.compile(rb"<<|>>")
_JSON = re.compile(rb'"(?:[^"\\]|\\.)*+"|[{\[]|[}\]]', re.DOTALL)
_AMPLIFIED = 43  # XML_ERROR_AMPLIFICATION_LIMIT_BREACH of expat
# Why, and what to do, in English and Swedish.
_TERMS = (
    f"Triple terms are nested deeper than {DEEPEST_TERM}.",
    "Write plain statements.",
    f"Trippeltermer ligger djupare än {DEEPEST_TERM} i varandra. Skriv enkla påståenden.",
)
_VALUES = (
    f"Objects and lists are nested deeper than {DEEPEST}.",
    "Give the inner ones an @id, and describe them beside the others.",
    f"Objekt och listor ligger djupare än {DEEPEST} i varandra. Ge de inre ett @id och beskriv dem bredvid de andra.",
)
_ELEMENTS = (
    f"Elements are nested deeper than {DEEPEST}.",
    "Give the inner ones an rdf:about, and describe them beside the others.",
    f"Element ligger djupare än {DEEPEST} i varandra. Ge de inre ett rdf:about och beskriv dem bredvid de andra.",
)
_ATTRIBUTES = (
    f"An element has more than {MOST_ATTRIBUTES} attributes.",
    "Leave out the namespaces that nothing uses.",
    f"Ett element har fler än {MOST_ATTRIBUTES} attribut. Ta bort de namnrymder som inget använder.",
)
_OUTSIDE = (
    "An entity is in another file, and nothing is fetched here.",
    "Write its text where it is used.",
    "En entitet finns i en annan fil, och inget hämtas därifrån. Skriv texten där den används.",
)
_ENTITIES = (
    "The entities stand for a hundred times as much text as the file has.",
    "Write the text itself.",
    "Entiteterna står för hundra gånger så mycket text som filen har. Skriv själva texten.",
)


def refuse_nested(content: bytes, name: str, form: RdfFormat) -> None:
    """Raise `UnreadableError`, with the line, where a document is one that a parser should not be given.

    Everything else passes, whether or not it is well-formed: that is for the parser to say.
    """
    _CHECKS[form](content, name)


def _refused(why: tuple[str, str, str], name: str, line: int) -> UnreadableError:
    en, remedy, sv = why
    return UnreadableError(en, remedy=remedy, place=Place(name, line), sv=sv)


def _terms(content: bytes, name: str) -> None:
    if content.count(b"<<") <= DEEPEST_TERM:
        return
    depth = 0
    for mark in _TERM.finditer(content):
        depth = depth + 1 if mark[0] == b"<<" else max(0, depth - 1)
        if depth > DEEPEST_TERM:
            raise _refused(_TERMS, name, content.count(b"\n", 0, mark.start()) + 1)


def _values(content: bytes, name: str) -> None:
    if content.count(b"{") + content.count(b"[") <= DEEPEST:
        return
    depth = 0
    for mark in _JSON.finditer(content):
        depth += (mark[0] in b"{[") - (mark[0] in b"}]")
        if depth > DEEPEST:
            raise _refused(_VALUES, name, content.count(b"\n", 0, mark.start()) + 1)


def _elements(content: bytes, name: str) -> None:
    parser, depth = expat.ParserCreate(), 0
    parser.ordered_attributes = True

    def start(_: str, attributes: list[str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST or len(attributes) > 2 * MOST_ATTRIBUTES:
            raise _refused(_ELEMENTS if depth > DEEPEST else _ATTRIBUTES, name, parser.CurrentLineNumber)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    def entity(*declared: object) -> None:
        if declared[4]:  # its system identifier
            raise _refused(_OUTSIDE, name, parser.CurrentLineNumber)

    parser.StartElementHandler, parser.EndElementHandler, parser.EntityDeclHandler = start, end, entity
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        if error.code == _AMPLIFIED:
            raise _refused(_ENTITIES, name, error.lineno) from None


_CHECKS: Mapping[RdfFormat, Callable[[bytes, str], None]] = {
    RdfFormat.TURTLE: _terms,
    RdfFormat.N_TRIPLES: _terms,
    RdfFormat.JSON_LD: _values,
    RdfFormat.RDF_XML: _elements,
}
