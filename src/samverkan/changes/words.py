"""How what changed is called in one language: things, properties and values; and persons not at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Triple

from samverkan.changes.messages import MESSAGES
from samverkan.changes.states import State
from samverkan.model.language_tags import best_of
from samverkan.model.namespaces import DCTERMS, LABELS, RDFS, SH, SKOS, TYPE, XSD
from samverkan.model.results import Term
from samverkan.model.triple_texts import read_triple

_RANKS = {label: rank for rank, label in enumerate(LABELS)}
_LONG = 90  # characters of a text that is shown whole
_AROUND = 30  # characters before and behind what differs in two long texts
_PARTIAL = frozenset(
    SH + key for key in ("qualifiedValueShape", "severity", "uniqueLang")
)  # of some of the values only
_TRUTHS = {"true": "yes", "1": "yes", "false": "no", "0": "no"}

# What the properties of the standards are called that say what things are called, what they are and what became of
# them; all others by the ontology and the shapes of the site.
_STANDARD: Mapping[str, str] = {
    TYPE.value: "type",
    f"{SKOS}prefLabel": "name",
    f"{RDFS}label": "name",
    f"{SKOS}altLabel": "other-name",
    f"{DCTERMS}title": "title",
    f"{DCTERMS}description": "description",
    f"{SKOS}definition": "definition",
    f"{RDFS}comment": "comment",
    f"{SKOS}note": "note",
    f"{SKOS}broader": "broader",
    f"{DCTERMS}source": "source",
    f"{DCTERMS}replaces": "replaces",
    f"{DCTERMS}isReplacedBy": "replaced-by",
}


class Words:
    """The words of one language for what two states have, the newer one first."""

    def __init__(self, old: State, new: State, language: str) -> None:
        self.language = language
        self._messages = MESSAGES[language]
        self._states = (new, old)
        self._persons = old.index.persons | new.index.persons
        self._names = sorted(old.index.names | new.index.names, key=len, reverse=True)

    def say(self, key: str, /, **values: object) -> str:
        """A text of our own, with values in its places; `count` chooses between one and many."""
        many = self._messages[key]
        one = self._messages.get(f"{key} one", many)
        return (one if values.get("count") == 1 else many).format_map(values)

    def thing(self, iri: str) -> str:
        """What a thing is called; a person is not named."""
        node = NamedNode(iri)
        if node in self._persons:
            return self.say("person")
        texts = next((found for state in self._states if (found := self._labels(state, node))), {})
        return self.shown(self._best(texts) or self._compact(iri))

    def kind(self, iri: str) -> str:
        """What kind of thing it is: the name of its class; empty where it has none that has a name."""
        for state in self._states:
            for each in state.index.classes(NamedNode(iri)):
                texts = self._labels(state, each)
                if texts:
                    return self._best(texts)
        return ""

    def property(self, predicate: NamedNode, about: str) -> str:
        """What a property is called on a thing, by the shapes of its class, else by the ontology."""
        classes = [each for state in self._states for each in state.index.classes(NamedNode(about))]
        found = next(
            (self._fields[key] for key in ((each, predicate) for each in classes) if key in self._fields), None
        )
        fields = (found or {}, self._fields.get((None, predicate), {}))
        own, other = map(self._best, fields)  # what other classes call it is no name of what the standards have
        text = own or self._standard(predicate) or other or self.thing(predicate.value)
        return text[:1].upper() + text[1:]

    def value(self, term: Term | None) -> str:
        """A value as people write it."""
        if isinstance(term, NamedNode):
            return self.thing(term.value)
        if not isinstance(term, Literal):
            return str(term or "")
        said = read_triple(term)
        if said is not None:
            return self.fact(said)
        return self.shown(self._literal(term))

    def fact(self, triple: Triple) -> str:
        """A whole statement."""
        about = triple.subject.value if isinstance(triple.subject, NamedNode) else str(triple.subject)
        property_ = self.property(triple.predicate, about)
        return f"{self.thing(about)}: {property_} {self.value(triple.object)}"

    def pair(self, old: Term, new: Term) -> tuple[str, str]:
        """Two values; of two long texts only what differs, and what is around it."""
        one, other = self.value(old), self.value(new)
        if isinstance(old, Literal) and isinstance(new, Literal) and max(len(one), len(other)) > _LONG:
            return _differing(one, other)
        return one, other

    def short(self, term: Term | None) -> str:
        """A value that is cut where it is long."""
        text = self.value(term)
        return text if len(text) <= _LONG else f"{text[:_LONG].rpartition(' ')[0] or text[:_LONG]} …"

    def shown(self, text: str) -> str:
        """A text without the names of persons."""
        lower = text.casefold()
        for name in self._names:
            if name.casefold() in lower:
                text = re.sub(re.escape(name), self.say("person"), text, flags=re.IGNORECASE)
                lower = text.casefold()
        return " ".join(text.split())

    def day(self, value: date) -> str:
        """A day with its month in words."""
        from babel.dates import format_date

        return str(format_date(value, format="d MMMM y", locale=self.language))

    def _best(self, texts: Mapping[str, str]) -> str:
        found = best_of(texts, (self.language, "en", *self._states[0].languages))
        return texts[found] if found is not None else next(iter(texts.values()), "")

    def _labels(self, state: State, node: object) -> Mapping[str, str]:
        found: dict[str, tuple[int, str]] = {}
        for triple in state.index.labels(node):
            if isinstance(triple.object, Literal):
                key, ranked = triple.object.language or "", (_RANKS[triple.predicate], triple.object.value)
                found[key] = min(found.get(key, ranked), ranked)
        return {language: text for language, (_, text) in found.items()}

    def _compact(self, iri: str) -> str:
        return self._states[0].prefixes.compact(iri)

    def _standard(self, predicate: NamedNode) -> str:
        key = _STANDARD.get(predicate.value)
        return self.say(f"property {key}") if key else ""

    @cached_property
    def _fields(self) -> Mapping[tuple[object, NamedNode], Mapping[str, str]]:
        """What the shapes call the properties of each class, and under None those of any class."""
        found: dict[tuple[object, NamedNode], Mapping[str, str]] = {}
        for shapes in dict.fromkeys(state.shapes for state in reversed(self._states)):
            found |= _fields(triple for file in shapes for triple in file.triples)
        return found

    def _literal(self, term: Literal) -> str:
        form = _FORMS.get(term.datatype.value)
        try:
            return form(self, term.value) if form else term.value
        except (ValueError, KeyError):  # there is no such day
            return term.value

    def _month(self, text: str) -> str:
        from babel.dates import format_date

        return str(format_date(date.fromisoformat(f"{text}-01"), format="MMMM y", locale=self.language))

    def _truth(self, text: str) -> str:
        return self.say(_TRUTHS[text])


_FORMS: Mapping[str, Callable[[Words, str], str]] = {
    f"{XSD}date": lambda words, text: words.day(date.fromisoformat(text)),
    f"{XSD}gYearMonth": Words._month,  # noqa: SLF001 - the class's own table
    f"{XSD}boolean": Words._truth,  # noqa: SLF001
}


def _fields(shapes: Iterable[Triple]) -> dict[tuple[object, NamedNode], Mapping[str, str]]:
    about: dict[object, dict[str, list[Term]]] = {}
    for triple in shapes:
        about.setdefault(triple.subject, {}).setdefault(triple.predicate.value, []).append(triple.object)
    found: dict[tuple[object, NamedNode], Mapping[str, str]] = {}
    for facts in about.values():
        for field in (about.get(each, {}) for each in facts.get(f"{SH}property", ())):
            path = next(iter(field.get(f"{SH}path", ())), None)
            names = {
                each.language or "": each.value for each in field.get(f"{SH}name", ()) if isinstance(each, Literal)
            }
            if isinstance(path, NamedNode) and names and path not in _RANKS and _PARTIAL.isdisjoint(field):
                for target in (*facts.get(f"{SH}targetClass", ()), None):
                    found.setdefault((target, path), names)
    return found


def _differing(one: str, other: str) -> tuple[str, str]:
    """Two texts without most of what they have in common at their beginnings and ends.

    >>> _differing("a" * 60 + " old " + "b" * 60, "a" * 60 + " new " + "b" * 60)[1].startswith("… aaa")
    True
    >>> _differing("no matter what words stand here, one is old", "no matter what words stand here, one is new")[1]
    '… what words stand here, one is new'
    """
    start = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    most = min(len(one), len(other)) - start
    end = next((at for at in range(most) if one[-1 - at] != other[-1 - at]), most)
    return _cut(one, start, len(one) - end), _cut(other, start, len(other) - end)


def _cut(text: str, start: int, end: int) -> str:
    """What stands in a text between two places, and the whole words around it, as far as there are spaces."""
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    if first:
        first = text.find(" ", first - 1, start - 1) + 1 or first
    if last < len(text):
        last = max(text.rfind(" ", end + 1, last + 1), 0) or last
    return f"{'… ' if first else ''}{text[first:last].strip()}{' …' if last < len(text) else ''}"
