"""A site as readers meet it in a browser: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page

from samverkan import audit


@contextmanager
def browser() -> Iterator[Browser]:
    """A browser; a test without one fails, for a test that is skipped says nothing."""
    with audit.opened(audit.found(None)) as found:
        yield found


def wide(page: Page) -> int:
    """How wide all that stands on a page is, in pixels: more than the window, and it scrolls sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth"))


def focused(page: Page) -> str:
    """The element that has the focus, told apart from all others of the page."""
    script = (
        "[...document.querySelectorAll('*')].indexOf(document.activeElement) + ' ' + document.activeElement.outerHTML"
    )
    return str(page.evaluate(script))
