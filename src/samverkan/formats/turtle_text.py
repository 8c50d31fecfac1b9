r"""Turtle and TriG as the library writes them, but for what is well-formed and some readers refuse all the same.

rdflib does not read a prefixed name that ends in a dot (`ex:a\.`), and no integer of more digits than Python makes a
number of. The first is written as an IRI, the second as a text with its datatype.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from samverkan.model.namespaces import XSD

_MOST_DIGITS = 4300  # Python, sys.set_int_max_str_digits()
_LONG = re.compile(rb"[0-9]{%d}" % (_MOST_DIGITS + 1))
# Texts and IRIs are met so that nothing is looked for in them. The library writes all texts in one pair of quotes.
_TOKEN = re.compile(
    rb'"(?:[^"\\]|\\.)*+"|<[^>]*>'
    rb"|(?<![^\s^])(?P<prefix>[^\s:<\"^]*):(?P<local>(?:[^\s\\<\"]|\\.)*?\\\.)(?=\s)"
    rb"|(?<!\S)(?P<number>[+-]?[0-9]{%d,})(?=\s)" % (_MOST_DIGITS + 1)
)
_ESCAPED = re.compile(rb"\\(.)")


def readable(written: bytes, prefixes: Mapping[str, str]) -> bytes:
    """What the library has written with some prefixes, so that every reader takes it."""
    if b"\\. " not in written and b"\\.\n" not in written and not _has_long_number(written):
        return written
    return _TOKEN.sub(partial(_plain, prefixes), written)


def _has_long_number(written: bytes) -> bool:
    return len(written) > _MOST_DIGITS and _LONG.search(written) is not None


def _plain(prefixes: Mapping[str, str], token: re.Match[bytes]) -> bytes:
    if token["number"]:
        return b'"%b"^^<%binteger>' % (token["number"], XSD.encode())
    if token["local"]:
        namespace = prefixes[token["prefix"].decode()].encode()
        return b"<%b%b>" % (namespace, _ESCAPED.sub(rb"\1", token["local"]))
    return token[0]
