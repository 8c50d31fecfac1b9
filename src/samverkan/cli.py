"""The front desk: data to stdout, messages to stderr, one exit code for each kind of outcome."""

from __future__ import annotations

import functools
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import click

from samverkan.errors import ParameterError, SamverkanError, UnreadableSiteError, UsageError
from samverkan.site import Site, open_site

ENGINES = ("turbo", "pyshacl")
LANGUAGES = ("sv", "en")
REPORTS = ("text", "json", "sarif", "turtle")
QUERY_FORMATS = ("table", "csv", "tsv", "json", "xml", "turtle", "ntriples", "rdfxml", "jsonld")
THRESHOLDS = ("info", "warning", "violation")
POLL_SECONDS = 0.5

F = TypeVar("F", bound=Callable[..., Any])


def _language() -> str:
    """The language of the locale (POSIX order), if it is one that we speak, else English."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return value[:2] if value[:2] in LANGUAGES else "en"
    return "en"


def _told(command: F) -> F:
    """Turn our errors into a message on stderr and an exit code, without a traceback."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except SamverkanError as error:
            _complain(error)
            sys.exit(error.exit_code)
        except BrokenPipeError:
            # The reader has seen enough; Python would complain again when it flushes at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)

    return wrapped  # type: ignore[return-value]


def _complain(error: SamverkanError) -> None:
    for each in error.errors if isinstance(error, UnreadableSiteError) else (error,):
        click.secho(f"Error: {each}", fg="red", err=True)


lang_option = click.option(
    "--lang",
    type=click.Choice(LANGUAGES),
    default=_language,
    help="Language of messages and labels [default: from the locale].",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="samverkan")
@click.option("--site", "folder", default=".", metavar="DIR", help="The folder of the site [default: the current one].")
@click.pass_context
def main(context: click.Context, folder: str) -> None:
    """Turn a folder of facts into a knowledge graph that people can trust, and publish it as linked data.

    \b
    Exit codes: 0 fine, 1 findings, 2 wrong usage, 3 unreadable input, 4 disk, network or server.
    """
    context.obj = functools.partial(open_site, folder)


@main.command()
@click.option(
    "--format", "form", type=click.Choice(REPORTS), default="text", show_default=True, help="How to write the report."
)
@click.option(
    "--fail-on",
    type=click.Choice(THRESHOLDS),
    default="violation",
    show_default=True,
    help="The severity that makes the exit code 1.",
)
@click.option("--engine", type=click.Choice(ENGINES), default="turbo", show_default=True, help="The SHACL engine.")
@lang_option
@click.pass_obj
@_told
def validate(site: Callable[[], Site], form: str, fail_on: str, engine: str, lang: str) -> None:
    """Check the site and tell all findings at once, each with file and line."""
    from samverkan.checks import Severity, reports

    here = site()
    with _patience("Checking"):
        report = here.validate(engine)
    writers: dict[str, Callable[[], bytes]] = {
        "text": lambda: reports.plain(report, lang).encode(),
        "json": lambda: reports.json(report),
        "sarif": lambda: reports.sarif(report, lang),
        "turtle": lambda: reports.turtle(report, here.settings.base),
    }
    _write(writers[form]())
    if not report.readable:
        sys.exit(3)
    sys.exit(1 if report.at_least(Severity[fail_on.upper()]) else 0)


@main.command()
@click.argument("name", required=False)
@click.option(
    "-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="A value for a parameter; may be repeated."
)
@click.option("--file", "file", metavar="FILE.rq", help="Run the query in this file, or on standard input with -.")
@click.option(
    "--format",
    "form",
    type=click.Choice(QUERY_FORMATS),
    help="How to write the answer [default: table on a terminal, else csv or turtle].",
)
@lang_option
@click.pass_obj
@_told
def query(
    site: Callable[[], Site], name: str | None, params: tuple[str, ...], file: str | None, form: str | None, lang: str
) -> None:
    """List the canned queries, or answer one of them, or any read-only query from a file."""
    if name and file:
        raise UsageError("Give the name of a canned query or --file, not both.")
    if file:
        answer = site().ask(_sparql(file), "standard input" if file == "-" else file)
        _write_answer(site(), answer, form)
    elif name:
        here = site()
        answer = here.query(name, _values(here, name, params, lang))
        _write_answer(here, answer, form)
    else:
        _list_queries(site(), lang)


def _sparql(file: str) -> str:
    from samverkan.sources import read_bytes

    if file == "-":
        return sys.stdin.buffer.read().decode("utf-8", "replace")
    if not Path(file).exists():
        raise UsageError(f"There is no file {file}.")
    return read_bytes(Path(file), file).decode()


def _values(site: Site, name: str, params: Iterable[str], lang: str) -> dict[str, str]:
    values: dict[str, str] = {}
    for param in params:
        key, equals, value = param.partition("=")
        if not equals:
            raise ParameterError(key, f"'{param}' is not NAME=VALUE.", remedy="Write -p name=value.")
        values[key] = value
    spoken = [p.name for p in site.canned(name).parameters if p.kind == "language"]
    return {**{tongue: lang for tongue in spoken if lang in site.settings.languages}, **values}


