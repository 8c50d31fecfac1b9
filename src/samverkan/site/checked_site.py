"""A site as one object with its gate, but without what is published of it."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from itertools import chain
from threading import Thread
from typing import TYPE_CHECKING, Any, Self, TypeAlias

from pyoxigraph import NamedNode

from samverkan.errors import (
    NotAcceptableError,
    Place,
    SamverkanError,
    StoreChangingError,
    StoreError,
    UnreadableError,
    UnreadableSiteError,
)
from samverkan.limits import FailedError, TookTooLongError, Work, give_back, within
from samverkan.model import paths, xml_names
from samverkan.model.media_types import JSON_LD
from samverkan.model.namespaces import SUBCLASS, TYPE, VERSION_IRI
from samverkan.model.queries import (
    PROVENANCE,
    Parameter,
    Query,
    check_answer,
    check_default,
    check_roles,
    constructed,
    made_properties,
)
from samverkan.model.queries import iris as mentioned_iris
from samverkan.model.query_heads import shown
from samverkan.model.query_variables import main_group
from samverkan.model.results import Answer, BooleanResult, Graph, Table, Term
from samverkan.model.sparql import at, is_short, prologue
from samverkan.site import source_files
from samverkan.site.folder import CONTEXT, suggestion
from samverkan.site.querying import Querying, apart, defaults

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from samverkan import validation
    from samverkan.formats.jsonld import Context
    from samverkan.model.dataset import File
    from samverkan.model.lifecycle import Tombstone
    from samverkan.site.class_shapes import ClassShapes
    from samverkan.site.documents import Documents
    from samverkan.site.thing_names import ThingNames
    from samverkan.store import Embedded, Store
    from samverkan.validation import Report, Severity, baseline
    from samverkan.validation.indexed_files import IndexedFiles
    from samverkan.validation.validation_input import Row


Parsed: TypeAlias = tuple[str, ...] | SamverkanError
"""The variables of a query's answer, or what is wrong with the query."""

_WORTH_GIVING_BACK = 300_000  # triples in a store: some hundred megabytes
_MOST_ASKED = 50_000  # triples: to look for an answer that is not there takes as long as there is data
# What a sample of a site has in common with all of it, where it was read already.
_SAME = (
    *(
        "settings",
        "audit",
        "preview",
        "history",
        "archive",
        "addresses",
        "graphs",
        "shapes",
        "versions",
        "context_source",
        "context",
        "prefixes",
    ),
    *("query_files", "queries", "_canned", "report"),
)
_WITHOUT_DATA = ("queries", "_parsing")
_READ_SECONDS = 20.0  # for all queries together; they take hundredths
_UNKNOWN = UnreadableError("The queries can't be read in time.", sv="Frågorna går inte att läsa i tid.")


