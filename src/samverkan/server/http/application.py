"""From a request over HTTP to an answer. Nothing is read from the site and no query is evaluated here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, NamedTuple

import orjson

from samverkan.errors import NotAcceptableError
from samverkan.model import media_types, negotiation, paths
from samverkan.model.representations import Resource, Variant
from samverkan.server.http import (
    content_codings,
    error_pages,
    headers,
    mementos,
    metrics,
    preconditions,
    problems,
    protocol,
)
from samverkan.server.http.messages import Request, Response
from samverkan.server.http.path_map import PathMap, RequestPath
from samverkan.server.http.problems import FAULT, TYPES, FreeQuery, Problem
from samverkan.server.http.protocol import ProtocolRequest
from samverkan.server.http.released import GONE, Representation, ServedRelease, WorkerFaultError
from samverkan.server.pool import SupervisorGoneError

_READ = frozenset({"GET", "HEAD"})
_ENTRY = 1024  # bytes that an answer takes beside what it says, roughly
_SMALL = 64 << 10  # bytes: a larger answer is taken from the cache of items each time, and not kept twice

PendingResponse = Response | Coroutine[Any, Any, Response]

log = logging.getLogger(__name__)


class App:
    """Answers requests from the release that stands now; another one may take its place at any time."""

    def __init__(self, release: ServedRelease, prefix: str = "/") -> None:
        """`prefix` is the path under which a proxy shows this server, with a slash at both ends."""
        self.release = release
        self.connections: Callable[[], int] = lambda: 0
        self._prefix = prefix

    def respond(self, request: Request) -> PendingResponse:
        """The answer to a request: at once where it was made before, else as a coroutine. Never raises."""
        if request.method == "GET" or request.method == "HEAD":  # noqa: PLR1714 - the fastest way to tell on the hottest path
            ready = self.release.answers.get(_key(request))
            if ready is not None:
                return preconditions.applied(request, ready)
        return self._answer(request, self.release)

    def refused(self, status: int) -> Response:
        """The answer to a request that breaks HTTP's own rules."""
        return self._problem(problems.of_http(status), None)

    async def _answer(self, request: Request, release: ServedRelease) -> Response:
        try:
            answer = await self._routed(request, release)
            return preconditions.applied(request, answer) if request.method in _READ else answer
        except SupervisorGoneError:
            if self.release is not release:  # a changed site took its place meanwhile
                return await self._answer(request, self.release)
            return self._problem(GONE, request)
        except Problem as problem:
            return self._problem(problem, request)
        except WorkerFaultError as fault:
            log.error("A worker failed: %s", fault)  # noqa: TRY400 - the traceback that matters is the worker's
            return self._problem(_FAULT, request)

    async def _routed(self, request: Request, release: ServedRelease) -> Response:
        root, path, status = self._place(request, release)
        if path.endswith("/") and path.rstrip("/") in _ROUTES:
            path, status = path.rstrip("/"), HTTPStatus.PERMANENT_REDIRECT
        if status is not None:
            query = f"?{request.query}" if request.query else ""
            return _redirect(status, headers.address(path + query, root))
        is_asked = error_pages.locale(path, release.placeholders) or _suffix(path)
        room = _ROUTES.get(paths.SPARQL if is_asked else path, _PAGES)
        if request.method not in room.methods:
            raise _method(room.methods)
        if request.method == "OPTIONS":
            return _options(room.methods)
        return await room.answer(self, request, release, root, path)

    def _place(self, request: Request, release: ServedRelease) -> RequestPath:
        return PathMap(release.root, release.words, self._prefix).place(request.path)

    async def _page(self, request: Request, release: ServedRelease, root: str, path: str) -> Response:
        """A page, a thing, or the answer of a canned query."""
        query = request.query if path.startswith(paths.ANSWERS) else ""
        given = request.headers
        resource = await release.find(path, query, given.get("accept"), given.get("accept-language"))
        if resource.mementos and mementos.ASKED in given:
            return _earlier(resource, given[mementos.ASKED], root)
        asked = _Wanted(root, path, _codings(request))
        answer = await self._first(release, resource, self._wanted(request, resource, root), asked)
        if answer.size <= _SMALL:
            key = _key(request)
            release.answers.put(
                key, answer, _ENTRY + answer.size + len(answer.head) + sum(len(part or "") for part in key)
            )
        return answer

    def _wanted(self, request: Request, resource: Resource, root: str) -> Sequence[Variant | None]:
        """The variants that the reader takes, the most wanted one first; None where there is nothing to choose."""
        if not resource.variants:
            return [None]
        asked = request.headers
        try:
            return negotiation.variants(resource, asked.get("accept"), asked.get("accept-language"))
        except NotAcceptableError as error:
            raise _not_acceptable(Problem(_NOT_ACCEPTABLE, str(error), error.sv), resource, root) from None

    async def _first(
        self, release: ServedRelease, resource: Resource, wanted: Sequence[Variant | None], asked: _Wanted
    ) -> Response:
        """The answer for the first variant that can be made: no format carries everything."""
        try:
            return await self._served(release, resource, wanted[0], asked)
        except Problem as problem:
            if problem.kind != _NOT_ACCEPTABLE or not asked.codings:
                raise
            left = replace(resource, variants=tuple(each for each in resource.variants if each != wanted[0]))
            if len(wanted) == 1:
                raise _not_acceptable(problem, left, asked.root) from None
        return await self._first(release, left, wanted[1:], asked)

    async def _served(
        self, release: ServedRelease, resource: Resource, variant: Variant | None, asked: _Wanted
    ) -> Response:
        """The answer for a chosen variant, by the status of what stands there."""
        root = asked.root
        if resource.status in _LEADING:
            return _led(resource, variant, root)
        assert variant is not None
        if variant.media_type == error_pages.HTML and _folders(variant.path) != _folders(asked.path):
            # Links on a page are relative to where it stands, so it has to be read there.
            return _redirect(HTTPStatus.SEE_OTHER, headers.address(variant.path, root), (headers.VARY, headers.FRESH))
        item = await release.encoded(await release.fetch(variant.path), asked.codings)
        more = [] if resource.exact else [("content-location", headers.address(variant.path, root))]
        linked = headers.links(replace(resource, links=(*resource.links, *item.links)), root, variant)
        more += [("query-limits", release.limits_header)] if asked.path.partition(".")[0] == paths.SPARQL else []
        given = (*more, *linked, *mementos.own_headers(resource), *release.modified_header)
        return _whole(resource.status, item, variant, given, mementos.varied(resource, headers.VARY_CODED))

    async def _sparql(self, request: Request, release: ServedRelease, root: str, path: str) -> Response:
        """SPARQL 1.1 Protocol; without a query, the Service Description, or the page on which one can ask."""
        locale, suffix, question = error_pages.locale(path, release.placeholders), _suffix(path), None
        try:
            question = protocol.protocol_request(request, required=suffix not in _DESCRIBED)
            if question is None:
                return await self._page(request, release, root, path)
            question = replace(question, format=error_pages.HTML if locale else suffix or question.format)
            return await self._asked(request, release, question, locale)
        except Problem as problem:
            raise replace(problem, asked=FreeQuery(question.sparql if question else "", locale)) from None

    async def _asked(
        self, request: Request, release: ServedRelease, question: ProtocolRequest, locale: str | None
    ) -> Response:
        """The answer of a free query; on the page in the language `locale` it is always a page."""
        asked = request.headers
        language = locale or negotiation.spoken(list(release.placeholders), asked.get("accept-language"))
        accept = error_pages.HTML if question.format == error_pages.HTML else asked.get("accept")
        named = replace(question, format="" if question.format == error_pages.HTML else question.format)
        job = {**vars(named), "accept": None if named.format else accept, "language": language}
        item = await release.ask(job, asked.get("x-forwarded-for", ""), _streamed(request))
        variant = Variant(item.path, item.media_type, language if item.media_type == error_pages.HTML else None)
        item = await release.encoded(item, _codings(request), kept=False)
        more = (("query-limits", release.limits_header), *(release.modified_header if item.lasting else ()))
        return _whole(HTTPStatus.OK, item, variant, more)

    async def _health(self, _request: Request, release: ServedRelease, _root: str, _path: str) -> Response:
        """Whether questions can be answered: a worker is really asked."""
        await release.alive()
        health = {"status": "ok", "release": release.facts["release"], "statements": release.facts["statements"]}
        body = orjson.dumps(health, option=orjson.OPT_APPEND_NEWLINE)
        return headers.answer(HTTPStatus.OK, (("content-type", media_types.JSON), headers.NOT_KEPT), body)

    async def _metrics(self, request: Request, release: ServedRelease, root: str, path: str) -> Response:
        """What the server counts of itself, for a client on this machine; to all others nothing stands here."""
        if request.path != f"/{paths.METRICS}" or not metrics.is_local(request, metrics.peer.get()):
            return await self._page(request, release, root, path)
        queues, pid = release.queues.values(), release.pool.pid
        body = await asyncio.to_thread(metrics.text, release.counts.copy(), queues, pid, self.connections())
        return headers.answer(HTTPStatus.OK, (("content-type", metrics.MEDIA_TYPE), headers.NOT_KEPT), body)

    async def _root(self, request: Request, release: ServedRelease, root: str, _path: str) -> Response:
        """The start page for people; data about the whole are in the description of the dataset."""
        described = await release.find(paths.VOID, "")
        if _prefers(error_pages.HTML, described.media_types, request.headers.get("accept")):
            return await self._page(request, release, root, paths.START)
        return _redirect(HTTPStatus.SEE_OTHER, headers.address(paths.VOID, root), (headers.VARY,))

    def _problem(self, problem: Problem, request: Request | None) -> Response:
        """The answer that is an error: as a page for people, else as JSON (RFC 9457)."""
        asked = request.headers if request else {}
        media_type, language = problems.MEDIA_TYPE, asked.get("accept-language")
        if request and error_pages.wanted(asked.get("accept")):
            root = self._place(request, self.release).root
            media_type = error_pages.HTML
            spoken, body = error_pages.page(problem, self.release.placeholders, language, root, request.path)
        else:
            spoken, body = problem.body(self.release.base, language)
        own = (("content-type", headers.typed(media_type)), ("content-language", spoken), headers.NOT_KEPT)
        return headers.answer(problem.kind.status, (*own, headers.VARY, *problem.headers), body)


