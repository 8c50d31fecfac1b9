"""What an import makes of the files of a site: where each fact goes, what bears it, and what the checks say of that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from string import Template

from pyoxigraph import Literal, NamedNode

from samverkan.authoring import file_changes
from samverkan.authoring.file_changes import FileChange
from samverkan.authoring.gating import new_violations
from samverkan.authoring.text_style import TextStyle
from samverkan.model.namespaces import DCTERMS, TYPE
from samverkan.model.results import Term
from samverkan.model.triple_texts import written_triple
from samverkan.site import source_files
from samverkan.site.checked_site import CheckedSite
from samverkan.site.folder import Folder
from samverkan.tables.descriptions import Descriptions, Sources, TableDescription, read_descriptions
from samverkan.tables.evidence import EvidenceIndex, Passage
from samverkan.tables.facts import Fact, SiteFacts, same, slug, triple
from samverkan.tables.importing import Gone, Imported, ImportOrigin
from samverkan.tables.turtle_editing import Edit, Editing, block, header, written
from samverkan.validation import Finding

_DATA = source_files.DATA
_COMMENTS = {
    False: "Skrivet av samverkan import / written by samverkan import: {book}.",
    True: "Personuppgifter, skrivet av samverkan import / personal data, written by samverkan import: {book}.",
}
_LANGUAGE_CODES = {"sv": "SWE", "en": "ENG"}
_WITHDRAWN = "withdrawn"
_SOURCE = f"{DCTERMS}source"


def facts_of(root: Path) -> SiteFacts:
    """What the site in a folder says; raises `UnreadableError` for what can't be read."""
    folder = Folder(root)
    source_files.check_syntax(folder.published)
    return SiteFacts(folder, _descriptions(folder))


def _descriptions(folder: Folder) -> Descriptions:
    return read_descriptions(folder.root, folder.prefixes)


@dataclass(frozen=True)
class Plan:
    """What an import would do: the files that change, what is told of the workbook, and the violations that are new."""

    root: Path
    imported: Imported
    changes: tuple[FileChange, ...] = ()
    violations: tuple[Finding, ...] = ()

    @property
    def may_be_written(self) -> bool:
        """Whether nothing keeps it from being written."""
        return not self.imported.faults and not self.violations

    def write(self) -> None:
        """Write all changed files, or none; raises `UnwritableError`."""
        file_changes.write_changes(self.root, self.changes)


def plan(
    facts: SiteFacts,
    imported: Imported,
    book: str,
    withdrawn: Iterable[Gone] = (),
    begun: CheckedSite | None = None,
) -> Plan:
    """Think out what an import does to the files, and run the gate on what the site would become.

    `begun` is the site as `samverkan.authoring.gating.begin` gives it, which saves time.
    """
    root = facts.folder.root
    if imported.faults:
        return Plan(root, imported)
    changes = tuple(_Placing(facts, imported, book).changes([*withdrawn]))
    return Plan(root, imported, changes, new_violations(root, changes, begun))


@dataclass
class _Fresh:
    """A file that is new: its name without folder and suffix, and its statements."""

    name: str
    is_personal: bool
    status: str
    has_facts: bool = False
    blocks: list[str] = field(default_factory=list)
    passages: dict[tuple[str, str, int], list[Fact]] = field(default_factory=dict)
    headings: dict[str, list[NamedNode]] = field(default_factory=dict)
    sources: dict[str, dict[NamedNode, None]] = field(default_factory=dict)


