"""The queues of jobs by name, and which of them makes what stands at a path."""

from __future__ import annotations

from samverkan.model import paths

PAGES, CANNED, BULK, FREE = "pages", "canned", "bulk", "free"
_HTML, _SVG = ".html", ".svg"
_FOLLOWING = (
    *(paths.INFERRED, paths.INFERRED_DUMP, paths.VOID, paths.CATALOGUE),
    *(paths.INTERFACE, paths.SPARQL, paths.MANIFEST, paths.SUMS, f"{paths.SEARCH}."),
)


def is_page(path: str) -> bool:
    """Whether a page for people stands at a path."""
    return path.partition("?")[0].endswith(_HTML)


def needs_all(path: str) -> bool:
    """Whether what stands at a path needs more than facts and queries: what follows from them, or what pages need."""
    return is_page(path) or path.endswith(_SVG) or path.startswith(_FOLLOWING)


def queue_of(path: str) -> str:
    """Who makes the bytes at a path."""
    if path.startswith(paths.SLOW) or ("/" not in path and not is_page(path)):
        return BULK
    return CANNED if path.startswith(paths.ANSWERS) else PAGES
