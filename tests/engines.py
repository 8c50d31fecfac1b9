"""Other people's SPARQL engines, each as a process on loopback with a new and empty database."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import httpx

_VIRTUOSO = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
MaxCheckpointRemap = 2000
[TempDatabase]
DatabaseFile = temp.db
TransactionFile = temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 10
[SPARQL]
{sparql}
"""
# What Debian's package sets, but for the estimate: its unit is how fast the machine was when the server began. The same
# query was estimated at less than 400 seconds, at 452 and at 1238 on one machine, and takes less than one.
SPARQL = {"ResultSetMaxRows": 10_000, "MaxQueryCostEstimationTime": 4000, "MaxQueryExecutionTime": 60}


@cache
def _client() -> httpx.Client:
    """What asks: made once, as it reads all certificates; each request has a connection of its own."""
    return httpx.Client(timeout=120, limits=httpx.Limits(max_keepalive_connections=0))


@dataclass(frozen=True)
class Engine:
    """A running engine: the addresses of its protocols, and the user who may write (or an empty name)."""

    name: str
    query: str
    update: str
    graph_store: str
    process: subprocess.Popen[bytes]
    user: str = ""
    password: str = ""

    @property
    def auth(self) -> httpx.Auth | None:
        """How a client shows who it is."""
        return httpx.DigestAuth(self.user, self.password) if self.user else None

    @property
    def env(self) -> Mapping[str, str]:
        """The secret as the command line takes it."""
        return {"SAMVERKAN_PASSWORD": self.password} if self.user else {}

    def put(self, graph: str, content: bytes, media_type: str = "application/n-triples") -> None:
        """Replace a graph, past everything of ours."""
        response = _client().put(
            self.graph_store,
            params={self._graph: graph},
            content=content,
            headers={"Content-Type": media_type},
            auth=self.auth or httpx.USE_CLIENT_DEFAULT,
        )
        response.raise_for_status()

    def do(self, update: str) -> None:
        """Run an update, past everything of ours."""
        _client().post(
            self.update, data={self._update: update}, auth=self.auth or httpx.USE_CLIENT_DEFAULT
        ).raise_for_status()

    def ask(self, sparql: str, accept: str = "application/sparql-results+json") -> bytes:
        """Ask, past everything of ours."""
        response = _client().post(self.query, data={"query": sparql}, headers={"Accept": accept})
        return response.raise_for_status().content

    @property
    def _graph(self) -> str:
        return "graph-uri" if self.name == "virtuoso" else "graph"

    @property
    def _update(self) -> str:
        return "query" if self.name == "virtuoso" else "update"


def free_port() -> int:
    """A port that nobody listens at just now."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


_STARTS = 3  # that are tried


@contextmanager
def virtuoso(
    sparql: Mapping[str, object] = SPARQL, buffers: int = 10_000, folder: Path | None = None
) -> Iterator[Engine]:
    """Virtuoso 7 as Debian packs it, with the limits of its own settings; a folder that is given keeps its database."""
    with tempfile.TemporaryDirectory() as here, _virtuoso(sparql, buffers, folder or Path(here)) as engine:
        yield engine


@contextmanager
def _virtuoso(sparql: Mapping[str, object], buffers: int, folder: Path) -> Iterator[Engine]:
    lines = "\n".join(f"{name} = {value}" for name, value in sparql.items())
    command = [found("virtuoso-t"), "+foreground", "+configfile", "virtuoso.ini"]
    with ExitStack() as stack:
        for left in reversed(range(_STARTS)):
            folder.joinpath("virtuoso.lck").unlink(missing_ok=True)  # of one that was killed
            sql, http = free_port(), free_port()
            ini = _VIRTUOSO.format(sql=sql, http=http, sparql=lines, buffers=buffers, dirty=buffers * 3 // 5)
            folder.joinpath("virtuoso.ini").write_text(ini)
            base = f"http://127.0.0.1:{http}"
            try:
                process = stack.enter_context(_running(command, str(folder), f"{base}/sparql?query=ASK%7B%7D"))
                break
            except RuntimeError:  # somebody took one of the ports in the meantime
                if not left:
                    raise
        yield Engine(
            "virtuoso", f"{base}/sparql", f"{base}/sparql-auth", f"{base}/sparql-graph-crud-auth", process, "dba", "dba"
        )


@contextmanager
def oxigraph(*options: str, folder: str | None = None) -> Iterator[Engine]:
    """The Oxigraph server, in memory unless a folder is given."""
    with tempfile.TemporaryDirectory() as here:
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        where = ("--location", folder) if folder else ()
        binary = str(Path(sys.executable).parent / "oxigraph")
        command = [binary, "serve", *where, "--bind", f"127.0.0.1:{port}", *options]
        with _running(command, here, f"{base}/query?query=ASK%7B%7D") as process:
            yield Engine("oxigraph", f"{base}/query", f"{base}/update", f"{base}/store", process)


def halved(port: int, path: str, body: bytes) -> None:
    """Begin to post N-Quads, and end the connection in the middle."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/n-quads\r\n"
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body[: len(body) // 2])
    time.sleep(0.2)


def found(program: str) -> str:
    """Where a program is; raises `FileNotFoundError` with what to install."""
    path = shutil.which(program)
    if path is None:
        raise FileNotFoundError(f"{program} is not installed: tests/run does it")
    return path


@contextmanager
def _running(command: Sequence[str], folder: str, address: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        awaited(process, address)
        yield process
    finally:
        process.kill()
        process.wait(30)


def awaited(process: subprocess.Popen[bytes], address: str, seconds: float = 60) -> None:
    """Wait until a server answers at an address; raises `RuntimeError` where it ends before that, or never does."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=10):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            if process.poll() is not None:
                raise RuntimeError(f"{process.args!r} ended with {process.returncode}.") from None
            time.sleep(0.05)
    raise RuntimeError(f"{address} never answered.")
