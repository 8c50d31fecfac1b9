"""The hall: a site as one object, and the address book of everything that stands in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from samverkan import addresses, settings, sources
from samverkan.answers import Answer, Bytes, Graph, Page, Table
from samverkan.dataset import Dataset
from samverkan.errors import (
    NotFoundError,
    ParameterError,
    Place,
    SamverkanError,
    UnreadableError,
    UnreadableSiteError,
    UsageError,
)
from samverkan.queries import SUFFIX as QUERY_SUFFIX
from samverkan.queries import Parameter, Query, check_harmless
from samverkan.queries import iris as mentioned_iris
from samverkan.queries import read as read_query

if TYPE_CHECKING:
    from samverkan import checks
    from samverkan.checks import Report
    from samverkan.dataset import File
    from samverkan.documents import Documents
    from samverkan.formats.jsonld import Context
    from samverkan.prefixes import Prefixes
    from samverkan.store import Embedded

CONTEXT = "ontology/context.jsonld"
QUERIES = "queries"

_INSTANCES = "http://www.w3.org/2000/01/rdf-schema#subClassOf"


@dataclass(frozen=True)
class Site:
    """A site: a folder with words, facts, promises and questions. Everything is read when it is first needed."""

    root: Path

    @cached_property
    def settings(self) -> settings.Settings:
        """What `samverkan.toml` says."""
        return settings.read(self.root)

    @cached_property
    def addresses(self) -> addresses.Addresses:
        """The map between IRIs and paths."""
        return addresses.Addresses(self.settings.base, self.settings.ontology)

    @cached_property
    def published(self) -> tuple[File, ...]:
        """The files of ontology and data; raises `UnreadableSiteError` that names all that can't be read."""
        return sources.read(self.settings, (sources.ONTOLOGY, sources.DATA))

    @cached_property
    def shapes(self) -> tuple[File, ...]:
        """The files of the shapes; raises `UnreadableSiteError` that names all that can't be read."""
        return sources.read(self.settings, (sources.SHAPES,))

    @cached_property
    def dataset(self) -> Dataset:
        """All files of the site, by folder."""
        return Dataset(
            ontology=tuple(file for file in self.published if file.graph == self.settings.ontology),
            data=tuple(file for file in self.published if file.graph != self.settings.ontology),
            shapes=self.shapes,
        )

    @cached_property
    def store(self) -> Embedded:
        """Data and ontology, each file its own named graph, ready to be asked."""
        from samverkan.store import Embedded

        try:
            return Embedded(self.published)
        except UnreadableError:
            sources.check_syntax(self.published)
            raise

    @cached_property
    def documents(self) -> Documents:
        """The documents about the things of the site."""
        from samverkan.documents import Documents

        sources.check_syntax(self.published)
        return Documents(self.dataset, self.addresses, self.settings.license)

    @cached_property
    def context_source(self) -> bytes:
        """The bytes of the JSON-LD context, or of an empty one where the site has none."""
        path = self.root / CONTEXT
        return sources.read_bytes(path, CONTEXT) if path.exists() else b'{"@context": {}}\n'

    @cached_property
    def context(self) -> Context:
        """The JSON-LD context; raises `UnreadableError` where the file is not one."""
        from samverkan.formats.jsonld import Context

        return Context.of(_context(self.context_source))

    @cached_property
    def prefixes(self) -> Prefixes:
        """The prefix table of the site, from its JSON-LD context."""
        from samverkan.prefixes import Prefixes

        return Prefixes.from_context(_context(self.context_source))

    @cached_property
    def query_files(self) -> Mapping[str, tuple[Path, ...]]:
        """The `.rq` files under each query name; one that has more than one is a fault."""
        found: dict[str, list[Path]] = {}
        for path in sorted((self.root / QUERIES).rglob(f"*{QUERY_SUFFIX}")):
            found.setdefault(path.stem.casefold(), []).append(path)
        return {name: tuple(paths) for name, paths in found.items()}

    @cached_property
    def queries(self) -> Mapping[str, Query]:
        """The canned queries by name; raises `UnreadableSiteError` that names all that can't be read."""
        found: dict[str, Query] = {}
        errors: list[UnreadableError] = []
        for name in self.query_files:
            try:
                found[name] = self.canned(name)
            except UnreadableError as error:
                errors.append(error)
        if errors:
            raise UnreadableSiteError(errors)
        return found

    def canned(self, name: str) -> Query:
        """One canned query, read once; raises `NotFoundError` that says which there are."""
        if name not in self._canned:
            self._canned[name] = self._read_canned(name)
        return self._canned[name]

    @cached_property
    def _canned(self) -> dict[str, Query]:
        return {}

    def _read_canned(self, name: str) -> Query:
        paths = self.query_files.get(name, ())
        if not paths:
            raise NotFoundError(f"There is no query '{name}'.", remedy=_suggestion(name, self.query_files))
        files = [path.relative_to(self.root).as_posix() for path in paths]
        if len(files) > 1:
            raise UnreadableError(
                f"Two queries have the name '{name}': {' and '.join(files)}.",
                remedy="Rename one of them.",
                place=Place(files[0]),
            )
        return read_query(sources.read_bytes(paths[0], files[0]).decode(), files[0])

    def query(self, name: str, values: Mapping[str, str] | None = None, /, **more: str) -> Answer:
        """Answer a canned query.

        Values are texts: an IRI may be given whole, by prefix, or by the last part of its
        name where only one fits. Raises `NotFoundError` and `ParameterError`.
        """
        query = self.canned(name)
        given = {key: self.value(query.parameter(key), value) for key, value in {**(values or {}), **more}.items()}
        return self.store.query(query.bind(given), name=query.place.file)

    def ask(self, sparql: str, name: str = "query") -> Answer:
        """Answer any read-only SPARQL 1.1 query; prefixes of the site need not be declared.

        Raises `UsageError` where the query is broken, changes something or leaves the house.
        """
        check_harmless(sparql, name, frozenset(file.graph for file in self.published))
        return self.store.query(sparql, name=name, prefixes=dict(self.prefixes.table))

    def menu(self, parameter: Parameter) -> tuple[str, ...]:
        """The values that a parameter takes, sorted as its menu has them; empty where it takes any of its kind."""
        if parameter.kind == "language":
            return self.settings.languages
        if parameter.values:
            return parameter.values
        if parameter.menu:
            return _first_column(self.query(parameter.menu))
        if parameter.instances_of:
            return _first_column(self.store.query(_instances(parameter.instances_of)))
        return ()

    def value(self, parameter: Parameter, value: str) -> str:
        """Turn what a person wrote into a value that the parameter takes.

        Raises `ParameterError` that names what is allowed.
        """
        allowed = self.menu(parameter)
        if parameter.kind == "iri":
            value = self.prefixes.expand(value) or value
        elif parameter.kind == "language":
            value = value.lower()
        if not allowed or value in allowed:
            return value
        fitting = [iri for iri in allowed if parameter.kind == "iri" and _tail(iri) == value]
        if len(fitting) == 1:
            return fitting[0]
        raise ParameterError(
            parameter.name,
            f"{value!r} is not a value of the parameter '{parameter.name}'.",
            remedy=_choice(self._names(parameter, fitting)) or _suggestion(value, self._names(parameter, allowed)),
        )

    def _names(self, parameter: Parameter, values: Iterable[str]) -> tuple[str, ...]:
        """Values as a person would write them: an IRI by the last part of its name where that is enough."""
        if parameter.kind != "iri":
            return tuple(values)
        tails = Counter(_tail(iri) for iri in self.menu(parameter))
        return tuple(_tail(iri) if tails[_tail(iri)] == 1 else self.prefixes.compact(iri) for iri in values)

    def validate(self, engine: str = "turbo") -> Report:
        """Run all checks of the house; syntax errors come back as findings too."""
        from samverkan import checks

        errors = tuple(self._unreadable())
        return checks.unreadable(errors) if errors else checks.run(self._case(engine))

    def _unreadable(self) -> Iterator[SamverkanError]:
        """Every file that can't be read: Turtle, queries and context."""
        for read in (self._read_published, self._read_shapes, self._read_queries, lambda: self.context):
            try:
                read()
            except UnreadableSiteError as error:
                yield from error.errors
            except SamverkanError as error:
                yield error

    def _read_published(self) -> None:
        sources.check_syntax(self.published)

    def _read_shapes(self) -> None:
        sources.check_syntax(self.shapes)

    def _read_queries(self) -> None:
        """Read every canned query, parse its SPARQL and follow its menus."""
        from samverkan.store import Embedded

        empty = Embedded()
        for query in self.queries.values():
            check_harmless(query.text, query.place.file)
            empty.query(query.text, name=query.place.file)
            self._check_menus(query)

    def _check_menus(self, query: Query) -> None:
        for parameter in query.parameters:
            menu = self.queries.get(parameter.menu) if parameter.menu else None
            if parameter.menu and (menu is None or menu.form != "SELECT"):
                raise UnreadableError(
                    f"The menu of '{parameter.name}' must be a SELECT query, and '{parameter.menu}' is none.",
                    remedy=_suggestion(parameter.menu, [q.name for q in self.queries.values() if q.form == "SELECT"]),
                    place=query.place,
                    sv=f"Menyn för '{parameter.name}' måste vara en SELECT-fråga, och det är inte '{parameter.menu}'.",
                )

    def _case(self, engine: str) -> checks.Case:
        from samverkan import checks

        return checks.Case(
            dataset=self.dataset,
            base=self.settings.base,
            ontology=self.settings.ontology,
            prefixes=self.prefixes,
            mentioned=tuple(self._mentioned()),
            ignored=self._ignored(),
            seconds=self.settings.gate_seconds,
            engine=engine,
        )

    def _ignored(self) -> tuple[str, ...]:
        folders = (sources.DATA, sources.SHAPES)
        return tuple(name for folder in folders for name in sources.listing(self.root, folder).ignored)

    def _mentioned(self) -> Iterator[tuple[str, Place]]:
        """The IRIs that the canned queries and the JSON-LD context name."""
        for query in self.queries.values():
            yield from mentioned_iris(query)
        for iri in self.context.terms:
            yield iri, Place(CONTEXT)

    @cached_property
    def report(self) -> Report:
        """The report of one validation, kept for what is published."""
        return self.validate()

    @cached_property
    def pages(self) -> Mapping[str, tuple[Page, ...]]:
        """The address book: every path without its suffix, and what stands there."""
        book: dict[str, tuple[Page, ...]] = {}
        for page in self._pages():
            book[page.path] = (*book.get(page.path, ()), page)
        return book

    def _pages(self) -> Iterator[Page]:
        documents = self.documents
        yield Page("context", lambda: Bytes(self.context_source, ".jsonld"))
        yield Page("def", partial(documents.graph, self.settings.ontology))
        for file in self.shapes:
            name = Path(file.name).stem
            yield Page(f"shapes/{addresses.segment(name)}", partial(Bytes, file.content, ".ttl"))
        for graph in documents.graphs():
            path = self.addresses.document(graph)
            if path and path != "def":
                yield Page(path, partial(documents.graph, graph))
        for path, name in documents.paths():
            yield Page(path, partial(documents.document, path, name))
        yield Page("dump/dataset", documents.quads)
        for query in self.queries.values():
            yield from self._query_pages(query)
        yield from self._report_pages()

    def _query_pages(self, query: Query) -> Iterator[Page]:
        here = f"query/{query.name}"
        yield Page(here, partial(Bytes, query.text.encode(), QUERY_SUFFIX))
        yield Page(here, partial(self._answer, query.name, {}))
        for values in self._combinations(query):
            tail = "/".join(f"{name}={self._value_name(value)}" for name, value in sorted(values.items()))
            yield Page(f"{here}/{tail}", partial(self._answer, query.name, values))

    def _combinations(self, query: Query) -> Iterator[dict[str, str]]:
        """Every language, and every value of every other menu in every language."""
        spoken = [{p.name: tongue} for p in query.parameters if p.kind == "language" for tongue in self.menu(p)]
        yield from spoken
        for parameter in query.parameters:
            if parameter.kind != "language":
                for value in self.menu(parameter):
                    yield {parameter.name: value}
                    yield from ({parameter.name: value, **language} for language in spoken)

    def _answer(self, name: str, values: Mapping[str, str]) -> Answer:
        query = self.queries[name]
        found = self.store.query(query.bind(values), name=query.place.file)
        return Graph(found.triples) if isinstance(found, Graph) else found

    def _value_name(self, value: str) -> str:
        return self.addresses.relative(value).replace("/", ".")

    def _report_pages(self) -> Iterator[Page]:
        from samverkan.checks import reports

        for suffix, write in reports.published(self.settings.base).items():
            yield Page("validation", partial(self._report_bytes, write, suffix))

    def _report_bytes(self, write: Callable[[Report], bytes], suffix: str) -> Bytes:
        return Bytes(write(self.report), suffix)


