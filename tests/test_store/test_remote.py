"""Reading from somebody else's engine: the whole answer, or an error that says why not, and no secret in it."""

from __future__ import annotations

import base64
import contextlib
import os
import re
import shutil
import socket
import subprocess
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse
from tests import engines
from tests.conftest import Run
from tests.engines import Engine
from tests.faulty import RESULTS, TRIPLES, YES, Faulty, Gate, asked, drip, head, never, table, whole
from tests.live import Answer, Live, children
from tests.test_store.test_compliance import UNHELD, endpoint

import samverkan
from samverkan.errors import RefusedError, SamverkanError, StoreChangingError, StoreError, StoreSlowError, UsageError
from samverkan.limits import within
from samverkan.model.endpoint import Credentials, Endpoint
from samverkan.model.results import BooleanResult, Graph, Table
from samverkan.push import of_graphs, push
from samverkan.server.pool import Queue, confinement
from samverkan.store import Embedded, Graphs
from samverkan.store import transport as wiring
from samverkan.store.engines import recognised
from samverkan.store.remote import CHANGING, TERMS, WHOLE, Remote, journal

DOLL = Path(__file__).parents[1] / "site"
XSD = "http://www.w3.org/2001/XMLSchema#"
SECRET = "nobody-may-read-this-åäö"
TOKEN = base64.b64encode(f"reader:{SECRET}".encode()).decode()
HIDDEN = "hidden"
KNOWN = Credentials("reader", SECRET)
ALL = "SELECT * { ?s ?p ?o }"
CROSS = "SELECT (COUNT(*) AS ?n) { ?a ?p ?x . ?b ?q ?y . ?c ?r ?z FILTER (?x + ?y + ?z > 5) }"


def remote(engine: Engine, name: str, **more: Any) -> Remote:
    base = f"https://{name}.example/"
    return Remote(Endpoint(engine.query, **{"seconds": 30, **more}), (f"{base}graph/a",), base)


def numbers(size: int) -> bytes:
    return "".join(f'<urn:s{n}> <urn:p> "{n}"^^<{XSD}integer> .\n' for n in range(size)).encode()


def rows(store: Remote | Embedded, sparql: str) -> tuple[tuple[object, ...], ...]:
    answer = store.query(sparql)
    assert isinstance(answer, Table)
    return answer.rows


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


# ---------------------------------------------------------------- who we are


def test_virtuoso_is_shown_who_we_are_by_digest(virtuoso: Engine) -> None:
    known = Credentials(virtuoso.user, virtuoso.password)
    store = Remote(Endpoint(virtuoso.update, credentials=known, seconds=20), ("urn:g",), "urn:")
    assert store.query("ASK {}") == BooleanResult(value=True)
    assert rows(store, "SELECT (1 AS ?x) {}") == ((Literal(1),),)


@pytest.mark.parametrize("password", ["amiss-7f3a", SECRET, "\U0001f600"])
def test_a_wrong_password_is_said_to_be_wrong_and_not_shown(virtuoso: Engine, password: str) -> None:
    store = Remote(Endpoint(virtuoso.update, credentials=Credentials("dba", password)), ("urn:g",), "urn:")
    with pytest.raises(StoreError, match=r"does not let us in \(HTTP 401\)") as caught:
        store.query("ASK {}")
    assert password not in told(caught.value)


def test_without_a_password_the_door_stays_shut_and_the_remedy_says_what_to_do(virtuoso: Engine) -> None:
    store = Remote(Endpoint(virtuoso.update), ("urn:g",), "urn:")
    with pytest.raises(StoreError, match="Name a user that may do this with --user"):
        store.query("ASK {}")


def asks_for(scheme: str) -> Callable[[bytes], list[bytes]]:
    """Lets in who shows a password in any way."""

    def reply(request: bytes) -> list[bytes]:
        if b"\r\nAuthorization: " in request:
            return whole(YES if asked(request).startswith("ASK") else table(1))
        return whole(b"No.", "text/plain", f"WWW-Authenticate: {scheme}", status="401 Unauthorized")

    return reply


BASIC = 'Basic realm="x"'


