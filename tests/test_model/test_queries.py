"""Canned queries: what a head says, where its parameters stand, what may be bound to them, and what is refused."""

from __future__ import annotations

import contextlib
import random
import re
import time
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad

import samverkan
from samverkan.errors import ParameterError, UnreadableError, UsageError
from samverkan.model import queries
from samverkan.model import sparql as sparql_text
from samverkan.model.queries import Query
from samverkan.model.results import BooleanResult, Table
from samverkan.publication.published import Site
from samverkan.store import Embedded

STORE = Embedded()
GRAPHS = frozenset({"https://example.org/graph/a"})
PREFIXES = {"g": "https://example.org/graph/"}
HERE = "https://example.org/sparql"


def _query(body: str, head: str = "", file: str = "queries/some-query.rq") -> Query:
    return queries.read_query("".join(f"#+ {line}\n" for line in head.splitlines()) + body, file)


def _typed(kind: str, default: str = "UNDEF") -> Query:
    return _query(
        f"SELECT ?given ?other {{ VALUES ?given {{ {default} }} BIND (1 AS ?other) }}",
        f"parameters:\n  given:\n    type: {kind}",
    )


def _answer(query: Query, **values: str) -> object:
    answer = STORE.query(query.bind(values))
    assert isinstance(answer, Table)
    assert answer.variables == ("given", "other")
    (row,) = answer.rows
    assert row[1] == Literal(1)
    return row[0]


# --- heads


def test_a_head_says_what_a_query_is() -> None:
    query = _query(
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
    query = _query("ASK {}")
    assert (query.summary, query.description, query.tags, query.parameters) == ({"": "some-query"}, {}, (), ())


def test_norwegian_is_a_language_and_not_a_truth_value() -> None:
    assert _query("ASK {}", "summary: {no: Tittel}").summary == {"no": "Tittel"}


def test_a_class_may_be_named_in_full() -> None:
    query = _query("SELECT * { VALUES ?x { UNDEF } }", "parameters: {x: {type: iri, class: '<urn:Kind>'}}")
    assert query.parameter("x").instances_of == "urn:Kind"


def test_a_head_may_say_how_the_answer_is_shown() -> None:
    query = _query(
        "SELECT ?item ?whenLabel { VALUES ?item { 1 } }",
        "view: list\nhome: 3\ncolumns:\n  item: {sv: Sak, en: Thing}\n  when: Plain\n",
    )
    assert (query.view, query.home) == ("list", 3)
    assert query.columns == {"item": {"sv": "Sak", "en": "Thing"}, "when": {"": "Plain"}}


def test_a_head_need_not_say_how_the_answer_is_shown() -> None:
    query = _query("SELECT ?item { VALUES ?item { 1 } }", "summary: A head as grlc reads it\nmethod: GET\nview:\n")
    assert (query.view, query.columns, query.home) == ("", {}, None)
    queries.check_answer(query, ("item",))


def test_the_first_place_on_the_start_page_may_be_zero() -> None:
    assert _query("ASK {}", "home: 0").home == 0


@pytest.mark.parametrize("head", ["view: picture", "home: first", "columns: [x]", "columns: {x: [a]}"])
def test_a_head_that_shows_wrongly_is_told_in_swedish_too(head: str) -> None:
    with pytest.raises(UnreadableError) as caught:
        _query("SELECT ?x {}", head)
    assert caught.value.message("sv").startswith("queries/some-query.rq:1: ")
    assert caught.value.message("sv") != caught.value.message("en")
    assert caught.value.remedy


def test_an_unknown_view_is_answered_with_those_there_are() -> None:
    with pytest.raises(UnreadableError, match="There is no view 'timelines'") as caught:
        _query("SELECT ?x {}", "view: timelines")
    assert caught.value.remedy == f"The views are {', '.join(queries.VIEWS)}."
    assert all(view in caught.value.sv for view in queries.VIEWS)


def test_there_are_nine_views_and_four_of_them_are_roles() -> None:
    assert len(queries.VIEWS) == 9
    assert len(queries.ROLES) == 4
    assert set(queries.VIEWS) > queries.ROLES


_TEXT = "parameters: {text: {type: text}}\n"


def _seen(view: str, *columns: str, head: str = _TEXT) -> None:
    body = f"SELECT {' '.join(f'?{name}' for name in columns) or '*'} {{ VALUES ?text {{ UNDEF }} }}"
    queries.check_answer(_query(body, f"{head}view: {view}"), columns)


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
    query = _query("SELECT ?item ?typeLabel {}", "columns: {item: Thing, type: Kind, tpye: Kind, sort: Sort}")
    with pytest.raises(
        UnreadableError, match="does not select: tpye, sort\\. Its columns are: item, typeLabel\\."
    ) as caught:
        queries.check_answer(query, ("item", "typeLabel"))
    assert "tpye, sort" in caught.value.sv


def test_a_site_has_one_query_for_each_role() -> None:
    first = _query("SELECT ?thing {}", "view: search", "queries/a.rq")
    second = _query("SELECT ?thing {}", "view: search", "queries/deep/b.rq")
    lists = [_query("SELECT ?item {}", "view: list", f"queries/{name}.rq") for name in "cd"]
    queries.check_roles([first, *lists, _query("ASK {}"), _query("ASK {}", file="queries/e.rq")])
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
    "#+ view: search\nSELECT ?thing {}": "needs a parameter 'text'",
    "#+ view: sources\nSELECT ?graph ?status {}": "Two queries have the view 'sources'",
}


