"""The alphabetical index: a page with the letters, and pages with the names under each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup

from samverkan.model import addresses, paths
from samverkan.publication.html.alphabet import OTHERS, sorting
from samverkan.publication.html.index import IndexEntry, entries, kind

if TYPE_CHECKING:
    from samverkan.publication.html.context import TemplateContext
    from samverkan.publication.html.page import HtmlPage

PATH = paths.INDEX
MOST = 200
"""How many names a page has; the others under its letter follow on further pages."""

MESSAGES: Mapping[str, Mapping[str, str]] = {
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


def parts(context: TemplateContext) -> Iterator[tuple[str, str, int]]:
    """The pages of the index: the path, the letter and the number of each; every one is in all languages."""
    counts = [_counts(context, language) for language in context.locales]
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


def _counts(context: TemplateContext, language: str) -> Counter[str]:
    """How many names each letter has in a language."""
    return context.once(("letters", language), lambda: Counter(entry.letter for entry in entries(context, language)))


def names(page: HtmlPage) -> str:
    """The page with all letters."""
    count = page.locale.number(len(entries(page.context, page.language)))
    return page.render(
        "names.html",
        title=page.translate("names-title"),
        crumbs=page.crumbs((page.translate("data"), paths.DATA)),
        said=page.translate("names-lead", count=count),
        letters=tuple(_letters(page, "")),
        names=(),
        before=None,
        after=None,
    )


def page(page: HtmlPage, letter: str, part: int) -> str:
    """A page with names under a letter."""
    found = _under(page, letter)
    start, all_ = (part - 1) * MOST, _parts(len(found))
    title = (
        page.translate("names-letter", letter=letter.upper()) if letter != OTHERS else page.translate("names-others")
    )
    return page.render(
        "names.html",
        crumbs=page.crumbs((page.translate("data"), paths.DATA), (page.translate("names-title"), paths.INDEX)),
        title=title if all_ == 1 else page.translate("names-part", title=title, part=part, parts=all_),
        said=_said(page, start, len(found)),
        letters=tuple(_letters(page, letter)),
        names=[_name(page, entry) for entry in found[start : start + MOST]],
        before=page.page_url(path(letter, min(part, all_ + 1) - 1)) if part > 1 else None,
        after=page.page_url(path(letter, part + 1)) if part < all_ else None,
    )


def _under(page: HtmlPage, letter: str) -> tuple[IndexEntry, ...]:
    by_letter = page.context.once(("under", page.language), lambda: _gathered(page))
    return by_letter.get(letter, ())


def _gathered(page: HtmlPage) -> dict[str, tuple[IndexEntry, ...]]:
    found: dict[str, list[IndexEntry]] = {}
    for entry in entries(page.context, page.language):
        found.setdefault(entry.letter, []).append(entry)
    return {letter: tuple(under) for letter, under in found.items()}


def _said(page: HtmlPage, start: int, count: int) -> str:
    if start >= count:
        return page.translate("names-none")
    number = page.locale.number
    if count <= MOST:
        return page.translate("names-count", all=number(count))
    last = min(start + MOST, count)
    return page.translate("names-range", first=number(start + 1), last=number(last), all=number(count))


def _letters(page: HtmlPage, current: str) -> Iterator[Letter]:
    """The letters that have names in a language, in its order, digits and other signs last."""
    counts, place = _counts(page.context, page.language), sorting(page.language)
    for each in sorted(counts, key=lambda letter: (letter == OTHERS, place(letter))):
        text = page.translate("names-others") if each == OTHERS else each.upper()
        yield Letter(text, page.page_url(path(each)), page.locale.number(counts[each]), each == current)


def _name(page: HtmlPage, entry: IndexEntry) -> Markup:
    of_kind = kind(page.context, entry.iri, page.language)
    link = page.link(entry.iri)
    return Markup("%s <small>%s</small>") % (link, of_kind) if of_kind else link
