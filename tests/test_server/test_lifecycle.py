"""The life of a service: it starts only with a good site, takes in changes without a gap, and ends in good order."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.conftest import Run
from tests.live import ENV, Live, children

DOLL = Path(__file__).parents[1] / "site"
LABEL = "/doc/lighthouse/masudden.ttl"


def family(pid: int) -> set[int]:
    """A process and all that it and its children have started."""
    return {pid}.union(*(family(child) for child in children(pid)))


def gone(pids: set[int], seconds: float = 5) -> bool:
    """Whether all of these processes have ended."""
    return within(seconds, lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def renamed(site: Path, name: str) -> None:
    """Give a lighthouse another name."""
    lights = site / "data" / "lights.ttl"
    lights.write_text(
        re.sub(r'"[^"]*"@en ;\n    skos:alt', f'"{name}"@en ;\n    skos:alt', lights.read_text("utf-8")), "utf-8"
    )


def is_called(served: Live, name: str) -> bool:
    return f'"{name}"@en' in served.ask(LABEL).text


# ---------------------------------------------------------------- opening


def test_a_site_with_violations_is_not_served_and_its_findings_are_told(copy: Path, run: Run) -> None:
    lights = copy / "data" / "lights.ttl"
    lights.write_text(lights.read_text("utf-8").replace("doll:lamps 2 ;", 'doll:lamps "two" ;'), "utf-8")
    for language, words in (("en", "This version is not served"), ("sv", "Den här versionen visas inte")):
        refused = run("--site", copy, "serve", "--port", "0", "--lang", language)
        said = refused.stderr.decode()
        assert (refused.returncode, refused.stdout) == (1, b"")
        assert "data/lights.ttl:" in said
        assert words in said
        assert "Traceback" not in said


def test_a_site_that_can_not_be_read_is_not_served(copy: Path, run: Run) -> None:
    (copy / "data" / "lights.ttl").write_text("this is no Turtle", "utf-8")
    refused = run("--site", copy, "serve", "--port", "0")

    assert (refused.returncode, refused.stdout) == (3, b"")
    assert "data/lights.ttl:1" in refused.stderr.decode()
    assert "Traceback" not in refused.stderr.decode()


def test_a_folder_that_is_no_site_is_not_served(tmp_path: Path, run: Run) -> None:
    refused = run("--site", tmp_path, "serve", "--port", "0")

    assert refused.returncode == 3
    assert "samverkan.toml" in refused.stderr.decode()


def test_a_port_in_use_is_told_at_once(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        began = time.monotonic()
        refused = run("--site", DOLL, "serve", "--port", port)
        took = time.monotonic() - began

    said = refused.stderr.decode()
    assert refused.returncode == 4
    assert str(port) in said
    assert "in use" in said
    assert "could not be written" not in said
    assert "Traceback" not in said
    assert took < 3


@pytest.mark.parametrize("host", ["192.0.2.1", "no.such.host.invalid"])
def test_a_host_that_is_not_this_machine_is_told(run: Run, host: str) -> None:
    refused = run("--site", DOLL, "serve", "--port", "0", "--host", host)

    assert refused.returncode == 4
    assert host in refused.stderr.decode()
    assert "Traceback" not in refused.stderr.decode()


@pytest.mark.parametrize(
    "option",
    [
        ("--port", "65536"),
        ("--port", "x"),
        ("--timeout", "0"),
        ("--workers", "0"),
        ("--host", ""),
        ("--prefix", "/a\r\nX-Evil: 1/"),
        ("--prefix", "/å/"),
        ("--prefix", "/a?b#c"),
        ("--prefix", "https://example.org/x/"),
    ],
)
def test_an_option_that_makes_no_sense_is_wrong_usage(run: Run, option: tuple[str, str]) -> None:
    assert run("--site", DOLL, "serve", *option).returncode == 2


def test_it_listens_to_this_machine_alone_unless_told_otherwise(live: Live) -> None:
    assert f"http://127.0.0.1:{live.port}/" in live.said
    table = Path("/proc/net/tcp")
    if not table.exists():
        pytest.skip("no /proc/net/tcp here")
    listening = [line.split()[1] for line in table.read_text("ascii").splitlines()[1:] if line.split()[3] == "0A"]
    assert [address.split(":")[0] for address in listening if int(address.split(":")[1], 16) == live.port] == [
        "0100007F"
    ]


# ---------------------------------------------------------------- ending


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_in_good_order_and_leaves_nobody_behind(number: signal.Signals) -> None:
    with Live(DOLL) as served:
        served.sparql("ASK {}")
        everybody = family(served.process.pid)
        assert len(everybody) > 3
        assert served.stop(number) == 0
        assert gone(everybody)
        assert "Traceback" not in served.said
        with pytest.raises(OSError, match="refused"):
            served.ask("/healthz")


def test_kill_9_leaves_nobody_behind() -> None:
    with Live(DOLL) as served:
        served.sparql("ASK {}")
        everybody = family(served.process.pid)
        served.process.kill()
        served.process.wait(10)
        assert gone(everybody)


def test_a_terminal_that_is_interrupted_ends_it_as_quietly() -> None:
    """Ctrl-C reaches every process of the terminal's group."""
    command = [sys.executable, "-m", "samverkan", "--site", str(DOLL), "serve", "--port", "0"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, env=ENV, start_new_session=True
    ) as it:
        assert it.stderr is not None
        assert b"Checking" in it.stderr.readline()
        assert b"Serving" in it.stderr.readline()
        everybody = family(it.pid)
        os.killpg(it.pid, signal.SIGINT)
        rest = it.stderr.read()
        assert it.wait(15) == 0
    assert b"Traceback" not in rest
    assert gone(everybody)


