"""Canned queries: slips in heads and variables are told, and nothing is where a query is as it should be."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

import pytest
from tests import own_site
from tests.test_validation.test_checks import Broken, built

import samverkan
from samverkan import Site
from samverkan.validation import Report
from samverkan.validation.query_checks import is_slip

ROOT = Path(__file__).parents[2]
RULES = frozenset({"misspelt-key", "unbound-variable", "similar-variable", "unknown-standard-term"})


def told(report: Report) -> Counter[str]:
    return Counter(f.rule for f in report.findings if f.rule in RULES | {"empty-answer", "broken-check"})


def test_the_queries_of_this_repository_have_no_slips(ki: Site, doll: Site, tmp_path: Path) -> None:
    wider = own_site.made(tmp_path / "wider")
    shutil.copytree(ROOT / "tests/wider", wider, dirs_exist_ok=True)
    for report in (ki.report, doll.validate(), samverkan.open(wider).validate()):
        assert set(told(report)) <= {"empty-answer"}
    assert told(ki.report)["empty-answer"] == 13  # no public source tells, for instance, of a notice or a diary number
    assert told(doll.validate()) == {}


RIGHT = (
    "#+ endpoint: https://x.example/sparql\n#+ method: GET\n#+ pagination: 10\n#+ endpoint_in_url: false\nASK {}",
    "#+ limit: 5\n#+ title: Books\n#+ comment: own\nASK {}",
    "SELECT ?book { ?book a ?kind FILTER EXISTS { ?book ?has ?anything } }",
    "SELECT ?book { ?book a ?kind OPTIONAL { ?book <urn:x:no> ?other } FILTER (!BOUND(?other)) }",
    "SELECT ?book (IF(true, ?book, ?nothing) AS ?same) { ?book a ?kind }",
    "SELECT ?book { ?book a ?kind FILTER (BOUND(?nothing) || true) }",
    "SELECT ?book { ?book a ?kind ; ?has ?things FILTER (!BOUND(?nothing) && ?things != ?kind) }",
    "SELECT ?title (COUNT(?book) AS ?titled) { ?book ?has ?title } GROUP BY ?title",
    "SELECT ?payer ?payee { ?book a ?payer ; ?x1 ?payee ; ?x2 ?also }",
    "SELECT ?area { ?area a ?kind . ?areas ?of ?area }",
    "SELECT (COUNT(?book) AS ?books) { ?book a ?kind }",
    "SELECT ?kind (COUNT(*) AS ?n) { ?book a ?kind } GROUP BY ?kind HAVING (COUNT(*) > 0) ORDER BY DESC(?n)",
    "SELECT ?kind ?most { { SELECT ?kind (COUNT(?b) AS ?most) { ?b a ?kind } GROUP BY ?kind ORDER BY ?most } }",
    "SELECT * { ?book a ?kind . VALUES (?one ?two) { (1 2) } GRAPH ?graph { ?s ?p ?o } }",
    "SELECT ?name { ?book a ?kind BIND (STR(?book) AS ?name) } VALUES ?kind { UNDEF }",
    "CONSTRUCT WHERE { ?book a ?kind }",
    "DESCRIBE ?book { ?book a ?kind }",
    "ASK { ?book a 'nothing' }",
    "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>\nSELECT ?a { ?a a ?b OPTIONAL { ?a rdf:_12 ?c } }",
    "#+ parameters: {x: {type: text}}\nSELECT ?x { VALUES ?x { 'nothing like it' } ?book a ?kind ; ?is ?x }",
)


@pytest.mark.parametrize("query", RIGHT)
def test_a_query_as_it_should_be_is_not_told(query: str, tmp_path: Path) -> None:
    assert told(built(tmp_path, Broken("", add={"queries/x.rq": query})).validate()) == {}


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("#+ sumary: x\nASK {}", "summary"),
        ("SELECT ?book { ?boook a ?kind }", "?boook"),
        ("SELECT ?book { ?book a ?knid . ?book ?of ?kind . ?a ?b ?kind }", "?kind"),
        ("PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\nASK { ?a skos:prefLabl ?b }", "prefLabel"),
    ],
)
def test_what_may_be_meant_is_told(query: str, meant: str, tmp_path: Path) -> None:
    found = built(tmp_path, Broken("", add={"queries/x.rq": query})).validate().findings
    (slip,) = (f for f in found if f.rule in RULES)
    assert f"Did you mean {meant}" in slip.message["en"] or f"core#{meant}?" in slip.message["en"]
    assert "Menade du " in slip.message["sv"]


@pytest.mark.parametrize("name", ["agreement", "organisationLabel", "partner", "item", "signed"])
def test_every_slip_of_one_letter_is_one(name: str) -> None:
    slips = {name[:place] + name[place + 1 :] for place in range(1, len(name) - 1)}
    slips |= {name[:place] + name[place + 1] + name[place] + name[place + 2 :] for place in range(len(name) - 1)}
    slips |= {f"{name[:place]}{name[place]}{name[place:]}" for place in range(len(name))}
    assert [slip for slip in slips if slip != name and not is_slip(slip, name)] == []


@pytest.mark.parametrize(
    ("case", "line"),
    [
        *((f"f_q_{name}", 1) for name in ("badclass", "baddate", "badint", "badiri", "dup2", "longtext")),
        ("f_q_dup1", None),
    ],
)
def test_the_cases_of_odd_heads_are_told_with_their_line(case: str, line: int | None, tmp_path: Path) -> None:
    site = own_site.with_case(own_site.made(tmp_path / "site"), case)
    name = f"queries/{case.removeprefix('f_q_')}.rq"
    found = [f for f in samverkan.open(site).validate().findings if any(place.file == name for place in f.places)]
    wrong = [f for f in found if f.rule in {"syntax", "unusable-choice"}]
    assert {place.line for f in wrong for place in f.places} == (set() if line is None else {line})


def test_texts_of_heads_that_lack_a_language_are_one_finding_where_they_are_many(copy: Path) -> None:
    settings = copy / "samverkan.toml"
    settings.write_text(re.sub(r"languages = \[.*\]", 'languages = ["sv", "en", "nb"]', settings.read_text()))

    [found] = [each for each in samverkan.open(copy).validate().findings if each.rule == "untranslated-head"]

    assert re.search(r"nb is missing\. So it is with \d+ texts in queries/\.", found.message["en"])
    assert re.search(r"nb saknas\. Så är det med \d+ texter i queries/\.", found.message["sv"])
