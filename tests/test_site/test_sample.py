"""A sample of a site: what is tried on a few of its things takes as long however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import samverkan
from samverkan.errors import UnreadableError
from samverkan.limits import QueryLimits
from samverkan.model.results import Answer
from samverkan.publication.published import Site
from samverkan.server.job_handler import ready
from samverkan.store import Embedded

LIMITS = QueryLimits(seconds=60, bytes=1 << 24, memory=1 << 30)
MANY = 300


@pytest.fixture
def large(copy: Path) -> Site:
    """The small site with hundreds of keepers."""
    keepers = "".join(f'<id/keeper/x{n}> a <def/Keeper> ; foaf:name "Keeper {n}" .\n' for n in range(MANY))
    head = "@base <https://example.org/doll/> .\n@prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
    (copy / "data" / "many.ttl").write_text(head + keepers, encoding="utf-8")
    return samverkan.open(copy)


def test_a_small_site_is_its_own_sample(doll: Site) -> None:
    assert doll.sample(5000) is doll


def test_a_sample_has_things_of_every_class_with_all_that_is_said_of_them(large: Site) -> None:
    few = large.sample(100)

    size = sum(len(file.triples) for file in few.dataset.data)
    assert 50 < size < 200 < sum(len(file.triples) for file in large.dataset.data)
    assert few.dataset.ontology == large.dataset.ontology
    assert [file.name for file in few.published] == [file.name for file in large.published]
    assert {each.object for each in few.documents.union() if each.predicate.value.endswith("#type")} == {
        each.object for each in large.documents.union() if each.predicate.value.endswith("#type")
    }
    for iri, triples in few.documents.about.items():
        assert triples == large.documents.about[iri]
        assert [few.documents.stated_in(each) for each in triples] == [
            large.documents.stated_in(each) for each in triples
        ]


def test_a_sample_is_as_large_however_many_things_there_are(large: Site, copy: Path) -> None:
    more = "".join(
        f"<https://example.org/doll/id/lighthouse/y{n}> a <https://example.org/doll/def/Lighthouse> .\n"
        for n in range(900)
    )
    size = sum(len(file.triples) for file in large.sample(100).published)
    (copy / "data" / "more.ttl").write_text(more, encoding="utf-8")

    assert sum(len(file.triples) for file in samverkan.open(copy).sample(100).published) <= size + 5


def test_the_start_asks_the_whole_site_nothing_that_grows_with_it(large: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert large.report.conforms
    monkeypatch.setattr("samverkan.server.job_handler._REHEARSED", 100)
    asked: list[str] = []
    answer = Embedded.query

    def query(store: Embedded, sparql: str, **more: Any) -> Answer:
        if store is large.store:
            asked.append(sparql)
        return answer(store, sparql, **more)

    monkeypatch.setattr(Embedded, "query", query)
    ready(large, LIMITS)

    canned = [query.view for query in large.queries.values() for sparql in asked if sparql == query.text]
    # Each once: pages say where facts come from, and what is said at their top.
    assert sorted(canned) == ["evidence", "matrix", "notes", "sources", "summary"]
    assert all(
        "LIMIT 9" in sparql or len(sparql) < 400 for sparql in {*asked} - {q.text for q in large.queries.values()}
    )


@pytest.mark.parametrize(
    "writer", ["formats.tables.tsv", "publication.html.questions.answer", "publication.html.things.thing"]
)
def test_what_cant_be_made_of_any_data_is_found_before_anything_is_served(
    copy: Path, monkeypatch: pytest.MonkeyPatch, writer: str
) -> None:
    site = samverkan.open(copy)
    assert site.report.conforms

    def broken(*_: Any, **__: Any) -> Iterator[bytes]:
        message = "planted"
        raise RuntimeError(message)

    monkeypatch.setattr(f"samverkan.{writer}", broken)

    with pytest.raises((UnreadableError, RuntimeError), match="planted"):
        ready(site, LIMITS)
