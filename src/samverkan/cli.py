"""The command line: data to stdout, messages to stderr, one exit code for each kind of outcome."""

from __future__ import annotations

import contextlib
import functools
import gc
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NoReturn, TextIO, TypeVar

import click

import samverkan
from samverkan import settings, watching
from samverkan.command_line import LANGUAGES, LocalGroup, of_locale
from samverkan.errors import ParameterError, SamverkanError, UnreadableSiteError, UnwritableError, UsageError, printable
from samverkan.model import media_types, paths
from samverkan.model.media_types import answer_formats

if TYPE_CHECKING:
    from datetime import date

    from rich.progress import Progress

    from samverkan.authoring.forgetting import Erasure
    from samverkan.authoring.new_site import SiteField
    from samverkan.authoring.traces import Names
    from samverkan.model.endpoint import Endpoint
    from samverkan.model.results import Answer
    from samverkan.publication.published import Site
    from samverkan.publication.release_file import ManifestEntry
    from samverkan.push import Outcome, Source
    from samverkan.tables.asking import RecipeQuestions
    from samverkan.tables.descriptions import ColumnDescription
    from samverkan.tables.faults import CellFault
    from samverkan.tables.plan import Plan
    from samverkan.tables.workbooks import Workbook
    from samverkan.validation import Report

ENGINES = ("samverkan", "pyshacl")
REPORTS = ("text", "json", "sarif", "turtle")
CHANGES = ("text", "html", "json", "turtle")
QUERY_FORMATS = ("table", *(form.name for form in answer_formats()))
STAGES = ("compare", "load", "switch", "verify")
THRESHOLDS = ("info", "warning", "violation")

_ANSWER_SECONDS = 300.0
_EARLIER = 0.9  # an engine elsewhere is given up a little before its question is, so that the reason can be told
_GATE_SECONDS = 3600.0

_SAID = {
    "sv": {
        "error": "Fel",
        "unwritten": "Svaret gick inte att skriva: {reason}.",
        "refused": "Inget publiceras.",
        "published": "{files} filer, {size:.1f} MB i {folder}/",
        "kept": "Något kom in i den gamla {folder}/ medan den byttes ut. Den finns kvar som {kept}/.",
        "watching": "Väntar på ändringar; avsluta med Ctrl-C.",
        "checked": "Kontrollerat på {seconds} s.",
        "compared": "Kontrollerat på {seconds} s: {new}, {gone} borta.",
        "one new": "1 ny anmärkning",
        "new": "{new} nya anmärkningar",
        "one row": "1 rad",
        "rows": "{rows} rader",
        "checking": "Kontrollerar",
        "comparing": "Jämför",
        "publishing": "Publicerar",
        "opened": "Webbplatsen finns på {address}; avsluta med Ctrl-C.",
        "reloaded": "Ändringarna är inlästa.",
        "auditing": "Prövar tillgängligheten",
        "pictured": "Bilden av startsidan är skriven till {file}.",
        "audited": "{pages} sidor prövade i {browser} med axe {axe}: {faults} brister. Skrivet till {file}.",
        "no door": "Fel: Det går inte att lyssna på {host}, port {port} ({reason}). Ange en annan --port eller --host.",
        "not served": "Den här versionen visas inte.",
        "broken": "Processen som läser webbplatsen avslutades.",
        "compare": "Jämför",
        "load": "Läser in",
        "switch": "Byter",
        "verify": "Kontrollerar lagret",
        "pushed": "{more} tripplar kom till och {less} togs bort.",
        "nothing": "Ingen trippel behövde skrivas: lagret har redan alla.",
        "verified": "Kontrollerat: {triples} tripplar i {graphs} grafer, samma som här.",
        "not at once": "{engine} visar stora ändringar bit för bit. Den som frågar genom samverkan får vänta så länge; "
        "andra kan ha sett en blandning.",
        "held": "Lagret har kvar uppgifter om det som är indraget: {iri}, i grafen {graph}. Töm grafen, "
        "eller ladda om motorn från början: docs/erasure.sv.md.",
        "not pushed": "Inget skrevs till lagret.",
        "new site": "{files} filer i {folder}/: en giltig webbplats med ett påhittat avtal att byta ut, i data/.\n"
        "Se den med: samverkan --site {folder} serve",
        "not understood": "Svaret går inte att använda. Skriv det som i exemplet, eller tryck på retur för förslaget.",
        "upgraded": "Skrivet.",
        "current": "Webbplatsen har redan version {goal} av modellen.",
        "dry": "Inget är skrivet. Skriv ändringarna med: samverkan upgrade --write",
        "finished": "En avbruten ändring är nu klar.",
        "not upgraded": "Inget skrivs: webbplatsen skulle få nya fel. Rätta det som de gäller och försök igen.",
        "exported": "{tables} tabeller, {rows} rader i {file}",
        "one exported": "{rows} rader i {file}",
        "faults": "Inget skrivs. Fel i arbetsboken: {count}, markerade i {file}.",
        "unmarked": "Inget skrivs. Fel i arbetsboken: {count}.",
        "not imported": "Inget skrivs: webbplatsen skulle få nya fel. Rätta raderna som de gäller och importera igen.",
        "imported": "Lästa rader: {rows}. Skrivna filer: {files}.",
        "import dry": "Lästa rader: {rows}. Inget är skrivet. Skriv ändringarna med samma kommando utan --dry-run.",
        "unchanged": "Lästa rader: {rows}. Webbplatsen säger redan detsamma.",
        "withdraw": "Det som inte har någon rad finns kvar. Dra in det med --withdraw.",
        "withdraw?": "Ska det som inte har någon rad dras in?",
        "no rows": "Ingen tabell hittades i {file}.",
        "new dry": "Inget är skrivet.",
        "write?": "Ska det skrivas?",
        "reading": "Läser",
        "forget dry": "Inget är skrivet. Gör det med: samverkan forget {iri} --write",
        "forget blocked": "Inget skrivs: webbplatsen skulle få nya fel. Rätta det som de gäller och försök igen.",
        "forgotten": "Skrivet.",
        "proved": "Kontrollerat: namnet finns inte i någon av {files} filer i {folder}/, "
        "inte heller i någon packad fil.",
        "unproved": "Namnet finns kvar i {folder}/, i filerna:",
        "nameless": "Inget namn är känt, så det går inte att leta efter det. Ange det med --name.",
        "elsewhere": "Namnet står också i dessa filer i webbplatsens mapp, som inte publiceras:",
        "other release": "Lagret har en annan version än den här mappen: svaren kan skilja sig från sidorna. "
        "Kör samverkan push.",
    },
    "en": {
        "error": "Error",
        "unwritten": "The answer could not be written: {reason}.",
        "refused": "Nothing is published.",
        "published": "{files} files, {size:.1f} MB in {folder}/",
        "kept": "Something was added to the old {folder}/ while it was being replaced. The old one is kept as {kept}/.",
        "watching": "Waiting for changes; press Ctrl-C to stop.",
        "checked": "Checked in {seconds} s.",
        "compared": "Checked in {seconds} s: {new}, {gone} gone.",
        "one new": "1 new finding",
        "new": "{new} new findings",
        "one row": "1 row",
        "rows": "{rows} rows",
        "checking": "Checking",
        "comparing": "Comparing",
        "publishing": "Publishing",
        "opened": "Serving at {address}; press Ctrl-C to stop.",
        "reloaded": "The changes have been loaded.",
        "auditing": "Testing accessibility",
        "pictured": "The picture of the start page is written to {file}.",
        "audited": "{pages} pages tested in {browser} with axe {axe}: {faults} faults. Written to {file}.",
        "no door": "Error: Can't listen on {host}, port {port}: {reason}. Choose another --port or --host.",
        "not served": "This version is not served.",
        "broken": "The process that reads the site has ended.",
        "compare": "Comparing",
        "load": "Loading",
        "switch": "Switching",
        "verify": "Checking the store",
        "pushed": "{more} triples added, {less} removed.",
        "nothing": "Nothing to write: the store already has every triple.",
        "verified": "Verified: {triples} triples in {graphs} graphs, the same as here.",
        "not at once": "{engine} shows large changes piece by piece. Those who query it through samverkan wait "
        "meanwhile; others may have seen a mixture.",
        "held": "The store still holds facts about what is withdrawn: {iri}, in the graph {graph}. Clear that graph, "
        "or load the engine anew: docs/erasure.md.",
        "not pushed": "Nothing was written to the store.",
        "new site": "{files} files in {folder}/: a valid site with an invented agreement to replace, in data/.\n"
        "To see it: samverkan --site {folder} serve",
        "not understood": "This can't be used. Write it as in the example, or press Enter for what is suggested.",
        "upgraded": "Written.",
        "current": "The site has version {goal} of the model already.",
        "dry": "Nothing is written. To write the changes: samverkan upgrade --write",
        "finished": "A change that had been interrupted is now complete.",
        "not upgraded": "Nothing is written: the site would have new violations. Correct what they are about, "
        "and try again.",
        "exported": "{tables} tables, {rows} rows in {file}",
        "one exported": "{rows} rows in {file}",
        "faults": "Nothing is written. Faults in the workbook: {count}, marked in {file}.",
        "unmarked": "Nothing is written. Faults in the workbook: {count}.",
        "not imported": "Nothing is written: the site would have new violations. Correct the rows that they are about, "
        "and import again.",
        "imported": "Rows read: {rows}. Files written: {files}.",
        "import dry": "Rows read: {rows}. Nothing is written. To write the changes, run the same without --dry-run.",
        "unchanged": "Rows read: {rows}. The site says the same already.",
        "withdraw": "What has no row stays. To withdraw it: --withdraw.",
        "withdraw?": "Shall what has no row be withdrawn?",
        "no rows": "No table was found in {file}.",
        "new dry": "Nothing is written.",
        "write?": "Shall it be written?",
        "reading": "Reading",
        "forget dry": "Nothing is written. To do it: samverkan forget {iri} --write",
        "forget blocked": "Nothing is written: the site would have new violations. Correct what they are about, "
        "and try again.",
        "forgotten": "Written.",
        "proved": "Verified: the name is in none of the {files} files in {folder}/, nor in any compressed file.",
        "unproved": "The name is still in {folder}/, in these files:",
        "nameless": "No name is known, so it can't be looked for. Give it with --name.",
        "elsewhere": "The name also stands in these files in the folder of the site, which are not published:",
        "other release": "The store does not hold the same release as this folder: answers may differ from pages. "
        "Run samverkan push.",
    },
}

