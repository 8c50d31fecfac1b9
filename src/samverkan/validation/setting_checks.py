"""The checks of the settings that all others rest on: where one of them is wrong, hundreds of things seem to be."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from pyoxigraph import NamedNode

from samverkan.model import paths
from samverkan.model.namespaces import OWL, RDFS, TYPE
from samverkan.validation.findings import Finding
from samverkan.validation.messages import finding
from samverkan.validation.validation_input import ValidationInput

_LIKE_OURS = re.compile(rf"([a-z]+://[^\s]*?/){paths.THINGS}[^/]+/")
_FEW_TEXTS = 10  # in a language say nothing about which ones the site is in
_CLASSES = tuple(map(NamedNode, (f"{OWL}Class", f"{RDFS}Class")))


def settings_fit(case: ValidationInput) -> Iterator[Finding]:
    """The things of the site begin with its base, its terms with its ontology, and texts are in its languages."""
    yield from _base(case)
    yield from _ontology(case)
    yield from _languages(case)


def _base(case: ValidationInput) -> Iterator[Finding]:
    """Where no thing begins with the base, and more of them with another one than otherwise."""
    if case.base and not any(iri.startswith(case.base) for iri in _subjects(case, case.in_data)):
        found = Counter(match[1] for iri in _subjects(case, case.in_data) if (match := _LIKE_OURS.match(iri)))
        yield from _wrong("wrong-base", "base", case.base, found, case)


def _ontology(case: ValidationInput) -> Iterator[Finding]:
    """Where no term begins with the namespace of the ontology, and the classes of its files are in another one."""
    if case.ontology and not any(iri.startswith(case.ontology) for iri in case.declared):
        declared = case.graph.subjects - case.in_data
        found = Counter(re.sub("[^/#]*$", "", iri) for iri in _subjects(case, declared, _CLASSES))
        yield from _wrong("wrong-ontology", "ontology", case.ontology, found, case)


def _wrong(rule: str, name: str, value: str, found: Counter[str], case: ValidationInput) -> Iterator[Finding]:
    for meant, count in found.most_common(1):
        yield finding(rule, place=case.settings(name), name=value, meant=meant, count=count)


def _subjects(case: ValidationInput, numbers: Iterable[int], classes: tuple[NamedNode, ...] = ()) -> Iterator[str]:
    """The IRIs that have a class, or one of some."""
    types, terms = case.graph.forward(case.graph.number(TYPE)), case.graph.terms
    wanted = {case.graph.number(each) for each in classes}
    typed = (each for each in numbers if each in types and (not wanted or not wanted.isdisjoint(types[each])))
    return (term.value for each in typed if isinstance(term := terms[each], NamedNode))


def _languages(case: ValidationInput) -> Iterator[Finding]:
    """Where no text of the data is in a language of the site, and many are in one that it doesn't have."""
    own = {each.partition("-")[0].lower() for each in case.languages}
    found = Counter[str]() if own <= set(case.graph.languages) else _spoken(case)
    least = max((_FEW_TEXTS, *(count / 2 for count in found.values())))
    others = [language for language, count in found.most_common() if language not in own and count >= least]
    missing = [each for each in case.languages if not found[each.partition("-")[0].lower()]]
    for language, meant in zip(missing, others, strict=False):
        words: dict[str, Any] = {"name": language, "meant": meant, "count": found[meant]}
        yield finding("wrong-language", place=case.settings("languages"), **words)


def _spoken(case: ValidationInput) -> Counter[str]:
    """How many texts of the data are in each language."""
    parts = case.graph.parts[len(case.dataset.ontology) :]
    texts = frozenset().union(*(part.used for part in parts))
    return Counter(tag.partition("-")[0] for number in texts if (tag := case.graph.languages[number]))
