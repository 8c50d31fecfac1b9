"""The SPARQL 1.1 Protocol as its readers meet it: every way to ask, every format of an answer, every refusal."""

from __future__ import annotations

import csv
import io
import json
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, VOID
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from tests.live import Answer, Live

import samverkan
from samverkan import cli
from samverkan.formats import formats_for, formats_of, negotiated
from samverkan.model.prefixes import Prefixes

DOLL = Path(__file__).parents[1] / "site"
BASE = "https://example.org/doll/"
SD = "http://www.w3.org/ns/sparql-service-description#"

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"

LIGHTS, LOGBOOK, SOURCES = (f"{BASE}graph/{name}" for name in ("lights", "logbook", "sources"))
MASUDDEN = f"{BASE}id/lighthouse/masudden"

Pairs = Sequence[tuple[str, str]]


def by_get(live: Live, query: str, dataset: Pairs = (), accept: str = "*/*") -> Answer:
    return live.ask(f"/sparql?{urlencode([('query', query), *dataset])}", accept=accept)


def by_form(live: Live, query: str, dataset: Pairs = (), accept: str = "*/*") -> Answer:
    body = urlencode([("query", query), *dataset]).encode()
    return live.ask("/sparql", method="POST", body=body, content_type=FORM, accept=accept)


def by_direct(live: Live, query: str, dataset: Pairs = (), accept: str = "*/*") -> Answer:
    address = f"/sparql?{urlencode(dataset)}" if dataset else "/sparql"
    return live.ask(address, method="POST", body=query.encode(), content_type=DIRECT, accept=accept)


def told(live: Live, query: str, **headers: Any) -> Answer:
    """The answer of a query by GET, with headers of one's own."""
    return live.ask(f"/sparql?{urlencode({'query': query})}", **headers)


Way = Callable[..., Answer]
WAYS: Mapping[str, Way] = {"get": by_get, "form": by_form, "direct": by_direct}
ways = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)


def bindings(answer: Answer) -> list[dict[str, str]]:
    assert answer.status == 200, answer.text
    return [{name: term["value"] for name, term in row.items()} for row in answer.json["results"]["bindings"]]


# ---------------------------------------------------------------- query operations: three ways, four forms


@ways
def test_a_select_is_answered_in_each_way_that_the_protocol_has(live: Live, way: Way) -> None:
    answer = way(live, "SELECT ?name { ?who foaf:name ?name } ORDER BY ?name")

    assert answer.headers["content-type"] == "application/sparql-results+json"
    assert bindings(answer) == [{"name": 'Uno "Ljuset" O\'Hittad'}, {"name": "Åsa Påhittad"}]


@ways
@pytest.mark.parametrize("accept", ["application/sparql-results+json", "application/sparql-results+xml"])
def test_a_select_comes_in_a_format_that_was_asked_for(live: Live, way: Way, accept: str) -> None:
    answer = way(live, "SELECT * { ?s foaf:name ?o }", accept=f"{accept}, */*;q=0.1")

    assert (answer.status, answer.headers["content-type"]) == (200, accept)


@ways
@pytest.mark.parametrize(("pattern", "truth"), [("{}", True), ("{ ?x a <urn:nothing> }", False)])
def test_an_ask_is_answered_with_a_boolean(live: Live, way: Way, pattern: str, truth: bool) -> None:
    assert way(live, f"ASK {pattern}").json == {"head": {}, "boolean": truth}
    assert f"<boolean>{str(truth).lower()}</boolean>" in way(live, f"ASK {pattern}", accept="application/xml").text


@ways
@pytest.mark.parametrize("query", [f"DESCRIBE <{MASUDDEN}>", f"CONSTRUCT WHERE {{ <{MASUDDEN}> ?p ?o }}"])
def test_a_graph_comes_as_turtle_and_as_rdf_xml(live: Live, way: Way, query: str) -> None:
    turtle, xml = (way(live, query, accept=media_type) for media_type in ("text/turtle", "application/rdf+xml"))
    found = Graph().parse(data=turtle.body, format="turtle")

    assert isomorphic(found, Graph().parse(data=xml.body, format="xml"))
    assert len(list(found.predicate_objects(URIRef(MASUDDEN)))) == 19  # it is a light, too, for lighthouses are
    assert (turtle.headers["content-type"], xml.headers["content-type"]) == (
        "text/turtle; charset=utf-8",
        "application/rdf+xml",
    )


