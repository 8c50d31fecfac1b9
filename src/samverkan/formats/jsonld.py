"""Readable JSON-LD 1.1: compact terms of the site's own context, the subject as the root.

The context travels inside the document, cut to the terms it uses, so a document is read
without a network. What a reader gets back is the same graph, term for term.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import groupby
from types import MappingProxyType
from typing import Any, TypeVar

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from samverkan.errors import NotAcceptableError
from samverkan.model.namespaces import RDF, XSD
from samverkan.model.prefixes import Prefixes
from samverkan.model.results import Description, Graph, Quads, blocks

_TYPE = f"{RDF}type"
_STRING, _INTEGER, _BOOLEAN = f"{XSD}string", f"{XSD}integer", f"{XSD}boolean"

SAFE_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,14}")
_LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_NAME = re.compile(r"\w[\w-]*")
# An IRI with an authority is never taken for a compact IRI (JSON-LD 1.1 API, section 5.2.2).
_AUTHORITY = ("https://", "http://")

NAME = "name"
"""The key under which a node says what it is called, for readers of JSON: it makes no triple."""

VALUE_TYPE = "@type"
"""The key of a literal's datatype, never an alias: rdflib knows none with a container, and would lose the datatype."""

Json = Any
_SET = {"@container": "@set"}
_ALIASED = ("id", "type")
_NONE = frozenset({""})
T = TypeVar("T")


@dataclass(frozen=True)
class ContextTerm:
    """A term of the context that we write with.

    `takes` is the kind of value that it is for: `@id` for links, `@language` for texts in a
    map by language, a datatype's IRI, or None for a term that says nothing of its values.
    """

    name: str
    takes: str | None = None
    always_list: bool = False
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class Slot:
    """Where a predicate's values of one kind go: the key, the names of the context behind it, and their form.

    `coerced` says that the key tells the kind, so that the bare text is enough.
    """

    key: str
    names: tuple[str, ...]
    coerced: bool = False
    always_list: bool = False


class _PrefixOf(dict[bytes, str]):
    """The prefix that shortens each IRI, or nothing, worked out once."""

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context

    def __missing__(self, iri: bytes) -> str:
        whole = iri.decode()
        compact = self.context.compact(whole)
        found = self[iri] = "" if compact == whole else compact.partition(":")[0]
        return found


