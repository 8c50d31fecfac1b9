"""What a query asks, read from its tokens: its form, its dataset, its limit, and the parts of a CONSTRUCT."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from samverkan.sparql import telling, word
from samverkan.store.protocol import Graphs

FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_AGGREGATES = frozenset({"COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT"})
_BARE = frozenset({"FILTER", "BIND"})
_OPENS, _CLOSES = frozenset("{(["), frozenset("})]")
_BASE = "BASE "  # no prefix is called so
_ESCAPED = re.compile(r"\\(.)")  # in the local part of a prefixed name


@dataclass(frozen=True)
class Asked:
    """A valid query: its text without FROM and with all prefixes declared, and what it says about itself.

    `graphs` is the dataset that it names with FROM, `limit` how many rows it asks for at most, and
    `single` whether it has one row whatever the data: an aggregate over all. `variables` are the columns
    of a SELECT in their order, which for `SELECT *` each engine would choose for itself.
    """

    form: str
    text: str
    graphs: Graphs
    limit: int | None
    single: bool
    variables: tuple[str, ...] = ()

    @property
    def template(self) -> tuple[str, str, tuple[str, ...]]:
        """A CONSTRUCT as its prologue with its template, its pattern as a SELECT, and the variables of the template."""
        return _split(self.text)

    def seeded(self, seed: str) -> str:
        """The text with a seed at the start of the pattern, where that begins with what needs no pattern."""
        found = telling(self.text)
        for (token, depth), after in zip(_depths(found), found[1:], strict=False):
            if token[0] == "{" and depth == 0:
                at = token.end()
                return f"{self.text[:at]} {seed}{self.text[at:]}" if word(after) in _BARE else self.text
        return self.text


def read(sparql: str, prefixes: Mapping[str, str], variables: tuple[str, ...] = ()) -> Asked:
    """Read a query that a parser has accepted, with its `variables`; `prefixes` need not be declared in it."""
    found = telling(sparql)
    form = next(word(token) for token in found if word(token) in FORMS)
    outside = [token for token, depth in _depths(found) if depth == 0]
    words = [word(token) for token in outside]
    limit = next((int(outside[at + 1][0]) for at, each in enumerate(words) if each == "LIMIT"), None)
    heads = [token for token, depth in _depths(found) if depth == 1 and word(token) in _AGGREGATES]
    where = next((token.start() for token in outside if token[0] == "{"), len(sparql))
    single = form == "SELECT" and "GROUP" not in words and "HAVING" not in words
    graphs, text = _dataset(sparql, outside, {**prefixes, **_prologue(found)})
    return Asked(
        form,
        _declared(found, prefixes) + text,
        graphs,
        limit,
        single and any(token.start() < where for token in heads) and limit != 0 and "OFFSET" not in words,
        variables,
    )


def _depths(found: list[re.Match[str]]) -> Iterator[tuple[re.Match[str], int]]:
    """Each token with how many brackets are open around it; a bracket stands outside of itself."""
    depth = 0
    for token in found:
        depth -= token[0] in _CLOSES
        yield token, depth
        depth += token[0] in _OPENS


def _prologue(found: list[re.Match[str]]) -> dict[str, str]:
    """The prefixes that are declared, and beside them the base."""
    table = {_BASE: ""}
    for before, token, after in zip(found, found[1:], [*found[2:], None], strict=False):
        if word(before) == "BASE" and token["iri"]:
            table[_BASE] = token["iri"][1:-1]
        elif word(before) == "PREFIX" and token["curie"] and after and after["iri"]:
            table[token["curie"].partition(":")[0]] = urljoin(table[_BASE], after["iri"][1:-1])
    return table


def _dataset(sparql: str, outside: list[re.Match[str]], table: Mapping[str, str]) -> tuple[Graphs, str]:
    """What FROM names, and the text with spaces in the place of it, so that lines and columns stay."""
    default: list[str] = []
    named: list[str] = []
    text = sparql
    for at, token in enumerate(outside):
        if word(token) == "FROM":
            is_named = word(outside[at + 1]) == "NAMED"
            target = outside[at + 1 + is_named]
            (named if is_named else default).append(_iri(target, table))
            gone = re.sub(r"[^\n]", " ", sparql[token.start() : target.end()])
            text = text[: token.start()] + gone + text[target.end() :]
    return Graphs(tuple(default), tuple(named)), text


def _iri(token: re.Match[str], table: Mapping[str, str]) -> str:
    if token["iri"]:
        return urljoin(table[_BASE], token["iri"][1:-1]) if table[_BASE] else token["iri"][1:-1]
    prefix, _, local = token[0].partition(":")
    return table.get(prefix, "") + _ESCAPED.sub(r"\1", local)


def _declared(found: list[re.Match[str]], prefixes: Mapping[str, str]) -> str:
    """Declarations of the prefixes that are used and not declared, on one line, so that lines stay."""
    curies = [(token["curie"].partition(":")[0], at) for at, token in enumerate(found) if token["curie"]]
    declared = {prefix for prefix, at in curies if at and word(found[at - 1]) == "PREFIX"}
    used = {prefix for prefix, _ in curies} - declared
    return "".join(f"PREFIX {prefix}: <{prefixes[prefix]}> " for prefix in sorted(used) if prefix in prefixes)


def _split(text: str) -> tuple[str, str, tuple[str, ...]]:
    found = telling(text)
    at = next(at for at, token in enumerate(found) if word(token) == "CONSTRUCT")
    prologue, rest = text[: found[at].start()], found[at + 1 :]
    start = next(token for token in rest if token[0] == "{")
    depths = list(_depths(rest))
    end = next(token for token, depth in depths if token[0] == "}" and depth == 0)
    template = text[start.start() : end.end()]
    inside = (token for token in rest if start.start() < token.start() < end.start())
    variables = tuple(dict.fromkeys(f"?{token['variable'][1:]}" for token in inside if token["variable"]))
    short = word(rest[0]) == "WHERE"  # CONSTRUCT WHERE { … }: the pattern is the template (SPARQL 1.1, 16.2.4)
    pattern = text[rest[0].start() :] if short else text[end.end() :]
    return prologue + "CONSTRUCT " + template, f"{prologue}SELECT {' '.join(variables)} {pattern}", variables
