"""Mistakes in queries: each is told at the word that is wrong, with what helps, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from samverkan.errors import RefusedError, UsageError
from samverkan.model.sparql_grammar import MOST_TOKENS, misfit
from samverkan.store import Embedded

ROOT = Path(__file__).parents[2]
PREFIXES = {"sam": "https://w3id.org/samverkan/def/", "skos": "http://www.w3.org/2004/02/skos/core#"}

# Queries with a mistake: » stands before the word that is wrong, and what helps is a part of what is told.
MISTAKES: Mapping[str, str] = {
    "»SELEC ?x WHERE { ?x a sam:A }": "SELECT",
    "»selct * { ?s ?p ?o }": "SELECT",
    "»CONTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }": "CONSTRUCT",
    "»DESCIRBE <urn:x>": "DESCRIBE",
    "SELECT ?x »WERE { ?x a sam:A }": "WHERE",
    "SELECT »DISTINT ?x { ?x a sam:A }": "DISTINCT",
    "SELECT ?x { ?x a sam:A } »ODER BY ?x": "ORDER",
    "SELECT ?x { ?x a sam:A } »GRUP BY ?x": "GROUP",
    "SELECT ?x { ?x a sam:A } »LIMT 3": "LIMIT",
    "SELECT ?x { ?x a sam:A } LIMIT »ten": "integer",
    "SELECT ?x { ?x a sam:A } ORDER »?x": "BY",
    "SELECT ?x { ?x a sam:A } LIMIT 3 »ORDER BY ?x": "OFFSET",
    "SELECT ?x { ?x a sam:A »OPTINAL { ?x ?y ?z } }": "OPTIONAL",
    "SELECT ?x { { ?x a sam:A } »UNIN { ?x a sam:B } }": "UNION",
    "SELECT ?x { ?x a sam:A »FLITER(?x = 1) }": "FILTER",
    "SELECT ?x { ?x a sam:A . FILTER NOT »EXIST { ?x ?y ?z } }": "EXISTS",
    "SELECT ?x { ?x a sam:A . FILTER(»CONTAIN(?x, 'a')) }": "CONTAINS",
    "SELECT ?x { ?x a sam:A . FILTER(»STRSTART(?x, 'a')) }": "STRSTARTS",
    "SELECT ?x { ?x a sam:A . FILTER(»LENGTH(?x) > 1) }": "STRLEN",
    "SELECT (»CUONT(?x) AS ?n) { ?x a sam:A }": "COUNT",
    "SELECT ?x { ?x a sam:A . FILTER(»STRLEN(?x, 2) > 1) }": "2",
    "SELECT ?x { ?x a sam:A . FILTER(»REGEX(?x)) }": "REGEX",
    "SELECT »x { ?x a sam:A }": "?x",
    "SELECT ?x { »x a sam:A }": "?x",
    "SELECT ?x { ?x skos:prefLabel »label }": "?label",
    "SELECT »COUNT(?x) AS ?n { ?x a sam:A }": "(COUNT(…) AS ?name)",
    "SELECT (COUNT(?x) »?n) { ?x a sam:A }": "AS ?n",
    "SELECT ?x { ?x a sam:A BIND(1 »?y) }": "AS ?y",
    "SELECT »?x (COUNT(?y) AS ?n) { ?x ?p ?y }": "GROUP BY ?x",
    "SELECT ?y »?x (MAX(?z) AS ?n) { ?x ?y ?z } GROUP BY ?y": "GROUP BY ?x",
    "SELECT »* { ?x ?p ?y } GROUP BY ?x": "*",
    "SELECT ?x { BIND(1 AS ?y) ?x a ?z BIND(2 AS »?y) }": "name",
    "SELECT ?x { ?x a sam:A»": "the { at 1:11 is never closed",
    "SELECT ?x\nWHERE { { ?x a sam:A } OPTIONAL { ?x ?y ?z }\n»": "the { at 2:7 is never closed",
    "SELECT ?x WHERE »?x a sam:A }": "{",
    "ASK WHERE »?x a sam:A": "{",
    "SELECT ?x WHERE { ?x a sam:A } »}": "closes nothing",
    "SELECT ?x { ?x a sam:A »] }": "}",
    "SELECT ?x { ?x a sam:A . FILTER(regex(?x, 'a') »}": ")",
    "SELECT ?x {\n  ?x a sam:A\n  »?x skos:prefLabel ?l\n}": "full stop",
    "SELECT ?x { ?x a sam:A ; skos:prefLabel 'å', 'ä' »sam:x 1 }": "full stop",
    'SELECT ?x { ?x skos:prefLabel »"hej }': '"',
    "SELECT ?x { ?x skos:prefLabel »'hej\n }": "'",
    "SELECT ?x { ?x skos:prefLabel »“hej” }": '"',
    "SELECT ?x { ?x skos:prefLabel »’hej’ }": '"',
    "SELECT ?x { ?x skos:prefLabel ?l FILTER(?l = »«hej») }": '"',
    "SELECT ?x {»\u00a0?x a sam:A }": "U+00A0",
    "SELECT ?x { ?x a »<http://x/y }": ">",
    "SELECT ?x { ?x a »http://x/y }": "<http://",
    "SELECT ?x { ?x »skoss:prefLabel ?l }": "skos:",
    "SELECT ?x { ?x »SKOS:prefLabel ?l }": "skos:",
    "SELECT ?x { ?x »owl:sameAs ?l }": "PREFIX owl: <http://www.w3.org/2002/07/owl#>",
    "SELECT ?x { ?x »whatever:name ?l }": "PREFIX whatever:",
    "PREFIX my: <urn:my:>\nSELECT ?x { ?x my:a 1 .\n ?x »myy:b 2 }": "my:",
    "SELECT ?x { ?x »skos.prefLabel ?y }": "skos:prefLabel",
    "SELECT ?x», ?y { ?x a ?y }": "comma",
    "SELECT »{ ?x a sam:A }": "*",
    "SELECT ?x { ?x a sam:A ; skos:prefLabel »}": "value is missing",
    "SELECT ?x { ?x sam:p ». ?y a 1 }": "value is missing",
    "SELECT ?x { ?x a sam:A FILTER »?x > 3 }": "FILTER (…)",
    "SELECT (SUM(?x) AS ?n) { ?x ?p ?o } HAVING »?n > 3": "HAVING (…)",
    "SELECT ?x { ?x a sam:A FILTER(?x =»= 3) }": "=",
    "SELECT ?x { ?x a sam:A FILTER(?x »<> 3) }": "!=",
    "SELECT ?x { ?x a sam:A FILTER(?x = 3 »AND ?x = 4) }": "&&",
    "SELECT ?x { ?x a sam:A FILTER(?x »LIKE 'a') }": "CONTAINS",
    "PREFIX »foo <http://x/> SELECT ?x { ?x a foo:A }": "PREFIX name: <",
    "PREFIX foo: »http://x/ SELECT ?x { ?x a foo:A }": "<http://",
    "»@prefix foo: <http://x/> . SELECT ?x { ?x a foo:A }": "PREFIX name: <",
    "PREFIX foo: <http://x/> ». SELECT ?x { ?x a foo:A }": "Remove it",
    "SELECT ?x { ?x a sam:A } »WHERE { ?x a sam:B }": "WHERE",
    "# a comment »SELECT\n»?x a sam:A": "?x",
}
CHANGES = (
    "»INSERT DATA { <a> <b> <c> }",
    "PREFIX a: <http://x>\n\n»DELETE WHERE { ?a ?b ?c }",
    "# SELECT\n  »clear ALL",
    "»LOAD <http://x/>",
    "BASE <http://x/> »WITH <g> DELETE { ?a ?b ?c } WHERE { ?a ?b ?c }",
)


def marked(query: str) -> tuple[str, int, int]:
    """A query without its mark, and the line and the column where that stood: the last one that closes no quote."""
    at = query.replace("»)", "x)").rfind("»")
    text = query[:at] + query[at + 1 :]
    return text, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)


@pytest.mark.parametrize("query", MISTAKES)
def test_a_mistake_is_told_at_the_word_that_is_wrong_with_what_helps(query: str) -> None:
    text, line, column = marked(query)
    with pytest.raises(UsageError) as caught:
        Embedded().query(text, prefixes=PREFIXES)
    error = caught.value
    assert error.place is not None
    assert (error.place.line, getattr(error, "column", None)) == (line, column), str(error)
    assert MISTAKES[query] in str(error)
    assert f"column {column}:" in error.message("en")
    assert f"kolumn {column}:" in error.message("sv")
    assert error.message("sv").count("?") >= error.message("en").count("Did you mean")


@pytest.mark.parametrize("query", CHANGES)
def test_an_update_is_refused_at_its_line(query: str) -> None:
    text, line, _ = marked(query)
    with pytest.raises(RefusedError, match="only queries") as caught:
        Embedded().query(text, prefixes=PREFIXES)
    assert caught.value.place is not None
    assert caught.value.place.line == line


def test_the_grammar_takes_every_query_that_the_site_has() -> None:
    queries = [*ROOT.glob("queries/*.rq"), *ROOT.glob("tests/*/queries/*.rq")]
    assert len(queries) > 50
    assert [query.name for query in queries if misfit(query.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "query",
    [
        'SELECT * { ?s ^(<p>|!(a|^<q>))*/<r>+ ?o ; a [ <p> ( 1 2.0 -3e4 ) ] . [] <p> \'x\'@sv, true, """y\n"""^^<d> }',
        "SELECT (GROUP_CONCAT(DISTINCT ?x; separator=', ') AS ?y) { ?x ?p ?o } GROUP BY (STR(?x) AS ?z) HAVING (?x)",
        "SELECT ?x { VALUES (?x ?y) { (1 UNDEF) (<a> 'b') } FILTER (?x NOT IN (1, 2) && !?y || EXISTS { ?x ?p 1 }) }",
        "BASE <http://x/> PREFIX : <y#> CONSTRUCT WHERE { :a :b :c . } LIMIT 1 OFFSET 2",
        "SELECT * FROM <a> FROM NAMED <b> { { SELECT ?x {} ORDER BY DESC(?x) } GRAPH ?g { ?x ?p 1 } MINUS {} }",
        "DESCRIBE ?x <urn:y> WHERE { ?x a <urn:z> } ORDER BY ?x VALUES ?x { <urn:a> }",
        "ASK { << ?a ?b ?c >> <p> <<( ?a ?b ?c )>> . _:b <p> 1 FILTER (?a-1 < 2*-?b) }",
    ],
)
def test_the_grammar_takes_what_is_right(query: str) -> None:
    assert misfit(query) is None


def test_a_query_that_is_long_or_nested_without_end_is_left_to_the_parser() -> None:
    assert misfit("SELECT " + "?x " * MOST_TOKENS) is None
    deep = misfit("ASK { FILTER (" + "(" * 40 + "1 + " + ")" * 41 + " }")
    assert deep is not None
    assert deep.token.text == ")"
    assert misfit("SELECT * { " + "<< " * 900) is None


def test_no_cut_of_a_query_makes_the_reader_fail() -> None:
    query = (ROOT / "queries/contacts.rq").read_text("utf-8")
    for end in range(0, len(query), 7):
        with suppress(UsageError):
            Embedded().query(query[:end])
