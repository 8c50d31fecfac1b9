"""Every kind of page in a real browser: axe, the keyboard, 320 pixels, no scripts, paper; and the audit."""

from __future__ import annotations

import re
import shutil
import struct
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.browsing import focused, wide
from tests.conftest import DOLL, ROOT, Run
from tests.live import Live

import samverkan
from samverkan import Site, audit
from samverkan.errors import GateError, UnreadableError
from samverkan.publication import resolver
from samverkan.site import audit_record, preview_picture
from samverkan.site.audit_record import Audit, Violation

NARROW = 320
SITES = {"ki": ROOT, "doll": DOLL}
PAGES = [(name, path) for name, folder in SITES.items() for path in audit.addresses(samverkan.open(folder))]
FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
BELOW = """[document.querySelector('main').firstElementChild, document.querySelector('.top')]
    .map(each => each.getBoundingClientRect()).reduce((main, top) => main.top >= top.bottom)"""
KEYBOARD = ("index.sv.html", "def.sv.html", "validation.sv.html", "sparql.sv.html", "query/keeper.sv.html")
TEST = Audit(
    date(2026, 3, 1),
    "4.10",
    'Chromium "x" 1',
    12,
    3,
    ("sv", "en"),
    (360, 1280),
    (Violation("region", "Use <main>", 4, 2),),
)


@pytest.fixture(scope="module")
def roots() -> Iterator[dict[str, str]]:
    with audit.served(samverkan.open(ROOT)) as ki, audit.served(samverkan.open(DOLL)) as doll:
        yield {"ki": ki, "doll": doll}


@pytest.fixture(scope="module")
def phone(chromium: Browser) -> Iterator[Page]:
    """One narrow page for many addresses: to open a new one costs more than to load it."""
    page = chromium.new_page(viewport={"width": NARROW, "height": 800})
    yield page
    page.close()


@pytest.fixture(scope="module")
def trial(chromium: Browser) -> audit.Trial:
    return audit.Trial(chromium)


def test_there_is_a_page_of_every_kind_in_both_languages() -> None:
    found = {name: audit.kinds(samverkan.open(folder)) for name, folder in SITES.items()}
    assert {name: len(kinds) for name, kinds in found.items()} == {"ki": 57, "doll": 33}
    for site, kinds in found.items():
        pages = [path for name, path in PAGES if name == site]
        once = {"index.html", "404.html"}  # in the first language only
        languages = [path.split(".")[-2] for path in pages if path not in once]
        assert once < {*pages}
        assert languages.count("sv") == languages.count("en") == len({*kinds.values()} - {"404"})


@pytest.mark.parametrize(("site", "path"), PAGES)
def test_axe_finds_nothing_and_nothing_is_wider_than_a_small_phone(
    phone: Page, trial: audit.Trial, roots: dict[str, str], site: str, path: str
) -> None:
    phone.goto(roots[site] + path)
    assert trial.run(phone, path) == []
    assert wide(phone) <= NARROW
    assert phone.evaluate(BELOW), "what the page is about runs into the menu"


@pytest.mark.parametrize("path", ["index.sv.html", "def.sv.html", "validation.sv.html", "doc/visit/v2.sv.html"])
def test_a_desk_and_the_dark_are_tried_as_well(trial: audit.Trial, roots: dict[str, str], path: str) -> None:
    assert trial(roots["doll"], path) == []


@pytest.mark.parametrize("path", KEYBOARD)
def test_the_keyboard_reaches_everything_and_is_never_caught(phone: Page, roots: dict[str, str], path: str) -> None:
    phone.goto(roots["doll"] + path)
    phone.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    count = phone.locator(FOCUSABLE).filter(visible=True).count()
    phone.keyboard.press("Tab")
    assert "skip" in focused(phone)
    reached = [focused(phone)]
    for _ in range(count - 1):
        assert phone.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", reached[-1]
        phone.keyboard.press("Tab")
        reached.append(focused(phone))
    assert len(set(reached)) == count, "something is reached twice, or never"