class CheckedSite(Querying):
    """A site with its gate: a folder with words, facts, promises and questions. It has no pages."""

    def validate(
        self,
        engine: str = "samverkan",
        against: str | None = None,
        *,
        frugal: bool = False,
        least: Severity | None = None,
    ) -> Report:
        """Run all our own checks; syntax errors come back as findings too.

        `against` is an earlier state of the site, a git revision or a folder: what got weaker since is told as well.
        Where nothing else is done with the site afterwards, a `frugal` run takes less memory. Where only findings as
        bad as `least` are asked for, it takes less time.
        Raises `UsageError` where there is no such state, and `UnreadableError` where it can't be read.
        """
        from samverkan import validation

        self.indexed.frugal, least = frugal, least or validation.Severity.INFO
        errors = tuple({str(error): error for error in self._unreadable()}.values())
        if errors:
            return validation.unreadable(errors)
        checks = (*validation.CHECKS, *self._comparison(against)) if against is not None else validation.CHECKS
        case = self._case(engine, tuple if self.endpoint else None, least)
        report = validation.run(case, checks, least)
        again = partial(self._with, engine, checks, least)
        return report if self.endpoint else validation.corrected(report, self._all_files, again)

    def begun(self) -> Self:
        """This site, of which the queries are read from now on, in a process of its own.

        What is wrong with them is told to who validates.
        """
        with suppress(SamverkanError):
            _ = self._parsing
        return self

    def with_data_in(self, root: Path) -> Self:
        """The site in another folder where nothing but data is otherwise: what was read of the rest is taken over."""
        other = type(self)(root, as_of=self.as_of)
        other.__dict__.update({name: self.__dict__[name] for name in _WITHOUT_DATA if name in self.__dict__})
        return other

    @property
    def _all_files(self) -> tuple[File, ...]:
        return (*self.published, *self.shapes)

    def _with(
        self, engine: str, checks: Sequence[validation.Check], least: Severity, files: tuple[File, ...]
    ) -> Report:
        """The report of the site with other files of the same names."""
        from samverkan import validation

        other = CheckedSite(self.root, as_of=self.as_of)
        other.__dict__.update({name: self.__dict__[name] for name in _SAME if name in self.__dict__})
        count = len(self.published)
        other.__dict__.update(published=files[:count], shapes=files[count:], indexed=self.indexed)
        other.__dict__["_empty"] = self.__dict__.get("_empty")
        return validation.run(other._case(engine, None, least), checks, least)

    def _comparison(self, against: str) -> Iterator[validation.Check]:
        """The check that compares the site with an earlier state."""
        from samverkan.site.revisions import read_baseline
        from samverkan.validation.baseline import check

        earlier = read_baseline(self.root, against)
        source_files.check_syntax((*earlier.ontology, *earlier.shapes))
        yield partial(check, baseline=earlier, answers=self._changed_answer)

    def _changed_answer(self, was: Query, now: Query) -> baseline.Change:
        """How many rows of a query's answer are gone, and how many are new, with the same data; (0, 0) if unknown.

        They are asked in a process of its own, in each language of the site where they are asked in one.
        """
        _ = self.store
        with suppress(TookTooLongError, FailedError):
            found = within(min(_READ_SECONDS, self.settings.gate_seconds), partial(_packed_change, self, was, now))
            change: baseline.Change = pickle.loads(found)  # noqa: S301 - from our own process
            return change
        return 0, 0

    @cached_property
    def indexed(self) -> IndexedFiles:
        """The files as they were indexed for the checks."""
        from samverkan.validation.indexed_files import IndexedFiles

        return IndexedFiles()

    def validate_store(self, store: Store, engine: str = "samverkan") -> Report:
        """Run all checks on what a store holds of the site; the promises are those of the folder.

        The store looks for what breaks the shapes, and `engine` sees to those that a store can't be asked about.
        Raises `StoreError` where the store does not answer, and `UsageError` where it gives less than it counts.
        """
        from samverkan import validation
        from samverkan.store import Graphs

        errors = tuple(self._unreadable())
        if errors:
            return validation.unreadable(errors)
        own = Graphs(tuple(self.graphs), tuple(self.graphs))
        ask = partial(store.query, name="checks", graphs=own)
        before = store.stamp()
        report = validation.run_in(validation.StoreSnapshot(ask, store.names, store.triples), self._case(engine))
        if store.stamp() != before:
            raise StoreChangingError(
                "The store was given another release while it was checked.",
                remedy="Check it once more.",
                sv="Lagret fick en annan version medan det kontrollerades. Kontrollera det en gång till.",
            )
        return report

    def _unreadable(self) -> Iterator[SamverkanError]:
        """Every file that can't be read: Turtle, queries, context and the record of the last audit."""
        if "unreadable_queries" not in self.__dict__:
            _raised(lambda: self._parsing)  # in a process of its own from now on, while the Turtle is read here
        loading = Thread(target=self._load)
        loading.start()
        yield from _raised(lambda: source_files.check_syntax(self.published, self.indexed.part))
        loading.join()  # before anything is forked
        yield from _raised(lambda: source_files.check_syntax(self.shapes))
        yield from _raised(lambda: source_files.check_syntax(self.versions, source_files.check_version))
        yield from self.unreadable_queries
        yield from _raised(lambda: self.context)
        yield from _raised(lambda: self.audit)
        yield from _raised(lambda: self.preview)
        yield from _raised(lambda: self.history)
        yield from _raised(lambda: self.archive)

    def _load(self) -> None:
        """Fill the store, which other threads need not wait for; what is wrong is told to who asks for it."""
        with suppress(Exception):
            _ = self.store

    @cached_property
    def unreadable_queries(self) -> tuple[SamverkanError, ...]:
        """What is wrong with the canned queries; those that take too long to be read are read no further."""
        return tuple(self._unreadable_queries())

    def _unreadable_queries(self) -> Iterator[SamverkanError]:
        unread = _raised(lambda: self._parsed)
        yield from unread
        if not unread:
            for query in self.queries.values():
                yield from _raised(partial(self._check_query, query))
            yield from _raised(lambda: check_roles(self.queries.values()))

    def _check_query(self, query: Query) -> None:
        """See that the engine takes a query, follow its menus, and hold its head against what it asks."""
        parsed = self._parsed[query.name]
        if isinstance(parsed, SamverkanError):
            raise parsed
        check_answer(query, parsed)
        self._check_menus(query)
        self.check_defaults(query)

    @cached_property
    def _parsing(self) -> Work:
        """The queries on their way through the engine; raises `UnreadableSiteError` where a file has no query.

        The engine's time for that doubles with each nested call of some functions, and it can't be
        interrupted: so it reads them in a process of its own.
        """
        return Work(_READ_SECONDS, partial(_packed_variables, [*self.queries.values()], self._nothing()))

    @cached_property
    def _parsed(self) -> Mapping[str, Parsed]:
        """What the engine makes of each query; raises `UnreadableError` for one that takes too long to be read."""
        try:
            return _unpacked_variables(self._parsing.result())
        except TookTooLongError:
            raise next(self._slow(), _UNKNOWN) from None
        except FailedError:  # one of them ended the process: each is read alone, and says what is wrong
            return {query.name: self._parsed_alone(query) for query in self.queries.values()}

    def _slow(self) -> Iterator[UnreadableError]:
        for query in self.queries.values():
            try:
                within(_READ_SECONDS, partial(_packed_variables, [query], self._nothing()))
            except TookTooLongError:
                yield UnreadableError(
                    f"The query can't be read within {_READ_SECONDS:g} seconds.",
                    remedy="Nest its functions less deeply, such as REPLACE in REPLACE; several BINDs do the same.",
                    place=query.place,
                    sv=f"Frågan går inte att läsa på {_READ_SECONDS:g} sekunder. Kapsla funktioner i varandra i färre "
                    "nivåer, som REPLACE i REPLACE; flera BIND gör detsamma.",
                )
            except FailedError:
                continue

    def _parsed_alone(self, query: Query) -> Parsed:
        """What the engine makes of a query; of a long one in a process that it may end."""
        ask = partial(self._nothing().query, query.text)
        if not is_short(query.text):
            ask = partial(apart, ask, seconds=_READ_SECONDS)
        return _variables(partial(ask, name=query.place.file))

    def _check_menus(self, query: Query) -> None:
        for parameter in query.parameters:
            if parameter.menu:
                self._check_table(query, parameter.menu, ("parameters", parameter.name, "menu"), parameter.name)
        if query.download:
            self._check_table(query, query.download, ("download",), "download")

    def _check_table(self, query: Query, name: str, way: tuple[str, ...], wanted: str) -> None:
        """See that what a head names is a query that gives a table."""
        found = self.queries.get(name)
        if found is None or found.form != "SELECT":
            known = [q.name for q in self.queries.values() if q.form == "SELECT"]
            en, sv = ("", "") if way[-1] == wanted else ("The menu of ", "Menyn för ")
            raise UnreadableError(
                f"{en}'{wanted}' must be a SELECT query, and '{name}' is none.",
                remedy=suggestion(name, known),
                place=query.head.place(*way),
                sv=f"{sv}'{wanted}' måste vara en SELECT-fråga, och det är inte '{name}'. "
                "Skriv namnet på en fråga som är det.",
            )

    def check_defaults(self, query: Query) -> None:
        """See that the defaults of a query are values of its parameters; raises `UnreadableError`."""
        for parameter in query.parameters:
            check_default(query, parameter, defaults(query, parameter))

    def _unusable_choices(self) -> Callable[[], tuple[SamverkanError, ...]]:
        """What is wrong with the values that parameters take, by what the data hold, as soon as that is known.

        They are asked for in a process of its own from now on, for a query may take forever. What is given back raises
        `StoreError`.
        """
        asking = [query for query in self.queries.values() if query.parameters or made_properties(query)]
        if any(parameter.is_asked for query in asking for parameter in query.parameters) or any(
            map(made_properties, asking)
        ):
            _ = self.store  # is needed anyway where the site is published, and a process of its own would forget it
        return partial(self._asked, asking, Work(self.settings.gate_seconds, partial(_packed_errors, self, asking)))

    def _asked(self, asking: list[Query], work: Work) -> tuple[SamverkanError, ...]:
        try:
            found = work.result()
        except (TookTooLongError, FailedError) as error:
            return (next(self._failing(asking, _packed_errors, _unasked), _unasked(error)),)
        errors, menus = pickle.loads(found)  # noqa: S301 - from our own process
        self.menus.update(menus)  # they need not be asked for again
        for each in errors:
            if isinstance(each, StoreError):
                raise each
        return errors  # type: ignore[no-any-return]

    def _view_rows(self) -> Callable[[], Mapping[str, tuple[Row, ...]]]:
        """What the queries answer that tell where facts come from, as soon as that is known; asked for as above.

        What is given back raises `UnreadableError` that names the query where one can't be answered.
        """
        asking = [query for query in self.queries.values() if query.view in PROVENANCE]
        if not asking:
            return dict
        _ = self.store
        return partial(self._viewed, asking, Work(self.settings.gate_seconds, partial(_packed_rows, self, asking)))

    def _viewed(self, asking: list[Query], work: Work) -> Mapping[str, tuple[Row, ...]]:
        try:
            return _unpacked_rows(work.result())
        except (TookTooLongError, FailedError) as error:
            raise next(self._failing(asking, _packed_rows, _unviewed), _unviewed(error)) from None

    def _unanswered(self) -> Callable[[], tuple[Place, ...]]:
        """The queries that nothing in the files answers, as soon as that is known.

        They are asked in a process of its own from now on, and only where there is not so much to be looked through.
        With corrected files those are asked that had no answer before: a mistake may be why.
        """
        from samverkan.store import Embedded

        given = sum(len(self.indexed.part(file)) for file in self.dataset.data)
        if not 0 < given <= _MOST_ASKED:
            return tuple
        here = self.store if isinstance(self.store, Embedded) else Embedded(self.published, self.graphs)
        asked = [query for query in self.queries.values() if not query.empty]  # the others say what no answer means
        before = self.__dict__.get("_empty")
        asked = asked if before is None else [query for query in asked if query.place in before]
        asking = partial(_without_answers, asked, here, self.as_of)
        work = Work(min(_READ_SECONDS, self.settings.gate_seconds), asking)
        return partial(self._without_answer, work) if asked else tuple

    def _without_answer(self, work: Work) -> tuple[Place, ...]:
        """The places that another process has found, which are kept; none where it took too long."""
        found = None
        with suppress(TookTooLongError, FailedError):
            found = pickle.loads(work.result())  # noqa: S301 - from our own process
        self.__dict__["_empty"] = found
        return found or ()

    @cached_property
    def without_answer(self) -> frozenset[str]:
        """The names of the queries that nothing in the files answers, as the gate has found."""
        found = (each.places for each in self.report.findings if each.rule == "empty-answer")
        places = {place for each in found for place in each}
        return frozenset(query.name for query in self.queries.values() if query.place in places)

    def _failing(
        self,
        asking: Iterable[Query],
        ask: Callable[[CheckedSite, list[Query]], bytes],
        error_of: Callable[[Exception, Query], UnreadableError],
    ) -> Iterator[UnreadableError]:
        """The errors of the queries that can't be answered, each asked alone."""
        seconds = min(_READ_SECONDS, self.settings.gate_seconds)
        for query in asking:
            try:
                within(seconds, partial(ask, self, [query]))
            except (TookTooLongError, FailedError) as error:
                yield error_of(error, query)

    def choice_errors(self, query: Query) -> Iterator[SamverkanError]:
        """What is wrong with the values that the parameters of a query take: their kinds, and what they are called."""
        seen: dict[str, tuple[Parameter, str]] = {}
        for parameter in query.parameters:
            if self._is_surely_usable(query, parameter):
                continue
            try:
                values = self.menu(parameter)
            except SamverkanError as error:
                yield error
                continue
            for value in values:
                address = f"{parameter.name}={self._choice(value)}".casefold()
                first = seen.setdefault(address, (parameter, value))
                if first != (parameter, value) and not self._are_things(value, first[1]):
                    yield _same_address(parameter, value, *first)

    def _are_things(self, *values: str) -> bool:
        """Whether values are things of the site: of those the rule `same-address` tells that they have one address."""
        return all(value.startswith(f"{self.settings.base}{paths.THINGS}") for value in values)

    def _choice(self, value: str) -> str:
        """A value as it stands in an address; the same things are chosen for many queries."""
        found = self._chosen.get(value)
        if found is None:
            found = self._chosen[value] = self.addresses.choice(value)
        return found

    @cached_property
    def _chosen(self) -> dict[str, str]:
        return {}

    def _is_surely_usable(self, query: Query, parameter: Parameter) -> bool:
        """Whether nothing can be wrong with a menu that asks for named graphs, and need not be asked for.

        Those would have to be loaded beside the union: see `unasked_menus`, for large sites of which nothing but the
        findings is wanted.
        """
        from samverkan.site import unasked_menus
        from samverkan.store import Embedded

        menu = self.queries.get(parameter.menu) if self.indexed.frugal and parameter.menu else None
        if menu is None or not unasked_menus.has_only_subjects(menu, query, parameter) or self._stated <= _MOST_ASKED:
            return False
        graph, choice = self.indexed.graph(self.published), self.addresses.choice
        few = unasked_menus.doubtful(graph, choice)
        if not few or not isinstance(self.store, Embedded):
            return few == ()
        with suppress(SamverkanError, SyntaxError, ValueError):
            values = unasked_menus.held(self.text_today(menu), few, self.store.memory, graph, self.published)
            return unasked_menus.may_be_chosen(values, choice)
        return False

    @property
    def _stated(self) -> int:
        """How many statements the files make."""
        return sum(map(len, map(self.indexed.part, self.published)))

    def answer_errors(self, query: Query) -> Iterator[SamverkanError]:
        """What is wrong with the answers of a query that makes properties: RDF/XML can't write all that it makes."""
        if not made_properties(query):
            return
        menus = ((each.name, value) for each in query.parameters for value in self.menu(each))
        for values in ({}, *({name: value} for name, value in menus)):
            answer = self.bound(query, values)
            names = {triple.predicate.value for triple in answer.triples} if isinstance(answer, Graph) else ()
            wrong = next((name for name in sorted(names) if xml_names.split(name) is None), None)
            if wrong:
                yield _unwritable(query, wrong)
                return

    def _case(
        self,
        engine: str,
        choices: Callable[[], tuple[SamverkanError, ...]] | None = None,
        least: Severity | None = None,
    ) -> validation.ValidationInput:
        from samverkan import validation
        from samverkan.store import Embedded

        notes = choices is None and (least or validation.Severity.INFO) == validation.Severity.INFO
        return validation.ValidationInput(
            dataset=self.dataset,
            base=self.settings.base,
            ontology=self.settings.ontology,
            prefixes=self.prefixes,
            mentioned=self.mentioned,
            constructed=self.constructed,
            choices=self._unusable_choices() if choices is None else choices,
            views=self._view_rows() if choices is None else dict,
            ignored=self._ignored(),
            neglected=tuple(self._neglected()),
            languages=self.settings.languages,
            settings=self.settings.place,
            queries=tuple(self.queries.values()),
            unanswered=self._unanswered() if notes else tuple,
            seconds=self.settings.gate_seconds,
            engine=engine,
            as_of=self.as_of,
            inferred=self.settings.inferred,
            indexed=self.indexed,
            stored=lambda: self.store.memory if isinstance(self.store, Embedded) else None,
            begun=self._let_go if self.indexed.frugal else tuple,
        )

    def _let_go(self) -> None:
        """Give back the memory of a large store, which takes its time; it is filled again if somebody asks for it."""
        if self._stated > _WORTH_GIVING_BACK:
            self.__dict__.pop("store", None)
            give_back()

    def _neglected(self) -> Iterator[tuple[str, Place]]:
        """The duties to the public that a site has taken upon itself and doesn't meet, and a name that it lacks."""
        met = {
            "public-without-publisher": self.settings.publisher,
            "public-without-contact": self.settings.contact,
            "public-without-audit": self.audit,
        }
        spoken = {tag.partition("-")[0] for tag in self.settings.title}
        if {tag.partition("-")[0] for tag in self.settings.languages} - spoken:
            yield "site-without-title", self.settings.place("title")
        if self.settings.public:
            yield from ((rule, self.settings.public) for rule, found in met.items() if not found)

    def _ignored(self) -> tuple[str, ...]:
        folders = (*source_files.FOLDERS, source_files.VERSIONS)
        names = (name for folder in folders for name in source_files.listing(self.root, folder).ignored)
        known = {CONTEXT, source_files.VERSIONS} if (self.root / source_files.VERSIONS).is_dir() else {CONTEXT}
        return tuple(name for name in names if name not in known)

    @cached_property
    def constructed(self) -> tuple[tuple[str, Place], ...]:
        """The properties of the graphs that the canned queries make."""
        return tuple(each for query in self.queries.values() for each in constructed(query))

    @cached_property
    def mentioned(self) -> tuple[tuple[str, Place], ...]:
        """The IRIs that the canned queries and the JSON-LD context name."""
        return tuple(self._mentioned())

    def _mentioned(self) -> Iterator[tuple[str, Place]]:
        for query in self.queries.values():
            yield from mentioned_iris(query)
            yield from ((each.instances_of, each.place) for each in query.parameters if each.instances_of)
        for iri in replace(self.context, refine=None).terms:  # refining takes all data, and changes no address
            yield iri, Place(CONTEXT)

    @cached_property
    def report(self) -> Report:
        """The report of one validation, kept for what is published."""
        return self.validate()

    @cached_property
    def documents(self) -> Documents:
        """The documents about the things of the site."""
        from samverkan.site.documents import Documents

        source_files.check_syntax(self.published)
        return Documents(self.dataset, self.addresses, self.settings.license, lambda: self.modified)

    def sample(self, most: int) -> Self:
        """The same site with about `most` of the statements of its data, answered here; all of it where it is small.

        What is tried on it takes no longer where the data grow. A report that was made is that of all data.
        """
        from samverkan.site import sample

        files = sample.cut(self.published, self.documents, self.settings.ontology, most)
        if files == self.published and not self.endpoint:
            return self
        few = type(self)(self.root)
        few.__dict__.update({name: self.__dict__[name] for name in _SAME if name in self.__dict__})
        few.__dict__["published"] = files
        return few

    @cached_property
    def context(self) -> Context:
        """The JSON-LD context, in which the shapes decide what form a key has; raises `UnreadableError`."""
        address = self.addresses.url(f"{paths.CONTEXT}{JSON_LD.suffix}")
        return replace(super().context, refine=self._refined, names=self.thing_names, published_at=address)

    def _refined(self) -> Mapping[str, Any]:
        from samverkan.site import json_context

        source, prefixes, found = self.context.source, self.context.prefixes, self.documents
        return json_context.refined(source, prefixes, self.class_shapes, found.by_predicate, found.about)

    @cached_property
    def class_shapes(self) -> ClassShapes:
        """What the shapes promise of each class and each property."""
        from samverkan.site.class_shapes import ClassShapes

        shapes = (triple for file in self.shapes for triple in file.triples)
        return ClassShapes(shapes, self.documents.by_predicate.get(SUBCLASS, ()))

    @cached_property
    def schemas(self) -> Mapping[str, str]:
        """The path of the JSON Schema of each class, without suffix."""
        from samverkan.site.json_context import schema_paths

        used = {t.object.value for t in self.documents.by_predicate.get(TYPE, ()) if isinstance(t.object, NamedNode)}
        return schema_paths(self.context, sorted({*used, *self.class_shapes.own}))

    def thing_names(self, iri: str) -> Mapping[str, str]:
        """What a thing is called, in each language of the site."""
        return self._thing_names(iri)

    @cached_property
    def _thing_names(self) -> ThingNames:
        from samverkan.site.thing_names import ThingNames

        return ThingNames(self.documents, self.settings.languages)

    @cached_property
    def ontology_versions(self) -> Mapping[str, Callable[[], Graph]]:
        """What gives each version of the ontology, by its name: those that the site keeps, and the present one."""
        ontology = self.settings.ontology
        earlier = {file.graph.removeprefix(ontology): partial(_graph_of, file) for file in self.versions}
        return earlier | dict.fromkeys(self.present_versions, partial(self.documents.graph, ontology))

    @cached_property
    def present_versions(self) -> tuple[str, ...]:
        """What the present version of the ontology is called, if its address is one of the ontology's own."""
        ontology = self.settings.ontology
        stated = (t.object for t in self.documents.about.get(ontology, ()) if t.predicate == VERSION_IRI)
        iris = (iri.value for iri in stated if isinstance(iri, NamedNode) and iri.value.startswith(ontology))
        names = (iri.removeprefix(ontology) for iri in iris)
        return tuple(name for name in names if source_files.VERSION.fullmatch(name))

    @cached_property
    def kinds(self) -> Mapping[str, Sequence[str]]:
        """The things of each kind, by the path of their list."""
        from samverkan.site.kinds import kinds

        return kinds(self.documents.paths(), self.tombstones)

    @cached_property
    def tombstones(self) -> Mapping[str, Tombstone]:
        """What became of the things that are withdrawn or replaced, by their IRIs."""
        from samverkan.model.lifecycle import PREDICATES, tombstones

        statements = (triple for predicate in PREDICATES for triple in self.documents.by_predicate.get(predicate, ()))
        return tombstones(statements, self.addresses)


