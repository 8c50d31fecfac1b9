"""The checks of what properties lead from and to: the classes that the ontology names as their domains and ranges.

By RDF Schema such a statement lets one conclude a class, and forbids nothing. But where a thing has classes of its own
and none of them is the one that is meant, the property, or what it stands on, is most likely another than was meant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from pyoxigraph import NamedNode

from samverkan.model.namespaces import OWL, RDFS, SCHEMA, SCHEMA_HTTP, SUBCLASS, TYPE
from samverkan.validation.evaluation.data_graph import DataGraph
from samverkan.validation.findings import Finding
from samverkan.validation.messages import finding
from samverkan.validation.validation_input import ValidationInput

DOMAIN, RANGE = NamedNode(f"{RDFS}domain"), NamedNode(f"{RDFS}range")
_INCLUDES = {DOMAIN: "domainIncludes", RANGE: "rangeIncludes"}
_ANYTHING = frozenset({NamedNode(f"{RDFS}Resource"), NamedNode(f"{OWL}Thing")})


class _Said(NamedTuple):
    """A statement, by its numbers, and its end that should be of a class."""

    subject: int
    predicate: int
    value: int
    node: int


@dataclass(frozen=True)
class Classes:
    """What the ontology says that properties lead from and to, and which classes things have."""

    case: ValidationInput

    @property
    def graph(self) -> DataGraph:
        """What is published."""
        return self.case.graph

    def asked_for(self, ends: NamedNode) -> Mapping[int, tuple[int, ...]]:
        """The properties, with the classes that the ontology names for one of their ends; none without names."""
        if ends not in self._asked_for:
            terms, found = self.graph.terms, self.graph.forward(self.graph.number(ends))
            self._asked_for[ends] = {
                property_: tuple(classes)
                for property_, classes in found.items()
                if all(isinstance(terms[each], NamedNode) and terms[each] not in _ANYTHING for each in classes)
            }
        return self._asked_for[ends]

    @cached_property
    def _asked_for(self) -> dict[NamedNode, Mapping[int, tuple[int, ...]]]:
        return {}

    @cached_property
    def types(self) -> Mapping[int, tuple[int, ...]]:
        """The classes of each thing."""
        return self.graph.forward(self.graph.number(TYPE))

    @cached_property
    def known(self) -> frozenset[int]:
        """The classes of which one knows what is above them: our own, and others where the ontology says so."""
        advice = (NamedNode(f"{space}{each}") for space in (SCHEMA, SCHEMA_HTTP) for each in _INCLUDES.values())
        relations = (self.graph.forward(self.graph.number(each)) for each in (DOMAIN, RANGE, *advice))
        named = {each for found in relations for values in found.values() for each in values}
        placed = self.graph.forward(self.graph.number(SUBCLASS)).keys()
        own = (each for each in self.case.declared if each.startswith(self.case.ontology))
        return frozenset(named.union(placed, (self.graph.number(NamedNode(each)) for each in own)))

    def is_known(self, node: int) -> bool:
        """Whether a thing has classes, and all of them are known."""
        types = self.types.get(node, ())
        return bool(types) and self.known.issuperset(types)

    def advised(self, ends: NamedNode, property_: int) -> tuple[int, ...]:
        """The classes that the ontology names for one end of a property as advice: one of them is enough."""
        includes = (self.graph.number(NamedNode(f"{each}{_INCLUDES[ends]}")) for each in (SCHEMA, SCHEMA_HTTP))
        return tuple(each for one in includes for each in self.graph.forward(one).get(property_, ()))

    def is_none_of(self, node: int, classes: Iterable[int]) -> bool:
        """Whether a thing has classes, and none of them is one of some, as far as is known."""
        return node in self.types and not any(node in self.graph.instances(self.graph.terms[each]) for each in classes)

    def others(self, ends: NamedNode) -> Iterator[tuple[_Said, tuple[int, ...]]]:
        """The statements one end of which is of another class than the ontology names, with those classes."""
        for property_, classes in self.asked_for(ends).items():
            fitting = frozenset.intersection(*(self.graph.instances(self.graph.terms[each]) for each in classes))
            for subject, values in self.graph.forward(property_).items():
                for value in values if ends == RANGE or subject not in fitting else ():
                    node = subject if ends == DOMAIN else value
                    if node not in fitting and self.is_known(node):
                        yield _Said(subject, property_, value, node), classes

    def named(self, numbers: Iterable[int]) -> str:
        """The short names of some terms."""
        return ", ".join(sorted(self.case.prefixes.compact(self.graph.texts[each] or "") for each in numbers))


def properties_are_of_their_classes(case: ValidationInput) -> Iterator[Finding]:
    """What a property is said of, and leads to, is of the class that the ontology names for it."""
    classes, told = case.once(Classes), set[tuple[int, int]]()
    for rule, ends in (("property-of-another-class", DOMAIN), ("value-of-another-class", RANGE)):
        for said, wanted in classes.others(ends):
            if (said.node, said.predicate) not in told:
                told.add((said.node, said.predicate))
                yield _about(rule, said, wanted, classes)


def _about(rule: str, said: _Said, wanted: tuple[int, ...], classes: Classes) -> Finding:
    subject, property_, value = (classes.graph.terms[each] for each in said[:3])
    return finding(
        rule,
        focus=getattr(subject, "value", str(subject)),
        path=getattr(property_, "value", str(property_)),
        value=str(value),
        property=classes.named([said.predicate]),
        wanted=classes.named(wanted),
        found=classes.named(classes.types[said.node]),
    )
