"""The things of each kind: those whose documents stand in one folder."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence

from samverkan.model import paths


def kinds(documents: Iterable[tuple[str, str]], tombstones: Container[str]) -> Mapping[str, Sequence[str]]:
    """The things that are there by the path of the list of their kind; a list takes the path of no document.

    `documents` are the paths of documents with what they are about.
    """
    found: dict[str, list[str]] = {}
    known = set[str]()
    for path, iri in documents:
        known.add(path)
        folder = path.rpartition("/")[0]
        if f"{folder}/".startswith(paths.DOCUMENTS) and folder.count("/") == 1 and iri not in tombstones:
            found.setdefault(folder, []).append(iri)
    return {folder: things for folder, things in found.items() if folder not in known}
