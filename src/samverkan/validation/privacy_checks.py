"""The check of personal data: persons, and what is theirs, stand only in graphs that are declared personal.

Which graphs those are, a site says with a property of its own, whose ontology points to `dpv:hasPersonalData` (Data
Privacy Vocabulary) by `rdfs:seeAlso`, or by a match of SKOS. Where there is no such property nothing is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from unicodedata import combining, normalize

from pyoxigraph import Literal, NamedNode, Triple

from samverkan.errors import Place
from samverkan.model import paths
from samverkan.model.dataset import File
from samverkan.model.namespaces import LABELS, PERSONAL_DATA, RDF, SKOS, VCARD, XSD
from samverkan.model.personal import NAMES, PARTS_OF_NAMES, PERSONS, SAME, TRUE
from samverkan.validation.evaluation.data_graph import DataGraph
from samverkan.validation.findings import Finding
from samverkan.validation.messages import finding
from samverkan.validation.validation_input import ValidationInput

_LABELS = frozenset(LABELS)
# What only persons have: an organisation may be called by foaf:name or schema:name as well.
_OF_PERSONS = frozenset({*PARTS_OF_NAMES, *(name for name in NAMES if name.value.startswith(VCARD))})
_OTHER_NAMES = tuple(NamedNode(f"{SKOS}{name}") for name in ("altLabel", "hiddenLabel"))
_SHORTEST_SURNAME = 4  # letters: a shorter word is often something else
_MARKS = ".,;:!?()[]\"'”“’"  # noqa: RUF001 - typographic marks
_TEXTS = frozenset({f"{XSD}string", f"{RDF}langString"})
_GENITIVES = ("s", "\u2019s", "'s")
_INITIAL = re.compile(r"\b([^\W\d_a-z])\.\s?([^\W\d_]+(?:[-\u2019'][^\W\d_]+)*)")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2019'][^\W\d_]+)*")

# What looks like a number, a mailbox or an address of a person: not a date, not an ORCID, not `info@…`.
_TELEPHONE = re.compile(
    r"(?<![\w/.+-])(?!\d{4}-\d{4}-\d{4}|\d\d-\d\d-\d{4})(?:\+\d{1,3}[\s()-]*(?:\d[\s()-]*){5,11}\d"
    r"|0\d{1,3}\)?[\s/-]+(?:\d[\s-]?){4,7}\d|07\d{8})(?![\w-])"
)
_DIGIT, _DIGIT_OR_AT = re.compile(r"\d"), re.compile(r"[\d@]")
_MAILBOX = re.compile(r"[^\W\d_]+[._][^\W\d_]+(?:[._-][\w]+)*@[\w-]+(?:\.[\w-]+)+")
_MAILTO = re.compile(f"mailto:{_MAILBOX.pattern}", re.IGNORECASE)
_HOME = re.compile(
    r"\b[^\W\d_a-zåäö]\w*(?:gata|gatan|väg|vägen|gränd|stigen|backen|allén) \d+\b"
    r"|\b\d+ (?:[A-Z][a-z]+ )+(?:Street|Road|Avenue|Lane|Drive|Close)\b"
)
_SURNAME = re.compile(r"\b[^\W\d_a-zåäö][^\W\d_]+(?: [^\W\d_a-zåäö][^\W\d_]+)+\b")

_KINDS: Mapping[str, tuple[str, str]] = {
    "telephone": ("ett telefonnummer", "a telephone number"),
    "mailbox": ("en persons e-postadress", "the mailbox of a person"),
    "home": ("en gatuadress", "a street address"),
    "name": ("ett namn på en person", "the name of a person"),
}


def personal_data_are_apart(case: ValidationInput) -> Iterator[Finding]:
    """Nothing outside of the personal graphs describes a person, leads to one, names one or tells how to reach one."""
    personal = Personal(case)
    for file, used, is_declared in personal.files() if personal.is_declared else ():
        if is_declared:
            yield from _nobody_in(file, used, personal)
        else:
            yield from _persons_in(file, used, personal)
            yield from _texts_in(file, used, personal)
    for place, name in personal.in_code() if personal.is_declared else ():
        yield finding("named-person", place=place, name=name)


def withdrawn_persons_are_nameless(case: ValidationInput) -> Iterator[Finding]:
    """What is left of the address of a person who is gone has no name, wherever it stands."""
    personal = Personal(case)
    gone = {case.graph.number(NamedNode(iri)) for iri in case.tombstones}
    for file, part in case.parts if gone else ():
        for triple in case.graph.stated(part, gone):
            if _names_somebody(triple, personal):
                yield _on("named-tombstone", triple, file)


def _names_somebody(triple: Triple, personal: Personal) -> bool:
    """Whether a statement gives a withdrawn person a name: by a property of persons, or by a label that looks so."""
    if triple.predicate in _OF_PERSONS:
        return True
    is_person = isinstance(triple.subject, NamedNode) and triple.subject.value.startswith(personal.kinds)
    value = triple.object.value if _is_text(triple.object) else ""  # type: ignore[union-attr]
    return (
        is_person
        and triple.predicate in _LABELS
        and bool(_SURNAME.search(value) or personal.known.named(_words(value)))
    )


@dataclass(frozen=True, eq=False)
class PersonNames:
    """The names of persons by which a text may mean one.

    `names` are those of more than one word, by their first words: as compared, and as shown; `initials` are those of
    the persons of each surname, and `surnames` the surnames that mean nobody and nothing else.
    """

    names: Mapping[str, Mapping[tuple[str, ...], str]]
    initials: Mapping[str, frozenset[str]]
    surnames: frozenset[str]

    @cached_property
    def all(self) -> object:
        """All of them: as long as they stay the same, a text names somebody or it does not."""
        names = (item for names in self.names.values() for item in names.items())
        return frozenset(names), frozenset(self.initials.items()), self.surnames

    def named(self, words: Sequence[str]) -> str | None:
        """The name of a person that the words of a text have; None where they have none."""
        plain = list(map(_plain, words)) if self.names else []
        for place, word in enumerate(plain if not self.names.keys().isdisjoint(plain) else ()):
            for name, shown in self.names.get(word, {}).items():
                if _is_name(plain[place : place + len(name)], name):
                    return shown
        return None

    def initialled(self, text: str, words: Iterable[str]) -> str | None:
        """The initial and surname of a person that a text has, such as `M. Ek`; `words` are its words."""
        if self.initials.keys().isdisjoint(words):
            return None
        said = _INITIAL.findall(text)
        return next((f"{letter}. {name}" for letter, name in said if letter in self.initials.get(name, ())), None)

    def is_silent(self, text: str) -> bool:
        """Whether a text neither names a person nor looks as if it had something of one."""
        words = _words(text)
        is_named = self.named(words) or self.initialled(text, words) or not self.surnames.isdisjoint(words)
        return not (is_named or _kind(text))


@dataclass(frozen=True)
class Personal:
    """What a site has of personal data, and where."""

    case: ValidationInput

    @property
    def graph(self) -> DataGraph:
        """What is published."""
        return self.case.graph

    @cached_property
    def _flags(self) -> tuple[Triple, ...]:
        """What is said of whether a graph has personal data."""
        number = self.graph.number(PERSONAL_DATA)
        same = (self.graph.backward(self.graph.number(each)).get(number, ()) for each in SAME)
        properties = {number, *(each for found in same for each in found)}
        return tuple(triple for each in properties for triple in self.graph.triples(each))

    @property
    def is_declared(self) -> bool:
        """Whether the site says of any graph that it has personal data, or that it has none."""
        return bool(self._flags)

    def files(self) -> Iterator[tuple[File, frozenset[int], bool]]:
        """The files of data, each with the terms that it uses and whether it is declared personal."""
        said = {flag.subject for flag in self._flags if getattr(flag.object, "value", "") in TRUE}
        parts = self.graph.parts[len(self.case.dataset.ontology) :]
        for file, part in zip(self.case.dataset.data, parts, strict=True):
            yield file, part.used, NamedNode(file.graph) in said

    def texts(self, used: Iterable[int]) -> Iterator[tuple[int, str]]:
        """Those of some terms that are texts, each with its number."""
        texts, datatypes = self.graph.texts, self.graph.datatypes
        return ((each, texts[each] or "") for each in used if datatypes[each] in _TEXTS)

    @cached_property
    def known(self) -> PersonNames:
        """The names of the persons."""
        return PersonNames(self._names, self._initials, self._surnames)

    @cached_property
    def persons(self) -> frozenset[int]:
        """The persons."""
        return frozenset().union(*map(self.graph.instances, PERSONS))

    @cached_property
    def _names(self) -> Mapping[str, Mapping[tuple[str, ...], str]]:
        found: dict[str, dict[tuple[str, ...], str]] = {}
        for text in self._called(NAMES, of_persons=True):
            words = _WORD.findall(text)
            if len(words) > 1:
                for ordered in (words, [words[-1], *words[:-1]]):  # as in a list: surname, first name
                    plain = tuple(map(_plain, ordered))
                    found.setdefault(plain[0], {})[plain] = " ".join(ordered).title()
        return {first: dict(sorted(names.items())) for first, names in found.items()}

    def _called(self, properties: Iterable[NamedNode], *, of_persons: bool) -> Iterator[str]:
        """What persons, or all that are none, are called by some properties."""
        texts = self.graph.texts
        for predicate in map(self.graph.number, properties):
            for node, values in self.graph.forward(predicate).items():
                if (node in self.persons) is of_persons:
                    yield from (texts[each] or "" for each in values)

    @cached_property
    def _initials(self) -> Mapping[str, frozenset[str]]:
        """The initials of the persons of each surname, which is there in the genitive as well."""
        found: dict[str, set[str]] = {}
        for words in map(_WORD.findall, self._called(NAMES, of_persons=True)):
            if len(words) > 1:
                found.setdefault(words[-1], set()).add(words[0][0])
        return {f"{name}{end}": frozenset(letters) for name, letters in found.items() for end in ("", *_GENITIVES)}

    @cached_property
    def _surnames(self) -> frozenset[str]:
        """The last words of the names of persons, also in the genitive, where no other name has that word."""
        words = map(_WORD.findall, self._called(NAMES, of_persons=True))
        last = {found[-1] for found in words if len(found) > 1 and len(found[-1]) >= _SHORTEST_SURNAME}
        single = last - self._ordinary if last else last
        return frozenset(single | {f"{name}{end}" for name in single for end in _GENITIVES})

    @cached_property
    def _ordinary(self) -> frozenset[str]:
        """The words in the names of all that is no person."""
        texts = self._called((*LABELS, *_OTHER_NAMES), of_persons=False)
        return frozenset(word.strip(_MARKS) for word in {word for text in texts for word in text.split()})

    def in_code(self) -> Iterator[tuple[Place, str]]:
        """Where the ontology, the shapes and the queries name a person, once for each file, with the name."""
        files = [
            (file.name, file.content.decode("utf-8"))
            for file in (*self.case.dataset.ontology, *self.case.dataset.shapes)
        ]
        files += [(query.place.file, query.text) for query in self.case.queries]
        for file, text in files if self.known.names else ():
            if name := self.known.named(_spoken(text)):
                yield Place(file, self._line(text)), name

    def _line(self, text: str) -> int | None:
        """The first line of a text that names a person; None where the name goes on in the next line."""
        return next((line for line, said in enumerate(text.split("\n"), 1) if self.known.named(_words(said))), None)

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        """What the addresses of persons begin with, be they still described or withdrawn."""
        texts = (self.graph.texts[each] or "" for each in self.persons)
        kinds = {text.rpartition("/")[0] + "/" for text in texts if text.startswith(self.case.base + paths.THINGS)}
        return tuple(sorted(kinds | {f"{self.case.base}{paths.THINGS}person/"}))


def _nobody_in(file: File, used: frozenset[int], personal: Personal) -> Iterator[Finding]:
    """A file that is declared personal has a person, the notice of one, or a text that looks like one."""
    texts = (text for _, text in personal.texts(used))
    gone = map(personal.graph.number, map(NamedNode, personal.case.tombstones))
    if used.isdisjoint(personal.persons) and used.isdisjoint(gone) and not any(map(_kind, texts)):
        yield finding("nobody-personal", focus=file.graph, value=file.graph)


def _persons_in(file: File, used: frozenset[int], personal: Personal) -> Iterator[Finding]:
    """The first statement of a file about, or with, each person."""
    found = used & personal.persons
    terms, seen = {personal.graph.terms[each] for each in found}, set[object]()
    for triple in file.triples if found else ():
        for term in ({triple.subject, triple.object} & terms) - seen:
            seen.add(term)
            yield _on("person-outside", triple, file, name=personal.case.prefixes.compact(getattr(term, "value", "")))


def _texts_in(file: File, used: frozenset[int], personal: Personal) -> Iterator[Finding]:
    graph, terms, known = personal.graph, personal.graph.terms, personal.known
    texts = list(personal.case.failing_texts("silent of persons", known.is_silent, known.all, used))
    words = [(terms[each], text, _words(text)) for each, text in texts]
    names: dict[object, str] = {term: name for term, _, found in words if (name := known.named(found))}
    names |= {term: name for term, text, found in words if (name := known.initialled(text, found))}
    looks: dict[object, str] = {terms[each]: kind for each, text in texts if (kind := _kind(text))}
    mailboxes = graph.failing_iris("no mailbox of a person", None, lambda text: not _MAILTO.fullmatch(text))
    looks |= {terms[each]: "mailbox" for each in mailboxes & used}
    looks |= {term: "name" for term, _, found in words if not known.surnames.isdisjoint(found)}
    for triple in file.triples if names or looks else ():
        name, kind = names.get(triple.object), looks.get(triple.object)
        if name:
            yield _on("named-person", triple, file, name=name)
        elif kind:
            yield _like(kind, triple, file)
    yield from _notices_in(file, names.keys(), personal)


def _notices_in(file: File, known: Iterable[object], personal: Personal) -> Iterator[Finding]:
    """What is said of the address of a person who is gone, and looks like a name."""
    gone = {NamedNode(iri) for iri in personal.case.tombstones if iri.startswith(personal.kinds)}
    for triple in file.triples if gone else ():
        is_new = triple.subject in gone and triple.predicate not in _LABELS and triple.object not in known
        if is_new and _is_text(triple.object) and _SURNAME.search(getattr(triple.object, "value", "")):
            yield _like("name", triple, file)


def _is_text(term: object) -> bool:
    return isinstance(term, Literal) and term.datatype.value in _TEXTS


_LOOKS: Mapping[str, Callable[[str], object]] = {
    "telephone": lambda text: _DIGIT.search(text) and _TELEPHONE.search(text),
    "mailbox": lambda text: "@" in text and _MAILBOX.search(text),
    "home": lambda text: _DIGIT.search(text) and _HOME.search(text),
}


def _kind(text: str) -> str | None:
    """What of a person's a text seems to have; None where it seems to have nothing."""
    if not _DIGIT_OR_AT.search(text):  # all that follow have one of them
        return None
    return next((kind for kind, looks_like in _LOOKS.items() if looks_like(text)), None)


