"""Readable JSON-LD 1.1: compact terms of the site's own context, the subject as the root.

The context travels inside the document, cut to the terms it uses, so a document is read
without a network. What a reader gets back is the same graph, term for term.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from samverkan.answers import Graph, Quads
from samverkan.prefixes import Prefixes

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
XSD = "http://www.w3.org/2001/XMLSchema#"
LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"

_SAFE_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")
_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")

Json = Any
Node = dict[str, list[Any]]


@dataclass(frozen=True)
class Term:
    """A term of the context: its name, its definition there, and how it coerces a value."""

    name: str
    definition: Json
    type: str | None = None
    container: str | None = None


@dataclass(frozen=True, eq=False)
class Context:
    """The JSON-LD 1.1 context of a site, turned round: from IRI to name."""

    source: Mapping[str, Any]
    prefixes: Prefixes
    terms: Mapping[str, tuple[Term, ...]]
    _memo: dict[str, str] = field(default_factory=dict, repr=False)
    _cut: dict[frozenset[str], Json] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, source: Mapping[str, Any]) -> Context:
        """Read the value of `@context`: an object of prefixes, keyword aliases and terms."""
        prefixes = Prefixes.from_context(source)
        terms: dict[str, list[Term]] = {}
        for name, definition in source.items():
            iri = _defined_iri(name, definition, prefixes)
            if iri:
                terms.setdefault(iri, []).append(_term(name, definition, prefixes))
        return cls(source, prefixes, {iri: tuple(found) for iri, found in terms.items()})

    def compact(self, iri: str) -> str:
        """`prefix:name` for an IRI where the context has its namespace, else the IRI."""
        if iri not in self._memo:
            self._memo[iri] = self._compacted(iri)
        return self._memo[iri]

    def _compacted(self, iri: str) -> str:
        compact = self.prefixes.compact(iri)
        return compact if compact == iri or _LOCAL.fullmatch(compact.partition(":")[2]) else iri

    def vocabulary(self, iri: str) -> str:
        """A class or datatype as a term's name, else by prefix, else as it is."""
        plain = (term.name for term in self.terms.get(iri, ()) if term.type is None and term.container is None)
        return next(plain, self.compact(iri))

    def cut(self, used: frozenset[str]) -> Json:
        """The part of the context that defines these keys, in the order of the whole."""
        if used not in self._cut:
            keys = {name for key in used for name in self._needs(key)}
            self._cut[used] = {key: value for key, value in self.source.items() if key in keys or key == "@version"}
        return self._cut[used]

    def _needs(self, key: str) -> Iterable[str]:
        if key not in self.source:
            prefix = key.partition(":")[0]
            return (prefix,) if prefix in self.source else ()
        definition = self.source[key]
        inner = definition if isinstance(definition, dict) else {"@id": definition}
        mentioned = (str(value).partition(":")[0] for value in inner.values())
        return (key, *(prefix for prefix in mentioned if prefix in self.prefixes.table))


EMPTY = Context.of({})


def _defined_iri(name: str, definition: Json, prefixes: Prefixes) -> str | None:
    if name.startswith("@") or name in prefixes.table:
        return None
    identifier = definition.get("@id") if isinstance(definition, dict) else definition
    if not isinstance(identifier, str):
        return None
    return identifier if identifier.startswith("@") else prefixes.expand(identifier) or identifier


def _term(name: str, definition: Json, prefixes: Prefixes) -> Term:
    if not isinstance(definition, dict):
        return Term(name, definition)
    coerced = definition.get("@type")
    if isinstance(coerced, str) and not coerced.startswith("@"):
        coerced = prefixes.expand(coerced) or coerced
    container = definition.get("@container")
    return Term(name, definition, coerced, None if container == "@set" else container)


def write(content: Graph | Quads, context: Context) -> bytes:
    """Write a graph, or a dataset of named graphs, as indented JSON-LD 1.1 in UTF-8."""
    import orjson

    document = _Writer(context).document(content)
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


