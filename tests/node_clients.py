"""What clients in JavaScript make of this site: `python -m tests.node_clients [--write]`. It needs Node and npm.

The site of this repository is copied, with an address of its own on this machine for its base, and served. The
programs that `tests/node/package.json` names are installed into a temporary folder, and each is tried. What works is
printed as a table; `--write` puts it into `docs/clients.md`. The exit code is 1 where something doesn't work.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
HERE = ROOT / "tests/node"
DOCS = ROOT / "docs/clients.md"
BASE = "https://w3id.org/samverkan/ki/"
START, END = "<!-- python -m tests.node_clients -->\n", "<!-- until here -->\n"
# The address of each is the type of a problem (RFC 9457), though responses name several at once.
UNUSED = frozenset({"no-unused-components", "oas3-unused-component"})


@dataclass(frozen=True)
class Attempt:
    """One thing that a client was asked to do, and the fault where it couldn't."""

    client: str
    what: str
    fault: str | None


def attempts(folder: Path, base: str) -> Iterator[Attempt]:
    """Everything that is tried, with the programs in a folder, on a site that is served."""
    shutil.copy(HERE / "clients.mjs", folder)
    run = subprocess.run(["node", "clients.mjs", base], cwd=folder, capture_output=True, text=True, check=True)
    yield from (Attempt(**json.loads(line)) for line in run.stdout.splitlines() if line.startswith("{"))
    with urllib.request.urlopen(f"{base}openapi.json") as answer:
        (folder / "openapi.json").write_bytes(answer.read())
    (folder / ".spectral.yaml").write_text('extends: ["spectral:oas"]\n')
    redocly = _linted(folder, "redocly", "lint", "openapi.json", "--format", "json")["problems"]
    yield _lint("@redocly/cli", [f"{each['ruleId']}: {each['message']}" for each in redocly])
    spectral = _linted(folder, "spectral", "lint", "openapi.json", "--format", "json")
    yield _lint("@stoplight/spectral-cli", [f"{each['code']}: {each['message']}" for each in spectral])


def _linted(folder: Path, name: str, *arguments: str) -> Any:
    run = subprocess.run(
        [folder / "node_modules/.bin" / name, *arguments], cwd=folder, capture_output=True, check=False
    )
    return json.loads(run.stdout)


def _lint(client: str, faults: Sequence[str]) -> Attempt:
    ours = [each for each in faults if each.partition(":")[0] not in UNUSED]
    return Attempt(client, "the description of the interface has no fault", "; ".join(ours[:5]) or None)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The site of this repository with a base of its own on this machine, served; the base."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}/"
    for name in ("data", "ontology", "shapes", "queries", "tables"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "samverkan.toml", folder)
    for path in (each for each in folder.rglob("*") if each.is_file()):
        path.write_text(path.read_text("utf-8").replace(BASE, base), "utf-8")
    command = [sys.executable, "-m", "samverkan", "--site", str(folder), "serve", "--port", str(port)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stderr
            said = next((line for line in process.stderr if base in line), None)
            assert said, "the server ended before it listened"
            yield base
        finally:
            process.terminate()


def table(found: Sequence[Attempt]) -> str:
    """A row of Markdown for each client, with its version."""
    pinned = json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"]
    rows = [
        f"| {client} {pinned[client]} | {'; '.join(each.what for each in found if each.client == client)} |"
        for client in dict.fromkeys(each.client for each in found)
        if not any(each.fault for each in found if each.client == client)
    ]
    return "\n".join(["| client | what works |", "|---|---|", *rows, ""])


def main() -> int:
    """Try everything, and tell."""
    with tempfile.TemporaryDirectory() as temporary:
        folder, site = Path(temporary, "node"), Path(temporary, "site")
        folder.mkdir()
        site.mkdir()
        shutil.copy(HERE / "package.json", folder)
        install = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
        subprocess.run(install, cwd=folder, check=True)
        with served(site) as base:
            found = list(attempts(folder, base))
    sys.stdout.write(table(found))
    faults = [each for each in found if each.fault]
    for each in faults:
        sys.stderr.write(f"{each.client}: {each.what}: {each.fault}\n")
    if "--write" in sys.argv[1:]:
        before, _, rest = DOCS.read_text("utf-8").partition(START)
        DOCS.write_text(f"{before}{START}{table(found)}{END}{rest.partition(END)[2]}", "utf-8")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
