"""Public paths and our own: where a request leads, whatever the base and the namespace of the words."""

from __future__ import annotations

import pytest

from samverkan.server.http.path_map import PathMap, RequestPath


@pytest.mark.parametrize(
    ("base", "words", "path", "place"),
    [
        ("/", "/def/", "/def/Light", RequestPath("/", "def/Light")),
        ("/", "/", "/doc/x", RequestPath("/", "doc/x")),
        ("/ki/", "/", "/doc/x", RequestPath("/", "doc/x")),
        ("/ki/", "/def/", "/ki/def/Light", RequestPath("/ki/", "def/Light")),
        ("/ki/", "/def/", "/def/Light", RequestPath("/ki/", "def/Light", 303)),
        ("/ki/", "/ki/def/", "/ki/def/Light", RequestPath("/ki/", "def/Light")),
        ("/ki/", "/ki/words/", "/ki/words/Light", RequestPath("/ki/", "def/Light", 303)),
        ("/ki/", "/ki/", "/ki/id/x", RequestPath("/ki/", "id/x")),
        ("/uni/ki/", "/uni/", "/uni/ki/id/x", RequestPath("/uni/ki/", "id/x")),
        ("/uni/ki/", "/uni/", "/uni/Light", RequestPath("/uni/ki/", "def/Light", 303)),
        ("/", "/id/", "/id/x", RequestPath("/", "id/x")),
        ("/", "/query/", "/query/x.csv", RequestPath("/", "query/x.csv")),
        ("/", "/words/", "/words/Light", RequestPath("/", "def/Light", 303)),
        ("/ki/", "/def/", "/ki", RequestPath("/ki/", "", 308)),
        ("/ki/", "/def/", "/kind", RequestPath("/", "kind")),
    ],
)
def test_a_path_leads_to_one_place(base: str, words: str, path: str, place: RequestPath) -> None:
    assert PathMap(base, words).place(path) == place


def test_no_place_leads_on_for_ever() -> None:
    for base in ("/", "/ki/", "/uni/ki/"):
        for words in ("/", "/ki/", "/uni/", "/def/", "/ki/def/", "/id/", "/query/", "/uni/ki/words/"):
            path_map = PathMap(base, words)
            for path in ("/id/x", "/ki/id/x", "/uni/ki/query/x", "/uni/Light", "/def/Light", "/words/Light"):
                first = path_map.place(path)
                second = path_map.place(first.root + first.path)
                assert second.status is None, (base, words, path, first, second)
