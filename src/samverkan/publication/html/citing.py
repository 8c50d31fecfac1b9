"""How a page is cited: as a text, for BibTeX, and in CSL-JSON, which Zotero and others read."""

from __future__ import annotations

import re
from typing import NamedTuple

from pyoxigraph import Literal

from samverkan.model.iris import uri
from samverkan.publication.html.locale import Words, plain
from samverkan.publication.html.page import HtmlPage

MESSAGES: Words = {
    "sv": {"cite": "Citera", "cite-text": "Som text", "cite-read": "Källa läst {day}"},
    "en": {"cite": "Cite", "cite-text": "As a text", "cite-read": "Source read on {day}"},
}

_SPECIAL = re.compile(r"([\\\\{}$&#^_%~])")
_COMMANDS = {"\\": r"\textbackslash{}", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}"}


class Citation(NamedTuple):
    """One way to cite: what it is called, and what one copies."""

    name: str
    text: str


def citations(page: HtmlPage, iri: str, read: Literal | None) -> tuple[Citation, ...]:
    """The ways to cite what is said of a thing, by the address that lasts.

    They say on which day a source of it was last read; the day on which the page was looked at is the reader's.
    """
    import orjson

    title = plain(page.name(iri).text)
    whole, author = page.context.title(page.language).text, page.locale.pick(page.site.settings.publisher).text
    note = " ".join(page.translate("cite-read", day=page.locale.literal(read)).split()) if read else ""
    named = ". ".join(part for part in (author, title, whole, note) if part)
    csl: dict[str, object] = {
        "id": uri(iri),
        "type": "webpage",
        "title": title,
        "container-title": whole,
        "author": [{"literal": author}] if author else None,
        "URL": uri(iri),
        "language": page.language,
        "note": note,
    }
    fields = {"title": title, "author": author, "organization": whole, "note": note, "url": uri(iri)}
    return (
        Citation(page.translate("cite-text"), f"{named}. {uri(iri)}"),
        Citation("BibTeX", _bibtex(_key(iri), **fields)),
        Citation("CSL-JSON", orjson.dumps([_filled(csl)], option=orjson.OPT_INDENT_2).decode()),
    )


def _filled(fields: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value}


def _key(iri: str) -> str:
    return re.sub("[^A-Za-z0-9]+", "-", iri.rpartition("//")[2]).strip("-")


def _bibtex(key: str, **fields: str) -> str:
    written = {name: value if name == "url" else _braced(name, value) for name, value in fields.items() if value}
    lines = (f"  {name} = {{{value}}}," for name, value in written.items())
    return "\n".join(("@misc{" + key + ",", *lines, "}"))


def _braced(name: str, value: str) -> str:
    """A value as BibTeX takes it; a name of several words is one name in braces of its own."""
    text = _SPECIAL.sub(lambda found: _COMMANDS.get(found[1], f"\\{found[1]}"), " ".join(value.split()))
    return f"{{{text}}}" if name == "author" else text
