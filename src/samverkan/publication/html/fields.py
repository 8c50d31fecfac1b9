"""How the facts about a thing are ordered and named: by the shapes of its classes (SHACL 1.0, section 2.3.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from math import isnan
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Triple

from samverkan.model.namespaces import LABELS, RDFS, SH
from samverkan.model.results import Term

_ORDER = f"{SH}order"
_NAMED_BY_ITSELF = {label.value for label in LABELS}
# What a property shape has that speaks of some of the values only, and so does not name all of them.
_PARTIAL = tuple(SH + key for key in ("qualifiedValueShape", "severity", "deactivated", "uniqueLang"))
# What one has that speaks of all of them; without any of these a query of its own looks for something particular.
_WHOLE = tuple(
    SH + key for key in ("class", "datatype", "nodeKind", "minCount", "maxCount", "in", "node", "or", "xone")
)
_LAST = 1e9

Texts = Mapping[str, str]


class FieldGroup(NamedTuple):
    """The heading under which fields stand: its place and its names."""

    order: float
    label: tuple[tuple[str, str], ...] = ()


class Field(NamedTuple):
    """How a property is shown: its group, its place in it, and its human names by language (empty: its own label)."""

    group: FieldGroup
    order: float
    name: tuple[tuple[str, str], ...] = ()


OTHER = Field(FieldGroup(_LAST), _LAST)


class Fields:
    """The fields of a site by class and property, read from its shapes once."""

    def __init__(self, shapes: Iterable[Triple]) -> None:
        self._about: dict[str, dict[str, list[Term]]] = {}
        for triple in shapes:
            self._about.setdefault(_name(triple.subject), {}).setdefault(triple.predicate.value, []).append(
                triple.object
            )

    def prepare(self) -> None:
        """Read all there is to read."""
        _ = self._by_class, self._anywhere

    @cached_property
    def _by_class(self) -> Mapping[str, Mapping[str, Field]]:
        """The fields of each class that a shape targets."""
        found: dict[str, dict[str, Field]] = {}
        for shape, facts in self._about.items():
            for target in facts.get(f"{SH}targetClass", ()):
                for path, field in self._fields(shape):
                    own = found.setdefault(_name(target), {})
                    own[path] = own[path] if path in own and own[path].name else field
        return found

    @cached_property
    def _anywhere(self) -> Mapping[str, Field]:
        """The first field of each property in any shape."""
        found: dict[str, Field] = {}
        for shape in self._about:
            for path, field in self._fields(shape):
                found.setdefault(path, field)
        return found

    def _fields(self, shape: str) -> Iterator[tuple[str, Field]]:
        """The paths and fields of a shape's own property shapes, whole ones before those of some values."""
        names = [_name(value) for value in self._about[shape].get(f"{SH}property", ())]
        for name in sorted(names, key=lambda name: (self._is_partial(name), self._number(name))):
            path = self._one(name, f"{SH}path")
            if isinstance(path, NamedNode):
                yield path.value, self._field(name, path.value)

    def _field(self, name: str, path: str) -> Field:
        group = self._one(name, f"{SH}group")
        named = () if path in _NAMED_BY_ITSELF or self._is_partial(name) else self._texts(name, f"{SH}name")
        return Field(self._group(_name(group)) if group else OTHER.group, self._number(name), named)

    def _group(self, name: str) -> FieldGroup:
        return FieldGroup(self._number(name), self._texts(name, f"{RDFS}label"))

    def _is_partial(self, name: str) -> bool:
        facts = self._about.get(name, {})
        is_particular = f"{SH}sparql" in facts and not any(key in facts for key in _WHOLE)
        return is_particular or any(key in facts for key in _PARTIAL)

    def _one(self, name: str, key: str) -> Term | None:
        return next(iter(self._about.get(name, {}).get(key, ())), None)

    def _number(self, name: str) -> float:
        try:
            found = float(getattr(self._one(name, _ORDER), "value", _LAST))
        except ValueError:
            return _LAST
        return _LAST if isnan(found) else found  # NaN has no place in any order

    def _texts(self, name: str, key: str) -> tuple[tuple[str, str], ...]:
        values = self._about.get(name, {}).get(key, ())
        return tuple((value.language or "", value.value) for value in values if isinstance(value, Literal))

    def has(self, classes: Iterable[str], path: str) -> bool:
        """Whether a shape of one of some classes speaks of a property."""
        return any(path in self._by_class.get(name, {}) for name in classes)

    def field(self, classes: Iterable[str], path: str) -> Field:
        """The field of a property on a thing of some classes, the most special first."""
        for name in classes:
            field = self._by_class.get(name, {}).get(path)
            if field:
                return field
        return self._anywhere.get(path, OTHER)


def _name(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)
