"""One suite for all stores: whatever answers, our own store or somebody else's engine, the answers are the same.

The data goes into the engines by our own push, and other people's graphs lie beside it there.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import Literal, NamedNode, QueryResultsFormat
from tests.engines import Engine

import samverkan
from samverkan import Site
from samverkan.errors import RefusedError, SamverkanError, UsageError
from samverkan.model.dataset import File
from samverkan.model.endpoint import Credentials, Endpoint
from samverkan.model.results import Answer, BooleanResult, Graph, Table
from samverkan.push import of_graphs, push
from samverkan.store import Embedded, Graphs, Store
from samverkan.store.remote import Remote

ROOT = Path(__file__).parents[2]
GOLDEN = sorted((ROOT / "tests" / "golden").iterdir())
SITES = {"ki": ROOT, "doll": ROOT / "tests" / "site", "wider": ROOT / "tests" / "wider"}
ENGINES = ("oxigraph", "virtuoso")
STORES = ("embedded", *ENGINES)
# Durations: Virtuoso keeps how long they are and not how that was written, so the push refuses them (test_push.py).
UNHELD = re.compile(r'\s+doll:period "[^"]*"\^\^xsd:duration ;')
STRANGERS = "https://stranger.example/graph/"

Given = Mapping[str, str]


def endpoint(engine: Engine) -> Endpoint:
    known = Credentials(engine.user, engine.password) if engine.user else None
    return Endpoint(engine.query, engine.update, engine.graph_store, known, seconds=60)


@dataclass
class StoreSnapshot:
    """A site in an engine: as its folder answers, and as the engine does."""

    here: Site
    there: Site


def _split(question: str) -> tuple[str, dict[str, str]]:
    name, *given = question.split("@")
    return name, dict(value.split("=", 1) for value in given)


@cache
def _site(name: str) -> Site:
    return samverkan.open(SITES[name])


def _menus(name: str) -> Iterator[str]:
    """Every query of a site without values, and with the first and the last value of each of its menus."""
    site = _site(name)
    for query in site.queries.values():
        yield query.name
        for parameter in query.parameters:
            values = site.menu(parameter)
            for value in dict.fromkeys((values[0], values[-1])) if values else ():
                yield f"{query.name}@{parameter.name}={value}"


@cache
def questions(name: str) -> tuple[str, ...]:
    return tuple(path.stem for path in GOLDEN) if name == "ki" else tuple(_menus(name))


QUESTIONS = [(engine, name, question) for engine in ENGINES for name in SITES for question in questions(name)]
SIZES = {"ki": 186, "doll": 46, "wider": 42}


def _folder(name: str, folder: Path) -> Path:
    if name != "doll":
        return SITES[name]
    copied = Path(shutil.copytree(SITES[name], folder / name))
    lights = copied / "data" / "lights.ttl"
    lights.write_text(UNHELD.sub("", lights.read_text("utf-8")), "utf-8")
    return copied


def _stranger(engine: Engine, site: Site) -> None:
    """Somebody else's graph that says of the site's own things what the site does not say."""
    lines = "".join(f"{triple.subject} {triple.predicate} <urn:stranger> .\n" for triple in site.published[1].triples)
    engine.put(f"{STRANGERS}{site.root.name}", lines.encode())


@pytest.fixture(scope="module")
def held(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str, str], StoreSnapshot]:
    """The sites in the engines: each is pushed when it is first asked for."""
    found: dict[tuple[str, str], StoreSnapshot] = {}

    def get(engine: str, name: str) -> StoreSnapshot:
        if (engine, name) not in found:
            folder = _folder(name, tmp_path_factory.mktemp(name))
            found[engine, name] = _held(request.getfixturevalue(engine), folder)
        return found[engine, name]

    return get


def _held(engine: Engine, folder: Path) -> StoreSnapshot:
    here, there = samverkan.open(folder), samverkan.open(folder, endpoint=endpoint(engine))
    _stranger(engine, here)
    assert isinstance(there.store, Remote)
    push(of_graphs(here.graphs), there.store, endpoint(engine))
    return StoreSnapshot(here, there)


def _plain(answer: Answer) -> object:
    """What an answer says, to be compared: columns and rows in their order, or triples."""
    if isinstance(answer, Table):
        return answer.variables, answer.rows
    return [str(triple) for triple in answer.triples] if isinstance(answer, Graph) else answer


def _golden(answer: Answer) -> bytes:
    if isinstance(answer, Graph):
        return "".join(sorted(f"{triple} .\n" for triple in answer.triples)).encode()
    assert isinstance(answer, Table)
    return answer.solutions().serialize(format=QueryResultsFormat.CSV) or b""


@pytest.mark.parametrize(("engine", "name", "question"), QUESTIONS)
def test_the_answer_is_that_of_our_own_store(
    held: Callable[[str, str], StoreSnapshot], engine: str, name: str, question: str
) -> None:
    site = held(engine, name)
    answer = site.there.query(*_split(question))
    assert _plain(answer) == _plain(site.here.query(*_split(question)))
    if name == "ki":
        (golden,) = (path for path in GOLDEN if path.stem == question)
        assert _golden(answer) == golden.read_bytes()


def test_every_query_of_three_sites_is_asked_of_every_engine() -> None:
    counted = Counter((engine, name) for engine, name, _ in QUESTIONS)
    assert counted == {(engine, name): size for engine in ENGINES for name, size in SIZES.items()}
    for name in SITES:
        asked = {question.partition("@")[0] for each, found, question in QUESTIONS if found == name}
        assert asked == set(_site(name).queries)


# ---------------------------------------------------------------- what a store promises

BASE = "https://promise.example/"
ONE, TWO, EMPTY = (f"{BASE}graph/{name}" for name in ("one", "two", "empty"))
FILES = (
    File("data/one.ttl", ONE, b"<urn:a> <urn:p> 1, 2 ; <urn:q> <urn:b> ."),
    File("data/two.ttl", TWO, b"<urn:a> <urn:p> 2 . <urn:b> <urn:p> 3 ; <urn:name> 'Bj\xc3\xb6rn'@sv ."),
    File("data/empty.ttl", EMPTY, b""),
)
# Before ours, after ours, and below our own base: none of them is ours.
OTHERS = (f"{STRANGERS}a", "https://a.example/graph", f"{BASE}graph/old")


@pytest.fixture(scope="module")
def stores(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Store]:
    """Each store with the same few triples in it."""
    folder = tmp_path_factory.mktemp("promises")
    found: dict[str, Store] = {"embedded": Embedded(FILES)}

    def get(name: str) -> Store:
        if name not in found:
            found[name] = _filled(request.getfixturevalue(name), folder)
        return found[name]

    return get


def _filled(engine: Engine, folder: Path) -> Store:
    for graph in OTHERS:
        engine.put(graph, b"<urn:a> <urn:p> <urn:stranger> .\n<urn:stranger> <urn:p> <urn:stranger> .\n")
    graphs = {}
    for file in FILES:
        path = folder / Path(file.name).name
        path.write_bytes(file.content)
        graphs[file.graph] = [(file.name, path)]
    remote = Remote(endpoint(engine), tuple(graphs), BASE)
    push(of_graphs(graphs), remote, endpoint(engine))
    return remote


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, stores: Callable[[str], Store]) -> Store:
    return stores(request.param)


def _rows(store: Store, sparql: str, **more: Any) -> list[tuple[object, ...]]:
    answer = store.query(sparql, **more)
    assert isinstance(answer, Table)
    return list(answer.rows)


A, B = NamedNode("urn:a"), NamedNode("urn:b")
NUMBERS: list[tuple[object, ...]] = [(Literal(1),), (Literal(2),), (Literal(3),)]
ROWS: Mapping[str, list[tuple[object, ...]]] = {
    # the union of the site's graphs
    "SELECT ?x { ?s <urn:p> ?x } ORDER BY ?x": NUMBERS,
    "SELECT ?x { <urn:a> <urn:q>/<urn:p> ?x }": [(Literal(3),)],
    "SELECT ?n { ?s <urn:name> ?n }": [(Literal("Björn", language="sv"),)],
    # a triple that two graphs state counts once
    "SELECT (COUNT(*) AS ?n) { <urn:a> <urn:p> ?x }": [(Literal(2),)],
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }": [(Literal(5),)],
    "SELECT (SUM(?x) AS ?n) { ?s <urn:p> ?x }": [(Literal(6),)],
    "SELECT ?x { <urn:a> <urn:p> ?x } ORDER BY ?x": NUMBERS[:2],
    "SELECT ?s (COUNT(?x) AS ?n) { ?s <urn:p> ?x } GROUP BY ?s ORDER BY ?s": [(A, Literal(2)), (B, Literal(1))],
    # named graphs
    "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g": [
        (NamedNode(ONE), Literal(3)),
        (NamedNode(TWO), Literal(3)),
    ],
    "SELECT (COUNT(*) AS ?n) { GRAPH ?g { <urn:a> <urn:p> ?x } }": [(Literal(3),)],
    f"SELECT ?x {{ GRAPH <{TWO}> {{ ?s <urn:p> ?x }} }} ORDER BY ?x": NUMBERS[1:],
    f"SELECT ?x {{ GRAPH <{OTHERS[0]}> {{ ?s <urn:p> ?x }} }}": [],
    f"SELECT ?x {{ GRAPH <{OTHERS[2]}> {{ ?s <urn:p> ?x }} }}": [],
    f"SELECT ?x {{ ?s <urn:p> ?x FILTER NOT EXISTS {{ GRAPH <{ONE}> {{ ?s <urn:p> ?x }} }} }}": [(Literal(3),)],
    # FROM and FROM NAMED
    f"SELECT ?x FROM <{TWO}> {{ <urn:a> <urn:p> ?x }}": [(Literal(2),)],
    f"SELECT ?x from named <{TWO}> {{ GRAPH ?g {{ <urn:b> <urn:p> ?x }} }}": [(Literal(3),)],
    f"SELECT ?x FROM NAMED <{ONE}> {{ GRAPH ?g {{ <urn:b> <urn:p> ?x }} }}": [],
    f"SELECT ?x FROM NAMED <{ONE}> {{ ?s <urn:p> ?x }}": [],
    f"SELECT ?x FROM <{ONE}> {{ GRAPH ?g {{ ?s <urn:p> ?x }} }}": [],
    f"SELECT ?x FROM <{EMPTY}> {{ ?s <urn:p> ?x }}": [],
    f"SELECT ?x FROM <{OTHERS[0]}> {{ ?s <urn:p> ?x }}": [],
    f"SELECT ?x FROM <{OTHERS[2]}> FROM <{TWO}> {{ <urn:a> <urn:p> ?x }}": [(Literal(2),)],
    f"SELECT ?g FROM NAMED <{OTHERS[1]}> {{ GRAPH ?g {{ ?s ?p ?o }} }}": [],
    f"PREFIX g: <{BASE}graph/> SELECT ?x FROM g:two {{ <urn:a> <urn:p> ?x }}": [(Literal(2),)],
    f"BASE <{BASE}> SELECT ?x FROM <graph/two> {{ <urn:a> <urn:p> ?x }}": [(Literal(2),)],
    # what has no rows, and what is not bound
    "SELECT ?x { ?s <urn:nothing> ?x }": [],
    "SELECT ?x { ?s <urn:p> ?x } LIMIT 0": [],
    "SELECT ?x ?no { ?s <urn:p> ?x } ORDER BY ?x": [(*row, None) for row in NUMBERS],
    "SELECT (COUNT(*) AS ?n) { ?s <urn:nothing> ?x }": [(Literal(0),)],
    "SELECT ?x { ?s <urn:p> ?x } ORDER BY DESC(?x) LIMIT 1 OFFSET 1": [(Literal(2),)],
    "SELECT ?x { VALUES ?x { 1 2 3 } }": NUMBERS,
    "SELECT * { FILTER NOT EXISTS { ?s <urn:p> ?x } }": [],
    "SELECT (COUNT(*) AS ?n) { FILTER NOT EXISTS { ?s <urn:p> ?x } }": [(Literal(0),)],
    "SELECT * { FILTER EXISTS { ?s <urn:p> 1 } <urn:b> <urn:p> ?x }": [(Literal(3),)],
    "SELECT * { <urn:a> <urn:q> ?z ; <urn:p> ?a } ORDER BY ?a": [(B, Literal(1)), (B, Literal(2))],
}
GRAPHS: Sequence[tuple[str, Graphs, list[tuple[object, ...]]]] = (
    ("SELECT ?x { <urn:a> <urn:p> ?x } ORDER BY ?x", Graphs((ONE,)), NUMBERS[:2]),
    ("SELECT ?x { <urn:a> <urn:p> ?x }", Graphs((TWO,), (ONE,)), [(Literal(2),)]),
    ("SELECT ?g { GRAPH ?g { <urn:a> <urn:p> 2 } }", Graphs((TWO,), (ONE,)), [(NamedNode(ONE),)]),
    ("SELECT ?x { ?s <urn:p> ?x }", Graphs((), (ONE,)), []),
    ("SELECT ?x { ?s <urn:p> ?x }", Graphs((OTHERS[0],), (OTHERS[1],)), []),
    (f"SELECT ?x FROM <{ONE}> {{ <urn:a> <urn:p> ?x }}", Graphs((TWO,)), [(Literal(2),)]),
)
TRIPLES: Mapping[str, list[str]] = {
    "CONSTRUCT { <urn:x> <urn:p> ?x, ?x } { ?s <urn:p> ?x }": [f"<urn:x> <urn:p> {number}" for number in (1, 2, 3)],
    "CONSTRUCT WHERE { ?s <urn:q> ?x }": ["<urn:a> <urn:q> <urn:b>"],
    "CONSTRUCT { <urn:x> <urn:y> <urn:z> } { ?s <urn:p> ?x }": ["<urn:x> <urn:y> <urn:z>"],
    "CONSTRUCT { ?x <urn:y> ?s } { ?s <urn:p> ?x }": [],  # a literal is no subject
    "CONSTRUCT { ?s <urn:y> ?no ; <urn:z> ?x } { ?s <urn:p> ?x }": [
        "<urn:a> <urn:z> 1",
        "<urn:a> <urn:z> 2",
        "<urn:b> <urn:z> 3",
    ],
    "CONSTRUCT {} WHERE {}": [],
    f"CONSTRUCT {{ ?s <urn:p> ?x }} FROM <{ONE}> {{ ?s <urn:p> ?x }}": ["<urn:a> <urn:p> 1", "<urn:a> <urn:p> 2"],
}
VERDICTS = {
    "ASK { <urn:b> <urn:p> 3 }": True,
    "ASK { <urn:b> <urn:p> 4 }": False,
    "ASK { ?s ?p <urn:stranger> }": False,
    f"ASK FROM <{ONE}> {{ <urn:b> <urn:p> 3 }}": False,
    "ASK {}": True,
    # a filter without a pattern
    "ASK { FILTER NOT EXISTS { ?s <urn:p> ?x } }": False,
    "ASK { FILTER NOT EXISTS { ?s <urn:p> 9 } }": True,
    "ASK { FILTER NOT EXISTS { ?s <urn:p> ?x FILTER NOT EXISTS { ?s <urn:name> ?n } } }": False,
    "ASK { BIND (1 AS ?x) FILTER EXISTS { ?s <urn:p> 9 } }": False,
    "ASK { FILTER (false) }": False,
}
BROKEN = {
    "SELECT * { ?s sk:p ?o }": (1, "The prefix sk: is not declared: add PREFIX sk: <https://…> at the top."),
    "SELECT * {\n ?s ?p ?o\n": (3, "it ends too early"),
    "SELEC * {}": (1, "does not fit there"),
    "INSERT DATA { <urn:x> <urn:p> 1 }": (1, "This changes data, and only queries are answered here."),
    "# x\nPREFIX ex: <urn:>\nBASE <urn:y>\ndelete where { ?s ?p ?o }": (4, "This changes data"),
    "CLEAR ALL": (1, "This changes data"),
    "LOAD <file:///etc/passwd>": (1, "This changes data"),
}
PROMISES = (
    ("rows", ROWS, 35),
    ("graphs", GRAPHS, 6),
    ("triples", TRIPLES, 7),
    ("asks", VERDICTS, 10),
    ("no", BROKEN, 7),
)


@pytest.mark.parametrize(("what", "promises", "size"), PROMISES, ids=[name for name, *_ in PROMISES])
def test_there_are_as_many_promises_as_there_should_be(what: str, promises: Sequence[object], size: int) -> None:
    assert (what, len(promises)) == (what, size)
    assert len(STORES) == 3


@pytest.mark.parametrize("sparql", ROWS)
def test_a_table_has_the_same_rows_in_every_store(store: Store, sparql: str) -> None:
    assert _rows(store, sparql) == ROWS[sparql]


@pytest.mark.parametrize(("sparql", "graphs", "wanted"), GRAPHS)
def test_who_asks_may_choose_the_graphs(
    store: Store, sparql: str, graphs: Graphs, wanted: list[tuple[object, ...]]
) -> None:
    assert _rows(store, sparql, graphs=graphs) == wanted


@pytest.mark.parametrize("sparql", TRIPLES)
def test_a_graph_is_sorted_and_has_no_doubles_in_every_store(store: Store, sparql: str) -> None:
    answer = store.query(sparql)
    assert isinstance(answer, Graph)
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    assert [str(triple).replace('"', "").replace(integer, "") for triple in answer.triples] == TRIPLES[sparql]


@pytest.mark.parametrize("sparql", VERDICTS)
def test_a_yes_or_no_question_has_the_same_verdict_in_every_store(store: Store, sparql: str) -> None:
    assert store.query(sparql) == BooleanResult(VERDICTS[sparql])


@pytest.mark.parametrize("sparql", BROKEN)
def test_a_broken_question_is_told_with_file_and_line_by_every_store(store: Store, sparql: str) -> None:
    line, words = BROKEN[sparql]
    with pytest.raises(UsageError) as caught:
        store.query(sparql, name="queries/x.rq")
    assert str(caught.value).startswith(f"queries/x.rq:{line}: ")
    assert words in str(caught.value)
    assert _rows(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == [(Literal(5),)]


def test_an_update_is_refused_by_every_store_and_changes_nothing(store: Store) -> None:
    for update in ("DELETE WHERE { ?s ?p ?o }", f"CLEAR GRAPH <{ONE}>", "INSERT { <urn:a> <urn:p> 9 } WHERE {}"):
        with pytest.raises(RefusedError):
            store.query(update)
    assert _rows(store, "SELECT ?x { ?s <urn:p> ?x } ORDER BY ?x") == NUMBERS


def test_given_prefixes_need_not_be_declared_in_any_store(store: Store) -> None:
    assert store.query("ASK { x:b x:p 3 }", prefixes={"x": "urn:", "unused": "urn:"}) == BooleanResult(value=True)
    assert _rows(store, "PREFIX x: <urn:> SELECT ?v { x:b y:p ?v }", prefixes={"x": "no:", "y": "urn:"}) == NUMBERS[2:]


RELATIVE: Mapping[str, list[tuple[object, ...]]] = {
    "SELECT ?x FROM <graph/two> { <urn:a> <urn:p> ?x }": [(Literal(2),)],
    "SELECT ?x FROM NAMED <graph/one> { GRAPH <graph/one> { <urn:a> <urn:p> ?x } } ORDER BY ?x": NUMBERS[:2],
    "BASE <graph/x> PREFIX g: <two> SELECT ?x FROM g: { <urn:a> <urn:p> ?x }": [(Literal(2),)],
    "SELECT ?x { VALUES ?x { <s> <?q> <#f> <> } }": [(NamedNode(BASE + end),) for end in ("s", "?q", "#f", "")],
    "BASE <x/> BASE <y/> SELECT ?x { VALUES ?x { <s> } }": [(NamedNode(f"{BASE}x/y/s"),)],
    "PREFIX p: <x> PREFIX p: <y> BASE <z/> SELECT ?x { VALUES ?x { p:s } }": [(NamedNode(f"{BASE}ys"),)],
}


@pytest.mark.parametrize("sparql", RELATIVE)
def test_relative_iris_begin_with_the_base_in_every_store(store: Store, sparql: str) -> None:
    assert _rows(store, sparql, base=BASE) == RELATIVE[sparql]


def test_a_graph_is_made_of_relative_iris_in_every_store(store: Store) -> None:
    answer = store.query("CONSTRUCT { <s> <p> 1 } WHERE {}", base=f"{BASE}sparql")
    assert isinstance(answer, Graph)
    assert [str(triple.subject) for triple in answer.triples] == [f"<{BASE}s>"]


def test_a_description_is_the_same_or_refused_with_what_to_write_instead(store: Store) -> None:
    if isinstance(store, Remote) and store.engine.name == "Virtuoso":
        with pytest.raises(RefusedError, match="Say with CONSTRUCT which triples you want"):
            store.query("DESCRIBE <urn:a>")
    else:
        answer = store.query("DESCRIBE <urn:a>")
        assert isinstance(answer, Graph)
        assert len(answer.triples) == 3


def test_the_same_table_has_the_same_bytes_in_every_store(store: Store, stores: Callable[[str], Store]) -> None:
    sparql = "SELECT * { ?thing <urn:p> ?x OPTIONAL { ?thing <urn:name> ?name } } ORDER BY ?x"
    answer, own = store.query(sparql), stores("embedded").query(sparql)
    assert isinstance(answer, Table)
    assert isinstance(own, Table)
    assert answer.json == own.json


def test_what_fails_while_it_runs_is_told_by_every_store(store: Store) -> None:
    with pytest.raises(SamverkanError, match=r"^queries/x\.rq: The query can't be answered"):
        store.query("SELECT (<urn:no-function>(1) AS ?x) {}", name="queries/x.rq")
