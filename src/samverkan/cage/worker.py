"""A worker: job after job from its house, under the limits of its lane, until its uses are up."""

from __future__ import annotations

import contextlib
import os
import socket
import traceback
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from samverkan.cage import confinement, frames
from samverkan.cage.lanes import Lane
from samverkan.cage.spool import LARGE

Work = Callable[[dict[str, Any]], tuple[Mapping[str, Any], bytes]]
"""What a worker does: a job in, a head and a body out. Both heads are JSON."""

AGAIN, LAST = b"+", b"-"
"""What a worker says to its house after a job: ready for another, or gone."""

OUT_OF_MEMORY = 77
"""The status with which a worker ends when Python could not get memory; the engine's own code aborts."""


def serve(channel: socket.socket, lane: Lane, work: Work, house: int) -> NoReturn:
    """Be a worker of the process `house`: never returns, and ends the process whatever happens."""
    status = 1
    try:
        confinement.confine(lane, channel.fileno(), house)
        _all_jobs(channel, lane, work)
        status = 0
    except frames.CutError:
        status = 0  # the house is gone, or has let this worker go
    except MemoryError:
        status = OUT_OF_MEMORY
    except BaseException:  # noqa: BLE001 - nothing may come back into the code of the house
        traceback.print_exc()  # where limits can't be set it is still the house's standard error
    finally:
        os._exit(status)


def _all_jobs(channel: socket.socket, lane: Lane, work: Work) -> None:
    taken = frames.Handed(channel, 1)
    for left in reversed(range(lane.uses)):
        while (handed := taken()) is None:
            pass
        with socket.socket(fileno=handed[1]) as job, contextlib.suppress(frames.CutError, OSError):
            job.setblocking(True)
            _one_job(job, lane, work)  # a client who left while we read or wrote is no matter of ours
        channel.sendall(AGAIN if left else LAST)


def _one_job(job: socket.socket, lane: Lane, work: Work) -> None:
    with confinement.shut(lane):
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
