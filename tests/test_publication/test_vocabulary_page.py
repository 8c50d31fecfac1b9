"""The page about the ontology: every term with what it means, what it rests on, and how the classes hang together."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from markupsafe import Markup
from pyoxigraph import NamedNode

import samverkan
from samverkan import Site
from samverkan.publication import resolver
from samverkan.publication.html import vocabulary
from samverkan.publication.html.diagram import MOST_CLASSES, Diagram

CHAIN = Diagram({name: Markup(name.upper()) for name in "abcd"}, {"a": ["b"], "b": ["c", "c"], "c": ["a"]})


def _page(site: Site, language: str = "en") -> str:
    return resolver.fetch(site, f"def.{language}.html").content.decode()


def _terms(site: Site) -> list[str]:
    ontology = site.settings.ontology
    found = {t.subject.value for file in site.dataset.ontology for t in file.triples if hasattr(t.subject, "value")}
    return sorted(iri for iri in found if iri.startswith(ontology) and iri != ontology)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_page_is_small_and_has_every_term(ki: Site, language: str) -> None:
    page = _page(ki, language)
    assert len(page.encode()) <= 38_500
    assert " …" not in page.partition("<main")[2]
    schemes = {t.object for file in ki.dataset.ontology for t in file.triples if t.predicate.value.endswith("inScheme")}
    linked = set(re.findall(rf'href="(def/[^"]*)\.{language}\.html"', page))
    names = {scheme.value for scheme in schemes if isinstance(scheme, NamedNode)}
    wanted = {ki.addresses.document(iri) for iri in _terms(ki) if iri not in names}
    assert len(wanted) == 242
    assert wanted <= linked


def test_a_term_has_its_definition_its_use_and_its_requirements(ki: Site) -> None:
    entry = _page(ki).partition('id="classes"')[2].partition('href="def/Agreement.en.html"')[2].partition("</div>")[0]
    assert "An understanding that two or more organisations have entered into" in entry
    assert "6 in the facts" in entry
    assert "prov:Entity" not in entry
    page = resolver.fetch(ki, "def/Agreement.en.html").content.decode()
    assert 'Requirements: <a href="../shapes/agreement.ttl">agreement</a>' in page
    assert (
        "An understanding that two or more organisations" in page.partition('<p class="lead">')[2].partition("</p>")[0]
    )


def test_the_page_of_a_term_has_plain_words_first_and_what_is_technical_folded(ki: Site) -> None:
    page = resolver.fetch(ki, "def/agreementType.sv.html").content.decode()
    shown, _, folded = page.partition("<summary>Tekniska uppgifter</summary>")
    box = re.sub("<[^>]*>", " ", shown.partition('class="box"')[2].partition("</section>")[0])
    assert "beskriver Avtal värdet är Begrepp" in " ".join(box.split())
    assert "exempel" in re.findall(r"<dt><bdi>([^<]*)", shown)
    assert {"Definieras i", "namn i omvänd riktning"} <= set(re.findall(r"<dt><bdi>([^<]*)", folded))
    code = resolver.fetch(ki, "def/type-national-alf.sv.html").content.decode()
    assert 'class="kinds"' not in code


def test_the_overview_shows_the_classes_that_there_are_most_facts_about_and_folds_the_others(ki: Site) -> None:
    classes = _page(ki).partition('id="classes"')[2].partition("</section>")[0]
    shown, _, folded = classes.partition("<summary>More classes that there are facts about")
    found = set(re.findall(r'<dt><a href="def/(\w+)', shown))
    assert found == {
        "Agreement",
        "Commitment",
        "AreaQualification",
        "FundingFlow",
        "QualitativeShare",
        "GovernanceTier",
    }
    assert 'href="def/Passage.en.html"' in folded


def test_what_there_are_facts_about_comes_first_the_most_central_class_before_all(ki: Site) -> None:
    classes = _page(ki).partition('id="classes"')[2].partition("</section>")[0]
    used, _, unused = classes.partition("<summary>Classes that there are no facts about yet")
    assert re.findall(r'<dt><a href="def/(\w+)', used)[0] == "Agreement"
    assert "in the facts" in used
    assert "in the facts" not in unused
    assert 'href="def/JointBody.en.html"' in unused


def test_a_class_has_its_own_properties_and_where_they_lead(ki: Site) -> None:
    page = _page(ki)
    entry = page.partition('id="classes"')[2].partition('href="def/Agreement.en.html"')[2].partition("</dd>")[0]
    assert "<summary>Properties (" in entry
    assert '<a href="def/party.en.html">party</a> → Organisation' in entry
    others = page.partition('id="properties"')[2].partition("</section>")[0]
    assert "def/party.en.html" not in others
    assert re.search(r"<summary>Show \d+ other properties</summary>", others)


def test_what_a_word_goes_with_stands_once_at_the_top_of_its_page_the_most_used_first(ki: Site) -> None:
    class_, property_ = (resolver.fetch(ki, f"def/{name}.en.html").content.decode() for name in ("Agreement", "party"))
    box, _, rest = class_.partition('class="box"')[2].partition("</section>")
    assert 'href="../def/party.en.html"' in box
    assert box.index('href="../def/party.en.html"') < box.index('href="../def/amends.en.html"')
    assert 'href="../def/party.en.html"' not in rest
    assert 'href="../def/Agreement.en.html"' in property_.partition('class="box"')[2].partition("</section>")[0]


def test_a_class_counts_the_things_of_the_classes_below_it(doll: Site) -> None:
    page = _page(doll).partition('id="classes"')[2]
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


def test_the_classes_say_what_the_diagram_shows(doll: Site) -> None:
    page = _page(doll)
    svg = ET.fromstring(re.search(r"<svg.*?</svg>", page, re.DOTALL)[0])  # type: ignore[index]  # no SVG fails here
    names = [re.sub("<[^>]*>", "", name) for name in re.findall(r"<li>(.*?)</li>", page.partition('class="arcs"')[2])]
    entry = page.partition('id="classes"')[2].partition('href="def/Visit.en.html"')[2].partition("</dd>")[0]
    assert 'href="def/visits.en.html">visits</a> → Light at sea' in entry
    arcs = sum(each.attrib["d"].count("M") for each in svg.findall("{*}g/{*}path"))
    assert {"Visit", "Light at sea"} <= set(names[:arcs])
    assert svg.get("role") == "img"
    assert svg.find("title") is not None


def test_an_arc_goes_to_each_class_that_another_leads_to_even_in_a_circle() -> None:
    between = {(CHAIN.drawn[arc.start], CHAIN.drawn[arc.end]): arc.properties for arc in CHAIN.arcs}
    assert between == {("a", "b"): 1, ("b", "c"): 2, ("c", "a"): 1}
    assert CHAIN.is_whole
    assert CHAIN.svg("x") == Diagram(dict(CHAIN.links), dict(CHAIN.ties)).svg("x")


def test_two_classes_that_lead_to_each_other_have_one_line_with_an_arrow_at_each_end() -> None:
    links = {name: Markup(name) for name in "abc"}
    found = Diagram(links, {"a": ["b", "b"], "b": ["a"], "c": ["a"]})
    (mutual,) = (arc for arc in found.arcs if arc.is_mutual)
    assert len(found.arcs) == 2
    assert {found.drawn[mutual.start], found.drawn[mutual.end]} == {"a", "b"}
    assert mutual.properties == 3
    assert found.svg("x").count("v7z") == 3


def test_the_properties_of_a_class_have_a_row_each_and_those_that_facts_have_come_first(ki: Site) -> None:
    page = _page(ki, "sv")
    rows = page.partition('href="def/Agreement.sv.html"')[2].partition("</details>")[0]
    used, label, unused = rows.partition("<p>Inte i uppgifterna än (21)</p>")
    assert label
    assert (used.count("<li>"), unused.count("<li>")) == (11, 21)
    assert used.index(">part</a>") < used.index(">avtalstyp</a>")


def test_what_is_deprecated_has_a_fold_of_its_own_and_is_not_printed(ki: Site) -> None:
    fold = _page(ki, "sv").partition("<summary>Klasser som har utgått (1)</summary>")[2]
    assert fold.lstrip().startswith('<div class="screen"><dl class="terms">')
    assert "Har utgått" in fold.partition("</details>\n</section>")[0].partition("</dl>")[0]


def test_classes_stand_near_to_what_they_have_to_do_with() -> None:
    links = {name: Markup(name) for name in "aebdcf"}
    drawn = Diagram(links, {"a": ["b"], "b": ["c"], "d": ["e"], "e": ["f"]}).drawn
    assert "".join(drawn) in {first + second for first in ("abc", "cba") for second in ("def", "fed")} | {
        second + first for first in ("abc", "cba") for second in ("def", "fed")
    }


def test_a_class_with_many_arcs_has_further_rows_and_stands_in_the_upper_half(ki: Site) -> None:
    links = {name: Markup(name) for name in "abcdefgh"}
    star = Diagram(links, {name: ["a"] for name in "bcdefgh"})
    rows = [str(row) for row in star.rows]
    assert [row for row in rows if row] == [*star.drawn]
    assert rows.count("") == 1
    assert star.drawn.index("a") < 4
    page = _page(ki)
    assert page.partition('class="arcs"')[2].partition("</ol>")[0].count('<li aria-hidden="true"></li>') >= 2


def test_a_class_without_links_to_others_is_not_drawn() -> None:
    links = {name: Markup(name) for name in "abz"}
    assert set(Diagram(links, {"a": ["b"], "z": ["z"]}).drawn) == {"a", "b"}


def test_a_large_ontology_is_cut() -> None:
    links = {f"c{number}": Markup("Class %d") % number for number in range(80)}
    large = Diagram(links, {name: list(links) for name in links})
    assert len(large.drawn) == MOST_CLASSES
    assert not large.is_whole


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_diagram_is_as_narrow_as_a_phone_and_no_line_crosses_a_word(ki: Site, language: str) -> None:
    page = _page(ki, language)
    svg = ET.fromstring(re.search(r"<svg.*?</svg>", page, re.DOTALL)[0])  # type: ignore[index]  # no SVG fails here
    assert float((svg.get("width") or "").removesuffix("em")) <= 9
    assert not list(svg.iter("{*}text"))
    names = page.partition('class="arcs"')[2].partition("</ol>")[0].count("</li>")
    assert float((svg.get("height") or "").removesuffix("em")) == pytest.approx(2.4 * names)


def test_the_contents_lead_to_no_section_that_is_not_there(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "_reused", lambda _: iter(()))
    page = _page(samverkan.open(copy))

    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r'id="([^"]+)"', page))
    assert 'id="reused"' not in page


def test_a_deprecated_term_says_what_to_write_instead(ki: Site) -> None:
    entry = _page(ki).partition('id="classes"')[2].partition('href="def/Evidence.en.html"')[2].partition("</div>")[0]
    assert "Deprecated. Write instead: Passage" in entry


def test_a_term_that_is_deprecated_says_so_and_its_page_has_its_example_and_its_inverse(copy: Path) -> None:
    (copy / "ontology/more.ttl").write_text(
        "@prefix doll: <https://example.org/doll/def/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        'doll:Lighthouse skos:example "The <old> tower."@en ; owl:deprecated true .\n'
        "doll:visitedIn a owl:ObjectProperty ; owl:inverseOf doll:visits ; owl:deprecated true .\n"
    )
    site = samverkan.open(copy)
    page = _page(site)
    assert "Deprecated; " in page
    assert "<small>(Deprecated)</small>" in page
    assert "The &lt;old&gt; tower." in resolver.fetch(site, "def/Lighthouse.en.html").content.decode()
    assert "visits" in resolver.fetch(site, "def/visitedIn.en.html").content.decode().partition("<dl>")[2]
