"""The catalogue for data portals and the files for search engines: what is told is so, and both doors tell the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

import samverkan
from samverkan.errors import UnreadableError
from samverkan.harvesting import Harvest, harvest
from samverkan.harvesting.quality import MOST, rating
from samverkan.model import media_types, paths
from samverkan.model.namespaces import DCAT, DCATAP, DCTERMS, FOAF, SPDX, VCARD
from samverkan.publication import crawling, resolver
from samverkan.publication.manifest import closing
from samverkan.publication.release_file import ManifestEntry
from samverkan.settings import Catalogue, Contact, Settings
from samverkan.validation import Severity

FULL = Catalogue(
    organisation="2021002973",
    publisher_type="http://purl.org/adms/publishertype/Academia-ScientificOrganisation",
    themes=("http://publications.europa.eu/resource/authority/data-theme/EDUC",),
    spatial=("http://publications.europa.eu/resource/authority/country/SWE",),
    keywords={"sv": ("avtal",), "en": ("agreements",)},
    identifier="77b3e847-da34-41c5-9031-84d60b31232c",
    issued=date(2026, 1, 31),
    start=date(2019, 1, 1),
)


def catalogue(site: samverkan.Site) -> bytes:
    return resolver.fetch(site, f"{paths.CATALOGUE}.rdf").content


def settled(site: samverkan.Site, **changes: object) -> samverkan.Site:
    """The same site with other settings."""
    other = samverkan.open(site.root)
    other.__dict__["settings"] = replace(other.settings, **changes)  # type: ignore[arg-type]  # each test names its own
    assert isinstance(other.settings, Settings)
    return other


@pytest.fixture
def full(doll: samverkan.Site) -> samverkan.Site:
    """The doll's house as somebody would register it who has filled in everything."""
    names = {"sv": "Lärosätet", "en": "The university"}
    return settled(
        doll,
        catalogue=FULL,
        contact=Contact("data@example.org", names),
        publisher=names,
        description={"sv": "Vad som är avtalat.", "en": "What is agreed."},
        title={"sv": "Avtal", "en": "Agreements"},
        license="http://creativecommons.org/publicdomain/zero/1.0/",
    )


def triples(content: bytes) -> list[Triple]:
    return [quad.triple for quad in parse(content, format=RdfFormat.RDF_XML)]


def values(found: Iterable[Triple], subject: str, predicate: str) -> set[str]:
    about = (t.object for t in found if t.subject == NamedNode(subject) and t.predicate == NamedNode(predicate))
    return {value.value for value in about if isinstance(value, NamedNode | Literal)}


def test_a_catalogue_with_everything_breaks_no_rule_and_misses_the_day_of_the_last_change_alone(
    full: samverkan.Site,
) -> None:
    found = harvest(catalogue(full), "dcat.rdf")

    assert [finding.rule for finding in found.report.findings] == ["catalogue-modified"]
    assert [score.asks["en"] for score in found.scores if score.met is False] == ["date of the last change"]
    assert sum(score.points for score in found.scores) == MOST


def test_sizes_and_sums_are_those_of_the_files(full: samverkan.Site) -> None:
    found, base = triples(catalogue(full)), full.settings.base
    files = values(found, base + paths.DATASET, f"{DCAT}distribution")

    assert len(files) == 5
    for file in files:
        content = resolver.fetch(full, file.removeprefix(base)).content
        [checksum] = values(found, file, f"{SPDX}checksum")
        assert values(found, file, f"{DCAT}byteSize") == {str(len(content))}
        assert values(found, checksum, f"{SPDX}checksumValue") == {hashlib.sha256(content).hexdigest()}
        assert values(found, file, f"{DCATAP}availability")


