"""The page about one version of the ontology of a site, at the address of that version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from samverkan.model import paths
from samverkan.model.namespaces import LABELS
from samverkan.model.results import Graph, Page
from samverkan.publication.html.alphabet import sorting
from samverkan.publication.html.locale import Name, Words, plain
from samverkan.publication.html.page import HtmlPage, small
from samverkan.publication.html.validation import cut

_SIZES = (400, 200, 100, 50, 10, 1)

MESSAGES: Words = {
    "sv": {
        "version-title": "{name}, version {version}",
        "version-present": "Det här är den version som gäller nu. Den står också här:",
        "version-earlier": "Det här är en tidigare version, som den var. Den som gäller nu:",
        "version-is-present": "gäller nu",
        "version-terms": "Ord i den här versionen",
        "version-count": "{count} ord. Varje ord leder till vad det betyder nu.",
        "version-cut": "Alla finns i versionen som data.",
        "version-all": "Versioner",
    },
    "en": {
        "version-title": "{name}, version {version}",
        "version-present": "This is the version in force. It is also here:",
        "version-earlier": "This is an earlier version, as it was. The one in force:",
        "version-is-present": "in force",
        "version-terms": "Terms of this version",
        "version-count": "{count} terms. Each leads to what it means now.",
        "version-cut": "All of them are in the version as data.",
        "version-all": "Versions",
    },
}


class VersionLink(NamedTuple):
    """A version: its name, its IRI and the way to its page; whether it is in force, and the one that is shown."""

    name: str
    iri: str
    url: str
    is_present: bool
    is_here: bool


def path(name: str) -> str:
    """Where a version of the ontology stands, without suffix.

    >>> path("0.1.0")
    'def/0.1.0'
    """
    return f"{paths.TERMS}{name}"


def links(page: HtmlPage) -> list[VersionLink]:
    """All versions that are published."""
    site, ontology = page.site, page.site.settings.ontology
    return [
        VersionLink(
            name,
            ontology + name,
            page.page_url(path(name)),
            is_present=name in site.present_versions,
            is_here=path(name) == page.path,
        )
        for name in site.ontology_versions
    ]


def version(page: HtmlPage, name: str) -> str:
    """The page about a version: its terms, with what they were called then."""
    return small(_page(page, name, most) for most in _SIZES)


def _page(page: HtmlPage, name: str, most: int) -> str:
    ontology = page.site.settings.ontology
    called = plain(page.name(ontology).text)
    terms = list(_terms(page, page.site.ontology_versions[name]()))
    is_present = name in page.site.present_versions
    return page.render(
        "version.html",
        title=page.translate("version-title", name=called, version=name),
        heading=called,
        lead=page.translate("version-present" if is_present else "version-earlier"),
        present=page.page_url(paths.ONTOLOGY),
        terms=terms[:most],
        count=page.translate("version-count", count=page.locale.number(len(terms))),
        cut=cut(page, most, len(terms), "version-cut"),
        versions=links(page),
        formats=page.formats(Page(page.path, lambda: Graph(()), Graph)),
        iri=ontology + name,
    )


def _terms(page: HtmlPage, graph: Graph) -> Iterator[Markup]:
    """The terms of a version by name, each with a link to the page about it where there is one."""
    ontology = page.site.settings.ontology
    called = {iri: page.locale.pick(texts) for iri, texts in _labels(graph).items() if iri.startswith(ontology)}
    place = sorting(page.language)
    for iri in sorted(called, key=lambda iri: (place(called[iri].text), iri)):
        if iri != ontology:
            yield _link(page, iri, called[iri])


def _link(page: HtmlPage, iri: str, name: Name) -> Markup:
    target = page.context.target(iri)
    label = Markup("%s") % plain(name.text)
    return Markup('<a href="%s">%s</a>') % (page.page_url(target), label) if target else label


def _labels(graph: Graph) -> Mapping[str, Mapping[str, str]]:
    """What each subject of a graph is called, in each language: by its most telling label, or else by its IRI."""
    found: dict[str, dict[str, str]] = {}
    for label in (*LABELS, None):
        named = {*found} if label else set()
        for triple in graph.triples:
            if not isinstance(triple.subject, NamedNode) or triple.subject.value in named:
                continue
            if label is None:
                found.setdefault(triple.subject.value, {"": triple.subject.value})
            elif triple.predicate == label and isinstance(triple.object, Literal):
                found.setdefault(triple.subject.value, {})[triple.object.language or ""] = triple.object.value
    return found
