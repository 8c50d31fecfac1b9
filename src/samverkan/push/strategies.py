"""Bringing a release into a store: compare, load beside, switch, verify. Who reads sees the old one or the new one.

How that is done depends on what the engine can do, and the first way that fits is taken:

1. Nothing differs: nothing is written.
2. One request is one transaction, the store has no whole release, and all fits into one: one update,
   journal included.
3. One request is one transaction, and the store has nothing yet: one stream of N-Quads.
4. The store has a whole release: what comes and goes is loaded into graphs beside it, checked there, and
   moved by updates inside the engine. Where these are no one transaction the journal tells readers to wait.
5. The store has no whole release, or takes no updates: graphs are changed in place, and readers wait.
"""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from samverkan.errors import StoreError
from samverkan.model.endpoint import Endpoint
from samverkan.push.client import Client
from samverkan.push.difference import BATCH, Difference, difference, stored_lines
from samverkan.push.journal import Journal
from samverkan.push.lines import Sums, fingerprint, key
from samverkan.push.retry import with_retries
from samverkan.push.scratch import BloomFilter, CompanionGraph, companion_graphs
from samverkan.push.source import Source, release
from samverkan.push.writer import Writer, shortened
from samverkan.store.remote import CHANGING, WHOLE, Remote

_AHEAD = 4  # chunks that wait to be sent
_MOST_SHOWN = 10  # terms of a mismatch

StageProgress = Callable[[str, int], None]


@dataclass(frozen=True)
class Outcome:
    """What a push did: how many triples came and went, and how many in how many graphs the store is known to hold."""

    more: int
    less: int
    triples: int
    graphs: int
    engine: str
    whole: bool