def test_a_release_writes_the_catalogue_that_the_server_answers(full: samverkan.Site) -> None:
    dumps = [resolver.fetch(full, f"{paths.DUMP}{suffix}") for suffix in (".trig", ".nq", ".nq.gz", ".ttl", ".jsonld")]
    written = {item.path: item.content for item in closing(full, map(ManifestEntry.of, dumps))}
    forms = [path for path in written if path.startswith(paths.DATASETS)]

    assert sorted(forms) == [f"{paths.CATALOGUE}{suffix}" for suffix in (".jsonld", ".nt", ".rdf", ".ttl")]
    assert all(resolver.fetch(full, path).content == written[path] for path in forms)


def test_everything_in_it_has_an_absolute_address(full: samverkan.Site) -> None:
    found = triples(catalogue(full))
    subjects = {triple.subject for triple in found}

    assert not any(isinstance(each, BlankNode) for triple in found for each in (triple.subject, triple.object))
    assert all(isinstance(each, NamedNode) and each.value.startswith("http") for each in subjects)


def test_who_asks_for_nothing_gets_rdf_xml(full: samverkan.Site) -> None:
    assert resolver.find(full, paths.CATALOGUE).media_types[0] == media_types.RDF_XML.media_type


def test_the_publisher_is_told_by_its_number_and_the_contact_is_another_than_it(full: samverkan.Site) -> None:
    found, base = triples(catalogue(full)), full.settings.base
    publisher = "http://dataportal.se/organisation/SE2021002973"
    contact = f"{base}{paths.CATALOGUE}#contact"

    assert values(found, base + paths.CATALOGUE, f"{DCTERMS}publisher") == {publisher}
    assert values(found, publisher, f"{FOAF}name") == {"Lärosätet", "The university"}
    assert values(found, base + paths.DATASET, f"{DCAT}contactPoint") == {contact}
    assert values(found, contact, f"{VCARD}hasEmail") == {"mailto:data@example.org"}
    assert f"<{publisher}>" in resolver.fetch(full, f"{paths.VOID}.nt").content.decode()


def test_the_service_of_ready_made_queries_is_described_by_openapi_itself(full: samverkan.Site) -> None:
    base = full.settings.base
    [described] = values(triples(catalogue(full)), base + paths.QUERIES, f"{DCAT}endpointDescription")

    assert resolver.find(full, described.removeprefix(base)).exact


def test_the_site_of_this_repository_breaks_no_rule(ki: samverkan.Site) -> None:
    report = harvest(catalogue(ki), "dcat.rdf").report

    assert report.at_least(Severity.VIOLATION) == ()


def test_a_site_without_any_setting_is_told_all_that_it_must_have(doll: samverkan.Site) -> None:
    bare = settled(doll, publisher={}, description={}, title={}, license=None, catalogue=Catalogue(), contact=None)
    rules = {finding.rule for finding in harvest(catalogue(bare), "x").report.at_least(Severity.VIOLATION)}

    assert rules >= {"catalogue-title", "catalogue-publisher", "dataset-title", "dataset-description"}


# A true catalogue, with one thing changed, and the rule that tells it.
CHANGED = {
    "the https spelling of the licence": (
        (b'rdf:resource="http://creativecommons', b'rdf:resource="https://creativecommons'),
        "catalogue-license-list",
    ),
    "a title without a language": (
        (b'<dcterms:title xml:lang="sv">Avtal<', b"<dcterms:title>Avtal<"),
        "dataset-title-language",
    ),
    "a title in one language": (
        (b'<dcterms:title xml:lang="sv">Avtal<', b'<dcterms:title xml:lang="fi">Avtal<'),
        "dataset-title-sv",
    ),
    "no address of the file": ((b"dcat:accessURL", b"dcat:landingPage"), "distribution-accessURL"),
    "a size in words": ((b"nonNegativeInteger", b"string"), "distribution-size"),
    "a publisher that is the contact": (
        (b"https://example.org/doll/datasets/dcat#contact", b"http://dataportal.se/organisation/SE2021002973"),
        "contact-other",
    ),
    "a mailbox as a text": ((b"mailto:data@example.org", b"https://example.org/"), "contact-email"),
    "no type of the publisher": ((b"publishertype", b"other"), "publisher-type-list"),
    "an identifier that is no UUID": ((b"77b3e847-da34", b"7"), "dataset-identifier-list"),
    "a relative address": ((b'"https://example.org/doll/sparql"', b'"sparql"'), "absolute-address"),
    "a theme that is not of the list": ((b"authority/data-theme/EDUC", b"theme/EDUC"), "dataset-theme-list"),
    "a day in words": ((b"2026-01-31", b"2026"), "dataset-issued-day"),
    "a record": ((b"dcat:DataService", b"dcat:CatalogRecord"), "record"),
}


