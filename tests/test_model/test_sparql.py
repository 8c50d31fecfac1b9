"""SPARQL as text: which queries are refused before an engine sees them, and which are not."""

from __future__ import annotations

import contextlib
import time

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, NamedNode, Quad

from samverkan.errors import UsageError
from samverkan.model import sparql as sparql_text
from samverkan.model.results import BooleanResult
from samverkan.publication.published import Site
from samverkan.store import Embedded

STORE = Embedded()
GRAPHS = frozenset({"https://example.org/graph/a"})
PREFIXES = {"g": "https://example.org/graph/"}
HERE = "https://example.org/sparql"

OUTSIDE = [
    "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }",
    "SELECT * { service silent ?x { ?s ?p ?o } }",
    "SELECT * { SeRvIcE<http://x/>{} }",
    "SELECT * {\\u0053ERVICE <http://x/> {} }",
    "SELECT * { \\U00000053\\u0065RVICE <http://x/> {} }",
    "SELECT * { FILTER EXISTS { SERVICE <http://x/> {} } }",
    "SELECT * { { SELECT * { OPTIONAL{}SERVICE<http://x/>{} } } }",
    "SELECT * { SERVICESILENT<http://x/> {} }",
    "PREFIX ex: <urn:> SELECT * { ?s ?p ex:a\\#b . SERVICE <http://x/> {} }",
    "PREFIX ex: <urn:> SELECT * { ?s ?p ex:a\\'b . SERVICE <http://x/> {} # '\n }",
    "PREFIX å: <urn:> SELECT * { ?s ?p å:a\\#b . SERVICE <http://x/> {} }",
    "PREFIX : <urn:> SELECT * { ?s ?p :\\#b . SERVICE <http://x/> {} }",
    "PREFIX : <http://x/> SELECT * { SERVICE:x {} }",
    "PREFIX ex: <http://x/> SELECT * { SERVICEex:x {} }",
    "SELECT * { ?s ?p trueSERVICE<http://x/> {} }",
    "SELECT * { ?s ?p 1e5SERVICE<http://x/> {} }",
    "PREFIX : <http://x/> SELECT * { ?s ?p falseSERVICE:x {} }",
    "SELECT * { VALUES ?a { 1 } FILTER(?a<?b)SERVICE?s#>\n{ ?x ?y ?z } }",
    'SELECT * { VALUES ?x { """a" } SERVICE <http://x/> {} }',
    "SELECT * { VALUES ?x { '''a' } SERVICE <http://x/> {} }",
    'SELECT * { FILTER (?x = "\\u0022) SERVICE <http://x/> {} #") }',
    "SELECT * { FILTER ('#' = ?x) SERVICE <http://x/> {} }",
    "SELECT * { FILTER (<urn:#> = ?x) SERVICE <http://x/> {} }",
    "SELECT * FROM <http://x/> {}",
    "SELECT * from <file:///etc/passwd> {}",
    "SELECT * FR\\u004fM <http://x/> {}",
    "SELECT * FROM NAMED <http://x/> {}",
    "SELECT * FROM<https://example.org/graph/a>FROM<http://x/> {}",
    "SELECT * FROM <https://example.org/graph/a> FROM NAMED <http://x/> {}",
    "BASE <http://x/> SELECT * FROM <graph/a> {}",
    "PREFIX : <http://x/> ASK FROM:x {}",
    "PREFIX : <http://x/> ASK FROM NAMED:x {}",
    "PREFIX ex: <http://x/> ASK FROMex:x {}",
    "ASKFROM<http://x/>{}",
    "ASKFROMNAMED<http://x/>{}",
    "CONSTRUCTFROM<http://x/>WHERE{}",
    "DESCRIBE <urn:x> FROM <http://x/>",
    "PREFIX : <http://x/> SELECT(1<(2)AS?x)FROM:x#>\n {}",
    "SELECT * FROM # <https://example.org/graph/a>\n <http://x/> {}",
    "SELECT * FROM <https://example.org/graph/a\\u002fb> {}",
    "BASE <https://example.org/> BASE <http://x/> SELECT * FROM <graph/a> {}",
    "BASE <\\u0068ttp://x/> SELECT * FROM <graph/a> {}",
    "SELECT * FROM <graph/a\\u002F> {}",
    "SELECT * FROM <graph/b/../a/b> {}",
    "SELECT * FROM <> {}",
    "SELECT * FROM <//x/graph/a> {}",
    "PREFIX g: <graph/> PREFIX g: <http://x/> SELECT * FROM g:a {}",
    "PREFIX g: <http://x/> SELECT * FROM g:a {}",
    "PREFIXg:<http://x/> SELECT * FROM g:a {}",
    "PREFIX g: <graph/> SELECT * FROM g:%61 {}",
    "PREFIX : <http://x/> PREFIX NAMED: <graph/> ASK FROM NAMED:a {}",
    "SELECT * FROM <graph/a> FROM nosuch:a {}",
    "SELECT * FROM ?a {}",
    "SELECT * FROM",
    "SELECT * FROM NAMED",
    'SELECT (<urn:\\u0061#> AS ?a) ("\\u0022" AS ?b) FROM <http://x/> { FILTER("\\u0022" = "x") }',
    'SELECT * { BIND(<urn:\\u0061#> AS ?a) BIND("\\u0022" AS ?b) SERVICE <http://x/> {} FILTER("\\u0022" != "x") }',
]
INSIDE = [
    "SELECT * { ?service ?from $SERVICE }",
    "PREFIX service: <urn:> PREFIX from: <urn:> SELECT * { service:x from:y service:z }",
    "PREFIX service: <urn:> SELECT * { GRAPH service:x { ?s service:y ?o } }",
    "PREFIX ex: <urn:> SELECT * { ex:service ex:FROM ex:a.SERVICE }",
    "PREFIX ex: <urn:> SELECT * { ?s ex:p 1 # SERVICE <http://x/> { } FROM <http://x/>\n }",
    "SELECT * { ?s ?p 'SERVICE <http://x/> {}', \"FROM <http://x/>\", '''\nFROM <x>''', \"\"\"SERVICE\"\"\" }",
    "SELECT * { <http://x/SERVICE> <urn:from> <http://x/service#FROM> }",
    "SELECT * { ?s ?p '\\u0022 SERVICE' , 'it\\'s SERVICE' }",
    "SELECT * FROM <https://example.org/graph/a> {}",
    "SELECT * from named <https://example.org/graph/a> {}",
    "SELECT * FROM <https://example.org/graph/a> FROM NAMED <https://example.org/graph/a> {}",
    "ASK FROM<https://example.org/graph/a>{}",
    "PREFIX ex: <urn:> SELECT (COUNT(*) AS ?n) { ?s ex:p/^ex:q* ?o FILTER (?s < ?o && ?o > 1) } GROUP BY ?s",
    "SELECT * { ?s ?p ?o MINUS { " + "{" * 30 + "}" * 30 + "} }",
    "PREFIX ex: <https://example.org/graph/> SELECT * FROM ex:a {}",
    "SELECT * FROM <graph/a> FROM NAMED <graph/a> {}",
    "SELECT * FROM g:a FROM NAMED g:a {}",
    "PREFIX g: <http://x/> PREFIX g: <graph/> SELECT * FROM g:a {}",
    "BASE <graph/x> PREFIX : <a> SELECT * FROM : FROM NAMED <a> {}",
    "BASE <http://x/> BASE <https://example.org/> SELECT * FROM <graph/a> {}",
    "PREFIX x: <graph> SELECT * FROM x:\\/a {}",
    "SELECT * FROM <graph/\\u0061> {}",
    "SELECT * FROM # <http://x/>\n <//example.org/graph/a> FROM NAMED <graph/b/../a> {}",
    "# BASE <http://x/>\nPREFIX SELECT: <http://x/> SELECT * FROM <graph/a> {}",
    "CONSTRUCT { <s> <p> 1 } WHERE {}",
]


