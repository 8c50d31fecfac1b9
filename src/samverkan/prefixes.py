"""The prefix table: short names for namespaces, read from the JSON-LD context."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


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
        """Take the prefixes out of a JSON-LD 1.1 context: simple terms that end in a delimiter."""
        return cls(
            {
                name: iri
                for name, iri in context.items()
                if isinstance(iri, str) and not name.startswith("@") and iri.endswith(("/", "#", "="))
            }
        )

    def expand(self, curie: str) -> str | None:
        """The IRI that `prefix:name` stands for, or None where the prefix is not known."""
        prefix, colon, name = curie.partition(":")
        namespace = self.table.get(prefix)
        return namespace + name if colon and namespace and not name.startswith("//") else None

    def compact(self, iri: str) -> str:
        """`prefix:name` for an IRI by its longest known namespace, or the IRI as it is."""
        fits = [(len(ns), name) for name, ns in self.table.items() if iri.startswith(ns)]
        length, name = max(fits, default=(0, ""))
        local = iri[length:]
        return f"{name}:{local}" if fits and local.replace("-", "").replace("_", "").isalnum() else iri
