"""The pages of canned queries: form, answer, SPARQL, downloads, and text to be copied that really runs."""

from __future__ import annotations

import posixpath
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from tests.live import Live
from tests.reading import Element, links, read

import samverkan
from samverkan import Site
from samverkan.errors import NotFoundError, ParameterError
from samverkan.model.results import Table
from samverkan.publication import manifest, resolver
from samverkan.publication.html.form import MOST_OPTIONS
from samverkan.publication.html.page import MOST_BYTES

LARGE = """#+ summary: {{sv: Stort, en: Large}}
SELECT ?number ?text {{ VALUES ?number {{ {values} }} VALUES ?text {{ "{text}" }} }} ORDER BY ?number
"""


def page(site: Site, path: str, query: str = "") -> Element:
    """The page at an address with suffix, as a server gives it."""
    return read(resolver.fetch(site, (resolver.find(site, path, query).exact or pytest.fail("no suffix")).path).content)


def add(copy: Path, name: str, text: str) -> None:
    (copy / "queries" / f"{name}.rq").write_text(text)


def html(site: Site) -> dict[str, str]:
    """All pages of questions of a release, by their paths with suffix."""
    return {
        each.path + each.suffix: each.content().content.decode()  # type: ignore[union-attr]
        for each in site.pages.pages()
        if each.path.partition("/")[0] in {"query", "names"} and each.suffix.endswith(".html")
    }


def test_every_query_has_a_page_in_every_language_and_every_value_of_a_menu_too(doll: Site) -> None:
    found = html(doll)
    for query in doll.queries:
        assert {f"query/{query}.sv.html", f"query/{query}.en.html"} <= found.keys()
    assert "query/visits/light=lightship.vandraren.en.html" in found
    assert not [path for path in found if "lang=" in path]


def test_pages_are_whole_small_and_lead_nowhere_in_vain(doll: Site) -> None:
    for path, text in html(doll).items():
        found = read(text)
        assert len(text.encode()) <= MOST_BYTES, path
        levels = [int(head.name[1]) for head in found.one("main").all("h1", "h2", "h3", "h4")]
        assert levels[0] == 1, path
        assert all(after - before <= 1 for before, after in pairwise(levels)), path
        for link in links(text):
            _check(doll, path, link)


def _check(site: Site, path: str, link: str) -> None:
    target, _, query = link.partition("#")[0].partition("?")
    if not target or re.match("[a-z]+:", target):
        return
    folder = path.rpartition("/")[0].split("/") if "/" in path else []
    for part in target.split("/"):
        folder = folder[:-1] if part == ".." else [*folder, part]
    assert not query or folder[0].startswith("sparql."), "no server, no choices"
    assert resolver.find(site, "/".join(folder)).exact, (path, link)


def test_the_form_has_a_field_of_its_kind_for_each_parameter(doll: Site) -> None:
    form = page(doll, "query/search.en.html").one("form", class_="ask")
    kinds = {each.attributes["name"]: each.attributes.get("type", "select") for each in form.all("input", "select")}
    assert kinds == {"since": "date", "text": "text", "lamps": "number", "colour": "select"}
    labels = {label.attributes["for"] for label in form.all("label")}
    assert labels == {f"f-{name}" for name in kinds}
    assert form.one("input", name="text").attributes["maxlength"] == "1000"
    assert "Give a date as YYYY-MM-DD. An empty field means" in form.one("small", id="h-since").text
    assert "2021." in form.one("small", id="h-since").text
    assert [option.text for option in form.all("option")] == ["All", "röd", "vit", "red", "white"]
    assert form.attributes["action"] == "../query/search.en.html"