@dataclass(frozen=True)
class _Route:
    """What answers at an address, and to which methods."""

    answer: Callable[[App, Request, ServedRelease, str, str], Coroutine[Any, Any, Response]]
    methods: tuple[str, ...] = ("GET", "HEAD", "OPTIONS")


_PAGES = _Route(App._page)  # noqa: SLF001 - the class's own table
_ROUTES: Mapping[str, _Route] = {
    "": _Route(App._root),  # noqa: SLF001
    paths.SPARQL: _Route(App._sparql, ("GET", "HEAD", "POST", "OPTIONS")),  # noqa: SLF001
    paths.HEALTH: _Route(App._health),  # noqa: SLF001
    paths.METRICS: _Route(App._metrics, ("GET", "HEAD")),  # noqa: SLF001
}
_NOT_ACCEPTABLE = TYPES["NotAcceptableError"]
_LEADING = frozenset({HTTPStatus.SEE_OTHER, HTTPStatus.PERMANENT_REDIRECT})
_FAULT = Problem(FAULT, "Something went wrong here; it has been written down.", "Något gick fel här; det är antecknat.")


def _not_acceptable(problem: Problem, resource: Resource, root: str) -> Problem:
    """A 406 that names the variants that there are."""
    more = {"alternates": [headers.address(each.path, root) for each in resource.variants]}
    return replace(problem, more=more, headers=tuple(headers.links(resource, root)))


