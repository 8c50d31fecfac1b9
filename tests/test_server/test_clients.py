"""Clients that read slowly, leave, take their time or are many: nobody else waits for them."""

from __future__ import annotations

import asyncio
import random
import socket
import time
from contextlib import ExitStack, suppress

import pytest
from tests.serving import (
    GET,
    LAST,
    PATIENCE,
    SHORT,
    Answer,
    Pattern,
    answer,
    asked,
    chunked,
    echo,
    everything,
    read_for_ever,
    received,
    serving,
    told,
    wait_for,
)

from samverkan.server.http.limits import Limits
from samverkan.server.http.messages import Readable, Request, Response

# ---- large answers


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 1_000_000, 20_000_000])
@pytest.mark.parametrize("kind", ["readable", "bytes"])
def test_an_answer_of_any_size_arrives_whole(size: int, kind: str) -> None:
    body: bytes | Readable = Pattern(size) if kind == "readable" else Pattern(size).read(0, size)
    with serving(lambda _: Response(200, (), body)) as opened, opened.connect() as client:
        client.sendall(GET * 2 + LAST)
        for _ in range(3):
            assert answer(client).body == Pattern(size).read(0, size)
        assert client.recv(1) == b""
    assert [response.size for _, response, _ in opened.records] == [size] * 3


def test_a_slow_reader_gets_all_and_costs_no_memory() -> None:
    body = Pattern(4_000_000)
    with serving(lambda _: Response(200, (), body), SHORT) as opened, opened.connect() as client:
        client.sendall(asked("/", "Connection: close"))
        got = 0
        began = time.monotonic()
        while part := client.recv(50_000):
            got += len(part)
            time.sleep(0.01)
        assert time.monotonic() - began > SHORT.write_seconds  # which is for each part, not for the whole
    assert got > 4_000_000
    assert not opened.failures


def test_a_client_that_never_reads_is_dropped_and_its_answer_is_not_read_into_memory() -> None:
    body = Pattern(50_000_000)
    with serving(lambda _: Response(200, (), body), SHORT) as opened, opened.connect() as client:
        client.sendall(GET)
        seconds = wait_for(lambda: opened.records)
        assert SHORT.write_seconds <= seconds < 2 * SHORT.write_seconds + 0.5
        assert opened.server.connections == 0
        assert body.reached < 2_000_000
        with pytest.raises(ConnectionResetError):
            read_for_ever(client)
    assert len(opened.records) == 1


def test_a_client_that_asks_and_asks_and_never_reads_is_dropped() -> None:
    with serving(lambda _: Response(200, (), b"x" * 4096), SHORT) as opened, opened.connect() as client:
        client.setblocking(False)
        with suppress(BlockingIOError):
            while True:
                client.send(GET * 1000)
        wait_for(lambda: opened.server.connections == 1)
        wait_for(lambda: opened.server.connections == 0)
    assert len(opened.records) < 3000


def test_a_client_that_reads_its_last_answer_slowly_gets_it_whole() -> None:
    with serving(lambda _: Response(200, (), Pattern(1_000_000)), SHORT) as opened, opened.connect() as client:
        client.sendall(LAST)
        time.sleep(SHORT.write_seconds / 2)
        assert answer(client).body == Pattern(1_000_000).read(0, 1_000_000)
        assert client.recv(1) == b""


def test_the_end_is_told_as_soon_as_the_last_answer_is_read() -> None:
    with serving(lambda request: Response(200, (), Pattern(int(request.path[1:])))) as opened:
        for size in range(150_000, 450_000, 20_000):
            with opened.connect() as client:
                client.sendall(asked(f"/{size}", "Connection: close"))
                time.sleep(0.01)
                began = time.monotonic()
                assert len(everything(client)) > size
                assert time.monotonic() - began < 1


def test_a_client_that_has_said_all_still_gets_its_answer() -> None:
    with serving(lambda _: Response(200, (), Pattern(10_000_000))) as opened, opened.connect() as client:
        client.sendall(GET * 2)
        client.shutdown(socket.SHUT_WR)
        time.sleep(0.05)
        answers = everything(client)
    assert len(answers) > 20_000_000
    assert len(opened.records) == 2


async def _slowly(request: Request) -> Response:
    await asyncio.sleep(float(request.query))
    return Response(200, (), b"ready")


