"""What got weaker since an earlier state of a site: its shapes, its vocabulary and its canned queries.

A check finds what breaks the shapes; nobody finds that a shape asks for less than it did. So two states are compared,
and what asks for less, says less or answers less is told. What asks for more is not.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode

from samverkan.errors import Place
from samverkan.model.dataset import File, triples
from samverkan.model.namespaces import DCTERMS, FIRST, NIL, OWL, RDFS, REST, SH, SKOS, XSD
from samverkan.model.queries import Query
from samverkan.model.query_variables import main_group, projection
from samverkan.model.results import Term
from samverkan.model.sparql import telling
from samverkan.model.turtle_positions import Positions
from samverkan.validation.findings import Finding
from samverkan.validation.messages import finding
from samverkan.validation.shapes.graph import TRUE
from samverkan.validation.validation_input import ValidationInput

_MOST_NESTED = 64
_MOST_SHOWN = 3  # levels of what is nested in a message
_LONGEST = 120  # characters of a value in a message

Description = str | tuple["Description", ...]
"""A node by what is said of it, so that blank nodes of two states can be compared: a list, or pairs, or a term."""

Values = Mapping[str, tuple[Term, ...]]
"""The values of each property of a node, by the IRI of the property."""


@dataclass(frozen=True)
class Baseline:
    """An earlier state of a site: a revision or a folder `name`, with the files and queries that it had.

    The names of files begin with that of the state and a colon.
    """

    name: str
    ontology: tuple[File, ...] = ()
    shapes: tuple[File, ...] = ()
    queries: Mapping[str, Query] = field(default_factory=dict)

    def place(self, node: str) -> Place | None:
        """Where a node was described."""
        for file in (*self.shapes, *self.ontology):
            if any(triple.subject == NamedNode(node) for triple in file.triples):
                return Place(file.name, Positions(file.content).first(NamedNode(node)))
        return None


@dataclass(frozen=True, eq=False)
class StatementsBySubject:
    """The statements of some files by subject."""

    files: tuple[File, ...]

    @cached_property
    def _about(self) -> Mapping[Term, dict[str, list[Term]]]:
        found: dict[Term, dict[str, list[Term]]] = {}
        for triple in dict.fromkeys(triples(self.files)):
            found.setdefault(triple.subject, {}).setdefault(triple.predicate.value, []).append(triple.object)
        return found

    @property
    def named(self) -> list[NamedNode]:
        """What has a name and is spoken of."""
        return [node for node in self._about if isinstance(node, NamedNode)]

    def about(self, node: Term) -> Values:
        """What is said of a node."""
        return {name: tuple(values) for name, values in self._about.get(node, {}).items()}

    def values(self, node: Term, name: str) -> tuple[Term, ...]:
        """What is said of a node by a property."""
        return tuple(self._about.get(node, {}).get(name, ()))

    def members(self, node: Term) -> tuple[Term, ...]:
        """The members of a list, as far as it goes."""
        found: list[Term] = []
        while node != NIL and len(found) <= len(self._about):
            first, rest = self.values(node, FIRST.value), self.values(node, REST.value)
            found += first[:1]
            node = rest[0] if rest else NIL
        return tuple(found)

    def described(self, node: Term, depth: int = 0) -> Description:
        """A term as it is written, and a blank node by what is said of it, without what is said to people."""
        if not isinstance(node, BlankNode) or depth > _MOST_NESTED:
            return "_:" if isinstance(node, BlankNode) else str(node)
        if self.values(node, FIRST.value):
            return ("()", *(self.described(each, depth + 1) for each in self.members(node)))
        about = ((name, self.described(each, depth + 1)) for name, all_ in self.about(node).items() for each in all_)
        return tuple(sorted((pair for pair in about if pair[0] not in _FOR_PEOPLE), key=str))


_FOR_PEOPLE = frozenset(
    {
        *(f"{SH}{name}" for name in ("message", "name", "description", "order", "group", "defaultValue")),
        *(f"{RDFS}{name}" for name in ("label", "comment", "seeAlso", "isDefinedBy")),
        *(f"{SKOS}{name}" for name in ("prefLabel", "altLabel", "hiddenLabel", "definition", "note", "scopeNote")),
        *(f"{SKOS}{name}" for name in ("example", "editorialNote", "changeNote", "historyNote")),
        *(f"{OWL}{name}" for name in ("versionInfo", "versionIRI", "priorVersion")),
        *(f"{DCTERMS}{name}" for name in ("title", "description", "modified", "issued", "created", "creator")),
    }
)


@dataclass(frozen=True)
class Loss:
    """One thing that a shape asks for no more, in words: the property of SHACL, what it was and what it is."""

    name: str
    was: str
    now: str = ""

    @property
    def said(self) -> tuple[str, str]:
        """It in Swedish and English."""
        if not self.now:
            return f"sh:{self.name} {self.was} är borta", f"sh:{self.name} {self.was} is gone"
        return f"sh:{self.name} var {self.was} och är {self.now}", f"sh:{self.name} was {self.was} and is {self.now}"


Change = tuple[int, int]
"""How many rows, or triples, of an answer are gone, and how many are new."""

Answers = Callable[[Query, Query], Change]
"""How the answers of two queries differ on the data of today; nothing where that can't be found out."""


