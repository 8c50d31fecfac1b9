"""The W3C's tests of SHACL, by our own engine and as queries to a store."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from pyoxigraph import RdfFormat, Triple, serialize
from tests.generated_shapes import Row, by_subject, described
from tests.w3c_shacl import Case, cases

from samverkan.model.dataset import Dataset, File
from samverkan.model.namespaces import SH, XSD
from samverkan.model.prefixes import Prefixes
from samverkan.store import Embedded
from samverkan.validation import ValidationInput, compiled
from samverkan.validation.evaluation import Data, IllFormed, ValidationResult, evaluate
from samverkan.validation.evaluation.deadline import Deadline
from samverkan.validation.findings import Finding
from samverkan.validation.shapes.paths import Path, write_path
from samverkan.validation.sparql_constraints import queries_are_sound

NUMBER_OF_CASES = 120


def walked(path: Path | None) -> str:
    """A path as a text."""
    said: list[Triple] = []
    return "None" if path is None else described(write_path(path, said), by_subject(said))


def result(found: ValidationResult) -> Row:
    """All of a result that the suite compares."""
    terms = (found.focus, found.value, found.shape.node, f"<{found.component}>", found.shape.severity)
    return (*map(str, terms), walked(found.path))


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_our_engine_finds_what_the_w3c_expects(case: Case) -> None:
    found = list(evaluate(Data.of(case.data), case.shapes, Deadline(math.inf)))
    results = [each for each in found if isinstance(each, ValidationResult)]

    if case.expected is None:
        assert any(isinstance(each, IllFormed) for each in found)
    else:
        assert Counter(map(result, results)) == case.expected
        assert len(results) == len(found)


# A store that knows no xsd:byte has rewritten the value before anybody can ask for it.
REWRITTEN = {"core/property/datatype-ill-formed": (f'"300"^^<{XSD}byte>', f'"300"^^<{XSD}integer>')}


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_a_store_is_asked_for_what_the_w3c_expects(case: Case) -> None:
    given = validation_input(case)
    found = list(compiled.check(given, Embedded(files(case)).query))

    if case.expected is None:
        refused = {each.rule for each in (*found, *queries_are_sound(given))}
        assert refused in ({"ill-formed-shape"}, {"outside-query"})
    else:
        expected = Counter(reduced(each, REWRITTEN.get(case.name)) for each in case.expected.elements())
        assert Counter(map(finding, found)) == expected


def files(case: Case) -> tuple[File, ...]:
    return (File("data/x.ttl", "urn:x:data", serialize(case.data, format=RdfFormat.N_TRIPLES) or b""),)


def validation_input(case: Case) -> ValidationInput:
    shapes = File("shapes/x.ttl", "urn:x:shapes", serialize(case.shapes, format=RdfFormat.N_TRIPLES) or b"")
    return ValidationInput(Dataset((), files(case), (shapes,)), "urn:x:", "urn:x:def/", Prefixes({}))


def reduced(expected: Row, rewritten: tuple[str, str] | None = None) -> Row:
    """What a finding can say of a result: blank nodes have no names there."""
    row = tuple("_:" if each.startswith("_:") else each for each in expected)
    return tuple(each.replace(*rewritten) for each in row) if rewritten else row


def finding(found: Finding) -> Row:
    """A finding as the suite writes a result."""
    focus, severity = found.focus or "", found.own_severity or f"{SH}{found.severity.name.capitalize()}"
    named = focus if focus.startswith(("_:", '"')) else f"<{focus}>"
    shape = f"<{found.shape}>" if found.shape else "_:"
    path = f"<{found.path}>" if found.path else walked(found.complex_path)
    return reduced((named, str(found.value), shape, f"<{found.component}>", f"<{severity}>", path))


def test_the_whole_suite_is_there() -> None:
    assert len(cases()) == NUMBER_OF_CASES
    assert sum(case.expected is None for case in cases()) == 7