def test_what_is_chosen_stays_chosen_also_in_the_other_language(doll: Site) -> None:
    found = page(doll, "query/search.sv.html", "since=2020-01-01&colour=r%C3%B6d&lamps=1")
    form = found.one("form", class_="ask")
    assert form.one("input", name="since").attributes["value"] == "2020-01-01"
    assert form.one("input", name="lamps").attributes["value"] == "1"
    assert [each.text for each in form.all("option") if "selected" in each.attributes] == ["röd"]
    twin = found.one("link", rel="alternate", hreflang="en").attributes["href"]
    assert twin in [a.attributes["href"] for a in found.all("a", hreflang="en")]
    assert twin == "../query/search.en.html?colour=r%C3%B6d&lamps=1&since=2020-01-01"
    other = page(doll, "query/search.en.html", str(twin).partition("?")[2])
    assert other.one("input", name="since").attributes["value"] == "2020-01-01"
    assert "lang=en" in str(other.one("p", class_="take").all("a")[0].attributes["href"])


def test_a_menu_has_human_names_in_the_order_of_the_alphabet_and_links_that_need_no_script(doll: Site) -> None:
    found = page(doll, "query/visits.sv.html")
    options = found.one("select", name="light").all("option")
    assert [each.text.partition(" ")[0] for each in options] == [
        "Alla",
        "Långgrund",
        "Måsudden",
        "Nattskär",
        "Vandraren",
    ]
    action = str(found.one("form", class_="ask").attributes["action"]).removesuffix(".sv.html")
    ways = [f"{action}/light={each.attributes['data-path']}.sv.html" for each in options[1:]]
    lists = [[a.attributes["href"] for a in each.all("a")] for each in found.one("main").all("ul")]
    assert ways in lists


def test_the_address_of_a_chosen_value_works_as_a_field_of_the_form_sends_it(doll: Site) -> None:
    sent = page(doll, "query/visits.en.html").one("select", name="light").all("option")[-1].attributes["value"]
    found = page(doll, "query/visits.en.html", f"light={sent}")
    assert "The Wanderer" in found.one("ul", class_="chosen").text
    assert found.one("link", rel="stylesheet").attributes["href"] == "../assets/samverkan.css"


def test_a_menu_too_long_for_a_page_becomes_a_field_for_text(copy: Path) -> None:
    values = ", ".join(f"v{number}" for number in range(MOST_OPTIONS + 1))
    head = f"#+ enumerate: {{pick: [{values}]}}\n#+ parameters:\n#+   pick: {{type: text}}\n"
    add(copy, "long", f'{head}SELECT ?pick {{ VALUES ?pick {{ "v1" }} }}')
    found = page(samverkan.open(copy), "query/long.en.html")
    assert not found.all("select", name="pick")
    assert "The menu is too long" in found.one("small", id="h-pick").text
    folded = found.one("details", class_="choices")
    assert len(folded.all("li")) == 54
    assert "More of them are in the form." in folded.text


def test_an_answer_is_a_table_with_a_caption_that_the_keyboard_can_scroll(doll: Site) -> None:
    found = page(doll, "query/lights.en.html")
    region = found.one("div", class_="scroll")
    assert region.attributes["role"] == "group"
    assert region.attributes["tabindex"] == "0"
    assert region.attributes["aria-label"] == "Table: All lights"
    assert found.one("caption").text == "All lights"
    assert {head.attributes["scope"] for head in found.all("th")} == {"col"}
    assert len(found.one("tbody").all("tr")) == len(doll.query("lights", lang="en").rows)  # type: ignore[union-attr]
    assert found.one("tbody").all("a")[0].attributes["href"] == "../doc/lighthouse/masudden.en.html"


def test_yes_and_no_are_sentences(doll: Site) -> None:
    assert "Svaret är nej." in page(doll, "query/all-kept.sv.html").text
    assert "The answer is no." in page(doll, "query/all-kept.en.html").text


def test_a_graph_is_things_with_their_facts(doll: Site) -> None:
    found = page(doll, "query/lights-graph/light=lightship.vandraren.en.html")
    assert "The Wanderer" in [head.text for head in found.all("h3")]
    assert "lamps" in found.text.lower()
    assert {a.attributes["type"] for a in found.one("p", class_="take").all("a")} >= {"text/turtle"}


def test_a_column_that_repeats_the_names_of_the_one_before_it_is_left_out(ki: Site) -> None:
    heads = [head.text for head in page(ki, "query/contacts.en.html").all("th")]
    assert heads == ["Agreement", "Contact"]
    assert len(ki.query("contacts").variables) == 4  # type: ignore[union-attr]  # it is a table, or fails here


