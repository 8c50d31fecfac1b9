"""Whether a store reads a regular expression as the engines do: it is asked about texts whose answers are known."""

from __future__ import annotations

from functools import lru_cache

from pyoxigraph import Literal, QuerySolutions
from pyoxigraph import Store as MemoryStore

from samverkan.errors import SamverkanError
from samverkan.model.sparql import run
from samverkan.validation.query_runner import QueryRunner

_TEXTS = (
    *("", " ", "a", "A", "x y", "word", "WORD", "0", "7", "42", "-1", "+1", "1.5", "true", "false", "INF"),
    *("2020", "2020-02", "2020-02-29", "2021-02-29", "2020-13-01", "2020-01-01Z", "2020-01-01T12:00:00", "12:00:00"),
    *("--02-30", "---31", "P1Y", "PT1H", "7/10", "a-b", "a.b", "a\\b", "[a]", "(a)", "a|b", "$", "^", "?", "*"),
    *("someone@example.org", "https://example.org/id/x", "1212121212", "121212-1212", "19121212-1212", "000000-0000"),
    *("å", "Å", "ö", "é", "\u00a0", "\u2010", "\u2028", "\u200d", "\U0001f600", "åäö x", "Ω", "\ufeff", "ß"),
)


def trusted(store: QueryRunner, pattern: str, flags: str) -> bool:
    """Whether the store finds a pattern in the same texts as the library here, whose reading the engines share.

    The pattern is a text as SPARQL writes it.
    """
    query = _query(pattern, flags)
    try:
        rows = store.table(query).rows
    except SamverkanError:
        return False
    return frozenset(str(row[0]) for row in rows) == _expected(query)


def _query(pattern: str, flags: str) -> str:
    texts = " ".join(f"({number} {Literal(text)})" for number, text in enumerate(_TEXTS))
    arguments = f"{pattern}, {Literal(flags)}" if flags else pattern
    return f"SELECT ?number WHERE {{ VALUES (?number ?text) {{ {texts} }} FILTER(REGEX(STR(?text), {arguments})) }}"


@lru_cache(maxsize=256)
def _expected(query: str) -> frozenset[str]:
    found = run(MemoryStore(), query)
    assert isinstance(found, QuerySolutions)
    return frozenset(str(row[0]) for row in found)
