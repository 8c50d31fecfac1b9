"""What the server counts of itself: for programs on the same machine, and for nobody else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from unittest import mock

import pytest
from tests.live import Live

from samverkan.server.http import metrics
from samverkan.server.http.messages import Request
from samverkan.server.http.metrics import ServerCounts, is_local

LINE = re.compile(r'[a-z_]+(?:\{[a-z]+="[a-z0-9-]+"(?:,[a-z]+="[a-z0-9-]+")*\})? \d+(?:\.\d+)?(?:e[+-]\d+)?')


def numbers(live: Live) -> dict[str, float]:
    lines = [line for line in live.ask("/metrics").text.splitlines() if not line.startswith("#")]
    return {name: float(number) for name, _, number in (line.rpartition(" ") for line in lines)}


def test_the_metrics_are_lines_of_prometheus_with_what_was_asked_and_how_it_ended(live: Live) -> None:
    answer = live.ask("/metrics")
    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    assert all(LINE.fullmatch(line) for line in lines if not line.startswith("# "))
    named = {line.split()[2] for line in lines if line.startswith("# TYPE ")}
    assert {line.partition("{")[0].partition(" ")[0] for line in lines if not line.startswith("#")} <= named


def test_what_is_asked_is_counted_by_kind_and_status_without_a_word_of_it(live: Live) -> None:
    before = numbers(live)
    live.ask("/doc/lighthouse/masudden.ttl")
    live.ask("/sparql.csv?query=ASK+%7B+%23secret%0A+%7D")
    live.ask("/secret/path")
    after = numbers(live)
    for kind, status in (("doc", 200), ("sparql", 406), ("other", 404)):
        name = f'samverkan_requests_total{{kind="{kind}",status="{status}"}}'
        assert after[name] == before.get(name, 0) + 1
    assert "secret" not in live.ask("/metrics").text
    assert after['samverkan_workers{queue="free"}'] >= 1
    assert after['samverkan_memory_bytes{process="supervisor"}'] > 1 << 20


def test_a_worker_that_ends_while_it_is_counted_takes_no_other_number_away() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    with mock.patch.object(metrics, "_children", return_value=[ended.pid]):
        told = metrics.text(ServerCounts(), (), os.getpid(), 0).decode()
    assert re.search(r'memory_bytes\{process="supervisor"\} [1-9]', told)
    assert 'memory_bytes{process="workers"} 0' in told


def test_a_copy_of_the_counts_stays_as_it_is_while_counting_goes_on() -> None:
    counts = ServerCounts()
    counts.answers["query", 200] += 1
    copied = counts.copy()
    counts.answers["query", 503] += 1
    counts.seconds["query"] += 1
    counts.jobs["free"] += 1
    counts.ended["free", "time"] += 1

    assert copied == ServerCounts(answers=Counter({("query", 200): 1}))


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Forwarded_For": "192.0.2.1"},
        {"Forwarded": "for=192.0.2.1"},
        {"X_Forwarded_Proto": "https"},
        {"X_Real_IP": "192.0.2.1"},
        {"Via": "1.1 proxy"},
        {"Host": "example.org"},
        {"Host": "samverkan"},
    ],
)
def test_there_are_none_for_who_asks_by_way_of_a_proxy_or_by_another_name(live: Live, headers: dict[str, str]) -> None:
    answer = live.ask("/metrics", **headers)  # type: ignore[arg-type]  # headers are texts
    assert (answer.status, answer.json["title"]) == (404, live.ask("/nothing").json["title"])


def test_there_are_none_below_the_public_address_nor_for_an_address_elsewhere(live: Live) -> None:
    assert live.ask("/doll/metrics").status == 404
    assert "/metrics" not in live.ask("/openapi.json").text
    request = Request("GET", "/metrics", "", {"host": "127.0.0.1:8000"})
    assert is_local(request, "127.0.0.1")
    assert is_local(request, "::1")
    assert is_local(request, "::ffff:127.0.0.1")
    assert not any(is_local(request, each) for each in ("192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", ""))
