"""The checks of what shapes are made of: shapes that others name, parameters that need others, and entailment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches

from pyoxigraph import NamedNode, Triple

from samverkan.model.dataset import File
from samverkan.model.namespaces import SH
from samverkan.model.results import Term
from samverkan.validation.findings import Finding, Severity
from samverkan.validation.messages import finding
from samverkan.validation.shape_checks import where_said
from samverkan.validation.shapes.graph import ShapesGraph
from samverkan.validation.shapes.paths import ShapeError
from samverkan.validation.validation_input import ValidationInput

_NAMING = frozenset({"node", "not", "qualifiedValueShape"})
_NAMING_LISTS = frozenset({"and", "or", "xone"})

# A parameter that asks for nothing alone, and those of which one must stand beside it.
_NEEDED: Mapping[str, tuple[str, ...]] = {
    "flags": ("pattern",),
    "ignoredProperties": ("closed",),
    "qualifiedMinCount": ("qualifiedValueShape",),
    "qualifiedMaxCount": ("qualifiedValueShape",),
    "qualifiedValueShapesDisjoint": ("qualifiedValueShape",),
    "qualifiedValueShape": ("qualifiedMinCount", "qualifiedMaxCount"),
}

_ENDS = ("/", "#")  # of namespaces, which are no shapes


def shapes_that_are_named_exist(case: ValidationInput) -> Iterator[Finding]:
    """A shape that another one names is described: one of which nothing is said asks for nothing."""
    graph = case.shapes_graph
    for file in case.dataset.shapes:
        for triple in file.triples:
            for named in _named(triple, graph):
                if isinstance(named, NamedNode) and not graph.is_described(named):
                    yield _unknown(named.value, triple, file, case)


def unknown_shapes_are_told(case: ValidationInput) -> Iterator[Finding]:
    """As on a site, but a warning: shapes without a site may be meant to be read with others."""
    return (replace(found, severity=Severity.WARNING) for found in shapes_that_are_named_exist(case))


def parameters_have_what_they_need(case: ValidationInput) -> Iterator[Finding]:
    """A parameter that works with another one only, such as `sh:flags`, has that one beside it."""
    graph = case.shapes_graph
    for file in case.dataset.shapes:
        for triple in file.triples:
            name = triple.predicate.value.removeprefix(SH)
            needed = _NEEDED.get(name, ())
            if needed and not any(graph.values(triple.subject, each) for each in needed):
                others = [f"sh:{each}" for each in needed]
                about = where_said(case, file, triple.subject, triple.predicate.value)
                sv, en = " eller ".join(others), " or ".join(others)
                yield finding("lone-parameter", **about, name=f"sh:{name}", sv=sv, en=en)


def nothing_is_to_be_inferred(case: ValidationInput) -> Iterator[Finding]:
    """No entailment is asked for: a processor that does not support one must say so (SHACL 1.0, section 1.5)."""
    for file in case.dataset.shapes:
        for triple in file.triples:
            if triple.predicate.value == f"{SH}entailment":
                about = where_said(case, file, triple.subject, triple.predicate.value)
                name = case.prefixes.compact(getattr(triple.object, "value", str(triple.object)))
                yield finding("unsupported-entailment", **about, value=str(triple.object), name=name)


def _named(triple: Triple, graph: ShapesGraph) -> tuple[Term, ...]:
    """The shapes that a statement names; none where its list is broken, which is told as an ill-formed shape."""
    name = triple.predicate.value.removeprefix(SH)
    if name in _NAMING:
        return (triple.object,)
    try:
        return graph.members(triple.object) if name in _NAMING_LISTS else ()
    except ShapeError:
        return ()


def _unknown(name: str, triple: Triple, file: File, case: ValidationInput) -> Finding:
    known = (str(each.value) for each in case.shapes_graph.described if isinstance(each, NamedNode))
    likely = get_close_matches(name, sorted(each for each in known if not each.endswith(_ENDS)), n=1, cutoff=0.85)
    short = case.prefixes.compact(likely[0]) if likely else ""
    sv, en = (f" Menade du {short}?", f" Did you mean {short}?") if short else ("", "")
    about = where_said(case, file, triple.subject, triple.predicate.value)
    value = f"<{name}>" if isinstance(triple.object, NamedNode) else None  # in a list it has no line of its own
    return finding("unknown-shape", **about, value=value, name=case.prefixes.compact(name), sv=sv, en=en)
