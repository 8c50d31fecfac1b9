"""The checks that SHACL can't make: what passes vacuously, leads nowhere, or can't be published faithfully."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from samverkan.errors import NotAcceptableError, Place, uncarried
from samverkan.model import paths, xml_names
from samverkan.model.addresses import Addresses
from samverkan.model.dataset import File
from samverkan.model.namespaces import DEPRECATED, OWL, REPLACED_BY, SH, TYPE
from samverkan.model.results import Term
from samverkan.model.stored_literals import rewritten
from samverkan.model.turtle_positions import version_line
from samverkan.validation.evaluation.data_graph import DataGraph
from samverkan.validation.findings import Finding
from samverkan.validation.messages import finding
from samverkan.validation.shapes.graph import FALSE, TRUE, Target
from samverkan.validation.standard_names import alike, is_standard, is_term
from samverkan.validation.suggestions import Suggestions, nearest
from samverkan.validation.validation_input import ValidationInput, iri_of, iris

_WORD = "[a-z0-9]+(?:[-.][a-z0-9]+)*"
_GOOD_NAME = re.compile(rf"{_WORD}(?:/{_WORD})+")
_CUT = re.compile("[?#]")
_TABLES = (".csv", ".tsv", ".xlsx", ".xls", ".ods")
_VERSIONS = (NamedNode(f"{OWL}versionIRI"), NamedNode(f"{OWL}priorVersion"))
_ONTOLOGY = "ontology/"  # where a deprecated term is still described, and has a short name
_SHAPES = {f"{SH}NodeShape", f"{SH}PropertyShape"}


def nothing_is_missing(case: ValidationInput) -> Iterator[Finding]:
    """An empty folder, an empty file or a file that nobody reads lets a check pass that checked nothing."""
    folders = {"ontology": case.dataset.ontology, "data": case.dataset.data, "shapes": case.dataset.shapes}
    for folder, files in folders.items():
        if case.empty.issuperset(files):
            yield finding("empty-folder", place=Place(folder), folder=folder)
    for file in case.empty:
        yield finding("empty-file", place=Place(file.name, 1))
    for name in case.ignored:
        rule = "table-file" if name.lower().endswith(_TABLES) else "ignored-file"
        yield finding(rule, place=Place(name), name=name, end=name.rpartition(".")[2])


def duties_are_met(case: ValidationInput) -> Iterator[Finding]:
    """Who publishes for the public names themselves, can be written to, and has had the pages tested (DOS-lagen)."""
    return (finding(rule, place=place) for rule, place in case.neglected)


def names_are_declared(case: ValidationInput) -> Iterator[Finding]:
    """Every name of our own ontology that is used anywhere is declared there."""
    known = case.declared | {_iri(t.object) for t in case.triples(*_VERSIONS)}
    space = case.ontology
    for file, found in _used(case, "other name", space, lambda iri: not iri.startswith(space)):
        for iri in sorted(found - known):
            yield _undeclared(iri, Place(file), case)
    for iri, place in case.mentioned:
        if iri.startswith(case.ontology) and iri not in known:
            yield _undeclared(iri, place, case)


def _undeclared(iri: str, place: Place, case: ValidationInput) -> Finding:
    return _misspelt("undeclared-term", iri, place, case.declared, case)


def terms_are_current(case: ValidationInput) -> Iterator[Finding]:
    """Data, shapes and canned queries use no term of our own ontology that is deprecated: what replaces it is named."""
    old = frozenset(iri for triple in case.triples(DEPRECATED) if _is_true(triple) and (iri := _own(triple, case)))
    for file, found in _used(case, "deprecated name", old, lambda iri: iri not in old) if old else ():
        for iri in sorted(found) if not file.startswith(_ONTOLOGY) else ():
            yield _deprecated(iri, Place(file), case)
    for iri, place in case.mentioned:
        if iri in old and not place.file.startswith(_ONTOLOGY):
            yield _deprecated(iri, place, case)


def _is_true(triple: Triple) -> bool:
    return isinstance(triple.object, Literal) and triple.object.value in {"true", "1"}


def _own(triple: Triple, case: ValidationInput) -> str | None:
    """The IRI of what a triple is about, if that is a term of our own ontology."""
    iri = iri_of(triple.subject)
    return iri if iri and iri.startswith(case.ontology) else None


def _deprecated(iri: str, place: Place, case: ValidationInput) -> Finding:
    """A deprecated term, with what to write instead."""
    successors = [triple for triple in case.triples(REPLACED_BY) if iri_of(triple.subject) == iri]
    names = " / ".join(sorted(case.prefixes.compact(_name(triple.object)) for triple in successors))
    sv, en = (f" Skriv {names} i stället.", f" Write {names} instead.") if names else ("", "")
    return finding("deprecated-term", place=place, value=iri, name=case.prefixes.compact(iri), sv=sv, en=en)


def _used(
    case: ValidationInput, name: str, wanted: object, fits: Callable[[str], bool]
) -> Iterator[tuple[str, set[str]]]:
    """Each file with those of the IRIs that it uses that fail a test, datatypes included."""
    graph = case.graph
    texts, datatypes = graph.texts, graph.datatypes
    failing, odd = graph.failing_iris(name, wanted, fits), _odd_datatypes(case, fits)
    for file, part in case.parts:
        typed = {datatypes[number] or "" for number in (part.used if odd else ())} & odd
        yield file.name, typed.union(texts[number] or "" for number in failing & part.used)
    for file in case.dataset.shapes:
        yield file.name, {iri for iri in iris(file) if not fits(iri)}


def _odd_datatypes(case: ValidationInput, fits: Callable[[str], bool]) -> frozenset[str]:
    """The datatypes of the data that fail a test."""
    found = {each for each in set(case.graph.datatypes) if each and not fits(each)}
    return frozenset(found)


def standard_names_exist(case: ValidationInput) -> Iterator[Finding]:
    """A name from SKOS, DCTERMS, SHACL and the other closed vocabularies is one that they have."""
    for file, found in _used(case, "standard name", "", is_standard):
        for iri in sorted(found):
            yield _unknown(iri, Place(file), case)
    for iri, place in case.mentioned:
        if not is_standard(iri):
            yield _unknown(iri, place, case)


def _unknown(iri: str, place: Place, case: ValidationInput) -> Finding:
    """A name that a vocabulary doesn't have, with the one that may be meant."""
    return _misspelt("unknown-standard-term", iri, place, alike(iri), case)


