"""What a site has to push: one named graph from its files, read anew each time and held in memory at no time."""

from __future__ import annotations

import codecs
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from pyoxigraph import Quad, RdfFormat, Triple, parse

from samverkan.model.turtle_mistakes import broken_turtle
from samverkan.push.lines import batches
from samverkan.site.source_files import UnixLines, opened


@dataclass(frozen=True)
class Source:
    """A named graph and the Turtle files that state it, each with its name in the site.

    What `follows` from the others is no part of their union, and has no say in which release it is.
    """

    graph: str
    files: tuple[tuple[str, Path], ...]
    follows: bool = False

    def batches(self, size: int) -> Iterator[list[bytes]]:
        """Its triples as lines of N-Triples, in batches; one that is stated twice may come twice."""
        return batches(self._quads(), size)

    def _quads(self) -> Iterator[Quad]:
        for name, path in self.files:
            with opened(path, name) as stream:
                if stream.read(3) != codecs.BOM_UTF8:
                    stream.seek(0)
                try:
                    yield from parse(cast("BinaryIO", UnixLines(stream)), format=RdfFormat.TURTLE)
                except SyntaxError as error:
                    raise broken_turtle(error, name) from None


def of_graphs(graphs: Mapping[str, Sequence[tuple[str, Path]]]) -> tuple[Source, ...]:
    """The named graphs of a site, each with the names and paths of its files."""
    return tuple(Source(graph, tuple(files)) for graph, files in graphs.items())


def written(graphs: Mapping[str, Iterable[Triple]], folder: Path) -> bytes:
    """Write graphs of what follows as files in a folder, in N-Triples, which is Turtle; gives their names, as JSON."""
    for at, triples in enumerate(graphs.values()):
        with (folder / f"{at}.nt").open("w", encoding="utf-8") as file:
            file.writelines(f"{triple} .\n" for triple in triples)
    return json.dumps([*graphs]).encode()


def of_inferred(names: bytes, folder: Path) -> tuple[Source, ...]:
    """The graphs that `written` has written into a folder."""
    paths = ((name, folder / f"{at}.nt") for at, name in enumerate(json.loads(names)))
    return tuple(Source(name, ((path.name, path),), follows=True) for name, path in paths)


def release(sources: Iterable[Source]) -> str:
    """The name of a release: the SHA-256 of the names and files of the graphs that are stated."""
    found = hashlib.sha256()
    for source in (each for each in sources if not each.follows):
        for name, path in source.files:
            with opened(path, name) as stream:
                found.update(f"{source.graph} {hashlib.file_digest(stream, 'sha256').hexdigest()}\n".encode())
    return found.hexdigest()
