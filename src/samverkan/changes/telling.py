"""Two states of a site, read, compared and asked: all that is told of what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from samverkan.changes.answers import MOST, changed_answers, size
from samverkan.changes.comparison import Comparison, compare
from samverkan.changes.states import read_state
from samverkan.changes.writing import ChangeReport
from samverkan.model.today import today
from samverkan.workers import undisturbed


@dataclass(frozen=True)
class QueryOptions:
    """How the canned queries of both states are asked: at all, in which language, and on which day.

    Where nothing says whether they are asked, that depends on how much there is to be asked.
    """

    answers: bool | None = None
    language: str = "en"
    day: date | None = None


def changes_between(root: Path, old: str, new: str, options: QueryOptions | None = None) -> ChangeReport:
    """What changed between two states of the site at `root`, by their names.

    Raises `UsageError` and `UnreadableError` as `read_state` does.
    """
    with undisturbed():
        before = read_state(root, old)
        return with_answers(compare(before, read_state(root, new, before)), options or QueryOptions())


def with_answers(found: Comparison, options: QueryOptions) -> ChangeReport:
    """What changed, with the questions that are answered differently."""
    if not found.states_differ or options.answers is False:
        return ChangeReport(found)
    if options.answers is None and max(size(found.old), size(found.new)) > MOST:
        return ChangeReport(found, skipped="answers left out")
    changed = changed_answers(found, options.language, options.day or today())
    return ChangeReport(found, skipped="answers slow") if changed is None else ChangeReport(found, changed)
