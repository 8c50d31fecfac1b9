"""The server goes on when something behind it fails, and stops when it is told to."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from tests.serving import (
    GET,
    LAST,
    PATIENCE,
    Answer,
    Broken,
    Pattern,
    answer,
    asked,
    echo,
    read_for_ever,
    received,
    refused,
    serving,
    wait_for,
)

from samverkan.server.http.connection import Service
from samverkan.server.http.messages import Request, Response
from samverkan.server.http.server import Server

# ---- what fails behind the server process


async def _later(answer_or_error: object) -> Any:
    await asyncio.sleep(0)
    if isinstance(answer_or_error, BaseException):
        raise answer_or_error
    return answer_or_error


class PanicError(BaseException):
    """What a library of Rust raises: no Exception."""


def _raising(error: BaseException) -> Callable[[Request], Answer]:
    def respond(_: Request) -> Answer:
        raise error

    return respond


def _giving(found: Any) -> Callable[[Request], Answer]:
    return lambda _: found


def _giving_later(found: object) -> Callable[[Request], Answer]:
    return lambda _: _later(found)


@pytest.mark.parametrize(
    ("respond", "kind"),
    [
        (_raising(KeyError("a")), KeyError),
        (_raising(PanicError()), PanicError),
        (_giving_later(OSError("a")), OSError),
        (_giving_later(PanicError()), PanicError),
        (_giving_later(asyncio.CancelledError()), asyncio.CancelledError),
        (_giving(None), TypeError),
        (_giving_later(None), AttributeError),
        (_giving(Response(200, (("x", "\r\n"),))), ValueError),
        (_giving_later(Response(200, (("x", "\r\n"),))), ValueError),
        (_giving(Response(100)), ValueError),
    ],
)
def test_what_fails_is_a_500_and_is_told_and_the_service_goes_on(
    respond: Callable[[Request], Answer], kind: type[BaseException]
) -> None:
    with serving(lambda request: respond(request) if request.path == "/" else echo(request)) as opened:
        answers = opened.exchange(GET + LAST)
        assert answers.startswith(b"HTTP/1.1 500 Internal Server Error\r\n")
        assert b"connection: close" in answers
        assert answers.count(b"HTTP/1.1") == 1
        assert received(opened.exchange(LAST))
    assert [type(error) for error in opened.failures] == [kind]
    assert [response.status for _, response, _ in opened.records] == [500, 200]


@pytest.mark.parametrize("refuse", [_raising(KeyError("a")), _giving(None), _giving(Response(200, (("", ""),)))])
def test_where_the_refusal_fails_too_a_bare_one_is_given(refuse: Any) -> None:
    with serving(refuse=refuse) as opened:
        answers = opened.exchange(b"GET\r\n\r\n")
    assert answers.startswith(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n")
    assert len(opened.failures) == 1


def test_an_answer_is_given_though_it_can_not_be_recorded_or_told() -> None:
    def fail(*_: object) -> None:
        raise KeyError

    with serving() as opened:
        opened.server._common.service = Service(echo, refused, fail, fail)
        assert len(received(opened.exchange(GET + LAST))) == 2


@pytest.mark.parametrize(
    ("end", "kind"), [(b"", EOFError), (OSError("the disk is gone"), OSError), (PanicError(), PanicError)]
)
def test_an_answer_that_can_not_be_finished_is_cut_and_never_looks_whole(
    end: bytes | BaseException, kind: type[BaseException]
) -> None:
    with serving(lambda _: Response(200, (), Broken(200_000, end))) as opened, opened.connect() as client:
        client.sendall(GET + LAST)
        with pytest.raises(ConnectionResetError):
            read_for_ever(client)
    assert [type(error) for error in opened.failures] == [kind]
    assert len(opened.records) == 1


# ---- the server


def test_a_port_that_is_in_use_is_an_error_of_the_system() -> None:
    async def second(port: int) -> None:
        await Server(Service(echo, refused, lambda *_: None, lambda _: None)).start("127.0.0.1", port)

    with serving() as opened, pytest.raises(OSError, match="in use"):
        asyncio.run(second(opened.port))


def test_a_server_that_stops_finishes_what_is_under_way_and_takes_in_no_more() -> None:
    async def respond(_: Request) -> Response:
        await asyncio.sleep(0.3)
        return Response(200, (), Pattern(1_000_000))

    with serving(respond) as opened, ExitStack() as stack:
        silent, idle, busy, late = (stack.enter_context(opened.connect()) for _ in range(4))
        idle.sendall(asked("/", method="HEAD"))
        answer(idle, "HEAD")
        busy.sendall(GET * 2)
        late.sendall(GET[:-2])
        wait_for(lambda: opened.server.connections == 4 and opened.server._common.tasks)
        stopping = threading.Thread(target=opened.stop, args=(4,))
        stopping.start()
        assert silent.recv(1) == idle.recv(1) == b""
        with pytest.raises(ConnectionRefusedError):
            opened.connect()
        late.sendall(b"\r\n")
        for client in busy, late:
            got = answer(client)
            assert (len(got.body), got.headers["connection"]) == (1_000_000, "close")
            assert client.recv(1) == b""
            client.close()
        stopping.join(1)
        assert not stopping.is_alive()
    assert len(opened.records) == 3


def test_a_server_that_stops_does_not_wait_for_ever() -> None:
    ended: list[str] = []

    async def respond(_: Request) -> Response:
        try:
            await asyncio.sleep(PATIENCE)
        finally:
            ended.append("cancelled")
        return Response(200)

    with serving(respond) as opened, opened.connect() as client:
        client.sendall(GET)
        wait_for(lambda: opened.server._common.tasks)
        began = time.monotonic()
        opened.stop(0.2)
        assert 0.2 <= time.monotonic() - began < 1.5
        assert (ended, opened.server.connections) == (["cancelled"], 0)
        assert client.recv(1) == b""


def test_a_server_that_stops_while_clients_come_leaves_none_of_them_hanging() -> None:
    for number in range(20):
        with serving() as opened, ExitStack() as stack:
            for _ in range(number % 4 + 1):
                stack.enter_context(opened.connect())
            opened.stop(0)
            assert opened.server.connections == 0