class _Placing:
    """The facts of an import on their way to their files."""

    def __init__(self, facts: SiteFacts, imported: Imported, book: str) -> None:
        self.facts, self.imported, self.book = facts, imported, book
        self.evidence = EvidenceIndex(facts)
        self.sources: Sources = facts.descriptions.sources
        self.edits: dict[str, list[Edit]] = {}
        self.unsupported: list[tuple[Fact, ImportOrigin, str | None]] = []
        self.fresh: dict[tuple[bool, str], _Fresh] = {}
        self.new_pages: dict[str, str] = {}
        self.new_headings: dict[tuple[str, str], str] = {}
        self.names: Mapping[str, str] = _prefixes(facts)

    # ------------------------------------------------------------ the course of it

    def changes(self, withdrawn: list[Gone]) -> Iterator[FileChange]:
        pairs, added, removed = self._paired()
        for old, new in pairs:
            self._replace(old, new)
        for old in removed:
            self._remove(old)
        self._add_all(added)
        for each in withdrawn:
            self._withdraw(each)
        self._support_all()
        yield from self._edited()
        yield from self._written()

    def _paired(self) -> tuple[list[tuple[Fact, Fact]], list[Fact], list[Fact]]:
        """The facts that take the place of others of the same property, and the rest of both."""
        waiting: dict[tuple[str, str], list[Fact]] = {}
        for said in self.imported.removed:
            waiting.setdefault(said[:2], []).append(said)
        pairs, added = [], []
        for said in self.imported.added:
            others = waiting.get(said[:2])
            if others:
                pairs.append((others.pop(0), said))
            else:
                added.append(said)
        return pairs, added, [said for each in waiting.values() for said in each]

    def _edit(self, file: str, edit: Edit) -> None:
        self.edits.setdefault(file, []).append(edit)

    def _replace(self, old: Fact, new: Fact) -> None:
        origin, files = self.imported.added[new], self.facts.places.get(old, [])
        for file in dict.fromkeys(files):
            self._edit(file, Edit(old, new))
        if not self._corrected(old, new, origin):
            self._forget(old)
            self._support(new, origin, next(iter(files), None))

    def _corrected(self, old: Fact, new: Fact, origin: ImportOrigin) -> bool:
        """Correct what bears a fact, where the row still names the page that bears it."""
        bearing = self.evidence.of(old)
        page = self._page(origin) if origin.page else None
        here = [said for said in bearing if page and (found := self.evidence.passage(said[0])) and found.page == page]
        if not here:
            return False
        for said in bearing:
            fresh = (said[0], said[1], self._text(new)) if said in here else None
            for file in dict.fromkeys(self.facts.places[said]):
                self._edit(file, Edit(said, fresh))
        return True

    def _remove(self, old: Fact) -> None:
        for file in dict.fromkeys(self.facts.places.get(old, [])):
            self._edit(file, Edit(old))
        self._forget(old)

    def _forget(self, old: Fact) -> None:
        """Take away what says that a fact is borne, and a passage that would bear nothing."""
        for said in self.evidence.of(old):
            self.gone_evidence.setdefault(said[0], []).append(said)
        for passage in {said[0] for said in self.evidence.of(old)}:
            self._drop_if_empty(passage)
        for said in self.evidence.of(old):
            if said[0] not in self.dropped:
                for file in dict.fromkeys(self.facts.places[said]):
                    self._edit(file, Edit(said))

    @cached_property
    def gone_evidence(self) -> dict[str, list[Fact]]:
        return {}

    @cached_property
    def dropped(self) -> set[str]:
        return set()

    def _drop_if_empty(self, passage: str) -> None:
        if passage in self.dropped:
            return
        borne = [value for values in self.facts.said(passage).values() for value in values if self._is_text(value)]
        if len(borne) <= len({said[2] for said in self.gone_evidence[passage]}):
            self.dropped.add(passage)
            for file, edits in self.edits.items():
                self.edits[file] = [each for each in edits if each.subject != passage]
            self._remove_all(passage)

    def _is_text(self, value: Term) -> bool:
        return isinstance(value, Literal) and value.datatype.value == self.sources.datatype

    def _remove_all(self, thing: str) -> None:
        for predicate, values in self.facts.said(thing).items():
            for value in values:
                for file in dict.fromkeys(self.facts.places.get((thing, predicate, value), [])):
                    self._edit(file, Edit((thing, predicate, value)))

    # ------------------------------------------------------------ what is added

    def _add_all(self, added: list[Fact]) -> None:
        new: dict[str, list[Fact]] = {}
        for said in added:
            origin = self.imported.added[said]
            file = None if said[0] in self.imported.new else self._file(said, origin)
            if file:
                self._edit(file, Edit(None, said))
                self._support(said, origin, file)
            else:
                new.setdefault(said[0], []).append(said)
        for thing, facts in new.items():
            for is_personal in (False, True):
                for status in dict.fromkeys(self._status(said) for said in facts):
                    here = [s for s in facts if self._is_personal(s) == is_personal and self._status(s) == status]
                    if here:
                        self._write_new(thing, here, is_personal=is_personal, status=status)

    def _is_personal(self, said: Fact) -> bool:
        """Whether a fact is personal: by its column, or because all of its thing is."""
        thing = self.imported.new.get(said[0])
        return self.imported.added[said].is_personal or (thing is not None and thing.is_personal)

    def _status(self, said: Fact) -> str:
        """The status of the file that a new fact goes to: of its table, or else that of what a source states."""
        thing = self.imported.new.get(said[0])
        return (thing.table.status if thing and thing.table else "") or self.sources.evident

    def _file(self, said: Fact, origin: ImportOrigin) -> str | None:
        """The file for a fact of a thing that is there: one that says the same of it, or else that of its class."""
        files = [
            each
            for each in self.facts.files_of(said[0])
            if (each in self._personal_files) == self._wants_personal(said, origin)
        ]
        known = (
            file
            for value in self.facts.values(said[0], said[1])
            for file in self.facts.places.get((said[0], said[1], value), ())
        )
        return (
            next((each for each in known if each in files and self._is_evident(each)), None)
            or next((each for each in files if self._is_typed(said[0], each)), None)
            or next(iter(files), None)
        )

    def _wants_personal(self, said: Fact, origin: ImportOrigin) -> bool:
        return origin.is_personal or self._is_person(said[0])

    def _is_person(self, thing: str) -> bool:
        files = self.facts.files_of(thing)
        return bool(files) and all(each in self._personal_files for each in files)

    def _is_typed(self, thing: str, file: str) -> bool:
        return any(
            file in self.facts.places.get((thing, TYPE.value, value), ())
            for value in self.facts.values(thing, TYPE.value)
        )

    @cached_property
    def _personal_files(self) -> frozenset[str]:
        """The files that say that they hold personal data."""
        return frozenset(
            file.name
            for file in self.facts.files
            if any(value.value in {"true", "1"} for value in self.facts.values(file.graph, self.sources.is_personal))  # type: ignore[union-attr]
        )

    def _is_evident(self, file: str) -> bool:
        """Whether what a file says is what sources state, and needs passages."""
        graph = next((each.graph for each in self.facts.files if each.name == file), "")
        return NamedNode(self.sources.evident) in self.facts.values(graph, self.sources.status)

    def _write_new(self, thing: str, facts: list[Fact], *, is_personal: bool, status: str) -> None:
        fresh = self._fresh(self.imported.added[facts[0]], thing, is_personal=is_personal, status=status)
        fresh.blocks.append(block(thing, [said[1:] for said in facts], self.names))
        fresh.has_facts = True
        if status == self.sources.evident:
            for said in facts:
                self._support(said, self.imported.added[said])

    def _fresh(self, origin: ImportOrigin, thing: str, *, is_personal: bool, status: str) -> _Fresh:
        """The new file of this import for facts of a kind, which is named after the first thing in it."""
        key = (is_personal, status)
        if key not in self.fresh:
            first, table = self._first(thing, origin, status)
            name = self._file_name(table, is_personal=is_personal)
            self.fresh[key] = _Fresh(self._free(f"{name}-{first}"), is_personal, status)
        return self.fresh[key]

    def _first(self, thing: str, origin: ImportOrigin, status: str) -> tuple[str, TableDescription]:
        """What a new file is named after: the end of the address of the first new row of its kind, and its table."""
        rows = [(each.table, each.iri) for each in self.imported.new.values() if each.table and not each.spot.column]
        fitting = [(table, iri) for table, iri in rows if (table.status or self.sources.evident) == status]
        table, iri = min(fitting, key=lambda each: each[0].order, default=(origin.table, origin.row or thing))
        return re.split("[/#]", iri)[-1], table

    def _file_name(self, table: TableDescription, *, is_personal: bool) -> str:
        if not is_personal or table.personal:
            return table.file
        tables = self.facts.descriptions.tables.values()
        return next((each.file for each in tables if each.personal == "always"), table.file)

    def _free(self, name: str) -> str:
        taken = {each.name for each in self.facts.files} | {f"{_DATA}/{each.name}.ttl" for each in self.fresh.values()}
        candidates = [name, *(f"{name}-{number}" for number in range(2, len(taken) + 3))]
        return next(each for each in candidates if f"{_DATA}/{each}.ttl" not in taken)

    def _graph(self, fresh: _Fresh, status: str) -> str:
        settings = self.facts.settings
        said: dict[str, Term | str] = {
            "graph": NamedNode(f"{settings.base}graph/{fresh.name}"),
            "name_sv": Literal(f"{self.book} ({fresh.name})"),
            "name_en": Literal(f"{self.book} ({fresh.name})"),
            "description_sv": Literal(f"Uppgifter ur {self.book}."),
            "description_en": Literal(f"Facts from {self.book}."),
            "status": NamedNode(status),
            "curators": self._curators,
            "license": NamedNode(settings.license or settings.base),
            "personal": Literal(fresh.is_personal),
        }
        return self._filled(self.sources.graph, said)

    @cached_property
    def _curators(self) -> Term:
        """Who answers for the files that are there; the site's own organisation where none says so."""
        found = re.search(r"(\S+) \$\{curators\}", self.sources.graph)
        predicate = self.facts.folder.prefixes.expand(found[1]) if found else None
        for file in self.facts.files if predicate else ():
            for value in self.facts.values(file.graph, predicate or ""):
                return value
        return NamedNode(self.facts.own or self.facts.settings.base)

    def _filled(self, template: str, said: Mapping[str, Term | str]) -> str:
        texts = {key: value if isinstance(value, str) else written(value, self.names) for key, value in said.items()}
        return Template(template).substitute(texts).strip("\n") + "\n"

    # ------------------------------------------------------------ what bears it

    def _text(self, said: Fact) -> Literal:
        return Literal(written_triple(triple(said)), datatype=NamedNode(self.sources.datatype))

    def _support(self, said: Fact, origin: ImportOrigin, file: str | None = None) -> None:
        """Note that something bears a fact, which stands in a file that is there, or goes to a new one."""
        if said[1] not in self.sources.unsupported and self._has_evidence and (not file or self._is_evident(file)):
            self.unsupported.append((said, origin, file))

    def _support_all(self) -> None:
        """Say what bears the facts; those of persons last, so that nothing else rests on what stands in their file."""
        for said, origin, file in sorted(self.unsupported, key=lambda each: self._is_about_person(each[0])):
            self._bear(said, origin, file)

    def _is_about_person(self, said: Fact) -> bool:
        return self._is_personal(said) or self._is_person(said[0])

    def _bear(self, said: Fact, origin: ImportOrigin, file: str | None) -> None:
        """Say what bears a fact: a passage of the page that its row names, or its cell."""
        known = self._known_passage(said, origin)
        if known:
            for each in self.facts.files_of(known.iri)[:1]:
                self._edit(each, Edit(None, (known.iri, self.sources.states, self._text(said))))
            return
        is_personal = self._is_about_person(said)
        fresh = self._fresh(origin, said[0], is_personal=is_personal, status=self.sources.evident)
        page = self._page(origin, fresh)
        heading = self._heading(page, origin, fresh)
        line = origin.line or (self.evidence.line_of(heading) if origin.page else max(origin.spot.row, 1))
        fresh.passages.setdefault((page, heading, line), []).append(said)
        if file:
            self._add_source(file, page, fresh)

    def _add_source(self, file: str, page: str, fresh: _Fresh) -> None:
        """Say that the graph of a file has facts from a page, in the new file, which goes as a whole if it goes."""
        graph = next((each.graph for each in self.facts.files if each.name == file), "")
        if NamedNode(page) not in self.facts.values(graph, _SOURCE):
            fresh.sources.setdefault(graph, {})[NamedNode(page)] = None

    @cached_property
    def _has_evidence(self) -> bool:
        """Whether what is stated has evidence here; where nothing of it has, an import does not begin with it."""
        stated = any(self._is_evident(file.name) and file.triples for file in self.facts.files)
        return bool(self.evidence.bearing) or not stated

    def _known_passage(self, said: Fact, origin: ImportOrigin) -> Passage | None:
        """A passage that is there, of the page and the heading that a row names."""
        page = self._page(origin) if origin.page else None
        main = self.evidence.main(said[0])
        if not page or not main or main.page != page:
            return None
        is_personal = self._is_about_person(said)
        if (
            any(each in self._personal_files for each in self.facts.files_of(main.iri)) != is_personal
            or main.iri in self.dropped
        ):
            return None
        quoted = {iri: text for text, iri in self.evidence.headings(page)}.get(main.heading, "")
        is_same = not origin.heading or same(origin.heading) == same(quoted)
        return main if is_same and origin.line in {0, main.line} else None

    def _page(self, origin: ImportOrigin, fresh: _Fresh | None = None) -> str:
        """The page that a row names, or the workbook; a new one is described in the new file."""
        name = origin.page or f"\0{self.book}"
        known = self.evidence.pages.get(same(name).rstrip("/")) if origin.page else None
        if known:
            return known[0]
        if name not in self.new_pages:
            if fresh is None:
                return ""
            self.new_pages[name] = self._new_page(origin, fresh)
        return self.new_pages[name]

    def _new_page(self, origin: ImportOrigin, fresh: _Fresh) -> str:
        url = origin.page if re.match(r"https?://\S+\Z", origin.page) else ""
        title = origin.page or self.book
        local = slug(re.sub(r"^https?://(www\.)?", "", title)) or "page"
        iri = self._free_iri(f"page/{local}" if origin.page else f"page/{fresh.name}")
        language = self.facts.settings.languages[0] if self.facts.settings.languages else "sv"
        name = title if origin.page else f"{title} ({fresh.name})"
        said: dict[str, Term | str] = {
            "page": NamedNode(iri),
            "name_sv": Literal(name),
            "name_en": Literal(name),
            "title": Literal(title, language=language),
            "language": _LANGUAGE_CODES.get(language, "SWE"),
            "url": NamedNode(url or iri),
            "own": NamedNode(self.facts.own or iri),
        }
        fresh.blocks.append(self._filled(self.sources.page, said))
        return iri

    def _free_iri(self, local: str) -> str:
        found = self.facts.base + local
        taken = {*self.new_pages.values(), *self.new_headings.values()}
        candidates = [found, *(f"{found}-{number}" for number in range(2, 10_000))]
        return next(each for each in candidates if not self.facts.said(each) and each not in taken)

    def _heading(self, page: str, origin: ImportOrigin, fresh: _Fresh) -> str:
        """The heading that a row names, or that of the cell's column; the first of the page where none is named."""
        text = origin.heading if origin.page else origin.spot.title or origin.spot.sheet or self.book
        known = [*self.evidence.headings(page)]
        if not text and known:
            return known[0][1]
        text = text or origin.page
        found = next((iri for quoted, iri in known if same(quoted) == same(text)), None)
        return found or self._new_heading(page, text, fresh)

    def _new_heading(self, page: str, text: str, fresh: _Fresh) -> str:
        if (page, text) not in self.new_headings:
            ending = re.split("[/#]", page)[-1]
            iri = self._free_iri(f"heading/{ending}-{slug(text) or 'heading'}")
            self.new_headings[page, text] = iri
            said: dict[str, Term | str] = {"heading": NamedNode(iri), "text": Literal(text), "line": "1"}
            fresh.blocks.append(self._filled(self.sources.heading, said))
            fresh.headings.setdefault(page, []).append(NamedNode(iri))
        return self.new_headings[page, text]

    # ------------------------------------------------------------ what is withdrawn

    def _withdraw(self, gone: Gone) -> None:
        """Take a thing away with its parts and what bears it, and leave a notice in its place."""
        things = [gone.thing, *self._parts(gone)]
        for thing in things:
            for predicate, values in self.facts.said(thing).items():
                for value in values:
                    self._remove((thing, predicate, value))
        for subject, predicate, value in [*self.facts.places]:
            if (
                isinstance(value, NamedNode)
                and value.value in things
                and subject not in things
                and self._is_link(predicate, gone)
            ):
                self._remove((subject, predicate, value))
        if gone.table.personal != "always":
            self._notice(gone)

    def _is_link(self, predicate: str, gone: Gone) -> bool:
        """Whether a property is the other end of a column of the table."""
        return any(step.is_inverse and step.property == predicate for each in gone.table.columns for step in each.path)

    def _parts(self, gone: Gone) -> list[str]:
        found = []
        for step in gone.table.parts:
            for _, value in self.facts.by_step(gone.thing, step):
                if isinstance(value, NamedNode) and self._is_alone(value.value, gone.thing, step.property):
                    found.append(value.value)
        return found

    def _is_alone(self, part: str, whole: str, predicate: str) -> bool:
        return set(self.facts.leading(part, predicate)) <= {whole} and len(self.facts.values(part, predicate)) <= 1

    def _notice(self, gone: Gone) -> None:
        names = {tag: Literal(self.facts.label(gone.thing, tag)) for tag in ("sv", "en")}
        said: dict[str, Term | str] = {"thing": NamedNode(gone.thing), "name_sv": names["sv"], "name_en": names["en"]}
        key = (False, _WITHDRAWN)
        if key not in self.fresh:
            name = self._free(f"{_WITHDRAWN}-{re.split('[/#]', gone.thing)[-1]}")
            self.fresh[key] = _Fresh(name, is_personal=False, status=self._curated)
        self.fresh[key].blocks.append(self._filled(self.sources.notice, said))

    @property
    def _curated(self) -> str:
        """The status of what those who keep the facts have written themselves."""
        tables = self.facts.descriptions.tables.values()
        return next((each.status for each in tables if each.status), self.sources.evident)

    # ------------------------------------------------------------ the files

    def _edited(self) -> Iterator[FileChange]:
        for name, edits in self.edits.items():
            path = self.facts.folder.root / name
            with source_files.opened(path, name) as stream:
                content = stream.read()
            style = TextStyle.of(content)
            editing = Editing(style.read(content))
            text = editing.apply(dict.fromkeys(edits))
            more = [each.added for each in editing.undone if each.added]
            for said in more:
                text = text.rstrip("\n") + "\n\n" + block(said[0], [said[1:]], self.names)
            if style.written(text) != content:
                yield FileChange(name, content, style.written(text))

    def _written(self) -> Iterator[FileChange]:
        for fresh in self.fresh.values():
            passages = self._passages(fresh)
            blocks = [*fresh.blocks]
            status = fresh.status if fresh.has_facts else self._curated  # evidence alone is stated by no source
            graph = self._with_sources(self._graph(fresh, status), fresh)
            for page, headings in fresh.headings.items():
                blocks.append(block(page, [(self.sources.has_heading, each) for each in headings], self.names))
            for other, pages in fresh.sources.items():
                blocks.append(block(other, [(_SOURCE, each) for each in pages], self.names))
            text = "\n".join([graph, *blocks, *passages])
            head = header(text, self.names, _COMMENTS[fresh.is_personal].format(book=" ".join(self.book.split())))
            name = f"{_DATA}/{fresh.name}.ttl"
            yield FileChange(name, None, (head + text).encode())

    def _with_sources(self, graph: str, fresh: _Fresh) -> str:
        pages = list(dict.fromkeys(page for page, _, _ in fresh.passages))
        if not pages:
            return graph
        source = "dcterms:source" if "dcterms" in self.names else f"<{_SOURCE}>"
        names = " , ".join(written(NamedNode(each), self.names) for each in pages)
        return graph.rstrip().removesuffix(".").rstrip() + f" ;\n    {source} {names} .\n"

    def _passages(self, fresh: _Fresh) -> Iterator[str]:
        for number, ((page, heading, line), facts) in enumerate(fresh.passages.items(), 1):
            said: dict[str, Term | str] = {
                "passage": NamedNode(f"{self.facts.base}passage/{self._passage_name(fresh, page, line, number)}"),
                "page": NamedNode(page),
                "heading": NamedNode(heading),
                "line": str(line),
                "facts": " ,\n        ".join(written(self._text(each), self.names) for each in dict.fromkeys(facts)),
            }
            yield self._filled(self.sources.passage, said)

    @staticmethod
    def _passage_name(fresh: _Fresh, page: str, line: int, number: int) -> str:
        """A passage is called after its page and line, and here after its file as well, for others may have it too."""
        local = re.split("[/#]", page)[-1]
        return f"{local}-{line}-{number}" if local == fresh.name else f"{local}-{line}-{fresh.name}-{number}"


def _prefixes(facts: SiteFacts) -> Mapping[str, str]:
    """The prefixes for new text: those of the site, and one for each kind of thing."""
    return dict(facts.folder.prefixes.table)
