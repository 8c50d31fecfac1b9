"""Links that open a page at some words of it: text fragments, as the WICG's URL Fragment Text Directives have them."""

from __future__ import annotations

from urllib.parse import quote


def text_fragment(page: str, exact: str, before: str = "", after: str = "") -> str:
    """The address of a page, opened where the words `exact` stand between the words `before` and `after`.

    A browser that doesn't know such fragments opens the page at its beginning.

    >>> text_fragment("https://example.org/a", "ALF-avtal", after="Det, som")
    'https://example.org/a#:~:text=ALF%2Davtal,-Det%2C%20som'
    """
    prefix, suffix = (f"{_quoted(before)}-," if before else ""), (f",-{_quoted(after)}" if after else "")
    return f"{page}#:~:text={prefix}{_quoted(exact)}{suffix}"


def _quoted(words: str) -> str:
    """Words with the signs of the directive itself written as numbers, the hyphen too."""
    return quote(words, safe="").replace("-", "%2D")