def test_a_table_with_more_columns_than_a_screen_has_room_for_becomes_cards(ki: Site) -> None:
    kinds = {name: page(ki, f"query/{name}.en.html").one("div", role="group") for name in ("contacts", "agents")}
    assert {name: each.attributes["class"] for name, each in kinds.items()} == {
        "contacts": "scroll",
        "agents": "scroll",
    }
    assert page(ki, "query/fact-sources.en.html").one("div", role="group").attributes["class"] == "scroll wide"


def test_a_field_says_how_to_fill_it_in_where_the_head_does(copy: Path) -> None:
    search = copy / "queries" / "search.rq"
    text = search.read_text()
    assert "#+     type: date\n" in text
    search.write_text(text.replace("#+     type: date\n", "#+     type: date\n#+     help: {en: The first day.}\n"))
    field = page(samverkan.open(copy), "query/search.en.html").one("small", id="h-since")
    assert field.text == "The first day."


def test_an_empty_cell_leads_to_the_note_that_says_why(ki: Site) -> None:
    rows = page(ki, "query/contacts.en.html").one("table").all("tr")
    cells = {row.all("td")[0].text: row.all("td")[1] for row in rows[1:]}
    missing = cells["Agreement between Karolinska Institutet and Huddinge Municipality"]
    assert (missing.text, missing.one("a").attributes["href"]) == ("not given", "../doc/note/huddinge-contact.en.html")
    assert sum(cell.text == "not given" for cell in cells.values()) == 3


def test_a_page_has_one_row_for_each_thing_in_the_column_that_the_head_names(ki: Site) -> None:
    answer = ki.query("funding", {"lang": "en"})
    assert isinstance(answer, Table)
    found = page(ki, "query/funding.en.html").one("table").all("tr")[1:]
    names = [row.all("td")[0].text for row in found]

    assert len(names) == len(set(names)) == 3 < len(answer.rows)
    cells = [cell.text for row in found for cell in row.all("td")]
    assert cells.count("Karolinska Institutet, Region Stockholm") == 2


def test_what_all_rows_have_in_common_is_said_once_above_them(ki: Site) -> None:
    answer = page(ki, "query/work-based-learning.en.html").one("section", class_="answer")
    assert [each.text for each in answer.one("dl").all("dt", "dd")] == ["Status", "Stated"]
    assert "Status" not in [head.text for head in answer.all("th")]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "sv",
            "Uppgifterna bygger på KI:s sida om samarbete med kommuner, KI:s sida om samarbete med Region Stockholm.",
        ),
        ("en", "The facts rest on KI's page on collaboration with municipalities, KI's page on collaboration with"),
    ],
)
def test_a_question_without_an_answer_says_what_the_facts_rest_on_and_what_is_answered(
    ki: Site, language: str, said: str
) -> None:
    answer = page(ki, f"query/notice-and-renewal.{language}.html").one("section", class_="answer")
    near = [str(link.attributes["href"]).split("/")[-1].partition(".")[0] for link in answer.one("ul").all("a")]
    assert said in answer.text
    assert near[:2] == ["agreement-states", "agreement-timeline"]
    assert "valid-until-further-notice" in near
    assert not {*near} & ki.without_answer


def test_a_long_answer_begins_with_a_choice_where_there_is_one(ki: Site) -> None:
    long = resolver.fetch(ki, "query/provenance.sv.html").content.decode()
    short = resolver.fetch(ki, "query/contacts.sv.html").content.decode()
    assert 0 < long.index('id="choices" open') < long.index('<section class="answer"')
    assert 0 < short.index('<section class="answer"') < short.index('id="choices">')


def test_a_description_leads_to_the_questions_that_it_names(ki: Site) -> None:
    further = page(ki, "query/compare-partners.en.html").one("details", class_="further")
    named = further.one("a")
    assert named.text == "In which areas does the university collaborate, and with whom?"
    assert named.attributes["href"] == "../query/partner-areas.en.html"


