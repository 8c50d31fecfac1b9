"""The site that `samverkan new site` makes for Lund, and the cases of `../shared/cases` put into it."""

from __future__ import annotations

import shutil
from pathlib import Path

from samverkan.authoring import new_site
from samverkan.authoring.shipped import shipped

ROOT = Path(__file__).parents[1]
CASES = ROOT.parent / "shared" / "cases"
BASE = "https://example.org/lund/"
GIVEN = {"base": BASE, "name_sv": "Lunds universitet", "name_en": "Lund University"}


def made(folder: Path) -> Path:
    """Make the site in a folder, without running the gate on it."""
    for name, content in new_site.site_files(shipped(), new_site.values(GIVEN, None)).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def with_case(folder: Path, case: str) -> Path:
    """Put the files of a case, named CASE__folder__file, where they belong."""
    for path in CASES.glob(f"{case}__*"):
        _, part, name = path.name.split("__")
        shutil.copy(path, folder / part / name)
    return folder
