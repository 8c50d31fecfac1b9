"""Asking a site: canned queries with the values that their menus allow, and free ones."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, RdfFormat, parse

from samverkan.errors import NotFoundError, ParameterError, Place, SamverkanError, UnreadableError, UsageError
from samverkan.limits import FailedError, TookTooLongError, within
from samverkan.model import paging, paths
from samverkan.model.namespaces import SUBCLASS
from samverkan.model.paging import AnswerPart
from samverkan.model.queries import KINDS, Parameter, choices
from samverkan.model.results import Answer, Graph, Table, Term
from samverkan.model.sparql import is_short, prologue
from samverkan.site import source_files
from samverkan.site.folder import Folder, suggestion

if TYPE_CHECKING:
    from samverkan.model.queries import Query
    from samverkan.site.inference import InferredGraphs
    from samverkan.store import Embedded, Store

ANSWER_SECONDS = 300.0
_READ_SECONDS = 20.0  # for one canned query
_SHORT_MENU = 5
_ONE = {"en": "The whole answer is on one page.", "sv": "Hela svaret står på en sida. Utelämna page."}
_KEPT = 8  # answers
_KEPT_SIZE = 1 << 20  # bytes of one of them, at most


class Querying(Folder):
    """A site's folder with a store that answers."""

    @cached_property
    def store(self) -> Store:
        """Data and ontology, each file its own named graph, ready to be asked: here, or in an engine elsewhere."""
        if self.endpoint:
            from samverkan.store.remote import Remote
            from samverkan.store.written_literals import WrittenLiterals

            graphs, written = tuple(self.graphs), WrittenLiterals(self.published)
            return Remote(self.endpoint, graphs, self.settings.base, strict=True, written=written)
        from samverkan.store import Embedded

        try:
            return Embedded(self.published, (file.graph for file in self.published))
        except UnreadableError:
            source_files.check_syntax(self.published)
            raise

    def query(self, name: str, values: Mapping[str, str] | None = None, /, **more: str) -> Answer:
        """Answer a canned query.

        Values are texts: an IRI may be given whole, by prefix, or by the last part of its
        name where only one fits. Raises `NotFoundError` and `ParameterError`.
        """
        query = self.canned(name)
        given = {key: self.value(query.parameter(key), str(value)) for key, value in {**(values or {}), **more}.items()}
        return self._headed(self.store.query(self.text_today(query, given), name=query.place.file), query, given)

    def text_today(self, query: Query, values: Mapping[str, str] | None = None) -> str:
        """The SPARQL of a canned query as it is asked here: with values, and with the site's day for NOW()."""
        return query.bind(values or {}, self.as_of)

    def bound(self, query: Query, values: Mapping[str, str]) -> Answer:
        """Answer a canned query with values that were checked.

        The last few answers are kept: a page and its data are most often wanted one after the other. Of large ones
        only the last is, for its pages follow one another.
        """
        text = self.text_today(query, values)
        found = self._bound.pop(text, None) or self.store.query(text, name=query.place.file)
        for other in [other for other, answer in self._bound.items() if _size(answer) > _KEPT_SIZE]:
            del self._bound[other]
        self._bound[text] = found
        while len(self._bound) > _KEPT:
            del self._bound[next(iter(self._bound))]
        return found

    def page_count(self, query: Query, values: Mapping[str, str], limit: int | None = None) -> int:
        """How many pages of so many rows an answer has; `limit` is by default what the settings say."""
        key = (query.bind(values), limit or self.settings.page_rows)
        if key not in self._counts:
            self._counts[key] = paging.count(self.bound(query, values), key[1])
        return self._counts[key]

    @cached_property
    def _counts(self) -> dict[tuple[str, int], int]:
        return {}

    def part(self, query: Query, values: Mapping[str, str], part: AnswerPart) -> Answer:
        """A page of the answer of a canned query with values that were checked.

        Raises `NotFoundError` beyond the last page.
        """
        last = self.page_count(query, values, part.limit)
        if part.number > last:
            raise NotFoundError(
                f"The answer has {last} pages, and there is no page {part.number}." if last > 1 else _ONE["en"],
                remedy="Follow the links to the next page from the first.",
                sv=f"Svaret har {last} sidor, och det finns ingen sida {part.number}. Börja på den första."
                if last > 1
                else _ONE["sv"],
            )
        found = paging.cut(self.bound(query, values), part, part.limit or self.settings.page_rows)
        return self._headed(found, query, values)

    def _headed(self, answer: Answer, query: Query, values: Mapping[str, str]) -> Answer:
        """An answer with the headings of its query, in the language that is asked for."""
        if not isinstance(answer, Table) or not query.columns:
            return answer
        return replace(answer, headings=query.headings(values, self.settings.languages[0]))

    @cached_property
    def _bound(self) -> dict[str, Answer]:
        return {}

    def has_inferred(self, asked: bool | None = None) -> bool:
        """Whether free queries are asked of what follows as well: as `asked`, else where that can be.

        Raises `UsageError` where it is asked for and can't be.
        """
        able = self.settings.inferred and (not asked or self._is_inferred())
        if asked and not able:
            raise UsageError(
                "What follows from the facts is not asked here: the settings switch it off, or the store lacks it.",
                remedy="Leave out inferred=true, or push the site again.",
                sv="Det som följer av uppgifterna går inte att fråga här: inställningarna stänger av det, eller så "
                "saknas det i lagret. Utelämna inferred=true, eller skicka dit webbplatsen igen.",
            )
        return able if asked is None else asked

    def _is_inferred(self) -> bool:
        """Whether there is something that follows where queries are answered: an engine elsewhere is asked for it."""
        from samverkan.store.remote import Remote

        return bool(self.store.inferred()) if isinstance(self.store, Remote) else True

    @cached_property
    def inferred(self) -> InferredGraphs | None:
        """What follows from what is published; None where nothing does, or the settings switch it off."""
        if not self.settings.inferred:
            return None
        from samverkan.site.inference import inferred_graphs

        found = inferred_graphs(self.published, self.settings.base, self.settings.ontology)
        return found if found.parts else None

    @cached_property
    def wide_store(self) -> Embedded:
        """A store of its own with what follows beside what is stated, for queries that ask for it.

        In the one in memory all that is said of a subject is looked through for one property of it, and much follows of
        what many things point at: in one store with it, the names of those took ten times as long to look up.
        """
        assert self.inferred is not None
        self.second_store.infer(self.inferred.graphs)
        return self.second_store

    @cached_property
    def second_store(self) -> Embedded:
        """What is stated once more, to which `wide_store` adds what follows."""
        from samverkan.store import Embedded

        return Embedded(self.published, (file.graph for file in self.published))

    def free(self, inferred: bool | None = None) -> Callable[..., Answer]:
        """What answers a free query, with what follows or without it; raises what `has_inferred` raises."""
        from samverkan.store.remote import Remote

        if not self.has_inferred(inferred) or not self.inferred:
            return self.store.query
        return (self.store if isinstance(self.store, Remote) else self.wide_store).query_inferred

    def streaming(self, inferred: bool | None = None) -> Callable[..., Answer | None] | None:
        """As `free`, but large answers are given on in blocks (`Embedded.stream`); None where they can't be."""
        from samverkan.store import Embedded

        if not isinstance(self.store, Embedded):
            return None
        wanted = bool(self.has_inferred(inferred) and self.inferred)
        return partial((self.wide_store if wanted else self.store).stream, inferred=wanted)

    def ask(
        self, sparql: str, name: str = "query", *, seconds: float = ANSWER_SECONDS, inferred: bool | None = None
    ) -> Answer:
        """Answer any read-only SPARQL 1.1 query; prefixes of the site need not be declared.

        What follows from the facts is asked as well, unless `inferred` is False or the settings say otherwise.
        Relative IRIs are relative to the public address of the site's endpoint, as they are there.
        It is answered in a process of its own, for a query can neither be interrupted nor kept
        from ending its process. Raises `UsageError` where the query is broken, changes
        something, asks another server, or takes longer than `seconds`.
        """
        prefixes, base = dict(self.prefixes.table), self.addresses.url(paths.SPARQL)
        return apart(partial(self.free(inferred), sparql, prefixes=prefixes, base=base), name, seconds)

    def _read_canned(self, name: str) -> Query:
        """One canned query; a long one is tried in a process of its own, for it may end the one that parses it."""
        query = super()._read_canned(name)
        if not is_short(query.text):
            try:
                apart(partial(self._nothing().query, query.text), query.place.file, _READ_SECONDS)
            except UsageError as error:
                raise UnreadableError(error.what, remedy=error.remedy, place=error.place, sv=error.sv) from None
        return query

    def _nothing(self) -> Embedded:
        """An empty store to try queries in, where FROM may name the same graphs as in the full one."""
        from samverkan.store import Embedded

        try:
            return Embedded(graphs=self.graphs)
        except UnreadableError:  # a file whose name can't be that of a graph is told elsewhere
            return Embedded(graphs=())

    def menu(self, parameter: Parameter) -> tuple[str, ...]:
        """The values that a parameter takes, sorted as its menu has them; empty where it takes any of its kind.

        Raises `UnreadableError` where the menu has something that is not of the parameter's kind.
        """
        if parameter.source not in self.menus:
            self.menus[parameter.source] = self._menu(parameter)
        return self.menus[parameter.source]

    @cached_property
    def menus(self) -> dict[tuple[object, ...], tuple[str, ...]]:
        """The menus that were asked for, by where they come from."""
        return {}

    def _menu(self, parameter: Parameter) -> tuple[str, ...]:
        if parameter.kind == "language":
            return self.settings.languages
        if parameter.values:
            return tuple(dict.fromkeys(self._whole(parameter, value) for value in parameter.values))
        if parameter.menu:
            return choices(parameter, _first_column(self.query(parameter.menu)))
        if parameter.instances_of:
            things = _first_column(self.store.query(_instances(parameter.instances_of)))
            return choices(parameter, (thing for thing in things if isinstance(thing, NamedNode)))
        return ()

    def _whole(self, parameter: Parameter, value: str) -> str:
        """A value in the one way to write it; an IRI may begin with a prefix of the site."""
        if parameter.kind == "iri":
            return self.prefixes.expand(value) or value
        try:
            return KINDS[parameter.kind].canonical(value)
        except ValueError:
            return value  # what binds it, or holds it against a menu, says what is wrong

    def value(self, parameter: Parameter, value: str) -> str:
        """Turn what a person wrote into a value that the parameter takes.

        Raises `ParameterError` that names what is allowed.
        """
        allowed, value = self.menu(parameter), self._whole(parameter, value)
        fitting = self.values_by_name(parameter).get(value, ()) if allowed else (value,)
        if len(fitting) == 1:
            return fitting[0]
        raise ParameterError(
            parameter.name,
            f"{_called(parameter, 'en')}: there is no {value!r}.",
            remedy=_choice(self.names(parameter, fitting)) or _remedy(value, self.names(parameter, allowed)),
            sv=f"{_called(parameter, 'sv')}: {value!r} finns inte. "
            f"Välj ett av dessa: {', '.join(self.names(parameter, fitting or allowed)[:20])}.",
        )

    def values_by_name(self, parameter: Parameter) -> Mapping[str, Sequence[str]]:
        """The values of a menu by what may stand for them: each itself, and of an IRI the last part of its name."""
        if parameter.source not in self._by_name:
            self._by_name[parameter.source] = _by_name(parameter, self.menu(parameter))
        return self._by_name[parameter.source]

    @cached_property
    def _by_name(self) -> dict[tuple[object, ...], Mapping[str, Sequence[str]]]:
        return {}

    def names(self, parameter: Parameter, values: Iterable[str]) -> tuple[str, ...]:
        """Values of a parameter as a person would write them.

        An IRI is written by the last part of its name where no other of the menu ends so.
        """
        if parameter.kind != "iri":
            return tuple(values)
        tails = Counter(_tail(iri) for iri in self.menu(parameter))
        return tuple(_tail(iri) if tails[_tail(iri)] == 1 else self.prefixes.compact(iri) for iri in values)


