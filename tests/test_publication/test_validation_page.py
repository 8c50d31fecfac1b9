"""The page about the checks: the conclusion first, every finding in plain words, and what was looked at."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import samverkan
from samverkan import Site
from samverkan.errors import Place
from samverkan.publication import resolver
from samverkan.publication.html import MESSAGES
from samverkan.publication.html.validation import MOST_FINDINGS
from samverkan.validation import CHECKS, Finding, Report, Severity


def _page(site: Site, language: str = "en") -> str:
    return resolver.fetch(site, f"validation.{language}.html").content.decode()


def _with(folder: Path, report: Report) -> Site:
    site = samverkan.open(folder)
    site.__dict__["report"] = report
    return site


def test_every_check_is_told_in_words_of_its_own() -> None:
    names = [f"check-{check.__name__}" for check in CHECKS]
    assert len(set(names)) == len(CHECKS) == 69
    for language in ("sv", "en"):
        assert len({MESSAGES[language][name] for name in names}) == len(CHECKS)


@pytest.mark.parametrize(
    ("language", "verdict", "summary"),
    [
        ("sv", "Uppgifterna har klarat kontrollen.", "Inga fel, "),
        ("en", "The facts have passed the checks.", "No errors, 1 warning"),
    ],
)
def test_the_conclusion_comes_first_and_the_page_is_small(ki: Site, language: str, verdict: str, summary: str) -> None:
    page = _page(ki, language)
    first, meaning, second = page.partition("<main")[2].split("</p>")[:3]
    assert first.endswith(f'<p class="lead"><strong>{verdict}</strong>')
    assert {"sv": "sidorna visar då ingenting", "en": "pages then show nothing"}[language] in meaning
    assert summary in second
    assert len(page.encode()) <= 40_000


def test_what_one_note_explains_is_told_once_of_all_things_that_it_is_about(ki: Site) -> None:
    notes = _page(ki).partition("<h2>Notes</h2>")[2].partition("</section>")[0]
    assert notes.count("doc/note/alf-validity-unstated") == 1
    together = notes.partition("doc/note/alf-validity-unstated")[0].rpartition("<dt>")[2]
    assert "doc/agreement/alf-national.en.html" in together
    assert "doc/agreement/alf-regional-stockholm.en.html" in together


def test_what_a_note_explains_needs_nothing_done_and_leads_to_the_note(ki: Site) -> None:
    warnings = _page(ki).partition("<h2>Warnings</h2>")[2].partition("</section>")[0]
    assert "A note explains why it is so." in warnings
    assert 'href="doc/note/huddinge-contact.en.html"' in warnings
    assert "contacts.ttl" not in warnings


@pytest.mark.parametrize(
    ("severities", "verdict"),
    [
        ((), "The facts have passed the checks."),
        ((Severity.WARNING,) * 3, "The facts have passed the checks, but 3 things should be looked at."),
        ((Severity.VIOLATION, Severity.WARNING), "The facts have not passed the checks: one error must be corrected."),
        ((Severity.VIOLATION,) * 2, "The facts have not passed the checks: 2 errors must be corrected."),
    ],
)
def test_a_sentence_says_what_comes_of_it(copy: Path, severities: tuple[Severity, ...], verdict: str) -> None:
    found = tuple(Finding("x", str(n), severity, {"en": "So."}) for n, severity in enumerate(severities))
    assert f"<strong>{verdict}</strong>" in _page(_with(copy, Report(found)))


def test_a_thing_stands_once_under_the_worst_of_its_findings(copy: Path) -> None:
    thing, other = (f"https://example.org/doll/id/keeper/k{number}" for number in (1, 2))
    found = (
        Finding("x", "x", Severity.WARNING, {"en": "It is odd. Mend it."}, focus=thing, places=(Place("a.ttl", 7),)),
        Finding("x", "y", Severity.INFO, {"en": "It is dull."}, focus=thing),
        Finding("x", "y", Severity.INFO, {"en": "It is dull."}, focus=other),
    )
    page = _page(_with(copy, Report(found)))
    warnings, _, notes = page.partition("<h2>Notes</h2>")
    assert page.count("doc/keeper/k1.en.html") == warnings.count("doc/keeper/k1.en.html") == 1
    assert warnings.count("<dd>") == 2
    assert "<bdi>It is dull.</bdi> <small>(Note)</small>" in warnings
    assert notes.count("<dd>") == 1


def test_notes_about_very_many_things_are_folded_and_what_has_no_facts_yet_is_told_apart(copy: Path) -> None:
    dull = [Finding("x", str(n), Severity.INFO, {"en": "It is dull."}, focus=f"urn:x:{n}") for n in range(13)]
    empty = Finding("x", "empty-answer", Severity.INFO, {"en": "No answer."}, places=(Place("queries/lights.rq"),))
    page = _page(_with(copy, Report((*dull, empty))))
    assert "<summary>About single things (13)</summary>" in page
    assert "and 13 notes." in page
    assert "Requirements and questions that there are no facts about yet: 1." in page.partition("What is checked")[2]
    assert (
        "<summary>Questions that nothing in the facts answers yet (1)</summary>" in page.partition("What is checked")[2]
    )


def test_what_is_wrong_is_seen_and_what_to_do_about_it_unfolds(copy: Path) -> None:
    found = Finding("x", "x", Severity.WARNING, {"en": 'Not "A. B". Mend it. Soon.'}, places=(Place("a.ttl", 7),))
    page = _page(_with(copy, Report((found,))))
    assert "<summary><bdi>Not &#34;A. B&#34;.</bdi></summary>" in page
    assert '<p class="screen">For editors: <bdi>Mend it. Soon.</bdi> <small>a.ttl, line 7</small></p>' in page


def test_every_shape_and_every_finding_is_there(ki: Site) -> None:
    page = _page(ki)
    assert len(re.findall(r"<tr><td>", page)) == len(ki.report.coverage) > 50
    single = page.partition("<dl")[2].partition("<table")[0]
    listed = sum(map(int, re.findall(r"\((\d+)\)</summary>", page)))  # what has no facts yet
    others = [finding for finding in ki.report.findings if finding.rule not in {"unused-shape", "empty-answer"}]
    assert listed + len(others) == len(ki.report.findings) > 5
    for finding in others:
        assert finding.message["en"].partition(". ")[0][:40] in single
    assert page == _page(samverkan.open(ki.root))


def test_a_finding_names_the_thing_the_file_and_the_line(copy: Path) -> None:
    thing = "https://example.org/doll/id/keeper/k1"
    found = Finding(
        "x", "x", Severity.WARNING, {"sv": "Så.", "en": "<b>So.</b>"}, focus=thing, places=(Place("data/a.ttl", 7),)
    )
    page = _page(_with(copy, Report((found,))))
    assert 'href="doc/keeper/k1.en.html"' in page
    assert "&lt;b&gt;So.&lt;/b&gt;" in page
    assert "<small>data/a.ttl, line 7</small>" in page
    assert "No errors, 1 warning and no notes." in page


def test_what_has_no_page_is_named_without_a_link(copy: Path) -> None:
    found = Finding("x", "x", Severity.VIOLATION, {"en": "So."}, focus="javascript:alert(1)", label={"en": "Odd"})
    page = _page(_with(copy, Report((found,))))
    assert "1 error, no warnings and no notes." in page
    assert "So." in page
    assert 'href="javascript:' not in page


def test_a_long_list_is_cut_and_says_so(copy: Path) -> None:
    found = Finding("x", "x", Severity.INFO, {"en": "So."})
    many = tuple(replace(found, rule=str(number)) for number in range(1000))
    page = _page(_with(copy, Report(many)))
    assert page.count("So.") == MOST_FINDINGS
    assert "The first 60 of 1,000 are shown." in page
    assert "1,000 notes" in page


def test_a_site_that_cannot_be_read_has_not_been_checked(copy: Path) -> None:
    assert "nothing has been checked" in _page(_with(copy, Report((), readable=False)))


def test_a_message_names_terms_with_their_codes_beside(ki: Site) -> None:
    thing = f"{ki.settings.base}id/agreement/solna"
    texts = {"sv": 'Lägg till sam:contact, inte x:y. Så: "a"^^xsd:date.', "en": "Add sam:contact."}
    found = tuple(Finding("x", str(n), Severity.WARNING, texts, focus=thing) for n in range(2))
    site = samverkan.open(ki.root)
    site.__dict__["report"] = Report(found)
    page = _page(site, "sv").partition("<main")[2]
    assert page.count("Lägg till <bdi>kontaktperson</bdi> <small>(sam:contact)</small>, inte x:y.") == 2
    assert page.count("<dt>") == 1
    assert "<bdi>contact</bdi> <small>(sam:contact)</small>" in _page(site).replace("contact person", "contact")


@pytest.mark.parametrize("language", ["sv", "en"])
def test_what_is_said_of_many_queries_or_requirements_is_said_once(ki: Site, language: str) -> None:
    page = _page(ki, language)
    rules = {rule: [f for f in ki.report.findings if f.rule == rule] for rule in ("empty-answer", "unused-shape")}
    for rule, found in rules.items():
        label = MESSAGES[language][f"validation-alike-{rule}"]
        told = page.partition(f"<summary>{label} ({len(found)})</summary>")[2].partition("</ul>")[0]
        assert told.count("<a ") == len(found) > 3
        assert all(f"{each.places[0].file}" in told for each in found)


def test_alike_findings_without_a_sentence_of_their_own_share_their_message(copy: Path) -> None:
    found = Finding("x", "x", Severity.INFO, {"en": "So."})
    many = tuple(replace(found, places=(Place(f"shapes/{number}.ttl"),)) for number in range(4))
    page = _page(_with(copy, Report(many)))
    assert "So.</bdi> (4)</summary>" in page
    assert page.count("So.") == 1
    assert page.count("<small>shapes/") == 4
