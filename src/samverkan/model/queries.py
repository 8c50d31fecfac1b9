"""A canned query: a whole `.rq` file with a head of `#+` YAML lines and typed parameters.

A parameter is one block `VALUES ?name { default }`; `Query.bind` puts a term in its place that
the RDF library built and serialised. Nothing is ever pasted into the text of a query.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

from samverkan.errors import ParameterError, Place, UnreadableError, UnreadableSiteError, uncarried
from samverkan.model import paging, query_heads
from samverkan.model.namespaces import TYPE, XSD
from samverkan.model.query_heads import Head, shown
from samverkan.model.results import Headings, Term
from samverkan.model.sparql import Bound, moment, nows, prologue, replaced, telling, tokens, word

SUFFIX = ".rq"
LONGEST_TEXT = 1000
_LONGEST_SHOWN = 80  # characters of a term in an error

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,8}(?:-[a-z0-9]{1,8})*", re.IGNORECASE)
_BEFORE_OTHERS = frozenset({"BASE", "FROM", "NAMED", "GRAPH"})  # words before an IRI that is no term
_BEFORE_SUBJECTS = frozenset("{.})")
_VARIABLE = "urn:x-variable:"
_NOWHERE = Place("")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|.)", re.DOTALL)
_CONTROLS: Mapping[str, str] = {"\\b": "08", "\\f": "0C"}
_NEWER = frozenset({"<<", "STRLANGDIR", "TRIPLE"})
_HEADLESS = Head("")

Texts = Mapping[str, str]
_Named = Mapping[tuple[str, ...], str]

QUESTION = "question"
"""The tag of a query that is asked in so many words."""
COMMON = "common"
"""The tag of those that people ask most."""

VIEWS: Mapping[str, frozenset[str]] = {
    "sources": frozenset({"graph", "status"}),
    "evidence": frozenset({"evidence", "about", "property", "value", "status"}),
    "notes": frozenset({"note", "about"}),
    "search": frozenset({"thing"}),
    "derived": frozenset({"item"}),
    "summary": frozenset({"item"}),
    "figures": frozenset({"count", "label"}),
    "list": frozenset({"item"}),
    "timeline": frozenset({"item", "start"}),
    "levels": frozenset({"group", "order", "level"}),
    "matrix": frozenset({"row", "column"}),
    "flows": frozenset({"flow"}),
    "comparison": frozenset({"row", "column"}),
}
"""What an answer may be drawn as, each view with the columns that it can't do without."""

PROVENANCE = frozenset({"sources", "evidence", "notes"})
"""The views that tell where facts come from."""
ROLES = PROVENANCE | {"search", "derived", "figures"}
"""The views that the pages of a site are made with: a site has at most one query for each."""
FOR_PAGES = ROLES - {"search", "derived"} | {"summary"}
"""The views whose answers are made to be read within other pages."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a canned query.

    `kind` is a key of `KINDS`. What it takes may be a list (`values`), the instances of a
    class (`instances_of`, an IRI) or the first column of another canned query (`menu`).
    `span` is where its block's content stands in the text of the query, `place` the line of the
    head that says what it takes, and `places` those of the values that are listed there. `help` says how to fill it in.
    One with `several`, a column of the answer, takes ends of the addresses of things there, with plus signs between.
    """

    name: str
    kind: str
    label: Texts
    span: tuple[int, int]
    instances_of: str | None = None
    menu: str | None = None
    values: tuple[str, ...] = ()
    place: Place = _NOWHERE
    places: Mapping[str, Place] = field(default_factory=dict)
    help: Texts = field(default_factory=dict)
    several: str = ""

    def place_of(self, value: str) -> Place:
        """The line of the head where one of its values stands, or what it comes from."""
        return self.places.get(value, self.place)

    @property
    def is_asked(self) -> bool:
        """Whether its menu comes from the data."""
        return self.kind != "language" and not self.values and bool(self.menu or self.instances_of)

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
    """A type of parameter: what it takes in words, and how a text becomes a SPARQL term, or a `ValueError`."""

    takes: Texts
    term: Callable[[str], NamedNode | Literal]
    node: type[NamedNode | Literal] = Literal
    limit: Texts = field(default_factory=dict)

    @property
    def exactly(self) -> Texts:
        """What it takes with all that limits it, for those who write heads."""
        return {language: takes + self.limit.get(language, "") for language, takes in self.takes.items()}

    def canonical(self, value: str) -> str:
        """The one way to write a value, such as `1` for `01`; raises `ValueError` for what is no value of the kind."""
        return self.term(value).value

    def value(self, term: Term) -> str:
        """The text of a term that is a value of the kind; raises `ValueError` for any other.

        A literal goes by its text, whatever its datatype: a year may be an integer, and be taken as a text.
        """
        if isinstance(term, self.node):
            return self.canonical(term.value)
        raise ValueError(str(term))

    def has(self, term: Term) -> bool:
        """Whether a term is just what a value of the kind becomes."""
        try:
            return bool(self.term(self.value(term)) == term)
        except ValueError:
            return False


