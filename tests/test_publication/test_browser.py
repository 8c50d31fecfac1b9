"""The pages in a real browser: at the server and the release, with scripts and without, and data that mean harm."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Browser, Page, Route
from tests.generated_sites import Dice
from tests.live import Live
from tests.reading import Element, read
from tests.test_publication.test_lists import BERTHS

import samverkan
from samverkan.model.text_fragments import text_fragment
from samverkan.publication.static import publish

ADDRESSES = ("index", "query", "query/lights-list", "query/lights-timeline", "def", "sparql", "names")
HOSTILE = r"""
<https://example.org/doll/id/light/evil> a <https://example.org/doll/def/Colour> ;
    <http://www.w3.org/2000/01/rdf-schema#label> "<script>alert(1)</script>"@sv , "<img src=x onerror=alert(2)>"@en ;
    <http://www.w3.org/2000/01/rdf-schema#seeAlso> <javascript:alert(3)> ;
    <http://purl.org/dc/terms/description> "</script><script>alert(4)</script>"@sv , "x\u202Efdp.exe"@en .
<https://example.org/doll/id/lighthouse/langgrund> <https://example.org/doll/def/shows>
    <https://example.org/doll/id/light/evil> .
"""


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, doll: samverkan.Site) -> Path:
    """The release of the small site."""
    return publish(doll, tmp_path_factory.mktemp("release") / "public").folder


@pytest.fixture(scope="module")
def host(folder: Path) -> Iterator[str]:
    """The release on a host of files."""
    with hosted(folder) as root:
        yield root


@contextmanager
def hosted(folder: Path) -> Iterator[str]:
    """A host that hands out the files of a release and knows nothing else, not at its root."""
    handler = functools.partial(_Quiet, directory=str(folder.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/{folder.name}/"
        server.shutdown()


@pytest.fixture(scope="module")
def door(live: Live) -> str:
    """The living server."""
    return f"http://127.0.0.1:{live.port}/"


class Reader:
    """A page of a browser that remembers what went wrong."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        page.on("dialog", lambda dialog: self._dialog(dialog.message, dialog.dismiss))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)

    def _dialog(self, message: str, dismiss: object) -> None:
        self.faults.append(f"a dialog: {message}")
        dismiss()  # type: ignore[operator]


@pytest.fixture
def reader(chromium: Browser) -> Iterator[Reader]:
    page = chromium.new_page()
    yield Reader(page)
    page.close()


