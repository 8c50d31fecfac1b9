"""Results as a validation report (SHACL 1.0, section 3.6), with every term as data and shapes have it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from samverkan.model.namespaces import SH, TYPE, XSD
from samverkan.validation.evaluation.evaluator import ValidationResult
from samverkan.validation.shapes.paths import Node, write_path


def report(results: Iterable[ValidationResult]) -> list[Triple]:
    """The triples of a report; it conforms where there is no result, of whatever severity."""
    node, triples, found = BlankNode(), list[Triple](), list(results)
    conforms = Literal("false" if found else "true", datatype=NamedNode(f"{XSD}boolean"))
    triples += [Triple(node, TYPE, _sh("ValidationReport")), Triple(node, _sh("conforms"), conforms)]
    for result in found:
        one = BlankNode()
        triples.append(Triple(node, _sh("result"), one))
        triples += _facts(one, result)
    return triples


def _facts(node: Node, result: ValidationResult) -> Iterator[Triple]:
    walked: list[Triple] = []
    facts = {
        "focusNode": result.focus,
        "resultPath": None if result.path is None else write_path(result.path, walked),
        "value": result.value,
        "sourceShape": result.shape.node,
        "sourceConstraint": result.constraint,
        "sourceConstraintComponent": NamedNode(result.component),
        "resultSeverity": result.shape.severity,
    }
    yield Triple(node, TYPE, _sh("ValidationResult"))
    yield from (Triple(node, _sh(name), term) for name, term in facts.items() if term is not None)
    yield from (Triple(node, _sh("resultMessage"), message) for message in result.messages)
    yield from walked


def _sh(name: str) -> NamedNode:
    return NamedNode(SH + name)
