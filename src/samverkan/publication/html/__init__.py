"""The pages that people read: every path of a site that has one, in every language of the site."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property, partial
from importlib.resources import files
from typing import TYPE_CHECKING

from samverkan.errors import carried
from samverkan.formats.xml_text import fits
from samverkan.model import paths
from samverkan.model.paging import FIRST, AnswerPart
from samverkan.model.results import Answer, Page, Pager
from samverkan.publication import earlier_releases
from samverkan.publication.html import (
    accessibility,
    changes,
    citing,
    data,
    form,
    hints,
    hits,
    home,
    index,
    kind_list,
    lists,
    look,
    messages,
    missing,
    names,
    pictures,
    questions,
    results,
    sparql,
    things,
    validation,
    versions,
    vocabulary,
)
from samverkan.publication.html import placeholders as placeholder_pages
from samverkan.publication.html.context import TemplateContext
from samverkan.publication.html.locale import Words
from samverkan.publication.html.page import PREVIEW, PREVIEW_SUFFIX, SUFFIX, HtmlPage, suffix
from samverkan.publication.html.pictures.standalone import VIEWS

if TYPE_CHECKING:
    from samverkan.model.queries import Query
    from samverkan.publication.answer_pages import AnswerPages
    from samverkan.publication.earlier_releases import EarlierReleases
    from samverkan.site.checked_site import CheckedSite

_TEXTS: tuple[Words, ...] = (
    sparql.MESSAGES,
    messages.MESSAGES,
    home.MESSAGES,
    data.MESSAGES,
    pictures.MESSAGES,
    validation.MESSAGES,
    vocabulary.MESSAGES,
    versions.MESSAGES,
    accessibility.MESSAGES,
    questions.MESSAGES,
    form.MESSAGES,
    results.MESSAGES,
    lists.MESSAGES,
    hits.MESSAGES,
    hints.MESSAGES,
    names.MESSAGES,
    missing.MESSAGES,
    citing.MESSAGES,
    changes.MESSAGES,
    kind_list.MESSAGES,
)
MESSAGES: Words = {tag: ChainMap(*({**texts[tag]} for texts in _TEXTS)) for tag in messages.MESSAGES}
"""All texts of the pages, by language and key."""

# The pages of which there is one, by their paths.
_WHOLE: Mapping[str, Callable[[HtmlPage], str]] = {
    home.PATH: home.home,
    vocabulary.PATH: vocabulary.vocabulary,
    validation.PATH: validation.validation,
    accessibility.PATH: accessibility.accessibility,
    sparql.PATH: sparql.page,
    questions.PATH: questions.questions,
    names.PATH: names.names,
    data.PATH: data.data,
}
PATHS = tuple(_WHOLE)
"""The paths of the pages of which there is one."""


class Pages:
    """The pages of a site for people, as pages of its site map."""

    def __init__(self, site: CheckedSite, answers: AnswerPages, releases: EarlierReleases) -> None:
        self._site = site
        self._answers = answers
        self._releases = releases

    @cached_property
    def context(self) -> TemplateContext:
        """What all pages share."""
        return TemplateContext(self._site, MESSAGES, self._answers)

    def prepare(self) -> None:
        """Make what all pages share, before processes part that each make some of them, or may open no file."""
        self.prepare_frame()
        self.context.prepare()

    def prepare_frame(self) -> None:
        """Make what stands on every page, whatever it tells of: the templates, and the files that pages need."""
        _ = self.context.templates, self._site.preview
        for name in _ASSETS:
            self._asset(name)

    def whole(self) -> Iterator[Page]:
        """The pages of which there is one, and the files that all pages need."""
        for path, make in _WHOLE.items():
            yield from self._in_all_languages(path, make)
        first = self._site.settings.languages[0]
        yield Page.of_bytes(home.PATH, SUFFIX, partial(self._made, home.PATH, first, home.home), first)
        yield Page.of_bytes(missing.PATH, SUFFIX, partial(self._made, missing.PATH, first, missing.missing), first)
        yield from self._index()
        yield from self._pictures()
        yield from self._changes()
        for name in _ASSETS:
            stem, dot, extension = name.rpartition(".")
            yield Page.of_bytes(f"{paths.ASSETS}{stem}", dot + extension, partial(self._asset, name))

        preview = self._site.preview
        if preview:
            yield Page.of_bytes(PREVIEW, PREVIEW_SUFFIX, lambda: preview)

    def _asset(self, name: str) -> bytes:
        """A file that all pages need, with the look of the site."""
        return look.dressed(_asset(name), name, self._site.settings.look)

    def about(self, path: str, iri: str) -> Iterator[Page]:
        """The page about one thing, at the path of its document, unless another stands there, as for the ontology."""
        if path not in _WHOLE:
            yield from self._in_all_languages(path, lambda page: things.thing(page, iri))

    def kind(self, path: str, things: Sequence[str]) -> Iterator[Page]:
        """The page of all things of a kind."""
        yield from self._in_all_languages(path, partial(kind_list.kind_list, things=things))

    def version(self, path: str, name: str) -> Iterator[Page]:
        """The page about a version of the ontology."""
        yield from self._in_all_languages(path, partial(versions.version, name=name))

    def answer(self, path: str, query: Query, values: Mapping[str, str], part: AnswerPart = FIRST) -> Iterator[Page]:
        """The page of a canned query with values, which knows the other pages of a long answer."""
        for page in self._in_all_languages(path, lambda page: questions.answer(page, query, values, part)):
            yield replace(page, pager=self._pager(path, query, values, part, page.language or ""))

    def has(self, path: str, query: Query, values: Mapping[str, str], part: AnswerPart) -> bool:
        """Whether people have a page at a path for a part of an answer: of a long table other parts than data have.

        Behind a `?` they have the part that was asked for.
        """
        if part == FIRST or ("?" in path and part.limit):
            return True
        language = self._site.settings.languages[0]
        return self.context.screen(query, language, values, FIRST).limit == part.limit

    def _pager(self, path: str, query: Query, values: Mapping[str, str], part: AnswerPart, language: str) -> Pager:
        def limit() -> int | None:
            return self.context.screen(query, language, values, part).limit

        def at(number: int) -> Page:
            turned = part._replace(number=number, limit=limit() if number > 1 else part.limit)
            place = self._answers.in_query_string if "?" in path else self._answers.anywhere
            found = self.answer(place(query, values, turned).path, query, values, turned)
            return next(page for page in found if page.language == language)

        return Pager(part.number, lambda: self.context.page_count(query, language, values, limit()), at)

    def named(self) -> Iterator[Page]:
        """The alphabetical index: its pages, without the first one."""
        for pages in self._named.values():
            yield from pages

    def under(self, path: str) -> tuple[Page, ...]:
        """The page of the alphabetical index at a path; none where there is none."""
        return self._named.get(path, ()) if path.startswith(f"{names.PATH}/") else ()

    @cached_property
    def _named(self) -> Mapping[str, tuple[Page, ...]]:
        return {
            path: tuple(self._in_all_languages(path, partial(names.page, letter=letter, part=part)))
            for path, letter, part in names.parts(self.context)
        }

    def _index(self) -> Iterator[Page]:
        """What a script looks names up in, where the site has a search."""
        if self.context.query("search"):
            for language in self._site.settings.languages:
                make = partial(index.written, self.context, language)
                yield Page.of_bytes(paths.SEARCH, index.suffix(language), make, language)

    def _pictures(self) -> Iterator[Page]:
        """The picture of each query that has one, as a file."""
        for query in self._site.queries.values():
            for language in self._site.settings.languages if query.view in VIEWS else ():
                make = partial(self._drawn, query, language)
                yield Page.of_bytes(questions.drawing(query), questions.image_suffix(language), make, language)

    def _drawn(self, query: Query, language: str) -> bytes:
        return _encoded(questions.picture(HtmlPage(self.context, language, questions.drawing(query)), query))

    def _changes(self) -> Iterator[Page]:
        """What changed from release to release, for people and as a feed, where the site keeps a history."""
        if self._site.history:
            yield from self._in_all_languages(changes.PATH, changes.changes)
            for language in self._site.settings.languages:
                make = partial(changes.feed, self.context, language)
                yield Page.of_bytes(changes.PATH, changes.feed_suffix(language), make, language)

    def release(self, number: int) -> Iterator[Page]:
        """The page about an earlier release that is kept; one without a language in its name is for the folder."""
        path, first = earlier_releases.about(number), self._site.settings.languages[0]
        make = partial(changes.release, releases=self._releases, number=number)
        yield from self._in_all_languages(path, make)
        yield Page.of_bytes(path, SUFFIX, partial(self._made, path, first, make), first)

    def asked(
        self, language: str, query: str, answer: Answer, media_types: Sequence[str], *, stated: bool = False
    ) -> bytes:
        """The page with a free query and its answer, which has other formats, in a language of the site.

        Where it is `stated`, the query was asked without what follows.
        """
        page = HtmlPage(self.context, language, sparql.asked(query, stated=stated))
        return _encoded(sparql.answered(page, query, answer, media_types, stated=stated))

    def placeholders(self, *, is_whole: bool = True) -> dict[str, dict[str, str]]:
        """Pages with marks in place of texts that are not known before somebody asks, by language and name."""
        made = partial(placeholder_pages.made, self.context, is_whole=is_whole)
        return {language: made(language) for language in self._site.settings.languages}

    def _in_all_languages(self, path: str, make: Callable[[HtmlPage], str]) -> Iterator[Page]:
        for language in self._site.settings.languages:
            yield Page.of_bytes(path, suffix(language), partial(self._made, path, language, make), language)

    def _made(self, path: str, language: str, make: Callable[[HtmlPage], str]) -> bytes:
        return _encoded(make(HtmlPage(self.context, language, path)))


def _encoded(page: str) -> bytes:
    """A page in UTF-8; what an answer or a reader has said may hold characters that no page can carry."""
    written = page.encode()
    return written if fits(written) else carried(page).encode()


# The files that pages need, each put together of parts in this order.
_ASSETS: Mapping[str, tuple[str, ...]] = {
    "samverkan.css": ("page.css",),
    "pictures.css": ("pictures.css",),
    "samverkan.js": ("page.js",),
    "search.js": ("search.js",),
    "samverkan.svg": ("mark.svg",),
}


@cache
def _asset(name: str) -> bytes:
    """A file as it is sent: without indents and comments, which weigh as much as a page's title."""
    folder = files("samverkan.publication.html") / "assets"
    text = "".join((folder / part).read_text("utf-8") for part in _ASSETS[name])
    lines = (line.strip() for line in _COMMENT.sub("", text).splitlines())
    whole = "".join(f"{line}\n" for line in _together(filter(None, lines)))
    sent = _SPACES[name.rpartition(".")[2]].sub(lambda found: "".join(filter(None, found.groups())), whole)
    return _SHORTER.sub(lambda found: "".join(filter(None, found.groups())), sent).encode()


