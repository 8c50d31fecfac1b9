"""What the workers of the server do: find pages, write them, answer questions.

As a program it is the process that they are forked of, which opens a site, and opens it anew when it has changed.
Jobs and replies are plain mappings and bytes; what goes wrong is told in the reply, by kind.
"""

from __future__ import annotations

import gc
import hashlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cached_property, lru_cache, partial
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

from samverkan import confined_files
from samverkan.errors import (
    GateError,
    NotAcceptableError,
    OutsideError,
    Place,
    SamverkanError,
    TooLargeError,
    UnreadableError,
)
from samverkan.formats import FORMATS, Format, formats_for, formats_of, negotiated, profiles_for, typed
from samverkan.formats.streams import StreamWriter
from samverkan.limits import FailedError, QueryLimits, TookTooLongError, Work
from samverkan.model import endpoint, media_types, paths
from samverkan.model.negotiation import first_made, profile, ranked, variant
from samverkan.model.queries import Query
from samverkan.model.representations import Link, Resource, Variant
from samverkan.model.results import Answer, BooleanResult, Graph, Page, Table
from samverkan.model.today import today
from samverkan.publication import resolver, void
from samverkan.publication.published import RenewableSite, Site, open_site
from samverkan.publication.query_catalogue import formats
from samverkan.publication.release_file import ReleaseFile
from samverkan.server.http import content_codings
from samverkan.server.pool import keeper
from samverkan.server.pool.keeper import Stage, UnopenedError
from samverkan.server.pool.worker import Rehearsal
from samverkan.server.queue_names import CANNED, FREE, PAGES, needs_all, queue_of
from samverkan.settings import FILE_NAME
from samverkan.site import audit_record, preview_picture
from samverkan.site.folder import CONTEXT
from samverkan.store import Graphs, Large
from samverkan.validation import reports
from samverkan.workers import processors

HTML = media_types.HTML

_LEADING = frozenset({HTTPStatus.SEE_OTHER, HTTPStatus.PERMANENT_REDIRECT})

_STREAMED = 10_000_000  # bytes: larger answers are streamed

Opened = Callable[[Mapping[str, Any]], Callable[[bytes], None]]
JobResult = tuple[dict[str, Any], bytes]
Job = Mapping[str, Any]


