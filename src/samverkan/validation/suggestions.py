"""What was probably meant where something is wrong: the name that is most like a wrong one, the well-formed value.

All of this is worked out only where there is a finding, and for the first of them: where hundreds are wrong, nobody
reads so many questions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property, lru_cache

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from samverkan.model.namespaces import FIRST, LABELS, RDF, REST, SH, TYPE, XSD
from samverkan.model.results import Term
from samverkan.validation.findings import HELD_AGAINST, WITHOUT_FACT, Finding, Severity
from samverkan.validation.messages import REMARKS
from samverkan.validation.shapes.paths import ShapeError
from samverkan.validation.shapes.regular_expressions import RegularExpression, compiled
from samverkan.validation.validation_input import ValidationInput

_MOST = 40  # findings for which something is looked for
_MOST_NAMES = 2000  # that are compared one by one; of more, only those that differ in one character are found
_MOST_CODES = 12  # in a message
_ALIKE = 0.8
_LETTERS = "abcdefghijklmnopqrstuvwxyzåäö0123456789-_"
Key = tuple[str | None, str | None, str | None]
"""A thing, its property and a value."""

_TEXTS = frozenset({f"{XSD}string", f"{RDF}langString"})
_LONGEST = 120  # characters of a value in a message
_DIGITS = re.compile("[0-9]+")

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari january jan",
            "februari february feb",
            "mars march mar",
            "april apr",
            "maj may",
            "juni june jun",
            "juli july jul",
            "augusti august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "december dec",
        ),
        1,
    )
    for name in names.split()
}
_DATES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), order)
    for pattern, order in (
        (r"(\d{4})-(\d{1,2})-(\d{1,2})(?:T.*|Z|[+-]\d\d:\d\d)?", "ymd"),
        (r"(\d{4})(\d{2})(\d{2})", "ymd"),
        (r"(\d{4})[/. ](\d{1,2})[/. ](\d{1,2})", "ymd"),
        (r"(\d{1,2})[/.-](\d{1,2})(?:[/.-]|,? )(\d{4})", "dmy"),
        (r"(?:den )?(\d{1,2})(?:st|nd|rd|th|:e|:a)?\.? ([a-z]+)\.?,? (\d{4})", "dmy"),
        (r"([a-z]+)\.? (\d{1,2}),? (\d{4})", "mdy"),
    )
)
_MONTH_ONLY = re.compile(r"(\d{4})[-/](\d{1,2})|([a-z]+) (\d{4})", re.IGNORECASE)
_TRUTH = {"ja": "true", "yes": "true", "sant": "true", "nej": "false", "no": "false", "falskt": "false"}


def explained(findings: Iterable[Finding], case: ValidationInput) -> list[Finding]:
    """The findings of shapes with the value that is wrong, and what was probably meant."""
    suggestions, every = case.once(Suggestions), list(findings)
    borne = {(e.focus, e.path, e.value): e.meant for e in every if e.rule in HELD_AGAINST and e.meant}
    missing = {(e.focus, e.path): e for e in reversed(every) if e.rule == WITHOUT_FACT}
    told = [
        suggestions.explained(each, borne) if _has_value(each) else suggestions.asked_of(each, borne) for each in every
    ]
    told = [suggestions.completed(each, missing) for each in told]
    wrong = {(e.focus, e.path, e.value) for e in told if e.meant and e.value and e.rule not in HELD_AGAINST}
    wrong |= {(e.focus, e.path, e.meant) for e in told if e.meant and e.value is None}
    held = {(e.focus, e.path, e.value): e.severity for e in told if e.rule in HELD_AGAINST}
    return [_as_grave(each, held) for each in told if each.rule not in HELD_AGAINST or _key(each) not in wrong]


def _key(found: Finding) -> Key:
    return found.focus, found.path, found.value


def _as_grave(found: Finding, held: Mapping[Key, Severity]) -> Finding:
    """A finding that says what the evidence says, as bad as if that were told."""
    worst = held.get(_key(found), found.severity) if found.meant else found.severity
    return replace(found, severity=max(found.severity, worst))


def _has_value(found: Finding) -> bool:
    return found.check == "shacl" and found.value is not None


@dataclass(eq=False)
class Suggestions:
    """What the names and values of a site may have been meant for."""

    case: ValidationInput
    asked: int = 0

    def explained(self, found: Finding, borne: Mapping[Key, str | None]) -> Finding:
        """A finding of a shape, with its value in the message and what was meant in place of it.

        `borne` has the values that the evidence has for others.
        """
        value = term_of(found.value)
        if value is None or _is_focus(value, found):
            return found
        said = [] if self._is_told(value, found) else [("value", {"value": _cut(self.shown(value))})]
        codes = self._codes(found)
        # Where values only disagree with each other, what bears them out says which is wrong, in a finding of its own.
        others = borne if isinstance(value, NamedNode) or self._datatypes(found) else {}
        meant = self._meant(found, value, codes) or term_of(others.get((found.focus, found.path, found.value)))
        if meant is not None:
            said.append(("meant", {"meant": self.shown(meant)}))
        elif codes:
            names = ", ".join(map(self.shown, codes[:_MOST_CODES]))
            said.append(("codes", {"codes": f"{names}, …" if len(codes) > _MOST_CODES else names}))
        message = {tag: text + _remarks(said, tag) for tag, text in found.message.items()}
        return replace(found, message=message, meant=None if meant is None else str(meant))

    def asked_of(self, found: Finding, borne: Mapping[Key, str | None]) -> Finding:
        """A finding of our own about a value for which the evidence has another one, with the question that asks it."""
        meant = None if found.rule in HELD_AGAINST or found.meant else borne.get((found.focus, found.path, found.value))
        term = term_of(meant)
        if term is None or found.severity is not Severity.VIOLATION:
            return found
        said = [("meant", {"meant": self.shown(term)})]
        return replace(
            found, message={tag: text + _remarks(said, tag) for tag, text in found.message.items()}, meant=meant
        )

    def completed(self, found: Finding, missing: Mapping[tuple[str | None, str | None], Finding]) -> Finding:
        """A finding of a shape that there are too few values, with the one that has evidence."""
        borne = missing.get((found.focus, found.path))
        term = term_of(borne.value) if borne else None
        if (
            term is None
            or found.check != "shacl"
            or not (found.component or "").endswith("#MinCountConstraintComponent")
        ):
            return found
        said = [("borne", {"meant": self.shown(term)})]
        message = {tag: text + _remarks(said, tag) for tag, text in found.message.items()}
        return replace(found, message=message, meant=str(term))

    def _is_told(self, value: Term, found: Finding) -> bool:
        """Whether a message has the value as such, and not as an example that the shape itself gives."""
        bare = _bare(value)[: _LONGEST // 2]
        examples = (
            bare in _bare(text) for text in self.case.shapes_graph.values(NamedNode(found.shape or "urn:"), "message")
        )
        return any(bare in text for text in found.message.values()) and not any(examples)

    def shown(self, term: Term) -> str:
        """A term as Turtle writes it, with the prefixes of the site."""
        if isinstance(term, NamedNode):
            short = self.case.prefixes.compact(term.value)
            return f"<{short}>" if short == term.value else short
        if isinstance(term, Literal) and not term.language:
            kind = term.datatype.value
            if kind == f"{XSD}boolean" or (kind == f"{XSD}integer" and term.value.lstrip("+-").isdigit()):
                return term.value
            if kind != f"{XSD}string":
                name = kind.replace(XSD, "xsd:") if kind.startswith(XSD) else self.case.prefixes.compact(kind)
                return f"{Literal(term.value)}^^{name}"
        return str(term)

    def _meant(self, found: Finding, value: Term, codes: Sequence[Term]) -> Term | None:
        if self.asked >= _MOST:
            return None
        self.asked += 1
        if isinstance(value, Literal):
            datatypes = self._datatypes(found)
            if _well_formed(value, datatypes) or datatypes - _TEXTS:
                return _well_formed(value, datatypes)
            # Where a text is asked for, or a name, nothing that is called so is meant.
            is_text = bool(datatypes) or NamedNode(found.path or "urn:") in LABELS
            meant = self._in_language(found, value) or self._in_form(found, value)
            called = None if is_text else self._called(value.value, codes)
            return meant or (called if getattr(called, "value", None) != found.focus else None)
        if isinstance(value, NamedNode):
            if codes:
                near = nearest(value.value, [each.value for each in codes if isinstance(each, NamedNode)])
                return NamedNode(near) if near else None
            near = None if self.case.graph.states(value) else self.thing(value.value)
            return NamedNode(near) if near else None
        return None

    # ------------------------------------------------------------------ names

    def meant_thing(self, iri: str) -> str | None:
        """The same, for the first of many that are asked for."""
        self.asked += 1
        return self.thing(iri) if self.asked <= _MOST else None

    def thing(self, iri: str) -> str | None:
        """The described thing that a name is most like: one of the same kind."""
        kind = iri.rpartition("/")[0] + "/"
        if not kind.startswith(self.case.base):
            return None
        same = self._things.get(kind, ())
        return nearest(iri, same) or next(iter(self._elsewhere(iri)), None)

    def _elsewhere(self, iri: str) -> Iterator[str]:
        """Things of the very name and another kind: `organization/solna` for `organisation/solna`."""
        name = iri.rpartition("/")[2]
        if len(self._things) < _MOST_NAMES:
            kinds = {kind: f"{kind}{name}" for kind in self._things}
            alike = get_close_matches(iri.rpartition("/")[0] + "/", list(kinds), n=2, cutoff=_ALIKE)
            yield from (kinds[each] for each in alike if kinds[each] in self._things[each])

    @cached_property
    def _things(self) -> Mapping[str, frozenset[str]]:
        """The things that have a class, by what their addresses begin with."""
        graph = self.case.graph
        return graph.kept("things", (graph.number(TYPE),), self._found_things, self.case.base)

    def _found_things(self) -> Mapping[str, frozenset[str]]:
        types, terms = self.case.graph.forward(self.case.graph.number(TYPE)), self.case.graph.terms
        found: dict[str, set[str]] = {}
        named = (term for number in types if isinstance(term := terms[number], NamedNode))
        for name in (term.value for term in named if term.value.startswith(self.case.base)):
            found.setdefault(name.rpartition("/")[0] + "/", set()).add(name)
        return {kind: frozenset(names) for kind, names in found.items()}

    def _called(self, text: str, codes: Sequence[Term]) -> Term | None:
        """The one thing, or code, that is called by a text."""
        terms = map(self.case.graph.terms.__getitem__, self._named.get(_folded(text), ()))
        named = {each for each in terms if not codes or each in codes}
        if not named and codes:
            by_label = {_folded(label): term for term in codes for label in self._labels(term)}
            near = get_close_matches(_folded(text), list(by_label), n=1, cutoff=_ALIKE)
            named = {by_label[near[0]]} if near else set()
        return next(iter(named)) if len(named) == 1 else None

    def _labels(self, term: Term) -> Iterator[str]:
        for label in LABELS:
            yield from (each.value for each in self.case.graph.about(term, label) if isinstance(each, Literal))
        yield getattr(term, "value", "").rpartition("/")[2].rpartition("-")[2]

    @cached_property
    def _named(self) -> Mapping[str, set[int]]:
        """What is called by each text, as texts are compared."""
        graph = self.case.graph
        return graph.kept("named", map(graph.number, LABELS), self._found_named)

    def _found_named(self) -> Mapping[str, set[int]]:
        graph, found = self.case.graph, dict[str, set[int]]()
        texts, datatypes = graph.texts, graph.datatypes
        for label in map(graph.number, LABELS):
            for node, values in graph.forward(label).items():
                for text in (texts[each] or "" for each in values if datatypes[each] and texts[node] is not None):
                    found.setdefault(_folded(text), set()).add(node)
        return found

    def _in_language(self, found: Finding, value: Literal) -> Literal | None:
        """A text in the language that the other texts of a property are not in, if there is just one."""
        focus = None if found.focus is None else term_of(f"<{found.focus}>")
        if value.language or value.datatype.value != f"{XSD}string" or not found.path or focus is None:
            return None
        others = self.case.graph.about(focus, NamedNode(found.path))
        tags = {each.language.partition("-")[0] for each in others if isinstance(each, Literal) and each.language}
        missing = [each for each in self.case.languages if each.partition("-")[0] not in tags]
        return Literal(value.value, language=missing[0]) if tags and len(missing) == 1 else None

    def _in_form(self, found: Finding, value: Literal) -> Literal | None:
        """The same text as the pattern of a shape wants it: in capitals, in small letters, or without spaces."""
        patterns = self._patterns(found)
        forms = (form(value.value.strip()) for form in _FORMS) if patterns else ()
        fit = (form for form in forms if form != value.value and all(each.is_in(form) for each in patterns))
        text = next(fit, None)
        return (
            None
            if text is None
            else Literal(text, language=value.language, datatype=None if value.language else value.datatype)
        )

    # ------------------------------------------------------------------ shapes

    def _patterns(self, found: Finding) -> list[RegularExpression]:
        """The patterns of a shape; none where one of them can't be evaluated, which is told as such."""
        said = self._said[f"<{found.shape}>"]
        flags = "".join(_bare(t.object) for t in said if t.predicate == _FLAGS)
        with suppress(ShapeError):
            return [compiled(_bare(t.object), flags) for t in said if t.predicate == _PATTERN]
        return []

    def _datatypes(self, found: Finding) -> frozenset[str]:
        """The datatypes that a shape asks for, itself or in what it is made of."""
        said = self._said[f"<{found.shape}>"]
        return frozenset(t.object.value for t in said if t.predicate == _DATATYPE and isinstance(t.object, NamedNode))

    def _codes(self, found: Finding) -> tuple[Term, ...]:
        """The values of which a shape takes one."""
        if not (found.component or "").endswith("#InConstraintComponent"):
            return ()
        graph = self.case.shapes_graph
        return tuple(v for head in graph.values(NamedNode(found.shape or "urn:"), "in") for v in graph.members(head))

    @cached_property
    def _said(self) -> Mapping[str, list[Triple]]:
        return _Parts(self.case.shapes)


