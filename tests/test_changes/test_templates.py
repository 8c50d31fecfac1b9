"""The templates for merge requests and commits: what they run is there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from samverkan import cli

ROOT = Path(__file__).parents[2]
FILES = ("docs/ci/github.yml", "docs/ci/gitlab.yml", ".pre-commit-hooks.yaml")


def texts(found: Any) -> Iterator[str]:
    """All texts in a document."""
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict | list):
        for each in found.values() if isinstance(found, dict) else found:
            yield from texts(each)


@pytest.mark.parametrize("name", FILES)
def test_a_template_is_yaml_and_its_commands_are_ours(name: str) -> None:
    found = yaml.safe_load((ROOT / name).read_text("utf-8"))
    lines = [line.strip() for text in texts(found) for line in text.splitlines()]
    commands = [line for line in lines if line.startswith("samverkan ") and " " in line]
    assert commands
    for command in commands:
        if command == "samverkan validate":
            continue
        words = shlex.split(re.split(r"\s[>|]", command)[0])[1:]
        with cli.main.make_context("samverkan", words.copy()) as context:
            one = cli.main.get_command(context, words[0])
            assert isinstance(one, click.Command)
            one.make_context(words[0], words[1:])


def commented(name: str, said: str, folder: Path) -> str:
    """The comment that a template writes where `samverkan diff` fails and says something instead of changes."""
    found = [text for text in texts(yaml.safe_load((ROOT / name).read_text("utf-8"))) if "changes." in text]
    script = [text for text in found if re.match("samverkan diff|head", text)]
    (folder / "samverkan").write_text(f"#!/bin/sh\n{said}\nexit 3\n")
    for each in (folder / "samverkan", folder / "gh"):
        each.touch()
        each.chmod(0o755)
    path = {"PATH": f"{folder}:{os.environ['PATH']}", "BASE": "HEAD"}
    subprocess.run(["bash", "-c", "\n".join(script)], cwd=folder, env=path, check=True, timeout=20)
    return (folder / "changes.md").read_text("utf-8")


@pytest.mark.parametrize("name", FILES[:2])
def test_a_site_that_can_not_be_read_and_a_very_long_change_have_a_comment_all_the_same(
    name: str, tmp_path: Path
) -> None:
    assert commented(name, "echo Fel: data/page.ttl:1 >&2", tmp_path) == "    Fel: data/page.ttl:1\n"
    text = commented(name, "yes 'Ändrat: Åäö' | head -n 9000", tmp_path)
    assert 40_000 < len(text) <= 65_536
    assert text.startswith("    Ändrat: Åäö\n")
