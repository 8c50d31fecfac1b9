"""The address book of a site: every path without its suffix, and what stands there.

It is looked up as a mapping without being written out, for a large site has hundreds of
thousands of answers; only what is published whole is gone through from end to end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from samverkan import addresses, catalogue, descriptions, openapi
from samverkan.answers import Answer, Page, Quads
from samverkan.errors import ParameterError
from samverkan.html import Pages
from samverkan.queries import SUFFIX as QUERY_SUFFIX
from samverkan.queries import Parameter, Query

if TYPE_CHECKING:
    from samverkan.checks import Report
    from samverkan.site import Site

QUERIES = "query"
VOID = ".well-known/void"
OPENAPI = "openapi"
LANGUAGE = "lang="


class Book(Mapping[str, tuple[Page, ...]]):
    """Every path of a site with its pages; most paths have one, a canned query's has its text too."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def __getitem__(self, path: str) -> tuple[Page, ...]:
        found = self._few.get(path) or self._document(path) or self._bound(path) or self.people.under(path)
        if not found:
            raise KeyError(path)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(page.path for page in self.pages()))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def prepare(self) -> None:
        """Make what all pages share, so that processes that part from this one have it."""
        self.people.prepare()

    def pages(self) -> Iterator[Page]:
        """All pages of the site."""
        for found in self._few.values():
            yield from found
        for path, name in self._site.documents.paths():
            yield from self._about(path, name)
        yield from self.people.named()
        for query in self._site.queries.values():
            for values in self._combinations(query):
                yield from self._answers(query, values)

    @cached_property
    def _few(self) -> Mapping[str, tuple[Page, ...]]:
        """The pages of which there are few: those about the site as a whole, its files and its queries."""
        book: dict[str, tuple[Page, ...]] = {}
        for page in (*self._whole(), *self._files(), *self._queries(), *self.people.whole()):
            book[page.path] = (*book.get(page.path, ()), page)
        return book

    @cached_property
    def people(self) -> Pages:
        """The pages that people read."""
        return Pages(self._site)

    def _whole(self) -> Iterator[Page]:
        site = self._site
        yield Page.of_bytes("context", ".jsonld", lambda: site.context_source)
        yield Page("dump/dataset", site.documents.quads, Quads)
        yield Page(VOID, partial(descriptions.void, site))
        yield Page(QUERIES, partial(catalogue.catalogue, site))
        for place, language in enumerate(site.settings.languages):
            path = OPENAPI if place == 0 else f"{OPENAPI}/{LANGUAGE}{language}"
            yield Page.of_bytes(path, ".json", partial(openapi.document, site, language), language)
        yield from self._reports()

    def _reports(self) -> Iterator[Page]:
        from samverkan.checks import reports

        for suffix, write in reports.published(self._site.settings.base).items():
            yield Page.of_bytes("validation", suffix, partial(self._report, write))

    def _report(self, write: Callable[[Report], bytes]) -> bytes:
        return write(self._site.report)

    def _files(self) -> Iterator[Page]:
        """Each file of ontology and data as a graph, and each of the shapes as it is."""
        documents = self._site.documents
        for graph in documents.graphs():
            path = self._site.addresses.document(graph)
            if path:
                yield Page(path, partial(documents.graph, graph))
                yield from self.people.about(path, graph)
        for file in self._site.shapes:
            path = f"shapes/{addresses.segment(Path(file.name).stem)}"
            yield Page.of_bytes(path, ".ttl", partial(bytes, file.content))

    def _queries(self) -> Iterator[Page]:
        """Each canned query: its text, and its answer without any parameter."""
        for query in self._site.queries.values():
            yield Page.of_bytes(f"{QUERIES}/{query.name}", QUERY_SUFFIX, query.text.encode)
            yield from self._answers(query, {})

    def _document(self, path: str) -> tuple[Page, ...]:
        documents = self._site.documents
        iri = self._site.addresses.iri(path) or self._cut.get(path)
        if iri is None or not documents.has(path, iri):
            return ()
        return tuple(self._about(path, iri))

    def _about(self, path: str, iri: str) -> Iterator[Page]:
        """The document about one thing, as data and for people."""
        yield Page(path, partial(self._site.documents.document, path, iri))
        yield from self.people.about(path, iri)

    @cached_property
    def _cut(self) -> Mapping[str, str]:
        """The documents whose names are too long for a file, and so can't be read back from their paths."""
        return {path: iri for path, iri in self._site.documents.paths() if self._site.addresses.iri(path) is None}

    def _bound(self, path: str) -> tuple[Page, ...]:
        """The answer of a canned query whose parameters stand in the path."""
        folder, _, tail = path.partition("/")
        name, _, bound = tail.partition("/")
        query = self._site.queries.get(name)
        if folder != QUERIES or query is None or not bound:
            return ()
        values = self.values_in(query, bound)
        page = self.answered(query, values) if values else None
        if page is None or page.path != path:
            return ()
        return (page, *self.for_people(path, query, values))

    def values_in(self, query: Query, bound: str) -> dict[str, str]:
        """The values that stand in a path as `name=value/name=value`; none where one of them means nothing."""
        values: dict[str, str] = {}
        for part in bound.split("/") if bound else ():
            name, _, written = part.partition("=")
            try:
                values[name] = self._meant(query.parameter(name))[written]
            except (ParameterError, KeyError):
                return {}
        return values

    def _meant(self, parameter: Parameter) -> Mapping[str, str]:
        """The values of a menu by the names that they have in a path."""
        if parameter.source not in self._names:
            self._names[parameter.source] = {self._written(value): value for value in self._site.menu(parameter)}
        return self._names[parameter.source]

    @cached_property
    def _names(self) -> dict[tuple[object, ...], Mapping[str, str]]:
        return {}

    def _combinations(self, query: Query) -> Iterator[dict[str, str]]:
        """Every language, and every value of every other menu in every language."""
        spoken = [{p.name: tongue} for p in query.parameters if p.kind == "language" for tongue in self._site.menu(p)]
        yield from spoken
        for parameter in query.parameters:
            if parameter.kind != "language":
                for value in self._site.menu(parameter):
                    yield {parameter.name: value}
                    yield from ({parameter.name: value, **language} for language in spoken)

    def answered(self, query: Query, values: Mapping[str, str]) -> Page | None:
        """The page that answers a query with values, where the release has one: one menu, in one language or none."""
        parameters = [query.parameter(name) for name in values]
        spoken = sum(parameter.kind == "language" for parameter in parameters)
        known = all(self._written(values[p.name]) in self._meant(p) for p in parameters)
        if spoken > 1 or len(values) - spoken > 1 or not known:
            return None
        return self._answered(query, values)

    def _answers(self, query: Query, values: Mapping[str, str]) -> Iterator[Page]:
        """The answer of a query as data, and for people, unless a page in another place has the same for them."""
        page = self._answered(query, values)
        yield page
        if not any(parameter.kind == "language" for parameter in map(query.parameter, values)):
            yield from self.for_people(page.path, query, values)

    def for_people(self, path: str, query: Query, values: Mapping[str, str]) -> Iterator[Page]:
        """The pages on which people read the answer that stands at a path, one for each language.

        A page is in one language whatever the answer at the path is in: where the path names a
        language, there is the page in that language, which stands where no language is named.
        """
        tongues = [value for name, value in values.items() if query.parameter(name).kind == "language"]
        others = {name: value for name, value in values.items() if query.parameter(name).kind != "language"}
        stem = self._without_tongue(path, query, others) if tongues else path
        found = self.people.answer(stem, query, others)
        return (page for page in found if not tongues or page.language in tongues)

    def _without_tongue(self, path: str, query: Query, others: Mapping[str, str]) -> str:
        """Where the answer of a path stands that names no language: in the same folder where that is possible."""
        page = None if "?" in path and others else self.answered(query, others)
        return (page or self.elsewhere(query, others)).path

    def elsewhere(self, query: Query, values: Mapping[str, str]) -> Page:
        """The page that answers a query with values that the release has no page for."""
        return self.answer(f"{QUERIES}/{query.name}?{urlencode(sorted(values.items()))}", query, values)

    def _answered(self, query: Query, values: Mapping[str, str]) -> Page:
        tail = "".join(f"/{name}={self._written(value)}" for name, value in sorted(values.items()))
        return self.answer(f"{QUERIES}/{query.name}{tail}", query, values)

    def answer(self, path: str, query: Query, values: Mapping[str, str]) -> Page:
        """The page at a path that answers a query with values."""
        return Page(path, partial(self._ask, query, values), catalogue.answer_of(query))

    def _ask(self, query: Query, values: Mapping[str, str]) -> Answer:
        return self._site.bound(query, values)

    def _written(self, value: str) -> str:
        return self._site.addresses.choice(value)
