"""Bringing a site from an earlier version of the model to the one that comes with the program.

A site has copied ontology, shapes and queries, and may have changed them. So what it has is merged with what the model
was and is; what is its own gets the new names of deprecated terms; its data are migrated. The gate runs on the result
before a file is written.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from pyoxigraph import NamedNode

from samverkan.authoring import file_changes
from samverkan.authoring.file_changes import FileChange
from samverkan.authoring.gating import new_violations
from samverkan.authoring.merging import Conflict, merge
from samverkan.authoring.migrations import Migrations
from samverkan.authoring.renaming import Renaming, deprecations, shape_prefixes
from samverkan.authoring.shipped import Files, Shipped, shipped, version_of
from samverkan.authoring.text_style import TextStyle
from samverkan.errors import UnreadableError, UsageError
from samverkan.model import encodings
from samverkan.model.dataset import File
from samverkan.model.prefixes import Prefixes
from samverkan.model.turtle_pieces import statements
from samverkan.model.turtle_positions import Positions
from samverkan.settings import Settings
from samverkan.site import source_files
from samverkan.site.folder import CONTEXT, QUERIES, Folder
from samverkan.validation import Finding

Said = tuple[str, str]
"""What is told, in Swedish and English."""


@dataclass(frozen=True)
class UpgradeNote:
    """Something to tell of a file: what was done in it, or what is left to do."""

    file: str
    said: Said


@dataclass(frozen=True)
class Upgrade:
    """What an upgrade from one version to another would do to a site.

    `violations` are those that the site would have and does not have now; where there are any, nothing may be written.
    """

    root: Path
    version: str
    goal: str
    changes: tuple[FileChange, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    notes: tuple[UpgradeNote, ...] = ()
    violations: tuple[Finding, ...] = ()

    def write(self) -> None:
        """Write all changed files, or none; raises `UnwritableError`."""
        file_changes.write_changes(self.root, self.changes)


def plan(root: Path) -> Upgrade:
    """Think out the upgrade of the site in a folder, and run the gate on what it would become.

    Raises `UsageError` where the site is not a copy of a known version, and `UnreadableError` for what can't be read.
    """
    known = shipped()
    planning = _Planning(Folder(root), known)
    settings = planning.settings
    if settings.ontology != known.ontology:
        raise UsageError(
            f"The ontology of this site is <{settings.ontology}>, and that of the program <{known.ontology}>.",
            remedy="There is nothing to upgrade.",
            sv=f"Webbplatsens ontologi är <{settings.ontology}>, och programmets <{known.ontology}>. "
            "Det finns inget att uppgradera.",
        )
    version = version_of(planning.own, settings.ontology)
    if version is None or version not in known.earlier:
        _check_current(version, known)
        return Upgrade(root, known.current.version, known.current.version)
    return planning.upgrade(version)


def _check_current(version: str | None, known: Shipped) -> None:
    if version != known.current.version:
        versions = ", ".join([*known.earlier, known.current.version])
        raise UsageError(
            f"The ontology of this site says that its version is {version or 'none, or several'}, and that is unknown.",
            remedy=f"Known versions are {versions}. Correct owl:versionInfo in ontology/, or take a newer program.",
            sv=f"Webbplatsens ontologi säger sig ha versionen {version or 'ingen, eller flera'}, och den är okänd. "
            f"Kända versioner är {versions}. Rätta owl:versionInfo i ontology/, eller ta ett nyare program.",
        )


@dataclass(frozen=True)
class _Planning:
    """The site as it is, and what is known of models; what is found out stands in `conflicts` and `notes`."""

    site: Folder
    known: Shipped
    conflicts: list[Conflict] = field(default_factory=list)
    notes: list[UpgradeNote] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return self.site.settings

    @cached_property
    def own(self) -> Files:
        """The files of the model as the site has them, and its data."""
        return {name: _raw(path, name) for name, path in self._paths()}

    def _paths(self) -> Iterator[tuple[str, Path]]:
        root = self.site.root
        for folder in source_files.FOLDERS:
            yield from ((f"{folder}/{path.name}", path) for path in source_files.listing(root, folder).files)
        for paths in self.site.query_files.values():
            yield from ((path.relative_to(root).as_posix(), path) for path in paths)
        yield from ((name, root / name) for name in (CONTEXT, *self.known.versions) if (root / name).is_file())

    def upgrade(self, version: str) -> Upgrade:
        base, new = (self._of_site(each.files) for each in (self.known.earlier[version], self.known.current))
        data = {name: content for name, content in self.own.items() if name.startswith(f"{source_files.DATA}/")}
        result = {**self._merged(base, new), **data, **self._versions(version)}
        prefixes = _prefixes(result[CONTEXT]) if CONTEXT in result else self.site.prefixes
        result |= self._rewritten(version, result, new, prefixes)
        names = dict.fromkeys((*self.own, *result))
        changes = (FileChange(name, self.own.get(name), result.get(name)) for name in names)
        changed = tuple(change for change in changes if change.before != change.after)
        found = new_violations(self.site.root, changed)
        return Upgrade(
            self.site.root,
            version,
            self.known.current.version,
            changed,
            tuple(_placed(conflict, result, prefixes) for conflict in self.conflicts),
            tuple(self.notes),
            found,
        )

    def _of_site(self, files: Files) -> Files:
        """The files of a model with the base of the site in the place of that which it was made for."""
        return {
            name: content.replace(self.known.base.encode(), self.settings.base.encode())
            for name, content in files.items()
        }

    def _versions(self, version: str) -> Files:
        """The earlier ontologies from the one of the site on: what it has published stays where it is."""
        first = f"{source_files.VERSIONS}/{version}{source_files.SUFFIX}"
        return {
            name: self.own.get(name, content)
            for name, content in self.known.versions.items()
            if name in self.own or _order(name) >= _order(first)
        }

    # ------------------------------------------------------------ ontology, shapes and queries

    def _merged(self, base: Files, new: Files) -> Files:
        """The files of the model, each merged; those that are gone are left out."""
        own = {name for name in self.own if not name.startswith((f"{source_files.DATA}/", source_files.VERSIONS))}
        found = ((name, self._file(name, base, new)) for name in sorted({*own, *new}))
        return {name: content for name, content in found if content is not None}

    def _file(self, name: str, base: Files, new: Files) -> bytes | None:
        ours, theirs = self.own.get(name), new.get(name)
        if ours is None:
            return self._absent(name, base.get(name), theirs)
        style = TextStyle.of(ours)
        plain = style.read(ours)
        was = base[name].decode() if name in base else None
        if theirs is None:
            return self._gone(name, was, plain, ours)
        now = theirs.decode()
        if was is None:
            return self._also_new(name, plain, now, ours)
        merged = merge(name, was, plain, now)
        self.conflicts.extend(merged.conflicts)
        if merged.kept:
            self._tell(name, "webbplatsens egna ändringar är kvar", "the site's own changes are kept")
        return style.written(merged.text)

    def _absent(self, name: str, was: bytes | None, now: bytes | None) -> bytes | None:
        """A file that the site does not have: one that it took away stays away, and a new one comes."""
        if was is not None or now is None:
            if was != now:
                self._tell(
                    name,
                    "webbplatsen har tagit bort filen; den har ändrats i modellen men kommer inte tillbaka",
                    "the site has removed the file; it was changed in the model, but does not come back",
                )
            return None
        twin = self._twin(name)
        if twin:
            self.conflicts.append(Conflict(twin, "", self._text(twin), now.decode()))
            return None
        return now

    def _twin(self, name: str) -> str | None:
        """A query of the site that has the name of a new one, in another folder or in other case."""
        if not name.startswith(f"{QUERIES}/"):
            return None
        paths = self.site.query_files.get(Path(name).stem.casefold(), ())
        return paths[0].relative_to(self.site.root).as_posix() if paths else None

    def _text(self, name: str) -> str:
        return TextStyle.of(self.own[name]).read(self.own[name])

    def _gone(self, name: str, was: str | None, plain: str, ours: bytes) -> bytes | None:
        """A file that the model has no more, or never had."""
        if was is None or plain != was:
            if was is not None:
                self.conflicts.append(Conflict(name, "", plain, None))
            return ours
        return None

    def _also_new(self, name: str, plain: str, now: str, ours: bytes) -> bytes:
        if plain != now:
            self.conflicts.append(Conflict(name, "", plain, now))
        return ours

    def _tell(self, name: str, sv: str, en: str) -> None:
        self.notes.append(UpgradeNote(name, (sv, en)))

    # ------------------------------------------------------------ terms and data

    def _rewritten(self, version: str, result: Files, new: Files, prefixes: Prefixes) -> Files:
        """What is the site's own, with the present terms: its data, and its changes of the model."""
        migrations = Migrations.of(self.known.migrations(version), self.site.published, prefixes)
        terms = deprecations(self.known.current)
        successors = {old: new for old, new in terms.successors.items() if old not in migrations.terms}
        by_hand = {old: old for old in terms.others}
        by_hand |= {old: new for old, new in terms.successors.items() if old not in successors}
        files = [File(name, "", content) for name, content in new.items() if name.startswith(source_files.SHAPES)]
        names = {**shape_prefixes(files), **shape_prefixes(self.site.shapes)}
        rewriting = _Rewriting(successors, by_hand, names, migrations, new, prefixes, self.site)
        found = {}
        for name, content in result.items():
            if name != CONTEXT and name.startswith(source_files.VERSIONS):
                continue
            style = TextStyle.of(content)
            text, said = rewriting.rewritten(name, style.read(content))
            self.notes.extend(UpgradeNote(name, each) for each in said)
            found[name] = style.written(text)
        return found


