"""The history of releases: a file of the site, from which both the release and the server make a page and feeds."""

from __future__ import annotations

import hashlib
import json
import shutil
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyoxigraph import RdfFormat, parse
from tests.reading import read
from tests.test_changes.test_diff import edit

import samverkan
from samverkan import cli
from samverkan.changes.recording import continued
from samverkan.errors import UnreadableError
from samverkan.publication.html.change_lines import LineReader
from samverkan.publication.html.changes import in_brief
from samverkan.publication.html.page import HtmlPage
from samverkan.publication.published import Site
from samverkan.publication.resolver import fetch
from samverkan.site.history import HEADINGS, read_history, written

ATOM = "{http://www.w3.org/2005/Atom}"
SHIP = "https://example.org/doll/id/lightship/vandraren"


def publish(site: Path, *arguments: str) -> None:
    """Publish a site into public/."""
    done = CliRunner().invoke(
        cli.main, ["--site", str(site), "publish", "--lang", "en", *arguments], catch_exceptions=False
    )
    assert done.exit_code == 0, done.output


def sums(folder: Path) -> dict[str, str]:
    """The sum of each file."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small site that was published three times: at first, with one change, and with none."""
    site = Path(shutil.copytree(Path(__file__).parents[1] / "site", tmp_path_factory.mktemp("history") / "site"))
    publish(site, "--history", "--as-of", "2026-01-01")
    edit(site, "data/lights.ttl", ("doll:lamps 2", "doll:lamps 3"), ('"Åsa Påhittad"', '"Åsa Hittad"'))
    publish(site, "--as-of", "2026-02-03")
    before = sums(site)
    publish(site, "--as-of", "2026-02-03")
    assert sums(site) == before
    return site


def test_a_release_is_noted_where_something_changed_and_republishing_changes_no_byte(published: Path) -> None:
    history = read_history(published)
    assert [(each.number, each.day.isoformat()) for each in history] == [(1, "2026-01-01"), (2, "2026-02-03")]
    assert history[0].changes == {}
    assert SHIP in history[1].things
    assert history[1].files.keys() >= {"samverkan.toml", "data/lights.ttl", "queries/lights.rq"}
    assert history[1].files["data/lights.ttl"] != history[0].files["data/lights.ttl"]
    assert written(history) == (published / "history.json").read_bytes()


def test_the_page_the_start_page_and_the_feed_tell_what_changed_in_both_languages(published: Path) -> None:
    for language, said in (("sv", "Vandraren: "), ("en", "The Wanderer: ")):
        for name in (f"changes.{language}.html", f"index.{language}.html", f"changes.{language}.atom"):
            source = (published / "public" / name).read_text("utf-8")
            text = read(source).text if name.endswith(".html") else source
            assert said in text
            assert "2 → 3" in text
            assert "data/lights.ttl:" not in text
        feed = ET.parse(published / f"public/changes.{language}.atom").getroot()
        assert [each.text for each in feed.iter(f"{ATOM}updated")] == [
            "2026-02-03T00:00:00Z",
            "2026-02-03T00:00:00Z",
            "2026-01-01T00:00:00Z",
        ]
        ids = [each.text for each in feed.iter(f"{ATOM}id")]
        assert len(set(ids)) == len(ids) == 3


def test_the_page_begins_with_whether_anything_is_new_or_changed(ki: Site) -> None:
    said = " ".join(in_brief(HtmlPage(ki.pages.html.context, "sv", "changes"), ki.history[1]))

    assert said.replace("\u00a0", " ") == (
        "Inget har tillkommit under Avtal, Parter, Styrning eller Pengar sedan 29 november 2026, och ingen person. "
        "Ändrat i det som redan fanns: Nationellt ALF-avtal, Regionalt ALF-avtal (Stockholm) och Gemensamma "
        "styrgrupper. "
        "Övrigt nytt: 2 redaktionella anmärkningar."
    )


