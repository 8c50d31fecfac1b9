"""Work on questions of strangers, done in processes that can do little and are ended when they do too much.

Three kinds of processes. The client (`Cage`) lives in an event loop and evaluates nothing. The
house (`house.keep`) holds what the questions are asked of and forks workers. A worker does one
job at a time, under limits (`confinement`), and can be lost without harm. Between them go JSON
and raw bytes, never pickles: a worker may have met a hostile question.

The house and its workers need `os.fork`: Linux and macOS. This module can be imported anywhere.
"""

from samverkan.cage.client import BusyError, Cage, EndedError, HouseGoneError, NoForkError, NotOpenedError
from samverkan.cage.frames import Reply
from samverkan.cage.lanes import Lane
from samverkan.cage.spool import LARGE, Spool

__all__ = [
    "LARGE",
    "BusyError",
    "Cage",
    "EndedError",
    "HouseGoneError",
    "Lane",
    "NoForkError",
    "NotOpenedError",
    "Reply",
    "Spool",
]
