"""What the gate passes is published, served and pushed, and its readers read it: a site is put through all of that.

What is found is told as lines of text; nothing is told of a site that the gate refuses.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import logging
import re
import shutil
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from pathlib import Path
from random import Random
from typing import Any, TypeVar
from urllib.parse import quote, unquote, urlsplit
from xml.etree import ElementTree as ET

import html5rdf
import rdflib
from pyld import jsonld as pyld
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    parse,
    parse_query_results,
)
from tests.engines import Engine
from tests.generated_sites import SEED, Dice
from tests.literals import as_written
from tests.live import Live
from tests.reading import ids, links, read

import samverkan
from samverkan.errors import SamverkanError, StoreError
from samverkan.formats import jsonld
from samverkan.limits import QueryLimits
from samverkan.model.endpoint import Endpoint
from samverkan.publication.html import missing
from samverkan.publication.manifest import items
from samverkan.publication.static import write_release
from samverkan.push import of_graphs, push
from samverkan.server.http import headers
from samverkan.server.http.messages import field as header_value
from samverkan.server.job_handler import JobHandler, ready
from samverkan.store.remote import Remote

LIMITS = QueryLimits(seconds=60, bytes=1 << 24, memory=1 << 30)
GRAPHS = {
    ".ttl": (RdfFormat.TURTLE, "turtle"),
    ".nt": (RdfFormat.N_TRIPLES, "nt"),
    ".rdf": (RdfFormat.RDF_XML, "xml"),
    ".jsonld": (RdfFormat.JSON_LD, "json-ld"),
    ".trig": (RdfFormat.TRIG, "trig"),
    ".nq.gz": (RdfFormat.N_QUADS, "nquads"),
}
RESULTS = {
    ".json": (QueryResultsFormat.JSON, "json"),
    ".xml": (QueryResultsFormat.XML, "xml"),
    ".tsv": (QueryResultsFormat.TSV, ""),
}
_SAMPLE = 4  # documents and pages of each site that the slow readers read
_LONG = 60
_PROTOCOLS = ("http:", "https:", "mailto:", "tel:", "#", "data:")

Files = Mapping[str, bytes]
Fault = str
T = TypeVar("T", str, tuple[str, str])


@dataclass
class Tried:
    """What came of some sites: how many were published, with how many files, why others were not, and what is wrong."""

    published: int = 0
    files: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    def __str__(self) -> str:
        total = self.published + self.refused["any"]
        reasons = ", ".join(f"{rule} {count}" for rule, count in self.refused.most_common(12) if rule != "any")
        return (
            f"{total} sites: {self.published} pass the gate and give {self.files} files; "
            f"{self.refused['any']} are refused ({reasons}); {len(self.faults)} faults"
        )


def examined(folder: Path, tried: Tried, engine: Engine | None = None, *, is_served: bool = True) -> None:
    """Put a site through gate, release, readers and, if that is wanted, the server; push it if an engine is given."""
    try:
        refused = gated(folder)
        if isinstance(refused, set):
            tried.refused.update({"any", *refused})
            return
        tried.published += 1
        tried.faults += _faults(refused, tried, engine, is_served=is_served)
    except Exception as error:  # noqa: BLE001 - whatever falls over is a fault of the gate's or the publisher's
        tried.faults.append(_told(error))


def gated(folder: Path) -> samverkan.Site | set[str]:
    """A site, or the rules by which the gate refuses it."""
    try:
        site = samverkan.open(folder)
        report = site.report
    except SamverkanError as error:
        return {type(error).__name__}
    found = {finding.rule for finding in report.findings if finding.severity.name == "VIOLATION"}
    if "broken-check" in found:
        raise AssertionError(str([each.message["en"] for each in report.findings if each.rule == "broken-check"]))
    return found or site


def _told(error: Exception) -> Fault:
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}: {str(error)[:600]} ({Path(where.filename).name}:{where.lineno})"


def _faults(site: samverkan.Site, tried: Tried, engine: Engine | None, *, is_served: bool) -> list[Fault]:
    with tempfile.TemporaryDirectory() as name:
        target = Path(name) / "public"
        target.mkdir()
        write_release(site, target)
        files = {path.relative_to(target).as_posix(): path.read_bytes() for path in target.rglob("*") if path.is_file()}
    tried.files += len(files)
    chance = Random(f"{SEED} {site.root.name}")
    checks: list[Callable[[], Iterable[Fault]]] = [
        *(partial(_same_graph, stem, files, chance) for stem in _stems(files, GRAPHS)),
        *(partial(_same_rows, stem, files) for stem in _stems(files, RESULTS) if f"{stem}.csv" in files),
        *(partial(_page, path, files, site) for path in files if path.endswith(".html")),
        *(partial(_strict_page, path, files[path]) for path in _few(chance, [p for p in files if p.endswith(".html")])),
        *(partial(_plain, path, content) for path, content in files.items()),
        partial(_dumps, site, files),
        *(partial(_other_json, path, iri, site) for path, iri in _few(chance, [*site.documents.paths()])),
        *([partial(_served, site.root, files)] if is_served else []),
        *([partial(_pushed, site, engine)] if engine else []),
    ]
    return [fault for check in checks for fault in _guarded(check)]


def _guarded(check: Callable[[], Iterable[Fault]]) -> Iterator[Fault]:
    try:
        yield from check()
    except Exception as error:  # noqa: BLE001 - a reader may raise anything
        about = getattr(check, "args", ("",))[0]
        yield f"{getattr(check, 'func', check).__name__} {about if isinstance(about, str) else ''}: {_told(error)}"


def _stems(files: Files, suffixes: Mapping[str, Any]) -> list[str]:
    """The paths without suffix that files with some suffixes have."""
    found = (path.removesuffix(suffix) for path in files for suffix in suffixes if path.endswith(suffix))
    return sorted(set(found))


def _few(chance: Random, found: list[T]) -> list[T]:
    return chance.sample(sorted(found), min(_SAMPLE, len(found)))


# ---- graphs


def _same_graph(stem: str, files: Files, chance: Random) -> Iterator[Fault]:
    """Every format of a graph says the same, to every reader."""
    there = {suffix: files[stem + suffix] for suffix in GRAPHS if stem + suffix in files}
    if stem == "context" or "dump/" in stem or not there:
        return
    by_oxigraph = {suffix: _by_oxigraph(content, suffix) for suffix, content in there.items()}
    first = next(iter(by_oxigraph.values()))
    yield from (f"{stem}{suffix} differs" for suffix, found in by_oxigraph.items() if found != first)
    if chance.random() < 0.15 or stem.startswith((".well", "query")):
        yield from _by_others(stem, there)


def _by_others(stem: str, there: Files) -> Iterator[Fault]:
    suffix, content = next(iter(there.items()))
    first = _values(parse(_unpacked(content, suffix), format=GRAPHS[suffix][0]))
    for suffix, content in there.items():
        if (found := _by_rdflib(content, suffix)) != first:
            yield f"{stem}{suffix} is another graph for rdflib: {[*(found ^ first)][:4]}"
    if ".jsonld" in there and (found := _by_pyld(there[".jsonld"])) != first:
        yield f"{stem}.jsonld is another graph for PyLD: {[*(found ^ first)][:4]}"


def _dumps(site: samverkan.Site, files: Files) -> Iterator[Fault]:
    """The dumps hold just what the files of the site say."""
    stated = {Quad(t.subject, t.predicate, t.object, NamedNode(f.graph)) for f in site.published for t in f.triples}
    whole, values = _canonical(stated), _values(stated)
    for suffix in (".trig", ".jsonld", ".nq.gz"):
        content = files[f"dump/dataset{suffix}"]
        if _by_oxigraph(content, suffix) != whole:
            yield f"dump/dataset{suffix} is not what the files say"
        if (found := _by_rdflib(content, suffix)) != values:
            yield f"dump/dataset{suffix} is not what the files say, for rdflib: {[*(found ^ values)][:4]}"
    if (found := _by_pyld(files["dump/dataset.jsonld"])) != values:
        yield f"dump/dataset.jsonld is not what the files say, for PyLD: {[*(found ^ values)][:4]}"
    union = _canonical(Quad(q.subject, q.predicate, q.object, DefaultGraph()) for q in stated)
    if union != _by_oxigraph(files["dump/dataset.ttl"], ".ttl"):
        yield "dump/dataset.ttl is not what the files say"


def _other_json(path: str, iri: str, site: samverkan.Site) -> Iterator[Fault]:
    """The forms of JSON-LD that only the server gives say the same; the linked one with the published context."""
    graph, published = site.documents.document(path, iri), json.loads(jsonld.write_context(site.context))
    quads = [Quad(t.subject, t.predicate, t.object) for t in graph.triples]
    whole, values = _canonical(quads), _values(quads)
    for write_form in (jsonld.write_expanded, jsonld.write_flattened, jsonld.write_linked):
        found = json.loads(write_form(graph, site.context))
        found = {**found, **published} if write_form is jsonld.write_linked else found
        content = json.dumps(found).encode()
        if _by_oxigraph(content, ".jsonld") != whole:
            yield f"{path} differs by {write_form.__name__}"
        if not _by_rdflib(content, ".jsonld") == _by_pyld(content) == values:
            yield f"{path} differs by {write_form.__name__} for rdflib or PyLD"


def _canonical(quads: Iterable[Quad]) -> set[str]:
    """Quads as texts that are the same for the same graph: language tags in lower case, canonical blank nodes."""
    found = Dataset(Quad(q.subject, q.predicate, _folded(q.object), q.graph_name) for q in quads)
    if any(isinstance(term, BlankNode) for quad in found for term in (quad.subject, quad.object)):
        found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in found}


def _folded(term: Any) -> Any:
    if isinstance(term, Literal) and term.language:
        return Literal(term.value, language=term.language.lower(), direction=term.direction)
    return term


def _values(quads: Iterable[Quad]) -> set[str]:
    """The same with each literal as rdflib normalises it, which PyLD does with numbers as well."""
    return _canonical(Quad(q.subject, q.predicate, _normal(q.object), q.graph_name) for q in quads)


def _normal(term: Any) -> Any:
    if not isinstance(term, Literal) or term.language:
        return term
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of weird booleans
        found = rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=True)
    text = str(float(str(found))) if term.datatype.value.endswith("#double") and found.value is not None else str(found)
    return Literal(text, datatype=term.datatype)


def _by_oxigraph(content: bytes, suffix: str) -> set[str]:
    return _canonical(parse(_unpacked(content, suffix), format=GRAPHS[suffix][0]))


def _unpacked(content: bytes, suffix: str) -> bytes:
    return gzip.decompress(content) if suffix.endswith(".gz") else content


def _by_pyld(content: bytes) -> set[str]:
    options = {"format": "application/n-quads", "base": "", "documentLoader": _nothing}
    return _values(parse(pyld.to_rdf(json.loads(content), options).encode(), format=RdfFormat.N_QUADS))


def _nothing(url: str, _: object) -> None:
    raise AssertionError(f"{url} must not be fetched")


def _by_rdflib(content: bytes, suffix: str) -> set[str]:
    found = rdflib.Dataset()
    form = GRAPHS[suffix][1]
    where = found if form in {"trig", "nquads", "json-ld"} else found.default_graph
    with as_written(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        where.parse(data=_unpacked(content, suffix), format=form)
    return _values(_quad(*each) for each in found.quads())


def _quad(subject: Any, predicate: Any, value: Any, graph: Any) -> Quad:
    is_named = graph is not None and str(graph) != "urn:x-rdflib:default"
    return Quad(_term(subject), _term(predicate), _term(value), NamedNode(str(graph)) if is_named else DefaultGraph())


def _term(term: Any) -> Any:
    if isinstance(term, rdflib.Literal):
        datatype = NamedNode(str(term.datatype)) if term.datatype else None
        return Literal(str(term), language=term.language) if term.language else Literal(str(term), datatype=datatype)
    return BlankNode(f"b{str(term).encode().hex()}") if isinstance(term, rdflib.BNode) else NamedNode(str(term))


# ---- tables


def _same_rows(stem: str, files: Files) -> Iterator[Fault]:
    """Every format of a table has the same rows, for every reader."""
    found = {
        suffix: _rows(files[stem + suffix], form) for suffix, (form, _) in RESULTS.items() if stem + suffix in files
    }
    first = found[".json"]
    yield from (f"{stem}{suffix} has other rows" for suffix, rows in found.items() if rows != first)
    if isinstance(first, bool):
        return
    texts = [["" if term is None else _cell(term) for term in row] for row in first]
    wanted = [[_bare(cell) for cell in row] for row in texts]
    if _lines(files[f"{stem}.csv"]) != wanted:
        yield f"{stem}.csv has other rows for csv"
    if (sheet := _lines(files[f"{stem}.safe.csv"])) != wanted and not _has_a_row_for_each_thing(sheet, wanted):
        yield f"{stem}.safe.csv has other rows for csv"
    ET.fromstring(files[f"{stem}.xml"])
    yield from _rows_of_rdflib(stem, files, len(first))


def _lines(content: bytes) -> list[list[str]]:
    """The rows below the headings, as the module `csv` reads them."""
    _, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
    return [[_bare(cell) for cell in line] for line in lines]


def _has_a_row_for_each_thing(sheet: Sequence[Sequence[str]], rows: Sequence[Sequence[str]]) -> bool:
    """Whether a spreadsheet of a list has no more rows or columns, in its cells only values of the answer, and all."""
    known, said = ("\n".join(cell for row in each for cell in row) for each in (rows, sheet))
    fits = len(sheet) <= len(rows) and max(map(len, sheet), default=0) <= max(map(len, rows), default=0)
    pieces = (piece for line in sheet for cell in line for piece in cell.split("; "))
    return fits and all(map(known.__contains__, pieces)) and all(row[0] in said for row in rows)


def _bare(cell: str) -> str:
    """A cell without blank nodes' names, and without what a spreadsheet is protected by."""
    return "_:" if cell.startswith("_:") else cell.replace("'", "")


