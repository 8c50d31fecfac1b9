"""Characters that come along when text is pasted from a word processor or a web page, and that no parser takes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CHARACTERS: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", ('"', "typografiskt citattecken")),
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2039\u203a", ("'", "typografiskt enkelt citattecken")),
    **dict.fromkeys("\u00a0\u2007\u202f", (" ", "hårt mellanslag")),
    **dict.fromkeys("\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u3000", (" ", "fast mellanslag")),
    **dict.fromkeys("\u2010\u2011", ("-", "hårt bindestreck")),
    **dict.fromkeys("\u2012\u2013", ("-", "tankstreck")),
    **dict.fromkeys("\u2014\u2015", ("-", "långt tankstreck")),
    "\u2212": ("-", "minustecken"),
    "\u00ad": ("", "mjukt bindestreck"),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", ("", "osynligt tecken utan bredd")),
    **dict.fromkeys(
        "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", ("", "osynligt riktningstecken")
    ),
    **dict.fromkeys("\u2028\u2029", ("\n", "radskiljare")),
    "\u2026": ("...", "uteslutningstecken"),
    "\uff1b": (";", "brett semikolon"),
    "\uff0c": (",", "brett kommatecken"),
    "\uff1a": (":", "brett kolon"),
    "\u037e": (";", "grekiskt frågetecken"),
}
"""Characters that other programs put in place of plain ones: what to write instead, and their Swedish names."""

_LOOSE = ("", "löst tecken över eller under en bokstav")
_SPACE = ("ett vanligt mellanslag", "a plain space")
_NOTHING = ("ingenting", "nothing")
_SAID = (
    (
        "Här finns tecken som har följt med från ett annat program och som inte går att läsa: {parts}. "
        "Byt ut vart och ett."
    ),
    "Some characters came along from another program and can't be read: {parts}. Replace each of them.",
)
_PART = ("rad {lines}: {name}, skriv {plain}", "line {lines}: {name}, write {plain}")
_MOST_LINES = 20  # of one character, that a message names


@dataclass(frozen=True)
class Pasted:
    """All pasted characters of a file: the line of the first, what is said in Swedish and English, and all lines."""

    line: int
    sv: str
    en: str
    lines: frozenset[int]


def without(text: str, outside: re.Pattern[str]) -> tuple[str, Pasted | None]:
    """The text with plain characters in place of pasted ones, and what is to be said of them.

    `outside` matches all that may have such characters, and as the group `other` one character of what may not.
    """
    found: dict[str, dict[int, None]] = {}
    place = line = 0

    def plain(match: re.Match[str]) -> str:
        character = match["other"]
        if not character or not is_pasted(character):
            return match[0]
        nonlocal place, line
        place, line = match.start(), line + text.count("\n", place, match.start())
        found.setdefault(character, {})[line + 1] = None
        return _known(character)[0]

    if text.isascii() or not any(map(is_pasted, set(text))):
        return text, None
    corrected = outside.sub(plain, text)
    return corrected, _described(found) if found else None


def is_pasted(character: str) -> bool:
    """Whether a character belongs into texts alone."""
    return character in CHARACTERS or unicodedata.combining(character) != 0


def _known(character: str) -> tuple[str, str]:
    return CHARACTERS.get(character, _LOOSE)


def _described(found: Mapping[str, Iterable[int]]) -> Pasted:
    parts = [_part(character, list(lines)) for character, lines in found.items()]
    sv, en = (text.format(parts="; ".join(part[number] for part in parts)) for number, text in enumerate(_SAID))
    lines = frozenset(line for each in found.values() for line in each)
    return Pasted(min(lines), sv, en, lines)


def _part(character: str, lines: list[int]) -> tuple[str, str]:
    """Where a character stands, what it is called, and what to write instead."""
    code, (plain, swedish) = f"U+{ord(character):04X}", _known(character)
    names = swedish, unicodedata.name(character, code).lower()
    instead = _SPACE if plain == " " else (plain, plain) if plain.strip() else _NOTHING
    shown = ", ".join(map(str, lines[:_MOST_LINES])) + (", …" if len(lines) > _MOST_LINES else "")
    sv, en = (
        text.format(lines=shown, name=f"{names[number]} ({code})", plain=instead[number])
        for number, text in enumerate(_PART)
    )
    return sv, (en.replace("line ", "lines ", 1) if len(lines) > 1 else en)