@dataclass
class Push:
    """One push of the graphs of a site into the store `remote`, written to at the addresses of `endpoint`.

    `progress` is called with a stage ("compare", "load", "switch", "verify") and how many triples were done in it.
    """

    sources: Sequence[Source]
    remote: Remote
    endpoint: Endpoint
    progress: StageProgress = lambda _stage, _done: None
    folder: Path = field(default_factory=Path)
    companion_graphs: tuple[CompanionGraph, ...] = ()
    weights: dict[str, Sums] = field(default_factory=dict)

    def run(self) -> Outcome:
        """Push; returns only when the store was seen to hold exactly the site's triples.

        Raises `StoreError` for a store that can't be reached, that another push is changing, or
        that does not hold what it was given, with the graphs and the terms.
        """
        with TemporaryDirectory() as folder, ExitStack() as opened:
            self.folder = Path(folder)
            self.endpoint = _complete(self.endpoint, self.remote)
            if not self.endpoint.credentials:  # they are for queries and for changes
                self.remote.graph_store = self.endpoint.graph_store
            engine = self.remote.engine
            self.writer = Writer(self.endpoint, engine, Client(self.endpoint, engine, opened))
            self.log = Journal(self.remote, self.writer)
            self.release = release(self.sources)
            self._weigh()
            before = self._journal()
            changes = self._differences("compare")
            if self._is_there(changes):
                return self._outcome(changes, whole=True)
            with self.log.locked():
                return self._changed(changes, before)

    def _changed(self, changes: Sequence[Difference], before: object) -> Outcome:
        """Bring in what differs; what was found before the lock still holds if the journal says the same as then."""
        if before != self._journal() or CHANGING in self.log.values("state"):
            changes = self._differences("again")
        way = next(way for fits, way in _WAYS if fits(self, changes))
        way(self, [change for change in changes if change])
        return self._outcome(changes, whole=self.remote.engine.whole and way is not Push.in_place)

    def _journal(self) -> object:
        return [self.log.values(name) for name in ("state", "stamp", "beside")]

    def _is_there(self, changes: Sequence[Difference]) -> bool:
        stamps, states = self.log.values("stamp"), self.log.values("state")
        is_said = states == {WHOLE} and [each.split()[0] for each in stamps] == [self.release]
        return not any(changes) and is_said and not self.log.values("beside")

    def _outcome(self, changes: Sequence[Difference], *, whole: bool) -> Outcome:
        sizes = {graph: self._count(graph) for graph in self.graphs}
        mine = [change for change in changes if change.graph not in self._companions]
        more = sum(sizes[change.graph] if change.source else change.more for change in mine)
        less = sum(change.less for change in mine)
        return Outcome(more, less, sum(sizes.values()), len(sizes), self.remote.engine.name, whole)

    def _count(self, graph: str) -> int:
        return with_retries(lambda: self.remote.count(graph))

    @property
    def graphs(self) -> tuple[str, ...]:
        """The named graphs of the site."""
        return tuple(source.graph for source in self.sources)

    def _weigh(self) -> None:
        """Weigh what the site has, once; and find the triples that several graphs state."""
        seen = BloomFilter()
        for source in self.sources:
            look = (lambda _: None) if source.follows else seen.look
            self.weights[source.graph] = fingerprint(source.batches(BATCH), look)
            self.progress("compare", self.weights[source.graph].count)
        stated = [source for source in self.sources if not source.follows]
        self.companion_graphs = companion_graphs(stated, seen.twice, self.remote.base)
        for companion in self.companion_graphs:
            self.weights[companion.graph] = fingerprint(companion.batches(BATCH))

    def _differences(self, stage: str) -> list[Difference]:
        """What differs in each graph, those included that the journal has and the site has no longer."""
        gone = self.log.values("graph") - {*self.graphs, *self._companions}
        everything = (*self.sources, *self.companion_graphs, *(Source(graph, ()) for graph in sorted(gone)))
        return [self._difference(source, stage) for source in everything]

    def _difference(self, source: Source, stage: str) -> Difference:
        name = hashlib.sha256(source.graph.encode()).hexdigest()[:32]
        return difference(source, self.weights.get(source.graph, Sums()), self.remote, self.folder / stage / name)

    @property
    def _companions(self) -> tuple[str, ...]:
        return tuple(companion.graph for companion in self.companion_graphs)

    # ------------------------------------------------------------ the ways

    def nothing(self, _changes: Sequence[Difference]) -> None:
        """The triples are those that the store has; only the name of the release is new."""
        self._clear_staging(frozenset())
        self.log.say(self._said())

    def _said(self) -> Mapping[str, Iterable[str]]:
        shared = [f"{companion.of} {companion.graph}" for companion in self.companion_graphs]
        inferred = [source.graph for source in self.sources if source.follows]
        return self.log.whole(self.release, (*self.graphs, *self._companions), shared, inferred)

    def at_once(self, changes: Sequence[Difference]) -> None:
        """All in one update, which is one transaction."""
        self._clear_staging(frozenset())
        more, less = self.log.changes(self._said())
        parts = [_data(b"DELETE", self.log.graph, less), _data(b"INSERT", self.log.graph, more)]
        for change in changes:
            parts += [_data(b"DELETE", change.graph, lines) for lines in change.going(BATCH)]
            parts += [_data(b"INSERT", change.graph, lines) for lines in change.coming(BATCH)]
        self.writer.update(b";\n".join(filter(None, parts)))
        self.progress("load", sum(change.more + change.less for change in changes))
        self._verify(changes)

    def in_bulk(self, changes: Sequence[Difference]) -> None:
        """All in one stream of N-Quads, which is one transaction."""
        journal, _ = self.log.changes(self._said())
        self.writer.bulk(lambda: self._quads(changes, journal))
        self._verify(changes)

    def _quads(self, changes: Sequence[Difference], journal: list[bytes]) -> Iterator[bytes]:
        for change in changes:
            for lines in change.coming(BATCH):
                yield _in_graph(change.graph, lines)
                self.progress("load", len(lines))
        yield _in_graph(self.log.graph, journal)

    def staged(self, changes: Sequence[Difference]) -> None:
        """Load what comes and goes into graphs of their own, check them, and let the engine move it."""
        chunks = list(self._chunks(changes))
        self._clear_staging(frozenset(name for name, *_ in chunks))
        self.log.say({"beside": [name for name, *_ in chunks]})
        for (name, number, _), lines in zip(chunks, self._batches(changes), strict=True):
            self._load_staging(name, changes[number].graph, lines)
        if self.remote.engine.whole:
            self._switch_at_once(changes, chunks)
        else:
            self._switch_in_steps(changes, chunks)
        self._clear_staging(frozenset())

    def _chunks(self, changes: Sequence[Difference]) -> Iterator[tuple[str, int, str]]:
        """The graphs beside, named by what is in them: so one that an earlier push left there is found again."""
        for number, change in enumerate(changes):
            for verb, batches in (("less", change.going), ("more", change.coming)):
                for lines in batches(self.remote.engine.staged):
                    named = hashlib.sha256(b"\n".join((change.graph.encode(), *lines))).hexdigest()[:32]
                    yield f"{self.remote.base}store/beside/{named}", number, verb

    def _batches(self, changes: Sequence[Difference]) -> Iterator[list[bytes]]:
        """What is in the graphs beside, in their order."""
        size = self.remote.engine.staged
        return (lines for change in changes for way in (change.going, change.coming) for lines in way(size))

    def _load_staging(self, name: str, graph: str, lines: list[bytes]) -> None:
        if self._count(name) != len(lines):
            self.writer.drop(name)
            self.writer.insert(name, lines)
        there = with_retries(lambda: {key(line): line for batch in stored_lines(self.remote, name) for line in batch})
        lost = [line for line in lines if key(line) not in there]
        if lost:
            self.writer.drop(name)
            raise _unlike([(graph, lost, list(there.values()))])
        self.progress("load", len(lines))

    def _switch_at_once(self, changes: Sequence[Difference], chunks: Sequence[tuple[str, int, str]]) -> None:
        more, less = self.log.changes(self._said())
        journal = [_data(b"DELETE", self.log.graph, less), _data(b"INSERT", self.log.graph, more)]
        moves = [_move(name, changes[number].graph, verb) for name, number, verb in chunks]
        self.writer.update(b";\n".join(filter(None, (*moves, *journal))))
        self._verify(changes)

    def _switch_in_steps(self, changes: Sequence[Difference], chunks: Sequence[tuple[str, int, str]]) -> None:
        self.log.changing()
        moves = [(name, changes[number].graph, verb) for name, number, verb in chunks]
        small = sum(change.more + change.less for change in changes) <= self.remote.engine.moved
        if not (small and self._is_moved_together(moves)):
            for each in moves:
                self.writer.update(_move(*each))
                self.progress("switch", 1)
        self._verify(changes)
        self.log.say(self._said())

    def _is_moved_together(self, moves: Sequence[tuple[str, str, str]]) -> bool:
        """Whether the engine takes all moves as one operation: Virtuoso 7 refuses some, and then has done nothing."""
        try:
            self.writer.update(_moved_together(moves))
        except StoreError:
            return False
        self.progress("switch", 1)
        return True

    def _clear_staging(self, kept: frozenset[str]) -> None:
        for name in self.log.values("beside") - kept:
            self.writer.drop(name)
        self.log.say({"beside": kept & self.log.values("beside")})

    def in_place(self, changes: Sequence[Difference]) -> None:
        """Change the graphs where they are, while readers wait."""
        self.log.changing()
        for change in changes:
            if change.less and not self.writer.updates:
                self._replaced(change)
            else:
                for lines in change.going(self.remote.engine.chunk):
                    self.writer.delete(change.graph, lines)
                self._send(change)
        self._send_anew({change.graph for change in changes if change.less})
        self._verify(changes)
        self._clear_staging(frozenset())
        self.log.say(self._said())

    def _send_anew(self, graphs: set[str]) -> None:
        """Some engines do not find a value again by the form that they give it: such a graph is emptied and filled."""
        for source in self._all(graphs):
            if self._difference(source, "left").less:
                self.writer.drop(source.graph)
                for lines in source.batches(self.remote.engine.chunk):
                    self.writer.insert(source.graph, lines)

    def _replaced(self, change: Difference) -> None:
        """Without updates a graph from which something goes is put anew."""
        (source,) = self._all({change.graph})
        batches = source.batches(self.remote.engine.chunk)
        first = next(batches, None)
        if first is None:
            self.writer.drop(change.graph)
            return
        self.writer.replace(change.graph, first)
        for lines in batches:
            self.writer.insert(change.graph, lines)

    def _send(self, change: Difference) -> None:
        """Send chunks, several at a time where the engine gains by it; only a few wait in memory."""
        engine = self.remote.engine
        writers = deque(self.writer.another() for _ in range(engine.concurrency))
        with ThreadPoolExecutor(engine.concurrency) as pool:
            waiting: deque[tuple[Future[None], Writer, int]] = deque()
            for lines in change.coming(engine.chunk):
                if len(waiting) == engine.concurrency:
                    self._await(waiting, writers)
                writer = writers.popleft()
                waiting.append((pool.submit(writer.insert, change.graph, lines), writer, len(lines)))
            while waiting:
                self._await(waiting, writers)

    def _await(self, waiting: deque[tuple[Future[None], Writer, int]], writers: deque[Writer]) -> None:
        future, writer, size = waiting.popleft()
        future.result()
        writers.append(writer)
        self.progress("load", size)

    # ------------------------------------------------------------ what the store holds

    def _verify(self, changes: Sequence[Difference]) -> None:
        """Read back the graphs that were changed; raises `StoreError` with the triples that are not as they should."""
        changed = {change.graph for change in changes}
        wrong = []
        for source in self._all(changed):
            # Pages have no order, and an engine that reads with several threads may once give them otherwise.
            found = self._difference(source, "verify") and self._difference(source, "verify again")
            if found:
                lost, other = list(found.coming(_MOST_SHOWN)), list(found.going(_MOST_SHOWN))
                wrong.append((source.graph, lost[0] if lost else [], other[0] if other else []))
            self.progress("verify", 1)
        if wrong:
            raise _unlike(wrong)

    def _all(self, changed: set[str]) -> list[Source]:
        known = [source for source in (*self.sources, *self.companion_graphs) if source.graph in changed]
        gone = changed - {source.graph for source in known}
        return [*known, *(Source(graph, ()) for graph in sorted(gone))]

    # ------------------------------------------------------------ what fits

    def fits_update(self, changes: Sequence[Difference]) -> bool:
        """Whether all fits into one update that readers see whole, and there is no release that a bad value harms."""
        size = sum(change.size for change in changes if not change.source)
        fresh = sum(change.size for change in changes if change.source)
        engine = self.remote.engine
        fits = engine.whole and self.writer.updates and size + _GROWTH * fresh <= engine.inline
        return fits and not self.is_protected(changes)

    def fits_bulk(self, changes: Sequence[Difference]) -> bool:
        """Whether all is new, and one stream takes it that readers see whole."""
        engine = self.remote.engine
        triples = sum(change.more for change in changes)
        fresh = all(change.source for change in changes if change) and not self.log.values("state")
        bulk = engine.whole and engine.bulk and self.endpoint.graph_store and not self.endpoint.credentials
        return bool(bulk and fresh and triples <= engine.bulk)

    def is_protected(self, _changes: Sequence[Difference]) -> bool:
        """Whether the store has something that must stay readable until the end."""
        states = self.log.values("state")
        return self.writer.updates and (states == {WHOLE} or (not states and self._has_any()))

    def _has_any(self) -> bool:
        return any(map(self._count, self.graphs))