def _suffix(path: str) -> str:
    """The suffix of an address at which a free query is answered in one format; empty at any other."""
    suffix = path.removeprefix(paths.SPARQL) if path.startswith(f"{paths.SPARQL}.") else ""
    return suffix if suffix in _ANSWERED else ""


_ANSWERED = frozenset(form.suffix for form in media_types.answer_formats())
# Suffixes at which, without a query, the service is described.
_DESCRIBED = frozenset({"", *(form.suffix for form in media_types.FORMATS if "Graph" in form.writes)})


def _prefers(media_type: str, others: Sequence[str], accept: str | None) -> bool:
    """Whether a media type is at least as welcome as all others."""
    try:
        return negotiation.choose((media_type, *others), accept) == media_type
    except NotAcceptableError:
        return False


class _Wanted(NamedTuple):
    """Where a request leads, and the content codings that its client takes."""

    root: str
    path: str
    codings: tuple[str, ...]


def _codings(request: Request) -> tuple[str, ...]:
    return content_codings.accepted(request.headers.get("accept-encoding"))


def _streamed(request: Request) -> str:
    """The content coding in which a large answer is streamed to a client, and none where it can't be."""
    wanted = (coding for coding in _codings(request) if coding in {content_codings.GZIP, content_codings.IDENTITY})
    return next(wanted, "") if request.chunks else ""


