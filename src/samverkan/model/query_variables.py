"""Where a query binds its variables and where it only uses them, told from its tokens (SPARQL 1.1, section 18.2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from samverkan.model.sparql import telling, word

_MODIFIERS = frozenset({"GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET"})
_FORMS = frozenset({"SELECT", "DESCRIBE"})
_PATTERNS = frozenset({"WHERE", "VALUES"})
_LENIENT = frozenset({"IF", "COALESCE", "BOUND"})


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
        before = found[max(0, place - 2) : place]
        if token[0] in "{([":
            levels.append(_Level(_role(token[0], before, levels[-1].now)))
        elif token[0] in "})]" and len(levels) > 1:
            levels.pop()
        elif token["variable"]:
            named = bool(before) and word(before[-1]) == "AS"
            yield Occurrence(token[0][1:], Role.NAMED if named else levels[-1].now, token.start())
        if word(token) in _FORMS | _MODIFIERS | _PATTERNS:
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
    depth, start, is_template, last = 0, 0, False, ""
    for token in telling(sparql):
        if token[0] == "{" and depth == 0:
            is_template, start = last == "CONSTRUCT", token.start()
        depth += (token[0] == "{") - (token[0] == "}")
        if token[0] == "}" and depth == 0 and not is_template:
            return sparql[start : token.end()]
        last = word(token)
    return ""
