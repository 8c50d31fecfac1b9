"""Where the rows of a table in SPARQL 1.1 Query Results JSON begin, told without reading them.

The JSON is as the RDF library writes it, without spaces.
"""

from __future__ import annotations

from collections.abc import Iterator

BEFORE_ROWS = b'"bindings":['
BEHIND_ROWS = b"]}}"
# Only the list of rows has objects beside each other. In a text a quotation mark is escaped, but a text may end so:
# behind its own quotation mark there is a comma or a bracket, and behind that of a name there is the name.
_BETWEEN = b'},{"'
_BEHIND_TEXT = b",}"


def row_starts(json: bytes, begin: int) -> Iterator[int]:
    """Where each row but the first begins, from the place `begin` on; rows without any value are not told apart."""
    place = json.find(_BETWEEN, begin)
    while place >= 0:
        if _is_between(json, place):
            yield place + 2
        place = json.find(_BETWEEN, place + 2)


def last_row(json: bytes) -> int:
    """Where the last row ends behind which another one has begun; below 0 where there is none.

    >>> last_row(b'{"a":{"type":"uri","value":"x"}},{"a":{"ty'), last_row(b'{"a":{"type":"literal","value":"},{"}')
    (32, -1)
    """
    place = json.rfind(_BETWEEN, 0, len(json) - 1)
    while place >= 0 and not _is_between(json, place):
        place = json.rfind(_BETWEEN, 0, place + len(_BETWEEN) - 1)
    return place + 1 if place >= 0 else -1


def _is_between(json: bytes, place: int) -> bool:
    """Whether what looks like the end of a row and the beginning of the next one is that."""
    return json[place + len(_BETWEEN)] not in _BEHIND_TEXT
