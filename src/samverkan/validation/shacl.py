"""SHACL over data and ontology together: our own engine, or pySHACL as the reference."""

from __future__ import annotations

import json
import logging
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Any, NoReturn

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse, serialize

from samverkan.errors import Place
from samverkan.limits import FailedError, TookTooLongError, Work, here
from samverkan.model.dataset import Dataset
from samverkan.model.namespaces import SH
from samverkan.validation import sparql_constraints
from samverkan.validation.evaluation import MOST_RESULTS, IllFormed, ValidationResult, evaluate
from samverkan.validation.evaluation.deadline import Deadline
from samverkan.validation.findings import SEVERITIES, Finding, Severity, own_severity, short_name
from samverkan.validation.indexed_files import IndexedFiles
from samverkan.validation.messages import finding, with_message
from samverkan.validation.shape_reasons import in_swedish
from samverkan.validation.shapes.graph import Shape, shapes_graph
from samverkan.validation.shapes.paths import Path, Predicate
from samverkan.validation.site_checks import is_newer
from samverkan.validation.validation_input import ValidationInput

_HOLE = re.compile(r"\{[?$]\w+\}")  # SHACL 1.0, section 5.3.2.2


def check(case: ValidationInput) -> Iterator[Finding]:
    """Every result of the shapes; an engine that fails or takes too long is a violation of its own.

    The engine begins at once, in a process of its own, and other checks may run until its results are asked for.
    Shapes whose queries read from outside or nest without end are refused elsewhere, and never reach an engine.
    """
    return iter(()) if has_nothing_to_do(case) else evaluated(case, case.shapes)


def has_nothing_to_do(case: ValidationInput) -> bool:
    """Whether there are no shapes or no data, or shapes that no engine may see."""
    return (
        not case.shapes or not case.graph.subjects or any(query.refusal for query in sparql_constraints.embedded(case))
    )


def evaluated(case: ValidationInput, shapes: tuple[Triple, ...]) -> Iterator[Finding]:
    """What an engine finds, which is given these shapes and what is published, in a stable order."""
    engine = ENGINES[case.engine]
    graph = case.graph  # what is needed by others too is made here, for the process would forget it
    _ = graph.texts, graph.languages, graph.rewritten, case.shapes_graph, case.stored()
    begin = partial(engine.begin, case, shapes)
    result = Work(case.seconds, partial(_done, begin)).result if case.apart else partial(here, _begun(begin))
    return _finished(case, shapes, result, engine)


def _done(begin: Callable[[], Callable[[], bytes]]) -> bytes:
    return begin()()


def _begun(begin: Callable[[], Callable[[], bytes]]) -> Callable[[], bytes]:
    """Work that has begun; if it can't, that is raised where its result is asked for."""
    try:
        return begin()
    except Exception as error:  # noqa: BLE001 - whatever it is
        return partial(_raise, error)


def _raise(error: Exception) -> NoReturn:
    raise error


def _finished(
    case: ValidationInput, shapes: tuple[Triple, ...], result: Callable[[], bytes], engine: ShaclEngine
) -> Iterator[Finding]:
    try:
        found = list(engine.read(case, shapes, result()))
    except TookTooLongError:
        found = [finding("unfinished", seconds=case.seconds)]
    except FailedError as error:
        rule = "broken-shapes" if _fails_without_data(case, shapes, engine) else "broken-evaluation"
        found = [finding(rule, reason=sparql_constraints.shortened(str(error)))]
    yield from sorted(found, key=order)


def _fails_without_data(case: ValidationInput, shapes: tuple[Triple, ...], engine: ShaclEngine) -> bool:
    """Whether an engine can't use some shapes whatever the data are."""
    empty = replace(case, dataset=Dataset((), (), case.dataset.shapes), stored=lambda: None, indexed=IndexedFiles())
    try:
        Work(case.seconds, partial(_done, partial(engine.begin, empty, shapes))).result()
    except (TookTooLongError, FailedError):
        return True
    return False


def _read(case: ValidationInput, shapes: tuple[Triple, ...], results: bytes) -> Iterator[Finding]:
    """The findings that our own engine wrote down.

    A query that no parser takes is told by `sparql_constraints.queries_are_sound`, with its line.
    """
    graph, known = shapes_graph(shapes), {str(triple.subject): triple.subject for triple in shapes}
    told = json.loads(results)
    if len(told) > MOST_RESULTS:
        told.pop()
        yield _too_many(told)
    ill = dict.fromkeys((each["shape"], each["reason"]) for each in told if "reason" in each)  # several lead to one
    yield from (_ill_formed(case, shape, reason) for shape, reason in ill)
    yield from (_result(graph.shape(known[each["shape"]]), each) for each in told if "reason" not in each)


def _too_many(told: list[dict[str, Any]]) -> Finding:
    """That there are more results than are told, with the shape that most of them are from."""
    shape, most = Counter(found["shape"] for found in told).most_common(1)[0]
    return finding("too-many-results", count=MOST_RESULTS, most=most, shape=shape)


