"""What is measured, each in a process of its own: `python -m bench.tasks NAME DIR …` prints one line of JSON.

The clock starts when everything is imported, so that only the work counts; whoever wants to know
what a whole process takes looks at it from outside, as `bench.run` does. Memory is how much the
process grew at its peak, which is why nothing runs twice in one process.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from samverkan.model.queries import PROVENANCE
from samverkan.model.today import today
from samverkan.publication.html import Pages
from samverkan.publication.published import Site
from samverkan.publication.site_map import SiteMap

if TYPE_CHECKING:
    from collections.abc import Mapping

    import rdflib

    from samverkan.model.queries import Query
    from samverkan.model.results import Page
    from samverkan.validation import Report

RDFLIB_FORMATS = {".ttl": "turtle", ".jsonld": "json-ld", ".nt": "nt", ".rdf": "xml"}

Counts = dict[str, int]
Work = Callable[[], Counts]
File = tuple[str, bytes]


class DataOnly(Site):
    """A site whose release holds documents, graphs and dumps, but no answers of queries."""

    @cached_property
    def queries(self) -> Mapping[str, Query]:
        """None."""
        return {}

    @cached_property
    def report(self) -> Report:
        """A clean bill: the gate is measured by itself."""
        from samverkan.validation import Report

        return Report(())


class _NoPages(Pages):
    """The pages of a site that has none."""

    def prepare(self) -> None:
        """Nothing."""

    def whole(self) -> Iterator[Page]:
        """None."""
        return iter(())

    def about(self, path: str, iri: str) -> Iterator[Page]:  # noqa: ARG002 - as it is in `Pages`
        """None."""
        return iter(())

    def kind(self, path: str, things: Sequence[str]) -> Iterator[Page]:  # noqa: ARG002 - as it is in `Pages`
        """None."""
        return iter(())

    def version(self, path: str, name: str) -> Iterator[Page]:  # noqa: ARG002 - as it is in `Pages`
        """None."""
        return iter(())

    def answer(self, *_: object, **__: object) -> Iterator[Page]:
        """None."""
        return iter(())

    def named(self) -> Iterator[Page]:
        """None."""
        return iter(())

    def release(self, number: int) -> Iterator[Page]:  # noqa: ARG002 - as it is in `Pages`
        """None."""
        return iter(())


class _DataBook(SiteMap):
    """An address book without pages for people."""

    @cached_property
    def html(self) -> Pages:
        """None."""
        return _NoPages(self._site, self.answers, self.releases)


def data_only(folder: Path, as_of: date | None = None) -> DataOnly:
    """A site that is published without pages and answers."""
    site = DataOnly(folder, None, as_of or today())
    site.__dict__["pages"] = _DataBook(site)
    return site


class WithPages(DataOnly):
    """The same with a page for people about each thing; of the queries those that say where facts come from."""

    @cached_property
    def queries(self) -> Mapping[str, Query]:
        """Those that pages are made with."""
        return {name: query for name, query in Site(self.root).queries.items() if query.view in PROVENANCE}


def load_ours(folder: Path) -> Work:
    """Read a site into the store."""
    from samverkan.store import Embedded

    site = Site(folder)

    def work() -> Counts:
        assert isinstance(site.store, Embedded)
        return {"triples": site.store.size()}

    return work


def load_pyoxigraph(folder: Path, method: str = "load") -> Work:
    """Let pyoxigraph load the same files into the same graphs."""
    from pyoxigraph import NamedNode, RdfFormat, Store

    def work() -> Counts:
        store = Store()
        for path in turtle_files(folder, "ontology", "data"):
            getattr(store, method)(path=path, format=RdfFormat.TURTLE, to_graph=NamedNode(f"graph:{path.stem}"))
        return {"triples": len(store)}

    return work


def load_rdflib(folder: Path) -> Work:
    """Let rdflib parse the same files into one graph."""
    import rdflib
    import rdflib.plugins.parsers.notation3

    def work() -> Counts:
        return {"triples": len(_rdflib_graph(rdflib.Graph(), turtle_files(folder, "ontology", "data")))}

    return work


def validate_pyshacl(folder: Path, target: Path) -> Work:
    """Let pySHACL on rdflib check the same data with the same shapes; the results go to `target` as N-Triples."""

    def work() -> Counts:
        import pyshacl
        import rdflib

        data = _rdflib_graph(rdflib.Graph(), turtle_files(folder, "ontology", "data"))
        shapes = _rdflib_graph(rdflib.Graph(), turtle_files(folder, "shapes"))
        _, report, _ = pyshacl.validate(data, shacl_graph=shapes, do_owl_imports=False)
        assert isinstance(report, rdflib.Graph)
        report.serialize(target, format="nt")
        return {"triples": len(data)}

    return work


def publish_ours(folder: Path, target: Path) -> Work:
    """Read a site and write its data formats, with sums and manifest."""
    from samverkan.publication import static
    from samverkan.site import documents  # noqa: F401 - so that the clock does not see it being imported

    def work() -> Counts:
        site = data_only(folder)
        release = static.write_release(site, target)
        return {"files": release.files, "bytes": release.size, "things": len(site.documents.about)}

    return work


def publish_on_one_core(folder: Path, target: Path, *, pages: bool) -> Work:
    """The same on one processor, with the pages that people read or without."""
    from samverkan.publication import static
    from samverkan.site import documents  # noqa: F401 - so that the clock does not see it being imported

    def work() -> Counts:
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        site = WithPages(folder) if pages else DataOnly(folder)
        if not pages:
            site.__dict__["pages"] = _DataBook(site)
        release = static.write_release(site, target)
        count = sum(path.suffix == ".html" for path in target.rglob("*"))
        return {"files": release.files, "bytes": release.size, "pages": count}

    return work


def write_same(source: Path, target: Path) -> Work:
    """Write the bytes of a release, held in memory, into the same number of files in the same folders."""
    paths = [path for path in sorted(source.rglob("*")) if path.is_file()]
    found = [(path.relative_to(source).as_posix(), path.read_bytes()) for path in paths]

    def work() -> Counts:
        files, size = written(found, target)
        return {"files": files, "bytes": size}

    return work


def publish_rdflib(folder: Path, target: Path) -> Work:
    """Let rdflib write the documents in the same loop; its graphs are made before the clock starts."""
    graphs = [(path, _rdflib_document(nt)) for path, nt in _documents(folder)]
    for form in RDFLIB_FORMATS.values():
        graphs[0][1].serialize(format=form, encoding="utf-8")  # so that every plugin is imported

    def work() -> Counts:
        files, size = written(_rdflib_files(graphs), target)
        return {"files": files, "bytes": size, "things": len(graphs)}

    return work


def documents_ours(folder: Path, target: Path) -> Work:
    """Write the documents only, from graphs that are ready: what rdflib does in `publish_rdflib`."""
    from samverkan.formats import formats_of

    site = DataOnly(folder)
    ready = [(path, site.documents.document(path, name)) for path, name in site.documents.paths()]

    def work() -> Counts:
        found = ((path + form.suffix, form(graph, site.context)) for path, graph in ready for form in formats_of(graph))
        files, size = written(found, target)
        return {"files": files, "bytes": size, "things": len(ready)}

    return work


def turtle_files(folder: Path, *names: str) -> list[Path]:
    """The Turtle files of some folders of a site."""
    return [path for name in names for path in sorted((folder / name).glob("*.ttl"))]


def written(found: Iterable[File], target: Path) -> tuple[int, int]:
    """Write files, making each folder once; how many files and how many bytes. All contenders write like this."""
    made: set[str] = set()
    count = size = 0
    for path, content in found:
        parent = path.rpartition("/")[0]
        if parent not in made:
            (target / parent).mkdir(parents=True, exist_ok=True)
            made.add(parent)
        descriptor = os.open(f"{target}/{path}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        os.write(descriptor, content)
        os.close(descriptor)
        count, size = count + 1, size + len(content)
    return count, size


def _documents(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The path of each document and what it states, in N-Triples."""
    from pyoxigraph import RdfFormat, serialize

    documents = DataOnly(folder).documents
    for path, name in documents.paths():
        stated = serialize(documents.document(path, name).triples, format=RdfFormat.N_TRIPLES)
        assert stated is not None
        yield path, stated