def test_all_ways_out_and_in_are_tried() -> None:
    assert (len(OUTSIDE), len(INSIDE)) == (57, 25)


@pytest.mark.parametrize("sparql", OUTSIDE)
def test_what_leaves_the_house_is_refused(sparql: str) -> None:
    with pytest.raises(UsageError) as caught:
        sparql_text.check_harmless(f"# first line\n{sparql}", "some.rq", GRAPHS, PREFIXES, HERE)
    assert caught.value.place is not None
    assert caught.value.place.file == "some.rq"
    assert caught.value.place.line in {2, 3}


@pytest.mark.parametrize("sparql", INSIDE)
def test_what_stays_in_the_house_is_asked(sparql: str) -> None:
    sparql_text.check_harmless(sparql, "some.rq", GRAPHS, PREFIXES, HERE)
    STORE.query(sparql, prefixes=PREFIXES, base=HERE)


SECRET = Embedded()
for named, name in ((NamedNode("urn:x"), NamedNode("http://x/graph/a")), (NamedNode("urn:all"), DefaultGraph())):
    SECRET._store.add(Quad(named, named, named, name))
SEEN = """ { { ?s ?p <urn:x> } UNION { GRAPH ?g { ?s ?p <urn:x> } } FILTER NOT EXISTS { ?all ?q <urn:all> } }"""
NAMES = ("<graph/a>", "<a>", "<graph/>", "g:a", ":a", "g:graph\\/a", "<\\u0067raph/a>", "<http://x/graph/a>")
PROLOGUE = [
    *(
        f"{word}{name}"
        for word in ("BASE ", "PREFIX g: ", "PREFIX :", "PREFIXg:")
        for name in ("<http://x/>", "<graph/>")
    ),
    *("BASE <http://x/graph/>", "BASE<\\u0068ttp://x/>", "BASE <https://example.org/>", "PREFIX : <>", "# ", "\n"),
]
FROM = [*(f"{word}{name}" for word in ("FROM ", "FROM NAMED ", "FROM", "FROM\\u0020") for name in NAMES), "#", "\n"]


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.sampled_from(PROLOGUE), max_size=5).map(" ".join),
    st.lists(st.sampled_from(FROM), min_size=1, max_size=3).map(" ".join),
)
def test_no_name_of_a_graph_leads_to_one_that_is_not_published(prologue: str, dataset: str) -> None:
    """Whatever the base and the prefixes are, and however they are written: what passes reads nothing else."""
    sparql = f"{prologue} ASK {dataset}\n {SEEN}"  # who names no graph asks all, and so sees it
    try:
        sparql_text.check_harmless(sparql, "some.rq", GRAPHS, PREFIXES, HERE)
        answer = SECRET.query(sparql, prefixes=PREFIXES, base=HERE)
    except UsageError:
        return
    assert answer == BooleanResult(value=False)


