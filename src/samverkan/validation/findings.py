"""What a check finds, and the report of all of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from pyoxigraph import NamedNode

from samverkan.errors import Place
from samverkan.model.language_tags import best_of
from samverkan.model.namespaces import SH
from samverkan.validation.shapes.paths import Path

Texts = Mapping[str, str]


class Severity(IntEnum):
    """How bad a finding is, as in SHACL 1.0: the more, the worse."""

    INFO = 1
    WARNING = 2
    VIOLATION = 3


WAITING = frozenset({"unused-shape", "empty-answer"})
"""The rules that requirements and queries break for as long as there are no facts for them."""

SEVERITIES: Mapping[str, Severity] = {f"{SH}{severity.name.capitalize()}": severity for severity in Severity}


WITHOUT_FACT = "evidence-without-fact"
HELD_AGAINST = frozenset({"evidence-differs", "evidence-of-another-type", "fact-beyond-evidence", WITHOUT_FACT})
"""The rules that hold a fact against what bears it out."""


def short_name(iri: str) -> str:
    """What an IRI ends in, behind its last slash or hash: a rule is called so."""
    return re.split("[/#]", iri)[-1] or iri


def own_severity(severity: NamedNode) -> str | None:
    """The IRI of a severity that SHACL doesn't have; None for the three that it has."""
    return None if severity.value in SEVERITIES else severity.value


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or could be better.

    `check` is the check that found it and `rule` what it broke (a shape's name, or the check's).
    `message` says what is wrong and what to do, in each language. `focus` is the IRI of the
    thing, `label` what it is called; `path` the property (an IRI) and `value` the N-Triples
    form of the value in question. `shape` and `component` are IRIs of SHACL. `own_severity` is the IRI of a
    severity that SHACL doesn't have, and `complex_path` the path where it is more than one property. `meant` is
    what was probably meant in place of `value`, in the same form.
    """

    check: str
    rule: str
    severity: Severity
    message: Texts
    focus: str | None = None
    label: Texts = field(default_factory=dict)
    path: str | None = None
    value: str | None = None
    shape: str | None = None
    component: str | None = None
    places: tuple[Place, ...] = ()
    own_severity: str | None = None
    complex_path: Path | None = None
    meant: str | None = None


@dataclass(frozen=True)
class Coverage:
    """How many nodes a shape reached: its IRI and its human names."""

    shape: str
    label: Texts
    nodes: int


@dataclass(frozen=True)
class Report:
    """All findings of a site, the worst first, and what was looked at.

    `readable` is False where a file could not be read; then nothing else was checked.
    """

    findings: tuple[Finding, ...]
    coverage: tuple[Coverage, ...] = ()
    triples: int = 0
    readable: bool = True

    def at_least(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings that are as bad as `severity` or worse."""
        return tuple(finding for finding in self.findings if finding.severity >= severity)

    @property
    def conforms(self) -> bool:
        """Whether the site may be published: it is readable and has no violation."""
        return self.readable and not self.at_least(Severity.VIOLATION)


def text(texts: Texts, language: str) -> str:
    """The text in a language, else in English, else in any; empty where there is none."""
    found = best_of(texts, (language, "en"))
    return (texts[found] if found else "") or texts.get("") or next(iter(texts.values()), "")
