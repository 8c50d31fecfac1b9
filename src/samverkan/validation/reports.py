"""A report to bytes: text for people, JSON, SARIF 2.1.0 for code hosts, and a `sh:ValidationReport`."""

from __future__ import annotations

import hashlib
import json as json_module
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import count
from textwrap import wrap
from typing import Any
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse, serialize

from samverkan.errors import Place, printable
from samverkan.model.namespaces import DCTERMS, SH, TYPE, XSD
from samverkan.model.results import Term
from samverkan.settings import FILE_NAME
from samverkan.validation.findings import Finding, Report, Severity, text
from samverkan.validation.shapes.paths import Node, write_path

_NOWHERE = Place(FILE_NAME)

_LEVELS = {Severity.INFO: "note", Severity.WARNING: "warning", Severity.VIOLATION: "error"}
_WORDS = {
    "sv": {Severity.INFO: "UPPLYSNING", Severity.WARNING: "VARNING", Severity.VIOLATION: "FEL"},
    "en": {Severity.INFO: "INFO", Severity.WARNING: "WARNING", Severity.VIOLATION: "VIOLATION"},
}
_SUMMARY = {"sv": "{}, {}, {} i {}.", "en": "{}, {}, {} in {}."}
_COUNTED = {
    "sv": (("fel", "fel"), ("varning", "varningar"), ("upplysning", "upplysningar"), ("påstående", "påståenden")),
    "en": (("violation", "violations"), ("warning", "warnings"), ("note", "notes"), ("statement", "statements")),
}
# How many shapes there are; and how many of them, if any, reach nothing: all or some.
_CHECKED = {"sv": ("Kontrollerat: {} {}", ("form", "former")), "en": ("Checked: {} {}", ("shape", "shapes"))}
_UNMET = {
    "sv": ("; det finns inget att kontrollera än", "; för {} av dem finns inget att kontrollera än"),
    "en": ("; there is nothing to check yet", "; for {} of them there is nothing to check yet"),
}
_WIDTH = 120  # columns of a list of places
_FEW = 3  # notes of one rule that are told one by one
_ALIKE = {
    "sv": "UPPLYSNING [{rule}] på {count} ställen, det första {where}",
    "en": "INFO [{rule}] in {count} places, the first {where}",
}
_UNREADABLE = {
    "sv": "Allt gick inte att läsa, så inget mer har kontrollerats.",
    "en": "Not everything could be read, so nothing more was checked.",
}


def plain(report: Report, language: str, *, coverage: bool = True) -> str:
    """Text for a person: each finding with its places, many notes of one rule together, the coverage, the sum."""
    known = language if language in _WORDS else "en"
    alike = _alike(report)
    lines = [line for finding in report.findings if finding.rule not in alike for line in _lines(finding, known)]
    lines += [line for findings in alike.values() for line in _lines_alike(findings, known)]
    if coverage and report.readable:
        lines.append(_checked(report, known))
    return printable("\n".join([*lines, _sum(report, known), ""]))


def _alike(report: Report) -> dict[str, list[Finding]]:
    """The notes of each rule that has many, and nothing worse."""
    found: dict[str, list[Finding]] = {}
    for finding in report.findings:
        found.setdefault(finding.rule, []).append(finding)
    return {
        rule: findings
        for rule, findings in found.items()
        if len(findings) > _FEW and {finding.severity for finding in findings} == {Severity.INFO}
    }


def _lines_alike(findings: list[Finding], language: str) -> list[str]:
    """The first of them with its message, and where the others are."""
    first, *others = ([*map(str, finding.places[:1]), finding.focus or ""][0] for finding in findings)
    head = _ALIKE[language].format(rule=findings[0].rule, count=len(findings), where=first)
    rest = wrap(", ".join(others), _WIDTH, initial_indent="    ", subsequent_indent="    ", break_on_hyphens=False)
    return [head, f"    {text(findings[0].message, language)}", *rest, ""]


def _lines(finding: Finding, language: str) -> list[str]:
    where = " ".join(str(place) for place in finding.places)
    name = " ".join(text(finding.label, language).split())
    thing = f"{name} <{finding.focus}>" if name else finding.focus or ""
    head = f"{_WORDS[language][finding.severity]} [{finding.rule}]"
    return [" ".join(part for part in (where, head, thing) if part), f"    {text(finding.message, language)}", ""]


def _checked(report: Report, language: str) -> str:
    """How many shapes there are, and for how many of them there is nothing to check."""
    every, unmet = len(report.coverage), sum(each.nodes == 0 for each in report.coverage)
    said, forms = _CHECKED[language]
    more = _UNMET[language][unmet < every].format(unmet) if unmet else ""
    return f"{said.format(every, forms[every != 1])}{more}."


def _sum(report: Report, language: str) -> str:
    if not report.readable:
        return _UNREADABLE[language]
    found = [sum(f.severity is severity for f in report.findings) for severity in reversed(Severity)]
    words = zip([*found, report.triples], _COUNTED[language], strict=True)
    return _SUMMARY[language].format(*(f"{count} {forms[count != 1]}" for count, forms in words))


def json(report: Report) -> bytes:
    """All findings and the coverage as JSON in UTF-8."""
    found = {
        "conforms": report.conforms,
        "triples": report.triples,
        "findings": [_json_finding(finding) for finding in report.findings],
        "coverage": [{"shape": c.shape, "label": dict(c.label), "nodes": c.nodes} for c in report.coverage],
    }
    return (json_module.dumps(found, ensure_ascii=False, indent=2) + "\n").encode()


