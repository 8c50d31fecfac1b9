"""A page as a reader meets it: its text, headings, links and marks, read by the standard library's parser."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_HIDDEN = frozenset({"script", "style", "template"})


@dataclass
class Element:
    """An element: its name, its attributes, what it holds."""

    name: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What it says, with single spaces."""
        parts = (child if isinstance(child, str) else child.text for child in self.children)
        return "" if self.name in _HIDDEN else re.sub(r"[ \n\t]+", " ", "".join(parts)).strip(" ")

    def all(self, *names: str, **attributes: str) -> list[Element]:
        """The elements below it of some names, with these attributes (`class_` and a word of it, too)."""
        found = []
        for child in self.children:
            if isinstance(child, Element):
                if child.name in names and child._has(attributes):
                    found.append(child)
                found += child.all(*names, **attributes)
        return found

    def one(self, *names: str, **attributes: str) -> Element:
        """The only one of them."""
        (found,) = self.all(*names, **attributes)
        return found

    def _has(self, attributes: dict[str, str]) -> bool:
        return all(
            value in (self.attributes.get(name.rstrip("_").replace("_", "-")) or "").split()
            for name, value in attributes.items()
        )


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.stack = [Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        assert len(element.attributes) == len(attrs), f"an attribute twice in <{tag}>"
        self.stack[-1].children.append(element)
        if tag not in _VOID:
            self.stack.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.stack[-1].children.append(Element(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert tag not in _VOID
        assert self.stack.pop().name == tag, f"</{tag}> closes nothing that is open"

    def handle_data(self, data: str) -> None:
        self.stack[-1].children.append(data)


def read(page: bytes | str) -> Element:
    """A page, whose elements all have to be closed in order."""
    text = page.decode() if isinstance(page, bytes) else page
    assert text.startswith("<!doctype html>")
    builder = _Builder()
    builder.feed(text)
    builder.close()
    assert len(builder.stack) == 1, f"never closed: {builder.stack[-1].name}"
    return builder.stack[0]


def embedded(page: Element) -> Any:
    """The JSON-LD in a page."""
    script = page.one("script", type="application/ld+json")
    return json.loads("".join(child for child in script.children if isinstance(child, str)))


_LINK = re.compile(r'<(?:a|link|script|form|img)\b[^>]*?\s(?:href|src|action)="([^"]*)"')
_ID = re.compile(r'\sid="([^"]*)"')


def links(page: str) -> set[str]:
    """Every address that a page leads to, fast."""
    return {link.replace("&amp;", "&").replace("&#39;", "'") for link in _LINK.findall(page)}


def ids(page: str) -> set[str]:
    """Every place in a page that a link may name, fast."""
    return set(_ID.findall(page))
