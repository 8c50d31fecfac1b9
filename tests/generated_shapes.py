"""Shapes and data made by dice, and what two engines make of them: `python -m tests.generated_shapes 10000`."""

from __future__ import annotations

import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from random import Random

import pyshacl
import pyshacl.errors
import rdflib
from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple, parse, serialize
from tests.literals import as_written

from samverkan.model.namespaces import SH, XSD
from samverkan.validation.evaluation import Data, IllFormed, evaluate
from samverkan.validation.evaluation.deadline import Deadline
from samverkan.validation.shapes.paths import write_path

SEED = 20261129
X = "https://example.net/"
PREFIXES = (
    f"PREFIX : <{X}> PREFIX sh: <{SH}> PREFIX xsd: <{XSD}> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
)

_NODES = (":a", ":b", ":c", ":d", ":e", "_:f")
_PROPERTIES = (":p", ":q", ":r")
_CLASSES = (":C", ":D", ":E")
_LITERALS = (
    *('"a"', '"b"', '"a"@sv', '"b"@sv', '"b"@en-GB', '""', '"ÅÄÖ"', '"007"', '"a b"', '"x@y.z"'),
    *(
        "1",
        "01",
        "+1",
        "1.0",
        "1.50",
        "1e0",
        '"5"^^xsd:int',
        '"1"^^xsd:boolean',
        "true",
        '"300"^^xsd:byte',
        '"x"^^xsd:integer',
    ),
    *('"2020-01-01"^^xsd:date', '"2020-02-30"^^xsd:date', '"2020-01-01T00:00:00"^^xsd:dateTime'),
    *('"2020-01-01T00:00:00Z"^^xsd:dateTime', '"2021-05-05T12:00:00+02:00"^^xsd:dateTime', '"z"^^:own'),
)
_DATATYPES = ("xsd:string", "xsd:integer", "xsd:decimal", "xsd:boolean", "xsd:date", "xsd:int", ":own", "xsd:dateTime")
_KINDS = ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
_PATTERNS = ("^a", "b$", "^[0-9]+$", "[a-z]", "^.{2,3}$", "Ä", "^$")
_RANGES = ('"sv"', '"en"', '"sv" "en"', '"*"')
_NUMBERS = ("0", "1", "01", "1.5", "1.50", "2e0", "3", '"2"^^xsd:int', '"-1"^^xsd:byte', '"INF"^^xsd:double')
_ONCE = tuple(
    f"sh:{name}" for name in ("datatype", "nodeKind", "min", "max", "languageIn", "in", "closed", "qualifiedValueShape")
)
_BOUNDS = ("1", "1.5", "2", "2.0e0", '"3"^^xsd:long')


@dataclass(frozen=True)
class Pair:
    """Data and shapes in Turtle."""

    data: str
    shapes: str