def _unasked(_was: Query, _now: Query) -> Change:
    return 0, 0


def check(case: ValidationInput, baseline: Baseline, answers: Answers = _unasked) -> Iterator[Finding]:
    """Tell what got weaker since a baseline; `answers` asks what a query that has changed answers."""
    yield from _shapes(case, baseline)
    yield from _words(case, baseline)
    yield from _questions(case, baseline, answers)


# ---------------------------------------------------------------- shapes


@dataclass(frozen=True, eq=False)
class ShapesComparison:
    """Two states of the shapes, and how to write what stands in them."""

    old: StatementsBySubject
    new: StatementsBySubject
    short: Callable[[str], str]

    def losses(self, was: Term, now: Term, depth: int = 0) -> Iterator[Loss]:
        """What a shape asks for no more."""
        before, after = self.old.about(was), self.new.about(now)
        for name in sorted(name.removeprefix(SH) for name in {*before, *after} if name.startswith(SH)):
            compare = _COMPARISONS.get(name)
            if compare and depth <= _MOST_NESTED:
                yield from compare(self, name, before.get(SH + name, ()), after.get(SH + name, ()), depth)

    def differing(self, was: tuple[Term, ...], now: tuple[Term, ...]) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
        """The values that only one of the states has, whatever their blank nodes are called."""
        before, after = ([each.described(v) for v in values] for each, values in ((self.old, was), (self.new, now)))
        left = tuple(each for each, said in zip(was, before, strict=True) if said not in after)
        return left, tuple(each for each, said in zip(now, after, strict=True) if said not in before)

    @cached_property
    def gone(self) -> frozenset[Term]:
        """What has a name and is described no more; that is told by itself."""
        return frozenset(self.old.named) - frozenset(self.new.named)

    def _named(self, iri: str) -> str:
        return f"sh:{iri.removeprefix(SH)}" if iri.startswith(SH) else self.short(iri)

    def written(self, statements: StatementsBySubject, node: Term, depth: int = 0) -> str:
        """A value as a message shows it: of what is nested the beginning."""
        if isinstance(node, NamedNode):
            return self._named(node.value)
        if isinstance(node, Literal):
            return node.value if node.datatype.value in _BARE else _cut(str(node).partition("^^")[0])
        if depth > _MOST_SHOWN:
            return "…"
        if statements.values(node, FIRST.value):
            return _cut(
                f"( {' '.join(self.written(statements, each, depth + 1) for each in statements.members(node))} )"
            )
        about = (
            f"{self._named(name)} {self.written(statements, each, depth + 1)}"
            for name, values in sorted(statements.about(node).items())
            for each in values
            if name not in _FOR_PEOPLE
        )
        return _cut(f"[ {' ; '.join(about)} ]")


_BARE = frozenset(f"{XSD}{name}" for name in ("integer", "decimal", "double", "boolean"))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


