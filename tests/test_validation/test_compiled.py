"""SHACL asked of a store: the same findings as on files, whatever the store is."""

from __future__ import annotations

import functools
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import orjson
import pyoxigraph as ox
import pytest
from bench.generate import generate
from tests import engines
from tests.test_validation import test_shapes as suite
from tests.test_validation.test_checks import WRONG

import samverkan
from samverkan import Site
from samverkan.errors import Place, StoreChangingError, StoreError, UsageError
from samverkan.model import sparql
from samverkan.model.dataset import Dataset, File
from samverkan.model.endpoint import Endpoint
from samverkan.model.namespaces import XSD
from samverkan.model.prefixes import Prefixes
from samverkan.model.results import Answer, Table, Term
from samverkan.store import Embedded, Graphs
from samverkan.store.remote import Remote
from samverkan.validation import Finding, Report, Severity, ValidationInput, compiled, reports, shacl
from samverkan.validation.compiled.paths import UncompilableError
from samverkan.validation.compiled.shapes import Shapes
from samverkan.validation.messages import CONSTRAINTS
from samverkan.validation.query_runner import PAGE, QueryRunner
from samverkan.validation.shapes.datatypes import DATATYPES

ROOT = Path(__file__).parents[2]
DOLL = Path(__file__).parents[1] / "site"
XSD_CASES, CONSTRAINT_CASES, LEFT_CASES = 39, 90, 30
HEAD = """
@prefix : <urn:x:> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


def case(shapes: str | bytes, data: str | bytes, engine: str = "samverkan") -> ValidationInput:
    """Some shapes and some data, in one file each."""
    texts = [HEAD.encode() + (text.encode() if isinstance(text, str) else text) for text in (data, shapes)]
    facts, promises = File("data/x.ttl", "urn:x:data", texts[0]), File("shapes/x.ttl", "urn:x:shapes", texts[1])
    return ValidationInput(Dataset((), (facts,), (promises,)), "urn:x:", "urn:x:def/", Prefixes({}), engine=engine)


def told(found: Iterator[Finding]) -> Counter[tuple[object, ...]]:
    """All that a finding says, comparable, with how often it says so."""
    return Counter(
        (f.shape, f.focus, f.path, f.value, f.component, f.severity, f.rule, tuple(f.message.items())) for f in found
    )


def left(one: ValidationInput) -> dict[str, str]:
    """The shapes that are left to an engine, and why."""
    plan = compiled.Compiled(one, QueryRunner(Embedded(one.dataset.published).query)).plan
    return {str(term): asked for term, asked in plan.items() if isinstance(asked, str)}


def in_store(one: ValidationInput) -> Counter[tuple[object, ...]]:
    """What is found in an embedded store."""
    return told(compiled.check(one, Embedded(one.dataset.published).query))


def as_stored(one: ValidationInput) -> ValidationInput:
    """The case as a store holds it, which writes some values otherwise than the files do."""
    store = ox.Store()
    store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in one.published)
    text = ox.serialize((quad.triple for quad in store), format=ox.RdfFormat.N_TRIPLES) or b""
    files = (File("data/x.ttl", "urn:x:data", text),)
    return replace(one, dataset=Dataset((), files, one.dataset.shapes))


# ---------------------------------------------------------------- constraint by constraint

DATA = """
:a a :C ; :p 1, "u"@sv, "w"@sv, "k"@en, "l"@en, :g, "word", "Ord" ; :q 1, 2, :h ; :n 1, 2, 3 ; :one "only" ;
    :day "2020-01-01"^^xsd:date, "2020-08-01"^^xsd:date ; :end "2020-05-01"^^xsd:date ; :yes true ; :self :a ; :e :g .
