"""The things of each kind: those whose documents stand in one folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from samverkan.model import paths
from samverkan.model.namespaces import SKOS, TYPE

if TYPE_CHECKING:
    from samverkan.site.checked_site import CheckedSite

_IN_SCHEME = f"{SKOS}inScheme"


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


def title(site: CheckedSite, things: Sequence[str]) -> Mapping[str, str]:
    """What a kind is called, by language: as the list that its concepts are from, else as a class of its first thing.

    Nothing where neither has a name.
    """
    about = [t for t in site.documents.about[things[0]] if isinstance(t.object, NamedNode)]
    lists = [t.object.value for t in about if t.predicate.value == _IN_SCHEME and isinstance(t.object, NamedNode)]
    classes = [t.object.value for t in about if t.predicate == TYPE and isinstance(t.object, NamedNode)]
    return next((dict(site.thing_names(iri)) for iri in (*lists, *classes) if site.thing_names(iri)), {})
