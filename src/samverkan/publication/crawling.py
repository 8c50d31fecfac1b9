"""What search engines read before they come: robots.txt (RFC 9309) and the sitemaps of sitemaps.org."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from html import escape
from itertools import chain
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from samverkan.model import paths
from samverkan.model.results import Page
from samverkan.publication.html.page import suffix

if TYPE_CHECKING:
    from samverkan.site.checked_site import CheckedSite

MOST = 50_000
"""How many addresses a sitemap may hold (sitemaps.org)."""

_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_ALONE = (paths.START, paths.QUERIES, paths.INDEX, paths.ONTOLOGY, paths.SPARQL, paths.VALIDATION, paths.ACCESSIBILITY)


def files(site: CheckedSite) -> Iterator[Page]:
    """The files for search engines; robots.txt only where the site has a host for itself, for none reads it elsewhere.

    One sitemap lists all pages; where they are too many for one, it lists further sitemaps instead.
    """
    if urlsplit(site.settings.base).path == "/":
        yield Page.of_bytes(paths.ROBOTS, ".txt", partial(robots, site.settings.base))
    parts = _parts(site)
    if len(parts) == 1:
        yield Page.of_bytes(paths.SITEMAP, ".xml", partial(_written, "urlset", "url", parts[0]))
        return
    names = [f"{paths.SITEMAP}-{number}" for number in range(1, len(parts) + 1)]
    addresses = [f"{site.settings.base}{name}.xml" for name in names]
    yield Page.of_bytes(paths.SITEMAP, ".xml", partial(_written, "sitemapindex", "sitemap", addresses))
    for name, part in zip(names, parts, strict=True):
        yield Page.of_bytes(name, ".xml", partial(_written, "urlset", "url", part))


def robots(base: str) -> bytes:
    """What robots may read: everything but answers that have to be worked out first."""
    lines = (
        "User-agent: *",
        f"Disallow: /{paths.SPARQL}?",
        f"Disallow: /{paths.ANSWERS}*?",
        f"Sitemap: {base}{paths.SITEMAP}.xml",
    )
    return "".join(f"{line}\n" for line in lines).encode()


def _parts(site: CheckedSite) -> list[list[str]]:
    found = list(_pages(site))
    return [found[start : start + MOST] for start in range(0, len(found), MOST)]


def _pages(site: CheckedSite) -> Iterator[str]:
    """The address of every page that tells of one thing or leads on, in every language."""
    queries = (f"{paths.ANSWERS}{name}" for name in site.queries)
    documents = (path for path, iri in site.documents.paths() if iri not in site.tombstones)
    changes = (paths.CHANGES,) if site.history else ()
    for path in dict.fromkeys(chain(_ALONE, changes, queries, site.kinds, documents)):
        yield from (site.addresses.url(path) + suffix(language) for language in site.settings.languages)


def _written(root: str, element: str, addresses: Iterable[str]) -> bytes:
    entries = "".join(f"<{element}><loc>{escape(address)}</loc></{element}>\n" for address in addresses)
    return f'{_XML}<{root} xmlns="{_NAMESPACE}">\n{entries}</{root}>\n'.encode()
