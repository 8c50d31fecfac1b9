"""The next entry in the history of a site: what changed since the release that is about to be replaced."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from samverkan.changes.comparison import CHANGED, NEW, WITHDRAWN, compare
from samverkan.changes.messages import MESSAGES
from samverkan.changes.states import State, read_state
from samverkan.changes.writing import ChangeReport, sections
from samverkan.errors import SamverkanError
from samverkan.publication.previous_release import is_release
from samverkan.site.checked_site import CheckedSite
from samverkan.site.folder import QUERIES
from samverkan.site.history import History, HistoryEntry, Section, digests
from samverkan.site.source_files import FOLDERS
from samverkan.version import __version__

_MOST = 200  # lines below one heading


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
    found = sections(report, language)
    return tuple((heading, tuple(line.text for line in lines[:_MOST])) for heading, lines in found)


def _things(report: ChangeReport) -> tuple[str, ...]:
    return tuple(each.iri for each in report.comparison.things if each.kind in {NEW, CHANGED, WITHDRAWN})