def test_a_form_may_say_its_charset_and_write_its_type_in_capitals(live: Live) -> None:
    for content_type in ("Application/SPARQL-Query; charset=UTF-8", 'application/sparql-query;Charset="utf-8"'):
        assert live.ask("/sparql", method="POST", body=b"ASK {}", content_type=content_type).json["boolean"] is True
    body = urlencode({"query": 'ASK { FILTER ("å" = "\\u00E5") }'}).encode()
    assert live.ask("/sparql", method="POST", body=body, content_type=f"{FORM};charset=utf-8").json["boolean"] is True


def test_a_plus_and_percent_twenty_are_a_space_in_a_query_string(live: Live) -> None:
    for written in ("ASK+%7B%7D", "ASK%20%7B%7D", "%41SK%09%7b%7d"):
        assert live.ask(f"/sparql?query={written}").json["boolean"] is True


def test_head_has_the_headers_of_get_and_no_body(live: Live) -> None:
    address = f"/sparql?{urlencode({'query': 'SELECT * { ?s foaf:name ?o } ORDER BY ?o'})}"
    head, get = live.ask(address, method="HEAD"), live.ask(address)

    assert head.body == b""
    assert get.body
    assert {**head.headers, "date": ""} == {**get.headers, "date": ""}


# ---------------------------------------------------------------- the dataset of a request (section 2.1.4)

COUNTS = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
SUBJECTS = (
    "SELECT (COUNT(DISTINCT ?light) AS ?lights) (COUNT(DISTINCT ?visit) AS ?visits) "
    "{ { ?light a/rdfs:subClassOf* ?x ; doll:lamps ?n } UNION { ?visit doll:grade ?m } }"
)


STATED = {f"{BASE}def/", LIGHTS, LOGBOOK, SOURCES, f"{BASE}graph/withdrawn"}
INFERRED = {f"{BASE}graph/inferred", f"{BASE}graph/inferred-cax-sco"}


@ways
@pytest.mark.parametrize(
    ("switch", "found"), [([], True), ([("inferred", "true")], True), ([("inferred", "false")], False)]
)
def test_what_follows_is_asked_unless_the_request_says_otherwise(
    live: Live, way: Way, switch: Pairs, found: bool
) -> None:
    assert way(live, f"ASK {{ <{MASUDDEN}> a doll:Light }}", switch).json["boolean"] is found


@pytest.mark.parametrize("switch", [[("inferred", "no")], [("inferred", "true"), ("inferred", "true")]])
def test_a_switch_that_is_none_is_an_error(live: Live, switch: Pairs) -> None:
    answer = by_get(live, "ASK {}", switch)
    assert answer.status == 400
    assert "'inferred'" in answer.json["detail"]


def default(*iris: str) -> Pairs:
    return [("default-graph-uri", iri) for iri in iris]


def named(*iris: str) -> Pairs:
    return [("named-graph-uri", iri) for iri in iris]


@ways
@pytest.mark.parametrize(
    ("dataset", "lights", "visits"),
    [
        ([], "4", "4"),
        (default(LIGHTS), "4", "0"),
        (default(LOGBOOK), "0", "4"),
        (default(LIGHTS, LOGBOOK), "4", "4"),
        (named(LIGHTS, LOGBOOK), "0", "0"),
        ([*default(LIGHTS), *named(LOGBOOK)], "4", "0"),
        ([*default(LIGHTS, LOGBOOK), *named(SOURCES)], "4", "4"),
    ],
)
def test_the_default_graph_is_what_the_request_says(
    live: Live, way: Way, dataset: Pairs, lights: str, visits: str
) -> None:
    assert bindings(way(live, SUBJECTS, dataset)) == [{"lights": lights, "visits": visits}]


@ways
@pytest.mark.parametrize(
    ("dataset", "graphs"),
    [
        ([], {*STATED, *INFERRED}),
        ([("inferred", "true")], {*STATED, *INFERRED}),
        ([("inferred", "false")], STATED),
        (named(*INFERRED), INFERRED),
        (default(LIGHTS), set()),
        (named(LIGHTS), {LIGHTS}),
        (named(LIGHTS, LOGBOOK), {LIGHTS, LOGBOOK}),
        ([*default(LIGHTS), *named(LOGBOOK)], {LOGBOOK}),
        ([*default(LIGHTS, LOGBOOK), *named(SOURCES)], {SOURCES}),
    ],
)
def test_the_named_graphs_are_what_the_request_says(live: Live, way: Way, dataset: Pairs, graphs: set[str]) -> None:
    assert {row["g"] for row in bindings(way(live, COUNTS, dataset))} == graphs