def _graph_of(file: File) -> Graph:
    """A file as a graph."""
    from samverkan.site.documents import ordered

    return ordered(file.triples)


def _raised(read: Callable[[], object]) -> tuple[SamverkanError, ...]:
    """The errors that reading something raises; none where it can be read."""
    try:
        read()
    except UnreadableSiteError as error:
        return error.errors
    except SamverkanError as error:
        return (error,)
    return ()


def _variables(ask: Callable[[], Answer]) -> Parsed:
    try:
        answer = ask()
    except SamverkanError as error:
        return error
    return answer.variables if isinstance(answer, Table) else ()


def _packed_variables(queries: Iterable[Query], empty: Embedded) -> bytes:
    """What the engine makes of each query, by name, on its way between two processes."""
    asked = ((query.name, partial(empty.query, query.text, name=query.place.file)) for query in queries)
    return pickle.dumps({name: _variables(ask) for name, ask in asked})


def _unpacked_variables(packed: bytes) -> Mapping[str, Parsed]:
    found: Mapping[str, Parsed] = pickle.loads(packed)  # noqa: S301 - from our own process
    return found


def _packed_errors(site: CheckedSite, queries: Iterable[Query]) -> bytes:
    """What is wrong with the values of some queries, and their menus, on its way between two processes."""
    errors = tuple(error for query in queries for error in _errors(site, query))
    return pickle.dumps((errors, site.menus))


