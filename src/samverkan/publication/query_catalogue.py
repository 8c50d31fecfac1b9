"""The canned queries of a site as data: what each asks, what it takes, and the forms of its answer.

The words are those of SHACL Advanced Features (section 5 and 6.1) with `schema:target`, as the
SPARQL editors of the SIB Swiss Institute of Bioinformatics read them, and their word for DESCRIBE.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING

from pyoxigraph import Literal, Triple

from samverkan.formats import Format, formats_for
from samverkan.model import paths
from samverkan.model.namespaces import COLLECTION, DCAT, DCTERMS, RDFS, SCHEMA, SH, SPARQL_EXAMPLES, TYPE, XSD
from samverkan.model.queries import Parameter, Query, Texts
from samverkan.model.results import BooleanResult, Content, Graph, Table
from samverkan.publication.void import Fact, described, linked, literals, stated, typed
from samverkan.site.querying import default

if TYPE_CHECKING:
    from samverkan.site.checked_site import CheckedSite


_TITLE: Texts = {"sv": "Färdiga frågor", "en": "Canned queries"}

# For each form of query its content, its class and the property that holds its text.
_FORMS: Mapping[str, tuple[type[Content], str, str]] = {
    "SELECT": (Table, f"{SH}SPARQLSelectExecutable", f"{SH}select"),
    "ASK": (BooleanResult, f"{SH}SPARQLAskExecutable", f"{SH}ask"),
    "CONSTRUCT": (Graph, f"{SH}SPARQLConstructExecutable", f"{SH}construct"),
    "DESCRIBE": (Graph, f"{SPARQL_EXAMPLES}SPARQLDescribeExecutable", f"{SPARQL_EXAMPLES}describe"),
}
_DATATYPES: Mapping[str, str] = {"date": "date", "integer": "integer", "language": "string", "text": "string"}


def catalogue(site: CheckedSite) -> Graph:
    """Every canned query of a site, every parameter, and the prefixes that a free query need not declare."""
    base = site.settings.base
    queries = (_query(base, query) for query in site.queries.values())
    return described(base + paths.QUERIES, chain(_whole(site), _prefixes(site), *queries))


def answer_of(query: Query) -> type[Content]:
    """The kind of content that a query gives."""
    return _FORMS[query.form][0]


def formats(query: Query) -> tuple[Format, ...]:
    """The formats that the answer of a query has, the preferred one first."""
    return formats_for(answer_of(query))


def _whole(site: CheckedSite) -> Iterator[Triple]:
    base = site.settings.base
    return stated(
        base + paths.QUERIES,
        *linked(TYPE.value, COLLECTION),
        *literals(f"{DCTERMS}title", _TITLE),
        *linked(f"{DCTERMS}hasPart", *(_iri(base, query) for query in site.queries.values())),
        *linked(f"{SH}declare", *(_prefix_iri(base, prefix) for prefix in site.prefixes.table)),
    )


def _prefixes(site: CheckedSite) -> Iterator[Triple]:
    for prefix, namespace in site.prefixes.table.items():
        yield from stated(
            _prefix_iri(site.settings.base, prefix),
            *linked(TYPE.value, f"{SH}PrefixDeclaration"),
            (f"{SH}prefix", Literal(prefix)),
            typed(f"{SH}namespace", namespace, "anyURI"),
        )


def _prefix_iri(base: str, prefix: str) -> str:
    return f"{base}{paths.QUERIES}#prefix-{prefix}"


def _iri(base: str, query: Query) -> str:
    return f"{base}{paths.QUERIES}/{query.name}"


def _query(base: str, query: Query) -> Iterator[Triple]:
    """One query, its parameters and the addresses of its answer."""
    _, executable, text = _FORMS[query.form]
    yield from stated(
        _iri(base, query),
        *linked(TYPE.value, f"{SH}SPARQLExecutable", executable),
        *_words(query),
        (text, Literal(query.text)),
        *linked(f"{SH}parameter", *(_parameter_iri(base, query, each) for each in query.parameters)),
        *linked(f"{SCHEMA}target", base + paths.SPARQL),
        *linked(f"{DCTERMS}hasFormat", *(_iri(base, query) + form.suffix for form in formats(query))),
    )
    for parameter in query.parameters:
        yield from _parameter(base, query, parameter)
    for form in formats(query):
        yield from stated(_iri(base, query) + form.suffix, (f"{DCTERMS}format", Literal(form.media_type)))


def _words(query: Query) -> Iterator[Fact]:
    """What a query is called and asks. The editors show `rdfs:comment`, catalogues `dcterms:description`."""
    yield from literals(f"{RDFS}label", query.summary)
    yield from literals(f"{RDFS}comment", query.description or query.summary)
    yield from literals(f"{DCTERMS}description", query.description)
    for tag in query.tags:
        yield f"{DCAT}keyword", Literal(tag)


def _parameter(base: str, query: Query, parameter: Parameter) -> Iterator[Triple]:
    """A parameter; its name is the end of its IRI, as SHACL has it (section 6.2.1)."""
    iri = _parameter_iri(base, query, parameter)
    return stated(
        iri,
        *linked(TYPE.value, f"{SH}Parameter"),
        *linked(f"{SH}path", iri),
        *literals(f"{SH}name", parameter.label),
        *literals(f"{RDFS}comment", parameter.takes),
        typed(f"{SH}optional", "true", "boolean"),
        *_values(base, query, parameter),
    )


def _values(base: str, query: Query, parameter: Parameter) -> Iterator[Fact]:
    """What a parameter takes, and what it is if it is not given."""
    if parameter.kind in _DATATYPES:
        yield from linked(f"{SH}datatype", f"{XSD}{_DATATYPES[parameter.kind]}")
    else:
        yield from linked(f"{SH}nodeKind", f"{SH}IRI")
    if parameter.instances_of:
        yield from linked(f"{SH}class", parameter.instances_of)
    if parameter.menu:
        yield from linked(f"{RDFS}seeAlso", f"{base}{paths.QUERIES}/{parameter.menu}")
    value = default(query, parameter)
    if value is not None:
        yield f"{SH}defaultValue", value


def _parameter_iri(base: str, query: Query, parameter: Parameter) -> str:
    return f"{_iri(base, query)}#{parameter.name}"
