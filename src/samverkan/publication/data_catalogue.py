"""The site as a harvester takes it in: one catalogue with one dataset and two services, in DCAT-AP-SE 3.0.1.

Made from the settings, the data and the files of the release. No blank node: harvesters compare from night to night.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from pyoxigraph import Literal, Triple

from samverkan.formats import Format, formats_for, negotiated
from samverkan.model import media_types, paths
from samverkan.model.namespaces import (
    DCAT,
    DCATAP,
    DCTERMS,
    EU_AUTHORITY,
    FOAF,
    IANA_MEDIA_TYPES,
    SPARQL_PROTOCOL,
    SPDX,
    TYPE,
    VCARD,
)
from samverkan.model.queries import Texts
from samverkan.model.results import BooleanResult, Graph, Quads, Table
from samverkan.publication.release_file import ManifestEntry
from samverkan.publication.void import Fact, described, linked, literals, publisher_iri, stated, typed

if TYPE_CHECKING:
    from samverkan.site.checked_site import CheckedSite

# The catalogue itself, as a list of names, is free for everyone: the portal takes no other licence, and none but this
# spelling of it.
LICENCE = "http://creativecommons.org/publicdomain/zero/1.0/"

_THEMES = f"{EU_AUTHORITY}data-theme"
_PUBLIC = f"{EU_AUTHORITY}access-right/PUBLIC"
_AVAILABLE = f"{EU_AUTHORITY}planned-availability/AVAILABLE"
_OPENAPI = "https://spec.openapis.org/oas/v3.1.0"

# What the EU's Publications Office calls a language, by its tag.
_LANGUAGES: Mapping[str, str] = {
    "da": "DAN",
    "de": "DEU",
    "en": "ENG",
    "es": "SPA",
    "et": "EST",
    "fi": "FIN",
    "fr": "FRA",
    "is": "ISL",
    "it": "ITA",
    "nb": "NOB",
    "nl": "NLD",
    "nn": "NNO",
    "no": "NOR",
    "pl": "POL",
    "sv": "SWE",
}

_TITLES: Mapping[str, Texts] = {
    "catalogue": {"sv": "Datakatalog: {}", "en": "Data catalogue: {}"},
    "distribution": {"sv": "{} som {}", "en": "{} as {}"},
    "sparql": {"sv": "{}: SPARQL", "en": "{}: SPARQL"},
    "queries": {"sv": "{}: färdiga frågor", "en": "{}: ready-made queries"},
}
_DESCRIPTIONS: Mapping[str, Texts] = {
    "catalogue": {
        "sv": "De datamängder och tjänster som publiceras på {}.",
        "en": "The datasets and services that are published at {}.",
    },
    "distribution": {"sv": "Alla uppgifter i en fil.", "en": "All facts in one file."},
    "sparql": {
        "sv": "Här kan vem som helst ställa egna frågor till alla uppgifter, i frågespråket SPARQL 1.1.",
        "en": "Here anybody can ask questions of their own about all facts, in the query language SPARQL 1.1.",
    },
    "queries": {
        "sv": "Svar på färdiga frågor, som tabeller i CSV, JSON och andra format. Varje fråga har en adress.",
        "en": "Answers to ready-made queries, as tables in CSV, JSON and other formats. Each query has an address.",
    },
}


def catalogue(site: CheckedSite, entries: Iterable[ManifestEntry]) -> Graph:
    """The catalogue of a site; `entries` are files of its release, of which those with the whole dataset are told."""
    files = {entry.path: entry for entry in entries}
    parts = (
        _catalogue(site),
        _dataset(site),
        *(_distribution(site, form, files[paths.DUMP + form.suffix]) for form in formats_for(Quads)),
        _sparql(site),
        _queries(site),
        _publisher(site),
        _contact(site),
        _period(site),
    )
    return described(site.settings.base + paths.CATALOGUE, (triple for part in parts for triple in part))


def _here(site: CheckedSite, name: str) -> str:
    """The IRI of what has no address of its own, so it has one on the page of the catalogue."""
    return f"{site.settings.base}{paths.CATALOGUE}#{name}"


def _catalogue(site: CheckedSite) -> Iterator[Triple]:
    settings = site.settings
    base = settings.base
    return stated(
        base + paths.CATALOGUE,
        *linked(TYPE.value, f"{DCAT}Catalog"),
        *literals(f"{DCTERMS}title", _filled(_TITLES["catalogue"], settings.title)),
        *literals(
            f"{DCTERMS}description", {tag: text.format(base) for tag, text in _DESCRIPTIONS["catalogue"].items()}
        ),
        *_published(site),
        *linked(f"{DCTERMS}license", LICENCE),
        *linked(f"{DCAT}dataset", base + paths.DATASET),
        *linked(f"{DCAT}service", base + paths.SPARQL, base + paths.QUERIES),
        *linked(f"{FOAF}homepage", base),
        *linked(f"{DCAT}themeTaxonomy", *([_THEMES] if settings.catalogue.themes else [])),
        *linked(f"{DCTERMS}spatial", *settings.catalogue.spatial),
    )


def _dataset(site: CheckedSite) -> Iterator[Triple]:
    settings = site.settings
    base, known = settings.base, settings.catalogue
    return stated(
        base + paths.DATASET,
        *linked(TYPE.value, f"{DCAT}Dataset"),
        *literals(f"{DCTERMS}title", settings.title),
        *literals(f"{DCTERMS}description", settings.description),
        *_published(site),
        *_found_by(site),
        *linked(f"{DCTERMS}conformsTo", settings.ontology),
        *linked(f"{DCTERMS}spatial", *known.spatial),
        *linked(f"{DCTERMS}temporal", *([_here(site, "period")] if known.start or known.end else [])),
        *linked(f"{DCTERMS}accessRights", _PUBLIC),
        *linked(f"{DCAT}landingPage", base),
        *linked(f"{DCAT}distribution", *(base + paths.DUMP + form.suffix for form in formats_for(Quads))),
        *([(f"{DCTERMS}identifier", Literal(known.identifier))] if known.identifier else []),
    )


def _published(site: CheckedSite) -> Iterator[Fact]:
    """Who publishes, since when, and in which languages."""
    settings = site.settings
    yield from linked(f"{DCTERMS}publisher", *([publisher_iri(site)] if settings.publisher else []))
    codes = (_LANGUAGES[tag] for tag in settings.languages if tag in _LANGUAGES)
    yield from linked(f"{DCTERMS}language", *(f"{EU_AUTHORITY}language/{code}" for code in codes))
    if settings.catalogue.issued:
        yield typed(f"{DCTERMS}issued", settings.catalogue.issued.isoformat(), "date")


def _found_by(site: CheckedSite) -> Iterator[Fact]:
    """By what it is found, and whom to ask."""
    known = site.settings.catalogue
    yield from linked(f"{DCAT}contactPoint", *([_here(site, "contact")] if site.settings.contact else []))
    yield from linked(f"{DCAT}theme", *known.themes)
    for language, words in known.keywords.items():
        yield from ((f"{DCAT}keyword", Literal(word, language=language)) for word in words)


def _distribution(site: CheckedSite, form: Format, file: ManifestEntry) -> Iterator[Triple]:
    """One file with everything, with its size and checksum."""
    iri = site.settings.base + file.path
    checksum = _here(site, f"sha256-{form.name}")
    titles = {
        tag: text.format(site.settings.title[tag], form.title)
        for tag, text in _TITLES["distribution"].items()
        if tag in site.settings.title
    }
    yield from stated(
        iri,
        *linked(TYPE.value, f"{DCAT}Distribution"),
        *literals(f"{DCTERMS}title", titles),
        *literals(f"{DCTERMS}description", _DESCRIPTIONS["distribution"]),
        *linked(f"{DCAT}accessURL", iri),
        *linked(f"{DCAT}downloadURL", iri),
        *_written(form),
        *_usable(site),
        *linked(f"{DCATAP}availability", _AVAILABLE),
        typed(f"{DCAT}byteSize", file.size, "nonNegativeInteger"),
        *linked(f"{SPDX}checksum", checksum),
    )
    yield from stated(
        checksum,
        *linked(TYPE.value, f"{SPDX}Checksum"),
        *linked(f"{SPDX}algorithm", f"{SPDX}checksumAlgorithm_sha256"),
        typed(f"{SPDX}checksumValue", file.sha256, "hexBinary"),
    )


def _written(form: Format) -> Iterator[Fact]:
    """In what a file is written."""
    yield from linked(f"{DCTERMS}format", f"{EU_AUTHORITY}file-type/{form.eu}")
    compressed = form.media_type == media_types.GZIP
    yield from linked(f"{DCAT}mediaType", IANA_MEDIA_TYPES + (media_types.N_QUADS if compressed else form.media_type))
    yield from linked(f"{DCAT}compressFormat", *([IANA_MEDIA_TYPES + media_types.GZIP] if compressed else []))


def _usable(site: CheckedSite) -> Iterator[Fact]:
    """How it may be used."""
    yield from linked(f"{DCTERMS}license", *([site.settings.license] if site.settings.license else []))
    yield from linked(f"{DCTERMS}rights", _PUBLIC)


def _sparql(site: CheckedSite) -> Iterator[Triple]:
    address = site.settings.base + paths.SPARQL
    about = linked(f"{DCTERMS}conformsTo", SPARQL_PROTOCOL)
    return _service(site, "sparql", address, (*linked(f"{DCAT}endpointDescription", address), *about))


def _queries(site: CheckedSite) -> Iterator[Triple]:
    base = site.settings.base
    described_by = linked(f"{DCAT}endpointDescription", f"{base}{paths.INTERFACE}.json")
    return _service(site, "queries", base + paths.QUERIES, (*described_by, *linked(f"{DCTERMS}conformsTo", _OPENAPI)))


def _service(site: CheckedSite, name: str, address: str, more: Iterable[Fact]) -> Iterator[Triple]:
    """One way to ask; the formats are those of its answers."""
    codes = dict.fromkeys(form.eu for form in negotiated(formats_for(Table, BooleanResult, Graph)))
    return stated(
        address,
        *linked(TYPE.value, f"{DCAT}DataService"),
        *literals(f"{DCTERMS}title", _filled(_TITLES[name], site.settings.title)),
        *literals(f"{DCTERMS}description", _DESCRIPTIONS[name]),
        *linked(f"{DCTERMS}publisher", *([publisher_iri(site)] if site.settings.publisher else [])),
        *linked(f"{DCAT}endpointURL", address),
        *more,
        *_found_by(site),
        *linked(f"{DCTERMS}accessRights", _PUBLIC),
        *linked(f"{DCTERMS}license", *([site.settings.license] if site.settings.license else [])),
        *linked(f"{DCTERMS}format", *(f"{EU_AUTHORITY}file-type/{code}" for code in codes)),
        *linked(f"{DCAT}servesDataset", site.settings.base + paths.DATASET),
    )


def _publisher(site: CheckedSite) -> Iterator[Triple]:
    settings = site.settings
    if not settings.publisher:
        return iter(())
    kind = settings.catalogue.publisher_type
    number = settings.catalogue.organisation
    return stated(
        publisher_iri(site),
        *linked(TYPE.value, f"{FOAF}Agent"),
        *literals(f"{FOAF}name", settings.publisher),
        *linked(f"{DCTERMS}type", *([kind] if kind else [])),
        *([(f"{DCTERMS}identifier", Literal(number))] if number else []),
    )


def _contact(site: CheckedSite) -> Iterator[Triple]:
    """Whom to ask: the mailbox of the settings, never a person of the data."""
    contact = site.settings.contact
    if contact is None:
        return iter(())
    names = contact.name or site.settings.publisher
    return stated(
        _here(site, "contact"),
        *linked(TYPE.value, f"{VCARD}Organization"),
        *literals(f"{VCARD}fn", names),
        *linked(f"{VCARD}hasEmail", f"mailto:{contact.email}"),
    )


def _period(site: CheckedSite) -> Iterator[Triple]:
    """The time that the dataset is about, as far as it is known."""
    days = {"startDate": site.settings.catalogue.start, "endDate": site.settings.catalogue.end}
    known = [typed(f"{DCAT}{name}", day.isoformat(), "date") for name, day in days.items() if day]
    return stated(_here(site, "period"), *linked(TYPE.value, f"{DCTERMS}PeriodOfTime"), *known) if known else iter(())


def _filled(words: Texts, titles: Mapping[str, str]) -> Texts:
    """A text of ours around a title, in the languages that both have."""
    return {tag: text.format(titles[tag]) for tag, text in words.items() if tag in titles}
