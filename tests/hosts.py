"""Web servers of others with the recipes of the documentation, word for word, each as a process on loopback."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.engines import awaited
from tests.live import Answer, ask

DOCS = Path(__file__).resolve().parent.parent / "docs"

_FENCE = re.compile(r"^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_PACKAGES = {"nginx": "nginx-light", "apache2": "apache2-bin", "jq": "jq"}
_SBIN = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))  # a normal user has no sbin in his path

_NGINX = """
{user} daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/log;
events {{ worker_connections 64; }}
http {{
    access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxied;
    fastcgi_temp_path {folder}/fcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/recipe.conf;
}}
"""
# What Debian's package sets, or an administrator for other sites of the same server, and no recipe may rely on.
_APACHE = """
{user}
ServerRoot {folder}
DefaultRuntimeDir {folder}
PidFile {folder}/pid
ErrorLog {folder}/log
ServerName elsewhere.example
ServerSignature On
Listen 127.0.0.1:{port}
StartServers 1
ThreadsPerChild 16
MaxRequestWorkers 16
{modules}
<IfModule mod_mime.c>
    TypesConfig /dev/null
    AddType application/x-gzip .gz
    AddEncoding x-gzip .gz
    AddHandler type-map .k1
</IfModule>
<Directory />
    Options Indexes MultiViews FollowSymLinks
    Require all denied
</Directory>
Include {folder}/recipe.conf
"""
_MODULES = Path("/usr/lib/apache2/modules")
_ALWAYS = ("mpm_event", "authz_core", "autoindex", "dir", "negotiation")


@dataclass(frozen=True)
class Host:
    """A running web server."""

    name: str
    port: int

    def ask(self, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        """One request on a connection of its own; `accept_language=` is the header Accept-Language."""
        return ask(self.port, path, method=method, body=body, **headers)

    def raw(self, line: str, *headers: str) -> bytes:
        """All that is answered to a request line that no client library would send."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as client:
            client.sendall("\r\n".join((line, *headers, "Connection: close", "", "")).encode("latin-1"))
            return b"".join(iter(lambda: client.recv(1 << 16), b""))


def blocks(page: str, kind: str) -> list[str]:
    """The code blocks of a kind on a page of the documentation, in order."""
    return [block["body"] for block in _FENCE.finditer(text(page)) if block["kind"] == kind]


def filled(recipe: str, places: Mapping[str, str]) -> str:
    """A recipe for other places than it names; raises `ValueError` where it does not name one of them."""
    for told, meant in places.items():
        if told not in recipe:
            raise ValueError(f"The recipe has no {told!r} any more.")
        recipe = recipe.replace(told, meant)
    return recipe


@contextmanager
def running(name: str, page: str, recipe: str, port: int) -> Iterator[Host]:
    """A web server with a filled recipe of a page, at a port; Apache has the modules that the page asks for."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        here.chmod(0o755)  # Apache does not serve as root
        (here / "recipe.conf").write_text(recipe)
        write, *command = _nginx(here) if name == "nginx" else _apache(here, page, port)
        (here / "main.conf").write_text(write)
        with (here / "said").open("w+b") as said, _process(command, said) as process:
            _await(process, port, here)
            yield Host(name, port)


def _nginx(here: Path) -> tuple[str, ...]:
    """The settings of nginx around a recipe, and the command that starts it."""
    user = "user root;" if os.geteuid() == 0 else ""
    main = _NGINX.format(user=user, folder=here)
    return (main, program("nginx"), "-p", f"{here}", "-e", f"{here}/log", "-c", f"{here}/main.conf")


def _apache(here: Path, page: str, port: int) -> tuple[str, ...]:
    """The settings of Apache around a recipe, and the command that starts it."""
    user = "User #65534\nGroup #65534" if os.geteuid() == 0 else ""
    lines = "\n".join(f"LoadModule {each}_module {_MODULES}/mod_{each}.so" for each in (*_ALWAYS, *modules(page)))
    main = _APACHE.format(user=user, folder=here, port=port, modules=lines)
    return (main, program("apache2"), "-D", "FOREGROUND", "-f", f"{here}/main.conf")


def modules(page: str) -> list[str]:
    """The modules that a page says Apache must have."""
    told = re.search(r"modules (`\w+`(?:(?:, | and )`\w+`)*)", " ".join(text(page).split()))
    assert told, page
    return re.findall(r"`(\w+)`", told[1])


def text(page: str) -> str:
    """A page of the documentation."""
    return (DOCS / page).read_text()


def program(name: str) -> str:
    """Where a program is; raises `FileNotFoundError` with what to install."""
    path = shutil.which(name, path=_SBIN)
    if path is None:
        raise FileNotFoundError(f"{name} is not installed (package {_PACKAGES[name]}): tests/run does it")
    return path


@contextmanager
def _process(command: Sequence[str], said: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdout=said, stderr=said)
    try:
        yield process
    finally:
        process.terminate()  # which the first process passes on to the others
        process.wait(30)


def _await(process: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    try:
        awaited(process, f"http://127.0.0.1:{port}/")
    except RuntimeError as error:
        told = [path.read_text() for path in (folder / "said", folder / "log") if path.exists()]
        raise RuntimeError("\n".join((str(error), *told))) from None
