"""The release that stands in a folder already: what of the folder is the release's own, and what is somebody else's."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import orjson

from samverkan.errors import UnwritableError
from samverkan.model import paths
from samverkan.publication.manifest import GENERATOR

MOST = 1_000_000_000
"""How many bytes a manifest may have: that is some five million files."""

_NAMED = 5  # files that an error names
_GENERATOR = 40  # characters of the name of a program


class Listed(NamedTuple):
    """What a manifest says of a file."""

    size: int
    sha256: str


Own = Mapping[str, Listed | None]
"""The paths of a release, folders with a slash at the end; None where nothing is said of the content."""


@dataclass(frozen=True)
class ReleaseDifferences:
    """What is in the folder of a release and not in the release, and what is no more as it was published; sorted."""

    added: tuple[str, ...]
    changed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed)


def check_replaceable(folder: Path) -> None:
    """Refuse a folder that holds anything that is not of a release as it was published.

    A missing folder and an empty one are fine. Raises `UnwritableError`, and `OSError` where it can't be looked into.
    """
    before = _identity(folder)
    try:
        _check(folder)
    except UnwritableError:
        if _identity(folder) == before:
            raise
        check_replaceable(folder)  # another run has put its release there while we looked


def _identity(folder: Path) -> tuple[int, ...]:
    """Another one after each release; the same whatever else comes into the folder."""
    found: tuple[int, ...] = ()
    with suppress(OSError):
        found = (folder.lstat().st_ino,)
        manifest = (folder / paths.MANIFEST).lstat()
        found += (manifest.st_ino, manifest.st_mtime_ns)
    return found


def _check(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UnwritableError(
            f"{folder.name} is a file, where a folder should be.",
            remedy="Name another folder.",
            sv=f"{folder.name} är en fil, där en mapp borde vara. Ange en annan mapp.",
        )
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    found = differences(folder, read_release(folder))
    if found:
        raise _differs(folder, found)


def is_release(folder: Path) -> bool:
    """Whether a whole manifest of ours is in the folder."""
    try:
        return bool(read_release(folder))
    except (OSError, UnwritableError):
        return False


def remove(folder: Path) -> bool:
    """Remove a release, and nothing that comes into its folder meanwhile; whether the folder is gone."""
    try:
        own = read_release(folder) if any(folder.iterdir()) else {}
        if not differences(folder, own):
            _remove(folder, own)
    except (OSError, UnwritableError):
        return False
    return not folder.exists()


def _remove(folder: Path, own: Own) -> None:
    """The manifest goes last, so that the rest of an interrupted removal is still known for a release."""
    if sys.platform == "win32":
        shutil.rmtree(folder, ignore_errors=True)
        return
    for at, folders, files, descriptor in os.fwalk(folder, topdown=False):
        below = at[len(str(folder)) + 1 :] + "/" if at != str(folder) else ""
        for name in sorted(files, key=paths.MANIFEST.__eq__):
            if f"{below}{name}" in own or name in _LEFT_BY_VIEWERS:
                os.unlink(name, dir_fd=descriptor)
        for name in folders:
            with suppress(OSError):  # something has come into it
                os.rmdir(name, dir_fd=descriptor)
    with suppress(OSError):
        folder.rmdir()


# ---------------------------------------------------------------- the manifest


def read_release(folder: Path) -> Own:
    """The files and folders of the release in a folder that is not empty.

    Raises `UnwritableError` where the folder is no release, or its manifest can't be understood.
    """
    manifest = _manifest(folder)
    if not isinstance(manifest, dict) or not str(manifest.get("generator", "")).startswith(f"{GENERATOR} "):
        raise _not_ours(folder)
    try:
        files = {entry["path"]: _listed(entry) for entry in manifest["files"]}
    except (LookupError, TypeError, ValueError):
        raise _otherwise_listed(folder, str(manifest["generator"])) from None
    return {**dict.fromkeys(_folders(files)), **dict.fromkeys((paths.MANIFEST, paths.SUMS)), **files}


def _manifest(folder: Path) -> object:
    path = folder / paths.MANIFEST
    with suppress(FileNotFoundError):
        status = path.lstat()
        if status.st_size > MOST:
            raise _too_large(folder, status.st_size)
        if stat.S_ISREG(status.st_mode):
            return _parsed(folder, path.read_bytes())
    raise _not_ours(folder)


def _parsed(folder: Path, content: bytes) -> object:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise _broken(folder, error.lineno) from None


def _listed(entry: Mapping[str, object]) -> Listed:
    path, size, sha256 = entry["path"], entry["bytes"], entry["sha256"]
    if not (isinstance(path, str) and isinstance(size, int) and isinstance(sha256, str)):
        raise TypeError
    return Listed(size, sha256)


def _folders(listed: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for folder in {path.rpartition("/")[0] for path in (paths.SUMS, *listed)}:
        parts = folder.split("/") if folder else []
        found.update("/".join(parts[:count]) + "/" for count in range(1, len(parts) + 1))
    return found


# ---------------------------------------------------------------- the comparison

# What macOS, Windows and KDE leave in a folder that somebody looks at: nobody's work.
_LEFT_BY_VIEWERS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", ".directory"})


def differences(folder: Path, own: Own) -> ReleaseDifferences:
    """What is in the folder beside the files of its release, and which of them are no more what they were.

    All are compared by size; by their bytes only those that are as young as the manifest, which was written last.
    """
    written = _written(folder)
    added, changed = [], []
    for path, entry in _leaves(folder):
        if path not in own:
            added.append(path)
        elif entry and _changed(entry, own[path], written):
            changed.append(path)
    return ReleaseDifferences(tuple(sorted(added)), tuple(sorted(changed)))


def _written(folder: Path) -> int:
    """When the release was written: at the earlier of two times, for copying a manifest makes one of them younger."""
    try:
        status = (folder / paths.MANIFEST).lstat()
    except FileNotFoundError:
        return 0
    return min(status.st_mtime_ns, status.st_ctime_ns)


def _leaves(folder: Path) -> Iterator[tuple[str, os.DirEntry[str] | None]]:
    """What is no folder; and folders, with a slash that are empty, without that can't be looked into.

    Links are not followed.
    """
    waiting = [""]
    while waiting:
        below = waiting.pop()
        try:
            with os.scandir(f"{folder}/{below}") as found:
                entries = list(found)
        except FileNotFoundError:  # taken away while we looked
            continue
        except OSError:
            yield below.removesuffix("/"), None
            continue
        if below and not entries:
            yield below, None
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(f"{below}{entry.name}/")
            elif entry.name not in _LEFT_BY_VIEWERS or not entry.is_file(follow_symlinks=False):
                yield f"{below}{entry.name}", entry


def _changed(entry: os.DirEntry[str], listed: Listed | None, written: int) -> bool:
    """Whether a file has other bytes than those listed. Its inode is young even where an old file was moved in."""
    try:
        status = entry.stat(follow_symlinks=False)
        if not stat.S_ISREG(status.st_mode):
            return True
        if listed is None:
            return False
        if status.st_size != listed.size:
            return True
        return max(status.st_mtime_ns, status.st_ctime_ns) >= written and _sha256(entry.path) != listed.sha256
    except FileNotFoundError:  # taken away while we looked
        return False
    except OSError:  # what can't be read can't be known for unchanged
        return True


def _sha256(path: str) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# ---------------------------------------------------------------- what is said


def _differs(folder: Path, found: ReleaseDifferences) -> UnwritableError:
    en = _lists(found, ("Added", "Changed"), lambda more: f" and {more} more")
    sv = _lists(found, ("Tillagt", "Ändrat"), lambda more: f" och {more} till")
    return UnwritableError(
        f"{folder.name}/ is not as it was published. {en} Nothing in it is touched, and nothing is published.",
        remedy="Move these files out of the folder, or publish into another one.",
        sv=f"{folder.name}/ är inte som när den publicerades. {sv} Inget i mappen rörs, och inget publiceras. "
        "Flytta ut filerna ur mappen, eller publicera i en annan mapp.",
    )


def _lists(found: ReleaseDifferences, words: tuple[str, str], more: Callable[[int], str]) -> str:
    """The first names of each kind, and how many more there are."""
    parts = [
        f"{word}: {', '.join(map(_shown, paths[:_NAMED]))}{more(len(paths) - _NAMED) if len(paths) > _NAMED else ''}."
        for word, paths in zip(words, (found.added, found.changed), strict=True)
        if paths
    ]
    return " ".join(parts)


def _shown(path: str) -> str:
    """A name in one line, whatever somebody has put into it."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in path)


