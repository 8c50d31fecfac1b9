"""The checks that SHACL can't make: what passes vacuously, leads nowhere, or can't be published faithfully."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from samverkan.addresses import Addresses
from samverkan.checks.case import Case, used
from samverkan.checks.findings import Finding, Severity
from samverkan.errors import Place
from samverkan.vocabulary import OWL, SH, TYPE

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_XML_NAME_END = re.compile(r"[^\W\d][\w.-]*\Z")
_GOOD_NAME = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*(?:/[a-z0-9]+(?:[-.][a-z0-9]+)*)+")
_OUTSIDE = re.compile(r"\b(SERVICE|FROM|LOAD)\b", re.IGNORECASE)
_QUOTED = re.compile(r"<[^<>\s]*>|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|#[^\n]*|[?$]\w+")


def _finding(
    check: str, sv: str, en: str, *, severity: Severity = Severity.VIOLATION, places: Iterable[Place] = (), **more: str | None
) -> Finding:
    return Finding(check, check, severity, {"sv": sv, "en": en}, places=tuple(places), **more)  # type: ignore[arg-type]


def nothing_is_missing(case: Case) -> Iterator[Finding]:
    """An empty folder, an empty file or a file that nobody reads lets a check pass that checked nothing."""
    for folder, files in (("data", case.dataset.data), ("shapes", case.dataset.shapes), ("ontology", case.dataset.ontology)):
        if not any(file.triples for file in files):
            yield _finding(
                "empty",
                f"Mappen {folder}/ innehåller inga påståenden, så det finns inget att kontrollera. Lägg till minst en fil "
                "som slutar på .ttl.",
                f"The folder {folder}/ states nothing, so there is nothing to check. Add at least one file that ends in .ttl.",
                places=[Place(folder)],
            )
    for file in case.dataset.files:
        if not file.triples:
            yield _finding(
                "empty",
                "Filen är tom. Fyll i den eller ta bort den.",
                "The file is empty. Fill it in or take it away.",
                severity=Severity.WARNING,
                places=[Place(file.name)],
            )
    for name in case.ignored:
        yield _finding(
            "ignored",
            "Filen läses inte: bara filer som slutar på .ttl läses här. Byt namn på den eller flytta den.",
            "This is not read: only files that end in .ttl are read here. Rename it or move it away.",
            severity=Severity.WARNING,
            places=[Place(name)],
        )


def names_are_declared(case: Case) -> Iterator[Finding]:
    """Every name of our own ontology that is used anywhere is declared there."""
    for file, iris in used(case.dataset.files):
        for iri in sorted(iris):
            if iri.startswith(case.ontology) and iri not in case.declared and not _is_version(iri, case):
                yield _undeclared(iri, Place(file.name), case)
    for iri, place in case.mentioned:
        if iri.startswith(case.ontology) and iri not in case.declared:
            yield _undeclared(iri, place, case)


def _is_version(iri: str, case: Case) -> bool:
    return any(
        t.predicate.value in {f"{OWL}versionIRI", f"{OWL}priorVersion"} and _iri(t.object) == iri for t in case.published
    )


def _undeclared(iri: str, place: Place, case: Case) -> Finding:
    import difflib  # noqa: PLC0415

    close = difflib.get_close_matches(iri, sorted(case.declared), n=1, cutoff=0.8)
    sv, en = (f" Menade du {case.prefixes.compact(close[0])}?", f" Did you mean {case.prefixes.compact(close[0])}?") if close else ("", "")
    short = case.prefixes.compact(iri)
    return _finding(
        "vocabulary",
        f"{short} finns inte i ontologin.{sv} Rätta stavningen eller lägg till begreppet i ontology/.",
        f"{short} is not in the ontology.{en} Mend the spelling or add the term to ontology/.",
        places=[place],
        value=iri,
    )


def standard_names_exist(case: Case) -> Iterator[Finding]:
    """A name from SKOS, DCTERMS, SHACL and the other closed vocabularies is one that they have."""
    for file, iris in used(case.dataset.files):
        for iri in sorted(iris):
            if not _is_standard(iri):
                short = case.prefixes.compact(iri)
                yield _finding(
                    "vocabulary",
                    f"{short} finns inte i sin standard. Rätta stavningen.",
                    f"{short} does not exist in its standard. Mend the spelling.",
                    places=[Place(file.name)],
                    value=iri,
                )


@lru_cache(maxsize=65536)
def _is_standard(iri: str) -> bool:
    return all(not iri.startswith(str(space)) or iri == str(space) or iri in space for space in _closed())


@lru_cache(maxsize=1)
def _closed() -> tuple[Any, ...]:
    """The vocabularies that rdflib knows whole."""
    from rdflib import namespace as known  # noqa: PLC0415 - heavy

    return (known.SKOS, known.DCTERMS, known.FOAF, known.ORG, known.PROV, known.RDFS, known.OWL, known.SH, known.VOID)


def shapes_reach_nodes(case: Case) -> Iterator[Finding]:
    """Every shape with a target reaches a node; one for declared terms that are not used yet is told, not refused."""
    targets: dict[str, list[str]] = {}
    for target in case.reach.targets:
        targets.setdefault(target.shape, []).append(target.value)
    for shape in case.reach.coverage():
        if shape.nodes:
            continue
        wanted = targets[shape.shape]
        declared = all(iri in case.declared for iri in wanted)
        names = ", ".join(case.prefixes.compact(iri) for iri in wanted)
        yield _finding(
            "coverage",
            f"Formen når ingenting: inget i data är eller har {names}. "
            + ("Det är i sin ordning tills något finns." if declared else "Rätta stavningen eller ta bort formen."),
            f"The shape reaches nothing: nothing in the data is or has {names}. "
            + ("That is fine until something does." if declared else "Mend the spelling or take the shape away."),
            severity=Severity.INFO if declared else Severity.VIOLATION,
            focus=shape.shape,
            shape=shape.shape,
        )


def classes_have_shapes(case: Case) -> Iterator[Finding]:
    """Every class in use has a shape, or each of its members is reached through another class."""
    covered = frozenset().union(*case.reach.nodes.values())
    for name, members in sorted(case.members.items()):
        bare = sorted(members - covered)
        if bare:
            yield _finding(
                "coverage",
                f"Ingen form kontrollerar {case.prefixes.compact(name)}. Lägg till en form i shapes/ eller rätta stavningen av klassen.",
                f"No shape checks {case.prefixes.compact(name)}. Add a shape to shapes/ or mend the spelling of the class.",
                focus=bare[0].strip("<>"),
                path=TYPE.value,
                value=f"<{name}>",
            )


def things_have_classes(case: Case) -> Iterator[Finding]:
    """A thing without a class is reached by no shape."""
    typed = {member.strip("<>") for members in case.members.values() for member in members}
    for name in sorted(case.subjects - typed):
        if name.startswith(f"{case.base}id/"):
            yield _finding(
                "coverage",
                "Det sägs inte vad detta är, så ingen form kontrollerar det. Lägg till en klass (a …).",
                "It is not said what this is, so no shape checks it. Add a class (a …).",
                focus=name,
            )


def links_lead_somewhere(case: Case) -> Iterator[Finding]:
    """A link to something of our own leads to something that is described."""
    own = (f"{case.base}id/", f"{case.base}graph/")
    graphs = {file.graph for file in case.dataset.published}
    for triple in case.published:
        target = _iri(triple.object)
        if target and target.startswith(own) and target not in case.subjects and target not in graphs:
            yield _finding(
                "links",
                f"Länken leder ingenstans: {target} beskrivs inte. Rätta stavningen eller beskriv det.",
                f"The link leads nowhere: {target} is not described. Mend the spelling or describe it.",
                focus=_name(triple.subject),
                path=triple.predicate.value,
                value=str(triple.object),
            )


def nothing_is_nameless(case: Case) -> Iterator[Finding]:
    """A blank node has no identity between two requests; what is published has names."""
    for file in case.dataset.published:
        for triple in file.triples:
            if isinstance(triple.object, BlankNode | Triple) or isinstance(triple.subject, BlankNode):
                yield _finding(
                    "blank-nodes",
                    "Här står något utan namn ([ … ], ( … ) eller _:x). Ge det en egen adress.",
                    "Here stands something without a name ([ … ], ( … ) or _:x). Give it an address of its own.",
                    focus=_name(triple.subject),
                    path=triple.predicate.value,
                    value=str(triple.object),
                    places=[Place(file.name)],
                )
                break


def every_format_can_say_it(case: Case) -> Iterator[Finding]:
    """XML carries neither control characters nor a property whose name does not end in a letter's name."""
    for triple in case.published:
        if isinstance(triple.object, Literal) and _NOT_XML.search(triple.object.value):
            yield _finding(
                "characters",
                "Texten innehåller ett osynligt styrtecken som XML inte kan bära. Skriv om texten utan det.",
                "The text has an invisible control character that XML can't carry. Write it again without it.",
                focus=_name(triple.subject),
                path=triple.predicate.value,
                value=str(triple.object),
            )
    for name in sorted({triple.predicate.value for triple in case.published}):
        if not _XML_NAME_END.search(name):
            yield _finding(
                "characters",
                f"Egenskapen {name} kan inte skrivas i RDF/XML: namnet måste sluta på ett ord som börjar med en bokstav.",
                f"The property {name} can't be written in RDF/XML: its name must end in a word that begins with a letter.",
                value=name,
            )


