"""People, bodies, money, evaluations and placements of the invented site, asked with the canned questions.

The facts stand in `tests/wider/data/` (bodies, people, money, placements); the site is put together as in `test_wider`.
"""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode
from tests.reading import read

import samverkan
from samverkan.model.results import Table
from samverkan.publication import resolver

if TYPE_CHECKING:
    from samverkan import Site
    from samverkan.model.results import Term

ROOT = Path(__file__).resolve().parents[2]
WIDER = Path(__file__).resolve().parents[1] / "wider"
PERSONAL = ("people", "contacts", "register-contacts")

COUNCIL, NATIONAL = "The Skåne Council (invented)", "The National Council (invented)"
SKANE, LUND = "Region Skåne", "Lund University"
HOSPITAL = "Example Hospital (invented)"
CHAIR = (COUNCIL, "Hittepå Låtsasdotter", "Chair", LUND, LUND, "2023-07-01", "2026-06-30")
FORMER = (COUNCIL, "Fingerad Provsson", "Chair", SKANE, SKANE, "2018", "2023-06")
SECRETARY = (COUNCIL, "Skenbar Testgren", "Secretary", "", "", "2020-03", "")
MEMBER = (NATIONAL, "Fingerad Provsson", "Member", SKANE, "The state", "2016", "2019")

Row = tuple[str, ...]


