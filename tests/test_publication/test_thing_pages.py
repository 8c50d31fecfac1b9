"""The page about a thing: what people read, in the order of the shapes, in their language, and where it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode
from tests.reading import Element, embedded, read

import samverkan
from samverkan.formats import formats_for
from samverkan.model.results import Bytes, Graph
from samverkan.publication.html.locale import Locale, Name, plain
from samverkan.publication.published import Site

BOTH = ("sv", "en")
DCTERMS = "http://purl.org/dc/terms/"
XSD = "http://www.w3.org/2001/XMLSchema#"


def page(site: Site, path: str, language: str) -> Element:
    return read(source(site, path, language))


def source(site: Site, path: str, language: str) -> bytes:
    (found,) = (each for each in site.pages[path] if each.suffix == f".{language}.html")
    content = found.content()
    assert isinstance(content, Bytes)
    return content.content


def rows(element: Element) -> dict[str, list[str]]:
    """The facts by the names of their properties, without the numbers of their origins."""
    found = {}
    for row in (div for dl in element.all("dl") for div in dl.children if isinstance(div, Element)):
        for number in row.all("sup"):
            number.children.clear()
        found[row.one("dt").text] = [value.text.replace("\u00a0", " ") for value in row.all("dd")]
    return found


# --- in the reader's language


def test_a_page_is_in_one_language_and_leads_to_its_twin(ki: Site) -> None:
    swedish, english = (page(ki, "doc/organisation/solna", language) for language in BOTH)

    assert swedish.one("html").attributes["lang"] == "sv"
    assert (swedish.one("h1").text, english.one("h1").text) == ("Solna kommun", "City of Solna")
    (twin,) = (link for link in swedish.all("a") if link.attributes.get("hreflang") == "en")
    assert twin.attributes["href"] == "../../doc/organisation/solna.en.html"


def test_a_name_that_is_only_there_in_another_language_is_marked(copy: Path) -> None:
    lights = copy / "data" / "lights.ttl"
    lights.write_text(
        lights.read_text() + "\n<https://example.org/doll/id/light/x> a <https://example.org/doll/def/Colour> ;"
        '\n    <http://www.w3.org/2000/01/rdf-schema#label> "lavender"@en .\n'
    )
    heading = page(samverkan.open(copy), "doc/light/x", "sv").one("h1")

    assert heading.text == "lavender (på engelska)"
    assert heading.one("bdi").attributes["lang"] == "en"
    assert page(samverkan.open(copy), "doc/light/x", "en").one("h1").text == "lavender"


@pytest.mark.parametrize("language", BOTH)
def test_no_page_says_only_an_iri(ki: Site, doll: Site, language: str) -> None:
    looked_at = 0
    for site in (ki, doll):
        for path, _ in site.documents.paths():
            heading = page(site, path, language).one("h1").text
            assert heading, path
            assert "://" not in heading, path
            looked_at += 1

    assert looked_at > 400


def test_of_texts_in_several_languages_the_readers_are_shown(ki: Site) -> None:
    assert rows(page(ki, "def/party", "sv"))["namn i omvänd riktning"] == ["är part i"]
    assert rows(page(ki, "def/party", "en"))["name in the other direction"] == ["is party to"]


@pytest.mark.parametrize(
    ("datatype", "written", "swedish", "english"),
    [
        ("gYearMonth", "2020-03", "mars 2020", "March 2020"),
        ("date", "2022-10-25", "25 oktober 2022", "25 October 2022"),
        ("date", "2022-10-25Z", "25 oktober 2022", "25 October 2022"),
        ("gYear", "1997", "1997", "1997"),
        ("dateTime", "2024-02-29T13:05:00", "29 februari 2024, 13:05", "29 February 2024, 13:05"),
        ("integer", "1234567", "1 234 567", "1,234,567"),
        ("decimal", "1234.50", "1 234,5", "1,234.5"),
        ("boolean", "true", "ja", "yes"),
        ("boolean", "0", "nej", "no"),
        ("boolean", "maybe", "maybe", "maybe"),
        ("date", "2022-02-31", "2022-02-31", "2022-02-31"),
        ("date", "soon", "soon", "soon"),
        ("integer", "many", "many", "many"),
        ("dateTime", "yesterday", "yesterday", "yesterday"),
        ("string", "2020-03", "2020-03", "2020-03"),
    ],
)
def test_values_are_written_as_people_write_them(
    ki: Site, datatype: str, written: str, swedish: str, english: str
) -> None:
    locales = ki.pages.html.context.locales
    value = Literal(written, datatype=NamedNode(XSD + datatype))

    assert locales["sv"].literal(value).replace("\u00a0", " ") == swedish
    assert locales["en"].literal(value).replace("\u00a0", " ") == english


def test_a_month_is_a_month_and_no_day(ki: Site) -> None:
    signed = page(ki, "doc/agreement/stockholm", "sv").all("time")

    assert signed[0].attributes["datetime"] == "2020-03"
    assert signed[0].text.replace("\u00a0", " ") == "mars 2020"


def test_the_best_text_is_picked_by_language() -> None:
    locale = Locale("sv", ("sv", "en"), {"sv": {}, "en": {}})

    assert locale.pick({"en": "red", "sv": "röd"}) == Name("röd")
    assert locale.pick({"sv-fi": "röd"}) == Name("röd")
    assert locale.pick({"fi": "punainen", "en": "red"}) == Name("red", "en")
    assert locale.pick({"fi": "punainen", "": "x"}) == Name("x")
    assert locale.pick({"fi": "punainen"}) == Name("punainen", "fi")
    assert locale.pick({}) == Name("")


def test_a_title_has_no_marks_that_turn_the_direction_of_writing() -> None:
    assert plain("abc\u202edcba\u2066 \n x") == "abcdcba x"


# --- facts in the order of the shapes


def test_facts_stand_in_the_groups_and_the_order_of_the_shapes_with_their_human_names(ki: Site) -> None:
    together = page(ki, "doc/collaboration/ki-region-stockholm", "sv")

    assert [heading.text for heading in together.all("h2")][:3] == ["Parter och personer", "Innehåll", "Styrning"]
    facts = rows(together)
    assert list(facts)[:3] == ["Medlem", "Syfte", "Bygger på"]
    assert facts["Medlem"] == ["Karolinska Institutet", "Region Stockholm"]


def test_below_a_box_few_facts_stand_under_one_heading(ki: Site) -> None:
    stockholm = page(ki, "doc/agreement/stockholm", "sv")

    assert [heading.text for heading in stockholm.all("h2")][:2] == ["I korthet", "Fler uppgifter"]
    assert list(rows(stockholm))[10:13] == ["Gäller från och med", "Avtalstyp", "Efterfrågan på kompetens inom"]


def test_what_links_here_stands_under_the_name_that_the_link_has_from_this_end(ki: Site) -> None:
    university = page(ki, "doc/organisation/karolinska-institutet", "en")

    assert rows(university)["Is a member of"] == [
        "Collaboration between KI and municipalities",
        "Collaboration between KI and Region Stockholm",
    ]


def test_what_the_same_things_say_by_several_properties_is_one_row(ki: Site) -> None:
    region = rows(page(ki, "doc/organisation/region-stockholm", "en"))

    assert region["Has decided on, describes on its website"] == ["Future plan for health care"]


def test_a_class_shows_its_things_and_a_property_how_often_it_is_used(ki: Site) -> None:
    text = page(ki, "def/Agreement", "en").text
    assert "party, commitment, type of agreement" in text
    assert "Not in the facts yet (21)" in text

    assert "6 in all" in text
    assert "Used 4 times in the facts." in page(ki, "def/validityKind", "en").text


def test_a_named_graph_has_a_page_that_says_what_it_holds(ki: Site) -> None:
    graph = page(ki, "graph/contacts", "en")

    assert graph.one("h1").text == "Contacts"
    assert "Maria Schönnings" in graph.text


# --- where facts come from


@pytest.mark.parametrize(
    ("path", "language", "called"),
    [
        ("doc/passage/municipalities-11", "sv", "Rad 11 på KI:s sida om samarbete med kommuner"),
        ("doc/passage/municipalities-11", "en", "Line 11 of KI's page on collaboration with municipalities"),
        ("doc/heading/municipalities-stockholm", "en", "City of Stockholm"),
        ("doc/heading/municipalities-stockholm", "sv", "City of Stockholm (på engelska)"),
    ],
)
def test_a_line_and_a_heading_of_a_source_are_called_after_where_they_stand(
    ki: Site, path: str, language: str, called: str
) -> None:
    assert page(ki, path, language).one("h1").text == called


def test_the_lines_of_a_source_stand_together_in_the_order_of_their_numbers(ki: Site) -> None:
    lines = page(ki, "doc/passage", "sv")
    names = [item.text for item in lines.all("li") if item.text.startswith("Rad ")]
    places = [(name.partition(" på ")[2].casefold(), int(name.split()[1])) for name in names]

    assert len(places) > 40
    assert places == sorted(places)
    assert lines.one("h1").text.startswith("Ställen på källsidorna: alla ")


def test_a_source_has_what_it_says_heading_by_heading_each_in_its_own_language(ki: Site) -> None:
    source = page(ki, "doc/page/municipalities", "sv")
    (part,) = (each for each in source.all("section") if any("rubrik för rubrik" in h.text for h in each.all("h2")))
    headings = part.all("dt")

    assert [each.one("q").text for each in headings][-2:] == ["Solna Municipality", "Upplands-Bro Municipality"]
    assert {each.one("q").attributes["lang"] for each in headings} == {"en"}
    solna = next(row for row in part.all("div") if row.one("dt").text == "Solna Municipality")
    assert any(link.text == "Avtal mellan Karolinska Institutet och Solna kommun" for link in solna.all("a"))


def test_a_source_begins_with_how_many_facts_come_from_it_and_each_number_leads_to_its_lines(ki: Site) -> None:
    source = page(ki, "doc/page/municipalities", "sv")
    told = "Uppgifter härifrån: 163 (Står i källan: 145, Tolkad: 18) · ki.se · läst 29 november 2026"
    assert source.one("p", class_="told").text.replace("\u00a0", " ") == told

    first, second = (each.text for each in source.all("h2")[:2])
    assert (first, second) == ("Uppgifter härifrån, rubrik för rubrik", "Om källan")
    assert "Senast läst" in rows(source)
    said = [each for each in source.all("dd", class_="borne") if "gemensamma innovationsprocesser" in each.text]
    assert [each.text.replace("\u00a0", " ").partition(" (")[2] for each in said][:1] == ["4: rad 24)"]
    line = page(ki, "doc/passage/municipalities-24", "sv")
    assert said[0].all("a")[1].attributes["href"] == "../../doc/passage/municipalities-24.sv.html"
    assert "Stockholm: gemensamma innovationsprocesser" in [each.text for each in line.all("dt")]


def test_the_words_of_a_heading_are_in_the_language_of_its_source(ki: Site) -> None:
    words = page(ki, "doc/heading/municipalities-stockholm", "sv").one("main").all("bdi", lang="en")
    assert {"City of Stockholm", "Education"} <= {each.text for each in words}


@pytest.mark.parametrize("language", BOTH)
def test_every_fact_on_every_page_shows_where_it_comes_from(ki: Site, language: str) -> None:
    facts = 0
    for path, _ in ki.documents.paths():
        found = page(ki, path, language)
        told = {place.attributes["id"] for place in found.all("p") if "popover" in place.attributes}
        for fact in (dd for dd in found.all("dd") if not dd.attributes.get("class") and not dd.all("details")):
            numbers = {number.attributes["popovertarget"] for number in fact.all("button")}
            assert numbers, (path, fact.text)
            assert numbers <= told
            facts += 1

    assert facts > 1500


def test_a_stated_fact_names_its_page_and_heading_and_an_interpreted_one_says_so(ki: Site) -> None:
    stockholm = page(ki, "doc/agreement/stockholm", "sv")
    origins = [item.text for item in stockholm.all("p") if "popover" in item.attributes]

    place = "KI:s sida om samarbete med kommuner, läst 29\xa0november\xa02026, under rubriken City of Stockholm"
    assert f"Står i källan: {place}" in origins
    (curated,) = (item for item in origins if item.startswith("Tolkad: ") and "comprehensive agreements" in item)
    assert "under rubriken Municipalities that have comprehensive agreements with KI" in curated
    facts = rows(stockholm)
    assert facts["Inriktning"][0] == "Förebyggande hälsoarbete Tolkad"
    assert facts["Undertecknat"] == ["mars 2020"]


def test_what_several_origins_have_in_common_is_told_once_with_their_places(ki: Site) -> None:
    origins = page(ki, "doc/agreement/stockholm", "sv").one("details", class_="origins")
    stated, *others = (item for item in origins.one("ul").children if isinstance(item, Element))

    assert stated.text.count("KI:s sida om samarbete med kommuner") == 1
    places = [place.text for place in stated.all("li")]
    assert len(places) == len(set(places)) > 1
    numbers = [place.attributes["value"] for item in (stated, *others) for place in item.all("li")]
    assert sorted(int(number or 0) for number in numbers) == [*range(1, len(numbers) + 1)]


def test_a_page_says_at_its_top_from_where_and_how_certain_its_facts_are(ki: Site) -> None:
    told = page(ki, "doc/agreement/solna", "en").one("p", class_="told").text.replace("\u00a0", " ")

    read = "Source: KI's page on collaboration with municipalities (ki.se), read on 29 November 2026"
    assert told == f"{read} · Facts: 14 (Stated: 13, Interpreted: 1)"


def test_a_fact_from_a_register_says_that_it_was_added_and_what_that_means(ki: Site) -> None:
    solna = page(ki, "doc/organisation/solna", "en")
    *stated, added = (item.text for item in solna.all("p") if "popover" in item.attributes)

    assert "Added: Identifiers" in solna.one("details", class_="origins").text
    assert added == "Added: IdentifiersThe fact was taken from public registers and is not on the source page."
    assert not [each for each in stated if "The fact" in each]


def test_a_note_of_the_curators_stands_beside_what_it_concerns_even_where_nothing_is_stated(ki: Site) -> None:
    contact = rows(page(ki, "doc/agreement/huddinge", "sv"))["Kontaktperson"]

    assert contact[0] == "uppgift saknas"
    assert contact[1].startswith("Kontakt utan namn för Huddinge")
    assert contact[1].endswith("Mer om anmärkningen")


def test_a_note_that_does_not_say_that_something_is_missing_makes_no_empty_row(ki: Site) -> None:
    concept = page(ki, "doc/area/learning-in-working-life", "sv")

    assert "uppgift saknas" not in concept.text
    assert "Fyra formuleringar av arbetsbaserat lärande" in concept.text


def test_evidence_is_told_as_origin_and_not_as_a_link(ki: Site) -> None:
    assert "Evidence M" not in page(ki, "doc/agreement/solna", "en").text


# --- what became of it


def test_the_page_of_a_withdrawn_thing_says_so_and_that_of_a_replaced_one_leads_on(doll: Site) -> None:
    endings = {}
    for iri, tombstone in doll.tombstones.items():
        notice = page(doll, doll.addresses.document(iri) or "", "en").one("div", class_="notice")
        endings[tombstone.status] = (notice.text, len(notice.all("a")))

    assert endings[410] == ("This description has been withdrawn.", 0)
    assert endings[308][0].startswith("This description has been replaced. See instead:")
    assert endings[300][1] == 2


# --- in brief


def brief(found: Element) -> dict[str, str]:
    """The box at the top of a page, without the numbers of origins."""
    return {name: " ".join(values) for name, values in rows(found.one("section", class_="box")).items()}


def test_an_agreement_begins_with_who_when_and_about_what(ki: Site) -> None:
    box = brief(page(ki, "doc/agreement/solna", "sv"))

    assert list(box) == ["Status", "Part", "Undertecknat", "Giltighet", "Kontaktperson", "Inledande område"]
    assert box["Part"] == "Karolinska Institutet, Solna kommun"
    assert (box["Undertecknat"], box["Giltighet"]) == ("3 juni 2025", "Tills vidare")
    assert box["Status"].startswith("Gäller uträknat för den ")


def test_what_is_not_known_of_several_things_is_one_row_with_each_note_once(ki: Site) -> None:
    box = brief(page(ki, "doc/agreement/alf-regional-stockholm", "en"))

    assert list(box) == ["Party", "Areas through the collaboration", "Tiers", "The parties allocate", "Not given"]
    assert box["Not given"].startswith("Signed, Validity, Contact ")
    assert box["Not given"].count("Dates and validity of the ALF agreements") == 1


def test_what_an_agreement_has_by_way_of_others_has_the_origins_and_the_mark_of_what_is_said_of_those(ki: Site) -> None:
    found = page(ki, "doc/agreement/alf-regional-stockholm", "en").one("section", class_="box")
    sourced = {row.one("dt").text: len(row.all("button")) for row in found.all("div")}

    assert (sourced["Tiers"], sourced["The parties allocate"]) == (3, 2)
    assert rows(found)["The parties allocate"] == [
        "Region Stockholm's complement to the ALF compensation, Stockholm's part of the ALF compensation Interpreted"
    ]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("sv", ["Ledningsnivå", "Sjukhusnivå eller motsvarande", "Verksamhetsnivå"]),
        ("en", ["Management level", "Hospital level or equivalent", "Operational level"]),
    ],
)
def test_what_has_a_rank_stands_by_it_and_not_by_the_alphabet(ki: Site, language: str, expected: list[str]) -> None:
    found = page(ki, "doc/agreement/alf-regional-stockholm", language).one("section", class_="box")
    (tiers,) = (row for row in found.all("div") if row.one("dt").text in {"Nivåer", "Tiers"})

    assert [link.text.partition(":")[0] for link in tiers.all("a")] == expected


@pytest.mark.parametrize(
    ("path", "label", "areas"),
    [
        ("alf-regional-stockholm", "Områden genom samarbetet", ["Forskning", "Infrastruktur", "Utbildning"]),
        ("alf-national", "Områden genom penningflöde", ["Forskning", "Utbildning"]),
    ],
)
def test_an_agreement_without_areas_of_its_own_has_those_that_it_reaches_with_their_origins(
    ki: Site, path: str, label: str, areas: list[str]
) -> None:
    found = page(ki, f"doc/agreement/{path}", "sv").one("section", class_="box")
    (row,) = (row for row in found.all("div") if row.one("dt").text == label)

    assert [link.text for link in row.all("a")] == areas
    assert len(row.all("button")) >= len(areas)
    assert "genom" not in page(ki, "doc/agreement/solna", "sv").one("section", class_="box").text


def test_an_agreement_leads_to_the_questions_that_say_something_of_it_and_nowhere_else(ki: Site) -> None:
    asked = {}
    for name in ("solna", "alf-national"):
        links = page(ki, f"doc/agreement/{name}", "sv").one("main").all("a")
        found = [str(each.attributes["href"]) for each in links if "/query/" in str(each.attributes["href"])]
        asked[name] = [href.partition("/query/")[2] for href in found]

    assert "contacts/agreement=agreement.solna.sv.html" in asked["solna"]
    assert all(f"/agreement=agreement.{name}.sv.html" in href for name, hrefs in asked.items() for href in hrefs)
    assert not any("initial-areas" in href for href in asked["alf-national"])


def test_what_the_box_has_whole_is_not_said_again_below(ki: Site) -> None:
    found = page(ki, "doc/agreement/solna", "en")
    below = [row.one("dt").text for dl in found.all("dl")[1:] for row in dl.all("div")]

    assert "Type of agreement" in below
    assert {"Party", "Signed", "Validity", "Contact person", "Initial area"}.isdisjoint(below)


def test_a_partner_begins_with_its_agreements_and_what_others_have(ki: Site) -> None:
    box = brief(page(ki, "doc/organisation/huddinge", "en"))

    assert "Signed: 25 October 2022 · Validity: Until further notice" in box["Agreement"]
    assert "City of Solna: Person-centered care and nursing, Working methods in accordance" in box["Only others have"]
    assert "Equal health" in box["Area"]
    assert "Equal health" not in box["Only others have"]
    assert "City of Stockholm: Active lifestyle (interpreted), Healthy aging (interpreted)" in box["Only others have"]
    assert box["Only others have"].count("(interpreted)") == 3
    assert "Work-based training" in box["Area"]
    assert "Collaboration: " in box["Area, in another way"]


def test_what_others_have_is_told_by_the_broader_concept(ki: Site) -> None:
    lacking = brief(page(ki, "doc/organisation/region-stockholm", "en"))["Only others have"]

    assert "4 others: Knowledge exchange, Skills supply (all wordings), Work-based learning (all wordings)" in lacking
    assert "Skills provision" not in lacking


def test_a_partner_leads_on_to_the_pictures_that_tell_of_it(ki: Site) -> None:
    def drawn(name: str) -> list[str]:
        found = page(ki, f"doc/organisation/{name}", "en").one("main").one("section", class_="screen")
        return [str(link.attributes["href"]).removeprefix("../../query/") for link in found.all("a")]

    pictures = ["partner-areas.en.html", "governance-levels.en.html", "money-flows.en.html"]
    assert drawn("region-stockholm")[:3] == pictures
    assert drawn("solna") == pictures[:1]
    assert drawn("karolinska-institutet")[:2] == pictures[1:]


def test_the_page_of_a_person_leads_on_to_the_questions_about_contacts(ki: Site) -> None:
    found = page(ki, "doc/person/p1", "en").one("main")
    links = [link.attributes["href"] for link in found.all("a")]
    assert [each for each in links if each and "/query/" in each] == ["../../query/contacts.en.html"]


def test_a_record_elsewhere_is_called_by_its_number_and_the_site_that_has_it(ki: Site) -> None:
    assert "wikidata.org: Q109010" in page(ki, "doc/organisation/solna", "en").text


def test_a_partner_without_a_contact_says_so_and_why(ki: Site) -> None:
    found = brief(page(ki, "doc/organisation/huddinge", "en"))["Contact"]
    assert found.startswith("not given A contact label without a name for Huddinge")


def test_what_an_abbreviation_of_the_source_stands_for_is_said(ki: Site) -> None:
    for path in ("doc/agreement/alf-national", "doc/agreement/alf-regional-stockholm"):
        assert "avtal om läkarutbildning och forskning" in page(ki, path, "sv").one("main").text


def test_the_areas_of_a_partner_say_where_they_are_from(ki: Site) -> None:
    box = page(ki, "doc/organisation/solna", "en").one("section", class_="box")

    areas = [each for each in box.all("div") if each.one("dt").text.startswith(("Area", "Through"))]
    assert [len(each.all("button")) for each in areas] == [3, 3]


def test_the_box_of_a_partner_compares(ki: Site) -> None:
    box = brief(page(ki, "doc/organisation/huddinge", "en"))

    assert box["Compare with"] == "City of Solna, City of Stockholm, Region Stockholm, Upplands-Bro Municipality"


def test_each_agreement_of_an_organisation_stands_with_its_own_signing_and_validity(ki: Site) -> None:
    found = page(ki, "doc/organisation/karolinska-institutet", "sv").one("section", class_="box")
    row = next(each for each in found.all("div") if each.one("dt").text == "Avtal")
    agreements = [each.text for each in row.all("dd") if not each.all("details")]

    assert len(agreements) == 5
    stockholm = next(each for each in agreements if "Stockholms" in each)
    assert "Undertecknat: mars\u00a02020 · Giltighet: Tills vidare" in stockholm
    missing = [each for each in agreements if "Undertecknat, Giltighet, Kontakt: uppgift saknas" in each]
    assert [each[:20] for each in missing] == ["Regionalt ALF-avtal "]
    assert "Kontakt: Maria Schönnings" in stockholm
    assert "Kontakt: uppgift saknas" in next(each for each in agreements if "Huddinge" in each)
    assert "Kontakt" not in [each.one("dt").text for each in found.all("div")]
    noted = [each.one("summary").text for each in row.all("details")]
    assert noted == [
        "Parterna i det regionala ALF-avtalet",
        "Ingen kontakt för ALF-avtalen",
        "Kontakt utan namn för Huddinge",
    ]


def test_a_person_begins_with_what_the_person_does_and_for_whom(ki: Site) -> None:
    box = brief(page(ki, "doc/person/p2", "en"))

    assert box["Other party"] == "City of Solna, Upplands-Bro Municipality"
    assert box["Contact for"].count("Agreement between") == 2


def test_what_the_box_says_of_links_has_their_origins_and_what_the_curators_note_about_them(ki: Site) -> None:
    person = page(ki, "doc/person/p2", "sv")

    assert person.one("p", class_="told").text.startswith("Källa: KI:s sida om samarbete med kommuner (ki.se), läst")
    assert "varken telefon, e-post eller vem kontaktpersonen företräder" in brief(person)["Kontakt för"]
    places = [item.text for item in person.one("details", class_="origins").all("li") if "value" in item.attributes]
    assert places == ["under rubriken Solna Municipality", "under rubriken Upplands-Bro Municipality"]


def test_a_link_that_is_an_interpretation_is_marked_as_one_from_its_other_end(ki: Site) -> None:
    agreements = brief(page(ki, "doc/organisation/karolinska-institutet", "en"))["Agreement"]

    assert "Regional ALF agreement (Stockholm) Interpreted" in agreements
    assert agreements.count("Interpreted") == 1


def test_an_area_begins_with_the_partners_that_have_it_and_what_links_to_it(ki: Site) -> None:
    area = page(ki, "doc/area/research", "sv")

    reached = brief(area)["Samarbetspartner, på annat sätt"]
    parties = ("Huddinge kommun", "Region Stockholm", "Solna kommun", "Stockholms kommun", "Upplands-Bro kommun")
    assert f"Syfte: {', '.join(parties)}" in reached
    assert "Gemensamma beslut om: Region Stockholm" in reached
    assert "Åtagande: Solna kommun, Upplands-Bro kommun" in reached
    assert [heading.text for heading in area.all("h2")][1:] == ["Kopplingar"]


def test_what_goes_for_all_facts_of_a_page_is_not_said_of_each(ki: Site) -> None:
    source = page(ki, "doc/page/municipalities", "sv")

    assert "Uppgifter om källan själv: 5 (Redaktionell)" in [each.text for each in source.all("p")]
    assert not source.all("small", class_="tag")
    assert "Redaktionell: Källor" in source.one("details", class_="origins").text


@pytest.mark.parametrize(("language", "name"), [("sv", "engelska"), ("en", "English")])
def test_a_language_is_called_by_its_name(ki: Site, language: str, name: str) -> None:
    assert name in [values[0] for values in rows(page(ki, "doc/page/municipalities", language)).values()]


def test_what_a_collaboration_decides_is_said_of_it_and_not_of_a_body_that_steers_it(ki: Site) -> None:
    found = page(ki, "doc/body/joint-steering-group", "sv")
    told = next(row for row in found.one("section", class_="box").all("div") if row.one("dt").text == "Samarbete")

    assert "Samarbetets gemensamma beslut om: Forskning, Infrastruktur, Utbildning" in told.text
    assert "Region Stockholm" in told.text
    assert told.all("sup")
    assert "Beslutar om" not in brief(found)


def test_a_fact_is_called_as_the_shape_of_all_its_values_calls_it_and_not_as_one_that_looks_for_twins(ki: Site) -> None:
    found = rows(page(ki, "doc/organisation/huddinge", "sv"))

    assert "Motsvarighet i andra register" in found
    assert not [name for name in found if "bara en" in name]


def test_what_a_thing_is_stands_with_its_data_where_a_box_says_what_it_does(ki: Site) -> None:
    body = page(ki, "doc/body/fouu-group", "sv")

    assert "Typ: Begrepp" in body.one("details", class_="formats").text
    assert not body.all("p", class_="kinds")


def test_a_number_is_called_by_its_register(ki: Site) -> None:
    identifiers = rows(page(ki, "doc/organisation/huddinge", "sv"))["Identifierare"]

    assert any(value.startswith("Kommunkod") and ": 0126" in value for value in identifiers)


def test_the_box_of_another_site_says_what_its_own_query_says(doll: Site) -> None:
    box = brief(page(doll, "doc/lighthouse/masudden", "en"))

    assert box["Kept by the same person as"] == "Long Shoal"
    assert next(iter(box)) == "Height"


# --- for machines


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("doc/organisation/solna", "Organization"),
        ("doc/person/p1", "Person"),
        ("doc/agreement/solna", "CreativeWork"),
        ("doc/area/equal-health", "DefinedTerm"),
        ("doc/place/stockholm-county", "Place"),
        ("doc/tier/operational", "Thing"),
    ],
)
def test_a_page_tells_search_engines_what_it_is_about(ki: Site, path: str, kind: str) -> None:
    told = embedded(page(ki, path, "en"))

    assert told["@type"] == kind
    assert told["@id"] == ki.addresses.iri(path)
    assert told["name"] == page(ki, path, "en").one("h1").text
    assert told["mainEntityOfPage"]["inLanguage"] == "en"


def test_search_engines_are_told_who_the_parties_are_and_what_dates_there_are(ki: Site) -> None:
    """The ontology says by rdfs:seeAlso what schema.org calls a property; a season is no date to it."""
    told = embedded(page(ki, "doc/agreement/solna", "en"))

    assert [each["name"] for each in told["contributor"]] == ["Karolinska Institutet", "City of Solna"]
    assert {each["@type"] for each in told["contributor"]} == {"Organization"}
    assert told["dateCreated"] == "2025-06-03"
    assert len(told["about"]) == 3
    assert told["name"].startswith("Agreement between")
    members = embedded(page(ki, "doc/collaboration/ki-region-stockholm", "sv"))["member"]
    assert [each["name"] for each in members] == ["Karolinska Institutet", "Region Stockholm"]


def test_a_date_in_words_is_not_told_to_search_engines(copy: Path) -> None:
    (copy / "ontology/more.ttl").write_text(
        "@prefix doll: <https://example.org/doll/def/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        "doll:lit rdfs:seeAlso <https://schema.org/dateCreated> .\n"
    )
    data = (copy / "data/lights.ttl").read_text()
    for value, told in (('"2020-03"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>', "2020-03"), ('"once"', None)):
        thing = f"\n<https://example.org/doll/id/light/x> a doll:Colour ; doll:lit {value} .\n"
        prefix = "@prefix doll: <https://example.org/doll/def/> .\n"
        (copy / "data/lights.ttl").write_text(data + prefix + thing)
        assert embedded(page(samverkan.open(copy), "doc/light/x", "en")).get("dateCreated") == told


def test_what_the_box_says_of_links_is_not_said_again(ki: Site) -> None:
    person = page(ki, "doc/person/p2", "sv")
    told = [link.attributes["href"] for link in person.all("a") if "agreement/" in str(link.attributes.get("href"))]

    assert len(told) == len(set(told)) == 2


def test_the_way_to_a_thing_leads_over_the_list_of_its_kind(ki: Site) -> None:
    (crumbs,) = page(ki, "doc/level/operational", "sv").all("nav", class_="crumbs")

    assert [link.text for link in crumbs.all("a")] == ["Start", "Organisatoriska nivåer"]
    assert crumbs.all("a")[1].attributes["href"] == "../../doc/level.sv.html"


def test_the_way_to_a_concept_leads_over_the_entry_of_the_menu_that_has_its_list(ki: Site) -> None:
    (crumbs,) = page(ki, "doc/body/fouu-group", "sv").all("nav", class_="crumbs")

    assert [link.text for link in crumbs.all("a")] == ["Start", "Styrning"]
    assert crumbs.all("a")[1].attributes["href"] == "../../query/governance-levels.sv.html"


def test_the_way_to_a_thing_leads_over_a_query_that_lists_its_like_where_the_menu_has_none(ki: Site) -> None:
    (crumbs,) = page(ki, "doc/person/p2", "sv").all("nav", class_="crumbs")

    assert [link.text for link in crumbs.all("a")] == ["Start", "Personer"]
    assert crumbs.all("a")[1].attributes["href"] == "../../query/persons.sv.html"


def test_what_the_way_to_a_thing_is_called_is_not_said_again(ki: Site) -> None:
    assert page(ki, "doc/body/fouu-group", "sv").text.count("Typer av gemensamma organ") == 1


def test_a_note_on_the_property_of_a_row_stands_in_the_box(ki: Site) -> None:
    level = brief(page(ki, "doc/body/fouu-committee", "sv"))["Nivå"]

    assert "Antal organ: Flera" in level
    assert "Kommittéer och grupper är inte namngivna" in level


def test_a_kind_has_a_page_with_all_its_things(ki: Site) -> None:
    agreements = page(ki, "doc/agreement", "en")
    found = [link.text for link in agreements.one("main").all("ul")[0].all("a")]

    assert agreements.one("h1").text == "Agreements: all 6"
    assert len(found) == 6
    assert found == sorted(found, key=str.casefold)
    assert page(ki, "doc/body", "sv").one("h1").text == "Typer av gemensamma organ: alla 4"
    assert {link.attributes["href"] for link in agreements.one("section", class_="formats").all("a")} == {
        f"../doc/agreement{form.suffix}" for form in formats_for(Graph)
    }


def test_a_kind_of_very_many_things_has_a_page_with_the_first_ones(copy: Path) -> None:
    kind, name = "<https://example.org/doll/def/Colour>", "<http://www.w3.org/2000/01/rdf-schema#label>"
    many = "".join(
        f'<https://example.org/doll/id/hue/h{number}> a {kind} ; {name} "Hue {number:03}"@en , "Ton {number:03}"@sv .\n'
        for number in range(900)
    )
    (copy / "data/hues.ttl").write_text(many)
    (found,) = (each for each in samverkan.open(copy).pages["doc/hue"] if each.suffix == ".en.html")
    content = found.content()
    assert isinstance(content, Bytes)

    assert len(content.content) < 36_500
    assert "of 900 are shown" in read(content.content).one("p", class_="cut").text


def test_a_page_leads_to_every_format_of_its_data(ki: Site) -> None:
    solna = page(ki, "doc/organisation/solna", "sv")
    visible = {link.attributes["href"]: link.text for link in solna.one("details", class_="formats").one("ul").all("a")}

    assert visible == {f"../../doc/organisation/solna{form.suffix}": form.title for form in formats_for(Graph)}
    assert visible["../../doc/organisation/solna.rdf"] == "RDF/XML"
    assert {
        link.attributes["href"] for link in solna.all("link", rel="alternate") if link.attributes.get("type")
    } == set(visible)


def test_hostile_values_stay_text(copy: Path) -> None:
    lights = copy / "data" / "lights.ttl"
    lights.write_text(
        lights.read_text()
        + r"""
