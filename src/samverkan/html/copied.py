"""How to get an answer from a command line, from Python and from R: text to be copied, which runs as it stands."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from samverkan.answers import Content, Graph, Page, Table, Verdict
from samverkan.formats import Format, formats_for
from samverkan.html.sheet import quoted
from samverkan.iris import uri

if TYPE_CHECKING:
    from samverkan.html.sheet import Sheet

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
    Verdict: ("json", _PYTHON_VERDICT, _R_VERDICT),
    Graph: ("turtle", _PYTHON_GRAPH, _R_GRAPH),
}


class Copied(NamedTuple):
    """A text to be copied, and what it is for."""

    name: str
    text: str


def texts(sheet: Sheet, answered: Page, file: str) -> Iterator[Copied]:
    """How to get the answer of a page of data, which is saved as `file` with the suffix of its format."""
    name, python, r = _WAYS[answered.kind]
    form = next(form for form in formats_for(answered.kind) if form.name == name)
    url = address(sheet, answered, form)
    yield Copied("curl", f"curl --location --output {file}{form.suffix} {shlex.quote(url)}\n")
    yield Copied("Python", python.format(url=url))
    yield Copied("R", r.format(url=url, file=file + form.suffix))


def address(sheet: Sheet, answered: Page, form: Format) -> str:
    """The public address of an answer in a format."""
    stem, mark, values = answered.path.partition("?")
    return uri(sheet.site.settings.base) + quoted(f"{stem}{form.suffix}{mark}{values}")
