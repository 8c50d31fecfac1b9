"""Whether two validation reports say the same, result by result."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

SH = "http://www.w3.org/ns/shacl#"
PARTS = ("focusNode", "resultPath", "value", "resultSeverity", "sourceShape", "sourceConstraintComponent")

Result = tuple[str, ...]


def ours(report: bytes) -> Counter[Result]:
    """The SHACL results of `samverkan validate --format json`."""
    found = (finding for finding in json.loads(report)["findings"] if finding["check"] == "shacl")
    return Counter(
        (
            finding["focus"],
            finding["path"] or "",
            finding["value"] or "",
            SH + finding["severity"].capitalize(),
            finding["shape"] or "",
            finding["component"] or "",
        )
        for finding in found
    )


def theirs(report: Path) -> Counter[Result]:
    """The results of a `sh:ValidationReport` in N-Triples."""
    nodes: dict[str, dict[str, str]] = {}
    for quad in parse(path=report, format=RdfFormat.N_TRIPLES):
        name = quad.predicate.value.removeprefix(SH)
        nodes.setdefault(str(quad.subject), {})[name] = _text(quad.object, name)
    results = (node for node in nodes.values() if "focusNode" in node)
    return Counter(tuple(result.get(part, "") for part in PARTS) for result in results)


def _text(term: object, part: str) -> str:
    """A term as our own report has it; a path that is not a property says nothing that its shape does not say."""
    if part == "value":
        return str(term)
    if isinstance(term, NamedNode | Literal):
        return term.value
    return "" if part == "resultPath" else str(term)