@dataclass(frozen=True)
class JobHandler:
    """A site that is ready to be asked, and the limits that free queries have.

    Where it is not whole, nothing is made that needs all, but what was asked for by its own path.
    """

    site: Site
    limits: QueryLimits
    is_whole: bool = True

    @cached_property
    def few(self) -> JobHandler:
        """The same for a few things of the site, on which jobs are tried."""
        return replace(self, site=self.site.sample(_REHEARSED))

    def __call__(self, job: Job) -> JobResult:
        """Do a job: `find` an address, `fetch` a variant, or `ask` a free query."""
        try:
            return _WORK[job["do"]](self, job)
        except SamverkanError as error:
            return {"error": _serialised_error(error)}, b""

    def find(self, job: Job) -> JobResult:
        """What stands at the path `path` with the query string `query`.

        With it come the bytes that a reader with the headers `accept` and `language` wants of it, if they are made by
        the queue `queue` and can be made.
        """
        path = job["path"]
        resource = self._services.get(path) or resolver.find(self.site, path, job["query"])
        head: dict[str, Any] = {"resource": resource}  # orjson writes dataclasses faster than they are taken apart
        try:
            item, body = self._wanted_of(resource, job)
        except SamverkanError:  # who asks for it is told
            return head, b""
        return ({**head, "item": item}, body) if item else (head, b"")

    def _wanted_of(self, resource: Resource, job: Job) -> JobResult:
        """The variant that a reader wants; nothing where something else is to be sent, or another queue makes it."""
        if not resource.variants or resource.status in _LEADING:
            return {}, b""
        wanted = variant(resource, job.get("accept"), job.get("language"))
        is_made_here = queue_of(wanted.path) == job.get("queue") and (self.is_whole or not needs_all(wanted.path))
        return self.fetch({"path": wanted.path}) if is_made_here else ({}, b"")

    def fetch(self, job: Job) -> JobResult:
        """The bytes of the variant at `path`."""
        path = job["path"]
        described = (*formats_for(Graph), *profiles_for(Graph))
        form = next((each for each in described if path == paths.SPARQL + each.suffix), None)
        if form:
            context = self.site.context
            return _written(ReleaseFile(path, form(self._description, context), typed(form, context)))
        return _written(resolver.fetch(self.site, path))

    def ask(self, job: Job) -> JobResult:
        """The answer of the query `sparql` over the graphs `default` and `named`.

        It is in the format that `format` names, where that is not empty, else in the best one for `accept`.
        """
        ask = self.site.free(job.get("inferred"))
        return self._in_format(job, ask(job["sparql"], **self._dataset(job)))

    def _dataset(self, job: Job) -> dict[str, Any]:
        """What a free query is asked with."""
        graphs = Graphs(tuple(job["default"]), tuple(job["named"]))
        self._check(graphs)
        return {"prefixes": self._prefixes, "graphs": graphs or None, "base": self._base}

    @cached_property
    def _prefixes(self) -> dict[str, str]:
        return dict(self.site.prefixes.table)

    @cached_property
    def _base(self) -> str:
        return self.site.addresses.url(paths.SPARQL)

    def _in_format(self, job: Job, answer: Answer) -> JobResult:
        if job["format"]:
            return self._written_as(_asked_for(answer, job["format"]), answer)
        forms = _FORMS[type(answer)]
        wanted = _wanted((*forms, HTML), job["accept"])
        try:
            return first_made(wanted, lambda kind: self._answered(job, answer, forms, kind))
        except NotAcceptableError as error:
            error.offers = tuple(kind for kind in (*forms, HTML) if kind not in wanted)
            raise

    def work(self, job: Job, opened: Opened) -> JobResult | None:
        """Do a job as a worker: a large answer that may be streamed goes to `opened`, and then there is no other."""
        if not job.get("streamed"):
            return self(job)
        try:
            return self._stream(job, opened)
        except SamverkanError as error:
            return {"error": _serialised_error(error)}, b""

    def _stream(self, job: Job, opened: Opened) -> JobResult | None:
        """As `ask`; a large answer that is for programs is streamed in the content coding `streamed`."""
        ask = None if _may_become_page(job) else self.site.streaming(job.get("inferred"))
        if ask is None:
            return self.ask(job)
        streamed = _StreamedAnswer(self, job, opened)
        answer = ask(job["sparql"], Large(_STREAMED, streamed.take), **self._dataset(job))
        if answer is None:
            streamed.end()
            return None
        return self._in_format(job, answer)

    def _answered(self, job: Job, answer: Answer, forms: Mapping[str, Format], media_type: str) -> JobResult:
        """The answer of a free query in one of its forms, or for people; raises `NotAcceptableError` if it can't be."""
        if media_type == HTML:
            return self._shown(job, answer, [*forms])
        asked = profile(media_type, job["accept"])
        return self._written_as(Format(**vars(asked)) if asked else forms[media_type], answer)

    def _written_as(self, form: Format, answer: Answer) -> JobResult:
        content = form(answer, self.site.context)
        if len(content) > self.limits.bytes:
            raise TooLargeError(len(content), self.limits.bytes)
        return _written(ReleaseFile(paths.SPARQL + form.suffix, content, typed(form, self.site.context)))

    def _shown(self, job: Job, answer: Answer, media_types: list[str]) -> JobResult:
        """The answer of a free query for people, in the language `language`."""
        language = job["language"]
        stated = job.get("inferred") is False
        content = self.site.pages.html.asked(language, job["sparql"], answer, media_types, stated=stated)
        return _written(ReleaseFile(f"{paths.SPARQL}.{language}.html", content, HTML))

    def held(self, _job: Job) -> JobResult:
        """Which release an engine elsewhere holds just now."""
        return {"held": _held(self.site)}, b""

    def _check(self, graphs: Graphs) -> None:
        for iri in (*graphs.default, *graphs.named):
            if iri not in self._published:
                raise OutsideError(
                    f"{iri} is not a graph that is published here.",
                    remedy=f"The graphs are: {', '.join(sorted(self._published))}.",
                    sv=f"{iri} är ingen graf som publiceras här. Det finns: {', '.join(sorted(self._published))}.",
                )

    @cached_property
    def _published(self) -> frozenset[str]:
        inferred = self.site.inferred.graphs if self.site.inferred else ()
        return frozenset((*(file.graph for file in self.site.published), *inferred))

    @cached_property
    def _services(self) -> Mapping[str, Resource]:
        """The addresses of the service without suffix and with each: it is described as data, and has a page."""
        forms = tuple(Variant(paths.SPARQL + form.suffix, form.media_type) for form in formats_for(Graph))
        pages = (Variant(paths.SPARQL + page.suffix, HTML, page.language) for page in self.site.pages[paths.SPARQL])
        whole = Resource(paths.SPARQL, variants=(*forms, *pages), links=(Link("describedby", f"/{paths.VOID}"),))
        profiled = (Variant(paths.SPARQL + form.suffix, form.media_type) for form in profiles_for(Graph))
        exact = {f"/{variant.path}": replace(whole, exact=variant) for variant in (*whole.variants, *profiled)}
        return {f"/{paths.SPARQL}": whole, **exact}

    @cached_property
    def _description(self) -> Graph:
        return void.service(self.site, self.limits)


