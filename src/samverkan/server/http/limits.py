"""How much a client may send, and how long it may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """What one client may cost. Times are in seconds, sizes in bytes.

    `header_seconds` counts from the connection's start, later from a request's first byte;
    `idle_seconds` from one answer to the next request; `body_seconds` from the end of the
    headers to the end of the body; `write_seconds` for each part of an answer that the
    client has to read before the next is sent; `linger_seconds` for what a client still
    sends after its last answer, and for the answer to one that sends no more.
    """

    header_seconds: float = 10
    idle_seconds: float = 15
    body_seconds: float = 10
    write_seconds: float = 20
    linger_seconds: float = 2
    url: int = 16 * 1024
    headers: int = 32 * 1024
    fields: int = 100
    body: int = 256 * 1024
    connections: int = 4096
