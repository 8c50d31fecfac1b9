"""The two doors of one hall: what is served is, byte for byte, what is published."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.live import Live

import samverkan
from samverkan.formats import FORMATS, negotiated
from samverkan.release import Item, items
from samverkan.static import publish

DOLL = Path(__file__).parent / "site"


@pytest.fixture(scope="module")
def shelf(doll: samverkan.Site) -> dict[str, Item]:
    return {item.path: item for item in items(doll)}


def test_every_file_of_a_release_is_served_with_the_same_bytes(live: Live, tmp_path: Path) -> None:
    release = publish(samverkan.open(DOLL), tmp_path / "public")
    paths = [path for path in sorted((tmp_path / "public").rglob("*")) if path.is_file()]

    assert len(paths) == release.files > 200
    for path in paths:
        address = path.relative_to(tmp_path / "public").as_posix()
        answer = live.ask(f"/{quote(address)}")
        assert answer.status == 200, address
        assert answer.body == path.read_bytes(), address
        assert answer.headers["etag"] == f'"{hashlib.sha256(answer.body).hexdigest()[:32]}"'


def test_every_file_is_served_with_the_media_type_that_the_manifest_says(live: Live, shelf: dict[str, Item]) -> None:
    for path, item in shelf.items():
        assert live.ask(f"/{quote(path)}", method="HEAD").headers["content-type"].partition(";")[0] == item.media_type


def test_every_address_without_suffix_gives_each_format_by_negotiation(live: Live, shelf: dict[str, Item]) -> None:
    media_types = {form.suffix: form.media_type for form in negotiated(FORMATS)}
    stems = {path.partition(".")[0] for path in shelf if path.startswith(("doc/", "graph/", "query/"))}
    asked = 0
    for stem in stems:
        for suffix in (each for each in media_types if stem + each in shelf):
            answer = live.ask(f"/{quote(stem)}", accept=media_types[suffix])
            assert answer.status == 200
            assert answer.body == shelf[stem + suffix].content
            assert answer.headers["content-location"] == f"/{quote(stem, safe='/~=')}{suffix}"
            asked += 1

    assert asked > 150


def test_an_address_that_is_not_of_the_release_has_no_page_at_either_door(live: Live) -> None:
    for path in ("/samverkan.toml", "/data/lights.ttl", "/doc/lighthouse", "/doc", "/x/../manifest.json"):
        assert live.ask(path).status == 404
