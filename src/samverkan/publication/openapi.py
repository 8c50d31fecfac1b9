"""The interface of a site in OpenAPI 3.1.1: every canned query, every format, every page, and how each may fail.

Formats, suffixes and media types come from `FORMATS`, parameters from the heads of the queries,
values and answers from the site itself. Beside each text `x-texts` has it in every language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from pyoxigraph import Literal, NamedNode

from samverkan.formats import Format, formats_for, negotiated
from samverkan.model import addresses, media_types, paging, paths, problems
from samverkan.model.iris import uri
from samverkan.model.queries import KINDS, LONGEST_TEXT, SUFFIX, Parameter, Query, Texts
from samverkan.model.results import BooleanResult, Content, Graph, Quads, Table
from samverkan.model.sparql import LONGEST_QUERY
from samverkan.publication import json_schema
from samverkan.publication.query_catalogue import answer_of, formats
from samverkan.site.querying import default
from samverkan.version import __version__

if TYPE_CHECKING:
    from samverkan.model.results import Answer
    from samverkan.site.checked_site import CheckedSite

Json = dict[str, Any]

LONGEST_MENU = 200  # values that a drop-down still shows
LARGEST_EXAMPLE = 2048  # bytes of an answer that is shown
EXAMPLES_FROM = 5000  # statements: on a larger site the answers that are shown come from a few of its things

_OPENAPI = f"{paths.INTERFACE}.json"
_FEW = 5
_TEXT: Json = {"type": "string"}
_PAGE: Json = {media_types.HTML: {"schema": _TEXT}}  # what a browser gets
_ANSWERS: Mapping[type[Content], str] = {Table: "Table", BooleanResult: "Verdict", Graph: "JsonLd", Quads: "JsonLd"}


@dataclass(frozen=True)
class ResponseDescription:
    """A response that is no plain answer: its HTTP status, what it means, and its title where it is a problem."""

    status: HTTPStatus
    words: Texts
    title: Texts | None = None


# The problems by the ends of their types (RFC 9457). The server process has their names and titles too.
_PROBLEMS: Mapping[str, ResponseDescription] = {
    name: ResponseDescription(each.status, each.description, each.title) for name, each in problems.PROBLEMS.items()
}
# Problems that share a status wherever they may happen.
_CONFUSED = ("malformed-query", "refused-query", "bad-parameter")
_UNAVAILABLE = ("busy", "too-slow", "too-large")
_OR = "_or_"

_TITLE: Texts = {"sv": "Länkade data", "en": "Linked data"}
_ABOUT: Texts = {
    "sv": "Färdiga frågor, egna frågor i SPARQL och dokument om varje sak. Varje svar har en adress för varje format: "
    "ett suffix går före Accept. En webbläsare får sidor för människor, på det språk som Accept-Language säger, "
    "också om fel. Varje adress som tar GET tar också HEAD. Alla sidor svarar med ETag, och med 304 "
    "på en If-None-Match som stämmer.",
    "en": "Canned queries, queries of your own in SPARQL, and a document about each thing. Every answer has an address "
    "for every format: a suffix wins over Accept. A browser gets pages for people, in the language that "
    "Accept-Language says, of errors too. Every address that takes GET takes HEAD as well. All pages answer with an "
    "ETag, and with 304 to an If-None-Match that fits.",
}
_SUMMARIES: Mapping[str, Texts] = {
    "catalogue": {"sv": "De färdiga frågorna som data", "en": "The canned queries as data"},
    "query-text": {"sv": "En färdig fråga som text", "en": "A canned query as text"},
    "sparql": {"sv": "Ställ en egen fråga i SPARQL", "en": "Ask a query of your own in SPARQL"},
    "sparql-post": {"sv": "Ställ en lång fråga i SPARQL", "en": "Ask a long query in SPARQL"},
    "thing": {"sv": "En sak: leder till dokumentet om den", "en": "A thing: leads to the document about it"},
    "document": {"sv": "Dokumentet om en sak", "en": "The document about a thing"},
    "graph": {"sv": "En namngiven graf", "en": "A named graph"},
    "dump": {"sv": "Allt i en fil", "en": "Everything in one file"},
    "inferred": {"sv": "Det som följer av uppgifterna, i en fil", "en": "What follows from the facts, in one file"},
    "void": {"sv": "Vad datamängden innehåller", "en": "What the dataset holds"},
    "openapi": {"sv": "Den här beskrivningen", "en": "This description"},
    "health": {"sv": "Om tjänsten svarar", "en": "Whether the service answers"},
}
_DESCRIPTIONS: Mapping[str, Texts] = {
    "catalogue": {
        "sv": "Varje färdig fråga med sitt namn, sina parametrar och sin adress.",
        "en": "Each canned query with its name, its parameters and its address.",
    },
    "query-text": {
        "sv": "Frågan som den står i webbplatsens filer, med huvudet som beskriver den.",
        "en": "The query as it stands in the files of the site, with the head that describes it.",
    },
    "sparql": {
        "sv": "SPARQL 1.1 Protocol. Utan fråga: vad tjänsten kan. En SELECT eller ASK ger en tabell, en CONSTRUCT "
        "eller DESCRIBE en graf. Webbplatsens prefix behöver inte deklareras. Varje format har också en egen adress, "
        "som /sparql.csv?query=…",
        "en": "SPARQL 1.1 Protocol. Without a query: what the service can do. A SELECT or ASK gives a table, a "
        "CONSTRUCT or DESCRIBE a graph. The prefixes of the site need not be declared. Each format has an address of "
        "its own too, such as /sparql.csv?query=…",
    },
    "sparql-post": {
        "sv": "Som GET, för frågor som är för långa för en adress.",
        "en": "As with GET, for queries that are too long for an address.",
    },
    "thing": {
        "sv": "Sakens egen adress. 303 leder till dokumentet; en ersatt sak ger 308, en delad 300, en indragen 410.",
        "en": "The address of the thing itself. 303 leads to the document; a replaced thing gives 308, one that was "
        "split 300, one that was withdrawn 410.",
    },
    "document": {
        "sv": "Allt som sägs om saken. Formatet väljs med Accept, eller med ett suffix efter namnet, som .ttl.",
        "en": "All that is said of the thing. Accept chooses the format, or a suffix after the name, such as .ttl.",
    },
    "graph": {
        "sv": "Det som en av webbplatsens filer säger. Formatet väljs med Accept, eller med ett suffix efter namnet.",
        "en": "What one of the files of the site says. Accept chooses the format, or a suffix after the name.",
    },
    "dump": {
        "sv": "Alla uppgifter, i de grafer som de står i.",
        "en": "All facts, in the graphs in which they stand.",
    },
    "inferred": {
        "sv": "Det som inte är sagt, men följer av det sagda enligt ontologin.",
        "en": "What is not stated, but follows from what is, by the ontology.",
    },
    "void": {
        "sv": "Datamängdens storlek, licens, utgivare, grafer och filer.",
        "en": "The size, licence, publisher, graphs and files of the dataset.",
    },
    "openapi": {"sv": "Gränssnittet i OpenAPI 3.1.", "en": "The interface in OpenAPI 3.1."},
    "health": {
        "sv": "För den som övervakar tjänsten: vilken version av uppgifterna den svarar med.",
        "en": "For those who watch the service: with which release of the facts it answers.",
    },
}
_AT_SUFFIX: Texts = {"sv": "Detsamma som {path}, i ett format.", "en": "The same as {path}, in one format."}
# What the operations that every site has are about: each with its words and the names of its operations.
_OWN_TAGS: Mapping[str, tuple[Texts, frozenset[str]]] = {
    "queries": (
        {"sv": "De färdiga frågorna själva.", "en": "The canned queries themselves."},
        frozenset({"catalogue", "query-text", "query"}),
    ),
    "sparql": (
        {"sv": "Egna frågor i SPARQL.", "en": "Queries of your own in SPARQL."},
        frozenset({"sparql", "sparql-post"}),
    ),
    "documents": (
        {"sv": "Saker, och vad som sägs om dem.", "en": "Things, and what is said of them."},
        frozenset({"thing", "document", "graph"}),
    ),
    "downloads": (
        {"sv": "Hela datamängden.", "en": "The whole dataset."},
        frozenset({"dump", "inferred", "void"}),
    ),
    "service": (
        {"sv": "Tjänsten själv.", "en": "The service itself."},
        frozenset({"openapi", "health"}),
    ),
}
_TAGGED: Texts = {"sv": "Färdiga frågor med ämnesordet {tag}.", "en": "Canned queries with the tag {tag}."}
_PARTS: Mapping[str, Texts] = {
    "kind": {"sv": "Sakens slag", "en": "The kind of thing"},
    "name": {"sv": "Sakens namn", "en": "The name of the thing"},
    "graph": {"sv": "Grafens namn", "en": "The name of the graph"},
    "query-name": {"sv": "Frågans namn", "en": "The name of the query"},
    "page": {
        "sv": "Vilken sida av ett långt svar, från 1. HTTP-huvudet Link leder till de andra, och 404 betyder att sidan "
        "inte finns. Alla uppgifter på en gång finns i /dump/dataset.",
        "en": "Which page of a long answer, from 1. The Link header leads to the others, and 404 means that there is "
        "no such page. All facts at once are in /dump/dataset.",
    },
    "limit": {
        "sv": "Hur många rader, eller saker i en graf, som en sida har",
        "en": "How many rows, or things of a graph, are on a page",
    },
    "query": {"sv": "Frågan, i SPARQL 1.1", "en": "The query, in SPARQL 1.1"},
    "query-for-table": {
        "sv": "Frågan, i SPARQL 1.1: en SELECT, eller en ASK där formatet har sant och falskt",
        "en": "The query, in SPARQL 1.1: a SELECT, or an ASK where the format has true and false",
    },
    "query-for-graph": {
        "sv": "Frågan, i SPARQL 1.1: en CONSTRUCT eller DESCRIBE. Utelämnad: vad tjänsten kan",
        "en": "The query, in SPARQL 1.1: a CONSTRUCT or DESCRIBE. Left out: what the service can do",
    },
    "answer-format": {
        "sv": "Svarets format, som suffix utan punkt; går före Accept",
        "en": "The format of the answer, as a suffix without its dot; it wins over Accept",
    },
    "default-graph-uri": {
        "sv": "Grafer att fråga i, i stället för alla",
        "en": "Graphs to ask, instead of all of them",
    },
    "named-graph-uri": {"sv": "Grafer som GRAPH når", "en": "Graphs that GRAPH reaches"},
    "inferred": {
        "sv": "Om frågan också ställs till det som följer av uppgifterna enligt ontologin, i grafen /graph/inferred. "
        "Utan betydelse där grafer är valda.",
        "en": "Whether the query is asked of what follows from the facts by the ontology as well, in the graph "
        "/graph/inferred. Without effect where graphs are chosen.",
    },
}
_ANY: Texts = {"sv": "Utelämnad: alla.", "en": "Left out: any."}
# What is neither a plain answer nor a problem.
_ELSEWHERE: Mapping[str, ResponseDescription] = {
    "not-modified": ResponseDescription(
        HTTPStatus.NOT_MODIFIED, {"sv": "Oförändrat sedan sist.", "en": "Not changed since last time."}
    ),
    "see-other": ResponseDescription(
        HTTPStatus.SEE_OTHER, {"sv": "Dokumentet om saken.", "en": "The document about the thing."}
    ),
    "permanent-redirect": ResponseDescription(
        HTTPStatus.PERMANENT_REDIRECT, {"sv": "Saken som ersätter den.", "en": "The thing that replaces it."}
    ),
    "multiple-choices": ResponseDescription(
        HTTPStatus.MULTIPLE_CHOICES,
        {
            "sv": "Flera saker ersätter den: HTTP-huvudet Link leder till dem, och detta sägs än om den.",
            "en": "Several things replace it: the Link header leads to them, and this is still said of it.",
        },
    ),
    "gone": ResponseDescription(
        HTTPStatus.GONE,
        {"sv": "Den har dragits in, och detta sägs än om den.", "en": "It is withdrawn, and this is still said of it."},
    ),
}
_LEADS: Mapping[str, str] = {
    "see-other": "Location",
    "permanent-redirect": "Location",
    "multiple-choices": "Link",
}
_STILL_SAID = ("multiple-choices", "gone")
_RESPONSES: Mapping[str, ResponseDescription] = {**_PROBLEMS, **_ELSEWHERE}
_HEADERS: Mapping[str, Texts] = {
    "ETag": {"sv": "Vilken version det är.", "en": "Which version it is."},
    "Location": {"sv": "Dit den leder.", "en": "Where it leads."},
    "Link": {"sv": "Dit den leder, med rel som säger hur.", "en": "Where it leads, with a rel that says how."},
    "Retry-After": {"sv": "Om hur många sekunder du kan försöka igen.", "en": "In how many seconds to try again."},
}
_THING_RESPONSES = ("see-other", "permanent-redirect", "multiple-choices", "gone", "not-found", "not-acceptable")
_PLAIN: Mapping[str, tuple[str, Json]] = {
    "openapi": (f"/{_OPENAPI}", {"type": "object"}),
    "health": ("/healthz", {"$ref": "#/components/schemas/Health"}),
}
_CHOSEN = ("default-graph-uri", "named-graph-uri", "inferred")
_SAMPLE = "SELECT * WHERE { ?thing ?property ?value } LIMIT 10"
_SAMPLE_GRAPH = "CONSTRUCT WHERE { ?thing ?property ?value } LIMIT 10"
_ASKED: tuple[type[Content], ...] = (Table, BooleanResult, Graph)

# What a parameter of each kind takes, where it has no menu (see `samverkan.model.queries`).
_KINDS: Mapping[str, Json] = {
    "iri": {"type": "string", "format": "iri", "pattern": "^[A-Za-z][A-Za-z0-9+.-]*:"},
    "date": {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
    "language": _TEXT,
    "text": {"type": "string", "maxLength": LONGEST_TEXT},
    "integer": {"type": "integer", "minimum": 1 - 10**18, "maximum": 10**18 - 1},
}
_TERM: Json = {
    "type": "object",
    "required": ["type", "value"],
    "properties": {
        "type": {"enum": ["uri", "literal", "bnode"]},
        "value": _TEXT,
        "xml:lang": _TEXT,
        "datatype": {"type": "string", "format": "iri"},
    },
}
_DOCUMENT = "Document.any"
_NO_KEY = re.compile("[^A-Za-z0-9._-]")
_LOCAL = "#/components/schemas/"


def _table_of(row: Json) -> Json:
    """SPARQL 1.1 Query Results JSON with rows of a form."""
    head = {"type": "object", "properties": {"vars": {"type": "array", "items": _TEXT}}}
    bindings = {"bindings": {"type": "array", "items": row}}
    results = {"type": "object", "required": ["bindings"], "properties": bindings}
    return {"type": "object", "required": ["head", "results"], "properties": {"head": head, "results": results}}


_SCHEMAS: Mapping[str, Json] = {
    "Table": _table_of({"type": "object", "additionalProperties": {"$ref": "#/components/schemas/Term"}}),
    "Term": _TERM,
    "Verdict": {"type": "object", "required": ["boolean"], "properties": {"boolean": {"type": "boolean"}}},
    "JsonLd": {"type": "object"},
    "Health": {
        "type": "object",
        "required": ["status", "release", "statements"],
        "properties": {"status": {"const": "ok"}, "release": _TEXT, "statements": {"type": "integer"}},
    },
    "Problem": {
        "type": "object",
        "required": ["type", "title", "status"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": _TEXT,
        },
    },
}


_SPARQL: Json = {"type": "string", "maxLength": LONGEST_QUERY}
_ASKING: Json = {"name": "query", "in": "query", "schema": _SPARQL}
_GRAPHS: Json = {"type": "array", "items": {"$ref": "#/components/schemas/Graph"}}
_FORM: Json = {
    "type": "object",
    "required": ["query"],
    "properties": {"query": _SPARQL, **dict.fromkeys(_CHOSEN[:2], _GRAPHS), "inferred": {"type": "boolean"}},
}
_BODY: Json = {
    "required": True,
    "content": {
        media_types.URL_ENCODED: {"schema": _FORM, "example": {"query": _SAMPLE}},
        media_types.SPARQL_QUERY: {"schema": _SPARQL, "example": _SAMPLE},
    },
}


def document(site: CheckedSite, language: str) -> bytes:
    """The interface of a site, its texts in `language` where it has them; the same bytes in every process."""
    import orjson

    return orjson.dumps(_Interface(site, language).json())


@dataclass(frozen=True)
class _Operation:
    """One thing that can be done at an address.

    `content` is what it answers by media type; `others` are the names of its other responses
    and `parameters` those of its parameters, among the components.
    """

    name: str
    words: Json
    content: Json
    others: Sequence[str] = ()
    parameters: Sequence[str] = ()
    tags: Sequence[str] = ()

    def json(self) -> Json:
        """The Operation Object."""
        parameters = [_component("parameters", name) for name in self.parameters]
        own = [tag for tag, (_, names) in _OWN_TAGS.items() if self.name.partition("_")[0] in names]
        return {
            "operationId": self.name,
            "tags": [*self.tags] or own,
            **self.words,
            **({"parameters": parameters} if parameters else {}),
            "responses": self._responses(),
        }

    def _responses(self) -> Json:
        """What comes back by status; what shares one stands there together. Our own fault is always possible."""
        answer = {"description": "OK", "headers": _header("ETag"), "content": self.content}
        by_status: dict[str, list[str]] = {}
        for name in self.others:
            by_status.setdefault(str(int(_RESPONSES[name].status)), []).append(name)
        others = {status: _component("responses", _OR.join(by_status[status])) for status in sorted(by_status)}
        refused = {} if any(status.startswith("4") for status in others) else {"4XX": _component("responses", "fault")}
        answered = {"200": answer} if self.content else {}
        return {**answered, **others, **refused, "default": _component("responses", "fault")}


@dataclass(frozen=True)
class _TextWriter:
    """Writes texts in one language, and beside them in all."""

    site: CheckedSite
    language: str

    def localised(self, **texts: Texts) -> Json:
        """Texts by their keys; one without a language is `und` among all, as BCP 47 has it."""
        there = {key: found for key, found in texts.items() if found}
        every = {key: {language or "und": text for language, text in found.items()} for key, found in there.items()}
        return {**{key: self.pick(found) for key, found in there.items()}, "x-texts": every}

    def pick(self, texts: Texts) -> str:
        """A text in the language asked for, else in the first of the site's languages that it has, else in any."""
        wanted = (self.language, *self.site.settings.languages, "en", *texts)
        return next(texts[language] for language in wanted if language in texts)

    def words(self, name: str, suffix: str = "", path: str = "") -> Json:
        """The texts of an operation of ours; one at a suffix leaves the rest to the other."""
        about = _filled(_AT_SUFFIX, path=f"/{path}") if suffix else _DESCRIPTIONS[name]
        return self.localised(summary=_suffixed(_SUMMARIES[name], suffix), description=about)


