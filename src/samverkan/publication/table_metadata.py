"""What the columns of each table mean, for programs: CSVW (W3C, CSV on the Web) and a Data Package (Frictionless)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode

from samverkan.model import media_types, paths
from samverkan.model.namespaces import CSVW, XSD
from samverkan.model.queries import Query, Texts
from samverkan.model.results import Table, Term

if TYPE_CHECKING:
    from samverkan.site.checked_site import CheckedSite

Json = dict[str, Any]

SUFFIX = ".csv-metadata.json"
_CSV = ".csv"
_TEXT = ("string", "string")
# What CSVW and Frictionless call the datatypes of columns; all others are texts.
_DATATYPES: Mapping[str, tuple[str, str]] = {
    f"{XSD}{name}": (name, frictionless)
    for name, frictionless in (
        ("integer", "integer"),
        ("decimal", "number"),
        ("boolean", "boolean"),
        ("date", "date"),
        ("gYear", "year"),
        ("gYearMonth", "yearmonth"),
    )
}


@dataclass(frozen=True)
class _TableColumn:
    """A column: its name, what people call it, and its datatype in CSVW and in Frictionless."""

    name: str
    texts: Texts
    csvw: str
    frictionless: str
    is_iri: bool


def csvw(site: CheckedSite, query: Query) -> bytes:
    """The metadata of the answer of a query in CSV (Metadata Vocabulary for Tabular Data)."""
    return _json(
        {
            "@context": [CSVW, {"@language": site.settings.languages[0]}],
            "url": query.name + _CSV,
            **_annotated("dc:title", query.summary),
            **_annotated("dc:description", query.description),
            **({"dc:license": {"@id": site.settings.license}} if site.settings.license else {}),
            "tableSchema": {"columns": [_csvw_column(each) for each in _columns(site, query)]},
        }
    )


def _csvw_column(column: _TableColumn) -> Json:
    titles = {"und": column.name, **{language: text for language, text in column.texts.items() if language}}
    return {"name": column.name, "titles": titles, "datatype": column.csvw}


def _annotated(key: str, texts: Texts) -> Json:
    values = [{"@value": text, **({"@language": language} if language else {})} for language, text in texts.items()]
    return {key: values} if values else {}


def data_package(site: CheckedSite) -> bytes:
    """The answers of all queries that give tables, as one Data Package (Frictionless Data Package 1)."""
    license_ = site.settings.license
    tables = (query for query in site.queries.values() if query.form == "SELECT")
    return _json(
        {
            "profile": "tabular-data-package",
            "name": "queries",
            "id": site.settings.base + paths.DATASET,
            **_texts("title", site.settings.title, site),
            **_texts("description", site.settings.description, site),
            "homepage": site.settings.base,
            **({"licenses": [{"path": license_}]} if license_ else {}),
            "resources": [_resource(site, query) for query in tables],
        }
    )


def _resource(site: CheckedSite, query: Query) -> Json:
    return {
        "profile": "tabular-data-resource",
        "name": query.name,
        "path": f"{paths.ANSWERS}{query.name}{_CSV}",
        **_texts("title", query.summary, site),
        **_texts("description", query.description, site),
        "format": "csv",
        "mediatype": media_types.CSV,
        "encoding": "utf-8",
        "schema": {"fields": [_field(site, each) for each in _columns(site, query)]},
    }


def _field(site: CheckedSite, column: _TableColumn) -> Json:
    form = {"format": "uri"} if column.is_iri else {}
    return {"name": column.name, **_texts("title", column.texts, site), "type": column.frictionless, **form}


def _texts(key: str, texts: Texts, site: CheckedSite) -> Json:
    """A text in the first language of the site, and beside it in all: Frictionless has one language only."""
    if not texts:
        return {}
    first = texts.get(site.settings.languages[0]) or next(iter(texts.values()))
    return {key: first, f"{key}s": {language or "und": text for language, text in texts.items()}}


def _columns(site: CheckedSite, query: Query) -> Sequence[_TableColumn]:
    """The columns of the answer of a query without values; a column of several datatypes is one of texts."""
    answer = site.bound(query, {})
    assert isinstance(answer, Table)
    kinds: dict[str, set[str]] = {name: set() for name in answer.variables}
    for row in answer.rows:
        for name, kind in _kinds(answer.variables, row):
            kinds[name].add(kind)
    return [_column(query, name, found) for name, found in kinds.items()]


def _kinds(names: Sequence[str], row: Sequence[Term | None]) -> Iterator[tuple[str, str]]:
    for name, term in zip(names, row, strict=True):
        if term is not None:
            yield name, term.datatype.value if isinstance(term, Literal) else type(term).__name__


def _column(query: Query, name: str, kinds: set[str]) -> _TableColumn:
    is_iri = kinds == {NamedNode.__name__}
    kind = next(iter(kinds)) if len(kinds) == 1 else ""
    csvw_type, frictionless = ("anyURI", "string") if is_iri else _DATATYPES.get(kind, _TEXT)
    return _TableColumn(name, query.columns.get(name, {}), csvw_type, frictionless, is_iri)


def _json(content: Json) -> bytes:
    import orjson

    return orjson.dumps(content, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
