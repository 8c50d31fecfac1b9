"""SHACL compiled to SPARQL: the store looks for what breaks the shapes, and only that leaves it.

Each shape with a target is compiled whole, or handed to an engine whole: where it asks for
something that SPARQL can't say plainly, or that this store gets wrong.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from pyoxigraph import NamedNode, Triple

from samverkan.errors import SamverkanError, StoreChangingError
from samverkan.model.namespaces import OWL, RDFS, SH, SUBCLASS, TYPE
from samverkan.model.results import Term
from samverkan.validation import shacl
from samverkan.validation.compiled.constraints import Compiler
from samverkan.validation.compiled.paths import UncompilableError
from samverkan.validation.compiled.probes import trusted
from samverkan.validation.compiled.queries import CompiledQuery, queries, targets
from samverkan.validation.compiled.shapes import Shapes
from samverkan.validation.evaluation.data_graph import closure
from samverkan.validation.findings import Finding
from samverkan.validation.messages import finding, with_message
from samverkan.validation.query_runner import Ask, LateError, QueryRunner
from samverkan.validation.shapes.graph import Target
from samverkan.validation.validation_input import ValidationInput

# The questions of one shape, each with a number that it has whichever target leads to it; or why there are none.
Numbered: TypeAlias = tuple[tuple[int, CompiledQuery], ...]
Plan: TypeAlias = Numbered | str

_LOG = logging.getLogger(__name__)
_AIMS = frozenset(
    f"{SH}{name}" for name in ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode", "target")
)
_CLASSES = frozenset({NamedNode(f"{RDFS}Class"), NamedNode(f"{OWL}Class")})


@dataclass(frozen=True)
class Compiled:
    """The shapes of a case, to be asked of a store."""

    case: ValidationInput
    store: QueryRunner

    @cached_property
    def shapes(self) -> Shapes:
        """The shapes."""
        return Shapes(self.case.shapes)

    @cached_property
    def plan(self) -> Mapping[Term, Plan]:
        """For each shape with a target its questions, or why it can't be asked of this store."""
        return {term: self._queries(term, aims) for term, aims in self.shapes.roots()}

    def _queries(self, term: Term, aims: tuple[Target, ...]) -> Plan:
        if self.shapes.extended:
            return "constraints that the shapes declare themselves"
        compiler = Compiler(self.shapes, self._below)
        try:
            found = tuple(
                numbered
                for aim in aims
                for focus in targets(compiler, aim)
                for numbered in enumerate(queries(compiler, term, focus))
            )
        except (UncompilableError, RecursionError) as error:
            return str(error) or "shapes within shapes without end"
        strange = sorted(pattern for pattern in compiler.patterns if not self._understands(*pattern))
        return f"the store reads a pattern otherwise: {strange[0][0]}" if strange else found

    def _below(self, name: str) -> frozenset[str]:
        """A class with all below it, as the store has them."""
        return frozenset(closure({name}, self._subclasses))

    @cached_property
    def _subclasses(self) -> Mapping[str, frozenset[str]]:
        where = f"WHERE {{ ?sub {SUBCLASS} ?super }}"
        count = f"SELECT (COUNT(*) AS ?n) {{ {{ SELECT DISTINCT ?sub ?super {where} }} }}"
        found: dict[str, set[str]] = {}
        for row in self.store.rows(f"SELECT DISTINCT ?sub ?super {where}", count):
            if isinstance(row["sub"], NamedNode) and isinstance(row["super"], NamedNode):
                found.setdefault(row["super"].value, set()).add(row["sub"].value)
        return {name: frozenset(below) for name, below in found.items()}

    def _understands(self, pattern: str, flags: str) -> bool:
        known = self._understood
        if (pattern, flags) not in known:
            known[pattern, flags] = trusted(self.store, pattern, flags)
        return known[pattern, flags]

    @cached_property
    def _understood(self) -> dict[tuple[str, str], bool]:
        return {}

    def findings(self) -> Iterator[Finding]:
        """Every result: of the shapes that the store was asked about, and of those left to an engine."""
        found, left = self.asked()
        yield from found
        for term, reason in left.items():
            _LOG.info("%s is checked outside the store: %s", term, reason)
        if left:
            yield from shacl.evaluated(self.case, tuple(self._aimed(frozenset(left))))

    def asked(self) -> tuple[list[Finding], Mapping[Term, str]]:
        """What the store finds, and the shapes that it could not be asked about, with the reason of each."""
        found: list[Finding] = []
        left: dict[Term, str] = {}
        for term, plan in self.plan.items():
            try:
                found += [] if isinstance(plan, str) else self._results(plan)
            except StoreChangingError:
                raise  # what was read and what is asked now may be two releases
            except SamverkanError as error:
                plan = str(error)  # noqa: PLW2901 - it could be asked, and was not answered
            if isinstance(plan, str):
                left[term] = plan
        return found, left

    def _results(self, asked: Numbered) -> list[Finding]:
        """The results of one shape; a node that several of its targets select counts once."""
        found: dict[tuple[object, ...], Finding] = {}
        for number, query in asked:
            rows = self.store.rows(query.sparql, query.count)
            for row in query.pick(rows):
                result = query.finding(row)
                found[number, tuple(map(str, row.values()))] = result if result.message else with_message(result)
        return list(found.values())

    def _aimed(self, roots: frozenset[Term]) -> Iterator[Triple]:
        """The shapes without the targets of all others."""
        for triple in self.case.shapes:
            aims = triple.predicate.value in _AIMS or (triple.predicate == TYPE and triple.object in _CLASSES)
            if not aims or triple.subject in roots:
                yield triple


def check(case: ValidationInput, ask: Ask) -> Iterator[Finding]:
    """Every result of the shapes in what a store holds, as `shacl.check` gives those in files."""
    if shacl.has_nothing_to_do(case):
        return
    compiled = Compiled(case, QueryRunner(ask, time.monotonic() + case.seconds))
    try:
        found = sorted(compiled.findings(), key=shacl.order)
    except LateError:
        yield finding("unfinished", seconds=case.seconds)
    else:
        yield from found
