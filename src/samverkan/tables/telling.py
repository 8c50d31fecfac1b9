"""An import told in words: what is wrong in the workbook, what is new, each file's changes, and what the checks say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import unified_diff

from samverkan.authoring.file_changes import FileChange
from samverkan.errors import Place
from samverkan.tables.facts import SiteFacts
from samverkan.tables.importing import Gone
from samverkan.tables.plan import Plan
from samverkan.validation import text

_WORDS: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "note": "Obs: {line}",
        "new": "{name}: ny fil",
        "changed": "{name}: rader som tillkommer: {more}, som försvinner: {less}",
        "violation": "{place}: NYTT FEL [{rule}] {message}",
        "more": "… och {count} till.",
        "gone": "{table}: {name} ({address}) har ingen rad.",
    },
    "en": {
        "note": "Note: {line}",
        "new": "{name}: new file",
        "changed": "{name}: lines added: {more}, removed: {less}",
        "violation": "{place}: NEW VIOLATION [{rule}] {message}",
        "more": "… and {count} more.",
        "gone": "{table}: {name} ({address}) has no row.",
    },
}
_CONTEXT_LINES = 2
_MOST_NOTES = 40


def remarks(plan: Plan, language: str) -> Iterator[str]:
    """The lines that tell of a workbook: faults first, then notes."""
    for each in plan.imported.faults:
        yield each.line(language)
    notes = [each for each in plan.imported.remarks if each.is_note]
    for each in notes[:_MOST_NOTES]:
        yield _WORDS[language]["note"].format(line=each.line(language))
    if len(notes) > _MOST_NOTES:
        yield _WORDS[language]["more"].format(count=len(notes) - _MOST_NOTES)


def shown(plan: Plan, language: str) -> Iterator[str]:
    """The lines that show what changes: each file with a diff, and the violations that are new."""
    for change in plan.changes:
        yield from _change(change, language)
    for found in plan.violations:
        place = found.places[0] if found.places else Place("")
        yield _WORDS[language]["violation"].format(place=place, rule=found.rule, message=text(found.message, language))


def _change(change: FileChange, language: str) -> Iterator[str]:
    words = _WORDS[language]
    before, after = ((each or b"").decode("utf-8-sig").splitlines() for each in (change.before, change.after))
    if change.before is None:
        yield words["new"].format(name=change.name)
        yield from (f"    + {line}".rstrip() for line in after)
        return
    diff = [*unified_diff(before, after, lineterm="", n=_CONTEXT_LINES)][2:]
    more, less = (sum(line.startswith(sign) for line in diff) for sign in "+-")
    yield words["changed"].format(name=change.name, more=more, less=less)
    yield from (f"    {line}".rstrip() for line in diff)


def without_row(facts: SiteFacts, gone: list[Gone], language: str) -> Iterator[str]:
    """A line for each thing that has no row any more."""
    for each in gone:
        name, address = facts.label(each.thing, language), facts.short(each.thing)
        yield _WORDS[language]["gone"].format(table=each.table.title[language], name=name, address=address)
