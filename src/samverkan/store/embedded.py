"""The store in the memory of this process: SPARQL in, Answer out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from threading import Lock
from typing import IO, Any, TypeVar, cast

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
)
from pyoxigraph import Store as MemoryStore

from samverkan.errors import Place, QueryError, RefusedError, UsageError
from samverkan.model import pasted_characters
from samverkan.model.dataset import File, triples
from samverkan.model.query_variables import columns_in_order
from samverkan.model.results import Answer, BooleanResult, Graph, Table, Term
from samverkan.model.sparql import names_dataset, run, telling
from samverkan.model.sparql_mistakes import SparqlMistake, mistake
from samverkan.model.turtle_mistakes import unreadable
from samverkan.store.blank_nodes import NodeNumbers, numbered, numbered_in_json
from samverkan.store.large import Large, Rows, graph_or_blocks
from samverkan.store.protocol import Graphs
from samverkan.store.written_literals import WrittenLiterals

A = TypeVar("A", bound=Answer)
T = TypeVar("T")

_WHERE = re.compile(r"^error at (\d+):(\d+): ")
_NO_IRI = "IRI parsing failed"
_IRI_END = re.compile(r"<[^<>]*>$")
_SCHEME = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_OUTSIDE_TEXTS = re.compile(
    r"\"\"\".*?\"\"\"|'''.*?'''|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|<[^<>\s]*>|#[^\n]*|(?P<other>.)", re.DOTALL
)
_GRAPH_WORDS = ("graph", "from", "\\u")  # a numeric escape may spell either word
_SHORT = 120  # characters


class Embedded:
    """A store in the memory of this process.

    The union of all graphs is the store's default graph, where a triple that two files state
    stands once; the library's own union would give it twice, and counts would be wrong. The
    named graphs are loaded beside it when the first query asks for them.
    """

    def __init__(self, files: Iterable[File] = (), graphs: Iterable[str] | None = None) -> None:
        """Load files; raises `UnreadableError` where one is broken.

        `graphs` are those that FROM may name; where they are not given, others are as if they were not there.
        """
        self._store = MemoryStore()
        self._files = self._unnamed = tuple(files)
        self._written = WrittenLiterals(self._files)
        self._graphs = None if graphs is None else frozenset(graphs)
        self._inferred: tuple[str, ...] = ()
        self._warming = Lock()
        for file in self._files:
            self._load(file, DefaultGraph())

    def _load(self, file: File, graph: NamedNode | DefaultGraph) -> None:
        try:
            self._store.load(file.content, RdfFormat.TURTLE, to_graph=graph)
        except (SyntaxError, MemoryError) as error:
            raise unreadable(error, file.name, file.content) from None

    @property
    def memory(self) -> MemoryStore:
        """The store itself: its default graph is the union of all files."""
        return self._store

    def size(self) -> int:
        """How many statements are loaded, those of the named graphs too once `warm` was called."""
        return len(self._store)

    def warm(self) -> None:
        """Load the named graphs beside the union, if they are not there yet, and see what is not kept as written.

        Another thread may do other things meanwhile; one that wants the graphs too waits for them.
        """
        with self._warming:
            _ = self._written.by_stored
            self._load_named()

    def _load_named(self) -> None:
        for file in self._unnamed:
            self._load(file, NamedNode(file.graph))
        self._unnamed = ()

    def infer(self, graphs: Mapping[str, Iterable[Triple]]) -> None:
        """Hold what follows beside the union, for queries that ask for it: the graph with all of it first."""
        for name in self._inferred:
            self._store.remove_graph(NamedNode(name))
        for name, found in graphs.items():
            node = NamedNode(name)
            self._store.extend(Quad(each.subject, each.predicate, each.object, node) for each in found)
        self._inferred = tuple(graphs)

    def exchange(self, files: Iterable[File]) -> None:
        """Hold other files, whose graphs FROM may then name; only triples that are not in both are taken out or added.

        Raises `UnreadableError` where one of them is broken, and changes nothing then.
        """
        self._load_named()
        self.infer({})
        before, after = _by_graph(self._files), _by_graph(files := tuple(files))
        changed = [name for name in before | after if before.get(name) != after.get(name)]
        exchanged = [_exchanged(name, before.get(name, ()), after.get(name, ())) for name in changed]
        for graph, gone, _ in exchanged:
            self._remove(graph, gone)
        for graph, _, come in exchanged:
            self._add(graph, come)
        self._files, self._graphs, self._written = files, frozenset(after), WrittenLiterals(files)

    def _remove(self, graph: NamedNode, gone: Iterable[Triple]) -> None:
        """Take triples out of a graph, and out of the union where no other graph has them."""
        for t in gone:
            self._store.remove(Quad(t.subject, t.predicate, t.object, graph))
            left = self._store.quads_for_pattern(t.subject, t.predicate, t.object)
            if all(quad.graph_name == DefaultGraph() for quad in left):
                self._store.remove(Quad(t.subject, t.predicate, t.object))

    def _add(self, graph: NamedNode, come: Iterable[Triple]) -> None:
        """Add triples to a graph and to the union."""
        self._store.extend(
            Quad(t.subject, t.predicate, t.object, each) for t in come for each in (graph, DefaultGraph())
        )

    def stamp(self) -> str:
        """Always the same; see `Store.stamp`."""
        return ""

    def names(self, start: str) -> tuple[str, ...]:
        """The named graphs; see `Store.names`."""
        self._load_named()
        found = {graph.value for graph in self._store.named_graphs() if isinstance(graph, NamedNode)}
        return tuple(sorted(name for name in found.difference(self._inferred) if name.startswith(start)))

    def triples(self, graph: str) -> tuple[Triple, ...]:
        """What a named graph holds; see `Store.triples`."""
        self._load_named()
        return tuple(quad.triple for quad in self._store.quads_for_pattern(None, None, None, NamedNode(graph)))

    def query(
        self,
        sparql: str,
        *,
        name: str = "query",
        prefixes: dict[str, str] | None = None,
        graphs: Graphs | None = None,
        base: str | None = None,
    ) -> Answer:
        """Answer a query; see `Store.query`."""
        return _ordered(sparql, self.evaluated(sparql, name=name, prefixes=prefixes, graphs=graphs, base=base))

    def evaluated(
        self,
        sparql: str,
        *,
        name: str = "query",
        prefixes: dict[str, str] | None = None,
        graphs: Graphs | None = None,
        base: str | None = None,
    ) -> Answer:
        """Answer a query as `query` does, with the columns in the order of the engine."""
        options = {"prefixes": prefixes, "base_iri": base, **self._dataset(sparql, graphs, inferred=False)}
        return self._query(sparql, name, options, self._graphs)

    def rows(self, sparql: str, name: str = "query") -> list[Mapping[str, Term]]:
        """The rows of the answer to a SELECT query, without what is unbound; in all of them a term is the same object.

        They are those that `query` gives, but not written down in between. Raises what `query` raises.
        """
        options = {"prefixes": None, "base_iri": None, **self._dataset(sparql, None, inferred=False)}
        return self._evaluated(sparql, name, options, self._graphs, _rows)

    def query_inferred(
        self,
        sparql: str,
        *,
        name: str = "query",
        prefixes: dict[str, str] | None = None,
        graphs: Graphs | None = None,
        base: str | None = None,
    ) -> Answer:
        """Answer a query that is asked of what follows as well; see `Store.query`."""
        options = {"prefixes": prefixes, "base_iri": base, **self._dataset(sparql, graphs, inferred=True)}
        known = None if self._graphs is None else self._graphs.union(self._inferred)
        return _ordered(sparql, self._query(sparql, name, options, known))

    def stream(
        self,
        sparql: str,
        large: Large,
        *,
        inferred: bool = False,
        **given: Any,
    ) -> Answer | None:
        """Answer a query as `query` does, or with what follows as `query_inferred`; None if `large` has the answer.

        `given` are the `prefixes`, `graphs` and `base` of `query`. Blank nodes, columns and literals are in the blocks
        as in the whole answer. A large graph comes in the order of the engine, and maybe with a triple more than once.
        Raises what `query` and `large` raise.
        """
        dataset = self._dataset(sparql, given.get("graphs"), inferred=inferred)
        options = {"prefixes": given.get("prefixes"), "base_iri": given.get("base"), **dataset}
        more = self._inferred if inferred else ()
        known = None if self._graphs is None else self._graphs.union(more)

        def streamed(found: object) -> Answer | None:
            if isinstance(found, QuerySolutions):
                rows = Rows(large, partial(_ordered, sparql))
                found.serialize(cast("IO[bytes]", rows), format=QueryResultsFormat.JSON)
                return rows.end()
            if isinstance(found, QueryTriples):
                return graph_or_blocks(numbered(found), large, self._graph)
            return _answer(found)

        return self._evaluated(sparql, "query", options, known, streamed)

    def _graph(self, found: Iterable[Triple]) -> Graph:
        """Some triples as a graph, with the literals as the files write them."""
        return self._written.restored(_sorted(found))

    def _query(self, sparql: str, name: str, options: dict[str, Any], known: frozenset[str] | None) -> Answer:
        return self._evaluated(sparql, name, options, known, lambda found: self._written.restored(_answer(found)))

    def _evaluated(
        self,
        sparql: str,
        name: str,
        options: dict[str, Any],
        known: frozenset[str] | None,
        answer: Callable[[object], T],
    ) -> T:
        """What `answer` makes of what the engine finds, while it finds it."""
        if "named_graphs" in options or may_name_graphs(sparql):
            self._load_named()
        try:
            return answer(run(self._store, sparql, name, known, **options))
        except SyntaxError as error:
            raise _syntax_error(sparql, str(error.msg), name, options["prefixes"] or {}) from None
        except (OSError, RuntimeError, ValueError) as error:
            raise UsageError(
                f"The query can't be answered: {error}.", place=Place(name), sv=f"Frågan går inte att besvara: {error}."
            ) from None

    def _dataset(self, sparql: str, graphs: Graphs | None, *, inferred: bool) -> dict[str, Any]:
        """The dataset of a query, if it isn't the one that the store has by itself, or that the query names."""
        if graphs:
            return {"default_graph": _nodes(graphs.default), "named_graphs": _nodes(graphs.named)}
        if not self._inferred or names_dataset(sparql):
            return {}
        names = may_name_graphs(sparql)
        stated = [file.graph for file in self._files] if names else []
        if not inferred:
            return {"named_graphs": _nodes(stated)} if names else {}
        default = [DefaultGraph(), NamedNode(self._inferred[0])]
        named = {"named_graphs": _nodes((*stated, *self._inferred))} if names else {}
        return {"default_graph": default, **named}