@dataclass
class _StreamedAnswer:
    """An answer on its way that is too large to be held: written in its format block by block."""

    handler: JobHandler
    job: Job
    opened: Opened

    def __post_init__(self) -> None:
        self._write: StreamWriter | None = None

    def take(self, block: Table | Graph) -> None:
        """Write a block; the first decides the format. Raises `NotAcceptableError` where none can carry that."""
        if self._write:
            self._send(self._write(block))
        else:
            self._begin(*self._first(block))

    def _first(self, block: Table | Graph) -> tuple[Format, StreamWriter, bytes]:
        """The format that is chosen, what writes it, and the first bytes."""
        if self.job["format"]:
            return self._begun(_asked_for(block, self.job["format"]), block)
        forms = _FORMS[type(block)]
        return first_made(_wanted((*forms,), self.job["accept"]), lambda kind: self._begun(forms[kind], block))

    def _begun(self, form: Format, block: Table | Graph) -> tuple[Format, StreamWriter, bytes]:
        write = StreamWriter(form, self.handler.site.context)
        return form, write, write(block)

    def _begin(self, form: Format, write: StreamWriter, written: bytes) -> None:
        coding = self.job["streamed"]
        head = {"path": paths.SPARQL + form.suffix, "media_type": form.media_type, "etag": ""}
        self._write, self._packing = write, content_codings.stream(coding)
        self._piece = self.opened({**head, "coding": "" if coding == content_codings.IDENTITY else coding})
        self._send(written)

    def _send(self, written: bytes) -> None:
        self._piece(self._packing.process(written))

    def end(self) -> None:
        """All blocks have been written."""
        assert self._write is not None
        self._send(self._write.end)
        self._piece(self._packing.finish())


_WORK: Mapping[str, Callable[[JobHandler, Job], JobResult]] = {
    "find": JobHandler.find,
    "fetch": JobHandler.fetch,
    "ask": JobHandler.ask,
    "held": JobHandler.held,
}


def _may_become_page(job: Job) -> bool:
    """Whether an answer may be wanted as a page, whose writer has to see all of it."""
    return not job["format"] and _may_prefer_page(job["accept"])


@lru_cache(maxsize=64)
def _may_prefer_page(accept: str | None) -> bool:
    with suppress(NotAcceptableError):  # it is told with the answer
        return any(HTML in ranked((*_FORMS[kind], HTML), accept)[:1] for kind in (Table, Graph))
    return False