_GROWTH = 4  # how much longer N-Triples are than Turtle, roughly

_WAYS: Sequence[tuple[Callable[[Push, Sequence[Difference]], bool], Callable[[Push, Sequence[Difference]], None]]] = (
    (lambda _, changes: not any(changes), Push.nothing),
    (Push.fits_update, Push.at_once),
    (Push.fits_bulk, Push.in_bulk),
    (Push.is_protected, Push.staged),
    (lambda _, __: True, Push.in_place),
)


def push(
    sources: Sequence[Source], remote: Remote, endpoint: Endpoint, progress: StageProgress | None = None
) -> Outcome:
    """Push the graphs of a site into a store; see `Push.run`."""
    return Push(sources, remote, endpoint, progress or (lambda _stage, _done: None)).run()


def _complete(endpoint: Endpoint, remote: Remote) -> Endpoint:
    """An endpoint with the addresses that its engine has beside that of queries, where none is named."""
    if endpoint.update or endpoint.graph_store:
        return endpoint
    update, graph_store = remote.engine.addresses(endpoint.query)
    if not update and not graph_store:
        raise StoreError(
            f"Where {endpoint.shown} takes changes is not known.",
            remedy="Name the address with --update or --graph-store.",
            sv=f"Var {endpoint.shown} tar emot ändringar är inte känt. Ange adressen med --update eller --graph-store.",
        )
    return replace(endpoint, update=update, graph_store=graph_store)