def _rows(found: object) -> list[Mapping[str, Term]]:
    assert isinstance(found, QuerySolutions)
    names = [variable.value for variable in found.variables]
    same, numbers = dict[Term, Term](), NodeNumbers[BlankNode]()

    def known(term: Term) -> Term:
        other = same.get(term)
        if other is None:
            other = same[term] = BlankNode(f"b{numbers[term]}") if isinstance(term, BlankNode) else term
        return other

    bound = (zip(names, solution, strict=True) for solution in found)
    return [{name: known(term) for name, term in row if term is not None} for row in bound]


def _ordered(sparql: str, found: A) -> A | Table:
    """An answer with its columns in the order in which a query names them."""
    return found.ordered(partial(columns_in_order, sparql)) if isinstance(found, Table) else found


def _by_graph(files: Iterable[File]) -> dict[str, tuple[File, ...]]:
    """The files that each named graph is made of."""
    found: dict[str, tuple[File, ...]] = {}
    for file in files:
        found[file.graph] = (*found.get(file.graph, ()), file)
    return found


def _exchanged(
    graph: str, before: tuple[File, ...], after: tuple[File, ...]
) -> tuple[NamedNode, set[Triple], set[Triple]]:
    """What has to be taken out of a graph, and what to be added to it afterwards.

    With what is taken out a store may have kept other triples as one, such as `01` with `1`: all that has the subject
    of such a triple is added again, which does no harm.
    """
    old, new = tuple(triples(before)), tuple(triples(after))
    first = _common(old, new)
    last = _common(old[first:][::-1], new[first:][::-1])
    gone, come = set(old[first : len(old) - last]), set(new[first : len(new) - last])
    gone, come = gone - come, come - gone
    subjects = {triple.subject for triple in gone}
    again = (triple for triple in (new if gone else ()) if triple.subject in subjects)
    return NamedNode(graph), gone, come.union(again)


