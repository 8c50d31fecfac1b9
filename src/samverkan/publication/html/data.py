"""The page for those who want the data: everything in files, the queries, SPARQL, the vocabulary and its quality."""

from __future__ import annotations

from collections.abc import Iterator

from samverkan.formats import formats_for
from samverkan.model import paths
from samverkan.model.media_types import FORMATS
from samverkan.model.results import Quads, Table
from samverkan.publication.html.context import spoken
from samverkan.publication.html.locale import Words
from samverkan.publication.html.page import HtmlPage
from samverkan.publication.html.validation import summary, verdict

PATH = paths.DATA
_SPREADSHEET = next(form.suffix for form in FORMATS if form.name == "spreadsheet")  # what most look for here

MESSAGES: Words = {
    "sv": {
        "data-title": "Data",
        "data-lead": "Varje sida finns också som data, och varje svar som tabell. Allt är fritt att använda enligt "
        "licensen nedan. På sidan om en sak står under Citera hur den anges som källa.",
        "data-search": "Ladda ner, citera",
        "data-tables": "Tabeller",
        "data-tables-lead": "CSV (Excel) öppnas i ett kalkylprogram. De andra formaten är till för program.",
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


def _tables(page: HtmlPage) -> Iterator[tuple[str, str, list[tuple[str, str, str]]]]:
    """What the main menu leads to, as tables: what each is called, the way to its page, and to each format."""
    for query in page.context.navigation:
        found = page.context.answers.anywhere(query, spoken(query, page.language))
        if found.kind is Table:
            name = page.context.short(query, page.language)
            formats = sorted(page.formats(found), key=lambda form: not form[2].endswith(_SPREADSHEET))
            yield name, page.page_url(f"{paths.ANSWERS}{query.name}"), formats


def dumps(page: HtmlPage) -> list[tuple[str, str, str]]:
    """The files with everything: the title, the media type and the way to each."""
    return [(form.title, form.media_type, page.url(paths.DUMP + form.suffix)) for form in formats_for(Quads)]


def openapi(page: HtmlPage) -> str:
    """The file that describes the interface in the language of a page."""
    is_first = page.language == page.site.settings.languages[0]
    return f"{paths.INTERFACE}.json" if is_first else f"{paths.INTERFACES}lang={page.language}.json"
