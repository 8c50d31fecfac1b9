"""Mistakes that a person may make in the real site, and what the gate should say: `python -m tests.planted`.

They stand in `planted.toml`. A run takes as long for many as for one, so they are planted together where they don't
disturb each other; by the command each is alone.
"""

from __future__ import annotations

import re
import shutil
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.mutants import FOLDERS, ROOT

import samverkan
from samverkan.site.revalidation import Revalidation
from samverkan.validation import Finding, Severity

DAY = date(2026, 11, 29)
_READ = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))

Edits = tuple[tuple[str, str, str], ...]
"""A file, what stands there (nothing: at its end) and what is written instead."""


def _edits(found: Mapping[str, Any]) -> Edits:
    return tuple((file, old, new) for file, old, new in found["edits"])


@dataclass(frozen=True)
class Mistake:
    """Some edits, with the rule that should tell them and a word of what it should be told of."""

    kind: str
    rule: str
    about: str
    edits: Edits
    severity: Severity
    bed: int

    def is_told(self, findings: Iterable[Finding]) -> bool:
        """Whether one of some findings is of the rule and the thing, and grave enough."""
        told = (each for each in findings if re.fullmatch(self.rule, each.rule) and each.severity >= self.severity)
        return any(self.about in f"{each.focus} {each.value} {each.message['en']} {each.places}" for each in told)


def _mistakes() -> Iterator[Mistake]:
    for kind in _READ["kind"]:
        for each in kind["mistake"]:
            severity = Severity[each.get("severity", "WARNING")]
            yield Mistake(kind["name"], each["rule"], each["about"], _edits(each), severity, each.get("bed", 0))


MISTAKES = tuple(_mistakes())
KINDS = tuple(kind["name"] for kind in _READ["kind"])
RIGHT = {each["name"]: _edits(each) for each in _READ["right"]}


class Planted:
    """A copy of the real site in which mistakes are planted and taken out again."""

    def __init__(self, folder: Path) -> None:
        """Copy the site."""
        for name in FOLDERS:
            shutil.copytree(ROOT / name, folder / name)
        shutil.copy(ROOT / "samverkan.toml", folder)
        self.folder, self._again = folder, Revalidation(folder, as_of=DAY)
        self._table = samverkan.open(folder).prefixes.table
        self.before = self._found()

    def _found(self) -> frozenset[tuple[str, ...]]:
        return frozenset(map(_key, self._again.report().findings))

    def found(self, edits: Iterable[tuple[str, str, str]]) -> tuple[Finding, ...]:
        """What is told of some edits, and was not before."""
        kept: dict[Path, bytes | None] = {}
        try:
            for file, old, new in edits:
                path = self.folder / file
                kept.setdefault(path, path.read_bytes() if path.exists() else None)
                self._edit(path, old, new)
            return tuple(each for each in self._again.report().findings if _key(each) not in self.before)
        finally:
            for path, content in kept.items():
                path.unlink() if content is None else path.write_bytes(content)

    def _edit(self, path: Path, old: str, new: str) -> None:
        text = path.read_text("utf-8") if path.exists() else ""
        if old == "passages":
            text = re.sub(r"\npassage:.*?\.\n(?=\n|\Z)", "", text, flags=re.DOTALL)
        elif old:
            assert old in text, old
            text = text.replace(old, new, 1)
        else:
            text += self._with_prefixes(path.suffix, new)
        path.write_text(text, "utf-8")

    def _with_prefixes(self, suffix: str, text: str) -> str:
        heads = (
            f"@prefix {name}: <{iri}> .\n" if suffix == ".ttl" else f"PREFIX {name}: <{iri}>\n"
            for name, iri in {**self._table, **_MORE}.items()
            if f"{name}:" in text
        )
        comment, code = re.match(r"((?:#.*\n)*)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]  # fits all
        return "\n" + comment + "".join(heads) + code + "\n"


_MORE: Mapping[str, str] = {
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "dcterms": "http://purl.org/dc/terms/",
}


def _key(found: Finding) -> tuple[str, ...]:
    files = " ".join(place.file for place in found.places)
    return found.rule, f"{found.focus}", f"{found.path}", f"{found.value}", found.message["en"], files


def _tell_mistakes(planted: Planted, wanted: list[str]) -> None:
    told = Counter[str]()
    for mistake in MISTAKES:
        if not wanted or str(KINDS.index(mistake.kind) + 1) in wanted:
            findings = planted.found(mistake.edits)
            told[mistake.kind] += not mistake.is_told(findings)
            if not mistake.is_told(findings):
                also = sorted({f"{each.severity.name} {each.rule} {each.focus}" for each in findings})
                sys.stdout.write(f"silent: {mistake.kind}: {mistake.rule} {mistake.about}; {also}\n")
    for kind, silent in told.items():
        sys.stdout.write(f"{KINDS.index(kind) + 1:3} {'told' if not silent else f'{silent} silent':9} {kind}\n")
    sys.stdout.write(f"{sum(not silent for silent in told.values())} of {len(told)} kinds are told\n")


def _tell_right(planted: Planted) -> None:
    for name, edits in RIGHT.items():
        for each in planted.found(edits):
            if each.severity > Severity.INFO:
                sys.stdout.write(f"false alarm: {name}: {each.severity.name} {each.rule} {each.focus}\n")


def main() -> None:
    """Plant each mistake alone, or those of the kinds with some numbers, and print which are not told."""
    with TemporaryDirectory() as folder:
        planted = Planted(Path(folder) / "site")
        _tell_mistakes(planted, sys.argv[1:])
        _tell_right(planted)


if __name__ == "__main__":
    main()
