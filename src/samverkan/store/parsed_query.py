"""What a query asks, read from its tokens: its form, its dataset, its limit, and the parts of a CONSTRUCT."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from samverkan.errors import UsageError
from samverkan.model.sparql import meant, prologue, telling, word
from samverkan.store.protocol import Graphs

FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_AGGREGATES = frozenset({"COUNT", "SUM", "AVG", "MIN", "MAX", "SAMPLE", "GROUP_CONCAT"})
_BARE = frozenset({"FILTER", "BIND"})
_OPENS, _CLOSES = frozenset("{(["), frozenset("})]")
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_BASED = frozenset({"IRI", "URI"})  # functions that know the base
_NO_LINE = re.compile(r"[^\n]")

Resolve = Callable[[Sequence[str]], Sequence[str]]
"""From names to the IRIs that they stand for, as `meant` has it."""


@dataclass(frozen=True)
class ParsedQuery:
    """A valid query: its text without FROM and with one plain prologue, and what it says about itself.

    `graphs` is the dataset that it names with FROM, `limit` how many rows it asks for at most, and
    `single` whether it has one row whatever the data: an aggregate over all. `variables` are the columns
    of a SELECT in the order of our own engine, which for `SELECT *` each engine would choose for itself.
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


def parse_query(
    sparql: str, prefixes: Mapping[str, str], variables: tuple[str, ...] = (), base: str | None = None
) -> ParsedQuery:
    """Read a query that a parser has accepted, with its `variables`.

    `prefixes` and `base` need not be declared in it.
    """
    found = telling(sparql)
    form = next(word(token) for token in found if word(token) in FORMS)
    outside = [token for token, depth in _depths(found) if depth == 0]
    words = [word(token) for token in outside]
    limit = next((int(outside[at + 1][0]) for at, each in enumerate(words) if each == "LIMIT"), None)
    heads = [token for token, depth in _depths(found) if depth == 1 and word(token) in _AGGREGATES]
    where = next((token.start() for token in outside if token[0] == "{"), len(sparql))
    single = form == "SELECT" and "GROUP" not in words and "HAVING" not in words
    behind = prologue(sparql)
    resolve = partial(meant, behind=behind, prefixes=prefixes, base=base)
    graphs, text = _dataset(sparql, outside, resolve)
    head = _prologue([token for token in found if token.start() >= len(behind)], resolve)
    return ParsedQuery(
        form,
        head + _NO_LINE.sub("", behind) + text[len(behind) :],
        graphs,
        limit,
        single and any(token.start() < where for token in heads) and limit != 0 and "OFFSET" not in words,
        variables,
    )


def _depths(found: Sequence[re.Match[str]]) -> Iterator[tuple[re.Match[str], int]]:
    """Each token with how many brackets are open around it; a bracket stands outside of itself."""
    depth = 0
    for token in found:
        depth -= token[0] in _CLOSES
        yield token, depth
        depth += token[0] in _OPENS


def _prologue(found: Sequence[re.Match[str]], resolve: Resolve) -> str:
    """Declarations of the base and the prefixes that some tokens use, on one line, so that lines stay.

    Not every engine takes a second base, or a prefix that is relative or is declared twice.
    """
    used = {token["curie"].partition(":")[0] for token in found if token["curie"]}
    based = any((token["iri"] and not _ABSOLUTE.match(token["iri"])) or word(token) in _BASED for token in found)
    base = "".join(f"BASE <{iri}> " for iri in _resolved("<>", resolve)) if based else ""
    spaces = ((prefix, iri) for prefix in sorted(used) for iri in _resolved(f"{prefix}:", resolve))
    return base + "".join(f"PREFIX {prefix}: <{iri}> " for prefix, iri in spaces)


def _resolved(name: str, resolve: Resolve) -> Sequence[str]:
    """What a name stands for; nothing where it only looks like one."""
    with suppress(UsageError):
        return resolve([name])
    return ()


def _dataset(sparql: str, outside: Sequence[re.Match[str]], resolve: Resolve) -> tuple[Graphs, str]:
    """What FROM names, and the text with spaces in the place of it, so that lines and columns stay."""
    default: list[str] = []
    named: list[str] = []
    text = sparql
    for at, token in enumerate(outside):
        if word(token) == "FROM":
            is_named = word(outside[at + 1]) == "NAMED"
            target = outside[at + 1 + is_named]
            (named if is_named else default).append(target[0])
            gone = _NO_LINE.sub(" ", sparql[token.start() : target.end()])
            text = text[: token.start()] + gone + text[target.end() :]
    iris = resolve([*default, *named]) if default or named else ()
    return Graphs(tuple(iris[: len(default)]), tuple(iris[len(default) :])), text


def _split(text: str) -> tuple[str, str, tuple[str, ...]]:
    found = telling(text)
    at = next(at for at, token in enumerate(found) if word(token) == "CONSTRUCT")
    prologue, remainder = text[: found[at].start()], found[at + 1 :]
    start = next(token for token in remainder if token[0] == "{")
    depths = list(_depths(remainder))
    end = next(token for token, depth in depths if token[0] == "}" and depth == 0)
    template = text[start.start() : end.end()]
    inside = (token for token in remainder if start.start() < token.start() < end.start())
    variables = tuple(dict.fromkeys(f"?{token['variable'][1:]}" for token in inside if token["variable"]))
    short = word(remainder[0]) == "WHERE"  # CONSTRUCT WHERE { … }: the pattern is the template (SPARQL 1.1, 16.2.4)
    pattern = text[remainder[0].start() :] if short else text[end.end() :]
    return prologue + "CONSTRUCT " + template, f"{prologue}SELECT {' '.join(variables)} {pattern}", variables