def _cell(term: Any) -> str:
    if isinstance(term, BlankNode):
        return "_:"
    return str(term.value) if hasattr(term, "value") else f"<<( {term} )>>"


def _rows(content: bytes, form: QueryResultsFormat) -> Any:
    found = parse_query_results(content, format=form)
    if not isinstance(found, QuerySolutions):
        return bool(found)
    return [[BlankNode("b") if isinstance(term, BlankNode) else term for term in row] for row in found]


def _rows_of_rdflib(stem: str, files: Files, count: int) -> Iterator[Fault]:
    for suffix, (_, form) in RESULTS.items():
        if form:
            result = rdflib.query.Result.parse(io.BytesIO(files[stem + suffix]), format=form)
            if len(result) != count:
                yield f"{stem}{suffix} has {len(result)} rows for rdflib, and not {count}"


# ---- pages and other files


def _page(path: str, files: Files, site: samverkan.Site) -> Iterator[Fault]:
    """A page is whole, each of its places is there once, and its links lead somewhere."""
    page = read(files[path])
    text, root = files[path].decode(), urlsplit(site.settings.base).path
    anchors = [element.attributes["id"] for element in page.all(*_WITH_IDS) if "id" in element.attributes]
    yield from (f"{path} has two places {name!r}" for name, times in Counter(anchors).items() if times > 1)
    here = ids(text)
    for link in links(_LICENSED.sub("", text)):
        target, _, place = link.partition("#")
        if target.lower().startswith(_PROTOCOLS) or (not target and place):
            if not target and place and unquote(place) not in here:
                yield f"{path} leads to a place that it has not: {link[:120]}"
            continue
        if not _is_there(path, target, files, root):
            yield f"{path} leads nowhere: {link[:200]!r}"


