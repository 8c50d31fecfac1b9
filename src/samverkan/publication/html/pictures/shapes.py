"""The few shapes that pictures are drawn with, as SVG.

There is no viewBox: places across are percentages, everything else is in CSS pixels. So a picture is
as wide as there is room, and nothing in it is stretched or becomes too small to read.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup


def drawing(kind: str, height: int | str, *parts: Markup, width: int | str = "100%") -> Markup:
    """An SVG image that says nothing that does not stand in text beside it."""
    opened = Markup('<svg class="{}" aria-hidden="true" width="{}" height="{}">').format(kind, width, height)
    return opened + Markup().join(parts) + Markup("</svg>")


def strip(height: int, *parts: Markup, width: int | None = None) -> Markup:
    """An image like `drawing` of which there are many, and so with no more than it needs.

    Without a width it is as wide as there is room, by the style sheet; without a style sheet as wide as
    browsers make an image, so that what is placed by percentages stays right.
    """
    wide = Markup("") if width is None else Markup(' width="{}"').format(width)
    return Markup('<svg aria-hidden="true"{} height="{}">{}</svg>').format(wide, height, Markup().join(parts))


def percent(share: float) -> str:
    """A place as a part of the whole width.

    >>> percent(12.5), percent(100), percent(0.00004)
    ('12.5%', '100%', '0%')
    """
    return f"{share:.3f}".rstrip("0").rstrip(".") + "%"


def bar(kind: str, x: str, width: str, *, thick: int = 6, middle: int = 9) -> Markup:
    """A lying bar around the height `middle`."""
    shape = Markup('<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>')
    return shape.format(kind, x, middle - thick // 2, width, thick)


def dot(kind: str, x: str, *, radius: int = 5, middle: int = 9) -> Markup:
    """A dot at the height `middle`."""
    return Markup('<circle class="{}" cx="{}" cy="{}" r="{}"/>').format(kind, x, middle, radius)


def head(x: str = "100%") -> Markup:
    """The head of an arrow that ends at `x`; the inner image is there only because a path knows no percentages."""
    return Markup('<svg x="{}" overflow="visible"><path class="head" d="M-8 3l7 6-7 6"/></svg>').format(x)


def line(kind: str, x1: str, y1: str, x2: str, y2: str) -> Markup:
    """A straight line."""
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(kind, x1, y1, x2, y2)


def onward(name: str) -> Markup:
    """What `again` draws as an arrow that fades to the right: `name` is its id, `name`-day that of one with a dot."""
    return Markup(
        '<linearGradient id="{0}-fade"><stop/><stop offset="1" stop-opacity=".1"/></linearGradient>'
        '<symbol id="{0}" overflow="visible"><rect y="6" width="100%" height="6" fill="url(#{0}-fade)"/>{1}</symbol>'
        '<symbol id="{0}-day" overflow="visible"><use href="#{0}"/>{2}</symbol>'
    ).format(name, head(), dot("day", "0"))


def again(name: str, x: str, width: str) -> Markup:
    """A shape that the page has elsewhere under this id, from `x` on and so wide."""
    return Markup('<use href="#{}" x="{}" width="{}"/>').format(name, x, width)


def points(first: int, last: int, middle: int) -> Markup:
    """A faint point at each place from the first to the last: a line whose dashes are as far apart as they are."""
    return Markup('<path class="points" d="M{} {}h{}"/>').format(first, middle, last - first + 1)


def dots(kind: str, places: Iterable[int], middle: int) -> Markup:
    """A dot of radius 6 at each place, in one path: each an arc almost once around; nothing where there are none."""
    return shapes(kind, (f"M{place + 6} {middle}a6 6 0 1 1 0-.1z" for place in places))


def diamonds(kind: str, places: Iterable[int], middle: int) -> Markup:
    """A square on its corner at each place, as large as a dot, in one path; nothing where there are none."""
    return shapes(kind, (f"M{place - 6} {middle}l6-6 6 6-6 6z" for place in places))


def shapes(kind: str, parts: Iterable[str]) -> Markup:
    """Several shapes as one path; nothing where there are none."""
    path = "".join(parts)
    return Markup('<path class="{}" d="{}"/>').format(kind, path) if path else Markup()
