"""What stands on which level: for each group its levels one below the other, each a box with its facts.

The columns `group`, `order` and `level` must be there. `frame` (what the group rests on), `party`
(who takes part), `steering` (what steers it) and `decides` (on what) are said of the group as a whole;
every further column is a fact about its level. A group without levels comes last, and it is said that
none are stated. No arrow joins the levels: that one answers to another is not stated.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from markupsafe import Markup
from pyoxigraph import Literal

from samverkan.model.results import Term
from samverkan.publication.html.grid import Grid
from samverkan.publication.html.pictures.parts import (
    Record,
    Translate,
    distinct,
    facts,
    figure,
    gathered,
    label,
    listed,
    note,
    others,
    packed,
)

KEYS = ("order", "level")
WHOLE = ("frame", "party", "steering", "decides")
LAST = Decimal("Infinity")


def levels(grid: Grid, translate: Translate, room: int) -> Markup | None:
    """The picture of the levels of each group; None where there are none."""
    total = len(gathered(grid.records(), "group", *KEYS))
    groups = sorted(gathered(grid.records(), "group"), key=lambda records: not gathered(records, *KEYS))
    bare = Markup("<li>{}</li>").format(translate("picture-no-levels"))
    parts = ((top(grid, records), tiers(grid, records) or [bare]) for records in groups)
    shown = list(packed(parts, room)) if total else []
    if not shown:
        return None
    sections = [Markup("<section>{}<ol>{}</ol></section>").format(head, Markup().join(rows)) for head, rows in shown]
    drawn = sum(len(rows) for _, rows in shown if rows != [bare])
    return figure("levels", *sections, note(translate, label(grid, "level"), drawn, total))


def top(grid: Grid, records: Sequence[Record]) -> Markup:
    """What is said of a group as a whole: its name, what it rests on, who takes part and what steers it."""
    name = listed(distinct(records, "group"))
    return Markup("<p><b>{}</b></p>{}").format(name, facts(grid, records, WHOLE))


def tiers(grid: Grid, records: Sequence[Record]) -> list[Markup]:
    """The levels of a group as boxes, in their order."""
    stacked = sorted(gathered(records, *KEYS), key=lambda rows: rank(rows[0]["order"].term))
    return [tier(grid, rows) for rows in stacked]


def rank(order: Term | None) -> Decimal:
    """The place of a level among the others; last where it is no number."""
    try:
        found = Decimal(order.value) if isinstance(order, Literal) else LAST
    except InvalidOperation:
        return LAST
    return LAST if found.is_nan() else found


def tier(grid: Grid, records: Sequence[Record]) -> Markup:
    """A level: its place, its name and its facts."""
    box = Markup('<li><span class="rank">{}</span><div><b>{}</b>{}</div></li>')
    details = facts(grid, records, others(grid, "group", *KEYS, *WHOLE))
    return box.format(records[0]["order"].html, records[0]["level"].html, details)
