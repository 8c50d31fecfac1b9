"""The model comes with the program."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path

import pytest
from tests.conftest import ROOT

from samverkan.authoring import shipped as shipping
from samverkan.authoring.shipped import Shipped, shipped
from samverkan.errors import UnreadableError


def test_a_wheel_holds_all_that_is_read_of_the_model(tmp_path: Path) -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    for name, place in build["force-include"].items():
        folder, target = ROOT / name, tmp_path / place
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if folder.is_dir() else shutil.copy)(folder, target)
    packed, here = Shipped(tmp_path / "samverkan" / shipping._PACKED), shipped()
    assert here.root == ROOT
    for found in (packed, here):
        assert len(found.current.files) > 100
        assert set(found.earlier) == {Path(name).stem for name in found.versions}
        assert all(found.migrations(version) for version in found.earlier)
    assert (packed.base, packed.ontology, packed.current, packed.template, dict(packed.earlier)) == (
        *(here.base, here.ontology, here.current, here.template),
        dict(here.earlier),
    )


def test_a_program_without_its_model_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shipping, "__file__", str(tmp_path / "lib/samverkan/authoring/shipped.py"))
    with pytest.raises(UnreadableError, match="without its model"):
        shipped()
