"""A release as a folder, written beside the old one and swapped in when it is whole."""

from __future__ import annotations

import ctypes
import errno
import glob
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import zip_longest
from pathlib import Path

import orjson

from samverkan import confined_files
from samverkan.errors import GateError, NotAcceptableError, UnwritableError
from samverkan.model import media_types, paths
from samverkan.model.results import Page
from samverkan.publication import earlier_releases, resolver
from samverkan.publication.manifest import closing, pages, written
from samverkan.publication.previous_release import (
    Listed,
    Own,
    check_replaceable,
    is_release,
    read_release,
    remove,
)
from samverkan.publication.published import Site
from samverkan.publication.release_file import ManifestEntry, ReleaseFile
from samverkan.site.archive import FOLDER as EARLIER
from samverkan.site.folder import QUERIES
from samverkan.site.source_files import FOLDERS
from samverkan.workers import processors, shared_out, undisturbed

_EXCHANGE = 2  # RENAME_EXCHANGE of renameat2(2); RENAME_SWAP of renamex_np(2) has the same value
_AT_FDCWD = -100
_ASIDE = "-old"  # what was in the target until now
_KEPT = ".kept-"
_TRIES = 100  # at a folder that others take away before it is locked
_MOUNTED = {errno.EBUSY, errno.EXDEV}
_PART = 100  # pages that a process takes at a time
_MOST_PARTS = 8_000  # of each kind
_FEW = 5  # parts that are not worth a second process
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}

Carried = Mapping[str, tuple[Path, Listed]]
"""Files of an earlier folder by their paths, with what its manifest says of them."""

Progress = Callable[[Iterable[ManifestEntry]], Iterable[ManifestEntry]]


@dataclass(frozen=True)
class Release:
    """A release that was written: where, how many files and how many bytes.

    `kept` are old releases into which something came while they were replaced: they were not removed.
    """

    folder: Path
    files: int
    size: int
    kept: tuple[Path, ...] = ()


