"""Regular expressions of XPath (XPath Functions 3.1, section 5.6.1, which SPARQL and SHACL use), in linear time.

They are translated into the dialect of RE2, which never goes back in a text and so can't be made slow by one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import re2

from samverkan.validation.shapes.datatypes import NAME_CHARACTER, NAME_START
from samverkan.validation.shapes.paths import ShapeError

_LAST = 0x10FFFF
_MOST_REPEATS = 1000  # RE2's own limit
_MOST_MEMORY = 1 << 27  # bytes that one compiled expression may take while it runs
_BLOCK = 500  # texts
_FLAGS = frozenset("smixq")

_SPACE = r" \t\n\r"
_NO_SPACE = r"\x{0}-\x{8}\x{b}\x{c}\x{e}-\x{1f}\x{21}-\x{10ffff}"
_WORD = r"\p{L}\p{M}\p{N}\p{S}"
_NO_WORD = r"\p{P}\p{Z}\p{C}"
_BLOCKS: Mapping[str, tuple[int, int]] = {
    "BasicLatin": (0x0, 0x7F),
    "Latin-1Supplement": (0x80, 0xFF),
    "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F),
    "IPAExtensions": (0x250, 0x2AF),
    "SpacingModifierLetters": (0x2B0, 0x2FF),
    "CombiningDiacriticalMarks": (0x300, 0x36F),
    "Greek": (0x370, 0x3FF),
    "GreekandCoptic": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF),
    "Armenian": (0x530, 0x58F),
    "Hebrew": (0x590, 0x5FF),
    "Arabic": (0x600, 0x6FF),
    "Devanagari": (0x900, 0x97F),
    "Thai": (0xE00, 0xE7F),
    "HangulJamo": (0x1100, 0x11FF),
    "LatinExtendedAdditional": (0x1E00, 0x1EFF),
    "GreekExtended": (0x1F00, 0x1FFF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "SuperscriptsandSubscripts": (0x2070, 0x209F),
    "CurrencySymbols": (0x20A0, 0x20CF),
    "LetterlikeSymbols": (0x2100, 0x214F),
    "NumberForms": (0x2150, 0x218F),
    "Arrows": (0x2190, 0x21FF),
    "MathematicalOperators": (0x2200, 0x22FF),
    "BoxDrawing": (0x2500, 0x257F),
    "Hiragana": (0x3040, 0x309F),
    "Katakana": (0x30A0, 0x30FF),
    "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
    "HangulSyllables": (0xAC00, 0xD7A3),
    "PrivateUse": (0xE000, 0xF8FF),
}


@dataclass(frozen=True)
class RegularExpression:
    """A compiled regular expression: whether it is in a text, and whether it may be in one of many."""

    is_in: Callable[[str], bool]
    may_be_in: Callable[[str], bool] | None

    def are_in(self, texts: list[str]) -> Iterator[bool]:
        """Whether it is in each of some texts; those that it can't be in are left out a block at a time."""
        if self.may_be_in is None:
            yield from map(self.is_in, texts)
            return
        for start in range(0, len(texts), _BLOCK):
            block = texts[start : start + _BLOCK]
            yield from map(self.is_in, block) if self.may_be_in("\n".join(block)) else (False for _ in block)


@lru_cache(maxsize=512)
def compiled(pattern: str, flags: str = "") -> RegularExpression:
    """Compile a pattern with XPath's flags; raises `ShapeError` that names what can't be had in linear time."""
    if unknown := set(flags) - _FLAGS:
        raise ShapeError(f"a regular expression with the unknown flag {min(unknown)}")
    ours = "".join(flag for flag in "ims" if flag in flags)
    if "q" in flags:
        written = anywhere = re2.escape(pattern)
    else:
        written, anywhere = (_Translation(pattern, spaced="x" in flags, loose=loose).whole() for loose in (False, True))
    if not flags and _is_flat(written):
        return RegularExpression(_in_python(written, pattern), None)
    head = f"(?{ours})" if ours else ""
    return RegularExpression(_search(head + written, pattern), _anywhere(head + anywhere, pattern))


def _anywhere(written: str, pattern: str) -> Callable[[str], bool]:
    """What is in every text that the pattern is in; that a lone `^*` loses its argument does no harm."""
    try:
        return _search(written, pattern)
    except ShapeError:
        return lambda _: True


_ATOM = (
    r"(?:[^\\.*+?{}()|\[\]^$]|\\[^a-zA-Z0-9]|\\[nrt]|\\x\{[0-9a-f]+\}"
    r"|\[\^?(?:[^\\\]\[]|\\x\{[0-9a-f]+\}|\\[^pPx])+\]|\.)"
)
_FLAT = re.compile(rf"\^(?:{_ATOM}(?:\?|\{{[0-9]{{1,2}}\}})?|\((?!\?)|\)\??|\|)*(?:{_ATOM}[*+])?\$?")
_MOST_CHOICES = 8
_LONGEST_FLAT = 1000  # characters


