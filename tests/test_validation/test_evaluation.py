"""Our own SHACL engine: values as they are written, paths, recursion, queries, and what it refuses."""

from __future__ import annotations

import math
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store, Triple, parse
from tests.generated_shapes import PREFIXES, Dice, differences, triples

from samverkan.limits import TookTooLongError
from samverkan.model.dataset import Dataset, File
from samverkan.model.namespaces import XSD
from samverkan.model.prefixes import Prefixes
from samverkan.model.results import Term
from samverkan.store import Embedded
from samverkan.validation import ValidationInput, shacl
from samverkan.validation import compiled as compiled_shapes
from samverkan.validation.evaluation import Data, IllFormed, ValidationResult, evaluate
from samverkan.validation.evaluation.data_graph import DataGraph
from samverkan.validation.evaluation.deadline import Deadline
from samverkan.validation.evaluation.query_engines import QueryEngines, named_iris
from samverkan.validation.evaluation.terms import Terms
from samverkan.validation.evaluation.value_nodes import ValueNodes, Walker
from samverkan.validation.shapes.datatypes import DATATYPES
from samverkan.validation.shapes.graph import ShapesGraph
from samverkan.validation.shapes.paths import Path as AnyPath
from samverkan.validation.shapes.paths import ShapeError, read_path
from samverkan.validation.shapes.prebinding import PreboundQuery
from samverkan.validation.shapes.regular_expressions import compiled
from samverkan.validation.shapes.values import is_less, value
from samverkan.validation.site_checks import switches_are_on_or_off

CASES = Path(__file__).parents[3] / "shared" / "cases"
NEVER = Deadline(math.inf)


def found(data: str, shapes: str) -> list[ValidationResult | IllFormed]:
    """What is found in data by shapes, both in Turtle."""
    return list(evaluate(Data.of(triples(PREFIXES + data)), triples(PREFIXES + shapes), NEVER))


def values(data: str, constraint: str) -> list[str]:
    """The values of `:a :p` that break a constraint."""
    shape = f":S sh:targetNode :a ; sh:property [ sh:path :p ; {constraint} ] ."
    results = found(f":a :p {data} .", shape)
    assert all(isinstance(each, ValidationResult) for each in results), results
    return [str(each.value).partition("^^")[0] for each in results if isinstance(each, ValidationResult)]


# ---------------------------------------------------------------- values as the files have them

DERIVED = (
    *("nonNegativeInteger", "positiveInteger", "byte", "short", "int", "long"),
    *("unsignedByte", "unsignedShort", "unsignedInt", "unsignedLong"),
)
JUDGED = [  # data, constraint, the values that break it
    *((f'"100"^^xsd:{name}', f"sh:datatype xsd:{name}", []) for name in DERIVED),
    *((f'"-100"^^xsd:{name}', f"sh:datatype xsd:{name}", []) for name in ("nonPositiveInteger", "negativeInteger")),
    ('"2020-01-01T10:00:00Z"^^xsd:dateTimeStamp', "sh:datatype xsd:dateTimeStamp", []),
    ('"5"^^xsd:int', "sh:datatype xsd:integer", ['"5"']),
    ("1, 01", "sh:maxCount 1", ["None"]),
    ("1, 01", "sh:maxCount 2", []),
    ('"007"^^xsd:integer', 'sh:pattern "^[0-9]{3}$"', []),
    ("1.50", "sh:hasValue 1.50", []),
    ("1.50", "sh:hasValue 1.5", ["None"]),
    ('"1.50"^^xsd:decimal', "sh:maxLength 3", ['"1.50"']),
    ("10.0", "sh:in ( 2.5 10.0 )", []),
    ('"1"^^xsd:boolean', "sh:in ( true )", ['"1"']),
    ('"2020-01-01T10:00:00.500Z"^^xsd:dateTime', 'sh:pattern "500Z$"', []),
    (f'"{"lång text " * 15_000}"', 'sh:pattern "^[^<>]*$"', []),
]


@pytest.mark.parametrize(("data", "constraint", "broken"), JUDGED, ids=range(len(JUDGED)))
def test_a_value_is_judged_as_it_is_written(data: str, constraint: str, broken: list[str]) -> None:
    assert values(data, constraint) == broken


def test_all_derived_types_are_tried() -> None:
    assert len(JUDGED) == 24