# The formats that an `Accept` can choose for each kind of answer, by their media types.
_FORMS: Mapping[type[Answer], Mapping[str, Format]] = {
    kind: {form.media_type: form for form in negotiated(formats_for(kind))} for kind in (Table, BooleanResult, Graph)
}


@lru_cache(maxsize=64)
def _wanted(offers: tuple[str, ...], accept: str | None) -> tuple[str, ...]:
    """As `ranked`, and what was ranked lately is known."""
    return tuple(ranked(offers, accept))


def _asked_for(answer: Answer, name: str) -> Format:
    """The format of an answer that a name means; raises `NotAcceptableError`, with the suffixes, where none does."""
    forms = formats_of(answer)
    found = next((form for form in forms if form.is_named(name)), None)
    if found is None:
        there, kind = ", ".join(form.suffix for form in forms), _KINDS[type(answer)]
        raise NotAcceptableError(
            f"This query is answered with {kind['en']}, which {name} can't carry.",
            remedy=f"The suffixes that fit are: {there}.",
            sv=f"Den här frågan besvaras med {kind['sv']}, som inte går att skriva som {name}. "
            f"Suffixen som passar är: {there}.",
            offers=[form.suffix for form in forms],
        )
    return found


_KINDS: Mapping[type[Answer], Mapping[str, str]] = {
    Table: {"en": "a table", "sv": "en tabell"},
    BooleanResult: {"en": "true or false", "sv": "sant eller falskt"},
    Graph: {"en": "a graph", "sv": "en graf"},
}


def _written(item: ReleaseFile) -> JobResult:
    etag = f'"{hashlib.sha256(item.content).hexdigest()[:32]}"'
    links = [asdict(link) for link in item.links]
    return {"path": item.path, "media_type": item.media_type, "etag": etag, "links": links}, item.content


def _serialised_error(error: SamverkanError) -> dict[str, Any]:
    """An error on its way to another process."""
    return {
        "kind": type(error).__name__,
        "en": error.message("en"),
        "sv": error.message("sv"),
        "line": error.place.line if error.place else None,
        "column": getattr(error, "column", None),
        "parameter": getattr(error, "parameter", None),
        "alternates": list(getattr(error, "offers", ())) or None,
        "reason": "size" if isinstance(error, TooLargeError) else None,
        "limit": {"bytes": error.most} if isinstance(error, TooLargeError) else None,
    }


def ready(site: Site, limits: QueryLimits) -> JobHandler:
    """Check a site and load all that workers share; raises `GateError` or `UnreadableError` where it may not be."""
    handler = ready_for_data(site, limits)
    prepare_pages(handler)
    return handler


def ready_for_data(site: Site, limits: QueryLimits, *, rehearsed: bool = False) -> JobHandler:
    """Check a site and load what workers share who do nothing that needs all of it (`needs_all`).

    Raises as `ready`. What a job imports is there, whatever job it is; where that was `rehearsed`, it is there already.
    """
    _check_gate(site)
    _ = site.context.terms, site.context.linked.terms, site.documents.labels, site.tombstones
    handler = JobHandler(site, limits, is_whole=False)
    refuse_unmade = _refuse_unmade(handler.few)
    with ThreadPoolExecutor(1) as executor:  # a store is loaded without holding up Python
        warming = executor.submit(site.store.warm)
        site.pages.prepare_data()
        site.pages.answers.prepare()
        warming.result()
    if not rehearsed:
        _do(handler.few, (job for job in _fetched(handler.few.site) if not needs_all(job["path"])))
    _do(handler, _addresses())
    refuse_unmade()
    return handler