def test_a_sentence_that_leads_to_a_question_without_an_answer_is_left_out(ki: Site) -> None:
    assert "contact-points" in ki.queries
    assert "Contact points" in ki.queries["contacts"].description["en"]
    found = page(ki, "query/contacts.en.html").one("main")
    assert "Contact points" not in found.text
    assert "The contact belongs to the agreement" in found.one("details", class_="further").text


def test_what_is_noted_of_all_that_an_answer_has_of_a_property_stands_above_it(ki: Site) -> None:
    noted = "The page gives no telephone or e-mail, and does not say whom the contact represents"
    for path in ("contacts", "contacts/agreement=agreement.solna"):
        assert page(ki, f"query/{path}.en.html").one("details", class_="note").one("summary").text == noted
    assert not page(ki, "query/contacts/agreement=agreement.huddinge.en.html").all("details", class_="note")


def test_several_are_chosen_by_a_box_for_each_and_called_by_their_names(ki: Site) -> None:
    found = page(ki, "query/compare-partners.en.html", "partners=huddinge&partners=solna")
    boxes = {each.attributes["value"]: "checked" in each.attributes for each in found.all("input", name="partners")}
    chosen = {"solna": True, "huddinge": True}
    assert boxes == dict.fromkeys(("region-stockholm", "stockholm", "upplands-bro"), False) | chosen
    assert "Several partners: Huddinge Municipality, City of Solna" in found.one("ul", class_="chosen").text
    with pytest.raises(ParameterError, match="given twice"):
        page(ki, "query/compare-partners.en.html", "pair=huddinge%2Bsolna&pair=huddinge%2Bstockholm")


def test_the_table_beneath_the_comparison_of_all_leaves_out_links_before_rows(ki: Site) -> None:
    found = page(ki, "query/compare-partners.en.html")
    table = found.one("table")
    assert not found.all("p", class_="cut")
    assert len(table.one("tbody").all("tr")) == 31
    assert not table.all("a")


def test_the_comparison_says_of_whom_something_is_only_interpreted(ki: Site) -> None:
    found = page(ki, "query/compare-partners/pair=huddinge~2Bstockholm.en.html")
    lines = [each.text for each in found.all("li")]
    assert "Equal health (interpreted: City of Stockholm)" in lines
    assert "Active lifestyle (interpreted)" in lines


def test_who_is_chosen_as_one_of_a_pair_or_beside_it_is_compared(ki: Site) -> None:
    answer = ki.query("compare-partners", pair="huddinge+solna", partners="stockholm")
    assert isinstance(answer, Table)
    at = answer.variables.index("column")
    assert {str(row[at]).rpartition("/")[2] for row in answer.rows} == {"huddinge>", "solna>", "stockholm>"}


def test_an_empty_answer_says_so_in_words(doll: Site) -> None:
    assert "There is no answer for these choices." in page(doll, "query/search.en.html", "since=2999-01-01").text


@pytest.mark.parametrize("text", ["x" * 8500, "å" * 4250])
def test_a_page_of_very_long_rows_is_cut_by_bytes_and_says_so(copy: Path, text: str) -> None:
    add(copy, "large", LARGE.format(values=" ".join(map(str, range(1200))), text=text))
    site = samverkan.open(copy)
    raw = resolver.fetch(site, "query/large.en.html").content
    found = read(raw)
    shown = len(found.one("tbody").all("tr"))
    assert MOST_BYTES * 0.85 < len(raw) <= MOST_BYTES
    assert f"The table shows the first {shown} of the 5 rows of this page." in found.text


@pytest.mark.parametrize(("length", "rows"), [(500, 25), (1500, 10), (3500, 5)])
def test_a_page_has_fewer_rows_where_they_are_long_so_that_each_row_stands_on_one(
    copy: Path, length: int, rows: int
) -> None:
    add(copy, "large", LARGE.format(values=" ".join(map(str, range(80))), text="x" * length))
    site = samverkan.open(copy)
    written = [item for each in site.pages["query/large"] for item in manifest.written(site, each)]
    pages = [item for item in written if item.path.endswith(".en.html")]
    seen = [int(row.all("td")[0].text) for item in pages for row in read(item.content).one("tbody").all("tr")]
    assert sorted(seen) == list(range(80))
    assert {item.path for item in pages if "page=2." in item.path} == {f"query/large/limit={rows}/page=2.en.html"}
    assert all(resolver.fetch(site, item.path).content == item.content for item in pages)


