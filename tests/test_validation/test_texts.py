"""Texts: what nobody sees in them, markup, and the language that they are in; and no alarm where nothing is wrong."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pyoxigraph import Literal
from tests import own_site
from tests.test_validation.test_checks import Broken, D, built

import samverkan
from samverkan import Site
from samverkan.model.results import Table
from samverkan.publication import resolver
from samverkan.validation import Report, ValidationInput, text_checks
from samverkan.validation.language_model import LanguageModel, words

ROOT = Path(__file__).parents[2]

RULES = frozenset(
    {
        *("untidy-name", "invisible-character", "markup", "decomposed-letter"),
        *("unknown-language", "two-names", "swapped-languages", "other-language"),
    }
)


def told(report: Report) -> set[str]:
    return {f.rule for f in report.findings} & RULES


HARMLESS = (
    "rdfs:label 'Å, ä och ö'@sv",
    "rdfs:label 'Two'@sv , 'Two'@en",
    "rdfs:label 'Zwei'@de , 'Deux'@fr , 'Kaksi'@fi , 'Guokte'@se , 'Duj'@rmy , 'x'@x-private , '?'@und",
    "rdfs:label 'Två'@sv-Latn , 'Two'@en-GB",
    "rdfs:label 'Two' , 'Zwo'",
    "rdfs:label 'Sizes < 5 & > 3, a <-> b, R&D; AT&T'",
    "rdfs:label '1 * 2 * 3 [see page 4] (not 5) **'",
    "rdfs:label '\\u202B\\u05D0\\u05D1\\u200F (2)\\u202C'@he",
    "rdfs:label '\\u0645\\u06CC\\u200C\\u062E\\u0648\\u0627\\u0647\\u0645'@fa",
    "rdfs:label '\\u5B66\\u6821\\u3000\\u6559\\u80B2'@ja",
    "rdfs:label 'A family: \\U0001F468\\u200D\\U0001F469'",
    "dcterms:description 'Two  spaces,\\n a line break, a thin\\u00A0space and a soft\\u00ADhyphen.'@en",
    "dcterms:description 'A description that ends in a line break.\\n'@en",
    "d:title '<b>'^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML>",
    "rdfs:label 'OK'@sv",
    "rdfs:label 'Region Skåne'@en , 'Region Skåne'@sv",
    "dcterms:description 'Karolinska Institutet, Huddinge, Solna, Stockholm'@en",
)


@pytest.mark.parametrize("said", HARMLESS)
def test_a_text_with_nothing_wrong_is_not_told(said: str, tmp_path: Path) -> None:
    given = said if "U+202B" in said else said.replace("\\u202B", "").replace("\\u202C", "")
    assert told(built(tmp_path, Broken("", add={D: f"i:two {given} ."})).validate()) == set()


def test_the_sites_of_this_repository_have_no_such_warning_but_those_that_are_true(ki: Site, doll: Site) -> None:
    assert told(ki.report) == set()
    # Its texts with markup and an å in two parts are there to try what the pages make of them.
    assert told(doll.validate()) == {"markup", "decomposed-letter"}


def test_the_sites_that_use_our_vocabulary_have_no_such_warning(tmp_path: Path) -> None:
    assert told(samverkan.open(own_site.made(tmp_path / "lund", asked=False)).validate()) == set()
    wider = own_site.made(tmp_path / "wider", asked=False)
    shutil.rmtree(wider / "data")
    shutil.copytree(ROOT / "tests/wider", wider, dirs_exist_ok=True)
    assert told(samverkan.open(wider).validate()) == set()


SAID = {
    "rdfs:label 'Kust\\u200Ben'": ("U+200B ZERO WIDTH SPACE (character 5)", "U+200B ZERO WIDTH SPACE (tecken 5)"),
    "rdfs:label 'a\\u00A0b\\u2800\\u00A0c'": (
        "U+00A0 NO-BREAK SPACE (character 2), U+2800 BRAILLE PATTERN BLANK (character 4)",
        "U+00A0 NO-BREAK SPACE (tecken 2), U+2800 BRAILLE PATTERN BLANK (tecken 4)",
    ),
    "rdfs:label ' Two  books'": (
        "a space at its beginning, two spaces in a row (character 5)",
        "ett mellanslag i början, två mellanslag i rad (tecken 5)",
    ),
    "rdfs:label 'Ma\\u030Alet'": ("å, U+0061 U+030A → U+00E5 (character 2)", "å, U+0061 U+030A → U+00E5 (tecken 2)"),
    "rdfs:label 'this &amp; that'": ("&amp; (character 6)", "&amp; (tecken 6)"),
    "rdfs:label 'Two'@swe": ("Did you mean @sv?", "Menade du @sv?"),
}


@pytest.mark.parametrize("said", SAID)
def test_a_message_names_the_characters_and_where_they_stand(said: str, tmp_path: Path) -> None:
    (found,) = built(tmp_path, Broken("", add={D: f"i:two {said} ."})).validate().findings
    en, sv = SAID[said]
    assert en in found.message["en"]
    assert sv in found.message["sv"]


UNSEEN = ("200b", "2800", "3164", "00AD", "2066", "FEFF", "FFA0", "115F")


def test_a_name_of_nothing_but_what_nobody_sees_is_refused(tmp_path: Path) -> None:
    site = own_site.with_case(own_site.made(tmp_path / "site", asked=False), "c05_zw")
    case = site / "data/o.ttl"
    *prefixes, thing = case.read_text().splitlines()
    things = [thing.replace("\\u200b", f"\\u{code}").replace(":o ", f":o{code.lower()} ") for code in UNSEEN]
    case.write_text("\n".join((*prefixes, *things)))
    refused = {f.focus for f in samverkan.open(site).validate().findings if f.rule == "Named-notEmpty"}
    assert refused == {f"{own_site.BASE}id/organisation/o{code.lower()}" for code in UNSEEN}


@pytest.mark.parametrize(
    ("case", "rules"),
    [
        ("c05_empty", {"Named-notEmpty"}),
        ("c05_nolang", {"Label-languages", "Label-sv", "Label-en"}),
        ("c05_space", {"Named-notEmpty"}),
        ("c25", {"markup"}),
    ],
)
def test_the_cases_of_odd_texts_are_told(case: str, rules: set[str], tmp_path: Path) -> None:
    site = own_site.with_case(own_site.made(tmp_path / "site", asked=False), case)
    assert rules <= {f.rule for f in samverkan.open(site).validate().findings}


# ---------------------------------------------------------------- languages


def test_swapped_labels_are_told_once_and_as_swapped(tmp_path: Path) -> None:
    added = {D: "i:two rdfs:label 'Den andra boken i serien'@en , 'The second book of the series'@sv ."}
    (found,) = built(tmp_path, Broken("", add=added)).validate().findings
    assert found.rule == "swapped-languages"
    assert "@sv" in found.message["sv"]


@pytest.mark.parametrize(("sv", "en", "is_told"), [("Registrator", "Registrar", False), ("Director", "Direktör", True)])
def test_a_word_that_is_nearly_the_same_in_both_languages_is_not_taken_for_swapped(
    sv: str, en: str, is_told: bool, ki: Site
) -> None:
    model = LanguageModel(text_checks.examples(ki._case("samverkan")))
    assert _score(model, sv, en) < -text_checks.SWAPPED
    graph: Any = SimpleNamespace(texts=[sv, en])
    assert bool(list(text_checks._swapped({"sv": [0], "en": [1]}, graph, model, words))) is is_told


def _pairs(case: ValidationInput) -> list[tuple[str, str]]:
    """The Swedish and the English name of each thing that has one of each, if they differ in words."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for triple in case.published:
        if isinstance(triple.object, Literal) and triple.object.language:
            key = (str(triple.subject), str(triple.predicate))
            found.setdefault(key, {})[triple.object.language] = triple.object.value
    pairs = [(texts["sv"], texts["en"]) for texts in found.values() if texts.keys() == {"sv", "en"}]
    return [pair for pair in pairs if words(pair[0]) != words(pair[1])]


