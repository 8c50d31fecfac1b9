"""The twenty questions of the domain with their right answers, and a golden answer for every canned query.

A golden file is named after its query, then after the parameters it was asked with:
`contacts.csv` is the answer without parameters, `contacts@agreement=huddinge@lang=en.csv` the
answer for Huddinge in English. A table is kept as the CSV of the W3C results format, byte for
byte (lines end in CR LF); a graph as N-Triples in sorted lines.

`python tests/test_publication/test_questions.py` writes all golden answers anew, for eyes to judge the difference.
A new one begins as an empty file with the right name.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
from pyoxigraph import Literal, NamedNode, QueryResultsFormat

import samverkan
from samverkan import Site
from samverkan.model import queries
from samverkan.model.results import Graph, Table
from samverkan.publication import resolver

if TYPE_CHECKING:
    from tests.reading import Element

    from samverkan.model.results import Term

ROOT = Path(__file__).resolve().parents[2]
QUERIES = sorted((ROOT / "queries").glob("*.rq"))
GOLDEN = sorted((ROOT / "tests" / "golden").iterdir())

FORMS = {"question", "lookup", "overview", "graph", "menu"}
TOPICS = {
    "common",
    "agreements",
    "areas",
    "contacts",
    "dates",
    "funding",
    "governance",
    "organisations",
    "provenance",
    "vocabulary",
}

STOCKHOLM = "Agreement between Karolinska Institutet and the City of Stockholm"
HUDDINGE = "Agreement between Karolinska Institutet and Huddinge Municipality"
SOLNA = "Agreement between Karolinska Institutet and the City of Solna"
UPPLANDS_BRO = "Agreement between Karolinska Institutet and Upplands-Bro Municipality"
NATIONAL = "National ALF agreement"
REGIONAL = "Regional ALF agreement (Stockholm)"

Row = tuple[str, ...]
NUMBERS = [f"{number:02}" for number in range(1, 21)]


def _text(term: Term | None) -> str:
    if term is None:
        return ""
    assert isinstance(term, NamedNode | Literal)
    return term.value


def _ask(ki: Site, name: str, *columns: str, **values: str) -> list[Row]:
    """Ask in English and return the columns named, without the rows that are then the same."""
    table = ki.query(name, {"lang": "en", **values})
    assert isinstance(table, Table)
    places = [table.variables.index(column) for column in columns]
    return list(dict.fromkeys(tuple(_text(row[place]) for place in places) for row in table.rows))


# ---------------------------------------------------------------- the twenty questions


def test_q01_four_municipalities_have_a_comprehensive_agreement(ki: Site) -> None:
    assert _ask(ki, "comprehensive-agreements", "partnerLabel", "kindLabel", "agreementLabel") == [
        ("City of Solna", "Municipality", SOLNA),
        ("City of Stockholm", "Municipality", STOCKHOLM),
        ("Huddinge Municipality", "Municipality", HUDDINGE),
        ("Upplands-Bro Municipality", "Municipality", UPPLANDS_BRO),
    ]


def test_q02_stockholm_is_dated_to_the_month_and_the_others_to_the_day(ki: Site) -> None:
    assert _ask(ki, "signing-dates", "agreementLabel", "signed", "precisionLabel", "notBefore", "notAfter") == [
        (STOCKHOLM, "2020-03", "Month", "2020-03-01", "2020-03-31"),
        (HUDDINGE, "2022-10-25", "Day", "2022-10-25", "2022-10-25"),
        (UPPLANDS_BRO, "2025-06-03", "Day", "2025-06-03", "2025-06-03"),
        (SOLNA, "2025-06-03", "Day", "2025-06-03", "2025-06-03"),
    ]


def test_q03_stockholm_signed_first_then_huddinge_then_two_together(ki: Site) -> None:
    assert _ask(ki, "signing-order", "position", "agreementLabel") == [
        ("1", STOCKHOLM),
        ("2", HUDDINGE),
        ("3", UPPLANDS_BRO),
        ("3", SOLNA),
    ]


def test_q04_only_stockholm_was_signed_before_2021(ki: Site) -> None:
    assert _ask(ki, "signed-before", "agreementLabel", "certain", before="2021-01-01") == [(STOCKHOLM, "true")]
    assert _ask(ki, "signed-before", "agreementLabel", "certain", before="2020-03-15") == [(STOCKHOLM, "false")]
    assert _ask(ki, "signed-before", "agreementLabel", "certain", before="2020-03-01") == []


def test_q05_solna_and_upplands_bro_signed_on_the_same_day(ki: Site) -> None:
    assert _ask(ki, "signed-same-day", "day", "firstLabel", "secondLabel") == [("2025-06-03", SOLNA, UPPLANDS_BRO)]


def test_q06_four_agreements_are_valid_until_further_notice_and_two_do_not_say(ki: Site) -> None:
    assert _ask(ki, "valid-until-further-notice", "agreementLabel", "validityLabel") == [
        (HUDDINGE, "Until further notice"),
        (UPPLANDS_BRO, "Until further notice"),
        (SOLNA, "Until further notice"),
        (STOCKHOLM, "Until further notice"),
        (NATIONAL, ""),
        (REGIONAL, ""),
    ]


def test_q07_no_agreement_has_a_known_start_or_end_of_validity(ki: Site) -> None:
    assert _ask(ki, "known-validity-dates", "agreementLabel") == []


def test_q08_three_agreements_name_a_contact(ki: Site) -> None:
    assert _ask(ki, "contacts", "agreementLabel", "name") == [
        (HUDDINGE, ""),
        (UPPLANDS_BRO, "Christina Joos"),
        (SOLNA, "Christina Joos"),
        (STOCKHOLM, "Maria Schönnings"),
        (NATIONAL, ""),
        (REGIONAL, ""),
    ]
    assert _ask(ki, "contacts", "agreementLabel", "name", agreement="huddinge") == [(HUDDINGE, "")]
    assert _ask(ki, "contacts", "agreementLabel", "name", agreement="solna") == [(SOLNA, "Christina Joos")]


def test_q09_huddinge_has_a_label_without_a_contact_and_the_alf_agreements_offer_none(ki: Site) -> None:
    assert _ask(ki, "missing-contacts", "agreementLabel", "reasonLabel") == [
        (HUDDINGE, "Label without a value"),
        (NATIONAL, "Not mentioned in the source"),
        (REGIONAL, "Not mentioned in the source"),
    ]


def test_q10_christina_joos_is_the_contact_of_two_agreements(ki: Site) -> None:
    table = ki.query("shared-contacts", {})
    assert isinstance(table, Table)
    assert [tuple(map(_text, row[1:])) for row in table.rows] == [("Christina Joos", "2")]


def test_q11_the_initial_areas_are_stated_for_three_agreements_and_interpreted_for_stockholm(ki: Site) -> None:
    rows = _ask(ki, "initial-areas", "agreementLabel", "areaLabel", "statusLabel")
    assert rows == [
        (HUDDINGE, "Equal health", "Stated"),
        (HUDDINGE, "Prevention for a healthy life", "Stated"),
        (UPPLANDS_BRO, "Learning environments", "Stated"),
        (UPPLANDS_BRO, "Work-based education and work-integrated learning", "Stated"),
        (SOLNA, "Person-centered care and nursing", "Stated"),
        (SOLNA, "Work-based education and work-integrated learning", "Stated"),
        (SOLNA, "Working methods in accordance with science and proven experience", "Stated"),
        (STOCKHOLM, "Active lifestyle", "Interpreted"),
        (STOCKHOLM, "Equal health", "Interpreted"),
        (STOCKHOLM, "Healthy aging", "Interpreted"),
    ]
    assert Counter(row[0] for row in rows) == {HUDDINGE: 2, UPPLANDS_BRO: 2, SOLNA: 3, STOCKHOLM: 3}


def test_q12_four_areas_are_shared_as_worded_and_work_based_learning_by_all_four(ki: Site) -> None:
    rows = _ask(ki, "shared-areas", "how", "areaLabel", "agreementLabel", "statusLabel")
    assert [row[1:] for row in rows if row[0] == "as worded"] == [
        ("Equal health", HUDDINGE, "Stated"),
        ("Equal health", STOCKHOLM, "Interpreted"),
        ("Innovation and utilization", HUDDINGE, "Stated"),
        ("Innovation and utilization", STOCKHOLM, "Stated"),
        ("Skills development", HUDDINGE, "Stated"),
        ("Skills development", STOCKHOLM, "Stated"),
        ("Work-based education and work-integrated learning", UPPLANDS_BRO, "Stated"),
        ("Work-based education and work-integrated learning", SOLNA, "Stated"),
    ]
    # Skills supply and skills provision meet under a broader concept in the same way.
    assert [row[1:3] for row in rows if row[0] == "by broader concept"] == [
        ("Skills supply (all wordings)", HUDDINGE),
        ("Skills supply (all wordings)", STOCKHOLM),
        ("Work-based learning (all wordings)", HUDDINGE),
        ("Work-based learning (all wordings)", UPPLANDS_BRO),
        ("Work-based learning (all wordings)", SOLNA),
        ("Work-based learning (all wordings)", STOCKHOLM),
    ]


def test_q13_work_based_learning_has_four_agreements_and_three_settings(ki: Site) -> None:
    assert _ask(ki, "work-based-learning", "kind", "whereLabel") == [
        ("Setting", "Hospitals"),
        ("Setting", "Municipal care services"),
        ("Setting", "Outpatient care"),
        ("Agreement", HUDDINGE),
        ("Agreement", UPPLANDS_BRO),
        ("Agreement", SOLNA),
        ("Agreement", STOCKHOLM),
    ]


def test_q14_stockholm_and_huddinge_promise_expert_support_and_joint_innovation(ki: Site) -> None:
    assert _ask(ki, "joint-innovation", "agreementLabel", "actionLabel", "modalityLabel") == [
        (HUDDINGE, "Exchange expert support", "Shall"),
        (HUDDINGE, "Take part in joint innovation processes", "Shall"),
        (STOCKHOLM, "Exchange expert support", "Will"),
        (STOCKHOLM, "Take part in joint innovation processes", "Will"),
    ]


def test_q15_the_exchange_of_knowledge_benefits_four_groups(ki: Site) -> None:
    rows = _ask(ki, "knowledge-exchange-beneficiaries", "beneficiaryLabel", agreement="upplands-bro")
    assert rows == [("Researchers",), ("Residents",), ("Students",), ("Users",)]


def test_q16_the_municipal_agreements_aim_at_conditions_and_an_academic_culture(ki: Site) -> None:
    rows = _ask(ki, "aims", "agreementLabel", "aimLabel")
    aims = {agreement: [aim for named, aim in rows if named == agreement] for agreement, _ in rows}
    expected = [
        "Academic culture in the municipalities",
        "Conditions for research and education in the municipal activities concerned",
    ]
    assert aims == dict.fromkeys([HUDDINGE, UPPLANDS_BRO, SOLNA, STOCKHOLM], expected)


def test_q17_the_regional_agreement_organises_three_tiers(ki: Site) -> None:
    assert _ask(ki, "governance", "agreementLabel", "order", "levelLabel", "bodyKindLabel", "multiplicityLabel") == [
        (REGIONAL, "1", "Management level", "Management group", "A single one"),
        (REGIONAL, "2", "Hospital level or equivalent", "FoUU committee", "Several"),
        (REGIONAL, "3", "Operational level", "FoUU group", "Several"),
    ]


def test_q18_stockholms_part_and_the_regions_funds_are_about_the_same_size_and_jointly_allocated(ki: Site) -> None:
    alf, complement = "The ALF compensation", "Region Stockholm's complement to the ALF compensation"
    part = "Stockholm's part of the ALF compensation"
    parties, size = ("payerLabel", "payeeLabel"), ("amount", "sameSizeAsLabel", "complementsLabel", "partOfLabel")
    assert _ask(ki, "funding", "flowLabel", *parties, *size, "allocatorLabel", "statusLabel") == [
        (complement, "Region Stockholm", "", "", part, part, "", "Karolinska Institutet", "Stated"),
        (complement, "Region Stockholm", "", "", part, part, "", "Region Stockholm", "Stated"),
        (part, "The state", "", "", "", "", alf, "Karolinska Institutet", "Interpreted"),
        (part, "The state", "", "", "", "", alf, "Region Stockholm", "Interpreted"),
        (alf, "The state", "The county councils (landstingen)", "", "", "", "", "", "Stated"),
    ]


def test_q19_region_stockholm_has_decided_the_future_plan_and_is_the_largest_partner(ki: Site) -> None:
    assert _ask(ki, "partner-rank-and-plans", "organisationLabel", "factLabel", "valueLabel") == [
        ("Region Stockholm", "has decided on", "Future plan for health care"),
        ("Region Stockholm", "single largest partner of", "Karolinska Institutet"),
    ]


_APART, _FROM = "{ ?passage sam:states ?fact . BIND (sam:status-stated AS ?status) }", "?passage oa:hasSource ?source ."


def test_q20_a_fact_tells_its_page_and_line_and_whether_it_is_stated_interpreted_or_added(ki: Site) -> None:
    columns = ("propertyLabel", "valueLabel", "statusLabel", "sourceLabel", "heading", "line")
    english = "KI's page on collaboration with municipalities"
    swedish = "KI's page on collaboration with Region Stockholm"
    under = "Municipalities that have comprehensive agreements with KI"
    stockholm = _ask(ki, "provenance", *columns, about=f"{ki.settings.base}id/agreement/stockholm")
    assert ("signed", "2020-03", "Stated", english, "City of Stockholm", "26") in stockholm
    assert ("initial area", "Equal health", "Interpreted", english, under, "18") in stockholm
    region = _ask(ki, "provenance", *columns, about=f"{ki.settings.base}id/organisation/region-stockholm")
    assert (
        "single largest partner of",
        "Karolinska Institutet",
        "Stated",
        swedish,
        "Samarbete med Region Stockholm",
        "3",
    ) in region
    assert ("identifier", "232100-0016", "Added", "Identifiers", "", "") in region


def test_the_two_queries_about_evidence_take_a_fact_apart_in_the_same_lines(ki: Site) -> None:
    """SPARQL has no way to write them once."""
    texts = ([line.strip() for line in ki.queries[name].text.splitlines()] for name in ("provenance", "fact-sources"))
    one, other = (lines[lines.index(_APART) : lines.index(_FROM)] for lines in texts)
    assert one == other


# ---------------------------------------------------------------- what pages show


def test_the_partners_are_four_municipalities_and_a_region_with_their_agreements_and_contacts(ki: Site) -> None:
    assert _ask(ki, "partners", "partnerLabel", "kindLabel", "agreementLabel", "contactLabel") == [
        ("City of Solna", "Municipality", SOLNA, "Christina Joos"),
        ("City of Stockholm", "Municipality", STOCKHOLM, "Maria Schönnings"),
        ("Huddinge Municipality", "Municipality", HUDDINGE, ""),
        ("Region Stockholm", "Region", REGIONAL, ""),
        ("Upplands-Bro Municipality", "Municipality", UPPLANDS_BRO, "Christina Joos"),
    ]


def test_the_newest_agreement_comes_first_and_a_month_stays_a_month(ki: Site) -> None:
    assert _ask(ki, "newest-agreements", "agreementLabel", "signed", "partnerLabel", "validityLabel") == [
        (UPPLANDS_BRO, "2025-06-03", "Upplands-Bro Municipality", "Until further notice"),
        (SOLNA, "2025-06-03", "City of Solna", "Until further notice"),
        (HUDDINGE, "2022-10-25", "Huddinge Municipality", "Until further notice"),
        (STOCKHOLM, "2020-03", "City of Stockholm", "Until further notice"),
    ]


FACETS = {
    (): [SOLNA, STOCKHOLM, HUDDINGE, UPPLANDS_BRO, REGIONAL, NATIONAL],
    (("kind", "municipality"),): [SOLNA, STOCKHOLM, HUDDINGE, UPPLANDS_BRO],
    (("kind", "region"),): [REGIONAL],
    (("area", "learning-in-working-life"),): [SOLNA, STOCKHOLM, HUDDINGE, UPPLANDS_BRO],
    (("area", "equal-health"),): [STOCKHOLM, HUDDINGE],
    (("area", "education"),): [SOLNA, STOCKHOLM, HUDDINGE, UPPLANDS_BRO, REGIONAL, NATIONAL],
    (("area", "research"),): [SOLNA, STOCKHOLM, HUDDINGE, UPPLANDS_BRO, REGIONAL, NATIONAL],
    (("year", "2025"),): [SOLNA, UPPLANDS_BRO],
    (("contact", "no"),): [HUDDINGE, REGIONAL, NATIONAL],
    (("area", "equal-health"), ("contact", "yes")): [STOCKHOLM],
    (("kind", "region"), ("year", "2025")): [],
}


@pytest.mark.parametrize("facets", FACETS, ids=str)
def test_agreements_are_chosen_by_any_facets_together(ki: Site, facets: tuple[tuple[str, str], ...]) -> None:
    assert _ask(ki, "agreement-list", "itemLabel", **dict(facets)) == [(label,) for label in FACETS[facets]]


def test_the_menus_of_the_facets_list_exactly_what_occurs(ki: Site) -> None:
    facets = [parameter for parameter in ki.canned("agreement-list").parameters if parameter.kind != "language"]
    assert [facet.name for facet in facets] == ["kind", "area", "type", "year", "contact"]
    for facet in facets:
        found = {value for (value,) in _ask(ki, "agreement-list", facet.name) if value}
        assert set(ki.menu(facet)) == found
        assert found


def test_the_timeline_keeps_a_month_a_month_and_leaves_open_ends_open(ki: Site) -> None:
    columns = ("itemLabel", "start", "startLatest", "startPropertyLabel", "end", "openEndLabel")
    found = _ask(ki, "agreement-timeline", *columns)
    rows = [row for row in found if row[1]]
    assert {row for row in found if row not in rows} == {(name, "", "", "", "", "") for name in (NATIONAL, REGIONAL)}
    assert rows[0] == (STOCKHOLM, "2020-03", "2020-03-31", "signed", "", "Until further notice")
    assert [row[0] for row in rows] == [STOCKHOLM, HUDDINGE, UPPLANDS_BRO, SOLNA]
    assert {row[4:] for row in rows} == {("", "Until further notice")}
    table = ki.query("agreement-timeline", {})
    assert isinstance(table, Table)
    first = next(row for row in table.rows if row[table.variables.index("start")])[table.variables.index("start")]
    assert isinstance(first, Literal)
    assert first.datatype.value.endswith("#gYearMonth")


def test_the_levels_say_who_takes_part_and_what_they_rest_on(ki: Site) -> None:
    assert _ask(ki, "governance-levels", "order", "levelLabel", "bodyLabel", "multiplicityLabel") == [
        ("1", "Management level", "Management group", "A single one"),
        ("2", "Hospital level or equivalent", "FoUU committee", "Several"),
        ("3", "Operational level", "FoUU group", "Several"),
        ("", "", "", ""),  # the collaboration with municipalities, of which no levels are stated
    ]
    assert _ask(ki, "governance-levels", "frameLabel", "partyLabel")[:2] == [
        (REGIONAL, "Karolinska Institutet"),
        (REGIONAL, "Region Stockholm"),
    ]
    assert _ask(ki, "governance-levels", "steeringLabel", "decidesLabel")[:3] == [
        ("Joint steering groups", "Education"),
        ("Joint steering groups", "Infrastructure"),
        ("Joint steering groups", "Research"),
    ]


def test_a_missing_contact_is_no_refusal_in_swedish(ki: Site) -> None:
    table = ki.query("missing-contacts", {})
    assert isinstance(table, Table)
    reasons = {_text(row[table.variables.index("reasonLabel")]) for row in table.rows}
    assert reasons == {"Ledtext utan uppgift", "Nämns inte i källan"}


def test_a_broader_concept_names_the_page_whose_wordings_it_gathers(ki: Site) -> None:
    for concept in ("learning-in-working-life", "competence-supply"):
        graph = ki.query("describe-thing", {"thing": f"{ki.settings.base}id/area/{concept}"})
        assert isinstance(graph, Graph)
        assert '"KI\'s page on collaboration with municipalities"@en' in "\n".join(map(str, graph.triples))


def test_the_matrix_of_areas_has_what_aims_commitments_and_collaborations_cover(ki: Site) -> None:
    rows = _ask(ki, "partner-areas", "rowLabel", "columnLabel", "throughLabel")
    assert {row[1:] for row in rows if row[0] == "Education"} == {
        ("City of Solna", "Commitment"),
        ("City of Solna", "aim"),
        ("City of Stockholm", ""),
        ("City of Stockholm", "aim"),
        ("Huddinge Municipality", "aim"),
        ("Region Stockholm", "aim"),
        ("Region Stockholm", "joint decisions on"),
        ("Upplands-Bro Municipality", "Commitment"),
        ("Upplands-Bro Municipality", "aim"),
    }
    exchange = [row[1:] for row in rows if row[0] == "Knowledge exchange"]
    assert [partner for partner, _ in exchange] == [
        "City of Solna",
        "City of Stockholm",
        "Huddinge Municipality",
        "Upplands-Bro Municipality",
    ]
    assert {through for _, through in exchange} == {"Collaboration"}
    assert ("Quality of education", "City of Stockholm", "area to be served") in rows


def test_every_municipality_learns_at_work_in_the_matrix_of_areas(ki: Site) -> None:
    rows = _ask(ki, "partner-areas", "broaderLabel", "columnLabel")
    assert sorted(partner for broader, partner in rows if broader == "Work-based learning (all wordings)") == [
        "City of Solna",
        "City of Stockholm",
        "Huddinge Municipality",
        "Upplands-Bro Municipality",
    ]


def test_the_flows_have_no_invented_figure_and_no_invented_payee(ki: Site) -> None:
    alf, complement = "The ALF compensation", "Region Stockholm's complement to the ALF compensation"
    part = "Stockholm's part of the ALF compensation"
    assert _ask(ki, "money-flows", "flowLabel", "fromLabel", "toLabel", "amount", "equalLabel", "partOfLabel") == [
        (alf, "The state", "The county councils (landstingen)", "", "", ""),
        (part, "The state", "", "", "", alf),
        (complement, "Region Stockholm", "", "", part, ""),
    ]


def test_the_flows_say_what_to_bear_in_mind(ki: Site) -> None:
    noted = _ask(ki, "money-flows", "flowLabel", "noteLabel")
    assert ("The ALF compensation", "The county councils (landstingen) are now called regions") in noted
    assert {flow for flow, note in noted if note == "No amounts are mentioned"} == {flow for flow, _ in noted}
    caveat = "That this is Stockholm’s part of the compensation is an interpretation"
    assert ("Stockholm's part of the ALF compensation", caveat) in noted


def _found(ki: Site, text: str) -> list[Row]:
    return _ask(ki, "search", "label", "match", text=text)


def test_an_alternative_name_finds_the_thing_by_its_name(ki: Site) -> None:
    assert _found(ki, "Solna Municipality") == [("City of Solna", "Solna Municipality")]


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("Stockholms stad", "City of Stockholm"),
        ("solna stad", "City of Solna"),
        ("VFU", "Work-based learning (all wordings)"),
        ("verksamhetsförlagd utbildning", "Work-based learning (all wordings)"),
    ],
)
def test_the_words_that_people_use_find_the_thing(ki: Site, text: str, thing: str) -> None:
    assert thing in [label for label, _ in _found(ki, text)]


def test_the_code_of_the_county_is_on_the_territory_and_not_on_the_region(ki: Site) -> None:
    rows = _ask(ki, "identifiers", "organisationLabel", "schemeLabel", "label")
    assert [row for row in rows if row[1] == "County code"] == [("Stockholm County", "County code", "01")]


def test_alf_finds_both_agreements(ki: Site) -> None:
    assert {(NATIONAL, NATIONAL), (REGIONAL, REGIONAL)} <= set(_found(ki, "ALF"))


@pytest.mark.parametrize(
    "text",
    ["Maria Schönnings", "maria schonnings", "MARIA SCHÖNNINGS", "maria scho\u0308nnings", " Mária   Šchønnîngs "],
)
def test_accents_case_and_spaces_are_forgiven(ki: Site, text: str) -> None:
    assert _found(ki, text) == [("Maria Schönnings", "Maria Schönnings")]


@pytest.mark.parametrize(
    "text", ["Upplands-Bro kommun", "upplands bro kommun", "Upplands–Bro\u00a0kommun", "Kommun—upplands‐BRO"]
)
def test_hyphens_dashes_and_spaces_are_the_same(ki: Site, text: str) -> None:
    assert ("Upplands-Bro Municipality", "Upplands-Bro kommun") in _found(ki, text)


def test_all_words_of_the_text_are_found_in_any_order(ki: Site) -> None:
    wanted = "Avtal mellan Karolinska Institutet och Solna kommun"
    assert _found(ki, "solna avtal") == _found(ki, "avtal solna") == [(SOLNA, wanted)]
    assert _found(ki, " ".join(reversed(wanted.split()))) == [(SOLNA, wanted)]
    assert _found(ki, "avtal solna huddinge") == []


@pytest.mark.parametrize("text", ["Upplands–Bro kommun", "kommun upplands bro"])
def test_the_page_of_the_search_tells_no_other_name_where_all_words_are_in_the_one_shown(ki: Site, text: str) -> None:
    hits = _page_of_hits(ki, text).one("div", class_="hits")
    assert [hit.one("a").text for hit in hits.all("li") if "kallas även" in hit.text] == []
    assert "Upplands-Bro kommun" in [link.text for link in hits.all("a")]


@pytest.mark.parametrize("text", ["", " ", "\u00a0 ", " – "])
def test_spaces_are_no_text_on_the_page_of_the_search(ki: Site, text: str) -> None:
    page = _page_of_hits(ki, text)
    assert page.one("div", class_="hits").attributes["data-text"] == ""
    assert len(page.one("div", class_="hits").all("li")) > 200  # all names
    assert "träffar på" not in page.one("main").text


def _page_of_hits(ki: Site, text: str) -> Element:
    from tests.reading import read

    found = resolver.find(ki, "query/search.sv.html", urlencode({"text": text})).exact
    assert found is not None
    return read(resolver.fetch(ki, found.path).content)


def test_of_more_than_eight_words_the_last_are_looked_for_as_they_stand(ki: Site) -> None:
    assert {match for _, match in _found(ki, "b o p r s u e l upplands bro")} > {
        "Upplands-Bro: gemensamt kunskapsutbyte"
    }
    assert _found(ki, "b o p r s u e l bro upplands") == []


@pytest.mark.parametrize(
    ("text", "bare"), [("Straße", "strasse"), ("ŒUVRE", "oeuvre"), ("Łódź", "lodz"), ("Þór", "thor")]
)
def test_letters_of_other_languages_are_forgiven_in_both_directions(ki: Site, text: str, bare: str) -> None:
    from samverkan.store import Embedded

    sparql = ki.canned("search").text.replace("?thing ?naming ?name .", f'BIND ("{text}" AS ?name)')
    canned = queries.read_query(sparql.replace("FILTER (?naming", "# FILTER (?naming"), "queries/search.rq")
    for asked in (text, bare, text.upper(), bare.upper()):
        table = Embedded().query(canned.bind({"text": asked}))
        assert isinstance(table, Table)
        assert {_text(row[2]) for row in table.rows} == {text}


def test_a_name_that_is_the_text_comes_first_then_those_that_begin_with_it(ki: Site) -> None:
    matches = [match.lower() for _, match in _found(ki, "equal health")]
    ranks = [(match != "equal health") + (not match.startswith("equal health")) for match in matches]
    assert matches[0] == "equal health"
    assert ranks == sorted(ranks)
    begins = [match.lower().startswith("stockholm") for _, match in _found(ki, "stockholm")]
    assert begins == sorted(begins, reverse=True)
    assert set(begins) == {True, False}


def test_without_a_text_all_names_are_given_in_alphabetical_order(ki: Site) -> None:
    labels = [label for label, _ in _ask(ki, "search", "label", "match")]
    assert labels == sorted(labels)
    assert _found(ki, "") == _found(ki, "  ") == _found(ki, " – ") == _ask(ki, "search", "label", "match")
    assert len(labels) > 500


def _named(site: Site) -> Counter[bool]:
    """How many columns have a name in each language of the site, and how many have not; a facet may have its label."""
    counted: Counter[bool] = Counter()
    for query in site.queries.values():
        answer = site.query(query.name)
        columns = answer.variables if isinstance(answer, Table) else ()
        labels = {each.name: each.label for each in query.parameters}
        for column in dict.fromkeys(name.removesuffix("Label") for name in columns):
            named = query.columns.get(column) or labels.get(column, {})
            counted[set(named) == set(site.settings.languages)] += 1
    return counted


def test_every_column_has_a_name_for_people_in_both_languages(ki: Site, doll: Site) -> None:
    for site, least in ((ki, 279), (doll, 38)):
        found = _named(site)
        assert found[True] >= least
        assert not found[False]


def test_every_view_is_used_by_both_sites_but_three_for_which_lighthouses_have_nothing(ki: Site, doll: Site) -> None:
    used = [{query.view for query in site.queries.values() if query.view} for site in (ki, doll)]
    assert used == [set(queries.VIEWS), set(queries.VIEWS) - {"flows", "derived", "comparison"}]


def test_four_queries_stand_on_the_start_page_in_an_order_without_ties(ki: Site) -> None:
    home = {query.name: query.home for query in ki.queries.values() if query.home is not None}
    assert home == {"partners": 1, "newest-agreements": 2, "ending-agreements": 3, "agreement-list": 4}


def test_partners_are_compared_by_the_areas_that_the_matrix_has(ki: Site) -> None:
    matrix, compared = ki.query("partner-areas", {}), ki.query("compare-partners", {})
    assert isinstance(matrix, Table)
    assert isinstance(compared, Table)
    row, column = compared.variables.index("row"), compared.variables.index("column")
    areas = {(line[row], line[column]) for line in compared.rows if getattr(line[0], "value", "") == "Områden"}
    row, column = matrix.variables.index("row"), matrix.variables.index("column")

    assert areas == {(line[row], line[column]) for line in matrix.rows}


def test_a_partner_has_in_the_matrix_what_its_agreement_is_found_by_in_the_list(ki: Site) -> None:
    found = {(area, partner) for area, partner in _ask(ki, "partner-areas", "row", "column")}
    partners = {partner for _, partner in found}
    listed = {(area, who) for area, who in _ask(ki, "agreement-list", "area", "partner") if area and who in partners}
    broader = {(above, partner) for above, partner in _ask(ki, "partner-areas", "broader", "column") if above}

    assert listed == found | broader


# ---------------------------------------------------------------- the golden answers


def _answer(ki: Site, golden: Path) -> bytes:
    """What the query of a golden file answers now, in the form the file is kept in."""
    name, *given = golden.stem.split("@")
    answer = ki.query(name, dict(value.split("=", 1) for value in given))
    if isinstance(answer, Graph):
        return "".join(sorted(f"{triple} .\n" for triple in answer.triples)).encode()
    assert isinstance(answer, Table)
    csv = answer.solutions().serialize(format=QueryResultsFormat.CSV)
    assert csv is not None
    return csv


def test_a_thing_is_described_with_the_names_of_what_is_linked_from_both_ends(ki: Site) -> None:
    graph = ki.query("describe-thing", {"thing": f"{ki.settings.base}id/organisation/solna"})
    assert isinstance(graph, Graph)
    described = "\n".join(map(str, graph.triples))
    for name in ('"Solna kommun"@sv', '"Solna Municipality"@en', '"Municipality"@en', f'"{SOLNA}"@en'):
        assert name in described


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda golden: golden.name)
def test_the_answer_is_the_golden_one(ki: Site, golden: Path) -> None:
    assert _answer(ki, golden) == golden.read_bytes()


def test_every_query_has_a_golden_answer_and_every_golden_answer_a_query() -> None:
    assert sorted(path.stem for path in GOLDEN if "@" not in path.stem) == sorted(path.stem for path in QUERIES)
    assert {path.stem.split("@")[0] for path in GOLDEN} == {path.stem for path in QUERIES}


def test_there_are_twenty_questions() -> None:
    asked = [name for name in globals() if re.match(r"test_q\d\d_", name)]
    assert [name[6:8] for name in asked] == NUMBERS


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_query_is_described_in_both_languages_and_tagged_from_the_fixed_set(path: Path) -> None:
    query = queries.read_query(path.read_text(encoding="utf-8"), f"queries/{path.name}")
    texts = [query.summary, query.description, *(parameter.label for parameter in query.parameters)]
    assert all(set(text) == {"sv", "en"} for text in texts)
    assert set(query.tags) <= FORMS | TOPICS
    assert "common" not in query.tags or "question" in query.tags
    assert (query.form == "CONSTRUCT") == ("graph" in query.tags)


def test_twenty_queries_are_questions() -> None:
    heads = [queries.read_query(path.read_text(encoding="utf-8"), f"queries/{path.name}") for path in QUERIES]
    assert Counter("question" in query.tags for query in heads)[True] == len(NUMBERS)


def test_every_class_of_the_ontology_has_an_overview_named_after_it(ki: Site) -> None:
    terms = ki.query("vocabulary", {})
    assert isinstance(terms, Table)
    old = terms.variables.index("deprecated")
    current = [row for row in terms.rows if row[old] is None]
    classes = {_text(row[0]).rpartition("/")[2] for row in current if _text(row[2]).endswith("#Class")}
    answers = {name: ki.query(name, {}) for name, query in ki.queries.items() if "overview" in query.tags}
    first = {answer.variables[0] for answer in answers.values() if isinstance(answer, Table)}
    assert classes
    assert {f"{name[0].lower()}{name[1:]}" for name in classes} <= first
    assert all(isinstance(answer, Table) and answer.variables[1] == "label" for answer in answers.values())


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_a_query_names_no_thing_of_this_site_so_that_others_can_use_it(ki: Site, path: Path) -> None:
    assert ki.settings.base not in path.read_text(encoding="utf-8")


if __name__ == "__main__":
    for _golden in GOLDEN:
        _golden.write_bytes(_answer(samverkan.open(ROOT), _golden))
