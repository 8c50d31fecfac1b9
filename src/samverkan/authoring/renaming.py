"""Putting other names in the place of some terms, and changing nothing else: in Turtle, queries and contexts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pyoxigraph import Literal, NamedNode

from samverkan.authoring.shipped import Model
from samverkan.model.dataset import File
from samverkan.model.namespaces import DCTERMS, DEPRECATED, SH, XSD
from samverkan.model.queries import declared
from samverkan.model.results import name
from samverkan.model.sparql import tokens as sparql_tokens
from samverkan.model.turtle_pieces import Names, Piece, iri, statements
from samverkan.model.turtle_positions import tokens
from samverkan.site.source_files import ONTOLOGY, SUFFIX

_REPLACED_BY = NamedNode(f"{DCTERMS}isReplacedBy")
_SPARQL = frozenset(f"<{SH}{name}>" for name in ("select", "ask", "construct", "update"))
_PREFIX, _NAMESPACE = NamedNode(f"{SH}prefix"), NamedNode(f"{SH}namespace")
_PLAIN = re.compile(r"[A-Za-z0-9_-]+")
_QUOTES = re.compile(r"\"\"\"|'''|\"|'")
_TYPED = re.compile(r"(?P<text>.*[\"'])(?P<mark>\s*\^\^\s*)(?P<datatype>[^\"']+)\Z", re.DOTALL)
_HEAD = "#+"


@dataclass(frozen=True)
class Deprecations:
    """The terms of a model that are deprecated: those with one successor, and those without, or with several."""

    successors: Mapping[str, str]
    others: frozenset[str]


def deprecations(model: Model) -> Deprecations:
    """The deprecated terms of a model (`owl:deprecated true`, with their `dcterms:isReplacedBy`)."""
    files = (File(name, "", content) for name, content in model.files.items() if _is_ontology(name))
    triples = [triple for file in files for triple in file.triples]
    gone = {name(t.subject) for t in triples if t.predicate == DEPRECATED and t.object == _TRUE}
    found: dict[str, set[str]] = {old: set() for old in gone}
    for triple in triples:
        if triple.predicate == _REPLACED_BY and name(triple.subject) in gone:
            found[name(triple.subject)].add(name(triple.object))
    single = {old: next(iter(new)) for old, new in found.items() if len(new) == 1}
    lasting = {old: new for old in single if (new := _last(old, single)) not in gone}
    return Deprecations(lasting, frozenset(gone - set(lasting)))


def _last(old: str, successors: Mapping[str, str]) -> str:
    """What a term is called at the end, where its successor has one too; itself where they go round in a circle."""
    seen = {old}
    new = successors[old]
    while new in successors and new not in seen:
        seen.add(new)
        new = successors[new]
    return new


_TRUE = Literal("true", datatype=NamedNode(f"{XSD}boolean"))


def _is_ontology(name: str) -> bool:
    return name.startswith(f"{ONTOLOGY}/") and name.endswith(SUFFIX)


def shape_prefixes(files: Collection[File]) -> Names:
    """The prefixes that shapes declare for the queries in them (SHACL, section 5.2.1)."""
    about: dict[object, dict[NamedNode, str]] = {}
    for file in files:
        for triple in file.triples:
            if triple.predicate in {_PREFIX, _NAMESPACE}:
                about.setdefault(triple.subject, {})[triple.predicate] = str(getattr(triple.object, "value", ""))
    return {each[_PREFIX]: each[_NAMESPACE] for each in about.values() if len(each) == len((_PREFIX, _NAMESPACE))}


@dataclass
class Renaming:
    """A change of names: the new IRI of each old one. `done` counts the places that were changed."""

    successors: Mapping[str, str]
    prefixes: Names = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    def turtle(self, text: str, same: Collection[tuple[object, object]] = (), *, subjects: bool = True) -> str:
        """A document of Turtle with the new names, but for the statements of `same` (place and meaning).

        With `subjects` false, what statements are about keeps its name: an ontology speaks of its old terms too.
        """
        if not self._concerns(text):
            return text
        found = statements(text)
        pieces = (
            piece if piece.is_directive or (piece.place, piece.meaning) in same else self._piece(piece, subjects)
            for piece in found.pieces
        )
        return replace(found, pieces=tuple(pieces)).written

    def _concerns(self, text: str) -> bool:
        """Whether a text may name any of the terms: each is looked for by the end of its name."""
        return any(re.split("[/#]", old)[-1] in text for old in self.successors)

    def _piece(self, piece: Piece, subjects: bool) -> Piece:
        parts, done, before = list[str](), 0, ""
        for place, (token, start) in enumerate(tokens(piece.text)):
            parts += piece.text[done:start], self._token(token, piece.names, before) if place or subjects else token
            done, before = start + len(token), iri(token, piece.names)
        return replace(piece, text="".join(parts) + piece.text[done:])

    def _token(self, token: str, names: Names, before: str) -> str:
        if token[0] in "\"'":
            return self._literal(token, names, before)
        return self._name(token, names)

    def _name(self, token: str, names: Names) -> str:
        """A name in Turtle or SPARQL; the new one is written with a prefix where one is declared for it."""
        old = iri(token, names)[1:-1]
        new = self.successors.get(old)
        if new is None:
            return token
        self.done[old] += 1
        return _written(new, token.partition(":")[0], names)

    def _literal(self, token: str, names: Names, before: str) -> str:
        """A text with the new names: in its datatype, in IRIs within < > of a typed one, in a query of a shape."""
        if before in _SPARQL:
            mark = _QUOTES.match(token)
            assert mark is not None
            quote = mark[0]
            inner = token[len(quote) : token.rindex(quote)]
            return quote + self.sparql(inner, {**names, **self.prefixes}) + token[token.rindex(quote) :]
        typed = _TYPED.match(token)
        if typed is None:
            return token
        return self._within(typed["text"]) + typed["mark"] + self._name(typed["datatype"], names)

    def _within(self, text: str) -> str:
        for old, new in self.successors.items():
            self.done[old] += text.count(f"<{old}>")
            text = text.replace(f"<{old}>", f"<{new}>")
        return text

    def sparql(self, text: str, names: Names | None = None) -> str:
        """A query with the new names, also in its head; `names` are the prefixes that it has from elsewhere."""
        if not self._concerns(text):
            return text
        known = {**(names or {}), **declared(text)}
        return "".join(self._sparql_token(token, known) for token in sparql_tokens(text))

    def _sparql_token(self, token: re.Match[str], names: Names) -> str:
        if token["comment"] and token[0].startswith(_HEAD):
            return self._head(token[0], names)
        return self._name(token[0], names) if token["iri"] or token["curie"] else token[0]

    def _head(self, line: str, names: Names) -> str:
        """A line of the head of a query, in which names are written in full or with a prefix."""
        for old, new in self.successors.items():
            for written in _spellings(old, names):
                pattern = rf"(?<![\w:/#.-]){re.escape(written)}(?![\w/#-])"
                line, count = re.subn(pattern, _like(new, written, names).replace("\\", r"\\"), line)
                self.done[old] += count
        return line

    def context(self, text: str, same: Collection[str], names: Names) -> str:
        """A JSON-LD context with the new names in the values of the lines that are not among `same`."""
        lines = text.splitlines(keepends=True)
        return "".join(line if line in same else self._context_line(line, names) for line in lines)

    def _context_line(self, line: str, names: Names) -> str:
        for old, new in self.successors.items():
            for written in _spellings(old, names):
                found = re.subn(rf'"{re.escape(written)}"(?!\s*:)', f'"{_like(new, written, names)}"', line)
                line, count = found
                self.done[old] += count
        return line


def _spellings(iri_: str, names: Names) -> Iterator[str]:
    """How an IRI may be written: in full, and with each prefix."""
    yield iri_
    for prefix, namespace in names.items():
        if iri_.startswith(namespace):
            yield f"{prefix}:{iri_.removeprefix(namespace)}"


def _like(new: str, old: str, names: Names) -> str:
    """A new name written as the old one was: in full, or with its prefix."""
    prefix, _, behind = old.partition(":")
    if behind.startswith("//") or not new.startswith(names.get(prefix, "\0")):
        return new
    return f"{prefix}:{new.removeprefix(names[prefix])}"


def _written(new: str, prefix: str, names: Names) -> str:
    """An IRI with the prefix that the old name had, else with any other, else in full."""
    for each in (prefix, *names):
        local = new.removeprefix(names[each]) if each in names else new
        if local != new and _PLAIN.fullmatch(local):
            return f"{each}:{local}"
    return f"<{new}>"
