"""The prefix table: what counts as a prefix, and names that are short and stand for one IRI."""

from __future__ import annotations

from typing import Any

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import NamedNode, RdfFormat, Triple, parse, serialize

from samverkan.model.prefixes import Prefixes
from samverkan.publication.published import Site

TABLE = Prefixes({"ex": "https://example.org/", "deep": "https://example.org/deep/", "h": "https://example.org/h#"})


def test_prefixes_are_the_simple_terms_that_end_in_a_delimiter() -> None:
    context: dict[str, Any] = {
        "@vocab": "https://example.org/vocab/",
        "slash": "https://example.org/",
        "hash": "https://example.org/#",
        "colon": "urn:x:",
        "x.b-c_1": "https://example.org/1/",
        "a.b": "https://example.org/a.b/",
        "term": "https://example.org/term",
        "query": "https://example.org/?q=",
        "object": {"@id": "https://example.org/"},
        "alias": "@id",
        "nothing": None,
        "chained": "slash:more/",
        "relative": "more/",
        "broken": "https://example.org/ /",
        "_": "https://example.org/blank/",
        "1a": "https://example.org/one/",
        "å": "https://example.org/å/",
        "a b": "https://example.org/ab/",
        "a.": "https://example.org/dot/",
        "": "https://example.org/empty/",
    }
    assert Prefixes.from_context(context).table == {
        "slash": "https://example.org/",
        "hash": "https://example.org/#",
        "colon": "urn:x:",
        "x.b-c_1": "https://example.org/1/",
    }


@pytest.mark.parametrize(
    ("curie", "iri"),
    [
        ("ex:a", "https://example.org/a"),
        ("ex:", "https://example.org/"),
        ("ex:a:b", "https://example.org/a:b"),
        ("ex://a", None),
        ("no:a", None),
        ("ex", None),
        (":a", None),
        ("", None),
        ("https://example.org/a", None),
    ],
)
def test_a_short_name_is_expanded(curie: str, iri: str | None) -> None:
    assert TABLE.expand(curie) == iri


@pytest.mark.parametrize(
    ("iri", "curie"),
    [
        ("https://example.org/a", "ex:a"),
        ("https://example.org/deep/a-b_c1", "deep:a-b_c1"),
        ("https://example.org/deep", "ex:deep"),
        ("https://example.org/h#x", "h:x"),
        ("https://example.org/", "https://example.org/"),
        ("https://example.org/a/b", "https://example.org/a/b"),
        ("https://example.org/a.b", "https://example.org/a.b"),
        ("urn:x", "urn:x"),
    ],
)
def test_an_iri_is_shortened_by_its_longest_namespace(iri: str, curie: str) -> None:
    assert TABLE.compact(iri) == curie


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.sampled_from([*TABLE.table.values(), "urn:"]), st.text("aå1-_./#:", max_size=6))
def test_what_was_shortened_expands_to_the_same(namespace: str, local: str) -> None:
    short = TABLE.compact(namespace + local)
    assert short == namespace + local or TABLE.expand(short) == namespace + local


def test_every_prefix_of_the_site_is_one_in_turtle(ki: Site) -> None:
    assert len(ki.prefixes.table) > 20
    for name, namespace in ki.prefixes.table.items():
        triple = Triple(*[NamedNode(f"{namespace}x")] * 3)
        written = serialize([triple], format=RdfFormat.TURTLE, prefixes={name: namespace})
        assert written is not None
        assert f"{name}:x".encode() in written
        assert [quad.triple for quad in parse(written, format=RdfFormat.TURTLE)] == [triple]


@pytest.mark.parametrize("word", ["a", "bind", "false", "has", "is", "of", "this", "true"])
def test_no_prefix_begins_with_what_rdflib_takes_for_a_word_of_its_own(word: str) -> None:
    names = {
        word: "https://example.org/1/",
        f"{word}-b": "https://example.org/2/",
        f"{word}.b": "https://example.org/3/",
    }
    table = Prefixes.from_context({**names, f"x{word}.b": "https://example.org/4/"}).table
    triples = [Triple(*[NamedNode(f"{namespace}{end}") for end in "abc"]) for namespace in table.values()]
    written = serialize(triples, format=RdfFormat.TURTLE, prefixes=dict(table))

    assert [*table] == [word, f"{word}-b", f"x{word}.b"]
    assert written is not None
    assert len(rdflib.Graph().parse(data=written, format="turtle")) == len(table)
