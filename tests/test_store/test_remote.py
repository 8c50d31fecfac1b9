"""Reading from somebody else's Virtuoso or Oxigraph: the whole answer, or an error that says why not."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse
from tests import engines
from tests.asking import CROSS, XSD, fake, numbers, remote, rows
from tests.engines import Engine
from tests.faulty import Faulty, table, whole

from samverkan.errors import RefusedError, SamverkanError, StoreError, StoreSlowError, UsageError
from samverkan.model.endpoint import Endpoint
from samverkan.model.results import BooleanResult, Graph
from samverkan.store.remote import Remote

ALL = "SELECT * { ?s ?p ?o }"


@pytest.fixture(scope="module")
def tight() -> Iterator[Engine]:
    """A Virtuoso that gives few rows and little time."""
    with engines.virtuoso(sparql={"ResultSetMaxRows": 100, "MaxQueryExecutionTime": 1}) as engine:
        engine.put("https://tight.example/graph/a", numbers(1000))
        yield engine


@pytest.fixture(scope="module")
def large(virtuoso: Engine) -> Remote:
    """25,000 triples in Virtuoso."""
    virtuoso.put("https://large.example/graph/a", numbers(25_000))
    return remote(virtuoso, "large")


# ---------------------------------------------------------------- Virtuoso: what it cuts


@pytest.mark.parametrize("sparql", ["SELECT ?o { ?s ?p ?o }", "CONSTRUCT { <urn:x> ?p 1 } { ?s ?p ?o }"])
def test_an_answer_that_virtuoso_cuts_at_ten_thousand_rows_is_an_error_that_says_so(large: Remote, sparql: str) -> None:
    with pytest.raises(StoreError, match=r"is cut: it gives at most 10000 rows\. Ask for less, or raise the limit"):
        large.query(sparql)


def test_as_many_rows_as_virtuoso_gives_can_be_asked_for(large: Remote) -> None:
    assert len(rows(large, "SELECT ?o { ?s ?p ?o } LIMIT 10000")) == 10_000
    assert rows(large, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == ((Literal(25_000),),)


def test_a_graph_of_more_triples_than_virtuoso_gives_at_once_is_read_whole(large: Remote) -> None:
    read = b"".join(large.pages(large.graphs[0]))
    assert sorted(read.replace(b"\t", b" ").splitlines()) == sorted(numbers(25_000).splitlines())


@pytest.mark.parametrize("sparql", [ALL, f"{ALL} LIMIT 200", "CONSTRUCT WHERE { ?s ?p ?o }"])
def test_the_limit_that_an_engine_has_set_is_heeded(tight: Engine, sparql: str) -> None:
    with pytest.raises(StoreError, match="it gives at most 100 rows"):
        remote(tight, "tight").query(sparql)


def test_a_graph_is_read_whole_however_few_triples_come_at_a_time(tight: Engine) -> None:
    store = remote(tight, "tight")
    read = b"".join(store.pages(store.graphs[0]))
    assert sorted(read.replace(b"\t", b" ").splitlines()) == sorted(numbers(1000).splitlines())


def test_a_count_that_ran_out_of_time_is_an_error_and_not_nothing(tight: Engine) -> None:
    with pytest.raises(StoreSlowError, match="did not answer in time"):
        remote(tight, "tight").query(CROSS)


@pytest.mark.parametrize("sparql", [CROSS, CROSS.replace("SELECT (COUNT(*) AS ?n)", "ASK").replace("> 5", "< 0")])
def test_an_answer_that_virtuoso_gives_half_when_told_to_hurry_is_an_error(virtuoso: Engine, sparql: str) -> None:
    """With `timeout` it answers 200 with what it has: no row for a sum, no for a question (X-SQL-State: S1TAT)."""
    virtuoso.put("https://hurry.example/graph/a", numbers(1000))
    base = "https://hurry.example/"
    hurried = Remote(Endpoint(f"{virtuoso.query}?timeout=300", seconds=30), (f"{base}graph/a",), base)
    with pytest.raises(StoreError, match=r"it stopped in the middle \(S1TAT\)"):
        hurried.query(sparql)


def test_a_query_that_virtuoso_finds_too_dear_is_refused_in_its_words(large: Remote) -> None:
    with pytest.raises(StoreError, match="estimated execution time"):
        large.query("SELECT DISTINCT ?x { ?a <urn:p> ?x . ?b <urn:p> ?y . ?c <urn:p> ?z FILTER (?x > ?y && ?y > ?z) }")


# ---------------------------------------------------------------- Virtuoso: values

VALUES = {
    "a month": f'"2020-03"^^<{XSD}gYearMonth>',
    "a year": f'"2020"^^<{XSD}gYear>',
    "a day": f'"2020-03-31"^^<{XSD}date>',
    "a time": f'"2020-01-01T10:00:00Z"^^<{XSD}dateTime>',
    "yes": f'"true"^^<{XSD}boolean>',
    "no": f'"false"^^<{XSD}boolean>',
    "a number": f'"-12"^^<{XSD}integer>',
    "a decimal": f'"1.5"^^<{XSD}decimal>',
    "an address": f'"https://example.org/å"^^<{XSD}anyURI>',
    "a type of one's own": '"q"^^<https://x.example/type>',
    "Swedish": '"Göteborg"@sv',
    "a region": '"colour"@en-GB',
    "a script": '"漢字"@zh-Hant',
    "an emoji": '"\U0001f600 \U0001f469\u200d\U0001f52c"',
    "a combining mark": '"e\u0301 and \u00e9"',
    "right to left": '"\u202eשלום"',
    "NUL": '"a\\u0000b"',
    "U+000B": '"a\\u000Bb"',
    "a noncharacter": '"a\\uFFFEb"',
    "a line separator": '"a\u2028b"',
    "white space": '" \\t\\n\\r "',
    "quotes": '"\\"\\\\\'"',
    "nothing": '""',
    "a long text": f'"{"lång " * 20_000}"@sv',
    "an IRI": "<https://x.example/åäö%20>",
}


def test_there_are_twenty_five_kinds_of_values() -> None:
    assert len(VALUES) == 25


@pytest.fixture(scope="module")
def valued(virtuoso: Engine, oxigraph: Engine) -> dict[str, Remote]:
    """All values, each said of a thing with its number, in both engines; ours are read by our own parser."""
    for engine in (virtuoso, oxigraph):
        engine.put("https://values.example/graph/a", _valued())
    return {engine.name: remote(engine, "values") for engine in (virtuoso, oxigraph)}


def _valued() -> bytes:
    return "".join(f"<urn:{at}> <urn:is> {value} .\n" for at, value in enumerate(VALUES.values())).encode()


@pytest.mark.parametrize("kind", VALUES)
@pytest.mark.parametrize("engine", ["virtuoso", "oxigraph"])
def test_a_value_comes_back_as_it_went(valued: dict[str, Remote], engine: str, kind: str) -> None:
    at, store = list(VALUES).index(kind), valued[engine]
    (wanted,) = [
        quad.object for quad in parse(_valued(), format=RdfFormat.N_TRIPLES) if quad.subject.value == f"urn:{at}"
    ]
    assert rows(store, f"SELECT ?o {{ <urn:{at}> <urn:is> ?o }}") == ((wanted,),)
    graph = store.query(f"CONSTRUCT {{ <urn:x> <urn:y> ?o }} {{ <urn:{at}> <urn:is> ?o }}")
    assert isinstance(graph, Graph)
    assert [triple.object for triple in graph.triples] == [wanted]


@pytest.mark.parametrize("engine", ["virtuoso", "oxigraph"])
def test_a_graph_is_read_with_all_its_values(valued: dict[str, Remote], engine: str) -> None:
    store = valued[engine]
    read = b"".join(store.pages(store.graphs[0]))
    assert set(parse(read, format=RdfFormat.N_TRIPLES)) == set(parse(_valued(), format=RdfFormat.N_TRIPLES))


def test_a_text_is_found_by_what_it_says_in_any_script(valued: dict[str, Remote]) -> None:
    for store in valued.values():
        for kind in ("Swedish", "a script", "an emoji", "a combining mark", "a month", "yes"):
            wanted = ((NamedNode(f"urn:{list(VALUES).index(kind)}"),),)
            assert rows(store, f"SELECT ?s {{ ?s <urn:is> {VALUES[kind]} }}") == wanted, (store.engine.name, kind)


def test_a_verdict_is_read_from_the_table_that_virtuoso_makes_of_it(virtuoso: Engine, large: Remote) -> None:
    assert b"__ASK_RETVAL" in virtuoso.ask("ASK { ?s ?p ?o }")
    assert large.query("ASK { ?s <urn:p> 7 }") == BooleanResult(value=True)
    assert large.query("ASK { ?s <urn:p> -7 }") == BooleanResult(value=False)


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT (<bif:upper>('a') AS ?x) {}",
        "SELECT (<sql:upper>('a') AS ?x) {}",
        "PREFIX b: <bif:> SELECT (b:file_to_string('/etc/passwd') AS ?x) {}",
        "ASK { FILTER (false) FILTER (<bif:upper>('a')) }",
        "SELECT * { ?s ?p ?o . ?o <bif:contains> 'x' }",
        "SELECT * { ?s <SQL:x> ?o }",
        "SELECT (<http://www.openlinksw.com/schemas/bif#upper>('a') AS ?x) {}",
        "DEFINE sql:log-enable 3 SELECT * { ?s ?p ?o }",
    ],
)
def test_what_reaches_beyond_sparql_is_refused_before_anything_is_sent(sparql: str) -> None:
    with Faulty(lambda _: whole(table(1))) as faulty:
        with pytest.raises(UsageError):
            fake(faulty).query(sparql)
        assert faulty.queries == []


def test_an_escaped_name_of_such_a_function_is_refused_too(large: Remote) -> None:
    with pytest.raises(SamverkanError):
        large.query("SELECT * { ?s ?p ?o . ?o <\\u0062if:contains> 'x' }")


def test_an_update_sent_as_a_query_is_refused_even_where_everybody_may_write() -> None:
    """A Virtuoso on which somebody ran GRANT SPARQL_UPDATE TO "SPARQL" takes updates at the address of queries."""
    with engines.virtuoso() as engine:
        _granted(engine)
        store = remote(engine, "open")
        graph = store.graphs[0]
        engine.ask(f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:a> <urn:p> 1 }} }}", accept="*/*")
        for update in (
            f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:a> <urn:p> 2 }} }}",
            f"CLEAR GRAPH <{graph}>",
            "DELETE WHERE { ?s ?p ?o }",
        ):
            with pytest.raises(RefusedError):
                store.query(update)
        for query in (
            f'SELECT * {{ ?s ?p "\\u0022 }} ; CLEAR GRAPH <{graph}> #" }}',
            f"SELECT * {{ ?s ?p 'a\\u0027 }} CLEAR GRAPH <{graph}> #' }}",
        ):
            assert rows(store, query) == ()  # what looks like an update is a part of a text
        assert rows(store, "SELECT ?o { ?s ?p ?o }") == ((Literal(1),),)


def _granted(engine: Engine) -> None:
    command = ["isql-vt" if shutil.which("isql-vt") else "isql-v", str(_sql_port(engine)), engine.user, engine.password]
    sql = "GRANT SPARQL_UPDATE TO \"SPARQL\"; DB.DBA.RDF_DEFAULT_USER_PERMS_SET ('nobody', 7);"
    subprocess.run([*command, f"exec={sql}"], check=True, capture_output=True, timeout=30)


def _sql_port(engine: Engine) -> int:
    settings = Path(f"/proc/{engine.process.pid}/cwd/virtuoso.ini").read_text()
    found = re.search(r"\[Parameters\]\nServerPort = 127\.0\.0\.1:(\d+)", settings)
    assert found
    return int(found[1])
