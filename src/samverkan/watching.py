"""Noticing that the files of a site have changed, by their times and sizes."""

from __future__ import annotations

from pathlib import Path

SECONDS = 0.5
"""How often to look."""

_FILES = ("samverkan.toml", "accessibility.toml", "ontology", "data", "shapes", "queries")

Stamp = tuple[tuple[str, int, int], ...]


def stamp(root: Path) -> Stamp:
    """What the files of the site in the folder `root` look like from outside: another one after every change."""
    found = []
    for path in (each for name in _FILES for each in (root / name, *sorted((root / name).rglob("*")))):
        try:
            status = path.stat()
        except OSError:
            continue
        found.append((str(path), status.st_mtime_ns, status.st_size))
    return tuple(found)
