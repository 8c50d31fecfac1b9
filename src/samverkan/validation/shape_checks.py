"""The checks of shapes: what can never hold, what is only said in one language, and slips in their queries."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple

from pyoxigraph import Literal, NamedNode

from samverkan.errors import Place
from samverkan.model.dataset import File
from samverkan.model.namespaces import RDF, RDFS, SH
from samverkan.model.query_variables import Occurrence, Role, occurrences, projection
from samverkan.model.results import Term
from samverkan.validation.evaluation.constraints import number
from samverkan.validation.findings import Finding, short_name
from samverkan.validation.messages import finding
from samverkan.validation.query_checks import doubtful, meant_variable
from samverkan.validation.shapes.graph import ShapesGraph
from samverkan.validation.shapes.paths import ShapeError
from samverkan.validation.shapes.values import is_less, value
from samverkan.validation.sparql_constraints import ShapeQuery, embedded, owner
from samverkan.validation.validation_input import ValidationInput

_COUNTS = (("minCount", "maxCount"), ("minLength", "maxLength"), ("qualifiedMinCount", "qualifiedMaxCount"))
# The least and the greatest value, and whether one value may be both.
_RANGES = (
    ("minInclusive", "maxInclusive", True),
    ("minInclusive", "maxExclusive", False),
    ("minExclusive", "maxInclusive", False),
    ("minExclusive", "maxExclusive", False),
)
_NOT_LITERAL = frozenset(NamedNode(SH + name) for name in ("IRI", "BlankNode", "BlankNodeOrIRI"))
_IN_LANGUAGE = NamedNode(f"{RDF}langString")


class _Pair(NamedTuple):
    """Two parameters of a shape that can't both hold, each with its value."""

    one: str
    first: Term
    other: str
    second: Term


def constraints_can_hold(case: ValidationInput) -> Iterator[Finding]:
    """No two constraints of a shape contradict each other, so that nothing could ever meet both."""
    for file in case.dataset.shapes:
        for node in dict.fromkeys(triple.subject for triple in file.triples):
            for pair in _contradictions(case.shapes_graph, node):
                written = str(pair.second)
                words: dict[str, Any] = {
                    "one": _said(pair.one, pair.first, case),
                    "other": _said(pair.other, pair.second, case),
                }
                about = where_said(case, file, node, SH + pair.other)
                yield finding("contradictory-shape", **about, value=written, **words)


def _contradictions(graph: ShapesGraph, node: Term) -> Iterator[_Pair]:
    for least, most in _COUNTS:
        yield from (pair for pair in _pairs(graph, node, least, most) if _size(*pair[:2]) > _size(*pair[2:]))
    for least, most, both in _RANGES:
        yield from (pair for pair in _pairs(graph, node, least, most) if _is_above(pair, or_equal=not both))
    yield from (pair for pair in _pairs(graph, node, "datatype", "nodeKind") if pair.second in _NOT_LITERAL)
    yield from _pairs(graph, node, "datatype", "class")
    yield from (pair for pair in _pairs(graph, node, "datatype", "languageIn") if pair.first != _IN_LANGUAGE)


def _pairs(graph: ShapesGraph, node: Term, one: str, other: str) -> Iterator[_Pair]:
    both = product(graph.values(node, one), graph.values(node, other))
    return (_Pair(one, first, other, second) for first, second in both)


def _size(name: str, term: Term) -> float:
    """A count or a length; none is above what is none, which is told as an ill-formed shape."""
    try:
        return number(name, term)
    except ShapeError:
        return float("nan")


def _is_above(pair: _Pair, *, or_equal: bool) -> bool:
    return is_less(value(pair.second), value(pair.first), or_equal=or_equal)


def _said(name: str, term: Term, case: ValidationInput) -> str:
    """A parameter with its value, short as Turtle writes it."""
    if isinstance(term, NamedNode):
        return f"sh:{name} {short_name(term.value) if term.value.startswith(SH) else case.prefixes.compact(term.value)}"
    return f"sh:{name} {term.value}" if isinstance(term, Literal) else f"sh:{name}"


# ------------------------------------------------------------------ languages

_WORDED = frozenset(NamedNode(iri) for iri in (f"{SH}message", f"{SH}name", f"{SH}description", f"{RDFS}label"))
_FEW = 3  # texts that are told one by one


class _Texts(NamedTuple):
    """What a shape says by a property, and the file that says it."""

    file: File
    node: Term
    path: NamedNode


def texts_are_in_all_languages(case: ValidationInput) -> Iterator[Finding]:
    """What a shape says to readers it says in each language of the site; many that lack one are one finding."""
    lacking: dict[str, list[_Texts]] = {}
    for said, spoken in _spoken(case).items():
        missing = [each for each in case.languages if each.partition("-")[0] not in spoken]
        if missing and len(missing) < len(case.languages):
            lacking.setdefault(", ".join(missing), []).append(said)
    for languages, texts in lacking.items():
        yield from _untranslated(case, texts, languages)


