"""The live door and its peers as processes on loopback, all with the same data."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.engines import awaited, free_port

from bench.processes import ROOT, samverkan

_PATIENCE = 600  # seconds: a large site is checked before it is served

_NGINX = """
daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 1024; }}
http {{
    access_log off; sendfile on; tcp_nodelay on; keepalive_requests 1000000;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    open_file_cache max=1000;
    server {{ listen 127.0.0.1:{port}; root {root}; default_type text/turtle; add_header Vary Accept; }}
}}
"""


@contextmanager
def running(command: Sequence[str | Path], address: str) -> Iterator[None]:
    """A server, from when it answers at an address until the end of the block."""
    process = subprocess.Popen(list(map(str, command)), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        awaited(process, address, _PATIENCE)
        yield
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def ours(site: Path) -> Iterator[str]:
    """The live door of a site, as anybody starts it."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with running([*samverkan(), "--site", site, "serve", "--port", str(port)], f"{address}/healthz"):
        yield address


@contextmanager
def oxigraph(data: Path, folder: Path) -> Iterator[str]:
    """The Oxigraph server on a store that was loaded before, read-only, all graphs as one."""
    binary = Path(sys.executable).parent / "oxigraph"
    store = folder / "oxigraph"
    if not store.exists():
        subprocess.run(
            [str(binary), "load", "--location", str(store), "--file", str(data)], check=True, capture_output=True
        )
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    serve: list[str | Path] = [binary, "serve-read-only", "--location", store, "--bind", f"127.0.0.1:{port}"]
    with running([*serve, "--union-default-graph"], f"{address}/query?query=ASK%7B%7D"):
        yield f"{address}/query"


@contextmanager
def rdflib_endpoint(data: Path) -> Iterator[str]:
    """rdflib-endpoint on the union of all graphs."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command: list[str | Path] = [Path(sys.executable).parent / "rdflib-endpoint", "serve", data, "--host", "127.0.0.1"]
    with running([*command, "--port", str(port)], f"{address}/?query=ASK%7B%7D"):
        yield f"{address}/"


@contextmanager
def nginx(root: Path, folder: Path) -> Iterator[str | None]:
    """The web server nginx on the same files, as the limit of what can be reached; None where it is not installed."""
    binary = shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(binary).exists():
        yield None
        return
    port = free_port()
    (folder / "nginx.conf").write_text(_NGINX.format(folder=folder, port=port, root=root))
    with running([binary, "-c", folder / "nginx.conf"], f"http://127.0.0.1:{port}/manifest.json"):
        yield f"http://127.0.0.1:{port}"
