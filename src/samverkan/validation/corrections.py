"""The site as it would be if what was probably meant stood in its files: what is found there is wrong besides.

One mistake often breaks several rules: a misspelt address leads nowhere, lacks a class, and what should lead there has
too few values. Who corrects the mistake corrects all of it, so only the mistake is told. Nothing is written: the
corrected files are looked at once and forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from pyoxigraph import Literal

from samverkan.errors import Place, UnreadableError
from samverkan.model.dataset import File
from samverkan.model.namespaces import SH, TYPE
from samverkan.validation.findings import HELD_AGAINST, WITHOUT_FACT, Finding, Report, Severity
from samverkan.validation.messages import REMARKS
from samverkan.validation.suggestions import term_of

MOST_STATEMENTS = 30_000
"""The site that is looked at a second time has at most so many statements."""
_MOST = 30  # findings that are corrected

OTHER_SCHEME, WITHOUT_CLASS = "other-scheme", "thing-without-class"
PREFIXES = frozenset({"other-namespace", "prefix-of-another-site"})


_OF_NAMES = frozenset(
    {
        "misspelt-thing",
        "dangling-link",
        "undeclared-term",
        "unknown-standard-term",
        "unknown-language",
        "unknown-region",
    }
)


def _is_value(found: Finding) -> bool:
    return found.rule not in _OF_NAMES and found.rule != OTHER_SCHEME and found.rule not in PREFIXES


NAMES: tuple[Callable[[Finding], bool], ...] = (
    lambda found: found.rule == OTHER_SCHEME or found.rule in PREFIXES,
    lambda found: found.rule in _OF_NAMES,
)
"""What is corrected before values, each in its turn: names can be judged once all begin as they should."""
VALUES = _is_value
"""What is corrected last: a value that is wrong, and a fact that is none but has evidence."""


@dataclass(frozen=True)
class Correction:
    """What a finding says to be wrong in a file, and what is meant."""

    found: Finding
    file: str
    line: int | None


def corrections(report: Report, turn: Callable[[Finding], bool]) -> tuple[Correction, ...]:
    """What can be corrected in one turn of what was found; nothing where there is too much of it."""
    able = [each for each in report.findings if _can_be_corrected(each) and turn(each)]
    if len(able) > _MOST or report.triples > MOST_STATEMENTS:
        return ()
    return tuple(Correction(each, each.places[0].file, each.places[0].line) for each in able)


def _can_be_corrected(found: Finding) -> bool:
    is_known = bool(found.meant) or found.rule == WITHOUT_FACT
    return is_known and bool(found.places) and found.places[0].file.endswith(".ttl")


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
    if found.rule == WITHOUT_FACT or found.value is None:
        return _with_statement(file, found)
    assert found.meant is not None
    if found.rule == OTHER_SCHEME:
        wrong, right = found.value, found.meant
        return text.replace(f"<{wrong}", f"<{right}") if f"<{wrong}" in text else None
    if found.rule in PREFIXES:
        return _with_line(text, wanted.line, f"<{found.value}>", f"<{found.meant}>")
    if found.value.startswith('"'):
        return _with_literal(text, wanted)
    places = _places(file, found.value.removeprefix("<").removesuffix(">"), wanted.line if _is_value(found) else None)
    for place, length in places:
        text = f"{text[:place]}{_written(found.meant)}{text[place + length :]}"
    return text if places else None


def _places(file: File, iri: str, line: int | None) -> list[tuple[int, int]]:
    """Where an address is written, the last first: a name that is wrong is wrong everywhere, a value on its line."""
    places, text = sorted(file.positions.written(iri), reverse=True), file.positions.text
    return [each for each in places if line is None or text.count("\n", 0, each[0]) + 1 == line]


def _written(meant: str) -> str:
    return meant if meant.startswith(("<", '"')) else f"<{meant}>"


def _with_statement(file: File, found: Finding) -> str | None:
    """The text with a fact that is missing, at its end; None where the file says nothing of the thing."""
    path = TYPE.value if found.rule == WITHOUT_CLASS else found.path
    if not (file.is_turtle and found.focus and path):
        return None
    return f"{file.positions.text}\n<{found.focus}> <{path}> {found.value or found.meant} .\n"


def _with_line(text: str, line: int | None, wrong: str, right: str) -> str | None:
    """The text with something else on one line."""
    lines = text.split("\n")
    if line is None or wrong not in lines[line - 1]:
        return None
    lines[line - 1] = lines[line - 1].replace(wrong, right, 1)
    return "\n".join(lines)


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


def left(before: Report, after: Report, made: Iterable[Correction]) -> tuple[Report, tuple[Correction, ...]]:
    """What is left once values are corrected: of what was found before, what is still found.

    What is only found with a value that nobody wrote is no mistake; if that is the value itself, it was not meant.
    """
    still = set(map(_key, after.findings))
    wrong = {(each.focus, each.path, each.value) for each in after.findings if each.check == "shacl"}
    told = tuple(replace(each, found=_unasked(each.found)) if _asks(each.found, wrong) else each for each in made)
    return replace(before, findings=tuple(each for each in before.findings if _key(each) in still)), told


def _asks(found: Finding, wrong: Iterable[tuple[str | None, ...]]) -> bool:
    """Whether a finding asks for a value that is wrong as well."""
    return found.rule not in HELD_AGAINST and (found.focus, found.path, found.meant) in wrong


def _unasked(found: Finding) -> Finding:
    """A finding that no longer asks whether something was meant."""
    asked = {"sv": REMARKS["meant"][0], "en": REMARKS["meant"][1]}
    starts = {tag: text.partition("{")[0] for tag, text in asked.items()}
    message = {tag: text.partition(f" {starts[tag[:2]]}")[0] for tag, text in found.message.items()}
    return replace(found, message=message, meant=None)


def merged(first: Report, second: Report, made: Iterable[Correction]) -> Report:
    """The report of a site: what is corrected, and what would still be wrong then.

    A mistake is as bad as the worst of what it brings about.
    """
    causes = [each.found for each in made]
    spared = {(each.focus, each.path) for each in causes if each.path and each.rule not in HELD_AGAINST}
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


_HINTS = frozenset({"value-of-another-class", "other-numbers"})
_LOST = "dangling-link"
_OF_LANGUAGES = frozenset({f"{SH}UniqueLangConstraintComponent"})
_OF_ITS_CLASS = frozenset(f"{SH}{name}ConstraintComponent" for name in ("Class", "Node"))


def by_value(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Each thing that is wrong once: two constraints of one shape say the same of one value.

    What only hints that a value is wrong is not told where something else is told of it, and what is not described
    is of no class either.
    """
    every = list(findings)
    told = {(each.focus, each.value) for each in every if each.rule not in _HINTS and each.value}
    lost = {(each.focus, each.path, each.value) for each in every if each.rule == _LOST}
    seen: set[tuple[object, ...]] = set()
    for each in every:
        key = (each.check, each.rule, each.severity, each.focus, each.path, each.value, *sorted(each.message.items()))
        is_hint = each.rule in _HINTS and (each.focus, each.value) in told
        follows = each.component in _OF_ITS_CLASS and (each.focus, each.path, each.value) in lost
        is_new = each.check != "shacl" or key not in seen or not (each.value or each.component in _OF_LANGUAGES)
        if is_new and not is_hint and not follows:
            seen.add(key)
            yield each


