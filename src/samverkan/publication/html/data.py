"""The page for those who want the data: everything in files, the queries, SPARQL, the vocabulary and its quality."""

from __future__ import annotations

from samverkan.formats import formats_for
from samverkan.model import paths
from samverkan.model.results import Quads
from samverkan.publication.html.locale import Words
from samverkan.publication.html.page import HtmlPage
from samverkan.publication.html.validation import summary

PATH = paths.DATA

MESSAGES: Words = {
    "sv": {
        "data-title": "Data",
        "data-lead": "Varje sida finns också som data, och varje svar som tabell. Allt är fritt att använda enligt "
        "licensen nedan.",
        "data-everything": "Ladda ner allt",
        "data-everything-lead": "Alla uppgifter i en fil, i det format som passar:",
        "data-ask": "Fråga",
        "data-questions": "Frågor med färdiga svar",
        "data-questions-lead": "som tabeller för kalkylprogram och för program.",
        "data-sparql-lead": "ställ en egen fråga till alla uppgifter.",
        "data-look-up": "Slå upp",
        "data-names-lead": "allt som har ett namn.",
        "data-words-lead": "vad orden betyder och hur uppgifterna hänger ihop.",
        "data-quality": "Datakvalitet",
        "data-quality-lead": "Inget publiceras som inte har klarat kontrollen. Senast:",
        "data-programs": "För program och portaler",
        "data-void": "beskrivning av datamängden",
        "data-catalogue": "beskrivning för dataportaler",
        "data-api": "beskrivning av gränssnittet",
    },
    "en": {
        "data-title": "Data",
        "data-lead": "Every page is there as data too, and every answer as a table. All of it is free to use under the "
        "licence below.",
        "data-everything": "Download everything",
        "data-everything-lead": "All facts in one file, in the format that suits you:",
        "data-ask": "Ask",
        "data-questions": "Questions with their answers",
        "data-questions-lead": "as tables for spreadsheets and for programs.",
        "data-sparql-lead": "ask a question of your own about all facts.",
        "data-look-up": "Look up",
        "data-names-lead": "everything that has a name.",
        "data-words-lead": "what the words mean, and how the facts are connected.",
        "data-quality": "Data quality",
        "data-quality-lead": "Nothing is published that has not passed the checks. The last time:",
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
        dumps=dumps(page),
        checked=f"{page.translate('data-quality-lead')} {summary(page, page.site.report)}",
        openapi=page.url(openapi(page)),
    )


def dumps(page: HtmlPage) -> list[tuple[str, str, str]]:
    """The files with everything: the title, the media type and the way to each."""
    return [(form.title, form.media_type, page.url(paths.DUMP + form.suffix)) for form in formats_for(Quads)]


def openapi(page: HtmlPage) -> str:
    """The file that describes the interface in the language of a page."""
    is_first = page.language == page.site.settings.languages[0]
    return f"{paths.INTERFACE}.json" if is_first else f"{paths.INTERFACES}lang={page.language}.json"
