"""The invented sites of bench/: the same on every run, whole, and with exactly the faults that were planted."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import pytest
from bench.checks import costs, table
from bench.dice import Dice
from bench.generate import Made, generate
from bench.growth import Growth, Taken, growths
from bench.planted import FAULTS

import samverkan
from samverkan import validation
from samverkan.validation import Report, Severity

ROOT = Path(__file__).parents[2]
TRIPLES = 5_000
ROUNDS = 2  # how often each kind of fault is planted


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return generate(tmp_path_factory.mktemp("bench"), TRIPLES, ROUNDS * len(FAULTS))


@pytest.fixture(scope="module")
def report(made: Made) -> Report:
    return samverkan.open(made.folder).validate()


def test_every_planted_fault_is_found_and_nothing_else(made: Made, report: Report) -> None:
    planted = Counter((e.rule, e.severity) for fault in made.planted for e in fault.expected)
    found = Counter((finding.rule, finding.severity.name.lower()) for finding in report.at_least(Severity.WARNING))
    assert found == planted


def test_a_finding_about_a_property_is_placed_in_the_file_that_has_the_fault(made: Made, report: Report) -> None:
    planted = {(e.rule, fault.thing): fault.file for fault in made.planted for e in fault.expected}
    found = {(f.rule, f.focus): f.places[0].file for f in report.at_least(Severity.WARNING) if f.focus and f.path}
    assert len(found) > ROUNDS * len(FAULTS) / 2
    assert found.items() <= planted.items()


def test_every_fault_is_found_on_the_thing_it_was_planted_in(made: Made, report: Report) -> None:
    planted = {(e.rule, fault.thing) for fault in made.planted for e in fault.expected if e.rule != "undeclared-term"}
    found = {(finding.rule, finding.focus) for finding in report.at_least(Severity.WARNING) if finding.focus}
    assert found == planted


def test_every_finding_has_its_line(report: Report) -> None:
    assert all(finding.places[0].line for finding in report.at_least(Severity.WARNING))


def test_every_kind_of_fault_is_planted_as_often_as_asked(made: Made) -> None:
    assert Counter(fault.kind for fault in made.planted) == dict.fromkeys(FAULTS, ROUNDS)


def test_a_site_without_faults_conforms(tmp_path: Path) -> None:
    generate(tmp_path, 1_000)
    assert samverkan.open(tmp_path).validate().at_least(Severity.WARNING) == ()


def test_the_size_is_about_what_was_asked_for(made: Made) -> None:
    assert TRIPLES <= made.triples <= TRIPLES * 1.2


def test_the_same_numbers_give_the_same_bytes(made: Made, tmp_path: Path) -> None:
    again = generate(tmp_path, TRIPLES, ROUNDS * len(FAULTS))
    assert _digest(again.folder) == _digest(made.folder)


def test_the_dice_fall_as_they_always_did() -> None:
    dice = Dice(1)
    assert [dice.below(100) for _ in range(5)] == [65, 19, 90, 35, 61]


def test_more_faults_than_agreements_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="agreements"):
        generate(tmp_path, 500, 1_000)


def _digest(folder: Path) -> str:
    files = sorted((folder / "data").iterdir())
    return hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in files)).hexdigest()


def test_a_query_that_grows_with_the_square_of_the_data_is_named() -> None:
    sizes = (10_000, 100_000, 1_000_000)
    square, straight, ended = (
        Growth("x", {size: Taken(rows, seconds) for size, seconds in zip(sizes, taken, strict=True)})
        for rows, taken in ((1, (0.1, 1.0, 100.0)), (1, (0.001, 0.01, 0.6)), (None, (1.0, 1.0, 1.0)))
    )

    assert [round(factor) for factor in square.factors] == [10, 100]
    assert [round(factor) for factor in straight.factors] == [1, 12]  # what is too short to be measured is left out
    assert (square.is_too_fast, straight.is_too_fast, ended.is_too_fast) == (True, False, True)


def test_every_canned_query_that_was_a_product_of_two_lists_grows_with_the_data(tmp_path: Path) -> None:
    sites = {size: tmp_path / str(size) for size in (10_000, 40_000)}
    for size, folder in sites.items():
        generate(folder, size)
    names = ("partners", "funding", "signed-same-day", "signing-order", "governance-graph", "provenance")

    assert [growth.name for growth in growths(sites, 20, names) if growth.is_too_fast] == []


def test_what_each_check_costs_is_told_with_its_share() -> None:
    whole, found = costs(ROOT / "tests/site")
    lines = [*table(whole, found)]

    assert set(found) == {check.__name__ for check in validation.CHECKS}
    assert all(seconds >= 0 for seconds in found.values())
    assert sum(found.values()) < whole
    assert [line.split()[0] for line in lines[-2:]] == ["(reading,", "(the"]
    assert "above a tenth" in next(table(1.0, {"dear": 0.2}))
    assert "above a tenth" not in next(table(1.0, {"cheap": 0.05}))
