"""Today is an input: the day that is asked for, else that of SOURCE_DATE_EPOCH, else the clock's."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.test_validation.test_checks import DOLL, Broken, S, built

import samverkan
from samverkan import Site
from samverkan.cli import main
from samverkan.errors import Place, UsageError
from samverkan.model.queries import Parameter, Query
from samverkan.model.sparql import at
from samverkan.model.today import EPOCH, today
from samverkan.publication import resolver

DAY = date(2024, 2, 29)
MOMENT = '"2024-02-29T00:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>'


def test_the_day_is_that_of_source_date_epoch_where_it_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(EPOCH, "1709164800")
    assert today() == DAY
    monkeypatch.setenv(EPOCH, "")
    assert today() == date.today()  # noqa: DTZ011 - the clock is what is asked about


@pytest.mark.parametrize("text", ["x", "1e400", "9" * 30, "2024-02-29"])
def test_a_source_date_epoch_that_is_no_time_is_told(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(EPOCH, text)
    with pytest.raises(UsageError, match=EPOCH) as told:
        samverkan.open(DOLL)
    assert text in told.value.message("sv")


QUERIES = (
    ("ASK { FILTER (?a < NOW()) }", f"ASK {{ FILTER (?a < {MOMENT}) }}"),
    ("ASK { FILTER (now ( ) != Now()) }", f"ASK {{ FILTER ({MOMENT} != {MOMENT}) }}"),
    ("ASK { ?now ?p 'NOW()' } # NOW()", "ASK { ?now ?p 'NOW()' } # NOW()"),
    ("ASK { ?a <urn:NOW()> ?b ; x:now ?c }", "ASK { ?a <urn:NOW()> ?b ; x:now ?c }"),
)


@pytest.mark.parametrize(("asked", "wanted"), QUERIES)
def test_now_in_a_query_is_the_beginning_of_the_day(asked: str, wanted: str) -> None:
    assert at(DAY, asked) == wanted


def test_now_in_a_canned_query_is_the_beginning_of_the_day_and_in_its_values_nothing_but_text() -> None:
    text = "SELECT * { VALUES ?x { 'a' } FILTER (?y < NOW()) VALUES ?z { 1 } BIND (NOW() AS ?now) }"
    spans = [(text.index("'a'") - 1, text.index("'a'") + 4), (text.index("1 }") - 1, text.index("1 }") + 2)]
    taken = tuple(
        Parameter(name, kind, {}, span) for name, kind, span in zip("xz", ("text", "integer"), spans, strict=True)
    )
    query = Query("q", text, Place("q.rq"), parameters=taken)
    bound = query.bind({"z": "2", "x": "NOW()"}, DAY)
    number = '"2"^^<http://www.w3.org/2001/XMLSchema#integer>'
    wanted = (
        text.replace("'a'", "'NOW'").replace("1 }", f"{number} }}").replace("NOW()", MOMENT).replace("'NOW'", '"NOW()"')
    )
    assert bound == wanted
    assert query.bind({"x": "b"}) == text.replace("'a'", '"b"')


RULE = (
    "s:words sh:sparql s:q . s:q sh:message 'Late.'@en , 'Sent.'@sv ; "
    "sh:select 'SELECT $this { $this a ?class . FILTER (SUBSTR(STR(NOW()), 1, 10) = \"2024-02-29\") }' ."
)


@pytest.mark.parametrize("engine", ["samverkan", "pyshacl"])
def test_a_shape_asks_for_the_day_that_was_given(engine: str, tmp_path: Path) -> None:
    built(tmp_path, Broken("", add={S: RULE}))
    found = [samverkan.open(tmp_path, as_of=day).validate(engine).findings for day in (DAY, date(2024, 3, 1))]
    assert [[each.rule for each in findings] for findings in found] == [["words"], []]


def test_the_manifest_says_for_which_day_a_release_was_checked() -> None:
    site = samverkan.open(DOLL, as_of=DAY)
    assert json.loads(resolver.fetch(site, "manifest.json").content)["asOf"] == "2024-02-29"


def test_what_was_signed_after_the_day_is_a_warning(ki: Site) -> None:
    found = samverkan.open(ki.root, as_of=date(2024, 1, 1)).validate().findings
    late = sorted((each.focus or "").rpartition("/")[2] for each in found if each.rule == "NotYet-signatureDate")
    assert late == ["solna", "upplands-bro"]


@pytest.mark.parametrize("command", ["validate", "publish", "push", "serve"])
def test_each_command_that_checks_takes_the_day(command: str) -> None:
    said = CliRunner().invoke(main, [command, "--as-of", "yesterday"])
    assert said.exit_code == 2
    assert "does not match the format '%Y-%m-%d'" in said.output