def test_eight_sites_are_broken() -> None:
    assert len(BROKEN_SITES) == 8


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
        _query(body, head)
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
        _query("ASK {}", file=f"queries/{name}.rq")


# --- blocks

BLOCKS = [
    "VALUES ?x { 1 }",
    "values ?x{1}",
    "VaLuEs\n\t$x # } comment { VALUES ?x { 2 }\r\n {\n 1 # }\n }",
    "VALUES ?x { UNDEF }",
    'VALUES ?x { "}" }',
    "VALUES ?x { '''} VALUES ?x { 1 }''' }",
    "VALUES ?x { <urn:a#b> }",
    "VALUES ?x {}",
    "# VALUES ?x { 1 }\n VALUES ?x { 1 }",
    'FILTER ("VALUES ?x { 1 }" != "") VALUES ?x { 1 }',
    "FILTER ('VALUES ?x { 1 }' != '''VALUES ?x { 1 }''') VALUES ?x { 1 }",
    "FILTER (<urn:VALUES#?x> != <urn:y>) VALUES ?x { 1 }",
    "FILTER (?VALUES = ex:VALUES || BOUND(?y)) VALUES ?x { 1 }",
    "VALUES (?x ?y) { (1 2) } VALUES ?x { 1 }",
    "VALUES ?xx { 2 } VALUES ?x { 1 }",
    "{ VALUES ?y { 1 } } UNION { VALUES ?y { 2 } } VALUES ?x { 1 }",
]


def test_there_are_sixteen_kinds_of_blocks() -> None:
    assert len(BLOCKS) == 16


@pytest.mark.parametrize("block", BLOCKS)
def test_the_block_of_a_parameter_is_found_and_only_that(block: str) -> None:
    query = _query(f"PREFIX ex: <urn:>\nSELECT * {{ {block} }}", "parameters: {x: {type: text}}")
    start, end = query.parameter("x").span
    bound = query.bind({"x": "new"})
    assert bound == f'{query.text[:start]} "new" {query.text[end:]}'
    assert query.text[start - 1] == "{"
    assert query.text[end] == "}"
    assert 'VALUES ?x { "new"' in bound.replace("values", "VALUES").replace("?x{", "?x {") or "VaLuEs" in block
    STORE.query(bound)


