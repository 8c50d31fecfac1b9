"""Samverkan: facts about collaboration agreements, checked, asked and published as linked data.

>>> import samverkan
>>> site = samverkan.open("tests/site")
>>> site.validate().conforms
True
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from samverkan.version import __version__

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from samverkan.model.endpoint import Endpoint
    from samverkan.publication.published import Site

__all__ = ["Site", "__version__", "open"]


def open(  # noqa: A001 - reads as samverkan.open(".")
    path: str | Path = ".", endpoint: Endpoint | None = None, as_of: date | None = None
) -> Site:
    """Open the site in a folder, with an engine elsewhere that answers its queries if one is named.

    `as_of` is the day that is today for what depends on the day [default: that of SOURCE_DATE_EPOCH, or the clock's].
    Raises `UnreadableError` where there is no site.
    """
    from samverkan.publication.published import open_site

    return open_site(path, endpoint, as_of)


def __getattr__(name: str) -> Any:
    """`samverkan.Site`, imported when it is asked for: the process at the server never does."""
    if name != "Site":
        raise AttributeError(f"module 'samverkan' has no attribute {name!r}")
    from samverkan.publication.published import Site

    return Site