def _is_name(words: Sequence[str], name: Sequence[str]) -> bool:
    """Whether some words are a name, or the genitive of it."""
    ends = {f"{name[-1]}{end}" for end in ("", *_GENITIVES)}
    return len(words) == len(name) and [*words[:-1]] == [*name[:-1]] and words[-1] in ends


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


@lru_cache(256)
def _spoken(text: str) -> tuple[str, ...]:
    """The words of a file, as they are compared: it is looked at again whenever another one changes."""
    return tuple(map(_plain, _WORD.findall(text)))


@lru_cache(4096)
def _plain(word: str) -> str:
    """A word in lower case, its letters without marks, as those write it who don't have them on their keyboard."""
    folded = word.casefold()
    return folded if folded.isascii() else "".join(each for each in normalize("NFKD", folded) if not combining(each))


def _like(kind: str, triple: Triple, file: File) -> Finding:
    sv, en = _KINDS[kind]
    return _on("like-personal-data", triple, file, sv=sv, en=en, text=getattr(triple.object, "value", ""))


def _on(rule: str, triple: Triple, file: File, **words: Any) -> Finding:
    focus = triple.subject.value if isinstance(triple.subject, NamedNode) else str(triple.subject)
    path, value = triple.predicate.value, str(triple.object)
    return finding(rule, focus=focus, path=path, value=value, file=file.name, **words)