:b a :C, :D ; :q :h ; :n 2.5, 7 ; :day "2021-02-29"^^xsd:date, "2020-01-01T00:00:00"^^xsd:dateTime ; :text "åäö", "" .
:D rdfs:subClassOf :C . :E rdfs:subClassOf :D . :e1 a :E ; :r :a ; :p "UPPER", "-" .
:g a :G ; :r 5 . :h :r :g, :a .
"""
PROPERTY = (  # what a property shape says
    *("sh:minCount 1", "sh:minCount 2", "sh:minCount 3", "sh:minCount 4", "sh:minCount 0"),
    *("sh:maxCount 0", "sh:maxCount 1", "sh:maxCount 2", "sh:maxCount 3"),
    *("sh:class :G", "sh:class :C", "sh:class :C, :G", "sh:class :Nothing"),
    *("sh:datatype xsd:integer", "sh:datatype xsd:string", "sh:datatype rdf:langString", "sh:datatype :own"),
    *(f"sh:nodeKind sh:{kind}" for kind in ("IRI", "Literal", "BlankNode")),
    *(f"sh:nodeKind sh:{kind}" for kind in ("BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")),
    *(
        "sh:in (1 :g)",
        'sh:in ("u"@sv "word" "k"@en)',
        "sh:in ()",
        "sh:hasValue 1",
        'sh:hasValue "u"@sv',
        "sh:hasValue :g",
    ),
    *('sh:hasValue "word"', 'sh:in ("word")'),
    *('sh:pattern "^[a-z]$"', 'sh:pattern "^WORD$" ; sh:flags "i"', 'sh:pattern "[åäö]"'),
    *("sh:minLength 2", "sh:maxLength 2", 'sh:languageIn ("sv")', 'sh:languageIn ("sv" "en-GB")', "sh:uniqueLang true"),
    *("sh:uniqueLang false", "sh:minInclusive 1", "sh:minExclusive 1", "sh:maxInclusive 1", "sh:maxExclusive 1"),
    *("sh:equals :q", "sh:disjoint :q", "sh:lessThan :q", "sh:lessThanOrEquals :q"),
    *("sh:node :Part", "sh:not :Part", "sh:property :Has-r", "sh:property :Has-r ; sh:node :Part"),
    *("sh:or (:Part [ sh:datatype xsd:string ])", "sh:and (:Part [ sh:nodeKind sh:IRI ])"),
    *("sh:xone (:Part [ sh:nodeKind sh:IRI ])", "sh:not [ sh:xone (:Part [ sh:nodeKind sh:IRI ] [ sh:class :G ]) ]"),
    *("sh:qualifiedValueShape :Part ; sh:qualifiedMinCount 1", "sh:qualifiedValueShape :Part ; sh:qualifiedMaxCount 0"),
    *("sh:qualifiedValueShape [ sh:minLength 1 ] ; sh:qualifiedMaxCount 2", "sh:minCount 9 ; sh:deactivated true"),
    'sh:minCount 4 ; sh:severity sh:Warning ; sh:message "för få"@sv, "too few"@en',
)
NODE = (  # what a node shape says, with a path inside where it has one
    *("sh:nodeKind sh:Literal", "sh:class :D", "sh:in (:a)", "sh:hasValue :a", 'sh:pattern "b$"', "sh:maxLength 7"),
    *(
        "sh:closed true",
        "sh:closed true ; sh:ignoredProperties (rdf:type :p :q)",
        "sh:equals :self",
        "sh:disjoint :self",
    ),
    *("sh:property [ sh:path (:q :r) ; sh:minCount 1 ]", "sh:property [ sh:path (:q :r) ; sh:nodeKind sh:Literal ]"),
    *("sh:property [ sh:path [ sh:inversePath :r ] ; sh:minCount 1 ]", "sh:not [ sh:path :p ; sh:minCount 1 ]"),
    "sh:property [ sh:path [ sh:inversePath (:q :r) ] ; sh:maxCount 0 ]",
    "sh:property [ sh:path [ sh:alternativePath (:p :q) ] ; sh:maxCount 2 ; sh:datatype xsd:integer ]",
    'sh:property [ sh:path :day ; sh:minInclusive "2020-06-01"^^xsd:date ; sh:datatype xsd:date ]',
    "sh:property [ sh:path :day ; sh:lessThan :end ]",
    "sh:property [ sh:path :yes ; sh:in (true) ] , [ sh:path :yes ; sh:in (false) ]",
    "sh:property [ sh:path :n ; sh:datatype xsd:decimal ; sh:in (1 2.5) ; sh:maxExclusive 2.5 ]",
    'sh:sparql [ sh:select "SELECT DISTINCT $this ?value { $this <urn:x:p> ?value FILTER(isIRI(?value)) }" ]',
    'sh:sparql [ sh:message "M" ; sh:select "SELECT DISTINCT $this ?path ?value { $this ?path ?value }" ]',
    'sh:sparql [ sh:select "SELECT DISTINCT $this { $this <urn:x:p> ?any }" ] ; sh:message "fel"@sv',
)
TARGETS = (
    *("sh:targetClass :C", "sh:targetSubjectsOf :p", "sh:targetObjectsOf :q", "sh:targetNode :a , :nowhere"),
    *("sh:targetClass :C , :D ; sh:targetSubjectsOf :p", "a rdfs:Class"),
)
PARTS = ":Part a sh:NodeShape ; sh:property :Has-r . :Has-r a sh:PropertyShape ; sh:path :r ; sh:minCount 1 ."

CASES = (
    *(
        f":S a sh:NodeShape ; sh:targetClass :C ; sh:property :P . :P sh:path :p ; {what} . {PARTS}"
        for what in PROPERTY
    ),
    *(f":S a sh:NodeShape ; sh:targetClass :C ; {what} ." for what in NODE),
    *(f":C {target} . :C a sh:NodeShape ; sh:property [ sh:path :p ; sh:nodeKind sh:IRI ] ." for target in TARGETS),
)


@pytest.mark.parametrize("shapes", CASES)
def test_a_constraint_is_broken_in_a_store_as_in_an_engine(shapes: str) -> None:
    one = case(shapes, DATA)

    assert left(one) == {}
    assert in_store(one) == told(shacl.check(as_stored(one)))


def test_every_constraint_is_broken_by_some_case_and_no_number_of_cases_is_lost() -> None:
    components = {str(found[4]) for shapes in CASES for found in in_store(case(shapes, DATA))}

    assert {name.rpartition("#")[2].removesuffix("ConstraintComponent") for name in components} == set(CONSTRAINTS)
    assert len(CASES) == len(set(CASES)) == CONSTRAINT_CASES


FORMS = (
    *(
        "1",
        "+1",
        "-0",
        "abc",
        "1.0",
        "",
        "1.",
        "+.5",
        ".",
        "1e5",
        "INF",
        "-INF",
        "NaN",
        "1.5E-3",
        "true",
        "TRUE",
        "0",
        "-1",
    ),
    *(
        "127",
        "128",
        "40000",
        "2147483648",
        "9223372036854775808",
        "2020-01-01",
        "2020-02-30",
        "2020-02-29",
        "2100-02-29",
    ),
    *(
        "2000-02-29",
        "2020-01-01Z",
        "2020-01-01+02:00",
        "20-01-01",
        "20200101",
        "-2020-01-01",
        "12020-01-01",
        "2020-13-01",
    ),
    *(
        "2020-01-01T00:00:00",
        "2020-01-01T24:00:00",
        "2020-01-01T00:00",
        "2020-01-01T00:00:00.123Z",
        "2020-04-31T10:00:00",
    ),
    *(
        "10:00:00",
        "25:00:00",
        "10:00",
        "10:00:00Z",
        "2020",
        "20",
        "02020",
        "-2020",
        "2020Z",
        "2020-01",
        "2020-1",
        "--01",
    ),
    *(
        "--13",
        "---01",
        "---32",
        "--01-01",
        "--02-30",
        "P1Y",
        "PT1H",
        "P",
        "P1Y2M3DT4H5M6.7S",
        "P1D",
        "-P1M",
        "https://x.y/",
    ),
)


@pytest.mark.parametrize("name", sorted(iri.removeprefix(XSD) for iri in DATATYPES))
def test_an_ill_typed_literal_is_found_in_a_store_as_in_an_engine(name: str) -> None:
    values = ", ".join(f'"{form}"^^xsd:{name}' for form in FORMS)
    one = case(f":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:datatype xsd:{name} ] .", f":a :p {values} .")

    assert left(one) == {}
    assert in_store(one) == told(shacl.check(as_stored(one)))


def test_every_datatype_is_tried() -> None:
    assert len(DATATYPES) == XSD_CASES


# ---------------------------------------------------------------- what is left to an engine

DISJOINT = "sh:qualifiedValueShape :N ; sh:qualifiedMinCount 1 ; sh:qualifiedValueShapesDisjoint true"
SELECT = 'sh:sparql [ sh:select "{}" ]'
LEFT = (
    ("sh:property [ sh:path [ sh:zeroOrMorePath :r ] ; sh:minCount 9 ]", "a path of any length"),
    ("sh:property [ sh:path [ sh:oneOrMorePath :r ] ; sh:minCount 1 ]", "a path of any length"),
    ("sh:property [ sh:path [ sh:zeroOrOnePath :r ] ; sh:maxCount 1 ]", "a path of any length"),
    ("sh:property [ sh:path [ sh:alternativePath (:p [ sh:inversePath :r ]) ] ; sh:minCount 1 ]", "one direction"),
    ("sh:property [ sh:path [ sh:alternativePath (:p (:q :r)) ] ; sh:minCount 1 ]", "one direction"),
    ("sh:property [ sh:path :p ; sh:minCount 5 ]", "to be counted"),
    ("sh:property [ sh:path :p ; sh:maxCount 4 ]", "to be counted"),
    ("sh:property [ sh:path :p ; sh:datatype xsd:ENTITY ]", "sh:datatype xsd:ENTITY"),
    ('sh:property [ sh:path :p ; sh:minInclusive "a" ]', "a bound of the datatype string"),
    ('sh:property [ sh:path :day ; sh:minInclusive "2020-06-01Z"^^xsd:date ]', "a bound of the datatype date"),
    ("sh:property [ sh:path :q ; sh:closed true ]", "sh:closed in a property shape"),
    ("sh:targetNode 5", "without an address"),
    (f"sh:property [ sh:path :q ; {DISJOINT} ]", "sh:qualifiedValueShapesDisjoint"),
    ('sh:property [ sh:path :p ; sh:minCount 9 ; sh:message "only {$value}" ]', "a placeholder"),
    (SELECT.format("SELECT $this { $this <urn:x:p> ?any }"), "SELECT DISTINCT"),
    (SELECT.format("SELECT DISTINCT $this ?value { $this <urn:x:q>/<urn:x:r>+ ?value }"), "a path of any length"),
    (SELECT.format("SELECT DISTINCT $this { { $this <urn:x:p> 1 } UNION { $this <urn:x:q> 1 } }"), "in an order"),
    (SELECT.format("SELECT DISTINCT $this { $this <urn:x:p> ?v { SELECT $this { $this a ?c } } }"), "in an order"),
    (SELECT.format("SELECT DISTINCT $this { $this <urn:x:p> ?v } LIMIT 1"), "in an order"),
    (SELECT.format("SELECT DISTINCT $this { $this <urn:x:p> ?v { FILTER($this = <urn:x:a>) } }"), "in an order"),
    (
        SELECT.format("SELECT DISTINCT $this ?value { ?s <urn:x:p> ?v OPTIONAL { BIND($this AS ?value) } }"),
        "in an order",
    ),
    (
        SELECT.format("SELECT DISTINCT $this { OPTIONAL { ?s ?p 1 OPTIONAL { FILTER($this = <urn:x:a>) } } }"),
        "in an order",
    ),
    (SELECT.format("SELECT DISTINCT $this { $this <urn:x:p> ?v OPTIONAL { $this <urn:x:q> ?w FILTER(?v = ?w) } }"), ""),
    (SELECT.format("SELECT DISTINCT $this { $this <urn:x:p> ?v FILTER NOT EXISTS { $this <urn:x:q> ?v } }"), ""),
    (SELECT.format("SELECT DISTINCT $this ?value { $this <urn:x:p> ?v BIND(STR(?v) AS ?value) }"), ""),
    (SELECT.format("SELECT DISTINCT $this ?other { $this <urn:x:p> ?other }"), "in an order"),
    (SELECT.format("SELECT DISTINCT $this { $this <urn:x:p> ?t0_ }"), "SELECT DISTINCT"),
    ("sh:node [ " + SELECT.format("SELECT DISTINCT $this { $this <urn:x:p> ?any }") + " ]", "sh:sparql"),
    ("sh:property [ sh:path :q ; " + SELECT.format("SELECT DISTINCT $this { $this $PATH ?v }") + " ]", ""),
    (
        "sh:property [ sh:path (:q :r) ; " + SELECT.format("SELECT DISTINCT $this { $this $PATH ?v }") + " ]",
        "not a property",
    ),
)


@pytest.mark.parametrize(("what", "reason"), LEFT)
def test_what_a_store_can_not_be_asked_is_asked_of_an_engine(what: str, reason: str) -> None:
    one = case(
        f":S a sh:NodeShape ; sh:targetClass :C ; {what} . :T sh:targetClass :C ; sh:nodeKind sh:Literal .", DATA
    )

    assert list(left(one)) == (["<urn:x:S>"] if reason else [])
    assert all(reason in why for why in left(one).values())
    assert in_store(one) == told(shacl.check(as_stored(one)))


def test_nothing_is_asked_of_a_store_that_shapes_define_themselves() -> None:
    more = ":K a sh:ConstraintComponent ; sh:parameter [ sh:path :k ] ; sh:validator [ sh:ask 'ASK { ?value ?k 1 }' ] ."
    one = case(f":S a sh:NodeShape ; sh:targetClass :C ; sh:nodeKind sh:Literal . {more}", DATA)

    assert left(one) == {"<urn:x:S>": "constraints that the shapes declare themselves"}


@pytest.mark.parametrize("name", ["sh:node", "sh:property"])
def test_a_shape_that_refers_to_itself_is_not_compiled(name: str) -> None:
    one = case(f":S a sh:NodeShape ; sh:targetClass :C ; {name} :S .", DATA)

    assert left(one) == {"<urn:x:S>": "a shape that refers to itself"}


def test_a_broken_list_is_told_and_not_followed_for_ever() -> None:
    promises = Shapes(())

    with pytest.raises(UncompilableError, match="a broken list"):
        promises.members(ox.NamedNode("urn:x:nothing"))


def test_the_cases_are_as_many_as_they_say() -> None:
    assert len(LEFT) == LEFT_CASES


# ---------------------------------------------------------------- the shapes of the real site


@functools.cache
def real_shapes() -> bytes:
    """The shapes of this repository."""
    return b"\n".join(path.read_bytes() for path in sorted((ROOT / "shapes").glob("*.ttl")))


def of(quads: list[ox.Quad]) -> ValidationInput:
    """The real shapes on some data; blank nodes get names, so that they can be compared."""
    text = ox.serialize([quad.triple for quad in quads], format=ox.RdfFormat.N_TRIPLES)
    assert text is not None
    return case(real_shapes(), text)


@functools.cache
def together(batch: int) -> tuple[ValidationInput, tuple[Finding, ...], tuple[Finding, ...]]:
    """The cases of a batch side by side: what the engine finds and what a store is asked."""
    quads = [*suite.base()[0]]
    for number, each in suite.together(batch):
        quads += suite.build(each, number)
    one = of(quads)
    return one, tuple(shacl.check(as_stored(one))), tuple(compiled.check(one, Embedded(one.dataset.published).query))


def named(found: tuple[Finding, ...]) -> Iterator[Finding]:
    """Findings in which every blank node has the same name: an engine makes up its own."""
    for each in found:
        blank = each.focus is not None and each.focus.startswith("_:")
        yield replace(each, focus="_:b", value="_:b") if blank else each


# What is left to an engine: paths of any length and choices of paths, and messages that show a value of the query.
UNCOMPILED = frozenset(
    {
        *("OperatesUnder", "Succession", "BodyMembership", "ConceptScheme", "SameName", "SamePerson", "SameConcept"),
        *("SameCode", "CheckDigit", "OrganisationKind", "SameAgreement", "SigningPeriod", "NotYet", "WordedShare"),
        *("PlacementCount", "Signature", "PassageOnPage", "PassageUnderHeading", "PassageBelowHeading", "ContactPoint"),
        *("PassageAfterHeading", "PassageName", "HeadingFound", "SourcePage", "CurationNote", "Heading", "SameFlow"),
        *("SigningKnown", "StartKnown", "EndKnown", "Notice", "PartOfAgreement", "Registered", "AgreementDocument"),
        *("TypeOfAgreement", "ComprehensiveAgreement-contact", "ComprehensiveAgreement-area", "OtherAgreement-contact"),
    }
)


@pytest.mark.parametrize("batch", range(suite.BATCHES))
def test_all_cases_of_the_shapes_break_in_a_store_what_they_break_in_an_engine(batch: int) -> None:
    one, engine, store = together(batch)

    assert told(named(store)) == told(named(engine))
    assert len(engine) > 400
    assert {name.rpartition("/")[2].rstrip(">") for name in left(one)} == UNCOMPILED


@pytest.mark.parametrize("number", range(len(suite.cases())), ids=[each.slug for each in suite.cases()])
def test_a_case_breaks_in_a_store_the_shapes_it_names(number: int) -> None:
    each = suite.cases()[number]
    expected, own = suite.blamed(each, number)
    pairs = broken_shapes(alone(number)) if each.alone else broken_together(number % suite.BATCHES)

    assert {pair for pair in pairs if pair[0] in own or pair in expected} == expected


@functools.cache
def broken_together(batch: int) -> frozenset[tuple[str, str]]:
    """The focus and the shape of all that a store finds in the cases of a batch."""
    return broken_shapes(together(batch)[2])


def broken_shapes(found: tuple[Finding, ...]) -> frozenset[tuple[str, str]]:
    """The focus of each finding, all blank nodes being one, and its shape, but for those that compare things."""
    pairs = ((f"<{f.focus}>", str(f.shape).removeprefix(str(suite.SAMS))) for f in found)
    named_alike = (("[]" if focus.startswith("<_:") else focus, shape) for focus, shape in pairs)
    return frozenset((focus, shape) for focus, shape in named_alike if shape not in suite.COMPARING)


def alone(number: int) -> tuple[Finding, ...]:
    """What a store finds in the vocabulary as one case changes it."""
    one = of(suite.build(suite.cases()[number], number))
    shapes = compiled.Compiled(one, QueryRunner(Embedded(one.dataset.published).query))
    shapes.__dict__["plan"] = planned(tuple(sorted(shapes._subclasses.items())), lambda: shapes.plan)
    found, unasked = shapes.asked()
    assert len(unasked) == len(UNCOMPILED)
    return tuple(found)


PLANS: dict[object, Mapping[Term, compiled.Plan]] = {}


def planned(classes: object, plan: Callable[[], Mapping[Term, compiled.Plan]]) -> Mapping[Term, compiled.Plan]:
    """What a store is asked by the real shapes, which depends on nothing in the data but the hierarchy of classes."""
    if classes not in PLANS:
        PLANS[classes] = plan()
    return PLANS[classes]


def test_no_case_of_the_shapes_is_left_out() -> None:
    assert len(suite.cases()) == suite.NUMBER_OF_CASES


# ---------------------------------------------------------------- sites in stores


def spoil(folder: Path) -> Site:
    """Open a small site after something wrong was added."""
    with (folder / "data" / "lights.ttl").open("a") as file:
        file.write(WRONG)
    return samverkan.open(folder)


@pytest.fixture(scope="module", autouse=True)
def _looked_through_once() -> Iterator[None]:
    """The same queries are asked for each case, and are more than the cache of those that were let pass holds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sparql, "_pass", functools.cache(sparql._pass.__wrapped__))
        yield


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A copy of the small site with much that is wrong."""
    return spoil(Path(shutil.copytree(DOLL, tmp_path_factory.mktemp("doll") / "site")))


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """An invented site like the real one, with faults of every kind."""
    folder = tmp_path_factory.mktemp("planted")
    generate(folder, 4_000, 22)
    return samverkan.open(folder)


@pytest.mark.parametrize("name", ["ki", "doll", "broken", "planted"])
def test_a_site_in_a_store_has_the_report_of_its_files(name: str, request: pytest.FixtureRequest) -> None:
    site: Site = request.getfixturevalue(name)

    assert_same(site.validate_store(site.store), site.validate())


def assert_same(store: Report, files: Report) -> None:
    """Two reports are the same in every form."""
    assert store == files
    assert reports.json(store) == reports.json(files)


def changed(site: Site, update: str) -> Report:
    """The report of a store that holds the site with some change."""
    store = Embedded(site.published)
    store.query("ASK { GRAPH ?graph {} }")  # now it has the named graphs
    store._store.update(update)
    return site.validate_store(store)


LIGHTS = "https://example.org/doll/graph/lights"
LAMPS = "<https://example.org/doll/id/lighthouse/masudden> <https://example.org/doll/def/lamps>"


def extra(report: Report, site: Site) -> list[Finding]:
    """What is found in a store and not in the files."""
    known = site.validate().findings
    return [found for found in report.findings if found not in known]


def test_a_graph_that_the_store_lacks_is_told(doll: Site) -> None:
    found = extra(changed(doll, f"DROP GRAPH <{LIGHTS}>"), doll)

    (lost,) = (each for each in found if each.rule == "missing-graph")
    assert (lost.severity, lost.places) == (Severity.VIOLATION, (Place("data/lights.ttl", 1),))
    assert LIGHTS in lost.message["sv"]
    assert "dangling-link" in {each.rule for each in found}


def test_a_graph_that_only_the_store_has_is_told_and_its_facts_are_not_looked_at(doll: Site) -> None:
    wrong = "<https://example.org/doll/graph/old> { <https://example.org/doll/id/x> <urn:x:p> 1 }"
    ours = "<https://example.org/doll/store/journal> { <urn:x:s> <urn:x:p> 1 }"
    inferred = "<https://example.org/doll/graph/inferred-cax-sco> { <urn:x:s> a <urn:x:o> }"
    added = f"GRAPH {wrong} GRAPH {ours} GRAPH {inferred} GRAPH <urn:x:g> {{ <urn:x:s> a 1 }}"
    (found,) = extra(changed(doll, f"INSERT DATA {{ {added} }}"), doll)

    assert (found.rule, found.severity) == ("foreign-graph", Severity.WARNING)
    assert found.places == (Place("https://example.org/doll/graph/old"),)


def test_what_only_the_store_states_stands_in_its_graph(doll: Site) -> None:
    found = extra(changed(doll, f'INSERT DATA {{ GRAPH <{LIGHTS}> {{ {LAMPS} "many" }} }}'), doll)
    places = {(each.component or "").rpartition("#")[2]: each.places for each in found}

    assert places["DatatypeConstraintComponent"] == (Place(LIGHTS),)
    assert places["MaxCountConstraintComponent"][0].file == "data/lights.ttl"


def test_what_the_files_state_stands_in_their_lines_though_the_graph_has_more(broken: Site) -> None:
    report = changed(broken, f"INSERT DATA {{ GRAPH <{LIGHTS}> {{ <urn:x:more> a <urn:x:Thing> }} }}")
    files = broken.validate()

    assert [found for found in files.findings if found not in report.findings] == []
    assert {place for found in extra(report, broken) for place in found.places} == {Place(LIGHTS)}


def test_a_release_that_comes_while_a_store_is_checked_spoils_the_report(doll: Site) -> None:
    stamps = iter(("one", "another"))

    class Pushed(Embedded):
        """A store that gets another release meanwhile."""

        def stamp(self) -> str:
            return next(stamps)

    with pytest.raises(StoreChangingError, match="Check it once more"):
        doll.validate_store(Pushed(doll.published))


def test_an_unreadable_folder_is_told_before_a_store_is_asked(copy: Path) -> None:
    (copy / "shapes" / "x.ttl").write_text("nonsense")

    report = samverkan.open(copy).validate_store(Silent())
    assert not report.readable


class Silent:
    """A store that must not be asked."""

    def warm(self) -> None:
        raise AssertionError

    def stamp(self) -> str:
        raise AssertionError

    def names(self, start: str) -> tuple[str, ...]:
        raise AssertionError(start)

    def triples(self, graph: str) -> tuple[ox.Triple, ...]:
        raise AssertionError(graph)

    def query(
        self,
        sparql: str,
        *,
        name: str = "query",
        prefixes: dict[str, str] | None = None,
        graphs: Graphs | None = None,
        base: str | None = None,
    ) -> Answer:
        raise AssertionError((sparql, name, prefixes, graphs, base))


# ---------------------------------------------------------------- answers that are not whole


def rows(count: int) -> str:
    return " ".join(f":a :p {number} ." for number in range(count))


SHAPE = ":S a sh:NodeShape ; sh:targetClass :C ; sh:property [ sh:path :p ; sh:nodeKind sh:IRI ] . "


def test_more_results_than_a_page_holds_are_all_read() -> None:
    one = case(SHAPE, f":a a :C . {rows(2 * PAGE + 7)}")

    assert sum(in_store(one).values()) == 2 * PAGE + 7


def test_a_store_that_cuts_its_answers_is_found_out_and_the_engine_does_the_work() -> None:
    one = case(SHAPE, f":a a :C . {rows(40)}")
    store = Embedded(one.dataset.published)

    def cut(sparql: str) -> Answer:
        answer = store.query(sparql)
        assert isinstance(answer, Table)
        found = orjson.loads(answer.json)
        found["results"]["bindings"] = [] if "OFFSET" in sparql else found["results"]["bindings"][:10]
        return Table(orjson.dumps(found))

    with pytest.raises(UsageError, match="10 rows of the 40"):
        QueryRunner(cut).rows(
            "SELECT ?v { <urn:x:a> <urn:x:p> ?v }", "SELECT (COUNT(*) AS ?n) { <urn:x:a> <urn:x:p> ?v }"
        )
    assert told(compiled.check(one, cut)) == told(shacl.check(as_stored(one)))


def test_a_store_that_reads_patterns_otherwise_is_found_out() -> None:
    one = case(SHAPE.replace("sh:nodeKind sh:IRI", 'sh:pattern "^[å]$"'), ':a a :C ; :p "å", "b" .')
    store = Embedded(one.dataset.published)

    def careless(sparql: str) -> Answer:
        return store.query(sparql.replace("[å]", "[b]"))

    assert told(compiled.check(one, careless)) == told(shacl.check(as_stored(one)))


def test_a_store_that_refuses_a_query_leaves_the_work_to_the_engine() -> None:
    one = case(SHAPE, ":a a :C ; :p 1, 2 .")
    store = Embedded(one.dataset.published)

    def strict(sparql: str) -> Answer:
        if "FILTER" in sparql:
            raise StoreError("Too much code.")
        return store.query(sparql)

    assert told(compiled.check(one, strict)) == told(shacl.check(as_stored(one)))


def test_a_store_that_changes_meanwhile_is_not_reported_on() -> None:
    one = case(SHAPE, ":a a :C ; :p 1, 2 .")
    store = Embedded(one.dataset.published)

    def changing(sparql: str) -> Answer:
        if "FILTER" in sparql:
            raise StoreChangingError("Another release.")
        return store.query(sparql)

    with pytest.raises(StoreChangingError):
        list(compiled.check(one, changing))


def test_a_check_that_takes_too_long_is_ended_and_told() -> None:
    one = replace(case(SHAPE, ":a a :C ; :p 1 ."), seconds=-1)

    assert [f.rule for f in compiled.check(one, Embedded(one.dataset.published).query)] == ["unfinished"]


# ---------------------------------------------------------------- other people's engines


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def engine(request: pytest.FixtureRequest) -> Iterator[engines.Engine]:
    """An engine with no data."""
    with getattr(engines, request.param)() as found:
        yield found


def put(engine: engines.Engine, file: File) -> None:
    """Put the graph of a file into an engine, past everything of ours."""
    engine.put(file.graph, ox.serialize(file.triples, format=ox.RdfFormat.N_TRIPLES) or b"")


@pytest.mark.parametrize("name", ["ki", "broken"])
def test_a_site_in_an_engine_has_the_report_of_its_files(
    name: str, engine: engines.Engine, request: pytest.FixtureRequest
) -> None:
    site: Site = request.getfixturevalue(name)
    for file in site.published:
        put(engine, file)
    there = Remote(Endpoint(engine.query), tuple(site.graphs), site.settings.base)
    files = site.validate()

    assert_same(site.validate_store(there), files)
    assert files.triples > 200


def test_a_graph_of_a_former_release_in_an_engine_is_told(doll: Site, engine: engines.Engine) -> None:
    for file in doll.published:
        put(engine, file)
    engine.put("https://example.org/doll/graph/old", b"<urn:x:s> <urn:x:p> <urn:x:o> .\n")
    there = Remote(Endpoint(engine.query), tuple(doll.graphs), doll.settings.base)

    assert [found.rule for found in extra(doll.validate_store(there), doll)] == ["foreign-graph"]
    engine.do("CLEAR GRAPH <https://example.org/doll/graph/old>")


@pytest.fixture(scope="module")
def held(engine: engines.Engine) -> File:
    """The facts of the constraints' cases as an engine gives them back."""
    facts = case("", DATA).dataset.data[0]
    put(engine, facts)
    triples = Remote(Endpoint(engine.query), (facts.graph,), "urn:x:").triples(facts.graph)
    return replace(facts, content=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"")


@pytest.mark.parametrize("shapes", CASES)
def test_a_constraint_is_broken_in_an_engine_as_here(shapes: str, engine: engines.Engine, held: File) -> None:
    one = case(shapes, "")
    one = replace(one, dataset=replace(one.dataset, data=(held,)))
    there = Remote(Endpoint(engine.query), (held.graph,), "urn:x:")

    assert told(compiled.check(one, functools.partial(there.query, name="checks"))) == in_store(one)
