"""What an upgrade would do, told file by file: in words, and as a diff by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import unified_diff

from samverkan.authoring.file_changes import FileChange
from samverkan.authoring.merging import Conflict
from samverkan.authoring.upgrade import Upgrade
from samverkan.errors import Place
from samverkan.validation import text

_WORDS: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "new": "{name}: ny fil",
        "gone": "{name}: tas bort",
        "changed": "{name}: rader som tillkommer: {more}, som försvinner: {less}",
        "note": "    {said}",
        "conflict": "{name}: KONFLIKT{about}. Webbplatsen och den nya versionen har båda ändrat det här. "
        "Webbplatsens text står kvar; för in det nya för hand.",
        "ours": "    Webbplatsen har:",
        "theirs": "    Version {goal} har:",
        "nothing": "    (ingenting: det är borttaget)",
        "violation": "{place}: NYTT FEL [{rule}] {message}",
        "summary": "Från version {version} till {goal}: {files}, {conflicts}.",
        "one file": "1 fil ändras",
        "files": "{count} filer ändras",
        "one conflict": "1 konflikt",
        "conflicts": "{count} konflikter",
    },
    "en": {
        "new": "{name}: new file",
        "gone": "{name}: removed",
        "changed": "{name}: lines added: {more}, removed: {less}",
        "note": "    {said}",
        "conflict": "{name}: CONFLICT{about}. Both the site and the new version have changed this. "
        "The text of the site stays; bring in the new one by hand.",
        "ours": "    The site has:",
        "theirs": "    Version {goal} has:",
        "nothing": "    (nothing: it was removed)",
        "violation": "{place}: NEW VIOLATION [{rule}] {message}",
        "summary": "From version {version} to {goal}: {files}, {conflicts}.",
        "one file": "1 file changes",
        "files": "{count} files change",
        "one conflict": "1 conflict",
        "conflicts": "{count} conflicts",
    },
}
_CONTEXT_LINES = 2
_MOST = 40  # lines of one side of a conflict


def shown(upgrade: Upgrade, language: str) -> Iterator[str]:
    """The lines that tell of an upgrade: each file with notes and diff, the conflicts, new violations, a sum."""
    said = _WORDS[language]
    notes: dict[str, list[str]] = {}
    for note in upgrade.notes:
        notes.setdefault(note.file, []).append(note.said[0 if language == "sv" else 1])
    changes = {change.name: change for change in upgrade.changes}
    for name in sorted({*changes, *notes}):
        yield from _file(name, changes.get(name), notes.get(name, ()), said)
    for conflict in upgrade.conflicts:
        yield from _conflict(conflict, upgrade.goal, said)
    for found in upgrade.violations:
        place = str(found.places[0]) if found.places else found.focus or ""
        yield said["violation"].format(place=place, rule=found.rule, message=text(found.message, language))
    yield summary(upgrade, language)


def summary(upgrade: Upgrade, language: str) -> str:
    """How many files change, and how many conflicts there are."""
    said = _WORDS[language]
    files, conflicts = len(upgrade.changes), len(upgrade.conflicts)
    return said["summary"].format(
        version=upgrade.version,
        goal=upgrade.goal,
        files=said["one file" if files == 1 else "files"].format(count=files),
        conflicts=said["one conflict" if conflicts == 1 else "conflicts"].format(count=conflicts),
    )


def _file(name: str, change: FileChange | None, notes: Iterable[str], said: Mapping[str, str]) -> Iterator[str]:
    lines = list(_diff(change)) if change else []
    if change is None:
        yield f"{name}:"
    elif change.before is None or change.after is None:
        yield said["new" if change.before is None else "gone"].format(name=name)
    else:
        more, less = (sum(line.startswith(sign) for line in lines) for sign in "+-")
        yield said["changed"].format(name=name, more=more, less=less)
    yield from (said["note"].format(said=note) for note in notes)
    if change and change.before is not None and change.after is not None:
        yield from (f"    {line}" for line in lines)


def _diff(change: FileChange) -> Iterator[str]:
    """The lines that differ, with those around them, but without the two lines that name the files."""
    before, after = ((content or b"").decode().splitlines() for content in (change.before, change.after))
    found = unified_diff(before, after, lineterm="", n=_CONTEXT_LINES)
    return (line for place, line in enumerate(found) if place > 1)


def _conflict(conflict: Conflict, goal: str, said: Mapping[str, str]) -> Iterator[str]:
    about = f" ({conflict.about})" if conflict.about else ""
    yield said["conflict"].format(name=Place(conflict.file, conflict.line), about=about)
    for key, side in (("ours", conflict.ours), ("theirs", conflict.new)):
        yield said[key].format(goal=goal)
        yield from _side(side, said)


def _side(side: str | None, said: Mapping[str, str]) -> Iterator[str]:
    lines = side.strip("\n").splitlines() if side is not None else [said["nothing"].strip()]
    yield from (f"        {line}" for line in lines[:_MOST])
    if len(lines) > _MOST:
        yield "        …"
