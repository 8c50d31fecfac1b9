"""The SPARQL inside the shapes, parsed on its own: an engine only says that something is broken, not which shape."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial

from pyoxigraph import Literal, NamedNode, Store, Triple

from samverkan.errors import OutsideError, Place, UsageError
from samverkan.limits import FailedError, TookTooLongError, within
from samverkan.model.dataset import File, triples
from samverkan.model.namespaces import SH
from samverkan.model.results import Term
from samverkan.model.sparql import check_harmless, run
from samverkan.model.sparql_mistakes import mistake
from samverkan.validation.findings import Finding
from samverkan.validation.messages import finding
from samverkan.validation.validation_input import ValidationInput

PARSE_SECONDS = 30

_QUERIES = (f"{SH}select", f"{SH}ask", f"{SH}construct")
_WHERE = re.compile(r"error at (\d+):\d+: ")


@dataclass(frozen=True)
class ShapeQuery:
    """One query inside a shape: the file, the triple that holds it, and what a finding about it points at.

    `node` is the constraint or validator that it is the query of.
    """

    file: str
    focus: str
    path: str
    value: str
    text: str
    prefixes: Mapping[str, str]
    node: Term

    @cached_property
    def refusal(self) -> UsageError | None:
        """Why no engine may see it: it asks another server, reads a file or an address, or nests without end."""
        try:
            check_harmless(self.text, self.file)
        except UsageError as error:
            return error
        return None

    @property
    def reads_outside(self) -> bool:
        """Whether it asks another server, or reads a file or an address."""
        return isinstance(self.refusal, OutsideError)

    def found(self, rule: str, reason: str = "", reason_sv: str = "") -> Finding:
        """A finding about this query."""
        reasons = {"reason": reason, "reason_sv": reason_sv}
        return finding(
            rule, focus=self.focus, path=self.path, value=self.value, place=Place(self.file), meant=None, **reasons
        )


def queries_are_sound(case: ValidationInput) -> Iterator[Finding]:
    """Every query inside a shape asks no other server, is not nested without end, and can be parsed."""
    for query in embedded(case):
        if query.reads_outside:
            yield query.found("outside-query")
        elif query.refusal:
            told = query.refusal.what.rstrip("."), query.refusal.sv.rstrip(".")
            yield query.found("broken-query", reason=told[0], reason_sv=told[1] or told[0])
    try:
        yield from _broken(case.dataset.shapes)
    except (TookTooLongError, FailedError) as error:
        yield finding("broken-shapes", reason=shortened(str(error)))


@lru_cache(maxsize=2)
def _broken(files: tuple[File, ...]) -> tuple[Finding, ...]:
    """The queries that can't be parsed.

    They are parsed in a process of its own: the parser recurses, and a hostile query could end it. Where a declaration
    of a prefix lacks its namespace, that is what is wrong, and it is told of the shape.
    """
    queries = [query for query in _embedded(files) if not query.refusal and all(query.prefixes.values())]
    reasons = json.loads(within(PARSE_SECONDS, partial(_parsed, queries))) if queries else []
    both = zip(queries, reasons, strict=True)
    found = ((query, reason) for query, reason in both if reason)
    return tuple(query.found("broken-query", reason=en, reason_sv=sv) for query, (en, sv) in found)


def _parsed(queries: list[ShapeQuery]) -> bytes:
    """What is wrong with each query, or null, as JSON."""
    store = Store()
    return json.dumps([_reason(store, query) for query in queries]).encode()


def _reason(store: Store, query: ShapeQuery) -> tuple[str, str] | None:
    """What is wrong with a query in English and Swedish: the line that is, and the reason where it can be told."""
    text = re.sub(r"\$PATH\b", "<urn:x-path>", query.text)  # SHACL 1.0, section 5.3.1 puts the path's text there
    try:
        run(store, text, query.file, prefixes=dict(query.prefixes))
    except (SyntaxError, ValueError) as error:
        where = _WHERE.search(str(error))
        line = int(where[1]) if where else 1
        lines = text.splitlines()
        shown = shortened(lines[line - 1].strip()) if where and line <= len(lines) else shortened(str(error))
        wrong = mistake(text, query.prefixes)
        en, sv = (f"{shown} ({said})" for said in wrong.reasons(text)) if wrong else (shown, shown)
        return en, sv
    return None


def shortened(reason: str) -> str:
    """The beginning of what an engine says: the rest is a list of all that would have been possible."""
    first = reason.strip().splitlines()[0] if reason.strip() else ""
    return first if len(first) <= 200 else f"{first[:200]}…"  # noqa: PLR2004 - what a person reads


def embedded(case: ValidationInput) -> tuple[ShapeQuery, ...]:
    """Every query inside the shapes. A constraint without a name is told by the shape that it belongs to."""
    return _embedded(case.dataset.shapes)


@lru_cache(maxsize=2)
def _embedded(files: tuple[File, ...]) -> tuple[ShapeQuery, ...]:
    return tuple(_queries(files))


def _queries(files: tuple[File, ...]) -> Iterator[ShapeQuery]:
    table = _ShapeTriples(tuple(triples(files)))
    for file in files:
        for triple in file.triples:
            if triple.predicate.value in _QUERIES and isinstance(triple.object, Literal):
                focus, path, value = table.owner(triple)
                prefixes, text = table.prefixes(triple.subject), triple.object.value
                yield ShapeQuery(file.name, focus, path, value, text, prefixes, triple.subject)


def owner(case: ValidationInput, node: str) -> tuple[str | None, str]:
    """The file that speaks of a node of the shapes, and the nearest node with a name that it belongs to."""
    table = _ShapeTriples(case.shapes)
    for file in case.dataset.shapes:
        for triple in file.triples:
            if str(triple.subject) == node:
                return file.name, table.owner(triple)[0]
    return None, node.strip("<>")


class _ShapeTriples:
    """The triples of the shapes by subject and by object."""

    def __init__(self, triples: tuple[Triple, ...]) -> None:
        self.about: dict[Term, list[Triple]] = {}
        self.towards: dict[Term, Triple] = {}
        for triple in triples:
            self.about.setdefault(triple.subject, []).append(triple)
            self.towards.setdefault(triple.object, triple)

    def owner(self, triple: Triple) -> tuple[str, str, str]:
        """Subject, predicate and object of the nearest triple whose subject has a name."""
        seen: set[Term] = set()
        while not isinstance(triple.subject, NamedNode) and triple.subject not in seen:
            seen.add(triple.subject)
            triple = self.towards.get(triple.subject, triple)
        subject = triple.subject.value if isinstance(triple.subject, NamedNode) else str(triple.subject)
        return subject, triple.predicate.value, str(triple.object)

    def prefixes(self, subject: Term) -> dict[str, str]:
        """The prefixes of a constraint (SHACL 1.0, section 5.2.1)."""
        return {
            prefix: namespace
            for ontology in self._values(subject, "prefixes")
            for prefix, namespace in self._declared(ontology)
        }

    def _declared(self, ontology: Term) -> list[tuple[str, str]]:
        """The prefixes that an ontology declares; most constraints name the same one."""
        if ontology not in self._known:
            declarations = self._values(ontology, "declare")
            self._known[ontology] = [(self._text(e, "prefix"), self._text(e, "namespace")) for e in declarations]
        return self._known[ontology]

    @cached_property
    def _known(self) -> dict[Term, list[tuple[str, str]]]:
        return {}

    def _values(self, subject: Term, name: str) -> list[Term]:
        return [t.object for t in self.about.get(subject, ()) if t.predicate.value == SH + name]

    def _text(self, subject: Term, name: str) -> str:
        """A prefix or its namespace, which some write as an IRI though it should be a text."""
        values = self._values(subject, name)
        return next((value.value for value in values if isinstance(value, Literal | NamedNode)), "")
