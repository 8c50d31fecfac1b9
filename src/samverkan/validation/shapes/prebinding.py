"""Queries of SHACL-SPARQL with pre-bound variables (SHACL 1.0, appendix A), for one focus node or many at once.

The values stand in a named graph of their own, and each group of the query that speaks of a pre-bound variable begins
with a look into it. So blank nodes can be bound, groups within groups see them, and one run answers for all nodes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from samverkan.model.results import Term
from samverkan.model.sparql import telling, word
from samverkan.validation.shapes.paths import ShapeError, UnreadableQueryError

Row: TypeAlias = Mapping[str, Term]
"""Values of variables by their names; a solution of a query is one, too."""

ROWS = "urn:x-samverkan:rows"
SHAPES_GRAPH = "urn:x-samverkan:shapes"
COLUMN = "urn:x-samverkan:column:"
_ROW = "?samverkan_row_"

_FORBIDDEN = frozenset({"MINUS", "VALUES", "SERVICE"})
_ONE_BY_ONE = frozenset(
    {"LIMIT", "OFFSET", "GROUP", "HAVING", "COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT"}
)


@dataclass
class _Group:
    """A pair of braces: where it opens, what it is, and which pre-bound variables it speaks of.

    One that `selects` holds a query and can hold nothing else.
    """

    start: int
    parent: _Group | None
    exists: bool
    selects: bool = False
    mentioned: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True)
class PreboundQuery:
    """A SELECT or ASK with pre-bound variables, as one SELECT.

    `text` begins with its prologue. `columns` are the pre-bound variables that it speaks of, `shared` whether one
    run can answer for many rows of values.
    """

    text: str
    columns: tuple[str, ...]
    shared: bool
    is_ask: bool

    @property
    def names_graphs(self) -> bool:
        """Whether it may ask for a graph other than that of the rows; a numeric escape may spell anything."""
        text = self.text.upper()
        return "\\U" in text or text.count("GRAPH") > self.text.count(f"GRAPH <{ROWS}>")


def prebound(
    text: str, prologue: str, path: str | None, columns: Iterable[str], wanted: Iterable[str]
) -> PreboundQuery:
    """Prepare a query for values of `columns`; the variables in `wanted` come back with each solution of an ASK.

    `path` is what `$PATH` stands for, as SPARQL writes it. Raises `ShapeError` for what must not stand in such
    a query, or can't.
    """
    names = tuple(columns)
    text = _with_path(text, path)
    found = telling(text)
    _check(found, names)
    groups = _groups(found, names)
    if not groups:
        raise UnreadableQueryError("a query without a pattern")
    spoken = tuple(name for name in names if name == "this" or any(name in group.mentioned for group in groups))
    is_ask = any(word(token) == "ASK" for token in found[: _first_brace(found)])
    shared = not any(word(token) in _ONE_BY_ONE for token in found) and (is_ask or _projects_this(found))
    filled = _filled(text, groups, spoken, each=not shared)
    if is_ask:
        head = " ".join(f"?{name}" for name in wanted)
        filled = (
            f"{text[: found[0].start()]}SELECT DISTINCT {head} WHERE {filled[filled.index('{', found[0].start()) :]}"
        )
    return PreboundQuery(f"{prologue}\n{filled}", spoken, shared, is_ask)


def _first_brace(found: Sequence[re.Match[str]]) -> int:
    return next((at for at, token in enumerate(found) if token[0] == "{"), len(found))


def _with_path(text: str, path: str | None) -> str:
    tokens = [token for token in telling(text) if token["variable"] and token[0][1:] == "PATH"]
    if tokens and path is None:
        raise ShapeError("a query with $PATH in a node shape")
    for token in reversed(tokens):
        text = f"{text[: token.start()]}{path}{text[token.end() :]}"
    return text


def _projects_this(found: Sequence[re.Match[str]]) -> bool:
    head = found[: _first_brace(found)]
    return any(token["variable"] and token[0][1:] == "this" for token in head) or any(token[0] == "*" for token in head)


def _check(found: Sequence[re.Match[str]], names: tuple[str, ...]) -> None:
    """What a query with pre-bound variables must not say (SHACL 1.0, section 5.2.1 and appendix A)."""
    for before, token in pairwise([*found[:1], *found]):
        if word(token) in _FORBIDDEN:
            raise ShapeError(f"a query with {word(token)}, which pre-bound variables don't allow")
        if word(before) == "AS" and token["variable"] and token[0][1:] in names:
            raise ShapeError(f"a query that gives {token[0]} another value")
    for at, token in enumerate(found):
        if at and word(token) == "SELECT":
            _check_inner(found[at:])


def _check_inner(found: Sequence[re.Match[str]]) -> None:
    """A query within a query returns the focus node."""
    brace = _first_brace(found)
    head = found[1:brace]
    if any(token[0] == "*" for token in head):
        head = list(_outside_brackets(found[brace:]))
    if not any(token["variable"] and token[0][1:] == "this" for token in head):
        raise ShapeError("a query with a SELECT within that does not return $this")


def _outside_brackets(found: Sequence[re.Match[str]]) -> Iterator[re.Match[str]]:
    """What stands in some braces and in no round brackets."""
    braces = brackets = 0
    for token in found:
        braces += {"{": 1, "}": -1}.get(token[0], 0)
        brackets += {"(": 1, ")": -1}.get(token[0], 0)
        if braces <= 0:
            return
        if not brackets:
            yield token


def _groups(found: Sequence[re.Match[str]], names: tuple[str, ...]) -> list[_Group]:
    groups: list[_Group] = []
    open_: _Group | None = None
    before: re.Match[str] | None = None
    for token in found:
        if token[0] == "{":
            open_ = _Group(token.end(), open_, word(before) == "EXISTS")
            groups.append(open_)
        elif word(token) == "SELECT" and open_ is not None:
            open_.selects = True
        elif token[0] == "}" and open_ is not None:
            open_ = open_.parent
        elif token["variable"] and token[0][1:] in names and open_ is not None:
            _binding(open_).mentioned[token[0][1:]] = None
        before = token
    return groups


def _binding(group: _Group) -> _Group:
    """The group whose solutions a group is evaluated for: EXISTS sees those of the group that it stands in."""
    while group.exists and group.parent is not None:
        group = group.parent
    return group


def _filled(text: str, groups: list[_Group], columns: tuple[str, ...], *, each: bool) -> str:
    """The query with a look at the values at the beginning of each group that needs them."""
    for number, group in reversed(list(enumerate(groups))):
        names = columns if number == 0 else tuple(name for name in columns if name in group.mentioned)
        if names and not group.selects and (number == 0 or each or not group.exists):
            text = f"{text[: group.start]} {_look(names)} {text[group.start :]}"
    return text


def _look(names: tuple[str, ...]) -> str:
    patterns = " ".join(f"{_ROW} <{COLUMN}{name}> ?{name} ." for name in names)
    return f"GRAPH <{ROWS}> {{ {patterns} }}"


_HOLE = re.compile(r"\{[?$](\w+)\}")


def with_values(message: str, values: Mapping[str, str]) -> str:
    """A message with its holes filled in, where there are values for them (SHACL 1.0, section 5.3.2.2)."""
    return _HOLE.sub(lambda hole: values.get(hole[1], hole[0]), message)
