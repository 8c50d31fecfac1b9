"""Whatever a person reads is there in Swedish and in English, and says the same things in both."""

from __future__ import annotations

import ast
import itertools
import json
import os
import re
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

from samverkan import cli, command_line, errors, settings
from samverkan.errors import Place, UnreadableError, UnreadableSiteError
from samverkan.model import file_mistakes, turtle_mistake_messages
from samverkan.model.query_heads import read_head
from samverkan.validation import Finding, Report, Severity, messages, reports, shape_reasons

ROOT = Path(__file__).parents[2]
SWEDISH = {"LC_ALL": "sv_SE.UTF-8"}
CHECKS = (ROOT / "docs/checks.md").read_text("utf-8")

Words = tuple[str, str]


def _tables() -> Iterator[tuple[str, str, str]]:
    """Each message with its name, in Swedish and English."""
    yield from ((rule, sv, en) for rule, (_, sv, en) in messages.MESSAGES.items())
    for table in (messages.REMARKS, messages.CONSTRAINTS, turtle_mistake_messages.MESSAGES):
        yield from ((name, *words) for name, words in table.items())
    yield from ((name, *words) for name, words in turtle_mistake_messages.REMEDIES.items())
    for said in (file_mistakes._TOML, file_mistakes._JSON, file_mistakes._YAML):
        yield from ((pattern, *words) for pattern, words in said)
    yield from ((name, sv, f"{en} {remedy}") for name, (en, remedy, sv) in settings._SAID.items())
    yield from ((name, cli._SAID["sv"][name], en) for name, en in cli._SAID["en"].items())