def test_the_first_link_leads_past_the_menu(phone: Page, roots: dict[str, str]) -> None:
    phone.goto(f"{roots['doll']}validation.en.html")
    phone.keyboard.press("Tab")
    phone.keyboard.press("Enter")
    assert phone.evaluate("document.activeElement.id") == "main"


def test_without_scripts_a_form_leads_to_an_answer_and_its_download(chromium: Browser, live: Live) -> None:
    page = chromium.new_page(java_script_enabled=False)
    page.goto(f"http://127.0.0.1:{live.port}/query/keeper.sv.html")
    form = page.locator("main form").first
    form.locator("select").first.select_option(index=1)
    with page.expect_navigation(url="**?*"):
        form.locator("button").first.click()
    assert page.locator("main table tbody tr").count() > 0
    with page.expect_download() as download:
        page.locator("main a[href*='.csv']").first.click()
    assert b"," in Path(download.value.path()).read_bytes()
    page.close()


PAPER = 680  # pixels between the margins of a sheet of A4


def test_paper_has_whole_tables_and_neither_forms_nor_code(chromium: Browser, roots: dict[str, str]) -> None:
    page = chromium.new_page(viewport={"width": PAPER, "height": 900})
    page.emulate_media(media="print")
    for path in (
        "index",
        "query/agreement-list",
        "query/contacts",
        "query/money-flows",
        "sparql",
        "doc/agreement/solna",
    ):
        page.goto(f"{roots['ki']}{path}.sv.html")
        forms = "nav, form:not(:has(textarea)), input, select, pre, :not(th, sup) > button"
        shown = page.locator(forms).filter(visible=True)  # the query of the SPARQL page is what its answer is read with
        assert shown.evaluate_all("all => all.map(each => each.outerHTML.slice(0, 80))") == [], path
        assert page.locator("h1").is_visible()
        assert wide(page) <= PAPER, path
        assert page.locator("main td:not(:empty, .picture + details td), .note").filter(visible=False).count() == 0, (
            path
        )
    page.close()


SHEETS = {
    "index": 1,
    "query/agreement-list": 1,
    "doc/agreement/solna": 3,
    "doc/person/p2": 1,
    "query/agreement-timeline": 1,
    "query/money-flows": 2,  # with the notes on each flow
    "query/partner-areas": 2,  # with how each area is reached, and the sources
}


@pytest.mark.parametrize(("path", "most"), SHEETS.items())
def test_paper_has_no_sheets_with_next_to_nothing_on_them(
    chromium: Browser, roots: dict[str, str], path: str, most: int
) -> None:
    page = chromium.new_page()
    page.goto(f"{roots['ki']}{path}.sv.html")
    assert 0 < page.pdf(format="A4").count(b"/Type /Page\n") <= most
    page.close()


def test_paper_says_each_address_elsewhere_once(chromium: Browser, roots: dict[str, str]) -> None:
    page = chromium.new_page()
    page.emulate_media(media="print")
    page.goto(f"{roots['ki']}doc/page/municipalities.sv.html")
    said = "getComputedStyle(each, '::after').content.includes('http')"
    told = f"all => all.filter(each => {said}).map(each => each.className)"
    links = page.locator("main a.away")
    assert links.count() > page.locator("main a.away.bare").count() > 0
    assert "away bare" not in links.evaluate_all(told)
    page.close()


def test_a_fault_is_found_and_counted(chromium: Browser, copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "addresses", lambda _: ["index.sv.html", "validation.sv.html"])
    site = samverkan.open(copy)
    monkeypatch.setattr(
        "samverkan.publication.html.page.HtmlPage.render",
        lambda *_, **__: "<html><title>x</title><details><img src=x></details></html>",
    )
    told: list[str] = []
    found = audit.audit(site, chromium, lambda path, faults: told.extend([path] * bool(faults)))
    rules = {violation.rule: violation for violation in found.violations}
    assert {"html-has-lang", "image-alt"} <= rules.keys()
    assert (rules["image-alt"].elements, rules["image-alt"].pages, found.pages) == (2, 2, 2)
    assert told == ["index.sv.html", "validation.sv.html"]
    assert found.browser.startswith("Chromium ")
    assert re.fullmatch(r"\d+\.\d+\.\d+", found.axe)


