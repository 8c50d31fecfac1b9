"""The next entry in the history of a site: what changed since the release that is about to be replaced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pyoxigraph import Literal

from samverkan.authoring.file_changes import FileChange
from samverkan.changes.archiving import archived
from samverkan.changes.comparison import CHANGED, KINDS, NEW, WITHDRAWN, FactChange, compare
from samverkan.changes.messages import MESSAGES
from samverkan.changes.states import State, read_state
from samverkan.changes.writing import ChangeReport, sections
from samverkan.errors import SamverkanError
from samverkan.model import paths
from samverkan.publication.previous_release import is_release
from samverkan.site import archive
from samverkan.site import history as history_file
from samverkan.site.archive import Archive
from samverkan.site.checked_site import CheckedSite
from samverkan.site.folder import QUERIES
from samverkan.site.history import History, HistoryEntry, Section, digests
from samverkan.site.source_files import FOLDERS
from samverkan.validation.findings import WAITING, Finding
from samverkan.version import __version__

_MOST = 200  # lines below one heading
_READ = frozenset({*KINDS, "moves", "persons"})  # what is told of things; what is to be put right is for editors


def recorded(site: CheckedSite, target: Path, since: str | None = None) -> tuple[History, Archive]:
    """The history of a site and the releases that it keeps, with what is published now; as they were if none changed.

    What changed is told against the state `since`, or else the release in the folder `target`, if there is one. Raises
    `UnreadableError` as reading either of them does.
    """
    found = continued(site, target, since)
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


def continued(site: CheckedSite, target: Path, since: str | None = None) -> History:
    """The history of a site with an entry for what is published now; as it was where no file of the site changed.

    What changed is told against the state `since`, or else the release in the folder `target`, if there is one.
    """
    files = digests(site.root, (*FOLDERS, QUERIES))
    last = site.history[-1] if site.history else None
    if last is not None and last.files == files:
        return site.history
    report = _report(site, target, since) if last else None
    entry = HistoryEntry(
        number=len(site.history) + 1,
        day=site.as_of,
        generator=f"samverkan {__version__}",
        files=files,
        findings=_counted(site.report.findings),
        changes=_changes(report, _languages(site)) if report else {},
        things=_things(report) if report else (),
    )
    return (*site.history, entry)


def _counted(findings: Iterable[Finding]) -> dict[str, int]:
    """How many findings of each severity there are, and how many of them only wait for facts."""
    found = list(findings)
    severities = Counter(finding.severity.name.lower() for finding in found)
    waiting = sum(finding.rule in WAITING for finding in found)
    return {**{name: severities[name] for name in ("violation", "warning", "info")}, "waiting": waiting}


def _languages(site: CheckedSite) -> tuple[str, ...]:
    return tuple(language for language in site.settings.languages if language in MESSAGES) or ("en",)


def _report(site: CheckedSite, target: Path, since: str | None) -> ChangeReport | None:
    old = read_state(site.root, since) if since else _earlier(site, target)
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


def _changes(report: ChangeReport, languages: Sequence[str]) -> dict[str, tuple[Section, ...]]:
    """What readers of each language are told; a text that changed is told in its own language, where that is one."""
    return {
        language: _said(_for_readers(report, language, frozenset(languages) - {language}), language)
        for language in languages
    }


def _said(report: ChangeReport, language: str) -> tuple[Section, ...]:
    """What readers of a language are told: what the site describes first, then its terms, and last its files."""
    own, terms = _parted(report)
    vocabulary = list(_of_terms(terms, language))
    found = [(heading, [line.text for line in lines]) for heading, lines in sections(own, language, _READ)]
    found += [(MESSAGES[language]["terms"], vocabulary)] if vocabulary else []
    found += [(heading, [line.text for line in lines]) for heading, lines in sections(own, language, ("files",))]
    return tuple((heading, tuple(lines[:_MOST])) for heading, lines in found)


def _of_terms(report: ChangeReport, language: str) -> Iterator[str]:
    """The lines on terms, which stand below one heading: what became of a term is said in the line itself."""
    for kind in KINDS:
        for heading, lines in sections(report, language, (kind,)):
            yield from (line.text if kind == CHANGED else f"{heading}: {line.text}" for line in lines)


def _parted(report: ChangeReport) -> tuple[ChangeReport, ChangeReport]:
    """A report of what the site describes, and one of the terms of its ontology and of others."""
    found = report.comparison
    spaces = (found.new.base + paths.THINGS, found.new.base + paths.GRAPHS)
    own = tuple(thing for thing in found.things if thing.iri.startswith(spaces))
    terms = tuple(thing for thing in found.things if not thing.iri.startswith(spaces))
    return replace(report, comparison=replace(found, things=own)), replace(
        report, comparison=replace(found, things=terms)
    )


def _for_readers(report: ChangeReport, language: str, others: Container[str]) -> ChangeReport:
    """A report without the places in files, which are for editors, and the changed texts in other languages."""
    things = (
        replace(thing, facts=tuple(_plain(fact, language) for fact in thing.facts if _language(fact) not in others))
        for thing in report.comparison.things
    )
    return replace(report, comparison=replace(report.comparison, things=tuple(things)))


def _plain(fact: FactChange, language: str) -> FactChange:
    """A change without places; that a text is in the language of the reader needs not be said."""
    old, new = (
        Literal(each.value) if isinstance(each, Literal) and each.language == language else each
        for each in (fact.old, fact.new)
    )
    return replace(fact, old=old, new=new, place=None, evidence=())


def _language(fact: FactChange) -> str:
    value = fact.new or fact.old
    return value.language or "" if isinstance(value, Literal) else ""


def _things(report: ChangeReport) -> tuple[str, ...]:
    return tuple(each.iri for each in report.comparison.things if each.kind in {NEW, CHANGED, WITHDRAWN})
