"""Where a query binds its variables and where it only uses them, told from its tokens (SPARQL 1.1, section 18.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from samverkan.model.sparql import telling, word

_MODIFIERS = frozenset({"GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET"})
_FORMS = frozenset({"SELECT", "DESCRIBE"})
_PATTERNS = frozenset({"WHERE", "VALUES"})
_CLAUSES = _FORMS | _MODIFIERS | _PATTERNS
_LENIENT = frozenset({"IF", "COALESCE", "BOUND"})
_UNSEEN = frozenset({"FILTER", "BIND", "MINUS"})  # whose brackets put nothing in scope but what BIND names
_OPENS, _CLOSES = frozenset("{(["), frozenset("})]")
_BEFORE_SUBJECTS, _PATH_MARKS = frozenset("{.}"), frozenset("*+?/|^")


class Role(Enum):
    """What a variable does where it stands."""

    MATCHED = "matched"
    """A pattern, or VALUES, may give it a value."""
    NAMED = "named"
    """It gets a value behind AS."""
    USED = "used"
    """An expression, a projection or a template needs its value."""
    TRIED = "tried"
    """An expression can do without its value."""


@dataclass(frozen=True)
class Occurrence:
    """One occurrence of a variable, and its place in the text of the query."""

    name: str
    role: Role
    start: int


@dataclass
class _Level:
    """What is between two brackets, with the role of a variable there; a clause ends where a pattern begins again."""

    role: Role
    is_clause: bool = False

    @property
    def now(self) -> Role:
        return Role.USED if self.is_clause and self.role is Role.MATCHED else self.role


def occurrences(sparql: str) -> Iterator[Occurrence]:
    """Every occurrence of a variable.

    >>> query = "SELECT ?a { ?b ?c 1 FILTER (?d > 2) BIND (IF(?e, 1, 2) AS ?f) VALUES ?g { 3 } }"
    >>> [(each.name, each.role.value) for each in occurrences(query)][:4]
    [('a', 'used'), ('b', 'matched'), ('c', 'matched'), ('d', 'used')]
    >>> [(each.name, each.role.value) for each in occurrences(query)][4:]
    [('e', 'tried'), ('f', 'named'), ('g', 'matched')]
    """
    found = telling(sparql)
    levels = [_Level(Role.USED)]
    for place, token in enumerate(found):
        if token[0] in "{([":
            levels.append(_Level(_role(token[0], found[max(0, place - 2) : place], levels[-1].now)))
        elif token[0] in "})]" and len(levels) > 1:
            levels.pop()
        elif token["variable"]:
            named = place > 0 and word(found[place - 1]) == "AS"
            yield Occurrence(token[0][1:], Role.NAMED if named else levels[-1].now, token.start())
        elif word(token) in _CLAUSES:
            levels[-1].is_clause = word(token) not in _PATTERNS


def _role(bracket: str, before: Sequence[re.Match[str]], around: Role) -> Role:
    """The role of the variables within a bracket, by what stands before it and around it."""
    last = word(before[-1]) if before else ""
    if bracket == "{":
        return Role.USED if last == "CONSTRUCT" else Role.MATCHED
    if last in _LENIENT or around is Role.TRIED:
        return Role.TRIED
    calls = bracket == "(" and (last not in {"", "VALUES"} or (len(before) > 1 and word(before[-2]) == "FILTER"))
    return Role.USED if calls else around


def is_always_subject(sparql: str, name: str) -> bool:
    """Whether a variable gets its value only as the subject of patterns with one property: then it is a subject.

    In doubt it is not.

    >>> is_always_subject("SELECT ?a { GRAPH ?g { ?a ?b ?c } OPTIONAL { ?a <urn:p> ?d } FILTER (?a != ?d) }", "a")
    True
    >>> is_always_subject("SELECT ?a { ?a <urn:p>* ?b }", "a"), is_always_subject("SELECT ?a { ?b <urn:p> ?a }", "a")
    (False, False)
    """
    found = telling(sparql)
    places = {token.start(): place for place, token in enumerate(found)}
    giving = [each for each in occurrences(sparql) if each.name == name and each.role in {Role.MATCHED, Role.NAMED}]
    return bool(giving) and all(_is_subject(found, places[each.start]) for each in giving)


def _is_subject(found: Sequence[re.Match[str]], place: int) -> bool:
    """Whether a token begins a pattern with one property; a path of no steps could lead to anything."""
    if place == 0 or len(found) <= place + 2 or found[place - 1][0] not in _BEFORE_SUBJECTS:
        return False
    verb, after = found[place + 1 : place + 3]
    is_property = verb["iri"] or verb["curie"] or verb["variable"] or verb[0] == "a"
    return bool(is_property) and after[0] not in _PATH_MARKS


def asks_graphs_about(sparql: str, name: str) -> bool:
    """Whether a query asks named graphs, and for nothing but what they say of the values of a variable.

    In doubt it does not: so for a group of a graph that holds more than plain patterns.

    >>> query = "SELECT ?a { ?g <urn:p> ?s GRAPH ?g { ?a <urn:q> ?b ; a ?c } }"
    >>> asks_graphs_about(query, "a"), asks_graphs_about(query, "b"), asks_graphs_about("SELECT ?a { ?a ?b ?c }", "a")
    (True, False, False)
    """
    found = telling(sparql)
    places = [place for place, token in enumerate(found) if word(token) == "GRAPH"]
    is_plain = "\\" not in sparql and not any(word(token) == "FROM" for token in found)
    return is_plain and bool(places) and all(_is_about(found, place + 2, name) for place in places)


def _is_about(found: Sequence[re.Match[str]], opening: int, name: str) -> bool:
    """Whether all patterns within two braces are about a variable."""
    if len(found) <= opening or found[opening][0] != "{":
        return False
    inside = found[opening + 1 : _closing(found, opening)]
    is_plain = all(token[0] in {"a", ".", ";", ","} or _is_term(token) for token in inside)
    starts = [token for before, token in pairwise([None, *inside]) if before is None or before[0] == "."]
    return is_plain and all(token is not None and token[0] in {f"?{name}", f"${name}"} for token in starts)


def _is_term(token: re.Match[str]) -> bool:
    return bool(token["variable"] or token["iri"] or token["curie"] or token["string"])


def projection(sparql: str) -> tuple[str, ...]:
    """The columns that a SELECT query names; none where it takes all (`*`), or is of another form.

    >>> projection("SELECT DISTINCT ?a (COUNT(?b) AS ?n) WHERE { SELECT ?c { ?c ?b ?a } }"), projection("SELECT * {}")
    (('a', 'n'), ())
    """
    depth, found, before = 0, list[str](), ""
    for token in telling(sparql):
        if token[0] == "{" or word(token) in {"WHERE", "FROM"}:
            break
        depth += (token[0] == "(") - (token[0] == ")")
        if token["variable"] and (depth == 0 or (depth == 1 and before == "AS")):
            found.append(token[0][1:])
        before = word(token)
    return tuple(found)


def main_group(sparql: str) -> str:
    """The pattern of a query with its braces; empty where it has none.

    >>> main_group("CONSTRUCT { ?a ?b 1 } WHERE { ?a ?b 2 } LIMIT 1")
    '{ ?a ?b 2 }'
    """
    depth, start, is_template = 0, 0, False
    for before, token in pairwise([None, *telling(sparql)]):
        assert token is not None
        if token[0] == "{" and depth == 0:
            is_template, start = word(before) == "CONSTRUCT", token.start()
        depth += (token[0] == "{") - (token[0] == "}")
        if token[0] == "}" and depth == 0 and not is_template:
            return sparql[start : token.end()]
    return ""


def columns_in_order(sparql: str, columns: Sequence[str]) -> tuple[str, ...]:
    """The columns of a query that takes all (`SELECT *`), in the order in which its text first puts them in scope.

    `columns` are those that the engine gives, in an order of its own; so they stay for any other query. What is in
    scope is told by SPARQL 1.1, section 18.2.1: not what FILTER, MINUS or a subquery has for itself.

    >>> columns_in_order("SELECT * { ?z ?y ?a FILTER (?b > 1) { SELECT ?d ?c { ?c ?b ?d } } }", "acdyz")
    ('z', 'y', 'a', 'd', 'c')
    >>> columns_in_order("SELECT ?b ?a { ?a ?b 1 }", ("b", "a"))
    ('b', 'a')
    """
    found = telling(sparql) if "*" in sparql else []
    start = next((place for place, token in enumerate(found) if word(token) == "SELECT"), None)
    if start is None or not _takes_all(found, start):
        return tuple(columns)
    scoped = dict.fromkeys(_in_scope(found, start, len(found)))
    return tuple(dict.fromkeys((*(name for name in scoped if name in columns), *columns)))


def _takes_all(found: Sequence[re.Match[str]], select: int) -> bool:
    """Whether the SELECT at a place has a star in place of columns."""
    behind = (token[0] for token in found[select + 1 : select + 3] if word(token) not in {"DISTINCT", "REDUCED"})
    return next(behind, "") == "*"


def _in_scope(found: Sequence[re.Match[str]], start: int, stop: int) -> Iterator[str]:
    """The variables that the query or subquery from its SELECT puts in scope, in the order of the text."""
    opening = next((place for place in range(start, stop) if found[place][0] == "{"), stop)
    if not _takes_all(found, start):
        yield from _projected(found[start:opening])
        return
    closing = _closing(found, opening)
    yield from _in_group(found, opening + 1, closing)
    last = next((place for place in range(closing, stop) if word(found[place]) == "VALUES"), stop)
    yield from (token[0][1:] for token in found[last:stop] if token["variable"])


def _projected(found: Sequence[re.Match[str]]) -> Iterator[str]:
    """The columns that a SELECT clause names."""
    depth = 0
    for before, token in pairwise(found):
        depth += (token[0] == "(") - (token[0] == ")")
        if token["variable"] and (depth == 0 or (depth == 1 and word(before) == "AS")):
            yield token[0][1:]


def _in_group(found: Sequence[re.Match[str]], start: int, stop: int) -> Iterator[str]:
    """The variables that the pattern between two braces puts in scope."""
    if start < stop and word(found[start]) == "SELECT":
        yield from _in_scope(found, start, stop)
        return
    place = start
    while place < stop:
        token = found[place]
        after = place + 1
        if token[0] == "{":
            after = _closing(found, place)
            yield from _in_group(found, place + 1, after)
        elif word(token) in _UNSEEN:
            after = _closing(found, _opening(found, place, stop)) + 1
            yield from _named(found[place:after]) if word(token) == "BIND" else ()
        elif token["variable"]:
            yield token[0][1:]
        place = after


def _named(found: Sequence[re.Match[str]]) -> Iterator[str]:
    """What a BIND gives a value: the variable before its last bracket."""
    yield from (token[0][1:] for token in found[-2:-1] if token["variable"])


def _opening(found: Sequence[re.Match[str]], place: int, stop: int) -> int:
    """The bracket that a FILTER, BIND or MINUS opens."""
    return next((at for at in range(place, stop) if found[at][0] in _OPENS), stop - 1)


def _closing(found: Sequence[re.Match[str]], opening: int) -> int:
    """The place of the bracket that closes the one at a place; the last place where none does."""
    depth = 0
    for place in range(opening, len(found)):
        depth += (found[place][0] in _OPENS) - (found[place][0] in _CLOSES)
        if depth <= 0:
            return place
    return len(found) - 1
