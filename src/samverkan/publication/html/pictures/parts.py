"""What the pictures share: rows gathered by what they are about, facts by name, and the cut where it gets too long."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from markupsafe import Markup, escape

from samverkan.model.results import Term
from samverkan.publication.html.grid import Cell, Grid

Translate: TypeAlias = Callable[[str], str]
Record: TypeAlias = dict[str, Cell]

MOST_BYTES = 20_000
"""How large the HTML of a picture may be."""

SHORT = 30
"""How many characters a value has at most that stands beside others on a line."""

_CAPITAL = re.compile(r"(?<=^<bdi>)\w(?![A-ZÅÄÖ])")
_INITIAL = re.compile(r"^\w(?![A-ZÅÄÖ])")
_TEXT = re.compile(">[^<>]+<")
_LINKS = re.compile("</?a( [^>]*)?>")


def gathered(records: Iterable[Record], *names: str) -> list[list[Record]]:
    """The rows that have all of these columns, those with the same terms there together, in order of appearance."""
    found: dict[tuple[Term | None, ...], list[Record]] = {}
    for record in records:
        if all(name in record for name in names):
            found.setdefault(tuple(record[name].term for name in names), []).append(record)
    return list(found.values())


def distinct(records: Iterable[Record], name: str) -> list[Cell]:
    """The different values of a column, in order of appearance."""
    return list({record[name].term: record[name] for record in records if name in record}.values())


def listed(cells: Iterable[Cell]) -> Markup:
    """Values one after the other, as HTML."""
    return Markup(", ").join(cell.html for cell in cells)


def label(grid: Grid, name: str) -> str:
    """What people call a column; its name where the answer has no such column."""
    return next((column.label for column in grid.columns if column.name == name), name)


def facts(grid: Grid, records: Sequence[Record], names: Iterable[str]) -> Markup:
    """The values of some columns with the columns' names as a description list; nothing where there are none."""
    return pairs([(label(grid, name), distinct(records, name)) for name in names])


def pairs(found: Iterable[tuple[str, Sequence[Cell]]]) -> Markup:
    """Names with their values as a description list, without those that have none; nothing where none has."""
    rows = [Markup("<div><dt>{}</dt>{}</div>").format(name, _values(cells)) for name, cells in found if cells]
    return Markup("<dl>{}</dl>").format(Markup().join(rows)) if rows else Markup()


def _values(cells: Sequence[Cell]) -> Markup:
    """Values as descriptions: short ones one after the other, and each long one on a line of its own."""
    together = max(len(cell.text) for cell in cells) <= SHORT
    parts = [listed(cells)] if together else [cell.html for cell in cells]
    return Markup().join(Markup("<dd>{}</dd>").format(part) for part in parts)


def others(grid: Grid, *names: str) -> list[str]:
    """The columns of an answer except these."""
    return [column.name for column in grid.columns if column.name not in names]


def size(part: str) -> int:
    """How many bytes a part takes."""
    return len(part.encode())


def fitting(parts: Iterable[Markup], room: int) -> list[Markup]:
    """The parts from the first on that together take at most `room` bytes; further ones are not even made."""
    found: list[Markup] = []
    for part in parts:
        room -= size(part)
        if room < 0:
            break
        found.append(part)
    return found


def packed(groups: Iterable[tuple[Markup, Sequence[Markup]]], room: int) -> Iterator[tuple[Markup, list[Markup]]]:
    """Groups, each a head and its parts, cut where `room` bytes are full; the last one may have lost parts."""
    for head, parts in groups:
        shown = fitting(parts, room - size(head))
        if shown:
            yield head, shown
        if len(shown) < len(parts):
            return
        room -= size(head) + sum(map(size, shown))


def unlinked(html: Markup) -> Markup:
    """A value without its link: where the same one has stood before, one link to it is enough.

    >>> unlinked(Markup('<a href="x"><bdi lang="en">until &gt; then</bdi></a>'))
    Markup('<bdi lang="en">until &gt; then</bdi>')
    """
    return Markup(_LINKS.sub("", html))  # noqa: S704 - of HTML already


def amid(html: Markup) -> Markup:
    """A value without its link as it stands amid a sentence: with a small letter, if it is no abbreviation.

    >>> amid(Markup('<a href="x"><bdi>Per year</bdi></a>')), amid(Markup("<bdi>SEK</bdi>"))
    (Markup('<bdi>per year</bdi>'), Markup('<bdi>SEK</bdi>'))
    """
    return Markup(_CAPITAL.sub(lambda found: found[0].lower(), unlinked(html), count=1))  # noqa: S704 - of HTML already


def lowered(text: str) -> str:
    """A text as it stands amid a sentence: with a small letter, if it is no abbreviation.

    >>> lowered("Commitment"), lowered("SEK")
    ('commitment', 'SEK')
    """
    return _INITIAL.sub(lambda found: found[0].lower(), text)


def named(html: Markup, text: str) -> Markup:
    """A link with another text.

    >>> named(Markup('<a href="x"><bdi>A</bdi></a>'), "B & C")
    Markup('<a href="x"><bdi>B &amp; C</bdi></a>')
    """
    return Markup(_TEXT.sub(lambda _: f">{escape(text)}<", html, count=1))  # noqa: S704 - of HTML already


def note(translate: Translate, what: str, shown: int, total: int, key: str = "picture-first") -> Markup:
    """The sentence that says that not all is drawn; nothing where all is. `key` says which ones are."""
    if shown == total:
        return Markup()
    said = Markup.escape(translate(key)).format(what=what, shown=shown, total=total)
    return Markup('<p class="cut">{}</p>').format(said)


def figure(kind: str, *parts: Markup) -> Markup:
    """The frame of a picture; `kind` is its class in the style sheet."""
    return Markup('<figure class="picture {}">{}</figure>').format(kind, Markup().join(parts))


def legend(entries: Iterable[tuple[Markup, str]], more: Markup | str = "") -> Markup:
    """What the signs of a picture mean, as its caption, with more behind that."""
    pairs = [Markup("<span>{} <span>{}</span></span>").format(sign, meaning) for sign, meaning in entries]
    return Markup("<figcaption>{}{}</figcaption>").format(Markup(" ").join(pairs), more)
