"""Where each fact comes from: its named graph, the place in a page that bears it, and what the curators say of it.

All of it is the answer of canned queries that say `view: sources`, `view: evidence` and `view: notes`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from pyoxigraph import Literal, NamedNode, Triple

from samverkan.model.results import Table, Term
from samverkan.model.text_fragments import text_fragment

if TYPE_CHECKING:
    from samverkan.site.checked_site import CheckedSite


_BEHIND = ("evidence", "selector")
"""The columns of evidence that name what is only there to tell of facts."""
_LONGEST_LINE = 10  # digits
_MOST_LINES = 10**_LONGEST_LINE


_Under: TypeAlias = tuple[Literal | None, str]  # a heading, and the link that opens its source there


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


class Line(NamedTuple):
    """Where something stands that bears facts: in a source, on a line of it."""

    source: str
    number: str


class SourcePart(NamedTuple):
    """What a source bears under a heading, or where there is none: how many facts of each thing, by their evidence.

    The link opens the source there, where it can be opened.
    """

    heading: Literal | None
    link: str
    facts: Mapping[str, Mapping[str, int]]

    def count(self, thing: str) -> int:
        """How many facts of a thing it bears."""
        return sum(self.facts[thing].values())


class Borne(NamedTuple):
    """What a source bears as a whole: one place in it, read last, and how many facts of each status, each once."""

    origin: Origin
    statuses: Counter[str]


class _EvidenceRows(NamedTuple):
    """The evidence for triples, the things that it is, where each of them stands, and the words of headings.

    `places` has the place of each, `parts` what each source bears by the heading and its link, and `starts` the first
    line of such a part.
    """

    origins: dict[tuple[str, str, str], tuple[Origin, ...]]
    things: set[str]
    lines: dict[str, Line]
    headings: dict[str, Literal]
    parts: dict[str, dict[_Under, dict[str, Counter[str]]]]
    starts: dict[tuple[str, _Under], int]
    places: dict[str, Origin]


class Origins:
    """The origins of all facts of a site."""

    def __init__(self, site: CheckedSite) -> None:
        self._site = site

    def prepare(self) -> None:
        """Ask all that is asked."""
        _ = (
            self._graphs,
            self._evidence,
            self._notes,
            self.commonest,
            self.behind,
            self.last_read,
            self._parts,
            self._borne,
        )

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
        return self._evidence_rows.origins

    @cached_property
    def _evidence_rows(self) -> _EvidenceRows:
        """What the rows about evidence say; asked for once, for there is much of it."""
        found = _EvidenceRows({}, set(), {}, {}, {}, {}, {})
        for row in self._rows("evidence"):
            key, place = (_text(row.get("about")), _text(row.get("property")), _text(row.get("value"))), _place(row)
            found.origins[key] = (*found.origins.get(key, ()), place)
            found.things.update(_text(row[name]) for name in _BEHIND if name in row)
            found.places.setdefault(_text(row.get("evidence")), place)
            _note_places(row, found)
            _note_part(row, place, found)
        return found

    def line(self, iri: str) -> Line | None:
        """Where something stands that bears facts; None where it bears none, or has no line of its own."""
        return self._evidence_rows.lines.get(iri)

    def place(self, iri: str) -> Origin | None:
        """Where the place of a source is that bears facts; None for all else."""
        return self._evidence_rows.places.get(iri)

    def words(self, iri: str) -> Literal | None:
        """The words of a heading, in the language of its source; None for all else."""
        return self._evidence_rows.headings.get(iri)

    def parts(self, source: str) -> tuple[SourcePart, ...]:
        """What a source bears, heading by heading in their order; nothing of what is no source."""
        return self._parts.get(source, ())

    def borne(self, source: str) -> Borne | None:
        """What a source bears as a whole; None where that is nothing."""
        return self._borne.get(source)

    @cached_property
    def _borne(self) -> Mapping[str, Borne]:
        found: dict[str, Borne] = {}
        for places in self._evidence.values():
            for source, place in {_text(place.source): place for place in reversed(places)}.items():
                known = found.setdefault(source, Borne(place, Counter()))
                known.statuses[_text(place.status)] += 1
                best = max(known.origin, place, key=lambda each: (getattr(each.read, "value", ""), each.address))
                found[source] = known._replace(origin=best)
        return found

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources that bear facts, that with the most first."""
        found = {
            source: sum(part.count(thing) for part in parts for thing in part.facts)
            for source, parts in self._parts.items()
        }
        return tuple(sorted((source for source in found if source), key=lambda source: (-found[source], source)))

    @cached_property
    def _parts(self) -> Mapping[str, tuple[SourcePart, ...]]:
        evidence, found = self._evidence_rows, dict[str, tuple[SourcePart, ...]]()
        for source, under in sorted(evidence.starts, key=lambda part: evidence.starts[part]):
            part = SourcePart(*under, evidence.parts[source][under])
            found[source] = (*found.get(source, ()), part)
        return found

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
        return self.noted.union(self._evidence_rows.things)

    @cached_property
    def noted(self) -> frozenset[str]:
        """The notes of the curators."""
        return frozenset(note.iri for notes in self._notes.values() for note in notes)

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


def _note_places(row: Mapping[str, Term], found: _EvidenceRows) -> None:
    """Note of a row about evidence where that stands, and the words of the heading above it."""
    if "evidence" in row and "source" in row and "line" in row:
        found.lines[_text(row["evidence"])] = Line(_text(row["source"]), _text(row["line"]))
    heading = _literal(row.get("heading"))
    if heading is not None and "selector" in row:
        found.headings[_text(row["selector"])] = heading


def _note_part(row: Mapping[str, Term], place: Origin, found: _EvidenceRows) -> None:
    """Note of a row about evidence under which heading its fact stands."""
    source, under = _text(row.get("source")), (place.heading, place.link)
    things = found.parts.setdefault(source, {}).setdefault(under, {})
    things.setdefault(_text(row.get("about")), Counter())[_text(row.get("evidence"))] += 1
    found.starts[source, under] = min(found.starts.get((source, under), _MOST_LINES), _number(row))


def _number(row: Mapping[str, Term]) -> int:
    """The line of a row about evidence, as far as it is one; nought otherwise."""
    line = _text(row.get("line"))
    return int(line) if line.isdecimal() and len(line) < _LONGEST_LINE else 0


def _literal(term: object) -> Literal | None:
    return term if isinstance(term, Literal) else None


def _text(term: object) -> str:
    """The IRI or the text of a term."""
    return str(getattr(term, "value", "")) if not isinstance(term, NamedNode) else term.value
