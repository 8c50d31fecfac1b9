"""A canned query: a whole `.rq` file with a head of `#+` YAML lines and typed parameters.

A parameter is one block `VALUES ?name { default }`; `Query.bind` puts a term in its place that
the RDF library built and serialised. Nothing is ever pasted into the text of a query.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from pyoxigraph import Literal, NamedNode

from samverkan.errors import ParameterError, Place, UnreadableError
from samverkan.sparql import Bound, telling, tokens, word

SUFFIX = ".rq"
LONGEST_TEXT = 1000

_HEAD = "#+"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,8}(?:-[a-z0-9]{1,8})*", re.IGNORECASE)
_XSD = "http://www.w3.org/2001/XMLSchema#"

Texts = Mapping[str, str]

VIEWS: Mapping[str, frozenset[str]] = {
    "sources": frozenset({"graph", "status"}),
    "evidence": frozenset({"evidence", "about", "property", "value", "status"}),
    "notes": frozenset({"note", "about"}),
    "search": frozenset({"thing"}),
    "list": frozenset({"item"}),
    "timeline": frozenset({"item", "start"}),
    "levels": frozenset({"group", "order", "level"}),
    "matrix": frozenset({"row", "column"}),
    "flows": frozenset({"flow"}),
}
"""What an answer may be drawn as, each view with the columns that it can't do without."""

ROLES = frozenset({"sources", "evidence", "notes", "search"})
"""The views that the pages of a site are made with: a site has at most one query for each."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a canned query.

    `kind` is a key of `KINDS`. What it takes may be a list (`values`), the instances of a
    class (`instances_of`, an IRI) or the first column of another canned query (`menu`).
    `span` is where its block's content stands in the text of the query.
    """

    name: str
    kind: str
    label: Texts
    span: tuple[int, int]
    instances_of: str | None = None
    menu: str | None = None
    values: tuple[str, ...] = ()

    @property
    def source(self) -> tuple[object, ...]:
        """Where its menu comes from: parameters with the same source have the same menu."""
        return (self.kind, self.values, self.menu, self.instances_of)

    @property
    def takes(self) -> Texts:
        """What the parameter takes, in words of Swedish and English."""
        named = self.kind == "iri" and (self.menu or self.instances_of or self.values)
        return _NAMED if named else KINDS[self.kind].takes


@dataclass(frozen=True)
class Kind:
    """A type of parameter: what it takes in words, and how a text becomes a SPARQL term."""

    takes: Texts
    term: Any


