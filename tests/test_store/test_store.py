"""The store: questions over the union of all graphs, and clear words where a question is broken."""

from __future__ import annotations

import random

import pytest
from pyoxigraph import Literal, NamedNode

from samverkan.errors import UnreadableError, UsageError
from samverkan.formats.tables import csv, tsv, xml
from samverkan.model.dataset import File
from samverkan.model.namespaces import XSD
from samverkan.model.results import BooleanResult, Graph, Table
from samverkan.store import Embedded

FILES = (
    File("data/one.ttl", "urn:g:one", b"<urn:a> <urn:p> 1, 2 ; <urn:q> <urn:b> ."),
    File("data/two.ttl", "urn:g:two", b"<urn:a> <urn:p> 2 . <urn:b> <urn:p> 3 ."),
)
STORE = Embedded(FILES)


def _rows(sparql: str) -> list[tuple[object, ...]]:
    answer = STORE.query(sparql)
    assert isinstance(answer, Table)
    return list(answer.rows)


def test_a_question_is_asked_of_the_union_of_all_graphs() -> None:
    assert _rows("SELECT ?x { ?s <urn:p> ?x } ORDER BY ?x") == [(Literal(1),), (Literal(2),), (Literal(3),)]
    assert _rows("SELECT ?x { <urn:a> <urn:q>/<urn:p> ?x }") == [(Literal(3),)]


def test_each_file_is_a_named_graph() -> None:
    assert _rows("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g") == [
        (NamedNode("urn:g:one"), Literal(3)),
        (NamedNode("urn:g:two"), Literal(2)),
    ]


def test_a_triple_that_two_files_state_counts_once() -> None:
    assert _rows("SELECT (COUNT(*) AS ?n) { <urn:a> <urn:p> ?x }") == [(Literal(2),)]
    assert _rows("SELECT (COUNT(*) AS ?n) { GRAPH ?g { <urn:a> <urn:p> ?x } }") == [(Literal(3),)]
    assert _rows("SELECT (SUM(?x) AS ?n) { ?s <urn:p> ?x }") == [(Literal(6),)]


def test_a_question_may_choose_its_graphs() -> None:
    assert _rows("SELECT ?x FROM <urn:g:two> { <urn:a> <urn:p> ?x }") == [(Literal(2),)]
    assert _rows("SELECT ?x from named <urn:g:two> { GRAPH ?g { <urn:b> <urn:p> ?x } }") == [(Literal(3),)]
    assert _rows("SELECT ?x FROM NAMED <urn:g:one> { GRAPH ?g { <urn:b> <urn:p> ?x } }") == []


def test_what_a_graph_says_is_compared_with_the_union() -> None:
    """Both are there in one question, in whatever order questions came before."""
    for store in (STORE, Embedded(FILES)):
        answer = store.query("SELECT ?x { ?s <urn:p> ?x FILTER NOT EXISTS { GRAPH <urn:g:one> { ?s <urn:p> ?x } } }")
        assert isinstance(answer, Table)
        assert answer.rows == ((Literal(3),),)


def test_a_yes_or_no_question_has_a_verdict() -> None:
    assert STORE.query("ASK { <urn:a> <urn:p> 3 }") == BooleanResult(value=False)
    assert STORE.query("ASK { <urn:b> <urn:p> 3 }") == BooleanResult(value=True)


@pytest.mark.parametrize(
    ("sparql", "wanted"),
    [
        ("CONSTRUCT { <urn:x> <urn:p> ?x, ?x } { ?s <urn:p> ?x }", ["<urn:x> <urn:p> " + _ for _ in ("1", "2", "3")]),
        ("DESCRIBE <urn:a>", ["<urn:a> <urn:p> 1", "<urn:a> <urn:p> 2", "<urn:a> <urn:q> <urn:b>"]),
        ("CONSTRUCT {} WHERE {}", []),
    ],
)
def test_a_graph_is_sorted_and_has_no_doubles(sparql: str, wanted: list[str]) -> None:
    answer = STORE.query(sparql)
    assert isinstance(answer, Graph)
    assert [
        str(t).replace('"', "").replace("^^<http://www.w3.org/2001/XMLSchema#integer>", "") for t in answer.triples
    ] == wanted


