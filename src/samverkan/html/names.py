"""The alphabetical index: a page with the letters, and pages with the names under each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from samverkan import addresses
from samverkan.html.alphabet import OTHERS, sorting
from samverkan.html.index import Entry, entries, kind

if TYPE_CHECKING:
    from samverkan.html.face import Face
    from samverkan.html.sheet import Sheet

PATH = "names"
MOST = 200
"""How many names a page has; the others under its letter follow on further pages."""

WORDS: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "names-title": "Allt som har ett namn, från A till Ö",
        "names-lead": "{count} namn. Välj den bokstav som namnet börjar på.",
        "names-letters": "Bokstäver",
        "names-others": "Siffror och andra tecken",
        "names-letter": "Namn på {letter}",
        "names-part": "{title}, sida {part} av {parts}",
        "names-range": "Namn {first} till {last} av {all}.",
        "names-count": "Antal: {all}.",
        "names-none": "Inget namn på svenska börjar så.",
        "names-turn": "Bläddra",
        "names-before": "Föregående sida",
        "names-after": "Nästa sida",
    },
    "en": {
        "names-title": "Everything that has a name, from A to Z",
        "names-lead": "{count} names. Choose the letter that the name begins with.",
        "names-letters": "Letters",
        "names-others": "Digits and other signs",
        "names-letter": "Names that begin with {letter}",
        "names-part": "{title}, page {part} of {parts}",
        "names-range": "Names {first} to {last} of {all}.",
        "names-count": "Number: {all}.",
        "names-none": "No name in English begins like this.",
        "names-turn": "Pages",
        "names-before": "Previous page",
        "names-after": "Next page",
    },
}


class Letter(NamedTuple):
    """A letter with the way to its page, how many names it has, and whether it is the one that is shown."""

    text: str
    url: str
    size: str
    is_current: bool


def parts(face: Face) -> Iterator[tuple[str, str, int]]:
    """The pages of the index: the path, the letter and the number of each; every one is in all languages."""
    counts = [_counts(face, language) for language in face.tongues]
    for each in sorted({letter for found in counts for letter in found}):
        most = max(found[each] for found in counts)
        for part in range(1, _parts(most) + 1):
            yield path(each, part), each, part


def path(letter: str, part: int = 1) -> str:
    """The path of a page of the index, without suffix."""
    first = f"{PATH}/{addresses.segment(letter)}"
    return first if part == 1 else f"{first}/{part}"


def _parts(count: int) -> int:
    return max(1, -(-count // MOST))


def _counts(face: Face, language: str) -> Counter[str]:
    """How many names each letter has in a language."""
    return face.once(("letters", language), lambda: Counter(entry.letter for entry in entries(face, language)))


def names(sheet: Sheet) -> str:
    """The page with all letters."""
    count = sheet.tongue.number(len(entries(sheet.face, sheet.language)))
    return sheet.render(
        "names.html",
        title=sheet.say("names-title"),
        said=sheet.say("names-lead", count=count),
        letters=tuple(_letters(sheet, "")),
        names=(),
        before=None,
        after=None,
    )


def page(sheet: Sheet, letter: str, part: int) -> str:
    """A page with names under a letter."""
    found = _under(sheet, letter)
    start, all_ = (part - 1) * MOST, _parts(len(found))
    title = sheet.say("names-letter", letter=letter.upper()) if letter != OTHERS else sheet.say("names-others")
    return sheet.render(
        "names.html",
        title=title if all_ == 1 else sheet.say("names-part", title=title, part=part, parts=all_),
        said=_said(sheet, start, len(found)),
        letters=tuple(_letters(sheet, letter)),
        names=[_name(sheet, entry) for entry in found[start : start + MOST]],
        before=sheet.page_url(path(letter, min(part, all_ + 1) - 1)) if part > 1 else None,
        after=sheet.page_url(path(letter, part + 1)) if part < all_ else None,
    )


def _under(sheet: Sheet, letter: str) -> tuple[Entry, ...]:
    by_letter = sheet.face.once(("under", sheet.language), lambda: _gathered(sheet))
    return by_letter.get(letter, ())


def _gathered(sheet: Sheet) -> dict[str, tuple[Entry, ...]]:
    found: dict[str, list[Entry]] = {}
    for entry in entries(sheet.face, sheet.language):
        found.setdefault(entry.letter, []).append(entry)
    return {letter: tuple(under) for letter, under in found.items()}


def _said(sheet: Sheet, start: int, count: int) -> str:
    if start >= count:
        return sheet.say("names-none")
    number = sheet.tongue.number
    if count <= MOST:
        return sheet.say("names-count", all=number(count))
    last = min(start + MOST, count)
    return sheet.say("names-range", first=number(start + 1), last=number(last), all=number(count))


def _letters(sheet: Sheet, current: str) -> Iterator[Letter]:
    """The letters that have names in a language, in its order, digits and other signs last."""
    counts, place = _counts(sheet.face, sheet.language), sorting(sheet.language)
    for each in sorted(counts, key=lambda letter: (letter == OTHERS, place(letter))):
        text = sheet.say("names-others") if each == OTHERS else each.upper()
        yield Letter(text, sheet.page_url(path(each)), sheet.tongue.number(counts[each]), each == current)


def _name(sheet: Sheet, entry: Entry) -> Markup:
    of_kind = kind(sheet.face, entry.iri, sheet.language)
    link = sheet.link(entry.iri)
    return Markup("%s <small>%s</small>") % (link, of_kind) if of_kind else link