def test_a_password_is_sent_as_it_is_on_this_machine_where_the_engine_asks_for_that() -> None:
    with Faulty(asks_for(BASIC)) as faulty:
        assert fake(faulty, credentials=KNOWN).query("SELECT ?x { ?s ?p ?x }") == Table(TABLE)
    shown = [request for request in faulty.requests if b"\r\nAuthorization: " in request]
    assert shown
    assert all(f"Basic {TOKEN}".encode() in request for request in shown)


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of another machine, which is this one after all."""
    found = socket.getaddrinfo

    def resolved(host: str, *rest: Any, **more: Any) -> Any:
        return found("127.0.0.1" if host == "engine.example" else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    return "engine.example"


def test_to_another_machine_no_password_goes_unencrypted(elsewhere: str) -> None:
    with Faulty(asks_for(BASIC), well=False) as faulty:
        store = fake(faulty, host=elsewhere, credentials=KNOWN)
        with pytest.raises(StoreError, match="A password is sent unencrypted to no other machine") as caught:
            store.query("ASK {}")
    assert faulty.requests
    assert all(b"Authorization" not in request for request in faulty.requests)
    assert SECRET not in told(caught.value)


@pytest.mark.parametrize(
    "scheme", ["Bearer", "Negotiate", 'Digest realm="x", nonce="y", algorithm=SHA-512', "Digest", 'Basic realm="å"', ""]
)
def test_a_scheme_that_we_do_not_know_is_told_as_a_shut_door(scheme: str, elsewhere: str) -> None:
    with Faulty(asks_for(scheme), well=False) as faulty, pytest.raises(StoreError, match="does not let us in"):
        fake(faulty, host=elsewhere, credentials=KNOWN).query("ASK {}")


def test_a_redirect_is_not_followed_and_shows_the_other_host_nothing() -> None:
    for status in ("301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"):
        with Faulty(lambda _: whole(YES)) as other:
            leading = f"Location: {other.address}?token=hidden"

            def reply(request: bytes, leading: str = leading, status: str = status) -> list[bytes]:
                if b"Authorization" not in request:
                    return whole(b"", "text/plain", f"WWW-Authenticate: {BASIC}", status="401 Unauthorized")
                return whole(b"", "text/plain", leading, status=status)

            with Faulty(reply, well=False) as faulty, pytest.raises(StoreError, match="leads elsewhere") as caught:
                fake(faulty, credentials=KNOWN).query("ASK {}")
            assert other.address in str(caught.value)
            assert "hidden" not in told(caught.value)
            assert other.requests == []


def test_a_proxy_of_the_environment_is_not_used_on_this_machine(
    monkeypatch: pytest.MonkeyPatch, elsewhere: str
) -> None:
    with Faulty(lambda _: whole(YES)) as proxy, Faulty(lambda _: whole(YES)) as faulty:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert fake(faulty, credentials=KNOWN).query("ASK { ?s ?p ?o }") == BooleanResult(value=True)
        assert proxy.requests == []
        assert fake(faulty, host=elsewhere).query("ASK { ?s ?p ?o }") == BooleanResult(value=True)
        assert proxy.requests  # where it is another machine the environment is heeded


def test_an_address_that_is_none_or_holds_a_secret_is_refused_without_showing_it() -> None:
    for address in (
        "ftp://x.org/",
        "sparkles",
        "http://",
        "http://x.org/\x00",
        "http://x.org/a b",
        "http://[::1/",
        "http://x:y/",
    ):
        with pytest.raises(UsageError, match="is not one that HTTP can ask") as caught:
            Endpoint(address)
        assert "sparkles" not in str(caught.value)
    with pytest.raises(UsageError, match="holds a user or a password") as caught:
        Endpoint(f"http://reader:{HIDDEN}@127.0.0.1/")
    assert HIDDEN not in told(caught.value)
    assert "hidden" not in Endpoint("http://x.org/sparql?key=hidden").shown


# ---------------------------------------------------------------- what only a broken engine does

TABLE = (
    b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"1",'
    b'"datatype":"http://www.w3.org/2001/XMLSchema#integer"}}]}}'
)
ASKED = "SELECT ?x { ?s ?p ?x }"
GRAPH = "CONSTRUCT WHERE { ?s ?p ?o }"
TRIPLE = b"<urn:a> <urn:b> <urn:c> .\n"


def fake(faulty: Faulty, host: str = "127.0.0.1", **more: Any) -> Remote:
    address = f"http://{host}:{faulty.port}/sparql"
    return Remote(Endpoint(address, **{"seconds": 5, **more}), ("urn:graph",), "urn:base/")


def told(error: BaseException) -> str:
    """All that an error may show anywhere."""
    swedish = error.message("sv") if isinstance(error, SamverkanError) else ""
    return "\n".join((str(error), repr(error), swedish, *traceback.format_exception(error)))


def chunked(*parts: bytes, end: bytes = b"0\r\n\r\n", media_type: str = RESULTS) -> list[bytes]:
    return [
        head(media_type, "Transfer-Encoding: chunked"),
        *(b"%x\r\n%b\r\n" % (len(part), part) for part in parts),
        end,
    ]


Case = tuple[Callable[[bytes], Iterable[bytes]], type[StoreError], str]
CUT, BROKEN = "is cut: the connection ended before the answer did", "can't be read to its end"
FAULTS: Mapping[str, Case] = {
    "a body shorter than it says": (lambda _: [head(length=999), table(1)], StoreError, CUT),
    "an empty body that says it is long": (lambda _: [head(length=999)], StoreError, CUT),
    "a chunk that ends too early": (lambda _: [*chunked(end=b""), b"fff\r\n", table(1)], StoreError, CUT),
    "chunks without an end": (lambda _: chunked(table(1), end=b""), StoreError, CUT),
    "a chunk with a size that is none": (lambda _: [*chunked(end=b""), b"zz\r\n"], StoreError, CUT),
    "half a table that calls itself whole": (lambda _: whole(TABLE[:-9]), StoreError, BROKEN),
    "half a table until the connection ends": (lambda _: [head(), TABLE[:-9]], StoreError, BROKEN),
    "nothing that calls itself whole": (lambda _: whole(b""), StoreError, BROKEN),
    "bytes that are not UTF-8": (lambda _: whole(TABLE.replace(b'"1"', b'"\xff"')), StoreError, BROKEN),
    "half a character of UTF-16": (lambda _: whole(TABLE.replace(b'"1"', b'"\\ud800"')), StoreError, BROKEN),
    "a page of HTML": (
        lambda _: whole(b"<h1>Log in</h1>", "text/html; charset=utf-8"),
        StoreError,
        "answers with text/html",
    ),
    "XML": (
        lambda _: whole(b"<sparql/>", "application/sparql-results+xml"),
        StoreError,
        "answers with application/sparql-res",
    ),
    "no media type": (lambda _: [b"HTTP/1.1 200 OK\r\n\r\n" + TABLE], StoreError, "answers with text/plain"),
    "no HTTP": (lambda _: [b"SSH-2.0-OpenSSH\r\n"], StoreError, "can't be reached"),
    "an end at once": (lambda _: [], StoreError, "can't be reached"),
    "half a head": (lambda _: [b"HTTP/1.1 200 OK\r\nContent-Ty"], StoreError, "answers with text/plain"),
    "a head without end": (lambda _: [head()[:-4], b"\r\nX: y" * 200, b"\r\n\r\n"], StoreError, "can't be reached"),
    "204": (lambda _: [b"HTTP/1.1 204 No Content\r\n\r\n"], StoreError, "answers with text/plain"),
    "403": (
        lambda _: whole(b"No.", "text/plain", status="403 Forbidden"),
        StoreError,
        r"does not let us in \(HTTP 403\)",
    ),
    "404": (
        lambda _: whole(b"No.", "text/plain", status="404 Not Found"),
        StoreError,
        r"Nothing answers queries at .*404",
    ),
    "500": (lambda _: whole(b"<b>Oh</b> no", "text/html", status="500 Oh"), StoreError, r"\(HTTP 500\): Oh no"),
    "500 with a cut body": (lambda _: [head(status="500 Oh", length=99), b"Oh"], StoreError, r"HTTP 500"),
    "503": (lambda _: whole(b"Later", "text/plain", status="503 Later"), StoreError, r"HTTP 503"),
    "504": (lambda _: whole(b"", "text/plain", status="504 Gateway Timeout"), StoreSlowError, "did not answer in time"),
    "an error that steers terminals": (
        lambda _: whole(b"\x1b[2J\x07", "text/plain", status="400 No"),
        StoreError,
        "\ufffd\\[2J\ufffd",
    ),
}
# What JSON may hold that is no table; {} stands for the rows.
TABLES: Mapping[str, bytes] = {
    "a list": b"[]",
    "a number": b"1",
    "null": b"null",
    "a text": b'"head results bindings vars"',
    "no head": b'{"results":{"bindings":[]}}',
    "no results": b'{"head":{"vars":["x"]}}',
    "no rows": b'{"head":{"vars":["x"]},"results":{}}',
    "rows that are null": b'{"head":{"vars":["x"]},"results":{"bindings":null}}',
    "rows that are a text": b'{"head":{"vars":["x"]},"results":{"bindings":""}}',
    "rows that are an object": b'{"head":{"vars":["x"]},"results":{"bindings":{}}}',
    "columns that are a number": b'{"head":{"vars":7},"results":{"bindings":[]}}',
    "a column of another name": b'{"head":{"vars":["y"]},"results":{"bindings":[]}}',
    "a row that is a list": b'{"head":{"vars":["x"]},"results":{"bindings":[["x"]]}}',
    "a row that is null": b'{"head":{"vars":["x"]},"results":{"bindings":[null]}}',
    "a term that is a text": b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":"1"}]}}',
    "a term that is null": b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":null}]}}',
    "a term without a type": b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"value":"1"}}]}}',
    "a term of no known type": b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"x","value":"1"}}]}}',
    "a term without a value": b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"uri"}}]}}',
    "a value that is a number": b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":1}}]}}',
    "a datatype that is a list": TABLE.replace(b'"http://www.w3.org/2001/XMLSchema#integer"', b"[]"),
    "an IRI that is none": b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"uri","value":"a b"}}]}}',
    "an IRI with a quotation mark": (
        b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"uri","value":"urn:x:\\""}}]}}'
    ),
    "a language that is none": TABLE.replace(
        b'"datatype":"http://www.w3.org/2001/XMLSchema#integer"', b'"xml:lang":"a b"'
    ),
    "too deep": b'{"head":{"vars":["x"]},"results":{"bindings":' + b"[" * 5000 + b"]" * 5000 + b"}}",
}
VERDICTS: Mapping[str, bytes] = {
    "a text": b'{"head":{},"boolean":"true"}',
    "a number": b'{"head":{},"boolean":1}',
    "nothing": b'{"head":{}}',
    "a list": b"[true]",
    "a table of two": TABLE.replace(b"[{", b'[{"x":{"type":"literal","value":"1"}},{'),
    "a table with another number": TABLE.replace(b'"1"', b'"2"'),
    "a table without values": b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{}}]}}',
}
GRAPHS: Mapping[str, Callable[[bytes], Iterable[bytes]]] = {
    "half a triple": lambda _: whole(TRIPLE[:-4], TRIPLES),
    "bytes that are not UTF-8": lambda _: whole(b'<urn:a> <urn:b> "\xff" .\n', TRIPLES),
    "Turtle": lambda _: whole(b"@prefix a: <urn:> . a:a a:b a:c .", TRIPLES),
    "a relative IRI": lambda _: whole(b"<a> <urn:b> <urn:c> .\n", TRIPLES),
    "cut between two triples, without a length": lambda _: [head(TRIPLES), TRIPLE],
    "a body shorter than it says": lambda _: [head(TRIPLES, length=99), TRIPLE],
    "chunks without an end": lambda _: chunked(TRIPLE, end=b"", media_type=TRIPLES),
}


def test_every_fault_is_in_its_table() -> None:
    assert [len(each) for each in (FAULTS, TABLES, VERDICTS, GRAPHS)] == [25, 25, 7, 7]


@pytest.mark.parametrize("fault", FAULTS)
def test_an_answer_that_is_not_whole_and_right_is_an_error_that_says_why(fault: str) -> None:
    reply, kind, words = FAULTS[fault]
    with Faulty(reply) as faulty, pytest.raises(StoreError, match=words) as caught:
        fake(faulty, credentials=KNOWN).query(ASKED)
    assert type(caught.value) is kind
    assert caught.value.sv
    assert caught.value.exit_code == 4
    assert faulty.queries == [ASKED]


@pytest.mark.parametrize("body", TABLES.values(), ids=TABLES)
def test_what_is_no_table_is_not_taken_for_one(body: bytes) -> None:
    with Faulty(lambda _: whole(body)) as faulty, pytest.raises(StoreError, match=BROKEN):
        fake(faulty).query(ASKED)


@pytest.mark.parametrize("body", VERDICTS.values(), ids=VERDICTS)
def test_what_is_no_verdict_is_not_taken_for_one(body: bytes) -> None:
    with Faulty(lambda _: whole(body)) as faulty, pytest.raises(StoreError, match=BROKEN):
        fake(faulty).query("ASK { ?s ?p ?o }")


@pytest.mark.parametrize("reply", GRAPHS.values(), ids=GRAPHS)
def test_what_is_no_whole_graph_is_not_taken_for_one(reply: Callable[[bytes], Iterable[bytes]]) -> None:
    with Faulty(reply) as faulty, pytest.raises(StoreError, match="is cut"):
        fake(faulty).query(GRAPH)


@pytest.mark.parametrize("said", ["x", "-1", "", "1e9", "\u00b2"])
def test_a_limit_that_is_no_number_is_not_heeded(said: str) -> None:
    more = f"X-SPARQL-MaxRows: {said}"
    with Faulty(
        lambda _: [head(RESULTS, length=len(TABLE)).replace(b"\r\n\r\n", f"\r\n{more}\r\n\r\n".encode()), TABLE]
    ) as faulty:
        assert rows(fake(faulty), ASKED) == ((Literal(1),),)


def test_an_unknown_engine_is_not_trusted_with_more_than_a_thousand_rows() -> None:
    with Faulty(lambda _: whole(table(*range(1000)), server="Unheard/1")) as faulty:
        faulty.well = False
        store = fake(faulty)
        vars(store)["engine"] = recognised("Unheard/1")
        with pytest.raises(StoreError, match="it gives at most 1000 rows"):
            store.raw(ASKED, Graphs())


def test_a_graph_of_which_fewer_triples_come_than_are_counted_is_an_error() -> None:
    def reply(request: bytes) -> list[bytes]:
        return (
            whole(TRIPLE, TRIPLES)
            if asked(request).startswith("CONSTRUCT")
            else whole(table(3).replace(b'"x"', b'"n"'))
        )

    for server in ("Oxigraph/0.0", "Virtuoso/07"):
        with Faulty(reply) as faulty:
            store = fake(faulty)
            vars(store)["engine"] = recognised(server)
            if server == "Virtuoso/07":
                faulty.reply = lambda request: (
                    whole(b"# Empty NT\n", TRIPLES) if b"CONSTRUCT" in request else reply(request)
                )
            with pytest.raises(StoreError, match="of the triples that it counts"):
                list(store.pages("urn:graph"))


def test_of_two_keys_of_one_name_the_last_counts_as_json_readers_have_it() -> None:
    body = b'{"head":{"vars":["y"]},"head":{"vars":["x"]},' + TABLE.partition(b",")[2]
    with Faulty(lambda _: whole(body)) as faulty:
        assert fake(faulty).query(ASKED) == Table(TABLE)


SLOW: Mapping[str, Callable[[bytes], Iterable[bytes]]] = {
    "nothing comes": never,
    "the head drips": lambda _: drip(whole(TABLE)),
    "the body drips": lambda _: _after(head(length=len(TABLE)), drip([TABLE])),
    "a size of a chunk drips": lambda _: _after(chunked(end=b"")[0], drip([b"0" * 500])),
    "an error drips": lambda _: _after(head(status="500 Oh", length=999), drip([b"x" * 999])),
}


def _after(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


@pytest.mark.parametrize("reply", SLOW.values(), ids=SLOW)
def test_an_answer_that_does_not_come_in_time_is_told_in_time(reply: Callable[[bytes], Iterable[bytes]]) -> None:
    with Faulty(reply) as faulty:
        start = time.monotonic()
        with pytest.raises(StoreError) as caught:
            fake(faulty, seconds=0.4).query(ASKED)
        assert time.monotonic() - start < 2
        assert isinstance(caught.value, StoreSlowError) or "HTTP 500" in str(caught.value)


def test_nobody_who_listens_is_told_with_the_address() -> None:
    port = engines.free_port()
    with pytest.raises(StoreError, match=rf"http://127\.0\.0\.1:{port}/sparql can't be reached: Connection refused"):
        Remote(Endpoint(f"http://127.0.0.1:{port}/sparql"), ("urn:g",), "urn:").query(ASKED)


def test_an_answer_without_end_is_not_held_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wiring, "_MOST", 1 << 20)

    def endless(_request: bytes) -> Iterator[bytes]:
        yield head(TRIPLES, "Transfer-Encoding: chunked")
        while True:
            yield b"10000\r\n" + b" " * 0x10000 + b"\r\n"

    with Faulty(endless) as faulty, pytest.raises(StoreError, match="it is larger than 1 MB"):
        fake(faulty).query(GRAPH)


def test_a_hostile_query_that_oxigraph_ends_in_the_middle_is_no_answer() -> None:
    """With `--timeout-s` it has said 200 by then, and ends the connection or the JSON before its time."""
    with engines.oxigraph("--timeout-s", "1") as engine:
        engine.put("https://hostile.example/graph/a", numbers(1000))
        store = remote(engine, "hostile")
        for sparql in (CROSS, CROSS.replace("SELECT (COUNT(*) AS ?n)", "ASK").replace("> 5", "< 0")):
            with pytest.raises(StoreError, match=r"is cut|did not answer in time"):
                store.query(sparql)


def test_no_secret_stands_in_any_message_or_log(caplog: pytest.LogCaptureFixture) -> None:
    """Not even where the engine shows what it was sent."""
    said = [repr(KNOWN), repr(Endpoint("http://127.0.0.1/", credentials=KNOWN))]

    def echo(request: bytes) -> list[bytes]:
        if b"Authorization" not in request:
            return whole(b"", "text/plain", f"WWW-Authenticate: {BASIC}", status="401 Unauthorized")
        return whole(request + SECRET.encode(), "text/plain", status="400 Bad Request")

    for reply in (echo, *(reply for reply, *_ in FAULTS.values())):
        with Faulty(reply, well=reply is not echo) as faulty, caplog.at_level("DEBUG"):
            store = fake(faulty, credentials=KNOWN)
            with pytest.raises(StoreError) as caught:
                store.query(ASKED)
            said += [told(caught.value), repr(store), repr(store.wire)]
    assert len(said) == 2 + 3 * (len(FAULTS) + 1)
    for text in (*said, caplog.text):
        assert SECRET not in text
        assert TOKEN not in text


# ---------------------------------------------------------------- while a release is being changed


def _say(engine: Engine, store: Remote, state: str) -> None:
    graph = journal(store.base)
    engine.put(graph, f'<{graph}> <{TERMS}state> "{state}" .\n<{graph}> <{TERMS}stamp> "one" .\n'.encode())


def test_who_asks_virtuoso_while_its_data_change_waits_and_is_told_if_that_takes_long(
    virtuoso: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samverkan.store.remote._PATIENCE", 0.3)
    store = remote(virtuoso, "changing")
    virtuoso.put(store.graphs[0], b"<urn:a> <urn:p> <urn:b> .\n")
    _say(virtuoso, store, CHANGING)
    with pytest.raises(StoreChangingError, match="is being given another release just now"):
        store.query(ASKED)
    _say(virtuoso, store, WHOLE)
    assert rows(store, ASKED) == ((NamedNode("urn:b"),),)


# ---------------------------------------------------------------- the commands


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, virtuoso: Engine, oxigraph: Engine) -> Path:
    """The small site, in both engines; without the values that Virtuoso can't hold."""
    copied = Path(shutil.copytree(DOLL, tmp_path_factory.mktemp("reading") / "site"))
    lights = copied / "data" / "lights.ttl"
    lights.write_text(UNHELD.sub("", lights.read_text("utf-8")), "utf-8")
    for engine in (virtuoso, oxigraph):
        opened = samverkan.open(copied, endpoint=endpoint(engine))
        assert isinstance(opened.store, Remote)
        push(of_graphs(opened.graphs), opened.store, endpoint(engine))
    return copied


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def engine(request: pytest.FixtureRequest) -> Engine:
    found: Engine = request.getfixturevalue(request.param)
    return found


