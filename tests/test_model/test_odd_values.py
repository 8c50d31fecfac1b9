"""Numbers, dates and other literals however large or odd: pages, pictures and forms show them as they are written."""

from __future__ import annotations

import re
from datetime import date
from html import escape
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Triple
from tests.live import Live

import samverkan
from samverkan.limits import QueryLimits
from samverkan.model.results import Term
from samverkan.publication.html.fields import OTHER, Fields
from samverkan.publication.html.grid import Cell, Column, Grid
from samverkan.publication.html.locale import Locale
from samverkan.publication.html.page import HtmlPage
from samverkan.publication.html.pictures import PICTURES, draw
from samverkan.publication.manifest import written
from samverkan.publication.published import Site
from samverkan.push.lines import key
from samverkan.server.job_handler import ready

CASES = Path(__file__).parents[2].parent / "shared" / "cases"
XSD = "http://www.w3.org/2001/XMLSchema#"
BOTH = ("sv", "en")

# As they stand in the data, so they stand on the page.
AS_WRITTEN = [
    *((text, "integer") for text in ("9" * 26, "9" * 30, f"-{'9' * 30}", "9" * 5000, "-0", "+5", "007", "１", "1_000")),
    *((text, "integer") for text in ("", " 1", "1\n", "1.0", "1e3", "٣", "0x10", "--1", "½")),
    *(
        (text, "decimal")
        for text in ("1E9999999", "1E-9999999", "1e3", "INF", "NaN", "sNaN", "-0", "-0.00", ".5", "1.")
    ),
    *((text, "decimal") for text in ("1,5", "1" * 40 + ".5", "0." + "1" * 40, "1e99999999999999999999", "Infinity")),
    *((text, kind) for text in ("INF", "-INF", "NaN", "1e400", "1E5", "-0") for kind in ("double", "float")),
    *((text, "date") for text in ("2024-02-30", "2024-13-01", "0000-01-01", "-0044-03-15", "12020-01-01", "20200101")),
    *(
        (text, "date")
        for text in ("2020-W01-1", "2020-01-01+15:00", "2020-01-01+14:01", "２０２０-01-01", "2020-01-01T00:00:00")
    ),
    *((text, "gYearMonth") for text in ("2020-13", "12020-05", "-0044-03", "202005", "2020-W1", "0000-01")),
    *((text, "gYear") for text in ("12345", "-0044", "0000", "20", "９９９９", "+2020")),
    *(
        (text, "dateTime")
        for text in ("2020-01-01T24:00:00", "2020-01-01T10:00", "2020-01-01 10:00:00", "20200101T100000")
    ),
    *((text, "dateTime") for text in ("2020-02-30T10:00:00", "2020-01-01T10:00:60", "12020-01-01T00:00:00Z")),
    *((text, "time") for text in ("24:00:00", "10:00:00Z", "25:00:00")),
    *((text, "duration") for text in ("P99999999999Y", "-P1Y2M", "P", "PT1.5S")),
    *((text, "boolean") for text in ("TRUE", "true ", "ja", "1\n")),
    *((text, kind) for text in ("300", "-0", "9" * 30) for kind in ("byte", "int", "long", "nonNegativeInteger")),
]
PLAIN = [
    ("9" * 25, "integer", "9 999 999 999 999 999 999 999 999", "9,999,999,999,999,999,999,999,999"),
    ("-1234", "integer", "-1 234", "-1,234"),
    ("0", "integer", "0", "0"),
    ("-0.5", "decimal", "-0,5", "-0.5"),
    ("1" * 20 + ".123", "decimal", "11 111 111 111 111 111 111,123", "11,111,111,111,111,111,111.123"),
    ("0001-01-01", "date", "1 januari 1", "1 January 1"),
    ("9999-12-31", "date", "31 december 9999", "31 December 9999"),
    ("2020-01-01+14:00", "date", "1 januari 2020", "1 January 2020"),
    ("-12345Z", "gYear", "-12345", "-12345"),
]


