"""What stands at an address of a site, and its bytes: the one place that the server and the release both ask."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlencode

from pyoxigraph import NamedNode

from samverkan.errors import NotFoundError, ParameterError
from samverkan.formats import Format, formats_for, profiles_for, typed
from samverkan.model import media_types, paging, paths
from samverkan.model.namespaces import SCHEMA, TYPE
from samverkan.model.paging import FIRST, AnswerPart
from samverkan.model.queries import SUFFIX as QUERY_SUFFIX
from samverkan.model.queries import Parameter, Query
from samverkan.model.representations import LISTED, Link, Resource, Variant
from samverkan.model.results import Bytes, Page
from samverkan.publication import json_schema, table_metadata
from samverkan.publication.html.page import suffix
from samverkan.publication.manifest import items, sums
from samverkan.publication.published import Site
from samverkan.publication.release_file import ReleaseFile
from samverkan.publication.site_map import LANGUAGE
from samverkan.publication.void import publisher_iri

_SLASH = "%2f"
_NOT_ASCII = re.compile("(?:%[89A-Fa-f][0-9A-Fa-f])+")
_MOST_PARAMETERS = 100
_RECENT = 8  # answers whose pages are kept
_SHOWN = 200  # characters of an address that an error repeats
# Who asks for anything gets the data in the language asked for, not a page, nor the text of a query.
_AFTER_DATA = {media_types.HTML: 1, media_types.SPARQL_QUERY: 2}
_UNLISTED = frozenset({table_metadata.SUFFIX})  # what describes a form, and is none of what it describes
# What is sent where nothing is asked for: harvesters of catalogues ask for nothing, and read RDF/XML alone.
_FIRST = {paths.CATALOGUE: media_types.RDF_XML.media_type}


class _PageForm(NamedTuple):
    """A page in one of its forms; `form` is None for bytes as they are."""

    page: Page
    form: Format | None

    @property
    def suffix(self) -> str:
        return self.form.suffix if self.form else self.page.suffix

    def variant(self, language: str | None = None) -> Variant:
        path, mark, values = self.page.path.partition("?")
        kind = self.form.media_type if self.form else media_types.media_type(self.suffix)
        return Variant(f"{path}{self.suffix}{mark}{values}", kind, self.page.language or language)


def find(site: Site, path: str, query: str = "") -> Resource:
    """What stands at a path below the base, as it stands in a URL, with or without suffix and leading slash.

    A canned query takes its parameters in `query`, a query string without its `?`. Raises
    `NotFoundError` where nothing stands there and `ParameterError` for a bad parameter.
    """
    raw = path.removeprefix("/")
    if raw.startswith(paths.THINGS):
        return _thing(site, raw)
    clean = _decoded(raw)
    query = _unspoken(site, clean, query)
    if clean in {paths.SUMS, paths.MANIFEST}:
        media_type = media_types.JSON if clean == paths.MANIFEST else media_types.PLAIN
        variant = Variant(clean, media_type)
        return Resource(clean, variants=(variant,), links=_links(site, clean), exact=variant)
    if clean.startswith(paths.RELEASES):
        return _released(site, clean)
    if clean.endswith("/"):
        return _elsewhere(site, clean, query)
    if clean == paths.DATASET:
        return replace(_negotiable(site, paths.VOID, ""), path=clean, status=HTTPStatus.SEE_OTHER, to=(paths.VOID,))
    return _page(site, clean, query)


def _page(site: Site, clean: str, query: str) -> Resource:
    exact = _exact(site, clean, query)
    if exact is None:
        return _negotiable(site, clean, query)
    whole = _negotiable(site, clean.removesuffix(exact.suffix), query)
    own = exact.variant()
    same = next((each for each in whole.variants if each.path == own.path), own)
    return replace(whole, status=HTTPStatus.OK, exact=same)


def _released(site: Site, path: str) -> Resource:
    """What stands at a path of an earlier release; what is there as it was in one before leads to that."""
    releases = site.pages.releases
    if path.endswith("/") and f"{path}{paths.START}" in site.pages:
        return _page(site, f"{path}{paths.START}", "")
    if f"{path}/{paths.START}" in site.pages:
        return Resource(path, HTTPStatus.PERMANENT_REDIRECT, (f"{path}/",))
    before = releases.elsewhere(path)
    return Resource(path, HTTPStatus.SEE_OTHER, (before,)) if before else _page(site, path, "")


def _decoded(path: str) -> str:
    """A path without percent-encoding (RFC 3986, section 6.2.2.2); an encoded slash is no slash, and nothing has it."""
    if _SLASH in path.lower():
        raise _nothing(path)
    return unquote(path)


def fetch(site: Site, path: str) -> ReleaseFile:
    """The bytes of a variant, by the path that `find` gave it; raises as `find` does."""
    clean, _, query = path.removeprefix("/").partition("?")
    query = _unspoken(site, clean, query)
    if clean == paths.SUMS:
        return sums(site)
    if clean == paths.MANIFEST:
        return next(item for item in items(site) if item.path == paths.MANIFEST)
    found = _exact(site, clean, query)
    if found is None:
        raise _nothing(clean)
    content = found.page.content()
    written = found.form(content, site.context) if found.form else content.content  # type: ignore[union-attr]
    variant = found.variant()
    media_type = typed(found.form, site.context) if found.form else variant.media_type
    return ReleaseFile(variant.path, written, media_type, tuple(_turned(found)))


def _turned(found: _PageForm) -> Iterator[Link]:
    """The other pages of a long answer in the same form (RFC 8288; RFC 5005)."""
    pager = found.page.pager
    last = pager.count() if pager else 1
    if pager is None or last == 1:
        return
    turns = {"first": 1, "prev": pager.number - 1, "next": pager.number + 1, "last": last}
    for rel, number in turns.items():
        if 1 <= number <= last:
            yield Link(rel, f"/{found._replace(page=pager.page(number)).variant().path}")


def _thing(site: Site, path: str) -> Resource:
    """A thing itself: no bytes stand for it, but a document is about it (Digg's rule UM-6)."""
    for name in dict.fromkeys(
        (path, _NOT_ASCII.sub(_characters, path), "" if _SLASH in path.lower() else unquote(path))
    ):
        iri = site.settings.base + name
        document = site.addresses.document(iri)
        if document and document in site.pages:
            variants = tuple(form.variant() for form in _forms(site.pages[document]))
            links = (Link("describedby", f"/{document}"), *_links(site, document, form=False))
            status, to = _redirect_target(site, iri, document)
            return Resource(path, status, to, variants, links)
    raise _nothing(path)


def _characters(escapes: re.Match[str]) -> str:
    """The characters that some escapes stand for, if it is UTF-8 (RFC 3987, section 3.2)."""
    try:
        return unquote(escapes[0], errors="strict")
    except UnicodeDecodeError:
        return escapes[0]


def _redirect_target(site: Site, iri: str, document: str) -> tuple[int, tuple[str, ...]]:
    """The status of a thing's own address, and where it leads: to its document, or to what has replaced it."""
    tombstone = site.tombstones.get(iri)
    if tombstone is None:
        return HTTPStatus.SEE_OTHER, (document,)
    return tombstone.status, tuple(successor.removeprefix(site.settings.base) for successor in tombstone.successors)


def _exact(site: Site, path: str, query: str) -> _PageForm | None:
    """The form at a path with a suffix: a suffix wins over every Accept."""
    folder, slash, name = path.rpartition("/")
    for dot in (place for place, character in enumerate(name) if character == "."):
        for form in _every_form(_pages(site, folder + slash + name[:dot], query)):
            if form.suffix == name[dot:]:
                return form
    return None


def _negotiable(site: Site, path: str, query: str) -> Resource:
    """What stands at a path without suffix, in all forms and languages that it has."""
    pages = _pages(site, path, query)
    if not pages and _is_shape(site, path):
        whole = _negotiable(site, paths.ALL_SHAPES, "")
        return replace(whole, path=path, status=HTTPStatus.SEE_OTHER, to=(paths.ALL_SHAPES,))
    if not pages:
        raise _nothing(path)
    language, twins = _twins(site, path, query)
    own = [(form, language) for form in _forms(pages)]
    others = [(form, locale) for locale, page in twins.items() for form in _forms((page,))]
    every = ((form, locale) for form, locale in (*own, *others) if form.suffix not in _UNLISTED)
    found = [form.variant(None if form.suffix == QUERY_SUFFIX else locale) for form, locale in every]
    first = _FIRST.get(path)
    found.sort(key=lambda variant: (variant.media_type != first, _AFTER_DATA.get(variant.media_type, 0)))
    stem = next((page for page in pages if page.kind is not Bytes), pages[-1]).path
    return Resource(
        stem,
        _status(site, path),
        variants=tuple(found),
        links=(*_links(site, stem), *site.pages.releases.links(path)),
        mementos=site.pages.releases.mementos(path),
        memento=site.pages.releases.memento(path)[0],
    )


def _is_shape(site: Site, path: str) -> bool:
    """Whether a path is the end of a shape's own IRI, which stands in the graph of all shapes."""
    return path.startswith(paths.SHAPES) and path.removeprefix(paths.SHAPES) in site.pages.shape_names


def _status(site: Site, path: str) -> HTTPStatus:
    """303 for a term whose own address this is: a document about it stands at the suffix only."""
    is_term = path.startswith(paths.TERMS) and site.addresses.iri(path) == site.addresses.url(path)
    return HTTPStatus.SEE_OTHER if is_term else HTTPStatus.OK


def _elsewhere(site: Site, path: str, query: str) -> Resource:
    """A path that ends in a slash too many leads to the one without."""
    if path.rstrip("/") not in site.pages:
        raise _nothing(path)
    return Resource(path, HTTPStatus.PERMANENT_REDIRECT, (path.rstrip("/") + (f"?{query}" if query else ""),))


def _forms(pages: tuple[Page, ...]) -> list[_PageForm]:
    """Every form of pages; formats that are written come before files that are served as they are."""
    written = [_PageForm(page, form) for page in pages for form in formats_for(page.kind)]
    return [*written, *(_PageForm(page, None) for page in pages if page.suffix)]


def _every_form(pages: tuple[Page, ...]) -> list[_PageForm]:
    """Every form of pages, and those that nothing leads to."""
    return [*_forms(pages), *(_PageForm(page, form) for page in pages for form in profiles_for(page.kind))]


def _pages(site: Site, path: str, query: str) -> tuple[Page, ...]:
    """The pages at a path; those of the last few answers are kept, for what is found is fetched next."""
    kept, key = site.pages.answers.recent, (path, query)
    if key not in kept:
        found = _found(site, path, query)
        while len(kept) >= _RECENT:
            del kept[next(iter(kept))]
        kept[key] = found
    return kept[key]


def _found(site: Site, path: str, query: str) -> tuple[Page, ...]:
    asked = _asked(site, path)
    values = _values(site, *asked, query) if asked and query else {}
    part = _part(site, *asked, query) if asked and query else FIRST
    if not asked or not (values or part != FIRST):
        return site.pages.get(path, ())
    texts = (page for page in site.pages.get(path, ()) if page.suffix == QUERY_SUFFIX)
    values = {**site.pages.answers.values_in(*asked), **values}
    # A page for people stands where it is asked for, and is not that of the release: its links start from there.
    elsewhere = site.pages.answers.in_query_string(asked[0], values, part)
    html = site.pages.html_answers(elsewhere.path, asked[0], values, part)
    return (*texts, _answer(site, asked[0], values, part), *html)


def _answer(site: Site, canned: Query, values: Mapping[str, str], part: AnswerPart) -> Page:
    """The answer of a canned query: at its place in the release, or behind a `?` where the release has none."""
    return site.pages.answers.anywhere(canned, values, part)


def _part(site: Site, canned: Query, bound: str, query: str) -> AnswerPart:
    """The page of an answer that is asked for; raises `ParameterError`."""
    given = [(name, value) for name, value in _pairs(query) if name in paging.NAMES and value]
    if len(given) > len(dict(given)):
        raise _twice(given[-1][0])
    wanted, found = dict(given), paging.in_path(bound)[1]
    if wanted and canned.form == "ASK":
        canned.parameter(given[0][0])  # which such a query does not have
    if wanted and found != FIRST:
        raise _twice(given[0][0], in_path=True)
    part = paging.part_of(wanted.get(paging.PAGE), wanted.get(paging.LIMIT), site.settings.page_rows)
    return part if wanted else found


def _asked(site: Site, path: str) -> tuple[Query, str] | None:
    """The canned query at a path, and the parameters that the path holds already."""
    room, _, tail = path.partition("/")
    name, _, bound = tail.partition("/")
    return (site.queries[name], bound) if room == paths.QUERIES and name in site.queries else None


def _values(site: Site, canned: Query, bound: str, query: str) -> Mapping[str, str]:
    """The values of a query string, each checked; raises `ParameterError`."""
    values: dict[str, str] = {}
    for name, value in _pairs(query):
        if not value:  # a field of a form that was left empty
            continue
        if name in paging.NAMES and canned.form != "ASK":
            continue
        parameter = canned.parameter(name)
        if bound or (name in values and not parameter.several):
            raise _twice(name, in_path=bool(bound))
        values[name] = site.value(parameter, f"{values[name]}+{value}" if name in values else value)
    return values


def _twice(name: str, *, in_path: bool = False) -> ParameterError:
    return ParameterError(
        name,
        "Parameters stand in the path already." if in_path else f"The parameter '{name}' is given twice.",
        remedy="Give each parameter once, in the query string or in the path.",
        sv=f"Parametern '{name}' är angiven två gånger. Ange varje parameter en gång.",
    )


def _unspoken(site: Site, path: str, query: str) -> str:
    """A query string without languages, at the path of a page: such a page is in the language that its path names."""
    stem = next((path.removesuffix(end) for end in map(suffix, site.settings.languages) if path.endswith(end)), "")
    asked = _asked(site, stem) if query else None
    if asked is None:
        return query
    locales = {parameter.name for parameter in asked[0].parameters if parameter.kind == "language"}
    left = [(name, value) for name, value in _pairs(query) if name not in locales]
    return query if len(left) == len(_pairs(query)) else urlencode(left)


def _pairs(query: str) -> list[tuple[str, str]]:
    """The names and values of a query string; raises `ParameterError` where one is not UTF-8."""
    try:
        return parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except ValueError:  # the name is still to be read, for it is told
        name = next((name for name, value in parse_qsl(query[:_SHOWN]) if "\ufffd" in name + value), "…")
        raise ParameterError(
            name,
            f"The value of the parameter '{name}' is not in UTF-8, or there are too many parameters.",
            remedy="Write it in UTF-8, percent-encoded.",
            sv=f"Värdet på parametern '{name}' är inte i UTF-8, eller så är parametrarna för många. "
            "Skriv det i UTF-8, procentkodat.",
        ) from None


def _twins(site: Site, path: str, query: str) -> tuple[str | None, Mapping[str, Page]]:
    """The language of a page, and the same page in the other languages that it has."""
    if path == paths.INTERFACE:
        first, *others = site.settings.languages
        return first, {locale: site.pages[f"{paths.INTERFACE}/{LANGUAGE}{locale}"][0] for locale in others}
    asked = _asked(site, path)
    if asked is None:
        return None, {}
    canned, bound = asked
    values = {**site.pages.answers.values_in(canned, bound), **_values(site, canned, bound, query)}
    part = _part(site, canned, bound, query)
    parameter = next((each for each in canned.parameters if each.kind == "language"), None)
    if parameter is None or parameter.name in values:
        return values.get(parameter.name) if parameter else None, {}
    default = canned.default(parameter.name)
    return default, dict(_spoken(site, canned, parameter, values, part))


def _spoken(
    site: Site, canned: Query, parameter: Parameter, values: Mapping[str, str], part: AnswerPart
) -> Iterator[tuple[str, Page]]:
    """The answer in every language of the menu but the default."""
    for locale in site.menu(parameter):
        if locale != canned.default(parameter.name):
            yield locale, _answer(site, canned, {**values, parameter.name: locale}, part)


def _links(site: Site, path: str, *, form: bool = True) -> tuple[Link, ...]:
    """FAIR Signposting: what to cite, under which licence, where it is described and what belongs to it.

    A thing itself has no `form`: what is said of that is said of its document.
    """
    about = site.addresses.iri(path) or _version(site, path)
    cited = (Link("cite-as", about),) if about and not path.startswith(paths.GRAPHS) else ()
    license_ = (Link("license", site.settings.license),) if site.settings.license else ()
    return (*cited, *license_, *(_schemas(site, path) if form else ()), *_context(site, path))


def _version(site: Site, path: str) -> str | None:
    """The IRI of the version of the ontology that stands at a path."""
    name = path.removeprefix(paths.TERMS)
    return site.settings.ontology + name if path != name and name in site.ontology_versions else None


def _context(site: Site, path: str) -> Iterator[Link]:
    if path == paths.VOID:
        yield from (Link("item", f"/{form.variant().path}") for form in _forms(site.pages[paths.DUMP]))
    elif path.startswith(f"{paths.QUERIES}/"):
        yield Link("describedby", f"/{paths.QUERIES}")
        yield from _table(site, path)
    elif path.startswith(paths.BULK):
        yield Link("describedby", f"/{paths.VOID}")
        yield Link("describedby", f"/{paths.ALL_SHAPES}")
    elif path.startswith(paths.SHAPES):
        yield Link("collection", f"/{paths.ALL_SHAPES}")


def _schemas(site: Site, path: str) -> Iterator[Link]:
    """What a document is: a page about a thing, whose JSON has the form that the schema of its class describes."""
    iri = site.addresses.iri(path) if path.startswith(paths.DOCUMENTS) else None
    if iri is None or not site.documents.has(path, iri):
        return
    yield Link("type", f"{SCHEMA}AboutPage")
    if site.settings.publisher:
        yield Link("author", publisher_iri(site))
    yield Link("linkset", f"/{paths.LINKSET}", media_types.LINK_SET)
    types = (each.object for each in site.documents.about[iri] if each.predicate == TYPE)
    schemas = (site.schemas.get(each.value) for each in types if isinstance(each, NamedNode))
    for schema in filter(None, schemas):
        yield Link("describedby", f"/{schema}{json_schema.SUFFIX}", media_types.JSON_SCHEMA)


def _table(site: Site, path: str) -> Iterator[Link]:
    """What describes the columns of a table (Model for Tabular Data, section 5.2)."""
    query, _ = _asked(site, path.partition("?")[0]) or (None, "")
    if query and query.form == "SELECT":
        address = f"/{paths.ANSWERS}{query.name}{table_metadata.SUFFIX}"
        yield Link("describedby", address, media_types.CSV_METADATA)


def _nothing(path: str) -> NotFoundError:
    return NotFoundError(
        f"Nothing stands at /{path[:_SHOWN]}.",
        remedy=LISTED["en"],
        sv=f"Det finns inget på /{path[:_SHOWN]}. {LISTED['sv']}",
    )
