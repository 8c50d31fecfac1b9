"""The alphabetical index, and the index that the search without a server reads."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import samverkan
from samverkan import Site
from samverkan.model.results import Bytes
from samverkan.publication.html.alphabet import folded, letter, sorting
from samverkan.publication.html.names import MOST

_LINK = re.compile(r'<a href="([^"]+)"[^>]*>')


def page(site: Site, path: str, suffix: str) -> str:
    """The HTML at a path."""
    found = next(page for page in site.pages[path] if page.suffix == suffix)
    return str(found.content().content, "utf-8")  # type: ignore[union-attr]


def test_swedish_sorts_its_last_letters_last_and_forgives_other_marks() -> None:
    names = ["Öland", "Ånge", "Zäta", "”Ärla”", "Ask", "éclair", "Ek", "Ærø", "Über", "Yxa", "4 H", "Ö 2"]
    expected = ["4 H", "Ask", "éclair", "Ek", "Über", "Yxa", "Zäta", "Ånge", "”Ärla”", "Ærø", "Ö 2", "Öland"]
    assert sorted(names, key=sorting("sv")) == expected


def test_numbers_in_names_are_sorted_as_numbers() -> None:
    names = ["Line 10 of A", "Line 9 of A", "Line 100 of A", "Line 1 of A"]
    assert sorted(names, key=sorting("en")) == ["Line 1 of A", "Line 9 of A", "Line 10 of A", "Line 100 of A"]


def test_english_puts_letters_with_marks_where_those_without_are() -> None:
    names = ["Öland", "Ånge", "Zoo", "Old", "Angel", "Ødegaard", "Æsop"]
    assert sorted(names, key=sorting("en-GB")) == ["Æsop", "Ånge", "Angel", "Ødegaard", "Öland", "Old", "Zoo"]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Åre", "sv", "å"),
        ("A\u030are", "sv", "å"),
        ("Åre", "en", "a"),
        ("Øre", "sv", "ö"),
        ("Øre", "nb", "ø"),
        ("(en) sak", "sv", "e"),
        ("3 ting", "sv", "0"),
        ("Ωmega", "en", "0"),
        ("–", "sv", "0"),
        ("", "sv", "0"),
        ("{", "sv", "0"),
        ("}a", "sv", "a"),
    ],
)
def test_a_name_stands_under_its_letter(text: str, language: str, expected: str) -> None:
    assert letter(text, language) == expected


def test_what_is_looked_for_has_neither_case_nor_marks() -> None:
    assert folded("Ångström Ø é") == "angstrom o e"


def test_every_named_thing_with_a_page_is_found_from_the_index(doll: Site) -> None:
    hidden = doll.pages.html.context.origins.behind
    wanted = {
        path
        for path, iri in doll.documents.paths()
        if iri in doll.documents.labels and iri not in hidden and iri not in doll.tombstones
    }
    assert len(wanted) > 10
    letters = re.findall(r'href="(names/[^"]+)\.sv\.html"', page(doll, "names", ".sv.html"))
    found = {
        link[len("../") : -len(".sv.html")]
        for name in letters
        for link in _LINK.findall(page(doll, name, ".sv.html"))
        if link.startswith(("../doc/", "../def/"))
    }
    assert found >= wanted


def test_every_page_of_the_index_is_in_every_language_and_enumerated(doll: Site) -> None:
    pages = [page for page in doll.pages.pages() if page.path.startswith("names/")]
    assert len(pages) > 4
    by_path = {each.path: {other.suffix for other in pages if other.path == each.path} for each in pages}
    assert set(map(frozenset, by_path.values())) == {frozenset({".sv.html", ".en.html"})}
    assert all(path in doll.pages for path in by_path)


def test_a_thing_stands_before_a_word_of_the_vocabulary_of_the_same_name(ki: Site) -> None:
    html = page(ki, "names/n", ".sv.html")
    assert 0 < html.index("doc/agreement/alf-national") < html.index("def/type-national-alf")


def test_the_letter_that_is_shown_is_marked(ki: Site) -> None:
    html = page(ki, "names/s", ".sv.html")
    assert html.count('aria-current="page"') == 1
    assert '<a href="../names/s.sv.html" aria-current="page">S</a>' in html


def test_a_name_that_is_only_in_another_language_is_there_and_marked(copy: Path) -> None:
    _add(copy, 1, '"Quite English"@en')
    html = page(samverkan.open(copy), "names/q", ".sv.html")
    assert '<bdi lang="en">Quite English</bdi> <small>(på engelska)</small>' in html


def test_a_letter_of_one_alphabet_has_a_page_in_the_other_which_says_that_it_is_empty(copy: Path) -> None:
    _add(copy, 1, '"Åkern"@sv, "The field"@en')
    site = samverkan.open(copy)
    assert "Åkern" in page(site, "names/~C3~A5", ".sv.html")
    assert "No name in English begins like this." in page(site, "names/~C3~A5", ".en.html")
    assert "names/~C3~A5." not in page(site, "names", ".en.html")


def test_a_letter_with_many_names_is_split_and_no_page_is_too_large(copy: Path) -> None:
    for number in range(MOST + 5):
        _add(copy, number, f'"Quartz lamp with a rather long name, number {number:04}"@en')
    site = samverkan.open(copy)
    first, second = page(site, "names/q", ".en.html"), page(site, "names/q/2", ".en.html")
    assert f"Names 1 to {MOST} of {MOST + 5}." in first
    assert 'rel="next" href="../names/q/2.en.html"' in first
    assert 'rel="prev" href="../../names/q.en.html"' in second
    assert second.count("Quartz") == 5
    assert len(first.encode()) <= 40_000
    assert "names/q/3" not in site.pages


def test_the_index_for_scripts_has_names_other_names_path_and_kind(doll: Site) -> None:
    for language in doll.settings.languages:
        found = next(page for page in doll.pages["search"] if page.suffix == f".{language}.json")
        written = found.content()
        assert isinstance(written, Bytes)
        kinds, synonyms, _, folders, late = json.loads(written.content)
        rows = [
            (f"{folder}/{_last(*line.partition(TABS)[0].split(TAB))}".lstrip("/"), kind, line.split(TAB)[0])
            for folder, kind, lines in folders
            for line in lines.splitlines()
        ]
        assert len(rows) > 10
        assert all(path in doll.pages for path, _, _ in rows)
        assert all(name for _, _, name in rows)
        assert {kinds[kind] for _, kind, _ in rows} == {*kinds} > {"Fråga" if language == "sv" else "Question"}
        assert synonyms == []
        assert 0 < late <= len(kinds)


TAB, TABS = "\t", "\t\t"


def _last(name: str, last: str, *others: str) -> str:
    """The last part of a path; slashes say of which name it is made."""
    return re.sub("[^a-z0-9]+", "-", folded((name, *others)[len(last) - 1])) if last.startswith("/") else last


def _add(site: Path, number: int, names: str) -> None:
    with (site / "data" / "lights.ttl").open("a") as file:
        file.write(
            f"\n<https://example.org/doll/id/extra/e{number}> "
            f"<http://www.w3.org/2004/02/skos/core#prefLabel> {names} .\n"
        )
