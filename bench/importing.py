"""A sheet that is taken into a site: `python -m bench.importing [--rows 500] [--rounds 3]`.

The site is a copy of this repository's; the sheet has agreements with
invented municipalities, written as people write. Told are the seconds of the whole process, the checks before and after
included, and beside them those of `samverkan validate` on what came of it.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import openpyxl

from bench.processes import ROOT, Sample, process, samverkan

_FOLDERS = ("data", "ontology", "shapes", "queries", "tables")
_HEADINGS = ("Motpart", "Avtalstyp", "Undertecknat", "Gäller till", "Områden", "Kontaktperson", "Dnr")
_DATES = ("3/6 2025", "juni 2024", "2023", "våren 2022")


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """The headings, and so many agreements."""
    yield _HEADINGS
    for n in range(count):
        kind, areas, contact = "Övergripande avtal", "Äldreomsorg; Forskning", f"Namn {n % 9}"
        yield (f"Kommun {n}", kind, _DATES[n % len(_DATES)], "tills vidare", areas, contact, f"9-{n}/25")


def sheet(path: Path, count: int) -> Path:
    """A workbook with these rows."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Avtal"
    for row in rows(count):
        book.active.append(row)
    book.save(path)
    return path


def copied(folder: Path) -> Path:
    """A copy of the site of this repository."""
    for name in _FOLDERS:
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "samverkan.toml", folder)
    return folder


def measured(folder: Path, count: int) -> tuple[Sample, Sample]:
    """An import into a new copy, and a check of what came of it."""
    site = copied(folder / "site")
    path = sheet(folder / "avtal.xlsx", count)
    command = [*samverkan(), "--site", site]
    return process([*command, "import", path]), process([*command, "validate"], (0, 1))


def main() -> None:
    """Read the command line, measure, and tell."""
    parser = argparse.ArgumentParser(prog="python -m bench.importing", description=__doc__)
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    taken = []
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory(prefix="samverkan-bench-") as name:
            taken.append([each.seconds for each in measured(Path(name), options.rows)])
    imported, checked = (median(each) for each in zip(*taken, strict=True))
    print(f"{options.rows} rows: {imported:.2f} s, and validate {checked:.2f} s ({imported / checked:.2f})")


if __name__ == "__main__":
    main()
