"""A site as a store holds it: the facts from the store, the promises and all places from the files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from pyoxigraph import RdfFormat, Triple, serialize

from samverkan.errors import Place
from samverkan.model import paths
from samverkan.model.dataset import Dataset, File, triples
from samverkan.validation.findings import Finding
from samverkan.validation.messages import finding
from samverkan.validation.query_runner import Ask
from samverkan.validation.validation_input import ValidationInput

OURS = "store/"  # under the base: what is written into a store beside the site


@dataclass(frozen=True)
class StoreSnapshot:
    """A store with a site in it.

    `ask` asks the union of the site's graphs; `names` gives the named graphs that begin with some text,
    and `read` what one of them holds.
    """

    ask: Ask
    names: Callable[[str], Iterable[str]]
    read: Callable[[str], Iterable[Triple]]

    def case(self, files: ValidationInput) -> ValidationInput:
        """The case of a site with what the store holds in the place of what the files say."""
        dataset = files.dataset
        ontology, data = (tuple(self._files(part)) for part in (dataset.ontology, dataset.data))
        return replace(files, dataset=Dataset(ontology, data, dataset.shapes), written=dataset, stored=lambda: None)

    def _files(self, files: tuple[File, ...]) -> Iterator[File]:
        """The files of each graph, or one with what the store holds of it where that is something else."""
        for graph in dict.fromkeys(file.graph for file in files):
            same = tuple(file for file in files if file.graph == graph)
            found = frozenset(self.read(graph))
            if found == frozenset(triples(same)):
                yield from same
            elif found:
                yield File(same[0].name, graph, serialize(sorted(found, key=str), format=RdfFormat.N_TRIPLES) or b"")

    def check_graphs(self, case: ValidationInput) -> Iterator[Finding]:
        """The store has a graph for every file that says something, and no other under the site's base."""
        files = {file.graph: file for file in case.stated.published}
        known = {file.graph for file in case.dataset.published}
        for graph, file in files.items():
            if file.triples and graph not in known:
                yield finding("missing-graph", place=Place(file.name, 1), name=graph)
        for graph in self.names(case.base):
            if graph not in files and not _is_ours(graph, case.base):
                yield finding("foreign-graph", place=Place(graph), name=graph)


def _is_ours(graph: str, base: str) -> bool:
    """Whether a graph is one of a push, or of those that hold what follows, whoever put them there."""
    whole = f"{base}{paths.INFERRED}"
    return graph == whole or graph.startswith((f"{base}{OURS}", f"{whole}-"))


@dataclass(frozen=True)
class Differences:
    """What stands in a store and not in the files, and in which graph."""

    case: ValidationInput

    @cached_property
    def graphs(self) -> Mapping[str, str]:
        """The graph of each file whose graph holds something else, by the file's name."""
        written = {id(file) for file in self.case.stated.published}
        return {file.name: file.graph for file in self.case.dataset.published if id(file) not in written}

    @cached_property
    def _stated(self) -> Mapping[tuple[str, ...], tuple[str, ...]]:
        """The graphs of each statement and of each subject that no file has."""
        found: dict[tuple[str, ...], dict[str, None]] = {}
        known = {key for file in self.case.stated.files for key in _keys(file)} if self.graphs else set()
        for file in self.case.dataset.published:
            for key in _keys(file) if file.name in self.graphs else ():
                if key not in known:
                    found.setdefault(key, {})[file.graph] = None
        return {key: tuple(graphs) for key, graphs in found.items()}

    def places(self, found: Finding) -> tuple[Place, ...]:
        """The graphs of the statement that a finding speaks of, or of its thing, where no file has it."""
        focus, path, value = (part or "" for part in (found.focus, found.path, found.value))
        graphs = self._stated.get((focus, path, value)) or self._stated.get((focus,)) or ()
        return tuple(Place(graph) for graph in graphs)


def _keys(file: File) -> Iterator[tuple[str, ...]]:
    for t in file.triples:
        subject = getattr(t.subject, "value", str(t.subject))
        yield subject, t.predicate.value, str(t.object)
        yield (subject,)
