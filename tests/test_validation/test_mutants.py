"""The gate tells what was changed in the real site, one thing at a time: a sample of what tests/mutants.py makes."""

from tests.mutants import outcomes

SAMPLE = 8


def test_most_of_what_changes_a_meaning_is_stopped_or_warned_of() -> None:
    found = [outcome for _, outcome in outcomes(range(SAMPLE)) if outcome.is_other]

    assert len(found) >= SAMPLE // 2
    told = [outcome for outcome in found if outcome.is_told]
    assert len(told) >= len(found) * 3 / 4, [outcome.mutant.said for outcome in found if not outcome.is_told]