@ways
def test_the_dataset_of_the_request_overrides_that_of_the_query(live: Live, way: Way) -> None:
    said = SUBJECTS.replace(" { {", f" FROM <{LOGBOOK}> FROM NAMED <{SOURCES}> {{ {{", 1)
    graphs = COUNTS.replace(" { GRAPH", f" FROM NAMED <{SOURCES}> {{ GRAPH", 1)

    assert bindings(way(live, said)) == [{"lights": "0", "visits": "4"}]
    assert bindings(way(live, said, default(LIGHTS))) == [{"lights": "4", "visits": "0"}]
    assert {row["g"] for row in bindings(way(live, graphs))} == {SOURCES}
    assert {row["g"] for row in bindings(way(live, graphs, named(LIGHTS)))} == {LIGHTS}


@ways
@pytest.mark.parametrize("outside", ["file:///etc/passwd", "http://127.0.0.1/", "urn:no", "not an IRI", " "])
@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri"])
def test_a_graph_that_is_not_published_here_is_refused_by_name(live: Live, way: Way, name: str, outside: str) -> None:
    refused = way(live, "ASK {}", [(name, outside)])

    assert refused.status == 400
    assert refused.json["type"].endswith("/refused-query")
    assert outside in refused.json["detail"]
    assert LIGHTS in refused.json["detail"]


@ways
@pytest.mark.parametrize(
    "empty",
    [
        default(""),
        named(""),
        [*default("", ""), *named("")],
        [("using-graph-uri", ""), ("update", ""), ("default-graph-uri", "")],
    ],
)
def test_a_parameter_that_a_form_sends_empty_is_not_given(live: Live, way: Way, empty: Pairs) -> None:
    assert bindings(way(live, SUBJECTS, empty)) == [{"lights": "4", "visits": "4"}]
    assert bindings(way(live, SUBJECTS, [*default(LIGHTS), *empty])) == [{"lights": "4", "visits": "0"}]


def test_empty_parameters_without_a_query_are_no_question(live: Live) -> None:
    for address in ("/sparql?default-graph-uri=&named-graph-uri=", "/sparql?update="):
        assert live.ask(address).body == live.ask("/sparql").body


# ---------------------------------------------------------------- relative IRIs, and names of graphs


@ways
def test_relative_iris_are_relative_to_the_public_address_of_the_endpoint(live: Live, way: Way) -> None:
    built = way(live, "CONSTRUCT { <s> <p> 1 } WHERE {}", accept="application/n-triples")
    assert (built.status, built.text.count("\n")) == (200, 1)
    assert built.text.startswith(f"<{BASE}s> <{BASE}p> ")
    resolved = way(live, "SELECT * { VALUES (?a ?b ?c ?d) { (<> <?q> <../x> <#f>) } BIND (IRI('y') AS ?e) }")
    assert bindings(resolved) == [
        {
            "a": f"{BASE}sparql",
            "b": f"{BASE}sparql?q",
            "c": "https://example.org/x",
            "d": f"{BASE}sparql#f",
            "e": f"{BASE}y",
        }
    ]


GRAPH_NAMES = {
    "relative": ("", "<graph/lights>"),
    "relative to a base": ("BASE <graph/x>", "<lights>"),
    "relative to the last base": ("BASE <http://127.0.0.1/> BASE <https://example.org/doll/graph/x>", "<lights>"),
    "by the site's prefix": ("", "graph:lights"),
    "by a prefix": (f"PREFIX g: <{BASE}graph/>", "g:lights"),
    "by a relative prefix": ("BASE <graph/> PREFIX : <lights>", ":"),
    "by the last of two prefixes": ("PREFIX g: <http://127.0.0.1/> PREFIX g: <graph/>", "g:lights"),
    "escaped": ("", "<graph/\\u006Cights>"),
}


@pytest.mark.parametrize(("declared", "graph"), GRAPH_NAMES.values(), ids=GRAPH_NAMES)
def test_from_and_from_named_take_every_name_that_a_published_graph_has(live: Live, declared: str, graph: str) -> None:
    said = SUBJECTS.replace(" { {", f" FROM {graph} {{ {{", 1)
    graphs = COUNTS.replace(" { GRAPH", f" FROM NAMED {graph} {{ GRAPH", 1)

    assert bindings(live.sparql(f"{declared} {said}")) == [{"lights": "4", "visits": "0"}]
    assert {row["g"] for row in bindings(live.sparql(f"{declared} {graphs}"))} == {LIGHTS}


