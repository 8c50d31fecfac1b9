"""What goes with what: a row for each `row`, a column for each `column`, and a sign where they meet.

Where the optional `through` has a value, the row goes with the column by way of something else, and the sign is a
diamond. Where only the optional `status` has one, that is what is said of how the two go together, such as that it is
an interpretation, and the sign is a dashed ring. Rows with the same `broader` fold under it. The row of the broader one
has the signs of all of them: a filled one where it is meant itself, a ring where only a narrower one is. The signs of a
row are one small image; those who listen hear the names of its columns instead. Where there are few columns, the legend
stands behind the rows, and says in words by way of what a row goes with which column.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from samverkan.model.results import Term
from samverkan.publication.html.grid import Cell, Grid
from samverkan.publication.html.pictures.parts import (
    Record,
    Translate,
    distinct,
    figure,
    fitting,
    gathered,
    label,
    legend,
    lowered,
    named,
    note,
    packed,
    size,
)
from samverkan.publication.html.pictures.shapes import diamonds, dot, dots, drawing, points, strip

WIDE = 32  # pixels across for each column; the style sheet has the names and the faint points as far apart
HIGH = 24
FEW = 5  # columns that a phone has room for, so that nothing scrolls but the page
WAYS = 6  # that the legend names
HEADS = 7_000  # bytes for the names of the columns, so that there is room for rows as well


@dataclass(frozen=True)
class Cross:
    """The rows and columns of a matrix; `drawn` are the columns that there is room for."""

    records: Sequence[Record]
    drawn: tuple[Cell, ...]

    @cached_property
    def marks(self) -> Mapping[Term | None, frozenset[Term | None]]:
        """The columns that each row goes with itself."""
        return columns_of(record for record in self.records if "through" not in record)

    @cached_property
    def unmarked(self) -> Mapping[Term | None, frozenset[Term | None]]:
        """The columns that each row goes with itself without anything said of it."""
        return columns_of(record for record in self.records if "through" not in record and "status" not in record)

    @cached_property
    def indirect(self) -> Mapping[Term | None, frozenset[Term | None]]:
        """The columns that each row goes with by way of something else."""
        return columns_of(record for record in self.records if "through" in record)

    @cached_property
    def broader(self) -> frozenset[Term | None]:
        """The rows under which others fold."""
        return frozenset(cell.term for cell in distinct(self.records, "broader"))

    @cached_property
    def tops(self) -> list[tuple[Cell, list[Cell]]]:
        """What is not folded, in the order of the answer, with the rows that fold under it."""
        found: dict[Term | None, tuple[Cell, list[Cell]]] = {}
        for record in self.records:
            row, above = record["row"], record.get("broader")
            if above:
                _, narrower = found.setdefault(above.term, (above, []))
                narrower.extend([row] if row not in narrower else [])
            elif not self.folded(row):
                found.setdefault(row.term, (row, []))
        return list(found.values())

    @property
    def by_reach(self) -> list[tuple[Cell, list[Cell]]]:
        """The same: what goes with most columns first, and what goes with the same ones together."""

        def reach(top: tuple[Cell, list[Cell]]) -> tuple[int, list[bool]]:
            union = self.union([top[0], *top[1]])
            return -len(union), [column.term not in union for column in self.drawn]

        return sorted(self.tops, key=reach)

    @property
    def height(self) -> int:
        """How many rows there are, each as often as it folds under another."""
        return sum(len(narrower) or 1 for _, narrower in self.tops)

    def folded(self, row: Cell) -> bool:
        """Whether a row stands under another one and not at the top."""
        return row.term in self.narrower and row.term not in self.broader

    @cached_property
    def narrower(self) -> frozenset[Term | None]:
        """The rows that fold under another one."""
        return frozenset(record["row"].term for record in self.records if "broader" in record)

    def own(self, row: Cell) -> frozenset[Term | None]:
        """The columns of a row itself."""
        return self.marks.get(row.term, frozenset())

    def read(self, row: Cell) -> frozenset[Term | None]:
        """The columns of a row itself of which something is said."""
        return self.own(row) - self.unmarked.get(row.term, frozenset())

    def way(self, row: Cell) -> frozenset[Term | None]:
        """The columns of a row only by way of something else."""
        return self.indirect.get(row.term, frozenset[Term | None]()) - self.own(row)

    def said(self, row: Cell, column: Cell) -> str:
        """The name of a column for those who listen, and by way of what the row goes with it, or what is said of it."""
        if column.term not in self.way(row) | self.read(row):
            return column.text
        name = "status" if column.term in self.read(row) else "through"
        return f"{column.text} ({_amid(distinct(self._there(row, column), name))})"

    def ways(self, row: Cell) -> list[tuple[list[Cell], list[Cell]]]:
        """By way of what a row goes with its columns where not by itself: the columns with the same ways, and these."""
        found: dict[tuple[Term | None, ...], tuple[list[Cell], list[Cell]]] = {}
        for column in (each for each in self.drawn if each.term in self.way(row)):
            ways = distinct(self._there(row, column), "through")
            found.setdefault(tuple(way.term for way in ways), ([], ways))[0].append(column)
        return list(found.values())

    def _there(self, row: Cell, column: Cell) -> list[Record]:
        """What is said where a row and a column meet."""
        return [each for each in self.records if (each["row"].term, each["column"].term) == (row.term, column.term)]

    def union(self, rows: Iterable[Cell]) -> frozenset[Term | None]:
        """The columns of several rows, whichever way."""
        return frozenset[Term | None]().union(*(part(row) for row in rows for part in (self.own, self.way)))


def columns_of(records: Iterable[Record]) -> Mapping[Term | None, frozenset[Term | None]]:
    """The columns of each row of these records."""
    rows = gathered(records, "row")
    return {found[0]["row"].term: frozenset(record["column"].term for record in found) for found in rows}


def matrix(grid: Grid, translate: Translate, room: int) -> Markup | None:
    """The picture of what goes with what; None where nothing does."""
    rows = gathered(grid.records(), "row", "column")
    columns = ranked(rows)
    heads = fitting(map(above, columns), min(HEADS, room // 2))
    records = [record for row in rows for record in row]
    cross = Cross(records, by_likeness(columns[: len(heads)], records))
    groups = (group(cross, row, narrower, translate) for row, narrower in cross.by_reach)
    legend_of_signs = signs(cross, translate)
    shown = list(packed(groups, room - sum(map(size, [*heads, legend_of_signs]))))
    if not heads or not shown:
        return None
    named = Markup('<div class="heads">{}</div>').format(Markup().join(map(above, cross.drawn)))
    parts = (
        scrolling(grid, translate, named, *(opened(head, rows) for head, rows in shown)),
        note(translate, label(grid, "row"), sum(len(rows) for _, rows in shown), cross.height),
        note(translate, label(grid, "column"), len(heads), len(columns), "picture-most"),
    )
    # A few columns leave room beside them, and a legend above them would push the rows down on a phone.
    return figure("matrix", *((*parts, legend_of_signs) if is_small(cross) else (legend_of_signs, *parts)))


def is_small(cross: Cross) -> bool:
    """Whether a matrix has so few columns that there is room for more beside it."""
    return len(cross.drawn) <= FEW


def ranked(rows: Iterable[Sequence[Record]]) -> list[Cell]:
    """The columns of these rows, those with the most marks first."""
    cells = [cell for row in rows for cell in distinct(row, "column")]
    marks = Counter(cell.term for cell in cells)
    found = {cell.term: cell for cell in cells}
    return sorted(alphabetical(found.values()), key=lambda cell: -marks[cell.term])


def by_likeness(cells: Iterable[Cell], records: Iterable[Record]) -> tuple[Cell, ...]:
    """Columns so that those with the same rows stand together: each is followed by the one most like it."""
    marks: dict[Term | None, set[Term | None]] = {}
    for record in records:
        marks.setdefault(record["column"].term, set()).add(record["row"].term)
    left, found = list(alphabetical(cells)), list[Cell]()
    while left:
        near = marks[found[-1].term] if found else set[Term | None]()
        # Without a column before it, the one with the most rows; of equal ones the first of the alphabet.
        found.append(max(left, key=lambda cell: (len(near & marks[cell.term]), len(marks[cell.term]))))
        left.remove(found[-1])
    return tuple(found)


def alphabetical(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Columns by their names."""
    return tuple(sorted(cells, key=lambda cell: cell.text.casefold()))


