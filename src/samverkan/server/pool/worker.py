"""A worker: job after job from its supervisor, under the limits of its queue, until its uses are up."""

from __future__ import annotations

import contextlib
import os
import socket
import traceback
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from samverkan.server.pool import confinement, frames
from samverkan.server.pool.queues import Queue
from samverkan.server.pool.spool import LARGE

Work = Callable[[dict[str, Any]], tuple[Mapping[str, Any], bytes]]
"""What a worker does: a job in, a head and a body out. Both heads are JSON."""

AGAIN, LAST = b"+", b"-"
"""What a worker says to its supervisor after a job: ready for another, or gone."""

OUT_OF_MEMORY = 77
"""The status with which a worker ends when Python could not get memory; the engine's own code aborts."""


def serve_jobs(channel: socket.socket, queue: Queue, work: Work, supervisor: int) -> NoReturn:
    """Be a worker of the process `supervisor`: never returns, and ends the process whatever happens."""
    status = 1
    try:
        confinement.confine(queue, channel.fileno(), supervisor)
        _all_jobs(channel, queue, work)
        status = 0
    except frames.CutError:
        status = 0  # the supervisor is gone, or has let this worker go
    except MemoryError:
        status = OUT_OF_MEMORY
    except BaseException:  # noqa: BLE001 - nothing may come back into the code of the supervisor
        traceback.print_exc()  # where limits can't be set it is still the supervisor's standard error
    finally:
        os._exit(status)


def _all_jobs(channel: socket.socket, queue: Queue, work: Work) -> None:
    taken = frames.Handed(channel, 1)
    for left in reversed(range(queue.uses)):
        while (handed := taken()) is None:
            pass
        with socket.socket(fileno=handed[1]) as job, contextlib.suppress(frames.CutError, OSError):
            job.setblocking(True)
            _one_job(job, queue, work)  # a client who left while we read or wrote is no matter of ours
        channel.sendall(AGAIN if left else LAST)


def _one_job(job: socket.socket, queue: Queue, work: Work) -> None:
    with confinement.shut(queue):
        asked, _ = frames.received(job)
        opening, body = _done(asked, work)
    whole = len(body) <= LARGE  # a large body is not copied only to be sent in one piece
    job.sendall(opening + body if whole else opening)
    if not whole:
        job.sendall(body)


def _done(job: dict[str, Any], work: Work) -> tuple[bytes, bytes]:
    """The two parts of the reply's frame; work that fails gives a frame that says so, without ending the worker."""
    try:
        head, body = work(job)
        return frames.opening(head, len(memoryview(body))), body
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - the client is told, whatever it was
        return frames.opening(_fault(error), 0), b""


def _fault(error: Exception) -> dict[str, Any]:
    try:
        trace = "".join(traceback.format_exception(error))
        message = str(error)
    except Exception:  # noqa: BLE001 - an error that can't even be told
        trace = message = ""
    clean = {"type": type(error).__name__, "message": message.encode("utf-8", "replace").decode()}
    return {"fault": clean, "trace": trace.encode("utf-8", "replace").decode()}