def _misspelt(rule: str, iri: str, place: Place, known: frozenset[str], case: ValidationInput) -> Finding:
    """A name that is not known, with the question whether the one that is most like it is meant."""
    meant, name = nearest(iri, _of_its_kind(iri, known)), case.prefixes.compact(iri)
    sv, en = _meant(meant, case)
    return finding(rule, place=place, value=iri, meant=meant, name=name, sv=sv, en=en)


def _of_its_kind(iri: str, known: frozenset[str]) -> frozenset[str]:
    """The names of one namespace that begin as properties do, or as classes, or are the same but for capitals.

    >>> sorted(_of_its_kind("x:answer", frozenset({"x:answers", "x:Answer", "x:Other", "y:answer"})))
    ['x:Answer', 'x:answers']
    """
    space, name = _split(iri)
    ours = {each: other for each in known for start, other in (_split(each),) if start == space}
    is_capital, small = name[:1].isupper(), name.lower()
    return frozenset(
        each for each, other in ours.items() if is_capital == other[:1].isupper() or other.lower() == small
    )


def _split(iri: str) -> tuple[str, str]:
    """The namespace and the name that an IRI is made of."""
    name = re.split("[/#:]", iri)[-1]
    return iri[: len(iri) - len(name)], name


def _meant(iri: str | None, case: ValidationInput) -> tuple[str, str]:
    """A question, in Swedish and English, whether a name is meant; nothing where there is none."""
    name = case.prefixes.compact(iri) if iri else ""
    return (f" Menade du {name}?", f" Did you mean {name}?") if name else ("", "")


