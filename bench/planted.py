"""Faults that are planted on purpose, one in a block, each with what a check must say about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bench.invented import Description
from bench.things import Thing


@dataclass(frozen=True)
class Expected:
    """One finding to come: the rule that is broken and how bad that is."""

    rule: str
    severity: str = "violation"


@dataclass(frozen=True)
class Planted:
    """One planted fault: its kind, the thing that it is in (an IRI), the file, and the findings that it gives."""

    kind: str
    thing: str
    file: str
    expected: tuple[Expected, ...]


@dataclass(frozen=True)
class Fault:
    """A kind of fault: how to plant it, which gives the thing that it is in; and the findings that it gives."""

    plant: Callable[[Description, int], Thing]
    expected: tuple[Expected, ...]


def _missing_party(block: Description, _: int) -> Thing:
    block.agreement.drop("sam:party", block.agreement.values("sam:party")[1])
    return block.agreement


def _wrong_datatype(block: Description, _: int) -> Thing:
    block.commitment.drop("sam:nonExhaustive")
    return block.commitment.add("sam:nonExhaustive", '"true"')


def _empty_label(block: Description, _: int) -> Thing:
    return block.commitment.add("skos:altLabel", '" "@sv')


def _missing_language(block: Description, _: int) -> Thing:
    block.note.drop("skos:prefLabel", block.note.values("skos:prefLabel")[1])
    return block.note


def _duplicate_language(block: Description, _: int) -> Thing:
    return block.note.add("skos:prefLabel", '"Another name"@en')


def _contradicting_bounds(block: Description, _: int) -> Thing:
    """Known to the month, with bounds that leave out its last day."""
    return _dated(block.agreement, '"2020-02"^^xsd:gYearMonth', "2020-02-28", "month")


def _contradicting_precision(block: Description, _: int) -> Thing:
    """Known to the month, and said to be known to the day."""
    return _dated(block.agreement, '"2020-02"^^xsd:gYearMonth', "2020-02-29", "day")


def _dated(agreement: Thing, date: str, last: str, precision: str) -> Thing:
    """Give an agreement another date, and a validity that goes with any date."""
    for name in ("signatureDate", "signedNotBefore", "signedNotAfter", "signaturePrecision"):
        agreement.drop(f"sam:{name}")
    for name in ("validityKind", "validFrom", "validUntil"):
        agreement.drop(f"sam:{name}")
    agreement.add("sam:validityKind", "sam:validity-until-further-notice")
    agreement.add("sam:signatureDate", date).add("sam:signaturePrecision", f"sam:precision-{precision}")
    agreement.add("sam:signedNotBefore", '"2020-02-01"^^xsd:date')
    return agreement.add("sam:signedNotAfter", f'"{last}"^^xsd:date')


def _dangling_link(block: Description, number: int) -> Thing:
    return block.agreement.add("sam:coversArea", f"area:nowhere-{number}")


def _undeclared_term(block: Description, number: int) -> Thing:
    return block.passage.add(f"sam:undeclared{number}", '"x"')


def _unknown_code(block: Description, _: int) -> Thing:
    block.commitment.drop("sam:modality")
    return block.commitment.add("sam:modality", "sam:type-comprehensive")


def _missing_source(block: Description, _: int) -> Thing:
    block.passage.drop("oa:hasSource")
    return block.passage


def _missing_class(block: Description, _: int) -> Thing:
    block.passage.drop("a")
    return block.passage


def _missing_contact(block: Description, _: int) -> Thing:
    """Another agreement has the contact instead, so that the person is not left over."""
    block.contact.name = "agreement:national"
    return block.agreement


def _found(*rules: str) -> tuple[Expected, ...]:
    return tuple(map(Expected, rules))


FAULTS: Mapping[str, Fault] = {
    "missing party": Fault(_missing_party, _found("Agreement-party")),
    "wrong datatype": Fault(_wrong_datatype, _found("Commitment-nonExhaustive")),
    "empty label": Fault(_empty_label, _found("Named-notEmpty")),
    "missing language": Fault(_missing_language, _found("Label-en")),
    "duplicate language": Fault(_duplicate_language, _found("Label-languages")),
    "contradicting bounds": Fault(_contradicting_bounds, _found("SignedAgreement-bounds")),
    "contradicting precision": Fault(_contradicting_precision, _found("SignedAgreement-precision")),
    "dangling link": Fault(_dangling_link, _found("dangling-link")),
    "undeclared term": Fault(_undeclared_term, _found("undeclared-term")),
    "unknown code": Fault(_unknown_code, _found("Commitment-modality")),
    "missing source": Fault(_missing_source, _found("Passage-source")),
    "missing class": Fault(_missing_class, _found("thing-without-class")),
    "missing contact": Fault(_missing_contact, (Expected("ComprehensiveAgreement-contact", "warning"),)),
}