def test_a_client_that_has_said_all_gets_an_answer_that_is_ready_soon() -> None:
    with serving(_slowly) as opened, opened.connect() as client:
        client.sendall(asked("/?0.2") * 2)
        client.shutdown(socket.SHUT_WR)
        answers = everything(client)
    assert answers.count(b"ready") == 2


def test_a_client_that_has_said_all_gets_no_answer_that_is_ready_late_and_no_half_one() -> None:
    with serving(_slowly, Limits(linger_seconds=0.1)) as opened, opened.connect() as client:
        client.sendall(asked("/?60"))
        client.shutdown(socket.SHUT_WR)
        answers = everything(client)
        wait_for(lambda: opened.server.connections == 0)
    assert answers == b""
    assert opened.failures == []


# ---- clients that leave


@pytest.mark.parametrize("ahead", [b"", GET * 3])
def test_work_is_cancelled_when_the_client_leaves(ahead: bytes) -> None:
    seen: list[str] = []

    async def work(_: Request) -> Response:
        seen.append("begun")
        try:
            await asyncio.sleep(PATIENCE)
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise
        return Response(200)

    with serving(work, Limits(linger_seconds=0.2)) as opened:
        with opened.connect() as client:
            client.sendall(GET + ahead)
            wait_for(lambda: seen)
        assert wait_for(lambda: len(seen) == 2) < 1
        wait_for(lambda: opened.server.connections == 0)
    assert seen == ["begun", "cancelled"]
    assert (opened.records, opened.failures) == ([], [])


def test_what_fails_while_cancelled_work_tidies_up_is_told() -> None:
    async def work(_: Request) -> Response:
        try:
            await asyncio.sleep(PATIENCE)
        finally:
            raise KeyError
        return Response(200)

    with serving(work, Limits(linger_seconds=0.2)) as opened:
        with opened.connect() as client:
            client.sendall(GET)
            wait_for(lambda: opened.server._common.tasks)
        wait_for(lambda: opened.failures)
    assert [type(error) for error in opened.failures] == [KeyError]


def test_clients_that_leave_at_any_moment_trouble_nobody() -> None:
    async def later(request: Request) -> Response:
        await asyncio.sleep(0.001)
        return Response(200, (), Pattern(300_000)) if "large" in request.path else echo(request)

    def respond(request: Request) -> Answer:
        return later(request) if "later" in request.path else Response(200, (), Pattern(300_000))

    sent = asked("/later") + asked("/large") + asked("/later/large") + chunked(b"3\r\nabc\r\n0\r\n\r\n") * 2
    dice = random.Random(1)
    with serving(respond) as opened:
        for _ in range(200):
            with opened.connect() as client:
                client.sendall(sent[: dice.randrange(len(sent))])
                if dice.random() < 0.5:
                    client.settimeout(dice.random() / 300)
                    with suppress(TimeoutError):
                        client.recv(dice.randrange(1, 100_000))
                if dice.random() < 0.5:
                    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        wait_for(lambda: opened.server.connections == 0)
    assert not opened.failures


# ---- clients that take their time


def test_a_connection_that_says_nothing_is_closed_without_a_word() -> None:
    with serving(limits=SHORT) as opened, opened.connect() as client:
        began = time.monotonic()
        assert client.recv(1) == b""
        assert 0.9 * SHORT.header_seconds < time.monotonic() - began < 3 * SHORT.header_seconds
    assert opened.records == []


