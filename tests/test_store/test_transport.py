"""On the way to somebody else's engine: who we are, and that no password goes where it should not."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
from pyoxigraph import Literal
from tests.asking import BASIC, HIDDEN, KNOWN, SECRET, TABLE, TOKEN, fake, rows, told
from tests.engines import Engine
from tests.faulty import YES, Faulty, asked, table, whole

from samverkan.errors import StoreError, UsageError
from samverkan.model.endpoint import Credentials, Endpoint
from samverkan.model.results import BooleanResult, Table
from samverkan.store.remote import Remote

# ---------------------------------------------------------------- who we are


def test_virtuoso_is_shown_who_we_are_by_digest(virtuoso: Engine) -> None:
    known = Credentials(virtuoso.user, virtuoso.password)
    store = Remote(Endpoint(virtuoso.update, credentials=known, seconds=20), ("urn:g",), "urn:")
    assert store.query("ASK {}") == BooleanResult(value=True)
    assert rows(store, "SELECT (1 AS ?x) {}") == ((Literal(1),),)


@pytest.mark.parametrize("password", ["amiss-7f3a", SECRET, "\U0001f600"])
def test_a_wrong_password_is_said_to_be_wrong_and_not_shown(virtuoso: Engine, password: str) -> None:
    store = Remote(Endpoint(virtuoso.update, credentials=Credentials("dba", password)), ("urn:g",), "urn:")
    with pytest.raises(StoreError, match=r"does not let us in \(HTTP 401\)") as caught:
        store.query("ASK {}")
    assert password not in told(caught.value)


def test_without_a_password_the_door_stays_shut_and_the_remedy_says_what_to_do(virtuoso: Engine) -> None:
    store = Remote(Endpoint(virtuoso.update), ("urn:g",), "urn:")
    with pytest.raises(StoreError, match="Name a user that may do this with --user"):
        store.query("ASK {}")


def asks_for(scheme: str) -> Callable[[bytes], list[bytes]]:
    """Lets in who shows a password in any way."""

    def reply(request: bytes) -> list[bytes]:
        if b"\r\nAuthorization: " in request:
            return whole(YES if asked(request).startswith("ASK") else table(1))
        return whole(b"No.", "text/plain", f"WWW-Authenticate: {scheme}", status="401 Unauthorized")

    return reply


def test_a_password_is_sent_as_it_is_on_this_machine_where_the_engine_asks_for_that() -> None:
    with Faulty(asks_for(BASIC)) as faulty:
        assert fake(faulty, credentials=KNOWN).query("SELECT ?x { ?s ?p ?x }") == Table(TABLE)
    shown = [request for request in faulty.requests if b"\r\nAuthorization: " in request]
    assert shown
    assert all(f"Basic {TOKEN}".encode() in request for request in shown)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of another machine, which is this one after all."""
    found = socket.getaddrinfo

    def resolved(host: str, *rest: Any, **more: Any) -> Any:
        return found("127.0.0.1" if host == "engine.example" else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    return "engine.example"


def test_to_another_machine_no_password_goes_unencrypted(elsewhere: str) -> None:
    with Faulty(asks_for(BASIC), well=False) as faulty:
        store = fake(faulty, host=elsewhere, credentials=KNOWN)
        with pytest.raises(StoreError, match="A password is sent unencrypted to no other machine") as caught:
            store.query("ASK {}")
    assert faulty.requests
    assert all(b"Authorization" not in request for request in faulty.requests)
    assert SECRET not in told(caught.value)


@pytest.mark.parametrize(
    "scheme", ["Bearer", "Negotiate", 'Digest realm="x", nonce="y", algorithm=SHA-512', "Digest", 'Basic realm="å"', ""]
)
def test_a_scheme_that_we_do_not_know_is_told_as_a_shut_door(scheme: str, elsewhere: str) -> None:
    with Faulty(asks_for(scheme), well=False) as faulty, pytest.raises(StoreError, match="does not let us in"):
        fake(faulty, host=elsewhere, credentials=KNOWN).query("ASK {}")


def test_a_redirect_is_not_followed_and_shows_the_other_host_nothing() -> None:
    for status in ("301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"):
        with Faulty(lambda _: whole(YES)) as other:
            leading = f"Location: {other.address}?token=hidden"

            def reply(request: bytes, leading: str = leading, status: str = status) -> list[bytes]:
                if b"Authorization" not in request:
                    return whole(b"", "text/plain", f"WWW-Authenticate: {BASIC}", status="401 Unauthorized")
                return whole(b"", "text/plain", leading, status=status)

            with Faulty(reply, well=False) as faulty, pytest.raises(StoreError, match="leads elsewhere") as caught:
                fake(faulty, credentials=KNOWN).query("ASK {}")
            assert other.address in str(caught.value)
            assert "hidden" not in told(caught.value)
            assert other.requests == []


def test_a_proxy_of_the_environment_is_not_used_on_this_machine(
    monkeypatch: pytest.MonkeyPatch, elsewhere: str
) -> None:
    with Faulty(lambda _: whole(YES)) as proxy, Faulty(lambda _: whole(YES)) as faulty:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert fake(faulty, credentials=KNOWN).query("ASK { ?s ?p ?o }") == BooleanResult(value=True)
        assert proxy.requests == []
        assert fake(faulty, host=elsewhere).query("ASK { ?s ?p ?o }") == BooleanResult(value=True)
        assert proxy.requests  # where it is another machine the environment is heeded


def test_an_address_that_is_none_or_holds_a_secret_is_refused_without_showing_it() -> None:
    for address in (
        "ftp://x.org/",
        "sparkles",
        "http://",
        "http://x.org/\x00",
        "http://x.org/a b",
        "http://[::1/",
        "http://x:y/",
    ):
        with pytest.raises(UsageError, match="is not one that HTTP can ask") as caught:
            Endpoint(address)
        assert "sparkles" not in str(caught.value)
    with pytest.raises(UsageError, match="holds a user or a password") as caught:
        Endpoint(f"http://reader:{HIDDEN}@127.0.0.1/")
    assert HIDDEN not in told(caught.value)
    assert "hidden" not in Endpoint("http://x.org/sparql?key=hidden").shown
