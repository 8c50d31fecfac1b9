"""Programs that people have already, each asking the real site as its documentation says."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
import signposting
from tests.live import Live

AGREEMENTS = "SELECT ?agreement { ?agreement a <https://w3id.org/samverkan/def/Agreement> }"


@pytest.fixture(scope="module")
def base(live_ki: Live) -> str:
    return f"http://127.0.0.1:{live_ki.port}/"


def run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def test_pandas_reads_tables_by_their_address(base: str) -> None:
    import pandas as pd

    listed = pd.read_csv(f"{base}query/contacts.csv?lang=en")
    assert "Maria Schönnings" in listed.to_string()
    assert len(pd.read_csv(f"{base}sparql.csv?query={quote(AGREEMENTS)}")) == 6


def test_raptor_reads_documents_and_the_catalogue_by_their_address(base: str) -> None:
    asked = run("rapper", "-q", "-g", "-o", "ntriples", f"{base}doc/agreement/solna")
    plain = run("curl", "-sS", "--fail", f"{base}doc/agreement/solna.nt")
    assert len(asked.splitlines()) == len(plain.splitlines()) > 20
    catalogue = run("rapper", "-q", "-i", "rdfxml", "-o", "ntriples", f"{base}datasets/dcat")
    assert "http://www.w3.org/ns/dcat#Catalog" in catalogue


@pytest.mark.parametrize("way", [("-p", "sparql"), ("-D", "dump/dataset.ttl")], ids=["the endpoint", "the dump"])
def test_rasqal_asks(base: str, way: tuple[str, str]) -> None:
    option, path = way
    assert len(run("roqet", "-q", option, f"{base}{path}", "-r", "csv", "-e", AGREEMENTS).splitlines()) == 1 + 6


def test_a_signposting_client_finds_the_thing_its_licence_and_what_leads_on(base: str) -> None:
    found = signposting.find_signposting_http(f"{base}doc/agreement/solna")
    assert str(found.citeAs.target).endswith("/id/agreement/solna")
    assert found.license
    assert [str(each.target) for each in found.describedBy] == [f"{base}schema/Agreement.json"]
    assert [str(each.target) for each in found.linksets] == [f"{base}linkset"]


def test_a_generated_client_gives_rows_with_types(base: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "settings.yaml").write_text("post_hooks: []\npackage_name_override: made\n")
    (tmp_path / "openapi.json").write_text(run("curl", "-sS", "--fail", f"{base}openapi.json"))
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", "openapi.json"]
    options = ["--config", "settings.yaml", "--meta", "none"]
    found = os.environ | {"PYTHONWARNINGS": ""}
    subprocess.run([*command, *options], cwd=tmp_path, env=found, check=True, capture_output=True, timeout=120)
    monkeypatch.syspath_prepend(tmp_path)
    made = importlib.import_module("made")
    query = importlib.import_module("made.api.agreements.query_agreement_list")
    models = importlib.import_module("made.models")

    with made.Client(base_url=base.rstrip("/")) as client:
        rows = query.sync(client=client, lang=models.Languages.EN).results.bindings
    assert {type(row) for row in rows} == {models.AgreementListRow}
    assert len({row.item.value for row in rows}) == 6