@dataclass(frozen=True, eq=False)
class Context:
    """The JSON-LD 1.1 context of a site, turned round: from IRI to name.

    Only what is sure to be read back right is taken: prefixes, aliases of `@id` and `@type`,
    and terms that say no more than their IRI, a type, and `@set` or `@language` as container.

    `refine` makes of `source` what is really used: with it, every key has one form in all documents. `names` tells
    what a thing is called, in each language of the site. A document names the context by its `address`, if it has one,
    and else holds the part that it uses.
    """

    source: Mapping[str, Any]
    prefixes: Prefixes
    refine: Callable[[], Mapping[str, Any]] | None = None
    names: Callable[[str], Mapping[str, str]] | None = None
    published_at: str = ""
    address: str = ""
    _slots: dict[tuple[str, str], Slot] = field(default_factory=dict, repr=False)
    _classes: dict[str, Slot] = field(default_factory=dict, repr=False)
    _compact: dict[str, str] = field(default_factory=dict, repr=False)
    _cut: dict[frozenset[str], Json] = field(default_factory=dict, repr=False)
    _made: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What a writer makes for this context, made once for a key, and kept no longer than the context."""
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]  # type: ignore[no-any-return]

    @classmethod
    def of(cls, source: Mapping[str, Any]) -> Context:
        """Read the value of `@context`: an object of prefixes, keyword aliases and terms."""
        return cls(source, Prefixes.from_context(source))

    @cached_property
    def whole(self) -> Mapping[str, Any]:
        """The context that documents are written with."""
        return self.refine() if self.refine else self.source

    @cached_property
    def terms(self) -> Mapping[str, tuple[ContextTerm, ...]]:
        """The terms that are written, by the IRIs that they stand for."""
        terms: dict[str, list[ContextTerm]] = {}
        for name, definition in self.whole.items():
            for iri, term in self._term(name, definition):
                terms.setdefault(iri, []).append(term)
        return {iri: tuple(found) for iri, found in terms.items()}

    def _term(self, name: str, definition: Json) -> Iterable[tuple[str, ContextTerm]]:
        is_term = name not in self.prefixes.table and _NAME.fullmatch(name)
        return _terms(name, definition, self.whole, self.prefixes) if is_term else ()

    @cached_property
    def published(self) -> Mapping[str, Any]:
        """What documents are written with, IRIs in full and without prefixes: no reader shortens an `@id` with it.

        What documents are not written with stays out, for it could make them unreadable, or say something else:
        a default language, a vocabulary, names that other libraries refuse.
        """
        return {name: self._in_full(each) for name, each in self.whole.items() if self._is_written(name, each)}

    def _is_written(self, name: str, definition: Json) -> bool:
        """Whether a document may need an entry: the version, an alias, a term, or the name that means nothing."""
        if name == "@version":
            return bool(definition == 1.1)  # noqa: PLR2004
        is_alias = name in _ALIASED and self.alias(f"@{name}") == name
        is_unsaid = name == NAME and definition is None
        return is_alias or is_unsaid or any(True for _ in self._term(name, definition))

    def _in_full(self, definition: Json) -> Json:
        """A definition whose IRIs are in full."""
        if isinstance(definition, dict):
            return {
                key: self._in_full(value) if key in {"@id", "@type"} else value for key, value in definition.items()
            }
        return (self.prefixes.expand(definition) or definition) if isinstance(definition, str) else definition

    @cached_property
    def linked(self) -> Context:
        """The published context, which documents name by its address in place of holding it."""
        prefixes = Prefixes.from_context(self.published)
        return Context(self.published, prefixes, lambda: self.published, self.names, address=self.published_at)

    @property
    def tells_names(self) -> bool:
        """Whether `name` is free for what a thing is called: a key that JSON-LD leaves out."""
        return self.names is not None and self.whole.get(NAME, self) is None

    def compact(self, iri: str) -> str:
        """`prefix:name` for an IRI where the context has its namespace, else the IRI."""
        found = self._compact.get(iri)
        if found is None:
            found = self._compact[iri] = self._compacted(iri)
        return found

    def _compacted(self, iri: str) -> str:
        compact = self.prefixes.compact(iri)
        return compact if compact == iri or _LOCAL.fullmatch(compact.partition(":")[2]) else iri

    def prefixes_of(self, iris: Iterable[bytes]) -> frozenset[str]:
        """The prefixes that shorten these IRIs, which are in UTF-8."""
        return frozenset(map(self._prefix.__getitem__, iris)) - _NONE

    @cached_property
    def _prefix(self) -> _PrefixOf:
        return _PrefixOf(self)

    def slot(self, predicate: str, kind: str) -> Slot:
        """Where a predicate's values of a kind go: in the term for that kind, else in the plain one, else by prefix."""
        found = self._slots.get((predicate, kind))
        if found is None:
            found = self._slots[predicate, kind] = self._slot(predicate, kind)
        return found

    def _slot(self, predicate: str, kind: str) -> Slot:
        terms = self.terms.get(predicate, ())
        for wanted in (kind, None):
            for term in terms:
                if term.takes == wanted:
                    return Slot(term.name, (term.name, *term.needs), wanted is not None, term.always_list)
        return self._by_prefix(predicate)

    def class_slot(self, iri: str) -> Slot:
        """A class or datatype: a plain term's name, else by prefix, else as it is."""
        found = self._classes.get(iri)
        if found is None:
            plain = (term for term in self.terms.get(iri, ()) if term.takes is None)
            slots = (Slot(term.name, (term.name, *term.needs)) for term in plain)
            found = self._classes[iri] = next(slots, None) or self._by_prefix(iri)
        return found

    def _by_prefix(self, iri: str) -> Slot:
        compact = self.compact(iri)
        names = () if compact == iri else (compact.partition(":")[0],)
        return Slot(compact, names, always_list=self.refine is not None)

    def alias(self, keyword: str) -> str:
        """`id` for `@id` and `type` for `@type`, where the context has that alias."""
        name = keyword[1:]
        return name if self.whole.get(name) in (keyword, {"@id": keyword, **_SET}) else keyword

    @cached_property
    def types_are_listed(self) -> bool:
        """Whether the types of a node are always a list."""
        return bool(self.whole.get("type") == {"@id": "@type", **_SET})

    def is_misread(self, iri: str) -> bool:
        """Whether a name of the context is the scheme of this IRI, so that a reader would expand it."""
        return not iri.startswith(_AUTHORITY) and iri.partition(":")[0] in self.whole

    def cut(self, names: frozenset[str]) -> Json:
        """The part of the context that defines these names, in the order of the whole."""
        if names not in self._cut:
            wanted = {*names, "@version"} if self.whole.get("@version") == 1.1 else names  # noqa: PLR2004
            self._cut[names] = {key: value for key, value in self.whole.items() if key in wanted}
        return self._cut[names]


