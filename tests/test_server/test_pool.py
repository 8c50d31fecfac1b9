"""A stranger's job gets its reply or a reason, in its time; it reaches nothing, and nobody else notices."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import pytest

from samverkan.server.pool import (
    LARGE,
    BusyError,
    EndedError,
    JobReply,
    NoForkError,
    NotOpenedError,
    Queue,
    Spool,
    SupervisorGoneError,
    WorkerPool,
    frames,
)

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no cage without fork")
linux = pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is limited on Linux only")

T = TypeVar("T")

WORK = [sys.executable, str(Path(__file__).parents[1] / "pool_work.py")]
MEMORY = 256 << 20


def queue(name: str, **given: Any) -> Queue:
    usual = {"workers": 2, "uses": 1000, "seconds": 15.0, "memory": MEMORY, "waiting": 300, "nice": 0}
    return Queue(name, **(usual | given))


WARM, FREE = queue("warm"), queue("free", uses=1, nice=5)
LANES = (
    WARM,
    FREE,
    queue("lone", workers=1),
    queue("hasty", seconds=0.5),
    queue("hasty free", seconds=0.5, uses=1),
    queue("brisk", workers=4, uses=1, nice=5, short_seconds=0.2, paced=True, long_nice=12, long=1),
    queue("thrifty", workers=1, uses=3),
    queue("narrow", workers=1, waiting=2),
    queue("brief", workers=1, seconds=1.0),
)
BOTH = pytest.mark.parametrize("name", ["warm", "free"])


class Asker:
    """A pool and its event loop, for tests that are not coroutines."""

    def __init__(self, runner: asyncio.Runner, pool: WorkerPool) -> None:
        self.runner = runner
        self.pool = pool

    def run(self, story: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(story)

    def __call__(self, name: str, do: str, **more: Any) -> JobReply:
        return self.run(self.pool.ask(name, {"do": do, **more}))

    def ended(self, name: str, do: str, **more: Any) -> str:
        with pytest.raises(EndedError) as error:
            self(name, do, **more)
        return error.value.reason

    def pid(self, name: str) -> int:
        return int(self(name, "echo").head["pid"])


@pytest.fixture(scope="module")
def ask() -> Iterator[Asker]:
    with asyncio.Runner() as runner:
        pool = runner.run(WorkerPool.open(WORK, {"site": "å"}, LANES))
        yield Asker(runner, pool)
        runner.run(pool.close())
        assert not living(pool.pid)


def told(story: Callable[[WorkerPool], Awaitable[T]], *queues: Queue) -> T:
    """Run `story` with a pool of its own; afterwards no process of it is left."""

    async def whole() -> T:
        pool = await WorkerPool.open(WORK, {}, queues or (WARM, FREE))
        try:
            return await story(pool)
        finally:
            await pool.close(0)
            assert await soon(lambda: not living(pool.pid))

    return asyncio.run(whole())


def living(group: int) -> list[int]:
    """The processes of a group that are not dead; a dead one may wait for its parent for a while."""
    if Path("/proc/self/stat").exists():
        return [pid for pid, state, of in _listed() if of == group and state not in "ZX"]
    shown = subprocess.run(["ps", "-A", "-o", "pid=,pgid=,stat="], check=True, capture_output=True, text=True).stdout
    rows = [line.split() for line in shown.splitlines()]
    return [int(pid) for pid, of, state in rows if int(of) == group and state[0] != "Z"]


def _listed() -> Iterator[tuple[int, str, int]]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, group = path.read_text().rpartition(")")[2].split()[:3]
            yield int(path.parent.name), state, int(group)


async def soon(happened: Callable[[], bool], seconds: float = 2.0) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while not happened():  # noqa: ASYNC110 - the ends of processes that are not our children are no events
                await asyncio.sleep(0.02)
    return happened()


def descriptors() -> list[str]:
    gc.collect()
    return sorted(os.listdir("/dev/fd"))  # noqa: PTH208 - names, not paths


async def asked(pool: WorkerPool, name: str, seconds: float) -> asyncio.Task[JobReply]:
    """A job that has its place in the queue."""
    task = asyncio.create_task(pool.ask(name, {"do": "sleep", "seconds": seconds}))
    await asyncio.sleep(0)
    return task


async def begun(pool: WorkerPool, name: str, seconds: float) -> asyncio.Task[JobReply]:
    """A job that is with a worker, when none was before it."""
    task = await asked(pool, name, seconds)
    await asyncio.sleep(0.2)
    return task


# What is asked is answered.


@BOTH
def test_a_job_gets_its_reply(ask: Asker, name: str) -> None:
    assert ask(name, "echo", text="Skövde \0 😀").head["echo"] == "Skövde \0 😀"


def test_the_house_gets_the_hello_and_says_what_it_opened(ask: Asker) -> None:
    assert ask.pool.ready == {"hello": {"site": "å"}}


@BOTH
def test_two_hundred_jobs_at_once_are_all_answered(ask: Asker, name: str) -> None:
    async def story() -> list[JobReply]:
        return await asyncio.gather(*(ask.pool.ask(name, {"do": "echo", "text": n}) for n in range(200)))

    assert [reply.head["echo"] for reply in ask.run(story())] == list(range(200))


@BOTH
@pytest.mark.parametrize("size", [0, 256, LARGE, LARGE + 256, 50 << 20])
def test_a_body_comes_whole_and_a_large_one_is_spooled(ask: Asker, name: str, size: int) -> None:
    reply = ask(name, "fill", size=size)
    body = reply.body
    assert isinstance(body, Spool) == (size > LARGE)
    whole = body.read(0, size + 1) if isinstance(body, Spool) else body
    assert whole == bytes(range(256)) * (size // 256)


def test_a_large_job_arrives_whole(ask: Asker) -> None:
    text = "abc" * (1 << 20)
    assert ask("warm", "echo", text=text).head["echo"] == text


# Workers are used again, or not.


def test_a_warm_worker_does_many_jobs_and_is_not_killed_when_its_client_closes(ask: Asker) -> None:
    assert len({ask.pid("lone") for _ in range(200)}) == 1


def test_a_worker_of_a_free_lane_does_one_job(ask: Asker) -> None:
    assert len({ask.pid("free") for _ in range(20)}) == 20


def test_a_warm_worker_is_replaced_after_its_uses(ask: Asker) -> None:
    pids = [ask.pid("thrifty") for _ in range(7)]
    assert [len(set(pids[start : start + 3])) for start in (0, 3, 6)] == [1, 1, 1]
    assert len(set(pids)) == 3


@pytest.mark.parametrize(
    ("of", "goes"), [("nothing", False), ("memory", True), ("pages", True), ("thread", True), ("niceness", True)]
)
def test_a_worker_in_which_a_job_left_something_behind_is_replaced(ask: Asker, of: str, *, goes: bool) -> None:
    first = ask("lone", "trace", of=of).head["pid"]
    assert (ask.pid("lone") != first) == goes


def test_a_worker_whose_job_took_long_is_replaced(ask: Asker) -> None:
    first = ask("lone", "sleep", seconds=0.4).head["pid"]
    assert ask.pid("lone") != first


def test_each_job_of_a_worker_has_the_processor_time_of_a_first_one(ask: Asker) -> None:
    left = [ask("lone", do, seconds=at / 10).head.get("left") for at in range(1, 4) for do in ("spin", "limits")]
    assert min(each for each in left if each) > 15
    assert ask("lone", "limits").head["left"] <= 15 + 2


def test_a_worker_may_open_nothing_from_its_birth_and_can_not_lift_that(ask: Asker) -> None:
    assert ask("lone", "limits").head["files"] == [0, 0]


# Whose turn it is.


def _paced(**given: Any) -> Queue:
    return queue("free", **({"workers": 4, "short_seconds": 0.1, "paced": True, "long": 1} | given))


def test_long_jobs_leave_room_for_short_ones_of_the_same_client() -> None:
    async def story(pool: WorkerPool) -> float:
        hostile = [asyncio.create_task(pool.ask("free", {"do": "burn"})) for _ in range(8)]
        await asyncio.sleep(0.5)
        start = time.monotonic()
        assert (await pool.ask("free", {"do": "echo", "text": "x"})).head["echo"] == "x"
        took = time.monotonic() - start
        for task in hostile:
            task.cancel()
        return took

    assert told(story, _paced(long_nice=10)) < 2


def test_a_long_job_that_finds_no_room_is_done_when_there_is_some() -> None:
    async def story(pool: WorkerPool) -> set[int]:
        jobs = [pool.ask("free", {"do": "sleep", "seconds": 0.3}) for _ in range(4)]
        return {reply.head["pid"] for reply in await asyncio.gather(*jobs)}

    assert len(told(story, _paced(long=9))) == 4


def test_the_jobs_of_one_client_do_not_keep_those_of_another_waiting() -> None:
    async def story(pool: WorkerPool) -> list[str]:
        done: list[str] = []

        async def job(client: str) -> None:
            await pool.ask("one", {"do": "sleep", "seconds": 0.02}, client)
            done.append(client)

        async with asyncio.TaskGroup() as group:
            for client in ["greedy"] * 9 + ["modest"]:
                group.create_task(job(client))
        return done

    assert "modest" in told(story, queue("one", workers=1))[:3]


def test_where_too_many_wait_the_greediest_client_is_refused() -> None:
    async def story(pool: WorkerPool) -> list[str]:
        clients = ["greedy"] * 5 + ["modest"]
        asks = [pool.ask("one", {"do": "sleep", "seconds": 0.05}, client) for client in clients]
        ends = await asyncio.gather(*asks, return_exceptions=True)
        return [client for client, end in zip(clients, ends, strict=True) if isinstance(end, BusyError)]

    assert told(story, queue("one", workers=1, waiting=2)) == ["greedy"] * 3


@BOTH
def test_an_idle_worker_that_is_killed_is_replaced(ask: Asker, name: str) -> None:
    for pid in set(living(ask.pool.pid)) - {ask.pool.pid}:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    ask.run(asyncio.sleep(0.3))
    assert ask(name, "echo", text=1).head["echo"] == 1


# Time.


@pytest.mark.parametrize("name", ["hasty", "hasty free"])
@pytest.mark.parametrize("job", [{"do": "sleep", "seconds": 60}, {"do": "burn"}], ids=["sleep", "burn"])
def test_a_job_is_ended_when_its_time_is_over(ask: Asker, name: str, job: dict[str, Any]) -> None:
    start = time.monotonic()
    assert ask.ended(name, **job) == "time"
    assert 0.4 < time.monotonic() - start < 2.5
    assert ask(name, "echo", text="next").head["echo"] == "next"


def test_waiting_counts_into_the_time(ask: Asker) -> None:
    async def story() -> list[JobReply | BaseException]:
        asks = [ask.pool.ask("brief", {"do": "sleep", "seconds": 0.6}) for _ in range(2)]
        return await asyncio.gather(*asks, return_exceptions=True)

    first, second = ask.run(story())
    assert isinstance(first, JobReply)
    assert isinstance(second, EndedError)
    assert second.reason == "time"


def test_a_house_that_stands_still_holds_nobody() -> None:
    async def story(pool: WorkerPool) -> list[JobReply | BaseException]:
        await pool.ask("hasty", {"do": "echo"})
        os.kill(pool.pid, signal.SIGSTOP)
        asks = [pool.ask("hasty", {"do": "sleep", "seconds": 60}) for _ in range(2)]
        ends = await asyncio.gather(*asks, return_exceptions=True)
        os.kill(pool.pid, signal.SIGCONT)
        return ends

    stuck, waiting = told(story, queue("hasty", workers=1, seconds=0.3))
    assert isinstance(stuck, EndedError)
    assert stuck.reason == "time"
    assert isinstance(waiting, BusyError)


def test_more_jobs_than_may_wait_are_refused_at_once(ask: Asker) -> None:
    async def story() -> float:
        tasks = [await asked(ask.pool, "narrow", seconds) for seconds in (0.5, 0, 0)]
        start = time.monotonic()
        with pytest.raises(BusyError):
            await ask.pool.ask("narrow", {"do": "echo"})
        took = time.monotonic() - start
        await asyncio.gather(*tasks)
        return took

    assert ask.run(story()) < 0.3


def test_a_lane_that_is_full_does_not_hold_up_another(ask: Asker) -> None:
    async def story() -> float:
        task = await asked(ask.pool, "narrow", 0.6)
        start = time.monotonic()
        await ask.pool.ask("warm", {"do": "echo"})
        took = time.monotonic() - start
        await task
        return took

    assert ask.run(story()) < 0.6


# Limits.


@linux
@BOTH
def test_work_that_takes_too_much_memory_is_ended(ask: Asker, name: str) -> None:
    assert ask.ended(name, "eat", size=2 * MEMORY) == "memory"
    assert ask(name, "eat", size=MEMORY // 4).head["eaten"] == MEMORY // 4


def _grown(steps: int) -> str:
    grown = '"aaaaaaaaaa"'
    for _ in range(steps):
        grown = f'REPLACE({grown}, "a", "{"a" * 30}")'
    return f"SELECT ({grown} AS ?x) {{}}"


def _crossed() -> str:
    values = " ".join(f"VALUES ?{name} {{ {' '.join(map(str, range(60)))} }}" for name in "abcd")
    return f"SELECT * {{ {values} }} ORDER BY ?a ?b"


@linux
@BOTH
@pytest.mark.parametrize("query", [_grown(6), _crossed()], ids=["REPLACE", "ORDER BY"])
def test_a_query_that_takes_too_much_memory_is_ended(ask: Asker, name: str, query: str) -> None:
    assert ask.ended(name, "query", query=query) == "memory"


@BOTH
def test_a_query_that_overflows_the_stack_ends_its_worker_alone(ask: Asker, name: str) -> None:
    assert ask.ended(name, "query", query="SELECT * WHERE " + "{" * 2250) == "depth"
    assert ask(name, "query", query="SELECT * { VALUES ?x { 1 2 3 } }").head["found"] == 3


@BOTH
def test_in_a_worker_nothing_can_be_opened(ask: Asker, name: str) -> None:
    found = ask(name, "opens").head
    assert len(found) == 6
    assert all(found.values())
    assert {found[each][:10] for each in ("file", "socket", "pair", "pipe")} == {"[Errno 24]"}
    assert "Too many open files" in found["service"]


@BOTH
def test_a_worker_has_no_descriptor_but_its_own(ask: Asker, name: str) -> None:
    async def story() -> JobReply:
        tasks = [await asked(ask.pool, each, 0.4) for each in ("narrow", "lone", name)]
        await asyncio.sleep(0.1)
        reply = await ask.pool.ask(name, {"do": "own"})
        await asyncio.gather(*tasks)
        return reply

    assert len(ask.run(story()).head["descriptors"]) == 5  # 0, 1 and 2, the channel to the supervisor, the job


def test_a_lane_can_give_way_to_the_others(ask: Asker) -> None:
    nices = [ask(name, "own").head["nice"] for name in ("warm", "free")]
    assert nices[1] == min(19, nices[0] + 5)


@pytest.mark.parametrize(("seconds", "is_long"), [(0.0, False), (0.6, True)])
def test_a_job_that_takes_long_gives_way_further_and_a_short_one_does_not(
    ask: Asker, seconds: float, *, is_long: bool
) -> None:
    first, last = ask("brisk", "tire", seconds=seconds).head["nices"]

    assert last == (12 if is_long else first)


@pytest.mark.slow
def test_of_the_long_jobs_one_goes_on_at_a_time_and_short_ones_pass_them_all() -> None:
    async def story(pool: WorkerPool) -> None:
        spinning = [asyncio.create_task(pool.ask("free", {"do": "spin", "seconds": 0.6})) for _ in range(3)]
        assert await soon(lambda: halted(pool.pid) == 2)
        assert (await pool.ask("free", {"do": "echo", "text": "x"})).head["echo"] == "x"
        assert not any(task.done() for task in spinning)
        assert len({reply.head["pid"] for reply in await asyncio.gather(*spinning)}) == 3
        assert halted(pool.pid) == 0

    told(story, queue("free", workers=6, uses=1, short_seconds=0.1, paced=True, long_nice=10, long=1))


@pytest.mark.slow
def test_a_job_that_is_halted_ends_when_its_time_is_over_or_its_client_leaves() -> None:
    async def story(pool: WorkerPool) -> None:
        first, second, third = (asyncio.create_task(pool.ask("free", {"do": "burn"})) for _ in range(3))
        assert await soon(lambda: halted(pool.pid) == 2)
        third.cancel()
        assert await soon(lambda: halted(pool.pid) == 1)
        reasons = await asyncio.gather(first, second, return_exceptions=True)
        assert [reason.reason for reason in reasons if isinstance(reason, EndedError)] == ["time", "time"]
        assert await soon(lambda: halted(pool.pid) == 0)

    told(story, queue("free", workers=6, uses=1, seconds=2.0, short_seconds=0.1, paced=True, long_nice=10, long=1))


def halted(group: int) -> int:
    """How many processes of a group have been stopped (Linux)."""
    return sum(state == "T" for _, state, of in _listed() if of == group)


# Ends.


@BOTH
@pytest.mark.parametrize(
    ("death", "reason"),
    [("SIGKILL", "killed"), ("SIGTERM", "killed"), ("SIGABRT", "memory"), ("SIGSEGV", "depth"), ("SIGXCPU", "time")],
)
def test_how_a_worker_died_says_why(ask: Asker, name: str, death: str, reason: str) -> None:
    assert ask.ended(name, "die", signal=death) == reason


@BOTH
@pytest.mark.parametrize("size", [1000, 1 << 24])
def test_a_reply_that_is_cut_is_an_error_and_never_a_short_body(ask: Asker, name: str, size: int) -> None:
    assert ask.ended(name, "half", size=size) == "killed"


@pytest.mark.parametrize("do", ["garble", "shout", "leave"])
def test_a_worker_out_of_its_mind_is_an_ended_job_and_no_more(ask: Asker, do: str) -> None:
    assert ask.ended("free", do) == "killed"
    assert ask("free", "echo", text="next").head["echo"] == "next"


@pytest.mark.parametrize(("do", "kind"), [("fail", "ValueError"), ("no_json", "TypeError"), ("?", "KeyError")])
def test_work_that_fails_is_told_and_its_worker_is_replaced(ask: Asker, do: str, kind: str) -> None:
    before = ask.pid("lone")
    head = ask("lone", do).head
    assert head["fault"]["type"] == kind
    assert kind in head["trace"]
    assert ask.pid("lone") != before


@pytest.mark.parametrize("uses", [1000, 1])
def test_a_client_who_leaves_ends_the_work(uses: int) -> None:
    only = queue("only", workers=1, uses=uses)

    async def story(pool: WorkerPool) -> None:
        assert await soon(lambda: len(living(pool.pid)) == 1 + only.forked)
        before = set(living(pool.pid))
        task = await begun(pool, "only", 30)
        assert set(living(pool.pid)) == before
        task.cancel()
        assert await soon(lambda: len(before - set(living(pool.pid))) == 1, 1)
        assert task.cancelled()
        assert (await pool.ask("only", {"do": "echo", "text": "next"})).head["echo"] == "next"

    told(story, only)


@pytest.mark.parametrize("name", ["rehearsing", "failing"])
def test_a_worker_rehearses_before_it_is_there_for_jobs_and_one_that_fails_at_it_is_there_all_the_same(
    name: str,
) -> None:
    only = queue(name, workers=1, uses=1)

    async def story(pool: WorkerPool) -> None:
        assert not pool._workers  # none has rehearsed yet
        for _ in range(3):
            assert (await pool.ask(name, {"do": "rehearsed"})).head == {"before": ["rehearsal"]}
        assert await soon(lambda: len(living(pool.pid)) == 1 + only.forked)

    told(story, only)


def test_a_client_who_leaves_while_waiting_leaves_its_place_to_the_next(ask: Asker) -> None:
    async def story() -> JobReply:
        first = await asked(ask.pool, "narrow", 0.4)
        for _ in range(3):
            (await asked(ask.pool, "narrow", 10)).cancel()
            await asyncio.sleep(0)
        last = await ask.pool.ask("narrow", {"do": "echo", "text": "last"})
        await first
        return last

    assert ask.run(story()).head["echo"] == "last"


@pytest.mark.slow
def test_a_client_gives_back_every_descriptor(ask: Asker) -> None:
    def use() -> None:
        ask("free", "fill", size=LARGE + 256)
        ask.ended("free", "half", size=1 << 21)
        ask.ended("hasty", "sleep", seconds=5)

    async def complete() -> bool:
        """Whether all workers are there: what was asked before may have ended some that are not yet replaced."""
        return await soon(lambda: len(living(ask.pool.pid)) == 1 + sum(each.forked for each in LANES), 10)

    async def steady() -> int:
        """How many descriptors there are when that no longer changes: the client hears late of a new worker."""
        counts = [-1, len(descriptors())]
        while counts[-1] != counts[-2]:
            await asyncio.sleep(0.5)
            counts.append(len(descriptors()))
        return counts[-1]

    assert ask.run(complete())
    before = ask.run(steady())
    use()
    assert ask.run(soon(lambda: len(descriptors()) == before, 20))


# Houses.


def test_when_the_house_is_killed_all_who_asked_are_told_and_no_worker_is_left() -> None:
    async def story(pool: WorkerPool) -> list[JobReply | BaseException]:
        asks = [pool.ask(name, {"do": "sleep", "seconds": 30}) for name in ("warm", "free") for _ in range(3)]
        tasks = asyncio.gather(*asks, return_exceptions=True)
        await asyncio.sleep(0.2)
        os.kill(pool.pid, signal.SIGKILL)
        async with asyncio.timeout(2):
            await pool.gone.wait()
            ends = await tasks
        assert await soon(lambda: not living(pool.pid))
        with pytest.raises(SupervisorGoneError):
            await pool.ask("warm", {"do": "echo"})
        return ends

    assert [type(end) for end in told(story)] == [SupervisorGoneError] * 6


_CLIENT = """
import asyncio, sys
from samverkan.server.pool import Queue, WorkerPool

