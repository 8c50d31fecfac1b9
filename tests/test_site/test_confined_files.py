"""A site is what is in its folder: what a link leads to outside of it is neither read nor quoted."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

import samverkan
from samverkan import Site, confined_files
from samverkan.errors import GateError, UnreadableError
from samverkan.publication import resolver
from samverkan.publication.static import publish
from samverkan.push import of_graphs, release
from samverkan.site import audit_record, source_files
from samverkan.site.audit_record import Audit

SECRET = "root:$6$x:19000:0:99999:7:::"

Spoil = Callable[[Path, Path], object]


def link(name: str, target: str = "secret") -> Spoil:
    """A link in the place of a file of the site, to a file outside of it."""

    def spoil(site: Path, outside: Path) -> None:
        (site / name).unlink(missing_ok=True)
        (site / name).symlink_to(outside / target)

    return spoil


def linked_folder(name: str) -> Spoil:
    """A link to a folder outside of the site in the place of one of its own, with all that was in it."""

    def spoil(site: Path, outside: Path) -> None:
        (site / name).mkdir(exist_ok=True)
        (site / name).rename(outside / "moved")
        (site / name).symlink_to(outside / "moved")

    return spoil


def relative(site: Path, _: Path) -> None:
    (site / "data" / "more.ttl").symlink_to("../../outside/secret")


def chain(site: Path, outside: Path) -> None:
    (site / "data" / "more.ttl").symlink_to("../second")
    (site / "second").symlink_to(site / "third")
    (site / "third").symlink_to(outside / "secret")


def below_a_linked_folder(site: Path, outside: Path) -> None:
    (site / "elsewhere").symlink_to(outside)
    (site / "data" / "more.ttl").symlink_to("../elsewhere/secret")


# What is done to the site, and the name of the link that is told.
OUTSIDE: dict[str, tuple[Spoil, str]] = {
    "data": (link("data/more.ttl"), "data/more.ttl"),
    "words": (link("ontology/more.ttl"), "ontology/more.ttl"),
    "promises": (link("shapes/more.ttl"), "shapes/more.ttl"),
    "a question": (link("queries/more.rq"), "queries/more.rq"),
    "the context": (link("ontology/context.jsonld"), "ontology/context.jsonld"),
    "the settings": (link("samverkan.toml"), "samverkan.toml"),
    "the record of the audit": (link("accessibility.toml"), "accessibility.toml"),
    "a context that is not there": (link("ontology/context.jsonld", "nothing"), "ontology/context.jsonld"),
    "settings that are not there": (link("samverkan.toml", "nothing"), "samverkan.toml"),
    "an audit that is not there": (link("accessibility.toml", "nothing"), "accessibility.toml"),
    "a relative link": (relative, "data/more.ttl"),
    "a chain of links": (chain, "data/more.ttl"),
    "a link through a linked folder": (below_a_linked_folder, "data/more.ttl"),
    "the folder of the data": (linked_folder("data"), "data"),
    "the folder of the words": (linked_folder("ontology"), "ontology"),
    "the folder of the promises": (linked_folder("shapes"), "shapes"),
    "the folder of the questions": (linked_folder("queries"), "queries"),
    "a folder among the questions": (linked_folder("queries/inner"), "queries/inner"),
}


@pytest.fixture
def outside(copy: Path) -> Path:
    """A folder beside the site with a file that is nobody's business."""
    folder = copy.parent / "outside"
    folder.mkdir()
    (folder / "secret").write_text(f"{SECRET}\n")
    return folder


def _told(work: Callable[[], object]) -> list[tuple[str, str, str]]:
    """Where it is, and what is said in English and Swedish, of each error."""
    with pytest.raises(UnreadableError) as caught:
        work()
    errors = getattr(caught.value, "errors", (caught.value,))
    return [(str(error.place), error.message("en"), error.message("sv")) for error in errors]


