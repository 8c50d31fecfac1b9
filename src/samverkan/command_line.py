"""The command line in Swedish: help, and what is said of wrong usage. In English it is as Click has it.

What the options and commands of `samverkan.cli` say in English stands there; here is the same in Swedish, found by the
English words. What Click itself says is put into Swedish by patterns.
"""

from __future__ import annotations

import inspect
import os
import re
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from contextvars import ContextVar
from typing import Any

import click

LANGUAGES = ("sv", "en")
_SPOKEN: ContextVar[str] = ContextVar("language of the command line", default="en")


def of_locale() -> str:
    """The language of the locale (POSIX order) if it is one of `LANGUAGES`, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return value[:2] if value[:2] in LANGUAGES else "en"
    return "en"


def of_words(words: Iterable[str]) -> str:
    """The language that the words of a command line ask for, else that of the locale.

    >>> of_words(["validate", "--lang", "sv", "--help"]), of_words(["--lang=en"])
    ('sv', 'en')
    """
    given = list(words)
    for word, following in zip(given, [*given[1:], ""], strict=True):
        asked = following if word == "--lang" else word.removeprefix("--lang=") if word.startswith("--lang=") else ""
        if asked in LANGUAGES:
            return asked
    return of_locale()


def _is_swedish() -> bool:
    return _SPOKEN.get() == "sv"


class LocalCommand(click.Command):
    """A command that gives its help in Swedish where that is asked for."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does."""
        if not _is_swedish():
            super().format_help_text(ctx, formatter)
            return
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(translated(self.help or ""))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the options are for."""
        options = (each for each in self.get_params(ctx) if isinstance(each, click.Option))
        records = [(each, each.get_help_record(ctx)) for each in options]
        said = [(names, _help_of(parameter, text)) for parameter, (names, text) in ((p, r) for p, r in records if r)]
        with formatter.section("Options"):
            formatter.write_dl(said)

    def get_help(self, ctx: click.Context) -> str:
        """All of the help."""
        return _in_swedish(_HELP, super().get_help(ctx)) if _is_swedish() else super().get_help(ctx)

    def get_usage(self, ctx: click.Context) -> str:
        """The first line of the help."""
        return _in_swedish(_HELP, super().get_usage(ctx)) if _is_swedish() else super().get_usage(ctx)

    def get_short_help_str(self, limit: int = 45) -> str:
        """What the command does, in a line of the list of commands."""
        if not _is_swedish():
            return super().get_short_help_str(limit)
        words = translated(self.help or "").split("\n\n")[0]
        return textwrap.shorten(words.rstrip("."), limit, placeholder="...")


class LocalGroup(LocalCommand, click.Group):
    """A group of such commands, which also says in Swedish what is wrong with the usage."""

    command_class = LocalCommand
    group_class = type
    is_whole_process = False
    """Whether the words are those of the process, which has nothing else to do; a program may give others."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the options are for, and the commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def main(  # type: ignore[override]  # Click has an overload for each value of `standalone_mode`
        self, args: Sequence[str] | None = None, *, standalone_mode: bool = True, **more: Any
    ) -> Any:
        """Run the command that the words ask for, in their language."""
        before = _SPOKEN.set(of_words(sys.argv[1:] if args is None else args))
        self.is_whole_process = args is None
        try:
            if not (standalone_mode and _is_swedish()):
                return super().main(args, standalone_mode=standalone_mode, **more)
            sys.exit(self._run(args, **more))
        finally:
            _SPOKEN.reset(before)

    def _run(self, args: Sequence[str] | None, **more: Any) -> int:
        try:
            code = super().main(args, standalone_mode=False, **more)
        except click.Abort:
            click.echo("Avbrutet.", err=True)
            return 1
        except click.ClickException as error:
            _show(error)
            return error.exit_code
        return code if isinstance(code, int) else 0


def _show(error: click.ClickException) -> None:
    """Say in Swedish what is wrong with the usage."""
    context = getattr(error, "ctx", None)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return
    if context is not None:
        click.echo(f"{context.get_usage()}\nHjälp: {context.command_path} {context.help_option_names[0]}\n", err=True)
    click.echo(f"Fel: {in_swedish(error.format_message())}", err=True)


