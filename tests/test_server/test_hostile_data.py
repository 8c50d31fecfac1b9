"""Hostile data and hostile input: neither breaks a header or a format, and what comes back is only a value."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import pyoxigraph
import pytest
from tests.answers import BASE, CC0, MASUDDEN, linked
from tests.live import Live

import samverkan
from samverkan.publication.manifest import items

DOLL = Path(__file__).parents[1] / "site"


HOSTILE = r"""
@prefix doll: <https://example.org/doll/def/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

<https://example.org/doll/id/lighthouse/-evil'()*;=@,$!%22%0d%0aX-Evil:%20yes> a doll:Lighthouse ;
    skos:prefLabel "\"><script>alert(1)</script>\r\nX-Evil: yes\r\n\r\n"@sv , "\u202Egnp.exe\u2066 \u0000"@en ;
    doll:lamps 1 ; doll:height 1.0 ; doll:shows doll:red ;
    rdfs:seeAlso <javascript:alert(1)> , <https://example.com/'onmouseover=alert(1)> .

<https://example.org/doll/id/lighthouse/åäö/%2e%2e/..> a doll:Lighthouse ;
    skos:prefLabel "=HYPERLINK(\"https://evil.example\")"@sv , "</title>]]>&lt;!--"@en ;
    doll:lamps 1 ; doll:height 1.0 ; doll:shows doll:red ;
    doll:keptBy <https://example.org/doll/id/keeper/%22;%20filename=%22evil.exe> .

<https://example.org/doll/id/keeper/%22;%20filename=%22evil.exe> a doll:Keeper ;
    foaf:name "\"; DROP TABLE lights; --\t\\\u2028\u0085" .
""".replace(r"\u0000", "")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A site whose data nobody should trust."""
    site = Path(shutil.copytree(DOLL, tmp_path_factory.mktemp("hostile") / "site"))
    (site / "data" / "hostile.ttl").write_text(HOSTILE, "utf-8")
    sources = site / "data" / "sources.ttl"
    sources.write_text(
        f"{(DOLL / 'data' / 'sources.ttl').read_text('utf-8')}\n"
        'graph:hostile a void:Dataset ; rdfs:label "Elakt"@sv , "Hostile"@en ;\n'
        '    dcterms:description "Elakt."@sv , "Hostile."@en ;\n'
        f"    dcterms:license <{CC0}> .\n",
        "utf-8",
    )
    with Live(site) as served:
        yield served


def test_a_spreadsheet_gets_no_formula_and_the_same_bytes_as_in_the_release(hostile: Live) -> None:
    answer = hostile.ask("/query/lights.safe.csv", accept="application/json", accept_language="en")
    published = {item.path: item for item in items(samverkan.open(hostile.site))}["query/lights.safe.csv"]

    assert (answer.status, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert answer.headers["content-disposition"] == 'attachment; filename="lights.safe.csv"'
    assert answer.headers["content-language"] == "sv"
    assert answer.body == published.content
    assert answer.body.startswith("\ufeffLjus,Namn,Höjd i meter\r\n".encode())
    assert ",\"'=HYPERLINK(" in answer.text
    assert ',"=HYPERLINK(' in hostile.ask("/query/lights.csv").text


RESERVED = "/%:;=@,!$&'()*+"


def own_addresses(live: Live) -> list[str]:
    """Every address of the data that the manifest or the dump knows of."""
    manifest = [f"/{quote(entry['path'])}" for entry in live.ask("/manifest.json").json["files"]]
    quads = pyoxigraph.parse(live.ask("/dump/dataset.trig").body, format=pyoxigraph.RdfFormat.TRIG)
    things = {quad.subject.value for quad in quads if isinstance(quad.subject, pyoxigraph.NamedNode)}
    return manifest + [
        f"/{quote(iri.removeprefix(BASE), safe=RESERVED)}" for iri in things if iri.startswith(f"{BASE}id/")
    ]


def test_hostile_data_breaks_no_header_and_no_format(hostile: Live) -> None:
    checks = {
        "application/ld+json": json.loads,
        "application/json": json.loads,
        "application/sparql-results+json": json.loads,
        "application/rdf+xml": ET.fromstring,
        "application/sparql-results+xml": ET.fromstring,
        "text/turtle": lambda body: list(pyoxigraph.parse(body, format=pyoxigraph.RdfFormat.TURTLE)),
        "application/n-triples": lambda body: list(pyoxigraph.parse(body, format=pyoxigraph.RdfFormat.N_TRIPLES)),
    }
    addresses = own_addresses(hostile)
    evil = [address for address in addresses if "evil" in address.lower() or "%A5" in address]

    assert len(evil) > 10
    for address in addresses:
        answer = hostile.ask(address)
        assert answer.status in {200, 300, 303, 308, 410}, address
        assert "x-evil" not in answer.headers
        assert all(value.isascii() and value.isprintable() for value in answer.headers.values())
        checks.get(answer.headers.get("content-type", "").partition(";")[0], bytes)(answer.body)  # type: ignore[operator]


def test_a_hostile_thing_leads_to_its_document_and_is_named_whole(hostile: Live) -> None:
    evil = "/id/lighthouse/-evil'()*;=@,$!%22%0d%0aX-Evil:%20yes"
    led = hostile.ask(evil)

    assert led.status == 303
    assert linked(led, "cite-as") == [f"{BASE}{evil[1:]}"]
    assert hostile.ask(led.headers["location"], accept="text/turtle").status == 200
    assert hostile.ask(f"/id/lighthouse/{quote('åäö')}/%2e%2e/..").status == 303


def test_a_hostile_value_of_a_menu_can_be_asked_for(hostile: Live) -> None:
    iri = f"{BASE}id/keeper/%22;%20filename=%22evil.exe"
    answer = hostile.ask(f"/query/keeper.csv?{urlencode({'keeper': iri})}")

    assert answer.status == 200
    assert "DROP TABLE" in answer.text
    assert re.fullmatch(r'attachment; filename="[A-Za-z0-9._=~-]+\.csv"', answer.headers["content-disposition"])


@pytest.mark.parametrize(
    "text", ['"><script>', "\r\nX-Evil: yes", "\u202e", "\ud7ff\ue000", "'; DROP", "}} UNION {{", "\\u0022", "😀"]
)
def test_hostile_input_comes_back_only_as_a_value(live: Live, text: str) -> None:
    dataset = {"query": "ASK {}", "default-graph-uri": text}
    for address in (
        *(f"/query/search?{urlencode(given)}" for given in ({"text": text}, {"lamps": text}, {text: "x"})),
        *(f"/sparql?{urlencode(given)}" for given in ({"query": text}, dataset)),
        f"/doc/{quote(text, safe='')}",
    ):
        answer = live.ask(address, accept_language=quote(text))
        assert answer.status in {200, 400, 404}
        assert "x-evil" not in answer.headers
        assert "json" in answer.headers["content-type"]
        assert answer.json is not None
    answer = live.ask(MASUDDEN, accept=quote(text, safe='<>"'))
    assert answer.status == 406
    assert answer.json["status"] == 406
