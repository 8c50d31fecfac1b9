"""A site that changes while it is served: `python -m bench.reloading --triples 100000 --times 5` (Linux).

Tells how long it takes until a changed file is served, and whether the HTTP process, which stays, takes more memory
with each change, or leaves processes behind: `python -m bench.reloading --site tests/site --times 200`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.request import urlopen

from bench.generate import generate
from bench.hostile import Server
from bench.soak import resident

_PATIENCE = 600.0  # seconds until a change is served
_TICK = 0.01
_PART = 10  # of the changes, the first and the last tenth are compared
_MB = 1 << 20


class Change(NamedTuple):
    """How many seconds it took until it was served, and then the bytes of the HTTP process and how many there are."""

    seconds: float
    memory: int
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
        yield Change(time.monotonic() - began, resident(server.process.pid), len(server.family()))


def _release(server: Server) -> str:
    with urlopen(f"http://127.0.0.1:{server.port}/healthz") as answer:
        return str(json.load(answer)["release"])


def told(found: Sequence[Change]) -> Iterator[str]:
    """What was seen, in sentences."""
    seconds = sorted(each.seconds for each in found)
    yield f"{len(found)} changes: served after {median(seconds):.2f} s (median), {seconds[-1]:.2f} s at most"
    part = max(1, len(found) // _PART)
    first, last = (median(each.memory for each in some) for some in (found[:part], found[-part:]))
    yield f"memory of the HTTP process: {first / _MB:.1f} MB, then {last / _MB:.1f} MB: {last / first - 1:+.1%}"
    yield f"processes: {found[0].processes} after the first change, {found[-1].processes} after the last"


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
