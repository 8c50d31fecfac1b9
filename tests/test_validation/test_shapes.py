"""The shapes themselves: what they catch, what they let pass, and that two engines see the same.

``tests/shapes/base.ttl`` is an invented site with which every shape is content. Each case of
``tests/shapes/cases.toml`` copies one of its things under a new address, changes something about
the copy, and names the shapes that must object to it, and no others. All copies live side by side
in one graph, so that an engine runs once over all of them. Cases about the vocabulary cannot be
copied, since there is only one: they are marked ``alone`` and run by themselves.
"""

from __future__ import annotations

import dataclasses
import functools
import math
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from rdflib import RDF, BNode, Literal, Namespace, URIRef
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.processor import SPARQLProcessor

from samverkan.validation.evaluation import Data, IllFormed, evaluate
from samverkan.validation.evaluation.deadline import Deadline
from samverkan.validation.evaluation.report import report

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rdflib.plugins.sparql.sparql import Query
    from rdflib.term import Node

    Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

HERE = Path(__file__).parents[1]
ROOT = HERE.parent
SH = Namespace("http://www.w3.org/ns/shacl#")
SAM = Namespace("https://w3id.org/samverkan/def/")
SAMS = Namespace("https://w3id.org/samverkan/shapes/")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
PERSON = "https://example.org/site/id/person/"

NUMBER_OF_CASES = 684

# Copied together: things whose links to one another are part of what a shape asks for.
FAMILIES = {
    "agreement:month": ["signature:town"],
    "signature:town": ["agreement:month"],
    "agreement:loose": ["document:paper"],
    "document:paper": ["agreement:loose"],
    "type:partnership": ["agreement:loose", "document:paper"],
    "commitment:exchange": ["agreement:month", "signature:town"],
    "person:p1": ["agreement:month", "signature:town"],
    "contact-point:town": ["agreement:heir"],
    "organisation:town": ["organisation:university"],
    "identifier:ror": ["organisation:university"],
    "identifier:number": ["organisation:town", "organisation:university"],
    "identifier:municipality": ["organisation:town", "organisation:university"],
    "identifier:county": ["organisation:town", "organisation:university"],
    "collaboration:tiers": ["tier:upper", "tier:lower"],
    "tier:upper": ["collaboration:tiers", "tier:lower"],
    "tier:lower": ["collaboration:tiers", "tier:upper"],
    "scheme:areas": ["area:research"],
    "qualification:purpose": ["agreement:qualified"],
    "agreement:qualified": ["qualification:purpose"],
    "collaboration:qualified": ["qualification:interest"],
}

# Parameters of constraints, and the component that each belongs to.
COMPONENTS = {
    SH["class"]: "Class",
    SH.datatype: "Datatype",
    SH.nodeKind: "NodeKind",
    SH.minCount: "MinCount",
    SH.maxCount: "MaxCount",
    SH.minInclusive: "MinInclusive",
    SH.pattern: "Pattern",
    SH.languageIn: "LanguageIn",
    SH.uniqueLang: "UniqueLang",
    SH.lessThanOrEquals: "LessThanOrEquals",
    SH.disjoint: "Disjoint",
    SH["in"]: "In",
    SH.hasValue: "HasValue",
    SH.node: "Node",
    SH["not"]: "Not",
    SH["or"]: "Or",
    SH["and"]: "And",
    SH.xone: "Xone",
    SH.qualifiedMinCount: "QualifiedMinCount",
    SH.qualifiedMaxCount: "QualifiedMaxCount",
    SH.sparql: "SPARQL",
    SH.closed: "Closed",
}
# Shapes that hold a thing against all others: the copies of a thing are all alike, so their results stand for nothing
# there, and test_identity has cases of its own.
COMPARING = frozenset(
    {
        *(
            "SameName-name",
            "SameName-alsoCalled",
            "SameName-closeMatch",
            "SamePerson-name",
            "SameConcept-name",
            "SameConcept-notation",
        ),
        *("SameCode-notation", "SameCode-organisationNumber", "SameCode-things"),
        *("SameAgreement-date", "Registered-unique"),
        *("SameAgreement-name", "SourcePage-sameAddress", "FundingFlow-sameName", "Heading-sameLine"),
        "PlacementCount-once",
    }
)
# What a shape may hold besides constraints: anything else is a constraint that the table above misses.
NO_CONSTRAINTS = {
    *(SH[name] for name in ("path", "name", "description", "order", "group", "message", "severity")),
    *(SH[name] for name in ("targetClass", "targetSubjectsOf", "targetObjectsOf", "property")),
    SH.flags,
    SH.ignoredProperties,
    SH.qualifiedValueShape,
    RDF.type,
    RDFS.label,
    RDFS.comment,
}


