"""A canned query: a whole `.rq` file with a head of `#+` YAML lines and typed parameters.

A parameter is one block `VALUES ?name { default }`; `Query.bind` puts a term in its place that
the RDF library built and serialised. Nothing is ever pasted into the text of a query.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pyoxigraph import Literal, NamedNode

from samverkan.errors import ParameterError, Place, UnreadableError, UsageError

SUFFIX = ".rq"
LONGEST_QUERY = 64 * 1024
LONGEST_TEXT = 1000

_HEAD = "#+"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,8}(?:-[a-z0-9]{1,8})*", re.IGNORECASE)
_XSD = "http://www.w3.org/2001/XMLSchema#"

_TOKEN = re.compile(
    r"(?P<comment>\#[^\r\n]*)"
    r"|(?P<iri><[^<>\"{}|^`\\\x00-\x20]*>)"
    r'|(?P<string>"""(?:[^"\\]|\\.|"(?!""))*+"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*+\'\'\''
    r"|\"(?:[^\"\\\n\r]|\\.)*+\"|'(?:[^'\\\n\r]|\\.)*+')"
    r"|(?P<curie>[A-Za-z][\w.-]*:[\w.:%-]*|:[\w.-]+)"
    r"|(?P<variable>[?$]\w+)"
    r"|(?P<word>@?[A-Za-z_]\w*)"
    r"|(?P<mark>[{}])"
    r"|(?P<other>.)",
    re.DOTALL,
)
_PREFIX = re.compile(r"^\s*PREFIX\s+([\w.-]*):\s*<([^>]*)>", re.IGNORECASE | re.MULTILINE)
_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")

Texts = Mapping[str, str]


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
    def takes(self) -> str:
        """What the parameter takes, in words."""
        return KINDS[self.kind].takes


@dataclass(frozen=True)
class Kind:
    """A type of parameter: what it takes in words, and how a text becomes a SPARQL term."""

    takes: str
    term: Any


