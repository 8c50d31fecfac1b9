"""What the server counts of itself, in the text format of Prometheus (version 0.0.4), for whoever runs it.

Nothing in it says who asked or what: kinds of addresses, statuses and numbers. It is for clients on this machine alone.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from urllib.parse import urlsplit

from samverkan.model import paths
from samverkan.server.http.messages import Request, Response
from samverkan.server.pool import Queue

MEDIA_TYPE = "text/plain; version=0.0.4"

peer: ContextVar[str] = ContextVar("metrics-peer", default="")
"""The address at the other end of the connection on which the metrics are asked for."""

_KINDS = frozenset({*paths.SEGMENTS, paths.SPARQL, paths.HEALTH, paths.METRICS})
_PROXIED = ("forwarded", "via", "x-real-ip")
_PROC = Path("/proc")
Sample = tuple[Mapping[str, str], float]


def is_local(request: Request, connected: str) -> bool:
    """Whether a client is on this machine, and asks by itself: a proxy here may ask for anybody.

    A proxy says so in a header, or names another host than this machine; a page that a name of somebody else's leads
    here (DNS rebinding) does the latter, too.
    """
    is_forwarded = any(name in _PROXIED or name.startswith("x-forwarded") for name in request.headers)
    return not is_forwarded and _is_here(connected) and _is_here(_host(request.headers.get("host", "localhost")))


def _host(host: str) -> str:
    return urlsplit(f"//{host}").hostname or ""


def _is_here(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return host == "localhost"
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


@dataclass
class ServerCounts:
    """What was counted since the start: answers by kind and status, jobs under way, and how queries ended."""

    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    seconds: Counter[str] = field(default_factory=Counter)
    jobs: Counter[str] = field(default_factory=Counter)
    ended: Counter[tuple[str, str]] = field(default_factory=Counter)

    def record(self, request: Request | None, response: Response, seconds: float) -> None:
        """Count one answer; `request` is None where what came was not even one."""
        kind = _kind(request.path) if request else "none"
        self.answers[kind, response.status] += 1
        self.seconds[kind] += seconds  # type: ignore[assignment]  # a counter of seconds, not of times

    def copy(self) -> ServerCounts:
        """What was counted until now, to be read by another thread while counting goes on."""
        return ServerCounts(self.answers.copy(), self.seconds.copy(), self.jobs.copy(), self.ended.copy())


def _kind(path: str) -> str:
    """The folder of the URL space that a path is in, below whatever base; what nobody has made a folder is `other`."""
    parts = (part.partition(".")[0] for part in path.split("/"))
    return next((part for part in parts if part in _KINDS), "other")


def text(counts: ServerCounts, queues: Iterable[Queue], supervisor: int, connections: int) -> bytes:
    """All of it, a line for each number."""
    families = _families(counts, tuple(queues), supervisor, connections)
    return "".join(line for family in families for line in _lines(*family)).encode()


def _families(
    counts: ServerCounts, queues: tuple[Queue, ...], supervisor: int, connections: int
) -> Iterator[tuple[str, str, str, Sequence[Sample]]]:
    """Each metric with its kind, what it says, and its numbers by their labels."""
    named = [({"queue": queue.name}, queue, counts.jobs[queue.name]) for queue in queues]
    answers = [({"kind": kind, "status": str(status)}, number) for (kind, status), number in counts.answers.items()]
    seconds = [({"kind": kind}, number) for kind, number in counts.seconds.items()]
    ended = [({"queue": name, "reason": reason}, number) for (name, reason), number in counts.ended.items()]
    working = [(labels, min(jobs, queue.workers)) for labels, queue, jobs in named]
    waiting = [(labels, max(0, jobs - queue.workers)) for labels, queue, jobs in named]
    yield "samverkan_requests_total", "counter", "Answers by the kind of their address and their status.", answers
    yield "samverkan_request_seconds_total", "counter", "Time from a whole request to its last byte.", seconds
    yield "samverkan_jobs_ended_total", "counter", "Jobs that were not finished, by the reason.", ended
    yield "samverkan_workers", "gauge", "Jobs that may go at a time.", [(each[0], each[1].workers) for each in named]
    yield "samverkan_workers_busy", "gauge", "Jobs that are worked on.", working
    yield "samverkan_queue_waiting", "gauge", "Jobs that wait for a worker.", waiting
    yield "samverkan_connections", "gauge", "Open connections.", [({}, connections)]
    yield (
        "samverkan_memory_bytes",
        "gauge",
        "Resident memory; of workers, what they don't share.",
        [*_memory(supervisor)],
    )


def _lines(name: str, kind: str, says: str, samples: Sequence[Sample]) -> Iterator[str]:
    if samples:
        yield f"# HELP {name} {says}\n# TYPE {name} {kind}\n"
    for labels, number in sorted(samples, key=lambda each: sorted(each[0].items())):
        listed = ",".join(f'{key}="{value}"' for key, value in labels.items())
        written = f"{number:g}" if isinstance(number, float) else str(number)
        yield f"{name}{{{listed}}} {written}\n" if listed else f"{name} {written}\n"


def _memory(supervisor: int) -> Iterator[Sample]:
    """The memory of all processes, where the system tells it (Linux)."""
    kinds = {"http": [os.getpid()], "supervisor": [supervisor], "workers": _children(supervisor)}
    if _proportional(os.getpid()):
        yield from (({"process": kind}, sum(map(_proportional, pids))) for kind, pids in kinds.items())


def _proportional(pid: int) -> int:
    """The bytes of a process in memory; what several share is divided among them (proc_pid_smaps(5)).

    None of a process that has ended since it was listed: that takes no other's number away.
    """
    lines = _proc_file(pid, "smaps_rollup").splitlines()
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:")), 0)


def _children(pid: int) -> list[int]:
    return [int(each) for each in _proc_file(pid, f"task/{pid}/children").split()]


def _proc_file(pid: int, name: str) -> str:
    """What the system tells of a process; nothing of one that has ended."""
    with suppress(OSError):
        return (_PROC / str(pid) / name).read_text("ascii")
    return ""
