"""The line of every triple, against documents whose lines are marked by hand and against generated ones."""

# ruff: noqa: E501, ISC004 - a document and its lines are read best side by side

from __future__ import annotations

import random
import re

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from samverkan.model import turtle_positions
from samverkan.model.turtle_positions import Positions
from samverkan.publication.published import Site

# Each document is followed by the line of each of its triples about an IRI, in the order of the parser.
MARKED: dict[str, tuple[str, list[int]]] = {
    "one statement": ("<a:s> <a:p> <a:o> .\n", [1]),
    "no newline at the end": ("<a:s> <a:p> <a:o> .", [1]),
    "no space before the dot": ("@prefix a: <a:>.\na:s a:p a:o.\na:t a:p 1.\n", [2, 3]),
    "nothing between two statements": ("<a:s> <a:p> <a:o>.<a:t> <a:p> 'x'.<a:u> <a:p>\n'y'@en.", [1, 1, 2]),
    "object lists": ("<a:s>\n  <a:p> 1,\n    2\n  , 3 ;\n  <a:q>\n    4 ,\n\n    5 ;\n.\n", [2, 3, 4, 6, 8]),
    "empty semicolons": ("<a:s> <a:p> 1 ;;\n ; <a:q> 2 ; ; .\n<a:t> <a:p> 3 .", [1, 2, 3]),
    "comments with marks": (
        '# <a:s> <a:p> "x" . \'\n<a:s> # "open\n <a:p> # . ; , [ (\n 1 , # """\n 2 . # <a:s> <a:p> 3 .\n<a:t> <a:p> 4 .',
        [4, 5, 6],
    ),
    "a hash inside an IRI": ("<a:s#x> <a:p#y>\n<a:o#z> . # <a:u>\n<a:t> <a:p#,;.()> 2 .", [2, 3]),
    "long strings": (
        '<a:s> <a:p> """one\n. ; , # [ ( "\n""two" \\""" \\\\""" ,\n\'\'\'a\'b\'\'c\n@prefix x: <y:> .\n\'\'\' .\n<a:t> <a:p> 3 .',
        [1, 4, 7],
    ),
    "quotes in strings": ("<a:s> <a:p> \"it's\\\" .\" ,\n 'say \"x\\' .' ,\n \"\" ,\n '\\n' .", [1, 2, 3, 4]),
    "prefixes": (
        "@prefix : <a:>.\n@prefix b: <b:> .\n@prefix b.c-d: <c:> .\nb:s :p\n b.c-d:o ,\n : ,\n b: .\n:s b:p.q.r :o.x .",
        [5, 6, 7, 8],
    ),
    "prefixes of SPARQL": (
        "PREFIX a: <a:>\nprefix b: <b:> # <c:> .\nBASE <http://x/>\nbase <y/>\na:s b:p\n<o> .\nPreFix a: <z:> a:s b:p 1 .",
        [6, 7],
    ),
    "in full what has a prefix too, and the namespace itself": (
        "@prefix a: <http://a/x/> .\na:s a:p 1 .\n<http://a/x/> a:p 1 ,\n <http://a/x/t> .\n<http://a/x/s> a:q 2 .",
        [2, 3, 4, 5],
    ),
    "a prefix that is declared again": (
        "@prefix a: <a:> .\na:s a:p 1 .\n@prefix a: <b:> .\na:s a:p 1 .\n@prefix a: <a:> .\na:s a:p 2 .",
        [2, 4, 6],
    ),
    "a directive behind a statement": ("<a:s> <a:p> 1 . @prefix b: <b:> . b:s b:p 2 .\nb:t b:p 3 .", [1, 1, 2]),
    "a base": (
        "@base <http://a/b/> .\n<s> <p>\n<../o> , <#x> .\n@base <c/> .\n<s> <p>\n<> .\n@prefix q: <q#> .\nq:s q:p 1 .",
        [3, 3, 6, 8],
    ),
    "escapes in names": ("@prefix a: <a:> .\na:s\\,t a:p\\.q\n a:o\\#x ,\n a:%41\\~ ,\n a:x\\;y .", [3, 4, 5]),
    "escapes in IRIs": (
        "<http://a/\\u00e9> <http://a/\\U000000E9>\n<http://a/é> .\n<http://a/é> <http://a/p> '\\u00e9' .",
        [2, 3],
    ),
    "numbers and truth values": (
        "<a:s> <a:p> .1 ,\n -2.5 ,\n +.5 ,\n 1e3 ,\n 1.5E-7 ,\n true ,\n false .\n<a:t> <a:p> 1.\n<a:u> <a:p> 1.5.\n<a:v> <a:p> true.",
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    ),
    "datatypes": (
        "@prefix x: <http://www.w3.org/2001/XMLSchema#> .\n<a:s> <a:p> '1'^^x:int ,\n 'a' ^^ <a:t> ,\n 'b'^^ # ' .\n x:date ,\n"
        "'''c\nd'''^^x:a.b .",
        [2, 3, 4, 6],
    ),
    "languages": ("<a:s> <a:p> 'a'@en ,\n 'b'@sv-SE,\n 'c' @zh-Hant-TW\n.\n<a:t> <a:p> 'd'@en.", [1, 2, 3, 5]),
    "types": ("@prefix a: <a:> .\na:s a\n a:T, a:a ;\n a:a a:a .\na:a a a:a .", [3, 3, 4, 5]),
    "the same subject in several statements": (
        "<a:s> <a:p> 1 .\n<a:t> <a:p> 1 .\n<a:s> <a:p> 2 .\n<a:s> <a:q> 1 .",
        [1, 2, 3, 4],
    ),
    "blank nodes within": (
        "<a:s> <a:p> [ <a:q> 'x . y' ;\n <a:r> [ <a:p> 1 ] ,\n 2 ] ;\n <a:q>\n 3 .\n_:b <a:p> 4 .\n[] <a:p> 5 .\n[ <a:p> 6 ] .\n<a:t> <a:p>\n 7 .",
        [1, 5, 10],
    ),
    "collections": (
        "<a:s> <a:p> ( 1\n 'x ) .'\n (2) [ <a:q> 3 ] ) ,\n 4 ;\n <a:q>\n ( ) , () .\n(1) <a:p> 5 .\n<a:t> <a:p> 6 .",
        [1, 4, 6, 6, 8],
    ),
    "line ends of Windows": (
        "<a:s>\r\n <a:p> 1 ,\r\n '''a\r\nb''' ,\r\n 2 . # x\r\n\r\n<a:t> <a:p> 3 .\r\n",
        [2, 3, 5, 7],
    ),
    "tabs and little space": ("@prefix\ta:<a:>.\na:s\ta:p\t1,2;a:q\n3.", [2, 2, 3]),
    "other scripts": (
        "@prefix å: <http://å/> .\nå:ä å:ö '𝔘' ,\n 'שלום . ' ;\n å:漢字\n å:é.ñ .\n# \u2028 ' \u0085\nå:x å:y '\u2028\u0085\x0b' ,\n 1 .",
        [2, 3, 5, 7, 8],
    ),
    "words that look like directives": (
        "@prefix prefix: <a:> .\n@prefix base: <b:> .\nprefix:x base:p prefix:base ,\n base: .",
        [3, 4],
    ),
    "space at the end of a comment": (
        "<a:s> <a:p> 1 .\n# one\n# \n# two\t \n<a:t> # \n <a:p> # three  \n 2 . # \n \n#\t\n<a:u> <a:p> 'x # ' .# \n<a:v> <a:p> 4 .",
        [1, 7, 10, 11],
    ),
    "a comment as the last thing": ("<a:s> <a:p> 1 .\n# <a:s> <a:p> 2 .\n# and <a:t> <a:p> 3 .", [1]),
}


