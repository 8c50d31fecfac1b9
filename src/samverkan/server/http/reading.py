"""Bytes in, requests out (RFC 9112), one at a time: what follows a request is not looked at before it is answered.

llhttp (in httptools) says whether a head and a chunked body are well-formed; where a message
ends is worked out here too, and what llhttp lets pass although RFC 9112 does not is refused:
several spaces in the request line, a bare LF before it, RTSP and ICE, fragments, other
transfer codings before `chunked`, a `Transfer-Encoding` in HTTP/1.0, bodies that it skips
because of an `Upgrade`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from httptools import HttpParserError, HttpParserInvalidMethodError, HttpParserUpgrade, HttpRequestParser

from samverkan.server.http.limits import Limits
from samverkan.server.http.messages import Request

_NAME = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_PATH = r"/(?:[!$&'()*+,\-./0-9:;=@A-Z_a-z~]++|%[0-9A-Fa-f]{2})*+"
# RFC 3986 without these would refuse the {, }, |, ^, ` and \ that browsers leave as they are in a query.
_QUERY = r"[!$-;=?-~]*"
_HOST = r"(?:\[[0-9A-Fa-f:.]+\]|(?:[!$&'()*+,\-.0-9;=A-Z_a-z~]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?"

_LINE = re.compile(rf"({_NAME}) (?:({_PATH})(?:\?({_QUERY}))?|([!-~]+)) HTTP/([0-9]\.[0-9])\r\n")
_AROUND_TARGET = len("  HTTP/1.1\r\n")
_ABSOLUTE = re.compile(rf"https?://(?![:/?]|$)({_HOST})({_PATH})?(?:\?({_QUERY}))?", re.IGNORECASE)
_AUTHORITY = re.compile(_HOST)
_METHOD = re.compile(rf"{_NAME}(?: |$)".encode())

_END = b"\r\n\r\n"
_LONGEST_METHOD = 64
_ONCE = frozenset({"host", "content-length", "transfer-encoding"})
_VERSIONS = frozenset({"1.0", "1.1"})
_TURN = 64  # pieces of a chunked body that are read at a time: others wait meanwhile
_OVERHEAD = 8  # bytes on the wire for a byte of the body: a chunk of one byte takes six
_REMEMBERED, _REMEMBERED_BYTES = 1024, 2048  # how many heads, and how long ones

# What llhttp says, where it is something else than a bad request.
_REASONS = {
    "Content-Length overflow": 413,
    "Invalid method for HTTP/x.x request": 501,
    "Invalid HTTP version": 505,
    "Pause on PRI/Upgrade": 505,
}


class UnreadableRequestError(Exception):
    """What came in is no request that can be answered; `status` says why, and the connection is of no more use."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class _Counted:
    """A body whose length was told."""

    def __init__(self, size: int) -> None:
        self._left = size
        self.content = bytearray()

    @property
    def whole(self) -> bool:
        return not self._left

    def take(self, data: bytes, start: int) -> int:
        part = data[start : start + self._left]
        self.content += part
        self._left -= len(part)
        return start + len(part)


