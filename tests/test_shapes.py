"""The shapes themselves: what they catch, what they let pass, and that two engines see the same.

``tests/shapes/base.ttl`` is an invented site with which every shape is content. Each case of
``tests/shapes/cases.toml`` copies one of its things under a new address, changes something about
the copy, and names the shapes that must object to it, and no others. All copies live side by side
in one graph, so that an engine runs once over all of them. Cases about the vocabulary cannot be
copied, since there is only one: they are marked ``alone`` and run by themselves.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pyshacl
import pyshacl_turbo
import pytest
import rdflib
from rdflib import RDF, BNode, Literal, Namespace, URIRef

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

    from rdflib.term import Node

HERE = Path(__file__).parent
ROOT = HERE.parent
SH = Namespace("http://www.w3.org/ns/shacl#")
SAM = Namespace("https://w3id.org/samverkan/def/")
SAMS = Namespace("https://w3id.org/samverkan/shapes/")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
PERSON = "https://example.org/site/id/person/"

NUMBER_OF_CASES = 0
SHORTEST_SECTION = 20

# Copied together: things whose links to one another are part of what a shape asks for.
FAMILIES = {
    "agreement:day": ["signature:town"],
    "signature:town": ["agreement:day"],
    "commitment:exchange": ["agreement:day", "signature:town"],
    "person:p1": ["agreement:month"],
    "organisation:town": ["organisation:university"],
    "identifier:ror": ["organisation:university"],
    "identifier:number": ["organisation:town", "organisation:university"],
    "identifier:municipality": ["organisation:town", "organisation:university"],
    "identifier:county": ["organisation:town", "organisation:university"],
    "collaboration:tiers": ["tier:upper", "tier:lower"],
    "tier:upper": ["collaboration:tiers", "tier:lower"],
    "tier:lower": ["collaboration:tiers", "tier:upper"],
    "scheme:areas": ["area:research"],
}

# Parameters of constraints, and the component that each belongs to.
COMPONENTS = {
    SH["class"]: "Class",
    SH.datatype: "Datatype",
    SH.nodeKind: "NodeKind",
    SH.minCount: "MinCount",
    SH.maxCount: "MaxCount",
    SH.minInclusive: "MinInclusive",
    SH.pattern: "Pattern",
    SH.languageIn: "LanguageIn",
    SH.uniqueLang: "UniqueLang",
    SH.lessThanOrEquals: "LessThanOrEquals",
    SH.disjoint: "Disjoint",
    SH["in"]: "In",
    SH.hasValue: "HasValue",
    SH.node: "Node",
    SH["not"]: "Not",
    SH["or"]: "Or",
    SH["and"]: "And",
    SH.xone: "Xone",
    SH.qualifiedMinCount: "QualifiedMinCount",
    SH.qualifiedMaxCount: "QualifiedMaxCount",
    SH.sparql: "SPARQL",
}
# What a shape may hold besides constraints: anything else is a constraint that the table above misses.
NO_CONSTRAINTS = {
    *(SH[name] for name in ("path", "name", "description", "order", "group", "message", "severity")),
    *(SH[name] for name in ("targetClass", "targetSubjectsOf", "targetObjectsOf", "property")),
    SH.flags,
    SH.qualifiedValueShape,
    RDF.type,
    RDFS.label,
    RDFS.comment,
}


@dataclass(frozen=True)
class Case:
    """One change to the base site, and the shapes that must object."""

    name: str
    about: str
    breaks: tuple[str, ...]
    remove: tuple[str, ...] = ()
    add: str = ""
    together: tuple[str, ...] = ()
    called: str = ""
    alone: bool = False

    @property
    def slug(self) -> str:
        """The case's name as part of an address."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")


@dataclass(frozen=True, order=True)
class Result:
    """One validation result, comparable between engines."""

    focus: str
    shape: str
    component: str
    severity: str
    path: str
    value: str
    messages: tuple[str, ...] = field(compare=True)


@functools.cache
def base() -> tuple[tuple[ox.Quad, ...], dict[str, str]]:
    """Return the triples and the prefixes of the base site."""
    parser = ox.parse(path=str(HERE / "shapes" / "base.ttl"), format=ox.RdfFormat.TURTLE)
    quads = tuple(parser)
    return quads, dict(parser.prefixes)


def term(text: str) -> ox.NamedNode | ox.Literal | ox.BlankNode:
    """Read one term as Turtle writes it, with the prefixes of the base site."""
    quad = next(iter(turtle(f"<x:x> <x:x> {text} .")))
    return quad.object  # type: ignore[return-value]


def turtle(text: str) -> Iterable[ox.Quad]:
    """Read Turtle with the prefixes of the base site."""
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in base()[1].items())
    return ox.parse(input=head + text, format=ox.RdfFormat.TURTLE)


