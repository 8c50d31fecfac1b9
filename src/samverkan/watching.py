"""Noticing that the files of a site have changed, by their times and sizes."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

SECONDS = 0.5
"""How often a server looks."""

_FILES = ("samverkan.toml", "accessibility.toml", "ontology", "data", "shapes", "queries")
_LOOK_SECONDS = 0.1
_BURST_SECONDS, _LONGEST_BURST_SECONDS = 0.05, 5.0
_SHARE = 20  # of the time, at most one part in so many is spent on looking

Stamp = tuple[tuple[str, tuple[int, ...]], ...]


def stamp(root: Path) -> Stamp:
    """What the files of the site in the folder `root` look like from outside: another one after every change.

    Hidden files count for nothing, for nobody reads them and editors keep their own there.
    """
    return tuple((path, _seen(path)) for path in sorted(_paths(root)))


def modified(root: Path) -> float:
    """When the youngest file of the site in the folder `root` was changed last, in seconds since 1970."""
    return max((_modified(path) for path in _paths(root)), default=0.0)


def _modified(path: str) -> float:
    try:
        return os.stat(path).st_mtime  # noqa: PTH116 - as above
    except OSError:
        return 0.0


def _paths(root: Path) -> Iterator[str]:
    for name in _FILES:
        yield str(root / name)
        for folder, folders, files in os.walk(root / name):
            yield from (os.path.join(folder, each) for each in (*folders, *files) if _counts(each))  # noqa: PTH118 - str


def _counts(name: str) -> bool:
    return not name.startswith(".") or name.endswith(".rq")  # a query may well be hidden


def _seen(path: str) -> tuple[int, ...]:
    """A file by what every way to change it changes; a folder and a link to nowhere only by being there."""
    try:
        found = os.stat(path)  # noqa: PTH116 - a path as text, many times a second
    except OSError:
        return (int(os.path.islink(path)),)  # noqa: PTH114 - as above
    if os.path.isdir(path):  # noqa: PTH112 - as above
        return (found.st_mode,)
    return found.st_mode, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def changes(root: Path, retry: Callable[[], bool] = lambda: False) -> Iterator[None]:
    """Begin, and go on each time something has changed, or `retry` says that it is worth while.

    Many changes in a row are one: they have to be over for a moment.
    """
    seen: Stamp | None = None
    while True:
        begun = time.monotonic()
        now = stamp(root)
        if now != seen or retry():
            seen = _settled(root, now)
            yield
        else:
            time.sleep(max(_LOOK_SECONDS, _SHARE * (time.monotonic() - begun)))


def _settled(root: Path, now: Stamp) -> Stamp:
    """What the files look like when they change no more, or have changed for too long."""
    end = time.monotonic() + _LONGEST_BURST_SECONDS
    while time.monotonic() < end:
        time.sleep(_BURST_SECONDS)
        before, now = now, stamp(root)
        if before == now:
            break
    return now
