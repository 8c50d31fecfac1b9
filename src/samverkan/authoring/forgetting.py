"""Taking a person, or another thing, out of the data of a site: what is said of it, with it and about its name.

What is left is a notice that the address is withdrawn, which names nobody. Evidence and notes that have nothing left to
say go as a whole. The gate runs on the result before a file is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from samverkan.authoring import file_changes
from samverkan.authoring.file_changes import FileChange
from samverkan.authoring.gating import new_violations
from samverkan.authoring.known_names import CONTACT, KnownNames, folded
from samverkan.authoring.merging import joined
from samverkan.authoring.traces import Names
from samverkan.errors import Place, UsageError
from samverkan.model.dataset import File
from samverkan.model.namespaces import DEPRECATED, RDFS, TYPE
from samverkan.model.personal import NAMES, PERSONS
from samverkan.model.results import Table, Term
from samverkan.model.triple_texts import read_triple
from samverkan.model.turtle_pieces import Piece, Pieces, properties, statements, values
from samverkan.model.turtle_positions import tokens
from samverkan.settings import FILE_NAME
from samverkan.site import history as releases
from samverkan.site import source_files
from samverkan.site.audit_record import FILE_NAME as AUDIT
from samverkan.site.checked_site import CheckedSite
from samverkan.site.folder import CONTEXT
from samverkan.validation import Finding

# What the notice says, by whether it stands for a person.
_NOTICE = {
    True: {
        "sv": ("Borttagen person", "Uppgifterna om personen är borttagna."),
        "en": ("Removed person", "The data about the person have been removed."),
    },
    False: {
        "sv": ("Borttaget", "Uppgifterna är borttagna."),
        "en": ("Removed", "The data have been removed."),
    },
}


@dataclass(frozen=True)
class Erasure:
    """What would be done to forget something: the changes of files, and the places of what they take away.

    `by_hand` are places outside of the data that have the name or the address, and `possible` those that have a
    part of the name only, or a name that others have, too. No notice is left where the address itself has the name, and
    a name that is shared proves nothing. `violations` are those that the site would have, and has not
    now: where there are any, nothing may be written.
    """

    root: Path
    iri: str
    names: Names
    changes: tuple[FileChange, ...]
    removed: tuple[tuple[Place, str], ...]
    by_hand: tuple[Place, ...]
    possible: tuple[Place, ...]
    violations: tuple[Finding, ...]
    is_named_by_address: bool = False
    is_shared: bool = False

    def write(self) -> None:
        """Write all changed files, or none; raises `UnwritableError`."""
        file_changes.write_changes(self.root, self.changes)


def plan(root: Path, given: str, more: Iterable[str] = ()) -> Erasure:
    """Think out how a thing is forgotten; `given` is its IRI, or one with a prefix, and `more` are further names of it.

    Raises `UsageError` where the site says nothing of it, and `UnreadableError` for what can't be read.
    """
    planning = planned(root, given, more)
    site, iri = planning.site, planning.iri
    if not planning.is_known:
        raise UsageError(
            f"Nothing is said of {given} in the data.",
            remedy="Give its whole address, as it stands in the data.",
            sv=f"Uppgifterna säger inget om {given}. Ange hela adressen, så som den står i uppgifterna.",
        )
    changes = tuple(planning.changes())
    return Erasure(
        root=site.root,
        iri=iri,
        names=planning.names,
        changes=changes,
        removed=tuple(planning.removed()),
        by_hand=tuple(planning.by_hand()),
        possible=tuple(planning.possible(changes)),
        violations=new_violations(site.root, changes),
        is_named_by_address=planning.is_named_by_address,
        is_shared=planning.known.is_shared,
    )


def planned(root: Path, given: str, more: Iterable[str] = ()) -> ErasurePlanning:
    """What goes with a thing, without the gate having looked at what is left."""
    site = CheckedSite(root)
    source_files.check_syntax(site.dataset.files)
    return ErasurePlanning(site, site.prefixes.expand(given) or given, tuple(more))


class ErasurePlanning:
    """A site, what is to be forgotten, and what goes with it."""

    def __init__(self, site: CheckedSite, iri: str, more: Sequence[str]) -> None:
        self.site, self.iri, self.node = site, iri, NamedNode(iri)
        self.files = site.dataset.data
        self.known = KnownNames(self._called, more, self._names_of_others, tuple(self._all_texts))
        self.names = self.known.whole
        self._written = re.compile("|".join(rf"{re.escape(each)}(?![\w~-]|\.\w)" for each in self._spellings))

    @property
    def is_known(self) -> bool:
        """Whether anything is said of it, or with it, in the data or in an earlier release."""
        is_here = any(self.node in (triple.subject, triple.object) for file in self.files for triple in file.triples)
        return is_here or self._shown_iri in b"".join(each.come for each in self.site.archive.patches.values())

    @property
    def _shown_iri(self) -> bytes:
        """The address as it stands in N-Quads."""
        return f"<{self.iri}>".encode()

    @cached_property
    def own(self) -> tuple[Triple, ...]:
        """What is said of it."""
        return tuple(triple for file in self.files for triple in file.triples if triple.subject == self.node)

    @property
    def is_person(self) -> bool:
        """Whether it is, or was, a person."""
        return any(t.predicate == TYPE and t.object in PERSONS for t in self.own) or "/person/" in self.iri

    @cached_property
    def is_withdrawn(self) -> bool:
        """Whether all that is said of it is the notice, as it is written here."""
        return frozenset(self.own) in {frozenset(_read(self._notice(is_person=each))) for each in (True, False)}

    @property
    def _called(self) -> tuple[Triple, ...]:
        """What says what it is called, and how it is reached, now or in an earlier release."""
        earlier = (self.site.archive.about(number, self.iri).own for number in self.site.archive.patches)
        said = (*self.own, *chain.from_iterable(earlier))
        notices = frozenset(triple for each in (True, False) for triple in _read(self._notice(is_person=each)))
        return tuple(triple for triple in said if triple not in notices)

    @property
    def _names_of_others(self) -> frozenset[str]:
        triples = (triple for file in self.files for triple in file.triples if triple.subject in self._others)
        return folded(t.object.value for t in triples if t.predicate in NAMES and isinstance(t.object, Literal))

    @property
    def _all_texts(self) -> Iterator[str]:
        """The texts of all that is said of something else."""
        triples = (triple for file in self.files for triple in file.triples if triple.subject != self.node)
        return (triple.object.value for triple in triples if isinstance(triple.object, Literal))

    @property
    def is_named_by_address(self) -> bool:
        """Whether the address itself has the name, so that no notice can be left at it."""
        return self.names.in_text(self.iri.removeprefix(self.site.settings.base))

    @property
    def _spellings(self) -> tuple[str, ...]:
        short = self.site.prefixes.compact(self.iri)
        return (self.iri, short) if short != self.iri else (self.iri,)

    @cached_property
    def _others(self) -> frozenset[Term]:
        """The other persons, and what is called as persons are: that stays, even if one has the same name."""
        wanted, named = frozenset(PERSONS), frozenset(NAMES)
        triples = (triple for file in self.files for triple in file.triples)
        found = (t.subject for t in triples if t.predicate in named or (t.predicate == TYPE and t.object in wanted))
        return frozenset(found) - {self.node}

    def has(self, text: str) -> bool:
        """Whether a text has the name or the address."""
        return bool(self._written.search(text)) or self.names.in_text(text)

    def _is_mentioned(self, triple: Triple) -> bool:
        """Whether a text, or an address, in a statement has the name or the address."""
        value = triple.object
        if isinstance(value, NamedNode):
            is_foreign = not value.value.startswith(self.site.settings.base)
            return is_foreign and triple.subject not in self._others and self._is_in_address(value.value)
        if not isinstance(value, Literal) or triple.subject in self._others or not self.has(value.value):
            return False
        quoted = read_triple(value)
        return quoted is None or quoted.subject not in self._others or self.node in (quoted.subject, quoted.object)

    def _is_in_address(self, address: str) -> bool:
        """Whether an address of something elsewhere has the name, as that of a mailbox or of a page may have."""
        contact = CONTACT.fullmatch(address)
        return self.names.in_text(contact["address"] if contact else address)

    def is_gone(self, triple: Triple) -> bool:
        """Whether a statement is taken away: about it, with it, with its name, or of what goes with it."""
        if triple.subject == self.node:
            return not self.is_withdrawn
        return triple.subject in self.nodes or triple.object in self.nodes or self._is_mentioned(triple)

    @cached_property
    def nodes(self) -> frozenset[Term]:
        """It, the evidence that has nothing else to tell, and the notes on it."""
        return frozenset({self.node, *self._evidence(), *self._notes()})

    def _evidence(self) -> Iterator[Term]:
        quoted: dict[Term, list[bool]] = {}
        for file in self.files:
            for triple in file.triples:
                if isinstance(triple.object, Literal) and read_triple(triple.object) is not None:
                    quoted.setdefault(triple.subject, []).append(self._is_mentioned(triple))
        return (node for node, gone in quoted.items() if all(gone))

    def _notes(self) -> Iterator[Term]:
        """The notes on it, and those of whose texts none is left."""
        texts: dict[Term, list[bool]] = {}
        notes = {row["note"] for row in self._noted if row.get("note")}
        yield from (row["note"] for row in self._noted if row.get("about") == self.node and row.get("note"))
        for file in self.files:
            for triple in file.triples:
                if triple.subject in notes and isinstance(triple.object, Literal) and triple.object.language:
                    texts.setdefault(triple.subject, []).append(self._is_mentioned(triple))
        yield from (node for node, gone in texts.items() if all(gone))

    @cached_property
    def _noted(self) -> tuple[dict[str, Term], ...]:
        """The rows of the query with `view: notes`, where the site has one."""
        query = next((each for each in self.site.queries.values() if each.view == "notes"), None)
        answer = self.site.store.query(self.site.text_today(query), name=query.place.file) if query else None
        if not isinstance(answer, Table):
            return ()
        rows = (zip(answer.variables, row, strict=True) for row in answer.rows)
        return tuple({name: term for name, term in row if term is not None} for row in rows)

    # ------------------------------------------------------------ the files

    def changes(self) -> Iterator[FileChange]:
        """The files of data without it, one of them with the notice."""
        notice = None if self.is_withdrawn or self.is_named_by_address else self._notice_file()
        for file in self.files:
            text = self._without(file)
            if file is notice:
                text = f"{text.rstrip()}\n\n{self._notice(is_person=self.is_person)}"
            if text.encode() != file.content:
                yield FileChange(file.name, self._bytes(file.name), text.encode())
        yield from self._in_history()
        yield from self._in_archive()

    def _in_history(self) -> Iterator[FileChange]:
        """The history of releases without it. Persons are not in it, but a name that stood in an open text may be."""
        left = releases.without(self.site.history, self.iri, self.has)
        if left != self.site.history:
            yield FileChange(releases.FILE_NAME, self._bytes(releases.FILE_NAME), releases.written(left))

    def _in_archive(self) -> Iterator[FileChange]:
        """The earlier releases without it."""
        before = self.site.archive.files()
        after = self.site.archive.without(self._is_line_gone).files()
        yield from (FileChange(name, before[name], after[name]) for name in before if before[name] != after[name])

    def _is_line_gone(self, line: bytes) -> bool:
        """Whether a quad of an earlier release is about it or with it, or has its name."""
        if not (
            self._shown_iri in line or any(node in line for node in self._shown_nodes) or self.names.in_bytes(line)
        ):
            return False
        quad = next(iter(parse(line, format=RdfFormat.N_QUADS)))
        return quad.subject == self.node or self.is_gone(quad.triple)

    @cached_property
    def _shown_nodes(self) -> tuple[bytes, ...]:
        return tuple(str(node).encode() for node in self.nodes)

    def _bytes(self, name: str) -> bytes:
        return (self.site.root / name).read_bytes()

    def _notice_file(self) -> File:
        """Where it was described; else where it was spoken of."""
        about = (file for file in self.files if any(t.subject == self.node for t in file.triples))
        with_it = (file for file in self.files if any(t.object == self.node for t in file.triples))
        return next(about, None) or next(with_it, self.files[0])

    def _notice(self, *, is_person: bool) -> str:
        """The notice in full IRIs, for a file may declare any prefix."""
        texts = _NOTICE[is_person]
        languages = [each for each in self.site.settings.languages if each in texts] or ["en"]
        label, comment = (" , ".join(f'"{texts[each][at]}"@{each}' for each in languages) for at in (0, 1))
        return f"<{self.iri}>\n    {DEPRECATED} true ;\n    <{RDFS}label> {label} ;\n    <{RDFS}comment> {comment} .\n"

    def _without(self, file: File) -> str:
        """The text of a file without what is taken away; the same where nothing is."""
        text = file.content.decode()
        if not any(map(self.is_gone, file.triples)) and not any(map(self.has, _comments(text))):
            return text
        kept: list[Piece] = []
        found = statements(text)
        base, before = "", ""
        for piece in found.pieces:
            base = piece.text if piece.key == "@base" else base
            left = piece if piece.is_directive else self._statement(piece, base)
            if left is None:
                before += _kept_comments(piece.before)
                continue
            kept.append(replace(left, before=before + left.before))
            before = ""
        written = replace(found, pieces=tuple(kept), tail=before + found.tail).written
        return self._uncommented(written)

    def _statement(self, piece: Piece, base: str) -> Piece | None:
        """A statement without what is taken away; None where nothing of it is left."""
        sides = properties(piece)
        left = [self._property(sides.head, each, base) for each in sides.pieces]
        kept = [each for each in left if each is not None]
        if kept == list(sides.pieces):
            return piece
        return replace(piece, text=sides.head + joined(kept, ";", ".")) if kept else None

    def _property(self, subject: str, piece: Piece, base: str) -> Piece | None:
        sides: Pieces = values(piece)
        kept = [
            each for each in sides.pieces if not self._is_value_gone(f"{subject} {sides.head} {each.text}", piece, base)
        ]
        if len(kept) == len(sides.pieces):
            return piece
        return replace(piece, text=sides.head + joined(kept, ",", "")) if kept else None

    def _is_value_gone(self, text: str, piece: Piece, base: str) -> bool:
        head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in piece.names.items())
        try:
            found = [quad.triple for quad in parse(f"{base}\n{head}{text} .".encode(), format=RdfFormat.TURTLE)]
        except (SyntaxError, ValueError):
            return self.has(text)
        return any(map(self.is_gone, found))

    def _uncommented(self, text: str) -> str:
        """A text without the comments that have the name or the address."""
        for start, end in reversed(list(_comment_places(text))):
            if self.has(_joined_comment(text[start:end])):
                line = text.rfind("\n", 0, start) + 1
                begun = line if not text[line:start].strip() else start
                behind = end + 1 if begun == line else end
                text = text[:begun].rstrip(" ") + text[behind:] if begun == start else text[:begun] + text[behind:]
        return text

    # ------------------------------------------------------------ what is told

    def removed(self) -> Iterator[tuple[Place, str]]:
        """The place and the property of each statement that is taken away."""
        for file in self.files:
            for triple in file.triples:
                if self.is_gone(triple):
                    subject, predicate, value = triple
                    line = file.positions.line(subject, predicate, value)
                    yield Place(file.name, line), self.site.prefixes.compact(predicate.value)

    def by_hand(self) -> Iterator[Place]:
        """The places outside of the data that have the name or the address."""
        for name, text in self._others_files():
            for number, line in enumerate(text.splitlines(), 1):
                if self.has(line):
                    yield Place(name, number)

    def _others_files(self) -> Iterator[tuple[str, str]]:
        files = [file for file in (*self.site.dataset.ontology, *self.site.shapes) if file.content]
        yield from ((file.name, file.content.decode()) for file in files)
        yield from ((query.place.file, query.text) for query in self.site.queries.values())
        yield from ((file.name, file.content.decode()) for file in self.site.versions)
        for name in (FILE_NAME, CONTEXT, AUDIT):
            if (self.site.root / name).is_file():
                yield name, (self.site.root / name).read_text("utf-8")

    def possible(self, changes: Iterable[FileChange]) -> Iterator[Place]:
        """The lines that are left in the data with a part of the name."""
        parts = self.known.parts
        after = {change.name: (change.after or b"").decode() for change in changes}
        for file in self.files if parts else ():
            for number, line in enumerate(after.get(file.name, file.content.decode()).splitlines(), 1):
                if parts.in_text(line):
                    yield Place(file.name, number)


def _read(text: str) -> Iterator[Triple]:
    return (quad.triple for quad in parse(text.encode(), format=RdfFormat.TURTLE))


def _kept_comments(before: str) -> str:
    """The comments before a statement that is taken away, for they may be about what follows."""
    return before if "#" in before else ""


def _comment_places(text: str) -> Iterator[tuple[int, int]]:
    """Where each comment begins and ends; those on lines behind each other are one."""
    gaps, done = list[tuple[int, int]](), 0
    for token, start in tokens(text):
        gaps.append((done, start))
        done = start + len(token)
    for start, end in (*gaps, (done, len(text))):
        for found in re.finditer(r"#[^\r\n]*(?:\r?\n[ \t]*#[^\r\n]*)*", text[start:end]):
            yield start + found.start(), start + found.end()


def _comments(text: str) -> Iterator[str]:
    return (_joined_comment(text[start:end]) for start, end in _comment_places(text))


def _joined_comment(text: str) -> str:
    return " ".join(line.strip().lstrip("#").strip() for line in text.splitlines())


__all__ = ["Erasure", "ErasurePlanning", "plan", "planned"]