def _list_queries(site: Site, lang: str) -> None:
    from samverkan.checks import text

    width = max(map(len, site.queries), default=0)
    for name, found in site.queries.items():
        click.echo(f"{name:{width}}  {text(found.summary, lang)}")
        for parameter in found.parameters:
            click.echo(f"{'':{width}}    -p {parameter.name}=…  {text(parameter.label, lang)}: {parameter.takes}")


def _write_answer(site: Site, answer: Any, form: str | None) -> None:
    from samverkan.answers import Graph
    from samverkan.formats import FORMATS, formats_of

    chosen = form or ("table" if sys.stdout.isatty() and not isinstance(answer, Graph) else formats_of(answer)[0].name)
    if form is None and not isinstance(answer, Graph) and not sys.stdout.isatty():
        chosen = "csv"
    if chosen == "table" and not isinstance(answer, Graph):
        _write_table(answer)
        return
    writer = next((f for f in FORMATS if f.name == chosen), None)
    if writer is None or type(answer) not in writer.writes:
        names = ", ".join(f.name for f in formats_of(answer))
        raise UsageError(f"The answer of this query can't be written as {chosen}.", remedy=f"It can be: {names}.")
    _write(writer(answer, site.context))


def _write_table(answer: Any) -> None:
    from samverkan.answers import Verdict

    if isinstance(answer, Verdict):
        click.echo("true" if answer.value else "false")
        return
    from rich import box
    from rich.console import Console
    from rich.table import Table as Drawn
    from rich.text import Text

    drawn = Drawn(*answer.variables, box=box.SIMPLE)
    for row in answer.rows:
        drawn.add_row(*(Text(_printable(getattr(term, "value", str(term)) if term else "")) for term in row))
    console = Console(width=None if sys.stdout.isatty() else 200)
    console.print(drawn)
    rows = len(answer.rows)
    click.echo(f"{rows} row{'' if rows == 1 else 's'}", err=True)


def _printable(text: str) -> str:
    """Text that can't steer a terminal or turn its direction."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in text)


@main.command()
@click.argument("folder", default="public", metavar="[DIR]")
@click.option(
    "--watch", is_flag=True, help="Publish again whenever the site changes; a failed try keeps the old release."
)
@lang_option
@click.pass_obj
@_told
def publish(site: Callable[[], Site], folder: str, watch: bool, lang: str) -> None:
    """Check the site and write a complete static release into DIR (public/ in the site)."""
    here = site()
    target = here.root / folder
    if not watch:
        if not _published(here, target, lang):
            sys.exit(3 if not here.report.readable else 1)
        return
    for fresh in _versions(site):
        try:
            _published(fresh, target, lang)
        except SamverkanError as error:
            _complain(error)


def _published(site: Site, target: Path, lang: str) -> bool:
    """Publish, or tell the findings; whether it was published."""
    from samverkan import static
    from samverkan.checks import reports

    with _patience("Checking"):
        report = site.report
    if not report.conforms:
        click.echo(reports.plain(report, lang, coverage=False), err=True, nl=False)
        click.secho("Nothing is published.", fg="red", err=True)
        return False
    release = static.publish(site, target, _progress)
    click.echo(f"{release.files} files, {release.size / 1e6:.1f} MB in {release.folder.name}/", err=True)
    return True


def _versions(site: Callable[[], Site]) -> Iterator[Site]:
    """The site, anew each time one of its files has changed."""
    seen: object = None
    try:
        while True:
            now = _stamp(site().root)
            if now != seen:
                seen = now
                yield site()
            time.sleep(POLL_SECONDS)
    except KeyboardInterrupt:
        return


def _stamp(root: Path) -> tuple[tuple[str, int, int], ...]:
    folders = ("ontology", "data", "shapes", "queries")
    files = [root / "samverkan.toml", *(path for folder in folders for path in sorted((root / folder).rglob("*")))]
    found = []
    for path in files:
        try:
            status = path.stat()
        except OSError:
            continue
        found.append((str(path), status.st_mtime_ns, status.st_size))
    return tuple(found)


@main.command()
@click.argument("path")
@click.option("--accept", metavar="TYPE", help="An Accept header: the media types that you take.")
@click.pass_obj
@_told
def get(site: Callable[[], Site], path: str, accept: str | None) -> None:
    """Print what would be served at PATH, such as /doc/… or /query/NAME.csv."""
    from samverkan.release import get as fetch

    response = fetch(site(), path, accept)
    if response.moved:
        click.echo(f"303 See Other: /{response.moved}", err=True)
    _write(response.item.content)


def _write(content: bytes) -> None:
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _patience(what: str) -> Any:
    """A spinner for work of unknown length, on a terminal only."""
    from contextlib import nullcontext

    if not sys.stderr.isatty():
        return nullcontext()
    from rich.console import Console

    return Console(stderr=True).status(f"{what} …")


def _progress(found: Iterable[Any], total: int) -> Iterable[Any]:
    """A progress bar around the files of a release, on a terminal only."""
    if not sys.stderr.isatty():
        return found
    from rich.console import Console
    from rich.progress import track

    return track(found, "Publishing", total=total or None, console=Console(stderr=True))
