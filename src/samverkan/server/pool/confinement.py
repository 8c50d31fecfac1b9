"""What a worker takes from itself before it meets a stranger's job.

Whoever evaluates a query can't say beforehand what it needs, and the engine can't be interrupted.
So the operating system holds the limits (setrlimit(2), prctl(2)), and they hold for code in any
language. What holds where:

==========================  =====  =====
limit                       Linux  macOS
==========================  =====  =====
no file, no socket          yes    yes
processor time              yes    yes
wall clock (by the supervisor)   yes    yes
memory (RLIMIT_AS)          yes    no: the kernel takes the limit and does not keep it
dies with the supervisor         yes    when its job is done; the client ends the whole group
==========================  =====  =====
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import gc
import math
import os
import resource
import signal
import sys
from collections.abc import Collection
from pathlib import Path

from samverkan.server.pool.queues import Queue

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38  # linux/prctl.h
_PROCESS_MRELEASE = 448  # process_mrelease(2), the same number on every processor
_M_ARENA_MAX = -8  # malloc.h
_DEFAULT = ("SIGTERM", "SIGHUP", "SIGQUIT", "SIGABRT", "SIGSEGV", "SIGBUS", "SIGXCPU", "SIGALRM", "SIGCHLD")
_IGNORED = ("SIGINT", "SIGPIPE")  # an interrupt is for who started the supervisor; a client who left is an OSError
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes, getrusage(2)
_CPU_GRACE = 1  # seconds: the wall clock of the supervisor comes first, and says more clearly what happened


def confine(queue: Queue, kept: Collection[int], supervisor: int) -> None:
    """Give up all that a worker of `queue` does not need, for ever; of the descriptors it keeps those that are `kept`.

    `supervisor` is the number of the process it was forked from. Raises `OSError` when a limit can't be set.
    """
    die_with(supervisor)
    _gain_nothing()
    _close_all_but(kept)
    _set_signals()
    gc.freeze()  # or a collection would touch, and so copy, the memory that is shared with the supervisor
    gc.enable()
    os.nice(queue.nice)
    _die_first()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _share_one_arena()
    _limit_memory(queue.memory)
    _silence()
    limit_open_files(queue)


def limit_open_files(queue: Queue) -> None:
    """From now on open no more than the queue allows, and never again more: what is open stays so."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (queue.open, queue.open))


def limit_processor_time(queue: Queue) -> None:
    """Give the next job its processor time, beside what the jobs before it used.

    The hard limit stays what it was: it could not be raised again for the job after that.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(used.ru_utime + used.ru_stime + queue.seconds) + _CPU_GRACE
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (_lower(soft, hard), hard))


def own_memory() -> int:
    """A number of bytes that grows by at least as much as this process takes for its own.

    A page that was shared with the supervisor and becomes its own costs a fault; what is new adds to the largest
    resident size too.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_maxrss * _RSS_UNIT + used.ru_minflt * resource.getpagesize()


def die_with(parent: int) -> None:
    """Have this process killed when its parent `parent`, or the thread there that started it, ends (Linux)."""
    prepare_confinement()
    if sys.platform == "linux":
        _prctl()(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before it could be watched
        os._exit(1)


def reclaim(pid: int) -> None:
    """Take back the memory of a process that has been killed, without waiting for it to die (Linux, since 5.15).

    It dies as unimportant as it lived, which may take most of a second beside others that are
    busy, and its like is at work before that. Where the system can't do it, nothing happens.
    """
    if not hasattr(os, "pidfd_open"):
        return
    with contextlib.suppress(OSError):
        descriptor = os.pidfd_open(pid)
        try:
            _library().syscall(_PROCESS_MRELEASE, descriptor, 0)
        finally:
            os.close(descriptor)


def prepare_confinement() -> None:
    """Load what confinement needs, so that a worker does not do it over and over."""
    _library()


@functools.cache
def _library() -> ctypes.CDLL:
    return ctypes.CDLL(None)


def _prctl() -> ctypes._NamedFuncPointer:
    return _library().prctl


def _gain_nothing() -> None:
    if sys.platform == "linux":
        _prctl()(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


def _close_all_but(kept: Collection[int]) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    for name in os.listdir("/dev/fd"):  # noqa: PTH208 - names, not paths
        if int(name) > 2 and int(name) not in kept:  # noqa: PLR2004 - standard error stays until all is set
            with contextlib.suppress(OSError):  # the listing had a descriptor of its own
                os.close(int(name))


def _silence() -> None:
    os.dup2(1, 2)


def _set_signals() -> None:
    for names, action in ((_DEFAULT, signal.SIG_DFL), (_IGNORED, signal.SIG_IGN)):
        for name in names:
            signal.signal(getattr(signal, name), action)


def _die_first() -> None:
    """Where the machine runs out of memory the kernel ends a worker before anything else (Linux)."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_bytes(b"1000")


def _share_one_arena() -> None:
    """A thread's own arena would take 64 MB of the limit before anything is in it (glibc)."""
    with contextlib.suppress(AttributeError):
        _library().mallopt(_M_ARENA_MAX, 1)


def _limit_memory(beyond: int) -> None:
    """Set the limit to what is mapped now and `beyond`; where /proc does not tell, the clocks alone hold the worker."""
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    except FileNotFoundError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = pages * resource.getpagesize() + beyond
    resource.setrlimit(resource.RLIMIT_AS, (_lower(most, hard), hard))


def _lower(wanted: int, hard: int) -> int:
    return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
