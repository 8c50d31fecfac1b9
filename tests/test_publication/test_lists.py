"""Lists with facets, and the search: the views `list` and `search` as pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.reading import Element, read
from tests.test_publication.test_wider import built

import samverkan
from samverkan import Site
from samverkan.model.results import Answer, Table
from samverkan.publication import resolver

BERTHS = """#+ summary: {sv: Kajplatser, en: Berths}
#+ enumerate: {water: [deep, shallow], lit: [yes, no]}
#+ view: list
#+ parameters:
#+   water: {label: {sv: Vatten, en: Water}, type: text}
#+   lit: {label: {sv: Belyst, en: Lit}, type: text}
#+   least: {label: {sv: Minst, en: At least}, type: integer}
SELECT ?item ?water ?lit ?length {
  VALUES ?water { UNDEF }
  VALUES ?lit { UNDEF }
  VALUES ?least { 0 }
  VALUES (?item ?water ?lit ?length) {
    ("A" "deep" "yes" 10) ("A" "shallow" "yes" 10) ("B" "deep" "no" 20) ("C" "shallow" "yes" 30)
  }
  FILTER (?length >= ?least)
} ORDER BY ?item ?water
"""


@pytest.fixture
def berths(copy: Path) -> Site:
    """A small site with a list that has two facets and another parameter."""
    (copy / "queries" / "berths.rq").write_text(BERTHS)
    return samverkan.open(copy)


def page(site: Site, path: str, query: str = "") -> Element:
    """The page at an address with suffix, as a server gives it."""
    return read(resolver.fetch(site, (resolver.find(site, path, query).exact or pytest.fail("no suffix")).path).content)


def rows(page: Element) -> list[list[str]]:
    """The rows of the table of a page."""
    return [[cell.text for cell in row.all("td")] for row in page.one("tbody").all("tr")]


def facets(page: Element) -> dict[str, str | None]:
    """What the plain links of all facets say, with where they lead."""
    lists = [each for menu in page.one("main").all("details") for each in menu.all("ul", class_="columns")]
    items = [item for each in lists for item in each.all("li") if item.text.endswith(")") and item.text[-2].isdigit()]
    return {item.text: item.one("a").attributes["href"] for item in items}


def options(page: Element, name: str) -> list[str]:
    return [option.text for option in page.one("select", name=name).all("option")]


def test_an_item_with_several_values_is_one_entry_and_counts_for_each(berths: Site) -> None:
    found = page(berths, "query/berths.en.html")
    assert rows(found) == [
        ["A", "deep, shallow", "yes", "10"],
        ["B", "deep", "no", "20"],
        ["C", "shallow", "yes", "30"],
    ]
    assert facets(found) == {
        "deep (2)": "../query/berths/water=deep.en.html",
        "shallow (2)": "../query/berths/water=shallow.en.html",
        "yes (2)": "../query/berths/lit=yes.en.html",
        "no (1)": "../query/berths/lit=no.en.html",
    }
    assert [head.text for head in found.all("th")] == ["Item", "Water", "Lit", "Length"]
    assert "3 rows." in found.text


def test_a_chosen_facet_is_marked_and_can_be_taken_away(berths: Site) -> None:
    found = page(berths, "query/berths/water=deep.sv.html")
    assert [row[0] for row in rows(found)] == ["A", "B"]
    assert [link.text for link in found.one("main").all("a", aria_current="true")] == ["deep"]
    away = found.one("ul", class_="chosen").one("a")
    assert away.text == "Ta bort valet: Vatten"
    assert away.attributes["href"] == "../../query/berths.sv.html"
    assert "2 av 3 rader." in found.text


def test_an_item_keeps_all_its_values_where_one_of_them_is_chosen(berths: Site) -> None:
    assert rows(page(berths, "query/berths/water=shallow.en.html"))[0] == ["A", "shallow, deep", "yes", "10"]


def test_the_menus_count_what_the_other_choices_leave(berths: Site) -> None:
    found = page(berths, "query/berths/water=deep.en.html")
    assert options(found, "water") == ["All", "deep (2)", "shallow (2)"]
    assert options(found, "lit") == ["All", "yes (1)", "no (1)"]
    assert facets(found)["yes (2)"] == "../../query/berths/lit=yes.en.html"


def test_facets_combine_over_http_in_one_form(berths: Site) -> None:
    found = page(berths, "query/berths.en.html", "water=deep&lit=yes&least=")
    assert [row[0] for row in rows(found)] == ["A"]
    form = found.one("form", class_="ask")
    assert form.attributes["action"] == "../query/berths.en.html"
    assert form.attributes["method"] == "get"
    chosen = [option.text for option in form.all("option") if "selected" in option.attributes]
    assert chosen == ["deep (1)", "yes (1)"]
    ways = {link.text: link.attributes["href"] for link in found.one("ul", class_="chosen").all("a")}
    assert ways == {
        "Remove this choice: Water": "../query/berths/lit=yes.en.html",
        "Remove this choice: Lit": "../query/berths/water=deep.en.html",
        "Remove all choices": "../query/berths.en.html",
    }


def test_what_is_no_facet_narrows_the_menus_and_is_kept_in_the_form(berths: Site) -> None:
    found = page(berths, "query/berths.en.html", "least=15")
    assert [row[0] for row in rows(found)] == ["B", "C"]
    assert options(found, "water") == ["All", "deep (1)", "shallow (1)"]
    assert found.one("input", name="least").attributes["value"] == "15"


def test_no_page_of_a_release_leads_to_one_that_only_a_server_has(berths: Site) -> None:
    pages = [each for each in berths.pages.pages() if each.path.startswith("query/berths") and ".html" in each.suffix]
    assert len(pages) == 10
    for each in pages:
        html = read(each.content().content)  # type: ignore[union-attr]
        asked = [
            str(link.attributes["href"]) for link in html.one("main").all("a") if "?" in str(link.attributes["href"])
        ]
        assert all(link.partition("?")[0].endswith(("/sparql.sv.html", "/sparql.en.html")) for link in asked)


def test_a_facet_without_a_heading_filters_and_is_no_column(copy: Path) -> None:
    named = BERTHS.replace("#+ view: list", "#+ view: list\n#+ columns: {water: {sv: Vattendjup, en: Depth}}")
    (copy / "queries" / "berths.rq").write_text(named)
    found = page(samverkan.open(copy), "query/berths.en.html")
    assert [head.text for head in found.all("th")] == ["Item", "Depth", "Length"]
    assert options(found, "lit") == ["All", "yes (2)", "no (1)"]


def test_agreements_are_chosen_by_their_own_type_and_by_the_broad_kind_above_it(copy: Path) -> None:
    built(copy := copy / "wider")
    site = samverkan.open(copy)
    types = {label: count for _, label, _, _, count in _rows(site.query("agreement-types", lang="en"))}
    assert (types["Agreement on placements"], types["Agreement on placements in teacher education"]) == ("10", "6")
    broad, own = (
        {row[0] for row in _rows(site.query("agreement-list", {"type": kind}))}
        for kind in ("type-placement", "teaching-placement")
    )
    assert (len(broad), len(own)) == (10, 6)
    assert own < broad


def _rows(table: Answer) -> list[list[str]]:
    assert isinstance(table, Table)
    return [[getattr(term, "value", "") for term in row] for row in table.rows]


def test_choices_without_any_item_say_so(berths: Site) -> None:
    found = page(berths, "query/berths.en.html", "water=shallow&lit=no")
    assert "There is no answer for these choices." in found.text
    assert not found.all("table")


def test_a_list_of_the_real_site_says_the_same_as_its_data(ki: Site) -> None:
    for chosen, path in (
        ({"kind": "municipality"}, "query/agreement-list/kind=orgkind.municipality.en.html"),
        ({"contact": "no"}, "query/agreement-list/contact=no.en.html"),
    ):
        table = ki.query("agreement-list", chosen, lang="en")
        assert isinstance(table, Table)
        item, name = (table.variables.index(each) for each in ("item", "partnerLabel"))
        labels: dict[object, dict[str, None]] = {}
        for row in table.rows:
            labels.setdefault(row[item], {})[row[name].value] = None  # type: ignore[union-attr]  # each has a label
        assert len(labels) > 1
        assert [row[0] for row in rows(page(ki, path))] == [", ".join(names) for names in labels.values()]


def hits(page: Element) -> list[str]:
    return [hit.text for hit in page.one("div", class_="hits").all("li")]


def test_a_name_in_another_language_finds_the_thing_and_is_told(ki: Site) -> None:
    found = page(ki, "query/search.sv.html", "text=Solna+Municipality")
    (hit,) = hits(found)
    assert hit.startswith("Solna kommun kallas även Solna Municipality Är part i: ")
    assert [group.text for group in found.one("div", class_="hits").all("h3")] == ["Offentlig organisation"]
    assert "En träff på ”Solna Municipality”." in found.text


def test_case_and_marks_are_forgiven_and_the_nearest_comes_first(doll: Site) -> None:
    found = page(doll, "query/find.sv.html", "text=masu")
    assert hits(found)[0].startswith("Måsudden")
    ways = [a.attributes["href"] for a in found.one("div", class_="hits").all("a")]
    assert len(ways) == len(set(ways))


def test_the_options_of_a_list_that_is_whole_know_their_rows(berths: Site) -> None:
    found = page(berths, "query/berths.en.html")
    known = {each.text: each.attributes["data-rows"] for each in found.all("option") if "data-rows" in each.attributes}
    assert known == {"deep (2)": "0 1", "shallow (2)": "0 2", "yes (2)": "0 2", "no (1)": "1"}
    assert found.one("section", class_="answer").attributes["data-all"] == "3"
    narrowed = page(berths, "query/berths/water=deep.en.html")
    assert not [each for each in narrowed.all("option") if "data-rows" in each.attributes]


def test_a_search_for_nothing_has_all_names_by_kind_and_the_script_knows_its_index(doll: Site) -> None:
    found = page(doll, "query/find.en.html")
    place = found.one("div", class_="hits")
    assert "Long Shoal" in hits(found)
    assert not [each for each in place.all("a") if "/def/" in str(each.attributes["href"])]
    assert place.attributes["data-index"] == "../search.en.json"
    assert place.attributes["data-text"] == ""
    assert "../names.en.html" in [link.attributes["href"] for link in found.one("main").all("a")]
    assert "search" in doll.pages


def test_what_was_searched_for_is_only_text(doll: Site) -> None:
    text = "\"><script>alert(1)</script>'"
    found = page(doll, "query/find.en.html", "text=%22%3E%3Cscript%3Ealert(1)%3C/script%3E%27")
    assert found.one("div", class_="hits").attributes["data-text"] == text
    assert found.one("form", class_="search").one("input", name="text").attributes["value"] == text
    assert [script.attributes.get("src") for script in found.all("script")] == ["../assets/samverkan.js"]


def test_a_list_leads_to_what_follows_about_the_same_things(ki: Site) -> None:
    page = resolver.fetch(ki, "query/agreement-list.en.html").content.decode()
    (link,) = re.findall(r'<p class="take">See also: <a href="([^"]+)">', page)
    assert link.endswith("query/agreement-states.en.html")
    assert "See also" not in resolver.fetch(ki, "query/agreements.en.html").content.decode()


def test_an_agreement_is_called_by_its_party_and_its_type_leads_to_the_type_and_the_areas_are_those_of_the_box(
    ki: Site,
) -> None:
    found = page(ki, "query/agreement-list.en.html")

    assert [head.text for head in found.all("th")][:2] == ["Agreement (party)", "Type of agreement"]
    links = [link.attributes["href"] for link in found.one("tbody").all("tr")[0].all("a")][:2]
    assert links == ["../doc/agreement/solna.en.html", "../def/type-comprehensive.en.html"]
    listed = {row.all("td")[0].text: row.all("td")[4] for row in found.one("tbody").all("tr")}
    assert listed["City of Solna"].text.count(", ") == 2
    box = page(ki, "doc/agreement/stockholm.en.html").one("section", class_="box")
    areas = {link.text for link in box.all("a") if "/area/" in (link.attributes["href"] or "")}
    shown = [link.text for link in listed["City of Stockholm"].all("a")]
    assert {text.removesuffix(" (interpreted)") for text in shown} == areas
    assert sum(text.endswith(" (interpreted)") for text in shown) == 4


PARTIES = {
    "sv": "Huddinge kommun; Solna kommun; Stockholms kommun; Upplands-Bro kommun; "
    "Landstingen, Staten; Region Stockholm",
    "en": "City of Solna; City of Stockholm; Huddinge Municipality; Upplands-Bro Municipality; Region Stockholm; "
    "The county councils (landstingen), The state",
}


@pytest.mark.parametrize("language", PARTIES)
def test_agreements_stand_in_the_order_of_the_parties_that_are_shown(ki: Site, language: str) -> None:
    found = page(ki, f"query/agreement-list.{language}.html")

    assert "; ".join(row.all("td")[0].text for row in found.one("tbody").all("tr")) == PARTIES[language]


def test_areas_that_only_the_collaboration_of_an_agreement_has_say_so(ki: Site) -> None:
    found = page(ki, "query/agreement-list.sv.html")

    areas = {row.all("td")[0].text: row.all("td")[4].text for row in found.one("tbody").all("tr")}
    named = ("Forskning", "Infrastruktur", "Utbildning")
    assert areas["Region Stockholm"] == ", ".join(f"{area} (genom samarbetet)" for area in named)
    assert [party for party, said in areas.items() if "samarbetet" in said] == ["Region Stockholm"]
    assert areas["Landstingen, Staten"] == "Forskning (genom penningflöde), Utbildning (genom penningflöde)"


def test_the_area_by_which_an_agreement_was_found_comes_first(ki: Site) -> None:
    found = page(ki, "query/agreement-list/area=area.education.sv.html")

    listed = {row.all("td")[0].text: row.all("td")[4].text for row in found.one("tbody").all("tr")}
    assert listed["Landstingen, Staten"] == "Utbildning (genom penningflöde), Forskning (genom penningflöde)"
    assert listed["Region Stockholm"].startswith("Utbildning (genom samarbetet), Forskning")
    assert listed["Huddinge kommun"].startswith("Berört område: Utbildning (genom syfte)")
    assert listed["Stockholms kommun"].startswith("Utbildning, Aktiv livsstil")


def test_a_cell_of_a_list_without_a_value_says_so_and_leads_to_the_note(ki: Site) -> None:
    found = page(ki, "query/agreement-list.en.html")

    cells = {row.all("td")[0].text: row.all("td") for row in found.one("tbody").all("tr")}
    contact, signed = cells["Huddinge Municipality"][5], cells["Region Stockholm"][2]
    assert contact.one("a").attributes["href"] == "../doc/note/huddinge-contact.en.html"
    assert (contact.text, signed.text) == ("not given", "not given")


def test_the_values_that_a_cell_leaves_out_unfold(ki: Site) -> None:
    found = page(ki, "query/agreement-list.sv.html")

    folds = [each.one("summary").text for each in found.one("tbody").all("details")]
    assert folds == ["och 4 till", "och 8 till"]
