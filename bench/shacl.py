"""SHACL alone, ours beside pyshacl-turbo: `python -m bench.shacl [--triples 100000] [--rounds 7]`.

Both work in this process on what they need and have before: we on indexes and a store, pyshacl-turbo on a store. They
take turns, and what is told is the median of the rounds and of the ratios within a round. Nothing is remembered from
round to round.
"""

from __future__ import annotations

import argparse
import gc
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pyoxigraph import Literal, RdfFormat, Store, Triple

import samverkan
from bench.processes import Duel, duel, timed
from bench.run import Bench, Row
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


def core(shapes: tuple[Triple, ...]) -> tuple[Triple, ...]:
    """The shapes without the queries in them."""
    return tuple(triple for triple in shapes if triple.predicate.value != f"{SH}sparql")


@dataclass(frozen=True)
class Ready:
    """A site that both engines have whatever they need of: its data, the same as a store, and its shapes."""

    data: Data
    store: Store
    shapes: tuple[Triple, ...]

    @classmethod
    def of(cls, folder: Path) -> Ready:
        """Read a site."""
        site, store = samverkan.open(folder), Store()
        for file in site.published:
            store.load(file.content, RdfFormat.TURTLE)
        data = Data(DataGraph.of(*(file.triples for file in site.published)), store)
        return cls(data, store, tuple(triple for file in site.shapes for triple in file.triples))

    def duel(self, shapes: tuple[Triple, ...], rounds: int) -> Duel:
        """Both engines in turn; raises `ValueError` where they disagree about the number of results."""
        works: dict[str, Work] = {
            "ours": partial(ours, self.data, shapes),
            "turbo": partial(turbo, self.store, with_datatypes(shapes)),
        }
        counts = {name: work() for name, work in works.items()}
        if len(set(counts.values())) > 1:
            raise ValueError(f"the engines disagree: {counts}")
        return duel(rounds, **{name: partial(timed, work) for name, work in works.items()})


def measured(bench: Bench) -> Iterator[Row]:
    """A row for all shapes of KI and one for those that are not queries."""
    ready = Ready.of(bench.site(bench.triples, faults(bench.triples)))
    for which, shapes, least in (("all", ready.shapes, 8), ("core", core(ready.shapes), 15)):
        found = ready.duel(shapes, bench.rounds)
        us, peer = (f"{found.seconds(name):.3f} s" for name in ("ours", "turbo"))
        what = f"SHACL, {which} shapes, {bench.triples} triples, {faults(bench.triples)} faults"
        yield Row(what, us, f"pyshacl-turbo {peer}", found.ratio("turbo", "ours"), at_least=least)


def faults(triples: int) -> int:
    """How many faults are planted in a site of that size."""
    return min(100, triples // 1000)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    gc.disable()  # as on the command line
    with tempfile.TemporaryDirectory() as folder:
        for row in measured(Bench(Path(folder), options.triples, options.rounds, 1)):
            print(row, flush=True)


if __name__ == "__main__":
    main()