def _slots(text: str) -> set[str]:
    return {name for _, name, *_ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(("name", "sv", "en"), list(_tables()), ids=lambda each: each[:30])
def test_a_message_says_the_same_in_both_languages(name: str, sv: str, en: str) -> None:
    assert sv
    assert en
    assert sv != en or _slots(sv), name
    # What differs by language has a slot of its own in each; values that English needs no second time may be left out.
    assert {each.removesuffix("_sv") for each in _slots(sv)} - {"sv", "sv_do"} <= _slots(en) | {
        each.removesuffix("_en") for each in _slots(en)
    } | {"key", "value", "known"}


def _raised() -> Iterator[tuple[str, ast.Call]]:
    """Every place where one of our errors is made."""
    names = {name for name, found in vars(errors).items() if isinstance(found, type) and name.endswith("Error")}
    for path in sorted((ROOT / "src").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names and node.args:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def test_no_error_is_without_swedish() -> None:
    # These take no words: they are made of other errors, or have words of their own.
    bare = {"UnreadableSiteError", "TooLargeError"}
    silent = [
        place
        for place, call in _raised()
        if getattr(call.func, "id", "") not in bare and not {"sv", None} & {keyword.arg for keyword in call.keywords}
    ]
    assert silent == []


def _commands(group: click.Group) -> Iterator[click.Command]:
    for command in group.commands.values():
        yield command
        if isinstance(command, click.Group):
            yield from _commands(command)


def test_every_command_and_option_has_help_in_swedish() -> None:
    said = [cli.main.help, *(command.help for command in _commands(cli.main))]
    options = [each for command in (cli.main, *_commands(cli.main)) for each in command.params]
    said += [each.help for each in options if isinstance(each, click.Option)]
    assert [text for text in said if text and command_line.translated(text) == text] == []


@pytest.mark.parametrize(
    ("words", "sv"),
    [
        (["validat"], "Fel: Kommandot 'validat' finns inte. Menade du 'validate'?"),
        (["validate", "--fomat", "x"], "Fel: Alternativet '--fomat' finns inte. Menade du '--format'?"),
        (["validate", "--format", "x"], "är inte något av 'text', 'json'"),
        (["validate", "x"], "Det här hör inte till kommandot: x"),
        (["serve", "--port", "x"], "x är inget heltal"),
        (["serve", "--port", "99999"], "99999 är utanför gränserna 0<=x<=65535"),
        (["serve", "--host", ""], "skriv en adress, som 127.0.0.1"),
        (["publish", "--as-of", "3"], "'3' är inget datum. Skriv det som 2026-01-31."),
        (["query", "-p"], "behöver ett värde"),
        (["shacl"], "Argumentet 'DATA' saknas"),
        (["push"], "Alternativet '--endpoint' måste anges"),
        (["validate", "--watch=1"], "tar inget värde"),
    ],
    ids=lambda each: " ".join(each) if isinstance(each, list) else None,
)
def test_wrong_usage_is_told_in_swedish(words: list[str], sv: str) -> None:
    ended = CliRunner(env=SWEDISH).invoke(cli.main, words)
    assert ended.exit_code == 2
    assert sv in ended.stderr
    assert not re.search(r"Error|Usage|Options|Missing|Invalid|No such", ended.stderr)


def test_help_is_in_the_language_that_is_asked_for() -> None:
    by_locale, by_option, english = (
        CliRunner(env=env).invoke(cli.main, ["validate", *words, "--help"]).stdout
        for env, words in ((SWEDISH, []), ({"LC_ALL": "C"}, ["--lang", "sv"]), (SWEDISH, ["--lang=en"]))
    )
    assert by_locale == by_option
    assert "Alternativ:" in by_locale
    assert not re.search(r"Options|default:|Show this|How to", by_locale)
    assert "How to write the report." in english


def test_all_mistakes_of_the_settings_are_told_at_once(tmp_path: Path) -> None:
    text = 'bas = "https://a.example/"\nontology = "a"\nlanguages = "sv"\ntitel = 1\n'
    (tmp_path / "samverkan.toml").write_text(text)
    with pytest.raises(UnreadableSiteError) as raised:
        settings.read_settings(tmp_path)
    told = {(each.place.line, each.sv) for each in raised.value.errors if each.place}
    assert {line for line, _ in told} == {1, 2, 3, 4}
    assert (1, "'bas' är ingen inställning. Menade du base?") in told
    assert (4, "'titel' är ingen inställning. Menade du title?") in told


@pytest.mark.parametrize(
    ("text", "line", "sv"),
    [
        ('base = "https://a.example/\nontology = "x"', 1, "citattecken saknas"),
        ("base = https://a.example/", 1, "Skriv text inom citattecken"),
        ("public: true", 1, "är ingen inställning"),
        ('a = 1\na = 2\nb = "x"', 2, "står två gånger"),
        ('a = ["x",\n"y"\nb = 2', 2, "En lista slutar aldrig"),
        ("a = True", 1, "Menade du true?"),
        ("a = \u201dx\u201d", 1, "typografiskt citattecken (U+201D)"),
    ],
)
def test_broken_toml_is_told_in_swedish(text: str, line: int, sv: str) -> None:
    found = file_mistakes.of_toml(text)
    assert found[0].line == line
    assert sv in found[0].sv


@pytest.mark.parametrize(
    ("text", "line", "sv"),
    [
        ('{"a": 1\n "b": 2}', 1, "saknas ett kommatecken"),
        ('{"a": 1,\n}', 2, "inget kommatecken stå"),
        ('{"a": "x\n}', 1, "citattecken saknas"),
        ('{"a": True}', 1, "Menade du true?"),
        ("{\u201da\u201d: 1}", 1, "U+201D"),
    ],
)
def test_a_broken_context_is_told_in_swedish(text: str, line: int, sv: str) -> None:
    with pytest.raises(json.JSONDecodeError) as raised:
        json.loads(text)
    found = file_mistakes.of_json(text, raised.value)
    assert (found[0].line, sv in found[0].sv) == (line, True), found


@pytest.mark.parametrize(
    ("head", "line", "sv"),
    [
        ("#+ summary: Avtal: alla\n", 1, "kolon"),
        ('#+ title: x\n#+ summary: "Avtal\n', 2, "citattecken saknas"),
        ("#+ summary: {sv: Avtal\n", 1, "stängs aldrig"),
        ("#+ a: 1\n#+\tb: 2\n", 2, "tabb"),
    ],
)
def test_a_broken_head_is_told_in_swedish(head: str, line: int, sv: str) -> None:
    with pytest.raises(UnreadableError) as raised:
        read_head(f"{head}SELECT * {{}}", "queries/x.rq")
    assert raised.value.place == Place("queries/x.rq", line)
    assert sv in raised.value.sv


def _matchers() -> list[dict[str, Any]]:
    blocks = re.findall(r"^```json\n(.*?)^```", CHECKS, re.MULTILINE | re.DOTALL)
    block = next(each for each in blocks if "problemMatcher" in each)
    found: list[dict[str, Any]] = json.loads(block)["tasks"][0]["problemMatcher"]
    return found


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_problem_matchers_of_the_docs_read_real_output(language: str) -> None:
    places = (Place("data/a.ttl", 7), Place("data/b.ttl", 9))
    told = {
        severity: Finding("x", "some-rule", severity, {"sv": "Så.", "en": "So."}, places=places)
        for severity in Severity
    }
    lines = reports.plain(Report(tuple(told.values())), language).split("\n")
    read: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for matcher in _matchers():
        first, second = matcher["pattern"]
        for line, following in itertools.pairwise(lines):
            if found := re.match(first["regexp"], line):
                message = re.match(second["regexp"], following)
                read.setdefault(matcher["severity"], []).append((found.groups(), message[1] if message else ""))
    said = {"sv": "Så.", "en": "So."}[language]
    assert read == {each: [(("data/a.ttl", "7", "some-rule"), said)] for each in ("error", "warning", "info")}


def test_the_end_of_a_check_is_seen_by_the_matchers() -> None:
    for matcher in _matchers():
        background: dict[str, str] = matcher["background"]
        for said in cli._SAID.values():
            assert re.search(background["endsPattern"], said["watching"])
            assert re.search(background["beginsPattern"], f"{said['checking']} …")


def test_the_hook_of_the_docs_refuses_what_cannot_be_published(copy: Path) -> None:
    hook = next(each for each in re.findall(r"^```sh\n(#!.*?)^```", CHECKS, re.MULTILINE | re.DOTALL))
    subprocess.run(["git", "init", "-q", "."], cwd=copy, check=True)
    path = copy / ".git/hooks/pre-commit"
    path.write_text(hook)
    path.chmod(0o755)
    commit = ["git", "-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-qam", "x"]
    # The hook calls what is installed beside this Python, which needn't be on the path of who runs the tests.
    found = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(["git", "add", "-A"], cwd=copy, check=True)
    accepted = subprocess.run(commit, cwd=copy, env=found, check=False, capture_output=True, text=True)
    assert accepted.returncode == 0, accepted.stderr
    with (copy / "data/lights.ttl").open("a") as stream:
        stream.write("\n<https://example.org/doll/id/book/x> a <https://example.org/doll/def/Bok> .\n")
    refused = subprocess.run(commit, cwd=copy, env=found, check=False, capture_output=True, text=True)
    assert refused.returncode == 1
    assert "VIOLATION" in refused.stderr


def test_every_reason_why_a_shape_cannot_be_used_has_swedish_words() -> None:
    texts = (path.read_text("utf-8") for path in (ROOT / "src/samverkan/validation").rglob("*.py"))
    reasons = [found for text in texts for found in re.findall(r"ShapeError\(f?\"([^\"]+)\"", text)]
    plain = [re.sub(r"\{+[^{}]*\}+", "x", each) for each in reasons]
    assert len(plain) > 30
    assert [each for each in plain if shape_reasons.in_swedish(each) == each] == []
