"""The folder of a site: its settings, files, context and canned queries, each read when it is first needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from samverkan import confined_files, settings
from samverkan.errors import NotFoundError, Place, UnreadableError, UnreadableSiteError
from samverkan.model import addresses, file_mistakes
from samverkan.model.dataset import Dataset
from samverkan.model.queries import SUFFIX as QUERY_SUFFIX
from samverkan.model.queries import Query, read_query
from samverkan.model.today import today
from samverkan.site import archive, audit_record, preview_picture, source_files
from samverkan.site import history as releases

if TYPE_CHECKING:
    from samverkan.formats.jsonld import Context
    from samverkan.model.dataset import File
    from samverkan.model.endpoint import Endpoint
    from samverkan.model.prefixes import Prefixes

CONTEXT = "ontology/context.jsonld"
QUERIES = "queries"


@dataclass(frozen=True)
class Folder:
    """What stands in the folder `root` of a site; `endpoint` is the engine elsewhere that answers, where one does.

    `as_of` is the day that is today for all that depends on the day.
    """

    root: Path
    endpoint: Endpoint | None = None
    as_of: date = field(default_factory=today)

    @cached_property
    def settings(self) -> settings.Settings:
        """What `samverkan.toml` says."""
        return settings.read_settings(self.root)

    @cached_property
    def audit(self) -> audit_record.Audit | None:
        """The last automatic test of accessibility, or None."""
        return audit_record.read_record(self.root)

    @cached_property
    def preview(self) -> bytes | None:
        """The picture that other sites show beside a link, or None."""
        return preview_picture.read_preview(self.root)

    @cached_property
    def history(self) -> releases.History:
        """The releases of the site, the first one first; empty where it keeps no history."""
        return releases.read_history(self.root)

    @cached_property
    def archive(self) -> archive.Archive:
        """The data of those earlier releases that the site keeps."""
        return archive.read_archive(self.root)

    @cached_property
    def modified(self) -> Mapping[str, date]:
        """The day on which each thing was last changed, for those of which the history tells it."""
        return releases.modified(self.history)

    @cached_property
    def addresses(self) -> addresses.Addresses:
        """The map between IRIs and paths."""
        return addresses.Addresses(self.settings.base, self.settings.ontology)

    @cached_property
    def published(self) -> tuple[File, ...]:
        """The files of ontology and data; raises `UnreadableSiteError` that names all that can't be read."""
        return source_files.read_files(self.settings, (source_files.ONTOLOGY, source_files.DATA))

    @cached_property
    def graphs(self) -> Mapping[str, Sequence[tuple[str, Path]]]:
        """The named graphs that are published, each with the names and paths of its files, which are not read."""
        return source_files.graphs(self.settings, (source_files.ONTOLOGY, source_files.DATA))

    @cached_property
    def versions(self) -> tuple[File, ...]:
        """The earlier versions of the ontology, which are published as documents, and are no part of the dataset."""
        return source_files.read_versions(self.settings)

    @cached_property
    def shapes(self) -> tuple[File, ...]:
        """The files of the shapes; raises `UnreadableSiteError` that names all that can't be read."""
        return source_files.read_files(self.settings, (source_files.SHAPES,))

    @cached_property
    def dataset(self) -> Dataset:
        """All files of the site, by folder."""
        return Dataset(
            ontology=tuple(file for file in self.published if file.graph == self.settings.ontology),
            data=tuple(file for file in self.published if file.graph != self.settings.ontology),
            shapes=self.shapes,
        )

    @cached_property
    def context_source(self) -> bytes:
        """The bytes of the JSON-LD context, or of an empty one where the site has none."""
        path = self.root / CONTEXT
        return source_files.read_bytes(path, CONTEXT) if confined_files.is_there(path) else b'{"@context": {}}\n'

    @cached_property
    def context(self) -> Context:
        """The JSON-LD context; raises `UnreadableError` where the file is not one."""
        from samverkan.formats.jsonld import Context

        return Context.of(_context(self.context_source))

    @cached_property
    def prefixes(self) -> Prefixes:
        """The prefix table of the site, from its JSON-LD context."""
        from samverkan.model.prefixes import Prefixes

        return Prefixes.from_context(_context(self.context_source))

    @cached_property
    def query_files(self) -> Mapping[str, tuple[Path, ...]]:
        """The `.rq` files under each query name; one that has more than one is a fault.

        Raises `UnreadableError` where `queries/`, or a folder in it, is a link out of the site.
        """
        found: dict[str, list[Path]] = {}
        for path in source_files.tree(self.root, QUERIES, QUERY_SUFFIX):
            found.setdefault(path.stem.casefold(), []).append(path)
        return {name: tuple(paths) for name, paths in found.items()}

    @cached_property
    def queries(self) -> Mapping[str, Query]:
        """The canned queries by name; raises `UnreadableSiteError` that names all that can't be read."""
        found: dict[str, Query] = {}
        errors: list[UnreadableError] = []
        for name in self.query_files:
            try:
                found[name] = self.canned(name)
            except UnreadableError as error:
                errors.append(error)
        if errors:
            raise UnreadableSiteError(errors)
        return found

    def canned(self, name: str) -> Query:
        """One canned query, read once; raises `NotFoundError` that says which there are."""
        if name not in self._canned:
            self._canned[name] = self._read_canned(name)
        return self._canned[name]

    @cached_property
    def _canned(self) -> dict[str, Query]:
        return {}

    def _read_canned(self, name: str) -> Query:
        paths = self.query_files.get(name, ())
        if not paths:
            raise NotFoundError(
                f"There is no query '{name}'.",
                remedy=suggestion(name, self.query_files),
                sv=f"Det finns ingen fråga '{name}'. Lista dem med: samverkan query",
            )
        files = [path.relative_to(self.root).as_posix() for path in paths]
        if len(files) > 1:
            raise UnreadableError(
                f"Two queries have the name '{name}': {' and '.join(files)}.",
                remedy="Rename one of them.",
                place=Place(files[0]),
                sv=f"Två frågor heter '{name}': {' och '.join(files)}. Byt namn på den ena.",
            )
        return read_query(source_files.read_bytes(paths[0], files[0]).decode(), files[0])


