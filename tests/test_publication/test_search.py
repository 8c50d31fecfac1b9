"""The search of the pages: best first, by kind, with words that mean the same and one wrong letter."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from tests.reading import Element, read

import samverkan
from samverkan.model.results import Bytes
from samverkan.publication import resolver
from samverkan.publication.html import MESSAGES
from samverkan.publication.html.index import MOST_BYTES, SearchEntry, searched
from samverkan.publication.html.locale import Name
from samverkan.publication.html.search import search
from samverkan.publication.html.stop_words import stop_words
from samverkan.publication.published import Site


def entry(name: str, *others: str, text: str = "") -> SearchEntry:
    return SearchEntry(Name(name), others, f"doc/{name}", "", text)


def names(entries: list[SearchEntry], text: str, *synonyms: tuple[str, ...]) -> list[str]:
    return [hit.entry.name.text for hit in search(entries, text, synonyms)]


def test_the_nearest_comes_first_and_what_is_only_described_so_last() -> None:
    entries = [
        entry("Beta", text="about alpha"),
        entry("Old alphabet"),
        entry("The alpha"),
        entry("Alphabet"),
        entry("Alpha"),
    ]
    assert names(entries, "ALPHA") == ["Alpha", "Alphabet", "Old alphabet", "The alpha", "Beta"]


def test_words_may_stand_in_different_names_and_the_description() -> None:
    entries = [entry("Agreement", "Avtal", text="with the town")]
    assert names(entries, "town avtal") == ["Agreement"]
    assert names(entries, "country nothing") == []


def test_what_has_some_of_the_words_is_found_where_nothing_has_all_the_rare_words_first() -> None:
    entries = [
        entry("Plan"),
        entry("Agreement", text="with Huddinge"),
        entry("Huddinge Agreement"),
        entry("Solna plan"),
    ]
    assert names(entries, "agreement huddinge telephone?") == ["Huddinge Agreement", "Agreement"]
    assert names(entries, "plan of agreement in solna") == ["Solna plan", "Plan", "Agreement", "Huddinge Agreement"]
    assert names(entries, "hudinge telephone") == ["Huddinge Agreement", "Agreement"]
    assert names(entries, "of no use") == []


def test_words_of_the_vocabulary_come_last() -> None:
    term = entry("Contact")._replace(path="def/contact")
    assert names([term, entry("Who is the contact?")], "contact") == ["Who is the contact?", "Contact"]


@pytest.mark.parametrize("wrong", ["hudinge", "huddinge", "hudddinge", "hudidnge", "huddynge", "huddine"])
def test_one_wrong_letter_is_forgiven_where_nothing_fits(wrong: str) -> None:
    assert names([entry("Huddinge kommun"), entry("Solna kommun")], wrong) == ["Huddinge kommun"]


@pytest.mark.parametrize("wrong", ["hudxxnge", "hdg", "xolxa", "so"])
def test_two_wrong_letters_and_short_words_are_not(wrong: str) -> None:
    assert names([entry("Huddinge kommun"), entry("Tolna kommun")], wrong) == []


def test_nothing_near_is_shown_where_something_fits() -> None:
    assert names([entry("Solna"), entry("Solnb")], "solna") == ["Solna"]


def test_a_short_word_is_not_found_inside_of_another_and_a_longer_one_is() -> None:
    entries = [entry("Just over half"), entry("National ALF-agreement"), entry("Region (alfa)"), entry("Neighbourhood")]
    assert names(entries, "alf") == ["National ALF-agreement", "Region (alfa)"]
    assert names(entries, "hood") == ["Neighbourhood"]


@pytest.mark.parametrize(("language", "text"), [("sv", "kontaktperson+solna"), ("en", "contact+solna")])
def test_the_contact_of_a_partner_is_found_by_these_words_and_says_whose_it_is(
    ki: Site, language: str, text: str
) -> None:
    hit = page(ki, f"query/search.{language}.html", f"text={text}").one("div", class_="hits").all("li")[0]
    assert hit.one("a").text == "Christina Joos"
    assert "Solna" in hit.one("small").text


def test_the_line_beside_a_hit_ends_with_a_sentence_or_a_word() -> None:
    assert entry("A", text="One sentence. " * 20).line == " ".join(["One sentence."] * 10)
    assert entry("A", text="words " * 40).line.endswith("words …")
    assert entry("A", text="words " * 2).line == "words words "


def test_words_that_mean_the_same_find_the_same(copy: Path) -> None:
    assert names([entry("Work placement")], "vfu", ("VFU", "placement")) == ["Work placement"]
    settings = copy / "samverkan.toml"
    settings.write_text(
        f'synonyms = [["båk", "fyr", "lighthouse"], ["Långgrund", "grundet långa"]]\n{settings.read_text()}'
    )
    site = samverkan.open(copy)
    assert site.settings.synonyms[0] == ("båk", "fyr", "lighthouse")
    assert "Långgrund" in hits(page(site, "query/find.sv.html", "text=grundet+l%C3%A5nga"))


def page(site: Site, path: str, query: str) -> Element:
    found = resolver.find(site, path, query).exact
    assert found is not None
    return read(resolver.fetch(site, found.path).content)


def hits(found: Element) -> list[str]:
    return [link.text for link in found.one("div", class_="hits").all("a")]


def test_a_word_finds_the_question_about_it_and_hits_stand_by_kind(ki: Site) -> None:
    found = page(ki, "query/search.sv.html", "text=kontakt")
    assert "Vem är kontakt för ett avtal?" in hits(found)
    assert "Fråga" in [heading.text for heading in found.one("div", class_="hits").all("h3")]


def test_a_slip_is_told_with_what_is_like_it(ki: Site) -> None:
    found = page(ki, "query/search.en.html", "text=hudinge")
    assert "Huddinge Municipality" in hits(found)
    assert "Nothing is called just “hudinge”. This is similar." in found.text


@pytest.mark.parametrize(
    ("language", "text", "said"),
    [
        (
            "sv",
            "huddinge+telefonnummer",
            "Inget av det som går att söka här har alla orden i ”huddinge telefonnummer”. Det här har några",
        ),
        (
            "en",
            "huddinge+telephone+number",
            "Nothing that can be searched here has all the words of “huddinge telephone number”. This has",
        ),
    ],
)
def test_a_text_of_which_only_some_words_are_here_is_told_so(ki: Site, language: str, text: str, said: str) -> None:
    found = page(ki, f"query/search.{language}.html", f"text={text}")
    assert any("Huddinge" in hit for hit in hits(found)[:3])
    assert said in found.one("main").text


def test_words_of_the_vocabulary_are_one_kind_the_last(ki: Site) -> None:
    kinds = [
        heading.text for heading in page(ki, "query/search.sv.html", "text=kontakt").one("div", class_="hits").all("h3")
    ]
    assert kinds[-1] == "Ordlista"
    assert "Objektegenskap" not in kinds


def test_a_number_in_a_register_finds_whose_it_is(ki: Site) -> None:
    assert hits(page(ki, "query/search.sv.html", "text=0126")) == ["Huddinge kommun"]


@pytest.mark.parametrize(
    ("language", "text", "first"),
    [
        ("en", "governance", "How the collaboration is governed"),
        ("sv", "styrning", "Så styrs samverkan"),
        ("sv", "vem+best%C3%A4mmer", "Så styrs samverkan"),
        ("sv", "vem+f%C3%B6rdelar+pengarna", "Så går pengarna"),
        ("en", "internship", "Work-based learning"),
        ("sv", "ansvarig", "Vem är kontakt för ett avtal?"),
        ("sv", "contact", "Vem är kontakt för ett avtal?"),
        ("sv", "n%C3%A4r+g%C3%A5r+avtalet+ut", "Vilka avtal slutar inom ett år?"),
        ("sv", "upph%C3%B6r", "Vilka avtal slutar inom ett år?"),
        ("sv", "vem+betalar", "Så går pengarna"),
        ("en", "who+pays", "Where the money goes"),
        ("en", "who+to+call", "Who is the contact for an agreement?"),
        ("en", "when+does+the+agreement+expire", "Which agreements end within a year?"),
    ],
)
def test_what_the_menu_calls_it_and_what_people_ask_for_is_found_first(
    ki: Site, language: str, text: str, first: str
) -> None:
    assert hits(page(ki, f"query/search.{language}.html", f"text={text}"))[0] == first


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_index_for_scripts_is_at_most_30_kb_and_has_the_questions_and_descriptions(ki: Site, language: str) -> None:
    (found,) = (each for each in ki.pages["search"] if each.suffix == f".{language}.json")
    content = found.content()
    assert isinstance(content, Bytes)
    kinds, synonyms, words, folders, late = orjson.loads(content.content)
    rows = [(folder, row) for folder, _, lines in folders for row in lines.split("\n")]
    assert len(content.content) <= MOST_BYTES == 30_000
    assert len(rows) == len(searched(ki.pages.html.context, language))
    assert ["VFU" in group for group in synonyms].count(True) == 1
    assert words == " ".join(stop_words(language))
    assert [folder for folder, _ in rows].count("query") > 50
    assert [folder for folder, _ in rows].count("doc/note") == 33
    main = ("doc/agreement", "doc/organisation", "doc/person")
    texts = [entry.text for entry in searched(ki.pages.html.context, language) if entry.path.startswith(main)]
    assert ["\t\t" in row for folder, row in rows if folder in main].count(True) == len([*filter(None, texts)]) > 9
    assert len(kinds) == len(set(kinds))
    last = [MESSAGES[language][key] for key in ("search-unanswered", "ontology")]
    note = ki.pages.html.context.name(f"{ki.settings.ontology}CurationNote", language).text
    assert kinds[late:] == [note, MESSAGES[language]["search-part"], *last]


@pytest.mark.parametrize(
    ("language", "text", "kinds"),
    [
        ("sv", "huddinge", ["Avtal", "Offentlig organisation", "Åtagande"]),
        ("sv", "hudinge", ["Avtal", "Offentlig organisation", "Åtagande"]),
        ("sv", "pengar", ["Ur menyn", "Penningflöde", "Fråga"]),
        ("en", "money", ["From the menu", "Funding flow", "Question"]),
    ],
)
def test_kinds_stand_in_the_order_of_the_menu(ki: Site, language: str, text: str, kinds: list[str]) -> None:
    found = page(ki, f"query/search.{language}.html", f"text={text}").one("div", class_="hits")
    assert [heading.text for heading in found.all("h3")][:3] == kinds


@pytest.mark.parametrize(("language", "text", "kind"), [("sv", "avtal", "Avtal"), ("en", "agreement", "Agreement")])
def test_the_kind_that_a_text_names_stands_right_behind_the_menu_and_many_hits_are_folded(
    ki: Site, language: str, text: str, kind: str
) -> None:
    found = page(ki, f"query/search.{language}.html", f"text={text}").one("div", class_="hits")
    assert [heading.text for heading in found.all("h3")][1] == kind
    assert found.all("details")
    assert all(len(folded.all("li")) > 2 for folded in found.all("details"))


@pytest.mark.parametrize("text", ["huddinge+kontakt", "hudinge+kontakt"])
def test_a_word_of_a_phrase_that_means_the_same_does_not_weigh_more_than_a_name(ki: Site, text: str) -> None:
    note, *others = hits(page(ki, "query/search.sv.html", f"text={text}"))
    assert note == "Kontakt utan namn för Huddinge"
    assert "Huddinge kommun" in others[0]


@pytest.mark.parametrize(("language", "text"), [("sv", "kontakt"), ("en", "contact")])
def test_persons_come_before_parts_of_the_data_and_questions_without_an_answer(
    ki: Site, language: str, text: str
) -> None:
    found = page(ki, f"query/search.{language}.html", f"text={text}").one("div", class_="hits")
    kinds = [heading.text for heading in found.all("h3")]
    late = [MESSAGES[language][key] for key in ("search-unanswered", "ontology")]
    note = ki.pages.html.context.name(f"{ki.settings.ontology}CurationNote", language).text
    assert kinds[kinds.index("Person") :] == ["Person", note, MESSAGES[language]["search-part"], *late]


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_page_of_a_search_for_nothing_has_all_but_notes_and_the_vocabulary(ki: Site, language: str) -> None:
    found = page(ki, f"query/search.{language}.html", "")
    context = ki.pages.html.context
    named = [entry for entry in searched(context, language) if not entry.is_term]
    entries = [entry for entry in named if not entry.path.startswith("doc/note/")]
    assert len(hits(found)) == len(entries) > 200
    assert not found.all("p", class_="cut")


def test_the_page_of_a_search_has_one_box_and_the_text_in_it(ki: Site) -> None:
    found = page(ki, "query/search.sv.html", "text=sol%22na")
    (box,) = found.all("input")
    assert (box.attributes["id"], box.attributes["value"]) == ("search", 'sol"na')
    assert len(page(ki, "query/search.sv.html", "").all("input")) == 1


def test_what_is_called_just_so_comes_before_what_the_menu_leads_to() -> None:
    first = entry("Alpha and more")._replace(place=0)
    assert names([first, entry("Alpha")._replace(place=7)], "alpha") == ["Alpha", "Alpha and more"]


def test_questions_that_nothing_answers_are_a_kind_of_their_own_behind_things_and_persons_are_found(ki: Site) -> None:
    found = page(ki, "query/search.sv.html", "text=kontakt").one("div", class_="hits")
    assert found.all("a")[0].text == "Vem är kontakt för ett avtal?"
    assert {"Christina Joos", "Maria Schönnings", "Kontaktpunkter"} <= {each.text for each in found.all("a")}
    kinds = [heading.text for heading in found.all("h3")]
    assert kinds.index("Fråga") < kinds.index("Fråga utan svar i uppgifterna") < kinds.index("Ordlista")
    assert "contact-points" in ki.without_answer


@pytest.mark.parametrize(
    ("language", "text", "path"),
    [
        ("sv", "ändringar", "changes.sv.html"),
        ("sv", "datakvalitet", "validation.sv.html"),
        ("sv", "ordlista", "def.sv.html"),
        ("sv", "citera", "data.sv.html"),
        ("en", "changes", "changes.en.html"),
        ("en", "cite", "data.en.html"),
    ],
)
def test_the_pages_of_the_site_itself_are_found(ki: Site, language: str, text: str, path: str) -> None:
    links = page(ki, f"query/search.{language}.html", f"text={text}").one("div", class_="hits").all("a")
    assert f"../{path}" in [str(link.attributes["href"]) for link in links]


@pytest.mark.parametrize(
    ("language", "text", "first", "said"),
    [
        (
            "sv",
            "huddinge kontakt",
            "Kontakt utan namn för Huddinge",
            "Alla orden i ”huddinge kontakt” finns i 1 av träffarna, några av dem i de andra.",
        ),
        (
            "en",
            "contact huddinge",
            "A contact label without a name for Huddinge",
            "All the words of “contact huddinge” are in 1 of these hits, some of them in the others.",
        ),
    ],
)
def test_a_note_that_is_the_answer_is_found_and_does_not_hide_the_thing_that_was_meant(
    ki: Site, language: str, text: str, first: str, said: str
) -> None:
    found = page(ki, f"query/search.{language}.html", f"text={text.replace(' ', '+')}")
    note, *others = hits(found)
    assert note == first
    assert {"Huddinge kommun", "Huddinge Municipality"} & {*others}
    assert said in found.one("main").text


@pytest.mark.parametrize("language", ["sv", "en"])
def test_each_partner_and_agreement_has_a_line_beside_its_name(ki: Site, language: str) -> None:
    entries = [
        entry
        for entry in searched(ki.pages.html.context, language)
        if entry.path.startswith(("doc/agreement/", "doc/organisation/"))
    ]
    assert all(entry.line for entry in entries)
    assert len(entries) == 15


@pytest.mark.parametrize(
    ("language", "text", "first"),
    [
        ("en", "when does the winter begin?", "Winter"),
        ("en", "who is the keeper of the light", "Keeper of a light"),
        ("sv", "när går båten ut", "Båten"),
    ],
)
def test_words_that_every_sentence_may_have_do_not_decide_what_is_first(language: str, text: str, first: str) -> None:
    entries = [entry(name) for name in ("Who does the work?", "Så går det ut", "Winter", "Keeper of a light", "Båten")]
    hits = search(entries, text, (), stop_words(language))
    assert hits[0].entry.name.text == first


def test_a_text_of_nothing_but_such_words_is_looked_for_as_it_is() -> None:
    hits = search([entry("Who is it?"), entry("Winter")], "who is it", (), stop_words("en"))
    assert [hit.entry.name.text for hit in hits] == ["Who is it?"]


def test_a_text_that_is_found_as_it_is_written_keeps_its_words() -> None:
    entries = [entry("Contact"), entry("Who is the contact?")]
    hits = search(entries, "who is the contact", (), stop_words("en"))
    assert [hit.entry.name.text for hit in hits] == ["Who is the contact?"]


def test_questions_are_questions_and_are_found_by_the_words_of_their_addresses(ki: Site) -> None:
    entries = searched(ki.pages.html.context, "sv")
    assert {entry.name.text[-1] for entry in entries if entry.kind == "Fråga"} == {"?"}
    assert next(entry.kind for entry in entries if entry.name.text == "Avtalstyp") == "Översikt"
    assert "Vilka avtal saknar kontakt?" in hits(page(ki, "query/search.sv.html", "text=missing+contacts"))