class _Parts(dict[str, list[Triple]]):
    """The triples of a shape and of all that it is made of, worked out once for each shape."""

    def __init__(self, triples: Sequence[Triple]) -> None:
        super().__init__()
        self._about: dict[str, list[Triple]] = {}
        for triple in triples:
            self._about.setdefault(str(triple.subject), []).append(triple)

    def __missing__(self, key: str) -> list[Triple]:
        self[key] = list(self._below(key))
        return self[key]

    def _below(self, key: str) -> Iterator[Triple]:
        seen, todo = {key}, [key]
        while todo:
            for triple in self._about.get(todo.pop(), ()):
                yield triple
                name = str(triple.object)
                if triple.predicate in _MADE_OF and name not in seen:
                    seen.add(name)
                    todo.append(name)


_DATATYPE, _PATTERN, _FLAGS = (NamedNode(f"{SH}{name}") for name in ("datatype", "pattern", "flags"))
_FORMS: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    str.lower,
    lambda text: re.sub(r"\s", "", text),
    lambda text: re.sub(r"\s*[\u2010-\u2015\u2212]\s*|\s+", "-", text),
)
_MADE_OF = frozenset({FIRST, REST, *(NamedNode(SH + name) for name in ("or", "and", "xone", "node"))})


def _remarks(said: Iterable[tuple[str, Mapping[str, str]]], tag: str) -> str:
    number = 0 if tag.startswith("sv") else 1
    return "".join(f" {REMARKS[name][number].format(**slots)}" for name, slots in said)