def _errors(site: CheckedSite, query: Query) -> list[SamverkanError]:
    """What is wrong with the values that a query takes; if nothing is, what is wrong with its answers."""
    return [*site.choice_errors(query)] or [*site.answer_errors(query)]


def _unwritable(query: Query, name: str) -> NotAcceptableError:
    return NotAcceptableError(
        f"The answer has the property {shown(name)}, which RDF/XML can't write.",
        remedy="Let the query make properties that end in plain letters.",
        place=query.place,
        sv=f"Svaret har egenskapen {shown(name)}, som inte kan skrivas i RDF/XML. "
        "Låt frågan göra egenskaper som slutar på vanliga bokstäver.",
    )


def _packed_rows(site: CheckedSite, asking: Iterable[Query]) -> bytes:
    """The rows of some answers by view, without what is unbound, on their way between two processes."""
    return pickle.dumps({query.view: tuple(_answered(site.store, site.text_today(query))) for query in asking})


def _answered(store: Store, text: str) -> Iterable[Row]:
    """The rows of an answer, as our own store gives them at once, and another one in a table."""
    from samverkan.store import Embedded

    return store.rows(text) if isinstance(store, Embedded) else _rows(store.query(text))


def _packed_change(site: CheckedSite, was: Query, now: Query) -> bytes:
    """How many rows of two answers are gone and new, on their way between two processes."""
    before, after = (Counter(chain.from_iterable(_lines(site, query))) for query in (was, now))
    return pickle.dumps(((before - after).total(), (after - before).total()))


