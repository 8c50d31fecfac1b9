"""Files in, quads out."""

from __future__ import annotations

import errno
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader
from operator import attrgetter
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode

from samverkan import confined_files
from samverkan.errors import Place, UnreadableError, UnreadableSiteError
from samverkan.model import paths, turtle_mistakes
from samverkan.model.dataset import File
from samverkan.model.encodings import plain
from samverkan.model.namespaces import VERSION_IRI
from samverkan.settings import Settings

ONTOLOGY, DATA, SHAPES = FOLDERS = ("ontology", "data", "shapes")
SUFFIX = ".ttl"
VERSIONS = f"{ONTOLOGY}/versions"
"""Where a site keeps the earlier versions of its ontology, each in a file that is called as the version is."""

VERSION = re.compile(r"[0-9]+(?:\.[0-9]+)*(?:-[0-9A-Za-z]+)?")
"""How a version may be called, so that its name can stand in a path as it is: `1`, `0.1.0`, `2.0.0-rc1`."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class FileListing:
    """The files of one folder of a site: those that are read, and the names of those that are not."""

    files: tuple[Path, ...]
    ignored: tuple[str, ...]


def listing(root: Path, folder: str, suffix: str = SUFFIX) -> FileListing:
    """List a folder, sorted by name. Hidden files count for nothing.

    Raises `UnreadableError` for a folder that may not be read, and for a link to one outside of the site.
    """
    here = root / folder
    try:
        confined_files.check_inside(here, folder)
        found = sorted(here.iterdir()) if here.is_dir() else []
    except OSError as error:
        raise _unreadable(error, folder) from None
    visible = [path for path in found if not path.name.startswith(".")]
    return FileListing(
        files=tuple(path for path in visible if path.suffix == suffix),
        ignored=tuple(f"{folder}/{path.name}" for path in visible if path.suffix != suffix),
    )


def tree(root: Path, folder: str, suffix: str) -> tuple[Path, ...]:
    """The files with a suffix in a folder of a site and in all below it, sorted; links to folders are not followed.

    Raises `UnreadableError` for a link to a folder outside of the site.
    """
    try:
        confined_files.check_inside(root / folder, folder)
        found = sorted((root / folder).rglob("*"))
        for path in found:
            if path.suffix != suffix and path.is_symlink() and path.is_dir():
                confined_files.check_inside(path, path.relative_to(root).as_posix())
    except OSError as error:
        raise _unreadable(error, folder) from None
    return tuple(path for path in found if path.suffix == suffix)


@contextmanager
def opened(path: Path, name: str) -> Iterator[BufferedReader]:
    """A file of the site, to be read as it stands; raises the `UnreadableError` that `read_bytes` raises."""
    try:
        stream = confined_files.opened(path, name)
    except OSError as error:
        raise _unreadable(error, name) from None
    with stream:
        yield stream


def read_files(settings: Settings, folders: Iterable[str]) -> tuple[File, ...]:
    """Read the bytes of every Turtle file of some folders (a byte order mark is forgiven).

    Raises `UnreadableSiteError` that names every file that can't be read, not only the first.
    """
    errors: list[UnreadableError] = []
    found = tuple(file for folder in folders for file in _readable(settings, folder, errors))
    if errors:
        raise UnreadableSiteError(errors)
    return found


def graphs(settings: Settings, folders: Iterable[str]) -> dict[str, list[tuple[str, Path]]]:
    """The named graphs of some folders, each with the names and paths of its files, without reading them."""
    found: dict[str, list[tuple[str, Path]]] = {}
    for folder in folders:
        for path in listing(settings.root, folder).files:
            name = f"{folder}/{path.name}"
            _check_name(name, name)
            found.setdefault(_graph_iri(settings, folder, path), []).append((name, path))
    return found


def read_versions(settings: Settings) -> tuple[File, ...]:
    """Read the earlier versions of the ontology that a site keeps; the graph of each is the IRI of the version.

    Raises `UnreadableSiteError` that names every file that can't be read, or whose name is no version.
    """
    errors: list[UnreadableError] = []
    found = []
    for path in listing(settings.root, VERSIONS).files:
        name = f"{VERSIONS}/{path.name}"
        try:
            if not VERSION.fullmatch(path.stem):
                raise _no_version(name)
            found.append(File(name, settings.ontology + path.stem, read_bytes(path, name)))
        except UnreadableError as error:
            errors.append(error)
    if errors:
        raise UnreadableSiteError(errors)
    return tuple(found)


def check_version(file: File) -> None:
    """See that an earlier version of the ontology says which one it is, and names all that it speaks of.

    Raises `UnreadableError`.
    """
    if not any(triple.predicate == VERSION_IRI and triple.object == NamedNode(file.graph) for triple in file.triples):
        raise UnreadableError(
            f"The file does not say that it is the version <{file.graph}> of the ontology.",
            remedy="Add owl:versionIRI, or name the file as the version is called.",
            place=Place(file.name),
            sv=f"Filen säger inte att den är versionen <{file.graph}> av ontologin. "
            "Lägg till owl:versionIRI, eller ge filen versionens namn.",
        )
    if any(isinstance(term, BlankNode) for triple in file.triples for term in (triple.subject, triple.object)):
        raise UnreadableError(
            "The file has a blank node, which has no identity from one request to the next.",
            remedy="Give it an IRI.",
            place=Place(file.name, file.positions.line(BlankNode())),
            sv="Filen har en nod utan namn, som inte är densamma från ett svar till nästa. Ge den en IRI.",
        )


def _no_version(name: str) -> UnreadableError:
    return UnreadableError(
        "The name of the file is no version of an ontology.",
        remedy="Name it as the version is called, such as 0.1.0.ttl.",
        place=Place(name),
        sv="Filens namn är ingen version av en ontologi. Ge den versionens namn, till exempel 0.1.0.ttl.",
    )


def check_syntax(files: Iterable[File], read: Callable[[File], object] = attrgetter("triples")) -> None:
    """Parse every file, or `read` it; raises `UnreadableSiteError` that names all files that break the syntax."""
    every, errors = tuple(files), list[UnreadableError]()
    for file in every:
        try:
            read(file)
        except UnreadableError as error:
            errors.append(file.broken(_prefixes(every)) or error)
        except MemoryError as error:
            errors.append(turtle_mistakes.broken_turtle(error, file.name))
    if errors:
        raise UnreadableSiteError(errors)


def _prefixes(files: Iterable[File]) -> Mapping[str, str]:
    """What prefixes stand for in some files: one of them may have forgotten to declare it."""
    found: dict[str, str] = {}
    for file in files:
        found = {**turtle_mistakes.declared(file.positions.text), **found}
    return found


def _graph_iri(settings: Settings, folder: str, path: Path) -> str:
    """The named graph that a file is: the ontology's own namespace, or one under `{base}graph/`."""
    return settings.ontology if folder == ONTOLOGY else f"{settings.base}{paths.GRAPHS}{path.stem}"