class _Chunked:
    """A body in chunks (RFC 9112, section 7.1), read by a parser of its own. Trailers are read and dropped.

    A message can end only with an empty line, so it is fed up to whatever looks like one:
    then no byte of what follows the message is taken.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._wire = 0
        self.content = bytearray()
        self.whole = False
        self._parser = HttpRequestParser(self)
        self._parser.feed_data(b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n")

    def on_body(self, part: bytes) -> None:
        self.content += part

    def on_message_complete(self) -> None:
        self.whole = True

    def take(self, data: bytes, start: int) -> int:
        first = start
        for _ in range(_TURN):
            if start == len(data) or self.whole:
                break
            end = self._next_end(data, first, start)
            self._feed(data[start:end])
            start = end
        return start

    def _next_end(self, data: bytes, first: int, start: int) -> int:
        """Where the message may end next; it may do so in the first bytes if what came before was the beginning."""
        if start - first < len(_END) - 1:
            return start + 1
        found = data.find(_END, start - len(_END) + 1)
        return len(data) if found < 0 else found + len(_END)

    def _feed(self, line: bytes) -> None:
        self._wire += len(line)
        try:
            self._parser.feed_data(line)
        except HttpParserError:
            raise UnreadableRequestError(400) from None
        if len(self.content) > self._most or self._wire > _OVERHEAD * self._most:
            raise UnreadableRequestError(413)


Known = dict[bytes, tuple[Request, bool, bool]]
"""Whole heads of requests without a body: the request, whether the client goes on, and whether it is HTTP/1.0."""


class Reader:
    """Reads one request after the other from the bytes of a connection.

    After `take`, `request` is the request if it is whole. `begun` and `in_body` say how far
    an unfinished one has come; `expects`, whether the client waits for `100 Continue`;
    `keep_alive`, whether it takes more answers after this one; `old`, whether it speaks HTTP/1.0.
    """

    __slots__ = ("_body", "_known", "_limits", "_parser", "_partial", "_raw", "expects", "keep_alive", "old", "request")

    def __init__(self, limits: Limits, known: Known | None = None) -> None:
        """`known` are heads that were understood before; readers with the same limits may share them."""
        self._limits = limits
        self._known = {} if known is None else known
        self._parser = _parser()
        self._raw = bytearray()
        self._partial: Request | None = None
        self._body: _Counted | _Chunked | None = None
        self.request: Request | None = None
        self.expects = False
        self.keep_alive = True
        self.old = False

    @property
    def begun(self) -> bool:
        """Whether a part of a head has come."""
        return bool(self._raw)

    @property
    def in_body(self) -> bool:
        """Whether the head has come and the body has not."""
        return self._body is not None

    def take(self, data: bytes, start: int) -> int:
        """Read from `start`, to the end of the request at most, and return where the rest begins.

        Raises `UnreadableRequestError` where it is no request that is right by RFC 9112, or one that is too large.
        """
        self.request = None
        if self._body is not None:
            return self._take_body(self._body, data, start)
        if self._raw:
            return self._gather(data, start)
        if data.startswith(b"\r\n", start):  # an empty line before a request (RFC 9112, section 2.2)
            return start + 2
        end = data.find(_END, start) + len(_END)
        if end < len(_END):
            return self._gather(data, start)
        self._take_head(data[start:end])
        return end

    def _take_head(self, head: bytes) -> None:
        """Understand a head that came in one piece. Clients repeat themselves, and the same bytes mean the same."""
        known = self._known.get(head)
        if known is not None:
            self.request, self.keep_alive, self.old = known
            return
        self._feed(head, head)
        self._begin(head)
        if self.request is not None and len(head) <= _REMEMBERED_BYTES:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[head] = (self.request, self.keep_alive, self.old)

    def _gather(self, data: bytes, start: int) -> int:
        """Keep a part of a head until its end has come. Faults are found as soon as they are there."""
        if self._raw == b"\r" and data.startswith(b"\n", start):  # an empty line in two pieces
            self._raw.clear()
            return start + 1
        before = len(self._raw)
        self._raw += data[start:]
        end = self._raw.find(_END, max(0, before - len(_END) + 1))
        if end < 0:
            self._feed(data[start:], self._raw)
            self._check_size()
            return len(data)
        taken = start + end + len(_END) - before
        self._feed(data[start:taken], self._raw)
        head = bytes(self._raw[: end + len(_END)])
        self._raw.clear()
        self._begin(head)
        return taken

    def _feed(self, part: bytes, seen: bytes | bytearray) -> None:
        try:
            self._parser.feed_data(part)
        except HttpParserUpgrade:  # nothing is upgraded to (RFC 9110, section 7.8, allows to ignore it)
            self._parser = _parser()
        except HttpParserError as error:
            raise UnreadableRequestError(_status(error, seen)) from None

    def _check_size(self) -> None:
        line = self._limits.url + _LONGEST_METHOD
        if len(self._raw) > line and self._raw.find(b"\r\n", 0, line) < 0:
            raise UnreadableRequestError(414)
        if len(self._raw) > line + self._limits.headers:
            raise UnreadableRequestError(431)

    def _begin(self, head: bytes) -> None:
        """Understand a whole head; with it, the request is whole unless it has a body."""
        text = head.decode("latin-1")
        line = _LINE.match(text)
        if line is None:
            raise UnreadableRequestError(400)
        method, path, query, other, version = line.groups()
        self._check_line(line, len(text), method, version)
        headers = _fields(text[line.end() : -len(_END)], self._limits.fields)
        self.old = version == "1.0"
        self._check_host(headers.get("host"))
        if path is None:
            path, query = _other_form(method, other, headers)
        self.keep_alive = _persists(headers.get("connection"), self.old)
        request = Request(method, path, query or "", headers, chunks=not self.old)
        if "content-length" in headers or "transfer-encoding" in headers:
            self._expect_body(request)
        else:
            self.request = request

    def _check_line(self, line: re.Match[str], size: int, method: str, version: str) -> None:
        if version not in _VERSIONS:
            raise UnreadableRequestError(505)
        if line.end() - line.end(1) - _AROUND_TARGET > self._limits.url:
            raise UnreadableRequestError(414)
        if size - line.end() > self._limits.headers:
            raise UnreadableRequestError(431)
        if method == "CONNECT":
            raise UnreadableRequestError(501)

    def _check_host(self, host: str | None) -> None:
        """RFC 9112, section 3.2: one and only one in HTTP/1.1, and a valid one."""
        if host is None:
            if not self.old:
                raise UnreadableRequestError(400)
        elif not _AUTHORITY.fullmatch(host):
            raise UnreadableRequestError(400)

    def _expect_body(self, request: Request) -> None:
        self._body = self._framed(request.headers)
        self._partial = request
        self._parser = _parser()  # the one that read the head waits for a body that it does not get
        expectation = None if self.old else request.headers.get("expect")
        if expectation is not None and expectation.lower() != "100-continue":
            raise UnreadableRequestError(417)
        self.expects = expectation is not None
        if self._body.whole:
            self._finish(self._body)

    def _framed(self, headers: Mapping[str, str]) -> _Counted | _Chunked:
        """How the body ends (RFC 9112, section 6.3); never two ways at once."""
        coding, length = headers.get("transfer-encoding"), headers.get("content-length")
        if coding is None:
            return _Counted(_length(length or "", self._limits.body))
        if length is not None or self.old:
            raise UnreadableRequestError(400)
        if coding.lower() != "chunked":
            raise UnreadableRequestError(501)
        return _Chunked(self._limits.body)

    def _take_body(self, body: _Counted | _Chunked, data: bytes, start: int) -> int:
        self.expects = False
        end = body.take(data, start)
        if body.whole:
            self._finish(body)
        return end

    def _finish(self, body: _Counted | _Chunked) -> None:
        assert self._partial is not None
        self.request = replace(self._partial, body=bytes(body.content))
        self.expects = False
        self._body = self._partial = None


def _parser() -> HttpRequestParser:
    """A parser for heads. Whether a connection goes on is decided by `_persists` alone."""
    parser = HttpRequestParser(None)
    parser.set_dangerous_leniencies(lenient_data_after_close=True)
    return parser


def _status(error: HttpParserError, seen: bytes | bytearray) -> int:
    if isinstance(error, HttpParserInvalidMethodError) and _METHOD.match(seen):
        return 501  # a method that llhttp does not know, but that is spelt like one (RFC 9110, section 9.1)
    return _REASONS.get(str(error), 400)


def _fields(block: str, most: int) -> dict[str, str]:
    """The header fields, which llhttp has found well-formed."""
    lines = block.split("\r\n") if block else []
    if len(lines) > most:
        raise UnreadableRequestError(431)
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        name, value = name.lower(), value.strip(" \t")
        if name in headers:
            if name in _ONCE:
                raise UnreadableRequestError(400)
            value = f"{headers[name]}, {value}"
        headers[name] = value
    return headers


def _other_form(method: str, target: str, headers: dict[str, str]) -> tuple[str, str]:
    """Path and query of a target that is no path; in absolute form it also says the host (RFC 9112, section 3.2)."""
    if target == "*" and method == "OPTIONS":
        return "*", ""
    absolute = _ABSOLUTE.fullmatch(target)
    if absolute is None:
        raise UnreadableRequestError(400)
    authority, path, query = absolute.groups()
    headers["host"] = authority
    return path or ("*" if method == "OPTIONS" and query is None else "/"), query or ""


def _persists(connection: str | None, old: bool) -> bool:
    """Whether the connection outlives the answer (RFC 9112, section 9.3)."""
    if connection is None:
        return not old
    options = {option.strip(" \t").lower() for option in connection.split(",")}
    return "close" not in options and (not old or "keep-alive" in options)


def _length(declared: str, most: int) -> int:
    if not (declared.isascii() and declared.isdigit()):
        raise UnreadableRequestError(400)
    number = int(declared.lstrip("0") or "0")  # Python does not read thousands of noughts; llhttp has seen to the rest
    if number > most:
        raise UnreadableRequestError(413)
    return number