@pytest.mark.parametrize(
    "body",
    [
        "# VALUES ?x { 1 }",
        "FILTER ('VALUES ?x { 1 }' = 1)",
        'FILTER ("""VALUES ?x { 1 }""" = 1)',
        "VALUES (?x) { (1) }",
        "VALUES ?xy { 1 }",
        "BIND (1 AS ?x)",
        "VALUES ?x { 1",
    ],
)
def test_a_parameter_without_a_block_is_refused(body: str) -> None:
    with pytest.raises(UnreadableError, match="has no block"):
        _query(f"SELECT * {{ {body}\n", "parameters: {x: {type: text}}")


def test_a_parameter_with_two_blocks_is_refused() -> None:
    with pytest.raises(UnreadableError, match="has 2 VALUES blocks"):
        _query("SELECT * { VALUES ?x { 1 } values $x { 2 } }", "parameters: {x: {type: text}}")


def test_several_parameters_are_bound_in_any_order() -> None:
    head = "parameters: {a: {type: text}, b: {type: integer}, c: {type: iri}}"
    query = _query("SELECT ?a ?b ?c { VALUES ?b { UNDEF } VALUES ?c { UNDEF } VALUES ?a { UNDEF } }", head)
    values = {"a": "} ?b {", "b": "12345678", "c": "urn:x"}
    for names in (["a", "b", "c"], ["c", "b", "a"], ["b", "a", "c"]):
        answer = STORE.query(query.bind({name: values[name] for name in names}))
        assert isinstance(answer, Table)
        assert answer.rows == ((Literal("} ?b {"), Literal(12345678), NamedNode("urn:x")),)


def test_a_parameter_that_is_not_given_keeps_its_default() -> None:
    assert _answer(_typed("text", '"default"')) == Literal("default")
    assert _answer(_typed("text")) is None


def test_an_unknown_parameter_is_refused_with_those_there_are() -> None:
    with pytest.raises(ParameterError, match="Its parameters are: given"):
        _typed("text").bind({"other": "x"})
    with pytest.raises(ParameterError, match="It has no parameters"):
        _query("ASK {}").bind({"x": "y"})


# --- values

PIECES = (
    *(
        '"',
        "'",
        '"""',
        "'''",
        "\\",
        "\\\\",
        '\\"',
        "\\u0022",
        "\\u005C",
        "\\U00000022",
        "\n",
        "\r",
        "\t",
        "\x07",
        "\x7f",
        "\u2028",
    ),
    *(
        "{",
        "}",
        "} UNION {",
        "} . ?s ?p ?o . {",
        "#",
        "# ",
        "//",
        "/*",
        "--",
        ";",
        ".",
        "(",
        ")",
        "<",
        ">",
        "<http://x/>",
        "?s",
        "$given",
    ),
    *(
        '" } SERVICE <http://x/> { ?s ?p ?o } #',
        "'; DROP ALL #",
        "@en",
        "^^xsd:int",
        "UNDEF",
        "VALUES ?given { 1 }",
        "%22",
        "&quot;",
    ),
    *(
        "\u202e",
        "\u200f",
        "שלום",
        "é",
        "e\u0301",
        "𝔘",
        "\ufeff",
        "\ufffe",
        "\x0b",
        "\x85",
        "a",
        " ",
        "",
        "0",
        "$1",
        "\\1",
        "\\g<0>",
    ),
)


def test_four_thousand_hostile_texts_change_no_query() -> None:
    dice = random.Random(4000)
    query = _typed("text")
    texts = {"".join(dice.choices(PIECES, k=dice.randint(1, 8))) for _ in range(5000)} | set(PIECES)
    assert len(texts) > 4000
    for text in texts:
        assert _answer(query, given=text) == Literal(text)


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=40))
def test_any_text_is_bound_as_that_text(text: str) -> None:
    assert _answer(_typed("text"), given=text) == Literal(text)


@pytest.mark.parametrize("text", ["\x00", "a\x00b", "\ud800", "x\udfff", "x" * 1001])
def test_what_is_no_text_is_refused(text: str) -> None:
    with pytest.raises(ParameterError, match="It takes a text of at most 1000 characters"):
        _typed("text").bind({"given": text})


