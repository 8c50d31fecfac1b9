"""The page of what changed from release to release, and its feed in Atom (RFC 4287), from the history of the site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from html import escape
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from samverkan.model import paths
from samverkan.model.language_tags import best_of
from samverkan.model.namespaces import ATOM
from samverkan.publication.earlier_releases import DUMP_SUFFIX, about, data, folder
from samverkan.publication.html.locale import Words
from samverkan.publication.html.page import HtmlPage
from samverkan.site.source_files import DATA

if TYPE_CHECKING:
    from samverkan.publication.earlier_releases import EarlierReleases
    from samverkan.publication.html.context import TemplateContext
    from samverkan.site.history import History, HistoryEntry, Section

PATH = paths.CHANGES
_FACTS = f"{DATA}/"  # how the names of the files of facts begin
_SHOWN = 5  # lines on the start page
_LISTED = 100  # documents on the page of a release
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
        "changes-unknown": "Den föregående publiceringen fanns inte att jämföra med.",
        "changes-nothing": "Inget i uppgifterna har ändrats.",
        "changes-findings": "Kontrollen fann varningar: {warnings}, upplysningar: {notes}. Krav och frågor som det "
        "inte fanns uppgifter om än: {waiting}. Gjord med {generator}.",
        "changes-warnings": "Kontrollen fann varningar: {warnings}. Gjord med {generator}.",
        "changes-since": "Publiceringar därefter har inte ändrat uppgifterna.",
        "changes-texts": "En text som har ändrats bara på ett annat språk räknas och visas på sidan på det språket. "
        "Därför är antalen inte alltid lika på de olika språken.",
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
        "changes-unknown": "The release before was not there to be compared with.",
        "changes-nothing": "Nothing has changed in the facts.",
        "changes-findings": "The checks found warnings: {warnings}, notes: {notes}. Requirements and questions that "
        "there were no facts about yet: {waiting}. Made with {generator}.",
        "changes-warnings": "The checks found warnings: {warnings}. Made with {generator}.",
        "changes-since": "Later releases have not changed the facts.",
        "changes-texts": "A text that changed only in another language is counted and shown on the page in that "
        "language. So the numbers are not always the same in all languages.",
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
    """What is listed below a heading: how many lines there are, those that are shown, those behind a fold."""

    heading: str
    lines: int
    shown: tuple[str, ...]
    folded: tuple[str, ...]
    left: int


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
    history = page.site.history
    newest = _last_change(page) or history[0]
    last, *earlier = (_release_notes(page, entry) for entry in (newest, *_others(history, newest)))
    return page.render(
        "changes.html",
        title=page.translate("changes-title"),
        crumbs=page.crumbs(),
        description=page.translate("changes-lead"),
        newest=page.translate("changes-newest" if last.sections else "changes-begun", day=page.locale.day(newest.day)),
        since=page.translate("changes-since") if last.sections and _are_alike(history[newest.number - 1 :]) else "",
        texts=page.translate("changes-texts") if last.sections and page.other_languages else "",
        last=last,
        lists=_lists(last, 5, 40),
        earlier=[(each, _lists(each, 3, 3)) for each in earlier[:_DETAILED]],
        oldest=earlier[_DETAILED:],
        feed=page.url(f"{PATH}{feed_suffix(page.language)}"),
    )


def _others(history: History, newest: HistoryEntry) -> Iterator[HistoryEntry]:
    return (entry for entry in reversed(history) if entry is not newest)


def _are_alike(entries: History) -> bool:
    """Whether there are several releases, and all of them have the same facts."""
    facts = [{name: found for name, found in each.files.items() if name.startswith(_FACTS)} for each in entries]
    return len(facts) > 1 and all(each == facts[0] for each in facts)


def _lists(notes: ReleaseNotes, shown: int, most: int) -> list[NoteList]:
    """What changed in a release, below each heading as much as is `shown`, and behind a fold up to `most`."""
    return [
        NoteList(heading, len(lines), lines[:shown], lines[shown:most], len(lines[most:]))
        for heading, lines in notes.sections
    ]


def release(page: HtmlPage, releases: EarlierReleases, number: int) -> str:
    """The page about one release whose data are kept: what changed, and where the data are."""
    notes, day = _release_notes(page, releases.entry(number)), releases.entry(number).day
    documents = {path: releases.place(number, path) for path in releases.changed(number)}
    return page.render(
        "release.html",
        title=notes.heading,
        crumbs=page.crumbs((page.translate("changes-title"), PATH)),
        description=page.translate("release-lead", day=page.locale.day(day)),
        notes=notes,
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
    """The first lines of the last changes, for the start page; none where the site keeps no history."""
    found = _last_change(page)
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
    key = "changes-nothing" if entry.changes else "changes-first" if entry.number == 1 else "changes-unknown"
    return ReleaseNotes(
        entry.number,
        page.translate("changes-release", number=entry.number, day=page.locale.day(entry.day)),
        sections,
        "" if sections else page.translate(key),
        _checked(page, entry),
        page.page_url(about(entry.number)) if entry.number in page.site.archive.patches else "",
    )


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
        f'<content type="text">{escape(chr(10).join(_lines(notes)))}</content>\n</entry>\n'
    )


def _lines(notes: ReleaseNotes) -> Iterator[str]:
    for heading, lines in notes.sections:
        yield heading
        yield from lines
    yield from ((notes.plain,) if notes.plain else ())
    yield notes.checked


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
