"""The JSON-LD context that documents are written with: the site's own, and in it what the shapes decide.

With it every key has one form wherever it stands: a list or one value, texts or objects, one datatype.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from samverkan.formats.jsonld import NAME, Context, is_iri
from samverkan.model import addresses, paths
from samverkan.model.prefixes import Prefixes
from samverkan.model.results import name
from samverkan.site.class_shapes import ClassShapes, PropertyShape, is_text

_READ = {"@id", "@type", "@container"}  # what a definition may say that is refined
_LANGUAGE = "@language"


@dataclass(frozen=True)
class _Refinement:
    """What decides the form of keys: a context, the shapes, and the statements by their properties."""

    source: Mapping[str, Any]
    prefixes: Prefixes
    shapes: ClassShapes
    stated: Mapping[NamedNode, Sequence[Triple]]
    described: Container[str]

    def terms(self) -> Iterator[tuple[str, Any]]:
        """Every name of the context with its definition."""
        for key, definition in self.source.items():
            iri = "" if key in self.prefixes.table or key.startswith("@") else self._iri(definition)
            if definition == "@type":
                yield key, {"@id": "@type", "@container": "@set"}
            elif iri and self._is_property(iri, definition):
                yield from self._property(key, iri, definition)
            else:
                yield key, definition
        if NAME not in self.source:
            yield NAME, None

    def _iri(self, definition: object) -> str:
        """The IRI that a definition stands for, in full; empty where it says more than we refine."""
        whole = definition if isinstance(definition, dict) else {"@id": definition}
        iri = whole.get("@id")
        if not isinstance(iri, str) or iri.startswith("@") or not whole.keys() <= _READ:
            return ""
        if whole.get("@container", _LANGUAGE) not in (_LANGUAGE, "@set"):
            return ""
        found = self.prefixes.expand(iri) or iri
        return found if is_iri(found) else ""

    def _is_property(self, iri: str, definition: object) -> bool:
        return isinstance(definition, dict) or iri in self.shapes.by_path or NamedNode(iri) in self.stated

    def _property(self, key: str, iri: str, definition: Any) -> Iterator[tuple[str, Any]]:
        """The term of a property, and further ones where its values are of several datatypes."""
        whole = dict(definition) if isinstance(definition, dict) else {"@id": definition}
        container = whole.pop("@container", None)
        if container == _LANGUAGE:
            yield key, {**whole, "@container": _LANGUAGE if self._is_once_by_language(iri) else [_LANGUAGE, "@set"]}
            return
        listed = {} if container is None and self._is_single(iri) else {"@container": "@set"}
        if whole.get("@type") == "@id" and not self._is_text(iri):
            del whole["@type"]
        datatypes = () if "@type" in whole else self._datatypes(iri)
        if not datatypes:
            yield key, {**whole, **listed}
        for place, datatype in enumerate(datatypes):
            own = key if place == 0 else key + _capital(datatype)
            if place == 0 or own not in self.source:
                yield own, {**whole, "@type": self.prefixes.compact(datatype), **listed}

    def _promised(self, iri: str) -> Sequence[PropertyShape]:
        return self.shapes.by_path.get(iri, ())

    def _is_single(self, iri: str) -> bool:
        """Whether every class that speaks of a property allows it one value, and none has more."""
        anywhere, promised = self.shapes.anywhere.get(iri), self._promised(iri)
        bounded = (anywhere and anywhere.most == 1) or (promised and all(each.most == 1 for each in promised))
        stated = self.stated.get(NamedNode(iri), ())
        return bool(bounded) and len({name(triple.subject) for triple in stated}) == len(stated)

    def _is_once_by_language(self, iri: str) -> bool:
        """The same of a text in each language."""
        anywhere, promised = self.shapes.anywhere.get(iri), self._promised(iri)
        bounded = (anywhere and _once(anywhere)) or (promised and all(map(_once, promised)))
        stated = self.stated.get(NamedNode(iri), ())
        return bool(bounded) and len({(name(each.subject), _tag(each)) for each in stated}) == len(stated)

    def _is_text(self, iri: str) -> bool:
        """Whether the links of a property are addresses and no more: then each is a text, else an object."""
        promised = self._promised(iri)
        mere = bool(promised) and all(each.links and not each.described for each in promised)
        return mere and not any(name(each.object) in self.described for each in self.stated.get(NamedNode(iri), ()))

    def _datatypes(self, iri: str) -> Sequence[str]:
        """The datatypes of a property that has literals alone, none of them texts; empty where that is not promised."""
        promised = [each.datatypes for each in self._promised(iri)]
        found = tuple(dict.fromkeys(datatype for each in promised for datatype in each))
        return found if promised and all(promised) and not any(map(is_text, found)) else ()


def refined(
    source: Mapping[str, Any],
    prefixes: Prefixes,
    shapes: ClassShapes,
    stated: Mapping[NamedNode, Sequence[Triple]],
    described: Container[str],
) -> Mapping[str, Any]:
    """The context of a site as documents use it.

    A key whose property may have several values is a list (`@set`); so is `@type`. Links are objects, for what they
    lead to has a name, unless the shapes promise mere addresses and nothing is said here of any of them. A property
    of several datatypes has a key for each, the first by the name that the site gave it.
    """
    return dict(_Refinement(source, prefixes, shapes, stated, described).terms())


def schema_paths(context: Context, classes: Iterable[str]) -> Mapping[str, str]:
    """The path of the JSON Schema of each class, without suffix, by its name in the context, or the end of its IRI.

    Of several of one name the later ones are numbered.
    """
    found: dict[str, str] = {}
    known: Counter[str] = Counter()
    for iri in classes:
        named = context.class_slot(iri).key.rstrip("/#").replace("#", "/").rpartition("/")[2].replace(":", "-")
        path = paths.SCHEMAS + addresses.segment(named)
        known[path.casefold()] += 1
        number = known[path.casefold()]
        found[iri] = path if number == 1 else f"{path}-{number}"
    return found


def _once(shape: PropertyShape) -> bool:
    return shape.once_by_language or shape.most == 1


def _tag(triple: Triple) -> str:
    value = triple.object
    return (value.language or "").lower() if isinstance(value, Literal) else str(value)


def _capital(datatype: str) -> str:
    """The end of a datatype's IRI as the end of a key.

    >>> _capital("http://www.w3.org/2001/XMLSchema#gYear")
    'GYear'
    """
    local = datatype.replace("#", "/").rstrip("/").rpartition("/")[2]
    return local[:1].upper() + local[1:]
