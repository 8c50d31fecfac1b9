"""The front desk: what goes to which stream, in which language, with which exit code."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
from collections.abc import Callable, Mapping
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import samverkan
from samverkan import cli, command_line, validation
from samverkan.formats import FORMATS, formats_for
from samverkan.model.results import BooleanResult, Graph, Table

DOLL = Path(__file__).parents[1] / "site"
SWEDISH = {"LC_ALL": "sv_SE.UTF-8"}
VIOLATION = "\n<https://example.org/doll/id/keeper/k9> a <https://example.org/doll/def/Keeper> .\n"

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


def inside(
    *arguments: str | Path, stdin: bytes = b"", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """The command line in this process: for long tables, where a process of its own each would take its time."""
    runner = CliRunner(env={"LC_ALL": "C.UTF-8", **(env or {})})
    ended = runner.invoke(cli.main, [*map(str, arguments)], input=stdin)
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    return subprocess.CompletedProcess(arguments, ended.exit_code, ended.stdout_bytes, ended.stderr_bytes)


@pytest.fixture
def doll_run() -> Run:
    """The command line on the small site."""
    return lambda *arguments, **more: inside("--site", DOLL, *arguments, **more)


def on_terminal(*arguments: str | Path, **env: str) -> tuple[int, str]:
    """Run the command line on a terminal of its own; its exit code and all that the terminal shows."""
    reader, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (40, 150))
    process = subprocess.Popen(
        [sys.executable, "-m", "samverkan", *map(str, arguments)],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env={**os.environ, "LC_ALL": "C.UTF-8", "TERM": "xterm", "COLUMNS": "150", **env},
    )
    os.close(terminal)
    shown = b""
    while select.select([reader], [], [], 60)[0]:
        try:
            part = os.read(reader, 65536)
        except OSError:  # Linux says so that the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(reader)
    return process.wait(60), shown.decode()


# ---------------------------------------------------------------- tables


def test_the_choices_are_those_that_there_are() -> None:
    assert set(cli.ENGINES) == set(validation.ENGINES)
    assert {"table", *(f.name for f in FORMATS if f.name not in {"trig", "nquads", "nquads-gzip"})} == set(
        cli.QUERY_FORMATS
    )
    assert [name.upper() for name in cli.THRESHOLDS] == [severity.name for severity in validation.Severity]


def test_everything_is_said_in_both_languages() -> None:
    assert set(cli._SAID) == set(command_line.LANGUAGES)
    assert cli._SAID["sv"].keys() == cli._SAID["en"].keys()
    for key, words in cli._SAID["en"].items():
        assert re.findall(r"\{\w+", words) == re.findall(r"\{\w+", cli._SAID["sv"][key])


def test_every_command_and_option_has_help() -> None:
    below = {f"new {name}": command for name, command in cli.new.commands.items()}
    assert list(below) == ["new site"]
    for name, command in {**cli.main.commands, **below}.items():
        ended = inside(*name.split(), "--help")
        assert (ended.returncode, ended.stderr) == (0, b"")
        shown = ended.stdout.decode()
        assert command.help
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help
                assert max(parameter.opts, key=len) in shown
    assert b"Exit codes: 0 fine" in inside("--help").stdout


def test_the_version_is_told(run: Run) -> None:
    assert samverkan.__version__.encode() in run("--version").stdout


def test_help_needs_no_site(run: Run, tmp_path: Path) -> None:
    assert run("validate", "-h", cwd=tmp_path).returncode == 0
    assert run("validate", cwd=tmp_path).returncode == 3


def test_the_command_and_the_module_are_the_same(run: Run) -> None:
    arguments = ("--site", str(DOLL), "query", "lights")
    command = [str(Path(sys.executable).with_name("samverkan")), *arguments]
    ended = subprocess.run(command, capture_output=True, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"})

    assert ended.stdout == run(*arguments).stdout == inside(*arguments).stdout


# ---------------------------------------------------------------- validate


@pytest.mark.parametrize(
    ("added", "threshold", "code"),
    [
        ("", "violation", 0),
        ("", "warning", 1),
        ("", "info", 1),
        (VIOLATION, "violation", 1),
        (VIOLATION, "info", 1),
        ("<a>", "violation", 3),
        ("<a>", "info", 3),
    ],
)
def test_the_exit_code_tells_what_was_found(added: str, threshold: str, code: int, copy: Path) -> None:
    with (copy / "data" / "lights.ttl").open("a") as file:
        file.write(added)
    for form in cli.REPORTS if threshold == "violation" else ("text",):
        ended = inside("--site", copy, "validate", "--fail-on", threshold, "--format", form)
        assert (ended.returncode, ended.stderr) == (code, b"")
        assert ended.stdout


def test_a_warning_fails_only_where_it_is_asked_to(copy: Path) -> None:
    (copy / "data" / "empty.ttl").write_text("")

    assert inside("--site", copy, "validate").returncode == 0
    assert inside("--site", copy, "validate", "--fail-on", "warning").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "env", "word"),
    [
        ((), {}, "statements."),
        ((), SWEDISH, "påståenden."),
        (("--lang", "sv"), {}, "påståenden."),
        (("--lang", "en"), SWEDISH, "statements."),
        ((), {"LC_ALL": "", "LC_MESSAGES": "", "LANG": "sv_FI.UTF-8"}, "påståenden."),
        ((), {"LC_ALL": "de_DE.UTF-8"}, "statements."),
        ((), {"LC_ALL": "C", "LANG": "sv_SE.UTF-8"}, "statements."),
    ],
)
def test_the_language_is_the_option_or_the_locale(
    arguments: tuple[str, ...], env: dict[str, str], word: str, doll_run: Run
) -> None:
    assert word in doll_run("validate", *arguments, env=env).stdout.decode()


def test_the_site_is_the_current_folder(copy: Path, run: Run) -> None:
    assert run("validate", cwd=copy).stdout == run("--site", copy, "validate").stdout


# ---------------------------------------------------------------- query


def test_the_queries_are_listed_with_their_parameters(doll_run: Run) -> None:
    english, swedish = doll_run("query"), doll_run("query", env=SWEDISH)

    assert (english.returncode, english.stderr) == (0, b"")
    assert re.search(r"^lights +All lights$", english.stdout.decode(), re.MULTILINE)
    assert re.search(r"^ +-p since=… +Since: ", english.stdout.decode(), re.MULTILINE)
    assert english.stdout != swedish.stdout


def test_an_answer_goes_to_stdout_and_nothing_else_does(doll_run: Run) -> None:
    ended = doll_run("query", "lights", "-p", "lang=sv")

    assert (ended.returncode, ended.stderr) == (0, b"")
    assert ended.stdout.startswith(b"light,label,height\r\n")
    assert b"\x1b" not in ended.stdout


def test_the_language_of_labels_follows_the_messages(doll_run: Run) -> None:
    assert "Måsudden" in doll_run("query", "lights", env=SWEDISH).stdout.decode()
    assert "Gull Point" in doll_run("query", "lights").stdout.decode()
    assert "Måsudden" in doll_run("query", "lights", "-p", "lang=sv").stdout.decode()


FORMATS_OF = {
    "lights": {"table", *(form.name for form in formats_for(Table))},
    "all-kept": {"table", *(form.name for form in formats_for(BooleanResult))},
    "lights-graph": {form.name for form in formats_for(Graph)},
}


@pytest.mark.parametrize("name", FORMATS_OF)
def test_an_answer_has_the_formats_of_its_kind_and_says_which(name: str, doll_run: Run) -> None:
    for form in cli.QUERY_FORMATS:
        ended = doll_run("query", name, "--format", form)
        if form in FORMATS_OF[name]:
            assert ended.returncode == 0
            assert ended.stdout
        else:
            assert (ended.returncode, ended.stdout) == (2, b"")
            told = ended.stderr.decode()
            assert all(other in told for other in FORMATS_OF[name])


# What is asked for, and what the message names.
WRONG: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "an unknown query": (("query", "light"), ("Did you mean lights",)),
    "a query that is like none": (("query", "zzzz"), ("Choose one of these: all-kept, find", "keeper")),
    "an unknown parameter": (("query", "lights", "-p", "x=y"), ("Its parameters are: lang",)),
    "a parameter without a value": (("query", "lights", "-p", "lang"), ("NAME=VALUE",)),
    "a parameter twice": (("query", "lights", "-p", "lang=sv", "-p", "lang=en"), ("twice",)),
    "a value that is not on the menu": (("query", "keeper", "-p", "keeper=k7"), ("'k7'", "k1", "k2")),
    "a language that is not spoken": (("query", "lights", "-p", "lang=xx"), ("'xx'", "sv", "en")),
    "a day that is none": (("query", "search", "-p", "since=2020-02-30"), ("2020-02-30", "YYYY-MM-DD")),
    "a number that is none": (("query", "search", "-p", "lamps=1e3"), ("1e3", "whole number")),
    "an IRI that breaks out": (("query", "keeper", "-p", "keeper=k1> } #"), ("k1> } #",)),
    "both a name and a file": (("query", "lights", "--file", "x.rq"), ("--file",)),
    "a file without its option": (("query", "mine/x.rq"), ("--file mine/x.rq",)),
    "what follows for a canned query": (("query", "lights", "--inferred"), ("--inferred", "--file")),
    "parameters for a file": (("query", "-p", "a=b", "--file", "x.rq"), ("--file",)),
    "no such file": (("query", "--file", "nowhere.rq"), ("nowhere.rq",)),
    "a folder as file": (("query", "--file", "/"), ("/",)),
    "an unknown format": (("query", "lights", "--format", "xlsx"), ("csv", "turtle")),
    "an unknown engine": (("validate", "--engine", "x"), ("samverkan", "pyshacl")),
    "an unknown threshold": (("validate", "--fail-on", "x"), ("info", "warning", "violation")),
    "an unknown command": (("valdate",), ("valdate",)),
    "an unknown option": (("validate", "--fromat", "x"), ("--fromat",)),
    "an unknown language": (("validate", "--lang", "de"), ("sv", "en")),
    "an unknown path": (("get", "/doc/lighthouse/nowhere"), ("manifest.json",)),
    "a type that is not there": (("get", "/doc/lighthouse/masudden", "--accept", "image/png"), ("text/turtle",)),
    "a path out of the site": (("get", "../../../etc/passwd"), ("etc/passwd",)),
    "an escaped path out": (("get", "doc/%2e%2e/%2e%2e/samverkan.toml"), ("manifest.json",)),
    "the root": (("get", "/"), ("manifest.json",)),
    "the sources": (("get", "data/lights.ttl"), ("manifest.json",)),
}


@pytest.mark.parametrize("name", WRONG)
def test_wrong_usage_says_what_is_allowed(name: str, doll_run: Run) -> None:
    arguments, words = WRONG[name]
    for env in ({}, SWEDISH):
        ended = doll_run(*arguments, env=env)
        told = ended.stderr.decode()

        assert (ended.returncode, ended.stdout) == (2, b"")
        assert "Traceback" not in told
        assert "\x1b" not in told
        assert env or all(word in told for word in words), told


QUERIES: dict[str, tuple[str | bytes, str]] = {
    "a broken query": ("SELECT *\nWHERE { ?s ?p", ":2: "),
    "an undeclared prefix": ("SELECT *\n{ ?s nope:x ?o }", "PREFIX nope:"),
    "an update": ("DELETE WHERE { ?s ?p ?o }", ":1: "),
    "another server": ("SELECT * {\nSERVICE <http://localhost/> { ?s ?p ?o } }", ":2: SERVICE"),
    "another server, hidden": ("SELECT * { \\u0053ERVICE <http://localhost/> { ?s ?p ?o } }", "SERVICE"),
    "a file": ("SELECT *\nFROM <file:///etc/passwd> { ?s ?p ?o }", ":2: FROM"),
    "too long a query": (f"SELECT * {{ ?s ?p '{'x' * 70_000}' }}", "64 KB"),
    "too deep a query": (f"SELECT * {'{' * 3000}{'}' * 3000}", "nested"),
    "Latin-1": (b"SELECT * {\n ?s ?p '\xe5' }", ":2: "),
    "UTF-16": ("SELECT * { ?s ?p ?o }".encode("utf-16"), "UTF-8"),
    "nothing": ("", ":1: "),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_bad_query_is_told_with_file_and_line(name: str, doll_run: Run, tmp_path: Path) -> None:
    text, word = QUERIES[name]
    content = text if isinstance(text, bytes) else text.encode()
    file = tmp_path / "x.rq"
    file.write_bytes(content)
    for shown, ended in (
        (str(file), doll_run("query", "--file", file)),
        ("standard input", doll_run("query", "--file", "-", stdin=content)),
    ):
        assert (ended.returncode, ended.stdout) in {(2, b""), (3, b"")}
        told = ended.stderr.decode()
        assert told.startswith(f"Error: {shown}")
        assert word in told
        assert "Traceback" not in told


def test_a_query_comes_from_a_file_a_pipe_or_standard_input(doll_run: Run, tmp_path: Path) -> None:
    query = b"\xef\xbb\xbfPREFIX x: <https://example.org/doll/def/>\r\nSELECT ?k { ?k a x:Keeper } ORDER BY ?k"
    (tmp_path / "x.rq").write_bytes(query)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = subprocess.Popen(["sh", "-c", 'cat "$1" > "$2"', "sh", tmp_path / "x.rq", pipe])
    answers = {
        doll_run("query", "--file", tmp_path / "x.rq").stdout,
        doll_run("query", "--file", "-", stdin=query).stdout,
        doll_run("query", "--file", pipe).stdout,
    }
    assert writer.wait() == 0
    assert answers == {
        b"k\r\nhttps://example.org/doll/id/keeper/k1\r\nhttps://example.org/doll/id/keeper/k2\r\n",
    }


def test_relative_iris_are_what_they_are_at_the_endpoint(doll_run: Run) -> None:
    query = b"CONSTRUCT { <s> <#p> ?n } FROM <graph/lights> FROM graph:logbook { { SELECT (1 AS ?n) {} } }"
    ended = doll_run("query", "--file", "-", "--format", "ntriples", stdin=query)

    assert ended.returncode == 0
    assert ended.stdout.startswith(b"<https://example.org/doll/s> <https://example.org/doll/sparql#p> ")


def test_the_prefixes_of_the_site_need_no_declaration(doll_run: Run) -> None:
    ended = doll_run("query", "--file", "-", stdin=b"ASK { ?s a doll:Keeper }")

    assert (ended.returncode, ended.stdout.strip()) == (0, b"true")


# ---------------------------------------------------------------- streams and terminals


def test_a_reader_that_has_seen_enough_is_no_error(copy: Path) -> None:
    line = "<https://example.org/doll/id/keeper/k{0}> a <https://example.org/doll/def/Keeper> .\n"
    (copy / "data" / "many.ttl").write_text("".join(map(line.format, range(10, 2000))))
    for command in ("validate", "query --file x.rq", "get dump/dataset.ttl"):
        (copy / "x.rq").write_text("SELECT * { ?s ?p ?o }")
        piped = f'"{sys.executable}" -m samverkan {command} | head -n 1'
        ended = subprocess.run(["bash", "-c", f"set -o pipefail; {piped}"], cwd=copy, capture_output=True, check=False)

        assert ended.stderr == b""
        assert ended.stdout.count(b"\n") == 1


def test_a_full_disk_behind_stdout_is_told() -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "samverkan", "--site", DOLL, "get", "manifest.json"],
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )

    assert ended.returncode == 4
    assert ended.stderr == b"Error: The answer could not be written: No space left on device.\n"


def test_a_terminal_gets_a_table() -> None:
    code, shown = on_terminal("--site", DOLL, "query", "lights", "-p", "lang=en")

    assert code == 0
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert re.search(r"light +label +height", plain)
    assert "4 rows" in shown


def test_a_terminal_gets_progress_and_a_pipe_does_not(run: Run, tmp_path: Path) -> None:
    code, shown = on_terminal("--site", DOLL, "publish", tmp_path / "one")
    piped = run("--site", DOLL, "publish", tmp_path / "two")

    assert code == 0
    assert "Checking" in shown
    assert "Publishing" in shown
    assert piped.stdout == b""
    assert re.fullmatch(rb"\d+ files, \d+\.\d MB in two/\n", piped.stderr)


def test_no_color_is_respected() -> None:
    wrong = ("--site", DOLL, "query", "nowhere")

    assert "\x1b[31m" in on_terminal(*wrong)[1]
    assert "\x1b" not in on_terminal(*wrong, NO_COLOR="1")[1]


def test_a_value_can_not_steer_the_terminal(copy: Path) -> None:
    (copy / "data" / "odd.ttl").write_text(
        '<https://example.org/doll/id/keeper/k9> <http://xmlns.com/foaf/0.1/name> "\\u001B]0;x\\u0007\\u202Ea" .\n'
    )
    (copy / "x.rq").write_text("SELECT ?n { <https://example.org/doll/id/keeper/k9> ?p ?n }")
    for arguments in (("validate",), ("query", "--file", str(copy / "x.rq"))):
        shown = on_terminal("--site", copy, *arguments, NO_COLOR="1", TERM="dumb")[1]
        assert "\x07" not in shown
        assert "\x1b]" not in shown
        assert "\u202e" not in shown


# ---------------------------------------------------------------- publish


def test_the_default_target_is_in_the_site_and_a_given_one_in_the_current_folder(copy: Path, run: Run) -> None:
    elsewhere = copy.parent / "elsewhere"
    elsewhere.mkdir()
    run("--site", copy, "publish", cwd=elsewhere)
    run("--site", copy, "publish", "out", cwd=elsewhere)

    assert (copy / "public" / "manifest.json").is_file()
    assert [path.name for path in elsewhere.iterdir()] == ["out"]


def test_a_site_with_findings_is_not_published(copy: Path, run: Run) -> None:
    with (copy / "data" / "lights.ttl").open("a") as file:
        file.write(VIOLATION)
    ended = run("--site", copy, "publish", env=SWEDISH)
    told = ended.stderr.decode()

    assert (ended.returncode, ended.stdout) == (1, b"")
    assert "FEL [Keeper-name]" in told
    assert told.endswith("Inget publiceras.\n")
    assert not (copy / "public").exists()


class Watch:
    """A command with `--watch` in a process of its own, and what it says; what it writes is in a file."""

    def __init__(self, site: Path, *command: str) -> None:
        self.written = site.parent / "written.txt"
        with self.written.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "samverkan", "--site", site, *(command or ("publish",)), "--watch"],
                env={**os.environ, "LC_ALL": "C.UTF-8"},
                stdout=output,
                stderr=subprocess.PIPE,
            )

    def heard(self, word: str) -> str:
        """Everything up to the line with a word in it."""
        assert self.process.stderr
        said = ""
        while word not in said:
            line = self.process.stderr.readline().decode()
            assert line, said
            said += line
        return said

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        code = self.process.wait(30)
        assert self.process.stderr
        self.process.stderr.close()
        return code


@pytest.mark.slow
def test_watching_publishes_each_change_and_survives_broken_ones(copy: Path) -> None:
    facts, settings = copy / "data" / "lights.ttl", copy / "samverkan.toml"
    good = facts.read_text()
    watch = Watch(copy)
    try:
        watch.heard("Waiting")
        before = (copy / "public" / "manifest.json").read_bytes()
        for path, content, word in (
            (facts, f"{good}<a", "data/lights.ttl"),
            (settings, "base =", "samverkan.toml"),
            (facts, good + VIOLATION, "Nothing is published."),
        ):
            kept = path.read_text()
            path.write_text(content)
            assert word in watch.heard("Waiting")
            assert (copy / "public" / "manifest.json").read_bytes() == before
            path.write_text(kept)
            assert "files" in watch.heard("Waiting")
        before, stranger = (copy / "public" / "manifest.json").read_bytes(), copy / "public" / "robots.txt"
        stranger.write_text("mine")
        facts.write_text(good + "\n")
        assert "Added: robots.txt." in watch.heard("Waiting")
        assert (copy / "public" / "manifest.json").read_bytes() == before
        stranger.rename(copy / "robots.txt")
        assert "files" in watch.heard("Waiting"), "the reason is gone, though no file of the site has changed"
        facts.write_text(good + VIOLATION.replace(" .\n", ' ; <http://xmlns.com/foaf/0.1/name> "Nio" .\n'))
        assert "files" in watch.heard("Waiting")
        assert (copy / "public" / "doc" / "keeper" / "k9.ttl").is_file()
    finally:
        code = watch.end(signal.SIGINT)
    assert code == 0


@pytest.mark.slow
def test_watching_ends_when_it_is_told_to_and_leaves_nothing_behind(copy: Path) -> None:
    watch = Watch(copy)
    try:
        watch.heard("Waiting")
    finally:
        code = watch.end(signal.SIGTERM)
    assert code == 0
    assert sorted(path.name for path in copy.iterdir() if path.name[0] in "p.") == ["public"]


def test_watching_findings_tells_what_each_burst_of_changes_has_changed_until_it_is_stopped(copy: Path) -> None:
    facts, settings = copy / "data" / "lights.ttl", copy / "samverkan.toml"
    good, kept = facts.read_text(), settings.read_text()
    watch = Watch(copy, "validate")
    try:
        assert "Traceback" not in watch.heard("Waiting")
        (copy / "data" / ".lights.ttl.swp").write_text("an editor's own")
        for size in (10, 20, len(good)):
            facts.write_text(good[:size])
        facts.write_text(good + VIOLATION)
        watch.heard("Waiting")
        facts.rename(copy / "lights.ttl")  # a file that goes and comes back
        watch.heard("Waiting")
        (copy / "lights.ttl").rename(facts)
        watch.heard("Waiting")
        settings.write_text("base =")
        assert "samverkan.toml" in watch.heard("Waiting")
        settings.write_text(kept)
        watch.heard("Waiting")
        facts.write_text(f"{good}<a")
        watch.heard("Waiting")
        facts.write_text(good)
        watch.heard("Waiting")
    finally:
        code = watch.end(signal.SIGINT)
    checked = re.sub("[0-9.]+ s", "… s", "\n".join(re.findall("Checked in .*", watch.written.read_text())))
    assert code == 0
    first, burst, gone, back, *others = checked.splitlines()
    assert (first, burst) == ("Checked in … s.", "Checked in … s: 1 new finding, 0 gone.")
    assert [*map(int, re.findall(r"\d+", gone))] == [*map(int, re.findall(r"\d+", back))][::-1]
    assert others == [
        "Checked in … s: 0 new findings, 0 gone.",
        "Checked in … s.",
        "Checked in … s: 0 new findings, 1 gone.",
    ]


def test_watching_findings_writes_a_whole_report_each_time_in_the_format_that_is_asked_for(copy: Path) -> None:
    watch = Watch(copy, "validate", "--format", "json")
    try:
        watch.heard("Waiting")
        with (copy / "data" / "lights.ttl").open("a") as file:
            file.write(VIOLATION)
        watch.heard("Waiting")
    finally:
        code = watch.end(signal.SIGTERM)
    first, second = watch.written.read_text().replace("}\n{", "}\0{").split("\0")
    assert code == 0
    assert (json.loads(first)["conforms"], json.loads(second)["conforms"]) == (True, False)


def test_watching_what_a_store_holds_is_refused(run: Run) -> None:
    ended = run("validate", "--watch", "--endpoint", "http://127.0.0.1:1/query")

    assert ended.returncode == 2
    assert b"can't be combined with --endpoint" in ended.stderr


# ---------------------------------------------------------------- get


def test_the_address_of_a_thing_leads_to_its_document(doll_run: Run) -> None:
    ended = doll_run("get", "/id/lighthouse/masudden")

    assert ended.returncode == 0
    assert ended.stderr == b"303 See Other: /doc/lighthouse/masudden\n"
    assert ended.stdout == doll_run("get", "doc/lighthouse/masudden.ttl").stdout


@pytest.mark.parametrize(
    ("path", "accept", "same_as"),
    [
        ("doc/lighthouse/masudden", None, "doc/lighthouse/masudden.ttl"),
        ("/doc/lighthouse/masudden/", "*/*", "doc/lighthouse/masudden.ttl"),
        ("doc/lighthouse/masudden", "application/ld+json;q=0.9, text/turtle;q=0.1", "doc/lighthouse/masudden.jsonld"),
        ("doc/lighthouse/masudden", "image/png, application/rdf+xml;q=0.2", "doc/lighthouse/masudden.rdf"),
        ("doc/lighthouse/masudden", "text/html, */*;q=0.8", "doc/lighthouse/masudden.sv.html"),
        ("doc/lighthouse/masudden.nt", "text/turtle", "doc/lighthouse/masudden.nt"),
        ("query/lights", "text/csv", "query/lights.csv"),
        ("query/lights.csv?lang=sv", None, "query/lights.csv"),
        ("query/lights.safe.csv", "text/csv", "query/lights.safe.csv"),
    ],
)
def test_what_is_served_is_negotiated_and_a_suffix_wins(
    path: str, accept: str | None, same_as: str, doll_run: Run
) -> None:
    ended = doll_run("get", path, *(("--accept", accept) if accept else ()))

    assert ended.returncode == 0
    assert ended.stdout == doll_run("get", same_as).stdout


def test_the_manifest_is_data(doll_run: Run) -> None:
    manifest = json.loads(doll_run("get", "manifest.json").stdout)

    assert manifest["base"] == "https://example.org/doll/"


@pytest.mark.parametrize("name", ["sums without end", "differences without end", "a cross join"])
def test_a_query_that_would_end_or_fill_its_process_is_told(name: str, doll_run: Run) -> None:
    sparql = {
        "sums without end": f"SELECT * {{ ?s ?p ?o FILTER(1{'+1' * 20_000} > 3) }}",
        "differences without end": f"SELECT * {{ ?s ?p ?o {'MINUS { ?s ?p ?o }' * 3_000} }}",
        "a cross join": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
    }[name]

    found = doll_run("query", "--file", "-", "--timeout", "2", stdin=sparql.encode())

    assert (found.returncode, found.stdout) == (2, b"")
    assert found.stderr.startswith(b"Error: standard input: The query ")


def test_a_graph_and_a_verdict_come_back_from_their_own_process(doll_run: Run) -> None:
    graph = doll_run("query", "--file", "-", "--format", "ntriples", stdin=b'CONSTRUCT { _:b <urn:p> "\\u0041\\n" } {}')
    verdict = doll_run("query", "--file", "-", stdin=b"ASK {}")

    assert graph.stdout.endswith(b' <urn:p> "A\\n" .\n')
    assert verdict.stdout == b"true\n"


def test_a_date_that_does_not_exist_is_a_finding_without_a_traceback(copy: Path, run: Run) -> None:
    with (copy / "data" / "lights.ttl").open("a") as file:
        file.write(
            "\n<https://example.org/doll/id/keeper/k1> <https://example.org/doll/def/born> "
            '"2022-13-45"^^<http://www.w3.org/2001/XMLSchema#date> .\n'
        )
    found = run("--site", copy, "validate")

    assert b"Traceback" not in found.stderr
    assert b"undeclared-term" in found.stdout
