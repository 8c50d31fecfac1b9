"""What programs look for at fixed places: schemas, shapes, lists, descriptions of tables, and what leads where."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import rdflib
from pyoxigraph import RdfFormat, parse

from samverkan import Site
from samverkan.formats import formats_for, jsonld
from samverkan.model.results import Graph
from samverkan.publication.resolver import fetch, find

SITES = ("ki", "doll")


@pytest.fixture(params=SITES)
def site(request: pytest.FixtureRequest) -> Site:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Site)
    return found


def _json(site: Site, path: str) -> Any:
    return json.loads(fetch(site, path).content)


def _rels(site: Site, path: str, rel: str) -> list[str]:
    return [link.target for link in find(site, f"/{path}").links if link.rel == rel]


# ---------------------------------------------------------------- JSON Schema


def _invalid(site: Site) -> Iterator[tuple[str, str]]:
    """Every document that a schema of its classes refuses, with the reason."""
    schemas = {iri: _json(site, f"{path}.json") for iri, path in site.schemas.items()}
    validators = {iri: jsonschema.Draft202012Validator(schema) for iri, schema in schemas.items()}
    for path, iri in site.documents.paths():
        graph = site.documents.document(path, iri)
        document = json.loads(jsonld.write_document(graph, site.context))
        for schema in _rels(site, path, "describedby"):
            name = next((each for each, at in site.schemas.items() if f"/{at}.json" == schema), "")
            for error in validators[name].iter_errors(document) if name else ():
                yield path, error.message


def test_every_document_is_valid_by_the_schema_that_it_names(site: Site) -> None:
    assert dict(_invalid(site)) == {}


def test_every_schema_is_one_of_2020_12(site: Site) -> None:
    for path in site.schemas.values():
        schema = _json(site, f"{path}.json")
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["$id"] == f"{site.settings.base}{path}.json"


def test_the_shapes_decide_what_a_schema_asks_for(ki: Site) -> None:
    schema = _json(ki, "schema/Agreement.json")
    agreement = json.loads(fetch(ki, "doc/agreement/solna.jsonld").content)

    assert {"id", "type", "name", "party", "agreementType"} == set(schema["required"])
    assert schema["properties"]["party"]["minItems"] == 2
    assert "day" in str(schema["properties"]["signaturePrecision"])
    wrongs = [{"party": agreement["party"][:1]}, {"signatureDate": 2025}, {"type": ["Plan"]}, {"agreementType": []}]
    for wrong in wrongs:
        assert list(jsonschema.Draft202012Validator(schema).iter_errors({**agreement, **wrong})), wrong


# ---------------------------------------------------------------- shapes


def test_the_shapes_are_one_graph_in_every_format(site: Site) -> None:
    read = [
        rdflib.Graph().parse(data=fetch(site, f"shapes{form.suffix}").content, format=form.media_type)
        for form in formats_for(Graph)
        if form.name != "jsonld"
    ]
    stated = {triple for file in site.shapes for triple in file.triples}

    assert [len(graph) for graph in read] == [len(stated)] * 3
    assert len(list(parse(fetch(site, "shapes.jsonld").content, format=RdfFormat.JSON_LD))) == len(stated)


def test_the_variant_without_sparql_has_all_the_other_shapes(ki: Site) -> None:
    whole, core = (
        list(parse(fetch(ki, path).content, format=RdfFormat.N_TRIPLES)) for path in ("shapes.nt", "shapes-core.nt")
    )
    words = {quad.predicate.value.rpartition("#")[2] for quad in core}

    assert not {"sparql", "select", "ask", "declare", "prefixes", "target"} & words
    patterns = [quad.object.value for quad in core if quad.predicate.value.endswith("#pattern")]
    assert patterns
    assert max(map(max, patterns)) <= "\uffff"  # JavaScript takes what is beyond for two characters
    assert {quad.subject for quad in whole if quad.predicate.value.endswith("#path")} == {
        quad.subject for quad in core if quad.predicate.value.endswith("#path")
    }


def test_the_address_of_a_shape_leads_to_the_graph_of_all(ki: Site) -> None:
    found = find(ki, "/shapes/Agreement-party")

    assert (found.status, found.to) == (303, ("shapes",))
    assert find(ki, "/shapes/agreement").status == 200  # the file
    assert f"{ki.settings.base}shapes" in fetch(ki, ".well-known/void.nt").content.decode()


# ---------------------------------------------------------------- lists of a kind


def test_the_things_of_a_kind_are_a_collection_with_their_names(ki: Site) -> None:
    found = _json(ki, "doc/agreement.jsonld")

    assert found["title"] == {"sv": "Avtal", "en": "Agreement"}
    named = {each["id"].rpartition("/")[2]: each["name"]["en"] for each in found["hasPart"]}
    assert named["solna"] == "Agreement between Karolinska Institutet and the City of Solna"
    things = {iri for path, iri in ki.documents.paths() if path.startswith("doc/agreement/")}
    assert {each["id"] for each in found["hasPart"]} == things


def test_a_list_has_every_format_and_nothing_that_is_withdrawn(doll: Site) -> None:
    texts = [fetch(doll, f"doc/lighthouse{form.suffix}").content.decode() for form in formats_for(Graph)]

    assert all("masudden" in text for text in texts)
    assert not any(iri in text for text in texts for iri in doll.tombstones)


# ---------------------------------------------------------------- tables


def test_the_columns_of_every_table_are_described_in_both_languages(ki: Site) -> None:
    found = _json(ki, "query/contacts.csv-metadata.json")
    header = fetch(ki, "query/contacts.csv").content.decode().splitlines()[0].split(",")

    columns = found["tableSchema"]["columns"]
    assert [each["name"] for each in columns] == header
    assert columns[0]["titles"] == {"und": "agreement", "sv": "Avtal", "en": "Agreement"}
    assert columns[0]["datatype"] == "anyURI"
    assert _rels(ki, "query/contacts.csv", "describedby") == ["/query", "/query/contacts.csv-metadata.json"]
    assert "application/json" not in find(ki, "/query/contacts").media_types


def test_the_data_package_has_every_table_with_the_columns_of_its_file(site: Site) -> None:
    found = _json(site, "datapackage.json")

    assert [each["name"] for each in found["resources"]] == [
        q.name for q in site.queries.values() if q.form == "SELECT"
    ]
    for resource in found["resources"]:
        header = fetch(site, resource["path"]).content.decode().splitlines()[0].split(",")
        assert [each["name"] for each in resource["schema"]["fields"]] == header


@pytest.fixture(scope="module")
def tables(doll: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tables of the small site, and what describes them."""
    folder = tmp_path_factory.mktemp("tables")
    (folder / "query").mkdir()
    names = [query.name for query in doll.queries.values() if query.form == "SELECT"]
    files = [f"query/{name}{suffix}" for name in names for suffix in (".csv", ".csv-metadata.json")]
    for path in ("datapackage.json", *files):
        (folder / path).write_bytes(fetch(doll, path).content)
    return folder


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what the library imports
def test_csvw_reads_every_table_with_its_metadata(tables: Path) -> None:
    import csvw

    every = sorted(tables.glob("query/*.csv-metadata.json"))
    assert len(every) > 10
    for path in every:
        list(csvw.Table.from_file(path).iterdicts(strict=True))


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what the library imports
def test_frictionless_finds_the_data_package_valid(tables: Path) -> None:
    import frictionless

    report = frictionless.validate(str(tables / "datapackage.json"))
    assert report.stats["errors"] == 0
    assert report.stats["tasks"] > 10


