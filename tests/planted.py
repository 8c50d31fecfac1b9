"""Mistakes that a person may make in the real site, and what the gate should say: `python -m tests.planted`.

Each of the 49 has siblings, which are the same mistake with another property, thing or file. They are planted together
where they don't disturb each other, since a run takes as long for many as for one; by the command each is alone.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.mutants import FOLDERS, ROOT

import samverkan
from samverkan.site.revalidation import Revalidation
from samverkan.validation import Finding, Severity

DAY = date(2026, 11, 29)
EN, SV, CONTACTS, CURATION = "data/page-en.ttl", "data/page-sv.ttl", "data/contacts.ttl", "data/curation.ttl"
CONCEPTS, EVIDENCE, IDENTIFIERS, SOURCES = (
    f"data/{name}.ttl" for name in ("concepts", "evidence", "identifiers", "sources")
)
ONTOLOGY = "ontology/samverkan.ttl"

Edits = tuple[tuple[str, str, str], ...]
"""A file, what stands there (nothing: at its end) and what is written instead."""


@dataclass(frozen=True)
class Mistake:
    """One edit, with the rule that should tell it and a word of what it should be told of."""

    number: int
    rule: str
    about: str
    edits: Edits
    severity: Severity = Severity.WARNING
    is_alone: bool = field(default=False)

    def is_told(self, findings: Iterable[Finding]) -> bool:
        """Whether one of some findings is of the rule and the thing, and grave enough."""
        told = (each for each in findings if re.fullmatch(self.rule, each.rule) and each.severity >= self.severity)
        return any(self.about in f"{each.focus} {each.value} {each.message['en']} {each.places}" for each in told)


KINDS = """
a value that is another one than that of its evidence
a value in another language than its evidence
evidence with another datatype than its fact
a place that its page doesn't have
a stated fact without evidence
evidence from another page
an interpreted fact in a stated graph
a date that is more precise than its evidence
a note that something is missing which is there
a note about what is gone
a graph without any evidence
a concept of the wrong scheme for an agreement
a concept of the wrong scheme for what belongs to it
a concept of the wrong scheme for an organisation
a code of the wrong list
one name for two things
one code for two things
one organisation number for two organisations
a wrong check digit
a municipality as a region, and the other way round
an agreement twice
a title with the old name of a partner
a text in another language than its tag
swapped labels
a day after today
an end before its beginning
effect before signing
half-known ranges that contradict each other
a person outside of the personal graphs
the name of a person in a text
the name of a person in a notice of withdrawal
a telephone number or an address of a person in a text
more about a person than their name
an address that nobody can write to
an orphan concept
an agreement under one of another kind
a wording against its quantifier
the description of a graph without a file
a prefix left at the base of another site
a circle of concepts
a circle of classes or properties
a circle of organisations
a circle of what replaces what
an address that leads to another thing
superfluous spaces in a name
invisible characters in a name
markup or letters in two parts
a slip in a query
two names in one language, or an unknown one
""".strip().splitlines()


def at_end(file: str, text: str) -> Edits:
    """An edit that adds to the end of a file."""
    return ((file, "", text),)


def instead(file: str, old: str, new: str) -> Edits:
    """An edit that replaces a text, where it stands first."""
    return ((file, old, new),)


SIGNED = 'sam:signatureDate "2022-10-25"^^xsd:date'
INFO, VIOLATION = Severity.INFO, Severity.VIOLATION
XSD = "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"


def new_agreement(name: str, said: str, party: str = "organisation:x", kind: str = "sam:type-comprehensive") -> str:
    """An agreement with all that one needs."""
    return (
        f'agreement:{name} a sam:Agreement ; skos:prefLabel "Avtal {name}"@sv , "Agreement {name}"@en ; '
        f"sam:agreementType {kind} ; sam:party organisation:karolinska-institutet , {party} ; "
        f"sam:coversArea area:education ; {said} ."
    )


def bounds(first: str, last: str = "") -> str:
    """The days between which an agreement was signed."""
    return f'sam:signedNotBefore "{first}"^^xsd:date ; sam:signedNotAfter "{last or first}"^^xsd:date'


def concept(name: str, said: str, scheme: str = "scheme:area") -> str:
    """A concept that an agreement covers."""
    return (
        f'area:{name} a skos:Concept ; skos:prefLabel "Område {name}"@sv , "Area {name}"@en ; skos:inScheme {scheme}'
        f" ; {said} . agreement:alf-national sam:coversArea area:{name} ."
    )


def described(text: str, file: str = CONCEPTS) -> Edits:
    """A description of an area."""
    return at_end(file, f"area:elderly-care dcterms:description {text} .")


def query(name: str, text: str) -> Edits:
    """A new query."""
    return at_end(f"queries/{name}.rq", text)


def _said() -> Iterator[Mistake]:
    """The mistakes, in the order of their kinds; a number stands where a kind begins."""
    number = 0
    for each in TABLE:
        if isinstance(each, int):
            number = each
        else:
            rule, about, edits, *rest = each
            severity = next((x for x in rest if isinstance(x, Severity)), Severity.WARNING)
            yield Mistake(number, rule, about, edits, severity, "alone" in rest)


Row = tuple[str, str, Edits] | tuple[str, str, Edits, object] | tuple[str, str, Edits, object, object]

TABLE: tuple[int | Row, ...] = (
    1,
    ("evidence-differs", "2022-10-26", instead(EN, SIGNED, SIGNED.replace("25", "26"))),
    ("evidence-differs", "numberOfTiers", instead(SV, "sam:numberOfTiers 3", "sam:numberOfTiers 4")),
    ("evidence-differs", "City of Solnaa", instead(EN, '"City of Solna"@en', '"City of Solnaa"@en')),
    ("evidence-differs", "jointly", instead(EN, "sam:jointly true", "sam:jointly false")),
    ("evidence-differs", "payer", instead(SV, "sam:payer organisation:state", "sam:payer organisation:stockholm")),
    2,
    ("evidence-of-another-type", "Landstingen", instead(SV, '"Landstingen"@sv', '"Landstingen"@en')),
    ("evidence-of-another-type", "Drygt", instead(SV, '"Drygt hälften"@sv', '"Drygt hälften"')),
    3,
    ("evidence-of-another-type", "integer", instead(EVIDENCE, '"3"^^<http://www.w3.org/2001/XMLSchema#integer>', '"3"')),
    4,
    ("PassageOnPage", "municipalities-64", instead(EVIDENCE, "sam:sourceLine 64", "sam:sourceLine 67")),
    (
        "PassageUnderHeading",
        "region-stockholm-23",
        instead(EVIDENCE, "heading:region-stockholm-future-plan", "heading:municipalities-title"),
    ),
    ("PassageBelowHeading", "municipalities-36", instead(EVIDENCE, "sam:sourceLine 36", "sam:sourceLine 46")),
    5,
    ("fact-without-evidence", "agreement/solna", at_end(EN, "agreement:solna sam:coversArea area:research .")),
    ("fact-without-evidence", "agreement/alf-national", at_end(SV, "agreement:alf-national sam:party organisation:region-stockholm .")),
    ("fact-without-evidence", "operational", at_end(SV, "tier:operational sam:multiplicity sam:multiplicity-one .")),
    6,
    (
        "evidence-from-elsewhere",
        "person/p1",
        (
            (CONTACTS, "oa:hasSource page:municipalities", "oa:hasSource page:region-stockholm"),
            (CONTACTS, "heading:municipalities-stockholm", "heading:region-stockholm-future-plan"),
            (CONTACTS, "sam:sourceLine 28", "sam:sourceLine 26"),
        ),
    ),
    7,
    ("evidence-of-another-status", "preventive-health", at_end(EN, "agreement:stockholm sam:focus area:preventive-health .")),
    (
        "evidence-of-another-status",
        "alf-regional-stockholm",
        at_end(SV, "agreement:alf-regional-stockholm sam:operatesUnder agreement:alf-national ."),
    ),
    8,
    (
        "fact-beyond-evidence",
        "2020-03-02",
        instead(EN, 'sam:signatureDate "2020-03"^^xsd:gYearMonth', 'sam:signatureDate "2020-03-02"^^xsd:date'),
    ),
    9,
    ("note-contradicted", "huddinge", at_end(CONTACTS, "agreement:huddinge sam:contact person:p2 .")),
    ("note-contradicted", "amount", at_end(SV, "flow:alf-compensation sam:amount 5 ; sam:currency 'SEK' ; sam:year 2020 .")),
    ("note-contradicted", "atTier", at_end(CURATION, "tier:hospital sam:atTier tier:hospital .")),
    10,
    ("note-of-nothing", "describedBySiteOf", instead(SV, "    sam:describedBySiteOf organisation:region-stockholm .", "    .")),
    ("note-of-nothing", "linkLabel", instead(SV, '"Nationellt och Regionalt ALF-avtal"@sv', '"Nationellt ALF-avtal"@sv')),
    11,
    ("graph-without-evidence", "page-en", ((EVIDENCE, "passages", ""),), VIOLATION, "alone"),
    12,
    ("concept-of-another-scheme", "hospitals", at_end(EN, "agreement:solna sam:coversArea setting:hospitals .")),
    ("concept-of-another-scheme", "sam:aim", at_end(EN, "agreement:solna sam:aim area:research .")),
    ("concept-of-another-scheme", "initialArea", at_end(EN, "agreement:huddinge sam:initialArea aim:academic-culture .")),
    ("concept-of-another-scheme", "focus", at_end(EN, "agreement:huddinge sam:focus group:students .")),
    ("concept-of-another-scheme", "sharedInterest", at_end(EN, "agreement:solna sam:sharedInterest level:management .")),
    13,
    (
        "concept-of-another-scheme",
        "beneficiary",
        at_end(EN, "commitment:solna-identify-areas sam:beneficiary area:research ."),
    ),
    ("concept-of-another-scheme", "action", at_end(EN, "commitment:solna-identify-areas sam:action purpose:education .")),
    ("concept-of-another-scheme", "purpose", at_end(SV, "flow:alf-compensation sam:purpose area:education .")),
    ("concept-of-another-scheme", "population", at_end(SV, "share:students-in-care sam:population setting:hospitals .")),
    ("concept-of-another-scheme", "servedBy", at_end(EN, "qualification:solna-initial-areas sam:servedBy aim:academic-culture .")),
    14,
    ("concept-of-another-scheme", "bodyKind", instead(SV, "sam:bodyKind body:fouu-group", "sam:bodyKind level:operational")),
    ("concept-of-another-scheme", "level", instead(SV, "sam:level level:operational", "sam:level body:fouu-group")),
    ("concept-of-another-scheme", "vision", at_end(SV, "organisation:region-stockholm sam:vision area:education .")),
    (
        "concept-of-another-scheme",
        "classification",
        at_end(SV, "organisation:state org:classification area:education ."),
    ),
    (
        "concept-of-another-scheme|Identifier-type|Identifier-register",
        "solna-scb",
        instead(
            IDENTIFIERS,
            "    skos:notation \"0184\" ;\n    dcterms:type idscheme:scb-municipality-code",
            "    skos:notation \"0184\" ;\n    dcterms:type <https://w3id.org/samverkan/ki/id/orgkind/municipality>",
        ),
    ),
    15,
    ("Commitment-modality", "huddinge", instead(EN, "sam:modality sam:modality-shall ;\n    sam:action action:exchange", "sam:modality sam:type-comprehensive ;\n    sam:action action:exchange")),
    ("Agreement-validityKind", "solna", at_end(EN, "agreement:solna sam:validityKind sam:precision-day .")),
    ("QualitativeShare-quantifier", "students", at_end(SV, "share:students-in-care sam:quantifier sam:modality-will .")),
    ("SourceGraph-status", "identifiers", instead(SOURCES, "sam:status sam:status-added", "sam:status sam:note-unstated")),
    16,
    ("SameName-name", "twin", at_end(IDENTIFIERS, 'organisation:twin a org:FormalOrganization ; org:classification orgkind:municipality ; skos:prefLabel "Solna kommun"@sv , "A twin"@en .')),
    ("SameName-alsoCalled", "stockholm", at_end(IDENTIFIERS, 'organisation:huddinge skos:altLabel "Stockholms kommun"@sv .')),
    ("SameName-name", "other-county", at_end(CURATION, 'place:other-county a dcterms:Location ; skos:prefLabel "Stockholms län"@sv , "Other County"@en .')),
    ("SameConcept-name", "teaching", at_end(CONCEPTS, concept("teaching", 'skos:note "x"').replace('"Område teaching"', '"Utbildning"'))),
    ("SamePerson-name", "person/p", at_end(CONTACTS, 'person:p7 a vcard:Individual ; vcard:fn "Christina Joos" . agreement:solna sam:contact person:p7 .')),
    17,
    ("SameCode-notation", "0126", instead(IDENTIFIERS, 'skos:notation "0184"', 'skos:notation "0126"')),
    ("SameCode-things", "karolinska-institutet-ror", at_end(IDENTIFIERS, "organisation:region-stockholm adms:identifier identifier:karolinska-institutet-ror .")),
    ("SameName-closeMatch", "Q492575", instead(IDENTIFIERS, "Q113673", "Q492575")),
    ("SameConcept-notation", "twice", at_end(CONCEPTS, 'area:research skos:notation "twice" . area:education skos:notation "twice" .')),
    18,
    ("SameCode-(notation|organisationNumber)", "212000-0068", instead(IDENTIFIERS, '"212000-0100"', '"212000-0068"')),
    19,
    ("CheckDigit-organisationNumber", "212000-0143", instead(IDENTIFIERS, '"212000-0142"', '"212000-0143"')),
    ("CheckDigit-organisationNumber", "202100-2937", instead(IDENTIFIERS, '"202100-2973"', '"202100-2937"')),
    ("CheckDigit-ror", "056d84692", instead(IDENTIFIERS, '"056d84691"', '"056d84692"')),
    20,
    ("OrganisationKind-(code|name)", "huddinge", instead(EN, '"Huddinge Municipality"@en ;                                   # line 14\n    org:classification orgkind:municipality', '"Huddinge Municipality"@en ;\n    org:classification orgkind:region')),
    ("OrganisationKind-name", "region-stockholm", instead(SV, "org:classification orgkind:region", "org:classification orgkind:municipality")),
    21,
    ("SameAgreement-date", "solna", at_end(EN, new_agreement("solna-again", f'sam:signatureDate "2025-06-03"^^xsd:date ; {bounds("2025-06-03")} ; sam:signaturePrecision sam:precision-day', "organisation:solna"))),
    ("SameAgreement-name", "huddinge-again", at_end(CURATION, new_agreement("huddinge-again", "sam:focus area:research", "organisation:huddinge").replace("Avtal huddinge-again", "Avtal mellan Karolinska Institutet och Huddinge kommun"))),
    22,
    ("SameAgreement-title", "agreement/upplands-bro", instead(IDENTIFIERS, '"Upplands-Bro kommun"@sv', '"Bro kommun"@sv'), INFO),
    ("SameAgreement-title", "agreement/huddinge", instead(IDENTIFIERS, '"Huddinge kommun"@sv', '"Södertörns kommun"@sv'), INFO),
    23,
    ("other-language", "elderly-care", described('"Det här är något som handlar om vården av de äldre i kommunen och om hur den är ordnad."@en')),
    ("other-language", "active-lifestyle", at_end(CONCEPTS, 'area:active-lifestyle dcterms:description "The ways in which the people of the municipality live and move, and what that means for their health."@sv .')),
    ("other-language", "complement", instead(SV, '"Medel som regionen själv avsätter utöver ALF-ersättningen. De är ungefär lika stora, men ingen summa nämns."@sv', '"Funds that the region sets aside itself in addition to what the state pays. No sum is mentioned here."@sv')),
    24,
    ("swapped-languages", "hospital", instead(SV, '"Sjukhusnivå eller motsvarande: FoUU-kommittéer"@sv , "Hospital level or equivalent: FoUU committees"@en', '"Hospital level or equivalent: FoUU committees"@sv , "Sjukhusnivå eller motsvarande: FoUU-kommittéer"@en')),
    ("swapped-languages", "graph/curation", instead(SOURCES, '"Tolkningar och anmärkningar"@sv , "Interpretations and notes"@en', '"Interpretations and notes"@sv , "Tolkningar och anmärkningar"@en')),
    ("swapped-languages", "quality-of-education", instead(CONCEPTS, '"Utbildningens kvalitet"@sv , "Quality of education"@en', '"Quality of education"@sv , "Utbildningens kvalitet"@en')),
    25,
    ("NotYet-signatureDate", "2027-01-15", at_end(CURATION, new_agreement("later", f'sam:signatureDate "2027-01-15"^^xsd:date ; {bounds("2027-01-15")} ; sam:signaturePrecision sam:precision-day'))),
    ("NotYet-signatureDate", "2026-12", at_end(CURATION, new_agreement("next-month", f'sam:signatureDate "2026-12"^^xsd:gYearMonth ; {bounds("2026-12-01", "2026-12-31")} ; sam:signaturePrecision sam:precision-month'))),
    ("NotYet-.*", "2026-11-30", instead(SOURCES, 'sam:readOn "2026-11-29"^^xsd:date', 'sam:readOn "2026-11-30"^^xsd:date')),
    ("NotYet-retrieved", "2027-02-01", at_end(SOURCES, 'page:region-stockholm sam:retrieved "2027-02-01"^^xsd:date .')),
    26,
    ("SigningPeriod-end", "ended", at_end(CURATION, new_agreement("ended", f'sam:signatureDate "2024-05-01"^^xsd:date ; {bounds("2024-05-01")} ; sam:signaturePrecision sam:precision-day ; sam:validityKind sam:validity-fixed-term ; sam:validUntil "2023-12-31"^^xsd:date')), VIOLATION),
    ("Period-order", "turned", at_end(CURATION, new_agreement("turned", 'sam:validFrom "2024-05-01"^^xsd:date ; sam:validUntil "2023-12-31"^^xsd:date')), VIOLATION),
    ("SigningPeriod-review", "reviewed", at_end(CURATION, new_agreement("reviewed", f'sam:signatureDate "2024-05-01"^^xsd:date ; {bounds("2024-05-01")} ; sam:signaturePrecision sam:precision-day ; sam:reviewDate "2023-12-31"^^xsd:date')), INFO),
    27,
    ("SigningPeriod-start", "early", at_end(CURATION, new_agreement("early", f'sam:signatureDate "2024-05-01"^^xsd:date ; {bounds("2024-05-01")} ; sam:signaturePrecision sam:precision-day ; sam:validFrom "2024-01-01"^^xsd:date')), INFO),
    28,
    ("SigningPeriod-order", "half", at_end(CURATION, new_agreement("half", bounds("2024-05-31", "2024-05-01")))),
    ("SignedAgreement-bounds", "month", at_end(CURATION, new_agreement("month", f'sam:signatureDate "2024-05"^^xsd:gYearMonth ; {bounds("2024-06-01", "2024-06-30")} ; sam:signaturePrecision sam:precision-month'))),
    ("SignedAgreement-precision", "precise", at_end(CURATION, new_agreement("precise", f'sam:signatureDate "2024"^^xsd:gYear ; {bounds("2024-01-01", "2024-12-31")} ; sam:signaturePrecision sam:precision-day'))),
    29,
    ("person-outside", "person:p1", at_end(EN, "agreement:huddinge dcterms:relation person:p1 .")),
    ("person-outside", "person:p8", at_end(CURATION, 'person:p8 a vcard:Individual ; vcard:fn "Ulla Berg Ström" .')),
    ("person-outside", "person:p9", at_end(SV, "person:p9 a foaf:Person .")),
    30,
    ("named-person", "elderly-care", described('"Fråga Maria Schönnings."@sv')),
    ("named-person", "huddinge-contact", instead(CURATION, '"Avsnittet om Huddinge har ledtexten för kontakt, men inget namn efter den.', '"Avsnittet om Huddinge har ledtexten för kontakt, men Christina Joos svarar i dess ställe.')),
    ("named-person", "graph/sources", instead(SOURCES, '"Källor"@sv', '"Källor, av Maria Schönnings"@sv')),
    ("named-person", "area/research", at_end(CONCEPTS, 'area:research skos:altLabel "Christina Joos forskning"@sv .')),
    31,
    ("named-person", "commitment/gone", at_end(CURATION, 'commitment:gone owl:deprecated true ; rdfs:label "Åtagande"@sv ; rdfs:comment "Togs bort på begäran av Maria Schönnings."@sv .')),
    ("like-personal-data", "person/p3", at_end(CURATION, 'person:p3 owl:deprecated true ; rdfs:label "Eva Ek"@sv ; rdfs:comment "Har slutat."@sv .')),
    32,
    ("like-personal-data", "08-524", at_end(EN, 'agreement:solna dcterms:description "Call 08-524 800 00 for more."@en-GB .')),
    ("like-personal-data", "+46", at_end(CURATION, 'note:huddinge-contact skos:note "Call +46 70 123 45 67."@en .')),
    ("like-personal-data", "anna.ek", at_end(CURATION, 'note:plan-territory skos:note "Skriv till anna.ek@ki.se."@sv .')),
    ("like-personal-data", "Ringvägen", at_end(CURATION, 'note:plan-territory skos:note "Hon bor på Ringvägen 4."@sv .')),
    ("RemainingValues", "19811218-9876", at_end(CONCEPTS, 'area:education skos:note "19811218-9876"@sv .')),
    33,
    ("Person", "person/p1", at_end(CONTACTS, 'person:p1 vcard:bday "1970-01-01" .')),
    ("Person", "person/p2", at_end(CONTACTS, 'person:p2 vcard:hasTelephone <tel:+4681234567> .')),
    34,
    ("bad-mailto", "mailto:ki.se", at_end(SOURCES, "agent:curators foaf:mbox <mailto:ki.se> .")),
    ("bad-mailto", "info@ki", at_end(SOURCES, "agent:curators vcard:hasEmail <mailto:info@ki> .")),
    ("bad-mailto", "https://ki.se/mail", at_end(SOURCES, "agent:curators foaf:mbox <https://ki.se/mail> .")),
    35,
    ("unused-concept", "orphan", at_end(CONCEPTS, 'area:orphan a skos:Concept ; skos:prefLabel "Föräldralös"@sv , "Orphan"@en ; skos:inScheme scheme:area .'), INFO),
    ("Concept-inScheme", "schemeless", at_end(CONCEPTS, 'area:schemeless a skos:Concept ; skos:prefLabel "Utan"@sv , "Without"@en . agreement:solna sam:focus area:schemeless .')),
    36,
    ("OperatesUnder-kind", "solna", at_end(CURATION, "agreement:solna sam:operatesUnder agreement:alf-national .")),
    ("OperatesUnder-circle|OperatesUnder-kind", "alf-national", at_end(CURATION, "agreement:alf-national sam:operatesUnder agreement:alf-regional-stockholm .")),
    37,
    ("WordedShare-quantifier", "staff", instead(SV, "sam:quantifier sam:quantifier-most-often", "sam:quantifier sam:quantifier-just-over-half")),
    ("WordedShare-extent", "students", instead(SV, "sam:extent sam:quantifier-large-parts", "sam:extent sam:quantifier-majority")),
    38,
    ("graph-without-file", "graph/gone", at_end(SOURCES, 'graph:gone a sam:SourceGraph ; skos:prefLabel "Borta"@sv , "Gone"@en .')),
    ("graph-without-file", "graph/page-de", at_end(SOURCES, 'graph:page-de dcterms:source page:municipalities .')),
    39,
    ("prefix-of-another-site", "example.org", instead(CURATION, "@prefix page: <https://w3id.org/samverkan/ki/id/page/>", "@prefix page: <https://example.org/lund/id/page/>"), VIOLATION, "alone"),
    ("prefix-of-another-site", "example.org", instead("ontology/context.jsonld", "https://w3id.org/samverkan/ki/id/", "https://example.org/lund/id/"), VIOLATION, "alone"),
    40,
    ("circular-hierarchy", "skos:narrower", at_end(CONCEPTS, concept("n1", "skos:narrower area:n2") + concept("n2", "skos:narrower area:n1"))),
    ("circular-hierarchy", "skos:broader", at_end(CURATION, concept("b1", "skos:broader area:b2") + concept("b2", "skos:broader area:b1"))),
    ("circular-hierarchy", "skos:broaderTransitive", at_end(CONCEPTS, concept("t1", "skos:broaderTransitive area:t2") + concept("t2", "skos:broaderTransitive area:t1"))),
    41,
    ("circular-hierarchy", "subClassOf", at_end(ONTOLOGY, "sam:Agreement rdfs:subClassOf sam:Plan . sam:Plan rdfs:subClassOf sam:Agreement ."), INFO, "alone"),
    ("circular-hierarchy", "subPropertyOf", at_end(ONTOLOGY, "sam:payer rdfs:subPropertyOf sam:payee . sam:payee rdfs:subPropertyOf sam:payer ."), INFO, "alone"),
    42,
    ("circular-hierarchy", "subOrganizationOf", at_end(CURATION, "organisation:solna org:subOrganizationOf organisation:huddinge . organisation:huddinge org:subOrganizationOf organisation:solna .")),
    ("circular-hierarchy", "hasMember", at_end(CURATION, "organisation:municipalities org:hasMember organisation:municipalities .")),
    ("circular-hierarchy", "isPartOf", at_end(CURATION, "flow:alf-compensation dcterms:isPartOf flow:alf-compensation-stockholm .")),
    43,
    ("circular-successor|circular-hierarchy", "gone-1", at_end(CURATION, 'agreement:gone-1 owl:deprecated true ; rdfs:label "A"@en ; rdfs:comment "B"@en ; dcterms:isReplacedBy agreement:gone-2 . agreement:gone-2 owl:deprecated true ; rdfs:label "C"@en ; rdfs:comment "D"@en ; dcterms:isReplacedBy agreement:gone-1 .')),
    ("circular-.*|Succession.*", "agreement/solna", at_end(CURATION, "agreement:solna dcterms:replaces agreement:stockholm . agreement:stockholm dcterms:replaces agreement:solna .")),
    44,
    ("misleading-address", "typ=1", at_end(CONCEPTS, '<https://w3id.org/samverkan/ki/id/area/education?typ=1> a skos:Concept ; skos:inScheme scheme:area ; skos:prefLabel "Vuxen"@sv , "Adult"@en .'), VIOLATION),
    ("misleading-address", "#del", at_end(EN, '<https://w3id.org/samverkan/ki/id/agreement/solna#del> a sam:Agreement ; skos:prefLabel "Del"@sv , "Part"@en .'), VIOLATION),
    45,
    ("untidy-name", "two spaces", instead(SV, '"Verksamhetsnivå: FoUU-grupper"@sv', '"Verksamhetsnivå:  FoUU-grupper"@sv')),
    ("untidy-name", "at its end", instead(CONCEPTS, '"Elderly care"@en', '"Elderly care "@en')),
    ("untidy-name", "at its beginning", instead(CONCEPTS, '"Forskning"@sv', '" Forskning"@sv')),
    46,
    *(
        ("invisible-character", f"U+{code}", instead(CONCEPTS, f'"{name}"@en', f'"{name}\\u{code}of"@en'))
        for code, name in (("00A0", "Healthy aging"), ("00AD", "Infrastructure"), ("200B", "Innovation and utilization"))
    ),
    *(
        ("invisible-character", f"U+{code}", instead(CONCEPTS, f'"{name}"@en', f'"{name}\\u{code}"@en'))
        for code, name in (("2800", "Learning environments"), ("3164", "Knowledge exchange"), ("FEFF", "Equal health"))
    ),
    47,
    ("markup", "<b>", at_end(CONCEPTS, 'area:quality-of-education dcterms:description "Hur <b>bra</b> den är."@sv .')),
    ("markup", "&nbsp;", at_end(CONCEPTS, 'area:skills-supply dcterms:description "Hur stor&nbsp;den är."@sv .')),
    ("markup", "](", at_end(CONCEPTS, 'area:skills-provision dcterms:description "See [the page](https://ki.se)."@en .')),
    ("decomposed-letter", "U+0041 U+0308", at_end(CONCEPTS, 'area:research skos:altLabel "A\\u0308mne"@sv .')),
    48,
    ("misspelt-key", "sumary", query("q1", "#+ sumary: x\nSELECT ?a { ?a a sam:Agreement }")),
    ("similar-variable", "agremeent", query("q2", "SELECT ?agreement ?party { ?agreement a sam:Agreement . ?agremeent sam:party ?party . ?agreement sam:aim ?aim FILTER (?aim != ?party) }")),
    ("unbound-variable", "?pary", query("q3", "SELECT ?agreement ?pary { ?agreement sam:party ?party }")),
    ("unknown-standard-term", "prefLabl", query("q4", "SELECT ?a { ?a skos:prefLabl ?b }")),
    ("unknown-standard-term", "Organisation", query("q5", "SELECT ?a { ?a a org:Organisation }")),
    ("undeclared-term", "sam:Agrement", query("q6", "SELECT ?a { ?a a sam:Agrement }")),
    ("empty-answer", "queries/q7", query("q7", "SELECT ?a { ?a a sam:Agreement ; sam:payer ?b }"), INFO, "alone"),
    49,
    ("two-names", "@sv-fi", at_end(CONCEPTS, 'area:skills-development skos:prefLabel "Kunnandets utveckling"@sv-FI .')),
    ("unknown-language", "@swedish", at_end(CONCEPTS, 'area:skills-development skos:altLabel "Kunnandet"@swedish .')),
    ("unknown-language", "@swe", at_end(CONCEPTS, 'area:skills-development skos:altLabel "Kunnandet"@swe .')),
)

MISTAKES = tuple(_said())


# What is unusual, and right: nothing may be said of it but what is missing (info), as everywhere.
NOTE = (
    'note:{0} a sam:CurationNote ; skos:prefLabel "{1}"@sv , "{2}"@en ; sam:noteKind sam:note-{3} ; sam:about {4} ; '
    'dcterms:description "{5}"@sv , "{6}"@en ; dcterms:identifier "N1" ; dcterms:source page:municipalities ; sam:sourceLine 3 .'
)
FACT = "'<https://w3id.org/samverkan/ki/id/{0}> <{1}> {2}'^^sam:triple"
DEF = "https://w3id.org/samverkan/def/"
THINGS = "https://w3id.org/samverkan/ki/id/"
SKOS_ALT = "http://www.w3.org/2004/02/skos/core#altLabel"
LONG = "Sidan säger detta i flera meningar, som redaktionen har läst tillsammans. "
LONG_EN = "The page says this in several sentences, which the curators have read together. "


def organisation(name: str, sv: str, en: str, more: str = "", kind: str = "collective") -> str:
    """A partner."""
    return (
        f"organisation:{name} a org:FormalOrganization , cpov:PublicOrganisation ; org:classification orgkind:{kind} ; "
        f'skos:prefLabel "{sv}"@sv , "{en}"@en {more} .'
    )


def curated(name: str, said: str, party: str = "organisation:state") -> Edits:
    """A new agreement, as interpreted, with a contact, and the evidence for both."""
    facts = [(f"agreement/{name}", f"{DEF}party", f"<{THINGS}{each}>") for each in
             ("organisation/karolinska-institutet", party.replace(":", "/", 1))]
    facts += [(f"agreement/{name}", f"{DEF}agreementType", f"<{DEF}type-comprehensive>")]
    facts += [(f"agreement/{name}", f"{DEF}coversArea", f"<{THINGS}area/education>")]
    for each in re.findall(r'sam:(\w+) ("[^"]*"\^\^xsd:\w+|sam:[\w-]+)', said):
        value = each[1].replace("^^xsd:", "^^<http://www.w3.org/2001/XMLSchema#")
        facts.append((f"agreement/{name}", DEF + each[0], f"{value}>" if "^^" in value else f"<{DEF}{value[4:]}>"))
    states = " , ".join(FACT.format(*each) for each in facts)
    return (
        (CURATION, "", new_agreement(name, said, party)),
        (EVIDENCE, "", f"passage:municipalities-9 sam:interpretedAs {states} ."),
        (CONTACTS, "", f"agreement:{name} sam:contact person:p2 . passage:municipalities-54 sam:states "
         + FACT.format(f"agreement/{name}", f"{DEF}contact", f"<{THINGS}person/p2>") + " ."),
    )


RIGHT: tuple[tuple[str, Edits], ...] = (
    ("a contact with evidence, beside another one", (
        (CONTACTS, "", 'person:p3 a vcard:Individual ; vcard:fn "Åsa Ek-Lindström" . agreement:solna sam:contact person:p3 .'),
        (CONTACTS, "", "passage:municipalities-54 sam:states " + FACT.format("person/p3", "http://www.w3.org/2006/vcard/ns#fn", '"Åsa Ek-Lindström"')
         + " , " + FACT.format("agreement/solna", f"{DEF}contact", f"<{THINGS}person/p3>") + " ."),
    )),
    ("an agreement with a range of days", curated("range", bounds("2023-04-01", "2023-09-30"))),
    ("an agreement of which only the year is known", curated("year", f'sam:signatureDate "2019"^^xsd:gYear ; {bounds("2019-01-01", "2019-12-31")} ; sam:signaturePrecision sam:precision-year', "organisation:municipalities")),
    ("an agreement for a term that has ended", curated("ended", f'sam:signatureDate "2018-05-02"^^xsd:date ; {bounds("2018-05-02")} ; sam:signaturePrecision sam:precision-day ; sam:validityKind sam:validity-fixed-term ; sam:validFrom "2018-05-02"^^xsd:date ; sam:validUntil "2021-05-01"^^xsd:date')),
    ("an agreement signed today", curated("today", f'sam:signatureDate "2026-11-29"^^xsd:date ; {bounds("2026-11-29")} ; sam:signaturePrecision sam:precision-day')),
    ("an agreement that takes effect later", curated("future", f'sam:signatureDate "2026-10-29"^^xsd:date ; {bounds("2026-10-29")} ; sam:signaturePrecision sam:precision-day ; sam:validFrom "2027-01-01"^^xsd:date')),
    ("a name that is the same in both languages", at_end(IDENTIFIERS, organisation("nordforsk", "NordForsk", "NordForsk"))),
    ("an English name in Swedish too", at_end(IDENTIFIERS, organisation("ehealth", "European Health Data Space", "European Health Data Space"))),
    ("a name with an apostrophe", at_end(IDENTIFIERS, organisation("kings", "King's College London", "King's College London", kind="university"))),
    ("a name with a typographic apostrophe and an ampersand", at_end(IDENTIFIERS, organisation("guys", "Guy’s & St Thomas’ sjukhus", "Guy’s & St Thomas’ Hospital"))),
    ("a Finnish name beside the Swedish one", at_end(IDENTIFIERS, organisation("helsinki", "Helsingfors universitet", "University of Helsinki", ', "Helsingin yliopisto"@fi', "university"))),
    ("a Sami name", at_end(IDENTIFIERS, organisation("kautokeino", "Samiska högskolan", "Sámi University of Applied Sciences", ', "Sámi allaskuvla"@se'))),
    ("a name in Arabic with its marks of direction", at_end(IDENTIFIERS, 'organisation:state skos:altLabel "\\u0627\\u0644\\u062F\\u0648\\u0644\\u0629\\u200F"@ar .')),
    ("an abbreviation as another name", at_end(IDENTIFIERS, 'organisation:region-stockholm skos:altLabel "RS"@sv , "SLL"@sv .')),
    ("a composed letter that others write in two parts", at_end(IDENTIFIERS, organisation("cafe", "Centrum för årsrika", "Café Zoë Centre"))),
    ("a long note", at_end(CURATION, NOTE.format("long", "En lång anmärkning", "A long note", "interpretation", "agreement:solna", LONG * 60, LONG_EN * 60))),
    ("a note with line breaks and quotations", at_end(CURATION, NOTE.format("quoted", "Ordval", "Choice of words", "interpretation", "agreement:solna", "Sidan skriver ”tills vidare”.\\n\\nDet är inget datum.", "The page writes “until further notice”.\\n\\nThat is no date."))),
    ("a note with figures, a case number and a range of years", at_end(CURATION, NOTE.format("figures", "Diarienummer", "Case number", "interpretation", "agreement:solna", "Dnr 1-345/2025, rad 44–52, åren 2019-2025, ORCID 0000-0002-1825-0097.", "Case 1-345/2025, lines 44–52, the years 2019-2025, ORCID 0000-0002-1825-0097."))),
    ("a note with the switchboard's mailbox", at_end(CURATION, NOTE.format("mailbox", "Funktionsbrevlåda", "Shared mailbox", "interpretation", "agreement:solna", "Frågor besvaras av samverkan@ki.se.", "Questions are answered by samverkan@ki.se."))),
    ("a note that something is not said of a new thing", at_end(CURATION, NOTE.format("silent", "Ingen översyn nämns", "No review is mentioned", "unstated", "agreement:solna ; sam:aboutProperty sam:reviewDate", "Det sägs inte.", "It is not said."))),
    ("a second source page, with its heading and a passage", (
        (SOURCES, "", 'page:other a sam:SourcePage ; skos:prefLabel "En sida till"@sv , "Another page"@en ; dcterms:language <http://publications.europa.eu/resource/authority/language/ENG> ; foaf:page <https://ki.se/en/other> ; dcterms:publisher organisation:karolinska-institutet ; sam:retrieved "2026-11-01"^^xsd:date ; sam:readOn "2026-11-28"^^xsd:date ; sam:numberOfLines 12 ; sam:hasHeading heading:other-title .'
         ' heading:other-title a sam:Heading ; oa:exact "Other collaboration" ; sam:sourceLine 1 . graph:page-en dcterms:source page:other .'),
        (EN, "", 'page:other dcterms:title "Other collaboration"@en . agreement:huddinge sam:coversArea area:education .'),
        (EVIDENCE, "", "passage:other-7 a sam:Passage ; oa:hasSource page:other ; oa:hasSelector heading:other-title ; sam:sourceLine 7 ; sam:states "
         + FACT.format("agreement/huddinge", f"{DEF}coversArea", f"<{THINGS}area/education>") + " , "
         + FACT.format("page/other", "http://purl.org/dc/terms/title", '"Other collaboration"@en') + " ."),
    )),
    ("a fact with two passages", at_end(EVIDENCE, "passage:municipalities-52 sam:states " + FACT.format("agreement/upplands-bro", f"{DEF}validityKind", f"<{DEF}validity-until-further-notice>") + " .")),
    ("a mailbox that several read, of those who keep the facts", at_end(SOURCES, "agent:curators foaf:mbox <mailto:samverkan@ki.se> .")),
    ("a new area under a broader one", at_end(CONCEPTS, concept("digital-health", "skos:broader area:education").partition(" . agreement")[0] + " .")),
    ("two concepts that are related both ways", at_end(CONCEPTS, "area:research skos:related area:education . area:education skos:related area:research .")),
    ("a concept with a notation and a definition", at_end(CONCEPTS, 'area:research skos:notation "R1" ; skos:definition "Att söka ny kunskap."@sv , "The search for new knowledge."@en .')),
    ("an agreement that replaces an older one of the same name", (
        (CURATION, "", 'agreement:solna-2015 owl:deprecated true ; dcterms:isReplacedBy agreement:solna ; rdfs:label "Avtal mellan Karolinska Institutet och Solna kommun"@sv , "Agreement between Karolinska Institutet and the City of Solna"@en ; rdfs:comment "Ersattes 2025."@sv , "Replaced in 2025."@en .'),
    )),
    ("a withdrawn concept with its reason", at_end(CONCEPTS, 'area:old owl:deprecated true ; rdfs:label "Gammalt"@sv , "Old"@en ; rdfs:comment "Används inte."@sv , "Not used."@en .')),
    ("a query of one's own with a variable that occurs once", query("own", "#+ summary: {sv: Områden, en: Areas}\nSELECT DISTINCT ?area { ?agreement sam:coversArea ?area ; ?is ?anything }")),
    ("prefixes of other vocabularies, and links to other registers", at_end(IDENTIFIERS, "organisation:solna skos:closeMatch <https://sws.geonames.org/2675397/> . organisation:state skos:closeMatch <http://www.wikidata.org/entity/Q34> .")),
)


class Planted:
    """A copy of the real site in which mistakes are planted and taken out again."""

    def __init__(self, folder: Path) -> None:
        """Copy the site."""
        for name in FOLDERS:
            shutil.copytree(ROOT / name, folder / name)
        shutil.copy(ROOT / "samverkan.toml", folder)
        self.folder, self._again = folder, Revalidation(folder, as_of=DAY)
        self._table = samverkan.open(folder).prefixes.table
        self.before = self._found()

    def _found(self) -> frozenset[tuple[str, ...]]:
        return frozenset(map(_key, self._again.report().findings))

    def found(self, edits: Iterable[tuple[str, str, str]]) -> tuple[Finding, ...]:
        """What is told of some edits, and was not before."""
        kept: dict[Path, bytes | None] = {}
        try:
            for file, old, new in edits:
                path = self.folder / file
                kept.setdefault(path, path.read_bytes() if path.exists() else None)
                self._edit(path, old, new)
            return tuple(each for each in self._again.report().findings if _key(each) not in self.before)
        finally:
            for path, content in kept.items():
                path.unlink() if content is None else path.write_bytes(content)

    def _edit(self, path: Path, old: str, new: str) -> None:
        text = path.read_text("utf-8") if path.exists() else ""
        if old == "passages":
            text = re.sub(r"\npassage:.*?\.\n(?=\n|\Z)", "", text, flags=re.DOTALL)
        elif old:
            assert old in text, old
            text = text.replace(old, new, 1)
        else:
            text += self._with_prefixes(path.suffix, new)
        path.write_text(text, "utf-8")

    def _with_prefixes(self, suffix: str, text: str) -> str:
        heads = (
            f"@prefix {name}: <{iri}> .\n" if suffix == ".ttl" else f"PREFIX {name}: <{iri}>\n"
            for name, iri in {**self._table, **_MORE}.items()
            if f"{name}:" in text
        )
        comment, code = re.match(r"((?:#.*\n)*)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]  # fits all
        return "\n" + comment + "".join(heads) + code + "\n"


_MORE: Mapping[str, str] = {
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "dcterms": "http://purl.org/dc/terms/",
}


def _key(found: Finding) -> tuple[str, ...]:
    files = " ".join(place.file for place in found.places)
    return found.rule, f"{found.focus}", f"{found.path}", f"{found.value}", found.message["en"], files


def _tell_right(wanted: list[str]) -> None:
    with TemporaryDirectory() as folder:
        planted = Planted(Path(folder) / "site")
        for name, edits in RIGHT if not wanted or "right" in wanted else ():
            for each in planted.found(edits):
                if each.severity > INFO:
                    sys.stdout.write(f"false alarm: {name}: {each.severity.name} {each.rule} {each.focus}: {each.message['en']}\n")


def main() -> None:
    """Plant each mistake alone, and print which are told, and which not."""
    told: dict[int, list[bool]] = {}
    wanted = sys.argv[1:]
    with TemporaryDirectory() as folder:
        planted = Planted(Path(folder) / "site")
        for mistake in MISTAKES:
            if wanted and str(mistake.number) not in wanted:
                continue
            findings = planted.found(mistake.edits)
            told.setdefault(mistake.number, []).append(mistake.is_told(findings))
            if not told[mistake.number][-1]:
                also = sorted({f"{each.severity.name} {each.rule} {each.focus}: {each.message['en']}" for each in findings})
                sys.stdout.write(f"silent: {mistake.number} {mistake.rule} {mistake.about}: {also}\n")
    _tell_right(wanted)
    for number, found in told.items():
        sys.stdout.write(f"{number:3} {sum(found):2} of {len(found):2}  {KINDS[number - 1]}\n")
    sys.stdout.write(f"{sum(map(all, told.values()))} of {len(told)} kinds are told\n")


if __name__ == "__main__":
    main()