F = TypeVar("F", bound=Callable[..., Any])


def _explaining_errors(command: F) -> F:
    """Turn our errors into a message on stderr and an exit code, without a traceback."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        language = kwargs.get("lang") or of_locale()
        try:
            return command(*args, **kwargs)
        except SamverkanError as error:
            _complain(error, language)
            sys.exit(error.exit_code)
        except BrokenPipeError:
            _silence()
            sys.exit(0)
        except OSError as error:
            _silence()
            what = _SAID[language]["unwritten"].format(reason=error.strerror or error)
            _say(f"{_SAID[language]['error']}: {what}", fg="red")
            sys.exit(UnwritableError.exit_code)

    return wrapped  # type: ignore[return-value]


def _silence() -> None:
    """Discard all further output: Python would report the error again when it flushes standard output at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(error: SamverkanError, language: str) -> None:
    for each in error.errors if isinstance(error, UnreadableSiteError) else (error,):
        _say(f"{_SAID[language]['error']}: {each.message(language)}", fg="red")


def _say(message: str, fg: str | None = None) -> None:
    """Write a message to stderr: in colour on a terminal, unless NO_COLOR is set (no-color.org)."""
    click.secho(printable(message), fg=fg, err=True, color=False if os.environ.get("NO_COLOR") else None)


lang_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default=of_locale,
    help="Language of messages and labels [default: from the locale].",
)


as_of_option = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    callback=lambda _context, _parameter, value: value.date() if value else None,
    metavar="DATE",
    help="The day that is today, such as 2026-01-31 [default: from SOURCE_DATE_EPOCH, or the clock].",
)


def _endpoint_options(required: bool) -> Callable[[F], F]:
    """The options that name an external engine, and the user to log in as."""
    options = (
        click.option(
            "--endpoint", metavar="URL", required=required, help="The address where a SPARQL engine answers queries."
        ),
        click.option(
            "--user", metavar="NAME", help="A user of that engine; the password comes from SAMVERKAN_PASSWORD."
        ),
        click.option("--password-file", metavar="FILE", help="A file with the password on its first line."),
    )

    def decorated(command: F) -> F:
        return functools.reduce(lambda made, option: option(made), reversed(options), command)

    return decorated


def _endpoint(
    query: str | None, user: str | None, file: str | None, seconds: float, update: str = "", graph_store: str = ""
) -> Endpoint | None:
    from samverkan.model.endpoint import Endpoint, credentials

    if query:
        return Endpoint(query, update, graph_store, credentials(user, file), seconds)
    if user or file:
        raise UsageError(
            "--user and --password-file need an engine.",
            remedy="Name it with --endpoint.",
            sv="--user och --password-file hör till en motor som --endpoint anger. Ange den.",
        )
    return None


@click.group(cls=LocalGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="samverkan")
@click.option("--site", "folder", default=".", metavar="DIR", help="The folder of the site [default: the current one].")
@click.pass_context
def main(context: click.Context, folder: str) -> None:
    """Turn a folder of facts into a reliable knowledge graph, and publish it as linked data.

    \b
    Exit codes: 0 fine, 1 findings, 2 wrong usage, 3 unreadable input, 4 disk, network or server.
    """
    # Hundreds of thousands of triples live until the end, and none ever becomes garbage: collection would cost a fifth.
    gc.disable()
    context.obj = functools.partial(samverkan.open, folder)


def _report_options(command: F) -> F:
    """The options of what checks something: how the report is written, when it fails, and which engine works."""
    options = (
        click.option(
            "--format",
            "form",
            type=click.Choice(REPORTS),
            default="text",
            show_default=True,
            help="How to write the report.",
        ),
        click.option(
            "--fail-on",
            type=click.Choice(THRESHOLDS),
            default="violation",
            show_default=True,
            help="The lowest severity that makes the exit code 1.",
        ),
        click.option(
            "--engine", type=click.Choice(ENGINES), default="samverkan", show_default=True, help="The SHACL engine."
        ),
    )
    return functools.reduce(lambda made, option: option(made), reversed(options), command)


@main.command()
@_report_options
@click.option(
    "--against",
    metavar="REV",
    help="A git revision or a folder: also report what got weaker since in shapes, ontology and queries.",
)
@click.option("--watch", is_flag=True, help="Check again whenever the site changes, until Ctrl-C.")
@_endpoint_options(required=False)
@as_of_option
@lang_option
@click.pass_obj
@_explaining_errors
def validate(
    site: Callable[..., Site],
    form: str,
    fail_on: str,
    engine: str,
    against: str | None,
    watch: bool,
    endpoint: str | None,
    user: str | None,
    password_file: str | None,
    as_of: date | None,
    lang: str,
) -> None:
    """Check the site, or what a SPARQL engine holds of it, and report all findings, each with file and line."""
    elsewhere = _endpoint(endpoint, user, password_file, _ANSWER_SECONDS)
    if elsewhere and (watch or against is not None):
        name = "--watch" if watch else "--against"
        raise UsageError(
            f"{name} works on the files of the site, and can't be combined with --endpoint.",
            remedy="Use one or the other.",
            sv=f"{name} gäller webbplatsens filer och går inte ihop med --endpoint. Ange det ena eller det andra.",
        )
    here = site(endpoint=elsewhere, as_of=as_of)
    if watch:
        _watch_findings(here.root, form, lang, engine, as_of)
        return
    with _patience(_SAID[lang]["checking"]):
        own = functools.partial(here.validate, engine, against, frugal=True)
        report = here.validate_store(here.store, engine) if elsewhere else own()
    holds_more = elsewhere is not None and report.readable and _tell_remains(here, elsewhere, lang)
    if holds_more:
        _write_report(report, form, lang, here.settings.base)
        sys.exit(1)
    _give_report(report, form, lang, fail_on, here.settings.base)


