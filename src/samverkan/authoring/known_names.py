"""By which names somebody is looked for: those that tell who it is, and those that may be anybody's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from pyoxigraph import Literal, NamedNode, Triple

from samverkan.authoring.traces import Names
from samverkan.model.namespaces import FOAF, LABELS, SCHEMA, SCHEMA_HTTP, SKOS, VCARD
from samverkan.model.personal import NAMES, PARTS_OF_NAMES

CONTACT = re.compile(r"(?:mailto|tel|sip):(?P<address>.+)", re.IGNORECASE)
_ADDRESS = re.compile(r"[^\s@<>]+@[^\s@<>]+|\+?[0-9][0-9 ()/-]{6,}[0-9]")
_SHORT = 4  # letters of a name of one word that can be looked for by itself

_SCHEMAS = (SCHEMA, SCHEMA_HTTP)
_GIVEN = frozenset(
    map(NamedNode, (f"{VCARD}given-name", f"{FOAF}givenName", f"{FOAF}firstName", *(f"{s}givenName" for s in _SCHEMAS)))
)
_FAMILY = frozenset(
    map(
        NamedNode,
        (
            f"{VCARD}family-name",
            *(f"{FOAF}{name}" for name in ("familyName", "lastName", "surname")),
            *(f"{schema}familyName" for schema in _SCHEMAS),
        ),
    )
)
_WHOLE = frozenset({*NAMES, *LABELS, NamedNode(f"{SKOS}altLabel"), NamedNode(f"{SKOS}hiddenLabel")})
_PARTS = frozenset(PARTS_OF_NAMES)


@dataclass(frozen=True)
class KnownNames:
    """What somebody is called, by `own` statements and as `given` besides.

    `others` are the names of other persons, and `texts` those of the data, in which a word that is written in small
    letters is no name.
    """

    own: Sequence[Triple]
    given: Sequence[str]
    others: frozenset[str]
    texts: Sequence[str]

    @cached_property
    def whole(self) -> Names:
        """The names and addresses that tell who it is."""
        return Names(name for name in self._all if self._is_telling(name))

    @cached_property
    def parts(self) -> Names:
        """What may be anybody's: parts of names, names of one common or short word, and names that others have too."""
        vague = (name for name in self._all if not self._is_telling(name))
        words = (word for name in self._all if not _ADDRESS.fullmatch(name) for word in name.split())
        parts = (text for text in self._texts(_PARTS))
        return Names(name for name in (*vague, *words, *parts) if len(name) >= _SHORT or " " in name)

    @property
    def is_shared(self) -> bool:
        """Whether somebody else has one of the names."""
        return any(name in self.others for name in map(_folded, self._all))

    @cached_property
    def _all(self) -> tuple[str, ...]:
        pairs = product(self._texts(_GIVEN), self._texts(_FAMILY))
        found = (*self._texts(_WHOLE), *(" ".join(pair) for pair in pairs), *self._addresses(), *self.given)
        return tuple(dict.fromkeys(" ".join(name.split()) for name in found if name.strip()))

    def _texts(self, predicates: frozenset[NamedNode]) -> tuple[str, ...]:
        said = (triple.object for triple in self.own if triple.predicate in predicates)
        return tuple(each.value for each in said if isinstance(each, Literal))

    def _addresses(self) -> Iterator[str]:
        """How somebody is reached: addresses as texts, and behind the scheme of an IRI."""
        for value in (triple.object for triple in self.own):
            contact = CONTACT.fullmatch(value.value) if isinstance(value, NamedNode) else None
            if contact:
                yield contact["address"]
            if isinstance(value, Literal) and _ADDRESS.fullmatch(value.value.strip()):
                yield value.value

    def _is_telling(self, name: str) -> bool:
        if _ADDRESS.fullmatch(name):
            return True
        if _folded(name) in self.others:
            return False
        return " " in name or (len(name) >= _SHORT and not self._is_common(name))

    def _is_common(self, word: str) -> bool:
        """Whether a word is written in small letters, and not as a part of an address, in a text of the data."""
        if word == word.lower():
            return False
        small = re.compile(rf"(?<![\w<:/#.@-]){re.escape(word.lower())}(?![\w@-])")
        return any(small.search(text) for text in self.texts)


def folded(names: Iterable[str]) -> frozenset[str]:
    """Names as they are compared."""
    return frozenset(map(_folded, names))


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