def above(column: Cell) -> Markup:
    """The name above a column."""
    return Markup("<span>{}</span>").format(column.html)


def group(cross: Cross, row: Cell, narrower: Sequence[Cell], translate: Translate) -> tuple[Markup, list[Markup]]:
    """A row that stands alone; or the head of a fold and the rows in it."""
    if not narrower:
        return Markup(), [line(cross, row.html, row)]
    name = Markup("<bdi>{}</bdi>").format(row.text)
    union = cross.union([row, *narrower])
    itself = named(row.html, translate("picture-broader"))
    head = Markup('<summary>{}</summary><p class="itself">{}</p>')
    rows = [line(cross, cell.html, cell) for cell in narrower]
    return head.format(line(cross, name, row, union), itself), rows


def opened(head: Markup, rows: Sequence[Markup]) -> Markup:
    """A group as HTML: its rows, in a fold where it has a head."""
    body = Markup().join(rows)
    return Markup("<details>{}{}</details>").format(head, body) if head else body


def line(cross: Cross, name: Markup, row: Cell, union: Collection[Term | None] = frozenset()) -> Markup:
    """A row: its name, its signs, and the same in words for those who listen."""
    places = {column.term: place(number) for number, column in enumerate(cross.drawn)}
    own, way = cross.own(row), cross.way(row)
    below = frozenset(union) - own - way
    parts = (own - cross.read(row), cross.read(row), way, below)
    meant, read, by, narrower = ([at for term, at in places.items() if term in part] for part in parts)
    words = ", ".join(cross.said(row, column) for column in cross.drawn if column.term in own | way | below)
    faint = points(place(0), place(len(places) - 1), 12)
    signs = (
        faint,
        dots("own", meant, 12),
        dots("read", read, 12),
        diamonds("way", by, 12),
        dots("below", narrower, 12),
    )
    form = Markup('<span class="cross"><span>{}{}</span>{}</span>')
    return form.format(name, unseen(words), strip(HIGH, *signs, width=WIDE * len(places)))


