"""Documentation as a test: what the program can do is told, and what is told is so."""

from __future__ import annotations

import argparse
import ast
import doctest
import json
import re
import shlex
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from importlib import import_module, util
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

import click
import pytest
from click.testing import CliRunner

import samverkan
import samverkan.audit  # its errors and those of the next are among those that are told
import samverkan.push.client
import samverkan.server.pool
from samverkan import Site, cli, errors, settings
from samverkan.formats import FORMATS, Format
from samverkan.model.media_types import MEDIA_TYPES
from samverkan.model.queries import KINDS
from samverkan.model.sparql import DEEPEST, LONGEST_QUERY
from samverkan.server import lifecycle
from samverkan.server.http import problems
from samverkan.server.http.limits import Limits
from samverkan.validation.messages import MESSAGES

if TYPE_CHECKING:
    from tests.live import Answer, Live

ROOT = Path(__file__).resolve().parents[2]
PAGES = tuple(sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]))
REFERENCE, CHECKS, QUERIES, RELEASE, MODEL, PYTHON, SERVE = (
    (ROOT / "docs" / f"{name}.md").read_text()
    for name in ("reference", "checks", "queries", "release", "model", "python", "serve")
)
# The other pages show the commands of other sites, or of a site in the middle of a change.
SHOWN = ("README.md", "docs/queries.md", "docs/reference.md", "docs/release.md")

