"""The history of a site: `history.json` in its folder, with an entry for each release in which something changed.

`samverkan publish --history` begins it, `samverkan publish` adds to it, and both the release and the server read it.
Nothing personal is in it but the sums of the files.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from samverkan import confined_files
from samverkan.errors import Place, UnreadableError, uncarried
from samverkan.settings import FILE_NAME as SETTINGS

FILE_NAME = "history.json"

HEADINGS: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "new": "Nytt",
        "changed": "Ändrat",
        "withdrawn": "Indraget",
        "vanished": "Borta utan besked",
        "moves": "Flyttade uppgifter",
        "persons": "Personer",
        "terms": "Ordlistan",
        "files": "Frågor, krav och andra filer",
    },
    "en": {
        "new": "New",
        "changed": "Changed",
        "withdrawn": "Withdrawn",
        "vanished": "Gone without notice",
        "moves": "Moved facts",
        "persons": "Persons",
        "terms": "Vocabulary",
        "files": "Questions, requirements and other files",
    },
}
"""What stands above the lines of each kind, by language."""
_FORMER = dict.fromkeys(
    ("Frågor, former och andra filer", "Questions, shapes and other files"), "files"
)  # headings in entries of earlier versions
_KINDS = {heading: kind for headings in HEADINGS.values() for kind, heading in headings.items()} | _FORMER

Section = tuple[str, tuple[str, ...]]
"""A heading, and the lines below it."""


@dataclass(frozen=True)
class HistoryEntry:
    """One release: its number, from 1, its day, what made it, the SHA-256 of each file, and how many findings it had.

    Of the findings, `waiting` are those that only wait for facts; older entries don't say how many these are.
    `changes` is what changed since the one before in words, by language, and `things` are the addresses of what is new
    or changed. Both are empty for the first release, and for one of which nobody knows what the one before was.
    """

    number: int
    day: date
    generator: str
    files: Mapping[str, str]
    findings: Mapping[str, int]
    changes: Mapping[str, tuple[Section, ...]] = field(default_factory=dict)
    things: tuple[str, ...] = ()


History = tuple[HistoryEntry, ...]


def is_kept(root: Path) -> bool:
    """Whether the site in a folder keeps a history."""
    return confined_files.is_there(root / FILE_NAME)


def read_history(root: Path) -> History:
    """The history of the site in a folder, the first release first; empty where it keeps none.

    Raises `UnreadableError` for a file that is no history.
    """
    if not is_kept(root):
        return ()
    text = _read(root)
    try:
        rows = json.loads(text)["releases"]
    except json.JSONDecodeError as error:
        raise _fault("no json", error.lineno, reason=error.msg) from None
    except (ValueError, LookupError, TypeError, RecursionError):
        raise _fault("no releases") from None
    if not isinstance(rows, list):
        raise _fault("no releases")
    return tuple(_numbered(rows))


def _read(root: Path) -> str:
    try:
        text = confined_files.read_file(root / FILE_NAME, FILE_NAME).decode()
    except (OSError, UnicodeDecodeError) as error:
        raise _fault("unreadable", reason=getattr(error, "strerror", "") or "UTF-8") from None
    conflict = _CONFLICT.search(text)
    if conflict:
        raise _fault("conflict", text.count("\n", 0, conflict.start()) + 1)
    return text


def _numbered(rows: Iterable[Any]) -> Iterator[HistoryEntry]:
    """The entries; raises `UnreadableError` for one that is none, and where their numbers do not go up from 1."""
    for number, row in enumerate(rows, 1):
        try:
            found = _entry(row)
        except KeyError as error:
            raise _fault("lacks", number=str(number), key=str(error.args[0])) from None
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            raise _fault("no entry", number=str(number)) from None
        if found.number != number:
            raise _fault("numbers", number=str(number), found=str(found.number))
        yield found


_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?: |$)", re.MULTILINE)
_REVISION = (
    "Take the file from an earlier revision, or remove it to begin anew.",
    "Ta filen från en tidigare revision, eller ta bort den och börja om.",
)
_BRANCH = (
    "Take history.json and releases/ as they are on one of the branches, and publish again.",
    "Ta history.json och releases/ så som de är på en av grenarna, och publicera igen.",
)
# What is wrong with a history, in English and Swedish, and how that is mended.
_FAULTS: Mapping[str, tuple[str, str, tuple[str, str]]] = {
    "unreadable": ("The history can't be read ({reason}).", "Historiken går inte att läsa ({reason}).", _REVISION),
    "no json": (
        "This is no history of releases: it is not JSON ({reason}).",
        "Det här är ingen historik över publiceringar: det är inte JSON ({reason}).",
        _REVISION,
    ),
    "no releases": (
        "This is no history of releases: it has no list 'releases'.",
        "Det här är ingen historik över publiceringar: listan 'releases' saknas.",
        _REVISION,
    ),
    "conflict": (
        "Two branches have both published, and git could not merge their histories.",
        "Två grenar har båda publicerat, och git kunde inte slå ihop deras historik.",
        _BRANCH,
    ),
    "lacks": (
        "Release {number} in the history lacks '{key}'.",
        "Publicering {number} i historiken saknar '{key}'.",
        _REVISION,
    ),
    "no entry": (
        "Release {number} in the history has a value that means nothing there.",
        "Publicering {number} i historiken har ett värde som inte betyder något där.",
        _REVISION,
    ),
    "numbers": (
        "Release {number} in the history is called {found}: the numbers go up from 1, without a gap.",
        "Publicering {number} i historiken kallas {found}: numren går från 1 och uppåt, utan luckor.",
        _BRANCH,
    ),
}


def _fault(kind: str, line: int | None = None, **values: str) -> UnreadableError:
    en, sv, (remedy, mended) = _FAULTS[kind]
    shown = {name: value[:80] for name, value in values.items()}
    return UnreadableError(
        en.format(**shown), remedy=remedy, place=Place(FILE_NAME, line), sv=f"{sv.format(**shown)} {mended}"
    )


def _entry(row: Mapping[str, Any]) -> HistoryEntry:
    found = HistoryEntry(
        number=int(row["number"]),
        day=date.fromisoformat(row["day"]),
        generator=str(row["generator"]),
        files={str(name): str(digest) for name, digest in row["files"].items()},
        findings={str(name): int(count) for name, count in row["findings"].items()},
        changes={str(language): tuple(map(_section, each)) for language, each in row["told"].items()},
        things=tuple(map(str, row["things"])),
    )
    if uncarried(json.dumps([found.generator, *found.changes.values(), *found.things], ensure_ascii=False)):
        raise ValueError("a text has a character that no page can carry")
    return found


def _section(row: Any) -> Section:
    heading, lines = row
    return str(heading), tuple(map(str, lines))


def written(history: Iterable[HistoryEntry]) -> bytes:
    """A history as the bytes of its file, a line for each text, so that a diff shows what was added."""
    rows = [
        {
            "number": each.number,
            "day": each.day.isoformat(),
            "generator": each.generator,
            "findings": dict(each.findings),
            "told": {
                language: [[heading, list(lines)] for heading, lines in said] for language, said in each.changes.items()
            },
            "things": list(each.things),
            "files": dict(each.files),
        }
        for each in history
    ]
    return (json.dumps({"releases": rows}, ensure_ascii=False, indent=1) + "\n").encode()


def digests(root: Path, folders: Iterable[str]) -> dict[str, str]:
    """The SHA-256 of each file that a release is made of, by name; hidden files count for nothing."""
    return {name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in _names(root, folders)}


def _names(root: Path, folders: Iterable[str]) -> Iterator[str]:
    yield SETTINGS
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.is_file() and not any(part.startswith(".") for part in name.split("/")):
                yield name


def kind_of(heading: str) -> str:
    """Which kind of lines stands below a heading; empty where that is not known.

    >>> kind_of("Ordlistan"), kind_of("Something else")
    ('terms', '')
    """
    return _KINDS.get(heading, "")


def without(history: History, iri: str, has_name: Callable[[str], bool]) -> History:
    """A history that does not mention a thing, and has no line of which `has_name` says that it has its name."""
    return tuple(
        replace(
            entry,
            changes={
                language: tuple(
                    (heading, tuple(line for line in lines if not has_name(line))) for heading, lines in said
                )
                for language, said in entry.changes.items()
            },
            things=tuple(each for each in entry.things if each != iri),
        )
        for entry in history
    )


def modified(history: History) -> dict[str, date]:
    """The day on which each thing was last new or changed, for those of which that is known."""
    return {iri: entry.day for entry in history for iri in entry.things}