@pytest.fixture(scope="module")
def locales(doll: Site) -> dict[str, Locale]:
    return doll.pages.html.context.locales


def literal(text: str, kind: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + kind))


@pytest.mark.parametrize("language", BOTH)
def test_what_is_too_large_or_too_odd_for_words_is_shown_as_written(locales: dict[str, Locale], language: str) -> None:
    shown = {(text, kind): locales[language].literal(literal(text, kind)) for text, kind in AS_WRITTEN}

    assert len(shown) > 90
    assert {case: text for case, text in shown.items() if text != case[0]} == {}


@pytest.mark.parametrize(("text", "kind", "swedish", "english"), PLAIN)
def test_what_is_plain_is_shown_in_words_however_far_it_goes(
    locales: dict[str, Locale], text: str, kind: str, swedish: str, english: str
) -> None:
    shown = [locales[language].literal(literal(text, kind)).replace("\u00a0", " ") for language in BOTH]

    assert shown == [swedish, english]


DIGITS = st.text("0123456789", min_size=1, max_size=60)
NUMBERS = st.builds("{}{}{}{}".format, st.sampled_from(["", "-", "+"]), DIGITS, st.sampled_from(["", "."]), DIGITS)
PARTS = [
    *("0001", "2020", "9999", "12020", "-0044", "0000", "02", "13", "29", "30", "99", "T", "-", ":", "24:00:00"),
    *(
        "10:00:00",
        ".123456789",
        "Z",
        "+14:00",
        "-15:00",
        "P",
        "Y",
        "1E9",
        "E-9999999",
        "INF",
        "NaN",
        "true",
        "_",
        "１",
        " ",
    ),
]
ODD = NUMBERS | st.lists(st.sampled_from(PARTS), max_size=7).map("".join) | st.text(max_size=9) | DIGITS
KINDS = (
    *("integer", "decimal", "double", "float", "date", "dateTime", "dateTimeStamp", "time", "gYear", "gYearMonth"),
    *("gMonth", "gMonthDay", "duration", "boolean", "int", "unsignedByte", "anyURI", "hexBinary", "string"),
)
LITERALS = st.builds(literal, ODD | st.sampled_from([text for text, _ in AS_WRITTEN]), st.sampled_from(KINDS))


def test_no_literal_is_too_odd_and_no_digit_of_a_number_is_lost(locales: dict[str, Locale]) -> None:
    @settings(max_examples=300, deadline=None, derandomize=True, database=None)
    @given(LITERALS)
    def examine(value: Literal) -> None:
        for language, apart, point in (("sv", "\u00a0", ","), ("en", ",", ".")):
            shown = locales[language].literal(value)
            if shown != value.value:
                _check_words(value, shown, apart, point)

    examine()


def _check_words(value: Literal, shown: str, apart: str, point: str) -> None:
    """What is said in words is a number with all its digits, a day or month that there is, a year or a truth value."""
    kind, text = value.datatype.value.removeprefix(XSD), value.value
    if kind in {"integer", "decimal"}:
        plain = shown.replace(apart, "").replace(point, ".")
        assert plain == (re.sub(r"\.?0+\Z", "", text) if "." in text else text)
    elif kind in {"date", "dateTime", "gYearMonth"}:
        date.fromisoformat(f"{text[:7]}-01")
        assert str(int(text[:4])) in shown
    else:
        assert kind in {"gYear", "boolean"}


TERMS = LITERALS | st.just(NamedNode("https://example.org/doll/id/lighthouse/masudden"))
COLUMNS = {
    "timeline": "item start startLatest end openEnd",
    "levels": "group order level frame",
    "matrix": "row column broader",
    "flows": "flow from to amount equal",
    "comparison": "row column",
}