FREE = (
    "SELECT ?light ?name { ?light a doll:Lighthouse ; skos:prefLabel ?name FILTER (LANG(?name) = 'sv') } ORDER BY ?name"
)
BUILT = "CONSTRUCT { ?light skos:prefLabel ?name } WHERE { ?light a doll:Lighthouse ; skos:prefLabel ?name }"
REFUSED = (
    "SELECT * { SERVICE <http://127.0.0.1:{port}/sparql> { ?s ?p ?o } }",
    "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
    "SELECT * FROM <https://stranger.example/graph/a> { ?s ?p ?o }",
    "LOAD <file:///etc/passwd>",
    "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
    "SELECT (<bif:file_to_string>('/etc/passwd') AS ?x) {}",
)


def test_the_command_asks_an_engine_as_it_asks_the_folder(site: Path, engine: Engine, run: Run, tmp_path: Path) -> None:
    free = tmp_path / "free.rq"
    free.write_text(FREE)
    for arguments in (("lights", "--format", "csv"), ("--file", str(free), "--format", "json")):
        here = run("--site", site, "query", *arguments)
        there = run("--site", site, "query", *arguments, "--endpoint", engine.query)
        assert (here.returncode, there.returncode) == (0, 0), there.stderr
        assert there.stdout == here.stdout
        assert here.stdout.count(b"\n") + len(here.stdout) > 100


