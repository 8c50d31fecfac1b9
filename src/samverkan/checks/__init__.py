"""The gate: every check looks at a case and yields findings; SHACL is one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from samverkan.checks import compiled, fates, house, shacl, sparql
from samverkan.checks.case import Case
from samverkan.checks.findings import Coverage, Finding, Report, Severity, text
from samverkan.checks.held import Held
from samverkan.checks.messages import finding
from samverkan.checks.places import placed
from samverkan.errors import Place, SamverkanError

__all__ = [
    "CHECKS",
    "ENGINES",
    "Case",
    "Coverage",
    "Finding",
    "Held",
    "Report",
    "Severity",
    "run",
    "run_in",
    "text",
    "unreadable",
]

Check = Callable[[Case], Iterable[Finding]]

ENGINES = tuple(shacl.ENGINES)

CHECKS: tuple[Check, ...] = (
    house.nothing_is_missing,
    house.names_are_declared,
    house.standard_names_exist,
    house.shapes_stay_in_the_house,
    sparql.queries_are_sound,
    shacl.check,
    house.shapes_reach_nodes,
    house.shapes_have_work,
    house.classes_have_shapes,
    house.things_have_classes,
    house.links_lead_somewhere,
    fates.replacements_lead_on,
    fates.links_lead_to_the_living,
    fates.withdrawals_are_explained,
    house.graphs_are_described,
    house.nothing_is_nameless,
    house.every_format_can_say_it,
    house.choices_are_usable,
    house.addresses_are_good,
)


def run(case: Case, checks: Sequence[Check] = CHECKS) -> Report:
    """Run all checks and return all findings at once, each with its places, the worst first."""
    found = [finding for check in checks for finding in _guarded(check, case)]
    findings = sorted(placed(_labelled(found, case), case), key=_order)
    return Report(tuple(findings), case.reach.coverage(), len(case.published))


def run_in(store: Held, files: Case) -> Report:
    """Run all checks on what a store holds of a site; `files` is the case of its files.

    The store itself looks for what breaks the shapes.
    """

    def compiled_shapes(case: Case) -> Iterable[Finding]:
        return compiled.check(case, store.ask)

    checks = (compiled_shapes if check is shacl.check else check for check in CHECKS)
    return run(store.case(files), (*checks, store.check_graphs))


def unreadable(errors: Iterable[SamverkanError]) -> Report:
    """The report of a site with files that can't be read."""
    return Report(tuple(_broken(error) for error in errors), readable=False)


def _guarded(check: Check, case: Case) -> Iterator[Finding]:
    """A check that crashes means no: it becomes a violation, and the other checks still run."""
    try:
        yield from check(case)
    except Exception as error:  # noqa: BLE001 - whatever a check stumbles over is told
        name = getattr(check, "__name__", "check")
        yield finding("broken-check", name=name, reason=f"{type(error).__name__}: {error}")


def _labelled(found: list[Finding], case: Case) -> list[Finding]:
    labels = case.labels(frozenset(finding.focus for finding in found if finding.focus))
    return [replace(f, label=labels.get(f.focus or "", {})) for f in found]


def _broken(error: SamverkanError) -> Finding:
    en = f"{error.what} {error.remedy}".strip()
    message = {"sv": error.sv or f"Filen kan inte användas: {en}", "en": en}
    return Finding(
        "syntax",
        "syntax",
        Severity.VIOLATION,
        message,
        places=(error.place,) if error.place else (),
    )


def _order(finding: Finding) -> tuple[int, str, int, str, str, str]:
    place = finding.places[0] if finding.places else Place("")
    return (-finding.severity, place.file, place.line or 0, finding.rule, finding.focus or "", finding.value or "")
