"""Literals as they are written: rdflib otherwise reads `01` as `1`."""

from collections.abc import Iterator
from contextlib import contextmanager

import rdflib


@contextmanager
def as_written() -> Iterator[None]:
    """Let rdflib keep literals as they are written, and afterwards do as before: the switch is one for all."""
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        yield
    finally:
        rdflib.NORMALIZE_LITERALS = before
