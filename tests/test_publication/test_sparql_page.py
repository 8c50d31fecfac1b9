"""The page on which people ask queries of their own, from the editor to the answer."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from pyoxigraph import Literal, NamedNode
from tests.live import Answer, Live
from tests.reading import Element, read

import samverkan
from samverkan.errors import uncarried
from samverkan.model.results import Answer as Found
from samverkan.model.results import BooleanResult, Bytes, Graph, Table
from samverkan.publication.html import sparql
from samverkan.publication.html.page import HtmlPage
from samverkan.publication.html.sparql_examples import starter

DOLL = Path(__file__).parents[1] / "site"
BASE = "https://example.org/doll/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
LANGUAGES = ("sv", "en")
languages = pytest.mark.parametrize("language", LANGUAGES)
FORM = "application/x-www-form-urlencoded"


def page_of(site: samverkan.Site, language: str) -> Element:
    return read(written(site, language))


def written(site: samverkan.Site, language: str) -> bytes:
    (page,) = (page for page in site.pages["sparql"] if page.language == language)
    return page.content().content  # type: ignore[union-attr]


def editor(page: Element) -> str:
    """The query that stands in the editor; the line break after the tag is no part of it (HTML, section 13.1.2.5)."""
    found = page.one("textarea", name="query").children
    text = "".join(child for child in found if isinstance(child, str))
    assert text.startswith("\n")
    return text[1:]


def answered(site: samverkan.Site, query: str, answer: Found, language: str = "en") -> Element:
    media_types = ["application/x-first", "text/second"]
    return read(site.pages.html.asked(language, query, answer, media_types))


def asked(live: Live, query: str, language: str = "en", accept: str = BROWSER) -> Answer:
    return live.ask(f"/sparql?{urlencode({'query': query})}", accept=accept, accept_language=language)


# ---------------------------------------------------------------- the page as it is published


@languages
def test_the_editor_is_a_form_that_needs_no_script(doll: samverkan.Site, language: str) -> None:
    page = page_of(doll, language)
    form = page.one("form", class_="editor")
    area = form.one("textarea", name="query")

    assert (form.attributes["method"], form.attributes["action"]) == ("get", f"sparql.{language}.html#result")
    assert page.one("label", **{"for": "query"}).text
    assert area.attributes["id"] == "query"
    assert page.one("small", id=str(area.attributes["aria-describedby"])).text
    assert form.one("button").text
    assert isinstance(doll.ask(editor(page)), Table)


@languages
def test_the_first_query_stands_with_its_answer_and_is_about_the_first_things_of_the_menu(
    ki: samverkan.Site, language: str
) -> None:
    page = page_of(ki, language)
    answer = ki.ask(editor(page))
    assert isinstance(answer, Table)
    assert "?thing a sam:Agreement" in editor(page)
    assert len(page.one("section", class_="first").one("table").all("tr")) - 1 == len(answer.rows) > 3
    assert not page.all("section", id="answer")  # the answer to what a reader has asked


@languages
def test_the_first_query_runs_in_a_program_that_knows_no_prefixes(ki: samverkan.Site, language: str) -> None:
    assert "PREFIX sam: <https://w3id.org/samverkan/def/>" in editor(page_of(ki, language))
    assert ki.store.query(editor(page_of(ki, language)))


def test_a_site_without_things_of_its_own_begins_with_what_there_is(copy: Path) -> None:
    for file in (copy / "data").glob("*.ttl"):
        file.write_text("<urn:a> a <urn:b> .\n")
    assert "COUNT(?thing)" in starter(HtmlPage(samverkan.open(copy).pages.html.context, "en", sparql.PATH))


def test_examples_stand_under_the_entries_of_the_menu_that_they_are_about(ki: samverkan.Site) -> None:
    place = page_of(ki, "en").one("section", data_examples=sparql.MESSAGES["en"]["sparql-put"].split()[0])
    menu = [ki.pages.html.context.short(query, "en") for query in ki.pages.html.context.navigation]
    headings = [heading.text for heading in place.all("h3")]
    assert headings == [name for name in menu if name in headings]
    assert len(headings) >= 3


@languages
def test_every_word_that_is_listed_is_one_that_a_query_can_use_as_it_stands(
    doll: samverkan.Site, language: str
) -> None:
    words = page_of(doll, language).one("section", data_insert=first_word(language))
    listed = [code.text for code in words.all("code")]
    prefixes = [word for word in listed if word.endswith(":")]
    terms = [word for word in listed if not word.endswith(":")]

    assert {word[:-1] for word in prefixes} == doll.prefixes.table.keys()
    assert {"doll:Lighthouse", "doll:keptBy", "skos:prefLabel", "rdf:type"} <= set(terms)
    for term in terms:
        assert doll.ask(f"ASK {{ {{ ?x {term} ?y }} UNION {{ ?x a {term} }} UNION {{ {term} ?p ?z }} }}").value  # type: ignore[union-attr]


def first_word(language: str) -> str:
    return sparql.MESSAGES[language]["sparql-insert"].split()[0]


def test_the_words_are_called_what_the_ontology_calls_them_in_the_language_of_the_page(doll: samverkan.Site) -> None:
    for language, called in (("sv", "doll:keptBy vaktas av"), ("en", "doll:keptBy kept by")):
        assert called in [item.text for item in page_of(doll, language).all("li")]


@pytest.mark.parametrize("name", ["doll", "ki"])
@languages
def test_every_example_is_answered_as_it_stands_even_where_no_prefix_is_known(
    request: pytest.FixtureRequest, name: str, language: str
) -> None:
    site = request.getfixturevalue(name)
    found = page_of(site, language).one("main").all("pre")
    examples = ["".join(str(each) for each in pre.one("code").children) for pre in found]

    assert examples
    for example in examples:
        site.store.query(example)


def test_the_page_of_the_real_site_is_small_and_has_examples_of_questions(ki: samverkan.Site) -> None:
    for language in LANGUAGES:
        assert len(written(ki, language)) < 45_000
        assert len(page_of(ki, language).all("pre")) >= 4


def test_what_is_allowed_and_what_it_takes_is_said_in_plain_words(doll: samverkan.Site) -> None:
    for language, words in (("sv", ("SERVICE", "tio sekunder", "samverkan serve")), ("en", ("ten seconds", "refused"))):
        text = page_of(doll, language).one("main").text
        assert all(word in text for word in words)


@languages
def test_a_copy_without_a_server_leads_to_the_one_file_of_which_the_default_graph_has_all(
    doll: samverkan.Site, language: str
) -> None:
    ways = [link.attributes["href"] for link in page_of(doll, language).one("template").all("a")]
    assert "dump/dataset.ttl" in ways
    assert not [way for way in ways if str(way).endswith((".trig", ".nq", ".nq.gz"))]


# ---------------------------------------------------------------- answers


def test_an_answer_of_one_row_none_and_many_is_counted_in_words(doll: samverkan.Site) -> None:
    for rows, words in ((0, "Nothing in the facts"), (1, "One row."), (17, "17 rows.")):
        query = f"SELECT ?x {{ VALUES ?x {{ {' '.join(map(str, range(rows)))} }} }}"
        page = answered(doll, query, doll.ask(query))
        assert words in page.one("section", id="answer").text
        assert len(page.all("tr")) == (rows + 1 if rows else 0)


def test_what_no_page_can_carry_is_a_mark_in_an_answer_and_in_a_query(doll: samverkan.Site) -> None:
    query = 'SELECT ("a\\u0000b\\u000Bc\\uFFFEd" AS ?x) {} # \x0b'
    content = doll.pages.html.asked("en", query, doll.ask(query), ["text/csv"]).decode()
    assert "a\ufffdb\ufffdc\ufffdd" in content
    assert not uncarried(content)


def test_an_answer_that_is_too_long_for_a_page_is_cut_and_says_so(doll: samverkan.Site) -> None:
    query = f"SELECT ?x {{ VALUES ?x {{ {' '.join(map(str, range(1234)))} }} }}"
    page = answered(doll, query, doll.ask(query))

    assert len(page.all("tr")) == sparql.MOST_ROWS + 1
    assert "The first 300 of 1,234 rows" in page.one("p", class_="cut").text


def shown(content: bytes, rows: int) -> int:
    """How many rows a page shows, which says so where they are not all."""
    found = len(read(content).all("tr")) - 1
    if found < rows:
        assert f"The first {found} of {rows:,} rows" in read(content).one("p", class_="cut").text
    return found


NUMBERS = " ".join(map(str, range(300)))
WIDE = " ".join(f'("{"å" * 300}" AS ?v{number})' for number in range(100))
HEAVY = {
    "long values": (
        f'SELECT ?x {{ VALUES ?n {{ {NUMBERS} }} BIND (STRLANG(CONCAT(STR(?n), "{"å<" * 5_000}"), "en") AS ?x) }}',
        300,
    ),
    "one long value": (f'SELECT (CONCAT(?half, ?half) AS ?x) {{ VALUES ?half {{ "{"å<" * 15_000}" }} }}', 1),
    "long addresses": (
        f"SELECT ?x {{ VALUES ?n {{ 1 2 3 }} BIND (IRI(CONCAT('urn:{'x' * 50_000}', STR(?n))) AS ?x) }}",
        3,
    ),
    "many columns": (f"SELECT {WIDE} {{}}", 1),
    "many facts": ("CONSTRUCT WHERE { ?s ?p ?o }", 0),
    "many rows": ("SELECT * { ?s ?p ?o }", 0),
}


@pytest.mark.parametrize("name", ["doll", "ki"])
@pytest.mark.parametrize(("query", "rows"), HEAVY.values(), ids=HEAVY)
def test_the_page_of_an_answer_is_light_whatever_is_answered(
    request: pytest.FixtureRequest, name: str, query: str, rows: int
) -> None:
    site = request.getfixturevalue(name)
    answer = site.store.query(query)
    content = site.pages.html.asked("en", "SELECT", answer, ["text/csv"])
    true = rows or (len(answer.triples) if isinstance(answer, Graph) else len(answer.rows))

    assert len(content) <= 45_000
    assert shown(content, true) >= min(true, 10)


def test_an_answer_of_more_columns_than_a_page_can_bear_is_counted_only(doll: samverkan.Site) -> None:
    query = f"SELECT {' '.join(f'(1 AS ?v{n})' for n in range(900))} {{}}"
    content = doll.pages.html.asked("en", "SELECT", doll.store.query(query), ["text/csv"])

    assert len(content) <= 45_000
    assert shown(content, 1) == 0


@languages
def test_a_long_query_is_kept_whole_and_its_answer_has_some_room(ki: samverkan.Site, language: str) -> None:
    query = f"SELECT * {{ ?s ?p ?o }} # {'x' * 64_000}"
    content = ki.pages.html.asked(language, query, ki.store.query(query), ["text/csv"])

    assert editor(read(content)) == query
    assert len(content) - len(ki.pages.html.asked(language, query, BooleanResult(value=True), ["text/csv"])) < 11_500
    assert len(read(content).all("tr")) > 10


def test_the_columns_of_a_free_answer_are_its_variables_as_they_are(doll: samverkan.Site) -> None:
    query = "SELECT ?s ?sLabel (?s AS ?myThing) ?label { ?s skos:prefLabel ?sLabel, ?label } LIMIT 1"

    assert [cell.text for cell in answered(doll, query, doll.ask(query)).all("th")] == [
        "s",
        "sLabel",
        "myThing",
        "label",
    ]


def test_a_column_is_headed_by_what_its_values_are_where_the_query_says_so(ki: samverkan.Site) -> None:
    query = "SELECT ?x ?y ?z ?n { ?x a sam:Agreement ; sam:agreementType ?y ; sam:party ?z BIND (1 AS ?n) } LIMIT 1"
    assert [cell.text for cell in answered(ki, query, ki.ask(query)).all("th")] == [
        "Agreement",
        "Type of agreement",
        "Party",
        "n",
    ]
    twice = "SELECT ?x ?y { ?a sam:party ?x . ?a sam:party ?y } LIMIT 1"
    assert [cell.text for cell in answered(ki, twice, ki.ask(twice)).all("th")] == ["x", "y"]


def test_a_verdict_is_a_sentence(doll: samverkan.Site) -> None:
    for value, words in ((True, "Ja."), (False, "Nej.")):
        assert (
            answered(doll, "ASK {}", BooleanResult(value), "sv")
            .one("section", id="answer")
            .one("p", class_="lead")
            .text.startswith(words)
        )


def test_a_graph_is_a_list_of_facts_with_names(doll: samverkan.Site) -> None:
    graph = doll.ask(f"DESCRIBE <{BASE}id/lighthouse/masudden>")
    assert isinstance(graph, Graph)
    page = answered(doll, "DESCRIBE", graph)
    rows = [[cell.text for cell in row.all("td")] for row in page.all("tr")[1:]]

    assert [cell.text for cell in page.all("th")] == ["About", "Property", "Value"]
    assert ["Gull Point", "kept by", "Åsa Påhittad"] in rows
    assert len(rows) == len(graph.triples)


def test_names_and_links_stand_in_the_place_of_iris(doll: samverkan.Site) -> None:
    query = "SELECT ?light { ?light doll:lamps 1 }"
    link = answered(doll, query, doll.ask(query)).one("td").one("a")

    assert (link.text, link.attributes["href"]) == ("Gull Point", "doc/lighthouse/masudden.en.html")


def test_odd_values_are_shown_as_what_they_are(doll: samverkan.Site) -> None:
    query = """SELECT * { VALUES (?a ?b ?c ?d) { ("x"@fi "2020-03"^^xsd:gYearMonth "99999999"^^xsd:integer <urn:x>)
      (UNDEF "nope"^^xsd:date "1e400"^^xsd:double "y"@x-none-such) } BIND (BNODE() AS ?e) }"""
    cells = [cell.text for cell in answered(doll, query, doll.ask(query), "sv").all("td")]

    assert "x (på finska)" in cells
    assert "mars\N{NO-BREAK SPACE}2020" in cells
    assert "99\N{NO-BREAK SPACE}999\N{NO-BREAK SPACE}999" in cells
    assert "nope" in cells
    assert len(cells) == 10


def test_the_command_that_is_shown_asks_the_same(doll: samverkan.Site, live: Live) -> None:
    query = "ASK { FILTER ('it''s' = \"a$HOME`x`\\\\n\") } # 'quoted' %41"
    found = answered(doll, query, BooleanResult(value=True)).one("section", id="answer").one("code")
    command = found.text.replace("\\ ", "").replace(f"{BASE}sparql", f"http://127.0.0.1:{live.port}/sparql")

    assert found.attributes["data-base"] == BASE
    assert shlex.split(command)[5] == f"query={query}"
    if subprocess.run(["sh", "-c", "command -v curl"], capture_output=True, check=False).returncode == 0:
        query = "ASK { FILTER (\"it's\" = 'it\\'s') }"
        code = answered(doll, query, BooleanResult(value=True)).one("section", id="answer").one("code").text
        command = code.replace(f"{BASE}sparql", f"http://127.0.0.1:{live.port}/sparql").replace("x-first", "json")
        got = subprocess.run(["sh", "-c", command.replace("\\ ", "")], capture_output=True, check=True)
        assert json.loads(got.stdout)["boolean"] is True


# ---------------------------------------------------------------- over HTTP


@languages
def test_a_browser_gets_the_page_and_programs_the_service_description(
    live: Live, doll: samverkan.Site, language: str
) -> None:
    page = live.ask("/sparql", accept=BROWSER, accept_language=language)

    assert (page.status, page.headers["content-location"]) == (200, f"/sparql.{language}.html")
    assert (page.headers["content-type"], page.headers["content-language"]) == ("text/html; charset=utf-8", language)
    assert page.body == written(doll, language) == live.ask(f"/sparql.{language}.html").body
    for accept in ("*/*", "text/turtle", "application/*"):
        assert "html" not in live.ask("/sparql", accept=accept).headers["content-type"]
    assert (
        f'</sparql.{language}.html>; rel="alternate"; type="text/html"; hreflang="{language}"'
        in live.ask("/sparql").headers["link"]
    )


QUERY = "SELECT ?light { ?light doll:lamps 1 }"


@languages
def test_a_browser_gets_the_answer_on_the_page_with_the_query_kept(live: Live, language: str) -> None:
    answer = asked(live, QUERY, language)
    page = read(answer.text)

    assert (answer.status, answer.headers["content-language"]) == (200, language)
    assert answer.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"
    assert editor(page) == QUERY
    assert page.one("td").text == {"sv": "Måsudden", "en": "Gull Point"}[language]


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("*/*", "application/sparql-results+json"),
        ("", "application/sparql-results+json"),
        ("application/json, text/html;q=0.9", "application/sparql-results+json"),
        ("text/*", "text/csv; charset=utf-8"),
        ("text/html", "text/html; charset=utf-8"),
        (BROWSER, "text/html; charset=utf-8"),
    ],
)
def test_only_who_prefers_a_page_gets_one(live: Live, accept: str, media_type: str) -> None:
    assert asked(live, QUERY, accept=accept).headers["content-type"] == media_type


@languages
def test_a_query_asked_on_the_page_in_one_language_is_answered_in_it(live: Live, language: str) -> None:
    other = next(tag for tag in LANGUAGES if tag != language)
    for query, status in ((QUERY, 200), ("SELECT {", 400), ("SELECT * { SERVICE <urn:x> {} }", 400)):
        answer = live.ask(
            f"/sparql.{language}.html?{urlencode({'query': query})}", accept=BROWSER, accept_language=other
        )
        page = read(answer.text)
        assert (answer.status, page.one("html").attributes["lang"]) == (status, language)
        assert editor(page) == query
    assert "html" in live.ask(f"/sparql.{language}.html?query=ASK%7B%7D", accept="*/*").headers["content-type"]


def test_the_way_to_the_other_language_keeps_the_query(live: Live) -> None:
    page = read(asked(live, QUERY, "en").text)
    twin = urlsplit(str(page.one("a", hreflang="sv").attributes["href"]))

    assert twin.path == "sparql.sv.html"
    assert parse_qs(twin.query) == {"query": [QUERY]}
    assert "Måsudden" in live.ask(f"/{twin.geturl()}").text


def test_a_query_too_long_for_an_address_can_be_sent_as_a_form(live: Live) -> None:
    query = f"ASK {{}} # {'å' * 9000}"
    body = urlencode({"query": query}).encode()
    for address in ("/sparql", "/sparql.en.html"):
        answer = live.ask(address, method="POST", body=body, content_type=FORM, accept=BROWSER)
        assert (answer.status, editor(read(answer.text))) == (200, query)


@languages
def test_a_broken_query_stays_in_the_editor_with_what_is_wrong_above_it(live: Live, language: str) -> None:
    query = "SELECT *\nWHERE { ?s ?p </textarea><script>alert(1)</script> }\n"
    answer = asked(live, query, language)
    page = read(answer.text)
    message = page.one("div", role="alert").text

    assert answer.status == 400
    assert editor(page) == query
    assert {"sv": "Rad 2: ", "en": "Line 2: "}[language] in message
    assert page.one("form", class_="editor").one("div", role="alert").text == message
    assert "query:2" not in message
    assert len(page.all("script")) == 1


def test_a_query_that_takes_too_long_is_told_so_in_plain_words() -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    with Live(DOLL, ("--timeout", "1")) as hasty:
        for language, words in (
            ("sv", "Frågan blev inte besvarad inom 1 sekunder"),
            ("en", "not answered within 1 seconds"),
        ):
            answer = asked(hasty, endless, language)
            page = read(answer.text)
            assert answer.status == 503
            assert words in page.one("div", role="alert").text
            assert editor(page) == endless


def test_what_breaks_the_protocol_is_told_on_the_page_too(live: Live) -> None:
    twice = urlencode([("query", "ASK {}"), ("query", "ASK {}")])
    for address in (
        f"/sparql?{twice}",
        "/sparql?default-graph-uri=urn:x",
        "/sparql?query=%FF",
        "/sparql?update=CLEAR%20ALL",
    ):
        answer = live.ask(address, accept=BROWSER, accept_language="en")
        assert answer.status == 400
        assert editor(read(answer.text)) == ""
        assert read(answer.text).one("div", role="alert").text


def test_a_worker_answers_many_languages_and_odd_terms_without_opening_a_file(live: Live) -> None:
    tags = ("fi", "de", "zh-Hant-HK", "se", "x-none", "en-GB", "i-klingon", "ar", "qaa")
    values = " ".join(f'"x"@{tag}' for tag in tags)
    typed = " ".join(
        f'"{text}"^^xsd:{name}'
        for text, name in (
            ("1", "integer"),
            ("x", "decimal"),
            ("2020-13", "gYearMonth"),
            ("-0044-03-15", "date"),
            ("24:00:00", "time"),
            ("P1Y", "duration"),
            ("9" * 5000, "integer"),
        )
    )
    answer = asked(live, f"SELECT ?x ?y {{ VALUES ?x {{ {values} {typed} }} BIND (<<( ?x a ?x )>> AS ?y) }}", "sv")
    if answer.status == 400:  # triple terms are SPARQL 1.2
        answer = asked(live, f"SELECT ?x {{ VALUES ?x {{ {values} {typed} }} }}", "sv")

    assert answer.status == 200
    assert len(read(answer.text).all("tr")) == len(tags) + 7 + 1


def test_an_answer_with_columns_that_no_page_expects_is_shown(live: Live) -> None:
    for query in (
        "SELECT * {}",
        "SELECT (1 AS ?label) (2 AS ?Label) (3 AS ?xLabel) {}",
        "SELECT ?åäö { VALUES ?åäö { 1 } }",
    ):
        answer = asked(live, query)
        assert answer.status == 200, answer.text
        assert re.search("One row", read(answer.text).one("section", id="answer").text)


def test_the_other_answers_are_those_that_programs_get(live: Live) -> None:
    shown = read(asked(live, QUERY).text).one("section", id="answer").text
    for media_type in ("application/sparql-results+json", "text/csv", "application/sparql-results+xml"):
        assert media_type in shown
        assert asked(live, QUERY, accept=media_type).headers["content-type"].startswith(media_type)


def test_terms_are_not_changed_by_being_shown() -> None:
    for term in (
        NamedNode("urn:x"),
        Literal("short"),
        Literal("1", datatype=NamedNode("urn:t")),
        Literal("x" * 2000, language="sv"),
    ):
        assert sparql._cut(term) is term
    assert sparql._cut(Literal("x" * 2001, language="sv")) == Literal("x" * 2000 + "…", language="sv")
    assert sparql._cut(NamedNode(f"urn:{'x' * 2000}")) == Literal(f"urn:{'x' * 1996}…")
    assert sparql._cut(None) is None


# ---------------------------------------------------------------- an answer with nothing in it


IRIS = {
    "@a": "https://w3id.org/samverkan/ki/id/agreement/solna",
    "@o": "https://w3id.org/samverkan/ki/id/organisation/solna",
}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ('{ ?a sam:signatureDate ?day FILTER (?day < "2019-01-01"^^xsd:date) }', "sam:signedNotAfter"),
        ("{ <@a> rdfs:label ?name }", "skos:prefLabel"),
        ("{ ?a schema:name ?name }", "skos:prefLabel"),
        ("{ <@o> sam:party ?agreement }", "sam:party (party) leads from sam:Agreement (Agreement) to org:Organization"),
        ("{ ?a sam:coverArea ?area }", "Did you mean sam:coversArea"),
        ("{ ?a <urn:no:such> ?area }", "&lt;urn:no:such&gt; is not in the facts."),
        ("{ ?a a sam:JointBody }", "No fact uses sam:JointBody (Joint body)."),
        ("{ ?a a sam:Agreement ; dcterms:title ?name }", "Ask for skos:prefLabel"),
        (
            "{ ?a a sam:Agreement ; vcard:fn ?name }",
            "vcard:fn (name) is not said of sam:Agreement (Agreement). Ask for skos:",
        ),
        ("{ ?p skos:prefLabel ?name ; a vcard:Individual }", "Ask for vcard:fn (name) instead."),
        ("{ ?p a org:Organization ; skos:definition ?x }", "is not said of"),
        ("{ ?a a foaf:Person }", "Ask for vcard:Individual"),
        ("{ ?a schema:startDate ?day }", "Ask for sam:validFrom"),
        ("{ ?a <http://schema.org/name> ?name }", "Did you mean skos:prefLabel"),
        (
            '{ ?a skos:prefLabel "City of Solna" }',
            "Write &#34;City of Solna&#34;@en instead of &#34;City of Solna&#34;.",
        ),
        ('{ ?a skos:prefLabel ?n FILTER (?n = "Solna stad") }', "Solna stad&#34;@sv instead of"),
        ("{ ?a sam:state ?state }", "The prepared query agreement-states"),
    ],
)
def test_a_query_that_gives_nothing_is_told_which_word_works(ki: samverkan.Site, query: str, said: str) -> None:
    for name, iri in IRIS.items():
        query = query.replace(name, iri)
    for asked in (f"SELECT * {query}", f"ASK {query}", f"SELECT (COUNT(*) AS ?n) {query}"):
        page = ki.pages.html.asked("en", asked, ki.ask(asked), ["text/csv"]).decode()
        assert said in re.sub("<[^>]+>", "", page.partition('id="answer"')[2].partition("<details>")[0]), page


def test_a_query_with_an_answer_is_told_nothing_about_its_words(ki: samverkan.Site) -> None:
    asked = "SELECT * { ?a sam:party ?b }"
    page = ki.pages.html.asked("en", asked, ki.ask(asked), ["text/csv"]).decode()
    assert "because of the words" not in page


def test_where_what_follows_is_left_out_the_page_names_what_is_below_and_says_so(ki: samverkan.Site) -> None:
    asked = "ASK { ?a sam:coversArea <https://w3id.org/samverkan/ki/id/area/equal-health> }"
    page = ki.pages.html.asked("sv", asked, ki.ask(asked, inferred=False), ["text/csv"], stated=True).decode()

    assert "sam:focus" in page.partition('id="answer"')[2].partition("<details>")[0]
    assert 'name="inferred" value="false" checked' in page
    assert "-d inferred=false" in page


def test_a_deprecated_term_names_what_replaces_it(copy: Path) -> None:
    ontology = copy / "ontology/doll.ttl"
    more = "doll:keeper owl:deprecated true ; rdfs:label 'x'@en ; dcterms:isReplacedBy doll:keptBy .\n"
    ontology.write_text(ontology.read_text() + more)
    site = samverkan.open(copy)
    asked = "SELECT * { ?light doll:keeper ?who }"
    page = site.pages.html.asked("en", asked, site.ask(asked), ["text/csv"]).decode()

    assert "is no longer used. Ask for <code>doll:keptBy</code>" in page


def test_the_page_of_a_term_names_what_to_ask_instead(ki: samverkan.Site) -> None:
    page = next(each for each in ki.pages["def/signatureDate"] if each.language == "en").content()
    assert isinstance(page, Bytes)
    text = re.sub("<[^>]+>", "", page.content.decode())
    assert re.search(r"ask instead for\s+signed not after", text)
    assert "can&#39;t be compared with a day" in text
