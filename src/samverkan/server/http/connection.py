"""One connection: requests in, answers out in the same order, and an end to everything that takes too long."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import formatdate
from enum import Enum, auto
from typing import Any, cast

from samverkan.model import paths
from samverkan.server.http import clients, metrics
from samverkan.server.http.limits import Limits
from samverkan.server.http.messages import Request, Response
from samverkan.server.http.reading import Known, Reader, UnreadableRequestError
from samverkan.server.pool import Stream

_UNSENT = 128 * 1024  # bytes that the system keeps for a client that does not read; of itself it would keep megabytes
_TURNS = 64  # requests, or pieces of an answer, that one client gets before the others have theirs
_AHEAD = 64 * 1024  # bytes that a client may send ahead while it waits for an answer
_PIECE = 64 * 1024  # bytes of a large answer that are in memory at a time
_OVERFLOW = 64  # connections beyond the limit that are told so; more than these are dropped without a word
_NEVER = float("inf")
_METRICS = f"/{paths.METRICS}"  # the only address at which it matters who asks
_RESET = struct.pack("ii", 1, 0)
_INTERRUPTS = (KeyboardInterrupt, SystemExit)
_LAST_CHUNK = b"0\r\n\r\n"
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Service:
    """What a connection calls.

    `respond` gives the answer to a whole request, or a coroutine that will; it becomes a task
    that is cancelled when the client leaves. `refused` gives the answer to what is no
    request, or to one that failed, for a status. `record` is called once for each answer
    that was begun, with the seconds from the whole request to the last byte handed to the
    system. `failed` hears of everything that the others raise.
    """

    respond: Callable[[Request], Response | Coroutine[Any, Any, Response]]
    refused: Callable[[int], Response]
    record: Callable[[Request | None, Response, float], None]
    failed: Callable[[BaseException], None]


class Clock:
    """The end of a head: the `date`, made once a second, and the empty line."""

    def __init__(self) -> None:
        self._until = 0.0
        self._tail = b""

    def tail(self, now: float) -> bytes:
        """The lines for `now`, by the monotonic clock."""
        if now >= self._until:
            moment = time.time()
            self._until = now + 1 - moment % 1
            self._tail = f"date: {formatdate(moment, usegmt=True)}\r\n\r\n".encode()
        return self._tail


@dataclass(slots=True)
class Common:
    """What the connections of a server share."""

    service: Service
    limits: Limits
    clock: Clock = field(default_factory=Clock)
    connections: set[Connection] = field(default_factory=set)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    known: Known = field(default_factory=dict)
    stopping: bool = False
    empty: asyncio.Event = field(default_factory=asyncio.Event)

    def sweep(self) -> None:
        """End what has taken too long: one look at all connections, so that no request needs a timer."""
        now = time.monotonic()
        for connection in [one for one in self.connections if one.deadline <= now]:
            connection.expire()

    def forget(self, connection: Connection) -> None:
        """A connection is gone."""
        self.connections.discard(connection)
        if not self.connections:
            self.empty.set()

    def refusal(self, status: int) -> Response:
        """The answer that says `status`; a bare one where the service can't make it."""
        try:
            response = self.service.refused(status)
            response.head  # noqa: B018 - an answer that can't be encoded is found out here
        except Exception as error:  # noqa: BLE001 - the server goes on, whatever fails behind it
            self.tell(error)
            return Response(status)
        return response

    def record(self, request: Request | None, response: Response, began: float) -> None:
        """Tell the service what was answered."""
        try:
            self.service.record(request, response, time.monotonic() - began)
        except Exception as error:  # noqa: BLE001 - an answer is not lost because it could not be written down
            self.tell(error)

    def tell(self, error: BaseException) -> None:
        """Tell the service what failed."""
        with suppress(Exception):
            self.service.failed(error)


class Phase(Enum):
    """What a connection is at, and so what is due to happen when it takes too long."""

    HEAD = auto()
    BODY = auto()
    WORKING = auto()
    WRITING = auto()
    IDLE = auto()
    ENDING = auto()


@dataclass(slots=True)
class _Outgoing:
    """A large answer on its way."""

    request: Request | None
    response: Response
    offset: int = 0

    @property
    def over(self) -> bool:
        return self.offset >= self.response.size

    def piece(self) -> bytes | memoryview:
        """The next part. Raises `EOFError` where there is less than was promised."""
        body = self.response.body
        if isinstance(body, bytes):
            part: bytes | memoryview = memoryview(body)[self.offset : self.offset + _PIECE]
        else:
            assert not isinstance(body, Stream)
            part = body.read(self.offset, min(_PIECE, body.size - self.offset))
        if not part:
            raise EOFError("The body of an answer ended before its size.")
        self.offset += len(part)
        return part