def publish(site: Site, target: Path, progress: Progress | None = None) -> Release:
    """Check a site and write its release into the folder `target`, replacing the release that is there.

    `progress` may wrap the files as they are written. Raises `GateError` where the site has
    violations, and `UnwritableError` where the folder can't be written, is not a release, or holds
    what is not of the release; the old release is then as it was. Of two that publish at once, the last one stands.
    """
    check_target(site, target)
    folder = target.resolve()
    if not site.report.conforms:
        raise GateError(
            "The site has violations; nothing is published.",
            remedy="See them with: samverkan validate",
            sv="Webbplatsen har fel; inget publiceras. Se dem med: samverkan validate",
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        kept = _tidy(folder)
        with _workplace(folder) as fresh:
            release = write_release(site, fresh, progress, folder)
            os.sync()
            check_replaceable(folder)
            old = _swap(fresh, folder)
        kept += [_put_away(old, folder)] if old else []
    except OSError as error:
        raise _unwritable(error, folder) from None
    return replace(release, folder=folder, kept=tuple(path for path in kept if path))


def check_target(site: Site, target: Path) -> None:
    """Refuse a folder that can't become a release, before any work is done for it.

    Raises `UnwritableError` for a folder full of something else, for it is somebody's work, for a release
    with a file of somebody's in it, for a file, and for a place where the site itself would read the release.
    """
    try:
        folder = _resolved(target)
        _check_outside(site, folder)
        check_replaceable(folder)
    except OSError as error:  # a loop of links, a folder that may not be read
        raise _unwritable(error, target) from None


def _resolved(target: Path) -> Path:
    """The folder that a name leads to; a loop of links is an `OSError` in every version of Python."""
    try:
        folder = target.resolve()
    except RuntimeError:  # before 3.13
        folder = target
    if folder.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return folder


def _check_outside(site: Site, folder: Path) -> None:
    root = site.root.resolve()
    read = [root / name for name in (*FOLDERS, QUERIES, EARLIER)]
    if root.is_relative_to(folder) or any(folder.is_relative_to(each) for each in read):
        raise UnwritableError(
            f"{folder.name}/ holds the site, or is a part of it.",
            remedy="Publish into another folder, such as public/.",
            sv=f"{folder.name}/ innehåller webbplatsen eller är en del av den. Publicera i en annan mapp, som public/.",
        )


@contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    """A new folder beside the target, locked while it is worked in, and gone afterwards, unless it was swapped in."""
    fresh, lock = _fresh_folder(folder)
    try:
        fresh.chmod(0o755)
        yield fresh
    finally:
        if lock is None or _stands(fresh, lock):
            shutil.rmtree(fresh, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _fresh_folder(folder: Path) -> tuple[Path, int | None]:
    """A fresh folder and its lock; another one's tidying may take a folder away before it is locked."""
    for _ in range(_TRIES):
        fresh = Path(tempfile.mkdtemp(prefix=_prefix(folder), dir=folder.parent))
        try:
            lock = _locked(fresh, wait=True)
        except OSError as error:
            shutil.rmtree(fresh, ignore_errors=True)
            raise _unlockable(folder, error.strerror) from None
        if os.name == "nt" or (lock is not None and _stands(fresh, lock)):
            return fresh, lock
        if lock is not None:
            os.close(lock)
    raise _unlockable(folder, os.strerror(errno.ENOENT))


def _stands(fresh: Path, lock: int) -> bool:
    """Whether a folder that was locked is still the one of its name."""
    with suppress(FileNotFoundError):
        return os.path.samestat(fresh.lstat(), os.fstat(lock))
    return False


def _unlockable(folder: Path, reason: str | None) -> UnwritableError:
    return UnwritableError(
        f"{folder.name}/ can't be written: no folder beside it can be locked ({reason}), as on some network drives.",
        remedy="Publish to a local disk, and copy the release from there.",
        sv=f"{folder.name}/ går inte att skriva: mappar bredvid den kan inte låsas ({reason}), som på vissa "
        "nätverksdiskar. Publicera på en lokal disk och kopiera publiceringen därifrån.",
    )


def _prefix(folder: Path) -> str:
    return f".{folder.name}.samverkan-"


def _locked(folder: Path, *, wait: bool) -> int | None:
    """A lock on a folder that ends with the process; None where another process has it, or has taken the folder away.

    Raises `OSError` where the folder can't be locked at all (flock(2) on some network file systems).
    """
    if sys.platform == "win32":
        return None
    import fcntl

    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if isinstance(error, BlockingIOError) and not wait:
            return None
        raise
    return descriptor


def _tidy(folder: Path) -> list[Path | None]:
    """Take away what killed runs have left beside the target, and tell what is kept of it."""
    if os.name == "nt":  # without locks nobody knows whether its run was killed
        return []
    left = sorted(folder.parent.glob(f"{glob.escape(_prefix(folder))}????????*"))
    return [_settled(each, folder) for each in left if each.is_dir() and not each.is_symlink()]


def _settled(left: Path, folder: Path) -> Path | None:
    """Remove what a killed run left, or keep it and tell where; a release that was moved aside comes back."""
    replaced = left.name.endswith(_ASIDE)
    with _held(left, wait=False) as ours:
        if ours and replaced and not folder.exists():
            left.rename(folder)
        elif ours and not replaced and not is_release(left):
            shutil.rmtree(left, ignore_errors=True)  # half a release
        elif ours:
            return _removed(left, folder)
    return None


@contextmanager
def _held(left: Path, *, wait: bool) -> Iterator[bool]:
    """Hold a folder; whether it is held. What another process works at is left to it."""
    lock = None
    with suppress(OSError):
        lock = _locked(left, wait=wait)
    try:
        yield lock is not None or os.name == "nt"
    finally:
        if lock is not None:
            os.close(lock)


def _put_away(old: Path, folder: Path) -> Path | None:
    """Remove the release that was replaced, or keep it and tell where."""
    with _held(old, wait=True) as ours:
        return _removed(old, folder) if ours else None


def _removed(old: Path, folder: Path) -> Path | None:
    """Remove a release; one that holds what is somebody else's gets a name instead that no tidying knows."""
    if remove(old):
        return None
    mark = old.name.removeprefix(_prefix(folder)).removesuffix(_ASIDE)
    with suppress(OSError):
        return old.rename(folder.with_name(f"{folder.name}{_KEPT}{mark}"))
    return old if old.exists() else None


def write_release(site: Site, folder: Path, progress: Progress | None = None, previous: Path | None = None) -> Release:
    """Write the release of a site into an empty folder, unchecked, in as many processes as there are processors.

    What is in the release `previous` of earlier releases is not written again. Raises `OSError` where it can't be
    written, and `UnwritableError` where two things want one file.
    """
    with undisturbed():
        _ready(site)
        return _written_out(site, folder, progress, _carried(site, previous))


def _carried(site: Site, previous: Path | None) -> Carried:
    """The files of earlier releases in a folder, of those that were made of what they would be made of now."""
    if previous is None:
        return {}
    same = [number for number in site.pages.releases if _is_same(site, earlier_releases.data(number), previous)]
    folders = tuple(map(earlier_releases.folder, same))
    indexes = frozenset(map(earlier_releases.data, same))
    listed = _own(previous).items() if same else ()
    return {
        path: (previous / path, each)
        for path, each in listed
        if each and path.startswith(folders) and path not in indexes
    }


def _own(folder: Path) -> Own:
    """What belongs to the release in a folder; nothing where there is none."""
    with suppress(OSError, UnwritableError):
        return read_release(folder)
    return {}


def _is_same(site: Site, path: str, previous: Path) -> bool:
    with suppress(OSError, ValueError, AttributeError):
        before, now = (previous / path).read_bytes(), resolver.fetch(site, path).content
        return earlier_releases.made_of(orjson.loads(before)) == earlier_releases.made_of(orjson.loads(now))
    return False


def _written_out(site: Site, folder: Path, progress: Progress | None, carried: Carried) -> Release:
    listed = list(pages(site))
    workers = processors() if len(listed) > _FEW * _PART else 1
    entries = shared_out(partial(_write_pages, site, folder, carried), _parts(listed), workers)
    found = _distinct(progress(entries) if progress else entries)
    found += [_written(folder, item) for item in closing(site, found)]
    return Release(folder, len(found), sum(entry.size for entry in found))


def _parts(listed: list[Page]) -> list[list[Page]]:
    """The pages in parts: those that take longest one by one, and the others by the hundred.

    Of the others the first and the second half come in turn: two that write into one folder wait for each other.
    """
    bulk = [page for page in listed if page.path.startswith(paths.BULK)]
    parts = _of_size([page for page in listed if not page.path.startswith(paths.BULK)], _PART)
    half = (len(parts) + 1) // 2
    others = [part for pair in zip_longest(parts[:half], parts[half:]) for part in pair if part]
    return [*_of_size(bulk, 1), *others]


def _of_size(listed: list[Page], size: int) -> list[list[Page]]:
    """Pages in parts of so many, or of more where there would be too many parts."""
    most = max(size, len(listed) // _MOST_PARTS + 1)
    return [listed[start : start + most] for start in range(0, len(listed), most)]


def _ready(site: Site) -> None:
    """Read and order what all processes need before they part."""
    _ = site.context.terms, site.documents.labels, site.report, site.tombstones
    if site.queries:
        _ = site.store
    site.pages.prepare()


def _write_pages(site: Site, fresh: Path, carried: Carried, part: Iterable[Page]) -> Iterator[ManifestEntry]:
    for page in part:
        entry = _taken_over(fresh, page, carried) if page.path.startswith(paths.RELEASES) else None
        if entry:
            yield entry
            continue
        try:
            yield from (_written(fresh, item) for item in written(site, page))
        except NotAcceptableError as error:
            raise _no_such_format(site, page, error) from None


def _taken_over(fresh: Path, page: Page, carried: Carried) -> ManifestEntry | None:
    """The file of an earlier release from the folder that is replaced; None where it is not there as it was."""
    path = page.path + page.suffix
    old, listed = carried.get(path, (None, None))
    if old is None or listed is None or page.language:
        return None
    with suppress(OSError):
        item = ReleaseFile(path, old.read_bytes(), media_types.media_type(page.suffix))
        if ManifestEntry.of(item).sha256 == listed.sha256:
            return _written(fresh, item)
    return None


def _no_such_format(site: Site, page: Page, error: NotAcceptableError) -> UnwritableError:
    """What a query makes of the data may be more than a format can say, which no check of the data can see."""
    folder, _, remainder = page.path.partition("/")
    query = site.queries.get(remainder.partition("/")[0]) if folder == paths.QUERIES else None
    return UnwritableError(
        f"{page.path} can't be written in one of its formats. {error.what}",
        remedy="Correct the query, or what it asks for.",
        place=query.place if query else None,
        sv=f"{page.path} kan inte skrivas i ett av sina format. {error.sv.partition('. ')[0]}. "
        "Rätta frågan, eller det som den frågar efter.",
    )


def _written(fresh: Path, item: ReleaseFile) -> ManifestEntry:
    path = f"{fresh}/{item.path}"
    try:
        _write_file(path, item.content)
    except FileNotFoundError:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        _write_file(path, item.content)
    except FileExistsError:
        raise _twice(item.path) from None
    return ManifestEntry.of(item)


def _distinct(entries: Iterable[ManifestEntry]) -> list[ManifestEntry]:
    """All entries; two paths that a disk may not tell apart are refused."""
    found: dict[str, ManifestEntry] = {}
    for entry in entries:
        if found.setdefault(entry.path.casefold(), entry) is not entry:
            raise _twice(entry.path)
    return list(found.values())


def _twice(path: str) -> UnwritableError:
    return UnwritableError(
        f"Two things want the file {path}.",
        remedy="Rename one of them.",
        sv=f"Två saker vill ha filen {path}. Byt namn på den ena.",
    )


def _write_file(path: str, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        view = memoryview(content)
        while view:
            view = view[os.write(descriptor, view) :]
    finally:
        os.close(descriptor)


def _swap(fresh: Path, folder: Path) -> Path | None:
    """Put the fresh folder in the place of the old one in one step; where the old one is now, if there was one."""
    old = fresh.with_name(f"{fresh.name}{_ASIDE}")
    if not folder.exists():
        with suppress(OSError):  # another run may have come first
            fresh.rename(folder)
    if fresh.exists():
        _exchanged(fresh, folder, old)
    confined_files.sync_folder(folder.parent)
    return old if old.exists() else None


def _exchanged(fresh: Path, folder: Path, old: Path) -> None:
    if _exchange(fresh, folder):
        with suppress(FileNotFoundError):  # another run may have tidied
            fresh.rename(old)
    else:
        _replace(fresh, folder, old)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names atomically (Linux, macOS); False where the system can't."""
    libc = ctypes.CDLL(None, use_errno=True)
    first, second = os.fsencode(one), os.fsencode(other)
    if sys.platform == "linux" and hasattr(libc, "renameat2"):
        return bool(libc.renameat2(_AT_FDCWD, first, _AT_FDCWD, second, _EXCHANGE) == 0)
    if sys.platform == "darwin" and hasattr(libc, "renamex_np"):
        return bool(libc.renamex_np(first, second, _EXCHANGE) == 0)
    return False


def _replace(fresh: Path, folder: Path, old: Path) -> None:
    """Two renames, for systems that can't exchange: a reader may meet no folder for an instant, never half a one."""
    if folder.exists():
        folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        old.rename(folder)
        raise


def _unwritable(error: OSError, folder: Path) -> UnwritableError:
    name = folder.name
    if error.errno in _NO_SPACE:
        free = shutil.disk_usage(_nearest(folder)).free // 1024
        return UnwritableError(
            f"The disk is full: {free} KB are free where {name}/ is written, and the release needs more. "
            "The old release is whole.",
            remedy="Make room, then publish again.",
            sv=f"Disken är full: {free} KB är lediga där {name}/ skrivs, och publiceringen behöver mer. "
            "Den gamla publiceringen är hel. Gör plats och publicera igen.",
        )
    if error.errno in _MOUNTED:
        return UnwritableError(
            f"{name}/ can't be replaced: it is where a disk is mounted. The old release is whole.",
            remedy="Publish into a folder inside of it.",
            sv=f"{name}/ kan inte bytas ut: där är en disk monterad. Den gamla publiceringen är hel. "
            "Publicera i en mapp inuti den.",
        )
    return UnwritableError(
        f"{name}/ can't be written: {error.strerror}. The old release is whole.",
        remedy="Check the permissions, or name another folder.",
        sv=f"{name}/ går inte att skriva ({error.strerror}). Den gamla publiceringen är hel. "
        "Se över rättigheterna, eller ange en annan mapp.",
    )


def _nearest(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())
