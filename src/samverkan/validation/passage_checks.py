"""The check of where evidence stands: under the heading of what it is about, where that has one of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any

from pyoxigraph import NamedNode

from samverkan.model.namespaces import LABELS, SKOS, TYPE
from samverkan.model.results import Term
from samverkan.validation.concept_checks import ConceptSchemes
from samverkan.validation.evidence_checks import Evidence, Facts
from samverkan.validation.findings import Finding
from samverkan.validation.messages import finding
from samverkan.validation.validation_input import ValidationInput

_NAMES = (*LABELS, NamedNode(f"{SKOS}altLabel"))
_STEPS = 2  # from a thing to what belongs to it: a municipality, its agreement, what that promises

# A fact that its own section bears out as well is in its place: perhaps the page says it twice.
_RULES = {False: "evidence-under-another-heading", True: "evidence-under-a-second-heading"}

Section = tuple[Term | None, str]
"""A page, and the words of a heading on it."""


@dataclass(frozen=True)
class Sections:
    """The headings of pages under which evidence stands, and the things that are called as they are."""

    facts: Facts

    @cached_property
    def evidence(self) -> Mapping[Term, Mapping[Section, Sequence[Evidence]]]:
        """The evidence for what is said of each thing, by the section in which it stands."""
        found: dict[Term, dict[Section, list[Evidence]]] = {}
        for each in self.facts.evidence:
            if each.heading and not each.superseded:
                section = each.source, each.heading
                found.setdefault(each.triple.subject, {}).setdefault(section, []).append(each)
        return found

    @cached_property
    def _named(self) -> Mapping[str, frozenset[int]]:
        """The things that are called as a heading is; the pages and their headings are none."""
        graph, found = self.facts.case.graph, dict[str, set[int]]()
        wanted = {each.heading.casefold() for each in self.facts.evidence if each.heading}
        pages = {graph.number(each) for one in self.facts.evidence for each in (one.source, one.selector) if each}
        for predicate in map(graph.number, _NAMES) if wanted else ():
            for node, values in graph.forward(predicate).items():
                for text in {(graph.texts[each] or "").casefold() for each in values} & wanted:
                    found.setdefault(text, set()).update({node} - pages)
        return {text: frozenset(nodes) for text, nodes in found.items()}

    def things(self, section: Section) -> frozenset[int]:
        """The things that a section is called after."""
        return self._named.get(section[1].casefold(), frozenset())

    def is_about(self, section: Section, thing: Term) -> bool:
        """Whether something is what a section is called after, or belongs to it."""
        if section not in self._near:
            self._near[section] = self._belonging(self.things(section))
        return self.facts.case.graph.number(thing) in self._near[section]

    @cached_property
    def _of_pages(self) -> Mapping[Term | None, frozenset[Section]]:
        """The sections of each page that are called after something."""
        found: dict[Term | None, set[Section]] = {}
        for section in chain.from_iterable(self.evidence.values()):
            if self.things(section):
                found.setdefault(section[0], set()).add(section)
        return {page: frozenset(sections) for page, sections in found.items()}

    def instead_of(self, section: Section, thing: Term) -> Sequence[Section]:
        """The sections about a thing on the page of one that is about another; none where it is about this one."""
        if not self.things(section) or self.is_about(section, thing):
            return ()
        return [each for each in self._of_pages[section[0]] if self.is_about(each, thing)]

    @cached_property
    def _near(self) -> dict[Section, frozenset[int]]:
        return {}

    @cached_property
    def _told(self) -> Mapping[int, set[int]]:
        """What evidence links, in both directions, be it in the data or not."""
        found: dict[int, set[int]] = {}
        for each in self.facts.evidence:
            if each.triple.predicate != TYPE:
                one, other = (self.facts.case.graph.number(end) for end in (each.triple.subject, each.triple.object))
                found.setdefault(one, set()).add(other)
                found.setdefault(other, set()).add(one)
        return found

    def _belonging(self, things: frozenset[int]) -> frozenset[int]:
        """Some things with what is a few links from them, not by way of a concept or a class."""
        graph = self.facts.case.graph
        concepts, found, last = self.facts.case.once(ConceptSchemes).of_concept, set(things), set(things)
        links = [graph.number(each) for each in map(graph.terms.__getitem__, graph.predicates) if each != TYPE]
        for _ in range(_STEPS):
            ways = (
                way(each).get(node, ()) for node in last for each in links for way in (graph.forward, graph.backward)
            )
            told = (self._told.get(node, ()) for node in last)
            ends = (end for ends in chain(ways, told) for end in ends)
            last = {end for end in ends if not graph.is_literal(end)} - found - concepts.keys()
            found |= last
        return frozenset(found)


def passages_are_under_their_headings(case: ValidationInput) -> Iterator[Finding]:
    """No fact stands alone in the section about another thing, while others of its kind stand in its own."""
    sections = Sections(case.once(Facts))
    for thing, found in sections.evidence.items():
        for section in (each for each, evidence in found.items() if len(evidence) == 1):
            if own := sections.instead_of(section, thing):
                borne_out = found[section][0].triple in {each.triple for one in own for each in found.get(one, ())}
                yield _misplaced(sections, section, found[section][0], _RULES[borne_out])


def _misplaced(sections: Sections, section: Section, evidence: Evidence, rule: str) -> Finding:
    facts, triple = sections.facts, evidence.triple
    other = ", ".join(sorted(facts.shown(facts.case.graph.terms[each]) for each in sections.things(section)))
    words: dict[str, Any] = {"heading": section[1], "other": other, "name": facts.shown(triple.subject)}
    focus, path, value = getattr(triple.subject, "value", ""), triple.predicate.value, str(triple.object)
    told = finding(rule, focus=focus, path=path, value=value, **words)
    return replace(told, places=(facts.place_of(evidence),))
