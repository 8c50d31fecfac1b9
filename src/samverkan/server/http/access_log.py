"""The access log: a line of JSON for each answer, and nothing that says who asked or what they searched for."""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus

import orjson

from samverkan.server.http.messages import Request, Response

_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_NAMES = ("method", "path", "status", "bytes")
_FLUSH_LINES = 256
_REMEMBERED = 4096


class AccessLog:
    """Writes what was answered, some lines at a time; `flush` it now and then, and at the end.

    A line has the time (UTC, ISO 8601), the method, the path, the status, the size of the body in
    bytes and the milliseconds it took. There is no address, no name of a program and no query
    string in it; and where nothing public stands there is no path, for what a stranger makes up
    may say anything about anybody.
    """

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._lines: list[bytes] = []
        self._second, self._stamp = 0, b""
        self._known: dict[tuple[str, str, int, int], bytes] = {}

    def record(self, request: Request | None, response: Response, seconds: float) -> None:
        """Note one answer; `request` is None where what came was not even one."""
        now = time.time()
        if int(now) != self._second:
            self._second = int(now)
            self._stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now)).encode()
        what = self._what(request, response)
        self._lines.append(b'{"time":"%b.%03dZ",%b,"ms":%.2f}\n' % (self._stamp, now % 1 * 1000, what, seconds * 1000))
        if len(self._lines) >= _FLUSH_LINES:
            self.flush()

    def _what(self, request: Request | None, response: Response) -> bytes:
        """The middle of a line, which is the same whenever the same is answered."""
        method = request.method if request and request.method in _METHODS else "-"
        public = request and response.status < HTTPStatus.BAD_REQUEST
        key = (method, request.path if request and public else "-", response.status, response.size)
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[key] = orjson.dumps(dict(zip(_NAMES, key, strict=True)))[1:-1]
        return found

    def flush(self) -> None:
        """Write what has been noted."""
        lines, self._lines = self._lines, []
        if lines:
            self._write(b"".join(lines))
