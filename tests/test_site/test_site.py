"""A site from Python: opened, checked, asked and looked up."""

from __future__ import annotations

from pathlib import Path

import pytest

import samverkan
from samverkan.errors import NotFoundError, ParameterError, UnreadableError, UnreadableSiteError, UsageError
from samverkan.model.results import BooleanResult, Graph, Table

DOLL = Path(__file__).parents[1] / "site"
K1 = "https://example.org/doll/id/keeper/k1"


def test_a_site_is_opened_by_text_or_path_and_conforms() -> None:
    assert samverkan.open(str(DOLL)).root == samverkan.open(DOLL).root
    assert samverkan.open(DOLL).validate().conforms


def test_both_sites_of_the_repository_conform(ki: samverkan.Site, doll: samverkan.Site) -> None:
    assert ki.report.conforms
    assert doll.report.conforms


def test_a_folder_without_settings_is_no_site(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"has no samverkan\.toml"):
        samverkan.open(tmp_path)


def test_each_kind_of_query_gives_its_kind_of_answer(doll: samverkan.Site) -> None:
    assert isinstance(doll.query("lights"), Table)
    assert isinstance(doll.query("lights-graph"), Graph)
    assert isinstance(doll.query("all-kept"), BooleanResult)


def test_a_value_may_be_whole_short_or_by_prefix(doll: samverkan.Site) -> None:
    answers = [doll.query("keeper", keeper=value) for value in (K1, "k1")]

    assert answers[0] == answers[1]
    assert doll.query("keeper", {"keeper": "k1"}) == answers[0]
    assert doll.query("keeper", keeper="k2") != answers[0]


@pytest.mark.parametrize("value", ["k3", "", K1 + ">", "k1 } #", "https://example.org/doll/def/Keeper", "K1"])
def test_a_stranger_on_a_menu_is_refused_with_the_menu(value: str, doll: samverkan.Site) -> None:
    with pytest.raises(ParameterError) as caught:
        doll.query("keeper", keeper=value)
    assert caught.value.parameter == "keeper"
    assert "k1" in str(caught.value)


def test_unknown_names_are_refused_with_a_suggestion(doll: samverkan.Site) -> None:
    with pytest.raises(NotFoundError, match="Did you mean lights"):
        doll.query("lihgts")
    with pytest.raises(ParameterError, match="Its parameters are: lang"):
        doll.query("lights", language="sv")


def test_a_menu_lists_what_there_is(doll: samverkan.Site) -> None:
    menus = {
        (name, parameter.name): doll.menu(parameter)
        for name, query in doll.queries.items()
        for parameter in query.parameters
    }

    assert menus["keeper", "keeper"] == (K1, K1.replace("k1", "k2"))
    assert menus["lights", "lang"] == ("sv", "en")
    assert len(menus["visits", "light"]) == 4
    assert menus["search", "text"] == ()


def test_a_free_query_knows_the_prefixes_and_can_not_change_anything(doll: samverkan.Site) -> None:
    assert doll.ask("ASK { ?s a doll:Keeper }") == BooleanResult(value=True)
    for update in (
        "DELETE WHERE { ?s ?p ?o }",
        "CLEAR ALL",
        "LOAD <file:///etc/passwd>",
        "INSERT DATA { <a:> <b:> 1 }",
    ):
        with pytest.raises(UsageError):
            doll.ask(update)
    assert doll.ask("ASK { ?s a doll:Keeper }") == BooleanResult(value=True)


def test_a_query_may_name_a_published_graph_and_no_other(doll: samverkan.Site) -> None:
    graph = "https://example.org/doll/graph/lights"

    assert doll.ask(f"ASK FROM <{graph}> {{ ?s a doll:Keeper }}") == BooleanResult(value=True)
    for other in ("file:///etc/passwd", "https://example.org/doll/graph/nowhere", "http://localhost/"):
        with pytest.raises(UsageError, match="FROM is refused"):
            doll.ask(f"ASK FROM <{other}> {{ ?s ?p ?o }}")


def test_all_unreadable_files_are_in_one_error(copy: Path) -> None:
    (copy / "data" / "a.ttl").write_bytes(b"\xff")
    (copy / "data" / "b.ttl").write_bytes(b"\xff")
    with pytest.raises(UnreadableSiteError) as caught:
        _ = samverkan.open(copy).dataset

    assert [str(error.place) for error in caught.value.errors] == ["data/a.ttl:1", "data/b.ttl:1"]
    assert caught.value.message("sv").count("Spara den som UTF-8.") == 2


def test_every_path_has_its_page_and_no_two_share_a_file(doll: samverkan.Site) -> None:
    assert all(path and not path.startswith("/") for path in doll.pages)
    assert {"def", "context", "dump/dataset", "validation", "doc/keeper/k1", "graph/lights"} <= doll.pages.keys()
    assert len({path.casefold() for path in doll.pages}) == len(doll.pages)


def test_the_answer_of_a_query_does_not_depend_on_what_was_asked_before() -> None:
    fresh, used = samverkan.open(DOLL), samverkan.open(DOLL)
    used.validate()
    used.query("visits")
    used.ask("SELECT * { ?s ?p ?o }")

    assert fresh.query("lights", lang="sv") == used.query("lights", lang="sv")
    assert fresh.query("lights-graph") == used.query("lights-graph")


def test_a_query_that_takes_too_long_to_be_read_is_told_with_its_file(
    copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("samverkan.site.checked_site._READ_SECONDS", 0.5)
    nested = "?label"
    for _ in range(24):  # the engine's time doubles with each
        nested = f'REPLACE({nested}, "a", "b")'
    (copy / "queries" / "deep.rq").write_text(f"SELECT ?label {{ ?s ?p ?o BIND ({nested} AS ?label) }}\n")

    (finding,) = samverkan.open(copy).validate().findings
    assert finding.places[0].file == "queries/deep.rq"
    assert "can't be read within 0.5 seconds" in finding.message["en"]