class _Writer:
    """Writes one document and notes which keys of the context it used."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.used: set[str] = set()

    def document(self, content: Graph | Quads) -> Json:
        if self._clashes(content):
            return _Writer(EMPTY).document(content)
        body = self._rooted(content) if isinstance(content, Graph) else self._dataset(content.quads)
        used = self.context.cut(frozenset(self.used))
        return {"@context": used, **body} if used else body

    def _clashes(self, content: Graph | Quads) -> bool:
        """Whether an IRI's scheme is a prefix of the context, so that compacting would change it."""
        statements = content.triples if isinstance(content, Graph) else content.quads
        names = self.context.source.keys()
        return any(_scheme(term) in names for s in statements for term in (s.subject, s.predicate, s.object))

    def _rooted(self, graph: Graph) -> Json:
        nodes = _nodes(graph.triples)
        root = graph.root
        if root not in nodes:
            return {"@graph": [self._node(name, nodes[name]) for name in nodes]}
        linked = {_name(value) for values in nodes[root].values() for value in values if _name(value)}
        if not nodes.keys() - linked <= {root} or root in linked:
            return {"@graph": [self._node(name, nodes[name]) for name in nodes]}
        return self._node(root, nodes[root], {name: nodes[name] for name in nodes if name != root})

    def _dataset(self, quads: Iterable[Quad]) -> Json:
        graphs: dict[str, list[Triple]] = {}
        for quad in quads:
            graphs.setdefault(_name(quad.graph_name) or "", []).append(quad.triple)
        return {
            "@graph": [
                {self._key("id"): name, "@graph": [self._node(n, node) for n, node in _nodes(found).items()]}
                for name, found in graphs.items()
            ]
        }

    def _key(self, alias: str) -> str:
        """`id` and `type`, where the context has them as aliases, else the keyword."""
        if self.context.source.get(alias) == f"@{alias}":
            self.used.add(alias)
            return alias
        return f"@{alias}"

    def _node(self, name: str, node: Node, inside: Mapping[str, Node] | None = None) -> dict[str, Json]:
        written: dict[str, Json] = {self._key("id"): name}
        for predicate, values in node.items():
            if predicate == RDF_TYPE and all(isinstance(value, NamedNode) for value in values):
                written[self._key("type")] = _one_or_all([self._vocabulary(value.value) for value in values])
                continue
            for value in values:
                self._add(written, predicate, value, inside or {})
        return written

    def _vocabulary(self, iri: str) -> str:
        found = self.context.vocabulary(iri)
        self.used.add(found)
        return found

    def _add(self, written: dict[str, Json], predicate: str, value: Any, inside: Mapping[str, Node]) -> None:
        term = self._fitting(predicate, value)
        key = term.name if term else self.context.compact(predicate)
        self.used.add(key)
        if term and term.container == "@language":
            texts = written.setdefault(key, {})
            texts[value.language] = _appended(texts.get(value.language), value.value)
        else:
            written[key] = _appended(written.get(key), self._value(term, value, inside))

    def _fitting(self, predicate: str, value: Any) -> Term | None:
        terms = self.context.terms.get(predicate, ())
        return next((term for term in terms if _coerces(term, value)), None) or next(
            (term for term in terms if term.type is None and term.container is None), None
        )

    def _value(self, term: Term | None, value: Any, inside: Mapping[str, Node]) -> Json:
        if isinstance(value, NamedNode | BlankNode):
            return self._link(term, value, inside)
        if not isinstance(value, Literal):
            message = "JSON-LD 1.1 has no triple terms"
            raise ValueError(message)
        if value.language:
            return {"@value": value.value, "@language": value.language}
        datatype = value.datatype.value
        if datatype == f"{XSD}string" or (term and term.type == datatype):
            return value.value
        return _native(value) if _is_native(value) else self._typed(value)

    def _link(self, term: Term | None, value: NamedNode | BlankNode, inside: Mapping[str, Node]) -> Json:
        name = _name(value) or ""
        if name in inside:
            return self._node(name, inside[name])
        return name if term and term.type == "@id" else {self._key("id"): name}

    def _typed(self, value: Literal) -> Json:
        return {"@value": value.value, self._key("type"): self._vocabulary(value.datatype.value)}


def _scheme(term: object) -> str | None:
    return term.value.partition(":")[0] if isinstance(term, NamedNode) else None


def _name(term: object) -> str | None:
    if isinstance(term, NamedNode):
        return term.value
    return f"_:{term.value}" if isinstance(term, BlankNode) else None


def _nodes(triples: Iterable[Triple]) -> dict[str, Node]:
    nodes: dict[str, Node] = {}
    for triple in triples:
        node = nodes.setdefault(_name(triple.subject) or "", {})
        node.setdefault(triple.predicate.value, []).append(triple.object)
    return nodes


def _coerces(term: Term, value: Any) -> bool:
    if isinstance(value, NamedNode | BlankNode):
        return term.type == "@id"
    if not isinstance(value, Literal):
        return False
    if value.language:
        return term.container == "@language"
    return term.type == value.datatype.value and term.container is None


def _is_native(value: Literal) -> bool:
    datatype = value.datatype.value
    if datatype == f"{XSD}boolean":
        return value.value in {"true", "false"}
    return datatype == f"{XSD}integer" and bool(_SAFE_INTEGER.fullmatch(value.value))


def _native(value: Literal) -> Json:
    return value.value == "true" if value.datatype.value == f"{XSD}boolean" else int(value.value)


def _appended(values: Json, value: Json) -> Json:
    if values is None:
        return value
    return [*values, value] if isinstance(values, list) else [values, value]


def _one_or_all(values: list[str]) -> Json:
    return values[0] if len(values) == 1 else values
