"""What is withdrawn, replaced or split: what its address answers, what the gate says, and what a release tells."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse

import samverkan
from samverkan.model.addresses import Addresses
from samverkan.model.lifecycle import Tombstone, ends, is_thing, tombstones
from samverkan.publication.manifest import items
from samverkan.publication.resolver import find
from samverkan.validation import ENGINES, Finding

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://t.example/"
HERE = Addresses(BASE, f"{BASE}def/")
HEADS = f"""
@prefix d: <{BASE}def/> .
@prefix i: <{BASE}id/thing/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
LIGHT, SHIP = "https://example.org/doll/id/lighthouse/", "https://example.org/doll/id/lightship/"
MOVED = {f"{LIGHT}villgrund": 410, f"{LIGHT}gamla-masudden": 308, f"{SHIP}tvillingarna": 300}


def found(turtle: str) -> dict[str, Tombstone]:
    """The fates that some Turtle tells of, by the last part of their IRIs."""
    triples = [quad.triple for quad in parse(HEADS + turtle, format=RdfFormat.TURTLE)]
    return {iri.rpartition("/")[2]: tombstone for iri, tombstone in tombstones(triples, HERE).items()}


def thing(*names: str) -> tuple[str, ...]:
    return tuple(f"{BASE}id/thing/{name}" for name in names)


@pytest.mark.parametrize(
    ("turtle", "successors", "status"),
    [
        ("i:a owl:deprecated true .", (), 410),
        ('i:a owl:deprecated "1"^^xsd:boolean .', (), 410),
        ("i:a dcterms:isReplacedBy i:b .", ("b",), 308),
        ("i:a dcterms:isReplacedBy i:b . i:a owl:deprecated true .", ("b",), 308),
        ("i:a dcterms:isReplacedBy i:b ; owl:deprecated false .", ("b",), 308),
        ("i:a dcterms:isReplacedBy i:b ; owl:deprecated true ; a d:Thing ; dcterms:title 'whole' .", ("b",), 308),
        ("i:a dcterms:isReplacedBy i:c , i:b .", ("b", "c"), 300),
        ("i:a dcterms:isReplacedBy i:d . i:a dcterms:isReplacedBy i:c , i:b .", ("b", "c", "d"), 300),
        ("i:a owl:deprecated true ; dcterms:isReplacedBy 'b' .", (), 410),
    ],
)
def test_a_fate_has_its_successors_in_order_and_its_status(
    turtle: str, successors: tuple[str, ...], status: int
) -> None:
    assert found(turtle) == {"a": Tombstone(f"{BASE}id/thing/a", thing(*successors))}
    assert found(turtle)["a"].status == status


@pytest.mark.parametrize(
    "turtle",
    [
        "i:a owl:deprecated false .",
        "i:a owl:deprecated 'yes' .",
        "i:a owl:deprecated i:true .",
        "i:a dcterms:replaces i:b .",
        "d:Thing owl:deprecated true .",
        "d:Thing dcterms:isReplacedBy d:Other .",
        f"<{BASE}graph/x> owl:deprecated true .",
        f"<{BASE}id/> owl:deprecated true .",
        "<https://elsewhere.example/id/a> owl:deprecated true .",
        "_:a owl:deprecated true .",
    ],
)
def test_a_term_a_graph_a_stranger_and_what_is_not_deprecated_have_no_fate(turtle: str) -> None:
    assert found(turtle) == {}


def test_things_are_what_stands_below_id() -> None:
    assert is_thing(f"{BASE}id/thing/a", HERE)
    assert not any(is_thing(iri, HERE) for iri in (f"{BASE}def/A", f"{BASE}graph/a", BASE, "urn:a"))


def test_a_chain_ends_where_something_lives_and_a_circle_nowhere() -> None:
    by = "dcterms:isReplacedBy"
    told = found(
        f"i:a {by} i:b . i:b {by} i:c . i:split {by} i:a , i:dead , i:e . i:dead owl:deprecated true ."
        f"i:lost {by} i:dead . i:x {by} i:y . i:y {by} i:x , i:c . i:into {by} i:x . i:self {by} i:self ."
    )
    reached = {
        iri.rpartition("/")[2]: found
        for iri, found in ends({tombstone.iri: tombstone for tombstone in told.values()}).items()
    }

    assert reached == {
        "a": {*thing("c")},
        "b": {*thing("c")},
        "split": {*thing("c", "e")},
        "dead": frozenset(),
        "lost": frozenset(),
    }