EMPTY = Context.of({})


def _terms(
    name: str, definition: Json, source: Mapping[str, Any], prefixes: Prefixes
) -> Iterator[tuple[str, ContextTerm]]:
    """The term that a definition makes with its IRI, or nothing where it says more than we write."""
    whole = definition if isinstance(definition, dict) else {"@id": definition}
    container = whole.get("@container", [])
    containers = set(map(str, container if isinstance(container, list) else [container]))
    if not whole.keys() <= {"@id", "@type", "@container"} or not containers <= {"@set", "@language"}:
        return
    iri, *needs = _expanded(whole.get("@id"), source, prefixes)
    coerced, *more = _expanded(whole["@type"], source, prefixes) if "@type" in whole else (None,)
    if not is_iri(iri) or ("@type" in whole and (not coerced or "@language" in containers)):
        return
    takes = "@language" if "@language" in containers else coerced
    yield iri, ContextTerm(name, takes, "@set" in containers, (*needs, *more))


def is_iri(text: str) -> bool:
    """Whether a text is an IRI in full, which a property or class of a context has to be."""
    try:
        NamedNode(text)
    except ValueError:
        return False
    return True


def _expanded(iri: object, source: Mapping[str, Any], prefixes: Prefixes) -> tuple[str, ...]:
    """An IRI of a definition in full, and the prefix that it needs; empty where it is not sure to be one."""
    if iri == "@id":
        return ("@id",)
    if not isinstance(iri, str) or iri.startswith("@"):
        return ("",)
    scheme, colon, remainder = iri.partition(":")
    if colon and not remainder.startswith("//") and scheme in source:
        expanded = prefixes.expand(iri)
        return (expanded, scheme) if expanded else ("",)
    return (iri if colon and scheme else "",)


def write_document(content: Graph | Quads, context: Context) -> bytes:
    """Write a graph, or a dataset of named graphs, as indented JSON-LD 1.1 in UTF-8.

    Raises `NotAcceptableError` where a value is a triple term, which JSON-LD 1.1 has not.
    """
    if isinstance(content, Quads):
        return _listed(content, context, _graph_parts)
    if _has_root(content):
        return _rooted(_DocumentWriter(context), content)
    return _listed(content, context, _node_parts)


def write_context(context: Context) -> bytes:
    """Write the published context, which is also that of no site."""
    return b"{\n" + (_context_lines(context.published) or b'  "@context": {},\n').removesuffix(b",\n") + b"\n}\n"


def write_expanded(content: Graph | Quads, _: Context) -> bytes:
    """Write content as expanded JSON-LD: no context, all IRIs in full, every value an object in a list."""
    writer = _ExpandedWriter(EMPTY)
    if isinstance(content, Graph) and _has_root(content):
        return _dumped([writer.rooted(content)]) + b"\n"
    parts = _graph_parts(writer, content) if isinstance(content, Quads) else _node_parts(writer, content)
    return b"[\n    %b]\n" % b",\n    ".join(parts)


def write_flattened(content: Graph | Quads, context: Context) -> bytes:
    """Write content as flattened JSON-LD: every node by itself, the links between them as references."""
    return _listed(content, context, _graph_parts if isinstance(content, Quads) else _node_parts)  # type: ignore[arg-type]


def write_linked(content: Graph | Quads, context: Context) -> bytes:
    """Write content as `write_document` does, with the address of the context in place of what it uses of it."""
    return write_document(content, context.linked)


def _has_root(content: Graph) -> bool:
    return any(triple.subject.value == content.root for triple in content.own if isinstance(triple.subject, NamedNode))


def _rooted(writer: _DocumentWriter, graph: Graph) -> bytes:
    """A document whose root is what a graph is about."""
    body = writer.rooted(graph)
    if writer.misread:
        return _rooted(_DocumentWriter(EMPTY), graph)
    used = _context_lines(writer.used_context())
    return b"{\n" + used + _dumped(body).removeprefix(b"{\n") + b"\n"


def _context_lines(used: Json) -> bytes:
    """The member `@context` of a document: an address, or a line for each term; nothing for an empty one."""
    import orjson

    if not used:
        return b""
    if isinstance(used, str):
        return b'  "@context": %b,\n' % orjson.dumps(used)
    lines = (b"    %b: %b" % (orjson.dumps(name), _on_one_line(value)) for name, value in used.items())
    return b'  "@context": {\n%b\n  },\n' % b",\n".join(lines)


