"""SPARQL as text: its tokens, the refusal of what reads from outside or nests without end, and the way to the engine.

There is one reader of tokens, one refusal and one call of the engine, for canned queries, free ones and
those inside of shapes: a second one would be the weaker.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from samverkan.errors import OutsideError, Place, RefusedError, UsageError
from samverkan.model.namespaces import XSD

if TYPE_CHECKING:
    from pyoxigraph import QueryBoolean, QuerySolutions, QueryTriples, Store

Span: TypeAlias = tuple[int, int]
LONGEST_QUERY = 64 * 1024
DEEPEST = 64
SHORT = 2000
"""Tokens that overflow the stack of no engine, however they are strung together; it took 2600 and more."""

# A backslash outside of strings takes the next character with it, as in `ex:a\#b`; a long string
# that is never closed is told apart, for what parsers make of it differs. Only so much of a word is
# looked through for the colon that makes it a prefix that no text takes more than linear time. In an IRI numeric
# escapes are resolved also by engines that resolve them nowhere else but in strings.
_TOKEN = re.compile(
    r"(?P<comment>\#[^\r\n]*)"
    r"|(?P<iri><(?:[^<>\"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*+>)"
    r'|(?P<string>"""(?:[^"\\]|\\.|"(?!""))*+"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*+\'\'\''
    r"|(?P<unclosed>\"\"\"|''').*"
    r"|\"(?:[^\"\\\n\r]|\\.)*+\"|'(?:[^'\\\n\r]|\\.)*+')"
    r"|(?P<curie>(?:[^\W\d_](?:[\w-]|\.(?=[\w.:-])){0,99})?:(?:(?:[\w:%]|\\.)(?:[\w:%-]|\\.|\.+(?=[\w:%\\-]))*)?)"
    r"|(?P<variable>[?$]\w+)"
    r"|(?P<word>@?\w+)"
    r"|(?P<mark>[{}()\[\]])"
    r"|(?P<other>\\.|\s+|.)",
    re.DOTALL,
)
_OPENS, _CLOSES = frozenset("{(["), frozenset("})]")
_FORM = re.compile("SELECT|ASK|CONSTRUCT|DESCRIBE")  # no space need follow it
# What looks like an IRI, and after "less than" would begin a comment or a text, or open brackets.
_SEEMING = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*://)[^>]*[#'(\[!]")
# Oxigraph 0.5 ends a name before its second dot, and reads on after that. Only the first colon that may count is
# tried: where one behind it leads to SERVICE, so does that one, and to try each takes the square of their number.
_CUT = re.compile(r"(?:[^:]|:(?=\.|\Z))*+:[^.]++\.++[^.]++\..*SERVICE", re.IGNORECASE | re.DOTALL)
_BEFORE_TERMS = frozenset("([{,;=!&|+-*/^")
_FEW_BRACKETS = 8 * DEEPEST
_NOW = re.compile(r"\bNOW\b", re.IGNORECASE)
_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


def tokens(sparql: str) -> Iterator[re.Match[str]]:
    """Cut SPARQL 1.1 into comments, IRIs, strings, names, variables, words and marks."""
    return _TOKEN.finditer(sparql)


@lru_cache(maxsize=4)  # the same query is read by several, one after the other
def telling(sparql: str) -> Sequence[re.Match[str]]:
    """The tokens that are neither comment nor space."""
    return tuple(_telling(sparql))


def _telling(sparql: str) -> Iterator[re.Match[str]]:
    return (token for token in tokens(sparql) if token.lastgroup != "comment" and not token[0].isspace())


def word(token: re.Match[str] | None) -> str:
    """The bare word of a token in upper case; empty where it is none."""
    return (token["word"] or "").upper() if token else ""


def at(day: date, sparql: str) -> str:
    """A query for which it is a certain day: NOW() (SPARQL 1.1, section 17.4.5.1) becomes the time at its beginning.

    >>> at(date(2026, 1, 2), "ASK { FILTER (?a < NOW()) }")
    'ASK { FILTER (?a < "2026-01-02T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>) }'
    """
    text = replaced(sparql, [(span, moment(day)) for span in nows(sparql)])
    return Bound.of(text, sparql.origin) if isinstance(sparql, Bound) else text


