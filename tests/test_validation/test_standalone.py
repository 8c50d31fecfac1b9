"""`samverkan shacl`: any RDF files against any shapes, without a site."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pyoxigraph import RdfFormat, parse, serialize
from tests.generated_shapes import reported
from tests.w3c_shacl import SUITE

from samverkan.cli import main
from samverkan.validation import Report, Severity
from samverkan.validation.standalone import FORMATS, validate

DATA = """@prefix ex: <http://e/> .
ex:a a ex:C ;
    ex:p 01 , 1 ;
    ex:q [ ex:r "v" ] .
ex:b a ex:D ; ex:p "text" ; ex:q _:named .
_:named ex:r 5 .
<http://e/D> <http://www.w3.org/2000/01/rdf-schema#subClassOf> ex:C .
"""
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://e/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property ex:P ; sh:property [ sh:path ex:q ; sh:node ex:Part ] .
ex:P sh:path ex:p ; sh:datatype xsd:integer ; sh:maxCount 1 ; sh:severity ex:Grave ; sh:message "fel"@sv, "bad"@en .
ex:Part sh:property [ sh:path ex:r ; sh:datatype xsd:string ] .
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    data, shapes = tmp_path / "data.ttl", tmp_path / "shapes.ttl"
    data.write_text(DATA)
    shapes.write_text(SHAPES)
    return data, shapes


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["shacl", *map(str, arguments)])


def lines(report: Report) -> list[tuple[str, int | None]]:
    return sorted((found.rule, place.line) for found in report.findings for place in found.places)


def test_each_result_has_its_line(files: tuple[Path, Path]) -> None:
    data, shapes = files

    assert lines(validate([data], [shapes])) == [("NodeConstraintComponent", 5), ("P", 3), ("P", 5)]


def test_a_result_about_what_has_no_name_has_the_line_on_which_that_stands(files: tuple[Path, Path]) -> None:
    data, shapes = files
    data.write_text(
        "@prefix ex: <http://e/> .\n_:one a ex:C ; ex:p 1 .\n_:two a ex:C ;\n ex:p 'x' .\n[] a ex:C ; ex:p 'y' .\n"
        "ex:d ex:parts [ a ex:C ; ex:p 1 ] ,\n [ a ex:C ;\n ex:p 1 , 2 ] ,\n ( [ ex:p 'z' ] ) .\n"
        "ex:e a ex:C ; ex:q [ ex:r 'fits' ] ,\n [ ex:r 5 ] ."
    )
    assert lines(validate([data], [shapes])) == [("NodeConstraintComponent", 11), ("P", 4), ("P", 5), ("P", 8)]


def test_a_text_of_what_has_no_name_may_be_outside_a_list(files: tuple[Path, Path]) -> None:
    data, shapes = files
    shapes.write_text(
        SHAPES + "ex:L sh:targetClass ex:C ; a sh:NodeShape ; sh:property [ sh:path ex:p ; sh:in ( 'one' 'two' ) ] ."
    )
    data.write_text("@prefix ex: <http://e/> .\n[] a ex:C ; ex:p 'one' , 'on' , 'ONE' .\nex:a a ex:C ; ex:p 'x' .")
    found = [each.value for each in validate([data], [shapes]).findings if each.rule == "InConstraintComponent"]

    assert sorted(map(str, found)) == ['"ONE"', '"on"', '"x"']


@pytest.mark.parametrize("head", ["", "@base <http://b/c/> .", "@base <other/> ."], ids=["none", "whole", "relative"])
def test_what_is_named_relative_to_the_file_has_its_line(files: tuple[Path, Path], head: str) -> None:
    data, shapes = files
    data.write_text(
        f"@prefix ex: <http://e/> . {head}\n<#a> a ex:C .\n<#b>\n  ex:p <../b> ; a ex:C .\n<> a ex:C ; ex:p 'x' ."
    )

    assert lines(validate([data], [shapes])) == [("P", 4), ("P", 5)]


def test_a_target_of_which_the_data_say_nothing_has_the_line_of_the_shape(files: tuple[Path, Path]) -> None:
    data, shapes = files
    target = 'ex:N a sh:NodeShape ;\n sh:targetNode ex:nobody ,\n "nothing" ; sh:nodeKind sh:BlankNode .'
    shapes.write_text(f"@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://e/> .\n{target}")
    found = [each for each in validate([data], [shapes]).findings if each.rule == "N"]

    assert sorted((each.focus, str(each.places[0])) for each in found) == [
        ('"nothing"', f"{shapes}:4"),
        ("http://e/nobody", f"{shapes}:3"),
    ]


def test_a_folder_stands_for_its_files(files: tuple[Path, Path], tmp_path: Path) -> None:
    data, shapes = files
    (tmp_path / "all" / "more").mkdir(parents=True)
    data.rename(tmp_path / "all" / "more" / "data.ttl")
    (tmp_path / "all" / "notes.txt").write_text("no RDF")
    (tmp_path / "none").mkdir()

    assert lines(validate([tmp_path / "all"], [shapes])) == [("NodeConstraintComponent", 5), ("P", 3), ("P", 5)]
    (told,) = validate([tmp_path / "none"], [shapes]).findings
    assert (told.rule, "No file in this folder" in told.message["en"]) == ("syntax", True)


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_gives_the_same_results(files: tuple[Path, Path], suffix: str) -> None:
    data, shapes = files
    other = [path.with_suffix(suffix) for path in files]
    for source, target in zip(files, other, strict=True):
        target.write_bytes(serialize(parse(source.read_bytes(), RdfFormat.TURTLE), format=FORMATS[suffix]) or b"")

    found, expected = validate(other[:1], other[1:]), validate([data], [shapes])
    assert Counter(f.component for f in found.findings) == Counter(f.component for f in expected.findings)
    assert all(place.line for f in found.findings for place in f.places)


def test_a_report_as_turtle_has_every_term_as_it_is(files: tuple[Path, Path]) -> None:
    data, shapes = files
    answer = run(data, "--shapes", shapes, "--format", "turtle")
    rows = reported(tuple(quad.triple for quad in parse(answer.stdout.encode(), RdfFormat.TURTLE)))

    assert answer.exit_code == 1
    assert {(row[0], row[4]) for row in rows} == {
        *(("<http://e/a>", "<http://e/Grave>"), ("<http://e/b>", "<http://e/Grave>")),
        ("<http://e/b>", "<http://www.w3.org/ns/shacl#Violation>"),
    }


def test_two_runs_say_the_same_also_of_nodes_without_names(files: tuple[Path, Path]) -> None:
    data, shapes = files
    shapes.write_text(SHAPES + 'ex:N sh:targetObjectsOf ex:q ; sh:nodeKind sh:IRI ; sh:message "name it" .')
    answers = [run(data, data, "--shapes", shapes, "--format", form) for form in ("turtle", "json") for _ in range(2)]

    assert answers[0].stdout == answers[1].stdout
    assert answers[2].stdout == answers[3].stdout
    assert {found["focus"] for found in json.loads(answers[2].stdout)["findings"] if found["rule"] == "N"} == {
        *("_:node1", "_:named", "_:node1-1", "_:named-1")
    }


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("missing.ttl", None, "can't be read"),
        ("data.csv", "a,b", "What format data.csv has is not known"),
        ("broken.ttl", "<a:s> <a:p>", "broken.ttl:1"),
        ("broken.jsonld", "{", "broken.jsonld:1"),
        ("latin.ttl", '<a:s> <a:p> "å" .'.encode("latin-1"), "latin.ttl:1"),
        ("wide.ttl", "<a:s> <a:p> <a:o> .".encode("utf-16"), "The file is in UTF-16"),
        ("remote.jsonld", '{\n"@context": ["https://e/c"]}', "The context https://e/c is at another address"),
        ("deep.jsonld", '{"urn:p":' * 20_000 + "1" + "}" * 20_000, "deep.jsonld:1"),
        ("deep.nt", f"<a:s> <a:p> {'<<( <a:s> <a:p> ' * 20_000}", "deep.nt:1"),
    ],
)
def test_what_can_not_be_read_is_named_and_nothing_else_is_checked(
    files: tuple[Path, Path], name: str, content: str | bytes | None, words: str
) -> None:
    path = files[0].with_name(name)
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    answer = run(files[0], path, "--shapes", files[1], "--lang", "en")

    assert answer.exit_code == 3
    assert words in answer.stdout


RDF_XML = (
    '<?xml version="1.0" encoding="{}"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:ex="http://e/">\n<ex:C rdf:about="http://e/a"><ex:p>Åäö</ex:p></ex:C></rdf:RDF>'
)


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "windows-1252", "UTF-16", "UTF-16LE", "utf-8"])
def test_xml_is_read_in_the_encoding_that_it_names(files: tuple[Path, Path], encoding: str) -> None:
    data = files[0].with_suffix(".rdf")
    data.write_bytes((("\ufeff" if encoding == "UTF-16LE" else "") + RDF_XML.format(encoding)).encode(encoding))

    report = validate([data], [files[1]])

    assert [(found.value, found.places[0].line) for found in report.findings] == [('"Åäö"', 3)]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("UTF-8", "The file is not in UTF-8: byte 0xC5 can't be read."),
        ("UTF-7", "The file can't be read as UTF-7."),
        ("punycode", "The file can't be read as punycode."),
        ("hex", "The file can't be read as hex."),
    ],
)
def test_xml_that_is_not_what_it_says_is_named(files: tuple[Path, Path], encoding: str, said: str) -> None:
    data = files[0].with_suffix(".rdf")
    data.write_bytes(RDF_XML.format(encoding).encode("latin-1"))

    [found] = validate([data], [files[1]]).findings

    assert said in found.message["en"]
    assert found.places[0].line


@pytest.mark.parametrize(
    "context",
    [
        '[{"p": "ex:p"},\n"https://e/c"]',
        '{"p": {"@id": "https://e/p", "@context":\n"https://e/c"}}',
        '{"@import":\n"https://e/c"}',
    ],
)
def test_the_context_that_is_elsewhere_is_the_one_that_is_told(files: tuple[Path, Path], context: str) -> None:
    data = files[0].with_suffix(".jsonld")
    data.write_text(f'{{"@context": {context}, "p": "x"}}')

    [found] = validate([data], [files[1]]).findings

    assert found.message["en"].startswith("The context https://e/c is at another address")
    assert found.places[0].line == 2


def test_data_of_which_nothing_is_asked_are_told(files: tuple[Path, Path]) -> None:
    data, shapes = files
    data.write_text("<http://e/x> <http://e/y> <http://e/z> .")
    report = validate([data], [shapes])

    assert [(found.rule, found.severity) for found in report.findings] == [("nothing-checked", Severity.WARNING)]
    assert run(data, "--shapes", shapes).exit_code == 0


def test_a_name_that_shacl_does_not_have_is_told_for_it_asks_for_nothing(files: tuple[Path, Path]) -> None:
    data, shapes = files
    shapes.write_text(SHAPES.replace("sh:maxCount", "sh:maxCuont"))
    [found] = [found for found in validate([data], [shapes]).findings if found.rule == "unknown-standard-term"]

    assert (found.severity, found.places[0].line) == (Severity.WARNING, 4)
    assert "shacl#maxCount?" in found.message["en"]


@pytest.mark.parametrize(
    ("more", "rule", "code"),
    [
        ("ex:S sh:node ex:Nothing .", "unknown-shape", 0),
        ("ex:P sh:flags 'i' .", "lone-parameter", 0),
        ("ex:S sh:entailment <http://www.w3.org/ns/entailment/RDFS> .", "unsupported-entailment", 1),
    ],
)
def test_a_part_of_a_shape_that_checks_nothing_is_told(
    files: tuple[Path, Path], more: str, rule: str, code: int
) -> None:
    data, shapes = files
    data.write_text("@prefix ex: <http://e/> .\nex:a a ex:C .\n")
    shapes.write_text(SHAPES + more)

    result = run(data, "--shapes", shapes, "--lang", "en")

    assert f"shapes.ttl:6 {'VIOLATION' if code else 'WARNING'} [{rule}]" in result.output
    assert result.exit_code == code


@pytest.mark.parametrize(
    ("count", "words"), [(1, "1 shape; there is nothing"), (2, "2 shapes; for 1 of them there is")]
)
def test_shapes_that_reach_nothing_are_counted(files: tuple[Path, Path], count: int, words: str) -> None:
    data, shapes = files
    named = "<http://e/s> <http://www.w3.org/ns/shacl#targetNode> <http://e/a> ."
    shapes.write_text(f"<http://e/t> <http://www.w3.org/ns/shacl#targetClass> <http://e/None> . {named * (count - 1)}")

    assert f"Checked: {words}" in run(data, "--shapes", shapes, "--lang", "en").stdout


DECLARED = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://e/> .
ex: sh:declare [ sh:prefix "e" NAMESPACE ] .
ex:S a sh:NodeShape ; sh:targetClass ex:D ; sh:sparql [ sh:prefixes ex: ;
    sh:message "bad" ; sh:select "SELECT $this ?value { $this e:p ?value }" ] .
"""


