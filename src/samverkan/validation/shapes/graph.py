"""The shapes graph (SHACL 1.0, section 1.2): what is said of each shape, and which nodes it is aimed at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from samverkan.model.namespaces import FIRST, NIL, OWL, RDFS, REST, SH, SUBCLASS, TYPE, XSD
from samverkan.model.results import Term
from samverkan.validation.shapes.paths import Node, Path, ShapeError, read_path

# The recommendation's "true" is this term, so `"1"^^xsd:boolean` switches nothing on (test uniqueLang-002 of the W3C).
TRUE = Literal("true", datatype=NamedNode(f"{XSD}boolean"))
FALSE = Literal("false", datatype=NamedNode(f"{XSD}boolean"))
VIOLATION = NamedNode(f"{SH}Violation")

_SELECTORS = ("targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf")
_CLASSES = (NamedNode(f"{RDFS}Class"), NamedNode(f"{OWL}Class"))
_SHAPES = frozenset({NamedNode(f"{SH}NodeShape"), NamedNode(f"{SH}PropertyShape")})


@dataclass(frozen=True)
class Target:
    """Which nodes a shape is aimed at: one of the four properties of SHACL 1.0, section 2.1.3, and its value."""

    selector: str
    value: Term


@dataclass(frozen=True)
class Shape:
    """One shape: its node, its path (None for a node shape) as a value and as a node, and what is said of it.

    `parameters` are the values of every property of the shape, by IRI, in the order of the files. `severity`
    is an IRI, of SHACL's or the shape's own (section 2.1.4).
    """

    node: Node
    path: Path | None
    path_node: Term | None
    parameters: Mapping[str, tuple[Term, ...]]
    messages: tuple[Literal, ...]
    severity: NamedNode
    deactivated: bool

    def values(self, name: str) -> tuple[Term, ...]:
        """The values of a property of SHACL."""
        return self.parameters.get(SH + name, ())

    def says(self, name: str) -> bool:
        """Whether a switch is on."""
        return TRUE in self.values(name)


class ShapesGraph:
    """The triples of the shapes, by subject."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._about: dict[Term, dict[str, list[Term]]] = {}
        self._towards: dict[tuple[str, Term], list[Node]] = {}
        for triple in dict.fromkeys(triples):
            self._about.setdefault(triple.subject, {}).setdefault(triple.predicate.value, []).append(triple.object)
            if isinstance(triple.subject, NamedNode | BlankNode):
                self._towards.setdefault((triple.predicate.value, triple.object), []).append(triple.subject)

    @property
    def described(self) -> Collection[Term]:
        """All subjects."""
        return self._about.keys()

    def is_described(self, subject: Term) -> bool:
        """Whether anything is said of a subject."""
        return subject in self._about

    def about(self, subject: Term, predicate: str) -> list[Term]:
        """What a subject says by a property."""
        return self._about.get(subject, {}).get(predicate, [])

    def values(self, subject: Term, name: str) -> list[Term]:
        """What a subject says by a property of SHACL."""
        return self.about(subject, SH + name)

    def subjects(self, name: str, value: Term) -> list[Node]:
        """Which subjects say something by a property of SHACL."""
        return self._towards.get((SH + name, value), [])

    def instances(self, *classes: Term) -> list[Node]:
        """The instances of some classes and of all classes below them, in the order of the files."""
        known, todo = set(classes), list(classes)
        while todo:
            below = set(self._towards.get((SUBCLASS.value, todo.pop()), ())) - known
            known |= below
            todo += below
        found = (node for node in self._about if not known.isdisjoint(self.about(node, TYPE.value)))
        return [node for node in found if isinstance(node, NamedNode | BlankNode)]

    def members(self, head: Term) -> tuple[Term, ...]:
        """The members of a list; raises `ShapeError` where it is broken."""
        found: list[Term] = []
        while head != NIL:
            first, rest = self.about(head, FIRST.value), self.about(head, REST.value)
            if len(first) != 1 or len(rest) != 1 or len(found) > len(self._about):
                raise ShapeError("a broken list")
            found.append(first[0])
            head = rest[0]
        return tuple(found)

    def roots(self) -> Iterator[tuple[Node, tuple[Target, ...]]]:
        """Each shape with targets, and those, in the order of the files."""
        for subject in self._about:
            targets = tuple(dict.fromkeys(self._targets(subject)))
            if targets and isinstance(subject, NamedNode | BlankNode):
                yield subject, targets

    def _targets(self, subject: Term) -> Iterator[Target]:
        for selector in _SELECTORS:
            yield from (Target(selector, value) for value in self.values(subject, selector))
        if subject in self._implicit:
            yield Target("targetClass", subject)

    @cached_property
    def _implicit(self) -> frozenset[Term]:
        """The classes that are shapes (section 2.1.3.3)."""
        return frozenset(
            node for node in self.instances(*_CLASSES) if isinstance(node, NamedNode) and self._is_shape(node)
        )

    def _is_shape(self, node: Term) -> bool:
        about = self._about.get(node, {})
        return not _SHAPES.isdisjoint(about.get(TYPE.value, ())) or any(name in _ASKING for name in about)

    def shape(self, node: Term) -> Shape:
        """Read a shape; raises `ShapeError` where its path or its severity is ill-formed."""
        if not isinstance(node, NamedNode | BlankNode):
            raise ShapeError("a literal where a shape belongs")
        about = {name: tuple(values) for name, values in self._about.get(node, {}).items()}
        paths, severities = self.values(node, "path"), self.values(node, "severity")
        if len(paths) > 1:
            raise ShapeError("more than one sh:path")
        if any(not isinstance(each, NamedNode) for each in severities):
            raise ShapeError("sh:severity without an IRI")
        return Shape(
            node,
            read_path(paths[0], self) if paths else None,
            paths[0] if paths else None,
            about,
            self.messages(node),
            next((each for each in severities if isinstance(each, NamedNode)), VIOLATION),
            TRUE in self.values(node, "deactivated"),
        )

    def messages(self, node: Term) -> tuple[Literal, ...]:
        """The messages of a shape, constraint or validator."""
        return tuple(value for value in self.values(node, "message") if isinstance(value, Literal))


@lru_cache(maxsize=4)
def shapes_graph(triples: tuple[Triple, ...]) -> ShapesGraph:
    """The shapes graph of some triples, which is kept for the next time."""
    return ShapesGraph(triples)


_ASKING = frozenset(
    SH + name
    for name in (
        "property",
        "node",
        "not",
        "and",
        "or",
        "xone",
        "sparql",
        "closed",
        "nodeKind",
        "class",
        "in",
        "hasValue",
    )
)
