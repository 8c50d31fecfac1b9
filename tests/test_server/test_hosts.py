"""A release on the web servers of others: the recipes of the documentation, on a real nginx and a real Apache."""

from __future__ import annotations

import configparser
import json
import os
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from email.utils import formatdate
from functools import cached_property
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from tests import hosts
from tests.engines import free_port
from tests.hosts import Host, blocks, filled
from tests.live import Live

import samverkan
from samverkan import cli
from samverkan.errors import NotAcceptableError
from samverkan.formats import FORMATS, negotiated
from samverkan.model import negotiation
from samverkan.model.representations import Resource
from samverkan.publication.resolver import find
from samverkan.publication.static import write_release
from samverkan.server.http import headers

DOLL = Path(__file__).parents[1] / "site"
BASE = "https://example.org/doll/"
KEEPER = f"{BASE}id/keeper/"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
DOCUMENT = "/doc/lighthouse/masudden"
STRANGER = "evil.example"
SERVE = hosts.text("serve.md")

SECONDS = 1_700_000_000
WRITTEN = formatdate(SECONDS, usegmt=True)

# Names that an IRI may have, and no recipe may trip over.
ODD = (
    "åsa",
    "b.c",
    "a_b",
    "deep/er",
    "con",
    "long" * 40,
    "$host",
    "%24%7Bhost%7D",
    "x%0dSet-Cookie:%20a=b",
    "a%0Ab",
    "a%22%20b%7B;%7D%5C%25%23",
    "(o'h)*&!@~+,;=:",
    "q?x",
    "h#x",
)
MOVED = {
    "gone.1": (),
    "replaced-ö": ("åsa",),
    "re%20placed": ("a%22%20b%7B;%7D%5C%25%23",),
    "split%20två": ("$host", "åsa"),
}


def _odd() -> Iterator[str]:
    """A file of facts about things with odd names."""
    yield "@prefix doll: <https://example.org/doll/def/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> ."
    yield "@prefix dcterms: <http://purl.org/dc/terms/> . @prefix owl: <http://www.w3.org/2002/07/owl#> ."
    yield "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> ."
    yield from (f"<{KEEPER}{name}> a doll:Keeper ; foaf:name 'Somebody' ." for name in ODD)
    for name, successors in MOVED.items():
        yield f"<{KEEPER}{name}> rdfs:label 'A'@sv , 'B'@en ; rdfs:comment 'C'@sv , 'D'@en ; owl:deprecated true ."
        yield from (f"<{KEEPER}{name}> dcterms:isReplacedBy <{KEEPER}{each}> ." for each in successors)


@dataclass(frozen=True)
class Published:
    """A site, and the folder that holds its release as `public/`."""

    site: samverkan.Site
    folder: Path

    def content(self, path: str) -> bytes:
        return (self.folder / "public" / path).read_bytes()

    @cached_property
    def files(self) -> Mapping[str, str]:
        """The path of every file with its media type, without most of the answers with two parameters."""
        listed = json.loads(self.content("manifest.json"))["files"]
        found = {entry["path"]: entry["mediaType"] for entry in listed if entry["path"].count("=") <= 1}
        return found | {"manifest.json": "application/json", "dump/SHA256SUMS": "text/plain"}

    @cached_property
    def choices(self) -> Mapping[str, Resource]:
        """What stands at each address without suffix at which there is something to choose."""
        found = (find(self.site, quote(path)) for path in self.files if not path.startswith("assets/"))
        return {each.path: replace(each, exact=None) for each in found if len(each.variants) > 1}


