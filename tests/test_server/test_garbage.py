"""Garbage is collected without looking twice at what is kept, which would hold up the HTTP process."""

from __future__ import annotations

import json
import subprocess
import sys

_SCRIPT = """
import gc, json
from samverkan.server import lifecycle

gc.disable()
lifecycle._collect_garbage()
lifecycle._collect_garbage()
kept = [[] for _ in range(50_000)]
one, other = [], []
one.append(other), other.append(one)
del one, other
print(json.dumps([gc.isenabled(), len(gc.callbacks), gc.collect(), gc.get_freeze_count() > len(kept), gc.collect()]))
"""


def test_what_a_full_collection_has_left_is_looked_at_no_more() -> None:
    done = subprocess.run([sys.executable, "-c", _SCRIPT], check=True, capture_output=True, text=True)
    is_enabled, callbacks, first, is_frozen, second = json.loads(done.stdout)
    assert (is_enabled, callbacks, is_frozen, second) == (True, 1, True, 0)
    assert first >= 2  # the two lists that hold each other