def _key(request: Request) -> tuple[str, str, str | None, str | None, str | None, tuple[str, ...]]:
    asked = request.headers
    time, accept, language = asked.get(mementos.ASKED), asked.get("accept"), asked.get("accept-language")
    return (request.path, request.query, time, accept, language, _codings(request))


def _whole(
    status: int,
    item: Representation,
    variant: Variant,
    more: headers.Headers,
    vary: tuple[str, str] = headers.VARY_CODED,
) -> Response:
    described = headers.content(Variant(variant.path, item.media_type, variant.language), item.etag)
    coding = (("content-encoding", item.coding),) if item.coding else ()
    ranges = (("accept-ranges", "bytes"),) if item.etag else ()
    given = (*described, *coding, *ranges, *more, vary, headers.FRESH)
    return headers.answer(status, given, item.body)


def _earlier(resource: Resource, asked: str, root: str) -> Response:
    """To the version of a time (RFC 7089, section 4.1.1): a document is its own TimeGate."""
    linked = headers.links(replace(resource, variants=()), root)
    vary = mementos.varied(resource, headers.VARY)
    to = headers.address(mementos.wanted(resource, asked), root)
    return _redirect(HTTPStatus.FOUND, to, (*linked, vary, headers.FRESH))


def _folders(path: str) -> int:
    """How many folders deep something stands."""
    return path.partition("?")[0].count("/")


def _led(resource: Resource, variant: Variant | None, root: str) -> Response:
    """An answer that leads elsewhere: to a document, to the variant that was chosen, or to what replaced it."""
    target = resource.to[0] if resource.to else variant.path if variant else ""
    return _redirect(
        resource.status, headers.address(target, root), (*headers.links(resource, root), headers.VARY, headers.FRESH)
    )


def _redirect(status: int, location: str, more: headers.Headers = ()) -> Response:
    return headers.answer(status, (("location", location), *more))


def _options(methods: tuple[str, ...]) -> Response:
    return headers.answer(HTTPStatus.NO_CONTENT, headers.allowed(methods))


def _method(methods: tuple[str, ...]) -> Problem:
    refused = problems.of_http(HTTPStatus.METHOD_NOT_ALLOWED)
    return Problem(refused.kind, refused.en, refused.sv, headers=(("allow", ", ".join(methods)),))