def default(query: Query, parameter: Parameter) -> Term | None:
    """The term that stands for a parameter where none is given; None for `UNDEF`, and for several of them."""
    found = defaults(query, parameter)
    return found[0] if len(found) == 1 else None


def defaults(query: Query, parameter: Parameter) -> tuple[Term | None, ...]:
    """The terms in the block of a parameter; None for `UNDEF`.

    The block is read as SPARQL, with the prefixes of its query.
    """
    from samverkan.store import Embedded

    start, end = parameter.span
    asked = f"{prologue(query.text)}SELECT ?value {{ VALUES ?value {{{query.text[start:end]}\n}} }}"
    found = Embedded().query(asked, name=query.place.file)
    assert isinstance(found, Table)
    return tuple(row[0] for row in found.rows)


def apart(ask: Callable[..., Answer], name: str, seconds: float) -> Answer:
    """What a query is answered that is asked in a process of its own; `ask` takes its `name`. See `Querying.ask`."""
    try:
        return _unpacked(within(seconds, partial(_packed, partial(ask, name=name))))
    except TookTooLongError:
        raise UsageError(
            f"The query was not answered within {seconds:g} seconds.",
            remedy="Ask for less: add a LIMIT, or begin with what is rarest.",
            place=Place(name),
            sv=f"Frågan blev inte besvarad inom {seconds:g} sekunder. "
            "Fråga efter mindre: lägg till LIMIT, eller börja med det som är mest sällsynt.",
        ) from None
    except FailedError as error:
        raise UsageError(
            f"The query can't be answered: {error}.",
            remedy="It is too large or too deeply nested.",
            place=Place(name),
            sv=f"Frågan går inte att besvara ({error}). Den är för stor eller för djupt nästlad.",
        ) from None


