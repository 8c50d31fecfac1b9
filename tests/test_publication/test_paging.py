"""Answers in pages: each a whole document, the same bytes from a server and from a release, with ways to the others."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, QueryResultsFormat, RdfFormat, Triple, parse, parse_query_results

import samverkan
from samverkan.errors import NotFoundError, ParameterError, UnreadableError
from samverkan.model import paging
from samverkan.model.paging import AnswerPart
from samverkan.model.results import Graph, Table
from samverkan.publication import static
from samverkan.publication.published import Site
from samverkan.publication.resolver import fetch, find

ROWS = 3


@pytest.fixture(scope="module")
def paged(tmp_path_factory: pytest.TempPathFactory, doll: Site) -> Site:
    """The small site with three rows on a page."""
    folder = tmp_path_factory.mktemp("paged") / "site"
    samverkan_toml = (doll.root / "samverkan.toml").read_text("utf-8")
    for path in doll.root.rglob("*.*"):
        target = folder / path.relative_to(doll.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    (folder / "samverkan.toml").write_text(f"{samverkan_toml}\n[answers]\nrows = {ROWS}\n", "utf-8")
    return samverkan.open(folder)


@pytest.fixture(scope="module")
def release(paged: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its release."""
    folder = tmp_path_factory.mktemp("release") / "public"
    static.publish(paged, folder)
    return folder


def long(site: Site) -> Mapping[str, int]:
    """The queries with several pages, and how many rows or things their answers have."""
    found = {name: paging.count(site.query(name), 1) for name in site.queries}
    return {name: size for name, size in found.items() if size > ROWS}


