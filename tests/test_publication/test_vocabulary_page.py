"""The page about the ontology: every term with what it means, what it rests on, and how the classes hang together."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pyoxigraph import NamedNode

import samverkan
from samverkan import Site
from samverkan.publication import resolver
from samverkan.publication.html import vocabulary
from samverkan.publication.html.diagram import MOST_BOXES, MOST_ROWS, Diagram, Tie

CHAIN = Diagram(
    {"a": "A", "b": "B", "c": "C"}, {"a": [Tie("to b", "b")], "b": [Tie("to c", "c")], "c": [Tie("back", "a")]}
)


def _page(site: Site, language: str = "en") -> str:
    return resolver.fetch(site, f"def.{language}.html").content.decode()


def _terms(site: Site) -> list[str]:
    ontology = site.settings.ontology
    found = {t.subject.value for file in site.dataset.ontology for t in file.triples if hasattr(t.subject, "value")}
    return sorted(iri for iri in found if iri.startswith(ontology) and iri != ontology)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_page_is_small_and_has_every_term(ki: Site, language: str) -> None:
    page = _page(ki, language)
    assert len(page.encode()) <= 45_000
    schemes = {t.object for file in ki.dataset.ontology for t in file.triples if t.predicate.value.endswith("inScheme")}
    linked = set(re.findall(rf'href="(def/[^"]*)\.{language}\.html"', page))
    names = {scheme.value for scheme in schemes if isinstance(scheme, NamedNode)}
    wanted = {ki.addresses.document(iri) for iri in _terms(ki) if iri not in names}
    assert len(wanted) == 242
    assert wanted <= linked


def test_a_term_has_its_definition_its_use_and_its_requirements(ki: Site) -> None:
    entry = _page(ki).partition('href="def/Agreement.en.html"')[2].partition("</div>")[0]
    assert "An understanding that two or more organisations have entered into" in entry
    assert "6 in the facts" in entry
    assert "Below: prov:Entity" in entry
    assert 'href="shapes/agreement.ttl"' in entry


def test_a_class_counts_the_things_of_the_classes_below_it(doll: Site) -> None:
    page = _page(doll)
    counts = {
        name: int(re.search(rf"def/{name}\.en\.html.*?(\d+) in the facts", page, re.DOTALL)[1])  # type: ignore[index]
        for name in ("Light", "Lighthouse", "Lightship")
    }
    assert counts["Light"] == counts["Lighthouse"] + counts["Lightship"] > 1


@pytest.mark.parametrize("predicate", ["skos:definition", "rdfs:comment", "dcterms:description"])
def test_a_definition_may_be_said_in_three_ways(copy: Path, predicate: str) -> None:
    (copy / "ontology/more.ttl").write_text(
        "@prefix doll: <https://example.org/doll/def/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix dcterms: <http://purl.org/dc/terms/> .\n"
        f'doll:Lighthouse {predicate} "A <b>tower</b>."@en .\n'
    )
    assert "A &lt;b&gt;tower&lt;/b&gt;." in _page(samverkan.open(copy))
    assert '<bdi lang="en">A &lt;b&gt;tower&lt;/b&gt;.</bdi>' in _page(samverkan.open(copy), "sv")


def test_each_vocabulary_that_is_reused_is_named_once(ki: Site) -> None:
    reused = _page(ki).partition('id="reused"')[2].partition("</table>")[0]
    prefixes = re.findall(r'href="(http[^"]*)">([^<]*)</a>', reused)
    assert ("http://www.w3.org/2004/02/skos/core#", "skos") in prefixes
    assert len(prefixes) == len(set(prefixes)) > 10


def test_the_table_says_what_the_diagram_shows(doll: Site) -> None:
    page = _page(doll)
    svg = ET.fromstring(re.search(r"<svg.*?</svg>", page, re.DOTALL)[0])  # type: ignore[index]
    rows = re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>", page)
    assert {text for text in svg.itertext() if text} >= {"Visit", "visits", "Light at sea"}
    assert ("Visit", "visits", "Light at sea") in rows
    assert svg.get("role") == "img"
    assert svg.find("title") is not None


def test_classes_stand_behind_those_that_lead_to_them_even_in_a_circle() -> None:
    assert CHAIN.columns == (("a",), ("b",), ("c",))
    assert CHAIN.is_whole
    assert CHAIN.svg("x") == Diagram(dict(CHAIN.names), dict(CHAIN.ties)).svg("x")


def test_a_class_without_links_is_not_drawn() -> None:
    assert Diagram({"a": "A", "b": "B", "z": "Z"}, {"a": [Tie("to b", "b")], "z": []}).drawn == ("a", "b")


def test_what_is_named_in_a_diagram_can_do_no_harm() -> None:
    assert "<script" not in Diagram({"a": "<script>"}, {"a": [Tie("<script>", "a")]}).svg("<script>")


def test_a_large_ontology_is_cut() -> None:
    names = {f"c{number}": f"Class {number}" for number in range(200)}
    ties = {name: [Tie(f"to {other}", other) for other in names] for name in names}
    large = Diagram(names, ties)
    assert len(large.drawn) == MOST_BOXES
    assert {len(rows) for rows in large.rows.values()} == {MOST_ROWS}
    assert not large.is_whole
    assert len(large.svg("x")) < 80_000


def test_the_contents_lead_to_no_section_that_is_not_there(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "_reused", lambda _: iter(()))
    page = _page(samverkan.open(copy))

    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r'id="([^"]+)"', page))
    assert 'id="reused"' not in page


def test_a_deprecated_term_says_what_to_write_instead(ki: Site) -> None:
    entry = _page(ki).partition('href="def/Evidence.en.html"')[2].partition("</div>")[0]
    assert "Deprecated. Write instead: Passage" in entry


def test_a_small_ontology_tells_examples_inverses_and_what_is_deprecated_without_a_successor(copy: Path) -> None:
    (copy / "ontology/more.ttl").write_text(
        "@prefix doll: <https://example.org/doll/def/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        'doll:Lighthouse skos:example "The <old> tower."@en ; owl:deprecated true .\n'
        "doll:visitedIn a owl:ObjectProperty ; owl:inverseOf doll:visits .\n"
    )
    page = _page(samverkan.open(copy))
    assert "Example: The &lt;old&gt; tower." in page
    assert "Inverse of: visits" in page
    assert "Deprecated; " in page
