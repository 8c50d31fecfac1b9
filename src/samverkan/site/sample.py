"""A few of the things of a site, with all that is said of them: what is tried on them takes as long for any site."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from pyoxigraph import NamedNode, RdfFormat, Triple, serialize

from samverkan.model.dataset import File
from samverkan.model.namespaces import TYPE
from samverkan.site.documents import Documents

_OF_EACH_CLASS = 2
_MOST_OF_ONE = 100  # statements about one thing


def cut(files: Sequence[File], documents: Documents, ontology: str, most: int) -> tuple[File, ...]:
    """Files with about `most` of the statements in them, each file with its name, and those of the ontology whole.

    The first things of each class are taken, and the things that they link to. Where all statements are no
    more than that, the files are those that are given.
    """
    whole = tuple(file for file in files if file.graph == ontology)
    others = tuple(file for file in files if file.graph != ontology)
    if sum(len(file.triples) for file in others) <= most:
        return tuple(files)
    taken = [(each, documents.stated_in(each)) for each in _taken(documents, ontology, most)]
    return (*whole, *(_with(file, [each for each, graphs in taken if file.graph in graphs]) for file in others))


def _with(file: File, triples: Sequence[Triple]) -> File:
    """A file that states some triples only."""
    content = serialize(triples, format=RdfFormat.N_TRIPLES)
    assert content is not None
    return File(file.name, file.graph, content)


def _taken(documents: Documents, ontology: str, most: int) -> Iterator[Triple]:
    """Statements about the first things of each class, then about the things that those link to."""
    words = (ontology,)
    waiting, seen, count = deque(_first(documents.about)), set[str](), 0
    while waiting and count < most:
        iri = waiting.popleft()
        if iri in seen:
            continue
        seen.add(iri)
        found = [each for each in documents.about.get(iri, ()) if documents.stated_in(each) != words][:_MOST_OF_ONE]
        yield from found
        count += len(found)
        waiting.extend(each.object.value for each in found if isinstance(each.object, NamedNode))


def _first(about: Mapping[str, Sequence[Triple]]) -> Iterator[str]:
    """The first things of each class, by their first class, in turn: one of each, and then another of each."""
    found: dict[object, list[str]] = {}
    for iri, triples in about.items():
        if triples[0].predicate == TYPE:
            things = found.setdefault(triples[0].object, [])
            if len(things) < _OF_EACH_CLASS:
                things.append(iri)
    for place in range(_OF_EACH_CLASS):
        yield from (things[place] for things in found.values() if place < len(things))
