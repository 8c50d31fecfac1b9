"""Who answers the queries inside shapes: the store, or rdflib where the store would change what they see."""

from __future__ import annotations

import logging
import re
import time
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store, Triple

from samverkan.errors import UsageError
from samverkan.model.namespaces import XSD
from samverkan.model.results import Term
from samverkan.model.sparql import let_pass, meant, prologue, run, telling, word
from samverkan.model.stored_literals import rewritten
from samverkan.validation.evaluation.data_graph import DataGraph
from samverkan.validation.shapes.paths import ShapeError, UnreadableQueryError
from samverkan.validation.shapes.prebinding import COLUMN, ROWS, SHAPES_GRAPH, PreboundQuery, Row

if TYPE_CHECKING:
    import rdflib

_LOG = logging.getLogger(__name__)
_WHERE = "shapes/"  # where a query stands that is refused
_ROWS, _SHAPES = NamedNode(ROWS), NamedNode(SHAPES_GRAPH)


@dataclass(frozen=True)
class _Values:
    """The values of some variables in some rows, one row after the other; None where a row has none."""

    columns: tuple[str, ...]
    terms: list[Term | None]

    def quads(self) -> Iterator[Quad]:
        """The same as statements about rows."""
        predicates = [NamedNode(COLUMN + name) for name in self.columns]
        for place, term in enumerate(self.terms):
            if term is not None:
                row, column = divmod(place, len(predicates))
                yield Quad(BlankNode(f"row{row}"), predicates[column], term, _ROWS)


@dataclass(frozen=True)
class QueryEngines:
    """The data and the shapes as two engines hold them, each filled when it is first asked.

    `filled` is a store that has the data as its default graph already; the shapes are added to it. Answers may be asked
    for in a thread beside the one that reads the data, once `rewritten_properties` is known: it gives terms numbers.
    """

    data: DataGraph
    shapes: tuple[Triple, ...]
    filled: Store | None = None

    def answers(self, query: PreboundQuery, rows: list[Row]) -> list[Row]:
        """The solutions of a query for all of some rows of values; raises `ShapeError` where it can't be asked."""
        return list(self._answers(query, rows))

    def _answers(self, query: PreboundQuery, rows: list[Row]) -> Iterator[Row]:
        for each in [rows] if query.shared else [[row] for row in rows]:
            if each:
                for found in self._solutions(query, each):
                    yield found if "this" in found else {**found, "this": each[0]["this"]}

    def _solutions(self, query: PreboundQuery, rows: list[Row]) -> Iterable[Row]:
        values = _Values(query.columns, [row.get(name) for row in rows for name in query.columns])
        try:
            return self._in_store(query, values) if self._is_safe(query, values) else self._in_rdflib(query, values)
        except UsageError as error:
            raise ShapeError(f"a query that is refused: {error.what}") from None

    @cached_property
    def _store(self) -> Store:
        store = Store() if self.filled is None else self.filled
        if self.filled is None:
            store.bulk_extend(Quad(t.subject, t.predicate, t.object) for t in self._triples())
        return store

    @cached_property
    def _with_shapes(self) -> Store:
        """The store with the shapes in a graph of their own."""
        self._store.bulk_extend(Quad(t.subject, t.predicate, t.object, _SHAPES) for t in self.shapes)
        return self._store

    def _in_store(self, query: PreboundQuery, values: _Values) -> list[Row]:
        store = self._with_shapes if query.names_graphs else self._store
        self._give(values)
        try:
            found = run(store, query.text, _WHERE, named_graphs=[_ROWS, _SHAPES])
        except (SyntaxError, ValueError) as error:
            raise UnreadableQueryError(f"a query that can't be read: {error}") from None
        assert isinstance(found, QuerySolutions)
        names = [variable.value for variable in found.variables]
        return [{name: row[name] for name in names if row[name] is not None} for row in found]

    def _give(self, values: _Values) -> None:
        """Put values into the store; many queries ask about the same nodes one after the other."""
        if self._given[-1:] != [values]:
            self._store.remove_graph(_ROWS)
            self._store.extend(values.quads())
            self._given[:] = [values]

    @cached_property
    def _given(self) -> list[_Values]:
        """The values that are in the store."""
        return []

    def leave(self) -> None:
        """Take out of a store that was given what was added to it."""
        self._given.clear()
        if self.filled is not None:
            for graph in (_ROWS, _SHAPES):
                self.filled.remove_graph(graph)

    @cached_property
    def rewritten_properties(self) -> frozenset[str]:
        """The properties with values that the store would keep otherwise than they are written."""
        changed = self.data.rewritten
        asked = self.data.predicates if changed else ()
        found = (predicate for predicate in asked if any(True for _ in self.data.triples(predicate, changed)))
        return frozenset(str(self.data.terms[predicate]).strip("<>") for predicate in found)

    def _triples(self) -> Iterator[Triple]:
        return (triple for predicate in self.data.predicates for triple in self.data.triples(predicate))

    def _is_safe(self, query: PreboundQuery, values: _Values) -> bool:
        """Whether no value that the store rewrites can have a part in the answer."""
        if rewritten({term for term in values.terms if isinstance(term, Literal)}):
            return False
        asked = named_iris(query.text) if self.rewritten_properties else frozenset()
        return asked is not None and self.rewritten_properties.isdisjoint(asked)

    @cached_property
    def _dataset(self) -> rdflib.Dataset:
        import rdflib

        logging.getLogger("rdflib").setLevel(logging.CRITICAL)
        rdflib.NORMALIZE_LITERALS = False
        dataset = rdflib.Dataset()
        for triples, graph in (
            (self._triples(), dataset.default_graph),
            (self.shapes, dataset.graph(_to_rdflib(_SHAPES))),
        ):
            for triple in triples:
                graph.add(tuple(map(_to_rdflib, triple)))
        return dataset

    def _in_rdflib(self, query: PreboundQuery, values: _Values) -> list[Row]:
        started = time.monotonic()
        let_pass(query.text, _WHERE, frozenset())
        graph = self._dataset.graph(_to_rdflib(_ROWS))
        graph.remove((None, None, None))
        for quad in values.quads():
            graph.add(tuple(map(_to_rdflib, quad.triple)))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # rdflib 7 warns of what it does itself
            rows = self._dataset.query(query.text).bindings
        found: list[Row] = [{str(name): _from_rdflib(term) for name, term in row.items()} for row in rows]
        _LOG.info("A query was asked of rdflib, for the store rewrites values: %.1f s", time.monotonic() - started)
        return found