ILL_TYPED = {
    *("2020-02-30", "2020-13-01", "2023-02-29", "2020-01-01+15:00", "20200101", "2020-1-1", " 2020-01-01 "),
    *("+2020-01-01", "2020-W01-1", "20", "+2020", "02020", " 2020", "2020-13", "202005", "2020-5"),
    *("2020-01-01T24:00:01", "2020-01-01T10:00", "2020-02-30T10:00:00", "2020-01-01 10:00:00", "2020-01-01T10:00:60"),
    *("+2020-00-00T00:00:00Z", "2020-01-01T10:00:00+0100", "10:00", "25:00:00", "P", "PT", "P1DT", "1D", "P1.5D"),
    *("--02-30", "--13-01", "sv_SE", "xxxxxxxxx", "TRUE", "yes", "true ", "1,5", "1e3", "--1", "1.0", "1_000", "１"),
    *("-1", "300", "128", "inf", "nan", "Infinity", "abc", "a==="),
}
ILL_TYPED_ELSEWHERE = {
    *(("2020-01-01T00:00:00", "date"), ("2020-01-01T10:00:00", "dateTimeStamp")),
    *(("P1Y", "dayTimeDuration"), ("NaN", "decimal")),
}


def test_xsd_decides_which_literals_are_well_formed() -> None:
    content = (CASES / "c21__data__v.ttl").read_bytes()
    literals = [q.object for q in parse(content, format=RdfFormat.TURTLE) if isinstance(q.object, Literal)]
    kinds = [(each.value, each.datatype.value.removeprefix(XSD)) for each in literals]
    ill = {(text, kind) for text, kind in kinds if not DATATYPES[XSD + kind].has(text)}

    assert len(kinds) == 105
    assert ill == {(text, kind) for text, kind in kinds if text in ILL_TYPED} | ILL_TYPED_ELSEWHERE


LESS = [  # of a datatype: one, another that is more, and which can't be compared with the first
    ("integer", "9" * 5000, "1" + "0" * 5000, None),
    ("decimal", "1.49", "1.5", None),
    ("double", "-INF", "INF", "NaN"),
    ("float", "1e0", "1e40", "NaN"),
    ("string", "A", "a", None),
    ("boolean", "false", "1", None),
    ("date", "2020-01-01Z", "2020-01-01-01:00", "2020-01-01"),
    ("date", "-0001-12-31", "0000-01-01", None),
    ("dateTime", "2020-01-01T00:00:00Z", "2020-01-01T14:00:00.1", "2020-01-01T13:59:59"),
    ("dateTime", "2020-01-01T24:00:00", "2020-01-02T00:00:00.1", None),
    ("time", "10:00:00+01:00", "10:00:00Z", "10:00:00"),
    ("gYear", "-0044", "0044", "-0044Z"),
    ("gYearMonth", "2020-02", "2020-03", None),
    ("gMonth", "--02", "--03", None),
    ("gDay", "---09", "---10", None),
    ("gMonthDay", "--02-28", "--02-29", None),
    ("duration", "P1M", "P32D", "P30D"),
    ("dayTimeDuration", "PT23H59M", "P1D", None),
    ("yearMonthDuration", "P11M", "P1Y", None),
]


@pytest.mark.parametrize(("kind", "one", "more", "strange"), LESS, ids=range(len(LESS)))
def test_values_are_ordered_as_xsd_has_it(kind: str, one: str, more: str, strange: str | None) -> None:
    first, second, other = (value(Literal(each or "", datatype=NamedNode(XSD + kind))) for each in (one, more, strange))

    assert is_less(first, second)
    assert is_less(first, first, or_equal=True)
    assert not any((is_less(second, first, or_equal=True), is_less(first, first)))
    if strange:
        assert not any((is_less(first, other, or_equal=True), is_less(other, first, or_equal=True)))


def test_numbers_are_compared_whatever_their_types() -> None:
    assert values('"5"^^xsd:int, 4.9, "5.1e0"^^xsd:float, "NaN"^^xsd:double, "5"', "sh:minInclusive 5") == [
        *('"4.9"', '"NaN"', '"5"'),
    ]


@pytest.mark.parametrize("switch", ['"1"^^xsd:boolean', "false"])
@pytest.mark.parametrize("name", ["closed", "uniqueLang"])
def test_only_the_word_true_switches_something_on(name: str, switch: str) -> None:
    shape = f":S sh:targetNode :a ; sh:property [ sh:path :p ; sh:{name} {switch} ] ."

    assert found(':a :p "x"@sv, "y"@sv .', shape) == []
    assert found(':a :p "x"@sv, "y"@sv .', shape.replace(switch, "true")) or name == "closed"


