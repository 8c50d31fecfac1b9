"""What goes in and out: a request that is whole, and the answer to it (RFC 9110, section 6)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from http import HTTPStatus
from typing import Protocol
from urllib.parse import quote

from samverkan.server.pool import Stream

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"(?:[!-~](?:[\t -~]*[!-~])?)?")
_VISIBLE = "".join(map(chr, range(ord("!"), ord("~") + 1)))
_OURS = frozenset({"connection", "content-length", "date", "keep-alive", "trailer", "transfer-encoding", "upgrade"})
_BODILESS = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})
_FINAL = range(200, 600)


class Readable(Protocol):
    """Bytes that are too many for memory: their number, and any part of them."""

    @property
    def size(self) -> int:
        """How many bytes there are."""

    def read(self, offset: int, size: int, /) -> bytes:
        """Up to `size` bytes from `offset`; fewer only at the end. It must be quick: the whole service waits."""


Body = bytes | Readable | Stream
"""What an answer says: a stream can be taken only once, and nobody knows yet how long it will be."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request that has arrived whole.

    `path` is as it was sent, percent-encoded, and begins with "/" (only `OPTIONS *` has the
    path "*"); `query` is what stood after the first "?", as it was sent. The names of the
    headers are in lower case; fields that were repeated are joined with ", " (RFC 9110,
    section 5.3), and their bytes are read as Latin-1. What was sent in absolute form
    (RFC 9112, section 3.2.2) has got its authority as `host`. `chunks` says whether its client
    reads an answer in chunks: those of HTTP/1.0 don't.
    """

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""
    chunks: bool = True


@dataclass(frozen=True)
class Response:
    """An answer; it does not change, so it can be kept and sent any number of times.

    `headers` come without those that belong to the connection (`date`, `content-length`,
    `connection` …): they are added where it is sent. To HEAD, the same `Response` is
    given as to GET. One whose body is streamed is sent once.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: Body = b""

    @property
    def size(self) -> int:
        """How many bytes the body has; of one that is streamed, those that there have been."""
        return len(self.body) if isinstance(self.body, bytes) else self.body.size

    @property
    def bodiless(self) -> bool:
        """Whether the status forbids a body (RFC 9110, sections 15.3.5 and 15.4.5)."""
        return self.status in _BODILESS

    @cached_property
    def head(self) -> bytes:
        """The status line and the headers with `content-length`, encoded; not `date`, `connection` and the empty line.

        What is streamed has `transfer-encoding` in place of the length.

        Raises `ValueError` where a name or a value could break out of its line, where a
        header is not for the caller to set, and for a status that ends no request.
        """
        if self.status not in _FINAL:
            raise ValueError(f"{self.status} is no status of an answer.")
        lines = [f"HTTP/1.1 {self.status} {_phrase(self.status)}", *(_line(*header) for header in self.headers)]
        if not self.bodiless:
            is_long = isinstance(self.body, Stream)
            lines.append("transfer-encoding: chunked" if is_long else f"content-length: {self.size}")
        return "".join(f"{line}\r\n" for line in lines).encode("ascii")


@lru_cache(maxsize=256)  # most are the same in every answer
def field(text: str) -> str:
    r"""The value of a header that says a text: visible ASCII, spaces and tabs (RFC 9110, section 5.5).

    All else is percent-encoded, so that no text can make a value that HTTP does not allow.

    >>> field("https://example.org/€"), field("a\r\nb: c\0 ")
    ('https://example.org/%E2%82%AC', 'a%0D%0Ab: c%00')
    """
    if text.isascii() and text.isprintable():  # as nearly all are
        return text.strip(" ")
    return quote(text.strip(" \t"), safe=f"{_VISIBLE} \t", errors="replace")


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:  # a status that Python does not know may go without (RFC 9112, section 4)
        return ""


@lru_cache(maxsize=256)
def _line(name: str, value: str) -> str:
    """One header on its line; never more than one line, whatever the value holds (response splitting)."""
    if not _TOKEN.fullmatch(name) or name.lower() in _OURS:
        raise ValueError(f"{name!r} is no header that an answer may set.")
    if not _VALUE.fullmatch(value):
        raise ValueError(f"The value of the header {name!r} holds a character that HTTP does not allow.")
    return f"{name}: {value}"