@dataclass(frozen=True)
class Case:
    """One change to the base site, and the shapes that must object."""

    name: str
    about: str
    breaks: tuple[str, ...]
    remove: tuple[str, ...] = ()
    add: str = ""
    together: tuple[str, ...] = ()
    called: str = ""
    alone: bool = False

    @property
    def slug(self) -> str:
        """The case's name as part of an address."""
        return re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")


@dataclass(frozen=True, order=True)
class Result:
    """One validation result, comparable between engines."""

    focus: str
    shape: str
    component: str
    severity: str
    path: str
    value: str
    messages: tuple[str, ...] = field(compare=True)


@functools.cache
def base() -> tuple[tuple[ox.Quad, ...], dict[str, str]]:
    """Return the triples and the prefixes of the base site."""
    parser = ox.parse(path=str(HERE / "shapes" / "base.ttl"), format=ox.RdfFormat.TURTLE)
    quads = tuple(parser)
    return quads, dict(parser.prefixes)


@functools.cache
def term(text: str) -> Term:
    """Read one term as Turtle writes it, with the prefixes of the base site."""
    return next(iter(turtle(f"<x:x> <x:x> {text} ."))).object


def address(text: str) -> str:
    """Read an address as Turtle writes it, with the prefixes of the base site."""
    node = term(text)
    assert isinstance(node, ox.NamedNode), text
    return node.value


def turtle(text: str) -> Iterable[ox.Quad]:
    """Read Turtle with the prefixes of the base site."""
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in base()[1].items())
    return ox.parse(input=head + text, format=ox.RdfFormat.TURTLE)


def matches(quad: ox.Quad, pattern: str) -> bool:
    """Whether a triple is meant by ``subject predicate object``, where * is any object."""
    subject, predicate, value = pattern.split(" ", 2)
    return (
        quad.subject == term(subject)
        and quad.predicate == term(predicate)
        and (value == "*" or quad.object == term(value))
    )


def renamings(case: Case, number: int) -> dict[str, str]:
    """Return the new address of each thing that a case copies."""
    names: dict[str, str] = {}
    for thing in (case.about, *FAMILIES.get(case.about, ()), *case.together):
        old = address(thing)
        kind, _, name = old.rpartition("/")
        new = f"p{number}000{name.removeprefix('p')}" if old.startswith(PERSON) else f"{case.slug}--{name}"
        names[old] = f"{kind}/{case.called if case.called and thing == case.about else new}"
    return names


def build(case: Case, number: int) -> list[ox.Quad]:
    """Return the triples of a case: the changed copies, and what it adds."""
    names = {} if case.alone else renamings(case, number)

    def subject(node: ox.NamedNode | ox.BlankNode | ox.Triple) -> ox.NamedNode | ox.BlankNode | ox.Triple:
        return ox.NamedNode(names[node.value]) if isinstance(node, ox.NamedNode) and node.value in names else node

    def value(node: Term) -> Term:
        return node if isinstance(node, ox.Literal) else subject(node)

    def copied(quad: ox.Quad) -> bool:
        assert isinstance(quad.subject, ox.NamedNode)
        return quad.subject.value.startswith(str(SAM)) if case.alone else quad.subject.value in names

    kept = [q for q in base()[0] if copied(q) and not any(matches(q, pattern) for pattern in case.remove)]
    return [ox.Quad(subject(q.subject), q.predicate, value(q.object)) for q in (*kept, *turtle(case.add))]


