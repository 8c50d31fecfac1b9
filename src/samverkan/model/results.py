"""What a question gives back: a `Table`, a `Graph` or a `BooleanResult`; and `Page`, an answer with an address."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias, TypeVar

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    Triple,
    parse_query_results,
)

Term: TypeAlias = NamedNode | BlankNode | Literal | Triple
T = TypeVar("T")

_HEAD = b'{"head":{"vars":'


@dataclass(frozen=True)
class Headings:
    """What people call the columns of a table, and the column of which each value has one row for people."""

    titles: Mapping[str, str]
    item: str | None = None


@dataclass(frozen=True)
class Table:
    """The answer of a SELECT query, kept as SPARQL 1.1 Query Results JSON in UTF-8; spreadsheets show its headings."""

    json: bytes
    headings: Headings | None = field(default=None, compare=False, repr=False)

    @cached_property
    def variables(self) -> tuple[str, ...]:
        """The names of the columns, in the order of the query."""
        return tuple(variable.value for variable in self.solutions().variables)

    @cached_property
    def rows(self) -> tuple[tuple[Term | None, ...], ...]:
        """The rows, in the order of the query; None where a variable is unbound."""
        return tuple(tuple(solution) for solution in self.solutions())

    def ordered(self, columns: Callable[[Sequence[str]], tuple[str, ...]]) -> Table:
        """The same answer with its columns in the order that `columns` gives them; no row is read for that.

        >>> table = Table(b'{"head":{"vars":["a","b"]},"results":{"bindings":[]}}')
        >>> table.ordered(lambda names: tuple(reversed(names))).json
        b'{"head":{"vars":["b","a"]},"results":{"bindings":[]}}'
        """
        import orjson

        start = len(_HEAD)
        end = self.json.find(b"]", start) + 1  # no name of a variable has a bracket
        names = orjson.loads(self.json[start:end]) if self.json.startswith(_HEAD) else []
        wanted = list(columns(names))
        return self if names == wanted else Table(_HEAD + orjson.dumps(wanted) + self.json[end:])

    def solutions(self) -> QuerySolutions:
        """The answer read anew, for a writer that consumes it."""
        found = parse_query_results(self.json, format=QueryResultsFormat.JSON)
        assert isinstance(found, QuerySolutions)
        return found


@dataclass(frozen=True)
class BooleanResult:
    """The answer of an ASK query."""

    value: bool


@dataclass(frozen=True, eq=False)
class Description:
    """Some triples, most often those about one subject.

    Thousands of documents hold the same block: what a neighbour is called. In `forms` a
    writer keeps what it made of a block, so that it is made once.
    """

    subject: str
    triples: tuple[Triple, ...]
    forms: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    def form(self, key: Hashable, make: Callable[[Description], T]) -> T:
        """What `make` makes of this block, made once for each key."""
        if key not in self.forms:
            self.forms[key] = make(self)
        return self.forms[key]  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Graph:
    """Triples without doubles in a stable order; `root` is the IRI that they are about, if one is.

    `neighbours` are further blocks, which other graphs may share.
    """

    own: tuple[Triple, ...]
    root: str | None = None
    neighbours: tuple[Description, ...] = ()

    @property
    def triples(self) -> tuple[Triple, ...]:
        """All triples of the graph."""
        return (*self.own, *(triple for block in self.neighbours for triple in block.triples))

    @cached_property
    def block(self) -> Description:
        """The graph's own triples."""
        return Description(self.root or "", self.own)


def blocks(triples: Iterable[Triple]) -> tuple[Description, ...]:
    """Triples by subject, in the order in which the subjects come first."""
    found: dict[str, list[Triple]] = {}
    for triple in triples:
        found.setdefault(name(triple.subject), []).append(triple)
    return tuple(Description(subject, tuple(about)) for subject, about in found.items())


def name(term: Term) -> str:
    """The IRI of a term, or the N-Triples form of one that has none.

    >>> name(NamedNode("https://example.org/x")), name(BlankNode("b"))
    ('https://example.org/x', '_:b')
    """
    return term.value if isinstance(term, NamedNode) else str(term)


@dataclass(frozen=True)
class Quads:
    """The quads of a whole dataset in a stable order, to be read as often as wanted; each graph's together.

    In `forms` a writer keeps what another one goes on with.
    """

    quads: Iterable[Quad]
    forms: dict[Hashable, bytes] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def union(self) -> tuple[Triple, ...]:
        """The distinct triples of all graphs, each subject's together."""
        distinct = dict.fromkeys(quad.triple for quad in self.quads)
        return tuple(triple for block in blocks(distinct) for triple in block.triples)


@dataclass(frozen=True)
class Bytes:
    """An answer that has one form only, as it was made: a copied file, a report, a query's text."""

    content: bytes
    suffix: str


Answer: TypeAlias = Table | BooleanResult | Graph
Content: TypeAlias = Table | BooleanResult | Graph | Quads | Bytes


@dataclass(frozen=True)
class Pager:
    """Which page of an answer stands at a path, from 1, how many there are, and the others by their numbers."""

    number: int
    count: Callable[[], int]
    page: Callable[[int], Page]

    @property
    def following(self) -> Page | None:
        """The next page, if there is one."""
        return self.page(self.number + 1) if self.number < self.count() else None


@dataclass(frozen=True)
class Page:
    """A path of the site (without suffix) and what stands there, worked out when it is asked for.

    `kind` is what the content will be, so that its formats are known before it is worked out;
    `suffix` is that of `Bytes`, which have one form only, and `language` the BCP 47 tag of the
    language that they are in, where they are in one. `pager` knows the other pages of a long answer.
    """

    path: str
    content: Callable[[], Content]
    kind: type[Content] = Graph
    suffix: str = ""
    language: str | None = None
    pager: Pager | None = None

    @classmethod
    def of_bytes(
        cls,
        path: str,
        suffix: str,
        make: Callable[[], bytes],
        language: str | None = None,
        pager: Pager | None = None,
    ) -> Page:
        """A page of bytes in the one form that they have."""
        return cls(path, lambda: Bytes(make(), suffix), Bytes, suffix, language, pager)