def _data(verb: bytes, graph: str, lines: Sequence[bytes]) -> bytes:
    return b"%b DATA { GRAPH <%b> {\n%b\n} }" % (verb, graph.encode(), b"\n".join(lines)) if lines else b""


def _move(name: str, graph: str, verb: str) -> bytes:
    word = "DELETE" if verb.startswith("less") else "INSERT"
    pattern = "{ ?s ?p ?o }"
    return f"{word} {{ GRAPH <{graph}> {pattern} }} WHERE {{ GRAPH <{name}> {pattern} }}".encode()


def _moved_together(moves: Sequence[tuple[str, str, str]]) -> bytes:
    """One operation that moves all graphs beside to where they belong."""
    patterns = [f"{{ ?s{at} ?p{at} ?o{at} }}" for at in range(len(moves))]
    there = " UNION ".join(f"{{ GRAPH <{name}> {each} }}" for (name, _, _), each in zip(moves, patterns, strict=True))
    parts = {
        word: " ".join(
            f"GRAPH <{graph}> {each}" for (_, graph, verb), each in zip(moves, patterns, strict=True) if verb == name
        )
        for word, name in (("DELETE", "less"), ("INSERT", "more"))
    }
    templates = " ".join(f"{word} {{ {template} }}" for word, template in parts.items() if template)
    return f"{templates} WHERE {{ {there} }}".encode()