def test_a_picture_of_the_start_page_is_made_published_and_named_by_every_page(chromium: Browser, copy: Path) -> None:
    preview_picture.write_preview(copy, audit.preview(samverkan.open(copy), chromium))
    content = (copy / "preview.png").read_bytes()
    site = samverkan.open(copy)

    assert struct.unpack(">II", content[16:24]) == (1200, 630)
    assert resolver.fetch(site, "assets/preview.png").content == content
    assert resolver.fetch(site, "assets/preview.png").media_type == "image/png"
    for path in ("index.en.html", "doc/visit/v2.sv.html", "query/visits.sv.html"):
        page = resolver.fetch(site, path).content.decode()
        assert f'<meta property="og:image" content="{site.settings.base}assets/preview.png">' in page


def test_a_site_without_a_picture_names_none(doll: Site) -> None:
    page = resolver.fetch(doll, "index.en.html").content.decode()
    assert "og:image" not in page
    assert f'<meta property="og:url" content="{doll.settings.base}index.en.html">' in page


@pytest.mark.parametrize("content", [b"<svg/>", b"", preview_picture.SIGNATURE + b"x" * preview_picture.MOST_BYTES])
def test_a_picture_that_none_can_show_is_told_and_nothing_is_published(copy: Path, content: bytes) -> None:
    (copy / "preview.png").write_bytes(content)
    found = samverkan.open(copy).validate().findings
    assert [each.places[0].file for each in found if each.places] == ["preview.png"]


def test_without_a_browser_the_audit_ends_with_4(run: Run) -> None:
    ended = run("--site", DOLL, "audit", "--browser", "/no/such/browser")
    assert ended.returncode == 4
    assert b"There is no browser at /no/such/browser." in ended.stderr


def test_a_program_that_is_no_browser_is_told(run: Run) -> None:
    ended = run("--site", DOLL, "audit", "--browser", "false")
    assert ended.returncode == 4
    assert b"The browser does not start" in ended.stderr
    assert not (DOLL / audit_record.FILE_NAME).exists()


def test_a_site_with_violations_is_not_audited(copy: Path) -> None:
    shutil.rmtree(copy / "shapes")
    with pytest.raises(GateError, match="has no pages to test"):
        audit.check_conforms(samverkan.open(copy))


def test_a_site_that_lacks_nothing_but_the_audit_is_audited(copy: Path) -> None:
    with (copy / "samverkan.toml").open("a") as file:
        file.write('[contact]\nemail = "us@example.org"\n')
    text = (copy / "samverkan.toml").read_text()
    (copy / "samverkan.toml").write_text(text.replace("[publisher]\n", "[publisher]\npublic = true\n"))
    site = samverkan.open(copy)
    assert not site.report.conforms
    assert site.report.findings[0].rule == "public-without-audit"
    audit.check_conforms(site)


def test_a_record_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert audit_record.read_record(tmp_path) is None
    (tmp_path / "accessibility.toml").write_text(audit_record.written(TEST))
    assert audit_record.read_record(tmp_path) == TEST


BROKEN = {
    "x": ("it is not TOML", "det är inte TOML"),
    "date = 1": ("'axe' is missing", "'axe' saknas"),
    audit_record.written(TEST).replace("2026-03-01", '"today"'): ("wrong kind", "av fel slag"),
    audit_record.written(TEST).replace("pages = 12", 'pages = "many"'): ("wrong kind", "av fel slag"),
    "\udcff": ("it is not in UTF-8", "inte i UTF-8"),
    audit_record.written(TEST).replace("4.10", "\\u0000"): ("wrong kind", "av fel slag"),
}