def _common(one: Sequence[Triple], two: Sequence[Triple]) -> int:
    """How many triples are the same at the beginning of both."""
    return next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))


def may_name_graphs(sparql: str) -> bool:
    """Whether a query may ask for a named graph; the name of a variable, or what is behind a prefix, does not."""
    if not _has_graph_word(sparql):
        return False
    return any(
        _has_graph_word((token["curie"] or token[0]).partition(":")[0])
        for token in telling(sparql)
        if not (token["variable"] or token["iri"] or token["string"])
    )


def _has_graph_word(text: str) -> bool:
    """Whether one of the words stands in a text, which a pattern would take ten times as long to say."""
    small = text.lower()
    return any(word in small for word in _GRAPH_WORDS)


def _nodes(iris: Iterable[str]) -> list[Any]:
    return [NamedNode(iri) for iri in iris]


def _answer(found: object) -> Answer:
    if isinstance(found, QuerySolutions):
        json = found.serialize(format=QueryResultsFormat.JSON)
        assert json is not None
        return Table(numbered_in_json(json))
    if isinstance(found, QueryBoolean):
        return BooleanResult(bool(found))
    assert isinstance(found, QueryTriples)
    return _sorted(numbered(found))


def _sorted(found: Iterable[Triple]) -> Graph:
    return Graph(tuple(sorted(set(found), key=str)))


