"""The page for those who want the data: everything in files, the queries, SPARQL, the vocabulary and its quality."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from samverkan.formats import FORMATS, formats_for
from samverkan.model import paths
from samverkan.model.results import Content, Quads, Table
from samverkan.publication.html.context import spoken
from samverkan.publication.html.locale import Words
from samverkan.publication.html.page import HtmlPage
from samverkan.publication.html.validation import summary, verdict

PATH = paths.DATA
_SPREADSHEET = next(form.suffix for form in FORMATS if form.name == "spreadsheet")  # what most look for here
_KILOBYTE = 1000

MESSAGES: Words = {
    "sv": {
        "data-title": "Data",
        "data-lead": "Varje sida finns också som data, och varje svar som tabell. Allt är fritt att använda enligt "
        "licensen nedan. På sidan om en sak står under Citera hur den anges som källa.",
        "data-search": "Ladda ner, citera",
        "data-tables": "Tabeller",
        "data-tables-lead": "CSV (Excel) öppnas i ett kalkylprogram. De andra formaten är till för program.",
        "data-size": "{rows} rader × {columns} kolumner, {size} kB",
        "data-all-tables": "Tabeller med svar på alla frågor",
        "data-everything": "Allt i en fil",
        "data-everything-lead": "Alla uppgifter som länkade data (RDF), i det format som passar:",
        "data-ask": "Fråga och slå upp",
        "data-sparql-lead": "ställ en egen fråga till alla uppgifter.",
        "data-names-lead": "allt som har ett namn.",
        "data-words-lead": "vad orden betyder och hur uppgifterna hänger ihop.",
        "data-quality": "Datakvalitet",
        "data-quality-more": "Så kontrolleras uppgifterna",
        "data-programs": "För program och portaler",
        "data-void": "beskrivning av datamängden",
        "data-catalogue": "beskrivning för dataportaler",
        "data-api": "beskrivning av gränssnittet",
    },
    "en": {
        "data-title": "Data",
        "data-lead": "Every page is there as data too, and every answer as a table. All of it is free to use under the "
        "licence below. The page about a thing says under Cite how to name it as a source.",
        "data-search": "Download, cite",
        "data-tables": "Tables",
        "data-tables-lead": "CSV (Excel) opens in a spreadsheet. The other formats are for programs.",
        "data-size": "{rows} rows × {columns} columns, {size} kB",
        "data-all-tables": "Tables with the answers to all questions",
        "data-everything": "Everything in one file",
        "data-everything-lead": "All facts as linked data (RDF), in the format that suits you:",
        "data-ask": "Ask and look up",
        "data-sparql-lead": "ask a question of your own about all facts.",
        "data-names-lead": "everything that has a name.",
        "data-words-lead": "what the words mean, and how the facts are connected.",
        "data-quality": "Data quality",
        "data-quality-more": "How the facts are checked",
        "data-programs": "For programs and portals",
        "data-void": "description of the dataset",
        "data-catalogue": "description for data portals",
        "data-api": "description of the interface",
    },
}


def data(page: HtmlPage) -> str:
    """The page of the data of a site."""
    return page.render(
        "data.html",
        title=page.translate("data-title"),
        crumbs=page.crumbs(),
        description=page.translate("data-lead"),
        tables=list(_tables(page)),
        dumps=dumps(page),
        checked=f"{verdict(page, page.site.report)} {summary(page, page.site.report)}",
        openapi=page.url(openapi(page)),
    )


class DataTable(NamedTuple):
    """A table: what it is called, the way to its page, to each format, and how large that for spreadsheets is."""

    name: str
    url: str
    formats: list[tuple[str, str, str]]
    size: str


def _tables(page: HtmlPage) -> Iterator[DataTable]:
    """What the main menu leads to, as tables."""
    for query in page.context.navigation:
        found = page.context.answers.anywhere(query, spoken(query, page.language))
        if found.kind is Table:
            name = page.context.short(query, page.language)
            formats = sorted(page.formats(found), key=lambda form: not form[2].endswith(_SPREADSHEET))
            size = _size(page, found.content())
            yield DataTable(name, page.page_url(f"{paths.ANSWERS}{query.name}"), formats, size)


def _size(page: HtmlPage, content: Content) -> str:
    """How many rows and columns a table has as a spreadsheet reads it, and how large the file is."""
    written = next(form for form in FORMATS if form.suffix == _SPREADSHEET)(content, page.site.context)
    outside = b"".join(written.split(b'"')[::2])  # of quotation marks, within which neither a comma nor a line ends
    head, *rows = outside.removesuffix(b"\r\n").split(b"\r\n")
    count = {"rows": len(rows), "columns": head.count(b",") + 1, "size": -(-len(written) // _KILOBYTE)}
    return page.translate("data-size", **{name: page.locale.number(number) for name, number in count.items()})


def dumps(page: HtmlPage) -> list[tuple[str, str, str]]:
    """The files with everything: the title, the media type and the way to each."""
    return [(form.title, form.media_type, page.url(paths.DUMP + form.suffix)) for form in formats_for(Quads)]


def openapi(page: HtmlPage) -> str:
    """The file that describes the interface in the language of a page."""
    is_first = page.language == page.site.settings.languages[0]
    return f"{paths.INTERFACE}.json" if is_first else f"{paths.INTERFACES}lang={page.language}.json"
