"""The addresses of answers: where the answer of a canned query with values stands, and which values a path names.

Both the site map and the pages that people read ask here, so that neither has to know the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from urllib.parse import urlencode

from samverkan.errors import ParameterError
from samverkan.model import paging, paths
from samverkan.model.paging import FIRST, AnswerPart
from samverkan.model.queries import Parameter, Query
from samverkan.model.results import Answer, Page, Pager
from samverkan.publication.query_catalogue import answer_of
from samverkan.site.querying import Querying

_Place = Callable[[Query, Mapping[str, str], AnswerPart], Page]


class AnswerPages:
    """The pages with the answers of a site's canned queries, as data."""

    def __init__(self, site: Querying) -> None:
        self._site = site

    def prepare(self) -> None:
        """Ask for all menus, and know their values by what they are called."""
        for parameter in (each for query in self._site.queries.values() for each in query.parameters):
            _ = self._meant(parameter), self._site.values_by_name(parameter)

    def combinations(self, query: Query) -> Iterator[dict[str, str]]:
        """Every language, and every value of every other menu in every language."""
        spoken = [
            {p.name: language} for p in query.parameters if p.kind == "language" for language in self._site.menu(p)
        ]
        yield from spoken
        for parameter in query.parameters:
            if parameter.kind != "language":
                for value in self._site.menu(parameter):
                    yield {parameter.name: value}
                    yield from ({parameter.name: value, **language} for language in spoken)

    def values_in(self, query: Query, bound: str) -> dict[str, str]:
        """The values that stand in a path as `name=value/name=value`; none where one of them means nothing.

        Which page is wanted is no value: see `paging.in_path`.
        """
        values: dict[str, str] = {}
        bound, _ = paging.in_path(bound)
        for part in bound.split("/") if bound else ():
            name, _, written = part.partition("=")
            try:
                values[name] = self._meant(query.parameter(name))[written]
            except (ParameterError, KeyError):
                return {}
        return values

    def published(self, query: Query, values: Mapping[str, str], part: AnswerPart = FIRST) -> Page | None:
        """The page that answers a query with values, where the release has one: one menu, in one language or none."""
        parameters = [query.parameter(name) for name in values]
        spoken = sum(parameter.kind == "language" for parameter in parameters)
        known = all(self._written(values[p.name]) in self._meant(p) for p in parameters)
        is_placed = not part.limit or (part.limit in paging.SCREENS and part.number > 1)
        if spoken > 1 or len(values) - spoken > 1 or not known or not is_placed:
            return None
        return self.in_path(query, values, part)

    def in_path(self, query: Query, values: Mapping[str, str], part: AnswerPart = FIRST) -> Page:
        """The page that answers a query with values, which stand in its path; behind them stands which page it is."""
        tail = "".join(f"/{name}={self._written(value)}" for name, value in sorted(values.items()))
        number = "".join(f"/{name}={value}" for name, value in sorted(part.values.items()))
        return self._at(f"{paths.QUERIES}/{query.name}{tail}{number}", query, values, part, self.in_path)

    def in_query_string(self, query: Query, values: Mapping[str, str], part: AnswerPart = FIRST) -> Page:
        """The page that answers a query with values that the release has no page for."""
        given = sorted({**values, **part.values}.items())
        path = f"{paths.QUERIES}/{query.name}" + (f"?{urlencode(given)}" if given else "")
        return self._at(path, query, values, part, self.in_query_string)

    def anywhere(self, query: Query, values: Mapping[str, str], part: AnswerPart = FIRST) -> Page:
        """The page that answers a query with values: the one that the release has, else one at the server."""
        return self.published(query, values, part) or self.in_query_string(query, values, part)

    def _at(self, path: str, query: Query, values: Mapping[str, str], part: AnswerPart, place: _Place) -> Page:
        """The page at a path that answers a query with values; `place` knows where the others of the answer are."""
        pager = Pager(
            part.number,
            partial(self._site.page_count, query, values, part.limit),
            lambda number: place(query, values, part._replace(number=number)),
        )
        return Page(path, partial(self._ask, query, values, part), answer_of(query), pager=pager)

    def _ask(self, query: Query, values: Mapping[str, str], part: AnswerPart) -> Answer:
        return self._site.part(query, values, part)

    def _meant(self, parameter: Parameter) -> Mapping[str, str]:
        """The values of a menu by the names that they have in a path."""
        if parameter.source not in self._names:
            self._names[parameter.source] = {self._written(value): value for value in self._site.menu(parameter)}
        return self._names[parameter.source]

    @cached_property
    def recent(self) -> dict[tuple[str, str], tuple[Page, ...]]:
        """The pages at the paths and query strings that were asked for last; who keeps them there bounds them."""
        return {}

    @cached_property
    def _names(self) -> dict[tuple[object, ...], Mapping[str, str]]:
        return {}

    def _written(self, value: str) -> str:
        return self._site.addresses.choice(value)
