"""A spreadsheet for people: readable headings, and one row for each thing of a list."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.reading import read

import samverkan
from samverkan import Site
from samverkan.errors import UnreadableError
from samverkan.formats.sheets import lines
from samverkan.model.results import Headings
from samverkan.publication import resolver

NAMES = ["item", "itemLabel", "area", "areaLabel", "signed", "year"]
ROWS = [
    ["https://e.org/a", "A", "https://e.org/x", "X", "2020-03", "2020"],
    ["https://e.org/a", "A", "https://e.org/y", "Y", "2020-03", "2020"],
    ["https://e.org/b", "B", "", "", "", ""],
]
TITLES = {"item": "Agreement", "area": "Areas", "signed": "Signed"}


def test_without_headings_a_spreadsheet_is_the_answer_as_it_is() -> None:
    assert list(lines(NAMES, ROWS, None)) == [NAMES, *ROWS]


def test_columns_are_called_as_people_call_them_and_addresses_are_marked() -> None:
    head, *rows = lines(NAMES, ROWS, Headings(TITLES))
    assert head == ["Agreement (IRI)", "Agreement", "Areas (IRI)", "Areas", "Signed", "year"]
    assert rows == ROWS


def test_a_list_has_one_row_for_each_thing_with_names_and_last_its_address() -> None:
    assert list(lines(NAMES, ROWS, Headings(TITLES, "item"))) == [
        ["Agreement", "Areas", "Signed", "Agreement (IRI)"],
        ["A", "X; Y", "2020-03", "https://e.org/a"],
        ["B", "", "", "https://e.org/b"],
    ]


@pytest.mark.parametrize(
    ("language", "first"), [("sv", "Avtal,Motpart,Avtalstyp"), ("en", "Agreement,Other party,Type")]
)
def test_all_agreements_come_in_a_spreadsheet_with_one_click_from_their_list(
    ki: Site, language: str, first: str
) -> None:
    page = read(resolver.fetch(ki, f"query/agreement-list.{language}.html").content)
    link = page.all("p", class_="take")[0].all("a")[0]
    assert link.attributes["href"] == f"../query/agreement-register/lang={language}.safe.csv"
    sheet = resolver.fetch(ki, f"query/agreement-register/lang={language}.safe.csv").content.decode("utf-8-sig")
    head, *rows = sheet.splitlines()
    assert head.startswith(first)
    assert len(rows) == 6


def test_a_query_that_is_offered_must_be_there_and_is_no_card_of_the_start_page(ki: Site, copy: Path) -> None:
    cards = read(resolver.fetch(ki, "index.en.html").content).one("ul", class_="cards").all("a")
    assert "query/agreement-register.en.html" not in [card.attributes["href"] for card in cards]
    text = "#+ summary: Lists\n#+ view: list\n#+ download: nothing\nSELECT ?item { ?item a ?x } ORDER BY ?item\n"
    (copy / "queries" / "lists.rq").write_text(text)
    found = [each for each in samverkan.open(copy).unreadable_queries if isinstance(each, UnreadableError)]
    assert ["'download' must be a SELECT query, and 'nothing' is none." in str(each) for each in found] == [True]
