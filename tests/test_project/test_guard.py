"""The guard of the ratios that must not get worse: its table, and what it makes of figures. No time is measured."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from bench import guard
from bench.guard import ROWS, Row, Told, chosen, failures, guarded, last_runs
from bench.latency import Client, plain, slower
from bench.run import Bench
from bench.tasks import DataOnly, publish_ours

WANTED = {
    *("reading", "shacl", "validating", "publishing", "start", "cold-query", "push"),
    *("page-new", "page-kept", "canned-new", "canned-kept", "free-new", "free-kept"),
}


def part(_: Bench) -> dict[str, float]:
    return {"one": 1.5, "two": 2.5}


def broken(_: Bench) -> dict[str, float]:
    raise RuntimeError("it ended with 1")


ONE = Row("one", "how", guard.SMALL, "a peer", 2, part)
TWO = replace(ONE, key="two")


def told(*rows: Row, **options: bool) -> list[Told]:
    return list(guarded(rows, Path(), last={}, **options))


# ------------------------------------------------------------ the table


def test_every_row_has_a_name_of_its_own_and_a_limit() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)
    assert all(row.limit > 0 and row.how and row.peer for row in ROWS)
    assert all(re.fullmatch(r"[a-z]+(-[a-z0-9]+)?-(10k|100k|1m)", row.name) for row in ROWS)


@pytest.mark.parametrize("size", [guard.SMALL, guard.LARGE])
def test_all_that_must_not_get_worse_is_measured_at_both_sizes_new_and_kept_apart(size: int) -> None:
    assert {row.key for row in ROWS if row.triples == size and not row.is_long} == WANTED


def test_only_what_needs_a_million_triples_takes_long_and_each_of_it_has_its_last_run() -> None:
    long = {row.name for row in ROWS if row.is_long}

    assert long == {row.name for row in ROWS if row.triples == guard.HUGE}
    assert long == set(last_runs())
    for run in last_runs().values():
        assert run["figure"] > 0
        assert re.fullmatch("[0-9a-f]{7,40}", run["commit"])
        date.fromisoformat(run["day"])


def test_the_documentation_has_every_row_with_its_limit() -> None:
    page = (Path(__file__).parents[2] / "docs" / "performance.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z0-9-]+)` \|.*\| ≤ ([0-9.]+) \|", page, re.MULTILINE))

    assert rows == {row.name: f"{row.limit:g}" for row in ROWS}


# ------------------------------------------------------------ what it makes of figures


def test_a_worse_figure_fails_by_its_name_with_figure_and_limit() -> None:
    found = told(ONE, TWO)

    assert [each.verdict for each in found] == ["kept", "WORSE"]
    assert failures(found) == ["two-10k: 2.50 beside a peer (how), and the limit is 2"]


@pytest.mark.parametrize(("figure", "is_worse"), [(1.99, False), (2.0, False), (2.01, True)])
def test_the_limit_itself_is_kept(figure: float, is_worse: bool) -> None:
    assert Told(ONE, figure).is_worse == is_worse


def test_what_measures_several_rows_runs_once() -> None:
    runs: list[int] = []

    def counted(bench: Bench) -> dict[str, float]:
        runs.append(bench.triples)
        return part(bench)

    one, two = (replace(row, part=counted) for row in (ONE, TWO))
    told(one, two, replace(one, triples=guard.LARGE))
    assert runs == [guard.SMALL, guard.LARGE]


def test_a_row_whose_peer_is_not_installed_is_told_and_fails_only_where_that_is_strict() -> None:
    found = told(replace(TWO, needs=("no_such_module",)), replace(ONE, needs=("pytest", Path(sys.executable).name)))

    assert [each.verdict for each in found] == ["not measured: no_such_module is not installed", "kept"]
    assert failures(found) == []
    assert failures(found, strict=True) == ["two-10k: not measured: no_such_module is not installed"]


def test_a_part_that_breaks_fails_by_name_and_the_others_are_measured() -> None:
    found = told(replace(ONE, part=broken), ONE)

    assert failures(found) == ["one-10k: broken: RuntimeError: it ended with 1"]
    assert found[1].verdict == "kept"


def test_what_takes_long_is_told_as_it_was_and_measured_if_that_is_asked_for() -> None:
    row = replace(TWO, triples=guard.HUGE, is_long=True)
    last = {"two-1m": {"figure": 1.2, "commit": "abc1234", "day": "2026-11-29"}}
    (before,) = guarded([row], Path(), last=last)
    (now,) = guarded([row], Path(), last=last, long=True)

    assert (before.figure, before.verdict) == (1.2, "last run 2026-11-29, abc1234")
    assert not failures([before])
    assert (now.figure, now.verdict) == (2.5, "WORSE")
    assert guard.kept([now])["two-1m"]["figure"] == 2.5
    assert failures(told(row)) == ["two-1m: never measured: run it with --long"]


def test_a_last_run_above_the_limit_fails_as_well() -> None:
    row = replace(ONE, triples=guard.HUGE, is_long=True)
    (found,) = guarded([row], Path(), last={"one-1m": {"figure": 9.0, "commit": "abc1234", "day": "2026-11-29"}})

    assert found.verdict == "WORSE, last run 2026-11-29, abc1234"
    assert failures([found]) == ["one-1m: 9.00 beside a peer (how), and the limit is 2"]


def test_rows_are_chosen_by_their_names_or_how_those_begin() -> None:
    assert chosen("") == ROWS
    assert [row.name for row in chosen("reading,push-10k")] == ["reading-10k", "reading-100k", "push-10k"]
    with pytest.raises(ValueError, match="no row is called pusj"):
        chosen("push,pusj")


def test_the_command_fails_with_1_and_tells_it_as_json(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "ROWS", (ONE, TWO))
    monkeypatch.setattr(guard, "compile_into", lambda _: None)
    monkeypatch.setattr(sys, "argv", ["guard", "--json"])

    assert guard.main() == 1
    out, err = capsys.readouterr()
    assert [(row["name"], row["figure"], row["verdict"]) for row in json.loads(out)] == [
        ("one-10k", 1.5, "kept"),
        ("two-10k", 2.5, "WORSE"),
    ]
    assert err.startswith("two-10k: 2.50 beside a peer (how), and the limit is 2\n2 rows in ")


# ------------------------------------------------------------ what it measures with


def test_a_wait_is_compared_with_that_for_as_many_bytes_from_a_server_that_only_answers() -> None:
    with plain() as address, Client(address) as ours, Client(address) as other:
        assert [ours.get(f"/{size}")[1] for size in (0, 1, 5_000_000)] == [0, 1, 5_000_000]
        assert slower(ours, other, [["/100"] * 5] * 3) > 0


def test_publishing_is_measured_without_pages_and_answers(doll: DataOnly, tmp_path: Path) -> None:
    publish_ours(doll.root, tmp_path / "out")()
    written = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*")}

    assert not [path for path in written if path.endswith(".html") or path.startswith("query/")]
    assert len(written) > 100
