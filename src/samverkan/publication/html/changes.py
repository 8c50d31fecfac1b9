"""The page of what changed from release to release, and its feed in Atom (RFC 4287), from the history of the site."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from samverkan.model import paths
from samverkan.model.language_tags import best_of
from samverkan.model.namespaces import ATOM
from samverkan.publication.earlier_releases import DUMP_SUFFIX, about, data, folder
from samverkan.publication.html.change_lines import ChangedThing, LineReader
from samverkan.publication.html.index import kind
from samverkan.publication.html.locale import Words, plain
from samverkan.publication.html.page import HtmlPage, small
from samverkan.publication.html.pictures.parts import lowered
from samverkan.site.history import HEADINGS, kind_of
from samverkan.site.source_files import DATA

if TYPE_CHECKING:
    from samverkan.model.queries import Query
    from samverkan.publication.earlier_releases import EarlierReleases
    from samverkan.publication.html.context import TemplateContext
    from samverkan.site.history import History, HistoryEntry, Section

PATH = paths.CHANGES
_FACTS = f"{DATA}/"  # how the names of the files of facts begin
_SHOWN = 5  # lines on the start page
_LISTED = 100  # documents on the page of a release
_MOST = (200, 60, 40, 10)  # things below a heading: the first number with which the page is small enough
_FOLDED = frozenset({"moves", "terms", "files"})  # kinds of lines for those who know the data
_NAMED = 4  # things that are named where they are new or changed; of more it is said how many there are
_DETAILED = 5  # earlier releases of which the first lines are shown

MESSAGES: Words = {
    "sv": {
        "changes-title": "Ändringar",
        "changes-lead": "Vad som har ändrats från en publicering till nästa. Personuppgifter räknas men visas inte.",
        "changes-newest": "Senast ändrat {day}",
        "changes-begun": "Historiken börjar {day}. Inget har ändrats sedan dess.",
        "changes-release": "{day} (publicering {number})",
        "changes-first": "Den första publiceringen i historiken.",
        "changes-others": "Visa {count} till",
        "changes-whole": "och {count} till",
        "changes-earlier": "Andra publiceringar",
        "changes-alike": "Inga uppgifter har ändrats sedan publicering {number}.",
        "changes-unknown": "Vad som ändrades är inte antecknat.",
        "changes-nothing": "Inget i uppgifterna har ändrats.",
        "changes-findings": "Kontrollen fann varningar: {warnings}, upplysningar: {notes}. Krav och frågor som det "
        "inte fanns uppgifter om än: {waiting}. Gjord med {generator}.",
        "changes-warnings": "Kontrollen fann varningar: {warnings}. Gjord med {generator}.",
        "changes-since": "Publiceringar därefter har inte ändrat uppgifterna.",
        "changes-texts": "En text som har ändrats bara på ett annat språk räknas och visas på sidan på det språket. "
        "Därför är antalen inte alltid lika på de olika språken.",
        "changes-replaced": "{property}: {old} → {new}",
        "changes-added": "Tillagt under ”{property}”: {value}",
        "changes-removed": "Borttaget under ”{property}”: {value}",
        "changes-longer": "Tillagt sist under ”{property}”: {value}",
        "changes-facts": "uppgifter om {thing}",
        "changes-moved": "{count}, från delen {before} till delen {after}",
        "changes-quoted": "”{text}”",
        "changes-about-moves": "Uppgifterna är desamma, men de räknas nu till en annan del av allt som beskrivs här.",
        "changes-came": "Nytt sedan {day}: {some}.",
        "changes-none-since": "Inget har tillkommit under {none} sedan {day}{persons}.",
        "changes-none-besides": "Inget har tillkommit under {none}{persons}.",
        "changes-no-persons": ", och ingen person",
        "changes-some": "Ändrat i det som redan fanns: {some}.",
        "changes-others-new": "Övrigt nytt: {some}.",
        "changes-none-changed": "Inget av det som redan fanns är ändrat.",
        "changes-under": "{count} under {name}",
        "changes-or": "eller",
        "changes-feed": "Prenumerera (Atom)",
        "changes-last": "Senaste ändringar",
        "changes-modified": "Senast ändrad {day}",
        "changes-menu": "vad som har ändrats från en publicering till nästa.",
        "changes-kept": "Uppgifterna i den här publiceringen",
        "release-lead": "Så såg de öppna uppgifterna ut {day}. Personuppgifter sparas inte i tidigare publiceringar.",
        "release-whole": "Alla uppgifter i en fil (N-Quads)",
        "release-about": "Om publiceringen (JSON)",
        "release-changed": "Det som är nytt eller ändrat sedan publiceringen före",
        "release-first": "Allt som beskrivs i publiceringen",
        "release-today": "Det som ingen senare publicering har ändrat står i dagens dokument; dit leder länkarna.",
        "release-count": "Beskrivningar: {count}. Deras adresser står i filen om publiceringen.",
        "release-documents": "Dokument",
    },
    "en": {
        "changes-title": "Changes",
        "changes-lead": "What changed from one release to the next. Personal data are counted and not shown.",
        "changes-newest": "Last changed {day}",
        "changes-begun": "The history begins on {day}. Nothing has changed since.",
        "changes-release": "{day} (release {number})",
        "changes-first": "The first release in the history.",
        "changes-others": "Show {count} more",
        "changes-whole": "and {count} more",
        "changes-earlier": "Other releases",
        "changes-alike": "No facts have changed since release {number}.",
        "changes-unknown": "What changed was not noted.",
        "changes-nothing": "Nothing has changed in the facts.",
        "changes-findings": "The checks found warnings: {warnings}, notes: {notes}. Requirements and questions that "
        "there were no facts about yet: {waiting}. Made with {generator}.",
        "changes-warnings": "The checks found warnings: {warnings}. Made with {generator}.",
        "changes-since": "Later releases have not changed the facts.",
        "changes-texts": "A text that changed only in another language is counted and shown on the page in that "
        "language. So the numbers are not always the same in all languages.",
        "changes-replaced": "{property}: {old} → {new}",
        "changes-added": "Added under “{property}”: {value}",
        "changes-removed": "Removed under “{property}”: {value}",
        "changes-longer": "Added at the end of “{property}”: {value}",
        "changes-facts": "facts about {thing}",
        "changes-moved": "{count}, from the part {before} to the part {after}",
        "changes-quoted": "“{text}”",
        "changes-about-moves": "The facts are the same, but now belong to another part of all that is described here.",
        "changes-came": "New since {day}: {some}.",
        "changes-none-since": "Nothing has been added under {none} since {day}{persons}.",
        "changes-none-besides": "Nothing has been added under {none}{persons}.",
        "changes-no-persons": ", nor any person",
        "changes-some": "Changed in what was there already: {some}.",
        "changes-others-new": "Other news: {some}.",
        "changes-none-changed": "Nothing that was there already has changed.",
        "changes-under": "{count} under {name}",
        "changes-or": "or",
        "changes-feed": "Subscribe (Atom)",
        "changes-last": "Latest changes",
        "changes-modified": "Last changed {day}",
        "changes-menu": "what changed from one release to the next.",
        "changes-kept": "The data of this release",
        "release-lead": "The open data as they were on {day}. Personal data are not kept in earlier releases.",
        "release-whole": "All data in one file (N-Quads)",
        "release-about": "About the release (JSON)",
        "release-changed": "What is new or changed since the release before",
        "release-first": "All that is described in the release",
        "release-today": "What no later release has changed is in the documents of today; the links lead there.",
        "release-count": "Descriptions: {count}. Their addresses are in the file about the release.",
        "release-documents": "Documents",
    },
}


class NoteList(NamedTuple):
    """What is listed below a heading: how many things there are, those that are shown, those behind a fold.

    `is_folded` is what is for those who know the data: all of it is behind one fold, at the top of which `about` says
    what it is, where that doesn't go without saying.
    """

    heading: str
    things: int
    shown: tuple[ChangedThing, ...]
    folded: tuple[ChangedThing, ...]
    left: int
    is_folded: bool
    about: str = ""


class ReleaseNotes(NamedTuple):
    """A release in words: its number, heading, what changed in sections, and a sentence where there are none.

    `kept` is the way to the data of it, empty where they are not kept.
    """

    number: int
    heading: str
    sections: tuple[Section, ...]
    plain: str
    checked: str
    kept: str


def feed_suffix(language: str) -> str:
    """The suffix of the feed in a language."""
    return f".{language}.atom"


def changes(page: HtmlPage) -> str:
    """The page of all changes: the last release that tells of one, then the others, the newest first."""
    return small(_changes(page, most) for most in _MOST)


def _changes(page: HtmlPage, most: int) -> str:
    history = page.site.history
    newest = _last_change(page) or history[0]
    last, *earlier = ((entry, _release_notes(page, entry)) for entry in (newest, *_others(history, newest)))
    return _rendered(page, *last, most, earlier)


def _rendered(
    page: HtmlPage,
    newest: HistoryEntry,
    last: ReleaseNotes,
    most: int,
    earlier: list[tuple[HistoryEntry, ReleaseNotes]],
) -> str:
    history = page.site.history
    return page.render(
        "changes.html",
        title=page.translate("changes-title"),
        crumbs=page.crumbs((page.translate("data"), paths.DATA)),
        description=page.translate("changes-lead"),
        newest=page.translate("changes-newest" if last.sections else "changes-begun", day=page.locale.day(newest.day)),
        since=page.translate("changes-since") if last.sections and _are_alike(history[newest.number - 1 :]) else "",
        texts=page.translate("changes-texts") if last.sections and page.other_languages else "",
        in_brief=in_brief(page, newest),
        last=last,
        lists=_lists(page, newest, last, 5, most),
        earlier=[(notes, _lists(page, entry, notes, 3, 3)) for entry, notes in earlier[:_DETAILED]],
        oldest=[notes for _, notes in earlier[_DETAILED:]],
        feed=page.url(f"{PATH}{feed_suffix(page.language)}"),
    )


def _others(history: History, newest: HistoryEntry) -> Iterator[HistoryEntry]:
    return (entry for entry in reversed(history) if entry is not newest)


def _are_alike(entries: History) -> bool:
    """Whether there are several releases, and all of them have the same facts."""
    facts = [{name: found for name, found in each.files.items() if name.startswith(_FACTS)} for each in entries]
    return len(facts) > 1 and all(each == facts[0] for each in facts)


def _lists(page: HtmlPage, entry: HistoryEntry, notes: ReleaseNotes, shown: int, most: int) -> list[NoteList]:
    """What changed in a release, below each heading as much as is `shown`, and behind a fold up to `most`.

    What is for those who know the data comes last.
    """
    reader = LineReader(page, entry)
    found = [_list(page, heading, reader.read(lines), shown, most) for heading, lines in notes.sections]
    return sorted(found, key=lambda each: each.is_folded)


def _list(page: HtmlPage, heading: str, things: tuple[ChangedThing, ...], shown: int, most: int) -> NoteList:
    kind = kind_of(heading)
    called = HEADINGS.get(page.language, {}).get(kind, heading)
    first = 0 if kind in _FOLDED else shown
    about = page.translate("changes-about-moves") if kind == "moves" else ""
    return NoteList(called, len(things), things[:first], things[first:most], len(things[most:]), kind in _FOLDED, about)


def in_brief(page: HtmlPage, entry: HistoryEntry) -> tuple[str, ...]:
    """In sentences, whether a release has anything new or changed of what the main menu leads to, and of persons."""
    sections = {kind_of(heading): lines for heading, lines in _sections(entry, page.language)}
    if entry.number == 1 or not sections or "" in sections:
        return ()
    news = [_news(page, entry, query, sections.get("new", ())) for query in page.context.navigation if query.lists]
    return tuple(_brief(page, entry, sections, news)) if news else ()


class _MenuNews(NamedTuple):
    """What is new and what is changed of the things to which an entry of the menu leads, by their names."""

    name: str
    new: Sequence[str]
    changed: Sequence[str]


def _news(page: HtmlPage, entry: HistoryEntry, query: Query, new: Container[str]) -> _MenuNews:
    things = [iri for iri in entry.things if page.context.way(iri) == query]
    came = [iri for iri in things if _is_new(page, iri, new)]
    names = [[plain(page.name(iri).text) for iri in found] for found in (came, (i for i in things if i not in came))]
    return _MenuNews(page.context.short(query, page.language), *names)


def _is_new(page: HtmlPage, iri: str, new: Container[str]) -> bool:
    """Whether a thing is among what is new in a release, which has a line for each."""
    return f"{kind(page.context, iri, page.language)}: {plain(page.name(iri).text)}" in new


def _brief(
    page: HtmlPage, entry: HistoryEntry, sections: Mapping[str, Sequence[str]], news: Sequence[_MenuNews]
) -> Iterator[str]:
    """What is new, under which entries of the menu nothing is, and what is changed, in sentences."""
    say, day = page.translate, page.locale.day(page.site.history[entry.number - 2].day)
    came = _some(page, [(each.name, each.new) for each in news])
    changed = _some(page, [(each.name, each.changed) for each in news])
    others = _joined([*_others_new(page, entry, sections.get("new", ()))], say("and"))
    none = _joined([each.name for each in news if not each.new], say("changes-or"))
    persons = "" if "persons" in sections else say("changes-no-persons")
    key = "changes-none-besides" if came else "changes-none-since"
    yield from [say("changes-came", day=day, some=came)] if came else []
    yield from [say(key, none=none, day=day, persons=persons)] if none else []
    if changed or "vanished" not in sections:
        yield say("changes-some", some=changed) if changed else say("changes-none-changed")
    yield from [say("changes-others-new", some=others)] if others else []


def _others_new(page: HtmlPage, entry: HistoryEntry, new: Container[str]) -> Iterator[str]:
    """How many new things there are of each kind to which no entry of the menu leads."""
    context, counts = page.context, Counter[str]()
    for iri in (iri for iri in entry.things if _is_new(page, iri, new) and context.way(iri) not in context.navigation):
        counts[context.classes(iri)[0]] += 1
    for name, count in counts.items():
        way = next((query for query in page.site.queries.values() if query.lists == (name,)), None)
        called = context.short(way, page.language) if way and count > 1 else plain(page.name(name).text)
        yield f"{page.locale.number(count)} {lowered(called)}" if way or count == 1 else f"{called} ({count})"


def _some(page: HtmlPage, found: Sequence[tuple[str, Sequence[str]]]) -> str:
    """Some things by their names, or of many how many there are under each entry of the menu."""
    say, names = page.translate, [name for _, things in found for name in things]
    counts = [say("changes-under", count=page.locale.number(len(each)), name=name) for name, each in found if each]
    return _joined(names if len(names) <= _NAMED else counts, say("and"))


def _joined(parts: Sequence[str], word: str) -> str:
    """An enumeration, with a word before its last part.

    >>> _joined(["A", "B", "C"], "or")
    'A, B or C'
    """
    return f" {word} ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def release(page: HtmlPage, releases: EarlierReleases, number: int) -> str:
    """The page about one release whose data are kept: what changed, and where the data are."""
    return small(_release(page, releases, number, most) for most in _MOST)


def _release(page: HtmlPage, releases: EarlierReleases, number: int, most: int) -> str:
    notes, day = _release_notes(page, releases.entry(number)), releases.entry(number).day
    documents = {path: releases.place(number, path) for path in releases.changed(number)}
    return page.render(
        "release.html",
        title=notes.heading,
        crumbs=page.crumbs((page.translate("data"), paths.DATA), (page.translate("changes-title"), PATH)),
        description=page.translate("release-lead", day=page.locale.day(day)),
        notes=notes,
        lists=_lists(page, releases.entry(number), notes, most, most),
        whole=page.url(f"{folder(number)}{paths.DUMP}{DUMP_SUFFIX}"),
        record=page.url(data(number)),
        listed="release-changed" if page.site.archive.patches[number].prev else "release-first",
        documents=[
            (page.name(releases.iri(path)).text, page.url(place)) for path, place in islice(documents.items(), _LISTED)
        ],
        today=page.translate("release-today") if any(path == place for path, place in documents.items()) else "",
        count=page.translate("release-count", count=page.locale.number(len(documents)))
        if len(documents) > _LISTED
        else "",
    )


def latest(page: HtmlPage) -> tuple[str, ...]:
    """The last changes in brief, for the start page, or their first lines; none where the site keeps no history."""
    found = _last_change(page)
    if found and (brief := in_brief(page, found)):
        return (" ".join(brief),)
    sections = _sections(found, page.locale.language) if found else ()
    return tuple(line for _, lines in sections for line in lines)[:_SHOWN]


def last_changed(page: HtmlPage) -> date | None:
    """The day of the last release that tells of a change; None where none does."""
    found = _last_change(page)
    return found.day if found else None


def _last_change(page: HtmlPage) -> HistoryEntry | None:
    """The last release that tells of a change: where only the program or a text is another, nothing is told."""
    language = page.locale.language
    return next((entry for entry in reversed(page.site.history) if _sections(entry, language)), None)


def modified(page: HtmlPage, iri: str) -> str:
    """When a thing was last changed; empty where that is not known."""
    day = page.site.modified.get(iri)
    return page.translate("changes-modified", day=page.locale.day(day)) if day else ""


def _sections(entry: HistoryEntry, language: str) -> tuple[Section, ...]:
    found = best_of(dict.fromkeys(entry.changes, ""), (language, "en"))
    return entry.changes[found] if found is not None else next(iter(entry.changes.values()), ())


def _release_notes(page: HtmlPage, entry: HistoryEntry) -> ReleaseNotes:
    sections = _sections(entry, page.locale.language)
    return ReleaseNotes(
        entry.number,
        page.translate("changes-release", number=entry.number, day=page.locale.day(entry.day)),
        sections,
        "" if sections else _unsaid(page, entry),
        _checked(page, entry),
        page.page_url(about(entry.number)) if entry.number in page.site.archive.patches else "",
    )


def _unsaid(page: HtmlPage, entry: HistoryEntry) -> str:
    """Why nothing is told of a release: it is the first, its facts are the same, or what changed is not known."""
    if entry.changes or entry.number == 1:
        return page.translate("changes-nothing" if entry.changes else "changes-first")
    before = page.site.history[entry.number - 2]
    is_alike = _are_alike((before, entry))
    return page.translate("changes-alike", number=before.number) if is_alike else page.translate("changes-unknown")


def _checked(page: HtmlPage, entry: HistoryEntry) -> str:
    """What the checks of a release found; without notes where it is not known how many of them only wait for facts."""
    found = entry.findings
    waiting = found.get("waiting", 0)
    counts = {"warnings": found.get("warning", 0), "notes": found.get("info", 0) - waiting, "waiting": waiting}
    shown = {name: page.locale.number(count) for name, count in counts.items()}
    key = "changes-findings" if "waiting" in found else "changes-warnings"
    return page.translate(key, **shown, generator=entry.generator)


def feed(context: TemplateContext, language: str) -> bytes:
    """The feed in a language: an entry for each release, with addresses that never change."""
    page = HtmlPage(context, language, PATH)
    base, history = page.site.settings.base, page.site.history
    address = f"{base}{PATH}"
    title = f"{page.context.title(language).text}: {page.translate('changes-title')}"
    author = page.locale.pick(page.site.settings.publisher).text or page.context.title(language).text
    head = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<feed xmlns="{ATOM}" xml:lang="{escape(page.locale.page_language)}">\n'
        f"<id>{escape(address)}{feed_suffix(language)}</id>\n<title>{escape(title)}</title>\n"
        f"<updated>{_moment(history[-1].day)}</updated>\n<author><name>{escape(author)}</name></author>\n"
        f'<link rel="self" type="application/atom+xml" href="{escape(address)}{feed_suffix(language)}"/>\n'
        f'<link rel="alternate" type="text/html" href="{escape(address)}{page.suffix}"/>\n'
    )
    entries = (_feed_entry(page, entry) for entry in reversed(history))
    return (head + "".join(entries) + "</feed>\n").encode()


def _feed_entry(page: HtmlPage, entry: HistoryEntry) -> str:
    notes = _release_notes(page, entry)
    address = escape(f"{page.site.settings.base}{PATH}")
    return (
        f"<entry>\n<id>{address}#release-{entry.number}</id>\n<title>{escape(notes.heading)}</title>\n"
        f"<updated>{_moment(entry.day)}</updated>\n"
        f'<link rel="alternate" type="text/html" href="{address}{page.suffix}#release-{entry.number}"/>\n'
        f'<content type="text">{escape(chr(10).join(_lines(page, entry, notes)))}</content>\n</entry>\n'
    )


def _lines(page: HtmlPage, entry: HistoryEntry, notes: ReleaseNotes) -> Iterator[str]:
    """The lines of a release as text, in the words of the page."""
    for found in _lists(page, entry, notes, 0, sys.maxsize):
        yield found.heading
        yield from (plain(line) for thing in found.folded for line in _as_lines(thing))
    yield from ((notes.plain,) if notes.plain else ())
    yield notes.checked


def _as_lines(thing: ChangedThing) -> Iterator[str]:
    """Each change of a thing as a line with its name."""
    name = thing.name.striptags()
    yield from (f"{name}: {change.striptags()}" if name else change.striptags() for change in thing.changes)
    yield from [] if thing.changes else [name]


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
