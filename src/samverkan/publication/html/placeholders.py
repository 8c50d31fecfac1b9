"""Pages that are finished where they are sent: an error has a text that is not known before."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from markupsafe import Markup

from samverkan.model import paths
from samverkan.model.representations import mark
from samverkan.publication.html import sparql
from samverkan.publication.html.index import suffix
from samverkan.publication.html.page import HtmlPage

if TYPE_CHECKING:
    from samverkan.publication.html.context import TemplateContext


@dataclass(frozen=True)
class Placeholder(HtmlPage):
    """A page that may stand at any address, so its links start with a mark for the root; it has no fixed twin."""

    @cached_property
    def root(self) -> str:
        """The mark in place of the root."""
        return mark("root")

    @property
    def public(self) -> str:
        """None: it is no page that anybody should find again."""
        return ""

    @property
    def other_languages(self) -> list[str]:
        """None: which language an error is told in is up to the reader's browser."""
        return []


def made(context: TemplateContext, language: str, *, is_whole: bool = True) -> dict[str, str]:
    """The shells in a language, by name: of any problem, and of one with a free query.

    The second tells of all that can be asked; where not all is ready, it is the first.
    """
    problem = _problem(Placeholder(context, language, "problem"))
    if not is_whole:
        return {"problem": problem, "sparql": problem}
    query = sparql.shell(Placeholder(context, language, sparql.PATH), mark("query"), _message())
    return {"problem": problem, "sparql": query}


def _problem(page: Placeholder) -> str:
    marks = {"title": mark("title"), "heading": mark("title"), "detail": mark("detail"), "status": mark("status")}
    return page.render("problem.html", index=paths.SEARCH + suffix(page.language), **marks)


def _message() -> Markup:
    """What is said above a query that was not answered."""
    return Markup("<p><strong>%s</strong> %s</p>") % (mark("title"), mark("detail"))
