"""The report of the gate in its four forms: text, JSON, SARIF 2.1.0 and a `sh:ValidationReport`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, NamedNode, QueryBoolean, QuerySolutions, RdfFormat, Store, parse

import samverkan
from samverkan.errors import Place
from samverkan.validation import Finding, Report, Severity, reports

BASE = "https://example.org/doll/"
WRONG = """
<https://example.org/doll/id/lighthouse/new> a <https://example.org/doll/def/Lighthouse> ;
    <https://example.org/doll/def/lamps> "many" ;
    <https://example.org/doll/def/lit> "2020-13-45" ;
    <https://example.org/doll/def/keptBy> [ a <https://example.org/doll/def/Keeper> ] .
"""

ODD = Report(
    (
        Finding(
            "shacl",
            "Odd",
            Severity.WARNING,
            {"": 'one "text"\nof two lines', "sv": "på svenska"},
            focus="https://example.org/doll/id/x/å",
            label={"en": "a\x1b[31m b\n c\u202e"},
            value='"x\\ny"@sv',
            path="https://example.org/doll/def/p",
            places=(Place("data/å b.ttl", 3), Place("data/c.ttl", 4), Place("data/d.ttl")),
        ),
        Finding("shacl", "Odd", Severity.INFO, {}, focus='"literal"', value="_:b0"),
        Finding("house", "broken-check", Severity.VIOLATION, {"sv": "x", "en": "y"}, value="<https://e.example/>"),
    ),
    triples=5,
)
UNREADABLE = samverkan.validation.unreadable(
    [samverkan.errors.UnreadableError("Broken.", place=Place("data/a.ttl", 2))]
)


@pytest.fixture
def broken(copy: Path) -> Report:
    with (copy / "data" / "lights.ttl").open("a") as file:
        file.write(WRONG)
    (copy / "data" / "empty.ttl").write_text("")
    report = samverkan.open(copy).validate()
    assert {f.severity for f in report.findings} == set(Severity)
    return report


@pytest.fixture(params=["doll", "broken", "odd", "unreadable", "empty"])
def report(request: pytest.FixtureRequest, doll: samverkan.Site) -> Report:
    made = {"doll": doll.report, "odd": ODD, "unreadable": UNREADABLE, "empty": Report(())}
    return made.get(request.param) or request.getfixturevalue("broken")


def test_what_a_thing_lacks_is_told_where_the_thing_is_described(ki: samverkan.Site) -> None:
    """The curation adds to agreements that the pages' files describe, and comes first in the alphabet."""
    lacking = [f for f in ki.report.findings if f.rule.endswith("Agreement-contact")]
    assert {place.file for f in lacking for place in f.places} == {"data/page-en.ttl", "data/page-sv.ttl"}


def test_the_text_tells_place_severity_rule_thing_and_what_to_do(copy: Path) -> None:
    with (copy / "data" / "lights.ttl").open("a") as file:
        file.write("\n<https://example.org/doll/id/keeper/k9> a <https://example.org/doll/def/Keeper> .\n")
    line = len((copy / "data" / "lights.ttl").read_text().splitlines())
    found = samverkan.open(copy).validate()

    assert f"data/lights.ttl:{line} VIOLATION [Keeper-name] https://example.org/doll/id/keeper/k9\n    Give" in (
        reports.plain(found, "en")
    )
    assert f"data/lights.ttl:{line} FEL [Keeper-name] https://example.org/doll/id/keeper/k9\n" in (
        reports.plain(found, "sv")
    )
    assert "1 violation, 4 warnings, 7 notes in" in reports.plain(found, "en")
    assert "1 fel, 4 varningar, 7 upplysningar i" in reports.plain(found, "sv")
    assert all(each.nodes for each in found.coverage)
    assert f"Checked: {len(found.coverage)} shapes.\n" in reports.plain(found, "en")
    assert f"Kontrollerat: {len(found.coverage)} former.\n" in reports.plain(found, "sv")
    assert "Kontrollerat" not in reports.plain(found, "sv", coverage=False)


