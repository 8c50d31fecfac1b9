"""Headers: whatever stands in the settings and in the data, a value is visible ASCII (RFC 9110, section 5.5)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import samverkan
from samverkan.errors import UnreadableError, UnreadableSiteError
from samverkan.model.iris import host, uri
from samverkan.model.representations import Link, Resource, Variant
from samverkan.server.http import headers
from samverkan.server.http.application import App
from samverkan.server.http.messages import Request, Response, field
from samverkan.server.http.released import ServedRelease
from samverkan.server.job_handler import JobHandler, facts
from samverkan.server.lifecycle import Options
from samverkan.server.pool import JobReply, WorkerPool

DOLL = Path(__file__).parents[1] / "site"
BASE = "https://example.org/doll/"
FILES = {path.relative_to(DOLL).as_posix(): path.read_text("utf-8") for path in DOLL.rglob("*.*")}
EURO = f'base = "{BASE}"\nontology = "{BASE}def/"\nlicense = "https://example.org/€"\n'
LINE = re.compile(rb"[a-z-]+: [!-~](?:[\t -~]*[!-~])?")

Ask = Callable[..., Response]


def opened(folder: Path, toml: str, base: str = BASE) -> Ask:
    """A door in this process to the small site with other settings."""
    for name, text in {**FILES, "samverkan.toml": toml}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text if name == "samverkan.toml" else text.replace(BASE, base), "utf-8")
    site = samverkan.open(folder)
    options = Options(folder)
    press = JobHandler(site, options.limits)

    async def ask(_queue: str, job: Mapping[str, Any]) -> JobReply:
        head, body = press(orjson.loads(orjson.dumps(job)))
        return JobReply(orjson.loads(orjson.dumps(head)), body)

    app = App(
        ServedRelease(cast("WorkerPool", SimpleNamespace(ready=facts(site), ask=ask)), options.queues, options.limits)
    )

    def asked(path: str, query: str = "", **more: str) -> Response:
        return asyncio.run(cast("Any", app.respond(Request(more.pop("method", "GET"), path, query, more))))  # type: ignore[no-any-return]

    return asked


def given_(response: Response) -> dict[str, str]:
    return dict(response.headers)


ASKED: tuple[tuple[str, str, Mapping[str, str]], ...] = (
    ("/", "", {"accept": "text/html"}),
    ("/", "", {"accept": "text/turtle"}),
    ("/id/lighthouse/masudden", "", {}),
    ("/id/lighthouse/gamla-masudden", "", {}),
    ("/id/lighthouse/villgrund", "", {}),
    ("/doc/lighthouse/masudden", "", {"accept": "application/ld+json"}),
    ("/doc/lighthouse/masudden", "", {"accept": "image/png"}),
    ("/doc/lighthouse/masudden/", "", {}),
    ("/def/Lighthouse", "", {}),
    ("/query/lights", "lang=en", {"accept": "text/csv"}),
    ("/.well-known/void", "", {}),
    ("/sparql", "query=ASK%7B%7D", {}),
    ("/nothing", "", {}),
    ("/healthz", "", {"method": "OPTIONS"}),
)


def test_a_licence_with_odd_letters_leaves_as_a_uri(tmp_path: Path) -> None:
    ask = opened(tmp_path, EURO)
    for path, query, more in ASKED:
        assert ask(path, query, **more).status < 500
    link = given_(ask("/doc/lighthouse/masudden"))["link"]
    assert '<https://example.org/%E2%82%AC>; rel="license"' in link
    problem = orjson.loads(cast("bytes", ask("/nothing").body))
    assert problem["type"].startswith(BASE)


def test_a_base_with_odd_letters_leaves_as_a_uri(tmp_path: Path) -> None:
    base, root = "https://å.se/ö/", "/%C3%B6"
    ask = opened(tmp_path, f'base = "{base}"\nontology = "{base}def/"\nlicense = "https://faß.de/é"\n', base)
    led = given_(ask(f"{root}/id/lighthouse/masudden"))
    assert led["location"] == f"{root}/doc/lighthouse/masudden"
    assert f'<https://xn--5ca.se{root}/id/lighthouse/masudden>; rel="cite-as"' in led["link"]
    assert '<https://xn--fa-hia.de/%C3%A9>; rel="license"' in led["link"]
    turtle = ask(f"{root}/doc/lighthouse/masudden")
    assert given_(turtle)["content-location"] == f"{root}/doc/lighthouse/masudden.ttl"
    assert f"<{base}id/lighthouse/".encode() in cast("bytes", turtle.body)
    assert orjson.loads(cast("bytes", ask("/nothing").body))["type"].startswith(
        f"https://xn--5ca.se{root}/openapi.json"
    )


def test_the_pages_of_a_long_answer_link_to_each_other(tmp_path: Path) -> None:
    ask = opened(tmp_path, f'base = "{BASE}"\nontology = "{BASE}def/"\n[answers]\nrows = 3\n')
    first = ask("/query/visits", accept="text/csv")
    second = ask("/query/visits", "page=2", accept="text/csv")

    assert 'query/visits/page=2.csv>; rel="next"' in given_(first)["link"]
    assert 'query/visits/page=4.csv>; rel="last"' in given_(first)["link"]
    assert 'rel="prev"' not in given_(first)["link"]
    assert 'query/visits.csv>; rel="prev"' in given_(second)["link"]
    assert given_(second)["content-location"].endswith("query/visits/page=2.csv")
    assert second.body == ask("/query/visits/page=2.csv").body
    assert given_(second)["etag"] != given_(first)["etag"]
    for path, query, status in (
        ("/query/visits.csv", "page=9", 404),
        ("/query/visits/page=9.csv", "", 404),
        ("/query/visits.en.html", "page=9", 404),
        ("/query/visits.csv", "page=0", 400),
        ("/query/visits.csv", "page=abc", 400),
        ("/query/visits.csv", "limit=4", 400),
        ("/query/visits.csv", "limit=2&page=6", 200),
        ("/query/visits.csv", "limit=2&page=7", 404),
        ("/query/visits.en.html", "page=4", 200),
    ):
        answer = ask(path, query)
        assert answer.status == status, (path, query)
        if status != 200:
            problem = orjson.loads(cast("bytes", answer.body))
            assert problem["status"] == status
            assert problem.get("parameter") == {400: query.partition("=")[0]}.get(status)


HOSTS = ("example.org", "å.se", "faß.de", "xn--5ca.se", "[::1]", "u:p@å.se:80", "日本.jp")
NO_HOSTS = ("e.org:99999", "☕.se", "a..å", "", "[zz]")
GOOD = st.text(st.sampled_from("aå€'();,=@!$&*+~日😀\u202e"), max_size=6)  # of which an IRI may be made
ODD = st.text(st.sampled_from("aå€/%0D\r\n\0\x0b\ufffe\"<>;,'#?@[]\\ \u202e😀\x7f"), max_size=6)
MOST = st.one_of(*[GOOD] * 9, ODD)
WHERE = st.sampled_from([*HOSTS * 5, *NO_HOSTS])
IRIS = st.builds("{}://{}/{}".format, st.sampled_from(["https", "http"]), WHERE, MOST)
TAGS = st.sampled_from([*["sv", "EN", "fi", "zh-hant", "en-GB"] * 5, "ſv", "x y", "en-a"])
TEXTS = st.dictionaries(TAGS, MOST, max_size=1)


def quoted(text: str) -> str:
    """A text as TOML has it."""
    return '"' + re.sub(r'[\x00-\x1f\x7f"\\]', lambda found: f"\\u{ord(found[0]):04x}", text) + '"'


def tables(**texts: Mapping[str, str]) -> str:
    return "".join(
        f"[{name}]\n" + "".join(f"{quoted(tag)} = {quoted(text)}\n" for tag, text in table.items())
        for name, table in texts.items()
    )


def written(base: str, license_: str, languages: str, email: str, texts: tuple[Mapping[str, str], ...]) -> Said:
    ontology = f"{base}def/"
    return Said(
        base,
        f"base = {quoted(base)}\nontology = {quoted(ontology)}\nlicense = {quoted(license_)}\n"
        f"languages = {languages}\n{tables(title=texts[0], publisher=texts[1], description=texts[2])}"
        f"[contact]\nemail = {quoted(email)}\n",
    )


class Said(NamedTuple):
    """The text of some settings, and the base that they name."""

    base: str
    toml: str


SETTINGS = st.builds(
    written,
    st.just(BASE) | IRIS.map("{}/".format),
    st.just("https://example.org/€") | IRIS | MOST.map("urn:x:{}".format),
    st.sampled_from([*['["sv", "en"]', '["EN"]', '["zh-hant", "sv"]'] * 4, '["ſv", "sv"]']),
    st.sampled_from([*["us@example.org", "åsa@å.se", "o'x+å@b.c"] * 4, "a\r\nb@c.d", "\u202ea@b.c"]),
    st.tuples(TEXTS, TEXTS, TEXTS),
)


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(SETTINGS)
def test_settings_either_pass_with_legal_headers_everywhere_or_are_refused_with_their_line(
    tmp_path_factory: pytest.TempPathFactory, said: Said
) -> None:
    folder = tmp_path_factory.mktemp("any")
    ask = opened_or_refused(folder, said)
    for path, query, more in ASKED if ask else ():
        response = cast("Ask", ask)(path, query, **more)
        assert response.status < 500
        assert all(LINE.fullmatch(line) for line in response.head.splitlines()[1:])
        assert b"\0" not in cast("bytes", response.body)


def opened_or_refused(folder: Path, said: Said) -> Ask | None:
    """The server process, or None where the settings are refused with file and line in both languages."""
    try:
        return opened(folder, said.toml, said.base)
    except UnreadableError as error:
        refused = error
    for each in refused.errors if isinstance(refused, UnreadableSiteError) else (refused,):
        for language in ("sv", "en"):
            assert re.match(r"samverkan\.toml:\d+: ", each.message(language)), said.toml
        assert each.sv
        assert each.message("en").isprintable()
    return None


@given(st.text())
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_no_text_makes_a_value_or_an_address_that_http_does_not_allow(text: str) -> None:
    link = Resource("x", links=(Link("license", f"https://{text}/{text}"), Link(text, f"/{text}")))
    table = Variant(f"query/{text}.csv", "text/csv", text)
    found = headers.answer(200, (("x", text), *headers.content(table, '"e"'), *headers.links(link, "/", table)))
    for line in found.head.splitlines()[1:]:
        assert LINE.fullmatch(line) or line.endswith(b": ")
    for made in (field(text), uri(text), uri(f"https://{text}"), headers.address(text, "/")):
        assert re.fullmatch("[\t -~]*", made)


@pytest.mark.parametrize(
    ("iri", "wanted"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("https://example.org/%C3%A5/%zz", "https://example.org/%C3%A5/%zz"),
        ("https://user@Å.se:8080/ö?å#é", "https://user@xn--5ca.se:8080/%C3%B6?%C3%A5#%C3%A9"),
        ("https://[::1]/å", "https://[::1]/%C3%A5"),
        ("https://a..å/", "https://a..%C3%A5/"),
        ("urn:x:å", "urn:x:%C3%A5"),
        ("mailto:å@å.se", "mailto:%C3%A5@%C3%A5.se"),
        ("https://x/\r\nSet-Cookie: a", "https://x/%0D%0ASet-Cookie:%20a"),
        ("https://x/>; rel=next, <y", "https://x/%3E;%20rel=next,%20%3Cy"),
    ],
)
def test_an_iri_becomes_the_uri_of_rfc_3987(iri: str, wanted: str) -> None:
    assert uri(iri) == wanted
    assert uri(wanted) == wanted


@pytest.mark.parametrize("name", ["☕.se", "a..å", "å" * 64 + ".se", "\u202eå.se", "xn--å.se"])
def test_what_the_dns_can_not_have_is_no_host(name: str) -> None:
    with pytest.raises(UnicodeError):
        host(name)
