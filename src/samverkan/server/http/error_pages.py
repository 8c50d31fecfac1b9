"""What the server process itself says to people: a page that the supervisor has made, finished with a text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from samverkan.errors import NotAcceptableError, carried, printable
from samverkan.model import media_types
from samverkan.model.negotiation import choose, spoken
from samverkan.model.representations import LISTED, MARKS
from samverkan.server.http import headers, problems
from samverkan.server.http.problems import LANGUAGES, Problem

HTML = media_types.HTML

Placeholders = Mapping[str, Mapping[str, str]]
"""Pages with marks in place of texts, by language and name; the preferred language comes first."""

_JSON = (problems.MEDIA_TYPE, media_types.JSON)
_PAGE = re.compile(r"\.([a-z0-9-]+)\.html$")
_SPARQL = re.compile(r"sparql\.([a-z0-9-]+)\.html")
_PLACE = re.compile(r"query(?::\d+)?: ")  # where in a query something is, as it is told elsewhere
_LINE = {"sv": "Rad {}: ", "en": "Line {}: "}


def wanted(accept: str | None) -> bool:
    """Whether a reader would rather have an error as a page than as JSON."""
    try:
        return choose((*_JSON, HTML), accept) == HTML
    except NotAcceptableError:
        return False


def named(path: str, placeholders: Placeholders) -> str | None:
    """The language that the path of a page names, whether a page stands there or not; None for any other path."""
    found = _PAGE.search(path)
    return found[1] if found and found[1] in placeholders else None


def locale(path: str, placeholders: Placeholders) -> str | None:
    """The language of the page for free queries that stands at a path below the base; None for any other path."""
    found = _SPARQL.fullmatch(path)
    return found[1] if found and found[1] in placeholders else None


def page(
    problem: Problem, placeholders: Placeholders, accept_language: str | None, root: str, path: str = ""
) -> tuple[str, bytes]:
    """The language of a problem's page, which is that of the page asked for at `path`, and the page.

    Every text in it is escaped.
    """
    asked = problem.asked
    language = (
        (asked and asked.language)
        or named(path, placeholders)
        or spoken(list(placeholders), accept_language)
        or next(iter(placeholders))
    )
    shell = placeholders[language]["sparql" if asked else "problem"]
    texts = {**_texts(problem, language), "root": headers.address("", root), "query": asked.sparql if asked else ""}
    page_ = MARKS.sub(lambda found: escape(carried(texts.get(found[1], found[0]))), shell)
    return language, page_.encode("utf-8", "replace")


def _texts(problem: Problem, language: str) -> dict[str, str]:
    spoken_ = language if language in LANGUAGES else LANGUAGES[0]
    title, detail = problem.message(spoken_)
    line = problem.more.get("line")
    where = _LINE[spoken_].format(line) if line else ""
    return {
        "title": "" if problem.asked and title in detail else title,
        "detail": printable(where + _PLACE.sub("", detail).removesuffix(f" {LISTED[spoken_]}")),
        "status": str(int(problem.kind.status)),
    }