def named_iris(text: str) -> frozenset[str] | None:
    """All IRIs that a query names; None where it may ask for properties that it doesn't name."""
    head = prologue(text)
    found = telling(text[len(head) :])
    names = [token[0] for token in found if token["iri"] or token["curie"]]
    if _asks_for_any(found):
        return None
    return frozenset(meant(names, head, {}, None)) if names else frozenset()


def _asks_for_any(found: Sequence[re.Match[str]]) -> bool:
    """Whether a variable may stand where a property belongs, or a property is meant by not being another.

    In doubt it may. What stands in round brackets is an expression or a path, and there no variable is a property.
    """
    brackets, place = 0, 0  # place: -1 head, 0 subject, 1 property, 2 value, 3 behind it
    for token in found:
        brackets += {"(": 1, ")": -1}.get(token[0], 0)
        if token[0] in {"!", "["} and place == 1:
            return True
        if token["variable"] and place == 1 and not brackets:
            return True
        if token[0] == ")" and not brackets and place == 1:
            place = 2  # a path
        elif not brackets:
            place = _next_place(token, place)
    return False


def _next_place(token: re.Match[str], place: int) -> int:
    if word(token) == "SELECT" or (place < 0 and token[0] != "{"):
        return -1
    if token[0] in _PLACES:
        return _PLACES[token[0]]
    is_term = any(token[kind] for kind in ("variable", "iri", "curie", "string")) or token[0] in _TERMS
    if is_term or word(token).isdecimal():
        return min(place + 1, 3)
    return 0 if token["word"] and not token[0].startswith("@") else place


_PLACES = {"{": 0, "}": 0, ".": 0, ";": 1, ",": 2, "/": 1, "|": 1}
_TERMS = frozenset({"a", "true", "false", "]"})


def _to_rdflib(term: Any) -> Any:
    import rdflib

    if isinstance(term, NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, BlankNode):
        return rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    plain = term.datatype.value == f"{XSD}string"
    return rdflib.Literal(term.value, datatype=None if plain else rdflib.URIRef(term.datatype.value), normalize=False)


def _from_rdflib(term: Any) -> Term:
    import rdflib

    if isinstance(term, rdflib.URIRef):
        return NamedNode(str(term))
    if isinstance(term, rdflib.BNode):
        return BlankNode(str(term))
    if term.language:
        return Literal(str(term), language=term.language)
    return Literal(str(term), datatype=NamedNode(str(term.datatype or f"{XSD}string")))
