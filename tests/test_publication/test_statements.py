"""The facts in data/ are the statements of the two source pages: all of them, and no more.

tests/statements.csv lists the 101 statements into which the pages were taken apart, with their
status: S stated, L stated by layout, I an interpretation, N no fact, X an absence.
"""

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest

SITE = Path(__file__).parents[2]
BASE = "https://w3id.org/samverkan/ki/"
SAM = "https://w3id.org/samverkan/def/"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
OA = "http://www.w3.org/ns/oa#"
ORG = "http://www.w3.org/ns/org#"
VCARD = "http://www.w3.org/2006/vcard/ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

FACT, INTERPRETATION, ABSENCE, NO_FACT = {"S", "L"}, "I", "X", "N"
STATED, INTERPRETED = SAM + "status-stated", SAM + "status-interpreted"
RELATIONS = {STATED: "states", INTERPRETED: "interpretedAs"}
PAGES = {"000": BASE + "id/page/municipalities", "002": BASE + "id/page/region-stockholm"}
FILES = {page: file for file, page in PAGES.items()}
PAGE_GRAPHS = {"000": "page-en", "002": "page-sv"}
MUNICIPALITIES = ("stockholm", "huddinge", "solna", "upplands-bro")
ALF = ("alf-national", "alf-regional-stockholm")

# What a page graph may say without a place of its own: kinds, descriptions and names in another language.
NEEDS_NO_EVIDENCE = {RDF_TYPE, SKOS + "prefLabel", DCTERMS + "description"}

# Lines that bear facts and are no statement of their own: headings, of which one names the plan and one says what the
# items of a list are, and the sentences before lists.
LINES_BESIDE_STATEMENTS = {("000", 11), ("000", 46), ("000", 60), ("002", 23)}


class Statement(NamedTuple):
    """One row of the table."""

    id: str
    status: str
    file: str
    line: int


class Fact(NamedTuple):
    """One triple, with IRIs as plain text and literals as terms."""

    subject: str
    predicate: str
    value: object


class Evidence(NamedTuple):
    """One fact of a passage."""

    status: str
    page: str
    line: int
    fact: Fact

    @property
    def place(self) -> tuple[str, int]:
        """The page and the line, as the table of statements writes them."""
        return (FILES[self.page], self.line)


def _plain(term: object) -> object:
    return term.value if isinstance(term, ox.NamedNode) else term


def _read(path: Path) -> Iterator[Fact]:
    for quad in ox.parse(path=path):
        subject = quad.subject
        name = subject.value if isinstance(subject, ox.NamedNode) else str(subject)
        yield Fact(name, quad.predicate.value, _plain(quad.object))


def _statements() -> list[Statement]:
    with (SITE / "tests" / "statements.csv").open(encoding="utf-8", newline="") as file:
        return [Statement(row["id"], row["status"], row["file"], int(row["line"])) for row in csv.DictReader(file)]


GRAPHS = {path.stem: list(_read(path)) for path in sorted((SITE / "data").glob("*.ttl"))}
ONTOLOGY = list(_read(SITE / "ontology" / "samverkan.ttl"))
STATEMENTS = _statements()
BY_ID = {statement.id: statement for statement in STATEMENTS}


def _all() -> list[Fact]:
    return [fact for facts in GRAPHS.values() for fact in facts]


def _thing(kind: str, name: str) -> str:
    return f"{BASE}id/{kind}/{name}"


def _values(subject: str, predicate: str, graph: str | None = None) -> set[object]:
    facts = _all() if graph is None else GRAPHS[graph]
    return {f.value for f in facts if f.subject == subject and f.predicate == predicate}


def _subjects(predicate: str, value: object) -> set[str]:
    return {f.subject for f in _all() if f.predicate == predicate and f.value == value}


def _instances(cls: str) -> set[str]:
    return _subjects(RDF_TYPE, cls)


def _text(term: object) -> str:
    assert isinstance(term, ox.Literal)
    return term.value


def _only(values: set[object]) -> object:
    assert len(values) == 1, values
    return next(iter(values))


def _languages(values: set[object]) -> list[str]:
    return sorted(str(v.language) for v in values if isinstance(v, ox.Literal))


def _number(subject: str, predicate: str) -> int:
    return int(_text(_only(_values(subject, predicate))))