REFUSED: dict[str, list[str]] = {
    "iri": [
        *(
            "",
            "x",
            "relative/x",
            "/x",
            "//x/y",
            "#x",
            "?x",
            "_:b",
            " urn:x",
            "urn:x ",
            "urn:x\n",
            "urn:a b",
            "1a:b",
            ":x",
            "@id",
            "é:x",
        ),
        *(
            "urn:x> } #",
            "urn:x>",
            "<urn:x>",
            'urn:"',
            "urn:{",
            "urn:}",
            "urn:|",
            "urn:^",
            "urn:`",
            "urn:\\u003e",
            "urn:\x00",
            "urn:\ud800",
        ),
        *("http://[", "http://x:y/", "urn:%zz", "urn:x\t", "urn:x\r", "urn:x\x7f"),
    ],
    "date": [
        *(
            "",
            "2020",
            "2020-1-1",
            "2020-02-30",
            "2021-02-29",
            "0000-01-01",
            "-2020-01-01",
            "+2020-01-01",
            "12020-01-01",
            "2020-13-01",
        ),
        *(
            "2020-00-01",
            "20200101",
            "2020-W01-1",
            "2020-01-01Z",
            "2020-01-01T00:00",
            " 2020-01-01",
            "2020-01-01\n",
            "٢٠٢٠-٠١-٠١",
        ),
        *('2020-01-01" }', "today"),
    ],
    "integer": [
        "",
        "1e3",
        "1.0",
        "1.",
        ".5",
        "0x1",
        "1_000",
        "1 000",
        "--1",
        "+-1",
        "٣",
        "²",
        "1\n",
        " 1",
        "1" * 19,
        "one",
        "1} {",
        "NaN",
    ],
    "language": [
        "",
        "s",
        "sv_SE",
        "sv-",
        "-sv",
        "sv--se",
        "sv SE",
        "sv\n",
        'sv" }',
        "*",
        "åå",
        "123",
        "sv-waytoolong",
        "abcdefghi",
        "@sv",
    ],
}
TAKEN: dict[str, list[str] | list[tuple[str, str]]] = {
    "iri": [
        *(
            "urn:x",
            "javascript:alert(1)",
            "http://x/?a=b&c=d#e",
            "https://å.se/ö",
            "urn:%7D",
            "urn:';--",
            "data:,x",
            "a:",
        ),
        *("urn:\u202ex", "mailto:a@b", "urn:*!$&'()+,;=", "file:///etc/passwd"),
    ],
    "date": ["2020-02-29", "0001-01-01", "9999-12-31"],
    "integer": [("5", "5"), ("+5", "5"), ("-5", "-5"), ("007", "7"), ("-0", "0"), ("9" * 18, "9" * 18)],
    "language": [
        ("sv", "sv"),
        ("EN", "en"),
        ("sv-SE", "sv-se"),
        ("zh-Hant-TW", "zh-hant-tw"),
        ("de-x-private", "de-x-private"),
    ],
}


def test_the_edges_of_every_kind_are_tried() -> None:
    assert set(REFUSED) == set(TAKEN) == set(queries.KINDS) - {"text"}
    assert sum(map(len, REFUSED.values())) == 87
    assert sum(map(len, TAKEN.values())) == 26


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in REFUSED.items() for value in values])
def test_a_value_of_another_kind_is_refused(kind: str, value: str) -> None:
    with pytest.raises(ParameterError) as caught:
        _typed(kind).bind({"given": value})
    assert caught.value.parameter == "given"
    assert caught.value.remedy == f"It takes {queries.KINDS[kind].takes['en']}."


