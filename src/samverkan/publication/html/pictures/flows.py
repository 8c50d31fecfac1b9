"""Who gives what to whom: for each flow the box of the giver, an arrow, the box of the receiver, and its facts.

The column `flow` must be there. Of `from`, `via` (through whom), `to`, `amount` with its `currency` and `basis`, and
`equal` (another flow of about the same size) there may be several for a flow; every further column is a fact about it.
A `note` unfolds its text, the `remark` beside it.
What is not stated is said to be not stated; an amount is shown only where there is one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import TypeAlias

from markupsafe import Markup

from samverkan.model.results import Term
from samverkan.publication.html.grid import Cell, Grid
from samverkan.publication.html.pictures.parts import (
    Record,
    Translate,
    amid,
    distinct,
    figure,
    fitting,
    gathered,
    label,
    legend,
    listed,
    note,
    others,
    pairs,
    unlinked,
)
from samverkan.publication.html.pictures.parts import named as html_named
from samverkan.publication.html.pictures.shapes import drawing, head, line

Key: TypeAlias = Term | None
Flows: TypeAlias = Mapping[Key, Sequence[Record]]
Near: TypeAlias = dict[Key, dict[Key, None]]  # sets that keep their order

LONGEST = 300  # characters of the values of a fact that are not folded
AMOUNT = ("amount", "currency", "basis")
DRAWN = ("flow", "from", "via", "to", "equal", "remark", *AMOUNT)
BOXES = {"from": "giver", "via": "via", "to": "taker"}


def flows(grid: Grid, translate: Translate, room: int) -> Markup | None:
    """The picture of the flows, those of about the same size next to each other; None where there are none."""
    records, common = without_common(grid, [explained(record, translate) for record in grid.records()])
    found = {records[0]["flow"].term: records for records in gathered(records, "flow")}
    near = equals(found)
    order = chained(found, near)
    around = zip([None, *order], order, [*order[1:], None], strict=False)
    steps = (
        step(grid, found[flow], (before in near[flow], {before, after}), translate) for before, flow, after in around
    )
    shown = fitting(steps, room)
    if not shown:
        return None
    rows = Markup("<ol>{}</ol>").format(Markup().join(shown))
    signs = legend([(Markup('<span class="arrow">{}</span>').format(arrow()), translate("picture-goes"))])
    return figure("flows", signs, pairs(common), rows, note(translate, label(grid, "flow"), len(shown), len(found)))


def explained(record: Record, translate: Translate) -> Record:
    """A row in which a note unfolds its text and a link to it, where it has one; paper has no link."""
    if not {"note", "remark"} <= record.keys():
        return record
    found, form = (
        record["note"],
        Markup('<details><summary>{}</summary><p>{} <span class="screen">{}</span></p></details>'),
    )
    more = html_named(found.html, translate("picture-note-more"))
    return record | {"note": found._replace(html=form.format(unlinked(found.html), record["remark"].html, more))}


def without_common(grid: Grid, records: list[Record]) -> tuple[list[Record], list[tuple[str, list[Cell]]]]:
    """The rows without the facts that all of several flows have, and these facts, which are said once."""
    flows = gathered(records, "flow")
    common: dict[str, list[Cell]] = {}
    for name in others(grid, *DRAWN) if flows[1:] else ():
        values = [{cell.term for cell in distinct(rows, name)} for rows in flows]
        common[name] = [cell for cell in distinct(records, name) if all(cell.term in some for some in values)]
    terms = {(name, cell.term) for name, cells in common.items() for cell in cells}
    left = [{name: cell for name, cell in record.items() if (name, cell.term) not in terms} for record in records]
    return left, [(label(grid, name), cells) for name, cells in common.items()]


def equals(found: Flows) -> Near:
    """The flows that are said to be of about the same size as each, whichever of the two it is said of."""
    near: Near = {flow: {} for flow in found}
    for flow, records in found.items():
        for other in (cell.term for cell in distinct(records, "equal")):
            near[flow][other] = None
            near.setdefault(other, {})[flow] = None
    return near


def chained(found: Flows, near: Near) -> list[Key]:
    """The flows in their order, but each followed by one of about the same size where there is one left."""
    left = dict.fromkeys(found)
    order: list[Key] = []
    while left:
        following = (flow for flow in near[order[-1]] if flow in left) if order else iter(())
        order.append(next(following, next(iter(left))))
        del left[order[-1]]
    return order


def step(grid: Grid, records: Sequence[Record], place: tuple[bool, set[Key]], translate: Translate) -> Markup:
    """A flow after what joins it to the one before; its place is whether one does, and which flows stand beside it."""
    joined, shown = place
    return (joint(translate) if joined else Markup()) + card(grid, records, shown, translate)


def joint(translate: Translate) -> Markup:
    """What stands between two flows of about the same size."""
    return Markup('<li class="equal"><span aria-hidden="true">≈</span> {}</li>').format(translate("picture-same-size"))


def card(grid: Grid, records: Sequence[Record], shown: set[Key], translate: Translate) -> Markup:
    """A flow: its name, amount, giver, receiver and facts; `shown` are those whose size is compared otherwise."""
    form = Markup('<li><p><b>{}</b></p><div class="ends">{}</div>{}{}</li>')
    found = [(label(grid, name), *split(distinct(records, name))) for name in others(grid, *DRAWN)]
    details = pairs([(name, short) for name, short, _ in found]) + folded(
        [(name, further) for name, _, further in found]
    )
    ends = [box(grid, records, end, translate) for end in BOXES if end != "via" or distinct(records, end)]
    return form.format(named(records), arrow().join(ends), alike(records, shown, translate), details)


def named(records: Sequence[Record]) -> Markup:
    """What a flow is called, and how large it is where that is known."""
    size = Markup(" ").join(amid(cell.html) for part in AMOUNT for cell in distinct(records, part))
    name = listed(distinct(records, "flow"))
    return Markup("{} · {}").format(name, size) if distinct(records, "amount") else name


def split(cells: Sequence[Cell]) -> tuple[list[Cell], list[Cell]]:
    """The values that fit on a line or two, the shortest first, and the others; of long ones alone the first."""
    room, ranked = LONGEST, sorted(cells, key=lambda cell: len(cell.text))
    sizes = list(accumulate(len(cell.text) for cell in ranked))
    count = sum(size <= room for size in sizes)
    return ([*cells], []) if count == len(cells) else (ranked[: count or 1], ranked[count or 1 :])


def folded(found: Sequence[tuple[str, Sequence[Cell]]]) -> Markup:
    """Further values, under the names of their columns; nothing where there are none."""
    left = [(name, cells) for name, cells in found if cells]
    form = Markup("<details><summary>{}</summary>{}</details>")
    return form.format(", ".join(name for name, _ in left), pairs(left)) if left else Markup()


def box(grid: Grid, records: Sequence[Record], end: str, translate: Translate) -> Markup:
    """One end of a flow: what the column is called, and who it is."""
    cells = distinct(records, end)
    who = listed(cells) if cells else Markup.escape(translate("picture-not-stated"))
    kind = BOXES[end] if cells else f"{BOXES[end]} unstated"
    return Markup('<div class="{}"><small>{}</small><div>{}</div></div>').format(kind, label(grid, end), who)


def arrow() -> Markup:
    """The arrow from giver to receiver; those who listen hear what each of them is."""
    shapes = drawing("across", 18, line("shaft", "0", "9", "100%", "9"), head())
    return Markup('<div class="arrow">{}</div>').format(shapes)


def alike(records: Sequence[Record], shown: set[Key], translate: Translate) -> Markup:
    """The flows of about the same size that don't stand beside this one."""
    cells = [cell for cell in distinct(records, "equal") if cell.term not in shown]
    return Markup("<p>≈ {} {}</p>").format(translate("picture-same-size-as"), listed(cells)) if cells else Markup()