def shapes_reach_nodes(case: ValidationInput) -> Iterator[Finding]:
    """Every shape with a target reaches a node; one for declared terms that are not used yet is told, not refused."""
    wanted: dict[str, list[Target]] = {}
    for shape_name, target in case.reach.targets:
        wanted.setdefault(shape_name, []).append(target)
    for shape in case.reach.coverage():
        if not shape.nodes:
            declared = all(_is_declared(target, case) for target in wanted[shape.shape])
            names = ", ".join(case.prefixes.compact(_name(target.value)) for target in wanted[shape.shape])
            yield finding("unused-shape" if declared else "unreached-shape", focus=shape.shape, names=names)


def _is_declared(target: Target, case: ValidationInput) -> bool:
    """Whether the ontology has the term that a shape is aimed at, and not as a property where a class is meant."""
    name = _name(target.value)
    return name in case.declared and not (target.selector == "targetClass" and name in case.once(_properties))


def _properties(case: ValidationInput) -> frozenset[str]:
    """The terms that the ontology calls properties, and nothing else."""
    kinds: dict[str, list[str]] = {}
    for file in case.dataset.ontology:
        for triple in file.triples:
            if triple.predicate == TYPE:
                kinds.setdefault(_name(triple.subject), []).append(_name(triple.object))
    return frozenset(name for name, found in kinds.items() if all(each.endswith("Property") for each in found))


def shapes_have_work(case: ValidationInput) -> Iterator[Finding]:
    """Every shape has a target or is a part of another one, and asks for properties that there are."""
    by_predicate = case.once(_shapes_by_predicate)
    reached = {shape for shape, _ in case.reach.targets}
    reached.update(_name(t.object) for name, found in by_predicate.items() if name != TYPE.value for t in found)
    for triple in by_predicate.get(TYPE.value, ()):
        is_shape = isinstance(triple.subject, NamedNode) and _iri(triple.object) in _SHAPES
        if is_shape and _name(triple.subject) not in reached:
            yield finding("idle-shape", focus=_name(triple.subject))
    used_names = {name for each in case.graph.predicates if (name := _iri(case.graph.terms[each]))}
    for triple in by_predicate.get(f"{SH}path", ()):
        name = _iri(triple.object)
        if name and not _is_known(name, used_names, case):
            short = case.prefixes.compact(name)
            yield finding(
                "unused-property", focus=_name(triple.subject), path=f"{SH}path", value=f"<{name}>", name=short
            )


def _shapes_by_predicate(case: ValidationInput) -> Mapping[str, list[Triple]]:
    """The triples of the shapes by the names of their predicates."""
    found: dict[str, list[Triple]] = defaultdict(list)
    for triple in case.shapes:
        found[triple.predicate.value].append(triple)
    return found


def _is_known(name: str, used_names: set[str], case: ValidationInput) -> bool:
    """Whether a property is used, is declared, or is one of those whose spelling another check looks at."""
    own = name in case.declared or name.startswith(case.ontology)
    return own or name in used_names or is_term(name)


def classes_have_shapes(case: ValidationInput) -> Iterator[Finding]:
    """Every class in use has a shape, or each of its members is reached through another class.

    A shape for the subjects of some property asks what all things must have; it does not know the class.
    """
    by_class = (nodes for (_, target), nodes in case.reach.nodes.items() if target.selector == "targetClass")
    covered, terms = frozenset[int]().union(*by_class), case.graph.terms
    members = case.graph.backward(case.graph.number(TYPE))
    for name, number in sorted((iri, number) for number in members if (iri := _iri(terms[number]))):
        bare = sorted(_name(terms[each]) for each in members[number] if each not in covered)
        if bare:
            short = case.prefixes.compact(name)
            yield finding("class-without-shape", focus=bare[0], path=TYPE.value, value=f"<{name}>", name=short)


def things_have_classes(case: ValidationInput) -> Iterator[Finding]:
    """A thing without a class is reached by no shape; one that is withdrawn needs none."""
    things = case.base + paths.THINGS
    own = case.graph.failing_iris("no thing", things, lambda iri: not iri.startswith(things))
    terms, types = case.graph.terms, case.graph.backward(case.graph.number(TYPE))
    classes = (number for number in types if isinstance(terms[number], NamedNode))
    bare = (own & case.graph.subjects).difference(*(types[number] for number in classes))
    for name in sorted(_name(terms[number]) for number in bare):
        if name not in case.tombstones:
            yield _without_class(name, case)


