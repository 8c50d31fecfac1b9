"""Answers in pages: which page is asked for, what stands on it, and how many there are.

A page of a table has some rows of it, a page of a graph some of the things that it describes, each whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import orjson
from pyoxigraph import BlankNode, Triple

from samverkan.errors import ParameterError
from samverkan.model.results import Answer, Graph, Table, blocks
from samverkan.model.table_rows import BEFORE_ROWS, BEHIND_ROWS, row_starts

PAGE, LIMIT = NAMES = ("page", "limit")
"""The parameters that every answer of several pages takes, as Digg's profile for REST names them."""
LONGEST = 100_000
"""Rows of a page, at most."""

SCREEN = 25
"""Rows of a page for people, or things of a list, where an answer has more than `LONG` of them."""
LONG = 75
SCREENS = (SCREEN, 10, 5)
"""The same where rows are long: the first of these of which no page has more than `_WIDEST`, else the last."""
_WIDEST = 20_000  # bytes as JSON: a table of that size has room on a page for people

_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_IN_PATH = re.compile(rf"(?:\A|/)(?:{LIMIT}=({'|'.join(map(str, SCREENS))})/)?{PAGE}=([1-9][0-9]{{0,8}})\Z")


class AnswerPart(NamedTuple):
    """The page of an answer that is asked for, from 1, and of how many rows or things; None for what the site says."""

    number: int = 1
    limit: int | None = None

    @property
    def values(self) -> dict[str, str]:
        """What a query string says of it: nothing where it is the first page, of as many rows as the site says."""
        given = {PAGE: self.number if self.number > 1 else None, LIMIT: self.limit}
        return {name: str(value) for name, value in given.items() if value}


FIRST = AnswerPart()


def in_path(bound: str) -> tuple[str, AnswerPart]:
    """The values in a path without the page that stands behind them, and that page; the first stands for itself.

    >>> in_path("lang=en/page=2"), in_path("page=1")
    (('lang=en', AnswerPart(number=2, limit=None)), ('page=1', AnswerPart(number=1, limit=None)))
    >>> in_path("limit=25/page=3"), in_path("limit=24/page=3")
    (('', AnswerPart(number=3, limit=25)), ('limit=24', AnswerPart(number=3, limit=None)))
    """
    found = _IN_PATH.search(bound)
    if found is None or found[2] == "1":
        return bound, FIRST
    return bound[: found.start()], AnswerPart(int(found[2]), int(found[1]) if found[1] else None)


def part_of(page: str | None, limit: str | None, most: int) -> AnswerPart:
    """The page that a query string asks for; raises `ParameterError` for what is no page, and for too many rows."""
    number = _number(PAGE, page, None) or 1
    rows = _number(LIMIT, limit, most)
    return AnswerPart(number, None if rows == most else rows)


def _number(name: str, text: str | None, most: int | None) -> int | None:
    if not text:  # a field of a form that was left empty
        return None
    if _NUMBER.fullmatch(text) and (most is None or int(text) <= most):
        return int(text)
    en, sv = (f" to {most}", f" till {most}") if most else (" on", " och uppåt")
    raise ParameterError(
        name,
        f"{text[:80]!r} is not a value of the parameter '{name}'.",
        remedy=f"It takes a whole number from 1{en}.",
        sv=f"{text[:80]!r} är inte ett värde för parametern '{name}'. Den tar ett heltal från 1{sv}.",
    )


def count(answer: Answer, limit: int) -> int:
    """How many pages an answer has: one at least."""
    return max(1, -(-_size(answer) // limit))


def cut(answer: Answer, part: AnswerPart, limit: int) -> Answer:
    """A page of an answer; the answer itself where it has only one."""
    if count(answer, limit) == 1:
        return answer
    start = (part.number - 1) * limit
    if isinstance(answer, Table):
        return Table(_rows(answer.json, start, start + limit))
    assert isinstance(answer, Graph)
    return Graph(tuple(triple for block in blocks(answer.own)[start : start + limit] for triple in block.triples))


def screen_rows(answer: Answer) -> int:
    """How many rows of an answer a page for people has room for, so that none of them is cut off."""
    if not isinstance(answer, Table):
        return SCREEN
    places = _places(answer.json)[1]
    return next((rows for rows in SCREENS if _widest(places, rows) <= _WIDEST), SCREENS[-1])


def _widest(places: Sequence[int], rows: int) -> int:
    """The size of the largest page of so many rows."""
    starts = [*places[:-1:rows], places[-1]]
    return max((after - before for before, after in pairwise(starts)), default=0)


def _size(answer: Answer) -> int:
    """The rows of a table, and the things of a graph; blank nodes have no identity in another document."""
    if isinstance(answer, Table):
        return len(_places(answer.json)[1]) - 1
    if not isinstance(answer, Graph) or any(map(_has_blank_node, answer.own)):
        return 1
    return len({triple.subject for triple in answer.own})


def _has_blank_node(triple: Triple) -> bool:
    return isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode)


def _compact(json: bytes) -> bytes:
    """Results without spaces, in which rows can be told apart without being read; a row without a value has a mark."""
    if json.endswith(BEHIND_ROWS) and BEFORE_ROWS in json and b"{}" not in json:
        return json
    found = orjson.loads(json)
    for row in found["results"]["bindings"]:
        if not row:
            row[""] = {}
    return orjson.dumps({"head": found["head"], "results": {"bindings": found["results"]["bindings"]}})


def _rows(json: bytes, start: int, stop: int) -> bytes:
    """Some of the rows of results."""
    compact, places = _places(json)
    rows = compact[places[start] : places[min(stop, len(places) - 1)] - 1]
    return (compact[: places[0]] + rows + BEHIND_ROWS).replace(b'{"":{}}', b"{}")


@lru_cache(maxsize=1)
def _places(json: bytes) -> tuple[bytes, Sequence[int]]:
    """Results without spaces, where each row begins in them, and where one more would begin.

    Those of the last answer are kept: its pages follow one another.
    """
    compact = _compact(json)
    begin = compact.index(BEFORE_ROWS) + len(BEFORE_ROWS)
    end = len(compact) - len(BEHIND_ROWS)
    return compact, [begin, *row_starts(compact, begin), end + 1] if end > begin else [begin]
