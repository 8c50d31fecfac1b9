"""The start page: partners, newest agreements, pictures, questions, search, downloads, and what the checks said."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.reading import Element, embedded, read

import samverkan
from samverkan.model.results import Bytes
from samverkan.publication.published import Site


def start(site: Site, language: str) -> Element:
    (page,) = (each for each in site.pages["index"] if each.suffix == f".{language}.html")
    content = page.content()
    assert isinstance(content, Bytes)
    return read(content.content)


@pytest.mark.parametrize(
    ("language", "partner", "signed", "said"),
    [
        ("sv", "Solna kommun", "mars 2020", "Inga fel"),
        ("en", "City of Solna", "March 2020", "No errors"),
    ],
)
def test_it_has_the_partners_the_newest_agreements_and_what_the_checks_said(
    ki: Site, language: str, partner: str, signed: str, said: str
) -> None:
    page = start(ki, language)
    partners, newest = page.all("table")[:2]

    assert partner in [link.text for link in partners.all("a")]
    assert len(partners.one("tbody").all("tr")) == 5
    assert [time.text.replace("\u00a0", " ") for time in newest.all("time")][-1] == signed
    assert said in page.text


def test_it_leads_to_every_picture_and_list_to_questions_search_and_downloads(ki: Site) -> None:
    page = start(ki, "sv")
    found = {str(link.attributes["href"]) for link in page.one("main").all("a")}
    pictures = [query.name for query in ki.queries.values() if query.view in {"timeline", "levels", "matrix", "flows"}]

    assert len(pictures) == 4
    assert found >= {f"query/{name}.sv.html" for name in (*pictures, "agreement-list", "contacts")}
    assert found >= {"dump/dataset.ttl", "dump/dataset.jsonld", "data.sv.html", "validation.sv.html"}
    assert page.one("form", role="search").attributes["action"] == "query/search.sv.html"


def test_it_tells_search_engines_that_it_is_a_dataset(doll: Site) -> None:
    told = embedded(start(doll, "en"))

    assert (told["@type"], told["name"]) == ("Dataset", "Invented lighthouses")
    assert {each["encodingFormat"] for each in told["distribution"]} >= {"text/turtle", "application/ld+json"}


def test_a_publisher_whose_own_facts_they_are_does_not_deny_them(copy: Path) -> None:
    settings = copy / "samverkan.toml"
    settings.write_text(f'{settings.read_text()}[about]\nen = "The society of invented lighthouses"\nsv = "Andra"\n')
    site = samverkan.open(copy)

    assert "answer for its content" not in start(site, "en").text
    assert "Uppgifterna gäller Andra, som inte publicerar" in start(site, "sv").text


def test_a_picture_without_anything_in_it_is_not_offered(copy: Path) -> None:
    body = "SELECT ?item ?start {{ ?item <{}> ?start }}\n"
    for name, link in (("full", "https://example.org/doll/def/visitedOn"), ("empty", "https://example.org/doll/def/x")):
        (copy / "queries" / f"{name}.rq").write_text(f"#+ view: timeline\n{body.format(link)}")
    offered = {str(link.attributes["href"]) for link in start(samverkan.open(copy), "en").all("a")}

    assert "query/full.en.html" in offered
    assert "query/empty.en.html" not in offered


def test_key_figures_lead_to_what_they_count(ki: Site) -> None:
    figures = {
        item.text: item.one("a").attributes["href"] for item in start(ki, "sv").one("ul", class_="figures").all("li")
    }

    assert list(figures) == ["5 avtal", "1 nationellt avtal bakom", "4 kommuner", "1 region"]
    assert figures["5 avtal"] == "query/agreement-list.sv.html"
    assert figures["4 kommuner"] == "query/agreement-list/kind=orgkind.municipality.sv.html"
    assert all(href.removesuffix(".sv.html") in ki.pages for href in map(str, figures.values()))


def test_the_figures_of_another_site_are_its_own(doll: Site) -> None:
    figures = [item.text for item in start(doll, "en").one("ul", class_="figures").all("li")]

    assert figures == ["3 Red", "2 White"]


def test_every_picture_is_shown_small_with_shapes_of_its_own(ki: Site) -> None:
    cards = start(ki, "en").one("ul", class_="cards").all("li")
    shapes = [[shape for shape in card.one("svg").children if isinstance(shape, Element)] for card in cards]

    assert len(cards) == 6
    assert all(shapes)
    assert all("aria-hidden" in card.one("svg").attributes for card in cards)


def test_an_empty_cell_leads_to_the_note_that_says_why_there_is_no_value(ki: Site) -> None:
    missing = [link.attributes["href"] for link in start(ki, "sv").all("a") if link.text == "uppgift saknas"]

    assert missing == ["doc/note/huddinge-contact.sv.html", "doc/note/alf-contact-not-offered.sv.html"]


def test_all_but_common_questions_are_folded(ki: Site) -> None:
    page = start(ki, "sv")
    (folded,) = (each for each in page.all("details") if not each.all("table"))
    links = [link.attributes["href"] for link in page.all("a") if "query/" in str(link.attributes.get("href"))]

    assert folded.one("summary").text == f"Visa {len(folded.all('li'))} till"
    assert {"query/contacts.sv.html", "query/work-based-learning.sv.html"} <= set(links)
    assert "query/contacts.sv.html" not in [link.attributes["href"] for link in folded.all("a")]


def test_a_question_without_an_answer_says_why_in_its_own_words(ki: Site) -> None:
    assert "Inget avtal har en känd sista dag som infaller inom ett år." in start(ki, "sv").text


def test_it_tells_whose_facts_they_are_and_when_they_were_read_and_checked(ki: Site) -> None:
    text = start(ki, "en").text.replace("\u00a0", " ")

    assert "The facts are about Karolinska Institutet and are published by The Samverkan project." in text
    assert "The sources were last read on 29 November 2026." in text
    assert f"Checked on {ki.pages.html.context.locales['en'].day(ki.as_of)}: No errors".replace("\u00a0", " ") in text


@pytest.mark.parametrize(("language", "said"), [("sv", "Senast ändrat: "), ("en", "Last changed: ")])
def test_the_day_of_the_last_change_leads_to_the_changes(ki: Site, language: str, said: str) -> None:
    told = start(ki, language).one("p", class_="told").one("a")
    last = next(entry for entry in reversed(ki.history) if entry.changes)

    assert told.text == f"{said}{ki.pages.html.context.locales[language].day(last.day)}"
    assert told.attributes["href"] == f"changes.{language}.html"


def test_a_site_looks_as_its_settings_say(copy: Path) -> None:
    settings = copy / "samverkan.toml"
    look = '[look]\naccent = "#005a9c"\nfont = "Georgia, serif"\nmark = "M1 1h14v14z"\n'
    settings.write_text(f"{settings.read_text()}{look}")
    site = samverkan.open(copy)
    sheet, mark = (
        next(each.content() for each in site.pages["assets/samverkan"] if each.suffix == end)
        for end in (".css", ".svg")
    )

    assert isinstance(sheet, Bytes)
    assert isinstance(mark, Bytes)
    assert sheet.content.endswith(b"html{font-family:Georgia, serif}\n")
    assert b"--accent:#005a9c" in sheet.content
    assert mark.content.count(b"#005a9c") == mark.content.count(b'd="M1 1h14v14z"') == 1