def _on_one_line(value: Json) -> bytes:
    """JSON on one line, with a space where a person would write one."""
    import orjson

    compact: bytes = orjson.dumps(value)
    return compact if isinstance(value, str) else _spaced(compact)


@lru_cache(maxsize=4096)  # thousands of documents use the same terms
def _spaced(compact: bytes) -> bytes:
    import json

    return json.dumps(json.loads(compact), ensure_ascii=False).encode()


def _dumped(document: Json, indent: int = 0) -> bytes:
    """Indented JSON; a line feed inside a text is escaped, so only those between lines are moved in."""
    import orjson

    written = orjson.dumps(document, option=orjson.OPT_INDENT_2)
    return written.replace(b"\n", b"\n" + b" " * indent) if indent else written


def _listed(content: T, context: Context, parts: Callable[[_DocumentWriter, T], Iterator[bytes]]) -> bytes:
    """A document that lists nodes, written one by one: as one object it would take many times its text's memory."""
    writer = _DocumentWriter(context)
    found = [part for each in parts(writer, content) for part in (each, b",\n    ")][:-1]
    if writer.misread:
        return _listed(content, EMPTY, parts)
    used = _context_lines(writer.used_context())
    start, end = (b"\n    ", b"\n  ") if found else (b"", b"")
    return b"".join((b"{\n", used, b'  "@graph": [', start, *found, end, b"]\n}\n"))


def _node_parts(writer: _DocumentWriter, graph: Graph) -> Iterator[bytes]:
    return (_dumped(writer.node(block.subject, block.triples), 4) for block in blocks(graph.triples))


def _graph_parts(writer: _DocumentWriter, content: Quads) -> Iterator[bytes]:
    for graph, quads in groupby(content.quads, lambda quad: _node_name(quad.graph_name)):
        nodes = (
            _dumped(writer.node(*node), 8 if graph else 4) for node in _nodes(quad.triple for quad in quads).items()
        )
        yield from (_named(writer, graph, nodes),) if graph else nodes


def _named(writer: _DocumentWriter, graph: str, nodes: Iterable[bytes]) -> bytes:
    head = _dumped({writer.id: writer.iri(graph)}, 4).removesuffix(b"\n    }")
    return b'%b,\n      "@graph": [\n        %b\n      ]\n    }' % (head, b",\n        ".join(nodes))


