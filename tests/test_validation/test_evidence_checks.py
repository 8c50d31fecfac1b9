"""Facts are held against their evidence and against the notes about them, whatever model a site has for these."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests import own_site

import samverkan
from samverkan import Site, validation
from samverkan.validation import Finding, Severity

ROOT = Path(__file__).parents[2]
RULES = re.compile(r"evidence|^note-|^fact-|^graph-without-source")
EVIDENCE, CONTACTS = "data/evidence.ttl", "data/contacts.ttl"
EN, SV, CURATION, SOURCES = "data/page-en.ttl", "data/page-sv.ttl", "data/curation.ttl", "data/sources.ttl"

MODULES = ("evidence_checks", "note_checks", "passage_checks")
CHECKS = tuple(each for each in validation.CHECKS if each.__module__.endswith(MODULES))

Edits = Mapping[str, tuple[tuple[str, str], ...]]


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real site with the queries of its views, to be copied: what is checked is a copy of its own for each case."""
    folder = tmp_path_factory.mktemp("ki")
    for name in ("ontology", "shapes", "queries", "data"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "samverkan.toml", folder)
    return own_site.unasked(folder)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The checks that have rules of this file, without all others, which take most of the time."""
    monkeypatch.setattr(validation, "CHECKS", CHECKS)


def edited(copied: Path, folder: Path, edits: Edits) -> Site:
    """A copy in which the first text of each pair is replaced by the second, once; an empty one adds to the end."""
    shutil.copytree(copied, folder, dirs_exist_ok=True)
    for name, pairs in edits.items():
        text = (folder / name).read_text("utf-8")
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new, 1) if old else f"{text}\n{new}\n"
        (folder / name).write_text(text, "utf-8")
    return samverkan.open(folder)


def found(site: Site) -> list[Finding]:
    return [each for each in site.validate().findings if RULES.search(each.rule)]


def line(site: Site, file: str, text: str) -> str:
    """The place of the first line that contains a text."""
    lines = (site.root / file).read_text("utf-8").splitlines()
    return f"{file}:{next(number for number, each in enumerate(lines, 1) if text in each)}"


def test_the_real_site_has_evidence_for_everything_and_no_note_that_is_wrong(ki: Site) -> None:
    assert found(ki) == []


DATE = 'sam:signatureDate "2022-10-25"^^xsd:date'
BORNE = '<https://w3id.org/samverkan/def/signatureDate> "2022-10-25"'


def _stated(subject: str, predicate: str, value: str, end: str = " ,") -> str:
    base = "https://w3id.org/samverkan/ki/id/"
    object_ = value if value.startswith('"') else f"<{base}{value}>"
    return f"        '<{base}{subject}> <{predicate}> {object_}'^^sam:triple{end}\n"


DEF = "https://w3id.org/samverkan/def/"
PROMISED = _stated("agreement/stockholm", f"{DEF}hasCommitment", "commitment/stockholm-exchange-expert-support")
LINE_34 = "    sam:sourceLine 34 ;\n    sam:states\n"
NAME = _stated("person/p2", "http://www.w3.org/2006/vcard/ns#fn", '"Christina Joos"')
CONTACT = _stated("person/p1", "http://www.w3.org/2006/vcard/ns#fn", '"Maria Schönnings"')
SOLNA = _stated("agreement/solna", f"{DEF}contact", "person/p2", " .")

PLANTED: tuple[tuple[str, Severity, Edits], ...] = (
    ("evidence-differs", Severity.VIOLATION, {EN: ((DATE, DATE.replace("25", "26")),)}),
    ("evidence-differs", Severity.VIOLATION, {EVIDENCE: ((BORNE, BORNE.replace("25", "26")),)}),
    ("evidence-differs", Severity.VIOLATION, {SV: (("sam:numberOfTiers 3", "sam:numberOfTiers 4"),)}),
    ("evidence-differs", Severity.VIOLATION, {EN: (("sam:jointly true", "sam:jointly false"),)}),
    (
        "evidence-differs",
        Severity.VIOLATION,
        {SV: (("sam:payer organisation:region-stockholm", "sam:payer organisation:state"),)},
    ),
    (
        "evidence-differs",
        Severity.VIOLATION,
        {EN: (("sam:modality sam:modality-will", "sam:modality sam:modality-shall"),)},
    ),
    (
        "evidence-differs",
        Severity.VIOLATION,
        {EN: (('skos:prefLabel "City of Solna"@en', 'skos:prefLabel "City of Solnaa"@en'),)},
    ),
    (
        "evidence-of-another-type",
        Severity.VIOLATION,
        {
            SV: (
                (
                    '"Samverkansorganisation KI - Region Stockholm"@sv',
                    '"Samverkansorganisation KI - Region Stockholm"@en',
                ),
            )
        },
    ),
    ("evidence-of-another-type", Severity.VIOLATION, {EVIDENCE: (('"3"^^<', '"3"^^<x:'),)}),
    (
        "fact-beyond-evidence",
        Severity.VIOLATION,
        {EN: (('sam:signatureDate "2020-03"^^xsd:gYearMonth', 'sam:signatureDate "2020-03-02"^^xsd:date'),)},
    ),
    ("evidence-without-fact", Severity.VIOLATION, {EN: (("area:work-based-training ,", ""),)}),
    ("evidence-without-fact", Severity.VIOLATION, {EN: (("area:skills-provision ,", ""),)}),
    (
        "evidence-without-fact",
        Severity.VIOLATION,
        {
            EN: (
                ("sam:purposeArea area:skills-supply , ", "sam:purposeArea "),
                ("", "agreement:stockholm sam:coversArea area:skills-supply ."),
            )
        },
    ),
    (
        "evidence-of-another-status",
        Severity.VIOLATION,
        {
            CURATION: (("sam:focus area:preventive-health ;", ""),),
            EN: (("", "agreement:stockholm sam:focus area:preventive-health ."),),
        },
    ),
    (
        "evidence-of-another-status",
        Severity.VIOLATION,
        {EN: ((f"    {DATE} ;", ""),), CURATION: (("", f"agreement:huddinge {DATE} ."),)},
    ),
    (
        "evidence-from-elsewhere",
        Severity.WARNING,
        {
            CONTACTS: (
                ("oa:hasSource page:municipalities", "oa:hasSource page:region-stockholm"),
                ("heading:municipalities-stockholm", "heading:region-stockholm-title"),
                ("sam:sourceLine 28", "sam:sourceLine 3"),
            )
        },
    ),
    (
        "fact-without-evidence",
        Severity.WARNING,
        {SV: (("", "agreement:alf-national sam:party organisation:region-stockholm ."),)},
    ),
    (
        "fact-without-evidence",
        Severity.WARNING,
        {CURATION: (("", "agreement:alf-national sam:party organisation:region-stockholm ."),)},
    ),
    ("graph-without-evidence", Severity.VIOLATION, {EVIDENCE: ()}),
    ("nothing-has-evidence", Severity.INFO, {EVIDENCE: (), CONTACTS: ()}),
    ("note-contradicted", Severity.WARNING, {CONTACTS: (("", "agreement:huddinge sam:contact person:p2 ."),)}),
    (
        "note-contradicted",
        Severity.WARNING,
        {SV: (("", "flow:region-stockholm-complement sam:payee organisation:state ."),)},
    ),
    (
        "note-from-elsewhere",
        Severity.WARNING,
        {CURATION: (("sam:about agreement:stockholm , agreement:huddinge", "sam:about agreement:alf-national"),)},
    ),
    (
        "note-of-nothing",
        Severity.WARNING,
        {CURATION: (("sam:aboutValue area:preventive-health", "sam:aboutValue area:education"),)},
    ),
    (
        "note-of-nothing",
        Severity.WARNING,
        {
            CURATION: (
                ("sam:aboutProperty sam:initialArea", "sam:aboutProperty sam:skillsDemandIn"),
                ("sam:about agreement:stockholm", "sam:about agreement:solna"),
            )
        },
    ),
    (
        "note-of-nothing",
        Severity.WARNING,
        {CURATION: (("sam:about agreement:huddinge", "sam:about sam:validFrom"),)},
    ),
    (
        "note-of-nothing",
        Severity.WARNING,
        {CURATION: (("sam:aboutProperty sam:contact", "sam:aboutProperty agreement:huddinge"),)},
    ),
    (
        "note-of-another-class",
        Severity.WARNING,
        {CURATION: (("sam:about agreement:stockholm", "sam:about organisation:stockholm"),)},
    ),
    (
        "fact-without-note",
        Severity.WARNING,
        {CURATION: ((", agreement:huddinge , agreement:solna", ", agreement:solna"),)},
    ),
    ("graph-without-source", Severity.WARNING, {SOURCES: (("dcterms:source page:municipalities ;", ""),)}),
    ("evidence-under-another-heading", Severity.WARNING, {EVIDENCE: ((PROMISED, ""), (LINE_34, LINE_34 + PROMISED))}),
    ("evidence-under-a-second-heading", Severity.INFO, {EVIDENCE: ((LINE_34, LINE_34 + PROMISED),)}),
    (
        "evidence-under-another-heading",
        Severity.WARNING,
        {CONTACTS: ((CONTACT, NAME), (NAME + SOLNA, CONTACT + SOLNA))},
    ),
)


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(("rule", "severity", "edits"), PLANTED, ids=[f"{p[0]}-{n}" for n, p in enumerate(PLANTED)])
def test_what_does_not_agree_is_told(copied: Path, tmp_path: Path, rule: str, severity: Severity, edits: Edits) -> None:
    site = edited(copied, tmp_path, edits)
    if not any(edits.values()):  # what names no text loses all its passages
        for name in edits:
            text = (tmp_path / name).read_text("utf-8")
            (tmp_path / name).write_text(re.sub(r"\npassage:.*?\.\n(?=\n|\Z)", "", text, flags=re.DOTALL), "utf-8")
        site = samverkan.open(tmp_path)
    told = [each for each in found(site) if each.rule == rule]

    assert told
    for each in told:
        assert each.severity == severity
        assert each.message["sv"] != each.message["en"]
        assert not re.search(r"\{\w*\}", f"{each.message}")
        assert all(place.line for place in each.places)


@pytest.mark.usefixtures("alone")
def test_what_sources_headings_and_graphs_are_needs_no_evidence(copied: Path, tmp_path: Path) -> None:
    described = "page:municipalities sam:x 1 . heading:municipalities-solna sam:x 1 . graph:page-en sam:x 1 ."
    prefixes = "".join(f"@prefix {each}: <https://w3id.org/samverkan/ki/{path}/> . " for each, path in PATHS.items())
    site = edited(copied, tmp_path, {EN: (("", prefixes + described),)})
    assert [each for each in found(site) if each.rule == "fact-without-evidence"] == []


PATHS = {"page": "id/page", "heading": "id/heading", "graph": "graph"}


def test_the_planted_mistakes_are_of_every_kind() -> None:
    assert len(CHECKS) == 6
    assert len(PLANTED) == 33
    assert {rule for rule, *_ in PLANTED} == RULES_OF_THIS_FILE


RULES_OF_THIS_FILE = {
    "evidence-differs",
    "evidence-of-another-type",
    "fact-beyond-evidence",
    "evidence-without-fact",
    "evidence-of-another-status",
    "evidence-from-elsewhere",
    "fact-without-evidence",
    "graph-without-evidence",
    "nothing-has-evidence",
    "note-contradicted",
    "note-of-nothing",
    "note-from-elsewhere",
    "note-of-another-class",
    "fact-without-note",
    "graph-without-source",
    "evidence-under-another-heading",
    "evidence-under-a-second-heading",
}


def test_a_wrong_value_is_one_finding_that_names_both_places(copied: Path, tmp_path: Path) -> None:
    site = edited(copied, tmp_path, {EN: ((DATE, DATE.replace("25", "26")),)})
    (told,) = found(site)

    here, there = line(site, EN, '"2022-10-26"'), line(site, EVIDENCE, BORNE)
    assert [str(place) for place in told.places] == [here, there]
    assert told.message["en"].startswith(
        f'{here} says sam:signatureDate "2022-10-26"^^xsd:date, but its evidence at {there}'
    )
    assert told.message["sv"].startswith(f'{here} säger sam:signatureDate "2022-10-26"^^xsd:date, men belägget {there}')


@pytest.mark.usefixtures("alone")
def test_two_wrong_values_of_one_property_are_two_findings(copied: Path, tmp_path: Path) -> None:
    swapped = (
        ("area:skills-provision ,", "area:education ,"),
        ("sam:coversArea area:work-based-training", "sam:coversArea area:research"),
    )
    site = edited(copied, tmp_path, {EN: swapped})

    assert sorted(each.rule for each in found(site)) == ["evidence-differs", "evidence-differs"]


def test_a_fact_without_evidence_is_told_with_the_text_to_add(copied: Path, tmp_path: Path) -> None:
    added = "agreement:alf-national sam:party organisation:region-stockholm ."
    site = edited(copied, tmp_path, {CURATION: (("", added),)})
    (told,) = found(site)

    base, text = "https://w3id.org/samverkan", told.message["en"].rpartition("like this: ")[2]
    assert (
        text == f"<{base}/ki/id/agreement/alf-national> <{base}/def/party> <{base}/ki/id/organisation/region-stockholm>"
    )
    passage = f"passage:region-stockholm-21 sam:interpretedAs '{text}'^^sam:triple ."
    (tmp_path / EVIDENCE).write_text((tmp_path / EVIDENCE).read_text("utf-8") + f"\n{passage}\n", "utf-8")
    assert found(samverkan.open(tmp_path)) == []


@pytest.mark.usefixtures("alone")
def test_evidence_may_come_from_each_source_that_the_graph_names(copied: Path, tmp_path: Path) -> None:
    moved = (
        ("oa:hasSource page:municipalities", "oa:hasSource page:region-stockholm"),
        ("heading:municipalities-stockholm", "heading:region-stockholm-title"),
        ("sam:sourceLine 28", "sam:sourceLine 3"),
    )
    contacts = "dcterms:source page:municipalities ;\n    prov:wasAttributedTo agent:curators ;\n    dcterms:license "
    text = (copied / SOURCES).read_text("utf-8")
    described = text[text.index("graph:contacts\n") :]
    both = described.replace(
        "dcterms:source page:municipalities", "dcterms:source page:municipalities , page:region-stockholm", 1
    )
    assert contacts in described
    site = edited(copied, tmp_path, {CONTACTS: moved, SOURCES: ((described, both),)})

    assert found(site) == []


@pytest.mark.usefixtures("alone")
def test_values_that_a_query_gives_in_another_form_agree_all_the_same(copied: Path, tmp_path: Path) -> None:
    written = (("sam:numberOfTiers 3", 'sam:numberOfTiers "03"^^xsd:integer'),)
    site = edited(
        copied,
        tmp_path,
        {
            SV: (*written, ("@prefix tier:", "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n@prefix tier:")),
            EVIDENCE: (('"3"^^', '"03"^^'),),
        },
    )

    assert found(site) == []
