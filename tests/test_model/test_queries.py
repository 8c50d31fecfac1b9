"""Canned queries: what a head says, how an answer is shown, and what a query is made of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.canned import canned

import samverkan
from samverkan.errors import UnreadableError
from samverkan.model import queries

# --- heads


def test_a_head_says_what_a_query_is() -> None:
    query = canned(
        "PREFIX ex: <https://example.org/>\nSELECT * { VALUES ?kind { UNDEF } VALUES ?lang { 'sv' } VALUES ?x { 1 } }",
        "summary: {sv: Titel, en: Title}\n"
        "description: A text without a language.\n"
        "tags: [one, two]\n"
        "parameters:\n"
        "  kind: {type: iri, class: ex:Kind, label: {sv: Slag, en: Kind}}\n"
        "  lang:\n"
        "    type: text\n"
        "    menu: languages\n"
        "enumerate:\n"
        "  lang: [no, 010, 2020-01-01]",
        "queries/deep/a-name-2.rq",
    )
    assert (query.name, query.place.file) == ("a-name-2", "queries/deep/a-name-2.rq")
    assert query.summary == {"sv": "Titel", "en": "Title"}
    assert query.description == {"": "A text without a language."}
    assert query.tags == ("one", "two")
    kind, lang = query.parameters
    assert (kind.name, kind.kind, kind.instances_of, kind.label) == (
        "kind",
        "iri",
        "https://example.org/Kind",
        {"sv": "Slag", "en": "Kind"},
    )
    assert (lang.menu, lang.values, lang.label) == ("languages", ("no", "010", "2020-01-01"), {"": "lang"})
    assert kind.takes["en"] == "a name, such as the last part of an IRI, or a whole IRI"


def test_a_query_without_a_head_is_called_as_its_file() -> None:
    query = canned("ASK {}")
    assert (query.summary, query.description, query.tags, query.parameters) == ({"": "some-query"}, {}, (), ())


def test_norwegian_is_a_language_and_not_a_truth_value() -> None:
    assert canned("ASK {}", "summary: {no: Tittel}").summary == {"no": "Tittel"}


def test_a_class_may_be_named_in_full() -> None:
    query = canned("SELECT * { VALUES ?x { UNDEF } }", "parameters: {x: {type: iri, class: '<urn:Kind>'}}")
    assert query.parameter("x").instances_of == "urn:Kind"


def test_a_head_may_say_how_the_answer_is_shown() -> None:
    query = canned(
        "SELECT ?item ?whenLabel { VALUES ?item { 1 } }",
        "view: list\nhome: 3\ncolumns:\n  item: {sv: Sak, en: Thing}\n  when: Plain\n",
    )
    assert (query.view, query.home) == ("list", 3)
    assert query.columns == {"item": {"sv": "Sak", "en": "Thing"}, "when": {"": "Plain"}}


def test_a_head_need_not_say_how_the_answer_is_shown() -> None:
    query = canned("SELECT ?item { VALUES ?item { 1 } }", "summary: A head as grlc reads it\nmethod: GET\nview:\n")
    assert (query.view, query.columns, query.home) == ("", {}, None)
    queries.check_answer(query, ("item",))


def test_the_first_place_on_the_start_page_may_be_zero() -> None:
    assert canned("ASK {}", "home: 0").home == 0


@pytest.mark.parametrize("head", ["view: picture", "home: first", "columns: [x]", "columns: {x: [a]}"])
def test_a_head_that_shows_wrongly_is_told_in_swedish_too(head: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        canned("SELECT ?x {}", head)
    assert caught.value.message("sv").startswith("queries/some-query.rq:1: ")
    assert caught.value.message("sv") != caught.value.message("en")
    assert caught.value.remedy


def test_an_unknown_view_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnreadableError, match="There is no view 'timelines'") as caught:
        canned("SELECT ?x {}", "view: timelines")
    assert caught.value.remedy == f"The views are {', '.join(queries.VIEWS)}."
    assert all(view in caught.value.sv for view in queries.VIEWS)


def test_there_are_thirteen_views_and_six_of_them_are_roles() -> None:
    assert len(queries.VIEWS) == 13
    assert len(queries.ROLES) == 6
    assert set(queries.VIEWS) > queries.ROLES


_TEXT = "parameters: {text: {type: text}}\n"


def _seen(view: str, *columns: str, head: str = _TEXT) -> None:
    body = f"SELECT {' '.join(f'?{name}' for name in columns) or '*'} {{ VALUES ?text {{ UNDEF }} }}"
    queries.check_answer(canned(body, f"{head}view: {view}"), columns)


@pytest.mark.parametrize("view", queries.VIEWS)
def test_a_view_has_the_columns_that_it_needs(view: str) -> None:
    needed = sorted(queries.VIEWS[view])
    _seen(view, *needed)
    _seen(view, *needed, "more")
    for column in needed:
        rest = [name for name in needed if name != column]
        with pytest.raises(UnreadableError, match=f"The view '{view}' needs .*: {column}\\.") as caught:
            _seen(view, *rest)
        assert str(caught.value.place) == "queries/some-query.rq:2"
        assert f"har: {column}." in caught.value.sv


@pytest.mark.parametrize("head", ["", "parameters: {text: {type: language}}\n"])
def test_a_search_needs_a_text_to_search_for(head: str) -> None:
    with pytest.raises(UnreadableError, match="needs a parameter 'text'") as caught:
        _seen("search", "thing", head=head)
    assert "parameter" in caught.value.sv


def test_a_name_for_a_column_that_is_not_there_is_a_misspelling() -> None:
    query = canned("SELECT ?item ?typeLabel {}", "columns: {item: Thing, type: Kind, tpye: Kind, sort: Sort}")
    with pytest.raises(
        UnreadableError, match="does not select: tpye, sort\\. Its columns are: item, typeLabel\\."
    ) as caught:
        queries.check_answer(query, ("item", "typeLabel"))
    assert "tpye, sort" in caught.value.sv


def test_a_site_has_one_query_for_each_role() -> None:
    first = canned("SELECT ?thing {}", "view: search", "queries/a.rq")
    second = canned("SELECT ?thing {}", "view: search", "queries/deep/b.rq")
    lists = [canned("SELECT ?item {}", "view: list", f"queries/{name}.rq") for name in "cd"]
    queries.check_roles([first, *lists, canned("ASK {}"), canned("ASK {}", file="queries/e.rq")])
    with pytest.raises(UnreadableError, match=r"view .search.: queries/a\.rq and queries/deep/b\.rq") as caught:
        queries.check_roles([first, *lists, second])
    assert "queries/a.rq och queries/deep/b.rq" in caught.value.sv


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        ('#+ summary: {sv: x, en: "a\\0b"}\nASK {}', 1, "U+0000"),
        ('#+ summary: x\n#+ description:\n#+   sv: x\n#+   en: "\\x0B"\nASK {}', 4, "U+000B"),
        ('#+ tags: [a, "\\x1f"]\nASK {}', 1, "U+001F"),
        ('#+ "a\\0": x\nASK {}', 1, "U+0000"),
        ("ASK {\n# \x0b\n}", 2, "U+000B"),
        ("ASK { FILTER (\"\ufffe\" = '') }", 1, "U+FFFE"),
    ],
)
def test_a_character_that_no_page_can_carry_is_told_with_file_and_line(text: str, line: int, code: str) -> None:
    with pytest.raises(UnreadableError, match=rf"^queries/x\.rq:{line}: .*{re.escape(code)}") as caught:
        queries.read_query(text, "queries/x.rq")
    assert code in caught.value.sv


BROKEN_SITES = {
    "#+ view: timeline\nSELECT ?item {}": "needs columns that the query does not select: start",
    "#+ view: matrix\nASK {}": "needs columns that the query does not select: column, row",
    "#+ view: flows\nCONSTRUCT {} WHERE {}": "needs columns that the query does not select: flow",
    f"#+ view: list\n# {'-' * 9000}\nSELECT ?thing {{}}": "needs columns that the query does not select: item",
    f"#+ columns: {{a: A}}\n# {'-' * 9000}\nSELECT ?b {{}}": "'columns' names what the query does not select: a",
    "#+ columns: {a: A}\nSELECT * { ?b ?c ?d }": "Its columns are: b, c, d",
    "#+ parameters: {a: {type: text, several: d}}\nSELECT ?b { VALUES ?a { UNDEF } }": "'several' names what the query",
    "#+ view: search\nSELECT ?thing {}": "needs a parameter 'text'",
    "#+ view: sources\nSELECT ?graph ?status {}": "Two queries have the view 'sources'",
}


def test_nine_sites_are_broken() -> None:
    assert len(BROKEN_SITES) == 9


@pytest.mark.parametrize("text", BROKEN_SITES, ids=range(len(BROKEN_SITES)))
def test_a_site_is_not_read_where_a_head_and_its_answer_do_not_agree(copy: Path, text: str) -> None:
    (copy / "queries" / "zz.rq").write_text(text, encoding="utf-8")
    report = samverkan.open(copy).validate()
    assert not report.conforms
    assert BROKEN_SITES[text] in "".join(str(finding) for finding in report.findings)


HEADS = {
    "summary: [": 1,
    "summary: x\ntags: [a": 2,
    "summary: x\n\ttags: y": 2,
    "summary: x\n  y: z": 2,
    "summary: 'x": 1,
    "- a\n- b": 1,
    "only a text": 1,
    "a: *b": 1,
    "summary: x\ntags: []\nsummary: y": 3,
    "parameters:\n  x: {type: text}\n  x: {type: iri}": 3,
    "summary: &a [*a]": 1,
    "summary: [a]": 1,
    "summary: {sv: [a]}": 1,
    "tags: one": 1,
    "tags: {a: b}": 1,
    "tags: [[a]]": 1,
    "parameters: [x]": 1,
    "parameters: x": 1,
    "enumerate: [x]": 1,
    "parameters: {x: }": 1,
    "parameters: {x: text}": 1,
    "parameters: {x: {type: number}}": 1,
    "parameters: {x: {type: [text]}}": 1,
    "parameters: {x: {type: {a: b}}}": 1,
    "parameters: {y: {type: text}}": 1,
    "parameters: {x: {label: [a]}}": 1,
    "parameters: {x: {class: [a]}}": 1,
    "parameters: {x: {class: ex:Kind}}": 1,
    "parameters: {x: {menu: {a: b}}}": 1,
    "parameters: {x: {}}\nenumerate: {x: one}": 2,
    "parameters: {x: {}}\nenumerate: {y: [one]}": 2,
    "parameters: {twice: {}}": 1,
    "view: picture": 1,
    "view: [list]": 1,
    "view: List": 1,
    "home: first": 1,
    "home: -1": 1,
    "home: 1.5": 1,
    "home:": 1,
    "home: [1]": 1,
    "home: ٣": 1,
    "columns: x": 1,
    "columns: [x]": 1,
    "columns: {x: [a]}": 1,
    "columns: {x: {sv: [a]}}": 1,
}


def test_there_are_forty_five_broken_heads() -> None:
    assert len(HEADS) == 45


@pytest.mark.parametrize("head", HEADS)
def test_a_broken_head_is_refused_with_its_file_and_line(head: str) -> None:
    body = "SELECT * { VALUES ?x { 1 } { VALUES ?twice { 1 } } UNION { VALUES ?twice { 2 } } }"
    with pytest.raises(UnreadableError) as caught:
        canned(body, head)
    assert caught.value.place is not None
    assert caught.value.place.file == "queries/some-query.rq"
    assert caught.value.place.line == HEADS[head]
    assert caught.value.what.endswith(".")


def test_the_line_of_a_broken_head_is_that_of_the_file() -> None:
    text = "# a comment\n#+ summary: x\n\nSELECT * {}\n#+ tags: [\n"
    with pytest.raises(UnreadableError) as caught:
        queries.read_query(text, "queries/x.rq")
    assert str(caught.value.place) == "queries/x.rq:5"


@pytest.mark.parametrize("name", ["", "A", "a_b", "a b", "-a", "a-", "a--b", "å", "a.b", "..", "a\n"])
def test_a_name_that_is_no_address_is_refused(name: str) -> None:
    with pytest.raises(UnreadableError, match="can't be the name"):
        canned("ASK {}", file=f"queries/{name}.rq")


# --- what a query is made of


@pytest.mark.parametrize(
    ("sparql", "form"),
    [
        ("SELECT * {}", "SELECT"),
        ("# ASK\nPREFIX ask: <urn:ASK> construct {} WHERE {}", "CONSTRUCT"),
        ("BASE <urn:SELECT> ASK { ?select ?describe 'SELECT' }", "ASK"),
        ("describe <urn:x>", "DESCRIBE"),
    ],
)
def test_the_form_of_a_query_is_its_first_word_of_that_kind(sparql: str, form: str) -> None:
    assert canned(sparql).form == form


def test_the_iris_of_a_query_are_told_with_their_lines() -> None:
    query = canned(
        "#+ summary: x\nPREFIX ex: <urn:ex/> PREFIX å: <urn:å/>\n"
        "SELECT * { # ex:comment\n ?s a ex:Thing.\n ?s ex:p/^ex:q 'ex:string', \"<urn:string>\"^^ex:type .\n"
        " ?s <urn:full> å:b, ex:a\\,b, ex:p, ex:%41.b ; ?ex:x ?y }"
    )
    assert [(iri, place.line) for iri, place in queries.iris(query)] == [
        ("urn:ex/Thing", 4),
        ("urn:ex/p", 5),
        ("urn:ex/q", 5),
        ("urn:ex/type", 5),
        ("urn:full", 6),
        ("urn:å/b", 6),
        ("urn:ex/a,b", 6),
        ("urn:ex/%41.b", 6),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('SELECT ("a\\u0001" AS ?x) {}', r"U\+0001, which XML"),
        ("SELECT ?x {\n BIND ('\\b' AS ?x) }", r"some-query.rq:2: .*U\+0008, which XML"),
        ('SELECT ("""a\\f""" AS ?x) {}', r"U\+000C, which XML"),
        ('SELECT ("\\\\\\U0000FFFE" AS ?x) {}', r"U\+FFFE, which XML"),
        ("SELECT ?x {\n BIND (triple(?s, ?p, ?o) AS ?x) }", "some-query.rq:2: TRIPLE belongs to RDF 1.2"),
        ('SELECT (STRLANGDIR("a", "ar", "rtl") AS ?x) {}', "STRLANGDIR belongs to RDF 1.2"),
        ("SELECT (<<( <urn:a> <urn:b> 1 )>> AS ?x) {}", "<< belongs to RDF 1.2"),
        ("CONSTRUCT { << ?s ?p ?o >> ?p 1 } { ?s ?p ?o }", "<< belongs to RDF 1.2"),
    ],
)
def test_a_query_whose_answer_not_every_reader_takes_is_refused(text: str, said: str) -> None:
    with pytest.raises(UnreadableError, match=said) as caught:
        canned(text)
    assert caught.value.sv


@pytest.mark.parametrize(
    "text",
    [
        'SELECT ("\\\\u0001 \\n\\r\\t\\u0041\\U0001F600" AS ?x) {}',
        "# triple << \\u0001\nSELECT ?triple { ?s <urn:triple> ?triple ; triple:strlangdir '<< triple' }",
        "SELECT * { ?a ?b ?c FILTER (?a < <urn:x> && ?a <<urn:x>) }",
        'SELECT ("\\UFFFFFFFF" AS ?x) {}',
    ],
)
def test_what_only_looks_like_such_a_query_is_taken(text: str) -> None:
    assert canned(text).text.endswith(text)


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", set()),
        ("CONSTRUCT WHERE { ?s ?p ?o }", set()),
        ("CONSTRUCT { ?s ?p ?o } { ?s a ?c ; ?p ?o }", set()),
        ("CONSTRUCT { ?s ?p ?o } { <urn:a> ?p 'x' . ?s <urn:q> ?o }", set()),
        ("CONSTRUCT { ?s ?p ?o } { VALUES ?p { <urn:a> } ?s ?p ?o }", set()),
        ("CONSTRUCT { ?s ?p ?o } { VALUES ?p { <urn:a> } ?s <urn:q> ?o }", {"p"}),
        ("CONSTRUCT { ?s ?p ?o } { ?p a ?c . ?s <urn:q> ?o }", {"p"}),
        ("CONSTRUCT { ?s ?p ?o } { ?s <urn:q> ?p , ?o }", {"p"}),
        ("CONSTRUCT { ?s ?p ?o ; <urn:p> ?q } { ?s <urn:q> ?o BIND (IRI(?o) AS ?p) }", {"p"}),
        ("SELECT ?p { BIND (<urn:p> AS ?p) }", set()),
        ("DESCRIBE ?s { ?s a ?c }", set()),
    ],
)
def test_a_property_that_a_query_makes_itself_is_known(text: str, made: set[str]) -> None:
    assert queries.made_properties(canned(text, "columns: {a: {sv: b}}")) == made