def prepare_pages(handler: JobHandler, *, rehearsed: bool = False) -> None:
    """Load what is missing to make pages for people and to answer free queries; `rehearsed` as before."""
    site = handler.site
    with ThreadPoolExecutor(1) as executor:  # as above
        loading = executor.submit(_load_twice, site)
        site.pages.prepare()
        loading.result()
    _ = site.inferred, site.free()
    if not rehearsed:
        _do(handler.few, (job for job in _fetched(handler.few.site) if needs_all(job["path"])))
    _do(handler, _asked(site))


def _load_twice(site: Site) -> None:
    """Load the other store of a site that has one, to which is added what follows."""
    if site.endpoint is None and site.settings.inferred:
        site.second_store.warm()


def _do(handler: JobHandler, jobs: Iterable[Job]) -> None:
    """Do jobs for what they import and read, which has to be there before workers are forked, who open no file."""
    for job in jobs:
        handler(job)


def _check_gate(site: Site) -> None:
    report = site.report
    if not report.conforms:
        en, sv = (reports.plain(report, language, coverage=False) for language in ("en", "sv"))
        raise GateError(en, sv=sv) if report.readable else UnreadableError(en, sv=sv)


# Values of many kinds, for what a language knows of them is read when it is first asked for.
_EVERY_KIND = """SELECT * { VALUES ?x { 1 1.5 true "x"@fi "x"@zh-hant "x"@x-none "2020-03"^^xsd:gYearMonth
  "2020-03-01"^^xsd:date "2020-03-01T00:00:00Z"^^xsd:dateTime "urn:x"^^xsd:anyURI <urn:x> } }"""


_LARGE = 20_000  # statements: the data of a larger site are served before its pages are ready
_MOST_AT_ONCE = 4  # processes that try what is served
_REHEARSED = 500  # statements: what is tried before workers are forked must not take longer where the data grow
# Queries of each form, whose answers any format may be asked for, and what is refused.
_ANSWERED = ("ASK {}", "SELECT * { ?s ?p ?o } LIMIT 9", "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 9", _EVERY_KIND)
_REFUSED = ("ASK {", "SERVICE")


def _refuse_unmade(few: JobHandler) -> Callable[[], None]:
    """Answer all queries of a site in all formats and as pages, in processes of their own from now on.

    What is given back raises `UnreadableError` for one that can't be made, before anything is served.
    """
    few.site.pages.html.prepare_frame()  # here, or each process would make it again
    queries, count = tuple(few.site.queries.values()), min(processors(), _MOST_AT_ONCE)
    parts = [queries[start::count] for start in range(count)]
    works = [Work(few.site.settings.gate_seconds, partial(_unmade, few, part)) for part in parts]

    def refuse() -> None:
        try:
            faults = [fault for work in works if (fault := work.result())]
        except (TookTooLongError, FailedError) as error:
            raise _not_made("", str(error)) from None
        if faults:
            raise _not_made(*orjson.loads(faults[0]))

    return refuse


def _unmade(handler: JobHandler, queries: Iterable[Query]) -> bytes:
    """The first answer that can't be made, and why, as JSON; nothing where all can."""
    for query in queries:
        for suffix in (*(form.suffix for form in formats(query)), f".{handler.site.settings.languages[0]}.html"):
            try:
                handler({"do": "fetch", "path": f"{paths.ANSWERS}{query.name}{suffix}"})
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told
                return orjson.dumps([query.place.file, f"{query.name}{suffix}: {type(error).__name__}: {error}"])
    return b""


def _not_made(file: str, why: str) -> UnreadableError:
    return UnreadableError(
        f"The answers of the queries can't all be made: {why}." if why else "The queries can't be answered in time.",
        remedy="Correct the query, or what it asks for.",
        place=Place(file) if file else None,
        sv=(f"Det går inte att göra alla frågors svar ({why})." if why else "Frågorna går inte att besvara i tid.")
        + " Rätta frågan, eller det som den frågar efter.",
    )