def _evidence() -> list[Evidence]:
    return [
        Evidence(status, str(_only(_values(each, OA + "hasSource"))), _number(each, SAM + "sourceLine"), _fact(text))
        for each in sorted(_instances(SAM + "Passage"))
        for status, relation in RELATIONS.items()
        for text in _values(each, SAM + relation)
    ]


def _fact(text: object) -> Fact:
    """A fact as evidence gives it, in N-Triples."""
    (quad,) = ox.parse(f"{_text(text)} .".encode(), format=ox.RdfFormat.N_TRIPLES)
    assert isinstance(quad.subject, ox.NamedNode)
    return Fact(quad.subject.value, quad.predicate.value, _plain(quad.object))


def _at(*places: tuple[str, int]) -> list[Statement]:
    return [statement for statement in STATEMENTS if (statement.file, statement.line) in places]


def _notes_on(statement: str) -> set[str]:
    about = _subjects(DCTERMS + "identifier", ox.Literal(statement))
    return about & _instances(SAM + "CurationNote")


def _notes_of_kind(kind: str, about: str) -> set[str]:
    return _subjects(SAM + "noteKind", SAM + "note-" + kind) & _subjects(SAM + "about", about)


def _graph_of(evidence: Evidence) -> str:
    if evidence.status == INTERPRETED:
        return "curation"
    if evidence.fact.subject.startswith(f"{BASE}id/person/") or evidence.fact.predicate == SAM + "contact":
        return "contacts"
    return PAGE_GRAPHS[FILES[evidence.page]]


def _area_properties() -> set[str]:
    below = {f.subject for f in ONTOLOGY if f.predicate.endswith("#subPropertyOf") and f.value == SAM + "coversArea"}
    return below | {SAM + "coversArea", SAM + "sharedInterest", SAM + "purposeArea"}


def _areas(agreement: str) -> set[object]:
    found: set[object] = set()
    for predicate in _area_properties():
        found |= _values(_thing("agreement", agreement), predicate)
    return found


# ------------------------------------------------------------------ the statements


def test_the_table_has_all_101_statements() -> None:
    assert len(STATEMENTS) == len(BY_ID) == 101
    assert Counter(s.status for s in STATEMENTS) == {"S": 74, "L": 11, "I": 8, "N": 7, "X": 1}
    assert Counter(s.file for s in STATEMENTS) == {"000": 64, "002": 37}


def test_every_line_with_a_fact_or_an_interpretation_is_a_passage() -> None:
    bearing = {(s.file, s.line) for s in STATEMENTS if s.status in FACT | {INTERPRETATION}}
    assert len(bearing) == 40
    assert {e.place for e in _evidence()} == bearing | LINES_BESIDE_STATEMENTS


def test_a_passage_states_facts_only_where_the_page_does() -> None:
    for e in _evidence():
        statuses = {statement.status for statement in _at(e.place)}
        if statuses == {INTERPRETATION}:
            assert e.status == INTERPRETED, e
        else:
            assert statuses & FACT or e.place in LINES_BESIDE_STATEMENTS, e


def test_a_passage_bears_at_least_as_many_facts_as_there_are_statements_on_its_line() -> None:
    facts = Counter(e.place for e in _evidence())
    for place in facts:
        assert facts[place] >= len([s for s in _at(place) if s.status in FACT]), place


def test_every_triple_that_evidence_names_exists_in_the_right_graph() -> None:
    assert len(_evidence()) == 268
    for e in _evidence():
        assert e.fact in GRAPHS[_graph_of(e)], e


def test_every_fact_of_the_pages_and_every_interpretation_has_evidence() -> None:
    covered = {e.fact for e in _evidence()}
    things = _instances(SAM + "CurationNote") | _instances(SAM + "Passage")
    for graph in ("page-en", "page-sv", "contacts", "curation"):
        for fact in GRAPHS[graph]:
            if fact.subject in things or fact.predicate in NEEDS_NO_EVIDENCE:
                continue
            assert fact in covered, (graph, fact)


def test_evidence_takes_at_most_a_third_of_what_an_entry_for_each_fact_took() -> None:
    described = _instances(SAM + "Passage")
    triples = [fact for fact in _all() if fact.subject in described]
    assert len(triples) == 444
    assert len(triples) * 3 <= 8 * len({e.fact for e in _evidence()})


