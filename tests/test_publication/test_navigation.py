"""How one gets about: the main menu, the way to each page, the page of the data, and tables on a phone."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from html5rdf import HTMLParser
from pyoxigraph import Literal, NamedNode, Triple
from tests.reading import read

import samverkan
from samverkan.errors import UnreadableError
from samverkan.model.namespaces import XSD
from samverkan.model.queries import read_query
from samverkan.publication import resolver
from samverkan.publication.html import citing
from samverkan.publication.html.pictures.timeline import stretch
from samverkan.publication.html.things import follows
from samverkan.settings import Contact

QUERY = "SELECT * WHERE { ?item ?p ?o }"


def page(site: samverkan.Site, path: str) -> str:
    return resolver.fetch(site, path).content.decode()


def links(html: str, label: str) -> Mapping[str, str]:
    """The links of the part of a page with a label for those who listen: their texts, and where they lead."""
    found = re.search(rf'<nav[^>]* aria-label="{label}">(.*?)</nav>', html, re.DOTALL)
    assert found, label
    return {
        re.sub("<[^>]+>", "", text): path for path, text in re.findall(r'<a href="([^"]+)"[^>]*>(.*?)</a>', found[1])
    }


def test_the_menu_has_what_heads_of_queries_place_there_and_the_data_last(ki: samverkan.Site) -> None:
    assert links(page(ki, "index.sv.html"), "Huvudmeny") == {
        "Avtal": "query/agreement-list.sv.html",
        "Parter": "query/partners.sv.html",
        "Områden": "query/partner-areas.sv.html",
        "Styrning": "query/governance-levels.sv.html",
        "Pengar": "query/money-flows.sv.html",
        "Data": "data.sv.html",
    }
    assert list(links(page(ki, "index.en.html"), "Main menu"))[:2] == ["Agreements", "Partners"]


def test_a_site_without_such_queries_has_start_questions_and_data(doll: samverkan.Site) -> None:
    assert list(links(page(doll, "index.sv.html"), "Huvudmeny")) == ["Start", "Frågor", "Data"]


@pytest.mark.parametrize(
    ("path", "way"),
    [
        ("doc/agreement/solna.sv.html", ["Start", "Avtal"]),
        ("doc/organisation/huddinge.sv.html", ["Start", "Parter"]),
        ("def/Agreement.sv.html", ["Start", "Data", "Ordlista"]),
        ("query/agreement-list.sv.html", ["Start"]),
        ("query/contacts.sv.html", ["Start", "Data", "Frågor"]),
        ("query/compare-partners.sv.html", ["Start", "Parter"]),
        ("query/compare-partners/pair=huddinge~2Bsolna.sv.html", ["Start", "Parter"]),
        ("sparql.sv.html", ["Start", "Data"]),
        ("data.sv.html", ["Start"]),
    ],
)
def test_a_page_says_the_way_to_it(ki: samverkan.Site, path: str, way: list[str]) -> None:
    found = links(page(ki, path), "Du är här")

    assert list(found) == way
    folder = path.rpartition("/")[0]
    for target in found.values():
        depth = target.count("../")
        assert depth == (folder.count("/") + 1 if folder else 0)
        assert resolver.find(ki, target.replace("../", "")).exact


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("query/agreement-list.sv.html", [("Avtal", "page")]),
        ("doc/agreement/solna.sv.html", [("Avtal", "true")]),
        ("query/agreement-list/area=area.research.sv.html", [("Avtal", "true")]),
        ("sparql.sv.html", [("Data", "true")]),
        ("data.sv.html", [("Data", "page")]),
        ("index.sv.html", []),
        ("404.html", []),
    ],
)
def test_the_menu_marks_where_one_is(ki: samverkan.Site, path: str, marked: list[tuple[str, str]]) -> None:
    menu = read(resolver.fetch(ki, path).content).one("header").one("nav").all("a")
    found = [(link.text, link.attributes["aria-current"]) for link in menu if "aria-current" in link.attributes]
    assert found == marked


@pytest.mark.parametrize("language", ["sv", "en"])
def test_two_that_are_compared_stand_in_the_order_of_the_title(ki: samverkan.Site, language: str) -> None:
    html = page(ki, f"query/compare-partners/pair=huddinge~2Bsolna.{language}.html")
    named = re.findall(r"(?:Bara|Only) <a [^>]*><bdi>([^<]+)</bdi>", html)

    assert " + ".join(named) in re.findall("<title>(.*)</title>", html)[0]
    assert len(named) == 2


def test_the_page_of_the_data_leads_to_all_that_is_there(ki: samverkan.Site) -> None:
    html = page(ki, "data.en.html")
    main = html[html.index("<main") : html.index("</main>")]
    targets = re.findall(r'href="([^"]+)"', main)

    assert {"query.en.html", "sparql.en.html", "names.en.html", "def.en.html", "validation.en.html"} <= set(targets)
    assert {"dump/dataset.jsonld", "openapi/lang=en.json", "datasets/dcat.rdf"} <= set(targets)
    assert all(resolver.find(ki, target).exact for target in targets)


def test_the_page_of_the_data_begins_with_what_the_menu_has_as_tables_those_for_spreadsheets_first(
    ki: samverkan.Site,
) -> None:
    tables = read(resolver.fetch(ki, "data.sv.html").content).one("main").one("dl")
    assert [name.text for name in tables.all("dt")] == ["Avtal", "Parter", "Områden", "Styrning", "Pengar"]
    firsts = [formats.all("a")[0].attributes["href"] for formats in tables.all("ul")]
    assert all(str(href).endswith(".safe.csv") and resolver.find(ki, str(href)).exact for href in firsts)


def test_the_page_of_the_data_says_how_large_each_table_is(ki: samverkan.Site) -> None:
    tables = read(resolver.fetch(ki, "data.en.html").content).one("main").one("dl")
    row = tables.all("div")[1]
    href = str(row.one("ul").all("a")[0].attributes["href"])
    lines = list(csv.reader(resolver.fetch(ki, href).content.decode().splitlines()))
    assert row.one("small").text.startswith(f"{len(lines) - 1} rows × {len(lines[0])} columns, ")
    assert row.one("small").text.endswith(" kB")


def test_every_page_names_its_own_public_address(ki: samverkan.Site) -> None:
    for path in ("index.sv.html", "doc/agreement/solna.en.html", "query/contacts/agreement=agreement.solna.sv.html"):
        assert f'<link rel="canonical" href="{ki.settings.base}{path}">' in page(ki, path)
    assert '<meta name="description" content="Övergripande avtal om samarbete' in page(
        ki, "doc/agreement/solna.sv.html"
    )


def test_details_of_a_date_are_not_there_where_they_follow_from_it(ki: samverkan.Site) -> None:
    for name in ("solna", "stockholm"):
        assert "Undertecknat tidigast" not in page(ki, f"doc/agreement/{name}.sv.html")


@pytest.mark.parametrize(("text", "is_said"), [("2020-03-01", True), ("2020-03-31", True), ("2020-03-15", False)])
def test_only_the_first_and_the_last_day_of_a_month_follow_from_it(text: str, is_said: bool) -> None:
    month = stretch(Literal("2020-03", datatype=NamedNode(f"{XSD}gYearMonth")))
    bound = Literal(text, datatype=NamedNode(f"{XSD}date"))
    assert follows([Triple(NamedNode("urn:a"), NamedNode("urn:b"), bound)], month) is is_said


def test_a_note_is_folded_to_the_line_that_it_is_called(ki: samverkan.Site) -> None:
    html = page(ki, "doc/agreement/huddinge.sv.html")

    assert "<summary><bdi>Kontakt utan namn för Huddinge</bdi></summary>" in html


def test_a_page_can_be_cited_in_three_ways(ki: samverkan.Site) -> None:
    html = page(ki, "doc/agreement/solna.sv.html")
    shown = [unescape(code) for code in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", html, re.DOTALL)]
    text, bibtex, csl = shown

    assert text.endswith("https://w3id.org/samverkan/ki/id/agreement/solna")
    assert text.startswith("Projektet Samverkan. Avtal mellan Karolinska Institutet och Solna kommun. ")
    assert bibtex.startswith("@misc{w3id-org-samverkan-ki-id-agreement-solna,\n  title = {Avtal mellan")
    assert json.loads(csl)[0]["author"] == [{"literal": "Projektet Samverkan"}]
    read = "Källa läst 29 november 2026"
    assert f". {read}. https://" in text
    assert f"  note = {{{read}}}," in bibtex
    assert json.loads(csl)[0]["note"] == read


def test_what_bibtex_takes_for_a_command_is_escaped() -> None:
    assert "{R\\&D 50\\% \\{x\\} \\textbackslash{}y}" in citing._bibtex("k", title="R&D 50% {x} \\y")


def test_every_page_of_a_site_with_a_mailbox_says_whom_to_tell(doll: samverkan.Site) -> None:
    site = samverkan.open(doll.root)
    site.__dict__["settings"] = replace(site.settings, contact=Contact("us@example.org"))
    subject = "https%3A//example.org/doll/data.sv.html"

    assert f'href="mailto:us@example.org?subject={subject}"' in page(site, "data.sv.html")
    assert "mailto:" not in page(doll, "data.sv.html")


def test_the_page_for_what_is_missing_leads_on_from_any_address(ki: samverkan.Site) -> None:
    html = page(ki, "404.html")
    targets = re.findall(r'(?:href|src|action)="([^"]+)"', html)

    assert "<h1>Sidan finns inte</h1>" in html
    assert all(target.startswith(("/samverkan/ki/", "#", "http")) for target in targets)
    assert 'rel="canonical"' not in html
    ways = {target.rpartition("/")[2] for target in re.findall(r'<li><a href="([^"]+)"', html[html.index("<main") :])}
    assert ways == {"index.sv.html", "names.sv.html", "query.sv.html", "data.sv.html"}
    assert '<p lang="en" data-suffix=".en.html" data-search="/samverkan/ki/search.en.json"' in html


def rows(html: str) -> list[list[str]]:
    found = re.findall(r"<tr>(<td.*?)</tr>", html, re.DOTALL)
    return [[re.sub("<[^>]+>", "", cell) for cell in re.split(r"<td[^>]*>", row)[1:]] for row in found]


def test_a_table_beneath_a_picture_is_folded_and_repeats_nothing(ki: samverkan.Site) -> None:
    html = page(ki, "query/money-flows.sv.html")
    table = html[html.index("<summary>Visa som tabell") :]
    found = rows(table)

    assert len(found) == len({row[0] for row in found}) == 3
    assert "Belopp" not in table[: table.index("<tbody>")]
    tiers = page(ki, "query/governance-levels.sv.html")
    assert len(rows(tiers[tiers.index("<summary>Visa som tabell") :])) == 4  # three levels, and a group without any


def test_cells_of_wide_tables_say_what_they_are(ki: samverkan.Site) -> None:
    html = page(ki, "query/agreement-list.sv.html")

    assert '<td data-label="Undertecknat">' in html
    assert HTMLParser(strict=False).parse(html) is not None


@pytest.mark.parametrize(
    ("head", "line", "words"),
    [
        ("navigation: first", 1, "'navigation' must be a whole number, the place of the query in the main menu"),
        ("short: [Avtal]", 1, "short"),
        ("navigation: 1\n#+ class: sam:Agreement", 2, "declares no prefix sam:"),
        ("navigation: 1\n#+ class: {a: b}", 2, "'class' must be a list of texts"),
        ("class: a b", 1, "What 'class' names must be an IRI"),
    ],
)
def test_a_wrong_key_of_a_head_is_told_with_its_line(head: str, line: int, words: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        read_query(f"#+ {head}\n{QUERY}", "queries/x.rq")

    assert words in str(caught.value)
    assert str(caught.value).startswith(f"queries/x.rq:{line}: ")
    assert caught.value.sv


def test_the_words_of_the_domain_are_in_no_menu_of_the_engine() -> None:
    source = Path(samverkan.__file__).parent / "publication" / "html"
    texts = "".join(file.read_text("utf-8") for file in source.rglob("*.py"))

    assert not re.search("(?i)\\bavtal|agreement", texts)