def test_a_thing_that_changed_stands_once_with_a_link_and_its_changes_between_quotation_marks(ki: Site) -> None:
    reader = LineReader(HtmlPage(ki.pages.html.context, "sv", "changes"), ki.history[1])
    unspelt = "Källan skriver inte ut förkortningen.”"
    found = reader.read(
        [
            "Redaktionell anmärkning: Ledamöterna framgår inte",
            "Gemensamma styrgrupper: Namn Gemensam styrgrupp → Gemensamma styrgrupper.",
            *(2 * ["passage:municipalities-7: Anger, nytt värde: något …"]),
            "Nationellt ALF-avtal: Beskrivning, nytt värde: ALF brukar stå för avtal om läkarutbildning och …",
            "Regionalt ALF-avtal (Stockholm): Beskrivning … på tre nivåer. → … på tre nivåer. ALF är kort.",
            "ALF-avtalens datum och giltighet sägs inte: Gäller uppgiften, nytt värde: undertecknat.",
            "passage:region-stockholm-19: Anger, borttaget värde: Huddinge kommun: Typ Kommun.",
            "är aldrig också: Namn i omvänd riktning på svenska utesluts av → är aldrig också.",
            "Huddinge kommun: 2 uppgifter, från Begrepp till Vad den engelska sidan säger",
            "Ny fråga: Nyckeltal",
            "Ändrad fil: <b>",
        ]
    )

    assert [(each.name.striptags(), [change.striptags() for change in each.changes]) for each in found] == [
        ("Redaktionell anmärkning: Ledamöterna framgår inte", []),
        ("Gemensamma styrgrupper", ["Namn: ”Gemensam styrgrupp” → ”Gemensamma styrgrupper”"]),
        ("Rad 7 på KI:s sida om samarbete med kommuner", ["Tillagt under ”Anger”: ”något …”"]),
        (
            "Nationellt ALF-avtal",
            ["Tillagt under ”Beskrivning”: ”ALF brukar stå för avtal om läkarutbildning och forskning. " + unspelt],
        ),
        ("Regionalt ALF-avtal (Stockholm)", ["Tillagt sist under ”Beskrivning”: ”ALF är kort.”"]),
        ("ALF-avtalens datum och giltighet sägs inte", ["Tillagt under ”Gäller uppgiften”: undertecknat"]),
        (
            "Rad 19 på KI:s sida om samarbete med Region Stockholm",
            ["Borttaget under ”Anger”: uppgifter om Huddinge kommun"],
        ),
        ("är aldrig också", ["Namn i omvänd riktning: ”utesluts av” → ”är aldrig också”"]),
        ("Huddinge kommun", ["2 uppgifter, från delen Begrepp till delen Vad den engelska sidan säger"]),
        ("Ny fråga: Nyckeltal", []),
        ("", ["Ändrad fil: <b>"]),
    ]
    assert ["<a " in each.name for each in found] == [*(10 * [True]), False]
    assert found[-1].changes == ("Ändrad fil: &lt;b&gt;",)


def test_of_many_things_it_is_said_how_many_there_are(ki: Site) -> None:
    page, entry = HtmlPage(ki.pages.html.context, "en", "changes"), ki.history[1]
    agreements = sorted(iri for iri in ki.documents.labels if "/id/agreement/" in iri)
    new = f"Agreement: {page.name(agreements[0]).text}"
    told = {"en": (("New", (new,)), ("Persons", ("New: 1.",)))}

    assert len(agreements) == 6
    said = " ".join(in_brief(page, replace(entry, things=tuple(agreements), changes=told)))
    assert said.replace("\u00a0", " ") == (
        f"New since 29 November 2026: {page.name(agreements[0]).text}. "
        "Nothing has been added under Partners, Governance or Money. "
        "Changed in what was there already: 5 under Agreements."
    )
    unchanged = replace(entry, things=(), changes={"en": told["en"][1:]})
    assert in_brief(page, unchanged)[-1] == "Nothing that was there already has changed."


def test_what_stands_above_lines_is_said_in_both_languages() -> None:
    assert HEADINGS["sv"].keys() == HEADINGS["en"].keys()
    assert len({heading for each in HEADINGS.values() for heading in each.values()}) == 16


def test_a_release_that_changed_no_fact_is_not_what_the_page_begins_with(published: Path, tmp_path: Path) -> None:
    site = Path(shutil.copytree(published, tmp_path / "site"))
    edit(site, "queries/lights.rq", ("sv: Alla ljus", "sv: Alla ljusen"))
    shutil.rmtree(site / "public")  # nothing is there to be compared with
    publish(site, "--as-of", "2026-02-05")
    page, start = ((site / f"public/{name}.en.html").read_text("utf-8") for name in ("changes", "index"))
    assert page.index("2 → 3") < page.index("Other releases") < page.index("release 3")
    assert "Last changed 3\u00a0February\u00a02026" in page
    assert "Later releases have not changed the facts." in page
    assert "No facts have changed since release 2." in page
    edit(site, "data/lights.ttl", ("doll:lamps 3", "doll:lamps 4"))
    shutil.rmtree(site / "public")
    publish(site, "--as-of", "2026-02-06")
    assert "What changed was not noted." in (site / "public/changes.en.html").read_text("utf-8")
    assert "Last changed: 3\u00a0February\u00a02026" in start
    assert "Requirements and questions that there were no facts about yet: " in page


def test_a_thing_that_changed_says_when_as_data_and_on_its_page_and_others_do_not(published: Path) -> None:
    document = published / "public/doc/lightship/vandraren"
    stated = parse(document.with_suffix(".ttl").read_bytes(), format=RdfFormat.TURTLE)
    days = {quad.subject.value: quad.object.value for quad in stated if quad.predicate.value.endswith("terms/modified")}
    assert days == {SHIP: "2026-02-03"}
    assert "Senast ändrad 3\u00a0februari\u00a02026" in document.with_suffix(".sv.html").read_text("utf-8")
    assert "Senast ändrad" not in (published / "public/doc/lighthouse/nattskar.sv.html").read_text("utf-8")


