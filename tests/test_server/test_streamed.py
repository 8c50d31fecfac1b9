"""A large answer comes in chunks while it is still being made: whole, or without its last chunk."""

from __future__ import annotations

import asyncio
import http.client
import os
import re
import signal
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import ClassVar

import pytest
import requests
from pyoxigraph import RdfFormat, parse
from SPARQLWrapper import SPARQLWrapper
from tests.live import Answer, Live, children
from tests.serving import SHORT, Door, asked, everything, read_for_ever, serving, wait_for
from tests.test_server.test_pool import Asker, living, queue, soon, told

from samverkan.limits import QueryLimits
from samverkan.server.http import clients
from samverkan.server.http.messages import Request, Response
from samverkan.server.http.problems import TYPES, Problem
from samverkan.server.http.released import Representation, ServedRelease
from samverkan.server.pool import EndedError, JobReply, Stream, WorkerPool, client, frames, stream

# ---------------------------------------------------------------- the connection


def chunks(answer: bytes) -> list[bytes]:
    """The chunks of a body, the empty one at its end too."""
    found = []
    body = answer.partition(b"\r\n\r\n")[2]
    while body:
        size, _, rest = body.partition(b"\r\n")
        found.append(rest[: int(size, 16)])
        assert rest[int(size, 16) :].startswith(b"\r\n")
        body = rest[int(size, 16) + 2 :]
    return found


def streaming(*told: bytes | Exception | None) -> Callable[[Request], Response]:
    """What answers with a stream of these pieces, and then its end: None, or an error."""

    def respond(_: Request) -> Response:
        body = Stream()
        for piece in told:
            if isinstance(piece, bytes):
                body.write(piece)
            else:
                body.end(piece)
        return Response(200, (), body)

    return respond


LAST = asked("/", "Connection: close")


def test_a_stream_is_sent_in_chunks_without_a_length() -> None:
    with serving(streaming(b"one", b"two", None)) as opened:
        answer = opened.exchange(LAST)

    head = answer.partition(b"\r\n\r\n")[0]
    assert b"\r\ntransfer-encoding: chunked" in head
    assert b"content-length" not in head
    assert chunks(answer) == [b"onetwo", b""]
    assert opened.records[0][1].size == 6


def test_after_a_stream_the_connection_goes_on() -> None:
    with serving(streaming(b"x" * 200_000, None)) as opened:
        found = opened.exchange(asked("/") + LAST)

    assert found.count(b"0\r\n\r\n") == 2
    assert len(opened.records) == 2


def test_a_stream_that_is_cut_has_no_last_chunk() -> None:
    with serving(streaming(b"x" * 200_000, EndedError("time"))) as opened, opened.connect() as reader:
        reader.sendall(LAST)
        with pytest.raises(ConnectionResetError):
            read_for_ever(reader)
    assert isinstance(opened.failures[0], EndedError)


def later(made: list[Stream]) -> Callable[[Request], Response]:
    """What answers with a stream that is made on."""

    def respond(_: Request) -> Response:
        made.append(Stream())
        return Response(200, (), made[-1])

    return respond


def on(door: Door, call: Callable[[], object]) -> None:
    door.loop.call_soon_threadsafe(call)


def test_a_stream_is_sent_as_it_is_made_and_waits_longer_than_a_client_may() -> None:
    made: list[Stream] = []
    with serving(later(made), SHORT) as opened, opened.connect() as reader:
        reader.sendall(LAST)
        reader.recv(1 << 16)
        time.sleep(2.5 * SHORT.write_seconds)
        on(opened, lambda: made[0].write(b"late"))
        assert reader.recv(1 << 16) == b"4\r\nlate\r\n"
        on(opened, made[0].end)
        assert everything(reader) == b"0\r\n\r\n"


def test_nothing_of_a_stream_is_sent_to_head() -> None:
    made: list[Stream] = []
    with serving(later(made)) as opened:
        answer = opened.exchange(asked("/", "Connection: close", method="HEAD"))

    assert answer.endswith(b"\r\n\r\n")
    assert b"transfer-encoding: chunked" in answer
    assert made[0].is_over


