"""The checks of concepts: each is of a scheme that its property asks for, and something leads to each."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pyoxigraph import NamedNode, Triple

from samverkan.model.namespaces import CODE_LIST, DCTERMS, LABELS, RDFS, SH, SKOS
from samverkan.validation.evaluation.data_graph import DataGraph, closure
from samverkan.validation.findings import Finding, short_name
from samverkan.validation.messages import finding
from samverkan.validation.validation_input import ValidationInput

_PART_OF = NamedNode(f"{DCTERMS}isPartOf")
_SUBPROPERTY = NamedNode(f"{RDFS}subPropertyOf")
_IN_SCHEME, _TOP_OF, _HAS_TOP = (NamedNode(SKOS + name) for name in ("inScheme", "topConceptOf", "hasTopConcept"))
_NOTATION, _SCHEME, _CONCEPT = (NamedNode(SKOS + name) for name in ("notation", "ConceptScheme", "Concept"))
# What says where a concept stands among others.
_RELATIONS = tuple(
    NamedNode(SKOS + name) for name in ("broader", "narrower", "broaderTransitive", "narrowerTransitive", "related")
)
_HIERARCHICAL = _RELATIONS[:-1]
_BETWEEN = frozenset((*_RELATIONS, _IN_SCHEME, _TOP_OF, _HAS_TOP))
_IN, _PATH = NamedNode(f"{SH}in"), NamedNode(f"{SH}path")
_CLOSE = 0.8
_LETTERS = re.compile(r"[a-z0-9]+")
_MOST_NAMES = 3  # of schemes, in a message


@dataclass(frozen=True)
class ConceptSchemes:
    """The concept schemes of a site, what is in each, and which properties take their values from which."""

    case: ValidationInput

    @property
    def graph(self) -> DataGraph:
        """What is published."""
        return self.case.graph

    def _leading(self, predicate: NamedNode) -> Iterator[tuple[int, int]]:
        found = self.graph.forward(self.graph.number(predicate))
        return ((one, other) for one, others in found.items() for other in others)

    @cached_property
    def of_concept(self) -> dict[int, set[int]]:
        """The schemes that each concept is in (SKOS, section 4.6)."""
        found: dict[int, set[int]] = {}
        for concept, scheme in (*self._leading(_IN_SCHEME), *self._leading(_TOP_OF)):
            found.setdefault(concept, set()).add(scheme)
        for scheme, concept in self._leading(_HAS_TOP):
            found.setdefault(concept, set()).add(scheme)
        return found

    @cached_property
    def lists(self) -> dict[int, set[int]]:
        """The lists that each property takes its values from, its own or those of a property above it."""
        own: dict[int, set[int]] = {}
        for property_, found in self._leading(CODE_LIST):
            own.setdefault(property_, set()).add(found)
        above = self.graph.forward(self.graph.number(_SUBPROPERTY))
        below = {node for node in above if own.keys() & closure({node}, above)}
        named = own.keys() | below
        return {each: set().union(*(own.get(up, ()) for up in closure({each}, above))) for each in named}

    def parts(self, lists: Iterable[int]) -> set[int]:
        """Some lists with the schemes that are a part of one of them, or else are called as one of them is."""
        found = closure(set(lists), self.graph.backward(self.graph.number(_PART_OF)))
        codes = {self._text(code) for each in found for code in self._codes(each)}
        return found | {each for each in self._free if short_name(self._text(each)) in codes}

    def _codes(self, node: int) -> Iterable[int]:
        return self.graph.forward(self.graph.number(_NOTATION)).get(node, ())

    @cached_property
    def _free(self) -> frozenset[int]:
        """The schemes that don't say what they are a part of."""
        said = self.graph.forward(self.graph.number(_PART_OF))
        return frozenset(each for each in self.graph.instances(_SCHEME) if each not in said)

    @cached_property
    def concepts(self) -> dict[int, list[int]]:
        """What is in each scheme."""
        found: dict[int, list[int]] = {}
        for concept, schemes in self.of_concept.items():
            for scheme in schemes:
                found.setdefault(scheme, []).append(concept)
        return found

    @cached_property
    def _allowed(self) -> tuple[frozenset[int], ...]:
        """The schemes from which each property takes its values, where there are any."""
        found = {frozenset(self.parts(lists)) for lists in self.lists.values()}
        return tuple(each for each in found if not each.isdisjoint(self.concepts))

    def listed(self, schemes: Iterable[int]) -> set[int]:
        """Those of some schemes from which a property takes its values."""
        return {each for each in schemes if any(each in allowed for allowed in self._allowed)}

    def are_of_one_list(self, schemes: Iterable[int]) -> bool:
        """Whether some property takes its values from all of some schemes; those that none does count for nothing."""
        listed = self.listed(schemes)
        return not listed or any(listed <= allowed for allowed in self._allowed)

    def are_used(self, concept: int, schemes: Iterable[int]) -> bool:
        """Whether a concept is the value of a property for each of some schemes."""
        leading = [each for each in self.lists if concept in self.graph.backward(each)]
        taken = set().union(*(self.parts(self.lists[each]) for each in leading))
        return self.listed(schemes) <= taken

    def meet(self, one: Iterable[int], other: Iterable[int]) -> bool:
        """Whether some property takes its values from schemes of both."""
        first, second = self.listed(one), self.listed(other)
        return any(first & allowed and second & allowed for allowed in self._allowed) or not (first and second)

    def _text(self, node: int) -> str:
        return self.graph.texts[node] or ""

    def near(self, concept: int, schemes: Iterable[int]) -> int | None:
        """The concept of some schemes that is called most like another; None where none is."""
        found = (each for scheme in schemes for each in self.concepts.get(scheme, ()))
        candidates = {each: short_name(self._text(each)) for each in found}
        name, called = short_name(self._text(concept)), self._labels.get(concept, frozenset())
        same = (each for each, other in candidates.items() if other == name or called & self._labels.get(each, set()))
        close = difflib.get_close_matches(name, candidates.values(), n=1, cutoff=_CLOSE)
        return next(same, next((each for each, other in candidates.items() if other in close), None))

    @cached_property
    def _labels(self) -> dict[int, frozenset[str]]:
        predicate = self.graph.number(NamedNode(f"{SKOS}prefLabel"))
        return {
            node: frozenset(self._text(each).casefold() for each in values)
            for node, values in self.graph.forward(predicate).items()
            if node in self.of_concept
        }

    def named(self, nodes: Iterable[int]) -> str:
        """The short names of some things, those that come first where they are many."""
        names = sorted(self.case.prefixes.compact(self._text(each)) for each in nodes)
        return ", ".join(names[:_MOST_NAMES]) + (" …" if len(names) > _MOST_NAMES else "")


