"""All pages, served and published: no link is dead, none is large, all are well formed and name their languages."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

import pytest
from tests.live import Live
from tests.reading import ids, links, read

from samverkan.publication.html import MESSAGES
from samverkan.publication.manifest import items
from samverkan.publication.published import Site

MOST = 60_000

Files = Mapping[str, bytes]


@pytest.fixture(scope="module")
def released(ki: Site) -> Files:
    """The release of the real site."""
    return {item.path: item.content for item in items(ki)}


@pytest.fixture(scope="module")
def small(doll: Site) -> Files:
    """The release of the small site."""
    return {item.path: item.content for item in items(doll)}


def pages(release: Files) -> dict[str, str]:
    return {path: content.decode() for path, content in release.items() if path.endswith(".html")}


def target(page: str, link: str) -> tuple[str, str]:
    """The path and the place in it that a link on a page leads to; the root is the start page's."""
    parts = urlsplit(link)
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path))) if parts.path else page
    return path, unquote(parts.fragment)


def assets(page: str) -> set[str]:
    """The style sheets and the script that a page loads."""
    found = re.findall(r'<link rel="stylesheet" href="([^"]+)"|<script src="([^"]+)"', page)
    return {f"assets/{posixpath.basename(style or script)}" for style, script in found}


def own(page: str) -> list[str]:
    return [link for link in links(page) if not urlsplit(link).scheme]


def test_there_is_a_page_in_each_language_for_everything_that_has_data(released: Files) -> None:
    stems = {path.removesuffix(".ttl") for path in released if re.fullmatch(r"(?:doc/[^/]+|graph)/.+\.ttl", path)}

    assert len(stems) > 220
    assert all(f"{stem}.{language}.html" in released for stem in stems for language in ("sv", "en"))


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "sv",
            "Uppgifterna gäller Karolinska Institutet, som inte publicerar webbplatsen och inte svarar för innehållet.",
        ),
        (
            "en",
            "The facts are about Karolinska Institutet, which does not publish this site or answer for its content.",
        ),
    ],
)
def test_every_page_says_that_those_whom_the_facts_are_about_dont_answer_for_them(
    released: Files, language: str, said: str
) -> None:
    found = {path: page for path, page in pages(released).items() if path.endswith(f".{language}.html")}
    assert len(found) > 220
    assert [path for path, page in found.items() if said not in page.rpartition("<footer")[2]] == []


def test_a_site_that_publishes_facts_about_nobody_else_says_nothing_of_the_kind(small: Files) -> None:
    assert [path for path, page in pages(small).items() if "answer for its content" in page] == []


def linked(release: Files) -> dict[str, str]:
    """The pages that link from where they stand; that for what is missing is shown anywhere (test_navigation.py)."""
    return {path: page for path, page in pages(release).items() if path != "404.html"}


@pytest.mark.parametrize("site", ["released", "small"])
def test_no_link_in_a_release_is_dead_and_each_that_names_a_place_finds_it(
    site: str, request: pytest.FixtureRequest
) -> None:
    release: Files = request.getfixturevalue(site)
    places = {path: ids(page) for path, page in pages(release).items()}
    dead, followed = set(), 0
    for path, page in linked(release).items():
        for link in own(page):
            to, place = target(path, link)
            followed += 1
            is_there = to in release or to == "sparql"  # the endpoint of a living server
            if not is_there or (place and place not in places.get(to, {place})):
                dead.add((path, link))

    assert not sorted(dead)[:20]
    assert followed > 2_000


def test_no_link_is_dead_at_the_live_door(live: Live, small: Files) -> None:
    wanted = {target(path, link)[0] for path, page in linked(small).items() for link in own(page)}
    statuses = {path: live.ask(f"/{path}", method="HEAD", accept="*/*").status for path in sorted(wanted)}

    assert {path: status for path, status in statuses.items() if status != 200} == {}
    assert len(wanted) > 150


def test_a_link_never_leads_out_of_the_site_by_its_path(released: Files) -> None:
    for path, page in linked(released).items():
        assert not [link for link in own(page) if link.startswith("/") or target(path, link)[0].startswith("..")]


@pytest.mark.parametrize("site", ["released", "small"])
def test_a_page_with_all_it_needs_is_at_most_60_kb(site: str, request: pytest.FixtureRequest) -> None:
    release: Files = request.getfixturevalue(site)
    sizes = {
        path: len(release[path]) + sum(len(release[asset]) for asset in assets(page))
        for path, page in pages(release).items()
    }

    assert {path: size for path, size in sizes.items() if size > MOST} == {}


def test_every_page_is_well_formed_and_says_what_language_it_is_in(small: Files) -> None:
    for path, page in pages(small).items():
        found = read(page)
        language = "sv" if path in {"index.html", "404.html"} else path.split(".")[-2]
        assert found.one("html").attributes["lang"] == language
        assert len(found.all("h1")) == len(found.all("main")) == len(found.one("head").all("title")) == 1, path
        assert found.one("h1").text, path
        identities = [element.attributes["id"] for element in found.all(*_EVERY) if "id" in element.attributes]
        assert len(identities) == len(set(identities)), path


_EVERY = ("a", "p", "li", "ol", "ul", "section", "div", "main", "form", "input", "select", "details", "td", "tr", "h2")


def test_no_page_asks_for_anything_from_elsewhere_and_nothing_in_it_runs_or_is_styled_in_place(released: Files) -> None:
    for path, page in pages(released).items():
        assert " style=" not in page, path
        assert "<style" not in page, path
        assert page.count("<script") == page.count(" defer></script>") + page.count(
            '<script type="application/ld+json">'
        )
        assert 'src="http' not in page, path
        assert 'rel="stylesheet" href="http' not in page, path


def test_both_languages_have_the_same_texts_and_places_for_values() -> None:
    import string

    fields = {
        tag: {key: {name for _, name, _, _ in string.Formatter().parse(text) if name} for key, text in texts.items()}
        for tag, texts in MESSAGES.items()
    }

    assert set(fields) == {"sv", "en"}
    assert fields["sv"] == fields["en"]
    assert len(fields["sv"]) > 100


def test_the_style_sheet_is_for_light_and_dark_and_paper(released: Files) -> None:
    style = released["assets/samverkan.css"].decode()

    assert "prefers-color-scheme: dark" in style
    assert "@media print" in style
    assert "url(" not in style
    assert "@import" not in style


def test_a_release_holds_the_start_page_under_the_name_that_hosts_look_for(released: Files) -> None:
    assert released["index.html"] == released["index.sv.html"]
