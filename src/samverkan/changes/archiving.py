"""What is kept of a release for those who ask for it later: what it says of no person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Triple

from samverkan.authoring.traces import Names
from samverkan.changes.states import State
from samverkan.site.archive import Archive, Lines, lines_of, patch

_IRI = re.compile(rb"<([^<>\s]*)>")


def archived(archive: Archive, number: int, state: State, kept: int) -> Archive:
    """The releases that a site keeps, with one more, of which `state` is told, and no more than `kept`.

    What has become personal since is taken out of the earlier ones.
    """
    archive = archive.before(number)  # a history that was begun anew has other releases by the same numbers
    personal = _NowPersonal(archive, state)
    clean = archive.without(personal) if personal else archive
    before = clean.latest
    found = patch(before, frozenset(_open(state, before)), clean.latest_id)
    return Archive({**clean.patches, number: found}).last(kept)


def _open(state: State, known: Lines) -> Iterator[bytes]:
    """The lines of what a state says that is nobody's; those that are `known` are not looked at again."""
    persons, names = state.index.persons, Names(state.index.names)
    iris = frozenset(each.value for each in persons if isinstance(each, NamedNode))
    for file in state.published:
        if file.graph in state.index.personal:
            continue
        triples = [each for each in file.triples if each.subject not in persons and each.object not in persons]
        for line, triple in zip(lines_of(triples, file.graph), triples, strict=True):
            if line in known or not _tells(triple, names, iris):
                yield line


def _tells(triple: Triple, names: Names, persons: frozenset[str]) -> bool:
    """Whether a text has the name of a person, or the address of one, as evidence about a person has."""
    if not isinstance(triple.object, Literal):
        return False
    text = triple.object.value
    return ("<" in text and not persons.isdisjoint(re.findall(r"<([^<>\s]*)>", text))) or names.in_text(text)


class _NowPersonal:
    """Tells of a line of an earlier release whether it is in a graph that is personal now, or speaks of a person.

    What is said about a personal graph as a whole, such as its licence, is not personal.
    """

    def __init__(self, archive: Archive, state: State) -> None:
        texts = [text for each in archive.patches.values() for text in (each.come, each.gone)]
        ends = (f" <{iri}> .\n".encode() for iri in sorted(state.index.personal))
        self._ends = tuple(end for end in ends if any(end in text for text in texts))
        wanted = frozenset(iri.encode() for iri in _iris(state.index.persons))
        self._persons = frozenset().union(*(wanted.intersection(_IRI.findall(text)) for text in texts))

    def __bool__(self) -> bool:
        return bool(self._ends or self._persons)

    def __call__(self, line: bytes) -> bool:
        return line.endswith(self._ends) or (bool(self._persons) and not self._persons.isdisjoint(_IRI.findall(line)))


def _iris(nodes: Iterable[object]) -> Iterator[str]:
    return (each.value for each in nodes if isinstance(each, NamedNode))