def test_a_passage_that_names_a_person_stands_beside_the_contacts() -> None:
    in_contacts = {f.subject.rpartition("/")[2] for f in GRAPHS["contacts"] if f.value == SAM + "Passage"}
    assert in_contacts == {"municipalities-28", "municipalities-54", "municipalities-66"}


def test_headings_stand_on_the_lines_on_which_they_are_printed() -> None:
    headings = {
        (_text(_only(_values(h, OA + "exact"))), _number(h, SAM + "sourceLine")) for h in _instances(SAM + "Heading")
    }
    assert headings == {
        ("Collaboration with municipalities", 1),
        ("Municipalities that have comprehensive agreements with KI", 11),
        ("City of Stockholm", 20),
        ("Huddinge Municipality", 30),
        ("Solna Municipality", 42),
        ("Upplands-Bro Municipality", 56),
        ("Samarbete med Region Stockholm", 1),
        ("Samverkansorganisation KI - Region Stockholm", 11),
        ("ALF-avtal", 17),
        ("Framtidsplan för hälso- och sjukvården", 23),
    }


def test_every_interpretation_has_a_note_with_a_reason_in_both_languages() -> None:
    interpretations = [s.id for s in STATEMENTS if s.status == INTERPRETATION]
    assert len(interpretations) == 8
    for statement in interpretations:
        assert _notes_on(statement), statement
        for note in _notes_on(statement):
            assert _languages(_values(note, DCTERMS + "description")) == ["en", "sv"], note


def test_every_interpreted_triple_has_a_note_about_its_subject_and_property() -> None:
    interpreted = [e for e in _evidence() if e.status == INTERPRETED]
    assert len(interpreted) == 33
    for e in interpreted:
        about = {e.fact.subject, e.fact.value} if e.fact.predicate == SKOS + "broader" else {e.fact.subject}
        notes = set().union(*(_subjects(SAM + "about", each) for each in about))
        assert notes & _subjects(SAM + "aboutProperty", e.fact.predicate), e


def test_every_note_gives_its_reason_once_in_swedish_and_once_in_english() -> None:
    notes = _instances(SAM + "CurationNote")
    assert notes == {f.subject for f in GRAPHS["curation"] if f.value == SAM + "CurationNote"}
    for note in notes:
        reasons = _values(note, DCTERMS + "description")
        assert _languages(reasons) == ["en", "sv"], note
        assert all(len(_text(r).split()) >= 8 for r in reasons), note


def test_the_value_a_note_names_is_a_fact() -> None:
    facts = set(_all())
    for note in _instances(SAM + "CurationNote"):
        for value in _values(note, SAM + "aboutValue"):
            predicate = str(_only(_values(note, SAM + "aboutProperty")))
            for subject in map(str, _values(note, SAM + "about")):
                assert Fact(subject, predicate, value) in facts, note


def test_notes_name_the_page_and_the_line_of_their_statements() -> None:
    for note in _instances(SAM + "CurationNote"):
        named = {_text(v) for v in _values(note, DCTERMS + "identifier")}
        page = _only(_values(note, DCTERMS + "source"))
        lines = {int(_text(v)) for v in _values(note, SAM + "sourceLine")}
        assert {PAGES[BY_ID[i].file] for i in named} == {page}, note
        if lines:
            assert {BY_ID[i].line for i in named} == lines, note


def test_the_absence_is_a_note_and_no_evidence() -> None:
    absences = [s for s in STATEMENTS if s.status == ABSENCE]
    assert [s.id for s in absences] == ["M46"]
    assert _notes_on("M46")
    assert ("000", 40) not in {e.place for e in _evidence()}


def test_what_is_no_fact_is_nowhere() -> None:
    left_out = [s for s in STATEMENTS if s.status == NO_FACT]
    assert len(left_out) == 7
    for statement in left_out:
        assert not _subjects(DCTERMS + "identifier", ox.Literal(statement.id)), statement


