"""JSON-LD in the form that a reader names by `profile` (JSON-LD 1.1, section 9.3; RFC 6906)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from pyoxigraph import RdfFormat, parse
from tests.live import Live

THING = "/doc/lighthouse/masudden"
BASE = "https://example.org/doll/"
W3C = "http://www.w3.org/ns/json-ld#"
PROFILES = {
    "expanded": f"{W3C}expanded",
    "flattened": f"{W3C}flattened",
    "linked": f"{BASE}context.jsonld",
}


def _asked(live: Live, path: str, profile: str) -> Any:
    return live.ask(path, accept=f'application/ld+json;profile="{profile}"')


@pytest.mark.parametrize("path", [THING, "/query/lights-graph", "/.well-known/void", "/sparql", "/def"])
@pytest.mark.parametrize("name", PROFILES)
def test_a_profile_is_answered_with_its_form_and_has_an_address(live: Live, path: str, name: str) -> None:
    answer = _asked(live, path, PROFILES[name])

    assert answer.headers["content-type"] == f'application/ld+json;profile="{PROFILES[name]}"'
    assert answer.headers["content-location"] == f"{path}.{name}.jsonld"
    assert live.ask(f"{path}.{name}.jsonld").body == answer.body
    if name != "linked":
        plain = {str(quad.triple) for quad in parse(live.ask(f"{path}.nt").body, format=RdfFormat.N_TRIPLES)}
        assert {str(quad.triple) for quad in parse(answer.body, format=RdfFormat.JSON_LD)} == plain


def test_the_forms_are_what_the_w3c_calls_them(live: Live) -> None:
    expanded, flattened, linked = (_asked(live, THING, profile).json for profile in PROFILES.values())

    assert isinstance(expanded, list)
    assert all(key.startswith(("@", "http")) for key in expanded[0])
    assert list(flattened) == ["@context", "@graph"]
    assert linked["@context"] == f"{BASE}context.jsonld"


def test_a_free_answer_has_the_profiles_too(live: Live) -> None:
    query = quote("DESCRIBE lighthouse:masudden")
    answer = _asked(live, f"/sparql?query={query}", f"{W3C}expanded")

    assert isinstance(answer.json, list)
    assert answer.headers["content-type"] == f'application/ld+json;profile="{W3C}expanded"'


@pytest.mark.parametrize("profile", [f"{W3C}compacted", "https://example.com/unknown", ""])
def test_the_compacted_form_is_the_usual_one_and_an_unknown_profile_changes_nothing(live: Live, profile: str) -> None:
    answer = _asked(live, THING, profile)

    assert answer.body == live.ask(f"{THING}.jsonld").body
    assert answer.headers["content-type"] == "application/ld+json"
