"""The model that comes with the program: ontology, shapes and queries, as they are and as they were.

An installed program has it in a folder of its own; run from its repository it reads the folders there. Both look the
same: the model as it is, `earlier/VERSION/` with an earlier one, and `ontology/versions/` with all earlier ontologies.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from samverkan.errors import UnreadableError
from samverkan.model.namespaces import OWL, VERSION_IRI
from samverkan.model.queries import SUFFIX as QUERY_SUFFIX
from samverkan.settings import FILE_NAME
from samverkan.site.folder import CONTEXT, QUERIES
from samverkan.site.source_files import ONTOLOGY, SHAPES, SUFFIX, VERSIONS

EARLIER = "earlier"
MIGRATIONS = "migrations"
TEMPLATE = "template"
TABLES, TABLE_SUFFIX = "tables", ".toml"
_PACKED = "shipped"  # where a wheel has it: see pyproject.toml
_VERSION_INFO = NamedNode(f"{OWL}versionInfo")
_FOLDERS = ((ONTOLOGY, SUFFIX), (SHAPES, SUFFIX), (QUERIES, QUERY_SUFFIX), (TABLES, TABLE_SUFFIX))

Files = Mapping[str, bytes]
"""Files by their names, which are POSIX paths relative to a site."""


@dataclass(frozen=True)
class Model:
    """One version of the model: its number and its files."""

    version: str
    files: Files


@dataclass(frozen=True)
class Shipped:
    """All that comes with the program, in the folder `root`."""

    root: Path

    @cached_property
    def _settings(self) -> Mapping[str, object]:
        return tomllib.loads((self.root / FILE_NAME).read_text(encoding="utf-8"))

    @property
    def base(self) -> str:
        """The base of the site that the model was made for, which stands in its context."""
        return str(self._settings["base"])

    @property
    def ontology(self) -> str:
        """The namespace of the ontology."""
        return str(self._settings["ontology"])

    @cached_property
    def current(self) -> Model:
        """The model as it is."""
        found = dict(_files(self.root))
        return Model(version_of(found, self.ontology) or "", found)

    @cached_property
    def earlier(self) -> Mapping[str, Model]:
        """The earlier versions of the model by their numbers."""
        folder = self.root / EARLIER
        versions = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        return {version: Model(version, dict(self._earlier(version))) for version in versions}

    def _earlier(self, version: str) -> Iterator[tuple[str, bytes]]:
        yield from _files(self.root / EARLIER / version)
        yield self._main, self.versions[f"{VERSIONS}/{version}{SUFFIX}"]

    @cached_property
    def _main(self) -> str:
        """The file of the ontology that says which version it is."""
        return next(name for name, content in self.current.files.items() if _stated(name, content, VERSION_IRI))

    @cached_property
    def versions(self) -> Files:
        """The earlier ontologies, each as a site keeps it."""
        return dict(_below(self.root, VERSIONS, SUFFIX))

    @cached_property
    def tables(self) -> Files:
        """The descriptions of tables."""
        return dict(_below(self.root, TABLES, TABLE_SUFFIX))

    def migrations(self, version: str) -> Files:
        """The queries that turn the data of a version into those of the next one."""
        return dict(_below(self.root / EARLIER / version, MIGRATIONS, QUERY_SUFFIX))

    @cached_property
    def template(self) -> Files:
        """The files of a new site, with fields to fill in."""
        folder = self.root / TEMPLATE
        found = (path for path in sorted(folder.rglob("*")) if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def shipped() -> Shipped:
    """What comes with this program; raises `UnreadableError` where it was installed without."""
    package = Path(__file__).parents[1]
    for root in (package / _PACKED, package.parents[1]):
        if (root / EARLIER).is_dir():
            return Shipped(root)
    raise UnreadableError(
        "The program was installed without its model.",
        remedy="Install it again: pipx install samverkan.",
        sv="Programmet är installerat utan sin modell. Installera om det: pipx install samverkan.",
    )


def version_of(files: Files, ontology: str) -> str | None:
    """The version that the ontology among some files says it has; None where it says none, or several."""
    found = {
        quad.object.value
        for name, content in files.items()
        for quad in _stated(name, content, _VERSION_INFO)
        if quad.subject == NamedNode(ontology) and isinstance(quad.object, Literal)
    }
    return found.pop() if len(found) == 1 else None


def _stated(name: str, content: bytes, predicate: NamedNode) -> list[Quad]:
    """What a file of the present ontology states by a property."""
    if not name.startswith(f"{ONTOLOGY}/") or name.startswith(f"{VERSIONS}/") or not name.endswith(SUFFIX):
        return []
    return [quad for quad in parse(content, format=RdfFormat.TURTLE) if quad.predicate == predicate]


def _files(root: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a model in a folder: those of the ontology and the shapes, the queries and the context."""
    for folder, suffix in _FOLDERS:
        yield from _below(root, folder, suffix, deep=folder == QUERIES)
    yield CONTEXT, (root / CONTEXT).read_bytes()


def _below(root: Path, folder: str, suffix: str, *, deep: bool = False) -> Iterator[tuple[str, bytes]]:
    found = (root / folder).rglob(f"*{suffix}") if deep else (root / folder).glob(f"*{suffix}")
    for path in sorted(found):
        yield path.relative_to(root).as_posix(), path.read_bytes()