def test_a_line_that_bears_no_fact_is_never_referred_to() -> None:
    bearing = {(PAGES[s.file], s.line) for s in STATEMENTS if s.status != NO_FACT}
    barren = {(PAGES[s.file], s.line) for s in STATEMENTS} - bearing
    assert barren == {(PAGES["000"], 5), (PAGES["002"], 5)}
    assert barren.isdisjoint((e.page, e.line) for e in _evidence())
    for note in _instances(SAM + "CurationNote"):
        for line in _values(note, SAM + "sourceLine"):
            assert (_only(_values(note, DCTERMS + "source")), int(_text(line))) not in barren


# ------------------------------------------------------------------ the graphs


def test_the_data_are_eight_graphs_each_described() -> None:
    described = {g.removeprefix(BASE + "graph/") for g in _instances(SAM + "SourceGraph")}
    assert len(GRAPHS) == 8
    assert described == set(GRAPHS)


def test_no_triple_is_stated_in_two_graphs() -> None:
    assert [f for f, n in Counter(_all()).items() if n > 1] == []


def test_there_are_no_blank_nodes() -> None:
    for fact in [*_all(), *ONTOLOGY]:
        assert not fact.subject.startswith("_:"), fact
        assert not isinstance(fact.value, ox.BlankNode), fact


def test_every_own_term_in_the_data_is_declared_in_the_ontology() -> None:
    declared = {f.subject for f in ONTOLOGY if f.predicate == RDF_TYPE}
    for fact in _all():
        for term in fact:
            if isinstance(term, str) and term.startswith(SAM):
                assert term in declared, fact


def test_every_thing_that_is_linked_to_is_described() -> None:
    described = {f.subject for f in _all()}
    for fact in _all():
        if isinstance(fact.value, str) and fact.value.startswith(BASE):
            assert fact.value in described, fact


def test_every_thing_has_one_name_in_swedish_and_one_in_english() -> None:
    nameless = ("heading", "identifier", "passage", "person")
    for thing in {f.subject for f in _all()}:
        if thing.split("/")[-2] not in nameless:
            assert _languages(_values(thing, SKOS + "prefLabel")) == ["en", "sv"], thing


def test_organisation_numbers_and_codes_are_texts_and_identify_nothing_by_logic() -> None:
    for identifier in _instances("http://www.w3.org/ns/adms#Identifier"):
        notation = _only(_values(identifier, SKOS + "notation"))
        assert isinstance(notation, ox.Literal)
        assert notation.datatype == ox.NamedNode(XSD + "string")
    codes = {_text(f.value) for f in GRAPHS["identifiers"] if f.predicate == SKOS + "notation"}
    assert {"0180", "0126", "0184", "0139", "01"} < codes
    used = {f.predicate for f in _all()}
    assert ORG + "identifier" not in used
    assert "http://www.w3.org/2002/07/owl#sameAs" not in used


# ------------------------------------------------------------------ the fourteen traps


def test_city_of_solna_and_solna_municipality_are_one_organisation() -> None:
    """Trap 1."""
    solna = _thing("organisation", "solna")
    assert _subjects(SKOS + "prefLabel", ox.Literal("City of Solna", language="en")) == {solna}
    assert _subjects(SKOS + "altLabel", ox.Literal("Solna Municipality", language="en")) == {solna}
    assert _values(solna, SKOS + "altLabel", "identifiers") == {ox.Literal("Solna stad", language="sv")}
    assert len(_values(solna, SKOS + "altLabel")) == 2
    municipal = _subjects(ORG + "classification", _thing("orgkind", "municipality"))
    comprehensive = _subjects(SAM + "agreementType", SAM + "type-comprehensive")
    partners = {p for a in comprehensive for p in _values(a, SAM + "party")}
    assert municipal == {_thing("organisation", m) for m in MUNICIPALITIES}
    assert partners - municipal == {_thing("organisation", "karolinska-institutet")}
    city, region = _thing("organisation", "stockholm"), _thing("organisation", "region-stockholm")
    county = _thing("place", "stockholm-county")
    kinds = [_values(city, ORG + "classification"), _values(region, ORG + "classification")]
    assert kinds == [{_thing("orgkind", "municipality")}, {_thing("orgkind", "region")}]
    assert _values(county, RDF_TYPE) == {DCTERMS + "Location"}


