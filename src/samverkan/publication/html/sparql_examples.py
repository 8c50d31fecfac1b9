"""Queries to begin with: the one that stands in the editor at first, and the canned ones as examples."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import product
from typing import NamedTuple

from samverkan.model.queries import QUESTION, Query
from samverkan.publication.html.context import spoken
from samverkan.publication.html.page import HtmlPage

_IN_GROUP = 3
"""How many examples a group has at most."""
_LONGEST = 2500  # characters of an example: a longer one teaches nobody
_VARIABLE = re.compile(r"[A-Za-z]\w*\Z", re.ASCII)
_HEAD = "#+"
_COUNT = """SELECT ?class (COUNT(?thing) AS ?things)
WHERE {
  ?thing a ?class
}
GROUP BY ?class
ORDER BY DESC(?things)
"""
_LIST = """# {comment}
{prefixes}SELECT ?thing ?{variable}
WHERE {{
  ?thing a {class_} .
  ?thing {property} ?{variable} .
}}
ORDER BY ?thing
LIMIT 10
"""


class ExampleGroup(NamedTuple):
    """Examples about the same: what it is called in the main menu, and of each what it asks, and how."""

    label: str
    examples: tuple[tuple[str, str], ...]


def starter(page: HtmlPage) -> str:
    """A first query that fits the site: things of its first class, each with what is said once of most of them."""
    class_ = next(iter(_classes(page)), "")
    property_ = _mostly_given(page, page.context.instances.get(class_, ()))
    if not property_:
        return _COUNT
    name = re.split("[/#]", property_)[-1]
    words = short(page, class_), short(page, property_)
    return _LIST.format(
        comment=page.translate("sparql-starter", name=" ".join(page.name(class_).text.split())),
        prefixes="".join(_declared(page, words)),
        variable=name if _VARIABLE.match(name) else "value",
        class_=words[0],
        property=words[1],
    )


def _declared(page: HtmlPage, words: Iterable[str]) -> Iterator[str]:
    """The declarations of the prefixes of some words, so that programs that don't know these take a query, too."""
    for prefix in dict.fromkeys(word.partition(":")[0] for word in words):
        if prefix in page.site.prefixes.table:  # an IRI in angle brackets has none
            yield f"PREFIX {prefix}: <{page.site.prefixes.table[prefix]}>\n"


def _classes(page: HtmlPage) -> list[str]:
    """The classes with things of their own, those of the main menu first, then those of the vocabulary by size."""
    instances, own = page.context.instances, page.site.settings.ontology
    listed = [name for query in page.context.navigation for name in query.lists if name in instances]
    of_facts = (iri for iri in instances if iri.startswith(own) and not page.context.origins.behind & {*instances[iri]})
    return [*listed, *sorted(of_facts, key=lambda iri: (-len(instances[iri]), iri))]


def _mostly_given(page: HtmlPage, things: Iterable[str]) -> str | None:
    """The property of the vocabulary that most of some things have one value of."""
    count: Counter[str] = Counter()
    for thing in things:
        values = Counter(fact.predicate.value for fact in page.context.facts(thing))
        count.update(name for name, number in values.items() if number == 1)
    own = (name for name in count if name.startswith(page.site.settings.ontology))
    return min(own, key=lambda name: (-count[name], name), default=None)


def short(page: HtmlPage, iri: str) -> str:
    """A term as a query writes it."""
    found = page.site.prefixes.compact(iri)
    return f"<{iri}>" if found == iri else found


def examples(page: HtmlPage, room: int) -> list[ExampleGroup]:
    """Some canned queries of so many characters by the entries of the main menu, the shortest of each first."""
    found: dict[str, list[tuple[str, str]]] = {}
    by_subject = _by_subject(page)
    for place, subject in product(range(_IN_GROUP), by_subject):
        for summary, text in by_subject[subject][place : place + 1]:
            if len(text) <= room:
                room -= len(text)
                found.setdefault(subject, []).append((summary, text))
    return [ExampleGroup(subject, tuple(found[subject])) for subject in by_subject if subject in found]


def _by_subject(page: HtmlPage) -> dict[str, list[tuple[str, str]]]:
    """What the queries for people ask, and how, by what they are about, in the order of the main menu."""
    queries = page.site.queries.values()
    asked = [query for query in queries if QUESTION in query.tags] or list(queries)
    subjects = [page.context.short(query, page.language) for query in page.context.navigation]
    found: dict[str, list[tuple[str, str]]] = {subject: [] for subject in (*subjects, "")}
    for query, text in sorted(((query, _body(query, page.language)) for query in asked), key=lambda each: len(each[1])):
        if len(text) <= _LONGEST:
            entry = page.context.entry(query)
            subject = page.context.short(entry, page.language) if entry else ""
            found[subject].append((page.locale.pick(query.summary).text, text))
    return found


def _body(query: Query, language: str) -> str:
    """The text of a canned query in a language, without its head."""
    text = query.bind(spoken(query, language))
    return "\n".join(line for line in text.splitlines() if not line.startswith(_HEAD)).strip()
