"""Things and what is said of them, and how that is written as Turtle."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

_BRACED = re.compile(r"\{([a-z]+:[A-Za-z0-9-]+)\}")

KINDS = (
    "action agent agreement aim area body collaboration commitment flow group heading identifier idscheme jointbody "
    "level membership note organisation orgkind page passage person place plan purpose scheme setting share signature "
    "tier"
)

STANDARDS = {
    "adms": "http://www.w3.org/ns/adms#",
    "cpov": "http://data.europa.eu/m8g/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


@dataclass(frozen=True)
class Names:
    """The prefixes of a site: its own kinds of things, its ontology and the standards."""

    base: str
    ontology: str

    @property
    def prefixes(self) -> dict[str, str]:
        """Every prefix with its namespace, sorted."""
        own = {kind: f"{self.base}id/{kind}/" for kind in KINDS.split()}
        return dict(sorted({**own, **STANDARDS, "graph": f"{self.base}graph/", "sam": self.ontology}.items()))

    def iri(self, name: str) -> str:
        """The IRI of a prefixed name."""
        prefix, _, local = name.partition(":")
        return self.prefixes[prefix] + local


@dataclass
class Thing:
    """What one file says of one thing: pairs of predicate and object, as written in Turtle."""

    file: str
    name: str
    facts: list[tuple[str, str]] = field(default_factory=list)

    def add(self, predicate: str, *values: str) -> Thing:
        """Say more."""
        self.facts += [(predicate, value) for value in values]
        return self

    def drop(self, predicate: str, value: str | None = None) -> None:
        """Take back what was said with a predicate; with `value` that one statement only."""
        self.facts = [fact for fact in self.facts if fact[0] != predicate or value not in {None, fact[1]}]

    def values(self, predicate: str) -> list[str]:
        """What was said with a predicate."""
        return [value for name, value in self.facts if name == predicate]

    def turtle(self) -> str:
        """One Turtle statement, a predicate on each line."""
        predicates = dict.fromkeys(predicate for predicate, _ in self.facts)
        lines = [f"    {name} {' , '.join(self.values(name))}" for name in predicates]
        return f"{self.name}\n" + " ;\n".join(lines) + " .\n\n"


def text(words: str, language: str) -> str:
    """A text in a language, in Turtle."""
    return f'"{words}"@{language}'


def both(sv: str, en: str) -> tuple[str, str]:
    """A text in Swedish and English, in Turtle."""
    return text(sv, "sv"), text(en, "en")


def triple(subject: str, predicate: str, value: str) -> str:
    """A statement as a text in Turtle; its names stand in braces until it is known what they stand for."""
    bare, _, datatype = value.partition("^^")
    named = f"{bare}^^{{{datatype}}}" if datatype else value if value.startswith('"') else f"{{{value}}}"
    return f"'{{{subject}}} {{{predicate}}} {named}'^^sam:triple"


def _spelt(text: str, names: Names) -> str:
    """A text with the names in braces spelt as whole addresses."""
    return _BRACED.sub(lambda found: f"<{names.iri(found[1])}>", text)


def document(things: Iterable[Thing], names: Names) -> Iterator[str]:
    """A whole Turtle file, piece by piece."""
    yield "# Invented by bench/generate.py to measure with. Nothing in it is true.\n\n"
    yield from (f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in names.prefixes.items())
    yield "\n"
    yield from (_spelt(thing.turtle(), names) for thing in things if thing.facts)
