"""Mistakes that a person may make in the real site are told, and what is unusual but right is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from tests.planted import KINDS, MISTAKES, RIGHT, Mistake, Planted

from samverkan.site import checked_site
from samverkan.validation import Severity


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    with patch.object(checked_site, "_MOST_ASKED", 0):  # what nothing answers has cases of its own
        yield Planted(tmp_path_factory.mktemp("planted") / "site")


def beds() -> list[list[Mistake]]:
    """The mistakes that stand in one site together: no two of them are in the same place."""
    found: list[list[Mistake]] = []
    for mistake in MISTAKES:
        texts = {(mistake.bed, file, old) for file, old, _ in mistake.edits if old}
        fits = (bed for bed in found if bed[0].bed == mistake.bed and not texts & _texts(bed))
        bed = next(fits, None)
        if bed is None:
            found.append(bed := [])
        bed.append(mistake)
    return [bed for bed in found if bed[0].bed >= 0]


def _texts(bed: list[Mistake]) -> set[tuple[int, str, str]]:
    return {(mistake.bed, file, old) for mistake in bed for file, old, _ in mistake.edits if old}


def test_each_kind_of_mistake_is_told(planted: Planted) -> None:
    silent = []
    for bed in beds():
        findings = planted.found(edit for mistake in bed for edit in mistake.edits)
        silent += [(mistake.kind, mistake.about) for mistake in bed if not mistake.is_told(findings)]
    assert not silent, silent


def test_the_mistakes_are_of_49_kinds() -> None:
    assert len(KINDS) == len({mistake.kind for mistake in MISTAKES}) == 49
    assert len(MISTAKES) > 140


def test_what_is_unusual_but_right_is_not_told(planted: Planted) -> None:
    assert len(RIGHT) == 32
    found = planted.found(edit for edits in RIGHT.values() for edit in edits)
    assert [each for each in found if each.severity > Severity.INFO] == []
    assert planted.folder.is_dir()


def test_the_copy_is_as_it_was_afterwards(planted: Planted) -> None:
    assert planted.found(()) == ()
    assert not (planted.folder / "queries/q1.rq").exists()
    assert Path(planted.folder / "data").is_dir()
