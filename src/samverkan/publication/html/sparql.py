"""The page on which people write queries of their own, with the words that they need for it, and what is answered."""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urlencode

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from samverkan.formats import formats_for, formats_of
from samverkan.model import paths
from samverkan.model.iris import uri
from samverkan.model.namespaces import OWL, RDF, TYPE
from samverkan.model.queries import triple_patterns
from samverkan.model.results import Answer, BooleanResult, Graph, Table, Term
from samverkan.publication.html.grid import Cell, Column, Grid
from samverkan.publication.html.hints import hints, is_nothing
from samverkan.publication.html.locale import Words, plain
from samverkan.publication.html.page import MOST_BYTES, HtmlPage
from samverkan.publication.html.pictures.parts import size
from samverkan.publication.html.results import table
from samverkan.publication.html.sparql_examples import examples, short, starter

PATH = paths.SPARQL
MOST_ROWS = 300
"""How many rows of an answer a page shows at most."""

_LEAST_ROOM = 11_000  # bytes of an answer below the longest query
_FEW_ROWS = 10
_LONGEST_LINK = 1500  # characters of a query string that a page repeats for each format
_LONGEST_ADDRESS = 8000  # characters of a query string
_LONGEST_TEXTS = (2000, 200, 20)  # characters of one value that are shown, the fewer the less room there is
_MOST_EXAMPLES = 5_000  # characters of them all
_LINES = (6, 16)  # of the editor, at least and at most
_MOST_BELOW = 3000  # characters of those below an answer, which needs the room
_PROPERTIES = (f"{RDF}Property", *(f"{OWL}{kind}Property" for kind in ("Object", "Datatype", "Annotation")))
_STATED = {"inferred": "false"}  # the parameter that leaves out what follows

