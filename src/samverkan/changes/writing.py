"""A comparison written out: as text and as a page in one language, and as JSON and Turtle for programs."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import orjson
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from samverkan.changes.answers import AnswerChange, shown
from samverkan.changes.comparison import CHANGED, KINDS, NEW, Comparison, FactChange, Move, ThingChange
from samverkan.changes.messages import MESSAGES
from samverkan.changes.states import State
from samverkan.changes.words import Words
from samverkan.errors import Place, UnreadableError
from samverkan.model.language_tags import best_of
from samverkan.model.namespaces import CHANGESET, DCTERMS, LABELS, RDF, TYPE
from samverkan.model.results import Term

_MOST_FACTS = 12  # of a new thing
_UNSAID = frozenset({TYPE, *LABELS})  # what the name and the kind of a new thing say already


@dataclass(frozen=True)
class ChangeReport:
    """What is reported: a comparison and the answers that differ. `skipped` says why these are not compared."""

    comparison: Comparison
    answers: tuple[AnswerChange, ...] = ()
    skipped: str = ""


@dataclass(frozen=True)
class ReportLine:
    """A line, the lines that belong to it, and by what editors know what it is about, where it does not say so."""

    text: str
    below: tuple[str, ...] = ()
    key: str = ""

    @property
    def whole(self) -> str:
        """The text, and by what editors know the thing or the file."""
        return f"{self.text} {self.key}" if self.key else self.text


Sections = Sequence[tuple[str, Sequence[ReportLine]]]


def sections(report: ChangeReport, language: str, keys: Container[str] | None = None) -> Sections:
    """What is told in a language: headings and the lines below each; none where nothing has changed.

    `keys` are those of the headings that are wanted, by default all.
    """
    found, words = report.comparison, Words(report.comparison.old, report.comparison.new, language)
    listed: list[tuple[str, Iterable[ReportLine]]] = [
        (
            kind,
            [_thing(words, each) for each in found.things if each.kind == kind]
            if kind != CHANGED
            else _facts(words, found),
        )
        for kind in KINDS
    ]
    listed += [
        ("moves", [_move(words, each) for each in found.moves]),
        ("persons", _persons(words, found)),
        ("answers", _answers(words, report)),
        ("files", _names(words, found)),
        ("findings", _lost(words, found)),
    ]
    written = ((words.say(key), tuple(lines)) for key, lines in listed if keys is None or key in keys)
    return [(heading, lines) for heading, lines in written if lines]


def plain(report: ChangeReport, language: str) -> str:
    """The text for a terminal."""
    found = sections(report, language)
    if not found:
        return MESSAGES[language]["nothing"] + "\n"
    return "\n".join(f"{heading}\n{''.join(_indented(each) for each in lines)}" for heading, lines in found)


def _indented(line: ReportLine) -> str:
    return f"  {line.whole}\n" + "".join(f"    {each}\n" for each in line.below)


def html(report: ChangeReport, language: str) -> str:
    """A page that needs nothing else."""
    found, messages = sections(report, language), MESSAGES[language]
    title = escape(messages["title"].format(old=report.comparison.old.name, new=report.comparison.new.name))
    parts = [f"<h2>{escape(heading)}</h2>\n<ul>\n{''.join(map(_item, lines))}</ul>\n" for heading, lines in found]
    body = "".join(parts) or f"<p>{escape(messages['nothing'])}</p>\n"
    head = (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{title}</title>\n</head>\n'
    )
    return f"{head}<body>\n<main>\n<h1>{title}</h1>\n{body}</main>\n</body>\n</html>\n"


def _item(line: ReportLine) -> str:
    below = "".join(f"<li>{escape(each)}</li>" for each in line.below)
    return f"<li>{escape(line.whole)}{f'<ul>{below}</ul>' if below else ''}</li>\n"


# ---------------------------------------------------------------- lines


def _thing(words: Words, thing: ThingChange) -> ReportLine:
    """A thing that is new, withdrawn or gone, by its name."""
    kind, name = words.kind(thing.iri), words.thing(thing.iri)
    text = f"{kind}: {name}" if kind else name
    if thing.kind == NEW:
        return ReportLine(text, tuple(_new_facts(words, thing)), f"<{thing.iri}>")
    key = "replaced" if thing.kind == "withdrawn" else "maybe"
    names = ", ".join(f"{words.thing(iri)} <{iri}>" for iri in thing.successors)
    return ReportLine(f"{text} <{thing.iri}>." + (f" {words.say(key, names=names)}" if names else ""))


def _new_facts(words: Words, thing: ThingChange) -> Iterator[str]:
    listed = [fact for fact in thing.facts if fact.predicate not in _UNSAID]
    for fact in listed[:_MOST_FACTS]:
        yield f"{_property(words, thing, fact)} {words.short(fact.new)}{_at(words, 'at', fact.place)}"
    if listed[_MOST_FACTS:]:
        yield words.say("more", count=len(listed) - _MOST_FACTS)


def _facts(words: Words, found: Comparison) -> Iterator[ReportLine]:
    for thing in found.things:
        if thing.kind == CHANGED:
            yield from (ReportLine(_fact(words, thing, fact)) for fact in thing.facts)


def _fact(words: Words, thing: ThingChange, fact: FactChange) -> str:
    about, property_ = words.thing(thing.iri), _property(words, thing, fact)
    if fact.old is not None and fact.new is not None:
        old, new = words.pair(fact.old, fact.new)
        text = words.say("fact changed", about=about, property=property_, old=old, new=new)
        evidence = "evidence"
    else:
        key, evidence = ("fact new", "") if fact.old is None else ("fact gone", "evidence gone")
        old, new = words.short(fact.old), words.short(fact.new)
        text = words.say(key, about=about, property=property_, old=old, new=new)
    where = _at(words, "was at" if fact.new is None else "at", fact.place)
    places = ", ".join(map(str, fact.evidence))
    end = "" if f"{text}{where}".endswith((".", "…")) else "."
    return f"{text}{where}{end}" + (
        f" {words.say(evidence, old=words.short(fact.old), places=places)}" if places else ""
    )


def _property(words: Words, thing: ThingChange, fact: FactChange) -> str:
    name, value = words.property(fact.predicate, thing.iri), fact.new or fact.old
    return f"{name} ({value.language})" if isinstance(value, Literal) and value.language else name


def _at(words: Words, key: str, place: Place | None) -> str:
    return f" {words.say(key, place=place)}" if place else ""


def _move(words: Words, move: Move) -> ReportLine:
    before, after = (", ".join(map(words.thing, graphs)) for graphs in (move.before, move.after))
    key = "move" if before and after else "also" if after else "no more"
    return ReportLine(words.say(key, about=words.thing(move.iri), count=move.count, before=before, after=after))


def _persons(words: Words, found: Comparison) -> Iterator[ReportLine]:
    each = found.persons
    if each:
        counts = {"new": each.new, "gone": each.gone, "changed": each.changed, "statements": each.statements}
        yield ReportLine(words.say("persons told", **counts))


def _answers(words: Words, report: ChangeReport) -> Iterator[ReportLine]:
    if report.skipped:
        yield ReportLine(words.say(report.skipped))
    for answer in report.answers:
        question = f"{_summary(words, report.comparison.new, answer.name)} [{answer.name}]".strip()
        yield ReportLine(
            words.say("answer", question=question, come=answer.come, gone=answer.gone), tuple(_rows(words, answer))
        )


def _summary(words: Words, state: State, name: str) -> str:
    """What a question is called in a state; empty where it has no name or can't be read."""
    try:
        summary = state.query(name).summary
    except (KeyError, UnreadableError):
        return ""
    found = best_of(summary, (words.language, "en"))
    return summary[found] if found is not None else ""