def moment(day: date) -> str:
    """The term that stands for NOW() on a day."""
    return f'"{day.isoformat()}T00:00:00Z"^^<{XSD}dateTime>'


@lru_cache(maxsize=256)
def nows(sparql: str) -> Sequence[Span]:
    """Where a query says NOW()."""
    if not _NOW.search(sparql):
        return ()
    found = telling(sparql)
    called = zip(found, found[1:], found[2:], strict=False)
    return tuple(
        (name.start(), closing.end())
        for name, opening, closing in called
        if word(name) == "NOW" and (opening[0], closing[0]) == ("(", ")")
    )


def replaced(text: str, parts: Iterable[tuple[Span, str]]) -> str:
    """A text with others in place of parts of it, which don't overlap."""
    for (start, end), other in sorted(parts, reverse=True):
        text = text[:start] + other + text[end:]
    return text


def prologue(sparql: str) -> str:
    """What stands before the form of a query: where its base and its prefixes are declared."""
    return sparql[: next((token.start() for token in tokens(sparql) if _FORM.match(word(token))), len(sparql))]


def meant(names: Sequence[str], behind: str, prefixes: Mapping[str, str], base: str | None) -> Sequence[str]:
    """The IRIs that names in a query stand for behind its prologue; they may be relative or begin with a prefix.

    `prefixes` and `base` are those that hold before the prologue. The engine itself reads them, so that what is checked
    is what will be asked. Raises `UsageError` where it does not take them.

    >>> meant(["<a>", "x:b"], "BASE <c/d> PREFIX x: <e#>", {}, "https://example.org/")
    ['https://example.org/c/a', 'https://example.org/c/e#b']
    """
    from pyoxigraph import NamedNode, QuerySolutions, Store

    text = f"{behind} SELECT ?name {{ VALUES ?name {{ {' '.join(names)} }} }}"
    try:
        found = run(Store(), text, graphs=None, prefixes=dict(prefixes), base_iri=base)
    except (SyntaxError, ValueError, OSError) as error:
        raise UsageError(
            f"The names of the graphs can't be read: {error}.",
            remedy="Write them whole, within < and >.",
            sv=f"Grafernas namn går inte att läsa ({error}). Skriv dem hela, inom < och >.",
        ) from None
    rows = [row[0] for row in found] if isinstance(found, QuerySolutions) else []
    iris = [term.value for term in rows if isinstance(term, NamedNode)]
    if len(iris) != len(names):
        raise UsageError(
            "The names of the graphs can't be read.",
            remedy="Write them whole, within < and >.",
            sv="Grafernas namn går inte att läsa. Skriv dem hela, inom < och >.",
        )
    return iris


def check_harmless(
    sparql: str,
    name: str = "query",
    graphs: frozenset[str] | None = frozenset(),
    prefixes: Mapping[str, str] = MappingProxyType({}),
    base: str | None = None,
) -> None:
    """Refuse what reads from outside: `SERVICE`, and `FROM` another graph than the published ones, if they are known.

    `prefixes` and `base` are those that hold before those of the query, for `FROM` may name a graph by a prefix or
    relative to the base. The text is looked at as it stands and with numeric escapes resolved, for SPARQL 1.1
    (section 19.2) resolves them before its grammar and not every engine does. Raises
    `UsageError` with the line, also for a text longer than 64 KB or nested deeper than 64.
    """
    if len(sparql.encode("utf-8", "replace")) > LONGEST_QUERY:
        raise RefusedError(
            f"The query is longer than {LONGEST_QUERY // 1024} KB.",
            place=Place(name),
            sv=f"Frågan är längre än {LONGEST_QUERY // 1024} KB.",
        )
    for plain in dict.fromkeys((sparql, _unescaped(sparql))):
        _check_depth(plain, name)
        found = telling(plain)
        _check_tokens(plain, found, name)
        named = list(_named(found)) if graphs is not None and "FROM" in plain.upper() else []
        iris = _meant([each for _, each in named], prologue(plain), prefixes, base) if named else ()
        for (token, _), iri in zip(named, iris, strict=True):
            if iri not in (graphs or ()):
                raise _refused(_FROM, plain, token, name, OutsideError)


