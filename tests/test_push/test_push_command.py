"""The command `push`: what is wrong with a site, an address or a password is told before anything is written."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from tests import engines
from tests.conftest import Run
from tests.engines import Engine
from tests.flaky import Asked, Reply, flaky
from tests.pushing import Small, Way, is_held, way

from samverkan.errors import StoreError
from samverkan.model.endpoint import Credentials, Endpoint
from samverkan.push.client import Client
from samverkan.store import engines as known

# ------------------------------------------------------------ the command line


def test_a_site_with_a_violation_is_not_pushed(oxigraph: Engine, run: Run, copy: Path) -> None:
    with (copy / "data" / "lights.ttl").open("a") as file:
        file.write("<https://example.org/doll/id/lighthouse/x1> a doll:Lighthouse .\n")
    with flaky(oxigraph.query) as by:
        found = run("--site", copy, "push", "--endpoint", by.at(oxigraph.query))
    assert found.returncode == 1, found.stderr
    assert b"Nothing was written to the store." in found.stderr
    assert by.seen == []


def test_a_password_comes_from_a_file_or_the_environment_and_is_shown_nowhere(
    virtuoso: Engine, run: Run, copy: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("pa55-wrong\n", "utf-8")
    options = ("--site", copy, "push", "--endpoint", virtuoso.query, "--user", "dba")
    wrong = run(*options, "--password-file", secret)
    assert wrong.returncode == 4
    assert b"does not let us in (HTTP 401)" in wrong.stderr
    assert b"pa55" not in wrong.stderr + wrong.stdout
    missing = run(*options)
    assert missing.returncode == 2
    assert b"SAMVERKAN_PASSWORD" in missing.stderr
    assert b"--password-file" in missing.stderr


def test_wrong_addresses_are_told(oxigraph: Engine, virtuoso: Engine, sites: tuple[Small, Small]) -> None:
    nowhere = f"http://127.0.0.1:{engines.free_port()}/query"
    places = {
        Way(nowhere): "can't be reached",
        Way(oxigraph.query.replace("/query", "/nothing")): "HTTP 404",
        Way(oxigraph.query, update=oxigraph.query): r"HTTP 4\d\d",
        Way(virtuoso.query, update=virtuoso.query): r"HTTP [45]\d\d",
        Way(oxigraph.query, update=virtuoso.update): "does not let us in",
        Way(oxigraph.query, graph_store=nowhere): "can't be reached",
    }
    for found, words in places.items():
        with pytest.raises(StoreError, match=words):
            found.push(sites[0])


def test_an_address_that_takes_all_and_changes_nothing_is_told(oxigraph: Engine, sites: tuple[Small, Small]) -> None:
    html = {"Content-Type": "text/html"}
    with flaky(oxigraph.query, lambda *_: Reply(200, dict(html), b"<html>Log in")) as page:
        found = Way(oxigraph.query, update=page.at(oxigraph.update))
        with pytest.raises(StoreError, match="is not seen at"):
            found.push(sites[0])


def test_a_redirect_is_told_and_no_password_follows_it(virtuoso: Engine, sites: tuple[Small, Small]) -> None:
    def leads(asked: Asked, ask: Callable[[], Reply]) -> Reply:
        return ask() if asked.place == "/sparql" else Reply(307, {"Location": other.at(virtuoso.update)}, b"")

    with flaky(virtuoso.query) as other, flaky(virtuoso.query, leads) as by:
        with pytest.raises(StoreError, match=r"leads elsewhere: http://127\.0\.0\.1"):
            way(virtuoso, by).push(sites[0])
        assert other.seen == []


@pytest.mark.parametrize("asks_all", [True, False])
def test_basic_passwords_are_given_to_this_machine_and_never_to_another_in_the_open(
    asks_all: bool, oxigraph: Engine, sites: tuple[Small, Small]
) -> None:
    def guarded(asked: Asked, ask: Callable[[], Reply]) -> Reply:
        is_asked = asked.place != "/query" and (asks_all or asked.method in {"POST", "PUT", "DELETE"})
        if is_asked and asked.headers.get("Authorization") != "Basic bWU6c2VjcmV0":
            return Reply(401, {"WWW-Authenticate": 'Basic realm="x"'}, b"")
        return ask()

    with flaky(oxigraph.query, guarded) as by:
        addresses = [by.at(each) for each in (oxigraph.query, oxigraph.update, oxigraph.graph_store)]
        Way(addresses[0], addresses[1], addresses[2], user="me", password="secret").push(sites[0])
        assert is_held(oxigraph, sites[0])
        by.seen.clear()
        opened = ExitStack()
        elsewhere = Endpoint(addresses[0], "http://store.example/update", "", Credentials("me", "secret"))
        auth = Client(elsewhere, known.UNKNOWN, opened)._http.auth
        assert auth is not None
        exchange = auth.auth_flow(httpx.Request("POST", elsewhere.update))
        for _ in range(2):
            request = (
                next(exchange) if _ == 0 else exchange.send(httpx.Response(401, headers={"WWW-Authenticate": "Basic"}))
            )
            assert "Authorization" not in request.headers
        with pytest.raises(StopIteration):
            exchange.send(httpx.Response(401, headers={"WWW-Authenticate": "Basic"}))
        opened.close()