def test_a_chain_of_ten_thousand_is_followed_without_recursion() -> None:
    chain = {f"{number}": Tombstone(f"{number}", (f"{number + 1}",)) for number in range(10_000)}
    assert ends(chain)["0"] == {"10000"}


def test_the_small_site_has_one_of_each_and_its_gate_says_nothing_of_them(doll: samverkan.Site) -> None:
    told = tombstones(doll.documents.union(), doll.addresses)

    assert {iri: tombstone.status for iri, tombstone in told.items()} == MOVED
    assert told[f"{SHIP}tvillingarna"].successors == (f"{LIGHT}langgrund", f"{SHIP}vandraren")
    for engine in ENGINES:
        assert not {finding.focus for finding in doll.validate(engine).findings} & set(MOVED)
    (shape,) = (each for each in doll.report.coverage if each.shape.endswith("/Withdrawn"))
    assert shape.nodes == 3


def test_the_document_of_what_is_gone_stays_and_names_what_replaces_it(doll: samverkan.Site) -> None:
    for iri, tombstone in tombstones(doll.documents.union(), doll.addresses).items():
        path = doll.addresses.document(iri)
        assert path
        assert path in doll.pages
        triples = doll.documents.document(path, iri).triples
        assert {t.object for t in triples if t.subject == NamedNode(iri) and t.predicate.value.endswith("#deprecated")}
        for successor in tombstone.successors:
            labels = {t.object for t in triples if t.subject == NamedNode(successor)}
            assert {label.language for label in labels if isinstance(label, Literal)} == {"sv", "en"}


def test_an_address_leads_to_what_replaces_the_thing(doll: samverkan.Site) -> None:
    for iri, status in MOVED.items():
        asked = find(doll, f"/{iri.removeprefix(doll.settings.base)}")
        assert asked.status == status
        assert [f"{doll.settings.base}{to}" for to in asked.to] == list(doll.tombstones[iri].successors)


def test_the_manifest_tells_where_addresses_have_moved(doll: samverkan.Site, ki: samverkan.Site) -> None:
    manifest = json.loads(next(item.content for item in items(doll) if item.path == "manifest.json"))

    assert manifest["moved"] == [
        {"from": "id/lighthouse/gamla-masudden", "status": 308, "to": ["id/lighthouse/masudden"]},
        {"from": "id/lighthouse/villgrund", "status": 410, "to": []},
        {
            "from": "id/lightship/tvillingarna",
            "status": 300,
            "to": ["id/lighthouse/langgrund", "id/lightship/vandraren"],
        },
    ]
    assert ki.tombstones == {}


GONE = "owl:deprecated true ; rdfs:label 'Borta'@sv , 'Gone'@en ; rdfs:comment 'Slut.'@sv , 'Over.'@en"
# What the small site always has: texts that try the pages, and values that queries see otherwise.
ALWAYS = frozenset({"Light-height-known", "rewritten-value", "markup", "decomposed-letter"})


def findings(folder: Path, turtle: str) -> list[Finding]:
    """What the gate says of the small site with more in a file of its own, beside the notes that it always has."""
    with (folder / "data" / "withdrawn.ttl").open("a") as file:
        file.write(f"@prefix doll: <https://example.org/doll/def/> .\n{turtle}\n")
    told = samverkan.open(folder).validate().findings
    return [finding for finding in told if finding.rule not in ALWAYS]


