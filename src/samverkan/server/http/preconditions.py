"""Conditional requests and ranges (RFC 9110, sections 13 and 14): what an answer becomes of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from samverkan.server.http.messages import Readable, Request, Response
from samverkan.server.pool import Stream

_WEAK = re.compile(r'(?:W/)?("[^"]*")')
_STRONG = re.compile(r'(?:^|[\s,])("[^"]*")')
_RANGE = re.compile(r"bytes=(\d*)-(\d*)", re.ASCII)
_LEFT_OUT = frozenset(
    {"content-type", "content-disposition", "content-encoding", "content-language", "link", "accept-ranges"}
)
_VALIDATORS = frozenset({"etag", "last-modified"})
_ASKED = ("if-none-match", "if-match", "if-modified-since", "if-unmodified-since", "range")


def applied(request: Request, response: Response) -> Response:
    """The answer to a GET or HEAD whose conditions have been looked at: itself, 304, 206, 412 or 416."""
    asked = request.headers
    if response.status != HTTPStatus.OK or not any(name in asked for name in _ASKED):
        return response
    validators = {name: value for name, value in response.headers if name in _VALIDATORS}
    tag = validators.get("etag")
    if tag is None:
        return response
    modified = _seconds(validators.get("last-modified"))
    if not _stands(asked, tag, modified):
        return Response(HTTPStatus.PRECONDITION_FAILED, _kept(response))
    if not _differs(asked, tag, modified):
        return Response(HTTPStatus.NOT_MODIFIED, _kept(response))
    return _part(asked, response, tag) if request.method == "GET" else response


def _stands(asked: Mapping[str, str], tag: str, modified: float | None) -> bool:
    """Whether it is still what the client has (sections 13.1.1 and 13.1.4); a tag counts for more than a time."""
    if "if-match" in asked:
        return _matches(asked["if-match"], tag, _STRONG)
    since = _seconds(asked.get("if-unmodified-since"))
    return since is None or modified is None or modified <= since


def _differs(asked: Mapping[str, str], tag: str, modified: float | None) -> bool:
    """Whether it is another one than the client has (sections 13.1.2 and 13.1.3); a tag counts for more than a time."""
    if "if-none-match" in asked:
        return not _matches(asked["if-none-match"], tag, _WEAK)
    since = _seconds(asked.get("if-modified-since"))
    return since is None or modified is None or modified > since


def _seconds(date: str | None) -> float | None:
    """A date of HTTP in seconds; None for what is none, which counts as not given."""
    try:
        found = parsedate_to_datetime(date or "")
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None


def _matches(header: str, tag: str, comparison: re.Pattern[str]) -> bool:
    """Whether a list of entity tags names this one, by the strong or the weak comparison (section 8.8.3.2)."""
    return header.strip() == "*" or tag in comparison.findall(header)


def _kept(response: Response) -> tuple[tuple[str, str], ...]:
    return tuple(header for header in response.headers if header[0] not in _LEFT_OUT)


def _part(asked: Mapping[str, str], response: Response, tag: str) -> Response:
    """One range of bytes; several, or none that can be read, are ignored, as section 14.2 allows."""
    found = _RANGE.fullmatch(asked.get("range", ""))
    if not found or found[0] == "bytes=-" or asked.get("if-range", tag) != tag:
        return response
    start, stop = _bounds(found[1], found[2], response.size)
    if start >= stop:
        headers = (*_kept(response), ("content-range", f"bytes */{response.size}"))
        return Response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers)
    headers = (*response.headers, ("content-range", f"bytes {start}-{stop - 1}/{response.size}"))
    return Response(HTTPStatus.PARTIAL_CONTENT, headers, _cut(response, start, stop))


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    if not first:
        return max(0, size - int(last[:18])), size if int(last[:18]) else 0
    return int(first[:18]), min(size, int(last[:18]) + 1) if last else size


@dataclass(frozen=True)
class _Slice:
    """A part of something that is too large for memory."""

    whole: Readable
    start: int
    size: int

    def read(self, offset: int, size: int, /) -> bytes:
        return self.whole.read(self.start + offset, min(size, self.size - offset))


def _cut(response: Response, start: int, stop: int) -> bytes | _Slice:
    if isinstance(response.body, bytes):
        return response.body[start:stop]
    assert not isinstance(response.body, Stream), "it has no entity tag, and so no parts"
    return _Slice(response.body, start, stop - start)
