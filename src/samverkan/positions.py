"""On which line a triple of a Turtle document stands.

No RDF library keeps that. The text is cut into statements by the tokens of Turtle 1.1
(section 6.5), and only the statements about the asked subject are looked into, so a finding
costs the same in a small file and in a large one. What a token means is left to the parser.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

_IRI = r"<[^<>\"{}|^`\s]*>"
_WORD_PART = r"(?:[^\s\"'<>\[\](){},;.#^\\]|\\.)+"
_WORD = rf"{_WORD_PART}(?:\.+{_WORD_PART})*"
_STRING = (
    r'(?:"""(?:[^"\\]|\\.|"(?!""))*+"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*+\'\'\''
    r"|\"(?:[^\"\\\n\r]|\\.)*+\"|'(?:[^'\\\n\r]|\\.)*+')"
)
_LITERAL = rf"{_STRING}(?:@[A-Za-z][A-Za-z0-9-]*|\s*\^\^\s*(?:{_IRI}|{_WORD}))?"
_SKIP = r"\s+|\#[^\r\n]*"
_TERM = rf"{_LITERAL}|{_IRI}|{_WORD}"
_TOKEN = re.compile(rf"(?:{_SKIP})|(?P<term>{_TERM})|(?P<mark>[;,\[\](){{}}.])", re.DOTALL)
_STATEMENT = re.compile(rf"(?>{_SKIP}|{_TERM}|[;,\[\](){{}}])*+\.", re.DOTALL)
_DIRECTIVE = re.compile(
    rf"(?:{_SKIP})*+(?:@prefix|prefix)(?:{_SKIP})++(?P<name>[^\s:]*):(?:{_SKIP})*+(?P<iri>{_IRI})", re.IGNORECASE
)
_BASE = re.compile(rf"(?:{_SKIP})*+(?:@base|base)(?:{_SKIP})*+{_IRI}", re.IGNORECASE)


@dataclass(frozen=True)
class Statement:
    """Where a statement about one subject begins and ends in the text."""

    start: int
    end: int


class Positions:
    """The lines of one Turtle document, which `content` holds in UTF-8 without a byte order mark."""

    def __init__(self, content: bytes) -> None:
        self.text = content.decode("utf-8")

    def line(
        self,
        subject: NamedNode | BlankNode,
        predicate: NamedNode | None = None,
        value: NamedNode | BlankNode | Literal | Triple | None = None,
    ) -> int | None:
        """The line, counted from 1, where the triple's object begins.

        Without `value` the first line where subject and predicate meet; without `predicate`
        the first line about the subject. None where the document does not say it so.
        """
        if isinstance(subject, BlankNode):
            return self._blank
        for statement in self._statements.get(subject.value, ()):
            for found_predicate, found, offset in self._triples(statement):
                if _fits(predicate, self._term(found_predicate)) and _fits(value, self._term(found)):
                    return self._line_at(offset)
        return None

    def first(self, subject: NamedNode) -> int | None:
        """The line where the first statement about a subject begins."""
        found = self._statements.get(subject.value)
        return self._line_at(self._subject(found[0])[1]) if found else None

    def mentions(self, iri: str) -> int | None:
        """The first line where an IRI is written, in full or by a prefix, in any position."""
        for match in _TOKEN.finditer(self.text):
            if match["term"] and self._iri(match["term"]) == iri:
                return self._line_at(match.start("term"))
        return None

    @cached_property
    def _ends(self) -> list[int]:
        return [match.start() for match in re.finditer("\n", self.text)]

    def _line_at(self, offset: int) -> int:
        return bisect_right(self._ends, offset - 1) + 1

    @cached_property
    def _prefixes(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for match in re.finditer(rf"^{_DIRECTIVE.pattern}", self.text, re.IGNORECASE | re.MULTILINE):
            found[match["name"]] = match["iri"][1:-1]
        return found

    @cached_property
    def _statements(self) -> dict[str, list[Statement]]:
        found: dict[str, list[Statement]] = {}
        for match in _STATEMENT.finditer(self.text):
            statement = Statement(self._body(match.start()), match.end())
            token, _ = self._subject(statement)
            iri = self._iri(token) if token else None
            if iri:
                found.setdefault(iri, []).append(statement)
        return found

    def _body(self, start: int) -> int:
        """Where a statement begins once the SPARQL-style directives before it are passed."""
        while match := _DIRECTIVE.match(self.text, start) or _BASE.match(self.text, start):
            start = match.end()
        return start

    def _subject(self, statement: Statement) -> tuple[str | None, int]:
        for match in _TOKEN.finditer(self.text, statement.start, statement.end):
            if match["term"] or match["mark"]:
                return match["term"], match.start()
        return None, statement.start

    @cached_property
    def _blank(self) -> int | None:
        for match in _TOKEN.finditer(self.text):
            if match["mark"] in {"[", "("} or (match["term"] or "").startswith("_:"):
                return self._line_at(match.start())
        return None

    def _triples(self, statement: Statement) -> Iterator[tuple[str, str, int]]:
        """Each predicate and object of a statement's own subject, as written, with its offset."""
        role, predicate, depth = "subject", "", 0
        for match in _TOKEN.finditer(self.text, statement.start, statement.end):
            token = match["term"] or match["mark"]
            if token is None:
                continue
            if token in {"[", "("}:
                if depth == 0 and role == "object":
                    yield predicate, token, match.start()
                depth += 1
            elif token in {"]", ")"}:
                depth -= 1
            elif depth:
                continue
            elif token in {";", ","}:
                role = "predicate" if token == ";" else "object"
            elif role == "predicate":
                role, predicate = "object", token
            elif role == "object":
                yield predicate, token, match.start()
            else:
                role = "predicate"

    def _iri(self, token: str) -> str | None:
        if token.startswith("<"):
            return token[1:-1]
        prefix, colon, local = token.partition(":")
        namespace = self._prefixes.get(prefix)
        return namespace + re.sub(r"\\(.)", r"\1", local) if colon and namespace is not None else None

    def _term(self, token: str) -> NamedNode | BlankNode | Literal | Triple | None:
        if token == "a":
            return NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
        if token in {"[", "("}:
            return BlankNode()
        header = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in self._prefixes.items())
        return _parsed(header, token)


@lru_cache(maxsize=4096)
def _parsed(header: str, token: str) -> NamedNode | BlankNode | Literal | Triple | None:
    try:
        found = list(parse(f"{header}<s:> <p:> {token} .", format=RdfFormat.TURTLE))
    except (SyntaxError, ValueError):
        return None
    return found[0].object if found else None


def _fits(wanted: object, found: object) -> bool:
    both_blank = isinstance(wanted, BlankNode) and isinstance(found, BlankNode)
    return wanted is None or both_blank or wanted == found
