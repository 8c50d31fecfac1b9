"""SHACL over data and ontology together, by an engine that one option picks."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse, serialize

from samverkan.limits import FailedError, TookTooLongError, within
from samverkan.model.namespaces import SH, XSD
from samverkan.validation import sparql_constraints
from samverkan.validation.findings import Finding, Severity
from samverkan.validation.messages import finding, with_message
from samverkan.validation.validation_input import ValidationInput

_SEVERITIES = {f"{SH}Info": Severity.INFO, f"{SH}Warning": Severity.WARNING, f"{SH}Violation": Severity.VIOLATION}

_HOLE = re.compile(r"\{[?$]\w+\}")  # SHACL 1.0, section 5.3.2.2

Engine = Callable[[ValidationInput, bytes], bytes]


def check(case: ValidationInput) -> Iterator[Finding]:
    """Every result of the shapes; an engine that fails or takes too long is a violation of its own.

    Shapes whose queries read from outside or nest without end are refused elsewhere, and never reach an engine.
    """
    if not has_nothing_to_do(case):
        yield from evaluated(case, case.shapes)


def has_nothing_to_do(case: ValidationInput) -> bool:
    """Whether there are no shapes or no data, or shapes that no engine may see."""
    return not case.shapes or not case.published or any(query.refusal for query in sparql_constraints.embedded(case))


def evaluated(case: ValidationInput, promises: tuple[Triple, ...]) -> Iterator[Finding]:
    """What an engine finds, which is given these shapes and what is published."""
    shapes = serialize(promises, format=RdfFormat.N_TRIPLES) or b""
    try:
        report = within(case.seconds, partial(ENGINES[case.engine], case, shapes))
    except TookTooLongError:
        yield finding("unfinished", seconds=case.seconds)
    except FailedError as error:
        yield finding("broken-shapes", reason=sparql_constraints.shortened(str(error)))
    else:
        authored = _authored(case)
        yield from (found if authored(found) else with_message(found) for found in results(report, _texts(case)))


def _authored(case: ValidationInput) -> Callable[[Finding], bool]:
    """Whether a result says what a shape says, and not what an engine makes up; holes may have been filled in."""
    said = {
        t.object.value for t in case.shapes if t.predicate.value == f"{SH}message" and isinstance(t.object, Literal)
    }
    holes = [re.compile(".*".join(map(re.escape, _HOLE.split(words))), re.DOTALL) for words in said if "{" in words]

    def is_said(words: str) -> bool:
        return words in said or any(hole.fullmatch(words) for hole in holes)

    return lambda found: any(map(is_said, found.message.values()))


def turbo(case: ValidationInput, shapes: bytes) -> bytes:
    """pyshacl-turbo, which takes the store as it is; the report in N-Triples."""
    import pyshacl_turbo

    _quiet()
    store = Store()
    store.bulk_extend(_quads(case))
    return _report(
        pyshacl_turbo.validate(
            store, shacl_graph=_with_datatypes(shapes), shacl_graph_format="nt", serialize_report_graph="nt"
        )
    )


def _with_datatypes(shapes: bytes) -> bytes:
    """The shapes with `xsd:string` written out: without it this engine finds no text of `sh:in` and `sh:hasValue`."""
    quads = parse(shapes, format=RdfFormat.N_TRIPLES)
    return "".join(f"{q.subject} {q.predicate} {_with_datatype(q.object)} .\n" for q in quads).encode()


def _with_datatype(term: object) -> str:
    is_text = isinstance(term, Literal) and term.datatype.value == f"{XSD}string"
    return f"{term}^^<{XSD}string>" if is_text else str(term)


def pyshacl(case: ValidationInput, shapes: bytes) -> bytes:
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


def _quads(case: ValidationInput) -> Iterator[Quad]:
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
    yield from sorted(found, key=order)


def _texts(case: ValidationInput) -> Mapping[str, Mapping[str, str]]:
    """The messages of each shape and constraint that has them in languages and without placeholders."""
    found: dict[str, dict[str, str]] = {}
    for t in case.shapes:
        if t.predicate.value == f"{SH}message" and isinstance(t.object, Literal) and "{" not in t.object.value:
            found.setdefault(_text(t.subject), {})[t.object.language or ""] = t.object.value
    return {name: texts for name, texts in found.items() if "" not in texts}


def order(found: Finding) -> tuple[str, ...]:
    """In which order results are told.

    One value may break two constraints of one shape: then the constraint and its words decide.
    """
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