def _without_class(name: str, case: ValidationInput) -> Finding:
    """A thing without a class; one that has nearly the name of another is that one, misspelt here or there."""
    meant = case.once(Suggestions).meant_thing(name)
    if meant is None:
        return _unknown_thing(name, case)
    short, other = case.prefixes.compact(name), case.prefixes.compact(meant)
    here, there = (_files_with(each, case) for each in (name, meant))
    if len(there) == 1 and len(here) > 1:  # only where it is described is it called so
        return finding("misspelt-thing", focus=meant, value=meant, meant=name, name=other, other=short)
    return finding("misspelt-thing", focus=name, value=name, meant=meant, name=short, other=other)


def _unknown_thing(name: str, case: ValidationInput) -> Finding:
    """A thing without a class and without a like, with the class that things with such addresses have."""
    usual = case.once(_usual_classes).get(name.rpartition("/")[0])
    sv, en = "", ""
    if usual:
        said = case.prefixes.compact(usual)
        sv, en = f" Menade du a {said}?", f" Did you mean a {said}?"
    about: dict[str, Any] = {"place": _describing(name, case), "meant": f"<{usual}>" if usual else None}
    return finding("thing-without-class", focus=name, **about, name=case.prefixes.compact(name), sv=sv, en=en)


def _describing(name: str, case: ValidationInput) -> Place | None:
    """The file that says most of a thing, where that is what the files say."""
    number = case.graph.number(NamedNode(name))
    said = {file.name: sum(number in index for index in part.forward.values()) for file, part in case.parts}
    return Place(max(said, key=said.__getitem__)) if case.written is None else None


