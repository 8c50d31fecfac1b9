"""Changing the graphs of an engine: by its graph store where it has one, else by updates; bisecting what it refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from samverkan.errors import StoreError, UsageError
from samverkan.model import media_types
from samverkan.model.endpoint import Endpoint
from samverkan.push.client import Client, RefusedByStoreError
from samverkan.store.engines import Engine

_MOST_SHOWN = 5


@dataclass(frozen=True)
class Writer:
    """What can be done to the graphs of an engine, each as often as wanted. Lines are N-Triples without their ends."""

    endpoint: Endpoint
    engine: Engine
    client: Client

    @property
    def updates(self) -> bool:
        """Whether single triples can be taken away."""
        return bool(self.endpoint.update)

    def another(self) -> Writer:
        """One more way to the same engine, for another thread."""
        return Writer(self.endpoint, self.engine, Client(self.endpoint, self.engine, self.client.opened))

    def insert(self, graph: str, lines: Sequence[bytes]) -> None:
        """Add triples to a graph; raises `RefusedByStoreError` that names the triples that the engine does not take."""
        size = self.engine.chunk if self.endpoint.graph_store else self.engine.text
        for part in parts(lines, size):
            self._bisected(graph, part)

    def note(self, graph: str, lines: Sequence[bytes]) -> None:
        """Add a few triples of our own, which no engine has a reason to refuse."""
        if lines:
            self._insert(graph, lines)

    def _bisected(self, graph: str, lines: Sequence[bytes]) -> None:
        try:
            self._insert(graph, lines)
        except RefusedByStoreError as error:
            if refused := list(islice(self._refused(graph, lines), _MOST_SHOWN)):  # else it was only too much at once
                raise _unholdable(graph, refused, error) from None

    def _refused(self, graph: str, lines: Sequence[bytes]) -> Iterator[bytes]:
        """The lines that are refused alone; the others are taken on the way."""
        if len(lines) == 1:
            yield lines[0]
            return
        middle = len(lines) // 2
        for half in (lines[:middle], lines[middle:]):
            try:
                self._insert(graph, half)
            except RefusedByStoreError:
                yield from self._refused(graph, half)

    def _insert(self, graph: str, lines: Sequence[bytes]) -> None:
        if self.endpoint.graph_store:
            self._graph_store("POST", graph, _body(lines))
        else:
            self.update(b"INSERT DATA { GRAPH <%b> {\n%b} }" % (graph.encode(), _body(lines)))

    def delete(self, graph: str, lines: Sequence[bytes]) -> None:
        """Take triples out of a graph."""
        for part in parts(lines, self.engine.text):
            self.update(b"DELETE DATA { GRAPH <%b> {\n%b} }" % (graph.encode(), _body(part)))

    def replace(self, graph: str, lines: Sequence[bytes]) -> None:
        """Put a graph in the place of the one that is there, in one request."""
        self._graph_store("PUT", graph, _body(lines))

    def drop(self, graph: str) -> None:
        """Empty a graph."""
        if self.updates:
            self.update(f"CLEAR SILENT GRAPH <{graph}>".encode())
        else:
            try:
                self._graph_store("DELETE", graph, b"")
            except StoreError as error:
                if "HTTP 404" not in str(error):  # it is gone already
                    raise

    def bulk(self, quads: Callable[[], Iterable[bytes]]) -> None:
        """Add N-Quads to many graphs in one transaction, streaming; `quads` gives them anew for each try."""
        self.client.send("POST", self.endpoint.graph_store, quads, media_types.N_QUADS, {})

    def update(self, text: bytes) -> None:
        """Run an update; raises `UsageError` where there is no address for updates."""
        if not self.updates:
            raise UsageError(
                "Without updates single triples can't be taken out of this store.",
                remedy="Name the address of updates with --update.",
                sv="Utan uppdateringar går enstaka tripplar inte att ta bort ur lagret. "
                "Ange adressen för uppdateringar med --update.",
            )
        from urllib.parse import quote_plus

        if self.engine.changes == "update":
            self.client.send("POST", self.endpoint.update, text, media_types.SPARQL_UPDATE, {})
        else:
            body = f"{self.engine.changes}={quote_plus(text)}".encode()
            self.client.send("POST", self.endpoint.update, body, media_types.URL_ENCODED, {})

    def _graph_store(self, method: str, graph: str, body: bytes) -> None:
        kind = (media_types.TURTLE if self.engine.head else media_types.N_TRIPLES).media_type
        self.client.send(method, self.endpoint.graph_store, self.engine.head + body, kind, {self.engine.graph: graph})


def parts(lines: Sequence[bytes], size: int) -> Iterator[Sequence[bytes]]:
    """Lines cut into parts of at most `size`."""
    return (lines[start : start + size] for start in range(0, len(lines), size))


def _body(lines: Sequence[bytes]) -> bytes:
    return b"\n".join(lines) + b"\n" if lines else b""


def _unholdable(graph: str, lines: Sequence[bytes], why: StoreError) -> StoreError:
    shown = "\n".join(f"  {shortened(line)}" for line in lines)
    return StoreError(
        f"The store does not take some of the triples of {graph}. {why.what}\n{shown}",
        remedy="",
        sv=f"Lagret tar inte emot några av tripplarna i {graph}. {why.sv}\n{shown}",
    )


def shortened(line: bytes, most: int = 200) -> str:
    """A line as it may be shown."""
    text = line.decode("utf-8", "replace")
    return text if len(text) <= most else f"{text[: most // 2]} … {text[-most // 2 :]} ({len(text)} characters)"