BROKEN = {
    "SELECT * { ?s sk:p ?o }": (1, "The prefix sk: is not declared: add PREFIX sk: <https://…> at the top."),
    "PREFIX ex: <urn:>\n\nSELECT *\n{ ?s a ex:T ; foaf:name 'dc:x' }": (4, "The prefix foaf: is not declared"),
    "SELECT * { ?s å:p ?o }": (1, "The prefix å: is not declared"),
    "SELECT * {\n": (2, "it ends too early"),
    "SELECT * { ?s ?p\n\n": (3, "it ends too early"),
    "SELECT * {\n ?s ?p ?o\n": (3, "it ends too early"),
    "": (1, "it ends too early"),
    "SELECT * { '\u2028\x0b' \n ?p }": (2, "does not fit there"),
    "SELEC * {}": (1, "does not fit there"),
    "SELECT * { ?s ?p 'known:x' . ?o ?p }": (1, "a value is missing"),
    "SELECT * { ?s known:p \n} # dc:x": (2, "The query is broken"),
    "INSERT DATA { <urn:x> <urn:p> 1 }": (1, "This changes data, and only queries are answered here."),
    "# x\nPREFIX ex: <urn:>\nBASE <urn:y>\ndelete where { ?s ?p ?o }": (4, "This changes data"),
    "CLEAR ALL": (1, "This changes data"),
    "LOAD <file:///etc/passwd>": (1, "This changes data"),
}


def test_there_are_fifteen_broken_questions() -> None:
    assert len(BROKEN) == 15


@pytest.mark.parametrize("sparql", BROKEN)
def test_a_broken_question_is_told_with_its_line(sparql: str) -> None:
    line, words = BROKEN[sparql]
    with pytest.raises(UsageError) as caught:
        STORE.query(sparql, name="queries/x.rq", prefixes={"known": "urn:"})
    assert str(caught.value).startswith(f"queries/x.rq:{line}: ")
    assert words in str(caught.value)
    assert "known:" not in caught.value.remedy
    assert "[_]" not in str(caught.value)


def test_nothing_is_changed_by_a_refused_update() -> None:
    with pytest.raises(UsageError):
        STORE.query("DELETE WHERE { ?s ?p ?o }")
    assert _rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == [(Literal(4),)]


def test_given_prefixes_need_not_be_declared() -> None:
    assert STORE.query("ASK { x:b x:p 3 }", prefixes={"x": "urn:"}) == BooleanResult(value=True)


def test_what_fails_while_it_runs_is_told_too() -> None:
    with pytest.raises(UsageError, match=r"^queries/x\.rq: The query can't be answered"):
        STORE.query("ASK {}", name="queries/x.rq", prefixes={"x": "no address>"})


def test_broken_turtle_is_told_with_file_and_line() -> None:
    with pytest.raises(UnreadableError, match=r"^data/x\.ttl:3: A value is missing after <urn:b>"):
        Embedded([*FILES, File("data/x.ttl", "urn:g:x", b"\n\n<urn:a> <urn:b> .")])


def test_an_empty_store_answers() -> None:
    assert Embedded().query("ASK { ?s ?p ?o }") == BooleanResult(value=False)


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT (BNODE() AS ?x) ?y (BNODE(STR(?y)) AS ?z) { ?s <urn:p> ?y } ORDER BY ?y",
        "SELECT (TRIPLE(BNODE(), ?p, ?y) AS ?x) { ?s ?p ?y } ORDER BY ?y",
        "CONSTRUCT { _:a <urn:of> ?s . ?s <urn:has> _:b . _:b <urn:is> _:a } { ?s <urn:p> ?y }",
        "CONSTRUCT { ?x <urn:p> ?y } { ?s <urn:p> ?y BIND (BNODE() AS ?x) }",
    ],
)
def test_an_answer_with_blank_nodes_is_the_same_each_time(sparql: str) -> None:
    one, other = STORE.query(sparql), STORE.query(sparql)
    if isinstance(one, Table):
        assert isinstance(other, Table)
        assert one.json == other.json
        assert b'"b0"' in one.json
        assert b'"b1"' in one.json
    else:
        assert isinstance(one, Graph)
        assert isinstance(other, Graph)
        assert one.own == other.own
        assert {"_:b0", "_:b1"} <= {str(term) for triple in one.own for term in (triple.subject, triple.object)}


def test_a_text_that_looks_like_a_blank_node_stays_as_it_is() -> None:
    text = '"type":"bnode","value":"x"'
    assert _rows(f"SELECT ('{text}' AS ?x) (STRLEN('{text}') AS ?n) (BNODE() AS ?y) {{}}")[0][:2] == (
        Literal(text),
        Literal(len(text)),
    )


