"""Queries as HTTP has them: parameters, what they mean if they are left empty, and tables to download."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

import pytest
from tests.answers import BASE
from tests.live import Live

# ---------------------------------------------------------------- parameters of canned queries

BAD = {
    "not a date": ("search", "since=nope", "since", "YYYY-MM-DD", "ÅÅÅÅ-MM-DD"),
    "no such day": ("search", "since=2023-02-30", "since", "YYYY-MM-DD", "ÅÅÅÅ-MM-DD"),
    "not a number": ("search", "lamps=two", "lamps", "a whole number", "ett heltal"),
    "a very large number": ("search", f"lamps={'9' * 40}", "lamps", "a whole number", "ett heltal"),
    "not of the menu": ("search", "colour=blue", "colour", "white", "white"),
    "not a language": ("search", "lang=de", "lang", "sv", "sv"),
    "not a keeper": ("keeper", "keeper=k9", "keeper", "k1", "k1"),
    "another kind of thing": ("keeper", f"keeper={quote(BASE, safe='')}id/lighthouse/masudden", "keeper", "k1", "k1"),
    "too long a text": ("search", f"text={'x' * 1001}", "text", "1000", "1000"),
    "nul": ("search", "text=%00", "text", "1000", "1000"),
    "not utf-8": ("search", "text=%FF", "text", "UTF-8", "UTF-8"),
    "twice": ("search", "lamps=1&lamps=2", "lamps", "once", "en gång"),
    "unknown": ("search", "lamp=1", "lamp", "lamps", "lamps"),
    "without a name": ("search", "=1", "", "lamps", "lamps"),
    "of a query without any": ("all-kept", "lang=sv", "lang", "no parameters", "inga parametrar"),
}


@pytest.mark.parametrize("case", BAD.values(), ids=BAD)
def test_a_bad_parameter_is_named_and_so_is_what_it_takes(live: Live, case: tuple[str, str, str, str, str]) -> None:
    name, query, parameter, english, swedish = case
    reasons = set()
    for language, words in (("en", english), ("sv", swedish)):
        answer = live.ask(f"/query/{name}.csv?{query}", accept_language=language)
        assert answer.status == 400
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["content-language"] == language
        assert answer.json["type"].endswith("/bad-parameter")
        assert answer.json["parameter"] == parameter
        assert parameter in answer.json["detail"].lower()
        assert words in answer.json["detail"]
        reasons.add(answer.json["detail"])
    assert len(reasons) == 2


def test_a_field_that_was_left_empty_is_not_given(live: Live) -> None:
    for query in ("keeper=", "keeper=&lang=", "keeper"):
        assert live.ask(f"/query/keeper.csv?{query}").body == live.ask("/query/keeper.csv").body


def test_a_value_may_be_given_short_by_prefix_or_whole(live: Live) -> None:
    iri = f"{BASE}id/keeper/k1"
    bodies = {live.ask(f"/query/keeper.csv?keeper={quote(value, safe='')}").body for value in ("k1", "keeper:k1", iri)}

    assert len(bodies) == 1
    assert bodies == {live.ask("/query/keeper/keeper=keeper.k1.csv").body}


def test_parameters_may_come_in_any_order_and_in_any_encoding(live: Live) -> None:
    addresses = ("lamps=1&text=ud", "text=ud&lamps=1", "te%78t=u%64&lamps=%31")
    answers = {live.ask(f"/query/search.csv?{query}").body for query in addresses}

    assert len(answers) == 1
    assert b"udden" in answers.pop()


def test_the_longest_text_that_a_parameter_takes_is_answered_with_headers_that_clients_can_read(live: Live) -> None:
    answer = live.ask(f"/query/search?{urlencode({'text': '😀' * 1000})}")

    assert answer.status == 200
    assert answer.json["results"]["bindings"] == []
    assert sum(len(name) + len(value) for name, value in answer.headers.items()) < 32 * 1024


# ---------------------------------------------------------------- tables to download


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/query/lights.csv", "lights.csv"),
        ("/query/lights.tsv", "lights.tsv"),
        ("/query/lights.safe.csv", "lights.safe.csv"),
        ("/query/lights/lang=en.csv", "lights-lang=en.csv"),
        ("/query/lights.csv?lang=en", "lights-lang=en.csv"),
        ("/query/search.csv?text=%22%0d%0aX:y%22;filename=evil.exe", "search.csv"),
        ("/sparql?query=SELECT%20*%7B%7D", "sparql.csv"),
    ],
)
def test_a_table_is_downloaded_under_a_plain_name(live: Live, address: str, name: str) -> None:
    accept = "text/tab-separated-values" if address.endswith("tsv") else "text/csv"
    disposition = live.ask(address, accept=accept).headers["content-disposition"]

    assert re.fullmatch(r'attachment; filename="[A-Za-z0-9._=~-]+\.[ct]sv"', disposition)
    assert disposition == f'attachment; filename="{name}"'


# ---------------------------------------------------------------- what was asked before, and what is refused


def test_a_query_is_answered_again_as_before_unless_it_asks_for_the_time_or_for_chance(live: Live) -> None:
    same = "SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 3"
    assert live.sparql(same).body == live.sparql(same).body
    assert live.sparql(same, "text/csv").headers["content-type"].startswith("text/csv")
    for chance in ("RAND()", "NOW()", "STRUUID()"):
        query = f"SELECT ({chance} AS ?x) {{}}"
        assert live.sparql(query).json != live.sparql(query).json


def test_the_text_of_a_query_is_the_same_whatever_the_parameters(live_ki: Live) -> None:
    assert live_ki.ask("/query/contacts.rq?lang=en").body == live_ki.ask("/query/contacts.rq").body


def test_a_compressed_query_is_told_to_come_as_it_is(live: Live) -> None:
    answer = live.ask(
        "/sparql",
        method="POST",
        body=b"ASK {}",
        content_type="application/sparql-query",
        content_encoding="gzip",
    )

    assert (answer.status, answer.headers["accept-encoding"]) == (415, "identity")


def test_an_empty_field_of_a_form_is_no_value(live: Live) -> None:
    assert live.ask("/query/lights.csv?lang=").body == live.ask("/query/lights.csv").body
