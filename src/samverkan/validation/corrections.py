"""The site as it would be if what was probably meant stood in its files: what is found there is wrong besides.

One mistake often breaks several rules: a misspelt address leads nowhere, lacks a class, and what should lead there has
too few values. Who corrects the mistake corrects all of it, so only the mistake is told. Nothing is written: the
corrected files are looked at once and forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from pyoxigraph import Literal

from samverkan.errors import UnreadableError
from samverkan.model.dataset import File
from samverkan.validation.findings import HELD_AGAINST, Finding, Report, Severity
from samverkan.validation.suggestions import term_of

MOST_STATEMENTS = 30_000
"""The site that is looked at a second time has at most so many statements."""
MOST_TIMES = 2
"""How many times the site is looked at again: names can be judged once all begin as they should."""
_MOST = 30  # findings that are corrected

OTHER_SCHEME = "other-scheme"


@dataclass(frozen=True)
class Correction:
    """What a finding says to be wrong in a file, and what is meant."""

    found: Finding
    file: str
    line: int | None


def corrections(report: Report) -> tuple[Correction, ...]:
    """What can be corrected of what was found; nothing where there is too much of it."""
    able = [each for each in report.findings if _can_be_corrected(each)]
    if not able or len(able) > _MOST or report.triples > MOST_STATEMENTS:
        return ()
    able = [each for each in able if each.rule == OTHER_SCHEME] or able  # till then no other name can be judged
    able.sort(key=lambda each: each.check == "shacl")  # of two that tell one mistake, our own is told
    return tuple(Correction(each, each.places[0].file, each.places[0].line) for each in able)


def _can_be_corrected(found: Finding) -> bool:
    is_certain = bool(found.meant and found.value and found.places) and found.rule not in HELD_AGAINST
    return is_certain and found.places[0].file.endswith(".ttl")


def corrected(files: Iterable[File], wanted: Iterable[Correction]) -> tuple[tuple[File, ...], tuple[Correction, ...]]:
    """The files as they would be, and the corrections that were made; a file that could then not be read stays."""
    by_file: dict[str, list[Correction]] = {}
    for each in wanted:
        by_file.setdefault(each.file, []).append(each)
    made: list[Correction] = []
    found = tuple(_corrected(file, by_file.get(file.name, []), made) for file in files)
    return found, tuple(made)


def _corrected(file: File, wanted: list[Correction], made: list[Correction]) -> File:
    new, done = file, list[Correction]()
    for each in wanted:
        text = _replaced(new, each)
        if text is not None:
            new = replace(new, content=text.encode())
            done.append(each)
    if new is file:
        return file
    try:
        _ = new.triples
    except UnreadableError:
        return file
    made += done
    return new


def _replaced(file: File, wanted: Correction) -> str | None:
    """The text with what is meant; None where what is wrong can't be found in it as it is written."""
    found, text = wanted.found, file.positions.text
    assert found.meant is not None
    assert found.value is not None
    if found.rule == OTHER_SCHEME:
        wrong, right = found.value, found.meant
        return text.replace(f"<{wrong}", f"<{right}") if f"<{wrong}" in text else None
    if found.value.startswith('"'):
        return _with_literal(text, wanted)
    iri, meant = (name.removeprefix("<").removesuffix(">") for name in (found.value, found.meant))
    places = [(place, length) for place, length in file.positions.written(iri)]
    if not places:
        return None
    for place, length in sorted(places, reverse=True):
        text = f"{text[:place]}<{meant}>{text[place + length :]}"
    return text


def _with_literal(text: str, wanted: Correction) -> str | None:
    """The text with another literal on the line of a finding."""
    value, lines = term_of(wanted.found.value), text.split("\n")
    if not isinstance(value, Literal) or wanted.line is None:
        return None
    quoted = rf"(?P<q>[\"']){re.escape(value.value)}(?P=q)(?:@[\w-]+|\^\^\s*(?:<[^<>\s]*>|[\w:.-]+\w))?"
    pattern = re.compile(rf"{quoted}|(?<![\w\"']){re.escape(value.value)}(?![\w\"'.])")
    line, count = pattern.subn(lambda _: wanted.found.meant or "", lines[wanted.line - 1], count=1)
    lines[wanted.line - 1] = line
    return "\n".join(lines) if count else None


def merged(first: Report, second: Report, made: Iterable[Correction]) -> Report:
    """The report of a site: what is corrected, and what would still be wrong then.

    A mistake is as bad as the worst of what it brings about.
    """
    causes = [each.found for each in made]
    spared = {(each.focus, each.path) for each in causes if each.path}
    left = [each for each in second.findings if not (each.rule in HELD_AGAINST and (each.focus, each.path) in spared)]
    known = set(map(_key, causes))
    rest = [each for each in left if _key(each) not in known]
    worst = max((each.severity for each in first.findings), default=Severity.INFO)
    remaining = max((each.severity for each in (*rest, *causes)), default=Severity.INFO)
    if remaining < worst:
        causes = [replace(each, severity=worst) for each in causes]
    return replace(first, findings=(*causes, *rest))


def _key(found: Finding) -> tuple[str | None, ...]:
    return (found.rule, found.focus, found.path, found.value, *map(str, found.places))


def by_value(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Each thing that is wrong once: two constraints of one shape say the same of one value."""
    seen: set[tuple[object, ...]] = set()
    for each in findings:
        key = (each.check, each.rule, each.severity, each.focus, each.path, each.value, *sorted(each.message.items()))
        if each.value is None or each.check != "shacl" or key not in seen:
            seen.add(key)
            yield each
