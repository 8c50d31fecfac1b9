"""No query reaches an engine unlooked at, whichever way it is asked."""

from __future__ import annotations

import ast
import faulthandler
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph
import pytest

import samverkan
from samverkan import Site
from samverkan.errors import SamverkanError
from samverkan.limits import QueryLimits
from samverkan.model.endpoint import Endpoint
from samverkan.model.queries import read_query
from samverkan.model.sparql import check_harmless, is_short
from samverkan.publication import resolver
from samverkan.server.job_handler import JobHandler
from samverkan.store import Embedded
from samverkan.store.remote import Remote

SOURCE = Path(samverkan.__file__).parent
GRAPH = "https://example.org/doll/graph/lights"

CHAIN = "an order of 20,000 numbers"
REFUSED = {
    "SERVICE": "SELECT ?x { SERVICE <$> { ?x ?p ?o } }",
    "SERVICE written with an escape": "SELECT ?x { ?x ?p ?o . \\u0053ERVICE <$> { ?s ?p ?o } }",
    "SERVICE in EXISTS": "SELECT ?x { ?x ?p ?o FILTER EXISTS { SERVICE <$> { ?s ?p ?o } } }",
    "SERVICE in a subselect that nothing uses": "SELECT ?x { ?x ?p ?o OPTIONAL { { SELECT ?y { SERVICE <$> {} } } } }",
    "SERVICE after a comparison": 'SELECT ?x { VALUES (?x ?y) { (1 2) } FILTER(?x<?y#>"""\n) SERVICE <$> {} #"""\n }',
    "FROM another graph": "SELECT ?x FROM <$> { ?x ?p ?o }",
    "FROM NAMED another graph": "SELECT ?x FROM NAMED <$> { GRAPH ?g { ?x ?p ?o } }",
    "an update": "DELETE WHERE { ?x ?p ?o }",
    "LOAD": "LOAD <$>",
    "6,000 braces": "SELECT ?x " + "{" * 6_000 + "}" * 6_000,
    "6,000 parentheses": "SELECT ?x { FILTER(" + "(" * 6_000 + "1" + ")" * 6_000 + ") }",
    "12,000 negations": "SELECT ?x { FILTER(" + "!" * 12_000 + "?x) }",
    "12,000 negations in what looks like an IRI": "SELECT ?x { FILTER(1<" + "!" * 12_000 + "2>3) }",
    "a path of 6,000 parentheses": "SELECT ?x { ?x " + "(" * 6_000 + "<urn:p>" + ")*" * 6_000 + " ?o }",
    CHAIN: "SELECT ?x { ?x ?p ?o } ORDER BY " + "(1)" * 20_000,
    "a string that is never closed": 'SELECT ?x { ?x ?p """a }',
    "more than 64 KB": "SELECT ?x { ?x ?p ?o } #" + "x" * 65_536,
}

Way = Callable[[Site, str], object]

WAYS: dict[str, Way] = {
    "by its name": lambda site, _: site.query("asked"),
    "with its values": lambda site, _: site.bound(site.canned("asked"), {}),
    "as a menu": lambda site, _: site.menu(site.canned("asking").parameter("thing")),
    "as a table at its address": lambda site, _: resolver.fetch(site, "query/asked.csv"),
    "as a page at its address": lambda site, _: resolver.fetch(site, "query/asked.en.html"),
    "of the store": lambda site, text: site.store.query(text),
    "of an empty store": lambda _, text: Embedded(graphs=()).query(text),
    "as a free query": lambda site, text: site.ask(text),
}


