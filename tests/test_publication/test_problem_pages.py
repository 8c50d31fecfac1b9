"""What people see who ask for what is not there, and whose data nobody should trust."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from tests.live import Answer, Live
from tests.reading import Element, embedded
from tests.reading import read as parsed

from samverkan.errors import uncarried
from samverkan.model.representations import LISTED, MARKS, mark
from samverkan.server.http import error_pages, problems
from samverkan.server.http.problems import TYPES, FreeQuery, Problem

DOLL = Path(__file__).parents[1] / "site"
BASE = "https://example.org/doll/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
LANGUAGES = ("sv", "en")


@dataclass(frozen=True)
class Seen:
    """A page as a browser takes it."""

    root: Element

    @cached_property
    def elements(self) -> list[Element]:
        return list(_below(self.root))

    @property
    def language(self) -> str | None:
        return self.root.one("html").attributes["lang"]

    @property
    def text(self) -> str:
        return self.root.one("main").text

    @property
    def title(self) -> str:
        return self.root.one("head").one("title").text

    @property
    def links(self) -> set[str]:
        """Where the page leads to, or what it loads."""
        names = ("href", "src", "action", "formaction", "data", "xlink:href", "poster", "background", "srcdoc", "ping")
        found = (element.attributes.get(name) for element in self.elements for name in names)
        return {link for link in found if link is not None}

    @property
    def running(self) -> list[str | None]:
        """What would run: the addresses of scripts, None for one in the page, and attributes that are scripts."""
        scripts = [e.attributes.get("src") for e in self.elements if e.name == "script" and "type" not in e.attributes]
        return scripts + [name for e in self.elements for name in e.attributes if name.startswith(("on", "style"))]


def _below(element: Element) -> Iterator[Element]:
    for child in element.children:
        if isinstance(child, Element):
            yield child
            yield from _below(child)


def read(answer: Answer) -> Seen:
    assert answer.headers["content-type"] == "text/html; charset=utf-8", answer.text
    return Seen(parsed(answer.text))


# ---------------------------------------------------------------- every error, as a page

ERRORS = {
    "missing": ("GET", "/nothing", 404),
    "missing deep down": ("GET", "/doc/lighthouse/nothing.sv.html", 404),
    "missing thing": ("GET", "/id/lighthouse/nothing", 404),
    "bad parameter": ("GET", "/query/search?lamps=x", 400),
    "bad parameter of a page": ("GET", "/query/search.sv.html?lamps=x", 400),
    "method": ("DELETE", "/doc/lighthouse/masudden", 405),
    "broken query": ("GET", "/sparql?query=ASK%7B", 400),
    "no query": ("POST", "/sparql", 415),
    "no such graph": ("GET", "/sparql?query=ASK%7B%7D&default-graph-uri=urn:no", 400),
}
errors = pytest.mark.parametrize(("method", "address", "status"), ERRORS.values(), ids=ERRORS)


@errors
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_is_a_page_for_a_browser_in_the_language_of_the_address_or_else_of_its_reader(
    live: Live, method: str, address: str, status: int, language: str
) -> None:
    named = "sv" if ".sv.html" in address else language
    answer = live.ask(address, method=method, accept=BROWSER, accept_language=language)
    told = live.ask(address, method=method, accept="*/*", accept_language=named)
    page = read(answer)

    assert (answer.status, answer.headers["content-language"], page.language) == (status, named, named)
    assert answer.headers["cache-control"] == "no-store"
    assert {name.strip() for name in answer.headers["vary"].split(",")} == {"Accept", "Accept-Language"}
    assert not MARKS.search(answer.text)
    assert told.json["title"] in page.text
    assert told.json["detail"].rpartition("query:1: ")[2].removesuffix(f" {LISTED[named]}") in page.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_are_not_sent_to_the_manifest_but_programs_are(live: Live, language: str) -> None:
    for address in ("/nothing", "/id/lighthouse/nothing", "/doc/manifest.json"):
        told = live.ask(address, accept="*/*", accept_language=language)
        page = read(live.ask(address, accept=BROWSER, accept_language=language))
        assert told.json["detail"].endswith(LISTED[language])
        assert LISTED[language] not in page.text
        assert told.json["detail"].removesuffix(f" {LISTED[language]}") in page.text


def test_a_page_is_in_the_language_that_its_address_names_whatever_a_parameter_says(live: Live) -> None:
    for language, other in (("en", "sv"), ("sv", "en")):
        page = live.ask(f"/query/search.{language}.html?lamps=1&lang={language}&since=2021-01-01", accept=BROWSER)
        for odd in (other, "zz"):
            same = live.ask(f"/query/search.{language}.html?lamps=1&lang={odd}&since=2021-01-01", accept=BROWSER)
            assert (same.status, same.headers["content-language"], same.body) == (200, language, page.body)
        alone = live.ask(f"/query/search.{language}.html?lang={other}", accept=BROWSER)
        assert alone.body == live.ask(f"/query/search.{language}.html").body
        wrong = live.ask(f"/query/search.{language}.html?lang={other}&zz=1", accept=BROWSER, accept_language=other)
        assert (wrong.status, read(wrong).language) == (400, language)


@errors
@pytest.mark.parametrize("accept", ["", "*/*", "*/*, text/html;q=0.9"])
def test_an_error_is_json_for_everybody_else(live: Live, method: str, address: str, status: int, accept: str) -> None:
    asked: dict[str, Any] = {"accept": accept} if accept else {}
    answer = live.ask(address, method=method, **asked)

    assert answer.status == status
    assert answer.headers["content-type"] == problems.MEDIA_TYPE
    assert answer.headers["vary"] == "Accept, Accept-Language"


@errors
def test_every_link_of_an_error_leads_to_a_page_however_deep_the_address(
    live: Live, method: str, address: str, status: int
) -> None:
    page = read(live.ask(address, method=method, accept="text/html", accept_language="en"))
    language = "sv" if ".sv.html" in address else "en"
    own = {link.partition("#")[0] for link in page.links if not link.startswith(("http:", "https:", "#"))}

    assert status >= 400
    assert {f"/index.{language}.html", "/assets/samverkan.css", "/assets/samverkan.js"} <= own
    for link in own:
        assert link.startswith("/"), link
        assert live.ask(link).status == 200, link


def test_what_does_not_come_as_a_page_is_told_on_one_with_what_there_is(live: Live) -> None:
    page = read(live.ask("/dump/dataset", accept="text/html", accept_language="en"))

    assert "There is: text/turtle" in page.text


def test_the_links_of_an_error_stand_below_the_prefix_of_a_proxy() -> None:
    with Live(DOLL, ("--prefix", "/proxied/")) as served:
        for address in ("/nothing", "/a/b/nothing", "/sparql?query=x"):
            page = read(served.ask(address, accept=BROWSER))
            own = {link for link in page.links if not link.startswith(("http", "#"))}
            assert own
            assert all(link.startswith("/proxied/") for link in own)


HOSTILE_PATHS = ['"><script>alert(1)</script>', "'onmouseover=alert(1)", "\u202egnp.exe", "\x00\x1b[31m", "&lt;b&gt;"]


@pytest.mark.parametrize("path", HOSTILE_PATHS)
def test_what_a_stranger_writes_in_an_address_is_shown_as_text_only(live: Live, path: str) -> None:
    for address in (f"/{quote(path)}", f"/query/search?lamps={quote(path)}", f"/sparql?query={quote(path)}"):
        page = read(live.ask(address, accept=BROWSER))
        assert page.running == ["/assets/samverkan.js"]
        assert not re.search("[\u202a-\u202e\x1b\x00]", page.root.one("main").one("h1").text)
        assert not any(re.search("[\u202a-\u202e\x1b\x00]", e.text) for e in page.elements if e.name == "p")


@pytest.mark.parametrize("path", ["/query/search.sv.html?text=a%0Bb", "/sparql?query=ASK%20%7B%20%0B", "/%0B"])
def test_what_no_page_can_carry_is_a_mark_where_it_is_repeated(live: Live, path: str) -> None:
    answer = live.ask(path, accept=BROWSER)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert not uncarried(answer.text)


def test_a_text_of_the_site_that_looks_like_a_mark_is_left_alone() -> None:
    shell = f"<p>{mark('nobody')} {mark('title')}</p><p>{mark('detail')}</p>"
    problem = Problem(TYPES["UsageError"], f"query:3: <{mark('root')}>", more={"line": 3})
    _, body = error_pages.page(problem, {"en": {"problem": shell}}, None, "/")

    title = TYPES["UsageError"].title["en"]
    assert body.decode() == f"<p>{mark('nobody')} {title}</p><p>Line 3: &lt;{mark('root')}&gt;</p>"


def test_a_site_in_another_language_tells_its_errors_in_english() -> None:
    placeholders = {"fi": {"problem": mark("title"), "sparql": mark("query")}}
    problem = Problem(TYPES["NotFoundError"], "Nothing.", "Inget.")

    assert error_pages.page(problem, placeholders, "sv", "/") == ("fi", b"Nothing stands here")
    asked = Problem(TYPES["UsageError"], "Broken.", asked=FreeQuery("a < b", "fi"))
    assert error_pages.page(asked, placeholders, "sv", "/") == ("fi", b"a &lt; b")


# ---------------------------------------------------------------- hostile data

RLO = "\u202e"
HOSTILE = f"""
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix doll: <{BASE}def/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<{BASE}id/lighthouse/evil> a doll:Lighthouse ;
    skos:prefLabel "<script>alert(1)</script>"@sv , "{RLO}gnp.exe"@en ;
    skos:altLabel "\\" onmouseover=\\"alert(1)"@sv ;
    dcterms:description "</script><script>alert(1)</script>"@sv , "<!--<script>"@en ;
    doll:lamps 1 ; doll:height 1.0 ; doll:shows doll:red ;
    rdfs:seeAlso <javascript:alert(1)> , <JavaScript:alert(1)> , <data:text/html,%3Cscript%3Ealert(1)%3C/script%3E> ,
        "javascript:alert(1)"^^xsd:anyURI , <vbscript:x> , <https://example.com/'onmouseover=alert(1)> .
