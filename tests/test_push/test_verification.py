"""A push is verified by what the store gives back: by value, whole, and without trust in its words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from tests import engines
from tests.engines import Engine
from tests.flaky import Asked, Flaky, Reply
from tests.pushing import NEW, Small, held, is_held, readable, sayings, small, things, way

from samverkan.errors import StoreError
from samverkan.push.lines import reread

XSD = "http://www.w3.org/2001/XMLSchema#"


# ------------------------------------------------------------ what the store says is not believed


def _lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Reply], Reply]:
    def changed(reply: Reply) -> Reply:
        reply.body = b"".join(change(reply.body.splitlines(keepends=True)))
        return reply

    return changed


def _half(reply: Reply) -> Reply:
    reply.sent = len(reply.body) // 2
    return reply


LIES: Mapping[str, Callable[[Reply], Reply]] = {
    "cut": _half,
    "cut at a line": _lines(lambda lines: lines[: len(lines) // 2]),
    "one dropped": _lines(lambda lines: lines[1:]),
    "one doubled": _lines(lambda lines: [*lines, lines[-1]]),
    "one changed": _lines(lambda lines: [lines[0].replace(b"old", b"odd"), *lines[1:]]),
    "one for another": _lines(lambda lines: [*lines[1:], lines[-1]]),
}


def test_there_are_six_lies() -> None:
    assert len(LIES) == 6


@pytest.mark.parametrize("lie", LIES)
def test_a_store_whose_words_are_changed_on_the_way_is_not_verified(
    lie: str, engine: Engine, by: Flaky, sites: tuple[Small, Small]
) -> None:
    def rule(asked: Asked, ask: Callable[[], Reply]) -> Reply:
        reply = ask()
        return LIES[lie](reply) if asked.headers.get("Accept") == "application/n-triples" and reply.body else reply

    by.rule = rule
    with pytest.raises(StoreError):
        way(engine, by).push(sites[0])


def test_a_store_that_gives_a_hundred_rows_at_a_time_is_verified_all_the_same(tmp_path: Path) -> None:
    site = small(tmp_path / "many", {"a": things(1_050, "a")})
    with engines.virtuoso(sparql={"ResultSetMaxRows": 100}) as engine:
        assert way(engine).push(site).triples == 1_050
        assert b'"1050"' in engine.ask(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{site.graphs[0]}> {{ ?s ?p ?o }} }}")


# ------------------------------------------------------------ values

SAME_VALUES = (
    '"01"^^xsd:integer , "-0"^^xsd:integer , "12345678901234567890"^^xsd:integer',
    '"1.50"^^xsd:decimal , ".25"^^xsd:decimal , "5"^^xsd:long , "7"^^xsd:nonNegativeInteger',
    '"2020-05"^^xsd:gYearMonth , "2020"^^xsd:gYear , "--05-01"^^xsd:gMonthDay',
    '"2020-05-01"^^xsd:date , "2020-05-01T10:00:00.120"^^xsd:dateTime , "2020-05-01T10:00:00+02:00"^^xsd:dateTime',
    '"10:00:00.50"^^xsd:time , "1"^^xsd:boolean , false , "INF"^^xsd:double , "25e-1"^^xsd:double',
    '"hej"@sv-SE , ""@sv , "" , "a\\nb\\r\\nc\\td" , "a\\"b\\\\c\'d" , "  a  " , "åäö 漢字 😀 \u202e e\u0301"',
    '"a\\u0000b" , "a\\u0001\\u000Bb" , "a\\uFFFEb" , "x"^^<urn:a:kind>',
    '"@SUM(A1)" , "@Solna" , "@SV" , "@SV"@sv-SE , "\\"@SV ." , "\\"@SV"@sv',
    "<urn:x:" + "a" * 1_700 + "> , <http://x.org/åä漢😀> , <http://x.org/%C3%A5?a=b&c=d#e> , <http://x.org/it's>",
)


@pytest.mark.parametrize("values", SAME_VALUES)
def test_what_is_equal_by_value_is_verified(values: str, engine: Engine, tmp_path: Path) -> None:
    site = small(tmp_path / "values", {"a": f"@prefix xsd: <{XSD}> . <urn:s> <urn:says> {values} .".encode()})
    assert way(engine).push(site).triples == site.size
    assert way(engine).push(site).more == 0


def test_only_the_language_of_a_line_is_written_small() -> None:
    page = b'<s:S> <p:P> "@SUM(A1) A" .\n<s:S> <p:P> "@A"@sv-SE .\n<s:S> <p:P> "A"@EN-gb.\n<s:S> <p:P> "x @A ." .'
    (lines,) = (batch for batch in reread([page]) if batch)

    assert lines == [
        b'<s:S> <p:P> "@SUM(A1) A" .',
        b'<s:S> <p:P> "@A"@sv-se .',
        b'<s:S> <p:P> "A"@en-gb.',
        b'<s:S> <p:P> "x @A ." .',
    ]


@pytest.mark.parametrize(("start", "size"), [("", 99_000), ("", 200_000), ("å", 3_000_000)])
def test_long_texts_arrive_whole(start: str, size: int, engine: Engine, tmp_path: Path) -> None:
    site = small(tmp_path / "long", {"a": f'<urn:s> <urn:says> "{start}{"x" * size}" .'.encode()})
    assert way(engine).push(site).triples == 1
    text = f"SELECT (STRLEN(?o) AS ?n) {{ GRAPH <{site.graphs[0]}> {{ ?s ?p ?o }} }}"
    assert str(size + len(start)).encode() in engine.ask(text)


OTHER_VALUES = {
    "oxigraph": {'"300"^^xsd:byte': "integer", '"-5"^^xsd:nonNegativeInteger': "integer"},
    "virtuoso": {
        '"abc"^^xsd:integer': '"0"',
        '"P1Y"^^xsd:duration': '"12"',
        '"0.1234567890123456789012"^^xsd:decimal': '"0.123456789012346"',
        '"-0044-03-15"^^xsd:date': '"-044-03-15"',
        '"0.12345678901234567"^^xsd:double': '"0.123457"',
        "<http://x.org/" + "a" * 2_000 + ">": "<http://x.org/",
        "<http://x.org/" + "a" * 5_000 + ">": "<http://x.org/",
    },
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, found in OTHER_VALUES.items() for value in found])
def test_what_an_engine_cannot_hold_is_told_and_what_was_there_stays_whole(
    name: str, value: str, request: pytest.FixtureRequest, sites: tuple[Small, Small]
) -> None:
    engine: Engine = request.getfixturevalue(name)
    old, new = sites
    way(engine).push(old)
    (new.folder / "one.ttl").write_bytes(f"@prefix xsd: <{XSD}> . <urn:s> <urn:says> {value} .\n".encode() + NEW["one"])
    with pytest.raises(StoreError) as caught:
        way(engine).push(new)
    said = str(caught.value)
    assert new.graphs[0] in said
    assert f"given <urn:s> <urn:says> {value.partition('^^')[0][:50]}" in said
    assert f"held <urn:s> <urn:says> {OTHER_VALUES[name][value].removeprefix('integer')}" in said
    assert {graph: held(engine, graph) for graph in old.graphs} == old.wanted
    assert readable(way(engine), old) == sayings(old)
    (new.folder / "one.ttl").write_bytes(NEW["one"])
    way(engine).push(new)
    assert is_held(engine, new)
