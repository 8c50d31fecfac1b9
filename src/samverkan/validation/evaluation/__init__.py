"""SHACL Core and SHACL-SPARQL evaluated in memory, over the triples as they were written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import islice

from pyoxigraph import Store, Triple

from samverkan.limits import UNFORKED
from samverkan.model.results import Term
from samverkan.validation.evaluation.data_graph import DataGraph
from samverkan.validation.evaluation.deadline import Deadline
from samverkan.validation.evaluation.evaluator import Evaluator, ValidationResult
from samverkan.validation.evaluation.queries import Queries, Rows
from samverkan.validation.evaluation.query_engines import QueryEngines
from samverkan.validation.shapes.graph import Target, shapes_graph
from samverkan.validation.shapes.paths import Node, ShapeError, UnreadableQueryError
from samverkan.validation.shapes.prebinding import PreboundQuery, Row

__all__ = ["MOST_RESULTS", "Data", "IllFormed", "ValidationResult", "evaluate"]

MOST_RESULTS = 200_000
"""So many are told: a shape that holds thousands against thousands has millions, which nobody reads."""


@dataclass(frozen=True)
class IllFormed:
    """A shape that could not be evaluated, and why; whether no parser takes a query in it."""

    shape: Term
    reason: str
    unreadable_query: bool = False


@dataclass(frozen=True)
class Data:
    """A data graph, and a store that holds the same, where there is one."""

    graph: DataGraph
    store: Store | None = None

    @classmethod
    def of(cls, triples: Iterable[Triple]) -> Data:
        """A data graph in one part."""
        return cls(DataGraph.of(triples))


def evaluate(data: Data, shapes: Iterable[Triple], deadline: Deadline) -> Iterator[ValidationResult | IllFormed]:
    """Every result of all shapes with targets, and each of them that could not be evaluated.

    The queries in shapes are asked from now on, in a thread.
    A shape that has more than `MOST_RESULTS` gives one more than those.
    Raises `TookTooLongError` at the deadline, as far as the time is spent here and not in a query engine.
    """
    written = tuple(shapes)
    graph = shapes_graph(written)
    engines = QueryEngines(data.graph, written, data.store)
    thread = ThreadPoolExecutor(1)  # an engine works beside us, on one query at a time

    def answers(query: PreboundQuery, given: list[Row]) -> list[Row]:
        with UNFORKED:
            return engines.answers(query, given)

    def ask(query: PreboundQuery, rows: Rows) -> Future[list[Row]]:
        _ = engines.rewritten_properties  # here, for two threads can't give out numbers at the same time
        return thread.submit(answers, query, rows())

    evaluator, roots = Evaluator(data.graph, graph, deadline, Queries(graph, ask)), tuple(graph.roots())
    for node, targets in roots:
        with suppress(ShapeError, RecursionError):  # as below, where they are told
            evaluator.begin(node, targets)

    def results() -> Iterator[ValidationResult | IllFormed]:
        try:
            yield from _results(evaluator, roots)
        finally:
            thread.shutdown(cancel_futures=True)
            engines.leave()

    return results()


def _results(
    evaluator: Evaluator, roots: tuple[tuple[Node, tuple[Target, ...]], ...]
) -> Iterator[ValidationResult | IllFormed]:
    for node, targets in roots:
        ill = list(_found(node, partial(evaluator.read, node)))
        results = list(_found(node, partial(evaluator.results, node, targets)))
        yield from (*ill, *(each for each in results if each not in ill))


def _found(node: Node, work: Callable[[], Iterable[ValidationResult] | None]) -> Iterator[ValidationResult | IllFormed]:
    """What some work on a shape finds, or that the shape is ill-formed."""
    try:
        yield from list(islice(work() or (), MOST_RESULTS + 1))
    except ShapeError as error:
        yield IllFormed(error.shape or node, str(error), isinstance(error, UnreadableQueryError))
    except RecursionError:
        yield IllFormed(node, "shapes within shapes without end")