@dataclass(frozen=True)
class Query:
    """A canned query: its address (`name`), its SPARQL text and what its head says.

    `view` is a key of `VIEWS` or empty, `columns` what people call the columns of the answer,
    and `home` the place on the start page of a query that stands there. `navigation` is its place in the main
    menu, where it is called `short`; `lists` are the classes of the things to which it is the way. `empty` is what
    people are told where the answer has no rows, and `download` the query whose answer they can have as a spreadsheet.
    `called` is the column whose values a list calls its items by, `properties` are those of which columns have the
    values, and `group` is the column of which a page has one row for each value.
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
    short: Texts = field(default_factory=dict)
    navigation: int | None = None
    lists: tuple[str, ...] = ()
    empty: Texts = field(default_factory=dict)
    download: str = ""
    called: str = ""
    group: str = ""
    properties: Mapping[str, str] = field(default_factory=dict)
    head: Head = _HEADLESS

    @cached_property
    def form(self) -> str:
        """`SELECT`, `ASK`, `CONSTRUCT` or `DESCRIBE`: the first such word outside of comments."""
        words = (word(token) for token in tokens(self.text))
        return next((word for word in words if word in {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}), "SELECT")

    @property
    def topic(self) -> str:
        """What it is about: the foremost of its tags that does not say how it is asked."""
        return next((tag for tag in self.tags if tag not in {QUESTION, COMMON}), "")

    def headings(self, values: Mapping[str, str], language: str) -> Headings:
        """The headings of the columns, in the language that the values ask for, else in `language`."""
        spoken = next(
            (values[each.name] for each in self.parameters if each.kind == "language" and each.name in values), language
        )
        titles = {name: texts.get(spoken) or next(iter(texts.values()), name) for name, texts in self.columns.items()}
        return Headings(titles, "item" if self.view == "list" else None)

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

    def bind(self, values: Mapping[str, str], today: date | None = None) -> str:
        """Give parameters values and return the SPARQL 1.1 text to run; on `today`, if given, NOW() is its beginning.

        Raises `ParameterError` where a name is unknown or a value is not of the parameter's kind.
        """
        terms = [(self.parameter(name).span, f" {self._term(name, value)} ") for name, value in values.items()]
        moments = [(span, moment(today)) for span in nows(self.text)] if today else []
        return Bound.of(replaced(self.text, [*terms, *moments]), self.text)

    def without_values(self) -> str:
        """The text with UNDEF for the default of each parameter but a language."""
        asked = (parameter for parameter in self.parameters if parameter.kind != "language")
        return replaced(self.text, ((parameter.span, " UNDEF ") for parameter in asked))

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
    return Literal(date.fromisoformat(value).isoformat(), datatype=NamedNode(f"{XSD}date"))


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
    return Literal(str(int(value)), datatype=NamedNode(f"{XSD}integer"))


_NAMED: Texts = {
    "sv": "ett namn, som den sista delen av en IRI, eller en hel IRI",
    "en": "a name, such as the last part of an IRI, or a whole IRI",
}

KINDS: Mapping[str, Kind] = {
    "iri": Kind({"sv": "en hel IRI", "en": "an absolute IRI"}, _iri, NamedNode),
    "date": Kind({"sv": "ett datum som ÅÅÅÅ-MM-DD", "en": "a date as YYYY-MM-DD"}, _date),
    "language": Kind({"sv": "ett språk, som sv eller en", "en": "a language tag, such as sv or en"}, _language),
    "text": Kind(
        {"sv": f"en text på högst {LONGEST_TEXT} tecken", "en": f"a text of at most {LONGEST_TEXT} characters"}, _text
    ),
    "integer": Kind(
        {"sv": "ett heltal", "en": "a whole number"},
        _integer,
        limit={"sv": " med högst 18 siffror", "en": " of at most 18 digits"},
    ),
}


def iris(query: Query) -> Iterator[tuple[str, Place]]:
    """The IRIs that a query names, in full or by a prefix it declares, each with its first line."""
    namespaces = declared(query.text)
    seen: set[str] = set()
    for token in tokens(query.text):
        prefix, colon, local = (token["curie"] or "").partition(":")
        iri = token["iri"][1:-1] if token["iri"] else ""
        if colon and local and prefix in namespaces:
            iri = namespaces[prefix] + re.sub(r"\\(.)", r"\1", local)
        if iri and iri not in seen and iri not in namespaces.values():
            seen.add(iri)
            yield iri, _place_of(query.text, query.place.file, token)


def named_iris(sparql: str, prefixes: Mapping[str, str]) -> Iterator[str]:
    """The terms that any query names, each once; `prefixes` are those that it need not declare. Graphs are no terms.

    >>> [*named_iris("PREFIX a: <urn:a:> SELECT * FROM <urn:g> { ?x a:b b:c , <urn:d> , 'a:e' }", {"b": "urn:b:"})]
    ['urn:a:b', 'urn:b:c', 'urn:d']
    """
    known, seen, found = {**prefixes, **declared(sparql)}, set[str](), telling(sparql)
    for before, token in zip([None, *found], found, strict=False):
        iri = _iri_of(token, known)
        is_term = word(before) not in _BEFORE_OTHERS and not (before and (before["curie"] or "").endswith(":"))
        if iri and is_term and iri not in seen:
            seen.add(iri)
            yield iri


def _iri_of(token: re.Match[str], prefixes: Mapping[str, str]) -> str:
    """The IRI that a token stands for; empty where it is none, or its prefix is not known."""
    prefix, colon, local = (token["curie"] or "").partition(":")
    if colon and local and prefix in prefixes:
        return prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)
    return token["iri"][1:-1] if token["iri"] else ""


class TriplePattern(NamedTuple):
    """A property that a query asks of a variable, and the IRI or the variable that stands for the value, if any."""

    variable: str
    property: str
    value: str
    goal: str


def triple_patterns(sparql: str, prefixes: Mapping[str, str]) -> Iterator[TriplePattern]:
    """The plain patterns about variables that any query has: no path, no property that is a variable.

    >>> [tuple(each) for each in triple_patterns("ASK { ?x a <urn:c> ; <urn:p> ?y . ?y <urn:q>/<urn:r> 1 }", {})]
    [('x', 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type', 'urn:c', ''), ('x', 'urn:p', '', 'y')]
    """
    known, found = {**prefixes, **declared(sparql)}, telling(sparql)
    subject: re.Match[str] | None = None
    for before, token, after in zip(found, found[1:], found[2:], strict=False):
        if before[0] in _BEFORE_SUBJECTS and _is_named(token):
            subject = token
        elif subject and subject["variable"] and (before is subject or before[0] == ";") and _is_term(after):
            asked = TYPE.value if token[0] == "a" else _iri_of(token, known)
            if asked:
                yield TriplePattern(
                    subject["variable"][1:], asked, _iri_of(after, known), (after["variable"] or "")[1:]
                )


def plain_texts(sparql: str) -> Iterator[str]:
    """The texts in any query that have neither a language nor a datatype, as they are written within the quotes.

    >>> [*plain_texts("ASK { ?x ?y 'one' , 'två'@sv ; ?z '3'^^<urn:d> }")]
    ['one']
    """
    found = telling(sparql)
    for token, after in zip(found, [*found[1:], None], strict=True):
        if token["string"] and not (after and (after[0].startswith("@") or after[0] == "^")):
            yield token["string"].strip(token["string"][0])


def constructed(query: Query) -> Iterator[tuple[str, Place]]:
    """The properties that a CONSTRUCT query names in its template, each with its first line."""
    names = sorted(name for name in _constructed(query) if not name.startswith(_VARIABLE))
    lines = dict(iris(query)) if names else {}
    for name in names:
        yield name, lines.get(name, query.place)


def made_properties(query: Query) -> frozenset[str]:
    """The variables that a CONSTRUCT query has for properties in its template, and nowhere else.

    What they stand for is no property of the data, but whatever the query makes of it.

    >>> made_properties(read_query("CONSTRUCT { ?s ?p ?x . ?s ?q ?x } { ?s ?p ?x BIND (IRI(?x) AS ?q) }", "q.rq"))
    frozenset({'q'})
    """
    found = {name.removeprefix(_VARIABLE) for name in _constructed(query) if name.startswith(_VARIABLE)}
    return frozenset(found - _predicates(query.text) if found else ())


def _constructed(query: Query) -> set[str]:
    """The properties in the template of a CONSTRUCT query, with an IRI for each variable."""
    is_one = query.form == "CONSTRUCT"  # what is none is cut no further than its form
    start = next((token for token in tokens(query.text) if word(token) == "CONSTRUCT"), None) if is_one else None
    if start is None:
        return set()
    return _properties(query.text[: start.start()], _template(query.text[start.end() :]))


def _predicates(sparql: str) -> set[str]:
    """The variables that stand for a property in the pattern of a CONSTRUCT query, and not only in its template.

    A property stands behind a subject or a semicolon, and before a value.
    """
    found = telling(sparql)
    start = next(place for place, token in enumerate(found) if word(token) == "CONSTRUCT") + 1
    if found[start][0] == "{":  # else the pattern is the template
        start = next(place for place, token in enumerate(found) if place > start and token[0] == "}")
    found = found[start:]
    return {
        token["variable"][1:]
        for before, token, after in zip(found, found[1:], found[2:], strict=False)
        if token["variable"] and _is_term(after) and (before[0] == ";" or _is_named(before))
    }


def _is_named(token: re.Match[str]) -> bool:
    return bool(token["variable"] or token["iri"] or token["curie"])


def _is_term(token: re.Match[str]) -> bool:
    return bool(_is_named(token) or token["string"] or token["word"] or token[0] in {"[", "("})


def _template(sparql: str) -> str:
    """The first block of some SPARQL as Turtle, in which each variable is an IRI; empty where there is none."""
    inside: list[str] | None = None
    for token in tokens(sparql):
        if token[0] == "}":
            break
        if inside is not None and not token["comment"]:
            inside.append(f"<{_VARIABLE}{token[0][1:]}>" if token["variable"] else token[0])
        elif token[0] == "{":
            inside = []
    return "".join(inside or ()).strip().removesuffix(".")


def _properties(prologue: str, turtle: str) -> set[str]:
    """The properties of some Turtle; none where it can't be read, which is told elsewhere."""
    try:
        quads = list(parse(f"{prologue}\n{turtle} .", format=RdfFormat.TURTLE)) if turtle else []
    except (SyntaxError, ValueError):
        return set()
    return {quad.predicate.value for quad in quads}


def declared(sparql: str) -> dict[str, str]:
    """The prefixes that a query declares, each with its namespace."""
    found = [token for token in tokens(prologue(sparql)) if not token["comment"] and not token[0].isspace()]
    return {
        name["curie"][:-1]: iri["iri"][1:-1]
        for keyword, name, iri in zip(found, found[1:], found[2:], strict=False)
        if word(keyword) == "PREFIX" and (name["curie"] or "").endswith(":") and iri["iri"]
    }


@lru_cache(maxsize=256)  # a site that is read anew mostly has the queries that it had
def read_query(text: str, file: str) -> Query:
    """Read the text of a `.rq` file whose path, relative to the site, is `file`.

    Raises `UnreadableError` with file and line where the head is not YAML, says something that it can't, or
    does not agree with the body about the parameters.
    """
    name = file.rpartition("/")[2].removesuffix(SUFFIX)
    if not _NAME.fullmatch(name):
        raise UnreadableError(
            f"{shown(name)} can't be the name of a query.",
            remedy="Use a-z, 0-9 and single hyphens.",
            place=Place(file),
            sv=f"{shown(name)} kan inte vara namnet på en fråga. Använd a-z, 0-9 och enkla bindestreck.",
        )
    if uncarried(text):
        raise query_heads.uncarried_in(
            uncarried(text), Place(file, text.count("\n", 0, text.index(uncarried(text))) + 1)
        )
    _check_values(text, file)
    head = query_heads.read_head(text, file)
    return Query(
        name=name,
        text=text,
        place=Place(file),
        summary=_texts(head, head.content.get("summary", name), "summary"),
        description=_texts(head, head.content.get("description", ""), "description"),
        tags=_list(head, head.get("tags") or [], "tags"),
        parameters=_parameters(head, text),
        view=_view(head),
        columns=_columns(head),
        home=_place(head, "home", _ON_START) if "home" in head.content else None,
        short=_texts(head, head.content.get("short", ""), "short"),
        navigation=_place(head, "navigation", _IN_MENU) if "navigation" in head.content else None,
        lists=tuple(_named_iri(head, text, each, "class") for each in _classes(head)),
        empty=_texts(head, head.content.get("empty", ""), "empty"),
        download=str(head.get("download") or ""),
        called=str(head.get("called") or ""),
        group=str(head.get("group") or ""),
        properties=_column_properties(head, text),
        head=head,
    )


def _check_values(text: str, file: str) -> None:
    """Refuse what would give answers that not every format can carry, or that readers of RDF 1.1 don't take.

    That is an escape for a character that XML has not, and what makes a triple or a text with a direction (RDF 1.2).
    """
    for token, after in pairwise([*telling(text), None]):
        assert token is not None
        escaped = uncarried(_escaped(token[0])) if token["string"] else ""
        if escaped:
            raise query_heads.uncarried_in(escaped, _place_of(text, file, token))
        made = "<<" if after and (token[0], after[0]) == ("<", "<") and token.end() == after.start() else word(token)
        if made in _NEWER:
            raise UnreadableError(
                f"{made} belongs to RDF 1.2, and many programs can't read such an answer.",
                remedy="Write the query in SPARQL 1.1.",
                place=_place_of(text, file, token),
                sv=f"{made} hör till RDF 1.2, och många program kan inte läsa ett sådant svar. "
                "Skriv frågan i SPARQL 1.1.",
            )


def _place_of(text: str, file: str, token: re.Match[str]) -> Place:
    return Place(file, text.count("\n", 0, token.start()) + 1)


def _escaped(string: str) -> str:
    """The characters that the escapes in a string of SPARQL 1.1 stand for (sections 19.2 and 19.7)."""
    codes = (found[1] or found[2] or _CONTROLS.get(found[0], "") for found in _ESCAPE.finditer(string))
    return "".join(chr(int(code, 16)) for code in codes if code and int(code, 16) <= sys.maxunicode)


def check_answer(query: Query, columns: Collection[str]) -> None:
    """See that the columns of an answer are those that the head of its query speaks of.

    Raises `UnreadableError` where the view lacks something that it needs, or a column has a
    name for people but does not exist. A label, `xLabel`, may be named as what it labels, `x`.
    """
    _check_view(query, columns)
    labelled: _Named = {("columns", name): name for name in query.columns if f"{name}Label" not in columns}
    several: _Named = {("parameters", each.name, "several"): each.several for each in query.parameters if each.several}
    _check_named(query, columns, "columns", labelled)
    _check_named(query, columns, "several", several)
    unlabelled: _Named = {("properties", name): name for name in query.properties if f"{name}Label" not in columns}
    _check_named(query, columns, "properties", unlabelled)


def _check_named(query: Query, columns: Collection[str], key: str, named: _Named) -> None:
    """See that a key of a head names only columns that there are; each is given by its way in the head."""
    unknown = {way: name for way, name in named.items() if name not in columns}
    if unknown:
        names, known = ", ".join(unknown.values()), ", ".join(columns)
        raise UnreadableError(
            f"'{key}' names what the query does not select: {names}.",
            remedy=f"Its columns are: {known}.",
            place=query.head.place(*next(iter(unknown))),
            sv=f"'{key}' nämner kolumner som frågan inte har: {names}. Den har: {known}.",
        )


def _check_view(query: Query, columns: Collection[str]) -> None:
    missing = ", ".join(sorted(VIEWS[query.view] - set(columns))) if query.view else ""
    if missing:
        raise UnreadableError(
            f"The view '{query.view}' needs columns that the query does not select: {missing}.",
            remedy="Add them after SELECT, or remove the view.",
            place=query.head.place("view"),
            sv=f"Vyn '{query.view}' behöver kolumner som frågan inte har: {missing}. "
            "Lägg till dem efter SELECT, eller ta bort vyn.",
        )
    if query.view == "search" and not any((one.name, one.kind) == ("text", "text") for one in query.parameters):
        raise UnreadableError(
            "The view 'search' needs a parameter 'text' of the type text.",
            remedy="Add it to the head, and VALUES ?text { UNDEF } to the query.",
            place=query.head.place("view"),
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
                remedy="A site has one: remove it from one of them.",
                place=query.head.place("view"),
                sv=f"Två frågor har vyn '{query.view}': {first.place.file} och {query.place.file}. "
                "En webbplats har en: ta bort den från en av dem.",
            )


def check_default(query: Query, parameter: Parameter, terms: Iterable[Term | None]) -> None:
    """See that the terms in the block of a parameter (None for UNDEF) are values that one could give as well.

    Raises `UnreadableError` with the line of the block.
    """
    kind = KINDS[parameter.kind]
    takes = kind.exactly
    for term in terms:
        if term is not None and not kind.has(term):
            line = query.text.count("\n", 0, parameter.span[0]) + 1
            raise UnreadableError(
                f"The default of '{parameter.name}' is {_written(term)}, and the parameter takes {takes['en']}.",
                remedy="Correct the default in the VALUES block, or the type in the head.",
                place=Place(query.place.file, line),
                sv=f"Förvalet för '{parameter.name}' är {_written(term)}, och parametern tar {takes['sv']}. "
                "Rätta förvalet i VALUES-blocket, eller typen i huvudet.",
            )


def choices(parameter: Parameter, terms: Iterable[Term | None]) -> tuple[str, ...]:
    """The values of a menu whose terms come from an answer, each once; what is unbound or empty can't be chosen.

    Raises `UnreadableError` with the line of the head where one of them is not of the parameter's kind.
    """
    found: dict[str, None] = {}
    for term in (each for each in terms if each is not None):
        try:
            found[KINDS[parameter.kind].value(term)] = None
        except ValueError:
            raise _not_of_kind(parameter, term) from None
    found.pop("", None)
    return tuple(found)


def _not_of_kind(parameter: Parameter, term: Term) -> UnreadableError:
    takes, source = KINDS[parameter.kind].exactly, parameter.menu or parameter.instances_of
    return UnreadableError(
        f"The menu of '{parameter.name}' ({source}) has {_written(term)}, and the parameter takes {takes['en']}.",
        remedy="Let the first column of the menu hold nothing else, or mend the type.",
        place=parameter.place,
        sv=f"Menyn för '{parameter.name}' ({source}) har {_written(term)}, och parametern tar {takes['sv']}. "
        "Se till att menyns första kolumn bara har sådana värden, eller rätta typen.",
    )


def _written(term: Term) -> str:
    """A term as an error names it: not too long."""
    text = str(term)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"


def _view(head: Head) -> str:
    view = head.get("view") or ""
    if not isinstance(view, str) or (view and view not in VIEWS):
        raise UnreadableError(
            f"There is no view {shown(view)}.",
            remedy=f"The views are {', '.join(VIEWS)}.",
            place=head.place("view"),
            sv=f"Det finns ingen vy {shown(view)}. Vyerna är {', '.join(VIEWS)}.",
        )
    return view


def _columns(head: Head) -> Mapping[str, Texts]:
    return {name: _texts(head, text, "columns", name) for name, text in _by_column(head, "columns").items()}


class _OfColumn(NamedTuple):
    """What a key of a head has of each column: what it is called in an error, and how it is written."""

    sv: str
    en: str
    write_sv: str
    write_en: str


_OF_COLUMN: Mapping[str, _OfColumn] = {
    "columns": _OfColumn(
        "vart och ett med sina texter", "each with its texts", "{namn: {sv: …, en: …}}", "{name: {sv: …, en: …}}"
    ),
    "properties": _OfColumn(
        "vart och ett med en egenskap", "each with a property", "{namn: ex:egenskap}", "{name: ex:property}"
    ),
}


def _by_column(head: Head, key: str) -> Mapping[str, object]:
    """What a head says of columns, by their names; raises `UnreadableError` where it is written otherwise."""
    found, said = head.get(key) or {}, _OF_COLUMN[key]
    if isinstance(found, dict):
        return found
    raise UnreadableError(
        f"'{key}' must be names of columns, {said.en}, and not {shown(found)}.",
        remedy=f"Write #+ {key}: {said.write_en}",
        place=head.place(key),
        sv=f"'{key}' ska vara kolumnernas namn, {said.sv}, och inte {shown(found)}. Skriv #+ {key}: {said.write_sv}",
    )


_ON_START: Texts = {"en": "on the start page", "sv": "på startsidan"}
_IN_MENU: Texts = {"en": "in the main menu", "sv": "i huvudmenyn"}


def _place(head: Head, key: str, where: Texts) -> int:
    """The place of a query among others."""
    place = head.content[key]
    if not isinstance(place, str) or not re.fullmatch(r"\d{1,9}", place, re.ASCII):
        raise UnreadableError(
            f"'{key}' must be a whole number, the place of the query {where['en']}, and not {shown(place)}.",
            remedy=f"Write #+ {key}: 1",
            place=head.place(key),
            sv=f"'{key}' ska vara ett heltal, frågans plats {where['sv']}, och inte {shown(place)}. Skriv #+ {key}: 1",
        )
    return int(place)


def _classes(head: Head) -> tuple[str, ...]:
    """The classes that a head names: one, or a list."""
    found = head.get("class") or []
    return _list(head, [found] if isinstance(found, str) else found, "class")


def _column_properties(head: Head, text: str) -> Mapping[str, str]:
    """The properties of which columns have the values, by column."""
    found = _by_column(head, "properties")
    return {name: _named_iri(head, text, each, "properties", name) for name, each in found.items()}


def _list(head: Head, value: object, *way: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        key = ": ".join(way)
        raise UnreadableError(
            f"'{key}' must be a list of texts, and not {shown(value)}.",
            remedy=f"Write #+ {way[0]}: […]",
            place=head.place(*way),
            sv=f"'{key}' ska vara en lista med texter, och inte {shown(value)}. Skriv #+ {way[0]}: […]",
        )
    return tuple(value)


def _texts(head: Head, value: object, *way: str) -> Texts:
    """A text for each language; a plain string, which grlc allows, has none."""
    if isinstance(value, str):
        return {"": value} if value else {}
    if isinstance(value, dict) and all(isinstance(v, str) for v in value.values()):
        return {str(language): text.strip() for language, text in value.items()}
    key = ": ".join(way)
    raise UnreadableError(
        f"'{key}' must be a text, or a text for each language, and not {shown(value)}.",
        remedy=f"Write {way[-1]}: {{sv: …, en: …}}",
        place=head.place(*way),
        sv=f"'{key}' ska vara en text, eller en text för varje språk, och inte {shown(value)}. "
        f"Skriv {way[-1]}: {{sv: …, en: …}}",
    )


def _parameters(head: Head, text: str) -> tuple[Parameter, ...]:
    """The parameters of a head; raises one error for all that is wrong with them."""
    spans, errors, found = _blocks(text), list[UnreadableError](), list[Parameter]()
    declared, listed = (_mapping(head, key) for key in ("parameters", "enumerate"))
    for name in dict.fromkeys((*declared, *listed)):
        try:
            _check_block(head, name, declared, len(spans.get(name, ())))
            found.append(_parameter(head, name, declared[name], spans[name][0], text))
        except UnreadableError as error:
            errors.append(error)
    _raise_all(errors)
    return tuple(found)


def _raise_all(errors: Sequence[UnreadableError]) -> None:
    if errors:
        raise errors[0] if len(errors) == 1 else UnreadableSiteError(errors)


def _mapping(head: Head, key: str) -> Mapping[str, Any]:
    value = head.get(key) or {}
    if not isinstance(value, dict):
        raise UnreadableError(
            f"'{key}' must be names of parameters, each with what is said of it, and not {shown(value)}.",
            remedy=f"Write #+ {key}: {{name: …}}",
            place=head.place(key),
            sv=f"'{key}' ska vara namn på parametrar, vart och ett med vad som sägs om den, och inte {shown(value)}. "
            f"Skriv #+ {key}: {{namn: …}}",
        )
    return value


def _check_block(head: Head, name: str, declared: Collection[str], blocks: int) -> None:
    if name in paging.NAMES:
        raise UnreadableError(
            f"The parameter '{name}' is one that every query has: it says which page of the answer is wanted.",
            remedy="Call it something else.",
            place=head.place("parameters", name),
            sv=f"Parametern '{name}' har alla frågor: den säger vilken sida av svaret man vill ha. "
            "Kalla den något annat.",
        )
    if name not in declared:
        raise UnreadableError(
            f"'enumerate' lists values of '{name}', which is no parameter.",
            remedy=f"Add {name} under parameters.",
            place=head.place("enumerate", name),
            sv=f"'enumerate' räknar upp värden för '{name}', som inte är någon parameter. "
            f"Lägg till {name} under parameters.",
        )
    if blocks == 0:
        raise UnreadableError(
            f"The parameter '{name}' has no block in the query.",
            remedy=f"Write VALUES ?{name} {{ … }} with its default.",
            place=head.place("parameters", name),
            sv=f"Parametern '{name}' har inget block i frågan. Skriv VALUES ?{name} {{ … }} med förvalet.",
        )
    if blocks > 1:
        raise UnreadableError(
            f"?{name} has {blocks} VALUES blocks; a parameter has one.",
            remedy="Remove one of them.",
            place=head.place("parameters", name),
            sv=f"?{name} har {blocks} VALUES-block; en parameter har ett. Ta bort de andra.",
        )


def _parameter(head: Head, name: str, about: object, span: tuple[int, int], text: str) -> Parameter:
    kind = _kind(head, name, about)
    assert isinstance(about, dict)
    instances_of, menu, several = (
        _source(head, name, key, about.get(key) or "") for key in ("class", "menu", "several")
    )
    places = _values(head, name, kind, text) if name in (head.get("enumerate") or ()) else {}
    way = ("enumerate", name) if places else ("parameters", name, "menu" if menu else "class")
    return Parameter(
        name=name,
        kind=kind,
        label=_texts(head, about.get("label", name), "parameters", name, "label"),
        span=span,
        instances_of=_class_iri(head, name, kind, text) if instances_of else None,
        menu=menu or None,
        values=tuple(places),
        place=head.place(*way),
        places=places,
        help=_texts(head, about.get("help", ""), "parameters", name, "help"),
        several=several,
    )


def _kind(head: Head, name: str, about: object) -> str:
    kind = about.get("type", "text") if isinstance(about, dict) else None
    if not isinstance(kind, str) or kind not in KINDS:
        types = ", ".join(KINDS)
        raise UnreadableError(
            f"The parameter '{name}' needs a type, and {shown(about if kind is None else kind)} is none.",
            remedy=f"Write {name}: {{type: …}}; the types are {types}.",
            place=head.place("parameters", name, "type"),
            sv=f"Parametern '{name}' behöver en typ, och {shown(about if kind is None else kind)} är ingen. "
            f"Skriv {name}: {{type: …}}; typerna är {types}.",
        )
    return kind


def _source(head: Head, name: str, key: str, value: object) -> str:
    if not isinstance(value, str):
        raise UnreadableError(
            f"'{key}' of '{name}' must be a name, and not {shown(value)}.",
            remedy=f"Write one name: {key}: …",
            place=head.place("parameters", name, key),
            sv=f"'{key}' för '{name}' ska vara ett namn, och inte {shown(value)}. Skriv ett enda namn: {key}: …",
        )
    return value


def _values(head: Head, name: str, kind: str, text: str) -> Mapping[str, Place]:
    """The values that the head lists, each once and in the one way to write it, with their lines."""
    listed = head.content["enumerate"][name]
    if not isinstance(listed, list) or not listed:
        raise UnreadableError(
            f"'enumerate: {name}' must be a list of values, and not {shown(listed)}.",
            remedy=f"Write #+ enumerate: {{{name}: […]}}, or remove it.",
            place=head.place("enumerate", name),
            sv=f"'enumerate: {name}' ska vara en lista med värden, och inte {shown(listed)}. "
            f"Skriv #+ enumerate: {{{name}: […]}}, eller ta bort den.",
        )
    found, errors = dict[str, Place](), list[UnreadableError]()
    for number, value in enumerate(listed):
        try:
            found.setdefault(_listed(kind, value, text), head.place("enumerate", name, number))
        except ValueError:
            errors.append(_not_listed(head, name, kind, number))
    _raise_all(errors)
    return found


def _listed(kind: str, value: object, text: str) -> str:
    """A value of a list in the one way to write it; an empty one would mean that none is given."""
    if not isinstance(value, str) or not value:
        raise ValueError(value)
    return KINDS[kind].canonical(_whole(value, text) if kind == "iri" else value)


def _not_listed(head: Head, name: str, kind: str, number: int) -> UnreadableError:
    value, takes = head.content["enumerate"][name][number], KINDS[kind].exactly
    en, sv = f"the parameter takes {takes['en']}", f"parametern tar {takes['sv']}"
    if not value:
        en, sv = "an empty value means that none is given", "ett tomt värde betyder att inget är angivet"
    return UnreadableError(
        f"'enumerate' gives '{name}' the value {shown(value)}, and {en}.",
        remedy="Correct the value, remove it, or correct the type.",
        place=head.place("enumerate", name, number),
        sv=f"'enumerate' ger '{name}' värdet {shown(value)}, och {sv}. Rätta värdet, ta bort det, eller rätta typen.",
    )


def _whole(name: str, text: str) -> str:
    """The IRI of a name in a head: one between < and >, one with a prefix that the query declares, or a whole one."""
    if name.startswith("<") and name.endswith(">"):
        return name[1:-1]
    prefix, _, local = name.partition(":")
    namespace = declared(text).get(prefix)
    return name if namespace is None or local.startswith("//") else namespace + local


def _class_iri(head: Head, name: str, kind: str, text: str) -> str:
    named = head.content["parameters"][name]["class"]
    if kind != "iri":
        raise UnreadableError(
            f"'{name}' takes {KINDS[kind].takes['en']}, and the things of the class {shown(named)} are IRIs.",
            remedy="Write type: iri, or remove class.",
            place=head.place("parameters", name, "class"),
            sv=f"'{name}' tar {KINDS[kind].takes['sv']}, och sakerna i klassen {shown(named)} är IRI:er. "
            "Skriv type: iri, eller ta bort class.",
        )
    return _named_iri(head, text, named, "parameters", name, "class")


def _named_iri(head: Head, text: str, named: object, *way: str) -> str:
    """The IRI of a class or property that a head names with a prefix of the query, or whole."""
    place, name = head.place(*way), way[-2] if len(way) > 1 else way[0]
    prefix, colon, local = str(named).partition(":")
    if colon and not (str(named).startswith("<") or local.startswith("//") or prefix in declared(text)):
        raise UnreadableError(
            f"The head names {shown(named)}, but the query declares no prefix {prefix}:.",
            remedy=f"Add PREFIX {prefix}: <https://…> to the query.",
            place=place,
            sv=f"Huvudet nämner {shown(named)}, men frågan deklarerar inget prefix {prefix}:. "
            f"Lägg till PREFIX {prefix}: <https://…> i frågan.",
        )
    try:
        return _iri(_whole(str(named), text)).value
    except ValueError:
        raise UnreadableError(
            f"What '{name}' names must be an IRI, and {shown(named)} is none.",
            remedy="Write it with a prefix that the query declares, or whole: <https://…>.",
            place=place,
            sv=f"Det som '{name}' nämner ska vara en IRI, och {shown(named)} är ingen. "
            "Skriv den med ett prefix som frågan deklarerar, eller hel: <https://…>.",
        ) from None


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
