"""The site that `samverkan new site` makes for Lund, and the cases of `../shared/cases` put into it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from samverkan.authoring import new_site
from samverkan.authoring.shipped import shipped

ROOT = Path(__file__).parents[1]
CASES = ROOT.parent / "shared" / "cases"
BASE = "https://example.org/lund/"
GIVEN = {"base": BASE, "name_sv": "Lunds universitet", "name_en": "Lund University"}


def made(folder: Path, *, asked: bool = True) -> Path:
    """Make the site in a folder, without running the gate on it; its queries only where they are to be `asked`.

    Most of the gate's time on so small a site goes to the queries, and most tests are about the data.
    """
    for name, content in new_site.site_files(shipped(), new_site.values(GIVEN, None)).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder if asked else unasked(folder)


def unasked(folder: Path) -> Path:
    """Leave out the queries that make neither a view nor a menu: what is left is what the gate itself asks."""
    texts = {path: path.read_text("utf-8") for path in (folder / "queries").glob("*.rq")}
    menus = set(re.findall(r"menu: *([a-z0-9-]+)", "\n".join(texts.values())))
    for path in (path for path, text in texts.items() if "#+ view:" not in text and path.stem not in menus):
        path.unlink()
    return folder


def with_case(folder: Path, case: str) -> Path:
    """Put the files of a case, named CASE__folder__file, where they belong."""
    for path in CASES.glob(f"{case}__*"):
        _, part, name = path.name.split("__")
        shutil.copy(path, folder / part / name)
    return folder
