"""The gate: every check looks at a case and yields findings; SHACL is one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from samverkan.errors import Place, SamverkanError
from samverkan.model.dataset import File
from samverkan.validation import (
    address_checks,
    compiled,
    concept_checks,
    consistency_checks,
    corrections,
    domain_checks,
    evidence_checks,
    hierarchy_checks,
    lifecycle_checks,
    note_checks,
    passage_checks,
    privacy_checks,
    query_checks,
    setting_checks,
    shacl,
    shape_checks,
    shape_part_checks,
    site_checks,
    sparql_constraints,
    text_checks,
)
from samverkan.validation.corrections import by_pair, by_value
from samverkan.validation.findings import Coverage, Finding, Report, Severity, text
from samverkan.validation.locations import with_location
from samverkan.validation.messages import finding
from samverkan.validation.store_snapshot import StoreSnapshot
from samverkan.validation.suggestions import explained
from samverkan.validation.validation_input import ValidationInput

__all__ = [
    "ADVICE",
    "CHECKS",
    "ENGINES",
    "Check",
    "Coverage",
    "Finding",
    "Report",
    "Severity",
    "StoreSnapshot",
    "ValidationInput",
    "compared",
    "corrected",
    "run",
    "run_in",
    "text",
    "unreadable",
]

Check = Callable[[ValidationInput], Iterable[Finding]]

ENGINES = tuple(shacl.ENGINES)

CHECKS: tuple[Check, ...] = (
    site_checks.nothing_is_missing,
    site_checks.duties_are_met,
    site_checks.names_are_declared,
    site_checks.terms_are_current,
    site_checks.standard_names_exist,
    site_checks.shapes_stay_in_the_site,
    sparql_constraints.queries_are_sound,
    site_checks.shapes_reach_nodes,
    site_checks.shapes_have_work,
    site_checks.classes_have_shapes,
    site_checks.things_have_classes,
    site_checks.links_lead_somewhere,
    lifecycle_checks.replacements_lead_on,
    lifecycle_checks.links_lead_to_the_living,
    lifecycle_checks.withdrawals_are_explained,
    site_checks.graphs_are_described,
    site_checks.nothing_is_nameless,
    site_checks.every_format_can_say_it,
    site_checks.every_reader_can_read_it,
    site_checks.queries_tell_what_is_written,
    site_checks.switches_are_on_or_off,
    site_checks.shapes_ask_for_what_is_evaluated,
    shape_part_checks.shapes_that_are_named_exist,
    shape_part_checks.parameters_have_what_they_need,
    shape_part_checks.nothing_is_to_be_inferred,
    query_checks.heads_say_what_is_read,
    query_checks.heads_are_in_all_languages,
    query_checks.variables_have_values,
    shape_checks.constraints_can_hold,
    shape_checks.texts_are_in_all_languages,
    shape_checks.queries_have_variables,
    shape_checks.messages_are_filled,
    site_checks.addresses_are_good,
    address_checks.prefixes_are_of_the_site,
    address_checks.prefixes_are_as_usual,
    address_checks.schemes_are_right,
    address_checks.graphs_have_files,
    address_checks.mailboxes_can_be_written_to,
    address_checks.web_addresses_name_a_host,
    concept_checks.concepts_are_of_their_lists,
    concept_checks.concepts_are_led_to,
    concept_checks.concepts_are_of_one_list,
    concept_checks.names_fit_addresses,
    domain_checks.properties_are_of_their_classes,
    hierarchy_checks.nothing_is_above_itself,
    consistency_checks.nothing_contradicts_itself,
    consistency_checks.inferred_graphs_are_free,
    privacy_checks.personal_data_are_apart,
    privacy_checks.withdrawn_persons_are_nameless,
    text_checks.names_are_tidy,
    text_checks.nothing_is_hidden,
    text_checks.texts_are_plain,
    text_checks.letters_are_whole,
    text_checks.texts_are_unspoilt,
    text_checks.names_are_words,
    text_checks.numbers_are_the_same,
    text_checks.languages_are_known,
    text_checks.one_name_for_each_language,
    text_checks.languages_fit,
    # These wait for what other processes find out meanwhile.
    evidence_checks.evidence_agrees_with_facts,
    evidence_checks.facts_have_evidence,
    evidence_checks.notes_agree_with_facts,
    passage_checks.passages_are_under_their_headings,
    note_checks.notes_are_of_their_classes,
    note_checks.interpretations_have_notes,
    site_checks.choices_are_usable,
    site_checks.views_are_answered,
    query_checks.questions_have_answers,
    shacl.check,
)

# What is in these modules only advises, and a few others do: none of them tells a violation.
_ADVISING = (domain_checks, note_checks, passage_checks, query_checks, shape_checks, text_checks)
ADVICE: frozenset[Check] = frozenset(
    {
        *(check for check in CHECKS if check.__module__ in {module.__name__ for module in _ADVISING}),
        *(site_checks.terms_are_current, site_checks.queries_tell_what_is_written),
        *(concept_checks.concepts_are_led_to, concept_checks.concepts_are_of_one_list),
        *(concept_checks.names_fit_addresses, evidence_checks.notes_agree_with_facts),
    }
)


def run(case: ValidationInput, checks: Sequence[Check] = CHECKS, least: Severity = Severity.INFO) -> Report:
    """Run all checks and return all findings at once, each with its places, the worst first.

    Those that are not as bad as `least` are left out, and need no places; where that is a violation, checks are left
    out that tell none. Where a setting is wrong on which all else rests, nothing else is told.
    """
    if wrong := tuple(_guarded(setting_checks.settings_fit, setting_checks.settings_fit(case))):
        return Report(wrong, (), len(case.graph))
    checks = [check for check in checks if least < Severity.VIOLATION or check not in ADVICE]
    begun = [(check, _begun(check, case)) for check in checks]  # one works in a process of its own from now on
    case.begun()
    found = [each for check, findings in begun for each in _guarded(check, findings) if each.severity >= least]
    told = by_value(explained(found, case))
    findings = sorted(with_location(_labelled(list(told), case), case), key=_order)
    return Report(tuple(by_pair(findings)), case.reach.coverage(), len(case.graph))


def run_in(store: StoreSnapshot, files: ValidationInput) -> Report:
    """Run all checks on what a store holds of a site; `files` is the case of its files.

    The store itself looks for what breaks the shapes.
    """

    def compiled_shapes(case: ValidationInput) -> Iterable[Finding]:
        return compiled.check(case, store.ask)

    checks = (compiled_shapes if check is shacl.check else check for check in CHECKS)
    return run(store.case(files), (*checks, store.check_graphs))


def unreadable(errors: Iterable[SamverkanError]) -> Report:
    """The report of a site with files that can't be read."""
    return Report(tuple(_broken(error) for error in errors), readable=False)


