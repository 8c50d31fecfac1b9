"""JSON Schema (2020-12) for the JSON of each class: what its documents have, as far as the shapes promise it.

The keys and their forms are those of the JSON-LD context that documents are written with (`site.json_context`), so a
document of a class is valid where the data are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode

from samverkan.formats.jsonld import NAME, SAFE_INTEGER, VALUE_TYPE, Context, Slot
from samverkan.model import media_types
from samverkan.model.namespaces import SKOS, TYPE, XSD
from samverkan.model.results import name
from samverkan.site.class_shapes import LANGUAGE_TEXT, PropertyShape

if TYPE_CHECKING:
    from samverkan.site.checked_site import CheckedSite

Json = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SUFFIX = ".json"
MEDIA_TYPE = media_types.JSON_SCHEMA

_TEXT: Json = {"type": "string"}
_IRI: Json = {"type": "string", "format": "iri"}
_WORDS = ("title", "description")
_INTEGER, _BOOLEAN, _STRING = f"{XSD}integer", f"{XSD}boolean", f"{XSD}string"
# What a plain text of a datatype looks like; of all others nothing is said.
_FORMATS: Mapping[str, str] = {f"{XSD}date": r"^-?\d{4,}-\d\d-\d\d(Z|[+-]\d\d:\d\d)?$", f"{XSD}gYear": r"^-?\d{4,}"}
_PLAIN_PATTERN = re.compile(r"[\^$0-9A-Za-z\[\]{}()|?*+,:_ /-]*")  # means the same in XPath and in ECMAScript
_SAMPLED = 10_000  # values that are looked at


def document(site: CheckedSite, iri: str) -> bytes:
    """The schema of the documents about things of a class."""
    import orjson

    return orjson.dumps(_ClassSchema(site, iri).json(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def component(site: CheckedSite, iri: str, local: str) -> Json:
    """The same as a part of a document that has `definitions` at the address `local`: no words, and no identity."""
    written = _ClassSchema(site, iri, local).json()
    return {key: _wordless(value) for key, value in written.items() if key not in {"$schema", "$id", "$defs", *_WORDS}}


def definitions(site: CheckedSite, local: str) -> Json:
    """What the schemas of all classes share: a link, and the names of a thing."""
    return _ClassSchema(site, "", local).definitions()


def _wordless(schema: Any) -> Any:
    """A schema without titles; a property may be called so."""
    if isinstance(schema, list):
        return [_wordless(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: _wordless(each) for key, each in schema.items() if key != "title" or not isinstance(each, str)}


@dataclass(frozen=True)
class _ClassSchema:
    site: CheckedSite
    iri: str
    local: str = "#/$defs/"

    @property
    def context(self) -> Context:
        """The context of the documents."""
        return self.site.context

    @cached_property
    def _shapes(self) -> Mapping[str, PropertyShape]:
        return self.site.class_shapes.of(self.iri)

    def json(self) -> Json:
        """The schema as JSON."""
        own = dict(self._properties())
        first = {self.context.alias("@id"): _IRI, self.context.alias("@type"): self._types()}
        named = {NAME: {"$ref": f"{self.local}Names"}} if self.context.tells_names else {}
        return {
            "$schema": DIALECT,
            "$id": self.site.addresses.url(self.site.schemas[self.iri]) + SUFFIX,
            **self._words(),
            "type": "object",
            "required": [*first, *named, *self._required(own)],
            "properties": {**first, **named, **own},
            "$defs": self.definitions(),
        }

    def _words(self) -> Json:
        """What the class is called and means, in the first language of the site."""
        language = self.site.settings.languages[0]
        title = self.site.thing_names(self.iri).get(language) or self.context.class_slot(self.iri).key
        texts = {
            each.object.language: each.object.value
            for each in self.site.documents.about.get(self.iri, ())
            if each.predicate.value == f"{SKOS}definition" and isinstance(each.object, Literal)
        }
        return {"title": title, **({"description": texts[language]} if language in texts else {})}

    def _types(self) -> Json:
        """The types of a thing, one of which is the class."""
        listed = {"type": "array", "items": _TEXT, "contains": {"const": self.context.class_slot(self.iri).key}}
        return listed if self.context.types_are_listed else {"anyOf": [_TEXT, listed]}

    def definitions(self) -> Json:
        """What the schema refers to."""
        languages = list(self.site.settings.languages)
        texts = dict.fromkeys(languages, _TEXT)
        names = {"type": "object", "required": languages, "properties": texts, "additionalProperties": _TEXT}
        id_ = self.context.alias("@id")
        named = {NAME: {"$ref": f"{self.local}Names"}} if self.context.tells_names else {}
        link = {"type": "object", "required": [id_], "properties": {id_: _IRI, **named}}
        return {"Link": link, **({"Names": names} if named else {})}

    def _required(self, own: Mapping[str, Json]) -> Iterator[str]:
        """The keys of properties that every thing of the class has, in one form only."""
        for shape in self._shapes.values():
            keys = {slot.key for slot, _ in self._forms(shape)}
            if shape.least and shape.path != TYPE.value and len(keys) == 1:
                yield from keys & own.keys()

    def _properties(self) -> Iterator[tuple[str, Json]]:
        """The key of each property with its schema, in the order of the shapes; what has no known form is left out."""
        found: dict[str, list[Json]] = {}
        for shape in self._shapes.values():
            for slot, schema in self._forms(shape) if shape.path != TYPE.value else ():
                found.setdefault(slot.key, []).append({**self._titled(shape), **schema})
        for key, schemas in found.items():
            yield key, schemas[0] if len(schemas) == 1 else {"anyOf": schemas}

    def _titled(self, shape: PropertyShape) -> Json:
        language = self.site.settings.languages[0]
        title = self.site.thing_names(shape.path).get(language) or dict(shape.names).get(language)
        return {"title": title} if title else {}

    def _forms(self, shape: PropertyShape) -> Iterator[tuple[Slot, Json]]:
        """Every key that the values of a property may stand under, with the schema of what stands there."""
        if shape.links or shape.codes:
            slot = self.context.slot(shape.path, "@id")
            yield slot, self._counted(slot, shape, self._link(slot, shape))
        for datatype in shape.datatypes:
            if datatype == LANGUAGE_TEXT:
                slot = self.context.slot(shape.path, "@language")
                yield slot, _by_language(slot)
            else:
                slot = self.context.slot(shape.path, datatype)
                yield slot, self._counted(slot, shape, self._value(slot, shape, datatype))

    def _counted(self, slot: Slot, shape: PropertyShape, value: Json) -> Json:
        """One value, or a list of as many as there may be."""
        if not slot.always_list:
            return value
        alone = len(list(shape.datatypes)) <= 1
        least = {"minItems": shape.least} if shape.least and alone else {}
        most = {"maxItems": shape.most} if shape.most is not None and alone else {}
        return {"type": "array", "items": value, **least, **most}

    def _link(self, slot: Slot, shape: PropertyShape) -> Json:
        if slot.coerced:
            return {**_IRI, "enum": list(shape.codes)} if shape.codes else _IRI
        link: Json = {"$ref": f"{self.local}Link"}
        codes = {"properties": {self.context.alias("@id"): {"enum": list(shape.codes)}}} if shape.codes else {}
        return {**link, **codes}

    def _value(self, slot: Slot, shape: PropertyShape, datatype: str) -> Json:
        """A literal: plain where its key tells the datatype, or JSON has it."""
        if datatype == _INTEGER:
            return (
                {"type": "integer"}
                if self._all(shape.path, datatype, SAFE_INTEGER)
                else {"type": ["integer", "string"]}
            )
        if datatype == _BOOLEAN:
            plain = self._all(shape.path, datatype, re.compile("true|false"))
            return {"type": "boolean"} if plain else {"type": ["boolean", "string"]}
        if slot.coerced or datatype == _STRING:
            return {**_TEXT, **_patterned(shape, datatype)}
        type_ = {VALUE_TYPE: {"const": self.context.class_slot(datatype).key}}
        return {"type": "object", "required": ["@value"], "properties": {"@value": _TEXT, **type_}}

    def _all(self, path: str, datatype: str, pattern: re.Pattern[str]) -> bool:
        """Whether all values of a property are written as JSON writes them."""
        stated = self.site.documents.by_predicate.get(NamedNode(path), ())[:_SAMPLED]
        values = (each.object for each in stated if isinstance(each.object, Literal))
        return all(pattern.fullmatch(each.value) for each in values if name(each.datatype) == datatype)


def _patterned(shape: PropertyShape, datatype: str) -> Json:
    """The pattern that a text has, if it means the same in JSON Schema as in SHACL."""
    pattern = shape.pattern if len(shape.datatypes) == 1 else ""
    if pattern and _PLAIN_PATTERN.fullmatch(pattern):
        return {"pattern": pattern}
    return {"pattern": _FORMATS[datatype]} if datatype in _FORMATS else {}


def _by_language(slot: Slot) -> Json:
    text: Json = {"type": "array", "items": _TEXT} if slot.always_list else _TEXT
    if slot.coerced:
        return {"type": "object", "additionalProperties": text}
    if not slot.always_list:
        return {"type": "object", "required": ["@value", "@language"]}
    return {"type": "array", "items": {"type": ["object", "string"]}}  # texts without a language stand among them