# ---------------------------------------------------------------- what leads where


def test_the_catalogue_of_interfaces_leads_to_what_is_there(site: Site) -> None:
    found = _json(site, ".well-known/api-catalog.linkset")
    base = site.settings.base
    hrefs = [
        target["href"]
        for anchor in found["linkset"]
        for targets in anchor.values()
        if isinstance(targets, list)
        for target in targets
    ]

    assert find(site, "/.well-known/api-catalog").variants[0].media_type == "application/linkset+json"
    assert f"{base}openapi.json" in hrefs
    for href in hrefs:
        if href.startswith(base):
            assert find(site, f"/{href.removeprefix(base)}").status in {200, 303}, href
    assert fetch(site, "linkset.linkset").content == fetch(site, ".well-known/api-catalog.linkset").content


def test_the_interface_says_what_it_is_as_diggs_profile_asks(ki: Site) -> None:
    found = _json(ki, "api-info.json")

    assert set(found) == {"apiName", "apiVersion", "apiReleased", "apiDocumentation", "apiStatus"}
    assert found["apiName"] == ki.settings.title["sv"]


def test_a_document_has_the_links_of_fair_signposting(ki: Site) -> None:
    path = "doc/agreement/solna"

    assert _rels(ki, path, "cite-as") == [f"{ki.settings.base}id/agreement/solna"]
    assert _rels(ki, path, "type") == ["https://schema.org/AboutPage"]
    assert _rels(ki, path, "license") == [ki.settings.license]
    assert _rels(ki, path, "author") == [f"{ki.settings.base}.well-known/void#publisher"]
    assert _rels(ki, path, "linkset") == ["/linkset"]
    assert _rels(ki, path, "describedby") == ["/schema/Agreement.json"]