def test_a_query_with_many_names_of_graphs_is_looked_through_at_once() -> None:
    began = time.perf_counter()
    for many in ("FROM :a " * 7000, "FROM <graph/a> " * 4000):
        sparql_text.check_harmless(f"PREFIX : <graph/> ASK {many} {{}}", "some.rq", GRAPHS, PREFIXES, HERE)
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    ("sparql", "line", "en", "sv"),
    [
        ("CONSTRUCT { <s> <p> 1 } WHERE {}", 1, "<s> is a relative IRI", "<s> är en relativ IRI"),
        ("SELECT * {\n ?s a <å/b> }", 2, "<å/b> is a relative IRI", "deklarera BASE"),
        ("PREFIX x: <y> SELECT * {}", 1, "<y> is a relative IRI", "ingen bas"),
        ("SELECT * { ?s\n\n <http://x/%zz> ?o }", 3, "<http://x/%zz> is not an IRI", "är ingen IRI"),
    ],
)
def test_an_iri_that_is_relative_or_none_is_told_as_it_stands(sparql: str, line: int, en: str, sv: str) -> None:
    with pytest.raises(UsageError) as caught:
        STORE.query(sparql, name="some.rq")
    assert str(caught.value).startswith(f"some.rq:{line}: {en}")
    assert sv in caught.value.message("sv")