# The licence that programs find in the head is an IRI of any scheme, as in the header `Link`.
_LICENSED = re.compile(r'<link rel="license" href="[A-Za-z][A-Za-z0-9+.-]*:[^"]*">')

_WITH_IDS = (
    "a",
    "p",
    "li",
    "ol",
    "ul",
    "section",
    "div",
    "main",
    "form",
    "input",
    "select",
    "details",
    "td",
    "tr",
    "h2",
)


def _is_there(path: str, target: str, files: Files, root: str) -> bool:
    """Whether a link on a page leads to a file; an empty one, or the folder, leads to a page.

    Links are relative, but for those of the page that is shown anywhere: they begin at the path of the base, `root`.
    """
    if target.startswith("/"):
        if path != missing.PATH + ".html" or not target.startswith(root):
            return False
        target = target.removeprefix(root)
    parts = path.split("/")[:-1]
    for part in unquote(target.partition("?")[0]).split("/"):
        parts = parts[:-1] if part == ".." else parts if part in {".", ""} else [*parts, part]
    whole = "/".join(parts)
    return whole in files or any(name in files for name in (f"{whole}/index.html", "index.html" if not whole else ""))


def _strict_page(path: str, content: bytes) -> Iterator[Fault]:
    """A page has no error that the parser of browsers knows."""
    parser = html5rdf.HTMLParser()
    parser.parse(content.decode())
    wrong = {code for _, code, _ in parser.errors} - {"invalid-codepoint"}  # a text may have any character
    if wrong:
        yield f"{path} is no HTML: {wrong}"


