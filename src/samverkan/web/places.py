"""From the path of a request to a path below the base: a server may be asked by public addresses, or by its own."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import NamedTuple


class Place(NamedTuple):
    """Where a request leads: the path below the base, and the root that addresses in the answer start with.

    With a `status`, the answer only leads there.
    """

    root: str
    path: str
    status: int | None = None


@dataclass(frozen=True)
class Grounds:
    """The paths of a site, each with a slash at both ends.

    `base` is that of its public address, `words` that of the namespace of its words, and
    `prefix` the one under which a proxy shows this server after cutting it off.
    """

    base: str
    words: str
    prefix: str = "/"

    def place(self, path: str) -> Place:
        """Where a path leads; a proxy may have passed on the public path of a page or a word as it is.

        >>> Grounds("/ki/", "/def/").place("/ki/doc/x"), Grounds("/", "/def/").place("/doc/x")
        (Place(root='/ki/', path='doc/x', status=None), Place(root='/', path='doc/x', status=None))
        >>> Grounds("/ki/", "/def/").place("/def/Light")
        Place(root='/ki/', path='def/Light', status=<HTTPStatus.SEE_OTHER: 303>)
        """
        return self._word(path) or self._public(path) or Place(self.prefix, path[1:])

    @property
    def _root(self) -> str:
        return self.prefix if self.base == "/" else self.base

    def _word(self, path: str) -> Place | None:
        """A word is no document: its address leads to the one about it, where that stands elsewhere."""
        if self.words in {"/", f"{self.base}def/"} or not path.startswith(self.words):
            return None
        return Place(self._root, f"def/{path[len(self.words) :]}".rstrip("/"), HTTPStatus.SEE_OTHER)

    def _public(self, path: str) -> Place | None:
        if self.base == "/" or not f"{path}/".startswith(self.base):
            return None
        return Place(
            self.base, path[len(self.base) :], None if path.startswith(self.base) else HTTPStatus.PERMANENT_REDIRECT
        )