@pytest.mark.parametrize(("kind", "value"), [(kind, value) for kind, values in TAKEN.items() for value in values])
def test_a_value_of_its_kind_stays_one_term(kind: str, value: str | tuple[str, str]) -> None:
    given, wanted = value if isinstance(value, tuple) else (value, value)
    found = _answer(_typed(kind), given=given)
    assert isinstance(found, NamedNode if kind == "iri" else Literal)
    assert found.value == wanted


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(st.lists(st.sampled_from(["urn:", "http://x/", *PIECES]), min_size=1, max_size=5).map("".join))
def test_an_iri_is_refused_or_stays_one_iri(text: str) -> None:
    try:
        bound = _typed("iri").bind({"given": text})
    except ParameterError:
        return
    answer = STORE.query(bound)
    assert isinstance(answer, Table)
    assert answer.rows == ((NamedNode(text), Literal(1)),)


# --- what is refused

OUTSIDE = [
    "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }",
    "SELECT * { service silent ?x { ?s ?p ?o } }",
    "SELECT * { SeRvIcE<http://x/>{} }",
    "SELECT * {\\u0053ERVICE <http://x/> {} }",
    "SELECT * { \\U00000053\\u0065RVICE <http://x/> {} }",
    "SELECT * { FILTER EXISTS { SERVICE <http://x/> {} } }",
    "SELECT * { { SELECT * { OPTIONAL{}SERVICE<http://x/>{} } } }",
    "SELECT * { SERVICESILENT<http://x/> {} }",
    "PREFIX ex: <urn:> SELECT * { ?s ?p ex:a\\#b . SERVICE <http://x/> {} }",
    "PREFIX ex: <urn:> SELECT * { ?s ?p ex:a\\'b . SERVICE <http://x/> {} # '\n }",
    "PREFIX å: <urn:> SELECT * { ?s ?p å:a\\#b . SERVICE <http://x/> {} }",
    "PREFIX : <urn:> SELECT * { ?s ?p :\\#b . SERVICE <http://x/> {} }",
    "PREFIX : <http://x/> SELECT * { SERVICE:x {} }",
    "PREFIX ex: <http://x/> SELECT * { SERVICEex:x {} }",
    "SELECT * { ?s ?p trueSERVICE<http://x/> {} }",
    "SELECT * { ?s ?p 1e5SERVICE<http://x/> {} }",
    "PREFIX : <http://x/> SELECT * { ?s ?p falseSERVICE:x {} }",
    "SELECT * { VALUES ?a { 1 } FILTER(?a<?b)SERVICE?s#>\n{ ?x ?y ?z } }",
    'SELECT * { VALUES ?x { """a" } SERVICE <http://x/> {} }',
    "SELECT * { VALUES ?x { '''a' } SERVICE <http://x/> {} }",
    'SELECT * { FILTER (?x = "\\u0022) SERVICE <http://x/> {} #") }',
    "SELECT * { FILTER ('#' = ?x) SERVICE <http://x/> {} }",
    "SELECT * { FILTER (<urn:#> = ?x) SERVICE <http://x/> {} }",
    "SELECT * FROM <http://x/> {}",
    "SELECT * from <file:///etc/passwd> {}",
    "SELECT * FR\\u004fM <http://x/> {}",
    "SELECT * FROM NAMED <http://x/> {}",
    "SELECT * FROM<https://example.org/graph/a>FROM<http://x/> {}",
    "SELECT * FROM <https://example.org/graph/a> FROM NAMED <http://x/> {}",
    "BASE <http://x/> SELECT * FROM <graph/a> {}",
    "PREFIX : <http://x/> ASK FROM:x {}",
    "PREFIX : <http://x/> ASK FROM NAMED:x {}",
    "PREFIX ex: <http://x/> ASK FROMex:x {}",
    "ASKFROM<http://x/>{}",
    "ASKFROMNAMED<http://x/>{}",
    "CONSTRUCTFROM<http://x/>WHERE{}",
    "DESCRIBE <urn:x> FROM <http://x/>",
    "PREFIX : <http://x/> SELECT(1<(2)AS?x)FROM:x#>\n {}",
    "SELECT * FROM # <https://example.org/graph/a>\n <http://x/> {}",
    "SELECT * FROM <https://example.org/graph/a\\u002fb> {}",
    "BASE <https://example.org/> BASE <http://x/> SELECT * FROM <graph/a> {}",
    "BASE <\\u0068ttp://x/> SELECT * FROM <graph/a> {}",
    "SELECT * FROM <graph/a\\u002F> {}",
    "SELECT * FROM <graph/b/../a/b> {}",
    "SELECT * FROM <> {}",
    "SELECT * FROM <//x/graph/a> {}",
    "PREFIX g: <graph/> PREFIX g: <http://x/> SELECT * FROM g:a {}",
    "PREFIX g: <http://x/> SELECT * FROM g:a {}",
    "PREFIXg:<http://x/> SELECT * FROM g:a {}",
    "PREFIX g: <graph/> SELECT * FROM g:%61 {}",
    "PREFIX : <http://x/> PREFIX NAMED: <graph/> ASK FROM NAMED:a {}",
    "SELECT * FROM <graph/a> FROM nosuch:a {}",
    "SELECT * FROM ?a {}",
    "SELECT * FROM",
    "SELECT * FROM NAMED",
    'SELECT (<urn:\\u0061#> AS ?a) ("\\u0022" AS ?b) FROM <http://x/> { FILTER("\\u0022" = "x") }',
    'SELECT * { BIND(<urn:\\u0061#> AS ?a) BIND("\\u0022" AS ?b) SERVICE <http://x/> {} FILTER("\\u0022" != "x") }',
]
INSIDE = [
    "SELECT * { ?service ?from $SERVICE }",
    "PREFIX service: <urn:> PREFIX from: <urn:> SELECT * { service:x from:y service:z }",
    "PREFIX service: <urn:> SELECT * { GRAPH service:x { ?s service:y ?o } }",
    "PREFIX ex: <urn:> SELECT * { ex:service ex:FROM ex:a.SERVICE }",
    "PREFIX ex: <urn:> SELECT * { ?s ex:p 1 # SERVICE <http://x/> { } FROM <http://x/>\n }",
    "SELECT * { ?s ?p 'SERVICE <http://x/> {}', \"FROM <http://x/>\", '''\nFROM <x>''', \"\"\"SERVICE\"\"\" }",
    "SELECT * { <http://x/SERVICE> <urn:from> <http://x/service#FROM> }",
    "SELECT * { ?s ?p '\\u0022 SERVICE' , 'it\\'s SERVICE' }",
    "SELECT * FROM <https://example.org/graph/a> {}",
    "SELECT * from named <https://example.org/graph/a> {}",
    "SELECT * FROM <https://example.org/graph/a> FROM NAMED <https://example.org/graph/a> {}",
    "ASK FROM<https://example.org/graph/a>{}",
    "PREFIX ex: <urn:> SELECT (COUNT(*) AS ?n) { ?s ex:p/^ex:q* ?o FILTER (?s < ?o && ?o > 1) } GROUP BY ?s",
    "SELECT * { ?s ?p ?o MINUS { " + "{" * 30 + "}" * 30 + "} }",
    "PREFIX ex: <https://example.org/graph/> SELECT * FROM ex:a {}",
    "SELECT * FROM <graph/a> FROM NAMED <graph/a> {}",
    "SELECT * FROM g:a FROM NAMED g:a {}",
    "PREFIX g: <http://x/> PREFIX g: <graph/> SELECT * FROM g:a {}",
    "BASE <graph/x> PREFIX : <a> SELECT * FROM : FROM NAMED <a> {}",
    "BASE <http://x/> BASE <https://example.org/> SELECT * FROM <graph/a> {}",
    "PREFIX x: <graph> SELECT * FROM x:\\/a {}",
    "SELECT * FROM <graph/\\u0061> {}",
    "SELECT * FROM # <http://x/>\n <//example.org/graph/a> FROM NAMED <graph/b/../a> {}",
    "# BASE <http://x/>\nPREFIX SELECT: <http://x/> SELECT * FROM <graph/a> {}",
    "CONSTRUCT { <s> <p> 1 } WHERE {}",
]