def _asked(site: Site) -> Iterator[Job]:
    """Free queries, and addresses where nothing stands."""
    languages = site.settings.languages
    for sparql in _ANSWERED:
        for accept in (None, "no/such", *(form.media_type for form in FORMATS)):
            yield _asking(sparql, accept, languages[0])
    for sparql in (*_ANSWERED, *_REFUSED):
        yield from (_asking(sparql, HTML, language) for language in languages)
    for more in ({"default": ["urn:no"]}, {"format": ".csv"}):
        yield {**_asking("ASK {}", None, languages[0]), **more}
    yield from _addresses()
    yield {"do": "fetch", "path": f"{paths.SPARQL}.ttl"}


def _addresses() -> Iterator[Job]:
    """Addresses where nothing stands, and one of the whole, as programs ask for it that name what they read."""
    for path in ("/id/nothing", f"/{paths.QUERIES}/nothing", f"/{paths.VOID}"):
        yield {"do": "find", "path": path, "query": "no=such"}
    yield {"do": "find", "path": f"/{paths.VOID}", "query": "", "accept": "text/turtle, */*;q=0.1", "language": "en"}


def _asking(sparql: str, accept: str | None, language: str) -> Job:
    asked: dict[str, Any] = {
        "sparql": sparql,
        "default": [],
        "named": [],
        "format": "",
        "accept": accept,
        "language": language,
    }
    return {"do": "ask", **asked}


def _fetched(site: Site) -> Iterator[Job]:
    """Data about the whole and an answer, the pages for people of which there is one, and one of each other kind.

    They are made of a few things, for what is made of many does not import more.
    """
    data = (f"{paths.VOID}.ttl", f"{paths.QUERIES}.ttl", f"{paths.VALIDATION}.json")
    answers = [paths.ANSWERS + query.name + formats(query)[0].suffix for query in site.queries.values()]
    pages = dict.fromkeys(page.path + page.suffix for page in _pages(site))
    return ({"do": "fetch", "path": path} for path in (*data, *answers[:1], *pages))


def _pages(site: Site) -> Iterator[Page]:
    """The start page in every language, for each knows things of its own, and everything else in the first."""
    first = site.settings.languages[0]
    whole = {(page.path, page.language): page for page in site.pages.html.whole()}  # two addresses may have one page
    yield from (page for page in whole.values() if page.language in {None, first} or page.path == paths.START)
    kinds: dict[object, str] = {}
    for path, iri in site.documents.paths():
        kinds.setdefault(next(iter(site.documents.about[iri])).object, path)
    for graph in site.documents.graphs():
        kinds.setdefault("graph", site.addresses.document(graph) or paths.VOID)
    for query in site.queries.values():
        kinds.setdefault((query.view, query.form), f"{paths.ANSWERS}{query.name}")
    for path in kinds.values():
        yield next(page for page in site.pages[path] if page.suffix.endswith(".html"))


def facts(site: Site, *, is_whole: bool = True) -> dict[str, Any]:
    """What the server process should know of a site, of which all is ready, or only what most jobs need."""
    settings, held = site.settings, _held(site)
    return {
        "base": settings.base,
        "ontology": settings.ontology,
        "license": settings.license,
        "release": _release(site),
        "statements": sum(1 for _ in site.documents.union()),
        "shells": site.pages.html.placeholders(is_whole=is_whole),
        "held": held,
        "trusted_proxies": settings.trusted_proxies,
        "stale": _is_stale(site, held),
    }


def _held(site: Site) -> str | None:
    """The stamp of the release that an engine elsewhere holds, empty where its data came by another way; None here."""
    if site.endpoint is None:
        return None
    from samverkan.store.remote import Remote

    assert isinstance(site.store, Remote)
    return site.store.entry().stamp


def _is_stale(site: Site, held: str | None) -> bool:
    """Whether an engine elsewhere answers from another release than the one in the folder, or from none of ours."""
    if held is None:
        return False
    from samverkan.push import of_graphs, release

    return held.partition(" ")[0] != release(of_graphs(site.graphs))


