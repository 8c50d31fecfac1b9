"""The lines of the history of a site as HTML: each under the thing that it is about, with links to what it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode, Triple

from samverkan.model import paths
from samverkan.model.namespaces import SH
from samverkan.publication.html.index import entries
from samverkan.publication.html.locale import capitalised, plain
from samverkan.publication.html.page import HtmlPage

if TYPE_CHECKING:
    from samverkan.site.history import HistoryEntry

_BETWEEN, _TO, _CUT = ": ", " → ", " …"
_LONGEST = 400  # characters of a text that a line has only the beginning of, and the page all
_ENDS = (".", "!", "?")
_ONE_SIDED = re.compile(
    r"(?P<tag>(?: \([\w-]+\))?), (?:(?P<came>nytt värde|new value)|borttaget värde|removed value): (?P<value>.+)"
)
_MOVED = re.compile(r"(?P<count>.+), (?:från|from) (?P<before>.+) (?:till|to) (?P<after>.+)")
_CURIE = re.compile(r"(?<![\w:/])[A-Za-z][\w.-]*:[A-Za-z][\w-]*")


class ChangedThing(NamedTuple):
    """What changed about a thing: its name, as a link where it has a page, and each change; the name may be empty."""

    name: Markup
    changes: tuple[Markup, ...]


class LineReader:
    """What finds the things that the lines of a release name."""

    def __init__(self, page: HtmlPage, entry: HistoryEntry) -> None:
        self._page, self._entry = page, entry
        self._links = {**_known(page), **_of_release(page, entry)}
        self._iris = _named_in(page, entry)

    def read(self, lines: Iterable[str]) -> tuple[ChangedThing, ...]:
        """Some lines, those about one thing together and each of these once."""
        parts = [(*self._parted(line), number) for number, line in enumerate(lines)]
        return tuple(
            ChangedThing(some[0][0], tuple(dict.fromkeys(self._change(each, iri) for _, each, iri, _ in some if each)))
            for _, found in groupby(parts, key=lambda part: part[0] or part[3])
            if (some := tuple(found))
        )

    def _parted(self, line: str) -> tuple[Markup, str, str]:
        """The thing that a line is about, what it says of it, and its IRI; nothing of it where that is not known."""
        before, colon, after = line.partition(_BETWEEN)
        link = self._links.get(after)
        if link:
            return Markup("%s%s%s") % (before, colon, link), "", ""
        name = next((each for each in _beginnings(line) if each in self._links), "")
        found = line[len(name) + len(_BETWEEN) :] if name else line
        return self._links.get(name, Markup()), found, self._iris.get(name, "")

    def _change(self, text: str, iri: str) -> Markup:
        """A change in words: what was added, taken away or replaced, between quotation marks where it is a text."""
        label = next((each for each in self._labels if text.startswith((f"{each} ", f"{each}, "))), "")
        after, called = text[len(label) :], self._labels.get(label, "")
        one_sided = _ONE_SIDED.fullmatch(after) if label else None
        if one_sided:
            key = "changes-added" if one_sided["came"] else "changes-removed"
            return self._said(key, property=called + one_sided["tag"], value=self._value(one_sided["value"], iri))
        return self._replaced(called, after[1:]) if label and _TO in after else self._moved(text) or self._linked(text)

    def _replaced(self, called: str, text: str) -> Markup:
        """What was replaced; of a text that goes on now where it ended, what came to it."""
        old, _, new = text.partition(_TO)
        new = new if old.endswith(".") else new.removesuffix(".")
        if old.endswith(_ENDS) and new.startswith(f"{old} "):
            return self._said("changes-longer", property=called, value=self._quoted(new[len(old) + 1 :]))
        return self._said("changes-replaced", property=called, old=self._quoted(old), new=self._quoted(new))

    def _moved(self, text: str) -> Markup:
        """Facts that moved, with links to the parts of the data; nothing where a line tells of none."""
        found = _MOVED.fullmatch(text)
        before, after = (self._links.get(found[name]) for name in ("before", "after")) if found else (None, None)
        if not (found and before and after):
            return Markup()
        return self._said("changes-moved", count=found["count"], before=before, after=after)

    def _said(self, key: str, **values: str) -> Markup:
        return Markup.escape(self._page.translate(key)).format_map(values)

    def _value(self, text: str, iri: str) -> Markup:
        """A value: a link where it is a thing, of a statement the thing that it is about, and all of a text."""
        bare = text.removesuffix(".")
        thing = next((each for each in _beginnings(bare) if each in self._links), "")
        if bare not in self._links and thing:
            return self._said("changes-facts", thing=self._links[thing])
        return self._links.get(bare) or self._of_curie(bare) or self._quoted(self._whole(text, iri) or bare)

    def _whole(self, text: str, iri: str) -> str:
        """All of a text of which a line has the beginning, if it is not too long; empty where it is not known."""
        patch = self._page.site.archive.patches.get(self._entry.number)
        said = [quad.object for quad in patch.quads(iri)] if patch else []
        texts = sorted(_spaced(each.value) for each in said if isinstance(each, Literal))
        found = [each for each in texts if each in {text, text.removesuffix(".")}]
        if text.endswith(_CUT):
            found = [each for each in texts if each.startswith(text.removesuffix(_CUT)) and len(each) <= _LONGEST]
        return found[0] if found else ""

    def _quoted(self, text: str) -> Markup:
        """A text between quotation marks; a number or a short address without."""
        is_text = any(map(str.isalpha, text)) and not _CURIE.fullmatch(text)
        return self._said("changes-quoted", text=text) if is_text else Markup.escape(text)

    @property
    def _labels(self) -> Mapping[str, str]:
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


def _named_in(page: HtmlPage, entry: HistoryEntry) -> Mapping[str, str]:
    """The things of a release by what its lines call them."""
    named = sorted(entry.things, key=lambda iri: iri.startswith(page.site.settings.base))
    called = {_spaced(page.name(iri).text): iri for iri in named if page.context.facts(iri)}
    return {**{page.site.prefixes.compact(iri): iri for iri in named}, **called}


def _labels(page: HtmlPage) -> Mapping[str, str]:
    """What properties are called where a line names them, the longest first, and what each is called for short.

    A shape that speaks of some values of a property calls it by a longer name: "Name in Swedish" beside "Name".
    """
    by_property: dict[str, set[str]] = {iri: {_spaced(capitalised(page.name(iri)).text)} for iri in page.context.uses}
    for property_, name in _shape_names(page):
        by_property.setdefault(property_, set()).add(_spaced(name))
    found = {each: _short(each, names) for names in by_property.values() for each in names if each}
    return dict(sorted(found.items(), key=lambda each: (-len(each[0]), each)))


def _shape_names(page: HtmlPage) -> Iterator[tuple[str, str]]:
    """The properties of which shapes speak, each with a name that one of them gives it."""
    for file in page.site.shapes:
        ways = {each.subject: each.object for each in file.triples if each.predicate.value == f"{SH}path"}
        for triple in filter(_is_name, file.triples):
            name, way = str(getattr(triple.object, "value", "")), ways.get(triple.subject)
            yield way.value if isinstance(way, NamedNode) else name, name


def _short(name: str, names: Iterable[str]) -> str:
    """The shortest of some names with which a name begins.

    >>> _short("Name in Swedish", {"Name", "Name in Swedish", "Nam"})
    'Name'
    """
    return min((each for each in names if each and re.match(rf"{re.escape(each)}(?!\w)", name)), key=len)


def _is_name(triple: Triple) -> bool:
    return triple.predicate.value == f"{SH}name"


def _spaced(text: str) -> str:
    """A text as the history has it, without marks of direction, and with single spaces."""
    return " ".join(plain(text).split())