STRANGE_NAMES = {
    "relative": ("", "<lights>"),
    "another base": ("BASE <http://127.0.0.1/doll/>", "<graph/lights>"),
    "a later base": (f"BASE <{BASE}> BASE <http://127.0.0.1/>", "<graph/lights>"),
    "an escaped base": ("BASE <\\u0068ttp://127.0.0.1/>", "<graph/lights>"),
    "the site's prefix, redeclared": ("PREFIX graph: <http://127.0.0.1/>", "graph:lights"),
    "a later prefix": ("PREFIX g: <graph/> PREFIX g: <http://127.0.0.1/>", "g:lights"),
    "a prefix without a space": ("PREFIXgraph:<http://127.0.0.1/>", "graph:lights"),
    "a file": ("BASE <file:///etc/>", "<passwd>"),
}


@pytest.mark.parametrize(("declared", "graph"), STRANGE_NAMES.values(), ids=STRANGE_NAMES)
def test_no_name_leads_to_a_graph_that_is_not_published(live: Live, declared: str, graph: str) -> None:
    for clause in ("FROM", "FROM NAMED"):
        refused = live.sparql(f"{declared} ASK {clause} {graph} {{}}")
        assert refused.status == 400
        assert refused.json["type"].endswith("/refused-query")


# ---------------------------------------------------------------- requests that break the protocol


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_a_query_by_another_method_is_405_with_those_there_are(live: Live, method: str) -> None:
    refused = live.ask("/sparql?query=ASK%20%7B%7D", method=method, body=b"query=ASK%20%7B%7D", content_type=FORM)

    assert refused.status == 405
    assert set(refused.headers["allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}


TWICE = urlencode([("query", "ASK {}"), ("query", "SELECT * {}")])


@pytest.mark.parametrize(
    ("address", "body", "content_type", "status"),
    [
        (f"/sparql?{TWICE}", None, "", 400),
        ("/sparql", TWICE.encode(), FORM, 400),
        ("/sparql?query=ASK%20%7B%7D", b"query=ASK%20%7B%7D", FORM, 400),
        ("/sparql?query=ASK%20%7B%7D", b"ASK {}", DIRECT, 400),
        ("/sparql", b"", FORM, 400),
        ("/sparql", b"", DIRECT, 400),
        ("/sparql?query=", None, "", 400),
        (f"/sparql?{urlencode(default(LIGHTS))}", None, "", 400),
        ("/sparql", b"ASK {}", "text/plain", 415),
        ("/sparql", b"ASK {}", "multipart/form-data; boundary=x", 415),
        ("/sparql", b"query=ASK%20%7B%7D", "", 415),
        ("/sparql", b"ASK {}", "", 415),
        ("/sparql", "ASK {}".encode("utf-16"), f"{DIRECT}; charset=UTF-16", 415),
        ("/sparql", b'ASK { FILTER ("\xe5" = "") }', DIRECT, 400),
        ("/sparql", b"query=ASK%20%7B%20%23%E5%0A%7D", FORM, 400),
        ("/sparql?query=ASK%20%7B%20%23%E5%0A%7D", None, "", 400),
        ("/sparql?query=ASK%20%7B", None, "", 400),
        ("/sparql", b"ASK {", DIRECT, 400),
        ("/sparql", b"query=SELECT%20nothing", FORM, 400),
        ("/sparql", b"ASK {} ASK {}", DIRECT, 400),
    ],
)
def test_a_request_that_breaks_the_protocol_is_a_problem_of_the_client(
    live: Live, address: str, body: bytes | None, content_type: str, status: int
) -> None:
    headers = {"content_type": content_type} if content_type else {}
    refused = live.ask(address, method="GET" if body is None else "POST", body=body, **headers)

    assert refused.status == status
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json["status"] == status
    if status == 415:
        assert refused.headers["accept-post"] == f"{DIRECT}, {FORM}"


UPDATES = [
    "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "DELETE WHERE { ?s ?p ?o }",
    "# quite harmless\nPREFIX x: <urn:x>\nBASE <urn:y>\ninsert { ?s ?p 1 } where { ?s ?p ?o }",
    "CLEAR ALL",
    "DROP GRAPH <urn:g>",
    "CREATE GRAPH <urn:g>",
    "LOAD <file:///etc/passwd>",
    "LOAD SILENT <http://127.0.0.1/> INTO GRAPH <urn:g>",
    "COPY DEFAULT TO <urn:g>",
    "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
]


@ways
@pytest.mark.parametrize("update", UPDATES)
def test_an_update_that_is_sent_as_a_query_is_refused_and_says_why(live: Live, way: Way, update: str) -> None:
    refused = way(live, update)

    assert refused.status == 400
    assert refused.json["type"].endswith("/refused-query")
    assert "only queries are answered here" in refused.json["detail"]


@pytest.mark.parametrize(
    ("address", "body", "content_type"),
    [
        ("/sparql?update=CLEAR%20ALL", None, ""),
        ("/sparql?query=ASK%20%7B%7D&update=CLEAR%20ALL", None, ""),
        ("/sparql", b"update=CLEAR%20ALL", FORM),
        ("/sparql", b"update=CLEAR%20ALL&using-graph-uri=urn:g", FORM),
        ("/sparql?using-named-graph-uri=urn:g", b"update=CLEAR%20ALL", FORM),
        ("/sparql?update=CLEAR%20ALL", b"query=ASK%20%7B%7D", FORM),
        ("/sparql", b"CLEAR ALL", UPDATE),
        ("/sparql?using-graph-uri=urn:g", b"CLEAR ALL", UPDATE),
    ],
)
def test_an_update_operation_is_refused_in_every_spelling(
    live: Live, address: str, body: bytes | None, content_type: str
) -> None:
    headers = {"content_type": content_type} if content_type else {}
    before = live.ask("/healthz").json["statements"]
    for language, reason in (("sv", "här besvaras bara frågor"), ("en", "only queries are answered here")):
        method = "GET" if body is None else "POST"
        refused = live.ask(address, method=method, body=body, accept_language=language, **headers)
        assert refused.status in {400, 415}
        assert reason in refused.json["detail"]
    counted = by_get(live, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", (("inferred", "false"),))
    assert bindings(counted) == [{"n": str(before)}]


# ---------------------------------------------------------------- what is refused, in the reader's language

REFUSED = {
    "service": ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "SERVICE"),
    "silent service": ("SELECT * { service silent ?x { ?s ?p ?o } }", "SERVICE"),
    "escaped service": ("SELECT * { \\u0053ERVICE <http://127.0.0.1/> { ?s ?p ?o } }", "SERVICE"),
    "service in exists": ("ASK { FILTER NOT EXISTS { SERVICE <urn:x> { ?s ?p ?o } } }", "SERVICE"),
    "from a file": ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", "FROM"),
    "from the net": ("SELECT * FROM NAMED <http://127.0.0.1/> { ?s ?p ?o }", "FROM"),
    "from a prefixed name": ("PREFIX g: <http://127.0.0.1/> SELECT * FROM g:x { ?s ?p ?o }", "FROM"),
    "too deep": (f"ASK {'{' * 65}{'}' * 65}", "64"),
    "too long": (f"ASK {{}}{' ' * (64 << 10)}", "64 KB"),
}


@pytest.mark.parametrize(("query", "named_in_reason"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_has_a_reason_in_swedish_and_in_english(live: Live, query: str, named_in_reason: str) -> None:
    reasons = {}
    for language in ("sv", "en"):
        body = query.encode()
        refused = live.ask("/sparql", method="POST", body=body, content_type=DIRECT, accept_language=language)
        assert refused.status == 400
        assert refused.headers["content-language"] == language
        assert refused.json["type"] == f"{BASE}openapi.json#/components/responses/refused-query"
        assert named_in_reason in refused.json["detail"]
        reasons[language] = refused.json["title"], refused.json["detail"]

    assert reasons["sv"][0] != reasons["en"][0]
    assert reasons["sv"][1] != reasons["en"][1]


def test_a_broken_query_is_told_in_swedish_and_in_english_with_its_line(live: Live) -> None:
    for query in ("SELECT *\nWHERE { ?s ?p }", "SELECT *\nWHERE { ?s nosuch:p ?o }"):
        swedish, english = (by_language(live, query, language) for language in ("sv", "en"))
        assert swedish["line"] == english["line"] == 2
        assert swedish["detail"] != english["detail"]


def by_language(live: Live, query: str, language: str) -> Any:
    refused = told(live, query, accept_language=language)
    assert (refused.status, refused.headers["content-language"]) == (400, language)
    return refused.json


def test_the_longest_and_the_deepest_query_are_still_answered(live: Live) -> None:
    longest = f"ASK {{}}{' ' * ((64 << 10) - 6)}"
    deepest = f"ASK {'{' * 64}{'}' * 64}"

    for query in (longest, deepest):
        assert by_direct(live, query).json["boolean"] is True


# ---------------------------------------------------------------- formats

ROWS = "SELECT ?x ?label { ?x rdfs:label ?label ; doll:visits ?light } ORDER BY ?x ?label"
QUERIES = (
    ROWS,
    "SELECT * { ?visit doll:remark ?text } ORDER BY ?text",
    "SELECT ?a { VALUES ?a { UNDEF 1 'x'@sv <urn:x> } }",
    "SELECT * { ?s a <urn:nothing> }",
    "ASK { ?x a doll:Visit }",
    "CONSTRUCT { ?x rdfs:label ?name } WHERE { ?x foaf:name ?name }",
    "DESCRIBE visit:v2",
)


@pytest.mark.parametrize("query", QUERIES)
def test_an_answer_is_in_every_format_what_the_library_gives(live: Live, doll: samverkan.Site, query: str) -> None:
    answer = doll.ask(query)
    for form in negotiated(formats_of(answer)):
        served = live.sparql(query, accept=form.media_type)
        assert served.status == 200
        assert served.headers["content-type"].partition(";")[0] == form.media_type
        assert served.body == form(answer, doll.context)


COMMAS = """SELECT ?iri ?made ?none ?triple ?last {
    BIND (<urn:a,b> AS ?iri) BIND (IRI("c,d") AS ?made) BIND (IRI(CONCAT("urn:", '"')) AS ?none)
    BIND (<<( <urn:a,b> <urn:p> 'e,"f"' )>> AS ?triple) BIND ("last" AS ?last) }"""


def test_commas_and_quotation_marks_shift_no_column_at_either_door(live: Live, tmp_path: Path) -> None:
    """IRI() gives nothing for what is no IRI, so a quotation mark comes within a triple."""
    row = ["urn:a,b", f"{BASE}c,d", "", '<<( <urn:a,b> <urn:p> "e,\\"f\\"" )>>', "last"]
    (tmp_path / "commas.rq").write_text(COMMAS)
    asked = CliRunner().invoke(cli.main, ["--site", str(DOLL), "query", "--file", str(tmp_path / "commas.rq")])

    for written in (live.sparql(COMMAS, accept="text/csv").text, asked.stdout_bytes.decode()):
        found = list(csv.reader(io.StringIO(written, newline=""), strict=True))
        assert found == [["iri", "made", "none", "triple", "last"], row]


def test_a_table_says_the_same_in_json_xml_csv_and_tsv(live: Live) -> None:
    as_json, as_xml, as_csv, as_tsv = (
        live.sparql(ROWS, accept=accept)
        for accept in ("application/json", "application/xml", "text/csv", "text/tab-separated-values")
    )
    rows = [[row["x"], row["label"]] for row in bindings(as_json)]
    space = {"": "http://www.w3.org/2005/sparql-results#"}
    results = ET.fromstring(as_xml.text).findall(".//result", space)

    assert len(rows) == 8
    assert [["".join(cell.itertext()) for cell in row] for row in results] == rows
    assert list(csv.reader(io.StringIO(as_csv.text, newline=""))) == [["x", "label"], *rows]
    assert as_csv.text.endswith("\r\n")
    assert as_tsv.text.splitlines()[0] == "?x\t?label"
    assert as_tsv.text.splitlines()[1].startswith(f'<{rows[0][0]}>\t"')


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # from within rdflib
def test_a_graph_says_the_same_in_turtle_n_triples_rdf_xml_and_json_ld(live: Live) -> None:
    query = "CONSTRUCT WHERE { ?visit a doll:Visit ; rdfs:label ?label ; doll:visits ?light }"
    found = [
        Graph().parse(data=live.sparql(query, accept=accept).body, format=name)
        for accept, name in (("text/turtle", "turtle"), ("application/n-triples", "nt"), ("application/rdf+xml", "xml"))
    ]
    as_json = Graph().parse(
        data=with_own_context(live.sparql(query, accept="application/ld+json"), live), format="json-ld"
    )

    assert len(found[0]) == 16
    assert all(isomorphic(found[0], other) for other in (*found[1:], as_json))


def with_own_context(answer: Answer, live: Live) -> str:
    """JSON-LD with its context inside, so that no test reads from the net."""
    content = answer.json
    if isinstance(content, dict) and isinstance(content.get("@context"), str):
        content["@context"] = live.ask("/context.jsonld").json["@context"]
    return json.dumps(content)


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        ("ASK {}", "application/json", "application/sparql-results+json"),
        ("ASK {}", "application/xml", "application/sparql-results+xml"),
        ("SELECT * {}", "text/*", "text/csv"),
        ("ASK {}", "text/csv;q=0.4, application/xml;q=0.9, application/json;q=0.1", "application/sparql-results+xml"),
        ("ASK {}", "application/json;q=0, */*;q=0.1", "application/sparql-results+json"),
        ("SELECT * {}", "application/sparql-results+json;q=0, */*;q=0.1", "text/csv"),
        ("ASK {}", "text/html, application/xhtml+xml, */*;q=0.8", "text/html"),
        ("ASK {}", "text/html;q=0.8, application/xhtml+xml, */*;q=0.8", "text/html"),
        ("ASK {}", "application/xhtml+xml, */*;q=0.8", "application/sparql-results+json"),
        ("DESCRIBE <urn:x>", "image/png, text/html;q=0.9", "text/html"),
        ("SELECT * {}", "TEXT/CSV", "text/csv"),
        ("ASK {}", "application/sparql-results+json; charset=utf-8", "application/sparql-results+json"),
        ("DESCRIBE <urn:x>", "application/json", "application/ld+json"),
        ("DESCRIBE <urn:x>", "application/xml", "application/rdf+xml"),
        ("DESCRIBE <urn:x>", "text/plain", "application/n-triples"),
        (
            "DESCRIBE <urn:x>",
            'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"',
            "application/ld+json",
        ),
        ("DESCRIBE <urn:x>", "text/csv, application/n-triples;q=0.1", "application/n-triples"),
    ],
)
def test_the_format_is_the_best_one_for_the_accept_header(live: Live, query: str, accept: str, media_type: str) -> None:
    answer = live.sparql(query, accept=accept)

    assert answer.headers["content-type"].partition(";")[0] == media_type
    assert answer.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ("ASK {}", "text/turtle"),
        ("ASK {}", "*/*;q=0"),
        ("DESCRIBE <urn:x>", "text/csv"),
        ("DESCRIBE <urn:x>", "image/png, application/xhtml+xml;q=0.9"),
    ],
)
def test_a_format_that_an_answer_does_not_have_is_406_with_the_list_of_those_it_has(
    live: Live, doll: samverkan.Site, query: str, accept: str
) -> None:
    for language in ("sv", "en"):
        refused = told(live, query, accept=accept, accept_language=language)
        assert refused.status == 406
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.headers["content-language"] == language
        for form in formats_of(doll.ask(query)):
            assert form.media_type in refused.json["detail"]