def _json_finding(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "rule": finding.rule,
        "severity": finding.severity.name.lower(),
        "message": dict(finding.message),
        "focus": finding.focus,
        "label": dict(finding.label),
        "path": finding.path,
        "value": finding.value,
        "shape": finding.shape,
        "component": finding.component,
        "places": [{"file": place.file, "line": place.line} for place in finding.places],
    }


def sarif(report: Report, language: str = "en") -> bytes:
    """SARIF 2.1.0 (OASIS), with paths relative to the site, as code hosts accept it."""
    rules = sorted({finding.rule for finding in report.findings})
    found = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver(report, rules, language)},
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, rules, language) for finding in report.findings],
            }
        ],
    }
    return (json_module.dumps(found, ensure_ascii=False, indent=2) + "\n").encode()


def _driver(report: Report, rules: list[str], language: str) -> dict[str, Any]:
    first = {finding.rule: finding for finding in reversed(report.findings)}
    return {
        "name": "samverkan",
        "rules": [
            {
                "id": rule,
                "shortDescription": {"text": text(first[rule].message, language)[:1000] or rule},
                "fullDescription": {"text": text(first[rule].message, language)[:1000] or rule},
                "defaultConfiguration": {"level": _LEVELS[first[rule].severity]},
            }
            for rule in rules
        ],
    }


def _result(finding: Finding, rules: list[str], language: str) -> dict[str, Any]:
    name = text(finding.label, language) or finding.focus
    message = text(finding.message, language)
    places = finding.places or (_NOWHERE,)  # code hosts take no result without a place
    parts = (finding.rule, finding.focus or "", finding.path or "", finding.value or "", places[0].file)
    return {
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding.rule),
        "level": _LEVELS[finding.severity],
        "message": {"text": ": ".join(part for part in (name, message) if part) or finding.rule},
        "locations": [_location(place) for place in places[:1]],
        "relatedLocations": [{"id": number, **_location(place)} for number, place in enumerate(places[1:], 1)],
        "partialFingerprints": {"finding/v1": hashlib.sha256("|".join(parts).encode()).hexdigest()},
    }


def _location(place: Place) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(place.file)},
            "region": {"startLine": place.line or 1},
        }
    }


def turtle(report: Report, base: str = "") -> bytes:
    """A `sh:ValidationReport` (SHACL 1.0, section 3.6) in Turtle; its nodes are IRIs under `{base}validation/`.

    Without a base they are blank nodes, and so are the checks that are not of SHACL.
    """
    here: Node = NamedNode(f"{base}validation") if base else BlankNode("report")
    conforms = Literal(
        "false" if report.findings or not report.readable else "true", datatype=NamedNode(f"{XSD}boolean")
    )
    triples = [Triple(here, TYPE, _sh("ValidationReport")), Triple(here, _sh("conforms"), conforms)]
    for number, finding in enumerate(report.findings, 1):
        node: Node = NamedNode(f"{base}validation/{number}") if base else BlankNode(f"result{number}")
        triples.append(Triple(here, _sh("result"), node))
        triples += _facts(node, finding, here, base)
        triples += _walked(node, finding) if not base else ()
    prefixes = {"sh": SH, "dcterms": DCTERMS, "xsd": XSD}
    return serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes) or b""


OWN_CHECKS = "urn:x-samverkan:"


def _facts(node: Node, finding: Finding, here: Node, base: str) -> Iterator[Triple]:
    component = finding.component or f"{base or OWN_CHECKS}validation/check/{finding.check}"
    severity = finding.own_severity or f"{SH}{finding.severity.name.capitalize()}"
    facts: list[tuple[str, Term | None]] = [
        ("resultSeverity", NamedNode(severity)),
        ("focusNode", _shown(finding.focus, base) or here),
        ("sourceConstraintComponent", NamedNode(component)),
        ("resultPath", NamedNode(finding.path) if finding.path else None),
        ("sourceShape", NamedNode(finding.shape) if finding.shape else None),
        ("value", _shown(finding.value, base) if finding.check == "shacl" else None),
    ]
    yield Triple(node, TYPE, _sh("ValidationResult"))
    yield from (Triple(node, _sh(name), term) for name, term in facts if term is not None)
    yield from (Triple(node, _sh("resultMessage"), _message(*words)) for words in sorted(finding.message.items()))
    yield from (Triple(node, NamedNode(f"{DCTERMS}source"), Literal(str(place))) for place in finding.places)


def _walked(node: Node, finding: Finding) -> list[Triple]:
    """A path that is more than one property: in a report of a site it would be made of nodes without names."""
    found: list[Triple] = []
    if finding.complex_path:
        names = (BlankNode(f"{node.value}path{number}") for number in count(1))
        path = write_path(finding.complex_path, found, lambda: next(names))
        found.append(Triple(node, _sh("resultPath"), path))
    return found


def _shown(term: str | None, base: str) -> Term | None:
    """A focus or value as a node; None where there is none, and for a blank node in the report of a site."""
    if not term or (base and term.startswith("_:")):
        return None
    if term.startswith(("_:", '"', "<")):
        return _term(term)
    return NamedNode(term) if ":" in term else None


def _message(tag: str, words: str) -> Literal:
    return Literal(words, language=tag) if tag else Literal(words)


def _term(value: str) -> Term:
    if value.startswith("_:"):
        return BlankNode(value[2:])
    quad: Quad = next(iter(parse(f"<s:> <p:> {value} .", format=RdfFormat.N_TRIPLES)))
    return quad.object


def _sh(name: str) -> NamedNode:
    return NamedNode(SH + name)


def published(base: str) -> Mapping[str, Callable[[Report], bytes]]:
    """The forms in which a release holds its report, by suffix."""
    return {".ttl": partial(turtle, base=base), ".json": json, ".sarif": sarif}
