"""The templates for merge requests and commits: what they run is there."""

from __future__ import annotations

import re
import shlex
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
