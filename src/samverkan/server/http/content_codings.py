"""Content codings (RFC 9110, section 12.5.3): which of them a client takes, and the bytes in one of them."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

from samverkan.model.negotiation import ranges
from samverkan.server.http.messages import Readable
from samverkan.server.pool import LARGE, Spool

IDENTITY, GZIP, BROTLI = "identity", "gzip", "br"
WORTH = 1024
"""Bytes below which a coding saves nothing: an answer of that size is one packet in any case."""

# Of gzip's nine levels this takes about half the time of the usual 6 for large files, whose bytes are some percent
# more (decision 36 has the figures).
_LEVEL, _QUALITY = 4, 5
_PIECE = 1 << 20
_SAME = {"x-gzip": GZIP}  # section 8.4.1.3


class _Gzip:
    """A stream in gzip without a time in it: the same bytes are the same bytes each time."""

    def __init__(self) -> None:
        stream = zlib.compressobj(_LEVEL, wbits=zlib.MAX_WBITS | 16)
        self.process, self.finish = stream.compress, stream.flush


class _Plain:
    """A stream that stays as it is."""

    def process(self, part: bytes) -> bytes:
        return part

    def finish(self) -> bytes:
        return b""


def _brotli() -> Any:
    import brotli  # type: ignore[import-not-found]  # who has the library gets the coding

    return brotli.Compressor(quality=_QUALITY)


_STREAMS: Mapping[str, Callable[[], Any]] = {**({BROTLI: _brotli} if find_spec("brotli") else {}), GZIP: _Gzip}
CODINGS = (*_STREAMS, IDENTITY)
"""The codings that there are, the one preferred where a client has no preference first."""


@lru_cache(maxsize=512)
def accepted(header: str | None) -> tuple[str, ...]:
    """The codings that a client takes, the most wanted one first; without the header all, and none is wanted.

    >>> accepted("gzip"), accepted("gzip;q=0"), accepted("identity;q=0, *;q=0"), accepted("identity, gzip;q=0.5")
    (('gzip', 'identity'), ('identity',), (), ('identity', 'gzip'))
    """
    if header is None:
        return (IDENTITY, *_STREAMS)
    weights = {_SAME.get(each.name, each.name): each.quality for each in ranges(header)}
    others = weights.get("*", 0.0)
    unsaid = weights.get("*", 0.0001)  # identity is taken unless it is refused, but only if nothing else is wanted
    weighed = {coding: weights.get(coding, unsaid if coding == IDENTITY else others) for coding in CODINGS}
    return tuple(sorted((coding for coding in CODINGS if weighed[coding] > 0), key=lambda coding: -weighed[coding]))


def stream(coding: str) -> Any:
    """What packs a stream in a coding: `process` takes a part, `finish` is called once; both give bytes, maybe none."""
    return _Plain() if coding == IDENTITY else _STREAMS[coding]()


def encoded(coding: str, body: bytes | Readable) -> bytes | Spool:
    """A body in a coding; a large one is put on disk. Raises `OSError` where the disk is full."""
    packing = stream(coding)
    if isinstance(body, bytes):
        return bytes(packing.process(body) + packing.finish())
    spool = Spool()
    for part in _parts(body):
        spool.write(packing.process(part))
    spool.write(packing.finish())
    return spool if spool.size > LARGE else spool.read(0, spool.size)


def _parts(body: Readable) -> Iterator[bytes]:
    for offset in range(0, body.size, _PIECE):
        yield body.read(offset, _PIECE)
