"""The things of each kind as a collection: what stands at the folder of their documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from samverkan.model import paths
from samverkan.model.namespaces import COLLECTION, DCTERMS, TYPE
from samverkan.model.results import Graph
from samverkan.publication.void import linked, literals, stated
from samverkan.site.kinds import title

if TYPE_CHECKING:
    from samverkan.site.checked_site import CheckedSite


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