def addresses_are_good(case: Case) -> Iterator[Finding]:
    """Things have persistent, plain addresses of our own, and no two share a file."""
    book: dict[str, str] = {}
    here = Addresses(case.base, case.ontology)
    in_data = {_name(triple.subject) for file in case.dataset.data for triple in file.triples}
    for name in sorted(case.subjects):
        path = here.document(name)
        if path is None:
            if name in in_data:
                yield _elsewhere(name)
            continue
        other = book.setdefault(path.casefold(), name)
        if other != name:
            yield _same_file(name, other)
        if name.startswith(f"{case.base}id/") and not _GOOD_NAME.fullmatch(name[len(case.base) + 3 :]):
            yield _odd_address(name)


def _elsewhere(name: str) -> Finding:
    return _finding(
        "addresses",
        "Detta har en adress utanför webbplatsen och får ingen egen sida. Ge det en adress under basen.",
        "This has an address outside the site and gets no page of its own. Give it an address under the base.",
        severity=Severity.WARNING,
        focus=name,
    )


def _same_file(name: str, other: str) -> Finding:
    return _finding(
        "addresses",
        f"Adressen skiljer sig bara i stora och små bokstäver från {other}. Byt namn på den ena.",
        f"The address differs only in upper and lower case from {other}. Rename one of them.",
        focus=name,
    )


