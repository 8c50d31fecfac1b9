"""Free queries asked by an address alone: its suffix, or `format`, says in which format the answer comes."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from tests.live import Answer, Live
from tests.reading import read

from samverkan.formats import formats_for
from samverkan.model import media_types
from samverkan.model.results import BooleanResult, Graph, Table

QUERIES = {
    Table: "SELECT ?name { ?who foaf:name ?name } ORDER BY ?name",
    BooleanResult: "ASK { ?who foaf:name ?name }",
    Graph: "CONSTRUCT WHERE { ?who foaf:name ?name }",
}
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"


def asked(live: Live, suffix: str, query: str, more: str = "", **headers: Any) -> Answer:
    return live.ask(f"/sparql{suffix}?{urlencode({'query': query})}{more}", **headers)


@pytest.mark.parametrize("kind", QUERIES, ids=lambda kind: kind.__name__)
def test_each_suffix_gives_the_bytes_that_accept_gives_or_says_which_suffixes_fit(live: Live, kind: type) -> None:
    fitting = formats_for(kind)
    for form in media_types.answer_formats():
        answer = asked(live, form.suffix, QUERIES[kind], accept="application/x-nothing, text/html;q=0.1")
        if form.suffix in {each.suffix for each in fitting}:
            assert answer.status == 200
            assert answer.headers["content-type"].partition(";")[0] == form.media_type
            named = asked(live, "", QUERIES[kind], f"&format={form.name}", accept="text/html")
            assert named.body == answer.body
            if form.name != "spreadsheet":
                assert asked(live, "", QUERIES[kind], accept=form.media_type).body == answer.body
        else:
            answer = asked(live, form.suffix, QUERIES[kind])
            assert (answer.status, answer.headers["content-type"]) == (406, "application/problem+json")
            assert answer.json["alternates"] == [each.suffix for each in fitting]
            assert all(each.suffix in answer.json["detail"] for each in fitting)
            assert form.suffix in answer.json["detail"]


@pytest.mark.parametrize(
    ("name", "kind", "media_type"),
    [
        ("JSON", Table, "application/sparql-results+json"),
        ("json", Graph, "application/ld+json"),
        ("json-ld", Graph, "application/ld+json"),
        ("xml", BooleanResult, "application/sparql-results+xml"),
        ("xml", Graph, "application/rdf+xml"),
        ("rdf%2Bxml", Graph, "application/rdf+xml"),
        ("n3", Graph, "text/turtle"),
        ("turtle", Graph, "text/turtle"),
        ("application%2Fx-turtle", Graph, "text/turtle"),
        ("n-triples", Graph, "application/n-triples"),
        ("application/n-quads", Graph, "application/n-triples"),
        ("text/csv", Table, "text/csv"),
        ("html", Table, "text/html"),
        ("json&output=json&results=json", Table, "application/sparql-results+json"),
        ("csv&format=csv", Table, "text/csv"),
        ("tsv&format=text/tab-separated-values&output=tsv", Table, "text/tab-separated-values"),
        ("json-ld&format=application/ld%2Bjson%2Capplication/x-json%2Bld", Graph, "application/ld+json"),
        ("", Table, "application/sparql-results+json"),
    ],
)
def test_a_format_may_be_called_what_libraries_call_it(live: Live, name: str, kind: type, media_type: str) -> None:
    answer = asked(live, "", QUERIES[kind], f"&format={name}")
    assert (answer.status, answer.headers["content-type"].partition(";")[0]) == (200, media_type)


@pytest.mark.parametrize("name", ["pdf", "pdf&format=doc", "trig", ".csv", "%00", "å"])
def test_a_format_that_there_is_not_is_told_with_those_that_there_are(live: Live, name: str) -> None:
    name = name.replace("å", "%C3%A5")
    answer = asked(live, "", QUERIES[Table], f"&format={name}")
    if name == ".csv":
        assert answer.status == 200
        return
    assert (answer.status, answer.json["parameter"]) == (400, "format")
    assert "format" in answer.json["detail"]


def test_a_suffix_wins_over_format_and_over_accept_and_over_what_a_browser_wants(live: Live) -> None:
    answer = asked(live, ".csv", QUERIES[Table], "&format=json", accept="application/sparql-results+xml")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="sparql.csv"'
    assert asked(live, ".tsv", QUERIES[Table], accept=BROWSER).status == 200


def test_a_post_to_a_suffix_is_answered_in_its_format(live: Live) -> None:
    query = QUERIES[Table].encode()
    bare = live.ask("/sparql.csv", method="POST", body=query, content_type="application/sparql-query")
    form = urlencode({"query": QUERIES[Table], "format": "csv"}).encode()
    posted = live.ask("/sparql", method="POST", body=form, content_type="application/x-www-form-urlencoded")
    assert bare.body == posted.body == asked(live, ".csv", QUERIES[Table]).body


def test_without_a_query_a_suffix_for_graphs_describes_the_service_and_one_for_tables_asks_for_the_query(
    live: Live,
) -> None:
    assert all(live.ask(f"/sparql{form.suffix}").status == 200 for form in formats_for(Graph))
    for suffix in (form.suffix for form in media_types.answer_formats() if "Graph" not in form.writes):
        answer = live.ask(f"/sparql{suffix}")
        assert (answer.status, "query" in answer.json["detail"]) == (400, True)
    assert {live.ask(f"/sparql{suffix}?query=ASK+%7B%7D").status for suffix in (".trig", ".foo", ".", ".csv/")} == {404}


def test_a_program_that_knows_nothing_but_addresses_reads_a_table(live: Live) -> None:
    address = f"http://127.0.0.1:{live.port}/sparql.csv?{urlencode({'query': QUERIES[Table]})}"
    with urlopen(Request(address)) as answer:
        assert [row["name"] for row in csv.DictReader(io.TextIOWrapper(answer, "utf-8"))] == [
            'Uno "Ljuset" O\'Hittad',
            "Åsa Påhittad",
        ]


def test_the_page_with_an_answer_leads_to_it_in_each_format_and_every_page_says_how(live: Live) -> None:
    for kind, query in QUERIES.items():
        page = read(asked(live, ".en.html", f"{query} # å & ?").body)
        links = {link.attributes["href"] or "" for link in page.all("a")}
        found = [link for link in links if link.startswith("sparql.") and "query=" in link and ".html" not in link]
        assert len(found) == len(formats_for(kind))
        assert {live.ask(f"/{link}").status for link in found} == {200}
    long = read(asked(live, ".en.html", f"{QUERIES[Table]} # {'x' * 3000}").body)
    assert not [link for link in long.all("a") if (link.attributes["href"] or "").startswith("sparql.csv")]
    assert "sparql.csv?query=…" in read(live.ask("/sparql.sv.html").body).one("main").text
