"""Earlier releases: kept in the folder of the site, published below `release/`, and found by their time."""

from __future__ import annotations

import gzip
import json
import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse
from tests.live import Live
from tests.test_changes.test_diff import edit
from tests.test_changes.test_history import SHIP, publish, sums

import samverkan
from samverkan.authoring.forgetting import plan
from samverkan.authoring.traces import Names, traces
from samverkan.errors import NotFoundError, UnreadableError
from samverkan.model.results import Graph
from samverkan.publication.earlier_releases import EarlierReleases
from samverkan.publication.resolver import fetch, find
from samverkan.site.archive import Archive, patch, read_archive

DOCUMENT = "doc/lightship/vandraren"
PERSON = """
<https://example.org/doll/id/person/p1> a <http://xmlns.com/foaf/0.1/Person> ;
    <http://xmlns.com/foaf/0.1/name> "Eva Ek" .
"""
MASUDDEN = "https://example.org/doll/id/lighthouse/masudden"
NEW = """
<https://example.org/doll/id/lighthouse/nyan> a <https://example.org/doll/def/Lighthouse> ;
    <http://www.w3.org/2004/02/skos/core#prefLabel> "Nyan"@sv , "New"@en ;
    <https://example.org/doll/def/lamps> 1 ; <https://example.org/doll/def/shows> <https://example.org/doll/def/white> .
"""
DAYS = ("2026-01-01", "2026-02-03", "2026-03-05")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small site with a person, published three times; the ship gets another lamp each time."""
    site = Path(shutil.copytree(Path(__file__).parents[1] / "site", tmp_path_factory.mktemp("archive") / "site"))
    path = site / "data/lights.ttl"
    path.write_text(path.read_text("utf-8") + PERSON, "utf-8")
    edit(site, "shapes/lights.ttl", ("sh:targetClass doll:Keeper", "sh:targetClass doll:Keeper , foaf:Person"))
    for count, day in zip((2, 3, 4), DAYS, strict=True):
        edit(site, "data/lights.ttl", (f"doll:lamps {max(count - 1, 2)}", f"doll:lamps {count}"))
        publish(site, *(["--history"] if count == 2 else []), "--as-of", day)
    return site


def lamps(content: bytes, form: RdfFormat = RdfFormat.TURTLE) -> str:
    """How many lamps the ship has."""
    found = (quad for quad in parse(content, format=form) if quad.subject.value == SHIP)
    return str(next(quad.object for quad in found if quad.predicate.value.endswith("lamps"))).split('"')[1]


def unused(*_: object) -> bytes:
    """What is not to be called."""
    raise AssertionError


def test_each_release_says_what_it_said_in_one_file_and_in_documents_of_what_has_changed_since(kept: Path) -> None:
    for number, count in enumerate(("2", "3", "4"), 1):
        folder = kept / f"public/release/{number}"
        document = (folder if number < 3 else kept / "public") / DOCUMENT
        assert lamps(gzip.decompress((folder / "dump/dataset.nq.gz").read_bytes()), RdfFormat.N_QUADS) == count
        assert lamps(document.with_suffix(".ttl").read_bytes()) == count
        assert lamps(document.with_suffix(".jsonld").read_bytes(), RdfFormat.JSON_LD) == count


def test_what_has_not_changed_since_has_no_document_in_the_folder_of_a_release(kept: Path) -> None:
    found = {
        path.relative_to(kept / "public/release").as_posix() for path in (kept / "public/release").glob("*/d*/**/*.*")
    }
    documents = {f"{number}/{DOCUMENT}{suffix}" for number in (1, 2) for suffix in (".ttl", ".jsonld")}
    assert found == {*documents, *(f"{number}/dump/dataset.nq.gz" for number in (1, 2, 3))}


def test_every_document_of_a_release_is_in_its_folder_or_in_a_later_one_or_among_those_of_today(kept: Path) -> None:
    public, site = kept / "public", samverkan.open(kept, as_of=date(2026, 3, 5))
    own = frozenset(path for path, _ in site.documents.paths())
    count = 0
    for number in (1, 2, 3):
        for subject in {quad.subject for quad in site.archive.quads(number).quads}:
            iri = str(subject).strip("<>")
            path = site.addresses.document(iri)
            if path in own:
                count += 1
                places = [*(public / f"release/{later}" for later in range(number, 4)), public]
                stored = next(place / f"{path}.ttl" for place in places if (place / f"{path}.ttl").exists())
                said = {quad.triple for quad in parse(stored.read_bytes(), format=RdfFormat.TURTLE)}
                assert said >= set(site.archive.about(number, iri).own), (number, path)
    assert count > 100


def test_a_thing_that_is_withdrawn_leaves_its_document_in_the_last_release_that_has_it(
    kept: Path, tmp_path: Path
) -> None:
    site = Path(shutil.copytree(kept, tmp_path / "site"))
    path = site / "data/lights.ttl"
    path.write_text(path.read_text("utf-8") + NEW, "utf-8")
    publish(site, "--as-of", "2026-04-05")
    path.write_text(path.read_text("utf-8").replace(NEW, ""), "utf-8")
    publish(site, "--as-of", "2026-04-06")
    publish(site, "--as-of", "2026-04-07")
    new = "doc/lighthouse/nyan"
    assert [number for number in range(1, 6) if (site / f"public/release/{number}/{new}.ttl").exists()] == [4]
    here = samverkan.open(site, as_of=date(2026, 4, 7))
    assert find(here, f"release/4/{new}.ttl").status == 200
    with pytest.raises(NotFoundError):
        find(here, f"release/5/{new}.ttl")


def test_the_pages_of_a_release_tell_what_changed_and_lead_to_its_data(kept: Path) -> None:
    today = ("Det som ingen senare publicering har ändrat", "What no later release has changed")
    for name, said in (("index.sv.html", "(publicering 2)"), ("index.en.html", "(release 2)"), ("index.html", "2 → 3")):
        text = (kept / "public/release/2" / name).read_text("utf-8")
        assert said in text
        assert 'href="../../release/2/dump/dataset.nq.gz"' in text
        assert f'href="../../release/2/{DOCUMENT}.ttl"' in text
        assert not any(each in text for each in today)
    for name, said in zip(("index.sv.html", "index.en.html"), today, strict=True):
        text = (kept / "public/release/3" / name).read_text("utf-8")
        assert said in text
        assert f'href="../../{DOCUMENT}.ttl"' in text
    assert 'href="release/2/index.en.html"' in (kept / "public/changes.en.html").read_text("utf-8")
    told = json.loads((kept / "public/release/2/index.json").read_bytes())
    assert (told["number"], told["day"], told["documents"]) == (2, "2026-02-03", [DOCUMENT])


def test_no_person_is_kept_and_no_text_with_the_name_of_one(kept: Path) -> None:
    assert b"Eva" in (kept / "public/dump/dataset.ttl").read_bytes()
    names = Names(["Eva Ek", "person/p1"])
    assert not list(traces(kept / "releases", names))
    assert not list(traces(kept / "public/release", names))


def test_both_doors_hand_out_the_same_releases(kept: Path) -> None:
    site = samverkan.open(kept, as_of=date(2026, 3, 5))
    folder = kept / "public"
    for path in (path for path in (folder / "release").rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        assert fetch(site, name).content == path.read_bytes(), name
    assert find(site, "release/2").to == ("release/2/",)
    assert find(site, "release/2/").path == "release/2/index"
    assert find(site, "release/2/doc/lighthouse/masudden.ttl").to == ("release/3/doc/lighthouse/masudden.ttl",)
    same = fetch(site, "release/3/doc/lighthouse/masudden.ttl").content  # what is the same today, the server alone has
    assert {quad.triple for quad in parse(same, format=RdfFormat.TURTLE)} == set(site.archive.about(1, MASUDDEN).own)


def test_publishing_again_takes_earlier_releases_over_and_changes_no_byte(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sums(kept)
    with monkeypatch.context() as patched:
        patched.setattr(EarlierReleases, "_written", unused)
        patched.setattr(EarlierReleases, "_dump", unused)
        publish(kept, "--as-of", DAYS[-1])
    assert sums(kept) == before


def test_a_folder_with_a_document_for_each_change_is_taken_over_into_one_with_those_of_what_has_changed_since(
    kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = Path(shutil.copytree(kept, tmp_path / "site"))
    with monkeypatch.context() as patched:  # the layout before decision 50 was amended
        patched.setattr(EarlierReleases, "_stored", property(lambda self: self._changed))
        publish(site, "--as-of", DAYS[-1])
    assert (site / "public/release/1/doc/lighthouse/masudden.ttl").exists()
    assert (site / f"public/release/3/{DOCUMENT}.ttl").exists()
    with monkeypatch.context() as patched:
        patched.setattr(EarlierReleases, "_written", unused)
        patched.setattr(EarlierReleases, "_dump", unused)
        publish(site, "--as-of", DAYS[-1])
    assert sums(site) == sums(kept)


def test_a_file_of_an_earlier_release_that_somebody_changed_is_written_anew(kept: Path, tmp_path: Path) -> None:
    site = Path(shutil.copytree(kept, tmp_path / "site"))
    path = site / f"public/release/1/{DOCUMENT}.ttl"
    content, manifest = path.read_bytes(), (site / "public/manifest.json").stat()
    path.write_bytes(content.replace(b"2", b"7"))
    os.utime(path, ns=(0, manifest.st_mtime_ns - 10**10))
    from samverkan.publication.static import write_release

    (tmp_path / "new").mkdir()
    write_release(samverkan.open(site, as_of=date(2026, 3, 5)), tmp_path / "new", None, site / "public")
    assert (tmp_path / f"new/release/1/{DOCUMENT}.ttl").read_bytes() == content


def test_as_many_are_kept_as_the_site_wants_and_the_first_one_is_whole(kept: Path, tmp_path: Path) -> None:
    site = Path(shutil.copytree(kept, tmp_path / "site"))
    settings = site / "samverkan.toml"
    settings.write_text(f"{settings.read_text('utf-8')}\n[history]\nreleases = 2\n", "utf-8")
    edit(site, "data/lights.ttl", ("doll:lamps 4", "doll:lamps 5"))
    publish(site, "--as-of", "2026-04-05")
    assert sorted(path.name for path in (site / "releases").iterdir()) == ["3.rdfp", "4.rdfp"]
    assert sorted(path.name for path in (site / "public/release").iterdir()) == ["3", "4"]
    assert lamps((site / f"public/release/3/{DOCUMENT}.ttl").read_bytes()) == "4"
    assert lamps((site / f"public/{DOCUMENT}.ttl").read_bytes()) == "5"
    settings.write_text(settings.read_text("utf-8").replace("releases = 2", "releases = 0"), "utf-8")
    publish(site, "--as-of", "2026-04-06")
    assert not list((site / "releases").iterdir())
    assert not (site / "public/release").exists()


def test_who_becomes_a_person_later_goes_out_of_the_earlier_releases(kept: Path, tmp_path: Path) -> None:
    site = Path(shutil.copytree(kept, tmp_path / "site"))
    assert list(traces(site / "public/release", Names(["Åsa Påhittad"])))
    edit(site, "data/lights.ttl", ("keeper:k1\n    a doll:Keeper", "keeper:k1\n    a doll:Keeper , foaf:Person"))
    publish(site, "--as-of", "2026-04-05")
    for folder in ("releases", "public/release"):
        assert not list(traces(site / folder, Names(["Åsa Påhittad", "keeper/k1"])))


def test_what_is_said_of_a_personal_graph_as_a_whole_stays_and_what_is_kept_is_not_written_again(
    kept: Path, tmp_path: Path
) -> None:
    site = Path(shutil.copytree(kept, tmp_path / "site"))
    declared = "<https://example.org/doll/graph/logbook> <https://w3id.org/dpv#hasPersonalData> true .\n"
    edit(site, "data/lights.ttl", (PERSON, ""))
    for name, added in (("logbook.ttl", PERSON), ("sources.ttl", declared)):
        path = site / "data" / name
        path.write_text(path.read_text("utf-8") + added, "utf-8")
    publish(site, "--as-of", "2026-04-05")
    before = sums(site / "releases")
    edit(site, "data/lights.ttl", ("doll:lamps 4", "doll:lamps 5"))
    publish(site, "--as-of", "2026-04-06")
    assert before.items() <= sums(site / "releases").items()
    latest = read_archive(site).latest
    assert [line for line in latest if line.startswith(b"<https://example.org/doll/graph/logbook> ")]
    assert not [line for line in latest if line.endswith(b" <https://example.org/doll/graph/logbook> .\n")]


def test_what_is_forgotten_goes_out_of_all_releases_also_what_is_said_of_it_in_none_now(
    kept: Path, tmp_path: Path
) -> None:
    site = Path(shutil.copytree(kept, tmp_path / "site"))
    plan(site, "https://example.org/doll/id/keeper/k1").write()
    publish(site, "--as-of", "2026-04-05")
    assert not list(traces(site, Names(["Åsa Påhittad"])))
    assert lamps((site / f"public/release/1/{DOCUMENT}.ttl").read_bytes()) == "2"
    found = plan(site, SHIP)
    assert {change.name for change in found.changes} >= {f"releases/{number}.rdfp" for number in (1, 2, 3)}


@pytest.mark.parametrize(
    "broken", ["", "A <urn:x> <urn:x> <urn:x> <urn:x> .\n", "H id <urn:sha256:00> .\nTX .\nTC .\n", "\x00"]
)
def test_a_broken_file_of_a_release_is_told_with_its_name(kept: Path, tmp_path: Path, broken: str) -> None:
    shutil.copytree(kept / "releases", tmp_path / "releases")
    (tmp_path / "releases/2.rdfp").write_text(broken, "utf-8")
    with pytest.raises(UnreadableError, match=r"releases/2.rdfp.*earlier revision"):
        read_archive(tmp_path)


def test_a_missing_file_between_two_is_told(kept: Path, tmp_path: Path) -> None:
    shutil.copytree(kept / "releases", tmp_path / "releases")
    (tmp_path / "releases/2.rdfp").unlink()
    with pytest.raises(UnreadableError, match=r"releases/3.rdfp.*begin"):
        read_archive(tmp_path)


def test_what_is_said_of_one_thing_is_found_at_the_beginning_and_the_end_of_a_patch() -> None:
    lines = frozenset(
        b'<urn:%b> <urn:p> "%d" <urn:g> .\n' % (name, at) for at in (1, 2) for name in (b"a", b"ab", b"z")
    )
    archive = Archive({1: patch(frozenset(), lines)})
    for name in ("a", "ab", "z"):
        assert {str(each.object) for each in archive.about(1, f"urn:{name}").own} == {'"1"', '"2"'}
    assert archive.about(1, "urn:b") == Graph((), "urn:b")


# ---------------------------------------------------------------- by time (RFC 7089)


@pytest.fixture(scope="module")
def served(kept: Path) -> Iterator[Live]:
    """The site on a server."""
    with Live(kept, ("--as-of", DAYS[-1])) as live:
        yield live


@pytest.mark.parametrize(
    ("asked", "number"),
    [
        ("Wed, 01 Jan 2025 00:00:00 GMT", 1),  # before the first one
        ("Thu, 01 Jan 2026 00:00:00 GMT", 1),
        ("Mon, 02 Feb 2026 23:59:59 GMT", 1),
        ("Tue, 03 Feb 2026 00:00:00 GMT", 2),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 3),
    ],
)
def test_a_document_leads_to_what_it_was_at_a_time(served: Live, asked: str, number: int) -> None:
    for path in (DOCUMENT, f"{DOCUMENT}.ttl", "dump/dataset"):
        answer = served.ask(f"/{path}", accept_datetime=asked)
        assert answer.status == 302
        assert answer.headers["location"].endswith(f"/release/{number}/{path}")
        assert "accept-datetime" in answer.headers["vary"].lower()
        assert 'rel="original timegate"' in answer.headers["link"]
        assert "memento-datetime" not in answer.headers


def test_a_document_says_that_there_are_versions_and_a_version_says_of_what_and_when(served: Live) -> None:
    now = served.ask(f"/{DOCUMENT}.ttl")
    assert now.status == 200
    assert "accept-datetime" in now.headers["vary"].lower()
    was = served.ask(f"/release/2/{DOCUMENT}.ttl")
    assert lamps(was.body) == "3"
    assert was.headers["memento-datetime"] == "Tue, 03 Feb 2026 00:00:00 GMT"
    assert "accept-datetime" not in was.headers["vary"].lower()
    for answer in (now, was):
        assert f'{DOCUMENT}>; rel="original timegate"' in answer.headers["link"]
        assert 'rel="timemap"; type="application/link-format"' in answer.headers["link"]


def test_the_map_lists_all_versions_with_their_times(served: Live) -> None:
    answer = served.ask(f"/timemap/{DOCUMENT}")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/link-format"
    lines = answer.text.splitlines()
    assert lines[0] == f'<https://example.org/doll/{DOCUMENT}>; rel="original timegate",'
    assert [line.partition(">")[0][-32:] for line in lines[2:]] == [
        f"release/{number}/{DOCUMENT}"[-32:] for number in (1, 2, 3)
    ]
    assert 'rel="first memento"; datetime="Thu, 01 Jan 2026 00:00:00 GMT"' in lines[2]
    assert lines[4].endswith('rel="last memento"; datetime="Thu, 05 Mar 2026 00:00:00 GMT"')
    assert served.ask("/timemap/doc/lightship/nowhere").status == 404


@pytest.mark.parametrize("asked", ["", "yesterday", "2026-01-01", "Thu, 31 Feb 2026 00:00:00 GMT", "Thu, 1 Jan 2026"])
def test_what_is_no_time_is_a_bad_request(served: Live, asked: str) -> None:
    answer = served.ask(f"/{DOCUMENT}", accept_datetime=asked, accept="application/json")
    assert answer.status == 400
    assert "Accept-Datetime" in answer.json["detail"]


def test_the_server_has_the_releases_as_the_folder_has(served: Live, kept: Path) -> None:
    page = served.ask("/release/2/", accept="text/html", accept_language="sv")
    assert page.body == (kept / "public/release/2/index.sv.html").read_bytes()
    assert served.ask("/release/2/", accept="application/json").json["number"] == 2
    assert served.ask("/release/2").headers["location"].endswith("/release/2/")
    same = served.ask("/release/2/doc/lighthouse/masudden.ttl")
    assert (same.status, same.headers["location"]) == (303, "/release/3/doc/lighthouse/masudden.ttl")
    was = served.ask(same.headers["location"], accept_datetime="Tue, 03 Feb 2026 00:00:00 GMT")
    assert (was.status, was.headers["memento-datetime"]) == (200, "Thu, 01 Jan 2026 00:00:00 GMT")
    assert served.ask("/release/9/").status == served.ask("/release/02/").status == 404