@dataclass(frozen=True)
class _Interface(_TextWriter):
    """The interface of a site on its way to JSON."""

    def json(self) -> Json:
        """The OpenAPI Object."""
        return {
            "openapi": "3.1.1",
            "info": self._info(),
            "servers": [{"url": "."}],  # wherever this document stands, the rest stands beside it
            "security": [],  # nobody has to say who they are
            "tags": list(self._tags()),
            "paths": dict(self._paths()),
            "components": _Components(self.site, self.language, self._few).json(),
        }

    def _tags(self) -> Iterator[Json]:
        """The tags of the queries, then ours."""
        tags = sorted({tag for query in self.site.queries.values() for tag in query.tags} - _OWN_TAGS.keys())
        words = {tag: _filled(_TAGGED, tag=tag) for tag in tags} | {tag: own for tag, (own, _) in _OWN_TAGS.items()}
        yield from ({"name": tag, **self.localised(description=about)} for tag, about in words.items())

    def _info(self) -> Json:
        license_ = self.site.settings.license
        return {
            **self.localised(title=self.site.settings.title or _TITLE, description=_ABOUT),
            "version": __version__,
            "contact": self._contact(),
            **({"license": {"name": license_, "url": uri(license_)}} if license_ else {}),
        }

    def _contact(self) -> Json:
        """The Contact Object: who publishes the site and where it is, and whom to write to if anybody reads that."""
        settings = self.site.settings
        mailbox = {"email": settings.contact.email} if settings.contact else {}
        return {**self.localised(name=settings.publisher), "url": uri(settings.base), **mailbox}

    def _paths(self) -> Iterator[tuple[str, Json]]:
        """Every address with its Path Item Object."""
        yield from self._page("catalogue", paths.QUERIES, Graph, _PAGE)
        for query in self.site.queries.values():
            yield from self._query(query)
        yield f"/{paths.QUERIES}/{{query-name}}{SUFFIX}", self._query_text()
        yield f"/{paths.SPARQL}", self._sparql()
        for form in formats_for(*_ASKED):
            yield f"/{paths.SPARQL}{form.suffix}", self._sparql_at(form)
        yield "/id/{kind}/{name}", _get("thing", self.words("thing"), {}, _THING_RESPONSES, ("kind", "name"))
        yield from self._pages("document", paths.DOCUMENTS + "{kind}/{name}", ("kind", "name"))
        yield from self._pages("graph", paths.GRAPHS + "{graph}", ("graph",))
        yield from self._page("dump", paths.DUMP, Quads)
        if self.site.inferred:
            yield from self._page("inferred", paths.INFERRED_DUMP, Quads)
        yield from self._page("void", paths.VOID, Graph)
        for name, (path, schema) in _PLAIN.items():
            yield path, _get(name, self.words(name), {media_types.JSON: {"schema": schema}})

    def _page(self, name: str, path: str, kind: type[Content], more: Json | None = None) -> Iterator[tuple[str, Json]]:
        """A page at its address without a suffix, where `Accept` chooses, `more` too, and with each suffix."""
        content = {**_content(formats_for(kind), kind), **(more or {})}
        yield f"/{path}", _get(name, self.words(name), content, ("not-modified", "not-acceptable"))
        yield from self._twins(name, path, kind)

    def _twins(self, name: str, path: str, kind: type[Content]) -> Iterator[tuple[str, Json]]:
        for form in formats_for(kind):
            words = self.words(name, form.suffix, path)
            yield f"/{path}{form.suffix}", _get(f"{name}_{form.name}", words, _content([form], kind), ("not-modified",))

    def _pages(self, name: str, path: str, parts: Sequence[str]) -> Iterator[tuple[str, Json]]:
        """Graphs at many addresses, without and with suffix."""
        content = _content(formats_for(Graph), Graph)
        if name == "document":
            content[media_types.JSON_LD.media_type] = {"schema": _component("schemas", _DOCUMENT)}
        others = ("not-modified", "not-found", "not-acceptable")
        yield f"/{path}", _get(name, self.words(name), {**content, **_PAGE}, others, parts)

    def _query_text(self) -> Json:
        content = {media_types.SPARQL_QUERY: {"schema": _TEXT}}
        return _get("query-text", self.words("query-text"), content, ("not-modified", "not-found"), ("query-name",))

    def _query(self, query: Query) -> Iterator[tuple[str, Json]]:
        """A canned query at its address, with an answer in the format that comes first."""
        forms = formats(query)
        content = {**_content(forms, answer_of(query)), media_types.SPARQL_QUERY: {"schema": _TEXT}, **_PAGE}
        first = content[forms[0].media_type] | self._example(self._few.query(query.name), forms[0])
        content[forms[0].media_type] = first | _rows_of(query, forms[0])
        words = self.localised(summary=query.summary, description=query.description)
        yield f"/{paths.QUERIES}/{query.name}", _canned(query, words, content)

    @cached_property
    def _few(self) -> CheckedSite:
        """The site with a few of its things, which costs little to ask every query."""
        return self.site.sample(EXAMPLES_FROM)

    def _example(self, answer: Answer, form: Format) -> Json:
        """A small answer as it really is; none where it is large."""
        written = form(answer, self.site.context)
        return {"example": _shown(written, form)} if len(written) <= LARGEST_EXAMPLE else {}

    def _sparql(self) -> Json:
        """GET and both forms of POST (SPARQL 1.1 Protocol, section 2.1)."""
        content = {**_content(formats_for(*_ASKED), *_ASKED), **_PAGE}
        others = (*_CONFUSED, "not-acceptable", *_UNAVAILABLE)
        parameters = ("query", *_CHOSEN, "answer-format")
        asked = _Operation("sparql", self.words("sparql"), content, ("not-modified", *others), parameters)
        posted = _Operation("sparql-post", self.words("sparql-post"), content, others)
        return {"get": asked.json(), "post": {**posted.json(), "requestBody": _BODY}}

    def _sparql_at(self, form: Format) -> Json:
        """GET at the suffix of a format, for programs that can ask by nothing but an address."""
        kinds = [kind for kind in _ASKED if kind.__name__ in form.writes]
        query = "query-for-graph" if Graph in kinds else "query-for-table"
        others = ("not-modified", *_CONFUSED, "not-acceptable", *_UNAVAILABLE)
        words, content = self.words("sparql", form.suffix, paths.SPARQL), _content([form], *kinds)
        return {"get": _Operation(f"sparql_{form.name}", words, content, others, (query, *_CHOSEN)).json()}


