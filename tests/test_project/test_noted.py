"""The history of this site, which readers are told of changes from, and the facts in the repository."""

from __future__ import annotations

from tests.conftest import ROOT

from samverkan.site.history import digests, read_history
from samverkan.site.source_files import DATA


def test_the_last_entry_of_the_history_is_about_the_facts_as_they_are_now() -> None:
    last = read_history(ROOT)[-1]
    noted = {name: digest for name, digest in last.files.items() if name.startswith(f"{DATA}/")}
    assert noted == {name: digest for name, digest in digests(ROOT, [DATA]).items() if name.startswith(f"{DATA}/")}, (
        "Facts have changed that the history does not tell of: samverkan publish --since main (CONTRIBUTING.md)"
    )
