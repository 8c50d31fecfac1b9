"""The order of the alphabet of a language, and the letter that a name stands under."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache

OTHERS = "0"
"""Where the names stand that begin with no letter of the alphabet."""

# The letters behind z. Others stand where the letter without its marks does.
_LAST: Mapping[str, str] = {"sv": "åäö", "fi": "åäö", "da": "æøå", "nb": "æøå", "nn": "æøå", "no": "æøå"}
# What stands with another letter, where it is none of the alphabet; in Swedish æ and ø stand with ä and ö.
_ALIKE: Mapping[str, str] = {"æ": "ae", "œ": "oe", "ø": "o", "ð": "d", "þ": "th", "ß": "ss", "ł": "l", "đ": "d"}
_ALIKE_HERE: Mapping[str, Mapping[str, str]] = {
    "sv": {"æ": "ä", "ø": "ö", "ü": "y"},
    "fi": {"æ": "ä", "ø": "ö", "ü": "y"},
    "da": {"ä": "æ", "ö": "ø", "ü": "y"},
    "nb": {"ä": "æ", "ö": "ø", "ü": "y"},
    "nn": {"ä": "æ", "ö": "ø", "ü": "y"},
    "no": {"ä": "æ", "ö": "ø", "ü": "y"},
}
_BEHIND_Z = 0x7B  # the characters { | } come after z
_DASH = "Pd"  # the category of hyphens and dashes in Unicode
_SIGNS = re.compile(r"[^\w\s]|_")
_NUMBERS = re.compile("[0-9]+")
_DIGITS = 12  # of a number, with noughts in front, so that 9 comes before 10
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")


def folded(text: str) -> str:
    """A text without case and marks, for those who look for it: å, ä, ö and é are a, a, o and e, a dash is a space."""
    bare = _without_marks("".join(_ALIKE.get(letter, letter) for letter in text.lower()))
    return " ".join("".join(" " if unicodedata.category(sign) == _DASH else sign for sign in bare).split())


def _without_marks(text: str) -> str:
    if text.isascii():
        return text
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


@cache
def sorting(language: str) -> Callable[[str], str]:
    """The key by which names are sorted in a language (BCP 47); signs don't count, digits come first, as numbers."""
    locale = language.partition("-")[0]
    last = {letter: chr(_BEHIND_Z + place) for place, letter in enumerate(_LAST.get(locale, ""))}
    alike = {letter: last.get(other, other) for letter, other in _ALIKE_HERE.get(locale, {}).items()}
    table = str.maketrans({**_ALIKE, **alike, **last})

    def key(text: str) -> str:
        lower = _SIGNS.sub("", unicodedata.normalize("NFC", text).lower())
        # `translate` first: what stands behind z may not lose its marks.
        bare = " ".join(_without_marks(lower.translate(table)).split())
        return _NUMBERS.sub(lambda found: found[0].zfill(_DIGITS), bare)

    return key


def letter(text: str, language: str) -> str:
    """The letter that a name stands under in a language, in lower case; `OTHERS` for a digit and other scripts."""
    first = sorting(language)(text)[:1]
    if first in _LETTERS:
        return first
    place = ord(first) - _BEHIND_Z if first else -1
    last = _LAST.get(language.partition("-")[0], "")
    return last[place] if 0 <= place < len(last) else OTHERS
