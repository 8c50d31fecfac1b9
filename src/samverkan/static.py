"""The frozen door: a release as a folder, written beside the old one and swapped in when it is whole."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from samverkan.errors import GateError, UnwritableError
from samverkan.release import MANIFEST, Item, items
from samverkan.site import Site

_EXCHANGE = 2  # RENAME_EXCHANGE of renameat2(2); RENAME_SWAP of renamex_np(2) has the same value
_AT_FDCWD = -100
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True)
class Release:
    """A release that was written: where, how many files and how many bytes."""

    folder: Path
    files: int
    size: int


def publish(
    site: Site, target: Path, progress: Callable[[Iterable[Item], int], Iterable[Item]] | None = None
) -> Release:
    """Check a site and write its release into the folder `target`, replacing the release that is there.

    `progress` may wrap the files as they are written. Raises `GateError` where the site has
    violations, and `UnwritableError` where the folder can't be written or is not a release;
    the old release is then whole.
    """
    if not site.report.conforms:
        raise GateError("The site has violations; nothing is published.", remedy="See them with: samverkan validate")
    folder = target.resolve()
    _check_target(folder)
    fresh = _beside(folder)
    try:
        release = _write(site, fresh, folder, progress)
        os.sync()
        _swap(fresh, folder)
    except OSError as error:
        raise _unwritable(error, folder) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return release


def _check_target(folder: Path) -> None:
    """Refuse to replace what is not a release: a folder full of something else is somebody's work."""
    if folder.is_dir() and any(folder.iterdir()) and not _is_release(folder):
        raise UnwritableError(
            f"{folder.name}/ is not empty and is not a release of Samverkan; nothing in it is touched.",
            remedy="Name another folder, or move what is in it.",
        )
    if folder.exists() and not folder.is_dir():
        raise UnwritableError(f"{folder.name} is a file, where a folder should be.", remedy="Name another folder.")


def _is_release(folder: Path) -> bool:
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(manifest, dict) and str(manifest.get("generator", "")).startswith("samverkan ")


def _beside(folder: Path) -> Path:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        fresh.chmod(0o755)
    except OSError as error:
        raise _unwritable(error, folder) from None
    return fresh


def _write(
    site: Site, fresh: Path, folder: Path, progress: Callable[[Iterable[Item], int], Iterable[Item]] | None
) -> Release:
    found: Iterable[Item] = items(site)
    if progress:
        found = progress(found, len(site.pages))
    made: set[str] = set()
    seen: set[str] = set()
    size = 0
    for item in found:
        if item.path.casefold() in seen:
            raise UnwritableError(f"Two things want the file {item.path}.", remedy="Rename one of them.")
        seen.add(item.path.casefold())
        parent = item.path.rpartition("/")[0]
        if parent not in made:
            (fresh / parent).mkdir(parents=True, exist_ok=True)
            made.add(parent)
        _write_file(f"{fresh}/{item.path}", item.content)
        size += len(item.content)
    return Release(folder, len(seen), size)


def _write_file(path: str, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
    finally:
        os.close(descriptor)


def _swap(fresh: Path, folder: Path) -> None:
    """Put the fresh folder in the place of the old one in one step, and leave the old one where the fresh one was."""
    if not folder.exists() or not any(folder.iterdir()):
        fresh.rename(folder) if os.name != "nt" else _replace(fresh, folder)
    elif not _exchange(fresh, folder):
        _replace(fresh, folder)
    _sync_folder(folder.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names atomically (Linux, macOS); False where the system can't."""
    libc = ctypes.CDLL(None, use_errno=True)
    first, second = os.fsencode(one), os.fsencode(other)
    if sys.platform == "linux" and hasattr(libc, "renameat2"):
        return bool(libc.renameat2(_AT_FDCWD, first, _AT_FDCWD, second, _EXCHANGE) == 0)
    if sys.platform == "darwin" and hasattr(libc, "renamex_np"):
        return bool(libc.renamex_np(first, second, _EXCHANGE) == 0)
    return False


def _replace(fresh: Path, folder: Path) -> None:
    """Two renames, for systems that can't exchange: a reader may meet no folder for an instant, never half a one."""
    old = fresh.with_name(f"{fresh.name}-old")
    if folder.exists():
        folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(error: OSError, folder: Path) -> UnwritableError:
    if error.errno in _NO_SPACE:
        free = shutil.disk_usage(_nearest(folder)).free
        return UnwritableError(
            f"The disk is full: {free // 1024} KB are free where {folder.name}/ is written. The old release is whole.",
            remedy="Make room, then publish again.",
        )
    return UnwritableError(
        f"{folder.name}/ can't be written: {error.strerror}. The old release is whole.",
        remedy="Check the permissions, or name another folder.",
    )


def _nearest(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())