def test_the_server_and_the_release_hand_out_the_same_changes(published: Path) -> None:
    site = samverkan.open(published, as_of=date(2026, 2, 3))
    for name in ("changes.sv.html", "changes.en.atom", "doc/lightship/vandraren.ttl", "index.en.html"):
        assert fetch(site, name).content == (published / "public" / name).read_bytes()
    assert fetch(site, "changes.sv.atom").media_type == "application/atom+xml"


def test_a_site_without_a_history_has_none_of_it(copy: Path) -> None:
    site = samverkan.open(copy)
    assert "changes" not in site.pages
    assert b"Senaste" not in fetch(site, "index.sv.html").content


def test_a_site_can_have_its_releases_noted_only_when_that_is_asked_for(copy: Path, tmp_path: Path) -> None:
    before = Path(shutil.copytree(copy, tmp_path / "before"))
    edit(copy, "samverkan.toml", ("[title]", "[history]\nautomatic = false\n\n[title]"))
    publish(copy)
    assert not (copy / "history.json").exists()
    publish(copy, "--history")
    edit(copy, "data/lights.ttl", ("doll:lamps 2", "doll:lamps 3"))
    publish(copy)
    assert len(read_history(copy)) == 1
    publish(copy, "--since", str(before))  # the folder has the same already
    (_, last) = read_history(copy)
    assert "2 → 3" in json.dumps(last.changes["en"], ensure_ascii=False)


def test_readers_are_told_of_things_before_terms_and_files_and_of_texts_in_their_own_language(copy: Path) -> None:
    publish(copy, "--history")
    before = Path(shutil.copytree(copy, copy.parent / "before"))
    edit(copy, "data/lights.ttl", ("Vandraren", "Resenären"))
    publish(copy, "--since", str(before))
    told = read_history(copy)[-1].changes
    assert "Vandraren → Resenären" in json.dumps(told["sv"], ensure_ascii=False)
    assert "(sv)" not in json.dumps(told["sv"], ensure_ascii=False)
    assert "Resenären" not in json.dumps(told["en"], ensure_ascii=False)


def test_persons_are_not_in_the_history(copy: Path) -> None:
    person = '\n<https://example.org/doll/id/person/p1> a <http://xmlns.com/foaf/0.1/Person> ; foaf:name "Eva Ek" .\n'
    (copy / "history.json").write_bytes(written(continued(samverkan.open(copy), copy / "public")))
    from samverkan.publication.static import write_release

    (copy / "public").mkdir()
    write_release(samverkan.open(copy), copy / "public")
    path = copy / "data/lights.ttl"
    path.write_text(path.read_text("utf-8") + person, "utf-8")
    found = continued(samverkan.open(copy), copy / "public")
    assert len(found) == 2
    assert "Nya: 1." in json.dumps(found[1].changes["sv"])
    assert "Ek" not in written(found).decode()
    assert "person/p1" not in written(found).decode()


@pytest.mark.parametrize(
    "broken", ["", "[]", "{}", '{"releases": [{}]}', '{"releases": [{"number": 2, "day": "2026-01-01"}]}', "\x00"]
)
def test_a_file_that_is_no_history_is_told_by_its_name(copy: Path, broken: str) -> None:
    (copy / "history.json").write_text(broken, "utf-8")
    found = samverkan.open(copy).validate()
    assert [str(each.places[0].file) for each in found.findings] == ["history.json"]
    with pytest.raises(Exception, match=r"history\.json"):
        samverkan.open(copy).history.index(None)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"number": 2', '"number": 3', r"Release 2 in the history is called 3.*on one of the branches"),
        ('"told"', '"tolled"', r"Release 1 in the history lacks 'told'"),
        ("2026-02-03", "3 februari", r"Release 2 in the history has a value that means nothing"),
        ('{"releases"', '<<<<<<< HEAD\n{"releases"', r"history\.json:1: .*Two branches have both published"),
        ('"number": 2,', '"number": 2;', r"history\.json:\d+: .*not JSON"),
    ],
)
def test_a_history_that_was_edited_or_merged_says_what_is_wrong_with_it(
    published: Path, tmp_path: Path, old: str, new: str, said: str
) -> None:
    text = (published / "history.json").read_text("utf-8")
    (tmp_path / "history.json").write_text(text.replace('{\n "releases"', '{"releases"').replace(old, new, 1), "utf-8")
    with pytest.raises(UnreadableError, match=said):
        read_history(tmp_path)


def test_a_history_that_is_begun_anew_keeps_no_release_of_the_old_one(published: Path, tmp_path: Path) -> None:
    site = Path(shutil.copytree(published, tmp_path / "site", ignore=shutil.ignore_patterns("public")))
    (site / "history.json").write_text('{"releases": []}\n', "utf-8")
    publish(site, "--as-of", "2026-04-05")
    assert [each.number for each in read_history(site)] == [1]
    assert sorted(path.name for path in (site / "releases").iterdir()) == ["1.rdfp"]