# ---------------------------------------------------------------- the service describes itself


def test_without_a_query_the_service_describes_itself_in_every_format_of_a_graph(live: Live) -> None:
    names = {"text/turtle": "turtle", "application/n-triples": "nt", "application/rdf+xml": "xml"}
    found = [
        Graph().parse(data=live.ask("/sparql", accept=media_type).body, format=name)
        for media_type, name in names.items()
    ]
    service = URIRef(f"{BASE}sparql")

    assert all(isomorphic(found[0], other) for other in found[1:])
    assert (service, RDF.type, URIRef(f"{SD}Service")) in found[0]
    assert (service, URIRef(f"{SD}endpoint"), service) in found[0]
    assert (service, URIRef(f"{SD}supportedLanguage"), URIRef(f"{SD}SPARQL11Query")) in found[0]
    assert (service, URIRef(f"{SD}feature"), URIRef(f"{SD}UnionDefaultGraph")) in found[0]
    assert not list(found[0].triples((None, None, URIRef(f"{SD}BasicFederatedQuery"))))
    assert not list(found[0].triples((None, None, URIRef(f"{SD}SPARQL11Update"))))


def test_the_variants_that_the_service_description_names_are_there(live: Live) -> None:
    answer = live.ask("/sparql")
    named_ = [part.split(">")[0] for part in answer.headers["link"].split("<")[1:] if 'rel="alternate"' in part]

    assert len(named_) == len(formats_for(samverkan.model.results.Graph)) - 1 + len(("sv", "en"))
    for address in (answer.headers["content-location"], *named_):
        assert live.ask(address).status == 200, address
    assert live.ask(answer.headers["content-location"]).body == answer.body