@dataclass(frozen=True)
class Query:
    """A canned query: its address (`name`), its SPARQL text and what its head says."""

    name: str
    text: str
    place: Place
    summary: Texts = field(default_factory=dict)
    description: Texts = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()

    @property
    def form(self) -> str:
        """`SELECT`, `ASK`, `CONSTRUCT` or `DESCRIBE`: the first such word outside of comments."""
        words = (token["word"].upper() for token in tokens(self.text) if token["word"])
        return next((word for word in words if word in {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}), "SELECT")

    def parameter(self, name: str) -> Parameter:
        """Look a parameter up; raises `ParameterError` that names those there are."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        known = ", ".join(parameter.name for parameter in self.parameters)
        has = f"Its parameters are: {known}." if known else "It has no parameters."
        raise ParameterError(name, f"The query '{self.name}' has no parameter '{name}'.", remedy=has)

    def bind(self, values: Mapping[str, str]) -> str:
        """Give parameters values and return the SPARQL 1.1 text to run.

        Raises `ParameterError` where a name is unknown or a value is not of the parameter's kind.
        """
        blocks = sorted(((self.parameter(name).span, self._term(name, value)) for name, value in values.items()))
        text, shift = self.text, 0
        for (start, end), term in blocks:
            text = f"{text[: start + shift]} {term} {text[end + shift :]}"
            shift += len(term) + 2 - (end - start)
        return text

    def _term(self, name: str, value: str) -> str:
        parameter = self.parameter(name)
        try:
            return str(KINDS[parameter.kind].term(value))
        except ValueError:
            raise ParameterError(
                name, f"{value!r} is not a value of the parameter '{name}'.", remedy=f"It takes {parameter.takes}."
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


KINDS: Mapping[str, Kind] = {
    "iri": Kind("an absolute IRI", _iri),
    "date": Kind("a date as YYYY-MM-DD", _date),
    "language": Kind("a language tag, such as sv or en", _language),
    "text": Kind(f"a text of at most {LONGEST_TEXT} characters", _text),
    "integer": Kind("a whole number", _integer),
}


def tokens(sparql: str) -> Iterator[re.Match[str]]:
    """Cut SPARQL 1.1 into comments, IRIs, strings, names, variables, words and marks."""
    return _TOKEN.finditer(sparql)


def iris(query: Query) -> Iterator[tuple[str, Place]]:
    """The IRIs that a query names, in full or by a prefix it declares, each with its first line."""
    declared = dict(_PREFIX.findall(query.text))
    seen: set[str] = set()
    for token in tokens(query.text):
        prefix, _, local = (token["curie"] or "").partition(":")
        iri = token["iri"][1:-1] if token["iri"] else declared.get(prefix, "") + local if token["curie"] else ""
        namespace = iri in declared.values() or (prefix and not local)
        if iri and not namespace and iri not in seen:
            seen.add(iri)
            yield iri, Place(query.place.file, query.text.count("\n", 0, token.start()) + 1)


def check_harmless(sparql: str, name: str = "query", graphs: frozenset[str] = frozenset()) -> None:
    """Refuse what reads from outside: `SERVICE`, and `FROM` another graph than the published ones.

    Numeric escapes are resolved first, as SPARQL 1.1 section 19.2 does before its grammar.
    Raises `UsageError` with the line, also for a text longer than 64 KB.
    """
    if len(sparql.encode("utf-8", "replace")) > LONGEST_QUERY:
        raise UsageError(f"The query is longer than {LONGEST_QUERY // 1024} KB.", place=Place(name))
    plain = _unescaped(sparql)
    found = [token for token in tokens(plain) if not token["comment"] and not token[0].isspace()]
    for token, following in zip(found, [*found[1:], None], strict=True):
        word = (token["word"] or "").upper()
        if word == "SERVICE":
            raise _refused("SERVICE asks another server, and queries here stay in the house", plain, token, name)
        if word == "FROM":
            _check_graph(plain, token, following, name, graphs)


def _check_graph(
    plain: str, token: re.Match[str], following: re.Match[str] | None, name: str, graphs: frozenset[str]
) -> None:
    named = following is not None and (following["word"] or "").upper() == "NAMED"
    rest = plain[following.end() if named and following else token.end() :]
    target = re.match(r"\s*<([^>]*)>", rest)
    if target is None or target[1] not in graphs:
        raise _refused("FROM may only name a published graph, as a full IRI", plain, token, name)


def _refused(why: str, sparql: str, token: re.Match[str], name: str) -> UsageError:
    line = sparql.count("\n", 0, token.start()) + 1
    return UsageError(f"{token[0]} is refused: {why}.", remedy="Take it out.", place=Place(name, line))


def _unescaped(sparql: str) -> str:
    def character(match: re.Match[str]) -> str:
        code = int(match[1] or match[2], 16)
        return chr(code) if code < 0x110000 else " "  # noqa: PLR2004 - the last code point of Unicode

    return _ESCAPED.sub(character, sparql)


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
        tags=tuple(str(tag) for tag in head.get("tags") or ()),
        parameters=tuple(_parameters(head, text, file)),
    )


def _head(text: str, file: str) -> dict[str, Any]:
    import yaml

    lines = [line[len(_HEAD) :].removeprefix(" ") for line in text.splitlines() if line.startswith(_HEAD)]
    first = next((i for i, line in enumerate(text.splitlines(), 1) if line.startswith(_HEAD)), 1)
    try:
        head = yaml.load("\n".join(lines), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = first + (mark.line if mark else 0)
        problem = getattr(error, "problem", None) or "it can't be read"
        raise UnreadableError(
            f"The head of the query is not YAML: {problem}.",
            remedy="Check indents and quotes of the lines that begin with #+.",
            place=Place(file, line),
        ) from None
    if not isinstance(head, dict):
        raise UnreadableError(
            "The head of the query must be keys and values.", remedy="Write #+ summary: …", place=Place(file, first)
        )
    return head


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
    )


def _parameters(head: Mapping[str, Any], text: str, file: str) -> Iterator[Parameter]:
    declared = head.get("parameters") or {}
    listed = head.get("enumerate") or {}
    if not isinstance(declared, dict) or not isinstance(listed, dict):
        raise UnreadableError("'parameters' and 'enumerate' must be keys and values.", place=Place(file))
    spans = dict(_blocks(text, file))
    for name, about in declared.items():
        if name not in spans:
            raise UnreadableError(
                f"The parameter '{name}' has no block in the query.",
                remedy=f"Write VALUES ?{name} {{ … }} with its default.",
                place=Place(file),
            )
        yield _parameter(str(name), about, spans[name], listed.get(name) or (), text, file)


def _parameter(name: str, about: object, span: tuple[int, int], values: object, text: str, file: str) -> Parameter:
    if not isinstance(about, dict) or about.get("type", "text") not in KINDS:
        raise UnreadableError(
            f"The parameter '{name}' needs a type.", remedy=f"The types are {', '.join(KINDS)}.", place=Place(file)
        )
    instances_of = about.get("class")
    return Parameter(
        name=name,
        kind=about.get("type", "text"),
        label=_texts(about.get("label", name), f"label of {name}", file),
        span=span,
        instances_of=_class_iri(instances_of, text, file) if instances_of else None,
        menu=about.get("menu"),
        values=tuple(str(value) for value in values) if isinstance(values, list | tuple) else (),
    )


def _class_iri(name: str, text: str, file: str) -> str:
    if name.startswith("<"):
        return name.strip("<>")
    prefix, _, local = name.partition(":")
    declared = dict(_PREFIX.findall(text))
    if prefix not in declared:
        raise UnreadableError(
            f"The head names the class {name}, but the query declares no prefix {prefix}:.",
            remedy=f"Add PREFIX {prefix}: <https://…> to the query.",
            place=Place(file),
        )
    return str(declared[prefix] + local)


def _blocks(text: str, file: str) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each `VALUES ?name { … }` block: the variable, and the span between its braces."""
    found = [token for token in tokens(text) if not token["comment"] and not token[0].isspace()]
    seen: set[str] = set()
    for place, token in enumerate(found[:-2]):
        variable, brace = found[place + 1], found[place + 2]
        if (token["word"] or "").upper() != "VALUES" or not variable["variable"] or brace[0] != "{":
            continue
        name = variable["variable"][1:]
        closing = next((end for end in found[place + 3 :] if end[0] == "}"), None)
        if name in seen or closing is None:
            raise UnreadableError(
                f"?{name} has two VALUES blocks; a parameter has one.", remedy="Take one away.", place=Place(file)
            )
        seen.add(name)
        yield name, (brace.end(), closing.start())
