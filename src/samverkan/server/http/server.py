"""The server: it listens, sweeps its connections once a second, and stops without cutting anyone off."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace

from samverkan.server.http.connection import Common, Connection, Service
from samverkan.server.http.limits import Limits

_BACKLOG = 1024
_RESERVE = 128  # descriptors for everything that is no connection
_SWEEP = 1.0
_ACCEPTING = 3  # turns of the event loop from a socket that was accepted to `connection_made`
_GRACE = 1.0  # seconds that cancelled work gets to tidy up


class Server:
    """Answers HTTP/1.1 on a host and a port, by a `Service`, within `Limits`."""

    def __init__(self, service: Service, limits: Limits | None = None) -> None:
        self._common = Common(service, _affordable(limits or Limits()))
        self._sweep = min(_SWEEP, _shortest(self._common.limits) / 4)
        self._listener: asyncio.Server | None = None
        self._sweeper: asyncio.TimerHandle | None = None

    @property
    def port(self) -> int:
        """The port it listens at, which the system chose where port 0 was asked for."""
        assert self._listener is not None, "not started"
        port: int = self._listener.sockets[0].getsockname()[1]
        return port

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._common.connections)

    async def start(self, host: str, port: int) -> None:
        """Listen. Raises `OSError` where the address can't be had: the port is in use, or needs more rights."""
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(self._connection, host, port, backlog=_BACKLOG)
        self._sweeper = loop.call_later(self._sweep, self._swept)

    async def stop(self, seconds: float) -> None:
        """Take no one in any more, let the requests under way finish for so long, then end what is left."""
        if self._listener is None:
            return
        await self._close(self._listener)
        self._common.stopping = True
        for connection in list(self._common.connections):
            connection.wind_up()
        await self._emptied(seconds)
        for connection in list(self._common.connections):
            connection.abort()
        await self._emptied(_GRACE)
        if self._common.tasks:
            await asyncio.wait(self._common.tasks, timeout=_GRACE)
        if self._sweeper is not None:
            self._sweeper.cancel()

    async def _close(self, listener: asyncio.Server) -> None:
        """Listen no more. Sockets that were accepted already need the listener until they are connections."""
        with suppress(NotImplementedError):  # on Windows
            for listening in listener.sockets:
                asyncio.get_running_loop().remove_reader(listening.fileno())
        for _ in range(_ACCEPTING):
            await asyncio.sleep(0)
        listener.close()

    def _connection(self) -> Connection:
        return Connection(self._common)

    def _swept(self) -> None:
        self._common.sweep()
        self._sweeper = asyncio.get_running_loop().call_later(self._sweep, self._swept)

    async def _emptied(self, seconds: float) -> None:
        """Wait until no connection is open, but not for longer."""
        self._common.empty.clear()
        if self._common.connections:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._common.empty.wait(), seconds)


def _shortest(limits: Limits) -> float:
    times = limits.header_seconds, limits.idle_seconds, limits.body_seconds, limits.write_seconds, limits.linger_seconds
    return min(times)


def _affordable(limits: Limits) -> Limits:
    """As many connections as the system has descriptors for, when it gives all it may."""
    try:
        import resource
    except ImportError:  # Windows counts otherwise
        return limits
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # macOS refuses "infinity"
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        soft = hard
    if soft == resource.RLIM_INFINITY:
        return limits
    return replace(limits, connections=max(1, min(limits.connections, soft - _RESERVE)))