def test_no_row_of_a_long_answer_of_this_site_is_left_off_its_pages(ki: Site) -> None:
    seen = 0
    for number in range(1, 31):
        path = "query/provenance" if number == 1 else f"query/provenance/limit=10/page={number}"
        for language in ("sv", "en"):
            found = page(ki, f"{path}.{language}.html")
            assert not found.all("section", class_="answer")[0].all("p", class_="cut")
        seen += len(found.one("tbody").all("tr"))
    answer = ki.query("provenance")
    assert isinstance(answer, Table)
    assert seen == len(answer.rows)


def test_what_all_rows_beneath_a_picture_have_in_common_is_said_once_above_them(copy: Path) -> None:
    levels = "#+ summary: {en: Levels}\n#+ view: levels\n#+ columns:\n#+   level: {en: Level}\n"
    values = 'VALUES (?group ?order ?level) { ("Harbour" 1 "Top") ("Harbour" 2 "Below") }'
    add(copy, "levels", f"{levels}SELECT ?group ?order ?level {{ {values} }} ORDER BY ?order\n")
    (folded,) = (
        each for each in page(samverkan.open(copy), "query/levels.en.html").all("details") if each.all("table")
    )

    assert [each.text.lower() for each in folded.all("th")] == ["order", "level"]
    assert folded.text.count("Harbour") == 1


def test_a_long_table_has_pages_that_together_have_all_rows_once(copy: Path) -> None:
    add(copy, "large", LARGE.format(values=" ".join(map(str, range(90))), text="x"))
    site = samverkan.open(copy)
    seen: list[str] = []
    address, turned = "query/large.en.html", 0
    while address:
        found = read(resolver.fetch(site, address).content)
        seen += [row.all("td")[0].text for row in found.one("tbody").all("tr")]
        following = [link.attributes["href"] for link in found.all("a", rel="next")]
        address = posixpath.normpath(posixpath.join(posixpath.dirname(address), str(following[0]))) if following else ""
        turned += 1
        if turned == 2:
            assert "Page 2 of 4, with at most 25 rows on each page." in found.text
            back = next(str(link.attributes["href"]) for link in found.all("a", rel="prev"))
            assert posixpath.normpath(posixpath.join("query/large/limit=25", back)) == "query/large.en.html"
            take = found.one("p", class_="take").all("a")[0].attributes["href"]
            assert "limit" not in str(take)  # the data are whole
    assert turned == 4
    assert seen == [str(number) for number in range(90)]


@pytest.mark.parametrize("asked", ["limit=25", "limit=2&page=2", "limit=25&light=vandraren"])
def test_a_reader_may_ask_for_any_part_of_any_table_at_the_server(doll: Site, asked: str) -> None:
    assert page(doll, "query/visits.en.html", asked).one("tbody").all("tr")


@pytest.mark.parametrize("rows", [20, 25, 50])
def test_however_short_the_pages_of_data_are_each_row_stands_on_a_page_that_is_published(copy: Path, rows: int) -> None:
    add(copy, "large", LARGE.format(values=" ".join(map(str, range(90))), text="x"))
    settings = copy / "samverkan.toml"
    settings.write_text(f"{settings.read_text()}\n[answers]\nrows = {rows}\n")
    site = samverkan.open(copy)
    written = [item for page in site.pages["query/large"] for item in manifest.written(site, page)]
    pages = [item for item in written if item.path.endswith(".en.html")]
    seen = [int(row.all("td")[0].text) for item in pages for row in read(item.content).one("tbody").all("tr")]
    assert sorted(seen) == list(range(90))
    for item in written:
        assert resolver.fetch(site, item.path).content == item.content


