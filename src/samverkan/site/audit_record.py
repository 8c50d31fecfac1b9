"""The record of the last automatic test of accessibility: `accessibility.toml` in the folder of a site.

`samverkan audit` writes it and nobody else, and the accessibility statement reads it.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from samverkan import confined_files
from samverkan.errors import Place, UnreadableError, uncarried

FILE_NAME = "accessibility.toml"

_TOP = "# Made by `samverkan audit`. The accessibility statement takes its facts from here.\n"


@dataclass(frozen=True)
class Violation:
    """A rule of axe that was broken: its name, what it asks for (in English), and by how many elements and pages."""

    rule: str
    help: str
    elements: int
    pages: int


@dataclass(frozen=True)
class Audit:
    """One automatic test: when, with what, and what it found.

    `pages` counts the pages that were opened, `kinds` the kinds of page among them, and `widths`
    are those of the window, in pixels.
    """

    date: date
    axe: str
    browser: str
    pages: int
    kinds: int
    languages: tuple[str, ...]
    widths: tuple[int, ...]
    violations: tuple[Violation, ...] = ()


def read_record(root: Path) -> Audit | None:
    """The last test of the site in the folder `root`; None where there has been none.

    Raises `UnreadableError` where the file is not one that the command has written.
    """
    if not confined_files.is_there(root / FILE_NAME):
        return None
    try:
        content = confined_files.read_file(root / FILE_NAME, FILE_NAME)
    except OSError:
        raise _fault("The file can't be read.", "Filen går inte att läsa.") from None
    try:
        return _audit(tomllib.loads(content.decode()))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _fault(*_explained(error)) from None


def _explained(error: Exception) -> tuple[str, str]:
    """What is wrong with a record, in English and in Swedish."""
    if isinstance(error, KeyError):
        name = error.args[0]
        en, sv = f"'{name}' is missing", f"'{name}' saknas"
    else:
        en, sv = next(said for kind, said in _FAULTS.items() if isinstance(error, kind))
    return f"This is no record of a test: {en}.", f"Det här är ingen uppgift om ett test: {sv}."


_FAULTS: Mapping[type[Exception], tuple[str, str]] = {
    UnicodeDecodeError: ("it is not in UTF-8", "texten är inte i UTF-8"),
    tomllib.TOMLDecodeError: ("it is not TOML", "det är inte TOML"),
    Exception: ("a value is of the wrong kind", "ett värde är av fel slag"),
}


def _fault(en: str, sv: str) -> UnreadableError:
    return UnreadableError(
        en,
        remedy="Make it anew: samverkan audit",
        place=Place(FILE_NAME),
        sv=f"{sv} Gör om den: samverkan audit",
    )


def _audit(table: Mapping[str, Any]) -> Audit:
    found = Audit(
        date=table["date"],
        axe=str(table["axe"]),
        browser=str(table["browser"]),
        pages=int(table["pages"]),
        kinds=int(table["kinds"]),
        languages=tuple(map(str, table["languages"])),
        widths=tuple(map(int, table["widths"])),
        violations=tuple(_violation(each) for each in table.get("violations", ())),
    )
    if not isinstance(found.date, date) or isinstance(found.date, datetime):
        raise TypeError("date is no day")
    if uncarried("".join((found.axe, found.browser, *found.languages, *(v.rule + v.help for v in found.violations)))):
        raise ValueError("a text has a character that no page can carry")
    return found


def _violation(table: Mapping[str, Any]) -> Violation:
    return Violation(str(table["rule"]), str(table["help"]), int(table["elements"]), int(table["pages"]))


def write_record(root: Path, audit: Audit) -> None:
    """Keep a test in the site in the folder `root`; raises `UnreadableError` where a link would lead out of there."""
    confined_files.check_inside(root / FILE_NAME, FILE_NAME)
    (root / FILE_NAME).write_text(written(audit), "utf-8")


def written(audit: Audit) -> str:
    """A test as the text of its file; `read_record` gives the same test back."""
    import json

    facts = {
        name: json.dumps(getattr(audit, name)) for name in ("axe", "browser", "pages", "kinds", "languages", "widths")
    }
    parts = [_TOP, f"date = {audit.date.isoformat()}\n", *(f"{name} = {value}\n" for name, value in facts.items())]
    for each in audit.violations:
        parts.append("\n[[violations]]\n")
        parts += [f"{name} = {json.dumps(getattr(each, name))}\n" for name in ("rule", "help", "elements", "pages")]
    return "".join(parts)