def names_dataset(sparql: str) -> bool:
    """Whether a query may say with FROM which graphs it asks.

    >>> names_dataset("SELECT * FROM <urn:x> {}"), names_dataset("SELECT * { GRAPH <urn:x> {} }")
    (True, False)
    """
    plain = _unescaped(sparql)
    return "FROM" in plain.upper() and any(True for _ in _named(telling(plain)))


def _check_depth(plain: str, name: str) -> None:
    """A long text that is nested without end is not read to its end."""
    depth = denials = 0
    for token in telling(plain) if len(plain) <= SHORT else _telling(plain):
        mark = token[0]
        depth += (mark in _OPENS) - (mark in _CLOSES)
        denials = denials + 1 if mark == "!" else 0
        if depth > DEEPEST or denials > DEEPEST:
            raise _refused(_DEEP, plain, token, name)


def _check_tokens(plain: str, found: Sequence[re.Match[str]], name: str) -> None:
    opened: list[str] = []
    may_call = "SERVICE" in plain.upper()
    for before, token, after in zip([None, *found], found, [*found[1:], None], strict=False):
        if _may_compare(before, token, opened) and _may_hide(plain):
            raise _refused(_UNCLEAR, plain, token, name, OutsideError)
        if token.lastgroup == "mark":
            _follow(opened, token[0])
        if token["unclosed"]:
            raise _refused(_UNCLOSED, plain, token, name)
        if may_call and _calls_out(before, token, after):
            raise _refused(_SERVICE, plain, token, name, OutsideError)


def _calls_out(before: re.Match[str] | None, token: re.Match[str], after: re.Match[str] | None) -> bool:
    """Whether this may be read as SERVICE.

    Parsers need no space around a keyword: `trueSERVICE?x` and `SERVICE:x {` call out as well,
    and so does what stands in `?a<?b)SERVICE?x#>`, which looks like an IRI.
    """
    if token["curie"]:
        if _CUT.match(token["curie"]):
            return True
        opens = after is not None and after[0] == "{"
        return "SERVICE" in token["curie"].partition(":")[0].upper() and opens and not word(before).endswith("GRAPH")
    return "SERVICE" in word(token) or _hides(token, "SERVICE")


def _meant(names: Sequence[str], behind: str, prefixes: Mapping[str, str], base: str | None) -> Sequence[str]:
    """What `meant` gives; where it can't, names as they stand, for the engine does not say which of them is wrong."""
    with suppress(UsageError):
        if all(names):
            return meant(names, behind, prefixes, base)
    return [name[1:-1] for name in names]


def _named(found: Sequence[re.Match[str]]) -> Iterator[tuple[re.Match[str], str]]:
    """Each word that may be read as FROM, with the name of a graph behind it, empty where there is none for sure."""
    depth = 0
    for place, token in enumerate(found):
        depth += (token[0] in _OPENS) - (token[0] in _CLOSES)
        if _names_graph(found[place - 1] if place else None, token, depth):
            after = found[place + 1 : place + 3]
            name = after[1:] if after and word(after[0]) == "NAMED" else after
            yield token, _name(name[0]) if token["word"] and name else ""


def _name(token: re.Match[str]) -> str:
    """The name that a token is; `NAMED:x` is none, for it is read as NAMED and `:x` as well."""
    found = token["iri"] or token["curie"] or ""
    return "" if found.upper().startswith("NAMED") else found


def _names_graph(before: re.Match[str] | None, token: re.Match[str], depth: int) -> bool:
    """Whether this may be read as FROM, which stands outside of all brackets; see `_calls_out`."""
    if token["curie"]:
        return "FROM" in token["curie"].partition(":")[0].upper() and depth == 0 and word(before) != "PREFIX"
    return "FROM" in word(token) or _hides(token, "FROM")


def _hides(token: re.Match[str], keyword: str) -> bool:
    return keyword in (token["iri"] or "").partition(")")[2].upper()


def _follow(opened: list[str], mark: str) -> None:
    """Keep the brackets that are open."""
    if mark in _OPENS:
        opened.append(mark)
    elif mark in _CLOSES and opened:
        opened.pop()