def in_swedish(message: str) -> str:
    """What Click says of wrong usage, in Swedish.

    >>> in_swedish("No such option '--lnag'. Did you mean '--lang'?")
    "Alternativet '--lnag' finns inte. Menade du '--lang'?"
    """
    return _in_swedish(_ERRORS, message)


def _in_swedish(patterns: Sequence[tuple[str, str]], text: str) -> str:
    for pattern, words in patterns:
        text = re.sub(pattern, words, text, flags=re.MULTILINE)
    return text


def translated(text: str) -> str:
    """A text of the help in Swedish; the text itself where nobody has translated it."""
    return SWEDISH.get(" ".join(inspect.cleandoc(text).split()), text)


def _help_of(parameter: click.Parameter, text: str) -> str:
    own = getattr(parameter, "help", None) or ""
    plain = " ".join(own.split())
    said = SWEDISH.get(plain) if _is_swedish() else None
    return text.replace(inspect.cleandoc(own), said, 1) if said else text


_HELP = (
    (r"^Usage:", "Användning:"),
    (r"^Options:$", "Alternativ:"),
    (r"^Commands:$", "Kommandon:"),
    (r"\[OPTIONS\]", "[ALTERNATIV]"),
    (r"COMMAND \[ARGS\]\.\.\.", "KOMMANDO [ARGUMENT]..."),
    (r"\[default:", "[förval:"),
    (r"; required\]|\[required\]", "[måste anges]"),
)
_ERRORS = (
    (r"^No such option '?([^'\s.:]+)'?\.", r"Alternativet '\1' finns inte."),
    (r"^No such command '([^']*)'\.", r"Kommandot '\1' finns inte."),
    (r"Did you mean one of: (.*?)\?\)?$", r"Menade du något av \1?"),
    (r"\(Did you mean", "(Menade du"),
    (r"Did you mean ", "Menade du "),
    (r"^Missing command\.", "Ett kommando saknas. Kör samverkan --help för att se vilka som finns."),
    (r"^Missing argument '([^']*)'\.", r"Argumentet '\1' saknas. Skriv det efter kommandot."),
    (r"^Missing option '([^']*)'\.", r"Alternativet '\1' måste anges."),
    (r"Choose from:\s*", "Välj bland: "),
    (r"^Got unexpected extra arguments? \((.*)\)", r"Det här hör inte till kommandot: \1. Ta bort det."),
    (r"^Option '([^']*)' requires an argument\.", r"Alternativet '\1' behöver ett värde. Skriv det efter."),
    (r"^Option '([^']*)' does not take a value\.", r"Alternativet '\1' tar inget värde. Skriv det utan."),
    (r"^Invalid value for (.*?): ", r"Fel värde för \1: "),
    (r"^Invalid value: ", "Fel värde: "),
    (r"is not one of (.*)\.$", r"är inte något av \1."),
    (r"'?([^\s']*)'? is not a valid integer range\.", r"\1 är inget heltal. Skriv ett heltal."),
    (r"'?([^\s']*)'? is not a valid float range\.", r"\1 är inget tal. Skriv ett tal, som 10."),
    (r"is not a valid integer\.", "är inget heltal."),
    (r"is not a valid float\.", "är inget tal."),
    (r"(\S+) is not in the range (.*)\.", r"\1 är utanför gränserna \2."),
    (r"does not match the format '%Y-%m-%d'\.", "är inget datum. Skriv det som 2026-01-31."),
    (r"'(.*)' does not exist\.", r"'\1' finns inte."),
    (r"give an address, such as (\S+); 0\.0\.0\.0 means all of them", r"skriv en adress, som \1; 0.0.0.0 är alla"),
    (
        r"write a path such as (\S+); percent-encode unusual characters",
        r"skriv en sökväg som \1; ovanliga tecken som %XX",
    ),
)