def _usual_classes(case: ValidationInput) -> Mapping[str, str]:
    """The class that most things have whose addresses differ at the end alone, by what those begin with."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    graph = case.graph
    texts = graph.texts
    for number, classes in graph.forward(graph.number(TYPE)).items():
        counts = found[(texts[number] or "").rpartition("/")[0]]
        for iri in (texts[each] for each in classes):
            if iri is not None:
                counts[iri] += 1
    return {kind: max(sorted(counts), key=counts.__getitem__) for kind, counts in found.items() if counts}


def _files_with(iri: str, case: ValidationInput) -> list[str]:
    """The files that have an IRI, in names or in the texts that bear out facts."""
    number = case.graph.number(NamedNode(iri))
    whole = f"<{iri}>".encode()
    return [file.name for file, part in case.parts if number in part.used or whole in file.content]


def links_lead_somewhere(case: ValidationInput) -> Iterator[Finding]:
    """A link to something of our own leads to something that is described; a replacement has a check of its own."""
    own = (case.base + paths.THINGS, case.base + paths.GRAPHS)
    graph, graphs = case.graph, {file.graph for file in case.dataset.published}
    targets = graph.failing_iris("elsewhere", own, lambda iri: not iri.startswith(own)) - graph.subjects
    lost = {number for number in targets if _name(graph.terms[number]) not in graphs}
    for triple in graph.having(lost):
        if not _is_replacement(triple, case):
            meant = case.once(Suggestions).meant_thing(_name(triple.object))
            sv, en = _meant(meant, case)
            name = case.prefixes.compact(_name(triple.object))
            yield _on("dangling-link", triple, name=name, sv=sv, en=en, meant=meant and f"<{meant}>")

    for iri, place in case.mentioned:
        if iri.startswith(own[0]) and graph.number(NamedNode(iri)) not in graph.subjects:
            yield finding("unknown-thing", focus=iri, place=place, name=case.prefixes.compact(iri))


def _is_replacement(triple: Triple, case: ValidationInput) -> bool:
    return triple.predicate == REPLACED_BY and _name(triple.subject) in case.tombstones


def graphs_are_described(case: ValidationInput) -> Iterator[Finding]:
    """Every file of data is a named graph; where nothing says what it is, no fact of it can say where it comes from."""
    for file in case.dataset.data:
        if file not in case.empty and not case.graph.states(NamedNode(file.graph)):
            yield finding("undescribed-graph", place=Place(file.name, 1), name=file.graph)


def nothing_is_nameless(case: ValidationInput) -> Iterator[Finding]:
    """A blank node has no identity between two requests; what is published has names."""
    nameless = case.graph.failing("named", None, lambda term: not isinstance(term, BlankNode))
    for file, part in case.parts:
        if not part.used.isdisjoint(nameless):
            yield next(_on("blank-node", triple, file=file.name) for triple in file.triples if _is_nameless(triple))


def _is_nameless(triple: Triple) -> bool:
    return isinstance(triple.object, BlankNode) or isinstance(triple.subject, BlankNode)


def every_format_can_say_it(case: ValidationInput) -> Iterator[Finding]:
    """XML carries neither control characters nor a property whose name does not end in a name of XML."""
    for triple in case.graph.having(case.graph.failing_literals("carried", None, lambda text: not uncarried(text))):
        yield _on("control-character", triple)
    names = {_iri(case.graph.terms[each]) or "" for each in case.graph.predicates}
    unwritable = {name for name in names if xml_names.split(name) is None}
    for file, part in case.parts if unwritable else ():
        for name in sorted({_name(case.graph.terms[each]) for each in part.forward} & unwritable):
            yield _unwritable(name, Place(file.name))
    for name, place in case.constructed:
        if xml_names.split(name) is None:
            yield _unwritable(name, place)
    for shapes in case.dataset.shapes:  # one graph of all is published in every format
        yield from (
            _on("control-character", each, shapes.name) for each in shapes.triples if _is_uncarried(each.object)
        )
        found = {triple.predicate.value for triple in shapes.triples}
        yield from (_unwritable(each, Place(shapes.name)) for each in sorted(found) if xml_names.split(each) is None)


def _is_uncarried(term: object) -> bool:
    return isinstance(term, Literal) and bool(uncarried(term.value))


def every_reader_can_read_it(case: ValidationInput) -> Iterator[Finding]:
    """RDF 1.2 knows texts with a direction, and triples as values; readers of RDF 1.1 refuse a file that has them.

    Shapes are published as they are, and so may not say VERSION either.
    """
    newer = case.graph.failing("of RDF 1.1", None, lambda term: not is_newer(term))
    for file, part in case.parts:
        for triple in file.triples if not newer.isdisjoint(part.used) else ():
            if is_newer(triple.object):
                yield _newer(triple, file)
    for file in case.dataset.shapes:
        line = version_line(file.content)
        if line:
            yield finding("newer-rdf", place=Place(file.name, line), **_NEWER["version"])
        yield from (_newer(triple, file) for triple in file.triples if is_newer(triple.object))


def is_newer(term: object) -> bool:
    """Whether a term is one that only RDF 1.2 has: a text with a direction, or a triple."""
    return isinstance(term, Triple) or (isinstance(term, Literal) and term.direction is not None)


def _newer(triple: Triple, file: File) -> Finding:
    """A finding about a text with a direction, or a triple term at the line where it begins."""
    if not isinstance(triple.object, Triple):
        return _on("newer-rdf", triple, file.name, **_NEWER["direction"])
    line = file.positions.triple_term(triple.subject if isinstance(triple.subject, NamedNode) else None)
    focus = _name(triple.subject) if isinstance(triple.subject, NamedNode) else None
    return finding("newer-rdf", focus=focus, place=Place(file.name, line), **_NEWER["triple"])


_NEWER: Mapping[str, Any] = {
    "direction": {
        "sv": "En text med riktning (som @ar--rtl)",
        "en": "A text with a direction (such as @ar--rtl)",
        "sv_do": "Skriv bara språket, som @ar.",
        "en_do": "Write the language alone, as in @ar.",
    },
    "triple": {
        "sv": "En trippelterm (<< … >>)",
        "en": "A triple term (<< … >>)",
        "sv_do": "Skriv ett vanligt påstående i stället.",
        "en_do": "Write a plain statement instead.",
    },
    "version": {
        "sv": "Direktivet VERSION",
        "en": "The directive VERSION",
        "sv_do": "Ta bort det.",
        "en_do": "Remove it.",
    },
}


def _unwritable(name: str, place: Place) -> Finding:
    """A property that RDF/XML can't write, with the reason: it means something else there, or ends in no name."""
    end = re.split("[/#:]", name)[-1]
    sv = f"'{end}' är inget namn i XML. Byt namn på den, till ett som slutar på vanliga bokstäver."
    en = f"'{end}' is no name in XML. Rename it to something that ends in plain letters."
    if name in xml_names.RESERVED:
        sv = "RDF/XML har det namnet för sig självt. Använd en annan egenskap."
        en = "RDF/XML keeps that name for itself. Use another property."
    return finding("unwritable-property", place=place, value=name, name=name, sv=sv, en=en)


