"""What the parser of Turtle refuses is told at the line that has to be changed, all of a file at once."""

from __future__ import annotations

import pytest

from samverkan.errors import UnreadableError, UnreadableSiteError
from samverkan.model.dataset import File
from samverkan.model.turtle_mistake_messages import MESSAGES
from samverkan.model.turtle_mistakes import in_swedish, mistakes

HEAD = "@prefix a: <http://a.example/> .\n"

# What somebody wrote behind the prefix, the line that is told (1 is that of the prefix), and words of both messages.
MISTAKES: tuple[tuple[str, str, int, str, str], ...] = (
    ("a dot is missing", "a:b a a:c\n\na:d a a:e .", 2, "saknas en punkt", "A dot is missing after a:c"),
    ("the last dot is missing", "a:b a a:c\n", 2, "saknas en punkt", "the last statement of the file has no end"),
    ("a semicolon is missing", "a:b a a:c\n    a:d 1 .", 2, "saknas ett semikolon", "Write ; here"),
    ("a comma is missing", 'a:b a:c "x"@sv "y"@en .', 2, "saknas ett komma", "A comma is missing"),
    ("a dot for a semicolon", "a:b a a:c .\n    a:d a:e ;\n    a:f 1 .", 2, "Skriv ; i stället", "Write ; instead"),
    ("a semicolon for a dot", "a:b a:c 1 ;\n\na:d a a:e .", 2, "Skriv en punkt i stället", "Write a dot instead"),
    ("a dot too many", "a:b a:c 1 . .", 2, "en punkt för mycket", "a dot too many"),
    ("a quotation mark is missing at the end", 'a:b a:c "x@sv ;\n a:d 1 .', 2, "citattecken", "quotation mark"),
    ("a quotation mark is missing at the beginning", 'a:b a:c x"@sv ;\n a:d 1 .', 2, "citattecken", "quotation mark"),
    ("a quotation mark inside", 'a:b a:c "he said "yes" to it"@en .', 2, "inne i en text", "inside a text"),
    ("a text of two lines", 'a:b a:c "one\ntwo"@en .', 2, '"""', '"""'),
    ("a long text without end", 'a:b a:c """one\ntwo .\na:d a a:e .', 2, "slutar aldrig", "never ends"),
    ("a value is missing", "a:b a:c ;\n a:d 1 .", 2, "Efter a:c saknas ett värde", "A value is missing after a:c"),
    ("a comma behind the last value", "a:b a:c 1 ,\n  2 , .", 3, "Efter kommatecknet", "should follow the comma"),
    ("a property is missing", 'a:b "x" .', 2, "väntades en egenskap", "A property was expected"),
    ("a text as subject", '"x" a:b a:c .', 2, "börjar med adressen", "begins with the address"),
    ("a word without quotation marks", "a:b a:c hej ;\n a:d 1 .", 2, "hej är varken text", "hej is no text"),
    ("True in capitals", "a:b a:c True .", 2, "Menade du true?", "Did you mean true?"),
    ("a bare date", "a:b a:c 2025-06-03 .", 2, 'Menade du "2025-06-03"^^xsd:date?', "Did you mean"),
    ("a space in a name", "a:b a:c a:solna kommun .", 2, "en adress har inget mellanslag", "an address has no space"),
    ("a slash in a name", "a:b a:c a:d/e .", 2, "Tecknet / kan inte stå", "The character / can't be"),
    ("an unknown prefix that others have", "a:b org:c 1 .", 2, "@prefix org: <http://www.w3.org", "@prefix org:"),
    ("a misspelt prefix", "@prefix area: <http://b.example/> .\na:b arae:c 1 .", 3, "Menade du area:?", "mean area:?"),
    ("no scheme", "a:b a:c <www.solna.se> .", 2, "<https://www.solna.se>", "<https://www.solna.se>"),
    ("an address without brackets", "a:b a:c https://x.example/ .", 2, "<https://x.example/>", "<https://x.example/>"),
    ("a space in an address", "a:b a:c <https://x.example/a b> .", 2, "mellanslag", "a%20b"),
    ("a percent sign in an address", "a:b a:c <https://x.example/100%> .", 2, "Skriv %25", "Write %25"),
    ("an address without end", "a:b a:c <https://x.example/ ; a:d 1 .", 2, "Skriv > efter", "Write > after"),
    ("an underscore in a language", 'a:b a:c "x"@sv_SE .', 2, "Menade du @sv-SE?", "Did you mean @sv-SE?"),
    ("no language", 'a:b a:c "x"@ .', 2, "@sv-FI", "@sv-FI"),
    ("one caret", 'a:b a:c "x"^a:d .', 2, 'Skriv "x"^^a:d', 'Write "x"^^a:d'),
    ("a backslash", 'a:b a:c "C:\\Users" .', 2, "omvänt snedstreck", "a plain backslash"),
    ("a bracket that is not closed", "a:b a:c [ a:d a:e .\na:f a a:g .", 2, "stängs aldrig", "never closed"),
    ("a list that is not closed", "a:b a:c ( 1 2 .\na:f a a:g .", 2, "stängs aldrig", "never closed"),
    ("a bracket too many", "a:b a:c 1 ] .", 2, "aldrig har öppnats", "never opened"),
    ("a prefix without dot", "@prefix b: <http://b.example/>\nb:c a a:d .", 2, "saknas en punkt", "A dot is missing"),
    ("a prefix without brackets", "@prefix b: http://b.example/ .\nb:c a a:d .", 2, "deklareras så", "like this"),
    ("a comment of another language", "// hej\na:b a a:c .", 2, "börjar med #", "begins with #"),
)


