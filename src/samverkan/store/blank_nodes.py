"""Blank nodes of an answer by other names: the engine draws lots for them, and one answer is to be the same bytes.

They are numbered in the order in which they come.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count
from typing import TypeVar

from pyoxigraph import BlankNode, Triple

_IN_JSON = re.compile(rb'(?<="type":"bnode","value":")[^"]+')  # a text has no plain quotation mark
Name = TypeVar("Name", bytes, BlankNode)


class NodeNumbers(dict[Name, int]):
    """The number of each name that is asked for, given out in turn."""

    def __init__(self) -> None:
        super().__init__()
        self._next = count()

    def __missing__(self, name: Name) -> int:
        found = self[name] = next(self._next)
        return found


def numbered_in_json(json: bytes, numbers: NodeNumbers[bytes] | None = None) -> bytes:
    """A table in SPARQL 1.1 Query Results JSON, as the library writes it; `numbers` are those of parts before it.

    >>> numbered_in_json(b'{"type":"bnode","value":"5f"},{"type":"bnode","value":"a0"},{"type":"bnode","value":"5f"}')
    b'{"type":"bnode","value":"b0"},{"type":"bnode","value":"b1"},{"type":"bnode","value":"b0"}'
    """
    if b'"bnode"' not in json:
        return json
    known = NodeNumbers[bytes]() if numbers is None else numbers
    return _IN_JSON.sub(lambda found: b"b%d" % known[found[0]], json)


def numbered(triples: Iterable[Triple]) -> Iterable[Triple]:
    """Some triples in their order."""
    numbers = NodeNumbers[BlankNode]()
    return (_numbered(triple, numbers) for triple in triples)


def _numbered(triple: Triple, numbers: NodeNumbers[BlankNode]) -> Triple:
    subject, value = triple.subject, triple.object
    if not isinstance(subject, BlankNode) and not isinstance(value, BlankNode | Triple):
        return triple
    subject = BlankNode(f"b{numbers[subject]}") if isinstance(subject, BlankNode) else subject
    if isinstance(value, BlankNode):
        value = BlankNode(f"b{numbers[value]}")
    return Triple(subject, triple.predicate, _numbered(value, numbers) if isinstance(value, Triple) else value)