_FENCE = re.compile(r"^```(?P<kind>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_MACHINE = re.compile(r"(?<![\w.:/-])/(?:work|home|Users|root|mnt)/|[A-Z]:\\")
_NAMES = {page: page.relative_to(ROOT).as_posix() for page in PAGES}


@dataclass(frozen=True)
class Shown:
    """A command in a console block, with what the page shows as its output."""

    page: str
    command: str
    output: tuple[str, ...]

    @property
    def arguments(self) -> list[str]:
        """What follows the name of the program."""
        words = shlex.split(self.command)
        return words[[Path(word).name for word in words].index("samverkan") + 1 :]


def _blocks(page: Path, kind: str) -> Iterator[str]:
    return (block["body"] for block in _FENCE.finditer(page.read_text()) if block["kind"] == kind)


def _shown() -> Iterator[Shown]:
    for page in PAGES:
        for block in _blocks(page, "console"):
            for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                command, *output = part.rstrip("\n").split("\n")
                yield Shown(_NAMES[page], command, tuple(output))


CONSOLES = tuple(_shown())
COMMANDS = tuple(shown for shown in CONSOLES if not shown.command.startswith("curl "))
REQUESTS = tuple(shown for shown in CONSOLES if shown.command.startswith("curl "))
INLINE = tuple(
    Shown(_NAMES[page], command, ())
    for page in PAGES
    for command in re.findall(r"`(?:\./)?(samverkan [^`>]+)", _FENCE.sub("", page.read_text()))
    if len(command.split()) > 2  # not a command by its mere name
)
# Answers of the site as it is; a page also shows what the program says of a file that is broken.
ANSWERS = tuple(
    shown
    for shown in COMMANDS
    if shown.page in SHOWN
    and shown.arguments[0] in {"query", "get"}
    and "--file" not in shown.arguments
    and not shown.output[0].startswith("Error: data/")
)


def _rows(page: str) -> list[list[str]]:
    """The rows of all tables of a page, a text for each cell, without code marks."""
    lines = [line for line in page.splitlines() if line.startswith("|")]
    return [[cell.replace("`", "").strip() for cell in line.strip("|").split("|")] for line in lines]


def _commands() -> Iterator[tuple[str, click.Command]]:
    """Every command by its name; one that has commands below it, by theirs."""
    yield "samverkan", cli.main
    for name, command in cli.main.commands.items():
        below = command.commands.items() if isinstance(command, click.Group) else ()
        yield from ((f"{name} {inner}", each) for inner, each in below)
        if not below:
            yield name, command


def _options() -> Iterator[tuple[str, str]]:
    """Every command of the program with each of its arguments, options and choices."""
    for name, command in _commands():
        context = click.Context(command)
        parameters = command.get_params(context) if command is cli.main else command.params  # -h is told once
        for parameter in parameters:
            argument = isinstance(parameter, click.Argument)
            metavar = [parameter.make_metavar(context).strip("[]")]
            names = metavar if argument else [*parameter.opts, *parameter.secondary_opts]
            yield from ((name, option) for option in names)
            if isinstance(parameter.type, click.Choice):
                yield from ((name, str(choice)) for choice in parameter.type.choices)


OPTIONS = tuple(_options())


def _told(command: str) -> set[str]:
    """The words in code marks, and in the heading, of the part of the reference that speaks of a command."""
    heading = "samverkan" if command == "samverkan" else f"samverkan {command}"
    found = re.search(rf"^## {heading}(?: (?P<takes>\S+))?\n(?P<body>.*?)(?=^## )", REFERENCE, re.MULTILINE | re.DOTALL)
    assert found, command
    code = " ".join([found["takes"] or "", *re.findall(r"`([^`\n]+)`", found["body"])])
    return set(re.findall(r"[\w-]+", code))


def test_this_suite_looks_at_all_it_should() -> None:
    assert {"README.md", "docs/model.md", "docs/own-site.md", "docs/python.md"} <= set(_NAMES.values())
    assert len([name for name in _NAMES.values() if name.startswith("docs/decisions/")]) >= 17
    assert set(cli.main.commands) == {
        "audit",
        "diff",
        "export",
        "forget",
        "get",
        "harvest-check",
        "import",
        "new",
        "preview",
        "publish",
        "push",
        "query",
        "serve",
        "shacl",
        "upgrade",
        "validate",
    }
    assert len(OPTIONS) >= 42
    assert len(COMMANDS) >= 15
    assert len(REQUESTS) >= 11
    assert {shown.page for shown in REQUESTS} == {"README.md", "docs/queries.md", "docs/serve.md"}
    assert len(INLINE) >= 4
    assert len(ANSWERS) >= 6


@pytest.mark.parametrize(("command", "option"), OPTIONS)
def test_every_argument_option_and_choice_is_in_the_reference(command: str, option: str) -> None:
    assert option in _told(command)


def test_every_exit_code_is_in_the_reference() -> None:
    promised = dict(re.findall(r"(\d) ([a-z, ]+)[,.]", (cli.main.help or "").partition("Exit codes:")[2]))
    assert list(promised) == ["0", "1", "2", "3", "4"]
    codes = {row[0]: row[1] for row in _rows(REFERENCE) if row[0].isdigit()}
    assert codes == {code: words.strip() for code, words in promised.items()}


@pytest.mark.parametrize("name", ["LC_ALL", "LC_MESSAGES", "LANG", "NO_COLOR"])
def test_every_variable_of_the_environment_is_in_the_reference(name: str) -> None:
    assert any(f'"{name}"' in path.read_text() for path in Path(cli.__file__).parent.glob("*.py"))
    assert f"`{name}`" in REFERENCE


def test_no_other_variable_of_the_environment_is_read() -> None:
    sources = "\n".join(path.read_text() for path in Path(cli.__file__).parent.rglob("*.py"))
    assert set(re.findall(r"environ(?:\.get\(|\[)\"(\w+)\"", sources)) <= {"NO_COLOR"}


def test_every_setting_is_in_the_reference_and_no_other() -> None:
    table = REFERENCE.partition("## samverkan.toml")[2].partition("## Folders")[0]
    assert {row[0] for row in _rows(table)} - {"key", "---"} == settings._KEYS
    assert "`seconds`" in table


def test_the_settings_of_this_site_are_the_example(ki: Site) -> None:
    example = next(block for block in _blocks(ROOT / "docs/reference.md", "toml"))
    assert ki.settings.base in example
    assert f"seconds = {settings.Settings(ROOT, '', '').gate_seconds}" in example


def test_every_rule_of_the_house_is_explained_with_its_severity() -> None:
    told = {row[0]: row[1] for row in _rows(CHECKS) if row[0] in MESSAGES}
    assert told == {rule: severity.name.lower() for rule, (severity, *_) in MESSAGES.items()}


@pytest.mark.parametrize("form", FORMATS, ids=lambda form: form.name)
def test_every_format_is_told_with_name_suffix_and_media_type(form: Format) -> None:
    assert any(row[:2] == [form.suffix, form.name] and form.media_type in row[2] for row in _rows(RELEASE))


@pytest.mark.parametrize("suffix", sorted(suffix for suffix in MEDIA_TYPES if suffix.count(".") == 1))
def test_every_media_type_of_a_release_is_told(suffix: str) -> None:
    assert any(row[0] == suffix and MEDIA_TYPES[suffix] in row[2] for row in _rows(RELEASE))


@pytest.mark.parametrize("name", cli.QUERY_FORMATS)
def test_every_format_of_an_answer_is_told(name: str) -> None:
    assert name in {row[0] for row in _rows(QUERIES)}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_parameter_is_told(kind: str) -> None:
    assert kind in {row[0] for row in _rows(QUERIES)}


def _children(root: type[errors.SamverkanError]) -> Iterator[type[errors.SamverkanError]]:
    yield root
    for child in root.__subclasses__():
        yield from _children(child)


def test_every_error_is_told_with_its_exit_code() -> None:
    told = {row[0]: row[2] for row in _rows(PYTHON) if row[0].endswith("Error")}
    assert told == {error.__name__: str(error.exit_code) for error in _children(errors.SamverkanError)}


@pytest.mark.parametrize("name", ["settings", "validate", "report", "query", "ask", "queries", "menu", "pages"])
def test_the_python_page_tells_of_what_a_site_does(name: str) -> None:
    assert hasattr(Site, name)
    assert f"site.{name}" in PYTHON


def test_the_examples_of_the_python_page_are_right(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    outcome = doctest.testfile(str(ROOT / "docs/python.md"), module_relative=False, encoding="utf-8")
    assert outcome.attempted >= 25
    assert outcome.failed == 0


def test_what_the_examples_that_are_not_run_import_exists() -> None:
    parsed = [ast.parse(block) for block in _blocks(ROOT / "docs/python.md", "python")]
    imports = [node for tree in parsed for node in tree.body if isinstance(node, ast.ImportFrom) and node.module]
    assert len(imports) >= 4
    for node in imports:
        for name in node.names:
            found = hasattr(import_module(node.module or ""), name.name)
            assert found or util.find_spec(f"{node.module}.{name.name}"), f"{node.module}.{name.name}"


@pytest.mark.parametrize("shown", [*COMMANDS, *INLINE], ids=lambda shown: f"{shown.page}: {shown.command}")
def test_every_command_that_is_shown_is_one(shown: Shown, ki: Site) -> None:
    with cli.main.make_context("samverkan", shown.arguments) as context:
        name, command, rest = cli.main.resolve_command(context, [*context._protected_args, *context.args])
        assert command is not None
        if isinstance(command, click.Group):
            name, command, rest = command.resolve_command(context, rest)
            assert command is not None
        with command.make_context(name, rest, parent=context) as inner:
            asked = inner.params.get("name")
            assert asked is None or asked in ki.queries
            for value in inner.params.get("params") or ():
                assert asked
                ki.queries[asked].parameter(value.partition("=")[0])


def _differences(shown: Shown, site: Path) -> list[str]:
    """The lines that a page shows and the command does not print there; `…` stands for any lines."""
    arguments = ["--site", str(site), *shown.arguments]
    return _lost(shown, CliRunner(env={"LC_ALL": "C.UTF-8"}).invoke(cli.main, arguments).output.splitlines())


def _lost(shown: Shown, lines: list[str]) -> list[str]:
    given = iter(lines)
    lost, skipping = [], False
    for line in shown.output:
        if line == "…":
            skipping = True
        elif skipping:
            skipping = False
            lost += [] if line in given else [line]
        else:
            lost += [] if next(given, None) == line else [line]
    return lost if skipping else [*lost, *given]


@pytest.mark.parametrize("shown", ANSWERS, ids=lambda shown: f"{shown.page}: {shown.command}")
def test_the_output_that_is_shown_is_the_output(shown: Shown) -> None:
    assert shown.output
    assert _differences(shown, ROOT) == []


def test_every_question_in_the_running_text_has_an_answer() -> None:
    asked = [shown.arguments for shown in INLINE if shown.arguments[0] == "query"]
    assert len(asked) >= 4
    assert [CliRunner().invoke(cli.main, ["--site", str(ROOT), *each]).exit_code for each in asked] == [0] * len(asked)


def _curl() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("curl")
    for flag in ("-i", "-L", "-G"):
        parser.add_argument(flag, action="store_true")
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("--data-urlencode")
    parser.add_argument("url")
    return parser


def _printed(answer: Answer, *, head: bool) -> list[str]:
    """What curl prints of an answer."""
    status = f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"
    headers = [f"{name}: {value}" for name, value in answer.headers.items()]
    return [*([status, *headers, ""] if head else []), *answer.text.splitlines()]


def _curled(command: str, live: Live) -> list[str]:
    """The lines that curl prints; a few of its options are understood here, so that the tests don't need it."""
    asked = _curl().parse_args(shlex.split(command)[1:])
    headers = dict(header.split(": ") for header in asked.H)
    place = urlsplit(asked.url)
    path = f"{place.path}?{place.query}" if place.query else place.path
    name, _, value = (asked.data_urlencode or "").partition("=")
    pair = f"{name}={quote(value, safe='')}" if name else ""
    if asked.G or not pair:
        answer = live.ask(f"{path}?{pair}" if pair else path, **headers)
    else:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = live.ask(path, method="POST", body=pair.encode(), **form, **headers)
    printed = _printed(answer, head=asked.i)
    if asked.L and "location" in answer.headers:
        printed += _printed(live.ask(answer.headers["location"], **headers), head=asked.i)
    return printed


@pytest.mark.parametrize("shown", REQUESTS, ids=lambda shown: f"{shown.page}: {shown.command}")
def test_the_answer_that_is_shown_is_the_answer(shown: Shown, live_ki: Live) -> None:
    assert "http://127.0.0.1:8000/" in shown.command
    assert shown.output
    assert _lost(shown, _curled(shown.command, live_ki)) == []


_EXAMPLES = {
    "/KIND/NAME": "/agreement/solna",
    "/def/TERM": "/def/Agreement",
    "/graph/NAME": "/graph/contacts",
    "/def/VERSION": f"/def/{min((ROOT / 'ontology/versions').iterdir()).stem}",
    "/shapes/NAME": f"/shapes/{min((ROOT / 'shapes').glob('*.ttl')).stem}",
    "/query/NAME": "/query/contacts",
}


def _addresses(*pages: str) -> Iterator[str]:
    for page in pages:
        for row in re.findall(r"^\| (`/.*?) \|", page, re.MULTILINE):
            yield from re.findall(r"`(/[^`]*)`", row)


@pytest.mark.parametrize("told", dict.fromkeys(_addresses(SERVE, (ROOT / "README.md").read_text())))
def test_every_address_that_is_told_leads_to_something(told: str, live_ki: Live) -> None:
    path = told
    for general, example in _EXAMPLES.items():
        path = path.replace(general, example)
    assert live_ki.ask(path).status in {200, 303}


def _part(heading: str) -> list[list[str]]:
    """The rows of the tables under a heading of the page on serving."""
    return _rows(SERVE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0])


def test_every_kind_of_problem_is_told_with_its_status() -> None:
    known: dict[str, set[str]] = {}
    for kind in (*problems.TYPES.values(), problems.FAULT):
        known.setdefault(kind.name, set()).add(str(int(kind.status)))
    told = {row[0]: set(row[1].split(", ")) for row in _part("Errors") if row[0] in known}
    assert told == known
    statuses = {int(row[0]) for row in _part("Errors") if row[0].isdigit()}
    assert statuses == set(problems._HTTP) - {412}  # an answer of its own, without a body


def test_every_limit_of_the_server_is_told() -> None:
    told = {row[0]: row[1].partition(" (")[0].partition(",")[0] for row in _part("Limits")}
    http, query = Limits(), lifecycle.Options(ROOT).limits
    assert told == {
        "what": "limit",
        "---": "---",
        "text of a query": f"{LONGEST_QUERY >> 10} KB",
        "nesting of a query": str(DEEPEST),
        "time for a query": f"{query.seconds:g} s",
        "memory for a free query": f"{query.memory >> 20} MB",
        "answer that can't be [streamed](#large-answers)": f"{query.bytes >> 20} MB",
        "address": f"{http.url >> 10} KB",
        "headers": f"{http.headers >> 10} KB",
        "number of headers": str(http.fields),
        "body": f"{http.body >> 10} KB",
        "connections": str(http.connections),
        "time to send the headers": f"{http.header_seconds:g} s",
        "time to send the body": f"{http.body_seconds:g} s",
        "time between two requests": f"{http.idle_seconds:g} s",
        "time to read the next part of an answer": f"{http.write_seconds:g} s",
    }


def test_the_lanes_are_told_as_they_are() -> None:
    told = {row[0]: [each.partition(" (")[0] for each in row[2:]] for row in _part("What protects others from a query")}
    for queue in lifecycle.Options(ROOT).queues:
        clock = f"{queue.seconds:g} s" if queue.seconds < 60 else f"{queue.seconds / 60:g} minutes"
        memory = f"{queue.memory >> 20} MB" if queue.memory < 1 << 30 else f"{queue.memory >> 30} GB"
        assert told[queue.name] == [str(queue.workers), str(queue.waiting), clock, memory]


def test_every_field_of_the_access_log_is_told(live_ki: Live) -> None:
    live_ki.ask("/healthz")
    end = time.monotonic() + 10
    while not live_ki.log and time.monotonic() < end:
        time.sleep(0.05)
    fields = list(json.loads(live_ki.log.splitlines()[0]))
    told = [row[0] for row in _rows(SERVE.partition("### The access log")[2].partition("\n### ")[0])]
    assert told == ["field", "---", *fields]
    assert list(json.loads(next(_blocks(ROOT / "docs/serve.md", "json")))) == fields


def _of(page: str, *commands: str) -> list[Shown]:
    return [shown for shown in COMMANDS if shown.page == page and shown.arguments[0] in commands]


def test_the_worked_example_of_a_site_of_ones_own_is_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = ROOT / "docs/own-site.md"
    monkeypatch.chdir(tmp_path)
    asked, given, *others = (shlex.split(block.replace("\\\n", " ")) for block in _blocks(page, "sh"))
    assert given[: len(asked)] == asked
    arguments, left = given[1 : given.index("cd")], given[given.index("cd") :]
    made = CliRunner().invoke(cli.main, arguments)
    assert (made.exit_code, left) == (0, ["cd", "lund"])
    site = tmp_path / left[1]
    monkeypatch.chdir(site)
    done = [words[1] for words in others]
    assert done == ["export", "import", "validate", "serve", "publish", "upgrade"]
    assert [CliRunner().invoke(cli.main, words[1:]).exit_code for words in others[:2]] == [0, 0]
    assert [CliRunner().invoke(cli.main, [name]).exit_code for name in ("validate", "upgrade")] == [0, 0]
    (shown,) = _of("docs/own-site.md", "query")
    assert _differences(shown, site) == []
    named = re.findall(r"`data/([a-z]+)\.ttl`", page.read_text())
    assert set(named) == {path.stem for path in (site / "data").iterdir()}
    for name in ("governance-levels", "money-flows"):
        (site / f"queries/{name}.rq").unlink()
    assert samverkan.open(site).report.conforms
    queries = re.findall(r"`([a-z-]+\.rq)`", page.read_text())
    assert len(queries) >= 12
    migrations = {path.name for path in (ROOT / "earlier").rglob("migrations/*.rq")}
    assert migrations <= set(queries)
    assert [name for name in queries if not (ROOT / "queries" / name).exists() and name not in migrations] == []


def test_the_worked_example_of_a_new_agreement_is_right(tmp_path: Path) -> None:
    for folder in ("ontology", "shapes", "queries", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "samverkan.toml", tmp_path)
    _, _, _, facts, sources, evidence, mended, *_ = _blocks(ROOT / "docs/model.md", "turtle")
    page = tmp_path / "data/page-exempelbro.ttl"
    page.write_text(facts)
    for name, more in (("sources", sources), ("evidence", evidence)):
        with (tmp_path / f"data/{name}.ttl").open("a") as file:
            file.write(f"\n{more}")
    wrong, right, *rest = _of("docs/model.md", "validate", "query")[:-3]
    assert _differences(wrong, tmp_path) == []
    known = "    sam:validityKind"
    page.write_text(facts[: facts.index("    sam:signatureDate")] + mended + facts[facts.index(known) :])
    assert _differences(right, tmp_path) == []
    assert rest
    assert [_differences(shown, tmp_path) for shown in rest] == [[]] * len(rest)


def test_the_worked_example_of_a_withdrawn_address_is_right(tmp_path: Path) -> None:
    for folder in ("ontology", "shapes", "queries", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "samverkan.toml", tmp_path)
    *_, notice, source = _blocks(ROOT / "docs/model.md", "turtle")
    described, old, new = "\n    a dcterms:Location", "place:stockholm-county", "place:stockholms-lan"
    curation, evidence = tmp_path / "data/curation.ttl", tmp_path / "data/evidence.ttl"
    assert curation.read_text().count(old + described) == 1
    curation.write_text(curation.read_text().replace(old + described, new + described))
    identifiers = tmp_path / "data/identifiers.ttl"
    identifiers.write_text(
        identifiers.read_text().replace(f"{old}\n    adms:identifier", f"{new}\n    adms:identifier")
    )
    (tmp_path / "data/withdrawn.ttl").write_text(notice)
    with (tmp_path / "data/sources.ttl").open("a") as file:
        file.write(f"\n{source}")
    *_, wrong, between, right = _of("docs/model.md", "validate")
    assert _differences(wrong, tmp_path) == []
    curation.write_text(curation.read_text().replace(old, new))
    assert _differences(between, tmp_path) == []
    evidence.write_text(evidence.read_text().replace("/place/stockholm-county>", "/place/stockholms-lan>"))
    assert _differences(right, tmp_path) == []


def test_the_broken_agreement_of_the_readme_is_told_as_shown(tmp_path: Path) -> None:
    for folder in ("ontology", "shapes", "queries", "data"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "samverkan.toml", tmp_path)
    page = tmp_path / "data/page-en.ttl"
    text = page.read_text()
    party = "sam:party organisation:karolinska-institutet"
    assert f"{party} , organisation:solna ;" in text
    page.write_text(text.replace(f"{party} , organisation:solna ;", f"{party} ;"))
    shown = [*_of("README.md", "validate"), *_of("docs/checks.md", "validate")]
    assert len(shown) == 2
    assert [_differences(one, tmp_path) for one in shown] == [[], []]


def test_the_readme_has_the_two_commands_and_ci_runs_the_second() -> None:
    readme = (ROOT / "README.md").read_text()
    lines = [line for block in _blocks(ROOT / "README.md", "sh") for line in block.splitlines()]
    assert lines == ["./samverkan serve", "tests/run"]
    script = (ROOT / ".ci/run").read_text()
    wanted = re.search(r"sed -n '/\^(.*)\$/p' README\.md", script)
    assert wanted
    assert wanted[1].replace("\\", "") == lines[1]
    assert len(readme.splitlines()) <= 160


@pytest.mark.parametrize(
    "script", [".ci/run", "tests/run", "samverkan", "scripts/environment.sh", "scripts/hooks/pre-commit"]
)
def test_no_step_of_a_script_can_end_it_in_silence(script: str) -> None:
    text = (ROOT / script).read_text()
    assert not re.search(r"=\"?\$\((?:grep|curl)\b", text)  # it finds nothing, and `set -e` ends all
    hurried = re.search(r"\|\s*(?:grep -\w*q|head|cmp)", text)
    assert not hurried  # such a reader leaves while it is written to, and `pipefail` ends all


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", _FENCE.sub("", page.read_text()), re.MULTILINE)
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {heading.strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=_NAMES.get)
def test_links_inside_the_repository_lead_somewhere(page: Path) -> None:
    for link in _LINK.finditer(_FENCE.sub("", page.read_text())):
        target, _, anchor = link["target"].partition("#")
        if target.startswith(("http://", "https://")):
            continue
        place = (page.parent / target).resolve() if target else page
        assert place.exists(), link["target"]
        assert not anchor or anchor in _anchors(place), link["target"]


@pytest.mark.parametrize("page", PAGES, ids=_NAMES.get)
def test_no_page_names_a_path_of_somebodys_machine(page: Path) -> None:
    assert not _MACHINE.search(page.read_text())


def test_the_model_page_names_every_class_and_every_file_of_facts() -> None:
    ontology = (ROOT / "ontology/samverkan.ttl").read_text()
    classes = re.findall(r"^(sam:\w+)\n    a owl:Class ;", ontology, re.MULTILINE)
    assert len(classes) >= 13
    assert [name for name in classes if f"`{name}`" not in MODEL] == []
    files = {path.name for path in (ROOT / "data").glob("*.ttl")}
    assert files == {row[0] for row in _rows(MODEL) if row[0].endswith(".ttl")}


def test_all_fourteen_traps_are_told() -> None:
    assert [row[0] for row in _rows(MODEL) if row[0].isdigit()] == [str(number) for number in range(1, 15)]


def test_the_licence_of_the_data_is_the_one_of_the_settings(ki: Site) -> None:
    assert ki.settings.license
    assert ki.settings.license in (ROOT / "LICENSE-DATA").read_text()
    assert "MIT License" in (ROOT / "LICENSE").read_text()


def test_the_changelog_knows_both_versions() -> None:
    engine, ontology = (ROOT / "CHANGELOG.md").read_text().split("## Ontology")
    assert f"### {samverkan.__version__} " in engine
    version = re.search(r'owl:versionInfo "([^"]+)"', (ROOT / "ontology/samverkan.ttl").read_text())
    assert version
    assert f"### {version[1]} " in ontology
