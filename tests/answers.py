"""What the tests of single answers share: addresses of the small site, and what stands in an answer's headers."""

from __future__ import annotations

import re
import socket

from tests.live import Answer, Live

from samverkan.formats import FORMATS

BASE = "https://example.org/doll/"
CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"

MASUDDEN = "/doc/lighthouse/masudden"
PAGE = f"{MASUDDEN}.ttl"
GRAPHS = {form.suffix: form.media_type for form in FORMATS if form.name in {"turtle", "jsonld", "ntriples", "rdfxml"}}
PAGES = {".sv.html": "text/html", ".en.html": "text/html"}
ALL = {**GRAPHS, **PAGES}


def links(answer: Answer) -> list[tuple[str, dict[str, str]]]:
    """The targets of the Link header with their attributes."""
    found = re.findall(r'<([^>]*)>((?:\s*;\s*[a-z]+="[^"]*")*)', answer.headers["link"])
    return [(target, dict(re.findall(r'([a-z]+)="([^"]*)"', rest))) for target, rest in found]


def linked(answer: Answer, rel: str) -> list[str]:
    return [target for target, attributes in links(answer) if attributes["rel"] == rel]


def raw(live: Live, request: bytes) -> tuple[int, str]:
    """What is answered to bytes that no client library would send: the status, and all of it as text."""
    with socket.create_connection(("127.0.0.1", live.port), timeout=20) as client:
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
        found = b"".join(iter(lambda: client.recv(1 << 16), b"")).decode("latin-1")
    return int(found.split(" ", 2)[1]) if found else 0, found