def test_a_store_whose_files_are_exchanged_holds_what_a_new_one_would_hold() -> None:
    dice, values = random.Random(13), ('"1"', "1", "01", "1.0", "1.00", "true", f'"1"^^<{XSD}boolean>', "<x:b>")
    lines = [f"<x:{s}> <x:{p}> {value} ." for s in "ab" for p in "pq" for value in values]

    def files() -> list[File]:
        names = dice.sample("klmn", dice.randrange(1, 5))
        texts = ("\n".join(sorted(dice.sample(lines, dice.choice([0, 1, 5, 20])))) for _ in names)
        same = {"n": "k"}  # two files of one graph
        return [
            File(f"data/{name}.ttl", f"x:{same.get(name, name)}", text.encode())
            for name, text in zip(names, texts, strict=True)
        ]

    def content(one: Embedded) -> set[str]:
        one.warm()
        return set(map(str, one.memory))

    store = Embedded(files())
    for _ in range(300):
        now = files()
        store.exchange(now)
        fresh = Embedded(now, (file.graph for file in now))
        assert content(store) == content(fresh)
        assert store._graphs == fresh._graphs
        assert store._written.by_stored == fresh._written.by_stored


def test_a_store_is_not_changed_where_a_file_that_it_is_given_is_broken() -> None:
    good, broken = File("data/a.ttl", "x:a", b"<x:s> <x:p> 1 ."), File("data/b.ttl", "x:b", b"<x:s")
    store = Embedded([good])
    with pytest.raises(UnreadableError):
        store.exchange([broken])
    assert store.triples("x:a") == good.triples
    assert store.names("x:") == ("x:a",)


@pytest.mark.parametrize(
    ("pattern", "columns"),
    [
        ("{ ?z ?y ?a }", "zya"),
        ("{ $z ?y $a }", "zya"),
        ("{ FILTER (?a > 1) ?z <urn:p> ?a }", "za"),
        ("{ FILTER NOT EXISTS { ?y ?b ?a } ?z <urn:p> ?a }", "za"),
        ("{ ?z <urn:p> ?a MINUS { ?b ?y ?a } BIND (?a + 1 AS ?c) }", "zac"),
        ("{ BIND (IF(true, 1, 2) AS ?z) VALUES (?y ?x) { (1 2) } }", "zyx"),
        ("{ ?z <urn:p>*/<urn:q> ?y ; <urn:p> ?b , ?a }", "zyba"),
        ("{ { SELECT ?y ?x { ?x ?p ?y } } ?m ?n ?y }", "yxmn"),
        ("{ { SELECT (COUNT(?a) AS ?n) ?d { ?d <urn:p> ?a } GROUP BY ?d } ?d ?c ?b }", "ndcb"),
        ("{ { SELECT * { ?q ?p ?o MINUS { ?t ?u ?o } } } }", "qpo"),
        ("{ { ?z <urn:p> ?y } UNION { ?b <urn:q> ?a } OPTIONAL { ?z <urn:q> ?c } }", "zybac"),
        ("{ GRAPH ?g { ?b ?a 1 } }", "gba"),
        ("{ ?z ?a [ ?b ?y ] # ?c ?d\n }", "zaby"),
        ("{ ?b ?a 1 } ORDER BY ?c LIMIT 1 VALUES (?z ?y) { (1 2) }", "bazy"),
        ("{ ?z ?y '?b { ?c' . ?z ?a <urn:?d> }", "zya"),
    ],
)
@pytest.mark.parametrize("select", ["SELECT * WHERE", "select distinct*", "SELECT # *\n REDUCED *"])
def test_the_columns_of_a_query_that_takes_all_stand_as_in_its_text(select: str, pattern: str, columns: str) -> None:
    answer = STORE.query(f"{select} {pattern}")
    assert isinstance(answer, Table)
    assert "".join(answer.variables) == columns


def test_columns_change_their_places_and_no_value_does() -> None:
    answer = STORE.query("SELECT * { ?z <urn:q> ?a }")
    assert isinstance(answer, Table)
    assert csv(answer) == b"z,a\r\nurn:a,urn:b\r\n"
    assert tsv(answer) == b"?z\t?a\n<urn:a>\t<urn:b>\n"
    assert answer.json.startswith(b'{"head":{"vars":["z","a"]}')
    assert xml(answer).index(b'name="z"') < xml(answer).index(b'name="a"')