class Dice:
    """Throws that make one pair.

    Every third has only numbers for values and compares them: rdflib puts terms of any two kinds in an order, where
    SPARQL has none, and pySHACL takes that order over.
    """

    def __init__(self, number: int, seed: int = SEED) -> None:
        self._random = Random(f"{seed} {number}")
        self._ordered = number % 3 == 0

    def one(self, *choices: str) -> str:
        return self._random.choice(choices)

    def some(self, make: Callable[[], str], least: int = 1, most: int = 3) -> list[str]:
        return [make() for _ in range(self._random.randint(least, most))]

    def pair(self) -> Pair:
        data = [
            f"{self.one(*_NODES)} {self.one(*_PROPERTIES)} {self.value()} ." for _ in range(self._random.randint(4, 20))
        ]
        data += [f"{self.one(*_NODES)} a {self.one(*_CLASSES)} ." for _ in range(self._random.randint(0, 5))]
        data += [":D rdfs:subClassOf :C .", ":E rdfs:subClassOf :D ."][: self._random.randint(0, 2)]
        shapes = [self.root(number) for number in range(self._random.randint(1, 3))]
        return Pair(PREFIXES + "\n".join(data), PREFIXES + "\n".join(shapes))

    def value(self) -> str:
        if self._ordered:
            return self.one(*_NUMBERS)
        return self.one(*_NODES) if self._random.random() < 0.4 else self.one(*_LITERALS)

    def root(self, number: int) -> str:
        targets = "; ".join(self.some(self.target, 1, 2))
        return f":S{number} a sh:NodeShape ; {targets} ; {self.constraints(2, in_property=False)} ."

    def target(self) -> str:
        return self.one(
            f"sh:targetClass {self.one(*_CLASSES)}",
            f"sh:targetSubjectsOf {self.one(*_PROPERTIES)}",
            f"sh:targetObjectsOf {self.one(*_PROPERTIES)}",
            f"sh:targetNode {self.one(*_NODES[:5], *(_NUMBERS if self._ordered else _LITERALS))}",
        )

    def constraints(self, depth: int, *, in_property: bool) -> str:
        makers = [self.plain, self.plain]
        makers += [self.counted] if in_property else []
        makers += [lambda: self.nested(depth)] * 2 if depth else []
        makers += [lambda: f"sh:property {self.property_shape(depth - 1)}"] * (2 if in_property else 5) if depth else []
        found = [self._random.choice(makers)() for _ in range(self._random.randint(1, 3))]
        severity = self.one("", "", "", "sh:severity sh:Warning", "sh:severity :Own")
        once = {each.partition(" ")[0] if each.startswith(_ONCE) else each: each for each in found}
        return " ; ".join([*once.values(), severity] if severity else once.values())

    def plain(self) -> str:
        compared = f"sh:{self.one('min', 'max')}{self.one('In', 'Ex')}clusive {self.one(*_BOUNDS)}"
        return self.one(
            *([compared] * 3 if self._ordered else []),
            f"sh:class {self.one(*_CLASSES)}",
            f"sh:datatype {self.one(*_DATATYPES)}",
            f"sh:nodeKind sh:{self.one(*_KINDS)}",
            f"sh:{self.one('minLength', 'maxLength')} {self.one('1', '2', '3')}",
            f'sh:pattern "{self.one(*_PATTERNS)}"',
            f"sh:languageIn ( {self.one(*_RANGES)} )",
            f"sh:in ( {' '.join(self.some(self.constant, 0, 4))} )",
            f"sh:hasValue {self.constant()}",
            f"sh:{self.one('equals', 'disjoint')} {self.one(*_PROPERTIES)}",
            f"sh:closed true ; sh:ignoredProperties ( {self.one('', ':p', ':p :q')} )",
        )

    def constant(self) -> str:
        return self.one(*_NODES[:5], *_LITERALS)

    def counted(self) -> str:
        less = f"sh:lessThan{self.one('', 'OrEquals')} {self.one(*_PROPERTIES)}"
        return self.one(
            *([less] * 2 if self._ordered else []),
            f"sh:{self.one('minCount', 'maxCount')} {self.one('0', '1', '2', '3')}",
            "sh:uniqueLang true",
            f"sh:qualifiedValueShape {self.node_shape(0)} ; sh:{self.one('qualifiedMinCount', 'qualifiedMaxCount')} "
            f"{self.one('0', '1', '2')}",
        )

    def nested(self, depth: int) -> str:
        list_of = " ".join(self.some(lambda: self.node_shape(depth - 1), 1, 3))
        return self.one(
            f"sh:node [ {self.constraints(depth - 1, in_property=False)} ]",
            f"sh:not {self.node_shape(depth - 1)}",
            f"sh:{self.one('and', 'or', 'xone')} ( {list_of} )",
        )

    def node_shape(self, depth: int) -> str:
        inside = self.constraints(depth, in_property=False)
        return f"[ {inside} ]" if self._random.random() < 0.6 else self.property_shape(depth)

    def property_shape(self, depth: int) -> str:
        return f"[ sh:path {self.path(2)} ; {self.constraints(max(depth, 0), in_property=True)} ]"

    def any_path(self, depth: int) -> str:
        """A path of any kind, also backwards through others."""
        inner = self.path(depth - 1)
        return self.one(f"[ sh:inversePath {inner} ]", f"[ sh:inversePath ( {inner} {self.path(1)} ) ]", inner)

    def path(self, depth: int) -> str:
        if not depth or self._random.random() < 0.5:
            return self.one(*_PROPERTIES)
        inner = [self.path(depth - 1) for _ in range(2)]
        return self.one(
            f"[ sh:inversePath {self.one(*_PROPERTIES)} ]",
            f"( {inner[0]} {inner[1]} )",
            f"[ sh:alternativePath ( {inner[0]} {inner[1]} ) ]",
            f"[ sh:zeroOrMorePath {inner[0]} ]",
            f"[ sh:oneOrMorePath {inner[0]} ]",
            f"[ sh:zeroOrOnePath {inner[0]} ]",
        )