def _lines(site: CheckedSite, query: Query) -> Iterator[Iterator[str]]:
    """The rows or triples that a query answers, each as a text with the names of its variables, in each language."""
    spoken = [each.name for each in query.parameters if each.kind == "language"]
    for language in site.settings.languages if spoken else ("",):
        answer = site.store.query(site.text_today(query, dict.fromkeys(spoken, language)), name=query.place.file)
        if isinstance(answer, BooleanResult):
            yield iter((str(answer.value),))
        elif isinstance(answer, Table):
            yield (str([f"{name} {term}" for name, term in sorted(row.items())]) for row in _rows(answer))
        else:
            yield map(str, answer.triples)


def _rows(answer: Answer) -> Iterator[Row]:
    """The rows; in all of them a term is the same object, so that it is packed and unpacked once."""
    assert isinstance(answer, Table)
    same = dict[Term, Term]()
    for row in answer.rows:
        named = zip(answer.variables, row, strict=True)
        yield {name: same.setdefault(value, value) for name, value in named if value is not None}


def _unpacked_rows(packed: bytes) -> Mapping[str, tuple[Row, ...]]:
    found: Mapping[str, tuple[Row, ...]] = pickle.loads(packed)  # noqa: S301 - from our own process
    return found


def _without_answers(queries: Iterable[Query], store: Store, day: date) -> bytes:
    """The places of the queries without an answer on a day, on their way between two processes."""
    return pickle.dumps(tuple(query.place for query in queries if not _has_answer(query, store, day)))