def open_site(path: str | Path = ".") -> Site:
    """Open the site in a folder; raises `UnreadableError` where there is none."""
    site = Site(Path(path).resolve())
    _ = site.settings
    return site


def _context(source: bytes) -> dict[str, Any]:
    import json

    try:
        context = json.loads(source)["@context"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise UnreadableError(
            f"This is not a JSON-LD context: {error}.",
            remedy='Write {"@context": {…}}.',
            place=Place(CONTEXT, line),
        ) from None
    if not isinstance(context, dict):
        raise UnreadableError("The context must be one object of its own; none is fetched.", place=Place(CONTEXT))
    return context


def _instances(class_iri: str) -> str:
    from pyoxigraph import NamedNode

    return f"SELECT DISTINCT ?thing {{ ?thing a/<{_INSTANCES}>* {NamedNode(class_iri)} }} ORDER BY ?thing"


def _first_column(answer: Answer) -> tuple[str, ...]:
    if not isinstance(answer, Table):
        raise UsageError("A menu must be a SELECT query.")
    values = (getattr(row[0], "value", None) for row in answer.rows if row)
    return tuple(dict.fromkeys(value for value in values if isinstance(value, str)))


def _tail(iri: str) -> str:
    return iri.rstrip("/").rpartition("/")[2]


def _choice(names: tuple[str, ...]) -> str:
    return f"Several have that name: {', '.join(names)}." if names else ""


def _suggestion(wrong: str, right: Iterable[str]) -> str:
    import difflib

    names = sorted(right)
    close = difflib.get_close_matches(wrong, names, n=3, cutoff=0.5)
    if close:
        return f"Did you mean {' or '.join(close)}?"
    if not names:
        return "There are none."
    shown = ", ".join(names[:20])
    return f"Allowed: {shown}{', …' if len(names) > 20 else ''}."  # noqa: PLR2004 - what fits a screen