@pytest.fixture(scope="session")
def published() -> Iterator[Published]:
    """The small site with odd names, published where every user of this machine may read it."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        here.chmod(0o755)
        shutil.copytree(DOLL, here / "site")
        (here / "site/data/odd.ttl").write_text("\n".join(_odd()))
        site = samverkan.open(here / "site")
        (here / "public").mkdir()
        write_release(site, here / "public")
        for path in (here / "public").rglob("*"):  # as a program leaves them that copies, and counts in seconds
            os.utime(path, (SECONDS, SECONDS))
        yield Published(site, here)


@contextmanager
def _host(name: str, published: Published, root: str = "/") -> Iterator[Host]:
    """A web server with the recipe for it, and with the rules that the page tells how to make."""
    port, moved = free_port(), f"{published.folder}/{name}.conf"
    public = {"/srv/samverkan/public": f"{published.folder}/public"}
    places = public | {"/srv/samverkan/moved.conf": moved}
    rules = filled(blocks("release.md", "bash")[0 if name == "nginx" else 1], places)
    hosts.program("jq")
    subprocess.run(["bash", "-e"], input=rules, text=True, check=True)
    recipe = filled(blocks("release.md", name)[0], places | _OWN[name](port, root))
    with hosts.running(name, "release.md", recipe, port) as host:
        yield host


_OWN: Mapping[str, Callable[[int, str], dict[str, str]]] = {
    "nginx": lambda port, root: {
        "listen 80;": f"listen 127.0.0.1:{port};",
        "set $root /;": f"set $root {root};" + ("" if root == "/" else f" rewrite ^{root[:-1]}(/.*)$ $1;"),
    },
    "apache": lambda port, root: {"*:80": f"127.0.0.1:{port}", "Define root /": f"Define root {root}"},
}


@pytest.fixture(scope="session", params=["nginx", "apache"])
def host(request: pytest.FixtureRequest, published: Published) -> Iterator[Host]:
    """The release at the top of a server."""
    with _host(request.param, published) as running:
        yield running


@pytest.fixture(scope="session", params=["nginx", "apache"])
def below(request: pytest.FixtureRequest, published: Published) -> Iterator[Host]:
    """The release below a path."""
    with _host(request.param, published, "/samverkan/ki/") as running:
        yield running


def test_every_file_comes_with_its_bytes_and_its_media_type(host: Host, published: Published) -> None:
    assert len(published.files) > 500
    for path, media_type in published.files.items():
        answer = host.ask(f"/{quote(path)}")
        assert (answer.status, answer.body) == (200, published.content(path)), path
        assert answer.headers["content-type"] == headers.typed(media_type), path
        assert "content-encoding" not in answer.headers


ACCEPTS = [
    None,
    "*/*",
    "application/json",
    BROWSER,
    *(form.media_type for form in negotiated(FORMATS) if form.text),
]


@pytest.mark.parametrize("accept", ACCEPTS)
def test_an_address_without_suffix_gives_what_serve_would_choose(
    host: Host, published: Published, accept: str | None
) -> None:
    told: dict[str, Any] = {} if accept is None else {"accept": accept}
    compared = 0
    for stem, resource in published.choices.items():
        with suppress(NotAcceptableError):
            chosen = negotiation.variant(resource, accept, None)
            if chosen.path.startswith(f"{stem}.") and (accept != BROWSER or chosen.media_type == "text/html"):
                answer = host.ask(f"/{quote(stem)}", **told)
                assert (answer.status, answer.body) == (200, published.content(chosen.path)), (stem, chosen)
                assert answer.headers["content-type"].partition(";")[0] == chosen.media_type, (stem, chosen)
                compared += 1

    assert compared > 10 if accept != "application/trig" else compared == 2  # the dumps


@pytest.mark.parametrize(
    ("accept_language", "language"),
    [
        ("en", "en"),
        ("sv", "sv"),
        ("en-GB,en;q=0.9,sv;q=0.8", "en"),
        ("sv-SE,sv;q=0.9,en;q=0.8", "sv"),
        ("de, en;q=0.8", "en"),
        ("fi,sv;q=0.5", "sv"),
        ("de", "sv"),
        ("*", "sv"),
        ("den", "sv"),
        ("es-SV, en", "en"),
    ],
)
def test_people_get_a_page_in_their_language(
    host: Host, published: Published, accept_language: str, language: str
) -> None:
    for stem in (DOCUMENT, "/", "/names", "/query/lights", "/validation"):
        answer = host.ask(stem, accept=BROWSER, accept_language=accept_language)
        path = f"{stem[1:] or 'index'}.{language}.html"
        assert (answer.status, answer.body) == (200, published.content(path)), stem
        assert answer.headers["content-type"] == "text/html; charset=utf-8"


def _things(published: Published) -> Iterator[tuple[str, str]]:
    """Every thing's address below the base, as a client sends it, and as it is in the data."""
    for path, iri in published.site.documents.paths():
        if path.startswith("doc/"):
            name = iri.removeprefix(BASE)
            yield "/" + quote(name, safe="/%:@!$&'()*+,;=~"), name


