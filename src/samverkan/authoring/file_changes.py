"""Replacing several files of a site at once: after a crash there are the old ones or the new ones, and never a mixture.

The new contents are written beside the old files first, under hidden names. When all are on the disk, a list of them is
put into the folder of the site; from then on the change counts as made. While the list is there the site is not read,
and whoever changes it next puts all other files in their places.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from samverkan import confined_files
from samverkan.errors import Place, UnwritableError
from samverkan.settings import UNFINISHED

_FRESH = ".samverkan-new"


@dataclass(frozen=True)
class FileChange:
    """What becomes of one file of a site: its bytes before and after; None where there is no file."""

    name: str
    before: bytes | None
    after: bytes | None


def write_changes(root: Path, changes: Sequence[FileChange]) -> None:
    """Make changes in the site in the folder `root`, all or none of them.

    Raises `UnwritableError` where a file is no longer as it was when the changes were thought out, where another
    process is changing the site, and where the disk does not take them.
    """
    try:
        with _alone(root):
            _finish(root)
            _check_unchanged(root, changes)
            _write(root, changes)
    except OSError as error:
        raise _unwritable(error) from None


def finish(root: Path) -> bool:
    """Put the files in their places that an interrupted change has left; whether there were any.

    Raises `UnwritableError` as `write_changes` does.
    """
    if not confined_files.is_there(root / UNFINISHED):
        return False
    try:
        with _alone(root):
            return _finish(root)
    except OSError as error:
        raise _unwritable(error) from None


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Keep other processes from changing the site meanwhile; the lock ends with the process."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise UnwritableError(
            "Another process is changing this site.",
            remedy="Wait until it is done, and try again.",
            sv="En annan process ändrar webbplatsen. Vänta tills den är klar och försök igen.",
        ) from None
    finally:
        os.close(descriptor)


def _check_unchanged(root: Path, changes: Sequence[FileChange]) -> None:
    for change in changes:
        if _content(root, change.name) != change.before:
            raise UnwritableError(
                "The file was changed by somebody else meanwhile, and nothing is written.",
                remedy="Try again.",
                place=Place(change.name),
                sv="Filen ändrades av någon annan under tiden, och inget har skrivits. Försök igen.",
            )


def _content(root: Path, name: str) -> bytes | None:
    path = root / name
    return confined_files.read_file(path, name) if confined_files.is_there(path) else None


def _write(root: Path, changes: Sequence[FileChange]) -> None:
    listed = {change.name: _sum(change.after) for change in changes}
    try:
        for change in changes:
            if change.after is not None:
                _write_fresh(_target(root, change.name), change.after)
        _list(root, listed)
    except BaseException:
        _forget(root, listed)
        raise
    _place(root, listed)


def _sum(content: bytes | None) -> str | None:
    return None if content is None else hashlib.sha256(content).hexdigest()


def _target(root: Path, name: str) -> Path:
    """The file itself, where a name is a link to another file of the site."""
    path = root / name
    confined_files.check_inside(path, name)
    return path.resolve()


def _fresh(target: Path) -> Path:
    return target.with_name(f".{target.name}{_FRESH}")


def _write_fresh(target: Path, content: bytes) -> None:
    """Write new content beside a file, with the rights of that."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = _fresh(target)
    with suppress(FileNotFoundError):
        fresh.unlink()
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _list(root: Path, listed: Mapping[str, str | None]) -> None:
    """Say that all new contents are there: this is the moment in which the change is made."""
    _write_fresh(root / UNFINISHED, json.dumps(listed, indent=1).encode())
    _sync_folders(root, listed)
    _fresh(root / UNFINISHED).replace(root / UNFINISHED)
    confined_files.sync_folder(root)


def _finish(root: Path) -> bool:
    if not confined_files.is_there(root / UNFINISHED):
        return False
    listed = json.loads(confined_files.read_file(root / UNFINISHED, UNFINISHED))
    for name in listed:
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise UnwritableError(
                f"{UNFINISHED} names a file outside of the site.",
                remedy="Remove it, and put the files back from a copy.",
                place=Place(UNFINISHED),
                sv=f"{UNFINISHED} nämner en fil utanför webbplatsen. Ta bort den, och återställ filerna från en kopia.",
            )
    _place(root, listed)
    return True


def _place(root: Path, listed: Mapping[str, str | None]) -> None:
    """Put new contents in their places, those that are not there yet, and end the change."""
    for name, expected in listed.items():
        target = _target(root, name)
        fresh = _fresh(target)
        if expected is None:
            target.unlink(missing_ok=True)
        elif fresh.exists() and _sum(fresh.read_bytes()) == expected:
            fresh.replace(target)
    _sync_folders(root, listed)
    (root / UNFINISHED).unlink()
    confined_files.sync_folder(root)


def _forget(root: Path, listed: Mapping[str, str | None]) -> None:
    for name in (*listed, UNFINISHED):
        with suppress(OSError):
            _fresh((root / name).resolve()).unlink()


def _sync_folders(root: Path, listed: Mapping[str, str | None]) -> None:
    for folder in {_target(root, name).parent for name in listed}:
        confined_files.sync_folder(folder)


def _unwritable(error: OSError) -> UnwritableError:
    name = Path(str(error.filename)).name if error.filename else ""
    return UnwritableError(
        f"The files can't be written: {error.strerror}{f' ({name})' if name else ''}.",
        remedy="Check the disk and its permissions.",
        sv=f"Filerna går inte att skriva ({error.strerror}). Se över disken och rättigheterna.",
    )