@dataclass(slots=True)
class _OutgoingStream:
    """An answer on its way that is still being made: each part is a chunk (RFC 9112, section 7.1)."""

    request: Request | None
    response: Response
    body: Stream
    over: bool = False

    def piece(self) -> bytes:
        """The next chunk, the last one where all is sent, or nothing where it is not made yet.

        Raises why the body ends before its end: then there must be no last chunk.
        """
        part = self.body.take(_PIECE)
        if part:
            return b"%x\r\n%b\r\n" % (len(part), part)
        if self.body.error:
            raise self.body.error
        self.over = self.body.is_over
        return _LAST_CHUNK if self.over else b""


class Connection(asyncio.Protocol):
    """A client's connection. Nothing that it or the service does raises into the event loop."""

    __slots__ = (
        "_began",
        "_busy",
        "_common",
        "_last",
        "_left",
        "_outgoing",
        "_paused",
        "_peer",
        "_phase",
        "_reader",
        "_task",
        "_transport",
        "_waiting",
        "_waits",
        "deadline",
    )

    _transport: asyncio.Transport

    def __init__(self, common: Common) -> None:
        self._common = common
        self._reader = Reader(common.limits, common.known)
        self._phase = Phase.HEAD
        self._began = time.monotonic()
        self.deadline = self._began + common.limits.header_seconds
        self._waiting = b""  # what came while an answer was under way
        self._busy = False  # nothing more is read until `_resume`
        self._paused = False  # the client does not read as fast as it is written to
        self._last = False  # the answer under way is the last one
        self._left = False  # the client sends no more
        self._waits = False  # what is to be written next is not made yet
        self._outgoing: _Outgoing | _OutgoingStream | None = None
        self._task: asyncio.Task[None] | None = None

    # ---- what the event loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client has come."""
        self._transport = cast("asyncio.Transport", transport)
        self._peer = (transport.get_extra_info("peername") or [""])[0]
        _spare(self._transport.get_extra_info("socket"))
        connections = self._common.connections
        connections.add(self)
        beyond = len(connections) - self._common.limits.connections
        if beyond > _OVERFLOW:
            self._transport.abort()
        elif beyond > 0 or self._common.stopping:
            self._refuse(503)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - how it went is all the same
        """The connection is gone."""
        self._common.forget(self)
        self._phase, self._busy, self._waiting = Phase.ENDING, True, b""
        if self._task is not None:
            self._task.cancel()
        if self._outgoing is not None:
            self._common.record(self._outgoing.request, self._outgoing.response, self._began)
            _let_go(self._outgoing.response)

    def data_received(self, data: bytes) -> None:
        """The client has sent something."""
        if self._busy:
            self._keep(data)
        else:
            self._read(data)

    def eof_received(self) -> bool:
        """The client sends no more. Answers that are being written go on; one that is worked on may still come.

        A client that sent all it had to say, and one that has gone, look the same (RFC 9293, section 3.6): so an answer
        that is ready soon is sent, and one that is not is given up. Everything else ends.
        """
        self._left = True
        if self._phase is Phase.WORKING:
            self._stay(Phase.WORKING, self._common.limits.linger_seconds)
        if self._busy and self._phase is not Phase.ENDING:
            return True
        self._stay(Phase.ENDING, self._common.limits.write_seconds)
        self._busy = True
        return False

    def pause_writing(self) -> None:
        """The client does not read."""
        self._paused = True

    def resume_writing(self) -> None:
        """The client has read. A transport that is closed from within this call closes twice, so it is left first."""
        self._paused = False
        if self._phase is Phase.ENDING:
            asyncio.get_running_loop().call_soon(self._half_close)
        elif self._phase is Phase.WRITING:
            asyncio.get_running_loop().call_soon(self._go_on)

    # ---- what the server calls

    def expire(self) -> None:
        """The deadline has passed."""
        if self._phase is Phase.BODY or (self._phase is Phase.HEAD and self._reader.begun):
            self._refuse(408)
        elif self._phase in {Phase.HEAD, Phase.IDLE} and not self._transport.get_write_buffer_size():
            self._leave()
        elif self._waits and not self._transport.get_write_buffer_size():  # the work has a time of its own
            self._stay(self._phase, self._common.limits.write_seconds)
        else:
            self.abort()

    def wind_up(self) -> None:
        """Leave, unless a request is under way."""
        if self._phase is Phase.IDLE or (self._phase is Phase.HEAD and not self._reader.begun):
            self._leave()

    def abort(self) -> None:
        """End at once. An answer that the client has not got whole is dropped, and a reset tells so."""
        if self._outgoing is not None or self._transport.get_write_buffer_size():
            with suppress(OSError):
                self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._transport.abort()

    # ---- reading

    def _keep(self, data: bytes) -> None:
        """Put aside what came too early; what comes after the last answer is dropped."""
        if self._phase is Phase.ENDING:
            return
        self._waiting += data
        if len(self._waiting) > _AHEAD:
            self._transport.pause_reading()

    def _read(self, data: bytes) -> None:
        start = 0
        try:
            for _ in range(_TURNS):
                start = self._reader.take(data, start)
                request, self._reader.request = self._reader.request, None
                if request is not None:
                    self._answer(request)
                if self._busy or start == len(data):
                    break
            else:
                self._busy = True
                asyncio.get_running_loop().call_soon(self._resume)
        except UnreadableRequestError as fault:
            self._refuse(fault.status)
        if not self._busy:
            self._await()
        elif start < len(data):
            self._keep(data[start:])

    def _await(self) -> None:
        """All that came has been read: the client has so long for the rest."""
        if self._reader.in_body:
            if self._reader.expects:
                self._reader.expects = False
                self._transport.write(_CONTINUE)
            if self._phase is not Phase.BODY:
                self._stay(Phase.BODY, self._common.limits.body_seconds)
        elif self._reader.begun and self._phase is not Phase.HEAD:
            self._stay(Phase.HEAD, self._common.limits.header_seconds)

    def _resume(self) -> None:
        """What was under way is done: read what has waited."""
        if self._phase is Phase.ENDING:
            return
        self._busy = False
        data, self._waiting = self._waiting, b""
        self._transport.resume_reading()
        if data:
            self._read(data)
        if self._left and not self._busy:
            self._end()

    def _stay(self, phase: Phase, seconds: float) -> None:
        self._phase = phase
        self.deadline = time.monotonic() + seconds

    # ---- answering

    def _answer(self, request: Request) -> None:
        self._began = time.monotonic()
        try:
            if request.path == _METRICS:
                metrics.peer.set((self._transport.get_extra_info("peername") or [""])[0])
            answer = self._common.service.respond(request)
            if isinstance(answer, Response):
                self._send(request, answer)
            else:
                self._work(request, answer)
        except _INTERRUPTS:
            raise
        except BaseException as error:  # noqa: BLE001 - whatever goes wrong is a 500, and the service goes on
            self._fail(request, error)

    def _work(self, request: Request, work: Coroutine[Any, Any, Response]) -> None:
        if not asyncio.iscoroutine(work):
            raise TypeError(f"{work!r} is neither a Response nor a coroutine.")
        self._task = asyncio.get_running_loop().create_task(self._finish(request, work))
        self._common.tasks.add(self._task)
        self._task.add_done_callback(self._common.tasks.discard)
        self._busy = True
        self._stay(Phase.WORKING, self._common.limits.linger_seconds if self._left else _NEVER)

    async def _finish(self, request: Request, work: Coroutine[Any, Any, Response]) -> None:
        clients.peer.set(self._peer)
        try:
            response = await work
            if self._phase is Phase.ENDING:
                _let_go(response)
            else:
                self._send(request, response)
        except _INTERRUPTS:
            raise
        except BaseException as error:  # noqa: BLE001 - a task that was cancelled from elsewhere is a fault as well
            self._give_up(request, error)
        self._task = None
        if not self._busy:
            self._resume()

    def _give_up(self, request: Request, error: BaseException) -> None:
        if self._phase is not Phase.ENDING:
            self._fail(request, error)
        elif not isinstance(error, asyncio.CancelledError):  # which is what was asked for when the client left
            self._common.tell(error)

    def _fail(self, request: Request, error: BaseException) -> None:
        self._common.tell(error)
        self._refuse(500, request)

    def _refuse(self, status: int, request: Request | None = None) -> None:
        """Answer with a fault; then the connection ends, because nobody knows where the next request begins."""
        if request is None:
            self._began = time.monotonic()
        self._last = True
        self._send(request, self._common.refusal(status))

    def _send(self, request: Request | None, response: Response) -> None:
        """Write an answer, a large one as far as the client reads. Raises only before anything is written."""
        head = response.head
        self._last = self._last or self._common.stopping or not self._reader.keep_alive
        tail = self._common.clock.tail(time.monotonic())
        if self._last:
            tail = b"connection: close\r\n" + tail
        elif self._reader.old:
            tail = b"connection: keep-alive\r\n" + tail
        body = b"" if response.bodiless or (request is not None and request.method == "HEAD") else response.body
        if isinstance(body, bytes) and len(body) <= _PIECE:
            self._transport.write(head + tail + body)
            self._written(request, response)
            _let_go(response)
        else:
            self._transport.write(head + tail)
            self._outgoing = self._started(request, response)
            self._pump(self._outgoing)

    def _started(self, request: Request | None, response: Response) -> _Outgoing | _OutgoingStream:
        if not isinstance(response.body, Stream):
            return _Outgoing(request, response)
        response.body.heard = lambda: asyncio.get_running_loop().call_soon(self._go_on_waiting)
        return _OutgoingStream(request, response, response.body)

    def _go_on_waiting(self) -> None:
        """There is more of an answer that is still being made: send it, unless the client has to read first."""
        if isinstance(self._outgoing, _OutgoingStream) and self._waits and not self._paused:
            self._go_on()

    def _pump(self, outgoing: _Outgoing | _OutgoingStream) -> None:
        """Write as much as the client takes now, and not more than its turn."""
        self._busy, self._waits = True, False
        self._stay(Phase.WRITING, self._common.limits.write_seconds)
        try:
            for _ in range(_TURNS):
                if self._paused or outgoing.over or self._transport.is_closing():
                    break
                piece = outgoing.piece()
                if not piece:
                    self._waits = True
                    return
                self._transport.write(piece)
        except _INTERRUPTS:
            raise
        except BaseException as error:  # noqa: BLE001 - the head has promised what can't be kept: cut it
            self._common.tell(error)
            self.abort()
            return
        if outgoing.over:
            self._outgoing = None
            _let_go(outgoing.response)
            self._written(outgoing.request, outgoing.response)
        elif not self._paused:
            asyncio.get_running_loop().call_soon(self._go_on)

    def _go_on(self) -> None:
        """The client has read, or has its turn again."""
        if self._phase is Phase.ENDING:
            return
        if self._outgoing is not None:
            self._pump(self._outgoing)
        else:
            self._busy = False
        if not self._busy:
            self._resume()

    def _written(self, request: Request | None, response: Response) -> None:
        """All of an answer is handed over."""
        self._common.record(request, response, self._began)
        if self._last:
            self._end()
        elif self._paused:
            self._busy = True
            self._stay(Phase.WRITING, self._common.limits.write_seconds)
        else:
            self._busy = self._transport.is_closing()
            self._stay(Phase.IDLE, self._common.limits.idle_seconds)

    # ---- ending

    def _end(self) -> None:
        """The last answer is written: say so, and listen a while longer.

        A socket that is closed with unread bytes resets the connection, and the client may
        lose the answer before it has read it (RFC 9112, section 9.6).
        """
        self._busy, self._waiting = True, b""
        self._stay(Phase.ENDING, self._common.limits.write_seconds)
        self._transport.resume_reading()
        if self._left:
            self._transport.close()
        elif self._transport.get_write_buffer_size():
            self._transport.set_write_buffer_limits(high=0)  # `resume_writing` is called when all is written
        else:
            self._half_close()

    def _half_close(self) -> None:
        if self._transport.is_closing():
            return
        self._stay(Phase.ENDING, self._common.limits.linger_seconds)
        try:
            self._transport.write_eof()
        except OSError:  # the client has gone meanwhile
            self._transport.abort()

    def _leave(self) -> None:
        self._busy = True
        self._stay(Phase.ENDING, self._common.limits.write_seconds)
        self._transport.close()


def _let_go(response: Response) -> None:
    """Say that nothing more of an answer is wanted, if it is still being made."""
    if isinstance(response.body, Stream):
        response.body.close()


def _spare(connected: socket.socket) -> None:
    with suppress(AttributeError, OSError):  # not every system has it
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _UNSENT)