def test_a_thing_leads_to_its_document_whatever_its_name_and_whoever_asks(host: Host, published: Published) -> None:
    seen = dict.fromkeys((303, 308, 300, 410), 0)
    for sent, name in _things(published):
        expected = find(published.site, sent)
        answer = host.ask(sent, host=STRANGER)
        assert answer.status == expected.status, name
        if answer.status in {303, 308}:
            assert unquote(answer.headers["location"]) == unquote(headers.address(expected.to[0], "/")), name
            assert re.fullmatch("[!-~]+", answer.headers["location"])
        seen[answer.status] += 1

    assert seen[303] >= len(ODD) + 10
    assert [seen[status] for status in (308, 300, 410)] == [3, 2, 2]


def test_what_is_gone_or_split_comes_with_what_is_still_said_of_it(host: Host, published: Published) -> None:
    gone = host.ask("/id/lighthouse/villgrund")
    page = host.ask("/id/lighthouse/villgrund", accept=BROWSER, accept_language="en")
    split = host.ask("/id/lightship/tvillingarna")
    odd = host.ask("/id/keeper/split%20tv%C3%A5")

    assert gone.body == published.content("doc/lighthouse/villgrund.ttl")
    assert page.body == published.content("doc/lighthouse/villgrund.en.html")
    assert (gone.status, page.status, split.status, odd.status) == (410, 410, 300, 300)
    assert re.findall(r"<(\S+)>; rel=successor-version", split.headers["link"]) == [
        "/id/lighthouse/langgrund",
        "/id/lightship/vandraren",
    ]
    assert re.findall(r"<(\S+)>; rel=successor-version", odd.headers["link"]) == [
        "/id/keeper/%24host",
        "/id/keeper/%C3%A5sa",
    ]
    assert "link" not in gone.headers


def test_the_dataset_leads_to_its_description(host: Host) -> None:
    answer = host.ask("/dataset", host=STRANGER)
    assert (answer.status, answer.headers["location"]) == (303, "/.well-known/void")


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/nowhere.ttl",
        "/doc",
        "/doc/",
        "/doc/lighthous",
        "/doc/lighthouse/",
        "/def/",
        "/id",
        "/id/",
        "/id/nowhere",
        "/id/lighthouse/nowhere",
        "/id/lighthouse/masudden/",
        "/id/lighthouse/masudden/more",
        "/id/lighthouse/villgrund/more",
        "/id/lighthouse/MASUDDEN",
        "/id/lighthouse/masudden.ttl",
        "/id/keeper/bXc",
        "/doc/lighthouse/masudden.html",
        "/doc/lighthouse/masudden.",
        "/index.en",
        "/query/lights.safe",
        "/samverkan.toml",
        "/id/x%0dSet-Cookie:%20a=b",
        "/id/lighthouse/masudden%0a",
        "/id/lighthouse/masudden%0d",
        "/id/lighthouse/masudden%0d%0aSet-Cookie:%20a=b",
        "/id/lighthouse%2fmasudden",
        "/doc%2Flighthouse%2Fmasudden",
        "/id/lighthouse/m%c3%a5sudden",
        "/doc/lighthouse/masudden%0a",
        "/doc/lighthouse/masudden%3Fx",
        "/nowhere%3f",
        "/%7B%7D%22%3Cscript%3E",
    ],
)
def test_nothing_stands_anywhere_else(host: Host, path: str) -> None:
    answer = host.ask(path, accept=BROWSER)
    assert answer.status == 404
    assert answer.headers["content-type"].startswith("text/html")


TARGETS = [
    "/id/lighthouse/masudden",
    f"http://{STRANGER}/id/lighthouse/masudden",
    f"http://{STRANGER}/id/lighthouse/villgrund",
    f"http://{STRANGER}/nowhere",
    f"//{STRANGER}/id/lighthouse/masudden",
    f"//{STRANGER}",
    f"//{STRANGER}/..",
    f"/id//{STRANGER}/masudden",
    f"/id/{STRANGER}",
    f"/id/\\{STRANGER}",
    f"/\\{STRANGER}/",
    f"/.//{STRANGER}/",
    "/id/x%0d%0aSet-Cookie:%20a=b",
    "/id/x%0d%0a%0d%0a<script>",
    "/id/x%00",
    "/id/x%00%0d%0aSet-Cookie:%20a=b",
    "/id/lighthouse/masudden%00",
    "/id/%2e%2e/%2e%2e/etc/passwd",
    "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/../../etc/passwd",
    "/id/..%2f..%2fetc/passwd",
    "/doc/..%5c..%5c",
    "/id/lighthouse/%",
    "/id/lighthouse/%zz",
    "/id/lighthouse/\xff\xfe",
    "/" + "x" * 7000,
    "*",
    "id/lighthouse/masudden",
]


