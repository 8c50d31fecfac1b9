"""What follows from the dates of an agreement and from the day that is today: its state, and when its term ends.

It is an answer of queries alone: the same in a list, on a page and by itself, and in no file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import Literal, NamedNode, QuerySolutions, RdfFormat, Store
from tests.reading import read
from tests.test_publication.test_wider import built, own_columns

import samverkan
from samverkan.model.namespaces import XSD
from samverkan.model.sparql import at
from samverkan.publication import resolver
from samverkan.publication.html.locale import Locale
from samverkan.publication.html.messages import MESSAGES
from samverkan.publication.html.pictures.timeline import stretch

if TYPE_CHECKING:
    from samverkan import Site

QUERIES = Path(__file__).resolve().parents[2] / "queries"
DAY = date(2026, 11, 29)
PREFIXES = """PREFIX sam: <https://w3id.org/samverkan/def/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX schema: <https://schema.org/> PREFIX edtf: <http://id.loc.gov/datatypes/edtf/>
"""
RENEWED = 'sam:renewalKind sam:renewal-automatic ; sam:renewalPeriod "P2Y"^^schema:Duration'
TO_2020 = 'sam:validUntil "2020-12-31"^^xsd:date'
NEXT_YEAR = 'sam:validFrom "2027-01-01"^^xsd:date'
ROUGHLY = (
    'sam:validFrom "2026-23"^^edtf:EDTF ; sam:validFromNotBefore "{}"^^xsd:date ; sam:validFromNotAfter "{}"^^xsd:date'
)
IN_FORCE, ENDING, ENDED, NOT_YET, REPLACED = "in-force", "ending", "ended", "not-yet-in-force", "replaced"


@dataclass(frozen=True)
class Case:
    """What is said of an agreement, and what follows on the day: its state, the end of its term, whether it is sure."""

    name: str
    said: str
    state: str
    end: str = ""
    certain: str = ""

    @property
    def is_certain(self) -> str:
        """Whether it is sure: it is where the first day is known, or where it has ended or been replaced."""
        return self.certain or ("true" if "validFrom" in self.said or self.state in {ENDED, REPLACED} else "")


CASES = (
    Case("is valid until further notice", "sam:validityKind sam:validity-until-further-notice", IN_FORCE),
    Case("says nothing of when it is valid", 'sam:signedNotAfter "2020-01-01"^^xsd:date', ""),
    Case("begins tomorrow", 'sam:validFrom "2026-11-30"^^xsd:date', NOT_YET),
    Case("begins today", 'sam:validFrom "2026-11-29"^^xsd:date', IN_FORCE),
    Case(
        "was signed on a day to come",
        'sam:validityKind sam:validity-until-further-notice ; sam:signedNotAfter "2026-12-01"^^xsd:date',
        NOT_YET,
    ),
    Case("ended yesterday", 'sam:validUntil "2026-11-28"^^xsd:date', ENDED),
    Case("ends today", 'sam:validUntil "2026-11-29"^^xsd:date', ENDING, "2026-11-29"),
    Case("ends in just six months", 'sam:validUntil "2027-05-29"^^xsd:date', ENDING, "2027-05-29"),
    Case("ends a day later", 'sam:validUntil "2027-05-30"^^xsd:date', IN_FORCE, "2027-05-30"),
    Case("was renewed for the third time", f"{TO_2020} ; {RENEWED}", IN_FORCE, "2026-12-31"),
    Case("could be renewed once", f"{TO_2020} ; {RENEWED} ; sam:maximumRenewals 1", ENDED),
    Case("is in its last renewal", f"{TO_2020} ; {RENEWED} ; sam:maximumRenewals 3", ENDING, "2026-12-31"),
    Case("is renewed by decision", f"{TO_2020} ; {RENEWED}".replace("automatic", "by-decision"), ENDED),
    Case("is renewed by half-years", f"{TO_2020} ; {RENEWED}".replace("P2Y", "P6M"), IN_FORCE, "2026-12-31"),
    Case(
        "is renewed from the last of August",
        f'sam:validUntil "2026-08-31"^^xsd:date ; {RENEWED}'.replace("P2Y", "P6M"),
        IN_FORCE,
        "2027-02-28",
    ),
    Case(
        "has been given notice of",
        'sam:noticeGivenOn "2026-09-01"^^xsd:date ; sam:endsByNoticeOn "2028-08-31"^^xsd:date',
        ENDING,
        "2028-08-31",
    ),
    Case(
        "has ended by notice in the middle of a term",
        f'{TO_2020} ; {RENEWED} ; sam:noticeGivenOn "2026-01-01"^^xsd:date ; sam:endsByNoticeOn "2026-06-30"^^xsd:date',
        ENDED,
    ),
    Case("has a successor in force", "dcterms:isReplacedBy <urn:begun>", REPLACED),
    Case("has a successor to come", "dcterms:isReplacedBy <urn:coming>", ENDING),
    Case("has a successor of which nothing is known", "dcterms:isReplacedBy <urn:nothing>", REPLACED),
    Case("began in an autumn that lasts", ROUGHLY.format("2026-09-01", "2026-12-31"), NOT_YET, "", "false"),
    Case("began in an autumn that is over", ROUGHLY.format("2026-09-01", "2026-11-28"), IN_FORCE),
    Case("began before its bounds", ROUGHLY.format("2026-12-01", "2026-12-31"), NOT_YET),
    Case(
        "ends in a year that lasts",
        'sam:validUntil "2026"^^xsd:gYear ; sam:validUntilNotBefore "2026-01-01"^^xsd:date ; '
        'sam:validUntilNotAfter "2026-12-31"^^xsd:date',
        ENDING,
        "2026-12-31",
        "false",
    ),
)


@cache
def _answer(day: date) -> dict[str, tuple[str, str, str]]:
    """What follows for each case, asked of all together."""
    store = Store()
    lines = (f"<urn:{number}> a sam:Agreement ; {case.said} ." for number, case in enumerate(CASES))
    others = f'<urn:begun> sam:validFrom "2026-01-01"^^xsd:date . <urn:coming> {NEXT_YEAR} .'
    store.load((PREFIXES + "\n".join(lines) + others).encode(), format=RdfFormat.TURTLE)
    found = store.query(at(day, (QUERIES / "agreement-states.rq").read_text("utf-8")))
    assert isinstance(found, QuerySolutions)
    rows = ([row[name] for name in ("item", "state", "currentTermEnd", "certain")] for row in found)
    texts = ([str(getattr(term, "value", "")) for term in row] for row in rows)
    return {item: (state.partition("state-")[2], end, certain) for item, state, end, certain in texts}


@pytest.mark.parametrize("number", range(len(CASES)), ids=[case.name.replace(" ", "-") for case in CASES])
def test_the_state_follows_from_the_dates_and_today(number: int) -> None:
    case = CASES[number]
    assert _answer(DAY)[f"urn:{number}"] == (case.state, case.end, case.is_certain)


def test_the_same_agreement_has_another_state_on_another_day() -> None:
    renewed = next(number for number, case in enumerate(CASES) if case.name == "was renewed for the third time")
    ends = [_answer(day)[f"urn:{renewed}"][1] for day in (date(2020, 12, 31), date(2021, 1, 1), date(2031, 5, 5))]
    assert ends == ["2020-12-31", "2022-12-31", "2032-12-31"]


@pytest.fixture(scope="module")
def wider(tmp_path_factory: pytest.TempPathFactory) -> Site:
    return samverkan.open(built(tmp_path_factory.mktemp("states")), as_of=DAY)


def test_every_state_is_found_among_invented_agreements(wider: Site) -> None:
    asked = own_columns(wider, "agreement-states", "item", "stateLabel")
    assert {state for _, state in asked} - {""} == {"In force", "Ending", "Ended", "Not yet in force", "Replaced"}


def test_what_is_not_said_of_an_agreement_leads_to_the_note_and_stands_last(ki: Site) -> None:
    body = read(resolver.fetch(ki, "query/agreement-states.sv.html").content).one("tbody")
    rows = [[cell.text for cell in row.all("td")] for row in body.all("tr")]
    assert [row[1] for row in rows] == ["Gäller"] * 4 + ["uppgift saknas"] * 2
    assert [row[2].replace("\N{NO-BREAK SPACE}", " ") for row in rows] == [
        "25 oktober 2022",
        "3 juni 2025",
        "mars 2020",
        "3 juni 2025",
        *["uppgift saknas"] * 2,
    ]
    assert [row[3] for row in rows] == ["Tills vidare"] * 4 + ["uppgift saknas"] * 2


def test_what_follows_from_the_dates_says_for_which_day(ki: Site) -> None:
    assert "Worked out for" in resolver.fetch(ki, "query/agreement-states.en.html").content.decode()
    assert "Worked out for" not in resolver.fetch(ki, "query/agreements.en.html").content.decode()


def test_a_column_without_any_value_is_left_out(ki: Site, wider: Site) -> None:
    heads = [read(resolver.fetch(site, "query/agreement-states.en.html").content).one("thead") for site in (ki, wider)]
    columns = [[head.text for head in each.all("th")] for each in heads]
    known = ["Agreement", "State (derived)", "Signed", "Validity"]
    assert columns == [known, [*known, "End of the current term", "Dates are certain"]]


def test_the_state_may_be_asked_for_on_another_day(wider: Site) -> None:
    found = own_columns(wider, "agreement-states", "itemLabel", "stateLabel", day="2026-01-31")
    assert ("Placements of student teachers in Talldalen (invented)", "Ending") in found


PAGES = {
    "sv": (
        "I korthet",
        "Status Gäller uträknat för den {day}",
        "Den löpande perioden slutar 30 juni 2028 uträknat för den {day}",
    ),
    "en": (
        "In brief",
        "State In force worked out for {day}",
        "End of the current term 30 June 2028 worked out for {day}",
    ),
}


@pytest.mark.parametrize("language", PAGES)
def test_the_page_of_an_agreement_shows_its_state(wider: Site, language: str) -> None:
    page = read(resolver.fetch(wider, f"doc/agreement/vfu-granaker.{language}.html").content)
    section = page.one("section", class_="box")
    heading, *facts = PAGES[language]
    day = wider.pages.html.context.locales[language].day(wider.as_of)
    assert section.one("h2").text == heading
    told = [row.text.replace("\u00a0", " ") for row in section.all("div")]
    assert told[:2] == [fact.format(day=day).replace("\u00a0", " ") for fact in facts]


def test_what_may_be_otherwise_is_marked_on_the_page(wider: Site) -> None:
    site = samverkan.open(wider.root, as_of=date(2028, 5, 5))
    page = read(resolver.fetch(site, "doc/agreement/partnership-granit.en.html").content)
    assert next(row.text for row in page.one("section", class_="box").all("div")).startswith(
        "State In force uncertain worked out for"
    )


def test_what_follows_is_in_no_file(wider: Site) -> None:
    document = resolver.fetch(wider, "doc/agreement/vfu-granaker.ttl").content
    assert not re.search(rb"sam:(state|currentTermEnd)\b", document)
    found = wider.ask("ASK { ?agreement sam:state ?state }")
    assert not getattr(found, "value", True)


# ---------------------------------------------------------------- how dates and lengths of time are written

WRITTEN = (
    ("http://id.loc.gov/datatypes/edtf/EDTF", "2026-21", "våren 2026", "spring 2026"),
    ("http://id.loc.gov/datatypes/edtf/EDTF", "2026-40", "första halvåret 2026", "first half of 2026"),
    (
        "http://id.loc.gov/datatypes/edtf/EDTF",
        "2018-01/2018-06",
        "januari 2018 – juni 2018",
        "January 2018 – June 2018",
    ),
    ("http://id.loc.gov/datatypes/edtf/EDTF", "2018/2019-02-03", "2018 – 3 februari 2019", "2018 – 3 February 2019"),
    ("http://id.loc.gov/datatypes/edtf/EDTF", "2026-13/2027", "2026-13/2027", "2026-13/2027"),
    ("http://id.loc.gov/datatypes/edtf/EDTF", "2026-25", "2026-25", "2026-25"),
    (f"{XSD}duration", "P6M", "6 månader", "6 months"),
    ("https://schema.org/Duration", "P6M", "6 månader", "6 months"),
    (f"{XSD}duration", "P1Y6M", "1 år, 6 månader", "1 year, 6 months"),
    (f"{XSD}duration", "P90D", "90 dygn", "90 days"),
    (f"{XSD}duration", "PT1H", "PT1H", "PT1H"),
    (f"{XSD}duration", "P", "P", "P"),
)


@pytest.mark.parametrize(("datatype", "text", "swedish", "english"), WRITTEN, ids=[each[1] for each in WRITTEN])
def test_a_season_a_range_and_a_length_of_time_are_written_as_people_say_them(
    datatype: str, text: str, swedish: str, english: str
) -> None:
    term = Literal(text, datatype=NamedNode(datatype))
    found = [Locale(tag, ("sv", "en"), MESSAGES).literal(term).replace("\u00a0", " ") for tag in ("sv", "en")]
    assert found == [swedish, english]


@pytest.mark.parametrize(
    ("text", "days"), [("2026-21", 92), ("2027-24", 91), ("2018-01/2018-06", 181), ("2018/2019", 730), ("2026-25", 0)]
)
def test_the_timeline_draws_a_season_and_a_range_as_long_as_they_are(text: str, days: int) -> None:
    found = stretch(Literal(text, datatype=NamedNode("http://id.loc.gov/datatypes/edtf/EDTF")))
    assert (found.days if found else 0) == days