@pytest.fixture(autouse=True, params=["searched for", "listed"])
def a_way_to_names(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Find the names of each document in both ways: each by itself, and all that statements begin with at once."""
    if request.param == "listed":
        monkeypatch.setattr(turtle_positions, "_MANY", 0)


def _stated(document: str) -> list[Triple]:
    triples = (quad.triple for quad in parse(document.encode(), format=RdfFormat.TURTLE))
    return [triple for triple in triples if isinstance(triple.subject, NamedNode)]


def _line(positions: Positions, triple: Triple) -> int | None:
    assert isinstance(triple.subject, NamedNode)
    assert isinstance(triple.predicate, NamedNode)
    return positions.line(triple.subject, triple.predicate, triple.object)


def test_the_marked_documents_are_all_there() -> None:
    assert len(MARKED) == 31
    assert sum(len(lines) for _, lines in MARKED.values()) == 105


@pytest.mark.parametrize("name", MARKED)
def test_every_triple_of_a_marked_document_has_its_line(name: str) -> None:
    document, lines = MARKED[name]
    triples = _stated(document)
    positions = Positions(document.encode())
    found = [_line(positions, triple) for triple in triples]
    nested = [place for place, triple in enumerate(triples) if isinstance(triple.object, BlankNode)]
    assert sorted(found) == sorted(lines) if nested else found == lines  # type: ignore[type-var]


NAMESPACES = {
    "": "urn:none:",
    "ex": "https://example.org/",
    "a.b": "https://example.org/a#",
    "å": "urn:å:",
    "xsd": "urn:xsd#",
}
GAPS = (" ", "\n", "\t", "\r\n", ' # . ; , " \' <a:b> """\n', "\n\n  ", "#\n", " # it's\r\n")
VALUES = (
    *('"x"', "'it\\'s .'", '"""a\n.\nb"""', "'''\\''' # \"\"\" \n'''", '"\\""', '""', '"é\\u00e9"', '"a;b,c.[d]#e"'),
    *(
        '"x"@sv',
        "'x'@en-GB",
        '"1"^^xsd:int',
        '"1"^^<urn:t>',
        '"""2\n"""^^ex:t.u',
        "1",
        "-2",
        "+3.0",
        ".5",
        "4e5",
        "true",
        "false",
    ),
    *(
        "<urn:x>",
        "<urn:x#y;z,.>",
        "ex:",
        "ex:a",
        "ex:a.b",
        "a.b:c-d",
        "ex:a\\,b\\.c",
        ":x",
        "å:ä",
        "ex:1",
        "ex:a:b",
        "()",
    ),
)


def _generated(seed: int) -> tuple[str, dict[tuple[str, str, str], int]]:
    """A Turtle text of random layout, and the first line of each triple, noted as it is written."""
    dice = random.Random(seed)
    text = "".join(f"@prefix {name}: <{iri}> .{dice.choice(GAPS)}" for name, iri in NAMESPACES.items())
    lines: dict[tuple[str, str, str], int] = {}

    def write(token: str, *, glue: bool = False) -> int:
        nonlocal text
        text += "" if glue and dice.random() < 0.5 else "".join(dice.choices(GAPS, k=dice.randint(1, 2)))
        line = text.count("\n") + 1
        text += token
        return line

    for _ in range(dice.randint(1, 12)):
        subject = dice.choice(("ex:s", "<https://example.org/s>", ":t", "ex:s\\.t", "<urn:s>", "å:s"))
        write(subject)
        for position in range(dice.randint(1, 4)):
            if position:
                write(";" * dice.randint(1, 2), glue=True)
            predicate = dice.choice(("a", "ex:p", "<urn:p>", "ex:p.q", ":p"))
            write(predicate)
            for place in range(dice.randint(1, 4)):
                if place:
                    write(",", glue=True)
                value = dice.choice(VALUES)
                line = write(value)
                lines.setdefault((_full(subject), _full(predicate), _full(value)), line)
        # After a name or a number a dot could belong to it.
        write(".", glue=text[-1] in "\"'>)")
    return text, lines


def _full(token: str) -> str:
    """A token as one string that is the same for every way of writing the term."""
    header = "".join(f"@prefix {name}: <{iri}> ." for name, iri in NAMESPACES.items())
    if token == "a":
        return "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
    return str(next(parse(f"{header} <s:> <p:> {token} .".encode(), format=RdfFormat.TURTLE)).object)


def test_every_triple_of_generated_documents_has_its_line() -> None:
    checked = 0
    for seed in range(250):
        document, lines = _generated(seed)
        positions = Positions(document.encode())
        for triple in set(_stated(document)):
            key = (str(triple.subject), str(triple.predicate), str(triple.object))
            assert _line(positions, triple) == lines[key], (seed, key, document)
            checked += 1
    assert checked > 5000


def test_every_triple_of_the_site_has_a_line_where_its_value_is_written(ki: Site) -> None:
    checked = 0
    for file in ki.dataset.files:
        positions, lines = Positions(file.content), file.content.decode().split("\n")
        for triple in file.triples:
            if isinstance(triple.subject, NamedNode):
                line = _line(positions, triple)
                assert line is not None
                assert _first_word(triple.object) in lines[line - 1]
                checked += 1
    assert checked > 5000


def _first_word(term: object) -> str:
    """The first word of a text, or the last of a name: the part that every way of writing it has."""
    if isinstance(term, Literal):
        words: list[str] = re.findall(r"\w+", term.value.split("\n")[0])
        return words[0] if words else ""
    return re.split(r"[/#:]", term.value)[-1] if isinstance(term, NamedNode) else ""


def test_without_a_value_the_first_use_of_the_property_is_told() -> None:
    positions = Positions(b"<a:s> <a:p> 1 .\n<a:s> <a:q> 2 ,\n 3 ; <a:p> 4 .")
    assert positions.line(NamedNode("a:s"), NamedNode("a:q")) == 2
    assert positions.line(NamedNode("a:s"), NamedNode("a:q"), Literal(3)) == 3
    assert positions.line(NamedNode("a:s")) == 1


def test_what_is_not_said_has_no_line() -> None:
    positions = Positions(b"# <a:s> <a:p> <a:o> .\n<a:s> <a:p> '<a:t> <a:p> 1 .' .")
    assert positions.line(NamedNode("a:t"), NamedNode("a:p"), Literal(1)) is None
    assert positions.line(NamedNode("a:s"), NamedNode("a:p"), Literal(1)) is None
    assert positions.first(NamedNode("a:o")) is None
    assert positions.mentions("a:o") is None


def test_a_thing_begins_where_its_first_statement_begins() -> None:
    positions = Positions(b"@prefix a: <a:> .\n<a:x> <a:p> <a:s> .\n\n# here\na:s\n <a:p> 1 .\n<a:s> <a:p> 2 .")
    assert positions.first(NamedNode("a:s")) == 5


@pytest.mark.parametrize(
    "directive", ["@prefix a: <x:> .", "PREFIX a: <x:>", "preFix\ta:<x:>", "# a\n@prefix a: <x:>."]
)
def test_a_directive_is_found_however_it_is_written_and_whatever_stands_before(directive: str) -> None:
    before = "<a:\u0130> <a:base> '\u0130 prefix', ' base ' .\n"  # a letter that becomes two in lower case
    positions = Positions(f"{before}{directive}\na:s a:p 1 .".encode())
    assert positions.line(NamedNode("x:s"), NamedNode("x:p")) == before.count("\n") + directive.count("\n") + 2


def test_an_iri_is_mentioned_in_any_place() -> None:
    positions = Positions(b"# <a:o>\n@prefix a: <b:> .\n<a:s> a\n a:T ;\n a:p\n [ a:q <a:o> ] ;\n a:r 'x'^^<a:d> .")
    assert [positions.mentions(iri) for iri in ("a:s", "b:T", "b:p", "b:q", "a:o", "a:d")] == [3, 4, 5, 6, 6, 7]


@pytest.mark.parametrize(
    ("document", "line"),
    [
        ("<a:s> <a:p> 1 .", None),
        ("<a:s> <a:p> '[ _:x' , () .", None),
        ("<a:s> <a:p>\n [ ] .", 2),
        ("<a:s> <a:p> <x:[> ,\n ( 1 ) .", 2),
        ("# _:a\n<a:s> <a:p> 1 .\n_:b <a:p> 1 .", 3),
    ],
)
def test_the_first_blank_node_has_its_line(document: str, line: int | None) -> None:
    assert Positions(document.encode()).line(BlankNode(), NamedNode("a:p")) == line


@pytest.mark.parametrize(
    "piece",
    [
        *(
            '"""',
            '"""a\\"',
            "'''\\'''\n",
            '"""\\"\n',
            "'",
            '"',
            '"a" ',
            '"\\',
            "<",
            "<<<<",
            "<a",
            "\\",
            "\\\\\\",
            ".",
            "a.",
            "a..",
            "...a",
        ),
        *(
            "(",
            "( ",
            "[",
            "[ <a:b> ",
            ")",
            "#",
            "# a b c .\n",
            "@prefix ",
            "@prefix a: <b:> . a:b ",
            "PREFIX a:<b:>",
            "^^",
            '""^^ ',
            "\r",
        ),
    ],
)
def test_a_hostile_text_is_read_at_once(piece: str) -> None:
    positions = Positions(b"<a:s> <a:p> " + piece.encode() * (300_000 // len(piece)))
    assert positions.line(NamedNode("a:s"), NamedNode("a:p"), Literal("nothing")) is None
    assert positions.first(NamedNode("a:t")) is None