def concepts_are_of_their_lists(case: ValidationInput) -> Iterator[Finding]:
    """Each concept that is the value of a property is of a concept scheme that the property takes its values from.

    Where a shape counts up the values of a property (`sh:in`), the shape tells what is not among them.
    """
    schemes = case.once(ConceptSchemes)
    unfilled = set[frozenset[int]]()
    counted = set(map(case.graph.number, _counted_up(case.shapes)))
    for property_, lists in schemes.lists.items():
        if property_ in counted:
            continue
        allowed = schemes.parts(lists)
        is_filled = not allowed.isdisjoint(schemes.concepts)
        for subject, values in case.graph.forward(property_).items():
            for value in values:
                if schemes.of_concept.get(value, allowed).isdisjoint(allowed):
                    if is_filled:
                        yield _foreign(schemes, (subject, property_, value), allowed, lists)
                    elif frozenset(lists) not in unfilled:
                        unfilled.add(frozenset(lists))
                        yield _unfilled(schemes, (subject, property_, value), lists)


def _counted_up(shapes: tuple[Triple, ...]) -> Iterator[NamedNode]:
    """The properties whose values some shape counts up."""
    found = {triple.subject for triple in shapes if triple.predicate == _IN}
    for triple in shapes:
        if triple.predicate == _PATH and triple.subject in found and isinstance(triple.object, NamedNode):
            yield triple.object


def _foreign(schemes: ConceptSchemes, triple: tuple[int, int, int], allowed: set[int], lists: set[int]) -> Finding:
    near = schemes.near(triple[2], sorted(allowed))
    hint = schemes.named([near]) if near is not None else ""
    return _on(
        "concept-of-another-scheme",
        schemes,
        triple,
        wanted=schemes.named(allowed.intersection(schemes.concepts)),
        lists=schemes.named(lists),
        sv=f" Menade du {hint}?" if hint else "",
        en=f" Did you mean {hint}?" if hint else "",
    )


def _unfilled(schemes: ConceptSchemes, triple: tuple[int, int, int], lists: set[int]) -> Finding:
    return _on("unlisted-scheme", schemes, triple, lists=schemes.named(lists))


def _on(rule: str, schemes: ConceptSchemes, triple: tuple[int, int, int], **words: Any) -> Finding:
    subject, property_, value = (schemes.graph.terms[each] for each in triple)
    words |= {"name": schemes.named([triple[2]]), "property": schemes.named([triple[1]])}
    found = schemes.named(schemes.of_concept[triple[2]])
    focus, path = (getattr(each, "value", str(each)) for each in (subject, property_))
    return finding(rule, focus=focus, path=path, value=str(value), found=found, **words)