# ---------------------------------------------------------------- against others

PAIRS, PART = 500, 50


@pytest.mark.parametrize("start", range(0, PAIRS, PART))
def test_generated_shapes_have_the_results_of_pyshacl(start: int) -> None:
    different, refused = differences(range(start, start + PART))

    assert not different, different[0]
    assert refused <= PART // 10, "too few pairs were compared"


@pytest.mark.parametrize("part", range(4))
def test_a_path_leads_where_it_leads_in_sparql(part: int) -> None:
    """Also backwards through a sequence, where pySHACL takes the steps in the wrong order."""
    for number in range(50 * part, 50 * part + 50):
        dice = Dice(number, seed=1)
        data = tuple(map(with_plain_text, triples(dice.pair().data)))
        graph = ShapesGraph(triples(f"{PREFIXES} :S sh:path {dice.any_path(3)} ."))
        path = read_path(graph.values(NamedNode("https://example.net/S"), "path")[0], graph)
        assert set(walked(data, path)) == set(asked(data, path)), str(path)


def with_plain_text(triple: Triple) -> Triple:
    """The triple with a text that a store keeps as it is."""
    value = triple.object
    return Triple(triple.subject, triple.predicate, Literal(str(value)) if isinstance(value, Literal) else value)


def walked(data: tuple[Triple, ...], path: AnyPath) -> Iterator[tuple[str, str]]:
    index = DataGraph.of(data)
    nodes = ValueNodes(Walker(index, NEVER), path)
    for start in {index.number(triple.subject) for triple in data}:
        assert nodes.all({start}) == set(nodes.of(start))
        yield from ((str(index.terms[start]), str(index.terms[end])) for end in nodes.of(start))


def asked(data: tuple[Triple, ...], path: AnyPath) -> Iterator[tuple[str, str]]:
    store = Store()
    store.extend(Quad(t.subject, t.predicate, t.object) for t in data)
    rows = store.query(f"SELECT DISTINCT ?s ?o {{ ?s ?any ?thing . ?s {path} ?o }}")
    assert isinstance(rows, QuerySolutions)
    return ((str(row["s"]), str(row["o"])) for row in rows)


# ---------------------------------------------------------------- recursion, queries, refusals

CHAIN = ":S sh:targetNode :n0 ; sh:node :T . :T sh:property [ sh:path :p ; sh:node :T ; sh:nodeKind sh:IRI ] ."


def test_a_shape_may_ask_the_same_of_what_a_thing_leads_to() -> None:
    chain = "".join(f":n{number} :p :n{number + 1} . " for number in range(200))

    assert found(chain, CHAIN) == []
    assert found(f"{chain} :n200 :p :n0 .", CHAIN) == []
    assert len(found(f'{chain} :n200 :p "end" .', CHAIN)) == 1


def test_two_shapes_may_ask_for_each_other() -> None:
    shapes = """:S sh:targetNode :a, :b, :c ; sh:node :T . :T sh:property [ sh:path :p ; sh:node :U ] .
        :U sh:property [ sh:path :q ; sh:node :T ] ; sh:property [ sh:path :q ; sh:nodeKind sh:IRI ] ."""
    results = found(':a :p :b . :b :q :a . :c :p :d . :d :q :e . :e :p :f . :f :q "text" .', shapes)

    assert [str(each.focus) for each in results if isinstance(each, ValidationResult)] == ["<https://example.net/c>"]


@pytest.mark.parametrize("through", ["sh:not :S", "sh:xone ( :S )"])
def test_a_shape_that_asks_of_itself_not_to_hold_is_refused(through: str) -> None:
    [ill] = found(":a :p :a .", f":S sh:targetNode :a ; {through} .")

    assert isinstance(ill, IllFormed)
    assert "refers to itself" in ill.reason


def test_nested_properties_come_as_often_as_ways_lead_there_and_end_in_a_circle() -> None:
    twice = ":S sh:targetNode :a, :b ; sh:property [ sh:path :p ; sh:property [ sh:path :q ; sh:minCount 1 ] ] ."
    circle = ":S sh:targetNode :a ; sh:property :P . :P sh:path :p ; sh:property :P ; sh:nodeKind sh:Literal ."

    assert len(found(":a :p :c . :b :p :c .", twice)) == 2
    assert len(found(":a :p :b . :b :p :a .", circle)) == 2


