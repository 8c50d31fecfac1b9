"""The site map of a site: every path without its suffix, and what stands there.

It is looked up as a mapping without being written out, for a large site has hundreds of
thousands of answers; only what is published whole is gone through from end to end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from samverkan.formats import formats_for, jsonld
from samverkan.model import addresses, paging, paths
from samverkan.model.paging import FIRST, AnswerPart
from samverkan.model.queries import SUFFIX as QUERY_SUFFIX
from samverkan.model.queries import Query
from samverkan.model.results import Graph, Page, Quads
from samverkan.publication import (
    crawling,
    data_catalogue,
    earlier_releases,
    json_schema,
    kinds,
    link_sets,
    openapi,
    query_catalogue,
    shapes_graph,
    table_metadata,
    void,
)
from samverkan.publication.answer_pages import AnswerPages
from samverkan.publication.earlier_releases import EarlierReleases
from samverkan.publication.html import Pages
from samverkan.publication.release_file import ManifestEntry, ReleaseFile

if TYPE_CHECKING:
    from samverkan.site.checked_site import CheckedSite
    from samverkan.site.inference import InferredGraphs
    from samverkan.validation import Report

LANGUAGE = "lang="


def _dumps(site: CheckedSite) -> Iterator[ManifestEntry]:
    """The files with the whole dataset, each written for its size and sum alone."""
    quads = site.documents.quads()
    for form in formats_for(Quads):
        item = ReleaseFile(paths.DUMP + form.suffix, form(quads, site.context), form.media_type)
        yield ManifestEntry.of(item)


def _by_path(pages: Iterable[Page]) -> Mapping[str, tuple[Page, ...]]:
    found: dict[str, tuple[Page, ...]] = {}
    for page in pages:
        found[page.path] = (*found.get(page.path, ()), page)
    return found


class SiteMap(Mapping[str, tuple[Page, ...]]):
    """Every path of a site with its pages; most paths have one, a canned query's has its text too."""

    def __init__(self, site: CheckedSite) -> None:
        self._site = site

    def __getitem__(self, path: str) -> tuple[Page, ...]:
        found = (
            self._of_few(path)
            or self._catalogue(path)
            or self._document(path)
            or self._bound(path)
            or self._list(path)
            or self.html.under(path)
            or self._earlier(path)
        )
        if not found:
            raise KeyError(path)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(page.path for page in self.pages()))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def prepare(self) -> None:
        """Make what all pages share, so that processes that part from this one have it."""
        self.prepare_data()
        self.html.prepare()

    def prepare_data(self) -> None:
        """The same without what only pages for people need."""
        self.html.prepare_frame()
        self.releases.prepare()
        _ = self._stated, self._kinds, self.shape_names, self._site.schemas, self._site.thing_names("")

    def pages(self) -> Iterator[Page]:
        """All pages of the site."""
        for found in self._few.values():
            yield from found
        for path, name in self._site.documents.paths():
            yield from self._about(path, name)
        for path in self._kinds:
            yield from self._list(path)
        yield from self.html.named()
        yield from self.releases.pages()
        for number in self.releases:
            yield from self.html.release(number)
        for query in self._site.queries.values():
            for values in self.answers.combinations(query):
                yield from self._answers(query, values)

    @cached_property
    def _few(self) -> Mapping[str, tuple[Page, ...]]:
        """The pages of which there are few: those about the site as a whole, its files and its queries."""
        inferred = self._site.inferred
        return _by_path((*self._whole(inferred), *self._files(inferred), *self._queries(), *self.html.whole()))

    @cached_property
    def _stated(self) -> Mapping[str, tuple[Page, ...]]:
        """The same without what follows from the facts, which takes its time to be found."""
        return _by_path((*self._whole(None), *self._files(None), *self._queries(), *self.html.whole()))

    def _of_few(self, path: str) -> tuple[Page, ...]:
        known = self._few if path.startswith((paths.INFERRED, paths.INFERRED_DUMP)) else self._stated
        return known.get(path, ())

    @cached_property
    def html(self) -> Pages:
        """The pages that people read."""
        return Pages(self._site, self.answers, self.releases)

    @cached_property
    def releases(self) -> EarlierReleases:
        """The earlier releases that are kept."""
        return EarlierReleases(self._site)

    @cached_property
    def answers(self) -> AnswerPages:
        """The pages with the answers of canned queries, as data."""
        return AnswerPages(self._site)

    def _whole(self, inferred: InferredGraphs | None) -> Iterator[Page]:
        site = self._site
        yield Page.of_bytes(paths.CONTEXT, ".jsonld", lambda: jsonld.write_context(site.context))
        yield Page(paths.DUMP, site.documents.quads, Quads)
        if inferred:
            yield Page(paths.INFERRED_DUMP, inferred.quads, Quads)
        yield Page(paths.VOID, partial(void.void, site))
        yield Page(paths.QUERIES, partial(query_catalogue.catalogue, site))
        for place, language in enumerate(site.settings.languages):
            path = paths.INTERFACE if place == 0 else f"{paths.INTERFACE}/{LANGUAGE}{language}"
            yield Page.of_bytes(path, ".json", partial(openapi.document, site, language), language)
        for iri, path in site.schemas.items():
            yield Page.of_bytes(path, json_schema.SUFFIX, partial(json_schema.document, site, iri))
        yield from self._descriptions()
        yield from self._crawled
        yield from self._reports()

    @cached_property
    def _crawled(self) -> tuple[Page, ...]:
        return tuple(crawling.files(self._site))

    def _descriptions(self) -> Iterator[Page]:
        """What programs read of the whole: the shapes as one graph, the tables, and what leads where."""
        site = self._site
        yield Page(paths.ALL_SHAPES, partial(shapes_graph.whole, site))
        yield Page(paths.CORE_SHAPES, partial(shapes_graph.without_sparql, site))
        yield Page.of_bytes(paths.DATA_PACKAGE, ".json", partial(table_metadata.data_package, site))
        yield Page.of_bytes(paths.API_INFO, ".json", partial(link_sets.api_info, site))
        for path in (paths.API_CATALOGUE, paths.LINKSET):
            yield Page.of_bytes(path, link_sets.SUFFIX, partial(link_sets.linkset, site))

    @cached_property
    def shape_names(self) -> Mapping[str, str]:
        """The IRI of each named shape by the end of it."""
        return shapes_graph.names(self._site)

    @cached_property
    def _kinds(self) -> Mapping[str, Sequence[str]]:
        """The things of each kind, by the path of their list."""
        return self._site.kinds

    def _earlier(self, path: str) -> tuple[Page, ...]:
        """What stands at a path of an earlier release, as data and for people."""
        found = self.releases.under(path)
        numbers = [number for number in self.releases if found and path == earlier_releases.about(number)]
        return (*found, *(page for number in numbers for page in self.html.release(number)))

    def _list(self, path: str) -> tuple[Page, ...]:
        """The list of a kind of things, as data and for people."""
        things = self._kinds.get(path) if path.startswith(paths.DOCUMENTS) else None
        if not things:
            return ()
        return (Page(path, partial(kinds.collection, self._site, path, things)), *self.html.kind(path, things))

    def _catalogue(self, path: str) -> tuple[Page, ...]:
        """The catalogue, which tells sizes of other files: a release writes it when it has written those."""
        if path != paths.CATALOGUE:
            return ()
        site = self._site
        return (Page(path, lambda: data_catalogue.catalogue(site, _dumps(site))),)

    def _reports(self) -> Iterator[Page]:
        from samverkan.validation import reports

        for suffix, write in reports.published(self._site.settings.base).items():
            yield Page.of_bytes(paths.VALIDATION, suffix, partial(self._report, write))

    def _report(self, write: Callable[[Report], bytes]) -> bytes:
        return write(self._site.report)

    def _files(self, inferred: InferredGraphs | None) -> Iterator[Page]:
        """Each file of ontology and data as a graph, and each of the shapes as it is."""
        documents = self._site.documents
        for graph in documents.graphs():
            path = self._site.addresses.document(graph)
            if path:
                yield Page(path, partial(documents.graph, graph))
                yield from self.html.about(path, graph)
        for graph, triples in inferred.graphs.items() if inferred else ():
            path = self._site.addresses.document(graph) or ""
            yield Page(path, partial(Graph, triples))
            yield from self.html.about(path, graph)
        for name, version in self._site.ontology_versions.items():
            path = f"{paths.TERMS}{name}"
            yield Page(path, version)
            yield from self.html.version(path, name)
        for file in self._site.shapes:
            path = f"{paths.SHAPES}{addresses.segment(Path(file.name).stem)}"
            yield Page.of_bytes(path, ".ttl", partial(bytes, file.content))

    def _queries(self) -> Iterator[Page]:
        """Each canned query: its text, and its answer without any parameter."""
        for query in self._site.queries.values():
            path = f"{paths.QUERIES}/{query.name}"
            yield Page.of_bytes(path, QUERY_SUFFIX, query.text.encode)
            if query.form == "SELECT":
                yield Page.of_bytes(path, table_metadata.SUFFIX, partial(table_metadata.csvw, self._site, query))
            yield from self._answers(query, {})

    def _document(self, path: str) -> tuple[Page, ...]:
        documents = self._site.documents
        iri = self._site.addresses.iri(path) or (self._cut.get(path) if addresses.is_cut(path) else None)
        if iri is None or not documents.has(path, iri):
            return ()
        return tuple(self._about(path, iri))

    def _about(self, path: str, iri: str) -> Iterator[Page]:
        """The document about one thing, as data and for people."""
        yield Page(path, partial(self._site.documents.document, path, iri))
        yield from self.html.about(path, iri)

    @cached_property
    def _cut(self) -> Mapping[str, str]:
        """The documents whose names are too long for a file, and so can't be read back from their paths."""
        return {path: iri for path, iri in self._site.documents.paths() if self._site.addresses.iri(path) is None}

    def _bound(self, path: str) -> tuple[Page, ...]:
        """The answer of a canned query whose parameters stand in the path."""
        folder, _, tail = path.partition("/")
        name, _, bound = tail.partition("/")
        query = self._site.queries.get(name)
        if folder != paths.QUERIES or query is None or not bound:
            return ()
        values, part = self.answers.values_in(query, bound), paging.in_path(bound)[1]
        page = self.answers.published(query, values, part) if values or part != FIRST else None
        if page is None or page.path != path:
            return ()
        html = tuple(self.html_answers(path, query, values, part))
        return html if part.limit else (page, *html)

    def _answers(self, query: Query, values: Mapping[str, str]) -> Iterator[Page]:
        """The answer of a query as data, and for people, unless a page in another place has the same for them."""
        page = self.answers.in_path(query, values)
        yield page
        if not any(parameter.kind == "language" for parameter in map(query.parameter, values)):
            yield from self.html_answers(page.path, query, values)

    def html_answers(
        self, path: str, query: Query, values: Mapping[str, str], part: AnswerPart = FIRST
    ) -> Iterator[Page]:
        """The pages on which people read the answer that stands at a path, one for each language.

        A page is in one language whatever the answer at the path is in: where the path names a
        language, there is the page in that language, which stands where no language is named.
        """
        locales = [value for name, value in values.items() if query.parameter(name).kind == "language"]
        others = {name: value for name, value in values.items() if query.parameter(name).kind != "language"}
        stem = self._without_language(path, query, others, part) if locales else path
        found = self.html.answer(stem, query, others, part) if self.html.has(stem, query, others, part) else ()
        return (page for page in found if not locales or page.language in locales)

    def _without_language(self, path: str, query: Query, others: Mapping[str, str], part: AnswerPart) -> str:
        """Where the answer of a path stands that names no language: in the same folder where that is possible."""
        if "?" in path and (others or part != FIRST):
            return self.answers.in_query_string(query, others, part).path
        return self.answers.anywhere(query, others, part).path