def _not_ours(folder: Path) -> UnwritableError:
    return UnwritableError(
        f"{folder.name}/ is not empty and is not a release of Samverkan; nothing in it is touched.",
        remedy="Name another folder, or move what is in it.",
        sv=f"{folder.name}/ är inte tom och ingen publicering av Samverkan; inget i den rörs. "
        "Ange en annan mapp, eller flytta innehållet.",
    )


def _broken(folder: Path, line: int) -> UnwritableError:
    return _not_understood(folder, f"is broken: line {line} is not JSON.", f"är trasig: rad {line} är inte JSON.")


def _too_large(folder: Path, size: int) -> UnwritableError:
    return _not_understood(
        folder,
        f"has {size} bytes; a list of files has at most {MOST}.",
        f"har {size} byte; en förteckning över filer har högst {MOST}.",
    )


def _otherwise_listed(folder: Path, generator: str) -> UnwritableError:
    name = _shown(generator[:_GENERATOR])
    return _not_understood(
        folder,
        f"was written by {name} and does not list the files as this version does.",
        f"skrevs av {name} och förtecknar inte filerna som den här versionen gör.",
    )


def _not_understood(folder: Path, en: str, sv: str) -> UnwritableError:
    name = f"{folder.name}/{paths.MANIFEST}"
    return UnwritableError(
        f"{name} {en} So what belongs to the release there is unknown, and nothing in it is touched.",
        remedy="Move the folder away, or publish into another one.",
        sv=f"{name} {sv} Därför är det okänt vad i mappen som hör till publiceringen, och inget i "
        "den rörs. Flytta undan mappen, eller publicera i en annan.",
    )