@pytest.mark.parametrize("method", ["GET", "OPTIONS", "POST", "TRACE"])
@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target[:40])
def test_no_answer_repeats_what_a_stranger_sends(host: Host, target: str, method: str) -> None:
    answer = host.raw(
        f"{method} {target} HTTP/1.1",
        f"Host: {STRANGER}",
        f"X-Forwarded-Host: {STRANGER}",
        f"Forwarded: host={STRANGER}",
        f"Origin: https://{STRANGER}",
        f"Referer: https://{STRANGER}/",
    )
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")

    assert re.fullmatch(rb"HTTP/1\.1 (2|3|4)\d\d .*", lines[0])
    assert all(re.fullmatch(rb"[\w-]+: [\x20-\x7e]*", line) for line in lines[1:]), lines
    assert STRANGER.encode() not in head.lower()
    assert b"set-cookie" not in head.lower()
    assert STRANGER.encode() not in body.lower()
    assert b"root:" not in body
    assert all(re.match(rb"Location: /(?!/)", line) for line in lines if line.lower().startswith(b"location"))


@pytest.mark.parametrize("query", ["x=%0d%0aSet-Cookie:%20a=b", f"//{STRANGER}", "%00", "%2f%2f"])
def test_a_query_string_changes_nothing(host: Host, query: str) -> None:
    answer = host.raw(f"GET /id/lighthouse/masudden?{query} HTTP/1.1", f"Host: {STRANGER}").decode("latin-1")
    assert answer.startswith("HTTP/1.1 303 ")
    assert re.search(rf"^Location: {DOCUMENT}(\?{re.escape(query)})?\r\n", answer, re.MULTILINE)
    assert host.ask(f"{DOCUMENT}.ttl?{query}").status == 200


PREFLIGHT: dict[str, Any] = {"origin": f"https://{STRANGER}", "access_control_request_method": "GET"}


@pytest.mark.parametrize(
    "path", ["/", "/id/lighthouse/masudden", "/id/lighthouse/villgrund", DOCUMENT, "/query/lights.csv", "/nowhere"]
)
def test_a_preflight_is_answered_as_serve_answers_it(host: Host, path: str) -> None:
    answer = host.ask(path, method="OPTIONS", access_control_request_headers="if-none-match", **PREFLIGHT)

    assert (answer.status, answer.body) == (HTTPStatus.NO_CONTENT, b"")
    expected = (*headers.allowed(("GET", "HEAD", "OPTIONS")), *headers.EVERY)
    assert {name: answer.headers[name] for name, _ in expected} == dict(expected)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