def _is_focus(value: Term, found: Finding) -> bool:
    return getattr(value, "value", None) == found.focus or str(value) == found.focus


def _bare(value: Term) -> str:
    return getattr(value, "value", str(value))


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is most like another one, if one is like it at all, and not the next one of a series."""
    return _nearest(name, known if isinstance(known, frozenset) else frozenset(known))


@lru_cache(maxsize=256)
def _nearest(name: str, names: frozenset[str]) -> str | None:
    plain = unicodedata.normalize("NFC", name)
    if plain in names and plain != name:
        return plain
    if len(names) > _MOST_NAMES:
        return next((each for each in _edits(name) if each in names and not _are_of_a_series(each, name)), None)
    start = min((_common(name, each) for each in names), default=0)
    ends = {each[start:]: each for each in sorted(names) if not _are_of_a_series(each, name)}
    cutoff = _ALIKE if len(name) - start > _SHORT else _SHORTER
    found = get_close_matches(name[start:], not_too_unlike(name[start:], ends, cutoff), n=1, cutoff=cutoff)
    return ends[found[0]] if found else None


def not_too_unlike(word: str, others: Iterable[str], cutoff: float) -> list[str]:
    """Some texts without those that can't be so much like a word, for too few characters come in the same order.

    How alike two texts are, `difflib` tells by what is common to them, and that is no more than their longest common
    subsequence, which a hundredth of the time finds: bit by bit for all places of the word at once (Hyyrö 2004).
    """
    places: dict[str, int] = {}
    for place, character in enumerate(word):
        places[character] = places.get(character, 0) | 1 << place
    whole = (1 << len(word)) - 1

    def common(other: str) -> int:
        left = whole
        for character in other:
            met = left & places.get(character, 0)
            left = (left + met | left - met) & whole
        return len(word) - left.bit_count()

    return [each for each in others if 2 * common(each) >= cutoff * (len(word) + len(each))]


def _are_of_a_series(one: str, other: str) -> bool:
    """Whether two names are the same but for their numbers."""
    return _DIGITS.sub("", one) == _DIGITS.sub("", other)


_SHORT, _SHORTER = 6, 0.75


def _common(one: str, other: str) -> int:
    """Where the last parts of two addresses begin that have the same beginning."""
    start = max(one.rfind("/"), one.rfind("#")) + 1
    return start if other[:start] == one[:start] else 0


def _edits(name: str) -> Iterator[str]:
    """All names that differ in one character, or two that are swapped, behind the last slash."""
    start = name.rfind("/") + 1
    for place in range(start, len(name) + 1):
        before, after = name[:place], name[place:]
        yield before + after[1:]
        yield before + after[1:2] + after[:1] + after[2:]
        for letter in _LETTERS:
            yield before + letter + after[1:]
            yield before + letter + after


def term_of(value: str | None) -> Term | None:
    """The term that N-Triples writes so; None where there is none, and for what only RDF 1.2 knows."""
    try:
        found = parse(f"<s:> <p:> {value} .", format=RdfFormat.N_TRIPLES) if value else ()
        return next((quad.object for quad in found), None)
    except SyntaxError:
        return None


# ---------------------------------------------------------------------- values


def _well_formed(value: Literal, datatypes: frozenset[str]) -> Literal | None:
    """A literal of one of some datatypes that says what another one seems to say; None where there is none."""
    for datatype, guess in _GUESSES.items():
        if f"{XSD}{datatype}" in datatypes and (text := guess(value.value.strip())):
            found = Literal(text, datatype=NamedNode(f"{XSD}{datatype}"))
            if found != value:
                return found
    return None


def _date(text: str) -> str | None:
    from datetime import date

    for pattern, order in _DATES:
        if found := pattern.fullmatch(text):
            parts = dict(zip(order, found.groups(), strict=True))
            month = int(parts["m"]) if parts["m"].isdigit() else _MONTHS.get(parts["m"].lower(), 0)
            day, most = int(parts["d"]), 12
            if month > most >= day:  # they were swapped
                month, day = day, month
            try:
                return date(int(parts["y"]), month, day).isoformat()
            except ValueError:
                return None
    return None


def _month(text: str) -> str | None:
    found = _MONTH_ONLY.fullmatch(text)
    if not found:
        return None
    year = found[1] or found[4]
    month = int(found[2]) if found[2] else _MONTHS.get(found[3].lower(), 0)
    return f"{year}-{month:02}" if 1 <= month <= 12 else None  # noqa: PLR2004 - months of a year


def _year(text: str) -> str | None:
    return text if re.fullmatch(r"(?:1[89]|20|21)\d\d", text) else None


def _boolean(text: str) -> str | None:
    word = text.lower()
    return word if word in {"true", "false"} else _TRUTH.get(word)


def _integer(text: str) -> str | None:
    bare = re.sub(r"[ \u00a0_]", "", text)
    return bare if re.fullmatch(r"[+-]?\d+", bare) else None


def _decimal(text: str) -> str | None:
    bare = re.sub(r"[ \u00a0_]", "", text).replace(",", ".")
    return bare if re.fullmatch(r"[+-]?\d+(?:\.\d+)?", bare) else None


_GUESSES: Mapping[str, Callable[[str], str | None]] = {
    "date": _date,
    "gYearMonth": _month,
    "gYear": _year,
    "boolean": _boolean,
    "integer": _integer,
    "nonNegativeInteger": _integer,
    "positiveInteger": _integer,
    "decimal": _decimal,
    "double": _decimal,
}
