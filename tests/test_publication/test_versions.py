"""The versions of an ontology, each a document at its own address."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse
from tests.conftest import ROOT

import samverkan
from samverkan import Site
from samverkan.errors import NotFoundError
from samverkan.model.namespaces import DCTERMS
from samverkan.publication.manifest import closing, written
from samverkan.publication.release_file import ManifestEntry
from samverkan.publication.resolver import fetch, find
from samverkan.publication.void import void

DEF = "https://example.org/doll/def/"
OLD = f"""@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix def: <{DEF}> .
<{DEF}> a owl:Ontology ; owl:versionIRI <{DEF}0.9.0> ; owl:versionInfo "0.9.0" .
def:Lighthouse rdfs:label "Fyr som den hette"@sv , "Lighthouse as it was called"@en .
def:Lantern rdfs:label "Lanterna"@sv , "Lantern"@en .
"""
FORMATS = {".ttl": RdfFormat.TURTLE, ".nt": RdfFormat.N_TRIPLES, ".rdf": RdfFormat.RDF_XML}


@pytest.fixture
def versioned(copy: Path) -> Site:
    """The small site, which has kept an earlier version of its ontology."""
    (copy / "ontology/versions").mkdir()
    (copy / "ontology/versions/0.9.0.ttl").write_text(OLD)
    return samverkan.open(copy)


def test_an_earlier_version_is_a_document_in_every_format_and_no_part_of_the_data(versioned: Site) -> None:
    assert versioned.validate().conforms
    offered = {variant.path for variant in find(versioned, "def/0.9.0").variants}
    assert offered == {f"def/0.9.0{suffix}" for suffix in (*FORMATS, ".jsonld", ".sv.html", ".en.html")}
    stated = {quad.triple for quad in parse(OLD, format=RdfFormat.TURTLE)}
    for suffix, form in FORMATS.items():
        found = fetch(versioned, f"def/0.9.0{suffix}").content
        assert {quad.triple for quad in parse(found, format=form)} == stated
    assert len(json.loads(fetch(versioned, "def/0.9.0.jsonld").content)["@graph"]) == len({t.subject for t in stated})
    assert b"as it was called" not in fetch(versioned, "dump/dataset.ttl").content
    assert b"as it was called" not in fetch(versioned, "def/Lighthouse.ttl").content


def test_the_address_of_the_present_version_has_what_the_ontology_has(versioned: Site) -> None:
    for suffix in FORMATS:
        assert fetch(versioned, f"def/1.0.0{suffix}").content == fetch(versioned, f"def{suffix}").content
    with pytest.raises(NotFoundError):
        find(versioned, "def/0.8.0")


def test_the_page_of_a_version_leads_to_what_its_terms_mean_now(versioned: Site) -> None:
    page = fetch(versioned, "def/0.9.0.en.html").content.decode()
    assert '<a href="../def/Lighthouse.en.html">Lighthouse as it was called</a>' in page
    assert "<li>Lantern</li>" in page
    assert "This is an earlier version" in page
    assert '<a href="../def/1.0.0.en.html">1.0.0</a> (in force)' in page
    assert "This is the version in force" in fetch(versioned, "def/1.0.0.en.html").content.decode()


def test_all_versions_are_named_where_one_looks_for_them(versioned: Site) -> None:
    assert '<a href="def/0.9.0.sv.html">0.9.0</a>' in fetch(versioned, "def.sv.html").content.decode()
    named = {t.object for t in void(versioned).triples if t.predicate == NamedNode(f"{DCTERMS}hasVersion")}
    assert named == {NamedNode(f"{DEF}0.9.0"), NamedNode(f"{DEF}1.0.0")}
    dumps = (ManifestEntry.of(item) for page in versioned.pages["dump/dataset"] for item in written(versioned, page))
    *_, manifest = closing(versioned, dumps)
    assert json.loads(manifest.content)["versions"] == [
        {"version": version, "iri": f"{DEF}{version}", "path": f"def/{version}"} for version in ("0.9.0", "1.0.0")
    ]


def test_a_release_has_the_files_that_the_server_sends(versioned: Site) -> None:
    made = {item.path: item.content for page in versioned.pages.pages() for item in written(versioned, page)}
    paths = [path for path in made if path.startswith(("def/0.9.0.", "def/1.0.0."))]
    assert len(paths) == 2 * 6
    assert all(made[path] == fetch(versioned, path).content for path in paths)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("0.9.ttl", OLD),
        ("latest.ttl", OLD),
        ("0.9.0.ttl", OLD + "[] a owl:Thing ."),
        ("0.9.0.ttl", "broken"),
        ("0.9.0.ttl", "\xff"),
    ],
)
def test_a_version_that_is_none_is_refused_with_its_file(copy: Path, name: str, content: str) -> None:
    (copy / "ontology/versions").mkdir()
    (copy / "ontology/versions" / name).write_bytes(content.encode("latin-1"))
    report = samverkan.open(copy).validate()
    assert not report.readable
    assert {place.file for found in report.findings for place in found.places} == {f"ontology/versions/{name}"}


def test_what_is_no_turtle_among_the_versions_is_told(versioned: Site) -> None:
    (versioned.root / "ontology/versions/notes.txt").write_text("x")
    found = samverkan.open(versioned.root).validate().findings
    assert [place.file for each in found if each.rule == "ignored-file" for place in each.places] == [
        "ontology/versions/notes.txt"
    ]


def test_every_term_of_every_earlier_version_still_has_a_document(ki: Site) -> None:
    ontology = ki.settings.ontology
    earlier = [path for path in (ROOT / "ontology/versions").glob("*.ttl") if path.stem not in ki.present_versions]
    for path in earlier:
        terms = {str(quad.subject)[1:-1] for quad in parse(path.read_bytes(), format=RdfFormat.TURTLE)}
        own = {term.removeprefix(ontology) for term in terms if term.startswith(ontology)} - {""}
        assert len(own) > 100
        assert [term for term in sorted(own) if f"def/{term}" not in ki.pages] == []