def _made(folder: Path) -> Path:
    for part in ("ontology", "shapes", "queries"):
        shutil.copytree(ROOT / part, folder / part)
    shutil.copytree(WIDER, folder, dirs_exist_ok=True)
    context = folder / "ontology/context.jsonld"
    ours, theirs = (samverkan.open(site).settings.base for site in (ROOT, WIDER))
    context.write_text(context.read_text(encoding="utf-8").replace(ours, theirs), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def wider(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The invented site, whole."""
    return samverkan.open(_made(tmp_path_factory.mktemp("bodies")))


@pytest.fixture(scope="module")
def impersonal(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The same site without its two personal files."""
    folder = _made(tmp_path_factory.mktemp("impersonal"))
    for name in PERSONAL:
        (folder / f"data/{name}.ttl").unlink()
    return samverkan.open(folder)


def _text(term: Term | None) -> str:
    if term is None:
        return ""
    assert isinstance(term, NamedNode | Literal)
    return term.value


def _ask(site: Site, name: str, *columns: str, **values: str) -> list[Row]:
    table = site.query(name, {"lang": "en", **values})
    assert isinstance(table, Table)
    places = [table.variables.index(column) for column in columns]
    return [tuple(_text(row[place]) for place in places) for row in table.rows]


# ---------------------------------------------------------------- persons in bodies


def _members(site: Site, **values: str) -> list[Row]:
    columns = ("bodyLabel", "name", "roleLabel", "sideLabel", "appointedByLabel", "from", "until")
    return _ask(site, "body-members", *columns, **values)


def test_persons_sit_on_bodies_in_a_role_for_a_side_that_need_not_have_appointed_them(wider: Site) -> None:
    assert _members(wider) == [MEMBER, FORMER, CHAIR, SECRETARY]
    assert _members(wider, body="national-council") == [MEMBER]


@pytest.mark.parametrize(
    ("day", "answer"),
    [
        ("2015-12-31", []),
        ("2016-01-01", [MEMBER]),
        ("2018-01-01", [MEMBER, FORMER]),
        ("2019-12-31", [MEMBER, FORMER]),
        ("2020-02-29", [FORMER]),
        ("2020-03-01", [FORMER, SECRETARY]),
        ("2023-06-30", [FORMER, SECRETARY]),
        ("2023-07-01", [CHAIR, SECRETARY]),
        ("2026-07-01", [SECRETARY]),
    ],
)
def test_a_time_known_to_the_month_or_the_year_counts_for_the_whole_of_it(
    wider: Site, day: str, answer: list[Row]
) -> None:
    assert _members(wider, day=day) == answer


@pytest.mark.parametrize(
    ("day", "told"), [(date(2026, 1, 1), True), (date(2026, 6, 30), True), (date(2026, 7, 1), False)]
)
def test_a_person_begins_with_the_bodies_of_today_with_the_role_in_each_and_until_when(
    wider: Site, day: date, told: bool
) -> None:
    site = samverkan.open(wider.root, as_of=day)
    box = read(resolver.fetch(site, "doc/person/p11.en.html").content).all("section", class_="box")
    said = f"Role: Chair · Represents: {LUND} · Appointed by: {LUND} · Until: 30 June 2026"

    assert any(said in each.text.replace("\u00a0", " ") for each in box) is told


@pytest.mark.parametrize(("day", "others"), [(date(2024, 1, 1), True), (date(2026, 7, 1), False)])
def test_a_person_leads_to_those_in_the_same_body_on_the_day(wider: Site, day: date, *, others: bool) -> None:
    site = samverkan.open(wider.root, as_of=day)
    box = read(resolver.fetch(site, "doc/person/p13.en.html").content).one("section", class_="box")
    assert ("Others there Hittepå Låtsasdotter" in box.text) is others


def test_the_page_of_a_body_says_who_sits_there_in_which_role_for_whom_and_since_when(wider: Site) -> None:
    site = samverkan.open(wider.root, as_of=date(2026, 1, 1))
    page = read(resolver.fetch(site, "doc/joint-body/skane-council.en.html").content)
    box = {row.one("dt").text: row.one("dd").text for row in page.one("section", class_="box").all("div")}
    assert box["Members"] == "Hittepå Låtsasdotter, Skenbar Testgren"  # who has left is told below only
    assert (box["Appointed by"], box["Agreement of the collaboration"]) == (
        LUND,
        "Regional ALF agreement in Skåne (invented)",
    )

    heading = next(each for each in page.all("h2") if each.text == "Membership of a joint body")
    table = page.one("table")
    assert [each.text for each in page.all("h2")].index(heading.text) == 1  # what comes after the box
    chair = [cell.text.replace("\u00a0", " ") for cell in table.all("tr")[1].all("td")]
    assert chair == ["Hittepå Låtsasdotter", "Chair", LUND, LUND, "1 July 2023", "30 June 2026", "Added3"]
    assert "Membership p1" not in page.text


def test_a_body_that_has_ended_has_its_year_behind_its_name_among_the_levels(wider: Site) -> None:
    named = {name for (name,) in _ask(wider, "governance-levels", "namedBodyLabel")}
    assert {"The Old Committee (invented) (until 2020)", "The New Committee (invented)"} <= named


def test_a_body_at_national_level_has_no_tier(wider: Site) -> None:
    found = _ask(wider, "joint-bodies", "label", "tierLabel", "levelLabel", "establishedByLabel", "validFrom")
    assert (NATIONAL, "", "National level", "Third national ALF agreement (invented)", "2016") in found
    assert (COUNCIL, "Skåne: management", "Management level", "", "") in found


def test_who_signed_is_told_with_the_function(wider: Site) -> None:
    columns = ("signatoryLabel", "functionLabel", "personName")
    assert _ask(wider, "signatures", *columns) == [
        (SKANE, "Regional director", "Fingerad Provsson"),
        ("Region Västra Götaland", "", ""),
    ]


def test_a_contact_point_tells_side_function_mailbox_and_person(wider: Site) -> None:
    columns = ("sideLabel", "functionLabel", "mailbox", "personLabel")
    assert _ask(wider, "contact-points", *columns, agreement="lund-exempelbro") == [
        ("Exempelbro Municipality (invented)", "Records office", "mailto:arkiv@exempelbro.example", ""),
        (LUND, "Collaboration officer", "mailto:samverkan@lund.example", "Tänkt Varelse"),
    ]


# ---------------------------------------------------------------- money, evaluations, placements


def test_money_is_told_with_intermediary_basis_index_time_and_its_own_source(wider: Site) -> None:
    columns = ("payerLabel", "intermediaryLabel", "payeeLabel", "amount", "basisLabel", "indexLabel", "priceYear")
    found = _ask(wider, "payment-terms", "flowLabel", *columns, "year", "from", "until", "sourceLabel")
    index = "Labour cost index (invented)"
    per_week = (LUND, SKANE, HOSPITAL, "850", "Per student and week", index, "2024", "2025", "", "")
    yearly = ("Exempelbro Municipality (invented)", "", LUND, "250000", "Per year", index, "", "", "2022-03", "2027")
    assert ("Payment for placements (invented)", *per_week, "The page about Skåne, 2024 (invented)") in found
    assert ("Contribution of Exempelbro (invented)", *yearly, "The page about Skåne, 2023 (invented)") in found
    assert {row[-1] for row in found if row[0].startswith("Skåne")} == {
        "The page about the national agreements (invented)"
    }


def test_an_evaluation_round_says_what_it_changes(wider: Site) -> None:
    columns = ("evaluatesLabel", "conductedByLabel", "from", "until", "changesLabel")
    assert _ask(wider, "evaluation-rounds", *columns) == [
        (
            *("Third national ALF agreement (invented)", "The Review Council (invented)", "2023-09", "2024"),
            "Skåne 2025: research (invented amount)",
        ),
    ]


def test_placements_are_counted_by_term(wider: Site) -> None:
    columns = ("offeredByLabel", "programmeLabel", "year", "termLabel", "placements")
    autumn, spring = (
        (HOSPITAL, "Nursing programme", "2025", "Autumn term", "40"),
        (
            *(HOSPITAL, "Nursing programme"),
            *("2026", "Spring term", "35"),
        ),
    )
    assert _ask(wider, "placement-counts", *columns) == [autumn, spring]
    assert _ask(wider, "placement-counts", *columns, calendarYear="2026") == [spring]
    assert _ask(wider, "placement-counts", *columns, agreement="lund-exempelbro") == []


# ---------------------------------------------------------------- what is personal stands apart


def test_without_the_personal_files_nothing_breaks_and_no_name_is_left(wider: Site, impersonal: Site) -> None:
    named = wider.ask("SELECT ?name { ?person vcard:fn ?name }")
    assert isinstance(named, Table)
    names = {_text(row[0]) for row in named.rows}
    assert len(names) == 9
    assert impersonal.report.conforms
    assert _members(impersonal) == []
    assert [row for row in _ask(impersonal, "contact-points", "mailbox", "personLabel") if row[1]] == []
    everything = resolver.fetch(impersonal, "dump/dataset.ttl").content.decode()
    assert [name for name in names if name in everything] == []
