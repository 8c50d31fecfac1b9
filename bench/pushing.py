"""One push in a process of its own, without the gate: `python -m bench.pushing DIR QUERY-URL [USER]`.

Prints its seconds, by stage too, and its peak memory, as a line of JSON. The password is in SAMVERKAN_PASSWORD.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

import samverkan
from samverkan.model.endpoint import Endpoint, credentials
from samverkan.push import of_graphs, push
from samverkan.store.remote import Remote


def main(folder: str, query: str, user: str = "") -> None:
    """Push and tell."""
    site = samverkan.open(folder)
    endpoint = Endpoint(query, credentials=credentials(user, None), seconds=900)
    start, stages = time.perf_counter(), dict[str, float]()

    def progress(stage: str, _done: int) -> None:
        stages[stage] = round(time.perf_counter() - start, 2)

    outcome = push(of_graphs(site.graphs), Remote(endpoint, tuple(site.graphs), site.settings.base), endpoint, progress)
    seconds = time.perf_counter() - start
    peak = int(re.findall(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[0])  # getrusage counts the parent's
    print(json.dumps({"seconds": seconds, "peak_kb": peak, "triples": outcome.triples, "until": stages}))


if __name__ == "__main__":
    main(*sys.argv[1:])