def _plain(path: str, content: bytes) -> Iterator[Fault]:
    """JSON and XML can be read."""
    if path.endswith((".json", ".jsonld")):
        json.loads(content, parse_constant=_no_constant)
    if path.endswith((".xml", ".rdf", ".svg")):
        ET.fromstring(content)
    yield from ()


def _no_constant(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


# ---- the server


def _served(folder: Path, files: Files) -> Iterator[Fault]:
    """The server starts, and gives the same bytes, with headers that HTTP allows."""
    site = samverkan.open(folder)
    handler = ready(site, LIMITS)
    for path, content in files.items():
        told, body = handler({"do": "fetch", "path": path})
        if "error" in told:
            yield f"{path} is not served: {told['error']['en'][:200]}"
        elif body != content:
            yield f"{path} is served with other bytes"
    things = [f"/id/{quote(iri.removeprefix(site.settings.base + 'id/'), safe=_ASIS)}" for iri in _own(site)]
    for address in (*(f"/{quote(path, safe=_ASIS)}" for path in files), *things):
        yield from _found(handler, address)


_ASIS = "/~=:;@&$!'()*+,"


def _own(site: samverkan.Site) -> list[str]:
    return sorted(iri for iri in site.documents.about if iri.startswith(f"{site.settings.base}id/"))


def _found(handler: JobHandler, address: str) -> Iterator[Fault]:
    told, _ = handler({"do": "find", "path": address, "query": ""})
    if "error" in told:
        yield f"{address[:200]} is not found: {told['error']['en'][:200]}"
        return
    resource = samverkan.publication.resolver.find(handler.site, address)
    given = [*headers.links(resource, "/"), *((name, headers.address(to, "/")) for name, to in enumerate(resource.to))]
    given += [pair for each in resource.variants for pair in headers.content(each, '"x"')]
    for name, value in given:
        if not header_value(value).isascii():
            yield f"{address[:200]} has the header {name}: {value!r}"


def through_the_door(folder: Path) -> list[Fault]:
    """What of a release the server, as it is started, doesn't give over HTTP, or gives with other bytes."""
    with Live(folder) as live:
        answers = {item.path: live.ask(f"/{quote(item.path, safe='/~=')}") for item in items(samverkan.open(folder))}
        found = {item.path: item.content for item in items(samverkan.open(folder))}
    return [
        f"{path}: {answer.status}"
        for path, answer in answers.items()
        if answer.status != HTTPStatus.OK or answer.body != found[path]
    ]


# ---- engines


def _pushed(site: samverkan.Site, engine: Engine) -> Iterator[Fault]:
    """The site is pushed, which verifies what is then there."""
    endpoint = Endpoint(engine.query, engine.update, engine.graph_store, None, _LONG)
    try:
        push(of_graphs(site.graphs), Remote(endpoint, tuple(site.graphs), site.settings.base), endpoint)
    except StoreError as error:  # a number outside of its type is an integer there, which is told
        if "^^<http://www.w3.org/2001/XMLSchema#" not in str(error) or "does not hold" not in str(error):
            yield str(error)


# ---- the command


def main(count: int, first: int = 0) -> None:
    """Try some sites, and tell what is wrong."""
    from tests import engines

    logging.disable(logging.CRITICAL)
    tried, began = Tried(), time.monotonic()
    with engines.oxigraph() as engine, tempfile.TemporaryDirectory() as name:
        for number in range(first, first + count):
            before = len(tried.faults)
            folder = Dice(number).site(Path(name) / f"site-{number}")
            examined(folder, tried, engine if number % 10 == 0 else None, is_served=number % 5 == 0)
            shutil.rmtree(folder)
            for fault in tried.faults[before:]:
                print(f"site {number}: {fault}", flush=True)  # noqa: T201 - for a person
            if (number - first) % 100 == 99:
                print(f"… {tried}", flush=True)  # noqa: T201 - for a person, too
    print(f"{tried} in {time.monotonic() - began:.0f} s, seed {SEED}")  # noqa: T201 - for a person, too
