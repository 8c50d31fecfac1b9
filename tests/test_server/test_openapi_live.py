"""The OpenAPI document against the service that it describes: all of it is so, and nothing that it allows breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any
from urllib.parse import quote, urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.live import Live

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
FEW = settings(
    max_examples=6,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)

# ---------------------------------------------------------------- by a machine that makes up requests


def strategies(live: Live) -> Iterator[Any]:
    """Requests as each operation of the document takes them, and then such as it does not take."""
    schema = schemathesis.openapi.from_url(f"http://127.0.0.1:{live.port}/openapi.json")
    for found in schema.get_all_operations():
        operation: Any = found.ok()  # type: ignore[union-attr]
        yield operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
        if operation.query.items or operation.path_parameters.items:
            yield operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)


def test_whatever_is_asked_is_answered_as_the_document_says(live: Live) -> None:
    asked = 0

    def conforms(case: Case[Any]) -> None:
        nonlocal asked
        asked += 1
        case.call_and_validate(checks=CHECKS, timeout=30)

    for requests in strategies(live):
        asking: Any = FEW(given(requests)(conforms))  # type: ignore[no-untyped-call]
        asking()
    assert asked > 200
    assert live.ask("/healthz").json["status"] == "ok"


# ---------------------------------------------------------------- every example is run


def resolved(document: Mapping[str, Any], part: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a `$ref` of the document leads to."""
    while "$ref" in part:
        found: Any = document
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method in {"get", "post", "head", "put", "delete"}:
                yield path, method, operation


def examples(document: Mapping[str, Any], parameter: Mapping[str, Any]) -> list[Any]:
    """Every value that a parameter is said to take: its examples, its default, its menu, as JSON writes them."""
    schema = resolved(document, parameter.get("schema", {}))
    found = [parameter[name] for name in ("example",) if name in parameter]
    found += [example["value"] for example in parameter.get("examples", {}).values()]
    found += [schema[name] for name in ("default",) if name in schema] + schema.get("examples", [])
    found += schema.get("enum", [])
    return list(dict.fromkeys(str(each).lower() if isinstance(each, bool) else each for each in found))


def addresses(document: Mapping[str, Any], path: str, operation: Mapping[str, Any]) -> Iterator[str]:
    """The addresses that the examples of an operation make: without parameters, with each alone, with all.

    What is required stands in all of them.
    """
    parameters = [resolved(document, each) for each in operation.get("parameters", [])]
    in_path = [each for each in parameters if each["in"] == "path"]
    in_query = [each for each in parameters if each["in"] == "query"]
    starts = [
        _exemplary(document, each) if each["name"] in {"kind", "name"} else examples(document, each) for each in in_path
    ]
    for values in product(*starts):
        filled = path
        for each, value in zip(in_path, values, strict=True):
            filled = filled.replace(f"{{{each['name']}}}", quote(str(value), safe=""))
        given = {each["name"]: examples(document, each) for each in in_query}
        needed = {each["name"]: given[each["name"]][0] for each in in_query if each.get("required")}
        yield f"{filled}?{urlencode(needed)}" if needed else filled
        for name, options in given.items():
            asked = (needed | {name: option} for option in options if "graph-uri" not in name)
            yield from (f"{filled}?{urlencode(each)}" for each in asked)
        together = {name: options[0] for name, options in given.items() if options and "graph-uri" not in name}
        if together:
            yield f"{filled}?{urlencode(together)}"


def _exemplary(document: Mapping[str, Any], parameter: Mapping[str, Any]) -> list[Any]:
    """The example of a parameter that depends on another one."""
    return examples(document, {name: part for name, part in parameter.items() if name != "schema"})


def promised(document: Mapping[str, Any], operation: Mapping[str, Any], status: int) -> Mapping[str, Any]:
    responses = operation["responses"]
    found: Mapping[str, Any] = resolved(document, responses[str(status)])
    return found


@pytest.mark.parametrize("name", ["live", "live_ki"])
def test_every_example_of_the_document_is_answered(name: str, request: pytest.FixtureRequest) -> None:
    served: Live = request.getfixturevalue(name)
    document = served.ask("/openapi.json").json
    asked = 0
    for path, _, operation in (each for each in operations(document) if each[1] == "get"):
        found = list(addresses(document, path, operation))
        has_twin = path.rpartition(".")[0] in document["paths"]
        for address in (found[0], *found[-2:]) if has_twin else found:  # whole menus are gone through once
            answer = served.ask(address)
            assert answer.status == (303 if path.startswith("/id/") else 200), (address, answer.text[:300])
            content = promised(document, operation, answer.status).get("content", {})
            media_type = answer.headers.get("content-type", "").partition(";")[0]
            assert media_type in content or not content, (address, media_type)
            asked += 1
    assert asked > 100