def _untranslated(case: ValidationInput, texts: list[_Texts], languages: str) -> Iterator[Finding]:
    """The texts that lack a language; of many the first, with how many there are."""
    many, count = len(texts) > _FEW, len(texts)
    sv, en = f" Så är det med {count} texter i shapes/.", f" So it is with {count} texts in shapes/."
    for said in texts[:1] if many else texts:
        iri = said.path.value
        words: dict[str, Any] = {"languages": languages, "sv": sv if many else "", "en": en if many else ""}
        words["name"] = f"{'sh' if iri.startswith(SH) else 'rdfs'}:{short_name(iri)}"
        yield finding("untranslated-shape", **where_said(case, said.file, said.node, iri), **words)


def _spoken(case: ValidationInput) -> Mapping[_Texts, set[str]]:
    """The languages of all that shapes say in some language."""
    found: dict[_Texts, set[str]] = {}
    for file in case.dataset.shapes:
        for triple in file.triples:
            if triple.predicate in _WORDED and isinstance(triple.object, Literal) and triple.object.language:
                said = _Texts(file, triple.subject, triple.predicate)
                found.setdefault(said, set()).add(triple.object.language.partition("-")[0].lower())
    return found


# ------------------------------------------------------------------ queries

_PREBOUND = frozenset({"this", "shapesGraph", "currentShape", "PATH"})


def queries_have_variables(case: ValidationInput) -> Iterator[Finding]:
    """In the queries of constraints, too, a variable gets a value, and a query is about the thing that is looked at.

    Those of validators and functions have more variables that come with their values.
    """
    texts = {file.name: file.content.decode("utf-8", "replace") for file in case.dataset.shapes}
    for query in embedded(case):
        if case.shapes_graph.subjects("sparql", query.node) and not query.refusal and "{" in query.text:
            yield from _of_query(query, texts[query.file])


def _of_query(query: ShapeQuery, text: str) -> Iterator[Finding]:
    doubts = list(doubtful(query.text, _PREBOUND))
    for rule, each, meant in doubts:
        sv, en = meant_variable(meant)
        place = _place(query, text, each.start)
        yield finding(rule, focus=query.focus, place=place, name=f"?{each.name}", sv=sv, en=en)
    if not any(meant == ["this"] for _, _, meant in doubts):
        yield from _about_nothing(query, text)


def _about_nothing(query: ShapeQuery, text: str) -> Iterator[Finding]:
    """What a query lacks that is about the focus node: it is asked for, and its answer tells which it is."""
    inside = [each for each in occurrences(query.text) if each.name in _PREBOUND and _is_inside(each, query.text)]
    columns, place = projection(query.text), _place(query, text, 0)
    if not inside and "path" not in columns:  # what gives properties of its own accord is about other things
        yield finding("unasked-focus", focus=query.focus, place=place)
    elif columns and "this" not in columns:
        yield finding("unselected-focus", focus=query.focus, place=place)


def _is_inside(each: Occurrence, text: str) -> bool:
    return each.role is not Role.NAMED and each.start > text.find("{")


def _place(query: ShapeQuery, text: str, start: int) -> Place:
    """The line of a place in a query, where the file has the query as it is; else the file."""
    at = text.find(query.text)
    return Place(query.file, text.count("\n", 0, at + start) + 1 if at >= 0 else None)


_HOLE = re.compile(r"\{[?$](\w+)\}")
_FILLED = ("this", "shapesGraph", "currentShape", "PATH", "path")


def messages_are_filled(case: ValidationInput) -> Iterator[Finding]:
    """What a message leaves open for the answer of a query is a column of that answer."""
    graph = case.shapes_graph
    for file in case.dataset.shapes:
        for triple in file.triples:
            if triple.predicate.value == f"{SH}sparql":
                filled = _filling(graph, triple.object)
                for node in (triple.subject, triple.object) if filled else ():
                    yield from _unfilled(case, file, node, filled)


def _filling(graph: ShapesGraph, constraint: Term) -> frozenset[str]:
    """What the answer of a constraint's query fills; nothing where that can't be told."""
    queries = (each.value for each in graph.values(constraint, "select") if isinstance(each, Literal))
    columns = [name for query in queries for name in projection(query)]
    return frozenset((*columns, *_FILLED)) if columns else frozenset()


def _unfilled(case: ValidationInput, file: File, node: Term, filled: Iterable[str]) -> Iterator[Finding]:
    graph, path = case.shapes_graph, f"{SH}message"
    for message in graph.messages(node):
        for name in dict.fromkeys(_HOLE.findall(message.value)):
            if name not in filled and len(graph.values(node, "sparql")) <= 1:
                sv, en = meant_variable(difflib.get_close_matches(name, sorted(filled), n=1))
                about = where_said(case, file, node, path)
                yield finding("unfilled-message", **about, value=str(message), name=f"{{?{name}}}", sv=sv, en=en)


def where_said(case: ValidationInput, file: File, node: Term, path: str) -> dict[str, Any]:
    """Where it is told what a shape says by a property: one without a name belongs to one that has a name."""
    if isinstance(node, NamedNode):
        return {"focus": node.value, "path": path, "file": file.name}
    _, named = owner(case, str(node))
    line = file.lines_of_nameless.get((node, NamedNode(path), None))
    return {"focus": None if named.startswith("_:") else named, "path": path, "place": Place(file.name, line)}