def triples(text: str) -> tuple[Triple, ...]:
    """The triples of a Turtle text."""
    return tuple(quad.triple for quad in parse(text, format=RdfFormat.TURTLE))


Row = tuple[str, ...]
About = Mapping[object, list[Triple]]


def ours(data: tuple[Triple, ...], shapes: tuple[Triple, ...]) -> Counter[Row]:
    """The results of our engine, as often as each comes; raises `ValueError` for an ill-formed shape."""
    found: Counter[Row] = Counter()
    for result in evaluate(Data.of(data), shapes, Deadline(float("inf"))):
        if isinstance(result, IllFormed):
            raise ValueError(result.reason)  # noqa: TRY004 - of a value, not of a type
        said: list[Triple] = []
        path = described(write_path(result.path, said), by_subject(said)) if result.path else "None"
        nodes = (result.focus, result.value, result.shape.node)
        found[row(*nodes, NamedNode(result.component), result.shape.severity, path)] += 1
    return found


def of_pyshacl(data: tuple[Triple, ...], shapes: tuple[Triple, ...]) -> Counter[Row]:
    """The results of pySHACL; raises what it raises for what it does not take."""
    with as_written():
        _, report, text = pyshacl.validate(
            _graph(data), shacl_graph=_graph(shapes), serialize_report_graph="nt", do_owl_imports=False
        )
    if not isinstance(report, bytes):
        raise ValueError(text)  # noqa: TRY004 - of a value, not of a type
    return reported(tuple(quad.triple for quad in parse(report, format=RdfFormat.N_TRIPLES)))


def reported(report: tuple[Triple, ...]) -> Counter[Row]:
    """The results of a report graph."""
    about, found = by_subject(report), Counter[Row]()
    for result in (triple.object for triple in report if triple.predicate.value == f"{SH}result"):
        one = {triple.predicate.value.removeprefix(SH): triple.object for triple in about[result]}
        nodes = (one.get(name) for name in ("focusNode", "value", "sourceShape", *_NAMED))
        found[row(*nodes, described(one.get("resultPath"), about))] += 1
    return found


_NAMED = ("sourceConstraintComponent", "resultSeverity")


def _graph(found: tuple[Triple, ...]) -> rdflib.Graph:
    graph = rdflib.Graph()
    graph.parse(data=serialize(found, format=RdfFormat.N_TRIPLES), format="nt")
    return graph


def by_subject(found: Iterable[Triple]) -> About:
    """Some triples by subject."""
    about: dict[object, list[Triple]] = {}
    for triple in found:
        about.setdefault(triple.subject, []).append(triple)
    return about


def described(node: object, about: About) -> str:
    """A node as a text: a blank node by what is said of it, so that two copies are the same."""
    if not isinstance(node, BlankNode):
        return str(node)
    return "[" + " ".join(sorted(f"{t.predicate} {described(t.object, about)}" for t in about.get(node, ()))) + "]"


def row(*terms: object) -> Row:
    """Some terms as texts; blank nodes have no names that two engines share."""
    return tuple("_:" if isinstance(term, BlankNode) else str(term) for term in terms)


class NotTakenError(Exception):
    """PySHACL does not take a pair: it stops where a blank node is compared, which is a result by the text."""


def difference(number: int) -> str | None:
    """What one engine finds in a pair and the other doesn't, None where both say the same; raises `NotTakenError`."""
    pair = Dice(number).pair()
    data, shapes = triples(pair.data), triples(pair.shapes)
    one = ours(data, shapes)
    try:
        other = of_pyshacl(data, shapes)
    except pyshacl.errors.ReportableRuntimeError as error:
        raise NotTakenError(str(error)) from None
    if one == other:
        return None
    said = (f"{name}: {each}" for name, more in (("ours", one - other), ("pySHACL", other - one)) for each in more)
    return "\n".join((f"pair {number}", pair.shapes, pair.data, *said))


def differences(numbers: Iterable[int]) -> tuple[list[str], int]:
    """What differs in some pairs, and how many pairs pySHACL refused."""
    found, refused = list[str](), 0
    for number in numbers:
        try:
            found += [said] if (said := difference(number)) else []
        except NotTakenError:
            refused += 1
    return found, refused


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    asked = int(sys.argv[1])
    different, not_taken = differences(range(asked))
    summary = f"{len(different)} of {asked - not_taken} pairs differ; pySHACL refused {not_taken} more"
    print(*different[:3], summary, sep="\n\n")  # noqa: T201 - for a person
