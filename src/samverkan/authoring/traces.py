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
from functools import lru_cache
from html import unescape
from pathlib import Path
from urllib.parse import unquote

_SHORTEST = 3  # letters by which a file is known for one that may have the name
_ASCII = re.compile(r"[A-Za-z0-9]+")
_UNICODE = re.compile(r"\\+u([0-9A-Fa-f]{4})|\\+U([0-9A-Fa-f]{8})|\\+x([0-9A-Fa-f]{2})")
_SPACE = re.compile(r"[\s\u00a0+_.-]+")
_WORD = re.compile(r"\w+")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_DEEPEST = 3  # escapes within escapes, and packed files in packed ones
_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u02bc\u00b4`"), "'")
_IN_FILE_NAMES = re.compile(r"~([0-9A-F]{2})")  # as in the paths of a release
_TAG = re.compile(rb"<[^<>]{0,200}>")
_HIDDEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_GIT = ".git"


class Names:
    """Some names, looked for in any case and however they are written.

    That is escaped, decomposed, with other spaces, points or hyphens, as in the name of a file or a mailbox, without
    the marks on their letters, and with the last part first.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.names = tuple(dict.fromkeys(name for name in map(_plain, names) if name))
        forms = dict.fromkeys(form for name in self.names for form in _forms(name))
        self._by_first: dict[str, list[str]] = {}
        for form in forms:
            self._by_first.setdefault(_first(form), []).append(form)
        hints = [max(_ASCII.findall(form), key=len, default="") for form in forms]
        self._hints = frozenset(hint.encode() for hint in hints if len(hint) >= _SHORTEST)
        self._any = not all(len(hint) >= _SHORTEST for hint in hints)

    def __bool__(self) -> bool:
        return bool(self.names)

    def in_text(self, text: str) -> bool:
        """Whether a text has one of the names.

        >>> names = Names(["Åsa Öberg"])
        >>> [names.in_text(text) for text in ("åsa  öbergs", "%C3%85sa+%C3%96berg", "Öberg, Åsa", "asa.oberg@ki.se")]
        [True, True, True, True]
        >>> names.in_text("Åsa Öbergare"), names.in_text("Eva Öberg")
        (False, False)
        """
        return bool(self.names) and any(map(self._in_plain, _readings(text)))

    def _in_plain(self, text: str) -> bool:
        words = set(_WORD.findall(text))
        words |= {word[:-1] for word in words if word.endswith("s")}
        forms = [form for first in words & self._by_first.keys() for form in self._by_first[first]]
        return any(form in text and _whole(form).search(text) for form in forms)

    def in_bytes(self, content: bytes) -> bool:
        """Whether bytes have one of the names; those that can't be are not looked at closely."""
        if content.startswith(_UTF_16):
            return self.in_text(content.decode("utf-16", "replace"))
        lower = content.lower()
        if not self._any and not any(hint in lower for hint in self._hints):
            return False
        without_tags = [_TAG.sub(b"", content)] if b"<" in content else []  # a name may be cut by them, as in workbooks
        texts = (each.decode(code, "replace") for each in (content, *without_tags) for code in ("utf-8", "latin-1"))
        return any(map(self.in_text, texts))


def _forms(name: str) -> Iterator[str]:
    """A name as it may be written: as it is, its last part first, and both without marks on letters."""
    *before, last = name.split(" ")
    is_turned = before and _WORD.fullmatch(last)
    for form in (name, *((" ".join((last, *before)), f"{last}, {' '.join(before)}") if is_turned else ())):
        yield form
        yield _bare(form)


def _first(form: str) -> str:
    """The first word of a name, by which texts are sifted; the name itself where it has none."""
    found = _WORD.search(form)
    return found[0] if found else form


@lru_cache(maxsize=4096)
def _whole(form: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(form)}(?:['\u2019]?s)?(?!\w)")


def _readings(text: str) -> Iterator[str]:
    """A text as it is, and as what its escapes stand for: once, and where those stand for further ones, again."""
    plain = _plain(text)
    yield plain
    for _ in range(_DEEPEST):
        read = _decoded(text)
        if read == text:
            return
        text = read
        yield _plain(text)


@lru_cache(maxsize=4096)
def _bare(text: str) -> str:
    """A text without the marks on its letters."""
    return "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))


def _plain(text: str) -> str:
    """A text in one form: composed, in small letters, with single spaces and straight apostrophes, and all is seen."""
    text = text.translate(_APOSTROPHES)
    return _SPACE.sub(" ", _HIDDEN.sub("", unicodedata.normalize("NFKC", text))).casefold().strip()


def _decoded(text: str) -> str:
    """A text without the escapes of JSON, N-Triples, HTML, URLs and names of files."""
    text = _IN_FILE_NAMES.sub(r"%\1", text)
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


def _unpacked(content: bytes, depth: int = _DEEPEST) -> Iterator[bytes]:
    """What compressed bytes hold, and what is compressed in that; nothing where they are not compressed, or broken."""
    unpack = next((each for start, each in _PACKED.items() if content.startswith(start)), None)
    if unpack and depth:
        with suppress(OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError):
            for inner in unpack(content):
                yield inner
                yield from _unpacked(inner, depth - 1)


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