def test_many_notes_of_one_rule_are_told_together_with_all_their_places(ki: samverkan.Site) -> None:
    empty = [each for each in ki.report.findings if each.rule == "empty-answer"]
    told = reports.plain(ki.report, "en")
    assert len(empty) > 3
    assert f"INFO [empty-answer] in {len(empty)} places, the first queries/" in told
    assert all(str(each.places[0]) in told for each in empty)
    assert told.count("[empty-answer]") == 1


def test_the_text_can_not_steer_a_terminal() -> None:
    told = reports.plain(ODD, "en")

    assert "\x1b" not in told
    assert "\u202e" not in told
    assert "a\N{REPLACEMENT CHARACTER}[31m b c\N{REPLACEMENT CHARACTER} <https" in told


def test_the_json_has_its_schema(report: Report) -> None:
    found = json.loads(reports.json(report))

    assert list(found) == ["conforms", "triples", "findings", "coverage"]
    assert found["conforms"] is report.conforms
    assert len(found["findings"]) == len(report.findings)
    keys = ["check", "rule", "severity", "message", "focus", "label", "path", "value", "shape", "component", "places"]
    for each in found["findings"]:
        assert list(each) == keys
        assert each["severity"] in {"info", "warning", "violation"}
        assert all(set(place) == {"file", "line"} for place in each["places"])
    assert all(list(each) == ["shape", "label", "nodes"] for each in found["coverage"])


def sarif_locations(result: dict[str, Any]) -> list[dict[str, Any]]:
    return [place["physicalLocation"] for place in (*result["locations"], *result["relatedLocations"])]


def test_the_sarif_is_what_code_hosts_take(report: Report) -> None:
    """SARIF 2.1.0 and the rules that code scanning adds: places, levels, unique rules, limits."""
    found = json.loads(reports.sarif(report, "sv"))
    (run,) = found["runs"]
    driver = run["tool"]["driver"]
    rules = [rule["id"] for rule in driver["rules"]]

    assert found["version"] == "2.1.0"
    assert re.fullmatch(r"https://.*sarif.*2\.1\.0.*\.json", found["$schema"])
    assert driver["name"] == "samverkan"
    assert len(set(rules)) == len(rules)
    assert all(0 < len(rule["shortDescription"]["text"]) <= 1024 for rule in driver["rules"])
    assert all(rule["defaultConfiguration"]["level"] in {"error", "warning", "note"} for rule in driver["rules"])
    assert len(run["results"]) == len(report.findings)
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"].strip()
        assert len(result["locations"]) == 1
        assert all(re.fullmatch(r"[0-9a-f]{64}", value) for value in result["partialFingerprints"].values())
        for place in sarif_locations(result):
            assert re.fullmatch(r"[A-Za-z0-9._~-][A-Za-z0-9._~%/-]*", place["artifactLocation"]["uri"])
            assert place["region"]["startLine"] >= 1


def test_the_sarif_levels_are_the_severities() -> None:
    (run,) = json.loads(reports.sarif(ODD))["runs"]

    assert [result["level"] for result in run["results"]] == ["warning", "note", "error"]
    assert sarif_locations(run["results"][0])[0]["artifactLocation"]["uri"] == "data/%C3%A5%20b.ttl"
    assert [place["region"]["startLine"] for place in sarif_locations(run["results"][0])] == [3, 4, 1]


def test_findings_in_two_files_have_two_fingerprints() -> None:
    errors = [samverkan.errors.UnreadableError("Broken.", place=Place(f"data/{name}.ttl", 2)) for name in "ab"]
    (run,) = json.loads(reports.sarif(samverkan.validation.unreadable(errors)))["runs"]

    assert len({json.dumps(result["partialFingerprints"]) for result in run["results"]}) == 2


def asked(store: Store, query: str) -> bool:
    answer = store.query(f"PREFIX sh: <http://www.w3.org/ns/shacl#> ASK {query}")
    assert isinstance(answer, QueryBoolean)
    return bool(answer)


