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