def test_the_command_says_in_one_line_why_an_engine_gave_no_answer(site: Path, run: Run) -> None:
    with Faulty(never) as faulty:
        slow = run("--site", site, "query", "lights", "--endpoint", faulty.address, "--timeout", "0.5")
    dead = run("--site", site, "query", "lights", "--endpoint", faulty.address)
    for found, words in ((slow, b"did not answer in time"), (dead, b"can't be reached: Connection refused")):
        assert found.returncode == 4
        assert found.stdout == b""
        assert words in found.stderr
        assert found.stderr.count(b"\n") == 1


@pytest.mark.parametrize("command", [("query", "lights"), ("serve", "--port", "0")])
def test_a_user_without_a_password_or_an_engine_is_told_what_is_missing(site: Path, run: Run, command: Any) -> None:
    bare = run("--site", site, *command, "--endpoint", "http://127.0.0.1:1/", "--user", "reader")
    assert (bare.returncode, b"There is no password for reader" in bare.stderr) == (2, True)
    alone = run("--site", site, *command, "--user", "reader", env={"SAMVERKAN_PASSWORD": SECRET})
    assert (alone.returncode, b"--user and --password-file need an engine" in alone.stderr) == (2, True)
    assert SECRET.encode() not in bare.stderr + alone.stderr


