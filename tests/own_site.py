"""The site that docs/own-site.md makes, and the cases of `../shared/cases` put into it."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).parents[1]
CASES = ROOT.parent / "shared" / "cases"
BASE = "https://example.org/lund/"


def made(folder: Path) -> Path:
    """Make the site of the page in a folder."""
    for part in ("ontology", "shapes", "queries"):
        shutil.copytree(ROOT / part, folder / part)
    context = folder / "ontology/context.jsonld"
    context.write_text(
        context.read_text(encoding="utf-8").replace("https://w3id.org/samverkan/ki/", BASE), encoding="utf-8"
    )
    page = (ROOT / "docs/own-site.md").read_text(encoding="utf-8")
    (folder / "samverkan.toml").write_text(_blocks(page, "toml")[0], encoding="utf-8")
    (folder / "data").mkdir()
    for name, block in zip(("concepts", "page", "sources"), _blocks(page, "turtle"), strict=True):
        (folder / f"data/{name}.ttl").write_text(block, encoding="utf-8")
    return folder


def with_case(folder: Path, case: str) -> Path:
    """Put the files of a case, named CASE__folder__file, where they belong."""
    for path in CASES.glob(f"{case}__*"):
        _, part, name = path.name.split("__")
        shutil.copy(path, folder / part / name)
    return folder


def _blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