@dataclass(frozen=True)
class _Components(_TextWriter):
    """What the operations of a site share; `few` is the site with a few of its things."""

    few: CheckedSite

    def json(self) -> Json:
        """The Components Object."""
        return {
            "schemas": {
                **_SCHEMAS,
                **self._documents(),
                **dict(self._tables()),
                "Graph": _choice(
                    [*self.site.documents.graphs(), *(self.site.inferred.graphs if self.site.inferred else ())]
                ),
                **self._menu_schemas(),
            },
            "parameters": {**self._parts(), **dict(self._parameters())},
            "responses": dict(self._responses()),
            "headers": {
                name: {**self.localised(description=words), "schema": _TEXT} for name, words in _HEADERS.items()
            },
        }

    def _documents(self) -> Json:
        """The form of the JSON of a document: that of the class of the thing, where one is promised."""
        classes = {
            f"{_NO_KEY.sub('_', path.removeprefix(paths.SCHEMAS))}Document": iri
            for iri, path in self.site.schemas.items()
        }
        own = {key: json_schema.component(self.site, iri, _LOCAL) for key, iri in classes.items()}
        every = {"anyOf": [*(_component("schemas", key) for key in own), _component("schemas", "JsonLd")]}
        shared = json_schema.definitions(self.site, _LOCAL) if own else {}
        return {**shared, **own, _DOCUMENT: every}

    def _tables(self) -> Iterator[tuple[str, Json]]:
        """The rows of each query that gives a table, column by column."""
        for query in self.site.queries.values():
            answer = self.few.query(query.name) if query.form == "SELECT" else None
            if isinstance(answer, Table):
                columns = {name: _component("schemas", "Term") for name in answer.variables}
                row = {"type": "object", "properties": columns}
                yield f"{query.name}.Row", row
                yield _rows(query), _table_of(_component("schemas", f"{query.name}.Row"))

    def _menu_schemas(self) -> Json:
        """The values of every menu, once for all the parameters that have it."""
        every = ((query, parameter) for query in self.site.queries.values() for parameter in query.parameters)
        found = {_menu_key(query, parameter, self.site): parameter for query, parameter in every}
        menus = {key: self._menu(found[key]) for key in sorted(found)}
        return {key: _choice(menu) for key, menu in menus.items() if menu}

    def _menu(self, parameter: Parameter) -> Sequence[str]:
        """The values that a parameter takes, as a person would write them; none where it takes any of its kind."""
        return self.site.names(parameter, self.site.menu(parameter))

    def _parameters(self) -> Iterator[tuple[str, Json]]:
        for query in self.site.queries.values():
            for parameter in query.parameters:
                yield _key(query, parameter), self._parameter(query, parameter)

    def _parameter(self, query: Query, parameter: Parameter) -> Json:
        """A parameter of a canned query, with a value that it really takes."""
        menu = self._menu(parameter)
        value = self._default(query, parameter, menu)
        schema = _component("schemas", _menu_key(query, parameter, self.site)) if menu else _KINDS[parameter.kind]
        return {
            "name": parameter.name,
            "in": "query",
            **self.localised(description=_described(query, parameter)),
            "schema": schema if value is None else {**schema, "default": value},
            **_example_of(next(iter(menu), None) if value in {None, ""} else value),
        }

    def _default(self, query: Query, parameter: Parameter, menu: Sequence[str]) -> str | int | None:
        """The default of a parameter, as a person would write it, where it has one that it takes."""
        term = default(query, parameter)
        if not isinstance(term, NamedNode | Literal):
            return None
        if menu:
            short = dict(zip(self.site.menu(parameter), menu, strict=True))
            return short.get(term.value)
        if not KINDS[parameter.kind].has(term):
            return None
        return int(term.value) if parameter.kind == "integer" else term.value

    def _parts(self) -> Json:
        """The parameters that are not those of canned queries."""
        things = _things(self.site)
        kind, name = next(iter(things.items()), (None, None))
        documents = (self.site.addresses.document(graph) or "" for graph in self.site.documents.graphs())
        graphs = [path.removeprefix(paths.GRAPHS) for path in documents if path.startswith(paths.GRAPHS)]
        parts: Mapping[str, Json] = {
            "kind": {"in": "path", "schema": _choice(list(things)), **_example_of(kind)},
            "name": {"in": "path", "schema": _TEXT, **_example_of(name)},
            "graph": {"in": "path", "schema": _choice(graphs), **_example_of(next(iter(graphs), None))},
            "page": {"in": "query", "schema": {"type": "integer", "minimum": 1, "default": 1}, "example": 1},
            "limit": {"in": "query", "schema": self._limit(), "example": self.site.settings.page_rows},
            "query-name": {"in": "path", "schema": _choice(list(self.site.queries))},
            "query": {"in": "query", "schema": _SPARQL, "example": _SAMPLE},
            "query-for-table": {**_ASKING, "required": True, "example": _SAMPLE},
            "query-for-graph": {**_ASKING, "example": _SAMPLE_GRAPH},
            "answer-format": {"name": "format", "in": "query", "schema": _choice(_suffixes())},
            **{name: {"in": "query", "schema": _GRAPHS} for name in _CHOSEN[:2]},
            "inferred": {"in": "query", "schema": self._switch()},
        }
        return {name: self._part(name, part) for name, part in parts.items()}

    def _switch(self) -> Json:
        able = self.site.has_inferred()
        return {"type": "boolean", "default": able, **({} if able else {"enum": [False]})}

    def _limit(self) -> Json:
        most = self.site.settings.page_rows
        return {"type": "integer", "minimum": 1, "maximum": most, "default": most}

    def _part(self, name: str, part: Json) -> Json:
        needed = {"required": True} if part["in"] == "path" else {}
        return {"name": name, **self.localised(description=_PARTS[name]), **needed, **part}

    def _responses(self) -> Iterator[tuple[str, Json]]:
        for name, reply in _ELSEWHERE.items():
            leads = {"headers": _header(_LEADS[name])} if name in _LEADS else {}
            says = {"content": {**_content(formats_for(Graph), Graph), **_PAGE}} if name in _STILL_SAID else {}
            yield name, {**self.localised(description=reply.words), **leads, **says}
        for names in (*((name,) for name in _PROBLEMS), _CONFUSED, _UNAVAILABLE):
            yield _OR.join(names), self._problem(names)

    def _problem(self, names: Sequence[str]) -> Json:
        """The response to one or several ways to fail, with an example of each (RFC 9457)."""
        texts = [_PROBLEMS[name].words for name in names]
        words = {language: " ".join(each[language] for each in texts) for language in texts[0]}
        content = {
            "schema": _component("schemas", "Problem"),
            "examples": {name: {"value": self._example(name)} for name in names},
        }
        waits = {"headers": _header("Retry-After")} if names[0] in _UNAVAILABLE else {}
        return {**self.localised(description=words), **waits, "content": {media_types.PROBLEM: content, **_PAGE}}

    def _example(self, name: str) -> Json:
        """What a problem says at least; its type is the address of its response in this document."""
        kind = f"{uri(self.site.settings.base)}{_OPENAPI}#/components/responses/{name}"
        problem = _PROBLEMS[name]
        title, detail = self.pick(problem.title or problem.words), self.pick(problem.words)
        return {"type": kind, "title": title, "status": int(problem.status), "detail": detail}