def test_the_displaced_sentence_speaks_of_stockholm_alone_by_curation() -> None:
    """Trap 2."""
    stockholm = _thing("agreement", "stockholm")
    focus, initial = SAM + "focus", SAM + "initialArea"
    three = {_thing("area", a) for a in ("equal-health", "healthy-aging", "active-lifestyle")}
    assert _values(stockholm, focus) == {_thing("area", "preventive-health")}
    assert _values(stockholm, initial) == three
    assert _values(stockholm, focus, "page-en") == _values(stockholm, initial, "page-en") == set()
    for other in MUNICIPALITIES[1:]:
        shared = _areas(other) & (three | {_thing("area", "preventive-health")})
        assert shared <= ({_thing("area", "equal-health")} if other == "huddinge" else set())
    assert len(_notes_of_kind("displaced-sentence", stockholm)) == 2
    assert _notes_of_kind("displaced-sentence", _thing("agreement", "huddinge")) == set()


def test_stockholm_was_signed_in_a_month_and_every_date_has_bounds() -> None:
    """Trap 3."""
    signed = {
        "stockholm": ("2020-03", "gYearMonth", "month", "2020-03-01", "2020-03-31"),
        "huddinge": ("2022-10-25", "date", "day", "2022-10-25", "2022-10-25"),
        "solna": ("2025-06-03", "date", "day", "2025-06-03", "2025-06-03"),
        "upplands-bro": ("2025-06-03", "date", "day", "2025-06-03", "2025-06-03"),
    }
    for name, (value, datatype, precision, earliest, latest) in signed.items():
        agreement, date = _thing("agreement", name), ox.NamedNode(XSD + "date")
        when = ox.Literal(value, datatype=ox.NamedNode(XSD + datatype))
        assert _values(agreement, SAM + "signatureDate") == {when}
        assert _values(agreement, SAM + "signaturePrecision") == {SAM + "precision-" + precision}
        bounds = [_values(agreement, SAM + p) for p in ("signedNotBefore", "signedNotAfter")]
        assert bounds == [{ox.Literal(d, datatype=date)} for d in (earliest, latest)]
    dated = {f.subject for f in _all() if f.predicate.startswith((SAM + "signed", SAM + "signat"))}
    assert dated == {_thing("agreement", name) for name in signed}


def test_huddinge_has_a_contact_label_without_a_value_and_no_contact() -> None:
    """Trap 4."""
    huddinge = _thing("agreement", "huddinge")
    assert _values(huddinge, SAM + "contact") == set()
    note = _notes_of_kind("label-without-value", huddinge)
    assert note == _notes_on("M46")
    assert len(note) == 1
    for alf in ALF:
        agreement = _thing("agreement", alf)
        assert _values(agreement, SAM + "contact") == set()
        assert _notes_of_kind("not-offered", agreement)
        assert _notes_of_kind("label-without-value", agreement) == set()
    for person in _instances(VCARD + "Individual"):
        assert _text(_only(_values(person, VCARD + "fn"))).strip()
    literals = [f for f in _all() if isinstance(f.value, ox.Literal)]
    assert [f for f in literals if not _text(f.value).strip("\u00a0 \t\n")] == []


def test_upplands_bro_has_two_areas_and_a_third_bullet_that_is_a_date() -> None:
    """Trap 5."""
    upplands_bro = _thing("agreement", "upplands-bro")
    assert _areas("upplands-bro") == {
        _thing("area", "work-based-education-and-work-integrated-learning"),
        _thing("area", "learning-environments"),
    }
    note = _only(set(_notes_of_kind("misplaced-item", upplands_bro)))
    assert _number(str(note), SAM + "sourceLine") == 64


def test_until_further_notice_is_a_kind_of_validity_and_no_date() -> None:
    """Trap 6."""
    kind = SAM + "validity-until-further-notice"
    assert _subjects(SAM + "validityKind", kind) == {_thing("agreement", m) for m in MUNICIPALITIES}
    for alf in ALF:
        assert _values(_thing("agreement", alf), SAM + "validityKind") == set()
    used = {f.predicate for f in _all()}
    assert used.isdisjoint(SAM + p for p in ("validFrom", "validUntil", "reviewDate"))
    assert not [f for f in _all() if isinstance(f.value, ox.Literal) and "9999" in f.value.value]


