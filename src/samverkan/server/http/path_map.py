"""From the path of a request to a path below the base: a server may be asked by public addresses, or by its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple

from samverkan.model import paths

_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def normal(path: str) -> str:
    """A path in a URL in which nothing is escaped that need not be (RFC 3986, section 6.2.2.2).

    >>> normal("/%71uery/%c3%a5%2F")
    '/query/%c3%a5%2F'
    """
    return _ESCAPE.sub(_character, path) if "%" in path else path


def _character(escape: re.Match[str]) -> str:
    character = chr(int(escape[1], 16))
    return character if character in _UNRESERVED else escape[0]


class RequestPath(NamedTuple):
    """Where a request leads: the path below the base, and the root that addresses in the answer start with.

    With a `status`, the answer only leads there.
    """

    root: str
    path: str
    status: int | None = None


@dataclass(frozen=True)
class PathMap:
    """The paths of a site, each with a slash at both ends.

    `base` is that of its public address, `words` that of the namespace of its words, and
    `prefix` the one under which a proxy shows this server after cutting it off.
    """

    base: str
    words: str
    prefix: str = "/"

    def place(self, path: str) -> RequestPath:
        """Where a path leads; a proxy may have passed on the public path of a page or a word as it is.

        >>> PathMap("/ki/", "/def/").place("/ki/doc/x"), PathMap("/", "/def/").place("/doc/x")
        (RequestPath(root='/ki/', path='doc/x', status=None), RequestPath(root='/', path='doc/x', status=None))
        >>> PathMap("/ki/", "/def/").place("/def/Light")
        RequestPath(root='/ki/', path='def/Light', status=<HTTPStatus.SEE_OTHER: 303>)
        """
        found, raw = self._found(normal(path)), self._found(path)
        return raw if raw.path.startswith(paths.THINGS) else found  # the name of a thing is compared letter by letter

    def _found(self, path: str) -> RequestPath:
        return self._word(path) or self._public(path) or RequestPath(self.prefix, path[1:])

    @property
    def _root(self) -> str:
        return self.prefix if self.base == "/" else self.base

    def _word(self, path: str) -> RequestPath | None:
        """A word is no document: its address leads to the one about it, where that stands elsewhere.

        What is a page wins: words that share the path of the pages, or take that of a room, have a host of their own.
        """
        own = self.words in {self.base, self.base + paths.TERMS} or self.words == "/"
        if own or not path.startswith(self.words) or self._is_page(path):
            return None
        return RequestPath(self._root, f"{paths.TERMS}{path[len(self.words) :]}".rstrip("/"), HTTPStatus.SEE_OTHER)

    def _is_page(self, path: str) -> bool:
        below = path.removeprefix(self.base)
        return path.startswith(self.base) and (
            len(self.base) > len(self.words) or below.partition("/")[0] in paths.SEGMENTS
        )

    def _public(self, path: str) -> RequestPath | None:
        if self.base == "/" or not f"{path}/".startswith(self.base):
            return None
        return RequestPath(
            self.base, path[len(self.base) :], None if path.startswith(self.base) else HTTPStatus.PERMANENT_REDIRECT
        )
