"""A site as it is published: on top of its gate, every address and what stands there."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from samverkan.model.today import today
from samverkan.site.checked_site import CheckedSite
from samverkan.site.revalidation import KeptSite

if TYPE_CHECKING:
    from samverkan.model.endpoint import Endpoint
    from samverkan.publication.site_map import SiteMap


class Site(CheckedSite):
    """A site: a folder with words, facts, promises and questions, and the pages that are published of them."""

    @cached_property
    def pages(self) -> SiteMap:
        """The site map: every path without its suffix, and what stands there."""
        from samverkan.publication.site_map import SiteMap

        return SiteMap(self)


class RenewableSite(KeptSite, Site):
    """A site that can be opened anew when its files have changed, without reading again those that have not."""


def open_site(path: str | Path = ".", endpoint: Endpoint | None = None, as_of: date | None = None) -> Site:
    """Open the site in a folder, with an engine elsewhere that answers its queries if one is named.

    `as_of` is the day that is today for what depends on the day; where none is given it is that of SOURCE_DATE_EPOCH,
    or of the clock. Raises `UnreadableError` where there is no site.
    """
    site = Site(Path(path).resolve(), endpoint, as_of or today())
    _ = site.settings
    return site