def _rows(words: Words, answer: AnswerChange) -> Iterator[str]:
    for key, rows in (("row new", answer.new_rows), ("row gone", answer.old_rows)):
        yield from (words.say(key, row=shown(row, words.short)) for row in rows)  # type: ignore[arg-type]
    hidden = answer.come + answer.gone - len(answer.new_rows) - len(answer.old_rows)
    if hidden:
        yield words.say("rows hidden", count=hidden)


def _names(words: Words, found: Comparison) -> Iterator[ReportLine]:
    for kind, change in (("graph", found.graphs), ("query", found.queries), ("file", found.files)):
        for key in ("new", "changed", "gone"):
            state = found.old if key == "gone" else found.new
            for name in getattr(change, key):
                summary = _summary(words, state, name) if kind == "query" else ""
                said = words.say(f"{kind} {key}", name=summary or name)
                yield ReportLine(said, key=f"[{name}]" if summary else "")


def _lost(words: Words, found: Comparison) -> Iterator[ReportLine]:
    """The addresses that vanished without notice: what is to be done about each."""
    for thing in found.vanished:
        yield ReportLine(words.say("lost thing", name=words.thing(thing.iri), iri=thing.iri))
    if found.persons.unannounced:
        yield ReportLine(words.say("lost persons", count=found.persons.unannounced))
    yield from (ReportLine(words.say("lost graph", name=name)) for name in found.graphs.gone)
    yield from (ReportLine(words.say("lost query", name=name)) for name in found.queries.gone)


