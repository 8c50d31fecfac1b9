"""A server as its readers meet it: started by the command, asked over real sockets."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

# What is compiled is kept, whatever the environment says: hundreds of processes would compile it anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
ENV = {**os.environ, "LC_ALL": "C.UTF-8"}


@dataclass(frozen=True)
class Answer:
    """A status, headers in lower case (repeated ones joined), and the whole body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(port: int, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
    """One request on a connection of its own; `accept_language=` is the header Accept-Language."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body, headers=named)
        response = connection.getresponse()
        found: dict[str, str] = {}
        for name, value in response.getheaders():
            found[name.lower()] = f"{found[name.lower()]}, {value}" if name.lower() in found else value
        return Answer(response.status, found, response.read())
    finally:
        connection.close()


@dataclass
class Live:
    """A `samverkan serve` of its own; `lines` gives what it wrote to stderr, `log` its access log."""

    site: Path
    options: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] = field(init=False)
    port: int = field(init=False, default=0)

    def __enter__(self) -> Self:
        self._said = tempfile.TemporaryFile()
        self._logged = tempfile.TemporaryFile()
        command = [sys.executable, "-m", "samverkan", "--site", str(self.site), "serve", "--port", "0", *self.options]
        self.process = subprocess.Popen(command, stdout=self._logged, stderr=self._said, env=ENV)
        self.port = int(self.heard(r"http://[^/]*:(\d+)/")[1])
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(30)
        self._said.close()
        self._logged.close()

    def heard(self, pattern: str, seconds: float = 200) -> re.Match[str]:
        """Wait until what it said to stderr matches."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = re.search(pattern, self.said)
            if found:
                return found
            assert self.process.poll() is None, self.said
            time.sleep(0.02)
        raise AssertionError(f"{pattern!r} was never said, but: {self.said}")

    @property
    def said(self) -> str:
        return os.pread(self._said.fileno(), 1 << 20, 0).decode()

    @property
    def log(self) -> str:
        return os.pread(self._logged.fileno(), 1 << 24, 0).decode()

    @property
    def keeper(self) -> int:
        """The process that holds the site, and forks its supervisors."""
        return children(self.process.pid)[0]

    @property
    def supervisor(self) -> int:
        """The process that forks workers: the last that was forked, where there are several."""
        return [pid for pid in children(self.keeper) if os.getpgid(pid) == pid][-1]

    def ask(self, path: str, *, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
        """One request on a connection of its own; `accept_language=` is the header Accept-Language."""
        return ask(self.port, path, method=method, body=body, **headers)

    def sparql(self, query: str, accept: str = "*/*") -> Answer:
        return self.ask(f"/sparql?query={quote(query, safe='')}", accept=accept)

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)


def children(pid: int) -> list[int]:
    """The processes that a process has started and that still run (Linux)."""
    found = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in found.read_text().split()] if found.exists() else []