_SWITCHES = tuple(
    NamedNode(SH + name) for name in ("closed", "deactivated", "optional", "qualifiedValueShapesDisjoint", "uniqueLang")
)


def switches_are_on_or_off(case: ValidationInput) -> Iterator[Finding]:
    """A switch of a shape is the term `true` or `false`: SHACL knows no other way to write it."""
    for file in case.dataset.shapes:
        for triple in file.triples:
            if triple.predicate in _SWITCHES and triple.object not in {TRUE, FALSE}:
                name, value = triple.predicate.value.removeprefix(SH), _short(triple.object, case)
                yield _on("unclear-switch", triple, file.name, name, written=value)


_ADVANCED = frozenset(
    NamedNode(SH + name)
    for name in ("target", "rule", "expression", "values", "SPARQLFunction", "SPARQLTargetType", "JSFunction")
)


def shapes_ask_for_what_is_evaluated(case: ValidationInput) -> Iterator[Finding]:
    """What SHACL Advanced Features adds to SHACL is not evaluated; a shape that uses it would be half a shape."""
    for file in case.dataset.shapes:
        for triple in file.triples:
            for term in {triple.predicate, triple.object if triple.predicate == TYPE else triple.predicate} & _ADVANCED:
                yield _on("advanced-shape", triple, file.name, f"sh:{_name(term).removeprefix(SH)}")


def queries_tell_what_is_written(case: ValidationInput) -> Iterator[Finding]:
    """Where a query gives another literal than the files have, that is told once a property."""
    graph = case.graph if case.written is None else DataGraph.of(*(file.triples for file in case.stated.published))
    numbers = graph.rewritten
    changed = rewritten([graph.terms[number] for number in numbers])
    for predicate in graph.predicates if changed else ():
        found = sorted(graph.triples(predicate, numbers), key=str)
        if found:
            value = found[0].object
            kept = changed[value] if isinstance(value, Literal) else value
            texts = {"written": _short(value, case), "kept": _short(kept, case)}
            yield _on("rewritten-value", found[0], count=len(found), **texts)


def _short(literal: Term, case: ValidationInput) -> str:
    """A literal as Turtle writes it, with a prefix."""
    if not isinstance(literal, Literal):
        return str(literal)
    return f'"{literal.value}"^^{case.prefixes.compact(literal.datatype.value)}'


def choices_are_usable(case: ValidationInput) -> Iterator[Finding]:
    """Each value that a query takes is of its parameter's kind, and has an address; what it makes can be written."""
    for error in case.choices():
        rule = "unwritable-answer" if isinstance(error, NotAcceptableError) else "unusable-choice"
        yield finding(rule, place=error.place, sv=error.sv, en=f"{error.what} {error.remedy}")


def views_are_answered(case: ValidationInput) -> Iterator[Finding]:
    """The queries that tell where facts come from are answered: facts are held against what they say."""
    for error in case.view_errors:
        yield finding("unanswered-view", place=error.place, sv=error.sv, en=f"{error.what} {error.remedy}")