Compare = Callable[[ShapesComparison, str, tuple[Term, ...], tuple[Term, ...], int], Iterator[Loss]]


def _bounds(is_weaker: Callable[[float | str, float | str], bool]) -> Compare:
    """A bound: weaker where it is another one, and not a stricter one of its kind."""

    def compared(
        both: ShapesComparison, name: str, was: tuple[Term, ...], now: tuple[Term, ...], _: int
    ) -> Iterator[Loss]:
        for old in (each for each in was if each not in now):
            bound, left = _bound(old), [_bound(each) for each in now]
            is_stricter = left and all(type(each) is type(bound) and not is_weaker(each, bound) for each in left)
            if not is_stricter:
                yield Loss(name, both.written(both.old, old), " ".join(both.written(both.new, each) for each in now))

    return compared


def _bound(term: Term) -> float | str:
    """A number, or what sorts as dates do."""
    text = term.value if isinstance(term, Literal) else str(term)
    try:
        return float(text)
    except ValueError:
        return text


def _switched(*, weaker: bool) -> Compare:
    """A switch that makes a shape weaker when it is `weaker`."""

    def compared(
        _: ShapesComparison, name: str, was: tuple[Term, ...], now: tuple[Term, ...], __: int
    ) -> Iterator[Loss]:
        before, after = TRUE in was, TRUE in now
        if before != after and after is weaker:
            yield Loss(name, str(before).lower(), str(after).lower())

    return compared


def _severity(
    both: ShapesComparison, name: str, was: tuple[Term, ...], now: tuple[Term, ...], _: int
) -> Iterator[Loss]:
    before, after = ((each[0] if each else NamedNode(f"{SH}Violation")) for each in (was, now))
    ranks = [_RANKS.get(each.value, 0) for each in (before, after) if isinstance(each, NamedNode)]
    if before != after and ranks[-1] <= ranks[0]:
        yield Loss(name, both.written(both.old, before), both.written(both.new, after))


_RANKS = {f"{SH}Violation": 3, f"{SH}Warning": 2, f"{SH}Info": 1}


def _all_of(
    both: ShapesComparison, name: str, was: tuple[Term, ...], now: tuple[Term, ...], depth: int
) -> Iterator[Loss]:
    """Several values each of which asks for something: none of them may go."""
    left, new = both.differing(was, now)
    for old in (each for each in left if each not in both.gone):
        like = next((each for each in new if _is_alike(both, name, old, each)), None)
        if like is None:
            other = both.written(both.new, new[0]) if len(left) == len(new) == 1 else ""
            yield Loss(name, both.written(both.old, old), other)
        else:
            yield from _nested(both, name, old, like, depth)


def _is_alike(both: ShapesComparison, name: str, old: Term, new: Term) -> bool:
    """Whether two blank nodes are two states of one shape inside another: those with one path."""
    is_shape = name in _NESTED and isinstance(old, BlankNode) and isinstance(new, BlankNode)
    paths = [
        [each.described(p) for p in each.values(node, f"{SH}path")] for each, node in ((both.old, old), (both.new, new))
    ]
    return is_shape and paths[0] == paths[1]


def _nested(both: ShapesComparison, name: str, old: Term, new: Term, depth: int) -> Iterator[Loss]:
    for loss in both.losses(old, new, depth + 1):
        yield Loss(f"{name} … sh:{loss.name}", loss.was, loss.now)


_NESTED = frozenset({"property", "node", "qualifiedValueShape"})


def _any_of(
    both: ShapesComparison, name: str, was: tuple[Term, ...], now: tuple[Term, ...], depth: int
) -> Iterator[Loss]:
    """Lists one member of which is enough: nothing may come to one."""
    left, new = both.differing(was, now)
    for old, other in zip(left, new, strict=False):
        known = {both.old.described(each) for each in both.old.members(old)}
        if any(both.new.described(each) not in known for each in both.new.members(other)):
            yield Loss(name, both.written(both.old, old), both.written(both.new, other))
    yield from _all_of(both, name, left[len(new) :], (), depth)