@functools.cache
def cases() -> tuple[Case, ...]:
    """Return all cases, in the order of the file."""
    read = tomllib.loads((HERE / "shapes" / "cases.toml").read_text(encoding="utf-8"))["case"]
    found: list[Case] = []
    for case in read:
        texts: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in case.items()}
        found.append(Case(**texts))
    return tuple(found)


def graph(quads: Iterable[ox.Quad]) -> rdflib.Graph:
    """Hand triples over to rdflib, which must leave the writing of the literals alone."""
    text = b"".join(ox.serialize([quad.triple], format=ox.RdfFormat.N_TRIPLES) or b"" for quad in quads)
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    try:
        return rdflib.Graph(bind_namespaces="none").parse(data=text, format="nt")
    finally:
        rdflib.NORMALIZE_LITERALS = before


def folder(name: str) -> list[ox.Quad]:
    """Read all Turtle files of a folder of the site."""
    paths = sorted((ROOT / name).glob("*.ttl"))
    return [quad for path in paths for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)]


@functools.cache
def shapes() -> rdflib.Graph:
    """Return all shapes of the site."""
    return graph(folder("shapes"))


@functools.cache
def comparing_nothing() -> rdflib.Graph:
    """Return all shapes, of which those that hold a thing against all others are switched off."""
    found = graph(folder("shapes"))
    assert {local(node, SAMS) for node in found.subjects()} >= COMPARING
    for name in COMPARING:
        found.add((SAMS[name], SH.deactivated, Literal(True)))
    return found


def text_of(report: rdflib.Graph, node: Node | None) -> str:
    """Write a node of a report so that blank nodes (paths, lists) compare by what they say."""
    if node is None:
        return ""
    if not isinstance(node, BNode):
        return str(node.n3())
    return "[" + " ".join(sorted(f"{p.n3()} {text_of(report, o)}" for p, o in report.predicate_objects(node))) + "]"


def local(iri: Node | None, namespace: Namespace) -> str:
    """Return an address without its namespace."""
    return str(iri).removeprefix(str(namespace))


def read_report(report: rdflib.Graph) -> Iterator[Result]:
    """Return the results of a report, without the details that some of them carry (sh:detail)."""
    for node in report.objects(None, SH.result):
        value = report.value(node, SH.value)
        yield Result(
            focus=text_of(report, report.value(node, SH.focusNode)),
            shape=local(report.value(node, SH.sourceShape), SAMS),
            component=local(report.value(node, SH.sourceConstraintComponent), SH).removesuffix("ConstraintComponent"),
            severity=local(report.value(node, SH.resultSeverity), SH),
            path=text_of(report, report.value(node, SH.resultPath)),
            value=text_of(report, value),
            messages=tuple(sorted(text_of(report, message) for message in report.objects(node, SH.resultMessage))),
        )


@pytest.fixture(scope="module", autouse=True)
def _prepared_once() -> Iterator[None]:
    """The dozen queries of the shapes are prepared once, as rdflib allows: its parser takes longer than they do."""
    asked = SPARQLProcessor.query

    def query(self: SPARQLProcessor, text: str, bindings: Any, names: Any, *rest: Any, **more: Any) -> Any:
        return asked(self, prepared(text, tuple(sorted(names.items()))), bindings, names, *rest, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SPARQLProcessor, "query", query)
        yield


@functools.cache
def prepared(text: str, names: tuple[tuple[str, Any], ...]) -> Query:
    """Return a query as rdflib evaluates it."""
    return prepareQuery(text, dict(names))


def by_pyshacl(data: rdflib.Graph, promises: rdflib.Graph) -> rdflib.Graph:
    """The report of pySHACL."""
    _, report, text = pyshacl.validate(data, shacl_graph=promises)
    assert isinstance(report, rdflib.Graph), text
    return report


