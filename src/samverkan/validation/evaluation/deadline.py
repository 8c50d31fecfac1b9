"""The time that an evaluation has."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from samverkan.limits import TookTooLongError

_EVERY = 1000


@dataclass
class Deadline:
    """A moment, in seconds of `time.monotonic`, after which `check` raises `TookTooLongError`."""

    moment: float
    _calls: int = field(default=0)

    def check(self) -> None:
        """Look at the clock, at every thousandth call."""
        self._calls += 1
        if self._calls % _EVERY == 0 and time.monotonic() > self.moment:
            raise TookTooLongError
