"""What is wrong with a text before it is read: read in another encoding, of two alphabets, or a stand-in for one.

Each function takes a text and gives the part that is wrong and where it begins, or None.
"""

from __future__ import annotations

import re
from typing import TypeAlias

Part: TypeAlias = "tuple[str, int]"
"""A part of a text, and its place, counted from 0."""

_BEYOND = re.compile("[^\x00-\x7f]+")
_REPLACEMENT = "\ufffd"
_PRIVATE = re.compile("[\ue000-\uf8ff]")  # what a font of signs has there, such as that of Word's bullets
# UTF-8 that was read as Windows-1252 begins with one of these, where it was a letter, a mark or a sign of the West.
_LEADS = frozenset("\u00c2\u00c3\u00e2")
_ESCAPED = re.compile(r"(?<![:\\\w])\\[nrt](?![\\\w])|(?<=[\w.,;:!?)])\\n|\\u[0-9A-Fa-f]{4}")
_PATH = re.compile(r"\b[A-Za-z]:\\|\\\\")

_LATIN = "A-Za-z\u00c0-\u024f"
# The letters of Greek and Cyrillic; of Greek those that look like ours, since TNF\u03b1 is a word.
_LOOKALIKES = (
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bd\u03bf\u0400-\u04ff"
)
_LOOKALIKE = re.compile(f"[{_LOOKALIKES}]")
_MIXED = re.compile(rf"\b\w*(?:[{_LATIN}][{_LOOKALIKES}]|[{_LOOKALIKES}][{_LATIN}])\w*")

# Ligatures, letters of full width and those of mathematics; beside Chinese, Japanese or Korean full width is usual.
_STYLED = re.compile("[\ufb00-\ufb06\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\U0001d400-\U0001d7ff]+")
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")

_TO_DO, _FILLER = ("TODO", "FIXME", "TBD"), "lorem ipsum"
_STANDS_IN = re.compile(rf"\b(?:{'|'.join(_TO_DO)})\b|(?i:\b{_FILLER}\b)")
_IS_NOTHING = re.compile(
    r"(?i:todo|tbd|fixme|x{3,}|n/a|null|undefined|nan|#n/a|#ref!|#name\?|#value!)|[?\-–—.…_]+|<[^<>!/]+>"  # noqa: RUF001 - dashes
)
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


def misread(text: str) -> Part | None:
    """Letters that were lost or came out as several when a file was read in another encoding than it was written in.

    >>> misread("H\u00c3\u00a4lsa"), misread("H\u00e4lsa"), misread("H\ufffdlsa")
    (('Ã¤', 1), None, ('\ufffd', 1))
    """
    runs = () if text.isascii() else _BEYOND.finditer(text)
    return next(((run[0], run.start()) for run in runs if _is_misread(run[0])), None) or _escaped(text)


def _is_misread(run: str) -> bool:
    if _REPLACEMENT in run or _PRIVATE.search(run):
        return True
    try:
        return run[0] in _LEADS and b"".join(map(_byte, run)).decode("utf-8") != run
    except UnicodeError:
        return False


def _byte(character: str) -> bytes:
    """The byte that a character was read from: Windows-1252 has no character for a few."""
    return bytes([ord(character)]) if "\x80" <= character <= "\x9f" else character.encode("cp1252")


def _escaped(text: str) -> Part | None:
    """A line break or a letter that is still written as its escape; not a path of Windows."""
    found = _ESCAPED.search(text) if "\\" in text and not _PATH.search(text) else None
    return (found[0], found.start()) if found else None


def mixed(text: str) -> Part | None:
    """A word with letters of two alphabets that look the same, so nobody sees it and no search finds it.

    >>> mixed("H\u0435alth"), mixed("IFN\u03b3"), mixed("\u041c\u043e\u0441\u043a\u0432\u0430")
    (('H\u0435alth', 0), None, None)
    """
    found = _MIXED.search(text) if not text.isascii() and _LOOKALIKE.search(text) else None
    return (found[0], found.start()) if found else None


def styled(text: str) -> Part | None:
    """Letters that look like others because of their style alone, so no search finds them.

    >>> styled("a \ufb01eld"), styled("\U0001d400rea"), styled("m\u00b2")
    (('\ufb01', 2), ('\U0001d400', 0), None)
    """
    found = None if text.isascii() or _EAST_ASIAN.search(text) else _STYLED.search(text)
    return (found[0], found.start()) if found else None


def stand_in(text: str) -> Part | None:
    """What stands where somebody meant to write a text later.

    >>> stand_in("TODO"), stand_in("n/a"), stand_in("To do good"), stand_in("Lorem ipsum dolor")
    (('TODO', 0), ('n/a', 0), None, ('Lorem ipsum', 0))
    """
    found = _IS_NOTHING.fullmatch(text.strip()) or (_STANDS_IN.search(text) if _may_stand_in(text) else None)
    return (found[0], found.start()) if found else None


def _may_stand_in(text: str) -> bool:
    """Whether a text has what has to be there: seen in a fraction of the time, and hardly any text has it."""
    return any(map(text.__contains__, _TO_DO)) or _FILLER in text.lower()


def address(text: str) -> Part | None:
    """A text that is nothing but an address on the web."""
    return (text, 0) if _ADDRESS.fullmatch(text.strip()) else None
