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


def fade(name: str) -> Markup:
    """A colour that fades to the right; `name` is its id in the page."""
    stops = Markup('<stop/><stop offset="1" stop-opacity=".1"/>')
    return Markup('<linearGradient id="{}">{}</linearGradient>').format(name, stops)


def points(places: Iterable[int], middle: int) -> Markup:
    """A faint point at each place; one short path for all of them."""
    path = "".join(f"M{place} {middle}h0" for place in places)
    return Markup('<path class="points" d="{}"/>').format(path)