P = "<https://example.net/p>"
SHAPES = "<http://www.w3.org/ns/shacl#targetNode>"
BOUND = [  # a query, and how many of :a, a blank node and a text it selects
    (f"SELECT $this {{ $this {P} ?x }}", 3),
    ("SELECT $this { FILTER (isBlank($this)) }", 1),
    ("SELECT $this { { FILTER (isLiteral($this)) } UNION { FILTER (isIRI($this)) } }", 2),
    ("SELECT $this { { FILTER (bound($this)) } BIND ($this AS ?that) FILTER (sameTerm(?that, $this)) }", 3),
    (f"SELECT $this {{ ?s {P} 1 OPTIONAL {{ FILTER ($this = ?s) BIND (1 AS ?y) }} FILTER (!bound(?y)) }}", 2),
    (f"SELECT $this (COUNT(?x) AS ?n) {{ $this {P} ?x }} GROUP BY $this HAVING (COUNT(?x) > 1)", 1),
    (f"SELECT $this {{ $this {P} ?x }} ORDER BY ?x LIMIT 1", 2),
    (f"SELECT $this {{ FILTER EXISTS {{ {{ $this {P} 1 }} UNION {{ $this {P} 2 }} }} }}", 1),
    ("SELECT $this { FILTER NOT EXISTS { $this ?p ?o } }", 1),
    (f"SELECT DISTINCT $this {{ {{ SELECT $this {{ $this {P} ?o }} }} }}", 2),
    (f"SELECT $this {{ GRAPH $shapesGraph {{ $currentShape {SHAPES} $this }} }}", 2),
]


@pytest.mark.parametrize(("query", "rows"), BOUND, ids=range(len(BOUND)))
def test_what_is_bound_before_is_bound_in_every_group_of_a_query(query: str, rows: int) -> None:
    data = ":a :p 1, 2 . _:f :p 3 . :b :r _:f ."
    shape = f":S sh:targetNode :a, 'text' ; sh:targetObjectsOf :r ; sh:sparql [ sh:select '{query}' ] ."

    assert len(found(data, shape)) == rows


HOSTILE = {
    "shapes within shapes": f"sh:property [ sh:path {'[ sh:inversePath ' * 3000} :p {']' * 3000} ; sh:minCount 1 ]",
    "without end": f"sh:not {'[ sh:not ' * 2000}[ sh:class :C ]{' ]' * 2000}",
    "a broken list": "sh:in :l . :l <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> :l",
    "contains itself": "sh:property [ sh:path _:p ; sh:minCount 1 ] . _:p sh:inversePath _:p",
    "a literal where a shape": 'sh:node "x"',
    "invalid repetition": 'sh:pattern "(x{1000}){19}{900}"',
    "a list of fewer than two": "sh:property [ sh:path ( :p ) ; sh:minCount 1 ]",
    "sh:severity without an IRI": 'sh:severity "Warning" ; sh:class :C',
    "more than one sh:path": "sh:property [ sh:path :p, :q ; sh:minCount 1 ]",
}


@pytest.mark.parametrize("reason", HOSTILE)
def test_a_shape_that_no_engine_could_take_is_refused_and_others_are_evaluated(reason: str) -> None:
    results = found(":a :p 1 .", f":T sh:targetNode :a ; sh:class :C . :S sh:targetNode :a ; {HOSTILE[reason]} .")
    [ill] = [each for each in results if isinstance(each, IllFormed)]

    assert reason in ill.reason
    assert len(results) == 2


REFUSED = {
    "MINUS": "SELECT $this { $this ?p ?o MINUS { $this ?p 1 } }",
    "VALUES": "SELECT $this { VALUES $this { 1 } }",
    "another value": "SELECT $this { BIND (1 AS $this) }",
    "does not return $this": "SELECT $this { $this ?p ?o { SELECT ?o { ?s ?p ?o } } }",
    "can't be read": "SELECT $this { $this no:x ?o }",
    "$PATH in a node shape": "SELECT $this { $this $PATH ?o }",
}


