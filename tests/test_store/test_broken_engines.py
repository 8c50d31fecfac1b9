"""What only a broken engine does: its answer is whole, or an error that says why not, and no secret in it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping

import pytest
from pyoxigraph import Literal
from tests import engines
from tests.asking import ASKED, BASIC, CROSS, KNOWN, SECRET, TABLE, TOKEN, fake, numbers, remote, rows, told
from tests.faulty import RESULTS, TRIPLES, Faulty, asked, drip, head, never, table, whole

from samverkan.errors import StoreError, StoreSlowError
from samverkan.model.endpoint import Endpoint
from samverkan.model.results import Table
from samverkan.store import Graphs
from samverkan.store import transport as wiring
from samverkan.store.engines import recognised
from samverkan.store.remote import Remote

GRAPH = "CONSTRUCT WHERE { ?s ?p ?o }"
TRIPLE = b"<urn:a> <urn:b> <urn:c> .\n"


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
