"""The things of each kind as a collection: what stands at the folder of their documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from samverkan.model import paths
from samverkan.model.namespaces import COLLECTION, DCTERMS, SKOS, TYPE
from samverkan.model.results import Graph
from samverkan.publication.void import linked, literals, stated

if TYPE_CHECKING:
    from samverkan.site.checked_site import CheckedSite

_IN_SCHEME = f"{SKOS}inScheme"


def collection(site: CheckedSite, path: str, things: Sequence[str]) -> Graph:
    """The list of a kind: what it is called, and its things with their names."""
    here = site.addresses.url(path)
    members = tuple(site.documents.labels[iri] for iri in things if iri in site.documents.labels)
    facts = (
        *linked(TYPE.value, COLLECTION),
        *literals(f"{DCTERMS}title", title(site, things)),
        *linked(f"{DCTERMS}isPartOf", site.settings.base + paths.DATASET),
        *linked(f"{DCTERMS}license", *([site.settings.license] if site.settings.license else [])),
        *linked(f"{DCTERMS}hasPart", *things),
    )
    return Graph(tuple(stated(here, *facts)), here, members)


def title(site: CheckedSite, things: Sequence[str]) -> Mapping[str, str]:
    """What a kind is called, by language: as the list that its concepts are from, else as a class of its first thing.

    Nothing where neither has a name.
    """
    about = [t for t in site.documents.about[things[0]] if isinstance(t.object, NamedNode)]
    lists = [t.object.value for t in about if t.predicate.value == _IN_SCHEME and isinstance(t.object, NamedNode)]
    classes = [t.object.value for t in about if t.predicate == TYPE and isinstance(t.object, NamedNode)]
    return next((dict(site.thing_names(iri)) for iri in (*lists, *classes) if site.thing_names(iri)), {})
