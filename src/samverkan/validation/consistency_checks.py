"""The checks of consistency: no two statements contradict each other by the ontology, nor does what follows of them.

Five rules of OWL 2 RL (OWL 2 Profiles, section 4.3): cax-dw, prp-fp, prp-ifp, prp-asyp and prp-irp. The two about
functional properties presume that names are unique, which OWL does not: two addresses are two things, unless they are
said to be one (`owl:sameAs`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice
from typing import Any, TypeVar

from pyoxigraph import Literal, NamedNode, Triple

from samverkan.errors import Place
from samverkan.model import inference, paths
from samverkan.model.inference import RULES, InferenceSource, Inferred
from samverkan.model.namespaces import OWL, SH, SUBCLASS, TYPE
from samverkan.model.results import Term
from samverkan.model.stored_literals import rewritten
from samverkan.validation.evaluation.data_graph import DataGraph, Index
from samverkan.validation.findings import Finding, Severity
from samverkan.validation.locations import places_of
from samverkan.validation.messages import finding
from samverkan.validation.validation_input import ValidationInput

_DISJOINT, _SAME = NamedNode(f"{OWL}disjointWith"), NamedNode(f"{OWL}sameAs")
_FUNCTIONAL, _INVERSE, _ASYMMETRIC, _IRREFLEXIVE = (
    NamedNode(f"{OWL}{kind}Property") for kind in ("Functional", "InverseFunctional", "Asymmetric", "Irreflexive")
)
_PATH, _INVERSE_PATH, _MOST, _OFF = (NamedNode(SH + n) for n in ("path", "inversePath", "maxCount", "deactivated"))
_PROPERTY, _TARGET = NamedNode(f"{SH}property"), NamedNode(f"{SH}targetClass")
_HIERARCHIES = (SUBCLASS, inference.SUBPROPERTY)
_LONGEST = 80  # characters of a value in a message

Statement = tuple[int, int, int]
One = TypeVar("One")
Other = TypeVar("Other")


@dataclass(frozen=True)
class _KeptInference:
    """What followed from what was read, of which no more than the limit might have followed."""

    read: Mapping[int, Index]
    limit: int
    inferred: Inferred[int]

    def holds(self, graph: DataGraph, limit: int) -> bool:
        """Whether the same follows from a graph whose terms have the same numbers."""
        is_whole = self.inferred.excess is None and self.limit <= limit
        return is_whole and all(graph.forward(each) == index for each, index in self.read.items())


@dataclass(frozen=True)
class Consistency:
    """What is stated and what follows, by numbers."""

    case: ValidationInput

    @property
    def graph(self) -> DataGraph:
        """What is stated."""
        return self.case.graph

    @cached_property
    def inferred(self) -> Inferred[int]:
        """What follows from it; in an earlier state the same did, where what was read then still is as it was."""
        numbers, limit = self.graph.numbers, inference.most(len(self.graph))
        known = numbers.answers.get(Consistency)
        if not (isinstance(known, _KeptInference) and known.holds(self.graph, limit)):
            known = self._infer(limit)
            numbers.answers |= {Consistency: known} if numbers.lasting else {}
        return known.inferred

    def _infer(self, limit: int) -> _KeptInference:
        read: dict[int, Index] = {}

        def pairs(property_: int) -> Iterator[tuple[int, int]]:
            read[property_] = self.graph.forward(property_)
            return self._stated(property_)

        words, datatypes = inference.numbered(self.graph.number), self.graph.datatypes
        found = inference.infer([InferenceSource(0, pairs)], words, lambda node: datatypes[node] is None, limit)
        return _KeptInference(read, limit, found)

    def _stated(self, property_: int) -> Iterator[tuple[int, int]]:
        return ((one, value) for one, values in self.graph.forward(property_).items() for value in values)

    @cached_property
    def _following(self) -> Mapping[int, list[tuple[int, int]]]:
        found: dict[int, list[tuple[int, int]]] = {}
        for subject, property_, value in self.inferred.derivations:
            found.setdefault(property_, []).append((subject, value))
        return found

    def pairs(self, property_: int) -> Iterator[tuple[int, int]]:
        """The subjects and values of a property, those that are stated and those that follow."""
        return chain(self._stated(property_), self._following.get(property_, ()))

    def of_kind(self, kind: NamedNode) -> Iterator[int]:
        """The properties that the ontology says to be of a kind."""
        return iter(self.graph.backward(self.graph.number(TYPE)).get(self.graph.number(kind), ()))

    @cached_property
    def members(self) -> Mapping[int, dict[int, None]]:
        """What is of each class that is disjoint with another."""
        disjoint = self.graph.number(_DISJOINT)
        found: dict[int, dict[int, None]] = {
            each: {} for each in (*self.graph.forward(disjoint), *self.graph.backward(disjoint))
        }
        for thing, kind in self.pairs(self.graph.number(TYPE)):
            if kind in found:
                found[kind][thing] = None
        return found

    @cached_property
    def holders(self) -> Mapping[Term, list[Term]]:
        """The shapes that have a shape of a property, by the latter."""
        return _grouped((t.object, t.subject) for t in self.case.shapes if t.predicate == _PROPERTY)

    @cached_property
    def targets(self) -> Mapping[Term, list[Term]]:
        """The classes that shapes are for."""
        return _grouped((t.subject, t.object) for t in self.case.shapes if t.predicate == _TARGET)

    @cached_property
    def same(self) -> frozenset[frozenset[int]]:
        """Two that are said to be one."""
        return frozenset(map(frozenset, self._stated(self.graph.number(_SAME))))

    @cached_property
    def _kinds(self) -> Mapping[int, list[int]]:
        return _grouped(self.pairs(self.graph.number(TYPE)))

    def is_of(self, thing: int, classes: frozenset[int | None]) -> bool:
        """Whether something is of one of some classes, or one of them is not known."""
        return None in classes or not classes.isdisjoint(self._kinds.get(thing, ()))

    def is_stated(self, statement: Statement) -> bool:
        """Whether a statement stands in a file."""
        return statement not in self.inferred.derivations

    def differing(self, values: Iterable[int]) -> list[int]:
        """Some values without those that mean the same as one before: `01` is the number 1."""
        terms, found = self.graph.terms, dict[object, int]()
        several = list(dict.fromkeys(values))
        stored = rewritten(terms[each] for each in several) if len(several) > 1 else {}
        for each in several:
            term = terms[each]
            if not any({each, other} in self.same for other in found.values()):
                found.setdefault(stored.get(term, term) if isinstance(term, Literal) else each, each)
        return list(found.values())


def nothing_contradicts_itself(case: ValidationInput) -> Iterator[Finding]:
    """No two statements, stated or inferred, exclude each other."""
    consistency = Consistency(case)
    if consistency.inferred.excess is not None:
        yield _too_much(consistency, consistency.inferred.excess)
    for check in (_disjoint, _functional, _inverse_functional, _asymmetric, _irreflexive):
        yield from check(consistency)


def inferred_graphs_are_free(case: ValidationInput) -> Iterator[Finding]:
    """No file has the name of a graph that holds what follows."""
    whole = f"{case.base}{paths.INFERRED}"
    for file in case.stated.published if case.inferred else ():
        names = (f"{whole}-{rule}" for rule in RULES)
        if file.graph == whole or any(file.graph == name or file.graph.startswith(f"{name}-") for name in names):
            yield finding("reserved-graph", place=Place(file.name, 1), name=file.name)


def _disjoint(found: Consistency) -> Iterator[Finding]:
    kind, seen = found.graph.number(TYPE), set[tuple[Statement, ...]]()
    for one, others in found.graph.forward(found.graph.number(_DISJOINT)).items():
        for other in others:
            for thing in found.members.get(one, {}):
                if thing in found.members.get(other, ()):
                    pair = (thing, kind, one), (thing, kind, other)
                    grounds = tuple(sorted({g for each in pair for g in found.inferred.grounds(each)}))
                    if grounds not in seen:
                        seen.add(grounds)
                        yield _contradiction(found, "disjoint-classes", *pair, one=one, other=other)


def _functional(found: Consistency) -> Iterator[Finding]:
    counted = _counted(found, inverse=False)
    for property_ in found.of_kind(_FUNCTIONAL):
        classes = counted.get(property_, frozenset())
        for subject, values in _grouped(found.pairs(property_)).items():
            for first, second in _two(found, values):
                pair = (subject, property_, first), (subject, property_, second)
                if not (all(map(found.is_stated, pair)) and found.is_of(subject, classes)):
                    yield _contradiction(found, "functional-property", *pair, property=property_)


def _inverse_functional(found: Consistency) -> Iterator[Finding]:
    counted = _counted(found, inverse=True)
    for property_ in found.of_kind(_INVERSE):
        classes = counted.get(property_, frozenset())
        for value, subjects in _grouped((o, s) for s, o in found.pairs(property_)).items():
            for first, second in _two(found, subjects):
                pair = (first, property_, value), (second, property_, value)
                if not (all(map(found.is_stated, pair)) and found.is_of(value, classes)):
                    yield _contradiction(found, "inverse-functional-property", *pair, property=property_)


def _asymmetric(found: Consistency) -> Iterator[Finding]:
    for property_ in found.of_kind(_ASYMMETRIC):
        pairs = dict.fromkeys(found.pairs(property_))
        told = property_ in set(found.of_kind(_IRREFLEXIVE))
        for subject, value in pairs:
            back = (value, subject)
            if back in pairs and (subject < value or (subject == value and not told)):
                statements = (subject, property_, value), (value, property_, subject)
                yield _contradiction(found, "asymmetric-property", *statements, property=property_)


def _irreflexive(found: Consistency) -> Iterator[Finding]:
    for property_ in found.of_kind(_IRREFLEXIVE):
        for subject, value in found.pairs(property_):
            if subject == value:
                statement = (subject, property_, value)
                yield _contradiction(found, "irreflexive-property", statement, statement, property=property_)


def _grouped(pairs: Iterable[tuple[One, Other]]) -> Mapping[One, list[Other]]:
    found: dict[One, list[Other]] = {}
    for one, other in pairs:
        found.setdefault(one, []).append(other)
    return found


def _two(found: Consistency, values: list[int]) -> Iterator[tuple[int, int]]:
    """The first of some values with each that is another one."""
    first, *others = found.differing(values) if len(values) > 1 else [0]
    return ((first, other) for other in others)


def _counted(found: Consistency, *, inverse: bool) -> Mapping[int, frozenset[int | None]]:
    """The properties of which a shape allows one value, or one thing for a value, with the classes that it is for.

    Of these the shape tells what is stated. None stands for a shape of which it is not known what it is for.
    """
    triples = found.case.shapes
    off = {t.subject for t in triples if t.predicate == _OFF and t.object == Literal(value=True)}
    once = {t.subject for t in triples if t.predicate == _MOST and getattr(t.object, "value", "") in {"0", "1"}} - off
    backwards: Mapping[Term, Term] = {t.subject: t.object for t in triples if t.predicate == _INVERSE_PATH}
    counted: dict[int, set[int | None]] = {}
    for shape, end in ((t.subject, t.object) for t in triples if t.predicate == _PATH and t.subject in once):
        path = backwards.get(end) if inverse else end
        if isinstance(path, NamedNode):
            counted.setdefault(found.graph.number(path), set()).update(_classes_of(found, shape))
    return {path: frozenset(classes) for path, classes in counted.items()}


def _classes_of(found: Consistency, shape: Term) -> Iterator[int | None]:
    """The classes whose things a shape of a property is for, by the shapes that have it; None where none says so."""
    for holder in found.holders.get(shape, (shape,)):
        said = found.targets.get(holder)
        yield from map(found.graph.number, said) if said else (None,)


def _contradiction(found: Consistency, rule: str, first: Statement, second: Statement, **words: int) -> Finding:
    """A finding about two statements, or one that contradicts itself, with the places of all that they rest on."""
    said: dict[str, Any] = {name: _short(found, number) for name, number in words.items()}
    grounds = dict.fromkeys(g for each in (first, second) for g in found.inferred.grounds(each))
    focus, path, value = (found.graph.terms[each] for each in first)
    for name, each in (("first", first), ("second", second)):
        said |= {f"{name}_{language}": _told(found, each, language) for language in _FOLLOWS}
    about: dict[str, Any] = {"focus": getattr(focus, "value", str(focus)), "path": getattr(path, "value", "")}
    told = finding(rule, value=str(value), **about, **said)
    return replace(told, places=places_of((_triple(found, each) for each in grounds), found.case))


_FOLLOWS = {
    "sv": "{statement} (följer enligt {rule} av {grounds})",
    "en": "{statement} (follows by {rule} from {grounds})",
}


def _told(found: Consistency, statement: Statement, language: str) -> str:
    """A statement as it stands in a message; one that follows with its rule and what it rests on."""
    text = " ".join(_short(found, each) for each in statement)
    derivation = found.inferred.derivations.get(statement)
    if derivation is None:
        return text
    grounds = ", ".join(" ".join(_short(found, each) for each in one) for one in found.inferred.grounds(statement))
    return _FOLLOWS[language].format(statement=text, rule=derivation.rule, grounds=_cut(grounds, 3 * _LONGEST))


def _short(found: Consistency, number: int) -> str:
    term = found.graph.terms[number]
    text = found.case.prefixes.compact(term.value) if isinstance(term, NamedNode) else str(term)
    return _cut("a" if term == TYPE else text, _LONGEST)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}…"


def _triple(found: Consistency, statement: Statement) -> Triple:
    return Triple(*(found.graph.terms[each] for each in statement))  # type: ignore[arg-type]  # it is stated


def _too_much(found: Consistency, property_: int) -> Finding:
    """What would follow of a property is more than is worked out: nothing is published then."""
    focus = getattr(found.graph.terms[property_], "value", None)
    limit = inference.most(len(found.graph))
    told = finding("too-much-follows", focus=focus, property=_short(found, property_), most=limit)
    cause = (_triple(found, each) for each in islice(_causes(found, property_), 1))
    severity = told.severity if found.case.inferred else Severity.WARNING
    return replace(told, severity=severity, places=places_of(cause, found.case))


def _causes(found: Consistency, property_: int) -> Iterator[Statement]:
    """What makes much follow from a property: that it is transitive or symmetric; of a hierarchy, what it states."""
    if found.graph.terms[property_] in _HIERARCHIES:
        yield from ((lower, property_, upper) for lower, upper in found.pairs(property_))
    for kind in (inference.TERMS.transitive, inference.TERMS.symmetric):
        if property_ in found.of_kind(kind):
            yield property_, found.graph.number(TYPE), found.graph.number(kind)
