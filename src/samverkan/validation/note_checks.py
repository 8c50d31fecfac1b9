"""The checks of notes: each is about something that can have what it speaks of, and where facts have notes, all have.

They are what the query with `view: notes` answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyoxigraph import NamedNode, Triple

from samverkan.model.dataset import File
from samverkan.model.results import Term
from samverkan.validation.domain_checks import DOMAIN, RANGE, Classes
from samverkan.validation.evidence_checks import NEEDS_NONE, Facts, note_nodes
from samverkan.validation.findings import Finding
from samverkan.validation.messages import finding
from samverkan.validation.validation_input import ValidationInput

_ONE_IN = 5  # of the facts of a graph at most so many may lack a note, if notes are what explains them


@dataclass(frozen=True)
class Notes:
    """The notes of a site and what each is about."""

    case: ValidationInput

    @cached_property
    def facts(self) -> Facts:
        """The facts that they are about."""
        return self.case.once(Facts)

    @cached_property
    def nodes(self) -> frozenset[Term | None]:
        """The notes themselves."""
        return self.case.once(note_nodes)

    @cached_property
    def about(self) -> tuple[tuple[NamedNode, NamedNode, NamedNode | None], ...]:
        """Each note with what it is about and the property, if it names one; each once."""
        rows = (tuple(row.get(name) for name in ("note", "about", "property")) for row in self.case.view("notes"))
        return tuple(dict.fromkeys(row for row in rows if all(isinstance(end, NamedNode) for end in row[:2])))  # type: ignore[misc]  # as tested

    @cached_property
    def _values(self) -> Mapping[tuple[Term | None, Term | None], frozenset[Term | None]]:
        """The values that notes name of each property of each thing; None stands for any."""
        found: dict[tuple[Term | None, Term | None], set[Term | None]] = {}
        for row in self.case.view("notes"):
            about, predicate, value = (row.get(name) for name in ("about", "property", "value"))
            if isinstance(about, NamedNode) and isinstance(predicate, NamedNode):
                written = self.facts.written(Triple(about, predicate, value)) if value else None
                found.setdefault((about, predicate), set()).add(written.object if written else value)
        return {key: frozenset(values) for key, values in found.items()}

    @cached_property
    def _unfinished(self) -> frozenset[Term]:
        """What is named by notes that don't say what they are about, so that the query doesn't give them.

        That they lack something is told by their shape.
        """
        graph = self.case.graph
        lost = self.nodes - {row.get("note") for row in self.case.view("notes")}
        numbers = [graph.number(node) for node in lost if node is not None]
        named = (graph.forward(each).get(node, ()) for node in numbers for each in graph.predicates)
        return frozenset(graph.terms[number] for found in named for number in found)

    def speak_of(self, fact: Triple) -> bool:
        """Whether a note is about a fact, be it from the side of its thing or of its value, or may be meant to be."""
        if fact.predicate in self._unfinished:
            return True
        ends = (self._values.get((end, fact.predicate), frozenset()) for end in (fact.subject, fact.object))
        return any(None in values or fact.object in values for values in ends)


def interpretations_have_notes(case: ValidationInput) -> Iterator[Finding]:
    """Where nearly all facts of a graph have a note that says why they are read so, the others have one too."""
    notes = case.once(Notes)
    for file in case.dataset.data if notes.nodes else ():
        origin = notes.facts.origins.get(file.graph)
        if origin and origin.sources and origin.statuses & notes.facts.used:
            yield from _without_note(notes, file)


def _without_note(notes: Notes, file: File) -> Iterator[Finding]:
    facts = [t for t in file.triples if t.predicate not in NEEDS_NONE and t.subject not in notes.nodes]
    bare = [fact for fact in facts if not notes.speak_of(fact)]
    graph = notes.case.prefixes.compact(file.graph)
    for fact in bare if len(bare) * _ONE_IN <= len(facts) else ():
        focus, value = getattr(fact.subject, "value", str(fact.subject)), str(fact.object)
        told = notes.facts.told(fact)
        about: dict[str, Any] = {"focus": focus, "path": fact.predicate.value, "value": value}
        yield finding("fact-without-note", file=file.name, graph=graph, told=told, **about)


def notes_are_of_their_classes(case: ValidationInput) -> Iterator[Finding]:
    """What a note is about is described in data, and is of a class that can have the property that it names."""
    notes, classes = case.once(Notes), case.once(Classes)
    for note, about, predicate in notes.about:
        lost = about if case.graph.number(about) not in case.in_data else _thing(predicate, case)
        if lost:
            yield finding("note-of-nothing", focus=note.value, value=str(lost), told=notes.facts.shown(lost))
        elif predicate and (wanted := _wanted(classes, about, predicate)):
            found = classes.named(classes.types[case.graph.number(about)])
            names = {"name": notes.facts.shown(about), "property": notes.facts.shown(predicate)}
            told: dict[str, Any] = {**names, "wanted": classes.named(wanted), "found": found}
            yield finding("note-of-another-class", focus=note.value, value=str(about), **told)


def _thing(predicate: NamedNode | None, case: ValidationInput) -> NamedNode | None:
    """What a note names as a property, where it is a thing of the site, and no property of anything."""
    number = case.graph.number(predicate) if predicate else -1
    return predicate if number in case.in_data and number not in case.graph.predicates else None


def _wanted(classes: Classes, about: NamedNode, predicate: NamedNode) -> tuple[int, ...]:
    """The classes that a property is for, where something is of none of them, nor what the property leads to."""
    node, property_ = classes.graph.number(about), classes.graph.number(predicate)
    asked = {
        ends: (*classes.asked_for(ends).get(property_, ()), *classes.advised(ends, property_))
        for ends in (DOMAIN, RANGE)
    }
    is_other = {ends: bool(found) and classes.is_none_of(node, found) for ends, found in asked.items()}
    return asked[DOMAIN] if is_other[DOMAIN] and (is_other[RANGE] or not asked[RANGE]) else ()