class _DocumentWriter:
    """Writes one document; notes which names of the context it used, and whether a reader would misread an IRI."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.id, self.type = context.alias("@id"), context.alias("@type")
        self.used: set[str] = set()
        self.placed: set[str] = set()
        self.misread = False
        self.tells_names = context.tells_names
        self.listed = context.types_are_listed

    def used_context(self) -> Json:
        """The part of the context that what was written so far needs, or the address of all of it."""
        if self.context.address:
            return self.context.address
        aliases = {name for name in (self.id, self.type) if not name.startswith("@")}
        return self.context.cut(frozenset(self.used | aliases))

    def rooted(self, graph: Graph) -> dict[str, Json]:
        """The root with the nodes that it links to inside it; what it does not link to is included behind it."""
        inside = {block.subject: block for block in blocks(graph.own)}
        for block in graph.neighbours:
            known = inside.get(block.subject)
            inside[block.subject] = Description(block.subject, known.triples + block.triples) if known else block
        root = inside.pop(graph.root or "")
        written = self.named(self.node(root.subject, root.triples, inside))
        remainder = [self._neighbour(block) for name, block in inside.items() if name not in self.placed]
        return {**written, "@included": remainder} if remainder else written

    def _neighbour(self, block: Description) -> Json:
        """A node that many documents hold, made once."""
        node, used, misread = block.form((type(self).__name__, self.context), self._apart)
        self.used |= used
        self.misread = self.misread or misread
        return node

    def _apart(self, block: Description) -> tuple[Json, frozenset[str], bool]:
        writer = type(self)(self.context)
        written = writer.node(block.subject, block.triples)
        return writer.named(written), frozenset(writer.used), writer.misread

    def named(self, node: dict[str, Json]) -> dict[str, Json]:
        """A node with what it is called behind its types, where it is called something."""
        texts = self.context.names(node[self.id]) if self.tells_names and self.context.names else None
        if not texts:
            return node
        self.used.add(NAME)
        first = {key: node[key] for key in (self.id, self.type) if key in node}
        return {**first, NAME: dict(texts), **node}

    def node(
        self, name: str, about: Iterable[Triple], inside: Mapping[str, Description] = MappingProxyType({})
    ) -> dict[str, Json]:
        """One node; what it links to among the blocks `inside` is written where it is linked."""
        types: list[str] = []
        properties: dict[str, Json] = {}
        for triple in about:
            predicate, value = triple.predicate.value, triple.object
            if isinstance(value, Literal):
                self._add_literal(properties, predicate, value)
            elif predicate == _TYPE and isinstance(value, NamedNode):
                types.append(self._class(value.value))
            else:
                slot = self._slot(predicate, "@id")
                _append(properties, slot.key, self._link(slot, _node_name(value), inside), slot.always_list)
        alone = len(types) == 1 and not self.listed
        typed = {self.type: types[0] if alone else types} if types else {}
        return {self.id: self.iri(name), **typed, **properties}

    def _add_literal(self, properties: dict[str, Json], predicate: str, value: Literal) -> None:
        language, text = value.language, value.value
        if language is None:
            datatype = value.datatype.value
            slot = self._slot(predicate, datatype)
            _append(properties, slot.key, self._literal(slot, datatype, text), slot.always_list)
        elif value.direction:
            slot = self._slot(predicate, "@direction")
            whole = {"@value": text, "@language": language, "@direction": value.direction.value}
            _append(properties, slot.key, whole, slot.always_list)
        else:
            slot = self._slot(predicate, "@language")
            if slot.coerced:
                _append(properties.setdefault(slot.key, {}), language, text, slot.always_list)
            else:
                _append(properties, slot.key, {"@value": text, "@language": language}, slot.always_list)

    def _literal(self, slot: Slot, datatype: str, text: str) -> Json:
        if datatype == _STRING:
            return text
        if datatype == _INTEGER and SAFE_INTEGER.fullmatch(text):
            return int(text)
        if datatype == _BOOLEAN and text in {"true", "false"}:
            return text == "true"
        return text if slot.coerced else {"@value": text, VALUE_TYPE: self._class(datatype)}

    def _link(self, slot: Slot, name: str, inside: Mapping[str, Description]) -> Json:
        block = None if slot.coerced and self.context.refine else inside.get(name)
        if block is not None:
            self.placed.add(name)
            return self._neighbour(block)
        return self.iri(name) if slot.coerced else {self.id: self.iri(name)}

    def _slot(self, predicate: str, kind: str) -> Slot:
        slot = self.context.slot(predicate, kind)
        self._note(slot, predicate)
        return slot

    def _class(self, iri: str) -> str:
        slot = self.context.class_slot(iri)
        self._note(slot, iri)
        return slot.key

    def _note(self, slot: Slot, iri: str) -> None:
        if slot.names:
            self.used.update(slot.names)
        else:
            self.iri(iri)

    def iri(self, iri: str) -> str:
        """The IRI as it is, noted where a reader would misread it."""
        if self.context.is_misread(iri):
            self.misread = True
        return iri


class _ExpandedWriter(_DocumentWriter):
    """Writes the expanded form (JSON-LD 1.1 API, section 5.1): nothing is shortened, and nothing left to a context."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.listed = True

    def _slot(self, predicate: str, kind: str) -> Slot:  # noqa: ARG002 - every kind of value has the same key
        return Slot(predicate, (), always_list=True)

    def _class(self, iri: str) -> str:
        return iri

    def _literal(self, slot: Slot, datatype: str, text: str) -> Json:  # noqa: ARG002 - the key tells no type
        return {"@value": text} if datatype == _STRING else {"@value": text, "@type": datatype}


def _node_name(term: object) -> str:
    """The IRI of a node, `_:` and its name for a blank one, nothing for the default graph."""
    if isinstance(term, NamedNode):
        return term.value
    if isinstance(term, Triple):
        raise NotAcceptableError(
            "JSON-LD 1.1 has no triple terms.",
            remedy="Ask for Turtle or N-Triples.",
            sv="JSON-LD 1.1 har inga trippeltermer. Be om Turtle eller N-Triples.",
        )
    return f"_:{term.value}" if isinstance(term, BlankNode) else ""


def _nodes(triples: Iterable[Triple]) -> dict[str, list[Triple]]:
    nodes: dict[str, list[Triple]] = {}
    for triple in triples:
        nodes.setdefault(_node_name(triple.subject), []).append(triple)
    return nodes


def _append(holder: dict[str, Json], key: str, value: Json, always_list: bool) -> None:
    """Add a value under a key: alone if it is the only one, else in a list. No value is itself a list."""
    if key not in holder:
        holder[key] = [value] if always_list else value
    elif isinstance(holder[key], list):
        holder[key].append(value)
    else:
        holder[key] = [holder[key], value]
