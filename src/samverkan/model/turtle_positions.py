"""On which line a triple of a Turtle document stands.

No RDF library keeps that. A name is searched for as it is written in the text, and tokens of Turtle 1.1
(section 6.5) are cut only where it stands, so a finding costs little in a large file. Where names are
written in ways that can't be searched for (relative, or with escapes) the whole text is cut once
into statements. What a piece means is left to the parser.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import accumulate, chain

from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse

from samverkan.model.namespaces import NIL, TYPE
from samverkan.model.results import Term

_IRI = r"<[^<>\"{}|^`\s]*+>"
_WORD_PART = r"(?:[^\s\"'<>\[\](){},;.#^\\]|\\.)++"
_WORD = rf"(?:{_WORD_PART}|\.(?=[0-9]))(?:\.*{_WORD_PART})*+"
# A long string that is never closed takes the rest of the text.
_STRING = (
    r'(?:"""(?:[^"\\]|\\.|"(?!""))*+(?:"""|\Z)|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*+(?:\'\'\'|\Z)'
    r"|\"(?:[^\"\\\n\r]|\\.)*+\"|'(?:[^'\\\n\r]|\\.)*+')"
)
_SKIP = r"(?:\s|\#[^\r\n]*+)"
_LITERAL = rf"{_STRING}(?:{_SKIP}*+(?:@[A-Za-z][A-Za-z0-9-]*|\^\^{_SKIP}*+(?:{_IRI}|{_WORD})))?"
_TOKEN = re.compile(rf"{_SKIP}++|(?P<token>{_LITERAL}|{_IRI}|{_WORD}|\({_SKIP}*+\)|.)", re.DOTALL)
_DATATYPE = re.compile(rf"\^\^{_SKIP}*+({_WORD})\Z", re.DOTALL)
_ABSOLUTE = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]*:[^\\]*)>")

# All that may hold what looks like a name and is none, and what makes names unsearchable.
_WHOLE_IRI = r"<[A-Za-z][A-Za-z0-9+.-]*+:[^<>\"{}|^`\s\\]*+>"
# What is neither goes by in one match with what comes behind it: to look at each name takes twice the time.
_SPAN = re.compile(
    rf"(?:[^\"'\#<\\]++|{_WHOLE_IRI})*+(?:(?P<skipped>\#[^\r\n]*+|{_STRING})|(?P<odd>{_IRI}|\\)|.|\Z)", re.DOTALL
)
_PLAIN_IRI = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:[^\\]*>")
_DIRECTIVE = re.compile(r"(?<![^\s.>])@?(?:prefix|base)(?=[\s<#:])", re.IGNORECASE)
_ENDS_DIRECTIVE = re.compile(r"(?:^|[\s.>])(?:prefix\s+[^\s:<>\"']*:|base)\s*<[^<>]*>\Z", re.IGNORECASE)
_WHOLE_DIRECTIVE = re.compile(r"(?:prefix\s+[^\s:<>\"']*:|base)\s*<[^<>]*>", re.IGNORECASE)
# A dot inside a name ends no statement; to look behind each would take forever in a name with thousands.
# That it begins with the dot lets the engine search for dots, which is thirty times faster.
_DOT = re.compile(r"\.(?:(?=[\s#<])|(?<=[\s\"'<>\[\](){},;#^]\.)|(?<=\A\.))")
_SUBJECT = re.compile(rf"{_SKIP}*+(?P<name>{_IRI}|{_WORD})")
_MANY = 50  # names: to search the text for so many takes longer than to list where its statements begin
_BEFORE_NAMES = frozenset(("", *" \t\r\n([,;^>\"'])"))

# How many tokens come behind each directive; those of SPARQL have no dot at their end.
DIRECTIVES = {"@prefix": 2, "prefix": 2, "@base": 1, "base": 1, "@version": 1, "version": 1}


_VERSION = re.compile(r"@?version", re.IGNORECASE)


def version_line(content: bytes) -> int | None:
    r"""The line of the directive by which a document says that it is of RDF 1.2; None where it has none.

    >>> version_line(b'# VERSION "1"\n@version "1.2" .'), version_line(b"<urn:a> <urn:b> 'version' .")
    (2, None)
    """
    text = content.decode()
    if not _VERSION.search(text):
        return None
    found = (token for token in _TOKEN.finditer(text) if token["token"] and _VERSION.fullmatch(token["token"]))
    return next((text.count("\n", 0, token.start()) + 1 for token in found), None)


def tokens(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[str, int]]:
    """Every token of a document with its place; comments and space are left out.

    >>> list(tokens("<urn:a> a b:c . # and so on"))
    [('<urn:a>', 0), ('a', 8), ('b:c', 10), ('.', 14)]
    """
    for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
        if match["token"]:
            yield match["token"], match.start()


_Said = dict[tuple[Term | None, Term | str | None], int]
"""Where the first object begins that comes with a predicate and a value, either of which may be any (None)."""

_MOST_KEPT = 64  # subjects


@dataclass(frozen=True)
class Statement:
    """Where a statement about one subject begins and ends in the text."""

    start: int
    end: int


@dataclass
class _Directives:
    """What the directives of a document declare from which offset on: prefixes, and under None the base."""

    found: dict[str | None, tuple[list[int], list[str]]] = field(default_factory=dict)

    def declare(self, name: str | None, offset: int, iri: str) -> None:
        offsets, iris = self.found.setdefault(name, ([], []))
        offsets.append(offset)
        iris.append(iri)

    def at(self, name: str | None, offset: int) -> str | None:
        offsets, iris = self.found.get(name, ((), ()))
        place = bisect_right(offsets, offset)
        return iris[place - 1] if place else None


@dataclass
class _Spans:
    """Where the comments and texts of a document begin and end; it is `plain` where every name can be searched for."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    plain: bool = True

    def holds(self, place: int) -> bool:
        """Whether a place is in a comment or a text."""
        at = bisect_right(self.starts, place) - 1
        return at >= 0 and place < self.ends[at]

    def start(self, end: int) -> int:
        """Where the comment or text begins that ends here, or behind the space that ends a comment."""
        at = bisect_right(self.starts, end - 1) - 1
        return self.starts[at] if at >= 0 and self.ends[at] >= end else end

    def back(self, text: str, place: int) -> int:
        """Back over space and comments."""
        while True:
            while place and text[place - 1] in " \t\r\n":
                place -= 1
            start = self.start(place)
            if start == place or text[start] != "#":
                return place
            place = start


class Positions:
    """The lines of one Turtle document, which `content` holds in UTF-8 without a byte order mark.

    Relative IRIs stand for what they mean at the address `base` (RFC 3986, section 5.1.3), until the document names
    another one; without either for nothing.
    """

    def __init__(self, content: bytes, base: str | None = None) -> None:
        self.text = content.decode("utf-8")
        self._base = base

    def line(
        self, subject: NamedNode | BlankNode, predicate: NamedNode | None = None, value: Term | None = None
    ) -> int | None:
        """Tell the line, counted from 1, where the triple's object begins.

        Without `value` the first line where subject and predicate meet; without `predicate`
        the first line about the subject. None where the document does not say it so.
        """
        if isinstance(subject, BlankNode):
            return self._blank
        offset = self._said(subject.value).get((predicate, _alike(value)))
        return None if offset is None else self.line_at(offset)

    def first(self, subject: NamedNode) -> int | None:
        """Tell the line where the first statement about a subject begins."""
        found = next(iter(self._about(subject.value)), None)
        return None if found is None else self.line_at(found.start)

    def triple_term(self, subject: NamedNode | None = None) -> int | None:
        """Tell the first line where a triple term begins, in what is said of a subject, else anywhere."""
        spans = [(each.start, each.end) for each in self._about(subject.value)] if subject else []
        for start, end in [*spans, (0, len(self.text))]:
            for piece, offset in self._tokens(start, end):
                if piece == "<" and self.text.startswith("<<", offset):
                    return self.line_at(offset)
        return None

    def written(self, iri: str) -> Iterator[tuple[int, int]]:
        """Where an IRI is written, in full or by a prefix, each with its length; nowhere if names can't be searched."""
        for name in self._names(iri) if self._spans.plain else ():
            yield from ((place, len(name)) for place in self._places(name, iri))

    def mentions(self, iri: str) -> int | None:
        """Tell the first line where an IRI is written, in full or by a prefix, in any position."""
        if self._spans.plain and iri != TYPE.value:
            offset = min(self._written(iri), default=None)
            return None if offset is None else self.line_at(self._start_of_literal(offset))
        _ = self._statements
        for piece, offset in self._tokens():
            term = self._term(piece, offset)
            named = term.datatype if isinstance(term, Literal) else term
            if isinstance(named, NamedNode) and named.value == iri:
                return self.line_at(offset)
        return None

    def _said(self, iri: str) -> _Said:
        """The places of all that is said of an IRI, which is read once for as long as few others are asked about."""
        if iri not in self._kept:
            if len(self._kept) == _MOST_KEPT:
                self._kept.clear()
            self._kept[iri] = self._read(iri)
        return self._kept[iri]

    @cached_property
    def _kept(self) -> dict[str, _Said]:
        return {}

    def _read(self, iri: str) -> _Said:
        found: _Said = {}
        for statement in self._about(iri):
            for written_predicate, written, offset in self._triples(statement):
                predicate, value = self._term(written_predicate, offset), _alike(self._term(written, offset))
                for each in ((predicate, value), (predicate, None), (None, value), (None, None)):
                    found.setdefault(each, offset)
        return found

    @cached_property
    def _starts(self) -> list[int]:
        """Where each line begins but the first."""
        return list(accumulate(len(line) + 1 for line in self.text.split("\n")))

    def line_at(self, offset: int) -> int:
        """Tell the line of an offset in the text, counted from 1."""
        return bisect_right(self._starts, offset) + 1

    def _tokens(self, start: int = 0, end: int | None = None) -> Iterator[tuple[str, int]]:
        """Every piece with its offset; comments and space are left out."""
        return tokens(self.text, start, end)

    @cached_property
    def _spans(self) -> _Spans:
        """Where comments and texts stand, and whether all names are written in ways that can be searched for."""
        found = _Spans()
        for match in _SPAN.finditer(self.text):
            if match.lastgroup == "odd":
                found.plain = False
                break
            if match.lastgroup:
                start, end = match.span("skipped")
                found.starts.append(start)
                found.ends.append(end)
        return found

    def _about(self, iri: str) -> Sequence[Statement]:
        """The statements about an IRI, in their order; they are searched for once."""
        if not self._spans.plain:
            return self._statements.get(iri, ())
        if iri not in self._found:
            beginning = self._searched if len(self._found) < _MANY else self._listed
            starts = sorted(start for name in self._names(iri) for start in beginning(name, iri))
            self._found[iri] = [Statement(start, self._end(start)) for start in starts]
        return self._found[iri]

    def _searched(self, name: str, iri: str) -> Iterator[int]:
        """Where statements about an IRI begin with a name, searched for in the whole text."""
        return filter(self._is_subject, self._places(name, iri))

    def _listed(self, name: str, iri: str) -> Iterator[int]:
        """The same from a list; one that has none there is searched for."""
        starts = self._subjects.get(name)
        if starts is None:
            return self._searched(name, iri)
        return (start for start in starts if self._iri(name, start) == iri)

    @cached_property
    def _subjects(self) -> dict[str, list[int]]:
        """Where the statements begin that begin with a name: behind a dot, a directive, or at the very start."""
        found: dict[str, list[int]] = {}
        for end in self._ends():
            subject = _SUBJECT.match(self.text, end)
            if subject:
                found.setdefault(subject["name"], []).append(subject.start("name"))
        return found

    def _ends(self) -> Iterator[int]:
        """The start of the text, and what may be the end of a statement."""
        dots = (dot.end() for dot in _DOT.finditer(self.text) if not self._spans.holds(dot.start()))
        directives = (_WHOLE_DIRECTIVE.match(self.text, start) for start in self._like_directives())
        ends = (each.end() for each in directives if each and not self._spans.holds(each.start()))
        return chain((0,), dots, ends)

    @cached_property
    def _found(self) -> dict[str, list[Statement]]:
        return {}

    def _end(self, start: int) -> int:
        return next((offset for piece, offset in self._tokens(start) if piece == "."), len(self.text))

    def _written(self, iri: str) -> Iterator[int]:
        """Every place where an IRI is written, in no order."""
        for name in self._names(iri):
            yield from self._places(name, iri)

    def _places(self, name: str, iri: str) -> Iterator[int]:
        """Every place where an IRI is written by a name."""
        place = self.text.find(name)
        while place >= 0:
            token = None if self._spans.holds(place) else _TOKEN.match(self.text, place)
            if token and token["token"] == name and self._begins(place) and self._iri(name, place) == iri:
                yield place
            place = self.text.find(name, place + 1)

    def _names(self, iri: str) -> Iterator[str]:
        """How an IRI may be written: in full, or with each of the prefixes that are declared anywhere."""
        if self._has_any_in_full(iri[: max(map(iri[:-1].rfind, "/#:")) + 1]):
            yield f"<{iri}>"
        for prefix, (_, namespaces) in self._directives.found.items():
            for namespace in dict.fromkeys(namespaces):
                if prefix is not None and iri.startswith(namespace):
                    yield f"{prefix}:{iri.removeprefix(namespace)}"

    def _has_any_in_full(self, start: str) -> bool:
        """Whether an IRI that begins so, and is longer, is written in full: most documents have none to search for."""
        if start not in self._in_full:
            name = f"<{start}"
            place = self.text.find(name)
            while self.text.startswith(f"{name}>", place):  # the namespace itself, of which a prefix is declared
                place = self.text.find(name, place + 1)
            self._in_full[start] = place >= 0
        return self._in_full[start]

    @cached_property
    def _in_full(self) -> dict[str, bool]:
        return {}

    def _begins(self, place: int) -> bool:
        """Whether a name begins here, and is not the rest of a longer one; behind a dot only a statement does."""
        return self.text[max(0, place - 1) : place] in _BEFORE_NAMES or self._is_subject(place)

    def _is_subject(self, place: int) -> bool:
        """Whether a statement begins here: behind the dot of another one, or a directive, or at the very start."""
        end = self._spans.back(self.text, place)
        return (
            end == 0 or self.text[end - 1] == "." or bool(_ENDS_DIRECTIVE.search(self.text[max(0, end - 1000) : end]))
        )

    def _start_of_literal(self, place: int) -> int:
        """Where the literal begins whose datatype stands here; the place itself where it is no datatype."""
        end = self._spans.back(self.text, place)
        if self.text[max(0, end - 2) : end] != "^^":
            return place
        return self._spans.start(self._spans.back(self.text, end - 2))

    @cached_property
    def _directives(self) -> _Directives:
        """The directives, where they can be searched for; else they are noted while statements are cut."""
        found = _Directives()
        if self._base is not None and not self._spans.plain:
            found.declare(None, 0, self._base)
        for start in sorted(self._like_directives()) if self._spans.plain else ():
            tokens = self._tokens(start)
            directive = next(tokens)[0].lower()
            if directive in DIRECTIVES and not self._spans.holds(start):
                self._declare(found, directive, tokens)
        return found

    def _like_directives(self) -> Iterator[int]:
        """Where the word of a directive may begin, in no order; a search for words costs a tenth of one by pattern."""
        text = self.text.replace("\u0130", "i").lower()  # the one letter that becomes two
        for word in ("prefix", "base"):
            place = text.find(word)
            while place >= 0:
                start = place - (text[max(0, place - 1) : place] == "@")
                if _DIRECTIVE.match(self.text, start):
                    yield start
                place = text.find(word, place + 1)

    @cached_property
    def _statements(self) -> dict[str, list[Statement]]:
        """The statements about each IRI; the directives between them are noted on the way."""
        found: dict[str, list[Statement]] = {}
        tokens = self._tokens()
        for piece, start in tokens:
            if piece.lower() in DIRECTIVES:
                self._declare(self._directives, piece.lower(), tokens)
                continue
            end = start
            if piece != ".":
                end = next((offset for other, offset in tokens if other == "."), len(self.text))
            iri = self._iri(piece, start)
            if iri:
                found.setdefault(iri, []).append(Statement(start, end))
        return found

    def _declare(self, found: _Directives, directive: str, tokens: Iterator[tuple[str, int]]) -> None:
        parts = [part for _, part in zip(range(DIRECTIVES[directive]), tokens, strict=False)]
        if not parts or directive.endswith("version"):
            return
        piece, offset = parts[-1]
        absolute = _PLAIN_IRI.fullmatch(piece)
        iri = piece[1:-1] if absolute else None if self._spans.plain else self._iri(piece, offset)
        if iri is not None:
            found.declare(None if directive.endswith("base") else parts[0][0].rstrip(":"), offset, iri)

    @cached_property
    def _blank(self) -> int | None:
        offsets = (offset for piece, offset in self._tokens() if piece in {"[", "("} or piece.startswith("_:"))
        return next((self.line_at(offset) for offset in offsets), None)

    def _triples(self, statement: Statement) -> Iterator[tuple[str, str, int]]:
        """Each predicate and object of a statement's own subject, as written, with its offset."""
        role, predicate, depth = "subject", "", 0
        for piece, offset in self._tokens(statement.start, statement.end):
            if piece in {"]", ")"}:
                depth -= 1
            elif depth:
                depth += piece in {"[", "("}
            elif piece in {";", ","}:
                role = "predicate" if piece == ";" else "object"
            elif role == "subject":
                role = "predicate"
            elif role == "predicate":
                role, predicate = "object", piece
            else:
                yield predicate, piece, offset
                depth += piece in {"[", "("}

    def _iri(self, piece: str, offset: int) -> str | None:
        """The IRI that a piece stands for: read at once where that is plain, else by the parser."""
        prefix, colon, local = piece.partition(":")
        whole = _ABSOLUTE.fullmatch(piece)
        if whole and self._directives.at(None, offset) is None:
            return whole[1]
        namespace = self._directives.at(prefix, offset) if colon else None
        if namespace is not None and "\\" not in local:
            return namespace + local
        term = self._term(piece, offset)
        return term.value if isinstance(term, NamedNode) else None

    def _term(self, piece: str, offset: int) -> Term | None:
        if piece in {"[", "("}:
            return BlankNode()
        if piece == "a":
            return TYPE
        if piece.startswith("("):
            return NIL
        datatype = _DATATYPE.search(piece) if piece[0] in "\"'" else None
        prefix = (datatype[1] if datatype else piece).partition(":")[0]
        namespace = self._directives.at(prefix, offset)
        header = "" if namespace is None else f"@prefix {prefix}: <{namespace}> ."
        return _parsed(f"{header} <s:> <p:> {piece} .", self._directives.at(None, offset))


@lru_cache(maxsize=4096)
def _parsed(document: str, base: str | None) -> Term | None:
    try:
        found = list(parse(document, format=RdfFormat.TURTLE, base_iri=base))
    except (SyntaxError, ValueError):
        return None
    return found[0].object if len(found) == 1 else None


def _alike(value: Term | None) -> Term | str | None:
    """A value as it is looked for: one blank node is like another."""
    return "_:" if isinstance(value, BlankNode) else value