@pytest.mark.parametrize("view", PICTURES)
def test_no_value_is_too_odd_for_a_picture(doll: Site, view: str) -> None:
    page = HtmlPage(doll.pages.html.context, "sv", "query/x")
    names = COLUMNS[view].split()

    def cell(term: Term) -> Cell:
        return Cell(term, page.text(term), page.value(term))

    @settings(max_examples=60, deadline=None, derandomize=True, database=None)
    @given(st.lists(st.tuples(*[TERMS] * len(names)), min_size=1, max_size=5))
    def examine(rows: list[tuple[Term, ...]]) -> None:
        shown = Grid(tuple(Column(name, name) for name in names), tuple(tuple(map(cell, row)) for row in rows))
        drawn = str(draw(view, shown, page.translate) or "")
        assert drawn or view == "timeline"

    examine()


def test_the_page_of_an_answer_shows_odd_numbers_as_they_are(doll: Site) -> None:
    values = [(text, kind) for text, kind in AS_WRITTEN if text.isprintable() and text and kind != "boolean"]
    typed = " ".join(f'"{text}"^^<{XSD}{kind}>' for text, kind in values)
    query = f"SELECT ?x {{ VALUES ?x {{ 999999999999999999999999999999 {typed} }} }}"
    for language in BOTH:
        page = doll.pages.html.asked(language, query, doll.store.query(query), ["text/csv"]).decode()
        assert "<bdi>999999999999999999999999999999</bdi>" in page
        for text in ("1E9999999", "P99999999999Y", "2024-02-30", "12345"):
            assert f">{escape(text)}<" in page


def test_a_free_query_with_a_number_of_thirty_digits_is_a_page(live: Live) -> None:
    for number in ("999999999999999999999999999999", f'"1E9999999"^^<{XSD}decimal>'):
        answer = live.ask(
            "/sparql",
            method="POST",
            body=f"SELECT ({number} AS ?x) {{}}".encode(),
            content_type="application/sparql-query",
            accept="text/html",
        )
        assert answer.status == 200
        assert re.search("<bdi>(9{30}|1E9999999)</bdi>", answer.text)


@pytest.mark.parametrize(("name", "number"), [("f_int30", "9" * 30), ("f_dec", "1E9999999")])
def test_a_site_with_an_odd_number_is_published_and_served(copy: Path, name: str, number: str) -> None:
    if not CASES.exists():
        pytest.skip("the inputs of others lie beside the repository, and are not here")
    light = "https://example.org/doll/id/lighthouse/masudden"
    case = (CASES / f"{name}__data__v.ttl").read_text()
    lights = copy / "data" / "lights.ttl"
    fact = case[case.index("dcterms:extent") :]
    lights.write_text(f"{lights.read_text()}\n@prefix dcterms: <http://purl.org/dc/terms/> .\n<{light}> {fact}")
    site = samverkan.open(copy)
    ready(site, QueryLimits(seconds=60, bytes=1 << 24, memory=1 << 30))
    pages = [item for page in site.pages["doc/lighthouse/masudden"] for item in written(site, page)]

    assert len(pages) > 5
    assert all(number.encode() in item.content for item in pages)
    assert f"<bdi>{number}</bdi>" in str(pages[-1].content, "utf-8")


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(LITERALS)
@example(literal(f"P{'9' * 5000}Y", "duration"))
def test_no_value_is_too_odd_to_be_compared_with_what_a_store_holds(value: Literal) -> None:
    line = f"<urn:s> <urn:p> {value} .".encode()

    assert key(key(line)) == key(line)


@pytest.mark.parametrize("order", ["NaN", "first", "", "1_0E400", "INF"])
def test_a_place_that_is_no_number_is_the_last(order: str) -> None:
    shape, part, path = (NamedNode(f"https://example.org/{name}") for name in ("s", "p", "path"))
    sh = "http://www.w3.org/ns/shacl#"
    triples = [
        Triple(shape, NamedNode(f"{sh}targetClass"), NamedNode("https://example.org/C")),
        Triple(shape, NamedNode(f"{sh}property"), part),
        Triple(part, NamedNode(f"{sh}path"), path),
        Triple(part, NamedNode(f"{sh}order"), literal(order, "double")),
    ]
    field = Fields(triples).field(["https://example.org/C"], path.value)

    assert field == field._replace(order=field.order)  # it equals itself, as NaN does not
    assert field.order >= OTHER.order
