"""A small site as version 0.1.0 of the model had it, made of what the program has kept of that version."""

from __future__ import annotations

from pathlib import Path

from samverkan.authoring.shipped import shipped

VERSION = "0.1.0"
BASE = "https://example.org/old/"
SETTINGS = f"""base = "{BASE}"
ontology = "{shipped().ontology}"

[title]
sv = "Gamla avtal"
en = "Old agreements"
"""
PREFIXES = f"""@prefix agreement: <{BASE}id/agreement/> .
@prefix area: <{BASE}id/area/> .
@prefix cpov: <http://data.europa.eu/m8g/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix evidence: <{BASE}id/evidence/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix graph: <{BASE}graph/> .
@prefix org: <http://www.w3.org/ns/org#> .
@prefix organisation: <{BASE}id/organisation/> .
@prefix orgkind: <{BASE}id/orgkind/> .
@prefix page: <{BASE}id/page/> .
@prefix sam: <{shipped().ontology}> .
@prefix scheme: <{BASE}id/scheme/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
FACTS = """
# The lists of the site.
scheme:area a skos:ConceptScheme ; skos:prefLabel "Områden"@sv , "Areas"@en .
area:health a skos:Concept ; skos:prefLabel "Elevhälsa"@sv , "School health"@en ; skos:inScheme scheme:area .
scheme:orgkind a skos:ConceptScheme ; skos:prefLabel "Slag"@sv , "Kinds"@en .
orgkind:kind a skos:Concept ; skos:prefLabel "Kommun"@sv , "Municipality"@en ; skos:inScheme scheme:orgkind .

organisation:one a org:FormalOrganization , cpov:PublicOrganisation ;
    skos:prefLabel "Ena kommunen"@sv , "The one municipality"@en ; org:classification orgkind:kind .
organisation:two a org:FormalOrganization , cpov:PublicOrganisation ;
    skos:prefLabel "Andra kommunen"@sv , "The other municipality"@en ; org:classification orgkind:kind .

page:one a sam:SourcePage ;
    skos:prefLabel "Sidan"@sv , "The page"@en ;
    dcterms:title "Agreements"@en ;
    dcterms:language <http://publications.europa.eu/resource/authority/language/ENG> ;
    foaf:page <https://example.org/page> ;
    dcterms:publisher organisation:one .

agreement:a a sam:Agreement ;
    skos:prefLabel "Avtal A"@sv , "Agreement A"@en ;
    sam:agreementType sam:type-comprehensive ;
    sam:party organisation:one , organisation:two ;     # both of them
    sam:coversArea area:health ;
    sam:signatureDate "2024-05-17"^^xsd:date ;
    sam:signedNotBefore "2024-05-17"^^xsd:date ;
    sam:signedNotAfter "2024-05-17"^^xsd:date ;
    sam:signaturePrecision sam:precision-day ;
    sam:validityKind sam:validity-until-further-notice .
"""
EVIDENCE = """
# Why we say so.
evidence:m1
    a sam:Evidence ;
    dcterms:identifier "M1" ;
    sam:status sam:status-stated ;
    sam:about agreement:a ;
    sam:aboutProperty sam:signatureDate ;
    sam:aboutValue "2024-05-17"^^xsd:date ;
    dcterms:source page:one ;
    sam:sourceLine 7 .

evidence:m2 a sam:Evidence ; dcterms:identifier "M2" ; sam:status sam:status-interpreted ; sam:about agreement:a ;
    sam:aboutProperty skos:prefLabel ; sam:aboutValue "Agreement A"@en ; dcterms:source page:one ; sam:sourceLine 7 .

# The parties.
evidence:m3 a sam:Evidence ; dcterms:identifier "M3" ; sam:status sam:status-stated ; sam:about agreement:a ;
    sam:aboutProperty sam:party ; dcterms:source page:one ; sam:sourceLine 9 .
"""


def made(folder: Path) -> Path:
    """Make the site in a folder."""
    known = shipped()
    model = {
        name: content.replace(known.base.encode(), BASE.encode())
        for name, content in known.earlier[VERSION].files.items()
    }
    data = {"data/facts.ttl": PREFIXES + FACTS, "data/evidence.ttl": PREFIXES + EVIDENCE, "samverkan.toml": SETTINGS}
    for name, content in {**model, **{name: text.encode() for name, text in data.items()}}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder
