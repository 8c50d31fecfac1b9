"""What the keeper of `test_keeper` opens: nothing but numbers. The site is how many times something was opened."""

from __future__ import annotations

import itertools
import os
import sys
import time
from collections.abc import Iterator, Mapping
from typing import Any

from samverkan.server.pool import keeper
from samverkan.server.pool.keeper import Stage, UnopenedError

_TIMES = itertools.count(1)


def opening(hello: Mapping[str, Any]) -> Iterator[Stage]:
    """Two stages, the second after a while; a refusal, or an end, where that is wished for."""
    number = next(_TIMES)
    if "refuse" in hello:
        raise UnopenedError(hello["refuse"])
    if "exit" in hello:
        os._exit(hello["exit"])
    told = {"number": number, "keeper": os.getpid()}
    if "seconds" in hello:
        yield Stage(told, lambda job, _: ({"did": job["do"], "stage": "first", **told}, b""), is_whole=False)
        time.sleep(hello["seconds"])
    if "refuse late" in hello:
        raise UnopenedError(hello["refuse late"])
    yield Stage(told, lambda job, _: ({"did": job["do"], "stage": "whole", **told}, b""), is_whole=True)


if __name__ == "__main__":
    keeper.run_keeper(sys.argv[-1], opening)