def matches(quad: ox.Quad, pattern: str) -> bool:
    """Whether a triple is meant by ``subject predicate object``, where * is any object."""
    subject, predicate, value = pattern.split(" ", 2)
    return (
        quad.subject == term(subject)
        and quad.predicate == term(predicate)
        and value in ("*", str(quad.object))
        or (value != "*" and [quad.subject, quad.predicate, quad.object] == [term(subject), term(predicate), term(value)])
    )


def renamings(case: Case, number: int) -> dict[str, str]:
    """Return the new address of each thing that a case copies."""
    names: dict[str, str] = {}
    for thing in (case.about, *FAMILIES.get(case.about, ()), *case.together):
        old = term(thing).value  # type: ignore[union-attr]
        kind, _, name = old.rpartition("/")
        new = f"p{number}000{name.removeprefix('p')}" if old.startswith(PERSON) else f"{case.slug}--{name}"
        names[old] = f"{kind}/{case.called if case.called and thing == case.about else new}"
    return names


def build(case: Case, number: int) -> list[ox.Quad]:
    """Return the triples of a case: the changed copies, and what it adds."""
    names = {} if case.alone else renamings(case, number)

    def rename(node: ox.NamedNode | ox.Literal | ox.BlankNode) -> ox.NamedNode | ox.Literal | ox.BlankNode:
        return ox.NamedNode(names[node.value]) if isinstance(node, ox.NamedNode) and node.value in names else node

    copied = [
        quad
        for quad in base()[0]
        if (quad.subject.value.startswith(str(SAM)) if case.alone else quad.subject.value in names)  # type: ignore[union-attr]
        and not any(matches(quad, pattern) for pattern in case.remove)
    ]
    return [
        ox.Quad(rename(quad.subject), quad.predicate, rename(quad.object))  # type: ignore[arg-type]
        for quad in (*copied, *turtle(case.add))
    ]


@functools.cache
def cases() -> tuple[Case, ...]:
    """Return all cases, in the order of the file."""
    read = tomllib.loads((HERE / "shapes" / "cases.toml").read_text(encoding="utf-8"))["case"]
    return tuple(Case(**{key: tuple(value) if isinstance(value, list) else value for key, value in case.items()}) for case in read)


def graph(quads: Iterable[ox.Quad]) -> rdflib.Graph:
    """Hand triples over to rdflib, which must leave the writing of the literals alone."""
    text = b"".join(ox.serialize([quad.triple], format=ox.RdfFormat.N_TRIPLES) or b"" for quad in quads)
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        return rdflib.Graph(bind_namespaces="none").parse(data=text, format="nt")
    finally:
        rdflib.NORMALIZE_LITERALS = before


@functools.cache
def shapes() -> rdflib.Graph:
    """Return all shapes of the site."""
    return graph(quad for path in sorted((ROOT / "shapes").glob("*.ttl")) for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))


def text_of(report: rdflib.Graph, node: Node | None) -> str:
    """Write a node of a report so that blank nodes (paths, lists) compare by what they say."""
    if node is None:
        return ""
    if not isinstance(node, BNode):
        return str(node.n3())  # type: ignore[attr-defined]
    return "[" + " ".join(sorted(f"{p.n3()} {text_of(report, o)}" for p, o in report.predicate_objects(node))) + "]"  # type: ignore[attr-defined]


def local(iri: Node | None, namespace: Namespace) -> str:
    """Return an address without its namespace."""
    return str(iri).removeprefix(str(namespace))


def read_report(report: rdflib.Graph) -> Iterator[Result]:
    """Return the results of a report."""
    for node in report.subjects(RDF.type, SH.ValidationResult):
        value = report.value(node, SH.value)
        yield Result(
            focus=text_of(report, report.value(node, SH.focusNode)),
            shape=local(report.value(node, SH.sourceShape), SAMS),
            component=local(report.value(node, SH.sourceConstraintComponent), SH).removesuffix("ConstraintComponent"),
            severity=local(report.value(node, SH.resultSeverity), SH),
            path=text_of(report, report.value(node, SH.resultPath)),
            value=text_of(report, value),
            messages=tuple(sorted(text_of(report, message) for message in report.objects(node, SH.resultMessage))),
        )


def validate(engine: ModuleType, data: rdflib.Graph | ox.Store) -> list[Result]:
    """Run an engine over data; blank nodes as focus have no comparable name."""
    _, report, text = engine.validate(data, shacl_graph=shapes())
    assert isinstance(report, rdflib.Graph), text
    return sorted(read_report(report))


ENGINES: tuple[ModuleType, ...] = (pyshacl, pyshacl_turbo)


@functools.cache
def outcome(engine: ModuleType) -> tuple[Result, ...]:
    """Return an engine's results on the base site and all copies together."""
    quads = [*base()[0]]
    for number, case in enumerate(cases()):
        if not case.alone:
            quads += build(case, number)
    return tuple(validate(engine, graph(quads)))


@functools.cache
def outcome_alone(engine: ModuleType, case: Case) -> tuple[Result, ...]:
    """Return an engine's results on the vocabulary as one case changes it."""
    return tuple(validate(engine, graph(build(case, 0))))
