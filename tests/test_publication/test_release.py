"""What a release holds: every thing in four formats, faithful to the sources, and the same bytes at every door."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

import samverkan
from samverkan.errors import NotAcceptableError, NotFoundError
from samverkan.formats import FORMATS
from samverkan.model.negotiation import variant
from samverkan.model.paths import MANIFEST, SUMS
from samverkan.publication.manifest import items
from samverkan.publication.release_file import ReleaseFile
from samverkan.publication.resolver import fetch, find

BASE = "https://example.org/doll/"
GRAPHS = {".ttl": RdfFormat.TURTLE, ".jsonld": RdfFormat.JSON_LD, ".nt": RdfFormat.N_TRIPLES, ".rdf": RdfFormat.RDF_XML}
DUMPS = {".ttl": RdfFormat.TURTLE, ".trig": RdfFormat.TRIG, ".jsonld": RdfFormat.JSON_LD, ".nq.gz": RdfFormat.N_QUADS}
TOPIC = NamedNode("http://xmlns.com/foaf/0.1/isPrimaryTopicOf")


@pytest.fixture(scope="module")
def cache(doll: samverkan.Site) -> dict[str, ReleaseFile]:
    """Every file of the release of the small site, by path."""
    found = list(items(doll))
    assert len({item.path for item in found}) == len(found)
    return {item.path: item for item in found}


def sources(site: samverkan.Site) -> Iterator[Quad]:
    """What the files of the site state, term by term as they are written."""
    for file in site.dataset.published:
        for found in parse(file.content, format=RdfFormat.TURTLE):
            yield Quad(found.subject, found.predicate, found.object, NamedNode(file.graph))


def triples(content: bytes, form: RdfFormat) -> set[Triple]:
    return {quad.triple for quad in parse(content, format=form)}


def test_every_thing_has_a_document_in_four_formats_that_say_the_same(
    doll: samverkan.Site, cache: dict[str, ReleaseFile]
) -> None:
    stated: dict[str, set[Triple]] = {}
    for quad in sources(doll):
        assert isinstance(quad.subject, NamedNode)
        stated.setdefault(quad.subject.value, set()).add(quad.triple)
    things = {iri: doll.addresses.document(iri) for iri in stated if iri.startswith(f"{BASE}id/")}

    assert len(things) >= 13
    for iri, path in things.items():
        said = [triples(cache[f"{path}{suffix}"].content, form) for suffix, form in GRAPHS.items()]
        assert said[1:] == said[:-1]
        assert stated[iri] == {t for t in said[0] if t.subject == NamedNode(iri) and t.predicate != TOPIC}


def test_every_term_of_the_ontology_has_a_document_too(doll: samverkan.Site, cache: dict[str, ReleaseFile]) -> None:
    terms = {q.subject.value for q in sources(doll) if isinstance(q.subject, NamedNode)}
    own = {iri for iri in terms if iri.startswith(doll.settings.ontology) and iri != doll.settings.ontology}

    assert len(own) > 15
    assert {f"{doll.addresses.document(iri)}{suffix}" for iri in own for suffix in GRAPHS} <= cache.keys()


def test_a_document_says_which_graphs_it_comes_from_and_its_licence(
    doll: samverkan.Site, cache: dict[str, ReleaseFile]
) -> None:
    documents = (path for path in cache if path.startswith("doc/") and path.endswith(".ttl"))
    for path in (path for path in documents if path.count("/") > 1):  # the others are the lists of the kinds
        iri = NamedNode(f"{BASE}id/{path[4:-4]}")
        here = NamedNode(f"{BASE}{path[:-4]}")
        said = triples(cache[path].content, RdfFormat.TURTLE)
        graphs = {q.graph_name for q in sources(doll) if q.subject == iri}

        assert Triple(iri, TOPIC, here) in said
        assert graphs == {t.object for t in said if t.predicate.value == "http://www.w3.org/ns/prov#wasDerivedFrom"}
        assert doll.settings.license in {
            t.object.value for t in said if t.subject == here and isinstance(t.object, NamedNode)
        }


@pytest.mark.parametrize("suffix", DUMPS)
def test_a_dump_holds_all_that_the_sources_state(
    suffix: str, doll: samverkan.Site, cache: dict[str, ReleaseFile]
) -> None:
    content = cache[f"dump/dataset{suffix}"].content
    plain = gzip.decompress(content) if suffix.endswith(".gz") else content
    found = list(parse(plain, format=DUMPS[suffix]))

    if suffix == ".ttl":  # Turtle has no named graphs: it is the union
        assert {quad.triple for quad in found} == {quad.triple for quad in sources(doll)}
    else:
        assert Counter(found) == Counter(set(sources(doll)))


def test_the_gzipped_dump_is_canonical_and_has_no_date(cache: dict[str, ReleaseFile]) -> None:
    content = cache["dump/dataset.nq.gz"].content
    lines = gzip.decompress(content).splitlines()

    assert lines == sorted(set(lines))
    assert content[4:8] == b"\x00" * 4


def test_values_are_written_as_the_sources_write_them(cache: dict[str, ReleaseFile]) -> None:
    for path in ("doc/lighthouse/masudden", "doc/lighthouse/langgrund", "doc/lighthouse/nattskar"):
        said = [triples(cache[f"{path}{suffix}"].content, form) for suffix, form in GRAPHS.items()]
        assert said[1:] == said[:-1]
    written = {
        (t.object.value, t.object.datatype.value.rpartition("#")[2], t.object.language)
        for path in ("doc/lighthouse/masudden.rdf", "doc/lighthouse/langgrund.rdf", "doc/lighthouse/nattskar.rdf")
        for t in triples(cache[path].content, RdfFormat.RDF_XML)
        if isinstance(t.object, Literal)
    }
    # A store would say 1.5, 1, 12.34, 7, 100, true, P1Y, -0 as 0 and lower-case the language.
    assert {
        ("1.50", "decimal", None),
        ("+1", "integer", None),
        ("012.340", "decimal", None),
        ("007", "integer", None),
        ("1.0e+02", "double", None),
        ("1", "boolean", None),
        ("P12M", "duration", None),
        ("-0", "integer", None),
    } <= written
    assert {language for _, _, language in written if language} >= {"sv", "en"}


def test_each_graph_the_ontology_the_shapes_and_the_context_are_there(
    doll: samverkan.Site, cache: dict[str, ReleaseFile]
) -> None:
    for file in doll.dataset.published:
        path = doll.addresses.document(file.graph)
        own = {quad.triple for quad in parse(file.content, format=RdfFormat.TURTLE)}
        for suffix, form in GRAPHS.items():
            assert triples(cache[f"{path}{suffix}"].content, form) == own
    for file in doll.dataset.shapes:
        assert cache[file.name].content == file.content
    assert json.loads(cache["context.jsonld"].content)["@context"] == doll.context.published


def test_every_query_has_its_text_and_its_answer_for_every_value(
    doll: samverkan.Site, cache: dict[str, ReleaseFile]
) -> None:
    for name, query in doll.queries.items():
        assert cache[f"query/{name}.rq"].content == query.text.encode()
        others = {"SELECT": (".json", ".csv", ".safe.csv", ".tsv", ".xml"), "ASK": (".json", ".xml")}
        suffixes = others.get(query.form, tuple(GRAPHS))
        assert {f"query/{name}{suffix}" for suffix in suffixes} <= cache.keys()
        assert query.form != "ASK" or not {f"query/{name}{suffix}" for suffix in others["SELECT"][1:4]} & cache.keys()
        for parameter in query.parameters:
            for value in doll.menu(parameter):
                tail = f"{parameter.name}={doll.addresses.relative(value).replace('/', '.')}"
                assert {f"query/{name}/{tail}{suffix}" for suffix in suffixes} <= cache.keys()


def test_the_manifest_lists_every_file_with_its_sum(cache: dict[str, ReleaseFile]) -> None:
    manifest = json.loads(cache["manifest.json"].content)
    listed = {entry["path"]: entry for entry in manifest["files"]}
    missing = cache.keys() - listed.keys()

    assert missing <= {"manifest.json", "dump/SHA256SUMS"}
    assert listed.keys() <= cache.keys()
    for path, entry in listed.items():
        assert entry["sha256"] == hashlib.sha256(cache[path].content).hexdigest()
        assert entry["bytes"] == len(cache[path].content)
        assert entry["mediaType"] == cache[path].media_type
    assert list(listed) == sorted(listed)


def test_the_manifest_lists_the_things_whose_documents_are_called_otherwise(copy: Path) -> None:
    names = {"åsa": "~C3~A5sa", "b.c": "b~2Ec", "con": "~63on", "a%20b": "a~2520b", "a_b-c": None, "deep/er": None}
    with (copy / "data" / "withdrawn.ttl").open("a") as file:
        for name in names:
            file.write(f"<{BASE}id/keeper/{name}> a <{BASE}def/Keeper> ; <http://xmlns.com/foaf/0.1/name> 'A' .\n")
    manifest = fetch(samverkan.open(copy), MANIFEST).content

    assert {(each["from"], each["to"]) for each in json.loads(manifest)["escaped"]} == {
        (f"id/keeper/{name}", f"doc/keeper/{path}") for name, path in names.items() if path
    }


def test_the_report_is_published_in_three_forms(doll: samverkan.Site, cache: dict[str, ReleaseFile]) -> None:
    assert json.loads(cache["validation.json"].content)["conforms"] is True
    assert json.loads(cache["validation.sarif"].content)["version"] == "2.1.0"
    assert triples(cache["validation.ttl"].content, RdfFormat.TURTLE)
    assert doll.report.conforms


def test_every_published_file_is_found_at_its_path(doll: samverkan.Site, cache: dict[str, ReleaseFile]) -> None:
    for path, item in cache.items():
        for asked in (path, f"/{path}"):
            resource = find(doll, asked)
            assert resource.status == 200
            assert resource.exact is not None
            assert (resource.exact.path, resource.exact.media_type) == (path, item.media_type)
        if path not in {SUMS, MANIFEST}:
            assert fetch(doll, path) == item


def test_the_files_about_all_others_are_fetched_too(doll: samverkan.Site, cache: dict[str, ReleaseFile]) -> None:
    assert [fetch(doll, path) for path in (SUMS, MANIFEST)] == [cache[SUMS], cache[MANIFEST]]


def test_a_path_without_suffix_gives_each_format_that_is_asked_for(
    doll: samverkan.Site, cache: dict[str, ReleaseFile]
) -> None:
    media_types = {f.suffix: f.media_type for f in FORMATS}
    for path in ("doc/lighthouse/masudden", "graph/lights", "query/lights-graph"):
        resource = find(doll, path)
        assert variant(resource, None, None).path == f"{path}.ttl"
        for suffix in GRAPHS:
            chosen = variant(resource, media_types[suffix], None)
            assert fetch(doll, chosen.path).content == cache[f"{path}{suffix}"].content


def test_the_address_of_each_thing_leads_to_its_document(doll: samverkan.Site) -> None:
    things = [
        path for path, iri in doll.documents.paths() if iri.startswith(f"{BASE}id/") and iri not in doll.tombstones
    ]

    assert len(things) >= 10
    for path in things:
        found = find(doll, f"/id/{path[4:]}")
        assert (found.status, found.to) == (303, (path,))


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "nowhere",
        "doc",
        "doc/tower",
        "doc/lighthouse/masudden.html",
        "doc/lighthouse/masudden.",
        "doc/lighthouse/masudden.ttl.gz",
        "doc/lighthouse/../lighthouse/masudden",
        "doc%2Flighthouse%2Fmasudden",
        "doc//lighthouse/masudden",
        "doc\\lighthouse\\masudden",
        "id/lighthouse/nowhere",
        "id/",
        "../samverkan.toml",
        "/etc/passwd",
        "%2e%2e/samverkan.toml",
        "..%2f..%2fetc/passwd",
        "data/lights.ttl",
        "query/nowhere",
        "query/lights/lang=xx",
        "query/lights/lang=sv/lang=en",
        "doc/lighthouse/masudden\x00.ttl",
        "x" * 10_000,
    ],
)
def test_nothing_stands_anywhere_else(path: str, doll: samverkan.Site) -> None:
    with pytest.raises(NotFoundError, match="Nothing stands at"):
        find(doll, path)


@pytest.mark.parametrize(
    "accept", ["text/plain;q=0, image/*", "image/*", "text/turtle;q=0", "text/turtle;q=0, text/csv"]
)
def test_what_is_not_acceptable_is_told_with_what_there_is(accept: str, doll: samverkan.Site) -> None:
    with pytest.raises(NotAcceptableError, match="text/turtle, application/ld"):
        variant(find(doll, "doc/lighthouse/masudden"), accept, None)
