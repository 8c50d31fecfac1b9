"""The hall: a site as one object, its gate, and the address book of everything that stands in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from samverkan import sources
from samverkan.answers import Answer, Table
from samverkan.asking import Asking, apart
from samverkan.errors import Place, SamverkanError, StoreChangingError, UnreadableError, UnreadableSiteError
from samverkan.folder import CONTEXT, suggestion
from samverkan.limits import FailedError, TookTooLongError, within
from samverkan.queries import Query, check_answer, check_roles
from samverkan.queries import iris as mentioned_iris
from samverkan.sparql import is_short

if TYPE_CHECKING:
    from samverkan import checks
    from samverkan.book import Book
    from samverkan.checks import Report
    from samverkan.documents import Documents
    from samverkan.endpoint import Endpoint
    from samverkan.fates import Fate
    from samverkan.store import Embedded, Store


_READ_SECONDS = 20.0  # for all queries together; they take hundredths
_UNKNOWN = UnreadableError("The queries can't be read in time.", sv="Frågorna går inte att läsa i tid.")


class Site(Asking):
    """A site: a folder with words, facts, promises and questions."""

    def validate(self, engine: str = "turbo") -> Report:
        """Run all checks of the house; syntax errors come back as findings too."""
        from samverkan import checks

        errors = tuple(self._unreadable())
        return checks.unreadable(errors) if errors else checks.run(self._case(engine))

    def validate_store(self, store: Store, engine: str = "turbo") -> Report:
        """Run all checks on what a store holds of the site; the promises are those of the folder.

        The store looks for what breaks the shapes, and `engine` sees to those that a store can't be asked about.
        Raises `StoreError` where the store does not answer, and `UsageError` where it gives less than it counts.
        """
        from samverkan import checks
        from samverkan.store import Graphs

        errors = tuple(self._unreadable())
        if errors:
            return checks.unreadable(errors)
        own = Graphs(tuple(self.graphs), tuple(self.graphs))
        ask = partial(store.query, name="checks", graphs=own)
        before = store.stamp()
        report = checks.run_in(checks.Held(ask, store.names, store.triples), self._case(engine))
        if store.stamp() != before:
            raise StoreChangingError(
                "The store was given another release while it was checked.",
                remedy="Check it once more.",
                sv="Lagret fick en annan version medan det kontrollerades. Kontrollera det en gång till.",
            )
        return report

    def _unreadable(self) -> Iterator[SamverkanError]:
        """Every file that can't be read: Turtle, queries, context and the record of the last audit."""
        of_one_file = (lambda: self.context, lambda: self.audit)
        for read in (self._read_published, self._read_shapes, self._read_queries, *of_one_file):
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
        """Read every canned query, parse its SPARQL, follow its menus, and hold its head against its columns."""
        empty = self._nothing()
        self._check_speed(empty)
        for query in self.queries.values():
            answer = self._parse(query, empty)
            check_answer(query, answer.variables if isinstance(answer, Table) else ())
            self._check_menus(query)
        check_roles(self.queries.values())

    def _check_speed(self, empty: Embedded) -> None:
        """Raise `UnreadableError` for a query that takes too long to be read.

        The engine's time for that doubles with each nested call of some functions, and it can't be
        interrupted: so it reads them first in a process of its own.
        """
        try:
            within(_READ_SECONDS, partial(_read_all, [*self.queries.values()], empty))
        except TookTooLongError:
            raise next(self._slow(empty), _UNKNOWN) from None
        except FailedError:
            return  # each is read alone afterwards, and says what is wrong

    def _slow(self, empty: Embedded) -> Iterator[UnreadableError]:
        for query in self.queries.values():
            try:
                within(_READ_SECONDS, partial(_read_all, [query], empty))
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

    def _parse(self, query: Query, empty: Embedded) -> Answer:
        """Parse a query; a long one in a process of its own, for it may end the one that parses it."""
        if is_short(query.text):
            return empty.query(query.text, name=query.place.file)
        return apart(empty, query.text, query.place.file, _READ_SECONDS)

    def _check_menus(self, query: Query) -> None:
        for parameter in query.parameters:
            menu = self.queries.get(parameter.menu) if parameter.menu else None
            if parameter.menu and (menu is None or menu.form != "SELECT"):
                raise UnreadableError(
                    f"The menu of '{parameter.name}' must be a SELECT query, and '{parameter.menu}' is none.",
                    remedy=suggestion(parameter.menu, [q.name for q in self.queries.values() if q.form == "SELECT"]),
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
        names = (name for folder in sources.FOLDERS for name in sources.listing(self.root, folder).ignored)
        return tuple(name for name in names if name != CONTEXT)

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
    def documents(self) -> Documents:
        """The documents about the things of the site."""
        from samverkan.documents import Documents

        sources.check_syntax(self.published)
        return Documents(self.dataset, self.addresses, self.settings.license)

    @cached_property
    def fates(self) -> Mapping[str, Fate]:
        """What became of the things that are withdrawn or replaced, by their IRIs."""
        from samverkan.fates import fates

        return fates(self.documents.union(), self.addresses)

    @cached_property
    def pages(self) -> Book:
        """The address book: every path without its suffix, and what stands there."""
        from samverkan.book import Book

        return Book(self)


def _read_all(queries: list[Query], empty: Embedded) -> bytes:
    """Let the engine read queries; what is wrong with them is told elsewhere."""
    for query in queries:
        with suppress(SamverkanError):
            empty.query(query.text, name=query.place.file)
    return b""


def open_site(path: str | Path = ".", endpoint: Endpoint | None = None) -> Site:
    """Open the site in a folder, with an engine elsewhere that answers its queries if one is named.

    Raises `UnreadableError` where there is no site.
    """
    site = Site(Path(path).resolve(), endpoint)
    _ = site.settings
    return site