def corrected(report: Report, files: Iterable[File], again: Callable[[tuple[File, ...]], Report]) -> Report:
    """A report in which each mistake is told, and not what it brings about.

    `again` gives the report of the site with other files of the same names: those in which what was probably meant
    stands in place of what is wrong.
    """
    last, told = report, list[corrections.Correction]()
    for turn in corrections.NAMES:
        files, made = corrections.corrected(files, corrections.corrections(last, turn))
        told += made
        last = again(files) if made else last
    files, made = corrections.corrected(files, corrections.corrections(last, corrections.VALUES))
    if made:
        last, made = corrections.left(last, again(files), made)
        told += made
    both = corrections.merged(report, last, told) if told else report
    return replace(both, findings=tuple(sorted(both.findings, key=_order)))


def compared(before: Report, after: Report) -> tuple[int, int]:
    """How many findings of a report are new, and how many are gone; one whose lines have moved is the same."""
    old, new = (Counter(_unplaced(finding) for finding in report.findings) for report in (before, after))
    return (new - old).total(), (old - new).total()


def _unplaced(found: Finding) -> str:
    files = tuple(Place(place.file) for place in found.places)
    return repr(replace(found, places=files, label={}))


def _begun(check: Check, case: ValidationInput) -> Iterable[Finding]:
    try:
        return check(case)
    except Exception as error:  # noqa: BLE001 - as below
        return iter((_broken_check(check, error),))


def _guarded(check: Check, findings: Iterable[Finding]) -> Iterator[Finding]:
    """A check that crashes means no: it becomes a violation, and the other checks still run."""
    try:
        yield from findings
    except Exception as error:  # noqa: BLE001 - whatever a check stumbles over is told
        yield _broken_check(check, error)


def _broken_check(check: Check, error: Exception) -> Finding:
    name = getattr(check, "__name__", "check")
    return finding("broken-check", name=name, reason=f"{type(error).__name__}: {error}")


def _labelled(found: list[Finding], case: ValidationInput) -> list[Finding]:
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


def _order(finding: Finding) -> tuple[int, str, int, str, str, str, tuple[str, ...]]:
    """The worst first, then by place; of two findings that differ in anything one comes first, in every run."""
    place = finding.places[0] if finding.places else Place("")
    more = (
        finding.path or "",
        finding.component or "",
        finding.shape or "",
        *map(str, sorted(finding.message.items())),
    )
    first = (-finding.severity, place.file, place.line or 0, finding.rule)
    return (*first, finding.focus or "", finding.value or "", more)