def unseen(words: str) -> Markup:
    """What those who listen hear instead of the signs of a row; nothing where it has none."""
    return Markup('<span class="unseen">: {}</span>').format(words) if words else Markup()


def place(number: int) -> int:
    """The middle of a column."""
    return WIDE * number + WIDE // 2


def scrolling(grid: Grid, translate: Translate, *parts: Markup) -> Markup:
    """The part of the picture that scrolls by itself where it is too wide, with the keyboard as well (WCAG 2.1.1)."""
    words = Markup.escape(translate("picture-matrix")).format(rows=label(grid, "row"), columns=label(grid, "column"))
    kind = "sideways few" if len(distinct(grid.records(), "column")) <= FEW else "sideways"
    region = Markup('<div class="{}" role="group" tabindex="0" aria-label="{}">{}</div>')
    return region.format(kind, words, Markup().join(parts))


def signs(cross: Cross, translate: Translate) -> Markup:
    """What the signs mean; nothing where there is only one."""
    ways, said = (", ".join(_names(cross, name)) for name in ("through", "status"))
    entries = [(dot("own", "10", radius=6), Markup.escape(translate("picture-has")))]
    if said:
        entries.append((dot("read", "10", radius=6), Markup.escape(f"{translate('picture-has')}, {said}")))
    if ways:
        way = translate("picture-has-way" if is_small(cross) else "picture-has-through").format(ways=ways)
        entries.append((diamonds("way", [10], 9), Markup.escape(way)))
    if cross.broader:
        entries.append((dot("below", "10", radius=6), Markup.escape(translate("picture-has-narrower"))))
    found = [(drawing("sign", 18, sign, width=20), said) for sign, said in entries]
    return legend(found, ways_said(cross, translate)) if entries[1:] else Markup()


def ways_said(cross: Cross, translate: Translate) -> Markup:
    """By way of what rows go with few columns, folded on a phone; nothing where all do by themselves."""
    rows = [row for top, narrower in cross.by_reach for row in narrower or [top]] if is_small(cross) else []
    alike: dict[Markup, list[str]] = {}
    for row in rows:
        alike.setdefault(Markup().join(map(_way_said, cross.ways(row))), []).append(row.text)
    form = Markup("<div><dt>{}</dt>{}</div>")
    lines = [form.format(", ".join(dict.fromkeys(names)), said) for said, names in alike.items() if said]
    folded = Markup('<details class="open"><summary>{}</summary><dl>{}</dl></details>')
    return folded.format(translate("picture-ways"), Markup().join(lines)) if lines else Markup()


def _way_said(found: tuple[Sequence[Cell], Sequence[Cell]]) -> Markup:
    """Some columns, and by way of what a row goes with them."""
    columns, ways = found
    return Markup("<dd>{}: {}</dd>").format(", ".join(column.text for column in columns), _amid(ways))


def _amid(cells: Iterable[Cell]) -> str:
    """Values one after the other as they stand amid a sentence."""
    return ", ".join(lowered(cell.text) for cell in cells)


def _names(cross: Cross, name: str) -> list[str]:
    """The first values of a column as they stand amid a sentence."""
    return [lowered(cell.text) for cell in distinct(cross.records, name)[:WAYS]]
