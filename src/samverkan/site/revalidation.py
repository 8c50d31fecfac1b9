"""The gate of a site that is checked again and again: what has not changed is not read, parsed or indexed again.

What is kept of a file depends on its bytes alone, and what is kept of queries and settings holds as long as none of
them has changed. Whatever depends on all of the data is found out anew.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Self

from samverkan import confined_files
from samverkan.errors import SamverkanError
from samverkan.limits import FailedError, RepeatedWork, TookTooLongError, within
from samverkan.model.today import today
from samverkan.settings import FILE_NAME
from samverkan.site import audit_record, preview_picture, source_files
from samverkan.site.checked_site import CheckedSite
from samverkan.store import Embedded

if TYPE_CHECKING:
    from samverkan import validation
    from samverkan.model.dataset import File
    from samverkan.validation import Report, Severity
    from samverkan.validation.indexed_files import IndexedFiles

_FRESH_SECONDS = 3600.0

# What a site knows without its data.
_LASTING = (
    *("settings", "audit", "preview", "addresses", "shapes", "context_source", "prefixes"),
    *("query_files", "queries", "_canned", "unreadable_queries", "mentioned", "constructed"),
)


class Revalidation:
    """The site in the folder `root`, to be checked by an engine whenever it may have changed.

    `as_of` is the day that is today; None where that is looked up for each report.
    """

    def __init__(self, root: Path, engine: str = "samverkan", as_of: date | None = None) -> None:
        self._root, self._engine, self._as_of = root, engine, as_of
        self._last: _WatchedSite | None = None

    def report(self) -> Report:
        """The report of the site as it is now, the same as `CheckedSite.validate` gives; raises what that raises."""
        last, self._last = self._last, None  # an error leaves nothing behind that is half done
        day = self._as_of or today()
        site = _WatchedSite(self._root, as_of=day) if last is None else last.renewed(day)
        _ = site.surroundings  # what is read from here on may be newer, and is then read once more
        report = site.validate(self._engine)
        self._last = site
        return report


def _lasting() -> IndexedFiles:
    """An index that serves several states; who only asks a question need not wait for the checks to be imported."""
    from samverkan.validation.evaluation.terms import Terms
    from samverkan.validation.indexed_files import IndexedFiles

    return IndexedFiles(terms=Terms(lasting=True))


@dataclass
class _Kept:
    """What is kept of files: those that were read last, a store with some, and the index of some."""

    files: Mapping[File, File] = field(default_factory=dict)
    store: Embedded | None = None
    indexed: IndexedFiles = field(default_factory=_lasting)


@dataclass(frozen=True)
class KeptSite(CheckedSite):
    """A site that begins with what is kept of an earlier state of it."""

    kept: _Kept = field(default_factory=_Kept)

    def renewed(self, day: date) -> Self:
        """The site as it is now, on a day."""
        new = type(self)(self.root, as_of=day, kept=self.kept)
        if self.surroundings is not None and self.surroundings == new.surroundings:
            new.__dict__.update({name: self.__dict__[name] for name in _LASTING if name in self.__dict__})
        return new

    def forget(self) -> None:
        """Let go of all that was made of this state, which nobody asks for any more."""
        self.__dict__.clear()

    @cached_property
    def surroundings(self) -> object:
        """All that is read besides data, and the names of its graphs, which queries may name; None if unreadable."""
        try:
            names = [FILE_NAME, audit_record.FILE_NAME, preview_picture.FILE_NAME]
            names += [path.relative_to(self.root).as_posix() for paths in self.query_files.values() for path in paths]
            here = [name for name in names if confined_files.is_there(self.root / name)]
            contents = [(name, confined_files.read_file(self.root / name, name)) for name in here]
            words = source_files.read_files(self.settings, (source_files.ONTOLOGY, source_files.SHAPES))
            return contents, self.context_source, words, list(self.graphs)
        except (SamverkanError, OSError):
            return None

    @cached_property
    def published(self) -> tuple[File, ...]:
        """The files of ontology and data, those that have not changed as they were read before."""
        found = tuple(self.kept.files.get(file, file) for file in super().published)
        self.kept.files = dict(zip(found, found, strict=True))
        self.kept.indexed.keep(found)
        return found

    @property
    def indexed(self) -> IndexedFiles:
        """The index of before."""
        return self.kept.indexed

    @cached_property
    def store(self) -> Embedded:
        """The store of before, in which the triples that have changed are exchanged."""
        if self.kept.store is None:
            self.kept.store = Embedded(self.published, (file.graph for file in self.published))
        else:
            self.kept.store.exchange(self.published)
        return self.kept.store


class _WatchedSite(KeptSite):
    """Such a site in a process of its own, where shapes need no other one."""

    def _case(
        self,
        engine: str,
        choices: Callable[[], tuple[SamverkanError, ...]] | None = None,
        least: Severity | None = None,
    ) -> validation.ValidationInput:
        case = super()._case(engine, choices, least)
        return replace(case, apart=engine != "samverkan")


class GuardedRevalidation:
    """The same in a process of its own, which is ended when it takes too long.

    Where that process fails, a fresh run says what is wrong: there each part has a limit of its own.
    """

    def __init__(self, root: Path, engine: str = "samverkan", as_of: date | None = None) -> None:
        self._root, self._engine, self._as_of = root, engine, as_of
        again = Revalidation(root, engine, as_of)
        self._work = RepeatedWork(partial(_packed, again.report))

    def report(self) -> Report:
        """The report of the site as it is now; raises what `CheckedSite.validate` raises."""
        site = CheckedSite(self._root, as_of=self._as_of or today())
        seconds = site.settings.gate_seconds
        try:
            return _unpacked(self._work.result(seconds))
        except (TookTooLongError, FailedError):
            return _unpacked(within(_FRESH_SECONDS, partial(_packed, partial(site.validate, self._engine))))

    def end(self) -> None:
        """End the process."""
        self._work.end()


def _packed(work: Callable[[], Report]) -> bytes:
    """A report, or the error in its place, on its way between two processes."""
    try:
        return pickle.dumps(work())
    except SamverkanError as error:
        return pickle.dumps(error)


def _unpacked(found: bytes) -> Report:
    report: Report | SamverkanError = pickle.loads(found)  # noqa: S301 - from our own process
    if isinstance(report, SamverkanError):
        raise report
    return report
