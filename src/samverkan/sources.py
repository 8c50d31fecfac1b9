"""Files in, quads out."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from samverkan.dataset import Dataset, File
from samverkan.errors import Place, UnreadableError, UnreadableSiteError
from samverkan.settings import Settings

ONTOLOGY, DATA, SHAPES = FOLDERS = ("ontology", "data", "shapes")
SUFFIX = ".ttl"

_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


@dataclass(frozen=True)
class Listing:
    """The files of one folder of a site: those that are read, and the names of those that are not."""

    files: tuple[Path, ...]
    ignored: tuple[str, ...]


def listing(root: Path, folder: str, suffix: str = SUFFIX) -> Listing:
    """List a folder, sorted by name. Hidden files count for nothing."""
    here = root / folder
    found = sorted(here.iterdir()) if here.is_dir() else []
    visible = [path for path in found if not path.name.startswith(".")]
    return Listing(
        files=tuple(path for path in visible if path.suffix == suffix),
        ignored=tuple(f"{folder}/{path.name}" for path in visible if path.suffix != suffix),
    )


def read(settings: Settings) -> Dataset:
    """Read the bytes of every Turtle file of a site (a byte order mark is forgiven).

    Raises `UnreadableSiteError` that names every file that can't be read, not only the first.
    """
    errors: list[UnreadableError] = []
    ontology, data, shapes = (tuple(_readable(settings, folder, errors)) for folder in FOLDERS)
    if errors:
        raise UnreadableSiteError(errors)
    return Dataset(ontology=ontology, data=data, shapes=shapes)


def check_syntax(dataset: Dataset) -> None:
    """Parse every file; raises `UnreadableSiteError` that names all files that break the syntax."""
    errors: list[UnreadableError] = []
    for file in dataset.files:
        try:
            _ = file.triples
        except UnreadableError as error:
            errors.append(error)
    if errors:
        raise UnreadableSiteError(errors)


def _graph_iri(settings: Settings, folder: str, path: Path) -> str:
    """The named graph that a file is: the ontology's own namespace, or one under `{base}graph/`."""
    return settings.ontology if folder == ONTOLOGY else f"{settings.base}graph/{path.stem}"


def _readable(settings: Settings, folder: str, errors: list[UnreadableError]) -> Iterator[File]:
    for path in listing(settings.root, folder).files:
        name = f"{folder}/{path.name}"
        try:
            yield File(name=name, graph=_graph_iri(settings, folder, path), content=read_bytes(path, name))
        except UnreadableError as error:
            errors.append(error)


def read_bytes(path: Path, name: str) -> bytes:
    """Read a UTF-8 file, dropping a byte order mark.

    Raises `UnreadableError` for a folder, a file without permission and another encoding.
    """
    try:
        content = path.read_bytes()
    except IsADirectoryError:
        raise UnreadableError(
            "This is a folder, where a file should be.", remedy="Rename it or move it away.", place=Place(name)
        ) from None
    except OSError as error:
        raise UnreadableError(
            f"The file can't be read: {error.strerror}.", remedy="Check its permissions.", place=Place(name)
        ) from None
    _refuse_other_encodings(content, name)
    return content.removeprefix(codecs.BOM_UTF8)


def _refuse_other_encodings(content: bytes, name: str) -> None:
    for mark, encoding in _OTHER_ENCODINGS:
        if content.startswith(mark):
            raise UnreadableError(
                f"The file is in {encoding}, not in UTF-8.", remedy="Save it as UTF-8.", place=Place(name, 1)
            )
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableError(
            f"The file is not in UTF-8: byte 0x{content[error.start]:02X} can't be read.",
            remedy="Save it as UTF-8.",
            place=Place(name, line),
        ) from None
