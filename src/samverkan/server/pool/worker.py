"""A worker: job after job from the client, under the limits of its queue, until its uses are up or it has grown."""

from __future__ import annotations

import os
import socket
import threading
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, NoReturn

from samverkan.server.pool import confinement, frames
from samverkan.server.pool.queues import Queue
from samverkan.server.pool.spool import LARGE

Piece = Callable[[bytes], None]
"""Sends a piece of a body; waits while the client takes no more."""

Work = Callable[[dict[str, Any], Callable[[Mapping[str, Any]], Piece]], tuple[Mapping[str, Any], bytes] | None]
"""What a worker does: a job in, a head and a body out. Both heads are JSON.

Where the body is too large to be held, it calls what it is given with the head, once; with what that gives it sends
piece after piece, and returns None when that was all. Whatever it raises or returns instead cuts the body.
"""

Rehearsal = Callable[[], object]
"""What a worker does before it is there for jobs, so that no job has to wait until its worker's memory is its own."""

Duties = tuple[Work, Rehearsal | None]

READY = b"+"
"""What a worker says to its supervisor when it is there for jobs."""

OUT_OF_MEMORY = 77
"""The status with which a worker ends when Python could not get memory; the engine's own code aborts."""

_MARK = 4  # a worker goes when this part of the memory that a job may take has become its own


def serve_jobs(line: socket.socket, alive: int, queue: Queue, duties: Duties, supervisor: int) -> NoReturn:
    """Be a worker of the process `supervisor`: never returns, and ends the process whatever happens.

    Jobs come on `line`. The supervisor learns by `alive`, a descriptor of which it has the other end, that the worker
    is there for jobs (`READY`), and that the process has ended. Jobs are done in a new thread: what a library keeps for
    each thread, such as the state of its random numbers, would otherwise be the supervisor's, and the same in all
    workers.
    """
    try:
        confinement.confine(queue, {line.fileno(), alive}, supervisor)
        jobs = threading.Thread(target=_end_with, args=(lambda: _life(line, alive, queue, duties),))
        jobs.start()
        jobs.join()
    except BaseException:  # noqa: BLE001 - nothing may come back into the code of the supervisor
        traceback.print_exc()  # where limits can't be set it is still the supervisor's standard error
    finally:
        os._exit(1)


def _end_with(jobs: Callable[[], None]) -> NoReturn:
    """End the process with the jobs."""
    status = 1
    try:
        jobs()
        status = 0
    except (frames.CutError, OSError):
        status = 0  # the client is gone, or has let this worker go
    except MemoryError:
        status = OUT_OF_MEMORY
    finally:
        os._exit(status)


def _life(line: socket.socket, alive: int, queue: Queue, duties: Duties) -> None:
    work, rehearse = duties
    if rehearse:
        confinement.limit_processor_time(queue)
        with suppress(Exception):  # a job that fails in the same way tells it
            rehearse()
    os.write(alive, READY)
    _all_jobs(line, queue, work)


def _all_jobs(line: socket.socket, queue: Queue, work: Work) -> None:
    most, usual = confinement.own_memory() + queue.memory // _MARK, _traces()
    is_last, count = False, 0
    while not is_last:
        job, _ = frames.received(line)
        confinement.limit_processor_time(queue)
        count += 1
        is_over = partial(_is_over, count, queue.uses, most, usual)
        opening, body, is_last = _done(job, work, _PiecesSender(line), is_over)
        _send(line, opening, body)


def _is_over(count: int, uses: int, most: int, usual: tuple[int, int]) -> bool:
    """Whether a worker that has done `count` jobs is to go: it was used enough, has grown, or is not as usual."""
    return count >= uses or confinement.own_memory() >= most or _traces() != usual


def _traces() -> tuple[int, int]:
    """What a job may leave behind although no limit was reached: threads, and how the one for jobs gives way."""
    return threading.active_count(), os.getpriority(os.PRIO_PROCESS, 0)


def _send(line: socket.socket, opening: bytes, body: bytes) -> None:
    whole = len(body) <= LARGE  # a large body is not copied only to be sent in one piece
    line.sendall(opening + body if whole else opening)
    if not whole:
        line.sendall(body)


@dataclass
class _PiecesSender:
    """A body that is sent in pieces, if one is opened."""

    line: socket.socket
    is_open: bool = False

    def open(self, head: Mapping[str, Any]) -> Piece:
        """Send the head of a reply, the last of its worker: so large an answer has made much memory its own."""
        self.line.sendall(frames.opening(head, frames.IN_PIECES, is_last=True))
        self.is_open = True
        return self._send

    def _send(self, content: bytes) -> None:
        if content:
            self.line.sendall(frames.piece(content))


def _done(
    job: dict[str, Any], work: Work, pieces: _PiecesSender, is_over: Callable[[], bool]
) -> tuple[bytes, bytes, bool]:
    """The two parts of the reply's frame, or its last piece, and whether it is the last, as that of a failure is.

    Raises `CutError` where a body in pieces can't be finished: there is no way to tell but to be gone.
    """
    try:
        found = work(job, pieces.open)
        if pieces.is_open or found is None:
            return _last_piece(found), b"", True
        head, body = found
        is_last = is_over()
        return frames.opening(head, len(memoryview(body)), is_last=is_last), body, is_last
    except (MemoryError, frames.CutError):
        raise
    except Exception as error:
        if pieces.is_open:
            raise frames.CutError("The work failed.") from error
        return frames.opening(_fault(error), 0, is_last=True), b"", True


def _last_piece(found: object) -> bytes:
    """The end of a body in pieces, for work that says that it was all."""
    if found is not None:
        raise frames.CutError("The work was not finished.")
    return frames.piece(b"")


def _fault(error: Exception) -> dict[str, Any]:
    try:
        trace = "".join(traceback.format_exception(error))
        message = str(error)
    except Exception:  # noqa: BLE001 - an error that can't even be told
        trace = message = ""
    clean = {"type": type(error).__name__, "message": message.encode("utf-8", "replace").decode()}
    return {"fault": clean, "trace": trace.encode("utf-8", "replace").decode()}
