"""A query finds a worker as if nobody had asked it before."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from bench.reuse import differences
from tests.live import Live

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no workers without fork")

DOLL = Path(__file__).parents[1] / "site"
BASE = "https://example.org/doll/"


def _value(live: Live, expression: str, start: str = "") -> str:
    """What an expression is; the comment makes it another query each time."""
    found = live.sparql(f"{start}SELECT ({expression} AS ?x) {{}} # {time.monotonic_ns()}")
    assert found.status == 200, found.text
    return str(found.json["results"]["bindings"][0]["x"]["value"])


def test_queries_in_any_order_are_answered_as_by_processes_of_their_own() -> None:
    wrong, different = asyncio.run(differences(DOLL, asked=400, different=150, seed=17, uses=40))

    assert wrong == []
    assert different > 50


@pytest.mark.parametrize("chance", ["RAND()", "STR(UUID())", "STRUUID()"])
def test_no_two_queries_draw_the_same_lot(live: Live, chance: str) -> None:
    found = [_value(live, chance) for _ in range(12)]

    assert len(set(found)) == 12


def test_now_is_the_time_of_the_query_and_not_of_its_worker(live: Live) -> None:
    first, second = _value(live, "NOW()"), _value(live, "NOW()")

    assert first < second


def test_a_prefix_that_a_query_declared_is_unknown_to_the_next(live: Live) -> None:
    assert _value(live, "mine:x", "PREFIX mine: <urn:mine:> ") == "urn:mine:x"
    assert live.sparql("SELECT (mine:x AS ?x) {}").status == 400


def test_a_base_that_a_query_declared_does_not_hold_for_the_next(live: Live) -> None:
    assert _value(live, "<x>", "BASE <https://example.net/> ") == "https://example.net/x"
    assert _value(live, "<x>") == f"{BASE}x"


def test_blank_nodes_are_numbered_anew_for_each_query(live: Live) -> None:
    for _ in range(3):
        found = live.sparql(f"SELECT ?x {{ BIND (BNODE() AS ?x) }} # {time.monotonic_ns()}")
        assert [row["x"]["value"] for row in found.json["results"]["bindings"]] == ["b0"]


def test_a_regular_expression_that_was_used_does_not_change_the_next(live: Live) -> None:
    patterns = [f"REGEX('Abc', '^abc', '{flags}')" for flags in ("i", "", "i")]

    assert [_value(live, pattern) for pattern in patterns] == ["true", "false", "true"]


def test_a_query_that_fails_leaves_the_next_alone(live: Live) -> None:
    for broken in ("SELECT * {", "SELECT * { SERVICE <http://x/> {} }", "ASK { FILTER (nobody:knows(1)) }"):
        assert live.sparql(broken).status == 400
        assert re.fullmatch("2|3", _value(live, "1 + 1"))


def test_no_job_imports_anything_for_a_worker_can_open_no_file() -> None:
    command = [sys.executable, "-m", "tests.imported_by_jobs", str(DOLL)]
    found = subprocess.run(command, capture_output=True, text=True, check=True, cwd=DOLL.parents[1], timeout=120)

    assert found.stdout == ""
