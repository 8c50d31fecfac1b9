"""Answers of queries in shapes, kept for as long as nothing that they read has changed.

A site that is watched is checked again and again, and most changes concern few properties. What is kept stands with the
numbers of the terms, so it is forgotten with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from pyoxigraph import NamedNode

from samverkan.model.namespaces import TYPE
from samverkan.model.sparql import telling, word
from samverkan.validation.evaluation.data_graph import DataGraph, Index
from samverkan.validation.evaluation.query_engines import named_iris
from samverkan.validation.shapes.prebinding import PreboundQuery, Row

_OF_THE_MOMENT = frozenset({"NOW", "RAND", "UUID", "STRUUID", "BNODE"})
_BEFORE_ALL = frozenset({"SELECT", "DISTINCT", "REDUCED"})


@dataclass(frozen=True)
class _KeptAnswer:
    graph: DataGraph
    nodes: frozenset[int]
    rows: Sequence[Row]


def known_answer(graph: DataGraph, query: PreboundQuery, shape: object, nodes: AbstractSet[int]) -> list[Row] | None:
    """What a query of a shape answers for some focus nodes, if that is known from another graph with the same terms."""
    kept = graph.numbers.answers.get((query.text, shape))
    if not isinstance(kept, _KeptAnswer) or kept.nodes != nodes:
        return None
    read = properties_read(query)
    if read is None or not all(map(_is_same, _indexes(kept.graph, read), _indexes(graph, read))):
        return None
    return list(kept.rows)


def keep_answer(
    graph: DataGraph, query: PreboundQuery, shape: object, nodes: AbstractSet[int], rows: Sequence[Row]
) -> None:
    """Keep what a query of a shape answers for some focus nodes."""
    graph.numbers.answers[query.text, shape] = _KeptAnswer(graph, frozenset(nodes), rows)


@lru_cache(maxsize=1024)
def properties_read(query: PreboundQuery) -> frozenset[NamedNode] | None:
    """The properties on which alone the answer of a query depends; None where it may depend on others, or on chance.

    A path of length zero (SPARQL 1.1, section 18.4) leads from whatever stands in the graph to itself.
    """
    if query.names_graphs or _is_of_the_moment(query.text) or _has_empty_path(query.text):
        return None
    named = named_iris(query.text)
    return None if named is None else frozenset({TYPE, *map(NamedNode, named)})


def _is_of_the_moment(text: str) -> bool:
    """Whether the same query may answer otherwise the next time; a numeric escape may spell any word."""
    return "\\u" in text.lower() or any(word(token) in _OF_THE_MOMENT for token in telling(text))


def _has_empty_path(text: str) -> bool:
    """Whether a path may have the length zero; in doubt, where something may be multiplied, it may."""
    marked = (
        after[0] == "?" or (after[0] == "*" and not (word(before) in _BEFORE_ALL or before[0] == "("))
        for before, after in pairwise(telling(text))
    )
    return any(marked)


def _indexes(graph: DataGraph, properties: frozenset[NamedNode]) -> Iterator[Index]:
    return (graph.forward(graph.numbers.get(each, -1)) for each in properties)


def _is_same(one: Index, other: Index) -> bool:
    return one is other or one == other