@pytest.mark.parametrize(("text", "said"), BROKEN.items())
def test_a_broken_record_is_told_in_plain_words(tmp_path: Path, text: str, said: tuple[str, str]) -> None:
    (tmp_path / "accessibility.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UnreadableError, match=r"^accessibility\.toml: This is no record of a test: ") as told:
        audit_record.read_record(tmp_path)
    for language, words in zip(("en", "sv"), said, strict=True):
        assert words in told.value.message(language)
        assert told.value.message(language).endswith("samverkan audit")
        assert "Error" not in told.value.message(language)


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_record_does_not_keep_the_site_from_being_audited(
    chromium: Browser, copy: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    (copy / "accessibility.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    monkeypatch.setattr(audit, "addresses", lambda _: ["accessibility.sv.html"])
    site = samverkan.open(copy)
    audit.check_conforms(site)

    assert audit.audit(site, chromium).violations == ()


def test_a_broken_record_is_a_finding(copy: Path) -> None:
    (copy / "accessibility.toml").write_text("x")
    report = samverkan.open(copy).validate()
    assert not report.readable
    assert [place.file for finding in report.findings for place in finding.places] == ["accessibility.toml"]


def _statement(site: Site, language: str) -> str:
    return resolver.fetch(site, f"accessibility.{language}.html").content.decode()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "sv",
            ["1 mars 2026", "axe-core 4.10", "12 sidor", "svenska och engelska", "360 och 1 280", "Use &lt;main&gt;"],
        ),
        (
            "en",
            ["1 March 2026", "axe-core 4.10", "12 pages", "Swedish and English", "360 and 1,280", "Use &lt;main&gt;"],
        ),
    ],
)
def test_the_statement_takes_its_facts_from_the_record(copy: Path, language: str, said: list[str]) -> None:
    (copy / "accessibility.toml").write_text(audit_record.written(TEST))
    text = _statement(samverkan.open(copy), language).replace("\N{NO-BREAK SPACE}", " ")
    assert [each for each in said if each not in text] == []
    assert "https://www.digg.se/tdosanmalan" in text


def test_the_statement_says_that_there_was_no_test_and_whom_to_write_to(copy: Path) -> None:
    assert "Inget test har gjorts" in _statement(samverkan.open(copy), "sv")
    assert "mailto:" not in _statement(samverkan.open(copy), "sv")
    with (copy / "samverkan.toml").open("a") as settings:
        settings.write('\n[contact]\nemail = "us@example.org"\nname = {sv = "Redaktionen"}\n')
    text = _statement(samverkan.open(copy), "sv")
    assert "Skriv till Redaktionen:" in text
    assert 'href="mailto:us@example.org"' in text


def test_the_statement_has_what_the_model_of_the_authority_asks_for_and_says_that_there_is_no_address(ki: Site) -> None:
    text = _statement(ki, "sv")
    headings = re.findall("<h[23]>(.*?)</h[23]>", text)
    assert headings == [
        "Hur tillgänglig är webbplatsen?",
        "Vad kan du göra om du inte kan använda delar av webbplatsen?",
        "Rapportera brister",
        "Tillsyn",
        "Teknisk information om webbplatsens tillgänglighet",
        "Innehåll som inte är tillgängligt",
        "Oskäligt betungande anpassning",
        "Innehåll som inte omfattas av lagen",
        "Hur webbplatsen har testats",
    ]
    assert "Någon adress att rapportera till finns inte ännu." in text
    assert "delvis förenlig med WCAG 2.1 på nivå AA" in text


def test_an_address_with_odd_letters_is_a_link_that_programs_can_read(copy: Path) -> None:
    with (copy / "samverkan.toml").open("a") as settings:
        settings.write('\n[contact]\nemail = "åsa/o\'x@exempel.se"\n')
    text = _statement(samverkan.open(copy), "sv")
    assert 'href="mailto:%C3%A5sa%2Fo&#39;x@exempel.se">åsa/o&#39;x@exempel.se<' in text
