"""Public paths and our own: where a request leads, whatever the base and the namespace of the words."""

from __future__ import annotations

import pytest

from samverkan.server.http.path_map import PathMap, Place


@pytest.mark.parametrize(
    ("base", "words", "path", "place"),
    [
        ("/", "/def/", "/def/Light", Place("/", "def/Light")),
        ("/", "/", "/doc/x", Place("/", "doc/x")),
        ("/ki/", "/", "/doc/x", Place("/", "doc/x")),
        ("/ki/", "/def/", "/ki/def/Light", Place("/ki/", "def/Light")),
        ("/ki/", "/def/", "/def/Light", Place("/ki/", "def/Light", 303)),
        ("/ki/", "/ki/def/", "/ki/def/Light", Place("/ki/", "def/Light")),
        ("/ki/", "/ki/words/", "/ki/words/Light", Place("/ki/", "def/Light", 303)),
        ("/ki/", "/ki/", "/ki/id/x", Place("/ki/", "id/x")),
        ("/uni/ki/", "/uni/", "/uni/ki/id/x", Place("/uni/ki/", "id/x")),
        ("/uni/ki/", "/uni/", "/uni/Light", Place("/uni/ki/", "def/Light", 303)),
        ("/", "/id/", "/id/x", Place("/", "id/x")),
        ("/", "/query/", "/query/x.csv", Place("/", "query/x.csv")),
        ("/", "/words/", "/words/Light", Place("/", "def/Light", 303)),
        ("/ki/", "/def/", "/ki", Place("/ki/", "", 308)),
        ("/ki/", "/def/", "/kind", Place("/", "kind")),
    ],
)
def test_a_path_leads_to_one_place(base: str, words: str, path: str, place: Place) -> None:
    assert PathMap(base, words).place(path) == place


def test_no_place_leads_on_for_ever() -> None:
    for base in ("/", "/ki/", "/uni/ki/"):
        for words in ("/", "/ki/", "/uni/", "/def/", "/ki/def/", "/id/", "/query/", "/uni/ki/words/"):
            path_map = PathMap(base, words)
            for path in ("/id/x", "/ki/id/x", "/uni/ki/query/x", "/uni/Light", "/def/Light", "/words/Light"):
                first = path_map.place(path)
                second = path_map.place(first.root + first.path)
                assert second.status is None, (base, words, path, first, second)
