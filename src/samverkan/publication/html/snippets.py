"""How to get an answer from a command line, from Python and from R: text to be copied, which runs as it stands."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from samverkan.formats import Format, formats_for
from samverkan.model.iris import uri
from samverkan.model.results import BooleanResult, Content, Graph, Page, Table
from samverkan.publication.html.page import quoted

if TYPE_CHECKING:
    from samverkan.publication.html.page import HtmlPage

_PYTHON_TABLE = """import csv
import io
import urllib.request

with urllib.request.urlopen("{url}") as answer:
    rows = list(csv.DictReader(io.TextIOWrapper(answer, "utf-8", newline="")))
for row in rows[:5]:
    print(row)
"""
_PYTHON_VERDICT = """import json
import urllib.request

with urllib.request.urlopen("{url}") as answer:
    print(json.load(answer)["boolean"])
"""
_PYTHON_GRAPH = """from rdflib import Graph

graph = Graph().parse("{url}", format="turtle")
for triple in list(graph)[:5]:
    print(*triple)
"""
_R_TABLE = """rows <- read.csv("{url}", fileEncoding = "UTF-8", check.names = FALSE)
head(rows)
"""
_R_VERDICT = """any(grepl('"boolean" *: *true', readLines("{url}", warn = FALSE)))
"""
_R_GRAPH = """download.file("{url}", "{file}", mode = "wb")
"""

# For each kind of answer the format that is easiest to read, and how Python and R read it.
_WAYS: Mapping[type[Content], tuple[str, str, str]] = {
    Table: ("csv", _PYTHON_TABLE, _R_TABLE),
    BooleanResult: ("json", _PYTHON_VERDICT, _R_VERDICT),
    Graph: ("turtle", _PYTHON_GRAPH, _R_GRAPH),
}


class Copied(NamedTuple):
    """A text to be copied, and what it is for."""

    name: str
    text: str


def texts(page: HtmlPage, answered: Page, file: str) -> Iterator[Copied]:
    """How to get the answer of a page of data, which is saved as `file` with the suffix of its format."""
    name, python, r = _WAYS[answered.kind]
    form = next(form for form in formats_for(answered.kind) if form.name == name)
    url = address(page, answered, form)
    yield Copied("curl", f"curl --location --output {file}{form.suffix} {shlex.quote(url)}\n")
    yield Copied("Python", python.format(url=url))
    yield Copied("R", r.format(url=url, file=file + form.suffix))


def address(page: HtmlPage, answered: Page, form: Format) -> str:
    """The public address of an answer in a format."""
    stem, mark, values = answered.path.partition("?")
    return uri(page.site.settings.base) + quoted(f"{stem}{form.suffix}{mark}{values}")
