"""The gate before a change: which violations a site would have after it that it has not now."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from samverkan.authoring.file_changes import FileChange
from samverkan.settings import FILE_NAME
from samverkan.site import archive, audit_record, history, preview_picture, source_files
from samverkan.site.checked_site import CheckedSite
from samverkan.site.folder import QUERIES
from samverkan.validation import Finding, Severity

_FOLDERS = (*source_files.FOLDERS, QUERIES, archive.FOLDER)
_FILES = (FILE_NAME, audit_record.FILE_NAME, preview_picture.FILE_NAME, history.FILE_NAME)


def begin(root: Path) -> CheckedSite:
    """The site in a folder, of which what needs no data is read from now on, in a process of its own."""
    return CheckedSite(root).begun()


def new_violations(root: Path, changes: Sequence[FileChange], begun: CheckedSite | None = None) -> tuple[Finding, ...]:
    """The violations that a site would have after some changes, and has not now; `begun` is that site, if it is."""
    if not changes:
        return ()
    with tempfile.TemporaryDirectory() as folder:
        there = Path(folder) / "site"
        _copy(root, there)
        for change in changes:
            _put(there / change.name, change.after)
        site = begun.with_data_in(there) if begun and _are_data(changes) else CheckedSite(there)
        after = site.validate(frugal=True, least=Severity.VIOLATION)
    if not after.findings:
        return ()
    before = CheckedSite(root).validate(frugal=True, least=Severity.VIOLATION)
    known = {_identity(found) for found in before.findings}
    return tuple(found for found in after.findings if _identity(found) not in known)


def _are_data(changes: Sequence[FileChange]) -> bool:
    return all(PurePosixPath(change.name).parts[0] == source_files.DATA for change in changes)


def _identity(found: Finding) -> tuple[object, ...]:
    return (found.check, found.rule, found.focus, found.path, found.value, tuple(sorted(found.message.items())))


def _copy(root: Path, there: Path) -> None:
    """Copy what the gate reads of a site."""
    there.mkdir()
    for name in _FOLDERS:
        if (root / name).is_dir():
            shutil.copytree(root / name, there / name)
    for name in _FILES:
        if (root / name).is_file():
            shutil.copyfile(root / name, there / name)


def _put(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