def test_the_engine_resolves_names_and_says_which_it_can_not() -> None:
    with pytest.raises(UsageError, match="names of the graphs"):
        sparql_text.meant(["x:y"], "", {}, None)
    with pytest.raises(UsageError, match="names of the graphs"):
        sparql_text.meant(["<a>"], "ASK {} #", {}, "https://example.org/")


def test_every_canned_query_of_the_site_stays_in_the_house(ki: Site) -> None:
    assert len(ki.queries) > 50
    for query in ki.queries.values():
        sparql_text.check_harmless(query.text)


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "SERVICE",
                    "service:",
                    "ex:",
                    "ex:a\\#b",
                    "<urn:x>",
                    "<urn:#>",
                    "?x",
                    "(",
                    ")",
                    "{",
                    "}",
                    " ",
                    "\n",
                    "#",
                    "'",
                    '"',
                    "'''",
                ),
                *(
                    '"""',
                    "\\",
                    "<",
                    ">",
                    "FILTER",
                    "true",
                    "1e5",
                    ".",
                    "SILENT",
                    "VALUES",
                    "BIND",
                    " AS ",
                    "\\u0053ERVICE",
                    "ex:p",
                    ":x",
                    ";",
                ),
            ]
        ),
        max_size=12,
    ).map("".join)
)
def test_what_asks_outside_never_passes(middle: str) -> None:
    """Whatever stands around it: a query that the parser takes and that would call out is refused before."""
    sparql = (
        f"PREFIX ex: <urn:> PREFIX : <urn:> PREFIX service: <urn:> ASK {{ {middle} SERVICE ?nowhere {{ ?x ?y ?z }} }}"
    )
    with contextlib.suppress(UsageError):
        sparql_text.check_harmless(sparql)
        assert _outcome(sparql) != "it called out"


def _outcome(sparql: str) -> str:
    """What becomes of a query: the call is in a comment or a string, it is no query, or it would call out."""
    try:
        found = pyoxigraph.Store().query(sparql)
        assert isinstance(found, pyoxigraph.QueryBoolean)
    except (SyntaxError, ValueError, RuntimeError) as error:
        return "it called out" if "unbound" in str(error) else "it is no query"
    return "it was answered"


@pytest.mark.parametrize(("opening", "closing"), [("{", "}"), ("(", ")"), ("[", "]"), ("!", "")])
def test_a_query_that_is_nested_too_deeply_is_refused(opening: str, closing: str) -> None:
    with pytest.raises(UsageError, match="deeper than 64"):
        sparql_text.check_harmless("ASK { FILTER " + opening * 2250 + closing * 2250 + " }")


def test_a_query_that_is_too_long_is_refused() -> None:
    with pytest.raises(UsageError, match="longer than 64 KB"):
        sparql_text.check_harmless("ASK {} #" + "é" * 33_000)
    sparql_text.check_harmless("ASK {} #" + "x" * 65_000)


@pytest.mark.parametrize(
    "piece", ['"""', '"""a\\"', "'''\\'''\n", "'", '"\\', "<", "\\", "a.", ":", "a:.", "#", "\\u0022", "?x", "ex:a\\"]
)
def test_a_hostile_query_is_looked_through_at_once(piece: str) -> None:
    text = "ASK {} " + piece * (60_000 // len(piece))
    began = time.perf_counter()
    with contextlib.suppress(UsageError):
        sparql_text.check_harmless(text)
    assert sum(len(token[0]) for token in sparql_text.tokens(text)) == len(text)
    assert time.perf_counter() - began < 5
