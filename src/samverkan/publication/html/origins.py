"""Where each fact comes from: its named graph, the place in a page that bears it, and what the curators say of it.

All of it is the answer of canned queries that say `view: sources`, `view: evidence` and `view: notes`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode, Triple

from samverkan.model.results import Table, Term
from samverkan.model.text_fragments import text_fragment

if TYPE_CHECKING:
    from samverkan.site.checked_site import CheckedSite


_BEHIND = ("evidence", "selector")
"""The columns of evidence that name what is only there to tell of facts."""


class Origin(NamedTuple):
    """One origin of a fact; all but the graph may be unknown.

    Its status, the source it is taken from, the line there or the heading above it (a text), the address that opens
    the source at that place, and the day on which it was read.
    """

    graph: str
    status: Term | None = None
    source: Term | None = None
    line: str = ""
    heading: Literal | None = None
    link: str = ""
    read: Literal | None = None

    @property
    def address(self) -> str:
        """The address of the source itself; nothing where that is not known."""
        return self.link.partition("#")[0]


class Note(NamedTuple):
    """A note of the curators: its IRI, the property and value it is about, and whether it says that there is none."""

    iri: str
    property: str | None = None
    value: Term | None = None
    is_missing: bool = False


class Origins:
    """The origins of all facts of a site."""

    def __init__(self, site: CheckedSite) -> None:
        self._site = site

    def prepare(self) -> None:
        """Ask all that is asked."""
        _ = self._graphs, self._evidence, self._notes, self.commonest, self.behind, self.last_read

    def _rows(self, view: str) -> Iterator[dict[str, Term]]:
        """The rows of the answer of the query with a view, without what is unbound; none where no query has it."""
        for query in self._site.queries.values():
            if query.view == view:
                answer = self._site.store.query(self._site.text_today(query), name=query.place.file)
                assert isinstance(answer, Table)
                for row in answer.rows:
                    yield {name: value for name, value in zip(answer.variables, row, strict=True) if value is not None}

    @cached_property
    def _graphs(self) -> Mapping[str, Origin]:
        """What is told of each graph; of one with several sources it is not known which a fact of it is from."""
        found: dict[str, Origin] = {}
        for row in self._rows("sources"):
            graph = _text(row.get("graph"))
            source = row.get("source") if graph not in found else None
            found[graph] = Origin(graph, row.get("status"), source)
        return found

    @cached_property
    def _evidence(self) -> Mapping[tuple[str, str, str], tuple[Origin, ...]]:
        """The evidence for triples, compared by their texts, for the store may write a literal in another way."""
        return self._evidence_rows[0]

    @cached_property
    def _evidence_rows(self) -> tuple[Mapping[tuple[str, str, str], tuple[Origin, ...]], frozenset[str]]:
        """The evidence for triples, and the things that it is; asked for once, for there is much of it."""
        found: dict[tuple[str, str, str], tuple[Origin, ...]] = {}
        things: set[str] = set()
        for row in self._rows("evidence"):
            key = (_text(row.get("about")), _text(row.get("property")), _text(row.get("value")))
            found[key] = (*found.get(key, ()), _place(row))
            things.update(_text(row[name]) for name in _BEHIND if name in row)
        return found, frozenset(things)

    @cached_property
    def commonest(self) -> str:
        """The status that most evidence has, else most graphs: it goes without saying."""
        found = Counter(
            origin.status.value
            for origin in (*(each for some in self._evidence.values() for each in some), *self._graphs.values())
            if isinstance(origin.status, NamedNode)
        )
        return found.most_common(1)[0][0] if found else ""

    @cached_property
    def last_read(self) -> Literal | None:
        """The last day on which a source was read, as far as evidence says so."""
        days = [each.read for some in self._evidence.values() for each in some if each.read]
        return max(days, key=lambda day: day.value, default=None)

    @cached_property
    def behind(self) -> frozenset[str]:
        """The things that are nothing but evidence or notes: what they say is shown beside the facts."""
        notes = (note.iri for notes in self._notes.values() for note in notes)
        return self._evidence_rows[1].union(notes)

    @cached_property
    def _notes(self) -> Mapping[str, tuple[Note, ...]]:
        found: dict[str, dict[Note, None]] = {}
        for row in self._rows("notes"):
            note = Note(_text(row["note"]), _text(row.get("property")) or None, row.get("value"), "missing" in row)
            found.setdefault(_text(row.get("about")), {})[note] = None
        return {about: tuple(notes) for about, notes in found.items()}

    def notes(self, about: str) -> tuple[Note, ...]:
        """What the curators say of a thing."""
        return self._notes.get(about, ())

    def of(self, triple: Triple) -> tuple[Origin, ...]:
        """Where a triple comes from: the lines that bear it, else the graphs that state it."""
        key = (_text(triple.subject), triple.predicate.value, _text(triple.object))
        return self._evidence.get(key) or tuple(
            self._graphs.get(graph, Origin(graph)) for graph in self._site.documents.stated_in(triple)
        )


def _place(row: Mapping[str, Term]) -> Origin:
    """A place in a source: under a heading where it has one, else on a line."""
    heading, page = _literal(row.get("heading")), _text(row.get("page"))
    line = "" if heading else _text(row.get("line"))
    around = _text(row.get("before")), _text(row.get("after"))
    link = text_fragment(page, heading.value, *around) if heading and page else ""
    return Origin("", row.get("status"), row.get("source"), line, heading, link, _literal(row.get("read")))


def _literal(term: object) -> Literal | None:
    return term if isinstance(term, Literal) else None


def _text(term: object) -> str:
    """The IRI or the text of a term."""
    return str(getattr(term, "value", "")) if not isinstance(term, NamedNode) else term.value