async def main():
    queues = [Queue(name, 2, uses, 60.0, 1 << 28, 10) for name, uses in (("warm", 9), ("free", 1))]
    opening = asyncio.create_task(WorkerPool.open(sys.argv[2:], {"load": float(sys.argv[1])}, queues))
    await asyncio.sleep(0)
    print("begun", flush=True)
    pool = await opening
    print(pool.pid, flush=True)
    jobs = [pool.ask(queue.name, {"do": do, "seconds": 60}) for queue in queues for do in ("sleep", "burn")]
    await asyncio.gather(*jobs)

asyncio.run(main())
"""


def _client(load: float) -> subprocess.Popen[str]:
    client = subprocess.Popen(
        [sys.executable, "-c", _CLIENT, str(load), *WORK], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert client.stdout
    assert client.stdout.readline() == "begun\n"
    return client


@pytest.mark.parametrize("death", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_when_the_client_dies_no_process_is_left(death: signal.Signals) -> None:
    with _client(0) as client:
        assert client.stdout
        supervisor = int(client.stdout.readline())
        time.sleep(0.2)
        assert len(living(supervisor)) >= 6
        client.send_signal(death)
        client.wait(5)
        assert asyncio.run(soon(lambda: not living(supervisor)))


@linux
def test_when_the_client_dies_while_the_supervisor_loads_no_supervisor_is_left() -> None:
    with _client(60) as client:
        assert asyncio.run(soon(lambda: bool(list(_children(client.pid)))))
        children = list(_children(client.pid))
        time.sleep(2)  # until it is ready to load, on a busy machine too
        client.kill()
        client.wait(5)
        assert len(children) == 1
        assert asyncio.run(soon(lambda: not living(children[0])))


def _children(parent: int) -> Iterator[int]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(path.read_text().rpartition(")")[2].split()[1]) == parent:
                yield int(path.parent.name)


def test_an_interrupt_at_the_terminal_does_not_reach_the_house(ask: Asker) -> None:
    assert os.getsid(ask.pool.pid) == ask.pool.pid != os.getsid(0)


def test_closing_lets_jobs_under_way_finish_and_takes_no_more() -> None:
    async def story(pool: WorkerPool) -> JobReply:
        task = await begun(pool, "warm", 0.5)
        closing = asyncio.create_task(pool.close(5))
        await asyncio.sleep(0)
        with pytest.raises(SupervisorGoneError):
            await pool.ask("warm", {"do": "echo"})
        await closing
        return await task

    assert "pid" in told(story).head


def test_closing_ends_jobs_that_take_too_long() -> None:
    async def story(pool: WorkerPool) -> float:
        task = await begun(pool, "free", 30)
        start = time.monotonic()
        await pool.close(0.2)
        assert pool.gone.is_set()
        with pytest.raises(SupervisorGoneError):
            await task
        return time.monotonic() - start

    assert told(story) < 2


@pytest.mark.parametrize(
    ("hello", "why"),
    [({"refuse": {"file": "data/a.ttl"}}, {"file": "data/a.ttl"}), ({"exit": 7}, {"exit": 7})],
    ids=["refused", "ended without a word"],
)
def test_a_house_that_does_not_open_says_why(hello: dict[str, Any], why: dict[str, Any]) -> None:
    with pytest.raises(NotOpenedError) as error:
        asyncio.run(WorkerPool.open(WORK, {"exit": 3} | hello, [WARM]))
    assert error.value.why == why


def test_opening_can_be_cancelled_and_leaves_no_process() -> None:
    before = descriptors()

    async def story() -> None:
        async with asyncio.timeout(0.3):
            await WorkerPool.open(WORK, {"load": 30}, [WARM])

    with pytest.raises(TimeoutError):
        asyncio.run(story())
    assert descriptors() == before


def test_a_command_that_is_not_there_is_an_error_of_the_system() -> None:
    with pytest.raises(FileNotFoundError):
        asyncio.run(WorkerPool.open(["/no/such/command"], {}, [WARM]))


def test_a_platform_without_fork_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    with pytest.raises(NoForkError, match="WSL"):
        asyncio.run(WorkerPool.open(WORK, {}, [WARM]))


# Mistakes of our own.


def test_an_unknown_lane_is_an_error(ask: Asker) -> None:
    with pytest.raises(KeyError):
        ask("no such lane", "echo")


def test_a_job_that_is_no_json_is_an_error(ask: Asker) -> None:
    with pytest.raises(TypeError):
        ask("warm", "echo", text=object())


@pytest.mark.parametrize("given", [{"workers": 0}, {"uses": 0}, {"seconds": 0.0}, {"memory": 0}, {"waiting": -1}])
def test_a_lane_that_can_do_nothing_is_an_error(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="can do nothing"):
        queue("idle", **given)


# Parts.


def test_a_record_that_comes_in_pieces_is_put_together_with_its_descriptor_if_it_has_one() -> None:
    near, far = socket.socketpair()
    with near, far:
        records = frames.Records(far, 3)
        socket.send_fds(near, [b"ab"], [near.fileno()])
        assert records() is None
        near.sendall(b"cde")
        record = records()
        assert record is not None
        assert record[0] == b"abc"
        assert record[1] is not None
        os.close(record[1])
        assert records() is None
        near.sendall(b"f")
        assert records() == (b"def", None)
        near.close()
        with pytest.raises(frames.CutError):
            records()


def _read_later(sock: socket.socket) -> None:
    sock.setblocking(False)
    asyncio.run(_reply(sock))


async def _reply(sock: socket.socket) -> None:
    await frames.reply(sock)


@pytest.mark.parametrize("reader", [frames.received, _read_later])
@pytest.mark.parametrize(
    "sent", [b"", b"\0\0", frames.pack({"a": 1}, b"body")[:-1], b"\xff" * 99, frames.pack({})[:-1], b"\0" * 12]
)
def test_a_frame_that_is_cut_or_broken_is_an_error(reader: Callable[[socket.socket], object], sent: bytes) -> None:
    near, far = socket.socketpair()
    with near:
        with far:
            far.sendall(sent)
        with pytest.raises(frames.CutError):
            reader(near)


def test_a_spool_is_read_at_any_place_and_closed_when_nobody_has_it() -> None:
    before = len(descriptors())
    spool = Spool()
    spool.write(b"0123")
    spool.write(b"456")
    assert (spool.size, spool.read(2, 3), spool.read(6, 9), spool.read(7, 1)) == (7, b"234", b"6", b"")
    assert len(descriptors()) == before + 1
    del spool
    assert len(descriptors()) == before