@dataclass(frozen=True)
class Query:
    """A canned query: its address (`name`), its SPARQL text and what its head says.

    `view` is a key of `VIEWS` or empty, `columns` what people call the columns of the answer,
    and `home` the place on the start page of a query that stands there.
    """

    name: str
    text: str
    place: Place
    summary: Texts = field(default_factory=dict)
    description: Texts = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    view: str = ""
    columns: Mapping[str, Texts] = field(default_factory=dict)
    home: int | None = None

    @cached_property
    def form(self) -> str:
        """`SELECT`, `ASK`, `CONSTRUCT` or `DESCRIBE`: the first such word outside of comments."""
        words = (word(token) for token in tokens(self.text))
        return next((word for word in words if word in {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}), "SELECT")

    def parameter(self, name: str) -> Parameter:
        """Look a parameter up; raises `ParameterError` that names those there are."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        known = ", ".join(parameter.name for parameter in self.parameters)
        has = f"Its parameters are: {known}." if known else "It has no parameters."
        har = f"Den har: {known}." if known else "Den har inga parametrar."
        raise ParameterError(
            name,
            f"The query '{self.name}' has no parameter '{name}'.",
            remedy=has,
            sv=f"Frågan '{self.name}' har ingen parameter '{name}'. {har}",
        )

    def default(self, name: str) -> str | None:
        """The plain text that stands in the text of the query for a parameter; None where it is no plain text."""
        start, end = self.parameter(name).span
        found = re.fullmatch(r"\s*([\"'])([^\"'\\]*)\1\s*", self.text[start:end])
        return found[2] if found else None

    def bind(self, values: Mapping[str, str]) -> str:
        """Give parameters values and return the SPARQL 1.1 text to run.

        Raises `ParameterError` where a name is unknown or a value is not of the parameter's kind.
        """
        blocks = sorted(((self.parameter(name).span, self._term(name, value)) for name, value in values.items()))
        text, shift = self.text, 0
        for (start, end), term in blocks:
            text = f"{text[: start + shift]} {term} {text[end + shift :]}"
            shift += len(term) + 2 - (end - start)
        return Bound.of(text, self.text)

    def _term(self, name: str, value: str) -> str:
        parameter = self.parameter(name)
        try:
            return str(KINDS[parameter.kind].term(value))
        except ValueError:
            raise ParameterError(
                name,
                f"{value!r} is not a value of the parameter '{name}'.",
                remedy=f"It takes {parameter.takes['en']}.",
                sv=f"{value!r} är inte ett värde för parametern '{name}'. Den tar {parameter.takes['sv']}.",
            ) from None


def _iri(value: str) -> NamedNode:
    if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", value):
        raise ValueError(value)
    return NamedNode(value)


def _date(value: str) -> Literal:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
        raise ValueError(value)
    return Literal(date.fromisoformat(value).isoformat(), datatype=NamedNode(f"{_XSD}date"))


def _language(value: str) -> Literal:
    if not _LANGUAGE.fullmatch(value):
        raise ValueError(value)
    return Literal(value.lower())


def _text(value: str) -> Literal:
    if len(value) > LONGEST_TEXT or "\x00" in value:
        raise ValueError(value)
    value.encode()  # a lone surrogate is no text; UnicodeEncodeError is a ValueError
    return Literal(value)


def _integer(value: str) -> Literal:
    if not re.fullmatch(r"[+-]?\d{1,18}", value, re.ASCII):
        raise ValueError(value)
    return Literal(str(int(value)), datatype=NamedNode(f"{_XSD}integer"))


_NAMED: Texts = {
    "sv": "ett namn, som den sista delen av en IRI, eller en hel IRI",
    "en": "a name, such as the last part of an IRI, or a whole IRI",
}

KINDS: Mapping[str, Kind] = {
    "iri": Kind({"sv": "en hel IRI", "en": "an absolute IRI"}, _iri),
    "date": Kind({"sv": "ett datum som ÅÅÅÅ-MM-DD", "en": "a date as YYYY-MM-DD"}, _date),
    "language": Kind({"sv": "ett språk, som sv eller en", "en": "a language tag, such as sv or en"}, _language),
    "text": Kind(
        {"sv": f"en text på högst {LONGEST_TEXT} tecken", "en": f"a text of at most {LONGEST_TEXT} characters"}, _text
    ),
    "integer": Kind({"sv": "ett heltal", "en": "a whole number"}, _integer),
}


def iris(query: Query) -> Iterator[tuple[str, Place]]:
    """The IRIs that a query names, in full or by a prefix it declares, each with its first line."""
    declared = _declared(query.text)
    seen: set[str] = set()
    for token in tokens(query.text):
        prefix, colon, local = (token["curie"] or "").partition(":")
        iri = token["iri"][1:-1] if token["iri"] else ""
        if colon and local and prefix in declared:
            iri = declared[prefix] + re.sub(r"\\(.)", r"\1", local)
        if iri and iri not in seen and iri not in declared.values():
            seen.add(iri)
            yield iri, Place(query.place.file, query.text.count("\n", 0, token.start()) + 1)


def _declared(sparql: str) -> dict[str, str]:
    """The prefixes that a query declares, each with its namespace."""
    found = telling(sparql)
    return {
        name["curie"][:-1]: iri["iri"][1:-1]
        for keyword, name, iri in zip(found, found[1:], found[2:], strict=False)
        if word(keyword) == "PREFIX" and (name["curie"] or "").endswith(":") and iri["iri"]
    }


def read(text: str, file: str) -> Query:
    """Read the text of a `.rq` file whose path, relative to the site, is `file`.

    Raises `UnreadableError` with file and line where the head is not YAML, or head and body
    do not agree about the parameters.
    """
    name = file.rpartition("/")[2].removesuffix(SUFFIX)
    place = Place(file)
    if not _NAME.fullmatch(name):
        raise UnreadableError(
            f"'{name}' can't be the name of a query.", remedy="Use a-z, 0-9 and single hyphens.", place=place
        )
    head = _head(text, file)
    return Query(
        name=name,
        text=text,
        place=place,
        summary=_texts(head.get("summary", name), "summary", file),
        description=_texts(head.get("description", ""), "description", file),
        tags=_list(head.get("tags") or [], "tags", file),
        parameters=tuple(_parameters(head, text, file)),
        view=_view(head.get("view") or "", file),
        columns=_columns(head.get("columns") or {}, file),
        home=_home(head["home"], file) if "home" in head else None,
    )


def check_answer(query: Query, columns: Collection[str]) -> None:
    """See that the columns of an answer are those that the head of its query speaks of.

    Raises `UnreadableError` where the view lacks something that it needs, or a column has a
    name for people but does not exist. A label, `xLabel`, may be named as what it labels, `x`.
    """
    _check_view(query, columns)
    unknown = ", ".join(name for name in query.columns if name not in columns and f"{name}Label" not in columns)
    if unknown:
        raise UnreadableError(
            f"'columns' names what the query does not select: {unknown}.",
            remedy=f"Its columns are: {', '.join(columns)}.",
            place=query.place,
            sv=f"'columns' nämner kolumner som frågan inte har: {unknown}. Den har: {', '.join(columns)}.",
        )


def _check_view(query: Query, columns: Collection[str]) -> None:
    missing = ", ".join(sorted(VIEWS[query.view] - set(columns))) if query.view else ""
    if missing:
        raise UnreadableError(
            f"The view '{query.view}' needs columns that the query does not select: {missing}.",
            remedy="Add them after SELECT, or take the view away.",
            place=query.place,
            sv=f"Vyn '{query.view}' behöver kolumner som frågan inte har: {missing}. "
            "Lägg till dem efter SELECT, eller ta bort vyn.",
        )
    if query.view == "search" and not any((one.name, one.kind) == ("text", "text") for one in query.parameters):
        raise UnreadableError(
            "The view 'search' needs a parameter 'text' of the type text.",
            remedy="Add it to the head, and VALUES ?text { UNDEF } to the query.",
            place=query.place,
            sv="Vyn 'search' behöver en parameter 'text' av typen text. "
            "Lägg till den i huvudet, och VALUES ?text { UNDEF } i frågan.",
        )


def check_roles(canned: Iterable[Query]) -> None:
    """See that no two queries of a site have the same view of `ROLES`; raises `UnreadableError` that names both."""
    found: dict[str, Query] = {}
    for query in canned:
        first = found.setdefault(query.view, query) if query.view in ROLES else query
        if first is not query:
            raise UnreadableError(
                f"Two queries have the view '{query.view}': {first.place.file} and {query.place.file}.",
                remedy="A site has one: take it away from one of them.",
                place=query.place,
                sv=f"Två frågor har vyn '{query.view}': {first.place.file} och {query.place.file}. "
                "En webbplats har en: ta bort den från en av dem.",
            )


def _view(view: object, file: str) -> str:
    if not isinstance(view, str) or (view and view not in VIEWS):
        raise UnreadableError(
            f"There is no view {view!r}.",
            remedy=f"The views are {', '.join(VIEWS)}.",
            place=Place(file),
            sv=f"Det finns ingen vy {view!r}. Vyerna är {', '.join(VIEWS)}.",
        )
    return view


def _columns(columns: object, file: str) -> Mapping[str, Texts]:
    if not isinstance(columns, dict):
        raise UnreadableError(
            "'columns' must be names of columns, each with its texts.",
            remedy="Write #+ columns: {name: {sv: …, en: …}}",
            place=Place(file),
            sv="'columns' ska vara kolumnernas namn, vart och ett med sina texter. "
            "Skriv #+ columns: {namn: {sv: …, en: …}}",
        )
    return {name: _texts(text, f"columns: {name}", file) for name, text in columns.items()}


def _home(place: object, file: str) -> int:
    if not isinstance(place, str) or not re.fullmatch(r"\d{1,9}", place, re.ASCII):
        raise UnreadableError(
            "'home' must be a whole number: the place of the query on the start page.",
            remedy="Write #+ home: 1",
            place=Place(file),
            sv="'home' ska vara ett heltal: frågans plats på startsidan. Skriv #+ home: 1",
        )
    return int(place)


def _head(text: str, file: str) -> dict[str, Any]:
    """The keys and values of the head. Every value is a text: `no` is Norwegian, `010` no number."""
    import yaml

    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.startswith(_HEAD)]
    content = "\n".join(line[len(_HEAD) :].removeprefix(" ").rstrip("\r") for _, line in lines)
    numbers = [number for number, _ in lines] or [1]
    # The base loader makes texts, lists and mappings, and nothing else.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        head = yaml.load(content, Loader=loader) or {}  # noqa: S506
        twice = next(_doubles(yaml.compose(content, Loader=loader), set()), None)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it can't be read"
        raise UnreadableError(
            f"The head of the query is not YAML: {problem}.",
            remedy="Check indents and quotes of the lines that begin with #+.",
            place=Place(file, numbers[min(mark.line, len(numbers) - 1) if mark else 0]),
        ) from None
    if twice:
        place = Place(file, numbers[twice.start_mark.line])
        raise UnreadableError(f"The head says '{twice.value}' twice.", remedy="Take one away.", place=place)
    if not isinstance(head, dict):
        raise UnreadableError(
            "The head of the query must be keys and values.",
            remedy="Write #+ summary: …",
            place=Place(file, numbers[0]),
        )
    return head


def _doubles(node: Any, seen: set[int]) -> Iterator[Any]:
    """The keys of a YAML node that stand there a second time; one node, met by many aliases, is looked at once."""
    if node is None or id(node) in seen or isinstance(node.value, str):
        return
    seen.add(id(node))
    keys: set[Any] = set()
    for part in node.value:
        key, value = part if isinstance(part, tuple) else (None, part)
        if key is not None and key.value in keys:
            yield key
        if key is not None and isinstance(key.value, str):
            keys.add(key.value)
        yield from _doubles(value, seen)


def _list(value: object, key: str, file: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise UnreadableError(f"'{key}' must be a list of texts.", remedy=f"Write #+ {key}: […]", place=Place(file))
    return tuple(value)


def _texts(value: object, key: str, file: str) -> Texts:
    """A text for each language; a plain string, which grlc allows, has none."""
    if isinstance(value, str):
        return {"": value} if value else {}
    if isinstance(value, dict) and all(isinstance(v, str) for v in value.values()):
        return {str(language): text.strip() for language, text in value.items()}
    raise UnreadableError(
        f"'{key}' must be a text, or a text for each language.",
        remedy=f"Write #+ {key}: {{sv: …, en: …}}",
        place=Place(file),
        sv=f"'{key}' ska vara en text, eller en text för varje språk. Skriv #+ {key}: {{sv: …, en: …}}",
    )


def _parameters(head: Mapping[str, Any], text: str, file: str) -> Iterator[Parameter]:
    declared = head.get("parameters") or {}
    listed = head.get("enumerate") or {}
    if not isinstance(declared, dict) or not isinstance(listed, dict):
        raise UnreadableError("'parameters' and 'enumerate' must be keys and values.", place=Place(file))
    spans = _blocks(text)
    for name in (*declared, *listed):
        _check_block(name, name in declared, len(spans.get(name, ())), file)
    for name, about in declared.items():
        yield _parameter(name, about, spans[name][0], listed.get(name) or [], (text, file))


def _check_block(name: str, declared: bool, blocks: int, file: str) -> None:
    if not declared:
        raise UnreadableError(
            f"'enumerate' lists values of '{name}', which is no parameter.",
            remedy=f"Add {name} under parameters.",
            place=Place(file),
        )
    if blocks == 0:
        raise UnreadableError(
            f"The parameter '{name}' has no block in the query.",
            remedy=f"Write VALUES ?{name} {{ … }} with its default.",
            place=Place(file),
        )
    if blocks > 1:
        raise UnreadableError(
            f"?{name} has {blocks} VALUES blocks; a parameter has one.", remedy="Take one away.", place=Place(file)
        )


def _parameter(name: str, about: object, span: tuple[int, int], values: object, source: tuple[str, str]) -> Parameter:
    text, file = source
    kind = about.get("type", "text") if isinstance(about, dict) else None
    if not isinstance(about, dict) or not isinstance(kind, str) or kind not in KINDS:
        raise UnreadableError(
            f"The parameter '{name}' needs a type.", remedy=f"The types are {', '.join(KINDS)}.", place=Place(file)
        )
    instances_of, menu = about.get("class"), about.get("menu")
    if not isinstance(instances_of, str | None) or not isinstance(menu, str | None):
        raise UnreadableError(f"'class' and 'menu' of '{name}' must be names.", place=Place(file))
    return Parameter(
        name=name,
        kind=kind,
        label=_texts(about.get("label", name), f"label of {name}", file),
        span=span,
        instances_of=_class_iri(instances_of, text, file) if instances_of else None,
        menu=menu or None,
        values=_list(values, f"enumerate: {name}", file),
    )


def _class_iri(name: str, text: str, file: str) -> str:
    if name.startswith("<"):
        return name.strip("<>")
    prefix, _, local = name.partition(":")
    declared = _declared(text)
    if prefix not in declared:
        raise UnreadableError(
            f"The head names the class {name}, but the query declares no prefix {prefix}:.",
            remedy=f"Add PREFIX {prefix}: <https://…> to the query.",
            place=Place(file),
        )
    return declared[prefix] + local


def _blocks(text: str) -> dict[str, list[tuple[int, int]]]:
    """The `VALUES ?name { … }` blocks of each variable: the spans between their braces."""
    found = telling(text)
    blocks: dict[str, list[tuple[int, int]]] = {}
    for place, (keyword, variable, brace) in enumerate(zip(found, found[1:], found[2:], strict=False)):
        if word(keyword) == "VALUES" and variable["variable"] and brace[0] == "{":
            closing = next((end for end in found[place + 3 :] if end[0] == "}"), None)
            if closing:
                blocks.setdefault(variable["variable"][1:], []).append((brace.end(), closing.start()))
    return blocks
