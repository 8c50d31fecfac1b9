"""The lines of the history of a site as HTML: each under the thing that it is about, with links to what it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup
from pyoxigraph import Triple

from samverkan.model import paths
from samverkan.model.namespaces import SH
from samverkan.publication.html.index import entries
from samverkan.publication.html.locale import capitalised, plain
from samverkan.publication.html.page import HtmlPage

if TYPE_CHECKING:
    from samverkan.site.history import HistoryEntry

_BETWEEN, _TO = ": ", " → "
_CURIE = re.compile(r"(?<![\w:/])[A-Za-z][\w.-]*:[A-Za-z][\w-]*")


class ChangedThing(NamedTuple):
    """What changed about a thing: its name, as a link where it has a page, and each change; the name may be empty."""

    name: Markup
    changes: tuple[Markup, ...]


class LineReader:
    """What finds the things that the lines of a release name."""

    def __init__(self, page: HtmlPage, entry: HistoryEntry) -> None:
        self._page = page
        self._links = {**_known(page), **_of_release(page, entry)}

    def read(self, lines: Iterable[str]) -> tuple[ChangedThing, ...]:
        """Some lines, those about one thing together and each of these once."""
        parts = [(*self._parted(line), number) for number, line in enumerate(lines)]
        return tuple(
            ChangedThing(some[0][0], tuple(dict.fromkeys(self._change(each) for _, each, _ in some if each)))
            for _, found in groupby(parts, key=lambda part: part[0] or part[2])
            if (some := tuple(found))
        )

    def _parted(self, line: str) -> tuple[Markup, str]:
        """The thing that a line is about, and what it says of it; nothing of the one where that is not known."""
        before, colon, after = line.partition(_BETWEEN)
        link = self._links.get(after)
        if link:
            return Markup("%s%s%s") % (before, colon, link), ""
        name = next((each for each in _beginnings(line) if each in self._links), "")
        return (self._links[name], line[len(name) + len(_BETWEEN) :]) if name else (Markup(), line)

    def _change(self, text: str) -> Markup:
        """A change in words: what was replaced between quotation marks, and the names of terms as links."""
        old, arrow, new = text.partition(_TO)
        label = next((each for each in self._labels if old.startswith(f"{each} ")), "")
        if not (arrow and label):
            return self._linked(text)
        old = old[len(label) + 1 :]
        new = new if old.endswith(".") else new.removesuffix(".")
        key = "changes-replaced" if any(map(str.isalpha, old + new)) else "changes-recounted"
        return Markup("%s") % self._page.translate(key, property=label, old=old, new=new)

    @property
    def _labels(self) -> tuple[str, ...]:
        page = self._page
        return page.context.once(("labels of changes", page.language), lambda: _labels(page))

    def _linked(self, text: str) -> Markup:
        """A text in which short addresses of what has a name are links."""
        start, parts = 0, Markup()
        for found in _CURIE.finditer(text):
            link = self._of_curie(found[0])
            if link:
                parts, start = parts + text[start : found.start()] + link, found.end()
        return parts + text[start:]

    def _of_curie(self, curie: str) -> Markup | None:
        """A link to what a short address stands for; None where that has no name here."""
        iri = self._page.site.prefixes.expand(curie) if _CURIE.fullmatch(curie) else None
        return self._page.link(iri) if iri and self._page.context.is_named(iri) else None


def _beginnings(line: str) -> Iterator[str]:
    """What stands before each colon of a line, the longest first."""
    at = line.rfind(_BETWEEN)
    while at > 0:
        yield line[:at]
        at = line.rfind(_BETWEEN, 0, at)


def _known(page: HtmlPage) -> Mapping[str, Markup]:
    """The links to all things and questions by their names in a language."""
    return page.context.once(("linked names", page.language, page.root), lambda: dict(_links(page)))


def _links(page: HtmlPage) -> Iterator[tuple[str, Markup]]:
    """The names with their links; of several with one name the first of the alphabetical index is the last here."""
    for query in page.site.queries.values():
        name = page.locale.pick(query.summary)
        url = page.page_url(f"{paths.ANSWERS}{query.name}")
        yield _spaced(name.text), Markup('<a href="%s">%s</a>') % (url, page.named(name))
    for entry in reversed(entries(page.context, page.language)):
        yield _spaced(entry.name.text), page.link(entry.iri)


def _of_release(page: HtmlPage, entry: HistoryEntry) -> Mapping[str, Markup]:
    """The links to what is new or changed in a release, by their names and by their short addresses."""
    compact = page.site.prefixes.compact
    described = [iri for iri in entry.things if page.context.facts(iri)]
    named = sorted(described, key=lambda iri: iri.startswith(page.site.settings.base))  # of one name the own comes last
    return {
        **{compact(iri): page.link(iri) for iri in described},
        **{_spaced(page.name(iri).text): page.link(iri) for iri in named},
    }


def _labels(page: HtmlPage) -> tuple[str, ...]:
    """What properties are called where a line names them, the longest first."""
    found = {capitalised(page.name(iri)).text for iri in page.context.uses}
    found |= {
        str(getattr(triple.object, "value", ""))
        for file in page.site.shapes
        for triple in file.triples
        if _is_name(triple)
    }
    return tuple(sorted({_spaced(each) for each in found if each}, key=lambda each: (-len(each), each)))


def _is_name(triple: Triple) -> bool:
    return triple.predicate.value == f"{SH}name"


def _spaced(text: str) -> str:
    """A text as the history has it, without marks of direction, and with single spaces."""
    return " ".join(plain(text).split())