_ADDRESS = re.compile(r"https?://[^\s<>\"”“,;)]+")


def by_pair(findings: Iterable[Finding]) -> list[Finding]:
    """Each pair of things once: of two that are told to be like each other, both are told by the same shape.

    The first finding has the places of all.
    """
    every = list(findings)
    others = {id(each): _other(each) for each in every if each.check == "shacl" and not each.meant}
    known = {(each.rule, each.focus, others.get(id(each))) for each in every}
    groups: dict[tuple[object, ...], list[Finding]] = {}
    for each in every:
        other = others.get(id(each))
        is_pair = other is not None and (each.rule, other, each.focus) in known
        key = (each.rule, *sorted((each.focus or "", other or ""))) if is_pair else (id(each),)
        groups.setdefault(key, []).append(each)
    return [replace(found[0], places=_all_places(found)) for found in groups.values()]


def _other(found: Finding) -> str | None:
    """The one other thing that a finding names, besides its own and its value."""
    texts = " ".join(found.message.values())
    named = {each.rstrip(".:") for each in _ADDRESS.findall(texts)} - {found.focus, (found.value or "").strip("<>")}
    return next(iter(named)) if len(named) == 1 else None


def _all_places(found: list[Finding]) -> tuple[Place, ...]:
    return tuple(dict.fromkeys(place for each in found for place in each.places))
