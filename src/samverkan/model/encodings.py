"""Files of text are in UTF-8, and what is in another encoding is told as that."""

from __future__ import annotations

import codecs

from samverkan.errors import Place, UnreadableError

_OTHERS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


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
