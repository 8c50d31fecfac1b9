"""What follows from a site, in graphs of its own: asked by default, and nowhere else."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

import samverkan
from samverkan import Site
from samverkan.errors import UsageError
from samverkan.model import paths
from samverkan.model.endpoint import Endpoint
from samverkan.model.results import Answer, Bytes, Graph, Table, name
from samverkan.publication import openapi, void
from samverkan.publication.manifest import sums, written
from samverkan.settings import read_settings

EQUAL_HEALTH = """PREFIX area: <https://w3id.org/samverkan/ki/id/area/>
SELECT ?agreement { ?agreement sam:coversArea area:equal-health } ORDER BY ?agreement"""
WHY = """PREFIX agreement: <https://w3id.org/samverkan/ki/id/agreement/>
PREFIX area: <https://w3id.org/samverkan/ki/id/area/>
SELECT ?agreement ?rule ?status {
  GRAPH ?graph { ?agreement sam:coversArea area:equal-health }
  ?graph skos:notation ?rule ; sam:status ?status
} ORDER BY ?agreement"""
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
NAMED = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"


def cells(answer: Answer) -> list[tuple[str, ...]]:
    assert isinstance(answer, Table)
    return [tuple(getattr(term, "value", "") for term in row) for row in answer.rows]


def ends(answer: Answer) -> list[str]:
    return [" ".join(cell.rpartition("/")[2] for cell in row) for row in cells(answer)]


def test_whose_agreement_covers_equal_health_gives_two(ki: Site) -> None:
    assert ends(ki.ask(EQUAL_HEALTH)) == ["huddinge", "stockholm"]
    assert ends(ki.ask(EQUAL_HEALTH, inferred=False)) == []


def test_each_inferred_statement_tells_its_rule_and_its_weakest_status(ki: Site) -> None:
    assert ends(ki.ask(WHY)) == ["huddinge prp-spo1 status-stated", "stockholm prp-spo1 status-interpreted"]


def test_a_triple_counts_once_whether_it_is_stated_or_follows(ki: Site) -> None:
    assert ki.inferred is not None
    stated = sum(1 for _ in ki.documents.union())
    assert cells(ki.ask(COUNT)) == [(str(stated + len(ki.inferred.triples)),)]
    assert cells(ki.ask(COUNT, inferred=False)) == [(str(stated),)]
    assert not set(ki.inferred.triples) & set(ki.documents.union())
    parts = [triple for part in ki.inferred.parts for triple in part.triples]
    assert len(parts) == len(set(parts))


def test_the_graphs_of_what_follows_can_be_named(ki: Site) -> None:
    assert ki.inferred is not None
    named = {row[0] for row in cells(ki.ask(NAMED))}
    assert named == {*ki.documents.graphs(), *ki.inferred.graphs}
    assert {row[0] for row in cells(ki.ask(NAMED, inferred=False))} == set(ki.documents.graphs())
    only = ki.ask(f"SELECT (COUNT(*) AS ?n) FROM <{ki.inferred.graph}> {{ ?s ?p ?o }}")
    assert cells(only) == [(str(len(ki.inferred.triples)),)]
    with pytest.raises(UsageError):
        ki.ask(f"ASK FROM <{ki.inferred.graph}> {{}}", inferred=False)


def test_canned_queries_answer_from_what_is_stated_even_when_what_follows_is_loaded(ki: Site) -> None:
    free = ki.free()
    loaded = samverkan.open(ki.root)
    for query in ki.queries.values():
        before = loaded.store.query(query.text)
        assert ki.store.query(query.text) == before, query.name
    assert free != ki.store.query


def test_documents_dumps_and_numbers_hold_only_what_is_stated(ki: Site) -> None:
    assert ki.inferred is not None
    (page,) = ki.pages[paths.DUMP]
    dump = next(item for item in written(ki, page) if item.path.endswith(".trig"))
    graphs = {quad.graph_name.value for quad in parse(dump.content, format=RdfFormat.TRIG)}
    assert not graphs & ki.inferred.graphs.keys()


def test_what_follows_has_a_dump_and_addresses_of_its_own(ki: Site) -> None:
    assert ki.inferred is not None
    (page,) = ki.pages[paths.INFERRED_DUMP]
    dump = next(item for item in written(ki, page) if item.path.endswith(".trig"))
    found: dict[str, int] = {}
    for quad in parse(dump.content, format=RdfFormat.TRIG):
        graph = quad.graph_name.value
        found[graph] = found.get(graph, 0) + 1
    assert found == {graph: len(triples) for graph, triples in ki.inferred.graphs.items()}
    for graph, triples in ki.inferred.graphs.items():
        data, *pages = ki.pages[ki.addresses.document(graph) or ""]
        assert data.content() == Graph(triples)
        assert [page.language for page in pages] == ["sv", "en"]
    assert b" inferred.trig\n" in sums(ki).content


def test_the_page_of_a_part_tells_rule_status_and_sources(ki: Site) -> None:
    page = next(each for each in ki.pages["graph/inferred-prp-spo1-status-interpreted"] if each.language == "en")
    content = page.content()
    assert isinstance(content, Bytes)
    text = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", content.content.decode()))
    assert "What follows by the rule prp-spo1: Interpreted" in text
    assert "derived from Interpretations and notes" in text


def test_the_description_of_the_dataset_tells_it_apart(ki: Site) -> None:
    assert ki.inferred is not None
    said = {
        (name(each.subject), each.predicate.value.rpartition("#")[2], getattr(each.object, "value", ""))
        for each in void.void(ki).triples
    }
    dataset, whole = ki.settings.base + paths.DATASET, ki.inferred.graph
    assert (dataset, "seeAlso", whole) in said
    assert (dataset, "subset", whole) not in said
    assert (whole, "triples", str(len(ki.inferred.triples))) in said
    assert (whole, "dataDump", f"{ki.settings.base}dump/inferred.trig") in said
    for part in ki.inferred.parts:
        assert (part.graph, "triples", str(len(part.triples))) in said
        assert (whole, "subset", part.graph) in said


def test_what_follows_does_not_depend_on_the_order_of_the_files(ki: Site) -> None:
    from samverkan.site.inference import inferred_graphs

    settings = ki.settings
    again = inferred_graphs(reversed(ki.published), settings.base, settings.ontology)
    assert ki.inferred is not None
    assert again.graphs == ki.inferred.graphs


@pytest.fixture
def quiet(ki: Site, tmp_path: Path) -> Site:
    """The real site, where nothing shall be inferred."""
    for folder in ("ontology", "data", "shapes", "queries"):
        shutil.copytree(ki.root / folder, tmp_path / folder)
    text = (ki.root / "samverkan.toml").read_text()
    (tmp_path / "samverkan.toml").write_text(f"{text}\n[answers]\ninferred = false\n")
    return samverkan.open(tmp_path)


def test_a_setting_switches_it_off(quiet: Site) -> None:
    assert quiet.inferred is None
    assert ends(quiet.ask(EQUAL_HEALTH)) == []
    with pytest.raises(UsageError, match="settings switch it off"):
        quiet.ask(EQUAL_HEALTH, inferred=True)
    assert paths.INFERRED_DUMP not in quiet.pages
    assert b"inferred" not in sums(quiet).content
    assert b'"default":false' in openapi.document(quiet, "en").replace(b" ", b"").replace(b"\n", b"")


def test_an_engine_elsewhere_is_asked_whether_it_holds_what_follows(ki: Site) -> None:
    elsewhere = type(ki)(ki.root, Endpoint("http://127.0.0.1:9/sparql"))
    assert elsewhere.has_inferred()
    with pytest.raises(samverkan.errors.StoreError):
        elsewhere.has_inferred(True)


def test_a_setting_that_is_no_switch_is_told(tmp_path: Path) -> None:
    (tmp_path / "samverkan.toml").write_text(
        'base = "https://t.example/"\nontology = "https://t.example/def/"\n[answers]\ninferred = "no"\n'
    )
    with pytest.raises(samverkan.errors.UnreadableError, match=r"'answers\.inferred' must be true or false") as raised:
        read_settings(tmp_path)
    assert raised.value.place is not None
    assert raised.value.place.line == 4
