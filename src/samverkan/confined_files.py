"""Opening the files of a site, and nothing that a link leads to outside of it.

Here and nowhere else a file of a site is opened: what somebody's site links to, such as a list of
passwords, is neither read nor quoted.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator
from io import BufferedReader
from itertools import accumulate
from pathlib import Path

from samverkan.errors import Place, UnreadableError

# Without waiting for who writes into a pipe, and following no link, for the way has none any more.
_FILE = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_FOLDER = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_DIRECTORY", 0)
_STEP_BY_STEP = os.open in os.supports_dir_fd


def opened(path: Path, name: str) -> BufferedReader:
    """A file of a site, to be read; `name` is its path below the root of the site.

    Raises `UnreadableError` for a link out of the site, and `OSError` for what can't be read or is no
    file: `IsADirectoryError`, or ENXIO for a pipe, which would be waited for, and a device.
    """
    descriptor = _open(*_way(path, name))
    try:
        _check_file(os.fstat(descriptor).st_mode)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def read_file(path: Path, name: str) -> bytes:
    """The bytes of a file of a site; raises what `opened` raises."""
    with opened(path, name) as stream:
        return stream.read()


def check_inside(path: Path, name: str) -> None:
    """See that a file or folder of a site is none that a link leads to outside of it.

    Raises `UnreadableError` that names the link, and `OSError` for links that lead to themselves.
    """
    _way(path, name)


def is_there(path: Path) -> bool:
    """Whether there is a file, a folder or a link, wherever that leads."""
    return os.path.lexists(path)


def _way(path: Path, name: str) -> tuple[Path, tuple[str, ...]]:
    """The root of a site, and the way from there to what a path stands for, both without links."""
    root = path.parents[name.count("/")]
    here, there = _resolved(root), _resolved(path)
    if not there.is_relative_to(here):
        raise _outside(next(step for step in _steps(name) if not _resolved(root / step).is_relative_to(here)))
    return here, there.relative_to(here).parts


def _steps(name: str) -> Iterator[str]:
    """A path as it grows.

    >>> list(_steps("queries/inner/x.rq"))
    ['queries', 'queries/inner', 'queries/inner/x.rq']
    """
    return accumulate(name.split("/"), "{}/{}".format)


def _resolved(path: Path) -> Path:
    """Where links lead; a loop of them is an `OSError` in every version of Python."""
    try:
        found = path.resolve()
    except RuntimeError:  # before 3.13
        found = path
    if found.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return found


def _open(root: Path, parts: tuple[str, ...]) -> int:
    """Open a file step by step, so that a folder which becomes a link meanwhile is not followed."""
    if not parts:  # a link to the site itself
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not _STEP_BY_STEP:
        return os.open(root.joinpath(*parts), _FILE)
    folder = os.open(root, _FOLDER)
    try:
        for part in parts[:-1]:
            inner = os.open(part, _FOLDER, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.open(parts[-1], _FILE, dir_fd=folder)
    finally:
        os.close(folder)


def _check_file(mode: int) -> None:
    if not stat.S_ISREG(mode):
        number = errno.EISDIR if stat.S_ISDIR(mode) else errno.ENXIO
        raise OSError(number, os.strerror(number))


def _outside(name: str) -> UnreadableError:
    return UnreadableError(
        "This is a link to a file, a folder or a device outside of the site.",
        remedy="Put a copy in its place, or link to something inside the site.",
        place=Place(name),
        sv="Det här är en länk till en fil, en mapp eller en enhet utanför webbplatsen. "
        "Ersätt den med en kopia, eller länka till något som ligger i webbplatsen.",
    )


def sync_folder(folder: Path) -> None:
    """See that what a folder holds is on the disk; Windows can't open a folder, and there nothing is done."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