def _syntax_error(sparql: str, message: str, name: str, prefixes: Mapping[str, str]) -> UsageError:
    where = _WHERE.match(message)
    if not where:
        return UsageError(
            f"The query is broken: {message}.", place=Place(name), sv=f"Frågan bryter mot SPARQL-reglerna ({message})."
        )
    pasted = pasted_characters.without(sparql, _OUTSIDE_TEXTS)[1]
    if pasted and (len(pasted.lines) > 1 or not mistake(sparql, prefixes)):
        return QueryError(pasted.en, place=Place(name, pasted.line), sv=pasted.sv)
    found = mistake(sparql, prefixes)
    if found:
        return _mistaken(sparql, found, name)
    line, column = int(where[1]), int(where[2])
    lines = [*sparql.split("\n"), ""]
    iri = _IRI_END.search(lines[line - 1][: column - 1])
    if iri and _NO_IRI in message:
        return _no_iri(iri[0], Place(name, line))
    en, sv = _excerpt(lines[line - 1 :], column)
    return QueryError(
        f"The query is broken at column {column}: {en}.",
        remedy=_expected(message, where),
        place=Place(name, line),
        sv=f"Frågan är trasig vid kolumn {column}: {sv}.",
        column=column,
    )


def _mistaken(sparql: str, found: SparqlMistake, name: str) -> UsageError:
    """A mistake, with its line and its column."""
    place = Place(name, sparql.count("\n", 0, found.start) + 1)
    if found.changes:
        return RefusedError(f"{found.en}.", place=place, sv=f"{found.sv}.")
    column = found.start - sparql.rfind("\n", 0, found.start)
    en, sv = found.reasons(sparql)
    return QueryError(
        f"The query is broken at column {column}: {en}.",
        remedy=found.remedy,
        place=place,
        sv=f"Frågan är trasig vid kolumn {column}: {sv}." + (f" {found.remedy_sv}" if found.remedy_sv else ""),
        column=column,
    )


def _no_iri(iri: str, place: Place) -> UsageError:
    if _SCHEME.match(iri):
        return UsageError(
            f"{iri} is not an IRI.",
            remedy="Percent-encode what an IRI can't hold.",
            place=place,
            sv=f"{iri} är ingen IRI. Procentkoda de tecken som en IRI inte kan innehålla.",
        )
    return UsageError(
        f"{iri} is a relative IRI, and the query has no base.",
        remedy="Write it in full, or declare BASE <https://…> at the top.",
        place=place,
        sv=f"{iri} är en relativ IRI, och frågan har ingen bas. Skriv den helt ut, "
        "eller deklarera BASE <https://…> överst.",
    )


def _excerpt(remainder: Sequence[str], column: int) -> tuple[str, str]:
    """What is wrong there, in English and Swedish."""
    found = remainder[0][column - 1 :].strip()[:40]
    if found:
        return f"'{found}' does not fit there", f"'{found}' passar inte där"
    if "".join(remainder[1:]).strip():
        return "something is missing before the next line", "något saknas före nästa rad"
    return "it ends too early", "den slutar för tidigt"


def _expected(message: str, where: re.Match[str]) -> str:
    """What the parser would have taken, if that is short enough to help and nothing that is refused here."""
    expected = message[where.end() :].replace("\n", " ").replace(", [_]", "").strip()
    helps = 0 < len(expected) <= _SHORT and not any(word in expected for word in ("[_]", "SERVICE", "LOAD"))
    return f"{expected[0].upper()}{expected[1:]}." if helps else ""
