"""One file of a release, and what is told of it where files are listed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

from samverkan.model.representations import Link


@dataclass(frozen=True)
class ReleaseFile:
    """One file of a release: its path with suffix, its bytes and its media type.

    `links` lead to the other pages of a long answer; only a server can tell them beside the bytes.
    """

    path: str
    content: bytes
    media_type: str
    links: tuple[Link, ...] = ()


class ManifestEntry(NamedTuple):
    """What the manifest says of a file: its path, its size in bytes, its SHA-256 and its media type."""

    path: str
    size: int
    sha256: str
    media_type: str

    @classmethod
    def of(cls, item: ReleaseFile) -> ManifestEntry:
        """The entry of an item."""
        return cls(item.path, len(item.content), hashlib.sha256(item.content).hexdigest(), item.media_type)