def _list_of_all(
    both: ShapesComparison, name: str, was: tuple[Term, ...], now: tuple[Term, ...], depth: int
) -> Iterator[Loss]:
    """Lists all members of which are asked for."""
    asked = [each for node in was for each in both.old.members(node)]
    yield from _all_of(both, name, tuple(asked), tuple(each for node in now for each in both.new.members(node)), depth)


def _more_ignored(
    both: ShapesComparison, name: str, was: tuple[Term, ...], now: tuple[Term, ...], _: int
) -> Iterator[Loss]:
    known = {each for node in was for each in both.old.members(node)}
    for each in (each for node in now for each in both.new.members(node) if each not in known):
        yield Loss(name, "( … )", f"( … {both.written(both.new, each)} )")


def _kinds(both: ShapesComparison, name: str, was: tuple[Term, ...], now: tuple[Term, ...], _: int) -> Iterator[Loss]:
    """A kind of node that takes in kinds that it did not."""
    before, after = (
        frozenset(re.findall("IRI|BlankNode|Literal", each[0].value))
        if each and isinstance(each[0], NamedNode)
        else _ALL
        for each in (was, now)
    )
    if was and not after <= before:
        shown = both.written(both.new, now[0]) if now else ""
        yield Loss(name, both.written(both.old, was[0]), shown)


_ALL = frozenset({"IRI", "BlankNode", "Literal"})
_LESS, _MORE = _bounds(operator.lt), _bounds(operator.gt)

_COMPARISONS: Mapping[str, Compare] = {
    **dict.fromkeys(("minCount", "qualifiedMinCount", "minLength", "minInclusive", "minExclusive"), _LESS),
    **dict.fromkeys(("maxCount", "qualifiedMaxCount", "maxLength", "maxInclusive", "maxExclusive"), _MORE),
    **dict.fromkeys(("closed", "uniqueLang", "qualifiedValueShapesDisjoint"), _switched(weaker=False)),
    "deactivated": _switched(weaker=True),
    "severity": _severity,
    "nodeKind": _kinds,
    **dict.fromkeys(("in", "languageIn", "or", "xone"), _any_of),
    "and": _list_of_all,
    "ignoredProperties": _more_ignored,
    **dict.fromkeys(("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"), _all_of),
    **dict.fromkeys(("path", "class", "datatype", "pattern", "flags", "hasValue", "not", "node", "property"), _all_of),
    **dict.fromkeys(("equals", "disjoint", "lessThan", "lessThanOrEquals", "qualifiedValueShape"), _all_of),
}


def _shapes(case: ValidationInput, baseline: Baseline) -> Iterator[Finding]:
    both = ShapesComparison(
        StatementsBySubject(baseline.shapes), StatementsBySubject(case.dataset.shapes), case.prefixes.compact
    )
    for node in both.old.named:
        if node not in both.gone:
            yield from _weaker(node, both, baseline)
            yield from _asking_otherwise(node, both, baseline)
        elif _ASKING & both.old.about(node).keys():
            place, name = baseline.place(node.value), case.prefixes.compact(node.value)
            yield finding("removed-shape", place=place, value=f"<{node.value}>", rev=baseline.name, name=name)


_ASKING = frozenset(f"{SH}{name}" for name in (*_COMPARISONS, "sparql"))


def _weaker(node: NamedNode, both: ShapesComparison, baseline: Baseline) -> Iterator[Finding]:
    for loss in both.losses(node, node):
        sv, en = loss.said
        values = both.new.values(node, f"{SH}{loss.name}")
        path = f"{SH}{loss.name.partition(' ')[0]}"
        value = str(values[0]) if len(values) == 1 and not isinstance(values[0], BlankNode) else None
        yield finding("weaker-shape", focus=node.value, path=path, value=value, rev=baseline.name, sv=sv, en=en)


