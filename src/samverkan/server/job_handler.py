"""What the workers of the server do: find pages, write them, answer questions. It runs as a process of its own.

Jobs and replies are plain mappings and bytes; what goes wrong is told in the reply, by kind.
"""

from __future__ import annotations

import gc
import hashlib
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import cached_property, partial
from typing import Any

from samverkan import confined_files
from samverkan.errors import GateError, NotAcceptableError, OutsideError, SamverkanError, TooLargeError, UnreadableError
from samverkan.formats import FORMATS, Format, formats_for, formats_of, negotiated
from samverkan.limits import QueryLimits
from samverkan.model import endpoint, media_types, paths
from samverkan.model.negotiation import first_made, ranked
from samverkan.model.representations import Link, Resource, Variant
from samverkan.model.results import Answer, Graph, Page
from samverkan.publication import resolver, void
from samverkan.publication.manifest import ReleaseFile
from samverkan.publication.published import Site, open_site
from samverkan.server.pool import supervisor
from samverkan.settings import FILE_NAME
from samverkan.site import audit_record
from samverkan.site.folder import CONTEXT
from samverkan.store import Graphs
from samverkan.validation import reports

HTML = media_types.HTML

JobResult = tuple[dict[str, Any], bytes]
Job = Mapping[str, Any]


@dataclass(frozen=True)
class JobHandler:
    """A site that is ready to be asked, and the limits that free queries have."""

    site: Site
    limits: QueryLimits

    def __call__(self, job: Job) -> JobResult:
        """Do a job: `find` an address, `fetch` a variant, or `ask` a free query."""
        try:
            return _WORK[job["do"]](self, job)
        except SamverkanError as error:
            return {"error": _serialised_error(error)}, b""

    def find(self, job: Job) -> JobResult:
        """What stands at the path `path` with the query string `query`."""
        path = job["path"]
        resource = self._services.get(path) or resolver.find(self.site, path, job["query"])
        return {"resource": asdict(resource)}, b""

    def fetch(self, job: Job) -> JobResult:
        """The bytes of the variant at `path`."""
        path = job["path"]
        form = next((each for each in formats_for(Graph) if path == paths.SPARQL + each.suffix), None)
        if form:
            return _written(ReleaseFile(path, form(self._description, self.site.context), form.media_type))
        return _written(resolver.fetch(self.site, path))

    def ask(self, job: Job) -> JobResult:
        """The answer of the query `sparql` over the graphs `default` and `named`, in the best format for `accept`."""
        graphs = Graphs(tuple(job["default"]), tuple(job["named"]))
        self._check(graphs)
        prefixes, base = dict(self.site.prefixes.table), self.site.addresses.url(paths.SPARQL)
        ask = partial(self.site.store.query, prefixes=prefixes, graphs=graphs or None, base=base)
        answer = _afresh(partial(ask, job["sparql"]))
        forms = {form.media_type: form for form in negotiated(formats_of(answer))}
        wanted = ranked([*forms, HTML], job["accept"])
        try:
            return first_made(wanted, lambda kind: self._answered(job, answer, forms, kind))
        except NotAcceptableError as error:
            error.offers = tuple(kind for kind in (*forms, HTML) if kind not in wanted)
            raise

    def _answered(self, job: Job, answer: Answer, forms: Mapping[str, Format], media_type: str) -> JobResult:
        """The answer of a free query in one of its forms, or for people; raises `NotAcceptableError` if it can't be."""
        if media_type == HTML:
            return self._shown(job, answer, [*forms])
        form = forms[media_type]
        content = form(answer, self.site.context)
        if len(content) > self.limits.bytes:
            raise TooLargeError(len(content), self.limits.bytes)
        return _written(ReleaseFile(paths.SPARQL + form.suffix, content, form.media_type))

    def _shown(self, job: Job, answer: Answer, media_types: list[str]) -> JobResult:
        """The answer of a free query for people, in the language `language`."""
        language = job["language"]
        content = self.site.pages.html.asked(language, job["sparql"], answer, media_types)
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
        return frozenset(file.graph for file in self.site.published)

    @cached_property
    def _services(self) -> Mapping[str, Resource]:
        """The addresses of the service without suffix and with each: it is described as data, and has a page."""
        forms = tuple(Variant(paths.SPARQL + form.suffix, form.media_type) for form in formats_for(Graph))
        pages = (Variant(paths.SPARQL + page.suffix, HTML, page.language) for page in self.site.pages[paths.SPARQL])
        whole = Resource(paths.SPARQL, variants=(*forms, *pages), links=(Link("describedby", f"/{paths.VOID}"),))
        exact = {f"/{variant.path}": replace(whole, exact=variant) for variant in whole.variants}
        return {f"/{paths.SPARQL}": whole, **exact}

    @cached_property
    def _description(self) -> Graph:
        return void.service(self.site, self.limits)


_WORK: Mapping[str, Callable[[JobHandler, Job], JobResult]] = {
    "find": JobHandler.find,
    "fetch": JobHandler.fetch,
    "ask": JobHandler.ask,
    "held": JobHandler.held,
}


