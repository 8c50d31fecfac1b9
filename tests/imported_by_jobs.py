"""Which modules the jobs of the server import after it is ready: `python -m tests.imported_by_jobs SITE` names them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice, product
from pathlib import Path
from typing import Any

from samverkan.limits import QueryLimits
from samverkan.model import media_types, paths
from samverkan.publication.published import Site, open_site
from samverkan.server.job_handler import JobHandler, prepare_pages, ready_for_data
from samverkan.server.queue_names import CANNED, PAGES, needs_all

_LIMITS = QueryLimits(seconds=60, bytes=1 << 25, memory=1 << 30)
_ACCEPTED = (None, "*/*", "text/turtle, */*;q=0.1", 'application/ld+json;profile="urn:x"', "text/html", "no/such")
_LARGE = (
    "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 60000",
    "CONSTRUCT { ?a ?b ?f } WHERE { ?a ?b ?c . ?d ?e ?f } LIMIT 60000",
)


def jobs(site: Site) -> Iterator[Mapping[str, Any]]:
    """A job for every kind of file in each of its formats, for every answer, and for large ones that are streamed."""
    seen = set()
    for page in site.pages.pages():
        kind = page.path if page.path.startswith(paths.ANSWERS) else page.path.partition("/")[0]
        for suffix in [page.suffix] if page.suffix else [form.suffix for form in media_types.FORMATS]:
            if (kind, suffix) not in seen:
                seen.add((kind, suffix))
                yield {"do": "fetch", "path": page.path + suffix}
    for path in (paths.MANIFEST, paths.SUMS, f"{paths.CATALOGUE}.ttl"):
        yield {"do": "fetch", "path": path}
    yield from searches(site)
    given: dict[str, Any] = {"do": "ask", "default": [], "named": [], "accept": None, "language": "sv"}
    for sparql in _LARGE:
        yield from (
            {**given, "streamed": "gzip", "sparql": sparql, "format": form.suffix} for form in media_types.FORMATS
        )


def searches(site: Site) -> Iterator[Mapping[str, Any]]:
    """A job for addresses of each kind, as readers of many kinds ask for them."""
    things = [path for path, _ in islice(site.documents.paths(), 1)]
    answers = [f"{paths.ANSWERS}{query.name}" for query in islice(site.queries.values(), 1)]
    for path, accept, queue in product((*things, *answers, paths.VOID, "no/such"), _ACCEPTED, (PAGES, CANNED)):
        wanted = {"accept": accept, "language": "fi, en;q=0.5", "queue": queue}
        yield {"do": "find", "path": f"/{path}", "query": "", **wanted}


def opened(_: Mapping[str, Any]) -> Callable[[bytes], None]:
    """Take a streamed answer, and drop it."""
    return lambda _: None


def main() -> None:
    """Do all jobs of a site, first those that need no pages, and print what each imports."""
    site = open_site(Path(sys.argv[1]))
    handler = ready_for_data(site, _LIMITS)
    first = [job for job in jobs(site) if job["do"] == "find" or (job["do"] == "fetch" and not needs_all(job["path"]))]
    do_all(handler, first)
    prepare_pages(handler)
    do_all(handler, (job for job in jobs(site) if job not in first))


def do_all(handler: JobHandler, given: Iterable[Mapping[str, Any]]) -> None:
    """Do jobs, and print what each imports."""
    known = set(sys.modules)
    for job in given:
        handler.work(job, opened)
        if found := set(sys.modules) - known:
            known |= found
            sys.stdout.write(f"{job.get('path') or job['format']} {' '.join(sorted(found))}\n")


if __name__ == "__main__":
    main()