def _evaluated(case: ValidationInput, shapes: tuple[Triple, ...]) -> Callable[[], bytes]:
    """What gives all that our engine finds, which has begun to ask the queries in shapes."""
    return partial(_told, evaluate(case.data, shapes, Deadline(time.monotonic() + case.seconds)))


def _told(results: Iterable[ValidationResult | IllFormed]) -> bytes:
    """What our engine finds, as JSON; its terms as N-Triples writes them."""
    every = (each for each in results if not (isinstance(each, IllFormed) and each.unreadable_query))
    said = islice(every, MOST_RESULTS + 1)
    return json.dumps([_ill(each) if isinstance(each, IllFormed) else _plain(each) for each in said]).encode()


def _ill(found: IllFormed) -> dict[str, str]:
    return {"shape": str(found.shape), "reason": found.reason}


def _plain(result: ValidationResult) -> dict[str, Any]:
    own_path = result.path if result.path != result.shape.path else None
    return {
        "shape": str(result.shape.node),
        "focus": _text(result.focus),
        "value": None if result.value is None else str(result.value),
        "path": own_path.iri.value if isinstance(own_path, Predicate) else None,
        "component": result.component,
        "message": {literal.language or "": literal.value for literal in result.messages},
    }


def _result(shape: Shape, said: Mapping[str, Any]) -> Finding:
    path, component = said["path"], said["component"]
    iri = shape.node.value if isinstance(shape.node, NamedNode) else None
    walked: Path | None = Predicate(NamedNode(path)) if path else shape.path
    found = Finding(
        check="shacl",
        rule=short_name(iri or component),
        severity=SEVERITIES.get(shape.severity.value, Severity.VIOLATION),
        message=said["message"],
        focus=said["focus"],
        path=walked.iri.value if isinstance(walked, Predicate) else None,
        value=said["value"],
        shape=iri,
        component=component,
        own_severity=own_severity(shape.severity),
        complex_path=None if isinstance(walked, Predicate) else walked,
    )
    return found if found.message else with_message(found)


def _ill_formed(case: ValidationInput, shape: str, reason: str) -> Finding:
    """What is wrong with a shape, at the shape or at what it is a part of."""
    file, focus = sparql_constraints.owner(case, shape)
    return finding(
        "ill-formed-shape",
        focus=focus,
        place=Place(file) if file else None,
        reason=reason,
        reason_sv=in_swedish(reason),
    )


def _of_pyshacl(case: ValidationInput, shapes: tuple[Triple, ...]) -> bytes:
    """The report of pySHACL on rdflib, in N-Triples."""
    import pyshacl
    import rdflib

    logging.getLogger("rdflib").setLevel(logging.CRITICAL)  # it logs every ill-typed literal with a traceback
    rdflib.NORMALIZE_LITERALS = False  # it would drop time zones and leading zeros before a shape sees them
    graphs = [rdflib.Graph(), rdflib.Graph()]
    for graph, triples in zip(graphs, (case.published, shapes), strict=True):
        known = (
            triple for triple in triples if not is_newer(triple.object)
        )  # it reads RDF 1.1; a check tells the rest
        graph.parse(data=serialize(known, format=RdfFormat.N_TRIPLES), format="nt")
    return _report(
        pyshacl.validate(graphs[0], shacl_graph=graphs[1], serialize_report_graph="nt", do_owl_imports=False)
    )


def _reported(case: ValidationInput, _: tuple[Triple, ...], report: bytes) -> Iterator[Finding]:
    authored = _authored(case)
    return (found if authored(found) else with_message(found) for found in results(report, _texts(case)))


def _report(outcome: tuple[Any, Any, Any]) -> bytes:
    _, report, text = outcome
    if not isinstance(report, str | bytes):
        raise RuntimeError(str(text))  # noqa: TRY004 - the engine's own failure, with its own words
    return report.encode() if isinstance(report, str) else report


@dataclass(frozen=True)
class ShaclEngine:
    """What evaluates shapes: how it begins, and gives what finishes the work; and how its results are read."""

    begin: Callable[[ValidationInput, tuple[Triple, ...]], Callable[[], bytes]]
    read: Callable[[ValidationInput, tuple[Triple, ...], bytes], Iterator[Finding]]


ENGINES: Mapping[str, ShaclEngine] = {
    "samverkan": ShaclEngine(_evaluated, _read),
    "pyshacl": ShaclEngine(partial(partial, _of_pyshacl), _reported),
}


def _authored(case: ValidationInput) -> Callable[[Finding], bool]:
    """Whether a result says what a shape says, and not what an engine makes up; holes may have been filled in."""
    said = {
        t.object.value for t in case.shapes if t.predicate.value == f"{SH}message" and isinstance(t.object, Literal)
    }
    holes = [re.compile(".*".join(map(re.escape, _HOLE.split(words))), re.DOTALL) for words in said if "{" in words]

    def is_said(words: str) -> bool:
        return words in said or any(hole.fullmatch(words) for hole in holes)

    return lambda found: any(map(is_said, found.message.values()))


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
        rule=short_name(shape or component or "shacl"),
        severity=SEVERITIES.get(severity or "", Severity.VIOLATION),
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
