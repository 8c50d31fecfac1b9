"""Samverkan: facts about collaboration agreements, checked, asked and published as linked data.

>>> import samverkan
>>> site = samverkan.open("tests/site")
>>> site.validate().conforms
True
"""

from __future__ import annotations

from samverkan.site import Site
from samverkan.site import open_site as open  # noqa: A004 - reads as samverkan.open(".")

__all__ = ["Site", "__version__", "open"]

__version__ = "0.1.0"