@pytest.mark.parametrize("name", ["live", "live_ki"])
def test_a_browser_gets_a_page_where_the_document_promises_one(name: str, request: pytest.FixtureRequest) -> None:
    served: Live = request.getfixturevalue(name)
    document = served.ask("/openapi.json").json
    asked = 0
    for path, method, operation in operations(document):
        if "text/html" not in operation["responses"].get("200", {}).get("content", {}) or method != "get":
            continue
        every = (address for address in addresses(document, path, operation) if "format=" not in address)
        for address in list(every)[-2:]:
            answer = served.ask(address, accept="text/html")
            assert answer.status == 200, address
            assert answer.headers["content-type"] == "text/html; charset=utf-8", address
            asked += 1
    assert asked > 10


@pytest.mark.parametrize("name", ["live", "live_ki"])
def test_the_example_of_an_answer_is_the_answer_to_the_examples_of_its_parameters(
    name: str, request: pytest.FixtureRequest
) -> None:
    served: Live = request.getfixturevalue(name)
    document = served.ask("/openapi.json").json
    compared = 0
    for path, _, operation in (each for each in operations(document) if each[1] == "get"):
        for media_type, content in resolved(document, operation["responses"].get("200", {})).get("content", {}).items():
            if "example" not in content:
                continue
            answer = served.ask(path, accept=media_type)
            told = answer.json if isinstance(content["example"], dict) else answer.text
            with_examples = served.ask(list(addresses(document, path, operation))[-1], accept=media_type)
            also = with_examples.json if isinstance(content["example"], dict) else with_examples.text
            assert content["example"] in (told, also), path
            compared += 1
    assert compared > 10


@pytest.mark.parametrize("name", ["live", "live_ki"])
def test_the_examples_of_bodies_are_answered(name: str, request: pytest.FixtureRequest) -> None:
    served: Live = request.getfixturevalue(name)
    document = served.ask("/openapi.json").json
    content = document["paths"]["/sparql"]["post"]["requestBody"]["content"]

    assert set(content) == {"application/x-www-form-urlencoded", "application/sparql-query"}
    for media_type, form in content.items():
        example = form["example"]
        body = (example if isinstance(example, str) else urlencode(example)).encode()
        answer = served.ask("/sparql", method="POST", body=body, content_type=media_type)
        assert answer.status == 200
        assert len(answer.json["results"]["bindings"]) == 10


def test_the_problems_of_the_document_look_as_those_of_the_service(live: Live) -> None:
    document = live.ask("/openapi.json").json
    provoked = {
        "bad-parameter": live.ask("/query/search?lamps=x"),
        "not-found": live.ask("/doc/nothing"),
        "not-acceptable": live.ask("/query", accept="image/png"),
        "malformed-query": live.ask("/sparql?query=ASK"),
        "refused-query": live.ask("/sparql?update=x"),
    }
    for kind, answer in provoked.items():
        content, page = document["components"]["responses"][kind]["content"].items()
        assert page == ("text/html", {"schema": {"type": "string"}})
        assert content[0] == answer.headers["content-type"]
        example = content[1]["examples"][kind]["value"]
        assert (example["type"], example["status"]) == (answer.json["type"], answer.status)
        schema = resolved(document, content[1]["schema"])
        assert set(schema["required"]) <= set(answer.json)
        assert set(example) >= {"type", "title", "status", "detail"}


def test_the_document_is_the_same_in_both_languages_but_for_its_words(live: Live) -> None:
    swedish, english = (live.ask("/openapi", accept_language=language).json for language in ("sv", "en"))

    assert list(swedish["paths"]) == list(english["paths"])
    assert swedish["info"]["title"] == "Påhittade fyrar"
    assert english["info"]["title"] == "Invented lighthouses"
    assert live.ask("/openapi.json").json == swedish


def test_a_page_of_another_origin_may_read_the_document(live: Live) -> None:
    answer = live.ask("/openapi.json", origin="https://editor.example")

    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["content-type"] == "application/json"
    assert answer.json["openapi"].startswith("3.1")
    assert answer.json["servers"] == [{"url": "."}]