def _give_report(report: Report, form: str, lang: str, fail_on: str, base: str = "") -> NoReturn:
    """Write a report, and exit with the code that says what it holds."""
    from samverkan.validation import Severity

    _write_report(report, form, lang, base)
    code = 1 if report.at_least(Severity[fail_on.upper()]) else 0
    _leave(code if report.readable else 3)


def _leave(code: int) -> NoReturn:
    """End with an exit code: where this is the whole process at once, without freeing the site."""
    from samverkan.limits import leave

    if main.is_whole_process:
        leave(code)
    sys.exit(code)


def _write_report(report: Report, form: str, lang: str, base: str) -> None:
    from samverkan.validation import reports

    writers: dict[str, Callable[[], bytes]] = {
        "text": lambda: reports.plain(report, lang).encode(),
        "json": lambda: reports.json(report),
        "sarif": lambda: reports.sarif(report, lang),
        "turtle": lambda: reports.turtle(report, base),
    }
    _write(writers[form]())


def _watch_findings(root: Path, form: str, lang: str, engine: str, as_of: date | None) -> None:
    """Report the findings each time a file of the site has changed, until the process is stopped."""
    from samverkan.site.revalidation import GuardedRevalidation

    gate, before = GuardedRevalidation(root, engine, as_of), list["Report"]()

    def check() -> None:
        begun = time.monotonic()
        with _patience(_SAID[lang]["checking"]):
            report = gate.report()
        _write_report(report, form, lang, samverkan.open(root).settings.base)
        if form == "text":
            click.echo(_compared(report, before, time.monotonic() - begun, lang))
        before[:] = [report] if report.readable else before

    try:
        _repeat(root, check, lang)
    finally:
        gate.end()


def _compared(report: Report, before: list[Report], seconds: float, lang: str) -> str:
    """How long a report took, and how it differs from the last one, whatever lines have moved."""
    from samverkan.validation import compared

    said = _SAID[lang]
    took = f"{seconds:.2f}".replace(".", "," if lang == "sv" else ".")
    if not (before and report.readable):
        return said["checked"].format(seconds=took)
    new, gone = compared(before[0], report)
    more = said["one new" if new == 1 else "new"].format(new=new)
    return said["compared"].format(seconds=took, new=more, gone=gone)


@main.command()
@click.argument("old", metavar="OLD")
@click.argument("new", required=False, metavar="[NEW]")
@click.option(
    "--format", "form", type=click.Choice(CHANGES), default="text", show_default=True, help="How to write the changes."
)
@click.option(
    "--answers/--no-answers",
    default=None,
    help="Ask all canned queries of both, and tell which are answered differently "
    "[default: where neither has more than 50,000 statements].",
)
@as_of_option
@lang_option
@click.pass_context
@_explaining_errors
def diff(
    context: click.Context,
    old: str,
    new: str | None,
    form: str,
    answers: bool | None,
    as_of: date | None,
    lang: str,
) -> None:
    """Tell in words what changed from OLD to NEW: folders, releases or git revisions.

    NEW is by default the folder of the site. Persons are counted, and not named. The exit code is 1 where an address
    that was published is gone without notice.
    """
    from samverkan.changes import telling, writing

    root = Path(context.find_root().params["folder"]).resolve()
    with _patience(_SAID[lang]["comparing"]):
        report = telling.changes_between(root, old, new or str(root), telling.QueryOptions(answers, lang, as_of))
    writers: dict[str, Callable[[], bytes]] = {
        "text": lambda: printable(writing.plain(report, lang)).encode(),
        "html": lambda: writing.html(report, lang).encode(),
        "json": lambda: writing.json(report),
        "turtle": lambda: writing.turtle(report),
    }
    _write(writers[form]())
    sys.exit(1 if report.comparison.lost else 0)


@main.command()
@click.argument("data", nargs=-1, required=True, metavar="DATA")
@click.option("--shapes", "rules", multiple=True, required=True, metavar="FILE", help="A file of shapes; repeatable.")
@_report_options
@lang_option
@_explaining_errors
def shacl(data: tuple[str, ...], rules: tuple[str, ...], form: str, fail_on: str, engine: str, lang: str) -> NoReturn:
    """Check any RDF files against SHACL shapes: Turtle, N-Triples, RDF/XML or JSON-LD. No site is needed."""
    from samverkan.validation import standalone

    with _patience(_SAID[lang]["checking"]):
        report = standalone.validate(map(Path, data), map(Path, rules), engine)
    _give_report(report, form, lang, fail_on)


@main.command("harvest-check")
@click.argument("source", required=False, metavar="[SOURCE]")
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True, help="How to write it."
)
@click.option(
    "--fail-on",
    type=click.Choice(THRESHOLDS),
    default="violation",
    show_default=True,
    help="The lowest severity that makes the exit code 1.",
)
@lang_option
@click.pass_obj
@_explaining_errors
def harvest_check(site: Callable[..., Site], source: str | None, form: str, fail_on: str, lang: str) -> NoReturn:
    """Tell what a data portal would see tonight: rules of DCAT-AP-SE, and the EU's score.

    SOURCE is a release in a folder, a file in RDF/XML, or an address; without it, the site is looked at as it stands.
    """
    from samverkan.harvesting import harvest, writing
    from samverkan.harvesting import source as sources
    from samverkan.validation import Severity

    content = sources.read_catalogue(source) if source else _catalogue(site())
    found = harvest(content, source or f"{paths.CATALOGUE}{media_types.RDF_XML.suffix}")
    _write(writing.plain(found, lang).encode() if form == "text" else writing.json(found))
    sys.exit(1 if found.report.at_least(Severity[fail_on.upper()]) else 0)


def _catalogue(site: Site) -> bytes:
    from samverkan.publication import resolver

    return resolver.fetch(site, paths.CATALOGUE + media_types.RDF_XML.suffix).content


@main.command()
@click.argument("name", required=False)
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="Set a parameter; may be repeated.")
@click.option("--file", "file", metavar="FILE.rq", help="Run the query in this file; - reads standard input.")
@click.option(
    "--format",
    "form",
    type=click.Choice(QUERY_FORMATS),
    help="How to write the answer [default: table on a terminal and for true or false, else csv or turtle].",
)
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.1),
    default=300,
    show_default=True,
    metavar="SECONDS",
    help="How long a query from a file may take.",
)
@click.option(
    "--inferred/--stated",
    default=None,
    help="Ask a query from a file of what follows from the facts as well, or only of what is stated "
    "[default: as the settings say].",
)
@_endpoint_options(required=False)
@lang_option
@click.pass_obj
@_explaining_errors
def query(
    site: Callable[..., Site],
    name: str | None,
    params: tuple[str, ...],
    file: str | None,
    form: str | None,
    timeout: float,
    inferred: bool | None,
    endpoint: str | None,
    user: str | None,
    password_file: str | None,
    lang: str,
) -> None:
    """List the canned queries, answer one of them, or answer any read-only SPARQL query from a file."""
    _check_asked(name, params, file, inferred)
    here = site(endpoint=_endpoint(endpoint, user, password_file, timeout))
    if file:
        answer = here.ask(_sparql(file), "standard input" if file == "-" else file, seconds=timeout, inferred=inferred)
        _write_answer(here, answer, form, lang)
    elif name:
        answer = here.query(name, _values(here, name, params, lang))
        _write_answer(here, answer, form, lang)
    else:
        _list_queries(here, lang)


