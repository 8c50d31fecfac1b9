"""SHACL alone, ours beside pyshacl-turbo: `python -m bench.shacl [--triples 100000] [--rounds 7]`.

Both work in this process on what they need and have before: we on indexes and a store, pyshacl-turbo on a store. They
take turns, and what is told is the median of the rounds and of the ratios within a round. Nothing is remembered from
round to round.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from pyoxigraph import Literal, RdfFormat, Store, Triple

import samverkan
from bench.generate import generate
from bench.run import Row
from samverkan.model.namespaces import SH, XSD
from samverkan.validation.evaluation import Data, evaluate
from samverkan.validation.evaluation.data_graph import DataGraph
from samverkan.validation.evaluation.deadline import Deadline

Work = Callable[[], int]


def ours(data: Data, shapes: tuple[Triple, ...]) -> int:
    """Our engine: how many results it has."""
    return sum(1 for _ in evaluate(data, shapes, Deadline(float("inf"))))


def turbo(store: Store, shapes: bytes) -> int:
    """pyshacl-turbo: how many results it has."""
    import pyshacl_turbo

    _, report, _ = pyshacl_turbo.validate(
        store, shacl_graph=shapes, shacl_graph_format="nt", serialize_report_graph="nt"
    )
    text = report if isinstance(report, str) else report.decode()
    return text.count("<http://www.w3.org/ns/shacl#result> ")


def with_datatypes(shapes: tuple[Triple, ...]) -> bytes:
    """The shapes with `xsd:string` written out: without it pyshacl-turbo finds no text of `sh:in` and `sh:hasValue`."""
    return "".join(f"{t.subject} {t.predicate} {_with_datatype(t.object)} .\n" for t in shapes).encode()


def _with_datatype(term: object) -> str:
    is_text = isinstance(term, Literal) and term.datatype.value == f"{XSD}string"
    return f"{term}^^<{XSD}string>" if is_text else str(term)


def alternately(rounds: int, works: dict[str, Work]) -> dict[str, list[float]]:
    """The seconds that each work took, round by round."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            found[name].append(time.perf_counter() - start)
    return found


def core(shapes: tuple[Triple, ...]) -> tuple[Triple, ...]:
    """The shapes without the queries in them."""
    return tuple(triple for triple in shapes if triple.predicate.value != f"{SH}sparql")


def measured(folder: Path, triples: int, rounds: int) -> Iterator[Row]:
    """A row for all shapes of KI and one for those that are not queries."""
    generate(folder, triples, 100 if triples >= 20_000 else 20)
    site = samverkan.open(folder)
    store = Store()
    for file in site.published:
        store.load(file.content, RdfFormat.TURTLE)
    every = tuple(triple for file in site.shapes for triple in file.triples)
    data = Data(DataGraph.of(*(file.triples for file in site.published)), store)
    for what, shapes, least in (("all", every, 8), ("core", core(every), 15)):
        works: dict[str, Work] = {
            "ours": partial(ours, data, shapes),
            "turbo": partial(turbo, store, with_datatypes(shapes)),
        }
        counts = {name: work() for name, work in works.items()}
        if len(set(counts.values())) > 1:
            raise ValueError(f"the engines disagree: {counts}")
        found = alternately(rounds, works)
        ratio = statistics.median(b / a for a, b in zip(found["ours"], found["turbo"], strict=True))
        us, peer = (f"{statistics.median(found[name]):.3f} s" for name in ("ours", "turbo"))
        yield Row(
            f"SHACL, {what} shapes, {triples} triples, 100 faults", us, f"pyshacl-turbo {peer}", ratio, None, least
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    gc.disable()  # as on the command line
    with tempfile.TemporaryDirectory() as folder:
        for row in measured(Path(folder) / "site", options.triples, options.rounds):
            print(row, flush=True)


if __name__ == "__main__":
    main()
