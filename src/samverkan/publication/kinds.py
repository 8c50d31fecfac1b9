"""The things of each kind as a collection: what stands at the folder of their documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from samverkan.model import paths
from samverkan.model.namespaces import COLLECTION, DCTERMS, TYPE
from samverkan.model.results import Graph
from samverkan.publication.void import linked, literals, stated

if TYPE_CHECKING:
    from samverkan.site.checked_site import CheckedSite


def kinds(site: CheckedSite) -> Mapping[str, Sequence[str]]:
    """The things that are there by the path of the list of their kind; a list takes the path of no document."""
    found: dict[str, list[str]] = {}
    known = set[str]()
    for path, iri in site.documents.paths():
        known.add(path)
        folder = path.rpartition("/")[0]
        if f"{folder}/".startswith(paths.DOCUMENTS) and folder.count("/") == 1 and iri not in site.tombstones:
            found.setdefault(folder, []).append(iri)
    return {folder: things for folder, things in found.items() if folder not in known}


def collection(site: CheckedSite, path: str, things: Sequence[str]) -> Graph:
    """The list of a kind: what it is called, and its things with their names."""
    here = site.addresses.url(path)
    members = tuple(site.documents.labels[iri] for iri in things if iri in site.documents.labels)
    facts = (
        *linked(TYPE.value, COLLECTION),
        *literals(f"{DCTERMS}title", _title(site, things)),
        *linked(f"{DCTERMS}isPartOf", site.settings.base + paths.DATASET),
        *linked(f"{DCTERMS}license", *([site.settings.license] if site.settings.license else [])),
        *linked(f"{DCTERMS}hasPart", *things),
    )
    return Graph(tuple(stated(here, *facts)), here, members)


def _title(site: CheckedSite, things: Sequence[str]) -> Mapping[str, str]:
    """What the first class of the first thing is called, which has a name."""
    about = site.documents.about[things[0]]
    types = [t.object.value for t in about if t.predicate == TYPE and isinstance(t.object, NamedNode)]
    return next((dict(site.thing_names(iri)) for iri in types if site.thing_names(iri)), {})
