"""Parameters of canned queries: where they stand in a query, and what may be bound to them."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode
from tests.canned import canned

from samverkan.errors import ParameterError, UnreadableError
from samverkan.model import queries
from samverkan.model.queries import Query
from samverkan.model.results import Table
from samverkan.store import Embedded

STORE = Embedded()


def _typed(kind: str, default: str = "UNDEF") -> Query:
    return canned(
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
    query = canned(f"PREFIX ex: <urn:>\nSELECT * {{ {block} }}", "parameters: {x: {type: text}}")
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
        canned(f"SELECT * {{ {body}\n", "parameters: {x: {type: text}}")


def test_a_parameter_with_two_blocks_is_refused() -> None:
    with pytest.raises(UnreadableError, match="has 2 VALUES blocks"):
        canned("SELECT * { VALUES ?x { 1 } values $x { 2 } }", "parameters: {x: {type: text}}")


def test_several_parameters_are_bound_in_any_order() -> None:
    head = "parameters: {a: {type: text}, b: {type: integer}, c: {type: iri}}"
    query = canned("SELECT ?a ?b ?c { VALUES ?b { UNDEF } VALUES ?c { UNDEF } VALUES ?a { UNDEF } }", head)
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
        canned("ASK {}").bind({"x": "y"})


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