@pytest.fixture(scope="module")
def own(site: Path) -> Iterator[Live]:
    with Live(site) as served:
        yield served


@pytest.fixture(scope="module")
def gate(engine: Engine) -> Iterator[tuple[Gate, Faulty]]:
    found = Gate(urlsplit(engine.query).port or 0)
    with Faulty(found, well=False) as faulty:
        yield found, faulty


@pytest.fixture(scope="module")
def asking(site: Path, engine: Engine, gate: tuple[Gate, Faulty]) -> Iterator[Live]:
    """The site with the engine behind a gate; the password is not needed, and is given all the same."""
    address = f"http://127.0.0.1:{gate[1].port}{urlsplit(engine.query).path}"
    options = ("--endpoint", address, "--timeout", "2", "--user", "reader", "--password-file", str(site / "password"))
    (site / "password").write_text(f"{SECRET}\n")
    with Live(site, options) as served:
        yield served


def _paths(site: Path) -> Iterator[str]:
    for name in samverkan.open(site).queries:
        yield from (f"/query/{name}{suffix}" for suffix in (".csv", ".json", ".xml", ".ttl", ".jsonld", ".en.html"))
    yield from ("/doc/lighthouse/masudden.ttl", "/doc/lighthouse/masudden.en.html", "/query/lights", "/index.sv.html")


