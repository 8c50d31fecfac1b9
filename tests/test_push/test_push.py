"""Pushing into somebody else's engine, against real ones: every graph is there, and readers see a whole release."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from pyoxigraph import Literal, Quad, RdfFormat, Store, Triple
from tests.conftest import Run
from tests.engines import Engine
from tests.flaky import Asked, Flaky, Reply, flaky
from tests.pushing import OLD, TINY, Small, Way, held, is_held, small, staging, things, triples, way

import samverkan
from samverkan.errors import StoreChangingError, StoreError, UsageError
from samverkan.model.endpoint import Endpoint
from samverkan.model.results import Table
from samverkan.store import engines as known


def _normal(found: Iterable[Triple]) -> set[Triple]:
    """Triples with their values in the forms that Oxigraph gives them: engines choose forms, not values."""
    store = Store()
    store.extend(Quad(each.subject, each.predicate, each.object) for each in found)
    return {quad.triple for quad in store}


# ------------------------------------------------------------ whole pushes


def test_a_first_push_brings_every_graph_and_a_second_writes_nothing(
    engine: Engine, by: Flaky, run: Run, copy: Path
) -> None:
    options = ("push", "--endpoint", by.at(engine.query), *(("--user", engine.user) if engine.user else ()))
    lights = copy / "data" / "lights.ttl"
    if engine.name == "virtuoso":
        found = run("--site", copy, *options, env=engine.env)
        assert found.returncode == 4
        assert b"graph/lights\n    given " in found.stderr
        assert b'"PT36H"^^<http://www.w3.org/2001/XMLSchema#duration>' in found.stderr
        assert b"\n    held " in found.stderr
        lights.write_text(re.sub(r"\n.*xsd:duration.*", "", lights.read_text("utf-8")), "utf-8")
    first = run("--site", copy, *options, env=engine.env)
    assert (first.returncode, first.stdout) == (0, b""), first.stderr
    size = 0
    for graph, files in samverkan.open(copy).graphs.items():
        found_there = held(engine, graph)
        wanted = (each for _, file in files for each in triples(file.read_bytes(), RdfFormat.TURTLE))
        assert _normal(found_there) == _normal(wanted)
        size += len(found_there)
    inferred = samverkan.open(copy).inferred
    for graph, wanted_there in inferred.graphs.items() if inferred else ():
        assert set(held(engine, graph)) == set(wanted_there)
        size += len(wanted_there)
    assert f"Verified: {size} triples in ".encode() in first.stderr
    assert by.writes
    by.seen.clear()
    second = run("--site", copy, *options, "--lang", "sv", env=engine.env)
    assert second.returncode == 0
    assert "lagret har redan all" in second.stderr.decode()
    assert f"Kontrollerat: {size} tripplar i " in second.stderr.decode()
    assert by.seen
    assert by.writes == []


def test_what_follows_is_pushed_and_asked_as_on_the_site(engine: Engine, run: Run, copy: Path) -> None:
    options = ("push", "--endpoint", engine.query, *(("--user", engine.user) if engine.user else ()))
    lights, settings = copy / "data" / "lights.ttl", copy / "samverkan.toml"
    base = f"https://example.org/inferred-{engine.name}/"
    for file in (each for each in copy.rglob("*") if each.suffix in {".ttl", ".rq", ".jsonld", ".toml"}):
        file.write_text(file.read_text("utf-8").replace("https://example.org/doll/", base), "utf-8")
    lights.write_text(re.sub(r"\n.*xsd:duration.*", "", lights.read_text("utf-8")), "utf-8")
    here, there = samverkan.open(copy), samverkan.open(copy, endpoint=Endpoint(engine.query))
    assert here.inferred
    names = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    links = "SELECT ?s ?p ?o { ?s ?p ?o FILTER (isIRI(?o)) }"  # engines write numbers in forms of their own
    asked = links, f"SELECT * FROM <{here.inferred.graph}> {{ ?s ?p ?o }}", names
    assert run("--site", copy, *options, env=engine.env).returncode == 0

    for inferred in (None, True, False):
        for query in asked[:1] if inferred is False else asked:
            one, other = (site.ask(query, inferred=inferred) for site in (here, there))
            assert isinstance(one, Table)
            assert isinstance(other, Table)
            assert sorted(map(str, one.rows)) == sorted(map(str, other.rows))
    assert there.validate().conforms

    settings.write_text(settings.read_text("utf-8") + "\n[answers]\ninferred = false\n", "utf-8")
    assert run("--site", copy, *options, env=engine.env).returncode == 0
    assert not any(held(engine, graph) for graph in here.inferred.graphs)
    with pytest.raises(UsageError, match="the store lacks it"):
        there.ask(asked[0], inferred=True)
    for name in here.graphs:
        assert held(engine, name)


def test_a_changed_release_writes_what_differs_and_takes_withdrawn_graphs_away(
    engine: Engine, by: Flaky, sites: tuple[Small, Small], tmp_path: Path
) -> None:
    old, new = sites
    neighbour = small(tmp_path / "neighbour", OLD, f"{old.base}../other-{os.getpid()}/".replace("/../", "-"))
    stranger = f"urn:stranger:{old.base}"
    engine.put(stranger, b'<urn:a> <urn:b> "theirs" .\n')
    for site in (old, neighbour):
        assert way(engine).push(site).triples == site.size
    found = way(engine, by).push(new)
    assert (found.more, found.less, found.triples, found.graphs) == (65, 80, 105, 2)
    assert is_held(engine, new)
    assert is_held(engine, neighbour)
    assert len(held(engine, stranger)) == 1
    assert not any(b"urn:thing:1003>" in each.body for each in by.writes)
    by.seen.clear()
    assert way(engine, by).push(new).more == 0
    assert by.writes == []


def test_a_release_that_differs_in_its_files_only_is_named_anew(engine: Engine, sites: tuple[Small, Small]) -> None:
    old, _ = sites
    way(engine).push(old)
    (old.folder / "one.ttl").write_bytes(b"# the same\n" + OLD["one"])
    assert way(engine).push(old).more == 0
    assert is_held(engine, old)


@pytest.mark.parametrize("given", ["update", "graph_store"])
def test_a_push_writes_by_the_address_that_is_named_and_by_no_other(
    given: str, engine: Engine, by: Flaky, sites: tuple[Small, Small]
) -> None:
    whole = way(engine, by)
    only = Way(whole.query, **{given: getattr(whole, given)}, user=whole.user, password=whole.password)
    for site in sites:
        only.push(site)
        assert is_held(engine, site)
    place = getattr(whole, given).rpartition("/")[2]
    assert {each.place for each in by.writes} == {f"/{place}"}


def test_with_no_address_named_a_push_knows_those_of_the_engine(engine: Engine, sites: tuple[Small, Small]) -> None:
    for site in sites:
        Way(engine.query, user=engine.user, password=engine.password).push(site)
        assert is_held(engine, site)


def test_an_engine_that_nobody_knows_is_written_to_by_the_standard_alone(
    oxigraph: Engine, sites: tuple[Small, Small]
) -> None:
    def unsigned(_asked: Asked, ask: Callable[[], Reply]) -> Reply:
        reply = ask()
        reply.headers["Server"] = "Something/1.0"
        return reply

    with flaky(oxigraph.query, unsigned) as by:
        for site in sites:
            assert way(oxigraph, by).push(site).engine == "SPARQL 1.1"
            assert is_held(oxigraph, site)
        with pytest.raises(StoreError, match="takes changes is not known"):
            Way(by.at(oxigraph.query)).push(sites[0])


# ------------------------------------------------------------ who reads meanwhile


def _watched(look: Callable[[], object], work: Callable[[], object]) -> set[object]:
    """What is seen while work is done."""
    seen: set[object] = set()
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(work)
        while not working.done():
            seen.add(look())
        working.result()
    seen.add(look())
    return seen


def _counted(found: Way, site: Small) -> object:
    text = "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?o) AS ?m) { ?s <urn:says> ?o }"
    try:
        answer = found.remote(site).query(text)
    except StoreChangingError:
        return "changing"
    assert isinstance(answer, Table)
    return tuple(int(cell.value) for cell in answer.rows[0] if isinstance(cell, Literal))


@pytest.mark.parametrize("number", [2_000, 100_000])
def test_readers_through_us_see_no_release_or_a_whole_one(
    number: int, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "ENGINES", staging(50_000))
    number = min(number, 4_000) if engine.name == "virtuoso" else number  # moving takes it the square of that
    old = small(tmp_path / "old", {"a": things(number // 2, "a"), "b": things(number // 2, "b", number)})
    new = small(tmp_path / "new", {"a": things(number // 2, "x"), "c": things(7, "c", number)}, old.base)
    reader = way(engine)
    both = Small(old.folder, old.base, ("a", "b", "c"))
    first = _watched(lambda: _counted(reader, both), lambda: way(engine).push(old))
    assert first <= {(0, 0), (number, number), "changing"}
    assert (number, number) in first
    second = _watched(lambda: _counted(reader, both), lambda: way(engine).push(new))
    assert second <= {(number, number), (number // 2 + 7, number // 2 + 7), "changing"}
    assert (number // 2 + 7, number // 2 + 7) in second
    assert is_held(engine, new)


def test_readers_past_us_never_see_half_a_release_where_the_engine_can_do_that(
    oxigraph: Engine, sites: tuple[Small, Small]
) -> None:
    old, new = sites
    text = (
        f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?s <urn:says> ?o }} FILTER STRSTARTS(STR(?g), '{old.base}graph/') }}"
    )

    def look() -> object:
        (row,) = httpx.post(oxigraph.query, data={"query": text}, headers={"Accept": "text/csv"}).text.split()[1:]
        return int(row)

    assert _watched(look, lambda: way(oxigraph, **TINY).push(old)) <= {0, 120}
    assert _watched(look, lambda: way(oxigraph, **TINY).push(new)) <= {120, 105}


def test_readers_past_us_see_a_small_change_in_virtuoso_all_at_once(virtuoso: Engine, tmp_path: Path) -> None:
    old = small(tmp_path / "old", {"a": things(200, "old"), "b": things(200, "old", 200)})
    new = small(tmp_path / "new", {"a": things(200, "new"), "b": things(250, "new", 200)}, old.base)
    way(virtuoso).push(old)
    text = (
        "SELECT (COUNT(*) AS ?n) (SUM(IF(CONTAINS(STR(?o), 'old'), 1, 0)) AS ?old) "
        f"{{ GRAPH ?g {{ ?s <urn:says> ?o }} FILTER STRSTARTS(STR(?g), '{old.base}graph/') }}"
    )
    with httpx.Client() as client:

        def look() -> object:
            return client.post(virtuoso.query, data={"query": text}, headers={"Accept": "text/csv"}).text.split()[1]

        assert _watched(look, lambda: way(virtuoso).push(new)) == {"400,400", "450,0"}
    assert is_held(virtuoso, new)


def test_what_an_engine_cannot_do_is_told(virtuoso: Engine, oxigraph: Engine, sites: tuple[Small, Small]) -> None:
    old, new = sites
    assert not way(virtuoso).push(old).whole
    assert way(oxigraph).push(old).whole
    assert way(oxigraph).push(new).whole
    assert not Way(oxigraph.query, graph_store=oxigraph.graph_store).push(old).whole


# ------------------------------------------------------------ memory

_MEASURED = """
import resource, sys
from pathlib import Path
from tests.pushing import Small, Way
folder, query = sys.argv[1:]
Way(query).push(Small(Path(folder), sys.argv[1].replace("/", "-").join(("https://example.org/", "/")), ("a", "b")))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_a_site_four_times_as_large_takes_about_the_same_memory(oxigraph: Engine, tmp_path: Path) -> None:
    taken = []
    for number in (50_000, 200_000):
        made = small(tmp_path / str(number), {"a": things(number // 2, "a"), "b": things(number // 2, "b", number)})
        command = [sys.executable, "-c", _MEASURED, str(made.folder), oxigraph.query]
        found = subprocess.run(command, capture_output=True, check=True, timeout=60, cwd=Path(__file__).parents[2])
        taken.append(int(found.stdout))
    assert taken[1] < taken[0] * 1.4 + 10_000, taken