def test_all_ways_out_and_in_are_tried() -> None:
    assert (len(OUTSIDE), len(INSIDE)) == (57, 25)


@pytest.mark.parametrize("sparql", OUTSIDE)
def test_what_leaves_the_house_is_refused(sparql: str) -> None:
    with pytest.raises(UsageError) as caught:
        sparql_text.check_harmless(f"# first line\n{sparql}", "some.rq", GRAPHS, PREFIXES, HERE)
    assert caught.value.place is not None
    assert caught.value.place.file == "some.rq"
    assert caught.value.place.line in {2, 3}


@pytest.mark.parametrize("sparql", INSIDE)
def test_what_stays_in_the_house_is_asked(sparql: str) -> None:
    sparql_text.check_harmless(sparql, "some.rq", GRAPHS, PREFIXES, HERE)
    STORE.query(sparql, prefixes=PREFIXES, base=HERE)


SECRET = Embedded()
for named, name in ((NamedNode("urn:x"), NamedNode("http://x/graph/a")), (NamedNode("urn:all"), DefaultGraph())):
    SECRET._store.add(Quad(named, named, named, name))
SEEN = """ { { ?s ?p <urn:x> } UNION { GRAPH ?g { ?s ?p <urn:x> } } FILTER NOT EXISTS { ?all ?q <urn:all> } }"""
NAMES = ("<graph/a>", "<a>", "<graph/>", "g:a", ":a", "g:graph\\/a", "<\\u0067raph/a>", "<http://x/graph/a>")
PROLOGUE = [
    *(
        f"{word}{name}"
        for word in ("BASE ", "PREFIX g: ", "PREFIX :", "PREFIXg:")
        for name in ("<http://x/>", "<graph/>")
    ),
    *("BASE <http://x/graph/>", "BASE<\\u0068ttp://x/>", "BASE <https://example.org/>", "PREFIX : <>", "# ", "\n"),
]
FROM = [*(f"{word}{name}" for word in ("FROM ", "FROM NAMED ", "FROM", "FROM\\u0020") for name in NAMES), "#", "\n"]


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(
    st.lists(st.sampled_from(PROLOGUE), max_size=5).map(" ".join),
    st.lists(st.sampled_from(FROM), min_size=1, max_size=3).map(" ".join),
)
def test_no_name_of_a_graph_leads_to_one_that_is_not_published(prologue: str, dataset: str) -> None:
    """Whatever the base and the prefixes are, and however they are written: what passes reads nothing else."""
    sparql = f"{prologue} ASK {dataset}\n {SEEN}"  # who names no graph asks all, and so sees it
    try:
        sparql_text.check_harmless(sparql, "some.rq", GRAPHS, PREFIXES, HERE)
        answer = SECRET.query(sparql, prefixes=PREFIXES, base=HERE)
    except UsageError:
        return
    assert answer == BooleanResult(value=False)


