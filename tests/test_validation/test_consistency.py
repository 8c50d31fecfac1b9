"""Contradictions, in what is stated and in what follows: each is told with the places of both statements."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.test_validation.test_checks import HERE, Broken, built, marked, with_location
from tests.test_validation.test_structure_checks import BASIS, MORE

from samverkan import Site
from samverkan.validation import Report, Severity
from samverkan.validation.messages import MESSAGES

WORDS = (
    MORE
    + """
d:near a owl:ObjectProperty .
d:nearest a owl:ObjectProperty ; rdfs:subPropertyOf d:near .
d:farthest a owl:ObjectProperty ; owl:inverseOf d:nearest .
"""
)

GRAPH = f"@prefix i: <https://t.example/id/book/> . {HERE}\n<https://t.example/graph/"


def case(rule: str, axiom: str, facts: str, *also: str) -> Broken:
    return Broken(
        rule,
        add={**BASIS, "ontology/near.ttl": WORDS + axiom, "data/lists.ttl": BASIS["data/lists.ttl"] + facts},
        also=also,
    )


PLANTED = (
    case(
        "disjoint-classes",
        "skos:Concept owl:disjointWith d:Book .",
        f"k:x skos:inScheme l:mine ; skos:broader k:poem ; a skos:Concept . {HERE}\nk:x d:title '' ; a d:Book . {HERE}",
    ),
    case(
        "functional-property",
        "d:near a owl:FunctionalProperty .",
        f"i:two d:near k:poem . {HERE}\ni:two d:near k:novel . {HERE}",
    ),
    case(
        "functional-property",
        "d:near a owl:FunctionalProperty .",
        f"i:two d:nearest k:poem . {HERE}\ni:two d:near k:novel . {HERE}",
    ),
    case(
        "inverse-functional-property",
        "d:near a owl:InverseFunctionalProperty .",
        f"i:one d:near k:poem . {HERE}\nk:poem d:farthest i:two . {HERE}",
    ),
    case(
        "asymmetric-property",
        "d:near a owl:AsymmetricProperty .",
        f"i:one d:near i:two . {HERE}\ni:two d:nearest i:one . {HERE}",
    ),
    case("asymmetric-property", "d:near a owl:AsymmetricProperty .", f"i:one d:nearest i:one . {HERE}"),
    case("irreflexive-property", "d:near a owl:IrreflexiveProperty .", f"i:two d:nearest i:two . {HERE}"),
    case(
        "irreflexive-property",
        "d:nearest a owl:IrreflexiveProperty , owl:AsymmetricProperty .",
        f"i:one d:nearest i:one . {HERE}",
    ),
    case(
        "irreflexive-property",
        "d:near a owl:IrreflexiveProperty , owl:SymmetricProperty , owl:TransitiveProperty .",
        f"i:two d:nearest k:poem . {HERE}",
    ),
    *(
        Broken("reserved-graph", add={f"data/{name}.ttl": f"{GRAPH}{name}> i:x 'x' ."}, also=("undescribed-graph",))
        for name in ("inferred", "inferred-prp-trp-x")
    ),
    Broken(
        "too-much-follows",
        add={
            **BASIS,
            "ontology/near.ttl": f"{WORDS}d:near a owl:TransitiveProperty . {HERE}\n",
            "data/lists.ttl": BASIS["data/lists.ttl"] + "".join(f"i:n{n} d:near i:n{n + 1} .\n" for n in range(700)),
        },
        also=("dangling-link", "thing-without-class"),
    ),
)


@pytest.fixture(scope="module", params=PLANTED, ids=lambda b: f"{b.rule}-{PLANTED.index(b)}")
def planted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Broken, Path, Report]:
    """A site with one contradiction, and its report."""
    folder = tmp_path_factory.mktemp("site")
    return request.param, folder, built(folder, request.param).validate()


def test_a_contradiction_is_told_at_the_lines_of_both_statements(planted: tuple[Broken, Path, Report]) -> None:
    broken, folder, report = planted
    wanted = [each for each in report.findings if each.rule == broken.rule]

    assert {place for each in wanted for place in with_location(each)} == set(marked(folder)), report.findings
    assert {each.rule for each in report.findings} - set(broken.also) == {broken.rule}
    assert {each.severity for each in wanted} == {MESSAGES[broken.rule][0]}
    for each in wanted:
        assert each.message["sv"] != each.message["en"]
        assert not re.search(r"\{\w*\}", str(list(each.message.values())))


@pytest.mark.parametrize(
    ("axiom", "facts"),
    [
        (
            "d:near a owl:FunctionalProperty .",
            "i:one d:near k:poem . k:poem owl:sameAs k:novel . i:one d:near k:novel .",
        ),
        ("d:number a owl:DatatypeProperty , owl:FunctionalProperty .", "i:one d:number 1 , 01 , +1 ."),
        ("d:near a owl:InverseFunctionalProperty .", "i:one d:near k:poem . i:two d:near k:novel ."),
        (
            "d:near a owl:AsymmetricProperty , owl:IrreflexiveProperty .",
            "i:one d:near k:poem . k:poem d:near k:novel .",
        ),
        ("d:Map owl:disjointWith d:Book .", ""),
    ],
)
def test_what_agrees_is_no_contradiction(axiom: str, facts: str, tmp_path: Path) -> None:
    found = built(tmp_path, case("", axiom, facts)).validate().findings
    assert not {each.rule for each in found} & {each.rule for each in PLANTED}


def test_both_statements_and_the_rule_stand_in_the_message(tmp_path: Path) -> None:
    facts = "i:two d:nearest k:poem . i:two d:near k:novel ."
    found = built(tmp_path, case("", "d:near a owl:FunctionalProperty .", facts)).validate().findings
    (message,) = (each.message for each in found if each.rule == "functional-property")

    assert "i:two d:near k:novel" in message["en"].replace("https://t.example/id/book/", "i:").replace(
        "https://t.example/id/kind/", "k:"
    )
    assert "follows by prp-spo1 from" in message["en"]
    assert "följer enligt prp-spo1 av" in message["sv"]


def test_what_a_shape_allows_once_is_left_to_the_shape(tmp_path: Path) -> None:
    shape = {"shapes/shapes.ttl": "s:Book-title sh:maxCount 1 ."}
    broken = Broken(
        "",
        add={
            "ontology/words.ttl": "d:title a owl:FunctionalProperty .",
            "data/facts.ttl": "i:two d:title 'Too' .",
            **shape,
        },
    )

    assert [each.rule for each in built(tmp_path, broken).validate().findings] == ["Book-title"]


def test_what_a_shape_allows_once_of_things_of_another_class_is_no_matter_of_the_shape(tmp_path: Path) -> None:
    broken = case("", "d:title a owl:FunctionalProperty .", "k:poem d:title 'Too' , 'Three' .")
    broken = replace(broken, add={**broken.add, "shapes/shapes.ttl": "s:Book-title sh:maxCount 1 ."})

    assert "functional-property" in {each.rule for each in built(tmp_path, broken).validate().findings}


def test_where_nothing_is_to_be_inferred_too_much_is_a_warning(tmp_path: Path) -> None:
    broken = next(each for each in PLANTED if each.rule == "too-much-follows")
    site = built(tmp_path, replace(broken, add={**broken.add, "samverkan.toml": "[answers]\ninferred = false\n"}))

    assert {each.severity for each in site.validate().findings if each.rule == broken.rule} == {Severity.WARNING}


def test_the_real_site_and_the_small_one_are_consistent(ki: Site, doll: Site) -> None:
    for site in (ki, doll):
        assert not {each.rule for each in site.report.findings} & {each.rule for each in PLANTED}
