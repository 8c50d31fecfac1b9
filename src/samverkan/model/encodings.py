"""Files of text are in UTF-8, and what is in another encoding is told as that; XML says in which one it is."""

from __future__ import annotations

import codecs
import re

from samverkan.errors import Place, UnreadableError

_OTHERS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


# What XML says of its encoding, and those that are read; others, such as UTF-7, hide what a text says.
_DECLARATION = re.compile(r"""(<\?xml[^>]{0,200}?\sencoding\s*=\s*["'])([A-Za-z][\w.-]*)""", re.ASCII)
_READ = re.compile(
    r"utf-?(8|16|32)([bl]e)?|us-ascii|ascii|latin-?1|iso-8859-\d+|windows-125\d", re.ASCII | re.IGNORECASE
)


def plain_xml(content: bytes, name: str) -> bytes:
    """XML in UTF-8, from the encoding that it names; raises `UnreadableError` where that is none, or not true."""
    marked = next((form for mark, form in _OTHERS if content.startswith(mark)), None)
    found = _DECLARATION.match(content[:1000].decode(marked or "latin-1", "replace").lstrip("\ufeffï»¿"))
    encoding = marked or (found[2] if found else "utf-8")
    if encoding.lower() in {"utf-8", "utf8"}:
        return plain(content, name)
    try:
        return _DECLARATION.sub(r"\g<1>UTF-8", _decoded(content, encoding), count=1).encode()
    except (LookupError, UnicodeError):
        raise _other(
            Place(name, 1), f"The file can't be read as {encoding}", f"Filen går inte att läsa som {encoding}"
        ) from None


def _decoded(content: bytes, encoding: str) -> str:
    if not _READ.fullmatch(encoding):
        raise LookupError(encoding)
    return content.decode(encoding).removeprefix("\ufeff")


def plain(content: bytes, name: str) -> bytes:
    """Take the byte order mark off UTF-8; raises `UnreadableError` with the line where it is something else."""
    for mark, encoding in _OTHERS:
        if content.startswith(mark):
            raise _other(Place(name, 1), f"The file is in {encoding}, not in UTF-8", f"Filen är i {encoding}")
    if b"\x00" in content[:2]:
        raise _other(Place(name, 1), "The file is in UTF-16, not in UTF-8", "Filen är i UTF-16")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        byte = f"0x{content[error.start]:02X}"
        place = Place(name, content.count(b"\n", 0, error.start) + 1)
        raise _other(
            place, f"The file is not in UTF-8: byte {byte} can't be read", f"Filen är inte i UTF-8 (byte {byte})"
        ) from None
    return content.removeprefix(codecs.BOM_UTF8)


def _other(place: Place, en: str, sv: str) -> UnreadableError:
    return UnreadableError(f"{en}.", remedy="Save it as UTF-8.", place=place, sv=f"{sv}. Spara den som UTF-8.")