def _asking_otherwise(node: NamedNode, both: ShapesComparison, baseline: Baseline) -> Iterator[Finding]:
    """The queries of a shape, told where they are others than they were, or fewer."""
    before, after = ([*_queries_of(each, node)] for each in (both.old, both.new))
    if len(after) < len(before):
        said = Loss("sparql", f"({len(before)})", f"({len(after)})" if after else "").said
        yield finding("weaker-shape", focus=node.value, rev=baseline.name, sv=said[0], en=said[1])
    elif any(each not in after for each in before):
        yield finding("changed-shape", focus=node.value, rev=baseline.name)


def _queries_of(statements: StatementsBySubject, node: NamedNode) -> Iterator[tuple[str, ...]]:
    """The tokens of each query of a shape, or of what it is itself."""
    for constraint in (node, *statements.values(node, f"{SH}sparql")):
        if constraint == node or isinstance(constraint, BlankNode):
            for text in (*statements.values(constraint, f"{SH}select"), *statements.values(constraint, f"{SH}ask")):
                yield _tokens(text.value if isinstance(text, Literal) else "")
        else:
            yield (str(constraint),)


def _tokens(sparql: str) -> tuple[str, ...]:
    return tuple(token[0] for token in telling(sparql))


# ---------------------------------------------------------------- words


def _words(case: ValidationInput, baseline: Baseline) -> Iterator[Finding]:
    """The terms of the vocabulary, and what it says of them, that are gone."""
    old, new = StatementsBySubject(baseline.ontology), StatementsBySubject(case.dataset.ontology)
    here = set(new.named)
    for node in old.named:
        name = case.prefixes.compact(node.value)
        if node not in here:
            place = baseline.place(node.value)
            yield finding("removed-term", place=place, value=f"<{node.value}>", rev=baseline.name, name=name)
            continue
        for predicate, values in old.about(node).items():
            left = {new.described(each) for each in new.values(node, predicate)}
            for value in (each for each in values if not _is_for_people(predicate, each)):
                if old.described(value) not in left:
                    said = f"{name} {case.prefixes.compact(predicate)} {_short(value, case)}"
                    yield finding("removed-axiom", focus=node.value, path=predicate, said=said, rev=baseline.name)


def _is_for_people(predicate: str, value: Term) -> bool:
    return predicate in _FOR_PEOPLE or (isinstance(value, Literal) and bool(value.language))


def _short(value: Term, case: ValidationInput) -> str:
    if isinstance(value, NamedNode):
        return case.prefixes.compact(value.value)
    return "[ … ]" if isinstance(value, BlankNode) else str(value)[:_LONGEST]


# ---------------------------------------------------------------- queries


def _questions(case: ValidationInput, baseline: Baseline, answers: Answers) -> Iterator[Finding]:
    here = {query.name: query for query in case.queries}
    for name, was in baseline.queries.items():
        now = here.get(name)
        if now is None:
            yield finding("removed-query", place=was.place, name=name, rev=baseline.name)
            continue
        lost = _lost(was, now)
        if lost:
            yield finding("narrowed-query", place=now.place, names=", ".join(lost), rev=baseline.name)
        gone, new = (0, 0) if lost or _tokens(was.text) == _tokens(now.text) else answers(was, now)
        if gone or new:
            yield finding("changed-answer", place=_changed(was, now), rev=baseline.name, gone=gone, new=new)
        elif _tokens(main_group(was.text)) != _tokens(main_group(now.text)) or was.form != now.form:
            yield finding("changed-query", place=_changed(was, now), rev=baseline.name)


def _lost(was: Query, now: Query) -> list[str]:
    """The columns and parameters that a query has no more."""
    columns, left = projection(was.text), projection(now.text)
    gone = [f"?{name}" for name in columns if name not in left] if left or not columns else []
    kept = {parameter.name for parameter in now.parameters}
    return gone + [f"-p {parameter.name}" for parameter in was.parameters if parameter.name not in kept]


def _changed(was: Query, now: Query) -> Place:
    """The line of the first token of the pattern that is another one."""
    group = main_group(now.text)
    start, before = now.text.find(group) if group else 0, _tokens(main_group(was.text))
    for place, token in enumerate(telling(group)):
        if before[place : place + 1] != (token[0],):
            return Place(now.place.file, now.text.count("\n", 0, start + token.start()) + 1)
    return now.place