RIGHT = {
    "gone": f"lighthouse:x {GONE} .",
    "other words": "lighthouse:x owl:deprecated true ; skos:prefLabel 'A'@sv , 'B'@en ; "
    "dcterms:description 'C'@sv , 'D'@en .",
    "replaced": f"lighthouse:x {GONE} ; dcterms:isReplacedBy lighthouse:nattskar .",
    "chain": f"lighthouse:x {GONE} ; dcterms:isReplacedBy lighthouse:y . "
    f"lighthouse:y {GONE} ; dcterms:isReplacedBy lighthouse:nattskar .",
    "split, and one half gone": f"lighthouse:x {GONE} ; dcterms:isReplacedBy lighthouse:y , lighthouse:nattskar . "
    f"lighthouse:y {GONE} .",
    "gone links to gone": f"lighthouse:x {GONE} ; rdfs:seeAlso lighthouse:y . lighthouse:y {GONE} .",
    "looking back": f"lighthouse:x {GONE} . lighthouse:nattskar dcterms:replaces lighthouse:x .",
}


@pytest.mark.parametrize("turtle", RIGHT.values(), ids=RIGHT)
def test_a_withdrawal_that_is_right_is_not_remarked_on(turtle: str, copy: Path) -> None:
    assert findings(copy, turtle) == []


def test_a_thing_that_is_replaced_and_still_described_is_a_note_and_keeps_its_shapes(copy: Path) -> None:
    gone = f"lighthouse:langgrund {GONE} ; dcterms:isReplacedBy lighthouse:masudden ; doll:lamps 8 ."
    told = findings(copy, gone)

    assert {(f.rule, f.severity.name) for f in told} == {
        ("Light-lamps", "VIOLATION"),
        ("withdrawn-link", "WARNING"),
        ("described-withdrawal", "INFO"),
    }
    assert {f.focus for f in told if f.rule == "withdrawn-link"} == {
        "https://example.org/doll/id/visit/v2",
        "https://example.org/doll/id/visit/v3",
    }  # and not lightship:tvillingarna, which is gone itself
    assert told[0].label["en"] == "Long Shoal"


def test_an_old_edition_that_is_still_described_lives_on_whatever_has_replaced_it(copy: Path) -> None:
    assert findings(copy, "lighthouse:langgrund dcterms:isReplacedBy lighthouse:masudden .") == []


def test_a_link_to_a_chain_is_told_where_it_ends_in_both_languages(copy: Path) -> None:
    (told,) = findings(
        copy,
        f"lighthouse:x {GONE} ; dcterms:isReplacedBy lighthouse:y . lighthouse:y {GONE} ; "
        "dcterms:isReplacedBy lighthouse:nattskar , lightship:vandraren . "
        "lighthouse:masudden rdfs:seeAlso lighthouse:x .",
    )

    assert told.message == {
        "sv": "Länken leder till lighthouse:x, som är indraget. "
        "Länka i stället till lighthouse:nattskar, lightship:vandraren.",
        "en": "The link leads to lighthouse:x, which is withdrawn. "
        "Link to lighthouse:nattskar, lightship:vandraren instead.",
    }


def test_the_small_site_asks_for_the_reason_in_both_languages(copy: Path) -> None:
    told = findings(copy, "lighthouse:x owl:deprecated true ; rdfs:label 'A'@sv , 'B'@en ; rdfs:comment 'C'@sv .")

    assert [f.rule for f in told] == ["Withdrawn-reason"]


@pytest.mark.parametrize(
    ("name", "reason"), [("rdfs:label", "rdfs:comment"), ("skos:prefLabel", "dcterms:description")]
)
def test_the_real_site_takes_a_withdrawal_without_a_word(name: str, reason: str, tmp_path: Path) -> None:
    for folder in ("ontology", "shapes", "queries", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "samverkan.toml", tmp_path)
    with (tmp_path / "data/concepts.ttl").open("a") as file:
        file.write(
            "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
            f"area:x {name} 'Borta'@sv , 'Gone'@en ; {reason} 'Slut.'@sv , 'Over.'@en ; owl:deprecated true .\n"
            f"area:y {name} 'Borta'@sv , 'Gone'@en ; {reason} 'Slut.'@sv , 'Over.'@en ;\n"
            "    dcterms:isReplacedBy area:education .\n"
        )
    told = samverkan.open(tmp_path).validate().findings

    assert not [f for f in told if f.focus and f.focus.endswith(("area/x", "area/y"))]
    assert len([f for f in told if f.severity.name == "WARNING"]) == 1
