"""Where the facts of a site are from: which passages of which pages bear them, as the site says it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from samverkan.model.namespaces import DCTERMS
from samverkan.model.triple_texts import written_triple
from samverkan.tables.descriptions import ColumnDescription, Sources
from samverkan.tables.facts import Fact, SiteFacts, same, triple

_TITLE = f"{DCTERMS}title"


@dataclass(frozen=True)
class Passage:
    """A passage: its address, its page, the heading above it and its line."""

    iri: str
    page: str
    heading: str
    line: int


@dataclass(frozen=True)
class EvidenceIndex:
    """The passages of a site, looked up by what they bear."""

    facts: SiteFacts

    @property
    def _terms(self) -> Sources:
        return self.facts.descriptions.sources

    @cached_property
    def bearing(self) -> Mapping[str, tuple[Fact, ...]]:
        """What says that a fact is borne, by the text of the fact."""
        found: dict[str, list[Fact]] = {}
        wanted = NamedNode(self._terms.datatype)
        for said in self.facts.places:
            value = said[2]
            if isinstance(value, Literal) and value.datatype == wanted:
                found.setdefault(value.value, []).append(said)
        return {text: tuple(each) for text, each in found.items()}

    def of(self, said: Fact) -> tuple[Fact, ...]:
        """What says that a fact is borne."""
        return self.bearing.get(written_triple(triple(said)), ())

    @cached_property
    def _about(self) -> Mapping[str, Counter[Passage]]:
        """The passages that bear facts of a thing, each with how many."""
        found: dict[str, Counter[Passage]] = {}
        for text, bearing in self.bearing.items():
            thing = text[1 : text.find(">")]
            for said in bearing:
                passage = self.passage(said[0])
                if passage:
                    found.setdefault(thing, Counter())[passage] += 1
        return found

    def passage(self, iri: str) -> Passage | None:
        """A passage as the site describes it."""
        return self._passages.get(iri)

    @cached_property
    def _passages(self) -> Mapping[str, Passage]:
        found = {}
        for iri in dict.fromkeys(said[0] for each in self.bearing.values() for said in each):
            page = self.facts.texts(iri, self._terms.has_source)
            heading = self.facts.texts(iri, self._terms.selector)
            line = self.facts.texts(iri, self._terms.line)
            if page and heading and line and line[0].isdecimal():
                found[iri] = Passage(iri, page[0], heading[0], int(line[0]))
        return found

    def main(self, thing: str) -> Passage | None:
        """The passage that stands for where a thing is from: under the heading that bears most of it."""
        passages = self._about.get(thing)
        if not passages:
            return None
        headings: Counter[tuple[str, str]] = Counter()
        for passage, count in passages.items():
            headings[passage.page, passage.heading] += count
        most = headings.most_common(1)[0][0]
        return next(each for each, _ in passages.most_common() if (each.page, each.heading) == most)

    def show(self, thing: str, column: ColumnDescription, language: str) -> str | int | None:
        """What a cell shows of where a thing is from."""
        found = self.main(thing)
        if found is None:
            return None
        if column.reads == "line":
            return found.line
        return self.page_name(found.page, language) if column.reads == "page" else self._quote(found.heading)

    def _quote(self, heading: str) -> str | None:
        return next(iter(self.facts.texts(heading, self._terms.quotes)), None)

    def page_name(self, page: str, language: str) -> str:
        """What a page is called in a cell: by its name, or by its web address where that is not its alone."""
        name = self.facts.label(page, language)
        return name if len(self.pages.get(same(name), ())) == 1 else self._url(page) or name

    def _url(self, page: str) -> str | None:
        return next(iter(self.facts.texts(page, self._terms.url)), None)

    @cached_property
    def pages(self) -> Mapping[str, tuple[str, ...]]:
        """The pages by all that they are called, their web addresses included."""
        found: dict[str, dict[str, None]] = {}
        for page in self.facts.of_class(self._terms.page_class):
            titles = self.facts.texts(page, _TITLE)
            for name in (*self.facts.all_names(page), *titles, self._url(page) or "", self.facts.short(page), page):
                found.setdefault(same(name).rstrip("/"), {})[page] = None
        return {name: tuple(pages) for name, pages in found.items() if name}

    def headings(self, page: str) -> Iterator[tuple[str, str]]:
        """The headings of a page: what each says, and its address."""
        for value in self.facts.values(page, self._terms.has_heading):
            if isinstance(value, NamedNode):
                yield self._quote(value.value) or "", value.value

    def line_of(self, heading: str) -> int:
        """The line on which a heading stands; 1 where that is not known."""
        found = self.facts.texts(heading, self._terms.line)
        return int(found[0]) if found and found[0].isdecimal() else 1