def _together(lines: Iterable[str]) -> list[str]:
    """Lines of a script with declarations that follow each other in one, if each is whole in its line."""
    found: list[str] = []
    for line in lines:
        if found and line.startswith(_DECLARES) and found[-1].startswith(_DECLARES) and _is_whole(found[-1]):
            found[-1] = f"{found[-1][:-1]},{line.removeprefix(_DECLARES)}"
        else:
            found.append(line)
    return found


def _is_whole(line: str) -> bool:
    return line.endswith(";") and all(line.count(one) == line.count(other) for one, other in ("()", "[]", "{}"))


_DECLARES = "const "
# Around these neither needs a space, and before a closing brace no semicolon. In a style sheet a space before a colon
# may mean something; in a script those in texts and patterns do, which come first, and a line may end without a
# semicolon.
_SPACES = {
    "css": re.compile(r"\s*;?\s*(\})\s*|\s*([{;,>])\s*|(?<=:) (?![a-z]+\))"),
    "js": re.compile(
        r"""("[^"\n]*"|`[^`]*`|/(?! )(?:\\.|\[[^]\n]*\]|[^/\n\\ ])+/[gu]*)|\s*;\s*(?=\})|\s*([{;,]+)\s*"""
        r"| *([][}()=<>?:&|*!]+) *"
    ),
    "svg": re.compile("(?!)"),
}
# What a function of a script takes needs no brackets, where that is one thing; what is made before and after an element
# needs one colon (Selectors, section 3.6).
_SHORTER = re.compile(r"(?<![\w)])\((\w+)\)(=>)|:(:(?:before|after)\b)")
_COMMENT = re.compile(r"/\*.*?\*/|^\s*//.*?$", re.DOTALL | re.MULTILINE)