def test_pages_of_a_long_table_are_published_and_a_short_one_has_one(copy: Path) -> None:
    add(copy, "large", LARGE.format(values=" ".join(map(str, range(90))), text="x"))
    add(copy, "short", LARGE.format(values=" ".join(map(str, range(75))), text="x"))
    site = samverkan.open(copy)
    published = {item.path for page in site.pages["query/large"] for item in manifest.written(site, page)}
    assert {path for path in published if "page=" in path} == {
        f"query/large/limit=25/page={number}.{language}.html" for number in (2, 3, 4) for language in ("sv", "en")
    }
    for path in published:
        assert resolver.fetch(site, path).path == path
    for path in ("query/large/limit=25/page=5", "query/large/limit=25/page=1", "query/large/limit=24/page=2"):
        with pytest.raises(NotFoundError):
            resolver.fetch(site, f"{path}.en.html")
    with pytest.raises(NotFoundError):
        resolver.fetch(site, "query/short/limit=25/page=2.en.html")


def test_the_sparql_has_the_chosen_values_and_no_head_and_runs(doll: Site) -> None:
    found = page(doll, "query/visits/light=lightship.vandraren.en.html")
    text = found.one("details", class_="copied").all("code")[-1]
    sparql = "".join(child for child in text.children if isinstance(child, str))
    assert "#+" not in sparql
    assert "VALUES ?light { <https://example.org/doll/id/lightship/vandraren> }" in sparql
    assert doll.ask(sparql) == doll.query("visits", light="vandraren")


def test_a_label_with_a_script_stays_a_label(doll: Site) -> None:
    found = page(doll, "query/visits.sv.html")
    names = [option.text for option in found.one("select", name="light").all("option")]
    assert any("</script><script>alert(1)</script>" in name for name in names)
    assert len(found.all("script")) == 1


def test_the_page_of_all_questions_has_each_once_by_the_menu_and_those_for_programs_last(ki: Site) -> None:
    found = page(ki, "query.sv.html")
    asked = [a.attributes["href"] for each in found.all("ul", class_="asked") for a in each.all("a")]
    assert sorted(map(str, asked)) == sorted(f"query/{name}.sv.html" for name in ki.queries)
    heads = [head.text for head in found.one("main").all("h2")]
    assert heads == [
        *("Avtal", "Parter", "Områden", "Styrning", "Pengar", "Övrigt"),
        "För program",
        "För den som bygger vidare",
    ]
    assert "openapi.json" in links(resolver.fetch(ki, "query.sv.html").content.decode())


def test_what_is_asked_in_words_and_has_an_answer_is_seen_at_once_and_the_entry_of_the_menu_first(ki: Site) -> None:
    shown = page(ki, "query.sv.html").all("ul", class_="columns")
    first = [each.all("a")[0].attributes["href"] for each in shown]
    menu = ki.pages.html.context.navigation
    assert first[: len(menu)] == [f"query/{query.name}.sv.html" for query in menu]
    assert not [item for each in shown for item in each.all("span", class_="tag")]


def test_a_question_that_nothing_answers_is_marked_and_folded(ki: Site) -> None:
    folded = [item for each in page(ki, "query.sv.html").all("details") for item in each.all("li")]
    marked = [item.all("a")[0].text for item in folded if item.all("span", class_="tag")]
    assert len(marked) == len(ki.without_answer)
    assert "Kontaktpunkter" in marked


def test_a_site_without_a_menu_has_all_its_questions_under_one_heading(doll: Site) -> None:
    heads = [head.text for head in page(doll, "query.sv.html").one("main").all("h2")]
    assert heads[:2] == ["Frågor och svar", "För program"]