def test_tiers_belong_to_the_regional_and_compensation_to_the_national_alf_agreement() -> None:
    """Trap 7."""
    national, regional = (_thing("agreement", a) for a in ALF)
    collaboration = _thing("collaboration", "ki-region-stockholm")
    assert _subjects(SAM + "organisesCollaboration", collaboration) == {regional}
    assert len(_values(collaboration, SAM + "hasTier")) == 3
    assert _subjects(SAM + "regulates", _thing("flow", "alf-compensation")) == {national}
    assert _values(collaboration, SAM + "basedOn") == {national}
    assert _values(regional, SAM + "operatesUnder") == {national}
    assert _values(regional, SAM + "party") == {
        _thing("organisation", o) for o in ("karolinska-institutet", "region-stockholm")
    }
    assert _values(national, SAM + "party") == {_thing("organisation", o) for o in ("state", "landstingen")}
    inferred = {SAM + p for p in ("regulates", "basedOn", "operatesUnder")}
    for graph, facts in GRAPHS.items():
        if graph != "curation":
            assert inferred.isdisjoint(f.predicate for f in facts), graph
            parties = {f.subject for f in facts if f.predicate == SAM + "party"}
            assert parties.isdisjoint({national, regional}), graph


def test_landstingen_keep_their_name_and_no_sum_is_invented() -> None:
    """Trap 8."""
    landstingen = _thing("organisation", "landstingen")
    state_money, own_money = (_thing("flow", f) for f in ("alf-compensation", "region-stockholm-complement"))
    names = _values(landstingen, SKOS + "prefLabel")
    assert ox.Literal("Landstingen", language="sv") in names
    assert ORG + "FormalOrganization" not in _values(landstingen, RDF_TYPE)
    assert _notes_of_kind("term-of-its-time", landstingen)
    assert _values(state_money, SAM + "payee") == {landstingen}
    assert _values(own_money, SAM + "payer") == {_thing("organisation", "region-stockholm")}
    assert _values(own_money, SAM + "payee") == set()
    part = _thing("flow", "alf-compensation-stockholm")
    assert _values(part, DCTERMS + "isPartOf", "curation") == {state_money}
    for predicate in ("complements", "approximatelyEqualTo"):
        assert _values(own_money, SAM + predicate) == _values(own_money, SAM + predicate, "curation") == {part}
    assert _values(own_money, SAM + "flowNamed", "page-sv") == {ox.Literal("ALF-ersättningen", language="sv")}
    assert _values(state_money, SAM + "jointlyAllocatedBy") == set()
    assert len(_values(part, SAM + "jointlyAllocatedBy", "curation")) == 2
    assert _values(part, SAM + "payee") == set()
    used = {f.predicate for f in _all()}
    assert used.isdisjoint(SAM + p for p in ("amount", "currency", "year"))


def test_tiers_have_a_kind_of_body_and_no_phantom_committees() -> None:
    """Trap 9."""
    expected = {
        "management": ("management", "management-group", "one"),
        "hospital": ("hospital-or-equivalent", "fouu-committee", "many"),
        "operational": ("operational", "fouu-group", "many"),
    }
    tiers = _instances(SAM + "GovernanceTier")
    assert tiers == {_thing("tier", t) for t in expected}
    for name, (level, body, multiplicity) in expected.items():
        tier = _thing("tier", name)
        assert _values(tier, SAM + "level") == {_thing("level", level)}
        assert _values(tier, SAM + "bodyKind") == {_thing("body", body)}
        assert _values(tier, SAM + "multiplicity") == {SAM + "multiplicity-" + multiplicity}
    assert not _instances(SAM + "JointBody")
    assert not _instances(SAM + "BodyMembership")
    assert not [f for f in _all() if f.subject in tiers and f.value in tiers]
    equivalent = _values(_thing("level", "hospital-or-equivalent"), SKOS + "prefLabel")
    assert ox.Literal("Hospital level or equivalent", language="en") in equivalent


def test_drygt_halften_is_a_quantifier_and_never_a_number() -> None:
    """Trap 10."""
    expected = {
        "research-and-education-in-health-care": ("significant-part", "En betydande del"),
        "departments-in-clinical-environment": ("just-over-half", "Drygt hälften"),
        "staff-at-large-hospitals": ("most-often", "oftast"),
        "students-in-care": ("majority", "Flertalet"),
    }
    shares = _instances(SAM + "QualitativeShare")
    assert shares == {_thing("share", s) for s in expected}
    for name, (quantifier, wording) in expected.items():
        share = _thing("share", name)
        assert _values(share, SAM + "quantifier") == {SAM + "quantifier-" + quantifier}
        assert _values(share, SAM + "wording") == {ox.Literal(wording, language="sv")}
    for fact in _all():
        if fact.subject in shares and isinstance(fact.value, ox.Literal):
            assert fact.value.language, fact