MESSAGES: Words = {
    "sv": {
        "sparql-unasked": "Här går det inte att ställa egna frågor: den här kopian av webbplatsen har ingen server.",
        "sparql-unasked-ready": "Alla färdiga frågor, med svar",
        "sparql-unasked-data": "Ladda ner uppgifterna",
        "sparql-own": "Ställ dem på den egna datorn",
        "sparql-own-program": "Läs in hela datamängden som Turtle i ett program för SPARQL. Frågan nedan går att "
        "kopiera dit som den är.",
        "sparql-own-server": "Eller starta en server i mappen där webbplatsens uppgifter står:",
        "sparql-unscripted": "Utan JavaScript besvaras egna frågor bara om webbplatsen har en server. Har den ingen "
        "kommer sidan tillbaka med samma svar som nu. Det här går alltid:",
        "sparql-title": "Egna frågor i SPARQL",
        "sparql-lead": "Frågorna skrivs på språket SPARQL. Börja med den som står här: ändra ett ord och ställ den "
        "igen. Inget kan gå sönder, för frågor läser bara.",
        "sparql-starter": "{name}: ett exempel att börja med.",
        "sparql-query": "Fråga",
        "sparql-run": "Ställ frågan",
        "sparql-help": "Ctrl och retur ställer frågan. Tabb leder vidare, som överallt på sidan.",
        "sparql-answer": "Svar",
        "sparql-change": "Ändra frågan",
        "sparql-yes": "Ja. Det frågan beskriver finns i uppgifterna.",
        "sparql-no": "Nej. Det frågan beskriver finns inte i uppgifterna.",
        "sparql-none": "Ingenting i uppgifterna passar in på frågan.",
        "sparql-rows": "{count} rader.",
        "sparql-row": "En rad.",
        "sparql-cut": "De första {shown} av {all} raderna visas här. Kommandot längre ned hämtar alla.",
        "sparql-subject": "Om",
        "sparql-predicate": "Egenskap",
        "sparql-object": "Värde",
        "sparql-take": "Hämta svaret som data",
        "sparql-take-addresses": "Samma svar har en adress för varje format, som ett kalkylark eller ett program kan "
        "läsa direkt:",
        "sparql-take-lead": "Samma fråga från en kommandorad. Byt medietypen efter Accept mot någon annan som "
        "passar: {types}.",
        "sparql-rules": "Vad som går, och vad som inte går",
        "sparql-rule-forms": "SELECT, ASK, CONSTRUCT och DESCRIBE enligt SPARQL 1.1 besvaras, också över HTTP "
        "enligt W3C:s protokoll. Ändringar och frågor vidare till andra servrar (SERVICE) avvisas.",
        "sparql-rules-more": "Mer om adresser, tid och kopior utan server",
        "sparql-rule-address": "Frågan kan stå i adressen, och formatet som suffix: sparql.csv?query=… ger ett svar "
        "som ett kalkylark, R eller pandas kan läsa direkt. Tabeller finns som {tables}, grafer som {graphs}. En kopia "
        "av filerna utan server har inga sådana svar.",
        "sparql-rule-time": "En fråga har begränsad tid på sig, i regel tio sekunder, för att den inte ska stå i "
        "vägen för andra. Räcker tiden inte till avbryts frågan, och det sägs. Fråga då efter mindre: lägg till "
        "LIMIT, eller börja med det som är ovanligast.",
        "sparql-rule-inferred": "Frågan ställs också till det som följer av uppgifterna enligt ordlistan. Den som "
        "frågar efter en egenskap får då också det som anges med en snävare egenskap. Det som följer har en egen graf, "
        "{graph}, och kan lämnas utanför.",
        "sparql-stated": "Fråga bara efter det som står i uppgifterna, inte det som följer av dem",
        "sparql-rule-live": "En kopia av filerna utan server besvarar inga egna frågor; de färdiga frågorna har "
        "sina svar på egna sidor. En egen server startar med kommandot samverkan serve i mappen där uppgifterna "
        "står. Ett program som frågar en sådan kopia får den här sidan i stället för ett svar, och värden efter ett "
        "frågetecken i en adress ändrar ingenting; samma svar finns som filer med värdena i adressen. Hela "
        "datamängden finns att hämta, också med en namngiven graf för varje fil (TriG):",
        "sparql-insert": "Ett tryck på ett ord sätter in det i frågan.",
        "sparql-prefixes": "Prefix",
        "sparql-prefixes-lead": "En server för webbplatsen känner redan till prefixen. Andra program behöver en rad "
        "PREFIX för vart och ett som frågan använder.",
        "sparql-classes": "Klasser i ordlistan",
        "sparql-properties": "Egenskaper i ordlistan",
        "sparql-others": "Egenskaper från andra ordlistor",
        "sparql-examples": "Exempel att börja med",
        "sparql-put": "Sätt in i rutan",
        "problem-home": "Till startsidan",
        "problem-search": "Sök i rutan högst upp på sidan, eller gå vidare härifrån:",
        "problem-names": "Allt som har ett namn, från A till Ö",
        "problem-questions": "Alla frågor, med svar",
        "problem-data": "Data att ladda ner",
        "problem-near": "Menade du något av det här?",
        "problem-status": "Felkod {status}",
    },
    "en": {
        "sparql-unasked": "You can't ask questions of your own here: this copy of the site has no server.",
        "sparql-unasked-ready": "All ready-made questions, with answers",
        "sparql-unasked-data": "Download the facts",
        "sparql-own": "Ask them on your own computer",
        "sparql-own-program": "Load the whole dataset as Turtle into a SPARQL program. The query below can be copied "
        "there as it is.",
        "sparql-own-server": "Or start a server in the folder of the site's facts:",
        "sparql-unscripted": "Without JavaScript, questions of your own are answered only where the site has a server. "
        "If it has none, the page comes back with the same answer as now. This always works:",
        "sparql-title": "Questions of your own in SPARQL",
        "sparql-lead": "Queries are written in the language SPARQL. Begin with the one below: change a word, and ask "
        "again. Nothing can be broken, for queries only read.",
        "sparql-starter": "{name}: an example to begin with.",
        "sparql-query": "Query",
        "sparql-run": "Ask",
        "sparql-help": "Ctrl and Enter ask the question. Tab leads on, as everywhere on the page.",
        "sparql-answer": "Answer",
        "sparql-change": "Change the query",
        "sparql-yes": "Yes. What the query describes is in the facts.",
        "sparql-no": "No. What the query describes is not in the facts.",
        "sparql-none": "Nothing in the facts fits the query.",
        "sparql-rows": "{count} rows.",
        "sparql-row": "One row.",
        "sparql-cut": "The first {shown} of {all} rows are shown here. The command further down gets all of them.",
        "sparql-subject": "About",
        "sparql-predicate": "Property",
        "sparql-object": "Value",
        "sparql-take": "Get the answer as data",
        "sparql-take-addresses": "The same answer has an address for each format, which a spreadsheet or a program can "
        "read by itself:",
        "sparql-take-lead": "The same query from a command line. Put another media type behind Accept if you like: "
        "{types}.",
        "sparql-rules": "What can be asked, and what can not",
        "sparql-rule-forms": "SELECT, ASK, CONSTRUCT and DESCRIBE of SPARQL 1.1 are answered, over HTTP too by the "
        "protocol of the W3C. Changes, and queries that ask other servers (SERVICE), are refused.",
        "sparql-rules-more": "More about addresses, time and copies without a server",
        "sparql-rule-address": "The query may stand in the address, and the format as its suffix: sparql.csv?query=… "
        "gives an answer that a spreadsheet, R or pandas can read by itself. Tables come as {tables}, graphs as "
        "{graphs}. A copy of the files without a server has no such answers.",
        "sparql-rule-time": "A query has limited time, ten seconds as a rule, so that it does not stand in the way "
        "of others. If the time is not enough, the query is ended and the page says so. Then ask for less: add a "
        "LIMIT, or begin with what is rarest.",
        "sparql-rule-inferred": "The query is asked of what follows from the facts by the vocabulary as well. So "
        "whoever asks for a property also gets what is given by a narrower one. What follows has a graph of its own, "
        "{graph}, and can be left out.",
        "sparql-stated": "Ask only what is stated, not what follows from it",
        "sparql-rule-live": "A copy of the files without a server answers no queries; the answers of the ready-made "
        "questions stand on pages of their own. A server of your own starts with the command samverkan serve in the "
        "folder of the facts. A program that asks such a copy gets this page in place of an answer, and values "
        "behind a question mark in an address change nothing; the same answers are there as files with the values "
        "in their addresses. The whole dataset can be downloaded, also with a named graph for each file (TriG):",
        "sparql-insert": "Press a word to put it into the query.",
        "sparql-prefixes": "Prefixes",
        "sparql-prefixes-lead": "A server of the site knows these prefixes. Other programs need a PREFIX line for each "
        "one that the query uses.",
        "sparql-classes": "Classes of the vocabulary",
        "sparql-properties": "Properties of the vocabulary",
        "sparql-others": "Properties of other vocabularies",
        "sparql-examples": "Examples to begin with",
        "sparql-put": "Put into the editor",
        "problem-home": "To the start page",
        "problem-search": "Search in the box at the top of the page, or go on from here:",
        "problem-names": "Everything that has a name, from A to Z",
        "problem-questions": "All questions, with answers",
        "problem-data": "Data to download",
        "problem-near": "Did you mean one of these?",
        "problem-status": "Error code {status}",
    },
}


