"""Answers that come in blocks: the same formats, of which each block is written as it comes.

A table has the bytes that it would have as a whole. A graph in Turtle declares its prefixes with each block, and
JSON-LD has whole IRIs and no context, for what a document needs of one is not known at its beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from samverkan.formats import Format, graphs, jsonld
from samverkan.formats.jsonld import Context
from samverkan.formats.xml_text import END
from samverkan.model.results import Graph, Table
from samverkan.model.table_rows import BEFORE_ROWS, BEHIND_ROWS


@dataclass(frozen=True)
class _Delimiters:
    """What stands around the blocks of an answer in a format: its head ends with `before`, and `end` is its last.

    `between` stands between two blocks. `write` is what writes a block where that is not the format itself.
    """

    before: bytes = b""
    end: bytes = b""
    between: bytes = b""
    write: Callable[[Graph, Context], bytes] | None = None


def _nodes(block: Graph, _: Context) -> bytes:
    return jsonld.write_document(block, jsonld.EMPTY)


_DELIMITERS: Mapping[str, _Delimiters] = {
    "json": _Delimiters(BEFORE_ROWS, BEHIND_ROWS, b","),
    "csv": _Delimiters(b"\r\n"),
    "spreadsheet": _Delimiters(b"\r\n"),
    "tsv": _Delimiters(b"\n"),
    "xml": _Delimiters(b"<results>", b"</results></sparql>"),
    "turtle": _Delimiters(),
    "ntriples": _Delimiters(),
    "rdfxml": _Delimiters(b'">', END, write=graphs.rdfxml_block),
    "jsonld": _Delimiters(b'"@graph": [\n    ', b"\n  ]\n}\n", b",\n    ", write=_nodes),
}


class StreamWriter:
    """Writes the blocks of an answer in a format, one after the other; `end` stands behind the last of them."""

    def __init__(self, form: Format, context: Context) -> None:
        self._form, self._context = form, context
        self._frame = _DELIMITERS[form.name]
        self._is_begun = False

    def __call__(self, block: Table | Graph) -> bytes:
        """The bytes of the next block; raises `NotAcceptableError` where the format can't carry it."""
        frame = self._frame
        whole = frame.write(block, self._context) if frame.write else self._form(block, self._context)  # type: ignore[arg-type]  # only graphs are written so
        written = whole.removesuffix(frame.end)
        if not self._is_begun:
            self._is_begun = True
            return written
        return frame.between + written[written.index(frame.before) + len(frame.before) :]

    @property
    def end(self) -> bytes:
        """What stands behind the last block."""
        return self._frame.end