def _check_asked(name: str | None, params: tuple[str, ...], file: str | None, inferred: bool | None) -> None:
    """Raise `UsageError` where a canned query and a query from a file are mixed up."""
    if file and (name or params):
        raise UsageError(
            "--file can't be combined with the name of a canned query or with -p.",
            remedy="Use one or the other.",
            sv="--file går inte ihop med namnet på en sparad fråga eller med -p. Ange det ena eller det andra.",
        )
    if name and name.endswith(".rq"):
        raise UsageError(
            f"'{name}' is the name of a file, not of a canned query.",
            remedy=f"To run the query in it: --file {name}.",
            sv=f"'{name}' är inte namnet på en sparad fråga, utan på en fil. Ställ frågan i den med --file {name}.",
        )
    if name and inferred:
        raise UsageError(
            "A canned query is answered from what is stated only, never from what follows.",
            remedy="Leave out --inferred, or put the query in a file of your own and use --file.",
            sv="En sparad fråga besvaras bara med det som står i uppgifterna, aldrig med det som följer av dem. "
            "Utelämna --inferred, eller lägg frågan i en egen fil och använd --file.",
        )


def _sparql(file: str) -> str:
    """The text of a query from a file, a pipe or standard input, read up to just beyond the longest that is allowed."""
    from samverkan.model.encodings import plain
    from samverkan.model.sparql import LONGEST_QUERY

    if file == "-":
        return plain(sys.stdin.buffer.read(LONGEST_QUERY + 4), "standard input").decode()
    try:
        with Path(file).open("rb") as stream:
            content = stream.read(LONGEST_QUERY + 4)
    except OSError as error:
        raise UsageError(
            f"{file} can't be read: {error.strerror}.",
            remedy="Name a file with a query.",
            sv=f"{file} går inte att läsa ({error.strerror}). Ange en fil med en fråga.",
        ) from None
    return plain(content, file).decode()


