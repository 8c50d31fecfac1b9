"""Do queries leave anything behind in a worker that is used again? `python -m bench.reuse` (Linux, macOS).

Queries of every form, also broken ones and such as are ended for their memory or their depth, come in random order to
workers that stay. Each answer must be the one that the same query gets from a process in which nothing was asked
before: status, headers and all bytes.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import samverkan
from bench.processes import ROOT
from samverkan.formats import FORMATS
from samverkan.server.lifecycle import Options
from samverkan.server.pool import BusyError, EndedError, JobReply, KeeperProcess, Queue, Spool, Stream, WorkerPool
from samverkan.server.queue_names import FREE

Job = Mapping[str, Any]

FRESH = "fresh"
AT_A_TIME = 6
_KEEPER = (sys.executable, "-m", "samverkan.server.job_handler")
_NEAR_WHOLE = 1 << 30
_LIMIT = "time or memory"
_SECONDS = 120  # that a query has: so much that it is not the work of others on the machine that ends it
# What is put into each of the queries: a prefix of its own, a base, names that others use otherwise.
_STARTS = (
    "",
    "PREFIX x: <{thing}> ",
    "PREFIX x: <urn:x:> BASE <urn:base:{n}> ",
    "BASE <https://example.org/{n}/> ",
    "PREFIX sam: <urn:another:{n}> ",
)
_BODIES = (
    "SELECT * {{ <{thing}> ?p ?o }}",
    "SELECT ?s {{ ?s ?p <{thing}> }} ORDER BY ?s LIMIT {n}",
    "SELECT (COUNT(*) AS ?n) {{ ?s ?p ?o FILTER (isIRI(?o)) }} # {n}",
    "SELECT ?x {{ BIND (x: AS ?x) }}",
    "SELECT ?x {{ BIND (<relative/{n}> AS ?x) }}",
    "SELECT (COUNT(?a) AS ?n) {{ ?a a sam:Agreement }}",
    "SELECT * {{ GRAPH ?g {{ <{thing}> ?p ?o }} }} ORDER BY ?g ?p ?o",
    "SELECT ?b ?n {{ VALUES ?n {{ 1 2 {n} }} BIND (BNODE(STR(?n)) AS ?b) }}",
    "SELECT (GROUP_CONCAT(?p; separator='{n}') AS ?all) {{ SELECT DISTINCT ?p {{ <{thing}> ?p ?o }} ORDER BY ?p }}",
    "SELECT (REPLACE('{n}', '[0-9]', 'x') AS ?r) (SHA256('{n}') AS ?h) {{}}",
    "ASK {{ <{thing}> ?p ?o FILTER (?o = {n}) }}",
    "CONSTRUCT {{ ?s ?p [ <urn:n> {n} ] }} {{ ?s ?p ?o }} LIMIT {n}",
    "CONSTRUCT {{ ?s ?p ?o }} {{ BIND (<{thing}> AS ?s) ?s ?p ?o }}",
    "DESCRIBE <{thing}>",
    "SELECT * {{ ?s ?p",
    "SELECT * {{ SERVICE <http://127.0.0.1:{n}/> {{ ?s ?p ?o }} }}",
    "SELECT * {{ FILTER (unknown:{n}(1)) }}",
    "INSERT DATA {{ <{thing}> <urn:p> {n} }}",
    "SELECT ?y {{ VALUES ?x {{ {n} }} BIND (?x / 0 AS ?y) }}",
)
# What is ended for a limit, now and then: its worker goes, and must take nobody along.
_ENDED = (
    "SELECT * {{ {lists} }} ORDER BY ?a ?b ?c ?d # {n}",
    "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c {optional} }} # {n}",
)
_LISTS = " ".join(f"VALUES ?{name} {{ {' '.join(map(str, range(60)))} }}" for name in "abcd")


def queries(things: Sequence[str], count: int, chance: random.Random) -> Iterator[Job]:
    """As many different jobs, some three in a thousand of which are ended."""
    types = [None, "text/html", *(form.media_type for form in FORMATS)]
    for number in range(count):
        given = {
            "thing": chance.choice(things),
            "n": number + 1,
            "lists": _LISTS,
            "optional": "OPTIONAL{?a ?b ?c}" * 3000,
        }
        body = chance.choice(_ENDED if number % 300 == 299 else _BODIES)
        sparql = (chance.choice(_STARTS) + body).format_map(given)
        accept = chance.choice(types)
        yield {
            "do": "ask",
            "sparql": sparql,
            "default": [],
            "named": [],
            "accept": accept,
            "format": "",
            "language": "en",
        }


async def _outcome(pool: WorkerPool, queue: str, job: Job) -> Any:
    """What comes of a job, to be compared; whether memory or time ends first is a matter of the machine."""
    try:
        reply = await pool.ask(queue, job)
    except BusyError:
        return _LIMIT
    except EndedError as error:
        return _LIMIT if error.reason in {"time", "memory"} else error.reason
    return reply.head, _whole(reply)


def _whole(reply: JobReply) -> bytes:
    assert not isinstance(reply.body, Stream), "nothing is asked for as a stream"
    return reply.body.read(0, _NEAR_WHOLE) if isinstance(reply.body, Spool) else reply.body


def _queues(root: Path, uses: int) -> tuple[Queue, ...]:
    """Those of the server, and one like that for free queries whose workers do one job each."""
    queues = Options(root, workers=8).queues
    free = next(queue for queue in queues if queue.name == FREE)
    free = replace(free, waiting=100, seconds=_SECONDS)
    return (replace(free, uses=uses), replace(free, name=FRESH, uses=1))


async def differences(root: Path, asked: int, different: int, seed: int, uses: int = 1000) -> tuple[list[str], int]:
    """Ask so many times, in random order, for so many different queries.

    Gives those that were answered otherwise than by a fresh process, and how many different answers there are.
    """
    chance = random.Random(seed)
    things = [iri for _, iri in samverkan.open(root).documents.paths()]
    jobs = list(queries(things, different, chance))
    hello = {"site": str(root), "limits": asdict(Options(root).limits), "endpoint": None, "as_of": None}
    keeper = KeeperProcess(_KEEPER)
    pool, whole = await keeper.open(hello, _queues(root, uses))
    pool = await whole if whole else pool
    try:
        fresh = await _outcomes(pool, FRESH, jobs)
        order = [chance.randrange(different) for _ in range(asked)]
        found = await _outcomes(pool, FREE, [jobs[number] for number in order])
    finally:
        await pool.close(0)
        await keeper.close()
    pairs = ((jobs[n], fresh[n], outcome) for n, outcome in zip(order, found, strict=True))
    wrong = [f"{_short(other)} and not {_short(one)}: {job}" for job, one, other in pairs if one != other]
    return wrong, len({repr(outcome) for outcome in fresh})


def _short(outcome: Any) -> str:
    """What came of a job, without what may be long."""
    return outcome if isinstance(outcome, str) else f"{str(outcome[0])[:200]} {len(outcome[1])} bytes"


async def _outcomes(pool: WorkerPool, queue: str, jobs: Sequence[Job]) -> list[Any]:
    """What comes of jobs, some at a time, in their order."""
    found: dict[int, Any] = {}
    left = iter(enumerate(jobs))

    async def one_after_the_other() -> None:
        for number, job in left:
            found[number] = await _outcome(pool, queue, job)

    await asyncio.gather(*(one_after_the_other() for _ in range(AT_A_TIME)))
    return [found[number] for number in range(len(jobs))]


def main() -> int:
    """Read the command line, ask, and tell; 1 where an answer was another one."""
    parser = argparse.ArgumentParser(prog="python -m bench.reuse", description=__doc__)
    parser.add_argument("--asked", type=int, default=20_000)
    parser.add_argument("--different", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    wrong, outcomes = asyncio.run(differences(ROOT, options.asked, options.different, options.seed))
    print(f"{options.asked} queries, {options.different} different ones with {outcomes} different answers")
    print(*(each[:600] for each in wrong[:10]), f"{len(wrong)} answered otherwise than by a fresh process", sep="\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