def _context(source: bytes) -> dict[str, Any]:
    import json

    try:
        context = json.loads(source)["@context"]
    except json.JSONDecodeError as error:
        found = file_mistakes.of_json(source.decode("utf-8", "replace"), error)
        errors = [UnreadableError(each.en, place=Place(CONTEXT, each.line), sv=each.sv) for each in found]
        raise (errors[0] if len(errors) == 1 else UnreadableSiteError(errors)) from None
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else "it has no @context"
        why = "nästlad för djupt" if isinstance(error, RecursionError) else "den saknar @context"
        raise UnreadableError(
            f"This is not a JSON-LD context: {reason}.",
            remedy='Write {"@context": {…}}.',
            place=Place(CONTEXT, 1),
            sv=f'Det här är ingen JSON-LD-kontext: {why}. Skriv {{"@context": {{…}}}}.',
        ) from None
    if not isinstance(context, dict):
        raise UnreadableError(
            "The context must be one object of its own; none is fetched.",
            remedy='Write {"@context": {…}}.',
            place=Place(CONTEXT, 1),
            sv='Kontexten ska vara ett eget objekt; ingen hämtas. Skriv {"@context": {…}}.',
        )
    return context


def suggestion(wrong: str, right: Iterable[str]) -> str:
    """Words for a remedy: what somebody may have meant, else what there is."""
    import difflib

    names = sorted(right)
    close = difflib.get_close_matches(wrong, names, n=3, cutoff=0.5)
    if close:
        return f"Did you mean {' or '.join(close)}?"
    if not names:
        return "There are none."
    shown = ", ".join(names[:20])
    return f"Choose one of these: {shown}{', …' if len(names) > 20 else ''}."  # noqa: PLR2004 - what fits a screen