"""
SOURCE = """
graph:hostile a void:Dataset ; rdfs:label "<img src=x onerror=alert(1)>"@sv , "Hostile"@en ;
    dcterms:description "Elakt."@sv , "Hostile."@en ;
    dcterms:license <http://creativecommons.org/publicdomain/zero/1.0/> .
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A site whose data nobody should trust."""
    site = Path(shutil.copytree(DOLL, tmp_path_factory.mktemp("hostile") / "site"))
    (site / "data" / "hostile.ttl").write_text(HOSTILE, "utf-8")
    sources = site / "data" / "sources.ttl"
    sources.write_text(f"{sources.read_text('utf-8')}{SOURCE}", "utf-8")
    with Live(site) as served:
        yield served


def free(query: str) -> str:
    return f"/sparql?{urlencode({'query': query})}"


EVIL = f"<{BASE}id/lighthouse/evil>"


def test_hostile_data_are_harmless_on_every_page(hostile: Live) -> None:
    published = [entry["path"] for entry in hostile.ask("/manifest.json").json["files"]]
    pages = [f"/{quote(path)}" for path in published if path.endswith(".html")]
    pages += [
        free(f"SELECT * {{ {EVIL} ?p ?o }}"),
        free(f"DESCRIBE {EVIL}"),
        free(f"CONSTRUCT WHERE {{ {EVIL} ?p ?o }}"),
        free('SELECT ("<script>alert(1)</script>" AS ?x) (<javascript:alert(1)> AS ?y) {}'),
        free(f'SELECT ("{RLO}x" AS ?x) ("</textarea><script>alert(1)</script>"@x-evil AS ?y) {{}}'),
        free("SELECT ?x { VALUES ?x { <javascript:alert(1)> <data:x> <https://example.com/> } }"),
        "/query/search.sv.html?text=%3Cscript%3Ealert(1)%3C/script%3E",
        "/query/search?text=%22%20onfocus=alert(1)%20autofocus=%22",
    ]
    with_evil = 0
    for address in pages:
        answer = hostile.ask(address, accept=BROWSER, accept_language="sv")
        assert answer.status == 200, address
        page = read(answer)
        with_evil += "alert(1)" in answer.text
        root = "/doll/" if address == "/404.html" else "../" * (address.partition("?")[0].count("/") - 1)
        assert page.running == [f"{root}assets/samverkan.js"], address
        assert {link.partition(":")[0].lower() for link in page.links if re.match("[A-Za-z]+:", link)} <= {
            "http",
            "https",
            "mailto",
        }, address
        assert RLO not in page.title, address

    assert len(pages) > 100
    assert with_evil > 8


def test_json_ld_in_a_page_can_not_end_its_element_and_says_what_the_data_say(hostile: Live) -> None:
    data = embedded(read(hostile.ask("/doc/lighthouse/evil.sv.html")).root)

    assert "</script><script>alert(1)</script>" in str(data)