@pytest.fixture
def unscripted(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page(java_script_enabled=False)
    yield page
    page.close()


# --- nothing goes wrong


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_browser_has_nothing_to_complain_of_at_either_door(
    reader: Reader, host: str, door: str, address: str
) -> None:
    for root in (host, door):
        reader.page.goto(f"{root}{address}.sv.html")
        assert reader.page.evaluate("getComputedStyle(document.body).maxWidth") != "none", (
            "the style sheet is not there"
        )
        assert not reader.faults


def test_the_start_of_a_static_host_is_the_start_page(reader: Reader, host: str) -> None:
    reader.page.goto(host)

    assert reader.page.locator("h1").inner_text() == "Påhittade fyrar"


def test_the_start_of_the_server_is_in_the_readers_language(chromium: Browser, door: str) -> None:
    for locale, heading in (("sv-SE", "Påhittade fyrar"), ("en-GB", "Invented lighthouses"), ("fi", "Påhittade fyrar")):
        page = chromium.new_page(locale=locale)
        page.goto(door)
        assert page.locator("h1").inner_text() == heading
        page.close()


# --- search


def test_a_static_host_is_searched_by_the_script(reader: Reader, host: str) -> None:
    reader.page.goto(f"{host}doc/visit/v2.sv.html")
    reader.page.fill("#search", "LANGGRUND")
    reader.page.press("#search", "Enter")
    hit = reader.page.locator("main a", has_text="Långgrund").first
    hit.wait_for()
    hit.click()

    assert reader.page.url == f"{host}doc/lighthouse/langgrund.sv.html"
    assert not reader.faults


def test_the_way_to_the_other_language_keeps_what_is_searched_for(reader: Reader, host: str, door: str) -> None:
    for place in (host, door):
        reader.page.goto(f"{place}query/find.sv.html?text=langgrund")
        reader.page.click(".tongues a")
        assert reader.page.url.endswith("query/find.en.html?text=langgrund")


def test_the_server_searches_without_scripts(unscripted: Page, door: str) -> None:
    unscripted.goto(f"{door}doc/visit/v2.sv.html")
    unscripted.fill("#search", "langgrund")
    unscripted.press("#search", "Enter")
    unscripted.wait_for_url("**?text=langgrund")

    assert "Långgrund" in unscripted.locator("main .hits").inner_text()


def test_what_is_searched_for_is_shown_as_text(reader: Reader, host: str, door: str) -> None:
    for root in (host, door):
        reader.page.goto(f"{root}query/find.sv.html?text=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E")
        reader.page.get_by_text("Inget av det som går att söka här har alla orden i ”<img src=x").first.wait_for()
        assert not reader.page.locator("main img").count()
    assert not reader.faults


def test_what_has_some_of_the_words_is_found_where_there_is_no_server(reader: Reader, host: str) -> None:
    reader.page.goto(f"{host}query/find.en.html?text=long+telephone?")
    reader.page.get_by_text("Nothing that can be searched here has all the words of “long telephone?”").wait_for()
    assert "Long Shoal" in reader.page.locator(".hits a").all_inner_texts()
    assert not reader.faults


def test_what_is_meant_is_suggested_while_one_writes(reader: Reader, host: str) -> None:
    reader.page.goto(f"{host}doc/visit/v2.en.html")
    reader.page.locator("#search").press_sequentially("long sh")
    link = reader.page.locator(".suggested a").first
    link.wait_for()
    assert link.inner_text() == "Long Shoal"
    reader.page.keyboard.press("Escape")
    assert not link.is_visible()
    reader.page.fill("#search", "lomg")
    link.wait_for()
    assert link.inner_text() == "Long Shoal"
    assert not reader.faults


def test_where_nothing_stands_what_is_called_nearly_so_is_named(reader: Reader, folder: Path, door: str) -> None:
    page = reader.page
    page.goto(f"{door}doc/lighthouse/langgrumd.sv.html")
    page.locator(".hits h2").wait_for()
    assert "Långgrund" in page.locator(".hits a").all_inner_texts()
    assert page.locator(".hits a").count() <= 3
    page.goto(f"{door}doc/lighthouse/xyzxyz.sv.html", wait_until="networkidle")
    assert not page.locator(".hits *").count()
    (place,) = read((folder / "404.html").read_bytes()).all("div", class_="hits")
    assert place.attributes["data-missing"] == "404"


def test_where_nothing_stands_the_language_of_the_address_comes_first(reader: Reader, folder: Path) -> None:
    page, base = reader.page, "https://example.org/doll/"

    def hand_out(route: Route) -> None:
        file = folder / route.request.url.removeprefix(base)
        route.fulfill(path=file if file.is_file() else folder / "404.html")

    page.route(f"{base}**", hand_out)
    page.goto(f"{base}doc/lighthouse/langgrumd.en.html")
    page.locator(".hits h2").wait_for()
    assert page.locator("main > :first-child").inner_text().startswith("There is no such page.")
    assert page.locator("main > :nth-child(2)[lang=en] h2").inner_text() == "Did you mean one of these?"
    assert page.locator(".hits a").first.evaluate("each => each.href").endswith(".en.html")


# --- tables and origins


def test_a_table_is_sorted_by_its_headings_and_whole_without_scripts(
    reader: Reader, unscripted: Page, host: str
) -> None:
    address = f"{host}query/lights.en.html"
    reader.page.goto(address)
    unscripted.goto(address)
    head = reader.page.locator("main th button").nth(1)
    column = reader.page.locator("main tbody td:nth-child(2)")
    head.click()
    heights = [text for text in column.all_inner_texts() if text]
    assert heights == sorted(heights, key=float)
    head.click()
    assert [text for text in column.all_inner_texts() if text] == heights[::-1]
    assert reader.page.locator("main th").nth(1).get_attribute("aria-sort") == "descending"
    assert unscripted.locator("main tbody tr").count() == column.count() > 3
    assert not unscripted.locator("main th button").count()
    assert not reader.faults


def test_an_origin_opens_beside_its_fact_without_scripts_and_closes_again(unscripted: Page, host: str) -> None:
    unscripted.goto(f"{host}doc/lighthouse/masudden.en.html")
    number = unscripted.locator("main dd button").first
    origin = unscripted.locator(f"#{number.get_attribute('popovertarget')}")
    assert not origin.is_visible()
    number.click()
    assert origin.is_visible()
    unscripted.keyboard.press("Escape")
    assert not origin.is_visible()


def test_a_page_is_cited_from_the_first_screen_of_a_phone_within_its_width(unscripted: Page, host: str) -> None:
    unscripted.set_viewport_size({"width": 320, "height": 740})
    unscripted.goto(f"{host}doc/lighthouse/masudden.sv.html")
    toggle = unscripted.locator(".cite summary")
    assert toggle.bounding_box()["y"] < 740 / 2  # type: ignore[index]  # what has no box fails here
    toggle.click()
    for part in unscripted.locator(".cite pre").all():
        box = part.bounding_box() or pytest.fail("not seen")
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 320


# --- forms


def test_a_menu_leads_to_the_published_page_of_its_value_on_a_static_host(reader: Reader, host: str) -> None:
    reader.page.goto(f"{host}query/keeper.sv.html")
    select = reader.page.locator("main form select").first
    select.select_option(index=1)
    with reader.page.expect_navigation():
        reader.page.locator("main form button").first.click()

    assert "/query/keeper/" in reader.page.url
    assert reader.page.locator("main table tbody tr").count() > 0
    assert not reader.faults


def test_a_static_host_that_can_t_answer_a_choice_says_so_and_a_server_does_not(
    reader: Reader, host: str, door: str
) -> None:
    said = {
        "query/search.sv.html?since=2024-01-01&lamps=2": "inte att göra egna val",
        "sparql.sv.html?query=ASK+%7B%7D": "ingen server",
    }
    for address, words in said.items():
        reader.page.goto(host + address)
        assert words in reader.page.locator("[role=status]").inner_text()
        reader.page.goto(door + address)
        assert not reader.page.locator("[role=status]").count()
    reader.page.goto(f"{host}sparql.sv.html?query=ASK+%7B%7D")
    assert not reader.page.locator("main table").count()  # the answer to another query than the one in the editor
    reader.page.goto(f"{host}query/search.sv.html?lamps=2")
    assert reader.page.input_value("#f-lamps") == "2"
    assert not reader.faults


def test_commands_that_are_copied_name_the_server_that_they_were_copied_from(reader: Reader, door: str) -> None:
    reader.page.goto(f"{door}query/lights.en.html")
    texts = reader.page.locator("code[data-base]").all_text_contents()

    assert len(texts) == 3
    assert all(f"{door}query/lights" in text and "example.org" not in text for text in texts)


def test_what_a_host_of_files_can_t_answer_is_not_offered_and_said_before_anybody_asks(
    reader: Reader, host: str, door: str
) -> None:
    for root, count in ((host, 1), (door, 0)):
        reader.page.goto(f"{root}sparql.sv.html", wait_until="networkidle")
        assert reader.page.locator("[role=status]").count() == count
        assert reader.page.locator("main form button:visible").count() == 1 - count
        assert (reader.page.locator("[data-insert] button, [data-served]").count() == 0) == bool(count)
        assert reader.page.locator("main table").count() == 1  # the answer to the query in the editor
    assert not reader.faults


def test_a_menu_stays_on_a_host_of_files_where_further_fields_go(copy: Path, tmp_path: Path, reader: Reader) -> None:
    both = odd(["before"])
    (copy / "queries" / "both.rq").write_text(both)
    free = "".join(line for line in both.splitlines(keepends=True) if "colour" not in line)
    (copy / "queries" / "free.rq").write_text(free)
    with hosted(publish(samverkan.open(copy), tmp_path / "public").folder) as root:
        for name, has_menu in (("both", True), ("free", False)):
            reader.page.goto(f"{root}query/{name}.sv.html", wait_until="networkidle")
            assert not reader.page.locator("#f-before").is_visible()
            assert reader.page.locator("main form button").is_visible() == has_menu
            assert reader.page.locator("[role=status]").count() == 1 - has_menu
    assert not reader.faults


def test_choices_of_several_menus_narrow_the_list_on_a_host_of_files_and_keep_each_other(
    copy: Path, tmp_path: Path, reader: Reader
) -> None:
    (copy / "queries" / "berths.rq").write_text(BERTHS)
    page = reader.page
    with hosted(publish(samverkan.open(copy), tmp_path / "public").folder) as root:
        page.goto(f"{root}query/berths/water=deep.en.html")
        page.select_option("#f-lit", label="yes (1)")
        page.locator("main form button").click()
        page.wait_for_url("**?water=deep&lit=yes&least=")
        assert page.locator("main tbody td:first-child").all_inner_texts() == ["A"]
        assert page.locator(".answer p").first.inner_text() == "1 of 3 rows."
        assert page.locator("#f-water option").all_inner_texts() == ["All", "deep (1)", "shallow (2)"]
        assert [each.is_visible() for each in page.locator(".chosen a").all()] == [True] * 3
        assert page.locator(".chosen strong").all_inner_texts() == ["deep", "yes"]
        assert "The files have the whole list." in page.locator(".take").first.inner_text()
        page.locator(".chosen a").first.click()
        assert page.url == f"{root}query/berths/lit=yes.en.html"
        page.goto(f"{root}query/berths.en.html?water=shallow&lit=no")
        assert page.locator(".answer p").first.inner_text() == "There is no answer for these choices."
        assert not page.locator("main table").count()
        page.goto(f"{root}query/berths.en.html?water=deep&least=15")  # what only a server can answer
        assert "choices of your own" in page.locator("[role=status]").inner_text()
        assert page.locator("main tbody tr").count() == 3
    assert not reader.faults


REACHED = """#+ summary: {{sv: Nådda, en: Reached}}
#+ enumerate: {{colour: ["{0}red", "{0}white"], lit: [yes, no]}}
#+ view: list
#+ columns: {{item: {{sv: Kaj, en: Quay}}, shown: {{sv: Ljus, en: Lights}}, note: {{sv: Not, en: Note}}}}
#+ parameters:
#+   colour: {{label: {{sv: Färg, en: Colour}}, type: iri}}
#+   lit: {{label: {{sv: Belyst, en: Lit}}, type: text}}
SELECT ?item ?shown ?shownLabel ?colour ?colourLabel ?lit ?note {{
  VALUES ?colour {{ UNDEF }}
  VALUES ?lit {{ UNDEF }}
  VALUES (?item ?shown ?shownLabel ?colour ?colourLabel ?lit ?note) {{
    ("A" <{0}red> "Red" <{0}red> "Red" "yes" "x") ("A" <{0}white> "White" <{0}white> "White" "yes" "x")
    ("B" UNDEF UNDEF <{0}white> "White (by a mirror)" "yes" "x")
    ("C" <{0}red> "Red" <{0}red> "Red" "yes" "x") ("C" <{0}red> "Red" <{0}white> "White (by a mirror)" "yes" "x")
    ("D" <{0}white> "White" <{0}white> "White" "no" "x")
  }}
}} ORDER BY ?item ?colour
"""


def test_what_is_chosen_comes_first_in_its_cell_also_where_there_is_no_server(
    copy: Path, tmp_path: Path, reader: Reader
) -> None:
    start = "https://example.org/doll/def/"
    (copy / "queries" / "reached.rq").write_text(REACHED.format(start))
    with hosted(publish(samverkan.open(copy), tmp_path / "public").folder) as root:
        reader.page.goto(f"{root}query/reached.en.html")
        reader.page.select_option("#f-colour", label="White (4)")
        reader.page.select_option("#f-lit", label="yes (3)")
        reader.page.locator("main form button").click()
        reader.page.wait_for_url("**?*")
        cells = reader.page.locator("main tbody td:nth-child(2)").all_inner_texts()
    assert cells == ["White, Red", "Colour: White (by a mirror)\n", "Colour: White (by a mirror)\nRed"]
    assert not reader.faults


def test_without_scripts_a_form_says_that_it_takes_a_server_before_anybody_asks(unscripted: Page, host: str) -> None:
    unscripted.goto(f"{host}query/lights-list.en.html")
    assert "only where the site has a server" in unscripted.locator(".filter").inner_text()
    assert unscripted.locator(f".filter a[href='#{unscripted.locator('.choices').get_attribute('id')}']").count() == 1
    unscripted.goto(f"{host}sparql.en.html")
    said = unscripted.locator("main .notice")
    assert "only where the site has a server" in said.inner_text()
    assert said.locator("a").all_inner_texts() == ["All ready-made questions, with answers", "Download the facts"]


def test_without_scripts_a_search_on_a_host_of_files_leads_to_all_names(unscripted: Page, host: str) -> None:
    unscripted.goto(f"{host}doc/visit/v2.en.html")
    unscripted.fill("#search", "long")
    with unscripted.expect_navigation():
        unscripted.press("#search", "Enter")
    assert "only where the site has a server" in unscripted.locator("main").inner_text()
    assert "Long Shoal" in unscripted.locator(".hits a").all_inner_texts()


def test_several_are_chosen_by_check_boxes_with_a_server_and_not_without(
    reader: Reader, unscripted: Page, live_ki: Live
) -> None:
    path = "query/compare-partners.en.html"
    for page in (reader.page, unscripted):
        page.goto(f"http://127.0.0.1:{live_ki.port}/{path}", wait_until="networkidle")
        for name in ("Huddinge Municipality", "City of Solna"):
            page.get_by_label(name).check()
        page.locator("main form button").click()
        page.wait_for_url("**partners=solna&partners=huddinge")
        assert "City of Solna, Huddinge Municipality" in page.locator(".chosen").inner_text()
        assert page.locator(".only h3").all_inner_texts() == ["Only City of Solna", "Only Huddinge Municipality"]
        assert page.locator("input:checked").count() == 2
    assert not reader.faults


CLOBBERING = [
    "action",
    "after",
    "append",
    "attributes",
    "before",
    "children",
    "closest",
    "contains",
    "dataset",
    "elements",
    "getAttribute",
    "hidden",
    "id",
    "length",
    "matches",
    "method",
    "name",
    "onsubmit",
    "ownerDocument",
    "parentElement",
    "prototype",
    "querySelector",
    "querySelectorAll",
    "remove",
    "submit",
]
ODD = """#+ summary: {{sv: Udda, en: Odd}}
#+ description: {{sv: Udda., en: Odd.}}
#+ tags: [lookup]
#+ columns: {{light: {{sv: Ljus, en: Light}}}}
#+ enumerate: {{colour: ["röd", "vit"]}}
#+ parameters:
{parameters}
#+   colour: {{label: {{sv: Färg, en: Colour}}, type: text}}
PREFIX doll: <https://example.org/doll/def/>
SELECT ?light WHERE {{
  VALUES ?colour {{ UNDEF }}
  {values}
  ?light doll:lamps ?lamps .
}}
ORDER BY ?light
"""


def odd(names: Sequence[str]) -> str:
    """A query whose parameters have those names."""
    label = "{label: {sv: Ord, en: Word}, type: text}"
    return ODD.format(
        parameters="\n".join(f"#+   {name}: {label}" for name in names),
        values="\n  ".join(f"VALUES ?{name} {{ UNDEF }}" for name in names),
    )


def test_a_field_may_be_called_as_anything_that_a_form_has(copy: Path, tmp_path: Path, reader: Reader) -> None:
    (copy / "queries" / "odd.rq").write_text(odd(CLOBBERING))
    made = publish(samverkan.open(copy), tmp_path / "public").folder
    with hosted(made) as root:
        reader.page.goto(f"{root}query/odd.sv.html?before=x&elements=y&onsubmit=z")
        assert "inte att göra egna val" in reader.page.locator("[role=status]").inner_text()
        assert [reader.page.input_value(f"#f-{name}") for name in ("before", "elements", "onsubmit")] == ["x", "y", "z"]
        reader.page.goto(f"{root}query/odd.sv.html")
        with reader.page.expect_navigation():  # the driver would ask the form, which answers with its fields
            reader.page.evaluate(
                "document.querySelector('#f-colour').selectedIndex = 1; document.querySelector('.ask button').click()"
            )
        assert "/query/odd/colour=" in reader.page.url
    assert not reader.faults


# --- what is found

NAMES = {
    "Smålands-Ö–vik": ("smalands o vik", "VIK  småland", "o–vik", "-Smålands-", "land\N{NO-BREAK SPACE}vik"),
    "Søren Łuk Đorđe": ("soren", "luk dorde", "Łuk-søren"),
    "Ærø Straße Þing": ("aero strasse thing", "STRASSE"),
}


def test_names_are_found_by_the_script_by_their_words_in_any_order_and_without_marks(
    copy: Path, tmp_path: Path, reader: Reader
) -> None:
    lights = copy / "data" / "lights.ttl"
    label = "<http://www.w3.org/2004/02/skos/core#altLabel>"
    facts = [f'<https://example.org/doll/id/lighthouse/langgrund> {label} "{name}"@fi .' for name in NAMES]
    lights.write_text(f"{lights.read_text()}\n" + "\n".join(facts))
    made = publish(samverkan.open(copy), tmp_path / "public").folder
    with hosted(made) as root:
        for name, texts in NAMES.items():
            for text in texts:
                reader.page.goto(f"{root}query/find.en.html?{urlencode({'text': text})}")
                reader.page.locator("main .hits", has_text=f"also called {name}").wait_for()  # the page has all names
        for text in ("vik stockholm", "zz"):
            reader.page.goto(f"{root}query/find.en.html?{urlencode({'text': text})}")
            reader.page.locator("main .hits [role=status]").wait_for()
        for text in ("  ", " - ", "\N{NO-BREAK SPACE}"):
            reader.page.goto(f"{root}query/find.en.html?{urlencode({'text': text})}")
            assert not reader.page.locator("main .hits [role=status]").count()
    assert not reader.faults


# --- SPARQL


def test_a_query_is_asked_with_the_keyboard_alone(reader: Reader, door: str) -> None:
    reader.page.goto(f"{door}sparql.en.html")
    reader.page.focus("#query")
    reader.page.keyboard.press("Control+a")
    reader.page.keyboard.type("SELECT ?visit { ?visit a <https://example.org/doll/def/Visit> } LIMIT 3")
    with reader.page.expect_navigation():
        reader.page.keyboard.press("Control+Enter")

    assert reader.page.locator("#answer table tbody tr").count() == 3
    assert not reader.faults


def test_a_broken_query_is_told_and_kept_without_scripts(unscripted: Page, door: str) -> None:
    unscripted.goto(f"{door}sparql.sv.html")
    unscripted.fill("#query", "SELECT * {\n  ?s ?p }")
    with unscripted.expect_navigation():
        unscripted.locator("main form button").first.click()

    assert "Rad 2" in unscripted.locator("[role=alert]").inner_text()
    assert unscripted.input_value("#query") == "SELECT * {\n  ?s ?p }"


def test_a_query_that_takes_too_long_is_told_in_plain_words(unscripted: Page) -> None:
    with Live(Path(__file__).parents[1] / "site", ("--timeout", "1")) as slow:
        unscripted.goto(f"http://127.0.0.1:{slow.port}/sparql.en.html")
        unscripted.fill("#query", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
        with unscripted.expect_navigation():
            unscripted.locator("main form button").first.click()

        assert "not answered within 1 second" in unscripted.locator("[role=alert]").inner_text()


# --- harm


def test_data_that_mean_harm_do_none(copy: Path, reader: Reader) -> None:
    lights = copy / "data" / "lights.ttl"
    lights.write_text(lights.read_text() + HOSTILE)
    with Live(copy) as served:
        root = f"http://127.0.0.1:{served.port}/"
        for address in ("doc/light/evil", "doc/lighthouse/langgrund", "query/find", "query/lights-by-colour", "names"):
            for language in ("sv", "en"):
                reader.page.goto(f"{root}{address}.{language}.html")
        reader.page.goto(f"{root}doc/light/evil.en.html")
        heading = reader.page.locator("h1 bdi")
        lead = reader.page.locator("p.lead bdi").first

        assert heading.inner_text() == "<img src=x onerror=alert(2)>"
        assert lead.evaluate("element => getComputedStyle(element).unicodeBidi") == "isolate"
        assert not reader.page.locator("a[href^='javascript:' i]").count()
    assert not reader.faults


# --- links into the pages that facts are from


def test_the_link_of_a_heading_opens_the_page_at_it_and_not_where_the_same_words_stand_before(
    chromium: Browser, tmp_path: Path
) -> None:
    body = "<ul><li>ALF-avtal<li>Mer</ul><h2 style='margin-top: 3000px'>ALF-avtal</h2><p>Här, och inte ovan.</p>"
    (tmp_path / "source.html").write_text(
        f"<!doctype html><html lang=sv><meta charset=utf-8>{body}<div style='height: 3000px'></div>"
    )
    page = chromium.new_page(viewport={"width": 600, "height": 400})
    with hosted(tmp_path) as root:
        page.goto(text_fragment(f"{root}source.html", "ALF-avtal", after="Här, och"))
        page.wait_for_function("scrollY > 0")
        top = page.evaluate("document.querySelector('h2').getBoundingClientRect().top")
    page.close()

    assert 0 <= top < 400


# --- generated sites


def test_a_browser_reads_the_pages_of_generated_sites_as_a_plain_parser_does(unscripted: Page, tmp_path: Path) -> None:
    compared = 0
    for number in (4, 5, 6):
        site = samverkan.open(Dice(number).site(tmp_path / f"site-{number}"))
        if not site.report.conforms:
            continue
        folder = publish(site, tmp_path / f"public-{number}").folder
        with hosted(folder) as root:
            for path in sorted(folder.rglob("*.html"))[::9]:
                unscripted.goto(f"{root}{quote(path.relative_to(folder).as_posix(), safe='/')}")
                seen = unscripted.evaluate("document.querySelector('main').textContent")
                assert seen.split() == said(read(path.read_bytes()).one("main")).split(), path
                compared += 1

    assert compared > 20


def said(element: Element) -> str:
    """All text in an element, as the DOM has it: what is in a template is in a document of its own."""
    shown = (child for child in element.children if isinstance(child, str) or child.name != "template")
    return "".join(child if isinstance(child, str) else said(child) for child in shown)