class Shortened(NamedTuple):
    """The beginning of an answer for people as HTML, how many rows it shows, and how many there are in all."""

    html: Markup
    shown: int
    rows: int


_BLANK = Shortened(Markup(), MOST_ROWS, sys.maxsize)  # takes as much of the page as any, but for the table


def asked(query: str, *, stated: bool = False) -> str:
    """The path of the page on which a query is answered, without suffix; a long query does not fit into it."""
    written = urlencode({"query": query, **(_STATED if stated else {})})
    return f"{PATH}?{written}" if len(written) <= _LONGEST_ADDRESS else PATH


def page(page: HtmlPage) -> str:
    """The page with a first query that fits the site, and its answer: whoever changes the one sees what it does."""
    query = starter(page)
    answer = page.site.free()(query, prefixes=dict(page.site.prefixes.table))
    assert isinstance(answer, Table)
    return _rendered(page, query, found=shortened(page, answer, _LEAST_ROOM, _called_after(page, query)), is_first=True)


def shell(page: HtmlPage, query: str, message: Markup) -> str:
    """The page with marks where a query, and a message about it, will stand."""
    return _rendered(page, query, message=message)


def answered(page: HtmlPage, query: str, answer: Answer, media_types: Sequence[str], *, stated: bool = False) -> str:
    """The page with a query and what was answered; `media_types` are the other formats of that."""
    asked = {"command": command(page, query, media_types[0], stated=stated), "base": uri(page.site.settings.base)}
    addresses = list(_addresses(page, query, answer, stated=stated))
    values: dict[str, Any] = {**asked, "media_types": ", ".join(media_types), "addresses": addresses}
    values |= {"is_stated": stated, "hints": hints(page, query, stated=stated) if is_nothing(answer) else []}
    if isinstance(answer, BooleanResult):
        return _rendered(page, query, verdict=answer.value, **values)
    # The query stays whole, however long it is; its answer has what the rest of the page leaves.
    remainder = len(_rendered(page, query, found=_BLANK, **values).encode("utf-8", "replace"))
    room = max(MOST_BYTES - remainder, _LEAST_ROOM)
    return _rendered(page, query, found=shortened(page, answer, room, _called_after(page, query)), **values)