def test_a_slow_download_is_finished_before_the_end(tmp_path: Path) -> None:
    site = Path(shutil.copytree(DOLL, tmp_path / "site"))
    with (site / "data" / "lights.ttl").open("a", encoding="utf-8") as lights:
        lights.writelines(
            f'lighthouse:masudden skos:altLabel "{number} {"å" * 3000}"@sv .\n' for number in range(1000)
        )  # fmt: skip
    with Live(site) as served:
        whole = served.ask("/graph/lights.nt").body
        assert len(whole) > 6_000_000
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)
        connection.connect()
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        connection.request("GET", "/graph/lights.nt")
        response = connection.getresponse()
        found = response.read(10_000)
        served.process.send_signal(signal.SIGTERM)
        assert within(5, lambda: refuses(served))
        time.sleep(0.3)
        assert served.process.poll() is None
        found += response.read()
        assert found == whole
        connection.close()
        assert served.process.wait(10) == 0


def refuses(served: Live) -> bool:
    try:
        socket.create_connection(("127.0.0.1", served.port), timeout=1).close()
    except OSError:
        return True
    return False


def test_a_query_under_way_is_answered_before_the_end() -> None:
    heavy = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . FILTER (STRLEN(CONCAT(STR(?a), STR(?e), STR(?f))) > 3) }"
    with Live(DOLL) as served, ThreadPoolExecutor(1) as pool:
        asked = pool.submit(served.sparql, heavy)
        time.sleep(0.05)
        served.process.send_signal(signal.SIGTERM)
        answer = asked.result(20)
        assert answer.status == 200
        assert answer.headers["connection"] == "close"
        assert int(answer.json["results"]["bindings"][0]["n"]["value"]) > 10_000
        assert served.process.wait(10) == 0


# ---------------------------------------------------------------- changes


@pytest.fixture
def watched(copy: Path) -> Iterator[Live]:
    with Live(copy, ("--watch",)) as served:
        yield served


def test_a_changed_file_is_served_within_three_seconds_and_no_request_is_dropped(watched: Live) -> None:
    stop = threading.Event()

    def hammer(path: str) -> list[int]:
        statuses = []
        while not stop.is_set():
            statuses.append(watched.ask(path).status)
        return statuses

    with ThreadPoolExecutor(4) as pool:
        paths = (LABEL, "/query/lights.csv", "/sparql?query=ASK%7B%7D", "/id/lighthouse/masudden")
        under_fire = [pool.submit(hammer, path) for path in paths]
        try:
            for name in ("First", "Second"):
                before = watched.ask("/healthz").json["release"]
                began = time.monotonic()
                renamed(watched.site, name)
                assert within(8, lambda name=name: is_called(watched, name))  # type: ignore[misc]
                assert time.monotonic() - began < 6, "with four threads hammering on two cores; 3 s where it is quiet"
                assert watched.ask("/healthz").json["release"] != before
        finally:
            stop.set()
        found = [each.result(20) for each in under_fire]

    assert all(len(statuses) > 20 for statuses in found)
    assert {status for statuses in found for status in statuses} == {200, 303}
    assert "Traceback" not in watched.said


