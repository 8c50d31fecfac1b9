"""The interface in OpenAPI: valid, whole in both languages, and every example in it is really taken and given."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openapi_spec_validator
import pytest
from openapi_schema_validator import OAS31Validator

import samverkan
from samverkan import formats
from samverkan.formats import FORMATS, Format, formats_for, negotiated
from samverkan.model.problems import PROBLEMS
from samverkan.model.results import BooleanResult, Content, Graph, Quads, Table
from samverkan.publication import openapi
from samverkan.publication.openapi import LARGEST_EXAMPLE, LONGEST_MENU, document
from samverkan.publication.query_catalogue import answer_of
from samverkan.publication.resolver import fetch
from samverkan.server.http.problems import FAULT, TYPES

Json = dict[str, Any]
LANGUAGES = ("sv", "en")


@pytest.fixture(scope="module")
def written(doll: samverkan.Site, ki: samverkan.Site) -> dict[tuple[str, str], bytes]:
    """The interface of both sites in both languages, made once."""
    sites = {"doll": doll, "ki": ki}
    return {(name, locale): document(site, locale) for name, site in sites.items() for locale in LANGUAGES}


@pytest.fixture(params=["doll", "ki"])
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def site(name: str, request: pytest.FixtureRequest) -> samverkan.Site:
    found = request.getfixturevalue(name)
    assert isinstance(found, samverkan.Site)
    return found


@pytest.fixture
def told(name: str, written: dict[tuple[str, str], bytes]) -> Json:
    """The interface of a site in English."""
    return read(written[name, "en"])


def read(content: bytes) -> Json:
    found = json.loads(content)
    assert isinstance(found, dict)
    return found


def interface(site: samverkan.Site) -> Json:
    """The interface of a site that is made for one test, which must be valid."""
    found = read(document(site, "en"))
    openapi_spec_validator.validate(found)
    return found


def objects(found: Any) -> Iterator[Json]:
    """Every object inside of a JSON value."""
    if isinstance(found, dict):
        yield found
    for part in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
        yield from objects(part)


def operations(told: Json) -> Iterator[tuple[str, str, Json]]:
    """Every path and method with its operation."""
    for path, item in told["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def parameter(told: Json, query: str, name: str) -> Json:
    found = told["components"]["parameters"][f"{query}.{name}"]
    assert isinstance(found, dict)
    return found


def taken(told: Json, schema: Json) -> Json:
    """A schema with what it refers to."""
    name = schema.get("$ref", "").rpartition("/")[2]
    return {**told["components"]["schemas"][name], **schema} if name else schema


def shown(told: Json) -> Iterator[tuple[str, str, Json]]:
    """Every canned query with the address of its preferred format, its media type and what is said of it."""
    suffixes = {form.media_type: form.suffix for form in reversed(FORMATS)}
    for path, _, operation in operations(told):
        if path.startswith("/query/") and "{" not in path:
            media_type, about = next(iter(operation["responses"]["200"]["content"].items()))
            yield path + suffixes[media_type], media_type, about


def test_it_is_a_valid_document(told: Json) -> None:
    assert told["openapi"] == "3.1.1"
    assert told["servers"] == [{"url": "."}]
    openapi_spec_validator.validate(told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_small_enough_to_be_fetched(
    name: str, language: str, site: samverkan.Site, written: dict[tuple[str, str], bytes]
) -> None:
    assert len(written[name, language]) < 50_000 + 4_500 * len(site.queries)
    assert len(read(written[name, language])["paths"]) < 50 + len(site.queries)


def test_every_canned_query_has_its_address_and_says_its_formats(site: samverkan.Site, told: Json) -> None:
    for query in site.queries.values():
        path, forms = f"/query/{query.name}", formats_for(answer_of(query))
        content = told["paths"][path]["get"]["responses"]["200"]["content"]
        assert list(content) == [
            *(form.media_type for form in negotiated(forms)),
            "application/sparql-query",
            "text/html",
        ]
        assert told["paths"][path]["get"]["operationId"] == f"query_{query.name}"
    assert sum(path.startswith("/query/") for path in told["paths"]) == 1 + len(site.queries)


def test_the_pages_of_the_site_are_there_in_every_format(told: Json) -> None:
    pages: dict[str, type[Content]] = {"/query": Graph, "/.well-known/void": Graph, "/dump/dataset": Quads}
    for path, kind in pages.items():
        assert {f"{path}{form.suffix}" for form in formats_for(kind)} <= set(told["paths"])
    assert {"/sparql", "/sparql.ttl", "/healthz", "/openapi.json", "/id/{kind}/{name}"} <= set(told["paths"])


def test_a_new_format_is_found_without_being_named_here(doll: samverkan.Site, monkeypatch: pytest.MonkeyPatch) -> None:
    more = Format("new", "New", "application/x-new", ".new", ("Graph",), "graphs.ntriples")
    monkeypatch.setattr(formats, "FORMATS", (*FORMATS, more))
    monkeypatch.setattr(formats, "_formats", formats._formats.__wrapped__)  # which would know the others by now
    found = interface(doll)

    assert {"/query.new", "/sparql.new", "/.well-known/void.new"} <= set(found["paths"])
    assert "application/x-new" in found["paths"]["/query/lights-graph"]["get"]["responses"]["200"]["content"]
    assert "application/x-new" in found["paths"]["/sparql"]["post"]["responses"]["200"]["content"]


def test_every_operation_has_a_name_of_its_own_that_stays(told: Json) -> None:
    names = [operation["operationId"] for _, _, operation in operations(told)]

    assert len(names) == len(set(names)) == len(told["paths"]) + 1
    assert {"catalogue", "catalogue_turtle", "sparql", "sparql-post", "thing", "document", "dump_nquads"} <= set(names)


def test_every_example_of_a_parameter_is_taken_alone_and_with_the_others(site: samverkan.Site, told: Json) -> None:
    for query in site.queries.values():
        examples = {p.name: parameter(told, query.name, p.name).get("example") for p in query.parameters}
        given = {key: str(value) for key, value in examples.items() if value is not None}
        free = {p.name for p in query.parameters if p.kind in {"text", "date", "integer"} or not site.menu(p)}
        assert set(examples) - set(given) <= free
        site.query(query.name, given)
        for key, value in given.items():
            site.query(query.name, {key: value})


def test_every_value_of_a_menu_is_taken_and_every_default_gives_the_same_answer(
    site: samverkan.Site, told: Json
) -> None:
    for query in site.queries.values():
        for each in query.parameters:
            schema = taken(told, parameter(told, query.name, each.name)["schema"])
            menu = site.menu(each)
            assert [site.value(each, value) for value in schema.get("enum", ())] == list(
                menu if len(menu) <= LONGEST_MENU else ()
            )
            if "default" in schema:
                value = str(schema["default"])
                assert site.query(query.name, {each.name: site.value(each, value)}) == site.query(query.name)


def test_examples_and_defaults_are_what_the_schema_says(told: Json) -> None:
    for about in told["components"]["parameters"].values():
        schema = taken(told, about["schema"])
        for value in (schema.get("default"), about.get("example")):
            if value is not None:
                OAS31Validator({key: part for key, part in schema.items() if key != "$ref"}).validate(value)


def test_the_menu_that_parameters_share_stands_there_once(told: Json) -> None:
    references = [
        about["schema"]["$ref"] for about in told["components"]["parameters"].values() if "$ref" in about["schema"]
    ]
    assert len(references) > len(set(references)) >= 2


def test_the_kinds_of_parameters_have_their_schemas(written: dict[tuple[str, str], bytes]) -> None:
    told = read(written["doll", "en"])
    schemas = {
        each: taken(told, parameter(told, "search", each)["schema"])
        for each in ("since", "text", "lamps", "colour", "lang")
    }

    assert schemas["since"]["format"] == "date"
    assert schemas["since"]["default"] == "2021-01-01"
    assert schemas["text"]["maxLength"] == 1000
    assert (schemas["lamps"]["type"], schemas["lamps"]["default"]) == ("integer", 0)
    assert schemas["colour"]["enum"] == ["röd", "vit", "red", "white"]
    assert (schemas["lang"]["enum"], schemas["lang"]["default"]) == (["sv", "en"], "sv")


def test_every_answer_that_is_shown_is_the_one_that_is_given(site: samverkan.Site, told: Json) -> None:
    counted = 0
    for path, media_type, about in shown(told):
        content = fetch(site, path).content
        assert ("example" in about) == (len(content) <= LARGEST_EXAMPLE)
        if "example" in about:
            counted += 1
            expected = json.loads(content) if media_type.endswith("json") else content.decode()
            assert about["example"] == expected
    assert counted > len(site.queries) / 3


def test_every_answer_in_json_fits_its_schema(doll: samverkan.Site, written: dict[tuple[str, str], bytes]) -> None:
    told = read(written["doll", "en"])
    checked = set()
    for path, media_type, about in shown(told):
        if media_type.endswith("json"):
            checked.add(about["schema"]["$ref"])
            schema = {**about["schema"], "components": told["components"]}
            OAS31Validator(schema).validate(json.loads(fetch(doll, path).content))
    assert {reference.rpartition("/")[2] for reference in checked} >= {"lights.Rows", "Verdict"}
    dump = json.loads(fetch(doll, "dump/dataset.jsonld").content)
    OAS31Validator(told["components"]["schemas"]["JsonLd"]).validate(dump)


def test_a_schema_refuses_what_is_no_answer(written: dict[tuple[str, str], bytes]) -> None:
    told = read(written["doll", "en"])
    wrongs: list[Json] = [
        {},
        {"head": {}, "results": {}},
        {"head": {}, "results": {"bindings": [{"x": {"type": "uri"}}]}},
    ]
    for wrong in wrongs:
        schema = {"$ref": "#/components/schemas/Table", "components": told["components"]}
        assert not OAS31Validator(schema).is_valid(wrong)


def test_the_query_that_is_shown_is_answered(doll: samverkan.Site, written: dict[tuple[str, str], bytes]) -> None:
    told = read(written["doll", "en"])
    bodies = told["paths"]["/sparql"]["post"]["requestBody"]["content"]
    shown = {bodies["application/sparql-query"]["example"], told["components"]["parameters"]["query"]["example"]}

    assert list(bodies) == ["application/x-www-form-urlencoded", "application/sparql-query"]
    assert {bodies["application/x-www-form-urlencoded"]["example"]["query"]} == shown
    (answer,) = (doll.ask(text) for text in shown)
    assert isinstance(answer, Table)
    assert len(answer.rows) == 10


def test_sparql_answers_in_every_format_of_tables_verdicts_and_graphs(told: Json) -> None:
    forms = negotiated(formats_for(Table, BooleanResult, Graph))
    for method in ("get", "post"):
        assert list(told["paths"]["/sparql"][method]["responses"]["200"]["content"]) == [
            *(form.media_type for form in forms),
            "text/html",
        ]
    assert "304" not in told["paths"]["/sparql"]["post"]["responses"]


def test_the_thing_and_the_graph_that_are_shown_stand_there(site: samverkan.Site, told: Json) -> None:
    parts = told["components"]["parameters"]
    kind, thing, graph = (parts[part]["example"] for part in ("kind", "name", "graph"))

    assert f"doc/{kind}/{thing}" in site.pages
    assert f"{site.settings.base}id/{kind}/{thing}" not in site.tombstones
    assert kind in parts["kind"]["schema"]["enum"]
    assert all(f"graph/{each}" in site.pages for each in parts["graph"]["schema"]["enum"])
    assert graph in parts["graph"]["schema"]["enum"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_there_in_both_languages(name: str, language: str, written: dict[tuple[str, str], bytes]) -> None:
    told = read(written[name, language])
    counted = 0
    for found in objects({key: part for key, part in told.items() if key != "tags"}):
        texts = found.get("x-texts")
        for key in ("summary", "description", "title", "detail"):
            if isinstance(found.get(key), str) and "content" not in found and "status" not in found:
                assert texts is not None, found
        for key, every in (texts or {}).items():
            counted += 1
            assert set(every) == {"sv", "en"}
            assert found[key] == every[language]
    assert counted > 4 * len(told["paths"]) / 3


def test_the_words_of_the_two_languages_differ_and_nothing_else(
    name: str, written: dict[tuple[str, str], bytes]
) -> None:
    swedish, english = (read(written[name, language]) for language in LANGUAGES)
    assert swedish != english
    for told in (swedish, english):
        for found in objects(told):
            for key in ("summary", "description", "title", "detail"):
                if isinstance(found.get(key), str):
                    del found[key]
        told["info"]["contact"].pop("name", None)
    assert swedish == english


def test_every_reference_leads_to_a_component_and_every_component_is_used(told: Json) -> None:
    used = {found["$ref"] for found in objects(told) if "$ref" in found}
    there = {f"#/components/{room}/{key}" for room, parts in told["components"].items() for key in parts}

    assert used <= there
    # A problem that never comes alone has a component of its own all the same.
    alone = {"malformed-query", "refused-query", "too-slow", "too-large", "busy"}
    alone |= {"store", "store-slow", "store-changing"}  # only where an engine elsewhere answers
    assert there - used == {f"#/components/responses/{problem}" for problem in alone}


def test_every_problem_has_a_response_with_its_status(site: samverkan.Site, told: Json) -> None:
    responses = told["components"]["responses"]
    for problem, about in PROBLEMS.items():
        content = responses[problem]["content"]["application/problem+json"]
        example = content["examples"][problem]["value"]
        assert example["status"] == about.status
        assert example["type"] == f"{site.settings.base}openapi.json#/components/responses/{problem}"
        OAS31Validator(told["components"]["schemas"]["Problem"]).validate(example)


def test_the_problems_are_those_that_the_door_tells() -> None:
    told = {kind.name for kind in (*TYPES.values(), FAULT)}

    assert told == PROBLEMS.keys()
    for kind in (*TYPES.values(), FAULT):
        assert kind.name == "fault" or PROBLEMS[kind.name].status == kind.status


def test_what_was_withdrawn_still_has_its_document(told: Json) -> None:
    responses = told["components"]["responses"]
    for name in ("gone", "multiple-choices"):
        assert list(responses[name]["content"]) == [
            *(form.media_type for form in formats_for(Graph)),
            "text/html",
        ]
    assert {name: list(about["headers"]) for name, about in responses.items() if "headers" in about} == {
        "see-other": ["Location"],
        "permanent-redirect": ["Location"],
        "multiple-choices": ["Link"],
        **{each: ["Retry-After"] for each in ("too-slow", "too-large", "busy", "busy_or_too-slow_or_too-large")},
    }


def test_every_response_stands_under_its_own_status(told: Json) -> None:
    statuses = {problem: str(int(about.status)) for problem, about in openapi._RESPONSES.items()}
    for _, _, operation in operations(told):
        for status, response in operation["responses"].items():
            names = response.get("$ref", "").rpartition("/")[2].split("_or_")
            if status not in {"200", "4XX", "default"}:
                assert {statuses[each] for each in names} == {status}
    thing = told["paths"]["/id/{kind}/{name}"]["get"]["responses"]
    assert list(thing) == ["300", "303", "308", "404", "406", "410", "default"]
    canned = next(about for path, _, about in operations(told) if re.fullmatch("/query/[a-z-]+", path))
    assert list(canned["responses"]) == ["200", "304", "400", "404", "406", "503", "default"]


def test_a_site_without_queries_has_an_interface(copy: Path) -> None:
    for file in (copy / "queries").iterdir():
        file.unlink()
    told = interface(samverkan.open(copy))

    assert "/sparql" in told["paths"]
    assert not [path for path in told["paths"] if re.match("/query/[a-z]", path)]


def test_a_site_that_says_little_of_itself_has_an_interface(copy: Path) -> None:
    (copy / "samverkan.toml").write_text(
        'base = "https://example.org/doll/"\nontology = "https://example.org/doll/def/"\nlanguages = ["fi"]\n'
    )
    (copy / "ontology/context.jsonld").unlink()
    (copy / "queries/one.rq").write_text("#+ summary: One\n#+ parameters: {x: {}}\nASK { VALUES ?x { 1 } }\n")
    told = interface(samverkan.open(copy))

    assert told["info"]["title"] == "Linked data"
    assert "license" not in told["info"]
    # A text without a language, and a default that its kind does not have.
    assert told["paths"]["/query/one"]["get"]["x-texts"] == {"summary": {"und": "One"}}
    assert parameter(told, "one", "x")["description"].startswith("x: ")
    # The default of the language is none of the site's, so it is not told as one.
    assert taken(told, parameter(told, "lights", "lang")["schema"]) == {
        "$ref": "#/components/schemas/languages",
        "type": "string",
        "enum": ["fi"],
    }


def test_a_site_without_data_has_an_interface(copy: Path) -> None:
    for file in (copy / "data").iterdir():
        file.unlink()
    parts = interface(samverkan.open(copy))["components"]["parameters"]

    assert parts["kind"]["schema"] == {"type": "string"}
    assert "example" not in parts["name"]


def test_a_language_that_the_texts_lack_falls_back_on_one_that_they_have(doll: samverkan.Site) -> None:
    told = read(document(doll, "fi"))
    assert told["info"]["title"] == doll.settings.title["sv"]


def test_a_long_menu_shows_a_few_of_its_values(copy: Path) -> None:
    more = "".join(f"<id/keeper/x{number}> a <def/Keeper> .\n" for number in range(LONGEST_MENU - 1))
    (copy / "data/more.ttl").write_text(f"@base <https://example.org/doll/> .\n{more}")
    site = samverkan.open(copy)
    told = interface(site)
    schema = taken(told, parameter(told, "keeper", "keeper")["schema"])

    assert "enum" not in schema
    assert schema["examples"] == ["k1", "k2", "x0", "x1", "x10"]
    site.query("keeper", keeper=parameter(told, "keeper", "keeper")["example"])


def test_names_that_several_things_share_are_told_by_prefix(copy: Path) -> None:
    more = "<id/other/k1> a <def/Keeper> . <https://other.example/x> a <def/Keeper> ."
    (copy / "data/more.ttl").write_text(f"@base <https://example.org/doll/> .\n{more}")
    site = samverkan.open(copy)
    told = interface(site)
    menu = taken(told, parameter(told, "keeper", "keeper")["schema"])["enum"]
    (each,) = site.queries["keeper"].parameters

    assert menu == ["keeper:k1", "k2", f"{site.settings.base}id/other/k1", "x"]
    assert [site.value(each, value) for value in menu] == list(site.menu(each))
    assert site.names(each, site.menu(each)) == tuple(menu)


def test_the_answers_that_a_large_site_shows_come_from_a_few_of_its_things(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openapi, "EXAMPLES_FROM", 40)
    site = samverkan.open(copy)
    site.__dict__["store"] = None  # which nobody may ask
    for query in site.queries.values():
        for each in query.parameters:
            site.menus[each.source] = samverkan.open(copy).menu(each)
    told = interface(site)
    few = site.sample(40)

    examples = {path: about["example"] for path, _, about in shown(told) if "example" in about}
    assert len(examples) > len(site.queries) / 2
    assert examples["/query/lights.json"] == json.loads(fetch(few, "query/lights.json").content)
    assert parameter(told, "keeper", "keeper")["example"] == "k1"


def test_nobody_has_to_say_who_they_are(told: Json) -> None:
    assert told["security"] == []


def test_a_document_has_the_form_of_its_class(ki: samverkan.Site, written: dict[tuple[str, str], bytes]) -> None:
    told = read(written["ki", "en"])
    content = told["paths"]["/doc/{kind}/{name}"]["get"]["responses"]["200"]["content"]
    document = json.loads(fetch(ki, "doc/agreement/solna.jsonld").content)
    agreement = {**told["components"]["schemas"]["AgreementDocument"], "components": told["components"]}

    assert content["application/ld+json"]["schema"] == {"$ref": "#/components/schemas/Document.any"}
    OAS31Validator(agreement).validate(document)
    assert not OAS31Validator(agreement).is_valid({**document, "party": "Solna"})


def test_the_rows_of_a_table_are_described_column_by_column(written: dict[tuple[str, str], bytes]) -> None:
    told = read(written["ki", "en"])
    rows = told["components"]["schemas"]["contacts.Row"]["properties"]

    assert list(rows) == ["agreement", "agreementLabel", "contact", "name"]
    assert set(map(str, rows.values())) == {"{'$ref': '#/components/schemas/Term'}"}


def test_every_operation_is_described_stands_under_a_tag_and_may_be_refused(told: Json) -> None:
    described = {tag["name"] for tag in told["tags"] if tag["description"]}
    for operation in (each for item in told["paths"].values() for each in item.values()):
        assert operation["tags"], operation["operationId"]
        assert {*operation["tags"]} <= described
        assert operation["summary"]
        assert any(status.startswith("4") for status in operation["responses"]), operation["operationId"]


def test_no_two_addresses_could_be_meant_by_one(told: Json) -> None:
    forms = [re.compile(re.sub(r"\\\{.*?\\\}", "[^/]+", re.escape(path))) for path in told["paths"] if "{" in path]
    plain = [path for path in told["paths"] if "{" not in path]
    assert not [path for path in plain if any(form.fullmatch(path) for form in forms)]


def test_only_an_answer_in_json_has_a_schema_of_json(told: Json) -> None:
    answers = (op["responses"].get("200", {}) for item in told["paths"].values() for op in item.values())
    for media_type, content in (pair for answer in answers for pair in answer.get("content", {}).items()):
        if not media_type.endswith("json") and content.get("schema"):
            assert content["schema"] == {"type": "string"}, media_type


def test_it_says_who_publishes_the_site(ki: samverkan.Site, written: dict[tuple[str, str], bytes]) -> None:
    contact = json.loads(written["ki", "sv"])["info"]["contact"]
    assert contact["name"] == ki.settings.publisher["sv"]
    assert contact["url"] == ki.settings.base