def test_the_same_bytes_are_served_with_and_without_an_engine(site: Path, own: Live, asking: Live) -> None:
    paths = list(_paths(site))
    assert len(paths) == 14 * 6 + 4
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda path: (own.ask(path), asking.ask(path)), paths))
    unlike = [path for path, (here, there) in zip(paths, found, strict=True) if _seen(here) != _seen(there)]
    assert unlike == []
    assert sum(here.status == 200 for here, _ in found) > 50


def _seen(answer: Answer) -> tuple[int, str | None, bytes]:
    return answer.status, answer.headers.get("content-type"), answer.body


@pytest.mark.parametrize(
    "sparql", [FREE, BUILT, "ASK { ?x a doll:Lighthouse }", "SELECT * { ?s doll:keptBy ?o } ORDER BY ?s ?o"]
)
def test_a_free_query_has_the_same_bytes_in_every_format(own: Live, asking: Live, sparql: str) -> None:
    for accept in ("text/csv", "application/sparql-results+json", "text/turtle", "application/n-triples", "text/html"):
        assert _seen(own.sparql(sparql, accept)) == _seen(asking.sparql(sparql, accept))


def test_what_leaves_the_house_is_refused_before_anything_is_sent(asking: Live, gate: tuple[Gate, Faulty]) -> None:
    before = len(gate[1].requests)
    for sparql in REFUSED:
        answer = asking.sparql(sparql.replace("{port}", str(gate[1].port)))
        assert (answer.status, answer.headers["content-type"]) == (400, "application/problem+json"), sparql
    assert len(gate[1].requests) == before


