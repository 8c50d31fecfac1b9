"""What the shapes promise of each class and each property, as far as it decides the form of JSON.

That is how many values there are, of which datatypes, and whether they are links.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce

from pyoxigraph import Literal, NamedNode, Triple

from samverkan.model.namespaces import RDF, SH, SUBCLASS, XSD
from samverkan.model.results import Term
from samverkan.validation.shapes.graph import TRUE, VIOLATION, ShapesGraph

LANGUAGE_TEXT = f"{RDF}langString"
_LINKED = ("class", "node", "in", "hasValue")  # what says that a link leads to something that is described
_DEEPEST = 20  # shapes inside of shapes


@dataclass(frozen=True)
class PropertyShape:
    """What one class promises of a property.

    `most` is None without an upper bound. `datatypes` are those that values may have, in the order of the shapes, and
    empty where nothing is said of them; `links` says that values are IRIs, and `described` that these are things of
    which more is said. `codes` are the values of a closed list. `once_by_language` bounds texts by their language.
    """

    path: str
    least: int = 0
    most: int | None = None
    datatypes: tuple[str, ...] = ()
    links: bool = False
    described: bool = False
    codes: tuple[str, ...] = ()
    pattern: str = ""
    once_by_language: bool = False
    names: tuple[tuple[str, str], ...] = ()

    def joined(self, other: PropertyShape) -> PropertyShape:
        """What holds where two shapes speak of a property: the narrower of each."""
        bounds = [most for most in (self.most, other.most) if most is not None]
        return PropertyShape(
            self.path,
            max(self.least, other.least),
            min(bounds, default=None),
            _common(self.datatypes, other.datatypes),
            self.links or other.links,
            self.described or other.described,
            _common(self.codes, other.codes),
            self.pattern or other.pattern,
            self.once_by_language or other.once_by_language,
            self.names or other.names,
        )


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """What two lists have in common; an empty one says nothing."""
    return tuple(each for each in one if each in other) if one and other else one or other


class ClassShapes:
    """The property shapes of every class that shapes target, and of every property that shapes target by itself.

    `shapes` are the triples of the shapes and `words` those of the ontology, which tell what is below what. Only what
    is a violation counts: what a warning asks for may be otherwise in what is published.
    """

    def __init__(self, shapes: Iterable[Triple], words: Iterable[Triple]) -> None:
        self._graph = ShapesGraph(shapes)
        self._above: dict[str, list[str]] = {}
        for triple in words:
            if triple.predicate == SUBCLASS and isinstance(triple.object, NamedNode):
                self._above.setdefault(_name(triple.subject), []).append(triple.object.value)

    @cached_property
    def own(self) -> Mapping[str, Mapping[str, PropertyShape]]:
        """The property shapes by path of each class that a shape targets, without those of the classes above it."""
        return self._targeted("targetClass")

    @cached_property
    def anywhere(self) -> Mapping[str, PropertyShape]:
        """The property shapes that hold wherever their property is used."""
        found = self._targeted("targetSubjectsOf")
        return {path: shapes[path] for path, shapes in found.items() if path in shapes}

    def _targeted(self, selector: str) -> Mapping[str, Mapping[str, PropertyShape]]:
        found: dict[str, dict[str, PropertyShape]] = {}
        for node, targets in self._graph.roots():
            wanted = [_name(each.value) for each in targets if each.selector == selector]
            shapes = list(self._properties(node, 0)) if wanted else []
            for target in wanted:
                _add(found.setdefault(target, {}), shapes)
        return found

    def of(self, name: str) -> Mapping[str, PropertyShape]:
        """The property shapes of a class, with those of the classes above it and those that hold anywhere."""
        found: dict[str, PropertyShape] = {}
        for each in self._lineage(name):
            _add(found, self.own.get(each, {}).values())
        # What is aimed at who has a property does not say that everybody has it.
        return {path: shape.joined(replace(self.anywhere.get(path, shape), least=0)) for path, shape in found.items()}

    def _lineage(self, name: str) -> Sequence[str]:
        found = [name]
        for each in found:  # it grows while it is read
            found += [above for above in self._above.get(each, ()) if above not in found]
        return found

    @cached_property
    def by_path(self) -> Mapping[str, Sequence[PropertyShape]]:
        """What the classes that speak of a property promise of it, by the property."""
        found: dict[str, list[PropertyShape]] = {}
        for shapes in map(self.of, self.own):
            for path, shape in shapes.items():
                found.setdefault(path, []).append(shape)
        return {**{path: [shape] for path, shape in self.anywhere.items()}, **found}

    def _properties(self, node: Term, depth: int) -> Iterator[PropertyShape]:
        """The property shapes of a node shape, and of those that it includes."""
        if self._is_off(node) or depth > _DEEPEST:
            return
        for value in self._graph.values(node, "property"):
            paths = self._graph.values(value, "path")
            if len(paths) == 1 and isinstance(paths[0], NamedNode) and not self._is_off(value):
                yield self._property(paths[0].value, value)
        for included in self._included(node):
            yield from self._properties(included, depth + 1)

    def _is_off(self, node: Term) -> bool:
        return TRUE in self._graph.values(node, "deactivated")

    def _included(self, node: Term) -> Iterator[Term]:
        yield from self._graph.values(node, "node")
        for head in self._graph.values(node, "and"):
            yield from self._graph.members(head)

    def _property(self, path: str, node: Term) -> PropertyShape:
        names = tuple((each.language or "", each.value) for each in self._literals(node, "name"))
        severities = self._graph.values(node, "severity")
        if severities and VIOLATION not in severities:
            return PropertyShape(path, names=names)
        codes = tuple(_name(each) for each in self._codes(node) if isinstance(each, NamedNode))
        return PropertyShape(
            path,
            max(self._numbers(node, "minCount"), default=0),
            min(self._numbers(node, "maxCount"), default=None),
            self._datatypes(node, 0),
            self._links(node, 0),
            any(self._graph.values(node, name) for name in _LINKED),
            codes,
            next((each.value for each in self._literals(node, "pattern")), ""),
            TRUE in self._graph.values(node, "uniqueLang"),
            names,
        )

    def _literals(self, node: Term, name: str) -> Iterator[Literal]:
        return (each for each in self._graph.values(node, name) if isinstance(each, Literal))

    def _numbers(self, node: Term, name: str) -> list[int]:
        return [int(each.value) for each in self._literals(node, name) if each.value.isdigit()]

    def _codes(self, node: Term) -> Iterator[Term]:
        for head in self._graph.values(node, "in"):
            yield from self._graph.members(head)

    def _datatypes(self, node: Term, depth: int) -> tuple[str, ...]:
        """The datatypes that values may have by a shape and what is inside of it; none where nothing is said."""
        own = tuple(_name(each) for each in self._graph.values(node, "datatype"))
        codes = tuple(dict.fromkeys(each.datatype.value for each in self._codes(node) if isinstance(each, Literal)))
        if depth > _DEEPEST:
            return own
        inside = [self._datatypes(each, depth + 1) for each in self._included(node)]
        choices = [self._choices(head, depth) for name in ("or", "xone") for head in self._graph.values(node, name)]
        return reduce(_common, (codes, *inside, *choices), own)

    def _choices(self, head: Term, depth: int) -> tuple[str, ...]:
        """The datatypes of all members of a choice; none where one of them leaves that open."""
        found = [self._datatypes(each, depth + 1) for each in self._graph.members(head)]
        return tuple(dict.fromkeys(name for names in found for name in names)) if all(found) else ()

    def _links(self, node: Term, depth: int) -> bool:
        """Whether all values are IRIs."""
        kinds = self._graph.values(node, "nodeKind")
        if kinds == [NamedNode(f"{SH}IRI")] or self._graph.values(node, "class"):
            return True
        codes = list(self._codes(node))
        if codes and all(isinstance(each, NamedNode) for each in codes):
            return True
        return depth <= _DEEPEST and any(self._links(each, depth + 1) for each in self._included(node))


def _add(found: dict[str, PropertyShape], shapes: Iterable[PropertyShape]) -> None:
    for shape in shapes:
        found[shape.path] = found[shape.path].joined(shape) if shape.path in found else shape


def is_text(datatype: str) -> bool:
    """Whether a datatype is that of a plain text, or of one in a language."""
    return datatype in {f"{XSD}string", LANGUAGE_TEXT}


def _name(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)