@pytest.mark.parametrize(
    "path", ["/", "/id/lighthouse/masudden", "/id/lighthouse/villgrund", DOCUMENT, "/query/lights.csv"]
)
def test_other_methods_are_refused_with_those_there_are(host: Host, path: str, method: str) -> None:
    answer = host.ask(path, method=method, body=None if method == "TRACE" else b"x=1")

    assert (answer.status, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert {name: answer.headers[name] for name, _ in headers.EVERY} == dict(headers.EVERY)


KINDS = {
    "/manifest.json": 200,
    f"{DOCUMENT}.en.html": 200,
    DOCUMENT: 200,
    "/": 200,
    "/query/lights.json": 200,
    "/query/lights": 200,
    "/dump/SHA256SUMS": 200,
    "/dataset": 303,
    "/id/lighthouse/masudden": 303,
    "/id/keeper/b.c": 303,
    "/id/lightship/tvillingarna": 300,
    "/id/lighthouse/gamla-masudden": 308,
    "/id/lighthouse/villgrund": 410,
    "/nowhere": 404,
    "/id/lighthouse/nowhere": 404,
    "/doc/": 404,
}


@pytest.mark.parametrize("path", KINDS)
def test_every_kind_of_answer_has_the_headers_of_serve(host: Host, path: str) -> None:
    expected = dict((*headers.EVERY, headers.FRESH))
    answer = host.ask(path)
    bare = host.ask(path, method="HEAD")

    assert answer.status == bare.status == KINDS[path]
    assert bare.body == b""
    for each in (answer, bare):
        assert {name: each.headers[name] for name in expected} == expected
        assert each.headers["vary"].replace(" ", "") == "Accept,Accept-Language"
        assert each.headers.get("content-type") == answer.headers.get("content-type")


def test_a_copy_is_compared_before_it_is_used_again(host: Host) -> None:
    for path in (f"{DOCUMENT}.ttl", "/assets/samverkan.css", "/dump/dataset.trig"):
        tag = host.ask(path).headers["etag"]
        again = host.ask(path, if_none_match=tag)
        assert (again.status, again.body) == (HTTPStatus.NOT_MODIFIED, b"")
        assert again.headers["access-control-allow-origin"] == "*"
        assert host.ask(path, if_none_match='"other"').status == HTTPStatus.OK


def alike(published: Published, stem: str) -> None:
    """Make a page in two languages as long and as old in the one as in the other: they differ in their bytes alone."""
    files = [published.folder / "public" / f"{stem}.{language}.html" for language in ("sv", "en")]
    times, longest = files[0].stat(), max(file.stat().st_size for file in files)
    for file in files:
        file.write_bytes(file.read_bytes().ljust(longest))
        os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_a_copy_in_one_language_does_not_pass_for_another(host: Host, published: Published) -> None:
    alike(published, "doc/visit/v1")
    first = host.ask("/doc/visit/v1", accept=BROWSER, accept_language="sv")
    cases: list[dict[str, Any]] = [{"if_none_match": first.headers.get("etag", '"x"')}, {"if_modified_since": WRITTEN}]
    for known in cases:
        second = host.ask("/doc/visit/v1", accept=BROWSER, accept_language="en", **known)
        assert (second.status, second.body) == (200, published.content("doc/visit/v1.en.html"))
        assert "last-modified" not in second.headers


def test_a_part_of_a_file_can_be_asked_for(host: Host, published: Published) -> None:
    answer = host.ask("/dump/dataset.trig", range="bytes=10-19")
    assert (answer.status, answer.body) == (206, published.content("dump/dataset.trig")[10:20])


def test_a_release_below_a_path_leads_to_addresses_below_it(below: Host, published: Published) -> None:
    root = "/samverkan/ki/"
    for told in (f"set $root {root};", "rewrite ^/samverkan/ki(/.*)$ $1;", f"Define root {root}"):
        assert f"`{told}`" in hosts.text("release.md")
    for path, location in {
        "id/lighthouse/masudden": "doc/lighthouse/masudden",
        "id/keeper/b.c": "doc/keeper/b~2Ec",
        "id/lighthouse/gamla-masudden": "id/lighthouse/masudden",
        "dataset": ".well-known/void",
    }.items():
        assert below.ask(root + path).headers["location"] == root + location
    for path, found in {
        "": "index.sv.html",
        "doc/lighthouse/masudden": "doc/lighthouse/masudden.ttl",
        "query/lights": "query/lights.json",
        "query/lights.csv": "query/lights.csv",
        "id/lighthouse/villgrund": "doc/lighthouse/villgrund.ttl",
    }.items():
        assert below.ask(root + path).body == published.content(found)
    assert below.ask(f"{root}query/lights").headers["content-type"] == "application/sparql-results+json"
    assert f"<{root}id/lightship/vandraren>" in below.ask(f"{root}id/lightship/tvillingarna").headers["link"]
    assert [below.ask(root + path).status for path in ("nowhere", "id/nowhere", "id/x%0da")] == [404] * 3
    assert below.ask(f"{root}doc/lighthouse/masudden", method="POST").status == 405


_TLS = (
    "    ssl_certificate     /etc/ssl/certs/example.org.pem;\n",
    "    ssl_certificate_key /etc/ssl/private/example.org.key;\n",
    "    SSLEngine on\n",
    "    SSLCertificateFile    /etc/ssl/certs/example.org.pem\n",
    "    SSLCertificateKeyFile /etc/ssl/private/example.org.key\n",
)


@pytest.fixture(scope="session", params=["nginx", "apache"])
def proxy(request: pytest.FixtureRequest, live: Live) -> Iterator[Host]:
    """A web server in front of the small site, which it also shows for a trial."""
    name, port = request.param, free_port()
    trial = _trial(name)
    recipe = blocks("serve.md", name)[0].rstrip()
    inner = recipe.rpartition("\n")[0]
    recipe = f"{trial[0]}{inner}\n{trial[1]}{recipe.removeprefix(inner)}\n"
    listen = {"nginx": "443 ssl http2", "apache": "*:443"}[name]
    places = {listen: f"127.0.0.1:{port}", "127.0.0.1:8000": f"127.0.0.1:{live.port}", "/samverkan/": "/doll/"}
    places |= {line: "" for line in _TLS if line in recipe}
    with hosts.running(name, "serve.md", filled(recipe, places), port) as running:
        yield running


def _trial(name: str) -> tuple[str, str]:
    """What the page tells for a trial: the lines outside and inside of the server."""
    if name == "nginx":
        _, outside, inside = blocks("serve.md", name)
        return outside, inside
    (line,) = re.findall(r'`(ProxyPass "/trial/".*?)`', SERVE)
    return "", f"{line}\n"


ITS_OWN = {"date", "server", "connection", "keep-alive", "vary", "etag", "transfer-encoding"}  # that of the proxy
SAME = [
    "doc/lighthouse/masudden",
    "doc/lighthouse/masudden.sv.html",
    "id/lighthouse/masudden",
    "id/lighthouse/villgrund",
    "id/lighthouse/gamla-masudden",
    "id/lightship/tvillingarna",
    "id/lighthouse/m%61sudden",
    "query/lights?lang=en",
    "query/search/colour=r~C3~B6d.csv",
    "doc//lighthouse/masudden",
    "nowhere",
    "id/x%0dSet-Cookie:%20a=b",
    "id/lighthouse/masudden%0d%0aSet-Cookie:%20a=b",
    "id/lighthouse/%C3%A5",
    "doc/lighthouse%5cmasudden",
    "doc/lighthouse/masudden%3Fx",
    "doc/%25",
    "x" * 12_000,
]


@pytest.mark.parametrize("path", SAME, ids=lambda path: path[:40])
@pytest.mark.parametrize("root", ["/doll/", "/trial/"])
def test_a_proxy_passes_on_what_it_gets_both_ways(proxy: Host, live: Live, root: str, path: str) -> None:
    direct = live.ask(f"/doll/{path}" if root == "/doll/" else f"/{path}", accept=BROWSER)
    passed = proxy.ask(root + path, accept=BROWSER, host=STRANGER)

    assert (passed.status, passed.body) == (direct.status, direct.body)
    for name in direct.headers.keys() - ITS_OWN:
        assert passed.headers[name] == direct.headers[name], name
    assert "set-cookie" not in passed.headers


@pytest.mark.parametrize("target", ["/doll/id/lighthouse/masudden", f"http://{STRANGER}/doll/id/lighthouse/masudden"])
def test_a_proxy_does_not_bring_in_the_name_that_it_is_called_by(proxy: Host, target: str) -> None:
    answer = proxy.raw(f"GET {target} HTTP/1.1", f"Host: {STRANGER}", f"X-Forwarded-Host: {STRANGER}")
    assert answer.startswith(b"HTTP/1.1 303 ")
    assert b"\r\nlocation: /doll/doc/lighthouse/masudden\r\n" in answer.lower()
    assert STRANGER.encode() not in answer


def test_questions_and_preflights_pass_a_proxy_and_copies_are_compared_behind_it(proxy: Host, live: Live) -> None:
    asked: dict[str, Any] = {"method": "POST", "content_type": "application/sparql-query", "accept": "text/csv"}
    question = b"SELECT ?light { ?light a doll:Lighthouse } ORDER BY ?light"
    assert proxy.ask("/doll/sparql", body=question, **asked).body == live.ask("/sparql", body=question, **asked).body
    preflight = proxy.ask(f"/doll{DOCUMENT}", method="OPTIONS", **PREFLIGHT)
    assert (preflight.status, preflight.headers["access-control-allow-methods"]) == (204, "GET, HEAD, OPTIONS")
    packed = proxy.ask(f"/doll{DOCUMENT}.ttl", accept_encoding="gzip")
    again = proxy.ask(f"/doll{DOCUMENT}.ttl", accept_encoding="gzip", if_none_match=packed.headers["etag"])
    assert again.status == HTTPStatus.NOT_MODIFIED
    assert packed.headers["content-encoding"] == "gzip"


def test_the_unit_for_systemd_starts_serve_with_options_that_it_has() -> None:
    unit = configparser.ConfigParser(interpolation=None)
    unit.read_string(blocks("serve.md", "ini")[0])
    program, _, site, command, *options = shlex.split(unit["Service"]["ExecStart"])
    serve = cli.main.commands[command].make_context(command, options)
    assert (program, site) == ("/opt/samverkan/bin/samverkan", "/srv/samverkan/site")
    assert serve.params["port"] == 8000
    for line in (site, f"python3 -m venv {program.removesuffix('/bin/samverkan')}"):
        assert f"`{line}`" in " ".join(SERVE.split())