def test_nine_of_ten_swapped_pairs_are_found_and_no_pair_that_is_right(ki: Site) -> None:
    case = ki._case("samverkan")
    examples, pairs = list(text_checks.examples(case)), _pairs(case)
    assert len(pairs) > 600
    right = LanguageModel(examples)
    assert min(_score(right, *pair) for pair in pairs) > -text_checks.SWAPPED / 4
    found = 0
    for sv, en in random.Random(15).sample(pairs, 25):
        rest = [each for each in examples if each not in {("sv", sv), ("en", en)}]
        found += _score(LanguageModel([*rest, ("sv", en), ("en", sv)]), en, sv) < -text_checks.SWAPPED
    assert found >= 23


def _score(model: LanguageModel, sv: str, en: str) -> float:
    first, second = words(sv), words(en)
    return model.score(first - second, "sv", "en") + model.score(second - first, "en", "sv")


# ---------------------------------------------------------------- language tags: one rule for gate, questions and pages


@pytest.fixture(scope="module", params=["c04_svFI", "c04_script"])
def tagged(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("tags") / "site"
    return samverkan.open(own_site.with_case(own_site.made(folder), request.param))


def test_a_name_in_a_variety_of_a_language_is_a_name_in_it_for_the_gate(tagged: Site) -> None:
    about = {f.rule for f in tagged.report.findings if (f.focus or "").endswith("/kusten")}
    assert not about & {"Label-sv", "Label-en", "Label-languages"} | told(tagged.report)


@pytest.mark.parametrize(("language", "name"), [("sv", "Kustavtalet"), ("en", "Coast agreement")])
def test_it_is_one_for_every_question_too(tagged: Site, language: str, name: str) -> None:
    asked = 0
    spoken = (query.name for query in tagged.queries.values() if "lang" in {each.name for each in query.parameters})
    for name_of_query in spoken:
        answer = tagged.query(name_of_query, {"lang": language})
        if isinstance(answer, Table) and "agreementLabel" in answer.variables:
            place = answer.variables.index("agreementLabel")
            labels = {term.value for row in answer.rows if isinstance(term := row[place], Literal)}
            assert not any(label.startswith("http") for label in labels), name_of_query
            asked += name in labels
    assert asked >= 5


@pytest.mark.parametrize(("language", "name"), [("sv", "Kustavtalet"), ("en", "Coast agreement")])
def test_it_is_one_for_the_pages_and_not_marked_as_another_language(tagged: Site, language: str, name: str) -> None:
    page = resolver.fetch(tagged, f"doc/agreement/kusten.{language}.html").content.decode()
    assert name in page.partition("<h1")[2].partition("</h1>")[0]
    assert 'lang="sv-' not in page.partition("<main")[2].partition("<h2")[0]
    listed = resolver.fetch(tagged, f"query/agreements.{language}.html").content.decode()
    assert name in listed
    assert ">https://example.org/lund/id/agreement/kusten<" not in listed


def test_the_case_of_a_tag_says_nothing(tmp_path: Path) -> None:
    added = {D: "i:two rdfs:label 'Two'@EN , 'Två'@SV ."}
    site = built(tmp_path, Broken("", add=added))
    assert site.validate().findings == ()
    page = resolver.fetch(site, "doc/book/two.sv.html").content.decode()
    assert "Två" in page.partition("<h1")[2].partition("</h1>")[0]


@pytest.mark.parametrize("tag", ["s", "sv_SE", "sv-", "123", "abcdefghi", "en-a-b"])
def test_a_tag_that_is_none_is_told_with_its_line(tag: str, tmp_path: Path) -> None:
    site = built(tmp_path, Broken("", add={D: f"i:two rdfs:label\n 'Two'@{tag} ."}))
    (found,) = site.validate().findings
    assert (found.rule, [str(place) for place in found.places]) == ("syntax", [f"{D}:16"])
    if tag not in {"sv_SE", "sv-"}:
        assert "@sv" in found.message["sv"]
