"""What every answer has, whatever is asked: methods, safe headers, and problems that say what was wrong."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import pytest
from tests.answers import BASE, MASUDDEN, PAGE, raw
from tests.live import Live

ROOT = Path(__file__).parents[2]


# ---------------------------------------------------------------- methods


@pytest.mark.parametrize(
    "address", [MASUDDEN, "/id/lighthouse/masudden", "/query/lights.csv", "/healthz", "/", "/nothing"]
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE"])
def test_a_page_can_only_be_read(live: Live, address: str, method: str) -> None:
    answer = live.ask(address, method=method, body=b"")

    assert answer.status == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert answer.json["status"] == 405


@pytest.mark.parametrize("method", ["FOO", "get", "BREW", "A" * 20])
def test_a_method_that_nobody_knows_is_no_fault_of_ours(live: Live, method: str) -> None:
    status, _ = raw(live, f"{method} / HTTP/1.1\r\nHost: x\r\n\r\n".encode())

    assert status in {400, 405, 501}


@pytest.mark.parametrize(
    "address", [MASUDDEN, PAGE, "/id/lighthouse/masudden", "/query/lights", "/openapi.json", "/healthz"]
)
def test_options_tells_the_methods_and_lets_other_origins_in(live: Live, address: str) -> None:
    asked: dict[str, Any] = {"origin": "https://x.example", "access_control_request_method": "GET"}
    answer = live.ask(address, method="OPTIONS", **asked)

    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["allow"] == answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers
    assert "content-length" not in answer.headers


def test_options_of_the_whole_server_has_an_answer(live: Live) -> None:
    status, found = raw(live, b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n")

    assert status in {200, 204}
    assert "allow: " in found.lower()


# ---------------------------------------------------------------- what every answer has


EVERY_KIND = {
    "page": ("GET", MASUDDEN, {}, 200),
    "part": ("GET", PAGE, {"range": "bytes=0-1"}, 206),
    "no part": ("GET", PAGE, {"range": "bytes=99999-"}, 416),
    "not modified": ("GET", PAGE, {"if_none_match": "*"}, 304),
    "condition failed": ("GET", PAGE, {"if_match": '"x"'}, 412),
    "thing": ("GET", "/id/lighthouse/masudden", {}, 303),
    "split": ("GET", "/id/lightship/tvillingarna", {}, 300),
    "replaced": ("GET", "/id/lighthouse/gamla-masudden", {}, 308),
    "gone": ("GET", "/id/lighthouse/villgrund", {}, 410),
    "missing": ("GET", "/nothing", {}, 404),
    "not acceptable": ("GET", MASUDDEN, {"accept": "image/png"}, 406),
    "bad parameter": ("GET", "/query/search?lamps=x", {}, 400),
    "method": ("DELETE", MASUDDEN, {}, 405),
    "options": ("OPTIONS", MASUDDEN, {}, 204),
    "health": ("GET", "/healthz", {}, 200),
    "canned": ("GET", "/query/lights.csv", {}, 200),
    "free": ("GET", "/sparql?query=ASK%7B%7D", {}, 200),
    "broken": ("GET", "/sparql?query=ASK%7B", {}, 400),
    "wrong media type": ("POST", "/sparql", {}, 415),
    "too long": ("GET", f"/{'x' * 20_000}", {}, 414),
    "headers": ("GET", "/", {"x_long": "x" * 40_000}, 431),
    "root": ("GET", "/", {}, 200),
    "root as data": ("GET", "/", {"accept": "text/turtle"}, 303),
    "page for people": ("GET", f"{MASUDDEN}.sv.html", {}, 200),
    "missing for people": ("GET", "/nothing", {"accept": "text/html"}, 404),
    "free for people": ("GET", "/sparql?query=ASK%7B%7D", {"accept": "text/html"}, 200),
    "broken for people": ("GET", "/sparql?query=ASK%7B", {"accept": "text/html"}, 400),
    "a slash too many": ("GET", "/query/", {}, 308),
}


@pytest.mark.parametrize(("method", "address", "headers", "status"), EVERY_KIND.values(), ids=EVERY_KIND)
def test_every_kind_of_answer_is_safe_to_show_and_open_to_all(
    live: Live, method: str, address: str, headers: dict[str, Any], status: int
) -> None:
    answer = live.ask(address, method=method, **headers)

    assert answer.status == status
    policy = dict(part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";"))
    assert (policy["default-src"], policy["frame-ancestors"], policy["base-uri"]) == ("'none'", "'none'", "'none'")
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers.get("link", "<>")
    assert re.fullmatch(r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT", answer.headers["date"])
    assert not answer.headers.keys() & {"server", "set-cookie", "x-powered-by", "access-control-allow-credentials"}


PATHS = (gettempdir(), "/tmp", "/work", "/home", "/usr", "site-packages", "Traceback", str(ROOT), str(Path.home()))


@pytest.mark.parametrize(("method", "address", "headers", "status"), EVERY_KIND.values(), ids=EVERY_KIND)
def test_no_answer_tells_where_on_the_machine_anything_is(
    live: Live, method: str, address: str, headers: dict[str, Any], status: int
) -> None:
    answer = live.ask(address, method=method, **headers)
    whole = answer.body.decode("latin-1") + "".join(f"{name}: {value}\n" for name, value in answer.headers.items())

    assert answer.status == status
    assert not [path for path in PATHS if path in whole]


PROBLEMS = {
    name: kind
    for name, kind in EVERY_KIND.items()
    if kind[3] in {400, 404, 405, 406, 414, 415, 431} and not name.endswith("for people")
}


@pytest.mark.parametrize(("method", "address", "headers", "status"), PROBLEMS.values(), ids=PROBLEMS)
def test_a_problem_has_the_members_of_rfc_9457_and_a_type_that_leads_somewhere(
    live: Live, method: str, address: str, headers: dict[str, Any], status: int
) -> None:
    answer = live.ask(address, method=method, **headers)
    problem = answer.json

    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert problem["status"] == status
    assert all(isinstance(problem[name], str) and problem[name] for name in ("type", "title", "detail"))
    if problem["type"] == "about:blank":  # no more than its status (RFC 9457, section 4.2.1)
        assert problem["title"] == HTTPStatus(status).phrase
        return
    document, _, place = problem["type"].partition("#")
    assert document == f"{BASE}openapi.json"
    found = live.ask("/openapi.json").json
    for part in place.strip("/").split("/"):
        assert part in found, problem["type"]
        found = found[part]


IN_WORDS = {name: kind for name, kind in PROBLEMS.items() if kind[3] not in {414, 431}}


@pytest.mark.parametrize(("method", "address", "headers", "status"), IN_WORDS.values(), ids=IN_WORDS)
def test_a_problem_is_told_in_swedish_and_in_english(
    live: Live, method: str, address: str, headers: dict[str, Any], status: int
) -> None:
    swedish, english, default = (
        live.ask(address, method=method, **headers, **asked)  # type: ignore[arg-type]
        for asked in ({"accept_language": "sv"}, {"accept_language": "en, sv;q=0.1"}, {})
    )

    assert (swedish.status, english.status) == (status, status)
    assert (swedish.headers["content-language"], english.headers["content-language"]) == ("sv", "en")
    if swedish.json["type"] != "about:blank":  # whose title is the phrase of its status
        assert swedish.json["title"] != english.json["title"]
    assert swedish.json["detail"] != english.json["detail"]
    assert default.json == english.json


# ---------------------------------------------------------------- limits of size


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (f"GET /{'x' * 16_500} HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (f"GET /?{'x' * 100_000} HTTP/1.1\r\nHost: x\r\n\r\n", 414),
        (f"GET / HTTP/1.1\r\nHost: x\r\nX: {'x' * 33_000}\r\n\r\n", 431),
        ("GET / HTTP/1.1\r\nHost: x\r\n" + "X: y\r\n" * 101 + "\r\n", 431),
        (f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: {(256 << 10) + 1}\r\n\r\n", 413),
        ("POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n", 413),
        ("GET / HTTP/1.1\r\n\r\n", 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("GET / HTTP/2.5\r\nHost: a\r\n\r\n", 505),
        ("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET /å HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("nonsense\r\n\r\n", 400),
    ],
)
def test_a_request_that_is_too_large_or_no_request_is_a_problem_that_says_so(
    live: Live, request_: str, status: int
) -> None:
    found, text = raw(live, request_.encode())
    head, _, body = text.partition("\r\n\r\n")

    assert found == status
    assert "content-type: application/problem+json" in head.lower()
    assert "connection: close" in head.lower()
    assert json.loads(body)["status"] == status
