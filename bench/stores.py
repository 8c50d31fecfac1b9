"""Pushing into other engines and asking them: `python -m bench.stores [--only oxigraph,virtuoso] [--triples N]`.

Pushing is measured beside the engine's own bulk load over HTTP of the same triples into the same
graphs, each into a new database: Oxigraph gets N-Quads at its graph store in one request, Virtuoso a PUT for
each graph, for it takes no N-Quads there. The gate is not in it: `bench.run` measures that.
A canned query is asked through samverkan and, with the very same request, of the engine, in turn.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

import httpx
from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize
from tests import engines
from tests.engines import Engine

import samverkan
from bench.processes import ROOT, Duel, Sample, duel, timed
from bench.run import Bench, Row
from samverkan.model.endpoint import Endpoint
from samverkan.store.remote import RESULTS, Remote

_QUERIES = ("contacts", "agreement-list", "organisations", "provenance")
_ASKED = 60
_TYPES = {".nq": "application/n-quads", ".nt": "application/n-triples"}
_LONG = 900  # seconds

Opened = Callable[[], AbstractContextManager[Engine]]


def _bulk(opened: Opened, quads: Path) -> Sample:
    """What the engine needs for the same triples, sent as plainly as can be."""
    with opened() as engine:
        start = time.perf_counter()
        if engine.name == "oxigraph":
            _send(engine, "POST", quads, {})
        else:
            for path in sorted(quads.parent.glob("*.nt")):
                _send(engine, "PUT", path, {"graph-uri": path.with_suffix(".graph").read_text()})
        return Sample(time.perf_counter() - start, 0)


def _send(engine: Engine, method: str, path: Path, parameters: Mapping[str, str]) -> None:
    httpx.request(
        method,
        engine.graph_store,
        content=path.read_bytes(),
        headers={"Content-Type": _TYPES[path.suffix]},
        params=parameters,
        auth=engine.auth,
        timeout=_LONG,
    ).raise_for_status()


def _push(opened: Opened, site: Path) -> Sample:
    with opened() as engine:
        return _pushed(engine, site)


def _pushed(engine: Engine, site: Path) -> Sample:
    command = [sys.executable, "-m", "bench.pushing", str(site), engine.query, *([engine.user] if engine.user else [])]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **engine.env}, capture_output=True, check=True)
    counts = json.loads(done.stdout.splitlines()[-1])
    return Sample(counts["seconds"], counts["peak_kb"], done.stdout, counts)


def _written(site: Path, folder: Path) -> Path:
    """The triples of a site as N-Quads in one file, and as N-Triples in a file for each graph."""
    folder.mkdir()
    with (folder / "all.nq").open("wb") as everything:
        for number, (graph, files) in enumerate(samverkan.open(site).graphs.items()):
            triples = [quad.triple for _, path in files for quad in parse(path=path, format=RdfFormat.TURTLE)]
            quads = [Quad(t.subject, t.predicate, t.object, NamedNode(graph)) for t in triples]
            serialize(quads, output=everything, format=RdfFormat.N_QUADS)
            (folder / f"{number}.nt").write_bytes(serialize(triples, format=RdfFormat.N_TRIPLES) or b"")
            (folder / f"{number}.graph").write_text(graph)
    return folder / "all.nq"


def first_push(bench: Bench, opened: Opened, triples: int) -> Duel:
    """A first push of a site beside the engine's own bulk load, each into an engine with nothing in it."""
    site = bench.site(triples)
    quads = _written(site, bench.fresh())
    return duel(bench.rounds, ours=partial(_push, opened, site), bulk=partial(_bulk, opened, quads))


