"""The queues of jobs by name, and which of them makes what stands at a path."""

from __future__ import annotations

from samverkan.model import paths

PAGES, CANNED, BULK, FREE = "pages", "canned", "bulk", "free"
_HTML = ".html"


def queue_of(path: str) -> str:
    """Who makes the bytes at a path."""
    if path.startswith(paths.SLOW) or ("/" not in path and not path.partition("?")[0].endswith(_HTML)):
        return BULK
    return CANNED if path.startswith(paths.ANSWERS) else PAGES
