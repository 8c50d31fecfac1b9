"""Where each fact comes from: its named graph, the line of a page that bears it, and what the curators say of it.

All of it is the answer of canned queries that say `view: sources`, `view: evidence` and `view: notes`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import NamedNode, Triple

from samverkan.model.results import Table, Term

if TYPE_CHECKING:
    from samverkan.site.checked_site import CheckedSite


class Origin(NamedTuple):
    """One origin of a fact: its status (a term), the source it is taken from, and lines of that; all may be unknown."""

    graph: str
    status: Term | None = None
    source: Term | None = None
    line: str = ""


class Note(NamedTuple):
    """A note of the curators: its IRI, and the property and value that it is about, where it is about one."""

    iri: str
    property: str | None = None
    value: Term | None = None


class Origins:
    """The origins of all facts of a site."""

    def __init__(self, site: CheckedSite) -> None:
        self._site = site

    def prepare(self) -> None:
        """Ask all that is asked."""
        _ = self._graphs, self._evidence, self._notes, self.commonest, self.behind

    def _rows(self, view: str) -> Iterator[dict[str, Term]]:
        """The rows of the answer of the query with a view, without what is unbound; none where no query has it."""
        for query in self._site.queries.values():
            if query.view == view:
                answer = self._site.store.query(query.text, name=query.place.file)
                assert isinstance(answer, Table)
                for row in answer.rows:
                    yield {name: value for name, value in zip(answer.variables, row, strict=True) if value is not None}

    @cached_property
    def _graphs(self) -> Mapping[str, Origin]:
        return {
            _text(row.get("graph")): Origin(_text(row.get("graph")), row.get("status"), row.get("source"))
            for row in self._rows("sources")
        }

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
            origin = Origin("", row.get("status"), row.get("source"), _text(row.get("line")))
            found[key] = (*found.get(key, ()), origin)
            things.add(_text(row.get("evidence")))
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
    def behind(self) -> frozenset[str]:
        """The things that are nothing but evidence or notes: what they say is shown beside the facts."""
        notes = (note.iri for notes in self._notes.values() for note in notes)
        return self._evidence_rows[1].union(notes)

    @cached_property
    def _notes(self) -> Mapping[str, tuple[Note, ...]]:
        found: dict[str, dict[Note, None]] = {}
        for row in self._rows("notes"):
            note = Note(_text(row["note"]), _text(row.get("property")) or None, row.get("value"))
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


def _text(term: object) -> str:
    """The IRI or the text of a term."""
    return str(getattr(term, "value", "")) if not isinstance(term, NamedNode) else term.value
