"""What the server process knows of one release: the pool that makes its answers, and those that were made already."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
import weakref
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from email.utils import formatdate
from functools import cached_property
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import orjson

from samverkan.limits import QueryLimits
from samverkan.model import media_types
from samverkan.model.iris import uri
from samverkan.model.problems import ProblemType
from samverkan.model.representations import Link, Resource
from samverkan.server.http import clients
from samverkan.server.http.cache import Cache
from samverkan.server.http.content_codings import CODINGS, GZIP, IDENTITY, WORTH, encoded
from samverkan.server.http.error_pages import Placeholders
from samverkan.server.http.messages import Body, Readable, Response
from samverkan.server.http.metrics import ServerCounts
from samverkan.server.http.path_map import normal
from samverkan.server.http.problems import TYPES, Problem
from samverkan.server.pool import BusyError, EndedError, JobReply, Queue, Stream, WorkerPool
from samverkan.server.queue_names import CANNED, FREE, PAGES, needs_all, queue_of

T = TypeVar("T")

log = logging.getLogger(__name__)

_MEMORY = 96 << 20
_DISK = 2 << 30
_SHARE = 4  # the part of that which streams of one client may fill
_ENTRY = 1024  # bytes that an answer takes beside its body, roughly
_PATH = "/%~=!$&'()*+,;@:"  # what stands in a path as it is
_RETRIES = {"killed"}
_CHANCE = re.compile(r"now|rand|uuid|bnode|\\u", re.IGNORECASE)  # a numeric escape may spell any of them
_RETRY_SECONDS = 2
_PREPARING = 60.0  # seconds that a reader waits for the first page of a large site
_LONGEST = 900.0  # seconds that writing a large file may take
_AT_ONCE = 64 << 10  # bytes that are compressed in less than a millisecond; others in a thread
_LARGE = 1 << 20
_COMPRESSING = ThreadPoolExecutor(1, "compressing")  # one: the processors are for those who answer
_MEMBERS = ("parameter", "line", "column", "alternates", "reason", "limit")  # of an error, that its problem has too


class WorkerFaultError(Exception):
    """A worker failed in a way that nobody foresaw; its traceback is the message."""


@dataclass(frozen=True)
class Representation:
    """The bytes of a variant, with the strong entity tag that they have, and links to the other pages of an answer.

    `coding` is their content coding, where they have one. What is not `lasting` is another one each time. A stream is
    sent while it is made, and has no tag.
    """

    path: str
    body: Body
    media_type: str
    etag: str
    links: tuple[Link, ...] = ()
    coding: str = ""
    lasting: bool = True

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return len(self.body) if isinstance(self.body, bytes) else self.body.size


class ServedRelease:
    """One release of a site, as it is served; a changed site is another one."""

    def __init__(
        self,
        pool: WorkerPool,
        queues: Iterable[Queue],
        limits: QueryLimits,
        modified: int | None = None,
        whole: asyncio.Task[WorkerPool] | None = None,
    ) -> None:
        """`limits` are those of free queries, which are told with each answer.

        `modified` is when the release became what it is, in seconds since 1970, where that is known. Where `pool` can't
        do every job, `whole` will be the one that can, and takes its place.
        """
        self.pool = pool
        self._whole = whole
        self._leaving: asyncio.Task[None] | None = None
        if whole:
            whole.add_done_callback(self._exchange)
        self.counts = ServerCounts()
        self.modified = modified
        self.modified_header = () if modified is None else (("last-modified", formatdate(modified, usegmt=True)),)
        self.limits = limits
        self.limits_header = ", ".join(f"{name}={value:g}" for name, value in asdict(limits).items())
        self._lent = 0
        self._streams = weakref.WeakKeyDictionary[Stream, str]()  # whose each is
        self.queues = {queue.name: queue for queue in queues}
        self.answers: Cache[Response] = Cache(_MEMORY, _DISK)
        self._items: Cache[Representation] = Cache(_MEMORY, _DISK)
        self._resources: Cache[bytes] = Cache(
            _MEMORY, 0
        )  # as JSON: what is kept costs no collection of garbage anything
        self._under_way: dict[tuple[str, ...], asyncio.Task[Any]] = {}

    def _exchange(self, whole: asyncio.Task[WorkerPool]) -> None:
        """Let the pool that can do every job take the place of the first; where it failed, the release is lost."""
        if whole.cancelled():
            return
        if error := whole.exception():
            log.error("The pages could not be prepared.", exc_info=error)
        seconds, former = (0, self.pool) if error else (_LONGEST, self.pool)
        self._whole, self.pool = None, former if error else whole.result()
        self._leaving = asyncio.get_running_loop().create_task(former.close(seconds))

    async def gone(self) -> None:
        """Wait until the supervisor that answers is lost."""
        pool = None
        while pool is not self.pool:
            pool = self.pool
            await pool.gone.wait()

    async def close(self, seconds: float) -> None:
        """Take no more jobs, give those under way `seconds`, then end all processes of this release."""
        if self._whole and seconds:
            await asyncio.wait({self._whole}, timeout=seconds)
        if self._whole:
            self._whole.cancel()
        if self._leaving:
            await self._leaving
        await self.pool.close(seconds)

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the supervisor said of the site.

        `base`, `ontology`, `license`, `release`, `statements`, `shells`; and of an engine elsewhere, where one
        answers, `held` (the release there) and `stale` (whether it is another one). `trusted_proxies` are addresses.
        """
        return self.pool.ready

    @property
    def placeholders(self) -> Placeholders:
        """The pages that are finished in the server process."""
        return self.facts["shells"]  # type: ignore[no-any-return]

    @property
    def base(self) -> str:
        """The public address of the site, as a URI."""
        return uri(str(self.facts["base"]))

    @cached_property
    def root(self) -> str:
        """The path of the public base."""
        return normal(quote(urlsplit(self.base).path, safe=_PATH))

    @cached_property
    def words(self) -> str:
        """The path of the namespace of the site's words."""
        return normal(quote(urlsplit(str(self.facts["ontology"])).path, safe=_PATH))

    @cached_property
    def _trusted(self) -> clients.Networks:
        """The proxies that are believed whose a request is."""
        return clients.networks(self.facts.get("trusted_proxies", ()))

    async def find(self, path: str, query: str, accept: str | None = None, language: str | None = None) -> Resource:
        """What stands at a path; raises `Problem`.

        What a reader with these headers will want of it comes along, where the same queue makes it, and is kept.
        """
        key = ("find", path, query)
        known = self._resources.get(key)
        if known is not None:
            return Resource.of_json(orjson.loads(known))
        return await self._once(key, lambda: self._found(key, accept, language))

    async def _found(self, key: tuple[str, str, str], accept: str | None, language: str | None) -> Resource:
        queue = CANNED if queue_of(key[1]) == CANNED else PAGES
        wanted = {"accept": accept, "language": language, "queue": queue}
        reply = await self._reviewed(queue, {"do": "find", "path": f"/{key[1]}", "query": key[2], **wanted})
        resource = Resource.of_json(reply.head["resource"])
        if "item" in reply.head:
            self._keep(_item(JobReply(reply.head["item"], reply.body)))
        known = orjson.dumps(reply.head["resource"])
        self._resources.put(key, known, _ENTRY + len(known) + 4 * sum(map(len, key)))
        return resource

    async def fetch(self, path: str) -> Representation:
        """The bytes of a variant; raises `Problem`."""
        found = self._items.get(path)
        if found is None:
            found = await self._once(("fetch", path), lambda: self._fetched(path))
        return found

    async def _fetched(self, path: str) -> Representation:
        return self._keep(_item(await self._reviewed(queue_of(path), {"do": "fetch", "path": path})), path)

    def _keep(self, item: Representation, path: str = "") -> Representation:
        path = path or item.path
        self._items.put(path, item, item.size + len(path) + _ENTRY, on_disk=not isinstance(item.body, bytes))
        return item

    async def encoded(self, item: Representation, codings: Sequence[str], *, kept: bool = True) -> Representation:
        """The same in the first of some content codings that can be had.

        What is small, packed already, or on disk and not `kept`, is compressed only where it is not taken as it is.
        What is still being made has its coding already. Raises `Problem` where it can be had in none.
        """
        if isinstance(item.body, Stream):
            return item
        if inside := media_types.inside(item.media_type):
            return _unpacked(item, inside, codings)
        is_worth = item.size >= WORTH and (kept or isinstance(item.body, bytes))
        for coding in codings:
            if coding == IDENTITY:
                return item
            if is_worth or IDENTITY not in codings:
                return await self._compressed(item, coding)
        raise _NO_CODING

    async def _compressed(self, item: Representation, coding: str) -> Representation:
        """The same in a content coding: it is made once for the same bytes, wherever they stand."""
        key = (coding, item.etag)
        found = self._items.get(key)
        if found is None:
            found = await self._once(key, lambda: self._made_smaller(item, coding))
        return replace(item, body=found.body, etag=found.etag, coding=coding)

    async def _made_smaller(self, item: Representation, coding: str) -> Representation:
        assert not isinstance(item.body, Stream)
        if item.size <= _AT_ONCE:
            body = encoded(coding, item.body)
        else:
            loop = asyncio.get_running_loop()
            try:
                body = await loop.run_in_executor(_COMPRESSING, encoded, coding, item.body)
            except OSError as error:
                log.error("A compressed answer could not be kept.", exc_info=error)  # noqa: TRY400 - as above
                raise _CRAMPED from None
        made = Representation("", body, "", await asyncio.to_thread(_tag, body) if item.size > _LARGE else _tag(body))
        self._items.put((coding, item.etag), made, made.size + _ENTRY, on_disk=not isinstance(body, bytes))
        return made

    async def ask(self, job: Mapping[str, Any], forwarded: str = "", streamed: str = "") -> Representation:
        """The answer of a free query; raises `Problem`. Whoever stops waiting for it ends it.

        `forwarded` is what X-Forwarded-For says of whose it is. A large answer is streamed in the content coding
        `streamed`, if one is given: then it comes while it is still being made.

        A release never changes, so what was asked before is answered as before, unless the query
        asks for the time or for chance.
        """
        key = ("ask", *(str(value) for value in job.values()))
        found = self._items.get(key)
        if found is not None:
            return found
        client = clients.client(clients.peer.get(), forwarded, self._trusted)
        if self._is_full(client):
            raise _BUSY
        item = _item(await self._asked(FREE, {"do": "ask", **job, "streamed": streamed}, client))
        item = replace(item, lasting=not _CHANCE.search(job["sparql"]))
        if isinstance(item.body, Stream):
            self._follow(item.body, client)
        elif not isinstance(item.body, bytes):
            self._lend(item.body)
        elif item.lasting:
            self._items.put(key, item, len(item.body) + 4 * sum(map(len, key)) + _ENTRY)
        return item

    def _is_full(self, client: str) -> bool:
        """Whether so much waits for those who read slowly that nothing more may: for all, or for one client."""
        waiting = {stream: stream.waiting for stream in self._streams}
        own = sum(size for stream, size in waiting.items() if self._streams[stream] == client)
        return self._lent + sum(waiting.values()) > _DISK or own > _DISK // _SHARE

    def _follow(self, stream: Stream, client: str) -> None:
        """Count what waits of a stream of a client, and how it ends if it is cut."""
        self._streams[stream] = client
        left = stream.left

        def ended() -> None:
            if isinstance(stream.error, EndedError):
                self.counts.ended[FREE, stream.error.reason] += 1
            left()

        stream.left = ended

    def _lend(self, body: Readable) -> None:
        """Count a large answer until it is sent: many that are read slowly must not fill the disk."""
        self._lent += body.size
        weakref.finalize(body, self._returned, body.size)

    def _returned(self, size: int) -> None:
        self._lent -= size

    async def alive(self) -> None:
        """Ask a worker for next to nothing; raises `Problem` where none answers."""
        await self._asked(PAGES, {"do": "find", "path": "/context.jsonld", "query": ""})

    async def held(self) -> str | None:
        """Which release an engine elsewhere holds just now, where one answers; raises `Problem`."""
        return (await self._asked(PAGES, {"do": "held"})).head["held"]  # type: ignore[no-any-return]

    async def _once(self, key: tuple[str, ...], make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Make something once for all who ask at the same time; one who leaves does not spoil it for the others."""
        task: asyncio.Task[T] | None = self._under_way.get(key)
        if task is None:
            task = self._under_way[key] = asyncio.get_running_loop().create_task(make())
            task.add_done_callback(lambda done: self._done(key, done))
        return await asyncio.shield(task)

    def _done(self, key: tuple[str, ...], task: asyncio.Task[Any]) -> None:
        del self._under_way[key]
        if not task.cancelled():
            task.exception()  # those who wait are told; where nobody does any more, nobody needs to be

    async def _reviewed(self, queue: str, job: Mapping[str, Any]) -> JobReply:
        """Work of our own making: when its worker was killed from outside, another one does it."""
        try:
            return await self._asked(queue, job)
        except Problem as problem:
            if problem.more.get("reason") not in _RETRIES:
                raise
        return await self._asked(queue, job)

    async def _asked(self, queue: str, job: Mapping[str, Any], client: str = "") -> JobReply:
        self.counts.jobs[queue] += 1
        try:
            if self._whole and _needs_all(queue, job):
                await self._prepared()
            reply = await (self.pool.ask(queue, job, client) if client else self.pool.ask(queue, job))
        except BusyError:
            self.counts.ended[queue, "busy"] += 1
            raise _BUSY from None
        except OSError as error:  # the folder for temporary files is full
            log.error("A large answer could not be kept.", exc_info=error)  # noqa: TRY400 - a line for whoever runs it
            raise _CRAMPED from None
        except EndedError as error:
            self.counts.ended[queue, error.reason] += 1
            raise _ended(error.reason, self.queues[queue]) from None
        finally:
            self.counts.jobs[queue] -= 1
        if "error" in reply.head:
            raise _problem_of(reply.head["error"])
        if "fault" in reply.head:
            raise WorkerFaultError(reply.head.get("trace", ""))
        return reply

    async def _prepared(self) -> None:
        """Wait until every job can be done; raises `BusyError` where that takes long."""
        if self._whole:
            await asyncio.wait({self._whole}, timeout=_PREPARING)
        if self._whole and not self._whole.done():
            raise BusyError


def _needs_all(queue: str, job: Mapping[str, Any]) -> bool:
    """Whether a job needs more than the first pool of a large site has."""
    return queue == FREE or (job["do"] == "fetch" and needs_all(job["path"]))


def _item(reply: JobReply) -> Representation:
    head = reply.head
    links = tuple(Link(**link) for link in head.get("links", ()))
    return Representation(head["path"], reply.body, head["media_type"], head["etag"], links, head.get("coding", ""))


def _tag(body: bytes | Readable) -> str:
    """A strong entity tag of bytes."""
    digest = hashlib.sha256()
    if isinstance(body, bytes):
        digest.update(body)
    else:
        for offset in range(0, body.size, _LARGE):
            digest.update(body.read(offset, _LARGE))
    return f'"{digest.hexdigest()[:32]}"'


def _unpacked(item: Representation, inside: str, codings: Sequence[str]) -> Representation:
    """A file that is packed by gzip, as what is in it with that coding: who asks by its address can read it.

    Who takes no coding gets the file as it is.
    """
    if GZIP not in codings:
        if IDENTITY in codings:
            return item
        raise _NO_CODING
    return replace(item, media_type=inside, etag=f'{item.etag[:-1]}-{GZIP}"', coding=GZIP)


def _problem_of(error: Mapping[str, Any]) -> Problem:
    """The problem that a worker told of."""
    more = {name: error[name] for name in _MEMBERS if error.get(name) is not None}
    return Problem(TYPES.get(error["kind"], TYPES["UsageError"]), error["en"], error["sv"], more)


def _unavailable(kind: ProblemType, en: str, sv: str) -> Problem:
    return Problem(kind, en, sv, headers=(("retry-after", str(_RETRY_SECONDS)),))


GONE = _unavailable(
    TYPES["SupervisorGoneError"],
    "The process that answers is starting again. Ask again in a little while.",
    "Processen som svarar håller på att starta om. Fråga igen om en stund.",
)
_BUSY = _unavailable(
    TYPES["BusyError"],
    "More ask at the moment than can be answered. Ask again in a little while.",
    "Just nu frågar fler än som hinner få svar. Fråga igen om en stund.",
)


_NO_CODING = Problem(
    TYPES["NotAcceptableError"],
    f"It can be had in none of the content codings that Accept-Encoding takes. There is: {', '.join(CODINGS)}.",
    f"Det finns inte i någon av de kodningar som Accept-Encoding tar. Det finns: {', '.join(CODINGS)}.",
)
_CRAMPED = _unavailable(
    TYPES["SupervisorGoneError"],
    "There is no room for so large an answer just now. Ask again in a little while, or ask for less.",
    "Det finns inte plats för ett så stort svar just nu. Fråga igen om en stund, eller fråga efter mindre.",
)


def _ended(reason: str, queue: Queue) -> Problem:
    en, sv = _REASONS[reason]
    limits: Mapping[str, Any] = {"time": {"seconds": queue.seconds}, "memory": {"bytes": queue.memory}}
    more = {"reason": reason, **({"limit": limits[reason]} if reason in limits else {})}
    values = {"seconds": f"{queue.seconds:g}", "megabytes": queue.memory >> 20}
    return Problem(TYPES[reason], en.format_map(values), sv.format_map(values), more)


_LESS = (
    "Ask for less: add a LIMIT, or begin with what is rarest.",
    "Fråga efter mindre: lägg till LIMIT, eller börja med det som är ovanligast.",
)
_REASONS: Mapping[str, tuple[str, str]] = {
    "time": (
        f"The query was not answered within {{seconds}} seconds and was ended. {_LESS[0]}",
        f"Frågan blev inte besvarad inom {{seconds}} sekunder och avbröts. {_LESS[1]}",
    ),
    "memory": (
        f"The query took more than {{megabytes}} MB of memory and was ended. {_LESS[0]}",
        f"Frågan tog mer än {{megabytes}} MB minne och avbröts. {_LESS[1]}",
    ),
    "depth": (
        "The query is nested too deeply or is too long to be read, and was ended.",
        "Frågan är för djupt nästlad eller för lång för att läsas, och avbröts.",
    ),
    "killed": (
        "The process that worked on the answer was ended from outside. Ask again.",
        "Processen som arbetade med svaret avslutades utifrån. Fråga igen.",
    ),
}