def _is_flat(written: str) -> bool:
    """Whether Python itself needs no more than linear time, in which it is five times as fast as RE2 is from here.

    That is so where the pattern is tied to the beginning, has few choices, and repeats without end only at its end;
    and where it is a single character.
    """
    if len(written) > _LONGEST_FLAT:
        return False
    if re.fullmatch(_ATOM, written):
        return True
    choices = written.count("?") + written.count("|")
    return choices <= _MOST_CHOICES and bool(_FLAT.fullmatch(written)) and not _has_outer_choice(written)


def _has_outer_choice(written: str) -> bool:
    """Whether a choice is not in brackets, and so may be looked for anywhere."""
    depth = 0
    for piece in re.findall(rf"{_ATOM}|.", written):
        depth += {"(": 1, ")": -1}.get(piece, 0)
        if piece == "|" and not depth:
            return True
    return False


def _in_python(written: str, pattern: str) -> Callable[[str], bool]:
    """The same pattern for Python, where `$` would also be before a line's end."""
    plain = re.sub(r"\\x\{([0-9a-f]+)\}", lambda code: f"\\U{int(code[1], 16):08x}", written)
    try:
        found = re.compile(f"{plain[:-1]}\\Z" if plain.endswith("$") and not plain.endswith("\\$") else plain).search
    except re.error as error:
        raise ShapeError(f"not a regular expression: {pattern} ({error.msg})") from None
    return lambda text: found(text) is not None


def _search(written: str, pattern: str) -> Callable[[str], bool]:
    """A set of one is how RE2 answers with yes or no and nothing else, which is four times as fast."""
    options = re2.Options()
    options.max_mem, options.log_errors = _MOST_MEMORY, False
    try:
        re2.compile(written, options)
        found = re2.Set.SearchSet(options)
        found.Add(written)
        found.Compile()
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
        raise ShapeError(f"not a regular expression: {pattern} ({reason})") from None
    return lambda text: bool(found.Match(text))


class _Translation:
    """One pattern on its way from XPath's dialect to RE2's.

    A `loose` one is without what ties it to a beginning, an end or the edge of a word.
    """

    def __init__(self, pattern: str, *, spaced: bool, loose: bool) -> None:
        self._pattern, self._spaced, self._loose = pattern, spaced, loose
        self._place = 0
        self._groups: list[int] = []
        self._written: list[str] = []

    def whole(self) -> str:
        """The whole pattern as RE2 writes it."""
        while self._place < len(self._pattern):
            self._written.append(self._piece())
        return "".join(self._written)

    def _next(self) -> str:
        character = self._pattern[self._place : self._place + 1]
        self._place += 1
        return character

    def _piece(self) -> str:
        character = self._next()
        if self._spaced and character in " \t\n\r":
            return ""
        if self._loose and character in "^$":
            return ""
        return _PIECES[character](self) if character in _PIECES else character

    def _open(self) -> str:
        self._groups.append(len(self._written))
        for ahead in ("?=", "?!", "?<=", "?<!", "?>"):
            if self._pattern.startswith(ahead, self._place):
                raise ShapeError(f"a regular expression that looks ahead or behind: {self._pattern}")
        return "("

    def _close(self) -> str:
        start = self._groups.pop() if self._groups else len(self._written)
        self._written[start:] = ["".join(self._written[start:]) + ")"]
        return ""

    def _repeated(self) -> str:
        """A number of times; more than RE2 counts to are written one after the other."""
        found = re.compile(r"([0-9]+)(,?)([0-9]*)\}").match(self._pattern, self._place)
        if found is None or not any(len(n) > 3 for n in (found[1], found[3])):  # noqa: PLR2004 - a thousand has four
            return "{"
        self._place = found.end()
        atom = next((len(self._written) - 1 - n for n, w in enumerate(reversed(self._written)) if w), None)
        least, most = int(found[1]), int(found[3] or found[1]) if found[3] or not found[2] else None
        if atom is None or max(least, most or 0) > _MOST_REPEATS * 20:
            raise ShapeError(f"a regular expression that counts too far: {self._pattern}")
        self._written[atom] = f"(?:{_many(self._written[atom], least, most)})"
        return ""

    def _escaped(self) -> str:
        character = self._next()
        if character.isdigit() and character.isascii() and character != "0":
            raise ShapeError(f"a regular expression that refers back (\\{character}): {self._pattern}")
        if character in "pP" and character:
            return self._category(character)
        if character in _ESCAPES:
            return f"[{_ESCAPES[character]}]"
        if self._loose and character and character in "bBAz":
            return ""
        return _plain(character, self._pattern)

    def _category(self, letter: str) -> str:
        found = re.compile(r"\{([A-Za-z0-9-]+)\}").match(self._pattern, self._place)
        if found is None:
            raise ShapeError(f"not a regular expression: {self._pattern} (\\{letter} without a name)")
        self._place = found.end()
        if not found[1].startswith("Is"):
            return f"\\{letter}{{{found[1]}}}"
        if found[1][2:] not in _BLOCKS:
            raise ShapeError(f"a regular expression with the unknown block {found[1]}: {self._pattern}")
        low, high = _BLOCKS[found[1][2:]]
        block = f"\\x{{{low:x}}}-\\x{{{high:x}}}"
        return f"[{block}]" if letter == "p" else f"[^{block}]"

    def _class(self) -> str:
        """A class of characters; what is subtracted from it is taken away character by character."""
        negative = self._pattern.startswith("^", self._place)
        self._place += negative
        parts = self._class_parts()
        taken = self._subtracted() if self._pattern.startswith("[", self._place) else None
        if taken is None and not self._pattern.startswith("]", self._place):
            raise ShapeError(f"not a regular expression: {self._pattern} (missing closing ])")
        self._place += 1
        written = f"[{'^' if negative else ''}{''.join(parts)}]"
        return written if taken is None else _difference(written, taken)

    def _class_parts(self) -> list[str]:
        parts: list[str] = []
        while self._place < len(self._pattern) and (not parts or self._pattern[self._place] != "]"):
            if self._pattern.startswith("-[", self._place):
                self._place += 1
                break
            character = self._next()
            parts.append(self._class_escape() if character == "\\" else _IN_CLASS.get(character, character))
        return parts

    def _class_escape(self) -> str:
        written = self._escaped()
        if written.startswith("[^"):
            return f"{_complement(written[2:-1])}"
        return written[1:-1] if written.startswith("[") else written

    def _subtracted(self) -> str:
        self._place += 1
        return self._class()