@pytest.mark.parametrize(
    ("namespace", "expected"),
    [('; sh:namespace "http://e/"', "S"), ("; sh:namespace ex:", "S"), ("", "ill-formed-shape")],
    ids=["a text", "an IRI", "none"],
)
def test_a_namespace_may_be_written_as_an_iri_but_not_be_missing(
    files: tuple[Path, Path], namespace: str, expected: str
) -> None:
    data, shapes = files
    shapes.write_text(DECLARED.replace("NAMESPACE", namespace))

    assert [rule for rule, _ in lines(validate([data], [shapes]))] == [expected]


def test_what_is_imported_is_told_and_not_fetched(files: tuple[Path, Path]) -> None:
    data, shapes = files
    shapes.write_text(SHAPES + "ex: <http://www.w3.org/2002/07/owl#imports> <http://127.0.0.1:9/more> .")

    [told] = [found for found in validate([data], [shapes]).findings if found.rule == "import-not-followed"]
    assert told.severity is Severity.INFO
    assert "http://127.0.0.1:9/more" in told.message["en"]


@pytest.mark.parametrize("engine", ["samverkan", "pyshacl"])
def test_both_engines_may_be_asked(files: tuple[Path, Path], engine: str) -> None:
    answer = run(files[0], "--shapes", files[1], "--engine", engine, "--format", "json")
    found = json.loads(answer.stdout)["findings"]

    assert Counter(each["component"].rpartition("#")[2] for each in found) == Counter(
        {
            "DatatypeConstraintComponent": 1,
            "MaxCountConstraintComponent": 1,
            "NodeConstraintComponent": 1,
        }
    )


def test_the_files_of_the_w3c_can_be_read_as_they_lie() -> None:
    paths = sorted((SUITE / "core").rglob("*-00*.ttl"))
    reports = [validate([path], [path], seconds=20) for path in paths[:40]]

    assert len(reports) == 40
    assert all(report.readable for report in reports)
    assert not {found.rule for report in reports for found in report.findings} & {"broken-shapes", "broken-check"}
