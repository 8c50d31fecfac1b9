"""The two doors of one hall: what is served is, byte for byte, what is published."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.live import Live

import samverkan
from samverkan.formats import FORMATS, negotiated
from samverkan.publication.manifest import items
from samverkan.publication.release_file import ReleaseFile
from samverkan.publication.static import publish

DOLL = Path(__file__).parents[1] / "site"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.fixture(scope="module")
def cache(doll: samverkan.Site) -> dict[str, ReleaseFile]:
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


def test_every_file_is_served_with_the_media_type_that_the_manifest_says(
    live: Live, cache: dict[str, ReleaseFile]
) -> None:
    for path, item in cache.items():
        assert live.ask(f"/{quote(path)}", method="HEAD").headers["content-type"].partition(";")[0] == item.media_type


def test_every_address_without_suffix_gives_each_format_by_negotiation(
    live: Live, cache: dict[str, ReleaseFile]
) -> None:
    media_types = {form.suffix: form.media_type for form in negotiated(FORMATS)}
    stems = {path.partition(".")[0] for path in cache if path.startswith(("doc/", "graph/", "query/"))}
    asked = 0
    for stem in stems:
        for suffix in (each for each in media_types if stem + each in cache):
            answer = live.ask(f"/{quote(stem)}", accept=media_types[suffix])
            assert answer.status == 200
            assert answer.body == cache[stem + suffix].content
            assert answer.headers["content-location"] == f"/{quote(stem, safe='/~=')}{suffix}"
            asked += 1

    assert asked > 150


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_address_without_suffix_gives_people_a_page_in_their_language(
    live: Live, cache: dict[str, ReleaseFile], language: str
) -> None:
    suffix = f".{language}.html"
    stems = [path.removesuffix(suffix) for path in cache if path.endswith(suffix) and not path.startswith("def")]
    for stem in stems:
        answer = live.ask(f"/{quote(stem)}", accept=BROWSER, accept_language=f"{language}, *;q=0.1")
        assert (answer.status, answer.headers["content-language"]) == (200, language), stem
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert answer.body == cache[stem + suffix].content, stem
        assert answer.headers["content-location"] == f"/{quote(stem, safe='/~=')}{suffix}"
        assert answer.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"

    assert len(stems) > 40
    assert {"index", "sparql", "query", "validation"} <= set(stems)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_word_leads_people_to_its_page_in_their_language(
    live: Live, cache: dict[str, ReleaseFile], language: str
) -> None:
    suffix = f".{language}.html"
    pages = [path.removesuffix(suffix) for path in cache if path.startswith("def/") and path.endswith(suffix)]
    words = [page for page in pages if "." not in page]  # a version is a document itself
    for word in words:
        led = live.ask(f"/{quote(word)}", accept=BROWSER, accept_language=language)
        assert (led.status, led.headers["location"]) == (303, f"/{quote(word)}{suffix}")
        assert live.ask(led.headers["location"]).body == cache[word + suffix].content

    assert len(words) > 15


def test_the_start_page_stands_at_the_root(live: Live, cache: dict[str, ReleaseFile]) -> None:
    for language in ("sv", "en"):
        answer = live.ask("/", accept=BROWSER, accept_language=language)
        assert (answer.status, answer.headers["content-location"]) == (200, f"/index.{language}.html")
        assert answer.body == cache[f"index.{language}.html"].content
    assert live.ask("/").body == cache["index.sv.html"].content
    for accept in ("text/turtle", "application/ld+json, text/html;q=0.9", "image/png"):
        led = live.ask("/", accept=accept)
        assert (led.status, led.headers["location"]) == (303, "/.well-known/void")
        assert led.headers["vary"] == "Accept, Accept-Language"


def test_an_address_that_is_not_of_the_release_has_no_page_at_either_door(live: Live) -> None:
    for path in ("/samverkan.toml", "/data/lights.ttl", "/doc/tower", "/doc", "/x/../manifest.json"):
        assert live.ask(path).status == 404
