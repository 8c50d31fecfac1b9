"""Each mistake is one finding: what it brings about is not told, nor what a guess of ours would bring about."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from tests.planted import Planted

from samverkan.site import checked_site
from samverkan.validation import Severity

EN, SV, CURATION, CONTACTS = "data/page-en.ttl", "data/page-sv.ttl", "data/curation.ttl", "data/contacts.ttl"
CONCEPTS, IDS, EVIDENCE = "data/concepts.ttl", "data/identifiers.ttl", "data/evidence.ttl"
FLOW = (
    'flow:x a sam:FundingFlow ; skos:prefLabel "Medel"@sv , "Funds"@en ; sam:payer organisation:solna ; '
    'sam:payee organisation:karolinska-institutet ; sam:year "2024"^^xsd:gYear'
)
POINT = (
    "@prefix cp: <https://w3id.org/samverkan/ki/id/contactpoint/> .\n"
    'cp:c a sam:ContactPoint ; skos:prefLabel "Brevlåda"@sv , "Mailbox"@en . agreement:solna sam:hasContactPoint cp:c .'
)
TWIN = "organisation:twin a org:FormalOrganization , cpov:PublicOrganisation ; org:classification orgkind:municipality"
SEVERAL = "Två saker i samma punkt i källan, och därför ett begrepp här."

Case = tuple[str, tuple[tuple[str, str, str], ...], tuple[str, ...], str]
MISTAKES: tuple[Case, ...] = (
    (
        "a date, which then does not agree with its bounds",
        ((EN, 'sam:signatureDate "2022-10-25"^^xsd:date', 'sam:signatureDate "2025-06-03"^^xsd:date'),),
        ("evidence-differs",),
        '"2022-10-25"',
    ),
    (
        "a precision, which then does not agree with its date",
        ((EN, "sam:signaturePrecision sam:precision-month", "sam:signaturePrecision sam:precision-day"),),
        ("evidence-differs",),
        "sam:precision-month",
    ),
    (
        "two dates in each other's place",
        (
            (EN, 'sam:signedNotBefore "2020-03-01"', 'sam:signedNotBefore "2020-03-31"'),
            (EN, 'sam:signedNotAfter "2020-03-31"', 'sam:signedNotAfter "2020-03-01"'),
        ),
        ("evidence-differs", "evidence-differs"),
        '"2020-03-01"',
    ),
    (
        "a party that is missing",
        ((EN, " , organisation:solna ;           # line 7, 15", " ;"),),
        ("Agreement-party",),
        "Det finns belägg för organisation:solna.",
    ),
    (
        "a place for an organisation",
        (
            (
                CURATION,
                ":karolinska-institutet , organisation:region-stockholm ;",
                ":karolinska-institutet , place:stockholm-county ;",
            ),
        ),
        ("Agreement-party",),
        "Menade du organisation:region-stockholm?",
    ),
    (
        "a concept of another list",
        ((SV, "sam:bodyKind body:fouu-group", "sam:bodyKind level:operational"),),
        ("concept-of-another-scheme",),
        "Menade du body:fouu-group?",
    ),
    (
        "a name with a language, of which there is evidence on two lines",
        ((CONTACTS, 'vcard:fn "Christina Joos" .\n', 'vcard:fn "Christina Joos"@sv .\n'),),
        ("Person-name",),
        'Menade du "Christina Joos"?',
    ),
    (
        "a flow that complements itself",
        (
            (
                CURATION,
                "sam:complements flow:alf-compensation-stockholm",
                "sam:complements flow:region-stockholm-complement",
            ),
        ),
        ("irreflexive-property",),
        "Menade du flow:alf-compensation-stockholm?",
    ),
    (
        "a negative amount",
        ((IDS, "", f'{FLOW} ; sam:amount -500 ; sam:currency "SEK" .'),),
        ("FundingFlow-amount",),
        "Här står -500.",
    ),
    (
        "a currency in small letters",
        ((IDS, "", f'{FLOW} ; sam:amount 500.0 ; sam:currency "sek" .'),),
        ("FundingFlow-currency",),
        'Här står "sek". Menade du "SEK"?',
    ),
    (
        "a page without lines, with passages on many",
        (("data/sources.ttl", "sam:numberOfLines 66", "sam:numberOfLines 0"),),
        ("SourcePage-numberOfLines",),
        "Här står 0.",
    ),
    ("an empty name", ((CONCEPTS, '"Elderly care"@en', '""@en'),), ("Named-notEmpty",), 'Här står ""@en.'),
    (
        "a value that the message has as an example",
        ((EN, '"2020-03"^^xsd:gYearMonth', '"2020-03"^^xsd:gYear'),),
        ("Agreement-signatureDate",),
        'Här står "2020-03"^^xsd:gYear. Menade du "2020-03"^^xsd:gYearMonth?',
    ),
    (
        "a mailbox as a text",
        ((IDS, "", f'{POINT} cp:c vcard:hasEmail "info@solna.se" .'),),
        ("bad-mailto",),
        "info@solna.se",
    ),
    (
        "a personal number, in one of two languages",
        ((CONCEPTS, SEVERAL, "Två saker i samma punkt i källan, 811218-9876."),),
        ("Named-noPersonalNumber",),
        "811218-9876",
    ),
    (
        "a twin in capitals",
        (
            (
                IDS,
                "",
                'organisation:Solna a org:Organization ; skos:prefLabel "T"@sv , "T"@en .',
            ),
        ),
        ("same-address",),
        "organisation/solna",
    ),
    (
        "units in a circle",
        (
            (
                IDS,
                "",
                " ".join(
                    f'organisation:{a} a org:OrganizationalUnit ; skos:prefLabel "Enhet {a}"@sv , "Unit {a}"@en ; '
                    f"org:unitOf organisation:{b} ; org:classification orgkind:university ."
                    for a, b in ("xy", "yz", "zx")
                ),
            ),
        ),
        ("circular-hierarchy",),
        "organisation:x org:unitOf organisation:y; organisation:y org:unitOf organisation:z; organisation:z org:unitOf",
    ),
    (
        "a namespace without its hash",
        ((CONCEPTS, "<http://www.w3.org/2004/02/skos/core#>", "<http://www.w3.org/2004/02/skos/core>"),),
        ("other-namespace",),
        "Skriv http://www.w3.org/2004/02/skos/core#.",
    ),
    (
        "a prefix for another standard",
        ((IDS, "@prefix dcterms: <http://purl.org/dc/terms/>", "@prefix dcterms: <http://purl.org/dc/elements/1.1/>"),),
        ("other-namespace",),
        "Skriv http://purl.org/dc/terms/.",
    ),
    (
        "a prefix that is declared again, for something else",
        ((EN, "@prefix cpov:", "@prefix area: <https://w3id.org/samverkan/ki/id/aim/> .\n@prefix cpov:"),),
        ("other-namespace",),
        "Skriv https://w3id.org/samverkan/ki/id/area/.",
    ),
    (
        "two slashes in a prefix",
        ((EN, "ki/id/organisation/> .", "ki/id//organisation/> ."),),
        ("other-namespace",),
        "Skriv https://w3id.org/samverkan/ki/id/organisation/.",
    ),
    (
        "a prefix for another namespace in a query",
        (("queries/areas.rq", "<https://w3id.org/samverkan/def/>", "<https://w3id.org/samverkan/def#>"),),
        ("other-namespace",),
        "Skriv https://w3id.org/samverkan/def/.",
    ),
    (
        "a prefix of another site",
        ((EN, "@prefix area: <https://w3id.org/samverkan/ki/", "@prefix area: <https://w3id.org/samverkan/lu/"),),
        ("prefix-of-another-site",),
        "Skriv https://w3id.org/samverkan/ki/id/area/.",
    ),
    (
        "the initial and the surname of a person",
        ((CURATION, "Kontakt utan namn för Huddinge", "Kontakt M. Schönnings för Huddinge"),),
        ("named-person",),
        "M. Schönnings",
    ),
    (
        "a note that does not say what it is about",
        (
            (
                CURATION,
                "sam:about agreement:stockholm ;\n    sam:aboutProperty sam:initialArea ;",
                "sam:aboutProperty sam:initialArea ;",
            ),
        ),
        ("CurationNote-about",),
        "Gäller",
    ),
    (
        "an agreement without its class",
        ((EN, "a sam:Agreement ;", ""),),
        ("thing-without-class",),
        "Menade du a sam:Agreement?",
    ),
    (
        "a concept without its class",
        ((CONCEPTS, "a skos:Concept ;", ""),),
        ("thing-without-class",),
        "Menade du a skos:Concept?",
    ),
    (
        "a thing that is described twice, under two addresses",
        (
            (
                IDS,
                "",
                f'{TWIN} ; skos:prefLabel "Solna kommun"@sv , "City of Solna"@en .',
            ),
        ),
        ("SameName-name",),
        "organisation/twin",
    ),
    (
        "a country that there is not",
        ((EN, '"City of Solna"@en', '"City of Solna"@en-UK'),),
        ("unknown-region",),
        "Menade du @en?",
    ),
    (
        "decimals of another number in another language",
        ((IDS, "", f'{FLOW} ; dcterms:description "De betalar 2,5 miljoner."@sv , "They pay 25 million."@en .'),),
        ("other-numbers",),
        "2.5",
    ),
)
RIGHT = (
    (
        IDS,
        "",
        '@prefix dc: <http://purl.org/dc/terms/> .\norganisation:solna dc:description "Solna."@sv , "Solna."@en .',
    ),
    (IDS, "", '@prefix schema: <http://schema.org/> .\norganisation:solna schema:alternateName "Solna" .'),
    (
        IDS,
        "",
        (
            f'{FLOW} ; dcterms:description "2,5 miljoner, 1 500 000 och 1 500,50 kronor den 3.6.2025 kl. 12.30."@sv , '
            '"2.5 million, 1,500,000 and 1,500.50 kronor on 3.6.2025 at 12.30."@en .'
        ),
    ),
)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    with patch.object(checked_site, "_MOST_ASKED", 0):
        yield Planted(tmp_path_factory.mktemp("consequences") / "site")


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda each: each[0])
def test_a_mistake_is_told_once_and_not_what_it_brings_about(mistake: Case, planted: Planted) -> None:
    _, edits, rules, said = mistake
    found = [each for each in planted.found(edits) if each.severity > Severity.INFO]
    assert tuple(each.rule for each in found) == rules
    assert any(said in each.message["sv"] for each in found)
    assert {place.file for each in found for place in each.places[:1]} <= {file for file, _, _ in edits}


def test_there_are_29_of_them() -> None:
    assert len(MISTAKES) == 30


def test_a_value_that_would_be_wrong_as_well_is_not_asked_for(planted: Planted) -> None:
    found = planted.found([(IDS, "", f'{FLOW} ; sam:amount -500 ; sam:currency "SEK" .')])
    assert [each.meant for each in found if each.severity > Severity.INFO] == [None]
    assert not any("Menade du" in each.message["sv"] or "Did you mean" in each.message["en"] for each in found)


def test_other_prefixes_and_other_marks_in_numbers_are_not_told(planted: Planted) -> None:
    assert [each.rule for each in planted.found(RIGHT) if each.severity > Severity.INFO] == []