def test_the_password_stands_in_no_command_line_and_in_nothing_that_is_said(asking: Live) -> None:
    family: dict[int, bytes] = {}
    end = time.monotonic() + 20
    while len(family) < 5 and time.monotonic() < end:  # workers are forked one by one, and anew where one has ended
        asking.ask("/query/lights.csv")
        for pid in (asking.process.pid, asking.supervisor, *children(asking.supervisor)):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # one that ends just now
                family[pid] = Path(f"/proc/{pid}/cmdline").read_bytes()
    assert len(family) > 4
    assert asking.process.pid in family
    for command in family.values():
        assert SECRET.encode() not in command
    assert SECRET not in asking.said + asking.log


def test_a_worker_can_open_a_few_sockets_and_nothing_more_however_it_tries() -> None:
    queue = Queue("free", workers=1, uses=1, seconds=5, memory=1 << 28, waiting=1, open=64)

    def opened() -> bytes:
        found: list[int] = []
        with confinement.shut(queue), contextlib.suppress(OSError):
            while len(found) < 100:
                found.append(os.open(os.devnull, os.O_RDONLY))
        return bytes(found)

    numbers_of_files = within(10, opened)
    assert 0 < len(numbers_of_files) < 64
    assert max(numbers_of_files) < 64


@pytest.mark.parametrize(("state", "statuses"), [("shut", {502}), ("slow", {503, 504})])
def test_an_engine_that_is_away_is_told_and_when_it_is_back_all_is_well(
    asking: Live, gate: tuple[Gate, Faulty], state: str, statuses: set[int]
) -> None:
    sparql = f"SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o }} # {state}"
    gate[0].state = state
    try:
        with ThreadPoolExecutor(3) as pool:
            free = pool.submit(asking.sparql, sparql)
            canned = pool.submit(asking.ask, f"/query/find.json?text={state}")
            page = pool.submit(asking.ask, f"/query/find.en.html?text={state}", accept="text/html")
            document = asking.ask("/doc/lighthouse/masudden.ttl")
    finally:
        gate[0].state = "open"
    for answer, kind in ((free.result(), "application/problem+json"), (page.result(), "text/html")):
        assert answer.status in statuses
        assert answer.headers["content-type"].startswith(kind)
        assert SECRET not in answer.text
    assert canned.result().status in statuses
    assert document.status == 200
    assert asking.sparql(sparql).status == 200
    assert asking.ask(f"/query/find.json?text={state}").status == 200


