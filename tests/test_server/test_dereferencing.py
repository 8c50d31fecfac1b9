"""What an address leads to: things to their documents, and everything that means the same to one place."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pyoxigraph
import pytest
from tests.answers import ALL, BASE, CC0, MASUDDEN, PAGE, linked, links, raw
from tests.live import Live

DOLL = Path(__file__).parents[1] / "site"


# ---------------------------------------------------------------- things


def test_a_thing_leads_to_the_document_about_it(live: Live) -> None:
    answer = live.ask("/id/lighthouse/masudden")

    assert answer.status == 303
    assert answer.headers["location"] == MASUDDEN
    assert answer.body == b""
    assert linked(answer, "describedby") == [MASUDDEN]
    assert linked(answer, "cite-as") == [f"{BASE}id/lighthouse/masudden"]
    assert linked(answer, "license") == [CC0]
    alternates = {target: rest["type"] for target, rest in links(answer) if rest["rel"] == "alternate"}
    assert alternates == {f"{MASUDDEN}{suffix}": media_type for suffix, media_type in ALL.items()}
    spoken = {target: rest["hreflang"] for target, rest in links(answer) if "hreflang" in rest}
    assert spoken == {f"{MASUDDEN}.sv.html": "sv", f"{MASUDDEN}.en.html": "en"}


def test_a_document_says_what_it_is_about_and_names_its_other_formats(live: Live) -> None:
    answer = live.ask(MASUDDEN, accept="application/ld+json")

    assert (answer.status, answer.headers["content-location"]) == (200, f"{MASUDDEN}.jsonld")
    assert linked(answer, "cite-as") == [f"{BASE}id/lighthouse/masudden"]
    assert linked(answer, "license") == [CC0]
    assert linked(answer, "alternate") == [f"{MASUDDEN}.ttl"]  # one, for its readers stumble over more
    turtle = live.ask(MASUDDEN, accept="text/turtle")
    assert set(linked(turtle, "alternate")) == {f"{MASUDDEN}{suffix}" for suffix in ALL} - {f"{MASUDDEN}.ttl"}


def test_what_is_withdrawn_is_gone_and_still_says_why(live: Live) -> None:
    answer = live.ask("/id/lighthouse/villgrund", accept="application/n-triples")

    assert answer.status == 410
    assert answer.headers["content-type"] == "application/n-triples"
    assert "misprint on a chart" in answer.text
    assert live.ask("/doc/lighthouse/villgrund").status == 200


def test_what_is_replaced_leads_to_what_replaced_it(live: Live) -> None:
    answer = live.ask("/id/lighthouse/gamla-masudden")

    assert (answer.status, answer.headers["location"]) == (308, "/id/lighthouse/masudden")
    assert linked(answer, "successor-version") == ["/id/lighthouse/masudden"]
    assert live.ask("/doc/lighthouse/gamla-masudden").status == 200


def test_what_was_split_names_all_that_came_of_it(live: Live) -> None:
    answer = live.ask("/id/lightship/tvillingarna", accept="text/turtle")

    assert answer.status == 300
    assert "location" not in answer.headers
    assert linked(answer, "successor-version") == ["/id/lighthouse/langgrund", "/id/lightship/vandraren"]
    assert b"dcterms:isReplacedBy lighthouse:langgrund , lightship:vandraren" in answer.body


def test_a_term_of_the_ontology_leads_to_its_document_in_the_wanted_format(live: Live) -> None:
    for suffix, media_type in ALL.items():
        language = suffix.split(".")[1]
        led = live.ask("/def/Lighthouse", accept=media_type, accept_language=language)
        assert (led.status, led.headers["location"]) == (303, f"/def/Lighthouse{suffix}")
        answer = live.ask(led.headers["location"])
        assert (answer.status, answer.headers["content-type"].partition(";")[0]) == (200, media_type)
    assert live.ask("/def/Lighthouse", accept="text/csv").status == 406


def test_the_ontology_stands_at_its_own_address(live: Live) -> None:
    answer = live.ask("/def/")
    if answer.status != 200:
        answer = live.ask(answer.headers["location"])

    assert linked(answer, "cite-as") == [f"{BASE}def/"]
    assert b"doll:Lighthouse" in answer.body


def test_every_own_iri_of_the_dump_dereferences(live: Live) -> None:
    found = pyoxigraph.parse(live.ask("/dump/dataset.trig").body, format=pyoxigraph.RdfFormat.TRIG)
    subjects = {quad.subject.value for quad in found if isinstance(quad.subject, pyoxigraph.NamedNode)}
    own = {iri.removeprefix(BASE) for iri in subjects if iri.startswith((f"{BASE}id/", f"{BASE}def/", f"{BASE}graph/"))}

    assert len(own) >= 40
    for path in own:
        assert live.ask(f"/{quote(path)}").status in {200, 300, 303, 308, 410}, path


# ---------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    "written",
    [
        "/doc/%6cighthouse/masudden.ttl",
        "/doc/lighthouse/m%61sudden%2ettl",
        "/%64oc/lighthouse/masudden.ttl",
        "/query/keeper/keeper%3Dkeeper.k1.csv",
        "/query/%6bights.csv".replace("%6b", "%6C"),
    ],
)
def test_an_address_may_be_percent_encoded_where_it_need_not_be(live: Live, written: str) -> None:
    assert live.ask(written).status == 200


@pytest.mark.parametrize(
    "written",
    [
        "/doc%2Flighthouse/masudden",
        "/doc/lighthouse%2fmasudden",
        "/id/lighthouse%2Fmasudden",
        "/doc/x/../lighthouse/masudden",
        "/doc/./lighthouse/masudden",
        "/doc/%2e%2e/manifest.json",
        "/..",
        "/../../../../etc/passwd",
        "/doc/..%2f..%2f..%2fetc%2fpasswd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/doc/lighthouse\\masudden".replace("\\", "%5C"),
        "/doc/lighthouse/masudden%00.ttl",
        "/doc/lighthouse/masudden.TTL",
        "/doc/lighthouse/masudden.ttl/",
        "/doc/lighthouse/masudden.ttl.ttl",
        "/DOC/lighthouse/masudden",
        "/doc/lighthouse/Masudden",
        "/doc//lighthouse/masudden",
        "/doc/%FF%FE",
        "/x%0d%0aSet-Cookie:%20a=b",
        "/id/",
        "/id/lighthouse/",
        "/samverkan.toml",
        "/.git/config",
        "/data/lights.ttl",
    ],
)
def test_what_is_no_address_of_the_site_is_404_and_leads_nowhere(live: Live, written: str) -> None:
    answer = live.ask(written)

    assert answer.status == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json["status"] == 404
    assert "set-cookie" not in answer.headers
    assert "root:" not in answer.text


@pytest.mark.parametrize(
    ("written", "leads_to"),
    [
        (f"{MASUDDEN}/", MASUDDEN),
        ("/query/", "/query"),
        ("/query/lights/", "/query/lights"),
        ("/def/Lighthouse/", "/def/Lighthouse"),
    ],
)
def test_a_slash_too_many_leads_to_the_address_without(live: Live, written: str, leads_to: str) -> None:
    answer = live.ask(written)

    assert (answer.status, answer.headers["location"]) == (308, leads_to)


def test_an_address_in_absolute_form_is_the_same_address(live: Live) -> None:
    for address in (PAGE, "/"):  # what was made before is sent even to a client that seems to leave
        live.ask(address)
    for authority in ("example.org", "127.0.0.1", "example.org:8080"):
        status, found = raw(live, f"GET http://{authority}{PAGE} HTTP/1.1\r\nHost: other\r\n\r\n".encode())
        assert status == 200
        assert "lighthouse:masudden" in found
    assert raw(live, b"GET http://example.org HTTP/1.1\r\nHost: x\r\n\r\n")[0] == 200


def test_the_host_is_never_repeated_in_an_answer(live: Live) -> None:
    for address in ("/id/lighthouse/masudden", "/", "/def/Lighthouse", MASUDDEN, "/sparql", "/doc/nothing"):
        _, found = raw(
            live, f"GET {address} HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n\r\n".encode()
        )
        assert "evil.example" not in found


def test_the_public_path_works_as_the_short_one_and_keeps_to_itself(live: Live) -> None:
    answer = live.ask("/doll/id/lighthouse/masudden")

    assert (answer.status, answer.headers["location"]) == (303, f"/doll{MASUDDEN}")
    for target in linked(answer, "alternate"):
        assert target.startswith(f"/doll{MASUDDEN}.")
        assert live.ask(target).body == live.ask(target.removeprefix("/doll")).body
    assert live.ask("/doll/def/Lighthouse").headers["location"] == "/doll/def/Lighthouse.ttl"
    assert live.ask("/doll/query/lights").headers["content-location"] == "/doll/query/lights.json"
    assert live.ask("/doll/sparql?query=ASK%7B%7D").json["boolean"] is True
    assert live.ask("/doll/doll/id/lighthouse/masudden").status == 404


def test_a_prefix_stands_in_front_of_every_address_that_is_told() -> None:
    with Live(DOLL, ("--prefix", "/fyrar", "--no-access-log")) as served:
        assert f":{served.port}/fyrar/" in served.said
        thing = served.ask("/id/lighthouse/masudden")
        told = [thing.headers["location"], *linked(thing, "alternate"), *linked(thing, "describedby")]
        told.append(served.ask("/query/lights").headers["content-location"])
        told.append(served.ask("/").headers["content-location"])
        told.append(served.ask("/", accept="text/turtle").headers["location"])
        told += served.ask(MASUDDEN, accept="image/png").json["alternates"]
        assert all(address.startswith("/fyrar/") for address in told)
        assert all(served.ask(address.removeprefix("/fyrar")).status == 200 for address in told)
        assert served.log == ""


# ---------------------------------------------------------------- public paths


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/samverkan/def/Agreement", 303, "/samverkan/ki/def/Agreement"),
        ("/samverkan/def/", 303, "/samverkan/ki/def"),
        ("/samverkan/ki", 308, "/samverkan/ki/"),
        ("/samverkan/ki/id/agreement/solna", 303, "/samverkan/ki/doc/agreement/solna"),
        ("/sparql/", 308, "/sparql"),
        ("/dataset", 303, "/.well-known/void"),
    ],
)
def test_a_public_path_leads_on_below_the_same_root(live_ki: Live, path: str, status: int, location: str) -> None:
    answer = live_ki.ask(path)

    assert (answer.status, answer.headers["location"]) == (status, location)
    assert live_ki.ask(location).status in {200, 303}


def test_two_slashes_are_not_one(live: Live) -> None:
    assert live.ask("//doc/lighthouse/masudden").status == 404


# ---------------------------------------------------------------- addresses that mean the same


def test_what_need_not_be_escaped_is_not_another_address(live_ki: Live) -> None:
    plain = live_ki.ask("/query/contacts.csv?lang=en&agreement=solna").body

    assert live_ki.ask("/%71uery/contact%73.csv?lang=en&agreement=solna").body == plain
    assert live_ki.ask("/%73parql?query=ASK%7B%7D").json["boolean"] is True
    assert live_ki.ask("/%68ealthz").status == 200


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/sparql/?query=ASK%7B%7D", "/sparql?query=ASK%7B%7D"),
        ("/query/contacts/?lang=en", "/query/contacts?lang=en"),
        ("/query/contacts/", "/query/contacts"),
    ],
)
def test_a_slash_too_many_loses_no_query(live_ki: Live, path: str, location: str) -> None:
    answer = live_ki.ask(path)

    assert (answer.status, answer.headers["location"]) == (308, location)


def test_a_version_of_the_ontology_is_a_document_at_its_own_address(live_ki: Live) -> None:
    answer = live_ki.ask("/def/0.1.0", accept="text/turtle")

    assert (answer.status, answer.headers["content-location"]) == (200, "/def/0.1.0.ttl")
    assert answer.body == live_ki.ask("/def/0.1.0.ttl").body
    assert '<https://w3id.org/samverkan/def/0.1.0>; rel="cite-as"' in answer.headers["link"]
    led = live_ki.ask("/samverkan/def/0.1.0")
    assert (led.status, led.headers["location"]) == (303, "/samverkan/ki/def/0.1.0")
    assert live_ki.ask("/def/0.0.9").status == 404