def _readable(settings: Settings, folder: str, errors: list[UnreadableError]) -> Iterator[File]:
    seen: dict[str, str] = {}
    try:
        paths = listing(settings.root, folder).files
    except UnreadableError as error:
        errors.append(error)
        return
    for path in paths:
        name = f"{folder}/{path.name}"
        try:
            _check_name(name, seen.setdefault(path.name.casefold(), name))
            content = read_bytes(path, name)
            yield File(name=name, graph=_graph_iri(settings, folder, path), content=content)
        except UnreadableError as error:
            errors.append(error)


def _check_name(name: str, first: str) -> None:
    """A file's name is a part of addresses: plain letters, and not another's name in other case."""
    if not _NAME.fullmatch(name.rpartition("/")[2]):
        shown = ascii(name)[1:-1]  # a name may hold a line break, or bytes that are no text
        raise UnreadableError(
            "The name of the file can't be a part of an address.",
            remedy="Rename it: use a-z, 0-9 and hyphens.",
            place=Place(shown),
            sv="Filens namn kan inte stå i en adress. Byt namn: använd a-z, 0-9 och bindestreck.",
        )
    if name != first:
        raise UnreadableError(
            f"The name differs from {first} only in upper and lower case.",
            remedy="Rename one of them.",
            place=Place(name),
            sv=f"Namnet skiljer sig från {first} bara i stora och små bokstäver. Byt namn på den ena filen.",
        )


def read_bytes(path: Path, name: str) -> bytes:
    """Read a UTF-8 file, dropping a byte order mark; the ends of its lines are one character, inside of texts too.

    Raises `UnreadableError` for what is no file (a pipe would be waited for), for a link out of the
    site, for a file without permission and for another encoding.
    """
    with opened(path, name) as stream:
        content = stream.read()
    return plain(content, name).replace(b"\r\n", b"\n")


class UnixLines:
    """A file that is read piece by piece, with one character at the end of each line, as `read_bytes` gives it."""

    def __init__(self, stream: BufferedReader) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most so many; none at the end."""
        piece = self._stream.read(max(size - 1, 1) if size > 0 else size)
        if piece.endswith(b"\r"):
            piece += self._stream.read(1)
        return piece.replace(b"\r\n", b"\n")


_NO_FILES = {errno.EISDIR: ("folder", "en mapp"), errno.ENXIO: ("pipe or a device", "ett rör eller en enhet")}


def _no_file(en: str, sv: str, name: str) -> UnreadableError:
    return UnreadableError(
        f"This is a {en}, where a file should be.",
        remedy="Rename it or move it away.",
        place=Place(name),
        sv=f"Det här är {sv}, där en fil borde vara. Byt namn eller flytta bort det.",
    )


_REMEDIES = {
    errno.EACCES: ("Check its permissions.", "Se över dess rättigheter."),
    errno.ENOENT: (
        "It is a link that leads nowhere: correct it.",
        "Det är en länk som inte leder någonstans: rätta den.",
    ),
    errno.ELOOP: (
        "It is a link that leads to itself: correct it.",
        "Det är en länk som leder till sig själv: rätta den.",
    ),
}


def _unreadable(error: OSError, name: str) -> UnreadableError:
    if error.errno in _NO_FILES:
        return _no_file(*_NO_FILES[error.errno], name)
    en, sv = _REMEDIES.get(error.errno or 0, ("Check the disk.", "Se över disken."))
    return UnreadableError(
        f"The file can't be read: {error.strerror}.",
        remedy=en,
        place=Place(name),
        sv=f"Filen går inte att läsa ({error.strerror}). {sv}",
    )