def pushing(name: str, opened: Opened, bench: Bench) -> Iterator[Row]:
    """A first push beside bulk loading, a second that finds nothing to do, and memory beside that for a quarter."""
    site, small = (bench.site(size) for size in (bench.triples, bench.triples // 4))
    found = first_push(bench, opened, bench.triples)
    what = f"push {bench.triples} triples into {name}"
    peer = f"its bulk load {found.seconds('bulk'):.2f} s"
    yield Row(what, f"{found.seconds('ours'):.2f} s", peer, found.ratio("ours", "bulk"), at_most=1.5)
    yield Row(
        "  slowest round beside quickest (above 1.5: do not trust)", _spread(found, "ours"), _spread(found, "bulk")
    )
    yield Row("  until the end of each stage, last round", str(found.last("ours").counts["until"]), "")
    quarter = _push(opened, small).peak_kb
    ours = found.kilobytes("ours")
    yield Row("  memory, beside a quarter of the triples", _mb(ours), _mb(quarter), ours / quarter, at_most=1.3)
    with opened() as engine:
        _pushed(engine, site)
        again = _pushed(engine, site)
        yield Row("  push the same once more: compare only", f"{again.seconds:.2f} s", peer)
    with opened() as engine:
        _pushed(engine, ROOT)
        yield from asking(name, engine)


def _spread(found: Duel, name: str) -> str:
    return f"{found.spread(name):.1f} times"


def _mb(kilobytes: float) -> str:
    return f"{kilobytes / 1024:.0f} MB"


def asking(name: str, engine: Engine) -> Iterator[Row]:
    """Canned queries of the real site through us and past us, the same request each time; told is what we add."""
    site = samverkan.open(ROOT)
    remote = Remote(Endpoint(engine.query), tuple(site.graphs), site.settings.base)
    for query in _QUERIES:
        text = site.canned(query).bind({})
        graphs = [(each, graph) for graph in site.graphs for each in ("default-graph-uri", "named-graph-uri")]
        body = urlencode([("query", text), *graphs])
        with httpx.Client(timeout=_LONG) as client:
            works: Mapping[str, Callable[[], object]] = {
                "ours": partial(remote.query, text),
                "engine": partial(_asked, client, engine.query, body),
            }
            found = duel(_ASKED, **{each: partial(timed, work) for each, work in works.items()})
        us, them, more = (
            1000 * each for each in (found.seconds("ours"), found.seconds("engine"), found.more("ours", "engine"))
        )
        what = f"  {query} of {name}: milliseconds that we add"
        yield Row(what, f"{us:.2f} ms", f"engine {them:.2f} ms", max(more, 0.0), at_most=3)


def _asked(client: httpx.Client, address: str, body: str) -> bytes:
    headers = {"Accept": RESULTS, "Content-Type": "application/x-www-form-urlencoded"}
    return client.post(address, content=body, headers=headers).raise_for_status().content


def oxigraph(folder: Path) -> AbstractContextManager[Engine]:
    """An Oxigraph server with a new database on the disk."""
    return engines.oxigraph(folder=tempfile.mkdtemp(dir=folder))


def main() -> None:
    """Read the command line, measure, and print each row as soon as it is known."""
    parser = argparse.ArgumentParser(prog="python -m bench.stores", description=__doc__)
    parser.add_argument("--only", default="oxigraph,virtuoso", help="Which engines, separated by commas.")
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", help="Where to write [default: where temporary files go].")
    options = parser.parse_args()
    tempfile.tempdir = options.folder
    print(f"{'':58} {'us':>22} {'peer':>30} {'ratio':>8} {'target':>9}")
    with tempfile.TemporaryDirectory(prefix="samverkan-bench-") as name:
        folder = Path(name)
        tempfile.tempdir = name
        opened: Mapping[str, Opened] = {
            "oxigraph": partial(oxigraph, folder),
            "virtuoso": partial(engines.virtuoso, buffers=100_000),
        }
        for engine in options.only.split(","):
            for row in pushing(engine, opened[engine], Bench(folder, options.triples, options.rounds, 1)):
                print(row, flush=True)


if __name__ == "__main__":
    main()