@pytest.fixture(scope="module")
def trap() -> Iterator[socket.socket]:
    """A port where nobody may call."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0)
        yield listening


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """A child that ends as it is meant to writes no traceback into the report."""
    faulthandler.disable()
    yield
    faulthandler.enable()


def _text(kind: str, trap: socket.socket) -> str:
    return REFUSED[kind].replace("$", f"http://127.0.0.1:{trap.getsockname()[1]}/")


def _site(copy: Path, text: str) -> Site:
    (copy / "queries" / "asked.rq").write_text(text)
    menu = "#+ parameters:\n#+   thing: {type: iri, menu: asked}\nSELECT ?x { VALUES ?thing { UNDEF } }\n"
    (copy / "queries" / "asking.rq").write_text(menu)
    return samverkan.open(copy)


def _is_refused(ask: Way, site: Site, text: str) -> bool:
    try:
        ask(site, text)
    except SamverkanError:
        return True
    return False


def _is_called(trap: socket.socket) -> bool:
    try:
        trap.accept()[0].close()
    except BlockingIOError:
        return False
    return True


@pytest.mark.parametrize("kind", sorted({*REFUSED} - {CHAIN}))
def test_a_query_that_is_refused_is_refused_whichever_way_it_is_asked(
    kind: str, copy: Path, trap: socket.socket
) -> None:
    text = _text(kind, trap)
    for way, ask in WAYS.items():
        assert _is_refused(ask, _site(copy, text), text), way
    assert not _is_called(trap)


@pytest.mark.parametrize("way", ["by its name", "as a table at its address"])
def test_a_canned_query_that_would_end_the_process_is_refused(way: str, copy: Path) -> None:
    assert _is_refused(WAYS[way], _site(copy, REFUSED[CHAIN]), REFUSED[CHAIN])


@pytest.mark.parametrize("kind", REFUSED)
def test_a_canned_query_that_is_refused_is_told_with_its_file_by_the_gate(
    kind: str, copy: Path, trap: socket.socket
) -> None:
    report = _site(copy, _text(kind, trap)).validate()
    assert not report.readable
    assert {finding.places[0].file for finding in report.findings} == {"queries/asked.rq"}
    assert all(set(finding.message) == {"sv", "en"} for finding in report.findings)
    if kind not in {"more than 64 KB", CHAIN}:
        assert all(finding.places[0].line for finding in report.findings)
    assert not _is_called(trap)


@pytest.mark.parametrize("kind", sorted({*REFUSED} - {CHAIN}))
def test_nothing_is_sent_to_an_engine_elsewhere_that_is_refused_here(kind: str, trap: socket.socket) -> None:
    remote = Remote(
        Endpoint(f"http://127.0.0.1:{trap.getsockname()[1]}/sparql"), (GRAPH,), "https://example.org/doll/", strict=True
    )
    with pytest.raises(SamverkanError):
        remote.query(_text(kind, trap), name="queries/asked.rq")
    assert not _is_called(trap)


@pytest.mark.parametrize("kind", ["SERVICE", "FROM another graph", "6,000 braces", "a string that is never closed"])
def test_a_free_query_over_http_is_refused_by_the_same_words(kind: str, doll: Site, trap: socket.socket) -> None:
    press = JobHandler(doll, QueryLimits(seconds=10, bytes=1 << 20, memory=1 << 28))
    text = _text(kind, trap)
    job: dict[str, object] = {"do": "ask", "sparql": text, "default": [], "named": [], "accept": None, "language": "en"}
    with pytest.raises(SamverkanError) as caught:
        check_harmless(text)
    reply, _ = press(job)
    assert reply["error"]["en"] == str(caught.value)


def test_a_canned_query_may_name_a_published_graph_for_the_gate_too(copy: Path) -> None:
    site = _site(copy, f"SELECT DISTINCT ?x FROM <{GRAPH}> {{ ?x ?p ?o }} ORDER BY ?x LIMIT 2")
    assert site.validate().readable
    assert len(site.query("asked").rows) == 2  # type: ignore[union-attr]  # a SELECT


def test_an_iri_that_looks_like_a_call_is_a_value_like_any_other() -> None:
    query = read_query("#+ parameters: {x: {type: iri}}\nSELECT ?x { VALUES ?x { UNDEF } }", "queries/x.rq")
    iri = "https://example.org/Place_(town)/service_from"
    (row,) = Embedded().query(query.bind({"x": iri})).rows  # type: ignore[union-attr]  # a SELECT
    assert row == (pyoxigraph.NamedNode(iri),)


def test_a_bound_text_is_looked_through_as_it_was_written() -> None:
    query = read_query(
        "#+ parameters: {x: {type: iri}}\nSELECT ?x { VALUES ?x { UNDEF } SERVICE <urn:x> {} }", "queries/x.rq"
    )
    with pytest.raises(SamverkanError, match="SERVICE is refused"):
        Embedded().query(query.bind({"x": "urn:y"}))


def test_a_long_canned_query_that_is_harmless_is_answered(copy: Path) -> None:
    values = " ".join(map(str, range(5000)))
    site = _site(copy, f"SELECT (COUNT(*) AS ?x) {{ VALUES ?y {{ {values} }} }}")
    assert not is_short(site.canned("asked").text)
    assert [str(row[0].value) for row in site.query("asked").rows] == ["5000"]  # type: ignore[union-attr]  # a SELECT


def _called(tree: ast.AST) -> list[str]:
    """What is called as a method or function of something, such as `store.query`."""
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [ast.unparse(call.func) for call in calls if isinstance(call.func, ast.Attribute)]


def _taken(tree: ast.AST) -> set[str]:
    """What is imported from pyoxigraph; its own name where it is imported whole."""
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = [
        (node.module if isinstance(node, ast.ImportFrom) else alias.name, alias.name)
        for node in imports
        for alias in node.names
    ]
    return {name for module, name in names if module == "pyoxigraph"}


@pytest.fixture(scope="module")
def trees() -> dict[str, ast.AST]:
    """The modules that know pyoxigraph, or how a text says that it was looked through."""
    texts = {path.relative_to(SOURCE).as_posix(): path.read_text("utf-8") for path in SOURCE.rglob("*.py")}
    return {
        name: ast.parse(text)
        for name, text in texts.items()
        if "import pyoxi" in text or "Store" in text or "Bound" in text
    }


def test_one_line_of_the_program_lets_the_engine_answer(trees: dict[str, ast.AST]) -> None:
    holders = {name for name, tree in trees.items() if _taken(tree) & {"Store", "pyoxigraph"}}
    asking = [(name, call) for name in holders for call in _called(trees[name]) if call.endswith((".query", ".update"))]

    assert holders == {
        "model/sparql.py",
        "model/stored_literals.py",
        "site/unasked_menus.py",
        "store/embedded.py",
        *(f"validation/{name}.py" for name in ("sparql_constraints", "validation_input", "compiled/probes")),
        *(f"validation/evaluation/{name}.py" for name in ("__init__", "query_engines")),
    }
    # The second asks rdflib, of which nothing else knows, and lets the text pass first.
    assert sorted(asking) == [
        ("model/sparql.py", "store.query"),
        ("validation/evaluation/query_engines.py", "self._dataset.query"),
    ]


def test_only_who_puts_terms_where_there_were_others_says_that_a_text_was_looked_through(
    trees: dict[str, ast.AST],
) -> None:
    assert {name for name, tree in trees.items() if "Bound.of" in _called(tree)} == {
        "model/queries.py",
        "model/sparql.py",  # in a query that somebody else bound it puts the day of the site for NOW()
        "store/remote.py",
    }


# What is a call to a parser that knows where it stands, and to a reader of single tokens none.
DISGUISED = [
    'SELECT * { VALUES (?a ?b) { (1 2) } FILTER(?a<?b#>"""\n) SERVICE ?s {} #"""\n }',
    "SELECT * { VALUES (?a ?b) { (1 2) } FILTER(?a<?b+'>\"'||1=1) SERVICE ?s {} #\"\n }",
    "SELECT * { VALUES (?a ?b) { (1 2) } FILTER('a'@en<?b+'>\"'||1=1) SERVICE ?s {} #\"\n }",
    "SELECT * { <<?a?b'>>\"'>> ?p ?o . SERVICE ?s {} #\"\n }",
    "PREFIX u: <urn:> SELECT * { ?a <u:\\u0041#> '\\u0027\"' . SERVICE ?s {} #\"\n }",
    "PREFIX p: <urn:> SELECT * { ?a ?b p:a.b.SERVICE?s{} }",
    "PREFIX p: <urn:> SELECT * { ?a ?b p:.SERVICE?s{} }",
    "PREFIX p: <urn:> SELECT * { ?a p:-1.SERVICE?s{} }",
]