def _rdflib_document(ntriples: bytes) -> rdflib.Graph:
    import rdflib

    return rdflib.Graph().parse(data=ntriples, format="nt")


def _rdflib_files(graphs: Iterable[tuple[str, rdflib.Graph]]) -> Iterator[File]:
    for path, graph in graphs:
        for suffix, form in RDFLIB_FORMATS.items():
            content = graph.serialize(format=form, encoding="utf-8")
            assert content is not None
            yield path + suffix, content


def _rdflib_graph(graph: rdflib.Graph, paths: Iterable[Path]) -> rdflib.Graph:
    for path in paths:
        graph.parse(path, format="turtle")
    return graph


TASKS: dict[str, Callable[..., Work]] = {
    "load-ours": load_ours,
    "load-pyoxigraph": load_pyoxigraph,
    "load-bulk": partial(load_pyoxigraph, method="bulk_load"),
    "load-rdflib": load_rdflib,
    "validate-pyshacl": validate_pyshacl,
    "publish-ours": publish_ours,
    "publish-data": partial(publish_on_one_core, pages=False),
    "publish-pages": partial(publish_on_one_core, pages=True),
    "publish-rdflib": publish_rdflib,
    "documents-ours": documents_ours,
    "write-same": write_same,
}


def main(name: str, *folders: str) -> None:
    """Prepare a task, do its work by the clock, and print what it took."""
    work = TASKS[name](*map(Path, folders))
    os.sync()  # so that nobody pays for what another has left to the disk
    before = _resident_kb()
    start = time.perf_counter()
    counts = work()
    seconds = time.perf_counter() - start
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    grown = peak - before
    print(json.dumps({"seconds": seconds, "grown_kb": grown, **counts}))


def _resident_kb() -> int:
    """The memory that the process has now, where the system tells that (Linux); else what it had at its peak so far."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text(encoding="ascii").split()[1]) * resource.getpagesize() // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main(*sys.argv[1:])
