"""SHACL over data and ontology together, by an engine that one option picks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse, serialize

from samverkan.checks import sparql
from samverkan.checks.case import Case
from samverkan.checks.findings import Finding, Severity
from samverkan.checks.messages import finding
from samverkan.limits import FailedError, TookTooLongError, within
from samverkan.vocabulary import SH

_SEVERITIES = {f"{SH}Info": Severity.INFO, f"{SH}Warning": Severity.WARNING, f"{SH}Violation": Severity.VIOLATION}

Engine = Callable[[Case, bytes], bytes]


def check(case: Case) -> Iterator[Finding]:
    """Every result of the shapes; an engine that fails or takes too long is a violation of its own.

    Shapes whose queries read from outside are refused elsewhere, and never reach an engine.
    """
    if not case.shapes or not case.published or any(query.reads_outside for query in sparql.embedded(case)):
        return
    shapes = serialize(case.shapes, format=RdfFormat.N_TRIPLES) or b""
    try:
        report = within(case.seconds, partial(ENGINES[case.engine], case, shapes))
    except TookTooLongError:
        yield finding("unfinished", seconds=case.seconds)
    except FailedError as error:
        yield finding("broken-shapes", reason=sparql.shortened(str(error)))
    else:
        yield from results(report, _texts(case))


def turbo(case: Case, shapes: bytes) -> bytes:
    """pyshacl-turbo, which takes the store as it is; the report in N-Triples."""
    import pyshacl_turbo

    _quiet()
    store = Store()
    store.bulk_extend(_quads(case))
    return _report(
        pyshacl_turbo.validate(store, shacl_graph=shapes, shacl_graph_format="nt", serialize_report_graph="nt")
    )


def pyshacl(case: Case, shapes: bytes) -> bytes:
    """PySHACL on rdflib, the reference; the report in N-Triples."""
    import pyshacl as reference
    import rdflib

    _quiet()
    rdflib.NORMALIZE_LITERALS = False  # it would drop time zones and leading zeros before a shape sees them
    data, promises = rdflib.Graph(), rdflib.Graph()
    data.parse(data=serialize(case.published, format=RdfFormat.N_TRIPLES), format="nt")
    promises.parse(data=shapes, format="nt")
    return _report(reference.validate(data, shacl_graph=promises, serialize_report_graph="nt", do_owl_imports=False))


def _quiet() -> None:
    """Keep rdflib, which both engines use, from logging every ill-typed literal with a traceback."""
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)


ENGINES: Mapping[str, Engine] = {"turbo": turbo, "pyshacl": pyshacl}


def _quads(case: Case) -> Iterator[Quad]:
    return (Quad(t.subject, t.predicate, t.object) for t in case.published)


def _report(outcome: tuple[Any, Any, Any]) -> bytes:
    _, report, text = outcome
    if not isinstance(report, str | bytes):
        raise RuntimeError(str(text))  # noqa: TRY004 - the engine's own failure, with its own words
    return report.encode() if isinstance(report, str) else report


def results(report: bytes, texts: Mapping[str, Mapping[str, str]] | None = None) -> Iterator[Finding]:
    """Turn a `sh:ValidationReport` in N-Triples into findings, in a stable order.

    Only its own results count, not the details that `sh:node` leaves below them. `texts` are
    the messages of shapes and constraints: engines drop the languages of those of SPARQL.
    """
    nodes: dict[str, list[Triple]] = {}
    for quad in parse(report, format=RdfFormat.N_TRIPLES):
        nodes.setdefault(str(quad.subject), []).append(quad.triple)
    tops = {str(t.object) for triples in nodes.values() for t in triples if t.predicate.value == f"{SH}result"}
    found = [_finding(nodes[name], texts or {}) for name in tops]
    yield from sorted(found, key=_order)


def _texts(case: Case) -> Mapping[str, Mapping[str, str]]:
    """The messages of each shape and constraint that has them in languages and without placeholders."""
    found: dict[str, dict[str, str]] = {}
    for t in case.shapes:
        if t.predicate.value == f"{SH}message" and isinstance(t.object, Literal) and "{" not in t.object.value:
            found.setdefault(_text(t.subject), {})[t.object.language or ""] = t.object.value
    return {name: texts for name, texts in found.items() if "" not in texts}


def _order(found: Finding) -> tuple[str, ...]:
    """One value may break two constraints of one shape: then the constraint and its words decide."""
    parts = (found.shape, found.focus, found.path, found.value, found.component)
    return (*(part or "" for part in parts), *(f"{tag} {words}" for tag, words in sorted(found.message.items())))


def _finding(triples: list[Triple], texts: Mapping[str, Mapping[str, str]]) -> Finding:
    shape, severity = _iri(triples, "sourceShape"), _iri(triples, "resultSeverity")
    component, value = _iri(triples, "sourceConstraintComponent"), _one(triples, "value")
    return Finding(
        check="shacl",
        rule=(shape or component or "shacl").rpartition("/")[2],
        severity=_SEVERITIES.get(severity or "", Severity.VIOLATION),
        message=texts.get(_iri(triples, "sourceConstraint") or "") or texts.get(shape or "") or _messages(triples),
        focus=_text(_one(triples, "focusNode")),
        path=_iri(triples, "resultPath"),
        value=str(value) if value is not None else None,
        shape=shape,
        component=component,
    )


def _one(triples: list[Triple], name: str) -> object:
    return next((t.object for t in triples if t.predicate.value == SH + name), None)


def _iri(triples: list[Triple], name: str) -> str | None:
    term = _one(triples, name)
    return term.value if isinstance(term, NamedNode) else None


def _text(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)


def _messages(triples: list[Triple]) -> dict[str, str]:
    found = [t.object for t in triples if t.predicate.value == f"{SH}resultMessage" and isinstance(t.object, Literal)]
    return {literal.language or "": literal.value for literal in sorted(found, key=str)}