@pytest.mark.parametrize("kind", OUTSIDE)
def test_a_link_out_of_the_site_is_refused_by_its_own_name(kind: str, copy: Path, outside: Path) -> None:
    spoil, name = OUTSIDE[kind]
    spoil(copy, outside)

    def findings() -> None:
        report = samverkan.open(copy).validate()
        assert not report.readable
        raise UnreadableError("", place=report.findings[0].places[0], sv=report.findings[0].message["sv"])

    for place, en, sv in _told(findings):
        assert place == name
        assert "utanför webbplatsen" in sv
        assert "secret" not in en + sv


@pytest.mark.parametrize("kind", OUTSIDE)
def test_nothing_of_what_a_link_leads_to_is_told(kind: str, copy: Path, outside: Path) -> None:
    spoil, name = OUTSIDE[kind]
    spoil(copy, outside)
    ways: tuple[Callable[[Site], object], ...] = (
        lambda site: (site.published, site.shapes, site.queries, site.context, site.audit),
        lambda site: (resolver.fetch(site, "dump/dataset.ttl"), site.shapes, site.queries, site.audit),
        lambda site: (release(of_graphs(site.graphs)), site.shapes, site.queries, site.context, site.audit),
    )
    for way in ways:
        for place, en, sv in _told(lambda way=way: way(samverkan.open(copy))):  # type: ignore[misc]
            assert place == name
            assert "outside of the site" in en
            assert "utanför webbplatsen" in sv
            assert not any(word in en + sv for word in (SECRET[:6], "secret", str(outside), "moved"))


def test_nothing_is_published_of_a_site_with_a_link_out(copy: Path, outside: Path) -> None:
    link("queries/more.rq")(copy, outside)
    with pytest.raises(GateError):
        publish(samverkan.open(copy), copy / "public")
    assert not (copy / "public").exists()


def test_links_that_stay_in_the_site_are_followed(copy: Path, doll: Site) -> None:
    shutil.move(copy / "data", copy / "facts")
    (copy / "data").symlink_to("facts")
    (copy / "facts" / "lights.ttl").rename(copy / "kept.ttl")
    (copy / "data" / "lights.ttl").symlink_to(copy / "kept.ttl")
    (copy / "samverkan.toml").rename(copy / "settings.toml")
    (copy / "samverkan.toml").symlink_to("settings.toml")
    (copy / "queries" / "round").symlink_to("..")
    site = samverkan.open(copy)

    assert site.validate().conforms
    assert site.query("lights") == doll.query("lights")
    assert release(of_graphs(site.graphs)) == release(of_graphs(doll.graphs))


def test_a_site_may_be_reached_by_a_link(copy: Path, tmp_path: Path) -> None:
    (tmp_path / "here").symlink_to(copy)
    os.link(copy / "data" / "lights.ttl", tmp_path / "hard.ttl")
    assert samverkan.open(tmp_path / "here").validate().conforms
    assert Site(tmp_path / "here").validate().conforms


def test_a_folder_that_becomes_a_link_after_it_was_looked_at_is_not_followed(copy: Path, outside: Path) -> None:
    root, parts = confined_files._way(copy / "data" / "lights.ttl", "data/lights.ttl")
    linked_folder("data")(copy, outside)
    with pytest.raises(OSError, match=r"Not a directory|symbolic"):
        confined_files._open(root, parts)


def test_a_link_to_the_site_itself_is_no_file(copy: Path) -> None:
    (copy / "data" / "more.ttl").symlink_to("..")
    with pytest.raises(UnreadableError, match=r"data/more\.ttl: This is a folder"):
        source_files.read_bytes(copy / "data" / "more.ttl", "data/more.ttl")


def test_no_record_of_an_audit_is_written_out_of_the_site(copy: Path, outside: Path) -> None:
    link("accessibility.toml")(copy, outside)
    found = Audit(date(2026, 1, 1), "4", "Chromium", 1, 1, ("sv",), (320,))
    with pytest.raises(UnreadableError, match=r"^accessibility\.toml: This is a link"):
        audit_record.write_record(copy, found)
    assert (outside / "secret").read_text() == f"{SECRET}\n"
