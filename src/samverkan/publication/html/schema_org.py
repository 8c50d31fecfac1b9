"""What a thing is to search engines: schema.org, as far as standards and the site's own ontology say so.

The ontology says so of a class or a property by a match of SKOS, `rdfs:seeAlso`, or as what it is a special case of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode

from samverkan.model.namespaces import DCTERMS, FOAF, ORG, OWL, RDFS, SCHEMA, SKOS, SUBCLASS, VCARD, VOID, XSD

if TYPE_CHECKING:
    from samverkan.publication.html.page import HtmlPage

_MATCHES = (
    *(f"{SKOS}{kind}Match" for kind in ("exact", "close", "broad")),
    f"{OWL}equivalentClass",
    f"{OWL}equivalentProperty",
    SUBCLASS.value,
    f"{RDFS}subPropertyOf",
    f"{RDFS}seeAlso",
)
_SAME = (f"{OWL}sameAs", f"{SKOS}exactMatch", f"{SKOS}closeMatch")

# What schema.org calls the classes of the standards.
_CLASSES = {
    f"{ORG}Organization": "Organization",
    f"{ORG}FormalOrganization": "Organization",
    f"{ORG}OrganizationalUnit": "Organization",
    f"{FOAF}Organization": "Organization",
    f"{FOAF}Person": "Person",
    f"{FOAF}Document": "WebPage",
    f"{VCARD}Individual": "Person",
    f"{SKOS}Concept": "DefinedTerm",
    f"{SKOS}ConceptScheme": "DefinedTermSet",
    f"{OWL}Class": "DefinedTerm",
    f"{OWL}ObjectProperty": "DefinedTerm",
    f"{OWL}DatatypeProperty": "DefinedTerm",
    f"{DCTERMS}Location": "Place",
    f"{VOID}Dataset": "Dataset",
}
# What it calls their properties.
_PROPERTIES = {
    f"{DCTERMS}isPartOf": "isPartOf",
    f"{DCTERMS}issued": "datePublished",
    f"{DCTERMS}modified": "dateModified",
    f"{DCTERMS}publisher": "publisher",
    f"{DCTERMS}subject": "about",
    f"{ORG}hasMember": "member",
    f"{ORG}memberOf": "memberOf",
    f"{ORG}unitOf": "parentOrganization",
    f"{SKOS}inScheme": "inDefinedTermSet",
}
# Dates as it takes them (ISO 8601): EDTF's seasons are none.
_DATES = frozenset(f"{XSD}{name}" for name in ("date", "gYearMonth", "gYear", "dateTime"))
_ANYTHING = "Thing"
_MOST = 20  # values of one kind
_LONGEST = 1000  # characters of a text


def described(page: HtmlPage, iri: str) -> dict[str, Any]:
    """A thing in the words of schema.org: what it is, what it is called, what is said of it, and the same elsewhere."""
    texts = page.context.texts(iri, f"{DCTERMS}description") or page.context.texts(iri, f"{SKOS}definition")
    others = [value.value for value in page.context.objects(iri, f"{SKOS}altLabel")]
    same = [value.value for name in _SAME for value in page.context.objects(iri, name) if isinstance(value, NamedNode)]
    found: dict[str, Any] = {
        "@context": SCHEMA.rstrip("/"),
        "@type": _type(page, iri),
        "@id": iri,
        "name": page.name(iri).text,
        "alternateName": others[:_MOST],
        "description": page.locale.pick(texts).text[:_LONGEST] if texts else "",
        "sameAs": same[:_MOST],
        "mainEntityOfPage": {
            "@type": "WebPage",
            "@id": page.address + page.suffix,
            "inLanguage": page.language,
            "license": page.site.settings.license,
        },
    }
    return {key: value for key, value in {**_stated(page, iri), **found}.items() if value}


def _stated(page: HtmlPage, iri: str) -> dict[str, Any]:
    """The facts of which schema.org knows the property: things by their names, and dates."""
    found: dict[str, list[Any]] = {}
    for triple in page.context.facts(iri):
        name, value = _property(page, triple.predicate.value), triple.object
        if name and isinstance(value, NamedNode):
            found.setdefault(name, []).append(_named(page, value.value))
        elif name and isinstance(value, Literal) and value.datatype.value in _DATES:
            found.setdefault(name, []).append(value.value)
    return {name: values[0] if len(values) == 1 else values[:_MOST] for name, values in sorted(found.items())}


def _property(page: HtmlPage, name: str) -> str | None:
    """What schema.org calls a property: by a standard, or as the ontology itself says."""
    return _PROPERTIES.get(name) or page.context.once(("schema", name), lambda: _matched(page, name))


def _named(page: HtmlPage, iri: str) -> dict[str, str]:
    return {"@type": _type(page, iri), "@id": iri, "name": page.name(iri).text}


def _type(page: HtmlPage, iri: str) -> str:
    """The class that schema.org has for a thing: by the most special of its classes of which one is known."""
    for name in page.context.classes(iri):
        found = _CLASSES.get(name) or _matched(page, name)
        if found:
            return found
    return _ANYTHING


def _matched(page: HtmlPage, name: str) -> str | None:
    """What the ontology itself says a class or a property is in schema.org."""
    values = (
        value.value for match in _MATCHES for value in page.context.objects(name, match) if hasattr(value, "value")
    )
    return next((value.removeprefix(SCHEMA) for value in values if value.startswith(SCHEMA)), None)
