"""The page that a host of plain files shows where nothing is: it has the menu and the search, and leads on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlsplit

from samverkan.model import paths
from samverkan.publication.html.index import suffix
from samverkan.publication.html.locale import Words
from samverkan.publication.html.page import HtmlPage

PATH = "404"  # where such hosts look for it

MESSAGES: Words = {
    "sv": {
        "missing-title": "Sidan finns inte",
        "missing-detail": "Det finns inget på den här adressen. Den kan vara felskriven, eller så har sidan flyttats.",
    },
    "en": {
        "missing-title": "There is no such page",
        "missing-detail": "Nothing stands at this address. It may be misspelt, or the page has moved.",
    },
}


class Elsewhere(NamedTuple):
    """What the page says in another language: the tag of that, the text, and the way to its start page.

    The rest is for the script, which says this first where a page in that language was asked for: how the addresses of
    such pages end, the index of names in it, and the heading of what is called nearly so.
    """

    language: str
    text: str
    url: str
    home: str
    suffix: str
    names: str
    near: str


@dataclass(frozen=True)
class PageAnywhere(HtmlPage):
    """A page that is shown at any address, so its links begin at the host; it is nobody's to find again."""

    @cached_property
    def root(self) -> str:
        """The path of the base."""
        return urlsplit(self.site.settings.base).path

    @property
    def public(self) -> str:
        """None."""
        return ""

    @property
    def other_languages(self) -> list[str]:
        """None: there is one such page, in the first language of the site."""
        return []


def missing(page: HtmlPage) -> str:
    """The page that says that nothing is here."""
    return PageAnywhere(page.context, page.language, PATH).render(
        "problem.html",
        title=page.translate("missing-title"),
        heading=page.translate("missing-title"),
        detail=page.translate("missing-detail"),
        status=HTTPStatus.NOT_FOUND.value,
        index=paths.SEARCH + suffix(page.language),
        elsewhere=[_elsewhere(page, language) for language in page.other_languages],
    )


def _elsewhere(page: HtmlPage, language: str) -> Elsewhere:
    """The same for readers of another language, as there is one such page for all."""
    locale = page.context.locales[language]
    root = urlsplit(page.site.settings.base).path
    return Elsewhere(
        locale.page_language,
        f"{locale.translate('missing-title')}. {locale.translate('missing-detail')}",
        f"{root}{paths.START}.{language}.html",
        locale.translate("problem-home"),
        f".{language}.html",
        f"{root}{paths.SEARCH}{suffix(language)}",
        locale.translate("problem-near"),
    )