def by_us(data: rdflib.Graph, promises: rdflib.Graph) -> rdflib.Graph:
    """The report of our own engine."""
    found = list(evaluate(Data.of(triples_of(data)), triples_of(promises), Deadline(math.inf)))
    results = [each for each in found if not isinstance(each, IllFormed)]
    assert len(results) == len(found)
    said = rdflib.Graph()
    said.parse(data=ox.serialize(report(results), format=ox.RdfFormat.N_TRIPLES), format="nt")
    return said


def triples_of(found: rdflib.Graph) -> tuple[ox.Triple, ...]:
    return tuple(quad.triple for quad in ox.parse(found.serialize(format="nt"), format=ox.RdfFormat.N_TRIPLES))


Engine = Callable[[rdflib.Graph, rdflib.Graph], rdflib.Graph]


def validate(engine: Engine, data: rdflib.Graph, promises: rdflib.Graph | None = None) -> list[Result]:
    """Run an engine over data, with all shapes or others; blank nodes as focus have no comparable name."""
    return sorted(read_report(engine(data, shapes() if promises is None else promises)))


ENGINES: tuple[Engine, ...] = (by_pyshacl, by_us)


# The cases come in batches, for a shape may look at all things of a class for each of them; and pySHACL, which takes
# most of the time, gets one batch, and as much again of generated shapes.
BATCHES = 4


def has_batch(engine: Engine, batch: int) -> bool:
    """Whether an engine gets a batch of the cases."""
    return engine is by_us or batch == 0


def together(batch: int) -> list[tuple[int, Case]]:
    """Return the cases of a batch that are copies of things in the base site, with their numbers."""
    return [(number, case) for number, case in enumerate(cases()) if not case.alone and number % BATCHES == batch]


@functools.cache
def outcome(engine: Engine, batch: int) -> tuple[Result, ...]:
    """Return an engine's results on the base site and the copies of a batch of cases together."""
    copies = (quad for number, case in together(batch) for quad in build(case, number))
    return tuple(validate(engine, graph([*base()[0], *copies]), comparing_nothing()))


@functools.cache
def outcome_alone(engine: Engine, case: Case) -> tuple[Result, ...]:
    """Return an engine's results on the vocabulary as one case changes it."""
    return tuple(validate(engine, graph(build(case, 0))))


# ---------------------------------------------------------------- what is caught


def blamed(case: Case, number: int) -> tuple[set[tuple[str, str]], set[str]]:
    """Return what a case expects, as pairs of focus and shape, and the addresses that are the case's own."""
    names = {} if case.alone else renamings(case, number)
    own = {f"<{new}>" for new in names.values()} or {str(term(case.about))}
    pairs = set()
    for entry in case.breaks:
        thing, _, shape = entry.rpartition(" ")
        if thing == "[]":
            focus = "[]"
        else:
            iri = address(thing or case.about)
            focus = f"<{names.get(iri, iri)}>"
        pairs.add((focus, shape))
    return pairs, own


def focus_of(result: Result) -> str:
    """Return the focus of a result, all blank nodes being one."""
    return "[]" if result.focus.startswith("[") else result.focus


def broken(results: Iterable[Result]) -> frozenset[tuple[str, str]]:
    """The focus and the shape of each result, but for those of shapes that compare things."""
    return frozenset((focus_of(each), each.shape) for each in results if each.shape not in COMPARING)


@functools.cache
def broken_together(engine: Engine, batch: int) -> frozenset[tuple[str, str]]:
    """What is broken in a batch of the cases."""
    return broken(outcome(engine, batch))


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.__name__)
def test_the_base_site_satisfies_every_shape(engine: Engine) -> None:
    assert validate(engine, graph(base()[0])) == []


@pytest.mark.parametrize("number", range(len(cases())), ids=[case.slug for case in cases()])
def test_a_case_breaks_the_shapes_it_names_and_no_others(number: int) -> None:
    case = cases()[number]
    expected, own = blamed(case, number)
    for engine in (each for each in ENGINES if case.alone or has_batch(each, number % BATCHES)):
        found = broken(outcome_alone(engine, case)) if case.alone else broken_together(engine, number % BATCHES)
        elsewhere = expected - {pair for pair in expected if pair[0] in own}
        assert {pair for pair in found if pair[0] in own} | (found & elsewhere) == expected, engine.__name__