def changed(full: samverkan.Site, old: bytes, new: bytes) -> Harvest:
    content = catalogue(full)
    assert old in content, old
    return harvest(content.replace(old, new), "dcat.rdf")


def test_every_kind_of_change_is_tried() -> None:
    assert len(CHANGED) == 13


@pytest.mark.parametrize("name", CHANGED)
def test_a_catalogue_with_one_thing_wrong_is_told(full: samverkan.Site, name: str) -> None:
    (old, new), rule = CHANGED[name]
    found = changed(full, old, new).report.findings

    assert rule in {finding.rule for finding in found}
    assert all({"sv", "en"} <= finding.message.keys() for finding in found)


@pytest.mark.parametrize(
    ("points", "words"),
    [(405, "excellent"), (351, "excellent"), (350, "good"), (121, "sufficient"), (120, "bad"), (0, "bad")],
)
def test_a_number_of_points_has_the_word_of_the_portal(points: int, words: str) -> None:
    assert rating(points)["en"] == words


def addresses(content: bytes) -> list[str]:
    return [each.text or "" for each in ET.fromstring(content).iter() if each.tag.endswith("}loc")]


def test_what_is_no_rdf_xml_is_told_as_that() -> None:
    with pytest.raises(UnreadableError, match=r"^x\.rdf: This is not RDF/XML: .*Correct it") as caught:
        harvest(b"<a><b></a>", "x.rdf")
    assert "inte RDF/XML" in caught.value.message("sv")


def test_every_address_of_the_sitemap_leads_to_a_page(doll: samverkan.Site) -> None:
    found = addresses(resolver.fetch(doll, "sitemap.xml").content)

    assert len(found) == len(set(found)) > 40
    assert all(resolver.find(doll, address.removeprefix(doll.settings.base)).exact is not None for address in found)
    assert resolver.find(doll, "sitemap.xml").exact == resolver.find(doll, "sitemap").variants[0]
    assert resolver.fetch(doll, "sitemap.xml").media_type == "application/xml"


def test_more_pages_than_a_sitemap_may_hold_are_in_several(
    doll: samverkan.Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawling, "MOST", 30)
    base = doll.settings.base
    site = samverkan.open(doll.root)
    whole = addresses(resolver.fetch(doll, "sitemap.xml").content)
    parts = addresses(resolver.fetch(site, "sitemap.xml").content)

    assert len(parts) == -(-len(whole) // 30) > 1
    assert [
        each for part in parts for each in addresses(resolver.fetch(site, part.removeprefix(base)).content)
    ] == whole


def test_withdrawn_things_are_in_no_sitemap(doll: samverkan.Site) -> None:
    listed = resolver.fetch(doll, "sitemap.xml").content.decode()
    gone = [doll.addresses.document(iri) for iri in doll.tombstones]

    assert gone
    assert not any(f"{path}." in listed for path in gone if path)


def test_robots_are_told_where_a_site_has_a_host_for_itself(doll: samverkan.Site) -> None:
    assert crawling.robots("https://example.org/").decode().endswith("Sitemap: https://example.org/sitemap.xml\n")
    assert not [page for page in crawling.files(doll) if page.path == paths.ROBOTS]
    alone = settled(doll, base="https://example.org/")
    assert next(crawling.files(alone)).path == paths.ROBOTS
