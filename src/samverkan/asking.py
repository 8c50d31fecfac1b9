"""Asking a site: canned queries with the values that their menus allow, and free ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from samverkan import sources
from samverkan.answers import Answer, Table
from samverkan.errors import ParameterError, UnreadableError, UsageError
from samverkan.folder import Folder, suggestion
from samverkan.queries import Parameter, check_harmless
from samverkan.vocabulary import SUBCLASS

if TYPE_CHECKING:
    from samverkan.store import Embedded


class Asking(Folder):
    """A site's folder with a store that answers."""

    @cached_property
    def store(self) -> Embedded:
        """Data and ontology, each file its own named graph, ready to be asked."""
        from samverkan.store import Embedded

        try:
            return Embedded(self.published)
        except UnreadableError:
            sources.check_syntax(self.published)
            raise

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
            remedy=_choice(self._names(parameter, fitting)) or suggestion(value, self._names(parameter, allowed)),
        )

    def _names(self, parameter: Parameter, values: Iterable[str]) -> tuple[str, ...]:
        """Values as a person would write them: an IRI by the last part of its name where that is enough."""
        if parameter.kind != "iri":
            return tuple(values)
        tails = Counter(_tail(iri) for iri in self.menu(parameter))
        return tuple(_tail(iri) if tails[_tail(iri)] == 1 else self.prefixes.compact(iri) for iri in values)


def _instances(class_iri: str) -> str:
    from pyoxigraph import NamedNode

    return f"SELECT DISTINCT ?thing {{ ?thing a/<{SUBCLASS.value}>* {NamedNode(class_iri)} }} ORDER BY ?thing"


def _first_column(answer: Answer) -> tuple[str, ...]:
    if not isinstance(answer, Table):
        raise UsageError("A menu must be a SELECT query.")
    values = (getattr(row[0], "value", None) for row in answer.rows if row)
    return tuple(dict.fromkeys(value for value in values if isinstance(value, str)))


def _tail(iri: str) -> str:
    return iri.rstrip("/").rpartition("/")[2]


def _choice(names: tuple[str, ...]) -> str:
    return f"Several have that name: {', '.join(names)}." if names else ""