def _rendered(page: HtmlPage, query: str, **values: Any) -> str:
    blank = {"base": "", "media_types": "", "tables": _suffixes(Table), "graphs": _suffixes(Graph), "is_stated": False}
    blank |= {"is_first": False}
    known: dict[str, Any] = {
        **blank,
        "message": None,
        "verdict": None,
        "found": None,
        "command": None,
        "addresses": (),
        "hints": [],
    }
    known |= values
    is_answer = known["found"] is not None or known["verdict"] is not None
    lines = query.rstrip().count("\n") + 1
    return page.render(
        "sparql.html",
        title=plain(page.translate("sparql-title")),
        crumbs=page.crumbs((page.translate("data"), paths.DATA)),
        query=query,
        groups=_groups(page),
        inferred=page.site.inferred.graph if page.site.inferred and page.site.has_inferred() else None,
        prefixes=sorted(page.site.prefixes.table.items()),
        examples=examples(page, _MOST_EXAMPLES if known["is_first"] or not is_answer else _MOST_BELOW),
        lines=min(max(lines, _LINES[0]), _LINES[1]),
        is_answer=is_answer,
        **known,
    )


def _addresses(page: HtmlPage, query: str, answer: Answer, *, stated: bool) -> Iterator[tuple[str, str]]:
    """The formats of an answer by their titles, each with its address; none where the query is too long to repeat."""
    more = _STATED if stated else {}
    written = urlencode({"query": query.replace("\r\n", "\n"), **more}, errors="replace")
    if len(written) <= _LONGEST_LINK:
        for form in formats_of(answer):
            yield form.title, f"{page.url(PATH + form.suffix)}?{written}"


def _suffixes(kind: type[Answer]) -> str:
    return ", ".join(form.suffix for form in formats_for(kind))


def command(page: HtmlPage, query: str, media_type: str, *, stated: bool = False) -> str:
    """A command line that asks the same for data."""
    more = "".join(f" -d {name}={value}" for name, value in _STATED.items()) if stated else ""
    asked = shlex.quote(f"query={query}".replace("\r\n", "\n"))
    endpoint = uri(page.site.addresses.url(PATH))
    return f"curl -G -H 'Accept: {media_type}' \\\n  --data-urlencode {asked}{more} \\\n  {shlex.quote(endpoint)}"


