"""No sentence in two languages: a text in one language does not call things by their names in the other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyoxigraph import Literal

from samverkan.model.namespaces import LABELS
from samverkan.publication.html import MESSAGES
from samverkan.publication.published import Site

OTHER = {"sv": "en", "en": "sv"}
# Between quotation marks a text may cite a source, and code is in no language.
CITED = re.compile(r"[”“\"«][^”“\"»]*[”\"»]|'[^']*'|`[^`]*`|https?://\S+|\([^)]*\)")
WORDS = 2  # names of fewer may be words of both languages


def foreign(texts: Iterator[tuple[str, str, str]], names: dict[str, set[str]]) -> list[tuple[str, str]]:
    """The texts, each with where it stands and its language, in which there is a name of the other language."""
    patterns = {
        language: re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(found))) + r")\b", re.IGNORECASE)
        for language, found in names.items()
    }
    hits = ((where, patterns[OTHER[language]].search(CITED.sub("", text))) for where, language, text in texts)
    return [(where, hit[0]) for where, hit in hits if hit]


def named(site: Site) -> dict[str, set[str]]:
    """The names of things by language, of at least two words, without those that are alike in both."""
    found: dict[str, set[str]] = {"sv": set(), "en": set()}
    for triples in site.documents.about.values():
        for triple in triples:
            value = triple.object
            if triple.predicate in LABELS and isinstance(value, Literal) and value.language in found:
                found[value.language].add(value.value.casefold())
    return {
        language: {name for name in own if len(name.split()) >= WORDS and name not in found[OTHER[language]]}
        for language, own in found.items()
    }


def heads(site: Site) -> Iterator[tuple[str, str, str]]:
    """What the heads of the queries, the settings and the pages themselves say."""
    for query in site.queries.values():
        texts = [query.summary, query.description, query.short, query.empty, *query.columns.values()]
        for said in (*texts, *(each.label for each in query.parameters)):
            yield from ((query.place.file, language, text) for language, text in said.items() if language in OTHER)
    for said in (site.settings.title, site.settings.description):
        yield from (("samverkan.toml", language, text) for language, text in said.items())
    for language, messages in MESSAGES.items():
        yield from ((key, language, text) for key, text in messages.items())


def facts(site: Site) -> Iterator[tuple[str, str, str]]:
    """The texts of the facts."""
    for iri, triples in site.documents.about.items():
        for triple in triples:
            value = triple.object
            if isinstance(value, Literal) and value.language in OTHER and triple.predicate not in LABELS:
                yield iri, value.language, value.value


def test_a_sentence_in_two_languages_is_found() -> None:
    names = {"sv": {"innovation och nyttiggörande"}, "en": {"innovation and utilization"}}
    texts = [
        ("here", "sv", "Utan eget val gäller området innovation and utilization."),
        ("there", "sv", "Sidan säger ”innovation and utilization”."),
    ]
    assert foreign(iter(texts), names) == [("here", "innovation and utilization")]


def test_no_text_of_the_site_is_in_two_languages(ki: Site) -> None:
    names = named(ki)
    assert min(map(len, names.values())) > 100
    assert foreign(heads(ki), names) == []
    assert foreign(facts(ki), names) == []
