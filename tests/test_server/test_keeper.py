"""A site is opened once: its data are served before its pages are ready, and a change reads only what has changed."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar, cast

import pytest
from tests.live import children

from samverkan.formats.jsonld import Context
from samverkan.model import paths
from samverkan.model.results import Table
from samverkan.publication.published import RenewableSite
from samverkan.server import job_handler
from samverkan.server.http import released
from samverkan.server.http.problems import Problem
from samverkan.server.http.released import ServedRelease
from samverkan.server.lifecycle import Options
from samverkan.server.pool import JobReply, KeeperProcess, NotOpenedError, Queue, WorkerPool
from samverkan.server.pool.keeper import Stage, UnopenedError
from samverkan.server.queue_names import FREE, PAGES, needs_all
from samverkan.validation.validation_input import ValidationInput

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no keeper without fork")
linux = pytest.mark.skipif(sys.platform != "linux", reason="the processes of a process are listed on Linux only")

WORK = [sys.executable, "-m", "tests.keeper_work"]
QUEUE = Queue("one", workers=1, uses=100, seconds=15.0, memory=256 << 20, waiting=10)
DAY = date(2026, 11, 30)

T = TypeVar("T")


@asynccontextmanager
async def kept() -> AsyncIterator[KeeperProcess]:
    keeper = KeeperProcess(WORK)
    try:
        yield keeper
    finally:
        await keeper.close()


def told(story: Callable[[KeeperProcess], Awaitable[T]]) -> T:
    async def whole() -> T:
        async with kept() as keeper:
            return await story(keeper)

    return asyncio.run(whole())


async def done(pool: WorkerPool) -> Mapping[str, Any]:
    return (await pool.ask("one", {"do": "it"})).head


async def soon(holds: Callable[[], bool]) -> bool:
    for _ in range(500):
        if holds():
            return True
        await asyncio.sleep(0.01)
    return False


def test_jobs_are_done_before_all_is_ready_and_all_of_them_afterwards() -> None:
    async def story(keeper: KeeperProcess) -> None:
        first, whole = await keeper.open({"seconds": 0.3}, [QUEUE])
        assert whole is not None
        assert not whole.done()
        assert (await done(first))["stage"] == "first"
        last = await whole
        assert (await done(last))["stage"] == "whole"
        assert first.ready == last.ready
        await first.close(0)
        assert (await done(last))["stage"] == "whole"
        await last.close(0)

    told(story)


def test_what_is_opened_again_is_opened_by_the_process_that_knows_it() -> None:
    async def story(keeper: KeeperProcess) -> None:
        one, none = await keeper.open({}, [QUEUE])
        other, _ = await keeper.open({}, [QUEUE])
        assert none is None
        assert one.ready["keeper"] == other.ready["keeper"]
        assert [(await done(each))["number"] for each in (one, other)] == [1, 2]
        await one.close(0)
        await other.close(0)

    told(story)


@linux
def test_a_supervisor_that_is_closed_is_reaped() -> None:
    async def story(keeper: KeeperProcess) -> None:
        pool, _ = await keeper.open({}, [QUEUE])
        assert children(pool.ready["keeper"]) == [pool.pid]
        await pool.close(0)
        assert children(pool.ready["keeper"]) == []

    told(story)


def test_what_is_refused_says_why_and_ends_nothing() -> None:
    async def story(keeper: KeeperProcess) -> None:
        pool, _ = await keeper.open({}, [QUEUE])
        with pytest.raises(NotOpenedError) as refused:
            await keeper.open({"refuse": {"en": "No."}}, [QUEUE])
        assert refused.value.why == {"en": "No."}
        assert (await done(pool))["number"] == 1
        again, _ = await keeper.open({}, [QUEUE])
        assert (await done(again))["number"] == 3
        for each in (pool, again):
            await each.close(0)

    told(story)


def test_pages_that_can_not_be_prepared_are_told_of_while_data_are_served() -> None:
    async def story(keeper: KeeperProcess) -> None:
        first, whole = await keeper.open({"seconds": 0, "refuse late": {"en": "No pages."}}, [QUEUE])
        assert whole is not None
        with pytest.raises(NotOpenedError, match="No pages"):
            await whole
        assert (await done(first))["stage"] == "first"
        await first.close(0)

    told(story)


def test_a_keeper_that_is_gone_takes_its_supervisors_along_and_another_is_started() -> None:
    async def story(keeper: KeeperProcess) -> None:
        pool, _ = await keeper.open({}, [QUEUE])
        os.kill(pool.ready["keeper"], signal.SIGKILL)
        if sys.platform == "linux":
            await asyncio.wait_for(pool.gone.wait(), 5)
        other, _ = await keeper.open({}, [QUEUE])
        assert other.ready["keeper"] != pool.ready["keeper"]
        assert (await done(other))["number"] == 1
        with pytest.raises(NotOpenedError):
            await keeper.open({"exit": 3}, [QUEUE])
        for each in (pool, other):
            await each.close(0)

    told(story)


# ---- a release whose pages are not ready


def pool(stage: str, asked: list[tuple[str, str]]) -> WorkerPool:
    """A pool that writes down what it is asked."""

    async def ask(queue: str, job: Mapping[str, Any]) -> JobReply:
        asked.append((stage, job.get("path", queue)))
        return JobReply({"path": job["path"], "media_type": "text/plain", "etag": '"1"'}, b"x")

    async def close(_seconds: float) -> None:
        asked.append((stage, "closed"))

    return cast("WorkerPool", SimpleNamespace(ready={}, ask=ask, close=close, gone=asyncio.Event()))


async def release(asked: list[tuple[str, str]], whole: Awaitable[WorkerPool]) -> ServedRelease:
    async def awaited() -> WorkerPool:
        return await whole

    options = Options(Path())
    return ServedRelease(pool("first", asked), options.queues, options.limits, whole=asyncio.create_task(awaited()))


def test_data_are_fetched_at_once_and_a_page_as_soon_as_pages_are_ready() -> None:
    async def story() -> list[tuple[str, str]]:
        asked: list[tuple[str, str]] = []
        ready = asyncio.get_running_loop().create_future()
        served = await release(asked, ready)
        page = asyncio.create_task(served.fetch("doc/x.en.html"))
        await served.fetch("doc/x.ttl")
        assert not page.done()
        ready.set_result(pool("whole", asked))
        await page
        await served.fetch("doc/y.ttl")
        await served.close(0)
        return asked

    found = asyncio.run(story())
    assert found[0] == ("first", "doc/x.ttl")
    assert sorted(found[1:4]) == [("first", "closed"), ("whole", "doc/x.en.html"), ("whole", "doc/y.ttl")]
    assert found[4:] == [("whole", "closed")]


def test_who_waits_too_long_for_pages_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(released, "_PREPARING", 0.01)

    async def story() -> None:
        served = await release([], asyncio.get_running_loop().create_future())
        with pytest.raises(Problem) as told:
            await served.fetch("doc/x.en.html")
        assert told.value.kind.status == 503
        assert dict(told.value.headers)["retry-after"]
        await served.close(0)

    asyncio.run(story())


def test_a_release_whose_pages_fail_is_lost_so_that_it_is_opened_again() -> None:
    async def story() -> None:
        asked: list[tuple[str, str]] = []
        failed = asyncio.get_running_loop().create_future()
        served = await release(asked, failed)
        served.pool.gone.set()
        failed.set_exception(NotOpenedError({"en": "No."}))
        await asyncio.wait_for(served.gone(), 5)
        await served.close(0)
        assert asked == [("first", "closed")] * 2

    asyncio.run(story())


@pytest.mark.parametrize(
    ("path", "is_needed"),
    [
        ("doc/agreement/x.ttl", False),
        ("query/contacts.csv?lang=en", False),
        ("dump/dataset.nq", False),
        ("query/contacts.en.html?lang=en", True),
        (f"{paths.VOID}.ttl", True),
        ("graph/inferred.ttl", True),
        ("dump/inferred.trig", True),
        ("openapi.json", True),
        ("search.sv.json", True),
    ],
)
def test_pages_and_what_follows_need_all(path: str, is_needed: bool) -> None:
    assert needs_all(path) is is_needed


# ---- a site that changes


def opened(opening: Callable[[Mapping[str, Any]], Any], folder: Path) -> list[Stage]:
    limits = vars(Options(folder).limits)
    return list(opening({"site": str(folder), "limits": limits, "endpoint": None, "as_of": DAY.isoformat()}))


def test_a_large_site_has_two_stages_and_the_first_makes_data(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(job_handler, "_LARGE", 0)
    first, whole = opened(job_handler._Opening(), copy)
    assert (first.is_whole, whole.is_whole) == (False, True)
    assert first.facts["release"] == whole.facts["release"]
    jobs = [{"do": "fetch", "path": path} for path in ("doc/lighthouse/masudden.ttl", "query/lights.csv")]
    found = {"do": "find", "query": "", "accept": "text/html", "language": "en", "queue": PAGES}
    page = {**found, "path": "/doc/lighthouse/masudden"}

    def send(_head: Mapping[str, Any]) -> Callable[[bytes], None]:
        raise AssertionError("nothing is streamed")

    for job in jobs:
        assert first.work(job, send) == whole.work(job, send)
    (before, nothing), (after, html) = (stage.work(page, send) for stage in (first, whole))  # type: ignore[misc]  # two stages, two replies
    assert before["resource"] == after["resource"]
    assert not nothing
    assert html.startswith(b"<!doctype html>")


def test_a_changed_file_is_read_and_no_other_one(copy: Path) -> None:
    site = RenewableSite(copy, as_of=DAY)
    assert site.report.conforms
    before = {file.name: file for file in site.published}
    lights = copy / "data" / "lights.ttl"
    lights.write_text(lights.read_text("utf-8").replace("Gull Point", "Quiet Point"), "utf-8")
    site = site.renewed(DAY)
    assert site.report.conforms
    assert [file.name for file in site.published if file is not before[file.name]] == ["data/lights.ttl"]
    answer, fresh = (each.query("lights", lang="en") for each in (site, RenewableSite(copy, as_of=DAY)))
    assert isinstance(answer, Table)
    assert answer == fresh
    assert b"Quiet Point" in answer.json


def test_a_broken_change_is_refused_and_the_next_one_is_taken(copy: Path) -> None:
    opening = job_handler._Opening()
    (before,) = opened(opening, copy)
    lights = copy / "data" / "lights.ttl"
    whole = lights.read_text("utf-8")
    for broken in (f"{whole}\nbroken", whole.replace("doll:lamps 2 ;", 'doll:lamps "two" ;')):
        lights.write_text(broken, "utf-8")
        with pytest.raises(UnopenedError) as refused:
            opened(opening, copy)
        assert "data/lights.ttl" in refused.value.why["en"]
    lights.write_text(whole, "utf-8")
    (after,) = opened(opening, copy)
    assert after.facts == before.facts
    assert FREE in {queue.name for queue in Options(copy).queues}


def test_nothing_of_a_state_that_is_gone_is_kept(copy: Path) -> None:
    opening, lights = job_handler._Opening(), copy / "data" / "lights.ttl"
    whole, counts = lights.read_text("utf-8"), []
    for number in range(3):
        lights.write_text(f"{whole}\n# {number}\n", "utf-8")
        opened(opening, copy)
        gc.collect()
        counts.append(Counter(type(each) for each in gc.get_objects() if isinstance(each, Context | ValidationInput)))
    assert counts[1] == counts[2]
