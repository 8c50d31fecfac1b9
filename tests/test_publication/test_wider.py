"""Ten wider questions that the model must be able to hold, each asked of an invented site with its right answer.

The site is put together here: words, shapes and queries are those of this repository, facts and
ten more queries stand in `tests/wider/`. Nothing in it is true but the names of two regions and
two universities.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store
from tests.reading import read

import samverkan
from samverkan.model.results import Table
from samverkan.publication import resolver
from samverkan.validation import Severity

if TYPE_CHECKING:
    from samverkan import Site
    from samverkan.model.results import Term

ROOT = Path(__file__).resolve().parents[2]
WIDER = Path(__file__).resolve().parents[1] / "wider"
QUERIES = sorted((WIDER / "queries").glob("*.rq"))
DATA = sorted((WIDER / "data").glob("*.ttl"))
NUMBERS = [f"{number:02}" for number in range(1, 11)]

SKANE, WEST = "Region Skåne", "Region Västra Götaland"
FIRST, SECOND, THIRD = (f"{place} national ALF agreement (invented)" for place in ("First", "Second", "Third"))
REGIONAL_SKANE = "Regional ALF agreement in Skåne (invented)"
REGIONAL_WEST = "Regional ALF agreement in Västra Götaland (invented)"
LUND_EXEMPELBRO = "Agreement between Lund University and Exempelbro (invented)"
GOTEBORG_LATSASBORG = "Agreement between the University of Gothenburg and Låtsasborg (invented)"
EXEMPELBRO = "Exempelbro Municipality (invented)"
NORTH, SOUTH = "Committee North (invented)", "Committee South (invented)"
OLD, NEW = "The Old Committee (invented)", "The New Committee (invented)"
HOSPITAL, CENTRE, CLINIC = "Example Hospital (invented)", "Provet Medical Centre (invented)", "Låtsas Clinic (invented)"

Row = tuple[str, ...]


def built(folder: Path) -> Path:
    """A folder with the invented site, whole: our words, shapes and queries with its facts and questions."""
    for part in ("ontology", "shapes", "queries"):
        shutil.copytree(ROOT / part, folder / part)
    shutil.copytree(WIDER, folder, dirs_exist_ok=True)
    # The prefixes of the context stand for addresses of the site, and this one has another base.
    context = folder / "ontology" / "context.jsonld"
    ours, theirs = (samverkan.open(site).settings.base for site in (ROOT, WIDER))
    context.write_text(context.read_text(encoding="utf-8").replace(ours, theirs), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def wider(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return samverkan.open(built(tmp_path_factory.mktemp("wider")))


def _text(term: Term | None) -> str:
    if term is None:
        return ""
    assert isinstance(term, NamedNode | Literal)
    return term.value


def own_columns(site: Site, name: str, *columns: str, **values: str) -> list[Row]:
    """Ask in English and return the columns named."""
    return _ask(site, name, *columns, **values)


def _ask(site: Site, name: str, *columns: str, **values: str) -> list[Row]:
    """Ask in English and return the columns named."""
    table = site.query(name, {"lang": "en", **values})
    assert isinstance(table, Table)
    places = [table.variables.index(column) for column in columns]
    return [tuple(_text(row[place]) for place in places) for row in table.rows]


# ---------------------------------------------------------------- the ten questions


def test_w01_each_alf_region_has_its_university_and_its_regional_agreement(wider: Site) -> None:
    assert _ask(wider, "alf-regions", "regionLabel", "universityLabel", "agreementLabel") == [
        (SKANE, "Lund University", REGIONAL_SKANE),
        (WEST, "University of Gothenburg", REGIONAL_WEST),
    ]


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        ("2000-12-31", []),
        ("2001-01-01", [(FIRST, "")]),
        ("2010-12-31", [(FIRST, "")]),
        ("2011-01-01", [(SECOND, FIRST)]),
        ("2016-06-30", [(SECOND, FIRST)]),
        ("2016-07-01", [(THIRD, SECOND)]),
        ("2026-01-01", [(THIRD, SECOND)]),
    ],
)
def test_w02_one_national_agreement_applies_on_a_day_and_says_what_it_replaced(
    wider: Site, day: str, answer: list[Row]
) -> None:
    assert _ask(wider, "national-agreement", "label", "replacedLabel", day=day) == answer


def test_w03_region_skane_signed_the_first_agreement_under_a_former_name(wider: Site) -> None:
    assert _ask(wider, "former-names", "organisationLabel", "formerName", "agreementLabel", "signed") == [
        (SKANE, "Gamla Exempellandstinget (påhittat)", FIRST, "2000-06"),
    ]


def _compensation(site: Site, **values: str) -> list[tuple[str, str, str, Decimal, str]]:
    columns = ("regionLabel", "year", "purposeLabel", "total", "currency")
    rows = _ask(site, "compensation", *columns, **values)
    return [(region, year, purpose, Decimal(total), currency) for region, year, purpose, total, currency in rows]


def test_w04_compensation_is_summed_by_region_year_and_purpose(wider: Site) -> None:
    education = (SKANE, "2024", "Education", Decimal(100_000_000), "SEK")
    research = (SKANE, "2024", "Medical research", Decimal("205000000.75"), "SEK")
    next_year = (SKANE, "2025", "Medical research", Decimal(210_000_000), "SEK")
    west = (WEST, "2024", "Medical research", Decimal(300_000_000), "SEK")
    assert _compensation(wider) == [education, research, next_year, west]
    assert _compensation(wider, calendarYear="2024") == [education, research, west]
    assert _compensation(wider, region="region-skane", calendarYear="2025") == [next_year]


def test_w05_named_bodies_stand_at_their_tier_in_their_region(wider: Site) -> None:
    council, group = "The Skåne Council (invented)", "Group One (invented)"
    skane = [(SKANE, "1", council), (SKANE, "2", NORTH), (SKANE, "2", SOUTH), (SKANE, "3", group)]
    west = [(WEST, "1", "The Western Council (invented)"), (WEST, "2", NEW), (WEST, "2", OLD)]
    columns = ("regionLabel", "order", "bodyLabel")
    assert _ask(wider, "bodies-by-tier", *columns) == skane + west
    assert _ask(wider, "bodies-by-tier", *columns, region="region-skane") == skane
    assert _ask(wider, "bodies-by-tier", *columns, region="vastra-gotalandsregionen", day="2021-01-01") == west[:2]


def test_w06_healthcare_units_belong_to_a_committee_during_a_period(wider: Site) -> None:
    columns = ("bodyLabel", "unitLabel", "from", "until")
    assert _ask(wider, "committee-units", *columns) == [
        (NORTH, HOSPITAL, "2017-01-01", "2019-12-31"),
        (NORTH, CENTRE, "2018-06-01", ""),
        (SOUTH, HOSPITAL, "2020-01-01", ""),
        (NEW, CLINIC, "2021-01-01", ""),
        (OLD, CLINIC, "2017-01-01", "2020-12-31"),
    ]
    on_a_day = _ask(wider, "committee-units", "bodyLabel", "unitLabel", day="2019-12-31")
    assert on_a_day == [(NORTH, HOSPITAL), (NORTH, CENTRE), (OLD, CLINIC)]
    assert _ask(wider, "committee-units", "unitLabel", body="north", day="2020-01-01") == [(CENTRE,)]


def test_w07_some_municipalities_of_a_county_have_no_agreement(wider: Site) -> None:
    skane = [("Provinge Municipality (invented)",), ("Testby Municipality (invented)",)]
    west = [("Skenköping Municipality (invented)",)]
    assert _ask(wider, "municipalities-without-agreement", "municipalityLabel") == skane + west
    name, column = "municipalities-without-agreement", "municipalityLabel"
    assert _ask(wider, name, column, county="skane-county") == skane
    assert _ask(wider, name, column, county="vastra-gotaland-county") == west


def test_w08_two_universities_share_areas_with_one_municipality_as_worded_and_by_broader_concept(wider: Site) -> None:
    assert _ask(wider, "universities-sharing-areas", "municipalityLabel", "areaLabel", "universityLabel") == [
        (EXEMPELBRO, "Digital care", "Example University College (invented)"),
        (EXEMPELBRO, "Digital care", "Lund University"),
        (EXEMPELBRO, "Health of the elderly", "Example University College (invented)"),
        (EXEMPELBRO, "Health of the elderly", "Lund University"),
    ]


@pytest.mark.parametrize(
    ("day", "months", "answer"),
    [
        ("2026-01-01", "0", []),
        ("2026-01-31", "1", [LUND_EXEMPELBRO]),
        ("2026-01-15", "2", [LUND_EXEMPELBRO, REGIONAL_SKANE]),
        ("2026-01-14", "2", [LUND_EXEMPELBRO]),
        ("2026-03-15", "0", [REGIONAL_SKANE]),
        ("2025-12-31", "8", [GOTEBORG_LATSASBORG, LUND_EXEMPELBRO, REGIONAL_SKANE]),
        ("2025-12-31", "9", [GOTEBORG_LATSASBORG, LUND_EXEMPELBRO, REGIONAL_SKANE, REGIONAL_WEST]),
    ],
)
def test_w09_agreements_are_due_for_review_within_some_months_of_a_day(
    wider: Site, day: str, months: str, answer: list[str]
) -> None:
    assert _ask(wider, "due-for-review", "label", day=day, months=months) == [(label,) for label in answer]


def test_w10_two_versions_of_a_page_differ_in_what_they_bear_out(wider: Site) -> None:
    columns = ("change", "thingLabel", "propertyLabel", "value", "line")
    areas = "https://example.org/wider/id/area/"
    changes = [
        ("+", LUND_EXEMPELBRO, "initial area", f"{areas}elderly-health", "10"),
        ("-", LUND_EXEMPELBRO, "shared interest", f"{areas}school-health", "10"),
        ("-", REGIONAL_SKANE, "due for review", "2025-03-15", "4"),
        ("+", REGIONAL_SKANE, "due for review", "2026-03-15", "5"),
    ]
    assert _ask(wider, "page-changes", *columns) == changes
    assert _ask(wider, "page-changes", *columns, old="skane-2023", new="skane-2024") == changes
    assert _ask(wider, "page-changes", *columns, old="skane-2024", new="skane-2023") == []


def test_an_earlier_version_of_a_page_may_say_what_no_longer_holds(wider: Site) -> None:
    answer = wider.query("fact-sources", {})
    assert isinstance(answer, Table)
    assert sum(row[answer.variables.index("superseded")] is not None for row in answer.rows) > 2
    assert [each for each in wider.validate().findings if each.severity > Severity.INFO] == []


# ---------------------------------------------------------------- what the pictures show of it


def test_an_agreement_that_was_replaced_ends_before_the_next_one_takes_effect(wider: Site) -> None:
    columns = ("itemLabel", "start", "end", "openEndLabel")
    lasted = {row[0]: row[1:] for row in _ask(wider, "agreement-timeline", *columns)}
    assert lasted[FIRST] == ("2000-06", "2010-12-31", "")
    assert lasted[SECOND] == ("2010-11-15", "2016-06-30", "")
    assert lasted[THIRD] == ("2015", "", "Until further notice")


SUCCESSORS = {
    "<a> sam:validUntil '2019-12-31'^^xsd:date . <b> sam:validFrom '2021-01-01'^^xsd:date": "2019-12-31",
    "<b> sam:validFrom '2020-03-01'^^xsd:date ; sam:signedNotAfter '2020-01-31'^^xsd:date": "2020-02-29",
    "<b> sam:signedNotAfter '2020-01-31'^^xsd:date": "",
    "<b> sam:reviewDate '2020-01-31'^^xsd:date": "",
}


def test_the_end_of_what_was_replaced_may_be_known_in_two_ways() -> None:
    assert Counter(bool(end) for end in SUCCESSORS.values()) == {True: 2, False: 2}


@pytest.mark.parametrize("link", ["<a> dcterms:isReplacedBy <b>", "<b> dcterms:replaces <a>"])
@pytest.mark.parametrize("dates", SUCCESSORS)
def test_what_was_replaced_is_not_open_ended_and_its_end_is_not_invented(link: str, dates: str) -> None:
    store = Store()
    store.load(
        b"PREFIX sam: <https://w3id.org/samverkan/def/> PREFIX dcterms: <http://purl.org/dc/terms/>"
        b"PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>"
        b"<a> a sam:Agreement ; sam:validityKind sam:validity-until-further-notice . <b> a sam:Agreement ."
        + f"{link} . {dates} .".encode(),
        format=RdfFormat.TURTLE,
        base_iri="https://example.org/",
    )
    found = store.query((ROOT / "queries" / "agreement-timeline.rq").read_text(encoding="utf-8"))
    assert isinstance(found, QuerySolutions)
    (row,) = (row for row in found if _text(row["item"]) == "https://example.org/a")
    assert row["openEnd"] is None
    assert _text(row["end"]) == SUCCESSORS[dates]


RENEWALS = {
    "": True,
    "; sam:maximumRenewals 2": False,
    "; sam:noticeGivenOn '2022-01-01'^^xsd:date": False,
    "; sam:noticeGivenOn '2022-01-01'^^xsd:date ; sam:endsByNoticeOn '2022-12-31'^^xsd:date": False,
}


def _found(query: str, data: str) -> dict[str, Any]:
    """The first row of a query of ours over a few facts, by the names of its columns."""
    store = Store()
    prefixes = "PREFIX sam: <https://w3id.org/samverkan/def/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>"
    store.load(f"{prefixes} {data} .".encode(), format=RdfFormat.TURTLE, base_iri="https://example.org/")
    found = store.query((ROOT / "queries" / f"{query}.rq").read_text(encoding="utf-8"))
    assert isinstance(found, QuerySolutions)
    return next(({each.value: row[each] for each in found.variables} for row in found), {})


@pytest.mark.parametrize("more", RENEWALS)
def test_what_is_renewed_goes_on_after_its_first_end_until_notice_is_given(more: str) -> None:
    terms = "sam:validUntil '2022-06-30'^^xsd:date ; sam:renewalKind sam:renewal-automatic"
    row = _found("agreement-timeline", f"<a> a sam:Agreement ; {terms} {more}")
    assert (row["openEnd"] is not None) is RENEWALS[more]
    assert _text(row["end"])


def test_a_contact_point_is_a_contact_in_the_lists() -> None:
    data = (
        "<a> a sam:Agreement ; sam:agreementType sam:type-other ; sam:party <o> ; sam:hasContactPoint <c> . <o> a <p>"
    )
    assert _found("missing-contacts", data) == {}
    assert (
        _text(_found("agreement-list", data)["contact"]) == _text(_found("contact-choices", data)["contact"]) == "yes"
    )
    without = data.replace("sam:hasContactPoint <c>", "sam:section '1'")
    assert _found("missing-contacts", without)
    assert _text(_found("agreement-list", without)["contact"]) == "no"


def test_named_bodies_stand_on_their_level_in_the_picture(wider: Site) -> None:
    page = read(resolver.fetch(wider, "query/governance-levels.en.html").content)
    levels = page.one("figure", class_="levels").all("li")
    bodies = [[fact.text for fact in level.all("div") if fact.text.startswith("Named body")] for level in levels]
    assert bodies == [
        ["Named bodyThe Skåne Council (invented)"],
        [f"Named body{NORTH}, {SOUTH}"],
        ["Named bodyGroup One (invented)"],
        ["Named bodyThe Western Council (invented)"],
        [f"Named body{NEW}{OLD} (until 2020)"],  # a list, for they are long
    ]


def test_who_sits_on_a_body_stands_on_its_level_and_who_has_left_does_not(wider: Site) -> None:
    page = read(resolver.fetch(wider, "query/governance-levels.en.html").content)
    first, *others = page.one("figure", class_="levels").all("li")
    assert [fact.text for fact in first.all("div") if fact.text.startswith("Sits")] == [
        "Sits on the bodySkenbar Testgren"
    ]
    assert not any("Sits on" in level.text for level in others)


def test_there_are_ten_questions_and_a_query_for_each() -> None:
    asked = [name for name in globals() if re.match(r"test_w\d\d_", name)]
    assert [name[6:8] for name in asked] == NUMBERS
    assert len(QUERIES) == len(NUMBERS)


# ---------------------------------------------------------------- the site that they are asked of


def test_our_shapes_have_nothing_to_object_to_in_the_invented_site(wider: Site) -> None:
    assert wider.report.conforms
    assert wider.report.at_least(Severity.WARNING) == ()


def test_the_invented_site_gives_work_to_the_shapes_that_the_real_data_leave_idle(ki: Site, wider: Site) -> None:
    idle = {shape.shape for shape in ki.report.coverage if not shape.nodes}
    still_idle = {shape.shape for shape in wider.report.coverage if not shape.nodes}
    assert idle
    assert idle & still_idle == set()


def test_every_query_of_the_real_site_can_be_asked_of_the_invented_one(ki: Site, wider: Site) -> None:
    assert ki.queries.keys() | {path.stem for path in QUERIES} == wider.queries.keys()
    agreements = {row[0] for row in _ask(wider, "agreements", "agreement")}
    assert len(agreements) == 8 + 40
    assert all(wider.query(name) is not None for name in ki.queries)


def test_every_query_has_an_answer_in_the_invented_site(wider: Site) -> None:
    assert [each for each in wider.report.findings if each.rule == "empty-answer"] == []


def test_a_site_keeps_its_own_types_of_agreement_each_under_a_broad_kind(wider: Site) -> None:
    types = _ask(wider, "agreement-types", "label", "kindLabel", "agreements")
    own = {label: (kind, int(count)) for label, kind, count in types if label != kind}
    assert len(own) == 11
    assert sum(count for _, count in own.values()) == 40
    assert own["TUA agreement"] == ("Dentistry agreement", 2)
    assert own["Data processor agreement"] == ("Data processing agreement", 3)


def test_a_question_about_a_broad_kind_finds_the_agreements_of_a_sites_own_type(wider: Site) -> None:
    found = {agreement for (agreement,) in _ask(wider, "comprehensive-agreements", "agreementLabel")}
    assert {f"Collaboration with {place} (invented)" for place in ("Sjöholma", "Myrheden", "Storforsen")} < found


def test_what_is_known_roughly_is_in_every_list(wider: Site) -> None:
    coast, granit = "Research on the coast on both sides (invented)", "Partnership with Granite & Mining (invented)"
    assert ("2026-21", "2026-03-01", "2026-05-31") in _ask(
        wider, "signing-dates", "signed", "notBefore", "notAfter", agreement="research-coast"
    )
    assert ("2018-01", "2018-01-01", "2018-01-31") in _ask(
        wider, "known-validity-dates", "validFrom", "fromNotBefore", "fromNotAfter"
    )
    before = _ask(wider, "signed-before", "agreementLabel", "certain", before="2023-06-15")
    assert (granit, "false") in before
    assert coast not in [row[0] for row in before]
    timeline = {
        row[0]: row[1:] for row in _ask(wider, "agreement-timeline", "itemLabel", "start", "startLatest", "end")
    }
    assert timeline[coast] == ("2026-21", "2026-05-31", "2030-08-31")
    assert timeline[granit] == ("2023-05/2023-06", "2023-06-30", "2028")
    order = [row[0] for row in _ask(wider, "signing-order", "agreementLabel", "position")]
    assert order.index(granit) < order.index(coast)
    newest = [row[0] for row in _ask(wider, "newest-agreements", "agreementLabel")]
    assert newest.index(coast) < newest.index(granit)
    years = wider.query("agreement-years")
    assert isinstance(years, Table)
    assert "2026" in [_text(row[0]) for row in years.rows]


def test_amendments_supplements_and_annexes_stand_with_their_agreement(wider: Site) -> None:
    columns = ("agreementLabel", "relationLabel", "partLabel", "section")
    found = _ask(wider, "amendments-and-supplements", *columns, agreement="care-region-norrlunda")
    nurses = "Placements of student nurses in the region (invented)"
    assert found == [
        (nurses, "supplements", "Supplement on student midwives (invented)", "bilaga 1"),
        (nurses, "amends", "Amendment of the compensation in the region (invented)", "§ 7"),
    ]
    documents = _ask(wider, "agreement-documents", "diaryNumber", "title", "page")
    assert (
        "FS 1.6-9-23",
        "Ramavtal om samverkan (påhittat)",
        "https://example.org/documents/framework-region.pdf",
    ) in (documents)
    assert ("FS 1.6-9-23", "Annex 2, premises (invented)", "") in documents


def test_notice_and_renewal_are_told_as_the_agreements_have_them(wider: Site) -> None:
    columns = ("agreementLabel", "noticePeriod", "noticeGivenOn", "endsByNoticeOn", "renewalPeriod", "renewalLabel")
    found = _ask(wider, "notice-and-renewal", *columns)
    talldalen = next(row for row in found if "Talldalen" in row[0])
    assert talldalen[1:] == ("P6M", "2025-12-18", "2026-06-30", "P2Y", "Renewed unless notice is given")


def test_nothing_invented_can_be_taken_for_a_fact(wider: Site) -> None:
    assert all(path.read_text(encoding="utf-8").startswith("# An invented example (påhittat)") for path in DATA)
    described = wider.ask(
        "SELECT ?graph ?text { ?graph a sam:SourceGraph ; dcterms:description ?text } ORDER BY ?graph ?text"
    )
    assert isinstance(described, Table)
    texts = [_text(row[1]) for row in described.rows]
    assert len(texts) == 2 * len(DATA)
    assert all(re.match("Påhittat exempel|Invented example", text) for text in texts)


def test_whatever_the_invented_site_names_itself_says_in_its_name_that_it_is_invented(wider: Site) -> None:
    kinds = "sam:Agreement sam:JointBody sam:FundingFlow sam:SourcePage org:OrganizationalCollaboration"
    named = wider.ask(
        f"SELECT ?label {{ VALUES ?kind {{ {kinds} org:OrganizationalUnit }} ?thing a ?kind ; skos:prefLabel ?label }}"
    )
    assert isinstance(named, Table)
    labels = [_text(row[0]) for row in named.rows]
    assert len(labels) == 2 * (48 + 8 + 7 + 6 + 2 + 3)
    assert [label for label in labels if not re.search(r"\((påhitta[dt]t?|invented)\b", label)] == []