def _get(name: str, words: Json, content: Json, others: Sequence[str] = (), parameters: Sequence[str] = ()) -> Json:
    """The Path Item Object of an address that takes GET alone."""
    return {"get": _Operation(name, words, content, others, parameters).json()}


def _canned(query: Query, words: Json, content: Json) -> Json:
    """The Path Item Object of a canned query."""
    others = ("not-modified", "bad-parameter", "not-found", "not-acceptable", *_UNAVAILABLE)
    names = [_key(query, parameter) for parameter in query.parameters]
    names += [] if query.form == "ASK" else [*paging.NAMES]
    return {"get": _Operation(f"query_{query.name}", words, content, others, names, query.tags).json()}


def _content(forms: Iterable[Format], *kinds: type[Content]) -> dict[str, Json]:
    """Formats by their media types, each with the schema of what it writes of some kinds of content.

    What is packed comes as what is in it to a client that takes its coding.
    """
    found = negotiated(forms)
    unpacked = {form.inside: {"schema": _TEXT} for form in found if form.inside}
    return {form.media_type: {"schema": _schema(form, kinds)} for form in found} | unpacked


def _schema(form: Format, kinds: Sequence[type[Content]]) -> Json:
    if not form.text:
        return {}
    if not form.media_type.endswith("json"):
        return _TEXT
    found = [_component("schemas", _ANSWERS[kind]) for kind in kinds if kind.__name__ in form.writes]
    return found[0] if len(found) == 1 else {"anyOf": found}