# ---------------------------------------------------------------- for programs


def json(report: ChangeReport) -> bytes:
    """Everything that changed, with IRIs and terms of N-Triples, and each change in words of both languages."""
    found = report.comparison
    spoken = {language: Words(found.old, found.new, language) for language in MESSAGES}
    written = {
        "old": found.old.name,
        "new": found.new.name,
        "things": [_thing_json(spoken, thing) for thing in found.things],
        "moved": [
            {"thing": each.iri, "statements": each.count, "from": each.before, "to": each.after} for each in found.moves
        ],
        "persons": {
            "new": found.persons.new,
            "removed": found.persons.gone,
            "changed": found.persons.changed,
            "statements": found.persons.statements,
        },
        "answers": None if report.skipped else [_answer_json(each, spoken) for each in report.answers],
        "graphs": _names_json(found.graphs),
        "questions": _names_json(found.queries),
        "files": _names_json(found.files),
        "findings": [
            {"message": dict(zip(spoken, texts, strict=True))}
            for texts in zip(*([line.text for line in _lost(words, found)] for words in spoken.values()), strict=True)
        ],
    }
    return orjson.dumps(written, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _thing_json(spoken: dict[str, Words], thing: ThingChange) -> dict[str, Any]:
    return {
        "iri": thing.iri,
        "name": {language: words.thing(thing.iri) for language, words in spoken.items()},
        "change": thing.kind,
        "successors": thing.successors,
        "facts": [
            {
                "property": fact.predicate.value,
                "old": _term(spoken, fact.old),
                "new": _term(spoken, fact.new),
                "place": str(fact.place) if fact.place else None,
                "evidence": list(map(str, fact.evidence)),
                "text": {language: _fact(words, thing, fact) for language, words in spoken.items()},
            }
            for fact in thing.facts
        ],
    }


def _term(spoken: dict[str, Words], term: Term | None) -> str | None:
    """A term in N-Triples, without the names of persons."""
    return None if term is None else next(iter(spoken.values())).shown(str(term))


def _answer_json(answer: AnswerChange, spoken: dict[str, Words]) -> dict[str, Any]:
    rows = {"newRows": answer.new_rows, "removedRows": answer.old_rows}
    written = {
        key: [{name: _term(spoken, term) for name, term in row} for row in found]  # type: ignore[arg-type]
        for key, found in rows.items()
    }
    return {"question": answer.name, "new": answer.come, "removed": answer.gone, **written}


def _names_json(change: Any) -> dict[str, Sequence[str]]:
    return {"new": change.new, "changed": change.changed, "removed": change.gone}


def turtle(report: ChangeReport) -> bytes:
    """The changes in the vocabulary Changeset: each thing's additions and removals, as statements with a name.

    Nothing personal is among them. Addresses are derived from what they name, so that the same change has the same.
    """
    triples = (triple for thing in report.comparison.things for triple in _changeset(report.comparison, thing))
    prefixes = {"cs": CHANGESET, "rdf": RDF, "dcterms": DCTERMS}
    written = serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes)
    assert written is not None
    return written


def _changeset(found: Comparison, thing: ThingChange) -> Iterator[Triple]:
    words = Words(found.old, found.new, "en")
    change, about = _named("change", thing.iri, *map(str, thing.facts)), NamedNode(thing.iri)
    yield Triple(change, TYPE, NamedNode(f"{CHANGESET}ChangeSet"))
    yield Triple(change, NamedNode(f"{CHANGESET}subjectOfChange"), about)
    yield Triple(change, NamedNode(f"{CHANGESET}changeReason"), Literal(thing.kind))
    for fact in thing.facts:
        for key, value in (("removal", fact.old), ("addition", fact.new)):
            if value is None or words.shown(str(value)) != " ".join(str(value).split()):
                continue
            statement = _named("statement", thing.iri, fact.predicate.value, str(value))
            yield Triple(change, NamedNode(f"{CHANGESET}{key}"), statement)
            yield Triple(statement, TYPE, NamedNode(f"{RDF}Statement"))
            yield Triple(statement, NamedNode(f"{RDF}subject"), about)
            yield Triple(statement, NamedNode(f"{RDF}predicate"), fact.predicate)
            yield Triple(statement, NamedNode(f"{RDF}object"), value)


def _named(*parts: str) -> NamedNode:
    return NamedNode(f"urn:uuid:{uuid5(NAMESPACE_URL, chr(0).join(parts))}")
