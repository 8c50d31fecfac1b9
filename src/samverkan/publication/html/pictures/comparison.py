"""What some things have in common, and what only one of them has: a list for each, by kind.

The columns `row` (what they have) and `column` (who has it) must be there; `aspect` is the kind of what they have.
Where the optional `status` has a value, that is said of it, such as that it is only interpreted that somebody has it.
What stands under the same `broader`, or is that itself, is related: who has one of them does not lack the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

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
    listed,
    lowered,
    note,
    size,
    unlinked,
)

_FRAME = 500  # bytes for what all have in common, and several have
_HEAD = 120  # bytes for the HTML of a list with its heading
_FEW = 4  # columns, of which each is with_columns even if it has nothing alone


class Shared(NamedTuple):
    """Something with its kind and those that have it."""

    aspect: Cell | None
    row: Cell
    columns: tuple[Cell, ...]
    broader: tuple[Cell, ...] = ()
    said: Mapping[str, tuple[str, ...]] = MappingProxyType({})

    @property
    def remark(self) -> str:
        """What is said of how they have it, with the names of those where it is not all; often nothing."""
        return "; ".join(self._remark(status, names) for status, names in self.said.items())

    def _remark(self, status: str, names: Sequence[str]) -> str:
        return f"{status}: {', '.join(names)}" if len(names) < len(self.columns) else status


def comparison(grid: Grid, translate: Translate, room: int) -> Markup | None:
    """The lists of what all have, of what several have, and of what only one has; None where nobody has anything."""
    rows = gathered(grid.records(), "row", "column")
    columns = sorted(distinct([record for found in rows for record in found], "column"), key=lambda cell: cell.text)
    found = list(_shared(rows))
    above = related(found, len(columns))
    shown = found[: len(fitting(_weighed(found, above), room - _FRAME))]
    if not shown:
        return None
    cut = note(translate, label(grid, "row"), len(shown), len(found))
    return figure("comparison", *_sections(shown, columns, above, translate), cut)


def shared(grid: Grid) -> list[Shared]:
    """Each thing of an answer with all that have it."""
    return list(_shared(gathered(grid.records(), "row", "column")))


def _weighed(shared: Iterable[Shared], above: Mapping[Term | None, Cell]) -> Iterator[Markup]:
    """As many bytes as each thing takes at most: its item, and the headings that stand above no other one before it."""
    known: set[object] = set()
    for each in shared:
        owner = each.columns[0] if len(each.columns) == 1 else None
        kind = above.get(each.row.term)
        heads = {kind.term: kind} if kind else {owner and owner.term: owner, (owner, each.aspect): each.aspect}
        new = [cell for key, cell in heads.items() if cell and key not in known]
        known |= {*heads}
        with_columns = owner is None or kind is not None
        yield _item(each, with_columns=with_columns) + Markup(" ") * sum(_HEAD + size(cell.html) for cell in new)


def _shared(rows: Iterable[Sequence[Record]]) -> Iterator[Shared]:
    """Each thing with all that have it."""
    found: dict[tuple[Term | None, Term | None], list[Record]] = {}
    for records in rows:
        aspect = records[0].get("aspect")
        found.setdefault((aspect.term if aspect else None, records[0]["row"].term), []).extend(records)
    for records in found.values():
        columns, broader = (tuple(distinct(records, name)) for name in ("column", "broader"))
        yield Shared(records[0].get("aspect"), records[0]["row"], columns, broader, _said(records))


def _said(records: Iterable[Record]) -> Mapping[str, tuple[str, ...]]:
    """The names of those of whom something is said, by what that is."""
    found: dict[str, dict[str, None]] = {}
    for record in records:
        if "status" in record:
            found.setdefault(lowered(record["status"].text), {})[record["column"].text] = None
    return {status: tuple(names) for status, names in found.items()}


def related(shared: Sequence[Shared], count: int) -> dict[Term | None, Cell]:
    """The broader one of each thing that not all of so many have, and to which what others have is related."""
    families: dict[Term | None, tuple[Cell, list[Shared]]] = {}
    for each in shared:
        for above in (*each.broader, each.row):
            families.setdefault(above.term, (above, []))[1].append(each)
    found: dict[Term | None, Cell] = {}
    for above, family in families.values():
        if len({frozenset(cell.term for cell in each.columns) for each in family}) > 1:
            found.update({each.row.term: above for each in reversed(family) if len(each.columns) < count})
    return found


def _sections(
    shared: Sequence[Shared], columns: Sequence[Cell], above: Mapping[Term | None, Cell], translate: Translate
) -> Iterator[Markup]:
    """What all have first, then what is related, then what each has alone, then what several have."""
    if len(columns) > 1:
        common = [each for each in shared if len(each.columns) == len(columns)]
        yield _section(Markup.escape(translate("picture-common")), "common", common, translate)
    like = [each._replace(aspect=above[each.row.term]) for each in shared if each.row.term in above]
    if like:
        yield _section(Markup.escape(translate("picture-related")), "related", like, translate, with_columns=True)
    shared = [each for each in shared if each.row.term not in above]
    for column in columns:
        own = [each for each in shared if [cell.term for cell in each.columns] == [column.term]]
        head = Markup.escape(translate("picture-only")).format(name=column.html)
        if own or len(columns) <= _FEW:
            yield _section(head, "only", own, translate)
    several = [each for each in shared if 1 < len(each.columns) < len(columns)]
    if several:
        yield _section(Markup.escape(translate("picture-several")), "several", several, translate, with_columns=True)


def _section(
    head: Markup, kind: str, shared: Sequence[Shared], translate: Translate, *, with_columns: bool = False
) -> Markup:
    aspects: dict[str, tuple[Markup, list[Markup]]] = {}
    for each in shared:
        name = each.aspect.html if each.aspect else Markup()
        aspects.setdefault(str(name), (name, []))[1].append(_item(each, with_columns=with_columns))
    groups = [
        Markup("<div><dt>{}</dt><dd><ul>{}</ul></dd></div>").format(n, Markup().join(i)) for n, i in aspects.values()
    ]
    body = Markup("<dl>{}</dl>").format(Markup().join(groups)) if groups else _nothing(translate)
    return Markup('<section class="{}"><h3>{}</h3>{}</section>').format(kind, head, body)


def _item(shared: Shared, *, with_columns: bool) -> Markup:
    """Something, with who has it: their names stand there often, and lead to them in headings and in the table."""
    who = [unlinked(listed(shared.columns))] if with_columns else []
    small = Markup("; ").join([*who, *([shared.remark] if shared.remark else [])])
    return Markup("<li>{}{}</li>").format(
        shared.row.html, Markup(" <small>({})</small>").format(small) if small else ""
    )


def _nothing(translate: Translate) -> Markup:
    return Markup("<p>{}</p>").format(translate("picture-nothing"))