# What SHACL 1.0 says of a report in section 3.6; an answer of true is a fault.
FAULTS = (
    "{ FILTER NOT EXISTS { ?r a sh:ValidationReport } }",
    "{ ?r a sh:ValidationReport . ?s a sh:ValidationReport FILTER(?r != ?s) }",
    "{ ?r a sh:ValidationReport FILTER NOT EXISTS { ?r sh:conforms ?c } }",
    "{ ?r sh:conforms ?c, ?d FILTER(!sameTerm(?c, ?d)) }",
    "{ ?r sh:conforms ?c FILTER(DATATYPE(?c) != <http://www.w3.org/2001/XMLSchema#boolean>) }",
    "{ ?r sh:conforms true ; sh:result ?x }",
    "{ ?x a sh:ValidationResult FILTER NOT EXISTS { ?r a sh:ValidationReport ; sh:result ?x } }",
    "{ ?r sh:result ?x FILTER NOT EXISTS { ?x a sh:ValidationResult } }",
    *(
        f"{{ ?x a sh:ValidationResult FILTER NOT EXISTS {{ ?x sh:{name} ?y }} }}"
        for name in ("focusNode", "resultSeverity", "sourceConstraintComponent")
    ),
    *(
        f"{{ ?x sh:{name} ?y, ?z FILTER(!sameTerm(?y, ?z)) }}"
        for name in (
            "focusNode",
            "resultSeverity",
            "sourceConstraintComponent",
            "resultPath",
            "value",
            "sourceShape",
        )
    ),
    "{ ?x sh:resultSeverity ?y FILTER(?y NOT IN (sh:Info, sh:Warning, sh:Violation)) }",
    "{ ?x sh:sourceConstraintComponent ?y FILTER(!ISIRI(?y)) }",
    "{ ?x sh:resultMessage ?y, ?z FILTER(LANG(?y) = LANG(?z) && ?y != ?z) }",
)


@pytest.mark.parametrize("fault", FAULTS)
def test_the_turtle_is_a_validation_report(fault: str, report: Report) -> None:
    store = Store()
    store.load(reports.turtle(report, BASE), RdfFormat.TURTLE)

    assert not asked(store, fault)


def test_the_turtle_holds_every_result_and_no_blank_node(report: Report) -> None:
    triples = [quad.triple for quad in parse(reports.turtle(report, BASE), format=RdfFormat.TURTLE)]
    results = [t for t in triples if t.predicate == NamedNode("http://www.w3.org/ns/shacl#result")]

    assert len(results) == len(report.findings)
    assert not any(isinstance(term, BlankNode) for t in triples for term in (t.subject, t.object))


def test_the_turtle_conforms_where_nothing_is_found() -> None:
    store = Store()
    store.load(reports.turtle(Report(()), BASE), RdfFormat.TURTLE)

    assert asked(store, "{ ?r a sh:ValidationReport ; sh:conforms true }")


def test_the_turtle_says_where_and_how_bad(broken: Report) -> None:
    store = Store()
    store.load(reports.turtle(broken, BASE), RdfFormat.TURTLE)
    answer = store.query(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?severity (COUNT(*) AS ?n) { ?x sh:resultSeverity ?severity "
        "; <http://purl.org/dc/terms/source> ?place } GROUP BY ?severity"
    )
    assert isinstance(answer, QuerySolutions)
    counted = {str(row["severity"]): int(row["n"].value) for row in answer}
    assert counted == {
        f"<http://www.w3.org/ns/shacl#{severity.name.capitalize()}>": sum(
            len(f.places) for f in broken.findings if f.severity is severity
        )
        for severity in Severity
    }


def test_a_report_has_the_same_bytes_each_time(copy: Path) -> None:
    with (copy / "data" / "lights.ttl").open("a") as file:
        file.write(WRONG.replace("[ a <https://example.org/doll/def/Keeper> ]", "<https://example.org/doll/id/no>"))
    first, second = (samverkan.open(copy).validate() for _ in range(2))

    for write in reports.published(BASE).values():
        assert write(first) == write(second)