def _size(answer: Answer) -> int:
    """About how much memory an answer takes, in bytes."""
    if isinstance(answer, Graph):
        return len(answer.own) * 200
    return len(answer.json) if isinstance(answer, Table) else 0


def _packed(ask: Callable[[], Answer]) -> bytes:
    """An answer, or the error of one, on its way between two processes."""
    try:
        answer = ask()
    except SamverkanError as error:
        return pickle.dumps(error)
    # Terms can't be pickled; their N-Triples can, blank nodes' labels included.
    return pickle.dumps([str(triple) for triple in answer.own] if isinstance(answer, Graph) else answer)


def _unpacked(packed: bytes) -> Answer:
    found = pickle.loads(packed)  # noqa: S301 - from our own process
    if isinstance(found, SamverkanError):
        raise found
    if isinstance(found, list):
        lines = parse("".join(f"{line} .\n" for line in found), format=RdfFormat.N_TRIPLES)
        return Graph(tuple(quad.triple for quad in lines))
    return found  # type: ignore[no-any-return]


def _instances(class_iri: str) -> str:
    return f"SELECT DISTINCT ?thing {{ ?thing a/<{SUBCLASS.value}>* {NamedNode(class_iri)} }} ORDER BY ?thing"


def _first_column(answer: Answer) -> tuple[Term | None, ...]:
    if not isinstance(answer, Table):
        raise UsageError("A menu must be a SELECT query.", sv="En meny måste vara en SELECT-fråga.")
    return tuple(row[0] for row in answer.rows if row)


def _by_name(parameter: Parameter, values: Iterable[str]) -> Mapping[str, Sequence[str]]:
    """See `Querying.values_by_name`; what is a value itself stands for no other one."""
    found: dict[str, list[str]] = {}
    for iri in values if parameter.kind == "iri" else ():
        found.setdefault(_tail(iri), []).append(iri)
    return {**found, **{value: (value,) for value in values}}


def _tail(iri: str) -> str:
    return iri.rstrip("/").rpartition("/")[2]


def _called(parameter: Parameter, language: str) -> str:
    """What people call a parameter, with the name that it has for programs."""
    label = parameter.label.get(language) or parameter.name
    return label if label.casefold() == parameter.name else f"{label} ({parameter.name})"


def _remedy(wrong: str, names: tuple[str, ...]) -> str:
    """What somebody may have meant, or a short menu whole."""
    return f"Choose one of these: {', '.join(names)}." if len(names) <= _SHORT_MENU else suggestion(wrong, names)


def _choice(names: tuple[str, ...]) -> str:
    return f"Several have that name: {', '.join(names)}." if names else ""