def test_a_release_that_is_just_changing_is_told_as_something_that_passes(site: Path, virtuoso: Engine) -> None:
    opened = samverkan.open(site, endpoint=endpoint(virtuoso))
    assert isinstance(opened.store, Remote)
    store = opened.store
    kept = virtuoso.ask(f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{journal(store.base)}> {{ ?s ?p ?o }} }}", TRIPLES)
    with Live(site, ("--endpoint", virtuoso.query)) as served:
        _say(virtuoso, store, CHANGING)
        try:
            with ThreadPoolExecutor(2) as pool:
                free = pool.submit(served.sparql, FREE)
                canned = pool.submit(served.ask, "/query/lights.json")
            document = served.ask("/doc/lighthouse/masudden.ttl")
        finally:
            virtuoso.put(journal(store.base), kept)
        for answer in (free.result(), canned.result()):
            assert (answer.status, answer.json["type"].rpartition("/")[2]) == (503, "store-changing")
        assert document.status == 200
        assert served.sparql(FREE).status == 200


def test_a_service_whose_engine_is_dead_says_why_it_does_not_open(site: Path, run: Run) -> None:
    dead = run("--site", site, "serve", "--port", "0", "--endpoint", f"http://127.0.0.1:{engines.free_port()}/sparql")
    assert dead.returncode == 4
    assert b"can't be reached: Connection refused" in dead.stderr
    assert b"This version is not served" in dead.stderr
    assert b"Traceback" not in dead.stderr
