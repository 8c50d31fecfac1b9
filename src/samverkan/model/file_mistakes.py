"""What is wrong with a file in TOML, JSON or YAML, in words that one can mend it from, at the line to be changed."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from samverkan.model import pasted_characters

_MOST = 20  # mistakes of one file
_OUTSIDE = re.compile(
    r"\"\"\".*?\"\"\"|'''.*?'''|\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|(?:^|(?<=\s))#[^\n]*|(?P<other>.)",
    re.DOTALL | re.MULTILINE,
)
_JSON_OUTSIDE = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|(?P<other>.)", re.DOTALL)
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")

Words = tuple[str, str]
"""The same in Swedish and English."""


@dataclass(frozen=True)
class FileMistake:
    """A mistake in a file: the line, counted from 1, and what is wrong and what helps in Swedish and English."""

    line: int
    sv: str
    en: str


# Each a pattern of what a parser says, and what that means.
_TOML: Sequence[tuple[str, Words]] = (
    (
        r"Invalid value",
        (
            (
                'Värdet efter = går inte att läsa: {value}. Skriv text inom citattecken, som namn = "…"; tal och true '
                "eller false utan."
            ),
            (
                "The value after = can't be read: {value}. Write text within quotation marks, as in "
                'name = "…"; numbers '
                "and true or false without."
            ),
        ),
    ),
    (
        r"Unterminated string|Expected \"'\"|Illegal character '\\n'",
        (
            'Ett citattecken saknas: texten {value} slutar aldrig. Skriv " där den slutar.',
            'A quotation mark is missing: the text {value} never ends. Write " where it ends.',
        ),
    ),
    (
        r"Expected '=' after a key.*|Invalid statement",
        (
            'Raden {value} är ingen inställning. Skriv namn = "värde", med bokstäver a till z i namnet.',
            'The line {value} is no setting. Write name = "value", with letters a to z in the name.',
        ),
    ),
    (
        r"Expected ']' at the end of a table declaration|Expected ']]'.*",
        (
            "Hakparentesen i {value} stängs aldrig. Skriv ] efter namnet.",
            "The bracket of {value} is never closed. Write ] after the name.",
        ),
    ),
    (
        r"Cannot (?:overwrite a value|declare .* twice|mutate .*)|Duplicate .*",
        ("{value} står två gånger. Ta bort det ena.", "{value} is there twice. Remove one of them."),
    ),
    (
        r"Unclosed (?:array|inline table)",
        (
            'En lista slutar aldrig, eller ett kommatecken saknas i den: {value}. Skriv ["…", "…"].',
            'A list never ends, or lacks a comma: {value}. Write ["…", "…"].',
        ),
    ),
    (
        r"Expected newline or end of document after a statement",
        (
            (
                "Efter värdet på raden följer något som inte hör dit: {value}. Skriv en inställning "
                "på varje rad, och en "
                "kommentar efter #."
            ),
            (
                "Something follows the value on this line that does not belong there: {value}. Write "
                "one setting a line, "
                "and a comment after #."
            ),
        ),
    ),
    (
        r"Unescaped.*",
        (
            "Tecknet \\ i {value} har en egen betydelse. Skriv \\\\.",
            "The character \\ in {value} has a meaning of its own. Write \\\\.",
        ),
    ),
    (
        r".*",
        ('Det här är inte TOML: {value}. Skriv namn = "värde".', 'This is not TOML: {value}. Write name = "value".'),
    ),
)
_JSON: Sequence[tuple[str, Words]] = (
    (
        r"Expecting ',' delimiter",
        (
            "Efter {before} saknas ett kommatecken, eller en parentes som stänger. Skriv det här.",
            "A comma, or a closing bracket, is missing after {before}. Write it here.",
        ),
    ),
    (
        r"Expecting property name.*|Illegal trailing comma.*",
        (
            (
                'Här väntades ett namn inom citattecken, men här står {after}. Skriv "namn": "…"; '
                "efter det sista ska inget "
                "kommatecken stå."
            ),
            (
                'A name within quotation marks was expected here, but this is {after}. Write "name": '
                '"…"; no comma belongs '
                "behind the last one."
            ),
        ),
    ),
    (
        r"Expecting ':' delimiter",
        (
            'Efter {before} saknas ett kolon. Skriv "namn": "…".',
            'A colon is missing after {before}. Write "name": "…".',
        ),
    ),
    (
        r"Unterminated string.*|Invalid control character.*",
        (
            'Ett citattecken saknas på raden: {row}. Skriv " både före och efter texten.',
            'A quotation mark is missing on this line: {row}. Write " before and after the text.',
        ),
    ),
    (
        r"Invalid \\.*",
        (
            "Tecknet \\ i {row} har en egen betydelse. Skriv \\\\.",
            "The character \\ in {row} has a meaning of its own. Write \\\\.",
        ),
    ),
    (
        r"Extra data",
        (
            "Efter den sista parentesen följer {after}. Ta bort det.",
            "After the last bracket follows {after}. Remove it.",
        ),
    ),
    (
        r".*",
        (
            (
                "Här väntades ett värde, men här står {after}. Skriv text inom citattecken, eller true, "
                "false eller ett tal."
            ),
            (
                "A value was expected here, but this is {after}. Write text within quotation marks, or "
                "true, false or a number."
            ),
        ),
    ),
)
_YAML: Sequence[tuple[str, Words]] = (
    (
        r"mapping values are not allowed.*",
        (
            (
                "Ett kolon för mycket på raden, eller fel indrag. Skriv texten inom citattecken om "
                "den innehåller kolon: "
                'summary: "…: …".'
            ),
            (
                "There is a colon too many on the line, or a wrong indent. Write a text that has a "
                "colon within quotation marks: "
                'summary: "…: …".'
            ),
        ),
    ),
    (
        r"found unexpected end of stream",
        (
            "Ett citattecken saknas: texten som börjar här slutar aldrig. Skriv det där den slutar.",
            "A quotation mark is missing: the text that begins here never ends. Write it where the text ends.",
        ),
    ),
    (
        r"did not find expected ',' or .*",
        (
            "En parentes stängs aldrig, eller ett kommatecken saknas. Skriv {{sv: …, en: …}} eller [… , …].",
            "A bracket is never closed, or a comma is missing. Write {{sv: …, en: …}} or [… , …].",
        ),
    ),
    (
        r"found (?:character that cannot start any token|a tab character.*)",
        (
            (
                "Ett värde kan inte börja så, och indrag görs med mellanslag, inte med tabb. Skriv "
                "texten inom citattecken."
            ),
            "A value can't begin like this, and indents are spaces, not tabs. Write the text within quotation marks.",
        ),
    ),
    (
        r"found undefined alias",
        (
            "Tecknet * i början av ett värde har en egen betydelse. Skriv texten inom citattecken.",
            "A * at the beginning of a value has a meaning of its own. Write the text within quotation marks.",
        ),
    ),
    (
        r"could not find expected ':'",
        (
            "Ett kolon saknas efter namnet på raden. Skriv namn: värde.",
            "A colon is missing after the name on this line. Write name: value.",
        ),
    ),
    (
        r".*",
        (
            "Raden går inte att läsa. Se över indrag och citattecken.",
            "The line can't be read. Check indents and quotation marks.",
        ),
    ),
)
_MEANT: Mapping[str, Words] = {
    "True": ("Menade du true?", "Did you mean true?"),
    "False": ("Menade du false?", "Did you mean false?"),
}


def of_toml(text: str) -> list[FileMistake]:
    """What is wrong with a text that is not TOML: all of it, as far as one can go on, by line."""
    plain, pasted = pasted_characters.without(text, _OUTSIDE)
    found = [FileMistake(pasted.line, pasted.sv, pasted.en)] if pasted else []
    lines = plain.split("\n")
    while len(found) < _MOST and (said := _first_of_toml(lines)):
        found.append(said)
        lines[said.line - 1] = ""
    return found


def _first_of_toml(lines: list[str]) -> FileMistake | None:
    try:
        tomllib.loads("\n".join(lines))
    except ValueError as error:
        place = _TOML_PLACE.search(str(error))
        reason = _TOML_PLACE.sub("", str(error))
        line = int(place[1]) if place and place[1] else _last(lines)
        if reason.startswith("Unclosed") and not lines[line - 1].strip().startswith(("[", "]", '"')):
            line = _last(lines[: line - 1])  # what was never closed stands before
        row = lines[line - 1].strip()
        value = row.partition("=")[2].strip() if reason.startswith(("Invalid value", "Unterminated")) else row
        return _said(_TOML, reason, line, value=_cut(value or row), meant=_MEANT.get(value))
    return None


def _last(lines: Sequence[str]) -> int:
    """The last line that says something."""
    return max((number for number, line in enumerate(lines, 1) if line.strip()), default=1)


def of_json(text: str, error: json.JSONDecodeError) -> list[FileMistake]:
    """What is wrong with a text that is not JSON."""
    plain, pasted = pasted_characters.without(text, _JSON_OUTSIDE)
    if pasted:
        return [FileMistake(pasted.line, pasted.sv, pasted.en), *_of_corrected(plain)]
    return [_of_json(text, error)]


def _of_corrected(text: str) -> Iterator[FileMistake]:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        yield _of_json(text, error)


def _of_json(text: str, error: json.JSONDecodeError) -> FileMistake:
    before = text[: error.pos].rstrip()
    is_behind = error.msg.startswith(("Expecting ',", "Expecting ':")) or not text[error.pos :].strip()
    line = before.count("\n") + 1 if is_behind else error.lineno
    row = text.split("\n")[line - 1].strip()
    word = re.match(r"\w+|\S|$", text[error.pos :].lstrip())
    after = word[0] if word and word[0] else "…"
    last = re.search(r"\"[^\"\n]*\"\Z|\S+\Z", before)
    slots = {"row": _cut(row), "after": after, "before": _cut(last[0]) if last else "…", "meant": _MEANT.get(after)}
    return _said(_JSON, error.msg, line, **slots)


def of_yaml(problem: str) -> Words:
    """What the problem that a parser of YAML names means, in Swedish and English."""
    said = _said(_YAML, problem, 1)
    return said.sv, said.en


def _said(table: Sequence[tuple[str, Words]], reason: str, line: int, **slots: object) -> FileMistake:
    words = next(words for pattern, words in table if re.fullmatch(pattern, reason, re.DOTALL))
    meant = slots.pop("meant", None)
    more = meant if isinstance(meant, tuple) else ("", "")
    sv, en = (f"{text.format(**slots)} {also}".strip() for text, also in zip(words, more, strict=True))
    return FileMistake(line, sv, en)


def _cut(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"  # noqa: PLR2004 - what a message has room for