@pytest.mark.parametrize("reason", REFUSED)
def test_a_query_that_can_not_be_bound_is_refused_with_the_reason(reason: str) -> None:
    [ill] = found(":a :p 1 .", f":S sh:targetNode :a ; sh:sparql [ sh:select '{REFUSED[reason]}' ] .")

    assert isinstance(ill, IllFormed)
    assert reason in ill.reason


def test_a_query_about_values_that_a_store_rewrites_sees_them_as_they_are_written() -> None:
    query = f"SELECT $this ?value {{ $this {P} ?value FILTER (STR(?value) = '01') }}"
    shape = f':S sh:targetNode :a ; sh:sparql [ sh:select "{query}" ] .'

    assert [str(each.value) for each in found(":a :p 1, 01 .", shape) if isinstance(each, ValidationResult)] == [
        f'"01"^^<{XSD}integer>'
    ]


@pytest.mark.parametrize("value", ["1", "01"], ids=["store", "rdflib"])
def test_a_query_is_looked_through_before_any_engine_sees_it(value: str) -> None:
    query = PreboundQuery(
        f"SELECT ?this {{ ?this {P} ?x SERVICE <http://127.0.0.1:9/> {{ }} }}", ("this",), shared=True, is_ask=False
    )
    engines = QueryEngines(DataGraph.of(triples(f"{PREFIXES} :a :p {value} .")), ())

    with pytest.raises(ShapeError, match="SERVICE"):
        list(engines.answers(query, [{"this": NamedNode("https://example.net/a")}]))


NAMED = [
    ("SELECT $this ?value WHERE { $this e:p ?value }", True),
    ("SELECT $this ?value WHERE { $this ?p ?value }", False),
    ("SELECT $this { $this e:p ?a ; ?q ?v }", False),
    ("SELECT $this { $this e:p/e:q* ?v . FILTER(!bound(?x)) ?v a e:C }", True),
    ("SELECT $this { $this !e:p ?v }", False),
    ("SELECT $this { $this (!e:p)/e:q ?v }", False),
    ("SELECT $this { $this (e:p|^e:q)* ?v . ?v e:q ?w }", True),
    ("SELECT $this { {SELECT $this ?x {$this e:p ?x}} }", True),
    ("SELECT $this { [] ?p $this }", False),
    ("SELECT $this { $this e:p ?a, ?b . ?a e:q 3 }", True),
]


@pytest.mark.parametrize(("query", "all_named"), NAMED)
def test_a_query_that_may_ask_for_any_property_is_known(query: str, all_named: bool) -> None:
    assert (named_iris(f"PREFIX e: <http://e/> {query}") is not None) is all_named


def test_messages_are_filled_in_from_the_rows_of_a_query() -> None:
    query = f"SELECT $this ?value ?word {{ $this {P} ?value BIND ('word' AS ?word) }}"
    words = 'sh:message "{?value} is no {$word}"@en, "{?value} är fel"@sv'
    [result] = found(":a :p 1 .", f':S sh:targetNode :a ; sh:sparql [ {words} ; sh:select "{query}" ] .')

    assert isinstance(result, ValidationResult)
    assert Counter(map(str, result.messages)) == Counter(['"1 is no word"@en', '"1 är fel"@sv'])


def test_prefixes_come_from_imported_ontologies_too() -> None:
    shape = """:S sh:targetNode :a ; sh:sparql [ sh:prefixes :one ; sh:select "SELECT $this { $this y:p ?x }" ] .
        :one <http://www.w3.org/2002/07/owl#imports> :two . :two sh:declare [ sh:prefix "y" ;
        sh:namespace "https://example.net/"^^xsd:anyURI ] ."""

    assert len(found(":a :p 1 .", shape)) == 1


def test_a_path_that_leads_too_far_ends_in_time() -> None:
    nodes = "\n".join(f":n{number} :p :n{number + 1} ." for number in range(3000))
    shape = ":S sh:targetSubjectsOf :p ; sh:property [ sh:path [ sh:oneOrMorePath :p ] ; sh:maxCount 1 ] ."

    with pytest.raises(TookTooLongError):
        list(evaluate(Data.of(triples(PREFIXES + nodes)), triples(PREFIXES + shape), Deadline(0)))