def _afresh(work: Callable[[], Answer]) -> Answer:
    """Do work in a new thread, where chance begins anew.

    The engine's random numbers belong to a thread, and a fork inherits those of the supervisor: RAND() and
    UUID() would be the same for everybody.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(work).result()


def _written(item: ReleaseFile) -> JobResult:
    etag = f'"{hashlib.sha256(item.content).hexdigest()[:32]}"'
    return {"path": item.path, "media_type": item.media_type, "etag": etag}, item.content


def _serialised_error(error: SamverkanError) -> dict[str, Any]:
    """An error on its way to another process."""
    return {
        "kind": type(error).__name__,
        "en": error.message("en"),
        "sv": error.message("sv"),
        "line": error.place.line if error.place else None,
        "parameter": getattr(error, "parameter", None),
        "alternates": list(getattr(error, "offers", ())) or None,
        "reason": "size" if isinstance(error, TooLargeError) else None,
        "limit": {"bytes": error.most} if isinstance(error, TooLargeError) else None,
    }


def ready(site: Site, limits: QueryLimits) -> JobHandler:
    """Check a site and load all that workers share; raises `GateError` or `UnreadableError` where it may not be."""
    report = site.report
    if not report.conforms:
        en, sv = (reports.plain(report, language, coverage=False) for language in ("en", "sv"))
        raise GateError(en, sv=sv) if report.readable else UnreadableError(en, sv=sv)
    _ = site.context, site.documents.labels, site.tombstones
    site.store.warm()
    for parameter in (each for query in site.queries.values() for each in query.parameters):
        site.menu(parameter)
    site.pages.prepare()
    handler = JobHandler(site, limits)
    for job in _rehearsal(site):
        handler(job)
    return handler


# Values of many kinds, for what a language knows of them is read when it is first asked for.
_EVERY_KIND = """SELECT * { VALUES ?x { 1 1.5 true "x"@fi "x"@zh-hant "x"@x-none "2020-03"^^xsd:gYearMonth
  "2020-03-01"^^xsd:date "2020-03-01T00:00:00Z"^^xsd:dateTime "urn:x"^^xsd:anyURI <urn:x> } }"""


def _rehearsal(site: Site) -> Iterator[Job]:
    """A job of every kind: what jobs import or read has to be there before workers are forked, who open no file."""
    languages = site.settings.languages
    for sparql in (
        "ASK {}",
        "SELECT * { ?s ?p ?o } LIMIT 9",
        "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 9",
        "ASK {",
        "SERVICE",
        _EVERY_KIND,
    ):
        for accept in (None, "no/such", *(form.media_type for form in FORMATS)):
            yield _asking(sparql, accept, languages[0])
        yield from (_asking(sparql, HTML, language) for language in languages)
    yield {**_asking("ASK {}", None, languages[0]), "default": ["urn:no"]}
    for path in ("/id/nothing", f"/{paths.QUERIES}/nothing", f"/{paths.VOID}"):
        yield {"do": "find", "path": path, "query": "no=such"}
    for path in (
        f"{paths.SPARQL}.ttl",
        f"{paths.VOID}.ttl",
        f"{paths.QUERIES}.ttl",
        f"{paths.INTERFACE}.json",
        f"{paths.VALIDATION}.json",
    ):
        yield {"do": "fetch", "path": path}
    yield from ({"do": "fetch", "path": page.path + page.suffix} for page in _pages(site))


def _asking(sparql: str, accept: str | None, language: str) -> Job:
    return {"do": "ask", "sparql": sparql, "default": [], "named": [], "accept": accept, "language": language}


def _pages(site: Site) -> Iterator[Page]:
    """The pages for people of which there is one, and of the others one of each kind, in every language."""
    yield from site.pages.html.whole()
    kinds: dict[object, str] = {}
    for path, iri in site.documents.paths():
        kinds.setdefault(next(iter(site.documents.about[iri])).object, path)
    for graph in site.documents.graphs():
        kinds.setdefault("graph", site.addresses.document(graph) or paths.VOID)
    for query in site.queries.values():
        kinds.setdefault((query.view, query.form), f"{paths.QUERIES}/{query.name}")
    for path in kinds.values():
        yield from (page for page in site.pages[path] if page.suffix.endswith(".html"))


def facts(site: Site) -> dict[str, Any]:
    """What the server process should know of a site."""
    settings, held = site.settings, _held(site)
    return {
        "base": settings.base,
        "ontology": settings.ontology,
        "license": settings.license,
        "release": _release(site),
        "statements": sum(1 for _ in site.documents.union()),
        "shells": site.pages.html.placeholders(),
        "held": held,
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
    own = ((FILE_NAME, settings), (CONTEXT, site.context_source), (audit_record.FILE_NAME, audit))
    digest.update(site.as_of.isoformat().encode())
    for name, content in (*own, *graphs, *queries):
        digest.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(content).digest())
    return digest.hexdigest()[:16]


def _opened(hello: Mapping[str, Any]) -> Site:
    as_of = date.fromisoformat(hello["as_of"]) if hello["as_of"] else None
    return open_site(hello["site"], endpoint.endpoint_of_json(hello["endpoint"]), as_of)


def main() -> None:
    """Open the site that the client names, tell it when all is ready, and serve jobs until it leaves."""
    greeting = supervisor.greeted(sys.argv[-1])
    gc.disable()  # what is read lives as long as the process
    try:
        site = _opened(greeting.hello)
        handler = ready(site, QueryLimits(**greeting.hello["limits"]))
        greeting.ready(facts(site))
    except SamverkanError as error:
        greeting.refuse({**_serialised_error(error), "exit_code": error.exit_code})
        sys.exit(error.exit_code)
    supervisor.run_supervisor(greeting.control, greeting.queues, handler)


if __name__ == "__main__":
    main()