@pytest.mark.parametrize(("engine", "batch"), [(by_pyshacl, 0), *((by_us, batch) for batch in range(BATCHES))])
def test_no_case_does_harm_beyond_what_it_names(engine: Engine, batch: int) -> None:
    expected = {pair for number, case in together(batch) for pair in blamed(case, number)[0]}
    assert broken_together(engine, batch) == expected


def alike(result: Result) -> Result:
    """A result without the languages of what queries say, which pySHACL drops, and what a blank node is in the data."""
    if result.focus.startswith("["):
        return dataclasses.replace(result, focus="[]", value="[]")
    if result.component != "SPARQL":
        return result
    said = tuple(sorted(re.sub(r"@[a-z-]+$", "", message) for message in result.messages))
    return dataclasses.replace(result, messages=said)


def test_both_engines_give_the_same_results_one_by_one() -> None:
    ours, theirs = (Counter(map(alike, outcome(engine, 0))) for engine in ENGINES)
    assert ours == theirs


@pytest.mark.parametrize("case", [case for case in cases() if case.alone], ids=lambda case: case.slug)
def test_both_engines_give_the_same_results_on_the_vocabulary(case: Case) -> None:
    ours, theirs = (Counter(map(alike, outcome_alone(engine, case))) for engine in ENGINES)
    assert ours == theirs


def test_the_suite_is_as_long_as_it_says() -> None:
    assert len(cases()) == NUMBER_OF_CASES
    assert len({case.slug for case in cases()}) == NUMBER_OF_CASES
    assert sum(not case.breaks for case in cases()) >= 15, "cases that must pass"


def reporting_shapes() -> set[URIRef]:
    """Return the shapes that can be the source of a result: those with a target, and their property shapes."""
    roots = {
        s
        for p in (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)
        for s in shapes().subjects(p)
    }
    return {s for s in roots | {p for s in roots for p in shapes().objects(s, SH.property)} if isinstance(s, URIRef)}


def test_no_constraint_is_without_a_case_that_breaks_it() -> None:
    declared = {
        (local(s, SAMS), name)
        for s in reporting_shapes()
        for parameter, name in COMPONENTS.items()
        if (s, parameter, None) in shapes()
    }
    seen = {(r.shape, r.component) for batch in range(BATCHES) for r in outcome(by_us, batch)}
    for case in cases():
        if case.alone:
            seen |= {(r.shape, r.component) for r in outcome_alone(by_us, case)}
    assert {each for each in declared - seen if each[0] not in COMPARING} == set()
    assert len(declared) > 300


def test_the_published_data_breaks_no_shape_gravely() -> None:
    data = graph(folder("ontology") + folder("data"))
    ours, theirs = (validate(engine, data) for engine in ENGINES)
    assert Counter(ours) == Counter(theirs)
    assert [r for r in ours if r.severity == "Violation"] == []
    warnings = {(r.focus.rsplit("/", 1)[-1].rstrip(">"), r.shape) for r in ours if r.severity == "Warning"}
    assert warnings == {("huddinge", "ComprehensiveAgreement-contact")}


# ---------------------------------------------------------------- how the shapes are written


def test_every_parameter_of_a_shape_is_known_to_this_suite() -> None:
    used = {p for s in reporting_shapes() for p in shapes().predicates(s)}
    assert used - set(COMPONENTS) - NO_CONSTRAINTS == set()


def test_every_shape_has_an_address() -> None:
    referred = {
        *shapes().objects(None, SH.property),
        *shapes().objects(None, SH.node),
        *shapes().objects(None, SH.qualifiedValueShape),
    }
    typed = {
        *shapes().subjects(RDF.type, SH.NodeShape),
        *shapes().subjects(RDF.type, SH.PropertyShape),
        *shapes().subjects(RDF.type, SH.SPARQLConstraint),
    }
    assert [node for node in referred | typed if not str(node).startswith(str(SAMS))] == []
    assert referred <= typed


