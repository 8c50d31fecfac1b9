"""A house for the tests of the cage: run as a command by `Cage.open`; every job names what to do."""

from __future__ import annotations

import os
import resource
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyoxigraph

from samverkan.server.pool import supervisor

Job = dict[str, Any]
Done = tuple[Mapping[str, Any], bytes]

_STORE = pyoxigraph.Store()


def echo(job: Job) -> Done:
    return {"echo": job.get("text"), "pid": os.getpid()}, b""


def sleep(job: Job) -> Done:
    time.sleep(job["seconds"])
    return {"pid": os.getpid()}, b""


def burn(_: Job) -> Done:
    while True:
        pass


def fill(job: Job) -> Done:
    return {"size": job["size"]}, bytes(range(256)) * (job["size"] // 256)


def eat(job: Job) -> Done:
    return {"eaten": len(bytearray(job["size"]))}, b""


def die(job: Job) -> Done:
    os.kill(os.getpid(), getattr(signal, job["signal"]))
    time.sleep(60)  # another thread may be the one that is interrupted
    return {}, b""


def leave(_: Job) -> Done:
    sys.exit(0)


def half(job: Job) -> Done:
    """Write half a reply past the worker, and die."""
    reply = b"\0\0\0\0\2" + job["size"].to_bytes(8, "big") + b"{}" + b"x" * (job["size"] // 2)
    while reply:
        reply = reply[os.write(_descriptors()[_LINE], reply) :]
    os._exit(0)


def garble(_: Job) -> Done:
    """Write what is no frame where the reply should be."""
    os.write(_descriptors()[_LINE], b"\xff" * 100)
    return {}, b""


def shout(_: Job) -> Done:
    """Say nonsense to the house, without end."""
    while True:
        os.write(_descriptors()[_ALIVE], b"?" * 1000)


def fail(_: Job) -> Done:
    raise ValueError("a faulty work \udcff")


def no_json(_: Job) -> Done:
    return {"object": object(), "pid": os.getpid()}, b""


def query(job: Job) -> Done:
    found = _STORE.query(job["query"])
    assert isinstance(found, pyoxigraph.QuerySolutions)
    return {"found": len(list(found))}, b""


def opens(_: Job) -> Done:
    """What comes of opening things: the error of each."""
    return {name: _tried(opening) for name, opening in _OPENINGS.items()}, b""


def own(_: Job) -> Done:
    return {"descriptors": _descriptors(), "nice": os.getpriority(os.PRIO_PROCESS, 0), "pid": os.getpid()}, b""


def tire(job: Job) -> Done:
    """How much it gives way at first, and after a while."""
    first = os.getpriority(os.PRIO_PROCESS, 0)
    time.sleep(job["seconds"])
    return {"nices": [first, os.getpriority(os.PRIO_PROCESS, 0)]}, b""


def spin(job: Job) -> Done:
    """Use the processor for so many seconds."""
    while time.process_time() < job["seconds"]:
        pass
    return {"pid": os.getpid()}, b""


def limits(_: Job) -> Done:
    """How many seconds of processor time are left before the process is ended, and how many files it may open."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = resource.getrlimit(resource.RLIMIT_CPU)[0]
    return {"left": soft - used.ru_utime - used.ru_stime, "files": resource.getrlimit(resource.RLIMIT_NOFILE)}, b""


def trace(job: Job) -> Done:
    """Leave something behind, after the job has been done as it should."""
    _TRACES[job["of"]]()
    return {"pid": os.getpid()}, b""


def _leave_memory() -> None:
    _LEFT.append(bytearray(MEMORY // 3))


def _own_pages() -> None:
    """Write to what was shared, which makes it one's own although nothing is new."""
    for at in range(0, len(_SHARED), os.sysconf("SC_PAGE_SIZE")):
        _SHARED[at] = 1


MEMORY = 256 << 20
_LEFT: list[bytearray] = []
_SHARED = bytearray(MEMORY // 3)
_TRACES: dict[str, Callable[[], object]] = {
    "nothing": lambda: None,
    "memory": _leave_memory,
    "pages": _own_pages,
    "thread": lambda: threading.Thread(target=time.sleep, args=(60,), daemon=True).start(),
    "niceness": lambda: os.setpriority(os.PRIO_PROCESS, 0, 19),
}

_done_before: list[str] = []


def rehearsed(_: Job) -> Done:
    """What the worker did before its first job."""
    return {"before": list(_done_before)}, b""


def rehearse() -> None:
    time.sleep(0.3)  # whoever asks meanwhile has to wait
    _done_before.append("rehearsal")


def rehearse_in_vain() -> None:
    rehearse()
    raise ValueError("A rehearsal that fails.")


REHEARSALS = {"rehearsing": rehearse, "failing": rehearse_in_vain}


WORKS = {
    each.__name__: each
    for each in (
        echo,
        sleep,
        burn,
        fill,
        eat,
        die,
        leave,
        half,
        garble,
        shout,
        fail,
        no_json,
        query,
        opens,
        own,
        tire,
        spin,
        trace,
        limits,
        rehearsed,
    )
}

_OPENINGS: dict[str, Callable[[], object]] = {
    "file": lambda: Path(__file__).read_bytes(),
    "socket": socket.socket,
    "pair": socket.socketpair,
    "pipe": os.pipe,
    "dup": lambda: os.dup(0),
    "service": lambda: query({"query": "SELECT * { SERVICE <http://127.0.0.1:8765/> { ?s ?p ?o } }"}),
}

_LINE, _ALIVE = 3, 4  # places among a worker's open descriptors, of which the first three are its null device


def _tried(opening: Callable[[], object]) -> str:
    try:
        opening()
    except (OSError, RuntimeError) as error:
        return str(error)
    return ""


def _descriptors() -> list[int]:
    return [number for number in range(1 << 12) if _is_open(number)]


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def pour(job: Job, opened: Callable[[Mapping[str, Any]], Callable[[bytes], None]]) -> Done | None:
    """A body of so many bytes in pieces, and then the end that is wished for."""
    send = opened({"pid": os.getpid()})
    for start in range(0, job["size"], _PIECE):
        send(bytes(range(256)) * (min(_PIECE, job["size"] - start) // 256))
    end = job.get("end", "whole")
    return None if end == "whole" else WORKS[end]({"signal": "SIGKILL", "seconds": 60})


_PIECE = 1 << 16


def _work(job: Job, opened: Callable[[Mapping[str, Any]], Callable[[bytes], None]]) -> Done | None:
    return pour(job, opened) if job["do"] == "pour" else WORKS[job["do"]](job)


def main() -> None:
    greeting = supervisor.greeted(sys.argv[-1])
    hello = greeting.hello
    time.sleep(hello.get("load", 0))
    if "refuse" in hello:
        greeting.refuse(hello["refuse"])
    if "exit" in hello:
        sys.exit(hello["exit"])
    greeting.ready({"hello": hello})
    supervisor.run_supervisor(greeting.control, greeting.queues, _work, REHEARSALS)


if __name__ == "__main__":
    main()
