"""The prefix table: short names for namespaces, read from the JSON-LD context."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from samverkan.model.namespaces import XMLNS

# rdflib takes the beginning of `a.b:` or `is.x:` for a word of Notation3.
_NAME = re.compile(r"(?!(?:a|bind|false|has|is|of|this|true)\.)[A-Za-z](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_NAMESPACE = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?P<rest>[^\x00-\x20<>\"{}|^`\\]*)")
_XML = frozenset({"xml", "xmlns", XMLNS})  # what XML has for itself, and no prefix may be
_DELIMITERS = tuple(":/?#[]@")


@dataclass(frozen=True)
class Prefixes:
    """A table from prefix to namespace IRI.

    >>> table = Prefixes({"skos": "http://www.w3.org/2004/02/skos/core#"})
    >>> table.expand("skos:Concept")
    'http://www.w3.org/2004/02/skos/core#Concept'
    >>> table.compact("http://www.w3.org/2004/02/skos/core#Concept")
    'skos:Concept'
    """

    table: Mapping[str, str]

    @classmethod
    def from_context(cls, context: Mapping[str, Any]) -> Prefixes:
        """Take the prefixes out of a JSON-LD 1.1 context: simple terms for an IRI that ends in a delimiter.

        Only names that Turtle, XML and SPARQL take as well, and IRIs that are written in full.
        """
        return cls(
            {
                name: iri
                for name, iri in context.items()
                if _NAME.fullmatch(name) and _is_namespace(iri, context) and not {name, iri} & _XML
            }
        )

    def expand(self, curie: str) -> str | None:
        """The IRI that `prefix:name` stands for, or None where the prefix is not known."""
        prefix, colon, name = curie.partition(":")
        namespace = self.table.get(prefix)
        return namespace + name if colon and namespace and not name.startswith("//") else None

    def compact(self, iri: str) -> str:
        """`prefix:name` for an IRI by its longest known namespace, or the IRI as it is.

        A name is letters, digits, `-` and `_` alone, so it begins behind the last delimiter.
        """
        cut = max((iri.rfind(delimiter) for delimiter in self._delimiters), default=-1) + 1
        prefix, local = self._prefixes.get(iri[:cut]), iri[cut:]
        return f"{prefix}:{local}" if prefix and local.replace("-", "").replace("_", "").isalnum() else iri

    @cached_property
    def _prefixes(self) -> Mapping[str, str]:
        return {self.table[name]: name for name in sorted(self.table)}

    @cached_property
    def _delimiters(self) -> frozenset[str]:
        """What the known namespaces end in."""
        return frozenset(namespace[-1:] for namespace in self.table.values())


def _is_namespace(iri: object, context: Mapping[str, Any]) -> bool:
    """Whether the value of a term is a whole IRI that JSON-LD 1.1 takes as a prefix by itself."""
    found = _NAMESPACE.fullmatch(iri) if isinstance(iri, str) and iri.endswith(_DELIMITERS) else None
    return found is not None and (found["rest"].startswith("//") or found["scheme"] not in context)
