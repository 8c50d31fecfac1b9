"""The next entry in the history of a site: what changed since the release that is about to be replaced."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

from samverkan.authoring.file_changes import FileChange
from samverkan.changes.archiving import archived
from samverkan.changes.comparison import CHANGED, NEW, WITHDRAWN, compare
from samverkan.changes.messages import MESSAGES
from samverkan.changes.states import State, read_state
from samverkan.changes.writing import ChangeReport, sections
from samverkan.errors import SamverkanError
from samverkan.publication.previous_release import is_release
from samverkan.site import archive
from samverkan.site import history as history_file
from samverkan.site.archive import Archive
from samverkan.site.checked_site import CheckedSite
from samverkan.site.folder import QUERIES
from samverkan.site.history import History, HistoryEntry, Section, digests
from samverkan.site.source_files import FOLDERS
from samverkan.version import __version__

_MOST = 200  # lines below one heading


def recorded(site: CheckedSite, target: Path) -> tuple[History, Archive]:
    """The history of a site and the releases that it keeps, with what is published now; as they were if none changed.

    What changed is told against the release in the folder `target`, if there is one. Raises `UnreadableError` as
    reading either of them does.
    """
    found = continued(site, target)
    if found == site.history:
        return found, site.archive
    state, kept = read_state(site.root, str(site.root)), site.settings.kept_releases
    return found, archived(site.archive, found[-1].number, state, kept) if kept else Archive({})


def file_changes(site: CheckedSite, history: History, kept: Archive) -> list[FileChange]:
    """What becomes of the files of a site with a history, and with the releases that are kept."""
    after = {**kept.files(), history_file.FILE_NAME: history_file.written(history)} if history != site.history else {}
    names = dict.fromkeys((*archive.names_of(site.root), *after)) if after else {}
    before = {name: site.root / name for name in names}
    found = (FileChange(name, _bytes(path), after.get(name)) for name, path in before.items())
    return [change for change in found if change.before != change.after]


def _bytes(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def continued(site: CheckedSite, target: Path) -> History:
    """The history of a site with an entry for what is published now; as it was where no file of the site changed.

    What changed is told against the release in the folder `target`, if there is one.
    """
    files = digests(site.root, (*FOLDERS, QUERIES))
    last = site.history[-1] if site.history else None
    if last is not None and last.files == files:
        return site.history
    report = _report(site, target) if last else None
    severities = Counter(finding.severity.name.lower() for finding in site.report.findings)
    entry = HistoryEntry(
        number=len(site.history) + 1,
        day=site.as_of,
        generator=f"samverkan {__version__}",
        files=files,
        findings={name: severities[name] for name in ("violation", "warning", "info")},
        changes={language: _said(report, language) for language in _languages(site)} if report else {},
        things=_things(report) if report else (),
    )
    return (*site.history, entry)


def _languages(site: CheckedSite) -> tuple[str, ...]:
    return tuple(language for language in site.settings.languages if language in MESSAGES) or ("en",)


def _report(site: CheckedSite, target: Path) -> ChangeReport | None:
    old = _earlier(site, target)
    return ChangeReport(compare(old, read_state(site.root, str(site.root), old))) if old else None


def _earlier(site: CheckedSite, target: Path) -> State | None:
    """The release that is replaced; None where there is none of this site, or one that can't be read."""
    if not is_release(target):
        return None
    try:
        found = read_state(site.root, str(target))
    except SamverkanError:
        return None
    return found if found.base == site.settings.base else None


def _said(report: ChangeReport, language: str) -> tuple[Section, ...]:
    found = sections(_for_readers(report), language)
    return tuple((heading, tuple(line.text for line in lines[:_MOST])) for heading, lines in found)


def _for_readers(report: ChangeReport) -> ChangeReport:
    """A report without the places in files, which are for editors."""
    things = (
        replace(thing, facts=tuple(replace(fact, place=None, evidence=()) for fact in thing.facts))
        for thing in report.comparison.things
    )
    return replace(report, comparison=replace(report.comparison, things=tuple(things)))


def _things(report: ChangeReport) -> tuple[str, ...]:
    return tuple(each.iri for each in report.comparison.things if each.kind in {NEW, CHANGED, WITHDRAWN})