@pytest.mark.parametrize("reads", [True, False])
def test_a_client_that_leaves_or_does_not_read_gives_its_stream_up(*, reads: bool) -> None:
    made: list[Stream] = []
    with serving(later(made), SHORT) as opened, opened.connect() as reader:
        reader.sendall(LAST)
        wait_for(lambda: made)
        on(opened, lambda: made[0].write(b"x" * (32 << 20)))
        if reads:
            reader.recv(1 << 16)
            reader.close()
        wait_for(lambda: made[0].is_over)
        wait_for(lambda: not opened.server.connections)
    assert made[0].error is not None


# ---------------------------------------------------------------- the pool


@pytest.fixture(scope="module")
def ask() -> Iterator[Asker]:
    queues = (queue("free", workers=4, paced=True, seconds=3.0), queue("hasty", workers=2, seconds=1.0))
    work = [sys.executable, str(Path(__file__).parents[1] / "pool_work.py")]
    with asyncio.Runner() as runner:
        pool = runner.run(WorkerPool.open(work, {}, queues))
        yield Asker(runner, pool)
        runner.run(pool.close())
        assert not living(pool.pid)


async def poured(pool: WorkerPool, name: str = "free", **more: object) -> Stream:
    body = (await pool.ask(name, {"do": "pour", **more})).body
    assert isinstance(body, Stream)
    return body


async def taken(body: Stream) -> bytes:
    """All of a stream, in its time."""
    parts: list[bytes] = []
    while part := body.take(1 << 20) or not body.is_over:
        parts.append(part if isinstance(part, bytes) else b"")
        await asyncio.sleep(0)
    return b"".join(parts)


def test_a_body_in_pieces_comes_whole_and_its_worker_is_replaced(ask: Asker) -> None:
    async def story() -> None:
        body = await poured(ask.pool, size=40 << 20)
        found = await taken(body)
        assert body.error is None
        assert found == bytes(range(256)) * (len(found) // 256)
        assert len(found) == 40 << 20
        assert await soon(lambda: len(ask.pool._workers) == sum(turns.queue.forked for turns in ask.pool._turns))

    ask.run(story())


@pytest.mark.parametrize(("end", "reason"), [("die", "killed"), ("fail", "killed"), ("echo", "killed")])
def test_a_body_in_pieces_that_is_not_finished_says_so(ask: Asker, end: str, reason: str) -> None:
    async def story() -> None:
        body = await poured(ask.pool, size=1 << 20, end=end)
        assert len(await taken(body)) == 1 << 20
        assert isinstance(body.error, EndedError)
        assert body.error.reason == reason

    ask.run(story())


def test_a_body_in_pieces_ends_in_the_time_of_its_job(ask: Asker) -> None:
    async def story() -> None:
        began = time.monotonic()
        body = await poured(ask.pool, "hasty", size=1 << 20, end="sleep")
        await taken(body)
        assert isinstance(body.error, EndedError)
        assert body.error.reason == "time"
        assert time.monotonic() - began < 2.5

    ask.run(story())


def test_a_reader_who_is_slow_holds_the_worker_back_but_not_beyond_its_time(
    ask: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "AHEAD", 1 << 20)

    async def story() -> None:
        body = await poured(ask.pool, "hasty", size=64 << 20)
        assert await soon(lambda: body.is_over)
        assert body.size < 4 << 20
        assert isinstance(body.error, EndedError)

    async def slower() -> None:
        body = await poured(ask.pool, "free", size=16 << 20)
        await asyncio.sleep(0.3)
        assert body.size < 4 << 20
        assert len(await taken(body)) == 16 << 20
        assert body.error is None

    ask.run(story())
    ask.run(slower())


def test_many_readers_who_leave_in_the_middle_leave_nothing_behind() -> None:
    kept = queue("free", workers=4, paced=True, seconds=5.0)

    async def story(pool: WorkerPool) -> None:
        for _ in range(3):
            bodies = await asyncio.gather(*(poured(pool, size=1 << 20, end="sleep") for _ in range(2)))
            for body in bodies:
                body.take(100)
                body.close()
            assert body.take(100) == b""
        assert await soon(lambda: len(pool._workers) == kept.forked)
        assert pool._turns[0].short.total() == pool._turns[0].long.total() == pool._asking == 0

    told(story, kept)


def test_a_pool_that_closes_waits_for_a_stream() -> None:
    async def story(pool: WorkerPool) -> None:
        body = await poured(pool, "free", size=32 << 20)
        closing = asyncio.create_task(pool.close(5))
        assert len(await taken(body)) == 32 << 20
        await closing
        assert body.error is None

    told(story, queue("free"))


@pytest.mark.parametrize("size", [1, 3, 5, 1000])
def test_pieces_are_put_together_however_they_are_cut(size: int) -> None:
    whole = frames.opening({"a": 1}, frames.IN_PIECES, is_last=True)
    whole += frames.piece(b"one") + frames.piece(b"t" * 300) + frames.piece(b"")
    receiver = frames.Receiver()
    (reply,) = filter(None, [receiver(whole[start : start + size]) for start in range(0, len(whole), size)])
    assert isinstance(reply.body, Stream)
    assert reply.body.take(1000) == b"one" + b"t" * 300
    assert (reply.head, reply.body.is_over, reply.body.error) == ({"a": 1}, True, None)
    with pytest.raises(frames.BrokenError):
        receiver(b"x")


def test_a_stream_gives_files_back_that_were_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "_PART", 10)
    body = Stream()
    for _ in range(5):
        body.write(b"0123456789")
    assert len(body._parts) == 5
    assert b"".join(body.take(7) for _ in range(4)) == b"0123456789" * 2
    assert len(body._parts) == 3
    assert body.waiting == 30


