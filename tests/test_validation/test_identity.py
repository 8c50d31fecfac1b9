"""The shapes that hold a thing against all others: what has the same name, code or content is told, and no more."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import pyoxigraph as ox
import pytest
from tests.test_validation import test_shapes as suite

SCB = 'adms:schemaAgency "SCB"@sv , "Statistics Sweden"@en'
CODE = 'identifier:{0} a adms:Identifier ; skos:notation "{1}" ; dcterms:type idscheme:{2} ; ' + SCB + " ."
FLOW = (
    'flow:{0} a sam:FundingFlow ; skos:prefLabel "Anslaget"@sv , "The grant"@en ; '
    "sam:payer organisation:town ; sam:payee organisation:university ."
)
PAGE = (
    'page:{0} a sam:SourcePage ; skos:prefLabel "Sidan {0}"@sv , "Page {0}"@en ; dcterms:title "{0}"@sv ; '
    "dcterms:language <http://publications.europa.eu/resource/authority/language/SWE> ; "
    "dcterms:publisher organisation:town ; "
    'foaf:page <https://example.org/{0}> ; sam:readOn "2024-01-02"^^xsd:date {1} . note:why dcterms:source page:{0} . '
)
HEADING = 'heading:twin a sam:Heading ; oa:exact "Tvilling" ; sam:sourceLine 5 . page:{0} sam:hasHeading heading:twin .'
HOSPITAL = 'organisation:hospital a org:Organization ; skos:prefLabel "Sjukhuset"@sv , "The hospital"@en'


class Twin(NamedTuple):
    """What is added to the site on which all shapes are content, and what is then told of which things."""

    name: str
    added: str
    told: tuple[str, ...] = ()


def organisation(name: str, said: str = "", kind: str = "org:FormalOrganization") -> str:
    return f"organisation:{name} a {kind} ; org:classification area:education {said} ."


def agreement(name: str, said: str, day: str, more_parties: str = "") -> str:
    signed = (
        f'sam:signatureDate "{day}"^^xsd:date ; sam:signaturePrecision sam:precision-day ; '
        f'sam:signedNotBefore "{day}"^^xsd:date ; sam:signedNotAfter "{day}"^^xsd:date'
    )
    return signed_at(name, said, signed, more_parties)


def in_year(name: str, said: str, year: str) -> str:
    signed = (
        f'sam:signatureDate "{year}"^^xsd:gYear ; sam:signaturePrecision sam:precision-year ; '
        f'sam:signedNotBefore "{year}-01-01"^^xsd:date ; sam:signedNotAfter "{year}-12-31"^^xsd:date'
    )
    return signed_at(name, said, signed)


def signed_at(name: str, said: str, signed: str, more_parties: str = "") -> str:
    return (
        f"agreement:{name} a sam:Agreement ; sam:agreementType sam:type-comprehensive ; sam:contact person:p1 {said} ; "
        f"sam:party organisation:town , organisation:university {more_parties} ; {signed} ; "
        "sam:validityKind sam:validity-until-further-notice ; sam:coversArea area:research ."
    )


PLACEMENT = (
    "placement:twin a sam:PlacementCount ; sam:underAgreement agreement:month ; sam:term area:research ; "
    'sam:year "{0}"^^xsd:gYear ; sam:placements 10 '
)


NOT_FORMAL = "organisation:hospital NumberedOrganisation-class"
GEONAMES = "organisation:twin Municipality-geonames"
NAMES = '; skos:prefLabel "{0}"@sv , "{1}"@en'
TWINS = (
    Twin(
        "the placements of a term are given twice",
        PLACEMENT.format("2025") + "; sam:offeredBy organisation:town ; sam:programme area:education .",
        ("placement:twin PlacementCount-once",),
    ),
    Twin("all placements of a term are given, and those of one programme", PLACEMENT.format("2025") + "."),
    Twin(
        "the placements of two years are given",
        PLACEMENT.format("2026") + "; sam:offeredBy organisation:town ; sam:programme area:education .",
    ),
    Twin(
        "two organisations have one name",
        organisation("twin", NAMES.format("Lillstads kommun", "The twin")),
        ("organisation:twin SameName-name", "organisation:town SameName-name"),
    ),
    Twin(
        "an organisation is called as another is also called",
        organisation("twin", NAMES.format("Lillan", "The twin")) + 'organisation:town skos:altLabel "Lillan"@sv .',
        ("organisation:twin SameName-alsoCalled",),
    ),
    Twin(
        "two organisations are also called the same",
        organisation("twin", NAMES.format("Tvillingen", "The twin") + '; skos:altLabel "LS"@sv')
        + 'organisation:town skos:altLabel "LS"@sv .',
    ),
    Twin(
        "a name is the same in another language", organisation("twin", NAMES.format("Bigtown University", "The twin"))
    ),
    Twin(
        "a place is called as an organisation is",
        'place:town a dcterms:Location ; skos:prefLabel "Lillstads kommun"@sv , "Smalltown Municipality"@en .',
    ),
    Twin(
        "two places have one name",
        'place:town a dcterms:Location ; skos:prefLabel "Lillstads län"@sv , "The county"@en .',
        ("place:town SameName-name", "place:county SameName-name"),
    ),
    Twin(
        "two organisations are one in Wikidata",
        organisation(
            "twin", NAMES.format("Tvillingen", "The twin") + "; skos:closeMatch <http://www.wikidata.org/entity/Q1>"
        ),
        ("organisation:twin SameName-closeMatch", "organisation:university SameName-closeMatch"),
    ),
    Twin(
        "two persons have one name",
        'person:p2 a vcard:Individual ; vcard:fn "Påhittad Person" . agreement:day sam:contact person:p2 .',
        ("person:p1 SamePerson-name", "person:p2 SamePerson-name"),
    ),
    Twin(
        "two concepts of a scheme have one name",
        'area:twin a skos:Concept ; skos:prefLabel "Forskning"@sv , "Twin"@en ; skos:inScheme scheme:areas .',
        ("area:twin SameConcept-name", "area:research SameConcept-name"),
    ),
    Twin(
        "concepts of two schemes have one name",
        'area:twin a skos:Concept ; skos:prefLabel "Forskning"@sv , "Twin"@en ; skos:inScheme scheme:idscheme .',
    ),
    Twin(
        "two concepts of a scheme have one code",
        'area:research skos:notation "1" . area:education skos:notation "1" .',
        ("area:research SameConcept-notation", "area:education SameConcept-notation"),
    ),
    Twin(
        "two organisations have one code",
        CODE.format("twin", "0001", "scb-municipality-code")
        + organisation("twin", NAMES.format("Tvillingen", "The twin") + "; adms:identifier identifier:twin"),
        ("identifier:twin SameCode-notation", "identifier:municipality SameCode-notation", GEONAMES),
    ),
    Twin(
        "one code stands in two registers",
        CODE.format("twin", "0001", "scb-county-code")
        + organisation("twin", NAMES.format("Tvillingen", "The twin") + "; adms:identifier identifier:twin"),
        ("identifier:twin Identifier-scb-county-code",),
    ),
    Twin(
        "two organisations have one number",
        CODE.format("twin", "212000-0001", "organisation-number") + f"{HOSPITAL} ; adms:identifier identifier:twin .",
        ("identifier:twin SameCode-organisationNumber", "identifier:number SameCode-organisationNumber", NOT_FORMAL),
    ),
    Twin(
        "a hospital has the number of its region",
        CODE.format("twin", "212000-0001", "organisation-number")
        + f"{HOSPITAL} ; adms:identifier identifier:twin ; org:unitOf organisation:town .",
    ),
    Twin(
        "a region has the number of its hospital",
        CODE.format("twin", "212000-0001", "organisation-number")
        + f"{HOSPITAL} ; adms:identifier identifier:twin . organisation:town org:hasUnit organisation:hospital .",
    ),
    Twin(
        "one identifier stands for two organisations",
        f"{HOSPITAL} ; adms:identifier identifier:number .",
        ("identifier:number SameCode-things", NOT_FORMAL),
    ),
    Twin(
        "two flows have one name, payer and payee",
        FLOW.format("other") + FLOW.format("twin"),
        ("flow:other FundingFlow-sameName", "flow:twin FundingFlow-sameName"),
    ),
    Twin(
        "two flows of one name are of two years",
        FLOW.format("other")
        + FLOW.format("twin")
        + 'flow:other sam:year "2024"^^xsd:gYear . flow:twin sam:year "2025"^^xsd:gYear .',
    ),
    Twin(
        "two headings of a page stand on one line",
        HEADING.format("front"),
        ("heading:twin Heading-sameLine", "heading:below Heading-sameLine"),
    ),
    Twin(
        "two headings of two pages stand on one line",
        HEADING.format("other"),
    ),
    Twin(
        "a note is about a line that only one of its two pages has",
        PAGE.format("back", "; sam:numberOfLines 12") + "note:why sam:sourceLine 10 .",
    ),
    Twin(
        "a note is about a line that a page may have whose lines are not counted",
        PAGE.format("back", "") + "note:why sam:sourceLine 10 .",
    ),
    Twin(
        "a note is about a line that none of its two pages has",
        PAGE.format("back", "; sam:numberOfLines 8") + "note:why sam:sourceLine 10 .",
        ("note:why CurationNote-lineOnPage",),
    ),
    Twin(
        "an agreement stands twice",
        agreement("twin", NAMES.format("Tvillingen", "The twin"), "2024-02-29"),
        ("agreement:twin SameAgreement-date", "agreement:day SameAgreement-date"),
    ),
    Twin(
        "two agreements of which only the year is known were signed in it",
        in_year("first", NAMES.format("Det första", "The first"), "2024")
        + in_year("twin", NAMES.format("Det andra", "The second"), "2024"),
    ),
    Twin(
        "two agreements of one day have one name",
        agreement("twin", NAMES.format("Avtalet om allt", "The twin"), "2024-02-29", ", organisation:other")
        + organisation("other", NAMES.format("Den tredje", "The third")),
        ("agreement:twin SameAgreement-name", "agreement:day SameAgreement-name"),
    ),
    Twin(
        "two agreements of two days have one name",
        agreement("twin", NAMES.format("Avtalet om allt", "The agreement on everything"), "2024-03-01"),
    ),
    Twin(
        "two agreements have one registration number",
        'agreement:day sam:diaryNumber "FS 1.6.1-1605-19" .',
        tuple(f"agreement:{each} Registered-unique" for each in ("day", "loose", "amendment")),
    ),
    Twin(
        "two agreements of one day have other parties",
        agreement("twin", NAMES.format("Tvillingen", "The twin"), "2024-02-29", ", organisation:other")
        + organisation("other", NAMES.format("Den tredje", "The third")),
    ),
)


def site(twin: Twin) -> list[ox.Quad]:
    return [*suite.base()[0], *suite.turtle(twin.added)]


@pytest.mark.parametrize("twin", TWINS, ids=lambda twin: twin.name.replace(" ", "-"))
def test_what_is_told_twice_is_told_of_both(twin: Twin) -> None:
    found = suite.validate(suite.by_us, suite.graph(site(twin)))
    wanted = {(f"<{suite.address(thing)}>", shape) for thing, shape in (told.split() for told in twin.told)}
    assert {(each.focus, each.shape) for each in found} == wanted


def test_the_reference_engine_tells_the_same_of_all_of_them_together() -> None:
    data = suite.graph([*suite.base()[0], *(quad for twin in TWINS for quad in suite.turtle(twin.added))])
    ours, theirs = (Counter(map(suite.alike, suite.validate(each, data))) for each in suite.ENGINES)
    assert ours == theirs


def test_every_shape_that_compares_is_broken_here() -> None:
    told = {each.split()[1] for twin in TWINS for each in twin.told}
    assert told >= suite.COMPARING - {"SourcePage-sameAddress"}, "that one has cases of its own beside the others"