def test_a_connection_that_is_not_used_any_more_is_closed_without_a_word() -> None:
    with serving(limits=SHORT) as opened, opened.connect() as client:
        client.sendall(GET)
        assert answer(client).status == 200
        began = time.monotonic()
        assert client.recv(1) == b""
        assert 0.9 * SHORT.idle_seconds < time.monotonic() - began < 3 * SHORT.idle_seconds


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (b"", asked("/", *[f"X-{number}: a" for number in range(90)])),
        (GET, asked("/", *[f"X-{number}: a" for number in range(90)])),
        (b"", asked("/", "Content-Length: 100000", method="POST", body=b"x" * 1000)),
        (b"", chunked(b"1\r\na\r\n" * 1000)),
        (b"", chunked(b"0\r\n" + b"X: y\r\n" * 1000)),
        (b"", b"\r\n" * 1000),
    ],
    ids=["header", "later header", "body", "chunks", "trailers", "empty lines"],
)
def test_a_request_that_comes_a_byte_at_a_time_does_not_come_for_ever(first: bytes, then: bytes) -> None:
    with serving(limits=SHORT) as opened, opened.connect() as client:
        client.sendall(first)
        if first:
            answer(client)
        head, _, rest = then.partition(b"\r\n\r\n") if b"POST" in then else (b"", b"", then)
        client.sendall(head + b"\r\n\r\n" if head else b"")
        began = time.monotonic()
        client.setblocking(False)
        for byte in rest:
            if answers := _end_or_bytes(client):
                break
            with suppress(BrokenPipeError, ConnectionResetError):
                client.send(bytes([byte]))
            time.sleep(0.005)
        assert 0.9 * 0.4 < time.monotonic() - began < 3 * 0.4
    assert answers.startswith(b"HTTP/1.1 408 ") or (answers == b"end" and then.startswith(b"\r\n"))


def _end_or_bytes(client: socket.socket) -> bytes:
    try:
        return client.recv(1 << 16) or b"end"
    except BlockingIOError:
        return b""
    except ConnectionResetError:
        return b"end"


def test_nine_hundred_stalled_clients_are_dropped_in_time_and_nobody_else_waits() -> None:
    limits = Limits(header_seconds=1, idle_seconds=1, body_seconds=1, write_seconds=1, linger_seconds=0.3)
    stalls = [b"", b"GET / HTTP/1.1\r\nHost:", asked("/", "Content-Length: 9", method="POST", body=b"a")]
    slowest = 0.0
    with serving(limits=limits) as opened, ExitStack() as stack:
        for number in range(900):
            stack.enter_context(opened.connect()).sendall(stalls[number % 3])
        wait_for(lambda: opened.server.connections > 800)
        stalled = time.monotonic()
        while opened.server.connections > 1:
            began = time.monotonic()
            assert received(opened.exchange(LAST))
            slowest = max(slowest, time.monotonic() - began)
            assert time.monotonic() - stalled < 3
            time.sleep(0.02)
    assert slowest < 0.5
    assert len([response for _, response, _ in opened.records if response.status == 408]) == 600


# ---- many clients


def test_two_hundred_clients_at_once_all_get_their_own_answer() -> None:
    async def respond(request: Request) -> Response:
        await asyncio.sleep(0.1)
        return echo(request)

    async def ask(port: int, number: int) -> str:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        paths = []
        for turn in range(3):
            writer.write(asked(f"/{number}/{turn}"))
            head = await reader.readuntil(b"\r\n\r\n")
            body = await reader.readexactly(int(head.partition(b"content-length: ")[2].partition(b"\r\n")[0]))
            paths.append(told(body)["path"])
        writer.close()
        await writer.wait_closed()
        return " ".join(paths)

    async def all_ask(port: int) -> list[str]:
        return await asyncio.gather(*(ask(port, number) for number in range(200)))

    with serving(respond) as opened:
        began = time.monotonic()
        found = asyncio.run(all_ask(opened.port))
        assert time.monotonic() - began < 5
    assert found == [f"/{number}/0 /{number}/1 /{number}/2" for number in range(200)]


def test_a_client_too_many_is_told_so_until_there_is_room() -> None:
    with serving(limits=Limits(connections=3, linger_seconds=0.2)) as opened, ExitStack() as stack:
        clients = [stack.enter_context(opened.connect()) for _ in range(3)]
        wait_for(lambda: opened.server.connections == 3)
        with opened.connect() as further:
            got = answer(further)
            assert (got.status, got.headers["connection"]) == (503, "close")
            assert further.recv(1) == b""
        clients[0].close()
        wait_for(lambda: opened.server.connections == 2)
        assert received(opened.exchange(LAST))


def test_very_many_clients_too_many_are_dropped_without_a_word() -> None:
    with serving(limits=Limits(connections=1, linger_seconds=5)) as opened, ExitStack() as stack:
        clients = [stack.enter_context(opened.connect()) for _ in range(100)]
        wait_for(lambda: len(opened.records) == 64)
        assert clients[-1].recv(1) == b""
        assert opened.server.connections == 65
        stack.close()
        wait_for(lambda: opened.server.connections == 0)
