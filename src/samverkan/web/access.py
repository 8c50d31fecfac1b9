"""The access log: a line of JSON for each answer, and nothing that says who asked or what they searched for."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus

import orjson

from samverkan.web.messages import Request, Response

_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_FLUSH_BYTES = 32 << 10
_FLUSH_SECONDS = 0.5


class AccessLog:
    """Writes what was answered, some lines at a time; `flush` it at the end.

    A line has the time (UTC, ISO 8601), the method, the path of what was really served, the
    status, the size of the body in bytes and the milliseconds it took. There is no address, no
    name of a program and no query string in it, and of a path that leads nowhere only that it did.
    """

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._lines: list[bytes] = []
        self._size = 0
        self._flushed = 0.0

    def record(self, request: Request | None, response: Response, seconds: float) -> None:
        """Note one answer; `request` is None where what came was not even one."""
        now = time.time()
        line = orjson.dumps(
            {
                "time": f"{_second(int(now))}.{int(now % 1 * 1000):03}Z",
                "method": request.method if request and request.method in _METHODS else "-",
                "path": _path(request, response),
                "status": response.status,
                "bytes": response.size,
                "ms": round(seconds * 1000, 2),
            },
            option=orjson.OPT_APPEND_NEWLINE,
        )
        self._lines.append(line)
        self._size += len(line)
        if self._size > _FLUSH_BYTES or now - self._flushed > _FLUSH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what has been noted."""
        lines, self._lines, self._size, self._flushed = self._lines, [], 0, time.time()
        if lines:
            self._write(b"".join(lines))


@lru_cache(maxsize=1)
def _second(now: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))


def _path(request: Request | None, response: Response) -> str:
    """The path, where something public stands there; what a stranger made up may say anything about anybody."""
    return request.path if request and response.status < HTTPStatus.BAD_REQUEST else "-"