@pytest.mark.parametrize("sparql", DISGUISED)
def test_a_call_in_disguise_is_a_call(sparql: str) -> None:
    pyoxigraph.Store().query(sparql)  # so it is a query,
    with pytest.raises(SyntaxError):  # and the call is neither in a comment nor in a string
        pyoxigraph.Store().query(sparql.replace("SERVICE", "!"))
    with pytest.raises(SamverkanError):
        check_harmless(sparql)


@pytest.mark.parametrize(
    "sparql",
    [
        "SELECT * { ?a ?p ?c FILTER(?a<(?b+1)&&?c>(?d)) }",
        "SELECT * { ?a ?p ?c FILTER(?a < ?b && '#' = ?c) } # from a service",
        "BASE <http://example.org/> SELECT * { ?a <#service> <#from>, 'from' }",
        "BASE <http://example.org/> SELECT * { ?a (<#service>|^<#from>)+ ?c FILTER(?c IN (<#from>, <#x>)) }",
        "SELECT * { VALUES (?a ?b) { (<http://example.org/#service> <http://example.org/#from>) } }",
        "PREFIX p: <urn:> SELECT * { ?a ?b p:a.service }",
    ],
)
def test_what_only_resembles_a_disguise_is_asked(sparql: str) -> None:
    check_harmless(sparql)
    Embedded().query(sparql)