def addresses_are_good(case: ValidationInput) -> Iterator[Finding]:
    """Things have persistent, plain addresses of our own, and no two share a file."""
    things, here, graph = case.base + paths.THINGS, Addresses(case.base, case.ontology), case.graph
    foreign = graph.failing_iris("own address", here, here.holds) & case.in_data
    misleading = _misleading(case, here)
    for number, cut in misleading.items():
        name = _name(graph.terms[number])
        yield finding("misleading-address", focus=name, name=case.prefixes.compact(cut), end=name[len(cut)])
    twins = {found.focus: found for found in _twins(case, here)}
    yield from twins.values()
    odd = graph.failing_iris("good name", things, lambda iri: not _is_odd(iri, things)) & graph.subjects
    for rule, numbers in (("foreign-address", foreign), ("odd-address", odd - misleading.keys())):
        names = (_iri(graph.terms[number]) for number in numbers)
        yield from (finding(rule, focus=iri) for iri in names if iri and not (rule == "odd-address" and iri in twins))


def _twins(case: ValidationInput, here: Addresses) -> Iterator[Finding]:
    """Of addresses that differ in upper and lower case alone, all but one: that without capitals, if there is one."""
    alike: dict[str, list[str]] = {}
    for iri in filter(None, (case.graph.texts[number] for number in case.graph.subjects)):
        alike.setdefault(iri.lower(), []).append(iri)
    for small, names in alike.items():
        yield from (
            _same_addresses(sorted(names, key=lambda name: (name != small, name)), here) if len(names) > 1 else ()
        )


def _same_addresses(names: list[str], here: Addresses) -> Iterator[Finding]:
    book: dict[str, str] = {}
    for name in names:
        path = here.document(name)
        other = book.setdefault(path.casefold(), name) if path else name
        if other != name:
            yield finding("same-address", focus=name, name=other)


def _misleading(case: ValidationInput, here: Addresses) -> dict[int, str]:
    """The things whose addresses lead to another thing: what stands behind `?` or `#` is no part of a path."""
    graph, found = case.graph, dict[int, str]()
    for number in graph.failing_iris("whole path", None, lambda iri: not _CUT.search(iri)) & graph.subjects:
        name = _name(graph.terms[number])
        cut, path = _CUT.split(name)[0], here.document(name)
        if path and path.startswith((paths.DOCUMENTS, paths.GRAPHS)) and graph.states(NamedNode(cut)):
            found[number] = cut
    return found


def _is_odd(iri: str, things: str) -> bool:
    return iri.startswith(things) and not _GOOD_NAME.fullmatch(iri[len(things) :])


def shapes_stay_in_the_site(case: ValidationInput) -> Iterator[Finding]:
    """What an engine would ignore, or reach outside for: `sh:js`, `sh:deactivated` and `owl:imports`."""
    unwelcome = {case.graph.number(NamedNode(iri)) for iri in _UNWELCOME}
    files = [file for file, part in case.parts if not unwelcome.isdisjoint(part.forward)]
    for file in (*files, *case.dataset.shapes):
        for triple in file.triples:
            rule = _unwelcome(triple)
            if rule:
                yield finding(rule, focus=_name(triple.subject), path=triple.predicate.value, file=file.name)


_UNWELCOME = frozenset({f"{SH}js", f"{SH}deactivated", f"{OWL}imports"})


def _unwelcome(triple: Triple) -> str | None:
    name = triple.predicate.value
    if name == f"{SH}js":
        return "javascript-shape"
    if name == f"{SH}deactivated" and triple.object == TRUE:
        return "deactivated-shape"
    return "import" if name == f"{OWL}imports" else None


def _on(rule: str, triple: Triple, file: str | None = None, name: str = "", **words: Any) -> Finding:
    """A finding about one triple."""
    subject, value = _name(triple.subject), str(triple.object)
    return finding(rule, focus=subject, path=triple.predicate.value, value=value, file=file, name=name, **words)


def _iri(term: object) -> str | None:
    return term.value if isinstance(term, NamedNode) else None


def _name(term: object) -> str:
    return term.value if isinstance(term, NamedNode) else str(term)