def _has_answer(query: Query, store: Store, day: date) -> bool:
    """Whether a query has any answer, with the values that it has by itself, or with any."""
    if query.form not in {"SELECT", "CONSTRUCT"} or not main_group(query.text):
        return True
    texts = dict.fromkeys((query.text, query.without_values()))
    return any(_matches(at(day, text), query, store) for text in texts)


def _matches(text: str, query: Query, store: Store) -> bool:
    found = store.query(f"{prologue(text)} ASK {main_group(text)}", name=query.place.file)
    return not isinstance(found, BooleanResult) or found.value


def _unasked(error: Exception, query: Query | None = None) -> UnreadableError:
    """The values of a query, or of some query, that can't be asked for: they take too long, or end the process."""
    en, sv = (f" ({error})", f" ({error})") if str(error) else (" in time", " i tid")
    places = [parameter.place for parameter in query.parameters if parameter.is_asked] if query else []
    return UnreadableError(
        f"The values that a parameter takes can't be asked for{en}.",
        remedy="Ask for less in the query that is its menu.",
        place=next(iter(places), query.place if query else None),
        sv=f"Det går inte att fråga efter de värden som en parameter tar{sv}. "
        "Fråga efter mindre i den fråga som är dess meny.",
    )


def _unviewed(error: Exception, query: Query | None = None) -> UnreadableError:
    """A query with a view, or some such query, that can't be answered: it takes too long, or ends the process."""
    en, sv = (f" ({error})", f" ({error})") if str(error) else (" in time", " i tid")
    view = f"'view: {query.view}'" if query else "a view that tells where facts come from"
    vy = f"'view: {query.view}'" if query else "en vy som säger varifrån uppgifterna kommer"
    return UnreadableError(
        f"The query with {view} can't be answered{en}, so facts are not held against their evidence.",
        remedy="Ask for less in it.",
        place=query.place if query else None,
        sv=f"Frågan med {vy} går inte att besvara{sv}, så uppgifterna jämförs inte med sina belägg. "
        "Fråga efter mindre i den.",
    )


def _same_address(parameter: Parameter, value: str, first: Parameter, other: str) -> UnreadableError:
    """Two values, of one parameter or of two whose names differ as little."""
    one, two = (f"{each.name}={shown(text)}" for each, text in ((first, other), (parameter, value)))
    return UnreadableError(
        f"{one} and {two} would have one address, in which upper and lower case are the same.",
        remedy="Take one of them away, or write them so that they differ in more than that.",
        place=parameter.place_of(value),
        sv=f"{one} och {two} skulle få samma adress, för i den är stora och små bokstäver lika. "
        "Ta bort ett av dem, eller skriv dem så att de skiljer sig i mer än det.",
    )
