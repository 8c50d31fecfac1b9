"""The W3C's test suite for SHACL, read where it lies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Triple, parse
from tests.generated_shapes import Row, by_subject, described

from samverkan.model.namespaces import FIRST, NIL, REST, SH

SUITE = Path(__file__).parents[2] / "shared" / "suites" / "shacl"
MANIFEST = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
TEST = "http://www.w3.org/ns/shacl-test#"


@dataclass(frozen=True)
class Case:
    """One test: its name, data and shapes, and the results that it expects; None where it expects a failure."""

    name: str
    data: tuple[Triple, ...]
    shapes: tuple[Triple, ...]
    expected: Counter[Row] | None


@cache
def cases() -> tuple[Case, ...]:
    """All tests that the manifests name, in their order."""
    return tuple(_cases(SUITE / "manifest.ttl"))


def _cases(manifest: Path) -> Iterator[Case]:
    here = _read(manifest)
    for triple in here:
        if triple.predicate.value == f"{MANIFEST}include":
            yield from _cases(_path(triple.object))
        if triple.predicate.value == f"{MANIFEST}entries":
            yield from (_case(manifest, here, entry) for entry in _members(here, triple.object))


@cache
def _read(path: Path) -> tuple[Triple, ...]:
    return tuple(q.triple for q in parse(path.read_bytes(), format=RdfFormat.TURTLE, base_iri=path.as_uri()))


def _path(term: object) -> Path:
    assert isinstance(term, NamedNode)
    return Path(term.value.removeprefix("file://"))


def _members(triples: tuple[Triple, ...], head: object) -> Iterator[object]:
    while head != NIL:
        yield _one(triples, head, FIRST.value)
        head = _one(triples, head, REST.value)


def _one(triples: tuple[Triple, ...], subject: object, predicate: str) -> object:
    return next((t.object for t in triples if t.subject == subject and t.predicate.value == predicate), None)


def _case(manifest: Path, here: tuple[Triple, ...], entry: object) -> Case:
    action, result = (_one(here, entry, f"{MANIFEST}{name}") for name in ("action", "result"))
    data, shapes = (_read(_path(_one(here, action, f"{TEST}{name}Graph"))) for name in ("data", "shapes"))
    name = str(manifest.relative_to(SUITE).with_suffix(""))
    return Case(name, data, shapes, None if result == NamedNode(f"{TEST}Failure") else _results(here, result))


def _results(here: tuple[Triple, ...], report: object) -> Counter[Row]:
    """The results that are expected, with the blank nodes of the file under their own names."""
    about, found = by_subject(here), Counter[Row]()
    for result in (t.object for t in about.get(report, ()) if t.predicate.value == f"{SH}result"):
        one = {t.predicate.value.removeprefix(SH): t.object for t in about[result]}
        named = ("focusNode", "value", "sourceShape", "sourceConstraintComponent", "resultSeverity")
        found[(*(str(one.get(name)) for name in named), described(one.get("resultPath"), about))] += 1
    return found
