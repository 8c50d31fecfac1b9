"""Pictures of answers, made on the server as HTML and SVG: `draw` makes that of a query by its `view`.

A picture knows the names of columns and nothing else of a site. It needs no script and no style of
its own: `assets/pictures.css` colours its classes. What is drawn stands in text as well, so that
the drawing itself is hidden from those who listen (WCAG 2.1, 1.1.1); where it is too long it is cut,
and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TypeAlias

from markupsafe import Markup

from samverkan.publication.html.grid import Grid
from samverkan.publication.html.pictures.comparison import comparison
from samverkan.publication.html.pictures.flows import flows
from samverkan.publication.html.pictures.levels import levels
from samverkan.publication.html.pictures.matrix import matrix
from samverkan.publication.html.pictures.messages import MESSAGES
from samverkan.publication.html.pictures.parts import MOST_BYTES, Translate
from samverkan.publication.html.pictures.thumbnails import thumbnail
from samverkan.publication.html.pictures.timeline import Today, timeline

Picture: TypeAlias = Callable[[Grid, Translate, int], Markup | None]

PICTURES: Mapping[str, Picture] = MappingProxyType(
    {"timeline": timeline, "levels": levels, "matrix": matrix, "flows": flows, "comparison": comparison}
)

KEYS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "timeline": frozenset({"item"}),
        "levels": frozenset({"group", "order", "level"}),
        "matrix": frozenset({"row", "through", "status"}),
        "flows": frozenset({"flow"}),
        "comparison": frozenset({"aspect", "row", "status"}),
    }
)
"""The columns of each view that say what a row of it is about: the table beneath a picture has one row for each."""

ABOUT: Mapping[str, str] = MappingProxyType({"timeline": "item", "levels": "group", "flows": "flow"})
"""The column of the things of which a picture tells what is said of them."""

__all__ = ["ABOUT", "KEYS", "MESSAGES", "MOST_BYTES", "PICTURES", "Picture", "Today", "draw", "thumbnail"]

_FRAME = 2_000  # bytes for what does not grow with the data: axis, legend, sentences


def draw(
    view: str, grid: Grid, translate: Translate, room: int = MOST_BYTES, today: Today | None = None
) -> Markup | None:
    """The picture of an answer, in the language of `translate`, which gives the text of a key of `MESSAGES`.

    `room` is how many bytes it may take; it never takes more than `MOST_BYTES`. `today` is marked where days are
    drawn. None where the view has no picture, or where the answer holds nothing that can be drawn.
    """
    picture = partial(timeline, today=today) if view == "timeline" else PICTURES.get(view)
    return picture(grid, translate, min(room, MOST_BYTES) - _FRAME) if picture else None