def test_a_query_with_many_names_of_graphs_is_looked_through_at_once() -> None:
    began = time.perf_counter()
    for many in ("FROM :a " * 7000, "FROM <graph/a> " * 4000):
        sparql_text.check_harmless(f"PREFIX : <graph/> ASK {many} {{}}", "some.rq", GRAPHS, PREFIXES, HERE)
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    ("sparql", "line", "en", "sv"),
    [
        ("CONSTRUCT { <s> <p> 1 } WHERE {}", 1, "<s> is a relative IRI", "<s> är en relativ IRI"),
        ("SELECT * {\n ?s a <å/b> }", 2, "<å/b> is a relative IRI", "deklarera BASE"),
        ("PREFIX x: <y> SELECT * {}", 1, "<y> is a relative IRI", "ingen bas"),
        ("SELECT * { ?s\n\n <http://x/%zz> ?o }", 3, "<http://x/%zz> is not an IRI", "är ingen IRI"),
    ],
)
def test_an_iri_that_is_relative_or_none_is_told_as_it_stands(sparql: str, line: int, en: str, sv: str) -> None:
    with pytest.raises(UsageError) as caught:
        STORE.query(sparql, name="some.rq")
    assert str(caught.value).startswith(f"some.rq:{line}: {en}")
    assert sv in caught.value.message("sv")