# ---------------------------------------------------------------- whose turn it is


class Flooded:
    """A pool that answers with streams of which very much waits."""

    ready: ClassVar[dict[str, object]] = {}

    async def ask(self, *_: object) -> JobReply:
        body = Stream()
        body.waiting = 600 << 20
        return JobReply({"path": "sparql.csv", "media_type": CSV, "etag": ""}, body)


def test_a_client_for_whom_much_waits_gets_nothing_more_and_others_do() -> None:
    release = ServedRelease(Flooded(), (), QueryLimits(10, 1, 1))  # type: ignore[arg-type]  # all that is asked of a pool

    async def asked_by(client: str) -> Representation:
        clients.peer.set(client)
        return await release.ask({"sparql": "ASK {}"}, "", "identity")

    async def story() -> None:
        kept = [await asked_by("192.0.2.1")]
        with pytest.raises(Problem) as problem:
            await asked_by("192.0.2.1")
        assert problem.value.kind == TYPES["BusyError"]
        kept += [await asked_by(f"192.0.2.{number}") for number in range(2, 5)]
        with pytest.raises(Problem):
            await asked_by("192.0.2.9")
        for item in kept:
            assert isinstance(item.body, Stream)
            item.body.close()
        await asked_by("192.0.2.1")

    asyncio.run(story())


# ---------------------------------------------------------------- the whole server

NUMBERS = " ".join(map(str, range(500)))
LARGE = f"SELECT ?a ?b {{ VALUES ?a {{ {NUMBERS} }} VALUES ?b {{ {NUMBERS} }} }}"  # 250,000 rows
CSV = "text/csv"


def posted(live: Live, query: str, accept: str = CSV, **headers: str) -> Answer:
    body = query.encode()
    return live.ask(
        "/sparql", method="POST", body=body, content_type="application/sparql-query", accept=accept, **headers
    )


def test_a_large_answer_is_streamed_whole_and_the_server_does_not_hold_it(live: Live) -> None:
    before = resident(live.process.pid)
    answer = posted(live, LARGE, "application/sparql-results+json")

    assert answer.headers["transfer-encoding"] == "chunked"
    assert not {"content-length", "etag", "accept-ranges"} & answer.headers.keys()
    assert len(answer.body) > 40_000_000
    rows = answer.json["results"]["bindings"]
    assert len({(row["a"]["value"], row["b"]["value"]) for row in rows}) == len(rows) == 250_000
    assert resident(live.process.pid) - before < 16 << 20


def resident(pid: int) -> int:
    """The most memory that a process has had (Linux); nothing elsewhere."""
    status = Path(f"/proc/{pid}/status")
    return int(re.findall(r"VmHWM:\s+(\d+)", status.read_text())[0]) << 10 if status.exists() else 0