def _release(site: Site) -> str:
    """A short name for what is served: the same site has the same, and another one another."""
    graphs = ((file.name, file.content) for file in (*site.published, *site.shapes))
    queries = ((query.place.file, query.text.encode()) for query in site.queries.values())
    settings = confined_files.read_file(site.root / FILE_NAME, FILE_NAME)
    digest = hashlib.sha256()
    audit = repr(site.audit).encode()
    own = (
        *((FILE_NAME, settings), (CONTEXT, site.context_source)),
        *((audit_record.FILE_NAME, audit), (preview_picture.FILE_NAME, site.preview or b"")),
    )
    digest.update(site.as_of.isoformat().encode())
    for name, content in (*own, *graphs, *queries):
        digest.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(content).digest())
    return digest.hexdigest()[:16]


class _Opening:
    """Opens the site that the client names, stage by stage; what has not changed since the last time is kept."""

    def __init__(self) -> None:
        self._last: RenewableSite | None = None

    def __call__(self, hello: Mapping[str, Any]) -> Iterator[Stage]:
        """What workers can be forked of; raises `UnopenedError`."""
        limits = QueryLimits(**hello["limits"])
        try:
            known = self._last.surroundings if self._last else None
            site = self._site(hello)
            rehearsed = known is not None and known == getattr(site, "surroundings", None)
            handler = ready_for_data(site, limits, rehearsed=rehearsed)
        except SamverkanError as error:
            raise UnopenedError({**_serialised_error(error), "exit_code": error.exit_code}) from None
        if sum(site.documents.sizes.values()) > _LARGE:
            yield _stage(handler)
        prepare_pages(handler, rehearsed=rehearsed)
        yield _stage(replace(handler, is_whole=True), replace(handler.few, is_whole=True))

    def _site(self, hello: Mapping[str, Any]) -> Site:
        """The site as it is now. One whose queries an engine elsewhere answers is opened anew each time."""
        as_of = date.fromisoformat(hello["as_of"]) if hello["as_of"] else today()
        elsewhere = endpoint.endpoint_of_json(hello["endpoint"])
        if elsewhere:
            return open_site(hello["site"], elsewhere, as_of)
        last, self._last = self._last, None  # an error leaves nothing behind that is half done
        site = last.renewed(as_of) if last else RenewableSite(Path(hello["site"]).resolve(), as_of=as_of)
        if last:
            last.forget()
        _ = site.settings, site.surroundings, site.report
        self._last = site
        return site


def _stage(handler: JobHandler, few: JobHandler | None = None) -> Stage:
    """What workers can be forked of; they rehearse on a few things of the site."""
    known = facts(handler.site, is_whole=handler.is_whole)
    rehearsals = {} if handler.site.endpoint else _rehearsals(handler, few or handler.few)
    return Stage(known, handler.work, handler.is_whole, rehearsals)


def _rehearsals(handler: JobHandler, few: JobHandler) -> Mapping[str, Rehearsal]:
    """A job of each queue that is quickly done: a page, an answer, and a free query where those are answered."""
    wanted = {"do": "find", "query": "", "accept": HTML if few.is_whole else None, "language": None}
    jobs = {queue: {**wanted, "path": path, "queue": queue} for queue, path in _quick(few.site)}
    free = _asking(_ANSWERED[1], None, few.site.settings.languages[0])
    return {
        **{queue: partial(few, job) for queue, job in jobs.items()},
        **({FREE: partial(handler, free)} if few.is_whole else {}),
    }


def _quick(site: Site) -> Iterator[tuple[str, str]]:
    """A path of each kind, with its queue, at which something stands that is quickly made."""
    for path, _ in islice(site.documents.paths(), 1):
        yield PAGES, f"/{path}"
    for query in islice(site.queries.values(), 1):
        yield CANNED, f"/{paths.ANSWERS}{query.name}{formats(query)[0].suffix}"


def main() -> None:
    """Open the site whenever the client says so, tell it what is ready, and go on until it leaves."""
    gc.disable()  # what is read lives as long as the process
    keeper.run_keeper(sys.argv[-1], _Opening())


if __name__ == "__main__":
    main()