def test_the_engine_resolves_names_and_says_which_it_can_not() -> None:
    with pytest.raises(UsageError, match="names of the graphs"):
        sparql_text.meant(["x:y"], "", {}, None)
    with pytest.raises(UsageError, match="names of the graphs"):
        sparql_text.meant(["<a>"], "ASK {} #", {}, "https://example.org/")


def test_every_canned_query_of_the_site_stays_in_the_house(ki: Site) -> None:
    assert len(ki.queries) > 50
    for query in ki.queries.values():
        sparql_text.check_harmless(query.text)


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *(
                    "SERVICE",
                    "service:",
                    "ex:",
                    "ex:a\\#b",
                    "<urn:x>",
                    "<urn:#>",
                    "?x",
                    "(",
                    ")",
                    "{",
                    "}",
                    " ",
                    "\n",
                    "#",
                    "'",
                    '"',
                    "'''",
                ),
                *(
                    '"""',
                    "\\",
                    "<",
                    ">",
                    "FILTER",
                    "true",
                    "1e5",
                    ".",
                    "SILENT",
                    "VALUES",
                    "BIND",
                    " AS ",
                    "\\u0053ERVICE",
                    "ex:p",
                    ":x",
                    ";",
                ),
            ]
        ),
        max_size=12,
    ).map("".join)
)
def test_what_asks_outside_never_passes(middle: str) -> None:
    """Whatever stands around it: a query that the parser takes and that would call out is refused before."""
    sparql = (
        f"PREFIX ex: <urn:> PREFIX : <urn:> PREFIX service: <urn:> ASK {{ {middle} SERVICE ?nowhere {{ ?x ?y ?z }} }}"
    )
    with contextlib.suppress(UsageError):
        sparql_text.check_harmless(sparql)
        assert _outcome(sparql) != "it called out"


def _outcome(sparql: str) -> str:
    """What becomes of a query: the call is in a comment or a string, it is no query, or it would call out."""
    try:
        found = pyoxigraph.Store().query(sparql)
        assert isinstance(found, pyoxigraph.QueryBoolean)
    except (SyntaxError, ValueError, RuntimeError) as error:
        return "it called out" if "unbound" in str(error) else "it is no query"
    return "it was answered"


@pytest.mark.parametrize(("opening", "closing"), [("{", "}"), ("(", ")"), ("[", "]"), ("!", "")])
def test_a_query_that_is_nested_too_deeply_is_refused(opening: str, closing: str) -> None:
    with pytest.raises(UsageError, match="deeper than 64"):
        sparql_text.check_harmless("ASK { FILTER " + opening * 2250 + closing * 2250 + " }")


def test_a_query_that_is_too_long_is_refused() -> None:
    with pytest.raises(UsageError, match="longer than 64 KB"):
        sparql_text.check_harmless("ASK {} #" + "é" * 33_000)
    sparql_text.check_harmless("ASK {} #" + "x" * 65_000)


@pytest.mark.parametrize(
    "piece", ['"""', '"""a\\"', "'''\\'''\n", "'", '"\\', "<", "\\", "a.", ":", "a:.", "#", "\\u0022", "?x", "ex:a\\"]
)
def test_a_hostile_query_is_looked_through_at_once(piece: str) -> None:
    text = "ASK {} " + piece * (60_000 // len(piece))
    began = time.perf_counter()
    with contextlib.suppress(UsageError):
        sparql_text.check_harmless(text)
    assert sum(len(token[0]) for token in sparql_text.tokens(text)) == len(text)
    assert time.perf_counter() - began < 5


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
    assert _query(sparql).form == form


def test_the_iris_of_a_query_are_told_with_their_lines() -> None:
    query = _query(
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