def test_a_large_answer_comes_in_the_coding_that_is_wanted(live: Live) -> None:
    plain, packed = posted(live, LARGE), posted(live, LARGE, accept_encoding="gzip")

    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["transfer-encoding"] == plain.headers["transfer-encoding"] == "chunked"
    assert "Accept-Encoding" in packed.headers["vary"]
    assert len(packed.body) < len(plain.body) // 2
    assert zlib.decompress(packed.body, zlib.MAX_WBITS | 16) == plain.body


def test_a_small_answer_has_its_length_and_its_tag(live: Live) -> None:
    answer = live.sparql("SELECT * { ?s ?p ?o } LIMIT 5")

    assert {"content-length", "etag"} <= answer.headers.keys()
    assert "transfer-encoding" not in answer.headers


def test_over_http_1_0_a_large_answer_is_whole_and_one_that_is_too_large_is_refused(live: Live) -> None:
    wide = f"SELECT * {{ VALUES ?wide {{ '{'x' * 40_000}' }} ?s ?p ?o . ?t ?q ?r }} LIMIT %d"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(http.client.HTTPConnection, "_http_vsn", 10)
        patch.setattr(http.client.HTTPConnection, "_http_vsn_str", "HTTP/1.0")
        held, refused = posted(live, wide % 300), posted(live, wide % 900)
    streamed = posted(live, wide % 900)

    assert (held.status, held.headers["content-length"]) == (200, str(len(held.body)))
    assert len(held.body) > 10_000_000
    assert (refused.status, refused.headers["content-type"]) == (503, "application/problem+json")
    assert refused.json["reason"] == "size"
    assert refused.json["limit"]["bytes"] == 32 << 20
    assert str(32 << 20) in refused.json["detail"]
    assert (streamed.status, len(streamed.body) > 32 << 20) == (200, True)


def test_libraries_notice_that_a_stream_was_cut(live: Live) -> None:
    for read in (_by_http_client, _by_requests, _by_sparqlwrapper):
        with pytest.raises((http.client.IncompleteRead, requests.RequestException, ConnectionResetError)):
            read(live)


ENDLESS = f"SELECT * {{ VALUES ?a {{ {NUMBERS} }} VALUES ?b {{ {NUMBERS} }} VALUES ?c {{ {NUMBERS} }} }}"


def kill_workers(live: Live) -> None:
    """End all workers, and wait until there are others for whoever asks next."""
    killed = set(children(live.supervisor))
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    wait_for(lambda: len(found := set(children(live.supervisor))) == len(killed) and not found & killed, 20)
    wait_for(lambda: live.sparql(f"ASK {{}} # {time.monotonic_ns()}").status == 200, 20)


def _by_http_client(live: Live) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", live.port, timeout=30)) as asking:
        asking.request("POST", "/sparql", ENDLESS, {"content-type": "application/sparql-query", "accept": CSV})
        with asking.getresponse() as found:
            kill_workers(live)
            found.read()


def _by_requests(live: Live) -> None:
    where, given = f"http://127.0.0.1:{live.port}/sparql", {"query": ENDLESS}
    with requests.post(where, data=given, headers={"accept": CSV}, stream=True, timeout=30) as found:
        kill_workers(live)
        _ = found.content


def _by_sparqlwrapper(live: Live) -> None:
    asking = SPARQLWrapper(f"http://127.0.0.1:{live.port}/sparql")
    asking.setQuery(ENDLESS)
    asking.setMethod("POST")
    asking.setReturnFormat("csv")
    with asking.query().response as found:
        kill_workers(live)
        found.read()


def test_a_page_of_a_large_answer_is_a_page(live: Live) -> None:
    answer = posted(live, f"SELECT ?a {{ VALUES ?a {{ {NUMBERS} }} VALUES ?b {{ {NUMBERS} }} }}", "text/html")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")


def test_a_large_graph_is_streamed(live: Live) -> None:
    query = f"""CONSTRUCT {{ ?s <urn:p> ?o }} {{
      VALUES ?a {{ {NUMBERS} }} VALUES ?b {{ {" ".join(map(str, range(50)))} }}
      BIND (IRI(CONCAT("urn:x:", STR(?a))) AS ?s) BIND (CONCAT("{"long " * 90}", STR(?b)) AS ?o) }}"""
    answer = posted(live, query, "text/turtle")

    assert answer.headers["transfer-encoding"] == "chunked"
    assert len({quad.triple for quad in parse(answer.body, format=RdfFormat.TURTLE)}) == 500 * 50