def concepts_are_of_one_list(case: ValidationInput) -> Iterator[Finding]:
    """A concept is in schemes of one list, and so are those that stand above and below each other.

    One that is the value of properties of several lists may be in all of them.
    """
    schemes = case.once(ConceptSchemes)
    for concept, found in schemes.of_concept.items():
        if len(found) > 1 and not schemes.are_of_one_list(found) and not schemes.are_used(concept, found):
            focus, name = schemes.graph.texts[concept], schemes.named([concept])
            yield finding("concept-of-two-lists", focus=focus, name=name, found=schemes.named(schemes.listed(found)))
    for predicate in map(schemes.graph.number, _HIERARCHICAL):
        for one, others in schemes.graph.forward(predicate).items():
            for other in others:
                if not schemes.meet(schemes.of_concept.get(one, ()), schemes.of_concept.get(other, ())):
                    yield _across(schemes, one, predicate, other)


def _across(schemes: ConceptSchemes, one: int, predicate: int, other: int) -> Finding:
    words: dict[str, Any] = {"name": schemes.named([one]), "other": schemes.named([other])}
    words |= {"found": schemes.named(schemes.of_concept[one]), "others": schemes.named(schemes.of_concept[other])}
    focus, path, value = (schemes.graph.terms[each] for each in (one, predicate, other))
    about: dict[str, Any] = {"focus": getattr(focus, "value", str(focus)), "path": getattr(path, "value", "")}
    return finding("hierarchy-across-lists", value=str(value), **about, **words)


def names_fit_addresses(case: ValidationInput) -> Iterator[Finding]:
    """No concept or scheme has the name that the address of another one has, and that other one has not."""
    schemes, labels = case.once(ConceptSchemes), tuple(map(case.graph.number, LABELS))
    unlike: dict[int, list[int]] = {}
    for node in schemes.of_concept.keys() | case.graph.instances(_SCHEME):
        names = [each for label in labels for each in case.graph.forward(label).get(node, ())]
        if short_name(case.graph.texts[node] or "") not in {_slug(case.graph.texts[each] or "") for each in names}:
            unlike[node] = names
    called = {short_name(case.graph.texts[node] or ""): node for node in unlike}
    for node, names in unlike.items():
        for each in names:
            other = called.get(_slug(case.graph.texts[each] or ""))
            if other is not None:
                focus, value = case.graph.texts[node], str(case.graph.terms[each])
                yield finding("name-of-another", focus=focus, value=value, name=value, other=schemes.named([other]))


def _slug(name: str) -> str:
    """A name as an address writes it: in lower case, without marks, with hyphens between the words.

    >>> _slug("Åldrande & hälsa (alla)")
    'aldrande-halsa-alla'
    """
    plain = name if name.isascii() else unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "-".join(_LETTERS.findall(plain.lower()))


def concepts_are_led_to(case: ValidationInput) -> Iterator[Finding]:
    """A concept of the data is the value of something, or stands above, below or beside one that is."""
    graph, used = case.graph, set[int]()
    concepts = {each for each in graph.instances(_CONCEPT) if _is_in_data(graph.terms[each], case)}
    for predicate in graph.predicates if concepts else ():
        if graph.terms[predicate] not in _BETWEEN:
            for values in graph.forward(predicate).values():
                used.update(values)
    for group in _groups(graph, concepts):
        if used.isdisjoint(group):
            names = sorted(short_name(graph.texts[each] or "") for each in group)
            focus = min(graph.texts[each] or "" for each in group)
            yield finding("unused-concept", focus=focus, count=len(group), names=", ".join(names[:_MOST_NAMES]))


def _is_in_data(term: object, case: ValidationInput) -> bool:
    is_named = isinstance(term, NamedNode) and term.value not in case.tombstones
    return is_named and case.graph.number(term) in case.in_data  # type: ignore[arg-type]  # it is a term


def _groups(graph: DataGraph, concepts: set[int]) -> Iterator[set[int]]:
    """The concepts in groups: in one are those that are above, below or beside each other."""
    beside: dict[int, list[int]] = {}
    for predicate in map(graph.number, _RELATIONS):
        for one, others in graph.forward(predicate).items():
            for other in others:
                beside.setdefault(one, []).append(other)
                beside.setdefault(other, []).append(one)
    left = set(concepts)
    while left:
        group = closure({left.pop()}, beside)
        left -= group
        yield group
