"""Typical mistakes in text files, each told once, where it is to be mended, with what was meant, in both languages.

What a reader does is to obey: to write what the message asks "did you mean" for. The next run then says nothing more.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import pytest
from pyoxigraph import Literal
from tests.planted import Planted

from samverkan.model.namespaces import XSD
from samverkan.site import checked_site
from samverkan.validation import Finding, suggestions
from samverkan.validation.suggestions import not_too_unlike

PAGE, CONTACTS, CURATION = "data/page-en.ttl", "data/contacts.ttl", "data/curation.ttl"


class Typical(NamedTuple):
    """A mistake: what stands in a file and what somebody wrote instead, and what is said of it where."""

    file: str
    right: str
    wrong: str
    rule: str
    sv: str
    en: str
    corrected: str = ""

    @property
    def question(self) -> str:
        """What the reader who obeys writes in place of the mistake."""
        return self.corrected or self.right


MISTAKES = (
    Typical(
        PAGE,
        "organisation:solna ;           # line 7, 15",
        "organisation:sonla ;           # line 7, 15",
        "dangling-link",
        "organisation:sonla beskrivs inte. Menade du organisation:solna?",
        "organisation:sonla is not described. Did you mean organisation:solna?",
    ),
    Typical(
        PAGE,
        "    sam:party organisation:karolinska-institutet , organisation:stockholm ;       # line 7, 13",
        "    sam:partty organisation:karolinska-institutet , organisation:stockholm ;       # line 7, 13",
        "undeclared-term",
        "sam:partty finns inte i ontologin. Menade du sam:party?",
        "sam:partty is not in the ontology. Did you mean sam:party?",
    ),
    Typical(
        PAGE,
        "qualification:huddinge-initial-areas\n    a sam:AreaQualification ;",
        "qualification:huddinge-initial-areas\n    a sam:areaQualification ;",
        "undeclared-term",
        "Menade du sam:AreaQualification?",
        "Did you mean sam:AreaQualification?",
    ),
    Typical(
        PAGE,
        '"Avtal mellan Karolinska Institutet och Upplands-Bro kommun"@sv',
        '"Avtal mellan Karolinska Institutet och Upplands-Bro kommun"@se',
        "unknown-language",
        "@se är inget språk här, så frågor hittar inte texten. Menade du @sv?",
        "@se is no language here, so questions don't find the text. Did you mean @sv?",
    ),
    Typical(
        PAGE,
        'sam:signatureDate "2022-10-25"^^xsd:date ;',
        'sam:signatureDate "20221025"^^xsd:date ;',
        "Agreement-signatureDate",
        'Här står "20221025"^^xsd:date. Menade du "2022-10-25"^^xsd:date?',
        'The value here is "20221025"^^xsd:date. Did you mean "2022-10-25"^^xsd:date?',
    ),
    Typical(
        PAGE,
        'sam:signedNotBefore "2022-10-25"^^xsd:date ;',
        'sam:signedNotBefore "25 oktober 2022"^^xsd:date ;',
        "Agreement-signedNotBefore",
        'Här står "25 oktober 2022"^^xsd:date. Menade du "2022-10-25"^^xsd:date?',
        'The value here is "25 oktober 2022"^^xsd:date. Did you mean "2022-10-25"^^xsd:date?',
    ),
    Typical(
        PAGE,
        'sam:signedNotAfter "2022-10-25"^^xsd:date ;',
        'sam:signedNotAfter "2022-10-25" ;',
        "Agreement-signedNotAfter",
        'Här står "2022-10-25". Menade du "2022-10-25"^^xsd:date?',
        'The value here is "2022-10-25". Did you mean "2022-10-25"^^xsd:date?',
    ),
    Typical(
        PAGE,
        "    sam:jointly true .\n\ncommitment:huddinge-exchange",
        '    sam:jointly "ja" .\n\ncommitment:huddinge-exchange',
        "Commitment-jointly",
        'Här står "ja". Menade du true?',
        'The value here is "ja". Did you mean true?',
    ),
    Typical(
        PAGE,
        "sam:signaturePrecision sam:precision-month ;",
        "sam:signaturePrecision sam:precision-mont ;",
        "undeclared-term",
        "Menade du sam:precision-month?",
        "Did you mean sam:precision-month?",
    ),
    Typical(
        PAGE,
        '"Huddinge: utbyte av expertstöd"@sv',
        '"Huddinge: utbyte av expertstöd"',
        "Label-languages",
        'Menade du "Huddinge: utbyte av expertstöd"@sv?',
        'Did you mean "Huddinge: utbyte av expertstöd"@sv?',
    ),
    Typical(
        CONTACTS,
        "agreement:upplands-bro\n    sam:contact",
        "agreement:uplands-bro\n    sam:contact",
        "misspelt-thing",
        "agreement:uplands-bro är inte samma adress som agreement:upplands-bro, och bara den ena beskrivs.",
        "Did you mean agreement:upplands-bro?",
    ),
    Typical(
        CONTACTS,
        "sam:contact person:p2 .                                                       # line 54",
        'sam:contact "Christina Joos" .                                                # line 54',
        "Agreement-contact",
        'Här står "Christina Joos". Menade du person:p2?',
        'The value here is "Christina Joos". Did you mean person:p2?',
    ),
    Typical(
        CURATION,
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .",
        "@prefix skos: <https://www.w3.org/2004/02/skos/core#> .",
        "other-scheme",
        "börjar med https:// men ska börja med http://",
        "begins with https:// but should begin with http://",
    ),
)
FREE = {"data/avtal.csv": "a;b\n1;2\n", "data/bilaga.XLSX": "PK"}


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    with patch.object(checked_site, "_MOST_ASKED", 0):
        yield Planted(tmp_path_factory.mktemp("typical") / "site")


@pytest.fixture(scope="module")
def told(planted: Planted) -> tuple[Finding, ...]:
    """What is told of all of them, planted in one site."""
    edits = [(each.file, each.right, each.wrong) for each in MISTAKES]
    return planted.found([*edits, *((name, "", text) for name, text in FREE.items())])


def _line(folder: Path, mistake: Typical) -> int:
    """The line of the mistake: the first that differs."""
    text = (folder / mistake.file).read_text("utf-8")
    lines = zip(mistake.right.split("\n"), mistake.wrong.split("\n"), strict=True)
    before = next(number for number, (one, other) in enumerate(lines) if one != other)
    return text[: text.index(mistake.right)].count("\n") + 1 + before


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda each: f"{each.rule} {each.wrong[-30:]}")
def test_each_mistake_is_told_at_its_line_with_what_was_meant(
    mistake: Typical, told: Iterable[Finding], planted: Planted
) -> None:
    found = [each for each in told if mistake.en in each.message["en"]]
    assert [each.rule for each in found] == [mistake.rule]
    assert mistake.sv in found[0].message["sv"]
    assert str(found[0].places[0]) == f"{mistake.file}:{_line(planted.folder, mistake)}"


def test_nothing_is_told_that_goes_away_with_the_mistakes(told: tuple[Finding, ...]) -> None:
    rules = sorted(each.rule for each in told)
    assert rules == sorted([*(each.rule for each in MISTAKES), "table-file", "table-file"])


def test_a_spreadsheet_in_data_is_told_what_import_would_do(told: tuple[Finding, ...]) -> None:
    found = {str(each.places[0]): each.message for each in told if each.rule == "table-file"}
    assert set(found) == set(FREE)
    for name, message in found.items():
        assert all(f"samverkan import {name}" in text for text in message.values())


def test_who_obeys_is_told_nothing_more(planted: Planted) -> None:
    assert planted.found((each.file, each.right, each.question) for each in MISTAKES) == ()


def test_a_mistake_is_as_bad_as_what_it_brings_about(told: tuple[Finding, ...]) -> None:
    worst = max(each.severity for each in told)
    assert worst.name == "VIOLATION"
    alone = [each for each in told if each.rule == "unknown-language"]
    assert len(alone) == 1


def test_newer_rdf_is_refused_by_its_name_at_its_line(planted: Planted) -> None:
    place = '"Karolinska Institutet"@en ;'
    term = "<<( organisation:solna skos:altLabel 'x' )>>"
    new = f'"Karolinska Institutet"@en ; skos:altLabel "KI"@en--ltr ;\n    dcterms:relation {term} ;'
    found = [each for each in planted.found([(PAGE, place, new)]) if each.rule == "newer-rdf"]
    line = (planted.folder / PAGE).read_text("utf-8").split(place)[0].count("\n") + 1
    assert [(str(each.places[0]), each.message["sv"][:25]) for each in found] == [
        (f"{PAGE}:{line}", "En text med riktning (som"),
        (f"{PAGE}:{line + 1}", "En trippelterm (<< … >>) "),
    ]
    assert all("RDF 1.2" in text for each in found for text in each.message.values())


def test_lines_that_end_as_on_windows_say_the_same(planted: Planted) -> None:
    old = '"""\n' if '"""\n' in (planted.folder / "data/concepts.ttl").read_text("utf-8") else "\n"
    text = (planted.folder / "data/concepts.ttl").read_bytes()
    assert old
    path = planted.folder / "data/concepts.ttl"
    path.write_bytes(text.replace(b"\n", b"\r\n"))
    try:
        assert planted.found(()) == ()
    finally:
        path.write_bytes(text)


def test_a_shape_that_takes_codes_names_them(planted: Planted) -> None:
    wrong = "sam:signaturePrecision sam:validity-until-further-notice ;"
    found = planted.found([(PAGE, "sam:signaturePrecision sam:precision-month ;", wrong)])
    texts = [each.message["sv"] for each in found if each.rule == "Agreement-signaturePrecision"]
    assert len(texts) == 1
    assert "Här står sam:validity-until-further-notice." in texts[0]
    assert re.search(r"Menade du sam:precision-month\?", texts[0])


def test_a_file_with_http_throughout_is_one_finding_and_other_mistakes_are_told_besides(planted: Planted) -> None:
    path = planted.folder / CONTACTS
    text = path.read_text("utf-8")
    path.write_text(
        text.replace("<https://w3id.org", "<http://w3id.org").replace("agreement:stockholm\n", "agreement:stokholm\n")
    )
    try:
        found = planted.found(())
    finally:
        path.write_text(text)
    assert [(each.rule, each.places[0].file) for each in found] == [
        ("other-scheme", CONTACTS),
        ("misspelt-thing", CONTACTS),
    ]
    lines = re.findall(r"\d+", found[0].message["sv"].rpartition("rad ")[2])
    assert len(lines) == len(re.findall("^@prefix .*<https://w3id", text, re.MULTILINE)) - 1


@pytest.mark.parametrize(
    "written", ["3/6 2025", "3/6/2025", "3.6.2025", "3 juni 2025", "den 3 juni 2025", "June 3, 2025", "2025/06/03"]
)
def test_a_day_is_understood_as_people_write_it(written: str) -> None:
    asked = frozenset({f"{XSD}date", f"{XSD}gYear"})
    meant = suggestions._well_formed(Literal(written), asked)
    assert str(meant) == f'"2025-06-03"^^<{XSD}date>'


def test_what_is_left_out_before_names_are_compared_is_never_the_one_that_is_meant() -> None:
    dice, found = random.Random(7), 0
    for _ in range(500):
        name = "".join(dice.choices("abcåé-1", k=dice.randrange(1, 12)))
        others = ["".join(dice.choices(name + "bå", k=max(1, len(name) + dice.randrange(-2, 3)))) for _ in range(9)]
        others += [name[:place] + "x" + name[place + 1 :] for place in range(len(name))]
        meant = get_close_matches(name, others, n=1, cutoff=0.8)
        assert get_close_matches(name, not_too_unlike(name, others, 0.8), n=1, cutoff=0.8) == meant
        found += bool(meant)
    assert found > 100
    assert not_too_unlike("agreement", ["agreemnt", "tnemeerga", "party"], 0.8) == ["agreemnt"]
