"""SPARQL in, Answer out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from pyoxigraph import NamedNode, QueryBoolean, QueryResultsFormat, QuerySolutions, RdfFormat
from pyoxigraph import Store as Oxigraph

from samverkan.answers import Answer, Graph, Table, Verdict
from samverkan.dataset import File
from samverkan.errors import Place, UsageError, broken_turtle

_WHERE = re.compile(r"^error at (\d+):(\d+): ")


class Store(Protocol):
    """Anything that answers SPARQL 1.1 queries over the union of all named graphs."""

    def query(self, sparql: str, *, name: str = "query", prefixes: dict[str, str] | None = None) -> Answer:
        """Answer a SELECT, ASK, CONSTRUCT or DESCRIBE query.

        `name` is what an error calls the query and `prefixes` those that it need not declare.
        Raises `UsageError` with the line where the query breaks the syntax.
        """


class Embedded:
    """A store in the memory of this process."""

    def __init__(self, files: Iterable[File] = ()) -> None:
        """Load files, each into its own named graph; raises `UnreadableError` where one is broken."""
        self.oxigraph = Oxigraph()
        for file in files:
            self._load(file)

    def _load(self, file: File) -> None:
        try:
            self.oxigraph.bulk_load(file.content, RdfFormat.TURTLE, to_graph=NamedNode(file.graph))
        except SyntaxError as error:
            raise broken_turtle(error, file.name) from None

    def query(self, sparql: str, *, name: str = "query", prefixes: dict[str, str] | None = None) -> Answer:
        """Answer a query; see `Store.query`."""
        try:
            found = self.oxigraph.query(sparql, use_default_graph_as_union=True, prefixes=prefixes)
            return _answer(found)
        except SyntaxError as error:
            raise _syntax_error(sparql, str(error.msg), name) from None
        except (OSError, RuntimeError, ValueError) as error:
            raise UsageError(f"The query can't be answered: {error}.", place=Place(name)) from None


def _answer(found: object) -> Answer:
    if isinstance(found, QuerySolutions):
        json = found.serialize(format=QueryResultsFormat.JSON)
        assert json is not None
        return Table(json)
    if isinstance(found, QueryBoolean):
        return Verdict(bool(found))
    return Graph(tuple(sorted(set(found), key=str)))  # type: ignore[call-overload]


def _syntax_error(sparql: str, message: str, name: str) -> UsageError:
    where = _WHERE.match(message)
    if not where:
        return UsageError(f"The query is broken: {message}.", place=Place(name))
    line, column = int(where[1]), int(where[2])
    expected = _expected(message[where.end() :])
    return UsageError(
        f"The query is broken at column {column}: {_excerpt(sparql, line, column)}.",
        remedy=_undeclared(sparql, line, column) or expected,
        place=Place(name, line),
    )


def _excerpt(sparql: str, line: int, column: int) -> str:
    lines = sparql.splitlines()
    rest = lines[line - 1][column - 1 :].strip() if line <= len(lines) else ""
    return f"'{rest[:40]}' does not fit there" if rest else "it ends too early"


def _undeclared(sparql: str, line: int, column: int) -> str:
    """A remedy where a prefix is used that the query does not declare: the parser does not say so."""
    declared = set(re.findall(r"\bPREFIX\s+([\w.-]*):", sparql, re.IGNORECASE))
    text = re.sub(r'<[^<>\s]*>|"(?:[^"\\\n]|\\.)*"|#[^\n]*', " ", sparql.splitlines()[line - 1])
    for prefix in re.findall(r"(?<![\w?$:-])([A-Za-z][\w.-]*):", text):
        if prefix not in declared and column:
            return f"The prefix {prefix}: is not declared: add PREFIX {prefix}: <https://…> at the top."
    return ""


def _expected(message: str) -> str:
    """What the parser would have taken, if that is short enough to help."""
    expected = message.replace("\n", " ").strip()
    return f"{expected[0].upper()}{expected[1:]}." if 0 < len(expected) <= 120 else ""  # noqa: PLR2004
