"""One page in one language: links relative to where it stands, and values as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from textwrap import shorten
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup, escape
from pyoxigraph import Literal, NamedNode

from samverkan.formats import formats_for
from samverkan.model import paths
from samverkan.model.language_tags import matches
from samverkan.model.results import Page, Term
from samverkan.model.triple_texts import read_triple
from samverkan.publication.html.locale import Locale, Name, plain

if TYPE_CHECKING:
    from samverkan.publication.html.context import TemplateContext
    from samverkan.site.checked_site import CheckedSite

SUFFIX = ".html"
PREVIEW, PREVIEW_SUFFIX = f"{paths.ASSETS}preview", ".png"
"""Where the picture stands that other sites show beside a link."""
MOST_BYTES = 33_000
"""How large the HTML of a page may be: with the style sheet and the script it is to stay below 60 kB."""
_SAFE_SCHEME = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_DATES = re.compile(r"#(?:date|dateTime|gYearMonth|gYear)$")
_DESCRIBED = 160  # characters that search engines show of the description of a page
_TRIPLE = Markup("%s · %s: %s")
_TEMPORAL = re.compile(r"-?\d{4,}(?:-\d\d(?:-\d\d(?:T[\d:.]+)?)?)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)


@lru_cache(maxsize=1 << 16)
def quoted(path: str) -> str:
    """A path as it stands in a URL."""
    return quote(path, safe="/~=?&%+-_.!$'()*,;@")


def small(pages: Iterable[str]) -> str:
    """The first of some pages, each shorter than the one before, that is small enough; else the last."""
    page = ""
    for page in pages:
        if len(page) <= MOST_BYTES and len(page.encode()) <= MOST_BYTES:
            break
    return page


def in_short(text: Markup) -> str:
    """As much of a text as search engines show of what a page says of itself."""
    return shorten(text.striptags(), _DESCRIBED, placeholder=" …")


def suffix(language: str) -> str:
    """The suffix of a page in a language."""
    return f".{language}{SUFFIX}"


@dataclass(frozen=True)
class HtmlPage:
    """A page at a path without suffix, in a language of the site."""

    context: TemplateContext
    language: str
    path: str

    @property
    def site(self) -> CheckedSite:
        """The site that it belongs to."""
        return self.context.site

    @cached_property
    def locale(self) -> Locale:
        """How its language says things."""
        return self.context.locales[self.language]

    @cached_property
    def root(self) -> str:
        """The way to the root of the site, relative to here."""
        return "../" * self.path.partition("?")[0].count("/")

    @cached_property
    def suffix(self) -> str:
        """The suffix of a page in this language."""
        return suffix(self.language)

    @property
    def address(self) -> str:
        """The public address of what the page shows, without suffix."""
        return self.site.addresses.url(self.path)

    def translate(self, key: str, **values: object) -> str:
        """A text of the pages."""
        return self.locale.translate(key, **values)

    def url(self, path: str) -> str:
        """The way to a path of the site, with its suffix."""
        return self.root + quoted(path)

    def page_url(self, path: str) -> str:
        """The way to a page in this language, whose path has no suffix."""
        stem, mark, values = path.partition("?")
        return self.url(f"{stem}{self.suffix}{mark}{values}")

    @property
    def other_languages(self) -> list[str]:
        """The other languages that this page exists in."""
        return [tag for tag in self.context.locales if tag != self.language]

    def twin(self, language: str) -> str:
        """The way to this page in another language."""
        return HtmlPage(self.context, language, self.path).page_url(self.path)

    def formats(self, page: Page) -> list[tuple[str, str, str]]:
        """The data formats of an answer: the title, the media type and the way to each."""
        stem, mark, values = page.path.partition("?")
        return [
            (form.title, form.media_type, self.url(f"{stem}{form.suffix}{mark}{values}"))
            for form in formats_for(page.kind)
        ]

    def named(self, name: Name) -> Markup:
        """A name as HTML, kept apart from what stands around it and marked where it is in another language."""
        if name.language is None:
            return Markup(f"<bdi>{escape(name.text)}</bdi>")  # noqa: S704 - escaped just there
        spoken = self.translate("in-language", language=self.locale.language_name(name.language))
        return Markup('<bdi lang="%s">%s</bdi> <small>(%s)</small>') % (name.language, name.text, spoken)

    def name(self, iri: str) -> Name:
        """What a thing is called in this language."""
        return self.context.name(iri, self.language)

    def label(self, iri: str) -> Markup:
        """What a thing is called, as HTML, made once for all pages in this language."""
        labels = self.context.labels[self.language]
        found = labels.get(iri)
        if found is None:
            found = labels[iri] = self.named(self.name(iri))
        return found

    def link(self, iri: str, name: Name | None = None) -> Markup:
        """A link to the page about a thing, or to its address elsewhere; its name alone where no address is safe."""
        label = self.named(name) if name else self.label(iri)
        path = self.context.target(iri)
        if path is not None:
            return Markup(f'<a href="{escape(self.page_url(path))}">{label}</a>')  # noqa: S704 - both are escaped
        return self.away(iri, label)

    def away(self, address: str, label: Markup) -> Markup:
        """A link to an address elsewhere; the label alone where the address is not safe."""
        if not _SAFE_SCHEME.match(address):
            return label
        is_said = label.striptags().rstrip("/") in {address.rstrip("/"), address.partition("://")[2].rstrip("/")}
        bare = " bare" if is_said else ""  # paper need not say the address again
        return Markup(f'<a class="away{bare}" rel="external" href="{escape(address)}">{label}</a>')  # noqa: S704 - both are escaped

    def value(self, term: Term) -> Markup:
        """Any RDF term as HTML: a link, a date, a number, a text in its language."""
        if isinstance(term, NamedNode):
            return self.link(term.value)
        if isinstance(term, Literal):
            return self.context.literal(self.language, term, self._literal)
        return Markup("<bdi>%s</bdi>") % str(term)

    def text(self, term: Term) -> str:
        """Any RDF term as a person reads it, without marks of direction."""
        if isinstance(term, NamedNode):
            return plain(self.name(term.value).text)
        return plain(self.locale.literal(term)) if isinstance(term, Literal) else str(term)

    def _literal(self, term: Literal) -> Markup:
        triple = read_triple(term)
        if triple is not None:
            subject, predicate, value = triple
            return _TRIPLE % (self.value(subject), self.label(predicate.value), self.value(value))
        if term.language and not matches(term.language, self.language):
            return self.named(Name(term.value, term.language))
        written = self.locale.literal(term)
        if _DATES.search(term.datatype.value) and _TEMPORAL.fullmatch(term.value):
            return Markup('<time datetime="%s">%s</time>') % (term.value, written)
        if term.datatype.value.endswith("#anyURI") and _SAFE_SCHEME.match(term.value):
            return self.away(term.value, Markup("<bdi>%s</bdi>") % written)
        return self.named(Name(written))

    @property
    def public(self) -> str:
        """The public address of this page in this language."""
        stem, mark, values = self.path.partition("?")
        return f"{self.site.addresses.url(stem)}{self.suffix}{mark}{values}"

    @property
    def preview(self) -> str:
        """The address of the picture that other sites show beside a link; nothing where there is none."""
        return self.site.settings.base + PREVIEW + PREVIEW_SUFFIX if self.site.preview else ""

    @property
    def report(self) -> str:
        """Where one writes that something on this page is wrong; nothing where the site has no mailbox."""
        contact = self.site.settings.contact
        return f"mailto:{contact.email}?subject={quote(self.public)}" if contact and self.public else ""

    def crumbs(self, *further: tuple[str | Name, str]) -> tuple[tuple[str | Markup, str], ...]:
        """The way from the start page: what each page on it is called, and its path without suffix."""
        called = ((self.named(name) if isinstance(name, Name) else name, path) for name, path in further)
        return ((self.translate("home"), paths.START), *called)

    def render(self, template: str, **values: Any) -> str:
        """A template filled in; it has `page`, `translate` and the `frame` around every page beside `values`.

        `crumbs` is the way to the page, and `description` a sentence for search engines, where it has them.
        """
        given = {"crumbs": (), "description": "", **values}
        frame = self.context.frame(self.language, self.root)
        frame = frame._replace(top=self._with_place(frame.top, given["crumbs"]))
        return self.context.templates.get_template(template).render(
            page=self, translate=self.translate, frame=frame, **given
        )

    def _with_place(self, top: Markup, crumbs: Iterable[tuple[object, str]]) -> Markup:
        """The top of the page, in the menu of which the entry is marked that is this page, or that leads to it."""
        entries = {path for _, path in self.context.once(("menu", self.language), self._menu)}
        own = self.path.partition("?")[0]
        above = (own.rpartition("/")[0], *(path for _, path in crumbs if path != paths.START))
        found = next((path for path in (own, *above) if path in entries), None)
        if found is None:
            return top
        before, nav, menu = top.partition("<nav")
        link = Markup('<a href="%s"') % f"{self.root}{found}{self.suffix}"
        mark = Markup(' aria-current="%s"') % ("page" if found == own else "true")
        return before + nav + menu.replace(link, link + mark, 1)

    def _menu(self) -> Sequence[tuple[str, str]]:
        return self.context.menu(self.language)


def json_ld(data: Mapping[str, Any]) -> Markup:
    """JSON for a script element, in which no `<` can end it (HTML, section 4.12.1.3)."""
    import orjson

    written = orjson.dumps(data).decode()
    return Markup(written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - escaped by hand