def test_a_change_is_taken_in_within_three_seconds_where_it_is_quiet(watched: Live) -> None:
    old = family(watched.supervisor)
    tag = watched.ask(LABEL).headers["etag"]
    began = time.monotonic()
    renamed(watched.site, "Quiet Point")

    assert within(6, lambda: is_called(watched, "Quiet Point"))
    assert time.monotonic() - began < 3
    assert watched.ask(LABEL, if_none_match=tag).status == 200
    assert "Quiet Point" in watched.sparql("SELECT ?l { lighthouse:masudden skos:prefLabel ?l }").text
    assert "Quiet Point" in watched.ask("/query/lights.csv?lang=en").text
    watched.heard("The changes have been loaded.", 3)
    assert gone(old)


def test_a_broken_change_keeps_the_old_release_and_tells_why(watched: Live) -> None:
    release = watched.ask("/healthz").json["release"]
    lights = watched.site / "data" / "lights.ttl"
    whole = lights.read_text("utf-8")

    lights.write_text(f"{whole}\nbroken", "utf-8")
    watched.heard(r"(?s)data/lights\.ttl:\d+.*This version is not served", 5)
    assert watched.ask("/healthz").json["release"] == release
    assert is_called(watched, "Gull Point")

    lights.write_text(whole.replace("doll:lamps 2 ;", 'doll:lamps "two" ;'), "utf-8")
    assert within(5, lambda: watched.said.count("This version is not served") == 2)
    assert watched.ask("/healthz").json["release"] == release

    lights.write_text(whole, "utf-8")
    renamed(watched.site, "Mended Point")
    assert within(5, lambda: is_called(watched, "Mended Point"))


def test_a_file_that_comes_or_goes_is_noticed(watched: Live) -> None:
    query = watched.site / "queries" / "again.rq"
    shutil.copy(watched.site / "queries" / "all-kept.rq", query)
    assert within(5, lambda: watched.ask("/query/again.json").status == 200)
    query.unlink()
    assert within(5, lambda: watched.ask("/query/again.json").status == 404)


def test_a_hangup_reads_the_site_anew_without_watching(copy: Path) -> None:
    with Live(copy) as served:
        renamed(copy, "Hangup Point")
        time.sleep(0.8)
        assert is_called(served, "Gull Point")
        served.process.send_signal(signal.SIGHUP)
        assert within(5, lambda: is_called(served, "Hangup Point"))
        served.heard("The changes have been loaded.", 3)


def test_one_change_opens_one_supervisor_and_no_more(copy: Path) -> None:
    with Live(copy) as served:
        seen = {served.supervisor}
        served.process.send_signal(signal.SIGHUP)
        served.heard("The changes have been loaded.", 5)
        end = time.monotonic() + 1.5
        while time.monotonic() < end:
            seen.add(served.supervisor)
            time.sleep(0.01)
        assert len(seen) == 2


def test_a_reload_while_another_is_under_way_ends_with_the_last_state(copy: Path) -> None:
    with Live(copy) as served:
        for number in range(5):
            renamed(copy, f"Point {number}")
            served.process.send_signal(signal.SIGHUP)
            time.sleep(0.1)
        assert within(10, lambda: is_called(served, "Point 4"))
        assert within(5, lambda: children(served.keeper) == [served.supervisor])


def test_the_end_during_a_reload_leaves_nobody_behind(copy: Path) -> None:
    with Live(copy) as served:
        everybody = family(served.process.pid)
        served.process.send_signal(signal.SIGHUP)
        assert within(3, lambda: len(children(served.keeper)) > 1)
        everybody |= family(served.process.pid)
        assert served.stop() == 0
        assert gone(everybody)
        assert "Traceback" not in served.said


# ---------------------------------------------------------------- health, log, many at once


def test_healthz_says_what_is_served(live: Live) -> None:
    answer = live.ask("/healthz")

    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json == {"status": "ok", "release": answer.json["release"], "statements": 242}
    assert re.fullmatch("[0-9a-f]{16}", answer.json["release"])