def test_all_four_agreements_answer_work_based_learning_through_one_broader_concept() -> None:
    """Trap 11."""
    umbrellas = {
        "learning-in-working-life": {
            "workplace-based-learning",
            "work-based-learning",
            "work-based-training",
            "work-based-education-and-work-integrated-learning",
        },
        "competence-supply": {"skills-supply", "skills-provision", "competence-provision"},
    }
    broader = SKOS + "broader"
    for umbrella, wordings in umbrellas.items():
        narrower = {_thing("area", w) for w in wordings}
        assert _subjects(broader, _thing("area", umbrella)) == narrower
        assert _notes_of_kind("interpretation", _thing("area", umbrella))
    assert {f.predicate == broader for f in GRAPHS["concepts"]} == {False}
    learning = _subjects(broader, _thing("area", "learning-in-working-life"))
    wording = {m: _areas(m) & learning for m in MUNICIPALITIES}
    assert all(len(found) == 1 for found in wording.values()), wording
    assert len({_only(found) for found in wording.values()}) == 3


def test_persons_are_only_in_contacts_and_belong_to_the_agreement() -> None:
    """Trap 12."""
    people = BASE + "id/person/"
    for graph, facts in GRAPHS.items():
        mentioned = [f for f in facts if any(str(t).startswith(people) for t in f)]
        assert bool(mentioned) == (graph == "contacts"), graph
        if graph != "contacts":
            text = (SITE / "data" / f"{graph}.ttl").read_text(encoding="utf-8")
            assert not re.search(r"person:|Schönnings|Joos", text), graph
    persons = _instances(VCARD + "Individual")
    assert {p for p in persons if re.fullmatch(re.escape(people) + r"p[0-9]+", p)} == persons
    assert {f.predicate for f in _all() if f.subject in persons} == {RDF_TYPE, VCARD + "fn"}
    contacts = {
        (f.subject, _text(_only(_values(str(f.value), VCARD + "fn")))) for f in _all() if f.predicate == SAM + "contact"
    }
    assert contacts == {
        (_thing("agreement", "stockholm"), "Maria Schönnings"),
        (_thing("agreement", "solna"), "Christina Joos"),
        (_thing("agreement", "upplands-bro"), "Christina Joos"),
    }
    linking = {f.predicate for f in _all() if f.value in persons}
    assert linking == {SAM + "contact"}


@pytest.mark.parametrize(("agreement", "modality", "commitments"), [("stockholm", "will", 2), ("huddinge", "shall", 3)])
def test_will_and_shall_stay_apart(agreement: str, modality: str, commitments: int) -> None:
    """Trap 13."""
    made = _values(_thing("agreement", agreement), SAM + "hasCommitment")
    assert len(made) == commitments
    for commitment in made:
        assert _values(str(commitment), SAM + "modality") == {SAM + "modality-" + modality}


def test_the_region_of_the_future_plan_is_a_territory_and_the_plan_has_no_address() -> None:
    """Trap 14."""
    plan = _only(set(_instances(SAM + "Plan")))
    assert plan == _thing("plan", "future-plan")
    place = _only(_values(str(plan), DCTERMS + "spatial"))
    assert _values(str(place), RDF_TYPE) == {DCTERMS + "Location"}
    assert _values(str(plan), SAM + "decidedBy") == {_thing("organisation", "region-stockholm")}
    links = {f.value for f in _all() if f.subject == plan and isinstance(f.value, str)}
    assert {link for link in links if not link.startswith((BASE, SAM))} == set()
    assert _notes_of_kind("link-lost", str(plan))


def test_each_of_the_fourteen_traps_has_one_test() -> None:
    tests = [t for name, t in vars(sys.modules[__name__]).items() if name.startswith("test_")]
    traps = [re.match(r"Trap (\d+)\.", t.__doc__ or "") for t in tests]
    assert sorted(int(m[1]) for m in traps if m) == list(range(1, 15))