def _odd_address(name: str) -> Finding:
    return _finding(
        "addresses",
        "Adressen bör vara id/sort/namn med små bokstäver a–z, siffror och bindestreck.",
        "The address should be id/kind/name in lower-case letters a–z, digits and hyphens.",
        severity=Severity.WARNING,
        focus=name,
    )


def shapes_stay_in_the_house(case: Case) -> Iterator[Finding]:
    """What an engine would ignore, or reach outside for: `sh:js`, `sh:deactivated`, `owl:imports`, SERVICE and FROM."""
    for file in case.dataset.files:
        for triple in file.triples:
            what = _unwelcome(triple)
            if what:
                sv, en, severity = what
                yield _finding(
                    "shapes",
                    sv,
                    en,
                    severity=severity,
                    focus=_name(triple.subject),
                    path=triple.predicate.value,
                    places=[Place(file.name)],
                )


def _unwelcome(triple: Triple) -> tuple[str, str, Severity] | None:
    name = triple.predicate.value
    if name == f"{SH}js":
        return ("sh:js ignoreras: skriv kravet i SHACL utan JavaScript.", "sh:js is ignored: write the constraint without JavaScript.", Severity.VIOLATION)
    if name == f"{SH}deactivated" and _is_true(triple.object):
        return ("Formen är avstängd och kontrollerar ingenting.", "The shape is switched off and checks nothing.", Severity.WARNING)
    if name == f"{OWL}imports":
        return ("owl:imports följs inte: inget hämtas från nätet. Lägg filen i ontology/.", "owl:imports is not followed: nothing is fetched. Put the file into ontology/.", Severity.WARNING)
    if name in {f"{SH}select", f"{SH}ask", f"{SH}construct"} and _OUTSIDE.search(_QUOTED.sub(" ", _text(triple.object))):
        return ("Frågan i formen får inte använda SERVICE, FROM eller LOAD.", "The query in the shape may not use SERVICE, FROM or LOAD.", Severity.VIOLATION)
    return None


def _is_true(term: object) -> bool:
    return isinstance(term, Literal) and term.value in {"true", "1"}


def _text(term: object) -> str:
    return term.value if isinstance(term, Literal) else ""


def _iri(term: object) -> str | None:
    return term.value if isinstance(term, NamedNode) else None


def _name(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)