def _copied(site: Live, path: str, name: str) -> str:
    """A text that a page offers for copying, with the address of the server in place of the public one."""
    found = read(site.ask(path).body).one("details", class_="copied")
    heads = [head.text for head in found.all("h3")]
    code = found.all("code")[next(place for place, head in enumerate(heads) if head.endswith(name))]
    text = "".join(child for child in code.children if isinstance(child, str))
    base = code.attributes["data-base"]
    assert base
    assert base in text
    return text.replace(base, f"http://127.0.0.1:{site.port}/")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/query/lights.en.html", "The Wanderer"),
        ("/query/search.en.html?since=2020-01-01&colour=r%C3%B6d", "label"),
        ("/query/all-kept.sv.html", "False"),
        ("/query/lights-graph.sv.html", "https://example.org/doll/id/light"),
    ],
)
def test_the_python_that_is_offered_runs(live: Live, path: str, expected: str) -> None:
    text = _copied(live, path, "Python")
    ran = subprocess.run([sys.executable, "-X", "utf8", "-c", text], capture_output=True, timeout=60, check=True)
    assert expected in ran.stdout.decode()


def test_the_command_that_is_offered_runs(live: Live, tmp_path: Path) -> None:
    text = _copied(live, "/query/search.en.html?since=2020-01-01&colour=r%C3%B6d", "curl")
    subprocess.run(["/bin/sh", "-c", text], cwd=tmp_path, capture_output=True, timeout=60, check=True)
    assert (tmp_path / "search.csv").read_bytes().startswith(b"visit,day,light,label")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/query/lights.en.html", "The Wanderer"),
        ("/query/search.en.html?since=2020-01-01&colour=r%C3%B6d", "label"),
        ("/query/all-kept.sv.html", "FALSE"),
        ("/query/lights-graph.sv.html", "downloaded"),
    ],
)
def test_the_r_that_is_offered_runs(live: Live, path: str, expected: str, tmp_path: Path) -> None:
    (tmp_path / "copied.R").write_text(_copied(live, path, "R"))
    command = ["Rscript", "--vanilla", "copied.R"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=True)
    assert expected in (ran.stdout + ran.stderr).decode()


@pytest.mark.parametrize(
    "path", ["agreement-list", "partner-areas", "compare-partners", "agreement-states", "contacts"]
)
def test_a_page_with_an_answer_says_from_which_sources_it_is(ki: Site, path: str) -> None:
    told = page(ki, f"query/{path}.sv.html").one("p", class_="told")

    assert told.text.startswith("Källa: KI:s sida om samarbete med kommuner (ki.se), läst")


def test_a_question_that_no_choice_answers_says_so_and_offers_none(ki: Site) -> None:
    found = page(ki, "query/placement-counts/agreement=agreement.solna.sv.html")

    assert "Det finns inget svar i uppgifterna, vare sig för det här valet eller för något annat." in found.text
    assert "Det här har svar:" in found.text
    assert not found.all("form", class_="ask")


@pytest.mark.parametrize(("language", "said"), [("sv", "uppgift saknas"), ("en", "not given")])
def test_an_agreement_whose_validity_is_not_stated_says_so_in_its_cell(ki: Site, language: str, said: str) -> None:
    rows = page(ki, f"query/valid-until-further-notice.{language}.html").one("section", class_="answer").all("tr")

    assert [said in row.text for row in rows] == [False] * 5 + [True] * 2


def test_a_question_without_an_answer_has_no_empty_table_to_take_and_leads_to_its_nearest_kin_first(ki: Site) -> None:
    found = page(ki, "query/placement-counts/agreement=agreement.solna.sv.html")
    alike = found.one("section", class_="answer").all("li")

    assert not found.one("div", class_="ways").all("p")
    assert "Var kan arbetsbaserat lärande äga rum?" in [each.text for each in alike[:5]]
    assert len(alike) > 5


@pytest.mark.parametrize(("language", "said"), [("sv", "inget svar med de här valen"), ("en", "no answer for these")])
def test_a_choice_that_nothing_answers_is_told_before_the_form_and_offers_no_empty_table(
    ki: Site, language: str, said: str
) -> None:
    path = f"query/aims/agreement=agreement.alf-national.{language}.html"
    main = page(ki, path).one("main")
    told, form = main.one("section", class_="answer"), main.one("div", class_="ways")

    assert said in told.text
    assert main.text.index(told.text) < main.text.index(form.text)
    assert form.one("form")
    assert not form.all("p", class_="take")
    assert page(ki, f"query/aims/agreement=agreement.solna.{language}.html").one("main").all("p", class_="take")