SWEDISH: Mapping[str, str] = {
    (
        "Turn a folder of facts into a reliable knowledge graph, and publish it as linked data. \b Exit codes: 0 fine, "
        "1 findings, 2 wrong usage, 3 unreadable input, 4 disk, network or server."
    ): (
        "Gör en mapp med uppgifter till en tillförlitlig kunskapsgraf, och publicera den som länkade data.\n\n"
        "\b\nSlutkoder: 0 allt väl, 1 fel i uppgifterna, 2 fel användning, 3 oläsliga filer, 4 disk, nät eller server."
    ),
    "The folder of the site [default: the current one].": "Webbplatsens mapp [förval: den här].",
    "Show the version and exit.": "Visa versionen och avsluta.",
    "Show this message and exit.": "Visa den här hjälpen och avsluta.",
    "Language of messages and labels [default: from the locale].": "Språk för meddelanden och namn [förval: datorns].",
    "The day that is today, such as 2026-01-31 [default: from SOURCE_DATE_EPOCH, or the clock].": (
        "Vilken dag det är, till exempel 2026-01-31 [förval: från SOURCE_DATE_EPOCH, eller klockan]."
    ),
    "The address where a SPARQL engine answers queries.": "Adressen där en SPARQL-motor besvarar frågor.",
    "A user of that engine; the password comes from SAMVERKAN_PASSWORD.": (
        "En användare hos motorn; lösenordet tas från SAMVERKAN_PASSWORD."
    ),
    "A file with the password on its first line.": "En fil med lösenordet på första raden.",
    "How to write the report.": "Hur rapporten skrivs.",
    "The lowest severity that makes the exit code 1.": "Den lägsta allvarlighetsgrad som ger slutkoden 1.",
    "The SHACL engine.": "SHACL-motorn.",
    "A git revision or a folder: also report what got weaker since in shapes, ontology and queries.": (
        "En revision i git eller en mapp: visa också vad som har blivit svagare sedan dess i former, ontologi och "
        "frågor."
    ),
    "Check again whenever the site changes, until Ctrl-C.": (
        "Kontrollera igen varje gång något på webbplatsen ändras, tills du trycker Ctrl-C."
    ),
    "Check the site, or what a SPARQL engine holds of it, and report all findings, each with file and line.": (
        "Kontrollera webbplatsen, eller det som en SPARQL-motor har av den, och visa allt som hittas med fil och rad."
    ),
    "Check any RDF files against SHACL shapes: Turtle, N-Triples, RDF/XML or JSON-LD. No site is needed.": (
        "Kontrollera RDF-filer mot SHACL-former: Turtle, N-Triples, RDF/XML eller JSON-LD. Ingen webbplats behövs."
    ),
    "A file of shapes; repeatable.": "En fil med former; kan anges flera gånger.",
    (
        "Tell what a data portal would see tonight: rules of DCAT-AP-SE, and the EU's score. SOURCE is a release in a "
        "folder, a file in RDF/XML, or an address; without it, the site is looked at as it stands."
    ): (
        "Visa vad en dataportal skulle se i natt: reglerna i DCAT-AP-SE och EU:s poäng.\n\nSOURCE är en publicerad "
        "mapp, en fil i RDF/XML eller en adress; utan den gäller det webbplatsen som den är."
    ),
    "How to write it.": "Hur det skrivs.",
    "Set a parameter; may be repeated.": "Ange en parameter; kan anges flera gånger.",
    "Run the query in this file; - reads standard input.": "Ställ frågan i den här filen; - läser standard in.",
    "How to write the answer [default: table on a terminal and for true or false, else csv or turtle].": (
        "Hur svaret skrivs [förval: table i en terminal och för sant eller falskt, annars csv eller turtle]."
    ),
    "How long a query from a file may take.": "Hur lång tid en fråga från en fil får ta.",
    (
        "Ask a query from a file of what follows from the facts as well, or only of what is stated [default: as the "
        "settings say]."
    ): (
        "Ställ en fråga från en fil också till det som följer av uppgifterna, eller bara till det som är angivet "
        "[förval: enligt inställningarna]."
    ),
    "List the canned queries, answer one of them, or answer any read-only SPARQL query from a file.": (
        "Lista de sparade frågorna, besvara en av dem, eller besvara en egen SPARQL-fråga i en fil."
    ),
    "Publish again whenever the site changes; a failed attempt keeps the old release.": (
        "Publicera igen varje gång webbplatsen ändras; går det inte, ligger den gamla versionen kvar."
    ),
    "Check the site and write a complete static release into DIR [default: public/ in the site].": (
        "Kontrollera webbplatsen och skriv en färdig statisk version i DIR [förval: public/ i webbplatsens mapp]."
    ),
    "Where it accepts updates [default: as known for its kind of engine].": (
        "Var den tar emot uppdateringar [förval: som för den sortens motor]."
    ),
    "Where its graph store is [default: as for --update].": "Var dess grafer finns [förval: som för --update].",
    "How long the engine may take for one request.": "Hur lång tid motorn får ta för en begäran.",
    "Check the site, load its graphs into a SPARQL engine, and verify that the engine holds exactly these.": (
        "Kontrollera webbplatsen, läs in graferna i en SPARQL-motor och kontrollera att motorn har just dem."
    ),
    "The address to listen on; 0.0.0.0 means all of them.": "Adressen att lyssna på; 0.0.0.0 är alla.",
    "The port; 0 for any.": "Porten; 0 för vilken som helst.",
    "The path under which a proxy publishes this server, if the proxy strips it.": (
        "Sökvägen som en proxy publicerar servern under, om proxyn tar bort den."
    ),
    "How long a query may take.": "Hur lång tid en fråga får ta.",
    "How much memory a free query (one that is not canned) may use.": (
        "Hur mycket minne en egen fråga (som inte är sparad) får använda."
    ),
    "How many free queries are answered at a time.": "Hur många egna frågor som besvaras samtidigt.",
    "Reload the site whenever it changes, unless it has violations.": (
        "Läs in webbplatsen igen när den ändras, om den inte har fel."
    ),
    "Write a line of JSON for each response to stdout.": "Skriv en rad JSON för varje svar till standard ut.",
    "Open the site in a browser.": "Öppna webbplatsen i en webbläsare.",
    "Check the site, then serve it over HTTP until Ctrl-C: pages, data, canned queries and SPARQL.": (
        "Kontrollera webbplatsen och visa den sedan över HTTP till Ctrl-C: sidor, data, sparade frågor och SPARQL."
    ),
    "The Chromium to test with [default: an installed one].": "Den Chromium att pröva med [förval: den installerade].",
    "Test the accessibility of a page of every kind in a browser, and save the result in the site.": (
        "Pröva tillgängligheten hos en sida av varje slag i en webbläsare, och spara resultatet i webbplatsens mapp."
    ),
    "The Chromium to take the picture with [default: an installed one].": (
        "Den Chromium att ta bilden med [förval: den installerade]."
    ),
    "Take the picture that other sites show beside a link to this one, and save it in the site.": (
        "Ta den bild som andra webbplatser visar bredvid en länk hit, och spara den i webbplatsens mapp."
    ),
    "Make something new: a site, or a thing of the site by asking.": (
        "Skapa något nytt: en webbplats, eller något på webbplatsen genom att svara på frågor."
    ),
    "Write what the site says as tables for people: a workbook (FILE.xlsx), or one table as CSV (FILE.csv).": (
        "Skriv det som webbplatsen säger som tabeller att läsa: en arbetsbok (FILE.xlsx), eller en tabell som CSV "
        "(FILE.csv)."
    ),
    (
        "Take into the site what a workbook (FILE.xlsx) or a CSV file says, changing only what has changed. The checks "
        "run first: nothing is written where a violation would be new. What is wrong in the file is "
        "told, and marked in "
        "a copy of it."
    ): (
        "För in det som en arbetsbok (FILE.xlsx) eller en CSV-fil säger på webbplatsen, och ändra bara det som har "
        "ändrats.\n\nKontrollerna görs först: inget skrivs om något fel skulle vara nytt. Det som är fel i filen "
        "visas, och märks ut i en kopia av den."
    ),
    "One table only [default: all of them; in CSV the first].": "Bara en tabell [förval: alla; i CSV den första].",
    "Which table it is [default: seen by its headings].": "Vilken tabell det är [förval: framgår av rubrikerna].",
    "Show the changes and write nothing.": "Visa ändringarna och skriv ingenting.",
    "Withdraw what has no row any more; without it, it stays.": (
        "Dra in det som inte längre har någon rad; annars blir det kvar."
    ),
    (
        "Make a site in DIR, a folder that is not there or is empty: valid, with one example to replace. What no "
        "option gives is asked for."
    ): (
        "Skapa en webbplats i DIR, en mapp som inte finns eller är tom: giltig, med ett exempel att byta ut.\n\n"
        "Det som inget alternativ anger frågas du om."
    ),
    "The address with which all addresses of the site begin.": "Adressen som alla webbplatsens adresser börjar med.",
    "Whose facts the site has, in Swedish.": "Vems uppgifter webbplatsen har, på svenska.",
    "The same in English.": "Detsamma på engelska.",
    "Who publishes the site, in Swedish [default: the same].": (
        "Vem som publicerar webbplatsen, på svenska [förval: densamma]."
    ),
    "Who publishes the site, in English [default: the same].": (
        "Vem som publicerar webbplatsen, på engelska [förval: densamma]."
    ),
    "The languages of the pages, the first one first [default: sv, en].": (
        "Sidornas språk, det främsta först [förval: sv, en]."
    ),
    "The licence of the facts [default: CC0 1.0].": "Uppgifternas licens [förval: CC0 1.0].",
    "Ask nothing: take the defaults for what no option gives.": (
        "Fråga ingenting: ta förvalen för det som inget alternativ anger."
    ),
    (
        "Bring SITE to the model of this program: ontology, shapes, queries and data. Its own "
        "changes are kept. SITE is "
        "a folder [default: the current one]. The changes are shown, file by file; they are written with --write, if "
        "the site has no violation after them that it has not now. The exit code is 1 where there are conflicts, or "
        "such violations."
    ): (
        "Uppgradera SITE till programmets modell: ontologi, former, frågor och data. Egna ändringar behålls.\n\nSITE "
        "är en mapp [förval: den här]. Ändringarna visas fil för fil; de skrivs med --write, om webbplatsen inte får "
        "fel av dem som den inte har nu. Slutkoden är 1 om något står i strid med egna ändringar, eller vid sådana fel."
    ),
    (
        "Tell in words what changed from OLD to NEW: folders, releases or git revisions. NEW is by "
        "default the folder of "
        "the site. Persons are counted, and not named. The exit code is 1 where an address that was published is gone "
        "without notice."
    ): (
        "Berätta i ord vad som har ändrats från OLD till NEW: mappar, publicerade versioner eller revisioner i git.\n\n"
        "NEW är annars webbplatsens mapp. Personer räknas men nämns inte. Slutkoden är 1 om en adress som har "
        "publicerats är borta utan besked."
    ),
    (
        "Take a person, or another thing, out of the data and out of releases, and see that the name is gone. What is "
        "said of IRI, with it, and in texts and comments with its name is taken out of data/; a "
        "notice that names nobody "
        "is left. The exit code is 1 where the name is still in a release, or nothing could be written."
    ): (
        "Ta bort en person, eller något annat, ur data och ur publicerade versioner, och kontrollera att namnet är "
        "borta.\n\nDet som sägs om IRI, med den, och i texter och kommentarer med dess namn tas bort ur data/; kvar "
        "blir ett besked som inte nämner någon. Slutkoden är 1 om namnet finns kvar i en publicerad version, eller om "
        "inget gick att skriva."
    ),
    "How to write the changes.": "Hur ändringarna skrivs.",
    (
        "Ask all canned queries of both, and tell which are answered differently [default: where neither has more than "
        "50,000 statements]."
    ): (
        "Ställ alla sparade frågor till båda, och visa vilka som får olika svar [förval: om ingen av dem har mer än "
        "50 000 påståenden]."
    ),
    "Do it; without it, what would be done is only said.": "Gör det; annars visas bara vad som skulle göras.",
    "A further name, or spelling of it; repeatable.": "Ett namn till, eller en stavning; kan anges flera gånger.",
    ("A release to be made anew and looked through; repeatable [default: public/ in the site, where it is one]."): (
        "En publicerad version att göra om och gå igenom; kan anges flera gånger [förval: public/ i webbplatsens mapp, "
        "om det är en sådan]."
    ),
    "Write the changes; without it they are only shown.": "Skriv ändringarna; annars visas de bara.",
    "An Accept header: the media types that you want.": "Ett Accept-huvud: de medietyper som du vill ha.",
    "Print what the server would send for PATH, such as /doc/… or /query/NAME.csv.": (
        "Skriv ut det som servern skulle svara för PATH, till exempel /doc/… eller /query/NAMN.csv."
    ),
    "Note the release in history.json of the site; begin the history.": (
        "Anteckna publiceringen i webbplatsens history.json; börja historiken om den inte finns."
    ),
    "As --history, with what changed since this folder or git revision, not since the release that is replaced.": (
        "Som --history, med det som ändrats sedan en mapp eller en revision i git, i stället för sedan den publicering "
        "som ersätts."
    ),
}