<https://example.org/doll/id/light/evil> a <https://example.org/doll/def/Colour> ;
    <http://www.w3.org/2000/01/rdf-schema#label> "<script>alert(1)</script>"@en , "\"><img src=x onerror=alert(1)>"@sv ;
    <http://www.w3.org/2000/01/rdf-schema#seeAlso> <javascript:alert(1)> , <https://example.org/a'onclick=alert(1)> ,
        <data:text/html,x> ;
    <http://purl.org/dc/terms/description> "</script><script>alert(2)</script>"@en , "\u202Egnp.exe"@sv .
"""
    )
    site = samverkan.open(copy)
    english, swedish = (source(site, "doc/light/evil", language) for language in ("en", "sv"))

    assert read(english).one("h1").text == "<script>alert(1)</script>"
    assert read(swedish).one("h1").text == '"><img src=x onerror=alert(1)>'
    assert {script.attributes.get("type", "") for script in read(english).all("script")} == {"application/ld+json", ""}
    assert embedded(read(english))["description"] == "</script><script>alert(2)</script>"
    for found in (english, swedish):
        assert not read(found).all("img")
        targets = [str(link.attributes.get("href")) for link in read(found).all("a")]
        assert not [target for target in targets if target.startswith(("javascript:", "data:"))]
        assert not [name for link in read(found).all("a") for name in link.attributes if name.startswith("on")]
    assert "\u202e" in read(swedish).one("p", class_="lead").one("bdi").text


def test_a_thing_of_which_very_much_is_said_has_a_small_page_that_says_what_is_not_there(copy: Path) -> None:
    lights = copy / "data" / "lights.ttl"
    prefix = "https://example.org/doll/id/lighthouse/langgrund"
    many = "".join(
        f"<{prefix}> <http://www.w3.org/2000/01/rdf-schema#seeAlso> <https://example.org/doll/id/light/l{n}> .\n"
        f"<https://example.org/doll/id/light/l{n}> a <https://example.org/doll/def/Colour> ;\n"
        f"    <{DCTERMS}source> <{prefix}> ;"
        f' <http://www.w3.org/2000/01/rdf-schema#label> "{"a" * 400} {n}"@en .\n'
        for n in range(1000)
    )
    long = f'<{prefix}> <{DCTERMS}description> "{"word " * 40_000}"@en .\n'
    lights.write_text(lights.read_text() + many + long)
    site = samverkan.open(copy)
    written = source(site, "doc/lighthouse/langgrund", "en")

    assert len(written) < 46_000
    assert "of 1,000 are shown. All of them are in the data files." in read(written).text
    assert read(written).one("p", class_="lead").text.endswith("word …")


def test_a_canned_query_that_is_asked_again_is_not_worked_out_again(ki: Site) -> None:
    query = ki.queries["contacts"]
    kept = ki.bound(query, {"lang": "en"})

    assert ki.bound(query, {"lang": "en"}) is kept
    assert ki.bound(query, {"lang": "sv"}) != kept


def test_every_note_of_the_curators_stands_on_the_page_of_what_it_is_about(ki: Site) -> None:
    found = 0
    for path, iri in ki.documents.paths():
        for note in ki.pages.html.context.origins.notes(iri):
            name = ki.pages.html.context.name(note.iri, "en").text
            assert name in page(ki, path, "en").one("main").text, (path, name)
            found += 1

    assert found > 25


def test_a_note_about_what_such_a_thing_never_has_makes_no_empty_row(ki: Site) -> None:
    assert "At tier" not in rows(page(ki, "doc/tier/hospital", "en"))


def test_a_language_without_texts_of_its_own_has_english_ones_and_falls_back_on_english() -> None:
    locale = Locale("fi", ("fi", "sv"), {"sv": {"this-language": "På svenska"}, "en": {"this-language": "In English"}})

    assert locale.page_language == "en"
    assert locale.pick({"sv": "röd", "en": "red"}) == Name("red", "en")
    assert locale.invitation == "Suomi"


def test_a_site_without_a_title_is_called_by_its_address(copy: Path) -> None:
    settings = copy / "samverkan.toml"
    kept = settings.read_text().partition("[title]")[0]
    settings.write_text(kept)
    start = page(samverkan.open(copy), "index", "en")

    assert start.one("h1").text == "example.org/doll"
    assert "Published by" not in start.text


def test_a_partner_does_not_lack_what_it_has_in_other_words(ki: Site) -> None:
    base = f"{ki.settings.base}id/area/"
    (compared,) = ki.pages.html.context.summaries.comparisons(f"{ki.settings.base}id/organisation/huddinge")
    lacks = {row.removeprefix(base) for row in compared.lacks}
    assert {"learning-environments", "infrastructure"} <= lacks
    assert {"research", "education"}.isdisjoint(lacks)
    assert not lacks & {"work-based-learning", "work-based-education-and-work-integrated-learning", "skills-supply"}


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("doc/person/p1", "Contact for: Agreement between Karolinska Institutet and the City of Stockholm."),
        ("doc/area", "Active lifestyle, Competence provision"),
        ("sparql", "Which municipalities, regions and others"),
    ],
)
def test_every_page_has_a_description_for_those_that_list_pages(ki: Site, path: str, said: str) -> None:
    assert f'<meta name="description" content="{said}' in source(ki, path, "en").decode()


def test_origins_are_listed_in_the_order_of_their_numbers(ki: Site) -> None:
    listed = [
        item for item in page(ki, "doc/agreement/alf-regional-stockholm", "sv").all("li") if "id" in item.attributes
    ]
    assert [item.attributes["id"] for item in listed] == ["o1", "o2", "o3", "o4", "o5"]


def test_a_place_of_a_source_begins_with_the_way_there_and_has_each_thing_once(ki: Site) -> None:
    found = page(ki, "doc/passage/municipalities-38", "sv")
    told = found.one("p", class_="told")
    heading = told.all("a")[2].attributes["href"]

    assert told.text.startswith("Källa: KI:s sida om samarbete med kommuner (ki.se), läst 29\u00a0november\u00a02026")
    assert "återges inte här" in told.text
    assert "//ki.se/" in str(heading)
    assert "#:~:text=Huddinge" in str(heading)
    assert rows(found)["Avtal mellan Karolinska Institutet och Huddinge kommun"] == [
        "Undertecknat: 25 oktober 2022",
        "Giltighet: Tills vidare",
    ]


def test_things_of_which_a_line_states_the_same_stand_together_and_a_line_is_found_under_the_data(ki: Site) -> None:
    line = page(ki, "doc/passage/municipalities-7", "sv")
    assert [len(each.all("a")) for each in line.one("main").all("section")[0].all("dt")] == [4, 1, 1]
    (crumbs,) = line.all("nav", class_="crumbs")
    assert [link.text for link in crumbs.all("a")] == ["Start", "Data", "Ställen på källsidorna"]


def test_what_is_read_out_of_a_place_stands_apart_from_what_it_states(ki: Site) -> None:
    headings = [each.text for each in page(ki, "doc/passage/municipalities-3", "en").all("h2")]

    assert headings[:2] == ["The line states", "Interpreted as"]


def test_a_source_names_itself_nowhere_as_its_source_and_its_headings_once(ki: Site) -> None:
    found = page(ki, "doc/page/region-stockholm", "en")

    assert "Facts about the source itself: 7 (Curated: 5, Stated: 2)" in [each.text for each in found.all("p")]
    assert [tag.text for tag in found.all("small", class_="tag")] == ["Stated", "Stated"]
    assert "Headings" not in rows(found)
    assert [each.text for each in found.all("summary")][:1] != ["Connections"]
