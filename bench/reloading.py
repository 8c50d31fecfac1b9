"""A site that changes while it is served: `python -m bench.reloading --triples 100000 --times 5` (Linux).

Tells how long it takes until data of a changed file are served, and then its pages, and whether the two processes that
stay take more memory with each change, or leave processes behind: the HTTP process, and the one that keeps the site.
`python -m bench.reloading --site tests/site --times 200`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import urlopen

from bench.generate import generate
from bench.hostile import Server
from bench.soak import resident

_PATIENCE = 600.0  # seconds until a change is served
_TICK = 0.01
_PART = 10  # of the changes, the first and the last tenth are compared
_MB = 1 << 20


class Change(NamedTuple):
    """How many seconds it took until its data and its pages were served, then the bytes and number of processes.

    The bytes are those of the HTTP process and of the one that keeps the site.
    """

    seconds: float
    pages: float
    http: int
    keeper: int
    processes: int


def changes(server: Server, file: Path, times: int) -> Iterator[Change]:
    """Change a file again and again."""
    content = file.read_bytes()
    for number in range(times):
        before = _release(server)
        file.write_bytes(content + b"# %d\n" % number)
        began = time.monotonic()
        while _release(server) == before:
            if time.monotonic() - began > _PATIENCE:
                raise TimeoutError(f"The change of {file.name} was not served.")
            time.sleep(_TICK)
        seconds = time.monotonic() - began
        _page(server)
        pages, (http, keeper) = time.monotonic() - began, map(resident, server.pids)
        yield Change(seconds, pages, http, keeper, len(server.family()))


def _page(server: Server) -> None:
    """Wait for a page; while a server prepares them, it may say that it takes too long."""
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{server.port}/index.en.html") as answer:
                answer.read()
                return
        except HTTPError as error:
            if error.code != HTTPStatus.SERVICE_UNAVAILABLE:
                raise


def _release(server: Server) -> str:
    with urlopen(f"http://127.0.0.1:{server.port}/healthz") as answer:
        return str(json.load(answer)["release"])


def told(found: Sequence[Change]) -> Iterator[str]:
    """What was seen, in sentences."""
    yield f"{len(found)} changes"
    for name, seconds in (("data", [each.seconds for each in found]), ("pages", [each.pages for each in found])):
        yield f"{name} served after {median(seconds):.2f} s (median), {max(seconds):.2f} s at most"
    for name, memory in (("HTTP", [each.http for each in found]), ("keeper", [each.keeper for each in found])):
        yield f"memory of the process {name}: {_grown(memory)}"
    yield f"processes: {found[0].processes} after the first change, {found[-1].processes} after the last"


def _grown(memory: Sequence[int]) -> str:
    """What it was in the first tenth of the changes, and in the last."""
    part = max(1, len(memory) // _PART)
    first, last = median(memory[:part]), median(memory[-part:])
    return f"{first / _MB:.1f} MB, then {last / _MB:.1f} MB: {last / first - 1:+.1%}"


def main() -> None:
    """Read the command line, change the site, and print what was seen."""
    parser = argparse.ArgumentParser(prog="python -m bench.reloading", description=__doc__)
    parser.add_argument("--site", type=Path, help="A site of which a copy is changed, in place of an invented one.")
    parser.add_argument("--triples", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="samverkan-reloading-") as name:
        site = Path(name) / "site"
        if options.site:
            shutil.copytree(options.site, site)
        else:
            generate(site, options.triples)
        file = min((site / "data").glob("*.ttl"))
        with Server(site, ("--watch",)) as server:
            print(*told(list(changes(server, file, options.times))), sep="\n")


if __name__ == "__main__":
    main()
