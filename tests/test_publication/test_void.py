"""What a site says of itself: its numbers are those of the data, its addresses lead somewhere, its limits are told."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

import samverkan
from samverkan import formats
from samverkan.errors import UnreadableError
from samverkan.formats import FORMATS, Format, formats_for, negotiated
from samverkan.limits import QueryLimits
from samverkan.model import sparql
from samverkan.model.lifecycle import tombstones
from samverkan.model.namespaces import DCAT, DCTERMS, FOAF, RDF, RDFS, SD, TYPE, VOID, W3C_FORMATS
from samverkan.model.results import BooleanResult, Graph, Quads, Table
from samverkan.publication.query_catalogue import catalogue
from samverkan.publication.void import service, size_in_words, void
from samverkan.site.documents import order

BASE = "https://example.org/doll/"
LIMITS = QueryLimits(seconds=2.5, bytes=16 << 20, memory=1 << 30)
DESCRIPTIONS: dict[str, Callable[[samverkan.Site], Graph]] = {
    "void": void,
    "service": lambda site: service(site, LIMITS),
}


@pytest.fixture(params=["doll", "ki"])
def site(request: pytest.FixtureRequest) -> samverkan.Site:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, samverkan.Site)
    return found


@pytest.fixture(params=list(DESCRIPTIONS))
def graph(request: pytest.FixtureRequest, site: samverkan.Site) -> Graph:
    return DESCRIPTIONS[request.param](site)


def objects(graph: Graph, subject: str, predicate: str) -> list[str]:
    """The values of a predicate; texts without their languages."""
    return [
        triple.object.value
        for triple in graph.own
        if triple.subject == NamedNode(subject)
        and triple.predicate == NamedNode(predicate)
        and isinstance(triple.object, Literal | NamedNode)
    ]


def number(graph: Graph, subject: str, name: str) -> int:
    (found,) = objects(graph, subject, f"{VOID}{name}")
    return int(found)


def stated(site: samverkan.Site) -> set[Triple]:
    return {triple for file in site.published for triple in file.triples}


def without(copy: Path, *lines: str) -> samverkan.Site:
    """The small site with some words taken out of its settings."""
    text = (copy / "samverkan.toml").read_text()
    kept = [line for line in text.splitlines() if not line.startswith(lines)]
    (copy / "samverkan.toml").write_text("\n".join(kept))
    return samverkan.open(copy)


def test_the_dataset_is_counted_triple_by_triple(site: samverkan.Site) -> None:
    graph, triples = void(site), stated(site)
    dataset = f"{site.settings.base}dataset"
    subjects = {triple.subject for triple in triples}
    things = {s for s in subjects if isinstance(s, NamedNode) and s.value.startswith(f"{site.settings.base}id/")}

    assert number(graph, dataset, "triples") == len(triples)
    assert number(graph, dataset, "distinctSubjects") == len(subjects)
    assert number(graph, dataset, "entities") == len(things)
    assert number(graph, dataset, "classes") == len({t.object for t in triples if t.predicate == TYPE})
    assert number(graph, dataset, "properties") == len({t.predicate for t in triples})


def test_every_class_and_property_has_a_part_with_its_number(site: samverkan.Site) -> None:
    graph, triples = void(site), stated(site)
    dataset = f"{site.settings.base}dataset"
    members = Counter(t.object.value for t in triples if t.predicate == TYPE and isinstance(t.object, NamedNode))
    uses = Counter(triple.predicate.value for triple in triples)

    for kind, measure, expected in (("class", "entities", members), ("property", "triples", uses)):
        parts = objects(graph, dataset, f"{VOID}{kind}Partition")
        found = {objects(graph, part, f"{VOID}{kind}")[0]: number(graph, part, measure) for part in parts}
        assert len(parts) == len(expected) > 5
        assert found == dict(expected)


def test_the_store_counts_the_same(ki: samverkan.Site) -> None:
    answer = ki.ask("SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) { ?s ?p ?o }", inferred=False)
    assert isinstance(answer, Table)
    counted = [getattr(term, "value", "") for term in answer.rows[0]]

    dataset = f"{ki.settings.base}dataset"
    assert counted == [str(number(void(ki), dataset, name)) for name in ("triples", "distinctSubjects")]


def test_nothing_is_asked_of_the_store() -> None:
    site = samverkan.open(Path(__file__).parents[1] / "site")
    void(site)
    service(site, LIMITS)
    assert "store" not in vars(site)


def test_every_named_graph_is_there_with_its_name_and_its_size(site: samverkan.Site, graph: Graph) -> None:
    sizes = {file.graph: len(set(file.triples)) for file in site.published}
    dataset = f"{site.settings.base}dataset"
    parts = {*objects(graph, dataset, f"{VOID}subset"), *objects(graph, dataset, f"{SD}namedGraph")}
    assert site.inferred is not None
    inferred = {iri: len(triples) for iri, triples in site.inferred.graphs.items()}

    assert parts - inferred.keys() == set(sizes)
    for iri, size in inferred.items():
        assert number(graph, iri, "triples") == size
    for iri, size in sizes.items():
        assert number(graph, iri, "triples") == size
        label = site.documents.labels[iri].triples
        assert set(label) <= set(graph.own)


def test_the_dumps_are_all_there_are(doll: samverkan.Site) -> None:
    graph = void(doll)
    dumps = {f"{BASE}dump/dataset{form.suffix}": form for form in formats_for(Quads)}

    assert set(objects(graph, f"{BASE}dataset", f"{VOID}dataDump")) == set(dumps)
    assert set(objects(graph, f"{BASE}dataset", f"{DCAT}distribution")) == set(dumps)
    assert "dump/dataset" in doll.pages
    for iri, form in dumps.items():
        assert objects(graph, iri, f"{DCTERMS}format") == [form.media_type]
        assert objects(graph, iri, f"{DCAT}mediaType")[0].endswith(f"/media-types/{form.media_type}")


def test_the_examples_are_living_things_one_for_every_class(site: samverkan.Site) -> None:
    graph = void(site)
    gone = tombstones(site.documents.union(), site.addresses)
    found = objects(graph, f"{site.settings.base}dataset", f"{VOID}exampleResource")

    assert found == sorted(found)
    assert found
    for iri in found:
        assert (site.addresses.document(iri) or "") in site.pages
        assert iri not in gone
    own = {str(t.object) for t in stated(site) if t.predicate == TYPE and str(t.subject)[1:].startswith(f"{BASE}id/")}
    shown = {str(t.object) for t in stated(site) if t.predicate == TYPE and getattr(t.subject, "value", "") in found}
    assert own <= shown


def test_the_vocabularies_are_namespaces_that_are_used(site: samverkan.Site) -> None:
    found = objects(void(site), f"{site.settings.base}dataset", f"{VOID}vocabulary")
    terms = {t.predicate.value for t in stated(site)} | {
        str(t.object)[1:-1] for t in stated(site) if t.predicate == TYPE
    }

    assert site.settings.ontology in found
    assert RDFS in found
    assert all(any(term.startswith(namespace) for term in terms) for namespace in found)


def test_the_dataset_says_who_publishes_it_and_how_it_may_be_used(doll: samverkan.Site) -> None:
    graph = void(doll)
    (publisher,) = objects(graph, f"{BASE}dataset", f"{DCTERMS}publisher")

    assert sorted(objects(graph, publisher, f"{FOAF}name")) == sorted(doll.settings.publisher.values())
    assert objects(graph, f"{BASE}dataset", f"{DCTERMS}license") == [doll.settings.license]
    assert objects(graph, f"{BASE}dataset", f"{VOID}sparqlEndpoint") == [f"{BASE}sparql"]
    assert objects(graph, f"{BASE}.well-known/void", f"{FOAF}primaryTopic") == [f"{BASE}dataset"]


def test_a_site_that_says_little_of_itself_is_described_all_the_same(copy: Path) -> None:
    site = without(copy, "license", "[title]", "[publisher]", "sv =", "en =")
    assert (site.settings.title, site.settings.publisher, site.settings.license) == ({}, {}, None)

    for describe in DESCRIPTIONS.values():
        graph = describe(site)
        assert objects(graph, f"{BASE}dataset", f"{DCTERMS}title") == []
        assert objects(graph, f"{BASE}dataset", f"{DCTERMS}publisher") == []
        assert f"{FOAF}Agent" not in {str(getattr(t.object, "value", "")) for t in graph.own}


def test_a_language_that_is_no_language_tag_is_refused_with_its_line(copy: Path) -> None:
    text = (copy / "samverkan.toml").read_text()
    (copy / "samverkan.toml").write_text(text.replace('sv = "Påhittade', '"på svenska" = "Påhittade'))

    with pytest.raises(UnreadableError, match=r"^samverkan\.toml:\d+: .* is no language tag"):
        samverkan.open(copy)


def test_a_site_without_a_context_is_described_all_the_same(copy: Path) -> None:
    (copy / "ontology/context.jsonld").unlink()
    graph = void(samverkan.open(copy))

    assert objects(graph, f"{BASE}dataset", f"{VOID}vocabulary") == []
    assert len(objects(graph, f"{BASE}dataset", f"{VOID}classPartition")) == number(graph, f"{BASE}dataset", "classes")


def test_the_service_says_what_it_speaks_and_no_more(doll: samverkan.Site) -> None:
    graph = service(doll, LIMITS)
    here = f"{BASE}sparql"
    features = objects(graph, here, f"{SD}feature")

    assert objects(graph, here, f"{SD}endpoint") == [here]
    assert objects(graph, here, f"{SD}supportedLanguage") == [f"{SD}SPARQL11Query"]
    assert {iri for iri in features if iri.startswith(SD)} == {f"{SD}UnionDefaultGraph"}
    assert objects(graph, here, f"{SD}defaultDataset") == [f"{BASE}dataset"]
    (union,) = objects(graph, f"{BASE}dataset", f"{SD}defaultGraph")
    assert doll.inferred is not None
    assert number(graph, union, "triples") == len(stated(doll)) + len(doll.inferred.triples)
    for iri in objects(graph, f"{BASE}dataset", f"{SD}namedGraph"):
        assert objects(graph, iri, f"{SD}name") == [iri]


def test_every_format_of_an_answer_has_the_name_that_the_w3c_gave_it(doll: samverkan.Site) -> None:
    answers = negotiated(formats_for(Graph, Table, BooleanResult))
    found = objects(service(doll, LIMITS), f"{BASE}sparql", f"{SD}resultFormat")

    assert len(found) == len(answers)
    assert all(iri.startswith(W3C_FORMATS) for iri in found)
    assert all(form.w3c for form in negotiated(FORMATS))


def test_a_new_format_goes_by_its_media_type(doll: samverkan.Site, monkeypatch: pytest.MonkeyPatch) -> None:
    more = Format("new", "New", "application/x-new", ".new", ("Graph",), "graphs.ntriples")
    monkeypatch.setattr(formats, "FORMATS", (*FORMATS, more))
    monkeypatch.setattr(formats, "_formats", formats._formats.__wrapped__)  # which would know the others by now

    found = objects(service(doll, LIMITS), f"{BASE}sparql", f"{SD}resultFormat")
    assert "https://www.iana.org/assignments/media-types/application/x-new" in found


def test_every_limit_is_told_as_a_number_and_in_words(doll: samverkan.Site) -> None:
    graph = service(doll, LIMITS)
    (comment,) = (text for text in objects(graph, f"{BASE}sparql", f"{RDFS}comment") if "seconds" in text)
    told = {
        "seconds": ("2.5", "A query may take 2.5 seconds at most, waiting included.", "högst 2,5 sekunder"),
        "bytes": ("16777216", "An answer that can't be streamed may be 16 MB at most.", "högst 16 MB"),
        "memory": ("1073741824", "A query may use 1 GB of memory at most.", "högst 1 GB minne"),
        "length": ("65536", "The text of a query may be 64 KB at most.", "högst 64 KB"),
        "depth": ("64", "Brackets may nest at most 64 deep.", "högst 64 djupt"),
    }
    assert set(told) == set(LIMITS.__dataclass_fields__)
    for name, (value, english, swedish) in told.items():
        iri = f"{BASE}sparql#limit-{name}"
        assert iri in objects(graph, f"{BASE}sparql", f"{SD}feature")
        assert objects(graph, iri, f"{RDF}value") == [value]
        assert english in objects(graph, iri, f"{RDFS}label")
        assert any(swedish in text for text in objects(graph, iri, f"{RDFS}label"))
        assert english in comment


def test_the_limits_of_a_text_are_those_that_refuse_it() -> None:
    assert (LIMITS.length, LIMITS.depth) == (sparql.LONGEST_QUERY, sparql.DEEPEST)


@pytest.mark.parametrize(
    ("size", "words"), [(1, "1 byte"), (1023, "1023 byte"), (1024, "1 KB"), (3 << 19, "1536 KB"), (5 << 30, "5 GB")]
)
def test_a_size_is_told_in_the_largest_unit_that_leaves_no_rest(size: int, words: str) -> None:
    assert size_in_words(size) == words


def test_every_text_has_swedish_and_english(graph: Graph) -> None:
    spoken: dict[tuple[str, str], set[str]] = {}
    for triple in graph.own:
        if isinstance(triple.object, Literal) and triple.object.language:
            spoken.setdefault((str(triple.subject), triple.predicate.value), set()).add(triple.object.language)

    assert len(spoken) > 5
    assert all(languages == {"sv", "en"} for languages in spoken.values())


def test_the_triples_are_in_the_order_of_all_documents_and_none_twice(graph: Graph) -> None:
    def place(triple: Triple) -> tuple[bool, str, tuple[str, str, str]]:
        subject = str(getattr(triple.subject, "value", ""))
        return (subject != graph.root, subject, order(triple))

    assert list(graph.own) == sorted(graph.own, key=place)
    assert len(set(graph.own)) == len(graph.own)


def test_all_formats_say_the_same_without_blank_nodes(site: samverkan.Site, graph: Graph) -> None:
    for form in formats_for(Graph):
        content = form(graph, site.context)
        assert b"_:" not in content
        found = parse(content, format=RdfFormat.from_media_type(form.media_type))
        assert {quad.triple for quad in found} == set(graph.own)
        assert len(content) < 160_000


SCRIPT = """
import hashlib, sys
import samverkan
from samverkan.model.results import Graph
from samverkan.publication import openapi, query_catalogue, void
from samverkan.formats import formats_for
from samverkan.limits import QueryLimits

site = samverkan.open(sys.argv[1])
limits = QueryLimits(seconds=2.5, bytes=16 << 20, memory=1 << 30)
for graph in (query_catalogue.catalogue(site), void.void(site), void.service(site, limits)):
    for form in formats_for(Graph):
        print(hashlib.sha256(form(graph, site.context)).hexdigest())
for language in ("sv", "en"):
    print(hashlib.sha256(openapi.document(site, language)).hexdigest())
"""


def test_all_descriptions_are_the_same_bytes_in_every_process(copy: Path) -> None:
    told = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT, str(copy)],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert told[0] == told[1]
    assert len(told[0].split()) == 3 * len(formats_for(Graph)) + 2


def test_an_empty_site_is_described(copy: Path) -> None:
    for folder in ("data", "queries"):
        shutil.rmtree(copy / folder)
        (copy / folder).mkdir()
    site = samverkan.open(copy)

    assert number(void(site), f"{BASE}dataset", "entities") == 0
    assert objects(service(site, LIMITS), f"{BASE}dataset", f"{SD}namedGraph") == [site.settings.ontology]
    assert objects(catalogue(site), f"{BASE}query", f"{DCTERMS}hasPart") == []
