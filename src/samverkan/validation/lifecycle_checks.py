"""The checks of what is withdrawn and replaced: who follows an old address must come to something, or be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import NamedNode, Triple

from samverkan.errors import Place
from samverkan.model.addresses import Addresses
from samverkan.model.lifecycle import ends, is_thing
from samverkan.model.namespaces import DCTERMS, LABELS, PROV, RDFS, REPLACED_BY, TYPE
from samverkan.model.results import name
from samverkan.validation.findings import Finding
from samverkan.validation.messages import finding
from samverkan.validation.validation_input import ValidationInput

_NAMES = frozenset(LABELS)
_REASONS = frozenset(NamedNode(iri) for iri in (f"{RDFS}comment", f"{DCTERMS}description"))
# By these a thing names what it comes from, which may well be gone.
_LOOKING_BACK = frozenset(NamedNode(iri) for iri in (f"{DCTERMS}replaces", f"{PROV}wasRevisionOf"))

Texts = tuple[str, str]


def replacements_lead_on(case: ValidationInput) -> Iterator[Finding]:
    """What replaces a thing is described here, and leads in the end to something that is not withdrawn itself."""
    here, reached = Addresses(case.base, case.ontology), ends(case.tombstones)
    lost = case.tombstones.keys() - reached.keys()
    for triple in case.triples(REPLACED_BY):
        if name(triple.subject) not in case.tombstones:
            continue
        if not (is_thing(name(triple.object), here) and case.graph.states(triple.object)):
            yield _on("unknown-successor", triple, case)
        elif name(triple.subject) in lost and name(triple.object) in lost:
            yield _on("circular-successor", triple, case)
    for iri, found in reached.items():
        if case.tombstones[iri].successors and not found:
            yield finding("withdrawn-successor", focus=iri, path=REPLACED_BY.value)


def links_lead_to_the_living(case: ValidationInput) -> Iterator[Finding]:
    """What is published, and every canned query, speaks of what there is, not of what is withdrawn."""
    reached = ends(case.tombstones)
    for triple in case.graph.having({case.graph.number(NamedNode(iri)) for iri in case.tombstones}):
        if triple.predicate not in _LOOKING_BACK and name(triple.subject) not in case.tombstones:
            yield _on("withdrawn-link", triple, case, _instead(name(triple.object), case, reached))
    for iri, place in case.mentioned:
        if iri in case.tombstones:
            yield _mentioned(iri, place, case, reached)


def _mentioned(iri: str, place: Place, case: ValidationInput, reached: Mapping[str, frozenset[str]]) -> Finding:
    sv, en = _instead(iri, case, reached)
    return finding("withdrawn-link", place=place, value=iri, name=case.prefixes.compact(iri), sv=sv, en=en)


def _instead(iri: str, case: ValidationInput, reached: Mapping[str, frozenset[str]]) -> Texts:
    """What to link to instead, in Swedish and English."""
    names = ", ".join(case.prefixes.compact(end) for end in sorted(reached.get(iri, ())))
    if not names:
        return "Inget har ersatt det, så ta bort länken.", "Nothing replaces it, so remove the link."
    return f"Länka i stället till {names}.", f"Link to {names} instead."


def withdrawals_are_explained(case: ValidationInput) -> Iterator[Finding]:
    """What is withdrawn says what it was and why it is gone; with a class, it still stands among the living."""
    for iri in case.tombstones:
        properties = case.properties(NamedNode(iri))
        if TYPE in properties:
            yield finding("described-withdrawal", focus=iri, path=TYPE.value)
        elif not (properties & _NAMES and properties & _REASONS):
            yield finding("unexplained-withdrawal", focus=iri)


def _on(rule: str, triple: Triple, case: ValidationInput, instead: Texts = ("", "")) -> Finding:
    """A finding about one triple, with the short name of its object."""
    (sv, en), short = instead, case.prefixes.compact(name(triple.object))
    subject, value = name(triple.subject), str(triple.object)
    return finding(rule, focus=subject, path=triple.predicate.value, value=value, name=short, sv=sv, en=en)
