"""Work on questions of strangers, done in processes that can do little and are ended when they do too much.

Four kinds of processes. The client (`WorkerPool`) lives in an event loop and evaluates nothing. The keeper (`keeper`)
holds what the questions are asked of, and forks a supervisor of each state of it. The supervisor
(`supervisor.run_supervisor`) forks workers. A worker does one
job at a time, under limits (`confinement`), and can be lost without harm. Between them go JSON
and raw bytes, never pickles: a worker may have met a hostile question.

The supervisor and its workers need `os.fork`: Linux and macOS. This module can be imported anywhere.
"""

from samverkan.server.pool.client import (
    BusyError,
    EndedError,
    KeeperProcess,
    NoForkError,
    NotOpenedError,
    SupervisorGoneError,
    WorkerPool,
)
from samverkan.server.pool.frames import JobReply
from samverkan.server.pool.queues import Queue
from samverkan.server.pool.spool import LARGE, Spool
from samverkan.server.pool.stream import Stream

__all__ = [
    "LARGE",
    "BusyError",
    "EndedError",
    "JobReply",
    "KeeperProcess",
    "NoForkError",
    "NotOpenedError",
    "Queue",
    "Spool",
    "Stream",
    "SupervisorGoneError",
    "WorkerPool",
]
