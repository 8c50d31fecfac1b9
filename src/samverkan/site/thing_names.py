"""What each thing is called, in every language of a site: for readers who want a name whatever kind of thing it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from samverkan.model.namespaces import DCTERMS, SKOS, TYPE
from samverkan.site.documents import Documents

_MARKS = (NamedNode(f"{SKOS}notation"), NamedNode(f"{DCTERMS}identifier"))  # tell apart things that have no names
_LONGEST = 300  # characters


@dataclass(frozen=True)
class ThingNames:
    """The names of the things of a dataset; `languages` are those of the site, the preferred one first."""

    documents: Documents
    languages: Sequence[str]
    _known: dict[str, Mapping[str, str]] = field(default_factory=dict, repr=False)

    def __call__(self, iri: str) -> Mapping[str, str]:
        """What a thing is called, in each language of the site; nothing for what the site says nothing of.

        Where a language has no name, it is the one in another. A thing without any is called by its class and by what
        tells it apart.
        """
        if iri not in self._known:
            self._known[iri] = self._named(iri)
        return self._known[iri]

    def _named(self, iri: str) -> Mapping[str, str]:
        texts = self._labels(iri)
        if texts:
            return {language: _cut(_picked(texts, language)) for language in self.languages}
        if iri not in self.documents.about:
            return {}
        kind, mark = self._labels(next(self._classes(iri), "")), self._mark(iri)
        return {language: f"{_picked(kind, language)} {mark}" if kind else mark for language in self.languages}

    def _labels(self, iri: str) -> Mapping[str, str]:
        """The labels of a thing by language; the first of each."""
        block = self.documents.labels.get(iri)
        found: dict[str, str] = {}
        for triple in block.triples if block else ():
            if isinstance(triple.object, Literal) and triple.object.value.strip():
                found.setdefault(triple.object.language or "", triple.object.value)
        return found

    def _classes(self, iri: str) -> Iterator[str]:
        for triple in self.documents.about[iri]:
            if triple.predicate == TYPE and isinstance(triple.object, NamedNode):
                yield triple.object.value

    def _mark(self, iri: str) -> str:
        about = self.documents.about[iri]
        marks = (each.object for mark in _MARKS for each in about if each.predicate == mark)
        found = next((mark.value for mark in marks if isinstance(mark, Literal)), "")
        return found or iri.rstrip("/#").replace("#", "/").rpartition("/")[2]


def _picked(texts: Mapping[str, str], language: str) -> str:
    """The text in a language, else the one in none, else the first."""
    return texts.get(language) or texts.get("") or next(iter(texts.values()))


def _cut(text: str) -> str:
    return f"{text[:_LONGEST]}…" if len(text) > _LONGEST else text