def _rows_of(query: Query, form: Format) -> Json:
    """The schema of a query's answer in a format, where that is JSON."""
    return {"schema": _component("schemas", _rows(query))} if form.media_type.endswith("json") else {}


def _rows(query: Query) -> str:
    """The name of the schema of a query's answer among the components."""
    return f"{query.name}.Rows" if query.form == "SELECT" else _ANSWERS[answer_of(query)]


def _header(name: str) -> Json:
    return {name: _component("headers", name)}


def _component(room: str, name: str) -> Json:
    return {"$ref": f"#/components/{room}/{name}"}


def _suffixes() -> list[str]:
    """The formats of answers, those of tables first: most queries give one."""
    return [form.suffix[1:] for kind in _ASKED for form in formats_for(kind) if kind is not BooleanResult]


def _choice(values: Sequence[str]) -> Json:
    """One of some values; of many, only the first few are named."""
    if not values:
        return _TEXT
    return {**_TEXT, "enum": list(values)} if len(values) <= LONGEST_MENU else {**_TEXT, "examples": [*values[:_FEW]]}


def _example_of(value: object) -> Json:
    return {} if value is None else {"example": value}


def _shown(written: bytes, form: Format) -> Any:
    """What was written, as it looks inside of a JSON document."""
    import orjson

    return orjson.loads(written) if form.media_type.endswith("json") else written.decode()