_PIECES: Mapping[str, Callable[[_Translation], str]] = {
    "\\": _Translation._escaped,  # noqa: SLF001 - a table of its own methods
    "[": _Translation._class,  # noqa: SLF001 - as above
    "(": _Translation._open,  # noqa: SLF001 - as above
    ")": _Translation._close,  # noqa: SLF001 - as above
    "{": _Translation._repeated,  # noqa: SLF001 - as above
}
_IN_CLASS = {"[": r"\[", "&": r"\&", "~": r"\~"}
_KNOWN_TO_RE2 = frozenset("nrtbBAzfv")


def _plain(character: str, pattern: str) -> str:
    """A character that stands for itself, or what RE2 means by the same letter as most others do."""
    if character in _KNOWN_TO_RE2 or (character and not character.isalnum() and character.isascii()):
        return f"\\{character}"
    raise ShapeError(f"a regular expression with the unknown escape \\{character}: {pattern}")


def _many(atom: str, least: int, most: int | None) -> str:
    rest = f"{atom}*" if most is None else _up_to(atom, most - least)
    return f"{atom}{{{_MOST_REPEATS}}}" * (least // _MOST_REPEATS) + f"{atom}{{{least % _MOST_REPEATS}}}" + rest


def _up_to(atom: str, most: int) -> str:
    return f"{atom}{{0,{_MOST_REPEATS}}}" * (most // _MOST_REPEATS) + f"{atom}{{0,{most % _MOST_REPEATS}}}"


@lru_cache(maxsize=1)
def _everything() -> str:
    """Every character that text can have, in order."""
    return "".join(map(chr, (*range(0xD800), *range(0xE000, _LAST + 1))))


@lru_cache(maxsize=32)
def _difference(one: str, other: str) -> str:
    """A class without the characters of another."""
    try:
        kept = [*_without(_runs(one), _runs(other))]
    except re2.error:
        raise ShapeError(f"not a regular expression: {one}-{other}") from None
    return f"[{_ranges(kept)}]" if kept else r"[^\x{0}-\x{10ffff}]"


@lru_cache(maxsize=32)
def _complement(parts: str) -> str:
    return _ranges(_without([(0, _LAST)], _runs(f"[{parts}]")))


def _runs(written: str) -> list[tuple[int, int]]:
    """The first and last of the characters of a class that follow each other, in order.

    They are found in one piece each: to find every character by itself takes seconds.
    """
    return [(ord(run[0]), ord(run[-1])) for run in re2.findall(f"{written}+", _everything())]


def _without(runs: list[tuple[int, int]], taken: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """What is left of some runs."""
    for first, last in runs:
        left = first
        for low, high in taken:
            if left <= high and low <= last:
                if left < low:
                    yield left, low - 1
                left = high + 1
        if left <= last:
            yield left, last


def _ranges(runs: Iterable[tuple[int, int]]) -> str:
    """Some runs of characters as ranges of a class."""
    return "".join(f"\\x{{{low:x}}}-\\x{{{high:x}}}" for low, high in runs)


_ESCAPES: Mapping[str, str] = {
    "s": _SPACE,
    "S": _NO_SPACE,
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "w": _WORD,
    "W": _NO_WORD,
    "i": NAME_START,
    "I": f"^{NAME_START}",
    "c": NAME_CHARACTER,
    "C": f"^{NAME_CHARACTER}",
}
