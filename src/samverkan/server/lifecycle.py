"""The life of the HTTP server: start, reload of a changed site, graceful stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from samverkan import watching
from samverkan.limits import QueryLimits
from samverkan.model.endpoint import Endpoint
from samverkan.model.today import today
from samverkan.server.http.access_log import AccessLog
from samverkan.server.http.application import App
from samverkan.server.http.connection import Service
from samverkan.server.http.messages import Request, Response
from samverkan.server.http.problems import Problem
from samverkan.server.http.released import ServedRelease, WorkerFaultError
from samverkan.server.http.server import Server
from samverkan.server.log_writer import LogWriter
from samverkan.server.pool import EndedError, KeeperProcess, NotOpenedError, Queue, SupervisorGoneError
from samverkan.server.queue_names import BULK, CANNED, FREE, PAGES
from samverkan.workers import processors

log = logging.getLogger(__name__)

_KEEPER = (sys.executable, "-m", "samverkan.server.job_handler")
_PROGRAM = Path(__file__).parents[1]
_STOP_SECONDS = 10.0
_AGAIN_SECONDS, _MOST_PATIENCE = 1.0, 60.0
_LOG_SECONDS = 0.5
_DAY_SECONDS = 30.0  # between two looks whether another day has begun
_FOLLOW_SECONDS = 5.0
_WRITE_SECONDS = 1.0  # for the last lines
_LONGEST = 900.0  # seconds that writing a large file may take
_SOCKETS = 64  # that a worker may have open where an engine elsewhere answers: a connection, and what finds its host
_MB = 1 << 20
_GB = 1 << 30
_COLLECTING, _OLDEST = (1000, 10, 2), 2  # thresholds of the three generations of garbage, and the number of the last

ANSWER_BYTES = 32 * _MB
"""How large the answer of a free query may be."""
_LIMITS = QueryLimits(seconds=10, bytes=ANSWER_BYTES, memory=192 * _MB)


@dataclass(frozen=True)
class Options:
    """How a site is served.

    `root` is the folder of the site and `prefix` the path under which a proxy shows it, with a
    slash at both ends. `limits` hold for free queries, of which `workers` are answered at a
    time. `watch` reloads the site when its files change. `endpoint` is the engine elsewhere that
    answers queries, where one does. `as_of` is the day that is today; without it the site is opened anew at midnight.
    """

    root: Path
    host: str = "127.0.0.1"
    port: int = 8000
    prefix: str = "/"
    watch: bool = False
    workers: int = 8
    limits: QueryLimits = _LIMITS
    endpoint: Endpoint | None = None
    as_of: date | None = None

    @property
    def queues(self) -> tuple[Queue, ...]:
        """Pages, canned queries, large files, and the queries of strangers: none waits for another."""
        limits, sockets = self.limits, _SOCKETS if self.endpoint else 0
        # A worker reads what it shares with the supervisor, and reading counts in Python and in the store: page after
        # page becomes its own. So it goes after a while; a fresh one costs some milliseconds.
        return (
            Queue(PAGES, workers=2, uses=2000, seconds=limits.seconds, memory=_GB // 2, waiting=1024, open=sockets),
            Queue(
                CANNED,
                workers=4,
                uses=2000,
                seconds=limits.seconds,
                memory=_GB // 2,
                waiting=1024,
                nice=2,
                open=sockets,
            ),
            Queue(BULK, workers=1, uses=20, seconds=_LONGEST, memory=4 * _GB, waiting=64, nice=5, open=sockets),
            Queue(
                FREE,
                workers=self.workers,
                uses=4000,
                seconds=limits.seconds,
                memory=limits.memory,
                waiting=4 * self.workers,
                nice=5,
                paced=True,
                long_nice=10,
                long=max(2, processors()),
                open=sockets,
            ),
        )


@dataclass(frozen=True)
class Callbacks:
    """What a watcher wants to know.

    `opened` gets the address, `reloaded` the new release, `refused` the reasons; `stale` is called where an
    engine elsewhere answers from another release than that of the folder.
    """

    opened: Callable[[str], None]
    reloaded: Callable[[Mapping[str, Any]], None]
    refused: Callable[[Mapping[str, Any]], None]
    stale: Callable[[], None]


async def serve(
    options: Options, callbacks: Callbacks, write: Callable[[bytes], object], complain: Callable[[bytes], object]
) -> None:
    """Serve a site until SIGTERM or SIGINT; SIGHUP reloads it.

    `write` takes the lines of the access log and `complain` what failed; they may take their time.

    Raises `pool.NotOpenedError` where the site can't be served, with the reasons, and `OSError`
    where the port can't be had.
    """
    _collect_garbage()
    lines, faults = LogWriter(write), LogWriter(complain)
    logging.getLogger("samverkan").addHandler(_Faults(faults))
    lifecycle = _Lifecycle(options, callbacks, AccessLog(lines))
    if await lifecycle.opened():
        try:
            await lifecycle.keep()
        finally:
            await lifecycle.close()
            lines.close(_WRITE_SECONDS)
            faults.close(_WRITE_SECONDS)


def _collect_garbage() -> None:
    """Collect garbage from now on: commands that end soon turn it off, and here connections come and go for months.

    Answers that are kept would make each full collection longer than the one before, up to some tenths of a second in
    which nobody is answered. So it looks at nothing twice, and often at little, until the site is opened anew.
    """
    gc.enable()
    gc.set_threshold(*_COLLECTING)
    if _freeze_kept not in gc.callbacks:
        gc.callbacks.append(_freeze_kept)


def _freeze_kept(phase: str, info: Mapping[str, int]) -> None:
    """Let what a full collection has left be looked at no more."""
    if phase == "stop" and info["generation"] == _OLDEST:
        gc.freeze()


class _Faults(logging.Handler):
    """What failed, with its traceback."""

    def __init__(self, write: LogWriter) -> None:
        super().__init__()
        self._write = write

    def emit(self, record: logging.LogRecord) -> None:
        self._write(f"{self.format(record)}\n".encode("utf-8", "replace"))


class _Lifecycle:
    def __init__(self, options: Options, callbacks: Callbacks, access: AccessLog) -> None:
        self._options = options
        self._callbacks = callbacks
        self._access = access
        self._stop = asyncio.Event()
        self._changed = asyncio.Event()
        self._reloading = asyncio.Lock()
        self._stamp = watching.stamp(options.root)
        self._keeper = KeeperProcess(_KEEPER)
        self._leaving: set[asyncio.Task[None]] = set()  # what is still asked of older releases is answered

    async def opened(self) -> bool:
        """Start to serve, unless we are told to stop before it is open; raises what `_open` raises."""
        loop = asyncio.get_running_loop()
        for number, event in (
            (signal.SIGTERM, self._stop),
            (signal.SIGINT, self._stop),
            (signal.SIGHUP, self._changed),
        ):
            loop.add_signal_handler(number, event.set)
        opening, stopping = asyncio.create_task(self._open()), asyncio.create_task(self._stop.wait())
        await asyncio.wait({opening, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if opening.done():
            opening.result()
            return True
        opening.cancel()
        await asyncio.wait({opening})
        return False

    async def _open(self) -> None:
        """Open the site and then listen; raises `OSError` at once where the port is taken."""
        options = self._options
        _check_free(options.host, options.port)
        self._app = App(await self._release(), options.prefix)
        self._server = Server(Service(self._app.respond, self._app.refused, self._record, _failed))
        self._app.connections = lambda: self._server.connections
        try:
            await self._server.start(options.host, options.port)
        except BaseException:
            await self._app.release.close(0)
            await self._keeper.close()
            raise
        host = f"[{options.host}]" if ":" in options.host else options.host
        self._callbacks.opened(f"http://{host}:{self._server.port}{options.prefix}")
        self._tell_stale()

    def _record(self, request: Request | None, response: Response, seconds: float) -> None:
        """Write an answer into the log, and count it."""
        self._access.record(request, response, seconds)
        self._app.release.counts.record(request, response, seconds)

    def _tell_stale(self) -> None:
        if self._app.release.facts["stale"]:
            self._callbacks.stale()

    async def _release(self, before: ServedRelease | None = None) -> ServedRelease:
        """The site as it is now, which may take the place of what was served before."""
        options = self._options
        elsewhere = asdict(options.endpoint) if options.endpoint else None
        day = options.as_of.isoformat() if options.as_of else None
        hello = {
            "site": str(options.root),
            "limits": asdict(options.limits),
            "endpoint": elsewhere,
            "as_of": day,
        }
        modified = await asyncio.to_thread(self._modified)
        pool, whole = await self._keeper.open(hello, options.queues)
        return ServedRelease(pool, options.queues, options.limits, _later(modified, pool.ready, before), whole)

    def _modified(self) -> int | None:
        """When what is served became what it is: the youngest of its files, the program's, and the day that is today.

        None where that is not known, or would be in the future (RFC 9110, section 8.8.2.1): data of an engine
        elsewhere have no time.
        """
        options = self._options
        day = datetime.combine(options.as_of or today(), time.min, UTC).timestamp()
        files = max(watching.modified(options.root), _program_modified())
        now = datetime.now(UTC).timestamp()
        found = max(files, day if day <= now else 0)
        return None if options.endpoint or found > now else int(found)

    async def keep(self) -> None:
        """Serve until told to stop; take in a changed site, and open a new supervisor where the old one died."""
        async with asyncio.TaskGroup() as group:
            works = (self._reload_changes, self._replace_dead, self._watch, self._renew, self._follow, self._write_log)
            tasks = [group.create_task(work()) for work in works]
            await self._stop.wait()
            for task in tasks:
                task.cancel()

    async def _watch(self) -> None:
        """Look for changes of the files, in a thread, for a slow disk must not keep readers waiting."""
        while self._options.watch:
            await asyncio.sleep(watching.SECONDS)
            now = await asyncio.to_thread(watching.stamp, self._options.root)
            if now != self._stamp:
                self._stamp = now
                self._changed.set()

    async def _renew(self) -> None:
        """Open the site anew when another day begins."""
        day = today()
        while self._options.as_of is None:
            await asyncio.sleep(_DAY_SECONDS)
            if today() != day:
                day = today()
                self._changed.set()

    async def _follow(self) -> None:
        """Look for another release in the engine elsewhere: what was answered from the one before is kept no longer."""
        while self._options.endpoint:
            await asyncio.sleep(_FOLLOW_SECONDS)
            with suppress(Problem, WorkerFaultError, SupervisorGoneError):  # it will be there again
                if await self._app.release.held() != self._app.release.facts["held"]:
                    self._changed.set()
                    await asyncio.sleep(_FOLLOW_SECONDS)

    async def _write_log(self) -> None:
        while True:
            await asyncio.sleep(_LOG_SECONDS)
            self._access.flush()

    async def _reload_changes(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            if await self._reload():
                await asyncio.to_thread(self._callbacks.reloaded, self._app.release.facts)
                self._tell_stale()

    async def _replace_dead(self) -> None:
        """A supervisor that dies is replaced; until then what was made before is served all the same."""
        patience = _AGAIN_SECONDS
        while True:
            dead = self._app.release
            await dead.gone()
            if self._app.release is not dead or await self._reload():
                patience = _AGAIN_SECONDS
            else:
                await asyncio.sleep(patience)
                patience = min(2 * patience, _MOST_PATIENCE)

    async def _reload(self) -> bool:
        """Put the site as it is now in the place of the one that is served, if it may be published."""
        async with self._reloading:
            try:
                fresh = await self._release(self._app.release)
                fresh.counts = self._app.release.counts
                old, self._app.release = self._app.release, fresh
                gc.unfreeze()  # most of what was kept is garbage by now
            except (NotOpenedError, OSError) as error:
                why = error.why if isinstance(error, NotOpenedError) else {"en": str(error)}
                await asyncio.to_thread(self._callbacks.refused, why)
                return False
        leaving = asyncio.create_task(old.close(_LONGEST))
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)
        return True

    async def close(self) -> None:
        """Let what is under way come to its end, for a while."""
        await self._server.stop(_STOP_SECONDS)
        await self._app.release.close(0)
        await self._keeper.close()
        self._access.flush()


def _program_modified() -> float:
    """When the program was changed last, for another one may write the same facts otherwise."""
    files = (each for each in _PROGRAM.rglob("*.*") if each.suffix != ".pyc" and each.is_file())
    return max(each.stat().st_mtime for each in files)


def _later(modified: int | None, facts: Mapping[str, Any], before: ServedRelease | None) -> int | None:
    """When a release became what it is: one that takes the place of another is younger, though its files be old."""
    if before is None or modified is None or before.modified is None or facts["release"] == before.facts["release"]:
        return modified
    return max(modified, before.modified + 1)


def _check_free(host: str, port: int) -> None:
    """Raise `OSError` where the port is taken: nobody should wait for a site to be checked only to hear that."""
    if port:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            pass


def _failed(error: BaseException) -> None:
    if isinstance(error, EndedError):
        log.warning("A streamed answer was cut, for its work was ended: %s.", error.reason)
        return
    log.error("An answer failed.", exc_info=error)
