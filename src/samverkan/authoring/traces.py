"""Finding a name wherever it stands: in text, however it is escaped, in files, and in compressed files."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from html import unescape
from pathlib import Path
from urllib.parse import unquote

_SHORTEST = 3  # letters by which a file is known for one that may have the name
_ASCII = re.compile(r"[A-Za-z0-9]+")
_UNICODE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})|\\x([0-9A-Fa-f]{2})")
_SPACE = re.compile(r"[\s\u00a0+_]+")
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_GIT = ".git"


class Names:
    """Some names, looked for in any case and however they are written: escaped, decomposed, with other spaces."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(dict.fromkeys(name for name in map(_plain, names) if name))
        self._whole = re.compile(
            "|".join(rf"(?<!\w){re.escape(name)}(?:['\u2019]?s)?(?!\w)" for name in self.names) or "(?!)"
        )
        hints = [max(_ASCII.findall(name), key=len, default="") for name in self.names]
        self._hints = [hint.encode() for hint in hints if len(hint) >= _SHORTEST]
        self._any = len(self._hints) < len(self.names)

    def __bool__(self) -> bool:
        return bool(self.names)

    def in_text(self, text: str) -> bool:
        """Whether a text has one of the names.

        >>> names = Names(["Åsa Öberg"])
        >>> names.in_text("åsa  öbergs"), names.in_text("%C3%85sa+%C3%96berg"), names.in_text("Åsa Öbergare")
        (True, True, False)
        """
        return bool(self.names and (self._whole.search(_plain(text)) or self._whole.search(_plain(_decoded(text)))))

    def in_bytes(self, content: bytes) -> bool:
        """Whether bytes have one of the names; those that can't be are not looked at closely."""
        lower = content.lower()
        if not self._any and not any(hint in lower for hint in self._hints):
            return False
        return any(self.in_text(content.decode(encoding, "replace")) for encoding in ("utf-8", "latin-1"))


def _plain(text: str) -> str:
    """A text in one form: composed, in small letters, with single spaces, and without what can't be seen."""
    return _SPACE.sub(" ", _HIDDEN.sub("", unicodedata.normalize("NFKC", text))).casefold().strip()


def _decoded(text: str) -> str:
    """A text without the escapes of JSON, N-Triples, HTML and URLs."""
    return unquote(unescape(_UNICODE.sub(lambda found: chr(int(next(filter(None, found.groups())), 16)), text)))


def traces(folder: Path, names: Names) -> Iterator[str]:
    """The files below a folder that have one of the names in their content or their path, but for those of git."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if _GIT in path.relative_to(folder).parts:
            continue
        if names.in_text(name) or (path.is_file() and not path.is_symlink() and _holds(path, names)):
            yield name


def _holds(path: Path, names: Names) -> bool:
    try:
        content = path.read_bytes()
    except OSError:  # what can't be read may have it
        return True
    return names.in_bytes(content) or any(map(names.in_bytes, _unpacked(content)))


def _unpacked(content: bytes) -> Iterator[bytes]:
    """What compressed bytes hold; nothing where they are not compressed, or broken."""
    unpack = next((each for start, each in _PACKED.items() if content.startswith(start)), None)
    if unpack:
        with suppress(OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError):
            yield from unpack(content)


def _members(content: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        for member in packed.infolist():
            yield member.filename.encode()
            yield packed.read(member)


_PACKED: Mapping[bytes, Callable[[bytes], Iterable[bytes]]] = {
    b"\x1f\x8b": lambda content: [gzip.decompress(content)],
    b"BZh": lambda content: [bz2.decompress(content)],
    b"\xfd7zXZ": lambda content: [lzma.decompress(content)],
    b"PK\x03\x04": _members,
}
