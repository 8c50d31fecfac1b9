"""File and line of each finding, worked out only for the files that the findings concern."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from itertools import islice

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from samverkan.errors import Place
from samverkan.model.dataset import File
from samverkan.model.namespaces import SH, TYPE
from samverkan.model.results import Term
from samverkan.model.turtle_order import Line
from samverkan.model.turtle_positions import Positions
from samverkan.validation.evaluation.data_graph import DataGraph
from samverkan.validation.findings import Finding, Severity, short_name
from samverkan.validation.store_snapshot import Differences
from samverkan.validation.validation_input import ValidationInput
from samverkan.workers import processors, shared_out

_TARGET = NamedNode(f"{SH}targetNode")
_FEW = 30  # findings for which starting a process takes longer than looking for their places


def with_location(findings: Sequence[Finding], case: ValidationInput) -> list[Finding]:
    """Give each finding the places of what it speaks of; several processes look for those of many."""
    locate = partial(_located, findings, _Locations(case, Differences(case)))
    workers = processors() if case.apart and len(findings) > _FEW else 1
    parts = [range(first, len(findings), workers) for first in range(workers)]
    located = dict(shared_out(locate, parts, workers))
    return [located[number] for number in range(len(findings))]


def _located(findings: Sequence[Finding], locations: _Locations, part: range) -> Iterator[tuple[int, Finding]]:
    for number in part:
        yield number, replace(findings[number], places=tuple(locations.places(findings[number])))


def places_of(statements: Iterable[Triple], case: ValidationInput) -> tuple[Place, ...]:
    """The places of some statements, each once."""
    locations = _Locations(case, Differences(case))
    spoken = (_spoken(statement) for statement in statements)
    return tuple(dict.fromkeys(place for each in spoken for place in locations.places(each)))


def _spoken(statement: Triple) -> Finding:
    """What speaks of a statement, so that its place can be looked for."""
    subject, predicate, value = statement
    return Finding("", "", Severity.INFO, {}, focus=_said(subject), path=predicate.value, value=str(value))


def _said(node: Term) -> str:
    """What stands for a node in a finding about it."""
    return node.value if isinstance(node, NamedNode) else str(node)


@dataclass(frozen=True)
class _Locations:
    """The files of a site, with what is needed to find a line in them."""

    case: ValidationInput
    held: Differences

    @property
    def files(self) -> tuple[File, ...]:
        """All files."""
        return self.case.stated.files

    @cached_property
    def _index(self) -> DataGraph:
        """What the files say, each a part: what is checked already, unless that is what a store holds."""
        if self.case.written is not None:
            return DataGraph.of(*(file.triples for file in self.files))
        return self.case.graph

    def _speaking(self, subject: Term) -> Iterator[File]:
        """The files that speak of a subject, each once."""
        return iter({file.name: file for file in self._files_about(subject)}.values())

    def _files_about(self, subject: Term) -> Iterator[File]:
        number = self._index.number(subject)
        yield from (f for f, part in zip(self.files, self._index.parts, strict=False) if number in part.subjects)
        yield from (file for file in self.files[len(self._index.parts) :] if subject in _subjects(file))

    def places(self, finding: Finding) -> Iterator[Place]:
        if finding.places:
            yield from (self._refined(place, finding) for place in finding.places)
        elif finding.focus:
            yield from [*self._stated(finding)] or self._targeted(finding)

    def _stated(self, finding: Finding) -> Iterable[Place]:
        """Where the files say what a finding is about."""
        if (finding.focus or "").startswith(("_:", '"')):
            return [*self._about_nameless(finding)][:1] or self._about_value(finding)
        return self.held.places(finding) or [*self._about_nameless(finding)] or self._about(finding)

    def _targeted(self, finding: Finding) -> Iterator[Place]:
        """Where a shape names what no file speaks of as its target."""
        for file in self.case.dataset.shapes:
            found = (t for t in file.triples if t.predicate == _TARGET and _said(t.object) == finding.focus)
            for shape, predicate, node in islice(found, 1):
                named = isinstance(shape, NamedNode)
                yield Place(file.name, file.positions.line(shape, predicate, node) if named else None)

    def _refined(self, place: Place, finding: Finding) -> Place:
        """Give a place that is a whole file its line."""
        file = next((file for file in self.files if file.name == place.file), None)
        if file is None or place.line is not None:
            return place
        positions = file.positions
        if not (finding.focus or finding.value):
            return place
        line = self._line(positions, finding) if finding.focus else positions.mentions(finding.value or "")
        graph = self.held.graphs.get(file.name)
        return Place(graph) if line is None and graph else Place(file.name, line)

    def _about(self, finding: Finding) -> Iterator[Place]:
        """The statement itself; else where the property is used; else where the thing's class is said.

        Of several files the one that says the class comes first: it describes the thing, others add to it.
        """
        files = list(self._speaking(NamedNode(finding.focus or "")))
        property_only, thing = replace(finding, value=None), replace(finding, value=None, path=None)
        kind = replace(thing, path=TYPE.value)
        positions = [(file.name, file.positions) for file in files]
        positions.sort(key=lambda each: self._line(each[1], kind) is None)
        for wanted in (finding, property_only, kind, thing):
            lines = ((name, self._line(found, wanted)) for name, found in positions)
            exact = [Place(name, line) for name, line in lines if line is not None]
            if exact:
                yield from exact if wanted in (finding, property_only) and wanted.path else exact[:1]
                return
            if wanted is finding and (elsewhere := self._elsewhere(finding)):
                yield elsewhere
                return
        yield from (Place(file.name, mentioned(file, finding.focus or "")) for file in files if not file.is_turtle)
        if not files:
            yield from self._mentioned(NamedNode(finding.focus or ""))

    def _mentioned(self, node: NamedNode) -> Iterator[Place]:
        """Where what nothing is said of is the value of something."""
        for subject, path in islice(self._leading_to(node), 1):
            named = subject.value if isinstance(subject, NamedNode) else str(subject)
            about = Finding("", "", Severity.INFO, {}, focus=named, path=path, value=str(node))
            places = ((file.name, self._line(file.positions, about)) for file in self._speaking(subject))
            yield from islice((Place(name, line) for name, line in places if line is not None), 1)

    def _about_value(self, finding: Finding) -> Iterator[Place]:
        """For what has no address: the nearest statement about something that has one and leads there.

        Where there is none, the first blank node of a file that speaks of it.
        """
        node, seen, nearest = _term(finding.focus), set[Term](), finding
        while isinstance(node, BlankNode | Literal) and node not in seen:
            seen.add(node)
            value = "_:" if isinstance(node, BlankNode) else str(node)
            node, path = next(self._leading_to(node), (node, ""))
            nearest = replace(finding, focus=getattr(node, "value", None), path=path, value=value)
        if isinstance(node, NamedNode):
            yield from list(self._about(nearest))[:1]
        elif isinstance(node, BlankNode):
            files = list(self._speaking(node))[:1]
            yield from (Place(file.name, file.positions.line(node)) for file in files)

    def _about_nameless(self, finding: Finding) -> Iterator[Place]:
        """The statement itself, where focus or value has no name; else what is said of such a focus."""
        focus, path = finding.focus or "", NamedNode(finding.path) if finding.path else None
        if focus.startswith('"') or not any(each.startswith("_:") for each in (focus, finding.value or "")):
            return
        subject, wanted = _node(focus), list[Line]()
        if path:
            wanted.append((subject, path, _term(finding.value)))
        if isinstance(subject, BlankNode):
            wanted += [(subject, path, None), (subject, TYPE, None), (subject, None, None)]
        for file in self._speaking(subject):
            lines = (file.lines_of_nameless.get(each) for each in wanted)
            yield from islice((Place(file.name, line) for line in lines if line is not None), 1)

    def _leading_to(self, node: Term) -> Iterator[tuple[Term, str]]:
        """The subjects and properties of which a node is a value."""
        number, index = self._index.number(node), self._index
        for predicate in index.predicates:
            for subject in index.backward(predicate).get(number, ()):
                yield index.terms[subject], str(index.terms[predicate])[1:-1]

    def _elsewhere(self, finding: Finding) -> Place | None:
        """Where a value stands that a shape found while it looked at the whole, and not at the thing that has it."""
        for subject in self._stating(finding.path, _term(finding.value)):
            for file in self._speaking(subject):
                line = self._line(file.positions, replace(finding, focus=subject.value))
                if line is not None:
                    return Place(file.name, line)
        return None

    def _stating(self, path: str | None, value: Term | None) -> Iterator[NamedNode]:
        """The subjects that state a property and value."""
        if path and value is not None:
            numbers = self._index.backward(self._index.number(NamedNode(path))).get(self._index.number(value), ())
            found = (self._index.terms[number] for number in numbers)
            yield from (term for term in found if isinstance(term, NamedNode))

    def _line(self, positions: Positions, finding: Finding) -> int | None:
        focus = finding.focus or ""
        if focus.startswith("_:"):
            return positions.line(BlankNode())
        if not finding.path:
            value = _term(finding.value) if finding.value != f"<{focus}>" else None
            found = None if value is None else positions.line(NamedNode(focus), None, value)
            return positions.first(NamedNode(focus)) if found is None else found
        return positions.line(NamedNode(focus), NamedNode(finding.path), _term(finding.value))


@lru_cache(maxsize=64)
def _subjects(file: File) -> frozenset[Term]:
    """What one of the few files of shapes speaks of."""
    return frozenset(triple.subject for triple in file.triples)


def mentioned(file: File, iri: str) -> int | None:
    """The first line of a file in another format that has an IRI, or what it ends in as a word of its own."""
    text = file.content.decode("utf-8", "replace")
    found = re.search(re.escape(iri), text) or re.search(rf"(?<!\w){re.escape(short_name(iri))}(?!\w)", text)
    return text.count("\n", 0, found.start()) + 1 if found else None


def _node(name: str) -> NamedNode | BlankNode:
    return BlankNode(name[2:]) if name[2:] and name.startswith("_:") else NamedNode(name)


def _term(value: str | None) -> Term | None:
    if value is None:
        return None
    if value.startswith("_:"):
        return BlankNode(value[2:]) if value[2:] else BlankNode()
    try:
        return next(_parsed(value)).object
    except SyntaxError:  # a triple term: a finding's value is then only shown
        return None


def _parsed(value: str) -> Iterator[Triple]:
    return (quad.triple for quad in parse(f"<s:> <p:> {value} .", format=RdfFormat.N_TRIPLES))