@pytest.mark.parametrize(("text", "line", "sv", "en"), [row[1:] for row in MISTAKES], ids=[row[0] for row in MISTAKES])
def test_a_mistake_is_told_once_at_its_line_in_both_languages(text: str, line: int, sv: str, en: str) -> None:
    found = mistakes(HEAD + text, {"org:": "http://www.w3.org/ns/org#"})
    assert [(each.line, sv in each.sv, en in each.en) for each in found] == [(line, True, True)], found


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    text = 'a:b a a:c\n    a:d True ;\n    a:e "x@sv ;\n    foaf:f 1 .\na:g a:h 1\na:i a a:j .\n'
    with pytest.raises(UnreadableSiteError) as raised:
        _ = File("data/x.ttl", "urn:g", (HEAD + text).encode()).triples
    assert [each.place.line for each in raised.value.errors if each.place] == [2, 3, 4, 5, 6]


def test_pasted_characters_are_one_finding_with_lines_and_names() -> None:
    text = "a:b a:c \u201dx\u201d@sv ;\n\u00a0   a:d a:e\u2013f ;\n    a:g so\u00adlna:x , e\u0301 .\n"
    first = mistakes(HEAD + text, {})[0]
    assert first.line == 2
    for name in ("typografiskt citattecken (U+201D)", "hårt mellanslag (U+00A0)", "tankstreck (U+2013)", "rad 3"):
        assert name in first.sv
    for name in ("right double quotation mark (U+201D)", "no-break space", "soft hyphen", "combining acute accent"):
        assert name in first.en
    assert "\N{REPLACEMENT CHARACTER}" not in first.sv + first.en
    assert sum("U+201D" in each.en for each in mistakes(HEAD + text, {})) == 1


def test_pasted_characters_in_texts_and_comments_are_left_alone() -> None:
    found = mistakes(HEAD + '# ”a” – b\na:b a:c "”x” – y" , """\u00a0""" \n a:d 1 .', {})
    assert [each.line for each in found] == [3]


def test_what_only_the_parser_minds_is_told_in_its_words() -> None:
    found = mistakes(HEAD + "a:b a:c a:d:\x01 .", {})
    assert found
    assert all(each.sv and each.en for each in found)


@pytest.mark.parametrize(
    ("reason", "sv"),
    [
        ("x is not a valid RDF object", "x kan inte vara ett värde"),
        ("A dot is expected at the end of statements", "en punkt saknas efter ett påstående"),
    ],
)
def test_the_parser_speaks_swedish(reason: str, sv: str) -> None:
    assert in_swedish(reason) == sv


def test_each_kind_of_mistake_has_a_case() -> None:
    texts = [
        *(text for _, text, *_ in MISTAKES),
        'a:b a:c "x"^^ ; a:d 1 .',
        "a:b a:c " + "[ a:c " * 200,
        "a:b a:c 1 <<",
    ]
    told = {each.rule for text in texts for each in mistakes(HEAD + text, {"org:": "urn:o:"})}
    told |= {each.rule for each in mistakes('\n<?xml version="1.0"?>\n<rdf:RDF/>', {})}
    assert set(MESSAGES) - told == {"parser", "unexpected"}


@pytest.mark.parametrize(
    "text",
    [
        "a:b a:c " + "[ a:c " * 2000,
        "(" * 5000,
        '"' * 999,
        "<" * 999,
        "a:b a:c \x00 .",
        "a:b a:c 1" + "\nx" * 5000,
        '"' + " " * 50_000 + "x",
    ],
)
def test_hostile_texts_end(text: str) -> None:
    assert mistakes(HEAD + text, {})


def test_one_error_is_no_list() -> None:
    with pytest.raises(UnreadableError, match=r"^data/x\.ttl:2: A dot is missing") as raised:
        _ = File("data/x.ttl", "urn:g", (HEAD + "a:b a a:c\n").encode()).triples
    assert not isinstance(raised.value, UnreadableSiteError)
