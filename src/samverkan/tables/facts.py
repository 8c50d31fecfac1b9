"""What a site says, looked up by thing and property, with the files in which it stands, and what things are called."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from pyoxigraph import Literal, NamedNode, Triple

from samverkan.model.dataset import File
from samverkan.model.namespaces import DCTERMS, LABELS, SKOS, SUBCLASS, TYPE
from samverkan.model.results import Term
from samverkan.settings import Settings
from samverkan.site.folder import Folder
from samverkan.tables.descriptions import OWN, ColumnDescription, Descriptions, PathStep, TableDescription

_OTHER_NAMES = tuple(NamedNode(f"{SKOS}{name}") for name in ("altLabel", "hiddenLabel"))
_IN_SCHEME, _SCHEME = NamedNode(f"{SKOS}inScheme"), NamedNode(f"{SKOS}ConceptScheme")
_NOTATION, _PART_OF = NamedNode(f"{SKOS}notation"), NamedNode(f"{DCTERMS}isPartOf")
_CLOSE = 0.72

Fact = tuple[str, str, Term]
"""A statement: the IRIs of a thing and a property, and a value."""


@dataclass(frozen=True)
class SiteFacts:
    """All that the files of a site say."""

    folder: Folder
    descriptions: Descriptions

    @property
    def settings(self) -> Settings:
        """The settings of the site."""
        return self.folder.settings

    @property
    def base(self) -> str:
        """How the addresses of things begin."""
        return f"{self.settings.base}id/"

    @cached_property
    def files(self) -> tuple[File, ...]:
        """The files of facts."""
        return self.folder.dataset.data

    @cached_property
    def _index(self) -> dict[str, dict[str, list[Term]]]:
        found: dict[str, dict[str, list[Term]]] = {}
        for file in self.folder.published:
            for triple in file.triples:
                if isinstance(triple.subject, NamedNode):
                    values = found.setdefault(triple.subject.value, {}).setdefault(triple.predicate.value, [])
                    if triple.object not in values:
                        values.append(triple.object)
        return found

    @cached_property
    def places(self) -> Mapping[Fact, list[str]]:
        """The files of facts in which each fact stands."""
        found: dict[Fact, list[str]] = {}
        for file in self.files:
            for triple in file.triples:
                if isinstance(triple.subject, NamedNode):
                    found.setdefault(fact(triple), []).append(file.name)
        return found

    @cached_property
    def _against(self) -> Mapping[tuple[str, str], list[str]]:
        """The things that lead to a thing by a property."""
        found: dict[tuple[str, str], list[str]] = {}
        for subject, said in self._index.items():
            for predicate, values in said.items():
                for value in values:
                    if isinstance(value, NamedNode):
                        found.setdefault((value.value, predicate), []).append(subject)
        return found

    def values(self, thing: str, predicate: str) -> list[Term]:
        """The values of a property of a thing, in the order of the files."""
        return self._index.get(thing, {}).get(predicate, [])

    def texts(self, thing: str, predicate: str) -> list[str]:
        """The values of a property of a thing as texts."""
        return [each.value for each in self.values(thing, predicate) if isinstance(each, NamedNode | Literal)]

    def said(self, thing: str) -> Mapping[str, list[Term]]:
        """All that is said of a thing."""
        return self._index.get(thing, {})

    def leading(self, thing: str, predicate: str) -> list[str]:
        """The things that lead to a thing by a property."""
        return self._against.get((thing, predicate), [])

    def by_step(self, thing: str, step: PathStep) -> Iterator[tuple[Fact, Term]]:
        """What a step from a thing leads to, each with the fact that says so."""
        if step.is_inverse:
            for subject in self.leading(thing, step.property):
                yield (subject, step.property, NamedNode(thing)), NamedNode(subject)
        else:
            for value in self.values(thing, step.property):
                yield (thing, step.property, value), value

    def files_of(self, thing: str) -> tuple[str, ...]:
        """The files that say something of a thing, that which says its class first."""
        return self._files_of.get(thing, ())

    @cached_property
    def _files_of(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, dict[str, bool]] = {}
        for (subject, predicate, _), names in self.places.items():
            for name in names:
                known = found.setdefault(subject, {})
                known[name] = known.get(name, False) or predicate == TYPE.value
        return {thing: tuple(sorted(names, key=lambda each: not names[each])) for thing, names in found.items()}

    # ------------------------------------------------------------ what there is

    @cached_property
    def _instances(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for file in self.files:
            for triple in file.triples:
                if triple.predicate == TYPE and isinstance(triple.object, NamedNode):
                    found.setdefault(triple.object.value, {})[getattr(triple.subject, "value", "")] = None
        return {each: tuple(things) for each, things in found.items()}

    def of_class(self, iri: str) -> tuple[str, ...]:
        """The things of a class, and of those below it, in the order of the files."""
        below = {iri, *self.leading(iri, SUBCLASS.value)}
        return tuple(dict.fromkeys(each for found in below for each in self._instances.get(found, ())))

    def rows(self, table: TableDescription) -> tuple[str, ...]:
        """The things that are the rows of a table, in the order of the files."""
        found = dict.fromkeys(each for known in table.classes for each in self.of_class(known))
        return tuple(each for each in found if not (table.without and self.values(each, table.without)))

    def candidates(self, column: ColumnDescription) -> tuple[str, ...]:
        """The things that a cell of a column may name."""
        key = (column.of, column.scheme)
        if key not in self._known_candidates:
            self._known_candidates[key] = self._found_candidates(column)
        return self._known_candidates[key]

    @cached_property
    def _known_candidates(self) -> dict[tuple[str, str], tuple[str, ...]]:
        return {}

    def _found_candidates(self, column: ColumnDescription) -> tuple[str, ...]:
        if column.scheme:
            schemes = self.schemes(column.scheme)
            return tuple(dict.fromkeys(each for scheme in schemes for each in self.leading(scheme, _IN_SCHEME.value)))
        if column.of:
            return self.rows(self.descriptions.tables[column.of])
        return ()

    def schemes(self, wanted: str) -> tuple[str, ...]:
        """A list with the schemes of the site that are a part of it, or else are called as it is.

        Which they are is decided as the checks decide it: `dcterms:isPartOf`, else the end of the address.
        """
        codes = {value.value for value in self.values(wanted, _NOTATION.value) if isinstance(value, Literal)}
        own = self.of_class(_SCHEME.value)
        free = (each for each in own if not self.values(each, _PART_OF.value) and re.split("[/#]", each)[-1] in codes)
        return tuple(dict.fromkeys((*self.leading(wanted, _PART_OF.value), *free, wanted)))

    # ------------------------------------------------------------ what it is called

    def label(self, thing: str, language: str) -> str:
        """What a thing is called in a language, or else in another; its short address where it has no name."""
        texts = {
            (value.language or ""): value.value
            for predicate in LABELS
            for value in reversed(self.values(thing, predicate.value))
            if isinstance(value, Literal)
        }
        for tag in (language, "", *texts):
            if texts.get(tag):
                return texts[tag]
        return self.short(thing)

    def short(self, thing: str) -> str:
        """The end of a thing's address, as cells have it; that of others is whole."""
        return thing.removeprefix(self.base)

    def shown(self, thing: str, language: str, column: ColumnDescription) -> str:
        """What a thing is called in a cell: so that it is found again among all that the cell may name."""
        name = self.label(thing, language)
        found = self.names(column).get(same(name), ())
        return name if set(found) <= {thing} else f"{name} ({self.short(thing)})"

    def names(self, column: ColumnDescription) -> Mapping[str, tuple[str, ...]]:
        """The things that a cell may name by all their names, as `same` has them."""
        key = (column.of, column.scheme)
        if key not in self._known_names:
            self._known_names[key] = self._found_names(self.candidates(column))
        return self._known_names[key]

    @cached_property
    def _known_names(self) -> dict[tuple[str, str], Mapping[str, tuple[str, ...]]]:
        return {}

    def _found_names(self, things: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for thing in things:
            for name in self.all_names(thing):
                found.setdefault(same(name), {})[thing] = None
        return {name: tuple(called) for name, called in found.items()}

    def all_names(self, thing: str) -> Iterator[str]:
        """Every name of a thing."""
        for predicate in (*LABELS, *_OTHER_NAMES):
            yield from (value.value for value in self.values(thing, predicate.value) if isinstance(value, Literal))

    def is_called(self, thing: str, text: str) -> bool:
        """Whether a text is one of the names of a thing."""
        return same(text) in map(same, self.all_names(thing))

    @cached_property
    def own(self) -> str | None:
        """The organisation whose facts these are: that which is called as the settings have it, or is in most rows."""
        for texts in (self.settings.about, self.settings.publisher):
            wanted = {same(text) for text in texts.values()}
            for table in self.descriptions.tables.values():
                if table.is_of_own:
                    for thing in self.rows(self.descriptions.tables[table.is_of_own]):
                        if any(same(name) in wanted for name in self.all_names(thing)):
                            return thing
        return self._most_common()

    def _most_common(self) -> str | None:
        """The organisation that most rows have in common, where a row always has the site's own."""
        counts: Counter[str] = Counter()
        for table in self.descriptions.tables.values():
            said = [predicate for predicate, value in table.always if value == OWN and not table.like]
            for thing in self.rows(table) if said else ():
                counts.update(text for each in said for text in self.texts(thing, each))
        found = counts.most_common(2)
        is_clear = (len(found) > 1 and found[0][1] > found[1][1]) or len(found) == 1
        return found[0][0] if is_clear else None


def fact(triple: Triple) -> Fact:
    """A triple about a thing with an address."""
    assert isinstance(triple.subject, NamedNode)
    return triple.subject.value, triple.predicate.value, triple.object


def triple(said: Fact) -> Triple:
    """The opposite of `fact`."""
    return Triple(NamedNode(said[0]), NamedNode(said[1]), said[2])


@lru_cache(maxsize=4096)
def same(text: str) -> str:
    """A name without what makes no difference between names.

    >>> same("  Solna  STAD "), same("”Äldreomsorg”")
    ('solna stad', 'äldreomsorg')
    """
    bare = unicodedata.normalize("NFKC", text).casefold().translate(_QUOTES)
    return " ".join(bare.split()).strip(" .")


_QUOTES = {ord(sign): None for sign in "\"'”“’‘„«»\u200b\ufeff\u00ad"} | {ord("–"): "-", ord("‐"): "-"}


def slug(text: str) -> str:
    """A name as a part of an address: letters without marks, å as a.

    >>> slug("Örebro län"), slug("Ærø & Straße")
    ('orebro-lan', 'aero-strasse')
    """
    turned = text.casefold().translate(_LETTERS)
    plain = unicodedata.normalize("NFKD", turned).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-")


_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "ß": "ss", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "œ": "oe", "ı": "i"})


def close(text: str, names: Iterable[str]) -> list[str]:
    """The names that somebody may have meant, the closest first."""
    return difflib.get_close_matches(same(text), list(names), n=3, cutoff=_CLOSE)


@dataclass
class Change:
    """What an import adds to what a site says, and takes away."""

    added: dict[Fact, None] = field(default_factory=dict)
    removed: dict[Fact, None] = field(default_factory=dict)