def shortened(page: HtmlPage, answer: Table | Graph, room: int, names: Mapping[str, str]) -> Shortened:
    """As much of an answer as a page shows in `room` bytes; values are shown shorter where few rows fit otherwise.

    `names` are the headings of variables that have one.
    """
    columns, rows, total = _of_graph(page, answer) if isinstance(answer, Graph) else _of_table(answer, names)
    name = page.translate("sparql-answer")
    shown, blank = table(page, name, Grid(columns, ()), 0)
    html = blank
    for longest in _LONGEST_TEXTS:
        cells = tuple(tuple(_cell(page, _cut(term, longest)) for term in row) for row in rows)
        shown, html = table(page, name, Grid(columns, cells), room - size(blank))
        if shown >= min(len(rows), _FEW_ROWS) and size(html) <= room:
            break
    # Of very many columns not one row may fit.
    return Shortened(html, shown, total) if size(html) <= room else Shortened(blank, 0, total)


class _Begun(NamedTuple):
    """The beginning of an answer, and how many rows there are in all."""

    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Term | None]]
    total: int


def _called_after(page: HtmlPage, query: str) -> Mapping[str, str]:
    """What the variables of a query stand for: values of a property, or else things of a class, where it has a name."""
    patterns = list(triple_patterns(query, page.site.prefixes.table))
    found = {each.variable: each.value for each in patterns if each.property == TYPE.value}
    found |= {each.goal: each.property for each in reversed(patterns)}
    known = page.site.documents.labels
    called = {name: plain(page.name(iri).text) for name, iri in found.items() if name and iri in known}
    return {name: f"{text[:1].upper()}{text[1:]}" for name, text in called.items()}


def _of_table(answer: Table, names: Mapping[str, str]) -> _Begun:
    """The first rows under names of the variables; the others are counted only, for there may be millions.

    Two of the same name are called as in the query.
    """
    count = Counter(names.get(name, name) for name in answer.variables)
    solutions = answer.solutions()
    first = [tuple(_cut(term) for term in solution) for solution in islice(solutions, MOST_ROWS)]
    own = {name for name in answer.variables if count[names.get(name, name)] > 1}
    columns = tuple(Column(name, name if name in own else names.get(name, name)) for name in answer.variables)
    return _Begun(columns, first, len(first) + sum(1 for _ in solutions))


def _of_graph(page: HtmlPage, graph: Graph) -> _Begun:
    columns = tuple(Column(name, page.translate(f"sparql-{name}")) for name in ("subject", "predicate", "object"))
    first = islice(graph.triples, MOST_ROWS)
    return _Begun(columns, [(each.subject, each.predicate, each.object) for each in first], len(graph.triples))


def _cell(page: HtmlPage, term: Term | None) -> Cell:
    return Cell(None, "", Markup()) if term is None else Cell(term, page.text(term), page.value(term))


def _cut(term: Term | None, longest: int = _LONGEST_TEXTS[0]) -> Term | None:
    """A term whose text is no longer than that; what is cut of something else than a text is a text."""
    text = term.value if isinstance(term, Literal | NamedNode) else str(term or "")
    if len(text) <= longest:
        return term
    return Literal(f"{text[:longest]}…", language=term.language if isinstance(term, Literal) else None)


def _groups(page: HtmlPage) -> list[tuple[str, list[tuple[str, Markup]]]]:
    """The words that a query may use, in groups with headings: each word short, and what it is called."""
    own = page.site.settings.ontology
    instances = page.context.instances
    defined = {iri for kind in _PROPERTIES for iri in instances.get(kind, ()) if iri.startswith(own)}
    classes = {iri for iri in page.site.documents.about if iri.startswith(own) and page.context.is_class(iri)}
    others = {iri for iri in page.context.uses if not iri.startswith((own, OWL))}
    wanted = {"sparql-classes": classes, "sparql-properties": defined, "sparql-others": others}
    return [(page.translate(key), _terms(page, iris)) for key, iris in wanted.items() if iris]


def _terms(page: HtmlPage, iris: Iterable[str]) -> list[tuple[str, Markup]]:
    """Words as a query writes them, with what they are called where somebody says so."""
    return sorted((short(page, iri), _called(page, iri)) for iri in iris)


def _called(page: HtmlPage, iri: str) -> Markup:
    return page.label(iri) if iri in page.site.documents.labels else Markup()