def test_the_pages_of_an_answer_have_all_its_rows_once_and_in_its_order(paged: Site) -> None:
    assert len(long(paged)) >= 4
    for name, size in long(paged).items():
        whole, last = paged.query(name), -(-size // ROWS)
        parts = [paged.part(paged.queries[name], {}, AnswerPart(number)) for number in range(1, last + 1)]
        if isinstance(whole, Table):
            assert [row for part in parts for row in part.rows] == list(whole.rows)  # type: ignore[union-attr]  # a table or a graph, by its query
            assert all(part.variables == whole.variables for part in parts)  # type: ignore[union-attr]  # a table or a graph, by its query
        else:
            assert [each for part in parts for each in part.own] == list(whole.own)  # type: ignore[union-attr]  # a table or a graph, by its query
            subjects = [{each.subject for each in part.own} for part in parts]  # type: ignore[union-attr]  # a table or a graph, by its query
            assert sum(map(len, subjects)) == len(set().union(*subjects))  # no thing is on two pages


def test_a_release_has_every_page_at_a_path_of_its_own_and_a_server_gives_the_same_bytes(
    paged: Site, release: Path
) -> None:
    files = [path.relative_to(release).as_posix() for path in release.rglob("*") if "page=" in path.name]
    assert len(files) > 40
    for file in files:
        bound, _, tail = file.rpartition("page=")
        number, _, suffix = tail.partition(".")
        content = (release / file).read_bytes()
        assert fetch(paged, file).content == content
        if "html" not in suffix:
            found = find(paged, f"{bound.removesuffix('/')}.{suffix}", f"page={number}")
            assert found.exact is not None
            assert found.exact.path == file
    listed = {each["path"] for each in json.loads((release / "manifest.json").read_bytes())["files"]}
    assert set(files) <= listed


def test_the_whole_answer_on_one_page_keeps_its_bytes_and_its_path(doll: Site, ki: Site) -> None:
    for site in (doll, ki):
        for name, query in site.queries.items():
            whole = site.query(name)
            (page,) = (page for page in site.pages[f"query/{name}"] if not page.suffix)
            assert paging.count(whole, site.settings.page_rows) == 1
            assert page.content() == site.bound(query, {})
            assert page.path == f"query/{name}"
            assert page.pager is not None
            assert page.pager.following is None
    assert fetch(doll, "query/lights.csv").links == ()


def test_a_page_links_to_the_others_in_its_own_format(paged: Site) -> None:
    name, size = next((name, size) for name, size in long(paged).items() if paged.queries[name].form == "SELECT")
    last = -(-size // ROWS)
    links = {link.rel: link.target for link in fetch(paged, f"query/{name}/page=2.csv").links}
    assert links["first"] == links["prev"] == f"/query/{name}.csv"
    assert links["last"] == f"/query/{name}/page={last}.csv"
    assert links.get("next") == (f"/query/{name}/page=3.csv" if last > 2 else None)
    assert "prev" not in {link.rel for link in fetch(paged, f"query/{name}.csv").links}
    assert "next" not in {link.rel for link in fetch(paged, f"query/{name}/page={last}.csv").links}


def test_a_page_for_people_leads_to_the_next_and_to_the_whole_in_both_languages(paged: Site, release: Path) -> None:
    name = next(name for name in long(paged) if not paged.queries[name].view)
    swedish = (release / f"query/{name}.sv.html").read_text("utf-8")
    english = (release / f"query/{name}/page=2.en.html").read_text("utf-8")

    assert f'<a href="../query/{name}/page=2.sv.html" rel="next">Nästa sida</a>' in swedish
    assert 'rel="prev"' not in swedish
    assert f'<a href="../../query/{name}.en.html" rel="prev">Previous page</a>' in english
    assert '<nav class="pager" aria-label="Pages of the answer">' in english
    assert "dump/dataset.trig" in english
    assert "– Page 2" in english[: english.index("</title>")]


def test_links_between_the_pages_for_people_lead_to_files_of_the_release(release: Path) -> None:
    pages = [path for path in release.rglob("*.html") if 'class="pager"' in path.read_text("utf-8")]
    assert len(pages) > 10
    for page in pages:
        nav = re.search(r'<nav class="pager".*?</nav>', page.read_text("utf-8"), re.DOTALL)
        assert nav is not None
        for href in re.findall(r'href="([^"]+)"', nav[0]):
            assert (page.parent / href).resolve().is_file(), (page, href)


NO_PAGES = ["page=0", "page=-1", "page=abc", "page=1.5", "page=01", "page=9999999999", "page=%D9%A1"]


@pytest.mark.parametrize("query", NO_PAGES)
@pytest.mark.parametrize("suffix", ["", ".csv", ".sv.html"])
def test_what_is_no_number_of_a_page_is_refused(paged: Site, query: str, suffix: str) -> None:
    name = next(name for name in long(paged) if paged.queries[name].form == "SELECT")
    with pytest.raises(ParameterError, match="takes a whole number from 1 on"):
        find(paged, f"query/{name}{suffix}", query)


@pytest.mark.parametrize("query", ["limit=0", "limit=-1", f"limit={ROWS + 1}", "limit=x"])
def test_a_limit_is_at_most_what_the_site_says(paged: Site, query: str) -> None:
    with pytest.raises(ParameterError, match=f"from 1 to {ROWS}"):
        find(paged, "query/lights.csv", query)


@pytest.mark.parametrize("query", ["page=2&page=2", "page=2&page=3", "limit=1&limit=1"])
def test_a_page_is_asked_for_once(paged: Site, query: str) -> None:
    with pytest.raises(ParameterError, match="given twice"):
        find(paged, "query/lights.csv", query)
    with pytest.raises(ParameterError, match="in the path already"):
        find(paged, "query/lights/page=2.csv", "page=2")


def test_a_page_beyond_the_last_is_not_there(paged: Site, doll: Site) -> None:
    for path in ("query/lights/page=99.csv", "query/lights.csv?page=99", "query/lights/page=99.sv.html"):
        with pytest.raises(NotFoundError, match="there is no page 99"):
            fetch(paged, path)
    with pytest.raises(NotFoundError, match="on one page"):
        fetch(doll, "query/lights/page=2.csv")


@pytest.mark.parametrize("bound", ["page=1", "page=02", "page=x", "page=2/lang=en"])
def test_there_is_one_path_for_each_page(paged: Site, bound: str) -> None:
    path = f"query/lights/{bound}"
    assert path not in paged.pages
    with pytest.raises(NotFoundError):
        find(paged, path)


def test_the_first_page_is_what_stands_without_a_number(paged: Site) -> None:
    assert find(paged, "query/lights.csv", "page=1").exact == find(paged, "query/lights.csv").exact
    assert find(paged, "query/lights.csv", f"page=1&limit={ROWS}").exact == find(paged, "query/lights.csv").exact
    assert find(paged, "query/lights.csv", "page=&limit=").exact == find(paged, "query/lights.csv").exact


def test_fewer_rows_may_be_asked_for_and_the_links_keep_to_that(paged: Site) -> None:
    exact = find(paged, "query/lights.csv", "page=2&limit=1").exact
    assert exact is not None
    assert exact.path == "query/lights.csv?limit=1&page=2"
    found = fetch(paged, exact.path)
    assert found.content.count(b"\r\n") == 2
    assert {link.rel: link.target for link in found.links}["next"] == "/query/lights.csv?limit=1&page=3"
    html = fetch(paged, "query/lights.en.html?limit=1&page=2").content.decode()
    assert 'href="../query/lights.en.html?limit=1&amp;page=3" rel="next"' in html


def test_an_answer_with_values_has_pages_too(paged: Site) -> None:
    for name in long(paged):
        if any(each.kind == "language" for each in paged.queries[name].parameters):
            exact = find(paged, f"query/{name}.json", "page=2&lang=en")
            if paged.queries[name].form == "SELECT":
                assert exact.exact is not None
                assert exact.exact.path == f"query/{name}/lang=en/page=2.json"
                return
    pytest.fail("no query to try")


def test_a_query_that_answers_yes_or_no_has_no_pages(copy: Path) -> None:
    (copy / "queries/any.rq").write_text("#+ summary: {sv: x, en: x}\nASK {}\n")
    with pytest.raises(ParameterError, match="no parameter 'page'"):
        find(samverkan.open(copy), "query/any.json", "page=2")


@pytest.mark.parametrize("name", ["page", "limit"])
def test_no_query_has_a_parameter_that_every_query_has(copy: Path, name: str) -> None:
    head = f"#+ summary: {{sv: x, en: x}}\n#+ parameters:\n#+   {name}: {{type: text}}\n"
    (copy / "queries/own.rq").write_text(f"{head}SELECT * {{ VALUES ?{name} {{ UNDEF }} }}\n")
    with pytest.raises(UnreadableError, match="every query has"):
        _ = samverkan.open(copy).queries


@pytest.mark.parametrize("value", ["0", "true", '"9"', "100001", "1.5", "{ a = 1 }"])
def test_how_many_rows_a_page_has_is_a_whole_number(copy: Path, value: str) -> None:
    toml = copy / "samverkan.toml"
    toml.write_text(f"{toml.read_text()}\n[answers]\nrows = {value}\n")
    with pytest.raises(UnreadableError, match=r"whole number of at least 1 and at most 100000"):
        _ = samverkan.open(copy).settings


TEXTS = st.sampled_from(["", "x", "},{", '},{"x":{', '"bindings":[', "]}}", "{}", "\\", "å\n"]) | st.text(max_size=8)
TERMS = st.none() | TEXTS.map(lambda text: Literal(text.replace("\x00", "").encode("utf-8", "replace").decode()))


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(TERMS, TERMS), max_size=9), st.integers(1, 4), st.booleans())
def test_rows_are_cut_between_rows_whatever_stands_in_them(
    rows: list[tuple[Literal | None, Literal | None]], limit: int, spaced: bool
) -> None:
    named: list[dict[str, Literal | None]] = [dict(zip("xy", row, strict=True)) for row in rows]
    bindings: list[dict[str, Any]] = [
        {name: {"type": "literal", "value": term.value} for name, term in row.items() if term is not None}
        for row in named
    ]
    results = {"head": {"vars": ["x", "y"]}, "results": {"bindings": bindings}}
    table = Table(json.dumps(results, ensure_ascii=False, separators=None if spaced else (",", ":")).encode())

    last = paging.count(table, limit)
    parts = [paging.cut(table, AnswerPart(number), limit) for number in range(1, last + 1)]
    assert last == max(1, -(-len(rows) // limit))
    assert [row for part in parts for row in part.rows] == list(table.rows)  # type: ignore[union-attr]  # a table or a graph, by its query
    for part in parts:
        assert isinstance(part, Table)
        assert len(part.rows) <= limit
        json.loads(part.json)


def test_a_graph_with_blank_nodes_is_one_page() -> None:
    p = NamedNode("https://example.org/p")
    graph = Graph(tuple(Triple(BlankNode(name), p, Literal(name)) for name in "abc"))
    assert paging.count(graph, 1) == 1
    assert paging.cut(graph, AnswerPart(), 1) is graph


def test_every_page_of_data_is_a_whole_document(release: Path) -> None:
    forms = {".json": QueryResultsFormat.JSON, ".xml": QueryResultsFormat.XML, ".tsv": QueryResultsFormat.TSV}
    graphs = {".ttl": RdfFormat.TURTLE, ".nt": RdfFormat.N_TRIPLES, ".rdf": RdfFormat.RDF_XML}
    seen = set()
    for path in release.rglob("page=*"):
        suffix = path.suffix
        if suffix in forms:
            assert len(list(parse_query_results(path.read_bytes(), format=forms[suffix]))) >= 1  # type: ignore[arg-type]
        elif suffix in graphs:
            assert len(list(parse(path.read_bytes(), format=graphs[suffix]))) >= 1
        seen.add(suffix)
    assert {".json", ".xml", ".tsv", ".csv", ".ttl", ".nt", ".rdf", ".html"} <= seen
