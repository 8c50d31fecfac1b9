"""What says that something is a person, that it is called so, and that a graph has personal data."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode, Triple

from samverkan.model.namespaces import (
    FOAF,
    PERSON,
    PERSONAL_DATA,
    PROV,
    RDFS,
    SCHEMA,
    SCHEMA_HTTP,
    SKOS,
    VCARD,
)


def _nodes(*iris: str) -> tuple[NamedNode, ...]:
    return tuple(map(NamedNode, iris))


PERSONS = _nodes(
    f"{VCARD}Individual",
    f"{FOAF}Person",
    f"{PROV}Person",
    f"{SCHEMA}Person",
    f"{SCHEMA_HTTP}Person",
    f"{PERSON}Person",
)
"""The classes of persons."""

NAMES = _nodes(f"{VCARD}fn", f"{FOAF}name", f"{SCHEMA}name", f"{SCHEMA_HTTP}name")
"""What a person is called, in full."""

PARTS_OF_NAMES = _nodes(
    *(f"{VCARD}{name}" for name in ("given-name", "family-name", "additional-name", "nickname", "hasName")),
    *(f"{FOAF}{name}" for name in ("givenName", "familyName", "firstName", "lastName", "surname", "nick")),
    *(f"{schema}{name}" for schema in (SCHEMA, SCHEMA_HTTP) for name in ("givenName", "familyName", "alternateName")),
)
"""Parts of that, and what else somebody is called."""

SAME = _nodes(f"{SKOS}closeMatch", f"{SKOS}exactMatch", f"{RDFS}seeAlso")
"""By what a property of a site points to `dpv:hasPersonalData`."""

TRUE = frozenset({"true", "1"})


def declaring(triples: Iterable[Triple]) -> frozenset[NamedNode]:
    """The properties by which a site says that a graph has personal data, by what its ontology says of them."""
    same = frozenset(SAME)
    found = {t.subject for t in triples if t.object == PERSONAL_DATA and t.predicate in same}
    return frozenset({PERSONAL_DATA, *(each for each in found if isinstance(each, NamedNode))})


def declared(triples: Iterable[Triple], properties: Iterable[NamedNode]) -> frozenset[str]:
    """The graphs that are declared personal by some properties."""
    wanted = frozenset(properties)
    said = (t for t in triples if t.predicate in wanted and getattr(t.object, "value", "") in TRUE)
    return frozenset(t.subject.value for t in said if isinstance(t.subject, NamedNode))
