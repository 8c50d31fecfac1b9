"""Data of an earlier model turned into those of the next one, by CONSTRUCT queries that come with the earlier one.

A migration is a canned query with the parameter `here`, the named graph of the file in question; it is asked once for
each file, over all data. What it constructs is written into that file: in the place of the statements about what it
replaces (`dcterms:replaces`, which is not written itself), else at the end. All else in the file keeps its bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple

from samverkan.model.dataset import File
from samverkan.model.namespaces import DCTERMS, RDF, TYPE, XSD
from samverkan.model.prefixes import Prefixes
from samverkan.model.queries import Query, iris, read_query
from samverkan.model.results import Graph
from samverkan.model.turtle_pieces import Names, Piece, Pieces, statements
from samverkan.store import Embedded

_REPLACES = NamedNode(f"{DCTERMS}replaces")
_HERE = "here"
_WIDEST = 90
_UNWRITTEN = frozenset({TYPE.value, f"{XSD}string", f"{XSD}integer", f"{RDF}langString"})  # Turtle has no need of them
_INTEGER = NamedNode(f"{XSD}integer")


@dataclass(frozen=True)
class Migrations:
    """Some migrations of the data in some files; `prefixes` are those for names that a file has no prefix for."""

    queries: Sequence[Query]
    files: Sequence[File]
    prefixes: Prefixes

    @classmethod
    def of(cls, sources: Mapping[str, bytes], files: Iterable[File], prefixes: Prefixes) -> Migrations:
        """Migrations from the texts of their queries."""
        found = (read_query(content.decode(), name) for name, content in sources.items())
        return cls(tuple(found), tuple(files), prefixes)

    @property
    def terms(self) -> frozenset[str]:
        """All terms that the migrations speak of."""
        return frozenset(iri for query in self.queries for iri, _ in iris(query))

    def migrated(self, file: File, text: str) -> tuple[str, tuple[Query, ...]]:
        """The text of a file after all migrations, and those that had anything to do in it."""
        done = []
        for query in self.queries:
            answer = self._store.query(query.bind({_HERE: file.graph}), name=query.place.file)
            found = tuple(answer.triples) if isinstance(answer, Graph) else ()
            if found:
                text = _written(text, found, [iri for iri, _ in iris(query)], self.prefixes)
                done.append(query)
        return text, tuple(done)

    @cached_property
    def _store(self) -> Embedded:
        return Embedded(self.files, [file.graph for file in self.files])


def _written(text: str, found: Sequence[Triple], order: Sequence[str], prefixes: Prefixes) -> str:
    """A text with what a migration has constructed; `order` is that of the terms in its query."""
    replaced = {str(t.object): str(t.subject) for t in found if t.predicate == _REPLACES}
    about: dict[str, list[Triple]] = {}
    for triple in found:
        if triple.predicate != _REPLACES:
            about.setdefault(str(triple.subject), []).append(triple)
    whole = statements(text)
    names = _names(whole, found, prefixes)
    blocks = {subject: _block(about[subject], order, names) for subject in sorted(about)}
    pieces = [*_replacing(whole.pieces, replaced, blocks)]
    left = "".join(f"\n{block}\n" for block in blocks.values())
    tail = whole.tail if whole.tail.endswith("\n") or not left else f"{whole.tail}\n"
    return replace(_declaring(replace(whole, pieces=tuple(pieces)), names), tail=tail + left).written


def _replacing(pieces: Iterable[Piece], replaced: Mapping[str, str], blocks: dict[str, str]) -> Iterator[Piece]:
    """The pieces with new ones in the place of those that are replaced; what is used is taken out of `blocks`.

    Comments before what is replaced stay.
    """
    comments = ""
    for piece in pieces:
        new = replaced.get(piece.key)
        if new is None:
            yield replace(piece, before=comments + piece.before)
            comments = ""
        elif new in blocks:
            yield Piece(new, comments + piece.before, blocks.pop(new), ())
            comments = ""
        elif "#" in piece.before:
            comments += piece.before.rstrip()
    if comments:
        yield Piece("", comments, "", ())


def _names(whole: Pieces, found: Iterable[Triple], prefixes: Prefixes) -> Names:
    """The prefixes of a file, and those that it lacks for what was constructed."""
    own = whole.pieces[-1].names if whole.pieces else {}
    namespaces = {*own.values()}
    terms = {term.value for triple in found for term in triple if isinstance(term, NamedNode)}
    terms |= {t.object.datatype.value for t in found if isinstance(t.object, Literal)}
    terms -= _UNWRITTEN
    lacking = {
        name: prefixes.table[name]
        for name in sorted({prefixes.compact(term).partition(":")[0] for term in terms} & set(prefixes.table))
        if prefixes.table[name] not in namespaces and name not in own
    }
    return {**own, **lacking}


def _declaring(whole: Pieces, names: Names) -> Pieces:
    """A document that declares some prefixes, each new one before the first that the alphabet has later."""
    pieces = [*whole.pieces]
    own = {piece.key.removeprefix("@prefix ").removesuffix(":") for piece in pieces if piece.key.startswith("@prefix")}
    for name in sorted(set(names) - own):
        places = [place for place, piece in enumerate(pieces) if piece.key.startswith("@prefix")]
        later = [place for place in places if pieces[place].key > f"@prefix {name}:"]
        place = later[0] if later else places[-1] + 1 if places else 0
        pieces[place:place] = [_directive(name, names[name], pieces[place] if later else None)]
        if later:
            pieces[place + 1] = replace(pieces[place + 1], before="\n")
    return replace(whole, pieces=tuple(pieces))


def _directive(name: str, namespace: str, later: Piece | None) -> Piece:
    before = later.before if later else "\n"
    return Piece(f"@prefix {name}:", before, f"@prefix {name}: <{namespace}> .", ())


def _block(about: Sequence[Triple], order: Sequence[str], names: Names) -> str:
    """What is said of one thing, as Turtle: a line for each property, and one for each value where they are many."""
    of: dict[NamedNode, list[str]] = {}
    ranked = sorted(about, key=lambda t: (t.predicate != TYPE, _rank(t.predicate.value, order), str(t.object)))
    for triple in ranked:
        of.setdefault(triple.predicate, []).append(_term(triple.object, names))
    lines = [f"    {'a' if each == TYPE else _term(each, names)}{_values(values)}" for each, values in of.items()]
    return f"{_term(about[0].subject, names)}\n" + " ;\n".join(lines) + " ."


def _rank(predicate: str, order: Sequence[str]) -> int:
    return order.index(predicate) if predicate in order else len(order)


def _values(values: Sequence[str]) -> str:
    if len(values) == 1 and len(values[0]) <= _WIDEST:
        return f" {values[0]}"
    return " ,".join(f"\n        {value}" for value in values)


def _term(term: object, names: Names) -> str:
    """A term in Turtle, with a prefix where there is one."""
    if isinstance(term, NamedNode):
        return Prefixes(names).compact(term.value) if _is_short(term.value, names) else str(term)
    if not isinstance(term, Literal) or term.language or term.datatype.value == f"{XSD}string":
        return str(term)
    if term.datatype == _INTEGER:
        return term.value
    return f"{_quoted(term.value)}^^{_term(term.datatype, names)}"


def _is_short(iri: str, names: Names) -> bool:
    return Prefixes(names).compact(iri) != iri


def _quoted(text: str) -> str:
    """A text in single quotes where it needs no escapes then, for most texts here hold double ones."""
    return str(Literal(text)) if any(each in text for each in "'\\\n\r") else f"'{text}'"