def _values(site: Site, name: str, params: Iterable[str], lang: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for param in params:
        key, equals, value = param.partition("=")
        if not equals:
            raise ParameterError(
                key,
                f"'{param}' is not NAME=VALUE.",
                remedy="Write -p name=value.",
                sv=f"'{param}' är inte NAMN=VÄRDE. Skriv -p namn=värde.",
            )
        if key in values:
            raise ParameterError(
                key,
                f"The parameter '{key}' is given twice.",
                remedy="Give it once.",
                sv=f"Parametern '{key}' är angiven två gånger. Ange den en gång.",
            )
        values[key] = value
    spoken = [p.name for p in site.canned(name).parameters if p.kind == "language"]
    return {**{locale: lang for locale in spoken if lang in site.settings.languages}, **values}


def _list_queries(site: Site, lang: str) -> None:
    from samverkan.validation import text

    width = max(map(len, site.queries), default=0)
    for name, found in site.queries.items():
        click.echo(printable(f"{name:{width}}  {text(found.summary, lang)}"))
        for parameter in found.parameters:
            about = f"{text(parameter.label, lang)}: {text(parameter.takes, lang)}"
            click.echo(printable(f"{'':{width}}    -p {parameter.name}=…  {about}"))


def _write_answer(site: Site, answer: Answer, form: str | None, lang: str) -> None:
    from samverkan.formats import formats_of, named
    from samverkan.model.results import Graph

    offered = [f.name for f in formats_of(answer)]
    tabular = not isinstance(answer, Graph)
    plain = "csv" if "csv" in offered else "table"
    chosen = form or (offered[0] if not tabular else "table" if sys.stdout.isatty() else plain)
    writer = named(chosen)
    if chosen == "table" and tabular:
        _write_table(answer, lang)
    elif writer and chosen in offered:
        _write(writer(answer, site.context if isinstance(answer, Graph) else None))
    else:
        names = ", ".join(["table", *offered] if tabular else offered)
        raise UsageError(
            f"The answer of this query can't be written as {chosen}.",
            remedy=f"It can be: {names}.",
            sv=f"Svaret på den här frågan kan inte skrivas som {chosen}. Det kan skrivas som: {names}.",
        )


def _write_table(answer: Any, lang: str) -> None:
    from samverkan.model.results import BooleanResult

    if isinstance(answer, BooleanResult):
        click.echo("true" if answer.value else "false")
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table as Drawn
    from rich.text import Text

    drawn = Drawn(*answer.variables, box=box.SIMPLE)
    for row in answer.rows:
        drawn.add_row(*(Text(printable(getattr(term, "value", str(term)) if term else "")) for term in row))
    Console(width=None if sys.stdout.isatty() else 200).print(drawn)
    rows = len(answer.rows)
    _say(_SAID[lang]["one row" if rows == 1 else "rows"].format(rows=rows))


@main.command()
@click.argument("folder", required=False, metavar="[DIR]")
@click.option(
    "--watch", is_flag=True, help="Publish again whenever the site changes; a failed attempt keeps the old release."
)
@click.option(
    "--history", "noted", is_flag=True, help="Note the release in history.json of the site; begin the history."
)
@click.option(
    "--since",
    metavar="STATE",
    help="As --history, with what changed since this folder or git revision, not since the release that is replaced.",
)
@as_of_option
@lang_option
@click.pass_obj
@_explaining_errors
def publish(
    site: Callable[..., Site],
    folder: str | None,
    watch: bool,
    noted: bool,
    since: str | None,
    as_of: date | None,
    lang: str,
) -> None:
    """Check the site and write a complete static release into DIR [default: public/ in the site]."""
    here = site(as_of=as_of)
    target = Path(folder) if folder else here.root / "public"
    if watch:
        _watch(functools.partial(site, as_of=as_of), here.root, target, lang)
    elif not _published(here, target, lang, noted=noted, since=since):
        sys.exit(1 if here.report.readable else 3)


def _published(site: Site, target: Path, lang: str, *, noted: bool = False, since: str | None = None) -> bool:
    """Publish the site or report its findings; return whether it was published. A history is begun, or added to."""
    from samverkan.publication import static
    from samverkan.validation import reports

    static.check_target(site, target)
    with _patience(_SAID[lang]["checking"]):
        report = site.report
    if not report.conforms:
        click.echo(reports.plain(report, lang, coverage=False), err=True, nl=False)
        _say(_SAID[lang]["refused"], fg="red")
        return False
    write = _noting(site, target, since) if noted or since or _is_noted(site) else None
    release = static.publish(site, target, functools.partial(_progress, _SAID[lang]["publishing"]))
    if write:
        write()
    said = _SAID[lang]["published"]
    _say(said.format(files=release.files, size=release.size / 1e6, folder=release.folder.name))
    for kept in release.kept:
        _say(_SAID[lang]["kept"].format(folder=release.folder.name, kept=kept.name))
    return True


def _is_noted(site: Site) -> bool:
    """Whether a site keeps a history to which each release is added unasked."""
    from samverkan.site import history

    return site.settings.notes_releases and history.is_kept(site.root)


def _noting(site: Site, target: Path, since: str | None) -> Callable[[], None]:
    """Let a site have an entry in its history for what is published now; what is given back writes it down.

    With it the data of the release are kept, for as many releases as the site wants.
    """
    from samverkan.authoring.file_changes import write_changes
    from samverkan.changes.recording import file_changes, recorded

    found, kept = recorded(site, target.resolve(), since)
    changes = file_changes(site, found, kept)
    site.__dict__.update(history=found, archive=kept)
    site.__dict__.pop("modified", None)
    return lambda: write_changes(site.root, changes) if changes else None


def _watch(site: Callable[[], Site], root: Path, target: Path, lang: str) -> None:
    """Publish the site again each time one of its files has changed, until the process is stopped."""
    blocked = False

    def attempt() -> None:
        nonlocal blocked
        try:
            _published(site(), target, lang)
        finally:
            blocked = _is_blocked(site(), target)
            gc.collect()
            gc.collect()  # here a whole site has become garbage

    _repeat(root, attempt, lang, lambda: blocked and not _is_blocked(site(), target))


def _is_blocked(here: Site, target: Path) -> bool:
    """Whether something stands in the folder of the release that is not ours to replace."""
    from samverkan.publication import static

    try:
        static.check_target(here, target)
    except SamverkanError:
        return True
    return False


def _repeat(root: Path, work: Callable[[], None], lang: str, retry: Callable[[], bool] = lambda: False) -> None:
    """Do work now, and again whenever the site has changed or it is worth while, until the process is stopped."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for _ in watching.changes(root, retry):
            try:
                work()
            except SamverkanError as error:
                _complain(error, lang)
            _say(_SAID[lang]["watching"])
    except KeyboardInterrupt:
        return


@main.command()
@_endpoint_options(required=True)
@click.option(
    "--update", default="", metavar="URL", help="Where it accepts updates [default: as known for its kind of engine]."
)
@click.option("--graph-store", default="", metavar="URL", help="Where its graph store is [default: as for --update].")
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=300,
    show_default=True,
    metavar="SECONDS",
    help="How long the engine may take for one request.",
)
@as_of_option
@lang_option
@click.pass_obj
@_explaining_errors
def push(
    site: Callable[..., Site],
    endpoint: str,
    user: str | None,
    password_file: str | None,
    update: str,
    graph_store: str,
    timeout: float,
    as_of: date | None,
    lang: str,
) -> None:
    """Check the site, load its graphs into a SPARQL engine, and verify that the engine holds exactly these."""
    elsewhere = _endpoint(endpoint, user, password_file, timeout, update, graph_store)
    assert elsewhere is not None
    here = site(endpoint=elsewhere, as_of=as_of)
    with _patience(_SAID[lang]["checking"]):
        report = _reported(here)
    if not report.conforms:
        from samverkan.validation import reports

        click.echo(reports.plain(report, lang, coverage=False), err=True, nl=False)
        _say(_SAID[lang]["not pushed"], fg="red")
        sys.exit(1 if report.readable else 3)
    _tell_outcome(_pushed(here, elsewhere, lang), lang)
    if _tell_remains(here, elsewhere, lang):
        sys.exit(1)


def _tell_remains(here: Site, elsewhere: Endpoint, lang: str) -> bool:
    """Say in which graphs an engine still holds what was withdrawn; whether it does."""
    from samverkan.store.remains import remains
    from samverkan.store.remote import Remote

    gone = [iri for iri, tombstone in here.tombstones.items() if not tombstone.successors]
    found = list(remains(Remote(elsewhere, tuple(here.graphs), here.settings.base), gone, here.published))
    for each in found:
        _say(_SAID[lang]["held"].format(iri=each.iri, graph=each.graph), fg="red")
    return bool(found)


def _reported(here: Site) -> Report:
    """The report of the checks, from a process of its own, so that their memory is given back before the push."""
    import pickle

    from samverkan.limits import within

    return pickle.loads(within(_GATE_SECONDS, lambda: pickle.dumps(here.validate(frugal=True))))  # type: ignore[no-any-return] # noqa: S301 - our own


def _pushed(here: Site, elsewhere: Endpoint, lang: str) -> Outcome:
    from samverkan.limits import within
    from samverkan.push import of_graphs, of_inferred, written

    with TemporaryDirectory() as name:
        folder = Path(name)  # what follows is worked out in a process of its own, as the checks are
        names = within(_GATE_SECONDS, lambda: written(here.inferred.graphs if here.inferred else {}, folder))
        return _sent((*of_graphs(here.graphs), *of_inferred(names, folder)), here, elsewhere, lang)


def _sent(sources: Sequence[Source], here: Site, elsewhere: Endpoint, lang: str) -> Outcome:
    from samverkan.push import push as run
    from samverkan.store.remote import Remote

    remote = Remote(elsewhere, tuple(here.graphs), here.settings.base)
    if not sys.stderr.isatty():
        return run(sources, remote, elsewhere)
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed:.0f}"))
    with Progress(*columns, console=Console(stderr=True)) as bar:
        stages = {stage: bar.add_task(_SAID[lang][stage], visible=False) for stage in STAGES}

        def progress(stage: str, done: int) -> None:
            bar.update(stages[stage], advance=done, visible=True)

        return run(sources, remote, elsewhere, progress)


def _tell_outcome(outcome: Outcome, lang: str) -> None:
    said = _SAID[lang]
    if outcome.more or outcome.less:
        _say(said["pushed"].format(more=outcome.more, less=outcome.less))
        if not outcome.whole:
            _say(said["not at once"].format(engine=outcome.engine))
    else:
        _say(said["nothing"])
    _say(said["verified"].format(triples=outcome.triples, graphs=outcome.graphs))


def _listened_at(_context: click.Context, _parameter: click.Parameter, host: str) -> str:
    bare = host.strip().removeprefix("[").removesuffix("]")
    if not bare:
        raise click.BadParameter("give an address, such as 127.0.0.1; 0.0.0.0 means all of them")
    return bare


def _path(_context: click.Context, _parameter: click.Parameter, prefix: str) -> str:
    """The path with a slash at both ends; raises `click.BadParameter` for a path with unescaped characters."""
    bare = prefix.strip("/")
    if bare and not re.fullmatch(r"(?:[\w.~-]|%[0-9A-Fa-f]{2})+(?:/(?:[\w.~-]|%[0-9A-Fa-f]{2})+)*", bare, re.ASCII):
        raise click.BadParameter("write a path such as /trial/; percent-encode unusual characters")
    return f"/{bare}/" if bare else "/"


@main.command()
@click.option(
    "--host",
    callback=_listened_at,
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on; 0.0.0.0 means all of them.",
)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="The port; 0 for any.")
@click.option(
    "--prefix",
    callback=_path,
    default="/",
    show_default=True,
    metavar="PATH",
    help="The path under which a proxy publishes this server, if the proxy strips it.",
)
@click.option(
    "--timeout",
    type=click.FloatRange(0.1, 3600),
    default=10,
    show_default=True,
    metavar="SECONDS",
    help="How long a query may take.",
)
@click.option(
    "--memory",
    type=click.IntRange(32, 1 << 20),
    default=192,
    show_default=True,
    metavar="MB",
    help="How much memory a free query (one that is not canned) may use.",
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=8,
    show_default=True,
    metavar="N",
    help="How many free queries are answered at a time.",
)
@_endpoint_options(required=False)
@click.option("--watch", is_flag=True, help="Reload the site whenever it changes, unless it has violations.")
@click.option("--access-log/--no-access-log", default=True, help="Write a line of JSON for each response to stdout.")
@click.option("--open", "browse", is_flag=True, help="Open the site in a browser.")
@as_of_option
@lang_option
@click.pass_context
@_explaining_errors
def serve(
    context: click.Context,
    host: str,
    port: int,
    prefix: str,
    timeout: float,
    memory: int,
    workers: int,
    endpoint: str | None,
    user: str | None,
    password_file: str | None,
    watch: bool,
    access_log: bool,
    browse: bool,
    as_of: date | None,
    lang: str,
) -> None:
    """Check the site, then serve it over HTTP until Ctrl-C: pages, data, canned queries and SPARQL."""
    import asyncio

    from samverkan.limits import QueryLimits
    from samverkan.server.lifecycle import ANSWER_BYTES, Callbacks, Options
    from samverkan.server.lifecycle import serve as run

    limits = QueryLimits(seconds=timeout, bytes=ANSWER_BYTES, memory=memory << 20)
    folder = settings.read_settings(Path(context.find_root().params["folder"]).resolve()).root
    elsewhere = _endpoint(endpoint, user, password_file, timeout * _EARLIER)
    options = Options(folder, host, port, prefix, watch, workers, limits, elsewhere, as_of)
    callbacks = Callbacks(
        opened=functools.partial(_opened, browse, lang),
        reloaded=lambda facts: _say(_SAID[lang]["reloaded"].format_map(facts)),
        refused=functools.partial(_unfit, lang),
        stale=lambda: _say(_SAID[lang]["other release"], fg="yellow"),
    )
    _say(f"{_SAID[lang]['checking']} …")
    with _explaining_start(host, port, lang):
        lines = _unbuffered(sys.stdout) if access_log else len
        asyncio.run(run(options, callbacks, lines, _unbuffered(sys.stderr)))


@contextlib.contextmanager
def _explaining_start(host: str, port: int, lang: str) -> Iterator[None]:
    """Say why the server did not start, or why it ended, and exit with the code for that reason."""
    from samverkan.server.pool import NotOpenedError

    try:
        yield
    except NotOpenedError as error:
        _unfit(lang, error.why)
        sys.exit(error.why.get("exit_code", UnwritableError.exit_code))
    except OSError as error:
        reason = error.strerror or str(error)
        _say(_SAID[lang]["no door"].format(host=host, port=port, reason=reason), fg="red")
        sys.exit(UnwritableError.exit_code)


def _unbuffered(stream: TextIO | None) -> Callable[[bytes], object]:
    """A writer that bypasses Python's buffer: a thread that can't write would hold the buffer's lock until the end."""
    if stream is None:  # it was closed before we began
        return len
    descriptor = stream.fileno()

    def write(part: bytes) -> None:
        remainder = memoryview(part)
        while remainder:
            remainder = remainder[os.write(descriptor, remainder) :]

    return write


def _opened(browse: bool, lang: str, address: str) -> None:
    _say(_SAID[lang]["opened"].format(address=address))
    if browse:
        click.launch(address)


def _unfit(lang: str, why: Mapping[str, Any]) -> None:
    """Say why a site is not served: its findings, or what can't be read."""
    _say(str(why.get(lang) or why.get("en") or _SAID[lang]["broken"]).rstrip("\n"))
    _say(_SAID[lang]["not served"], fg="red")


@main.command()
@click.option("--browser", metavar="PATH", help="The Chromium to test with [default: an installed one].")
@lang_option
@click.pass_obj
@_explaining_errors
def audit(site: Callable[[], Site], browser: str | None, lang: str) -> None:
    """Test the accessibility of a page of every kind in a browser, and save the result in the site."""
    from samverkan import audit as auditing
    from samverkan.site import audit_record

    here, path = site(), auditing.found(browser)
    auditing.check_conforms(here)
    with auditing.opened(path) as opened, _patience(_SAID[lang]["auditing"]):
        result = auditing.audit(here, opened, _faulty)
    audit_record.write_record(here.root, result)
    faults = sum(violation.elements for violation in result.violations)
    said = {"pages": result.pages, "browser": result.browser, "axe": result.axe, "faults": faults}
    _say(_SAID[lang]["audited"].format(**said, file=audit_record.FILE_NAME))
    sys.exit(1 if faults else 0)


@main.command()
@click.option("--browser", metavar="PATH", help="The Chromium to take the picture with [default: an installed one].")
@lang_option
@click.pass_obj
@_explaining_errors
def preview(site: Callable[[], Site], browser: str | None, lang: str) -> None:
    """Take the picture that other sites show beside a link to this one, and save it in the site."""
    from samverkan import audit as auditing
    from samverkan.site import preview_picture

    here, path = site(), auditing.found(browser)
    with auditing.opened(path) as opened:
        preview_picture.write_preview(here.root, auditing.preview(here, opened))
    _say(_SAID[lang]["pictured"].format(file=preview_picture.FILE_NAME))


def _faulty(page: str, faults: Iterable[Any]) -> None:
    """A line for each fault of a page, with the page, the rule and the element between tabs."""
    for fault in faults:
        click.echo(printable("\t".join((page, fault.rule, fault.help, " ".join(fault.element.split())[:200]))))


class _NewGroup(click.Group):
    """The commands that make something new: a site, and whatever the tables of the site have a recipe for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in their order."""
        return [*super().list_commands(ctx), *self._askings(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command; one for a recipe has an option for each of its questions."""
        asking = self._askings(ctx).get(cmd_name) if cmd_name not in self.commands else None
        return _new_command(asking) if asking else super().get_command(ctx, cmd_name)

    @staticmethod
    def _askings(ctx: click.Context) -> Mapping[str, RecipeQuestions]:
        from samverkan.tables.asking import RecipeQuestions
        from samverkan.tables.plan import facts_of

        if not (_root(ctx) / settings.FILE_NAME).is_file():
            return {}
        with contextlib.suppress(SamverkanError):  # told by the command itself
            facts = facts_of(_root(ctx))
            return {name: RecipeQuestions(facts, recipe) for name, recipe in facts.descriptions.recipes.items()}
        return {}


def _new_command(asking: RecipeQuestions) -> click.Command:
    """The command for a recipe."""
    lang = of_locale()
    options: list[click.Parameter] = [
        click.Option([f"--{each.name.replace('_', '-')}", each.name], metavar="TEXT", help=each.title[lang])
        for each in asking.columns
    ]
    if asking.recipe.changing:
        options.insert(0, click.Option(["--about"], metavar="NAME", help=asking.table.title[lang]))
    options += [
        click.Option(["--yes"], is_flag=True, help="Ask nothing, and write."),
        click.Option(["--dry-run", "dry"], is_flag=True, help="Show what would be written, and write nothing."),
        click.Option(["--lang"], type=click.Choice(LANGUAGES), default=of_locale, help="Language of messages."),
    ]
    help_text = f"Describe {asking.recipe.title['en']}, by options or by answering questions. The checks run first."
    return click.Command(
        asking.recipe.name,
        params=options,
        help=help_text,
        callback=_explaining_errors(functools.partial(_make_new, asking)),
    )


def _make_new(
    asking: RecipeQuestions, *, yes: bool, dry: bool, lang: str, about: str = "", **given: str | None
) -> None:
    """Ask for what no option gives, show what would be written and where, and write it."""
    from samverkan.tables import telling
    from samverkan.tables.plan import plan

    said = _SAID[lang]
    if asking.recipe.changing and not about and not yes:
        about = _answer(asking.table.title[lang], "")
    answers = {name: text or "" for name, text in given.items()}
    for column in asking.columns if not yes else ():
        if not answers[column.name]:
            answers[column.name] = _answer_to(asking, column, lang)
    found = asking.imported(answers, about or "", lang)
    if found.faults:
        for fault in found.faults:
            _say(f"{fault.spot.title}: {fault.said[lang]}" if fault.spot.title else fault.said[lang], fg="red")
        _say(said["new dry"])
        sys.exit(1)
    with _patience(said["checking"]):
        thought = plan(asking.facts, found, asking.book)
    for line in telling.remarks(thought, lang):
        _say(line)
    click.echo(printable("\n".join(telling.shown(thought, lang))))
    if thought.violations:
        _say(said["not imported"], fg="red")
        sys.exit(1)
    if dry or not thought.changes or not (yes or _is_agreed(said["write?"], lang, default=True)):
        _say(said["new dry"])
        return
    thought.write()
    _say(said["imported"].format(rows=1, files=len(thought.changes)))


def _answer_to(asking: RecipeQuestions, column: ColumnDescription, lang: str) -> str:
    """What somebody answers to the question of a column, with its help and what may be chosen."""
    help_text = column.help.get(lang, "")
    names = asking.suggestions(column, lang)
    for line in (help_text, ", ".join(names)):
        if line:
            _say(f"  {line}")
    return _answer(column.title[lang], "" if not column.required else None)


def _is_agreed(question: str, lang: str, *, default: bool) -> bool:
    """Whether somebody says yes, in either language; what is neither yes nor no counts as no."""
    choices = {"sv": ("J/n", "j/N"), "en": ("Y/n", "y/N")}[lang][not default]
    answer = _answer(f"{question} [{choices}]", "").casefold()
    return answer in {"j", "ja", "y", "yes"} if answer else default


def _answer(question: str, suggestion: str | None) -> str:
    try:
        return str(click.prompt(question, default=suggestion, show_default=False, err=True)).strip()
    except click.Abort:
        raise UsageError(
            "Nobody answered, and nothing is written.",
            remedy="Give the answers as options, and --yes.",
            sv="Ingen svarade, och inget har skrivits. Ange svaren som alternativ, och --yes.",
        ) from None


@main.group(cls=_NewGroup)
def new() -> None:
    """Make something new: a site, or a thing of the site by asking."""


@new.command("site")
@click.argument("folder", metavar="DIR")
@click.option("--base", metavar="URL", help="The address with which all addresses of the site begin.")
@click.option("--name-sv", metavar="NAME", help="Whose facts the site has, in Swedish.")
@click.option("--name-en", metavar="NAME", help="The same in English.")
@click.option("--publisher-sv", metavar="NAME", help="Who publishes the site, in Swedish [default: the same].")
@click.option("--publisher-en", metavar="NAME", help="Who publishes the site, in English [default: the same].")
@click.option("--languages", metavar="TAGS", help="The languages of the pages, the first one first [default: sv, en].")
@click.option("--license", metavar="URL", help="The licence of the facts [default: CC0 1.0].")
@click.option("--yes", is_flag=True, help="Ask nothing: take the defaults for what no option gives.")
@lang_option
@_explaining_errors
def new_site(folder: str, yes: bool, lang: str, **given: str | None) -> None:
    """Make a site in DIR, a folder that is not there or is empty: valid, with one example to replace.

    What no option gives is asked for.
    """
    from samverkan.authoring import new_site as making

    target = Path(folder).resolve()
    making.check_target(target)
    values = making.values(given, None if yes else functools.partial(_asked, lang))
    with _patience(_SAID[lang]["checking"]):
        files = making.make_site(target, values)
    _say(_SAID[lang]["new site"].format(files=files, folder=folder.rstrip("/")))


def _asked(lang: str, field: SiteField, suggestion: str | None) -> str:
    """What somebody answers to the question of a field; it is asked again until it can be the answer."""
    said = _SAID[lang]

    def understood(answer: str) -> str:
        if not field.takes(answer):
            raise click.BadParameter(said["not understood"])
        return answer

    try:
        return str(click.prompt(field.question[lang], default=suggestion, value_proc=understood, err=True))
    except click.Abort:
        raise UsageError(
            "Nobody answered, and nothing is written.",
            remedy="Give the answers as options: samverkan new site --help.",
            sv="Ingen svarade, och inget har skrivits. Ange svaren som alternativ: samverkan new site --help.",
        ) from None


@main.command()
@click.argument("folder", required=False, metavar="[SITE]")
@click.option("--write", "writing", is_flag=True, help="Write the changes; without it they are only shown.")
@lang_option
@click.pass_context
@_explaining_errors
def upgrade(context: click.Context, folder: str | None, writing: bool, lang: str) -> None:
    """Bring SITE to the model of this program: ontology, shapes, queries and data. Its own changes are kept.

    SITE is a folder [default: the current one]. The changes are shown, file by file; they are written
    with --write, if the site has no violation after them that it has not now. The exit code is 1 where there are
    conflicts, or such violations.
    """
    from samverkan.authoring import file_changes, showing
    from samverkan.authoring.upgrade import plan

    root, said = Path(folder or context.find_root().params["folder"]).resolve(), _SAID[lang]
    if writing and file_changes.finish(root):
        _say(said["finished"])
    with _patience(said["checking"]):
        found = plan(root)
    if found.version == found.goal and not found.changes:
        _say(said["current"].format(goal=found.goal))
        return
    click.echo(printable("\n".join(showing.shown(found, lang))))
    if writing and not found.violations:
        found.write()
    _say(said["not upgraded" if found.violations else "upgraded" if writing else "dry"])
    sys.exit(1 if found.conflicts or found.violations else 0)


@main.command("export")
@click.argument("file", metavar="FILE")
@click.option("--table", metavar="NAME", help="One table only [default: all of them; in CSV the first].")
@lang_option
@click.pass_context
@_explaining_errors
def export_tables(context: click.Context, file: str, table: str | None, lang: str) -> None:
    """Write what the site says as tables for people: a workbook (FILE.xlsx), or one table as CSV (FILE.csv)."""
    from samverkan.tables import exporting, writing
    from samverkan.tables.plan import facts_of

    path = _spreadsheet(file)
    facts = facts_of(_root(context))
    tables = [*exporting.tables_of(facts, table)]
    found = [exporting.exported(facts, each, lang) for each in (tables[:1] if path.suffix == ".csv" else tables)]
    content = writing.csv_of(found[0], lang) if path.suffix == ".csv" else writing.workbook_of(found, lang)
    _write_file(path, content)
    rows = sum(len(each.rows) for each in found)
    _say(_SAID[lang]["exported" if len(found) > 1 else "one exported"].format(tables=len(found), rows=rows, file=file))


def _root(context: click.Context) -> Path:
    return Path(context.find_root().params["folder"]).resolve()


def _spreadsheet(file: str) -> Path:
    path = Path(file)
    if path.suffix.lower() not in {".xlsx", ".csv"}:
        raise UsageError(
            f"{path.name} is neither .xlsx nor .csv.",
            remedy="Give the file one of these endings.",
            sv=f"{path.name} är varken .xlsx eller .csv. Ge filen en av de ändelserna.",
        )
    return path.with_suffix(path.suffix.lower()) if not path.exists() else path


def _write_file(path: Path, content: bytes) -> None:
    """Write a file beside its place and then put it there, so that it is never half."""
    fresh = path.with_name(f".{path.name}.samverkan-new")
    try:
        fresh.write_bytes(content)
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise UnwritableError(
            f"{path.name} can't be written: {error.strerror}.",
            remedy="Close it in other programs, and check the folder and its permissions.",
            sv=f"{path.name} går inte att skriva ({error.strerror}). Stäng den i andra program, och se över mappen och "
            "dess rättigheter.",
        ) from None


@main.command("import")
@click.argument("file", metavar="FILE")
@click.option("--table", metavar="NAME", help="Which table it is [default: seen by its headings].")
@click.option("--dry-run", "dry", is_flag=True, help="Show the changes and write nothing.")
@click.option("--withdraw", is_flag=True, help="Withdraw what has no row any more; without it, it stays.")
@lang_option
@click.pass_context
@_explaining_errors
def import_tables(context: click.Context, file: str, table: str | None, dry: bool, withdraw: bool, lang: str) -> None:
    """Take into the site what a workbook (FILE.xlsx) or a CSV file says, changing only what has changed.

    The checks run first: nothing is written where a violation would be new. What is wrong in the file is told, and
    marked in a copy of it.
    """
    from samverkan.authoring import file_changes
    from samverkan.authoring.gating import begin
    from samverkan.tables import telling
    from samverkan.tables.importing import import_workbook
    from samverkan.tables.plan import facts_of, plan
    from samverkan.tables.workbooks import begin_to_read

    path, root, said = _spreadsheet(file), _root(context), _SAID[lang]
    if not dry and file_changes.finish(root):
        _say(said["finished"])
    with _patience(said["reading"]):
        read, begun = begin_to_read(path), begin(root)  # while the site is read here
        facts, book = facts_of(root), read()
        found = import_workbook(facts, book, table)
    gone = found.gone if not found.faults else []
    for line in telling.without_row(facts, gone, lang):
        _say(line)
    if gone and not withdraw and not dry and sys.stdin.isatty():
        withdraw = _is_agreed(said["withdraw?"], lang, default=False)
    elif gone and not withdraw:
        _say(said["withdraw"])
    with _patience(said["checking"]):
        thought = plan(facts, found, book.name, gone if withdraw else (), begun)
    for line in telling.remarks(thought, lang):
        _say(line)
    if found.faults:
        _refuse_faults(path, book, found.remarks, lang)
    if not found.rows and not thought.changes:
        _say(said["no rows"].format(file=path.name))
        sys.exit(1)
    _finish_import(thought, dry, lang)


def _refuse_faults(path: Path, book: Workbook, remarks: list[CellFault], lang: str) -> NoReturn:
    """Write the copy of a workbook in which its faults are marked, and say where it is."""
    from samverkan.tables.marking import marked

    copy = path.with_name(f"{path.stem}-{'fel' if lang == 'sv' else 'faults'}.xlsx")
    content = marked(path, book, remarks, lang)
    if content is not None:
        _write_file(copy, content)
    count = sum(not each.is_note for each in remarks)
    _say(_SAID[lang]["unmarked" if content is None else "faults"].format(count=count, file=copy.name), fg="red")
    sys.exit(1)


def _finish_import(thought: Plan, dry: bool, lang: str) -> None:
    """Show what an import changes, and write it if it may be written."""
    from samverkan.tables import telling

    said, rows = _SAID[lang], thought.imported.rows
    if not thought.changes:
        _say(said["unchanged"].format(rows=rows))
        return
    if dry or thought.violations:
        click.echo(printable("\n".join(telling.shown(thought, lang))))
    if thought.violations:
        _say(said["not imported"], fg="red")
        sys.exit(1)
    if dry:
        _say(said["import dry"].format(rows=rows))
        return
    thought.write()
    _say(said["imported"].format(rows=rows, files=len(thought.changes)))


@main.command()
@click.argument("iri")
@click.option("--write", "writing", is_flag=True, help="Do it; without it, what would be done is only said.")
@click.option("--name", "names", multiple=True, metavar="NAME", help="A further name, or spelling of it; repeatable.")
@click.option(
    "--release",
    "folders",
    multiple=True,
    metavar="DIR",
    help="A release to be made anew and looked through; repeatable [default: public/ in the site, where it is one].",
)
@as_of_option
@lang_option
@click.pass_context
@_explaining_errors
def forget(
    context: click.Context,
    iri: str,
    writing: bool,
    names: tuple[str, ...],
    folders: tuple[str, ...],
    as_of: date | None,
    lang: str,
) -> None:
    """Take a person, or another thing, out of the data and out of releases, and see that the name is gone.

    What is said of IRI, with it, and in texts and comments with its name is taken out of data/; a notice that names
    nobody is left. The exit code is 1 where the name is still in a release, or nothing could be written.
    """
    from samverkan.authoring import erasure_words, forgetting

    root, said = Path(context.find_root().params["folder"]).resolve(), _SAID[lang]
    with _patience(said["checking"]):
        found = forgetting.plan(root, iri, names)
    click.echo(printable("\n".join(erasure_words.shown(found, lang))))
    if found.violations or not writing:
        _say(said["forget blocked"] if found.violations else said["forget dry"].format(iri=iri))
        sys.exit(1 if found.violations else 0)
    found.write()
    _say(said["forgotten"])
    is_gone = _rebuilt(functools.partial(context.obj, as_of=as_of), _releases(root, folders), found, lang)
    click.echo("\n".join(erasure_words.beyond(root, lang)))
    sys.exit(0 if is_gone else 1)


def _releases(root: Path, folders: Iterable[str]) -> list[Path]:
    """The releases of a site: those that are named, else the one that is in it."""
    from samverkan.publication.previous_release import is_release

    return [Path(each) for each in folders] or [each for each in (root / "public",) if is_release(each)]


def _rebuilt(site: Callable[[], Site], folders: Iterable[Path], found: Erasure, lang: str) -> bool:
    """Make releases anew, and look for the name in them and in the data; whether it is nowhere."""
    from samverkan.authoring.traces import traces

    made = [_published(site(), folder, lang) for folder in folders]
    if not found.names:
        _say(_SAID[lang]["nameless"], fg="yellow")
    with _patience(_SAID[lang]["checking"]):
        looked = [_tell_traces(folder, found.names, lang) for each in folders for folder in _with_leftovers(each)]
        left = list(traces(found.root, found.names))
        read = ("data/", "ontology/", "shapes/", "queries/", "releases/", "history.json", "samverkan.toml")
        published = [name for name in left if name.startswith(read)]
    if left:
        _say("\n".join([_SAID[lang]["elsewhere"], *(f"  {name}" for name in left)]))
    return all(made) and all(looked) and not published


def _with_leftovers(folder: Path) -> list[Path]:
    """A release, and what an interrupted or disturbed run has left beside it."""
    whole = folder.resolve()
    return [
        whole,
        *sorted(whole.parent.glob(f"{whole.name}.kept-*")),
        *sorted(whole.parent.glob(f".{whole.name}.samverkan-*")),
    ]


def _tell_traces(folder: Path, names: Names, lang: str) -> bool:
    """Say where in a folder a name is, or that it is nowhere in it; whether it is nowhere."""
    from samverkan.authoring.traces import traces

    left = list(traces(folder, names))
    if left:
        _say("\n".join([_SAID[lang]["unproved"].format(folder=folder.name), *(f"  {name}" for name in left)]), fg="red")
    elif names:
        files = sum(1 for path in folder.rglob("*") if path.is_file())
        _say(_SAID[lang]["proved"].format(files=files, folder=folder.name))
    return not left


@main.command()
@click.argument("path")
@click.option("--accept", metavar="TYPE", help="An Accept header: the media types that you want.")
@click.pass_obj
@_explaining_errors
def get(site: Callable[[], Site], path: str, accept: str | None) -> None:
    """Print what the server would send for PATH, such as /doc/… or /query/NAME.csv."""
    from samverkan.model.negotiation import first_made, variants
    from samverkan.publication.resolver import fetch, find

    here = site()
    resource = find(here, *_below(here, path))
    if resource.to:
        click.echo(f"{resource.status} {HTTPStatus(resource.status).phrase}: /{' /'.join(resource.to)}", err=True)
    described = resource if resource.variants else find(here, resource.to[0])
    _write(first_made(variants(described, accept, None), lambda variant: fetch(here, variant.path).content))


def _below(site: Site, address: str) -> tuple[str, str]:
    """The path below the base and the query string of an address, or of any IRI of the site."""
    document = site.addresses.document(address) if "://" in address else None
    path, _, query = (document or address.removeprefix(site.settings.base)).partition("?")
    return path, query


def _write(content: bytes) -> None:
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _patience(what: str) -> Any:
    """A spinner for work of unknown duration, on a terminal only."""
    from contextlib import nullcontext

    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(f"{what} …")


def _progress(what: str, found: Iterable[ManifestEntry]) -> Iterable[ManifestEntry]:
    """A count of the files of a release as they are written, on a terminal only."""
    if not sys.stderr.isatty():
        return found
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed:.0f}"))
    return _counted(Progress(*columns, console=Console(stderr=True)), what, found)


def _counted(progress: Progress, what: str, found: Iterable[ManifestEntry]) -> Iterable[ManifestEntry]:
    with progress:
        yield from progress.track(found, description=what)
