"""Invented universities, municipalities and regions, with agreements in the shape that the ontology gives them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass

from bench.dice import Dice
from bench.things import Thing, both, text, triple

UNIVERSITY = "organisation:university"
STATE = "organisation:state"
CURATORS = "agent:curators"
NATIONAL = "agreement:national"
FILES = ("concepts", "contacts", "curation", "evidence", "identifiers", "page-en", "page-sv", "sources")

PASSAGES = 3  # that bear the facts of an agreement

# Each kind of concept with its names; the last two are what identifiers and organisations are sorted by.
CONCEPTS: dict[str, tuple[str, ...]] = {
    "area": ("education", "research", "healthy-aging", "preventive-health", "knowledge-exchange", "elderly-care"),
    "aim": ("better-health", "strategic-overview", "academic-culture", "efficient-collaboration"),
    "action": ("exchange-support", "joint-innovation", "identify-areas"),
    "level": ("management", "hospital", "operational"),
    "body": ("management-group", "committee", "working-group"),
    "group": ("students", "researchers", "teachers", "departments"),
    "setting": ("clinical-environment", "large-hospitals", "outpatient-care"),
    "purpose": ("education", "medical-research"),
    "orgkind": ("municipality", "region", "university", "state"),
    "idscheme": ("organisation-number", "scb-municipality-code", "scb-county-code", "ror"),
}
# The words of these names in Swedish, so that no text has the language of another.
_SWEDISH = {
    "education": "utbildning",
    "research": "forskning",
    "healthy": "hälsosamt",
    "aging": "åldrande",
    "preventive": "förebyggande",
    "health": "hälsa",
    "knowledge": "kunskap",
    "exchange": "utbyte",
    "elderly": "äldre",
    "care": "vård",
    "better": "bättre",
    "strategic": "strategisk",
    "overview": "överblick",
    "academic": "akademisk",
    "culture": "kultur",
    "efficient": "effektiv",
    "collaboration": "samverkan",
    "support": "stöd",
    "joint": "gemensam",
    "innovation": "nyskapande",
    "identify": "finna",
    "areas": "områden",
    "management": "ledning",
    "hospital": "sjukhus",
    "operational": "verksamhet",
    "group": "grupp",
    "committee": "kommitté",
    "working": "arbetande",
    "students": "studenter",
    "researchers": "forskare",
    "teachers": "lärare",
    "departments": "institutioner",
    "clinical": "klinisk",
    "environment": "miljö",
    "large": "stora",
    "hospitals": "sjukhus",
    "outpatient": "öppen",
    "medical": "medicinsk",
    "municipality": "kommun",
    "region": "region",
    "university": "universitet",
    "state": "stat",
    "organisation": "organisation",
    "number": "nummer",
    "county": "län",
    "code": "kod",
    "area": "område",
    "of": "i",
}
_WORDS = (
    "samverkan utbildning forskning hälsa åldrande förebyggande kompetens omsorg vård innovation nyttiggörande miljö "
    "öppenhet kunskap utbyte stöd gemensam ärende åtgärd övergripande"
)
_ENGLISH = (
    "collaboration education research health aging prevention skills care nursing innovation utilisation setting "
    "openness knowledge exchange support joint matter measure comprehensive"
)


@dataclass
class Description:
    """A handful of things that belong together: a municipality with its agreement, and all that goes with it."""

    things: list[Thing]
    agreement: Thing
    commitment: Thing
    note: Thing
    passages: list[Thing]
    contact: Thing

    @property
    def passage(self) -> Thing:
        """The first of the passages."""
        return self.passages[0]

    def support(self) -> Description:
        """Let the passages bear every other fact of the agreement as it is now, about as many as in the real site."""
        for place, passage in enumerate(self.passages):
            passage.drop("sam:states")
            borne = self.agreement.facts[5::2][place :: len(self.passages)]
            passage.add("sam:states", *(triple(self.agreement.name, *fact) for fact in borne))
        return self


def foundation(pages: int) -> Iterator[Thing]:
    """What every site has: the schemes and concepts, the graphs and their pages, the university and the state."""
    yield from _concepts()
    yield from _sources(pages)
    yield from _organisations()


def _concepts() -> Iterator[Thing]:
    for kind, names in CONCEPTS.items():
        scheme = Thing("concepts", f"scheme:{kind}").add("a", "skos:ConceptScheme")
        yield scheme.add("skos:prefLabel", *both(f"Begrepp: {kind}", f"Concepts: {kind}"))
        for name in names:
            yield _concept(f"{kind}:{name}", name.replace("-", " "))


def _concept(name: str, words: str) -> Thing:
    concept = Thing("concepts", name).add("a", "skos:Concept")
    swedish = " ".join(_SWEDISH.get(word, word) for word in words.split())
    concept.add("skos:prefLabel", *both(swedish.capitalize(), words.capitalize()))
    return concept.add("skos:inScheme", f"scheme:{name.partition(':')[0]}")


def _sources(pages: int) -> Iterator[Thing]:
    curators = Thing("sources", CURATORS).add("a", "foaf:Agent")
    yield curators.add("skos:prefLabel", *both("Redaktionen", "The curators"))
    for file in FILES:
        yield _graph(file)
    for number in range(pages):
        yield from _page(number)


def _graph(file: str) -> Thing:
    graph = Thing("sources", f"graph:{file}").add("a", "sam:SourceGraph")
    graph.add("skos:prefLabel", *both(f"Delmängden {file}", f"The part {file}"))
    graph.add("dcterms:description", *both("Påhittade uppgifter.", "Invented facts."))
    graph.add("sam:status", "sam:status-curated").add("prov:wasAttributedTo", CURATORS)
    graph.add("dcterms:license", "<http://creativecommons.org/publicdomain/zero/1.0/>")
    return graph.add("sam:containsPersonalData", "true" if file == "contacts" else "false")


def _page(number: int) -> Iterator[Thing]:
    name = f"page:p{number}"
    yield Thing("page-en", name).add("dcterms:title", text(f"Collaboration, page {number}", "en"))
    page = Thing("sources", name).add("a", "sam:SourcePage")
    page.add("skos:prefLabel", *both(f"Källsida {number}", f"Source page {number}"))
    page.add("dcterms:language", "<http://publications.europa.eu/resource/authority/language/ENG>")
    page.add("foaf:page", f"<https://example.org/collaboration/{number}>")
    heading = name.replace("page:", "heading:")
    yield page.add("dcterms:publisher", UNIVERSITY).add("sam:hasHeading", heading).add("sam:numberOfLines", "99")
    yield (
        Thing("sources", heading).add("a", "sam:Heading").add("oa:exact", f'"Page {number}"').add("sam:sourceLine", "1")
    )


def _organisations() -> Iterator[Thing]:
    yield _organisation("page-sv", UNIVERSITY, "university", ("Påhittade universitetet", "The invented university"))
    yield _organisation("page-sv", STATE, "state", ("Staten", "The state"))
    national = Thing("page-sv", NATIONAL).add("a", "sam:Agreement")
    national.add("skos:prefLabel", *both("Påhittat nationellt avtal", "Invented national agreement"))
    national.add("sam:agreementType", "sam:type-national-alf").add("sam:party", UNIVERSITY, STATE)
    yield _signed(national, Dice(0))
    yield Thing("contacts", NATIONAL).add("sam:contact", "person:p1")
    yield _person("person:p1", "Ingen Alls")


def _organisation(file: str, name: str, kind: str, label: tuple[str, str]) -> Thing:
    organisation = Thing(file, name).add("a", "org:FormalOrganization", "cpov:PublicOrganisation")
    organisation.add("skos:prefLabel", *both(*label))
    return organisation.add("org:classification", f"orgkind:{kind}")


def _person(name: str, called: str) -> Thing:
    return Thing("contacts", name).add("a", "vcard:Individual").add("vcard:fn", f'"{called}"')


def _signed(agreement: Thing, dice: Dice) -> Thing:
    """Give an agreement a date of some precision, with the bounds that follow from it, and its validity."""
    year, month = 2005 + dice.below(20), 1 + dice.below(12)
    day = 1 + dice.below(28)
    last = monthrange(year, month)[1]
    precision, date, bounds = dice.pick(
        (
            ("day", f'"{year}-{month:02}-{day:02}"^^xsd:date', (f"{month:02}-{day:02}", f"{month:02}-{day:02}")),
            ("month", f'"{year}-{month:02}"^^xsd:gYearMonth', (f"{month:02}-01", f"{month:02}-{last}")),
            ("year", f'"{year}"^^xsd:gYear', ("01-01", "12-31")),
        )
    )
    agreement.add("sam:signatureDate", date)
    agreement.add("sam:signedNotBefore", f'"{year}-{bounds[0]}"^^xsd:date')
    agreement.add("sam:signedNotAfter", f'"{year}-{bounds[1]}"^^xsd:date')
    agreement.add("sam:signaturePrecision", f"sam:precision-{precision}")
    if dice.below(3):
        return agreement.add("sam:validityKind", "sam:validity-until-further-notice")
    agreement.add("sam:validityKind", "sam:validity-fixed-term").add("sam:validFrom", f'"{year + 1}-01-01"^^xsd:date')
    return agreement.add("sam:validUntil", f'"{year + 5}-12-31"^^xsd:date')


def _sentence(dice: Dice, words: str) -> str:
    return " ".join(dice.pick(words.split()) for _ in range(12 + dice.below(12))).capitalize() + "."


def municipality(number: int, dice: Dice) -> Description:
    """A municipality, its identifiers, its agreement with the university, and what bears it."""
    name, page = f"m{number}", f"page:p{number // 50}"
    organisation = _organisation("page-en", f"organisation:{name}", "municipality", ("", f"Municipality {number}"))
    organisation.drop("skos:prefLabel", text("", "sv"))
    agreement = _agreement(name, number, dice)
    commitments = [_commitment(f"commitment:{name}-{part}", number, dice) for part in ("first", "second")]
    agreement.add("sam:hasCommitment", *(commitment.name for commitment in commitments))
    note = _note(name, number, page, dice)
    contact = Thing("contacts", agreement.name).add("sam:contact", f"person:p{number + 2}")
    passages = [_passage(name, place, page) for place in range(PASSAGES)]
    things = [organisation, *_identifiers(name, number), agreement, *commitments, note, contact, *passages]
    things.append(_person(f"person:p{number + 2}", f"Namn Namnsson {number}"))
    things.append(Thing("curation", agreement.name).add("sam:focus", "area:research"))
    return Description(things, agreement, commitments[0], note, passages, contact).support()


def _identifiers(name: str, number: int) -> Iterator[Thing]:
    codes = {
        "organisation-number": _organisation_number(number),
        "scb-municipality-code": f"{number % 99 + 1 + 100 * (number // 99 % 100):04}",
    }
    organisation = Thing("identifiers", f"organisation:{name}").add("skos:prefLabel", text(f"Kommun {number}", "sv"))
    organisation.add("adms:identifier", *(f"identifier:{name}-{kind}" for kind in codes))
    organisation.add("skos:closeMatch", f"<http://www.wikidata.org/entity/Q{1000 + number}>")
    yield organisation.add("skos:closeMatch", f"<https://sws.geonames.org/{1000 + number}/>")
    for kind, code in codes.items():
        identifier = Thing("identifiers", f"identifier:{name}-{kind}").add("a", "adms:Identifier")
        identifier.add("skos:notation", f'"{code}"').add("dcterms:type", f"idscheme:{kind}")
        yield identifier.add("adms:schemaAgency", *both("Registret", "The register"))


def _organisation_number(number: int) -> str:
    """A number as municipalities have it, with its check digit (Luhn)."""
    digits = f"21{2000 + number % 8000:04}{number // 8000:03}"
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    check = -sum(each // 10 + each % 10 for each in doubled) % 10
    return f"{digits[:6]}-{digits[6:]}{check}"


def _agreement(name: str, number: int, dice: Dice) -> Thing:
    agreement = Thing("page-en", f"agreement:{name}").add("a", "sam:Agreement")
    agreement.add("skos:prefLabel", *both(f"Avtal med kommun {number}", f"Agreement with municipality {number}"))
    agreement.add("dcterms:description", *both(_sentence(dice, _WORDS), _sentence(dice, _ENGLISH)))
    agreement.add("sam:agreementType", "sam:type-comprehensive").add("sam:party", UNIVERSITY, f"organisation:{name}")
    areas = dice.some([area for area in CONCEPTS["area"] if area != "research"], 4)
    agreement.add("sam:initialArea", f"area:{areas[0]}").add("sam:coversArea", *(f"area:{area}" for area in areas[1:]))
    agreement.add("sam:aim", *(f"aim:{aim}" for aim in dice.some(CONCEPTS["aim"], 2)))
    return _signed(agreement, dice)


def _commitment(name: str, number: int, dice: Dice) -> Thing:
    commitment = Thing("page-en", name).add("a", "sam:Commitment")
    commitment.add("skos:prefLabel", *both(f"Kommun {number}: åtagande", f"Municipality {number}: commitment"))
    commitment.add("sam:modality", dice.pick(("sam:modality-will", "sam:modality-shall")))
    commitment.add("sam:action", f"action:{dice.pick(CONCEPTS['action'])}")
    commitment.add("sam:area", f"area:{dice.pick(CONCEPTS['area'])}")
    return commitment.add("sam:nonExhaustive", "true")


def _note(name: str, number: int, page: str, dice: Dice) -> Thing:
    note = Thing("curation", f"note:{name}").add("a", "sam:CurationNote")
    note.add("skos:prefLabel", *both(f"Anmärkning {number}", f"Note {number}"))
    note.add("sam:noteKind", "sam:note-interpretation")
    note.add("sam:about", f"agreement:{name}").add("sam:aboutProperty", "sam:focus")
    note.add("dcterms:description", *both(_sentence(dice, _WORDS), _sentence(dice, _ENGLISH)))
    note.add("dcterms:identifier", f'"M{number}"').add("dcterms:source", page)
    return note.add("sam:sourceLine", str(1 + number % 90))


def _passage(name: str, place: int, page: str) -> Thing:
    passage = Thing("evidence", f"passage:{name}-{place}").add("a", "sam:Passage")
    passage.add("oa:hasSource", page).add("oa:hasSelector", page.replace("page:", "heading:"))
    return passage.add("sam:sourceLine", str(1 + place))


def region(number: int, dice: Dice) -> Iterator[Thing]:
    """A region with all that only regions have: tiers and bodies, money, plans, shares, agreements in succession."""
    name = f"r{number}"
    yield _organisation("page-sv", f"organisation:{name}", "region", (f"Region {number}", f"Region {number} (en)"))
    yield from _tiers(name, number)
    yield from _succession(name, number, dice)
    yield from _money(name, number)
    yield from _plan(name, number)
    yield _share(name, number, dice)
    yield _concept(f"area:{name}", f"area of region {number}")
    yield Thing("curation", f"area:{name}").add("skos:broader", "area:education")


def _tiers(name: str, number: int) -> Iterator[Thing]:
    tiers = [f"tier:{name}-{level}" for level in CONCEPTS["level"]]
    collaboration = Thing("page-sv", f"collaboration:{name}").add("a", "org:OrganizationalCollaboration")
    collaboration.add("skos:prefLabel", *both(f"Samarbete {number}", f"Collaboration {number}"))
    collaboration.add("org:hasMember", UNIVERSITY, f"organisation:{name}")
    collaboration.add("sam:coversArea", "area:education", f"area:{name}").add("sam:basedOn", f"agreement:{name}")
    yield collaboration.add("sam:numberOfTiers", str(len(tiers))).add("sam:hasTier", *tiers)
    for order, (tier, level, body) in enumerate(zip(tiers, CONCEPTS["level"], CONCEPTS["body"], strict=True), 1):
        found = Thing("page-sv", tier).add("a", "sam:GovernanceTier").add("sam:order", str(order))
        found.add("skos:prefLabel", *both(f"Nivå {order}", f"Tier {order}")).add("sam:level", f"level:{level}")
        yield found.add("sam:bodyKind", f"body:{body}").add("sam:multiplicity", "sam:multiplicity-many")
    joint = Thing("page-sv", f"jointbody:{name}").add("a", "sam:JointBody").add("sam:atTier", tiers[0])
    joint.add("skos:prefLabel", *both(f"Organ {number}", f"Body {number}"))
    yield joint.add("sam:validFrom", '"2020-01-01"^^xsd:date')
    member = Thing("page-sv", f"membership:{name}").add("a", "sam:BodyMembership")
    yield member.add("sam:member", f"organisation:{name}").add("sam:body", joint.name)


def _succession(name: str, number: int, dice: Dice) -> Iterator[Thing]:
    """An agreement from after 2026, the one from before that it replaced, and a signature under a former name."""
    old, new = Thing("page-sv", f"agreement:{name}-old"), Thing("page-sv", f"agreement:{name}")
    for agreement, words in ((old, "tidigare"), (new, "gällande")):
        agreement.add("a", "sam:Agreement")
        agreement.add("skos:prefLabel", *both(f"Avtal {number}, {words}", f"Agreement {number} ({words})"))
        agreement.add("sam:agreementType", "sam:type-regional-alf").add("sam:party", UNIVERSITY, f"organisation:{name}")
        agreement.add("sam:operatesUnder", NATIONAL)
    _signed(old, dice).add("dcterms:isReplacedBy", new.name)
    new.add("sam:signatureDate", '"2026-02-03"^^xsd:date').add("sam:signedNotBefore", '"2026-02-03"^^xsd:date')
    new.add("sam:signedNotAfter", '"2026-02-03"^^xsd:date').add("sam:signaturePrecision", "sam:precision-day")
    new.add("sam:validityKind", "sam:validity-until-further-notice").add("dcterms:replaces", old.name)
    yield from (old.add("sam:hasSignature", f"signature:{name}"), new)
    signature = Thing("page-sv", f"signature:{name}").add("a", "sam:Signature")
    yield signature.add("sam:signatory", f"organisation:{name}").add(
        "sam:signedUnderName", text(f"Landstinget {number}", "sv")
    )
    yield from (Thing("contacts", agreement.name).add("sam:contact", "person:p1") for agreement in (old, new))


def _money(name: str, number: int) -> Iterator[Thing]:
    paid = Thing("page-sv", f"flow:{name}").add("a", "sam:FundingFlow")
    paid.add("skos:prefLabel", *both(f"Ersättning {number}", f"Compensation {number}")).add("sam:payer", STATE)
    paid.add("sam:payee", f"organisation:{name}").add("sam:purpose", "purpose:education", "purpose:medical-research")
    paid.add("sam:jointlyAllocatedBy", UNIVERSITY, f"organisation:{name}").add("sam:amount", f"{1000 + number}.5")
    yield paid.add("sam:currency", '"SEK"').add("sam:year", '"2024"^^xsd:gYear')
    added = Thing("page-sv", f"flow:{name}-complement").add("a", "sam:FundingFlow")
    added.add("skos:prefLabel", *both(f"Tillskott {number}", f"Complement {number}"))
    added.add("sam:payer", f"organisation:{name}").add("sam:payee", UNIVERSITY)
    yield added.add("sam:complements", paid.name).add("sam:approximatelyEqualTo", paid.name)


def _plan(name: str, number: int) -> Iterator[Thing]:
    place = Thing("curation", f"place:{name}").add("a", "dcterms:Location")
    yield place.add("skos:prefLabel", *both(f"Län {number}", f"County {number}"))
    plan = Thing("page-sv", f"plan:{name}").add("a", "sam:Plan")
    plan.add("skos:prefLabel", *both(f"Plan {number}", f"Plan {number} (en)"))
    yield plan.add("sam:decidedBy", f"organisation:{name}").add("dcterms:spatial", place.name)


def _share(name: str, number: int, dice: Dice) -> Thing:
    share = Thing("page-sv", f"share:{name}").add("a", "sam:QualitativeShare").add("sam:shareOf", UNIVERSITY)
    share.add("skos:prefLabel", *both(f"Andel {number}", f"Share {number}"))
    share.add("sam:quantifier", "sam:quantifier-just-over-half").add("sam:wording", text("Drygt hälften", "sv")).add(
        "sam:shareRelation", "sam:relation-located-in"
    )
    share.add("sam:population", *(f"group:{group}" for group in dice.some(CONCEPTS["group"], 2)))
    return share.add("sam:setting", f"setting:{dice.pick(CONCEPTS['setting'])}")