def _in_graph(graph: str, lines: Sequence[bytes]) -> bytes:
    end = f" <{graph}> .\n".encode()
    return b"".join(line[:-2] + end for line in lines)


def _unlike(wrong: Sequence[tuple[str, Sequence[bytes], Sequence[bytes]]]) -> StoreError:
    """What a store holds otherwise than it was given it: terms that it can't hold, most often."""
    en, sv = "\n".join(_shown(wrong, "en")), "\n".join(_shown(wrong, "sv"))
    return StoreError(
        f"The store does not hold what it was given:\n{en}",
        remedy="\nWrite these values otherwise, or take another store.",
        sv=f"Lagret innehåller inte det som det fick:\n{sv}\nSkriv de värdena på annat sätt, eller ta ett annat lager.",
    )


_HELD = {"en": ("given", "held", "lacks", "has too much"), "sv": ("fick", "har", "saknar", "har för mycket")}


def _shown(wrong: Sequence[tuple[str, Sequence[bytes], Sequence[bytes]]], language: str) -> Iterator[str]:
    given, held, lacks, extra = _HELD[language]
    for graph, lost, other in wrong:
        yield f"  {graph}"
        about = {line.split(b" ", 2)[0] + line.split(b" ", 2)[1]: line for line in other}
        for line in lost[:_MOST_SHOWN]:
            twin = about.pop(line.split(b" ", 2)[0] + line.split(b" ", 2)[1], None)
            if twin:
                yield f"    {given} {shortened(line)}\n    {held} {shortened(twin)}"
            else:
                yield f"    {lacks} {shortened(line)}"
        if not lost:
            yield from (f"    {extra} {shortened(line)}" for line in list(about.values())[:_MOST_SHOWN])