def _placed(conflict: Conflict, result: Files, prefixes: Prefixes) -> Conflict:
    """A conflict with its line in what the site would become, and with short names."""
    about = re.findall("<([^<>]*)>", conflict.about)
    positions = Positions(encodings.plain(result.get(conflict.file, b""), conflict.file))
    line = positions.line(*map(NamedNode, about[:2])) if about else None
    return replace(conflict, about=" ".join(map(prefixes.compact, about)), line=line)


def _order(name: str) -> tuple[tuple[int, ...], str]:
    """Versions in their order: by the numbers in them."""
    return tuple(int(part) for part in Path(name).stem.split(".") if part.isdecimal()), name


def _prefixes(context: bytes) -> Prefixes:
    import json

    try:
        return Prefixes.from_context(json.loads(context.removeprefix(codecs.BOM_UTF8))["@context"])
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableError(
            f"{CONTEXT} is not a JSON-LD context: {error}.",
            remedy="Run samverkan validate, which says where.",
            sv=f"{CONTEXT} är ingen JSON-LD-kontext. Kör samverkan validate, som säger var felet är.",
        ) from None


@dataclass(frozen=True)
class _Rewriting:
    """Present terms in the place of deprecated ones in what is the site's own, and migrated data."""

    successors: Mapping[str, str]
    by_hand: Mapping[str, str]
    names: Mapping[str, str]
    migrations: Migrations
    new: Files
    prefixes: Prefixes
    site: Folder

    def rewritten(self, name: str, text: str) -> tuple[str, list[Said]]:
        """The text of a file, and what was done in it."""
        said: list[Said] = []
        if name.startswith(f"{source_files.DATA}/"):
            graph = next(file for file in self.site.published if file.name == name)
            text, done = self.migrations.migrated(graph, text)
            said += ((query.summary["sv"], query.summary["en"]) for query in done)
        renaming = Renaming(self.successors, self.names)
        text = self._renamed(renaming, name, text)
        left = Renaming(self.by_hand, self.names)
        self._renamed(left, name, text)  # only to see what is left
        return text, [*said, *self._renames(renaming), *self._left(left)]

    def _renamed(self, renaming: Renaming, name: str, text: str) -> str:
        now = self.new.get(name, b"").decode()
        if text == now:
            return text
        if name == CONTEXT:
            return renaming.context(text, frozenset(now.splitlines(keepends=True)), self.prefixes.table)
        if name.endswith(source_files.SUFFIX):
            same = {(piece.place, piece.meaning) for piece in statements(now).pieces}
            return renaming.turtle(text, same, subjects=not name.startswith(source_files.ONTOLOGY))
        return renaming.sparql(text)

    def _renames(self, renaming: Renaming) -> Iterator[Said]:
        for old, count in sorted(renaming.done.items()):
            names = [self.prefixes.compact(iri) for iri in (old, self.successors[old])]
            if count:
                yield (
                    f"{names[0]} heter nu {names[1]} (ändrat på {count} {'ställe' if count == 1 else 'ställen'})",
                    f"{names[0]} is now {names[1]} (changed in {count} {'place' if count == 1 else 'places'})",
                )

    def _left(self, left: Renaming) -> Iterator[Said]:
        """The deprecated terms that nothing can be put in the place of without knowing what was meant."""
        for old in sorted(old for old, count in left.done.items() if count):
            name, new = (self.prefixes.compact(iri) for iri in (old, self.by_hand[old]))
            if new != name:
                yield (
                    f"{name} är föråldrat. {new} säger nu detsamma på ett annat sätt: ändra för hand",
                    f"{name} is deprecated. {new} now says the same in another way: change it by hand",
                )
                continue
            yield (
                f"{name} är föråldrat och har ingen given efterträdare: ändra för hand",
                f"{name} is deprecated and has no certain successor: change it by hand",
            )


# ---------------------------------------------------------------- files


def _raw(path: Path, name: str) -> bytes:
    """The bytes of a file as they are; raises `UnreadableError` where it is no UTF-8."""
    with source_files.opened(path, name) as stream:
        content = stream.read()
    encodings.plain(content, name)
    return content