def test_the_thread_that_asks_an_engine_gives_out_no_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    threads: set[int] = set()

    def each(terms: Terms, read: Callable[[Term], str | None], kept: Any = Terms.each) -> Any:
        threads.add(threading.get_ident())
        return kept(terms, read)

    monkeypatch.setattr(Terms, "each", each)
    query = ':T sh:targetNode :a ; sh:sparql [ sh:select "SELECT $this { $this ?p 01 }" ] .'

    assert len(found(":a :p 01 .", query)) == 1
    assert threads == {threading.get_ident()}


# ---------------------------------------------------------------- regular expressions

MATCHED = [
    ("^[0-9]{3}$", "", "007", True),
    ("^\\d+$", "", "٣", True),
    ("^\\w+$", "", "å_", False),
    ("^[\\w-]+$", "", "a-b", True),
    ("^\\i\\c*$", "", "å1", True),
    ("^\\i\\c*$", "", "1a", False),
    ("^[a-z-[aeiou]]+$", "", "bcd", True),
    ("^[a-z-[aeiou]]+$", "", "bad", False),
    ("^[\\i-[:]][\\c-[:]]*$", "", "å-1", True),
    ("^[\\i-[:]][\\c-[:]]*$", "", "a:b", False),
    ("^[\\p{L}-[\\p{Lu}-[A-C]]]+$", "", "aB", True),
    ("^[\\p{L}-[\\p{Lu}-[A-C]]]+$", "", "aD", False),
    ("^[\\S]+$", "", "a b", False),
    ("^[\\C]+$", "", "(", True),
    ("a.c", "", "a\nc", False),
    ("a.c", "s", "a\nc", True),
    ("ABC", "i", "abc", True),
    ("a b", "x", "ab", True),
    ("a.b", "q", "axb", False),
    ("^x{1500}$", "", "x" * 1500, True),
    ("^x{1500}$", "", "x" * 1499, False),
    ("^(ab){2,1200}$", "", "ab" * 1100, True),
    ("^.{0,5000}$", "", "x" * 5001, False),
    ("^[\\p{Lu}\\s]+$", "", "ÅÄ Ö", True),
    ("^\\p{IsGreek}+$", "", "αβ", True),
    ("^\\P{IsGreek}+$", "", "αβ", False),
    ("^a$", "m", "b\na\nc", True),
    ("^a$", "", "a\n", False),
    ("[\\-x]", "", "-", True),
    ("^[^\\s]+$", "", "a\u00a0b", True),
    ("^(a+)+$", "", "a" * 100_000 + "b", False),
]


@pytest.mark.parametrize(("pattern", "flags", "text", "is_in"), MATCHED, ids=range(len(MATCHED)))
def test_a_regular_expression_is_read_as_xpath_reads_it(
    pattern: str,
    flags: str,
    text: str,
    is_in: bool,
) -> None:
    expression = compiled(pattern, flags)

    assert expression.is_in(text) is is_in
    assert list(expression.are_in(["", text, "\n"]))[1] is is_in


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(a)\\1", "refers back"),
        ("(?=a)", "looks ahead"),
        ("(?<!a)b", "looks ahead or behind"),
        ("(", "missing )"),
        ("[a", "missing closing ]"),
        ("a{3000000}", "counts too far"),
        ("\\pL", "without a name"),
        ("\\p{IsKlingon}", "unknown block"),
        ("\\q", "unknown escape"),
        ("*a", "no argument"),
    ],
)
def test_a_regular_expression_that_can_not_be_had_in_linear_time_is_refused_by_name(pattern: str, reason: str) -> None:
    with pytest.raises(ShapeError, match=re.escape(reason)):
        compiled(pattern)


# ---------------------------------------------------------------- public bug reports


@pytest.mark.parametrize("name", ["uniq1", "closed1"])
def test_a_switch_that_is_not_the_word_true_is_off_in_memory_and_in_a_store(name: str) -> None:
    texts = {part: (CASES / f"c08_{name}__{part}__v.ttl").read_bytes() for part in ("data", "ontology", "shapes")}
    files = {part: File(f"{part}/v.ttl", f"https://example.net/{part}", text) for part, text in texts.items()}
    dataset = Dataset((files["ontology"],), (files["data"],), (files["shapes"],))
    case = ValidationInput(dataset, "https://example.net/", "https://example.net/def/", Prefixes({}))

    assert list(shacl.check(case)) == []
    assert list(compiled_shapes.check(case, Embedded(dataset.published).query)) == []
    assert [found.rule for found in switches_are_on_or_off(case)] == ["unclear-switch"]