def _may_compare(before: re.Match[str] | None, token: re.Match[str], opened: list[str]) -> bool:
    """Whether what looks like an IRI may be "less than" and more: in `FILTER(?a<?b#>` a comment begins.

    A parser knows by what stands before: within round brackets a whole term, or the first half of `<<`.
    """
    if token.lastgroup != "iri" or before is None or not _SEEMING.match(token[0]):
        return False
    return before[0] == "<" or (opened[-1:] == ["("] and before[0] not in _BEFORE_TERMS)


def _may_hide(plain: str) -> bool:
    """Whether a text that can be read in two ways has, anywhere, a word that is refused or more than a few brackets."""
    words = plain.upper()
    return "SERVICE" in words or "FROM" in words or sum(map(plain.count, "([{!")) > _FEW_BRACKETS


# Why something is refused, in English and Swedish.
_DEEP = (f"it is nested deeper than {DEEPEST}", f"den är nästlad djupare än {DEEPEST}")
_UNCLEAR = (
    "it may be an address or a comparison, with another meaning for all that follows, unless a space stands after <",
    "den kan vara en adress eller en jämförelse, och allt efteråt beror på vilket, om inte ett blanksteg står efter <",
)
_UNCLOSED = ("this string is never closed", "texten avslutas aldrig")
_SERVICE = (
    "SERVICE asks another server, and a query may not be passed on to other servers",
    "SERVICE frågar en annan server, och frågor får inte skickas vidare till andra servrar",
)
_FROM = ("FROM may only name a published graph", "FROM får bara nämna en publicerad graf")


def _refused(
    why: tuple[str, str], sparql: str, token: re.Match[str], name: str, kind: type[UsageError] = RefusedError
) -> UsageError:
    (en, sv), what = why, token[0][:40]
    place = Place(name, sparql.count("\n", 0, token.start()) + 1)
    return kind(f"{what} is refused: {en}.", remedy="Remove it.", place=place, sv=f"{what} avvisas: {sv}. Ta bort det.")


class Bound(str):
    """A text that was made of another one, `origin`, by putting terms into its VALUES blocks.

    A library wrote the terms, so what is harmless stays so; an IRI among them that looks like SERVICE is none.
    """

    __slots__ = ("origin",)

    origin: str

    @classmethod
    def of(cls, text: str, origin: str) -> Bound:
        """A text with the one that it was made of."""
        made = cls(text)
        made.origin = origin
        return made


@lru_cache(maxsize=256)
def _pass(
    sparql: str, name: str, graphs: frozenset[str] | None, prefixes: tuple[tuple[str, str], ...], base: str | None
) -> None:
    """See `check_harmless`; what has passed once is not looked through again."""
    check_harmless(sparql, name, graphs, dict(prefixes), base)


def let_pass(
    sparql: str,
    name: str,
    graphs: frozenset[str] | None,
    prefixes: Mapping[str, str] | None = None,
    base: str | None = None,
) -> None:
    """Raise what `check_harmless` raises, before any parser sees a text."""
    text = sparql.origin if isinstance(sparql, Bound) else sparql
    _pass(text, name, graphs, tuple((prefixes or {}).items()), base)


def run(
    store: Store, sparql: str, name: str = "query", graphs: frozenset[str] | None = frozenset(), **options: Any
) -> QuerySolutions | QueryBoolean | QueryTriples:
    """Let pyoxigraph answer a query that is harmless; nothing else here calls its `Store.query`, which tests see to.

    `graphs` are those that FROM may name, or None where others are as if they were not there.
    Raises what `check_harmless` and `Store.query` raise.
    """
    let_pass(sparql, name, graphs, options.get("prefixes"), options.get("base_iri"))
    return store.query(sparql, **options)


def is_short(sparql: str) -> bool:
    """Whether a text has so few tokens that no parser can overflow its stack, once it is nested no deeper than it may.

    >>> is_short("ASK {}"), is_short("SELECT (1" + "+1" * 30_000 + " AS ?x) {}")
    (True, False)
    """
    return len(sparql) <= SHORT or len(telling(sparql)) <= SHORT


def _unescaped(sparql: str) -> str:
    def character(match: re.Match[str]) -> str:
        code = int(match[1] or match[2], 16)
        return chr(code) if code < 0x110000 else " "  # noqa: PLR2004 - the last code point of Unicode

    return _ESCAPED.sub(character, sparql)
