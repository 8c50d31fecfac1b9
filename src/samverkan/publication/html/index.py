"""Everything that has a name and a page, and the index that the search without a server reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

import orjson
from pyoxigraph import Literal

from samverkan.model.namespaces import DCTERMS, LABELS, SKOS
from samverkan.publication.html.alphabet import letter, sorting
from samverkan.publication.html.locale import Name, plain

if TYPE_CHECKING:
    from samverkan.publication.html.context import TemplateContext

SEARCH = "search"
"""The path of the index, without its suffix."""

_NAMING = frozenset({*(label.value for label in LABELS), f"{SKOS}altLabel", f"{SKOS}notation", f"{DCTERMS}identifier"})


class IndexEntry(NamedTuple):
    """A thing with a name: its IRI, what it is called in a language, and the letter that it stands under there."""

    iri: str
    name: Name
    letter: str


def suffix(language: str) -> str:
    """The suffix of the index in a language."""
    return f".{language}.json"


def entries(context: TemplateContext, language: str) -> tuple[IndexEntry, ...]:
    """All things that have a name and a page, in the order of the alphabet; not what is evidence only, or withdrawn."""
    return context.once(("entries", language), lambda: tuple(_entries(context, language)))


def _entries(context: TemplateContext, language: str) -> Iterator[IndexEntry]:
    place = sorting(language)
    named = ((iri, context.name(iri, language)) for iri in _things(context))
    for iri, name in sorted(named, key=lambda found: (place(found[1].text), found[0])):
        yield IndexEntry(iri, name, letter(name.text, language))


def _things(context: TemplateContext) -> tuple[str, ...]:
    hidden = context.origins.behind | context.site.tombstones.keys()
    found = context.site.documents.labels
    return context.once(
        "things", lambda: tuple(iri for iri in found if iri not in hidden and context.target(iri) is not None)
    )


def kind(context: TemplateContext, iri: str, language: str) -> str:
    """What kind of thing something is: what its most special class is called; empty where that has no name."""
    classes = context.classes(iri)
    known = classes[:1] and classes[0] in context.site.documents.labels
    return plain(context.name(classes[0], language).text) if known else ""


def written(context: TemplateContext, language: str) -> bytes:
    """The index as JSON: for each thing what it is called, its other names, the path of its page, and its kind."""
    found = [
        [plain(entry.name.text), _others(context, entry), context.target(entry.iri), kind(context, entry.iri, language)]
        for entry in entries(context, language)
    ]
    return orjson.dumps(found)


def _others(context: TemplateContext, entry: IndexEntry) -> list[str]:
    """The other names of a thing in any language."""
    values = (triple.object for triple in context.facts(entry.iri) if triple.predicate.value in _NAMING)
    names = dict.fromkeys(plain(value.value) for value in values if isinstance(value, Literal))
    names.pop(plain(entry.name.text), None)
    return list(names)