def test_every_named_graph_of_the_description_can_be_asked_and_has_as_many_triples(live: Live) -> None:
    found = Graph().parse(data=live.ask("/sparql").body, format="turtle")
    graphs = list(found.objects(None, URIRef(f"{SD}namedGraph")))

    assert len(graphs) == 7  # two of what follows: the whole and its one part
    for graph in graphs:
        name = found.value(graph, URIRef(f"{SD}name"))
        counted = bindings(by_get(live, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", default(str(name))))
        assert counted == [{"n": str(found.value(graph, VOID.triples))}]


def test_the_void_description_leads_to_the_service_and_to_the_dumps(live: Live) -> None:
    found = Graph().parse(data=live.ask("/.well-known/void").body, format="turtle")
    dumps = [str(dump) for dump in found.objects(None, VOID.dataDump)]

    assert set(found.objects(None, VOID.sparqlEndpoint)) == {URIRef(f"{BASE}sparql")}
    assert len(dumps) >= 4
    for dump in dumps:
        assert live.ask(f"/{dump.removeprefix(BASE)}", method="HEAD").status == 200


def test_the_known_prefixes_need_not_be_declared_but_may_be(live: Live, doll: samverkan.Site) -> None:
    known: Prefixes = doll.prefixes
    assert len(known.table) > 10
    for prefix in known.table:
        assert live.sparql(f"ASK {{ ?x {prefix}:y ?z }}").status == 200
    assert bindings(live.sparql("PREFIX foaf: <urn:else:> SELECT * { ?x foaf:name ?y }")) == []


# ---------------------------------------------------------------- limits


@pytest.fixture(scope="module")
def hasty() -> Iterator[Live]:
    """The small site with a service that has little time and little memory."""
    with Live(DOLL, ("--timeout", "1", "--memory", "64")) as served:
        yield served


def test_the_limits_are_told_in_the_description_as_they_were_set(live: Live, hasty: Live) -> None:
    for served, seconds, memory in ((live, 10, 192 << 20), (hasty, 1, 64 << 20)):
        found = Graph().parse(data=served.ask("/sparql").body, format="turtle")
        values = {
            name: found.value(URIRef(f"{BASE}sparql#limit-{name}"), RDF.value).toPython()  # type: ignore[union-attr]
            for name in ("seconds", "memory", "length", "depth")
        }
        assert values == {"seconds": seconds, "memory": memory, "length": 64 << 10, "depth": 64}


@pytest.mark.slow
def test_a_query_that_takes_too_long_is_told_the_limit_in_both_languages(hasty: Live) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    for language, words in (("sv", "inom 1 sekunder"), ("en", "within 1 seconds")):
        ended = told(hasty, endless, accept_language=language)
        assert ended.status == 503
        assert ended.json["type"].endswith("/too-slow")
        assert ended.json["limit"] == {"seconds": 1}
        assert words in ended.json["detail"]
    assert hasty.sparql("ASK {}").json["boolean"] is True


# ---------------------------------------------------------------- other origins, and real clients


def test_a_page_of_another_origin_may_ask(live: Live) -> None:
    origin = "https://elsewhere.example"
    asked: dict[str, Any] = {
        "origin": origin,
        "access_control_request_method": "POST",
        "access_control_request_headers": "content-type",
    }
    preflight = live.ask("/sparql", method="OPTIONS", **asked)

    assert preflight.status == 204
    assert "POST" in preflight.headers["access-control-allow-methods"].split(", ")
    assert "content-type" in preflight.headers["access-control-allow-headers"].lower().split(", ")
    for answer in (preflight, told(live, "ASK {}", origin=origin), told(live, "ASK {", origin=origin)):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_the_sparql_store_of_rdflib_can_ask(live: Live, method: Any) -> None:
    store = SPARQLStore(f"http://127.0.0.1:{live.port}/sparql", method=method, returnFormat="json")
    graph = Graph(store)
    rows = list(graph.query("SELECT ?name { ?who <http://xmlns.com/foaf/0.1/name> ?name } ORDER BY ?name"))

    assert [str(row[0]) for row in rows] == ['Uno "Ljuset" O\'Hittad', "Åsa Påhittad"]  # type: ignore[index]
    assert bool(graph.query("ASK {}"))
    assert (URIRef(MASUDDEN), RDF.type, URIRef(f"{BASE}def/Lighthouse")) in graph


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_sparqlwrapper_can_ask_for_every_form(live: Live, method: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its sources have escapes that Python no longer likes
        import SPARQLWrapper as wrapper  # noqa: N813
    asking = wrapper.SPARQLWrapper(f"http://127.0.0.1:{live.port}/sparql")
    asking.setMethod(method)

    def answered(query: str, form: str) -> Any:
        asking.setQuery(query)
        asking.setReturnFormat(form)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it uses what rdflib calls deprecated
            return asking.queryAndConvert()

    rows = answered("SELECT ?name { ?who foaf:name ?name } ORDER BY DESC(?name)", "json")["results"]["bindings"]
    assert rows[0]["name"]["value"] == "Åsa Påhittad"
    assert answered("ASK {}", "json")["boolean"] is True
    assert answered("SELECT ?x { VALUES ?x { 1 } }", "csv") == b"x\r\n1\r\n"
    assert len(answered(f"CONSTRUCT WHERE {{ <{MASUDDEN}> ?p ?o }}", "turtle")) > 10
    assert len(answered(f"DESCRIBE <{MASUDDEN}>", "xml")) == 19
