"""The data of earlier releases of a site: `releases/{number}.rdfp` in its folder, without anything personal.

Each file is an RDF Patch of quads: a line that begins with `D` for each that the release took away, and with `A` for
each that it added; the first file that is kept adds all. The quads are canonical N-Quads, so their lines, sorted, are
the release. The header names the state that a patch leads to, and the one that it starts from, by their SHA-256.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from samverkan import confined_files
from samverkan.errors import Place, UnreadableError
from samverkan.model.results import Graph, Quads
from samverkan.site.documents import ordered

FOLDER = "releases"
SUFFIX = ".rdfp"

_NUMBER = re.compile(r"([1-9][0-9]{0,6})\.rdfp")
_PATCH = re.compile(
    rb"H id <urn:sha256:([0-9a-f]{64})> \.\n(?:H prev <urn:sha256:([0-9a-f]{64})> \.\n)?TX \.\n"
    rb"((?:D [^\n]+\n)*+)((?:A [^\n]+\n)*+)TC \.\n"
)
_SUBJECT = re.compile(rb"^[AD] <([^>\n]*)> ", re.MULTILINE)
_MARK = 2  # bytes before a quad

Lines = frozenset[bytes]
"""Quads, each as its line of canonical N-Quads."""


@dataclass(frozen=True)
class Patch:
    """What a release took away and added, and the states before and after; `prev` is empty where it adds all."""

    id: str
    prev: str
    gone: bytes
    come: bytes

    @property
    def written(self) -> bytes:
        """The bytes of its file."""
        prev = f"H prev <urn:sha256:{self.prev}> .\n" if self.prev else ""
        return b"".join((f"H id <urn:sha256:{self.id}> .\n{prev}TX .\n".encode(), self.gone, self.come, b"TC .\n"))

    @cached_property
    def _found(self) -> tuple[Mapping[str, slice], Mapping[str, slice]]:
        """Where in either part the lines of each subject stand: together, for they are sorted."""
        return _places(self.gone), _places(self.come)

    @property
    def subjects(self) -> frozenset[str]:
        """What it says something else of than was said before."""
        gone, come = self._found
        return frozenset({*gone, *come})

    def quads(self, subject: str) -> tuple[Quad, ...]:
        """What it took away of what was said of a subject, and what it added."""
        gone, come = (found.get(subject, slice(0)) for found in self._found)
        return _quads(_lines(self.gone[gone]) | _lines(self.come[come]))

    def apply(self, state: set[bytes]) -> None:
        """Make what was said before what is said after it."""
        state.difference_update(_lines(self.gone))
        state.update(_lines(self.come))

    def applied_to(self, subject: str, said: Lines) -> Lines:
        """What is said of a subject after it, where `said` was before."""
        gone, come = (found.get(subject, slice(0)) for found in self._found)
        return said - _lines(self.gone[gone]) | _lines(self.come[come])


def patch(before: Lines, after: Lines, prev: str = "") -> Patch:
    """What leads from one state to another; `prev` is the id of the one before, which the first release has not."""
    gone, come = (b"".join(mark + line for line in sorted(found)) for mark, found in _marked(before, after))
    return Patch(state_id(after), prev, gone, come)


def _marked(before: Lines, after: Lines) -> tuple[tuple[bytes, Lines], tuple[bytes, Lines]]:
    return (b"D ", before - after), (b"A ", after - before)


def state_id(state: Iterable[bytes]) -> str:
    """The SHA-256 of a state in canonical N-Quads."""
    return hashlib.sha256(b"".join(sorted(state))).hexdigest()


def _lines(text: bytes) -> Lines:
    """The quads of a part of a patch."""
    return frozenset(line[_MARK:] for line in text.splitlines(keepends=True))


def _places(text: bytes) -> Mapping[str, slice]:
    starts: dict[bytes, int] = {}
    for found in _SUBJECT.finditer(text):
        starts.setdefault(found[1], found.start())
    ends = (*islice(starts.values(), 1, None), len(text))
    return {iri.decode(): slice(start, end) for (iri, start), end in zip(starts.items(), ends, strict=False)}


class Version(NamedTuple):
    """The first and the last of the releases that say the same of something."""

    first: int
    last: int


@dataclass(frozen=True)
class Archive:
    """The releases of which the data are kept, by their numbers, the first one first."""

    patches: Mapping[int, Patch]

    def __bool__(self) -> bool:
        return bool(self.patches)

    @property
    def latest(self) -> Lines:
        """What the last release says; nothing where none is kept."""
        return self.lines(max(self.patches)) if self.patches else frozenset()

    @property
    def latest_id(self) -> str:
        """The SHA-256 of what the last release says; empty where none is kept."""
        return self.patches[max(self.patches)].id if self.patches else ""

    def lines(self, number: int, subject: str | None = None) -> Lines:
        """What a release says: all, or of one subject."""
        patches = [found for at, found in self.patches.items() if at <= number]
        if subject is not None:
            return _said(subject, patches)
        state: set[bytes] = set()
        for each in patches:
            each.apply(state)
        return frozenset(state)

    @cached_property
    def versions(self) -> Mapping[str, tuple[Version, ...]]:
        """What the releases say of each subject, by its IRI, the earlier version first."""
        numbers = sorted(self.patches)
        before = {number: earlier for earlier, number in pairwise(numbers)}
        touched: dict[str, list[int]] = {}
        for number in numbers:
            for iri in self.patches[number].subjects:
                touched.setdefault(iri, []).append(number)
        return {iri: tuple(self._versions(iri, found, before)) for iri, found in touched.items()}

    def _versions(self, iri: str, touched: list[int], before: Mapping[int, int]) -> Iterator[Version]:
        """The versions of one subject, which some releases say something else of; none where that is nothing."""
        lasts = (*(before[number] for number in touched[1:]), max(self.patches))
        for count, (first, last) in enumerate(zip(touched, lasts, strict=True), 1):
            if len(touched) == 1 or _said(iri, [self.patches[number] for number in touched[:count]]):
                yield Version(first, last)

    def version(self, iri: str, number: int) -> Version | None:
        """The version of something that a release has; None where that says nothing of it."""
        return next((each for each in self.versions.get(iri, ()) if each.first <= number <= each.last), None)

    def about(self, number: int, iri: str) -> Graph:
        """What a release says of one thing."""
        found = ordered(quad.triple for quad in _quads(self.lines(number, iri)))
        return Graph(found.own, iri)

    def quads(self, number: int) -> Quads:
        """All that a release says."""
        found = Quads(_quads(self.lines(number)))
        found.__dict__["union"] = ordered(quad.triple for quad in found.quads).own
        return found

    def nquads(self, number: int) -> bytes:
        """All that a release says, in canonical N-Quads."""
        return b"".join(sorted(self.lines(number)))

    def without(self, is_gone: Callable[[bytes], bool]) -> Archive:
        """The same without some lines, in every release."""
        left = {number: (_cut(each.gone, is_gone), _cut(each.come, is_gone)) for number, each in self.patches.items()}
        if all(left[number] == (each.gone, each.come) for number, each in self.patches.items()):
            return self
        found, state, prev = dict[int, Patch](), Lines(), ""
        for number, (gone, come) in left.items():
            before, state = state, state - _lines(gone) | _lines(come)
            found[number] = patch(before, state, prev)
            prev = found[number].id
        return Archive(found)

    def before(self, number: int) -> Archive:
        """Those before a release."""
        return Archive({at: each for at, each in self.patches.items() if at < number})

    def last(self, count: int) -> Archive:
        """The last releases, so many of them."""
        kept = sorted(self.patches)[-count:] if count else []
        if len(kept) == len(self.patches):
            return self
        found = {number: self.patches[number] for number in kept}
        if kept:
            found[kept[0]] = patch(frozenset(), self.lines(kept[0]))
        return Archive(found)

    def files(self) -> dict[str, bytes]:
        """The files of the site that it is, by their names."""
        return {f"{FOLDER}/{number}{SUFFIX}": each.written for number, each in self.patches.items()}


def _said(subject: str, patches: Iterable[Patch]) -> Lines:
    """What is said of a subject after some patches."""
    said: Lines = frozenset()
    for each in patches:
        said = each.applied_to(subject, said)
    return said


def _cut(text: bytes, is_gone: Callable[[bytes], bool]) -> bytes:
    return b"".join(line for line in text.splitlines(keepends=True) if not is_gone(line[_MARK:]))


def _quads(lines: Iterable[bytes]) -> tuple[Quad, ...]:
    return tuple(parse(b"".join(sorted(lines)), format=RdfFormat.N_QUADS))


def lines_of(triples: Iterable[Triple], graph: str) -> Iterator[bytes]:
    """The lines of some triples of a named graph."""
    from samverkan.formats.graphs import nquads_lines

    named = NamedNode(graph)
    return nquads_lines(Quad(each.subject, each.predicate, each.object, named) for each in triples)


def names_of(root: Path) -> tuple[str, ...]:
    """The names of the files in which the site in a folder keeps releases."""
    folder = root / FOLDER
    found = [each.name for each in folder.iterdir() if _NUMBER.fullmatch(each.name)] if folder.is_dir() else []
    return tuple(f"{FOLDER}/{name}" for name in sorted(found, key=lambda name: int(name.partition(".")[0])))


def read_archive(root: Path) -> Archive:
    """The releases that the site in a folder keeps.

    Raises `UnreadableError` for a file that is no whole patch, or does not go on from the one before.
    """
    found: dict[int, Patch] = {}
    for name in names_of(root):
        each = _read(root, name)
        before = next(reversed(found.values())).id if found else ""
        if each.prev != before:
            raise _broken(name, "it does not begin where the one before ends", "den börjar inte där den förra slutar")
        found[int(Path(name).stem)] = each
    return Archive(found)


def _read(root: Path, name: str) -> Patch:
    try:
        found = _PATCH.fullmatch(confined_files.read_file(root / name, name))
    except OSError as error:
        raise _broken(name, error.strerror or "?", error.strerror or "?") from None
    if not found:
        raise _broken(name, "it is no RDF Patch of ours, or not a whole one", "den är ingen hel RDF Patch av vårt slag")
    return Patch(found[1].decode(), (found[2] or b"").decode(), found[3], found[4])


def _broken(name: str, why: str, reason: str) -> UnreadableError:
    return UnreadableError(
        f"The earlier releases can't be read: {why}.",
        remedy=f"Take {FOLDER}/ from an earlier revision, or remove the folder to begin anew.",
        place=Place(name),
        sv=f"De tidigare publiceringarna går inte att läsa: {reason}. "
        f"Ta {FOLDER}/ från en tidigare revision, eller ta bort mappen och börja om.",
    )
