"""Addresses: from IRI to path and back, and never out of the folder."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samverkan.model import addresses
from samverkan.model.addresses import Addresses

BASE, TERMS = "https://example.org/x/", "https://example.org/x/def/"
HERE = Addresses(BASE, TERMS)
ELSEWHERE = Addresses("https://example.org/", "https://other.example/words/")

SAFE = re.compile(r"[A-Za-z0-9_~-]{1,150}")
DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.text("a./~%\\: å\x00AN", max_size=8),
    st.text("a.å", min_size=100, max_size=320),
    st.sampled_from(
        [".", "..", "~", "~~", "~2E", "%2e%2e", "a?x", "a#f", "CON", "nul", "com1", "", "a" * 300, "a.ttl", "-x"]
    ),
)
PARTS = st.lists(TEXTS.map(lambda text: text.replace("/", "")), min_size=1, max_size=4).map("/".join)
IRIS = st.one_of(
    st.builds(str.__add__, st.sampled_from([TERMS, f"{BASE}id/", f"{BASE}graph/", BASE, "urn:"]), PARTS),
    st.sampled_from(
        [
            TERMS,
            f"{BASE}id/",
            f"{BASE}graph/",
            f"{BASE}id/def/x",
            f"{TERMS}x",
            f"{BASE}id/doc",
            f"{BASE}id/urn:x",
            "urn:x",
        ]
    ),
)


def _fast(examples: int = 500) -> settings:
    return settings(max_examples=examples, deadline=None, derandomize=True, database=None)


def _assert_safe(name: str) -> None:
    assert SAFE.fullmatch(name)
    assert name.lower() not in DEVICES


@given(IRIS)
def test_an_iri_is_of_the_site_where_it_has_a_document(iri: str) -> None:
    assert HERE.holds(iri) == (HERE.document(iri) is not None)


@_fast()
@given(TEXTS)
def test_a_segment_is_a_safe_file_name_and_its_text_comes_back(text: str) -> None:
    name = addresses.segment(text)
    _assert_safe(name)
    if "~~" in name:
        with pytest.raises(ValueError, match=r"."):
            addresses.text(name)
    else:
        assert addresses.text(name) == text


@_fast()
@given(TEXTS, TEXTS)
def test_two_texts_never_share_a_segment(one: str, other: str) -> None:
    assert (addresses.segment(one) == addresses.segment(other)) == (one == other)


@_fast()
@given(st.one_of(st.text("aA0~EF2.-_/", max_size=8), TEXTS))
def test_a_file_name_has_one_text_or_none(name: str) -> None:
    try:
        text = addresses.text(name)
    except ValueError:
        return
    assert addresses.segment(text) == name


def test_names_of_three_hundred_characters_do_not_collide() -> None:
    names = ["a" * 300, "a" * 299 + "b", "a" * 301, "å" * 300, "." * 300]
    assert len({addresses.segment(name) for name in names}) == len(names) == 5
    for name in names:
        _assert_safe(addresses.segment(name))


@pytest.mark.parametrize("here", [HERE, ELSEWHERE])
def test_a_document_and_its_iri_are_inverse(here: Addresses) -> None:
    @_fast()
    @given(st.builds(str.__add__, st.sampled_from([space for space, _ in here.rooms]), PARTS))
    def examine(iri: str) -> None:
        path = here.document(iri)
        assert path is not None
        for name in path.split("/"):
            _assert_safe(name)
        assert here.iri(path) == (None if "~~" in path else iri)

    examine()


@_fast()
@given(IRIS, IRIS)
def test_two_iris_never_share_a_document_or_a_short_path(one: str, other: str) -> None:
    assert (HERE.relative(one) == HERE.relative(other)) == (one == other)
    if HERE.document(one) is not None:
        assert (HERE.document(one) == HERE.document(other)) == (one == other)


@_fast()
@given(IRIS)
def test_a_short_path_is_safe_and_fits_one_file_name(iri: str) -> None:
    path = HERE.relative(iri)
    assert len(path) <= addresses.LONGEST_SEGMENT
    for name in path.split("/"):
        assert SAFE.fullmatch(name)


@_fast()
@given(
    st.lists(st.one_of(st.sampled_from(["doc", "def", "graph", "..", ".", "", "~", "~2E"]), TEXTS), max_size=4).map(
        "/".join
    )
)
def test_a_path_has_one_iri_or_none(path: str) -> None:
    iri = HERE.iri(path)
    assert iri is None or HERE.document(iri) == path


@pytest.mark.parametrize(
    "path",
    ["", "doc/..", "doc/../def", "doc//x", "doc/a.ttl", "doc/~", "doc/~2e", "doc/a b", "../doc/x", "query/x", "docs"],
)
def test_what_is_no_document_has_no_iri(path: str) -> None:
    assert HERE.iri(path) is None


@pytest.mark.parametrize(
    "iri", [BASE, "", "urn:x", f"{BASE}doc/x", f"{BASE}ID/x", "https://example.org/x/id", "http://example.org/x/id/a"]
)
def test_what_is_not_ours_has_no_document(iri: str) -> None:
    assert HERE.document(iri) is None


@pytest.mark.parametrize(
    ("iri", "document", "relative"),
    [
        (f"{BASE}id/agreement/huddinge", "doc/agreement/huddinge", "agreement/huddinge"),
        (f"{TERMS}Agreement", "def/Agreement", "def/Agreement"),
        (f"{BASE}graph/page-sv", "graph/page-sv", "graph/page-sv"),
        (TERMS, "def", "def"),
        (f"{BASE}id/a?x#y", "doc/a~3Fx~23y", "a~3Fx~23y"),
        (f"{BASE}id/aux", "doc/~61ux", "~61ux"),
        ("https://x.org/y", None, "https~3A~2F~2Fx~2Eorg~2Fy"),
    ],
)
def test_addresses_are_readable(iri: str, document: str | None, relative: str) -> None:
    assert (HERE.document(iri), HERE.relative(iri)) == (document, relative)


def test_the_public_address_of_a_path_stays_under_the_base() -> None:
    assert HERE.url("doc/a~2Eb") == f"{BASE}doc/a~2Eb"
    assert HERE.url("query/x/lang=sv") == f"{BASE}query/x/lang=sv"