def test_the_access_log_has_a_line_of_json_for_each_answer_and_nothing_about_anybody() -> None:
    secrets = {
        "accept": "text/csv",
        "user_agent": "Spy/1.0",
        "referer": "https://secret.example/",
        "cookie": "a=secret",
    }
    with Live(DOLL) as served:
        served.ask("/query/search.csv?text=secret&lamps=1", **secrets)  # type: ignore[arg-type]
        served.ask("/doc/secret-19121212-1212")
        served.ask("/doc/lighthouse/masudden.ttl", method="HEAD")
        served.ask("/sparql", method="POST", body=b"ASK { ?secret ?p ?o }", content_type="application/sparql-query")
        served.ask("/x", method="SECRET")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", served.port), timeout=5) as client:
            client.sendall(b"secret\r\n\r\n")
            client.recv(1000)
        assert served.stop() == 0
        log = served.log

    lines = [json.loads(line) for line in log.splitlines()]
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("GET", "/query/search.csv", 200),
        ("GET", "-", 404),
        ("HEAD", "/doc/lighthouse/masudden.ttl", 200),
        ("POST", "/sparql", 200),
        ("-", "-", lines[4]["status"]),
        ("-", "-", 400),
    ]
    for line in lines:
        assert set(line) == {"time", "method", "path", "status", "bytes", "ms"}
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
        assert line["ms"] >= 0
    for word in ("secret", "SECRET", "Spy", "127.0.0.1", "1912", "text=", "lamps"):
        assert word not in log


def test_no_access_log_is_written_where_none_is_wanted() -> None:
    with Live(DOLL, ("--no-access-log",)) as served:
        served.ask("/healthz")
        assert served.stop() == 0
        assert served.log == ""


def test_two_hundred_clients_at_once_all_get_the_right_answer(live: Live) -> None:
    paths = (LABEL, "/query/lights.csv", "/id/lighthouse/masudden", "/query/search.json?lamps=1")
    expected = {path: (live.ask(path).status, live.ask(path).body) for path in paths}
    together = threading.Barrier(200)

    def client(number: int) -> bool:
        path = paths[number % len(paths)]
        connection = http.client.HTTPConnection("127.0.0.1", live.port, timeout=30)
        connection.connect()
        together.wait(20)
        try:
            for _ in range(3):
                connection.request("GET", path)
                response = connection.getresponse()
                if (response.status, response.read()) != expected[path]:
                    return False
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(200) as pool:
        assert all(pool.map(client, range(200)))


def test_more_free_queries_than_can_be_answered_are_told_to_come_again(live: Live) -> None:
    with ThreadPoolExecutor(60) as pool:
        answers = list(pool.map(lambda _: live.sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"), range(60)))

    assert {answer.status for answer in answers} <= {200, 503}
    assert sum(answer.status == 200 for answer in answers) >= 20
    for answer in answers:
        if answer.status == 503:
            assert answer.json["type"].endswith("/busy")
            assert int(answer.headers["retry-after"]) >= 1
        else:
            assert answer.json["results"]["bindings"][0]["n"]["value"] == "255"  # 242 stated, and 13 that follow


def test_nobody_has_to_read_what_the_service_says(tmp_path: Path) -> None:
    said = tmp_path / "said"
    command = [sys.executable, "-m", "samverkan", "--site", str(DOLL), "serve", "--port", "0"]
    with said.open("wb") as file, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=file, env=ENV) as process:
        try:
            while "http://" not in said.read_text():
                assert process.poll() is None
                time.sleep(0.05)
            port = int(said.read_text().rpartition(":")[2].partition("/")[0])
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            for _ in range(3000):  # three times as many lines as a pipe holds
                connection.request("GET", "/doc/lighthouse/masudden.ttl")
                assert connection.getresponse().read()
            connection.close()
        finally:
            process.terminate()
            assert process.wait(30) == 0


def test_a_closed_standard_output_is_no_hindrance(tmp_path: Path) -> None:
    said = tmp_path / "said"
    command = f"exec '{sys.executable}' -m samverkan --site '{DOLL}' serve --port 0 >&- 2>'{said}'"
    with subprocess.Popen(["/bin/sh", "-c", command], env=ENV) as process:
        try:
            while not said.exists() or "http://" not in said.read_text():
                assert process.poll() is None
                time.sleep(0.05)
            port = int(said.read_text().rpartition(":")[2].partition("/")[0])
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", "/healthz")
            assert connection.getresponse().status == 200
            connection.close()
        finally:
            process.terminate()
            assert process.wait(30) == 0


def test_where_there_is_no_room_for_a_large_answer_the_reader_is_told_to_come_back() -> None:
    with Live(DOLL) as served:
        resource.prlimit(served.process.pid, resource.RLIMIT_FSIZE, (1 << 16, 1 << 16))
        answer = served.sparql("SELECT * { ?s ?p ?o . ?a ?b ?c } LIMIT 20000", "text/csv")
        assert (answer.status, answer.headers["retry-after"]) == (503, "2")
        assert served.ask("/doc/lighthouse/masudden").status == 200
