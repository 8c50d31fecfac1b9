"""Two states of a site, read, compared and asked: all that is told of what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from samverkan.changes.answers import MOST, changed_answers, size
from samverkan.changes.comparison import Comparison, compare
from samverkan.changes.states import read_state
from samverkan.changes.writing import Told
from samverkan.model.today import today


@dataclass(frozen=True)
class Asking:
    """How the canned queries of both states are asked: at all, in which language, and on which day.

    Where nothing says whether they are asked, that depends on how much there is to be asked.
    """

    answers: bool | None = None
    language: str = "en"
    day: date | None = None


def told(root: Path, old: str, new: str, asking: Asking | None = None) -> Told:
    """What changed between two states of the site at `root`, by their names.

    Raises `UsageError` and `UnreadableError` as `read_state` does.
    """
    before = read_state(root, old)
    return with_answers(compare(before, read_state(root, new, before)), asking or Asking())


def with_answers(found: Comparison, asking: Asking) -> Told:
    """What changed, with the questions that are answered differently."""
    if not found.states_differ or asking.answers is False:
        return Told(found)
    if asking.answers is None and max(size(found.old), size(found.new)) > MOST:
        return Told(found, skipped="answers left out")
    changed = changed_answers(found, asking.language, asking.day or today())
    return Told(found, skipped="answers slow") if changed is None else Told(found, changed)