def languages(subject: Node, predicate: URIRef) -> list[str]:
    """Return the languages in which something is said, sorted."""
    return sorted(str(o.language) for o in shapes().objects(subject, predicate) if isinstance(o, Literal))


def test_every_shape_that_can_complain_does_so_in_both_languages() -> None:
    for shape in reporting_shapes():
        if any((shape, parameter, None) in shapes() for parameter in COMPONENTS):
            assert languages(shape, SH.message) == ["en", "sv"], shape


def test_every_field_has_a_name_a_place_and_a_heading() -> None:
    for shape in set(shapes().subjects(RDF.type, SH.PropertyShape)):
        assert languages(shape, SH.name) == ["en", "sv"], shape
        assert isinstance(shapes().value(shape, SH.order), Literal), shape
        group = shapes().value(shape, SH.group)
        assert (group, RDF.type, SH.PropertyGroup) in shapes(), shape
    for shape in {*shapes().subjects(RDF.type, SH.NodeShape), *shapes().subjects(RDF.type, SH.PropertyGroup)}:
        assert languages(shape, RDFS.label) == ["en", "sv"], shape


def test_the_shapes_fetch_nothing_and_run_nothing() -> None:
    forbidden = {SH.js, SH.rule, SH.target, SH.deactivated, OWL.imports}
    assert forbidden & set(shapes().predicates()) == set()
    for query in shapes().objects(None, SH.select):
        code = re.sub(r"#[^\n]*|\"(?:[^\"\\]|\\.)*\"", "", str(query))
        assert not re.search(r"\b(FROM|SERVICE|LOAD|MINUS|VALUES)\b", code, re.IGNORECASE), query


def test_every_query_is_understood_with_the_declared_prefixes_alone() -> None:
    # rdflib lends a graph's own prefixes to a query, so that a missing one is not noticed there.
    header = "".join(
        f"PREFIX {shapes().value(d, SH.prefix)}: <{shapes().value(d, SH.namespace)}>\n"
        for d in shapes().objects(None, SH.declare)
    )
    queries = [str(query) for query in shapes().objects(None, SH.select)]
    assert len(queries) == len(set(shapes().subjects(RDF.type, SH.SPARQLConstraint))) > 5
    for query in queries:
        ox.Store().query(header + query)


def test_no_query_compares_typed_literals() -> None:
    # Engines differ on dates of different or faulty datatypes: only text and integers are compared.
    operand = r"(?:STR\(\?\w+\)|xsd:integer\(STR\(\?\w+\)\)(?: \+ 1)?)"
    for query in shapes().objects(None, SH.select):
        code = re.sub(r"#[^\n]*|\"(?:[^\"\\]|\\.)*\"", "", str(query))
        for left, right in re.findall(r"(\S+(?: \+ 1)?) (?:<|>|<=|>=) (\S+)", code):
            assert re.search(operand, left), query
            assert re.search(operand, right), query


def test_the_lists_of_codes_agree_with_the_ontology() -> None:
    ontology = graph(folder("ontology"))
    lists = [set(shapes().items(head)) for head in shapes().objects(None, SH["in"])]
    coded = [codes for codes in lists if all(str(code).startswith(str(SAM)) for code in codes)]
    assert len(coded) >= 9
    for codes in coded:
        (scheme,) = {ontology.value(code, SKOS.inScheme) for code in codes}
        assert codes == set(ontology.subjects(SKOS.inScheme, scheme)), scheme


def test_every_class_of_the_ontology_has_a_shape() -> None:
    ontology = graph(folder("ontology"))
    classes = {c for c in ontology.subjects(RDF.type, OWL.Class) if str(c).startswith(str(SAM))}
    classes -= set(ontology.subjects(OWL.deprecated))
    assert classes - set(shapes().objects(None, SH.targetClass)) == set()


def test_the_shapes_themselves_can_be_published_as_xml() -> None:
    text = re.compile(r"[\t\n\u0020-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]*")
    assert [o for o in shapes().objects() if isinstance(o, Literal) and not text.fullmatch(str(o))] == []
