"""IRI <-> path <-> file name: pure functions, one the inverse of the other.

A path is relative to the root of the site, without a leading slash and without a suffix.
Every segment of it is a safe file name on every system and the same text in a URL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from samverkan.model import paths

LONGEST_SEGMENT = 150
_CUT = "~~"  # between the beginning of a name and its hash

_DEVICE = rb"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])"
_UNSAFE = re.compile(rb"[^A-Za-z0-9_-]|\A(?=%b\Z)." % _DEVICE, re.IGNORECASE)
_PLAIN = re.compile(r"[A-Za-z0-9_-]{5,100}")  # longer than any device is called: most names, and they stay as they are
_ESCAPE = re.compile(r"~([0-9A-F]{2})")


def segment(text: str) -> str:
    """Turn one segment of an IRI into a file name: ASCII letters, digits, `_`, `-` and `~XX`.

    Everything else is escaped byte by byte, the dot included, so that a name can neither
    leave its folder nor be taken for a suffix, and so is the first letter of a name that is
    a device on Windows. A name that no file system takes is cut and given its hash.

    >>> segment("huddinge"), segment(".."), segment("å.ttl"), segment("")
    ('huddinge', '~2E~2E', '~C3~A5~2Ettl', '~')
    """
    if _PLAIN.fullmatch(text):
        return text
    name = _UNSAFE.sub(lambda m: b"~%02X" % m[0][0], text.encode()).decode() or "~"
    if len(name) <= LONGEST_SEGMENT:
        return name
    import hashlib

    return f"{name[:100]}{_CUT}{hashlib.sha256(text.encode()).hexdigest()[:32]}"


def is_cut(found: str) -> bool:
    """Whether a segment of a path was cut, and can't be read back.

    >>> is_cut("doc/agreement/huddinge"), is_cut(f"doc/agreement/{segment('x' * 200)}")
    (False, True)
    """
    return _CUT in found


def text(name: str) -> str:
    """Turn a file name back into the segment it stands for; the inverse of `segment`.

    Raises `ValueError` for a name that `segment` never gives, or one that it had to cut.

    >>> text("~C3~A5~2Ettl")
    'å.ttl'
    """
    raw = _ESCAPE.sub(lambda m: chr(int(m[1], 16)), "" if name == "~" else name)
    found = raw.encode("latin-1").decode()
    if segment(found) != name:
        raise ValueError(name)
    return found


def path(iri_part: str) -> str:
    """Turn the part of an IRI behind its namespace into a path, segment by segment."""
    return "/".join(segment(part) for part in iri_part.split("/"))


def iri_part(found: str) -> str:
    """Turn a path back into the part of an IRI; the inverse of `path`."""
    return "/".join(text(name) for name in found.split("/"))


@dataclass(frozen=True)
class Addresses:
    """Where the things of a site and the terms of its ontology stand.

    >>> here = Addresses("https://example.org/", "https://example.org/def/")
    >>> here.document("https://example.org/id/agreement/x")
    'doc/agreement/x'
    >>> here.iri("doc/agreement/x")
    'https://example.org/id/agreement/x'
    """

    base: str
    ontology: str

    @cached_property
    def rooms(self) -> tuple[tuple[str, str], ...]:
        """Each namespace of the site with the folder its documents are in."""
        return (
            (self.ontology, paths.ONTOLOGY),
            (self.base + paths.THINGS, paths.DOCUMENTS.rstrip("/")),
            (self.base + paths.GRAPHS, paths.GRAPHS.rstrip("/")),
        )

    def holds(self, iri: str) -> bool:
        """Whether an IRI is the site's own, and so has a document."""
        return iri.startswith(self._namespaces)

    @cached_property
    def _namespaces(self) -> tuple[str, ...]:
        return tuple(namespace for namespace, _ in self.rooms)

    def document(self, iri: str) -> str | None:
        """The path of the document about `iri`, or None where the IRI is not the site's own."""
        for namespace, folder in self.rooms:
            if iri == namespace:
                return folder
            if iri.startswith(namespace):
                return f"{folder}/{path(iri[len(namespace) :])}"
        return None

    def iri(self, found: str) -> str | None:
        """The IRI that the document at a path is about, or None; the inverse of `document`."""
        for namespace, folder in self.rooms:
            if found == folder:
                return namespace
            if found.startswith(f"{folder}/") and found != f"{folder}/~":
                return _or_none(namespace, found[len(folder) + 1 :])
        return None

    def url(self, found: str) -> str:
        """The public address of a path."""
        from urllib.parse import quote

        return self.base + quote(found, safe="/~=")

    def relative(self, iri: str) -> str:
        """A short path for any IRI that stands for no other: the end of its own path, or all of it escaped.

        >>> here = Addresses("https://example.org/", "https://example.org/def/")
        >>> here.relative("https://example.org/id/agreement/x"), here.relative("urn:x")
        ('agreement/x', 'urn~3Ax')
        """
        own = self.document(iri) or ""
        short = own.removeprefix(paths.DOCUMENTS)
        return short if own and not self._is_misread(short, own) else segment(iri)

    def choice(self, value: str) -> str:
        """A value of a parameter as it stands in a path: one segment, whatever the value is.

        >>> here = Addresses("https://example.org/", "https://example.org/def/")
        >>> here.choice("https://example.org/id/agreement/x"), here.choice("Vård")
        ('agreement.x', 'V~C3~A5rd')
        """
        return self.relative(value).replace("/", ".")

    @cached_property
    def _folders(self) -> frozenset[str]:
        return frozenset(folder for _, folder in self.rooms)

    def _is_misread(self, short: str, own: str) -> bool:
        """Whether a shortened path could be another thing's: one in another folder, or an escaped IRI."""
        first, slash, _ = short.partition("/")
        like_another = first in self._folders or (not slash and "~3A" in first)
        return (short != own and like_another) or len(short) > LONGEST_SEGMENT


def _or_none(namespace: str, found: str) -> str | None:
    try:
        return namespace + iri_part(found)
    except ValueError:
        return None