def _suffixed(texts: Texts, suffix: str) -> Texts:
    return {language: f"{text} ({suffix})" if suffix else text for language, text in texts.items()}


def _filled(texts: Texts, **slots: str) -> Texts:
    return {language: text.format(**slots) for language, text in texts.items()}


def _described(query: Query, parameter: Parameter) -> Texts:
    """What a parameter is called, what it takes, and what it means to leave it out."""
    label, (start, end) = parameter.label, parameter.span
    anything = query.text[start:end].strip().upper() == "UNDEF"
    return {
        language: f"{label.get(language) or next(iter(label.values()), parameter.name)}: {takes}."
        + (f" {_ANY[language]}" if anything else "")
        for language, takes in parameter.takes.items()
    }


def _key(query: Query, parameter: Parameter) -> str:
    """The name of a parameter among the components."""
    return f"{query.name}.{parameter.name}"


def _menu_key(query: Query, parameter: Parameter, site: CheckedSite) -> str:
    """The name of a menu among the components: the same for all parameters that share it."""
    if parameter.kind == "language":
        return "languages"
    if parameter.values or not (parameter.menu or parameter.instances_of):
        return _key(query, parameter)
    source = parameter.menu or site.prefixes.compact(str(parameter.instances_of))
    return re.sub(r"[^A-Za-z0-9._-]+", "-", f"{parameter.kind}.{source}")


def _things(site: CheckedSite) -> Mapping[str, str]:
    """Every kind of thing with the name of the first that has not been withdrawn, as they stand in a path."""
    start, found = site.settings.base + paths.THINGS, dict[str, str]()
    for iri in site.documents.about:
        kind, _, name = iri.removeprefix(start).partition("/")
        if iri.startswith(start) and name and "/" not in name and kind not in found and iri not in site.tombstones:
            found[kind] = name
    return {addresses.segment(kind): addresses.segment(name) for kind, name in found.items()}
