"""What a store lacks of a graph and what it has too much, found by sums first and by lines only where sums differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import RdfFormat, parse

from samverkan.errors import StoreError
from samverkan.push.lines import Sums, bucket, fingerprint, key, reread
from samverkan.push.retry import with_retries
from samverkan.push.source import Source
from samverkan.store.remote import Remote

BATCH = 10_000  # lines
_MOST = 300_000  # lines that are compared in memory at once


@dataclass(frozen=True)
class Difference:
    """Of one graph: how many triples are to come and to go, and the files of lines with them.

    `source` is given instead of a file where the store has nothing of the graph: all of it is to come.
    """

    graph: str
    more: int
    less: int
    size: int
    folder: Path | None = None
    source: Source | None = None

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.more or self.less)

    def coming(self, size: int) -> Iterator[list[bytes]]:
        """The lines that the store lacks, in batches."""
        return self.source.batches(size) if self.source else _lines_of_file(self.folder, "more", size)

    def going(self, size: int) -> Iterator[list[bytes]]:
        """The lines that the store has too much, in batches."""
        return _lines_of_file(self.folder, "less", size)


def difference(source: Source, ours: Sums, remote: Remote, folder: Path) -> Difference:
    """Compare a graph of the site, of which `ours` are the sums, with that of the store; what differs goes to files."""
    if not with_retries(lambda: remote.count(source.graph)):
        return Difference(source.graph, ours.count, 0, _size(source), source=source if ours.count else None)
    theirs = with_retries(lambda: fingerprint(stored_lines(remote, source.graph)))
    folder.mkdir(parents=True, exist_ok=True)
    counts = [_apart(source, remote, group, folder) for group in _groups(ours.unlike(theirs))]
    more, less, size = (sum(each[at] for each in counts) for at in range(3))
    return Difference(source.graph, more, less, size, folder=folder)


def _size(source: Source) -> int:
    return sum(path.stat().st_size for _, path in source.files)


def stored_lines(remote: Remote, graph: str) -> Iterator[list[bytes]]:
    """What the store gives of a graph; raises `StoreError` where that is not as many lines as it counts."""
    lines = 0
    try:
        for batch in reread(remote.pages(graph)):
            lines += len(batch)
            yield batch
    except SyntaxError as error:
        raise _broken(graph, error) from None
    if lines != (count := remote.count(graph)):
        raise StoreError(
            f"The store counts {count} triples in {graph} and gives {lines}.",
            remedy="Push again; if it stays so, something between here and the store changes its answers.",
            sv=f"Lagret räknar till {count} tripplar i {graph} och ger {lines}. Kör push igen; om det inte ändrar sig "
            "finns det något mellan den här datorn och lagret som ändrar svaren.",
        )


def _sound(lines: list[bytes], graph: str) -> list[bytes]:
    """Lines that were not parsed yet, once they are: what is to go becomes a part of an update."""
    try:
        for _ in parse(b"\n".join(lines), format=RdfFormat.N_TRIPLES):
            pass
    except SyntaxError as error:
        raise _broken(graph, error) from None
    return lines


def _broken(graph: str, error: SyntaxError) -> StoreError:
    return StoreError(
        f"What the store gives of {graph} is no N-Triples: {error.msg}.",
        sv=f"Det som lagret ger av {graph} är inte N-Triples ({error.msg}).",
    )


def _groups(unlike: Mapping[int, int]) -> Iterator[frozenset[int]]:
    """The buckets in groups that fit into memory together."""
    group: set[int] = set()
    lines = 0
    for number, count in unlike.items():
        if group and lines + count > _MOST:
            yield frozenset(group)
            group, lines = set(), 0
        group.add(number)
        lines += count
    if group:
        yield frozenset(group)


def _apart(source: Source, remote: Remote, group: frozenset[int], folder: Path) -> tuple[int, int, int]:
    """Write what differs within some buckets; how many lines come, how many go, and their bytes."""
    ours = _keyed(source.batches(BATCH), group)
    theirs = with_retries(lambda: _keyed(stored_lines(remote, source.graph), group))
    more = [line for each, line in ours.items() if each not in theirs]
    less = _sound([line for each, line in theirs.items() if each not in ours], source.graph)
    for name, lines in (("more", more), ("less", less)):
        with (folder / name).open("ab") as stream:
            stream.writelines(line + b"\n" for line in lines)
    return len(more), len(less), sum(map(len, more)) + sum(map(len, less))


def _keyed(batches: Iterable[list[bytes]], group: frozenset[int]) -> dict[bytes, bytes]:
    return {each: line for batch in batches for line in batch if bucket(each := key(line)) in group}


def _lines_of_file(folder: Path | None, name: str, size: int) -> Iterator[list[bytes]]:
    path = folder / name if folder else None
    if path is None or not path.exists():
        return
    with path.open("rb") as stream:
        batch: list[bytes] = []
        for line in stream:
            batch.append(line.rstrip(b"\n"))
            if len(batch) == size:
                yield batch
                batch = []
        if batch:
            yield batch
